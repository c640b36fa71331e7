"""Little figures: dolls, robots, snowmen and people in armour, spacesuits and uniform."""

from __future__ import annotations

import numpy as np

from assets.colours import RGB, shade
from assets.families.fruit import round_profile
from assets.families.modelling import INK, Coat, Model, eyes
from assets.kit import Draft, draw_scale, graspable, printed
from assets.mesh import blob
from assets.numeric import between, circle, pick, rotation
from assets.paint import U8, Canvas

_SKIN: tuple[RGB, ...] = ((0.93, 0.76, 0.6), (0.8, 0.58, 0.42), (0.55, 0.36, 0.25))
_COATS = ("red", "blue", "green", "purple", "pink", "orange", "yellow")


def _face(rng: np.random.Generator) -> U8:
    c = Canvas(64, 112, pick(rng, *_SKIN))
    hair = pick(rng, (0.25, 0.15, 0.08), (0.12, 0.1, 0.1), (0.8, 0.6, 0.25), (0.6, 0.25, 0.1))
    c.rect(0, 0, 1, 0.34, hair)
    c.rect(0, 0, 0.2, 0.62, hair)
    c.rect(0.8, 0, 1, 0.62, hair)
    for x in (0.43, 0.57):
        c.ellipse(x, 0.5, 2.4, 3.0, (0.08, 0.08, 0.1))
    c.line([(0.45, 0.68), (0.5, 0.72), (0.55, 0.68)], 2.0, (0.7, 0.2, 0.2))
    return c.image()


def painted_head(a: Model, rng: np.random.Generator, r: float, z: float) -> None:
    """A round head with a painted face, resting at height z."""
    p = round_profile(r * a.k, r * a.k, r * a.k, 0.4 * r * a.k, rows=9)
    a.draw(blob(p, 18).moved((0, 0, z * a.k), rotation("z", np.pi)), printed("wood", _face(rng)))
    a.solid(
        [
            (r * f * u, r * f * v, z + h * r)
            for f, h in ((0.4, 0), (1, 0.92), (0.7, 1.62), (0.3, 1.88))
            for u, v in circle(12)
        ]
    )


def _doll(a: Model, rng: np.random.Generator, nested: bool) -> Draft:
    """Peg doll, or a nesting doll painted with flowers."""
    coat: Coat = ("wood", shade(pick(rng, *_COATS), rng))
    r, h, head = between(rng, 16, 25), between(rng, 34, 66), between(rng, 12, 19)
    if nested:
        neck = between(rng, 0.55, 0.75) * r
        top = between(rng, 0.6, 0.85) * r
        p = [
            (0.8 * r, 0),
            (r, 0.2 * h),
            (r, 0.4 * h),
            (neck, 0.72 * h),
            (top, 0.9 * h),
            (0.9 * top, 1.08 * h),
            (0.4 * top, 1.2 * h),
        ]
        a.turned(p, coat, n=20, cos_limit=0.3)
        tone: Coat = ("wood", pick(rng, *_SKIN[:2]))
        a.ball((0.62 * top, 0, 0.95 * h), (0.45 * top, 0.62 * top, 0.16 * h), tone, n=12, rows=7, solid=False)
        eyes(a, 0.98 * top, 0.22 * top, 0.98 * h, 1.3)
        for y, z in ((-0.35, 0.25), (0.35, 0.25), (0, 0.42)):
            a.ball(
                (0.93 * r, y * r, z * h),
                (2.5, 4.5, 4.5),
                ("wood", shade(pick(rng, "red", "yellow", "pink", "white"))),
                n=9,
                rows=5,
                solid=False,
            )
        return a.draft(rng, "nesting doll", "wood", "tall", (500, 700))
    shoulder, hip = between(rng, 0.4, 0.8), between(rng, 0.7, 1.0)
    a.turned(
        [(0.96 * r, 0), (r, 2), (hip * r, 0.4 * h), (max(hip - 0.1, shoulder) * r, 0.7 * h), (shoulder * r, h)],
        coat,
        n=18,
        cos_limit=0.5,
    )
    painted_head(a, rng, head, 0.97 * h)
    if rng.random() < 0.5:
        cap, tall = head * between(rng, 0.8, 1.2), between(rng, 6, 26)
        a.turned(
            [(1.1 * cap, 0), (1.1 * cap, 2), (0.8 * cap, 2.2), (between(rng, 0.1, 0.8) * cap, tall)],
            ("wood", shade(pick(rng, *_COATS), rng)),
            (0, 0, 0.97 * h + 1.55 * head),
            n=16,
        )
    return a.draft(rng, "toy figure", "wood", "tall", (550, 750))


def _robot(a: Model, rng: np.random.Generator) -> Draft:
    metal: Coat = (
        "metal",
        pick(rng, (0.7, 0.72, 0.75), (0.75, 0.3, 0.25), (0.3, 0.5, 0.7), (0.85, 0.7, 0.3), (0.4, 0.6, 0.45)),
    )
    dark: Coat = ("plastic", (0.2, 0.2, 0.23))
    y, x, leg, tall = between(rng, 15, 23), between(rng, 10, 15), between(rng, 10, 26), between(rng, 22, 36)
    for s in (-1, 1):
        a.box((x + 3, 0.42 * y, 3.5), (2, s * 0.52 * y, 3.5), dark)
        a.rod((0, s * 0.5 * y, 5), (0, s * 0.5 * y, leg + 3), 0.28 * y, metal, solid=False)
    a.solid_box((0.28 * y, 0.75 * y, 0.5 * leg), (0, 0, 0.5 * leg + 2))
    a.box((x, y, 0.5 * tall), (0, 0, leg + 0.5 * tall), metal, bevel=2)
    a.box((0.8, 0.6 * y, 0.22 * tall), (x, 0, leg + 0.6 * tall), dark, solid=False, bevel=0.3)
    for k, tone in enumerate(("red", "yellow", "green")):
        a.ball((x + 0.8, (k - 1) * 0.35 * y, leg + 0.6 * tall), 2.3, ("plastic", shade(tone)), n=8, rows=5, solid=False)
    z, head = leg + tall, between(rng, 8, 15)
    if rng.random() < 0.5:
        wide = between(rng, 0.5, 0.95) * y
        a.box((0.8 * x, wide, head), (0, 0, z + head + 1.5), metal, bevel=2)
        front = 0.8 * x
    else:
        wide = front = head
        a.turned([(head, z), (head, z + head), (0.75 * head, z + 1.6 * head), (0.2 * head, z + 2 * head)], metal, n=16)
    for s in (-1, 1):
        a.rod(
            (front - 1, s * 0.45 * wide, z + head),
            (front + 1.2, s * 0.45 * wide, z + head),
            0.24 * wide,
            ("plastic", (0.95, 0.85, 0.4)),
            n=10,
            solid=False,
        )
        swing = between(rng, -0.5, 1.4)
        hand = (8 * swing + 1, s * (y + 5), leg + 0.75 * tall - 14)
        a.rod((0, s * (y + 4), leg + 0.85 * tall), hand, 3.6, dark, n=8, solid=False)
        a.ball(hand, 4.8, metal, n=9, rows=6, solid=False)
    a.rod((0, 0, z + 1.9 * head), (0, 0, z + 2 * head + between(rng, 5, 14)), 1.1, dark, n=6, solid=False)
    return a.draft(rng, "toy robot", "metal", "tall", (350, 550))


def _snowman(a: Model, rng: np.random.Generator) -> Draft:
    snow: Coat = ("plastic", (0.94, 0.95, 0.96))
    r, f, n = between(rng, 18, 26), between(rng, 0.66, 0.86), pick(rng, 2, 3)
    z = 0.0
    for k in range(n):
        a.ball((0, 0, z), r, snow, n=14, rows=8, foot=0.55)
        z += r * between(rng, 1.45, 1.65)
        if k < n - 1:
            for u in (0.75, 1.15):
                a.ball((0.98 * r, 0, z - r * u + 2), 1.8, INK, n=6, rows=5, solid=False)
            r *= f
    hz = z - 0.7 * r
    a.rod(
        (0.9 * r, 0, hz), (r + between(rng, 6, 15), 0, hz), (2.6, 0.4), ("plastic", shade("orange")), n=7, solid=False
    )
    eyes(a, 0.87 * r, 0.35 * r, hz + 0.32 * r, 1.6)
    scarf: Coat = ("fabric", shade(pick(rng, *_COATS), rng))
    a.turned([(0.78 * r, z - 1.62 * r), (0.95 * r, z - 1.5 * r), (0.78 * r, z - 1.36 * r)], scarf, n=16, solid=False)
    brim, tall = between(rng, 0.75, 1.15) * r, between(rng, 6, 22)
    a.turned(
        [(brim, z - 0.12 * r), (brim, z + 1.8), (0.62 * r, z + 2), (0.62 * r, z + tall)],
        ("plastic", pick(rng, (0.12, 0.12, 0.14), shade("red"), shade("blue"))),
        n=16,
    )
    for s in (-1, 1):
        a.rod(
            (0, 0.6 * s * r, 0.52 * z),
            (2, s * (r / f + between(rng, 6, 16)), 0.52 * z + between(rng, -2, 14)),
            1.3,
            ("wood", (0.4, 0.27, 0.16)),
            n=5,
            solid=False,
        )
    return a.draft(rng, "toy snowman", "plastic", "tall", (350, 600))


def _person(a: Model, rng: np.random.Generator, kind: str) -> Draft:
    """A standing figure with arms and legs: astronaut, knight or soldier."""
    word = (
        pick(rng, "white", "orange", "grey")
        if kind == "astronaut"
        else "grey"
        if kind == "knight"
        else pick(rng, "red", "blue", "green")
    )
    material = "metal" if kind == "knight" else "plastic"
    suit: Coat = (material, shade(word, rng))
    trim: Coat = ("plastic", shade(pick(rng, "red", "blue", "yellow", "green", "purple"), rng))
    dark: Coat = ("plastic", (0.15, 0.15, 0.18))
    leg, tall, y = between(rng, 18, 34), between(rng, 22, 34), between(rng, 12, 18)
    x, stride = 0.75 * y, between(rng, 0, 8)
    for s in (-1, 1):
        a.box((8, 0.45 * y, 3), (s * stride + 3, s * 0.52 * y, 5), dark, bevel=1.5, solid=False)
        a.rod(
            (s * stride, s * 0.5 * y, 6),
            (0, s * 0.45 * y, leg + 3),
            (0.42 * y, 0.48 * y),
            suit if kind != "soldier" else dark,
            n=9,
        )
    o = np.array([[np.sqrt(1 - v * v), v] for v in (-0.8, -0.3, 0.3, 0.8)])
    o = np.concatenate([o, -o]) * [x, y]
    a.plate(o, leg, leg + tall, suit, bevel=2)
    a.plate(1.05 * o, leg + 2, leg + 6, trim, solid=False)
    z, head = leg + tall, between(rng, 10, 15)
    a.box((0.2 * z + 4, max(y + 5, 0.2 * z + 4), 1.5), (0, 0, 1.5), trim, bevel=0.8)
    for s in (-1, 1):
        shoulder, lift = (0.0, s * (y + 1), z - 5), between(rng, -0.9, 0.9)
        hand = (between(rng, 2, 14), s * (y + 6), z - 5 - 20 * (1 - max(lift, 0)) + 14 * max(lift, 0))
        a.rod(shoulder, hand, (5, 4), suit, n=8)
        a.ball(
            hand,
            4.6,
            dark if kind == "knight" else ("plastic", pick(rng, *_SKIN)) if kind == "soldier" else trim,
            n=8,
            rows=6,
            solid=False,
        )
    if kind == "astronaut":
        a.ball((0, 0, z + 0.75 * head), 1.15 * head, suit, n=14, rows=8)
        a.ball(
            (0.35 * head, 0, z + 0.8 * head),
            (0.88 * head, 0.85 * head, 0.72 * head),
            ("glass", (0.2, 0.25, 0.38)),
            n=12,
            rows=7,
            solid=False,
        )
        a.box((between(rng, 4, 8), 0.8 * y, 0.35 * tall), (-x - 3, 0, z - 0.4 * tall), trim, bevel=1.5)
    elif kind == "knight":
        a.turned(
            [(0.8 * head, z), (0.95 * head, z + head), (0.7 * head, z + 1.6 * head), (0.15 * head, z + 2 * head)],
            suit,
            n=14,
        )
        a.box((1, 0.6 * head, 1.3), (0.9 * head, 0, z + head), dark, solid=False, bevel=0.2)
        a.box((2, 1.5, between(rng, 4, 10)), (-2, 0, z + 2 * head), trim, solid=False)
        a.box((0.9, 1.4, between(rng, 16, 30)), (15, y + 6, z - 4), suit, solid=False, bevel=0.4)
        a.box((1.4, 5, 1.2), (15, y + 6, z - 12), dark, solid=False, bevel=0.3)
    else:
        a.ball((0, 0, z + 0.8 * head), head, ("plastic", pick(rng, *_SKIN)), n=12, rows=8)
        eyes(a, 0.88 * head, 0.34 * head, z + head, 1.3)
        hat = between(rng, 10, 28)
        a.turned(
            [
                (0.95 * head, z + 1.35 * head),
                (between(rng, 0.85, 1.15) * head, z + 1.35 * head + hat),
                (0.6 * head, z + 1.5 * head + hat),
            ],
            dark,
            n=14,
        )
        for k in range(3):
            a.ball((x, 0, leg + 8 + 0.28 * tall * k), 1.6, ("metal", (0.85, 0.7, 0.3)), n=6, rows=5, solid=False)
    return a.draft(
        rng,
        {"astronaut": "toy astronaut", "knight": "toy knight"}.get(kind, "toy soldier"),
        material,
        "tall",
        (400, 650),
    )


def toy_figure(rng: np.random.Generator, variant: str) -> Draft:
    """A little figure of one of seven kinds."""
    a = Model(draw_scale(rng, 0.1))
    if variant in ("peg", "nesting"):
        return _doll(a, rng, variant == "nesting")
    if variant == "robot":
        return _robot(a, rng)
    if variant == "snowman":
        return _snowman(a, rng)
    return _person(a, rng, variant)


_FIGURES = ("peg", "robot", "snowman", "astronaut", "knight", "soldier", "nesting")
FAMILIES = (
    graspable(
        "toy_figure",
        "toys",
        toy_figure,
        "toy figure",
        "toy robot",
        "toy snowman",
        "toy astronaut",
        "toy knight",
        "toy soldier",
        "nesting doll",
        variants=_FIGURES,
    ),
)
