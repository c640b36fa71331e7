"""Small fruit: strawberries, cherries, grapes, berries."""

from __future__ import annotations

import numpy as np

from assets.colours import mix, shade
from assets.families.cuts import Body, cut
from assets.families.flesh import depth_along, layered, skin_texture
from assets.families.fruit import STEM, leaf, round_profile, stem
from assets.families.pieces import Piece, heap, posed, sector, solid, together, trim, tube
from assets.kit import Draft, draw_scale, graspable, paint, printed
from assets.mesh import blob, merge
from assets.numeric import between, cos_sin, pick
from assets.paint import Canvas


def _strawberry_body(rng: np.random.Generator, r: float, h: float) -> tuple[np.ndarray, Canvas]:
    """Profile, broad end below, and the skin with its seeds."""
    full = between(rng, 0.75, 1.2)
    rows = [(0.0, 0.0), (0.72, 0.0), (0.94, 0.08), (1.0, 0.22), (0.5 + 0.43 * full, 0.42), (0.3 + 0.42 * full, 0.66)]
    rows += [(0.1 + 0.32 * full, 0.86), (0.16, 0.97), (0.0, 1.0)]
    canvas = Canvas(64, 96, shade("red", rng))
    for row in range(7):
        for col in range(8):
            canvas.ellipse((col + 0.5 * (row % 2) + 0.25) / 8, 0.08 + row * 0.11, 1.2, 1.9, shade("yellow"))
    return np.array(rows) * [r, h], canvas


def strawberry(rng: np.random.Generator, variant: str) -> Draft:
    """Strawberry: standing on its leaves, lying, halved, a few together, or dipped in chocolate."""
    s = draw_scale(rng, 0.12)
    r, h = 0.0195 * s, 0.042 * s * between(rng, 0.72, 1.35)
    p, canvas = _strawberry_body(rng, r, h)
    if variant == "dipped":
        canvas.rect(0, 0, 1, between(rng, 0.45, 0.65), pick(rng, (0.24, 0.13, 0.08), (0.93, 0.88, 0.78)))
    skin, green = printed("fruit", canvas.image()), paint("fruit", shade("green", rng))
    long = between(rng, 0.8, 1.5)
    leaves = merge([leaf(0.0015, 0.021 * s * long, k * 1.2566, between(rng, 0.05, 0.5)) for k in range(5)])
    berry = together(solid(p, skin, 14 if variant == "some" else 18), trim(green, leaves))
    extra = {"colour": "red"} if variant != "dipped" else {}
    if variant in ("standing", "dipped"):
        piece = berry.scaled(1, between(rng, 0.75, 1.0), 1).seated()
        return piece.draft("strawberry", "fruit", "conical", 900.0, s, **extra)
    if variant == "half":
        face = layered(depth_along(p), [(2, shade("red")), (0.9, (0.93, 0.4, 0.36)), (0.45, (0.97, 0.8, 0.74))])
        half = sector(p, np.pi, skin, printed("fruit", face.image()), 10)
        half = together(half, trim(green, leaf(0.001, 0.014 * s, 0.4, -0.2), leaf(0.001, 0.014 * s, -0.4, -0.2)))
        up = pick(rng, "up", "down")
        piece = posed(half, np.pi, up, 0.1 * r, (1, 1, between(rng, 0.9, 1.2))).turned("z", between(rng, -0.4, 0.4))
        return piece.draft("half strawberry", "fruit", "conical", 900.0, s, **extra)
    stalk = trim(green, stem(0, between(rng, 0.01, 0.03), 0.0012).moved((0, 0, 0)))
    laid = together(berry, stalk.turned("x", np.pi)).turned("y", 0.5 * np.pi + 0.2).settled(0.1 * r)
    if variant == "lying":
        return laid.turned("z", between(rng, 0, 6.28)).draft("strawberry", "fruit", "conical", 900.0, s, **extra)
    few = pick(rng, 2, 3)
    group = heap(rng, laid.scaled(0.85, 0.85, 0.85), few, (0.021 if few == 2 else 0.025) * s)
    return together(*group).seated().draft("pile of strawberries", "fruit", "round", 900.0, s, **extra)


def cherry(rng: np.random.Generator, variant: str) -> Draft:
    """Cherries: one, two or three on bent stalks that meet, perhaps with a leaf."""
    s = draw_scale(rng, 0.1)
    r = 0.0145 * s
    base = pick(rng, (0.62, 0.06, 0.1), (0.42, 0.03, 0.09), (0.86, 0.14, 0.14))
    tall = between(rng, 0.85, 1.1)
    p = round_profile(r, tall * r, tall * r, 0.45 * r, 0.14 * r)
    skin = printed("fruit", skin_texture(rng, base, mix(base, (0.9, 0.4, 0.3), 0.4), 0.35))
    top = float(p[-1, 1])
    count = {"single": 1, "pair": 2, "leafy_pair": 2, "triple": 3}[variant]
    apart = between(rng, 1.05, 1.7) * r if count > 1 else 0.0
    c, sn = cos_sin(np.arange(count) * (2 * np.pi / count))
    meet = np.array([between(rng, -0.6, 0.6) * r, between(rng, -1.2, 1.2) * r, top + between(rng, 0.02, 0.05) * s])
    if count == 3:
        apart *= 1.12
    parts = []
    for k in range(count):
        at = np.array([apart * c[k], apart * sn[k], 0.0])
        f = between(rng, 0.85, 1.0)
        parts.append(solid(p, skin, 14).scaled(f, f, f).moved(at))
        foot = at + np.array([0.0, 0.0, f * top - 0.002])
        knee = 0.5 * (foot + meet) + [0.25 * (foot[0] - meet[0]), 0.25 * (foot[1] - meet[1]), 0.0]
        stalk = tube(
            np.stack([foot, knee, meet]),
            np.array([0.0012, 0.001, 0.0013]),
            paint("fruit", (0.36, 0.5, 0.16)),
            5,
            (0, 1, 0.1),
        )
        parts.append(Piece(stalk.visual, ()))
    if variant == "leafy_pair" or (count == 1 and rng.random() < 0.5):
        blade = leaf(0, between(rng, 0.03, 0.045) * s, between(rng, 0, 6.28), between(rng, 0.1, 0.6))
        parts.append(trim(paint("fruit", shade("green", rng)), blade).moved(meet))
    name = {1: "cherry", 2: "pair of cherries", 3: "bunch of cherries"}[count]
    return together(*parts).seated().draft(name, "fruit", "round", 900.0, s, colour="red")


def grapes(rng: np.random.Generator, variant: str) -> Draft:
    """A bunch of grapes lying on the table: long, broad, double or small, on a woody stalk."""
    s = draw_scale(rng, 0.1)
    colour = pick(rng, "purple", "green", "red", "purple")
    base = {"purple": (0.27, 0.12, 0.32), "green": (0.62, 0.74, 0.3), "red": (0.55, 0.14, 0.2)}[colour]
    r = 0.0098 * s * between(rng, 0.9, 1.08)
    rows = {
        "long": (2, 2, 3, 2, 1),
        "broad": (4, 3, 2, 1),
        "small": (3, 3, 2),
        "double": (2, 3, 2, 1),
        "loose": (2, 3, 2, 2),
    }[variant]
    step = r * between(rng, 1.45, 1.75)
    oval = between(rng, 0.95, 1.35)
    look = printed("fruit", skin_texture(rng, base, mix(base, (1, 1, 1), 0.25), 0.35, size=24))
    p = round_profile(r, oval * r, oval * r, 0.35 * r, rows=5)
    berry = solid(p, look, 7).moved((0, 0, -oval * r))
    drawn, hulls = [], []
    for i, many in enumerate(rows):
        here = []
        for layer, n in ((0, many), (1, many - 1)):
            for k in range(n):
                y = (k - 0.5 * (n - 1)) * 1.75 * r + between(rng, -0.15, 0.15) * r
                x = i * step * 1.1 + between(rng, -0.2, 0.2) * r
                if variant == "loose":
                    x, y = x * 1.25, y * 1.12
                one = (
                    berry.turned("y", between(rng, -1.2, 1.2))
                    .turned("z", between(rng, 0, 6))
                    .moved((x, y, r + layer * 1.35 * r))
                )
                drawn.append(one)
                here.append(one)
        hulls.append(np.concatenate([h for one in here for h in one.hulls]))
    if variant == "double":  # a shoulder beside the main bunch
        for k in range(3):
            one = berry.moved((0.3 * step + k * step, -4.4 * r + 0.5 * k * r, r))
            drawn.append(one)
        hulls.append(np.concatenate([h for one in drawn[-3:] for h in one.hulls]))
    if len(hulls) > 5:
        hulls = [np.concatenate(hulls[k : k + 2]) for k in range(0, len(hulls), 2)]
    end = between(rng, 0.012, 0.03) * s
    stalk = tube(
        np.array([(0.4 * step, 0, 1.6 * r), (-1.3 * r, 0, 2.0 * r), (-1.3 * r - end, 0.3 * end, 1.8 * r)]),
        np.full(3, 0.0018),
        paint("wood", STEM),
        5,
    )
    bundle = merge([m for one in drawn for m, _ in one.visual])
    piece = Piece(((bundle, look), *stalk.visual), tuple(hulls))
    if rng.random() < 0.3:
        piece = together(
            piece, trim(paint("fruit", shade("green", rng)), leaf(0, 0.04 * s, 2.6, 0.2)).moved((-r, 0, 1.6 * r))
        )
    return piece.settled(0.12 * r, False).draft("bunch of grapes", "fruit", "irregular", 700.0, s, colour=colour)


def pomegranate(rng: np.random.Generator, variant: str) -> Draft:
    """Pomegranate, fig or mangosteen-like fruit with a crown; whole, or cut open to its seeds."""
    name, base = pick(
        rng, ("pomegranate", (0.72, 0.14, 0.16)), ("pomegranate", (0.8, 0.3, 0.2)), ("fig", (0.3, 0.14, 0.28))
    )
    s = draw_scale(rng, 0.1)
    r = (0.0315 if name == "pomegranate" else 0.025) * s
    waist = between(rng, -0.05, 0.2) if name == "pomegranate" else between(rng, 0.45, 0.7)
    rise = (between(rng, 0.75, 1.1) if name == "pomegranate" else between(rng, 1.2, 1.9)) * r
    p = round_profile(r, between(rng, 0.72, 1.05) * r, rise, 0.42 * r, rows=11, waist=waist)
    skin = printed(
        "fruit", skin_texture(rng, base, mix(base, (0.9, 0.6, 0.3), 0.4), 0.4, mix(base, (0.3, 0.1, 0.1), 0.5))
    )
    top = float(p[-1, 1])
    points = []
    if name == "pomegranate":
        tall, wide = between(rng, 0.008, 0.02) * s, between(rng, 0.25, 0.4) * r
        crown = blob(
            [
                (0.7 * wide, top - 0.003),
                (0.75 * wide, top + 0.4 * tall),
                (wide, top + tall),
                (0.7 * wide, top + 0.5 * tall),
                (0, top + 0.3 * tall),
            ],
            10,
        )
        points.append(trim(paint("fruit", mix(base, (0.4, 0.2, 0.1), 0.3)), crown))
    else:
        points.append(trim(paint("fruit", (0.35, 0.42, 0.2)), stem(top, between(rng, 0.006, 0.016), 0.002)))
    lobes = 1.0 + between(rng, 0.0, 0.05) * cos_sin(np.arange(20) * (2 * np.pi / 20) * 6)[0]
    if variant in ("whole", "lying"):
        piece = together(solid(p, skin, 20, lobes, () if name == "pomegranate" else (0, 7, 11)), *points)
        if variant == "lying":
            piece = piece.turned("z", between(rng, 0, 6)).turned("y", 1.3).settled(0.08 * r)
        return piece.draft(name, "fruit", "round", 900.0, s)
    pith = (0.95, 0.85, 0.6) if name == "pomegranate" else (0.94, 0.84, 0.72)
    face = layered(
        depth_along(p),
        [(2, base), (0.92, pith)] if name == "pomegranate" else [(2, base), (0.9, pith), (0.7, (0.75, 0.25, 0.25))],
    )
    for _ in range(70):
        d = between(rng, 0.12, 0.8) if name == "pomegranate" else between(rng, 0, 0.6)
        c, sn = (float(v) for v in cos_sin(between(rng, 0, 6.28)))
        seed = (0.72, 0.05, 0.14) if name == "pomegranate" else (0.93, 0.75, 0.5)
        face.ellipse(0.5 + 0.5 * d * c, 0.52 + 0.5 * d * sn, 2.2 if name == "pomegranate" else 0.9, 1.7, seed)
    art = printed("fruit", face.image())
    return cut(rng, Body(name, "fruit", 900.0, s, p, skin, art, art), variant)


FAMILIES = (
    graspable(
        "strawberry", "fruit", strawberry, "strawberry", "half strawberry", "pile of strawberries",
        variants=("standing", "lying", "half", "some", "dipped"),
    ),
    graspable(
        "cherry", "fruit", cherry, "cherry", "pair of cherries", "bunch of cherries",
        variants=("single", "pair", "leafy_pair", "triple"),
    ),
    graspable("grapes", "fruit", grapes, "bunch of grapes", variants=("long", "broad", "small", "double", "loose")),
    graspable(
        "pomegranate", "fruit", pomegranate, "pomegranate", "half pomegranate", "piece of pomegranate", "fig",
        "half fig", "piece of fig", variants=("whole", "lying", "half", "turned_half", "wedge", "side_wedge"),
    ),
)  # fmt: skip
