"""More vegetables: broccoli, corn, chilies, pumpkins."""

from __future__ import annotations

import numpy as np

from assets.colours import mix, shade
from assets.families.cuts import Body, cut
from assets.families.flesh import depth_across, depth_along, dots, layered, skin_texture, striped_texture
from assets.families.fruit import STEM, leaf, round_profile, stem
from assets.families.pieces import Piece, log, slab, solid, together, trim, tube
from assets.kit import Draft, draw_scale, graspable, paint, printed
from assets.mesh import blob
from assets.numeric import between, circle, cos, cos_sin, pick
from assets.paint import Canvas

# --- broccoli -----------------------------------------------------------------------------------

_BROCCOLI = ("head", "floret", "tall", "lying", "half", "cauliflower")


def _florets(rng: np.random.Generator, r: float, z: float, dome: float, look, rings: tuple[int, ...]) -> Piece:
    """A dome of knobs around the z axis, its middle at height z."""
    knobs, points = [], []
    for k, many in enumerate(rings):
        c, s = cos_sin((np.arange(many) + between(rng, 0, 1)) * (2 * np.pi / many))
        out = r * k / max(len(rings) - 1, 1)
        for i in range(many):
            q = r * between(rng, 0.4, 0.54)
            knob = blob(round_profile(q, 0.8 * q, 0.75 * q, 0.5 * q, rows=5), 7)
            knob = knob.moved((out * c[i], out * s[i], z + dome * (1.0 - 0.8 * (k / max(len(rings) - 1, 1)) ** 2) - q))
            knobs.append(knob)
            points.append(knob.vertices)
    core = blob(round_profile(r, 0.3 * r, dome, 0.5 * r, rows=6), 10).moved((0, 0, z - 0.3 * r))
    return Piece(((trim(look, core, *knobs).visual[0][0], look),), (np.concatenate(points),))


def broccoli(rng: np.random.Generator, variant: str) -> Draft:
    """Broccoli or cauliflower: a knobbly head on a stalk; a floret, tall, lying or halved."""
    s = draw_scale(rng, 0.12)
    white = variant == "cauliflower" or (variant in ("floret", "lying") and rng.random() < 0.25)
    name = "cauliflower" if white else "broccoli"
    base = (0.93, 0.9, 0.78) if white else mix((0.16, 0.36, 0.12), (0.25, 0.42, 0.16), between(rng, 0, 1))
    look = printed(
        "vegetable",
        skin_texture(
            rng,
            base,
            mix(base, (0.4, 0.6, 0.2) if not white else (1, 1, 0.9), 0.4),
            0.4,
            mix(base, (0, 0, 0), 0.3),
            fine=0.2,
        ),
    )
    r = 0.03 * s * (between(rng, 0.62, 0.8) if variant == "floret" else 1.0)
    high = r * between(rng, 0.45, 1.0)
    if variant == "tall":
        high *= 1.5
    dome = r * between(rng, 0.55, 1.0)
    head = _florets(rng, 0.78 * r, high + 0.25 * r, dome, look, (1, 5) if variant == "floret" else (1, 5, 9))
    f = max(between(rng, 0.36, 0.5) * r, 0.3 * (high + 0.4 * r))
    stalk_paint = paint("vegetable", (0.62, 0.74, 0.42) if not white else (0.86, 0.88, 0.66))
    stalk = solid(
        np.array(
            [
                (0, 0),
                (f, 0),
                (0.92 * f, 0.4 * high),
                (min(1.2 * f, 0.8 * r), 0.85 * high),
                (0.75 * r, high + 0.25 * r),
                (0, high + 0.3 * r),
            ]
        ),
        stalk_paint,
        10,
    )
    piece = together(stalk, head)
    if variant == "cauliflower":
        blades = [leaf(0.3 * high, 1.45 * r, 1.05 * k, 1.6) for k in range(6)]
        piece = together(piece, trim(paint("vegetable", (0.55, 0.72, 0.35)), *blades))
    if variant in ("lying", "tall") and (variant == "lying" or high > 1.2 * r):
        return (
            piece.turned("y", 1.8)
            .settled(0.05 * r)
            .turned("z", between(rng, 0, 6))
            .draft(name, "vegetable", "irregular", 500.0, s)
        )
    if variant == "half":
        piece = piece.changed(lambda v: np.maximum(v, [-np.inf, 0.0, -np.inf])).turned("x", 0.5 * np.pi).seated()
        return piece.draft(f"half {name}", "vegetable", "irregular", 500.0, s)
    return piece.settled(0.0005, False).draft(name, "vegetable", "irregular", 500.0, s)


# --- corn ---------------------------------------------------------------------------------------

_CORN = ("bare", "husk", "half", "eaten", "piece")


def corn(rng: np.random.Generator, variant: str) -> Draft:
    """A cob of corn: bare, in its opened husk, halved, partly eaten or a short piece."""
    s = draw_scale(rng, 0.1)
    length, r = 0.145 * s * between(rng, 0.72, 1.15), 0.0205 * s * between(rng, 0.9, 1.15)
    base = mix(shade("yellow", rng), (0.98, 0.9, 0.55), between(rng, 0, 0.5))
    c = Canvas(112, 64, mix(base, (0.55, 0.38, 0.08), 0.5))
    for row in range(26):
        for k in range(12):
            c.ellipse((k + 0.5) / 12, (row + 0.5) / 26, 2.5, 2.1, mix(base, (1, 1, 0.9), between(rng, 0, 0.25)))
    eaten_at = between(rng, 0.35, 0.6)
    if variant == "eaten":
        c.rect(0, 1 - eaten_at, 1, 1, (0.9, 0.84, 0.62), alpha=0.85)
    skin = printed("vegetable", c.image())
    x = np.array([0.0, 0.02, 0.08, 0.3, eaten_at - 0.02, eaten_at + 0.02, 0.8, 0.93, 0.985, 1.0])
    tip = between(rng, 0.55, 0.95)
    w = np.array([0.7, 0.88, 0.98, 1.0, 1.0, 1.0, 0.6 + 0.35 * tip, 0.4 + 0.4 * tip, 0.3 * tip + 0.1, 0.12]) * r
    if variant == "eaten":
        w[:5] *= 0.72
    cuts = (0, 4, 5, 9) if variant == "eaten" else (0, 5, 9)
    if variant in ("half", "piece"):
        long = (between(rng, 0.3, 0.6) if variant == "half" else between(rng, 0.1, 0.2)) * length
        end = layered(depth_across(), [(2, base), (0.72, (0.95, 0.9, 0.7)), (0.3, (0.88, 0.8, 0.55))])
        art = printed("vegetable", end.image())
        lobes = (1.0 + 0.025 * cos(np.arange(24) * (np.pi * 2 / 24) * 12))[:, None]
        piece = slab(
            circle(24) * lobes * r,
            (0, 0.06 * long, 0.94 * long, long),
            skin,
            art,
            (0.95, 1, 1, between(rng, 0.8, 0.97)),
            art,
        )
        if variant == "half" or long > 1.6 * r:
            piece = piece.turned("y", 0.5 * np.pi).settled(0.1 * r)
        return piece.draft("piece of corn", "vegetable", "cylindrical", 850.0, s, colour="yellow")
    piece = log(np.stack([x * length, w, w, 0 * x, 0.86 * w.max() + 0 * w], -1), skin, 16, cuts)
    if variant == "eaten":
        piece = log(np.stack([x * length, w, w, 0 * x, 0.86 * w], -1), skin, 16, cuts)
    if variant == "husk":
        green = mix(shade("green", rng), (0.75, 0.8, 0.45), between(rng, 0.4, 0.7))
        blades, opened = [], between(rng, 0.2, 1.0)
        for k in range(7):
            yaw = np.pi + (k - 3) * 0.42 * opened
            blades.append(
                leaf(0.004 + 0.006 * (k % 2), between(rng, 0.5, 0.8) * 0.09 * s, yaw, between(rng, 0.1, 0.5)).moved(
                    (0.25 * length, 0, 0.002)
                )
            )
        cover = log(
            np.stack([x[:6] * length - 0.004, 1.1 * w[:6], 1.1 * w[:6], 0 * x[:6], 0.9 * w.max() + 0 * x[:6]], -1),
            paint("vegetable", green),
            12,
        )
        stub = log(
            np.array([[-0.03 * s, 0.006, 0.006, 0, 0.012], [0.0, 0.009, 0.009, 0, 0.014]]), paint("vegetable", green), 8
        )
        piece = together(
            piece, Piece(cover.visual, ()), Piece(stub.visual, stub.hulls), trim(paint("vegetable", green), *blades)
        )
    return piece.settled(0.0008).draft("corn", "vegetable", "long", 750.0, s, colour="yellow")


# --- chili --------------------------------------------------------------------------------------

_CHILI = ("straight", "bent", "hooked", "stout", "pair", "habanero")


def _chili_pod(rng: np.random.Generator, s: float, variant: str, n: int = 10) -> Piece:
    length, r = 0.095 * s * between(rng, 0.75, 1.2), 0.0095 * s * between(rng, 0.85, 1.25)
    if variant == "stout":
        length, r = 0.065 * s * between(rng, 0.75, 1.15), 0.0145 * s * between(rng, 0.85, 1.15)
    colour = pick(rng, "red", "red", "green", "yellow", "orange")
    skin = printed(
        "vegetable",
        skin_texture(rng, shade(colour, rng), mix(shade(colour), (0.3, 0.05, 0.03), 0.3), 0.3, fine=0.02, size=24),
    )
    t = np.arange(9) / 8.0
    w = np.array([0.45, 0.9, 1.0, 0.96, 0.85, 0.7, 0.5, 0.28, 0.06]) * r
    bend = {"straight": 0.25, "bent": 0.9, "hooked": 1.9, "stout": 0.5, "pair": 0.8}.get(variant, 0.5) * between(
        rng, 0.6, 1.2
    )
    a = bend * t * (t if variant == "hooked" else 1.0)
    c, sn = cos_sin(a)
    step = length / 8.0
    x, y = np.concatenate([[0], np.cumsum(step * c[:-1])]), np.concatenate([[0], np.cumsum(step * sn[:-1])])
    lift = np.maximum(0.85 * w, 0.4 * w.max())
    lift[0] = 0.7 * w.max()
    pod = log(np.stack([x, w, w, y, lift], -1), skin, n, (0, 3, 5, 8))
    tail = between(rng, 0.014, 0.032) * s
    green = paint("vegetable", shade("green", rng))
    high = 0.85 * w.max()
    cap = log(np.array([[-0.1 * r, 0.5 * r, 0.5 * r, 0, high], [0.5 * r, 0.95 * r, 0.95 * r, 0, high]]), green, 8)
    stalk = tube(
        np.array([(0, 0, high), (-0.5 * tail, 0, 1.05 * high), (-tail, between(rng, -0.5, 0.5) * tail, 1.1 * high)]),
        np.full(3, 0.0018),
        green,
        6,
    )
    return together(pod, Piece(cap.visual + stalk.visual, ()))


def chili(rng: np.random.Generator, variant: str) -> Draft:
    """Chili: a slim pod with a green cap and stalk; straight, bent, hooked, stout, two, or a wrinkled habanero."""
    s = 1.15 * draw_scale(rng, 0.12)
    if variant == "habanero":
        r = 0.0185 * s
        p = round_profile(r, between(rng, 0.8, 1.7) * r, between(rng, 0.7, 1.0) * r, 0.3 * r, 0.15 * r, waist=0.0)
        lobes = 1.0 + between(rng, 0.05, 0.14) * cos(np.arange(18) * (2 * np.pi / 18) * pick(rng, 3, 4, 5))
        base = shade(pick(rng, "orange", "red", "yellow"), rng)
        skin = printed("vegetable", skin_texture(rng, base, mix(base, (0.4, 0.1, 0.0), 0.25), 0.4))
        green, top = paint("vegetable", shade("green", rng)), float(p[-1, 1])
        piece = together(solid(p, skin, 18, lobes), trim(green, stem(top, between(rng, 0.01, 0.025), 0.002)))
        tilt = between(rng, 0.8, 1.7)
        return piece.turned("y", tilt).settled(0.09 * r).draft("chili", "vegetable", "round", 500.0, s)
    if variant == "pair":
        one, two = _chili_pod(rng, s, "pair", 9), _chili_pod(rng, s, "pair", 9)
        turn = between(rng, 0.2, 0.7)
        parts = [
            q.turned("z", k * turn - 0.5 * turn).moved((0.004, k * 0.022 * s, 0)) for k, q in ((1, one), (-1, two))
        ]
        return together(*parts).seated().draft("pair of chilis", "vegetable", "long", 600.0, s)
    return _chili_pod(rng, s, variant).settled(0.0005, False).draft("chili", "vegetable", "long", 600.0, s)


# --- pumpkin ------------------------------------------------------------------------------------

_PUMPKIN = ("round", "flat", "tall", "butternut", "wedge", "half", "turban")


def pumpkin(rng: np.random.Generator, variant: str) -> Draft:
    """A small pumpkin or squash: ribbed, flat or tall, a waisted butternut, a turban, halves and wedges."""
    s = draw_scale(rng, 0.08)
    r, n = 0.0325 * s, 30
    ribs = pick(rng, 6, 10, 10)
    lobes = 1.0 - between(rng, 0.04, 0.1) * (0.5 - 0.5 * cos(np.arange(n) * (2 * np.pi / n) * ribs))
    base = mix(shade("orange", rng), (0.85, 0.45, 0.12), between(rng, 0, 0.6))
    if variant in ("flat", "turban", "round") and rng.random() < 0.3:
        base = pick(rng, (0.93, 0.9, 0.78), (0.3, 0.42, 0.2))
    flesh = (0.98, 0.68, 0.25)
    skin = printed("vegetable", striped_texture(rng, base, mix(base, (0.6, 0.25, 0.02), 0.3), ribs, 0.1))
    tall = {"flat": between(rng, 0.42, 0.62), "tall": between(rng, 1.0, 1.4)}.get(variant, between(rng, 0.65, 0.9))
    p = round_profile(r, tall * r, tall * r, 0.5 * r, 0.25 * r * min(tall, 0.8), rows=10)
    name = "squash" if variant in ("butternut", "turban") else "pumpkin"
    stalk_paint = paint("wood", mix(STEM, (0.4, 0.5, 0.2), between(rng, 0, 0.8)))
    if variant == "butternut":
        base = (0.9, 0.72, 0.45)
        skin = printed("vegetable", skin_texture(rng, base, mix(base, (0.95, 0.8, 0.55), 0.5), 0.4))
        neck, long = between(rng, 0.5, 0.78), between(rng, 1.6, 3.0) * r
        rows = [
            (0, 0),
            (0.55, 0),
            (0.85, 0.1 * r),
            (1, 0.5 * r),
            (0.95, 0.9 * r),
            (neck + 0.08, 1.35 * r),
            (neck, 1.6 * r),
        ]
        p = np.array(
            [*rows, (neck * between(rng, 0.85, 1.1), 0.9 * r + long), (0.45 * neck, r + long), (0, r + long)]
        ) * [r, 1]
        piece = solid(p, skin, 20, cuts=(0, 6, 9))
        piece = together(
            piece,
            trim(stalk_paint, blob([(0.005, r + long - 0.001), (0.004, r + long + 0.012), (0, r + long + 0.012)], 8)),
        )
        if rng.random() < 0.6:
            piece = piece.turned("y", 0.5 * np.pi).settled(0.07 * r).turned("z", between(rng, -0.6, 0.6))
        else:
            piece = piece.settled(0.001, False)
        return piece.draft("squash", "vegetable", "waisted", 700.0, s)
    if variant in ("wedge", "half"):
        face = layered(depth_along(p), [(2, base), (0.94, flesh), (0.55, mix(flesh, (0.85, 0.4, 0.1), 0.6))])
        dots(face, rng, 22, (0.96, 0.9, 0.7), 1.7, (0.0, 0.5), 1.6)
        art = printed("vegetable", face.image())
        p = p * 1.35 if variant == "wedge" else p
        return cut(
            rng,
            Body("pumpkin", "vegetable", 700.0, s, p, skin, art, art),
            pick(rng, "wedge", "side_wedge") if variant == "wedge" else pick(rng, "half", "turned_half"),
        )
    top, high = float(p[:, 1].max()), between(rng, 0.008, 0.026) * s
    lean = between(rng, -0.5, 0.5) * high
    wide = between(rng, 0.004, 0.007)
    stalk = tube(
        np.array([(0, 0, top - 0.35 * r * min(tall, 0.8)), (0.3 * lean, 0, top + 0.3 * high), (lean, 0, top + high)]),
        np.array([1.5, 0.9, 1.1]) * wide,
        stalk_paint,
        8,
        (0, 1, 0),
    )
    piece = together(solid(p, skin, n, lobes), stalk)
    if variant == "turban":
        cap_r, low = between(rng, 0.5, 0.75) * r, top - 0.25 * r
        cap = round_profile(cap_r, 0.5 * cap_r, between(rng, 0.5, 1.0) * cap_r, 0.6 * cap_r)
        bump = solid(cap, paint("vegetable", mix(base, (0.95, 0.92, 0.75), 0.7)), 16)
        piece = together(
            solid(p, skin, n, lobes), bump.moved((0, 0, low)), Piece(stalk.moved((0, 0, 0.55 * cap_r)).visual, ())
        )
    return piece.draft(name, "vegetable", "round", 600.0, s)


_HEADS = ("broccoli", "cauliflower", "half broccoli")
_SQUASHES = ("pumpkin", "squash", "half pumpkin", "piece of pumpkin")

FAMILIES = (
    graspable("broccoli", "vegetables", broccoli, *_HEADS, variants=_BROCCOLI),
    graspable("corn", "vegetables", corn, "corn", "piece of corn", variants=_CORN),
    graspable("chili", "vegetables", chili, "chili", "pair of chilis", variants=_CHILI),
    graspable("pumpkin", "vegetables", pumpkin, *_SQUASHES, variants=_PUMPKIN),
)
