"""Objects put together from convex solids: what is drawn is also what collides."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from assets.kit import Draft, part_hull, part_hulls
from assets.mesh import Mesh, cap, lathe, loft, lying, merge, rounded_rect, sweep
from assets.numeric import F64, between, circle, cos_sin, grid_round, pick, rotation
from engine.types import CollisionPart, Material

LONGEST = 0.15
"""Longest side of what is assembled, in metres."""
STEEL = (0.7, 0.71, 0.73)
IRON = (0.42, 0.43, 0.45)
DARK = (0.13, 0.13, 0.15)
BRASS = (0.85, 0.73, 0.3)
WOODS = ((0.72, 0.52, 0.3), (0.6, 0.4, 0.22), (0.82, 0.66, 0.44))
TOOL_COLOURS = ("red", "yellow", "blue", "green", "orange", "black")
FRONT = rotation("x", 0.5 * np.pi)
"""Turns what is drawn on the plane z = 0, y up, so that it stands and faces -y."""


class Assembly:
    """Meshes by coat and collision parts, gathered piece by piece; metres, any frame with z up."""

    def __init__(self, longest: float = LONGEST) -> None:
        self._longest = longest
        self.parts: list[CollisionPart] = []
        self._meshes: dict[int, list[Mesh]] = {}
        self._coats: dict[int, Material] = {}

    def draw(self, mesh: Mesh, coat: Material, at: ArrayLike = (0.0, 0.0, 0.0), R: ArrayLike | None = None) -> Mesh:
        """Draws the mesh, turned by R and shifted to `at`; returns it as it lies."""
        placed = mesh.moved(at, R)
        self._coats[id(coat)] = coat
        self._meshes.setdefault(id(coat), []).append(placed)
        return placed

    def add(self, mesh: Mesh, coat: Material, at: ArrayLike = (0.0, 0.0, 0.0), R: ArrayLike | None = None) -> Mesh:
        """Draws the mesh and makes its convex hull a collision part."""
        placed = self.draw(mesh, coat, at, R)
        self.hull(placed)
        return placed

    def hull(self, *meshes: Mesh) -> None:
        """One collision part around these meshes."""
        self.parts.append(part_hull(np.concatenate([m.vertices for m in meshes])))

    def solid(self, *parts: CollisionPart) -> None:
        """Collision parts as they are."""
        self.parts += parts

    def lying(self, stations: ArrayLike, coat: Material, cuts: Sequence[int] = (), n: int = 12, flat: float = 0.75):
        """A long body lying on z = 0 (see `assets.mesh.lying`), in convex pieces between the stations `cuts`."""
        mesh, rings = lying(stations, n, flat)
        self.draw(mesh, coat)
        self.parts += part_hulls(rings, (0, *cuts, len(rings) - 1))

    def tube(
        self,
        path: ArrayLike,
        radii: ArrayLike,
        coat: Material,
        cuts: Sequence[int] = (),
        n: int = 8,
        up: ArrayLike = (0.0, 0.0, 1.0),
        solid: bool = True,
    ) -> None:
        """A tube along path (M, 3), radii a number, (M,) or (M, 2), in convex pieces between the points `cuts`."""
        p = np.asarray(path, np.float64)
        r = np.asarray(radii, np.float64)
        r = np.full(len(p), float(r)) if r.ndim == 0 else r
        self.draw(sweep(p, r, n, up=up), coat)
        if solid:
            for a, b in itertools.pairwise((0, *cuts, len(p) - 1)):
                self.hull(sweep(p[a : b + 1], r[a : b + 1], n, up=up))

    def draft(self, name: str, material: str, shape: str, density: float, scale: float = 1.0, **extra: str) -> Draft:
        """The finished object; density in kg per cubic metre of collision volume.

        What is longer than `longest` is made smaller as a whole: it would not fit into the usual trays and bowls.
        """
        meshes = [(merge(m), self._coats[key]) for key, m in self._meshes.items()]
        corners = np.concatenate([m.vertices for m, _ in meshes])
        k = min(1.0, self._longest / float((corners.max(0) - corners.min(0)).max()))
        parts = self.parts
        if k < 1.0:
            meshes = [(m.scaled(k), coat) for m, coat in meshes]
            parts = [_shrunk(part, k) for part in parts]
        return Draft(name, meshes, parts, material, shape, density, scale, extra=extra)


def _shrunk(part: CollisionPart, k: float) -> CollisionPart:
    """The part scaled by k about the origin."""
    vertices = None if part.vertices is None else grid_round(part.vertices * k)
    x, y, z = (float(v) for v in grid_round(np.array(part.p) * k))
    return replace(part, size=tuple(round(v * k, 6) for v in part.size), p=(x, y, z), vertices=vertices)


def toward(direction: ArrayLike) -> F64:
    """Rotation (3, 3) that takes z to this direction (any length)."""
    t = np.asarray(direction, np.float64)
    t = t / float(np.sqrt((t * t).sum()))
    helper = np.array([0.0, 0.0, 1.0]) if abs(float(t[2])) < 0.9 else np.array([0.0, 1.0, 0.0])
    side = np.cross(helper, t)
    side /= float(np.sqrt((side * side).sum()))
    return np.stack([side, np.cross(t, side), t], -1)


def cylinder(r: float, z0: float, z1: float, n: int = 16, bevel: float = 0.0008, top: float | None = None) -> Mesh:
    """An upright cylinder, or a cone frustum if `top` gives the upper radius; `bevel` rounds the rims."""
    t = r if top is None else top
    b = min(bevel, 0.3 * r, 0.3 * t, 0.3 * (z1 - z0))
    return lathe([(0, z0), (r - b, z0), (r, z0 + b), (t, z1 - b), (t - b, z1), (0, z1)], n)


def rod(a: ArrayLike, b: ArrayLike, r: float, n: int = 10, top: float | None = None, bevel: float = 0.0006) -> Mesh:
    """A round bar from point a to point b; `top` is the radius at b."""
    p, q = np.asarray(a, np.float64), np.asarray(b, np.float64)
    length = float(np.sqrt(((q - p) ** 2).sum()))
    return cylinder(r, 0.0, length, n, bevel, top).moved(p, toward(q - p))


def ball(rx: float, ry: float, rz: float, n: int = 14, rows: int = 8, low: float = -1.0, high: float = 1.0) -> Mesh:
    """An ellipsoid about the origin, cut off flat at low * rz and high * rz."""
    z = -circle(2 * rows)[: rows + 1, 0]
    z = np.clip(z, low, high)
    z = np.unique(z)
    rad = np.sqrt(np.maximum(1.0 - z * z, 0.0))
    profile = [(0.0, float(z[0]))] if rad[0] > 1e-6 else []
    profile += [(float(r), float(h)) for r, h in zip(rad, z, strict=True)]
    profile += [(0.0, float(z[-1]))] if rad[-1] > 1e-6 else []
    return lathe(profile, n, cos_limit=0.6).scaled(rx, ry, rz)


def slab(outline: ArrayLike, z0: float, z1: float, bevel: float = 0.001) -> Mesh:
    """A convex outline (K, 2), anywhere, extruded from z0 to z1 with chamfered rims."""
    o = np.asarray(outline, np.float64)
    middle = o.mean(0)
    half = float(0.5 * (o.max(0) - o.min(0)).min())
    b = min(bevel, 0.3 * half, 0.3 * (z1 - z0))
    k = 1.0 - b / half
    mesh = loft([(o - middle) * s for s in (k, 1.0, 1.0, k)], [z0, z0 + b, z1 - b, z1])
    return mesh.moved((*middle, 0.0))


def extruded(outline: ArrayLike, half: float, bevel: float = 0.0012) -> Mesh:
    """A convex side view (K, 2) of (x, z) extruded across y, half width `half`."""
    return slab(outline, -half, half, bevel).moved((0.0, 0.0, 0.0), FRONT)


def wedge(base: ArrayLike, top: ArrayLike, z0: float, z1: float) -> Mesh:
    """A loft of two outlines (K, 2) of equally many points."""
    return loft([base, top], [z0, z1])


def panel(hx: float, hy: float, z: float = 0.0, radius: float = 0.0) -> Mesh:
    """A flat rectangle at height z facing up; its texture covers it once."""
    o = rounded_rect(hx, hy, radius, 3 if radius > 0 else 1)
    return cap(np.concatenate([o, np.full((len(o), 1), z)], -1))


def ring(outer: float, inner: float, z0: float, z1: float, n: int = 24, bevel: float = 0.0008) -> Mesh:
    """A flat ring, drawn with its hole."""
    b = bevel
    return lathe(
        [
            (inner, z0 + b), (inner + b, z0), (outer - b, z0), (outer, z0 + b), (outer, z1 - b), (outer - b, z1),
            (inner + b, z1), (inner, z1 - b), (inner, z0 + b),
        ],
        n,
    )  # fmt: skip


def grounded(mesh: Mesh, z: float = 0.0) -> Mesh:
    """The mesh with everything below z pushed up to it: a flat foot."""
    v = mesh.vertices.copy()
    v[:, 2] = np.maximum(v[:, 2], z)
    return Mesh(v, mesh.faces, mesh.uv)


def arc(centre: ArrayLike, radius: float, start: float, end: float, n: int, z: float = 0.0) -> F64:
    """Points (n, 3) on a circle arc in the plane at height z; angles in radians."""
    c, s = cos_sin(start + (end - start) * np.arange(n) / (n - 1))
    m = np.asarray(centre, np.float64)
    return np.stack([m[0] + radius * c, m[1] + radius * s, np.full(n, z)], -1)


def curve(points: ArrayLike, n: int) -> F64:
    """n points (n, D) on the Bezier curve of three or four control points (., D)."""
    p = np.asarray(points, np.float64)
    t = (np.arange(n) / (n - 1))[:, None]
    u = 1.0 - t
    if len(p) == 3:
        return u * u * p[0] + 2 * u * t * p[1] + t * t * p[2]
    return u * u * u * p[0] + 3 * u * u * t * p[1] + 3 * u * t * t * p[2] + t * t * t * p[3]


def polygon(n: int, radius: float, turn: float = 0.0) -> F64:
    """A regular outline (n, 2), `turn` in radians."""
    c, s = cos_sin(turn + np.arange(n) * (2 * np.pi / n))
    return radius * np.stack([c, s], -1)


_GRIPS: dict[str, tuple[tuple[tuple[float, float], ...], tuple[int, ...]]] = {
    "straight": (((0, 0.8), (0.04, 1), (0.5, 1), (0.95, 1), (1, 0.85)), ()),
    "belly": (((0, 0.6), (0.06, 0.86), (0.3, 1.03), (0.55, 1.12), (0.82, 0.9), (1, 0.64)), ()),
    "waist": (((0, 0.9), (0.06, 1.12), (0.22, 1.12), (0.5, 0.76), (0.8, 1.0), (1, 0.8)), (3,)),
    "knob": (((0, 0.75), (0.08, 1.3), (0.24, 1.4), (0.42, 0.86), (0.75, 0.8), (1, 0.72)), (3,)),
    "taper": (((0, 1.1), (0.05, 1.3), (0.3, 1.18), (0.65, 0.9), (1, 0.62)), ()),
    "flare": (((0, 0.62), (0.06, 0.75), (0.5, 0.85), (0.85, 1.2), (1, 1.1)), (2,)),
    "ribbed": (((0, 0.8), (0.04, 1), (0.2, 1), (0.25, 0.84), (0.3, 1), (0.45, 1), (0.5, 0.84), (0.55, 1), (0.7, 1),
                (0.75, 0.84), (0.8, 1), (1, 0.8)), ()),
}  # fmt: skip
GRIP_STYLES = tuple(_GRIPS)


def grip(
    a: Assembly,
    coat: Material,
    style: str,
    x: tuple[float, float],
    w: float,
    h: float,
    rise: float | None = None,
    bend: float = 0.0,
    n: int = 12,
) -> float:
    """A tool's handle lying along x from x[0] to x[1], half width w, half height h; returns its axis' height at x[1].

    It lies on its flat side all along, or only with its butt where `rise` lifts the axis of the other end to that
    height. bend moves the middle sideways.
    """
    shape, cuts = _GRIPS[style]
    t, k = np.array(shape, np.float64).T
    resting = 0.75 * k * h
    axis = resting if rise is None else (1.0 - t) * resting + t * rise
    y = bend * 4.0 * t * (1.0 - t)
    stations = np.stack([x[0] + (x[1] - x[0]) * t, k * w, k * h, y, axis], -1)
    a.lying(stations, coat, cuts or ((len(t) // 2,) if abs(bend) > 0.002 else ()), n)
    return float(axis[-1])


def coat_name(rng: np.random.Generator) -> str:
    """One of the usual colours of tools."""
    return pick(rng, *TOOL_COLOURS)


def stretch(rng: np.random.Generator, low: float, high: float) -> float:
    """A factor between low and high, evenly spread on a logarithmic-like scale (square of a uniform root)."""
    root = between(rng, float(np.sqrt(low)), float(np.sqrt(high)))
    return root * root
