"""Fewer triangles for drawing: welded, simplified, and where there were colours, painted again into one texture."""

from __future__ import annotations

from dataclasses import replace

import fast_simplification
import numpy as np
from scipy.spatial import KDTree

from assets.importer.checks import weld
from assets.importer.records import I64, MAX_DRAWN, TEXTURE_PX, Piece
from engine.rng import rng
from engine.types import F64, U8

_BAKED = 2000  # triangles of a body whose colours are painted again: 32 x 32 cells of 16 pixels
_SAMPLES = 300_000
_SHARP = 0.82  # cosine between a face and its vertex's mean normal below which the edge is drawn sharp


def simplified(vertices: F64, faces: I64, count: int) -> tuple[F64, I64]:
    """At most about `count` triangles of welded faces; clusters vertices where edges alone cannot collapse enough."""
    v, f = vertices, faces
    if len(f) > count:
        out = fast_simplification.simplify(v, f.astype(np.int32), target_count=int(count), agg=5.0)
        v, f = np.asarray(out[0], np.float64), np.asarray(out[1], np.int64)
    cells = 96
    while len(f) > 1.3 * count and cells >= 8:
        v, f = _clustered(vertices, faces, cells)
        cells = int(cells * 0.75)
    return v, f


def _clustered(vertices: F64, faces: I64, cells: int) -> tuple[F64, I64]:
    step = float(np.ptp(vertices, axis=0).max()) / cells
    v, f, where = weld(vertices, faces, step)
    total = np.zeros_like(v)
    np.add.at(total, where, vertices)
    v = total / np.bincount(where, minlength=len(v))[:, None]
    f = f[(f[:, 0] != f[:, 1]) & (f[:, 1] != f[:, 2]) & (f[:, 0] != f[:, 2])]
    _, rows = np.unique(np.sort(f, 1), axis=0, return_index=True)
    return v, f[np.sort(rows)]


def reduce_pieces(pieces: list[Piece], notes: list[str]) -> list[Piece]:
    """Pieces with at most about MAX_DRAWN triangles together, none with vertex colours (they become a texture)."""
    total = sum(len(p.faces) for p in pieces)
    coloured = any(p.colours is not None for p in pieces)
    if total <= MAX_DRAWN and not coloured and len(pieces) <= 12:
        return pieces
    if total > MAX_DRAWN:
        notes.append(f"{total:,} triangles reduced")
    if all(p.image is None and p.colours is None for p in pieces) and len(pieces) <= 12:
        return [_plain(p, max(60, MAX_DRAWN * len(p.faces) // total)) for p in pieces]
    return [_baked(pieces)]


def creased(piece: Piece) -> Piece:
    """The piece with vertices of their own for the corners of faces at sharp edges, so that those are drawn sharp.

    Bare pieces (STL has three vertices for every face) are welded first, so that round ones are drawn round.
    """
    v, f, uv = piece.vertices, piece.faces, piece.uv
    if piece.image is None:
        v, f, _ = weld(v, f, max(1e-6 * float(np.ptp(v, axis=0).max()), 1e-12))
        f, uv = f[(f[:, 0] != f[:, 1]) & (f[:, 1] != f[:, 2]) & (f[:, 0] != f[:, 2])], None
    normal = np.cross(v[f[:, 1]] - v[f[:, 0]], v[f[:, 2]] - v[f[:, 0]])
    mean = np.zeros_like(v)
    for k in range(3):
        np.add.at(mean, f[:, k], normal)
    unit = normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-30)
    mean /= np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-30)
    sharp = np.zeros(len(v), bool)
    for k in range(3):
        sharp[f[np.einsum("fd,fd->f", unit, mean[f[:, k]]) < _SHARP, k]] = True
    corners = f.ravel()
    own = np.nonzero(sharp[corners])[0]
    corners = corners.copy()
    v = np.concatenate([v, v[corners[own]]])
    uv = None if uv is None else np.concatenate([uv, uv[corners[own]]])
    corners[own] = len(v) - len(own) + np.arange(len(own))
    used, faces = np.unique(corners, return_inverse=True)
    return replace(piece, vertices=v[used], faces=faces.reshape(-1, 3), uv=None if uv is None else uv[used])


def _plain(piece: Piece, count: int) -> Piece:
    extent = float(np.ptp(piece.vertices, axis=0).max())
    v, f, _ = weld(piece.vertices, piece.faces, max(1e-6 * extent, 1e-12))
    v, f = simplified(v, f, count)
    return Piece(v, f, None, piece.rgba, plain=piece.plain, metallic=piece.metallic)


def _baked(pieces: list[Piece]) -> Piece:
    offset, vs, fs = 0, [], []
    for p in pieces:
        vs.append(p.vertices)
        fs.append(p.faces + offset)
        offset += len(p.vertices)
    v, f = np.concatenate(vs), np.concatenate(fs)
    extent = float(np.ptp(v, axis=0).max())
    v, f, _ = weld(v, f, 1e-6 * extent)
    f = f[(f[:, 0] != f[:, 1]) & (f[:, 1] != f[:, 2]) & (f[:, 0] != f[:, 2])]
    v, f = simplified(v, f, _BAKED)
    points, normals, colours = _samples(pieces)
    f = _in_order(v, f)
    texture, uv = _painted(v, f, KDTree(np.concatenate([points / extent, 0.03 * normals], 1)), colours, extent)
    metallic = sum(len(p.faces) for p in pieces if p.metallic) > 0.5 * sum(len(p.faces) for p in pieces)
    flat = np.arange(3 * len(f)).reshape(-1, 3)
    return Piece(v[f].reshape(-1, 3), flat, uv, (1.0, 1.0, 1.0, 1.0), texture, metallic=metallic)


def surface_samples(vertices: F64, faces: I64, count: int) -> tuple[F64, I64, F64]:
    """Points (N, 3) spread evenly over triangles, their face rows (N,) and barycentric coordinates (N, 3)."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    edges = np.cumsum(area)
    r = rng(0, "import", "surface")
    rows = np.searchsorted(edges, (np.arange(count) + r.uniform(size=count)) / count * edges[-1], side="right")
    rows = np.minimum(rows, len(faces) - 1)
    u, w = r.uniform(size=(2, count))
    s = np.sqrt(u)
    bary = np.stack([1 - s, s * (1 - w), s * w], 1)
    return np.einsum("nk,nkd->nd", bary, vertices[faces[rows]]), rows, bary


def _samples(pieces: list[Piece]) -> tuple[F64, F64, U8]:
    """Points, unit normals and colours (N, 3) spread evenly over the seen surface."""
    areas = np.array([_area(p) for p in pieces])
    out: list[tuple[F64, F64, U8]] = []
    for p, share in zip(pieces, areas / max(areas.sum(), 1e-30), strict=True):
        n = max(int(_SAMPLES * share), 200)
        points, rows, bary = surface_samples(p.vertices, p.faces, n)
        corners = p.vertices[p.faces[rows]]
        normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-30)
        tint = np.array(p.rgba[:3])
        if p.image is not None and p.uv is not None:
            uv = np.einsum("nk,nkd->nd", bary, p.uv[p.faces[rows]])
            h, w, _ = p.image.shape
            col = np.floor(np.mod(uv[:, 0], 1.0) * w).astype(int).clip(0, w - 1)
            row = np.floor(np.mod(1.0 - uv[:, 1], 1.0) * h).astype(int).clip(0, h - 1)
            colour = p.image[row, col] * tint
        elif p.colours is not None:
            colour = np.einsum("nk,nkd->nd", bary, p.colours[p.faces[rows]].astype(np.float64))
        else:
            colour = np.broadcast_to(tint * 255.0, (n, 3))
        out.append((points, normal, np.clip(colour, 0, 255).astype(np.uint8)))
    points, normals, colours = zip(*out, strict=True)
    return np.concatenate(points), np.concatenate(normals), np.concatenate(colours)


def _area(p: Piece) -> float:
    a, b, c = (p.vertices[p.faces[:, k]] for k in range(3))
    return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum())


def _spread(x: I64, step: int) -> I64:
    """The bits of x with step - 1 zeros between them."""
    out = np.zeros_like(x)
    for bit in range(10):
        out |= ((x >> bit) & 1) << (bit * step)
    return out


def _in_order(v: F64, f: I64) -> I64:
    """Faces along a space-filling curve, so that neighbours in the texture are neighbours on the body."""
    middle = v[f].mean(1)
    cells = ((middle - middle.min(0)) / max(float(np.ptp(middle, axis=0).max()), 1e-12) * 1023).astype(np.int64)
    code = _spread(cells[:, 0], 3) | _spread(cells[:, 1], 3) << 1 | _spread(cells[:, 2], 3) << 2
    return f[np.argsort(code, kind="stable")]


def _painted(v: F64, f: I64, tree: KDTree, colours: U8, extent: float) -> tuple[U8, F64]:
    """A texture with two triangles to a cell, and uv (3 F, 2); colours are those of the nearest old surface."""
    cells = (len(f) + 1) // 2
    n = 1
    while n * n < cells:
        n += 1
    s = max(TEXTURE_PX // n, 4)
    side = n * s
    grid = np.stack(np.meshgrid(np.arange(n), np.arange(n), indexing="ij"), -1).reshape(-1, 2)
    grid = grid[np.argsort(_spread(grid[:, 0], 2) | _spread(grid[:, 1], 2) << 1, kind="stable")]
    where = grid[np.arange(len(f)) // 2]  # (F, 2) cell of each face
    odd = np.arange(len(f)) % 2 == 1
    jj, ii = np.mgrid[0:s, 0:s]
    lower = (ii + jj) < s  # texels of the even face; the others belong to the odd one
    span = s - 2.0
    image = np.zeros((side, side, 3), np.uint8)
    normal = np.cross(v[f[:, 1]] - v[f[:, 0]], v[f[:, 2]] - v[f[:, 0]])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-30)
    for which in (False, True):
        rows = np.nonzero(odd == which)[0]
        if len(rows) == 0:
            continue
        texels = np.nonzero(~lower if which else lower)
        i, j = texels[1].astype(float), texels[0].astype(float)
        if which:
            i, j = s - 1 - i, s - 1 - j
        b, c = i / span, j / span
        over = np.maximum(b + c, 1.0)
        b, c = b / over, c / over
        bary = np.stack([1 - b - c, b, c], 1)
        points = np.einsum("tk,fkd->ftd", bary, v[f[rows]])
        n_at = np.broadcast_to(normal[rows][:, None], points.shape)
        feature = np.concatenate([points / extent, 0.03 * n_at], -1).reshape(-1, 6)
        near = tree.query(feature, workers=1)[1]
        px = where[rows][:, None, 0] * s + texels[1][None]
        py = where[rows][:, None, 1] * s + texels[0][None]
        image[py, px] = colours[near].reshape(*points.shape)
    corner = np.array([[0.0, 0.0], [span, 0.0], [0.0, span]]) + 0.5
    local = np.where(odd[:, None, None], s - corner[None], corner[None])
    uv = (where[:, None] * s + local).reshape(-1, 2) / side
    uv[:, 1] = 1.0 - uv[:, 1]
    return image, uv
