"""Tea tins, fish tins, paint tins."""

from __future__ import annotations

import numpy as np

from assets import closures
from assets.bottling import wrapped
from assets.closures import Pieces
from assets.colours import mix, shade
from assets.families.cans import STEEL
from assets.kit import Draft, draw_scale, graspable, paint, part_box, part_cylinder, printed
from assets.labels import WHITE, label, other_colour
from assets.mesh import box, cap, lathe, merge, sweep
from assets.numeric import between, circle, pick
from assets.vessels import rings_of, solid, surface

_TEAS = (
    ("tea tin", "TEA", "leaf", ("green", "red", "black", "blue")),
    ("cookie tin", "COOKIE", "cookie", ("blue", "red", "white")),
    ("coffee tin", "COFFEE", "bean", ("brown", "red", "yellow")),
    ("cocoa tin", "COCOA", "bean", ("brown", "purple", "orange")),
    ("candy tin", "CANDY", "star", ("pink", "red", "green")),
)


_TIN_KINDS = {
    "round": "round",
    "square": "soft",
    "oval": "round",
    "octagon": "octagon",
    "hinged": "square",
    "knobbed": "round",
}


def tea_tin(rng: np.random.Generator, variant: str) -> Draft:
    """Decorated tin with a lid that fits over it: round, square, oval, eight-sided, hinged or with a knob."""
    name, word, picture, colours = pick(rng, *_TEAS)
    colour = pick(rng, *colours)
    s = draw_scale(rng, 0.1)
    kind = _TIN_KINDS[variant]
    ry = between(rng, 0.023, 0.032)
    rx = ry * (
        between(rng, 1.2, 1.6) if variant == "oval" else between(rng, 1.0, 1.35) if kind in ("soft", "square") else 1.0
    )
    h = min(2 * ry * between(rng, 0.6, 2.3), 5.0 * ry)
    lid_h = between(rng, 0.14, 0.34) * h
    body = h - lid_h
    rings = rings_of([(0, rx - 0.001, ry - 0.001), (0.001, rx, ry), (body, rx, ry)], kind)
    base, accent = shade(colour, rng), shade(other_colour(rng, colour), rng)
    gold = (0.8, 0.66, 0.34)
    out = Pieces([(surface(rings), paint("metal", base))], solid(rings, 0.001, 1))
    mesh, art = wrapped(rng, rings, 0.003, body - 0.001, base, mix(accent, gold, 0.35), word, picture)
    out.visual.append((mesh, printed("metal", art)))
    tone = pick(rng, base, gold, mix(base, (0, 0, 0), 0.3), accent)
    out.add(closures.lid(rx, ry, body, lid_h, kind, tone, "metal", 0.0012))
    if variant == "knobbed":
        out.add(
            closures.stopper(pick(rng, "ball", "disc", "cone"), 0.28 * rx, h, between(rng, 0.014, 0.022), gold, "metal")
        )
    if variant == "hinged":
        latch = merge(
            [box(0.006, 0.002, body - 0.008, body + 0.006, 0.0006).moved((0, y, 0)) for y in (-ry - 0.001, ry + 0.001)]
        )
        out.visual.append((latch, paint("metal", gold)))
    return Draft(
        name,
        out.visual,
        out.parts,
        "metal",
        "boxy" if kind in ("soft", "square") else "cylindrical",
        between(rng, 350, 620),
        s,
    )


_FISH = (
    ("sardine tin", "SARDINE", "fish", ("blue", "yellow", "red", "green")),
    ("anchovy tin", "ACCIUGA", "fish", ("red", "green", "white")),
    ("mint tin", "MINT", "leaf", ("green", "blue", "white", "red")),
    ("shoe polish tin", "SHINE", "star", ("black", "brown", "red")),
)


def sardine_tin(rng: np.random.Generator, variant: str) -> Draft:
    """Flat tin: rectangular with a pull ring, oval, round, deep or rolled half open."""
    name, word, picture, colours = pick(
        rng, *(_FISH[3:] if variant == "round" else _FISH[2:3] if variant == "hinged" else _FISH[:2])
    )
    colour = pick(rng, *colours)
    s = draw_scale(rng, 0.08)
    ry = between(rng, 0.019, 0.031)
    rx = ry * between(rng, 1.15, 2.1) if variant != "round" else ry
    h = between(rng, 0.018, 0.026) if variant != "deep" else between(rng, 0.028, 0.042)
    kind: str = {"oval": "round", "round": "round", "hinged": "soft"}.get(variant) or pick(rng, "square", "soft")
    rows = [
        (0, rx - 0.002, ry - 0.002),
        (0.002, rx, ry),
        (h - 0.003, rx, ry),
        (h - 0.0025, rx + 0.001, ry + 0.001),
        (h, rx + 0.001, ry + 0.001),
    ]
    rings = rings_of(rows, kind)
    base, accent = shade(colour, rng), shade(other_colour(rng, colour), rng)
    side = Pieces([(surface(rings), paint("metal", STEEL if rng.random() < 0.4 else base))], solid(rings, 0.0016, 1))
    art = label(rng, 88, int(np.clip(88 * rx / ry, 88, 180)), base, accent, word, picture, pick(rng, 0, 2, 3, 5, 7, 11))
    turned = printed("metal", art)
    plate = rings_of([(h, rx - 0.003, ry - 0.003), (h + 0.0004, rx - 0.0034, ry - 0.0034)], kind)
    side.visual.append((cap(plate[-1]), turned))
    if variant == "hinged":
        hinge = sweep([(-0.5 * rx, ry, h - 0.002), (0.5 * rx, ry, h - 0.002)], [0.0018, 0.0018], 8)
        side.visual.append((hinge, paint("metal", STEEL)))
    elif variant == "rolled":
        roll = between(rng, 0.35, 0.55)
        y = ry * 0.86
        bar = sweep([(rx * (1 - 2 * roll), -y, h + 0.004), (rx * (1 - 2 * roll), y, h + 0.004)], [0.0045, 0.0045], 10)
        side.visual.append((bar, paint("metal", STEEL)))
        side.parts.append(part_box((0.004, y, 0.0042), (rx * (1 - 2 * roll), 0, h + 0.0042)))
    elif variant != "round":
        c = circle(10) * np.array([0.006, 0.0075])
        ring = np.concatenate([c, c[:1]])
        path = np.concatenate([ring + np.array([0.62 * rx, 0.0]), np.full((11, 1), h + 0.0016)], -1)
        side.visual.append((sweep(path, np.full(11, 0.0011), 6, ends=False), paint("metal", STEEL)))
    return Draft(name, side.visual, side.parts, "metal", "flat", between(rng, 700, 1100), s)


_PAINTS = (
    ("paint tin", "PAINT", "drop", ("blue", "red", "green", "yellow", "white", "purple", "orange")),
    ("varnish tin", "GLOSS", "star", ("brown", "yellow", "black")),
)


def paint_tin(rng: np.random.Generator, variant: str) -> Draft:
    """Tin of paint: a pressed lid and a wire handle up or down, a tapered bucket, or a flat canister with a cap."""
    name, word, picture, colours = pick(rng, *_PAINTS)
    colour = pick(rng, *colours)
    s = draw_scale(rng, 0.08)
    r = between(rng, 0.025, 0.0325)
    h = 2 * r * between(rng, 0.75, 1.7)
    base, accent = shade(colour, rng), shade(other_colour(rng, colour), rng)
    steel = paint("metal", STEEL)
    if variant == "canister":
        ry, rx = 0.62 * r, r * between(rng, 1.0, 1.25)
        h = min(2 * r * between(rng, 1.0, 2.0), 5.6 * ry)
        rings = rings_of(
            [(0, rx - 0.001, ry - 0.001), (0.001, rx, ry), (h, rx, ry), (h + 0.004, 0.9 * rx, 0.85 * ry)], "square"
        )
    else:
        low = between(rng, 0.74, 0.88) * r if variant == "bucket" else r
        rings = rings_of([(0, low - 0.001, low - 0.001), (0.001, low, low), (h, r, r)])
    out = Pieces([(surface(rings), steel)], solid(rings, 0.001, 2))
    mesh, art = wrapped(rng, rings, 0.003, h - 0.006, base, accent, word, picture)
    out.visual.append((mesh, printed("paper", art)))
    if variant == "canister":
        out.add(closures.screw(0.5 * ry + 0.003, h + 0.003, 0.012 * s, pick(rng, WHITE, accent, (0.1, 0.1, 0.1))))
        return Draft(name, out.visual, out.parts, "metal", "boxy", between(rng, 420, 620), s)
    head = [
        (r, h - 0.002),
        (r + 0.0015, h),
        (r + 0.0015, h + 0.003),
        (0.82 * r, h + 0.003),
        (0.8 * r, h + 0.0008),
        (0, h + 0.0008),
    ]
    lid = lathe(head, 20)
    out.visual.append((lid, paint("metal", base) if rng.random() < 0.5 else steel))
    out.parts.append(part_cylinder(r + 0.0014, h, h + 0.003))
    wire = 0.0013
    c = circle(20)[:11]
    tilt = {"handle_up": 1.0, "bucket": pick(rng, 1.0, -0.55)}.get(variant, -0.5)
    lift = between(rng, 0.75, 1.05) * (r + 0.004)
    path = np.stack(
        [
            (r + 0.0035) * c[:, 0],
            -0.25 * (1 - abs(tilt)) * c[:, 1] * r - (0 if tilt > 0 else 1.05 * r * c[:, 1]),
            h - 0.006 + tilt * lift * c[:, 1],
        ],
        -1,
    )
    if tilt < 0:
        path[:, 2] = h - 0.006 - 0.5 * h * c[:, 1] * between(rng, 0.6, 0.95)
    out.visual.append((sweep(path, np.full(11, wire), 6, up=(0, 1, 0) if tilt > 0 else (0, 0.7, -0.7)), steel))
    if tilt > 0:
        for a, b in ((0, 3), (3, 7), (7, 10)):
            out.parts += closures.loop([tuple(path[a]), tuple(path[b])], 0.003, 0.003, steel).parts
    return Draft(name, out.visual, out.parts, "metal", "cylindrical", between(rng, 420, 700), s)


FAMILIES = (
    graspable("tea_tin", "packaging", tea_tin, *(g[0] for g in _TEAS), variants=tuple(_TIN_KINDS)),
    graspable(
        "sardine_tin",
        "packaging",
        sardine_tin,
        *(g[0] for g in _FISH),
        variants=("ring_pull", "oval", "round", "deep", "hinged", "rolled"),
    ),
    graspable(
        "paint_tin",
        "packaging",
        paint_tin,
        *(g[0] for g in _PAINTS),
        variants=("handle_up", "handle_down", "bucket", "canister"),
    ),
)
