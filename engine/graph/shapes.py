"""Exact 2.5-D geometry of objects: outlines seen from above, heights, separations and areas.

Outlines are convex polygons, (m, 2) vertices counter-clockwise in metres. Round parts are circumscribed by 24-gons, so
an outline never lies inside the true one and exceeds it by less than 0.9 %.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.frames import axis_angle_quat, quat_mul, quat_to_mat
from engine.types import F64, CollisionPart, ObjectAsset

_N = 24
_ANGLES = np.arange(_N) * (2 * np.pi / _N)
_CIRCLE = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], 1) / np.cos(np.pi / _N)


def _part_support(part: CollisionPart, d: F64) -> float:
    """Support function max(v . d) of a part about its own origin; d (3,) in the part's frame, any length."""
    s = part.size
    if part.kind == "box":
        return float(np.abs(d) @ np.asarray(s, np.float64))
    if part.kind == "sphere":
        return float(s[0] * np.linalg.norm(d))
    if part.kind == "capsule":
        return float(s[0] * np.linalg.norm(d) + s[1] * abs(d[2]))
    if part.kind == "cylinder":
        return float(s[0] * np.hypot(d[0], d[1]) + s[1] * abs(d[2]))
    if part.kind == "ellipsoid":
        return float(np.linalg.norm(np.asarray(s, np.float64) * d))
    if part.kind == "mesh" and part.vertices is not None:
        return float((part.vertices @ d).max())
    raise ValueError(f"collision part of kind '{part.kind}' (known: box, sphere, capsule, cylinder, ellipsoid, mesh)")


def support(asset: ObjectAsset, d_O: F64) -> float:
    """Largest v . d over the collision shape, exactly; d_O (3,) in O, metres for a unit direction."""
    best = -np.inf
    for part in asset.collision:
        R = quat_to_mat(part.q_wxyz)
        best = max(best, float(np.asarray(part.p) @ d_O) + _part_support(part, R.T @ d_O))
    return best


def height_range(asset: ObjectAsset, pose: F64) -> tuple[float, float]:
    """Lowest and highest z in W of the collision shape at X_WO (7,)."""
    below, above = _rise(asset, np.asarray(pose[3:7], np.float64).tobytes())
    return float(pose[2] - below), float(pose[2] + above)


@lru_cache(maxsize=256)
def _rise(asset: ObjectAsset, quaternion: bytes) -> tuple[float, float]:
    """How far the shape reaches below and above its origin: asked for every pair of objects in a scene."""
    up_O = quat_to_mat(np.frombuffer(quaternion))[2]
    return support(asset, -up_O), support(asset, up_O)


def _part_outline(part: CollisionPart, R: F64) -> F64:
    """Points (k, 2) whose hull is the part's shadow on the xy plane, R = R_WO; relative to O's origin."""
    A = R @ quat_to_mat(part.q_wxyz)
    c = (R @ np.asarray(part.p, np.float64))[:2]
    s = part.size
    if part.kind == "box":
        signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], np.float64)
        return c + (signs * np.asarray(s)) @ A[:2].T
    if part.kind == "sphere":
        return c + s[0] * _CIRCLE
    if part.kind == "capsule":
        axis = A[:2, 2] * s[1]
        return np.concatenate([c + axis + s[0] * _CIRCLE, c - axis + s[0] * _CIRCLE])
    if part.kind == "cylinder":
        ring = s[0] * _CIRCLE @ A[:2, :2].T
        axis = A[:2, 2] * s[1]
        return np.concatenate([c + axis + ring, c - axis + ring])
    if part.kind == "ellipsoid":
        # The shadow of an ellipsoid with shape matrix M is the ellipse with M's xy block.
        M = (A * np.asarray(s, np.float64) ** 2) @ A.T
        L = np.linalg.cholesky(M[:2, :2] + 1e-15 * np.eye(2))
        return c + _CIRCLE @ L.T
    if part.kind == "mesh" and part.vertices is not None:
        return c + part.vertices @ A[:2].T
    raise ValueError(f"collision part of kind '{part.kind}' (known: box, sphere, capsule, cylinder, ellipsoid, mesh)")


def hull(points: F64) -> F64:
    """Convex hull (m, 2), counter-clockwise, of points (k, 2) (Andrew's monotone chain)."""
    pts = np.unique(np.round(points, 9), axis=0).tolist()
    if len(pts) < 3:
        return np.asarray(pts, np.float64).reshape(-1, 2)

    def chain(seq: Iterable[list[float]]) -> list[list[float]]:
        out: list[list[float]] = []
        for p in seq:
            while (
                len(out) >= 2
                and (out[-1][0] - out[-2][0]) * (p[1] - out[-2][1]) - (out[-1][1] - out[-2][1]) * (p[0] - out[-2][0])
                <= 1e-14
            ):
                out.pop()
            out.append(p)
        return out

    lower, upper = chain(pts), chain(reversed(pts))
    return np.asarray(lower[:-1] + upper[:-1], np.float64)


def polygon_area(poly: F64) -> float:
    """Area of a counter-clockwise polygon (m, 2)."""
    nxt = np.roll(poly, -1, axis=0)
    return 0.5 * float(np.sum(poly[:, 0] * nxt[:, 1] - poly[:, 1] * nxt[:, 0]))


def normals(poly: F64) -> F64:
    """Outward unit edge normals (m, 2) of a counter-clockwise polygon."""
    e = np.roll(poly, -1, axis=0) - poly
    n = np.stack([e[:, 1], -e[:, 0]], 1)
    return n / np.linalg.norm(n, axis=1, keepdims=True)


def inside_margin(poly: F64, p: F64) -> float:
    """Signed distance of p (2,) to the nearest edge line, positive inside."""
    n = normals(poly)
    return float(np.min(np.sum(n * (poly - p), axis=1)))


def separation(a: F64, b: F64) -> float:
    """Signed separation of two convex polygons by the separating axis test.

    Negative: the penetration depth. Positive: at most the Euclidean distance, equal to it unless the nearest features
    are two vertices.
    """
    na, nb = normals(a), normals(b)
    gap_a = np.min(na @ b.T, axis=1) - np.sum(na * a, axis=1)
    gap_b = np.min(nb @ a.T, axis=1) - np.sum(nb * b, axis=1)
    return float(max(gap_a.max(), gap_b.max()))


def _to_edges(points: F64, poly: F64) -> float:
    """Least distance from points (k, 2) to the boundary of a polygon."""
    e = np.roll(poly, -1, axis=0) - poly
    d = points[:, None, :] - poly[None]
    t = np.clip(np.sum(d * e, axis=2) / np.maximum(np.sum(e * e, axis=1), 1e-18), 0.0, 1.0)
    return float(np.min(np.linalg.norm(d - t[..., None] * e, axis=2)))


def distance(a: F64, b: F64) -> float:
    """Euclidean distance of two convex polygons; negative penetration depth when they overlap."""
    s = separation(a, b)
    return s if s <= 0 else min(_to_edges(a, b), _to_edges(b, a))


def min_width(poly: F64) -> float:
    """Smallest distance between two parallel lines that enclose the polygon."""
    n = normals(poly)
    proj = n @ poly.T
    return float(np.min(proj.max(axis=1) - proj.min(axis=1)))


@dataclass(frozen=True, eq=False)
class Footprint:
    """The outline of an object in one orientation at yaw 0, relative to O's origin, and its height.

    polygon (m, 2); radius about the origin; below and above: heights under and over O's origin.
    """

    polygon: F64
    radius: float
    area: float
    perimeter: float
    below: float
    above: float

    def at(self, x: float, y: float, yaw: float) -> F64:
        """The outline (m, 2) in W with O's origin at (x, y), turned by yaw."""
        c, s = np.cos(yaw), np.sin(yaw)
        return self.polygon @ np.array([[c, s], [-s, c]]) + np.array([x, y])


_CACHE: weakref.WeakKeyDictionary[ObjectAsset, dict[bytes, Footprint]] = weakref.WeakKeyDictionary()


def footprint(asset: ObjectAsset, q_wxyz: F64) -> Footprint:
    """The object's footprint at R_WO = q_wxyz, remembered per asset and orientation."""
    memory = _CACHE.setdefault(asset, {})
    q = np.ascontiguousarray(q_wxyz, np.float64)
    key = q.tobytes()
    found = memory.get(key)
    if found is None:
        found = _footprint(asset, q)
        if len(memory) >= 64:  # stable poses are few; whatever else was asked for must not pile up
            memory.clear()
        memory[key] = found
    return found


def outline(asset: ObjectAsset, q_wxyz: F64) -> F64:
    """Outline (m, 2) at R_WO = q_wxyz relative to O's origin, computed anew (for poses in motion)."""
    R = quat_to_mat(q_wxyz)
    return hull(np.concatenate([_part_outline(part, R) for part in asset.collision]))


def _footprint(asset: ObjectAsset, q: F64) -> Footprint:
    R = quat_to_mat(q)
    poly = outline(asset, q)
    return Footprint(
        polygon=poly,
        radius=float(np.linalg.norm(poly, axis=1).max()),
        area=polygon_area(poly),
        perimeter=float(np.linalg.norm(np.roll(poly, -1, axis=0) - poly, axis=1).sum()),
        below=support(asset, -R[2]),
        above=support(asset, R[2]),
    )


def pose_at(x: float, y: float, yaw: float, q_wxyz: F64, plane_z: float, height: float) -> F64:
    """X_WO (7,) of an object resting on the plane z = plane_z in the orientation q_wxyz turned by yaw."""
    q = quat_mul(axis_angle_quat((0.0, 0.0, 1.0), yaw), q_wxyz)
    return np.concatenate([[x, y, plane_z + height], q / np.linalg.norm(q)])
