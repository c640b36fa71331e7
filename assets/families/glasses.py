"""Glasses, flasks and bottles to drink from."""

from __future__ import annotations

import numpy as np

from assets.colours import PAINTS, RGB, mix, shade
from assets.families.shells import arch, arch_parts
from assets.families.turning import (
    DARK,
    GLASS,
    STEEL,
    decorated,
    hollow,
    profile,
    side_handle,
    solid,
    steady,
)
from assets.kit import Draft, graspable, paint, part_hull, part_lathe, printed
from assets.labels import contrast, draw_picture
from assets.mesh import Mesh, box, lathe, merge
from assets.numeric import between, pick
from assets.paint import U8, Canvas


def _glass(rng: np.random.Generator, drink: RGB | None = None, frost: bool = False, low: float = 0.0) -> tuple[U8, RGB]:
    """Tinted glass with soft upright highlights, filled with a drink to half height, down to the share `low`."""
    tint = pick(rng, *GLASS)
    c = Canvas(96, 64, tint)
    if drink is not None:
        base = 1.0 - 0.9 * low
        c.rect(0, between(rng, 0.1 + 0.3 * base, 0.6 * base), 1, base, mix(drink, tint, 0.15))
    for x, w in ((0.12, 0.05), (0.2, 0.02), (0.62, 0.03)):
        c.rect(x, 0.06, x + w, 0.97, (1, 1, 1), 3, alpha=0.55)
    if frost:
        for k in range(4):
            c.rect(0, 0.5 + 0.1 * k, 1, 0.52 + 0.1 * k, (1, 1, 1), alpha=0.7)
    c.rect(0, 0, 1, 0.02, mix(tint, (1, 1, 1), 0.6))
    return c.image(), tint


_DRINKS: tuple[RGB, ...] = (
    (0.48, 0.06, 0.12),
    (0.92, 0.84, 0.5),
    (0.93, 0.55, 0.14),
    (0.9, 0.45, 0.45),
    (0.7, 0.4, 0.12),
)


def wine_glass(rng: np.random.Generator, variant: str) -> Draft:
    """Stemmed glass: red or white wine, flute, coupe, martini, thick goblet, hurricane."""
    r = between(rng, 0.0215, 0.0345)
    h = r * {"flute": between(rng, 5.5, 7.6), "coupe": between(rng, 3.0, 4.4), "martini": between(rng, 3.4, 4.8),
             "goblet": between(rng, 3.4, 4.8)}.get(variant, between(rng, 4.0, 6.2))  # fmt: skip
    r = r if variant not in ("coupe", "martini") else max(r, 0.029)
    if h > 0.21:
        h = 0.21
    f = between(rng, 0.86, 1.12) * (1.3 if variant == "flute" else 1.0)
    stem = between(rng, 0.09, 0.15) if variant != "goblet" else between(rng, 0.24, 0.36)
    z = between(rng, 0.26, 0.55) if variant not in ("flute", "goblet", "hurricane") else between(rng, 0.16, 0.38)
    mouth = between(rng, 0.68, 0.92)
    bowls = {
        "wine": [(0.62, 0.1), (0.98, 0.38), (0.96, 0.62), (mouth, 1.0)],
        "flute": [(0.5, 0.08), (0.92, 0.42), (1.0, 0.66), (mouth, 1.0)],
        "coupe": [(0.55, 0.22), (0.92, 0.55), (1.0, 1.0)],
        "martini": [(0.2, 0.06), (1.0, 1.0)],
        "goblet": [(0.8, 0.14), (0.98, 0.4), (1.0, 1.0)],
        "hurricane": [(0.66, 0.1), (0.8, 0.3), (0.66, 0.56), (0.72, 0.75), (1.0, 1.0)],
    }[variant]
    rows = [(f, 0.0), (f, 0.012), (0.35 * f, 0.045), (stem, 0.09), (stem, 0.5 * (0.09 + z)), (stem * 1.05, z)]
    rows += [(q, z + (1 - z) * t) for q, t in bowls]
    h = steady(rows, r, h)
    p = profile(rows, r, h)
    body, parts = hollow(p, 0.0018, (z + 0.1 * (1 - z)) * h, 20)
    image, _ = _glass(rng, pick(rng, *_DRINKS) if rng.random() < 0.35 else None, low=z + 0.02)
    name = {"flute": "champagne flute", "martini": "cocktail glass", "coupe": "champagne coupe", "goblet": "goblet",
            "hurricane": "cocktail glass"}.get(variant, "wine glass")  # fmt: skip
    return Draft(name, [(body, printed("glass", image))], parts, "glass", "tall", between(rng, 900, 1200), r / 0.03)


def tumbler(rng: np.random.Generator, variant: str) -> Draft:
    """Drinking glass: highball, low whisky glass, pint, waisted, footed, faceted, beer mug, shot glass."""
    r = between(rng, 0.026, 0.035) if variant != "shot" else between(rng, 0.019, 0.024)
    h = r * {"low": between(rng, 1.9, 2.6), "highball": between(rng, 3.0, 4.8), "shot": between(rng, 2.0, 3.0)}.get(
        variant, between(rng, 2.4, 4.4)
    )  # fmt: skip
    h = min(h, 0.16)
    f = between(rng, 0.66, 0.98)
    w = between(rng, 0.62, 0.84)
    rows = {
        "highball": [(f, 0.0), (f + 0.01, 0.02), (1.0, 1.0)],
        "low": [(f, 0.0), (f + 0.02, 0.04), (0.5 + f / 2, 0.5), (1.0, 1.0)],
        "pint": [(0.72, 0.0), (0.74, 0.04), (0.84, 0.6), (1.0, 0.72), (0.95, 0.8), (1.0, 1.0)],
        "waisted": [(0.95, 0.0), (0.92, 0.12), (w, 0.4), (w + 0.05, 0.62), (1.0, 1.0)],
        "footed": [(0.85, 0.0), (0.84, 0.04), (0.42, 0.1), (0.48, 0.16), (0.86, 0.34), (1.0, 1.0)],
        "faceted": [(f, 0.0), (f, 0.1), (0.5 + f / 2, 0.62), (1.0, 0.66), (1.0, 1.0)],
        "beer_mug": [(1.0, 0.0), (1.0, 0.08), (0.94, 0.12), (0.92, 0.88), (0.97, 1.0)],
        "shot": [(f, 0.0), (f, 0.16), (1.0, 1.0)],
        "tulip": [(0.6, 0.0), (0.6, 0.05), (0.52, 0.12), (1.0, 0.44), (0.94, 0.7), (0.72, 0.9), (0.8, 1.0)],
    }[variant]
    h = steady(rows, r, h)
    p = profile(rows, r, h)
    n = pick(rng, 6, 8, 10) if variant == "faceted" else 20
    body, parts = hollow(p, 0.0024, 0.008, n)
    image, tint = _glass(rng, pick(rng, *_DRINKS) if rng.random() < 0.4 else None, rng.random() < 0.3)
    visual = [(body, printed("glass", image))]
    if variant == "beer_mug":
        span = between(rng, 0.5, 0.72)
        grip, more = side_handle(
            p, (0.5 - span / 2) * h, (0.5 + span / 2) * h, between(rng, 0.018, 0.03), (0.006, 0.005), 0.5
        )
        visual.append((grip, paint("glass", tint)))
        parts = [*parts, *more]
    name = {"beer_mug": "beer mug", "shot": "shot glass", "low": "whisky glass", "pint": "beer glass"}.get(
        variant, "drinking glass"
    )
    return Draft(name, visual, parts, "glass", "cylindrical", between(rng, 800, 1100), r / 0.03)


def egg_cup(rng: np.random.Generator, variant: str) -> Draft:
    """Egg cup: on a stem, a plain bucket, on a saucer, hourglass, or with feet."""
    r = between(rng, 0.022, 0.027)
    h = r * between(rng, 1.5, 3.1)
    w = between(rng, 0.26, 0.6)
    f = between(rng, 0.62, 1.05)
    z = between(rng, 0.3, 0.6)
    rows = {
        "stem": [(f, 0.0), (f, 0.04), (w, 0.5 * z), (w, z), (0.82, z + 0.3 * (1 - z)), (1.0, 1.0)],
        "bucket": [(0.8 * f, 0.0), (0.5 + 0.4 * f, 0.5), (1.0, 1.0)],
        "saucer": [(0.85, 0.0), (1.36, 0.1), (1.4, 0.16), (0.7, 0.2), (0.86, 0.6), (1.0, 1.0)],
        "hourglass": [(0.95, 0.0), (0.92, 0.08), (w + 0.12, 0.46), (w + 0.16, 0.54), (1.0, 1.0)],
        "barrel": [(0.7, 0.0), (1.06, 0.4), (1.08, 0.6), (0.94, 1.0)],
    }[variant]
    p = profile(rows, r, h)
    body, parts = hollow(p, 0.0028, max(0.5, z + 0.1) * h, 20)
    if rng.random() < 0.3:
        c = Canvas(32, 32, pick(rng, (0.7, 0.5, 0.3), (0.55, 0.36, 0.2), (0.82, 0.66, 0.45)))
        image, word = c.image(), "wood"
    else:
        image, word = decorated(rng, styles=3)[0], "ceramic"
    return Draft("egg cup", [(body, printed(word, image))], parts, word, "round", between(rng, 800, 1100), r / 0.0245)


def thermos(rng: np.random.Generator, variant: str) -> Draft:
    """Thermos flask: slim with a cup lid, wide food jar, handled jug, travel mug, bullet."""
    r = between(rng, 0.0265, 0.0355)
    h = r * {"food": between(rng, 2.6, 3.8), "travel": between(rng, 3.6, 5.4), "jug": between(rng, 4.0, 5.2)}.get(
        variant, between(rng, 4.4, 7.0)
    )  # fmt: skip
    h = min(h, 0.215)
    c = between(rng, 0.62, 0.86)
    n = between(rng, 0.6, 0.85)
    body_rows = {
        "slim": [(0.96, 0.0), (1.0, 0.02), (1.0, c - 0.06), (n, c)],
        "food": [(0.96, 0.0), (1.0, 0.03), (1.0, c - 0.04), (0.92, c)],
        "jug": [(1.0, 0.0), (1.0, 0.06), (0.9, 0.1), (0.8, 0.7), (n, 0.84)],
        "travel": [(0.74, 0.0), (0.78, 0.02), (0.84, 0.4), (1.0, 0.62), (1.0, 0.88)],
        "bullet": [(0.9, 0.0), (1.0, 0.03), (1.0, 0.6), (0.9, 0.72), (n, 0.8)],
    }[variant]
    top, z = body_rows[-1]
    lid_rows = {
        "slim": [(n + 0.1, z), (n + 0.1, 0.98), (n + 0.02, 1.0)],
        "food": [(1.0, z), (1.02, z + 0.02), (0.98, 0.98), (0.85, 1.0)],
        "jug": [(top + 0.06, z), (top + 0.06, 0.95), (0.8 * top, 1.0)],
        "travel": [(1.05, z), (1.05, 0.92), (0.9, 0.96), (0.86, 0.97), (0.3, 0.98)],
        "bullet": [(top, z), (top, 0.9), (0.86 * top, 0.98), (0.5 * top, 1.0)],
    }[variant]
    h = steady([*body_rows, *lid_rows], r, h)
    p, q = profile(body_rows, r, h), profile(lid_rows, r, h)
    colour = pick(rng, *PAINTS)
    base = shade(colour, rng) if rng.random() < 0.75 else STEEL
    body, parts = solid(p, 20)
    lid, more = solid(q, 20)
    tone = pick(rng, DARK, STEEL, mix(base, (0, 0, 0), 0.4))
    picture = Canvas(96, 64, base)
    style = int(rng.integers(4))
    if style == 1:
        picture.rect(0, 0.4, 1, 0.62, contrast(base), alpha=0.85)
    elif style == 2:
        picture.rect(0, 0.86, 1, 1, STEEL)
    elif style == 3:
        draw_picture(picture, rng, pick(rng, "sun", "leaf", "star"), 0.5, 0.5, 16)
    visual = [(body, printed("metal", picture.image())), (lid, paint("plastic", tone))]
    parts = [*parts, *more]
    if variant in ("jug", "travel") and (variant == "jug" or rng.random() < 0.6):
        grip, extra = side_handle(
            p, 0.2 * h, between(rng, 0.58, 0.7) * h, between(rng, 0.018, 0.028), (0.006, 0.004), 0.5
        )
        visual.append((grip, paint("plastic", tone)))
        parts += extra
    name = {"food": "food flask", "travel": "travel mug"}.get(variant, "thermos")
    return Draft(name, visual, parts[:8], "metal", "cylindrical", between(rng, 500, 750), r / 0.031)


def drink_bottle(rng: np.random.Generator, variant: str) -> Draft:
    """Reusable bottle: sports bottle with a push cap, loop or straw lid, gym shaker, waisted."""
    r = between(rng, 0.0255, 0.0355)
    h = min(r * between(rng, 3.6, 6.6), 0.205)
    s = between(rng, 0.52, 0.76)
    w = between(rng, 0.7, 0.88)
    rows = {
        "sports": [(0.94, 0.0), (1.0, 0.03), (1.0, 0.4), (w, 0.5), (w, 0.56), (1.0, 0.64), (0.98, 0.74), (0.7, 0.8)],
        "loop": [(0.95, 0.0), (1.0, 0.02), (1.0, s), (0.5 + 0.3 * w, s + 0.1), (0.56, 0.8)],
        "straw": [(0.82, 0.0), (0.9, 0.03), (1.0, 0.5), (1.0, s), (0.84, 0.8)],
        "shaker": [(0.78, 0.0), (0.82, 0.02), (1.0, 0.78), (1.0, 0.8)],
        "runner": [(0.9, 0.0), (1.0, 0.06), (w - 0.06, 0.4), (1.0, 0.68), (0.6, 0.8)],
    }[variant]
    cap_rows = {
        "sports": [(0.72, 0.8), (0.72, 0.87), (0.5, 0.9), (0.24, 0.91), (0.24, 0.95), (0.32, 0.96), (0.3, 1.0)],
        "loop": [(0.62, 0.8), (0.62, 0.92), (0.5, 0.94)],
        "straw": [(0.9, 0.8), (0.9, 0.88), (0.6, 0.91)],
        "shaker": [(1.04, 0.8), (1.04, 0.9), (0.9, 0.93), (0.34, 0.94), (0.34, 1.0)],
        "runner": [(0.64, 0.8), (0.62, 0.88), (0.3, 0.9), (0.2, 0.97), (0.1, 1.0)],
    }[variant]
    h = steady([*rows, *cap_rows], r, h)
    p, q = profile(rows, r, h), profile(cap_rows, r, h)
    body, parts = solid(p, 20)
    cap, more = solid(q, 16)
    colour = pick(rng, *PAINTS)
    base = shade(colour, rng)
    accent = shade(pick(rng, "black", "white", "red", "blue", "green", "orange"), rng)
    c = Canvas(96, 64, base)
    if rng.random() < 0.6:
        c.text(pick(rng, "GO", "SPORT", "FIT", "RUN", "H2O"), 0.5, 0.55, 18, contrast(base), max_width=0.6)
    if rng.random() < 0.4:
        c.rect(0, 0.82, 1, 0.9, accent)
    extra_m: list[Mesh] = [cap]
    parts = [*parts, *more]
    top = 0.94 * h if variant == "loop" else 0.91 * h
    if variant == "loop":
        a, b, push = (-0.36 * r, 0, top - 0.002), (0.36 * r, 0, top - 0.002), (0, 0, between(rng, 0.012, 0.024))
        extra_m.append(arch(a, b, push, (0.0028, 0.0045), 7, 6, power=0.5))
        parts += arch_parts(a, b, push, 0.0035, 2, power=0.5)
    elif variant == "straw":
        nozzle = box(0.004, 0.0035, top - 0.002, top + between(rng, 0.012, 0.024), 0.001).moved((0.25 * r, 0, 0))
        extra_m.append(nozzle)
        parts.append(part_hull(nozzle.vertices))
    visual = [(body, printed("plastic", c.image())), (merge(extra_m), paint("plastic", accent))]
    name = {"shaker": "gym shaker", "sports": "sports bottle", "runner": "sports bottle"}.get(variant, "water bottle")
    return Draft(name, visual, parts[:8], "plastic", "cylindrical", between(rng, 350, 600), r / 0.031)


def baby_bottle(rng: np.random.Generator, variant: str) -> Draft:
    """Baby bottle: straight, waisted, wide, angular, or a sippy cup with two grips."""
    r = between(rng, 0.022, 0.0325)
    h = r * between(rng, 2.6, 5.0)
    w = between(rng, 0.66, 0.86)
    rows = {
        "straight": [(0.95, 0.0), (1.0, 0.03), (1.0, 0.7), (0.84, 0.78)],
        "waisted": [(0.95, 0.0), (1.0, 0.06), (w, 0.38), (1.0, 0.68), (0.84, 0.78)],
        "wide": [(0.86, 0.0), (0.94, 0.04), (0.92, 0.5), (1.0, 0.72), (0.98, 0.78)],
        "tapered": [(1.0, 0.0), (1.0, 0.06), (w, 0.66), (0.86, 0.78)],
        "sippy": [(0.8, 0.0), (0.86, 0.04), (1.0, 0.6), (1.0, 0.76)],
    }[variant]
    p = profile(rows, r, h)
    body, parts = solid(p, 18)
    z = h * rows[-1][1]
    up = h * 0.12
    collar_rows = [(rows[-1][0] * r + 0.002, z), (rows[-1][0] * r + 0.002, z + up), (0.62 * r, z + 1.25 * up)]
    collar, more = solid(collar_rows, 18)
    zt = z + 1.2 * up
    c = Canvas(96, 64, (0.9, 0.92, 0.92))
    c.rect(0, between(rng, 0.2, 0.5), 1, 1, (0.97, 0.96, 0.92))
    for k in range(6):
        c.rect(0.42, 0.2 + 0.12 * k, 0.58 if k % 2 else 0.52, 0.22 + 0.12 * k, (0.3, 0.4, 0.6))
    draw_picture(c, rng, pick(rng, "star", "flower", "fish", "sun"), 0.15, 0.5, 11)
    tint = shade(pick(rng, "blue", "pink", "green", "yellow", "purple", "orange"), rng)
    visual = [(body, printed("plastic", c.image())), (collar, paint("plastic", tint))]
    parts = [*parts, *more]
    if variant == "sippy":
        spout = box(0.011, 0.0055, zt - 0.002, zt + between(rng, 0.01, 0.018), 0.002).moved((0.25 * r, 0, 0))
        visual.append((spout, paint("plastic", tint)))
        parts.append(part_hull(spout.vertices))
        for sign in (-1.0, 1.0):
            grip, extra = side_handle(p, 0.2 * h, 0.62 * h, between(rng, 0.014, 0.022), (0.0045, 0.004), 0.5, sign, 2)
            visual.append((grip, paint("plastic", tint)))
            parts += extra
    else:
        t, k = between(rng, 0.5, 1.0) * r * 0.8, between(rng, 0.35, 0.5) * r
        teat = [
            (0.6 * r, zt),
            (0.5 * r, zt + 0.3 * t),
            (0.4 * k, zt + 0.6 * t),
            (0.44 * k, zt + 1.1 * t),
            (0, zt + 1.2 * t),
        ]
        visual.append((lathe(teat, 12, cos_limit=0.3), paint("rubber", (0.93, 0.82, 0.62))))
        parts.append(part_lathe(teat, 10))
    name = "sippy cup" if variant == "sippy" else "baby bottle"
    return Draft(name, visual, parts[:8], "plastic", "cylindrical", between(rng, 500, 800), r / 0.027)


FAMILIES = (
    graspable("wine_glass", "kitchen", wine_glass, "wine glass", "champagne flute", "cocktail glass", "champagne coupe",
              "goblet", variants=("wine", "flute", "martini", "coupe", "goblet", "hurricane")),
    graspable("tumbler", "kitchen", tumbler, "drinking glass", "whisky glass", "beer glass", "beer mug", "shot glass",
              variants=("highball", "low", "pint", "waisted", "footed", "faceted", "beer_mug", "shot", "tulip")),
    graspable("egg_cup", "kitchen", egg_cup, variants=("stem", "bucket", "saucer", "hourglass", "barrel")),
    graspable("thermos", "kitchen", thermos, "thermos", "food flask", "travel mug",
              variants=("slim", "food", "jug", "travel", "bullet")),
    graspable("drink_bottle", "kitchen", drink_bottle, "water bottle", "sports bottle", "gym shaker",
              variants=("sports", "loop", "straw", "shaker", "runner")),
    graspable("baby_bottle", "kitchen", baby_bottle, "baby bottle", "sippy cup",
              variants=("straight", "waisted", "wide", "tapered", "sippy")),
)  # fmt: skip
