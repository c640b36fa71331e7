"""Picture frames, money boxes and jewellery boxes."""

from __future__ import annotations

import numpy as np

from assets.colours import mix, shade
from assets.families.modelling import INK, Coat, Model, eyes
from assets.kit import Draft, draw_scale, graspable
from assets.labels import WHITE, draw_picture
from assets.numeric import between, circle, pick, rotation
from assets.paint import U8, Canvas

_BRASS: Coat = ("metal", (0.83, 0.66, 0.3))


def _photo(rng: np.random.Generator) -> U8:
    c = Canvas(72, 72, (0.62, 0.8, 0.92))
    c.ellipse(0.75, 0.22, 8, 8, (0.98, 0.9, 0.5))
    c.polygon([(-0.2, 0.75), (0.35, 0.35), (0.9, 0.75)], (0.45, 0.5, 0.6))
    c.rect(0, 0.66, 1, 1, shade("green", rng))
    draw_picture(c, rng, pick(rng, "flower", "leaf", "star", "apple"), 0.35, 0.78, 13)
    return c.image()


def picture_frame(rng: np.random.Generator, variant: str) -> Draft:
    """Picture frame standing on a strut or foot: square-cornered, oval, double, or a block."""
    a = Model(draw_scale(rng, 0.08))
    coat: Coat = pick(
        rng,
        ("wood", (0.55, 0.36, 0.2)),
        ("wood", (0.15, 0.13, 0.12)),
        ("wood", (0.92, 0.9, 0.86)),
        _BRASS,
        ("metal", (0.76, 0.77, 0.79)),
        ("wood", shade(pick(rng, "red", "blue", "green"), rng)),
    )
    y, z, rim = between(rng, 22, 42), between(rng, 30, 56), between(rng, 4, 11)
    t = between(rng, 7, 9)
    place = [0.0]
    if variant == "double":
        y *= 0.7
        place = [-1.0, 1.0]
    for s in place:
        R = rotation("z", -0.45 * s)
        c = np.array([0, s * y * 0.97, 0])
        if variant == "oval":
            o = circle(24) * [y, z]
            a.front(o + np.array([0, z + 4]), t, coat, bevel=1.5)
            c = np.array([0.0, 0.0, 4.0])
        else:
            a.box((t, y, z), c + np.array([0, 0, z]), coat, R, bevel=1.5)
        y1, z1 = (y - rim) * (0.72 if variant == "oval" else 1), (z - rim) * (0.72 if variant == "oval" else 1)
        corner = c + R[:, 0] * (t + 0.3) - R[:, 1] * y1 + np.array([0, 0, z - z1])
        a.picture(corner, R[:, 1] * 2 * y1, (0, 0, 2 * z1), _photo(rng))
    deep = between(rng, 0.5, 0.75) * z
    if variant == "strut":
        a.box((0.16 * z + 3, 0.85 * y, 1.5), (t + 0.15 * z - 3, 0, 1.5), coat, bevel=0.5)
        w = between(rng, 0.2, 0.5) * y
        a.side([(-t - deep, 0), (-t - deep + 4, 0), (-t + 1, 1.3 * z), (-t, 1.4 * z)], w, coat, bevel=0.3)
    elif variant in ("oval", "foot"):
        long = 0.5 * deep
        a.box((long + t, 0.75 * y, 2.5), (0, 0, 2.5), coat)
        if variant == "oval":
            a.box((0.7 * t, 0.3 * y, 5), (0, 0, 7), coat, solid=False)
    elif variant == "block":
        a.side([(-t - 0.8 * deep, 0), (-t + 1, 0), (-t + 1, 1.6 * z), (-t - 2, 1.6 * z)], 0.85 * y, coat)
    return a.draft(rng, "picture frame", "wood", "flat", (450, 700))


def money_box(rng: np.random.Generator, variant: str) -> Draft:
    """Money box: pig, house-shaped chest, bear, round barrel or rabbit, with a slot on top."""
    a = Model(draw_scale(rng, 0.1))
    base = pick(
        rng, (0.94, 0.62, 0.66), shade("blue", rng), shade("white", rng), shade("green", rng), shade("yellow", rng)
    )
    glaze: Coat = ("ceramic", base)
    half, wide, deep = between(rng, 28, 42), between(rng, 21, 32), between(rng, 20, 32)
    name = "piggy bank"
    if variant == "pig":
        leg = between(rng, 4, 14)
        z = leg + 0.85 * deep
        s = [(-1, 0.2), (-0.85, 0.6), (-0.4, 0.95), (0.1, 1), (0.6, 0.85), (0.95, 0.4)]
        a.spindle([(half * u, z, wide * f, deep * f) for u, f in s], glaze, n=16)
        for x in (-0.5, 0.5):
            for y in (-1, 1):
                a.post((x * half, y * 0.55 * wide, 0), (x * half, y * 0.5 * wide, z - 0.4 * deep), (5, 6.5), glaze)
        nose = between(rng, 0.25, 0.42)
        a.rod(
            (0.85 * half, 0, z),
            (half + between(rng, 2, 9), 0, z),
            nose * deep,
            ("ceramic", mix(base, (0.6, 0.2, 0.25), 0.2)),
            n=14,
        )
        eyes(a, 0.8 * half, 0.4 * wide, z + 0.35 * deep, 2)
        for y in (-1, 1):
            a.rod(
                (0.5 * half, 0.5 * y * wide, z + 0.65 * deep),
                (0.65 * half, 0.65 * y * wide, z + deep + between(rng, 2, 9)),
                (0.25 * deep, 1),
                glaze,
                n=7,
                solid=False,
            )
        top = z + deep
    elif variant in ("bear", "rabbit"):
        name, r = "money box", between(rng, 16, 24)
        a.ball((0, 0, 0), (0.9 * wide, wide, 1.15 * deep), glaze, n=16, rows=9, foot=0.75)
        hz = 1.9 * deep + 0.4 * r
        a.ball((2, 0, hz), r, glaze, n=14, rows=8)
        eyes(a, 0.88 * r, 0.36 * r, hz + 0.2 * r, 1.8)
        a.ball(
            (0.85 * r, 0, hz - 0.25 * r),
            (0.35 * r, 0.4 * r, 0.3 * r),
            ("ceramic", mix(base, WHITE, 0.5)),
            n=9,
            rows=6,
            solid=False,
        )
        for y in (-1, 1):
            if variant == "bear":
                a.ball((0, 0.72 * y * r, hz + 0.75 * r), 0.36 * r, glaze, n=9, rows=6, solid=False)
            else:
                a.ball(
                    (0, 0.42 * y * r, hz + r + 8),
                    (0.2 * r, 0.28 * r, between(rng, 11, 20)),
                    glaze,
                    n=9,
                    rows=7,
                    solid=False,
                )
            a.ball((0.75 * wide, 0.6 * y * wide, 5), (8, 6, 5), glaze, n=9, rows=6, solid=False)
        top = hz + r
    elif variant == "barrel":
        name, h, bulge = "money box", between(rng, 42, 84), between(rng, 1.02, 1.3)
        r = between(rng, 18, 25)
        a.turned([(r, 0), (bulge * r, 0.35 * h), (bulge * r, 0.65 * h), (r, h)], glaze, n=20, cos_limit=0.2)
        for z in (0.14, 0.8):
            q = r * (1 + (bulge - 1) * 0.42) + 0.5
            a.turned([(q, z * h), (q, (z + 0.06) * h)], _BRASS, n=20, solid=False)
        top = h
    else:
        name, h = "money box", between(rng, 20, 44)
        x, y = between(rng, 24, 36), between(rng, 18, 30)
        a.box((x, y, 0.5 * h), (0, 0, 0.5 * h), glaze)
        arch = between(rng, 0.3, 1.0) * y
        o = circle(16)[:9] * [y + 1, arch] + [0, h]
        a.front(o, x + 1, ("ceramic", mix(base, (0.2, 0.15, 0.15), 0.35)), bevel=0.5)
        a.box((1, 4, 5), (x + 0.4, 0, h - 2), _BRASS, solid=False)
        top = h + arch
    a.box((9, 1.4, 0.8), (0, 0, top + 0.1), INK, solid=False, bevel=0)
    return a.draft(rng, name, "ceramic", "round", (350, 600))


def jewellery_box(rng: np.random.Generator, variant: str) -> Draft:
    """Jewellery box: round-lidded chest, drawers, open lid with a mirror, six-sided, or a heart."""
    a = Model(draw_scale(rng, 0.08))
    base = pick(
        rng,
        (0.5, 0.3, 0.17),
        (0.35, 0.2, 0.13),
        shade("white", rng),
        shade("pink", rng),
        shade("blue", rng),
        shade("red", rng),
    )
    coat: Coat = ("wood", base)
    trim: Coat = ("wood", mix(base, (0.9, 0.75, 0.5), 0.35))
    x, y, h = between(rng, 20, 32), between(rng, 26, 44), between(rng, 18, 46)
    if variant == "heart":
        r, t = between(rng, 18, 24), between(rng, 14, 30)
        for s in (-1, 1):
            o = [(0.75 * r * s + r * u, r * v) for u, v in circle(24)[:13]]
            lobe = [*o, (0.0, -1.5 * r)]
            for low, high, tone in ((0, 0.7 * t, coat), (0.7 * t, t, trim)):
                a.plate(np.array(lobe)[:, ::-1] * [-1, 1], low, high, tone, bevel=0.6, solid=low > 0)
            a.solid([(-v, u, z) for u, v in lobe for z in (0, 0.72 * t)])
    elif variant == "sided":
        n, r, f = pick(rng, 5, 6, 8), between(rng, 26, 35), between(rng, 0.85, 1.0)
        a.turned([(f * r, 0), (r, h)], coat, n=n)
        a.turned([(r + 1, h), (r + 1, h + 4), (between(rng, 0.3, 0.9) * r, h + between(rng, 6, 20))], trim, n=n)
        a.ball((0, 0, h + 12), 4, _BRASS, n=9, rows=6, solid=False)
    else:
        a.box((x, y, 0.5 * h), (0, 0, 0.5 * h + 2), coat)
        for u in (-1, 1):
            for v in (-1, 1):
                a.ball((u * (x - 4), v * (y - 4), 0), 3.5, _BRASS, n=8, rows=5, foot=0.7, solid=False)
        a.solid_box((x - 1, y - 1, 1), (0, 0, 1))
        z = h + 2
        if variant == "chest":
            bow = between(rng, 0.25, 1.0) * x
            o = circle(16)[:9] * [x + 0.8, bow] + [0, z]
            a.side(o, y + 0.8, trim, bevel=0.6)
            a.box((1, 4, 4), (x + 0.6, 0, z - 1), _BRASS, solid=False)
        elif variant == "drawers":
            a.box((x + 1.5, y + 1.5, between(rng, 1.5, 6)), (0, 0, z + 2), trim)
            n = pick(rng, 2, 3)
            out = between(rng, 3, 14) if rng.random() < 0.6 else 0.0
            for k in range(n):
                u = 2 + h * (k + 0.5) / n
                a.box((0.7, 0.88 * y, 0.38 * h / n), (x + 0.3, 0, u), trim, solid=False, bevel=0.3)
                a.ball((x + 2.5 + (out if k == 0 else 0), 0, u), 2.4, _BRASS, n=8, rows=6, solid=False)
            if out:
                a.box((0.5 * out, 0.85 * y, 0.36 * h / n), (x + 0.5 * out + 1, 0, 2 + 0.5 * h / n), trim, bevel=0.4)
        else:
            lean, tall = between(rng, 0.05, 0.55), 2 * x * between(rng, 0.7, 1.0)
            R = rotation("y", -lean)
            mid = np.array([-x + 2, 0, z]) + R[:, 2] * 0.5 * tall
            a.box((2.5, y, 0.5 * tall), mid, coat, R)
            a.box(
                (0.4, 0.8 * y, 0.4 * tall), mid + R[:, 0] * 2.6, ("glass", (0.75, 0.85, 0.9)), R, solid=False, bevel=0
            )
            a.box(
                (0.88 * x, 0.9 * y, 0.5),
                (1, 0, z),
                ("fabric", shade(pick(rng, "red", "purple", "blue"), rng)),
                solid=False,
                bevel=0,
            )
            if rng.random() < 0.6:
                p = between(rng, 12, 22)
                a.turned(
                    [(6, z), (2, z + 0.5 * p), (3, z + 0.75 * p), (1, z + p)],
                    ("plastic", (0.95, 0.85, 0.88)),
                    (4, 0, 0),
                    n=10,
                )
    return a.draft(rng, "jewellery box", "wood", "boxy", (450, 700))


FAMILIES = (
    graspable("picture_frame", "household", picture_frame, variants=("strut", "oval", "double", "foot", "block")),
    graspable(
        "money_box",
        "household",
        money_box,
        "piggy bank",
        "money box",
        variants=("pig", "bear", "barrel", "chest", "rabbit"),
    ),
    graspable("jewellery_box", "household", jewellery_box, variants=("chest", "drawers", "open", "sided", "heart")),
)
