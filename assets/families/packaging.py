"""Packaged food and drink: cartons, cans, bottles."""

from __future__ import annotations

import numpy as np

from assets.colours import NAMES, colour_names, mix, shade
from assets.kit import Draft, draw_scale, graspable, paint, part_box, part_cylinder, part_hull, part_hulls, printed
from assets.labels import WHITE, contrast, label, other_colour
from assets.mesh import box, disc, lathe, loft, lying, merge, prism, rounded_rect
from assets.numeric import between, circle, pick

_CANS = (
    ("soda can", "COLA", "", 0.03, 0.112, ("red", "blue", "black", "purple")),
    ("lemonade can", "LEMON", "lemon", 0.03, 0.112, ("yellow", "green")),
    ("soup can", "SOUP", "tomato", 0.0312, 0.098, ("red", "white", "orange")),
    ("tuna can", "TUNA", "fish", 0.0318, 0.042, ("blue", "yellow", "green")),
    ("pea can", "PEAS", "pea", 0.031, 0.092, ("green", "white")),
    ("peach can", "PEACH", "peach", 0.031, 0.092, ("orange", "pink", "yellow")),
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
    head = [
        (r, h - 0.004 - 2 * neck),
        (rim, h - 0.002),
        (rim, h),
        (rim - 0.002, h),
        (rim - 0.0025, h - 0.003),
        (0.0, h - 0.003),
    ]
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
    r, body, shoulder, neck = (
        0.0295 * s,
        0.098 * s * between(rng, 0.8, 1.15),
        0.03 * s * between(rng, 0.6, 1.2),
        0.018 * s,
    )
    rn = r * between(rng, 0.36, 0.46)
    z = body + shoulder
    base = shade(colour, rng)
    wall = lathe(
        [
            (0, 0),
            (0.86 * r, 0),
            (0.97 * r, 0.002),
            (r, 0.007),
            (r, body),
            (0.95 * r, body + 0.18 * shoulder),
            (0.8 * r, body + 0.42 * shoulder),
            (0.5 * (0.62 * r + rn), body + 0.75 * shoulder),
            (rn, z),
            (rn, z + neck),
        ],
        24,
        cos_limit=0.5,
    )
    top = lathe(
        [(rn + 0.0015, z + 0.3 * neck), (rn + 0.0015, z + neck + 0.007), (rn, z + neck + 0.008), (0, z + neck + 0.008)],
        16,
    )
    accent = shade(other_colour(rng, colour), rng)
    art = label(
        rng, 112, 160, mix(base, WHITE, between(rng, 0.75, 0.95)) if rng.random() < 0.6 else base, accent, word, picture
    )
    band = lathe([(r + 0.0004, 0.12 * body), (r + 0.0004, 0.86 * body)], 24, v=[0, 1], turns=2.0)
    lid = shade(pick(rng, "white", "black", "red", "blue", "yellow"), rng)
    visual = [(wall, paint(material, base)), (band, printed("paper", art)), (top, paint("plastic", lid))]
    cone = np.concatenate(
        [
            np.concatenate([rr * circle(16), np.full((16, 1), zz)], -1)
            for rr, zz in ((r, body), (0.8 * r, body + 0.42 * shoulder), (rn + 0.001, z))
        ]
    )
    parts = [part_cylinder(r, 0.0, body), part_hull(cone), part_cylinder(rn + 0.0015, z, z + neck + 0.008)]
    return Draft(name, visual, parts, material, "tall", between(rng, 450, 800), s, extra={"colour": colour})


_JARS = (
    ("jam jar", "JAM", "berry", (0.55, 0.08, 0.14)),
    ("honey jar", "HONEY", "sun", (0.86, 0.55, 0.1)),
    ("pickle jar", "PICKLE", "leaf", (0.42, 0.5, 0.18)),
    ("coffee jar", "COFFEE", "bean", (0.3, 0.17, 0.09)),
    ("peanut butter jar", "NUTTY", "bean", (0.72, 0.5, 0.28)),
)


def jar(rng: np.random.Generator) -> Draft:
    """Preserving jar: filled glass body, label, broad metal lid."""
    name, word, picture, filling = pick(rng, *_JARS)
    s = draw_scale(rng, 0.12)
    r, h = 0.0298 * s, 0.074 * s * between(rng, 0.85, 1.25)
    rl, lid = 0.9 * r, 0.013 * s
    body = lathe(
        [(0, 0), (0.88 * r, 0), (r, 0.006), (r, h - 0.008), (0.94 * r, h - 0.002), (0.86 * r, h)], 24, cos_limit=0.5
    )
    colour = pick(rng, "red", "white", "green", "blue", "yellow", "black")
    top = lathe([(rl, h - 0.001), (rl, h + lid - 0.0015), (rl - 0.0015, h + lid), (0, h + lid)], 24)
    art = label(
        rng,
        72,
        128,
        mix((0.96, 0.95, 0.9), filling, 0.05),
        shade(pick(rng, "red", "green", "purple", "blue", "orange"), rng),
        word,
        picture,
    )
    band = lathe([(r + 0.0004, 0.16 * h), (r + 0.0004, 0.8 * h)], 24, v=[0, 1], turns=2.0)
    visual = [(body, paint("glass", filling)), (band, printed("paper", art)), (top, paint("metal", shade(colour, rng)))]
    inside = NAMES[int(colour_names(np.array(filling)))]  # what shows above and below the label
    return Draft(
        name,
        visual,
        [part_cylinder(r, 0, h), part_cylinder(rl, h, h + lid)],
        "glass",
        "cylindrical",
        between(rng, 700, 1000),
        s,
        extra={"colour": inside},
    )


def yogurt_cup(rng: np.random.Generator) -> Draft:
    """Yogurt cup: a cone widening upwards under a foil lid with a tab."""
    s = draw_scale(rng, 0.12)
    r0, r1, h = 0.024 * s, 0.0295 * s, 0.068 * s * between(rng, 0.85, 1.2)
    fruit = pick(rng, "berry", "peach", "apple", "lemon")
    colour = {"berry": "pink", "peach": "orange", "apple": "green", "lemon": "yellow"}[fruit]
    base, accent = pick(rng, (0.96, 0.95, 0.92), shade(colour, rng)), shade(colour, rng)
    accent = shade(other_colour(rng, colour), rng) if base[2] < 0.9 else accent
    wall = lathe([(r0 - 0.001, 0.0), (r0, 0.001), (r1, h)], 24, v=[0, 0.02, 1], turns=2.0)
    lid = lathe([(r1, h - 0.001), (r1 + 0.0018, h - 0.001), (r1 + 0.0018, h + 0.0005), (0, h + 0.0008)], 24)
    tab = prism(rounded_rect(0.005, 0.006, 0.003, 3) + np.array([r1 + 0.003, 0]), h - 0.0005, h + 0.0005)
    foot = disc(r0 - 0.001, 0.0, 24, up=False)
    art = label(rng, 96, 128, base, accent, "YOGURT", fruit)
    visual = [(wall, printed("plastic", art)), (merge([lid, tab, foot]), paint("metal", (0.8, 0.81, 0.83)))]
    c = circle(16)
    hull = part_hull(
        np.concatenate(
            [
                np.concatenate([r * c, np.full((16, 1), z)], -1)
                for r, z in ((r0, 0), (r1 + 0.0018, h - 0.001), (r1 + 0.0018, h + 0.0005))
            ]
        )
    )
    return Draft("yogurt cup", visual, [hull], "plastic", "conical", between(rng, 650, 950), s)


def tube(rng: np.random.Generator) -> Draft:
    """Toothpaste or cream tube, lying: round at the cap, flat at the crimp."""
    name, word = pick(rng, ("toothpaste tube", "FRESH"), ("cream tube", "CREAM"), ("paint tube", "PAINT"))
    s = draw_scale(rng, 0.12)
    length, w, th = 0.115 * s * between(rng, 0.85, 1.1), 0.0215 * s, 0.0165 * s
    x = np.array([0.0, 0.03, 0.08, 0.4, 0.75, 0.99, 1.0]) * length
    hw = np.array([0.55, 0.84, 0.94, 1.0, 1.08, 1.14, 1.14]) * w
    hh = np.array([0.6, 0.9, 1.0, 0.9, 0.6, 0.14, 0.13]) * th
    mesh, rings = lying(np.stack([x, hw, hh], -1), 16, 0.8)
    rc = 0.011 * s
    cap_mesh, cap_rings = lying(
        np.array(
            [
                [-0.022 * s, 0.9 * rc, 0.9 * rc, 0, rc],
                [-0.02 * s, rc, rc, 0, rc],
                [0.002, 1.1 * rc, 1.1 * rc, 0, 1.1 * rc],
            ]
        ),
        12,
    )
    colour = pick(rng, "white", "blue", "green", "red", "pink")
    art = np.rot90(
        label(rng, 72, 144, shade(colour, rng), shade(other_colour(rng, colour), rng), word, "", pick(rng, 0, 2, 3, 4)),
        1,
    )
    parts = [*part_hulls(rings, (0, 3, 6)), part_hulls(cap_rings, (0, 2))[0]]
    visual = [
        (mesh, printed("plastic", np.ascontiguousarray(art))),
        (cap_mesh, paint("plastic", shade(pick(rng, "white", "blue", "red", "black"), rng))),
    ]
    return Draft(name, visual, parts, "plastic", "long", between(rng, 800, 1000), s)


def spray_bottle(rng: np.random.Generator) -> Draft:
    """Cleaner with a trigger head."""
    s = draw_scale(rng, 0.08)
    hx, hy, h = 0.0215 * s, 0.0305 * s, 0.105 * s
    o = rounded_rect(hx, hy, 0.013 * s, 4)
    body = loft([0.96 * o, o, o, 0.8 * o, 0.4 * o], [0, 0.003, 0.72 * h, 0.9 * h, h], cos_limit=0.5)
    colour = pick(rng, "blue", "green", "orange", "purple", "white", "pink")
    base, accent = shade(colour, rng), shade(other_colour(rng, colour), rng)
    art = label(rng, 80, 112, base, accent, "CLEAN", pick(rng, "drop", "star", "leaf"), pick(rng, 0, 1, 2, 5))
    band = loft([1.015 * o, 1.015 * o], [0.1 * h, 0.66 * h], caps=False)
    band = type(band)(band.vertices, band.faces, band.uv * [2.0, 1.0])
    neck = lathe([(0.0115 * s, h - 0.002), (0.0115 * s, h + 0.014 * s), (0, h + 0.014 * s)], 14)
    z = h + 0.014 * s
    head = box(0.0085 * s, 0.026 * s, z, z + 0.017 * s, 0.004).moved((0, -0.008 * s, 0))
    nozzle = box(0.005 * s, 0.004 * s, z + 0.004 * s, z + 0.014 * s, 0.001).moved((0, -0.036 * s, 0))
    lever = loft(
        [rounded_rect(0.004 * s, 0.003 * s, 0, 1) + np.array([0, y * s]) for y in (-0.029, -0.021)],
        [h - 0.012 * s, z + 0.002],
    )
    visual = [
        (body, paint("plastic", base)),
        (band, printed("paper", art)),
        (merge([neck, head, nozzle]), paint("plastic", accent)),
        (lever, paint("plastic", contrast(accent))),
    ]
    parts = [
        part_hull(
            np.concatenate(
                [np.concatenate([k * o, np.full((len(o), 1), zz)], -1) for k, zz in ((1.0, 0.0), (1.0, 0.72 * h))]
            )
        ),
        part_hull(
            np.concatenate(
                [
                    np.concatenate([k * o, np.full((len(o), 1), zz)], -1)
                    for k, zz in ((1.0, 0.72 * h), (0.8, 0.9 * h), (0.4, h))
                ]
            )
        ),
        part_cylinder(0.0115 * s, h, z),
        part_box((0.0085 * s, 0.028 * s, 0.0085 * s), (0, -0.011 * s, z + 0.0085 * s)),
        part_box((0.004 * s, 0.005 * s, 0.012 * s), (0, -0.025 * s, z - 0.012 * s)),
    ]
    return Draft("spray bottle", visual, parts, "plastic", "tall", between(rng, 600, 850), s)


FAMILIES = (
    graspable("can", "packaging", can, *(c[0] for c in _CANS)),
    graspable("bottle", "packaging", bottle, *(c[0] for c in _BOTTLES)),
    graspable("jar", "packaging", jar, *(c[0] for c in _JARS)),
    graspable("yogurt_cup", "packaging", yogurt_cup),
    graspable("tube", "packaging", tube, "toothpaste tube", "cream tube", "paint tube"),
    graspable("spray_bottle", "packaging", spray_bottle),
)
