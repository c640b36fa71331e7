"""Printed boxes and cartons."""

from __future__ import annotations

import numpy as np

from assets.colours import mix, shade
from assets.kit import Draft, draw_scale, graspable, paint, part_box, part_hull, printed
from assets.labels import WHITE, barcode, contrast, label, other_colour, small_print
from assets.mesh import box_faces, cap, merge, rounded_rect, skin, sweep
from assets.numeric import between, pick
from assets.paint import Canvas

_CARTONS = (
    ("milk carton", "MILK", "cow", ("white", "blue", "green")),
    ("orange juice carton", "ORANGE", "orange", ("orange", "yellow")),
    ("apple juice carton", "APPLE", "apple", ("green", "yellow")),
    ("tomato juice carton", "TOMATO", "tomato", ("red",)),
    ("cream carton", "CREAM", "drop", ("white", "pink", "purple")),
)

_BOXES = (
    ("cracker box", "CRUNCH", "sun", ("red", "yellow", "orange")),
    ("tea box", "TEA", "leaf", ("green", "yellow", "white")),
    ("cookie box", "COOKIE", "star", ("blue", "purple", "brown")),
    ("pasta box", "PASTA", "", ("blue", "red", "green")),
    ("cereal box", "OATS", "berry", ("yellow", "pink", "blue")),
    ("medicine box", "MEDI", "", ("white",)),
)


def carton(rng: np.random.Generator) -> Draft:
    """Gable-top carton: a square tube whose top folds to a crimped ridge."""
    name, word, picture, colours = pick(rng, *_CARTONS)
    colour = pick(rng, *colours)
    s = draw_scale(rng, 0.12)
    half = 0.0268 * between(rng, 0.92, 1.1) * s
    height, gable, crimp = 0.098 * s * between(rng, 0.85, 1.2), 0.024 * s, 0.011 * s
    outline = rounded_rect(half, half, 0.002, 2)
    ridge = outline * [1.0, 0.07]
    rings = [
        np.concatenate([o, np.full((8, 1), z)], -1)
        for o, z in ((outline, 0), (outline, height), (ridge, height + gable), (ridge, height + gable + crimp))
    ]
    quarter = np.array([0, 1, 1, 2, 2, 3, 3, 4, 4]) / 2.0  # two faces share the picture
    body = skin(np.stack(rings), u=quarter, v=[0.0, 0.76, 0.93, 1.0], sharp_rows=(1, 2))
    base = shade(colour, rng)
    accent = shade(other_colour(rng, colour), rng)
    front = label(rng, 128, 96, base, accent, word, picture)
    side = label(rng, 128, 96, base, accent, word, "", 4)
    art = np.concatenate([front, side], 1)
    full = np.concatenate(
        [np.broadcast_to(np.rint(255 * np.array(mix(base, accent, 0.75))).astype(np.uint8), (34, 192, 3)), art]
    )
    parts = [
        part_box((half, half, height / 2), (0, 0, height / 2)),
        part_hull(np.concatenate([rings[1], rings[2]])),
        part_box((half, 0.07 * half, crimp / 2), (0, 0, height + gable + crimp / 2)),
    ]
    ends = merge([cap(rings[3]), cap(rings[0], up=False)])
    return Draft(
        name,
        [(body, printed("cardboard", full)), (ends, paint("cardboard", WHITE))],
        parts,
        "cardboard",
        "boxy",
        between(rng, 380, 620),
        s,
    )


def snack_box(rng: np.random.Generator) -> Draft:
    """Folding box, standing, all six sides printed."""
    name, word, picture, colours = pick(rng, *_BOXES)
    colour = pick(rng, *colours)
    s = draw_scale(rng, 0.12)
    hx, hy, h = (
        0.0235 * s * between(rng, 0.9, 1.1),
        0.036 * s * between(rng, 0.85, 1.2),
        0.118 * s * between(rng, 0.8, 1.08),
    )
    base, accent = shade(colour, rng), shade(other_colour(rng, colour), rng)
    front = label(rng, 112, 80, base, accent, word, picture)
    side = Canvas(112, 80, mix(base, accent, 0.15))
    side.text(word, 0.5, 0.14, 16, contrast(base), max_width=0.8)
    small_print(side, rng, 0.12, 0.28, 0.88, 0.62, contrast(base))
    barcode(side, rng, 0.2, 0.72, 0.8, 0.92)
    top = Canvas(112, 80, accent)
    top.text(word, 0.5, 0.5, 24, contrast(accent), max_width=0.7)
    atlas = np.concatenate(
        [np.concatenate([front, front, side.image()], 1), np.concatenate([side.image(), top.image(), top.image()], 1)]
    )
    body = box_faces(hx, hy, h / 2, atlas=True).moved((0, 0, h / 2))
    return Draft(
        name,
        [(body, printed("cardboard", atlas))],
        [part_box((hx, hy, h / 2), (0, 0, h / 2))],
        "cardboard",
        "boxy",
        between(rng, 260, 480),
        s,
    )


def juice_box(rng: np.random.Generator) -> Draft:
    """Small drinks box with a straw."""
    s = draw_scale(rng, 0.1)
    hx, hy, h = 0.0185 * s, 0.0255 * s, 0.098 * s * between(rng, 0.88, 1.1)
    fruit = pick(rng, "apple", "orange", "grape", "peach", "berry")
    colour = {"apple": "green", "orange": "orange", "grape": "purple", "peach": "yellow", "berry": "red"}[fruit]
    base, accent = shade(colour, rng), shade(other_colour(rng, colour), rng)
    front, side = label(rng, 112, 72, base, accent, "JUICE", fruit), label(rng, 112, 72, base, accent, "JUICE", "", 4)
    top = np.broadcast_to(np.rint(255 * np.array(mix(base, (1, 1, 1), 0.25))).astype(np.uint8), (112, 72, 3))
    atlas = np.concatenate([np.concatenate([front, front, side], 1), np.concatenate([side, top, top], 1)])
    body = box_faces(hx, hy, h / 2, atlas=True).moved((0, 0, h / 2))
    x, y = 0.45 * hx, 0.55 * hy
    straw = sweep(
        [(x, y, h - 0.002), (x, y, h + 0.016 * s), (x, y - 0.004, h + 0.021 * s), (x, y - 0.017 * s, h + 0.024 * s)],
        [0.0022] * 4,
        8,
        up=(1, 0, 0),
    )
    stripe = paint("plastic", pick(rng, (0.95, 0.95, 0.95), shade("red"), shade("blue")))
    parts = [
        part_box((hx, hy, h / 2), (0, 0, h / 2)),
        part_box((0.002, 0.002, 0.011 * s), (x, y, h + 0.011 * s)),
        part_box((0.002, 0.0075 * s, 0.002), (x, y - 0.0085 * s, h + 0.0225 * s)),
    ]
    return Draft(
        "juice box",
        [(body, printed("cardboard", atlas)), (straw, stripe)],
        parts,
        "cardboard",
        "boxy",
        between(rng, 700, 950),
        s,
    )


FAMILIES = (
    graspable("carton", "packaging", carton, *(c[0] for c in _CARTONS)),
    graspable("snack_box", "packaging", snack_box, *(c[0] for c in _BOXES)),
    graspable("juice_box", "packaging", juice_box),
)
