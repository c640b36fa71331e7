"""Toy houses, churches, castles and towers."""

from __future__ import annotations

import numpy as np

from assets.colours import mix, shade
from assets.families.modelling import Coat, Model
from assets.kit import Draft, draw_scale, graspable
from assets.labels import WHITE
from assets.numeric import between, circle, pick, rotation

_WOOD: Coat = ("wood", (0.8, 0.62, 0.4))


def _openings(a: Model, x: float, wide: float, tall: float, ink: Coat, glass: Coat) -> None:
    """A door and two windows on the wall at x."""
    a.box((0.6, 0.16 * wide, 0.28 * tall), (x, 0, 0.28 * tall), ink, solid=False, bevel=0)
    for y in (-1, 1):
        a.box((0.6, 0.15 * wide, 0.15 * tall), (x, 0.6 * y * wide, 0.58 * tall), glass, solid=False, bevel=0)


def toy_house(rng: np.random.Generator, variant: str) -> Draft:
    """Toy house, church, castle tower, windmill, lighthouse or block of flats."""
    a = Model(draw_scale(rng, 0.1))
    wall: Coat = (
        "wood",
        mix(shade(pick(rng, "white", "yellow", "red", "blue", "orange", "grey", "green"), rng), WHITE, 0.2),
    )
    roof: Coat = ("wood", shade(pick(rng, "red", "brown", "blue", "green", "grey"), rng))
    ink: Coat = ("wood", (0.4, 0.25, 0.15))
    glass: Coat = ("plastic", (0.55, 0.72, 0.85))
    x, y, z = between(rng, 16, 30), between(rng, 16, 28), between(rng, 22, 44)
    name = "toy house"
    if variant in ("cottage", "barn", "church"):
        a.box((x, y, 0.5 * z), (0, 0, 0.5 * z), wall, bevel=0.5)
        over, pitch = between(rng, 1, 4), between(rng, 10, 30)
        if variant == "barn":
            p = 0.6 * pitch
            o = [(-x - over, z), (x + over, z), (0.6 * x, z + p), (0, z + pitch), (-0.6 * x, z + p)]
            a.side(o, y + over, roof, bevel=0.3)
        elif rng.random() < 0.25:
            a.turned([(1.35 * max(x, y), z), (0.5, z + pitch)], roof, R=rotation("z", 0.25 * np.pi), n=4)
        else:
            a.front([(-y - over, z), (y + over, z), (0, z + pitch)], x + over, roof, bevel=0.3)
        _openings(a, x, y, z, ink, glass)
        if variant == "church":
            name, w, h = "toy church", between(rng, 7, 11), z * between(rng, 1.3, 1.9)
            a.box((w, w, 0.5 * h), (-x - w + 2, 0, 0.5 * h), wall, bevel=0.5)
            a.turned(
                [(1.5 * w, h), (0.3, h + between(rng, 14, 34))],
                roof,
                (-x - w + 2, 0, 0),
                rotation("z", 0.25 * np.pi),
                n=4,
            )
        elif rng.random() < 0.7:
            u = between(rng, -0.6, 0.6)
            a.box((3.5, 3.5, 0.5 * pitch + 3), (u * x, 0.45 * y, z + 0.5 * pitch + 3), ink, bevel=0.4)
    elif variant == "flats":
        name, z = "toy house", between(rng, 48, 90)
        a.box((x, y, 0.5 * z), (0, 0, 0.5 * z), wall, bevel=0.6)
        a.box((x * between(rng, 0.5, 1.08), y * between(rng, 0.5, 1.08), 2.5), (0, 0, z + 2.5), roof)
        for k in range(n := pick(rng, 3, 4, 5)):
            h = z * (k + 0.6) / n
            for u in (-0.5, 0.5):
                a.box((x + 0.4, 0.24 * y, 0.26 * z / n), (0, u * y, h), glass, solid=False, bevel=0)
                a.box((0.24 * x, y + 0.4, 0.26 * z / n), (u * x, 0, h), glass, solid=False, bevel=0)
    else:
        name = {"castle": "toy castle", "windmill": "toy windmill"}.get(variant, "toy lighthouse")
        r, h = between(rng, 17, 25), between(rng, 50, 90)
        top = r * (between(rng, 0.85, 1.0) if variant == "castle" else between(rng, 0.5, 0.78))
        a.turned([(r, 0), (top, h)], wall, n=18)
        a.box((1.5, 4.5, 8), (r - 1.2, 0, 8), ink, solid=False)
        if variant == "castle":
            rim, cren = between(rng, 1.1, 1.35) * top, pick(rng, 5, 6, 7)
            a.turned([(top, h - 5), (rim, h - 2), (rim, h + 5)], wall, n=18)
            for k in range(cren):
                R = rotation("z", 2 * np.pi * k / cren)
                a.box((2.5, 4.2, 3), R[:, 0] * (rim - 2.5) + np.array([0, 0, h + 8]), wall, R, solid=False, bevel=0.3)
            if rng.random() < 0.5:
                a.turned([(0.75 * rim, h + 5), (0.3, h + between(rng, 24, 44))], roof, n=14)
            else:
                a.solid(
                    np.concatenate(
                        [np.concatenate([rim * circle(12), np.full((12, 1), u)], -1) for u in (h + 5, h + 11)]
                    )
                )
        elif variant == "windmill":
            a.turned([(1.12 * top, h), (0.9 * top, h + 5), (0.1, h + between(rng, 12, 22))], roof, n=16)
            span, turn = between(rng, 26, 42), between(rng, 0, 1.5)
            for k in range(4):
                R = rotation("x", turn + 0.5 * np.pi * k)
                a.box(
                    (0.8, 3.6, 0.46 * span),
                    np.array([top + 4, 0, h]) + R[:, 2] * 0.54 * span,
                    _WOOD,
                    R,
                    bevel=0.3,
                    solid=k % 2 == 0,
                )
            a.rod((0, 0, h), (top + 5, 0, h), 2.2, ink, n=8, solid=False)
        else:
            for k in range(pick(rng, 2, 3)):
                f0, f1 = 0.18 + 0.28 * k, 0.3 + 0.28 * k
                a.turned([(r + (top - r) * f0 + 0.4, f0 * h), (r + (top - r) * f1 + 0.4, f1 * h)], roof, solid=False)
            a.turned([(1.3 * top, h), (1.3 * top, h + 3)], roof, n=16)
            a.turned([(0.7 * top, h + 3), (0.7 * top, h + 3 + between(rng, 9, 16))], ("glass", (0.95, 0.9, 0.6)), n=12)
            a.turned([(0.95 * top, h + 13), (0.3, h + between(rng, 20, 32))], roof, n=14)
    return a.draft(rng, name, "wood", "tall", (400, 600))


_HOUSES = ("cottage", "church", "castle", "windmill", "lighthouse", "flats", "barn")


FAMILIES = (
    graspable(
        "toy_house",
        "toys",
        toy_house,
        "toy house",
        "toy church",
        "toy castle",
        "toy windmill",
        "toy lighthouse",
        variants=_HOUSES,
    ),
)
