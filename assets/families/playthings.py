"""Yo-yos and toy drums."""

from __future__ import annotations

import numpy as np

from assets.colours import shade
from assets.families.modelling import Coat, Model
from assets.kit import Draft, draw_scale, graspable
from assets.labels import contrast
from assets.numeric import between, circle, pick, rotation

_BRIGHT = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white")


def yo_yo(rng: np.random.Generator, variant: str) -> Draft:
    """Yo-yo lying on its side: two discs and the groove between."""
    a = Model(draw_scale(rng, 0.12))
    coat: Coat = ("plastic", shade(pick(rng, *_BRIGHT), rng))
    r, h, gap = between(rng, 18, 25), between(rng, 10, 13.5), between(rng, 1.5, 7)
    hub, rim = between(rng, 0.25, 0.5) * r, between(rng, 0.0, 0.8) * h
    if variant == "round":
        low = [(0.55 * r, 0), (0.86 * r, 0.2 * h), (r, 0.65 * h), (0.97 * r, h)]
    elif variant == "butterfly":
        low = [(0.92 * r, 0), (r, 0.12 * h), (r, 0.7 * h), (between(rng, 0.5, 0.75) * r, 1.4 * h)]
    else:
        low = [(0.9 * r, 0), (r, 0.1 * h), (r, rim + 0.15 * h), (between(rng, 0.55, 0.95) * r, 1.2 * h)]
    h = low[-1][1]
    a.turned(low, coat, n=24)
    a.turned([(hub, h), (hub, h + gap)], ("fabric", (0.92, 0.9, 0.85)), n=14)
    a.turned([(q, 2 * h + gap - z) for q, z in low[::-1]], coat, n=24)
    top = 2 * h + gap
    a.turned(
        [(0.5 * low[0][0], top), (0.45 * low[0][0], top + between(rng, 0.4, 3))],
        ("plastic", shade(pick(rng, *_BRIGHT), rng)),
        n=18,
        solid=False,
    )
    return a.draft(rng, "yo-yo", "plastic", "round", (500, 800))


def drum(rng: np.random.Generator, variant: str) -> Draft:
    """Toy drum: marching drum with cords, bongo, hourglass drum, or tambourine."""
    a = Model(draw_scale(rng, 0.1))
    base = shade(pick(rng, *_BRIGHT), rng)
    wall: Coat = ("wood", base)
    rim: Coat = ("wood", shade(pick(rng, "yellow", "white", "brown", "red", "blue"), rng))
    skin: Coat = ("paper", (0.93, 0.9, 0.82))
    r, h = between(rng, 22, 31), between(rng, 22, 66)
    if variant == "march":
        edge = between(rng, 2.5, 6)
        p = [(r, 0), (r, edge), (0.93 * r, edge), (0.93 * r, h - edge), (r, h - edge), (r, h)]
        a.turned(p[2:4], wall, n=20, solid=False)
        a.turned(p[:2], rim, n=20, solid=False)
        a.turned(p[4:], rim, n=20, solid=False)
        a.turned([(0.9 * r, h), (0.9 * r, h + 0.4)], skin, n=20, solid=False)
        a.solid(np.concatenate([np.concatenate([r * circle(18), np.full((18, 1), z)], -1) for z in (0, h)]))
        c = circle(16)
        for k in range(16):
            z = (edge, h - edge)[:: 1 if k % 2 else -1]
            q = c[(k + 1) % 16]
            a.rod(
                (*(0.95 * r * c[k]), z[0]), (*(0.95 * r * q), z[1]), 0.7, ("fabric", contrast(base)), n=4, solid=False
            )
        if rng.random() < 0.6:
            turn = between(rng, -0.6, 0.6)
            R = rotation("z", turn)
            for y in (-6, 6):
                p0, p1 = (R[:, 0] * v + R[:, 1] * y + np.array([0, 0, h + 2.4]) for v in (-r, 1.05 * r))
                a.rod(p0, p1, 1.9, ("wood", (0.75, 0.55, 0.34)), n=7)
                a.ball(p1, 3, ("wood", (0.75, 0.55, 0.34)), n=8, rows=6, solid=False)
    elif variant == "bongo":
        for s, f in ((-1, 1.0), (1, between(rng, 0.7, 1.0))):
            q = 0.78 * r * f
            low = between(rng, 0.7, 0.95)
            a.turned([(low * q, 0), (q, 0.8 * h), (1.06 * q, 0.82 * h), (1.06 * q, h)], wall, (0, s * (q + 3), 0), n=16)
            a.turned([(0.95 * q, h), (0.95 * q, h + 0.4)], skin, (0, s * (q + 3), 0), n=16, solid=False)
        a.box((0.35 * r, 8, 0.18 * h), (0, 0, 0.5 * h), rim)
    elif variant == "hourglass":
        waist, where, foot = between(rng, 0.4, 0.75), between(rng, 0.3, 0.65), between(rng, 0.7, 1.0)
        h += 14
        a.turned(
            [(foot * r, 0), (foot * r, 4), (waist * r, where * h), (r, h - 6), (1.05 * r, h - 5), (1.05 * r, h)],
            wall,
            n=18,
        )
        a.turned([(0.95 * r, h), (0.95 * r, h + 0.4)], skin, n=18, solid=False)
        a.turned([(1.05 * r + 0.3, h - 5), (1.05 * r + 0.3, h - 2)], rim, n=18, solid=False)
    else:
        r *= 1.08
        h = between(rng, 11, 20)
        a.turned([(r, 0), (r, h)], wall, n=20)
        a.turned([(0.94 * r, h), (0.94 * r, h + 0.4)], skin, n=20, solid=False)
        n = pick(rng, 4, 6, 8)
        for k in range(n):
            R = rotation("z", 2 * np.pi * k / n)
            a.rod(
                R[:, 0] * r + np.array([0, 0, 0.5 * h - 1.5]),
                R[:, 0] * r + np.array([0, 0, 0.5 * h + 1.5]),
                4.5,
                ("metal", (0.85, 0.75, 0.4)),
                n=10,
                solid=False,
            )
    return a.draft(rng, "toy drum" if variant != "tambourine" else "tambourine", "wood", "cylindrical", (300, 500))


FAMILIES = (
    graspable("yo_yo", "toys", yo_yo, "yo-yo", variants=("round", "butterfly", "stepped")),
    graspable(
        "toy_drum", "toys", drum, "toy drum", "tambourine", variants=("march", "bongo", "hourglass", "tambourine")
    ),
)
