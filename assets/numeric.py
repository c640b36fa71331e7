"""Arithmetic that gives the same bits on every machine.

`(family, seed)` has to be the same object everywhere. Library sines and BLAS products may differ in the
last bit between processors; IEEE 754 fixes + - * / and sqrt, and everything here is made of those,
applied elementwise by numpy (no matrix products, no fused operations).
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

F64 = NDArray[np.float64]
TAU = 2.0 * math.pi


def cos_sin(angle: ArrayLike) -> tuple[F64, F64]:
    """Cosine and sine of angles in radians, by Taylor series after reduction to [-pi/4, pi/4].

    Accurate to about 1e-15 for |angle| < 1e4.
    """
    a = np.asarray(angle, np.float64)
    quarter = np.rint(a / (0.5 * math.pi))
    x = a - quarter * (0.5 * math.pi)
    x2 = x * x
    c = np.ones_like(x)
    s = np.ones_like(x)
    for k in (9, 8, 7, 6, 5, 4, 3, 2, 1):
        c = 1.0 - c * x2 / ((2 * k - 1) * (2 * k))
        s = 1.0 - s * x2 / ((2 * k) * (2 * k + 1))
    s = s * x
    turn = quarter.astype(np.int64) & 3
    odd = (turn & 1) == 1
    cc, ss = np.where(odd, s, c), np.where(odd, c, s)
    return np.where((turn == 1) | (turn == 2), -cc, cc), np.where(turn >= 2, -ss, ss)


def sin(angle: ArrayLike) -> F64:
    """Sine of angles in radians, the same bits everywhere."""
    return cos_sin(angle)[1]


def cos(angle: ArrayLike) -> F64:
    """Cosine of angles in radians, the same bits everywhere."""
    return cos_sin(angle)[0]


@lru_cache(maxsize=64)
def _circle(n: int) -> F64:
    c, s = cos_sin(np.arange(n) * (TAU / n))
    out = np.stack([c, s], -1)
    out.setflags(write=False)
    return out


def circle(n: int) -> F64:
    """n points (n, 2) on the unit circle, counter-clockwise from +x. Read-only, cached."""
    return _circle(n)


def rotation(axis: str, angle: float) -> F64:
    """Rotation matrix (3, 3) about "x", "y" or "z" by `angle` radians."""
    c, s = (float(v) for v in cos_sin(angle))
    i = "xyz".index(axis)
    j, k = (i + 1) % 3, (i + 2) % 3
    R = np.zeros((3, 3))
    R[i, i], R[j, j], R[k, k], R[k, j], R[j, k] = 1.0, c, c, s, -s
    return R


def rotate(points: ArrayLike, R: ArrayLike) -> F64:
    """Points (..., 3) rotated by R (3, 3), without a matrix product (see the module's first lines)."""
    p, R = np.asarray(points, np.float64), np.asarray(R, np.float64)
    x, y, z = p[..., 0], p[..., 1], p[..., 2]
    return np.stack([R[i, 0] * x + R[i, 1] * y + R[i, 2] * z for i in range(3)], -1)


def grid_round(points: ArrayLike, step: float = 1e-5) -> F64:
    """Rounded to a grid of `step` metres: what the last bits did does not reach the result."""
    return np.rint(np.asarray(points, np.float64) / step) * step


def pick(rng: np.random.Generator, *options):
    """One of the options. `Generator.choice` may change between numpy versions, this does not."""
    return options[int(rng.integers(len(options)))]


def between(rng: np.random.Generator, low: float, high: float) -> float:
    """Uniform in [low, high)."""
    return low + (high - low) * float(rng.random())
