"""Hand tools and things from the desk drawer."""

from __future__ import annotations

import numpy as np

from assets.colours import mix, shade
from assets.kit import Draft, draw_scale, graspable, paint, part_box, part_cylinder, part_hull, part_hulls, printed
from assets.labels import contrast, label, other_colour
from assets.mesh import Mesh, box, lathe, loft, lying, merge, prism, rounded_rect
from assets.numeric import between, pick, rotation
from assets.paint import Canvas

STEEL = (0.7, 0.71, 0.73)
TOOL_COLOURS = ("red", "yellow", "blue", "green", "orange", "black")


def _along_x(mesh: Mesh) -> Mesh:
    """A mesh turned so that its z axis runs along -x."""
    return mesh.moved((0, 0, 0), rotation("y", -np.pi / 2))


def screwdriver(rng: np.random.Generator) -> Draft:
    """Screwdriver: fluted two-coloured handle, steel shaft with a tip."""
    s = draw_scale(rng, 0.12)
    colour = pick(rng, *TOOL_COLOURS)
    w = 0.0145 * s
    x = np.array([0, 0.02, 0.1, 0.3, 0.55, 0.8, 0.9, 1.0]) * 0.092 * s
    k = np.array([0.6, 0.85, 1.0, 0.95, 1.0, 0.85, 0.7, 0.72])
    handle, rings = lying(np.stack([x, k * w, k * w], -1), 12, 0.8)
    c = Canvas(64, 48, shade(colour, rng))
    for i in range(6):
        c.rect((i + 0.3) / 6, 0.25, (i + 0.6) / 6, 0.9, contrast(shade(colour)))
    c.rect(0, 0, 1, 0.1, contrast(shade(colour)))
    z, shaft = 0.8 * w, between(rng, 0.07, 0.1) * s
    rod = _along_x(lathe([(0.0036 * s, 0), (0.0036 * s, shaft)], 10)).moved((0, 0, z))
    tip = loft(
        [rounded_rect(0.0036 * s, 0.0036 * s, 0.001, 2), [0.3, 1.35] * rounded_rect(0.0036 * s, 0.0036 * s, 0.001, 2)],
        [shaft, shaft + 0.012 * s],
    )
    steel = merge([rod, _along_x(tip).moved((0, 0, z))])
    parts = [
        *part_hulls(rings, (0, 5, 7)),
        part_box(((shaft + 0.012 * s) / 2, 0.0036 * s, 0.0034 * s), (-(shaft + 0.012 * s) / 2, 0, z)),
    ]
    return Draft(
        "screwdriver",
        [(handle, printed("plastic", c.image())), (steel, paint("metal", STEEL))],
        parts,
        "plastic",
        "long",
        1100.0,
        s,
        extra={"colour": colour},
    )


def hammer(rng: np.random.Generator) -> Draft:
    """Hammer: handle and a steel head with face and peen, lying on its side."""
    s = draw_scale(rng, 0.1)
    wood = rng.random() < 0.5
    colour = pick(rng, *TOOL_COLOURS)
    coat = (
        paint("wood", pick(rng, (0.72, 0.52, 0.3), (0.6, 0.4, 0.22))) if wood else paint("rubber", shade(colour, rng))
    )
    h = 0.0118 * s
    x = np.array([0, 0.03, 0.15, 0.4, 0.6, 1.0]) * 0.17 * s
    k = np.array([0.75, 1.0, 1.12, 1.05, 0.86, 0.8])
    grip, rings = lying(np.stack([x, k * h * 1.05, k * h], -1), 12, 0.8)
    xh, a = 0.17 * s, 0.0125 * s
    block_mesh = box(a, 0.021 * s, 0, 2 * a * 0.95, 0.002)
    face = lathe(
        [
            (0, 0),
            (0.0125 * s, 0),
            (0.0135 * s, 0.002),
            (0.0135 * s, 0.012 * s),
            (0.009 * s, 0.015 * s),
            (0.009 * s, 0.019 * s),
        ],
        14,
    ).moved((0, -0.037 * s, 0.0135 * s), rotation("x", -np.pi / 2))
    peen = loft(
        [rounded_rect(a * 0.9, a * 0.9, 0.003, 2), [1.0, 0.22] * rounded_rect(a * 0.9, a * 0.9, 0.003, 2)],
        [0, 0.026 * s],
    ).moved((0, 0.02 * s, a * 0.95), rotation("x", -np.pi / 2))
    head = merge([block_mesh, face, peen]).moved((xh, 0, 0))
    parts = [
        *part_hulls(rings, (0, 2, 5)),
        part_box((a, 0.029 * s, a * 0.95), (xh, -0.008 * s, a * 0.95)),
        part_hull(peen.moved((xh, 0, 0)).vertices),
    ]
    extra = {} if wood else {"colour": colour}
    return Draft(
        "hammer",
        [(grip, coat), (head, paint("metal", (0.42, 0.43, 0.45)))],
        parts,
        "wood" if wood else "metal",
        "long",
        between(rng, 1600, 2200),
        s,
        extra=extra,
    )


def wrench(rng: np.random.Generator) -> Draft:
    """Open-ended spanner, flat on the table."""
    s = draw_scale(rng, 0.1)
    t, half = 0.0125 * s, 0.052 * s
    bar = prism(rounded_rect(half, 0.0085 * s, 0.004, 3), 0.001, t - 0.001, bevel=0.0015)

    def jaw(x: float, k: float, turn: float) -> list[Mesh]:
        base = prism(rounded_rect(0.0105 * k, 0.0185 * k, 0.008 * k, 4), 0, t, bevel=0.001)
        prongs = [box(0.0095 * k, 0.0058 * k, 0, t, 0.0015).moved((0.0155 * k, y * 0.0127 * k, 0)) for y in (-1, 1)]
        return [m.moved((x, 0, 0), rotation("z", turn)) for m in (base, *prongs)]

    left, right = jaw(half, s, 0.26), jaw(-half, 0.82 * s, np.pi + 0.26)
    ring = rng.random() < 0.5
    if ring:
        right = [
            lathe(
                [
                    (0.0085 * s, 0.001),
                    (0.0155 * s, 0),
                    (0.0175 * s, 0.0015),
                    (0.0175 * s, t - 0.0015),
                    (0.0155 * s, t),
                    (0.0085 * s, t - 0.001),
                    (0.0085 * s, 0.001),
                ],
                16,
            ).moved((-half - 0.012 * s, 0, 0))
        ]
    colour = pick(rng, "", "", "red", "blue", "black")
    coat = paint("metal", STEEL if not colour else shade(colour, rng))
    back = (
        [part_cylinder(0.0172 * s, 0, t, (-half - 0.012 * s, 0))]
        if ring
        else [part_hull(np.concatenate([m.vertices for m in right]))]
    )
    parts = [part_box((half, 0.0085 * s, t / 2 - 0.001), (0, 0, t / 2)), *[part_hull(m.vertices) for m in left], *back]
    return Draft("wrench", [(merge([bar, *left, *right]), coat)], parts, "metal", "long", between(rng, 1800, 2600), s)


def tape_roll(rng: np.random.Generator) -> Draft:
    """Roll of tape lying flat."""
    s = draw_scale(rng, 0.12)
    r, ri, h = 0.0302 * s, 0.0185 * s, 0.0235 * s * between(rng, 0.85, 1.2)
    colour = pick(rng, "yellow", "blue", "red", "grey", "black", "brown", "green", "white")
    base = shade(colour, rng)
    outer = lathe(
        [(ri + 0.002, 0), (r - 0.0005, 0), (r, 0.0005), (r, h - 0.0005), (r - 0.0005, h), (ri + 0.002, h)], 28
    )
    core = lathe([(ri, 0), (ri + 0.002, 0), (ri + 0.002, h + 0.0002), (ri, h + 0.0002), (ri, 0)], 24)
    c = Canvas(48, 48, base)
    for k in range(5):
        c.rect(0, 0.68 + 0.06 * k, 1, 0.7 + 0.06 * k, mix(base, (0, 0, 0), 0.18))
    visual = [(outer, printed("plastic", c.image())), (core, paint("cardboard", (0.72, 0.58, 0.42)))]
    return Draft(
        "tape roll",
        visual,
        [part_cylinder(r, 0, h)],
        "plastic",
        "round",
        between(rng, 500, 700),
        s,
        extra={"colour": colour},
    )


def flashlight(rng: np.random.Generator) -> Draft:
    """Torch: knurled tube, flared head with a lens."""
    s = draw_scale(rng, 0.12)
    w, length = 0.0138 * s, 0.118 * s
    colour = pick(rng, "black", "red", "blue", "yellow", "green", "grey")
    x = np.array([0, 0.02, 0.04, 0.6, 0.68, 0.8, 0.98, 1.0]) * length
    k = np.array([0.92, 1.0, 1.0, 1.0, 1.1, 1.36, 1.38, 1.32])
    mesh, rings = lying(np.stack([x, k * w, k * w, 0 * x, 0 * x + 0.92 * w], -1), 16)
    c = Canvas(96, 48, shade(colour, rng))
    dark = mix(shade(colour), (0.02, 0.02, 0.02), 0.5)
    for i in range(8):
        c.rect(0, 0.5 + i * 0.05, 1, 0.515 + i * 0.05, dark)
    c.rect(0, 0.28, 1, 0.31, STEEL)
    c.rect(0.4, 0.36, 0.6, 0.44, contrast(shade(colour)))
    lens = lathe([(0.9 * w, 0.0), (0, 0.001)], 16).moved((length + 0.0004, 0, 1.0 * w), rotation("y", np.pi / 2))
    visual = [(mesh, printed("metal", c.image())), (lens, paint("glass", (0.95, 0.93, 0.78)))]
    parts = [part_hulls(rings, (0, 4))[0], *part_hulls(rings, (4, 7))]
    return Draft("flashlight", visual, parts, "metal", "long", between(rng, 900, 1300), s, extra={"colour": colour})


def marker(rng: np.random.Generator) -> Draft:
    """Felt marker or thick crayon, lying."""
    s = draw_scale(rng, 0.1)
    colour = pick(rng, "red", "blue", "green", "black", "purple", "orange", "pink", "yellow")
    w, length = 0.0092 * s, 0.128 * s
    x = np.array([0, 0.01, 0.3, 0.302, 0.96, 0.97, 1.0]) * length
    k = np.array([0.9, 1.0, 1.06, 0.97, 0.97, 0.8, 0.78])
    mesh, rings = lying(np.stack([x, k * w, k * w, 0 * x, 0 * x + 0.72 * w], -1), 16)
    c = Canvas(96, 32, pick(rng, (0.94, 0.94, 0.93), shade(colour), (0.16, 0.16, 0.18)))
    base = shade(colour, rng)
    c.rect(0, 0.7, 1, 1, base)
    c.rect(0, 0, 1, 0.035, base)
    c.rect(0, 0.14, 1, 0.2, base)
    c.rect(0.3, 0.26, 0.7, 0.62, mix(base, (1, 1, 1), 0.3))
    return Draft(
        "marker",
        [(mesh, printed("plastic", c.image()))],
        part_hulls(rings, (0, 6)),
        "plastic",
        "long",
        between(rng, 800, 1000),
        s,
        extra={"colour": colour},
    )


def glue_stick(rng: np.random.Generator) -> Draft:
    """Glue stick or lip balm, standing."""
    s = draw_scale(rng, 0.12)
    r, h = 0.0142 * s, 0.088 * s * between(rng, 0.85, 1.1)
    colour = pick(rng, "yellow", "red", "purple", "green", "blue", "orange")
    base = shade(colour, rng)
    wall = lathe([(r, 0.012), (r, 0.66 * h)], 20, v=[0, 1])
    ends = merge(
        [
            lathe([(0, 0), (r + 0.0008, 0), (r + 0.0008, 0.012), (r, 0.012)], 20),
            lathe([(r, 0.66 * h), (r + 0.0008, 0.66 * h), (r + 0.0004, h - 0.002), (r - 0.002, h), (0, h)], 20),
        ]
    )
    art = label(rng, 72, 96, base, shade(other_colour(rng, colour), rng), "GLUE", "", pick(rng, 0, 2, 4))
    visual = [
        (wall, printed("plastic", art)),
        (ends, paint("plastic", pick(rng, (0.95, 0.95, 0.95), base, (0.12, 0.12, 0.13)))),
    ]
    return Draft(
        "glue stick",
        visual,
        [part_cylinder(r + 0.0006, 0, h)],
        "plastic",
        "tall",
        between(rng, 800, 1000),
        s,
        extra={"colour": colour},
    )


def stapler(rng: np.random.Generator) -> Draft:
    """Stapler: base plate, magazine, rounded arm."""
    s = draw_scale(rng, 0.1)
    colour = pick(rng, "red", "blue", "black", "green", "pink", "grey")
    hx, hy = 0.056 * s, 0.0165 * s
    base = prism(rounded_rect(hx, hy, 0.01 * s, 3), 0, 0.007 * s, bevel=0.001)
    steel = box(0.9 * hx, 0.0085 * s, 0.011 * s, 0.021 * s, 0.001)
    o = rounded_rect(0.96 * hx, 0.86 * hy, 0.008 * s, 3)
    arm = loft([o, o, 0.86 * o], [0.02 * s, 0.032 * s, 0.04 * s], cos_limit=0.4)
    hinge = box(0.01 * s, 0.8 * hy, 0.006 * s, 0.022 * s, 0.001).moved((-0.72 * hx, 0, 0))
    coat = paint("plastic", shade(colour, rng))
    visual = [(arm, coat), (merge([base, hinge]), paint("metal", (0.16, 0.16, 0.17))), (steel, paint("metal", STEEL))]
    parts = [
        part_box((hx, hy, 0.0035 * s), (0, 0, 0.0035 * s)),
        part_box((0.9 * hx, 0.011 * s, 0.0065 * s), (0, 0, 0.0135 * s)),
        part_hull(
            np.concatenate(
                [
                    np.concatenate([k * o, np.full((len(o), 1), z)], -1)
                    for k, z in ((1, 0.02 * s), (1, 0.032 * s), (0.86, 0.04 * s))
                ]
            )
        ),
    ]
    return Draft("stapler", visual, parts, "plastic", "long", between(rng, 800, 1100), s, extra={"colour": colour})


def battery(rng: np.random.Generator) -> Draft:
    """A large round cell, standing on its flat end."""
    s = draw_scale(rng, 0.1)
    r, h = 0.0162 * s, 0.058 * s
    colour = pick(rng, "black", "blue", "green", "red", "purple")
    accent = pick(rng, (0.85, 0.6, 0.2), (0.8, 0.8, 0.82), (0.9, 0.75, 0.1))
    c = Canvas(72, 112, shade(colour, rng))
    c.rect(0, 0, 1, 0.3, accent)
    c.text("+", 0.5, 0.15, 15, (0.1, 0.1, 0.1))
    c.text(pick(rng, "POWER", "VOLT", "MAX"), 0.5, 0.62, 16, (0.95, 0.95, 0.95), max_width=0.6)
    wall = lathe([(r, 0.001), (r, h - 0.002)], 20, v=[0, 1], turns=2.0)
    ends = merge(
        [
            lathe([(0, 0), (r - 0.0005, 0), (r, 0.001)], 20),
            lathe([(r, h - 0.002), (r - 0.001, h), (0.32 * r, h), (0.32 * r, h + 0.002), (0, h + 0.002)], 20),
        ]
    )
    return Draft(
        "battery",
        [(wall, printed("metal", c.image())), (ends, paint("metal", STEEL))],
        [part_cylinder(r, 0, h)],
        "metal",
        "cylindrical",
        between(rng, 1800, 2300),
        s,
    )


def paint_brush(rng: np.random.Generator) -> Draft:
    """Flat paint brush: wooden handle, ferrule, bristles."""
    s = draw_scale(rng, 0.1)
    colour = pick(rng, "red", "blue", "yellow", "green", "orange", "white")
    x = np.array([0, 0.03, 0.12, 0.4, 0.75, 1.0]) * 0.092 * s
    wy = np.array([0.5, 0.8, 1.0, 0.72, 0.95, 1.5]) * 0.0098 * s
    hz = np.array([0.5, 0.8, 1.0, 0.92, 0.9, 0.95]) * 0.0072 * s
    grip, rings = lying(np.stack([x, wy, hz], -1), 12, 0.8)
    w = 0.0185 * s * between(rng, 0.8, 1.2)
    z0, z1 = 0.0004, 0.0125 * s
    ferrule = box(0.012 * s, w, z0, z1, 0.001).moved((0.102 * s, 0, 0))
    hair = loft(
        [rounded_rect(0.5 * (z1 - z0) * k, w * q, 0.001, 2) for k, q in ((0.85, 0.95), (0.75, 1.02), (0.35, 0.98))],
        [0, 0.022 * s, 0.036 * s],
    )
    hair = hair.moved((0.113 * s, 0, 0.5 * (z0 + z1)), rotation("y", np.pi / 2))
    bristle = pick(rng, (0.85, 0.75, 0.55), (0.25, 0.17, 0.1), (0.93, 0.92, 0.88))
    visual = [
        (grip, paint("wood", shade(colour, rng))),
        (ferrule, paint("metal", STEEL)),
        (hair, paint("fabric", bristle)),
    ]
    parts = [
        *part_hulls(rings, (0, 3, 5)),
        part_box((0.012 * s, w, 0.5 * (z1 - z0)), (0.102 * s, 0, 0.5 * (z0 + z1))),
        part_hull(hair.vertices),
    ]
    return Draft("paint brush", visual, parts, "wood", "long", between(rng, 600, 800), s, extra={"colour": colour})


FAMILIES = (
    graspable("screwdriver", "tools", screwdriver),
    graspable("hammer", "tools", hammer),
    graspable("wrench", "tools", wrench),
    graspable("tape_roll", "tools", tape_roll),
    graspable("flashlight", "tools", flashlight),
    graspable("marker", "stationery", marker),
    graspable("glue_stick", "stationery", glue_stick),
    graspable("stapler", "stationery", stapler),
    graspable("battery", "tools", battery),
    graspable("paint_brush", "tools", paint_brush),
)
