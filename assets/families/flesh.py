"""Pictures of food: skins, cut faces, crusts and crumbs."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from assets.colours import RGB, mix
from assets.numeric import F64, between, cos_sin
from assets.paint import U8, Canvas, fractal_noise


def skin_texture(
    rng: np.random.Generator,
    base: RGB,
    second: RGB,
    amount: float = 0.6,
    speckle: RGB | None = None,
    size: int = 48,
    fine: float = 0.05,
) -> U8:
    """Fruit skin: two blended colours, soft blotches, and speckles if a colour for them is given."""
    c = Canvas(size, 2 * size, base)
    field = 0.5 + 0.5 * fractal_noise(rng, size, 2 * size, 2, 3, 3)
    c.blend_field(np.clip((field - (1.0 - amount)) * 1.6, 0.0, 1.0), second)
    c.shade_noise(fractal_noise(rng, size, 2 * size, 10, 16, 2), fine)
    if speckle is not None:
        spots = rng.random((60, 2)) * np.array([size, 2 * size])
        rows, cols = spots[:, 0].astype(int), spots[:, 1].astype(int)
        c.data[rows, cols] = 0.4 * c.data[rows, cols] + 0.6 * np.asarray(speckle, np.float32)
    return c.image()


def striped_texture(
    rng: np.random.Generator, base: RGB, dark: RGB, count: int = 9, wave: float = 0.2, size: int = 64
) -> U8:
    """Stripes from pole to pole with wavering edges (melons, pumpkins, onions)."""
    c = Canvas(size, 2 * size, base)
    x = np.arange(2 * size)[None] / (2.0 * size) * count
    x = x + wave * fractal_noise(rng, size, 2 * size, 5, 12, 2)
    c.blend_field(np.clip((np.abs(x - np.floor(x) - 0.5) - 0.22) * 6.0 + 0.5, 0, 1), dark)
    c.shade_noise(fractal_noise(rng, size, 2 * size, 12, 16, 2), 0.07)
    return c.image()


def depth_along(profile: ArrayLike, size: int = 56) -> F64:
    """How far out each pixel of a lengthwise cut is: 0 in the middle, 1 at the outline (size, size).

    profile (M, 2) of (radius, z) fills the picture; the outline must be star-shaped about its middle.
    """
    p = np.asarray(profile, np.float64)
    low, high, widest = p[:, 1].min(), p[:, 1].max(), p[:, 0].max()
    p = np.concatenate([[[0.0, p[0, 1]]], p, [[0.0, p[-1, 1]]]]) - [0.0, 0.5 * (low + high)]
    half = size // 2
    x = ((np.arange(half) + 0.5) / half * widest)[None, :]
    z = (0.5 - (np.arange(size) + 0.5) / size)[:, None] * (high - low)
    out = np.full((size, half), 1.0)
    for (ax, az), (bx, bz) in itertools.pairwise(p):
        ex, ez = bx - ax, bz - az
        area = ax * ez - az * ex
        if area > 1e-12:
            here = (ax * z - az * x >= 0) & (x * bz - z * bx >= 0)
            out = np.where(here, (x * ez - z * ex) / area, out)
    return np.concatenate([out[:, ::-1], out], 1)


def depth_across(size: int = 56) -> F64:
    """Distance from the middle of a round slice: 0 in the middle, 1 where the circle touches the picture."""
    t = (np.arange(size) + 0.5) / size * 2.0 - 1.0
    return np.sqrt(t[None] * t[None] + t[:, None] * t[:, None])


def layered(depth: F64, layers: Sequence[tuple[float, RGB]], soft: float = 0.04) -> Canvas:
    """A cut face: the first layer's colour everywhere, each next one where the depth is below its limit."""
    c = Canvas(depth.shape[0], depth.shape[1], layers[0][1])
    for limit, colour in layers[1:]:
        c.blend_field(np.clip((limit - depth) / soft + 0.5, 0.0, 1.0), colour)
    return c


def dots(
    c: Canvas,
    rng: np.random.Generator,
    count: int,
    colour: RGB,
    size_px: float = 1.2,
    ring: tuple[float, float] = (0.0, 0.85),
    long: float = 1.0,
    alpha: float = 0.9,
) -> None:
    """Seeds, raisins or spots at random places between two distances from the middle (1 touches the edge)."""
    for _ in range(count):
        d = between(rng, *ring)
        co, si = cos_sin(between(rng, 0, 6.28))
        r = size_px * between(rng, 0.75, 1.25)
        c.ellipse(0.5 + 0.5 * d * float(co), 0.5 + 0.5 * d * float(si), r, r * long, colour, alpha)


def spokes(c: Canvas, count: int, colour: RGB, inner: float, outer: float, width_px: float = 1.2) -> None:
    """Lines from the middle outwards, between two distances: the walls of segments."""
    co, si = cos_sin(np.arange(count) * (6.283185307 / count) + 0.2)
    for x, y in zip(co, si, strict=True):
        ends = [(0.5 + 0.5 * d * float(x), 0.5 + 0.5 * d * float(y)) for d in (inner, outer)]
        c.line(ends, width_px, colour)


def baked(rng: np.random.Generator, base: RGB, dark: RGB, size: int = 48, crumbs: RGB | None = None) -> U8:
    """A crust: darker in the middle of the picture's height, mottled, perhaps with grains on it."""
    c = Canvas(size, size, base)
    v = np.abs((np.arange(size) + 0.5) / size - 0.5)[:, None] * 2.0
    field = 0.75 * (1.0 - v * v) + 0.35 * fractal_noise(rng, size, size, 4, 4, 3)
    c.blend_field(np.clip(field, 0, 1), dark)
    if crumbs is not None:
        for _ in range(30):
            c.ellipse(between(rng, 0, 1), between(rng, 0.1, 0.9), 1.3, 0.8, crumbs)
    return c.image()


def crumb(rng: np.random.Generator, base: RGB, rim: RGB | None = None, size: int = 48, edge: float = 0.07) -> U8:
    """The inside of bread or cake: pores, with a crust around the picture's edge if `rim` is given."""
    c = Canvas(size, size, base)
    c.shade_noise(fractal_noise(rng, size, size, 10, 10, 2), 0.06)
    for _ in range(26):
        r = between(rng, 0.5, 1.4)
        c.ellipse(between(rng, 0, 1), between(rng, 0, 1), r * 1.3, r, mix(base, (0.55, 0.4, 0.22), 0.4), 0.7)
    if rim is not None:
        for box in ((0, 0, 1, edge), (0, 1 - edge, 1, 1), (0, 0, edge, 1), (1 - edge, 0, 1, 1)):
            c.rect(*box, rim)
    return c.image()
