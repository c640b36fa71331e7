"""Handles of kitchen tools that lie on the table, and the materials they come in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assets.colours import mix, shade
from assets.kit import paint, part_hull
from assets.mesh import Mesh, box, lathe, lying, merge, sweep
from assets.numeric import F64, between, circle, pick, sin
from engine.types import CollisionPart, Material

_SHAPES = {  # half widths along the handle, in shares of the widest, at _AT
    "swell": (0.55, 0.8, 1.0, 1.06, 0.86, 0.8, 0.6),
    "straight": (0.8, 0.9, 0.9, 0.9, 0.9, 0.9, 0.75),
    "taper": (0.45, 0.5, 0.55, 0.78, 1.05, 1.1, 0.8),
    "waist": (0.8, 1.0, 0.95, 0.66, 0.95, 1.05, 0.7),
    "slim": (0.5, 0.55, 0.58, 0.6, 0.62, 0.64, 0.5),
    "paddle": (0.5, 0.52, 0.6, 0.85, 1.25, 1.3, 0.9),
}
_AT = (0.0, 0.03, 0.14, 0.42, 0.74, 0.96, 1.0)


@dataclass(frozen=True, eq=False)
class Grip:
    """A handle along +x from x = 0: mesh, convex parts, its paint, the colour word ("" for wood and steel), the
    paint of the head it carries, and the head's material word."""

    mesh: Mesh
    parts: list[CollisionPart]
    coat: Material
    colour: str
    head: Material
    word: str

    @property
    def extra(self) -> dict[str, str]:
        return {"colour": self.colour} if self.colour else {}


def grip(
    rng: np.random.Generator,
    low: float,
    high: float,
    *,
    width: float = 0.0085,
    kinds: tuple[str, ...] = ("wood", "plastic", "metal"),
) -> Grip:
    """A handle between `low` and `high` metres long, lying flat or arched, of one of six outlines."""
    length = between(rng, low, high)
    shape = np.array(_SHAPES[pick(rng, *_SHAPES)])
    w = max(width * between(rng, 0.85, 1.6), 0.007 / float(shape.max()))
    tall = between(rng, 0.0074, 0.0096)
    x = np.array(_AT) * length
    up, out, bent = between(rng, 0.006, 0.024), between(rng, -0.014, 0.014), int(rng.integers(5))
    rise = (up if bent < 2 else 0.0) * sin(np.pi * np.array(_AT))
    side = (out if bent == 2 else 0.0) * np.array(_AT) * np.array(_AT)
    wide = np.maximum(shape * w, np.array([0.0045, 0.0045, 0.0045, 0.0045, 0.005, 0.0062, 0.006]))
    high_ = np.full(7, tall) * np.array([0.8, 0.9, 1.0, 1.05, 1.0, 0.95, 0.75])
    mesh, rings = lying(np.stack([x, wide, high_, side, 0.78 * high_ + rise], -1), 12)
    parts = [part_hull(rings[:4].reshape(-1, 3)), part_hull(rings[3:].reshape(-1, 3))]
    end = int(rng.integers(4))
    if end == 1:  # a ring to hang it by
        q = between(rng, 0.007, 0.011)
        ring = lathe([(q - 0.0035, 0.002), (q, 0.002), (q, 0.007), (q - 0.0035, 0.007), (q - 0.0035, 0.002)], 12)
        ring = ring.moved((length + q - 0.002, float(side[-1]), 0))
        mesh = merge([mesh, ring])
        parts.append(part_hull(ring.vertices))
    elif end == 2:  # a round end
        q = between(rng, 1.2, 1.6) * w
        disc = lathe([(0, 0), (q, 0.0), (q, tall), (0.7 * q, 1.5 * tall), (0, 1.6 * tall)], 14).moved(
            (length, float(side[-1]), 0)
        )
        mesh = merge([mesh, disc])
        parts.append(part_hull(disc.vertices))
    kind = pick(rng, *kinds)
    if kind == "wood":
        tone = pick(rng, (0.72, 0.52, 0.32), (0.6, 0.4, 0.22), (0.78, 0.6, 0.4))
        return Grip(mesh, parts, paint("wood", tone), "", paint("wood", tone), "wood")
    steel = paint("metal", (0.75, 0.76, 0.78))
    if kind == "metal" and rng.random() < 0.35:
        tone = pick(rng, (0.66, 0.46, 0.28), (0.4, 0.26, 0.16))
        return Grip(mesh, parts, paint("wood", tone), "", steel, "metal")
    colour = pick(rng, "red", "blue", "green", "black", "yellow", "orange", "purple", "pink", "white")
    head = steel if kind == "metal" else paint("plastic", mix(shade(colour), (0.15, 0.15, 0.17), 0.12))
    return Grip(mesh, parts, paint("plastic", shade(colour, rng)), colour, head, kind)


def neck(x: float, z: float, r0: float = 0.0025, r1: float = 0.004, x1: float = 0.008, z1: float = 0.0058) -> Mesh:
    """A rod from the head at (x, z) into the handle."""
    return sweep(
        [(x, 0, z), (0.5 * (x + x1), 0, 0.5 * (z + z1)), (x1, 0, z1)],
        np.array([[1.4 * r0, r0], [1.3 * r0, r0], [r1, r1]]),
        8,
    )


def hull_of(*meshes: Mesh) -> CollisionPart:
    """The convex part around meshes."""
    return part_hull(np.concatenate([m.vertices for m in meshes]))


def superdisc(a: float, b: float, square: float, skew: float = 0.0, n: int = 20) -> F64:
    """An outline (n, 2) between an ellipse (square 0) and a rectangle (1); skew widens the -x end."""
    c = circle(n)
    m = np.abs(c).max(1, keepdims=True)
    p = c * ((1 - square) + square / m)
    return p * np.array([a, b]) * np.stack([np.ones(n), 1.0 - skew * p[:, 0]], -1)


def rod(x0: float, x1: float, half: float, z0: float, z1: float, y: float = 0.0) -> Mesh:
    """A bar along x."""
    return box(0.5 * (x1 - x0), half, z0, z1, 0.0008).moved((0.5 * (x0 + x1), y, 0))
