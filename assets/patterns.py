"""Building blocks of surface textures: tileable fields, boards, tiles, cells, colour ramps. Images are (n, n), square.

Only + - * / and square roots (and `assets.numeric.sin`), so that a texture has the same bits everywhere.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assets.colours import RGB
from assets.paint import F32
from assets.paint import fractal_noise as _fractal

I64 = NDArray[np.int64]

# Roberts's generalised golden ratios: step sizes whose multiples fill the unit cube evenly in 6 dimensions.
_STEPS = np.array([0.89865374, 0.80757855, 0.72573346, 0.65218299, 0.58608659, 0.52668891])


def spread(number: int) -> tuple[float, ...]:
    """Six numbers in [0, 1) that spread evenly over number = 0, 1, 2, ...: neighbours in a list look different."""
    return tuple(float(x) for x in (0.5 + _STEPS * (number + 1)) % 1.0)


def at(options: tuple, u: float):
    """The option at u in [0, 1)."""
    return options[min(int(u * len(options)), len(options) - 1)]


def lerp(low: float, high: float, u: float) -> float:
    """low at u = 0, high at u = 1."""
    return low + (high - low) * u


def tone(hue: float, saturation: float, lightness: float) -> RGB:
    """An sRGB colour of a hue in turns (0 red, 1/3 green), saturation and lightness in [0, 1] (the HSL model)."""
    chroma = (1.0 - abs(2.0 * lightness - 1.0)) * saturation

    def channel(shift: float) -> float:
        t = (6.0 * hue + shift) % 6.0
        return lightness + chroma * (min(max(min(t, 4.0 - t), 0.0), 1.0) - 0.5)

    return (channel(2.0), channel(0.0), channel(4.0))


def furnishing(u: float) -> float:
    """A hue in turns at u in [0, 1): earth colours more often than violet, as things around a table are."""
    return float(np.interp(u, (0.0, 0.42, 0.6, 0.9, 1.0), (0.01, 0.15, 0.45, 0.68, 1.0)))


def lit(colour: RGB, factor: float) -> RGB:
    """A colour made brighter or darker."""
    return (colour[0] * factor, colour[1] * factor, colour[2] * factor)


def ramp(field: NDArray, colours: list[RGB]) -> F32:
    """Colours (H, W, 3) read off a list at field (H, W) in [0, 1], in 256 steps."""
    table = np.asarray(colours, np.float32)
    t = np.arange(256, dtype=np.float32) * np.float32((len(colours) - 1) / 255.0)
    i = np.minimum(t.astype(np.int64), len(colours) - 2)
    fine = table[i] + (t - i)[:, None] * (table[i + 1] - table[i])
    index = np.clip(field * np.float32(255.0) + np.float32(0.5), 0, 255).astype(np.uint8)
    return np.take(fine.astype(np.float32), index, axis=0)


def noise(rng: np.random.Generator, n: int, cy: int, cx: int, octaves: int = 4, gain: float = 0.5) -> F32:
    """Fractal noise (n, n) in about [-1, 1]."""
    return _fractal(rng, n, n, cy, cx, octaves, gain)


@lru_cache(maxsize=4)
def grid(n: int) -> tuple[F32, F32]:
    """(y, x): a column (n, 1) and a row (1, n) of pixel places in [0, 1)."""
    t = (np.arange(n, dtype=np.float32) + np.float32(0.5)) / np.float32(n)
    return t[:, None], t[None, :]


def cells(rng: np.random.Generator, n: int, count: int, jitter: float = 0.9) -> tuple[F32, F32, I64]:
    """Voronoi cells (n, n) of a jittered count x count lattice: distance to the nearest centre and to the second
    nearest, in lattice steps, and the nearest one's number."""
    px = rng.random((count, count)).astype(np.float32) * np.float32(jitter) + np.float32(0.5 - 0.5 * jitter)
    py = rng.random((count, count)).astype(np.float32) * np.float32(jitter) + np.float32(0.5 - 0.5 * jitter)
    y, x = grid(n)
    gy, gx = (y * np.float32(count))[:, 0], (x * np.float32(count))[0]
    iy, ix = gy.astype(np.int64), gx.astype(np.int64)
    first = np.full((n, n), np.float32(9.0))
    second = first.copy()
    owner = np.zeros((n, n), np.int64)
    for dy in (-1, 0, 1):
        jy = (iy + dy) % count
        for dx in (-1, 0, 1):
            jx = (ix + dx) % count
            block = np.ix_(jy, jx)
            ax = px[block] + (ix + dx - gx).astype(np.float32)[None, :]
            ay = py[block] + (iy + dy - gy).astype(np.float32)[:, None]
            d = ax * ax + ay * ay
            nearer = d < first
            second = np.minimum(second, np.maximum(first, d))
            first = np.minimum(first, d)
            owner = np.where(nearer, jy[:, None] * count + jx[None, :], owner)
    return np.sqrt(first), np.sqrt(second), owner


@lru_cache(maxsize=64)
def bricks(n: int, rows: int, columns: int, shift: float = 0.5) -> tuple[I64, F32]:
    """Rectangles in rows, every other row shifted: (number of each pixel's rectangle, distance to its edge in px)."""
    i = np.arange(n)
    row = i * rows // n
    offset = np.where(row % 2 == 1, round(shift * n / columns), 0)
    x = (i[None, :] + offset[:, None]) % n
    column = x * columns // n
    high, wide = n / rows, n / columns
    dy = np.minimum((i + 0.5) % high, high - (i + 0.5) % high)[:, None]
    dx = np.minimum((x + 0.5) % wide, wide - (x + 0.5) % wide)
    return row[:, None] * columns + column, np.minimum(dx, dy).astype(np.float32)


@lru_cache(maxsize=16)
def hexagons(n: int, count: int) -> tuple[I64, F32]:
    """Hexagons, `count` across: (number, distance to the edge in px). Rows are as high as tiling allows."""
    rows = 2 * max(1, round(count / 1.732))
    y, x = grid(n)
    best = np.full((n, n), np.float32(9.0))
    second = best.copy()
    owner = np.zeros((n, n), np.int64)
    for r in range(-1, rows + 1):
        py = np.float32((r + 0.5) / rows)
        near = np.abs(y[:, 0] - py) < 1.7 / rows
        rows_near = np.flatnonzero(near)
        for c in range(-1, count + 1):
            px = np.float32((c + (0.5 if r % 2 else 0.0) + 0.25) / count)
            d = ((x - px) * count) ** 2 + ((y[rows_near] - py) * count) ** 2
            b, s = best[rows_near], second[rows_near]
            nearer = d < b
            second[rows_near] = np.minimum(s, np.maximum(b, d))
            best[rows_near] = np.minimum(b, d)
            owner[rows_near] = np.where(nearer, (r % rows) * count + c % count, owner[rows_near])
    edge = 0.5 * (np.sqrt(second) - np.sqrt(best)) * n / count
    return owner, edge.astype(np.float32)


@lru_cache(maxsize=8)
def herringbone(n: int, count: int) -> tuple[I64, NDArray[np.bool_], F32]:
    """Boards two by one laid in zigzag, `count` squares across: (number, lies across, distance to the edge in px)."""
    i = np.arange(n)
    s = n // count
    cy, cx = np.minimum(i // s, count - 1)[:, None], np.minimum(i // s, count - 1)[None, :]
    k = (cx - cy) % 4  # 0, 1: halves of a board along x; 2, 3: halves of one along y
    across = k >= 2
    first_x = np.where(k == 1, cx - 1, cx) % count
    first_y = np.where(k == 2, cy - 1, cy) % count
    number = np.where(across, first_y, cy) * count + np.where(across, cx, first_x)
    fy, fx = (i - s * (i // s) + 0.5)[:, None], (i - s * (i // s) + 0.5)[None, :]
    left = np.where(k == 1, n, fx)
    right = np.where(k == 0, n, s - fx)
    up = np.where(k == 2, n, fy)
    down = np.where(k == 3, n, s - fy)
    edge = np.minimum(np.minimum(left, right), np.minimum(up, down))
    return number.astype(np.int64), np.broadcast_to(across, (n, n)), edge.astype(np.float32)


def scatter(field: F32, owner: I64, rng: np.random.Generator, across: ArrayLike | None = None) -> F32:
    """`field` seen through pieces, each showing another part of it; turned by a quarter where `across`."""
    n = len(field)
    count = int(owner.max()) + 1
    sy, sx = rng.integers(n, size=count), rng.integers(n, size=count)
    i, j = np.arange(n)[:, None], np.arange(n)[None, :]
    if across is None:
        return field[(i + sy[owner]) & (n - 1), (j + sx[owner]) & (n - 1)]
    a, b = np.where(across, j, i), np.where(across, i, j)
    return field[(a + sy[owner]) & (n - 1), (b + sx[owner]) & (n - 1)]


def turn(number: int) -> int:
    """One of ten, in turn, shifted by one every round: every fifth number meets all of them."""
    return (number + number // 10) % 10
