"""Fruit and vegetables."""

from __future__ import annotations

import numpy as np

from assets.colours import RGB, mix, shade
from assets.kit import Draft, between, draw_scale, graspable, paint, part_lathe, pick, printed
from assets.mesh import blob, sweep
from assets.numeric import cos_sin
from assets.paint import U8, Canvas, fractal_noise


def round_profile(r: float, low: float, high: float, flat: float, dimple: float = 0.0, rows: int = 9) -> np.ndarray:
    """Profile (M, 2) of a round fruit: half heights `low` and `high` below and above the widest circle, a
    flat foot of radius `flat` (so that it stays put on a table), and a dimple of that depth on top."""
    start = float(np.sqrt(max(1.0 - (flat / r) ** 2, 0.0)))  # z of the foot on the unit circle
    t = np.arange(rows) / (rows - 1)
    c, s = cos_sin(-np.arcsin(start) + t * (np.arcsin(start) + np.pi / 2))
    z = np.where(s < 0, s * low, s * high)
    radius = c * r
    radius[-1] = 0.0
    points = np.stack([radius, z - z[0]], -1)
    if dimple > 0:
        points = np.concatenate([points[:-1], [[0.16 * r, points[-1, 1] - 0.1 * dimple], [0.0, points[-1, 1] - dimple]]])
    return np.concatenate([[[0.0, 0.0]], points])


def skin_texture(rng: np.random.Generator, base: RGB, second: RGB, amount: float = 0.6, speckle: RGB | None = None, size: int = 64) -> U8:
    """Fruit skin: two blended colours, soft blotches, and speckles if a colour for them is given."""
    c = Canvas(size, 2 * size, base)
    field = 0.5 + 0.5 * fractal_noise(rng, size, 2 * size, 2, 3, 3)
    c.blend_field(np.clip((field - (1.0 - amount)) * 1.6, 0.0, 1.0), second)
    c.shade_noise(fractal_noise(rng, size, 2 * size, 8, 12, 2), 0.05)
    if speckle is not None:
        spots = rng.random((70, 2)) * np.array([size, 2 * size])
        rows, cols = spots[:, 0].astype(int), spots[:, 1].astype(int)
        c.data[rows, cols] = 0.4 * c.data[rows, cols] + 0.6 * np.asarray(speckle, np.float32)
    return c.image()


def apple(rng: np.random.Generator) -> Draft:
    """Apple: slightly heart-shaped lathe with a dimple, stem and perhaps a leaf."""
    s = draw_scale(rng, 0.1)
    r = 0.0325 * s
    colour, blush = pick(rng, ("red", "yellow"), ("red", "red"), ("green", "yellow"), ("yellow", "red"))
    p = round_profile(r, 0.92 * r * between(rng, 0.92, 1.06), 0.82 * r, 0.42 * r, 0.2 * r)
    skin = skin_texture(rng, shade(colour, rng), mix(shade(colour), shade(blush, rng), 0.55), 0.45, mix(shade(colour), (1, 1, 0.8), 0.5))
    top = p[-1, 1]
    stem = sweep([(0, 0, top - 0.002), (0.001, 0, top + 0.006), (0.003, 0, top + 0.012)], [0.0013, 0.0011, 0.0015], 6, up=(0, 1, 0))
    visual = [(blob(p, 20), printed("fruit", skin)), (stem, paint("wood", (0.33, 0.22, 0.12)))]
    return Draft("apple", visual, [part_lathe(p[1:-1], 16)], "fruit", "round", between(rng, 780, 900), s)


FAMILIES = (graspable("apple", "fruit", apple),)
