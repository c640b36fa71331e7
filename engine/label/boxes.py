"""Where things are in an image: boxes, centres, lines of sight.

Pixels: x right, y down, (0, 0) is the centre of the top-left pixel, so an image spans
[-0.5, width - 0.5] x [-0.5, height - 0.5]. Boxes are x0 y0 x1 y1 along pixel edges in the same
coordinates: the box of the single pixel (3, 5) is 2.5 4.5 3.5 5.5.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.frames import Array
from engine.sim.cameras import NEAR_M, camera_pixels
from engine.types import CameraSpec

NO_BOX = (-1.0, -1.0, -1.0, -1.0)
"""Stored where there is no box: nothing visible, or the object outside the image."""


def full_box(
    points_C: Array, edges: NDArray[np.int64], camera: CameraSpec, faces: NDArray[np.int64] | None = None
) -> Array:
    """Box (4,) of the part of a whole object that lies in the image, hidden parts included; NO_BOX outside.

    points_C (V, 3): vertices in the camera frame; edges (E, 2): pairs of vertices whose segments bound the
    object (its mesh or its hull). The outline is cut at the image's border, not its box: a corner that only the
    box reaches does not count. faces (F, 3): needed for an object that covers a corner of the image.
    """
    hi = np.array([camera.width, camera.height]) - 0.5
    if np.all(points_C[:, 2] > NEAR_M):
        uv = camera_pixels(points_C, camera)
        low, high = uv.min(0), uv.max(0)
        if np.any(high <= -0.5) or np.any(low >= hi):
            return np.array(NO_BOX)
        if np.all(low >= -0.5) and np.all(high <= hi):
            return np.concatenate([low, high])
        a, b = uv[edges[:, 0]], uv[edges[:, 1]]
    else:
        a, b = _ahead(points_C[edges[:, 0]], points_C[edges[:, 1]])
        if faces is not None:  # where the near plane cuts a face, the cut is part of the outline
            for _, _, _, ab, ac in _cut_faces(points_C[faces]):
                a, b = np.concatenate([a, ab]), np.concatenate([b, ac])
        a, b = camera_pixels(a, camera), camera_pixels(b, camera)
    inside = _clip(a, b, hi)
    if faces is not None:
        inside = np.concatenate([inside, _covered_corners(points_C, faces, camera, hi)])
    if len(inside) == 0:
        return np.array(NO_BOX)
    return np.concatenate([inside.min(0), inside.max(0)])


def _ahead(a: Array, b: Array) -> tuple[Array, Array]:
    """Segments (E, 3) cut at the near plane; those behind it are left out."""
    keep = (a[:, 2] > NEAR_M) | (b[:, 2] > NEAR_M)
    a, b = a[keep].copy(), b[keep].copy()
    for near, far in ((a, b), (b, a)):
        cut = near[:, 2] <= NEAR_M
        t = (NEAR_M - near[cut, 2]) / (far[cut, 2] - near[cut, 2])
        near[cut] += t[:, None] * (far[cut] - near[cut])
        near[cut, 2] = NEAR_M
    return a, b


def _clip(a: Array, b: Array, hi: Array) -> Array:
    """Ends (M, 2) of what lies in the image of segments a-b (E, 2) (Liang and Barsky 1984)."""
    d = b - a
    t0, t1 = np.zeros(len(a)), np.ones(len(a))
    with np.errstate(divide="ignore", invalid="ignore"):
        for k in range(2):
            enter, leave = (-0.5 - a[:, k]) / d[:, k], (hi[k] - a[:, k]) / d[:, k]
            enter, leave = np.minimum(enter, leave), np.maximum(enter, leave)
            flat = d[:, k] == 0
            outside = flat & ((a[:, k] < -0.5) | (a[:, k] > hi[k]))
            t0 = np.where(flat, t0, np.maximum(t0, enter))
            t1 = np.where(outside, -1.0, np.where(flat, t1, np.minimum(t1, leave)))
    keep = t0 <= t1
    ends = [a[keep] + t[keep, None] * d[keep] for t in (t0, t1)]
    # Rounding may leave an end a hair beyond the border it was cut at.
    return np.clip(np.concatenate(ends), -0.5, hi)


def _covered_corners(points_C: Array, faces: NDArray[np.int64], camera: CameraSpec, hi: Array) -> Array:
    """Corners (M, 2) of the image that a triangle covers with its part ahead of the camera."""
    ahead = _faces_ahead(points_C[faces])
    corners = np.array([[x, y] for x in (-0.5, hi[0]) for y in (-0.5, hi[1])])
    if len(ahead) == 0:
        return corners[:0]
    t = camera_pixels(ahead, camera)  # (F, 3, 2)
    e = np.roll(t, -1, axis=1) - t
    to = corners[:, None, None] - t[None]  # (4, F, 3, 2)
    side = e[None, ..., 0] * to[..., 1] - e[None, ..., 1] * to[..., 0]
    covered = (np.all(side >= 0, axis=2) | np.all(side <= 0, axis=2)).any(axis=1)
    return corners[covered]


def _cut_faces(triangles: Array) -> Iterator[tuple[Array, Array, Array, Array, Array]]:
    """Triangles (F, 3, 3) that the near plane cuts, those with one and those with two corners ahead of it.

    Yields a, b, c, ab, ac, each (G, 3): `a` is the odd corner, the plane cuts a-b in ab and a-c in ac.
    """
    ahead = triangles[..., 2] > NEAR_M
    for count in (1, 2):
        cut = triangles[ahead.sum(1) == count]
        odd = np.argmax((cut[..., 2] > NEAR_M) == (count == 1), axis=1)
        a, b, c = (cut[np.arange(len(cut)), (odd + k) % 3] for k in range(3))
        ab, ac = (a + ((NEAR_M - a[:, 2]) / (x[:, 2] - a[:, 2]))[:, None] * (x - a) for x in (b, c))
        ab[:, 2] = ac[:, 2] = NEAR_M
        yield a, b, c, ab, ac


def _faces_ahead(triangles: Array) -> Array:
    """Triangles (F, 3, 3) cut at the near plane: (G, 3, 3), all at or ahead of it."""
    pieces = [triangles[(triangles[..., 2] > NEAR_M).all(1)]]
    for a, b, c, ab, ac in _cut_faces(triangles):
        single = a[:, 2] > NEAR_M
        pieces.append(np.stack([a, ab, ac], 1)[single])
        pieces += [np.stack(corners, 1)[~single] for corners in ((ab, b, c), (ab, c, ac))]  # a quadrilateral is left
    return np.concatenate(pieces)


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
