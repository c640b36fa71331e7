"""Direction labels from gripper events alone, for recordings without object poses (InSpire, appendix B).

Nothing is known but where the gripper was and when it closed and opened. The gripper's position at the
closure stands for the object until the release; its position at the release stands for the container, and
for the object from then on; between the two the object is "grasped".

    grasps = grasps_from_width(width)                        # or grasps_from_command(command)
    labels = event_labels(p_WG, grasps, X_WC)["target"]
    labels.direction[t], labels.known[t]

What the method cannot see: the hand does not close on an object's centre, and it lets go above the
container's. With delta = stand-in minus true centre the answer can only differ where the two largest parts
of the true offset are less than 2 max |delta| apart (`beyond_doubt`): a tie that the stand-in cannot decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.errors import ConfigError
from engine.frames import Array, Pose
from engine.label.directions import direction_index, offset_in_view

EVENT_ROLES = ("target", "container")


@dataclass(frozen=True)
class EventConfig:
    """How openings (metres) are read. move_m: a change of the opening that counts as the fingers moving.
    still_m: closing has ended when the opening shrinks by no more than this in a frame. empty_m: fingers that
    close to this hold nothing, so that is no grasp. min_frames: shorter closures are noise.
    """

    move_m: float = 0.004
    still_m: float = 0.001
    empty_m: float = 0.001
    min_frames: int = 3

    def __post_init__(self) -> None:
        if not (self.move_m > 0 and self.still_m >= 0 and self.empty_m >= 0 and self.min_frames >= 1):
            raise ConfigError(f"{self}: move_m above 0, still_m and empty_m at least 0, min_frames at least 1")


@dataclass(frozen=True)
class Grasp:
    """One closure: the object is held in frames start <= t < stop; stop is None when it never opens again."""

    start: int
    stop: int | None


@dataclass(frozen=True, eq=False)
class EventLabels:
    """Labels of one role. direction (T,): index into DIRECTIONS, -1 where no event says anything. offset (T, 3):
    stand-in minus gripper, metres, in the camera's viewpoint frame, nan where unknown. known (T,). grasped (T,).
    p_W (T, 3): the stand-in in W, nan where unknown."""

    direction: NDArray[np.int64]
    offset: Array
    known: NDArray[np.bool_]
    grasped: NDArray[np.bool_]
    p_W: Array


def grasps_from_command(command: ArrayLike, min_frames: int = 1) -> tuple[Grasp, ...]:
    """Closures of a command (T,), 0 open and 1 closed; frame t's command is carried out from t to t + 1.

    Fingers that close on nothing cannot be told from a grasp here. Raises ConfigError for another shape.
    """
    closed = _row(command, "command") > 0.5
    edges = np.flatnonzero(np.diff(closed.astype(np.int8), prepend=0, append=0))
    out = []
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        if end - begin >= min_frames:
            # The picture of frame t is taken before its command acts.
            out.append(Grasp(min(int(begin) + 1, len(closed) - 1), None if end == len(closed) else int(end) + 1))
    return tuple(g if g.stop is None or g.stop < len(closed) else Grasp(g.start, None) for g in out)


def grasps_from_width(width: ArrayLike, cfg: EventConfig | None = None) -> tuple[Grasp, ...]:
    """Closures of a measured opening (T,) in metres, whatever the size of what is held.

    A grasp starts in the first frame in which closing fingers have come to rest, and ends in the first frame in
    which they have opened by move_m. Raises ConfigError for another shape.
    """
    cfg = cfg or EventConfig()
    w = _row(width, "width")
    out: list[Grasp] = []
    widest, narrowest, start, state = w[0], w[0], 0, "open"
    for t in range(1, len(w)):
        if state == "open":
            widest = max(widest, w[t])
            if w[t] < widest - cfg.move_m:
                state = "closing"
        if state == "closing":
            if w[t] > w[t - 1] + cfg.move_m:  # it opens again before it came to rest
                state, widest = "open", w[t]
            elif w[t - 1] - w[t] <= cfg.still_m:
                state, start, narrowest = "closed", t - 1, w[t]
        elif state == "closed":
            narrowest = min(narrowest, w[t])
            if w[t] > narrowest + cfg.move_m:
                out += _held(w, start, t, cfg)
                state, widest = "open", w[t]
    if state == "closed":
        out += [Grasp(g.start, None) for g in _held(w, start, len(w), cfg)]
    return tuple(out)


def _held(w: Array, start: int, stop: int, cfg: EventConfig) -> list[Grasp]:
    """The grasp between two frames, unless it is too short or the fingers met."""
    if stop - start < cfg.min_frames or float(np.median(w[start:stop])) <= cfg.empty_m:
        return []
    return [Grasp(start, stop)]


def _row(values: ArrayLike, name: str) -> Array:
    out = np.asarray(values, np.float64)
    if out.ndim != 1 or not len(out) or not np.isfinite(out).all():
        raise ConfigError(f"{name} has the shape {out.shape}; give one finite number per frame, (T,)")
    return out


def event_labels(p_WG: ArrayLike, grasps: Sequence[Grasp], X_WC: Pose) -> dict[str, EventLabels]:
    """Labels by role ("target": what is grasped, "container": where it is put) of one recording.

    p_WG (T, 3): midpoint of the fingertips in W, metres. X_WC: the third-person camera. With several grasps the
    next closure stands for the object while the hand is empty, and the last release for the container. Raises
    ConfigError when the grasps do not fit the recording.
    """
    p = np.asarray(p_WG, np.float64)
    if p.ndim != 2 or p.shape[1] != 3:
        raise ConfigError(f"p_WG has the shape {p.shape}; it must be (T, 3)")
    T = len(p)
    target, held = np.full((T, 3), np.nan), np.zeros(T, bool)
    free = 0  # first frame for which nothing has been said
    for g in grasps:
        stop = T if g.stop is None else g.stop
        if not free <= g.start < stop <= T:
            raise ConfigError(f"{g} does not fit {T} frames after frame {free}; grasps must be in order")
        target[free : g.start] = p[g.start]
        target[g.start : stop] = p[g.start : stop]
        held[g.start : stop] = True
        free = stop
    last = grasps[-1].stop if grasps else None
    container = np.full((T, 3), np.nan)
    if last is not None:
        # The release begins in the frame before the fingers are seen open.
        container[:] = p[last - 1]
        target[last:] = p[last - 1]
    return {
        "target": _labels(target, p, held, X_WC),
        "container": _labels(container, p, np.zeros(T, bool), X_WC),
    }


def _labels(p_WO: Array, p_WG: Array, held: NDArray[np.bool_], X_WC: Pose) -> EventLabels:
    offset = offset_in_view(p_WO, p_WG, X_WC)
    known = np.asarray(np.isfinite(offset).all(axis=1))
    direction = np.where(known, direction_index(np.nan_to_num(offset), held), -1)
    return EventLabels(direction.astype(np.int64), offset, known, held, p_WO)


def beyond_doubt(d_V: ArrayLike, delta_V: ArrayLike) -> NDArray[np.bool_]:
    """Whether an error of delta_V (..., 3) cannot change the direction of the offset d_V (..., 3), metres.

    The largest part of d must lead the next one by more than the two errors together; its sign is then safe, too.
    """
    d, e = np.abs(np.asarray(d_V, np.float64)), np.abs(np.asarray(delta_V, np.float64))
    first = np.argmax(d, axis=-1)[..., None]
    lead = np.take_along_axis(d, first, -1) - np.take_along_axis(e, first, -1)  # least that stays of the largest
    others = d + e
    np.put_along_axis(others, first, -np.inf, -1)
    return (lead[..., 0] > others.max(axis=-1)) & (lead[..., 0] > 0)
