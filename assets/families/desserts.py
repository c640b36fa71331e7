"""Cakes, pies and pizza."""

from __future__ import annotations

import numpy as np

from assets.colours import RGB, mix, shade
from assets.families.bakery import CRUMB, CRUST, crust
from assets.families.flesh import crumb, depth_across, dots, layered
from assets.families.fruit import round_profile
from assets.families.pastry import ring_body
from assets.families.pieces import Piece, slab, solid, together, trim, tube
from assets.kit import Draft, draw_scale, graspable, paint, printed
from assets.mesh import blob, rounded_rect
from assets.numeric import F64, between, circle, cos, cos_sin, pick
from assets.paint import Canvas, fractal_noise
from engine.types import Material


def fan_outline(radius: float, span: float, n: int = 8) -> F64:
    """A wedge (K, 2): the tip at the origin, its round edge towards -y."""
    c, s = cos_sin((np.arange(n + 1) / n - 0.5) * span - 0.5 * np.pi)
    return np.concatenate([[[0.0, 0.0]], radius * np.stack([c, s], -1)])


def oblong(half_x: float, half_y: float) -> list[list[float]]:
    """Corners of a rectangle about the origin, counter-clockwise."""
    return [[half_x, -half_y], [half_x, half_y], [-half_x, half_y], [-half_x, -half_y]]


def _ball(q: float, colour: RGB, n: int = 9) -> Piece:
    return solid(round_profile(q, q, q, 0.4 * q, rows=6), paint("food", colour), n)


# --- cake ---------------------------------------------------------------------------------------

_SPONGES = (
    ((0.93, 0.78, 0.45), (0.97, 0.95, 0.9)),
    ((0.34, 0.19, 0.11), (0.96, 0.9, 0.8)),
    ((0.7, 0.16, 0.16), (0.97, 0.95, 0.92)),
    ((0.9, 0.72, 0.42), (0.9, 0.5, 0.6)),
)


def _layers(rng: np.random.Generator, sponge: RGB, cream: RGB, count: int) -> Material:
    """The cut side of a layer cake."""
    c = Canvas(48, 32, sponge)
    c.shade_noise(fractal_noise(rng, 48, 32, 10, 8, 2), 0.1)
    for k in range(1, count):
        c.rect(0, k / count - 0.04, 1, k / count + 0.04, cream)
    c.rect(0, 0, 1, 0.1, cream)
    return printed("food", c.image())


def _round_cake(rng: np.random.Generator, s: float, h: float, side: Material, cream: RGB) -> Draft:
    """A small round cake with dabs of cream and perhaps a candle."""
    r, top = 0.0325 * s, Canvas(56, 56, cream)
    dots(top, rng, 24, shade(pick(rng, "red", "pink", "brown"), rng), 1.6, (0.2, 0.9))
    wall = side if rng.random() < 0.5 else paint("food", cream)
    body = slab(circle(24) * r, (0, 0.96 * h, h), wall, printed("food", top.image()), (1, 1, 0.95))
    dab = solid([(0, 0), (0.006, 0), (0.0035, 0.006), (0, 0.01)], paint("food", (0.98, 0.97, 0.95)), 8)
    n = pick(rng, 0, 5, 6, 8)
    parts = [body]
    for x, y in circle(n) if n else ():
        parts.append(Piece(dab.visual, ()).moved((0.72 * r * x, 0.72 * r * y, h)))
    if rng.random() < 0.5:
        tall, wax = between(rng, 0.02, 0.04), paint("wax", shade(pick(rng, "red", "blue", "yellow")))
        parts.append(solid([(0, 0), (0.0022, 0), (0.0022, tall), (0, tall + 0.004)], wax, 8).moved((0, 0, h)))
    return together(*parts).draft("round cake", "food", "cylindrical", 400.0, s)


def _cake_roll(rng: np.random.Generator, s: float, sponge: RGB, cream: RGB) -> Draft:
    """A Swiss roll, or a slice of one, with its spiral on both ends."""
    r, long = between(rng, 0.022, 0.033) * s, between(rng, 0.015, 0.1) * s
    c = layered(depth_across(64), [(2, sponge)])
    for k in range(3):
        c.ellipse(0.5 + 0.02 * k, 0.5, 26 - 9 * k, 26 - 9 * k, cream, 1.0, 3.2)
    art, skin = printed("food", c.image()), printed("food", crumb(rng, mix(sponge, (0.4, 0.2, 0.1), 0.2)))
    piece = slab(circle(20) * r, (0, long), skin, art, (), art)
    if long > 1.1 * r:
        piece = piece.turned("y", 0.5 * np.pi).settled(0.12 * r)
    return piece.draft("rolled cake", "food", "cylindrical", 450.0, s)


def cake(rng: np.random.Generator, variant: str) -> Draft:
    """Cake: a wedge or square piece with layers, a Swiss roll, a small round cake, a ring, a slice of pound cake."""
    s = draw_scale(rng, 0.1)
    sponge, cream = pick(rng, *_SPONGES)
    side, ice = _layers(rng, sponge, cream, pick(rng, 2, 3, 4)), paint("food", cream)
    h = between(rng, 0.028, 0.06) * s
    if variant == "round":
        return _round_cake(rng, s, h, side, cream)
    if variant == "roll":
        return _cake_roll(rng, s, sponge, cream)
    if variant == "wedge":
        o = fan_outline(between(rng, 0.065, 0.1) * s, between(rng, 0.5, 0.85))
        parts = [slab(o, (0, h), side, ice, (), side)]
        if rng.random() < 0.6:
            berry = _ball(between(rng, 0.006, 0.0095), (0.8, 0.08, 0.12), 10)
            parts.append(berry.moved((0, 0.72 * float(o[:, 1].min()), h)))
        return together(*parts).seated().draft("piece of cake", "food", "triangular", 450.0, s)
    if variant == "square":
        a, b = between(rng, 0.022, 0.034) * s, between(rng, 0.024, 0.05) * s
        parts = [slab(oblong(a, b), (0, h), side, ice, (), side)]
        for k in range(pick(rng, 0, 1, 2)):
            berry = _ball(between(rng, 0.006, 0.009), shade(pick(rng, "red", "purple", "blue"), rng))
            parts.append(berry.moved((0, (k - 0.3) * 0.9 * b, h)))
        return together(*parts).draft("piece of cake", "food", "oblong", 450.0, s)
    if variant == "ring":
        c = Canvas(48, 48, sponge)
        c.shade_noise(fractal_noise(rng, 48, 48, 8, 8, 3), 0.1)
        minor, high, r = between(rng, 0.0105, 0.0145) * s, between(rng, 0.013, 0.028) * s, 0.0335 * s
        body = ring_body(r - minor, minor, high, printed("food", c.image()), 20, 6, 8)
        glaze = ring_body(r - minor, 0.75 * minor, 0.5 * high, ice, 20, 6, 6).moved((0, 0, 1.06 * high))
        return together(body, Piece(glaze.visual, ())).draft("ring cake", "food", "ring", 400.0, s)
    w, tall, thick = between(rng, 0.026, 0.034) * s, between(rng, 0.045, 0.075) * s, between(rng, 0.014, 0.03) * s
    o = rounded_rect(w, 0.5 * tall, 0.3 * w, 3)
    o = o * np.stack([1.0 + between(rng, 0.0, 0.24) * o[:, 1] / tall, 0 * o[:, 1] + 1.0], -1)
    art = printed("food", crumb(rng, sponge, mix(sponge, (0.4, 0.2, 0.1), 0.5)))
    return slab(o, (0, thick), crust(rng), art, (), art).draft("slice of cake", "food", "flat", 450.0, s)


# --- pie ----------------------------------------------------------------------------------------


def _pie_top(rng: np.random.Generator, variant: str, filling: RGB, dough: RGB) -> Canvas:
    top = layered(depth_across(64), [(2, dough), (0.84, filling)])
    if variant == "tart":
        dots(top, rng, 40, mix(filling, (1, 1, 1), 0.25), 3.0, (0.0, 0.75))
    elif variant == "quiche":
        dots(top, rng, 22, (0.35, 0.5, 0.2), 1.8, (0.0, 0.75))
    else:
        for k in range(4):
            x = 0.2 + 0.2 * k
            top.line([(x, 0.0), (x, 1.0)], 5, dough)
            top.line([(0.0, x), (1.0, x)], 5, dough)
    return top


def _whole_pie(rng: np.random.Generator, variant: str, s: float, h: float, skin: Material, art: Material) -> Draft:
    """A small round or oval pie in its fluted crust."""
    r, n = 0.0318 * s, 28
    flute = 1.0 + 0.03 * cos(np.arange(n) * (2 * np.pi / n) * 14)
    squeeze = between(rng, 0.6, 0.85) if rng.random() < 0.4 else 1.0
    o = circle(n) * (r * flute)[:, None] * [1.0, squeeze]
    piece = slab(o, (0, 0.8 * h, h, 0.9 * h), skin, art, (between(rng, 0.68, 0.9), 0.98, 1.0, 0.86), skin)
    if variant == "tart":
        balls = []
        for x, y in np.concatenate([circle(6) * 0.5 * r, [[0, 0]]]):
            q = between(rng, 0.007, 0.0095) * s
            berry = blob(round_profile(q, 0.8 * q, 0.8 * q, 0.5 * q, rows=5), 8)
            look = paint("food", shade(pick(rng, "red", "red", "blue", "purple"), rng))
            balls.append(trim(look, berry.moved((x, y * squeeze, 0.82 * h))))
        mound = circle(8) * [0.55 * r, 0.55 * r * squeeze]
        hull = [np.concatenate([mound * f, np.full((8, 1), z)], -1) for f, z in ((1.1, 0.9 * h), (0.9, 1.28 * h))]
        piece = together(piece, *balls, Piece((), (np.concatenate(hull),)))
    name = {"lattice": "pie", "tart": "fruit tart", "quiche": "quiche"}[variant]
    return piece.draft(name, "food", "round", 500.0, s)


def _fold(rng: np.random.Generator, radius: float, heights: tuple[float, ...], skin: Material, frill: float) -> Piece:
    """Dough folded over a filling: a half moon with a rim."""
    n = 21
    a = np.arange(n) * (np.pi / (n - 1))
    c, sn = cos_sin(a)
    wave = 1.0 + frill * cos(a * 24)
    deep = min(between(rng, 0.62, 0.98) * radius, 0.066)
    o = np.stack([c * radius * wave, sn * deep * wave], -1) - [0, 0.3 * radius]
    return slab(o, heights, skin, skin, (0.97, 1.0, 0.78, 0.4)).seated()


def pie(rng: np.random.Generator, variant: str) -> Draft:
    """Pie: a wedge, a whole small one with a lattice, a tart with fruit, a folded pasty, a quiche."""
    s = draw_scale(rng, 0.1)
    skin = crust(rng)
    filling = pick(rng, (0.62, 0.1, 0.14), (0.28, 0.14, 0.35), (0.85, 0.55, 0.2), (0.93, 0.8, 0.45))
    h, dough = between(rng, 0.018, 0.034) * s, mix(CRUST, CRUMB, 0.4)
    if variant in ("lattice", "tart", "quiche"):
        return _whole_pie(rng, variant, s, h, skin, printed("food", _pie_top(rng, variant, filling, dough).image()))
    if variant == "pasty":
        heights = (0, 0.16 * h, 0.8 * h, between(rng, 1.0, 1.3) * h)
        piece = _fold(rng, between(rng, 0.034, 0.05) * s, heights, skin, 0.03)
        return piece.draft("pasty", "food", "crescent", 450.0, s)
    r, span = between(rng, 0.065, 0.095) * s, between(rng, 0.5, 0.9)
    fill = Canvas(24, 24, filling)
    fill.rect(0, 0.78, 1, 1, dough)
    if rng.random() < 0.6:
        fill.rect(0, 0, 1, 0.18, dough)
    lid = skin if rng.random() < 0.5 else paint("food", mix(filling, (1, 0.9, 0.7), 0.15))
    body = slab(fan_outline(r, span), (0, h), printed("food", fill.image()), lid, (), skin)
    c, sn = cos_sin((np.arange(9) / 8 - 0.5) * span - 0.5 * np.pi)
    rim = np.stack([c * r, sn * r, 0 * c + 0.9 * h], -1)
    edge = tube(rim, np.full(9, between(rng, 0.005, 0.008)), skin, 8, (0, 0, 1), (0, 4, 8))
    return together(body, edge).seated().draft("piece of pie", "food", "triangular", 500.0, s)


# --- pizza --------------------------------------------------------------------------------------


def _pizza_top(rng: np.random.Generator, size: int = 72) -> Canvas:
    """Cheese and sauce with slices and leaves on it."""
    c = Canvas(size, size, (0.95, 0.78, 0.36))
    c.blend_field(np.clip(fractal_noise(rng, size, size, 6, 6, 3) * 1.5, 0, 1), (0.82, 0.3, 0.14))
    for _ in range(7):
        x, y, r = between(rng, 0.1, 0.9), between(rng, 0.1, 0.9), between(rng, 6, 8.5)
        c.ellipse(x, y, r, r, (0.62, 0.12, 0.1))
        c.ellipse(x, y, 0.8 * r, 0.8 * r, (0.76, 0.2, 0.14))
    for _ in range(7):
        c.ellipse(between(rng, 0, 1), between(rng, 0, 1), 3.0, 1.8, pick(rng, (0.16, 0.4, 0.14), (0.14, 0.12, 0.12)))
    return c


def _pizza_slice(
    rng: np.random.Generator, variant: str, s: float, thick: float, skin: Material, top: Material
) -> Draft:
    """A wedge with its thick rim, or two of them one on the other."""
    thick *= between(rng, 1.5, 2.2) if variant == "deep" else 1.0
    r = between(rng, 0.07, 0.12) * s
    span = min(between(rng, 0.45, 0.95), 0.068 / r)
    c, sn = cos_sin((np.arange(9) / 8 - 0.5) * span - 0.5 * np.pi)
    q = between(rng, 0.008, 0.012) * s * (1.3 if variant == "deep" else 1.0)
    rim = np.stack([c * r, sn * r, 0 * c + q], -1)
    edge = tube(rim, np.full(9, q), skin, 8, (0, 0, 1), (0, 4, 8))
    one = together(slab(fan_outline(r, span), (0, thick), skin, top), edge)
    if variant == "stack":
        shift = np.array([between(rng, -0.006, 0.006), -0.6 * r + between(rng, -0.006, 0.006), thick])
        upper = one.moved((0, 0.6 * r, 0)).turned("z", between(rng, -0.45, 0.45)).moved(shift)
        one = together(one, upper)
    name = "slices of pizza" if variant == "stack" else "slice of pizza"
    return one.seated().draft(name, "food", "triangular", 500.0, s)


def pizza(rng: np.random.Generator, variant: str) -> Draft:
    """Pizza: slices with a thick rim, square slices, a folded one, a small whole one, half of one, two stacked."""
    s = draw_scale(rng, 0.1)
    skin, top = crust(rng), printed("food", _pizza_top(rng).image())
    thick = between(rng, 0.011, 0.016) * s
    if variant in ("slice", "stack", "deep"):
        return _pizza_slice(rng, variant, s, thick, skin, top)
    if variant == "square":
        a, b = between(rng, 0.023, 0.0315) * s, between(rng, 0.03, 0.065) * s
        thick *= between(rng, 1.0, 1.7)
        piece = slab(rounded_rect(a, b, 0.2 * a, 3), (0, 0.85 * thick, thick), skin, top, (0.96, 1.0, 0.95))
        edge = slab(oblong(a, 0.006), (0, 0.7 * thick, 1.5 * thick), skin, skin, (1, 1, 0.9)).moved((0, b - 0.006, 0))
        return together(piece, edge).draft("slice of pizza", "food", "oblong", 500.0, s)
    if variant == "calzone":
        heights = (0, 0.4 * thick, 1.3 * thick, between(rng, 1.7, 2.8) * thick)
        piece = _fold(rng, between(rng, 0.038, 0.058) * s, heights, skin, 0.01)
        return piece.draft("folded pizza", "food", "crescent", 400.0, s)
    r, puff = 0.034 * s, between(rng, 1.15, 1.9)
    if variant == "half":
        span, grow = pick(rng, 11, 13, 13, 15), between(rng, 1.15, 1.5)
        o = circle(24)[:span] * grow * r
        rows = (0, 0.7 * thick, puff * thick, 0.9 * puff * thick)
        piece = slab(o - o.mean(0), rows, skin, top, (0.97, 1, 0.94, 0.86))
        return piece.seated().draft("half pizza", "food", "round", 450.0, s)
    o = circle(24) * r * [1.0, between(rng, 0.62, 1.0)]
    rows = (0, 0.5 * puff * thick, puff * thick, puff * thick, thick)
    return slab(o, rows, skin, top, (0.95, 1.0, 0.96, 0.86, 0.82)).draft("small pizza", "food", "round", 450.0, s)


_CAKES = ("piece of cake", "slice of cake", "rolled cake", "ring cake", "round cake")
_PIZZAS = ("slice of pizza", "slices of pizza", "folded pizza", "half pizza", "small pizza")
_PIZZA = ("slice", "square", "calzone", "small", "half", "stack", "deep")

FAMILIES = (
    graspable("cake", "food", cake, *_CAKES, variants=("wedge", "square", "roll", "round", "ring", "slice")),
    graspable(
        "pie", "food", pie, "pie", "piece of pie", "fruit tart", "quiche", "pasty",
        variants=("wedge", "lattice", "tart", "pasty", "quiche"),
    ),
    graspable("pizza", "food", pizza, *_PIZZAS, variants=_PIZZA),
)  # fmt: skip
