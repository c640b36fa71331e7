"""Where things are in an image: boxes, centres, lines of sight.

Pixels: x right, y down, (0, 0) is the centre of the top-left pixel, so an image spans
[-0.5, width - 0.5] x [-0.5, height - 0.5]. Boxes are x0 y0 x1 y1 along pixel edges in the same
coordinates: the box of the single pixel (3, 5) is 2.5 4.5 3.5 5.5.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.frames import Array
from engine.sim.cameras import NEAR_M, camera_pixels
from engine.types import CameraSpec

NO_BOX = (-1.0, -1.0, -1.0, -1.0)
"""Stored where there is no box: nothing visible, or the object outside the image."""


def clip_ahead(points_C: Array, edges: NDArray[np.int64]) -> Array:
    """Vertices ahead of the near plane and the points where the edges (E, 2) cross it, (M, 3)."""
    z = points_C[:, 2]
    ahead = z > NEAR_M
    if ahead.all():
        return points_C
    crossing = edges[ahead[edges[:, 0]] != ahead[edges[:, 1]]]
    a, b = points_C[crossing[:, 0]], points_C[crossing[:, 1]]
    t = (NEAR_M - a[:, 2]) / (b[:, 2] - a[:, 2])
    # A hair beyond the plane, so that division by z is safe and the points count as ahead.
    cut = a + t[:, None] * (b - a)
    cut[:, 2] = NEAR_M
    return np.concatenate([points_C[ahead], cut])


def full_box(points_C: Array, edges: NDArray[np.int64], camera: CameraSpec) -> Array:
    """Box (4,) of a whole object, hidden parts included, clipped to the image; NO_BOX outside.

    points_C (V, 3): vertices in the camera frame; edges (E, 2): pairs of vertices whose segments
    bound the object (its mesh or its hull), needed where the object passes the camera plane.
    """
    points = clip_ahead(points_C, edges)
    if len(points) == 0:
        return np.array(NO_BOX)
    uv = camera_pixels(points, camera)
    hi = np.array([camera.width, camera.height]) - 0.5
    lo, top = uv.min(0), uv.max(0)
    if np.any(top <= -0.5) or np.any(lo >= hi):
        return np.array(NO_BOX)
    return np.concatenate([np.maximum(lo, -0.5), np.minimum(top, hi)])


def mask_box(mask: NDArray[np.bool_]) -> Array:
    """Box (4,) of the true pixels of a mask (H, W) along pixel edges; NO_BOX when there is none."""
    rows = np.flatnonzero(mask.any(1))
    if len(rows) == 0:
        return np.array(NO_BOX)
    columns = np.flatnonzero(mask.any(0))
    return np.array([columns[0] - 0.5, rows[0] - 0.5, columns[-1] + 0.5, rows[-1] + 0.5])


def mask_centre(mask: NDArray[np.bool_]) -> Array:
    """Centroid (2,) of the true pixels of a mask; (-1, -1) when there is none."""
    area = int(mask.sum())
    if area == 0:
        return np.array([-1.0, -1.0])
    x = float(mask.sum(0) @ np.arange(mask.shape[1]))
    y = float(mask.sum(1) @ np.arange(mask.shape[0]))
    return np.array([x / area, y / area])


def depth_mm(depth: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Depth in metres (H, W) as millimetres, rounded; 65535 stands for 65.535 m or more."""
    return np.minimum(np.rint(depth.astype(np.float64) * 1000.0), 65535).astype(np.uint16)


def mesh_edges(faces: ArrayLike) -> NDArray[np.int64]:
    """Unique edges (E, 2) of triangles (F, 3), sorted."""
    f = np.asarray(faces, np.int64)
    pairs = np.sort(np.concatenate([f[:, [0, 1]], f[:, [1, 2]], f[:, [2, 0]]]), axis=1)
    return np.unique(pairs, axis=0)
