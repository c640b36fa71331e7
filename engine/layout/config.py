"""Settings of the layout solver, and the questions that it asks others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from engine.errors import ConfigError, unknown_name
from engine.types import F64, Region, Scene, TaskSpec

TARGET_REGION = Region(x=(0.40, 0.60), y=(-0.175, 0.175))
CONTAINER_REGION = Region(x=(0.32, 0.72), y=(-0.35, 0.35))
OTHER_REGION = Region(x=(0.28, 0.80), y=(-0.45, 0.45))
HELD_OUT_MODES = ("avoid", "position", "orientation", "ignore")


@dataclass(frozen=True)
class LayoutConfig:
    """Regions hold the objects' origins; gaps are free metres between outlines seen from above.

    A task's own regions go before these. `held_out`: one of HELD_OUT_MODES, what is done with the places and directions
    that are kept for evaluation (see `engine.layout.held_out`). `tall_gap` is for neighbours that rise more than
    `tall_over` above half the target's height (or above the container's rim), where the hand would hit them.
    """

    target_region: Region = TARGET_REGION
    container_region: Region = CONTAINER_REGION
    other_region: Region = OTHER_REGION
    held_out: str = "avoid"
    gap: float = 0.012
    target_gap: float = 0.03
    container_gap: float = 0.03
    tall_gap: float = 0.055
    tall_over: float = 0.06
    upright_share: float = 0.85  # how often an object that can stand is put down standing
    min_probability: float = 0.05  # rarer stable poses are left out
    min_visible: float = 0.5  # visible fraction of what the goal moves, in the third-person view
    min_container_visible: float = 0.35
    image_margin_px: float = 2.0
    settle_shift: float = 0.02  # m that an object may move while it settles
    tries_per_object: int = 60
    reach_tries: int = 4  # unreachable pairs of target and container before both are drawn anew
    max_backtracks: int = 200
    max_draws: int = 25

    def __post_init__(self) -> None:
        for name in ("target_region", "container_region", "other_region"):
            check_region(getattr(self, name), f"LayoutConfig.{name}")
        if self.held_out not in HELD_OUT_MODES:
            raise ConfigError(f"LayoutConfig.held_out: {unknown_name('mode', self.held_out, HELD_OUT_MODES)}")
        for name in ("tries_per_object", "reach_tries", "max_backtracks", "max_draws"):
            if getattr(self, name) < 1:
                raise ConfigError(f"LayoutConfig.{name}: {getattr(self, name)}; it must be at least 1")
        for name in ("upright_share", "min_probability", "min_visible", "min_container_visible"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ConfigError(f"LayoutConfig.{name}: {getattr(self, name)}; it must be between 0 and 1")
        for name in ("gap", "target_gap", "container_gap", "tall_gap", "tall_over", "settle_shift"):
            if not 0.0 <= getattr(self, name) <= 0.5:
                raise ConfigError(f"LayoutConfig.{name}: {getattr(self, name)} m; it must be between 0 and 0.5")


def check_region(region: Region, where: str) -> None:
    """Raise ConfigError unless both ranges are finite and not reversed."""
    for axis, (lo, hi) in (("x", region.x), ("y", region.y)):
        if not -5.0 <= lo <= hi <= 5.0:
            raise ConfigError(f"{where}.{axis}: [{lo}, {hi}]; give [low, high] in metres in the robot base frame")


def movers_and_holders(task: TaskSpec) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the objects that the goal moves (its subjects) and of those it moves them to, in order."""
    movers = tuple(dict.fromkeys(r.subject for r in task.goal))
    holders = tuple(dict.fromkeys(o for r in task.goal for o in r.objects if o not in movers))
    return movers, holders


def region_of(scene: Scene, name: str, cfg: LayoutConfig) -> Region:
    """Where an object's origin may be: the task's region for it or for its role, else the default by its part."""
    own = dict(scene.task.regions)
    for role in scene.task.roles:
        belongs = name == role.name or (role.count > 1 and name in [f"{role.name}_{k}" for k in range(role.count)])
        if belongs:
            for key in (name, role.name):
                if key in own:
                    return own[key]
    movers, holders = movers_and_holders(scene.task)
    if name in movers:
        return cfg.target_region
    return cfg.container_region if name in holders else cfg.other_region


class LayoutCheck(Protocol):
    """What the solver asks of physics, kinematics and rendering. poses are X_WO (n, 7) in scene order."""

    def reachable(self, poses: F64) -> str:
        """ "" when target and container can be reached, else a short reason.

        It is asked as soon as these are placed; objects without a place yet are parked 5 m below the floor.
        """
        ...

    def visible_fraction(self, poses: F64, i: int) -> float:
        """Visible part, in [0, 1], of object i in the third-person view."""
        ...

    def settle(self, poses: F64) -> tuple[F64, bool, str]:
        """Let physics come to rest: settled poses, whether it did, and the reason when not."""
        ...
