"""Columns that need no picture, computed again from the reference states: counters, kinematics, commands, padding."""

from __future__ import annotations

import numpy as np

from engine.graph.relations import RELATION_TABLE
from engine.lint.context import EpisodeView, Unavailable
from engine.lint.physics import COMMANDS, States, metadata_vector, voted_commands
from engine.lint.recompute_compare import Desk
from engine.lint.recompute_maths import Motion, gripper_frames, rotation_vector
from engine.types import F64

NUMERIC = 1e-12
"""Allowed for the order of floating-point operations, in m, rad or a quaternion's component; rounding to the stored
type comes on top."""

PLAN_M = 1e-6
"""The plan's poses against the commanded joints that reach them: what its inverse kinematics may leave over."""

SUPPORTING = tuple(kind for kind, relation in RELATION_TABLE.items() if relation.supports)
"""Relations whose subject rests on their object."""

TRACKING_RAD = 0.1
"""How far the arm may be from what it was commanded one step before."""


def check_counters(view: EpisodeView, desk: Desk) -> None:
    """timestamp, frame_index, episode_index, index and task_index from the episodes table."""
    T, table = view.length, view.dataset.episodes
    number = np.arange(T)
    wanted = {
        "frame_index": (number, "the row's place in the episode"),
        "episode_index": (np.full(T, view.index), "the episodes table"),
        "index": (number + table["dataset_from_index"][view.index], "dataset_from_index of the episodes table"),
        "timestamp": (number / float(view.dataset.fps), "frame_index / fps"),
    }
    for name, (want, source) in wanted.items():
        if name in view.columns:
            desk.compare(name, want, 0.0, source)
        else:
            desk.skip(f"no column {name}", name)
    _check_task(view, desk)


def _check_task(view: EpisodeView, desk: Desk) -> None:
    """task_index: the row of meta/tasks.parquet that holds the episode's instruction."""
    if "task_index" not in view.columns:
        desk.skip("no column task_index", "task_index")
        return
    named = list(view.dataset.episodes.get("tasks", [[]] * (view.index + 1))[view.index] or [])
    texts = view.dataset.tasks
    told = view.meta.get("instruction")
    if told is not None and told not in named:
        desk.add("metadata instruction", f"'{told}' is not among the tasks of the episodes table: {named}")
    known = [texts.index(text) for text in named if text in texts]
    if len(known) == 1:
        desk.compare("task_index", np.full(view.length, known[0]), 0.0, "tasks of the episodes table")
        return
    if not known:
        desk.add("task_index", f"meta/tasks.parquet has none of the episode's tasks {named}", 0)
        return
    stored = view.columns["task_index"]  # several tasks in one episode: each frame has one of them
    desk.ran()
    for t in np.flatnonzero(~np.isin(stored, known))[:3]:
        desk.add("task_index", f"is {int(stored[t])}, not a task of the episode {known} (tolerance 0)", int(t), 0.0)


def check_kinematics(view: EpisodeView, desk: Desk, states: States) -> Motion:
    """observation.*, objects.pose and action.ee_delta from the reference states; returns X_WG over the T frames.

    Raises Unavailable without the robot.
    """
    T = states.T
    robot = view.robot
    arm = states.qpos[:T, :7]
    fingers = states.qpos[:T, 7 : 7 + len(robot.finger_joints)]
    opening = robot.opening(fingers)
    X_WG = gripper_frames(robot, arm)
    expected = {
        "observation.state": (np.concatenate([arm, opening[:, None]], 1), "sim.qpos"),
        "observation.gripper_width": (opening, "sim.qpos"),
        "observation.ee_pose": (X_WG.vectors(), "forward kinematics of sim.qpos"),
        "action.ee_delta": (_hand_motion(gripper_frames(robot, states.targets), states), "sim.target and action"),
    }
    # Joint angles and the gripper's command are copied; what is computed may differ in the last bits.
    exact = {
        "observation.state": np.where(np.arange(8) < 7, 0.0, NUMERIC),
        "action.ee_delta": np.where(np.arange(7) < 6, NUMERIC, 0.0),
    }
    for name, (want, source) in expected.items():
        if view.has(name):
            desk.compare(name, want, exact.get(name, NUMERIC), source, signless=name == "observation.ee_pose")
        else:
            desk.skip(f"no column {name} of the known shape", name)
    return X_WG


def _hand_motion(X: Motion, states: States) -> F64:
    """Translation, rotation vector and gripper command (T, 7) between the commanded poses X_WG (T + 1)."""
    turn = rotation_vector(X.R[1:] @ np.swapaxes(X.R[:-1], -1, -2))
    return np.concatenate([X.p[1:] - X.p[:-1], turn, states.actions[:, 7:].astype(np.float64)], 1)


def object_poses(view: EpisodeView, states: States) -> F64:
    """X_WO (T + 1, n, 7): the last 7 n numbers of qpos."""
    n = len(view.meta["objects"]) if "objects" in view.meta else (states.qpos.shape[1] - 7) // 7
    return states.qpos[:, states.qpos.shape[1] - 7 * n :].reshape(len(states.qpos), n, 7)


def check_objects(view: EpisodeView, desk: Desk, poses: F64, T: int) -> None:
    """objects.pose from sim.qpos, bit for bit."""
    view.need("objects.pose")
    desk.compare_bits("objects.pose", np.ascontiguousarray(poses[:T]), "sim.qpos")


def check_tracking(view: EpisodeView, desk: Desk) -> None:
    """Action against state: one step later the arm is where the action sent it, within TRACKING_RAD."""
    view.need("observation.state", "action.joint_target")
    sent = view.values("action.joint_target")[:-1]
    if view.has(*COMMANDS):  # one wrong copy of a command is found by `states`, at its own column
        sent = voted_commands(view)[1][1:-1]
    reached = view.columns["observation.state"][1:, :7]
    desk.ran()
    off = np.abs(reached - sent)
    for t in np.flatnonzero(~(off <= TRACKING_RAD).all(1))[:3]:
        j = int(np.argmax(np.where(np.isnan(off[t]), np.inf, off[t])))
        text = f"joint_{j + 1} is {off[t, j]:.3g} rad from action.joint_target of the frame before"
        desk.add("observation.state", f"{text} (tolerance {TRACKING_RAD} rad)", int(t) + 1, TRACKING_RAD, off[t, j])


def check_plan(view: EpisodeView, desk: Desk, states: States, poses: F64) -> None:
    """Numbers of the plan in the metadata that columns follow from: grasp, place, opening, layout.

    The commanded joints at the start of the phases `grasp` and `release` are the plan's poses; the object's start pose
    and X_OG give the first, and X_OG takes the second to the place point. One changed number breaks one of these.
    """
    meta = view.meta
    if "grasp" not in meta or "plan" not in meta:
        raise Unavailable("the metadata has no grasp and plan")
    layout = meta.get("layout", {}).get("poses")
    if layout is not None:
        metadata_vector(view, desk, "layout.poses", poses[0], 0.0, "sim.qpos of frame 0")
    starts, at = {}, 0
    for name, count in meta["plan"].get("phases", ()):
        starts.setdefault(name, at)
        at += int(count)
    if not {"grasp", "release"} <= set(starts) or at != states.T:
        raise Unavailable("the plan's phases in the metadata do not name when the hand closes and opens")
    frames = gripper_frames(view.robot, states.targets[[starts["grasp"], starts["release"]]])
    target = roles(view)[0]
    hand, reached = frames.vectors(), {}
    for k, key in enumerate(("X_WG_grasp", "X_WG_place")):
        told = np.asarray(meta["plan"][key], np.float64)
        if hand[k, 3:] @ told[3:] < 0:
            hand[k, 3:] = -hand[k, 3:]
        reached[key] = told if np.abs(hand[k] - told).max() <= PLAN_M else hand[k]
        metadata_vector(view, desk, f"plan.{key}", hand[k], PLAN_M, "the commanded joints that reach it")
    X_OG = (Motion.of(poses[0, target]).inverse() @ Motion.of(reached["X_WG_grasp"])).vectors()
    told = np.asarray(meta["grasp"]["X_OG"], np.float64)
    if X_OG[3:] @ told[3:] < 0:  # a quaternion and its negative are one rotation
        X_OG[3:] = -X_OG[3:]
    metadata_vector(view, desk, "grasp.X_OG", X_OG, PLAN_M, "plan.X_WG_grasp and the target's pose")
    place = Motion.of(reached["X_WG_place"]) @ Motion.of(X_OG).inverse()
    metadata_vector(view, desk, "plan.place_point", place.p, PLAN_M, "plan.X_WG_place and grasp.X_OG")
    _check_width(view, desk)


def roles(view: EpisodeView) -> tuple[int, int]:
    """Scene indices of target and container: subject and first object of the goal relation that says where the target
    comes to rest (else of the first one), or the objects of those names. Unavailable without the task."""
    names = [o["name"] for o in view.meta.get("objects", ())]
    goal = view.meta.get("task", {}).get("goal", ())
    lead = next((g for g in goal if g["kind"] in SUPPORTING), goal[0] if goal else None)
    pair = ("target", "container") if lead is None else (lead["subject"], lead["objects"][0])
    if not names or any(name not in names for name in pair):
        raise Unavailable("the metadata does not tell which objects are target and container")
    return names.index(pair[0]), names.index(pair[1])


def _check_width(view: EpisodeView, desk: Desk) -> None:
    """grasp.width is an opening that the hand has."""
    told, most = float(view.meta["grasp"]["width"]), view.robot.gripper.max_width
    if not 0.0 <= told <= most:
        text = f"is {told:.4f} m, the hand opens from 0 to {most:.4f} m (tolerance 0 m)"
        desk.add("metadata grasp.width", text, None, 0.0, max(-told, told - most))


def check_padding(view: EpisodeView, desk: Desk) -> None:
    """Slots beyond this episode's objects hold NaN (0 in whole numbers, False in flags) and nothing else."""
    own = view.dataset.own_shapes(view.index)
    names = [n for n in view.context.stored if n in own]
    padded = view.dataset.episode(view.index, names, padded=True) if names else {}
    for name in names:
        desk.ran()
        wide = padded[name]
        spare = np.ones(wide.shape[1:], bool)
        spare[tuple(slice(0, n) for n in own[name])] = False
        bad = ~np.isnan(wide) if wide.dtype.kind == "f" else wide != 0
        for t, *k in np.argwhere(bad & spare)[:3]:
            text = f"{list(map(int, k))} is {wide[t][tuple(k)]}, but this scene has no such object (tolerance 0)"
            desk.add(name, text, int(t), 0.0)
