"""Settings of pick-and-place planning."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import ConfigError

REASONS = (
    "no grasp candidates",
    "container has no free place",
    "no free place where the goal holds",
    "no reachable grasp",
    "grasp in collision",
    "no reachable place",
    "approach blocked",
    "lift blocked",
    "place in collision",
    "retreat blocked",
    "no collision-free path",
)
"""Failure reasons in the order of planning; the one reported is the furthest that any candidate came."""


@dataclass(frozen=True)
class PlanConfig:
    """Lengths in metres, speeds in m/s, angles in radians, times in seconds; scales multiply the robot's limits."""

    velocity_scale: float = 0.8
    acceleration: float = 9.0  # rad/s^2 at most, beside acceleration_scale
    acceleration_scale: float = 0.75
    held_acceleration_scale: float = 0.6  # of the above while something is held
    smooth_s: float = 0.10  # moving average over time that rounds the acceleration
    tip_speed: float = 1.0
    held_tip_speed: float = 0.8
    contact_speed: float = 0.12  # at grasp and place; grows by speed_slope with the distance from them
    speed_slope: float = 4.0  # 1/s
    approach_distance: float = 0.09
    lift_height: float = 0.10
    above_height: float = 0.08  # start of the straight way down over the place
    retreat_distance: float = 0.07
    retreat_rise: float = 0.10
    close_dwell_s: float = 0.5
    release_dwell_s: float = 0.4
    place_gap: float = 0.005
    clearance: float = 0.015  # in free motion, of robot and held object
    near_clearance: float = 0.003  # along the straight lines at grasp and place
    table_clearance: float = 0.001  # of the open fingers along the approach
    touch: float = 0.0005  # how far an open finger may reach into the target's collision shape
    limit_margin: float = 0.08
    drops: tuple[float, ...] = (0.02, 0.04)  # tried in turn when the hand does not fit at the lowest place
    alternatives: int = 1  # plans made of the first grasp that works; the shortest is taken
    n_q7: int = 18  # values of the last joint tried for each pose
    max_grasps: int = 60
    pairs_per_grasp: int = 5  # pairs of grasp and place posture tried for one grasp
    max_pairs: int = 30
    rrt_pairs: int = 2
    rrt_iterations: int = 120

    def __post_init__(self) -> None:
        positive = (
            "velocity_scale", "acceleration", "acceleration_scale", "held_acceleration_scale",
            "tip_speed", "held_tip_speed", "contact_speed", "approach_distance", "lift_height", "above_height",
            "clearance", "n_q7",
        )  # fmt: skip
        for name in positive:
            if getattr(self, name) <= 0:
                raise ConfigError(f"PlanConfig.{name} = {getattr(self, name)}; it must be above 0")
        for name in ("velocity_scale", "acceleration_scale", "held_acceleration_scale"):
            if getattr(self, name) > 1:
                raise ConfigError(f"PlanConfig.{name} = {getattr(self, name)}; a part of a limit is at most 1")
