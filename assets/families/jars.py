"""Jars of preserves, jars of cream and bottles of pills."""

from __future__ import annotations

import numpy as np

from assets import closures
from assets.bottling import Goods, Style, build_bottle, wrapped
from assets.closures import Pieces
from assets.colours import NAMES, colour_names, mix, shade
from assets.kit import Draft, draw_scale, graspable, paint, printed
from assets.labels import WHITE, other_colour
from assets.mesh import merge, sweep
from assets.numeric import between, pick
from assets.vessels import bottle_stations, rings_of, solid, surface

_JARS = (
    ("jam jar", "JAM", "berry", (0.55, 0.08, 0.14)),
    ("honey jar", "HONEY", "flower", (0.86, 0.55, 0.1)),
    ("pickle jar", "PICKLE", "leaf", (0.42, 0.5, 0.18)),
    ("coffee jar", "COFFEE", "bean", (0.3, 0.17, 0.09)),
    ("peanut butter jar", "NUTTY", "bean", (0.72, 0.5, 0.28)),
    ("olive jar", "OLIVE", "olive", (0.4, 0.42, 0.16)),
    ("pasta sauce jar", "SUGO", "tomato", (0.72, 0.16, 0.1)),
)


_JAR_KINDS = {  # sections, body lines, height over width, neck over width
    "straight": (("round",), ("straight",), (0.7, 1.9), (0.8, 0.94)),
    "squat": (("round",), ("barrel", "straight"), (0.5, 0.95), (0.7, 0.9)),
    "faceted": (("hexagon", "octagon"), ("straight",), (0.75, 1.6), (0.72, 0.9)),
    "square": (("soft", "square"), ("straight", "taper"), (0.75, 1.7), (0.62, 0.85)),
    "waisted": (("round",), ("waist", "high_waist", "foot"), (1.0, 2.0), (0.65, 0.88)),
    "clip_top": (("round", "soft"), ("straight", "barrel"), (0.8, 1.8), (0.75, 0.9)),
    "cloth_lid": (("round", "octagon"), ("straight", "barrel", "taper"), (0.7, 1.4), (0.72, 0.88)),
}


def jar(rng: np.random.Generator, variant: str) -> Draft:
    """Preserving jar: filled glass body, label, a metal lid, a clip or a cloth over the lid."""
    name, word, picture, filling = pick(rng, *_JARS)
    s = draw_scale(rng, 0.08)
    sections, lines, aspect, mouth = _JAR_KINDS[variant]
    r = between(rng, 0.0245, 0.0315)
    line, strength = pick(rng, *lines), between(rng, 0.08, 0.24)
    h = min(2 * r * between(rng, *aspect), 5.2 * r)
    rn = r * between(rng, *mouth)
    shoulder = between(rng, 0.06, 0.24) * h
    neck = 0.004
    stations = bottle_stations(
        r, r, h - shoulder - neck, shoulder, (rn, neck),
        shape=line, strength=strength, shoulders=pick(rng, "round", "square", "slope"), foot=between(rng, 0.002, 0.006),
    )  # fmt: skip
    rings = rings_of(stations, pick(rng, *sections))
    out = Pieces([(surface(rings), paint("glass", filling))], solid(rings, 0.0014, 3))
    ground = pick(rng, (0.96, 0.95, 0.9), (0.96, 0.95, 0.9), mix(filling, WHITE, 0.7), shade("black"))
    accent = shade(pick(rng, "red", "green", "purple", "blue", "orange"), rng)
    body = h - shoulder - neck
    mesh, art = wrapped(
        rng, rings, between(rng, 0.1, 0.24) * body, between(rng, 0.72, 0.9) * body, ground, accent, word, picture
    )
    out.visual.append((mesh, printed("paper", art)))
    tone = shade(pick(rng, "red", "white", "green", "blue", "yellow", "black"), rng)
    lid = between(rng, 0.008, 0.015) * s
    if variant == "clip_top":
        out.add(
            closures.turned(
                [(rn, h - 0.001), (rn + 0.002, h + 0.003), (rn, h + 0.006), (0.6 * rn, h + 0.011), (0, h + 0.012)],
                paint("glass", mix(filling, WHITE, 0.55)),
            )
        )
        wire = [(rn + 0.003, 0, h - 0.012), (rn + 0.008, 0, h - 0.004), (rn + 0.004, 0, h + 0.006)]
        clip = merge([sweep(np.array(wire) * [sx, 1, 1], [0.0013] * 3, 6, up=(0, 1, 0)) for sx in (1, -1)])
        out.visual.append((clip, paint("metal", (0.74, 0.75, 0.77))))
    elif variant == "cloth_lid":
        cloth = shade(pick(rng, "red", "blue", "green", "pink", "yellow"), rng)
        flare = between(rng, 1.06, 1.2)
        skirt = rings_of(
            [
                (h - 0.006, flare * r, flare * r),
                (h + 0.002, rn + 0.002, rn + 0.002),
                (h + lid, rn, rn),
                (h + lid + 0.001, 0.8 * rn, 0.8 * rn),
            ]
        )
        out.add(Pieces([(surface(skirt), paint("fabric", cloth))], solid(skirt, 0.002, 2)))
    else:
        out.add(closures.screw(rn + 0.002, h - 0.003, lid + 0.003, tone, "metal"))
    inside = NAMES[int(colour_names(np.array(filling)))]  # what shows above and below the label
    return Draft(
        name, out.visual, out.parts, "glass", "cylindrical", between(rng, 650, 950), s, extra={"colour": inside}
    )


_CREAMS = (
    ("face cream", "CREAM", "flower", ("white", "pink", "blue", "green")),
    ("hair wax", "WAX", "", ("black", "brown", "blue")),
    ("lip balm", "BALM", "berry", ("pink", "red", "purple")),
    ("hand cream", "SOFT", "leaf", ("green", "white", "yellow")),
)


_CREAM_KINDS = {
    "round": ("round", "round"),
    "square": ("soft", "soft"),
    "faceted": ("octagon", "octagon"),
    "bowl": ("round", "round"),
    "oval": ("round", "round"),
}


def cream_jar(rng: np.random.Generator, variant: str) -> Draft:
    """Cosmetic jar: low, thick walled, with a broad lid that may be as wide as the body."""
    name, word, picture, colours = pick(rng, *_CREAMS)
    colour = pick(rng, *colours)
    s = draw_scale(rng, 0.1)
    kind, lid_kind = _CREAM_KINDS[variant]
    ry = between(rng, 0.021, 0.031)
    rx = ry * (between(rng, 1.2, 1.6) if variant == "oval" else 1.0)
    h = 2 * ry * between(rng, 0.32, 1.0)
    low = between(rng, 0.6, 0.85) if variant == "bowl" else between(rng, 0.92, 1.0)
    rows = [
        (0, low * rx - 0.002, low * ry - 0.002),
        (0.002, low * rx, low * ry),
        (0.45 * h, (0.4 * low + 0.6) * rx, (0.4 * low + 0.6) * ry),
        (h, rx, ry),
    ]
    rings = rings_of(rows, kind)
    base = shade(colour, rng)
    out = Pieces([(surface(rings), paint(pick(rng, "plastic", "glass"), base))], solid(rings, 0.0014, 2))
    accent = pick(rng, (0.83, 0.68, 0.36), shade(other_colour(rng, colour), rng))
    mesh, art = wrapped(rng, rings, 0.12 * h + 0.002, 0.9 * h, base, accent, word, picture if h > 0.02 else "")
    out.visual.append((mesh, printed("plastic", art)))
    tone = pick(rng, WHITE, base, (0.83, 0.68, 0.36), (0.12, 0.12, 0.13))
    step = between(rng, 0.82, 1.06)
    out.add(closures.lid(step * rx, step * ry, h, between(rng, 0.3, 1.0) * h, lid_kind, tone, "plastic", 0.0))
    return Draft(name, out.visual, out.parts, "plastic", "flat", between(rng, 700, 950), s)


_PILLS = (
    Goods("pill bottle", "PILLS", "", "plastic", ("orange", "white"), ("white",)),
    Goods("vitamin bottle", "VITAL", "sun", "plastic", ("white", "green", "brown"), ("white", "green", "yellow")),
    Goods("cough syrup", "SYRUP", "berry", "glass", ("brown",), ("white",)),
)


_PILL = {
    "pharmacy": Style(
        (1.35, 2.3),
        (0.018, 0.027),
        neck=(0.86, 0.95),
        shoulder=(0.02, 0.05),
        neck_height=(0.06, 0.1),
        cap=(0.55, 0.9),
        closure=("wide", "screw"),
        label=(0.1, 0.9),
        slender=4.8,
    ),
    "shouldered": Style(
        (1.3, 2.2),
        (0.02, 0.03),
        shoulder=(0.1, 0.25),
        neck=(0.5, 0.75),
        cap=(0.7, 1.1),
        shoulders=("round", "slope", "square"),
        label=(0.1, 0.92),
    ),
    "square": Style(
        (1.3, 2.2),
        (0.02, 0.029),
        ("soft", "square"),
        (0.75, 1.0),
        shoulder=(0.08, 0.2),
        neck=(0.55, 0.8),
        cap=(0.6, 1.0),
        closure=("screw", "dome"),
        label=(0.08, 0.92),
    ),
    "syrup": Style(
        (1.7, 2.6),
        (0.021, 0.028),
        ("round", "stadium"),
        (0.7, 1.0),
        shoulder=(0.15, 0.3),
        neck=(0.4, 0.55),
        closure=("screw", "wide"),
        label=(0.12, 0.85),
    ),
    "jar": Style(
        (0.9, 1.4),
        (0.024, 0.031),
        ("round", "octagon"),
        shoulder=(0.06, 0.18),
        neck=(0.75, 0.92),
        cap=(0.4, 0.7),
        label=(0.1, 0.9),
    ),
}


def pill_bottle(rng: np.random.Generator, variant: str) -> Draft:
    """Medicine in a plastic or brown glass bottle with a big cap."""
    goods = pick(rng, *(_PILLS[2:] if variant == "syrup" else _PILLS[:2]))
    return build_bottle(rng, _PILL[variant], goods, "cylindrical")


FAMILIES = (
    graspable("jar", "packaging", jar, *(g[0] for g in _JARS), variants=tuple(_JAR_KINDS)),
    graspable("cream_jar", "packaging", cream_jar, *(g[0] for g in _CREAMS), variants=tuple(_CREAM_KINDS)),
    graspable("pill_bottle", "packaging", pill_bottle, *(g.name for g in _PILLS), variants=tuple(_PILL)),
)
