"""Balls, dice, twisting puzzles and bath ducks."""

from __future__ import annotations

import numpy as np

from assets.colours import PAINTS, RGB, shade
from assets.families.fruit import round_profile
from assets.families.modelling import Coat, Model, eyes
from assets.kit import Draft, draw_scale, graspable, part_lathe, printed
from assets.labels import contrast, other_colour
from assets.mesh import blob, box_faces
from assets.numeric import between, circle, cos, pick, rotation
from assets.paint import U8, Canvas

_BRIGHT = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white")


def _ball_skin(rng: np.random.Generator, name: str) -> U8:
    """The print of a round ball."""
    colour = "yellow" if name == "tennis ball" else "white" if name == "soccer ball" else pick(rng, *PAINTS)
    base: RGB = (0.8, 0.87, 0.22) if name == "tennis ball" else shade(colour, rng)
    accent = shade(other_colour(rng, colour), rng)
    c = Canvas(64, 128, base)
    if name == "tennis ball":
        x = np.arange(33) / 32.0
        wave = 1.0 - 2.0 * np.abs(2.0 * ((2.0 * x) % 1.0) - 1.0)
        wave = wave * (1.5 - 0.5 * wave * wave)
        c.line([(float(a), float(0.5 + 0.27 * b)) for a, b in zip(x, wave, strict=True)], 3.0, (0.95, 0.95, 0.93))
    elif name == "soccer ball":
        for row, n, off in ((0.08, 1, 0.5), (0.34, 5, 0.0), (0.66, 5, 0.5), (0.95, 1, 0.5)):
            for k in range(n):
                c.ellipse((k + 0.25 + off / 2) / n, row, 7.5 if n > 1 else 64, 6.5, (0.1, 0.1, 0.12))
    elif rng.random() < 0.6:
        for k in range(3):
            c.rect((2 * k) / 6, 0, (2 * k + 1) / 6, 1, accent)
    return c.image()


def ball(rng: np.random.Generator, variant: str) -> Draft:
    """Ball with a small flat so that it stays: round, rugby, lobed, spiky, or ringed like a planet."""
    a = Model(draw_scale(rng, 0.1))
    r, base = between(rng, 24, 32), shade(pick(rng, *_BRIGHT), rng)
    coat: Coat = ("rubber", base)
    material, name = "rubber", "ball"
    if variant in ("round", "lobed"):
        name = pick(rng, "ball", "tennis ball", "soccer ball") if variant == "round" else "ball"
        material = "fabric" if name == "tennis ball" else "rubber"
        n = 20
        warp = np.ones(n)
        if variant == "lobed":
            lobes, depth = pick(rng, 3, 4, 5, 6, 8), between(rng, 0.04, 0.16)
            n = 6 * lobes if lobes < 5 else 4 * lobes
            warp = 1.0 - depth + depth * cos(np.arange(n) * (2 * np.pi * lobes / n))
        tall = r * between(rng, 0.7, 1.15) if variant == "lobed" else r
        p = round_profile(r * a.k, tall * a.k, tall * a.k, between(rng, 0.35, 0.5) * r * a.k, rows=11)
        a.draw(blob(p, n, warp), printed(material, _ball_skin(rng, name)))
        a.parts.append(part_lathe(p[1:-1], n, warp))
    elif variant == "rugby":
        name = "rugby ball"
        long, point = r * between(rng, 1.25, 2.0), between(rng, 0.0, 0.5)
        t = np.array([-1, -0.93, -0.75, -0.4, 0, 0.4, 0.75, 0.93, 1])
        f = np.maximum((1 - point) * np.sqrt(1 - t * t) + point * (1 - np.abs(t)), 0.07)
        rr = 0.85 * r
        a.spindle([(long * u, 0.7 * rr, rr * v, rr * v) for u, v in zip(t, f, strict=True)], coat, n=16, floor=0.0)
        for u in (-0.5, 0.5):
            v = rr * (1 - point * 0.5) * 0.88
            band: Coat = ("rubber", (0.94, 0.93, 0.9))
            a.spindle([(long * u + w, 0.7 * rr, v, v) for w in (-2, 2)], band, n=16, floor=0.1, solid=False)
        for k in range(5):
            a.box((1, 4, 0.7), (4.5 * (k - 2), 0, 1.7 * rr), ("rubber", (0.94, 0.93, 0.9)), solid=False, bevel=0)
    elif variant == "spiky":
        long, n = between(rng, 0.12, 0.4) * r, pick(rng, 5, 6, 8)
        r *= 0.85
        a.ball((0, 0, 0), r, coat, n=14, rows=8, foot=0.5)
        zc = r * float(cos(0.55))
        for row, up in enumerate((-0.45, 0.0, 0.45, 0.8)):
            out = float(np.sqrt(1 - up * up))
            for u, v in circle(2 * n)[row % 2 :: 2]:
                d = np.array([u * out, v * out, up])
                a.rod(d * 0.95 * r + [0, 0, zc], d * (r + long) + [0, 0, zc], (3.2, 1.2), coat, n=5, solid=False)
    else:
        reach, half = r * between(rng, 1.2, 1.55), between(rng, 2, 5)
        r *= 0.85
        a.ball((0, 0, 0), r, coat, n=16, rows=9, foot=0.5)
        zc = r * float(cos(0.55)) + between(rng, -0.35, 0.35) * r
        ring: Coat = ("rubber", shade(pick(rng, *_BRIGHT), rng))
        a.turned([(0.95 * reach, zc - half), (reach, zc), (0.95 * reach, zc + half)], ring, n=20)
        name = "hopper ball"
    return a.draft(rng, name, material, "round", (300, 520))


# --- puzzles and dice ---------------------------------------------------------------------------

_STICKERS: tuple[RGB, ...] = (
    (0.78, 0.1, 0.12), (0.95, 0.5, 0.1), (0.1, 0.3, 0.72), (0.1, 0.55, 0.25), (0.95, 0.94, 0.92), (0.95, 0.82, 0.1),
)  # fmt: skip


def _stickers(rng: np.random.Generator, across: int, down: int, colour: RGB | None) -> U8:
    c = Canvas(18 * down, 18 * across, (0.08, 0.08, 0.09))
    for i in range(across):
        for j in range(down):
            tone = colour if colour is not None else _STICKERS[int(rng.integers(6))]
            c.rect((i + 0.08) / across, (j + 0.08) / down, (i + 0.92) / across, (j + 0.92) / down, tone, 2)
    return c.image()


def puzzle_cube(rng: np.random.Generator, variant: str) -> Draft:
    """Twisting puzzle: cube, tower or slab of coloured cells, or with turned layers."""
    a = Model(draw_scale(rng, 0.12))
    nx, ny, nz = {
        "cube": (pick(rng, 2, 3, 4),) * 3,
        "tower": (pick(rng, 2, 3), pick(rng, 2, 3), pick(rng, 3, 4, 5)),
        "slab": (pick(rng, 3, 4), pick(rng, 2, 3, 4), pick(rng, 1, 2)),
        "twisted": (3, 3, pick(rng, 2, 3, 4)),
    }[variant]
    cell = between(rng, 50, 58) / max(nx, ny, nz, 3)
    solved = rng.random() < 0.4
    turns = [0.0] * nz
    if variant == "twisted":
        turns = [between(rng, -0.7, 0.7) if rng.random() < 0.7 else 0.0 for _ in range(nz)]
    layers = (
        [(k * cell, cell, 1, t) for k, t in enumerate(turns)] if variant == "twisted" else [(0.0, nz * cell, nz, 0.0)]
    )
    hx, hy = 0.5 * nx * cell, 0.5 * ny * cell
    for z, h, rows, turn in layers:
        R = rotation("z", turn)
        a.box((hx, hy, 0.5 * h), (0, 0, z + 0.5 * h), ("plastic", (0.08, 0.08, 0.09)), R if turn else None, bevel=0.0)
        for k, (half, n, reach) in enumerate(((hy, ny, hx), (hx, nx, hy)) * 2):
            normal = R[:, 0] * (1, 0, -1, 0)[k] + R[:, 1] * (0, 1, 0, -1)[k]
            right = np.array([-normal[1], normal[0], 0.0])
            corner = normal * (reach + 0.1) - right * half + np.array([0, 0, z])
            a.picture(
                corner,
                right * 2 * half,
                (0, 0, h),
                _stickers(rng, n, rows, _STICKERS[k] if solved else None),
                "plastic",
            )
    z = layers[-1][0] + layers[-1][1]
    R = rotation("z", layers[-1][3])
    corner = R[:, 0] * hx - R[:, 1] * hy + np.array([0, 0, z + 0.1])
    a.picture(
        corner, R[:, 1] * 2 * hy, -R[:, 0] * 2 * hx, _stickers(rng, ny, nx, _STICKERS[4] if solved else None), "plastic"
    )
    return a.draft(rng, "puzzle cube", "plastic", "cubic", (400, 600), colour="multicoloured")


_SPOTS = {1: "4", 2: "08", 3: "048", 4: "0268", 5: "02468", 6: "023568"}


def _number(base: RGB, text: str) -> U8:
    c = Canvas(40, 40, base)
    c.text(text, 0.5, 0.5, 20, contrast(base))
    return c.image()


def dice(rng: np.random.Generator, variant: str) -> Draft:
    """Big dice: with pips, of four, eight or twelve faces, or long ones to roll."""
    a = Model(draw_scale(rng, 0.15))
    base = shade(pick(rng, "white", "red", "green", "blue", "black", "yellow", "purple"), rng)
    coat: Coat = ("plastic", base)
    r = between(rng, 17, 27)
    if variant == "cube":
        c = Canvas(96, 144, base)
        for face, number in enumerate((1, 6, 2, 5, 3, 4)):
            for k in _SPOTS[number]:
                i, j = divmod(int(k), 3)
                c.ellipse((face % 3 + 0.24 + 0.26 * i) / 3, (face // 3 + 0.24 + 0.26 * j) / 2, 5.0, 5.0, contrast(base))
        e = r * 0.9 * a.k
        a.draw(box_faces(e, e, e, atlas=True).moved((0, 0, e)), printed("plastic", c.image()))
        a.solid_box((0.9 * r,) * 3, (0, 0, 0.9 * r))
    elif variant == "pyramid":
        n, tall = pick(rng, 3, 4), between(rng, 1.3, 2.0) * r
        cut = between(rng, 0.03, 0.3)
        a.turned([(1.25 * r, 0), (1.25 * cut * r, (1 - cut) * tall)], coat, n=n)
        if cut > 0.15:
            a.dial((0, 0, (1 - cut) * tall + 0.1), cut * r * 0.6, _number(base, pick(rng, *"1234")))
    elif variant in ("eight", "twelve"):
        n = 3 if variant == "eight" else 5
        levels = ((0, 1.0), (1.41, 1.0)) if n == 3 else ((0, 1.0), (1.0, 1.618), (1.618, 1.618), (2.618, 1.0))
        size = r if n == 3 else 0.62 * r
        squash, rings = between(rng, 0.75, 1.35), []
        for k, (z, f) in enumerate(levels):
            turn = 0.0 if k < len(levels) // 2 else -np.pi / n
            c = np.concatenate([circle(n) * size * f, np.full((n, 1), z * size * squash)], -1)
            rings.append(
                np.stack(
                    [
                        rotation("z", turn)[0, 0] * c[:, 0] - rotation("z", turn)[1, 0] * c[:, 1],
                        rotation("z", turn)[1, 0] * c[:, 0] + rotation("z", turn)[0, 0] * c[:, 1],
                        c[:, 2],
                    ],
                    -1,
                )
            )
        a.body(np.stack(rings), coat, smooth=False)
        a.dial((0, 0, levels[-1][0] * size * squash + 0.1), 0.45 * size, _number(base, pick(rng, *"1234")))
    else:
        n, long, point = pick(rng, 4, 5, 6, 8), between(rng, 0.8, 2.2) * r, between(rng, 0.0, 1.0) * r
        rr, t = 0.8 * r, np.pi / n
        turn = -0.5 * np.pi + t
        o = np.array([rotation("z", turn + 2 * t * k)[:2, 0] for k in range(n)])
        low = float(cos(t)) * rr
        s = [
            (-long - point, low, 0.12 * rr, 0.12 * rr),
            (-long, low, rr, rr),
            (long, low, rr, rr),
            (long + point, low, 0.12 * rr, 0.12 * rr),
        ]
        a.spindle(s if point > 2 else s[1:3], coat, outline=o)
        for u in (-0.5, 0.0, 0.5):
            if n % 2 == 0:
                a.rod(
                    (u * long, 0, 2 * low - 1),
                    (u * long, 0, 2 * low + 0.2),
                    0.16 * r,
                    ("plastic", contrast(base)),
                    n=10,
                    solid=False,
                )
    return a.draft(rng, "die", "plastic", "cubic", (900, 1200))


# --- ducks, yo-yos, drums -----------------------------------------------------------------------


def rubber_duck(rng: np.random.Generator, variant: str) -> Draft:
    """Bath duck: boat-shaped body with a tail, round head, beak; bare, with a hat, a crest or a swimming ring."""
    a = Model(draw_scale(rng, 0.12))
    coat: Coat = ("rubber", shade(pick(rng, "yellow", "yellow", "yellow", "pink", "blue", "white"), rng))
    beak: Coat = ("rubber", shade("orange", rng))
    half, wide, deep = between(rng, 27, 37), between(rng, 19, 26), between(rng, 15, 22)
    r, tail = between(rng, 13, 19), between(rng, 0.3, 1.2)
    s = [
        (-1, 0.12, 0.9 * tail),
        (-0.8, 0.42, 0.45 * tail),
        (-0.4, 0.88, 0),
        (0, 1, 0),
        (0.45, 0.94, 0),
        (0.8, 0.6, 0.08),
        (0.97, 0.2, 0.15),
    ]
    a.spindle(
        [(half * t, 0.62 * deep + deep * dz, wide * f, deep * f) for t, f, dz in s], coat, (0, 2, 6), n=16, floor=0.0
    )
    hx, hz = between(rng, 0.15, 0.42) * half, 1.45 * deep + between(rng, 0.45, 1.0) * r
    a.ball((hx, 0, hz), r, coat, n=16, rows=9)
    a.rod((hx, 0, deep), (hx, 0, hz), (0.8 * r, 0.6 * r), coat, n=12)
    long = between(rng, 5, 12)
    for k in (0, 1):
        a.ball((hx + 0.85 * r, 0, hz - 0.15 * r - 2.2 * k), (long, 0.5 * r, 2), beak, n=10, rows=5, solid=False)
    eyes(a, hx + 0.75 * r, 0.42 * r, hz + 0.3 * r, 2.2)
    for y in (-1, 1):
        a.ball(
            (-0.15 * half, 0.95 * y * wide, 0.85 * deep),
            (0.42 * half, 3, 0.42 * deep),
            coat,
            rotation("y", 0.25),
            n=9,
            rows=6,
            solid=False,
        )
    cloth: Coat = ("rubber", shade(pick(rng, "red", "blue", "black", "green", "purple"), rng))
    if variant == "hat":
        brim, tall = between(rng, 1.0, 1.4) * r, between(rng, 0.5, 1.3) * r
        a.turned(
            [(brim, 0), (brim, 2), (0.7 * r, 2), (between(rng, 0.5, 0.75) * r, tall + 2)],
            cloth,
            (hx, 0, hz + 0.72 * r),
            n=16,
        )
    elif variant == "crest":
        for k in range(3):
            a.rod(
                (hx - 3 + 3 * k, 0, hz + 0.9 * r),
                (hx - 8 + 5 * k, 0, hz + r + between(rng, 5, 12)),
                (2.5, 0.8),
                coat,
                n=6,
                solid=False,
            )
    elif variant == "ring":
        z, thick = 0.75 * deep, between(rng, 4, 7)
        a.turned(
            [
                (wide + 0.2 * thick, z - thick),
                (wide + thick, z - 0.4 * thick),
                (wide + thick, z + 0.4 * thick),
                (wide + 0.2 * thick, z + thick),
            ],
            cloth,
            n=20,
        )
    return a.draft(rng, "rubber duck", "rubber", "round", (300, 500))


FAMILIES = (
    graspable(
        "ball",
        "toys",
        ball,
        "ball",
        "tennis ball",
        "soccer ball",
        "rugby ball",
        "hopper ball",
        variants=("round", "rugby", "lobed", "spiky", "ringed"),
    ),
    graspable("puzzle_cube", "toys", puzzle_cube, variants=("cube", "tower", "slab", "twisted")),
    graspable("dice", "toys", dice, "die", variants=("cube", "pyramid", "eight", "twelve", "long")),
    graspable("rubber_duck", "toys", rubber_duck, variants=("plain", "hat", "crest", "ring")),
)
