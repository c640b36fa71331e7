"""Pick and place: from grasp candidates and a container to one labelled, timed, collision-checked trajectory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from engine.frames import Pose
from engine.plan.collision import CollisionWorld
from engine.sim.kinematics import ArmKinematics
from engine.sim.model import SceneModel
from engine.skills.assemble import assemble
from engine.skills.config import REASONS, PlanConfig
from engine.skills.placing import PlaceOption, place_options
from engine.skills.reach import Postures, postures, travel
from engine.skills.segments import (
    UP,
    Pick,
    Piece,
    Place,
    Problem,
    connect,
    connect_rrt,
    grasp_required,
    make_pick,
    make_place,
    open_hand,
)
from engine.types import F64, Failure, Grasp, PhysicsParams, Trajectory

_CHUNK = 12  # grasps whose postures are computed together
_JUMP = 0.9  # radians between the ends of a straight stretch; more is caught when it is sampled


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
    goal: Callable[[CollisionWorld], list[PlaceOption]] | None = None,
    on_table: bool = False,
) -> Trajectory | Failure:
    """A trajectory that takes object `target` and sets it down on or in object `container`, or where `goal` says.

    Args:
        goal: gives the places (`engine.skills.goals`) instead of the container's own; with `on_table` the table, not
            the container, is what the object comes down on.
        layout_poses: (n, 7) settled poses X_WO in scene order.
        grasps: candidates in the order in which they should be tried.
        world: a collision world of the same scene and physics to reuse; its poses are overwritten.

    Returns the first plan that is reachable, within the limits and free of collisions (hand, forearm and held object
    against everything, checked again on the timed motion); else a Failure of stage "plan" with one of `REASONS`.
    Raises TaskError when `container` holds nothing.
    """
    if world is None:
        world = CollisionWorld(sm, physics, layout_poses, kin=kin, margin=cfg.clearance + 0.003)
    robot = sm.robot
    pb = Problem(
        world=world,
        kin=kin,
        cfg=cfg,
        rng=rng,
        target=target,
        container=sm.n if on_table else container,  # column of what may be near while the object comes down
        poses=np.array(layout_poses, np.float64),
        q_start=np.array(physics.q_start, np.float64),
        open_width=robot.gripper.max_width,
        dq_max=cfg.velocity_scale * robot.dq_max,
        ddq_max=np.minimum(cfg.acceleration, cfg.acceleration_scale * robot.ddq_max),
    )
    asset = sm.scene.assets[target]

    def failed(reason: str) -> Failure:
        return Failure("plan", reason, asset.asset_id, grasps[0].index if grasps else -1)

    if not grasps:
        return failed("no grasp candidates")
    X_WO = Pose.from_vector(layout_poses[target])
    world.set_poses(pb.poses)
    world.hold(target, Pose.identity())
    if goal is None:
        X_WS = Pose.from_vector(layout_poses[container])
        options = place_options(world, asset, X_WO, sm.scene.assets[container], X_WS, rng, gap=cfg.place_gap)
    else:
        options = goal(world)
    if not options:
        return failed("container has no free place" if goal is None else "no free place where the goal holds")
    found = _search(pb, list(grasps[: cfg.max_grasps]), X_WO, options)
    if found is None and pb.furthest >= REASONS.index("no reachable place"):
        # The hand does not fit between the rims so low: let the object drop from higher up.
        for rise in cfg.drops:
            raised = [replace(o, X_WO=Pose(o.X_WO.R, o.X_WO.p + rise * UP), drop=o.drop + rise) for o in options]
            found = _search(pb, list(grasps[: cfg.max_grasps]), X_WO, raised)
            if found is not None:
                break
    return failed(REASONS[max(pb.furthest, REASONS.index("no reachable grasp"))]) if found is None else found


def _search(pb: Problem, grasps: list[Grasp], X_WO: Pose, options: list[PlaceOption]) -> Trajectory | None:
    """Try grasps in order; for each, the cheapest pairs of grasp and place posture.

    The shortest of a few plans of the first grasp that works is taken: a control period costs more in physics and
    rendering than a plan does.
    """
    pairs = 0
    blocked: list[tuple[Pick, Place]] = []
    for grasp, X_WG, picks in _reachable(pb, grasps, X_WO):
        if pairs >= pb.cfg.max_pairs:
            break
        keep = _free_postures(pb, picks)
        if len(keep) == 0:
            pb.fail("grasp in collision")
            continue
        X_OG = Pose.from_vector(grasp.X_OG)
        places = _place_postures(pb, X_OG, options)
        if len(places) == 0:
            pb.fail("no reachable place")
            continue
        trial = _Pairs(pb, grasp, X_WG, X_OG.inv(), keep, places, options)
        found: list[Trajectory] = []
        for pick, place in trial:
            plan = finish(pb, pick, place, rrt=False)
            if plan is not None:
                found.append(plan)
                if len(found) >= pb.cfg.alternatives:
                    break
            else:
                blocked.append((pick, place))
            trial.drop_similar()
        if found:
            return min(found, key=lambda plan: len(plan.actions))
        pairs += trial.count
    for pick, place in blocked[: pb.cfg.rrt_pairs]:
        plan = finish(pb, pick, place, rrt=True)
        if plan is not None:
            return plan
    return None


def _reachable(pb: Problem, grasps: list[Grasp], X_WO: Pose) -> Iterator[tuple[Grasp, Pose, Postures]]:
    """Grasps whose pre-grasp, grasp and lift poses the arm reaches in one posture, with those postures."""
    cfg = pb.cfg
    for start in range(0, len(grasps), _CHUNK):
        chunk = grasps[start : start + _CHUNK]
        X = [X_WO @ Pose.from_vector(g.X_OG) for g in chunk]
        R, p = np.array([x.R for x in X]), np.array([x.p for x in X])
        ends = np.stack([p - cfg.approach_distance * R[:, :, 2], p, p + cfg.lift_height * UP], axis=1)
        found = postures(pb.kin, R, ends, n_q7=cfg.n_q7, margin=cfg.limit_margin, jump=_JUMP, offset=pb.rng.random())
        for k, grasp in enumerate(chunk):
            mine = found.select(np.flatnonzero(found.pose == k))
            if len(mine) == 0:
                pb.fail("no reachable grasp")
                continue
            cost = mine.cost + travel(pb.q_start, mine.q[:, 0], pb.dq_max)
            yield grasp, X[k], mine.select(np.argsort(cost, kind="stable")[:12])


def _free_postures(pb: Problem, picks: Postures) -> Postures:
    """The postures whose open hand and arm are free at the grasp and before it; gives up after three misses."""
    open_hand(pb)
    need = grasp_required(pb)
    good: list[int] = []
    for k in range(len(picks)):
        if pb.world.path_clear(picks.q[k, [1, 0]], pb.open_width, need)[0]:
            good.append(k)
        elif not good and k >= 2:
            break  # the hand itself is in the way, whatever the elbow does
        if len(good) >= 6:
            break
    return picks.select(np.array(good, np.int64))


def _place_postures(pb: Problem, X_OG: Pose, options: list[PlaceOption]) -> Postures:
    """Postures that reach above, at and back from each place option."""
    cfg = pb.cfg
    X = [o.X_WO @ X_OG for o in options]
    R, p = np.array([x.R for x in X]), np.array([x.p for x in X])
    ends = np.stack([p + cfg.above_height * UP, p, p - cfg.retreat_distance * R[:, :, 2]], axis=1)
    found = postures(pb.kin, R, ends, n_q7=cfg.n_q7, margin=cfg.limit_margin, jump=_JUMP, offset=pb.rng.random())
    drop = np.array([o.drop for o in options])[found.pose]
    return found.with_cost(found.cost + 20.0 * (drop - drop.min() if len(drop) else drop))


class _Pairs:
    """Pairs of pick and place posture of one grasp, cheapest first, dropping what is known to fail."""

    def __init__(
        self,
        pb: Problem,
        grasp: Grasp,
        X_WG: Pose,
        X_GO: Pose,
        picks: Postures,
        places: Postures,
        options: list[PlaceOption],
    ) -> None:
        self.pb, self.grasp, self.X_WG, self.X_GO = pb, grasp, X_WG, X_GO
        self.picks, self.places, self.options = picks, places, options
        carry = travel(picks.q[:, None, 2], places.q[None, :, 0], pb.dq_max)
        ahead = travel(pb.q_start, picks.q[:, 0], pb.dq_max)
        self.cost = carry + (picks.cost + ahead)[:, None] + places.cost
        self.count = 0
        self._made: dict[int, Pick] = {}
        self._last = (0, 0)

    def __iter__(self) -> Iterator[tuple[Pick, Place]]:
        while self.count < self.pb.cfg.pairs_per_grasp and np.isfinite(self.cost).any():
            self.count += 1
            i, j = (int(k) for k in np.unravel_index(int(np.argmin(self.cost)), self.cost.shape))
            self._last = (i, j)
            pick = self._made.get(i)
            if pick is None:
                pick = make_pick(
                    self.pb, self.grasp, self.X_WG, self.X_GO, float(self.picks.q7[i]), int(self.picks.branch[i])
                )
            if pick is None:
                self.cost[i] = np.inf
                continue
            self._made[i] = pick
            option = self.options[int(self.places.pose[j])]
            X_WG = option.X_WO @ self.X_GO.inv()
            place = make_place(self.pb, pick, option, X_WG, float(self.places.q7[j]), int(self.places.branch[j]))
            if place is None:
                # Mostly the hand is in the way, which another elbow posture does not mend: drop this yaw altogether.
                self.cost[:, self.places.pose == self.places.pose[j]] = np.inf
                continue
            yield pick, place

    def drop_similar(self) -> None:
        """Drop the last pair and those with nearly the same way."""
        i, j = self._last
        near = np.abs(self.places.q[:, 0] - self.places.q[j, 0]).max(axis=1) < 0.5
        self.cost[i, near] = np.inf


def finish(pb: Problem, pick: Pick, place: Place, *, rrt: bool) -> Trajectory | None:
    """Join the stretches by free paths and time them; None when no free path is found (noted)."""
    cfg, world = pb.cfg, pb.world
    free = pb.required(cfg.clearance, cfg.clearance)
    q_pre = pick.approach.q[0]
    open_hand(pb)
    ends = world.distances(np.stack([pb.q_start, q_pre]), pb.open_width)
    if rrt:
        reach = connect_rrt(pb, pb.q_start[None], pick.approach.q, pb.open_width, free, ends)
    else:
        reach = connect(pb, pb.q_start, q_pre, None, pick.approach.q[1] - q_pre, pb.open_width, free, ends)
    if reach is None:
        pb.fail("no collision-free path")
        return None
    world.hold(pb.target, pick.X_GO)
    up, down, width = pick.lift.q, place.lower.q, pick.grasp.width
    ends = world.distances(np.stack([up[-1], down[0]]), width)
    carry: Piece | None
    if rrt:
        carry = connect_rrt(pb, up, down, width, free, ends)
    else:
        carry = connect(pb, up[-1], down[0], up[-1] - up[-2], down[1] - down[0], width, free, ends)
    if carry is None:
        pb.fail("no collision-free path")
        return None
    found = assemble(pb, pick, place, reach, carry)
    if found is None:
        pb.fail("no collision-free path")
    return found
