"""Datasets for the linter's tests: one of another maker, and ways to damage a copy of any."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

FPS = 20
LENGTHS = (30, 24, 30)


def edit_json(path: Path, change: Callable[[Any], Any]) -> None:
    """Read, `change(value)` (in place, or returning another value), write."""
    value = json.loads(path.read_text())
    path.write_text(json.dumps(change(value) or value))


def edit_parquet(path: Path, column: str, change: Callable[[list[Any]], None], keep: int | None = None) -> None:
    """Change a column's list of values in place; row groups of `keep` rows (None: as they are)."""
    file = pq.ParquetFile(path)
    sizes = [file.metadata.row_group(i).num_rows for i in range(file.metadata.num_row_groups)]
    table = file.read()
    values = table[column].to_pylist()
    change(values)
    number = table.column_names.index(column)
    table = table.set_column(number, table.schema.field(column), pa.array(values, table.schema.field(column).type))
    with pq.ParquetWriter(path, table.schema) as writer:
        start = 0
        for size in sizes if keep is None else [keep] * (len(table) // keep):
            writer.write_table(table.slice(start, size), row_group_size=size)
            start += size


def edit_meta(root: Path, index: int, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the metadata of an episode; the table's offsets follow."""
    path = root / "meta/groundwork/episodes.jsonl"
    records = [json.loads(line) for line in path.read_text().splitlines()]
    change(records[index]["meta"])
    lines = [json.dumps(r, ensure_ascii=False).encode() + b"\n" for r in records]
    path.write_bytes(b"".join(lines))
    ends = np.cumsum([len(line) for line in lines])
    table = root / "meta/episodes/chunk-000/file-000.parquet"
    edit_parquet(table, "groundwork/meta_bytes", lambda v: v.__setitem__(slice(None), [len(line) for line in lines]))
    starts = [int(e) - len(line) for e, line in zip(ends, lines, strict=True)]
    edit_parquet(table, "groundwork/meta_offset", lambda v: v.__setitem__(slice(None), starts))


def film(path: Path, frames: np.ndarray, fps: int) -> None:
    """Frames (T, H, W, 3) as H.264, as another program would write them."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=fps)
        stream.height, stream.width = frames.shape[1:3]
        stream.pix_fmt = "yuv420p"
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")))
        container.mux(stream.encode(None))


def foreign_dataset(root: Path) -> Path:
    """LeRobotDataset v3.0 as others write it: plain lists, several episodes to a file, nothing beyond the format."""
    rng = np.random.default_rng(3)
    rows, episodes = [], []
    start, seconds = 0, 0.0
    for index, length in enumerate(LENGTHS):
        way = np.cumsum(rng.normal(scale=0.05, size=(length, 6)), axis=0).astype(np.float32)
        for t in range(length):
            rows.append(
                {
                    "observation.state": way[t],
                    "action": way[min(t + 1, length - 1)],
                    "next.done": t == length - 1,
                    "timestamp": np.float32(t / FPS),
                    "frame_index": t,
                    "episode_index": index,
                    "index": start + t,
                    "task_index": index % 2,
                }
            )
        place = {f"videos/observation.images.top/{k}": 0 for k in ("chunk_index", "file_index")}
        place |= {
            "videos/observation.images.top/from_timestamp": seconds,
            "videos/observation.images.top/to_timestamp": seconds + length / FPS,
        }
        one = {f"stats/action/{k}": getattr(np, k)(_last(rows, length), axis=0) for k in ("min", "max", "mean", "std")}
        episodes.append(
            {
                "episode_index": index,
                "tasks": [["fold the towel", "open the drawer"][index % 2]],
                "length": length,
                "dataset_from_index": start,
                "dataset_to_index": start + length,
                "data/chunk_index": 0,
                "data/file_index": 0,
                **place,
                **one,
            }
        )
        start, seconds = start + length, seconds + length / FPS
    for folder in ("data/chunk-000", "meta/episodes/chunk-000", "videos/observation.images.top/chunk-000"):
        (root / folder).mkdir(parents=True)
    pd.DataFrame(rows).to_parquet(root / "data/chunk-000/file-000.parquet", row_group_size=50)
    pd.DataFrame(episodes).to_parquet(root / "meta/episodes/chunk-000/file-000.parquet")
    tasks = pd.DataFrame({"task_index": [0, 1]}, index=pd.Index(["fold the towel", "open the drawer"], name="task"))
    tasks.to_parquet(root / "meta/tasks.parquet")
    pictures = rng.integers(0, 255, (start, 48, 64, 3)).astype(np.uint8)
    film(root / "videos/observation.images.top/chunk-000/file-000.mp4", pictures, FPS)
    whole = np.array([r["action"] for r in rows])
    stats = {"action": {k: getattr(np, k)(whole, axis=0).tolist() for k in ("min", "max", "mean", "std")}}
    (root / "meta/stats.json").write_text(json.dumps(stats))
    (root / "meta/info.json").write_text(json.dumps(_info(start)))
    return root


def _last(rows: list[dict[str, Any]], length: int) -> np.ndarray:
    return np.array([r["action"] for r in rows[-length:]])


def _info(frames: int) -> dict[str, Any]:
    joints = [f"motor_{i}" for i in range(6)]
    index = {"timestamp": "float32"} | dict.fromkeys(("frame_index", "episode_index", "index", "task_index"), "int64")
    features: dict[str, Any] = {
        "observation.state": {"dtype": "float32", "shape": [6], "names": joints},
        "action": {"dtype": "float32", "shape": [6], "names": joints},
        "next.done": {"dtype": "bool", "shape": [1], "names": None},
        "observation.images.top": {
            "dtype": "video",
            "shape": [48, 64, 3],
            "names": ["height", "width", "channels"],
            "info": {"video.fps": FPS, "video.codec": "h264", "video.pix_fmt": "yuv420p", "has_audio": False},
        },
        **{n: {"dtype": t, "shape": [1], "names": None} for n, t in index.items()},
    }
    return {
        "codebase_version": "v3.0",
        "robot_type": "so100",
        "total_episodes": len(LENGTHS),
        "total_frames": frames,
        "total_tasks": 2,
        "chunks_size": 1000,
        "fps": FPS,
        "splits": {"train": f"0:{len(LENGTHS)}"},
        "data_path": "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet",
        "video_path": "videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4",
        "features": features,
    }
