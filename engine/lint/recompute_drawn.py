"""What follows from pictures: visible boxes and fractions from masks drawn again, and the stored masks and depth.

A machine that draws as the dataset's did gives the same pixels. Another graphics driver may decide otherwise about
pixels whose centre lies on an outline, and rounds depth differently everywhere. So pixels are compared exactly, and
what differs is drawn again with the picture moved by SHIFT_PX to four sides: only pixels that this changes may go
either way, and a count or a box must be one that they can give. Where counts, masks or depth differ in most frames
(ALIKE), this is another driver for sure; then pictures are moved by OTHER_SHIFT_PX, a stored pixel must show what is
drawn in it or beside it, and depth may be DEPTH_MM off.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import GroundworkError
from engine.label.table import ROLES
from engine.lint.context import EpisodeView, Unavailable
from engine.lint.labels import Sights
from engine.lint.physics import States
from engine.lint.recompute_compare import Desk
from engine.redraw import Redrawer
from engine.types import F64, U8, Appearance, Buffers, CameraSpec

ALIKE = 0.5
SHIFT_PX, OTHER_SHIFT_PX = 0.01, 0.05
DEPTH_MM = 1
_OBJECT = 3  # instance image: 0 background, 1 robot, 2 table, 3 + i object i (docs/columns.md)
_FAR_MM = 65535
_SIDES = ((-1, 0), (1, 0), (0, -1), (0, 1))
_MOST = 3  # findings of one sidecar

Mask = NDArray[np.bool_]
Picture = NDArray[Any]


@dataclass(eq=False)
class _Counted:
    """What one camera shows of one role: boxes (T, 4), visible and whole pixels (T,)."""

    box: F64
    seen: NDArray[np.int64]
    whole: NDArray[np.int64]

    @staticmethod
    def empty(T: int) -> _Counted:
        return _Counted(np.full((T, 4), -1.0), np.zeros(T, np.int64), np.zeros(T, np.int64))

    def fraction(self) -> NDArray[np.float32]:
        return (self.seen / np.maximum(np.maximum(self.seen, self.whole), 1)).astype(np.float32)


@dataclass(eq=False)
class _Stored:
    """Stored pictures (T, H, W) of one camera by kind ("mask", "depth"), and frames in which the drawn ones differ,
    with the drawn picture."""

    frames: dict[str, Picture]
    differ: dict[str, dict[int, Picture]] = field(default_factory=dict)

    def mostly_same(self) -> bool:
        """Whether most frames of every kind are equal to what is drawn."""
        return all(len(self.differ[k]) <= (1 - ALIKE) * len(f) for k, f in self.frames.items())


@dataclass(eq=False)
class _Camera:
    """One camera of the open episode, to be drawn again, also moved by a fraction of a pixel."""

    draw: Redrawer
    states: States
    number: int
    spec: CameraSpec
    px: float = SHIFT_PX
    _looks: dict[float, list[Appearance]] = field(default_factory=dict)

    def picture(self, t: int, look: Appearance | None = None, *, depth: bool = False) -> Buffers:
        """Frame t, masks and if asked depth."""
        look = look or self.draw.appearance
        return self.draw.renderer.render(self.states.qpos[t], look, self.number, instance=True, depth=depth, rgb=False)

    def ids(self, t: int, look: Appearance | None = None) -> U8:
        """The instance image of frame t."""
        found = self.picture(t, look).instance
        assert found is not None
        return found

    def alone(self, t: int, i: int, look: Appearance | None = None) -> Mask:
        """The mask of object i drawn alone."""
        return self.draw.renderer.amodal(self.states.qpos[t], look or self.draw.appearance, self.number, (i,))[0]

    def moved(self) -> list[Appearance]:
        """The appearance with this camera's picture moved by `px` to each side."""
        if self.px not in self._looks:
            here, looks = self.draw.appearance, []
            for side in _SIDES:
                cameras = list(here.cameras)
                K = self.spec.K.copy()
                K[:2, 2] += self.px * np.array(side)
                cameras[self.number] = replace(self.spec, K=K)
                looks.append(replace(here, cameras=tuple(cameras)))
            self._looks[self.px] = looks
        return self._looks[self.px]


def outline_box(mask: Mask) -> F64:
    """Box (4,) along pixel edges of the true pixels of a mask (H, W); -1 where there are none."""
    v, u = np.nonzero(mask)
    if len(u) == 0:
        return np.full(4, -1.0)
    return np.array([u.min() - 0.5, v.min() - 0.5, u.max() + 0.5, v.max() + 0.5])


def check_drawn(sights: Sights, desk: Desk, states: States, whole: dict[tuple[str, str], F64]) -> None:
    """box_visible, visible_fraction and the stored masks and depth of every camera. whole: boxes of whole objects.

    Raises Unavailable where nothing is drawn; then visible boxes and shares are only checked for their range.
    """
    view = sights.view
    try:
        if not view.context.full:
            raise Unavailable("level fast draws nothing; visible boxes and shares are only checked for their range")
        view.episode  # noqa: B018 - opens it in the redrawer
        draw = view.context.redrawer
    except Unavailable:
        check_ranges(view, desk)
        raise
    for number, spec in enumerate(sights.cameras):
        _check_camera(sights, desk, _Camera(draw, states, number, spec), whole)


def _check_camera(sights: Sights, desk: Desk, camera: _Camera, whole: dict[tuple[str, str], F64]) -> None:
    view, name = sights.view, camera.spec.name
    stored = _sidecars(view, desk, name)
    counted = _count(sights, camera, whole, stored)
    alike = stored.mostly_same() and _counts_alike(view, name, counted)
    camera.px = SHIFT_PX if alike else OTHER_SHIFT_PX
    rule = f"drawn again (a pixel within {camera.px:g} px of an outline may go either way)"
    for role, i in zip(ROLES, sights.roles, strict=True):
        box_name, share_name = f"label.{name}.{role}.box_visible", f"label.{name}.{role}.visible_fraction"
        found = counted[role]
        box, share = found.box.copy(), found.fraction()
        odd = np.zeros(len(box), bool)
        for t in np.flatnonzero(view.columns[share_name] != share) if view.has(share_name) else ():
            odd[t] = _possible_share(camera, int(t), i, found, view.columns[share_name][t])
            share[t] = view.columns[share_name][t] if odd[t] else share[t]
        if view.has(box_name):
            told = view.values(box_name)
            for t in np.flatnonzero((told != box).any(1) & (odd | (not alike))):
                box[t] = np.where(_possible_edges(camera, int(t), i, told[t]), told[t], box[t])
        for column, want in ((box_name, box), (share_name, share)):
            if view.has(column):
                desk.compare(column, want, 0.0, f"the masks {rule}", rounded=False)
            else:
                desk.skip(f"no column {column}", column)
    _report_sidecars(desk, camera, stored, alike)


def _count(sights: Sights, camera: _Camera, whole: dict[tuple[str, str], F64], stored: _Stored) -> dict[str, _Counted]:
    """Draw every frame of a camera once; whole objects only where camera or object has moved."""
    T = camera.states.T
    out = {role: _Counted.empty(T) for role in ROLES}
    known: dict[str, tuple[bytes, int]] = {}
    X_WC = sights.X_WC[camera.number]
    for t in range(T):
        picture = camera.picture(t, depth="depth" in stored.frames)
        assert picture.instance is not None
        _compare_stored(stored, t, picture)
        for role, i in zip(ROLES, sights.roles, strict=True):
            mask, found = picture.instance == _OBJECT + i, out[role]
            found.box[t], found.seen[t] = outline_box(mask), int(np.count_nonzero(mask))
            if found.seen[t] == 0 and whole[camera.spec.name, role][t, 2] < 0:
                continue  # outside the image: nothing to draw
            key = X_WC.p[t].tobytes() + X_WC.R[t].tobytes() + sights.poses[t, i].tobytes()
            if known.get(role, (b"", 0))[0] != key:
                known[role] = key, int(np.count_nonzero(camera.alone(t, i)))
            found.whole[t] = known[role][1]
    return out


def _counts_alike(view: EpisodeView, camera: str, counted: dict[str, _Counted]) -> bool:
    """Whether most visible shares come out to the last bit, over the frames where there is something to count."""
    same = total = 0
    for role, found in counted.items():
        name = f"label.{camera}.{role}.visible_fraction"
        if view.has(name):
            there = found.seen > 0
            total += int(there.sum())
            same += int((view.columns[name] == found.fraction())[there].sum())
    return same >= ALIKE * total


def _undecided(base: Mask, moved: list[Mask]) -> Mask:
    """Pixels that moving the picture changes."""
    return np.any([m != base for m in moved], axis=0)


def _possible_share(camera: _Camera, t: int, i: int, found: _Counted, share: np.float32) -> bool:
    """Whether a stored visible share is a quotient of counts that the undecided pixels can give."""
    if not 0 < share <= 1:
        return False
    looks = camera.moved()
    masks = [camera.ids(t, look) == _OBJECT + i for look in looks]
    a = int(np.count_nonzero(_undecided(camera.ids(t) == _OBJECT + i, masks)))
    b = int(np.count_nonzero(_undecided(camera.alone(t, i), [camera.alone(t, i, look) for look in looks])))
    seen = np.arange(max(int(found.seen[t]) - a, 0), found.seen[t] + a + 1)
    whole = np.arange(max(int(found.whole[t]) - b, 0), found.whole[t] + b + 1)
    quotient = seen[:, None] / np.maximum(np.maximum(seen[:, None], whole[None]), 1)
    return bool(np.any(quotient.astype(np.float32) == share))


def _possible_edges(camera: _Camera, t: int, i: int, box: F64) -> Mask:
    """Which edges (4,) of a stored box lie between those with all the undecided pixels and those with none."""
    base = camera.ids(t) == _OBJECT + i
    open_ = _undecided(base, [camera.ids(t, look) == _OBJECT + i for look in camera.moved()])
    most, least = outline_box(base | open_), outline_box(base & ~open_)
    low, high = np.minimum(most, least), np.maximum(most, least)
    edges = np.mod(box, 1.0) == 0.5
    if (least == -1).all() and (box == -1).all():
        return np.ones(4, bool)
    return edges & (low <= box) & (box <= high)


def check_ranges(view: EpisodeView, desk: Desk) -> None:
    """What holds without pictures: shares from 0 to 1; a visible box in that of the whole object."""
    for name in view.columns:
        if name.startswith("label.") and name.endswith(".visible_fraction") and view.has(name):
            desk.compare(name, np.clip(view.values(name), 0.0, 1.0), 0.0, "its range, 0 to 1")
        whole = name.replace("box_visible", "box_full")
        if not (name.startswith("label.") and name.endswith(".box_visible") and view.has(name, whole)):
            continue
        box, limits = view.values(name), view.values(whole)
        there = (box[:, 2] >= 0) & (limits[:, 2] >= 0)
        inside = [np.maximum(box[:, :2], limits[:, :2] - 1.0), np.minimum(box[:, 2:], limits[:, 2:] + 1.0)]
        want = np.where(there[:, None], np.concatenate(inside, 1), box)
        desk.compare(name, want, 0.0, f"{whole}, 1 px wider")


# --- stored masks and depth ---------------------------------------------------------------------


def _sidecars(view: EpisodeView, desk: Desk, camera: str) -> _Stored:
    found: dict[str, Picture] = {}
    present = view.dataset.sidecars(view.index)
    for kind, read in (("mask", view.dataset.masks), ("depth", view.dataset.depth)):
        if f"{kind}.{camera}" not in present:
            continue
        try:
            frames = read(view.index, camera)
        except (GroundworkError, OSError, ValueError) as e:
            desk.add(f"sidecar {kind}.{camera}", f"cannot be decoded: {e}")
            continue
        if len(frames) != view.length:
            desk.add(f"sidecar {kind}.{camera}", f"has {len(frames)} frames, the episode {view.length}")
            continue
        found[kind] = frames
    return _Stored(found, {kind: {} for kind in found})


def _compare_stored(stored: _Stored, t: int, picture: Buffers) -> None:
    drawn: dict[str, Picture] = {"mask": np.asarray(picture.instance)}
    if picture.depth is not None:
        drawn["depth"] = np.minimum(np.rint(picture.depth.astype(np.float64) * 1000), _FAR_MM).astype(np.uint16)
    for kind, frames in stored.frames.items():
        if not np.array_equal(frames[t], drawn[kind]):
            stored.differ[kind][t] = drawn[kind].copy()


def _report_sidecars(desk: Desk, camera: _Camera, stored: _Stored, alike: bool) -> None:
    for kind, frames in stored.frames.items():
        desk.ran()
        wrong = {}
        for t, now in stored.differ[kind].items():
            bad = np.ones(now.shape, bool)
            if frames[t].shape == now.shape:
                bad = (frames[t] != now) & ~_excused(camera, kind, t, frames[t], now, alike)
            if bad.any():
                wrong[t] = bad
        for t, bad in list(wrong.items())[:_MOST]:
            _report_frame(desk, f"sidecar {kind}.{camera.spec.name}", t, frames[t], stored.differ[kind][t], bad, alike)
        if len(wrong) > _MOST:
            text = f"{len(wrong)} of {len(frames)} frames differ from what is drawn again, the first of them above"
            desk.add(f"sidecar {kind}.{camera.spec.name}", text, None, 0.0, float(len(wrong)))


def _report_frame(desk: Desk, name: str, t: int, then: Picture, now: Picture, bad: Mask, alike: bool) -> None:
    count = int(np.count_nonzero(bad))
    place = f"size {then.shape}, drawn again {now.shape}"
    value, tolerance = float(count), 0.0
    if then.shape == now.shape:
        v, u = (int(x) for x in np.argwhere(bad)[0])
        unit = " mm" if name.startswith("sidecar depth") else ""
        place = f"pixel ({u}, {v}) is {then[v, u]}{unit}, drawn again {now[v, u]}{unit}"
        value = float(np.abs(then.astype(np.int64) - now.astype(np.int64))[bad].max())
        tolerance = float(DEPTH_MM) if unit and not alike else 0.0
    plural = "s" if count > 1 else ""
    desk.add(name, f"{count} pixel{plural} off (tolerance {tolerance:g}): {place}", t, tolerance, value)


def _excused(camera: _Camera, kind: str, t: int, then: Picture, now: Picture, alike: bool) -> Mask:
    """Pixels that another driver may have drawn as they are stored."""
    if not alike:
        return _beside(kind, then, now)
    if kind == "depth":
        return np.zeros(then.shape, bool)
    return np.any([camera.ids(t, look) == then for look in camera.moved()], axis=0)


def _beside(kind: str, then: Picture, now: Picture) -> Mask:
    """Pixels whose stored value is drawn in them or in one of their eight neighbours (depth: lies between them)."""
    h, w = now.shape
    wide, x = np.pad(now.astype(np.int64), 1, mode="edge"), then.astype(np.int64)
    around = np.stack([wide[1 + i : 1 + i + h, 1 + j : 1 + j + w] for i in (-1, 0, 1) for j in (-1, 0, 1)])
    if kind == "mask":
        return (around == x).any(0)
    return (x >= around.min(0) - DEPTH_MM) & (x <= around.max(0) + DEPTH_MM)
