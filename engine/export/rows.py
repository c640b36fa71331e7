"""Second pass: the frames into data files, one row group per episode, and what the tables say of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from engine.export import layout as paths
from engine.export.features import Feature, flatten
from engine.export.stats import QuantileSample, Stats, column_stats, image_stats, merge
from engine.export.survey import Plan
from engine.record.tables import to_arrow

DATA_FILE_BYTES = 100 << 20
COMPRESSION = "zstd"


class DataWriter:
    """Writes data/chunk-*/file-*.parquet, one row group per episode, and gathers the episodes table."""

    def __init__(self, build: Path, plan: Plan, features: Mapping[str, Feature], fps: float) -> None:
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
        """Append episode `index`; episodes come in order."""
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
            "meta/episodes/chunk_index": index // paths.EPISODES_PER_FILE // paths.CHUNK,
            "meta/episodes/file_index": index // paths.EPISODES_PER_FILE % paths.CHUNK,
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
            compression=COMPRESSION,
            use_dictionary=False,
            write_statistics=["episode_index", "index", "task_index"],  # type: ignore[arg-type]  # pyright: ignore
        )

    def close(self) -> None:
        """Finish the data file at hand."""
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
