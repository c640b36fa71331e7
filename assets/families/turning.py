"""What turned kitchenware is made with: hollow and solid turned bodies, side handles, spouts, knobs, decorations."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from assets.colours import PAINTS, RGB, mix, shade
from assets.families.shells import arch, arch_parts, turned_parts
from assets.kit import part_hull, part_lathe
from assets.labels import contrast, draw_picture, other_colour
from assets.mesh import Mesh, lathe, sweep
from assets.numeric import F64, pick
from assets.paint import U8, Canvas
from engine.types import CollisionPart

Rows = Sequence[tuple[float, float]]
STEEL: RGB = (0.74, 0.75, 0.77)
BRASS: RGB = (0.78, 0.6, 0.3)
COPPER: RGB = (0.74, 0.45, 0.3)
DARK: RGB = (0.12, 0.12, 0.13)
GLASS: tuple[RGB, ...] = (
    (0.84, 0.9, 0.91), (0.8, 0.88, 0.84), (0.72, 0.83, 0.9), (0.9, 0.88, 0.82), (0.62, 0.76, 0.66), (0.86, 0.72, 0.76),
)  # fmt: skip


def profile(rows: ArrayLike, r: float, h: float) -> F64:
    """Rows (M, 2) given in shares of radius and height, in metres."""
    return np.asarray(rows, np.float64) * [r, h]


def steady(rows: ArrayLike, r: float, h: float, foot: float | None = None) -> float:
    """The height h, or the greatest below it at which the solid body stands firmly: rows (M, 2) in shares of r and h,
    foot: radius it stands on in shares of r (the first row's)."""
    p = np.asarray(rows, np.float64)
    a, b = p[:-1, 0], p[1:, 0]
    volume = (b * b + a * b + a * a) * np.diff(p[:, 1])
    middle = float((volume * 0.5 * (p[1:, 1] + p[:-1, 1])).sum() / volume.sum())
    return min(h, 0.95 * (p[0, 0] if foot is None else foot) * r / (0.31 * middle))


def at_height(p: ArrayLike, z: float) -> float:
    """Radius of an outer line (M, 2), z rising, at the height z."""
    q = np.asarray(p, np.float64)
    return float(np.interp(z, q[:, 1], q[:, 0]))


def hollow(outer: ArrayLike, wall: float, floor: float, n: int = 24) -> tuple[Mesh, list[CollisionPart]]:
    """A turned vessel open at the top and its convex parts (solid). outer (M, 2): radius and z from the foot's edge to
    the rim; floor: z of the inner bottom. The texture runs twice around, v from the foot (0) to the rim (0.9)."""
    p = np.asarray(outer, np.float64)
    inside = [(max(r - wall, 0.002), z) for r, z in p[::-1] if z > floor + wall]
    inside[0] = (inside[0][0], float(p[-1, 1]) - 0.0004)
    last = max(at_height(p, floor + wall) - 2 * wall, 0.002)
    line = np.array([(0.0, float(p[0, 1])), *p, *inside, (last, floor), (0.0, floor)])
    v = np.concatenate([[0.0], 0.9 * (p[:, 1] - p[0, 1]) / np.ptp(p[:, 1]), np.linspace(0.92, 1.0, len(inside) + 2)])
    return lathe(line, n, v=v, turns=2.0, cos_limit=0.6), turned_parts(p, 14)


def solid(
    outer: ArrayLike, n: int = 20, turns: float = 1.0, cos_limit: float = 0.6
) -> tuple[Mesh, list[CollisionPart]]:
    """A closed turned body and its convex parts; outer (M, 2) from the foot's edge upwards."""
    p = np.asarray(outer, np.float64)
    ends = [(0.0, float(p[0, 1])), *p, *([(0.0, float(p[-1, 1]))] if p[-1, 0] > 1e-6 else [])]
    return lathe(ends, n, cos_limit=cos_limit, turns=turns), turned_parts(p, 14)


def decorated(rng: np.random.Generator, colour: str = "", styles: int = 6) -> tuple[U8, RGB]:
    """A glazed or printed wall for `hollow` (shown twice around), and its base colour."""
    colour = colour or pick(rng, *PAINTS)
    base = shade(colour, rng)
    accent = shade(other_colour(rng, colour), rng) if rng.random() < 0.6 else contrast(base)
    c = Canvas(96, 112, base)
    style = int(rng.integers(styles))
    if style == 1:
        for k in range(3):
            c.rect(0, 0.25 + 0.16 * k, 1, 0.33 + 0.16 * k, accent)
    elif style == 2:
        for k in range(15):
            c.ellipse((k % 5 + 0.5 * (k // 5 % 2) + 0.25) / 5, 0.3 + 0.2 * (k // 5), 6, 6, accent)
    elif style == 3:
        draw_picture(c, rng, pick(rng, "flower", "star", "apple", "fish", "sun", "leaf"), 0.5, 0.48, 26)
    elif style == 4:
        c.rect(0, 0.55, 1, 1, accent)
    elif style == 5:
        c.rect(0, 0.09, 1, 0.17, accent)
        c.rect(0, 0.86, 1, 0.92, accent)
    c.rect(0, 0, 1, 0.09, mix(base, (1, 1, 1), 0.7))
    return c.image(), base


def side_handle(
    p: ArrayLike, z0: float, z1: float, out: float, thick: tuple[float, float] = (0.005, 0.0034), power: float = 1.0,
    sign: float = 1.0, pieces: int = 3,
) -> tuple[Mesh, list[CollisionPart]]:  # fmt: skip
    """A bowed handle on the +x side (sign -1: -x) of a turned body with outer line p, from z0 to z1."""
    a = (sign * (at_height(p, z0) - 0.0015), 0.0, z0)
    b = (sign * (at_height(p, z1) - 0.0015), 0.0, z1)
    push = (sign * out, 0.0, 0.0)
    return (
        arch(a, b, push, thick, 7, 6, power=power),
        arch_parts(a, b, push, max(thick), pieces, power=power),
    )


def spout(a: ArrayLike, b: ArrayLike, r0: float, r1: float, bend: float = 0.0) -> tuple[Mesh, list[CollisionPart]]:
    """A pouring tube in the xz plane from a to b, radius r0 to r1; bend: how far the middle sags (metres)."""
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    t = np.linspace(0.0, 1.0, 5)
    path = a + (b - a) * t[:, None]
    path[:, 2] -= 4.0 * bend * t * (1 - t)
    radius = r0 + (r1 - r0) * t
    mesh = sweep(path, radius, 8, up=(0.0, 1.0, 0.0))
    corner = np.array([[i, j, k] for i in (-0.8, 0.8) for j in (-0.8, 0.8) for k in (-0.8, 0.8)])
    cut = (0, 2, 4) if bend > 0.004 else (0, 4)
    pairs = [(path[i] + radius[i] * corner, path[j] + radius[j] * corner) for i, j in itertools.pairwise(cut)]
    return mesh, [part_hull(np.concatenate(q)) for q in pairs]


def knob(rng: np.random.Generator, z: float, r: float, h: float) -> tuple[Mesh, list[CollisionPart]]:
    """A lid's knob standing on z: ball, mushroom, disc on a neck or plain button."""
    k = int(rng.integers(4))
    rows = (
        [(0.5, 0.0), (0.9, 0.3), (1.0, 0.6), (0.7, 0.92), (0.0, 1.0)],
        [(0.45, 0.0), (0.45, 0.35), (1.0, 0.6), (0.8, 0.9), (0.0, 1.0)],
        [(0.4, 0.0), (0.4, 0.6), (1.0, 0.65), (1.0, 0.95), (0.0, 1.0)],
        [(1.0, 0.0), (1.0, 0.8), (0.8, 1.0), (0.0, 1.0)],
    )[k]
    p = profile(rows, r, h) + np.array([0.0, z])
    return lathe(p, 10, cos_limit=0.5), [part_lathe(p, 8)]
