"""Toy animals on four legs, and dinosaurs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assets.colours import RGB, mix, shade
from assets.families.modelling import INK, Coat, Model, eyes
from assets.kit import Draft, draw_scale, graspable
from assets.labels import WHITE
from assets.numeric import between, pick, rotation

Range = tuple[float, float]


@dataclass(frozen=True)
class Beast:
    """Ranges of a four-legged animal's measures in mm; rise is the slope of the neck against the level."""

    length: Range
    deep: Range
    wide: Range
    leg: Range
    thick: Range
    neck: Range
    rise: Range
    head: Range
    snout: Range
    ears: str
    tail: str
    coats: tuple[RGB, ...]


_BROWN, _GREY = (0.5, 0.33, 0.2), (0.56, 0.57, 0.6)
_BEASTS = {
    "dog": Beast((44, 70), (11, 16), (12, 16), (14, 30), (4.5, 6), (12, 22), (0.7, 1.6), (11, 15), (6, 15), "floppy",
                 "up", (_BROWN, (0.8, 0.6, 0.35), (0.9, 0.88, 0.84), (0.2, 0.18, 0.17))),
    "cat": Beast((44, 62), (11, 15), (12, 16), (14, 26), (4, 5.5), (9, 15), (0.8, 1.8), (13, 17), (2, 5), "pointed",
                 "up", ((0.87, 0.55, 0.25), _GREY, (0.2, 0.19, 0.19), (0.92, 0.9, 0.86))),
    "elephant": Beast((50, 66), (19, 26), (20, 26), (16, 26), (8, 10), (10, 17), (0.2, 0.8), (16, 21), (26, 40), "big",
                      "hang", (_GREY, (0.5, 0.54, 0.62), (0.66, 0.64, 0.62))),
    "giraffe": Beast((42, 56), (12, 16), (12, 16), (36, 54), (4.5, 6), (45, 72), (2.2, 4.5), (8, 10), (9, 14), "horned",
                     "hang", ((0.93, 0.75, 0.35), (0.88, 0.66, 0.3))),
    "horse": Beast((52, 68), (13, 17), (12, 15), (28, 42), (4.5, 6), (24, 36), (1.0, 2.2), (9, 11), (12, 18), "pointed",
                   "mane", (_BROWN, (0.3, 0.2, 0.14), (0.9, 0.88, 0.85), (0.75, 0.5, 0.3))),
    "cow": Beast((54, 70), (16, 21), (15, 20), (18, 28), (5, 6.5), (10, 18), (0.3, 1.0), (11, 13), (10, 14), "horned",
                 "hang", ((0.93, 0.92, 0.9), (0.55, 0.32, 0.18), (0.2, 0.18, 0.17))),
    "pig": Beast((44, 64), (15, 22), (16, 21), (8, 16), (5, 7), (6, 11), (0.0, 0.6), (12, 16), (5, 10), "pointed",
                 "up", ((0.94, 0.68, 0.7), (0.88, 0.6, 0.6))),
    "sheep": Beast((40, 58), (17, 23), (17, 23), (11, 22), (4, 5.5), (7, 14), (0.5, 1.4), (9, 12), (6, 10), "floppy",
                   "none", ((0.94, 0.93, 0.9), (0.3, 0.27, 0.25))),
    "lion": Beast((50, 68), (13, 17), (13, 17), (18, 28), (5, 7), (9, 16), (0.8, 1.8), (12, 15), (6, 10), "ruff",
                  "hang", ((0.86, 0.62, 0.3), (0.8, 0.55, 0.25))),
}  # fmt: skip


def _ears(a: Model, kind: str, x: float, z: float, r: float, coat: Coat, dark: Coat) -> None:
    for y in (-1, 1):
        if kind == "floppy":
            a.ball(
                (x - 0.2 * r, 0.95 * y * r, z + 0.1 * r), (0.4 * r, 0.2 * r, 0.75 * r), dark, n=8, rows=5, solid=False
            )
        elif kind == "pointed":
            a.rod(
                (x - 0.2 * r, 0.55 * y * r, z + 0.6 * r),
                (x - 0.2 * r, 0.7 * y * r, z + 1.5 * r),
                (0.38 * r, 0.05 * r),
                coat,
                n=6,
                solid=False,
            )
        elif kind == "big":
            turn = rotation("z", 0.5 * y)
            a.ball(
                (x - 0.4 * r, 1.2 * y * r, z + 0.1 * r), (0.15 * r, 0.75 * r, r), coat, turn, n=10, rows=6, solid=False
            )
        elif kind == "horned":
            a.rod(
                (x - 0.3 * r, 0.45 * y * r, z + 0.6 * r),
                (x - 0.2 * r, 0.8 * y * r, z + 1.7 * r),
                (0.2 * r, 0.12 * r),
                dark,
                n=6,
                solid=False,
            )
            a.ball(
                (x - 0.3 * r, 1.15 * y * r, z + 0.3 * r), (0.2 * r, 0.5 * r, 0.25 * r), coat, n=8, rows=4, solid=False
            )
        elif kind == "ruff":
            a.ball((x - 0.1 * r, 0.6 * y * r, z + 0.9 * r), 0.3 * r, coat, n=6, rows=4, solid=False)
    if kind == "ruff":
        a.ball((x - 0.5 * r, 0, z), (0.6 * r, 1.35 * r, 1.4 * r), dark, n=12, rows=7)


def _tail(a: Model, kind: str, x: float, z: float, size: float, coat: Coat, dark: Coat) -> None:
    if kind == "up":
        path = [(x, 0, z), (x - 0.5 * size, 0, z + 0.4 * size), (x - 0.7 * size, 0, z + 1.2 * size)]
        a.tube(path, [2.6, 2.4, 1.6], coat, n=7, up=(0, 1, 0), solid=False)
    elif kind in ("hang", "mane"):
        r = 1.6 if kind == "hang" else 3.2
        path = [(x, 0, z), (x - 0.35 * size, 0, z - 0.2 * size), (x - 0.5 * size, 0, z - 1.1 * size)]
        a.tube(path, [r, r, 1.2 * r], coat if kind == "hang" else dark, n=7, up=(0, 1, 0), solid=False)


def animal(rng: np.random.Generator, variant: str) -> Draft:
    """Toy animal: barrel, four legs, neck and head, with the ears, snout and tail of its kind."""
    b = _BEASTS[variant]
    a = Model(draw_scale(rng, 0.1) * (0.9 if variant in ("giraffe", "horse") else 1.0))
    length, deep, wide = between(rng, *b.length), between(rng, *b.deep), between(rng, *b.wide)
    leg, thick, neck = between(rng, *b.leg), between(rng, *b.thick), between(rng, *b.neck)
    rise, r, snout = between(rng, *b.rise), between(rng, *b.head), between(rng, *b.snout)
    colour = pick(rng, *b.coats)
    material = pick(rng, "plastic", "wood")
    coat: Coat = (material, colour)
    dark: Coat = (material, mix(colour, (0.1, 0.07, 0.05), 0.55))
    pale: Coat = (material, mix(colour, WHITE, 0.45))
    z, half = leg + 0.8 * deep, 0.5 * length
    rump, chest = between(rng, 0.75, 1.05), between(rng, 0.85, 1.1)
    shape = (
        (-1.0, 0.35, 0),
        (-0.9, 0.75 * rump, 0),
        (-0.55, rump, 0),
        (0, 0.96, -0.02),
        (0.55, chest, 0),
        (0.9, 0.75 * chest, 0.05),
        (1.0, 0.35, 0.08),
    )
    a.spindle([(half * t, z + dz * deep, wide * f, deep * f) for t, f, dz in shape], coat, n=12)
    slope = float(np.sqrt(1 + rise * rise))
    x0, z0 = 0.72 * half, z + 0.25 * deep
    hx, hz = x0 + neck / slope, z0 + neck * rise / slope
    hx = max(hx, half + 0.2 * r)
    r_neck = min(0.72 * r, 0.7 * deep)
    a.rod((x0, 0, z0), (hx, 0, hz), (1.15 * r_neck, 0.85 * r_neck), coat, solid=variant != "lion")
    a.ball((hx, 0, hz), (1.05 * r, 0.92 * r, r), coat, n=12, rows=7)
    front = max(0.75 * half, 0.6 * hx)
    for x, foot_x in ((-0.66 * half, -0.72 * half), (0.66 * half, front)):
        for y in (-1, 1):
            y0, y1 = y * (wide - 0.9 * thick), y * (wide - 0.7 * thick + 0.1 * leg)
            a.post((foot_x, y1, 0), (x, y0, z), (1.15 * thick, thick), dark if variant == "sheep" else coat)
            hoof = pale if variant in ("cat", "dog") else dark
            a.rod((foot_x, y1, 0), (foot_x, y1, 0.2 * leg + 1), 1.22 * thick, hoof, n=9, solid=False)
    if variant == "elephant":
        path = [(hx + 0.7 * r, 0, hz - 0.2 * r), (hx + 1.3 * r, 0, hz - 0.5 * snout), (hx + 1.5 * r, 0, hz - snout)]
        path = [(x, y, max(h, 5.0 - 2 * k)) for k, (x, y, h) in enumerate(path)]
        a.tube(path, [0.4 * r, 0.28 * r, 0.2 * r], coat, n=9, up=(0, 1, 0), solid=False)
    else:
        tip = (hx + 0.8 * r + snout, 0, hz - 0.25 * r - 0.25 * snout)
        a.rod((hx + 0.3 * r, 0, hz - 0.2 * r), tip, (0.62 * r, 0.46 * r), pale if variant != "sheep" else coat)
        a.ball((tip[0], 0, tip[2] + 0.25 * r), 0.18 * r + 0.4, INK, n=6, rows=4, solid=False)
    eyes(a, hx + 0.72 * r, 0.42 * r, hz + 0.32 * r, 1.4)
    _ears(a, b.ears, hx, hz, r, coat, dark)
    _tail(a, b.tail, -half + 2, z + 0.3 * deep, 0.3 * length * between(rng, 0.6, 1.1), coat, dark)
    if b.tail == "mane":
        a.tube(
            [(x0 - 6, 0, z0 + 6), (hx - 0.9 * r, 0, hz + 0.2 * r)],
            [(2.0, 4.0), (2.0, 3.5)],
            dark,
            n=8,
            up=(0, 1, 0.1),
            solid=False,
        )
    if variant in ("cow", "giraffe"):
        for _ in range(7):
            u, v = between(rng, -0.6, 0.6), pick(rng, -1, 1)
            up = between(rng, -0.2, 0.7)
            y = v * wide * 0.97 * float(np.sqrt(1 - up * up))
            a.ball((u * half, y, z + up * deep), (5, 1.4, 4), dark, n=7, rows=4, solid=False)
    return a.draft(rng, f"toy {variant}", material, "long" if neck < 40 else "tall", (500, 800))


# --- dinosaurs ----------------------------------------------------------------------------------


def _long_neck(a: Model, rng: np.random.Generator, coat: Coat, spots: Coat) -> None:
    """Sauropod: heavy barrel, pillars for legs, a neck in an arch and a tail to match."""
    half, deep, leg = between(rng, 24, 34), between(rng, 15, 21), between(rng, 14, 28)
    wide, neck, tail = between(rng, 14, 19), between(rng, 40, 70), between(rng, 30, 52)
    z = leg + 0.75 * deep
    shape = ((-1, 0.5), (-0.6, 0.95), (0, 1.0), (0.6, 0.9), (1, 0.5))
    a.spindle([(half * t, z, wide * f, deep * f) for t, f in shape], coat)
    for x in (-0.6 * half, 0.85 * half):
        for y in (-1, 1):
            a.rod((x, y * (wide - 6), 0), (x, y * (wide - 6), z), (6.2, 6.5), coat, n=9)
    lean = between(rng, 0.25, 0.95)
    x1, z1 = 0.8 * half + lean * neck, z + (1.15 - 0.6 * lean) * neck
    path = [(0.7 * half, 0, z + 2), (0.8 * half + 0.55 * lean * neck, 0, z + 0.4 * (z1 - z)), (x1, 0, z1)]
    a.tube(path, [9, 6.5, 4.5], coat, (0, 1, 2), up=(0, 1, 0))
    a.ball((x1 + 4, 0, z1 + 1), (9, 5.5, 5.5), coat, n=10, rows=6)
    eyes(a, x1 + 6, 3.6, z1 + 3, 1.2)
    low = max(z - between(rng, 0.1, 0.8) * deep - 6, 6)
    path = [(-0.7 * half, 0, z), (-half - 0.5 * tail, 0, 0.6 * z + 0.4 * low), (-half - tail, 0, low)]
    a.tube(path, [9.5, 5.5, 1.8], coat, n=9, up=(0, 1, 0), solid=False)


def _two_legs(a: Model, rng: np.random.Generator, coat: Coat, spots: Coat) -> None:
    """Tyrannosaur: upright, big head, small arms, the tail on the floor as a third foot."""
    lift, body, deep = between(rng, 22, 34), between(rng, 34, 54), between(rng, 13, 18)
    lean, head, tail = between(rng, 0.2, 0.8), between(rng, 20, 30), between(rng, 34, 52)
    toe = 6.0 + 0.45 * lean * body
    for y in (-1, 1):
        a.rod((toe - 3, y * 13, 3), (-2, y * 12, lift + 4), (5.5, 8.5), coat)
        a.box((11, 6.5, 3), (toe, y * 13, 3), coat, bevel=2)
    top = (lean * body, 0.0, lift + body)
    path = [(-6, 0, lift - 2), (0.35 * top[0], 0, lift + 0.45 * body), top]
    a.tube(path, [0.9 * deep, deep, 0.6 * deep], coat, n=11, up=(0, 1, 0))
    a.tube(
        [(-4, 0, lift), (-0.5 * tail, 0, 0.5 * lift), (-tail - 8, 0, 3)],
        [0.85 * deep, 0.5 * deep, 3],
        coat,
        n=10,
        up=(0, 1, 0),
    )
    a.box((4, 5, 1.5), (-tail - 8, 0, 1.5), coat, bevel=1)
    a.box((0.5 * head, 8.5, 6), (top[0] + 0.35 * head, 0, top[2] + 8), coat, bevel=3)
    a.box((0.42 * head, 7.5, 2.5), (top[0] + 0.35 * head, 0, top[2] - 1), spots, bevel=1.5, solid=False)
    eyes(a, top[0] + 0.4 * head, 6.5, top[2] + 13, 1.8)
    for y in (-1, 1):
        shoulder = (0.6 * top[0] + 0.5 * deep, y * 0.6 * deep, lift + 0.6 * body)
        a.rod(
            shoulder, (shoulder[0] + 0.5 * deep + 7, shoulder[1], lift + 0.5 * body), (2.6, 1.8), coat, n=7, solid=False
        )


def _plated(a: Model, rng: np.random.Generator, coat: Coat, spots: Coat, horned: bool) -> None:
    """Stegosaur with plates along the back, or a ceratops with a frill and three horns."""
    half, deep, leg = between(rng, 26, 38), between(rng, 15, 22), between(rng, 9, 19)
    wide, tail = between(rng, 15, 20), between(rng, 20, 42)
    z, hunch = leg + 0.75 * deep, between(rng, -3, 7)
    shape = ((-1, 0.5, 0.0), (-0.6, 0.85, 0.5), (-0.1, 1.0, 1), (0.5, 0.9, 0.5), (1, 0.5, -0.5))
    a.spindle([(half * t, z + hunch * dz, wide * f, deep * f) for t, f, dz in shape], coat)
    for x in (-0.6 * half, 0.6 * half):
        for y in (-1, 1):
            a.rod((x, y * (wide - 6), 0), (x, y * (wide - 6), z), 6, coat, n=9)
    a.rod((-0.7 * half, 0, z), (-half - tail, 0, between(rng, 0.4, 1.1) * z), (0.6 * deep, 2), coat, solid=False)
    hx, hz = half + 6, z - (0.25 if horned else 0.45) * deep
    a.rod((0.7 * half, 0, z - 2), (hx, 0, hz), (0.5 * deep, 8), coat)
    a.ball((hx + 3, 0, hz), (13, 8.5, 8.5), coat, n=10, rows=6)
    eyes(a, hx + 8, 5.5, hz + 4, 1.5)
    if horned:
        frill = between(rng, 13, 22)
        a.ball((hx - 3, 0, hz + 8), (3.5, 0.9 * frill, frill), spots, rotation("y", -0.4), n=12, rows=7)
        for y in (-6, 6):
            a.rod(
                (hx + 5, y, hz + 5), (hx + 16, y, hz + 18), (2.4, 0.6), ("plastic", (0.93, 0.9, 0.82)), n=7, solid=False
            )
        a.rod((hx + 14, 0, hz + 3), (hx + 17, 0, hz + 11), (2.2, 0.6), ("plastic", (0.93, 0.9, 0.82)), n=7, solid=False)
        return
    n, tall = pick(rng, 4, 5, 6), between(rng, 10, 19)
    for k in range(n):
        t = -0.9 + 1.7 * k / (n - 1)
        size = tall * (1.0 - 0.55 * t * t)
        base = z + deep * (1.0 - 0.45 * t * t) + hunch * 0.6 - 3
        outline = [
            (-0.42 * size, 0),
            (0.42 * size, 0),
            (0.5 * size, 0.5 * size),
            (0, 1.15 * size),
            (-0.5 * size, 0.5 * size),
        ]
        a.side([(half * t + x, base + h) for x, h in outline], 2.2, spots, solid=False)
    a.solid(
        [
            (half * t, y, z + deep * (1 - 0.4 * t * t) + h)
            for t in (-0.7, 0, 0.6)
            for y in (-2.2, 2.2)
            for h in (-3, 0.7 * tall)
        ]
    )


def dinosaur(rng: np.random.Generator, variant: str) -> Draft:
    """Toy dinosaur of one of four kinds."""
    a = Model(draw_scale(rng, 0.1) * 0.92)
    word = pick(rng, "green", "green", "orange", "blue", "purple", "brown", "red")
    base = mix(shade(word, rng), WHITE, 0.12)
    coat: Coat = ("plastic", base)
    spots: Coat = ("plastic", mix(base, pick(rng, (0.95, 0.8, 0.3), (0.15, 0.1, 0.1), (0.9, 0.4, 0.2)), 0.55))
    if variant == "long_neck":
        _long_neck(a, rng, coat, spots)
    elif variant == "two_legs":
        _two_legs(a, rng, coat, spots)
    else:
        _plated(a, rng, coat, spots, variant == "horned")
    return a.draft(rng, "toy dinosaur", "plastic", "long", (500, 800))


FAMILIES = (
    graspable(
        "toy_animal", "toys", animal, *(f"toy {name}" for name in _BEASTS), variants=tuple(_BEASTS)
    ),
    graspable("dinosaur", "toys", dinosaur, "toy dinosaur", variants=("long_neck", "two_legs", "plated", "horned")),
)  # fmt: skip
