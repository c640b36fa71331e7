"""Toy birds and sea animals."""

from __future__ import annotations

import numpy as np

from assets.colours import RGB, mix, shade
from assets.families.modelling import INK, Coat, Model, eyes
from assets.kit import Draft, draw_scale, graspable
from assets.labels import WHITE
from assets.numeric import between, pick, rotation

_BEAK: Coat = ("plastic", (0.93, 0.55, 0.13))
_BIRDS: dict[str, tuple[RGB, ...]] = {
    "penguin": ((0.13, 0.14, 0.18), (0.2, 0.3, 0.45)),
    "chick": ((0.95, 0.82, 0.25),),
    "owl": ((0.5, 0.36, 0.24), (0.45, 0.45, 0.5), (0.36, 0.5, 0.6)),
    "parrot": ((0.8, 0.15, 0.15), (0.2, 0.6, 0.3), (0.15, 0.4, 0.75)),
    "hen": ((0.9, 0.88, 0.84), (0.6, 0.32, 0.15), (0.2, 0.18, 0.17)),
    "swan": ((0.94, 0.93, 0.91), (0.16, 0.16, 0.18)),
}


def bird(rng: np.random.Generator, variant: str) -> Draft:
    """Toy bird sitting on its belly or standing on its feet."""
    a = Model(draw_scale(rng, 0.1) * 1.1)
    colour = pick(rng, *_BIRDS[variant])
    coat: Coat = ("plastic", colour)
    pale: Coat = ("plastic", mix(colour, WHITE, 0.85 if variant in ("penguin", "owl") else 0.35))
    tall, wide = between(rng, 22, 36), between(rng, 15, 21)
    deep, r = wide * between(rng, 0.9, 1.35), between(rng, 9, 14.5)
    if variant in ("hen", "swan"):
        _floating(a, rng, variant, coat, pale)
        return a.draft(rng, f"toy {variant}", "plastic", "round", (400, 700))
    if variant == "chick":
        tall = between(rng, 15, 22)
    lean = between(rng, 0.0, 0.25) if variant in ("chick", "parrot") else 0.0
    a.ball((0, 0, 0), (deep, wide, tall), coat, n=14, rows=9, foot=0.6)
    hx, hz = lean * tall, 1.72 * tall + between(rng, 0.0, 0.75) * r
    a.ball((hx, 0, hz), (r, r * between(rng, 0.95, 1.15), r), coat, n=12, rows=8)
    if variant in ("penguin", "owl"):
        a.ball((0.22 * deep, 0, 0.85 * tall), (0.82 * deep, 0.75 * wide, 0.78 * tall), pale, n=12, rows=7, solid=False)
    beak = between(rng, 4, 9)
    droop = 5.0 if variant == "parrot" else 1.0
    a.rod((hx + 0.8 * r, 0, hz), (hx + r + beak, 0, hz - droop), (0.32 * r, 0.6), _BEAK, n=8, solid=False)
    eyes(a, hx + 0.82 * r, 0.42 * r, hz + 0.35 * r, 0.13 * r + 0.5, white=variant == "owl")
    span = between(rng, 0.0, 0.5)
    for y in (-1, 1):
        at = (-0.1 * deep, y * (0.93 + 0.3 * span) * wide, 0.95 * tall)
        R = rotation("x", y * 0.9 * span)
        a.ball(at, (0.6 * deep, 0.18 * wide + 1, 0.66 * tall), coat, R, n=9, rows=6, solid=False)
        a.ball((0.6 * deep, y * 0.45 * wide, 1.6), (0.4 * deep, 0.3 * wide, 1.6), _BEAK, n=8, rows=4, solid=False)
        if variant == "owl":
            a.rod(
                (hx, y * 0.55 * r, hz + 0.7 * r),
                (hx, y * 0.8 * r, hz + 1.4 * r),
                (0.28 * r, 0.3),
                coat,
                n=6,
                solid=False,
            )
    tail = between(rng, 8, 30) if variant == "parrot" else between(rng, 4, 10)
    a.rod(
        (-0.6 * deep, 0, 0.7 * tall),
        (-deep - 0.6 * tail, 0, max(0.7 * tall - 0.7 * tail, 4)),
        (0.35 * wide, 3),
        coat,
        n=8,
        solid=False,
    )
    if variant in ("chick", "parrot"):
        for k in range(3):
            a.ball(
                (hx - 0.25 * r * k, 0, hz + r + 1.5), (1.6, 1.4, 3.2 + 1.5 * lean * 10), pale, n=6, rows=4, solid=False
            )
    return a.draft(rng, f"toy {variant}", "plastic", "round", (400, 700))


def _floating(a: Model, rng: np.random.Generator, variant: str, coat: Coat, pale: Coat) -> None:
    """Boat-shaped birds: a hen with a comb, a swan with a curved neck."""
    half, wide, deep = between(rng, 26, 38), between(rng, 15, 21), between(rng, 13, 20)
    tail = between(rng, 0.2, 1.1)
    shape = (
        (-1, 0.22, 0.9 * tail),
        (-0.75, 0.55, 0.45 * tail),
        (-0.35, 0.95, 0),
        (0.2, 1, 0),
        (0.65, 0.85, 0.05),
        (0.95, 0.35, 0.3),
    )
    a.spindle(
        [(half * t, 0.6 * deep + deep * dz, wide * f, deep * f) for t, f, dz in shape], coat, (0, 2, 5), floor=0.0
    )
    swan = variant == "swan"
    neck, r = (between(rng, 28, 50), 6.5) if swan else (between(rng, 10, 22), 8.5)
    x0, z0 = 0.68 * half, 0.95 * deep
    hx, hz = x0 + (between(rng, -4, 10) if swan else 3), z0 + neck
    bend = between(rng, 4, 11) if swan else 1.0
    a.tube(
        [(x0 - 4, 0, z0 - 5), (x0 + bend, 0, z0 + 0.4 * neck), (hx - 2, 0, hz)],
        [8, 5.5 if swan else 7.5, 5],
        coat,
        (0, 1, 2),
        up=(0, 1, 0),
    )
    a.ball((hx + 2, 0, hz), (1.2 * r, r, r), coat, n=10, rows=7)
    a.rod((hx + r, 0, hz - 1), (hx + 2.2 * r, 0, hz - 3), (0.42 * r, 0.8), _BEAK, n=8, solid=False)
    eyes(a, hx + 0.9 * r, 0.55 * r, hz + 0.35 * r, 1.3)
    for y in (-1, 1):
        a.ball(
            (-0.1 * half, y * 0.92 * wide, 0.95 * deep), (0.55 * half, 3.5, 0.55 * deep), pale, n=9, rows=6, solid=False
        )
    if not swan:
        for k in range(3):
            a.ball(
                (hx + 5 - 4 * k, 0, hz + r + 0.6 * (k % 2)),
                (2.6, 1.6, 3.4),
                ("plastic", shade("red")),
                n=7,
                rows=5,
                solid=False,
            )
        a.ball((hx + 1.2 * r, 0, hz - 0.9 * r), (1.6, 1.4, 3), ("plastic", shade("red")), n=6, rows=4, solid=False)


# --- sea animals --------------------------------------------------------------------------------


def _fin(a: Model, points: list[tuple[float, float]], coat: Coat, half: float = 1.8, solid: bool = False) -> None:
    a.side(points, half, coat, bevel=0.5, solid=solid)


def sea_animal(rng: np.random.Generator, variant: str) -> Draft:
    """Toy fish, whale, shark, dolphin or crab on a flat belly."""
    a = Model(draw_scale(rng, 0.1))
    word = pick(rng, "orange", "blue", "red", "purple", "green", "yellow", "pink")
    base = (
        mix(shade(word, rng), WHITE, 0.15)
        if variant == "fish"
        else pick(rng, (0.36, 0.47, 0.6), (0.5, 0.53, 0.58), (0.24, 0.42, 0.62))
    )
    coat: Coat = ("plastic", base)
    fin: Coat = ("plastic", mix(base, (0.95, 0.85, 0.4) if variant == "fish" else (0.1, 0.15, 0.2), 0.35))
    if variant == "crab":
        return _crab(a, rng)
    ranges = {
        "fish": (24, 36, 14, 26, 9, 14),
        "whale": (36, 48, 17, 24, 17, 23),
        "shark": (44, 58, 11, 16, 11, 15),
        "dolphin": (40, 54, 10, 15, 10, 14),
    }
    l0, l1, d0, d1, w0, w1 = ranges[variant]
    half, deep, wide = between(rng, l0, l1), between(rng, d0, d1), between(rng, w0, w1)
    nose, peak = between(rng, 0.3, 0.75 if variant == "whale" else 0.5), between(rng, -0.1, 0.35)
    z, lift = 0.6 * deep, between(rng, 0.0, 0.8 if variant != "fish" else 0.3) * deep
    shape = (
        (-1, 0.16, lift),
        (-0.7, 0.38, 0.6 * lift),
        (-0.3, 0.82, 0.12 * lift),
        (peak, 1, 0),
        (0.65, 0.8, 0),
        (0.9, 0.5 * (1 + nose) * 0.8, 0),
        (1, nose * 0.7, 0),
    )
    a.spindle([(half * t, z + dz, wide * f, deep * f) for t, f, dz in shape], coat, (0, 2, 6), n=14, floor=0.0)
    if variant == "dolphin":
        a.rod((0.9 * half, 0, z - 2), (half + 11, 0, z - 3), (4.5, 2.6), coat, n=8)
    tail, x = between(rng, 10, 22), -0.93 * half
    top = z + lift
    if variant in ("fish", "shark"):
        spread = between(rng, 0.6, 1.2) * tail
        low = max(top - spread, 0.5)
        a.side(
            [
                (x + 4, top - 2),
                (x + 4, top + 2),
                (x - tail, top + spread),
                (x - 0.7 * tail, top - 0.0),
                (x - tail, low),
            ][::-1],
            2.0,
            fin,
        )
    else:
        for y in (-1, 1):
            R = rotation("z", y * 0.55)
            a.ball(
                (x - 0.35 * tail, y * 0.5 * tail, top + 1),
                (0.33 * tail, 0.62 * tail, 2.4),
                fin,
                R,
                n=10,
                rows=5,
                solid=False,
            )
        a.solid(
            [
                (x + 4, -3, top - 2),
                (x + 4, 3, top - 2),
                (x + 4, 0, top + 3),
                (x - 0.6 * tail, 0.9 * tail, top),
                (x - 0.6 * tail, -0.9 * tail, top),
                (x - 0.6 * tail, 0, top + 3),
            ]
        )
    if variant != "whale":
        size, back = between(rng, 7, 16), between(rng, 0.3, 1.2)
        u = peak * half + 4
        a.side(
            [
                (u - size, z + 0.75 * deep),
                (u + size, z + 0.75 * deep),
                (u - back * size * 0.6, z + deep + size),
                (u - back * size, z + deep + 0.8 * size),
            ],
            2.0,
            fin,
        )
    else:
        a.ball((0.3 * half, 0, z + 0.95 * deep), (5, 3.5, 2), fin, n=8, rows=4, solid=False)
        level = np.array([-0.2, 0.0, 0.0, -0.2, -0.7, -1.0, -0.7])
        across = np.sqrt(np.maximum(1.0 - level * level, 0.0)) * np.array([1, 1, -1, -1, -1, 0, 1])
        belly: Coat = ("plastic", (0.9, 0.9, 0.88))
        lower = [(half * (t + 0.02), z - 1.2, 1.01 * wide * f, 0.93 * deep * f) for t, f, _ in shape[3:]]
        a.spindle(lower, belly, outline=np.stack([across, level], -1), floor=0.1, solid=False)
    for y in (-1, 1):
        reach = between(rng, 0.8, 1.3)
        a.ball(
            (0.25 * half, y * wide * (0.85 + 0.25 * reach), 0.55 * z),
            (0.16 * half, 0.42 * wide * reach, 2),
            fin,
            rotation("z", -0.5 * y),
            n=9,
            rows=5,
            solid=False,
        )
    eyes(a, 0.74 * half, 0.72 * wide, z + 0.3 * deep, 1.7, white=variant == "fish")
    if variant == "fish":
        for t in (-0.3, 0.1, 0.45)[: pick(rng, 0, 2, 3)]:
            f = 0.82 if t == -0.3 else 0.97
            a.spindle(
                [
                    ((t - 0.06) * half, z, 1.02 * wide * f, 1.02 * deep * f),
                    ((t + 0.06) * half, z, 1.02 * wide * f, 1.02 * deep * f),
                ],
                ("plastic", (0.95, 0.94, 0.9)),
                n=14,
                floor=0.0,
                solid=False,
            )
    return a.draft(rng, f"toy {variant}", "plastic", "long", (450, 750))


def _crab(a: Model, rng: np.random.Generator) -> Draft:
    red: Coat = ("plastic", mix(shade(pick(rng, "red", "orange"), rng), WHITE, 0.08))
    deep, wide, tall = between(rng, 17, 25), between(rng, 23, 32), between(rng, 9, 16)
    a.ball((0, 0, 0), (deep, wide, tall), red, n=14, rows=8, foot=0.6)
    claw, reach = between(rng, 6, 11), between(rng, 6, 16)
    for y in (-1, 1):
        at = (deep + reach, y * wide * between(rng, 0.45, 0.85), claw)
        a.rod((0.6 * deep, y * 0.55 * wide, 0.6 * tall), at, 3, red, n=7, solid=False)
        a.ball(at, (1.3 * claw, 0.8 * claw, claw), red, n=10, rows=6)
        a.rod(
            (at[0] + claw, at[1] - 1, claw + 1),
            (at[0] + 2 * claw, at[1] - 3 * y, claw + 4),
            (2.5, 0.8),
            red,
            n=6,
            solid=False,
        )
        a.rod(
            (0.7 * deep, 0.28 * y * wide, tall),
            (0.9 * deep, 0.3 * y * wide, 1.7 * tall + 3),
            1.5,
            red,
            n=6,
            solid=False,
        )
        a.ball((0.92 * deep, 0.3 * y * wide, 1.7 * tall + 4), 2.6, INK, n=7, rows=5, solid=False)
        for x in (-0.6, 0.0, 0.5):
            a.rod(
                (x * deep, 0.7 * y * wide, 0.6 * tall),
                (1.25 * x * deep, y * (wide + 9), 1.5),
                (2.4, 1.4),
                red,
                n=6,
                solid=False,
            )
    return a.draft(rng, "toy crab", "plastic", "flat", (450, 750))


_SEA = ("fish", "whale", "shark", "dolphin", "crab")
FAMILIES = (
    graspable("toy_bird", "toys", bird, *(f"toy {n}" for n in _BIRDS), variants=tuple(_BIRDS)),
    graspable("sea_animal", "toys", sea_animal, *(f"toy {n}" for n in _SEA), variants=_SEA),
)
