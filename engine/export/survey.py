"""First pass over the episodes of a dataset: what they have in common, before any frame is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.errors import DatasetError
from engine.export.features import Feature, camera_feature, common_shape, data_feature, index_features
from engine.export.layout import image_key
from engine.record.store import EpisodeKey, EpisodeStore
from engine.record.tables import column_shapes


@dataclass
class Plan:
    """What pass 1 learns about the episodes, before any frame is written."""

    keys: list[EpisodeKey] = field(default_factory=list)
    accepted: list[bool] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)  # unique, in order of appearance
    task_of: list[int] = field(default_factory=list)
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    dtypes: dict[str, str] = field(default_factory=dict)
    cameras: dict[str, dict[str, Any]] = field(default_factory=dict)
    sidecars: tuple[str, ...] = ()


def survey(store: EpisodeStore, keys: Sequence[EpisodeKey]) -> Plan:
    """Go over the episodes in dataset order. Raises DatasetError naming the first one that does not fit."""
    plan = Plan()
    numbers: dict[str, int] = {}
    first = ""
    for key in keys:
        episode = store.open_episode(key)
        where = f"task {key.task_index}, attempt {key.attempt}, appearance {key.render}"
        frames, shapes, dtypes = column_shapes(episode.columns_path)
        task = episode.meta.get("instruction")
        if not isinstance(task, str) or not task:
            raise DatasetError(f"{where}: the metadata has no text under 'instruction'")
        if not frames:
            raise DatasetError(f"{where} is a layout without frames (--layout-only); `export_layouts` writes those")
        facts = episode.meta.get("videos", {})  # in the order of the run's cameras, the first faces the robot
        order = sorted(episode.videos, key=lambda name: list(facts).index(name) if name in facts else len(facts))
        cameras = {name: dict(facts.get(name) or {}) for name in order}
        if not first:
            first, plan.shapes, plan.dtypes, plan.cameras = where, dict(shapes), dict(dtypes), cameras
            plan.sidecars = tuple(sorted(episode.sidecars))
        _same(dtypes, plan.dtypes, "columns", where, first)
        _same(_looks(cameras), _looks(plan.cameras), "cameras", where, first)
        _same(dict.fromkeys(sorted(episode.sidecars)), dict.fromkeys(plan.sidecars), "sidecar files", where, first)
        for name, facts in cameras.items():
            if facts and facts["frames"] != frames:
                raise DatasetError(f"{where}: video '{name}' has {facts['frames']} frames, the columns {frames}")
        plan.shapes = {n: common_shape(n, plan.shapes[n], shapes[n], where) for n in plan.shapes}
        plan.task_of.append(numbers.setdefault(task, len(numbers)))
        plan.keys.append(key)
        plan.accepted.append(episode.accepted)
        plan.lengths.append(frames)
    plan.tasks = list(numbers)
    return plan


def _looks(cameras: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[Any, ...]]:
    return {n: tuple(f.get(k) for k in ("width", "height", "fps", "codec", "pix_fmt")) for n, f in cameras.items()}


def _same(mine: Mapping[str, Any], others: Mapping[str, Any], what: str, where: str, first: str) -> None:
    if mine == others:
        return
    absent = "absent"
    changed = sorted(n for n in mine.keys() | others.keys() if mine.get(n, absent) != others.get(n, absent))
    parts = [f"{n}: {mine.get(n, absent)} there, {others.get(n, absent)} in {first}" for n in changed[:4]]
    raise DatasetError(f"{where}: {what} differ from the first episode's ({'; '.join(parts)}); export them separately")


def declare(plan: Plan, columns: Mapping[str, Any], fps: float) -> dict[str, Feature]:
    """Features of the dataset: the episodes' columns, the cameras, then LeRobot's own index columns."""
    features = {n: data_feature(n, plan.dtypes[n], plan.shapes[n], columns.get(n)) for n in plan.shapes}
    clash = sorted(set(features) & set(index_features()))
    if clash:
        raise DatasetError(f"columns {clash} are written by the exporter itself; leave them out of the episode")
    for name, facts in plan.cameras.items():
        features[image_key(name)] = camera_feature(name, facts, fps)
    return features | index_features()
