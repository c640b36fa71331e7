"""Mass properties and resting poses of objects made of convex parts."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial import ConvexHull

from assets.numeric import F64, circle, rotate
from engine.frames import quat_to_mat
from engine.types import CollisionPart, StablePose

UPRIGHT_COS = 0.9994  # a face within 2 degrees of straight down is the way the object was drafted
MIN_TIP_TAN = 0.28  # a pose that tips over at less than 15.6 degrees does not count as resting: it rolls


def part_points(part: CollisionPart, segments: int = 32) -> F64:
    """Points (N, 3) in the object's frame whose convex hull is the part (round ones approximated inside)."""
    s = part.size
    if part.kind == "mesh":
        assert part.vertices is not None
        local = part.vertices
    elif part.kind == "box":
        local = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) * np.array(s)
    elif part.kind == "cylinder":
        c = circle(segments) * s[0]
        local = np.concatenate([np.concatenate([c, np.full((segments, 1), z)], -1) for z in (-s[1], s[1])])
    else:
        ball = _ball(segments)
        if part.kind == "sphere":
            local = ball * s[0]
        elif part.kind == "ellipsoid":
            local = ball * np.array(s)
        elif part.kind == "capsule":
            local = ball * s[0] + np.where(ball[:, 2:] >= 0, 1.0, -1.0) * np.array([0.0, 0.0, s[1]])
        else:
            raise ValueError(
                f"unknown collision part kind '{part.kind}'; known: box, sphere, capsule, cylinder, ellipsoid, mesh"
            )
    return rotate(local, quat_to_mat(part.q_wxyz)) + np.array(part.p)


def _ball(segments: int) -> F64:
    n = segments // 2
    c = circle(2 * n)
    rows = [np.concatenate([circle(segments) * c[k, 1], np.full((segments, 1), c[k, 0])], -1) for k in range(1, n)]
    return np.concatenate([[[0, 0, 1.0]], *rows, [[0, 0, -1.0]]])


def part_moments(part: CollisionPart) -> tuple[float, F64, F64]:
    """Volume, centroid (3,) and second moments of volume (3, 3) about the centroid, in the object's frame."""
    s = part.size
    if part.kind == "mesh":
        assert part.vertices is not None
        volume, centre, second = _hull_moments(part.vertices)
    else:
        centre = np.zeros(3)
        if part.kind == "box":
            volume = 8.0 * s[0] * s[1] * s[2]
            diag = np.array(s) ** 2 / 3.0
        elif part.kind == "cylinder":
            volume = 2.0 * np.pi * s[0] ** 2 * s[1]
            diag = np.array([s[0] ** 2 / 4, s[0] ** 2 / 4, s[1] ** 2 / 3])
        elif part.kind in ("sphere", "ellipsoid"):
            radii = np.array(s if part.kind == "ellipsoid" else (s[0],) * 3)
            volume = 4.0 / 3.0 * np.pi * float(radii[0] * radii[1] * radii[2])
            diag = radii**2 / 5.0
        else:  # capsule
            r, h = s
            vc, vs = 2.0 * np.pi * r * r * h, 4.0 / 3.0 * np.pi * r**3
            volume = vc + vs
            x = (vc * r * r / 4 + vs * r * r / 5) / volume
            z = (vc * h * h / 3 + vs * (r * r / 5 + h * h + 0.75 * r * h)) / volume
            diag = np.array([x, x, z])
        second = volume * np.diag(diag)
    R = quat_to_mat(part.q_wxyz)
    return float(volume), rotate(centre, R) + np.array(part.p), R @ second @ R.T


def _hull_moments(vertices: F64) -> tuple[float, F64, F64]:
    """Volume, centroid and central second moments of a convex hull, as a sum of tetrahedra."""
    hull = ConvexHull(vertices)
    apex = vertices.mean(0)
    t = vertices[hull.simplices] - apex  # (F, 3, 3)
    det = np.abs((t[:, 0] * np.cross(t[:, 1], t[:, 2])).sum(-1))
    volume = det.sum() / 6.0
    total = t.sum(1)
    centre = (det[:, None] * total).sum(0) / 24.0 / volume
    second = (det[:, None, None] * (t[:, :, :, None] * t[:, :, None, :]).sum(1)).sum(0)
    second = (second + (det[:, None, None] * total[:, :, None] * total[:, None, :]).sum(0)) / 120.0
    return float(volume), centre + apex, second - volume * np.outer(centre, centre)


def mass_properties(parts: list[CollisionPart]) -> tuple[float, F64, F64]:
    """Volume, centroid (3,) and inertia (3, 3) about it at density 1, of parts that do not overlap much.

    Where parts overlap the common volume counts twice; by construction that is a few per cent at most.
    """
    moments = [part_moments(p) for p in parts]
    volume = sum(m[0] for m in moments)
    centre = sum((m[0] * m[1] for m in moments), np.zeros(3)) / volume
    second = np.zeros((3, 3))
    for v, c, s in moments:
        second += s + v * np.outer(c - centre, c - centre)
    return volume, centre, np.trace(second) * np.eye(3) - second


def stable_poses(points: ArrayLike) -> tuple[StablePose, ...]:
    """Resting orientations on a plane of a body with hull points (N, 3) and centre of mass at the origin.

    A face of the hull is a resting pose if the centre of mass projects into it with room enough that the
    body tips over only beyond 15.6 degrees. Probability: the face's share of the solid angle around the
    centre of mass. Sorted by falling probability, upright first. Yaw is free.
    """
    p = np.asarray(points, np.float64)
    hull = ConvexHull(p)
    order = np.lexsort(np.round(hull.equations, 6).T)
    normals, offsets = hull.equations[order, :3], -hull.equations[order, 3]
    foot = normals * offsets[:, None]  # where the plumb line of each face's pose meets the face
    room = offsets[None] - foot @ normals.T
    along = normals @ normals.T
    apart = along < 0.9998
    sine = np.sqrt(np.maximum(1.0 - along * along, 1e-9))
    margin = np.where(apart, room / sine, np.inf).min(1)  # to the nearest edge of the face, negative outside
    likely = margin > 0.8 * MIN_TIP_TAN * offsets  # the exact test follows, on the few that are left
    found: list[StablePose] = []
    taken: list[F64] = []
    for n in normals[likely]:
        if any(float(n @ t) > 0.9998 for t in taken):
            continue
        taken.append(n)
        pose = _resting(p, n)
        if pose is not None:
            found.append(pose)
    found.sort(key=lambda s: (not s.upright, -s.probability, tuple(np.round(s.q_wxyz, 4))))
    return tuple(found)


def _resting(p: F64, n: F64) -> StablePose | None:
    upright = -n[2] > UPRIGHT_COS
    q = np.array([1.0, 0.0, 0.0, 0.0]) if upright else _quat_to_down(n)
    w = p @ quat_to_mat(q).T
    low = float(w[:, 2].min())
    feet = w[w[:, 2] < low + (5e-4 if upright else 2e-4)]
    if len(feet) < 3:
        return None
    try:
        base = ConvexHull(feet[:, :2])
    except Exception:  # Qhull's error type differs between scipy versions: a foot line, not a foot area
        return None
    margin = float((-base.equations[:, 2]).min())  # distance of the origin's projection from the nearest edge
    if margin < MIN_TIP_TAN * -low:
        return None
    corners = feet[base.vertices]
    share = sum(_solid_angle(corners[0], corners[i], corners[i + 1]) for i in range(1, len(corners) - 1)) / (4 * np.pi)
    return StablePose(np.round(q, 7), round(-low, 6), round(share, 4), bool(upright))


def _quat_to_down(n: F64) -> F64:
    """Shortest rotation (wxyz) that turns the direction n to -z."""
    w = 1.0 - n[2]
    if w < 1e-6:
        return np.array([0.0, 1.0, 0.0, 0.0])
    q = np.array([w, -n[1], n[0], 0.0])
    return q / np.sqrt((q * q).sum())


def _solid_angle(a: F64, b: F64, c: F64) -> float:
    """Solid angle of a triangle seen from the origin (Van Oosterom and Strackee 1983, eq. 8)."""
    la, lb, lc = (float(np.sqrt((x * x).sum())) for x in (a, b, c))
    top = abs(float(a @ np.cross(b, c)))
    return 2.0 * float(np.arctan2(top, la * lb * lc + float(a @ b) * lc + float(a @ c) * lb + float(b @ c) * la))
