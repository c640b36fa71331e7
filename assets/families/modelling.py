"""Toys and ornaments put together from simple bodies, each drawn and made solid in one call.

Coordinates and lengths are millimetres at scale 1, z up; a `Model` turns them into metres. A coat is a material word
with a colour, or a finished material (prints).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from assets.colours import RGB
from assets.kit import Draft, paint, part_box, part_hull, printed
from assets.mesh import Mesh, box, disc, lathe, merge, prism, skin
from assets.numeric import F64, between, circle, cos_sin, rotate, rotation
from assets.paint import U8
from engine.types import CollisionPart, Material

Coat = Material | tuple[str, RGB]
Vector = Sequence[float] | F64
INK: Coat = ("plastic", (0.05, 0.05, 0.06))
FORWARD = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
"""Turns what faces up to face +x; a picture's right goes to +y, its top to +z."""
_FIT = 2.5  # mm by which a collision hull may stand out of a waisted body


def _bulge(r: F64, z: F64) -> float:
    """How far the hull of a profile (M,) stands out of it."""
    a, b = np.meshgrid(np.arange(len(r)), np.arange(len(r)), indexing="ij")
    rise = z[b] - z[a]
    span = np.where(rise > 1e-9, rise, 1.0)
    worst = 0.0
    for k in range(1, len(r) - 1):
        chord = r[a] + (r[b] - r[a]) * (z[k] - z[a]) / span
        worst = max(worst, float(np.where((a < k) & (b > k) & (rise > 1e-9), chord - r[k], 0.0).max()))
    return worst


def _profile_cuts(profile: F64, fit: float) -> list[int]:
    """Where to cut a profile (M, 2) of (radius, height) so that hulls of the pieces stay within `fit` of it."""
    cuts = [0]
    for end in range(2, len(profile)):
        piece = profile[cuts[-1] : end + 1]
        if len(piece) > 2 and _bulge(piece[:, 0], piece[:, 1]) > fit:
            cuts.append(end - 1)
    return [*cuts, len(profile) - 1]


class Model:
    """Drawn meshes and collision parts of an object under construction."""

    def __init__(self, scale: float = 1.0) -> None:
        self.k = 0.001 * scale
        self.scale = scale
        self._coats: dict[tuple[str, tuple[float, ...]], tuple[Material, list[Mesh]]] = {}
        self._prints: list[tuple[Mesh, Material]] = []
        self.parts: list[CollisionPart] = []

    def draw(self, mesh: Mesh, coat: Coat) -> None:
        """A mesh in metres that is only looked at."""
        material = coat if isinstance(coat, Material) else paint(*coat)
        if material.texture is not None:
            self._prints.append((mesh, material))
        else:
            self._coats.setdefault((material.name, material.rgba), (material, []))[1].append(mesh)

    def solid(self, points: ArrayLike) -> None:
        """The convex hull of points (N, 3) becomes a collision part."""
        self.parts.append(part_hull(np.asarray(points, np.float64) * self.k))

    def solid_box(self, half: Vector, at: Vector) -> None:
        """A collision box by half extents about its centre, around things drawn by themselves."""
        self.parts.append(part_box(np.array(half) * self.k, np.array(at) * self.k))

    def box(
        self,
        half: Vector,
        at: Vector,
        coat: Coat,
        R: F64 | None = None,
        *,
        bevel: float = 1.2,
        solid: bool = True,
    ) -> None:
        """A box by half extents about its centre, turned by R."""
        k = self.k
        hx, hy, hz = (k * v for v in half)
        self.draw(box(hx, hy, -hz, hz, k * bevel).moved(np.array(at) * k, R), coat)
        if not solid:
            return
        if R is None:
            self.parts.append(part_box((hx, hy, hz), np.array(at) * k))
        else:
            corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) * np.array(half)
            self.solid(rotate(corners, R) + np.array(at))

    def body(
        self, rings: F64, coat: Coat, cuts: Sequence[int] | None = None, *, solid: bool = True, smooth: bool = True
    ) -> None:
        """The closed surface through rings (M, K, 3), counter-clockwise seen from the last; hulls between `cuts`."""
        ends = rings.mean(1, keepdims=True).repeat(rings.shape[1], 1)
        closed = np.concatenate([ends[:1], rings, ends[-1:]])
        self.draw(skin(closed * self.k, sharp_cols=not smooth, cos_limit=0.6), coat)
        if solid:
            for a, b in itertools.pairwise([0, len(rings) - 1] if cuts is None else cuts):
                self.solid(rings[a : b + 1].reshape(-1, 3))

    def spindle(
        self,
        stations: ArrayLike,
        coat: Coat,
        cuts: Sequence[int] | None = None,
        *,
        n: int = 12,
        outline: F64 | None = None,
        floor: float | None = None,
        solid: bool = True,
        at: Vector = (0.0, 0.0, 0.0),
        R: F64 | None = None,
    ) -> None:
        """A body along x: stations (M, 4) of (x, height of the axis, half width, half height).

        Sections are circles of n points, or `outline` (K, 2); what would lie below `floor` is pressed up to it.
        """
        s = np.asarray(stations, np.float64)
        o = circle(n) if outline is None else outline
        up = s[:, None, 1] + s[:, None, 3] * o[None, :, 1]
        up = up if floor is None else np.maximum(up, floor)
        rings = np.stack([np.broadcast_to(s[:, :1], up.shape), s[:, None, 2] * o[None, :, 0], up], -1)
        rings = (rings if R is None else rotate(rings, R)) + np.array(at)
        self.body(rings, coat, cuts, solid=solid, smooth=outline is None)

    def tube(
        self,
        path: ArrayLike,
        radii: ArrayLike,
        coat: Coat,
        cuts: Sequence[int] | None = None,
        *,
        n: int = 10,
        up: Vector = (0.0, 0.0, 1.0),
        solid: bool = True,
    ) -> None:
        """A tube along path (M, 3) with radii (M,) or (M, 2) for (sideways, up); it must not run along `up`."""
        p, r = np.asarray(path, np.float64), np.asarray(radii, np.float64)
        r = np.broadcast_to(r, (len(p),)) if r.ndim == 0 else r
        r = np.stack([r, r], -1) if r.ndim == 1 else r
        t = np.empty_like(p)
        t[1:-1] = p[2:] - p[:-2]
        t[0], t[-1] = p[1] - p[0], p[-1] - p[-2]
        t = t / np.sqrt((t * t).sum(-1, keepdims=True))
        side = np.cross(np.array(up), t)
        side = side / np.sqrt((side * side).sum(-1, keepdims=True))
        top = np.cross(t, side)
        c = circle(n)
        rings = p[:, None] + c[None, :, :1] * r[:, None, :1] * side[:, None]
        rings = rings + c[None, :, 1:] * r[:, None, 1:] * top[:, None]
        self.body(rings, coat, cuts, solid=solid)

    def rod(
        self,
        a: Vector,
        b: Vector,
        r: float | tuple[float, float],
        coat: Coat,
        *,
        n: int = 10,
        solid: bool = True,
    ) -> None:
        """A round bar from a to b, of one radius or two."""
        ends = r if isinstance(r, tuple) else (r, r)
        d = np.abs(np.array(b, np.float64) - np.array(a, np.float64))
        up = (0.0, 1.0, 0.0) if d[1] <= min(d[0], d[2]) else (1.0, 0.0, 0.0) if d[0] <= d[2] else (0.0, 0.0, 1.0)
        self.tube(np.array([a, b], np.float64), ends, coat, n=n, up=up, solid=solid)

    def post(self, a: Vector, b: Vector, r: float | tuple[float, float], coat: Coat, *, n: int = 9) -> None:
        """A leg from its foot a to b; unlike a rod's, its ends are level."""
        ends = r if isinstance(r, tuple) else (r, r)
        c = np.concatenate([circle(n), np.zeros((n, 1))], -1)
        self.body(np.stack([np.array(p) + q * c for p, q in zip((a, b), ends, strict=True)]), coat)

    def ball(
        self,
        at: Vector,
        radii: float | Vector,
        coat: Coat,
        R: F64 | None = None,
        *,
        n: int = 12,
        rows: int = 8,
        foot: float = 0.0,
        solid: bool = True,
    ) -> None:
        """An ellipsoid about `at`; with `foot` > 0 it is flat underneath, about that share of the radius wide, and `at`
        is the middle of the flat."""
        r = np.array([radii] * 3 if isinstance(radii, int | float) else radii, np.float64)
        low = -0.5 * np.pi + 1.1 * foot
        c, s = cos_sin(low + (0.5 * np.pi - low) * np.arange(rows) / (rows - 1.0))
        flat = np.broadcast_to((s - s[0] if foot > 0 else s)[:, None, None], (rows, n, 1))
        rings = np.concatenate([c[:, None, None] * circle(n)[None], flat], -1) * r
        self.body((rings if R is None else rotate(rings, R)) + np.array(at), coat, solid=solid)

    def turned(
        self,
        profile: ArrayLike,
        coat: Coat,
        at: Vector = (0.0, 0.0, 0.0),
        R: F64 | None = None,
        *,
        n: int = 20,
        most: int = 6,
        solid: bool = True,
        cos_limit: float = 0.72,
    ) -> None:
        """A turned body: profile (M, 2) of (radius, height) from the foot up; waists are cut into hulls."""
        p = np.asarray(profile, np.float64)
        closed = [[[0.0, p[0, 1]]]] if p[0, 0] > 0 else []
        closed += [p] + ([[[0.0, p[-1, 1]]]] if p[-1, 0] > 0 else [])
        mesh = lathe(np.concatenate(closed) * self.k, n, cos_limit=cos_limit)
        self.draw(mesh.moved(np.array(at) * self.k, R), coat)
        if not solid:
            return
        fit = _FIT
        while len(cuts := _profile_cuts(p, fit)) - 1 > most:
            fit *= 1.4
        ring = circle(min(n, 16))
        for a, b in itertools.pairwise(cuts):
            points = np.concatenate(
                [np.concatenate([r * ring, np.full((len(ring), 1), z)], -1) for r, z in p[a : b + 1]]
            )
            if np.ptp(points[:, 2]) > 0.05:
                self.solid((points if R is None else rotate(points, R)) + np.array(at))

    def plate(
        self,
        outline: ArrayLike,
        low: float,
        high: float,
        coat: Coat,
        R: F64 | None = None,
        at: Vector = (0.0, 0.0, 0.0),
        *,
        bevel: float = 0.8,
        solid: bool = True,
    ) -> None:
        """A convex outline (K, 2), counter-clockwise, thick from `low` to `high` along z, then turned by R."""
        o = np.asarray(outline, np.float64)
        k = self.k
        middle = o.mean(0)
        mesh = prism((o - middle) * k, low * k, high * k, bevel=bevel * k).moved(np.array([*middle, 0.0]) * k)
        self.draw(mesh.moved((0, 0, 0), R).moved(np.array(at) * k), coat)
        if solid:
            points = np.concatenate([np.concatenate([o, np.full((len(o), 1), z)], -1) for z in (low, high)])
            self.solid((points if R is None else rotate(points, R)) + np.array(at))

    def side(
        self, outline: ArrayLike, half: float, coat: Coat, y: float = 0.0, *, bevel: float = 0.8, solid: bool = True
    ) -> None:
        """A convex outline (K, 2) of (x, z), counter-clockwise as seen from -y, 2 `half` thick about y."""
        self.plate(outline, -half, half, coat, rotation("x", 0.5 * np.pi), (0.0, y, 0.0), bevel=bevel, solid=solid)

    def front(
        self, outline: ArrayLike, half: float, coat: Coat, x: float = 0.0, *, bevel: float = 0.8, solid: bool = True
    ) -> None:
        """A convex outline (K, 2) of (y, z), counter-clockwise as seen from +x, 2 `half` thick about x."""
        self.plate(outline, -half, half, coat, FORWARD, (x, 0.0, 0.0), bevel=bevel, solid=solid)

    def picture(self, corner: Vector, right: Vector, up: Vector, image: U8, material: str = "paper") -> None:
        """A flat rectangle with a picture: lower left corner, and the edges to its right and up."""
        c, a, b = (np.array(v, np.float64) * self.k for v in (corner, right, up))
        uv = np.array([[0.0, 0], [1, 0], [1, 1], [0, 1]])
        faces = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
        self.draw(Mesh(np.stack([c, c + a, c + a + b, c + b]), faces, uv), printed(material, image))

    def dial(self, at: Vector, radius: float, image: U8, R: F64 | None = None, material: str = "paper") -> None:
        """A round flat picture, facing up before it is turned by R."""
        self.draw(disc(radius * self.k, 0.0, 20).moved(np.array(at) * self.k, R), printed(material, image))

    def draft(
        self, rng: np.random.Generator, name: str, material: str, shape: str, density: tuple[float, float], **extra: str
    ) -> Draft:
        """The finished object; density in kg per cubic metre of collision volume is drawn from a range."""
        visual = [(merge(meshes), material_) for material_, meshes in self._coats.values()] + self._prints
        return Draft(name, visual, self.parts, material, shape, between(rng, *density), self.scale, extra=dict(extra))


def eyes(a: Model, x: float, y: float, z: float, r: float, white: bool = False, coat: Coat = INK) -> None:
    """Two little balls at +-y, looking along +x."""
    for side in (-1, 1):
        if white:
            a.ball((x, side * y, z), 1.5 * r, ("plastic", (0.95, 0.95, 0.93)), n=8, rows=5, solid=False)
            a.ball((x + 1.1 * r, side * y, z), 0.8 * r, coat, n=6, rows=4, solid=False)
        else:
            a.ball((x, side * (y + 0.4 * r), z), r, coat, n=6, rows=5, solid=False)


def wheel_pair(a: Model, x: float, half_track: float, r: float, width: float, rim: Coat, tyre: Coat) -> None:
    """Two wheels on an axle across; the collision part is one roller with a flat under it."""
    for side in (-1, 1):
        y0, y1 = side * (half_track - width), side * half_track
        a.rod((x, min(y0, y1), r), (x, max(y0, y1), r), r, tyre, n=14, solid=False)
        a.rod((x, y1 - side * 0.3, r), (x, y1 + side * 0.7, r), 0.52 * r, rim, n=10, solid=False)
    flat = np.array([[-0.45, 0.0], [0.45, 0.0], [0.85, 0.45], [0.85, 1.4], [-0.85, 1.4], [-0.85, 0.45]]) * r
    a.solid([(x + u, v * half_track, w) for u, w in flat for v in (-1, 1)])
