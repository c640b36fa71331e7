"""Fruit from warm places: bananas, avocados, kiwis, mangoes, pineapples, melons."""

from __future__ import annotations

import numpy as np

from assets.colours import mix, shade
from assets.families.cuts import Body, cut, cut_names
from assets.families.flesh import depth_across, depth_along, dots, layered, skin_texture, striped_texture
from assets.families.fruit import STEM, leaf, round_profile, stalked
from assets.families.pieces import Piece, log, posed, sector, slab, solid, together, trim
from assets.kit import Draft, draw_scale, graspable, paint, printed
from assets.mesh import blob
from assets.numeric import between, circle, cos_sin, pick
from assets.paint import Canvas, fractal_noise

# --- banana -------------------------------------------------------------------------------------

_BANANA = ("whole", "pair", "bunch", "half", "peeled", "slice")


def _finger(
    rng: np.random.Generator,
    s: float,
    bend: float,
    radius: float,
    skin,
    n: int = 10,
    upto: int = 11,
    w_top: float = 0.22,
) -> Piece:
    """One bent banana on its side, the first `upto` of its eleven stations."""
    t = np.arange(11) / 10.0
    reach = radius / bend
    c, sn = cos_sin((t - 0.5) * bend)
    w = np.array([0.3, 0.36, 0.62, 0.88, 1.0, 1.0, 0.97, 0.88, 0.66, 0.34, w_top]) * 0.0175 * s
    stations = np.stack([reach * sn, w, w, reach * c - reach, 0 * w + 0.8 * w.max()], -1)[:upto]
    cuts = (0, 3, 5, 7, 10) if upto == 11 else (0, 3, upto - 1)
    return log(stations, skin, n, cuts)


def banana(rng: np.random.Generator, variant: str) -> Draft:
    """Banana: a bent five-sided tube on its side; one or several in a hand, halved, peeled or sliced."""
    s = draw_scale(rng, 0.1)
    bend, radius = between(rng, 0.5, 1.5), 0.15 * s * between(rng, 0.85, 1.1)
    fat = between(rng, 0.85, 1.15)
    ripe = pick(rng, "yellow", "yellow", "green")
    base = mix(shade(ripe, rng), shade("yellow"), 0.35)
    canvas = Canvas(96, 32, base)
    canvas.shade_noise(fractal_noise(rng, 96, 32, 6, 4, 3), 0.07)
    for _ in range(6):
        x, y = between(rng, 0, 1), between(rng, 0.1, 0.9)
        canvas.ellipse(x, y, between(rng, 0.5, 1.6), between(rng, 0.8, 3), (0.42, 0.27, 0.1), 0.7)
    canvas.rect(0, 0, 1, 0.06, (0.3, 0.22, 0.1))
    canvas.rect(0, 0.93, 1, 1, mix(base, (0.35, 0.4, 0.12), 0.7))
    skin, density, flesh = printed("fruit", canvas.image()), between(rng, 800, 900), paint("fruit", (0.97, 0.91, 0.7))
    if variant == "slice":
        r = 0.017 * s * fat
        rim = layered(depth_across(), [(2, base), (0.88, (0.97, 0.91, 0.7)), (0.3, (0.93, 0.84, 0.55))])
        dots(rim, rng, 8, (0.4, 0.28, 0.15), 1.0, (0.1, 0.25))
        high, o = between(rng, 0.012, 0.045), circle(14) * [r, r * between(rng, 0.8, 1.0)]
        piece = slab(o, (0, high), skin, printed("fruit", rim.image()), (1.0, between(rng, 0.9, 1.0)), flesh)
        return piece.draft("slice of banana", "fruit", "cylindrical", density, s)
    if variant in ("whole", "half"):
        upto = 11 if variant == "whole" else pick(rng, 5, 6, 7)
        piece = _finger(rng, s * fat, bend, radius, skin, 10, upto).settled(0.0005)
        return piece.draft("banana" if variant == "whole" else "half banana", "fruit", "long", density, s)
    if variant == "peeled":
        return _peeled_banana(rng, s * fat, bend, radius, skin, flesh).draft(
            "peeled banana", "fruit", "long", density, s
        )
    count = 2 if variant == "pair" else 3
    parts = []
    for k in range(count):
        one = _finger(rng, 0.82 * s, bend, 0.85 * radius, skin, 8)
        one = Piece(one.visual, (np.concatenate(one.hulls[:2]), np.concatenate(one.hulls[2:])))
        spread = between(rng, 0.1, 0.3) * k
        end = one.visual[0][0].vertices[:, 0].min()
        parts.append(one.moved((-end, 0, 0)).turned("z", -spread).moved((0, -0.017 * k * s, 0)))
    stalk = trim(paint("fruit", (0.36, 0.3, 0.12)), blob([(0, 0), (0.009, 0), (0.008, 0.018), (0, 0.02)], 8))
    piece = together(*parts, stalk.moved((0.002, -0.0085 * (count - 1), 0.004)))
    return piece.draft(f"{variant} of bananas", "fruit", "curved", density, s)


def _peeled_banana(rng: np.random.Generator, s: float, bend: float, radius: float, skin, flesh) -> Piece:
    """The upper half bare, strips of peel hanging to the sides."""
    whole = _finger(rng, s, bend, radius, skin)
    at = pick(rng, 4, 5, 6)
    bare = _finger(rng, 0.93 * s, bend, radius, flesh, 10, 11, 0.5)
    peel = _finger(rng, 1.04 * s, bend, radius, skin, 10, at + 1)
    t = at / 10.0
    c, sn = (float(v) for v in cos_sin((t - 0.5) * bend))
    here = np.array([radius / bend * sn, radius / bend * (c - 1.0), 0.004])
    strips = []
    for k, yaw in enumerate((1.2, -1.2, 0.1)):
        long = between(rng, 0.03, 0.055) * s
        blade = leaf(0.018 * s if k == 2 else 0.006, long, yaw - 0.4, between(rng, -0.1, 0.2))
        strips.append(trim(paint("fruit", (0.86, 0.74, 0.3)), blade).moved(here))
    return Piece((*bare.visual, *peel.visual, *(v for p in strips for v in p.visual)), whole.hulls).settled(0.0005)


# --- avocado, kiwi, mango -----------------------------------------------------------------------


def avocado(rng: np.random.Generator, variant: str) -> Draft:
    """Avocado: a dark drop; whole, or halved, with or without its stone."""
    s = draw_scale(rng, 0.1)
    length, r = 0.094 * s * between(rng, 0.8, 1.12), 0.031 * s * between(rng, 0.88, 1.08)
    neck = between(rng, 0.72, 1.25)
    x = np.array([0.0, 0.04, 0.12, 0.28, 0.46, 0.64, 0.8, 0.92, 0.98, 1.0])
    w = np.array([0.3, 0.55, 0.82, 1.0, 0.98, 0.8 * (0.5 + 0.5 * neck), 0.6 * neck, 0.45 * neck, 0.28 * neck, 0.12]) * r
    base = pick(rng, (0.16, 0.3, 0.12), (0.2, 0.36, 0.14), (0.15, 0.13, 0.1))
    art = skin_texture(rng, base, mix(base, (0.35, 0.45, 0.2), 0.5), 0.35, mix(base, (0.5, 0.55, 0.3), 0.5), fine=0.14)
    skin, density = printed("fruit", art), between(rng, 850, 950)
    if variant == "whole":
        lift = 0.85 * (0.6 * r + 0.4 * w)
        stations = np.stack([x * length, w, w * between(rng, 0.9, 1.0), 0 * x, lift], -1)
        piece = log(stations, skin, 16, (0, 5, 9)).settled(0.001)
        return piece.draft("avocado", "fruit", "oval", density, s)
    p = np.concatenate([[[0, 0]], np.stack([w, x * length], -1), [[0, length]]])
    if variant == "standing":
        piece = stalked(rng, solid(p, skin, 18, cuts=(0, 6, 11)).settled(0.06 * r, False), length, 0.004, 0, 0)
        return piece.draft("avocado", "fruit", "tall", density, s)
    face = layered(depth_along(p, 64), [(2, base), (0.95, (0.62, 0.72, 0.25)), (0.8, (0.9, 0.88, 0.52))])
    pit_r, brown = between(rng, 0.38, 0.5) * r, (0.42, 0.24, 0.12)
    face.ellipse(0.5, 0.66, 32 * pit_r / r, 64 * pit_r / length, brown if variant != "half_stone" else (0.5, 0.4, 0.18))
    half = None
    if variant == "half_stone":
        ball = solid(round_profile(pit_r, pit_r, pit_r, 0.4 * pit_r, rows=7), paint("fruit", brown), 10)
        half = ball.turned("y", 0.5 * np.pi).moved((-0.6 * pit_r, 0, 0.34 * length))
        half = Piece(half.visual, ())
        top = np.array(
            [[-0.75 * pit_r, a * pit_r, 0.34 * length + b * pit_r] for a in (-0.4, 0.4) for b in (-0.4, 0.4)]
        )
        foot = np.array([[0.0, a * pit_r, 0.34 * length + b * pit_r] for a in (-0.8, 0.8) for b in (-0.8, 0.8)])
        half = Piece(half.visual, (np.concatenate([top, foot]),))
    material = printed("fruit", face.image())
    body = Body("avocado", "fruit", density, s, p, skin, material, material, (0, 6, 11), half)
    return cut(rng, body, "half" if variant == "half_stone" else variant, colour="green")


_AVOCADO = ("whole", "standing", "half", "half_stone", "turned_half")


def kiwi(rng: np.random.Generator, variant: str) -> Draft:
    """Kiwi: a brown furry egg, green or golden inside."""
    s = draw_scale(rng, 0.1)
    r = 0.0255 * s
    p = round_profile(
        r, between(rng, 0.95, 1.6) * r, between(rng, 0.9, 1.4) * r, 0.35 * r, waist=between(rng, -0.1, 0.2)
    )
    base = mix((0.45, 0.33, 0.18), (0.36, 0.3, 0.14), between(rng, 0, 1))
    skin = printed("fruit", skin_texture(rng, base, mix(base, (0.6, 0.5, 0.3), 0.5), 0.4, (0.3, 0.2, 0.1), fine=0.16))
    flesh = pick(rng, (0.5, 0.72, 0.2), (0.45, 0.66, 0.2), (0.88, 0.76, 0.25))
    layers = [(2, base), (0.94, flesh), (0.55, mix(flesh, (0.9, 0.95, 0.6), 0.35)), (0.3, (0.93, 0.95, 0.75))]
    face, ring = layered(depth_along(p), layers), layered(depth_across(), layers)
    for c in (face, ring):
        dots(c, rng, 34, (0.1, 0.08, 0.06), 0.9, (0.34, 0.56), 1.5)
    if variant in ("whole", "lying"):
        piece = solid(p, skin, 18)
        if variant == "lying":
            tilt = 0.5 * np.pi + between(rng, -0.1, 0.1)
            piece = piece.turned("y", tilt).scaled(1, between(rng, 0.85, 1.05), 1).settled(0.08 * r)
        else:
            piece = piece.settled(0.001, False)
        return piece.draft("kiwi", "fruit", "oval", 900.0, s)
    if variant == "egg_half":  # cut across, spooned like an egg, face up
        k = pick(rng, 5, 6)
        q = np.concatenate([p[: k + 1], [[0, p[k, 1]]]])
        lid = slab(circle(18) * p[k, 0], (p[k, 1] - 0.001, p[k, 1] + 0.0006), skin, printed("fruit", ring.image()))
        piece = together(solid(q, skin, 18), Piece(lid.visual, ())).seated(0.02 * r)
        return piece.draft("half kiwi", "fruit", "round", 900.0, s)
    body = Body("kiwi", "fruit", 900.0, s, p, skin, printed("fruit", face.image()), printed("fruit", ring.image()))
    return cut(rng, body, variant)


def mango(rng: np.random.Generator, variant: str) -> Draft:
    """Mango or papaya: a smooth lying kidney; halves show orange flesh, papayas black seeds."""
    name = pick(rng, "mango", "mango", "papaya")
    s = draw_scale(rng, 0.1)
    r = 0.0305 * s
    p = round_profile(
        r, between(rng, 1.0, 1.4) * r, between(rng, 1.1, 2.0) * r, 0.4 * r, rows=11, waist=between(rng, 0, 0.35)
    )
    a, b = pick(rng, ("yellow", "red"), ("green", "red"), ("orange", "yellow"), ("green", "yellow"))
    base = mix(shade(a, rng), shade("yellow"), 0.25)
    skin = printed("fruit", skin_texture(rng, base, mix(base, shade(b), 0.7), 0.55))
    flesh = (0.98, 0.68, 0.18) if name == "mango" else (0.95, 0.48, 0.2)
    face = layered(depth_along(p), [(2, base), (0.94, flesh)])
    if name == "papaya":
        face = layered(depth_along(p), [(2, base), (0.94, flesh), (0.42, (0.8, 0.42, 0.2))])
        dots(face, rng, 46, (0.1, 0.09, 0.08), 1.8, (0.0, 0.36))
    elif variant == "half":
        for k in range(5):  # cut crosswise for eating
            x = (k + 0.5) / 5
            face.line([(x, 0), (x, 1)], 1.2, mix(flesh, STEM, 0.35))
            face.line([(0, x), (1, x)], 1.2, mix(flesh, STEM, 0.35))
    if variant in ("whole", "leafy", "standing"):
        piece = solid(p, skin, 20)
        if variant != "standing":
            bend, tall = between(rng, 0.0, 9.0), float(p[:, 1].max())
            piece = piece.changed(
                lambda v: v + np.stack([bend * (v[:, 2] - 0.5 * tall) ** 2, 0 * v[:, 2], 0 * v[:, 2]], -1)
            )
            piece = piece.scaled(1.0, between(rng, 0.78, 1.0), 1.0)
            if variant == "leafy":
                piece = stalked(rng, piece, tall, 0.012, 1, between(rng, 0.03, 0.05))
            piece = piece.turned("z", between(rng, 0, 6.28)).turned("y", 0.5 * np.pi + 0.1).settled(0.08 * r)
        else:
            piece = piece.settled(0.001, False)
        return piece.draft(name, "fruit", "oval", 900.0, s)
    art = printed("fruit", face.image())
    return cut(rng, Body(name, "fruit", 900.0, s, p, skin, art, art), variant)


# --- pineapple, dragon fruit --------------------------------------------------------------------


def _crown(rng: np.random.Generator, z: float, size: float, rows: int, green) -> Piece:
    """Stiff leaves in rings, steeper towards the middle."""
    blades = []
    for row in range(rows):
        for k in range(5):
            yaw = 1.2566 * k + 0.63 * row + between(rng, -0.1, 0.1)
            lift = 0.6 + 1.1 * row / max(rows - 1, 1)
            blades.append(leaf(z + 0.03 * size * row, size * (0.85 + 0.25 * row / rows), yaw, lift * 2.6))
    return trim(paint("fruit", green), *blades)


def pineapple(rng: np.random.Generator, variant: str) -> Draft:
    """A small pineapple with its crown, or rings, chunks and halves of one."""
    s = draw_scale(rng, 0.1)
    r, h = 0.0315 * s, 0.08 * s * between(rng, 0.75, 1.3)
    base = mix(shade("yellow", rng), (0.62, 0.4, 0.12), between(rng, 0.35, 0.7))
    skin = Canvas(80, 112, base)
    for row in range(9):
        for k in range(10):
            x, y = (k + 0.5 * (row % 2)) / 10, (row + 0.5) / 9
            skin.polygon(
                [(x - 0.05, y), (x, y - 0.06), (x + 0.05, y), (x, y + 0.06)], mix(base, (0.9, 0.65, 0.2), 0.45)
            )
            skin.line([(x - 0.05, y), (x, y - 0.06), (x + 0.05, y)], 1.4, (0.42, 0.28, 0.1))
            skin.ellipse(x, y, 1.3, 1.3, (0.38, 0.26, 0.1))
    rind, flesh = printed("fruit", skin.image()), (0.97, 0.86, 0.38)
    belly, mid = between(rng, 0.8, 0.95), between(rng, 0.35, 0.6)
    t = np.array([0.0, 0.0, 0.06, 0.2, mid, 0.75, 0.9, 0.98, 1.0])
    w = np.array([0.0, 0.7, 0.82, belly + 0.05, 1.0, 0.5 + 0.5 * belly, 0.8, 0.55, 0.0])
    p = np.stack([w * r, t * h], -1)
    green = mix(shade("green", rng), (0.35, 0.45, 0.2), 0.4)
    if variant in ("whole", "lying"):
        piece = solid(p, rind, 20)
        size = between(rng, 0.03, 0.05) * s
        crown = _crown(rng, h - 0.003, size, pick(rng, 2, 3), green)
        core = circle(6) * 0.006
        stack = np.concatenate(
            [np.concatenate([core * f, np.full((6, 1), h + z)], -1) for f, z in ((1.5, -0.002), (1, 0.6 * size))]
        )
        piece = together(piece, Piece(crown.visual, (stack,)))
        if variant == "lying":
            piece = piece.turned("z", between(rng, 0, 6.28)).turned("y", 0.5 * np.pi)
            piece = Piece(piece.visual, piece.hulls[:1]).settled(0.08 * r)
        return piece.draft("pineapple", "fruit", "tall", 750.0, s)
    layers = [(2, mix(base, STEM, 0.3)), (0.9, flesh), (0.3, (0.98, 0.93, 0.65))]
    face, ring = layered(depth_along(p), layers), layered(depth_across(), layers)
    for c in (face, ring):
        c.shade_noise(fractal_noise(rng, 56, 56, 16, 16, 2), 0.07)
    if variant == "half":
        body = Body("pineapple", "fruit", 800.0, s, p, rind, printed("fruit", face.image()), rind)
        half = cut(rng, body, "half")
        return half
    ring_art = printed("fruit", ring.image())
    return cut(rng, Body("pineapple", "fruit", 800.0, s, p, rind, printed("fruit", face.image()), ring_art), variant)


def dragon_fruit(rng: np.random.Generator, variant: str) -> Draft:
    """Dragon fruit: pink with green-tipped scales, white or red inside with black seeds."""
    s = draw_scale(rng, 0.1)
    r = 0.0305 * s
    p = round_profile(
        r, between(rng, 1.0, 1.4) * r, between(rng, 1.0, 1.5) * r, 0.4 * r, rows=10, waist=between(rng, -0.05, 0.2)
    )
    base = pick(rng, (0.86, 0.16, 0.42), (0.8, 0.12, 0.36), (0.93, 0.3, 0.5))
    skin = printed("fruit", skin_texture(rng, base, mix(base, (0.95, 0.6, 0.5), 0.4), 0.4))
    flesh = pick(rng, (0.96, 0.95, 0.93), (0.96, 0.95, 0.93), (0.75, 0.1, 0.35))
    layers = [(2, base), (0.9, flesh)]
    face, ring = layered(depth_along(p), layers), layered(depth_across(), layers)
    for c in (face, ring):
        dots(c, rng, 90, (0.08, 0.07, 0.08), 0.8, (0.0, 0.8))
    if variant in ("whole", "lying"):
        h = float(p[:, 1].max())
        blades, long = [], between(rng, 0.014, 0.03) * s
        for row, (z, f) in enumerate(((0.28, 0.9), (0.55, 0.95), (0.8, 0.7), (0.97, 0.25))):
            for k in range(4):
                yaw = 1.5708 * k + 0.785 * row
                c, sn = (float(v) for v in cos_sin(yaw))
                blade = leaf(0, long, yaw, between(rng, 0.9, 2.2))
                blades.append(blade.moved((f * r * c, f * r * sn, z * h)))
        scales = trim(paint("fruit", mix((0.55, 0.7, 0.2), base, between(rng, 0.1, 0.4))), *blades)
        piece = together(solid(p, skin, 18), scales)
        if variant == "lying":
            piece = piece.turned("y", 0.5 * np.pi - 0.1).settled(0.1 * r)
        return piece.draft("dragon fruit", "fruit", "oval", 850.0, s, colour="pink")
    body = Body(
        "dragon fruit", "fruit", 850.0, s, p, skin, printed("fruit", face.image()), printed("fruit", ring.image())
    )
    return cut(rng, body, variant)


# --- melons -------------------------------------------------------------------------------------

_MELON = ("wedge", "triangle", "slice", "boat", "quarter", "baby", "half")


def watermelon(rng: np.random.Generator, variant: str) -> Draft:
    """Pieces of watermelon, honeydew or cantaloupe that fit a hand, and a baby melon."""
    name, rind, dark, flesh = pick(
        rng,
        ("watermelon", (0.42, 0.6, 0.3), (0.08, 0.3, 0.12), (0.9, 0.22, 0.22)),
        ("watermelon", (0.2, 0.42, 0.18), (0.07, 0.26, 0.1), (0.92, 0.28, 0.28)),
        ("cantaloupe", (0.8, 0.7, 0.45), (0.6, 0.52, 0.3), (0.98, 0.62, 0.3)),
        ("honeydew", (0.85, 0.86, 0.55), (0.75, 0.78, 0.42), (0.84, 0.92, 0.6)),
    )
    s = draw_scale(rng, 0.08)
    skin = printed("fruit", striped_texture(rng, rind, dark, 9, 0.35))
    tall = between(rng, 0.85, 1.25)
    big = variant in ("wedge", "triangle", "boat", "quarter")
    r = (0.058 if big else 0.0325) * s
    p = round_profile(r, tall * r, tall * r, 0.35 * r, rows=11)
    layers = [(2, mix(rind, dark, 0.4)), (0.97, (0.86, 0.93, 0.7)), (0.86, flesh)]
    face, ring = layered(depth_along(p), layers), layered(depth_across(), layers)
    for c in (face, ring):
        if name == "watermelon":
            dots(c, rng, 16, (0.1, 0.06, 0.05), 1.1, (0.3, 0.68), 1.5)
        else:
            c.ellipse(0.5, 0.5, 7, 14, mix(flesh, (0.95, 0.85, 0.55), 0.6))
        c.shade_noise(fractal_noise(rng, 56, 56, 14, 14, 2), 0.05)
    face_art, ring_art = printed("fruit", face.image()), printed("fruit", ring.image())
    if variant == "baby":
        piece = stalked(rng, solid(p, skin, 20), float(p[-1, 1]), between(rng, 0.006, 0.02), 0, 0)
        if rng.random() < 0.5:
            piece = piece.turned("y", 1.5708).settled(0.08 * r)
        return piece.draft(f"baby {name}", "fruit", "round", 850.0, s)
    if variant == "triangle":
        span, n = between(rng, 0.7, 1.7), 10
        c, sn = cos_sin((np.arange(n + 1) / n - 0.5) * span - 0.5 * np.pi)
        o = np.concatenate([[[0.0, 0.0]], np.stack([c, sn], -1)])[:, :] * 1.15 * r
        thick = between(rng, 0.014, 0.034)
        piece = slab(o, (0, thick), skin, ring_art, (), ring_art)
        visual = []
        for k, (mesh, material) in enumerate(piece.visual):
            if k:
                mesh = type(mesh)(mesh.vertices, mesh.faces, 0.5 + 0.49 * mesh.vertices[:, :2] / (1.15 * r))
            visual.append((mesh, material))
        side = visual[0][0]
        rim = np.sqrt((side.vertices[:, :2] ** 2).sum(-1)) > 1.1 * r
        outer = rim[side.faces].all(1)
        flat = paint("fruit", flesh)
        visual[0:1] = [(type(side)(side.vertices, side.faces[outer], side.uv), skin)]
        visual.append((type(side)(side.vertices, side.faces[~outer], side.uv), flat))
        piece = Piece(tuple(visual), piece.hulls)
        if rng.random() < 0.4 and span > 1.0 and thick > 0.026:  # on its rind
            piece = piece.turned("x", 0.5 * np.pi).seated(0.08 * r)
        return piece.seated().draft(f"piece of {name}", "fruit", "triangular", 850.0, s)
    if variant in ("boat", "wedge"):
        span = between(rng, 0.45, 0.8) if variant == "boat" else between(rng, 0.8, 1.15)
        f = between(rng, 0.75, 1.0)
        pose = "side" if variant == "boat" and rng.random() < 0.5 else "up"
        piece = posed(sector(p, span, skin, face_art, 8), span, pose, 0.1 * r, (f * between(rng, 0.9, 1.3), f, f))
        return piece.draft(f"piece of {name}", "fruit", "crescent", 850.0, s)
    if variant == "quarter":
        r *= 0.62
        p = p * 0.62
        variant = "side_wedge"
    body = Body(name, "fruit", 850.0, s, p, skin, face_art, ring_art)
    return cut(rng, body, variant)


_WHOLE_OR_CUT = ("whole", "lying", "half", "turned_half", "wedge", "side_wedge", "slice", "moon")
_KIWI = (*_WHOLE_OR_CUT, "egg_half")
_MANGO = ("whole", "leafy", "standing", "half", "turned_half", "wedge", "side_wedge")
_MELONS = ("watermelon", "cantaloupe", "honeydew")
_BANANAS = ("banana", "half banana", "peeled banana", "slice of banana", "pair of bananas", "bunch of bananas")
_MELON_NAMES = tuple(f"{form} {n}" for n in _MELONS for form in ("baby", "half", "piece of", "slice of"))

FAMILIES = (
    graspable("banana", "fruit", banana, *_BANANAS, variants=_BANANA),
    graspable("avocado", "fruit", avocado, *cut_names(_AVOCADO, "avocado"), variants=_AVOCADO),
    graspable("kiwi", "fruit", kiwi, *cut_names(_KIWI, "kiwi"), variants=_KIWI),
    graspable("mango", "fruit", mango, *cut_names(_MANGO, "mango", "papaya"), variants=_MANGO),
    graspable("pineapple", "fruit", pineapple, *cut_names(_WHOLE_OR_CUT, "pineapple"), variants=_WHOLE_OR_CUT),
    graspable("dragon_fruit", "fruit", dragon_fruit, *cut_names(_WHOLE_OR_CUT, "dragon fruit"), variants=_WHOLE_OR_CUT),
    graspable("watermelon", "fruit", watermelon, *_MELON_NAMES, variants=_MELON),
)
