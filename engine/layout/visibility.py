"""Quick bounds on what a camera sees of an object, from outlines and heights alone."""

from __future__ import annotations

import numpy as np

from engine.frames import Pose, project
from engine.graph import shapes
from engine.types import F64, ObjectAsset


def in_image(points_W: F64, X_WC: F64, K: F64, margin_px: float) -> bool:
    """Whether all points (k, 3) project into the image, `margin_px` from its edge.

    The image is as large as its centred K says: width 2 c_x + 1.
    """
    uv, z = project(points_W, Pose.from_vector(X_WC), K)
    limit = 2 * np.array([K[0, 2], K[1, 2]]) + 0.5 - margin_px
    return bool(np.all(z > 0.05) and np.all(uv >= margin_px - 0.5) and np.all(uv <= limit))


def prism_points(polygon: F64, low: float, high: float) -> F64:
    """Corner points (2m, 3) of the upright prism over an outline (m, 2)."""
    m = len(polygon)
    return np.concatenate([np.column_stack([polygon, np.full(m, low)]), np.column_stack([polygon, np.full(m, high)])])


def surface_points(asset: ObjectAsset, pose: F64, count: int = 48) -> F64:
    """About `count` points (k, 3) in W spread over the visual surface: triangle centres at even steps of area."""
    centres, cumulative = [], []
    total = 0.0
    for mesh in asset.visual:
        v = mesh.vertices.astype(np.float64)[mesh.faces]
        area = 0.5 * np.linalg.norm(np.cross(v[:, 1] - v[:, 0], v[:, 2] - v[:, 0]), axis=1)
        centres.append(v.mean(axis=1))
        cumulative.append(total + np.cumsum(area))
        total = float(cumulative[-1][-1])
    wanted = (np.arange(count) + 0.5) / count * total
    picked = np.searchsorted(np.concatenate(cumulative), wanted)
    points = np.concatenate(centres)
    return Pose.from_vector(pose).apply(points[np.minimum(picked, len(points) - 1)])


def blocked(points: F64, eye: F64, polygon: F64, low: float, high: float) -> np.ndarray:
    """Which points (k, 3) the upright prism hides from `eye` (3,): bool (k,), exact.

    The segment p + s (eye - p), s in [0, 1], is clipped by each of the prism's half-spaces.
    """
    n = shapes.normals(polygon)
    h = np.sum(n * polygon, axis=1)
    d = eye - points
    # (k, m + 2): value at s = 0 and slope of every half-space function n . p - h <= 0
    value = np.column_stack([points[:, :2] @ n.T - h, low - points[:, 2], points[:, 2] - high])
    slope = np.column_stack([d[:, :2] @ n.T, -d[:, 2], d[:, 2]])
    with np.errstate(divide="ignore", invalid="ignore"):
        s = -value / slope
    enter = np.where(slope < 0, s, np.where((slope == 0) & (value > 0), np.inf, 0.0)).max(axis=1)
    leave = np.where(slope > 0, s, np.inf).min(axis=1)
    return np.maximum(enter, 0.0) < np.minimum(leave, 1.0)


def may_block(centre: F64, radius: float, target: F64, target_radius: float, eye: F64) -> bool:
    """False when a disc at `centre` (2,) surely leaves the target's disc free as seen from `eye` (all seen from
    above)."""
    e = eye[:2] - target[:2]
    t = float(np.clip((centre - target[:2]) @ e / max(float(e @ e), 1e-12), 0.0, 1.0))
    return float(np.linalg.norm(centre - target[:2] - t * e)) < radius + target_radius
