"""Sandwiches, burgers and hot dogs."""

from __future__ import annotations

import numpy as np

from assets.colours import RGB, mix, shade
from assets.families.bakery import CRUMB, CRUST, crust
from assets.families.flesh import crumb, depth_across, layered, skin_texture
from assets.families.fruit import round_profile
from assets.families.pieces import Piece, bitten, log, slab, solid, together, trim, tube
from assets.kit import Draft, draw_scale, graspable, paint, printed
from assets.mesh import blob, rounded_rect
from assets.numeric import F64, between, circle, cos, cos_sin, pick
from assets.paint import Canvas
from engine.types import Material

SALAD, TOMATO, HAM, CHEDDAR, PATTY = (
    (0.42, 0.65, 0.22),
    (0.85, 0.16, 0.12),
    (0.93, 0.6, 0.58),
    (0.98, 0.75, 0.2),
    (0.34, 0.19, 0.11),
)
MUSTARD: RGB = (0.95, 0.75, 0.12)


def _plain(colour: RGB) -> Material:
    return paint("food", colour)


def frilly(rng: np.random.Generator, outline: F64, z: float, thick: float, colour: RGB) -> Piece:
    """A leaf or slice that looks out under the bread by chance, only drawn."""
    n = len(outline)
    wave = 1.05 + 0.07 * cos(np.arange(n) * 1.9 + between(rng, 0, 6))
    look = _plain(colour)
    return Piece(slab(outline * wave[:, None], (z, z + thick), look, look).visual, ())


# --- sandwich -----------------------------------------------------------------------------------


def sandwich(rng: np.random.Generator, variant: str) -> Draft:
    """Sandwich: toast triangles, squares and fingers, a tall club with a pick, a filled baguette or roll, a wrap."""
    s = draw_scale(rng, 0.1)
    bread = printed("food", crumb(rng, mix(CRUMB, (0.7, 0.5, 0.3), between(rng, 0, 0.5))))
    skin = crust(rng)
    fill = [pick(rng, SALAD, SALAD, CHEDDAR), pick(rng, TOMATO, HAM), pick(rng, HAM, CHEDDAR, PATTY)]
    if variant in ("triangle", "square", "finger", "club"):
        a, t = between(rng, 0.028, 0.036) * s, between(rng, 0.008, 0.013) * s
        if variant == "triangle":
            long = between(rng, 1.9, 2.6) * a
            o = np.array([[long / 2, -0.5 * a], [0.0, between(rng, 0.6, 1.2) * a], [-long / 2, -0.5 * a]])
            o = np.concatenate([np.linspace(o[k], o[(k + 1) % 3], 6)[:-1] for k in range(3)])
        elif variant == "finger":
            o = rounded_rect(between(rng, 0.03, 0.055) * s, between(rng, 0.014, 0.02) * s, 0.003, 3)
        else:
            o = rounded_rect(a, a * between(rng, 0.75, 1.25), 0.2 * a, 4)
        decks = 3 if variant == "club" else 2
        parts, z, soft = [], 0.0, between(rng, 0.003, 0.008)
        for k in range(decks):
            parts.append(Piece(slab(o, (z, z + t), skin, bread, (), bread).visual, ()))
            z += t
            if k < decks - 1:
                for colour in fill[: pick(rng, 1, 2, 3)]:
                    parts.append(frilly(rng, o, z, soft, colour))
                    z += soft
        hull = np.concatenate([np.concatenate([o, np.full((len(o), 1), h)], -1) for h in (0, z)])
        if variant == "club":
            tall = between(rng, 0.012, 0.03)
            rod = blob(
                [
                    (0.0012, z - 0.002),
                    (0.0012, z + tall),
                    (0.004, z + tall),
                    (0.004, z + tall + 0.006),
                    (0, z + tall + 0.007),
                ],
                8,
            )
            parts.append(trim(paint("wood", pick(rng, (0.85, 0.7, 0.45), (0.35, 0.5, 0.2))), rod))
        return together(Piece((), (hull,)), *parts).seated().draft("sandwich", "food", "flat", 350.0, s)
    if variant == "wrap":
        r, long = between(rng, 0.017, 0.025) * s, between(rng, 0.05, 0.12) * s
        c = layered(depth_across(), [(2, (0.9, 0.78, 0.56)), (0.86, fill[1])])
        for _ in range(18):
            c.ellipse(
                between(rng, 0.2, 0.8),
                between(rng, 0.2, 0.8),
                4,
                3,
                pick(rng, SALAD, TOMATO, CHEDDAR, (0.95, 0.93, 0.88)),
            )
        skin = printed("food", skin_texture(rng, (0.92, 0.8, 0.58), (0.75, 0.52, 0.28), 0.4))
        piece = slab(circle(18) * r, (0, long), skin, printed("food", c.image()), (1.0, between(rng, 0.85, 1.0)))
        if long > 2.2 * r:
            piece = piece.turned("y", 0.5 * np.pi).settled(0.1 * r)
        return piece.draft("wrap", "food", "cylindrical", 500.0, s)
    long = between(rng, 0.055, 0.1) * s if variant == "sub" else 0.0325 * s
    w = (between(rng, 0.02, 0.028) if variant == "sub" else 0.031) * s
    o = rounded_rect(long, w, 0.85 * w, 6) if variant == "sub" else circle(24) * [long, w]
    h = between(rng, 0.011, 0.017) * s
    base = slab(o, (0, 0.25 * h, h), skin, bread, (0.85, 1.0, 0.97))
    z, parts, soft = h, [], between(rng, 0.003, 0.006)
    for colour in fill:
        parts.append(frilly(rng, o, z, soft, colour))
        z += soft
    dome = between(rng, 1.0, 1.9)
    lid = slab(o, (z, z + 0.4 * h, z + dome * 0.8 * h, z + dome * h), skin, skin, (0.96, 1.0, 0.8, 0.5))
    filling = slab(o, (h, z), bread, bread)
    return together(base, lid, Piece((), filling.hulls), *parts).seated().draft("sandwich", "food", "oblong", 350.0, s)


def burger(rng: np.random.Generator, variant: str) -> Draft:
    """Burger: one to three patties between bun halves, a small slider, one bitten or cut in half, open with an egg."""
    s = draw_scale(rng, 0.1)
    r = (0.0315 if variant != "slider" else between(rng, 0.021, 0.026)) * s
    o, t = circle(20) * r, between(rng, 0.009, 0.014) * s
    bun = mix(CRUST, (0.85, 0.56, 0.24), between(rng, 0, 1))
    c = Canvas(48, 96, bun)
    c.blend_field(np.repeat(np.clip(np.arange(48) / 48.0 - 0.5, 0, 1)[:, None], 96, 1), CRUMB)
    if rng.random() < 0.7:
        for _ in range(70):
            c.ellipse(between(rng, 0, 1), between(rng, 0, 0.6), 1.3, 0.9, (0.97, 0.92, 0.76))
    top, inside = printed("food", c.image()), printed("food", crumb(rng, CRUMB))
    parts = [slab(o, (0, 0.35 * t, t), _plain(bun), inside, (0.88, 1.0, 0.97))]
    z = t
    for _ in range({"double": 2, "tall": 3}.get(variant, 1)):
        thick = between(rng, 0.008, 0.013) * s
        patty = slab(
            1.02 * o, (z, z + 0.2 * thick, z + 0.8 * thick, z + thick), _plain(PATTY), _plain(PATTY), (0.97, 1, 1, 0.97)
        )
        parts.append(patty)
        z += thick
        if rng.random() < 0.8:
            q = rounded_rect(0.82 * r, 0.82 * r, 0.003, 3)
            turn = between(rng, 0, 1.5)
            drape = slab(q, (z - 0.0005, z + 0.0022), _plain(CHEDDAR), _plain(CHEDDAR))
            parts.append(Piece(drape.turned("z", turn).visual, ()))
            z += 0.002
    for colour in (SALAD, pick(rng, TOMATO, SALAD)):
        parts.append(frilly(rng, o, z, 0.004, colour))
        z += 0.0035
    if variant == "open":
        white = slab(
            circle(20) * (0.85 + 0.09 * cos(np.arange(20) * 1.5))[:, None] * r,
            (z, z + 0.003),
            _plain((0.97, 0.96, 0.93)),
            _plain((0.97, 0.96, 0.93)),
        )
        yolk = solid(round_profile(0.4 * r, 0.1 * r, 0.25 * r, 0.38 * r, rows=6), _plain((0.98, 0.72, 0.12)), 12).moved(
            (0, 0, z + 0.002)
        )
        return together(*parts, white, yolk).draft("burger", "food", "round", 500.0, s)
    high = between(rng, 0.5, 0.95) * r
    p = np.array([(0, 0), (0.96, 0), (1.03, 0.2), (0.98, 0.5), (0.78, 0.8), (0.42, 0.96), (0, 1)]) * [r, high] + [0, z]
    lid = solid(p, top, 24 if variant == "bitten" else 20)
    if variant == "bitten":
        lid = bitten(lid, (1.25 * r, 0, z + 0.4 * high), 0.55 * r, inside)
        lid = Piece(lid.visual, (np.concatenate(lid.hulls),))
    piece = together(*parts, lid)
    if variant == "half":
        cut = np.array([-np.inf, 0.0, -np.inf])
        face = Canvas(64, 48, bun)
        levels = ((0.55, 0.60, SALAD), (0.6, 0.66, TOMATO), (0.66, 0.72, CHEDDAR), (0.7, 0.86, PATTY))
        face.rect(0.03, 0.06, 0.97, 0.97, CRUMB, 8)
        for a, b, colour in levels:
            face.rect(0, a, 1, b, colour)
        piece = piece.changed(lambda v: np.maximum(v, cut))
        art = printed("food", face.image())
        outline = np.concatenate(
            [[[x * r, 0.0], [x * r, z]] for x in (1.0,)]
            + [p[2:6, :], (p[2:6, :] * [-1, 1])[::-1], [[-r, z], [-r, 0.0]]]
        )
        plate = (
            slab(outline - [0, 0.5 * (z + high)], (0, 0.0006), art, art)
            .turned("x", 0.5 * np.pi)
            .moved((0, 0.0, 0.5 * (z + high)))
        )
        return together(piece, Piece(plate.visual, ())).seated().draft("half burger", "food", "round", 450.0, s)
    return piece.draft("burger", "food", "round", 450.0, s)


def hot_dog(rng: np.random.Generator, variant: str) -> Draft:
    """Hot dog: a sausage in a split bun, with mustard, salad or in a paper tray; or a corn dog on its stick."""
    s = draw_scale(rng, 0.1)
    skin, red = crust(rng), _plain((0.68, 0.26, 0.16))
    long, r = between(rng, 0.085, 0.13) * s, between(rng, 0.0085, 0.0115) * s
    over = between(rng, 0.95, 1.3)
    t = np.array([-1.0, -0.96, -0.85, 0.85, 0.96, 1.0])
    w = np.array([0.3, 0.75, 1.0, 1.0, 0.75, 0.3])
    if variant == "corn_dog":
        body = log(np.stack([t * 0.5 * long, 1.6 * r * w, 1.6 * r * w, 0 * t, 1.4 * r + 0 * t], -1), skin, 14)
        stick = log(
            np.array([[-0.5 * long - 0.04 * s, 0.003, 0.003, 0, 1.4 * r], [-0.45 * long, 0.003, 0.003, 0, 1.4 * r]]),
            paint("wood", (0.88, 0.75, 0.52)),
            8,
        )
        piece = together(body, Piece(stick.visual, stick.hulls))
        return piece.settled(0.0005, False).draft("corn dog", "food", "long", 600.0, s)
    b = between(rng, 1.9, 2.5) * r
    y, lift = 0.62 * b, between(rng, 0.25, 0.6) * r
    sides = []
    for k in (-1, 1):
        half = log(
            np.stack(
                [t * 0.48 * long, (0.35 + 0.65 * w) * 0.62 * b, (0.4 + 0.6 * w) * 0.8 * b, 0 * t, 0.62 * b + 0 * t], -1
            ),
            skin,
            12,
        )
        sides.append(half.moved((0, k * y, 0)))
    bottom = slab(rounded_rect(0.45 * long, y, 0.004, 3), (0, 0.5 * b), skin, skin)
    z = 0.8 * b + lift
    dog = log(np.stack([t * 0.5 * long * over, r * w, r * w, 0 * t, 0 * t + r], -1), red, 12, flat=1.0).moved((0, 0, z))
    parts = [*sides, bottom, dog]
    top = z + 2 * r
    if variant in ("mustard", "tray"):
        n = 17
        x = (np.arange(n) / (n - 1.0) - 0.5) * 0.85 * long * over
        c, _ = cos_sin(np.arange(n) * 1.5708)
        path = np.stack([x, 0.55 * r * c, 0 * x + top - 0.0015 - 0.15 * r * c * c], -1)
        parts.append(
            Piece(tube(path, np.full(n, 0.0022), _plain(pick(rng, MUSTARD, MUSTARD, (0.8, 0.12, 0.08))), 5).visual, ())
        )
    if variant == "salad":
        for k in (-1, 1):
            leafy = rounded_rect(0.45 * long, 0.005, 0.004, 4)
            green = slab(
                leafy * (1.0 + 0.1 * cos(np.arange(len(leafy)) * 2.3))[:, None],
                (0, 0.5 * r),
                _plain(SALAD),
                _plain(SALAD),
            )
            parts.append(Piece(green.visual, ()).moved((0, k * 0.9 * r, 1.45 * b)))
        for k in range(6):
            bit = blob([(0.003, 0), (0.0032, 0.002), (0, 0.003)], 6).moved(
                ((k - 2.5) * 0.13 * long, between(rng, -0.4, 0.4) * r, top - 0.0015)
            )
            parts.append(trim(_plain(pick(rng, TOMATO, (0.95, 0.92, 0.8))), bit))
    piece = together(*parts)
    if variant == "tray":
        tint, h = shade(pick(rng, "red", "white", "blue", "yellow"), rng), between(rng, 0.5, 0.95) * b
        paper = slab(
            rounded_rect(0.54 * long, y + 0.7 * b, 0.004, 3),
            (-0.001, h),
            paint("paper", tint),
            _plain((0.96, 0.95, 0.92)),
            (0.86, 1.0),
        )
        piece = together(piece, paper)
    if variant == "half":
        piece = piece.changed(lambda v: np.maximum(v, [0.0, -np.inf, -np.inf]))
        cutface = slab(
            circle(16) * [1.1 * b, 0.72 * b],
            (0, 0.0006),
            skin,
            printed("food", layered(depth_across(), [(2, CRUST), (0.9, CRUMB)]).image()),
        )
        plate = (
            Piece(cutface.visual, ())
            .turned("y", -0.5 * np.pi)
            .turned("x", 0.5 * np.pi)
            .moved((0.0003, 0, 0.72 * b + 0.0005))
        )
        meat = (
            Piece(slab(circle(12) * r, (0, 0.0012), red, _plain((0.8, 0.45, 0.35))).visual, ())
            .turned("y", -0.5 * np.pi)
            .moved((0.0002, 0, z + r))
        )
        piece = together(piece, plate, meat)
    return piece.seated().draft("half hot dog" if variant == "half" else "hot dog", "food", "long", 450.0, s)


FAMILIES = (
    graspable(
        "sandwich", "food", sandwich, "sandwich", "wrap",
        variants=("triangle", "square", "finger", "club", "sub", "roll", "wrap"),
    ),
    graspable(
        "burger", "food", burger, "burger", "half burger",
        variants=("single", "double", "tall", "slider", "open", "bitten", "half"),
    ),
    graspable(
        "hot_dog", "food", hot_dog, "hot dog", "half hot dog", "corn dog",
        variants=("plain", "mustard", "salad", "tray", "half", "corn_dog"),
    ),
)  # fmt: skip
