"""Donuts, cupcakes and cookies."""

from __future__ import annotations

import itertools

import numpy as np

from assets.colours import mix, shade
from assets.families.bakery import CHOCOLATE, CRUMB, CRUST
from assets.families.flesh import baked, crumb, depth_across, dots, layered
from assets.families.fruit import round_profile
from assets.families.pieces import Piece, bitten, slab, solid, together, trim
from assets.kit import Draft, draw_scale, graspable, paint, printed
from assets.mesh import Mesh, blob, rounded_rect
from assets.numeric import F64, between, circle, cos, cos_sin, pick
from assets.paint import Canvas, fractal_noise
from engine.types import Material


def ring_body(
    major: float, minor: float, high: float, material: Material, n: int = 20, parts: int = 6, k: int = 10
) -> Piece:
    """A donut lying flat: ring of radius `major`, section half axes (minor, high); convex parts around it."""
    c, sec = circle(n), circle(k)
    r = major + minor * sec[None, :, 0]
    z = np.maximum(high * sec[None, :, 1], -0.82 * high) + 0.82 * high
    grid = np.stack(np.broadcast_arrays(r * c[:, :1], r * c[:, 1:], z), -1)
    i, j = np.meshgrid(np.arange(n), np.arange(k), indexing="ij")
    a, b = i * k + j, i * k + (j + 1) % k
    d, e = ((i + 1) % n) * k + (j + 1) % k, ((i + 1) % n) * k + j
    faces = np.concatenate([np.stack([a, e, d], -1).reshape(-1, 3), np.stack([a, d, b], -1).reshape(-1, 3)])
    uv = np.stack(
        np.broadcast_arrays(0.5 + 0.48 * r / (major + minor) * c[:, :1], 0.5 + 0.48 * r / (major + minor) * c[:, 1:]),
        -1,
    )
    mesh = Mesh(grid.reshape(-1, 3), faces.astype(np.int32), uv.reshape(-1, 2))
    cuts = [round(q * n / parts) for q in range(parts + 1)]
    hulls = [grid[np.arange(x, y + 1) % n].reshape(-1, 3) for x, y in itertools.pairwise(cuts)]
    return Piece(((mesh, material),), tuple(hulls))


# --- donut --------------------------------------------------------------------------------------

_ICINGS = ((0.95, 0.6, 0.72), CHOCOLATE, (0.96, 0.94, 0.9), (0.55, 0.75, 0.85), (0.85, 0.6, 0.3))


def donut(rng: np.random.Generator, variant: str) -> Draft:
    """Donut: iced or plain ring, filled ball, iced bar, half a ring, or two stacked; bagels too."""
    s = draw_scale(rng, 0.08)
    icing = pick(rng, *_ICINGS)
    base = mix(CRUST, (0.88, 0.66, 0.36), between(rng, 0, 0.6))
    c = Canvas(72, 72, icing if variant != "bagel" else base)
    if variant == "bagel":
        dots(c, rng, 50, (0.96, 0.9, 0.72), 1.0, (0.3, 0.95), 1.5)
    elif rng.random() < 0.7:
        for _ in range(46):
            x, y, tint = (
                between(rng, 0.03, 0.97),
                between(rng, 0.03, 0.97),
                shade(pick(rng, "red", "yellow", "blue", "green", "white", "pink")),
            )
            cx, cy = (float(v) * 0.022 for v in cos_sin(between(rng, 0, 6.28)))
            c.line([(x - cx, y - cy), (x + cx, y + cy)], 1.7, tint)
    top, dough = printed("food", c.image()), printed("food", baked(rng, base, mix(base, (0.5, 0.25, 0.1), 0.4)))
    high = between(rng, 0.011, 0.019) * s
    if variant in ("ring", "stack", "half", "bagel"):
        minor = between(rng, 0.0115, 0.0155) * s
        major = 0.0345 * s - minor + between(rng, -0.002, 0.001)
        body = ring_body(major, minor, high, dough, 18, 6, 8)
        glaze = ring_body(major, 1.03 * minor, 1.04 * high, top, 18, 6, 8)
        cover = glaze.visual[0][0]
        upper = cover.vertices[cover.faces][:, :, 2].min(1) > 0.82 * high * 0.95
        one = Piece((*body.visual, (Mesh(cover.vertices, cover.faces[upper], cover.uv), top)), body.hulls)
        if variant == "half":
            flat = [
                slab(circle(10) * [minor, high], (0, 0.0006), dough, printed("food", crumb(rng, CRUMB)))
                for _ in range(2)
            ]
            ends = [
                Piece(f.visual, ()).turned("x", 0.5 * np.pi).moved((x, 0.0003, 0.82 * high))
                for f, x in zip(flat, (major, -major), strict=True)
            ]
            keep = []
            for mesh, material in one.visual:
                up = mesh.vertices[mesh.faces][:, :, 1].min(1) > -1e-6
                keep.append((Mesh(mesh.vertices, mesh.faces[up], mesh.uv), material))
            lower = np.array([-np.inf, 0.0, -np.inf])
            hulls = tuple(np.maximum(h, lower) for h in one.hulls[:3])
            piece = together(
                Piece(tuple(keep), hulls), *(e.changed(lambda v: np.maximum(v, [-np.inf, -np.inf, 0.0])) for e in ends)
            )
            return piece.scaled(1, between(rng, 0.85, 1.15), 1).seated().draft("half donut", "food", "ring", 350.0, s)
        if variant == "stack":
            f = between(rng, 0.8, 1.0)
            upper_one = one.scaled(f, f, 1).moved(
                (between(rng, -0.006, 0.006), between(rng, -0.006, 0.006), 1.75 * high)
            )
            first = Piece(one.visual, (np.concatenate(one.hulls),))
            second = Piece(upper_one.visual, (np.concatenate(upper_one.hulls),))
            return together(first, second).draft("pair of donuts", "food", "ring", 300.0, s)
        return one.draft("donut" if variant == "ring" else "bagel", "food", "ring", 350.0, s)
    if variant == "bar":
        w, long = 0.021 * s * between(rng, 0.85, 1.2), between(rng, 0.04, 0.058) * s
        o = rounded_rect(long, w, 0.98 * w, 6)
        body = slab(o, (0, 0.35 * high, 1.1 * high, 1.7 * high, 2 * high), dough, dough, (0.85, 1, 1, 0.9, 0.7), dough)
        ice = slab(o, (1.35 * high, 1.75 * high, 2.06 * high), top, top, (0.985, 0.92, 0.7))
        return together(body, Piece(ice.visual, ())).draft("donut", "food", "oblong", 350.0, s)
    r = 0.0335 * s
    p = round_profile(r, 1.1 * high, between(rng, 1.2, 1.8) * high, 0.7 * r, rows=9)
    warp = 1.0 + 0.03 * cos(np.arange(18) * (2 * np.pi / 18) * 3)
    piece = solid(p, dough, 18, warp)
    q = p[6:].copy()
    ice = trim(top, blob(np.concatenate([q * [1.02, 1.0] + [0, 0.0008]]), 18, warp))
    if variant == "bitten":
        fine = solid(p, dough, 24)
        piece = bitten(
            fine,
            (1.15 * r, 0, 0.6 * float(p[-1, 1])),
            between(rng, 0.45, 0.65) * r,
            printed("food", crumb(rng, CRUMB)),
        )
        return piece.settled(0.0005, False).draft("donut", "food", "round", 350.0, s)
    return together(piece, ice).draft("donut", "food", "round", 350.0, s)


# --- cupcake, cookie ----------------------------------------------------------------------------


def cupcake(rng: np.random.Generator, variant: str) -> Draft:
    """Cupcake in a pleated case: swirled or smooth icing, a cherry, a muffin's dome, unwrapped or bitten."""
    s = draw_scale(rng, 0.1)
    r, h = 0.0235 * s * between(rng, 0.88, 1.12), 0.034 * s * between(rng, 0.72, 1.3)
    flare = between(rng, 1.12, 1.4)
    case = Canvas(16, 96, shade(pick(rng, "white", "red", "blue", "pink", "brown", "yellow"), rng))
    for k in range(24):
        case.rect(k / 24, 0, (k + 0.5) / 24, 1, mix((0, 0, 0), (1, 1, 1), 0.3), alpha=0.25)
    pleats = 1.0 + 0.02 * cos(np.arange(24) * (2 * np.pi / 24) * 12)
    cake = (0.78, 0.56, 0.3) if rng.random() < 0.6 else (0.36, 0.2, 0.12)
    look = printed("paper", case.image()) if variant != "bare" else printed("food", crumb(rng, cake))
    cup = solid(np.array([(0, 0), (r, 0), (flare * r, h), (0, h)]), look, 24, pleats)
    wide, top = flare * r, h
    icing = paint(
        "food",
        pick(rng, (0.96, 0.93, 0.88), (0.94, 0.62, 0.72), (0.4, 0.25, 0.16), (0.65, 0.82, 0.8), (0.96, 0.85, 0.5)),
    )
    if variant in ("swirl", "cherry"):
        tall, turns = between(rng, 0.6, 1.3) * wide, pick(rng, 3, 3, 4)
        rows = [(1.0 * wide, top - 0.001)]
        for k in range(turns):
            f = 1.0 - k / turns * 0.85
            rows += [
                (1.04 * f * wide, top + tall * (k + 0.4) / turns),
                (0.86 * f * wide, top + tall * (k + 0.95) / turns),
            ]
        p = np.array([*rows, (0, top + tall * 1.08)])
        cap = solid(p, icing, 16, 1.0 + 0.06 * cos(np.arange(16) * (2 * np.pi / 16) * 4))
        piece = together(cup, cap)
        if variant == "cherry":
            q = between(rng, 0.006, 0.009)
            piece = together(
                piece,
                solid(round_profile(q, q, q, 0.4 * q, rows=6), paint("food", (0.75, 0.06, 0.1)), 10).moved(
                    (0, 0, top + tall)
                ),
            )
    else:
        over, dome = between(rng, 1.05, 1.25), between(rng, 0.35, 0.95) * wide
        p = np.array([(0.98, -0.001), (over, 0.2), (over * 0.97, 0.45), (0.8, 0.78), (0.45, 0.96), (0, 1.0)]) * [
            wide,
            dome,
        ] + [0, top]
        muffin = Canvas(48, 96, cake)
        muffin.shade_noise(fractal_noise(rng, 48, 96, 8, 16, 3), 0.16)
        for _ in range(22):
            muffin.ellipse(between(rng, 0, 1), between(rng, 0.1, 1), 2.0, 1.6, pick(rng, CHOCOLATE, (0.2, 0.16, 0.4)))
        smooth = variant == "smooth"
        cap = solid(p, icing if smooth else printed("food", muffin.image()), 20)
        piece = together(cup, cap)
        if variant == "bitten":
            f = bitten(
                solid(p, printed("food", muffin.image()), 24),
                (1.2 * wide, 0, top + 0.65 * dome),
                0.62 * wide,
                printed("food", crumb(rng, mix(cake, CRUMB, 0.4))),
            )
            piece = together(
                cup, Piece(f.visual, (f.hulls[0], np.concatenate(f.hulls[1:])) if len(f.hulls) > 1 else f.hulls)
            )
    name = "cupcake" if variant in ("swirl", "cherry", "smooth") else "muffin"
    return piece.draft(name, "food", "conical", 450.0, s)


def _cookie_outline(rng: np.random.Generator, shape: str, r: float) -> F64:
    """Outlines (K, 2), star-shaped about the origin."""
    a = np.arange(40) * (2 * np.pi / 40)
    if shape == "star":
        points = pick(rng, 5, 6, 8)
        c = cos(a * points)
        return circle(40) * (r * (0.78 + 0.22 * c))[:, None]
    if shape == "heart":
        t = circle(40)
        x, y = t[:, 0], t[:, 1]
        lift = 0.85 * y + between(rng, 0.5, 0.75) * np.sqrt(np.abs(x)) - 0.2
        return np.stack([x, lift], -1) * 0.85 * r
    if shape == "man":
        rows = [(0, 1.0), (0.24, 0.95), (0.32, 0.75), (0.24, 0.52), (0.5, 0.46), (0.78, 0.42), (0.8, 0.2), (0.5, 0.14)]
        rows += [(0.3, 0.05), (0.34, -0.3), (0.52, -0.75), (0.4, -0.95), (0.2, -0.92), (0.0, -0.42)]
        right = np.array(rows)
        left = right[1:-1][::-1] * [-1, 1]
        return np.concatenate([right, left])[::-1] * [r * between(rng, 0.85, 1.15), r * 1.25]
    return circle(20) * r


def cookie(rng: np.random.Generator, variant: str) -> Draft:
    """Cookie: round with chips, filled, star, heart, gingerbread man, half moon, or a stack."""
    s = draw_scale(rng, 0.1)
    r, thick = 0.032 * s * between(rng, 0.85, 1.05), between(rng, 0.012, 0.018) * s
    base = pick(rng, (0.82, 0.6, 0.32), (0.7, 0.46, 0.22), (0.36, 0.2, 0.12), (0.9, 0.72, 0.45))
    c = layered(depth_across(), [(2, mix(base, (0.4, 0.2, 0.08), 0.35)), (0.9, base)], 0.2)
    c.shade_noise(fractal_noise(rng, 56, 56, 10, 10, 3), 0.1)
    plain = printed("food", c.image())
    if variant in ("round", "stack", "moon"):
        dots(c, rng, 16, CHOCOLATE if base[0] > 0.5 else (0.93, 0.88, 0.76), 2.6, (0.0, 0.85), 0.85)
    elif variant in ("star", "heart"):
        tint = shade(pick(rng, "pink", "white", "green", "red", "blue"), rng)
        c.blend_field(np.clip((0.74 - depth_across()) / 0.04, 0, 1), tint)
        dots(c, rng, 20, (1, 1, 0.9), 1.1, (0.0, 0.7))
    elif variant == "man":
        for x, y in ((0.42, 0.13), (0.58, 0.13), (0.5, 0.36), (0.5, 0.46), (0.5, 0.56)):
            c.ellipse(x, y, 1.8, 1.8, (0.98, 0.97, 0.94))
        c.line([(0.42, 0.19), (0.5, 0.215), (0.58, 0.19)], 1.3, (0.9, 0.2, 0.2))
    top = printed("food", c.image())
    swell = (0.95, 1.0, 1.0, 0.93)
    levels = (0.0, 0.25 * thick, 0.7 * thick, thick)
    if variant == "filled":
        cream = paint("food", pick(rng, (0.96, 0.95, 0.9), (0.94, 0.6, 0.7), (0.8, 0.9, 0.7)))
        o = _cookie_outline(rng, "round", 0.9 * r) * (1.0 if rng.random() < 0.6 else np.array([1.0, 0.65]))
        mid = between(rng, 0.4, 1.1) * thick
        low = slab(o, levels, plain, plain, swell)
        filling = slab(0.92 * o, (0.0, mid), cream, cream).moved((0, 0, thick))
        lid = slab(o, levels, plain, top, swell).moved((0, 0, thick + mid))
        return together(low, filling, lid).draft("cookie", "food", "cylindrical", 600.0, s)
    o = _cookie_outline(rng, variant, r)
    if variant == "round":
        o = o * [1.0, between(rng, 0.72, 1.0)]
    if variant == "moon":
        o = circle(24)[: pick(rng, 13, 15, 17)] * 1.08 * r
    one = slab(o, levels, plain, top, swell)
    if variant == "man":
        one = Piece(one.visual, tuple(_convex_parts(one.hulls[0])))
    if variant == "stack":
        count = pick(rng, 2, 3, 4, 5)
        f = 0.9
        parts = [
            one.scaled(f, f, 0.8)
            .turned("z", 1.7 * k)
            .moved((between(rng, -0.004, 0.004), between(rng, -0.004, 0.004), 0.8 * thick * k))
            for k in range(count)
        ]
        return together(*parts).seated().draft("stack of cookies", "food", "cylindrical", 600.0, s)
    name = {"man": "gingerbread cookie", "moon": "half cookie"}.get(variant, "cookie")
    return one.turned("z", between(rng, -0.4, 0.4)).seated().draft(name, "food", "flat", 600.0, s)


def _convex_parts(points: F64) -> list[F64]:
    """Head, body with arms, and the two legs of a flat figure."""
    y = points[:, 1]
    high = y.max()
    head, arms = y > 0.42 * high, (y < 0.55 * high) & (y > 0.02 * high)
    legs = y < 0.12 * high
    left, right = points[:, 0] <= 1e-6, points[:, 0] >= -1e-6
    return [
        points[head & (np.abs(points[:, 0]) < 0.36 * high)],
        points[arms],
        points[legs & left],
        points[legs & right],
    ]


FAMILIES = (
    graspable(
        "donut", "food", donut, "donut", "bagel", "half donut", "pair of donuts",
        variants=("ring", "ball", "bar", "half", "stack", "bagel", "bitten"),
    ),
    graspable(
        "cupcake", "food", cupcake, "cupcake", "muffin",
        variants=("swirl", "muffin", "cherry", "smooth", "bitten", "bare"),
    ),
    graspable(
        "cookie", "food", cookie, "cookie", "gingerbread cookie", "half cookie", "stack of cookies",
        variants=("round", "filled", "star", "heart", "man", "moon", "stack"),
    ),
)  # fmt: skip
