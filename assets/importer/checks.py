"""Whether a mesh is a body: finite, with area and volume, closed, the right way out; what can be mended is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import trimesh
from scipy.spatial import ConvexHull

from assets.importer.records import I64, MAX_TRIANGLES, Piece, Refused
from engine.types import F64

MAX_ANALYSED = 40_000
"""Triangles that mending, decomposition and measuring work on."""


@dataclass(eq=False)
class Body:
    """The welded shape of all pieces: a mesh of at most MAX_ANALYSED triangles, its hull points (N, 3), whether it is
    closed, and the hull's volume."""

    mesh: trimesh.Trimesh
    hull: F64
    closed: bool
    hull_volume: float


def check_pieces(pieces: list[Piece]) -> None:
    """Raises Refused for vertices or faces that cannot be a body."""
    total = sum(len(p.faces) for p in pieces)
    if total == 0:
        raise Refused("holds no triangles; export the mesh with faces")
    if total > MAX_TRIANGLES:
        raise Refused(f"has {total:,} triangles, the limit is {MAX_TRIANGLES:,}; decimate it below that")
    bad = used = 0
    for p in pieces:
        v = p.vertices[np.unique(p.faces)]
        used += len(v)
        bad += int((~np.isfinite(v).all(1)).sum())
    if bad:
        raise Refused(f"{bad} of {used} vertices are NaN or infinite; export it again")
    points = np.concatenate([p.vertices[np.unique(p.faces)] for p in pieces])
    low, high = points.min(0), points.max(0)
    if np.abs(points).max() > 1e7:
        raise Refused("has coordinates beyond 10 million; move it to the origin and give --units")
    size = high - low
    if size.max() <= 1e-12:
        raise Refused("all its vertices are one point; export it again")
    area = sum(float(np.linalg.norm(_crossed(p), axis=1).sum()) / 2 for p in pieces)
    if area <= 1e-10 * float(size.max()) ** 2:
        raise Refused("has zero area (every triangle is degenerate); export it again")


def _crossed(p: Piece) -> F64:
    a, b, c = (p.vertices[p.faces[:, k]] for k in range(3))
    return np.asarray(np.cross(b - a, c - a), np.float64)


def weld(vertices: F64, faces: I64, tolerance: float) -> tuple[F64, I64, I64]:
    """Vertices closer than about `tolerance` become one: (vertices, faces with the same rows, map old -> new)."""
    keys = np.round((vertices - vertices.min(0)) / tolerance).astype(np.int64)
    _, first, where = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    where = where.ravel()
    return vertices[first], where[faces], where


def turn_outwards(pieces: list[Piece], notes: list[str]) -> None:
    """Give every piece consistent winding with normals outwards, in place; says so when something was turned."""
    turned = 0
    for piece in pieces:
        extent = float(np.ptp(piece.vertices, axis=0).max())
        v, f, _ = weld(piece.vertices, piece.faces, max(extent * 1e-6, 1e-12))
        if len(f) <= MAX_ANALYSED:
            mesh = trimesh.Trimesh(v, f, process=False)
            if not mesh.is_winding_consistent:
                trimesh.repair.fix_winding(mesh)
                changed = (mesh.faces != f).any(1)
                if changed.any():
                    piece.faces = np.where(changed[:, None], piece.faces[:, ::-1], piece.faces)
                    f = np.where(changed[:, None], f[:, ::-1], f)
                    turned += int(changed.sum())
        about = v - 0.5 * (v.min(0) + v.max(0))
        a, b, c = (about[f[:, k]] for k in range(3))
        volume = float((a * np.cross(b, c)).sum() / 6.0)
        if volume < -1e-3 * float(np.prod(np.maximum(np.ptp(v, axis=0), 1e-12))):
            piece.faces = piece.faces[:, ::-1]
            turned += len(piece.faces)
    if turned:
        notes.append("inverted normals turned outwards")


def welded_body(pieces: list[Piece], notes: list[str]) -> Body:
    """All pieces as one welded mesh with small holes closed. Raises Refused when they enclose nothing."""
    offset, vs, fs = 0, [], []
    for p in pieces:
        vs.append(p.vertices)
        fs.append(p.faces + offset)
        offset += len(p.vertices)
    v, f = np.concatenate(vs), np.concatenate(fs)
    extent = float(np.ptp(v[np.unique(f)], axis=0).max())
    v, f, _ = weld(v, f, extent * 1e-6)
    keep = (f[:, 0] != f[:, 1]) & (f[:, 1] != f[:, 2]) & (f[:, 0] != f[:, 2])
    f = f[keep]
    if len(f) == 0:
        raise Refused("has zero area (every triangle is degenerate); export it again")
    if len(f) > MAX_ANALYSED:
        from assets.importer.reduce import simplified

        v, f = simplified(v, f, MAX_ANALYSED)
    mesh = trimesh.Trimesh(v, f, process=False)
    mesh.remove_unreferenced_vertices()
    mesh.update_faces(mesh.unique_faces())
    closed = bool(mesh.is_watertight)
    if not closed:
        before = len(mesh.faces)
        closed = _close_small_holes(mesh, extent)
        if len(mesh.faces) > before:
            notes.append("small holes closed" if closed else "some small holes closed, not watertight")
        elif not closed:
            notes.append("not watertight: its volume comes from convex parts")
    hull, volume = _hull(mesh.vertices, extent)
    return Body(mesh, hull, closed, volume)


def _hull(points: F64, extent: float) -> tuple[F64, float]:
    flat = "encloses no volume (it is flat); give it thickness"
    try:
        hull = ConvexHull(points)
    except Exception as error:  # Qhull's error type differs between scipy versions
        raise Refused(flat) from error
    if hull.volume < 1e-7 * extent**3:
        raise Refused(flat)
    return np.asarray(points[hull.vertices], np.float64), float(hull.volume)


def _close_small_holes(mesh: trimesh.Trimesh, extent: float) -> bool:
    """Fan-fill boundary loops shorter than a fifth of the body's size; whether it is closed then."""
    edges = mesh.edges_sorted
    _, first, count = np.unique(edges, axis=0, return_index=True, return_counts=True)
    border = mesh.edges[first[count == 1]]
    if len(border) == 0 or len(border) > 2000:
        return False
    follow: dict[int, int] = {}
    for a, b in border:
        if int(b) in follow:
            return False  # loops that touch: left as they are
        follow[int(b)] = int(a)  # the filling runs against the border
    new: list[tuple[int, int, int]] = []
    while follow:
        start, at = next(iter(follow.items()))
        loop = [start]
        del follow[start]
        while at != start and at in follow:
            loop.append(at)
            at = follow.pop(at)
        if at != start or len(loop) < 3:
            return False
        around = np.asarray(mesh.vertices)[loop]
        length = float(np.linalg.norm(around - np.roll(around, 1, 0), axis=1).sum())
        if length < 0.6 * extent and len(loop) <= 200:
            new += [(loop[0], loop[k], loop[k + 1]) for k in range(1, len(loop) - 1)]
    if not new:
        return False
    mesh.faces = np.concatenate([mesh.faces, np.array(new, np.int64)])
    return bool(mesh.is_watertight)
