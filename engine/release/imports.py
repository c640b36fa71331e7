"""Episodes of a finished release taken over into the store of its next version, bit for bit and without decoding.

A dataset does not hold the pixel counts that its statistics were made of; a release keeps them in
`meta/groundwork/histograms.parquet`, so that the statistics of a later version are exact as well.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from engine.errors import DatasetError
from engine.export import layout as paths
from engine.export.dataset import Dataset
from engine.export.features import index_features
from engine.record.store import EpisodeKey, EpisodeStore

HISTOGRAMS = f"{paths.EXTRA}/histograms.parquet"

Counts = list[list[int]]
"""(3, 256) pixel counts by channel."""


def write_histograms(path: Path, store: EpisodeStore, keys: Sequence[EpisodeKey]) -> None:
    """Pixel counts of the episodes `keys`, in dataset order: episode_index, camera, counts (768,)."""
    table: dict[str, list[Any]] = {"episode_index": [], "camera": [], "counts": []}
    for index, key in enumerate(keys):
        for camera, facts in store.open_episode(key).meta.get("videos", {}).items():
            if facts.get("histogram") is not None:
                table["episode_index"].append(index)
                table["camera"].append(camera)
                table["counts"].append(np.asarray(facts["histogram"], np.int64).reshape(-1))
    counts = pa.array(table["counts"], pa.list_(pa.int64()))
    columns = {"episode_index": pa.array(table["episode_index"], pa.int64()), "camera": pa.array(table["camera"])}
    pq.write_table(pa.table(columns | {"counts": counts}), path, compression="zstd")


def read_histograms(dataset: Dataset) -> dict[tuple[int, str], Counts]:
    """(episode, camera) -> counts; DatasetError when the release has none."""
    path = dataset.root / HISTOGRAMS
    if not path.exists():
        raise DatasetError(f"{dataset.root}: {HISTOGRAMS} is missing; fetch the whole release before adding to it")
    table = pq.ParquetFile(path).read().to_pydict()
    rows = zip(table["episode_index"], table["camera"], table["counts"], strict=True)
    return {(i, camera): np.asarray(c).reshape(3, 256).tolist() for i, camera, c in rows}


def import_release(parent: Dataset, store: EpisodeStore) -> int:
    """Put all episodes of a release into `store` under their own task and attempt numbers; returns how many were new.

    Pictures are hard links where the file system has them. Results that are there already are left alone.
    """
    counts = read_histograms(parent)
    own = set(index_features())
    names = [n for n, f in parent.features.items() if f["dtype"] != "video" and n not in own]
    there = store.results(verify=True)
    t = parent.episodes
    groups: dict[tuple[int, int], list[int]] = {}
    for i, place in enumerate(zip(t["groundwork/task_index"], t["groundwork/attempt"], strict=True)):
        groups.setdefault(place, []).append(i)
    new = 0
    for place, rows in groups.items():
        if place in there:
            continue
        rows.sort(key=t["groundwork/render"].__getitem__)
        with store.begin(*place) as job:
            for k, row in enumerate(rows):
                episode = job.episode(k)
                for camera in parent.cameras:
                    _link(parent.video_file(row, camera), episode.video_path(camera))
                for name, path in parent.sidecars(row).items():
                    _link(path, episode.sidecar_path(name + path.suffix))
                meta = parent.meta(row)
                episode.write(parent.episode(row, names), meta | {"videos": _with_counts(meta, row, counts)})
            job.commit(accepted=True, ledger={"earlier_version": True})
        new += len(rows)
    return new


def _with_counts(
    meta: Mapping[str, Any], row: int, counts: Mapping[tuple[int, str], Counts]
) -> dict[str, dict[str, Any]]:
    videos = meta.get("videos", {})
    return {camera: dict(facts) | {"histogram": counts.get((row, camera))} for camera, facts in videos.items()}


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without hard links
        shutil.copyfile(source, target)


def link_tree(source: Path, target: Path, names: Iterable[str]) -> None:
    """Files `names` below `source` under the same names below `target`, linked where possible."""
    for name in names:
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists():
            _link(source / name, place)
