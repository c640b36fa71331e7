"""Reading a LeRobotDataset v3.0: lazily, one episode or one column at a time.

Works on any v3.0 folder; what this project adds (true shapes, metadata, sidecars, ledger) is there for
datasets that it wrote.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from engine.errors import DatasetError, unknown_name
from engine.export import layout as paths
from engine.record.tables import from_arrow
from engine.record.video import read_video


class Dataset:
    """An opened dataset. Episodes are numbered 0 .. len(dataset) - 1.

    info: `meta/info.json`. root: the folder. features: `info["features"]`.
    """

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)
        path = self.root / "meta/info.json"
        if not path.exists():
            state = "is not finished (run the command that makes it again)" if self.root.is_dir() else "does not exist"
            raise DatasetError(f"no dataset at {self.root}: {path.name} is missing; the folder {state}")
        self.info: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        version = str(self.info.get("codebase_version"))
        if not version.startswith("v3"):
            raise DatasetError(f"{self.root}: codebase_version {version}; convert it to v3.0 with lerobot first")
        self.features: dict[str, dict[str, Any]] = self.info["features"]

    # --- the whole dataset ---

    @property
    def fps(self) -> float:
        """Frames per second."""
        return self.info["fps"]

    def __len__(self) -> int:
        return self.info["total_episodes"]

    @property
    def cameras(self) -> tuple[str, ...]:
        """Camera names, without "observation.images."."""
        return tuple(paths.camera_name(n) for n, f in self.features.items() if f["dtype"] == "video")

    @functools.cached_property
    def episodes(self) -> dict[str, list[Any]]:
        """The episodes table by column, without statistics: lists of len(self) entries."""
        files = sorted((self.root / "meta/episodes").glob("*/*.parquet"))
        if not files:
            raise DatasetError(f"{self.root}: meta/episodes holds no parquet file")
        names = [n for n in pq.read_schema(files[0]).names if not n.startswith("stats/")]
        table = pa.concat_tables([pq.ParquetFile(f).read(columns=names) for f in files])
        return table.sort_by("episode_index").to_pydict()

    @functools.cached_property
    def tasks(self) -> list[str]:
        """Instructions by task_index."""
        table = pq.ParquetFile(self.root / "meta/tasks.parquet").read().to_pydict()
        text = table.get("task", table.get("__index_level_0__"))
        if text is None:
            raise DatasetError(f"{self.root}/meta/tasks.parquet: no column 'task' (found {sorted(table)})")
        order = sorted(range(len(text)), key=table["task_index"].__getitem__)
        return [text[i] for i in order]

    @functools.cached_property
    def stats(self) -> dict[str, dict[str, NDArray[np.float64]]]:
        """`meta/stats.json` as arrays."""
        raw = json.loads((self.root / "meta/stats.json").read_text(encoding="utf-8"))
        return {n: {k: np.array(v, np.float64) for k, v in s.items()} for n, s in raw.items()}

    @functools.cached_property
    def columns(self) -> dict[str, dict[str, Any]]:
        """Description of every column: dtype, true shape, names, unit, frame, doc (where known)."""
        path = self.root / paths.EXTRA / "columns.json"
        if path.exists():
            return json.loads(path.read_text(encoding="utf-8"))
        out = {n: {"dtype": f["dtype"], "shape": f["shape"], "names": f.get("names")} for n, f in self.features.items()}
        return {n: d | {"shape": [] if list(d["shape"]) == [1] else d["shape"]} for n, d in out.items()}

    @functools.cached_property
    def run(self) -> dict[str, Any]:
        """Configuration and versions of the run that made the dataset; {} for datasets of others."""
        path = self.root / paths.EXTRA / "run.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    @functools.cached_property
    def ledger(self) -> list[dict[str, Any]]:
        """Every attempt: task_index, attempt, accepted, stage, reason, object, ...; [] where there is none."""
        path = self.root / paths.EXTRA / "ledger.parquet"
        if not path.exists():
            return []
        rows = pq.ParquetFile(path).read().to_pylist()
        return [r | json.loads(r.pop("facts")) for r in rows]

    def column(self, name: str) -> NDArray[Any]:
        """One column over all frames of the dataset, in order: (total_frames, *shape), padded slots included."""
        self._known([name])
        files = sorted((self.root / "data").glob("*/*.parquet"))
        table = pa.concat_tables([pq.ParquetFile(f).read(columns=[name]) for f in files])
        return _shaped(table[name], self.columns[name]["shape"])

    # --- one episode ---

    def length(self, index: int) -> int:
        """Number of frames of an episode."""
        return self.episodes["length"][self._check(index)]

    def task(self, index: int) -> str:
        """The instruction of an episode."""
        return self.episodes["tasks"][self._check(index)][0]

    def meta(self, index: int) -> dict[str, Any]:
        """All metadata with which the episode was stored; {} for datasets of others."""
        return self._record(index).get("meta", {})

    def own_shapes(self, index: int) -> dict[str, tuple[int, ...]]:
        """Inner shapes of an episode's columns that are narrower than the dataset's: those per object."""
        return {n: tuple(s) for n, s in self._record(index).get("shapes", {}).items()}

    def episode(
        self, index: int, columns: Sequence[str] | None = None, *, padded: bool = False
    ) -> dict[str, NDArray[Any]]:
        """Columns (T, ...) of an episode with their true dtypes and shapes; videos are read by `video`.

        padded: keep the empty slots of episodes with fewer objects than the widest one."""
        self._check(index)
        names = list(columns) if columns is not None else [n for n in self.columns if n in self._stored]
        self._known(names)
        table = self._rows(index, names)
        own = {} if padded else self.own_shapes(index)
        out = {}
        for name in names:
            array = _shaped(table[name], self.columns[name]["shape"])
            if name in own:  # this episode has fewer objects than the widest one: drop the padding
                array = array[(slice(None), *(slice(0, n) for n in own[name]))].copy()
            out[name] = array
        return out

    def video(self, index: int, camera: str, frames: Sequence[int] | None = None) -> NDArray[np.uint8]:
        """Colour frames (T, H, W, 3) of an episode, or only those numbered `frames`."""
        path, offset, length = self._video_place(index, camera)
        wanted = range(length) if frames is None else [range(length)[f] for f in frames]
        return read_video(path, "rgb", [offset + f for f in wanted])

    def video_file(self, index: int, camera: str) -> Path:
        """The mp4 that holds an episode's frames of a camera."""
        return self._video_place(index, camera)[0]

    def sidecars(self, index: int) -> dict[str, Path]:
        """Files that go along with an episode by name, e.g. {"depth.front": .../file-000.mkv}."""
        number = self._check(index)
        pattern = f"chunk-{number // paths.CHUNK:03d}/file-{number % paths.CHUNK:03d}.*"
        return {p.parents[1].name: p for p in sorted((self.root / "sidecars").glob(f"*/{pattern}"))}

    def depth(self, index: int, camera: str) -> NDArray[np.uint16]:
        """Depth (T, H, W) in millimetres along the optical axis; DatasetError when it was not stored."""
        return read_video(self._sidecar(index, f"depth.{paths.camera_name(camera)}"), "depth")

    def masks(self, index: int, camera: str) -> NDArray[np.uint8]:
        """Instance ids (T, H, W): 0 background, 1 robot, 2 table, 3 + i object i; DatasetError when not stored."""
        return read_video(self._sidecar(index, f"mask.{paths.camera_name(camera)}"), "mask")

    # --- inside ---

    @functools.cached_property
    def _stored(self) -> set[str]:
        return {n for n, f in self.features.items() if f["dtype"] != "video"}

    def _check(self, index: int) -> int:
        if not 0 <= index < len(self):
            raise DatasetError(f"{self.root} has episodes 0 to {len(self) - 1}; there is no episode {index}")
        return index

    def _known(self, names: Sequence[str]) -> None:
        for name in names:
            if name not in self._stored:
                raise DatasetError(f"{self.root}: {unknown_name('column', name, self._stored)}")

    def _record(self, index: int) -> dict[str, Any]:
        self._check(index)
        if "groundwork/meta_offset" not in self.episodes:
            return {}
        with open(self.root / paths.EXTRA / "episodes.jsonl", "rb") as file:
            file.seek(self.episodes["groundwork/meta_offset"][index])
            return json.loads(file.read(self.episodes["groundwork/meta_bytes"][index]))

    def _sidecar(self, index: int, name: str) -> Path:
        found = self.sidecars(index)
        if name not in found:
            raise DatasetError(f"{self.root}, episode {index}: {unknown_name('sidecar', name, found)}")
        return found[name]

    def _video_place(self, index: int, camera: str) -> tuple[Path, int, int]:
        key = paths.image_key(camera)
        if self.features.get(key, {}).get("dtype") != "video":
            raise DatasetError(f"{self.root}: {unknown_name('camera', camera, self.cameras)}")
        length = self.length(index)
        chunk, number, start = (
            self.episodes[f"videos/{key}/{k}"][index] for k in ("chunk_index", "file_index", "from_timestamp")
        )
        path = self.info["video_path"].format(video_key=key, chunk_index=chunk, file_index=number)
        return self.root / path, round(start * self.fps), length

    def _rows(self, index: int, names: Sequence[str]) -> pa.Table:
        """The episode's rows; only the row groups that hold them are read."""
        table = self.episodes
        chunk, number = table["data/chunk_index"][index], table["data/file_index"][index]
        path = self.root / self.info["data_path"].format(chunk_index=chunk, file_index=number)
        file, starts = _open_data(str(path), path.stat().st_mtime_ns)
        first = self._file_start[chunk, number]
        begin, end = table["dataset_from_index"][index] - first, table["dataset_to_index"][index] - first
        low = int(np.searchsorted(starts, begin, side="right")) - 1
        high = int(np.searchsorted(starts, end, side="left"))
        held = int(starts[high] - starts[low])
        if _SHARED * (end - begin) < held <= _KEPT_ROWS:  # other writers put many episodes into a row group
            rows = _read_groups(str(path), path.stat().st_mtime_ns, low, high, tuple(sorted(names)))
        else:
            rows = file.read_row_groups(list(range(low, high)), columns=list(names), use_threads=False)
        return rows.slice(begin - int(starts[low]), end - begin)

    @functools.cached_property
    def _file_start(self) -> dict[tuple[int, int], int]:
        """Number of the first frame in each data file."""
        out: dict[tuple[int, int], int] = {}
        t = self.episodes
        for place in zip(t["data/chunk_index"], t["data/file_index"], t["dataset_from_index"], strict=True):
            out[place[:2]] = min(place[2], out.get(place[:2], place[2]))
        return out


def load_dataset(path: str | Path) -> Dataset:
    """Open a dataset folder; raises DatasetError when there is none, or an unfinished one."""
    return Dataset(path)


@functools.lru_cache(maxsize=4)
def _open_data(path: str, changed_ns: int) -> tuple[pq.ParquetFile, NDArray[np.int64]]:
    """A data file and the first rows of its row groups; changed_ns: a file written anew is opened anew."""
    file = pq.ParquetFile(path)
    counts = [file.metadata.row_group(i).num_rows for i in range(file.metadata.num_row_groups)]
    return file, np.cumsum([0, *counts])


_SHARED, _KEPT_ROWS = 4, 100_000
"""A row group of more than so many times the episode's rows is kept for the next episode, unless it is larger."""


@functools.lru_cache(maxsize=2)
def _read_groups(path: str, changed_ns: int, low: int, high: int, names: tuple[str, ...]) -> pa.Table:
    """Columns of row groups low .. high - 1, kept for the episodes that share them."""
    file, _ = _open_data(path, changed_ns)
    return file.read_row_groups(list(range(low, high)), columns=list(names), use_threads=False)


def _shaped(column: pa.ChunkedArray, shape: Sequence[int]) -> NDArray[Any]:
    kind = column.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):  # as pandas and `datasets` write vectors
        return np.array(column.to_pylist()).astype(_leaf(kind).to_pandas_dtype()).reshape(len(column), *shape)
    return from_arrow(column, tuple(shape))


def _leaf(kind: Any) -> Any:
    return _leaf(kind.value_type) if hasattr(kind, "value_type") else kind
