"""Which of an object's grasps are free in a scene, and in which order an attempt should try them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.frames import Pose, quat_to_mat
from engine.grasp.boxes import box_gaps
from engine.grasp.config import GraspConfig
from engine.grasp.hand import hand_boxes, lowest_point
from engine.grasp.solids import solids_of
from engine.sim.robot import GripperGeometry
from engine.types import F64, Grasp, ObjectAsset

ATTEMPT_GROUPS = 10
"""Grasps are dealt to attempts by index, into this many groups, so that attempts of one task begin differently."""

TILTED_SHARE = 0.5
"""How many attempts ask for a tilted approach first. Not every object allows one where it lies and the
planner refuses some, so this is more than the share wanted of accepted episodes."""


def world_frames(grasps: Sequence[Grasp], X_WO: Pose) -> tuple[F64, F64]:
    """Rotations (M, 3, 3) and origins (M, 3) of the gripper frames X_WG of grasps on an object at X_WO."""
    X = np.array([g.X_OG for g in grasps], np.float64).reshape(-1, 7)
    return X_WO.R @ quat_to_mat(X[:, 3:]), X[:, :3] @ X_WO.R.T + X_WO.p


def approach_tilts(grasps: Sequence[Grasp], X_WO: Pose) -> F64:
    """Angle (M,) of each approach direction from straight down, radians."""
    R, _ = world_frames(grasps, X_WO)
    return np.arccos(np.clip(-R[:, 2, 2], -1.0, 1.0))


def filter_in_scene(
    grasps: Sequence[Grasp],
    X_WO: Pose,
    obstacles: Sequence[tuple[ObjectAsset, Pose]],
    table_height: float,
    gripper: GripperGeometry,
    cfg: GraspConfig,
) -> tuple[NDArray[np.int64], F64]:
    """Grasps that can be reached for: positions in `grasps` (K,) and their tilts (K,), in input order.

    Kept are those that come from above (tilt at most `cfg.max_tilt`), keep the open hand and the arm just
    behind it above the table, and keep fingers and palm `cfg.neighbour_clearance` from every obstacle
    (asset, X_WO of it), from `cfg.approach_distance` before the grasp to its closing.
    """
    if not grasps:
        return np.zeros(0, np.int64), np.zeros(0)
    R, p = world_frames(grasps, X_WO)
    tilt = np.arccos(np.clip(-R[:, 2, 2], -1.0, 1.0))
    low = p[:, 2] + lowest_point(gripper, R[:, 2], cfg) - table_height
    rows = np.nonzero((tilt <= cfg.max_tilt) & (low >= cfg.table_clearance))[0]
    if len(rows) and obstacles:
        widths = np.array([g.width for g in grasps])
        boxes = hand_boxes(gripper, widths, cfg.approach_distance)
        c = np.concatenate([boxes.closing[0], boxes.reaching[0], boxes.palm[0]], 1)
        h = np.concatenate([boxes.closing[1], boxes.reaching[1], boxes.palm[1]], 1)
        for asset, X_WB in obstacles:
            if not len(rows):
                break
            R_BG = np.einsum("ji,mjk->mik", X_WB.R, R[rows])
            free = cfg.neighbour_clearance
            gaps = box_gaps(solids_of(asset), R_BG, (p[rows] - X_WB.p) @ X_WB.R, c[rows], h[rows], enough=free)
            rows = rows[np.all(gaps >= free, axis=1)]
    return rows.astype(np.int64), tilt[rows]


def feasible_by_pose(
    asset: ObjectAsset, grasps: Sequence[Grasp], gripper: GripperGeometry, cfg: GraspConfig
) -> NDArray[np.int64]:
    """How many grasps can be used in each of the object's stable poses on a bare table, (S,).

    A box that lies on its widest face may offer none: a layout that wants it moved rests it otherwise.
    """
    poses = [Pose.from_pq([0.5, 0.0, p.height], p.q_wxyz) for p in asset.stable_poses]
    return np.array([len(filter_in_scene(grasps, X, (), 0.0, gripper, cfg)[0]) for X in poses], np.int64)


def order_for_attempt(
    grasps: Sequence[Grasp],
    X_WO: Pose,
    attempt: int,
    rng: np.random.Generator,
    *,
    tilted: float = GraspConfig.tilted,
    tilted_share: float = TILTED_SHARE,
) -> list[int]:
    """Order in which this attempt tries its feasible grasps: positions in `grasps`, all of them.

    Grasps whose index falls into the attempt's group (of ATTEMPT_GROUPS) come first, so that attempts
    of one task begin with different grasps whatever their layouts; a group with nothing feasible borrows
    from the largest other one. A coin decides whether tilted or steep approaches lead. Within a class the
    better score and the easier reach lead: an approach that points away from the robot, not back at it.
    """
    n = len(grasps)
    if n == 0:
        return []
    R, p = world_frames(grasps, X_WO)
    tilt = np.arccos(np.clip(-R[:, 2, 2], -1.0, 1.0))
    want_tilted = bool(rng.uniform() < tilted_share)
    jitter = rng.uniform(0.0, 0.25, n)
    value = np.array([g.score for g in grasps]) + reach_value(R, p) + jitter
    group = _dealt([g.index for g in grasps], attempt)
    wrong_class = (tilt > tilted) != want_tilted
    keys = np.lexsort((np.arange(n), -value, wrong_class, group))
    return [int(i) for i in keys]


def reach_value(R_WG: F64, p_WG: F64) -> F64:
    """How easily the arm comes in like this, in [-1, 0.1] (M,), from the approach direction alone.

    Measured with the Panda over the default target region: everything within 45 degrees of vertical is in
    reach; at 65 to 80 degrees all that point sideways are, nine in ten of those pointing away from the base and
    one in four of those pointing back at it. Near-horizontal hands also leave the wrist little room.
    """
    z = R_WG[:, :, 2]
    out = p_WG[:, :2] / np.maximum(np.linalg.norm(p_WG[:, :2], axis=1, keepdims=True), 1e-6)
    outward = np.einsum("ij,ij->i", z[:, :2], out)
    flat = np.clip(1.0 - np.abs(z[:, 2]) / 0.6, 0.0, 1.0)  # from 53 degrees of tilt on
    return 0.1 * np.maximum(outward, 0.0) - 0.5 * np.maximum(-outward, 0.0) - 0.5 * flat


def _dealt(indices: Sequence[int], attempt: int) -> NDArray[np.int64]:
    """Rank (n,) of each grasp's group for this attempt; 0 goes first.

    With the same feasible grasps, attempts 0 .. min(n, ATTEMPT_GROUPS) - 1 have disjoint groups of rank 0.
    """
    n = len(indices)
    by_index = [int(i) for i in np.argsort(np.asarray(indices), kind="stable")]
    if n < ATTEMPT_GROUPS:
        groups: list[list[int]] = [[i] for i in by_index]
    else:
        groups = [[] for _ in range(ATTEMPT_GROUPS)]
        for i in by_index:
            # Skewed by one each time round: steep and tilted grasps alternate in the index and shall mix here.
            groups[(indices[i] + indices[i] // ATTEMPT_GROUPS) % ATTEMPT_GROUPS].append(i)
        for slot in range(ATTEMPT_GROUPS):
            if not groups[slot]:  # the largest group gives up its second half
                donor = max(range(ATTEMPT_GROUPS), key=lambda k: (len(groups[k]), -k))
                half = (len(groups[donor]) + 1) // 2
                groups[donor], groups[slot] = groups[donor][:half], groups[donor][half:]
    rank = np.empty(n, np.int64)
    spare = len(groups) // 2
    for k, members in enumerate(groups):
        # Own group first; then those half way round, which no neighbouring attempt begins with.
        ahead = (k - attempt) % len(groups)
        rank[members] = 0 if ahead == 0 else (ahead - spare) % len(groups) + 1
    return rank
