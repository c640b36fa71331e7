"""Boxes against an object's collision shape: how far apart they surely are."""

from __future__ import annotations

import numpy as np

from engine.grasp.solids import FAR, Solid
from engine.types import F64


def _reach(s: Solid, d: F64) -> tuple[F64, F64]:
    """Extent (low, high) of a solid, about its own origin, along directions d (..., 3) in its frame."""
    if s.kind == "mesh":
        v = d @ s.vertices.T
        return v.min(-1), v.max(-1)
    if s.kind == "box":
        h = np.abs(d) @ s.size
    elif s.kind == "ellipsoid":
        h = np.linalg.norm(d * s.size, axis=-1)
    elif s.kind == "cylinder":
        h = s.size[0] * np.hypot(d[..., 0], d[..., 1]) + s.size[2] * np.abs(d[..., 2])
    else:
        h = s.size[0] * np.linalg.norm(d, axis=-1) + s.size[2] * np.abs(d[..., 2])
    return -h, h


def _nearest_in(s: Solid, x: F64) -> F64:
    """The point of a round solid's core nearest to x (..., 3), part frame (ellipsoid: its centre)."""
    if s.kind == "ellipsoid":
        return np.zeros_like(x)
    z = np.clip(x[..., 2:], -s.size[2], s.size[2])
    if s.kind == "capsule":
        return np.concatenate([0 * x[..., :2], z], -1)
    r = np.linalg.norm(x[..., :2], axis=-1, keepdims=True)
    return np.concatenate([x[..., :2] * np.minimum(1.0, s.size[0] / np.maximum(r, 1e-12)), z], -1)


def _separation(s: Solid, d: F64, R: F64, c: F64, half: F64) -> F64:
    """Gap along unit directions d (M, B, K, 3) between the solid and boxes R (M, 3, 3), c, half (M, B, 3)."""
    low, high = _reach(s, d)
    mid = np.einsum("mbkj,mbj->mbk", d, c)
    ext = np.einsum("mbki,mbi->mbk", np.abs(np.einsum("mbkj,mji->mbki", d, R)), half)
    return np.maximum(low - (mid + ext), (mid - ext) - high)


def _one_gap(s: Solid, R: F64, c: F64, half: F64, shrink: float, enough: float) -> F64:
    """Lower bound (M, B) of the signed distance of boxes to one solid, all in the part's frame."""
    # The box's own axes and the part's face normals; each is exact along its axis.
    low, high = _reach(s, np.swapaxes(R, 1, 2))
    mid = np.einsum("mji,mbj->mbi", R, c)
    gap = np.maximum(low[:, None] - (mid + half), (mid - half) - high[:, None]).max(-1)
    if len(s.axes):
        low, high = _reach(s, s.axes)
        mid = c @ s.axes.T
        ext = np.einsum("mbi,mik->mbk", half, np.abs(np.einsum("mji,kj->mik", R, s.axes)))
        gap = np.maximum(gap, np.maximum(low - (mid + ext), (mid - ext) - high).max(-1))
    rows = np.nonzero(np.any(gap < enough, axis=1))[0]
    if len(rows):
        R, c, half = R[rows], c[rows], half[rows]
        if len(s.edges):
            gap[rows] = np.maximum(gap[rows], _edge_gap(s, R, c, half))
        if s.kind in ("ellipsoid", "cylinder", "capsule"):
            gap[rows] = np.maximum(gap[rows], _round_gap(s, R, c, half, shrink))
    return gap


def _edge_gap(s: Solid, R: F64, c: F64, half: F64) -> F64:
    """The same along products of the box's edges with the part's, (M, B)."""
    d = np.cross(np.swapaxes(R, 1, 2)[:, :, None], s.edges[None, None]).reshape(len(R), -1, 3)
    norm = np.linalg.norm(d, axis=-1)
    d = d / np.maximum(norm, 1e-9)[..., None]
    sep = _separation(s, np.broadcast_to(d[:, None], (*c.shape[:2], *d.shape[1:])), R, c, half)
    return np.where(norm[:, None] > 1e-4, sep, -FAR).max(-1)


def _round_gap(s: Solid, R: F64, c: F64, half: F64, shrink: float) -> F64:
    """The same along the direction between nearest points of the box and a round part, (M, B).

    Alternating projections find the points. The box is taken `shrink` smaller, so that shallow overlaps
    still have a direction.
    """
    small = np.maximum(half - shrink, 0.0)
    core = np.zeros_like(c)
    q = core
    for _ in range(1 if s.kind == "ellipsoid" else 8):
        q = np.einsum("mji,mbj->mbi", R, core - c)
        q = np.einsum("mij,mbj->mbi", R, np.clip(q, -small, small)) + c
        core = _nearest_in(s, q)
    other = (q - core) / s.size**2 * s.size.min() ** 2 if s.kind == "ellipsoid" else q * [1.0, 1.0, 0.0]
    d = np.stack([q - core, other], 2)
    norm = np.linalg.norm(d, axis=-1)
    sep = _separation(s, d / np.maximum(norm, 1e-12)[..., None], R, c, half)
    return np.where(norm > 1e-7, sep, -FAR).max(-1)


def box_gaps(
    solids: tuple[Solid, ...],
    R: F64,
    p: F64,
    centres: F64,
    halves: F64,
    shrink: float = 0.002,
    enough: float = np.inf,
) -> F64:
    """Lower bound of the signed distance between boxes fixed to M frames and a union of solids.

    R (M, 3, 3), p (M, 3): the frames in O; centres, halves (M, B, 3) or (B, 3): boxes along each
    frame's axes. Returns (M, B): a value g > 0 proves a free distance of g; g < 0 says that the overlap
    is at most -g deep (along the best axis tried), so `g >= -tolerance` never accepts a deeper one. The
    separating-axis test (Gottschalk 1996) over box axes, face normals, edge products of simple parts and
    the direction between nearest points of round ones. Where the first two already prove `enough` for every
    box of a frame the rest is left out.
    """
    M = len(R)
    centres = np.broadcast_to(centres, (M, *centres.shape[-2:]))
    halves = np.broadcast_to(halves, centres.shape)
    gap = np.full(centres.shape[:2], FAR)
    if M == 0:
        return gap
    for s in solids:
        R_P = np.einsum("ji,mjk->mik", s.R, R)
        c_P = np.einsum("mij,mbj->mbi", R_P, centres) + ((p - s.p) @ s.R)[:, None]
        # Rows whose balls are far apart need no axes.
        far = np.linalg.norm(c_P, axis=-1) - np.linalg.norm(halves, axis=-1) - s.radius
        near = np.nonzero(np.any(far < 0.02, axis=1))[0]
        if len(near):
            far[near] = _one_gap(s, R_P[near], c_P[near], halves[near], shrink, enough)
        gap = np.minimum(gap, far)
    return gap
