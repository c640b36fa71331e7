"""Pick and place: from grasp candidates and a container to one labelled, timed, collision-checked trajectory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.errors import ConfigError
from engine.frames import Pose
from engine.plan.collision import HELD_ROW, ROBOT_ROW, CollisionWorld
from engine.sim.kinematics import ArmKinematics
from engine.sim.model import CONTROL_HZ, SceneModel
from engine.skills.placing import PlaceOption, place_options
from engine.types import F64, Failure, Grasp, PhysicsParams, Trajectory

REASONS = (
    "no grasp candidates",
    "no reachable grasp",
    "grasp in collision",
    "container has no free place",
    "no reachable place",
    "approach blocked",
    "lift blocked",
    "place in collision",
    "retreat blocked",
    "no collision-free path",
)
"""Failure reasons, in the order of planning: the one reported is the furthest that any candidate came."""


@dataclass(frozen=True)
class PlanConfig:
    """Lengths in metres, speeds in m/s, angles in radians, times in seconds; scales multiply the robot's limits."""

    control_hz: int = CONTROL_HZ
    velocity_scale: float = 0.8
    acceleration: float = 9.0  # rad/s^2, beside acceleration_scale
    acceleration_scale: float = 0.75
    held_acceleration_scale: float = 0.6  # of the above while something is held
    smooth_s: float = 0.12
    tip_speed: float = 1.0
    held_tip_speed: float = 0.7
    contact_speed: float = 0.10  # at grasp and place, growing with the distance from them
    speed_slope: float = 2.5  # 1/s
    approach_distance: float = 0.09
    lift_height: float = 0.10
    above_height: float = 0.08  # over the place, at least; more over a deep container
    retreat_distance: float = 0.07
    retreat_rise: float = 0.10
    close_dwell_s: float = 0.5
    release_dwell_s: float = 0.4
    place_gap: float = 0.005
    clearance: float = 0.015  # in free motion, robot and held object
    near_clearance: float = 0.003  # along the straight lines at grasp and place
    touch: float = 0.0005  # how far an open finger may reach into the target's collision shape
    limit_margin: float = 0.08
    max_grasps: int = 48
    pairs_per_grasp: int = 4
    max_pairs: int = 16
    rrt_pairs: int = 2
    rrt_iterations: int = 120

    def __post_init__(self) -> None:
        for name in ("control_hz", "velocity_scale", "acceleration", "tip_speed", "contact_speed", "max_grasps"):
            if getattr(self, name) <= 0:
                raise ConfigError(f"PlanConfig.{name} is {getattr(self, name)}; give a value above 0")
        if self.velocity_scale > 1 or self.acceleration_scale > 1:
            raise ConfigError("PlanConfig.velocity_scale and acceleration_scale are parts of the robot's limits; give at most 1")


@dataclass(eq=False)
class _Problem:
    """What stays fixed while candidates are tried."""

    world: CollisionWorld
    kin: ArmKinematics
    cfg: PlanConfig
    rng: np.random.Generator
    target: int
    container: int
    poses: F64
    q_start: F64
    open_width: float
    dq_max: F64
    ddq_max: F64
    furthest: int = 0
    rrt_left: int = 0
    lift_extra: float = 0.0
    notes: dict[str, float] = field(default_factory=dict)

    def fail(self, reason: str) -> None:
        self.furthest = max(self.furthest, REASONS.index(reason))

    def required(self, robot: float, held: float) -> F64:
        """(2, columns) clearance table; the arm's own base needs only to be missed."""
        out = np.empty((2, self.world.columns))
        out[ROBOT_ROW], out[HELD_ROW] = robot, held
        out[:, self.world.self_column] = 0.005
        return out


@dataclass(eq=False)
class _Pick:
    """One posture at the grasp: the straight approach and lift in joint space."""

    grasp: Grasp
    X_WG: Pose
    X_GO: Pose
    q7: float
    branch: int
    approach: F64
    lift: F64


@dataclass(eq=False)
class _Place:
    """One posture at the place: the straight way down and the retreat in joint space."""

    option: PlaceOption
    X_WG: Pose
    lower: F64
    retreat: F64


def plan_pick_place(
    sm: SceneModel,
    physics: PhysicsParams,
    layout_poses: F64,
    target: int,
    container: int,
    grasps: Sequence[Grasp],
    kin: ArmKinematics,
    cfg: PlanConfig,
    rng: np.random.Generator,
    *,
    world: CollisionWorld | None = None,
) -> Trajectory | Failure:
    """A trajectory that takes object `target` and sets it down on or in object `container`.

    Args:
        layout_poses: (n, 7) settled poses X_WO in scene order.
        grasps: candidates in the order in which they should be tried.
        world: a collision world of the same scene model to reuse; its poses are overwritten.

    Returns the first candidate's plan that is reachable, free of collisions (hand, forearm and held object against
    everything, checked again on the timed motion) and within the limits; else a Failure of stage "plan" with one of
    `REASONS`.
    """
    assets = sm.scene.assets
    if world is None:
        world = CollisionWorld(sm, physics, layout_poses, kin=kin, margin=cfg.clearance + 0.003)
    scale = np.minimum(cfg.acceleration, cfg.acceleration_scale * sm.robot.ddq_max)
    problem = _Problem(
        world, kin, cfg, rng, target, container, np.array(layout_poses, np.float64), np.array(physics.q_start, np.float64),
        sm.robot.gripper.max_width, cfg.velocity_scale * sm.robot.dq_max, scale, rrt_left=cfg.rrt_pairs,
    )  # fmt: skip

    def failed(reason: str) -> Failure:
        return Failure("plan", reason, assets[target].asset_id, grasps[0].index if grasps else -1)

    if not grasps:
        return failed(REASONS[0])
    X_WO = Pose.from_vector(layout_poses[target])
    world.set_poses(problem.poses)
    world.hold(target, Pose.identity())
    options = place_options(
        world, assets[target], X_WO, assets[container], Pose.from_vector(layout_poses[container]), rng, gap=cfg.place_gap
    )
    if not options:
        return failed("container has no free place")
    from engine.skills.search import search

    found = search(problem, list(grasps[: cfg.max_grasps]), X_WO, options)
    return failed(REASONS[max(problem.furthest, 1)]) if found is None else found
