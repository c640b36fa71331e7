"""Datasets whose metadata is gone or was never there: columns against each other.

Tools that merge or filter LeRobot datasets keep the columns and drop `meta/groundwork`. Then robot, objects, lens and
plan are not known; what one column says about another is checked all the same, with the tolerance that float32 leaves,
and the rest is reported as not checked. Which object a role means is the one that its numbers follow in most frames.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.label.table import ROLES
from engine.lint.context import EpisodeView, Unavailable
from engine.lint.labels import words
from engine.lint.physics import COMMANDS, voted_commands
from engine.lint.recompute_compare import Desk
from engine.lint.recompute_drawn import check_ranges
from engine.lint.recompute_maths import Motion, pixels, seen_from
from engine.types import F64, PHASES, CameraSpec

OFFSET_M = 1e-6
PIXEL, PIXEL_MOST = 0.02, 1.0
_WHY = "without the metadata of the run that made it (meta/groundwork) "
_NEEDS = {
    "states": "nothing can be replayed",
    "phase": "the plan is not known, only the range is checked",
    "kinematics": "the robot is not known",
    "plan": "there is no plan",
    "cameras": "the cameras' settings are not known, only what must stay the same over an episode is checked",
    "boxes": "the objects' meshes are not known",
    "masks": "nothing can be drawn",
    "visibility": "no rays can be cast",
    "last bits": "nothing can be replayed",
}


def check_without_metadata(view: EpisodeView, desk: Desk) -> None:
    """What columns tell about each other; each check that would need more says so."""
    poses = _poses(view)
    checks = {
        "states": lambda: _check_commands(view, desk),
        "kinematics": lambda: _check_copies(view, desk, poses),
        "phase": lambda: _check_phase(view, desk),
        "cameras": lambda: _check_cameras(view, desk),
        "projections": lambda: _check_projections(view, desk, poses),
        "directions": lambda: _check_directions(view, desk, poses),
        "masks": lambda: check_ranges(view, desk),
    }
    for check, work in checks.items():
        desk.run(check, work)
    for check, reason in _NEEDS.items():
        desk.run(check, lambda reason=reason: desk.skip(_WHY + reason))


def _poses(view: EpisodeView) -> F64 | None:
    """objects.pose as (T, n, 7), however its axes were stored; None without it."""
    stored = view.columns.get("objects.pose")
    if stored is None or stored[0].size % 7:
        return None
    return np.asarray(stored, np.float64).reshape(len(stored), -1, 7)


def _camera_names(view: EpisodeView) -> list[str]:
    """Cameras whose intrinsics and extrinsics are there."""
    names = [n.split(".")[1] for n in view.columns if n.startswith("camera.") and n.endswith(".intrinsics")]
    return [n for n in names if view.has(f"camera.{n}.intrinsics", f"camera.{n}.extrinsics")]


def _check_commands(view: EpisodeView, desk: Desk) -> None:
    actions, targets = voted_commands(view)
    wanted = (actions, targets[1:], targets[:-1])
    for name, want in zip(COMMANDS, wanted, strict=True):
        desk.compare_bits(name, want, "the other columns of commands")
    command = view.columns["action"][:, 7]
    for t in np.flatnonzero(~np.isin(command, (0.0, 1.0)))[:3]:
        desk.add("action", f"gripper is {command[t]:.6g}, neither 0 nor 1 (tolerance 0)", int(t), 0.0)


def _check_copies(view: EpisodeView, desk: Desk, poses: F64 | None) -> None:
    """Numbers that several columns hold."""
    if view.has("sim.qpos"):
        qpos = view.columns["sim.qpos"]
        if poses is not None and qpos.shape[1] > 7 + poses[0].size:
            tail = qpos[:, qpos.shape[1] - poses[0].size :].reshape(poses.shape)
            desk.compare_bits("objects.pose", np.ascontiguousarray(tail), "sim.qpos", stored=poses)
        if view.has("observation.state"):
            desk.compare("observation.state", qpos[:, :7], 0.0, "sim.qpos", stored=_first(view, "observation.state", 7))
    if view.has("observation.state", "observation.gripper_width"):
        desk.compare("observation.gripper_width", view.columns["observation.state"][:, 7], 0.0, "observation.state")
    if view.has("action", "action.ee_delta"):
        want = view.columns["action"][:, 7]
        desk.compare("action.ee_delta", want, 0.0, "action", stored=view.columns["action.ee_delta"][:, 6])


def _first(view: EpisodeView, name: str, count: int) -> NDArray[np.generic]:
    return np.ascontiguousarray(view.columns[name][:, :count])


def _check_phase(view: EpisodeView, desk: Desk) -> None:
    view.need("phase")
    stored = view.columns["phase"]
    desk.compare("phase", np.clip(stored, 0, len(PHASES) - 1), 0.0, "the list of phases")


def _check_cameras(view: EpisodeView, desk: Desk) -> None:
    """Intrinsics stay the same; extrinsics of a fixed camera too (one that rests in most frames)."""
    names = _camera_names(view)
    if not names:
        raise Unavailable("no columns of cameras")
    for name in names:
        K = view.columns[f"camera.{name}.intrinsics"]
        desk.compare_bits(f"camera.{name}.intrinsics", np.repeat(_usual(K)[None], len(K), 0), "the other frames")
        X = view.columns[f"camera.{name}.extrinsics"]
        usual = _usual(X)
        if (X == usual).all(1).mean() > 0.5:
            desk.compare_bits(f"camera.{name}.extrinsics", np.repeat(usual[None], len(X), 0), "the other frames")
        norm = np.linalg.norm(X[:, 3:].astype(np.float64), axis=1, keepdims=True)
        want = np.concatenate([X[:, :3], X[:, 3:] / norm], 1)
        desk.compare(f"camera.{name}.extrinsics", want, 1e-9, "a quaternion of norm 1")


def _usual(rows: NDArray[np.generic]) -> NDArray[np.generic]:
    """The most frequent row."""
    found, counts = np.unique(rows, axis=0, return_counts=True)
    return found[int(np.argmax(counts))]


def _camera(view: EpisodeView, name: str) -> tuple[CameraSpec, Motion]:
    K = _usual(view.columns[f"camera.{name}.intrinsics"]).astype(np.float64).reshape(3, 3)
    X = np.asarray(view.columns[f"camera.{name}.extrinsics"], np.float64)
    return CameraSpec(name, 0, 0, K, np.zeros(7)), Motion.of(X)


def _check_projections(view: EpisodeView, desk: Desk, poses: F64 | None) -> None:
    """Centres and the end effector's point, through a lens without distortion."""
    names = _camera_names(view)
    if not names:
        raise Unavailable("no columns of cameras")
    for name in names:
        camera, X_WC = _camera(view, name)
        wanted: dict[str, list[F64]] = {}
        if view.has("observation.ee_pose"):
            wanted[f"label.{name}.ee_point"] = [np.asarray(view.columns["observation.ee_pose"][:, :3], np.float64)]
        if poses is not None:
            for role in ROLES:
                wanted[f"label.{name}.{role}.centre"] = [poses[:, i, :3] for i in range(poses.shape[1])]
        for column, places in wanted.items():
            if not view.has(column):
                continue
            tried = [pixels(seen_from(X_WC, p), camera) for p in places]
            off = [np.abs(view.values(column) - uv).max(1) for uv in tried]
            usual = [float(np.quantile(x, 0.9)) for x in off]
            best = int(np.argmin(usual))
            # The lens is not known; what it bends shows in most frames.
            tolerance = max(PIXEL, 5 * usual[best])
            if tolerance <= PIXEL_MOST:
                desk.compare(column, tried[best], tolerance, "poses and the camera's columns")
            else:
                desk.skip("a lens without distortion does not give these pixels, and the lens is not known", column)


def _check_directions(view: EpisodeView, desk: Desk, poses: F64 | None) -> None:
    """Offsets by their length and, with a fixed camera, their axes; the words from the stored offsets."""
    for role in ROLES:
        offset, grasped, word = (f"inspire.{role}.{k}" for k in ("offset", "grasped", "direction"))
        if view.has(offset, grasped, word):
            want = words(view.columns[offset], view.columns[grasped])
            desk.compare(word, want, 0.0, f"{offset} and {grasped}")
        if poses is None or not view.has(offset, "observation.ee_pose"):
            desk.skip("no objects.pose or observation.ee_pose", offset)
            continue
        d = poses[:, :, :3] - view.values("observation.ee_pose")[:, None, :3]
        stored = view.values(offset)
        gap = np.abs(np.linalg.norm(d, axis=2) - np.linalg.norm(stored, axis=1)[:, None])
        i = int(np.argmax((gap <= OFFSET_M).mean(0)))
        turned = _levelled(d[:, i], stored)
        desk.compare(offset, turned, OFFSET_M, "objects.pose and observation.ee_pose")
        held = view.columns.get("objects.grasped")
        if held is not None and view.has(grasped):
            desk.compare(grasped, held.reshape(len(held), -1)[:, i], 0.0, "objects.grasped")


def _levelled(d_W: F64, stored: F64) -> F64:
    """Offsets (T, 3) of W in the frame, turned about the vertical, in which most stored ones are."""
    angle = np.arctan2(d_W[:, 1], d_W[:, 0]) - np.arctan2(stored[:, 1], stored[:, 0])
    turns = np.stack([np.cos(angle), np.sin(angle)], 1)
    middle = np.median(turns, axis=0)
    c, s = middle / np.hypot(*middle)
    return d_W @ np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
