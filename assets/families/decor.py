"""Candles, potted plants and vases."""

from __future__ import annotations

import numpy as np

from assets.colours import RGB, mix, shade
from assets.families.fruit import leaf
from assets.families.modelling import Coat, Model
from assets.kit import Draft, draw_scale, graspable
from assets.labels import WHITE
from assets.mesh import rounded_rect
from assets.numeric import between, circle, cos, pick, rotation

_WICK: Coat = ("fabric", (0.15, 0.12, 0.1))
_BRASS: Coat = ("metal", (0.83, 0.66, 0.3))
_GLAZES: tuple[RGB, ...] = (
    (0.92, 0.91, 0.88),
    (0.25, 0.45, 0.62),
    (0.74, 0.38, 0.22),
    (0.35, 0.55, 0.42),
    (0.88, 0.72, 0.35),
    (0.8, 0.5, 0.55),
    (0.2, 0.22, 0.26),
)


def _wick(a: Model, x: float, y: float, z: float) -> None:
    a.rod((x, y, z - 1), (x + 1, y, z + 7), (0.9, 0.7), _WICK, n=6, solid=False)


def candle(rng: np.random.Generator, variant: str) -> Draft:
    """Candle: pillar, in a glass, taper in a holder, ball, ribbed, or tea lights on a tray."""
    a = Model(draw_scale(rng, 0.1))
    colour = pick(rng, "white", "red", "green", "purple", "orange", "pink", "yellow", "blue")
    wax: Coat = ("wax", mix(shade(colour, rng), WHITE, 0.1))
    holder: Coat = pick(
        rng, _BRASS, ("metal", (0.75, 0.76, 0.78)), ("ceramic", (0.9, 0.89, 0.86)), ("ceramic", (0.3, 0.42, 0.5))
    )
    r, h = between(rng, 17, 32), between(rng, 32, 95)
    if variant == "pillar":
        taper = between(rng, 0.7, 1.0)
        a.turned([(r, 0), (taper * r, h - 1.5), (0.93 * taper * r, h), (0.3 * r, h - 3)], wax, n=22, solid=False)
        a.turned([(r, 0), (taper * r, h)], wax, n=22)
        if rng.random() < 0.5:
            z = between(rng, 0.2, 0.6)
            q = r + (taper - 1) * r * z + 0.4
            a.turned(
                [(q, z * h), (q, (z + 0.12) * h)],
                ("paper", shade(pick(rng, "brown", "white", "green", "red"), rng)),
                n=22,
                solid=False,
            )
        _wick(a, 0, 0, h - 2)
    elif variant == "glass":
        flare, fill = between(rng, 0.75, 1.2), between(rng, 0.4, 0.85)
        h = 0.8 * h + 8
        q = r if flare < 1 else r / flare
        a.turned([(q, 0), (0.5 * q * (1 + flare), 0.5 * h), (flare * q, h)], wax, n=20)
        a.turned(
            [
                (flare * q + 0.6, fill * h),
                (flare * q + 0.6, h),
                (flare * q - 1.6, h),
                (flare * q - 1.6, h - 0.02),
                (0.3, h - 0.4),
            ],
            ("glass", (0.8, 0.86, 0.88)),
            n=20,
            solid=False,
        )
        a.turned(
            [(0.5 * q * (1 + flare) + 0.5, 0.3 * h), (0.5 * q * (1 + flare) + 0.5, 0.6 * h)],
            ("paper", (0.93, 0.9, 0.82)),
            n=20,
            solid=False,
        )
        _wick(a, 0, 0, h)
    elif variant == "taper":
        foot, stem, q = between(rng, 21, 32), between(rng, 5, 36), between(rng, 6.5, 10)
        a.turned(
            [(foot, 0), (foot, 3), (0.4 * foot, 6), (0.3 * foot + 2, 6 + stem), (q + 4, 8 + stem), (q + 4, 15 + stem)],
            holder,
            n=18,
            most=3,
        )
        tall = between(rng, 30, 74)
        a.turned([(q, 14 + stem), (0.75 * q, 14 + stem + tall), (0.2 * q, 17 + stem + tall)], wax, n=14)
        _wick(a, 0, 0, 17 + stem + tall)
        if rng.random() < 0.5:
            a.ball((foot + 5, 0, 5), (9, 2, 5), holder, n=10, rows=6, solid=False)
    elif variant == "ball":
        squash = between(rng, 0.65, 1.2)
        a.ball((0, 0, 0), (r, r, squash * r), wax, n=18, rows=10, foot=between(rng, 0.4, 0.7))
        _wick(a, 0, 0, 1.75 * squash * r)
    elif variant == "ribbed":
        n, depth, taper = pick(rng, 4, 5, 6, 8), between(rng, 0.05, 0.2), between(rng, 0.65, 1.0)
        o = circle(4 * n) * (1 - depth + depth * cos(np.arange(4 * n) * (0.5 * np.pi)))[:, None] * r
        turn, rings = between(rng, 0, 1.5), []
        for k in range(6):
            R, f = rotation("z", turn * k / 5), 1 + (taper - 1) * k / 5
            p = np.stack([R[0, 0] * o[:, 0] + R[0, 1] * o[:, 1], R[1, 0] * o[:, 0] + R[1, 1] * o[:, 1]], -1) * f
            rings.append(np.concatenate([p, np.full((4 * n, 1), h * k / 5)], -1))
        a.body(np.stack(rings), wax)
        _wick(a, 0, 0, h)
    else:
        n = pick(rng, 2, 3, 4)
        q, gap = between(rng, 10, 14), between(rng, 1, 5)
        half = n * (q + gap)
        if n == 4:
            places, x, y = (
                [(u * (q + gap), v * (q + gap)) for u in (-1, 1) for v in (-1, 1)],
                2 * (q + gap),
                2 * (q + gap),
            )
        else:
            places, x, y = [((2 * k - n + 1) * (q + gap), 0.0) for k in range(n)], half, q + gap
        t = between(rng, 2, 6)
        a.box((x + 1, y + 1, t), (0, 0, t), ("wood", (0.6, 0.42, 0.26)), bevel=1)
        for u, v in places:
            tall = between(rng, 9, 34)
            a.turned([(q, 2 * t), (q, 2 * t + tall)], wax, (u, v, 0), n=16)
            _wick(a, u, v, 2 * t + tall)
    return a.draft(rng, "candle", "wax", "cylindrical", (800, 950), colour=colour)


def _pot(a: Model, rng: np.random.Generator) -> tuple[float, float]:
    """A pot; returns the radius of its opening and its height."""
    glaze: Coat = ("ceramic", pick(rng, *_GLAZES))
    r, h, flare = between(rng, 20, 31), between(rng, 26, 54), between(rng, 0.65, 1.1)
    kind = pick(rng, "rim", "bowl", "square", "plain")
    if kind == "square":
        r *= 0.85
        o = rounded_rect(r, r, 3, 3)
        rings = np.stack([np.concatenate([o * f, np.full((len(o), 1), z)], -1) for f, z in ((flare, 0), (1, h))])
        a.body(rings, glaze)
    elif kind == "bowl":
        a.turned([(0.6 * r, 0), (0.92 * r, 0.25 * h), (r, 0.6 * h), (0.82 * r, h)], glaze, n=20, cos_limit=0.3)
        r *= 0.82
    elif kind == "rim":
        a.turned([(flare * 0.9 * r, 0), (0.93 * r, 0.74 * h), (r, 0.75 * h), (r, h)], glaze, n=20)
    else:
        a.turned([(flare * r, 0), (r, h)], glaze, n=20)
    a.turned([(0.86 * r, h - 0.5), (0.86 * r, h + 0.6)], ("plastic", (0.3, 0.21, 0.15)), n=16, solid=False)
    return r, h


def potted_plant(rng: np.random.Generator, variant: str) -> Draft:
    """Small pot with a succulent, a cactus, a flower, a round bush, tall leaves or a little tree."""
    a = Model(draw_scale(rng, 0.1))
    r, h = _pot(a, rng)
    tone = shade("green", rng, 18)
    green: Coat = ("vegetable", tone)
    pale: Coat = ("vegetable", mix(tone, (0.8, 0.9, 0.5), 0.35))
    if variant == "succulent":
        n, long = pick(rng, 5, 6, 7), between(rng, 1.1, 1.6) * r
        for ring, (f, lift) in enumerate(((1.0, between(rng, 0.3, 0.8)), (0.8, between(rng, 0.9, 1.8)))):
            for k in range(n):
                a.draw(leaf(h * a.k, f * long * a.k, 2 * np.pi * (k + 0.5 * ring) / n, lift), green if ring else pale)
        a.ball((0, 0, h), (0.4 * r, 0.4 * r, 0.45 * long), green, n=9, rows=6, foot=0.6)
        a.solid(
            [
                (f * long * u, f * long * v, h + z * long)
                for f, z in ((0.4, 0), (0.8, 0.25), (0.4, 0.7))
                for u, v in circle(8)
            ]
        )
    elif variant == "cactus":
        n, tall, q = pick(rng, 6, 8), between(rng, 18, 66), between(rng, 0.42, 0.75) * r
        warp = (0.88 + 0.12 * cos(np.arange(3 * n) * (2 * np.pi / 3)))[:, None]
        rings = [
            np.concatenate([circle(3 * n) * warp * q * f, np.full((3 * n, 1), h + z * tall)], -1)
            for f, z in ((0.85, 0), (1, 0.3), (1, 0.65), (0.7, 0.92), (0.2, 1))
        ]
        a.body(np.stack(rings), green)
        for s in (-1, 1):
            if tall > 32 and rng.random() < 0.7:
                z, up = h + between(rng, 0.3, 0.55) * tall, between(rng, 8, 20)
                a.rod((0, 0, z), (0, s * (q + 6), z), 0.32 * q, green, n=9, solid=False)
                a.rod((0, s * (q + 5), z - 2), (0, s * (q + 6), z + up), (0.34 * q, 0.26 * q), green, n=9)
        if rng.random() < 0.5:
            a.ball(
                (0, 0, h + tall - 1),
                (0.3 * q, 0.3 * q, 4),
                ("vegetable", shade(pick(rng, "pink", "red", "yellow"), rng)),
                n=8,
                rows=5,
                solid=False,
            )
    elif variant == "flower":
        tall, n, petals = between(rng, 24, 54), pick(rng, 5, 6, 8), between(rng, 9, 16)
        petal: Coat = ("vegetable", shade(pick(rng, "red", "pink", "purple", "yellow", "white", "orange"), rng))
        a.rod((0, 0, h - 1), (2, 0, h + tall), 2.2, green, n=7)
        for k in range(n):
            R = rotation("z", 2 * np.pi * k / n)
            a.ball(
                R[:, 0] * petals * 0.72 + np.array([2, 0, h + tall]),
                (0.5 * petals, 0.32 * petals, 2.2),
                petal,
                R,
                n=8,
                rows=5,
                solid=False,
            )
        a.ball(
            (2, 0, h + tall + 1),
            (0.36 * petals, 0.36 * petals, 3),
            ("vegetable", shade("yellow")),
            n=9,
            rows=6,
            solid=False,
        )
        a.solid([(2 + petals * u, petals * v, h + tall + w) for u, v in circle(9) for w in (-1.5, 3)])
        for k in range(pick(rng, 3, 4)):
            a.draw(
                leaf((h + 0.15 * tall) * a.k, between(rng, 0.8, 1.1) * r * a.k, 1.7 * k, between(rng, 0.3, 1.2)), green
            )
    elif variant == "bush":
        q, squash = between(rng, 0.95, 1.35) * r, between(rng, 0.75, 1.3)
        a.ball((0, 0, h - 2), (q, q, 0.75 * squash * q), green, n=14, rows=9, foot=0.5)
        for k in range(18):
            t, up = 2.4 * k, -0.3 + 1.2 * (k % 6) / 6
            out = float(np.sqrt(max(1 - up * up, 0)))
            R = rotation("z", t)
            at = R[:, 0] * q * out * 0.9 + np.array([0, 0, h + (0.66 + 0.68 * up) * squash * q])
            a.ball(at, 0.2 * q, pale if k % 3 else green, n=6, rows=4, solid=False)
    elif variant == "blades":
        n, tall, points = pick(rng, 5, 7, 9), between(rng, 30, 72), []
        for k in range(n):
            R = rotation("z", 2 * np.pi * k / n + 0.3)
            lean, t = between(rng, 0.05, 0.35), tall * between(rng, 0.6, 1.0)
            p = R[:, 0] * 0.35 * r + np.array([0, 0, h - 1])
            q = p + R[:, 0] * lean * t + np.array([0, 0, t])
            m = 0.5 * (p + q) - R[:, 0] * 0.1 * lean * t
            a.tube(
                [p, m, q], [(3.2, 1.2), (4.2, 1.2), (0.5, 0.5)], pale if k % 2 else green, n=6, up=R[:, 0], solid=False
            )
            points += [p, m, q]
        a.solid(points)
    else:
        tall, q = between(rng, 14, 36), between(rng, 0.6, 1.0) * r
        bend = between(rng, -8, 8)
        a.tube(
            [(0, 0, h - 1), (bend, 0, h + 0.5 * tall), (0, 0, h + tall)],
            [3.6, 3, 2.6],
            ("wood", (0.42, 0.29, 0.18)),
            n=8,
            up=(0, 1, 0),
        )
        for k in range(n := pick(rng, 1, 2, 3)):
            f = 1 - 0.22 * k
            at = (
                (0.0, 0.0, h + tall - 3 + 0.8 * q * k)
                if n > 1 and rng.random() < 0.6
                else (0.5 * q * (k % 2) * (n > 1), 0.7 * q * (k - 0.5 * (n - 1)), h + tall - 3 + 3 * k)
            )
            a.ball(at, (f * q, f * q, 0.62 * f * q), green if k % 2 else pale, n=12, rows=7, foot=0.6)
    return a.draft(rng, "potted plant", "ceramic", "round", (500, 800))


# --- vases -----------------------------------------------------------------------


def vase(rng: np.random.Generator, variant: str) -> Draft:
    """Vase: bellied, bottle-necked, trumpet, square, ribbed or with two handles."""
    a = Model(draw_scale(rng, 0.1))
    colour = pick(rng, *_GLAZES)
    glaze: Coat = ("ceramic" if rng.random() < 0.7 else "glass", colour)
    r, h = between(rng, 21, 34), between(rng, 55, 112)
    foot, neck, lip = between(rng, 0.5, 0.8), between(rng, 0.28, 0.6), between(rng, 0.0, 0.25)
    foot = max(foot, 0.2 * h / r)
    belly, up = between(rng, 0.25, 0.6), between(rng, 0.68, 0.85)
    inside: Coat = ("plastic", mix(colour, (0.05, 0.05, 0.06), 0.75))
    top = neck + lip
    if variant == "square":
        top, mid = between(rng, 0.6, 1.0), between(rng, 0.7, 1.0)
        y = r * between(rng, 0.65, 0.95)
        o = rounded_rect(r * 0.9, y, 3, 3)
        turn, rings = between(rng, -0.6, 0.6) if rng.random() < 0.5 else 0.0, []
        for k, f in enumerate((max(foot + 0.15, 0.2 * h / y), mid, top)):
            R = rotation("z", 0.5 * turn * k)
            p = np.stack([R[0, 0] * o[:, 0] + R[0, 1] * o[:, 1], R[1, 0] * o[:, 0] + R[1, 1] * o[:, 1]], -1) * f
            rings.append(np.concatenate([p, np.full((len(o), 1), 0.5 * h * k)], -1))
        a.body(np.stack(rings), glaze, (0, 1, 2), smooth=False)
        a.turned([(0.8 * top * y, h), (0.8 * top * y, h + 0.2)], inside, n=16, solid=False)
        return a.draft(rng, "vase", "ceramic", "tall", (350, 600))
    if variant == "trumpet":
        top, neck = between(rng, 0.85, 1.15), between(rng, 0.35, 0.6)
        p = [(foot + 0.15, 0), (foot + 0.1, 0.04), (neck, belly * 0.7), (0.5 * (neck + top) - 0.06, 0.8), (top, 1)]
    elif variant == "bottle":
        p = [
            (foot, 0),
            (0.95, 0.6 * belly),
            (1, belly),
            (0.8, belly + 0.14),
            (0.8 * neck, belly + 0.28),
            (0.8 * neck, 0.9),
            (0.8 * neck + 0.5 * lip, 1),
        ]
        top = 0.8 * neck + 0.5 * lip
    else:
        p = [
            (foot, 0),
            (0.93, 0.55 * belly),
            (1, belly),
            (0.9, 0.5 * (belly + up)),
            (neck + 0.1, up),
            (neck, 0.92),
            (top, 1),
        ]
    profile = [(q * r, z * h) for q, z in p]
    a.turned(profile, glaze, n=22, cos_limit=0.2, most=4)
    a.turned([(0.82 * top * r, h), (0.82 * top * r, h + 0.2)], inside, n=18, solid=False)
    if variant == "handles":
        reach, z0, z1 = between(rng, 0.25, 0.55) * r, (0.5 * belly + 0.5 * up) * h, 0.95 * h
        for s in (-1, 1):
            path = [
                (0, s * 0.85 * r, z0),
                (0, s * (0.9 * r + reach), 0.5 * (z0 + z1)),
                (0, s * (neck * r + 0.6 * reach), z1),
                (0, s * neck * r, z1 - 1),
            ]
            a.tube(path, 2.8, glaze, (0, 1, 3), n=7, up=(1, 0, 0))
    if variant in ("belly", "handles") and rng.random() < 0.5:
        band: Coat = ("ceramic", pick(rng, *_GLAZES))
        a.turned([(r + 0.3, (belly - 0.03) * h), (r + 0.3, (belly + 0.03) * h)], band, n=22, solid=False)
    return a.draft(rng, "vase", "ceramic", "tall", (350, 600))


FAMILIES = (
    graspable("candle", "household", candle, variants=("pillar", "glass", "taper", "ball", "ribbed", "tray")),
    graspable(
        "potted_plant", "household", potted_plant, variants=("succulent", "cactus", "flower", "bush", "blades", "tree")
    ),
    graspable("vase", "household", vase, variants=("belly", "bottle", "trumpet", "square", "handles")),
)
