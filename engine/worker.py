"""What a worker process is: builds the engine once, runs attempts, renders and stores them.

`Worker(config)` is the entry that executors call; `worker(task_index, attempt)` runs one attempt,
writes its result into the episode store and returns what the ledger needs.
"""

from __future__ import annotations

import ctypes
import dataclasses
import hashlib
import platform
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import mujoco
import numpy as np
from numpy.typing import NDArray

from engine.backends import make_renderer
from engine.config import RunConfig, from_json, plain
from engine.execute.base import JobOutcome
from engine.execute.child import load_entry
from engine.frames import quat_to_mat
from engine.graph.scene_graph import compact_graph, observed_graph
from engine.label.boxes import depth_mm
from engine.label.columns import LabelMaker
from engine.pipeline import Attempt, StageClock, TaskContext, base_cameras, make_attempt, open_task
from engine.record.store import EpisodeStore
from engine.record.video import VideoWriter
from engine.render.base import AbstractRenderer, compile_visual, framebuffer_px
from engine.render.randomize import appearance_to_dict, sample_appearance
from engine.rng import rng
from engine.sim.kinematics import ArmKinematics
from engine.sim.model import CONTROL_HZ
from engine.sim.robot import cache_root, load_robot
from engine.types import PHASES, Appearance, Failure


@cache
def code_version() -> dict[str, str]:
    """Versions that an episode depends on; `code` hashes the sources of engine, assets and tasks."""
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for package in ("engine", "assets", "tasks"):
        for path in sorted((root / package).rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return {
        "code": digest.hexdigest()[:16],
        "mujoco": mujoco.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
    }


class Worker:
    """Runs attempts of any task of one run; see the module."""

    def __init__(self, config: dict[str, Any], out: str):
        self.cfg: RunConfig = from_json(RunConfig, config)
        self.store = EpisodeStore(Path(out) / ".work")
        self.library = load_entry(self.cfg.sources.library)(self.cfg.assets, self.cfg.split)
        self.source = load_entry(self.cfg.sources.tasks)(self.library, self.cfg.task_file)
        self.textures = load_entry(self.cfg.sources.textures)(self.cfg.randomize.environments)
        self.robot = load_robot(self.cfg.gripper)
        self.kin = ArmKinematics(self.robot)
        self.cameras = base_cameras(self.cfg)
        self._context: TaskContext | None = None
        self._renderer: AbstractRenderer | None = None
        self._rendered_task = -1

    def __call__(self, task_index: int, attempt: int) -> JobOutcome:
        opening = StageClock()
        if self._context is None or self._context.index != task_index:
            self._context = None
            self._context = open_task(self.cfg, task_index, self.source, self.robot, cache_root(), opening)
            _return_memory()
        ctx = self._context
        result = make_attempt(self.cfg, ctx, self.kin, attempt)
        for stage, seconds in opening.cpu_s.items():
            result.clock.cpu_s[stage] = seconds
        return self._store(ctx, result)

    def close(self) -> None:
        if self._renderer is not None:
            self._renderer.close()

    # --- storing ------------------------------------------------------------------------------

    def _store(self, ctx: TaskContext, a: Attempt) -> JobOutcome:
        clock = a.clock
        keep = a.accepted or (self.cfg.keep_failures and a.log is not None)
        with self.store.begin(ctx.index, a.attempt) as job:
            if keep and a.log is not None:
                self._write_episodes(ctx, a, job)
            elif a.accepted:  # a layout without a trajectory
                with clock("write"):
                    job.episode(0).write({}, self._meta(ctx, a))
            ledger = self._ledger(ctx, a)
            job.commit(accepted=a.accepted, failure=a.failure, ledger=ledger, timing=clock.cpu_s)
        info = dict(ledger) | {"cpu_s": clock.cpu_s}
        if a.failure is not None:
            info["failure"] = plain(vars(a.failure))
        return JobOutcome(a.accepted, info)

    def _ledger(self, ctx: TaskContext, a: Attempt) -> dict[str, Any]:
        asset = ctx.scene.assets[ctx.target]
        approach = a.trajectory.X_WG_grasp if a.trajectory is not None else None
        return {
            "task": ctx.spec.task_id,
            "target": asset.asset_id,
            "family": asset.family,
            "container": ctx.scene.assets[ctx.container].asset_id,
            "layouts": _draws(ctx, a, self.cfg),
            "executions": a.executions,
            "steps": 0 if a.log is None else len(a.log.actions),
            "grasp_tilt_deg": None if approach is None else _tilt_deg(approach),
        }

    def _meta(self, ctx: TaskContext, a: Attempt) -> dict[str, Any]:
        """All that it takes to make and to read the episode, besides the columns."""
        cfg, scene, t = self.cfg, ctx.scene, a.trajectory
        assert a.qpos0 is not None
        state = ctx.probe.at(a.qpos0, np.zeros(ctx.sm.model.nv), ctx.view.X_PC)
        words = self.source.instructions(scene, state, rng(cfg.seed, ctx.spec.task_id, a.attempt, "instructions"))
        meta: dict[str, Any] = {
            "task_id": ctx.spec.task_id,
            "task": plain(dataclasses.asdict(ctx.spec)),
            "seed": cfg.seed,
            "attempt": a.attempt,
            "accepted": a.accepted,
            "fps": CONTROL_HZ,
            "instruction": words[0].text,
            "instructions": [plain(vars(w)) for w in words],
            "objects": [
                {
                    "name": name,
                    "asset": asset.asset_id,
                    "hash": asset.content_hash,
                    "noun": asset.name,
                    "family": asset.family,
                    "attributes": dict(asset.attributes),
                }
                for name, asset in zip(scene.names, scene.assets, strict=True)
            ],
            "robot": {"name": self.robot.name, "gripper": self.robot.gripper.name, "hash": self.robot.content_hash},
            "physics": plain(vars(a.physics)),
            "scene_graph": compact_graph(observed_graph(state)),
            "versions": code_version(),
        }
        if a.layout is not None:
            meta["layout"] = plain(vars(a.layout) | {"physics": None})
            meta["qpos0"] = plain(a.qpos0)
        if t is not None and a.log is not None and a.verdict is not None:
            meta["grasp"] = plain(vars(t.grasp))
            meta["plan"] = plain(
                {
                    "X_WG_grasp": t.X_WG_grasp,
                    "X_WG_place": t.X_WG_place,
                    "place_point": t.place_point,
                    "min_clearance": t.min_clearance,
                    "phases": phase_runs(t.phase),
                    "info": t.info,
                }
            )
            meta["verdict"] = {"success": a.verdict.success, "reason": a.verdict.reason, "margins": a.verdict.margins}
            meta["final"] = {"qpos": plain(a.log.qpos[-1]), "qvel": plain(a.log.qvel[-1])}
            meta["executions"] = a.executions
        if a.failure is not None:
            meta["failure"] = plain(vars(a.failure))
        return meta

    def _write_episodes(self, ctx: TaskContext, a: Attempt, job: Any) -> None:
        assert a.log is not None
        cfg, clock = self.cfg, a.clock
        with clock("write"):
            meta = self._meta(ctx, a)
        if cfg.render:
            with clock("render_open"):
                renderer = self._open_renderer(ctx)
                assert renderer.scene is not None
                renderer.scene.sm.apply(a.physics)
        for k in range(cfg.renders if cfg.render else 1):
            episode = job.episode(k)
            stream = rng(cfg.seed, ctx.spec.task_id, a.attempt, f"appearance{k}")
            appearance = sample_appearance(
                cfg.randomize, self.cameras, ctx.scene, stream, self.textures, a.physics.table
            )
            labels = LabelMaker(ctx.sm, ctx.scene, a.log, a.trajectory, appearance)
            extra: dict[str, Any] = {}
            if cfg.render:
                extra["videos"] = draw_episode(renderer, a, appearance, labels, episode, cfg, clock)
            with clock("label"):
                columns = labels.columns()
            with clock("write"):
                episode.write(columns, meta | extra | {"render": k, "appearance": appearance_to_dict(appearance)})

    def _open_renderer(self, ctx: TaskContext) -> AbstractRenderer:
        if self._renderer is None:
            self._renderer = make_renderer(self.cfg.renderer)
        if self._rendered_task != ctx.index:
            self._renderer.open(
                compile_visual(self.robot, ctx.scene, self.textures, max_px=framebuffer_px(self.cameras))
            )
            self._rendered_task = ctx.index
        return self._renderer


def draw_episode(
    renderer: AbstractRenderer,
    a: Attempt,
    appearance: Appearance,
    labels: LabelMaker,
    episode: Any,
    cfg: RunConfig,
    clock: StageClock,
) -> dict[str, Any]:
    """Draw, label and encode every frame of every camera; returns the facts of the videos."""
    assert a.log is not None
    cameras = appearance.cameras
    with ExitStack() as stack:

        def writer(path: Path, kind: Any) -> VideoWriter:
            return stack.enter_context(VideoWriter(path, CONTROL_HZ, kind))

        videos = [writer(episode.video_path(c.name), "rgb") for c in cameras]
        depths = [writer(episode.sidecar_path(f"depth.{c.name}.mkv"), "depth") for c in cameras if cfg.depth]
        masks = [writer(episode.sidecar_path(f"mask.{c.name}.mkv"), "mask") for c in cameras if cfg.masks]
        # All cameras of a state before the next state: they share its shadow map.
        for t in range(len(a.log.actions)):
            for c in range(len(cameras)):
                with clock("render"):
                    buffers = renderer.render(a.log.qpos[t], appearance, c, instance=True, depth=cfg.depth)
                with clock("label"):
                    labels.add(t, c, buffers, renderer)
                with clock("encode"):
                    videos[c].add(buffers.rgb)
                    if cfg.depth and buffers.depth is not None:
                        depths[c].add(depth_mm(buffers.depth))
                    if cfg.masks and buffers.instance is not None:
                        masks[c].add(buffers.instance)
    return {c.name: video.facts.as_json() for c, video in zip(cameras, videos, strict=True)}


def phase_runs(phase: NDArray[np.int32]) -> list[list[Any]]:
    """A plan's phases (T,) as [name, frames] in order: what the column `phase` is checked against."""
    starts = np.flatnonzero(np.diff(phase, prepend=-1))
    ends = np.append(starts[1:], len(phase))
    return [[PHASES[int(phase[a])], int(b - a)] for a, b in zip(starts, ends, strict=True)]


def _tilt_deg(X_WG: np.ndarray) -> float:
    """Angle of the approach direction from straight down, degrees."""
    return float(np.degrees(np.arccos(np.clip(-quat_to_mat(X_WG[3:])[2, 2], -1, 1))))


def _return_memory() -> None:
    """Give freed memory back to the system: finding grasps leaves holes of hundreds of megabytes in the heap."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError):  # not the GNU C library: its allocator does as it likes
        return


def _draws(ctx: TaskContext, a: Attempt, cfg: RunConfig) -> int:
    """Layouts drawn by an attempt: none when the task had no grasps to begin with."""
    if a.layout is not None:
        return a.layout.draws
    return 0 if isinstance(ctx.grasps, Failure) else cfg.layout.max_draws
