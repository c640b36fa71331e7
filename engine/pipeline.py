"""One attempt from seed to stored episode: layout, settle, grasp, plan, execute once, validate, render.

`make_attempt` is a pure function of (configuration, task, attempt number): each stage draws from its
own generator, nothing depends on the clock, on other attempts or on the worker that runs it. `Worker`
is what an executor builds once per process; it keeps the compiled models of the task at hand.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from engine.config import RunConfig, TableSource, sample_physics
from engine.execute.child import load_entry
from engine.frames import Pose
from engine.graph.relations import RELATION_TABLE
from engine.graph.scene_graph import lead_relation
from engine.grasp.cache import grasps_for
from engine.grasp.filter import feasible_by_pose, filter_in_scene, order_for_attempt
from engine.layout.check import SceneCheck
from engine.layout.solver import solve_layout
from engine.plan.collision import CollisionWorld
from engine.rng import rng
from engine.sim.cameras import default_cameras, load_cameras, view_camera
from engine.sim.control import Simulator, rollout
from engine.sim.kinematics import ArmKinematics
from engine.sim.model import SceneModel, compile_scene
from engine.sim.robot import RobotModel
from engine.skills.goals import goal_options, needs_container
from engine.skills.pick_place import plan_pick_place
from engine.skills.placing import PlaceOption
from engine.skills.validate import StateProbe, validate
from engine.types import (
    F64,
    CameraSpec,
    Failure,
    Grasp,
    Layout,
    PhysicsParams,
    Scene,
    StateLog,
    TaskSpec,
    Trajectory,
    Verdict,
    WorldState,
)

Streams = Callable[[str], np.random.Generator]
"""The random generator of each stage of an attempt, by name."""


class StageClock:
    """CPU seconds of this process by stage."""

    def __init__(self) -> None:
        self.cpu_s: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        start = time.process_time()
        try:
            yield
        finally:
            self.cpu_s[stage] = self.cpu_s.get(stage, 0.0) + time.process_time() - start


@dataclass(eq=False)
class TaskContext:
    """What all attempts of one task share: objects chosen, model compiled, grasps found."""

    index: int
    spec: TaskSpec
    scene: Scene
    sm: SceneModel
    sim: Simulator
    probe: StateProbe
    grasps: tuple[Grasp, ...] | Failure
    cameras: tuple[CameraSpec, ...]
    tables: TableSource
    graspable_poses: tuple[int, ...] = ()  # the target's resting poses in which it can be picked up
    layout_scene: Scene | None = None  # the scene with the target's resting poses cut down to these

    @property
    def view(self) -> CameraSpec:
        """The camera that left, right, front and behind are seen from."""
        return view_camera(self.cameras)

    @property
    def target(self) -> int:
        return self.scene.index(lead_relation(self.spec).subject)

    @property
    def container(self) -> int:
        return self.scene.index(lead_relation(self.spec).objects[0])


@dataclass(eq=False)
class Attempt:
    """Everything one attempt produced; `failure` is None when it was accepted."""

    task_index: int
    attempt: int
    physics: PhysicsParams
    failure: Failure | None = None
    layout: Layout | None = None
    trajectory: Trajectory | None = None
    log: StateLog | None = None
    verdict: Verdict | None = None
    qpos0: np.ndarray | None = None
    executions: list[dict[str, Any]] = field(default_factory=list)
    clock: StageClock = field(default_factory=StageClock)

    @property
    def accepted(self) -> bool:
        return self.failure is None


def base_cameras(cfg: RunConfig) -> tuple[CameraSpec, ...]:
    """The cameras before randomisation: the two standard ones or those of the calibration file."""
    return load_cameras(cfg.camera_file) if cfg.camera_file else default_cameras()


def open_task(
    cfg: RunConfig, index: int, source: Any, robot: RobotModel, cache_dir: Any, clock: StageClock | None = None
) -> TaskContext:
    """Choose the task's objects, compile its model, and look up (or make) its target's grasps."""
    clock = clock or StageClock()
    with clock("open"):
        spec = source.spec(index)
        scene = source.scene(spec, rng(cfg.seed, spec.task_id, "scene"))
        sm = compile_scene(robot, scene)
    with clock("grasp_library"):
        target = scene.index(lead_relation(spec).subject)
        asset = scene.assets[target]
        grasps = grasps_for(asset, robot, cfg.grasp, cache_dir)
        poses: tuple[int, ...] = ()
        if not isinstance(grasps, Failure):
            counts = feasible_by_pose(asset, grasps, robot.gripper, cfg.grasp)
            # A box on its widest face may offer no grasp: a layout that wants it moved rests it otherwise.
            poses = tuple(int(k) for k in np.flatnonzero(counts >= max(1, min(cfg.min_pose_grasps, counts.max()))))
            if not poses:
                grasps = Failure("grasp", "no resting pose offers a grasp", asset.asset_id)
        assets = list(scene.assets)
        assets[target] = replace(asset, stable_poses=tuple(asset.stable_poses[k] for k in poses))
        layout_scene = replace(scene, assets=tuple(assets))
    sim, probe, cameras = Simulator(sm), StateProbe(sm), base_cameras(cfg)
    tables = load_entry(cfg.sources.tables)()
    return TaskContext(index, spec, scene, sm, sim, probe, grasps, cameras, tables, poses, layout_scene)


def make_attempt(cfg: RunConfig, ctx: TaskContext, kin: ArmKinematics, attempt: int) -> Attempt:
    """Run attempt number `attempt` of a task up to the verdict; rendering comes after, on acceptance.

    The first failure of a stage ends the attempt, except that up to `max_executions` plans are
    executed on one layout, each with another grasp.
    """

    def stream(stage: str) -> np.random.Generator:
        return rng(cfg.seed, ctx.spec.task_id, attempt, stage)

    out = draw_layout(cfg, ctx, kin, attempt, stream)
    if out.accepted and not cfg.layout_only:
        run_layout(cfg, ctx, kin, out, stream)
    return out


def draw_layout(cfg: RunConfig, ctx: TaskContext, kin: ArmKinematics, attempt: int, stream: Streams) -> Attempt:
    """The first half of an attempt: physics drawn and applied to the model, objects laid out and settled."""
    physics = sample_physics(cfg.physics, ctx.scene, ctx.sm.robot, stream("physics"), ctx.tables, stream("table"))
    ctx.sm.apply(physics)
    out = Attempt(ctx.index, attempt, physics)
    if isinstance(ctx.grasps, Failure):
        out.failure = ctx.grasps
        return out
    assert ctx.layout_scene is not None
    camera = ctx.view
    with out.clock("layout"):
        check = SceneCheck(ctx.sim, kin, physics, camera, cfg.settle, ctx.target, ctx.container)
        layout = solve_layout(ctx.layout_scene, physics, camera.X_PC, camera.K, cfg.layout, stream("layout"), check)
    if isinstance(layout, Failure):
        out.failure = layout
        return out
    chosen = list(layout.stable_pose_index)
    chosen[ctx.target] = ctx.graspable_poses[chosen[ctx.target]]
    out.layout = replace(layout, stable_pose_index=tuple(chosen))
    out.qpos0 = ctx.sm.qpos_from(physics.q_start, layout.poses)
    return out


def run_layout(cfg: RunConfig, ctx: TaskContext, kin: ArmKinematics, out: Attempt, stream: Streams) -> None:
    """The second half: grasp, plan, execute and validate on the attempt's layout; what comes of it is put into `out`.

    The model has the attempt's physics applied.
    """
    assert out.layout is not None
    with out.clock("grasp"):
        candidates = grasp_candidates(cfg, ctx, out.layout.poses, out.physics, out.attempt, stream("grasp"))
    if isinstance(candidates, Failure):
        out.failure = candidates
        return
    _plan_and_execute(cfg, ctx, kin, out, candidates, stream("plan"))


def grasp_candidates(
    cfg: RunConfig, ctx: TaskContext, poses: F64, physics: PhysicsParams, attempt: int, stream: np.random.Generator
) -> list[Grasp] | Failure:
    """Grasps that fit into the scene with its objects at poses X_WO (n, 7), in the order in which this attempt tries
    them."""
    assert not isinstance(ctx.grasps, Failure)
    X_WO = Pose.from_vector(poses[ctx.target])
    obstacles = [
        (asset, Pose.from_vector(pose))
        for i, (asset, pose) in enumerate(zip(ctx.scene.assets, poses, strict=True))
        if i != ctx.target
    ]
    gripper = ctx.sm.robot.gripper
    kept, _ = filter_in_scene(list(ctx.grasps), X_WO, obstacles, physics.table_height, gripper, cfg.grasp)
    asset = ctx.scene.assets[ctx.target]
    if len(kept) == 0:
        return Failure("grasp", "every grasp collides in the scene", asset.asset_id, detail=f"{len(ctx.grasps)} grasps")
    usable = [ctx.grasps[i] for i in kept]
    ordered = [usable[i] for i in order_for_attempt(usable, X_WO, attempt, stream, tilted=cfg.grasp.tilted)]
    # Two-finger hands are symmetric: every grasp also exists turned by half about its approach direction.
    both = [g for grasp in ordered for g in (grasp, _turned(grasp))]
    # The camera on the hand has no collision body: of the two turns, one may hold it under the table.
    mounts = [Pose.from_vector(c.X_PC).p for c in ctx.cameras if c.parent == "hand"]
    lowest = physics.table_height + cfg.min_camera_height
    return [
        g for g in both if all((X_WO @ Pose.from_vector(g.X_OG)).apply(mount)[2] > lowest for mount in mounts)
    ] or Failure("grasp", "every grasp holds the wrist camera too low", asset.asset_id)


_HALF_TURN = Pose(np.diag([-1.0, -1.0, 1.0]), np.zeros(3))


def _turned(grasp: Grasp) -> Grasp:
    return replace(grasp, X_OG=(Pose.from_vector(grasp.X_OG) @ _HALF_TURN).vector())


def _plan_and_execute(
    cfg: RunConfig,
    ctx: TaskContext,
    kin: ArmKinematics,
    out: Attempt,
    candidates: list[Grasp],
    stream: np.random.Generator,
) -> None:
    assert out.layout is not None and out.qpos0 is not None
    asset = ctx.scene.assets[ctx.target]
    left = list(candidates)
    task, poses = ctx.spec, out.layout.poses
    start = WorldState(ctx.scene.names, ctx.scene.assets, poses, out.physics.table_height, ctx.view.X_PC)

    def goal_places(world: CollisionWorld) -> list[PlaceOption]:
        return goal_options(world, start, task.goal, ctx.target, stream, gap=cfg.plan.place_gap)

    lead = lead_relation(task)
    goal = None if needs_container(lead, start) and len(task.goal) == 1 else goal_places
    on_table = not RELATION_TABLE[lead.kind].supports
    for _ in range(cfg.max_executions):
        with out.clock("plan"):
            plan = plan_pick_place(
                ctx.sm,
                out.physics,
                poses,
                ctx.target,
                ctx.container,
                left,
                kin,
                cfg.plan,
                stream,
                goal=goal,
                on_table=on_table,
            )
        if isinstance(plan, Failure):
            # A plan that was executed and failed says more than "nothing else to try".
            out.failure = out.failure or plan
            return
        with out.clock("execute"):
            log = rollout(ctx.sm, out.qpos0, out.physics.q_start, plan.actions, plan.phase)
        with out.clock("validate"):
            verdict = validate(ctx.sm, ctx.spec, log.qpos, log.qvel, ctx.view.X_PC, cfg.validate, ctx.probe, log)
        out.trajectory, out.log, out.verdict = plan, log, verdict
        stage, reason = ("", "") if verdict.success else _explain(log, ctx.target, verdict)
        out.executions.append({"grasp": plan.grasp.index, "success": verdict.success, "stage": stage, "reason": reason})
        if verdict.success:
            out.failure = None
            return
        out.failure = Failure(stage, reason, asset.asset_id, plan.grasp.index)
        left = [g for g in left if g.index != plan.grasp.index]
        if not left:
            return


def _explain(log: StateLog, target: int, verdict: Verdict) -> tuple[str, str]:
    """Stage and reason of an execution that the validator refused: where the object was lost."""
    held = log.grasped[:-1, target]
    phase = log.phase
    if not held.any():
        return "execute", "missed grasp"
    carried = (phase >= 2) & (phase <= 4)
    if carried.any() and not held[carried].all():
        return "execute", "dropped"
    return "validate", verdict.reason
