"""Stored episodes drawn again under other appearances, without planning or stepping.

`RenderWorker` is an executor's entry: job i draws all appearances of stored episode i of a dataset into a
new store. Columns of state and command are copied bit for bit; those of cameras and labels are made anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.backends import make_renderer
from engine.config import RunConfig, load_randomization, plain
from engine.execute.base import JobOutcome
from engine.execute.child import load_entry
from engine.export.dataset import Dataset, load_dataset
from engine.graph.scene_graph import compact_graph, observed_graph
from engine.label.columns import COLUMNS, LabelMaker
from engine.pipeline import Attempt, StageClock
from engine.rebuild import Episode, Rebuilder
from engine.record.store import EpisodeStore
from engine.render.base import AbstractRenderer, compile_visual, framebuffer_px
from engine.render.randomize import RandomizeConfig, appearance_to_dict, sample_appearance
from engine.rng import rng
from engine.sim.cameras import cameras_from_text, default_cameras, load_cameras, view_camera
from engine.skills.validate import StateProbe
from engine.types import Appearance, CameraSpec, Failure
from engine.worker import draw_episode


@dataclass(frozen=True)
class RenderOptions:
    """What to draw. None: as the run that made the dataset did. Files are named by path."""

    renders: int = 1
    cameras: str | None = None
    randomize: str | None = None
    renderer: str = "raster"
    depth: bool = False
    masks: bool = False
    seed: int | None = None


def source_rows(dataset: Dataset) -> list[int]:
    """The first appearance of every stored attempt: the episodes that are drawn, in dataset order."""
    t = dataset.episodes
    seen: set[tuple[int, int]] = set()
    rows = []
    for i, place in enumerate(zip(t["groundwork/task_index"], t["groundwork/attempt"], strict=True)):
        if place not in seen:
            seen.add(place)
            rows.append(i)
    return rows


def fingerprint(dataset: Dataset) -> str:
    """Hash of a dataset's episodes, to notice that another one was put in its place."""
    return hashlib.sha256((dataset.root / "meta/groundwork/episodes.jsonl").read_bytes()).hexdigest()[:32]


def base_cameras(dataset: Dataset, options: RenderOptions) -> tuple[CameraSpec, ...]:
    """Cameras before randomisation: of the file given, else those of the run that made the dataset."""
    if options.cameras is not None:
        return load_cameras(options.cameras)
    text = dataset.run.get("files", {}).get("camera_file")
    if text is None:
        return default_cameras()
    return cameras_from_text(text, f"{dataset.root}'s cameras")


def render_config(cfg: RunConfig, options: RenderOptions) -> RunConfig:
    """The configuration of the run that made the dataset, with what is drawn replaced."""
    ranges: RandomizeConfig = cfg.randomize if options.randomize is None else load_randomization(options.randomize)[0]
    seed = cfg.seed if options.seed is None else options.seed
    return replace(
        cfg,
        seed=seed,
        renders=options.renders,
        render=True,
        depth=options.depth,
        masks=options.masks,
        renderer=options.renderer,
        randomize=ranges,
    )


class RenderWorker:
    """Draws stored episodes; `RenderWorker(dataset, out, options)(row, 0)` draws number `row`."""

    def __init__(self, dataset: str, out: str, options: Mapping[str, Any]) -> None:
        self.options = RenderOptions(**options)
        self.dataset = load_dataset(dataset)
        self.store = EpisodeStore(Path(out) / ".work")
        self.rebuilder = Rebuilder(self.dataset.run["settings"])
        self.cfg = render_config(self.rebuilder.cfg, self.options)
        self.cameras = base_cameras(self.dataset, self.options)
        self.source = load_entry(self.cfg.sources.tasks)(self.rebuilder.library, None)
        self.textures = load_entry(self.cfg.sources.textures)(self.cfg.randomize.environments)
        self._renderer: AbstractRenderer | None = None
        self._open: tuple[Any, ...] = ()

    def __call__(self, row: int, attempt: int) -> JobOutcome:
        clock = StageClock()
        with clock("open"):
            episode = self.rebuilder.open(self.dataset, row)
            renderer = self._renderer_for(episode)
            meta = self._meta(episode)
        place = tuple(self.dataset.episodes[f"groundwork/{k}"][row] for k in ("task_index", "attempt"))
        accepted = bool(self.dataset.episodes["success"][row])
        failure = None if accepted else Failure(**meta["failure"])
        with self.store.begin(*place) as job:
            for k in range(self.cfg.renders):
                self._draw(episode, meta, k, job.episode(k), renderer, clock)
            job.commit(accepted=accepted, failure=failure, ledger={"source_episode": row}, timing=clock.cpu_s)
        return JobOutcome(True, {"cpu_s": clock.cpu_s, "steps": len(episode.log.actions)})

    def close(self) -> None:
        """Release the renderer."""
        if self._renderer is not None:
            self._renderer.close()

    def _draw(
        self, episode: Episode, meta: dict[str, Any], k: int, writer: Any, renderer: AbstractRenderer, clock: StageClock
    ) -> None:
        # The stream of the run itself: drawing a --no-render run gives what it would have drawn.
        stream = rng(self.cfg.seed, meta["task_id"], meta["attempt"], f"appearance{k}")
        appearance = sample_appearance(
            self.cfg.randomize, self.cameras, episode.scene, stream, self.textures, episode.physics.table
        )
        self._draw_look(episode, meta, k, appearance, writer, renderer, clock)

    def _draw_look(
        self,
        episode: Episode,
        meta: dict[str, Any],
        k: int,
        appearance: Appearance,
        writer: Any,
        renderer: AbstractRenderer,
        clock: StageClock,
    ) -> None:
        """Draw, label and store an episode in a given appearance, as number k."""
        labels = LabelMaker(episode.sm, episode.scene, episode.log, episode.trajectory, appearance)
        attempt = Attempt(
            -1, meta["attempt"], episode.physics, log=episode.log, trajectory=episode.trajectory, clock=clock
        )
        videos = draw_episode(renderer, attempt, appearance, labels, writer, self.cfg, clock)
        with clock("label"):
            columns = labels.columns()
        stored = episode.columns
        columns = {n: stored[n] if n in stored and not COLUMNS[n].rendered else a for n, a in columns.items()}
        look = {"render": k, "appearance": appearance_to_dict(appearance), "videos": videos}
        with clock("write"):
            writer.write(columns, meta | look)

    def _meta(self, episode: Episode) -> dict[str, Any]:
        """The episode's metadata; with other cameras, instructions and relations that are true in their view."""
        if self.options.cameras is None:
            return episode.meta
        probe = StateProbe(episode.sm)
        state = probe.at(episode.log.qpos[0], np.zeros(episode.sm.model.nv), view_camera(self.cameras).X_PC)
        stream = rng(episode.meta["seed"], episode.meta["task_id"], episode.meta["attempt"], "instructions")
        words = self.source.instructions(episode.scene, state, stream)
        return episode.meta | {
            "instruction": words[0].text,
            "instructions": [plain(vars(w)) for w in words],
            "scene_graph": compact_graph(observed_graph(state)),
        }

    def _renderer_for(self, episode: Episode) -> AbstractRenderer:
        if self._renderer is None:
            self._renderer = make_renderer(self.cfg.renderer)
        key = (episode.meta["task_id"], *(a.content_hash for a in episode.scene.assets))
        if self._open != key:
            self._renderer.open(
                compile_visual(self.rebuilder.robot, episode.scene, self.textures, max_px=framebuffer_px(self.cameras))
            )
            self._open = key
        scene = self._renderer.scene
        assert scene is not None
        scene.sm.apply(episode.physics)
        return self._renderer
