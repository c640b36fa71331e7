"""Rules about movement: every number finite, rotations of unit length, commands within the robot's limits, a gripper
that is open or closed, and no idle stretch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.lint.context import EpisodeView, Unavailable
from engine.lint.report import Result
from engine.sim.robot import RobotModel

FINITE, ROTATIONS, LIMITS, GRIPPER, IDLE = "finite numbers", "unit quaternions", "command limits", "gripper", "idle"
CHECKS = {FINITE: "columns", ROTATIONS: "columns", LIMITS: "frames", GRIPPER: "frames", IDLE: "frames"}
"""This module's checks and what they count."""

UNIT_TOLERANCE = {"float32": 1e-6, "float64": 1e-9}
"""Of |q| - 1: rounding of four numbers of the type."""
STILL_RAD, STILL_M = 1e-3, 5e-4
"""Nothing moves between two frames when no joint turns and the fingers do not open or close by as much."""
STILL_SHARE = 1e-3
"""Where units are not known: of the range that a number of the state has in the episode."""
IDLE_S = 0.6
"""Longest rest. Closing and opening the fingers keeps the arm for half a second and less (plan.close_dwell_s 0.5 s,
plan.release_dwell_s 0.4 s), of which the fingers move for some; one frame for rounding to frames."""
IDLE_OTHERS_S = 1.0
"""The same for datasets of other makers, people among them."""


def check_finite(view: EpisodeView, r: Result) -> None:
    """No NaN and no infinity, but for slots that the episode does not use."""
    for name, values in view.columns.items():
        r.items += 1
        if values.dtype.kind != "f":
            continue
        bad = ~np.isfinite(values.reshape(len(values), -1))
        if bad.any():
            t, k = (int(x) for x in np.argwhere(bad)[0])
            said = float(values.reshape(len(values), -1)[t, k])
            message = f"element {k} is {said} ({int(bad.sum())} such numbers; tolerance 0)"
            r.found(message, episode=view.index, frame=t, column=name, tolerance=0.0, value=float(bad.sum()))


def check_rotations(view: EpisodeView, r: Result) -> None:
    """|q| = 1 in every column whose unit ends in a quaternion."""
    for name, values in view.columns.items():
        about = view.dataset.columns.get(name, {})
        if "quaternion" not in str(about.get("unit", "")) or values.shape[-1] != 7:
            continue
        r.items += 1
        length = np.linalg.norm(np.asarray(values[..., 3:], np.float64), axis=-1).reshape(len(values), -1)
        tolerance = UNIT_TOLERANCE[str(values.dtype)]
        off = np.nan_to_num(np.abs(length - 1), nan=np.inf)
        for t in np.flatnonzero((off > tolerance).any(axis=1)):
            worst = float(off[t].max())
            message = f"a quaternion of length 1 {'+-'[int(length[t][off[t].argmax()] < 1)]} {worst:.2g} "
            message += f"(tolerance {tolerance:g})"
            place = {"episode": view.index, "frame": int(t), "column": name}
            r.found(message, tolerance=tolerance, value=worst, **place)
    if not r.items:
        raise Unavailable("no column says that it holds quaternions")


def check_limits(view: EpisodeView, r: Result) -> None:
    """Joint deltas within the joints' speed, targets and measured joints within their range."""
    robot, fps = _robot(view), view.dataset.fps
    r.items = view.length
    # Targets of a planner keep to the range; what physics makes of them may overshoot by a little.
    bounds = (
        ("action", slice(0, 7), -robot.dq_max / fps, robot.dq_max / fps, 1e-6, "rad a step"),
        ("action.joint_target", slice(0, 7), robot.q_min, robot.q_max, 1e-6, "rad"),
        ("observation.state", slice(0, 7), robot.q_min, robot.q_max, 5e-3, "rad"),
    )
    looked = 0
    for name, part, low, high, slack, unit in bounds:
        if name not in view.columns:
            r.skip(f"no column {name}")
            continue
        looked += 1
        values = np.asarray(view.columns[name], np.float64)[:, part]
        over = np.maximum(values - high, low - values)
        for t in np.flatnonzero((over > slack).any(axis=1)):
            j = int(np.argmax(over[t]))
            message = f"joint {j + 1} is {values[t, j]:.6g} {unit}, allowed {low[j]:.6g} to {high[j]:.6g} "
            message += f"(tolerance {slack:g})"
            place = {"episode": view.index, "frame": int(t), "column": name}
            r.found(message, tolerance=slack, value=float(over[t, j]), **place)
    if not looked:
        r.items = 0


def _robot(view: EpisodeView) -> RobotModel:
    shape = view.dataset.features.get("action", {}).get("shape")
    if shape != [8] or "settings" not in view.dataset.run:
        raise Unavailable("the limits of this robot are not known")
    return view.context.rebuilder.robot


def check_gripper(view: EpisodeView, r: Result) -> None:
    """The command is 0 (open) or 1 (closed) and closes at least once; the last command of a placement is open."""
    column = _gripper_commands(view)
    r.items = len(column)
    for t in np.flatnonzero(~np.isin(column, (0.0, 1.0))):
        message = f"the gripper's command is {column[t]:g}, expected 0 (open) or 1 (closed) (tolerance 0)"
        place = {"episode": view.index, "frame": int(t), "column": "action"}
        r.found(message, tolerance=0.0, value=float(min(abs(column[t]), abs(column[t] - 1))), **place)
    if view.meta.get("accepted") and (column.max() < 0.5 or column[-1] > 0.5):
        said = "never closes" if column.max() < 0.5 else "is still closed at the end"
        r.found(f"the gripper {said} in an accepted episode", episode=view.index, column="action")


def _gripper_commands(view: EpisodeView) -> NDArray[np.float64]:
    if "action" not in view.columns:
        raise Unavailable("no column action")
    names = view.dataset.columns.get("action", {}).get("names")
    if not isinstance(names, list) or "gripper" not in names or not view.dataset.run:
        raise Unavailable("the action does not say that it has an on-off gripper command")
    return np.asarray(view.columns["action"], np.float64)[:, names.index("gripper")]


def check_idle(view: EpisodeView, r: Result) -> None:
    """No stretch in which neither arm nor fingers move, longer than grasping and letting go need."""
    still, column = _still(view)
    ours = "sim.qpos" in view.columns
    limit = IDLE_S if ours else IDLE_OTHERS_S
    fps = view.dataset.fps
    r.items = len(still) + 1
    edges = np.diff(np.concatenate([[0], still.astype(np.int8), [0]]))
    for start, end in zip(np.flatnonzero(edges > 0), np.flatnonzero(edges < 0), strict=True):
        rest = (end - start) / fps
        if rest > limit + 1e-9:
            message = f"nothing moves for {rest:.1f} s, until frame {end} (tolerance {limit:g} s)"
            place = {"episode": view.index, "frame": int(start), "column": column}
            r.found(message, tolerance=limit, value=float(rest), **place)


def _still(view: EpisodeView) -> tuple[NDArray[np.bool_], str]:
    """(T - 1,) whether nothing moves from frame t to t + 1, and the column that says so."""
    if "sim.qpos" in view.columns and "observation.state" in view.columns:
        steps = np.abs(np.diff(np.asarray(view.columns["observation.state"], np.float64), axis=0))
        return (steps[:, :-1] < STILL_RAD).all(axis=1) & (steps[:, -1] < STILL_M), "observation.state"
    for name in ("observation.state", "action"):
        values = view.columns.get(name)
        if values is not None and values.ndim == 2 and len(values) > 1:
            x = values.astype(np.float64)
            span = np.ptp(x, axis=0)
            return (np.abs(np.diff(x, axis=0)) <= STILL_SHARE * span).all(axis=1), name
    raise Unavailable("no column observation.state or action to tell movement by")


WORKS = {
    FINITE: check_finite,
    ROTATIONS: check_rotations,
    LIMITS: check_limits,
    GRIPPER: check_gripper,
    IDLE: check_idle,
}
"""The checks by name: `work(view, result)`."""
