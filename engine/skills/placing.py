"""Where a held object can be put down: poses over a container's support, each as low as it fits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.errors import TaskError
from engine.frames import Pose
from engine.plan.collision import CollisionWorld
from engine.types import F64, ObjectAsset


@dataclass(frozen=True, eq=False)
class PlaceOption:
    """X_WO: object pose at release. drop: metres it hangs above the lowest possible height. turn: yaw added."""

    X_WO: Pose
    drop: float
    turn: float


def place_options(
    world: CollisionWorld,
    target: ObjectAsset,
    X_WO: Pose,
    container: ObjectAsset,
    X_WS: Pose,
    rng: np.random.Generator,
    *,
    gap: float = 0.005,
    n_turns: int = 12,
    spread: float = 0.15,
    max_drop: float = 0.06,
) -> list[PlaceOption]:
    """Poses near the container's centre, in all yaws, best first: low before high, then small turns.

    The object keeps the tilt it rests with now. The target must be attached in `world` (`hold`), the container in its
    place. X_WO (target) and X_WS (container) are present poses. `spread`: how far off-centre, as a part of the
    inner radius; `max_drop`: tallest accepted fall in metres.

    Raises TaskError when `container` holds nothing.
    """
    info = container.container
    if info is None:
        raise TaskError(f"'{container.asset_id}' is no container; use a plate, bowl, basket, tray or box")
    free = min(info.half_extents) if info.half_extents is not None else info.radius or 0.0
    phase = rng.uniform(0, 2 * np.pi / n_turns)
    turns = phase + 2 * np.pi * np.arange(n_turns) / n_turns
    if info.half_extents is not None:
        turns = np.concatenate([_aligned_turns(X_WO.R, X_WS.R), turns])
    turns = turns - 2 * np.pi * np.floor(turns / (2 * np.pi) + 0.5)
    angle, size = rng.uniform(0, 2 * np.pi), spread * free * np.sqrt(rng.uniform(0, 1))
    centre = np.array([info.centre_xy[0], info.centre_xy[1], info.floor_z])
    off = centre + size * np.array([np.cos(angle), np.sin(angle), 0.0])
    bottom = float((target.vertices() @ X_WO.R.T)[:, 2].min())
    max_drop = min(max_drop, max(0.02, info.rim_z - info.floor_z + 0.01))
    out: list[PlaceOption] = []
    for spot in (off, centre):
        lowest = X_WS.apply(spot) + np.array([0.0, 0.0, gap - bottom])
        for turn in turns.tolist():
            c, s = np.cos(turn), np.sin(turn)
            R = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]]) @ X_WO.R
            drop = settle_height(world, R, lowest, gap, max_drop)
            if drop is not None:
                out.append(PlaceOption(Pose(R, lowest + np.array([0.0, 0.0, drop])), drop, turn))
        if out and min(o.drop for o in out) <= 0.01:
            break  # the exact centre is the fallback of an off-centre spot that does not fit
    # A yaw in which the object stands on the rim is no use where another yaw fits in.
    least = min((o.drop for o in out), default=0.0)
    out = [o for o in out if o.drop <= least + 0.02]
    order = np.lexsort((np.array([abs(o.turn) for o in out]), np.round([o.drop for o in out], 3)))
    return [out[i] for i in order]


def _aligned_turns(R_WO: F64, R_WS: F64) -> F64:
    """Four yaws (4,) that bring a horizontal axis of the object parallel to the container's sides."""
    axis = R_WO[:, int(np.argmin(np.abs(R_WO[2])))]
    angle = np.arctan2(R_WS[1, 0], R_WS[0, 0]) - np.arctan2(axis[1], axis[0])
    return angle + np.pi / 2 * np.arange(4)


def settle_height(world: CollisionWorld, R: F64, lowest: F64, gap: float, max_drop: float) -> float | None:
    """Smallest rise in steps of 6 mm at which the object keeps 0.6 gap from everything, or None."""
    rise = 0.0
    while rise <= max_drop:
        X = Pose(R, lowest + np.array([0.0, 0.0, rise]))
        nearest = min(world.held_distances(X.vector()))
        if nearest >= 0.6 * gap:
            return rise
        rise += 0.006
    return None
