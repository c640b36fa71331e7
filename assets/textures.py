"""Surface textures, panoramic environments and the lights that follow from them, by procedure.

Everything is a function of (kind, seed): the same bits on every machine, tileable where it is a surface.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assets.colours import PALETTE, RGB, mix, shade
from assets.numeric import between, cos_sin, pick, sin
from assets.paint import F32, U8, fractal_noise, value_noise
from engine.errors import AssetError, unknown_name
from engine.rng import rng as stream

Painter = Callable[[np.random.Generator, int], F32]


def texture(kind: str, seed: int, size: int = 256) -> U8:
    """A tileable sRGB surface (size, size, 3). Raises AssetError for an unknown kind (see TEXTURES)."""
    painter = TEXTURES.get(kind)
    if painter is None:
        raise AssetError(unknown_name("texture kind", kind, TEXTURES))
    picture = painter(stream(seed, "texture", kind), size)
    return np.rint(np.clip(picture, 0.0, 1.0) * 255.0).astype(np.uint8)


def _ramp(field: NDArray, colours: list[RGB]) -> F32:
    """Colours (H, W, 3) read off a list at field (H, W) in [0, 1]."""
    table = np.asarray(colours, np.float32)
    t = np.clip(field, 0.0, 1.0).astype(np.float32) * np.float32(len(colours) - 1)
    i = np.minimum(t.astype(np.int64), len(colours) - 2)
    f = (t - i)[..., None]
    return (table[i] * (1 - f) + table[i + 1] * f).astype(np.float32)


_LINEN: RGB = (0.66, 0.64, 0.6)


def _muted(colour: RGB, rng: np.random.Generator, low: float, high: float) -> RGB:
    """A colour of furnishings: what covers a room is rarely as strong as what lies on a table."""
    return mix(colour, _LINEN, between(rng, low, high))


def _lit(colour: RGB, factor: float) -> RGB:
    return (colour[0] * factor, colour[1] * factor, colour[2] * factor)


_WOODS: tuple[tuple[RGB, RGB], ...] = (
    ((0.80, 0.64, 0.44), (0.62, 0.44, 0.26)),  # oak
    ((0.88, 0.76, 0.58), (0.74, 0.58, 0.38)),  # birch
    ((0.46, 0.30, 0.19), (0.28, 0.17, 0.10)),  # walnut
    ((0.64, 0.36, 0.22), (0.42, 0.20, 0.12)),  # cherry
    ((0.72, 0.70, 0.66), (0.54, 0.51, 0.47)),  # weathered
    ((0.36, 0.25, 0.18), (0.20, 0.13, 0.09)),  # wenge
)


def _wood(rng: np.random.Generator, n: int) -> F32:
    light, dark = pick(rng, *_WOODS)
    tint = between(rng, 0.88, 1.08)
    planks = pick(rng, 1, 3, 4, 6)
    grain = fractal_noise(rng, n, n, 24, 1, 3)
    wave = fractal_noise(rng, n, n, 5, 2, 3)
    y = (np.arange(n, dtype=np.float32) / n)[:, None]
    rings = sin(2 * np.pi * (float(pick(rng, 5, 8, 12)) * y + 0.9 * wave)).astype(np.float32)
    field = 0.5 + 0.22 * rings + 0.28 * grain
    out = _ramp(field, [_lit(dark, tint), _lit(mix(dark, light, 0.6), tint), _lit(light, tint)])
    if planks > 1:
        step = n // planks
        for k in range(planks):
            rows = slice(k * step, (k + 1) * step if k < planks - 1 else n)
            out[rows] = np.roll(out[rows], int(rng.integers(n)), 1) * np.float32(between(rng, 0.86, 1.08))
            out[rows.start : rows.start + max(1, n // 170)] *= 0.55
    return out


def _marble(rng: np.random.Generator, n: int) -> F32:
    base, vein = pick(
        rng,
        ((0.93, 0.92, 0.9), (0.55, 0.55, 0.58)),
        ((0.12, 0.13, 0.14), (0.6, 0.58, 0.52)),
        ((0.86, 0.8, 0.7), (0.6, 0.45, 0.32)),
        ((0.24, 0.34, 0.28), (0.75, 0.8, 0.75)),
        ((0.8, 0.72, 0.72), (0.5, 0.32, 0.34)),
    )
    warp = fractal_noise(rng, n, n, 3, 3, 4)
    second = fractal_noise(rng, n, n, 2, 2, 5, 0.6)
    veins = np.clip(1.0 - np.abs(second + 0.3 * warp) * between(rng, 4.0, 9.0), 0.0, 1.0) ** 2
    cloud = 0.5 + 0.5 * warp
    return _ramp(0.25 * cloud + 0.75 * veins * (0.4 + 0.6 * cloud), [base, mix(base, vein, 0.45), vein])


def _stone(rng: np.random.Generator, n: int) -> F32:
    base = pick(rng, (0.55, 0.54, 0.52), (0.4, 0.4, 0.42), (0.68, 0.62, 0.54), (0.5, 0.42, 0.38), (0.75, 0.74, 0.72))
    rough = fractal_noise(rng, n, n, 6, 6, 5, 0.75)
    speck = rng.random((n, n)).astype(np.float32)
    out = _ramp(0.5 + 0.4 * rough, [_lit(base, 0.7), base, mix(base, (1.0, 1.0, 1.0), 0.3)])
    density = between(rng, 0.01, 0.12)
    out[speck < density] *= 0.6
    bright = speck > 1.0 - density
    out[bright] = 0.5 * out[bright] + 0.45
    return out


def _cloth(rng: np.random.Generator, n: int) -> F32:
    colour = _muted(shade(pick(rng, *PALETTE), rng, 20), rng, 0.25, 0.75)
    other = mix(colour, pick(rng, (0.95, 0.94, 0.9), (0.2, 0.2, 0.24), _LINEN), between(rng, 0.3, 0.8))
    threads = n // 4
    i = np.arange(n)
    style = int(rng.integers(4))
    gy, gx = i[:, None] * 8 // n, i[None, :] * 8 // n
    if style == 0:
        field = np.zeros((n, n))
    elif style == 1:  # gingham
        field = 0.5 * ((gy % 2) + (gx % 2)) + 0.0 * i
    elif style == 2:  # stripes
        field = (gx % 2) + 0.0 * i[:, None]
    else:  # tartan
        field = 0.5 * np.isin(gy, (1, 2, 6)) + 0.5 * np.isin(gx, (1, 2, 6))
    out = _ramp(field, [colour, mix(colour, other, 0.5), other])
    over = ((i[:, None] * threads // n) + (i[None, :] * threads // n)) % 2
    phase = (i % 4 - 1.5) / 2
    bump = np.where(over == 1, 1 - phase[:, None] ** 2, 1 - phase[None, :] ** 2)
    return out * (0.82 + 0.2 * bump[..., None] + 0.06 * fractal_noise(rng, n, n, 16, 16, 3)[..., None]).astype(
        np.float32
    )


def _tiles(rng: np.random.Generator, n: int) -> F32:
    count = pick(rng, 2, 3, 4, 6)
    base = mix(_muted(shade(pick(rng, *PALETTE), rng), rng, 0.3, 0.7), (0.9, 0.9, 0.88), between(rng, 0.1, 0.8))
    second = (
        mix(base, _muted(shade(pick(rng, *PALETTE), rng), rng, 0.2, 0.6), between(rng, 0.1, 0.6))
        if rng.random() < 0.5
        else base
    )
    i = np.arange(n)
    cell = i * count // n
    checker = (cell[:, None] + cell[None, :]) % 2
    vary = (1.0 + 0.07 * (rng.random((count, count)) - 0.5))[np.ix_(cell, cell)]
    out = (_ramp(checker.astype(float), [base, second]) * vary[..., None]).astype(np.float32)
    out *= 1.0 + 0.05 * fractal_noise(rng, n, n, 6, 6, 4)[..., None]
    inside = (i * count) % n
    edge = np.minimum(inside, n - 1 - inside) / count
    joint = np.minimum(edge[:, None], edge[None, :]) < n / 150
    out[joint] = np.asarray(pick(rng, (0.85, 0.84, 0.82), (0.45, 0.45, 0.45), (0.25, 0.25, 0.26)), np.float32)
    return out


def _metal(rng: np.random.Generator, n: int) -> F32:
    base = pick(rng, (0.72, 0.73, 0.75), (0.5, 0.52, 0.55), (0.3, 0.31, 0.33), (0.74, 0.62, 0.42), (0.7, 0.46, 0.36))
    brushed = fractal_noise(rng, n, n, n // 2, 2, 2)
    scratch = value_noise(rng, n, n, n, 3)
    field = 0.5 + 0.25 * brushed + 0.12 * scratch + 0.15 * fractal_noise(rng, n, n, 2, 2, 3)
    return _ramp(field, [_lit(base, 0.8), base, mix(base, (1.0, 1.0, 1.0), 0.35)])


def _noise(rng: np.random.Generator, n: int) -> F32:
    colours = [shade(pick(rng, *PALETTE), rng, 30) for _ in range(3)]
    cells = pick(rng, 2, 4, 8)
    return _ramp(0.5 + 0.5 * fractal_noise(rng, n, n, cells, cells, 5, between(rng, 0.4, 0.7)), colours)


def _plain(rng: np.random.Generator, n: int) -> F32:
    colour = mix(shade(pick(rng, *PALETTE), rng, 20), (0.8, 0.79, 0.77), between(rng, 0.2, 0.85))
    out = np.empty((n, n, 3), np.float32)
    out[:] = np.asarray(colour, np.float32)
    return (out * (1.0 + 0.015 * fractal_noise(rng, n, n, 8, 8, 3))[..., None]).astype(np.float32)


TEXTURES: dict[str, Painter] = {
    "cloth": _cloth,
    "marble": _marble,
    "metal": _metal,
    "noise": _noise,
    "plain": _plain,
    "stone": _stone,
    "tiles": _tiles,
    "wood": _wood,
}
"""Texture kinds by name."""


# --- panoramas ----------------------------------------------------------------------------------


def panorama_directions(height: int) -> NDArray[np.float64]:
    """Unit directions (height, 2 * height, 3) in W of a panorama's pixel centres.

    Row 0 is up (+z). The middle column looks along +x, the left edge along -x through +y: azimuth
    pi - 2 pi (column + 0.5) / width, so that the picture is not mirrored for a viewer inside.
    """
    cp, sp = cos_sin(np.pi / 2 - np.pi * (np.arange(height) + 0.5) / height)
    ca, sa = cos_sin(np.pi - np.pi * (np.arange(2 * height) + 0.5) / height)
    return np.stack(
        [cp[:, None] * ca[None], cp[:, None] * sa[None], np.broadcast_to(sp[:, None], (height, 2 * height))], -1
    )


def sample_panorama(pano: ArrayLike, directions: ArrayLike) -> F32:
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


def panorama(seed: int, height: int = 128) -> F32:
    """Linear radiance (height, 2 * height, 3) of a procedural place; white walls in daylight are about 1.

    The kind follows from the seed, evenly (see PANORAMAS): rooms with windows or lamps, studios, skies.
    """
    names = tuple(PANORAMAS)
    kind = names[int(seed) % len(names)]
    rng = stream(seed, "panorama", kind)
    out = PANORAMAS[kind](rng, panorama_directions(height))
    return np.round(np.maximum(out, 0.0), 4).astype(np.float32)


def panorama_kind(seed: int) -> str:
    """The kind of place that `panorama(seed)` shows."""
    return tuple(PANORAMAS)[int(seed) % len(PANORAMAS)]


def panorama_lights(pano: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """What lights a scene in this place: (direction towards the light (3,), its colour (3,), ambient colour (3,)).

    The direction is the radiance-weighted mean of the brightest tenth of the light from above the
    horizon; colours are scaled so that the brightest channel of key light plus ambient is 1.
    """
    p = np.asarray(pano, np.float64)
    d = panorama_directions(p.shape[0])
    area = np.sqrt(np.maximum(1.0 - d[..., 2] ** 2, 0.0))
    luma = p @ np.array([0.2126, 0.7152, 0.0722])
    flux = luma * area * (d[..., 2] > 0.05)
    order = np.argsort(-luma.ravel(), kind="stable")
    total = np.cumsum(flux.ravel()[order])
    cut = luma.ravel()[order[min(int(np.searchsorted(total, 0.35 * total[-1])), len(order) - 1)]]
    key = (luma >= cut) * area * (d[..., 2] > 0.05)
    mean = (key * luma)[..., None] * d
    direction = mean.sum((0, 1))
    direction[2] = max(
        direction[2], 0.35 * float(np.sqrt((direction**2).sum()))
    )  # no light from below the table's edge
    direction = direction / np.sqrt((direction**2).sum())
    bright = (p * key[..., None]).sum((0, 1))
    rest = (p * (area * (luma < cut))[..., None]).sum((0, 1))
    scale = max(float((bright + rest).max()), 1e-9)
    return np.round(direction, 5), np.round(bright / scale, 5), np.round(rest / scale, 5)


def _room_hit(d: NDArray, size: tuple[float, float, float], eye: tuple[float, float, float]) -> tuple[NDArray, NDArray]:
    """Where rays d from `eye` in a box room [0, size] hit: wall index (0/1 x, 2/3 y, 4 floor, 5 ceiling) and point."""
    s, e = np.array(size), np.array(eye)
    safe = np.where(np.abs(d) < 1e-9, 1e-9, d)
    t = np.where(safe > 0, (s - e) / safe, -e / safe)
    axis = np.argmin(t, -1)
    near = np.take_along_axis(t, axis[..., None], -1)
    hit = e + near * d
    high = np.take_along_axis(safe > 0, axis[..., None], -1)[..., 0]
    return axis * 2 + high, hit


def _box(a: NDArray, b: NDArray, ca: float, cb: float, ha: float, hb: float) -> NDArray:
    return (np.abs(a - ca) < ha) & (np.abs(b - cb) < hb)


def _room(rng: np.random.Generator, d: NDArray, night: bool, windows: bool, tubes: bool) -> NDArray:
    """A furnished-looking box room: walls, floor, ceiling, windows or lamps, a shelf and a picture."""
    size = (between(rng, 4, 7), between(rng, 4, 7), between(rng, 2.5, 3.4))
    eye = (0.5 * size[0], 0.5 * size[1], 1.0)
    wall, hit = _room_hit(d, size, eye)
    tone = mix(shade(pick(rng, *PALETTE), rng), (0.86, 0.84, 0.8), between(rng, 0.55, 0.95))
    floor = pick(rng, (0.34, 0.24, 0.16), (0.5, 0.42, 0.32), (0.4, 0.4, 0.41), (0.2, 0.2, 0.22))
    out = np.empty(d.shape)
    out[:] = np.array(tone) ** 2
    out[wall == 4] = np.array(floor)
    out[wall == 5] = 0.8
    out *= (0.25 if night else 0.55) * (0.75 + 0.25 * hit[..., 2:] / size[2])
    along = np.where(wall < 2, hit[..., 1], hit[..., 0])
    up = hit[..., 2]
    side = wall < 4
    for k in range(4):  # furniture as darker and lighter boxes against the walls
        w, c, top = int(rng.integers(4)), between(rng, 0.8, 3.5), between(rng, 0.5, 2.0)
        colour = np.array(mix(shade(pick(rng, *PALETTE), rng), (0.4, 0.3, 0.22), 0.5)) ** 2 * (0.2 if night else 0.5)
        out[side & (wall == w) & _box(along, up, c, top / 2, between(rng, 0.3, 0.8), top / 2)] = colour
        if k == 0:
            out[side & (wall == (w + 1) % 4) & _box(along, up, c, 1.6, 0.45, 0.3)] = colour[::-1] * 1.5
    if windows:
        w, sky = int(rng.integers(4)), np.array(pick(rng, (0.75, 0.9, 1.15), (1.0, 1.0, 1.0), (1.2, 1.0, 0.75)))
        for c in (between(rng, 1.0, 1.6), between(rng, 2.4, 3.2)):
            glass = (wall == w) & _box(along, up, c, 1.55, 0.55, 0.7)
            bars = (np.abs(along - c) < 0.03) | (np.abs(up - 1.55) < 0.03)
            out[glass & ~bars] = sky * between(rng, 5, 9)
    if tubes:
        for c in (0.25, 0.75):
            out[(wall == 5) & _box(hit[..., 0], hit[..., 1], c * size[0], 0.5 * size[1], 0.15, 0.35 * size[1])] = (
                11.0,
                11.2,
                11.5,
            )
    if not windows and not tubes:
        warm = np.array((1.0, 0.78, 0.5)) if night else np.array((1.0, 0.93, 0.82))
        x, y = between(rng, 0.25, 0.75) * size[0], between(rng, 0.25, 0.75) * size[1]
        r2 = (hit[..., 0] - x) ** 2 + (hit[..., 1] - y) ** 2
        out += ((wall == 5) * np.clip(1.0 - r2 / 1.5, 0, 1) * 0.5)[..., None] * warm
        out[(wall == 5) & (r2 < 0.16)] = warm * 16
    return out


def _sky(
    rng: np.random.Generator,
    d: NDArray,
    elevation: float,
    zenith: RGB,
    horizon: RGB,
    sun: RGB,
    cloud: float,
    ground: RGB,
) -> NDArray:
    """Sky gradient, clouds and a sun of a few degrees, over ground."""
    z = d[..., 2]
    t = np.sqrt(np.clip(z, 0, 1))[..., None]
    out = np.array(horizon) * (1 - t) + np.array(zenith) * t
    h, w = z.shape
    puffs = (
        np.clip(fractal_noise(rng, h, w, 6, 8, 4) * 1.2 + cloud * 2 - 1, 0, 1)[..., None]
        * np.clip(z * 4, 0, 1)[..., None]
    )
    out = out * (1 - puffs) + puffs * np.array(horizon).mean() * 1.15
    ca, sa = (float(v) for v in cos_sin(between(rng, 0, 2 * np.pi)))
    ce, se = (float(v) for v in cos_sin(elevation))
    cosine = d[..., 0] * (ce * ca) + d[..., 1] * (ce * sa) + z * se
    glow = np.clip(cosine, 0, 1)
    for _ in range(5):
        glow = glow * glow
    out = out + max(1 - 1.04 * cloud, 0.0) * (
        glow[..., None] * 0.6 * np.array(sun) + (cosine > 0.994)[..., None] * 60 * np.array(sun)
    )
    earth = np.array(ground) * (0.8 + 0.2 * fractal_noise(rng, h, w, 16, 16, 3))[..., None]
    blend = np.clip(z * 25 + 0.5, 0, 1)[..., None]
    return out * blend + earth * (1 - blend)


def _studio(rng: np.random.Generator, d: NDArray) -> NDArray:
    """A photographer's studio: even backdrop, two or three soft boxes."""
    base = between(rng, 0.25, 0.8)
    out = np.empty(d.shape)
    out[:] = base * np.array(mix((1.0, 1.0, 1.0), shade(pick(rng, *PALETTE), rng), between(rng, 0.0, 0.35)))
    out *= 0.7 + 0.3 * d[..., 2:]
    for power in (14.0, 6.0, 4.0)[: pick(rng, 2, 3)]:
        ca, sa = (float(v) for v in cos_sin(between(rng, 0, 2 * np.pi)))
        ce, se = (float(v) for v in cos_sin(between(rng, 0.6, 1.2)))
        n = np.array([ce * ca, ce * sa, se])
        side = np.array([-sa, ca, 0.0])
        up = np.cross(n, side)
        depth = d @ n
        flat = np.where(depth > 0.1, depth, 1.0)
        x, y = (d @ side) / flat, (d @ up) / flat
        out[(depth > 0.1) & (np.abs(x) < between(rng, 0.2, 0.45)) & (np.abs(y) < between(rng, 0.2, 0.4))] = power
    return out


def _sunset(rng: np.random.Generator, d: NDArray) -> NDArray:
    height = between(rng, 0.12, 0.3)
    return _sky(rng, d, height, (0.24, 0.3, 0.55), (1.15, 0.62, 0.34), (1.2, 0.7, 0.35), 0.4, (0.2, 0.16, 0.13))


def _clear_sky(rng: np.random.Generator, d: NDArray) -> NDArray:
    height = between(rng, 0.6, 1.2)
    return _sky(rng, d, height, (0.2, 0.4, 0.85), (0.75, 0.85, 1.0), (1.1, 1.05, 0.95), 0.3, (0.25, 0.3, 0.14))


def _overcast(rng: np.random.Generator, d: NDArray) -> NDArray:
    return _sky(rng, d, 0.9, (0.7, 0.74, 0.8), (0.95, 0.96, 0.98), (1.0, 1.0, 1.0), 0.95, (0.3, 0.3, 0.26))


PANORAMAS: dict[str, Callable[[np.random.Generator, NDArray], NDArray]] = {
    "studio": _studio,
    "window_room": lambda rng, d: _room(rng, d, night=False, windows=True, tubes=False),
    "overcast": _overcast,
    "lamp_room": lambda rng, d: _room(rng, d, night=False, windows=False, tubes=False),
    "sunset": _sunset,
    "office": lambda rng, d: _room(rng, d, night=False, windows=False, tubes=True),
    "clear_sky": _clear_sky,
    "night_room": lambda rng, d: _room(rng, d, night=True, windows=False, tubes=False),
}
"""Kinds of places by name; `panorama` walks through them by seed."""
