"""Vegetables, whole, cut, sliced and in bunches."""

from __future__ import annotations

import numpy as np

from assets.colours import mix, shade
from assets.families.cuts import Body, cut, cut_names
from assets.families.flesh import depth_across, depth_along, dots, layered, skin_texture
from assets.families.fruit import leaf, round_profile, stem
from assets.families.pieces import Piece, log, posed, sector, slab, solid, together, trim, tube
from assets.kit import Draft, draw_scale, graspable, paint, printed
from assets.mesh import blob, merge
from assets.numeric import between, circle, cos, pick
from assets.paint import Canvas, fractal_noise

# --- tomato -------------------------------------------------------------------------------------

_TOMATO = ("whole", "plum", "half", "turned_half", "wedge", "side_wedge", "slice", "vine", "moon")


def tomato(rng: np.random.Generator, variant: str) -> Draft:
    """Tomato: squat and lobed or a long plum tomato, with a green star; cut, or two on the vine."""
    s = draw_scale(rng, 0.1)
    r = 0.0298 * s
    colour = pick(rng, "red", "red", "orange", "yellow")
    lobes = 1.0 + between(rng, 0.0, 0.06) * cos(np.arange(20) * (2 * np.pi / 20) * pick(rng, 4, 5))
    tall = between(rng, 0.55, 1.0) if variant != "plum" else between(rng, 1.2, 1.8)
    if variant == "plum":
        r *= 0.8
    p = round_profile(
        r, tall * r, tall * r * between(rng, 0.85, 1.15), 0.45 * r, 0.13 * r, waist=between(rng, -0.08, 0.12)
    )
    base, green = shade(colour, rng), paint("vegetable", shade("green", rng))
    skin = printed("vegetable", skin_texture(rng, base, mix(base, shade("yellow"), 0.25), 0.3))
    top, density = float(p[-1, 1]), between(rng, 850, 950)
    long = 0.016 * s * between(rng, 0.8, 1.5)
    star = merge([leaf(top + 0.0025, long, k * 1.2566, between(rng, 0.0, 0.5)) for k in range(5)])
    crown = trim(green, star, stem(top + 0.002, between(rng, 0.006, 0.014), 0.0016))
    if variant in ("whole", "plum"):
        piece = together(solid(p, skin, 20, lobes), crown)
        if variant == "plum" and rng.random() < 0.5:
            piece = piece.turned("z", between(rng, 0, 6)).turned("y", 1.5).settled(0.08 * r)
        return piece.draft("tomato", "vegetable", "round" if variant == "whole" else "oval", density, s)
    if variant == "vine":
        one = together(solid(p, skin, 14), crown).scaled(0.72, 0.72, 0.72)
        apart = 1.42 * r * between(rng, 1.0, 1.2)
        count = pick(rng, 2, 2, 3)
        rows = [one.turned("z", 2.0 * k).moved((apart * k, between(rng, -0.3, 0.3) * r, 0)) for k in range(count)]
        high = 0.72 * top + 0.012
        path = np.array(
            [
                (-0.5 * r, 0, high),
                (0.5 * apart * (count - 1), 0.1 * r, high + 0.004),
                (apart * (count - 1) + r, 0, high),
            ]
        )
        rod = tube(path, np.full(3, 0.002), green, 6)
        return (
            together(*rows, Piece(rod.visual, ())).seated().draft("bunch of tomatoes", "vegetable", "long", density, s)
        )
    wet = mix(base, (0.95, 0.75, 0.4), 0.35)
    face = layered(depth_along(p), [(2, base), (0.94, mix(base, (1, 0.8, 0.7), 0.2)), (0.6, wet)])
    ring = layered(depth_across(), [(2, base), (0.94, mix(base, (1, 0.8, 0.7), 0.2))])
    for k in range(4):
        x, y = ((0.68, 0.5), (0.5, 0.68), (0.32, 0.5), (0.5, 0.32))[k]
        ring.ellipse(x, y, 8, 8, wet)
    for c in (face, ring):
        dots(c, rng, 16, (0.95, 0.85, 0.55), 1.1, (0.25, 0.55), 1.4)
    face_art, ring_art = printed("vegetable", face.image()), printed("vegetable", ring.image())
    return cut(rng, Body("tomato", "vegetable", density, s, p, skin, face_art, ring_art), variant, colour=colour)


# --- carrot, cucumber ---------------------------------------------------------------------------


def _tuft(rng: np.random.Generator, x: float, s: float, count: int = 3) -> Piece:
    """Cut-off green stalks at the thick end of a carrot."""
    green, long = paint("vegetable", shade("green", rng)), between(rng, 0.012, 0.05) * s
    parts = []
    for y in np.arange(count) - 0.5 * (count - 1):
        st = [[0, 0.0018, 0.0018, 0, 0.008], [-0.4 * long, 0.0022, 0.0022, 0.2 * y * long, 0.010]]
        st.append([-long, 0.001, 0.001, 0.5 * y * long, 0.012])
        parts.append(Piece(log(np.array(st)[::-1], green, 6).visual, ()))
    return together(*parts).moved((x, 0, 0))


def _carrot_log(rng: np.random.Generator, s: float, n: int = 12, upto: int = 8) -> tuple[Piece, float]:
    length, r = 0.145 * s * between(rng, 0.6, 1.15), 0.0165 * s * between(rng, 0.9, 1.2)
    blunt = between(rng, 0.75, 1.35)
    x = np.array([0.0, 0.02, 0.06, 0.3, 0.6, 0.85, 0.96, 1.0])
    w = np.array([0.55, 0.86, 1.0, 0.92, 0.68 * (0.5 + 0.5 * blunt), 0.4 * blunt, 0.22 * blunt, 0.08]) * r
    bend = between(rng, -0.6, 0.6) * length
    y = bend * (x * x - x)
    hue = pick(rng, "orange", "orange", "purple", "yellow") if rng.random() < 0.3 else "orange"
    canvas = Canvas(96, 48, shade(hue, rng))
    for _ in range(14):
        v, u = between(rng, 0.05, 0.95), between(rng, 0, 1)
        canvas.rect(u, v, u + between(rng, 0.1, 0.4), v + 0.012, (0.55, 0.26, 0.06), alpha=0.5)
    skin = printed("vegetable", canvas.image())
    stations = np.stack([x * length - 0.4 * length, w, w, y, 0.8 * w], -1)[:upto]
    return log(stations, skin, n, (0, 3, upto - 1)), -0.4 * length


def carrot(rng: np.random.Generator, variant: str) -> Draft:
    """Carrot: a lying cone with rings and a tuft of green; a bunch, a stump, slices or sticks."""
    s = draw_scale(rng, 0.12)
    inner = (0.98, 0.62, 0.2)
    if variant == "whole":
        piece, end = _carrot_log(rng, s)
        return together(piece, _tuft(rng, end, s)).settled(0.0005).draft("carrot", "vegetable", "long", 950.0, s)
    if variant == "bunch":
        parts = []
        for k in range(pick(rng, 2, 3)):
            one, end = _carrot_log(rng, 0.85 * s, 9)
            one = Piece(one.visual, (np.concatenate(one.hulls),)).moved((-end, 0, 0))
            lift = 0.022 * s if k == 2 else 0.0
            parts.append(one.turned("z", (0.16, -0.16, 0.0)[k]).moved((0.01, (0.017, -0.017, 0.0)[k] * s, lift)))
        parts.append(_tuft(rng, 0.012, 1.6 * s, 6))
        return together(*parts).seated().draft("bunch of carrots", "vegetable", "long", 950.0, s)
    ring = layered(
        depth_across(), [(2, shade("orange", rng)), (0.9, inner), (0.45, (0.95, 0.5, 0.12)), (0.4, (0.99, 0.7, 0.3))]
    )
    spoke = printed("vegetable", ring.image())
    if variant == "stump":
        piece, end = _carrot_log(rng, 1.1 * s, 12, pick(rng, 5, 5, 6))
        return (
            together(piece, _tuft(rng, end, s)).settled(0.0005).draft("half carrot", "vegetable", "conical", 950.0, s)
        )
    if variant == "slice":
        r, high = 0.017 * s, between(rng, 0.012, 0.026)
        o = circle(14) * [r, r * between(rng, 0.85, 1.0)]
        piece = slab(
            o, (0, high), paint("vegetable", shade("orange", rng)), spoke, (1.0, between(rng, 0.72, 1.0)), spoke
        )
        return piece.draft("slice of carrot", "vegetable", "cylindrical", 950.0, s)
    parts = []
    count = pick(rng, 2, 3, 3)
    a = 0.0075 * s
    for k in range(count):
        long = between(rng, 0.025, 0.05) * s
        stick = slab(
            [[long, -a], [long, a], [-long, a], [-long, -a]],
            (0, 1.7 * a),
            paint("vegetable", inner),
            paint("vegetable", shade("orange", rng)),
        )
        lift, y = ((0, -1.15 * a), (0, 1.15 * a), (1.7 * a, 0))[k]
        parts.append(
            stick.turned("z", between(rng, -0.12, 0.12) if k < 2 else between(rng, -0.5, 0.5)).moved(
                (between(rng, -0.006, 0.006), y, lift)
            )
        )
    return together(*parts).seated().draft("carrot sticks", "vegetable", "long", 950.0, s)


_CUCUMBER = ("whole", "bent", "half", "split", "slice", "moon", "fan")


def cucumber(rng: np.random.Generator, variant: str) -> Draft:
    """Cucumber or zucchini: a long lying green body with pale streaks; bent, halved, split or sliced."""
    name = pick(rng, "cucumber", "zucchini")
    s = draw_scale(rng, 0.12)
    length, r = 0.15 * s * between(rng, 0.62, 1.2), 0.0205 * s * between(rng, 0.88, 1.25)
    x = np.array([0.0, 0.015, 0.05, 0.14, 0.5, 0.84, 0.94, 0.985, 1.0])
    taper = between(rng, 0.72, 1.0)
    w = np.array([0.28, 0.55, 0.82, 0.97, 1.0, 0.97, 0.8, 0.5, 0.22]) * r * (1.0 + (taper - 1.0) * x)
    base = mix(shade("green", rng), (0.05, 0.22, 0.06), 0.35 if name == "cucumber" else 0.6)
    canvas = Canvas(64, 64, base)
    for k in range(9):
        u = (k + 0.3) / 9
        light = mix(base, shade("yellow"), 0.35)
        canvas.rect(u, 0, u + between(rng, 0.012, 0.04), between(rng, 0.6, 1.0), light, alpha=0.6)
    canvas.shade_noise(fractal_noise(rng, 64, 64, 16, 10, 2), 0.08)
    skin, density = printed("vegetable", canvas.image()), between(rng, 850, 950)
    flesh = (0.86, 0.92, 0.68)
    layers = [(2, base), (0.92, flesh), (0.6, (0.76, 0.86, 0.55)), (0.25, flesh)]
    ring, face = layered(depth_across(), layers), Canvas(64, 32, base)
    face.rect(0.05, 0.02, 0.95, 0.98, flesh, 8)
    face.rect(0.3, 0.06, 0.7, 0.94, (0.74, 0.85, 0.53), 6)
    for k in range(24):
        face.ellipse(0.4 + 0.2 * (k % 2), (k + 1.5) / 27, 1.6, 1.0, (0.93, 0.93, 0.75))
    dots(ring, rng, 16, (0.93, 0.93, 0.75), 1.1, (0.3, 0.55), 1.5)
    ring_art, face_art = printed("vegetable", ring.image()), printed("vegetable", face.image())
    if variant in ("whole", "bent"):
        bend = between(rng, 0.5, 1.6) * length if variant == "bent" else between(rng, -0.15, 0.15) * length
        piece = log(
            np.stack([x * length, w, w, bend * (x * x - x) / max(1.0, length / 0.2), 0.85 * w], -1), skin, 16, (0, 4, 8)
        )
        return piece.settled(0.0005).draft(name, "vegetable", "long", density, s)
    p = np.concatenate([[[0, 0]], np.stack([w, x * length], -1), [[0, length]]])
    if variant == "split":
        half = posed(
            sector(p, np.pi, skin, face_art, 10),
            np.pi,
            pick(rng, "up", "down"),
            0.09 * r,
            (between(rng, 0.5, 1), 1, 1.1),
        )
        return half.draft(f"half {name}", "vegetable", "long", density, s)
    if variant == "half":  # cut across, standing on the cut or lying
        k = pick(rng, 4, 5)
        q = np.concatenate([p[1 : k + 2], [[0, p[k + 1, 1]]]]) if k == 4 else p[1:7]
        q = np.concatenate([[[0, q[0, 1]]], q]) * [1.15, between(rng, 0.55, 1.0)]
        piece = solid(q, skin, 16)
        lid = slab(circle(16) * q[-2, 0], (q[-2, 1] - 0.001, q[-2, 1] + 0.0005), skin, ring_art)
        piece = together(piece, Piece(lid.visual, ())) if q[-1, 0] == 0 else piece
        if rng.random() < 0.6:
            piece = piece.turned("y", 0.5 * np.pi).settled(0.08 * r)
        else:
            piece = piece.turned("x", np.pi).seated()
        return piece.draft(f"half {name}", "vegetable", "cylindrical", density, s)
    return cut(rng, Body(name, "vegetable", density, s, p, skin, face_art, ring_art), variant, colour="green")


# --- bell pepper ----------------------------------------------------------------------------------

_PEPPER = ("whole", "long", "half", "turned_half", "ring", "lying", "wedge")


def bell_pepper(rng: np.random.Generator, variant: str) -> Draft:
    """Bell pepper: lobes and a thick stalk; blocky or pointed, lying, halved, in wedges and rings."""
    s = draw_scale(rng, 0.1)
    r, n = 0.031 * s, 20
    lobes = 1.0 - between(rng, 0.03, 0.1) * (0.5 + 0.5 * cos(np.arange(n) * (2 * np.pi / n) * pick(rng, 4, 5)))
    h = between(rng, 1.4, 2.5) * r
    point = between(rng, 0.6, 1.05)
    if variant == "long":
        h, point = between(rng, 2.6, 3.6) * 0.8 * r, between(rng, 0.35, 0.6)
    rows = [(0, 0.006), (0.3, 0.0), (0.52, 0.0), (0.74, 0.1), (0.86, 0.3), (0.98, 0.62), (1.0, 0.8), (0.9, 0.93)]
    rows += [(0.62, 1.0), (0.28, 0.95), (0, 0.9)]
    p = np.array(rows) * [r, h]
    p[1:6, 0] *= point + (1.0 - point) * (p[1:6, 1] / h) / 0.7
    p[0, 1] = 0.003
    base = shade(pick(rng, "red", "yellow", "green", "orange"), rng)
    skin = printed("vegetable", skin_texture(rng, base, mix(base, shade("yellow"), 0.15), 0.3, fine=0.03))
    tall = between(rng, 1.06, 1.35)
    stalk = blob(
        [(0.011 * s, 0.93 * h), (0.0065 * s, 0.955 * h), (0.0045 * s, 1.0 * h), (0.0055 * s, tall * h), (0, tall * h)],
        10,
    )
    rod = np.concatenate([np.concatenate([circle(8) * 0.005 * s, np.full((8, 1), z * h)], -1) for z in (0.97, tall)])
    whole = together(solid(p[:9], skin, n, lobes), trim(skin, blob(p[8:], n, lobes)))
    whole = together(whole, Piece(((stalk, paint("vegetable", shade("green", rng))),), (rod,)))
    density = between(rng, 420, 560)
    if variant == "whole" or (variant == "long" and point > 0.52):
        return whole.settled(0.001, False).draft("bell pepper", "vegetable", "round", density, s)
    if variant in ("lying", "long"):
        piece = whole.turned("z", between(rng, 0, 6)).turned("y", 1.6).settled(0.08 * r)
        return piece.draft("bell pepper", "vegetable", "oval", density, s)
    pale = mix(base, (1, 0.95, 0.8), 0.3)
    if variant == "ring":
        thick, outer = between(rng, 0.012, 0.028), between(rng, 0.026, 0.034) * s
        o = circle(n) * (lobes * outer)[:, None] * [1.0, between(rng, 0.8, 1.0)]
        c = Canvas(56, 56, base)
        c.ellipse(0.5, 0.5, 23, 23, mix(base, (0.2, 0.1, 0.05), 0.35))
        for k in range(4):
            end = ((0.5, 0.08), (0.92, 0.5), (0.5, 0.92), (0.08, 0.5))[k]
            c.line([(0.5, 0.5), end], 3, pale)
        c.ellipse(0.5, 0.5, 6, 6, (0.95, 0.9, 0.7))
        dots(c, rng, 26, (0.96, 0.9, 0.65), 1.4, (0.0, 0.4))
        art = printed("vegetable", c.image())
        piece = slab(o, (0, 0.1 * thick, 0.9 * thick, thick), skin, art, (0.97, 1, 1, 0.97), art)
        return piece.draft("slice of pepper", "vegetable", "flat", 600.0, s)
    q = p[:9]
    face = layered(
        depth_along(q), [(2, base), (0.93, pale), (0.86, mix(base, (0.2, 0.08, 0.03), 0.3)), (0.25, (0.95, 0.9, 0.7))]
    )
    dots(face, rng, 24, (0.96, 0.9, 0.65), 1.2, (0.1, 0.4))
    art = printed("vegetable", face.image())
    return cut(rng, Body("pepper", "vegetable", density, s, q, skin, art, art), variant)


_CARROTS = ("carrot", "bunch of carrots", "half carrot", "slice of carrot", "carrot sticks")

FAMILIES = (
    graspable("tomato", "vegetables", tomato, *cut_names(_TOMATO, "tomato"), "bunch of tomatoes", variants=_TOMATO),
    graspable("carrot", "vegetables", carrot, *_CARROTS, variants=("whole", "bunch", "stump", "slice", "sticks")),
    graspable("cucumber", "vegetables", cucumber, *cut_names(_CUCUMBER, "cucumber", "zucchini"), variants=_CUCUMBER),
    graspable(
        "bell_pepper", "vegetables", bell_pepper, "bell pepper", "half pepper", "slice of pepper", "piece of pepper",
        variants=_PEPPER,
    ),
)  # fmt: skip
