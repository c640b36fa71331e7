"""Soap, books, candles and other things that lie about."""

from __future__ import annotations

import numpy as np

from assets.colours import mix, shade
from assets.families.fruit import leaf
from assets.kit import Draft, draw_scale, graspable, paint, part_box, part_cylinder, part_hull, part_lathe, printed
from assets.labels import WHITE, contrast, draw_picture, label, other_colour
from assets.mesh import box, box_faces, cap, lathe, loft, merge, prism, rounded_rect, sweep
from assets.numeric import between, pick
from assets.paint import Canvas, fractal_noise


def soap(rng: np.random.Generator) -> Draft:
    """Bar of soap: pillow shape with a stamped word."""
    s = draw_scale(rng, 0.12)
    hx, hy, h = 0.0405 * s, 0.0265 * s, 0.024 * s
    o = rounded_rect(hx, hy, pick(rng, 0.012, 0.02, 0.0255) * s, 4)
    levels = ((0.93, 0.0), (1.0, 0.2), (1.0, 0.75), (0.92, 0.94), (0.82, 1.0))
    bar = loft([k * o for k, _ in levels[:-1]], [z * h for _, z in levels[:-1]], caps=True, cos_limit=0.3)
    base = pick(
        rng,
        shade("pink", rng),
        shade("white", rng),
        mix(shade("green", rng), WHITE, 0.45),
        mix(shade("blue", rng), WHITE, 0.5),
        mix(shade("purple"), WHITE, 0.5),
        (0.9, 0.8, 0.6),
    )
    c = Canvas(64, 96, base)
    ink = mix(base, (0.2, 0.15, 0.15), 0.28)
    c.ellipse(0.5, 0.5, 36, 22, ink, ring_px=2)
    c.text(pick(rng, "SOAP", "PURE", "ROSE"), 0.5, 0.5, 18, ink, max_width=0.5)
    top = loft([0.92 * o, 0.82 * o], [0.94 * h, h], caps=False)
    stamp = cap(np.concatenate([0.82 * o, np.full((len(o), 1), h)], -1))
    hull = part_hull(np.concatenate([np.concatenate([k * o, np.full((len(o), 1), z * h)], -1) for k, z in levels]))
    return Draft(
        "bar of soap",
        [(merge([bar, top]), paint("wax", base)), (stamp, printed("wax", c.image()))],
        [hull],
        "wax",
        "boxy",
        between(rng, 900, 1050),
        s,
    )


def book(rng: np.random.Generator) -> Draft:
    """Pocket book or notebook lying flat: cover, spine, page block."""
    s = draw_scale(rng, 0.1)
    hx, hy, h = 0.0505 * s * between(rng, 0.85, 1.1), 0.0305 * s, 0.019 * s * between(rng, 0.8, 1.5)
    colour = pick(rng, "red", "blue", "green", "purple", "orange", "black", "brown", "yellow")
    base = shade(colour, rng)
    t = 0.0015
    art = label(
        rng,
        80,
        60,
        base,
        shade(other_colour(rng, colour), rng),
        pick(rng, "NOVEL", "NOTES", "TALES", "MAPS", "POEMS"),
        pick(rng, "star", "flower", "sun", "leaf", ""),
    )
    # Cover boards read along x: the picture's top points to -x (away from the reader at +x).
    face = np.rot90(art, 1)
    plain = np.broadcast_to(np.rint(255 * np.array(base)).astype(np.uint8), (60, 80, 3))
    atlas = np.concatenate([np.concatenate([plain, plain, plain], 1), np.concatenate([plain, face, plain], 1)])
    top = box_faces(hx, hy, t / 2, atlas=True).moved((0, 0, h - t / 2))
    bottom = box_faces(hx, hy, t / 2, atlas=True).moved((0, 0, t / 2))
    spine = box_faces(hx, t / 2, h / 2, atlas=True).moved((0, -hy + t / 2, h / 2))
    pages = box_faces(hx - 0.0015, hy - 0.001, h / 2 - t).moved((0, 0.0, h / 2))
    sheet = Canvas(32, 16, (0.93, 0.91, 0.84))
    for k in range(8):
        sheet.rect(0, (k + 0.3) / 8, 1, (k + 0.6) / 8, (0.78, 0.75, 0.68))
    name = pick(rng, "book", "notebook")
    return Draft(
        name,
        [(merge([top, bottom, spine]), printed("paper", atlas)), (pages, printed("paper", sheet.image()))],
        [part_box((hx, hy, h / 2), (0, 0, h / 2))],
        "paper",
        "flat",
        between(rng, 600, 800),
        s,
        extra={"colour": colour},
    )


def candle(rng: np.random.Generator) -> Draft:
    """Pillar candle with a wick, plain or banded."""
    s = draw_scale(rng, 0.14)
    r, h = 0.0265 * s, 0.062 * s * between(rng, 0.7, 1.4)
    colour = pick(rng, "white", "red", "green", "purple", "orange", "pink", "yellow", "blue")
    base = mix(shade(colour, rng), WHITE, 0.1)
    c = Canvas(64, 64, base)
    if rng.random() < 0.5:
        for k in range(pick(rng, 1, 2, 3)):
            c.rect(0, 0.5 + 0.12 * k, 1, 0.55 + 0.12 * k, mix(base, (0.2, 0.1, 0.05), 0.5))
    c.shade_noise(fractal_noise(rng, 64, 64, 6, 8, 3), 0.04)
    body = lathe(
        [(0, 0), (r, 0), (r, h - 0.002), (r - 0.002, h), (0.8 * r, h - 0.0015), (0.3 * r, h - 0.004), (0, h - 0.004)],
        24,
        cos_limit=0.6,
    )
    wick = sweep([(0, 0, h - 0.004), (0, 0, h + 0.004), (0.002, 0, h + 0.009)], [0.001, 0.001, 0.0008], 6, up=(0, 1, 0))
    return Draft(
        "candle",
        [(body, printed("wax", c.image())), (wick, paint("fabric", (0.15, 0.12, 0.1)))],
        [part_cylinder(r, 0, h)],
        "wax",
        "cylindrical",
        between(rng, 800, 950),
        s,
        extra={"colour": colour},
    )


def perfume(rng: np.random.Generator) -> Draft:
    """Small flat flask with a stopper: perfume, or nail varnish when round."""
    s = draw_scale(rng, 0.12)
    hx, hy, h = 0.0165 * s, 0.0285 * s, 0.058 * s * between(rng, 0.85, 1.15)
    o = rounded_rect(hx, hy, 0.007 * s, 3)
    colour = pick(rng, "pink", "purple", "blue", "green", "yellow", "orange")
    base = mix(shade(colour, rng), WHITE, 0.15)
    body = loft([0.96 * o, o, o, 0.86 * o, 0.5 * o], [0, 0.002, 0.86 * h, 0.95 * h, h], cos_limit=0.5)
    stopper = lathe(
        [
            (0.009 * s, h - 0.001),
            (0.0105 * s, h + 0.004),
            (0.0105 * s, h + 0.021 * s),
            (0.008 * s, h + 0.024 * s),
            (0, h + 0.024 * s),
        ],
        14,
    )
    c = Canvas(64, 64, (0.96, 0.95, 0.9))
    c.rect(0.06, 0.06, 0.94, 0.94, mix(base, (0.3, 0.2, 0.2), 0.5))
    c.rect(0.09, 0.09, 0.91, 0.91, (0.96, 0.95, 0.9))
    draw_picture(c, rng, pick(rng, "flower", "leaf", "star"), 0.5, 0.42, 15)
    c.text(pick(rng, "LUNA", "ROSA", "MARE"), 0.5, 0.8, 9, (0.2, 0.15, 0.15))
    tag = box_faces(0.0003, 0.7 * hy, 0.3 * h).moved((hx, 0, 0.44 * h))
    gold = paint("metal", pick(rng, (0.83, 0.66, 0.3), (0.78, 0.79, 0.8), (0.1, 0.1, 0.11)))
    hull = part_hull(
        np.concatenate(
            [
                np.concatenate([k * o, np.full((len(o), 1), z)], -1)
                for k, z in ((1, 0), (1, 0.86 * h), (0.86, 0.95 * h), (0.5, h))
            ]
        )
    )
    return Draft(
        "perfume bottle",
        [(body, paint("glass", base)), (tag, printed("paper", c.image())), (stopper, gold)],
        [hull, part_cylinder(0.0103 * s, h, h + 0.024 * s)],
        "glass",
        "boxy",
        between(rng, 1000, 1400),
        s,
        extra={"colour": colour},
    )


def tissue_pack(rng: np.random.Generator) -> Draft:
    """Packet of pocket tissues with a flap."""
    s = draw_scale(rng, 0.1)
    hx, hy, h = 0.052 * s, 0.0265 * s, 0.0255 * s
    colour = pick(rng, "blue", "green", "pink", "white", "purple")
    base = shade(colour, rng)
    o = rounded_rect(hx, hy, 0.007 * s, 3)
    body = loft([0.95 * o, o, o], [0, 0.12 * h, 0.86 * h], caps=True, cos_limit=0.5)
    art = np.rot90(
        label(
            rng,
            96,
            56,
            mix(base, WHITE, 0.2),
            shade(other_colour(rng, colour), rng),
            "SOFT",
            pick(rng, "flower", "leaf", "drop"),
            pick(rng, 0, 2, 3, 5),
        ),
        1,
    )
    shoulder = loft([o, 0.94 * o], [0.86 * h, h], caps=False)
    lid = cap(np.concatenate([0.94 * o, np.full((len(o), 1), h)], -1))
    flap = box(0.011 * s, 0.6 * hy, h - 0.0004, h + 0.0008, 0.0003).moved((0.55 * hx, 0, 0))
    hull = part_hull(
        np.concatenate(
            [
                np.concatenate([k * o, np.full((len(o), 1), z)], -1)
                for k, z in ((0.95, 0), (1, 0.12 * h), (1, 0.86 * h), (0.94, h))
            ]
        )
    )
    visual = [
        (merge([body, shoulder]), paint("plastic", base)),
        (lid, printed("plastic", np.ascontiguousarray(art))),
        (flap, paint("plastic", contrast(base))),
    ]
    return Draft(
        "pack of tissues", visual, [hull], "plastic", "boxy", between(rng, 250, 350), s, extra={"colour": colour}
    )


def pot(rng: np.random.Generator) -> Draft:
    """Small plant pot with a succulent."""
    s = draw_scale(rng, 0.1)
    r0, r1, h = 0.0225 * s, 0.031 * s, 0.05 * s
    base = pick(
        rng, (0.74, 0.38, 0.22), shade("white", rng), shade("blue", rng), shade("yellow", rng), shade("pink", rng)
    )
    wall = lathe(
        [
            (0, 0),
            (r0, 0),
            (r1 - 0.001, 0.76 * h),
            (r1 + 0.0012, 0.77 * h),
            (r1 + 0.0022, h),
            (r1 - 0.002, h),
            (r1 - 0.0024, 0.88 * h),
            (0, 0.9 * h),
        ],
        24,
    )
    green = shade("green", rng)
    plant = merge(
        [
            leaf(0.9 * h, length * s, yaw, lift)
            for ring, (length, lift) in enumerate(((0.044, 0.75), (0.036, 1.5)))
            for yaw in [k * 1.0472 + 0.5 * ring for k in range(6)]
        ]
    )
    core = lathe([(0.012 * s, 0.9 * h), (0.009 * s, 1.2 * h), (0, 1.32 * h)], 8, cos_limit=0.2)
    visual = [(wall, paint("ceramic", base)), (merge([plant, core]), paint("vegetable", green))]
    parts = [
        part_lathe([(r0, 0), (r1 - 0.001, 0.76 * h)], 16),
        part_cylinder(r1 + 0.0015, 0.77 * h, h),
        part_lathe([(0.015 * s, h), (0.036 * s, 1.3 * h), (0.02 * s, 1.62 * h)], 10),
    ]
    return Draft("potted plant", visual, parts, "ceramic", "round", between(rng, 900, 1200), s)


def remote(rng: np.random.Generator) -> Draft:
    """Remote control with rows of buttons."""
    s = draw_scale(rng, 0.1)
    hx, hy, h = 0.066 * s * between(rng, 0.85, 1.1), 0.0205 * s, 0.0175 * s
    base = pick(rng, (0.12, 0.12, 0.13), (0.9, 0.9, 0.89), (0.45, 0.46, 0.48))
    ink = contrast(base)
    c = Canvas(128, 48, base)
    c.ellipse(0.22, 0.07, 4, 4, shade("red"))
    c.ellipse(0.5, 0.28, 13, 13, mix(base, ink, 0.4), ring_px=5)
    for row in range(5):
        for col in range(3):
            c.ellipse(0.24 + 0.26 * col, 0.5 + 0.095 * row, 4.5, 3.6, mix(base, ink, 0.65))
    o = rounded_rect(hx, hy, 0.008 * s, 3)
    body = loft([0.93 * o, o, o], [0, 0.3 * h, 0.9 * h], cos_limit=0.5)
    rim = prism(0.97 * o, 0.9 * h, h, caps=False)
    face = cap(np.concatenate([0.97 * o, np.full((len(o), 1), h)], -1))
    hull = part_hull(
        np.concatenate(
            [
                np.concatenate([k * o, np.full((len(o), 1), z)], -1)
                for k, z in ((0.93, 0), (1, 0.3 * h), (1, 0.9 * h), (0.97, h))
            ]
        )
    )
    art = np.ascontiguousarray(np.rot90(c.image(), 1))
    return Draft(
        "remote control",
        [(merge([body, rim]), paint("plastic", base)), (face, printed("plastic", art))],
        [hull],
        "plastic",
        "long",
        between(rng, 700, 1000),
        s,
    )


FAMILIES = (
    graspable("soap", "household", soap, "bar of soap"),
    graspable("book", "stationery", book, "book", "notebook"),
    graspable("candle", "household", candle),
    graspable("perfume", "household", perfume, "perfume bottle"),
    graspable("tissue_pack", "household", tissue_pack, "pack of tissues"),
    graspable("potted_plant", "household", pot),
    graspable("remote_control", "household", remote),
)
