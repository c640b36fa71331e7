"""Panoramas as numbers: directions of pixels, sampling, the lights that follow, and a small ray caster to paint places.

A panorama is linear radiance (H, 2H, 3) float32, latitude-longitude, row 0 up; the middle column looks along +x, the
left edge along -x through +y, so that the picture is not mirrored for a viewer inside.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assets.numeric import cos_sin

F64 = NDArray[np.float64]
Field = NDArray[np.floating[Any]]
Paint = Callable[[Field, NDArray[np.int64]], Field]
"""(points (k, 3) of a box from its lower corner, axis (k,) of the face that was hit) -> albedo (k, 3)."""

EYE_HEIGHT = 1.5
"""Metres above the floor from which places are painted; the raster renderer puts their ground back there."""


@lru_cache(maxsize=4)
def panorama_directions(height: int) -> F64:
    """Unit directions (height, 2 * height, 3) in W of a panorama's pixel centres; read-only.

    Azimuth is pi - 2 pi (column + 0.5) / width.
    """
    cp, sp = cos_sin(np.pi / 2 - np.pi * (np.arange(height) + 0.5) / height)
    ca, sa = cos_sin(np.pi - np.pi * (np.arange(2 * height) + 0.5) / height)
    out = np.stack(
        [cp[:, None] * ca[None], cp[:, None] * sa[None], np.broadcast_to(sp[:, None], (height, 2 * height))], -1
    )
    out.setflags(write=False)
    return out


def sample_panorama(pano: ArrayLike, directions: ArrayLike) -> Field:
    """Radiance (..., 3) of a panorama (H, 2H, 3) in unit directions (..., 3), bilinear: for cube maps and skies."""
    p, d = np.asarray(pano, np.float32), np.asarray(directions, np.float64)
    h, w = p.shape[:2]
    row = np.clip((0.5 - np.arcsin(np.clip(d[..., 2], -1, 1)) / np.pi) * h - 0.5, 0, h - 1)
    col = ((np.pi - np.arctan2(d[..., 1], d[..., 0])) / (2 * np.pi) * w - 0.5) % w
    i, j = np.floor(row).astype(int), np.floor(col).astype(int)
    fi, fj = (row - i)[..., None].astype(np.float32), (col - j)[..., None].astype(np.float32)
    i1, j1 = np.minimum(i + 1, h - 1), (j + 1) % w
    j = j % w
    return (p[i, j] * (1 - fj) + p[i, j1] * fj) * (1 - fi) + (p[i1, j] * (1 - fj) + p[i1, j1] * fj) * fi


def panorama_lights(pano: ArrayLike) -> tuple[F64, F64, F64]:
    """What lights a scene in this place: (direction towards the light (3,), its colour (3,), ambient colour (3,)).

    The direction is the radiance-weighted mean of the brightest third of the light from above the
    horizon; colours are scaled so that the brightest channel of key light plus ambient is 1.
    """
    p = np.asarray(pano, np.float64)
    d = panorama_directions(p.shape[0])
    area = np.sqrt(np.maximum(1.0 - d[..., 2] ** 2, 0.0))
    luma = p @ np.array([0.2126, 0.7152, 0.0722])
    above = d[..., 2] > 0.05
    flux = luma * area * above
    order = np.argsort(-luma.ravel(), kind="stable")
    total = np.cumsum(flux.ravel()[order])
    cut = luma.ravel()[order[min(int(np.searchsorted(total, 0.35 * total[-1])), len(order) - 1)]]
    key = (luma >= cut) * area * above
    mean = (key * luma)[..., None] * d
    direction = mean.sum((0, 1))
    # No light from below the table's edge.
    direction[2] = max(direction[2], 0.35 * float(np.sqrt((direction**2).sum())), 1e-6)
    direction = direction / np.sqrt((direction**2).sum())
    bright = (p * key[..., None]).sum((0, 1))
    rest = (p * (area * (luma < cut))[..., None]).sum((0, 1))
    scale = max(float((bright + rest).max()), 1e-9)
    return np.round(direction, 5), np.round(bright / scale, 5), np.round(rest / scale, 5)


def sphere_lookup(tile: Field, d: Field, scale: float) -> Field:
    """A tileable field (n, n) seen on the plane one above the viewer, in directions d (..., 3) with z > 0."""
    n = len(tile)
    z = np.maximum(d[..., 2], 0.04) + np.float32(0.12)
    i = (d[..., 0] / z * (scale * n)).astype(np.int64) & (n - 1)
    j = (d[..., 1] / z * (scale * n)).astype(np.int64) & (n - 1)
    return tile[i, j]


def plane_lookup(tile: Field, x: Field, y: Field, period_m: float) -> Field:
    """A tileable field (n, n) laid on a plane, one repeat in `period_m` metres, at points x, y."""
    n = len(tile)
    scale = np.float32(n / period_m)
    return tile[(x * scale).astype(np.int64) & (n - 1), (y * scale).astype(np.int64) & (n - 1)]


def polar(radius: float, angle: float) -> tuple[float, float]:
    """(x, y) of a point `radius` away at `angle` radians from +x."""
    c, s = cos_sin(angle)
    return radius * float(c), radius * float(s)


def joints(v: Field, period: float, width: float, blur: Field | float) -> Field:
    """How much (0 .. 1) of a pixel at v a line every `period` metres covers; `blur`: the pixel's size there (m)."""
    distance = np.abs((v + np.float32(0.5 * period)) % np.float32(period) - np.float32(0.5 * period))
    reach = np.maximum(np.float32(width), blur)
    return np.clip(1.0 - distance / reach, 0.0, 1.0) * np.minimum(1.0, np.float32(1.4 * width) / reach)


class Place:
    """A picture being painted by casting rays from the eye at the origin; z = -EYE_HEIGHT is the floor.

    `radiance` (H, 2H, 3); `far` (H, 2H) distance of what was hit. Lamps are (point, colour, power): albedos are
    lit by `ambient` and by lamps, falling off with distance.
    """

    def __init__(self, height: int) -> None:
        self.d, self.inverse = _directions32(height)
        self.h, self.w = height, 2 * height
        self.radiance: Field = np.zeros((self.h, self.w, 3), np.float32)
        self.far: Field = np.full((self.h, self.w), np.float32(1e6))
        self.blur: Field = np.zeros(1, np.float32)  # metres that a pixel covers at the points being painted
        self.ambient = np.ones(3, np.float32)
        self.lamps: list[tuple[NDArray, NDArray, float]] = []

    def lamp(self, at: ArrayLike, colour: ArrayLike, power: float) -> None:
        """A light at a point relative to the eye."""
        self.lamps.append((np.asarray(at, np.float32), np.asarray(colour, np.float32), power))

    def light(self, p: Field) -> Field:
        """Light (..., 3) that arrives at points p (..., 3)."""
        out = np.empty(p.shape, np.float32)
        out[:] = self.ambient
        for at, colour, power in self.lamps:
            v = p - at
            r2 = v[..., 0] * v[..., 0] + v[..., 1] * v[..., 1] + v[..., 2] * v[..., 2]
            out += (np.float32(power) / (np.float32(0.6) + r2))[..., None] * colour
        return out

    def _window(self, low: F64, high: F64) -> tuple[slice, NDArray[np.int64]]:
        """Rows and columns in which a box may be seen."""
        if low[0] <= 0 <= high[0] and low[1] <= 0 <= high[1]:  # above or below the eye, or all around it
            above, below = low[2] > 0, high[2] < 0
            return slice(self.h // 2 if below else 0, self.h // 2 if above else self.h), np.arange(self.w)
        x, y = np.array([low[0], low[0], high[0], high[0]]), np.array([low[1], high[1], low[1], high[1]])
        middle = np.arctan2(0.5 * (low[1] + high[1]), 0.5 * (low[0] + high[0]))
        turn = (np.arctan2(y, x) - middle + np.pi) % (2 * np.pi) - np.pi
        a = (np.pi - middle - turn.max()) / (2 * np.pi) * self.w
        b = (np.pi - middle - turn.min()) / (2 * np.pi) * self.w
        near = np.hypot(np.clip(0, low[0], high[0]), np.clip(0, low[1], high[1]))
        far = np.hypot(x, y).max()
        up = np.arctan2(high[2], near if high[2] > 0 else far)
        down = np.arctan2(low[2], near if low[2] < 0 else far)
        rows = slice(max(int((0.5 - up / np.pi) * self.h) - 1, 0), min(int((0.5 - down / np.pi) * self.h) + 2, self.h))
        return rows, np.arange(int(a) - 1, int(b) + 2) % self.w

    def box(self, low: ArrayLike, high: ArrayLike, paint: Paint | ArrayLike, glow: bool = False) -> None:
        """An upright box; corners relative to the eye. `glow`: `paint` is radiance and not albedo."""
        a, b = np.minimum(low, high).astype(np.float64), np.maximum(low, high).astype(np.float64)
        rows, columns = self._window(a, b)
        if rows.start >= rows.stop or not len(columns):
            return
        d = self.d[rows][:, columns]
        inverse = self.inverse[rows][:, columns]
        t1, t2 = a.astype(np.float32) * inverse, b.astype(np.float32) * inverse
        near, out = np.minimum(t1, t2), np.maximum(t1, t2)
        out = np.minimum(np.minimum(out[..., 0], out[..., 1]), out[..., 2])
        tx, ty, tz = near[..., 0], near[..., 1], near[..., 2]
        t = np.maximum(np.maximum(tx, ty), tz)
        axis = np.where(t == tz, 2, np.where(t == ty, 1, 0))
        hit = (t < out) & (t > 0) & (t < self.far[rows][:, columns])
        if not hit.any():
            return
        i, j = np.nonzero(hit)
        p = t[hit][:, None] * d[hit]
        face = axis[hit]
        # A floor is seen at a slant: pixels are longer the farther away.
        slant = np.where(face == 2, t[hit] / np.maximum(np.abs(p[:, 2]), 0.3), 1.0)
        self.blur = (t[hit] * np.minimum(slant, 4.0) * np.float32(np.pi / self.h)).astype(np.float32)
        albedo = paint(p - a.astype(np.float32), face) if callable(paint) else np.asarray(paint, np.float32)
        if glow:
            colour = np.broadcast_to(albedo, p.shape)
        else:
            side = np.array([0.8, 0.68, 1.0], np.float32)[face][:, None]
            colour = albedo * side * self.light(p)
        self.radiance[i + rows.start, columns[j]] = colour
        self.far[i + rows.start, columns[j]] = t[hit]

    def ball(self, centre: ArrayLike, radius: ArrayLike, paint: Callable[[Field], tuple[Field, Field]]) -> None:
        """An ellipsoid of leaves: paint(unit normals (k, 3)) -> (albedo (k, 3), how far it reaches (k,) of 1)."""
        c, r = np.asarray(centre, np.float64), np.asarray(radius, np.float64) * np.ones(3)
        rows, columns = self._window(c - r, c + r)
        if rows.start >= rows.stop or not len(columns):
            return
        d = self.d[rows][:, columns] / r.astype(np.float32)
        e = (-c / r).astype(np.float32)
        dd = (d * d).sum(-1)
        closest = -(d @ e) / dd
        q = e + closest[..., None] * d
        miss = (q * q).sum(-1)
        hit = (miss < 1) & (closest > 0) & (closest < self.far[rows][:, columns])
        if not hit.any():
            return
        q, m = q[hit], miss[hit]
        toward = d[hit] / np.sqrt(dd[hit])[:, None]
        normal = q - np.sqrt(1 - m)[:, None] * toward
        albedo, reach = paint(normal)
        keep = np.sqrt(m) < reach
        i, j = (x[keep] for x in np.nonzero(hit))
        t = closest[hit][keep]
        p = t[:, None] * self.d[rows][:, columns][hit][keep]
        shade = (0.62 + 0.38 * normal[keep, 2:]) * self.light(p)
        self.radiance[i + rows.start, columns[j]] = albedo[keep] * shade
        self.far[i + rows.start, columns[j]] = t


@lru_cache(maxsize=4)
def _directions32(height: int) -> tuple[Field, Field]:
    d = panorama_directions(height).astype(np.float32)
    d = np.where(np.abs(d) < 1e-7, np.float32(1e-7), d)
    return d, np.float32(1.0) / d
