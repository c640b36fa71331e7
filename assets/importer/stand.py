"""How a body rests: convex parts turned, and if need be trimmed at the foot, so that it stands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.spatial import ConvexHull

from assets.importer.records import Refused
from assets.physical import mass_properties, part_points, stable_poses
from engine.frames import mat_to_quat, quat_to_mat
from engine.types import F64, CollisionPart, StablePose

_TRIMS = (0.0005, 0.001, 0.002)
_NEARLY = 0.2  # rad: a pose this near to the file's is the file's, and the file is tilted
_ROUND = (0.03, 0.045, 0.06, 0.08, 0.1)  # of the height: what may be taken off the foot of something round


def turned(part: CollisionPart, R: F64) -> CollisionPart:
    """The part of a body that is turned by R (3, 3)."""
    x, y, z = (float(v) for v in R @ np.array(part.p))
    qw, qx, qy, qz = (float(v) for v in mat_to_quat(R @ quat_to_mat(part.q_wxyz)))
    return replace(part, p=(x, y, z), q_wxyz=(qw, qx, qy, qz))


def moved(part: CollisionPart, shift: F64) -> CollisionPart:
    """The part shifted; a mesh part gets its vertices shifted and no offset."""
    if part.kind == "mesh":
        assert part.vertices is not None
        local = part.vertices @ quat_to_mat(part.q_wxyz).T + np.array(part.p) + shift
        return CollisionPart("mesh", (), vertices=np.round(local, 6))
    x, y, z = (float(v) for v in np.round(np.array(part.p) + shift, 6))
    return replace(part, p=(x, y, z))


def extremes(points: F64, count: int = 400) -> F64:
    """The points (N, 3) that reach farthest in `count` evenly spread directions: a hull's shape with bounded cost."""
    k = np.arange(count) + 0.5
    z, turn = 1.0 - 2.0 * k / count, np.pi * (1.0 + 5.0**0.5) * k
    r = np.sqrt(1.0 - z * z)
    directions = np.concatenate([np.stack([r * np.cos(turn), r * np.sin(turn), z], 1), np.eye(3), -np.eye(3)])
    chosen = {int(np.argmax(points @ d)) for d in directions}
    return points[sorted(chosen)]


def poses_of(parts: list[CollisionPart]) -> tuple[StablePose, ...]:
    """Stable poses of parts in any frame, about their centroid."""
    centre = mass_properties(parts)[1]
    points = np.concatenate([part_points(p) for p in parts]) - centre
    return stable_poses(points)


def stand_up(parts: list[CollisionPart], notes: list[str]) -> tuple[list[CollisionPart], F64]:
    """The parts standing upright (z up) and the rotation (3, 3) that was made. Raises Refused when nothing stands.

    The file's own orientation wins when it is stable, after a trim of at most 2 mm at the foot, or within 11 degrees;
    else something round gets a small flat foot, else the most stable pose is taken.
    """
    poses = poses_of(parts)
    if any(s.upright for s in poses):
        return parts, np.eye(3)
    z = np.concatenate([part_points(p) for p in parts])[:, 2]
    height = float(np.ptp(z))
    for trim in _TRIMS:
        if trim > 0.03 * height:
            break
        without = trimmed(parts, float(z.min()) + trim)
        if any(s.upright for s in poses_of(without)):
            return without, np.eye(3)
    tilts = [2.0 * np.arccos(np.clip(abs(s.q_wxyz[0]), 0.0, 1.0)) for s in poses]
    near = [k for k, t in enumerate(tilts) if t < _NEARLY]
    if not near and not poses:
        return _flattened(parts, notes)
    best = near[0] if near else int(np.argmax([s.probability for s in poses]))
    R = quat_to_mat(poses[best].q_wxyz)
    if near:
        notes.append(f"stood straight ({np.degrees(tilts[best]):.0f} degrees off in the file)")
    else:
        notes.append("does not stand as in the file: turned to its most stable pose")
    out = [turned(p, R) for p in parts]
    if not any(s.upright for s in poses_of(out)):
        out = trimmed(out, float(np.concatenate([part_points(p) for p in out])[:, 2].min()) + 0.0002)
    if not any(s.upright for s in poses_of(out)):
        raise Refused("its resting pose is too narrow to stay in; give it a flat side")
    return out, R


def _flattened(parts: list[CollisionPart], notes: list[str]) -> tuple[list[CollisionPart], F64]:
    """Something round with a small flat foot; lying down when it is long. Raises Refused when that is not enough."""
    points = np.concatenate([part_points(p) for p in parts])
    x, y, z = (float(v) for v in np.ptp(points, axis=0))
    R = np.eye(3)
    if z > 1.15 * min(x, y):
        about_x, about_y = [[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]], [[0, 0, -1.0], [0, 1.0, 0], [1.0, 0, 0]]
        R = np.array(about_x if y <= x else about_y)
    lying = [turned(p, R) for p in parts]
    low = float((points @ R.T)[:, 2].min())
    height = float(np.ptp(points @ R.T, axis=0)[2])
    for share in _ROUND:
        without = trimmed(lying, low + share * height)
        if any(s.upright for s in poses_of(without)):
            notes.append(f"flattened by {1000 * share * height:.1f} mm at the foot, so that it does not roll")
            return without, R
    raise Refused("does not stand or lie still in any pose (it rolls or tips over); give it a flat side")


def trimmed(parts: list[CollisionPart], level: float) -> list[CollisionPart]:
    """Parts without what lies below z = level; parts that are reached become meshes."""
    out = []
    for part in parts:
        points = part_points(part)
        if points[:, 2].min() >= level:
            out.append(part)
            continue
        if points[:, 2].max() <= level + 1e-4:
            continue
        out.append(CollisionPart("mesh", (), vertices=cut(points, level)))
    return out or parts


def cut(points: F64, level: float) -> F64:
    """Hull points of what a convex body, the hull of points (N, 3), has above z = level."""
    hull = ConvexHull(points)
    edges = np.concatenate([hull.simplices[:, [0, 1]], hull.simplices[:, [1, 2]], hull.simplices[:, [2, 0]]])
    a, b = points[edges[:, 0]], points[edges[:, 1]]
    crossing = (a[:, 2] < level) != (b[:, 2] < level)
    a, b = a[crossing], b[crossing]
    t = (level - a[:, 2]) / (b[:, 2] - a[:, 2])
    on = a + t[:, None] * (b - a)
    on[:, 2] = level
    kept = points[hull.vertices]
    both = np.concatenate([kept[kept[:, 2] >= level], on])
    return np.asarray(both[ConvexHull(both).vertices], np.float64)
