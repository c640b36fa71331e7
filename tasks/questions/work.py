"""Making questions in parallel: the plan of shards, and the worker that makes one.

A shard is a function of the options and its number: the folder is the same for any number of workers, and a run that
was stopped goes on with the shards that are not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from assets.splits import SPLITS
from engine.config import RunConfig
from engine.errors import ConfigError, DatasetError, TaskError, unknown_name
from engine.execute.base import JobOutcome
from engine.export.dataset import Dataset, load_dataset
from engine.rng import rng
from tasks.questions.ask import Asked, Balance, ask
from tasks.questions.dataset_views import DatasetViews
from tasks.questions.makers import MAKERS, weights
from tasks.questions.resize import ResizeConfig
from tasks.questions.scenes import SceneViews
from tasks.questions.view import Sight, View
from tasks.questions.writer import ShardWriter

GROUPS_PER_SHARD = 100_000
"""Numbers of groups set aside for each shard, so that shards never share a scene."""
_IDLE_GROUPS = 40  # groups in a row without a question, after which the settings are at fault
IMAGES = ("jpg", "png")
MAX_SIDE = 4096


@dataclass(frozen=True)
class QaOptions:
    """What to make. dataset: its path, or None for fresh scenes. weights: by kind, what is left out keeps its default.

    per_view: questions a picture at most. episodes: which ones, None for all. layouts, views, width, height, grasps:
    of fresh scenes (`tasks.questions.scenes`).
    """

    samples: int
    seed: int = 0
    dataset: str | None = None
    fingerprint: str = ""
    episodes: tuple[int, ...] | None = None
    kinds: tuple[str, ...] = ()
    weights: dict[str, float] = field(default_factory=dict)
    per_view: int = 8
    shard_size: int | None = None
    image: str = "jpg"
    quality: int = 95
    layouts: int = 12
    views: int = 6
    width: int = 224
    height: int = 224
    grasps: bool = True
    split: str = "seen"
    resize: ResizeConfig = field(default_factory=ResizeConfig)
    sight: Sight = field(default_factory=Sight)

    def __post_init__(self) -> None:
        for name in ("samples", "per_view", "layouts"):
            if getattr(self, name) < 1:
                raise ConfigError(f"--{name.replace('_', '-')} {getattr(self, name)}: give a number of at least 1")
        if self.shard_size is not None and self.shard_size < 1:
            raise ConfigError(f"--shard-size {self.shard_size}: give a number of at least 1")
        for name in ("width", "height"):
            if not 1 <= getattr(self, name) <= MAX_SIDE:
                raise ConfigError(f"--{name} {getattr(self, name)}: give 1 to {MAX_SIDE} pixels")
        if self.views < 0:
            raise ConfigError(f"--views {self.views}: give 0 or more")
        if self.image not in IMAGES:
            raise ConfigError(f"--image: {unknown_name('format', self.image, IMAGES)}")
        if not 1 <= self.quality <= 100:
            raise ConfigError(f"--quality {self.quality}: give 1 to 100")

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists."""
        return asdict(self)


def options_from_json(data: Mapping[str, Any]) -> QaOptions:
    """Options from their plain form."""
    given = dict(data)
    given["resize"], given["sight"] = ResizeConfig(**given["resize"]), Sight(**given["sight"])
    for name in ("kinds", "episodes"):
        given[name] = None if given[name] is None else tuple(given[name])
    return QaOptions(**given)


def shard_counts(options: QaOptions) -> list[int]:
    """Samples of each shard: equal shares, of 2,000 at most unless the user says otherwise, 8 shards or more."""
    size = options.shard_size or min(2000, max(50, -(-options.samples // 8)))
    number = -(-options.samples // size)
    return [options.samples // number + (k < options.samples % number) for k in range(number)]


def episode_shares(options: QaOptions, dataset: Dataset, number: int) -> list[tuple[int, int]]:
    """(episode, samples) of a shard: the samples spread evenly over the dataset's episodes, in their order.

    Each shard has a stretch of episodes of its own, so no two shards ask about the same one.
    """
    episodes = list(options.episodes if options.episodes is not None else range(len(dataset)))
    counts = shard_counts(options)
    edges = np.round(np.linspace(0, len(episodes), len(counts) + 1)).astype(int)
    mine = episodes[edges[number] : edges[number + 1]]
    if not mine:
        return []
    wanted = counts[number]
    if wanted < len(mine):
        chosen = np.round(np.linspace(0, len(mine) - 1, wanted)).astype(int)
        return [(mine[int(k)], 1) for k in chosen]
    return [(e, wanted // len(mine) + (k < wanted % len(mine))) for k, e in enumerate(mine)]


def check_dataset(dataset: Dataset) -> None:
    """Raises DatasetError for a dataset of which nothing can be asked: another maker's, or one without pictures."""
    if not (dataset.root / "meta" / "groundwork" / "episodes.jsonl").exists():
        raise DatasetError(
            f"{dataset.root} has no meta/groundwork/episodes.jsonl: questions need the stored scenes and states, which "
            "only datasets of scripts/synthesize.py have"
        )
    if not dataset.cameras:
        raise DatasetError(f"{dataset.root} has no pictures; draw them with scripts/render.py first")


def check_options(options: QaOptions, dataset: Dataset | None) -> QaOptions:
    """Options with the kinds checked; a dataset with fewer episodes than shards gets fewer shards.

    Raises ConfigError or DatasetError for what cannot be made.
    """
    weights(options.weights, options.kinds)
    if dataset is None:
        if options.split not in SPLITS:
            raise ConfigError(f"--split: {unknown_name('split', options.split, SPLITS)}")
        return options
    count = len(options.episodes if options.episodes is not None else range(len(dataset)))
    if count == 0:
        raise DatasetError(f"{dataset.root}: no episodes chosen; see --episodes and --split")
    shards = len(shard_counts(options))
    if shards > count:
        options = replace(options, shard_size=-(-options.samples // count))
    return options


class QaWorker:
    """Makes shards; `QaWorker(options, out)(k, 0)` makes number k. An executor's entry."""

    def __init__(self, options: Mapping[str, Any], out: str) -> None:
        self.options, self.out = options_from_json(options), Path(out)
        self.weights = weights(self.options.weights, self.options.kinds)
        self.makers = {k: MAKERS[k] for k in self.weights}
        self._last = 0  # questions that the latest view has got
        self._recorded: DatasetViews | None = None
        self._fresh: SceneViews | None = None
        o = self.options
        if o.dataset is not None:
            self._recorded = DatasetViews(load_dataset(o.dataset), o.fingerprint, o.resize, o.sight)
        else:
            self._fresh = SceneViews(
                RunConfig(seed=o.seed, split=o.split),
                layouts=o.layouts,
                views=o.views,
                width=o.width,
                height=o.height,
                grasps=o.grasps,
                resize=o.resize,
                sight=o.sight,
            )

    def __call__(self, number: int, attempt: int) -> JobOutcome:
        o, balance, asked = self.options, Balance(self.weights), Asked()
        wanted = shard_counts(o)[number]
        made = views = 0
        with ShardWriter(self.out, number, o.image, o.quality) as shard:
            for place, most, view in self._views(number):
                stream = rng(o.seed, "questions", *(x for pair in view.source for x in pair))
                samples = ask(view, min(most, wanted - made), self.makers, balance, asked, place, stream)
                shard.add(view, samples)
                made, views = made + len(samples), views + 1
                self._last = len(samples)
                if made >= wanted:
                    break
        counts = dict(sorted(balance.counts.items()))
        info = {"samples": made, "missing": wanted - made, "views": views, "bytes": shard.bytes, "kinds": counts}
        return JobOutcome(True, info)

    # --- views, with the place that repetitions are told by, and how many questions to ask of each ---

    def _views(self, number: int) -> Iterator[tuple[tuple[object, ...], int, View]]:
        if self._recorded is not None:
            yield from self._of_dataset(self._recorded, number)
        else:
            assert self._fresh is not None
            yield from self._of_scenes(self._fresh, number)

    def _of_scenes(self, fresh: SceneViews, number: int) -> Iterator[tuple[tuple[object, ...], int, View]]:
        idle = 0
        for g in range(number * GROUPS_PER_SHARD, (number + 1) * GROUPS_PER_SHARD):
            asked = 0
            try:
                for view in fresh.group(g):
                    yield view.source, self.options.per_view, view
                    asked += self._last
            except TaskError:
                asked = 0  # no objects of the library make this scene; the next group is another draw
            idle = 0 if asked else idle + 1
            if idle >= _IDLE_GROUPS:
                raise ConfigError(
                    f"{idle} scenes in a row offered no question of the kinds {', '.join(self.weights)}; "
                    "trajectories, for instance, need a dataset"
                )

    def _of_dataset(self, recorded: DatasetViews, number: int) -> Iterator[tuple[tuple[object, ...], int, View]]:
        o, owed = self.options, 0
        for episode, share in episode_shares(o, recorded.dataset, number):
            owed += share
            frames = recorded.frames(episode)
            stream = rng(o.seed, "frames", episode)
            order = [frames[int(k)] for k in stream.permutation(len(frames))]
            # A frame may offer fewer questions than asked for: decode a few more, and go on for a while.
            batch = -(-owed // o.per_view) + 2
            for start in range(0, min(len(order), 4 * batch + 8), batch):
                if owed <= 0:
                    break
                for view in recorded.episode(episode, order[start : start + batch]):
                    if owed <= 0:
                        break
                    yield (episode, view.camera.name), min(o.per_view, owed), view
                    owed -= self._last

    def close(self) -> None:
        """Free the graphics context."""
        if self._recorded is not None:
            self._recorded.close()
        if self._fresh is not None:
            self._fresh.fresh.close()


def parse_episodes(text: str | None, split: str | None, dataset: Dataset) -> tuple[int, ...] | None:
    """Episodes named as "0:100" (end excluded), "3,5,8:12", or by a split of info.json; None for all.

    Raises ConfigError for what is no such range or not in the dataset.
    """
    if split is not None:
        splits = dataset.info.get("splits", {})
        if split not in splits:
            raise ConfigError(f"--split: {unknown_name('split', split, splits)}")
        text = splits[split] if text is None else text
    if text is None:
        return None
    out: list[int] = []
    for part in text.split(","):
        low, colon, high = part.strip().partition(":")
        try:
            start = int(low) if low else 0
            end = (int(high) if high else len(dataset)) if colon else start + 1
        except ValueError:
            raise ConfigError(f"episodes '{text}': '{part}' is no number or range such as 0:100") from None
        if not 0 <= start < end <= len(dataset):
            raise ConfigError(f"episodes '{text}': {part} is outside the {len(dataset)} episodes of {dataset.root}")
        out += range(start, end)
    return tuple(dict.fromkeys(out))
