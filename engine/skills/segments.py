"""The pieces of a pick-and-place path in joint space, each checked for collisions as soon as it is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.frames import Pose
from engine.plan.collision import HELD_ROW, ROBOT_ROW, CollisionWorld
from engine.plan.path import hermite, join, round_corners, rrt_connect, shortcut
from engine.sim.kinematics import ArmKinematics
from engine.skills.config import REASONS, PlanConfig
from engine.skills.placing import PlaceOption
from engine.skills.reach import follow
from engine.types import F64, Grasp

UP = np.array([0.0, 0.0, 1.0])
_LINE_JUMP = 0.2  # radians between samples 1 cm apart on a straight line; more means a near-singular posture


@dataclass(eq=False)
class Problem:
    """What stays fixed while candidates are tried, and how far they came."""

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

    def fail(self, reason: str) -> None:
        """Note a reason; the furthest one is reported."""
        self.furthest = max(self.furthest, REASONS.index(reason))

    def required(self, robot: float, held: float) -> F64:
        """(2, columns) clearance table; the arm's own base needs only to be missed."""
        out = np.empty((2, self.world.columns))
        out[ROBOT_ROW], out[HELD_ROW] = robot, held
        out[:, self.world.self_column] = 0.005
        return out


@dataclass(eq=False)
class Piece:
    """Joint samples q (m, 7) and the clearance (m, 2, columns) that each must keep."""

    q: F64
    required: F64


@dataclass(eq=False)
class Pick:
    """Straight approach and lift of one grasp in one posture."""

    grasp: Grasp
    X_WG: Pose
    X_GO: Pose
    approach: Piece
    lift: Piece


@dataclass(eq=False)
class Place:
    """Straight way down and retreat at one place in one posture; poses: the objects' poses after the release."""

    option: PlaceOption
    X_WG: Pose
    poses: F64
    lower: Piece
    retreat: Piece


def line(p_a: F64, p_b: F64) -> F64:
    """(m, 3) points from p_a to p_b, about 1 cm apart, both ends included."""
    m = max(4, int(np.ceil(float(np.linalg.norm(p_b - p_a)) / 0.01)) + 1)
    return p_a + (p_b - p_a) * np.linspace(0.0, 1.0, m)[:, None]


def open_hand(pb: Problem, placed: F64 | None = None) -> None:
    """Set the world up with nothing held; the objects stand at their first poses or at `placed`."""
    pb.world.set_poses(pb.poses if placed is None else placed)
    pb.world.hold(None)


def grasp_required(pb: Problem) -> F64:
    """(2, columns) clearance of the open hand on the last straight stretch of the approach."""
    need = pb.required(pb.cfg.near_clearance, 0.0)
    need[ROBOT_ROW, pb.target] = -pb.cfg.touch
    need[ROBOT_ROW, pb.world.table_column] = pb.cfg.table_clearance
    return need


def make_pick(pb: Problem, grasp: Grasp, X_WG: Pose, X_GO: Pose, q7: float, branch: int) -> Pick | None:
    """The straight stretches of a grasp, or None (the reason is noted)."""
    cfg, world = pb.cfg, pb.world
    ahead = line(X_WG.p - cfg.approach_distance * X_WG.R[:, 2], X_WG.p)
    up = line(X_WG.p, X_WG.p + cfg.lift_height * UP)
    points = np.concatenate([ahead, up[1:]])
    q = follow(pb.kin, X_WG.R, points, q7, branch, margin=cfg.limit_margin, jump=_LINE_JUMP)
    if q is None:
        pb.fail("no reachable grasp")
        return None
    n = len(ahead)
    approach, lift = q[:n], q[n - 1 :]
    open_hand(pb)
    need = grasp_required(pb)
    if not world.path_clear(approach, pb.open_width, need)[0]:
        pb.fail("approach blocked")
        return None
    world.hold(pb.target, X_GO)
    # What the object or the closed hand is close to now cannot be kept further away than it is, as long as it only
    # goes up.
    now = world.distances(lift[:1], grasp.width)[0]
    need_lift = np.minimum(pb.required(cfg.near_clearance, cfg.clearance), now - 0.001)
    if not world.path_clear(lift, grasp.width, need_lift)[0]:
        pb.fail("lift blocked")
        return None
    return Pick(grasp, X_WG, X_GO, _piece(approach, need), _piece(lift, need_lift))


def make_place(pb: Problem, pick: Pick, option: PlaceOption, X_WG: Pose, q7: float, branch: int) -> Place | None:
    """The way down and the retreat at a place, or None (the reason is noted)."""
    cfg, world = pb.cfg, pb.world
    points = line(X_WG.p + cfg.above_height * UP, X_WG.p)
    lower = follow(pb.kin, X_WG.R, points, q7, branch, margin=cfg.limit_margin, jump=_LINE_JUMP)
    if lower is None:
        pb.fail("no reachable place")
        return None
    world.set_poses(pb.poses)
    world.hold(pb.target, pick.X_GO)
    at_place = world.distances(lower[-1:], pick.grasp.width)[0]
    need = np.minimum(pb.required(cfg.near_clearance, cfg.clearance), at_place - 0.001)
    if at_place[ROBOT_ROW].min() < 0.002 or at_place[HELD_ROW].min() < 0.001:
        pb.fail("place in collision")
        return None
    if not world.path_clear(lower, pick.grasp.width, need)[0]:
        pb.fail("place in collision")
        return None
    placed = pb.poses.copy()
    placed[pb.target] = option.X_WO.vector()
    open_hand(pb, placed)
    need_open = pb.required(cfg.near_clearance, 0.0)
    need_open[ROBOT_ROW, pb.target] = -2 * cfg.touch
    need_open[ROBOT_ROW, pb.container] = 0.0015
    for points in retreat_curves(X_WG, cfg):
        q = follow(pb.kin, X_WG.R, points, q7, branch, margin=0.03, jump=0.3)
        if q is not None and world.path_clear(q, pb.open_width, need_open)[0]:
            return Place(option, X_WG, placed, _piece(lower, need), _piece(q, need_open))
    pb.fail("retreat blocked")
    return None


def retreat_curves(X_WG: Pose, cfg: PlanConfig) -> Iterator[F64]:
    """Gripper origins (m, 3) of ways out, best first: back along the approach, then bending up and toward the base.

    Later ones go up at once (a hand that came in from the side over a container's rim) or less far.
    """
    s = np.linspace(0.0, 1.0, 18)[:, None]
    bend = np.maximum(0.0, (s - 0.4) / 0.6) ** 2
    back = -X_WG.R[:, 2]
    home = -np.array([X_WG.p[0], X_WG.p[1], 0.0]) / max(float(np.hypot(X_WG.p[0], X_WG.p[1])), 0.1)
    far = cfg.retreat_distance + 0.03
    steep = float(back[2])  # 1 for a hand that points straight down
    rise = cfg.retreat_rise * (1.0 - 0.4 * max(steep, 0.0))
    yield X_WG.p + far * s * back + bend * (rise * UP + 0.05 * home)
    yield X_WG.p + (far + 0.05) * s * UP + bend * 0.04 * home
    yield X_WG.p + 0.08 * s * back + bend * 0.04 * UP
    yield X_WG.p + far * s * back


def connect(
    pb: Problem, q_a: F64, q_b: F64, t_a: F64 | None, t_b: F64, opening: float, free: F64, ends: F64
) -> Piece | None:
    """A smooth free path between two straight stretches.

    t_a, t_b (7,): joint directions to leave and arrive along (t_a None: start from rest). `free` (2, columns):
    clearance wanted in the middle; `ends` (2, 2, columns): clearance that the two ends have, which cannot be improved
    at once and is asked for nearby.
    """

    def piece(q: F64) -> Piece:
        far = np.minimum(np.arange(len(q)), np.arange(len(q))[::-1])[:, None, None]
        half = np.arange(len(q))[:, None, None] < len(q) / 2
        near = np.minimum(free, np.where(half, ends[0], ends[1]) - 0.002)
        return Piece(q, np.where(far < 0.25 * len(q), near, free))

    for pull in (0.8, 1.3, 0.4):
        trial = piece(hermite(q_a, q_b, t_a, t_b, pull))
        if pb.world.path_clear(trial.q, opening, trial.required)[0]:
            return trial
    for q_via in _vias(pb, q_a, q_b):
        t_via = q_b - q_a
        trial = piece(join(hermite(q_a, q_via, t_a, t_via, 0.8), hermite(q_via, q_b, t_via, t_b, 0.8)))
        if pb.world.path_clear(trial.q, opening, trial.required)[0]:
            return trial
    return None


def _vias(pb: Problem, q_a: F64, q_b: F64) -> Iterator[F64]:
    """Postures half way whose gripper is raised, found from the middle of the joint path."""
    middle = pb.kin.fk(0.5 * (q_a + q_b))
    for rise in (0.08, 0.16):
        X = Pose(middle.R, middle.p + rise * UP)
        q = pb.kin.ik(X, 0.5 * (q_a + q_b), margin=pb.cfg.limit_margin)
        if q is not None and float(np.abs(q - 0.5 * (q_a + q_b)).max()) < 1.2:
            yield q


def connect_rrt(pb: Problem, before: F64, after: F64, opening: float, free: F64, ends: F64) -> Piece | None:
    """RRT-Connect between the end of `before` (m, 7) and the start of `after`, corners rounded; None when not found."""
    cfg, world = pb.cfg, pb.world
    need = np.minimum(free, ends.min(axis=0) - 0.002)

    def is_free(q: F64) -> bool:
        return world.path_clear(q, opening, need)[0]

    way = rrt_connect(
        before[-1], after[0], is_free, pb.kin.q_min + cfg.limit_margin, pb.kin.q_max - cfg.limit_margin, pb.rng,
        iterations=cfg.rrt_iterations,
    )  # fmt: skip
    if way is None:
        return None
    path = round_corners(shortcut(way, is_free, pb.rng), 0.3)
    if not is_free(path):
        return None
    return _piece(path, need)


def _piece(q: F64, required: F64) -> Piece:
    return Piece(q, np.broadcast_to(required, (len(q), *required.shape[-2:])))
