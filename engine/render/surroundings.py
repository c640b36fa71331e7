"""Panoramas as sky cubes."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.types import F32, F64, U8

# Faces in MuJoCo's order (right, left, up, down, front, back). For each: the direction in W at the
# face's centre, towards its right edge (columns) and towards its lower edge (rows), seen from inside.
_FACES = (
    ((1, 0, 0), (0, -1, 0), (0, 0, -1)),
    ((-1, 0, 0), (0, 1, 0), (0, 0, -1)),
    ((0, 0, 1), (1, 0, 0), (0, -1, 0)),
    ((0, 0, -1), (1, 0, 0), (0, 1, 0)),
    ((0, 1, 0), (1, 0, 0), (0, 0, -1)),
    ((0, -1, 0), (-1, 0, 0), (0, 0, -1)),
)


@lru_cache(maxsize=4)
def _face_directions(size: int) -> F64:
    """Unit directions in W (6, size, size, 3) of the texels of a cube."""
    t = (np.arange(size) + 0.5) / size * 2 - 1
    out = np.empty((6, size, size, 3))
    for k, (centre, right, down) in enumerate(_FACES):
        c, r, d = (np.array(v, np.float64) for v in (centre, right, down))
        out[k] = c + t[None, :, None] * r + t[:, None, None] * d
    return out / np.linalg.norm(out, axis=-1, keepdims=True)


def sample_panorama(pano: F32, directions: F64, yaw: float = 0.0) -> NDArray[np.float64]:
    """Radiance (..., 3) of a latitude-longitude panorama (H, 2H, 3) in directions (..., 3), bilinear.

    Column u spans azimuth -pi .. pi (0 = +x, counter-clockwise seen from above, offset by `yaw`); row 0
    is straight up.
    """
    h, w = pano.shape[:2]
    azimuth = np.arctan2(directions[..., 1], directions[..., 0]) - yaw
    polar = np.arccos(np.clip(directions[..., 2], -1, 1))
    u = (azimuth / (2 * np.pi) + 0.5) * w - 0.5
    v = np.clip(polar / np.pi * h - 0.5, 0, h - 1)
    u0, v0 = np.floor(u).astype(np.int64), np.floor(v).astype(np.int64)
    fu, fv = (u - u0)[..., None], (v - v0)[..., None]
    v1 = np.minimum(v0 + 1, h - 1)
    left, right = u0 % w, (u0 + 1) % w
    top = pano[v0, left] * (1 - fu) + pano[v0, right] * fu
    bottom = pano[v1, left] * (1 - fu) + pano[v1, right] * fu
    return top * (1 - fv) + bottom * fv


_STEPS = np.arange(4096) / 4095
_SRGB = np.rint(255 * np.where(_STEPS <= 0.0031308, 12.92 * _STEPS, 1.055 * _STEPS ** (1 / 2.4) - 0.055)).astype(
    np.uint8
)


def to_srgb(radiance: NDArray[np.floating], exposure: float) -> U8:
    """Linear radiance as 8-bit sRGB; highlights roll off instead of clipping."""
    x = np.maximum(radiance, np.float32(0.0)) * np.float32(exposure)
    x = x * (1 + x / 16.0) / (1 + x)  # Reinhard 2002, equation 4, white at 4
    x = np.clip(1.4 * x, 0, 1)
    return np.take(_SRGB, (x * np.float32(4095) + np.float32(0.5)).astype(np.uint16))


_MIDDLE, _ADAPTATION = 0.45, 0.6


def _gain(pano: F32) -> float:
    """Exposure for a panorama's own middle, as far as eyes adapt: a night stays darker than a day."""
    level = max(float(np.median(pano[::2, ::2].sum(-1))) / 3.0, 1e-6)
    return (_MIDDLE / level) ** _ADAPTATION


def tone_mapped(pano: F32, exposure: float) -> U8:
    """The panorama as an sRGB picture (H, 2H, 3), exposed for its own middle, so that a bright sky and a dim
    room both stay in range."""
    return to_srgb(pano.astype(np.float32) * np.float32(_gain(pano)), exposure)


def sky_cube(pano: F32, size: int, yaw: float, exposure: float) -> U8:
    """Cube faces (6 size, size, 3) uint8 of a panorama, in MuJoCo's order."""
    radiance = sample_panorama(pano, _face_directions(size), yaw)
    return to_srgb(radiance * _gain(pano), exposure).reshape(6 * size, size, 3)
