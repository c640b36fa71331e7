"""Eggplants, potatoes, onions and mushrooms."""

from __future__ import annotations

import numpy as np

from assets.colours import RGB, mix, shade
from assets.families.cuts import Body, cut, cut_names
from assets.families.flesh import depth_across, depth_along, dots, layered, skin_texture
from assets.families.fruit import STEM, round_profile
from assets.families.pieces import Piece, heap, log, sector, slab, solid, together
from assets.kit import Draft, draw_scale, graspable, paint, printed
from assets.numeric import between, circle, cos, pick
from assets.paint import Canvas, fractal_noise

# --- eggplant -----------------------------------------------------------------------------------

_EGGPLANT = ("whole", "slim", "round", "half", "slice", "side_wedge", "turned_half")


def eggplant(rng: np.random.Generator, variant: str) -> Draft:
    """Eggplant: a glossy purple club with a green cap, from slim to globe; halves and slices."""
    s = draw_scale(rng, 0.1)
    length, r = 0.13 * s * between(rng, 0.85, 1.1), 0.029 * s
    if variant == "slim":
        length, r = 0.16 * s, 0.0185 * s * between(rng, 0.9, 1.25)
    if variant == "round":
        length, r = between(rng, 0.065, 0.09) * s, 0.0325 * s
    neck, bend = between(rng, 0.75, 1.35), between(rng, -1, 1) * (0.5 if variant == "slim" else 0.15) * length
    x = np.array([0.0, 0.02, 0.08, 0.22, 0.4, 0.62, 0.82, 0.95, 1.0])
    w = np.array([0.3, 0.6, 0.86, 1.0, 0.96, 0.76 * (0.5 + 0.5 * neck), 0.58 * neck, 0.5 * neck, 0.42 * neck]) * r
    base = mix(shade("purple", rng), (0.12, 0.04, 0.2), 0.35)
    skin = printed("vegetable", skin_texture(rng, base, mix(base, (0.4, 0.2, 0.5), 0.3), 0.3, fine=0.02))
    density = between(rng, 450, 600)
    if variant in ("whole", "slim", "round"):
        xc = np.array([0.84, 0.93, 1.0, 1.005, 1.1, 1.12])
        wc = np.array([0.6, 0.57, 0.48, 0.2, 0.15, 0.2]) * r * neck
        wc[:3] = np.maximum(wc[:3], np.array([w[6], w[7], w[8]]) * 1.03)
        foot = 0.85 * w
        cap = log(
            np.stack([xc * length, wc, wc, bend * (xc * xc - xc), np.maximum(0.85 * wc, 0.36 * r)], -1),
            paint("vegetable", mix(shade("green", rng), (0.1, 0.25, 0.05), 0.3)),
            10,
        )
        body = log(np.stack([x * length, w, w, bend * (x * x - x), foot], -1), skin, 16, (0, 4, 8))
        piece = together(body, Piece(cap.visual, (cap.hulls[0].reshape(-1, 10, 3)[3:].reshape(-1, 3),)))
        return piece.settled(0.0005).draft("eggplant", "vegetable", "long", density, s, colour="purple")
    p = np.concatenate([[[0, 0]], np.stack([w, x * length], -1), [[0, length]]])
    flesh = (0.93, 0.9, 0.76)
    layers = [(2, base), (0.94, flesh), (0.7, mix(flesh, (0.75, 0.65, 0.4), 0.3))]
    face, ring = layered(depth_along(p), layers), layered(depth_across(), layers)
    for c in (face, ring):
        dots(c, rng, 24, (0.6, 0.48, 0.28), 1.0, (0.2, 0.6), 1.5)
    body = Body(
        "eggplant",
        "vegetable",
        density,
        s,
        p,
        skin,
        printed("vegetable", face.image()),
        printed("vegetable", ring.image()),
        (0, 5, 10),
    )
    return cut(rng, body, variant, colour="purple")


# --- potato, onion, mushroom --------------------------------------------------------------------


def _lumps(rng: np.random.Generator, amount: float):
    """A smooth change of points that makes a body lumpy: shifts that vary along each axis."""
    k = [between(rng, 40, 90) for _ in range(6)]
    p = [between(rng, 0, 6.28) for _ in range(6)]

    def change(v: np.ndarray) -> np.ndarray:
        d = [
            amount * (cos(k[i] * v[:, (i + 1) % 3] + p[i]) + cos(k[i + 3] * v[:, (i + 2) % 3] + p[i + 3]))
            for i in range(3)
        ]
        return v + np.stack(d, -1)

    return change


def potato(rng: np.random.Generator, variant: str) -> Draft:
    """Potato: a lumpy brown body with eyes; long or round, halved, wedged, baked open, or fries in a heap."""
    s = draw_scale(rng, 0.12)
    r = 0.0275 * s
    name, base = pick(
        rng, ("potato", (0.62, 0.44, 0.25)), ("potato", (0.55, 0.37, 0.2)), ("sweet potato", (0.56, 0.27, 0.22))
    )
    flesh = (0.95, 0.86, 0.55) if name == "potato" else (0.94, 0.56, 0.22)
    canvas = Canvas(48, 64, base)
    canvas.shade_noise(fractal_noise(rng, 48, 64, 6, 8, 3), 0.12)
    for _ in range(12):
        canvas.ellipse(between(rng, 0, 1), between(rng, 0, 1), between(rng, 0.7, 1.8), 0.8, (0.3, 0.19, 0.1), 0.8)
    skin = printed("vegetable", canvas.image())
    inner = Canvas(32, 32, flesh)
    inner.shade_noise(fractal_noise(rng, 32, 32, 6, 6, 3), 0.05)
    art = printed("vegetable", inner.image())
    stretch = between(rng, 1.0, 1.45) if variant == "round" else between(rng, 1.4, 2.4)
    p = round_profile(
        r,
        stretch * r * between(rng, 0.9, 1.1),
        stretch * r * between(rng, 0.9, 1.1),
        0.3 * r,
        rows=11,
        waist=between(rng, -0.1, 0.35),
    )
    if variant in ("long", "round", "open"):
        body = solid(p, skin, 16).changed(_lumps(rng, 0.05 * r)).scaled(between(rng, 0.78, 1.0), 1.0, 1.0)
        piece = body.turned("z", between(rng, -0.3, 0.3)).turned("y", 0.5 * np.pi).settled(0.08 * r)
        if variant == "open":  # baked, cut crosswise and pressed open, with butter
            high, a = float(piece.box()[1, 2]), 0.55 * r
            long = 0.5 * float(np.ptp(piece.hulls[0][:, 0]))
            mash = slab(
                circle(12) * [0.72 * long, a],
                (high - 0.2 * r, high + 0.05 * r, high + 0.16 * r),
                art,
                art,
                (1.0, 0.85, 0.4),
            )
            butter = slab(
                [[a / 2, -a / 2], [a / 2, a / 2], [-a / 2, a / 2], [-a / 2, -a / 2]],
                (high + 0.1 * r, high + 0.3 * r),
                paint("vegetable", (0.98, 0.88, 0.4)),
                paint("vegetable", (0.98, 0.88, 0.4)),
            )
            piece = together(piece, Piece(mash.visual + butter.turned("z", 0.5).visual, butter.hulls))
            return piece.draft(f"baked {name}", "vegetable", "oval", 1000.0, s)
        return piece.draft(name, "vegetable", "oval", 1000.0, s)
    return cut(rng, Body(name, "vegetable", 1000.0, s, p, skin, art, art), variant)


_POTATO = ("long", "round", "open", "half", "turned_half", "wedge")


def _onion_skin(rng: np.random.Generator, colour: str) -> tuple[RGB, Canvas]:
    base = {"brown": (0.72, 0.45, 0.2), "purple": (0.42, 0.13, 0.4), "white": (0.9, 0.88, 0.8)}[colour]
    canvas = Canvas(64, 96, base)
    for _ in range(26):
        x, dark = between(rng, 0, 1), mix(base, (0.3, 0.15, 0.06), between(rng, 0.15, 0.5))
        canvas.rect(x, 0, x + between(rng, 0.006, 0.02), 1, dark, alpha=0.6)
    canvas.rect(0, 0, 1, 0.16, (0.62, 0.5, 0.3), alpha=0.7)
    return base, canvas


_ONION = ("whole", "lying", "spring", "half", "turned_half", "wedge", "side_wedge", "slice", "fan")


def onion(rng: np.random.Generator, variant: str) -> Draft:
    """Onion: a bulb with a dry tip, brown, red or white; halves and slices show its rings; spring onions."""
    s = draw_scale(rng, 0.12)
    r = 0.0305 * s
    base, canvas = _onion_skin(rng, pick(rng, "brown", "purple", "white"))
    squat, waist = between(rng, 0.6, 1.1), between(rng, 0.15, 0.5)
    p = round_profile(r, squat * r, squat * r * between(rng, 0.95, 1.5), 0.34 * r, rows=11, waist=waist)
    tip, tall = float(p[-1, 1]), between(rng, 0.15, 0.8) * r
    full = np.concatenate(
        [p[:-2], [[0.18 * r, tip], [0.1 * r, tip + 0.6 * tall], [0.16 * r, tip + tall], [0, tip + tall]]]
    )
    skin = printed("vegetable", canvas.image())
    density = between(rng, 850, 950)
    if variant == "spring":
        return _spring_onions(rng, s)
    if variant in ("whole", "lying"):
        piece = solid(full, skin, 18, cuts=(0, 9, 13))
        if variant == "lying":
            piece = piece.turned("y", between(rng, 1.0, 1.8)).settled(0.09 * r).turned("z", between(rng, 0, 6))
        return piece.draft("onion", "vegetable", "round", density, s)
    light = (0.94, 0.93, 0.82)
    tint = mix(base, light, 0.5) if base[2] < 0.7 else (0.8, 0.84, 0.62)
    layers = [(2, base), (0.95, light)]
    for k in range(5):
        layers += [(0.85 - 0.16 * k, tint), (0.815 - 0.16 * k, light)]
    face, ring = layered(depth_along(p), layers), layered(depth_across(), layers)
    body = Body(
        "onion",
        "vegetable",
        density,
        s,
        p,
        skin,
        printed("vegetable", face.image()),
        printed("vegetable", ring.image()),
    )
    return cut(rng, body, variant)


def _spring_onions(rng: np.random.Generator, s: float) -> Draft:
    """A few spring onions side by side, white bulbs and green leaves, held by a band."""
    count, length = pick(rng, 2, 3, 4), between(rng, 0.11, 0.17) * s
    bulb = 0.0085 * s * between(rng, 0.9, 1.5)
    canvas = Canvas(64, 8, (0.95, 0.95, 0.88))
    canvas.blend_field(
        np.clip(((0.78 - np.arange(64) / 64.0) * 3.0), 0, 1)[:, None] * np.ones((1, 8)), (0.3, 0.55, 0.2)
    )
    skin = printed("vegetable", canvas.image())
    x = np.array([0.0, 0.03, 0.1, 0.2, 0.55, 1.0])
    w = np.array([0.3, 0.8, 1.0, 0.55, 0.5, 0.65]) * bulb
    parts = []
    for k in range(count):
        y = (k - 0.5 * (count - 1)) * 1.7 * bulb
        stray = between(rng, -0.02, 0.02)
        st = np.stack([x * length, w, w, y + stray * x * x, 0.9 * bulb + 0 * x], -1)
        one = log(st, skin, 8)
        parts.append(one)
    band = 0.5 * count * 1.75 * bulb
    tie = slab(
        [[0.006, -band], [0.006, band], [-0.006, band], [-0.006, -band]],
        (0, 1.7 * bulb),
        paint("rubber", shade("red")),
        paint("rubber", shade("red")),
    )
    parts.append(tie.moved((0.5 * length, 0, 0.0)))
    return together(*parts).seated().draft("bunch of onions", "vegetable", "long", 800.0, s, colour="green")


_MUSHROOM = ("button", "tall", "flat", "lying", "slice", "half", "cluster")


def _mushroom_profiles(rng: np.random.Generator, variant: str, s: float) -> tuple[np.ndarray, np.ndarray]:
    """Cap and foot (M, 2), both with their axis upright."""
    wide, high = {"tall": (0.85, 1.25), "flat": (1.28, 0.75)}.get(variant, (1.0, 1.0))
    r, h = 0.026 * s * wide, 0.045 * s * high * between(rng, 0.85, 1.2)
    low, dome = between(rng, 0.4, 0.62), between(rng, 0.8, 0.96)
    lip = low + (1 - low) * 0.12
    cap = [
        (0.4, low + 0.03),
        (0.9, low),
        (1.0, lip),
        (0.96, low + 0.45 * (1 - low)),
        (dome - 0.1, low + 0.78 * (1 - low)),
    ]
    cap += [(0.45, 0.985), (0, 1.0)]
    f = between(rng, 0.3, 0.5) if variant != "tall" else between(rng, 0.52, 0.66)
    foot = [(0, 0), (f * 1.15, 0), (f * between(rng, 1.15, 1.5), 0.06), (f, 0.25), (f, low + 0.04), (0, low + 0.05)]
    return np.array(cap) * [r, h], np.array(foot) * [r, h]


def mushroom(rng: np.random.Generator, variant: str) -> Draft:
    """Mushroom: a cap on a stalk; button, tall or flat, lying, sliced, halved or several together."""
    s = draw_scale(rng, 0.15)
    base = pick(rng, (0.93, 0.9, 0.84), (0.6, 0.42, 0.28), (0.82, 0.72, 0.58), (0.75, 0.28, 0.2))
    pale = paint("vegetable", (0.92, 0.89, 0.82))
    cap, foot = _mushroom_profiles(rng, variant, s)
    skin = printed("vegetable", skin_texture(rng, base, mix(base, STEM, 0.2), 0.3, mix(base, STEM, 0.35)))
    whole = together(solid(cap, skin, 16), solid(foot, pale, 12))
    if variant in ("button", "tall", "flat"):
        return whole.draft("mushroom", "vegetable", "round", 600.0, s)
    if variant == "lying":
        lean = (cap[2, 0] - foot[1, 0]) / cap[2, 1]  # tilted to lie on the cap's rim and the foot's edge
        tilt = 0.5 * np.pi + lean / (1.0 + 0.28 * lean * lean)
        piece = whole.turned("y", tilt).settled(0.001, False).turned("z", between(rng, 0, 6))
        return piece.draft("mushroom", "vegetable", "round", 600.0, s)
    if variant == "cluster":
        one = whole.scaled(0.72, 0.72, 0.72)
        group = heap(rng, one, pick(rng, 2, 3), 0.0185 * s * between(rng, 0.9, 1.15), 0.4)
        return together(*group).draft(
            "pair of mushrooms" if len(group) == 2 else "bunch of mushrooms", "vegetable", "irregular", 600.0, s
        )
    if variant == "half":
        gills = paint("vegetable", (0.85, 0.8, 0.7))
        halves = [
            sector(q, np.pi, m, gills, 8) for q, m in ((np.concatenate([[[0, cap[0, 1]]], cap]), skin), (foot, pale))
        ]
        piece = together(*halves).turned("y", -0.5 * np.pi).seated()
        return piece.scaled(1, 1, between(rng, 0.9, 1.3)).draft("half mushroom", "vegetable", "round", 600.0, s)
    right = np.concatenate([foot[1:-1], cap[:-1]])
    o = np.concatenate([right, right[::-1] * [-1, 1]])
    middle = o.mean(0) * [0, 1]
    thick = between(rng, 0.012, 0.018)
    flat = paint("vegetable", (0.94, 0.91, 0.83))
    piece = slab(o - middle, (0, thick), skin, flat, (), flat)
    low = piece.hulls[0][:, 1] <= cap[0, 1] - middle[1]
    piece = Piece(piece.visual, (piece.hulls[0][low], piece.hulls[0][~low]))
    return piece.seated().draft("slice of mushroom", "vegetable", "flat", 600.0, s)


_SHROOMS = ("mushroom", "half mushroom", "slice of mushroom", "pair of mushrooms", "bunch of mushrooms")
_BAKED = ("baked potato", "baked sweet potato")

FAMILIES = (
    graspable("potato", "vegetables", potato, *cut_names(_POTATO, "potato", "sweet potato"), *_BAKED, variants=_POTATO),
    graspable("eggplant", "vegetables", eggplant, *cut_names(_EGGPLANT, "eggplant"), variants=_EGGPLANT),
    graspable("onion", "vegetables", onion, *cut_names(_ONION, "onion"), "bunch of onions", variants=_ONION),
    graspable("mushroom", "vegetables", mushroom, *_SHROOMS, variants=_MUSHROOM),
)
