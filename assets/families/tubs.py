"""Tubs and cups with lids: yogurt, butter, ice cream, noodles, milkshakes."""

from __future__ import annotations

import numpy as np

from assets import closures
from assets.bottling import wrapped
from assets.closures import Pieces
from assets.colours import mix, shade
from assets.kit import Draft, draw_scale, graspable, paint, part_box, printed
from assets.labels import WHITE, label, other_colour
from assets.mesh import cap, prism, rounded_rect, sweep
from assets.numeric import between, pick
from assets.vessels import cup_stations, rings_of, solid, surface

_YOGURTS = (("yogurt cup", "YOGURT"), ("pudding cup", "PUDDING"), ("dessert cup", "MOUSSE"))


_YOGURT = ("conical", "stepped", "square", "domed", "two_part")


def yogurt_cup(rng: np.random.Generator, variant: str) -> Draft:
    """Cup of yogurt or pudding: widening upwards or downwards, stepped, square, with a foil or a domed lid."""
    name, word = pick(rng, *_YOGURTS)
    s = draw_scale(rng, 0.1)
    fruit = pick(rng, "berry", "peach", "apple", "lemon", "orange", "grape")
    colour = {
        "berry": "pink",
        "peach": "orange",
        "apple": "green",
        "lemon": "yellow",
        "orange": "orange",
        "grape": "purple",
    }[fruit]
    r1 = between(rng, 0.0245, 0.0315)
    r0 = r1 * between(rng, 0.66, 0.96)
    h = min(2 * r1 * between(rng, 0.62, 1.75), 5.2 * r0)
    kind = "soft" if variant == "square" else "round"
    if variant == "stepped":
        at = between(rng, 0.4, 0.8)
        mid = r0 + (r1 - r0) * 0.3
        rows = [(0, r0 - 0.001), (0.001, r0), (at * h, mid), (at * h + 0.003, 0.88 * r1 + 0.12 * mid), (h, r1)]
        rings = rings_of([(z, k, k) for z, k in rows])
    elif variant == "two_part":
        belly = between(rng, 1.05, 1.3) * r0
        rings = rings_of(
            [
                (z, k, k)
                for z, k in [(0, r0 - 0.002), (0.003, r0), (0.35 * h, min(belly, 0.033)), (0.7 * h, r0), (h, r0 * 1.02)]
            ]
        )
        r1 = r0 * 1.02
    else:
        rings = rings_of(cup_stations(r0, r1, h), kind)
    base = pick(rng, (0.96, 0.95, 0.92), shade(colour, rng))
    accent = shade(colour, rng) if base[2] > 0.9 else shade(other_colour(rng, colour), rng)
    mesh, art = wrapped(rng, rings, 0.02 * h + 0.001, 0.97 * h, base, accent, word, fruit)
    out = Pieces([(surface(rings), paint("plastic", base)), (mesh, printed("plastic", art))], solid(rings, 0.0014, 3))
    foil = paint("metal", (0.8, 0.81, 0.83))
    if variant == "domed":
        high = between(rng, 0.2, 0.5) * r1
        line = [
            (r1 + 0.0016, h - 0.002),
            (r1 + 0.0016, h + 0.002),
            (0.92 * r1, h + 0.6 * high),
            (0.55 * r1, h + high),
            (0, h + high),
        ]
        out.add(closures.turned(line, paint("plastic", mix(accent, WHITE, 0.45)), 20))
    else:
        out.add(closures.lid(r1, r1, h, 0.0016, kind, (0.8, 0.81, 0.83), "metal", 0.0018))
        tab = prism(rounded_rect(0.005, 0.006, 0.003, 3) + np.array([r1 + 0.003, 0]), h, h + 0.0012)
        out.visual.append((tab, foil))
    return Draft(name, out.visual, out.parts, "plastic", "conical", between(rng, 650, 950), s)


_TUBS = (
    ("butter tub", "BUTTER", "cow", ("yellow", "white", "blue")),
    ("ice cream tub", "GELATO", "berry", ("pink", "blue", "brown", "white")),
    ("cheese tub", "CHEESE", "leaf", ("white", "green", "blue")),
    ("hummus tub", "HUMMUS", "olive", ("yellow", "green", "orange")),
    ("salad tub", "SALAD", "tomato", ("green", "red")),
)


_TUB_KINDS = {"round": "round", "oval": "round", "rectangular": "square", "squared": "soft", "pint": "round"}


def tub(rng: np.random.Generator, variant: str) -> Draft:
    """Plastic or cardboard tub with a rimmed lid: butter, ice cream, salad."""
    name, word, picture, colours = pick(rng, *(_TUBS[1:2] if variant == "pint" else _TUBS))
    colour = pick(rng, *colours)
    s = draw_scale(rng, 0.08)
    kind = _TUB_KINDS[variant]
    ry = between(rng, 0.026, 0.032)
    rx = ry * (between(rng, 1.15, 1.7) if variant in ("oval", "rectangular") else 1.0)
    h = 2 * ry * (between(rng, 0.95, 1.7) if variant == "pint" else between(rng, 0.42, 1.05))
    taper = between(rng, 0.7, 0.96)
    rings = rings_of([(0, taper * rx - 0.002, taper * ry - 0.002), (0.002, taper * rx, taper * ry), (h, rx, ry)], kind)
    base, accent = shade(colour, rng), shade(other_colour(rng, colour), rng)
    mesh, art = wrapped(rng, rings, 0.003, 0.98 * h, base, accent, word, picture)
    material = "cardboard" if variant == "pint" else "plastic"
    out = Pieces([(surface(rings), paint(material, base)), (mesh, printed(material, art))], solid(rings, 0.0012, 1))
    tone = pick(rng, base, accent, WHITE)
    lid = between(rng, 0.006, 0.012)
    out.add(closures.lid(rx, ry, h - 0.003, lid, kind, tone, "plastic", 0.0016))
    top = rings_of([(h - 0.003 + lid + 0.0004, 0.86 * rx, 0.86 * ry)], kind)[0]
    out.visual.append(
        (
            cap(top),
            printed(
                "plastic",
                label(
                    rng,
                    96,
                    int(96 * rx / ry),
                    tone,
                    accent if tone != accent else base,
                    word,
                    picture,
                    pick(rng, 1, 5, 7, 11),
                ),
            ),
        )
    )
    return Draft(
        name, out.visual, out.parts, material, "flat" if h < 1.3 * ry else "cylindrical", between(rng, 420, 700), s
    )


_CUPS = (
    ("noodle cup", "RAMEN", "wheat", ("red", "orange", "yellow")),
    ("soup cup", "SOUP", "tomato", ("red", "green", "orange")),
    ("cereal cup", "FLAKES", "wheat", ("yellow", "blue", "green")),
    ("popcorn cup", "POPCORN", "star", ("red", "blue")),
)


_NOODLES = ("tall", "bowl", "peeled", "domed", "square")


def noodle_cup(rng: np.random.Generator, variant: str) -> Draft:
    """Paper cup of instant food: a peel-off lid closed or half open, a bowl, a domed lid."""
    name, word, picture, colours = pick(rng, *_CUPS)
    colour = pick(rng, *colours)
    s = draw_scale(rng, 0.08)
    r1 = between(rng, 0.027, 0.0325)
    r0 = r1 * between(rng, 0.6, 0.9)
    h = min(2 * r1 * (between(rng, 0.5, 0.85) if variant == "bowl" else between(rng, 0.9, 1.8)), 5.0 * r0)
    kind = "soft" if variant == "square" else "round"
    rings = rings_of(
        [
            (0, r0, r0),
            (0.004, r0, r0),
            (0.93 * h, r1, r1),
            (0.94 * h, r1 + 0.0014, r1 + 0.0014),
            (h, r1 + 0.0014, r1 + 0.0014),
        ],
        kind,
    )
    base, accent = shade(colour, rng), shade(other_colour(rng, colour), rng)
    mesh, art = wrapped(rng, rings, 0.004, 0.92 * h, base, accent, word, picture)
    out = Pieces([(surface(rings), paint("paper", WHITE)), (mesh, printed("paper", art))], solid(rings, 0.0016, 1))
    if variant == "domed":
        high = between(rng, 0.3, 0.7) * r1
        line = [
            (r1 + 0.0018, h - 0.003),
            (r1 + 0.001, h + 0.003),
            (0.85 * r1, h + 0.6 * high),
            (0.5 * r1, h + high),
            (0, h + high),
        ]
        out.add(closures.turned(line, paint("plastic", mix(accent, WHITE, 0.4)), 20))
    else:
        art = label(rng, 96, 96, mix(base, WHITE, 0.2), accent, word, picture, pick(rng, 1, 5, 7, 11))
        out.visual.append((cap(rings_of([(h + 0.0006, r1 + 0.001, r1 + 0.001)], kind)[0]), printed("paper", art)))
    if variant == "peeled":
        x0, tip = between(rng, -0.1, 0.5) * r1, between(rng, 0.55, 1.0) * r1
        flap = sweep(
            [(x0, 0, h + 0.001), (x0 + 0.3 * r1, 0, h + 0.35 * tip), (x0 + 0.25 * r1, 0, h + tip)],
            [(0.0008, 0.9 * r1), (0.0008, 0.75 * r1), (0.0008, 0.35 * r1)],
            8,
            up=(0, 1, 0),
        )
        out.visual.append((flap, paint("paper", (0.86, 0.87, 0.88))))
        out.parts.append(part_box((0.15 * r1, 0.5 * r1, 0.45 * tip), (x0 + 0.2 * r1, 0, h + 0.45 * tip)))
    return Draft(name, out.visual, out.parts, "paper", "conical", between(rng, 260, 480), s)


_SHAKES = (
    ("milkshake", "SHAKE", "berry", ("pink", "brown", "yellow")),
    ("iced coffee", "CAFE", "bean", ("brown", "white", "green")),
    ("slush", "ICY", "bubbles", ("blue", "red", "green")),
)


_SHAKE = ("dome", "flat_lid", "sip_lid", "sleeve", "hexagon", "whipped", "footed", "square")


def milkshake(rng: np.random.Generator, variant: str) -> Draft:
    """Takeaway drink: a cup with a flat, domed or sipping lid or a swirl of cream, mostly with a straw."""
    name, word, picture, colours = pick(rng, *_SHAKES)
    colour = pick(rng, *colours)
    s = draw_scale(rng, 0.08)
    r1 = between(rng, 0.026, 0.032)
    r0 = r1 * between(rng, 0.56, 0.94)
    h = min(2 * r1 * between(rng, 0.8, 2.1), 4.1 * r0)
    base, accent = shade(colour, rng), shade(other_colour(rng, colour), rng)
    kind = {"hexagon": "hexagon", "square": "soft"}.get(variant, "round")
    rim = [(h - 0.003, r1, r1), (h - 0.0025, r1 + 0.0015, r1 + 0.0015), (h, r1 + 0.0015, r1 + 0.0015)]
    rows = [(0.0, r0, r0), *rim]
    if variant == "footed":
        waist, at = r0 * between(rng, 0.5, 0.72), between(rng, 0.14, 0.26)
        rows = [(0.0, r0, r0), (0.05 * h, r0, r0), (at * h, waist, waist), ((at + 0.16) * h, 0.9 * r1, 0.9 * r1), *rim]
    rings = rings_of(rows, kind)
    out = Pieces([(surface(rings), paint("plastic", base))], solid(rings, 0.0016, 3))
    low, high = {"sleeve": (0.3, 0.75), "footed": (0.48, 0.9)}.get(variant, (0.02, 0.94))
    ground = (0.72, 0.56, 0.38) if variant == "sleeve" else pick(rng, WHITE, base)
    mesh, art = wrapped(rng, rings, low * h, high * h, ground, accent, word, picture)
    out.visual.append((mesh, printed("paper", art)))
    tone = pick(rng, WHITE, (0.15, 0.15, 0.16), mix(base, WHITE, 0.6))
    top = h
    if variant in ("whipped", "footed"):
        top = h + between(rng, 0.5, 1.2) * r1
        cream = [
            (0.96, 0.0),
            (0.99, 0.16),
            (0.78, 0.3),
            (0.84, 0.42),
            (0.55, 0.6),
            (0.58, 0.7),
            (0.24, 0.88),
            (0.0, 1.0),
        ]
        swirl = [(k * r1, h + t * (top - h)) for k, t in cream]
        out.add(closures.turned(swirl, paint("wax", (0.97, 0.95, 0.9)), 18))
        cherry = [(0.0, -0.9), (0.7, -0.6), (1.0, 0.0), (0.7, 0.7), (0.0, 1.0)]
        berry = [(0.22 * r1 * k, top + 0.18 * r1 * t) for k, t in cherry]
        out.add(closures.turned(berry, paint("fruit", shade("red")), 12, 1))
    elif variant in ("dome", "hexagon"):
        high = between(rng, 0.35, 1.05) * r1
        line = [
            (r1 + 0.002, h - 0.002),
            (r1 + 0.001, h + 0.003),
            (0.86 * r1, h + 0.6 * high),
            (0.45 * r1, h + high),
            (0, h + high),
        ]
        out.add(closures.turned(line, paint("plastic", mix(base, WHITE, 0.7)), 20))
        top = h + high
    elif variant in ("flat_lid", "square"):
        out.add(closures.lid(r1, r1, h - 0.002, 0.006, kind, tone, "plastic", 0.0018))
        top = h + 0.004
    else:
        rise = between(rng, 0.008, 0.014)
        line = [
            (r1 + 0.002, h - 0.002),
            (r1 + 0.001, h + 0.003),
            (0.88 * r1, h + rise),
            (0.8 * r1, h + rise),
            (0.78 * r1, h + rise - 0.003),
            (0, h + rise - 0.003),
        ]
        out.add(closures.turned(line, paint("plastic", tone), 20))
    if variant in ("dome", "flat_lid", "hexagon", "square", "whipped"):
        length, lean = between(rng, 0.016, 0.048), between(rng, 0.0, 0.014)
        top = h if variant == "whipped" else top
        x, length = (0.45 * r1, length + 0.6 * r1) if variant == "whipped" else (0.1 * r1, length)
        straw = [(x, 0, top - 0.003), (x + 0.6 * lean, 0, top + 0.7 * length), (x + lean + 0.004, 0, top + length)]
        out.visual.append((sweep(straw, [0.003] * 3, 8, up=(0, 1, 0)), paint("plastic", accent)))
        out.parts.append(part_box((0.003 + 0.3 * lean, 0.0027, 0.5 * length), (x + 0.5 * lean, 0, top + 0.5 * length)))
    return Draft(name, out.visual, out.parts, "plastic", "tall", between(rng, 300, 520), s)


FAMILIES = (
    graspable("yogurt_cup", "packaging", yogurt_cup, *(g[0] for g in _YOGURTS), variants=_YOGURT),
    graspable("tub", "packaging", tub, *(g[0] for g in _TUBS), variants=tuple(_TUB_KINDS)),
    graspable("noodle_cup", "packaging", noodle_cup, *(g[0] for g in _CUPS), variants=_NOODLES),
    graspable("milkshake", "packaging", milkshake, *(g[0] for g in _SHAKES), variants=_SHAKE),
)
