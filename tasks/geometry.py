"""Geometry sets of fresh scenes and of stored episodes: which instants and cameras, drawn and written shard by shard.

A shard is one job of an executor: `worker(shard, 0)` writes it whole or not at all. What is in a shard is a pure
function of the plan and its number.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from itertools import count, islice
from pathlib import Path
from typing import Any

import numpy as np

from engine.config import RunConfig, from_json
from engine.errors import ConfigError, unknown_name
from engine.execute.base import JobOutcome
from engine.export.dataset import load_dataset
from engine.export.geometry import IMAGE_KINDS, ShardWriter
from engine.label.geometry import Observation, observe
from engine.label.tracks import Surface
from engine.redraw import Redrawer
from engine.render.base import SceneVisual
from engine.render.viewpoints import sample_viewpoints, with_size
from engine.rng import rng
from engine.types import CameraSpec, Scene
from tasks.scenes import FreshScene, FreshScenes

GROUPS_PER_SHARD = 100_000  # numbers of groups set aside for each shard of fresh scenes
EMPTY = 50  # groups in a row without any layout before a shard gives up


@dataclass(frozen=True)
class GeometryPlan:
    """What a set holds, besides where it comes from.

    views: cameras of every sample, the source's own ones first, the others sampled round the workspace. steps, stride:
    instants of a sample and frames between them (1 step: one instant). frames: samples of each episode. points:
    tracks. size: pixels a side (None: the source's cameras keep theirs, views get the first camera's). image: "webp",
    "png" or "jpg". shard: samples of a shard (one of episodes has at least one episode). layouts: of a fresh group.
    """

    seed: int = 0
    views: int = 6
    frames: int = 4
    steps: int = 1
    stride: int = 5
    points: int = 512
    size: int | None = None
    image: str = "webp"
    shard: int = 64
    layouts: int = 4

    def __post_init__(self) -> None:
        for name in ("views", "frames", "steps", "stride", "shard", "layouts"):
            if getattr(self, name) < 1:
                raise ConfigError(f"--{name} {getattr(self, name)}: give a number of at least 1")
        if self.points < 0:
            raise ConfigError(f"--points {self.points}: give a number of at least 0")
        if self.image not in IMAGE_KINDS:
            raise ConfigError("--image: " + unknown_name("kind of image", self.image, IMAGE_KINDS))
        if self.steps > 100 or self.views > 100:
            raise ConfigError(f"--steps {self.steps} --views {self.views}: at most 100 of each fit into a sample")
        if self.size is not None and not 28 <= self.size <= 1024:
            raise ConfigError(f"--size {self.size}: give 28 to 1024 pixels")


def sample_cameras(
    own: tuple[CameraSpec, ...], plan: GeometryPlan, stream: np.random.Generator
) -> tuple[CameraSpec, ...]:
    """A sample's cameras: the source's own, then sampled ones, `plan.views` in all."""
    own = own[: plan.views]
    if plan.size is not None:
        own = with_size(own, plan.size, plan.size)
    w, h = (own[0].width, own[0].height) if plan.size is None else (plan.size, plan.size)
    return (*own, *sample_viewpoints(plan.views - len(own), stream, width=w, height=h))


def sample_steps(length: int, plan: GeometryPlan, stream: np.random.Generator) -> list[list[int]]:
    """Frames of an episode's samples: `frames` lists of `steps` frames out of 0 .. length - 1.

    The episode is cut into as many equal parts as there are samples, and one starts in each, at random. Steps that
    would pass the end lie closer together.
    """
    out = []
    for k in range(min(plan.frames, length)):
        low, high = length * k // plan.frames, max(length * (k + 1) // plan.frames, length * k // plan.frames + 1)
        start = int(stream.integers(low, min(high, length)))
        span = min((plan.steps - 1) * plan.stride, length - 1)
        start = min(start, length - 1 - span)
        out.append([start + round(span * i / max(plan.steps - 1, 1)) for i in range(plan.steps)])
    return out


def describe_objects(scene: Scene) -> list[dict[str, Any]]:
    """The objects of a scene as a sample's metadata names them, in the order of the instance image."""
    return [
        {"name": name, "asset": a.asset_id, "noun": a.name, "hash": a.content_hash}
        for name, a in zip(scene.names, scene.assets, strict=True)
    ]


def straightened(cameras: tuple[CameraSpec, ...]) -> list[str]:
    """Names of the cameras whose lens distortion is left out in the pictures."""
    return [c.name for c in cameras if np.any(c.distortion)]


class _Shards:
    """What both kinds of worker share: one surface per compiled scene, one file of index rows per shard."""

    def __init__(self, out: str, plan: dict[str, Any]) -> None:
        self.out = Path(out)
        self.plan: GeometryPlan = from_json(GeometryPlan, plan)
        self._surface: Surface | None = None

    def surface(self, scene: SceneVisual | None) -> Surface:
        """The drawn surfaces of the scene that the renderer has open."""
        assert scene is not None
        if self._surface is None or self._surface.scene is not scene:
            self._surface = Surface(scene)
        return self._surface

    def keep_rows(self, shard: int, rows: list[dict[str, Any]]) -> None:
        """Leave the index rows of a finished shard where the end of the run, or the next one, finds them."""
        path = rows_file(self.out, shard)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".part")
        temporary.write_text(json.dumps(rows), encoding="utf-8")
        temporary.replace(path)


def rows_file(out: str | Path, shard: int) -> Path:
    """Where the index rows of a shard wait for the end of the run."""
    return Path(out) / ".work" / "rows" / f"{shard:05d}.json"


class SceneShards(_Shards):
    """Shard k of fresh scenes: `SceneShards(out, plan, config, samples)(k, 0)`; samples: of the whole set."""

    def __init__(self, out: str, plan: dict[str, Any], config: dict[str, Any], samples: int) -> None:
        super().__init__(out, plan)
        self.samples = samples
        cfg: RunConfig = replace(from_json(RunConfig, config), seed=self.plan.seed)
        self.fresh = FreshScenes(cfg, layouts=self.plan.layouts, views=0)

    def __call__(self, shard: int, attempt: int) -> JobOutcome:
        wanted = min(self.plan.shard, self.samples - shard * self.plan.shard)
        with ShardWriter(self.out, shard, self.plan.image) as writer:
            for made in islice(self._scenes(shard), wanted):
                writer.add(*self._sample(made))
        self.keep_rows(shard, writer.rows)
        return JobOutcome(True, {"samples": len(writer.rows)})

    def _scenes(self, shard: int) -> Iterator[FreshScene]:
        """The layouts of a shard's groups, without end."""
        empty = 0
        for group in count(shard * GROUPS_PER_SHARD):
            empty += 1
            for made in self.fresh.group(group):
                empty = 0
                yield made
            if empty == EMPTY:
                raise ConfigError(f"{EMPTY} groups of objects in a row found no layout: {self.fresh.refused}")

    def _sample(self, made: FreshScene) -> tuple[Observation, dict[str, Any]]:
        stream = rng(self.plan.seed, "geometry", "scene", made.group, made.number)
        cameras = sample_cameras(self.fresh.cameras, self.plan, stream)
        renderer = self.fresh.renderer
        seen = observe(
            renderer,
            self.surface(renderer.scene),
            [made.qpos],
            made.appearance,
            cameras,
            self.plan.points,
            stream,
        )
        meta = {
            "source": {"scene": made.group, "layout": made.number, "seed": self.plan.seed},
            "frames": [0],
            "time_s": [0.0],
            "objects": describe_objects(made.scene),
            "X_WO": made.layout.poses[None].tolist(),
            "table_height": made.physics.table_height,
            "straightened": straightened(cameras),
        }
        return seen, meta

    def close(self) -> None:
        """Free the graphics context."""
        self.fresh.close()


class EpisodeShards(_Shards):
    """Shard k of stored episodes: `EpisodeShards(out, plan, dataset, episodes)(k, 0)`, the episodes in order."""

    def __init__(self, out: str, plan: dict[str, Any], dataset: str, episodes: list[int], name: str) -> None:
        super().__init__(out, plan)
        self.dataset, self.episodes, self.name = load_dataset(dataset), episodes, name
        self.draw = Redrawer(self.dataset, max_px=self.plan.size or 0)

    def __call__(self, shard: int, attempt: int) -> JobOutcome:
        per = episodes_per_shard(self.plan)
        with ShardWriter(self.out, shard, self.plan.image) as writer:
            for index in self.episodes[shard * per : (shard + 1) * per]:
                self._episode(index, writer)
        self.keep_rows(shard, writer.rows)
        return JobOutcome(True, {"samples": len(writer.rows)})

    def _episode(self, index: int, writer: ShardWriter) -> None:
        episode = self.draw.open(index)
        poses = episode.sm.object_poses(episode.log.qpos)
        steps = sample_steps(len(episode.log.actions), self.plan, rng(self.plan.seed, "geometry", "frames", index))
        for k, frames in enumerate(steps):
            stream = rng(self.plan.seed, "geometry", "episode", index, k)
            cameras = sample_cameras(self.draw.appearance.cameras, self.plan, stream)
            seen = observe(
                self.draw.renderer,
                self.surface(self.draw.renderer.scene),
                [episode.log.qpos[t] for t in frames],
                self.draw.appearance,
                cameras,
                self.plan.points,
                stream,
            )
            meta = {
                "source": {"dataset": self.name, "episode": index, "frame": frames[0]},
                "frames": frames,
                "time_s": [t / self.dataset.fps for t in frames],
                "objects": describe_objects(episode.scene),
                "X_WO": poses[frames].tolist(),
                "table_height": episode.physics.table_height,
                "instruction": self.dataset.task(index),
                "straightened": straightened(cameras),
            }
            writer.add(seen, meta)

    def close(self) -> None:
        """Free the graphics context."""
        self.draw.close()


def episodes_per_shard(plan: GeometryPlan) -> int:
    """Episodes whose samples fill a shard, at least one."""
    return max(1, plan.shard // plan.frames)


def shard_count(plan: GeometryPlan, *, scenes: int = 0, episodes: int = 0) -> int:
    """Shards of a set of so many scenes or episodes."""
    return -(-scenes // plan.shard) if scenes else -(-episodes // episodes_per_shard(plan))


def plan_to_dict(plan: GeometryPlan) -> dict[str, Any]:
    """JSON-able form."""
    return asdict(plan)
