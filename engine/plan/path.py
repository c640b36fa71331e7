"""Joint-space paths between two configurations: smooth curves first, RRT-Connect when they are blocked.

Budgets are iteration counts, never clocks, so that a plan does not depend on the machine's speed.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from engine.types import F64

EdgeCheck = Callable[[F64], bool]
"""Tells whether configurations (m, 7) are all free."""

SAMPLE_STEP = 0.05
"""Largest joint step in radians between neighbouring samples of a path."""


def hermite(q_a: F64, q_b: F64, t_a: F64 | None, t_b: F64 | None, pull: float = 1.0, step: float = SAMPLE_STEP) -> F64:
    """(m, 7) samples of a cubic from q_a to q_b, both included, that leaves along t_a and arrives along t_b.

    t_a, t_b (7,): directions (any length; None: free, chosen so that the curve is quadratic there). `pull` scales the
    end tangents against the distance between the ends.
    """
    d = q_b - q_a
    size = float(np.abs(d).max())

    def scaled(t: F64) -> F64:
        return t * (size * pull / max(float(np.abs(t).max()), 1e-12))

    # A free end has zero second derivative there.
    if t_a is not None:
        m_a = scaled(t_a)
        m_b = 1.5 * d - 0.5 * m_a if t_b is None else scaled(t_b)
    else:
        m_b = d if t_b is None else scaled(t_b)
        m_a = 1.5 * d - 0.5 * m_b
    length = size + 0.25 * float(np.abs(m_a - d).max() + np.abs(m_b - d).max())
    m = max(4, int(np.ceil(length / step)) + 1)
    s = np.linspace(0.0, 1.0, m)[:, None]
    h00, h10 = (1 + 2 * s) * (1 - s) ** 2, s * (1 - s) ** 2
    h01, h11 = s * s * (3 - 2 * s), s * s * (s - 1)
    return h00 * q_a + h10 * m_a + h01 * q_b + h11 * m_b


def polyline(points: F64, step: float = SAMPLE_STEP) -> F64:
    """(m, 7) samples along straight segments through `points` (k, 7), at most `step` apart, corners included."""
    out = [points[:1]]
    for a, b in pairwise(points):
        m = max(1, int(np.ceil(float(np.abs(b - a).max()) / step)))
        out.append(a + (b - a) * (np.arange(1, m + 1) / m)[:, None])
    return np.concatenate(out)


def join(*pieces: F64) -> F64:
    """Concatenate sampled pieces (m_i, 7) whose ends coincide; the shared samples are kept once."""
    return np.concatenate([pieces[0], *[p[1:] for p in pieces[1:]]])


def round_corners(path: F64, window: float, step: float = 0.02) -> F64:
    """Resample a path (m, 7) at `step` radians and average it over `window` radians of arc; the ends stay."""
    length = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(path, axis=0)).max(axis=1))])
    n = max(4, int(np.ceil(length[-1] / step)) + 1)
    s = np.linspace(0.0, length[-1], n)
    # The window shrinks toward the ends, so that they, and the tangents there, are kept.
    half = np.minimum(window / 2, np.minimum(s, length[-1] - s))
    offsets = np.linspace(-1.0, 1.0, 9)
    at = s[:, None] + half[:, None] * offsets
    out = np.stack([np.interp(at, length, path[:, j]).mean(axis=1) for j in range(path.shape[1])], axis=1)
    out[0], out[-1] = path[0], path[-1]
    return out


def rrt_connect(
    q_a: F64,
    q_b: F64,
    free: EdgeCheck,
    lower: F64,
    upper: F64,
    rng: np.random.Generator,
    *,
    iterations: int = 150,
    extend: float = 0.5,
    step: float = 0.08,
) -> F64 | None:
    """Waypoints (k, 7) from q_a to q_b by RRT-Connect (Kuffner and LaValle 2000), or None when the budget is spent.

    Samples lie around the straight line between the ends, with a spread that grows with the iterations.
    """
    trees = ([q_a], [q_b])
    parents: tuple[list[int], list[int]] = ([-1], [-1])
    spread = 0.3 + 0.25 * float(np.abs(q_b - q_a).max())
    for k in range(iterations):
        a, b = (0, 1) if k % 2 == 0 else (1, 0)
        centre = q_a + rng.random() * (q_b - q_a)
        sample = centre + rng.normal(size=7) * spread * (0.5 + 1.5 * k / iterations)
        sample = np.clip(sample, lower, upper)
        new = _extend(trees[a], parents[a], sample, free, extend, step)
        if new is None:
            continue
        while True:  # the other tree grows greedily toward the new node
            grown = _extend(trees[b], parents[b], trees[a][new], free, extend, step)
            if grown is None:
                break
            if np.array_equal(trees[b][grown], trees[a][new]):
                first = _trace(trees[a], parents[a], new)[::-1]
                second = _trace(trees[b], parents[b], grown)[1:]
                way = np.array(first + second)
                return way if a == 0 else way[::-1].copy()
    return None


def _extend(nodes: list[F64], parents: list[int], goal: F64, free: EdgeCheck, extend: float, step: float) -> int | None:
    gap = np.abs(np.array(nodes) - goal).max(axis=1)
    i = int(np.argmin(gap))
    if gap[i] == 0:
        return None
    new = goal if gap[i] <= extend else nodes[i] + (goal - nodes[i]) * (extend / gap[i])
    if not free(polyline(np.stack([nodes[i], new]), step)[1:]):
        return None
    nodes.append(new.copy())
    parents.append(i)
    return len(nodes) - 1


def _trace(nodes: list[F64], parents: list[int], i: int) -> list[F64]:
    out = []
    while i >= 0:
        out.append(nodes[i])
        i = parents[i]
    return out


def shortcut(way: F64, free: EdgeCheck, rng: np.random.Generator, *, tries: int = 25, step: float = 0.05) -> F64:
    """Waypoints (k, 7) with random stretches replaced by straight segments where these are free."""
    path = polyline(way, step)
    for _ in range(tries):
        if len(path) < 3:
            break
        i, j = np.sort(rng.integers(0, len(path), size=2))
        if j - i < 2:
            continue
        straight = polyline(path[[i, j]], step)
        if len(straight) < j - i + 1 and free(straight[1:-1] if len(straight) > 2 else straight):
            path = np.concatenate([path[:i], straight, path[j + 1 :]])
    return path
