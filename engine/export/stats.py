"""Statistics of columns the way LeRobot v3.0 states them: min, max, mean, std, count and five quantiles.

Quantiles interpolate linearly between order statistics (numpy's default). NaN entries are skipped: they mark
slots that an episode does not use (fewer objects than the widest scene of the dataset).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]

QUANTILES = {"q01": 0.01, "q10": 0.10, "q50": 0.50, "q90": 0.90, "q99": 0.99}
NAMES = ("min", "max", "mean", "std", "count", *QUANTILES)
SAMPLE_BYTES = 256 << 20  # beyond this the dataset's quantiles come from every k-th frame


@dataclass(frozen=True, eq=False)
class Stats:
    """Moments and quantiles of D numbers: each field (D,); quantiles (5, D); valid = entries that are not NaN."""

    count: int
    valid: F64
    min: F64
    max: F64
    mean: F64
    m2: F64  # sum of squared deviations from the mean
    quantiles: F64

    @property
    def std(self) -> F64:
        """Population standard deviation (D,)."""
        return np.sqrt(self.m2 / np.maximum(self.valid, 1))

    def named(self) -> dict[str, F64]:
        """By LeRobot's names, (D,) each; `count` is (1,). A slot that is never used reads 0."""
        out = {"min": self.min, "max": self.max, "mean": self.mean, "std": self.std}
        out |= {name: self.quantiles[i] for i, name in enumerate(QUANTILES)}
        unused = self.valid == 0
        out = {name: np.where(unused, 0.0, value) for name, value in out.items()}
        return out | {"count": np.array([self.count], np.float64)}


def column_stats(rows: F64) -> Stats:
    """Statistics over axis 0 of rows (N, D)."""
    ordered = np.sort(rows, axis=0)  # NaN goes last
    valid = np.sum(~np.isnan(ordered), axis=0)
    n = np.maximum(valid, 1)
    columns = np.arange(rows.shape[1])
    clean = np.where(np.isnan(rows), 0.0, rows)
    mean = clean.sum(axis=0) / n
    deviation = np.where(np.isnan(rows), 0.0, rows - mean)
    return Stats(
        count=len(rows),
        valid=valid.astype(np.float64),
        min=ordered[0],
        max=ordered[n - 1, columns],
        mean=mean,
        m2=np.sum(deviation**2, axis=0),
        quantiles=sorted_quantiles(ordered, valid),
    )


def sorted_quantiles(ordered: F64, valid: NDArray[np.int64]) -> F64:
    """The five quantiles (5, D) of columns (N, D) sorted along axis 0, of which the first `valid` (D,) count."""
    columns = np.arange(ordered.shape[1])
    last = np.maximum(valid - 1, 0)
    out = []
    for q in QUANTILES.values():
        place = q * last
        low = np.floor(place).astype(np.int64)
        high = np.minimum(low + 1, last)
        a, b = ordered[low, columns], ordered[high, columns]
        out.append(a + (b - a) * (place - low))
    return np.array(out)


def merge(parts: Sequence[Stats], quantiles: F64) -> Stats:
    """Statistics of all rows together from those of its parts (Chan et al. 1979), with given quantiles."""
    valid = np.array([p.valid for p in parts])
    n = np.maximum(valid.sum(axis=0), 1)
    means = np.array([p.mean for p in parts])
    mean = (valid * means).sum(axis=0) / n
    m2 = np.array([p.m2 for p in parts]).sum(axis=0) + (valid * (means - mean) ** 2).sum(axis=0)
    return Stats(
        count=sum(p.count for p in parts),
        valid=valid.sum(axis=0),
        min=np.fmin.reduce([p.min for p in parts]),
        max=np.fmax.reduce([p.max for p in parts]),
        mean=mean,
        m2=m2,
        quantiles=quantiles,
    )


class QuantileSample:
    """Rows of the whole dataset for its quantiles: all of them, or every k-th when they would not fit."""

    def __init__(self, rows: int, width: int, limit_bytes: int = SAMPLE_BYTES) -> None:
        self.stride = max(1, -(-rows * width * 8 // limit_bytes))
        self._rows = np.empty((width, -(-rows // self.stride)))
        self._seen = 0

    def add(self, rows: F64) -> None:
        """Append rows (N, D) in dataset order."""
        first = -self._seen % self.stride
        taken = rows[first :: self.stride]
        start = -(-self._seen // self.stride)
        self._rows[:, start : start + len(taken)] = taken.T
        self._seen += len(rows)

    def quantiles(self) -> F64:
        """The five quantiles (5, D)."""
        out = np.empty((len(QUANTILES), len(self._rows)))
        for i, values in enumerate(self._rows):  # one column at a time keeps the peak memory at one copy
            ordered = np.sort(values)[:, None]
            out[:, i] = sorted_quantiles(ordered, np.sum(~np.isnan(ordered), axis=0))[:, 0]
        return out


def image_stats(histogram: NDArray[np.int64], frames: int) -> dict[str, F64]:
    """Per-channel statistics (3, 1, 1) of pixels in [0, 1] from counts (3, 256); `count` is the frames."""
    counts = np.asarray(histogram, np.float64)
    levels = np.arange(256) / 255.0
    n = np.maximum(counts.sum(axis=1), 1)
    mean = counts @ levels / n
    std = np.sqrt(np.maximum((counts * (levels - mean[:, None]) ** 2).sum(axis=1) / n, 0.0))
    cumulative = np.cumsum(counts, axis=1)

    def at(rank: F64) -> F64:  # value of the rank-th smallest pixel of each channel
        return np.array([levels[np.searchsorted(c, r, side="right")] for c, r in zip(cumulative, rank, strict=True)])

    out = {"min": at(np.zeros(3)), "max": at(n - 1), "mean": mean, "std": std}
    for name, q in QUANTILES.items():
        place = q * (n - 1)
        low = np.floor(place)
        a, b = at(low), at(np.minimum(low + 1, n - 1))
        out[name] = a + (b - a) * (place - low)
    return {name: value.reshape(3, 1, 1) for name, value in out.items()} | {"count": np.array([float(frames)])}
