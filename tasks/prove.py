"""Proves tasks and scenes solvable: a layout is drawn, a plan is executed once in physics, and the verdict asked.

Random numbers come from `engine.rng.rng(PROOF_SEED, *keys, stage)` with keys such as ("track", name, index, draw).
Those of an ordinary run have the keys (task id, attempt number, stage) or (task id, stage). The keys here are longer,
so that whatever seed and task id a user chooses, no generator is shared.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np

from assets.library import ProceduralLibrary
from engine.config import RunConfig
from engine.layout.config import LayoutConfig
from engine.pipeline import Attempt, Streams, TaskContext, draw_layout, grasp_candidates, open_task, run_layout
from engine.rng import rng
from engine.sim.control import rollout
from engine.sim.kinematics import ArmKinematics
from engine.sim.robot import cache_root, load_robot
from engine.skills.pick_place import plan_pick_place
from engine.skills.validate import validate
from engine.types import (
    F64,
    AssetLibrary,
    Failure,
    Layout,
    StateLog,
    TaskSpec,
    content_hash,
)
from tasks.source import TaskSource
from tasks.tracks import TrackScene, normalised

PROOF_SEED = 20260
DECIMALS = 6  # of stored poses
MAX_STEPS = 600  # control steps that a policy has
PAUSE = 2  # control steps in which the arm stops when the instruction changes
Keys = tuple[str | int, ...]


@dataclass(frozen=True)
class OneTask(TaskSource):
    """A source that knows one task."""

    task: TaskSpec = field(default_factory=lambda: TaskSpec("none", (), ()))

    def spec(self, index: int) -> TaskSpec:
        return self.task


def proof_streams(keys: Keys) -> Streams:
    """The generators of one draw, by stage."""

    def stream(stage: str) -> np.random.Generator:
        return rng(PROOF_SEED, *keys, stage)

    return stream


def rounded(poses: F64) -> F64:
    """Poses (n, 7) as they are stored: `DECIMALS` decimals, quaternions not normalised yet."""
    return np.round(np.asarray(poses, np.float64), DECIMALS) + 0.0


class Prover:
    """The engine opened once for many scenes; keeps the models of the latest few tasks."""

    def __init__(self, library: AssetLibrary | None = None, gripper: str = "panda_hand") -> None:
        self.library = library or ProceduralLibrary(cache=256)
        self.cfg = RunConfig(gripper=gripper, split="all", render=False)
        self.robot = load_robot(gripper)
        self.kin = ArmKinematics(self.robot)
        self._contexts: OrderedDict[Any, TaskContext] = OrderedDict()

    def context(self, spec: TaskSpec) -> TaskContext:
        """The task opened: objects, model, grasps. Raises TaskError or AssetError."""
        key = (spec.roles, spec.goal)
        if key not in self._contexts:
            source = OneTask(self.library, task=spec)
            self._contexts[key] = open_task(self.cfg, 0, source, self.robot, cache_root())
            if len(self._contexts) > 4:
                self._contexts.popitem(last=False)
        self._contexts.move_to_end(key)
        return self._contexts[key]

    def layout(self, spec: TaskSpec, keys: Keys, held_out: str = "avoid") -> Attempt:
        """A layout of the task with its poses as they will be stored, or the reason why there is none."""
        ctx, cfg = self.context(spec), replace(self.cfg, layout=LayoutConfig(held_out=held_out))
        out = draw_layout(cfg, ctx, self.kin, _draw(keys), proof_streams(keys))
        if out.layout is not None:
            _start(ctx, out, replace(out.layout, poses=normalised(rounded(out.layout.poses))))
        return out

    def run(self, spec: TaskSpec, out: Attempt, keys: Keys) -> None:
        """Plan, execute and judge on the attempt's layout; `out.failure` says why not."""
        ctx = self.context(spec)
        ctx.sm.apply(out.physics)
        if isinstance(ctx.grasps, Failure):
            out.failure = ctx.grasps
            return
        run_layout(self.cfg, ctx, self.kin, out, proof_streams(keys))

    def attempt(self, spec: TaskSpec, keys: Keys) -> Attempt:
        """Layout and run in one."""
        out = self.layout(spec, keys)
        if out.failure is None:
            self.run(spec, out, keys)
        return out

    def prove(self, scene: TrackScene) -> Attempt:
        """The scene's own task planned and executed from exactly the stored numbers."""
        out = Attempt(scene.index, _draw(scene.keys), scene.physics)
        layout = Layout(scene.poses, scene.physics, (), 1)
        _start(self.context(scene.task), out, layout)
        self.run(scene.task, out, scene.keys)
        if out.failure is None and out.trajectory is not None and len(out.trajectory.actions) > MAX_STEPS:
            out.failure = Failure("execute", f"more than {MAX_STEPS} control steps")
        return out

    def prove_change(self, scene: TrackScene, first: Attempt) -> Attempt:
        """The scene's change: `first`'s plan executed up to its step, then a plan from there to the second goal."""
        assert scene.change is not None and first.trajectory is not None and first.qpos0 is not None
        ctx, k = self.context(scene.change.task), scene.change.step
        ctx.sm.apply(scene.physics)
        plan = first.trajectory
        stop = np.zeros((PAUSE, 8), np.float32)
        actions = np.concatenate([plan.actions[:k], stop])
        phase = np.concatenate([plan.phase[:k], np.full(PAUSE, plan.phase[k - 1])])
        before = rollout(ctx.sm, first.qpos0, scene.physics.q_start, actions, phase)
        poses = ctx.sm.object_poses(before.qpos[-1])
        poses[:, 3:] /= np.linalg.norm(poses[:, 3:], axis=1, keepdims=True)
        out = Attempt(scene.index, first.attempt, scene.physics, layout=first.layout, qpos0=first.qpos0)
        self._go_on(ctx, out, before, poses, proof_streams(scene.keys))
        return out

    def _go_on(self, ctx: TaskContext, out: Attempt, before: StateLog, poses: F64, stream: Streams) -> None:
        """Plan from the end of `before` to the goal of `ctx` and execute all of it from the start."""
        physics = replace(out.physics, q_start=before.targets[-1])
        if isinstance(ctx.grasps, Failure):
            out.failure = ctx.grasps
            return
        candidates = grasp_candidates(self.cfg, ctx, poses, physics, out.attempt, stream("grasp after the change"))
        if isinstance(candidates, Failure):
            out.failure = candidates
            return
        draw = stream("plan after the change")
        plan = plan_pick_place(
            ctx.sm, physics, poses, ctx.target, ctx.container, candidates, self.kin, self.cfg.plan, draw
        )
        if isinstance(plan, Failure):
            out.failure = plan
            return
        actions, phase = np.concatenate([before.actions, plan.actions]), np.concatenate([before.phase, plan.phase])
        assert out.qpos0 is not None
        log = rollout(ctx.sm, out.qpos0, out.physics.q_start, actions, phase)
        verdict = validate(ctx.sm, ctx.spec, log.qpos, log.qvel, ctx.view.X_PC, self.cfg.validate, ctx.probe, log)
        out.trajectory, out.log, out.verdict = plan, log, verdict
        if not verdict.success:
            out.failure = Failure("validate", verdict.reason)
        elif len(actions) > MAX_STEPS:
            out.failure = Failure("execute", f"more than {MAX_STEPS} control steps")


def _draw(keys: Keys) -> int:
    return keys[-1] if isinstance(keys[-1], int) else 0


def _start(ctx: TaskContext, out: Attempt, layout: Layout) -> None:
    out.layout = layout
    out.qpos0 = ctx.sm.qpos_from(out.physics.q_start, layout.poses)


def proof_of(out: Attempt) -> dict[str, Any]:
    """What is stored of a proof: grasp, control steps, margins, and digests of the actions and of the final state."""
    plan, log, verdict = out.trajectory, out.log, out.verdict
    assert plan is not None and log is not None and verdict is not None
    return {
        "grasp": int(plan.grasp.index),
        "steps": len(log.actions),
        "margins": {k: round(float(v), 5) for k, v in sorted(verdict.margins.items())},
        "actions": content_hash(log.actions),
        "final": content_hash(log.qpos[-1], log.qvel[-1]),
    }


@cache
def prover() -> Prover:
    """This process's own."""
    return Prover()
