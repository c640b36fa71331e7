"""Cutlery and turners with stout handles, lying on the table."""

from __future__ import annotations

import numpy as np

from assets.colours import shade
from assets.families.grips import Grip, grip, hull_of, neck, rod, superdisc
from assets.kit import Draft, graspable, paint
from assets.mesh import Mesh, box, lathe, lying, merge, prism, rounded_rect
from assets.numeric import between, circle, pick
from engine.types import CollisionPart


def _draft(
    g: Grip, name: str, head: list[Mesh], parts: list[CollisionPart], density: float = 900.0, scale: float = 1.0
) -> Draft:
    """A tool of a handle and a head."""
    return Draft(
        name,
        [(g.mesh, g.coat), (merge(head), g.head)],
        [*g.parts, *parts][:8],
        g.word,
        "long",
        density,
        scale,
        extra=g.extra,
    )


def spoon(rng: np.random.Generator, variant: str) -> Draft:
    """Spoon: table, round soup, long-handled, deep serving, slotted, spatula-ended, honey-pot sized."""
    lengths = {"long": (0.085, 0.105), "short": (0.055, 0.08)}.get(variant, (0.06, 0.092))
    g = grip(rng, *lengths)
    a = between(rng, 0.023, 0.042) if variant not in ("short", "long") else between(rng, 0.017, 0.024)
    b = a * {"round": between(rng, 0.9, 1.05), "long": between(rng, 0.55, 0.75)}.get(variant, between(rng, 0.6, 0.86))
    h = between(rng, 0.009, 0.016) if variant != "deep" else between(rng, 0.018, 0.026)
    skew = between(rng, -0.22, 0.22)
    if variant == "slotted":
        slots = int(rng.integers(3, 5))
        rim = lathe([(0.86, 0.0), (1.0, 0.15), (1.0, 0.9), (0.9, 1.0), (0.86, 0.35), (0.86, 0.0)], 20).scaled(
            a, b, 0.7 * h
        )
        bars = [
            rod(-0.9 * a, 0.9 * a, 0.24 * b / slots, 0.0, 0.0035, (2 * (k + 0.5) / slots - 1) * 0.72 * b)
            for k in range(slots)
        ]
        bowl = merge([rim, *bars]).moved((-a - 0.006, 0, 0))
    elif variant == "flat":  # a stirring spoon with a flat straight end
        o = superdisc(a, b, between(rng, 0.4, 0.9), skew)
        bowl = prism(o, 0.0, 0.5 * h, bevel=0.0015).moved((-a - 0.004, 0, 0))
    else:
        dish = lathe(
            [
                (0, 0),
                (0.45, 0.0),
                (0.8, 0.35),
                (1.0, 0.9),
                (0.985, 1.0),
                (0.93, 0.95),
                (0.7, 0.45),
                (0.4, 0.22),
                (0, 0.2),
            ],
            20,
            cos_limit=0.3,
        )
        v = dish.scaled(a, b, h).vertices
        v[:, 1] *= 1.0 - skew * v[:, 0] / a
        bowl = Mesh(v, dish.faces, dish.uv).moved((-0.9 * a - 0.008, 0, 0))
    stem = neck(-0.014, 0.75 * h if variant not in ("slotted", "flat") else 0.3 * h)
    names = {"wood": "wooden spoon", "plastic": "spoon", "metal": "serving spoon" if a > 0.03 else "spoon"}
    name = "teaspoon" if variant == "short" else "soup spoon" if variant == "round" else names[g.word]
    return _draft(g, name, [bowl, stem], [hull_of(bowl)], 900.0, a / 0.03)


def fork(rng: np.random.Generator, variant: str) -> Draft:
    """Fork: dinner, two-pronged carving, broad serving, three-tined cake, short cocktail, spork."""
    g = grip(rng, *{"carving": (0.075, 0.11), "cocktail": (0.055, 0.085)}.get(variant, (0.065, 0.12)))
    n = {"carving": 2, "cake": 3, "cocktail": pick(rng, 2, 3)}.get(variant, 4)
    w = {
        "carving": between(rng, 0.009, 0.018),
        "serving": between(rng, 0.019, 0.032),
        "cocktail": between(rng, 0.007, 0.01),
    }.get(variant, between(rng, 0.011, 0.02))
    palm = between(rng, 0.008, 0.024) if variant != "spork" else between(rng, 0.02, 0.03)
    tine = between(rng, 0.022, 0.05) if variant != "carving" else between(rng, 0.045, 0.068)
    tine = tine if variant != "spork" else between(rng, 0.01, 0.018)
    z0, z1 = 0.0, between(rng, 0.004, 0.0065)
    x0 = -0.008 - palm
    o = rounded_rect(palm, w, min(palm, w) * between(rng, 0.4, 0.95), 3) + np.array([x0, 0])
    pad = prism(o, z0, z1, bevel=0.001)
    thick = max(0.0019, 0.22 * w / n)
    tines = []
    for k in range(n):
        y = -w + thick + 0.0004 + k * (2 * w - 2 * thick - 0.0008) / (n - 1)
        tines.append(box(tine / 2 + 0.004, thick, z0, z1, 0.0006).moved((x0 - palm - tine / 2 + 0.004, y, 0)))
    stem = rod(-0.014, 0.008, 0.0045, z0, 0.009)
    name = {"carving": "carving fork", "serving": "serving fork", "cake": "cake fork", "spork": "spork"}.get(
        variant, "fork"
    )
    return _draft(g, name, [pad, stem, *tines], [hull_of(pad, stem), hull_of(*tines)], 900.0, w / 0.0135)


def knife(rng: np.random.Generator, variant: str) -> Draft:
    """Knife with the blade lying flat: table, pointed steak, cleaver, spreader, long bread, cook's knife."""
    g = grip(
        rng,
        *{"bread": (0.075, 0.105), "spreader": (0.055, 0.095)}.get(variant, (0.06, 0.115)),
        kinds=("plastic", "metal", "metal"),
    )
    n = 9
    t = np.arange(n) / (n - 1.0)
    long = {
        "table": between(rng, 0.07, 0.1),
        "steak": between(rng, 0.07, 0.105),
        "cleaver": between(rng, 0.06, 0.1),
        "spreader": between(rng, 0.045, 0.065),
        "bread": between(rng, 0.105, 0.125),
        "chef": between(rng, 0.085, 0.115),
    }[variant]
    w = {
        "cleaver": between(rng, 0.02, 0.038),
        "spreader": between(rng, 0.01, 0.018),
        "chef": between(rng, 0.015, 0.028),
    }.get(variant, between(rng, 0.008, 0.0155))
    low = {
        "table": 0.8 + 0.5 * t - np.where(t > 0.85, 0.35, 0.0),
        "steak": 1.0 - 0.75 * t * t * t,
        "cleaver": np.full(n, 1.0),
        "spreader": 0.4 + 1.2 * t - np.where(t > 0.95, 0.7, 0.0),
        "bread": 1.0 - np.where(t > 0.9, 0.4, 0.0),
        "chef": 1.15 - 0.15 * t - 0.9 * t * t * t,
    }[variant]
    high = {
        "table": np.where(t > 0.85, 0.4, 0.7), "steak": 0.7 - 0.55 * t, "cleaver": 0.55 + 0.0 * t,
        "spreader": 0.5 + 0.4 * t - np.where(t > 0.95, 0.6, 0.0), "bread": 0.6 - np.where(t > 0.9, 0.2, 0.0),
        "chef": 0.5 - 0.3 * t,
    }[variant]  # fmt: skip
    x = -long * t + 0.004
    outline = np.concatenate([np.stack([x, -w * low], -1), np.stack([x, w * high], -1)[::-1]])[::-1]
    blade = merge([prism(outline, 0.0, 0.0036)])
    meshes = [blade]
    if rng.random() < 0.5:
        meshes.append(box(0.004, between(rng, 0.009, 0.013), 0.0, 0.011, 0.0012).moved((-0.001, 0, 0)))
    name = {"steak": "steak knife", "cleaver": "cleaver", "spreader": "butter knife", "bread": "bread knife",
            "chef": "kitchen knife"}.get(variant, "knife")  # fmt: skip
    return _draft(g, name, meshes, [hull_of(*meshes)], 900.0, long / 0.09)


def spatula(rng: np.random.Generator, variant: str) -> Draft:
    """Turner: slotted, solid, rounded fish slice, silicone scraper, triangular cake server, pierced."""
    g = grip(rng, 0.06, 0.105)
    hx, hy = between(rng, 0.022, 0.046), between(rng, 0.017, 0.036)
    t = between(rng, 0.004, 0.007)
    gap = between(rng, 0.008, 0.024)
    cx = -hx - gap
    head: list[Mesh]
    if variant == "slotted":
        n = int(rng.integers(4, 6))
        w = 0.62 * hy / n
        head = [box(hx, w, 0, t, 0.0008).moved((cx, (2 * (k + 0.5) / n - 1) * hy, 0)) for k in range(n)]
        head += [box(0.006, hy, 0, t, 0.0008).moved((x, 0, 0)) for x in (cx - hx + 0.004, cx + hx - 0.004)]
    elif variant == "pierced":  # a frame with a cross bar
        head = [box(hx, 0.005, 0, t, 0.0008).moved((cx, y, 0)) for y in (-hy + 0.005, hy - 0.005)]
        head += [box(0.005, hy, 0, t, 0.0008).moved((cx + k * (hx - 0.005), 0, 0)) for k in (-1, 0, 1)]
    elif variant == "scraper":
        head = [
            prism(
                superdisc(hx, 0.75 * hy, 0.8, between(rng, -0.1, 0.2)) + np.array([cx, 0]), 0.0, 1.6 * t, bevel=0.0022
            )
        ]
    elif variant == "cake":
        o = np.array([(-hx, 0.0), (0.7 * hx, -0.8 * hy), (hx, -0.4 * hy), (hx, 0.4 * hy), (0.7 * hx, 0.8 * hy)]) * [
            1.25,
            1.0,
        ]
        head = [prism(o + np.array([cx - 0.25 * hx, 0]), 0.0, t)]
    elif variant == "fish":
        head = [
            prism(
                superdisc(1.15 * hx, hy, 0.25, between(rng, 0.1, 0.35)) + np.array([cx - 0.15 * hx, 0]),
                0.0,
                t,
                bevel=0.0012,
            )
        ]
    else:
        head = [
            prism(
                superdisc(hx, hy, between(rng, 0.8, 1.0), between(rng, 0.0, 0.2)) + np.array([cx, 0]),
                0.0,
                t,
                bevel=0.0012,
            )
        ]
    stem = rod(-gap - 0.008, 0.008, 0.0045, 0.0, 0.0085)
    name = {"cake": "cake server", "scraper": "scraper", "fish": "fish slice"}.get(variant, "spatula")
    return _draft(g, name, [*head, stem], [hull_of(*head), hull_of(stem)], 700.0, hx / 0.033)


def dish_brush(rng: np.random.Generator, variant: str) -> Draft:
    """Dish brush: long block, round head, bottle brush, scraper-nosed, or a palm brush under a knob."""
    colour = pick(rng, "red", "blue", "green", "white", "orange", "purple")
    tuft = paint("plastic", pick(rng, (0.95, 0.95, 0.92), (0.85, 0.8, 0.65), (0.2, 0.2, 0.22)))
    wood = rng.random() < 0.3
    coat = paint("wood", (0.68, 0.5, 0.32)) if wood else paint("plastic", shade(colour, rng))
    word, extra = ("wood", {}) if wood else ("plastic", {"colour": colour})
    deep = between(rng, 0.01, 0.022)
    if variant == "palm":
        r, up = between(rng, 0.022, 0.032), between(rng, 0.02, 0.045)
        base = lathe([(0, deep), (r, deep), (r, deep + 0.006), (0.5 * r, deep + 0.009)], 20)
        z = deep + 0.008
        k = between(rng, 0.4, 0.75) * r
        ball = lathe(
            [(0.4 * r, z), (0.3 * r, z + 0.3 * up), (k, z + 0.65 * up), (0.6 * k, z + 0.95 * up), (0, z + up)],
            16,
            cos_limit=0.3,
        )
        bristles = [
            box(0.004, 0.004, 0, deep + 0.001, 0.001).moved((q * r * float(x), q * r * float(y), 0))
            for q, m in ((0.8, 8), (0.36, 4))
            for x, y in circle(m)
        ]
        parts = [hull_of(*bristles), hull_of(base), hull_of(ball)]
        return Draft("scrub brush", [(merge([base, ball]), coat), (merge(bristles), tuft)], parts, word, "round", 500.0,
                     r / 0.027, extra=extra)  # fmt: skip
    g = grip(rng, 0.065, 0.1, width=0.009)
    if variant == "bottle":  # a cylinder of bristles lying along the handle
        r, n = between(rng, 0.011, 0.02), between(rng, 0.05, 0.085)
        x = np.array([-n, -0.94 * n, -0.2 * n, -0.02])
        body, _ = lying(np.stack([x, r * np.array([0.5, 1, 1, 0.6]), r * np.array([0.5, 1, 1, 0.6])], -1), 12, 0.85)
        stem = rod(-0.024, 0.008, 0.003, 0.004, 0.01)
        parts = [*g.parts, hull_of(body), hull_of(stem)]
        return Draft(
            "bottle brush", [(merge([g.mesh, stem]), coat), (body, tuft)], parts, word, "long", 450.0, 1.0, extra=extra
        )
    z = deep
    a, b = (
        (between(rng, 0.022, 0.03),) * 2
        if variant == "round"
        else (between(rng, 0.026, 0.04), between(rng, 0.014, 0.024))
    )
    o = superdisc(a, b, 0.0 if variant == "round" else between(rng, 0.3, 0.8), 0.2 if variant == "nosed" else 0.0)
    cx = -a + 0.004
    block = prism(o + np.array([cx, 0]), z, z + 0.009, bevel=0.002)
    handle = g.mesh.moved((0, 0, 0.0))
    head = [block]
    join = rod(-0.012, 0.012, 0.007, min(0.006, z), z + 0.007)
    n, m = (3, 3) if variant == "round" else (4, 2)
    bristles = [
        box(0.62 * a / n, 0.62 * b / m, 0, z + 0.001, 0.001).moved(
            (cx + 1.5 * a / n * (i - (n - 1) / 2), 1.5 * b / m * (j - (m - 1) / 2), 0)
        )
        for i in range(n)
        for j in range(m)
    ]
    parts = [*g.parts, hull_of(block), hull_of(join), hull_of(*bristles)]
    if variant == "nosed":
        nose = prism(
            np.array([(-0.016, -0.006), (0.0, -b), (0.0, b), (-0.016, 0.006)]) + np.array([cx - 0.9 * a, 0]),
            z + 0.002,
            z + 0.006,
        )
        head.append(nose)
        parts.append(hull_of(nose))
    return Draft("dish brush", [(merge([handle, join, *head]), coat), (merge(bristles), tuft)], parts[:8], word, "long",
                 between(rng, 500, 700), 1.0, extra=extra)  # fmt: skip


FAMILIES = (
    graspable(
        "spoon",
        "kitchen",
        spoon,
        "spoon",
        "wooden spoon",
        "serving spoon",
        "soup spoon",
        "teaspoon",
        variants=("table", "round", "long", "deep", "slotted", "flat", "short"),
    ),
    graspable(
        "fork",
        "kitchen",
        fork,
        "fork",
        "carving fork",
        "serving fork",
        "cake fork",
        "spork",
        variants=("dinner", "carving", "serving", "cake", "cocktail", "spork"),
    ),
    graspable(
        "knife",
        "kitchen",
        knife,
        "knife",
        "steak knife",
        "cleaver",
        "butter knife",
        "bread knife",
        "kitchen knife",
        variants=("table", "steak", "cleaver", "spreader", "bread", "chef"),
    ),
    graspable(
        "spatula",
        "kitchen",
        spatula,
        "spatula",
        "cake server",
        "scraper",
        "fish slice",
        variants=("slotted", "solid", "fish", "scraper", "cake", "pierced"),
    ),
    graspable(
        "dish_brush",
        "kitchen",
        dish_brush,
        "dish brush",
        "scrub brush",
        "bottle brush",
        variants=("block", "round", "palm", "bottle", "nosed"),
    ),
)
