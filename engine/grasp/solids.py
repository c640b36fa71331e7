"""An object's collision shape as a union of convex solids: lines through it and points on it.

Everything is vectorised over many lines and exact for MuJoCo's primitives, so that a grasp
is found on the very shape that physics will touch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull

from engine.errors import AssetError, unknown_name
from engine.frames import quat_to_mat
from engine.types import F64, CollisionPart, ObjectAsset

KINDS = ("box", "sphere", "capsule", "cylinder", "ellipsoid", "mesh")
FAR = 1e9  # stands for "never" along a line


@dataclass(frozen=True, eq=False)
class Solid:
    """One convex part with pose (R, p) in O; all other arrays are in the part's own frame.

    size (3,): half extents of a box, radii of an ellipsoid, (r, r, half length) of a cylinder and
    (r, r, half length of the core) of a capsule. Meshes: `planes` (F, 4) outward normal and offset
    (n . x + d <= 0 inside), `triangles` (T, 3, 3). `axes` (A, 3): face normals up to sign; `edges` (E, 3).
    """

    kind: str
    R: F64
    p: F64
    size: F64
    axes: F64
    edges: F64
    vertices: F64
    planes: F64
    triangles: F64
    radius: float  # of a ball about p that holds the part


def solid_of(part: CollisionPart) -> Solid:
    """Prepare one collision part; raises AssetError for an unknown kind or a flat mesh."""
    if part.kind not in KINDS:
        raise AssetError(unknown_name("collision part kind", part.kind, KINDS))
    R, p = quat_to_mat(part.q_wxyz), np.array(part.p, np.float64)
    none3, none4 = np.zeros((0, 3)), np.zeros((0, 4))
    s = np.array(part.size, np.float64)
    if part.kind == "mesh":
        if part.vertices is None:
            raise AssetError("collision part of kind 'mesh' has no vertices; give (N, 3) convex vertices")
        try:
            hull = ConvexHull(part.vertices)
        except Exception as e:  # scipy's QhullError is not public in every version
            raise AssetError(f"collision mesh with {len(part.vertices)} vertices has no volume: {e}") from e
        v = hull.points[hull.vertices]
        planes = _unique_rows(hull.equations)
        axes = _unique_axes(planes[:, :3])
        edges = _unique_axes(_hull_edges(hull)) if len(axes) <= 8 else none3
        radius = float(np.linalg.norm(v, axis=1).max())
        return Solid("mesh", R, p, np.zeros(3), axes, edges, v, planes, hull.points[hull.simplices], radius)
    if part.kind == "box":
        return Solid("box", R, p, s, np.eye(3), np.eye(3), none3, none4, np.zeros((0, 3, 3)), float(np.linalg.norm(s)))
    if part.kind == "sphere":
        s = np.repeat(s[:1], 3)
    elif part.kind in ("capsule", "cylinder"):
        s = np.array([s[0], s[0], s[1]])
    radius = {"capsule": s[0] + s[2], "cylinder": float(np.hypot(s[0], s[2]))}.get(part.kind, float(s.max()))
    kind = "ellipsoid" if part.kind == "sphere" else part.kind
    axes = np.eye(3)[2:] if kind == "cylinder" else none3
    edges = np.eye(3)[2:] if kind in ("cylinder", "capsule") else none3
    return Solid(kind, R, p, s, axes, edges, none3, none4, np.zeros((0, 3, 3)), float(radius))


@lru_cache(maxsize=512)
def solids_of(asset: ObjectAsset) -> tuple[Solid, ...]:
    """The asset's collision parts (cached by identity of the asset)."""
    return tuple(solid_of(part) for part in asset.collision)


def _unique_rows(a: F64) -> F64:
    """Distinct rows to 1e-6, in order of first appearance."""
    _, first = np.unique(np.round(a, 6), axis=0, return_index=True)
    return a[np.sort(first)]


def _unique_axes(a: F64) -> F64:
    """Distinct directions up to sign, unit length."""
    a = a / np.linalg.norm(a, axis=1, keepdims=True)
    lead = np.argmax(np.abs(a) > 1e-6, axis=1)
    a = a * np.sign(a[np.arange(len(a)), lead])[:, None]
    return _unique_rows(a)


def _hull_edges(hull: ConvexHull) -> F64:
    tri = hull.points[hull.simplices]
    return np.concatenate([tri[:, 1] - tri[:, 0], tri[:, 2] - tri[:, 1], tri[:, 0] - tri[:, 2]])


# --- lines --------------------------------------------------------------------------------------


def _slabs(o: F64, d: F64, normals: F64, offsets: F64) -> tuple[F64, F64, F64, F64]:
    """Line against half spaces n . x <= c: entry, exit and the normals there. o, d (N, 3)."""
    speed = d @ normals.T
    room = offsets - o @ normals.T
    flat = np.abs(speed) < 1e-12
    t = room / np.where(flat, 1.0, speed)
    enter = np.where(flat, np.where(room < 0, FAR, -FAR), np.where(speed < 0, t, -FAR))
    leave = np.where(flat | (speed < 0), FAR, t)
    i, j = np.argmax(enter, axis=1), np.argmin(leave, axis=1)
    rows = np.arange(len(o))
    return enter[rows, i], leave[rows, j], normals[i], normals[j]


def _quadric(o: F64, d: F64) -> tuple[F64, F64]:
    """Roots of |o + t d|^2 = 1 in the columns given; (FAR, -FAR) without one."""
    a = np.einsum("ij,ij->i", d, d)
    b = np.einsum("ij,ij->i", o, d)
    c = np.einsum("ij,ij->i", o, o) - 1.0
    along = a < 1e-18
    disc = b * b - a * c
    root = np.sqrt(np.maximum(disc, 0.0))
    safe = np.where(along, 1.0, a)
    inside = along & (c <= 0)
    hit = ~along & (disc >= 0)
    t0 = np.where(hit, (-b - root) / safe, np.where(inside, -FAR, FAR))
    t1 = np.where(hit, (-b + root) / safe, np.where(inside, FAR, -FAR))
    return t0, t1


def line_through(solid: Solid, origins: F64, directions: F64) -> tuple[F64, F64, F64, F64]:
    """Where lines o + t d enter and leave one solid.

    origins, directions (N, 3) in O, directions of unit length. Returns t_in (N,), t_out (N,) and the
    outward normals (N, 3) there; t_in > t_out means that the line misses.
    """
    o, d = (origins - solid.p) @ solid.R, directions @ solid.R
    s = solid.size
    if solid.kind == "box":
        t0, t1, n0, n1 = _slabs(o, d, np.concatenate([np.eye(3), -np.eye(3)]), np.concatenate([s, s]))
    elif solid.kind == "mesh":
        t0, t1, n0, n1 = _slabs(o, d, solid.planes[:, :3], -solid.planes[:, 3])
    elif solid.kind == "ellipsoid":
        t0, t1 = _quadric(o / s, d / s)
        n0, n1 = _unit((o + t0[:, None] * d) / s**2), _unit((o + t1[:, None] * d) / s**2)
    elif solid.kind == "cylinder":
        t0, t1, n0, n1 = _cylinder(o, d, s)
    else:
        t0, t1, n0, n1 = _capsule(o, d, s)
    return t0, t1, n0 @ solid.R.T, n1 @ solid.R.T


def _unit(v: F64) -> F64:
    return v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-12)


def _cylinder(o: F64, d: F64, s: F64) -> tuple[F64, F64, F64, F64]:
    z = np.array([[0.0, 0.0, 1.0], [0.0, 0.0, -1.0]])
    a0, a1, m0, m1 = _slabs(o, d, z, np.array([s[2], s[2]]))
    b0, b1 = _quadric(o[:, :2] / s[0], d[:, :2] / s[0])
    side = np.array([1.0, 1.0, 0.0])
    n0, n1 = _unit((o + b0[:, None] * d) * side), _unit((o + b1[:, None] * d) * side)
    t0, t1 = np.maximum(a0, b0), np.minimum(a1, b1)
    return t0, t1, np.where((a0 > b0)[:, None], m0, n0), np.where((a1 < b1)[:, None], m1, n1)


def _capsule(o: F64, d: F64, s: F64) -> tuple[F64, F64, F64, F64]:
    # The line meets the cylinder and both end balls in intervals whose union is one interval.
    a0, a1, _, _ = _slabs(o, d, np.array([[0.0, 0.0, 1.0], [0.0, 0.0, -1.0]]), np.array([s[2], s[2]]))
    b0, b1 = _quadric(o[:, :2] / s[0], d[:, :2] / s[0])
    spans = [(np.maximum(a0, b0), np.minimum(a1, b1))]
    for end in (s[2], -s[2]):
        spans.append(_quadric((o - [0.0, 0.0, end]) / s[0], d / s[0]))
    t0 = np.min([np.where(x <= y, x, FAR) for x, y in spans], axis=0)
    t1 = np.max([np.where(x <= y, y, -FAR) for x, y in spans], axis=0)

    def normal(t: F64) -> F64:
        x = o + t[:, None] * d
        return _unit(x - np.stack([0 * t, 0 * t, np.clip(x[:, 2], -s[2], s[2])], 1))

    return t0, t1, normal(t0), normal(t1)


def intervals(
    solids: tuple[Solid, ...], origins: F64, directions: F64, bridge: float = 3e-4
) -> tuple[F64, F64, F64, F64]:
    """Solid stretches of lines through the union, gaps under `bridge` metres closed.

    Returns t_in, t_out (N, P) and normals n_in, n_out (N, P, 3), sorted along the line; unused slots
    have t_in = t_out = FAR.
    """
    cast = [line_through(s, origins, directions) for s in solids]
    t0 = np.stack([c[0] for c in cast], 1)
    t1 = np.stack([c[1] for c in cast], 1)
    n0 = np.stack([c[2] for c in cast], 1)
    n1 = np.stack([c[3] for c in cast], 1)
    miss = t0 >= t1
    t0, t1 = np.where(miss, FAR, t0), np.where(miss, FAR, t1)
    order = np.argsort(t0, axis=1, kind="stable")
    t0, t1 = np.take_along_axis(t0, order, 1), np.take_along_axis(t1, order, 1)
    n0 = np.take_along_axis(n0, order[..., None], 1)
    n1 = np.take_along_axis(n1, order[..., None], 1)
    for k in range(1, t0.shape[1]):  # fold slot k into the one before it where they touch
        touch = (t0[:, k] <= t1[:, k - 1] + bridge) & (t0[:, k] < FAR)
        longer = touch & (t1[:, k - 1] > t1[:, k])
        t1[:, k] = np.where(longer, t1[:, k - 1], t1[:, k])
        n1[:, k] = np.where(longer[:, None], n1[:, k - 1], n1[:, k])
        t0[:, k] = np.where(touch, t0[:, k - 1], t0[:, k])
        n0[:, k] = np.where(touch[:, None], n0[:, k - 1], n0[:, k])
        t0[:, k - 1] = np.where(touch, FAR, t0[:, k - 1])
        t1[:, k - 1] = np.where(touch, FAR, t1[:, k - 1])
    order = np.argsort(t0, axis=1, kind="stable")
    return (
        np.take_along_axis(t0, order, 1),
        np.take_along_axis(t1, order, 1),
        np.take_along_axis(n0, order[..., None], 1),
        np.take_along_axis(n1, order[..., None], 1),
    )


# --- points on the surface ----------------------------------------------------------------------


def _area(s: Solid) -> float:
    x, y, z = s.size
    if s.kind == "box":
        return 8 * (x * y + y * z + z * x)
    if s.kind == "cylinder":
        return 2 * np.pi * x * (2 * z + x)
    if s.kind == "capsule":
        return 4 * np.pi * x * (z + x)
    if s.kind == "ellipsoid":  # Knud Thomsen's formula, relative error below 1.1 %
        q = 1.6075
        return float(4 * np.pi * (((x * y) ** q + (x * z) ** q + (y * z) ** q) / 3) ** (1 / q))
    t = s.triangles
    return float(0.5 * np.linalg.norm(np.cross(t[:, 1] - t[:, 0], t[:, 2] - t[:, 0]), axis=1).sum())


def _surface_of(s: Solid, n: int, rng: np.random.Generator) -> tuple[F64, F64]:
    """Points and outward normals (n, 3) on one solid in O, uniform by area (nearly so on ellipsoids)."""
    x, y, z = s.size
    if s.kind == "box":
        areas = np.array([y * z, x * z, x * y])
        axis = rng.choice(3, n, p=areas / areas.sum())
        sign = rng.choice([-1.0, 1.0], n)
        pts = rng.uniform(-1, 1, (n, 3)) * s.size
        normals = np.eye(3)[axis] * sign[:, None]
        pts = np.where(np.eye(3, dtype=bool)[axis], normals * s.size, pts)
    elif s.kind in ("ellipsoid", "capsule"):
        u = _unit(rng.normal(size=(n, 3)))
        if s.kind == "ellipsoid":
            pts, normals = u * s.size, _unit(u / s.size)
        else:
            side = rng.uniform(size=n) < z / (z + x)
            flat = _unit(u * [1, 1, 0])
            normals = np.where(side[:, None], flat, u)
            height = np.where(side, rng.uniform(-z, z, n), np.sign(u[:, 2]) * z)
            pts = normals * x + height[:, None] * [0, 0, 1]
    elif s.kind == "cylinder":
        side = rng.uniform(size=n) < 2 * z / (2 * z + x)
        phi = rng.uniform(0, 2 * np.pi, n)
        rad = np.where(side, x, x * np.sqrt(rng.uniform(size=n)))
        end = np.where(rng.uniform(size=n) < 0.5, -1.0, 1.0)
        height = np.where(side, rng.uniform(-z, z, n), end * z)
        ring = np.stack([np.cos(phi), np.sin(phi), 0 * phi], 1)
        pts = ring * rad[:, None] + height[:, None] * [0, 0, 1]
        normals = np.where(side[:, None], ring, end[:, None] * [0, 0, 1])
    else:
        t = s.triangles
        cr = np.cross(t[:, 1] - t[:, 0], t[:, 2] - t[:, 0])
        area = np.linalg.norm(cr, axis=1)
        i = rng.choice(len(t), n, p=area / area.sum())
        uv = rng.uniform(size=(n, 2))
        uv = np.where(uv.sum(1, keepdims=True) > 1, 1 - uv, uv)
        pts = t[i, 0] + uv[:, :1] * (t[i, 1] - t[i, 0]) + uv[:, 1:] * (t[i, 2] - t[i, 0])
        normals = _unit(cr)[i]
        normals *= np.sign(np.einsum("ij,ij->i", normals, t[i, 0] - s.vertices.mean(0)))[:, None]
    return pts @ s.R.T + s.p, normals @ s.R.T


def inside(solids: tuple[Solid, ...], points: F64, depth: float = 0.0) -> NDArray[np.bool_]:
    """Which points (N, 3) in O lie more than about `depth` metres inside the union; bool (N,)."""
    out = np.zeros(len(points), bool)
    for s in solids:
        x = (points - s.p) @ s.R
        if s.kind == "box":
            g = np.max(np.abs(x) - s.size, axis=1)
        elif s.kind == "mesh":
            g = np.max(x @ s.planes[:, :3].T + s.planes[:, 3], axis=1)
        elif s.kind == "ellipsoid":
            g = (np.linalg.norm(x / s.size, axis=1) - 1) * s.size.min()
        elif s.kind == "cylinder":
            g = np.maximum(np.linalg.norm(x[:, :2], axis=1) - s.size[0], np.abs(x[:, 2]) - s.size[2])
        else:
            core = np.clip(x[:, 2], -s.size[2], s.size[2])
            g = np.linalg.norm(x - core[:, None] * [0, 0, 1], axis=1) - s.size[0]
        out |= g < -depth
    return out


def surface_points(solids: tuple[Solid, ...], n: int, rng: np.random.Generator) -> tuple[F64, F64]:
    """About n points and outward normals (m, 3) on the outside of the union, m <= n."""
    area = np.array([_area(s) for s in solids])
    which = np.sort(rng.choice(len(solids), n, p=area / area.sum()), kind="stable")
    found = [_surface_of(s, int((which == i).sum()), rng) for i, s in enumerate(solids)]
    pts, normals = np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found])
    out = ~inside(solids, pts, 1e-5)
    return pts[out], normals[out]
