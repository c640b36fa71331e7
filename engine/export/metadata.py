"""The files under `meta/`: info, statistics, tasks, the episodes table, the ledger."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from engine.export import layout as paths
from engine.export.features import Feature
from engine.export.rows import COMPRESSION, DATA_FILE_BYTES, DataWriter
from engine.export.stats import NAMES
from engine.export.survey import Plan
from engine.record.plain import write_json
from engine.record.store import Result


def write_meta(
    build: Path, plan: Plan, features: Mapping[str, Feature], writer: DataWriter, fps: float, robot_type: str
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
    write_json(build / "meta/info.json", info, indent=1)
    write_json(build / "meta/stats.json", writer.totals(), indent=1)
    write_json(build / paths.EXTRA / "columns.json", {n: f.description() for n, f in features.items()}, indent=1)
    _write_tasks(build / "meta/tasks.parquet", plan.tasks)
    for camera in plan.cameras:
        key = paths.image_key(camera)
        count = len(plan.keys)
        writer.rows[f"videos/{key}/chunk_index"] = [i // paths.CHUNK for i in range(count)]
        writer.rows[f"videos/{key}/file_index"] = [i % paths.CHUNK for i in range(count)]
        writer.rows[f"videos/{key}/from_timestamp"] = [0.0] * count
        writer.rows[f"videos/{key}/to_timestamp"] = [n / fps for n in plan.lengths]
    stats = list(writer.per_episode())
    for number, start in enumerate(range(0, len(plan.keys), paths.EPISODES_PER_FILE)):
        stop = start + paths.EPISODES_PER_FILE
        table = {n: pa.array(v[start:stop]) for n, v in writer.rows.items()}
        for name in stats[0]:
            for stat in NAMES:
                table[f"stats/{name}/{stat}"] = _list_column([s[name][stat] for s in stats[start:stop]])
        path = build / paths.episodes_path(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table(table), path, compression=COMPRESSION, write_statistics=False)


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


def write_ledger(folder: Path, results: Mapping[tuple[int, int], Result]) -> None:
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
    pq.write_table(pa.table(table), folder / "ledger.parquet", compression=COMPRESSION)
    with open(folder / "timing.jsonl", "w", encoding="utf-8") as file:
        for r in order:
            file.write(json.dumps({"task_index": r.task_index, "attempt": r.attempt, "cpu_s": r.timing}) + "\n")
