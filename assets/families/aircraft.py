"""Toy aircraft and rockets."""

from __future__ import annotations

import numpy as np

from assets.families.modelling import Coat, Model
from assets.families.vehicles import DARK, GLASS, RUBBER, STEEL, body_coat
from assets.kit import Draft, draw_scale, graspable
from assets.numeric import between, circle, pick, rotation

_WOOD: Coat = ("wood", (0.78, 0.6, 0.38))


def _wing(a: Model, x: float, z: float, root: float, span: float, sweep: float, taper: float, coat: Coat) -> None:
    """Both halves of a wing; one solid part if it is straight, two if it is swept."""
    for y in (-1, 1):
        o = [(x, 0.0), (x + root, 0.0), (x + sweep * span * -1 + taper * root, span), (x - sweep * span, span)]
        o = o if y > 0 else [(u, -v) for u, v in o][::-1]
        a.plate(o, z - 1.4, z + 1.4, coat, bevel=0.6)


def plane(rng: np.random.Generator, variant: str) -> Draft:
    """Toy aircraft on its wheels: airliner, propeller plane, biplane, jet or helicopter."""
    a = Model(draw_scale(rng, 0.1))
    half, r = between(rng, 40, 58), between(rng, 8.5, 12.5)
    coat, other = body_coat(rng), body_coat(rng)
    gear = between(rng, 4, 9)
    z = gear + r
    if variant == "helicopter":
        return _helicopter(a, rng, coat, other)
    blunt = 0.12 if variant == "jet" else between(rng, 0.45, 0.75)
    s = [
        (-1, 0.2, 0.35),
        (-0.5, 0.7, 0.12),
        (-0.1, 1, 0),
        (0.5, 1, 0),
        (0.82, 0.35 + 0.6 * blunt, -0.05),
        (1, blunt * 0.8, -0.12),
    ]
    a.spindle([(half * u, z + dz * r, r * f, r * f) for u, f, dz in s], coat, (0, 2, 5), n=12)
    span, root = between(rng, 38, 62), between(rng, 15, 26)
    sweep, taper = {"airliner": (between(rng, 0.25, 0.7), 0.4), "jet": (between(rng, 0.5, 1.0), 0.1)}.get(
        variant, (between(rng, -0.05, 0.15), 0.8)
    )
    span *= 0.75 if variant == "jet" else 1.0
    x = between(rng, -0.25, 0.1) * half
    high = variant == "propeller" and rng.random() < 0.5
    _wing(a, x, z + (0.95 * r if high else -0.35 * r), root, span, sweep, taper, other)
    if variant == "biplane":
        gap = 2.0 * r + between(rng, 1, 9)
        _wing(a, x + 3, z - 0.35 * r + gap, root, span, 0.0, 0.85, other)
        for y in (-1, 1):
            a.rod(
                (x + 0.5 * root, 0.75 * y * span, z - 0.3 * r),
                (x + 0.5 * root, 0.75 * y * span, z - 0.4 * r + gap),
                1.1,
                DARK,
                n=6,
                solid=False,
            )
    tail, up = between(rng, 14, 24), between(rng, 12, 24)
    a.side(
        [(-half + 1, z + 2), (-half + 0.8 * tail, z + 4), (-half + 2, z + r + up * 0.8), (-half - 6, z + r + up * 0.8)],
        1.3,
        other,
        solid=False,
    )
    for y in (-1, 1):
        o = [(-half + 2, 0.0), (-half + 13, 0.0), (-half + 6, tail), (-half - 1, tail)]
        a.plate(
            o if y > 0 else [(u, -v) for u, v in o][::-1], z + 0.3 * r, z + 0.3 * r + 2, other, bevel=0.4, solid=False
        )
    if variant == "airliner":
        for y in (-1, 1):
            xe = x + 0.7 * root - sweep * 0.45 * span
            a.rod(
                (xe - 8, 0.42 * y * span, z - 0.35 * r - 4),
                (xe + 8, 0.42 * y * span, z - 0.35 * r - 4),
                (3.2, 4.2),
                STEEL,
                n=10,
                solid=False,
            )
        for k in range(7):
            a.box((1.3, 0.97 * r + 0.3, 1.6), (half * (-0.25 + 0.13 * k), 0, z + 0.2 * r), GLASS, solid=False, bevel=0)
    elif variant in ("propeller", "biplane"):
        blade = min(between(rng, 11, 19), 0.9 * z - 1)
        for u in (0.0, 0.5):
            a.box(
                (0.8, 2, blade),
                (half + 3, 0, z - 0.1 * r),
                DARK,
                rotation("x", np.pi * (u + 0.15)),
                solid=False,
                bevel=0.5,
            )
        a.ball((half + 2, 0, z - 0.1 * r), (6, 4, 4), STEEL, n=8, rows=6, solid=False)
    a.ball(
        (0.48 * half if variant != "biplane" else 0.1 * half, 0, z + 0.75 * r),
        (0.2 * half, 0.55 * r, 0.55 * r),
        GLASS,
        n=10,
        rows=6,
        solid=False,
    )
    for x0, y0 in ((0.62 * half, 0.0), (-0.35 * half, -0.9 * r), (-0.35 * half, 0.9 * r)):
        a.rod((x0, y0 - 2, 4), (x0, y0 + 2, 4), 4, RUBBER, n=12, solid=False)
        a.rod((x0, y0, 4), (x0, 0.6 * y0, z), 1.2, STEEL, n=6, solid=False)
    a.solid([(0.62 * half + u, v, w) for u in (-2, 2) for v in (-2, 2) for w in (0, z - 0.5 * r)])
    a.solid(
        [(-0.35 * half + u, v, 0) for u in (-2, 2) for v in (-0.9 * r - 2, 0.9 * r + 2)]
        + [(-0.35 * half + u, v, z - 0.4 * r) for u in (-2, 2) for v in (-0.6 * r, 0.6 * r)]
    )
    return a.draft(rng, {"jet": "toy jet"}.get(variant, "toy plane"), "plastic", "long", (400, 650))


def _helicopter(a: Model, rng: np.random.Generator, coat: Coat, other: Coat) -> Draft:
    half, wide, tall = between(rng, 19, 29), between(rng, 12, 17), between(rng, 12, 18)
    z = 9 + tall
    a.ball((0, 0, z), (half, wide, tall), coat, n=14, rows=9)
    a.ball((0.42 * half, 0, z + 0.12 * tall), (0.62 * half, 0.9 * wide, 0.82 * tall), GLASS, n=12, rows=7, solid=False)
    boom, up = between(rng, 24, 46), between(rng, 0, 9)
    a.rod((-0.6 * half, 0, z + 0.2 * tall), (-half - boom, 0, z + 0.2 * tall + up), (0.42 * wide, 2.4), coat, n=9)
    x, h = -half - boom, z + 0.2 * tall + up
    a.side([(x, h - 3), (x + 7, h), (x - 1, h + 13), (x - 6, h + 13)], 1.2, other, solid=False)
    a.rod((x, 1, h + 4), (x, 3.5, h + 4), between(rng, 5, 8), DARK, n=10, solid=False)
    mast, span = between(rng, 3, 8), between(rng, 30, 46)
    a.rod((0, 0, z + 0.9 * tall), (0, 0, z + tall + mast), 2, DARK, n=8, solid=False)
    turn, tips = between(rng, 0, 1.5), []
    for k in range(n := pick(rng, 2, 3, 4)):
        R = rotation("z", turn + 2 * np.pi * k / n)
        a.box(
            (0.5 * span, 2.2, 0.8),
            R[:, 0] * 0.5 * span + np.array([0, 0, z + tall + mast]),
            DARK,
            R,
            bevel=0.4,
            solid=False,
        )
        tips += [
            R[:, 0] * u * span + R[:, 1] * v + np.array([0, 0, z + tall + mast + w])
            for u in (0, 1)
            for v in (-2, 2)
            for w in (-0.8, 0.8)
        ]
    a.solid(tips)
    a.solid([(3 * u, 3 * v, w) for u, v in circle(6) for w in (z + 0.8 * tall, z + tall + mast)])
    for y in (-1, 1):
        a.rod((-0.75 * half, y * wide, 1.7), (0.9 * half, y * wide, 1.7), 1.7, STEEL, n=8, solid=False)
        for u in (-0.4, 0.45):
            a.rod((u * half, y * wide, 1.7), (u * half, 0.5 * y * wide, z - 0.6 * tall), 1.2, STEEL, n=6, solid=False)
    a.solid(
        [(u * half, y * (wide + 1.5), w) for u in (-0.75, 0.9) for y in (-1, 1) for w in (0, 3)]
        + [(u * half, y * 0.5 * wide, z - 0.7 * tall) for u in (-0.4, 0.45) for y in (-1, 1)]
    )
    return a.draft(rng, "toy helicopter", "plastic", "long", (400, 600))


def rocket(rng: np.random.Generator, variant: str) -> Draft:
    """Toy rocket standing on fins or legs: classic, straight with boosters, lander."""
    a = Model(draw_scale(rng, 0.1))
    coat, other = body_coat(rng, "white", "red", "blue", "yellow", "grey"), body_coat(rng)
    r, tall = between(rng, 12, 19), between(rng, 55, 105)
    lift = between(rng, 5, 14)
    if variant == "lander":
        tall = between(rng, 30, 50)
        a.turned(
            [
                (0.7 * r, lift + 6),
                (1.25 * r, lift + 8),
                (1.25 * r, lift + 0.4 * tall),
                (0.8 * r, lift + 0.5 * tall),
                (r, lift + 0.7 * tall),
                (0.5 * r, lift + tall),
            ],
            coat,
            n=8,
        )
        reach = between(rng, 1.5, 2.1) * r
        for x, y in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
            a.post(
                (x * reach * 0.75, y * reach * 0.75, 0),
                (x * 0.7 * r, y * 0.7 * r, lift + 0.35 * tall),
                (3.6, 1.8),
                ("metal", (0.83, 0.66, 0.3)),
            )
            a.rod(
                (x * reach * 0.75, y * reach * 0.75, 0),
                (x * reach * 0.75, y * reach * 0.75, 1.5),
                4.5,
                STEEL,
                n=10,
                solid=False,
            )
        a.rod((0, 0, lift + tall - 1), (0, 0, lift + tall + 5), (1.2, 4), STEEL, n=10, solid=False)
    else:
        if variant == "classic":
            bulge, peak = between(rng, 0.3, 0.5), between(rng, 0.55, 0.8)
            p = [
                (0.62 * r, 0),
                (0.85 * r, 0.5 * bulge),
                (r, bulge),
                (0.92 * r, peak),
                (0.55 * r, 0.5 * (peak + 1.05)),
                (0.06 * r, 1.0),
            ]
        else:
            nose, step = between(rng, 0.72, 0.88), between(rng, 0.6, 1.0)
            p = [
                (r, 0),
                (r, 0.55),
                (step * r, 0.62),
                (step * r, nose),
                (0.6 * step * r, 0.5 * nose + 0.5),
                (0.08 * r, 1.0),
            ]
        a.turned([(u, lift + v * tall) for u, v in p], coat, n=18, most=3)
        a.turned(
            [
                (p[-3][0] + 0.4, lift + p[-3][1] * tall),
                (p[-2][0] + 0.5, lift + p[-2][1] * tall),
                (0.1, lift + tall + 1),
            ],
            other,
            solid=False,
        )
        a.rod((0, 0, 0.4 * lift), (0, 0, lift), (0.6 * r, 0.45 * r), DARK, n=14, solid=False)
        for z in (0.5, 0.66)[: pick(rng, 1, 2)]:
            a.rod((0.8 * r, 0, lift + z * tall), (1.02 * r, 0, lift + z * tall), 0.3 * r, GLASS, n=12, solid=False)
        n, reach, high = pick(rng, 3, 4), between(rng, 1.45, 2.2) * r, between(rng, 0.2, 0.5) * tall
        for k in range(n):
            R = rotation("z", 2 * np.pi * k / n + 0.5)
            if variant == "boosters":
                c = R[:, 0] * 1.5 * r
                a.turned([(0.5 * r, 0), (0.5 * r, high + 4), (0.05 * r, high + 4 + r)], other, c, n=12)
            else:
                side = np.stack([R[:, 0], np.array([0.0, 0.0, 1.0]), -R[:, 1]], -1)
                a.plate(
                    [(reach - 7, 0), (reach, 0), (reach, 0.35 * high), (0.7 * r, high + lift), (0.7 * r, lift)],
                    -1.8,
                    1.8,
                    other,
                    side,
                )
    return a.draft(rng, "toy rocket", "plastic", "tall", (350, 550))


_PLANES = ("airliner", "propeller", "biplane", "jet", "helicopter")


FAMILIES = (
    graspable("toy_plane", "toys", plane, "toy plane", "toy jet", "toy helicopter", variants=_PLANES),
    graspable("toy_rocket", "toys", rocket, "toy rocket", variants=("classic", "boosters", "staged", "lander")),
)
