"""Toy turtles, ladybirds, snails, frogs, hedgehogs and caterpillars."""

from __future__ import annotations

import numpy as np

from assets.colours import mix, shade
from assets.families.modelling import INK, Coat, Model, eyes
from assets.kit import Draft, draw_scale, graspable
from assets.labels import WHITE
from assets.numeric import between, pick, rotation


def crawler(rng: np.random.Generator, variant: str) -> Draft:
    """Toy turtle, ladybird, snail, frog, hedgehog or caterpillar, low on the floor."""
    a = Model(draw_scale(rng, 0.1) * 1.1)
    deep, wide, tall = between(rng, 20, 30), between(rng, 17, 25), between(rng, 12, 24)
    colour = shade(
        {
            "turtle": "green",
            "ladybird": "red",
            "frog": "green",
            "snail": "orange",
            "hedgehog": "brown",
            "caterpillar": "green",
        }[variant],
        rng,
        16,
    )
    coat: Coat = ("plastic", mix(colour, WHITE, 0.1))
    skin: Coat = (
        "plastic",
        {
            "turtle": (0.62, 0.74, 0.36),
            "ladybird": (0.1, 0.1, 0.11),
            "snail": (0.9, 0.78, 0.58),
            "hedgehog": (0.85, 0.7, 0.52),
        }.get(variant, mix(colour, WHITE, 0.1)),
    )
    r = between(rng, 7, 11)
    hx, hz = deep + 0.6 * r, max(r, between(rng, 0.5, 1.0) * tall)
    if variant in ("turtle", "ladybird", "hedgehog"):
        lift = between(rng, 3, 8) if variant == "turtle" else 0.0
        a.ball((0, 0, lift), (deep, wide, tall), coat, n=14, rows=7, foot=1.35)
        if variant == "turtle":
            hx += between(rng, 0, 9)
            for x, y in ((-1, -1), (-1, 1), (1, -1), (1, 1)):
                a.ball((0.62 * x * deep, 0.85 * y * wide, 0), (0.6 * r, 0.75 * r, 0.7 * r), skin, n=9, rows=6, foot=0.5)
            a.rod((0.8 * deep, 0, lift + 2), (hx, 0, hz), (0.6 * r, 0.6 * r), skin, n=8, solid=False)
        if variant == "ladybird":
            for t, u in ((-0.45, 0.5), (0.2, 0.62), (-0.75, 0.15), (0.5, 0.25)):
                for y in (-1, 1):
                    up = float(np.sqrt(max(1 - t * t - u * u, 0)))
                    a.ball((t * deep, u * y * wide, lift + up * tall), 0.16 * deep, INK, n=8, rows=5, solid=False)
        if variant == "hedgehog":
            for k in range(26):
                t, u = -0.85 + 1.5 * (k % 6) / 5, -0.8 + 0.4 * (k // 6) + 0.1 * (k % 2)
                up = float(np.sqrt(max(1 - 0.8 * t * t - 0.8 * u * u, 0.05)))
                p = np.array([t * deep * 0.9, u * wide, lift + up * tall])
                a.rod(
                    p,
                    p + np.array([-3, 5 * u, 5 * up + 1]),
                    (2.2, 0.3),
                    ("plastic", (0.3, 0.2, 0.13)),
                    n=5,
                    solid=False,
                )
        a.ball((hx, 0, hz), (r, r, 0.95 * r), skin, n=11, rows=7)
    elif variant == "snail":
        half, shell = between(rng, 28, 40), between(rng, 14, 21)
        a.spindle([(-half, 1, 5, 2), (-0.5 * half, 2, 10, 5), (0.6 * half, 2, 10, 5), (half, 3, 7, 6)], skin, floor=0.0)
        a.tube([(0.75 * half, 0, 9), (half + 2, 0, 16), (half + 4, 0, 24)], [6, 5.5, 5], skin, up=(0, 1, 0))
        for k in range(3):
            a.rod(
                (-4 - k, -9 + 0.5 * k, 8 + shell),
                (-4 - k, 9 - 0.5 * k, 8 + shell),
                shell * (1 - 0.01 * k),
                coat,
                n=16,
                solid=k == 0,
            )
        for f, y in ((0.95, 10), (0.62, 11.5), (0.3, 13)):
            tone: Coat = coat if f == 0.62 else ("plastic", mix(colour, (0.3, 0.15, 0.05), 0.35))
            a.rod((-4, -y, 8 + shell), (-4, y, 8 + shell), f * shell, tone, n=14, solid=False)
        hx, hz, r = half + 2, 24, 6
        for y in (-1, 1):
            a.rod((hx + 2, 2.5 * y, 27), (hx + 5, 5 * y, 38), 1.2, skin, n=6, solid=False)
    elif variant == "frog":
        a.ball((0, 0, 1.05 * tall + 1), (deep, wide, tall), coat, rotation("y", -0.25), n=13, rows=8)
        a.solid(
            [(x * deep, y * 0.8 * wide, 0) for x in (-0.6, 0.7) for y in (-1, 1)]
            + [(0.5 * x * deep, 0.4 * y * wide, 0.8 * tall) for x in (-1, 1) for y in (-1, 1)]
        )
        for y in (-1, 1):
            a.ball((-0.35 * deep, y * wide, 0.42 * tall + 2), (0.55 * deep, 5.5, 0.42 * tall + 2), coat, n=10, rows=6)
            a.rod(
                (0.55 * deep, 0.6 * y * wide, tall), (0.75 * deep, 0.75 * y * wide, 2), (4, 3), coat, n=8, solid=False
            )
            a.ball((0.65 * deep, 0.45 * y * wide, 1.85 * tall + 2), 5, coat, n=9, rows=6, solid=False)
            a.ball((0.65 * deep + 3.4, 0.45 * y * wide, 1.85 * tall + 3), 2.4, INK, n=7, rows=5, solid=False)
        hx, hz, r = 0.7 * deep, 1.2 * tall, 8
    else:
        n, r = pick(rng, 4, 5, 6), between(rng, 9, 12)
        wave, gap = between(rng, 0, 12), between(rng, 1.25, 1.6) * r
        for k in range(n):
            other: Coat = ("plastic", mix(colour, (0.95, 0.85, 0.2), 0.6)) if k % 2 else coat
            y = wave * (1, 0, -1, 0)[k % 4]
            a.ball(((k - 0.5 * n) * gap, y, 0), r, other, n=10, rows=7, foot=0.45)
        hx, hz, r = 0.5 * n * gap, between(rng, 1.3, 2.0) * r, 1.12 * r
        a.ball((hx, 0, hz), r, skin, n=11, rows=7)
    if variant != "frog":
        eyes(a, hx + 0.8 * r, 0.4 * r, hz + 0.35 * r, 1.6, white=variant in ("ladybird", "caterpillar"))
    if variant in ("ladybird", "caterpillar"):
        for y in (-1, 1):
            a.rod((hx, 0.4 * y * r, hz + 0.8 * r), (hx + 3, 0.8 * y * r, hz + 1.8 * r), 0.9, INK, n=5, solid=False)
    if variant == "hedgehog":
        a.ball((hx + r, 0, hz), 2, INK, n=7, rows=5, solid=False)
    return a.draft(rng, f"toy {variant}", "plastic", "round", (400, 700))


_LOW = ("turtle", "ladybird", "snail", "frog", "hedgehog", "caterpillar")


FAMILIES = (graspable("crawler", "toys", crawler, *(f"toy {n}" for n in _LOW), variants=_LOW),)
