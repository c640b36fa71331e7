"""Each spatial relation once: one sampler and one predicate.

The solver, the validator, the instructions and every later user ask the same predicate.

Frames. `camera` and `base` are viewpoints: left is the viewer's left and "in front of" is nearer to the viewer. The
camera's viewpoint is levelled with gravity; the robot looks along +x of its base. `world` means axes: left is +y, in
front is +x.
"""

from __future__ import annotations

import dataclasses
import weakref
from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from engine.errors import ConfigError, unknown_name
from engine.frames import quat_to_mat
from engine.graph import shapes
from engine.types import F64, FRAMES, TABLE, ContainerInfo, WorldState

SIDE_GAP = 0.02  # m between centres along the axis
SIDE_CONE = np.deg2rad(60.0)  # largest angle between the direction to the subject and the axis
NEAR_GAP = 0.08  # m between outlines
REST_GAP = 0.005  # m between an object and what it rests on, when there are no contacts to ask
INSIDE = 0.003  # m that the centre of mass keeps from the rim
MAX_TILT = 0.35  # rad that a container may lean
BETWEEN_T = 0.25  # the middle half of the segment; see `graph.scene_graph` for why with BETWEEN_OFFSET and SIDE_CONE
BETWEEN_OFFSET = 0.12  # nothing can be between two things and on the same side of both
BETWEEN_MAX = 0.06  # m off the segment at most


@dataclass(frozen=True)
class Margin:
    """Answer of a predicate: signed margins (positive is good; `contact` and the like are +1 or -1)."""

    ok: bool
    margins: dict[str, float]
    reason: str

    def __bool__(self) -> bool:
        return self.ok

    def least(self) -> float:
        """The smallest margin."""
        return min(self.margins.values())


def _answer(margins: dict[str, float], reasons: dict[str, str]) -> Margin:
    bad = next((k for k, v in margins.items() if not v >= 0), None)
    return Margin(bad is None, margins, "" if bad is None else reasons[bad])


def frame_axes(frame: str, X_WC: F64) -> tuple[F64, F64]:
    """Horizontal unit vectors (2,) `front` and `right` in W of a frame.

    Raises ConfigError for an unknown frame or a camera that looks straight down or up (it has no level front).
    """
    if frame == "base":
        return np.array([-1.0, 0.0]), np.array([0.0, -1.0])
    if frame == "world":
        return np.array([1.0, 0.0]), np.array([0.0, -1.0])
    if frame != "camera":
        raise ConfigError(unknown_name("frame", frame, FRAMES))
    forward = quat_to_mat(X_WC[3:7])[:2, 2]
    n = float(np.linalg.norm(forward))
    if n < 1e-3:
        raise ConfigError("the camera looks along gravity and has no left or front; use frame 'base' or 'world'")
    front = -forward / n
    return front, np.array([-front[1], front[0]])


_OUTLINES: weakref.WeakKeyDictionary[WorldState, dict[int, F64]] = weakref.WeakKeyDictionary()


def outline(state: WorldState, i: int) -> F64:
    """Outline (m, 2) of object i in W seen from above, remembered per state."""
    memory = _OUTLINES.setdefault(state, {})
    if i not in memory:
        pose = state.poses[i]
        memory[i] = shapes.outline(state.assets[i], pose[3:7]) + pose[:2]
    return memory[i]


_GAPS: weakref.WeakKeyDictionary[WorldState, dict[tuple[int, int], float]] = weakref.WeakKeyDictionary()


def outline_gap(state: WorldState, i: int, j: int) -> float:
    """Distance in metres of the outlines of objects i and j, negative where they overlap; remembered per state."""
    memory = _GAPS.setdefault(state, {})
    pair = (min(i, j), max(i, j))
    if pair not in memory:
        memory[pair] = shapes.distance(outline(state, pair[0]), outline(state, pair[1]))
    return memory[pair]


def with_pose(state: WorldState, i: int, pose: F64) -> WorldState:
    """The same state with object i at X_WO `pose` (7,)."""
    poses = np.array(state.poses)
    poses[i] = pose
    return dataclasses.replace(state, poses=poses)


class RelationImpl(ABC):
    """One relation. `inverse` is the kind that holds with subject and object swapped, if there is one."""

    kind: str
    arity: int = 1
    inverse: str | None = None
    supports: bool = False  # the subject rests on the object

    @abstractmethod
    def holds(self, state: WorldState, subject: int, objects: tuple[int, ...], frame: str = "camera") -> Margin:
        """Whether kind(subject, *objects) holds, with signed margins and the reason when it does not."""

    @abstractmethod
    def sample(
        self, rng: np.random.Generator, state: WorldState, subject: int, objects: tuple[int, ...], frame: str = "camera"
    ) -> F64:
        """Draw (3,) x, y of the subject's origin and yaw in W so that the relation holds.

        The subject keeps the orientation in `state.poses` up to the yaw, a turn added about the vertical;
        `resting_pose` makes the pose of it.
        """


class Side(RelationImpl):
    """Subject's centre lies in a 60-degree cone about a horizontal axis from the object's centre, 2 cm on at least."""

    def __init__(self, kind: str, inverse: str, axis: int, sign: float) -> None:
        self.kind, self.inverse, self.axis, self.sign = kind, inverse, axis, sign

    def direction(self, frame: str, X_WC: F64) -> F64:
        """The relation's unit direction (2,) in W."""
        return self.sign * frame_axes(frame, X_WC)[self.axis]

    def holds(self, state: WorldState, subject: int, objects: tuple[int, ...], frame: str = "camera") -> Margin:
        u = self.direction(frame, state.X_WC)
        d = state.poses[subject, :2] - state.poses[objects[0], :2]
        along = float(d @ u)
        across = float(abs(d[0] * u[1] - d[1] * u[0]))
        margins = {"separation_m": along - SIDE_GAP, "cone_rad": float(SIDE_CONE - np.arctan2(across, along))}
        return _answer(
            margins,
            {"separation_m": "not far enough to that side", "cone_rad": "more to another side"},
        )

    def sample(
        self, rng: np.random.Generator, state: WorldState, subject: int, objects: tuple[int, ...], frame: str = "camera"
    ) -> F64:
        u = self.direction(frame, state.X_WC)
        b = objects[0]
        room = shapes.footprint(state.assets[subject], state.poses[subject, 3:7]).radius
        room += float(np.linalg.norm(outline(state, b) - state.poses[b, :2], axis=1).max())
        # Far enough that even at the cone's edge the gap along the axis is kept.
        start = max(room, (SIDE_GAP + 1e-4) / np.cos(0.95 * SIDE_CONE))
        angle = rng.uniform(-0.95, 0.95) * SIDE_CONE
        r = start + rng.uniform(0.0, 0.25)
        c, s = np.cos(angle), np.sin(angle)
        xy = state.poses[b, :2] + r * np.array([c * u[0] - s * u[1], s * u[0] + c * u[1]])
        return np.array([xy[0], xy[1], rng.uniform(-np.pi, np.pi)])


class Near(RelationImpl):
    """Outlines are at most 8 cm apart and the two stand side by side, not on or in each other."""

    kind = "near"
    inverse = "near"

    def holds(self, state: WorldState, subject: int, objects: tuple[int, ...], frame: str = "camera") -> Margin:
        gap = outline_gap(state, subject, objects[0])
        return _answer(
            {"near_m": NEAR_GAP - gap, "beside_m": gap + REST_GAP},
            {"near_m": "too far apart", "beside_m": "they overlap seen from above"},
        )

    def sample(
        self, rng: np.random.Generator, state: WorldState, subject: int, objects: tuple[int, ...], frame: str = "camera"
    ) -> F64:
        yaw, angle = rng.uniform(-np.pi, np.pi, 2)
        wanted = rng.uniform(0.01, NEAR_GAP - 0.01)
        fp = shapes.footprint(state.assets[subject], state.poses[subject, 3:7])
        other = outline(state, objects[0])
        centre = state.poses[objects[0], :2]
        u = np.array([np.cos(angle), np.sin(angle)])
        lo, hi = 0.0, fp.radius + float(np.linalg.norm(other - centre, axis=1).max()) + NEAR_GAP
        # The distance of two convex sets is convex along a line, so beyond the overlap it only grows.
        for _ in range(30):
            mid = 0.5 * (lo + hi)
            xy = centre + mid * u
            lo, hi = (mid, hi) if shapes.distance(fp.at(xy[0], xy[1], yaw), other) < wanted else (lo, mid)
        xy = centre + hi * u
        return np.array([xy[0], xy[1], yaw])


class Between(RelationImpl):
    """Subject's centre is over the middle half of the segment between the two objects' centres and close to it."""

    kind = "between"
    arity = 2

    def holds(self, state: WorldState, subject: int, objects: tuple[int, ...], frame: str = "camera") -> Margin:
        b, c = state.poses[objects[0], :2], state.poses[objects[1], :2]
        e = c - b
        length = float(np.linalg.norm(e))
        if length < 1e-6:
            return Margin(False, {"middle_m": -1.0}, "the two are at the same place")
        d = state.poses[subject, :2] - b
        t = float(d @ e) / length
        off = abs(float(d[0] * e[1] - d[1] * e[0])) / length
        margins = {
            "middle_m": min(t - BETWEEN_T * length, (1 - BETWEEN_T) * length - t),
            "offset_m": min(BETWEEN_OFFSET * length, BETWEEN_MAX) - off,
        }
        return _answer(margins, {"middle_m": "not in the middle", "offset_m": "too far off the line"})

    def sample(
        self, rng: np.random.Generator, state: WorldState, subject: int, objects: tuple[int, ...], frame: str = "camera"
    ) -> F64:
        b, c = state.poses[objects[0], :2], state.poses[objects[1], :2]
        e = c - b
        length = float(np.linalg.norm(e))
        t = rng.uniform(BETWEEN_T + 0.02, 1 - BETWEEN_T - 0.02)
        off = rng.uniform(-0.95, 0.95) * min(BETWEEN_OFFSET, BETWEEN_MAX / max(length, 1e-6))
        xy = b + t * e + off * np.array([-e[1], e[0]])
        return np.array([xy[0], xy[1], rng.uniform(-np.pi, np.pi)])


def _rim_margin(info: ContainerInfo, xy: F64) -> float:
    """Signed distance (m) of a point (2,) in the container's frame to the edge of the inner support."""
    d = np.asarray(xy, np.float64) - np.asarray(info.centre_xy)
    if info.radius is not None:
        return float(info.radius - np.linalg.norm(d))
    if info.half_extents is None:
        raise ConfigError("a container has neither radius nor half_extents; its ContainerInfo must give one")
    return float(np.min(np.asarray(info.half_extents) - np.abs(d)))


def support_height(state: WorldState, i: int) -> float:
    """z in W of the surface that object i offers: the container's floor, or the object's top; i may be TABLE."""
    if i == TABLE:
        return state.table_height
    info = state.assets[i].container
    if info is None:
        return shapes.height_range(state.assets[i], state.poses[i])[1]
    local = np.array([*info.centre_xy, info.floor_z])
    return float((quat_to_mat(state.poses[i, 3:7]) @ local + state.poses[i, :3])[2])


class On(RelationImpl):
    """The subject rests on the object.

    With contacts: the two touch, the subject touches no table. Without: their gap is under 5 mm. In both cases the
    centre of mass is inside the container's rim (or the object's outline, for what is no container) and above its
    floor.
    """

    kind = "on"
    inverse = "under"
    supports = True

    def _place(self, state: WorldState, subject: int, holder: int) -> tuple[dict[str, float], float]:
        """Margins of the place, and the gap (m) between the subject's lowest point and the support."""
        asset, info = state.assets[subject], state.assets[holder].container
        p = state.poses[subject, :3]
        if info is None:
            top = shapes.height_range(state.assets[holder], state.poses[holder])[1]
            margins = {
                "inside_m": shapes.inside_margin(outline(state, holder), p[:2]) - INSIDE,
                "above_floor_m": float(p[2] - top),
            }
            return margins, shapes.height_range(asset, state.poses[subject])[0] - top
        R_WH = quat_to_mat(state.poses[holder, 3:7])
        p_H = R_WH.T @ (p - state.poses[holder, :3])
        up_O = quat_to_mat(state.poses[subject, 3:7]).T @ R_WH[:, 2]
        margins = {
            "inside_m": _rim_margin(info, p_H[:2]) - INSIDE,
            "above_floor_m": float(p_H[2] - info.floor_z),
            "holder_upright_rad": float(MAX_TILT - np.arccos(np.clip(R_WH[2, 2], -1, 1))),
        }
        return margins, float(p_H[2] - shapes.support(asset, -up_O) - info.floor_z)

    def holds(self, state: WorldState, subject: int, objects: tuple[int, ...], frame: str = "camera") -> Margin:
        holder = objects[0]
        margins, gap = self._place(state, subject, holder)
        if state.contacts is None:
            margins["gap_m"] = REST_GAP - abs(gap)
        else:
            pair = (min(subject, holder), max(subject, holder))
            margins["contact"] = 1.0 if pair in state.contacts else -1.0
            margins["off_table"] = -1.0 if (TABLE, subject) in state.contacts else 1.0
        reasons = {
            "inside_m": "centre of mass outside the support",
            "above_floor_m": "centre of mass below the support",
            "holder_upright_rad": "the container is tipped over",
            "gap_m": "a gap or an overlap with the support (judged by geometry alone)",
            "contact": "no contact with the support",
            "off_table": "still touches the table",
        }
        return _answer(margins, reasons)

    def sample(
        self, rng: np.random.Generator, state: WorldState, subject: int, objects: tuple[int, ...], frame: str = "camera"
    ) -> F64:
        holder = objects[0]
        yaw = rng.uniform(-np.pi, np.pi)
        r = shapes.footprint(state.assets[subject], state.poses[subject, 3:7]).radius
        info = state.assets[holder].container
        if info is None:
            xy = _inside_polygon(rng, outline(state, holder), 0.6)
            return np.array([xy[0], xy[1], yaw])
        if info.radius is not None:
            free = max(info.radius - r, 0.3 * info.radius, 0.0)
            free = min(free, max(info.radius - 2 * INSIDE, 0.0))
            angle = rng.uniform(-np.pi, np.pi)
            local = free * np.sqrt(rng.uniform()) * np.array([np.cos(angle), np.sin(angle)])
        else:
            half = np.asarray(info.half_extents, np.float64)
            local = rng.uniform(-1, 1, 2) * np.minimum(
                np.maximum(half - r, 0.3 * half), np.maximum(half - 2 * INSIDE, 0)
            )
        R_WH = quat_to_mat(state.poses[holder, 3:7])
        at = R_WH @ np.array([*(local + np.asarray(info.centre_xy)), info.floor_z]) + state.poses[holder, :3]
        return np.array([at[0], at[1], yaw])


class In(On):
    """`on` for a hollow container, and the subject's lowest point is below the rim."""

    kind = "in"
    inverse = None

    def holds(self, state: WorldState, subject: int, objects: tuple[int, ...], frame: str = "camera") -> Margin:
        info = state.assets[objects[0]].container
        if info is None or info.rim_z - info.floor_z < REST_GAP:
            return Margin(False, {"hollow": -1.0}, "the object has no inside")
        base = super().holds(state, subject, objects, frame)
        _, gap = self._place(state, subject, objects[0])
        margins = {**base.margins, "below_rim_m": float(info.rim_z - info.floor_z - gap)}
        if not base.ok:
            return Margin(False, margins, base.reason)
        return _answer(margins, {"below_rim_m": "above the rim"})


class Under(RelationImpl):
    """The object rests on the subject, or the subject is wholly below it with its centre inside its outline."""

    kind = "under"
    inverse = "on"

    def holds(self, state: WorldState, subject: int, objects: tuple[int, ...], frame: str = "camera") -> Margin:
        resting = RELATION_TABLE["on"].holds(state, objects[0], (subject,), frame)
        if resting.ok:
            return resting
        top = shapes.height_range(state.assets[subject], state.poses[subject])[1]
        bottom = shapes.height_range(state.assets[objects[0]], state.poses[objects[0]])[0]
        margins = {
            "inside_m": shapes.inside_margin(outline(state, objects[0]), state.poses[subject, :2]) - INSIDE,
            "below_m": bottom - top + REST_GAP,
        }
        return _answer(margins, {"inside_m": "not below its outline", "below_m": "not lower"})

    def sample(
        self, rng: np.random.Generator, state: WorldState, subject: int, objects: tuple[int, ...], frame: str = "camera"
    ) -> F64:
        """Holds if the object is up high enough for the subject to stand beneath."""
        xy = _inside_polygon(rng, outline(state, objects[0]), 0.5)
        return np.array([xy[0], xy[1], rng.uniform(-np.pi, np.pi)])


def _inside_polygon(rng: np.random.Generator, poly: F64, shrink: float) -> F64:
    """A point (2,) inside a convex polygon shrunk about its vertex mean (a random convex combination)."""
    w = rng.dirichlet(np.full(len(poly), 0.5))
    centre = poly.mean(axis=0)
    return centre + shrink * (w @ poly - centre)


_ALL: tuple[RelationImpl, ...] = (
    On(),
    In(),
    Under(),
    Near(),
    Side("left_of", "right_of", 1, -1.0),
    Side("right_of", "left_of", 1, 1.0),
    Side("in_front_of", "behind", 0, 1.0),
    Side("behind", "in_front_of", 0, -1.0),
    Between(),
)
RELATION_TABLE: dict[str, RelationImpl] = {r.kind: r for r in _ALL}


def relation(kind: str) -> RelationImpl:
    """The implementation of a relation; raises ConfigError naming the nearest one."""
    if kind not in RELATION_TABLE:
        raise ConfigError(unknown_name("relation", kind, RELATION_TABLE))
    return RELATION_TABLE[kind]


def resting_pose(state: WorldState, subject: int, xyyaw: F64, on: int = TABLE) -> F64:
    """X_WO (7,) of the subject at a sampled (x, y, yaw), turned by yaw from its pose in `state`, resting on object
    `on`."""
    q = state.poses[subject, 3:7]
    below = shapes.footprint(state.assets[subject], q).below
    return shapes.pose_at(float(xyyaw[0]), float(xyyaw[1]), float(xyyaw[2]), q, support_height(state, on), below)
