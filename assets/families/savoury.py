"""Savoury food: cheese, sausages and sushi."""

from __future__ import annotations

import numpy as np

from assets.colours import RGB, mix
from assets.families.desserts import fan_outline
from assets.families.flesh import depth_across, layered, skin_texture
from assets.families.fruit import round_profile
from assets.families.pieces import Piece, log, slab, solid, together, trim, tube
from assets.kit import Draft, draw_scale, graspable, paint, printed
from assets.mesh import blob, rounded_rect
from assets.numeric import between, circle, cos, cos_sin, pick
from assets.paint import Canvas
from engine.types import Material


def _plain(colour: RGB) -> Material:
    return paint("food", colour)


# --- cheese, sausage ----------------------------------------------------------------------------


def cheese(rng: np.random.Generator, variant: str) -> Draft:
    """Cheese: a holed wedge, a block, a small wheel with or without a piece cut out, a red-waxed one, slices, cubes."""
    s = draw_scale(rng, 0.1)
    base = pick(rng, (0.98, 0.82, 0.36), (0.97, 0.88, 0.55), (0.95, 0.66, 0.2), (0.96, 0.93, 0.82))
    c = Canvas(64, 64, base)
    if base[2] < 0.7:
        for _ in range(13):
            x, y, q = between(rng, 0, 1), between(rng, 0.05, 0.95), between(rng, 2, 5.5)
            c.ellipse(x, y, q, q, mix(base, (0.5, 0.3, 0.05), 0.45))
            c.ellipse(x + 0.01, y + 0.012, 0.8 * q, 0.8 * q, mix(base, (0.5, 0.3, 0.05), 0.25))
    elif rng.random() < 0.5:
        for _ in range(24):
            c.ellipse(
                between(rng, 0, 1), between(rng, 0, 1), between(rng, 1, 4), between(rng, 0.8, 2), (0.35, 0.5, 0.55), 0.7
            )
    look = printed("food", c.image())
    rind = paint("wax", pick(rng, (0.75, 0.12, 0.1), (0.93, 0.72, 0.2), (0.85, 0.7, 0.45), (0.2, 0.2, 0.2)))
    h = between(rng, 0.018, 0.045) * s
    if variant == "wedge":
        span = between(rng, 0.5, 1.3)
        o = fan_outline(min(between(rng, 0.055, 0.1) * s, 0.075 / span + 0.02), span)
        slope = between(rng, 0.0, 0.35)
        piece = slab(o, (0, h), look, look, (), look)
        low = float(o[:, 1].min())
        piece = piece.changed(
            lambda v: v * [1, 1, 1] - np.stack([0 * v[:, 0], 0 * v[:, 0], slope * v[:, 2] * (1 - v[:, 1] / low)], -1)
        )
        return piece.seated().draft("piece of cheese", "food", "triangular", 900.0, s)
    if variant == "block":
        a, b = between(rng, 0.018, 0.034) * s, between(rng, 0.025, 0.055) * s
        piece = slab(rounded_rect(a, b, 0.002, 2), (0, h), look, look, (), look)
        return piece.draft("block of cheese", "food", "oblong", 900.0, s)
    if variant in ("wheel", "cut_wheel", "waxed"):
        r = 0.0325 * s
        if variant == "waxed":
            q = round_profile(r, between(rng, 0.4, 0.9) * r, between(rng, 0.4, 0.9) * r, 0.6 * r, rows=10)
            piece = solid(q, rind, 22)
            return piece.draft("wheel of cheese", "food", "round", 900.0, s)
        if variant == "wheel":
            piece = slab(circle(24) * r, (0, 0.12 * h, 0.88 * h, h), rind, rind, (0.94, 1, 1, 0.94))
            return piece.draft("wheel of cheese", "food", "cylindrical", 900.0, s)
        gap = between(rng, 0.6, 2.6)
        n = 20
        cs = np.stack(cos_sin(gap / 2 + np.arange(n + 1) / n * (2 * np.pi - gap)), -1) * r
        o = np.concatenate([[[0.0, 0.0]], cs])
        body = slab(o, (0, h), rind, rind, (), rind)
        side, flat = body.visual[0][0], []
        edge = np.abs(np.sqrt((side.vertices[:, :2] ** 2).sum(-1)) - r) < 1e-5
        outer = edge[side.faces].all(1)
        for mask, m in ((outer, rind), (~outer, look)):
            flat.append((type(side)(side.vertices, side.faces[mask], side.uv), m))
        k = n // 3
        hulls = []
        for a, b in ((0, k), (k, 2 * k), (2 * k, n)):
            ring = np.concatenate([[[0.0, 0.0]], cs[a : b + 1]])
            hulls.append(np.concatenate([np.concatenate([ring, np.full((len(ring), 1), z)], -1) for z in (0, h)]))
        return (
            Piece((*flat, *body.visual[1:]), tuple(hulls))
            .seated()
            .draft("wheel of cheese", "food", "cylindrical", 900.0, s)
        )
    if variant == "slices":
        a, parts, count = between(rng, 0.028, 0.034) * s, [], pick(rng, 3, 4, 5, 6)
        t = between(rng, 0.0035, 0.006)
        slide = between(rng, 0.0, 0.006)
        for k in range(count):
            one = slab(rounded_rect(a, a * between(rng, 0.8, 1.0), 0.002, 2), (0, t), look, look)
            parts.append(
                one.turned("z", between(rng, -0.15, 0.15)).moved((slide * k, between(rng, -0.002, 0.002), t * k))
            )
        stack = together(*parts)
        return (
            Piece(stack.visual, (np.concatenate(stack.hulls),))
            .seated()
            .draft("slices of cheese", "food", "flat", 900.0, s)
        )
    parts, a = [], between(rng, 0.0105, 0.015) * s
    spots = [(0, 0, 0), (2.3, 0.3, 0), (1.0, 2.2, 0), (1.1, 0.7, 2)][: pick(rng, 2, 3, 4)]
    for x, y, z in spots:
        cube = slab([[a, -a], [a, a], [-a, a], [-a, -a]], (0, 2 * a), look, look, (), look)
        parts.append(cube.turned("z", between(rng, -0.6, 0.6)).moved((x * a * 1.15, y * a * 1.15, z * a)))
    return together(*parts).seated().draft("cubes of cheese", "food", "irregular", 900.0, s)


def sausage(rng: np.random.Generator, variant: str) -> Draft:
    """Sausage: straight, curved, a linked pair, a ring-shaped one, salami with a cut face, slices."""
    s = draw_scale(rng, 0.1)
    base = pick(rng, (0.6, 0.25, 0.16), (0.72, 0.4, 0.28), (0.45, 0.14, 0.1))
    skin = printed(
        "food", skin_texture(rng, base, mix(base, (0.25, 0.1, 0.05), 0.5), 0.45, mix(base, (0.95, 0.8, 0.7), 0.4))
    )
    if variant in ("salami", "slices"):
        r = between(rng, 0.02, 0.03) * s
        c = layered(depth_across(), [(2, (0.9, 0.85, 0.78) if rng.random() < 0.5 else base), (0.93, (0.66, 0.2, 0.18))])
        for _ in range(40):
            c.ellipse(
                between(rng, 0.1, 0.9),
                between(rng, 0.1, 0.9),
                between(rng, 0.8, 2),
                between(rng, 0.8, 1.6),
                (0.95, 0.82, 0.78),
            )
        art = printed("food", c.image())
        if variant == "slices":
            count, t = pick(rng, 2, 3, 4, 5), between(rng, 0.005, 0.009)
            one, slide = slab(circle(20) * r, (0, t), skin, art, (), art), between(rng, 0.0, 0.006)
            parts = [
                one.moved((slide * k, between(rng, -0.003, 0.003), t * k))
                for k in range(max(count, 2 if t > 0.007 else 3))
            ]
            stack = together(*parts)
            return (
                Piece(stack.visual, (np.concatenate(stack.hulls),))
                .settled(0.0003, False)
                .draft("slices of sausage", "food", "flat", 900.0, s)
            )
        long = between(rng, 0.05, 0.13) * s
        t = np.array([0.0, 0.02, 0.06, 0.5, 0.97, 1.0])
        w = np.array([0.3, 0.75, 1.0, 1.0, 1.0, 0.96]) * r
        body = log(np.stack([t * long, w, w, 0 * t, 0.82 * r + 0 * t], -1), skin, 18)
        face = (
            Piece(slab(circle(18) * 0.96 * r, (0, 0.0005), skin, art).visual, ())
            .turned("y", 0.5 * np.pi)
            .moved((long, 0, 0.82 * r))
        )
        piece = together(body, face).changed(lambda v: np.maximum(v, [-np.inf, -np.inf, 0.0]))
        return piece.draft("salami", "food", "cylindrical", 950.0, s)
    r = between(rng, 0.0105, 0.0165) * s
    bend = {"straight": between(rng, 0.02, 0.3), "curved": between(rng, 0.7, 1.7), "ring": between(rng, 3.6, 5.2)}.get(
        variant, between(rng, 0.1, 0.9)
    )
    long = {"ring": between(rng, 0.14, 0.19), "pair": between(rng, 0.055, 0.085)}.get(
        variant, between(rng, 0.065, 0.15)
    ) * s
    n = 13 if variant != "ring" else 19
    t = np.arange(n) / (n - 1.0)
    x = 2 * np.abs(t - 0.5)
    w = r * np.sqrt(np.maximum(1.0 - (np.maximum(x - 0.72, 0) / 0.3) ** 2, 0.05))
    c, sn = cos_sin((t - 0.5) * bend)
    reach = long / bend
    st = np.stack([reach * sn, w, w, reach * (c - 1.0), 0 * w + 0.85 * r], -1)
    cuts = (0, 3, 6, 9, 12) if variant != "ring" else (0, 3, 6, 9, 12, 15, 18)
    one = log(st, skin, 12, cuts)
    end = st[-1, [0, 3]]
    tip = tube(
        np.array(
            [
                (end[0] - 0.003, end[1], 0.85 * r),
                (end[0] + 0.003, end[1] - 0.001, 0.9 * r),
                (end[0] + 0.006, end[1] - 0.003, 0.95 * r),
            ]
        ),
        np.array([0.0025, 0.0015, 0.0022]),
        skin,
        6,
    )
    one = together(one, Piece(tip.visual, ()))
    if variant == "pair":
        merged = Piece(one.visual, (np.concatenate(one.hulls[:2]), np.concatenate(one.hulls[2:])))
        turn, low = between(rng, 0.3, 2.6), float(st[0, 0])
        parts = [
            merged.moved((-low + 0.002, 0, 0)),
            merged.moved((-low + 0.002, 0, 0)).turned("z", np.pi - turn if turn > 1 else np.pi + turn),
        ]
        return together(*parts).seated().draft("pair of sausages", "food", "long", 950.0, s)
    return one.settled(0.0005, False).draft("sausage", "food", "long", 950.0, s)


# --- sushi --------------------------------------------------------------------------------------

RICE: RGB = (0.95, 0.94, 0.9)


def _rice(rng: np.random.Generator) -> Material:
    c = Canvas(40, 40, RICE)
    for _ in range(60):
        c.ellipse(
            between(rng, 0, 1), between(rng, 0, 1), 1.9, 0.9, mix(RICE, (0.6, 0.6, 0.55), between(rng, 0.1, 0.5)), 0.7
        )
    return printed("food", c.image())


def sushi(rng: np.random.Generator, variant: str) -> Draft:
    """Sushi: a maki roll or several, nigiri with fish or shrimp, a ship with roe, a rice triangle, a long roll."""
    s = 1.2 * draw_scale(rng, 0.1)
    rice, nori = _rice(rng), _plain((0.08, 0.12, 0.08))
    fish = pick(rng, (0.97, 0.52, 0.32), (0.82, 0.2, 0.22), (0.95, 0.85, 0.5), (0.96, 0.7, 0.62))
    if variant in ("maki", "pair", "roll"):
        r, h = between(rng, 0.0145, 0.019) * s, between(rng, 0.018, 0.034) * s
        c = layered(
            depth_across(),
            [(2, (0.08, 0.12, 0.08)), (0.88, RICE), (0.42, (0.08, 0.12, 0.08)) if rng.random() < 0.3 else (0.42, fish)],
        )
        c.ellipse(0.43, 0.45, 6, 5, fish)
        c.ellipse(0.58, 0.55, 5, 5, (0.55, 0.75, 0.3))
        art = printed("food", c.image())
        wall = nori if rng.random() < 0.7 else rice
        if variant == "roll":
            h = between(rng, 0.05, 0.1) * s
        one = slab(
            circle(18) * [r, r * between(rng, 0.85, 1.0)],
            (0, 0.06 * h, 0.94 * h, h),
            wall,
            art,
            (0.96, 1, 1, 0.96),
            art,
        )
        if variant == "roll":
            return one.turned("y", 0.5 * np.pi).settled(0.1 * r).draft("sushi", "food", "cylindrical", 800.0, s)
        if variant == "maki":
            return one.draft("sushi", "food", "cylindrical", 800.0, s)
        fell = one.turned("y", 0.5 * np.pi).settled(0.1 * r)
        many = [one]
        for k in range(pick(rng, 1, 2)):
            other = (
                fell.turned("z", between(rng, 0, 3)) if rng.random() < 0.5 else one.scaled(1, 1, between(rng, 0.8, 1.0))
            )
            many.append(
                other.moved((2.15 * r * (k + 1) + (0.5 * h if other is not one else 0), between(rng, -0.5, 0.5) * r, 0))
            )
        return together(*many).seated().draft("pieces of sushi", "food", "irregular", 800.0, s)
    a, b, h = between(rng, 0.023, 0.031) * s, between(rng, 0.0115, 0.0155) * s, between(rng, 0.012, 0.018) * s
    o = rounded_rect(a, b, 0.85 * b, 5)
    if variant in ("nigiri", "banded"):
        base = slab(o, (0, 0.2 * h, 0.8 * h, h), rice, rice, (0.88, 1, 1, 0.85))
        c = Canvas(32, 48, fish)
        for k in range(7):
            c.line([(k / 6 - 0.1, 0), (k / 6 + 0.06, 0.5), (k / 6 - 0.1, 1)], 1.6, mix(fish, (1, 1, 1), 0.55))
        t, over = between(rng, 0.004, 0.009) * s, between(rng, 1.0, 1.25)
        lid = slab(o * [over, 1.05], (0, 0.5 * t, t), _plain(fish), printed("food", c.image()), (0.98, 1.0, 0.85))
        sag = between(rng, 0.0, 5.0)
        lid = lid.changed(lambda v: v - np.stack([0 * v[:, 0], 0 * v[:, 0], sag * v[:, 0] ** 2], -1)).moved(
            (0, 0, h - 0.0005)
        )
        parts = [base, lid]
        if variant == "banded":
            w = between(rng, 0.003, 0.007) * s
            high = h + t
            band = slab(rounded_rect(w, 1.06 * b, 0.002, 2), (0, 0.85 * high, high + 0.001), nori, nori, (1, 1, 0.92))
            parts.append(Piece(band.visual, ()))
        return together(*parts).seated().draft("sushi", "food", "oblong", 800.0, s)
    if variant == "ship":
        h *= between(rng, 1.2, 1.8)
        wall = slab(o * [between(rng, 0.7, 1.0), between(rng, 1.0, 1.25)], (0, h), nori, rice)
        roe = pick(rng, (0.98, 0.45, 0.1), (0.1, 0.1, 0.12), (0.9, 0.75, 0.3))
        balls = []
        for k in range(14):
            q = 0.0036 * s
            x, y = (
                float(circle(14)[k, 0]) * (0.55 if k % 2 else 0.25) * a,
                float(circle(14)[k, 1]) * (0.6 if k % 2 else 0.25) * b,
            )
            balls.append(blob(round_profile(q, 0.6 * q, q, 0.6 * q, rows=4), 6).moved((x, y, h - 0.001)))
        return together(wall, trim(_plain(roe), *balls)).draft("sushi", "food", "oblong", 800.0, s)
    r, t = between(rng, 0.022, 0.029) * s, between(rng, 0.016, 0.028) * s  # onigiri
    c, sn = cos_sin(np.arange(24) * (2 * np.pi / 24) + 0.5 * np.pi)
    bulge = 1.0 + between(rng, 0.1, 0.17) * cos(np.arange(24) * (2 * np.pi / 24) * 3)
    o = np.stack([c, sn], -1) * (r * bulge)[:, None]
    body = slab(o, (0, 0.15 * t, 0.85 * t, t), rice, rice, (0.9, 1, 1, 0.9), rice)
    w = between(rng, 0.008, 0.016)
    low = float(o[:, 1].min())
    band = slab(rounded_rect(w, 0.5 * r, 0.001, 2), (-0.0006, t + 0.0006), nori, nori).moved(
        (0, low + 0.5 * r - 0.0006, 0)
    )
    piece = together(body, Piece(band.visual, ()))
    if rng.random() < 0.6 and t > 0.018:
        return piece.turned("x", 0.5 * np.pi).settled(0.0012, False).draft("rice ball", "food", "triangular", 800.0, s)
    return piece.seated().draft("rice ball", "food", "triangular", 800.0, s)


_CHEESES = ("piece of cheese", "block of cheese", "wheel of cheese", "slices of cheese", "cubes of cheese")
_SAUSAGES = ("sausage", "pair of sausages", "salami", "slices of sausage")

FAMILIES = (
    graspable(
        "cheese", "food", cheese, *_CHEESES,
        variants=("wedge", "block", "wheel", "cut_wheel", "slices", "cubes", "waxed"),
    ),
    graspable(
        "sausage", "food", sausage, *_SAUSAGES, variants=("straight", "curved", "pair", "salami", "slices", "ring")
    ),
    graspable(
        "sushi", "food", sushi, "sushi", "pieces of sushi", "rice ball",
        variants=("maki", "nigiri", "ship", "rice_ball", "pair", "banded", "roll"),
    ),
)  # fmt: skip
