"""Episodes of a store as a LeRobotDataset v3.0, written with pyarrow alone.

    finalize(store, out, fps=10, columns=COLUMNS, run_config={...})       # -> Dataset
    dataset = load_dataset(out)                                            # engine.export.dataset

What is beyond the format lives in `meta/groundwork/`: run.json (configuration and versions), columns.json
(true shape, unit, frame and meaning of every column), episodes.jsonl (all metadata of every episode),
ledger.parquet (every attempt) and timing.jsonl (CPU seconds, the only file in which two runs of the same
configuration differ). Arrays with more than one inner axis are stored flat, with names; `Dataset.episode`
gives them their shape back. Depth and masks are `sidecars/<name>/chunk-000/file-000.mkv`.

Videos are hard links to the store's files where the file system has them, else copies: the store stays
whole, so a run can be continued and finalised again. Tables depend on the episodes only.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from engine.errors import DatasetError
from engine.export import layout as paths
from engine.export.dataset import Dataset, load_dataset
from engine.export.features import Feature, camera_feature, common_shape, data_feature, flatten, index_features
from engine.export.stats import NAMES, QuantileSample, Stats, column_stats, image_stats, merge
from engine.record.store import EpisodeKey, EpisodeStore, Result, plain
from engine.record.tables import column_shapes, to_arrow

__all__ = ["Dataset", "finalize", "load_dataset", "select_keys"]

DATA_FILE_BYTES = 100 << 20
EPISODES_PER_META_FILE = 2000
_COMPRESSION = "zstd"


@dataclass
class _Plan:
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


def select_keys(
    results: Mapping[tuple[int, int], Result], per_task: int | None = None, keep_failures: bool = False
) -> list[EpisodeKey]:
    """Episodes of a dataset in their order: accepted ones by (task, attempt, appearance), then, if asked for,
    kept failed ones in the same order.

    per_task: only the first so many accepted attempts of a task, by attempt number.
    """
    accepted: list[EpisodeKey] = []
    failed: list[EpisodeKey] = []
    count: dict[int, int] = {}
    for place in sorted(results):
        result = results[place]
        if not result.accepted:
            failed += result.keys
        elif per_task is None or count.get(result.task_index, 0) < per_task:
            count[result.task_index] = count.get(result.task_index, 0) + 1
            accepted += result.keys
    return accepted + (failed if keep_failures else [])


def finalize(
    store: EpisodeStore,
    out: str | Path,
    *,
    fps: float,
    columns: Mapping[str, Any] | None = None,
    run_config: Mapping[str, Any] | None = None,
    keys: Sequence[EpisodeKey] | None = None,
    results: Mapping[tuple[int, int], Result] | None = None,
    robot_type: str = "panda",
) -> Dataset:
    """Build the dataset folder `out` from stored episodes and put it in place of an earlier one there.

    columns: description of each column by name: any object or mapping with some of unit, frame, doc, names
    and free (helper columns' `ColumnSpec`); columns without one are stored undescribed. keys: which episodes,
    in which order (default: `select_keys` of all results). Metadata of an episode must hold "task" (the
    instruction); "instructions" (list of text or of records with a "text"), "task_id" and "videos" (camera ->
    `VideoFacts.as_json()`) are used where present.

    The new dataset is built beside the old one and swapped in at the end; `meta/` goes last, so a folder
    with `meta/info.json` is complete. Raises DatasetError when there is nothing to write or episodes do not
    fit together.
    """
    out = Path(out)
    results = store.results() if results is None else results
    keys = select_keys(results) if keys is None else list(keys)
    if not keys:
        raise DatasetError(f"{store.root} holds no accepted episode yet: there is nothing to export")
    build = out / ".building"
    shutil.rmtree(build, ignore_errors=True)
    (build / paths.EXTRA).mkdir(parents=True)
    plan = _survey(store, keys)
    features = _features(plan, columns or {}, fps)
    writer = _DataWriter(build, plan, features, fps)
    with open(build / paths.EXTRA / "episodes.jsonl", "wb") as notes:
        for index, key in enumerate(plan.keys):
            episode = store.read_episode(key)
            writer.add(index, episode.columns, episode.meta)
            _place_videos(build, index, episode.videos, episode.sidecars, plan)
            record = {"episode_index": index, "task_index": key.task_index, "attempt": key.attempt}
            record |= {"render": key.render, "success": plan.accepted[index]}
            own = {n: list(a.shape[1:]) for n, a in episode.columns.items() if a.shape[1:] != plan.shapes[n]}
            record |= {"shapes": own, "meta": episode.meta}
            line = json.dumps(record, ensure_ascii=False).encode() + b"\n"
            writer.rows["groundwork/meta_offset"].append(notes.tell())
            writer.rows["groundwork/meta_bytes"].append(len(line))
            notes.write(line)
    writer.close()
    _write_meta(build, plan, features, writer, fps, robot_type)
    _write_json(build / paths.EXTRA / "run.json", run_config or {})
    _write_ledger(build / paths.EXTRA, results)
    _swap(build, out)
    return load_dataset(out)


# --- pass 1 -------------------------------------------------------------------------------------


def _survey(store: EpisodeStore, keys: Sequence[EpisodeKey]) -> _Plan:
    plan = _Plan()
    numbers: dict[str, int] = {}
    first = ""
    for key in keys:
        episode = store.open_episode(key)
        where = f"task {key.task_index}, attempt {key.attempt}, appearance {key.render}"
        frames, shapes, dtypes = column_shapes(episode.columns_path)
        task = episode.meta.get("task")
        if not isinstance(task, str) or not task:
            raise DatasetError(f"{where}: the metadata has no 'task'; store the instruction there")
        cameras = {name: dict(episode.meta.get("videos", {}).get(name) or {}) for name in episode.videos}
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


def _features(plan: _Plan, columns: Mapping[str, Any], fps: float) -> dict[str, Feature]:
    features = {n: data_feature(n, plan.dtypes[n], plan.shapes[n], columns.get(n)) for n in plan.shapes}
    clash = sorted(set(features) & set(index_features()))
    if clash:
        raise DatasetError(f"columns {clash} are written by the exporter itself; leave them out of the episode")
    for name, facts in plan.cameras.items():
        features[paths.image_key(name)] = camera_feature(name, facts, fps)
    return features | index_features()


# --- pass 2 -------------------------------------------------------------------------------------


class _DataWriter:
    """Writes data/chunk-*/file-*.parquet, one row group per episode, and gathers the episodes table."""

    def __init__(self, build: Path, plan: _Plan, features: Mapping[str, Feature], fps: float) -> None:
        self._build, self._plan, self._features, self._fps = build, plan, features, fps
        self._numeric = [n for n, f in features.items() if f.dtype not in ("video", "string")]
        self._widths = [features[n].size for n in self._numeric]
        self._sample = QuantileSample(sum(plan.lengths), sum(self._widths))
        self._file: pq.ParquetWriter | None = None
        self._file_number = -1
        self._file_bytes = 0
        self._start = 0
        self.stats: list[Stats] = []
        self.histograms: dict[str, list[Any]] = {n: [] for n in plan.cameras}
        self.rows: dict[str, list[Any]] = {}
        for name in paths.EPISODE_COLUMNS:
            self.rows[name] = []

    def add(self, index: int, columns: Mapping[str, NDArray[Any]], meta: Mapping[str, Any]) -> None:
        plan, frames = self._plan, self._plan.lengths[index]
        flat = {n: flatten(columns[n], plan.shapes[n]) for n in plan.shapes}
        number = np.arange(frames, dtype=np.int64)
        flat["timestamp"] = (number / self._fps).astype(np.float32)
        flat["frame_index"] = number
        flat["episode_index"] = np.full(frames, index, np.int64)
        flat["index"] = number + self._start
        flat["task_index"] = np.full(frames, plan.task_of[index], np.int64)
        table = pa.table({n: to_arrow(flat[n]) for n, f in self._features.items() if f.dtype != "video"})
        self._open(table)
        assert self._file is not None
        self._file.write_table(table, row_group_size=frames)
        self._file_bytes += table.nbytes
        rows = np.concatenate([flat[n].reshape(frames, -1).astype(np.float64) for n in self._numeric], axis=1)
        self.stats.append(column_stats(rows))
        self._sample.add(rows)
        self._note(index, frames, meta)
        self._start += frames

    def _note(self, index: int, frames: int, meta: Mapping[str, Any]) -> None:
        plan, key = self._plan, self._plan.keys[index]
        said = [t if isinstance(t, str) else t["text"] for t in meta.get("instructions", [])]
        values = {
            "episode_index": index,
            "tasks": [plan.tasks[plan.task_of[index]]],
            "length": frames,
            "dataset_from_index": self._start,
            "dataset_to_index": self._start + frames,
            "data/chunk_index": self._file_number // paths.CHUNK,
            "data/file_index": self._file_number % paths.CHUNK,
            "meta/episodes/chunk_index": index // EPISODES_PER_META_FILE // paths.CHUNK,
            "meta/episodes/file_index": index // EPISODES_PER_META_FILE % paths.CHUNK,
            "instructions": said or [plan.tasks[plan.task_of[index]]],
            "task_id": str(meta.get("task_id", key.task_index)),
            "success": plan.accepted[index],
            "groundwork/task_index": key.task_index,
            "groundwork/attempt": key.attempt,
            "groundwork/render": key.render,
        }
        for name, value in values.items():
            self.rows[name].append(value)
        for name in plan.cameras:
            self.histograms[name].append((meta.get("videos", {}).get(name) or {}).get("histogram"))

    def _open(self, table: pa.Table) -> None:
        if self._file is not None and self._file_bytes + table.nbytes <= DATA_FILE_BYTES:
            return
        self.close()
        self._file_number += 1
        self._file_bytes = 0
        path = self._build / paths.data_path(self._file_number)
        path.parent.mkdir(parents=True, exist_ok=True)
        # Statistics and dictionaries only where a reader filters: with ~100 columns and a row group per
        # episode they would otherwise make the footer the larger part of the file.
        self._file = pq.ParquetWriter(
            path,
            table.schema,
            compression=_COMPRESSION,
            use_dictionary=False,
            write_statistics=["episode_index", "index", "task_index"],
        )

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def totals(self) -> dict[str, dict[str, NDArray[np.float64]]]:
        """Statistics of the whole dataset by feature and name."""
        named = self._split(merge(self.stats, self._sample.quantiles()).named())
        for camera, counts in self.histograms.items():
            if all(c is not None for c in counts):
                total = np.sum([np.asarray(c, np.int64) for c in counts], axis=0)
                named[paths.image_key(camera)] = image_stats(total, sum(self._plan.lengths))
        return named

    def per_episode(self) -> Iterable[dict[str, dict[str, NDArray[np.float64]]]]:
        """Statistics of each episode, in order."""
        for index, stats in enumerate(self.stats):
            named = self._split(stats.named())
            for camera, counts in self.histograms.items():
                if all(c is not None for c in counts):
                    picture = np.asarray(counts[index], np.int64)
                    named[paths.image_key(camera)] = image_stats(picture, self._plan.lengths[index])
            yield named

    def _split(self, named: Mapping[str, NDArray[np.float64]]) -> dict[str, dict[str, NDArray[np.float64]]]:
        edges = np.cumsum([0, *self._widths])
        return {
            name: {s: v if s == "count" else v[edges[i] : edges[i + 1]] for s, v in named.items()}
            for i, name in enumerate(self._numeric)
        }


def _place_videos(
    build: Path, index: int, videos: Mapping[str, Path], sidecars: Mapping[str, Path], plan: _Plan
) -> None:
    for camera in plan.cameras:
        _link(videos[camera], build / paths.video_path(paths.image_key(camera), index))
    for name in plan.sidecars:
        _link(sidecars[name], build / paths.sidecar_path(name, index))


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without hard links
        shutil.copyfile(source, target)


# --- metadata -----------------------------------------------------------------------------------


def _write_meta(
    build: Path, plan: _Plan, features: Mapping[str, Feature], writer: _DataWriter, fps: float, robot_type: str
) -> None:
    good = sum(plan.accepted)
    splits = {"train": f"0:{good}"} if good else {}
    if good < len(plan.keys):
        splits["failed"] = f"{good}:{len(plan.keys)}"
    info = {
        "codebase_version": "v3.0",
        "robot_type": robot_type,
        "total_episodes": len(plan.keys),
        "total_frames": sum(plan.lengths),
        "total_tasks": len(plan.tasks),
        "chunks_size": paths.CHUNK,
        "data_files_size_in_mb": DATA_FILE_BYTES >> 20,
        "video_files_size_in_mb": 500,
        "fps": int(fps) if float(fps).is_integer() else fps,
        "splits": splits,
        "data_path": paths.DATA_TEMPLATE,
        "video_path": paths.VIDEO_TEMPLATE if plan.cameras else None,
        "features": {name: f.info() for name, f in features.items()},
    }
    _write_json(build / "meta/info.json", info)
    _write_json(build / "meta/stats.json", writer.totals())
    _write_json(build / paths.EXTRA / "columns.json", {n: f.description() for n, f in features.items()})
    _write_tasks(build / "meta/tasks.parquet", plan.tasks)
    for camera in plan.cameras:
        key = paths.image_key(camera)
        count = len(plan.keys)
        writer.rows[f"videos/{key}/chunk_index"] = [i // paths.CHUNK for i in range(count)]
        writer.rows[f"videos/{key}/file_index"] = [i % paths.CHUNK for i in range(count)]
        writer.rows[f"videos/{key}/from_timestamp"] = [0.0] * count
        writer.rows[f"videos/{key}/to_timestamp"] = [n / fps for n in plan.lengths]
    stats = list(writer.per_episode())
    for number, start in enumerate(range(0, len(plan.keys), EPISODES_PER_META_FILE)):
        stop = start + EPISODES_PER_META_FILE
        table = {n: pa.array(v[start:stop]) for n, v in writer.rows.items()}
        for name in stats[0]:
            for stat in NAMES:
                table[f"stats/{name}/{stat}"] = _list_column([s[name][stat] for s in stats[start:stop]])
        path = build / paths.episodes_path(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table(table), path, compression=_COMPRESSION, write_statistics=False)


def _list_column(values: Sequence[NDArray[np.float64]]) -> pa.Array:
    """Arrays of one shape (d,) or (3, 1, 1) as an Arrow column of (nested) lists."""
    stacked = np.ascontiguousarray(np.stack(values))
    column: pa.Array = pa.array(stacked.reshape(-1))
    for size in reversed(stacked.shape[1:]):
        offsets = pa.array(np.arange(0, len(column) + 1, size, dtype=np.int32))
        column = pa.ListArray.from_arrays(offsets, column)
    return column


def _write_tasks(path: Path, tasks: Sequence[str]) -> None:
    """LeRobot reads this with pandas: the instruction is the index, named "task"."""
    table = pa.table({"task_index": pa.array(range(len(tasks)), pa.int64()), "task": pa.array(tasks, pa.string())})

    def column(name: str, kind: str, numpy_type: str) -> dict[str, Any]:
        return {"name": name, "field_name": name, "pandas_type": kind, "numpy_type": numpy_type, "metadata": None}

    labels = {"name": None, "field_name": None, "pandas_type": "unicode", "numpy_type": "object"}
    pandas = {
        "index_columns": ["task"],
        "column_indexes": [labels | {"metadata": {"encoding": "UTF-8"}}],
        "columns": [column("task_index", "int64", "int64"), column("task", "unicode", "object")],
        "creator": {"library": "pyarrow", "version": pa.__version__},
        "pandas_version": "2.0.0",
    }
    pq.write_table(table.replace_schema_metadata({b"pandas": json.dumps(pandas).encode()}), path)


_LEDGER_TEXT = ("stage", "reason", "object", "detail")


def _write_ledger(folder: Path, results: Mapping[tuple[int, int], Result]) -> None:
    """ledger.parquet: one row per attempt; what has no column of its own is JSON in `facts`."""
    order = [results[place] for place in sorted(results)]
    own = {*_LEDGER_TEXT, "grasp"}
    table: dict[str, pa.Array] = {
        "task_index": pa.array([r.task_index for r in order], pa.int64()),
        "attempt": pa.array([r.attempt for r in order], pa.int64()),
        "accepted": pa.array([r.accepted for r in order], pa.bool_()),
        "renders": pa.array([r.renders for r in order], pa.int64()),
    }
    for name in _LEDGER_TEXT:
        table[name] = pa.array([str(r.ledger.get(name, "")) for r in order], pa.string())
    table["grasp"] = pa.array([int(r.ledger.get("grasp", -1)) for r in order], pa.int64())
    facts = [json.dumps({k: v for k, v in sorted(r.ledger.items()) if k not in own}) for r in order]
    table["facts"] = pa.array(facts, pa.string())
    pq.write_table(pa.table(table), folder / "ledger.parquet", compression=_COMPRESSION)
    with open(folder / "timing.jsonl", "w", encoding="utf-8") as file:
        for r in order:
            file.write(json.dumps({"task_index": r.task_index, "attempt": r.attempt, "cpu_s": r.timing}) + "\n")


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False, default=plain) + "\n", encoding="utf-8")


def _swap(build: Path, out: Path) -> None:
    """Put the parts of `build` into `out`; `meta` leaves first and comes last."""
    old = out / ".replaced"
    shutil.rmtree(old, ignore_errors=True)
    old.mkdir()
    for name in paths.PARTS:
        if (out / name).exists():
            os.rename(out / name, old / name)
    for name in reversed(paths.PARTS):
        if (build / name).exists():
            os.rename(build / name, out / name)
    shutil.rmtree(old)
    shutil.rmtree(build)
