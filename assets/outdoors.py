"""Places under the sky, painted with `assets.panorama.Place`: meadow, sunset, overcast, garden, street, night."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from assets.colours import RGB
from assets.numeric import between, cos_sin, pick
from assets.paint import fractal_noise, value_noise
from assets.panorama import EYE_HEIGHT, Field, Paint, Place, joints, plane_lookup, polar, sphere_lookup
from assets.patterns import furnishing, spread, tone
from assets.room import Face, across, linear, lines

_FLOOR = -EYE_HEIGHT


def sky(place: Place, rng: np.random.Generator, elevation: float, zenith: RGB, horizon: RGB, sun: RGB, cloud: float,
        power: float = 60.0) -> None:  # fmt: skip
    """Gradient, clouds in perspective, and a sun of a few degrees, everywhere above and below."""
    d = place.d
    z = d[..., 2]
    t = np.sqrt(np.clip(z, 0, 1))[..., None]
    out = np.asarray(horizon, np.float32) * (1 - t) + np.asarray(zenith, np.float32) * t
    ca, sa = (float(v) for v in cos_sin(between(rng, 0, 2 * np.pi)))
    ce, se = (float(v) for v in cos_sin(elevation))
    cosine = d[..., 0] * np.float32(ce * ca) + d[..., 1] * np.float32(ce * sa) + z * np.float32(se)
    if cloud > 0:
        up = slice(0, place.h // 2)
        tile = fractal_noise(rng, 128, 128, 4, 4, 5, 0.55)
        puff = np.clip((sphere_lookup(tile, d[up], 0.16) + cloud * 1.6 - 0.9) * 1.6, 0, 1)
        puff = (puff * np.clip(z[up] * 7, 0, 1))[..., None]
        near = np.clip(0.5 + 0.5 * cosine[up], 0, 1)[..., None]
        white = np.asarray(horizon, np.float32).mean() * np.asarray(sun, np.float32)
        out[up] = out[up] * (1 - puff) + puff * white * (1.25 - 0.45 * puff) * (0.8 + 0.4 * near)
    glow = np.clip(cosine, 0, 1)
    for _ in range(5):
        glow = glow * glow
    clear = np.float32(max(1 - 1.04 * cloud, 0.0))
    light = np.asarray(sun, np.float32)
    out += clear * (glow[..., None] * 0.6 * light + (cosine > 0.9965)[..., None] * np.float32(power) * light)
    place.radiance[:] = out


def ground(
    place: Place, paint: Callable[[Field, Field], Field], fog: ArrayLike, reach: float = 60.0, light: float = 0.8
) -> None:
    """The plane z = -EYE_HEIGHT: paint(x, y) -> albedo, fading into `fog` over `reach` metres."""
    rows = slice(place.h // 2, place.h)
    d = place.d[rows]
    t = np.float32(_FLOOR) / d[..., 2]
    x, y = t * d[..., 0], t * d[..., 1]
    far = np.clip(t / np.float32(reach), 0, 1)[..., None]
    place.blur = (t * np.minimum(t / np.float32(EYE_HEIGHT), 6.0) * np.float32(np.pi / place.h)).astype(np.float32)
    colour = paint(x, y) * place.ambient * np.float32(light)
    place.radiance[rows] = colour * (1 - far) + np.asarray(fog, np.float32) * far
    place.far[rows] = t


def speckled(
    rng: np.random.Generator, a: ArrayLike, b: ArrayLike, period: float, patches: float = 9.0
) -> Callable[[Field, Field], Field]:
    """Grass, gravel or asphalt: two colours mixed by fine and by coarse noise."""
    fine, coarse = value_noise(rng, 64, 64, 32, 32), fractal_noise(rng, 64, 64, 4, 4, 3)
    first, second = np.asarray(a, np.float32), np.asarray(b, np.float32)

    def paint(x: Field, y: Field) -> Field:
        f = 0.5 + 0.28 * plane_lookup(fine, x, y, period) + 0.4 * plane_lookup(coarse, x, y, patches)
        f = np.clip(f, 0, 1)[..., None]
        return first * (1 - f) + second * f

    return paint


def hills(place: Place, rng: np.random.Generator, height: float, colour: ArrayLike, rough: int) -> None:
    """A far silhouette: hills, woods or mountains, `height` in units of the distance."""
    line = np.clip(fractal_noise(rng, 1, place.w, 1, rough, 6, 0.55)[0] * 0.5 + 0.55, 0.06, 1.2) * height
    z, flat = place.d[..., 2], np.sqrt(np.maximum(1 - place.d[..., 2] ** 2, 1e-6))
    hit = (z > -0.02) & (z / flat < line[None, :]) & (place.far > 1e5)
    tile = value_noise(rng, 64, 64, 32, 32)
    c = np.asarray(colour, np.float32)
    i, j = np.nonzero(hit)
    place.radiance[i, j] = c * (1 + 0.25 * tile[(i * 3) & 63, j & 63])[:, None]
    place.far[i, j] = 900.0


def tree(place: Place, rng: np.random.Generator, x: float, y: float, height: float, leaf: ArrayLike) -> None:
    """A trunk and a few balls of leaves."""
    w = 0.035 * height
    place.box((x - w, y - w, _FLOOR), (x + w, y + w, _FLOOR + 0.5 * height), linear((0.34, 0.26, 0.2)))
    tile = fractal_noise(rng, 64, 64, 8, 8, 3, 0.7)
    c = np.asarray(leaf, np.float32)

    def leaves(n: Field) -> tuple[Field, Field]:
        t = plane_lookup(tile, n[:, 0] + 0.7 * n[:, 1], n[:, 2] + 0.7 * n[:, 1], 1.6)
        return c * (1.0 + 0.55 * t)[:, None], 0.78 + 0.3 * t

    for _ in range(4):
        off = 0.2 * height * (rng.random(3) - 0.5)
        r = height * between(rng, 0.18, 0.27)
        place.ball((x + off[0], y + off[1], _FLOOR + 0.68 * height + off[2]), (r, r, 0.95 * r), leaves)


def facade(
    rng: np.random.Generator, wall: ArrayLike, glass: ArrayLike, lit_share: float = 0.0, floors: float = 3.0
) -> Paint:
    """A house front: windows in rows; a share of them lit (albedo far above one, since the light is low then)."""
    c, pane = np.asarray(wall, np.float32), np.asarray(glass, np.float32)
    on = rng.random(257) < lit_share
    warm = np.stack([np.array((1.0, 0.72, 0.4)) * s for s in 6 + 14 * rng.random(257)]).astype(np.float32)
    width = between(rng, 1.8, 3.0)

    def paint(p: Field, face: Face) -> Field:
        v, z = across(p, face), p[:, 2]
        k = ((v / width).astype(np.int64) * 31 + (z / floors).astype(np.int64) * 17) % 257
        a, b = (v % width) / width, (z % floors) / floors
        window = (np.abs(a - 0.5) < 0.26) & (np.abs(b - 0.55) < 0.25) & (face != 2)
        bar = np.abs(a - 0.5) < 0.02
        out = np.where(on[k][:, None], warm[k], pane)
        return np.where((window & ~bar)[:, None], out, c * np.where(b < 0.04, 0.75, 1.0)[:, None]).astype(np.float32)

    return paint


# --- places -------------------------------------------------------------------------------------


def _green(rng: np.random.Generator, dry: float = 0.0) -> tuple[Field, Field]:
    a = linear((0.22 + 0.3 * dry, 0.36 + 0.06 * dry, 0.13 + 0.06 * dry))
    return a * between(rng, 0.8, 1.2), linear((0.42 + 0.25 * dry, 0.52, 0.22 + 0.1 * dry)) * between(rng, 0.8, 1.2)


def meadow(place: Place, rng: np.random.Generator, number: int) -> None:
    """Grass under a clear or lightly clouded sky, trees and hills."""
    u = spread(number)
    sky(place, rng, between(rng, 0.6, 1.2), (0.2, 0.4, 0.85), (0.75, 0.86, 1.0), (1.1, 1.05, 0.95), 0.25 + 0.35 * u[0])
    place.ambient = np.full(3, 1.0, np.float32)
    grass = _green(rng, u[1])
    ground(place, speckled(rng, *grass, 0.7), (0.62, 0.72, 0.78), 140.0)
    hills(place, rng, 0.06 + 0.2 * u[2], (0.3, 0.42, 0.5) if u[2] > 0.5 else (0.16, 0.26, 0.16), pick(rng, 5, 9, 24))
    for _ in range(int(3 + 7 * u[3])):
        a, r = between(rng, 0, 2 * np.pi), between(rng, 7, 26)
        tree(place, rng, *polar(r, a), between(rng, 4, 8), grass[0] * between(rng, 0.5, 1.0))


def sunset(place: Place, rng: np.random.Generator, number: int) -> None:
    """A low sun over a beach, a field or hills."""
    u = spread(number)
    low = between(rng, 0.08, 0.28)
    sky(place, rng, low, (0.2, 0.26, 0.5), (1.1, 0.6 + 0.15 * u[0], 0.34), (1.2, 0.68, 0.36), 0.35 + 0.3 * u[1], 45.0)
    place.ambient = np.array((0.8, 0.6, 0.5), np.float32)
    sand, field = (linear((0.55, 0.44, 0.34)), linear((0.7, 0.58, 0.45))), _green(rng, 0.8)
    ground(place, speckled(rng, *(sand if u[2] < 0.5 else field), 0.6), (0.8, 0.5, 0.36), 120.0, 0.6)
    hills(place, rng, 0.05 + 0.14 * u[3], (0.16, 0.11, 0.14), pick(rng, 4, 8, 30))
    for _ in range(int(5 * u[4])):
        a, r = between(rng, 0, 2 * np.pi), between(rng, 9, 22)
        tree(place, rng, *polar(r, a), between(rng, 4, 7), (0.05, 0.06, 0.03))


def overcast(place: Place, rng: np.random.Generator, number: int) -> None:
    """A grey sky over stones, snow or wet sand, woods in mist."""
    u = spread(number)
    sky(place, rng, 0.9, (0.62, 0.66, 0.72), (0.9, 0.92, 0.95), (1.0, 1.0, 1.0), 0.8)
    place.ambient = np.full(3, 0.9, np.float32)
    pair = pick(rng, ((0.5, 0.49, 0.46), (0.68, 0.66, 0.62)), ((0.82, 0.84, 0.88), (0.95, 0.96, 0.98)),
                ((0.4, 0.37, 0.33), (0.56, 0.52, 0.46)),
                ((0.36, 0.42, 0.3), (0.5, 0.55, 0.42)))  # fmt: skip
    ground(place, speckled(rng, linear(pair[0]), linear(pair[1]), 0.9), (0.86, 0.88, 0.9), 70.0)
    hills(place, rng, 0.08 + 0.22 * u[0], (0.62, 0.66, 0.7), pick(rng, 4, 7))
    hills(place, rng, 0.04 + 0.08 * u[1], (0.36, 0.4, 0.4), 40)
    for _ in range(int(2 + 6 * u[2])):
        a, r = between(rng, 0, 2 * np.pi), between(rng, 8, 24)
        tree(place, rng, *polar(r, a), between(rng, 4, 8), linear((0.26, 0.32, 0.25)))


def garden(place: Place, rng: np.random.Generator, number: int) -> None:
    """A terrace or lawn with hedges, a fence, bushes, trees and a house."""
    u = spread(number)
    sky(place, rng, between(rng, 0.5, 1.1), (0.22, 0.42, 0.85), (0.8, 0.88, 1.0), (1.1, 1.04, 0.94), 0.2 + 0.5 * u[0])
    place.ambient = np.full(3, 0.95, np.float32)
    grass = _green(rng, 0.5 * u[1])
    lawn = speckled(rng, *grass, 0.6)
    stone = np.stack([linear(tone(furnishing(u[2]), 0.15, 0.6)), linear(tone(furnishing(u[2]), 0.12, 0.5))])
    half = between(rng, 2.4, 4.0)

    def paint(x: Field, y: Field) -> Field:
        slab = (np.abs(x) < half) & (np.abs(y) < half)
        line = np.maximum(joints(x, 0.6, 0.02, place.blur), joints(y, 0.6, 0.02, place.blur))[..., None]
        tiles = stone[0] + line * (stone[1] * 0.4 - stone[0])
        return np.where(slab[..., None], tiles, lawn(x, y))

    ground(place, paint, (0.6, 0.7, 0.7), 90.0)
    hills(place, rng, 0.12, (0.14, 0.22, 0.12), 36)
    hedge = value_noise(rng, 64, 64, 32, 32)
    leaf = grass[0] * 0.8

    def leaves(p: Field, face: Face) -> Field:
        return leaf * (1 + 0.6 * plane_lookup(hedge, across(p, face) + p[:, 0] * 0.3, p[:, 2], 1.5))[:, None]

    far = between(rng, 8.0, 12.0)
    boards = lines(linear(pick(rng, (0.55, 0.4, 0.27), (0.85, 0.84, 0.8), (0.35, 0.27, 0.2))), 0.16, 0.025, 0.4)
    for k in range(4):
        wall: Paint = leaves if rng.random() < 0.6 else boards
        h = between(rng, 1.2, 2.2)
        low, high = (
            [(far, -far), (-far, far), (-far - 0.5, -far), (-far, -far - 0.5)][k],
            [(far + 0.5, far), (far, far + 0.5), (-far, far), (far, -far)][k],
        )
        place.box((*low, _FLOOR), (*high, _FLOOR + h), wall)
    if u[3] < 0.7:
        a = int(pick(rng, -1, 1)) * between(rng, 6.0, 8.0)
        side = between(rng, -5.0, 0.0)
        house = facade(rng, linear(tone(furnishing(u[4]), 0.25, 0.75)), (0.08, 0.1, 0.13))
        place.box((a, side, _FLOOR), (a + np.sign(a) * 6.0, side + 8.0, _FLOOR + 5.6), house)
        place.box(
            (a - np.sign(a) * 0.4, side - 0.4, _FLOOR + 5.6),
            (a + np.sign(a) * 6.0, side + 8.4, _FLOOR + 6.6),
            linear((0.5, 0.25, 0.2)),
        )
    for _ in range(6):
        a, r = between(rng, 0, 2 * np.pi), between(rng, half + 1.0, 8.0)
        flower = linear(tone(float(rng.random()), 0.6, 0.5)) if rng.random() < 0.5 else grass[0]
        bush(place, rng, *polar(r, a), between(rng, 0.5, 1.1), 0.5 * grass[0] + 0.5 * flower)
    for _ in range(int(2 + 4 * u[5])):
        a, r = between(rng, 0, 2 * np.pi), between(rng, 6.0, 14.0)
        tree(place, rng, *polar(r, a), between(rng, 4, 7), grass[0] * between(rng, 0.6, 1.1))


def bush(place: Place, rng: np.random.Generator, x: float, y: float, r: float, leaf: ArrayLike) -> None:
    """A ball of leaves on the ground."""
    tile = fractal_noise(rng, 32, 32, 8, 8, 2, 0.7)
    c = np.asarray(leaf, np.float32)

    def leaves(n: Field) -> tuple[Field, Field]:
        t = plane_lookup(tile, n[:, 0] - n[:, 1], n[:, 2] + n[:, 1], 1.2)
        return c * (1.0 + 0.6 * t)[:, None], 0.82 + 0.25 * t

    place.ball((x, y, _FLOOR + 0.7 * r), (r, r, 0.8 * r), leaves)


def street(place: Place, rng: np.random.Generator, number: int, night: bool = False) -> None:
    """A street with houses, cars, lamps and trees; by day or at night."""
    u = spread(number)
    if night:
        sky(place, rng, -1.0, (0.012, 0.016, 0.035), (0.07, 0.06, 0.07), (0.1, 0.09, 0.08), 0.0, 0.0)
        place.ambient = np.array((0.1, 0.09, 0.1), np.float32)
    else:
        cloud = 0.3 + 0.6 * u[0]
        sky(place, rng, between(rng, 0.5, 1.1), (0.3, 0.45, 0.8), (0.8, 0.86, 0.95), (1.05, 1.02, 0.96), cloud)
        place.ambient = np.full(3, 0.85, np.float32)
    lamps = [(x, s * 4.2) for x in (-13.0, -4.0, 5.0, 14.0) for s in (-1.0, 1.0)]
    warm = np.array((1.0, 0.7, 0.38) if u[1] < 0.6 else (0.85, 0.92, 1.0), np.float32)
    if night:
        for x, y in lamps[2:6]:
            place.lamp((x, y, 3.2), warm, 1.8)
    asphalt = speckled(rng, linear((0.27, 0.27, 0.28)), linear((0.38, 0.38, 0.39)), 0.5)
    walk = linear(tone(furnishing(u[2]), 0.08, 0.6))

    def paint(x: Field, y: Field) -> Field:
        out = asphalt(x, y)
        dash = (np.abs(y) < 0.08) & ((x % 4.0) < 2.0)
        out = np.where(dash[..., None], np.float32(0.7), out)
        line = np.maximum(joints(x, 0.9, 0.03, place.blur), joints(y, 0.9, 0.03, place.blur))[..., None]
        slab = walk * (1.0 - 0.4 * line)
        out = np.where((np.abs(y) > 3.6)[..., None], slab, out)
        if night:
            p = np.stack([x, y, np.full(x.shape, _FLOOR, np.float32)], -1)
            out = out * (place.light(p) / place.ambient)
        return out

    ground(place, paint, (0.05, 0.045, 0.05) if night else (0.75, 0.8, 0.86), 110.0)
    for side in (-1.0, 1.0):
        x = -34.0
        while x < 34.0:
            w, h = between(rng, 6, 12), between(rng, 6, 16)
            wall = linear(tone(furnishing(float(rng.random())), 0.35 * float(rng.random()), between(rng, 0.4, 0.8)))
            y = side * between(rng, 6.6, 7.6)
            front = facade(
                rng,
                wall,
                (0.05, 0.06, 0.08) if night else (0.14, 0.18, 0.24),
                0.35 if night else 0.0,
                between(rng, 2.7, 3.4),
            )
            place.box((x, y, _FLOOR), (x + w, y + side * 8.0, _FLOOR + h), front)
            if rng.random() < 0.5:  # a shop
                glow = (1.2, 1.0, 0.7) if night else (0.12, 0.13, 0.15)
                place.box((x + 0.8, y - side * 0.05, _FLOOR + 0.5), (x + w - 0.8, y, _FLOOR + 2.4), glow, glow=True)
                place.box(
                    (x + 0.5, y - side * 0.8, _FLOOR + 2.5),
                    (x + w - 0.5, y, _FLOOR + 2.9),
                    linear(tone(float(rng.random()), 0.6, 0.45)),
                )
            x += w + (0.0 if rng.random() < 0.7 else 2.0)
    for x, y in lamps:
        place.box((x - 0.06, y - 0.06, _FLOOR), (x + 0.06, y + 0.06, 3.2), (0.05, 0.06, 0.06))
        if night:
            place.box((x - 0.25, y - 0.25, 3.2), (x + 0.25, y + 0.25, 3.5), warm * 22.0, glow=True)
        else:
            place.box((x - 0.25, y - 0.25, 3.2), (x + 0.25, y + 0.25, 3.5), (0.5, 0.5, 0.5))
    for _ in range(6):  # parked cars
        x, side = between(rng, -20, 20), float(pick(rng, -1, 1))
        if abs(x) < 4.0:
            continue
        paintwork = linear(tone(float(rng.random()), 0.7 * float(rng.random()), between(rng, 0.15, 0.8)))
        y = side * 2.7
        place.box((x - 2.1, y - 0.85, _FLOOR + 0.28), (x + 2.1, y + 0.85, _FLOOR + 0.85), paintwork)
        place.box(
            (x - 1.1, y - 0.75, _FLOOR + 0.85),
            (x + 1.2, y + 0.75, _FLOOR + 1.4),
            lines((0.05, 0.06, 0.07), 1.1, 0.1, 3.0),
        )
        for k in (-1.35, 1.35):
            place.box((x + k - 0.3, y - 0.87, _FLOOR), (x + k + 0.3, y + 0.87, _FLOOR + 0.5), (0.015, 0.015, 0.015))
    if not night:
        for x in (-9.0, -1.0, 9.0, 17.0):
            if rng.random() < 0.7:
                tree(place, rng, x, float(pick(rng, -1, 1)) * 5.0, between(rng, 4, 6), _green(rng)[0])


def night_street(place: Place, rng: np.random.Generator, number: int) -> None:
    """A street by the light of its lamps and windows."""
    street(place, rng, number + 17, night=True)


OUTDOORS: dict[str, Callable[[Place, np.random.Generator, int], None]] = {
    "meadow": meadow,
    "sunset": sunset,
    "overcast": overcast,
    "garden": garden,
    "street": street,
    "night_street": night_street,
}
