"""Camera poses outside the range of the training views: the rig turned round what it looks at.

Distances are measured in a camera's parent (world or hand): training positions fill a box, test positions lie
outside it by at least `GAP_M`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from engine.errors import ConfigError
from engine.frames import Array, Pose, axis_angle_quat, quat_to_mat
from engine.render.randomize import CameraRanges
from engine.types import CameraSpec

GAP_M: Mapping[str, float] = {"world": 0.10, "hand": 0.003}
"""How far outside the box of all other splits' positions a test camera is, by its parent, in metres."""


@dataclass(frozen=True)
class OutsideRanges:
    """How far test cameras go: turns about the vertical and about the image's horizontal through the point looked
    at (degrees; the sign of the first is drawn), factors of the distance; shifts of a camera on the hand (metres,
    beyond the training range) and its turn (degrees)."""

    azimuth_deg: tuple[float, float] = (14.0, 32.0)
    elevation_deg: tuple[float, float] = (-8.0, 12.0)
    distance: tuple[float, float] = (1.0, 1.2)
    hand_shift: tuple[float, float] = (0.004, 0.008)
    hand_turn_deg: float = 3.0
    min_height: float = 0.25  # of a fixed camera above the robot's base, m


def outside_cameras(
    base: tuple[CameraSpec, ...],
    train: CameraRanges | None,
    rng: np.random.Generator,
    cfg: OutsideRanges | None = None,
) -> tuple[CameraSpec, ...]:
    """Cameras of a test appearance, before the small moves that `train` draws; None where training does not move them.

    All fixed cameras turn together, so that a rig stays one. Raises ConfigError when the training range is so wide
    that there is no outside within `cfg`.
    """
    cfg = cfg or OutsideRanges()
    fixed = [c for c in base if c.parent == "world"]
    reach = 0.0 if train is None else train.world_position
    # The small moves come on top and may lead back by `reach`.
    far = 2 * reach + GAP_M["world"] + 0.01
    pivot = _pivot(fixed[0]) if fixed else np.zeros(3)
    for _ in range(200):
        turn = _turn(rng, cfg)
        moved = {c.name: _turned(c, pivot, *turn) for c in fixed}
        away = (np.abs(m.X_PC[:3] - c.X_PC[:3]).max() for c in fixed for m in (moved[c.name],))
        if all(d >= far for d in away) and all(m.X_PC[2] >= cfg.min_height for m in moved.values()):
            return tuple(moved.get(c.name) or _shifted(c, train, rng, cfg) for c in base)
    raise ConfigError(
        f"randomize.camera.world_position = {reach}: training cameras fill all poses that test_camera could have; "
        "make it smaller, or leave the split out (--test-camera 0)"
    )


def _turn(rng: np.random.Generator, cfg: OutsideRanges) -> tuple[float, float, float]:
    sign = 1.0 if rng.random() < 0.5 else -1.0
    azimuth = sign * math.radians(float(rng.uniform(*cfg.azimuth_deg)))
    return azimuth, math.radians(float(rng.uniform(*cfg.elevation_deg))), float(rng.uniform(*cfg.distance))


def _pivot(camera: CameraSpec) -> Array:
    """Where the optical axis meets the height of the robot's base, else the point 1 m ahead."""
    X = Pose.from_vector(camera.X_PC)
    ahead = X.R[:, 2]
    t = -X.p[2] / ahead[2] if ahead[2] < -0.05 else 1.0
    return X.p + ahead * min(max(t, 0.3), 3.0)


def _turned(camera: CameraSpec, pivot: Array, azimuth: float, elevation: float, distance: float) -> CameraSpec:
    """A fixed camera turned about `pivot` and moved away from it; it keeps looking at what it looked at."""
    X = Pose.from_vector(camera.X_PC)
    about_z = quat_to_mat(axis_angle_quat((0.0, 0.0, 1.0), azimuth))
    # A turn about the image's right lifts the camera while it keeps facing the pivot.
    R = about_z @ quat_to_mat(axis_angle_quat(X.R[:, 0], -elevation))
    p = pivot + distance * (R @ (X.p - pivot))
    return replace(camera, X_PC=_rounded(Pose(R @ X.R, p)))


def _shifted(
    camera: CameraSpec, train: CameraRanges | None, rng: np.random.Generator, cfg: OutsideRanges
) -> CameraSpec:
    """A camera on the hand, shifted out of the training box along at least one axis."""
    reach = 0.0 if train is None else train.hand_position
    shift = rng.uniform(-1, 1, 3)
    shift *= (2 * reach + GAP_M["hand"] + float(rng.uniform(*cfg.hand_shift))) / np.abs(shift).max()
    X = Pose.from_vector(camera.X_PC)
    turn = axis_angle_quat(rng.normal(size=3), math.radians(cfg.hand_turn_deg) * float(rng.uniform(-1, 1)))
    return replace(camera, X_PC=_rounded(Pose(X.R @ quat_to_mat(turn), X.p + shift)))


def _rounded(pose: Pose) -> Array:
    """A pose (7,) short enough to read, its quaternion of length one."""
    vector = np.round(pose.vector(), 9)
    vector[3:] /= np.linalg.norm(vector[3:])
    return vector


def camera_box(cameras: Iterable[CameraSpec]) -> dict[str, tuple[Array, Array]]:
    """Lowest and highest position (3,) of each camera by name, in its parent's frame."""
    places: dict[str, list[Array]] = {}
    for c in cameras:
        places.setdefault(c.name, []).append(c.X_PC[:3])
    return {name: (np.min(p, axis=0), np.max(p, axis=0)) for name, p in places.items()}


def outside_by(camera: CameraSpec, box: tuple[Array, Array]) -> float:
    """How far a camera's position is outside a box, in metres along the axis that is furthest out; negative inside."""
    p = camera.X_PC[:3]
    return float(np.maximum(box[0] - p, p - box[1]).max())
