"""Whether a folder is the LeRobotDataset v3.0 that its meta/info.json says: files, counts, types, ranges.

Read with pyarrow and json alone, not with the project's own reader, so that both are judged.
"""

from __future__ import annotations

import itertools
import json
import math
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from engine.errors import DatasetError
from engine.lint.report import Result, guarded

INFO, TABLES, EPISODES, FILES = "info.json", "data tables", "episodes table", "files"
CHECKS = {
    INFO: "keys",
    TABLES: "columns",
    EPISODES: "rows",
    FILES: "files",
}
"""This module's checks and what they count."""

INDEX = {"timestamp": "float32", "frame_index": "int64", "episode_index": "int64", "index": "int64"}
INDEX |= {"task_index": "int64"}
"""Columns that every dataset has."""

DTYPES = (
    *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    *("float16", "float32", "float64", "string", "video", "image"),
)
OWN_PLACE, TABLE_PATH = (
    ("meta/episodes/chunk_index", "meta/episodes/file_index"),
    "meta/episodes/chunk-{:03d}/file-{:03d}.parquet",
)
_ARROW = {"float16": "halffloat", "float32": "float", "float64": "double"}


@dataclass
class Tables:
    """What was read of a dataset's tables. rows: of each data file; episodes: the table without statistics."""

    info: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    schemas: dict[str, pa.Schema] = field(default_factory=dict)
    episodes: dict[str, list[Any]] = field(default_factory=dict)
    tasks: list[Any] = field(default_factory=list)


def check_format(root: Path) -> list[Result]:
    """All checks of this module on the folder `root`. Raises DatasetError when there is no readable meta/info.json."""
    tables = Tables()
    path = root / "meta/info.json"
    try:
        tables.info = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as e:
        raise DatasetError(f"no dataset at {root}: {path} cannot be read ({e})") from e
    if not isinstance(tables.info, dict):
        raise DatasetError(f"no dataset at {root}: {path} does not hold an object")
    out = [Result(name) for name in CHECKS]
    works = (_check_info, _check_tables, _check_episodes, _check_files)
    for result, work in zip(out, works, strict=True):
        guarded(result, lambda work=work, result=result: work(root, tables, result))
    return out


# --- meta/info.json -----------------------------------------------------------------------------


def _check_info(root: Path, tables: Tables, r: Result) -> None:
    info = tables.info
    kinds: dict[str, Any] = {
        "codebase_version": str, "fps": (int, float), "features": dict, "total_episodes": int, "total_frames": int,
        "total_tasks": int, "chunks_size": int, "data_path": str, "splits": dict,
    }  # fmt: skip
    for key, kind in kinds.items():
        r.items += 1
        if not isinstance(info.get(key), kind) or isinstance(info[key], bool):
            r.found(f"meta/info.json: '{key}' is {info.get(key)!r}, expected {_said(kind)}")
    if r.count:
        return
    if not info["codebase_version"].startswith("v3."):
        r.found(f"meta/info.json: codebase_version {info['codebase_version']!r}; this checks v3.0")
    for key, least in (("fps", 1e-9), ("chunks_size", 1), ("total_episodes", 1), ("total_frames", 1)):
        if info[key] < least:
            r.found(f"meta/info.json: '{key}' is {info[key]}, expected a positive number")
    for name, feature in info["features"].items():
        r.items += 1
        _check_feature(name, feature, info["fps"], r)
    for name, dtype in INDEX.items():
        if info["features"].get(name, {}).get("dtype") != dtype:
            r.found(f"meta/info.json: no feature '{name}' of dtype {dtype}", column=name)
    _check_splits(info, r)
    _check_templates(info, r)


def _said(kind: Any) -> str:
    return "a number" if isinstance(kind, tuple) else {str: "text", int: "an integer", dict: "an object"}[kind]


def _check_feature(name: str, feature: Any, fps: float, r: Result) -> None:
    where = f"meta/info.json: feature '{name}'"
    if "/" in name:
        r.found(f"{where}: a name may not hold '/'", column=name)
    if not isinstance(feature, dict) or not isinstance(feature.get("shape"), list):
        r.found(f"{where}: expected an object with dtype, shape and names", column=name)
        return
    dtype, shape, names = feature.get("dtype"), feature["shape"], feature.get("names")
    if dtype not in DTYPES:
        r.found(f"{where}: dtype {dtype!r} is not one of {', '.join(DTYPES)}", column=name)
    if not shape or not all(isinstance(n, int) and n > 0 for n in shape):
        r.found(f"{where}: shape {shape} is not a list of positive integers", column=name)
    elif isinstance(names, list) and len(names) not in (len(shape), math.prod(shape)):
        r.found(f"{where}: {len(names)} names for shape {shape}", column=name)
    elif isinstance(names, list) and len(set(map(str, names))) < len(names):
        twice = [n for n, k in Counter(map(str, names)).items() if k > 1]
        r.found(f"{where}: names appear twice: {twice[:3]}", column=name)
    facts = feature.get("info") or feature.get("video_info") or {}
    if dtype == "video" and facts:
        if facts.get("video.fps", fps) != fps:
            r.found(f"{where}: video.fps {facts['video.fps']}, the dataset has {fps}", column=name)
        size = [facts.get(f"video.{k}") for k in ("height", "width")]
        if None not in size and not set(size) <= set(shape):
            r.found(f"{where}: a video of {size[0]} x {size[1]} cannot have shape {shape}", column=name)


def _check_splits(info: dict[str, Any], r: Result) -> None:
    """Ranges "a:b" of episodes inside the dataset, no episode in two splits."""
    taken: list[tuple[int, int, str]] = []
    for name, span in info["splits"].items():
        r.items += 1
        low, _, high = str(span).partition(":")
        if not (low.isdigit() and high.isdigit() and 0 <= int(low) < int(high) <= info["total_episodes"]):
            known = f"0:{info['total_episodes']}"
            r.found(f"meta/info.json: split '{name}' is {span!r}, expected a range of episodes within {known}")
            continue
        taken.append((int(low), int(high), name))
    taken.sort()
    for (_, end, a), (start, _, b) in itertools.pairwise(taken):
        if start < end:
            r.found(f"meta/info.json: episode {start} is in the splits '{a}' and '{b}'", episode=start)


def _check_templates(info: dict[str, Any], r: Result) -> None:
    videos = [n for n, f in info["features"].items() if isinstance(f, dict) and f.get("dtype") == "video"]
    if videos and not isinstance(info.get("video_path"), str):
        r.found(
            f"meta/info.json: 'video_path' is {info.get('video_path')!r}, but there are {len(videos)} video features"
        )
    for key in ("data_path", "video_path"):
        if not isinstance(info.get(key), str):
            continue
        try:
            a, b = (info[key].format(chunk_index=0, file_index=i, video_key="k") for i in (0, 1))
        except (KeyError, IndexError, ValueError) as e:
            r.found(f"meta/info.json: '{key}' = {info[key]!r} cannot be filled in ({e})")
        else:
            if a == b or ".." in Path(a).parts or Path(a).is_absolute():
                r.found(f"meta/info.json: '{key}' = {info[key]!r} does not name one file inside the dataset")


# --- data files ---------------------------------------------------------------------------------


def _check_tables(root: Path, tables: Tables, r: Result) -> None:
    """Types of every data file's columns against the features; rows in all."""
    info = tables.info
    stored = {n: f for n, f in info["features"].items() if f["dtype"] != "video"}
    files = sorted((root / "data").glob("*/*.parquet"))
    if not files:
        r.found("data: no parquet file")
    for path in files:
        name = path.relative_to(root).as_posix()
        try:
            file = pq.ParquetFile(path)
        except (OSError, pa.ArrowException) as e:
            r.found(f"{name}: cannot be read as parquet ({e})")
            continue
        tables.rows[name], tables.schemas[name] = file.metadata.num_rows, file.schema_arrow
        for column in sorted(stored.keys() | set(file.schema_arrow.names)):
            r.items += 1
            if column not in stored:
                r.found(f"{name}: column '{column}' is not a feature of meta/info.json", column=column)
            elif column not in file.schema_arrow.names:
                r.found(f"{name}: the feature '{column}' has no column", column=column)
            else:
                wrong = _type_problem(file.schema_arrow.field(column).type, stored[column])
                wrong = wrong or _length_problem(file, column, stored[column])
                if wrong:
                    r.found(f"{name}: {wrong}", column=column)
    total = sum(tables.rows.values())
    if total != info["total_frames"]:
        r.found(f"data files hold {total} rows, meta/info.json says total_frames {info['total_frames']}")


def _type_problem(kind: pa.DataType, feature: dict[str, Any]) -> str:
    """What is wrong with a column's type; "" when nothing is."""
    if feature["dtype"] == "image":  # bytes and path, or an encoded cell
        return ""
    kind = getattr(kind, "storage_type", kind)  # the `datasets` library's arrays of two and more axes
    size, depth = 1, 0
    while pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        fixed = pa.types.is_fixed_size_list(kind)
        size, depth, kind = size * (kind.list_size if fixed else 0), depth + 1, kind.value_type
    want = _ARROW.get(feature["dtype"], feature["dtype"])
    if str(kind) != want and not (want == "string" and pa.types.is_large_string(kind)):
        return f"holds {kind}, the feature says {feature['dtype']}"
    entries = math.prod(feature["shape"])
    if depth == 0 and entries != 1:
        return f"holds single values, the feature says shape {feature['shape']}"
    if depth and size and size != entries:
        return f"holds lists of {size}, the feature says shape {feature['shape']}"
    return ""


def _length_problem(file: pq.ParquetFile, name: str, feature: dict[str, Any]) -> str:
    """Lists of free length must all be as long as the shape says (its first axis)."""
    kind = file.schema_arrow.field(name).type
    if feature["dtype"] == "image" or not (pa.types.is_list(kind) or pa.types.is_large_list(kind)):
        return ""
    start = 0
    for group in range(file.metadata.num_row_groups):
        sizes = pc.call_function("list_value_length", [file.read_row_group(group, columns=[name])[name]])
        span = pc.call_function("min_max", [sizes]).as_py()
        if span["min"] != feature["shape"][0] or span["max"] != feature["shape"][0] or sizes.null_count:
            said = span["min"] if span["min"] != feature["shape"][0] else span["max"]
            return f"rows after {start} hold lists of {said}, the feature says shape {feature['shape']}"
        start += len(sizes)
    return ""


# --- the episodes table -------------------------------------------------------------------------


def _check_episodes(root: Path, tables: Tables, r: Result) -> None:
    info = tables.info
    files = sorted((root / "meta/episodes").glob("*/*.parquet"))
    if not files:
        r.found("meta/episodes: no parquet file")
        return
    names = [n for n in pq.read_schema(files[0]).names if not n.startswith("stats/")]
    needed = ["episode_index", "tasks", "length", "dataset_from_index", "dataset_to_index"]
    needed += ["data/chunk_index", "data/file_index"]
    for key, f in info["features"].items():
        if f["dtype"] == "video":
            needed += [f"videos/{key}/{k}" for k in ("chunk_index", "file_index", "from_timestamp", "to_timestamp")]
    for name in needed:
        if name not in names:
            r.found(f"meta/episodes: no column '{name}'", column=name)
    if r.count:
        return
    parts = [pq.ParquetFile(f).read(columns=names) for f in files]
    t = tables.episodes = pa.concat_tables(parts).to_pydict()
    r.items = len(t["episode_index"])
    if r.items != info["total_episodes"]:
        r.found(f"meta/episodes has {r.items} rows, meta/info.json says total_episodes {info['total_episodes']}")
    start = 0
    for row in range(r.items):
        at = {"episode": row}
        if t["episode_index"][row] != row:
            r.found(f"meta/episodes: row {row} has episode_index {t['episode_index'][row]}", **at)
        low, high, length = t["dataset_from_index"][row], t["dataset_to_index"][row], t["length"][row]
        if length < 1 or high - low != length:
            r.found(f"meta/episodes: length {length}, but frames {low} to {high}", column="length", **at)
        if low != start:
            r.found(f"meta/episodes: starts at frame {low}, the one before ends at {start}", **at)
        start = high
    _check_own_places(root, files, [len(p) for p in parts], t, r)
    if start != info["total_frames"]:
        r.found(f"meta/episodes: ends at frame {start}, meta/info.json says total_frames {info['total_frames']}")
    _check_task_texts(root, tables, r)


def _check_own_places(root: Path, files: list[Path], rows: list[int], t: dict[str, list[Any]], r: Result) -> None:
    """Where the episodes table says, of itself, that a row is."""
    row = 0
    for path, count in zip(files, rows, strict=True):
        name = path.relative_to(root).as_posix()
        for i in range(row, row + count):
            said = [t[key][i] for key in OWN_PLACE if key in t]
            if len(said) == len(OWN_PLACE) and name != TABLE_PATH.format(*said):
                message = f"is {said[0]} and {said[1]}: {TABLE_PATH.format(*said)}; the row is in {name} (tolerance 0)"
                r.found(message, episode=i, column=" and ".join(OWN_PLACE))
        row += count


def _check_task_texts(root: Path, tables: Tables, r: Result) -> None:
    table = pq.ParquetFile(root / "meta/tasks.parquet").read().to_pydict()
    text = table.get("task", table.get("__index_level_0__"))
    if text is None or "task_index" not in table:
        r.found(f"meta/tasks.parquet: expected columns 'task' and 'task_index', found {sorted(table)}")
        return
    tables.tasks = text
    if sorted(table["task_index"]) != list(range(len(text))):
        r.found("meta/tasks.parquet: task_index is not 0, 1, 2, ...", column="task_index")
    if len(set(text)) < len(text):
        twice = next(x for x, k in Counter(text).items() if k > 1)
        r.found(f"meta/tasks.parquet: the task {twice!r} is there twice")
    if len(text) != tables.info["total_tasks"]:
        r.found(
            f"meta/tasks.parquet has {len(text)} rows, meta/info.json says total_tasks {tables.info['total_tasks']}"
        )
    known = set(text)
    for row, said in enumerate(tables.episodes["tasks"]):
        unknown = [x for x in said or [] if x not in known]
        if not said or unknown:
            what = f"{unknown[0]!r} is not in meta/tasks.parquet" if unknown else "no task"
            r.found(f"meta/episodes: tasks: {what}", episode=row, column="tasks")


# --- which files there are ----------------------------------------------------------------------


def _check_files(root: Path, tables: Tables, r: Result) -> None:
    """Every file that the tables name is there, is filled by its episodes in order, and no other file is there."""
    info, t = tables.info, tables.episodes
    if not t:
        r.skip("the episodes table cannot be read")
        return
    held: dict[str, int] = {}
    for row, length in enumerate(t["length"]):
        chunk, number = t["data/chunk_index"][row], t["data/file_index"][row]
        name = info["data_path"].format(chunk_index=chunk, file_index=number)
        held[name] = held.get(name, 0) + length
        if not 0 <= number < info["chunks_size"]:
            r.found(f"file_index {number} is outside a chunk of {info['chunks_size']} files", episode=row)
    for name, rows in held.items():
        r.items += 1
        if name in tables.rows and tables.rows[name] != rows:
            r.found(f"{name} has {tables.rows[name]} rows, its episodes {rows} frames")
        elif name not in tables.rows:
            r.found(f"{name}: missing")
    for name in sorted(tables.rows.keys() - held.keys()):
        r.found(f"{name}: no episode is in it")
    for key, feature in info["features"].items():
        if feature["dtype"] == "video":
            _check_video_files(root, key, info, t, r)


def _check_video_files(root: Path, key: str, info: dict[str, Any], t: dict[str, list[Any]], r: Result) -> None:
    ends: dict[str, float] = {}
    # Others add up the durations that their films state, which may be half a frame off; this project counts frames.
    own = (root / "meta/groundwork").is_dir()
    place = [t[f"videos/{key}/{k}"] for k in ("chunk_index", "file_index", "from_timestamp", "to_timestamp")]
    for row, (chunk, number, begin, end) in enumerate(zip(*place, strict=True)):
        name = info["video_path"].format(video_key=key, chunk_index=chunk, file_index=number)
        at = {"episode": row, "column": key}
        if name not in ends:
            r.items += 1
            if not (root / name).is_file():
                r.found(f"{name}: missing", **at)
        seconds, before = t["length"][row] / info["fps"], ends.get(name, 0.0)
        tolerance = 1e-9 * max(1.0, end) if own else 0.5 / info["fps"]
        for gap, message in (
            (abs(end - begin - seconds), f"runs {end - begin:.9g} s, {t['length'][row]} frames take {seconds:.9g} s"),
            (abs(begin - before), f"starts at {begin:.9g} s of {name}, what is before it ends at {before:.9g} s"),
        ):
            if not gap <= tolerance:
                r.found(f"{message} (tolerance {tolerance:.2g} s)", tolerance=tolerance, value=gap, **at)
        ends[name] = end
    there = {p.relative_to(root).as_posix() for p in (root / "videos" / key).rglob("*") if p.is_file()}
    for name in sorted(there - ends.keys()):
        r.found(f"{name}: no episode is in it", column=key)
