"""Toy trains and boats."""

from __future__ import annotations

import numpy as np

from assets.colours import shade
from assets.families.modelling import Coat, Model, wheel_pair
from assets.families.vehicles import DARK, GLASS, STEEL, body_coat
from assets.kit import Draft, draw_scale, graspable
from assets.numeric import between, pick

_WOOD: Coat = ("wood", (0.78, 0.6, 0.38))
_WHITE: Coat = ("plastic", (0.93, 0.92, 0.9))


def _running_gear(a: Model, half: float, wide: float, r: float, n: int, coat: Coat) -> None:
    """n pairs of wheels under a frame; only the outer pairs are solid."""
    for k in range(n):
        x = half * (-0.78 + 1.56 * k / (n - 1))
        if k in (0, n - 1):
            wheel_pair(a, x, wide, r, 4, STEEL, coat)
        else:
            for y in (-1, 1):
                a.rod((x, y * wide - 2, r), (x, y * wide + 2, r), 0.97 * r, coat, n=14, solid=False)


def _windows(a: Model, x0: float, x1: float, z0: float, z1: float, half: float, n: int) -> None:
    step = (x1 - x0) / n
    for k in range(n):
        a.box(
            (0.33 * step, half + 0.4, 0.5 * (z1 - z0)),
            (x0 + (k + 0.5) * step, 0, 0.5 * (z0 + z1)),
            GLASS,
            bevel=0,
            solid=False,
        )


def train(rng: np.random.Generator, variant: str) -> Draft:
    """Toy locomotive, railway coach, tram or goods wagon."""
    a = Model(draw_scale(rng, 0.1))
    half, wide, r = between(rng, 32, 50), between(rng, 13, 18), between(rng, 6, 9)
    coat, other = body_coat(rng), body_coat(rng)
    low = 1.2 * r
    _running_gear(a, half, wide, r, pick(rng, 2, 3, 4), DARK if rng.random() < 0.5 else other)
    a.box((half, 0.92 * wide, 4.7), (0, 0, low + 4.7), DARK)
    floor = low + 9.4
    for x in (-1, 1):
        a.rod((x * half, 0, low + 3), (x * (half + 4), 0, low + 3), 2.2, STEEL, n=8, solid=False)
    if variant == "steam":
        barrel, cab = between(rng, 8, 13), between(rng, 0.25, 0.42) * half
        z = floor + barrel - 1
        a.rod((-half + 2 * cab - 2, 0, z), (0.92 * half, 0, z), barrel, coat, n=16)
        a.rod((0.92 * half, 0, z), (0.92 * half + 1.5, 0, z), 0.85 * barrel, DARK, n=14, solid=False)
        tall = between(rng, 6, 15)
        flare = between(rng, 0.8, 1.7)
        a.rod((0.7 * half, 0, z + 0.8 * barrel), (0.7 * half, 0, z + barrel + tall), (3.6, 3.6 * flare), DARK, n=12)
        if rng.random() < 0.7:
            a.ball(
                (0.25 * half, 0, z + barrel),
                (4.5, 4.5, between(rng, 4, 8)),
                ("metal", (0.83, 0.66, 0.3)),
                n=10,
                rows=6,
                solid=False,
            )
        h = z + barrel + between(rng, 3, 12)
        a.box((cab, 0.95 * wide, 0.5 * (h - floor)), (-half + cab, 0, 0.5 * (h + floor)), other)
        _windows(a, -half + 2, -half + 2 * cab - 2, floor + 0.55 * (h - floor), h - 3, 0.95 * wide, 1)
        a.box((cab + 2.5, wide + 1.5, 1.3), (-half + cab, 0, h + 1), coat)
        return a.draft(rng, "toy train", "plastic", "long", (450, 750))
    h = floor + between(rng, 18, 30)
    if variant in ("coach", "tram", "diesel"):
        nose = {
            "coach": (0, 0),
            "tram": (between(rng, 0, 5),) * 2,
            "diesel": (between(rng, 0, 3), between(rng, 4, 22)),
        }[variant]
        a.side(
            [
                (-half, floor),
                (half, floor),
                (half - 0.2 * nose[1], 0.6 * floor + 0.4 * h),
                (half - nose[1], h),
                (-half + nose[0], h),
            ],
            wide,
            coat,
            bevel=2,
        )
        zw = 0.45 * floor + 0.55 * h
        _windows(a, -0.92 * half, 0.9 * half - 0.6 * nose[1], zw, h - 3, wide, pick(rng, 3, 4, 5, 6))
        a.box(
            (0.96 * (half - 0.3 * nose[1]), wide + 0.3, 1.5),
            (-0.1 * nose[1], 0, floor + 4),
            other,
            solid=False,
            bevel=0,
        )
        if variant == "tram":
            a.rod((-6, 0, h), (4, 0, h + 10), 1, DARK, n=5, solid=False)
            a.rod((4, -8, h + 10), (4, 8, h + 10), 1, DARK, n=5, solid=False)
        else:
            a.side(
                [
                    (-half + 2, h),
                    (half - nose[1] - 2, h),
                    (half - nose[1] - 6, h + between(rng, 1, 5)),
                    (-half + 5, h + 3),
                ],
                0.75 * wide,
                other,
                solid=False,
            )
        return a.draft(rng, "toy tram" if variant == "tram" else "toy train", "plastic", "long", (450, 700))
    if variant == "tank_wagon":
        barrel = between(rng, 10, 15)
        a.spindle(
            [
                (half * u, floor + barrel - 1, barrel * f, barrel * f)
                for u, f in ((-0.95, 0.75), (-0.85, 1), (0.85, 1), (0.95, 0.75))
            ],
            coat,
            n=14,
        )
        a.rod((0, 0, floor + 2 * barrel - 3), (0, 0, floor + 2 * barrel + 3), 5, other, n=10, solid=False)
    else:
        tall = between(rng, 7, 16)
        for y in (-1, 1):
            a.box((half, 1.3, 0.5 * tall), (0, y * (wide - 1.3), floor + 0.5 * tall), coat)
        for x in (-1, 1):
            a.box((1.3, wide - 1, 0.5 * tall), (x * (half - 1.3), 0, floor + 0.5 * tall), coat, solid=False)
        if rng.random() < 0.5:
            for k in range(3):
                a.rod(
                    (-half + 4, (k - 1) * 0.55 * wide, floor + 0.6 * wide * 0.5),
                    (half - 4, (k - 1) * 0.55 * wide, floor + 0.3 * wide),
                    0.28 * wide,
                    _WOOD,
                    n=10,
                    solid=False,
                )
            a.solid_box((half - 4, 0.8 * wide, 0.28 * wide), (0, 0, floor + 0.28 * wide))
        else:
            for k in range(5):
                x = half * (k - 2) * 0.36
                a.ball(
                    (x, between(rng, -3, 3), floor),
                    (0.3 * half, 0.75 * wide, tall * between(rng, 0.9, 1.6)),
                    DARK,
                    n=8,
                    rows=5,
                    foot=1.2,
                    solid=False,
                )
            a.solid_box((0.8 * half, 0.7 * wide, 0.5 * tall), (0, 0, floor + 0.5 * tall))
    return a.draft(rng, "toy wagon", "plastic", "long", (450, 700))


# --- boats --------------------------------------------------------------------------------------


def _hull(a: Model, half: float, wide: float, tall: float, bow: float, coat: Coat, sheer: float) -> None:
    """Flat-bottomed hull: deck at `tall`, pointed at +x from the share `bow` on."""
    o = np.array([[0.72, -1], [0.93, -0.2], [1, 1], [-1, 1], [-0.93, -0.2], [-0.72, -1]])
    stations = [
        (-half, 0.5 * tall, 0.85 * wide, 0.5 * tall),
        (-0.5 * half, 0.5 * tall, wide, 0.5 * tall),
        (bow * half, 0.5 * tall, wide, 0.5 * tall),
        (0.5 * (bow + 1) * half, 0.5 * tall + 0.5 * sheer, 0.66 * wide, 0.5 * tall + 0.5 * sheer),
        (half, 0.62 * tall + sheer, 0.06 * wide, 0.38 * tall),
    ]
    a.spindle(stations, coat, (0, 2, 4), outline=o)


def boat(rng: np.random.Generator, variant: str) -> Draft:
    """Toy boat: sailing boat, tug, cargo ship, ferry, speedboat or submarine, on its flat bottom."""
    a = Model(draw_scale(rng, 0.1))
    half, wide, tall = between(rng, 36, 52), between(rng, 15, 21), between(rng, 11, 19)
    material = "wood" if variant == "sail" and rng.random() < 0.6 else "plastic"
    coat: Coat = (material, shade(pick(rng, "red", "blue", "white", "green", "yellow"), rng))
    if variant == "submarine":
        return _submarine(a, rng, half, 0.8 * wide)
    bow = between(rng, -0.1, 0.5)
    _hull(a, half, wide, tall, bow, coat, between(rng, 0, 5))
    a.box((0.55 * half, 0.75 * wide, 0.6), (-0.25 * half, 0, tall + 0.3), _WOOD, solid=False, bevel=0)
    house, roof = body_coat(rng), body_coat(rng)
    name = f"toy {variant}"
    if variant == "sail":
        mast, x = between(rng, 50, 85), between(rng, -0.1, 0.3) * half
        a.rod((x, 0, tall), (x, 0, tall + mast), 1.6, _WOOD, n=8)
        cloth: Coat = (
            ("fabric", (0.93, 0.91, 0.86))
            if rng.random() < 0.6
            else ("fabric", shade(pick(rng, "red", "blue", "yellow"), rng))
        )
        foot = between(rng, 0.35, 0.9) * half
        a.side([(x - foot, tall + 6), (x - 2, tall + 6), (x - 2, tall + 0.96 * mast)], 0.9, cloth, bevel=0.2)
        if rng.random() < 0.6:
            a.side(
                [
                    (x + 2, tall + 8),
                    (min(x + foot, 0.9 * half), tall + 6),
                    (x + 2, tall + between(rng, 0.6, 0.9) * mast),
                ],
                0.9,
                cloth,
                bevel=0.2,
            )
        name = "toy sailboat"
    elif variant == "tug":
        h, x = between(rng, 12, 24), between(rng, -0.1, 0.3) * half
        a.box((between(rng, 0.2, 0.34) * half, 0.62 * wide, 0.5 * h), (x, 0, tall + 0.5 * h), house)
        _windows(a, x - 0.2 * half, x + 0.2 * half, tall + 0.55 * h, tall + 0.85 * h, 0.62 * wide, 2)
        a.box((0.36 * half, 0.72 * wide, 1.3), (x, 0, tall + h + 1), roof)
        f = between(rng, 10, 26)
        a.rod((x - 0.45 * half, 0, tall), (x - 0.45 * half, 0, tall + f), between(rng, 4, 6.5), roof, n=12)
        name = "toy tugboat"
    elif variant == "cargo":
        h = between(rng, 16, 30)
        a.box((0.14 * half, 0.75 * wide, 0.5 * h), (-0.75 * half, 0, tall + 0.5 * h), _WHITE)
        _windows(a, -0.87 * half, -0.63 * half, tall + 0.7 * h, tall + 0.88 * h, 0.75 * wide, 1)
        for k in range(3):
            levels = pick(rng, 0, 1, 1, 2, 2, 3)
            x = (-0.42 + 0.36 * k) * half
            for level in range(levels):
                a.box(
                    (0.16 * half, 0.72 * wide, 3.4),
                    (x, 0, tall + 3.4 + 7 * level),
                    body_coat(rng),
                    solid=False,
                    bevel=0.4,
                )
            if levels:
                a.solid_box((0.16 * half, 0.72 * wide, 3.5 * levels), (x, 0, tall + 3.5 * levels))
        name = "toy ship"
    elif variant == "ferry":
        x0, x1 = -between(rng, 0.6, 0.9) * half, between(rng, 0.1, 0.45) * half
        z = tall
        for _ in range(pick(rng, 1, 2, 3)):
            h = between(rng, 7, 11)
            a.box((0.5 * (x1 - x0), 0.8 * wide, 0.5 * h), (0.5 * (x0 + x1), 0, z + 0.5 * h), _WHITE)
            _windows(a, x0 + 2, x1 - 2, z + 0.35 * h, z + 0.75 * h, 0.8 * wide, 6)
            z, x0, x1 = z + h, x0 + between(rng, 2, 9), x1 - between(rng, 2, 9)
        for k in range(pick(rng, 1, 2)):
            x = 0.5 * (x0 + x1) - 8 + 14 * k
            a.rod((x, 0, z), (x - 3, 0, z + between(rng, 9, 16)), 4.5, roof, n=12)
        name = "toy ship"
    else:
        h = between(rng, 6, 12)
        x = between(rng, -0.2, 0.1) * half
        a.side(
            [(x - 0.05 * half, tall), (x + 0.3 * half, tall), (x + 0.02 * half, tall + h), (x - 0.03 * half, tall + h)],
            0.7 * wide,
            GLASS,
        )
        a.box((0.12 * half, 0.6 * wide, 0.3 * h + 1), (x - 0.35 * half, 0, tall + 0.3 * h), house, bevel=1.5)
        a.box((4, 5, 0.5 * tall), (-half - 3, 0, 0.75 * tall), DARK, bevel=1.5)
        name = "toy speedboat"
    return a.draft(rng, name, material, "long", (350, 600))


def _submarine(a: Model, rng: np.random.Generator, half: float, r: float) -> Draft:
    coat = body_coat(rng, "yellow", "grey", "orange", "blue")
    blunt = between(rng, 0.45, 0.85)
    s = [(-1, 0.25), (-0.75, 0.65), (-0.35, 1), (0.6, 1), (0.85, 0.4 + 0.6 * blunt), (1, blunt * 0.8)]
    a.spindle([(half * u, 0.75 * r, r * f, r * f) for u, f in s], coat, n=14, floor=0.0)
    tower, h = between(rng, 0.16, 0.32) * half, between(rng, 7, 15)
    x = between(rng, -0.1, 0.35) * half
    o = np.array([[1, 0.5], [0.6, 1], [-0.6, 1], [-1, 0.5]]) * [tower, 0.45 * r]
    o = np.concatenate([o, -o]) + np.array([x, 0])
    a.plate(o, 1.5 * r, 1.7 * r + h, coat)
    a.rod((x, 0, 1.7 * r + h), (x, 0, 1.7 * r + h + 9), 1.3, STEEL, n=7, solid=False)
    for k in range(3):
        for y in (-1, 1):
            a.rod(
                (half * (-0.25 + 0.32 * k), 0.85 * y * r, 0.9 * r),
                (half * (-0.25 + 0.32 * k), 1.02 * y * r, 0.9 * r),
                0.22 * r,
                GLASS,
                n=10,
                solid=False,
            )
    fin = between(rng, 8, 14)
    a.side([(-half + 2, r), (-half + 12, r), (-half + 4, r + fin), (-half - 2, r + fin)], 1.3, coat, solid=False)
    a.box((3.5, r + 2, 1.2), (-half + 4, 0, 0.75 * r), coat, solid=False)
    return a.draft(rng, "toy submarine", "plastic", "long", (450, 700))


_TRAINS = ("steam", "diesel", "coach", "tram", "tank_wagon", "open_wagon")
_BOATS = ("sail", "tug", "cargo", "ferry", "speed", "submarine")
FAMILIES = (
    graspable("toy_train", "toys", train, "toy train", "toy tram", "toy wagon", variants=_TRAINS),
    graspable(
        "toy_boat",
        "toys",
        boat,
        "toy sailboat",
        "toy tugboat",
        "toy ship",
        "toy speedboat",
        "toy submarine",
        variants=_BOATS,
    ),
)
