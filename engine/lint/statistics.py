"""Statistics of every feature computed again: each episode's in the episodes table, the dataset's in meta/stats.json.

Own arithmetic (numpy's nan-functions), not the exporter's. Quantiles are compared where this project wrote the
dataset: linear between order statistics, over every k-th frame once the whole would not fit. Other writers estimate
them from histograms, so theirs are not checked. Statistics of pictures are taken before compression from the same
pixels; what is decoded agrees within a few grey levels.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from engine.export.dataset import Dataset
from engine.export.layout import image_key
from engine.lint.context import EpisodeView, Unavailable
from engine.lint.report import Result
from engine.lint.videos import Film

EPISODE, WHOLE, PICTURES = "statistics of episodes", "statistics of the dataset", "statistics of pictures"
CHECKS = {EPISODE: "features", WHOLE: "features", PICTURES: "films"}
"""This module's checks and what they count."""

QUANTILES = {"q01": 1, "q10": 10, "q50": 50, "q90": 90, "q99": 99}
MOMENTS = ("min", "max", "mean", "std")
OWN_TOLERANCE, OTHER_TOLERANCE = 1e-9, 1e-4
"""Relative to the largest |value| of the feature: this project sums in float64, others may in float32."""
PICTURE_TOLERANCE = {"mean": 0.012, "std": 0.02, "min": 0.2, "max": 0.2} | dict.fromkeys(QUANTILES, 0.05)
"""Of pixels in [0, 1]: what compression changes. Minimum and maximum may be one pixel's."""
RANK_TOLERANCE = 0.02
"""Share of the pixels by which a quantile may be off besides: between two colours its value jumps."""
_RANKS = (-RANK_TOLERANCE, RANK_TOLERANCE - 1e-9)
SAMPLE_BYTES = 256 << 20
"""Beyond this the dataset's quantiles are those of every k-th frame (what the exporter declares to do)."""

F64 = NDArray[np.float64]
Stats = dict[str, F64]


def own(dataset: Dataset) -> bool:
    """Whether this project wrote the dataset."""
    return bool(dataset.run) or "groundwork/meta_offset" in dataset.episodes


def moments(rows: F64) -> Stats:
    """min, max, mean, std and quantiles (D,) over axis 0 of rows (N, D); NaN marks slots that are not used."""
    used = ~np.isnan(rows)
    n = used.sum(axis=0)
    some = np.maximum(n, 1)
    mean = np.where(used, rows, 0.0).sum(axis=0) / some
    out = {
        "min": np.where(used, rows, np.inf).min(axis=0),
        "max": np.where(used, rows, -np.inf).max(axis=0),
        "mean": mean,
        "std": np.sqrt((np.where(used, rows - mean, 0.0) ** 2).sum(axis=0) / some),
    }
    out |= quantiles(rows, n)
    return {k: np.where(n > 0, v, 0.0) for k, v in out.items()}


def quantiles(rows: F64, n: NDArray[np.int64] | None = None) -> Stats:
    """Linear interpolation between order statistics, of the entries that are not NaN."""
    used = (~np.isnan(rows)).sum(axis=0) if n is None else n
    filled = np.where(used > 0, rows, 0.0)
    whole = bool(np.all((used == len(rows)) | (used == 0)))
    # Without NaN in between both are the same; nanpercentile goes column by column in Python.
    values = (np.percentile if whole else np.nanpercentile)(filled, list(QUANTILES.values()), axis=0)
    return dict(zip(QUANTILES, values, strict=True))


def compare(said: Mapping[str, F64], found: Mapping[str, F64], exact: bool, r: Result, **place: Any) -> None:
    """Differences of one feature's statistics beyond the tolerance become findings."""
    scale = max(1.0, float(np.max(np.abs([found["min"], found["max"]]), initial=0.0)))
    scale = scale if np.isfinite(scale) else 1.0
    tolerance = scale * (OWN_TOLERANCE if exact else OTHER_TOLERANCE)
    for name, value in found.items():
        if name in QUANTILES and not exact:
            continue
        if name not in said:
            if name in MOMENTS or exact:
                r.found(f"{name} is not there", **place)
            continue
        have = np.asarray(said[name], np.float64).reshape(-1)
        if have.shape != value.shape:
            r.found(f"{name} has {have.size} numbers, the feature {value.size}", **place)
            continue
        # NaN compares as different: a statistic that is no number is wrong wherever the rows have numbers.
        gap = np.abs(have - value)
        if name == "std" and not exact:  # a small difference of large sums of squares: the variance is what is accurate
            gap = np.where(np.abs(have**2 - value**2) <= tolerance * scale, 0.0, gap)
        worst = int(np.argmax(np.where(np.isnan(gap), np.inf, gap)))
        if not gap[worst] <= tolerance:
            message = f"{name}[{worst}] is {have[worst]:.9g}, the frames give {value[worst]:.9g} "
            message += f"(tolerance {tolerance:.2g})"
            r.found(message, tolerance=tolerance, value=float(gap[worst]), **place)


# --- of each episode ----------------------------------------------------------------------------


def check_episode_statistics(view: EpisodeView, r: Result) -> None:
    """The episode's row of stats/... columns against its frames."""
    names = [n for n in view.context.stored if n in view.dataset.features]
    table = _stored(view.dataset, view.index)
    if not table:
        raise Unavailable("the episodes table holds no statistics")
    exact = own(view.dataset)
    for name in names:
        place = {"episode": view.index, "column": name}
        said = {k: table[f"stats/{name}/{k}"] for k in (*MOMENTS, *QUANTILES, "count") if f"stats/{name}/{k}" in table}
        if not said:
            if exact:
                r.found(f"the episodes table has no stats/{name}/...", **place)
            else:
                r.skip(f"no statistics of {name}")
            continue
        r.items += 1
        rows = _padded(view, name)
        compare(said, moments(rows), exact, r, **place)
        if "count" in said and int(np.ravel(said["count"])[0]) != len(rows):
            r.found(f"count is {int(np.ravel(said['count'])[0])}, the episode has {len(rows)} frames", **place)
    if not exact:
        r.skip("quantiles: other writers estimate them", len(names))


def _padded(view: EpisodeView, name: str) -> F64:
    """A column as stored, (T, D) float64: slots that the episode does not use are NaN (0 for whole numbers)."""
    values = np.asarray(view.columns[name])
    shape = tuple(view.dataset.columns[name]["shape"])
    if values.shape[1:] != shape:
        wide = np.full((len(values), *shape), np.nan if values.dtype.kind == "f" else 0.0)
        wide[tuple(slice(0, k) for k in values.shape)] = values
        values = wide
    return values.reshape(len(values), -1).astype(np.float64)


def _stored(dataset: Dataset, index: int) -> dict[str, F64]:
    """Columns stats/... of one row of the episodes table."""
    row = index
    for path in sorted((dataset.root / "meta/episodes").glob("*/*.parquet")):
        changed = path.stat().st_mtime_ns
        rows = _table_rows(str(path), changed)
        if row < rows:
            columns = _stat_columns(str(path), changed)
            return {n: np.asarray(c[row], np.float64) for n, c in columns.items()}
        row -= rows
    return {}


@functools.lru_cache(maxsize=4096)
def _table_rows(path: str, changed_ns: int) -> int:
    """Rows of a file; changed_ns: a file written anew is opened anew."""
    return pq.read_metadata(path).num_rows


@functools.lru_cache(maxsize=2)
def _stat_columns(path: str, changed_ns: int) -> dict[str, Any]:
    """Columns stats/... of one file of the episodes table: name -> array (rows, D), or lists where lengths differ."""
    file = pq.ParquetFile(path)
    names = [n for n in file.schema_arrow.names if n.startswith("stats/")]
    table = file.read(columns=names)
    out: dict[str, Any] = {}
    for name in names:
        flat = table[name].combine_chunks()
        count = len(flat)
        while hasattr(flat, "flatten") and hasattr(flat.type, "value_type"):
            flat = flat.flatten()
        values = np.asarray(flat.to_numpy(zero_copy_only=False), np.float64)
        even = count and values.size % count == 0
        out[name] = values.reshape(count, -1) if even else table[name].to_pylist()
    return out


# --- of the whole dataset -----------------------------------------------------------------------


def check_dataset_statistics(dataset: Dataset, r: Result) -> None:
    """meta/stats.json against all frames; one feature is in memory at a time, and of that one file."""
    path = dataset.root / "meta/stats.json"
    if not path.exists():
        if own(dataset):
            r.found("meta/stats.json: missing")
            return
        raise Unavailable("there is no meta/stats.json")
    said = {n: {k: np.asarray(v, np.float64) for k, v in s.items()} for n, s in json.loads(path.read_text()).items()}
    exact = own(dataset)
    numeric = {n: f for n, f in dataset.features.items() if f["dtype"] not in ("video", "image", "string")}
    width = sum(math.prod(f["shape"]) for f in numeric.values())
    stride = max(1, -(-dataset.info["total_frames"] * width * 8 // SAMPLE_BYTES))
    for name in numeric:
        if name not in said:
            if exact:
                r.found(f"meta/stats.json: no '{name}'", column=name)
            else:
                r.skip(f"no statistics of {name}")
            continue
        r.items += 1
        count, found = _over_files(dataset, name, stride if exact else 0)
        compare(said[name], found, exact, r, column=name)
        if "count" in said[name] and int(said[name]["count"].ravel()[0]) != count:
            r.found(f"count is {int(said[name]['count'].ravel()[0])}, there are {count} frames", column=name)
    for name in sorted(said.keys() - dataset.features.keys()):
        r.found(f"meta/stats.json: '{name}' is not a feature", column=name)
    if not exact:
        r.skip("quantiles: other writers estimate them", len(numeric))


def _over_files(dataset: Dataset, name: str, stride: int) -> tuple[int, Stats]:
    """Frames and statistics of a column over all data files; quantiles of every stride-th frame (0: none)."""
    count = 0
    n: Any = 0
    low: Any = np.inf
    high: Any = -np.inf
    mean: Any = 0.0
    m2: Any = 0.0
    sample: list[F64] = []
    for rows in _files(dataset, name):
        used = ~np.isnan(rows)
        k = used.sum(axis=0)
        low = np.minimum(low, np.where(used, rows, np.inf).min(axis=0))
        high = np.maximum(high, np.where(used, rows, -np.inf).max(axis=0))
        part = np.where(used, rows, 0.0).sum(axis=0) / np.maximum(k, 1)
        spread = (np.where(used, rows - part, 0.0) ** 2).sum(axis=0)
        total = np.maximum(n + k, 1)
        m2 = m2 + spread + (part - mean) ** 2 * n * k / total  # parallel variance: Chan, Golub, LeVeque 1979
        mean, n = (mean * n + part * k) / total, n + k
        if stride:
            sample.append(rows[-count % stride :: stride])
        count += len(rows)
    out = {"min": low, "max": high, "mean": mean, "std": np.sqrt(m2 / np.maximum(n, 1))}
    if stride:
        out |= quantiles(np.concatenate(sample))
    return count, {k: np.where(n > 0, v, 0.0) for k, v in out.items()}


def _files(dataset: Dataset, name: str) -> Iterator[F64]:
    """A column's rows (N, D), file by file; the shape comes from the files, not from descriptions of them."""
    for path in sorted((dataset.root / "data").glob("*/*.parquet")):
        column = pq.ParquetFile(path).read(columns=[name])[name].combine_chunks()
        rows = len(column)
        while hasattr(column.type, "value_type"):
            column = column.flatten()
        values = column.to_numpy(zero_copy_only=False)
        if rows:
            yield values.astype(np.float64).reshape(rows, -1)


# --- of pictures --------------------------------------------------------------------------------


def check_picture_statistics(view: EpisodeView, films: Mapping[str, Film], r: Result) -> None:
    """Per-channel statistics of an episode's films against the decoded frames."""
    if not view.context.full:
        raise Unavailable("level fast: nothing is decoded")
    if not own(view.dataset):
        raise Unavailable("other writers sample pictures in ways of their own")
    if not films:
        raise Unavailable("no video of the episode was decoded")
    table = _stored(view.dataset, view.index)
    for camera, film in films.items():
        key = image_key(camera)
        said = {k: table[f"stats/{key}/{k}"] for k in (*PICTURE_TOLERANCE, "count") if f"stats/{key}/{k}" in table}
        if not said:
            r.skip(f"no statistics of {key}")
            continue
        compare_pictures(said, film.histogram, film.frames, r, episode=view.index, column=key)


def check_all_pictures(dataset: Dataset, histograms: Mapping[str, NDArray[np.int64]], r: Result) -> None:
    """meta/stats.json's entries of pictures against all decoded frames; histograms (3, 256) by camera."""
    for camera, histogram in histograms.items():
        key = image_key(camera)
        if key in dataset.stats:
            compare_pictures(dataset.stats[key], histogram, dataset.info["total_frames"], r, column=key)


def compare_pictures(
    said: Mapping[str, F64], histogram: NDArray[np.int64], frames: int, r: Result, **place: Any
) -> None:
    """Mean, spread, extremes and quantiles of pixels in [0, 1] from counts (3, 256)."""
    r.items += 1
    pixels = np.maximum(histogram.sum(axis=1), 1)
    below = np.cumsum(histogram, axis=1) / pixels[:, None]
    levels = np.arange(256) / 255.0
    mean = histogram @ levels / pixels
    found = {
        "mean": mean,
        "std": np.sqrt(np.maximum(histogram @ levels**2 / pixels - mean**2, 0.0)),
        "min": levels[np.argmax(histogram > 0, axis=1)],
        "max": levels[255 - np.argmax(histogram[:, ::-1] > 0, axis=1)],
    }
    for name, tolerance in PICTURE_TOLERANCE.items():
        have = np.asarray(said.get(name, np.nan), np.float64).reshape(-1)
        if have.shape != (3,):
            r.found(f"{name} is not three numbers", **place)
            continue
        if name in QUANTILES:
            # The nearest value whose rank is right within RANK_TOLERANCE.
            q = QUANTILES[name] / 100
            span = [[levels[np.searchsorted(b, min(max(q + d, 0.0), 1.0))] for d in _RANKS] for b in below]
            value = np.clip(have, *np.array(span).T)
        else:
            value = found[name]
        gap = np.abs(have - value)
        worst = int(np.argmax(np.where(np.isnan(gap), np.inf, gap)))
        if not gap[worst] <= tolerance:
            message = f"{name} of channel {worst} is {have[worst]:.4g}, the frames give {value[worst]:.4g} "
            message += f"(tolerance {tolerance:g})"
            r.found(message, tolerance=tolerance, value=float(gap[worst]), **place)
    count = np.ravel(said.get("count", [frames]))
    if int(count[0]) != frames:
        r.found(f"count is {int(count[0])}, there are {frames} frames", **place)
