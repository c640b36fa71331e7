"""Pieces that food is put together from: drawn meshes with the convex hulls that stand for them.

A piece is moved, seated on the table and joined with others, meshes and hulls alike; in the end it becomes a draft.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assets.kit import Draft, part_hull
from assets.mesh import Mesh, blob, lying, merge, sweep
from assets.numeric import F64, between, circle, cos_sin, rotate, rotation
from assets.physical import MIN_TIP_TAN, mass_properties
from engine.types import Material

HALF_TURN = float(np.pi)


@dataclass(frozen=True, eq=False)
class Piece:
    """visual: meshes with materials; hulls: point sets (N, 3), one convex collision part each. Metres, z up."""

    visual: tuple[tuple[Mesh, Material], ...]
    hulls: tuple[F64, ...]

    def changed(self, f: Callable[[F64], F64]) -> Piece:
        """Every point put through `f` ((N, 3) -> (N, 3)), which must not mirror."""
        visual = tuple((Mesh(f(m.vertices), m.faces, m.uv), material) for m, material in self.visual)
        return Piece(visual, tuple(f(h) for h in self.hulls))

    def moved(self, p: ArrayLike = (0.0, 0.0, 0.0), R: ArrayLike | None = None) -> Piece:
        """Rotated by R (3, 3), then shifted by p (3,)."""
        shift = np.asarray(p, np.float64)
        return self.changed(lambda v: (v if R is None else rotate(v, R)) + shift)

    def turned(self, axis: str, angle: float) -> Piece:
        """Rotated about "x", "y" or "z" by `angle` radians."""
        return self.moved(R=rotation(axis, angle))

    def scaled(self, sx: float, sy: float, sz: float) -> Piece:
        """Scaled about the origin by positive factors."""
        return self.changed(lambda v: v * np.array([sx, sy, sz]))

    def box(self) -> F64:
        """Lowest and highest corner (2, 3) of the hulls."""
        points = np.concatenate(self.hulls)
        return np.stack([points.min(0), points.max(0)])

    def seated(self, depth: float = 0.0) -> Piece:
        """Lowered on z = 0 and cut flat at `depth` metres above its lowest point: a foot to rest on.

        The middle of the hulls' box comes to x = y = 0.
        """
        low, high = self.box()
        shift = np.array([0.5 * (low[0] + high[0]), 0.5 * (low[1] + high[1]), low[2] + depth])
        floor = np.array([-np.inf, -np.inf, 0.0])
        return self.changed(lambda v: np.maximum(v - shift, floor))

    def settled(self, foot: float = 0.001, rolls: bool = True) -> Piece:
        """Rolled about the y axis to where its centre of mass lies lowest, then seated on a flat foot that holds it.

        foot: depth in metres of the cut that makes the foot; deepened until the piece stands firmly. Standing things
        are settled without rolling.
        """
        if not rolls:
            return self._footed(foot)
        points = np.concatenate(self.hulls) - self._centre()
        angles = (np.arange(29) - 14) * 0.05
        c, s = cos_sin(angles)
        heights = -(c[:, None] * points[None, :, 2] - s[:, None] * points[None, :, 0]).min(1)
        return self.turned("y", float(angles[int(np.argmin(np.round(heights, 7)))]))._footed(foot)

    def _footed(self, depth: float) -> Piece:
        for _ in range(8):
            seated = self.seated(depth)
            if seated._room() > 0:
                return seated
            depth *= 1.4
        return self.seated(depth)

    def _centre(self) -> F64:
        return np.round(mass_properties([part_hull(h) for h in self.hulls])[1], 7)

    def _room(self) -> float:
        """By how much (m) the centre of mass stays within the foot when tilted by a little more than is asked for."""
        centre, points = self._centre(), np.concatenate(self.hulls)
        feet = points[points[:, 2] < 1e-6, :2]
        if len(feet) < 3:
            return -1.0
        d = circle(64)  # the foot's edge in 64 directions, seen from below the centre of mass
        reach = (feet[:, None, 0] - centre[0]) * d[:, 0] + (feet[:, None, 1] - centre[1]) * d[:, 1]
        return float(reach.max(0).min()) - 1.15 * MIN_TIP_TAN * float(centre[2])

    def draft(self, name: str, material: str, shape: str, density: float, scale: float = 1.0, **extra: str) -> Draft:
        """The finished piece as a draft."""
        return Draft(
            name, self.visual, [part_hull(h) for h in self.hulls], material, shape, density, scale, None, extra
        )


def together(*pieces: Piece) -> Piece:
    """One piece of several, as they lie."""
    return Piece(sum((p.visual for p in pieces), ()), sum((p.hulls for p in pieces), ()))


def trim(material: Material, *meshes: Mesh) -> Piece:
    """Something only drawn: stalks, leaves, crumbs. It has no hull."""
    return Piece(((merge(meshes), material),), ())


def sheet(grid: ArrayLike, uv: ArrayLike, inside: ArrayLike) -> Mesh:
    """The open surface through a grid of points (M, K, 3), uv (M, K, 2), turned away from the point `inside` (3,)."""
    g = np.asarray(grid, np.float64)
    m, k, _ = g.shape
    a = (np.arange(m - 1)[:, None] * k + np.arange(k - 1)[None]).ravel()
    quads = np.stack([a, a + 1, a + k + 1, a + k], -1)
    faces = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int32)
    mesh = Mesh(g.reshape(-1, 3), faces, np.asarray(uv, np.float64).reshape(-1, 2))
    faces = faces[mesh.areas() > 1e-10]
    mesh = Mesh(mesh.vertices, faces, mesh.uv)
    outwards = mesh.vertices[faces].mean(1) - np.asarray(inside, np.float64)
    if float((mesh.normals_x2() * outwards).sum()) < 0:
        faces = faces[:, ::-1].copy()
    used = np.zeros(m * k, bool)
    used[faces.ravel()] = True
    index = np.cumsum(used) - 1
    return Mesh(mesh.vertices[used], index[faces].astype(np.int32), mesh.uv[used])


def solid(
    profile: ArrayLike, material: Material, n: int = 18, warp: ArrayLike | None = None, cuts: tuple = ()
) -> Piece:
    """A lathe profile (M, 2) of (radius, z) turned about z, lobed by `warp` (n,), with a hull between each two cuts.

    cuts: rows of the profile, ascending from 0 to M - 1, between which the body is nearly convex.
    """
    p = np.asarray(profile, np.float64)
    ring = circle(n) if warp is None else circle(n) * np.asarray(warp, np.float64)[:, None]
    rings = np.concatenate([p[:, None, :1] * ring[None], np.broadcast_to(p[:, None, 1:], (len(p), n, 1))], -1)
    hulls = [rings[a : b + 1].reshape(-1, 3) for a, b in itertools.pairwise(cuts or (0, len(p) - 1))]
    return Piece(((blob(p, n, warp), material),), tuple(hulls))


def sector(
    profile: ArrayLike,
    span: float,
    skin: Material,
    face: Material,
    n: int = 12,
    warp: ArrayLike | None = None,
    cuts: tuple = (),
) -> Piece:
    """A half (span pi), quarter or wedge of a body of revolution about z; the skin looks to +x.

    The two cut faces meet in the axis. On them u runs across the whole body (0.5 at the axis), v along the axis, so
    that one picture of the cut body fits a half and both sides of a wedge. warp (n + 1,) scales radii over the arc.
    """
    p = np.asarray(profile, np.float64)
    angle = (np.arange(n + 1) / n - 0.5) * span
    c, s = cos_sin(angle)
    w = np.ones(n + 1) if warp is None else np.asarray(warp, np.float64)
    ring = np.stack([c * w, s * w], -1)
    grid = np.concatenate([p[:, None, :1] * ring[None], np.broadcast_to(p[:, None, 1:], (len(p), n + 1, 1))], -1)
    low, high = float(p[:, 1].min()), float(p[:, 1].max())
    widest = float(p[:, 0].max())
    inside = np.array([0.2 * widest, 0.0, 0.5 * (low + high)])
    v = 0.01 + 0.98 * (p[:, 1] - low) / (high - low)
    uv = np.stack(np.broadcast_arrays((np.arange(n + 1) / n)[None], v[:, None]), -1)
    visual = [(sheet(grid, uv, inside), skin)]
    axis = np.stack([0 * p[:, 0], 0 * p[:, 0], np.minimum(p[:, 1], p[-1, 1])], -1)
    for side in (0, n):
        flat = np.stack([axis, grid[:, side]], 1)
        across = 0.5 + (0.49 if side else -0.49) * p[:, 0] / widest
        flat_uv = np.stack([np.stack([0 * across + 0.5, v], -1), np.stack([across, v], -1)], 1)
        visual.append((sheet(flat, flat_uv, inside), face))
    merged = merge([visual[1][0], visual[2][0]])
    rows = itertools.pairwise(cuts or (0, len(p) - 1))
    hulls = [np.concatenate([grid[a : b + 1].reshape(-1, 3), axis[[a, b]]]) for a, b in rows]
    return Piece((visual[0], (merged, face)), tuple(hulls))


def posed(piece: Piece, span: float, pose: str, foot: float, scale: tuple[float, float, float] = (1, 1, 1)) -> Piece:
    """A sector laid down: pose "up" on its skin, "down" on the cut face of a half, "side" on one cut face.

    scale: along the axis (x as it lies), across it, and upwards.
    """
    if pose == "up":
        return piece.turned("y", 0.5 * HALF_TURN).scaled(*scale).settled(foot)
    if pose == "down":
        return piece.turned("y", -0.5 * HALF_TURN).scaled(*scale).seated()
    laid = piece.turned("z", 0.5 * span).turned("x", 0.5 * HALF_TURN).turned("z", 0.5 * HALF_TURN)
    return laid.scaled(*scale).seated()


def slab(
    outline: ArrayLike,
    heights: Sequence[float],
    side: Material,
    top: Material,
    swell: Sequence[float] = (),
    under: Material | None = None,
    cut: bool = False,
) -> Piece:
    """A flat piece: outline (K, 2) about the origin, counter-clockwise, at each height scaled by `swell` (default 1).

    The picture of the top (and of the underside) covers the outline's box. With `cut` the side between the last and
    the first corner shows the middle row of the top's picture.
    """
    o = np.asarray(outline, np.float64)
    k, m = len(o), len(heights)
    scale = np.ones(m) if not len(swell) else np.asarray(swell, np.float64)
    closed = np.concatenate([o, o[:1]])
    z = np.asarray(heights, np.float64)
    grid = np.concatenate([closed[None] * scale[:, None, None], np.broadcast_to(z[:, None, None], (m, k + 1, 1))], -1)
    v = (z - z[0]) / (z[-1] - z[0])
    uv = np.stack(np.broadcast_arrays((np.arange(k + 1) / k)[None], v[:, None]), -1)
    inside = np.array([0.0, 0.0, 0.5 * (z[0] + z[-1])])
    low, high = o.min(0), o.max(0)
    lids = []
    for row in (m - 1, 0):
        rim = grid[row]
        middle = np.broadcast_to(np.append(o.mean(0) * scale[row], z[row]), rim.shape)
        flat = np.stack([rim, middle])
        lids.append(sheet(flat, 0.01 + 0.98 * np.clip((flat[..., :2] - low) / (high - low), 0, 1), inside))
    around = k - 1 if cut else k
    visual = [(sheet(grid[:, : around + 1], uv[:, : around + 1], inside), side)]
    visual += [(lids[0], top), (lids[1], under or side)]
    if cut:
        edge_uv = np.stack(np.broadcast_arrays(np.array([[0.99, 0.01]]), 0.48 + 0.04 * v[:, None]), -1)
        visual.append((sheet(grid[:, k - 1 :], edge_uv, inside), top))
    return Piece(tuple(visual), (grid[:, :-1].reshape(-1, 3),))


def log(stations: ArrayLike, material: Material, n: int = 14, cuts: tuple = (), flat: float = 0.75) -> Piece:
    """A long body lying on z = 0 (see `assets.mesh.lying`), in hulls between the station numbers of `cuts`."""
    mesh, rings = lying(stations, n, flat)
    hulls = [rings[a : b + 1].reshape(-1, 3) for a, b in itertools.pairwise(cuts or (0, len(rings) - 1))]
    return Piece(((mesh, material),), tuple(hulls))


def tube(
    path: ArrayLike, radii: ArrayLike, material: Material, n: int = 10, up: ArrayLike = (0, 0, 1), cuts: tuple = ()
) -> Piece:
    """A tube along path (M, 3) with radii (M,) or (M, 2), in hulls between the points numbered in `cuts`."""
    p, r = np.asarray(path, np.float64), np.asarray(radii, np.float64)
    r = np.stack([r, r], -1) if r.ndim == 1 else r
    mesh = sweep(p, r, n, up=up)
    t = np.concatenate([p[1:2] - p[:1], p[2:] - p[:-2], p[-1:] - p[-2:-1]])
    side = np.cross(np.asarray(up, np.float64), t)
    side /= np.sqrt((side * side).sum(-1, keepdims=True))
    top = np.cross(t, side)
    top /= np.sqrt((top * top).sum(-1, keepdims=True))
    c = circle(n)[None]
    rings = p[:, None] + c[..., :1] * r[:, None, :1] * side[:, None] + c[..., 1:] * r[:, None, 1:] * top[:, None]
    hulls = [rings[a : b + 1].reshape(-1, 3) for a, b in itertools.pairwise(cuts or (0, len(p) - 1))]
    return Piece(((mesh, material),), tuple(hulls))


def bitten(piece: Piece, centre: ArrayLike, radius: float, flesh: Material) -> Piece:
    """The piece's first mesh with a scoop of a ball (centre (3,), radius) taken out of its +x side.

    The hulls become three: below the bite, above it and behind it.
    """
    mesh, skin = piece.visual[0]
    c = np.asarray(centre, np.float64)
    away = mesh.vertices - c
    distance = np.sqrt((away * away).sum(-1))
    hit: NDArray[np.bool_] = distance < radius
    pushed = c + away * (radius / np.maximum(distance, 1e-6))[:, None]
    v = np.where(hit[:, None], pushed, mesh.vertices)
    raw = hit[mesh.faces].sum(1) >= 2
    visual = [(Mesh(v, mesh.faces[k], mesh.uv), m) for k, m in ((~raw, skin), (raw, flesh))]
    low, high = c[2] - 0.45 * radius, c[2] + 0.45 * radius
    deep = float(v[hit][:, 0].min())
    z = v[:, 2]
    groups = (v[z <= low], v[z >= high], v[(z > low - 0.3 * radius) & (z < high + 0.3 * radius) & (v[:, 0] <= deep)])
    return Piece(
        (*visual, *piece.visual[1:]), tuple(g for g in groups if len(g) > 8 and (np.ptp(g, axis=0) > 2e-3).all())
    )


def heap(rng: np.random.Generator, piece: Piece, count: int, apart: float, jitter: float = 0.25) -> list[Piece]:
    """Copies of a piece around the z axis, `apart` metres from it, each turned and scaled a little by chance."""
    c, s = cos_sin((np.arange(count) + between(rng, 0, 1)) * (2 * HALF_TURN / count))
    out = []
    for k in range(count):
        f = between(rng, 1.0 - jitter, 1.0)
        out.append(piece.scaled(f, f, f).turned("z", between(rng, 0, 6.28)).moved((apart * c[k], apart * s[k], 0.0)))
    return out
