"""Packaged food and drink: cartons, cans, bottles."""

from __future__ import annotations

import numpy as np

from assets.colours import mix, shade
from assets.kit import Draft, between, draw_scale, graspable, paint, part_box, part_cylinder, part_hull, pick, printed
from assets.labels import WHITE, label, other_colour
from assets.mesh import cap, disc, lathe, loft, merge, rounded_rect, skin

_CARTONS = (
    ("milk carton", "MILK", "cow", ("white", "blue", "green")),
    ("orange juice carton", "ORANGE", "orange", ("orange", "yellow")),
    ("apple juice carton", "APPLE", "apple", ("green", "yellow")),
    ("tomato juice carton", "TOMATO", "tomato", ("red",)),
    ("cream carton", "CREAM", "drop", ("white", "pink", "purple")),
)


def carton(rng: np.random.Generator) -> Draft:
    """Gable-top carton: a square tube whose top folds to a crimped ridge."""
    name, word, picture, colours = pick(rng, *_CARTONS)
    colour = pick(rng, *colours)
    s = draw_scale(rng)
    half = 0.029 * between(rng, 0.92, 1.1) * s
    height, gable, crimp = 0.098 * s * between(rng, 0.85, 1.2), 0.024 * s, 0.011 * s
    outline = rounded_rect(half, half, 0.002, 2)
    ridge = outline * [1.0, 0.07]
    rings = [np.concatenate([o, np.full((8, 1), z)], -1) for o, z in ((outline, 0), (outline, height), (ridge, height + gable), (ridge, height + gable + crimp))]
    quarter = np.array([0, 1, 1, 2, 2, 3, 3, 4, 4]) / 2.0  # two faces share the picture
    body = skin(np.stack(rings), u=quarter, v=[0.0, 0.76, 0.93, 1.0], sharp_rows=(1, 2))
    base = shade(colour, rng)
    accent = shade(other_colour(rng, colour), rng)
    front = label(rng, 128, 96, base, accent, word, picture)
    side = label(rng, 128, 96, base, accent, word, "", 4)
    art = np.concatenate([front, side], 1)
    full = np.concatenate([np.broadcast_to(np.rint(255 * np.array(mix(base, accent, 0.75))).astype(np.uint8), (34, 192, 3)), art])
    parts = [
        part_box((half, half, height / 2), (0, 0, height / 2)),
        part_hull(np.concatenate([rings[1], rings[2]])),
        part_box((half, 0.07 * half, crimp / 2), (0, 0, height + gable + crimp / 2)),
    ]
    ends = merge([cap(rings[3]), cap(rings[0], up=False)])
    return Draft(name, [(body, printed("cardboard", full)), (ends, paint("cardboard", WHITE))], parts, "cardboard", "boxy", between(rng, 380, 620), s)


_CANS = (
    ("soda can", "COLA", "", 0.031, 0.112, ("red", "blue", "black", "purple")),
    ("lemonade can", "LEMON", "lemon", 0.031, 0.112, ("yellow", "green")),
    ("soup can", "SOUP", "tomato", 0.0335, 0.098, ("red", "white", "orange")),
    ("tuna can", "TUNA", "fish", 0.0345, 0.042, ("blue", "yellow", "green")),
    ("pea can", "PEAS", "pea", 0.033, 0.092, ("green", "white")),
    ("peach can", "PEACH", "peach", 0.033, 0.092, ("orange", "pink", "yellow")),
)


def can(rng: np.random.Generator) -> Draft:
    """Tin or drinks can: printed wall, bare metal ends with a rim; drinks cans are necked."""
    name, word, picture, radius, height, colours = pick(rng, *_CANS)
    colour = pick(rng, *colours)
    s = draw_scale(rng, 0.1)
    r, h = radius * s, height * s * between(rng, 0.94, 1.06)
    drink = "SODA" in name.upper() or word == "LEMON"
    neck = 0.0035 if drink else 0.0
    base, accent = shade(colour, rng), shade(other_colour(rng, colour), rng)
    wall = lathe([(r, 0.004), (r, h - 0.004 - 2 * neck)], 24, v=[0.0, 1.0], turns=2.0)
    foot = [(0.0, 0.0015), (r - 0.005, 0.0015), (r - 0.0045, 0.0), (r - 0.0015, 0.0), (r, 0.004)]
    rim = r - neck
    head = [(r, h - 0.004 - 2 * neck), (rim, h - 0.002), (rim, h), (rim - 0.002, h), (rim - 0.0025, h - 0.003), (0.0, h - 0.003)]
    metal = merge([lathe(foot, 24), lathe(head, 24)])
    if drink:
        tab = loft([rounded_rect(0.006, 0.009, 0.004, 3)] * 2, [h - 0.003, h - 0.0015]).moved((0.004, 0, 0))
        metal = merge([metal, tab])
    art = label(rng, 112, 144, base, accent, word, picture)
    visual = [(wall, printed("metal", art)), (metal, paint("metal", (0.74, 0.75, 0.77)))]
    shape = "flat" if h < 1.4 * r else "cylindrical"
    return Draft(name, visual, [part_cylinder(r, 0.0, h)], "metal", shape, between(rng, 420, 680), s)


_BOTTLES = (
    ("water bottle", "WATER", "drop", "plastic", ("blue", "white")),
    ("ketchup bottle", "KETCHUP", "tomato", "plastic", ("red",)),
    ("mustard bottle", "MUSTARD", "", "plastic", ("yellow",)),
    ("shampoo bottle", "SHAMPOO", "flower", "plastic", ("pink", "purple", "white", "green")),
    ("wine bottle", "WINE", "grape", "glass", ("green", "black")),
    ("sauce bottle", "SAUCE", "leaf", "glass", ("brown", "black")),
    ("oil bottle", "OIL", "leaf", "glass", ("yellow", "green")),
)


def bottle(rng: np.random.Generator) -> Draft:
    """Bottle: cylindrical body, shoulder, neck and cap, with a label around the body."""
    name, word, picture, material, colours = pick(rng, *_BOTTLES)
    colour = pick(rng, *colours)
    s = draw_scale(rng, 0.12)
    r, body, shoulder, neck = 0.0295 * s, 0.098 * s * between(rng, 0.8, 1.15), 0.03 * s * between(rng, 0.6, 1.2), 0.018 * s
    rn = r * between(rng, 0.36, 0.46)
    z = body + shoulder
    base = shade(colour, rng)
    wall = lathe(
        [(0, 0), (0.86 * r, 0), (0.97 * r, 0.002), (r, 0.007), (r, body), (0.95 * r, body + 0.18 * shoulder),
         (0.8 * r, body + 0.42 * shoulder), (0.5 * (0.62 * r + rn), body + 0.75 * shoulder), (rn, z), (rn, z + neck)], 24, cos_limit=0.5,
    )  # fmt: skip
    top = lathe([(rn + 0.0015, z + 0.3 * neck), (rn + 0.0015, z + neck + 0.007), (rn, z + neck + 0.008), (0, z + neck + 0.008)], 16)
    accent = shade(other_colour(rng, colour), rng)
    art = label(rng, 112, 160, mix(base, WHITE, between(rng, 0.75, 0.95)) if rng.random() < 0.6 else base, accent, word, picture)
    band = lathe([(r + 0.0004, 0.12 * body), (r + 0.0004, 0.86 * body)], 24, v=[0, 1], turns=2.0)
    lid = shade(pick(rng, "white", "black", "red", "blue", "yellow"), rng)
    visual = [(wall, paint(material, base)), (band, printed("paper", art)), (top, paint("plastic", lid))]
    cone = np.concatenate([np.concatenate([rr * rounded16(), np.full((16, 1), zz)], -1) for rr, zz in ((r, body), (0.8 * r, body + 0.42 * shoulder), (rn + 0.001, z))])
    parts = [part_cylinder(r, 0.0, body), part_hull(cone), part_cylinder(rn + 0.0015, z, z + neck + 0.008)]
    return Draft(name, visual, parts, material, "tall", between(rng, 450, 800), s)


def rounded16() -> np.ndarray:
    """Sixteen points on the unit circle, for collision hulls."""
    from assets.numeric import circle

    return circle(16)


FAMILIES = (
    graspable("carton", "packaging", carton, *(c[0] for c in _CARTONS)),
    graspable("can", "packaging", can, *(c[0] for c in _CANS)),
    graspable("bottle", "packaging", bottle, *(c[0] for c in _BOTTLES)),
)
__all__ = ["FAMILIES", "disc"]
