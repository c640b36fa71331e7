"""Camera poses sampled round the workspace, for pictures from many sides of the same instant.

    cameras = sample_viewpoints(6, rng(seed, "views"))          # view_00 ... view_05, fixed in the world
    appearance = replace(appearance, cameras=(*appearance.cameras, *cameras))

The eye lies on a part of a spherical shell round the table's working area and looks at it; it is never
below the table, never inside the volume that the robot sweeps, and always on this side of the wall
behind the robot. World frame W: the robot's base is the origin, x points from it over the table.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from engine.errors import ConfigError
from engine.frames import Array, Pose, intrinsics, look_at
from engine.types import CameraSpec

Range = tuple[float, float]
_TRIES = 4000  # draws of an eye before the shell counts as having no room


@dataclass(frozen=True)
class ViewpointConfig:
    """The shell, the aim and the lens. Metres in W, angles in degrees, uniform draws from [low, high].

    centre: middle of the working area, which the eye looks at up to `aim_jitter` metres on each axis. radius:
    distance of the eye from it. azimuth_deg: from W's x axis (0: facing the robot), counter-clockwise seen from
    above. elevation_deg: above the horizon. roll_deg: turn about the optical axis. fovy_deg: vertical field of view.
    min_separation_deg: between the directions of any two eyes; halved as often as needed when the shell is full.
    robot_low, robot_high: corners of the box that no eye may enter (what arm and hand sweep). wall_x: no eye
    behind it. min_height: of the eye over the robot's base, which is above every table.
    """

    centre: tuple[float, float, float] = (0.5, 0.0, 0.08)
    aim_jitter: tuple[float, float, float] = (0.05, 0.07, 0.03)
    radius: Range = (0.8, 1.45)
    azimuth_deg: Range = (-150.0, 150.0)
    elevation_deg: Range = (15.0, 75.0)
    roll_deg: Range = (-6.0, 6.0)
    fovy_deg: Range = (38.0, 56.0)
    min_separation_deg: float = 12.0
    robot_low: tuple[float, float, float] = (-0.35, -0.5, -1.0)
    robot_high: tuple[float, float, float] = (0.8, 0.5, 1.0)
    wall_x: float = -1.4
    min_height: float = 0.15

    def __post_init__(self) -> None:
        for name in ("radius", "azimuth_deg", "elevation_deg", "roll_deg", "fovy_deg"):
            low, high = getattr(self, name)
            if not low <= high:
                raise ConfigError(f"viewpoints.{name} = ({low}, {high}): the lower end comes first")
        if self.radius[0] <= 0.3:
            raise ConfigError(f"viewpoints.radius starts at {self.radius[0]}; the eye must stay 0.3 m from the table")
        # At 90 degrees the camera's up is undefined, below 0 it may look at the table from below.
        if self.elevation_deg[0] < 0 or self.elevation_deg[1] > 88:
            raise ConfigError(f"viewpoints.elevation_deg = {self.elevation_deg}: it must lie within 0 .. 88")
        if self.fovy_deg[0] < 5 or self.fovy_deg[1] > 140:
            raise ConfigError(f"viewpoints.fovy_deg = {self.fovy_deg}: it must lie within 5 .. 140")
        if self.min_separation_deg < 0:
            raise ConfigError(f"viewpoints.min_separation_deg = {self.min_separation_deg}: it cannot be negative")


def sample_viewpoints(
    count: int,
    rng: np.random.Generator,
    *,
    width: int = 224,
    height: int = 224,
    cfg: ViewpointConfig = ViewpointConfig(),
) -> tuple[CameraSpec, ...]:
    """`count` pinhole cameras fixed in the world, named view_00, view_01, ..., of width x height pixels.

    The first k of n cameras are those that asking for k gives. Elevation is drawn so that eyes are spread evenly
    over the shell's area. Raises ConfigError when the settings leave no room for an eye.
    """
    if count < 0:
        raise ConfigError(f"{count} viewpoints: give a number of at least 0")
    eyes: list[Array] = []
    out: list[CameraSpec] = []
    digits = max(2, len(str(max(count - 1, 0))))
    for k in range(count):
        eye = _eye(rng, eyes, cfg)
        eyes.append(eye)
        jitter = np.asarray(cfg.aim_jitter) * rng.uniform(-1.0, 1.0, 3)
        pose = look_at(eye, np.asarray(cfg.centre) + jitter)
        roll = math.radians(float(rng.uniform(*cfg.roll_deg)))
        turn = np.array([[math.cos(roll), -math.sin(roll), 0], [math.sin(roll), math.cos(roll), 0], [0, 0, 1.0]])
        fovy = math.radians(float(rng.uniform(*cfg.fovy_deg)))
        # Rounded, so that a stored camera is short and is exactly the one that was drawn with.
        K = np.round(intrinsics(width, height, fovy), 6)
        vector = np.round(Pose(pose.R @ turn, pose.p).vector(), 9)
        vector[3:] /= np.linalg.norm(vector[3:])
        out.append(CameraSpec(f"view_{k:0{digits}d}", width, height, K, vector))
    return tuple(out)


def clear_of_robot(eye: Array, cfg: ViewpointConfig) -> bool:
    """Whether an eye (3,) in W is outside the robot's box, above the tables and before the wall."""
    inside = np.all((eye >= np.asarray(cfg.robot_low)) & (eye <= np.asarray(cfg.robot_high)))
    return bool(not inside and eye[0] > cfg.wall_x and eye[2] >= cfg.min_height)


def with_size(cameras: tuple[CameraSpec, ...], width: int, height: int) -> tuple[CameraSpec, ...]:
    """The same cameras at another image size: same pose and vertical field of view, principal point moved along.

    A pixel's centre is an integer, so c' + 1/2 = (c + 1/2) * scale. A change of the aspect ratio widens or
    narrows the view sideways, with square pixels kept square.
    """
    out = []
    for c in cameras:
        s = height / c.height
        K = c.K.copy()
        K[0, 0], K[1, 1] = c.K[0, 0] * s, c.K[1, 1] * s
        K[0, 2] = (c.K[0, 2] + 0.5 - 0.5 * c.width) * s + 0.5 * width - 0.5
        K[1, 2] = (c.K[1, 2] + 0.5) * s - 0.5
        out.append(replace(c, width=width, height=height, K=K))
    return tuple(out)


def _eye(rng: np.random.Generator, others: list[Array], cfg: ViewpointConfig) -> Array:
    """An allowed eye (3,) in W, away from the others."""
    centre = np.asarray(cfg.centre)
    low, high = (math.sin(math.radians(e)) for e in cfg.elevation_deg)
    apart = math.radians(cfg.min_separation_deg)
    for k in range(_TRIES):
        if k and k % 200 == 0:
            apart *= 0.5
        azimuth = math.radians(float(rng.uniform(*cfg.azimuth_deg)))
        up = float(rng.uniform(low, high))
        flat = math.sqrt(1.0 - up * up)
        direction = np.array([flat * math.cos(azimuth), flat * math.sin(azimuth), up])
        eye = centre + float(rng.uniform(*cfg.radius)) * direction
        if not clear_of_robot(eye, cfg):
            continue
        gaps = [np.arccos(np.clip(direction @ (o - centre) / np.linalg.norm(o - centre), -1, 1)) for o in others]
        if not gaps or min(gaps) >= apart:
            return eye
    raise ConfigError(
        f"viewpoints: no place for an eye in the shell of radius {cfg.radius} outside the robot's box; "
        "widen radius, azimuth_deg or elevation_deg"
    )
