"""Fruit from orchards, whole, cut and bitten, with flat feet so that they stay where they are put."""

from __future__ import annotations

import numpy as np

from assets.colours import RGB, mix, shade
from assets.families.cuts import Body, cut, cut_names
from assets.families.flesh import depth_across, depth_along, dots, layered, skin_texture, spokes
from assets.families.pieces import Piece, bitten, sector, solid, together, trim
from assets.kit import Draft, draw_scale, graspable, paint, printed
from assets.mesh import Mesh, blob, merge, sweep
from assets.numeric import between, circle, cos_sin, pick
from assets.paint import Canvas, fractal_noise

STEM: RGB = (0.33, 0.22, 0.12)
CREAM: RGB = (0.95, 0.9, 0.72)


def round_profile(
    r: float, low: float, high: float, flat: float, dimple: float = 0.0, rows: int = 9, waist: float = 0.0
) -> np.ndarray:
    """Profile (M, 2) of a round fruit: half heights `low` and `high` below and above the widest circle, a
    flat foot of radius `flat`, a dimple of that depth on top; `waist` pulls in the upper part (pears)."""
    start = float(np.sqrt(max(1.0 - (flat / r) ** 2, 0.0)))  # height of the foot below the middle, as a share
    t = np.arange(rows) / (rows - 1.0)
    # Equal steps of angle from the foot to the top; the angle's sine is -start, found by bisection-free algebra:
    # steps in height keep to + - * / and sqrt, denser near the ends where the curve turns.
    h = -start + (1.0 + start) * (t * t * (3.0 - 2.0 * t))
    c = np.sqrt(np.maximum(1.0 - h * h, 0.0))
    z = np.where(h < 0, h * low, h * high)
    pull = 1.0 - waist * np.clip(h, 0.0, 1.0) * (1.6 - 0.9 * np.clip(h, 0.0, 1.0))
    radius = c * r * pull
    radius[0], radius[-1] = flat, 0.0
    points = np.stack([radius, z - z[0]], -1)
    if dimple > 0:
        points = np.concatenate(
            [points[:-1], [[0.16 * r, points[-1, 1] - 0.15 * dimple], [0.0, points[-1, 1] - dimple]]]
        )
    return np.concatenate([[[0.0, 0.0]], points])


def stem(top: float, length: float, radius: float = 0.0013) -> Mesh:
    """A short bent stalk standing at height `top`."""
    path = [(0, 0, top - 0.003), (0.001, 0, top + 0.5 * length), (0.003, 0, top + length)]
    return sweep(path, [radius, 0.85 * radius, 1.2 * radius], 6, up=(0, 1, 0))


def leaf(z: float, length: float, yaw: float, lift: float = 0.3) -> Mesh:
    """A pointed leaf from the axis at height z outwards; two-sided."""
    t = np.array([0.0, 0.35, 0.7, 1.0])
    half = np.array([0.06, 0.26, 0.2, 0.0]) * length
    rise = lift * length * (1.2 * t - t * t)
    c, s = (float(v) for v in cos_sin(yaw))
    rows = np.stack(
        [np.stack([t * length, half, rise + z], -1), np.stack([t * length, -half, rise + z], -1)], 1
    ).reshape(-1, 3)
    x = np.stack([c * rows[:, 0] - s * rows[:, 1], s * rows[:, 0] + c * rows[:, 1], rows[:, 2]], -1)
    quads = [(2 * i + 1, 2 * i + 3, 2 * i + 2, 2 * i) for i in range(3)]
    faces = np.array([f for a, b, d, e in quads for f in ((a, b, d), (a, d, e))], np.int32)
    upper = Mesh(x, faces, rows[:, :2] / length)
    return merge([upper, Mesh(x - [0, 0, 0.0006], faces[:, ::-1].copy(), upper.uv)])


def stalked(rng: np.random.Generator, piece: Piece, top: float, length: float, leaves: int, size: float) -> Piece:
    """The piece with a stalk at height `top` and some leaves on it."""
    parts = [piece]
    if length > 0:
        parts.append(trim(paint("wood", STEM), stem(top, length, between(rng, 0.0012, 0.002))))
    yaw = between(rng, 0, 6.28)
    for k in range(leaves):
        blade = leaf(top + 0.45 * length, size * between(rng, 0.8, 1.2), yaw + 2.4 * k, between(rng, 0.1, 0.9))
        parts.append(trim(paint("fruit", shade("green", rng)), blade))
    return together(*parts)


# --- apple, pear --------------------------------------------------------------------------------

_APPLE = ("whole", "leafy", "half", "turned_half", "wedge", "side_wedge", "bitten", "core", "slice")


def _apple_core(rng: np.random.Generator, s: float, skin_paint: RGB) -> Draft:
    """What is left of an eaten apple: a waisted core between two ends with skin."""
    r, h = 0.024 * s * between(rng, 0.85, 1.15), 0.062 * s * between(rng, 0.75, 1.2)
    w, a, b = between(rng, 0.4, 0.62), between(rng, 0.15, 0.24), between(rng, 0.76, 0.85)
    rows = [(0, 0.0), (0.62, 0.0), (0.95, 0.07), (1.0, a), (0.78, a + 0.07), (w, 0.42), (w, 0.58), (0.8, b - 0.07)]
    rows += [(1.0, b), (0.8, 0.96), (0.4, 1.0), (0, 0.95)]
    p = np.array(rows) * [r, h]
    c = Canvas(64, 32, CREAM)
    v = np.array([1 - 0.3, 1 - 0.7])
    c.rect(0, 0, 1, float(v[1]) - 0.02, skin_paint)
    c.rect(0, float(v[0]) + 0.02, 1, 1, skin_paint)
    for x in (0.2, 0.45, 0.8):
        c.ellipse(x, 0.5, 1.4, 2.6, (0.25, 0.13, 0.07))
    c.shade_noise(fractal_noise(rng, 64, 32, 6, 6, 3), 0.06)
    body = solid(p, printed("fruit", c.image()), 16, cuts=(1, 4, 5, 6, 7, 10))
    body = stalked(rng, body, h * 0.95, between(rng, 0.008, 0.02), 0, 0)
    return body.draft("apple core", "fruit", "waisted", 800.0, s)


def apple(rng: np.random.Generator, variant: str) -> Draft:
    """Apple: slightly heart-shaped with a dimple and stem; whole, cut, bitten or eaten to the core."""
    s = draw_scale(rng, 0.1)
    r = 0.031 * s
    colour, blush = pick(rng, ("red", "yellow"), ("red", "red"), ("green", "yellow"), ("yellow", "red"))
    base, second = shade(colour, rng), mix(shade(colour), shade(blush, rng), 0.55)
    if variant == "core":
        return _apple_core(rng, s, base)
    low, high = between(rng, 0.68, 1.2), between(rng, 0.6, 1.0)
    taper = between(rng, -0.12, 0.16)
    p = round_profile(r, low * r, high * r, between(rng, 0.38, 0.55) * r, 0.22 * r, waist=-0.06 + taper)
    skin = printed("fruit", skin_texture(rng, base, second, 0.45, mix(shade(colour), (1, 1, 0.8), 0.5)))
    top, density = float(p[-1, 1]), between(rng, 780, 900)
    if variant in ("whole", "leafy", "bitten"):
        lobes = 1.0 + between(rng, 0.0, 0.05) * cos_sin(np.arange(20) * (2 * np.pi / 20) * 5)[0]
        piece = solid(p, skin, 20, lobes)
        if variant == "bitten":
            bite = between(rng, 0.6, 0.85) * r
            reach = (1.0 + between(rng, 0.25, 0.5)) * r
            centre = (reach, 0.0, between(rng, 0.4, 0.6) * float(p[:, 1].max()))
            piece = bitten(solid(p, skin, 24), centre, bite, paint("fruit", CREAM))
        leaves = pick(rng, 1, 1, 2) if variant == "leafy" else 0
        piece = stalked(rng, piece, top, between(rng, 0.008, 0.026), leaves, between(rng, 0.022, 0.042))
        return piece.draft("apple", "fruit", "round", density, s)
    face = layered(
        depth_along(p), [(2, base), (0.93, CREAM), (0.42, mix(CREAM, (0.8, 0.75, 0.45), 0.4)), (0.38, CREAM)]
    )
    for x in (0.44, 0.56):
        face.ellipse(x, 0.52, 1.6, 3.6, (0.25, 0.13, 0.07))
    ring = layered(depth_across(), [(2, base), (0.93, CREAM)])
    ring.star(0.5, 0.5, 9, mix(CREAM, (0.7, 0.6, 0.35), 0.5))
    dots(ring, rng, 5, (0.25, 0.13, 0.07), 1.4, (0.12, 0.2), 1.6)
    body = Body("apple", "fruit", density, s, p, skin, printed("fruit", face.image()), printed("fruit", ring.image()))
    return cut(rng, body, variant, colour=colour)


_PEAR = ("whole", "leafy", "half", "turned_half", "wedge", "side_wedge", "lying")


def pear(rng: np.random.Generator, variant: str) -> Draft:
    """Pear: waisted, from nearly round to long-necked; standing, lying or cut."""
    s = draw_scale(rng, 0.1)
    r = 0.031 * s
    colour, blush = pick(rng, ("green", "yellow"), ("yellow", "green"), ("yellow", "red"), ("brown", "yellow"))
    tall, waist = between(rng, 1.2, 2.9) * r, between(rng, 0.3, 0.68)
    p = round_profile(r, between(rng, 0.75, 1.05) * r, tall, 0.5 * r, 0.05 * r, rows=13, waist=waist)
    base = mix(shade(colour, rng), shade("yellow"), 0.25)
    skin = printed("fruit", skin_texture(rng, base, mix(base, shade(blush), 0.5), 0.4, mix(base, STEM, 0.5)))
    top, density = float(p[-1, 1]), between(rng, 780, 880)
    if variant in ("whole", "leafy", "lying"):
        piece = solid(p, skin, 20, cuts=(1, 8, 13))
        leaves = pick(rng, 1, 2) if variant == "leafy" else 0
        piece = stalked(rng, piece, top, between(rng, 0.008, 0.03), leaves, between(rng, 0.025, 0.045))
        if variant == "lying":
            tilt = 0.5 * np.pi + between(rng, 0.05, 0.3)
            piece = piece.turned("y", tilt).settled(0.1 * r).turned("z", between(rng, -0.5, 0.5))
        return piece.draft("pear", "fruit", "tall" if variant != "lying" else "oval", density, s)
    face = layered(depth_along(p), [(2, base), (0.94, CREAM)])
    face.ellipse(0.5, 0.66, 6, 8, mix(CREAM, (0.8, 0.72, 0.4), 0.5))
    for x in (0.45, 0.55):
        face.ellipse(x, 0.66, 1.5, 3.2, (0.25, 0.13, 0.07))
    art = printed("fruit", face.image())
    body = Body("pear", "fruit", density, s, p, skin, art, art, (1, 8, 13))
    return cut(rng, body, variant, colour=colour)


# --- citrus -------------------------------------------------------------------------------------


def _citrus_faces(rng: np.random.Generator, p: np.ndarray, rind: RGB, flesh: RGB, count: int) -> tuple[Canvas, Canvas]:
    """A lengthwise cut and a cut across: rind, white, flesh in segments."""
    pith = (0.97, 0.94, 0.84)
    along = layered(depth_along(p), [(2, rind), (0.93, pith), (0.84, flesh)])
    along.rect(0.47, 0.12, 0.53, 0.88, pith)
    across = layered(depth_across(), [(2, rind), (0.93, pith), (0.84, flesh), (0.1, pith)])
    spokes(across, count, pith, 0.05, 0.84, 1.5)
    for c in (along, across):
        c.shade_noise(fractal_noise(rng, 56, 56, 14, 14, 2), 0.05)
    return along, across


def _segment(rng: np.random.Generator, body: Body, flesh: RGB, extra: dict[str, str]) -> Draft:
    """One or some peeled segments of a citrus fruit, still together."""
    count = pick(rng, 1, 2, 3, 4)
    r, high = 0.86 * body.radius, 0.86 * float(body.profile[:, 1].max())
    span, n = (0.95 if count < 2 else 0.58) * between(rng, 0.9, 1.15), 5
    t = np.arange(9) / 8.0
    outline = np.stack([r * (0.08 + 3.7 * t * (1 - t)), high * t], -1)
    skin = mix(flesh, (0.98, 0.93, 0.8), 0.3)
    c = Canvas(32, 32, skin)
    c.shade_noise(fractal_noise(rng, 32, 32, 8, 5, 2), 0.12)
    look = printed("fruit", c.image())
    one = sector(outline, span, look, look, n)
    parts = [one.turned("z", 1.04 * span * (k - 0.5 * (count - 1))) for k in range(count)]
    piece = together(*parts).scaled(1.0, between(rng, 0.85, 1.15), between(rng, 0.85, 1.25))
    piece = piece.turned("y", 0.5 * np.pi).settled(0.1 * r)
    return piece.draft(f"segment of {body.name}", "fruit", "crescent", body.density, body.scale, **extra)


_ORANGE = ("whole", "leafy", "half", "turned_half", "wedge", "side_wedge", "slice", "moon", "segment", "fan")


def orange(rng: np.random.Generator, variant: str) -> Draft:
    """Orange, mandarin, lime or grapefruit: pores and a green calyx; whole, cut or in segments."""
    name, colour, size, squash = pick(
        rng,
        ("orange", "orange", 0.0312, 0.97),
        ("mandarin", "orange", 0.029, 0.76),
        ("lime", "green", 0.025, 1.12),
        ("grapefruit", "pink", 0.0325, 0.88),
    )
    s = draw_scale(rng, 0.07)
    r = size * s
    flesh = {"lime": (0.75, 0.85, 0.4), "grapefruit": (0.9, 0.4, 0.36)}.get(name, (0.97, 0.62, 0.12))
    base = mix(shade("orange"), shade("yellow"), 0.6) if name == "grapefruit" else shade(colour, rng)
    squash *= between(rng, 0.85, 1.15)
    waist = between(rng, -0.1, 0.25)
    p = round_profile(r, squash * r, squash * r * between(rng, 0.85, 1.2), 0.4 * r, 0.03 * r, waist=waist)
    art = skin_texture(rng, base, mix(base, shade("yellow"), 0.35), 0.4, mix(base, (1, 1, 1), 0.25), fine=0.09)
    skin, top, density = printed("fruit", art), float(p[-1, 1]), between(rng, 780, 900)
    if variant in ("whole", "leafy"):
        button = blob([(0.0035, top - 0.001), (0.003, top + 0.0012), (0.0, top + 0.0016)], 8)
        piece = together(solid(p, skin, 20), trim(paint("fruit", (0.36, 0.42, 0.16)), button))
        if variant == "leafy":
            size = between(rng, 0.03, 0.05)
            piece = stalked(rng, piece, top, between(rng, 0.006, 0.016), pick(rng, 1, 2, 2), size)
        return piece.draft(name, "fruit", "round", density, s, colour=colour if name != "grapefruit" else "orange")
    along, across = _citrus_faces(rng, p, base, flesh, pick(rng, 9, 10, 11))
    body = Body(name, "fruit", density, s, p, skin, printed("fruit", along.image()), printed("fruit", across.image()))
    extra = {} if name == "grapefruit" else {"colour": colour}
    return _segment(rng, body, flesh, extra) if variant == "segment" else cut(rng, body, variant, **extra)


_LEMON = ("whole", "half", "turned_half", "wedge", "side_wedge", "slice", "moon", "standing_half", "fan")


def lemon(rng: np.random.Generator, variant: str) -> Draft:
    """Lemon: a spindle with a nipple at each end; whole, cut lengthwise or across."""
    s = draw_scale(rng, 0.1)
    r, length = 0.0255 * s * between(rng, 0.88, 1.1), 0.072 * s * between(rng, 0.8, 1.25)
    nipple, fat = between(rng, 0.8, 1.5), between(rng, 0.85, 1.12)
    x = np.array([0.0, 0.03, 0.09, 0.2, 0.36, 0.54, 0.72, 0.86, 0.94, 1.0])
    w = np.array([0.1, 0.2, 0.42 * fat, 0.76 * fat, 0.97, 1.0, 0.86 * fat, 0.52 * fat, 0.24 * nipple, 0.14]) * r
    base = shade("yellow", rng)
    art = skin_texture(rng, base, mix(base, shade("green"), 0.25), 0.3, mix(base, (1, 1, 1), 0.3), fine=0.07)
    skin, density = printed("fruit", art), between(rng, 800, 900)
    if variant == "whole":
        p = np.concatenate([[[0, 0]], np.stack([w, x * length], -1), [[0, length]]])
        piece = solid(p, skin, 16, cuts=(1, 4, 8, 10)).turned("y", 0.5 * np.pi).settled(0.08 * r)
        return piece.draft("lemon", "fruit", "oval", density, s)
    p = np.stack([w, x * length], -1)
    p = np.concatenate([[[0, 0]], p, [[0, length]]])
    flesh = (0.96, 0.9, 0.45)
    along, across = _citrus_faces(rng, p, base, flesh, 9)
    face, ring = printed("fruit", along.image()), printed("fruit", across.image())
    if variant == "standing_half":  # cut across, resting on the cut with the nipple up
        k = pick(rng, 4, 5, 6)
        q = p[k:] - [0, p[k, 1]]
        piece = solid(np.concatenate([[[0, 0]], q]), skin, 18)
        if rng.random() < 0.5:
            piece = piece.turned("x", np.pi).settled(0.1 * length, False)
            lid = trim(ring, _lid(float(q[0, 0]), float(piece.box()[1, 2]) + 0.0004))
            piece = together(piece, lid)
        return piece.draft("half lemon", "fruit", "conical", density, s, colour="yellow")
    return cut(rng, Body("lemon", "fruit", density, s, p, skin, face, ring), variant, colour="yellow")


def _lid(radius: float, z: float) -> Mesh:
    """A flat round cut face at height z, with the picture of a cut across on it."""
    rim = circle(18) * radius
    v = np.concatenate([np.concatenate([rim, np.full((18, 1), z)], -1), [[0.0, 0.0, z]]])
    i = np.arange(18)
    return Mesh(v, np.stack([i, (i + 1) % 18, 0 * i + 18], -1).astype(np.int32), 0.5 + 0.49 * v[:, :2] / radius)


# --- stone fruit --------------------------------------------------------------------------------

_PEACH = ("whole", "leafy", "half", "turned_half", "wedge", "side_wedge", "bitten", "pair")


def peach(rng: np.random.Generator, variant: str) -> Draft:
    """Peach, plum, nectarine or apricot: round with a seam and a stone."""
    name, colour, size = pick(
        rng,
        ("peach", "orange", 0.031),
        ("plum", "purple", 0.026),
        ("nectarine", "red", 0.03),
        ("apricot", "orange", 0.025),
    )
    s = draw_scale(rng, 0.1)
    r = size * s
    deep = between(rng, 0.02, 0.12)
    warp = np.ones(20)
    warp[0], warp[1], warp[19] = 1.0 - deep, 1.0 - 0.2 * deep, 1.0 - 0.2 * deep  # the seam
    tall = between(rng, 0.72, 1.3)
    p = round_profile(
        r,
        tall * r,
        tall * r * between(rng, 0.85, 1.2),
        0.42 * r,
        between(rng, 0.05, 0.2) * r,
        waist=between(rng, -0.08, 0.2),
    )
    base = shade(colour, rng)
    if name in ("peach", "apricot"):
        base = mix(base, shade("yellow"), 0.25)
    second = {"peach": shade("red"), "plum": shade("blue"), "nectarine": shade("yellow"), "apricot": shade("red")}[name]
    skin = printed("fruit", skin_texture(rng, base, mix(base, second, 0.5), 0.5))
    flesh, density = mix(shade("yellow", rng), shade("orange"), 0.3), between(rng, 850, 950)
    flesh = mix(flesh, (1.0, 0.95, 0.7), 0.35)
    top = float(p[-1, 1])
    if variant in ("whole", "leafy", "bitten", "pair"):
        piece = solid(p, skin, 20, warp)
        if variant == "bitten":
            height = between(rng, 0.4, 0.6) * float(p[:, 1].max())
            piece = solid(p, skin, 24)
            centre = ((1.0 + between(rng, 0.2, 0.45)) * r, 0.0, height)
            piece = bitten(piece, centre, between(rng, 0.6, 0.85) * r, paint("fruit", flesh))
        leaves = {"leafy": pick(rng, 1, 2), "pair": 1}.get(variant, 0)
        piece = stalked(rng, piece, top, between(rng, 0.004, 0.012), leaves, between(rng, 0.03, 0.05))
        if variant == "pair":  # grown together, the second one smaller or larger
            f = between(rng, 0.75, 1.0)
            other = solid(p, skin, 14, None).turned("z", 2.0).scaled(f, f, f * between(rng, 0.9, 1.05))
            piece = together(piece, other.moved(((0.86 + 0.86 * f) * r, 0, 0))).turned("z", between(rng, -0.5, 0.5))
            piece = piece.scaled(0.8, 0.8, 0.8).seated()
            return piece.draft(
                f"pair of {name}s" if name != "peach" else "pair of peaches", "fruit", "double", density, s
            )
        return piece.draft(name, "fruit", "round", density, s)
    stone = (0.45, 0.25, 0.14)
    face = layered(depth_along(p), [(2, base), (0.94, flesh), (0.45, mix(flesh, (0.75, 0.15, 0.1), 0.5)), (0.4, stone)])
    face.shade_noise(fractal_noise(rng, 56, 56, 12, 12, 2), 0.06)
    art = printed("fruit", face.image())
    return cut(rng, Body(name, "fruit", density, s, p, skin, art, art), variant, colour=colour)


_PLURAL = ("pair of peaches", "pair of plums", "pair of nectarines", "pair of apricots")

_CITRUS = ("orange", "mandarin", "lime", "grapefruit")
_STONE = ("peach", "plum", "nectarine", "apricot")

FAMILIES = (
    graspable("apple", "fruit", apple, *cut_names(_APPLE, "apple"), "apple core", variants=_APPLE),
    graspable("pear", "fruit", pear, *cut_names(_PEAR, "pear"), variants=_PEAR),
    graspable(
        "orange", "fruit", orange, *cut_names(_ORANGE, *_CITRUS), *(f"segment of {n}" for n in _CITRUS),
        variants=_ORANGE,
    ),
    graspable("lemon", "fruit", lemon, *cut_names(_LEMON, "lemon"), variants=_LEMON),
    graspable("peach", "fruit", peach, *cut_names(_PEACH, *_STONE), *_PLURAL, variants=_PEACH),
)  # fmt: skip
