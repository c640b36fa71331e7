"""Places and directions that training never uses, so that evaluation can ask for them.

Two parts of the target region (one inside it, one in its corner), a part of the container region, and a quarter of the
directions in which a long target can lie are left out of every layout unless a configuration says otherwise
(`LayoutConfig.held_out`):

    avoid        none of them: what training and every ordinary run use
    position     target and container start inside the held-out parts, directions as in training
    orientation  the target's long axis lies in the held-out quarter, places as in training
    ignore       everything is allowed

The parts are blocks, not a fine grid: training comes no nearer than 5 cm to the middle of the inner one, 7 cm to the
outer corner of the other, 10 cm to the middle of the outer edge of the container's. What starts near a border has
places of training beside it all the same, and a policy that knows both sides of the inner block may bridge it.
The rules judge the settled poses, not only the drawn ones.

They hold for what the goal moves and what it moves it to, where these have the default regions. A task's own region for
an object goes before its held-out part, and nothing is held out of distractors.
"""

from __future__ import annotations

import math

import numpy as np

from engine.layout.config import LayoutConfig, movers_and_holders, region_of
from engine.types import F64, Region, Scene

TARGET_PARTS = (Region(x=(0.45, 0.55), y=(-0.13, -0.01)), Region(x=(0.40, 0.48), y=(0.105, 0.175)))
"""A quarter of the target region (176 of 700 cm2), in the robot base frame."""
CONTAINER_PARTS = (Region(x=(0.40, 0.60), y=(0.20, 0.35)),)
"""A ninth of the container region (300 of 2,800 cm2)."""
AXIS_DEG = (25.0, 70.0)
"""Held-out directions of a target's long axis seen from above, degrees from the base's x axis towards y, of 180."""
ELONGATED = 1.3
"""From this ratio of length to width an outline has a long axis; rounder targets are free to turn."""


def long_axis(outline: F64) -> tuple[float, float]:
    """(ratio, degrees) of a counter-clockwise outline (m, 2): length over width of the rectangle with the same second
    moments of area, and the direction of the length in [0, 180) from x towards y."""
    p = outline - outline[0]  # near the origin, where the sums below lose nothing
    q = np.roll(p, -1, axis=0)
    cross = p[:, 0] * q[:, 1] - q[:, 0] * p[:, 1]
    area = 0.5 * float(cross.sum())
    if area <= 1e-12:
        return 1.0, 0.0
    centre = ((p + q) * cross[:, None]).sum(axis=0) / (6.0 * area)
    x, y = p[:, 0] - centre[0], p[:, 1] - centre[1]
    u, v = q[:, 0] - centre[0], q[:, 1] - centre[1]
    cross = x * v - u * y
    xx = float(((x * x + x * u + u * u) * cross).sum())
    yy = float(((y * y + y * v + v * v) * cross).sum())
    xy = 0.5 * float(((x * v + 2.0 * x * y + 2.0 * u * v + u * y) * cross).sum())
    spread = math.hypot(0.5 * (xx - yy), xy)
    mean = 0.5 * (xx + yy)
    ratio = math.sqrt((mean + spread) / max(mean - spread, 1e-30))
    return ratio, math.degrees(0.5 * math.atan2(xy, 0.5 * (xx - yy))) % 180.0


def place_held_out(parts: tuple[Region, ...], x: float, y: float) -> bool:
    """Whether (x, y) in the base frame lies in one of the parts, borders included."""
    return any(r.x[0] <= x <= r.x[1] and r.y[0] <= y <= r.y[1] for r in parts)


def axis_held_out(outline: F64) -> bool | None:
    """Whether the long axis of an outline lies in the held-out directions; None when it has no long axis."""
    ratio, degrees = long_axis(outline)
    return None if ratio < ELONGATED else AXIS_DEG[0] <= degrees <= AXIS_DEG[1]


class HeldOut:
    """The rules for one scene under one configuration; objects by index in scene order."""

    def __init__(self, scene: Scene, cfg: LayoutConfig) -> None:
        self.mode = cfg.held_out
        movers, holders = movers_and_holders(scene.task)
        self.movers = {scene.index(n) for n in movers}
        self.parts: dict[int, tuple[Region, ...]] = {}
        for names, default, parts in (
            (movers, cfg.target_region, TARGET_PARTS),
            (holders, cfg.container_region, CONTAINER_PARTS),
        ):
            for name in names:
                if region_of(scene, name, cfg) is default:
                    self.parts[scene.index(name)] = parts

    def allows(self, i: int, x: float, y: float, outline: F64) -> bool:
        """Whether object i may stand at (x, y) with this outline (m, 2; any origin)."""
        if self.mode == "ignore":
            return True
        if i in self.parts and place_held_out(self.parts[i], x, y) != (self.mode == "position"):
            return False
        if i not in self.movers:
            return True
        held = axis_held_out(outline)
        return held is True if self.mode == "orientation" else held is not True
