"""Triangle meshes with texture coordinates, built from rings of points.

One function, `skin`, joins rings into a surface; lathes, extrusions, sweeps and lofts are rings made in
different ways. Seen from outside, u runs to the right and v up, so that a label reads as drawn.
Vertices are shared where the surface is smooth and doubled where it has an edge, which is how smooth
and sharp shading reach a renderer that averages normals over shared vertices.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assets.numeric import F64, circle, cos_sin, rotate

I32 = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Mesh:
    """vertices (V, 3) metres, faces (F, 3) counter-clockwise from outside, uv (V, 2) with v up."""

    vertices: F64
    faces: I32
    uv: F64

    def moved(self, p: ArrayLike = (0.0, 0.0, 0.0), R: ArrayLike | None = None) -> Mesh:
        """Rotated by R (3, 3), then shifted by p (3,)."""
        v = self.vertices if R is None else rotate(self.vertices, R)
        return Mesh(v + np.asarray(p, np.float64), self.faces, self.uv)

    def scaled(self, sx: float, sy: float | None = None, sz: float | None = None) -> Mesh:
        """Scaled about the origin; one number scales all axes. Negative factors are not allowed."""
        s = np.array([sx, sx if sy is None else sy, sx if sz is None else sz])
        if (s <= 0).any():
            raise ValueError(f"mesh scale {s.tolist()} must be positive: a mirror turns faces inside out")
        return Mesh(self.vertices * s, self.faces, self.uv)

    def placed_uv(self, u0: float, v0: float, u1: float, v1: float) -> Mesh:
        """Texture coordinates mapped from the unit square into a rectangle of an atlas."""
        return Mesh(self.vertices, self.faces, self.uv * np.array([u1 - u0, v1 - v0]) + np.array([u0, v0]))

    def areas(self) -> F64:
        """Triangle areas (F,)."""
        return 0.5 * np.sqrt((self.normals_x2() ** 2).sum(-1))

    def normals_x2(self) -> F64:
        """Triangle normals (F, 3), each as long as twice its triangle's area."""
        a, b, c = (self.vertices[self.faces[:, k]] for k in range(3))
        return np.cross(b - a, c - a)


def merge(meshes: Iterable[Mesh]) -> Mesh:
    """One mesh of several (vertices are not joined)."""
    parts = list(meshes)
    offsets = np.cumsum([0] + [len(m.vertices) for m in parts[:-1]])
    return Mesh(
        np.concatenate([m.vertices for m in parts]),
        np.concatenate([m.faces + int(o) for m, o in zip(parts, offsets, strict=True)]).astype(np.int32),
        np.concatenate([m.uv for m in parts]),
    )


def _steps(points: F64, closed: bool) -> F64:
    """Arc length from 0 to 1 along points (N, ...), (N + 1,) values when closed."""
    p = np.concatenate([points, points[:1]]) if closed else points
    d = np.sqrt(((p[1:] - p[:-1]) ** 2).sum(-1))
    s = np.concatenate([[0.0], np.cumsum(d)])
    return s / s[-1] if s[-1] > 0 else s


def _sharp(points: F64, closed: bool, cos_limit: float) -> NDArray[np.bool_]:
    """Which points (N, D) of a polyline turn by more than the limit angle."""
    prev, nxt = np.roll(points, 1, 0), np.roll(points, -1, 0)
    a, b = points - prev, nxt - points
    na, nb = np.sqrt((a * a).sum(-1)), np.sqrt((b * b).sum(-1))
    dot = (a * b).sum(-1)
    out = (na > 1e-9) & (nb > 1e-9) & (dot < cos_limit * na * nb)
    if not closed:
        out[0] = out[-1] = False
    return out


def skin(
    rings: ArrayLike,
    *,
    u: ArrayLike | None = None,
    v: ArrayLike | None = None,
    sharp_rows: Sequence[int] | None = None,
    cos_limit: float = 0.72,
    sharp_cols: bool = True,
) -> Mesh:
    """The surface through rings (M, K, 3), each closed and counter-clockwise seen from the last ring.

    u (K + 1,) and v (M,) default to arc lengths. Rows and columns where the surface bends by more than
    acos(cos_limit) (44 degrees) get doubled vertices; `sharp_rows` names the rows instead. A ring whose
    points coincide is a pole; its degenerate triangles are left out.
    """
    r = np.asarray(rings, np.float64)
    m, k, _ = r.shape
    widest = int(np.argmax(((r - r.mean(1, keepdims=True)) ** 2).sum((1, 2))))
    uu = _steps(r[widest], True) if u is None else np.asarray(u, np.float64)
    col = 0 if sharp_rows is not None else int(np.argmax(((r - r.mean(1, keepdims=True)) ** 2).sum((0, 2))))
    vv = _steps(r[:, col], False) if v is None else np.asarray(v, np.float64)
    rows_sharp = np.zeros(m, bool)
    if sharp_rows is not None:
        rows_sharp[list(sharp_rows)] = True
    else:
        rows_sharp = _sharp(r[:, col], False, cos_limit)
    cols_sharp = _sharp(r[widest], True, cos_limit) if sharp_cols else np.zeros(k, bool)
    # Expand to strips: every smooth vertex once, every sharp one twice (end of one strip, start of the next).
    row_of = [0] + [i for i in range(1, m) for _ in range(2 if rows_sharp[i] and i < m - 1 else 1)]
    col_of = [0] + [j for j in range(1, k) for _ in range(2 if cols_sharp[j] else 1)] + [k]
    grid = np.concatenate([r, r[:, :1]], 1)[np.ix_(row_of, col_of)]
    uv = np.empty((len(row_of), len(col_of), 2))
    uv[..., 0] = uu[col_of][None, :]
    uv[..., 1] = vv[row_of][:, None]
    ri = np.array([i for i in range(len(row_of) - 1) if row_of[i] != row_of[i + 1]])
    cj = np.array([j for j in range(len(col_of) - 1) if col_of[j] != col_of[j + 1]])
    n = len(col_of)
    a = (ri[:, None] * n + cj[None, :]).ravel()
    quads = np.stack([a, a + 1, a + n + 1, a + n], -1)
    faces = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    return _clean(Mesh(grid.reshape(-1, 3), faces.astype(np.int32), uv.reshape(-1, 2)))


def _clean(mesh: Mesh) -> Mesh:
    """Without degenerate triangles and unused vertices."""
    faces = mesh.faces[mesh.areas() > 1e-11]
    used = np.zeros(len(mesh.vertices), bool)
    used[faces.ravel()] = True
    index = np.cumsum(used) - 1
    return Mesh(mesh.vertices[used], index[faces].astype(np.int32), mesh.uv[used])


def lathe(
    profile: ArrayLike, n: int = 24, *, v: ArrayLike | None = None, cos_limit: float = 0.72, turns: float = 1.0
) -> Mesh:
    """The profile (M, 2) of (radius, z), bottom to top along the outside, turned about z.

    For a hollow body go on over the rim and down the inside. `turns` repeats the texture around.
    """
    p = np.asarray(profile, np.float64)
    ring = circle(n)
    rings = np.concatenate([p[:, None, :1] * ring[None], np.broadcast_to(p[:, None, 1:], (len(p), n, 1))], -1)
    return skin(
        rings,
        u=np.arange(n + 1) * (turns / n),
        v=_steps(p, False) if v is None else v,
        sharp_rows=np.nonzero(_sharp(p, False, cos_limit))[0].tolist(),
        sharp_cols=False,
    )


def disc(radius: float, z: float, n: int = 24, up: bool = True) -> Mesh:
    """A flat disc with planar texture coordinates."""
    return cap(np.concatenate([radius * circle(n), np.full((n, 1), z)], -1), up=up)


def cap(ring: ArrayLike, up: bool = True) -> Mesh:
    """A flat convex polygon (K, 3) as a fan, texture coordinates from its xy box; ring counter-clockwise from above."""
    r = np.asarray(ring, np.float64)
    v = np.concatenate([r, r.mean(0, keepdims=True)])
    k = len(r)
    i = np.arange(k)
    j = (i + 1) % k
    faces = np.stack([i, j, np.full(k, k)] if up else [j, i, np.full(k, k)], -1)
    low, high = r[:, :2].min(0), r[:, :2].max(0)
    uv = (v[:, :2] - low) / (high - low)
    if not up:
        uv[:, 0] = 1.0 - uv[:, 0]
    return Mesh(v, faces.astype(np.int32), uv)


def rounded_rect(half_x: float, half_y: float, radius: float, per_corner: int = 3) -> F64:
    """Outline (4 * per_corner, 2) of a rectangle with round corners.

    Counter-clockwise from the first point of the +x side; per_corner 1 gives plain corners.
    """
    if per_corner == 1 or radius <= 0:
        return np.array([[half_x, -half_y], [half_x, half_y], [-half_x, half_y], [-half_x, -half_y]])
    c, s = cos_sin(np.arange(per_corner) * (0.5 * np.pi / (per_corner - 1)))
    arc = radius * np.stack([c, s], -1)
    ix, iy = half_x - radius, half_y - radius
    turned = [
        (arc, (ix, iy)),
        (arc[:, ::-1] * [-1, 1], (-ix, iy)),
        (-arc, (-ix, -iy)),
        (arc[:, ::-1] * [1, -1], (ix, -iy)),
    ]
    corners = [a + np.array(o) for a, o in turned]
    return np.roll(np.concatenate([corners[3], *corners[:3]]), 1 - per_corner, axis=0)


def prism(outline: ArrayLike, z0: float, z1: float, *, bevel: float = 0.0, caps: bool = True) -> Mesh:
    """A convex outline (K, 2) extruded from z0 to z1; `bevel` (metres) chamfers both rims towards the centroid."""
    o = np.asarray(outline, np.float64)
    rows = [(1.0, z0), (1.0, z1)]
    if bevel > 0:
        half = 0.5 * (o.max(0) - o.min(0)).min()
        s = 1.0 - bevel / half
        rows = [(s, z0), (1.0, z0 + bevel), (1.0, z1 - bevel), (s, z1)]
    return loft([o * s for s, _ in rows], [z for _, z in rows], caps=caps)


def loft(
    outlines: Sequence[ArrayLike], heights: Sequence[float], *, caps: bool = True, cos_limit: float = 0.72
) -> Mesh:
    """Outlines (K, 2), equally many points each, stacked at the given heights; flat ends closed with fans."""
    rings = np.stack(
        [
            np.concatenate([o, np.full((len(np.asarray(o)), 1), float(z))], -1)
            for o, z in zip(outlines, heights, strict=True)
        ]
    )
    side = skin(rings, cos_limit=cos_limit)
    if not caps:
        return side
    return merge([side, cap(rings[-1]), cap(rings[0], up=False)])


def box(half_x: float, half_y: float, z0: float, z1: float, bevel: float = 0.0015) -> Mesh:
    """A box standing on z0 with chamfered edges; the sides' texture runs once around from the +x side's foot."""
    b = min(bevel, 0.4 * half_x, 0.4 * half_y, 0.4 * (z1 - z0))
    return prism(rounded_rect(half_x, half_y, b, 2 if b > 0 else 1), z0, z1, bevel=b)


def box_faces(half_x: float, half_y: float, half_z: float, atlas: bool = False) -> Mesh:
    """A plain box about the origin with the whole texture on each of its six faces.

    With `atlas` the texture is cut in 3 columns and 2 rows: +x, -x, +y above, -y, +z, -z below.
    """
    q = np.array([[-1.0, -1], [1, -1], [1, 1], [-1, 1]])
    frames = [
        ((0, 1, 0), (0, 0, 1), (1, 0, 0)),
        ((0, -1, 0), (0, 0, 1), (-1, 0, 0)),
        ((-1, 0, 0), (0, 0, 1), (0, 1, 0)),
        ((1, 0, 0), (0, 0, 1), (0, -1, 0)),
        ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
        ((-1, 0, 0), (0, 1, 0), (0, 0, -1)),
    ]
    half = np.array([half_x, half_y, half_z])
    faces = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
    out = []
    for k, (r, t, o) in enumerate(frames):
        side = Mesh((q[:, :1] * np.array(r) + q[:, 1:] * np.array(t) + np.array(o)) * half, faces, (q + 1) / 2)
        u, v = (k % 3) / 3.0, 0.5 if k < 3 else 0.0
        out.append(side.placed_uv(u, v, u + 1 / 3.0, v + 0.5) if atlas else side)
    return merge(out)


def lying(stations: ArrayLike, n: int = 12, flat: float = 0.75) -> tuple[Mesh, F64]:
    """A long body lying on z = 0: (mesh, rings (M, n, 3)), for carrots, handles, pens.

    stations (M, 3) of (x, half width, half height), or (M, 5) with y and the height of the axis appended
    (otherwise `flat` times the half height). Sections are ellipses across the path, cut off by the
    plane z = 0, so that the body has a flat foot and does not roll. Ends are closed flat.
    """
    s = np.asarray(stations, np.float64)
    if s.shape[1] == 3:
        s = np.stack([*s.T, np.zeros(len(s)), flat * s[:, 2]], -1)
    xy = s[:, [0, 3]]
    t = np.empty_like(xy)
    t[1:-1] = xy[2:] - xy[:-2]
    t[0], t[-1] = xy[1] - xy[0], xy[-1] - xy[-2]
    t = t / np.sqrt((t * t).sum(-1, keepdims=True))
    c = np.roll(circle(n), n // 4, axis=0)  # the seam goes underneath
    across = c[None, :, 0] * s[:, 1:2]
    up = np.maximum(c[None, :, 1] * s[:, 2:3] + s[:, 4:5], 0.0)
    rings = np.stack([xy[:, :1] - t[:, 1:] * across, xy[:, 1:] + t[:, :1] * across, up], -1)
    ends = rings.mean(1, keepdims=True).repeat(n, 1)
    closed = np.concatenate([ends[:1], rings, ends[-1:]])
    v = (np.concatenate([s[:1, 0], s[:, 0], s[-1:, 0]]) - s[0, 0]) / (s[-1, 0] - s[0, 0])
    rows = np.nonzero(
        _sharp(
            np.stack([np.concatenate([[0], s[:, 1], [0]]), np.concatenate([s[:1, 0], s[:, 0], s[-1:, 0]])], -1),
            False,
            0.6,
        )
    )[0]
    return skin(closed, u=np.arange(n + 1) / n, v=v, sharp_rows=rows.tolist(), sharp_cols=False), rings


def sweep(
    path: ArrayLike, radii: ArrayLike, n: int = 10, *, up: ArrayLike = (0.0, 0.0, 1.0), ends: bool = True
) -> Mesh:
    """A tube along path (M, 3) with radii (M,) or (M, 2) for (sideways, up) half axes.

    The cross-section's up axis stays as near to `up` as the path allows; the path must not run along
    it. `ends` closes the tube with flat ends.
    """
    p = np.asarray(path, np.float64)
    r = np.asarray(radii, np.float64)
    r = np.stack([r, r], -1) if r.ndim == 1 else r
    t = np.empty_like(p)
    t[1:-1] = p[2:] - p[:-2]
    t[0], t[-1] = p[1] - p[0], p[-1] - p[-2]
    t /= np.sqrt((t * t).sum(-1, keepdims=True))
    side = np.cross(np.asarray(up, np.float64), t)
    side /= np.sqrt((side * side).sum(-1, keepdims=True))
    top = np.cross(t, side)
    c = circle(n)
    rings = (
        p[:, None]
        + (c[None, :, :1] * r[:, None, :1]) * side[:, None]
        + (c[None, :, 1:] * r[:, None, 1:]) * top[:, None]
    )
    if ends:
        rings = np.concatenate([p[:1, None].repeat(n, 1), rings, p[-1:, None].repeat(n, 1)])
    return skin(rings, sharp_cols=False)


def blob(profile: ArrayLike, n: int = 16, warp: ArrayLike | None = None) -> Mesh:
    """A lathe whose radius at angle j is multiplied by warp (n,): lobes of peppers, pumpkins, tomatoes."""
    p = np.asarray(profile, np.float64)
    ring = circle(n) if warp is None else circle(n) * np.asarray(warp, np.float64)[:, None]
    rings = np.concatenate([p[:, None, :1] * ring[None], np.broadcast_to(p[:, None, 1:], (len(p), n, 1))], -1)
    return skin(rings, u=np.arange(n + 1) / n, v=_steps(p, False), sharp_cols=False, cos_limit=0.6)
