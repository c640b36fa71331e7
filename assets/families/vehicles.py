"""Toy cars, lorries and machines on wheels."""

from __future__ import annotations

import numpy as np

from assets.colours import mix, shade
from assets.families.modelling import Coat, Model, wheel_pair
from assets.kit import Draft, draw_scale, graspable
from assets.labels import WHITE
from assets.numeric import between, pick, rotation

GLASS: Coat = ("glass", (0.2, 0.26, 0.32))
RUBBER: Coat = ("rubber", (0.09, 0.09, 0.1))
STEEL: Coat = ("metal", (0.82, 0.82, 0.8))
DARK: Coat = ("plastic", (0.16, 0.16, 0.18))


def body_coat(rng: np.random.Generator, *words: str) -> Coat:
    """A toy's bright plastic coat, of one of the words or any."""
    words = words or ("red", "blue", "yellow", "green", "orange", "purple", "white")
    return ("plastic", shade(pick(rng, *words), rng))


def cabin(
    a: Model,
    x: tuple[float, float],
    z: tuple[float, float],
    half: float,
    rake: tuple[float, float],
    coat: Coat,
) -> None:
    """A cabin from x[0] to x[1]: windows all around under a roof; rake is how far rear and front lean in."""
    (x0, x1), (z0, z1), (back, front) = x, z, rake
    t = 0.72
    lines = [(x0, z0), (x1, z0), (x1 - front, z1), (x0 + back, z1)]
    a.side(lines, half, GLASS, bevel=1.0)
    zm = z0 + t * (z1 - z0)
    a.side(
        [(x0 + t * back - 0.3, zm), (x1 - t * front + 0.3, zm), (x1 - front, z1 + 0.5), (x0 + back, z1 + 0.5)],
        half + 0.4,
        coat,
        solid=False,
    )
    for u in (0.08, 0.48, 0.92):
        bottom, top = x0 + u * (x1 - x0), x0 + back + u * (x1 - front - x0 - back)
        a.side(
            [(bottom - 1.3, z0), (bottom + 1.3, z0), (top + 1.3, z1), (top - 1.3, z1)],
            half + 0.3,
            coat,
            solid=False,
            bevel=0.3,
        )


def _lamps(a: Model, x: float, half: float, z: float, r: float = 2.2) -> None:
    for y in (-1, 1):
        a.rod(
            (x - 1, 0.7 * y * half, z),
            (x + 0.8, 0.7 * y * half, z),
            r,
            ("plastic", (0.97, 0.93, 0.72)),
            n=8,
            solid=False,
        )


def toy_car(rng: np.random.Generator, variant: str) -> Draft:
    """Toy car, van, bus, pickup, lorry or racing car: lower body, cabin, load, wheels."""
    a = Model(draw_scale(rng, 0.1))
    half, wide = between(rng, 33, 52), between(rng, 14, 20)
    r = between(rng, 7, 11)
    low, deck = 0.55 * r, between(rng, 0.55 * r + 9, 0.55 * r + 17)
    coat = body_coat(
        rng, *(("red",) if variant == "fire" else ("yellow", "red", "green", "blue") if variant == "bus" else ())
    )
    top = deck + between(rng, 8, 16)
    axles = [-between(rng, 0.52, 0.66) * half, between(rng, 0.52, 0.66) * half]
    name = {"van": "toy van", "bus": "toy bus", "racer": "racing car", "jeep": "toy jeep", "fire": "fire engine"}.get(
        variant, "toy car"
    )
    if variant == "racer":
        return _racer(a, rng, half, wide, coat)
    nose = between(rng, 0, 5)
    if variant in ("saloon", "hatch", "jeep", "pickup"):
        a.side(
            [
                (-half, low),
                (half, low),
                (half, deck - nose),
                (half - 3 * nose - 3, deck),
                (-half + 1, deck),
                (-half, deck - 2),
            ],
            wide,
            coat,
            bevel=1.6,
        )
        back = {"saloon": (-0.62, -0.4), "hatch": (-0.98, -0.8), "jeep": (-0.96, -0.9), "pickup": (-0.2, 0.05)}[variant]
        x0, x1 = between(rng, *back) * half, between(rng, 0.2, 0.5) * half
        steep = variant == "jeep"
        cabin(
            a,
            (x0, x1),
            (deck, top),
            wide - 1.2,
            (between(rng, 1, 3 if steep else 9), between(rng, 1, 4 if steep else 12)),
            coat,
        )
        if variant == "pickup":
            name = "toy pickup"
            for y in (-1, 1):
                a.box((0.5 * (x0 + half), 1.2, 3.5), (0.5 * (x0 - half), y * (wide - 1.2), deck + 3.4), coat)
            a.box((1.2, wide, 3.5), (-half + 1.2, 0, deck + 3.4), coat, solid=False)
        if variant == "jeep":
            a.rod((-half - 4, 0, 0.8 * deck), (-half, 0, 0.8 * deck), 0.95 * r, RUBBER, n=14)
    elif variant in ("van", "bus"):
        long = 1.25 if variant == "bus" else 1.0
        half, axles, top = half * long, [v * long for v in axles], top + between(rng, 4, 16)
        slope = between(rng, 1, 16) if variant == "van" else between(rng, 0, 3)
        a.side(
            [(-half, low), (half, low), (half, deck - 2), (half - 0.5 * slope, deck), (-half, deck)],
            wide,
            coat,
            bevel=1.6,
        )
        cabin(a, (-half + 0.5, half - 0.5 * slope), (deck, top), wide - 1, (between(rng, 0, 4), slope), coat)
        if variant == "van" and rng.random() < 0.6:
            a.box(
                (0.42 * half, wide - 0.6, 0.42 * (top - deck)), (-0.5 * half, 0, 0.5 * (top + deck)), coat, solid=False
            )
        if variant == "bus" and rng.random() < 0.5:
            cabin(a, (-half + 1, half - slope - 1), (top, 2 * top - deck - 3), wide - 1.2, (1, slope), coat)
    else:
        name = "fire engine" if variant == "fire" else "toy truck"
        half *= 1.15
        axles = [v * 1.15 for v in axles]
        cab = between(rng, 0.2, 0.45) * half
        a.box((half, 0.8 * wide, 0.25 * (deck - low) + 1), (0, 0, low + 0.3 * (deck - low)), DARK)
        a.side([(half - cab, low), (half, low), (half, deck), (half - cab, deck)], wide, coat)
        cabin(a, (half - cab, half - 1), (deck, top + 3), wide - 0.8, (0, between(rng, 0, 7)), coat)
        _load(a, rng, variant, (-half, half - cab - 2), 0.5 * (low + deck) + 2, wide, top, coat)
    track = wide + 1.5
    for x in axles:
        wheel_pair(a, x, track, r, 6.5, STEEL, RUBBER)
    _lamps(a, half, wide, 0.5 * (low + deck))
    return a.draft(rng, name, "plastic", "long", (450, 750))


def _load(
    a: Model,
    rng: np.random.Generator,
    variant: str,
    x: tuple[float, float],
    z: float,
    wide: float,
    top: float,
    coat: Coat,
) -> None:
    """What a lorry carries between x[0] and x[1] above z."""
    mid, reach = 0.5 * (x[0] + x[1]), 0.5 * (x[1] - x[0])
    colour = shade(pick(rng, "red", "blue", "yellow", "green", "orange", "purple", "white"), rng)
    other: Coat = ("plastic", colour)
    if variant == "tanker":
        r = between(rng, 0.7, 1.0) * wide
        o = np.array([[-1, 0.8], [-0.88, 1], [0.88, 1], [1, 0.8]])
        a.spindle(
            [(mid + reach * u, z + r, 0.98 * wide * f, r * f) for u, f in o],
            ("metal", (0.8, 0.81, 0.82)) if rng.random() < 0.5 else other,
            n=14,
        )
        for u in (-0.4, 0.4):
            a.rod(
                (mid + reach * u, 0, z + 2 * r - 1), (mid + reach * u, 0, z + 2 * r + 2.5), 3.5, DARK, n=10, solid=False
            )
    elif variant == "tipper":
        h, tilt = between(rng, 9, 20), between(rng, 0, 7)
        for y in (-1, 1):
            a.side([(x[0], z + tilt), (x[1], z), (x[1], z + h), (x[0] - tilt, z + h)], 1.2, other, y * (wide - 1.2))
        a.box((reach, wide - 1, 1.5), (mid, 0, z + 2 + 0.3 * tilt), other)
        a.box((1.2, wide - 0.5, 0.5 * h), (x[1] - 1.2, 0, z + 0.5 * h), other, solid=False)
        if rng.random() < 0.6:
            a.ball(
                (mid, 0, z + 3),
                (0.85 * reach, 0.85 * wide, between(rng, 0.5, 1.2) * h),
                ("plastic", (0.55, 0.42, 0.3)),
                n=10,
                rows=6,
                foot=1.2,
                solid=False,
            )
    elif variant == "fire":
        a.box((reach, wide, 0.5 * (top - z) + 2), (mid, 0, 0.5 * (top + z) + 2), coat, bevel=2)
        h = top + 6 + between(rng, 0, 9)
        long, tilt = reach * between(rng, 0.9, 1.3), between(rng, 0.0, 0.35)
        R = rotation("y", -tilt)
        for y in (-5, 5):
            a.box((long, 1.3, 1.3), (mid + 5, y, h + 2), STEEL, R, solid=False, bevel=0.0)
        for k in range(6):
            u = long * (k - 2.5) / 3
            a.box((1, 5, 1), (mid + 5 + u, 0, h + 2 + tilt * u), STEEL, R, solid=False, bevel=0.0)
        a.solid(
            [
                (mid + 5 + u * long, y, h + 2 + tilt * u * long + w)
                for u in (-0.98, 0.98)
                for y in (-6, 6)
                for w in (-2, 1.5)
            ]
        )
    else:
        h = between(rng, 20, 36)
        a.box((reach, wide, 0.5 * h), (mid, 0, z + 0.5 * h), other, bevel=1.0)
        rib: Coat = ("plastic", mix(colour, WHITE, 0.3))
        for k in range(5):
            u = mid + reach * (k - 2) * 0.4
            a.box((0.8, wide + 0.4, 0.46 * h), (u, 0, z + 0.5 * h), rib, solid=False, bevel=0.3)


def _racer(a: Model, rng: np.random.Generator, half: float, wide: float, coat: Coat) -> Draft:
    """Open racing car: cigar body, wings, wide wheels outside."""
    r, deep = between(rng, 8, 11), between(rng, 6, 9)
    body, nose = wide * between(rng, 0.5, 0.75), between(rng, 0.25, 0.6)
    z = deep + 2
    a.spindle(
        [
            (-half, z + 1, 0.7 * body, 0.8 * deep),
            (-0.3 * half, z + 2, body, 1.15 * deep),
            (0.2 * half, z, 0.9 * body, deep),
            (half, z - 3, nose * body, 0.4 * deep),
        ],
        coat,
        (0, 1, 3),
    )
    a.ball((-0.12 * half, 0, z + deep), (6, 5, 6), body_coat(rng), n=10, rows=7)
    h = between(rng, 7, 17)
    a.box((5, wide, 1.2), (-half + 2, 0, z + deep + h), coat)
    a.box((1.2, 1.5, 0.5 * h + 2), (-half + 3, 0, z + deep + 0.5 * h - 2), DARK, solid=False)
    a.box((4, wide + 2, 1.2), (half + 1, 0, 4), coat)
    for x in (-0.68 * half, 0.58 * half):
        wheel_pair(a, x, wide + 5, r * (1.1 if x < 0 else 0.95), 9, STEEL, RUBBER)
        a.rod((x, -wide, r), (x, wide, r), 1.5, DARK, n=6, solid=False)
    return a.draft(rng, "racing car", "plastic", "long", (500, 800))


# --- machines -----------------------------------------------------------------------------------


def machine(rng: np.random.Generator, variant: str) -> Draft:
    """Toy tractor, digger, bulldozer, road roller or crane."""
    a = Model(draw_scale(rng, 0.1))
    coat = body_coat(
        rng, *(("red", "green", "blue", "orange") if variant == "tractor" else ("yellow", "yellow", "orange"))
    )
    half, wide = between(rng, 28, 40), between(rng, 13, 18)
    if variant == "tractor":
        big, small = between(rng, 14, 21), between(rng, 7, 11)
        z = between(rng, 0.8, 1.0) * big
        front = between(rng, 0.45, 0.75)
        a.box((0.55 * half, front * wide, 0.45 * big), (0.5 * half, 0, z), coat, bevel=3)
        cabin(
            a,
            (-0.75 * half, 0.1 * half),
            (0.85 * z, z + between(rng, 16, 30)),
            0.95 * wide,
            (between(rng, 0, 5), between(rng, 0, 7)),
            coat,
        )
        a.rod(
            (0.7 * half, 0.2 * wide, z + 0.3 * big),
            (0.7 * half, 0.2 * wide, z + 0.45 * big + between(rng, 7, 15)),
            1.8,
            DARK,
            n=8,
            solid=False,
        )
        wheel_pair(a, -0.4 * half, wide + 7, big, 8, coat, RUBBER)
        wheel_pair(a, 0.8 * half, wide + 3, small, 7, coat, RUBBER)
        return a.draft(rng, "toy tractor", "plastic", "long", (450, 750))
    if variant == "roller":
        drum = between(rng, 13, 19)
        a.rod((half, -wide, drum), (half, wide, drum), drum, STEEL, n=18, solid=False)
        c = [(0.0, 1.0), (0.7, 0.72), (1, 0), (0.7, -0.7), (0.25, -1), (-0.25, -1), (-0.7, -0.7), (-1, 0), (-0.7, 0.72)]
        a.solid([(half + u * drum, y * wide, drum + v * drum) for u, v in c for y in (-1, 1)])
        a.box((0.7 * half, 0.8 * wide, 6), (0.1 * half, 0, drum + 3), coat, bevel=2)
        cabin(
            a,
            (-0.6 * half, 0.3 * half),
            (drum + 9, drum + between(rng, 24, 38)),
            0.8 * wide,
            (between(rng, 0, 6), between(rng, 0, 6)),
            coat,
        )
        wheel_pair(a, -0.4 * half, wide, between(rng, 10, 16), 9, coat, RUBBER)
        return a.draft(rng, "toy roller", "plastic", "long", (450, 750))
    track = between(rng, 6, 9)
    for y in (-1, 1):
        a.side(
            [
                (-0.85 * half, 0),
                (0.85 * half, 0),
                (half, 0.8 * track),
                (half, 1.2 * track),
                (0.85 * half, 2 * track),
                (-0.85 * half, 2 * track),
                (-half, 1.2 * track),
                (-half, 0.8 * track),
            ],
            4.5,
            RUBBER,
            y * wide,
        )
    base = 2 * track
    turn = between(rng, -0.5, 0.5) if variant != "bulldozer" else 0.0
    R = rotation("z", turn)
    tall = between(rng, 9, 15)
    a.box((0.75 * half, 0.95 * wide, 0.5 * tall), (-0.05 * half, 0, base + 0.5 * tall), coat, R, bevel=2)
    x0 = -0.5 * half if variant == "bulldozer" else 0.0
    cabin(
        a,
        (x0, x0 + 0.6 * half),
        (base + tall, base + tall + between(rng, 13, 22)),
        0.55 * wide,
        (0, between(rng, 0, 5)),
        coat,
    )
    z = base + 0.6 * tall
    if variant == "bulldozer":
        size = between(rng, 9, 15)
        a.side(
            [(half + 5, 1), (half + 9, 0.4), (half + 7, size), (half + 10, 2 * size), (half + 6, 2 * size)],
            wide + 7,
            STEEL,
        )
        a.box((0.3 * half, wide + 1.5, 1.8), (0.9 * half, 0, track + 2), DARK, solid=False)
    elif variant == "digger":
        reach, lift = between(rng, 18, 30), between(rng, 14, 30)
        elbow = (0.6 * half + 0.5 * reach, 0.0, z + lift)
        wrist = (elbow[0] + reach, 0.0, max(z - between(rng, 0, 12), 9))
        a.rod((0.5 * half, 0, z), elbow, (4.5, 3.2), coat, n=8)
        a.rod(elbow, wrist, (3.2, 2.6), coat, n=8)
        x, h = wrist[0], wrist[2]
        a.side([(x - 6, h - 7), (x + 2, h - 8), (x + 5, h), (x - 3, h + 3)], 8, STEEL)
    else:
        reach, lift = between(rng, 28, 52), between(rng, 12, 46)
        a.rod((0.2 * half, -9, z), (0.2 * half + reach, -4, z + lift), (3.6, 2.2), coat, n=8)
        tip = 0.2 * half + reach
        a.rod((tip, -4, z + lift), (tip, -4, z + 0.3 * lift), 0.7, DARK, n=5, solid=False)
        a.ball((tip, -4, z + 0.3 * lift), 3, STEEL, n=8, rows=6, solid=False)
        a.box((5, 0.9 * wide, 6), (-0.8 * half, 0, base + 6), DARK, bevel=2)
    return a.draft(rng, f"toy {variant}", "plastic", "long", (450, 750))


_CARS = ("saloon", "hatch", "van", "bus", "pickup", "racer", "jeep", "tanker", "tipper", "fire", "box_truck")
_NAMES = ("toy car", "toy van", "toy bus", "toy pickup", "racing car", "toy jeep", "toy truck", "fire engine")
_MACHINES = ("tractor", "digger", "bulldozer", "roller", "crane")
FAMILIES = (
    graspable("toy_car", "toys", toy_car, *_NAMES, variants=_CARS),
    graspable("toy_machine", "toys", machine, *(f"toy {m}" for m in _MACHINES), variants=_MACHINES),
)
