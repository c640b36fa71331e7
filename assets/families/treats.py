"""Ice cream and chocolate."""

from __future__ import annotations

import numpy as np

from assets.colours import RGB, mix, shade
from assets.families.bakery import CHOCOLATE
from assets.families.desserts import oblong
from assets.families.flesh import dots
from assets.families.fruit import round_profile
from assets.families.pieces import Piece, slab, solid, together, trim
from assets.kit import Draft, draw_scale, graspable, paint, printed
from assets.mesh import blob, rounded_rect
from assets.numeric import between, circle, cos, cos_sin, pick
from assets.paint import Canvas, fractal_noise
from engine.types import Material

# --- ice cream ----------------------------------------------------------------------------------

_SCOOPS = (
    (0.96, 0.9, 0.76),
    (0.94, 0.62, 0.68),
    (0.42, 0.26, 0.17),
    (0.68, 0.86, 0.66),
    (0.6, 0.45, 0.7),
    (0.98, 0.8, 0.45),
)


def _scoop(rng: np.random.Generator, r: float) -> Piece:
    c = Canvas(32, 48, pick(rng, *_SCOOPS))
    c.shade_noise(fractal_noise(rng, 32, 48, 8, 10, 3), 0.1)
    if rng.random() < 0.5:
        for _ in range(14):
            c.ellipse(between(rng, 0, 1), between(rng, 0.1, 0.9), 1.3, 1.1, CHOCOLATE)
    p = round_profile(r, 0.8 * r, r, 0.75 * r, rows=8)
    p[0:2, 0] = [0, 0.98 * r]
    return solid(p, printed("food", c.image()), 14, 1.0 + 0.03 * cos(np.arange(14) * (2 * np.pi / 14) * 5))


def _wafer() -> Material:
    c = Canvas(48, 64, (0.86, 0.64, 0.34))
    for k in range(10):
        c.line([(k / 8 - 0.3, 0), (k / 8 + 0.2, 1)], 1.2, (0.64, 0.42, 0.18))
        c.line([(k / 8 + 0.2, 0), (k / 8 - 0.3, 1)], 1.2, (0.64, 0.42, 0.18))
    return printed("food", c.image())


def _soft_ice(rng: np.random.Generator, s: float, r: float) -> Draft:
    """A flat-bottomed wafer cup with a swirl."""
    a, h = between(rng, 0.58, 0.8) * r, between(rng, 0.025, 0.045) * s
    cup = solid(
        [(0, 0), (a, 0), (0.9 * a, 0.55 * h), (r, 0.62 * h), (1.05 * r, h), (0, h)], _wafer(), 16, cuts=(0, 2, 5)
    )
    tall, turns = between(rng, 1.0, 2.0) * r, 3
    rows = [(0, h - 0.001), (0.9 * r, h - 0.001)]
    for k in range(turns):
        f = 1.0 - 0.85 * k / turns
        rows += [(1.06 * f * r, h + tall * (k + 0.35) / turns), (0.86 * f * r, h + tall * (k + 0.95) / turns)]
    swirl = solid(np.array([*rows, (0, h + 1.1 * tall)]), paint("food", pick(rng, *_SCOOPS)), 16)
    return together(cup, swirl).settled(0.0005, False).draft("ice cream", "food", "conical", 450.0, s)


def _ice_cup(rng: np.random.Generator, s: float, r: float) -> Draft:
    """A striped paper cup with one to three scoops."""
    h, foot, wide = between(rng, 0.022, 0.042) * s, between(rng, 0.62, 0.85), 1.3 * r
    tint = shade(pick(rng, "pink", "blue", "white", "yellow", "green", "red"), rng)
    c = Canvas(16, 64, tint)
    for k in range(8):
        c.rect(k / 8, 0, (k + 0.5) / 8, 1, mix(tint, (1, 1, 1), 0.6))
    cup = solid([(0, 0), (foot * wide, 0), (wide, h), (0, h)], printed("paper", c.image()), 18)
    many = pick(rng, 1, 2, 3)
    places = [(0.0, 0.0)] if many == 1 else [(float(x) * 0.48 * wide, float(y) * 0.48 * wide) for x, y in circle(many)]
    balls = [_scoop(rng, (0.92 if many == 1 else 0.62) * wide).moved((x, y, h - 0.2 * r)) for x, y in places]
    return together(cup, *balls).draft("cup of ice cream", "food", "round", 450.0, s)


def _ice_sandwich(rng: np.random.Generator, s: float) -> Draft:
    """Ice between two dark wafers, round or oblong."""
    a, b, h = between(rng, 0.022, 0.032) * s, between(rng, 0.026, 0.05) * s, between(rng, 0.006, 0.009)
    mid, tint = between(rng, 0.014, 0.028) * s, paint("food", pick(rng, *_SCOOPS))
    o = circle(20) * 0.032 * s if rng.random() < 0.4 else rounded_rect(b, a, 0.15 * a, 3)
    c = Canvas(48, 48, (0.36, 0.2, 0.12))
    for k in range(25):
        c.ellipse(0.14 + 0.18 * (k % 5), 0.14 + 0.18 * (k // 5), 1.1, 1.1, (0.2, 0.1, 0.06))
    look = printed("food", c.image())
    base, top = slab(o, (0, h), look, look), slab(o, (0, h), look, look).moved((0, 0, h + mid))
    core = slab(0.96 * o, (0, mid), tint, tint).moved((0, 0, h))
    return together(base, core, top).draft("ice cream", "food", "oblong", 500.0, s)


def ice_cream(rng: np.random.Generator, variant: str) -> Draft:
    """Ice cream: a cone lying down, soft ice in a flat cone, a cup with scoops, between wafers, a bar on its stick."""
    s = draw_scale(rng, 0.1)
    r = 0.022 * s * between(rng, 0.85, 1.15)
    if variant == "cone":
        long = between(rng, 0.06, 0.105) * s
        parts = [solid([(0, 0), (0.003, 0), (0.98 * r, long), (0, long)], _wafer(), 16)]
        parts.append(_scoop(rng, 1.06 * r).moved((0, 0, long - 0.15 * r)))
        if rng.random() < 0.4:
            parts.append(_scoop(rng, 0.95 * r).moved((0, 0, long + 1.2 * r)))
        piece = together(*parts).turned("y", 0.5 * np.pi).settled(0.08 * r)
        return piece.draft("ice cream", "food", "conical", 450.0, s)
    if variant == "soft":
        return _soft_ice(rng, s, r)
    if variant == "cup":
        return _ice_cup(rng, s, r)
    if variant == "sandwich":
        return _ice_sandwich(rng, s)
    w, long, h = between(rng, 0.02, 0.028) * s, between(rng, 0.05, 0.095) * s, between(rng, 0.017, 0.024) * s
    arc = np.stack(cos_sin(np.arange(7) * (np.pi / 6)), -1) * [w, between(rng, 0.3, 1.0) * w] + [0, long]
    o = np.concatenate([[[w, 0.0]], arc, [[-w, 0.0]]])
    look, wood = paint("food", pick(rng, CHOCOLATE, *_SCOOPS)), paint("wood", (0.88, 0.75, 0.52))
    bar = slab(o - [0, 0.5 * long], (0, 0.2 * h, 0.8 * h, h), look, look, (0.9, 1, 1, 0.9))
    stick_long = between(rng, 0.025, 0.055) * s
    stick = slab(rounded_rect(0.0055, 0.5 * stick_long, 0.005, 3), (0, 0.004), wood, wood)
    stick = stick.moved((0, -0.5 * long - 0.45 * stick_long, 0.5 * h - 0.002))
    return together(bar, stick).seated().draft("ice cream", "food", "long", 550.0, s)


# --- chocolate ----------------------------------------------------------------------------------


def _chocolate_bar(rng: np.random.Generator, s: float, look: Material, tint: RGB, wrapped: bool) -> Draft:
    """A bar of squares, its left half in paper and foil if wrapped."""
    cols, rows = pick(rng, 3, 4, 5, 6), pick(rng, 2, 3)
    a = between(rng, 0.0105, 0.0145) * s
    b, h = min(a * between(rng, 0.8, 1.4), 0.034 / rows), between(rng, 0.013, 0.018)
    plate = slab(oblong(cols * a, rows * b), (0, 0.6 * h), look, look)
    hull = np.where(plate.hulls[0] > [9, 9, 0.3 * h], h, plate.hulls[0])
    skip = cols // 2 if wrapped else 0
    parts = [Piece(plate.visual, (hull,))]
    tile = Piece(slab(oblong(0.9 * a, 0.9 * b), (0.6 * h, h), look, look, (1, 0.8)).visual, ())
    for i in range(skip, cols):
        parts += [tile.moved(((2 * i + 1 - cols) * a, (2 * j + 1 - rows) * b, 0)) for j in range(rows)]
    if wrapped:
        art = Canvas(40, 64, tint)
        art.rect(0, 0.7, 1, 0.9, mix(tint, (1, 0.9, 0.5), 0.7))
        art.text("CHOCO", 0.5, 0.4, 14, (0.97, 0.93, 0.82), max_width=0.8)
        x0, x1, w = -cols * a - 0.003, (2 * skip - cols) * a, rows * b + 0.0012
        foil_paint = paint("metal", (0.8, 0.8, 0.82))
        paper = slab(oblong(0.5 * (x1 - x0), w), (0, h + 0.0012), paint("paper", tint), printed("paper", art.image()))
        foil = slab(oblong(0.003, w), (0, h + 0.0008), foil_paint, foil_paint)
        parts += [paper.moved((0.5 * (x0 + x1), 0, 0)), Piece(foil.visual, ()).moved((x1 + 0.002, 0, 0))]
    return together(*parts).seated().draft("bar of chocolate", "food", "flat", 1100.0, s)


def _triangles(rng: np.random.Generator, s: float, look: Material) -> Draft:
    """A bar of pointed pieces in a row."""
    count, w, h = pick(rng, 4, 5, 6, 7, 8), between(rng, 0.013, 0.019) * s, between(rng, 0.02, 0.03) * s
    step = between(rng, 0.013, 0.02) * s
    tooth = slab(oblong(0.46 * step, w), (0, 0.35 * h, h), look, look, (1.08, 1.0, 0.3))
    parts = [tooth.moved((k * step, 0, 0)) for k in range(count)]
    return together(*parts).seated().draft("bar of chocolate", "food", "long", 1000.0, s)


def _pralines(rng: np.random.Generator, s: float, base: RGB, look: Material) -> Draft:
    """One to three pralines: square, domed or conical."""
    count = pick(rng, 1, 1, 2, 3)
    parts, a = [], 0.0145 * s * (1.25 if count == 1 else 1.0)
    for k in range(count):
        kind, h = pick(rng, "square", "dome", "cone"), between(rng, 0.014, 0.026) * s
        if kind == "square":
            one = slab(
                rounded_rect(a, a * between(rng, 0.6, 1.0), 0.2 * a, 3), (0, 0.85 * h, h), look, look, (1, 0.95, 0.85)
            )
            light = paint("food", mix(base, (1, 0.95, 0.85), 0.6))
            one = together(one, trim(light, blob([(0.003, h - 0.0005), (0.0035, h + 0.001), (0, h + 0.0015)], 8)))
        elif kind == "dome":
            one = solid(round_profile(a, 0.3 * h, 0.8 * h, 0.85 * a, rows=8), look, 16)
        else:
            rows = [(0, 0), (0.8 * a, 0), (a, 0.2 * h), (0.75 * a, 0.7 * h), (0.3 * a, 1.1 * h), (0, 1.3 * h)]
            one = solid(rows, look, 16)
        parts.append(one.moved((2.25 * a * k, between(rng, -0.5, 0.5) * a, 0)))
    return together(*parts).seated().draft("praline" if count == 1 else "pralines", "food", "irregular", 1000.0, s)


def chocolate(rng: np.random.Generator, variant: str) -> Draft:
    """Chocolate: a bar of squares, one half unwrapped, a bar of points, pralines, an egg in foil."""
    s = draw_scale(rng, 0.1)
    base = pick(rng, CHOCOLATE, (0.4, 0.23, 0.13), (0.93, 0.86, 0.7))
    look = paint("food", base)
    tint = shade(pick(rng, "red", "blue", "purple", "green", "yellow"), rng)
    if variant in ("bar", "wrapped"):
        return _chocolate_bar(rng, s, look, tint, variant == "wrapped")
    if variant == "triangles":
        return _triangles(rng, s, look)
    if variant == "praline":
        return _pralines(rng, s, base, look)
    r = between(rng, 0.02, 0.03) * s
    c = Canvas(48, 64, tint)
    for k in range(4):
        c.rect(0, 0.12 + 0.2 * k, 1, 0.2 + 0.2 * k, mix(tint, (1, 0.95, 0.6), 0.7))
    dots(c, rng, 20, (1, 1, 0.95), 1.5)
    p = round_profile(r, between(rng, 0.95, 1.2) * r, between(rng, 1.2, 1.8) * r, 0.4 * r, rows=10, waist=0.1)
    piece = solid(p, printed("metal", c.image()), 18)
    if rng.random() < 0.5:
        piece = piece.turned("y", 0.5 * np.pi).settled(0.09 * r)
    else:
        piece = piece.settled(0.05 * r, False)
    return piece.draft("egg of chocolate", "metal", "oval", 600.0, s)


_CHOCOLATES = ("bar of chocolate", "egg of chocolate", "praline", "pralines")

FAMILIES = (
    graspable(
        "ice_cream", "food", ice_cream, "ice cream", "cup of ice cream",
        variants=("cone", "soft", "cup", "sandwich", "bar"),
    ),
    graspable(
        "chocolate", "food", chocolate, *_CHOCOLATES, variants=("bar", "wrapped", "triangles", "praline", "egg")
    ),
)  # fmt: skip
