"""Food and drinks cans, spray cans, canisters."""

from __future__ import annotations

import numpy as np

from assets import closures
from assets.bottling import wrapped
from assets.closures import Pieces
from assets.colours import mix, shade
from assets.kit import Draft, draw_scale, graspable, paint, part_cylinder, part_hull, printed
from assets.labels import WHITE, other_colour
from assets.mesh import lathe, loft, merge, rounded_rect
from assets.numeric import between, pick, rotate, rotation
from assets.vessels import rings_of, solid, surface

STEEL = (0.74, 0.75, 0.77)


_SODA = (
    ("soda can", "COLA", "", ("red", "blue", "black", "purple")),
    ("lemonade can", "LEMON", "lemon", ("yellow", "green")),
    ("beer can", "LAGER", "wheat", ("green", "white", "blue")),
)


_FOOD = (
    ("soup can", "SOUP", "tomato", ("red", "white", "orange")),
    ("pea can", "PEAS", "pea", ("green", "white")),
    ("peach can", "PEACH", "peach", ("orange", "pink", "yellow")),
    ("bean can", "BEANS", "bean", ("blue", "white", "red")),
)


_MEAT = (("ham can", "HAM", "star", ("blue", "red", "yellow")),)


_CANS = {
    "drink": (_SODA, (0.024, 0.0325), (1.1, 2.2)),
    "slim": (_SODA, (0.0215, 0.026), (2.0, 3.2)),
    "ribbed": (_FOOD, (0.025, 0.033), (0.9, 1.7)),
    "ring_pull": (_FOOD, (0.026, 0.033), (0.62, 1.2)),
    "tall": (_FOOD, (0.023, 0.029), (1.7, 2.6)),
    "flat": ((("tuna can", "TUNA", "fish", ("blue", "yellow", "green")),), (0.027, 0.0335), (0.3, 0.62)),
    "crushed": (_SODA, (0.025, 0.031), (1.2, 1.9)),
    "opened": (_FOOD, (0.025, 0.0325), (0.5, 1.9)),
    "square": (_MEAT, (0.022, 0.031), (0.6, 1.7)),
    "oval": (_MEAT + _FOOD[:1], (0.021, 0.03), (0.6, 1.6)),
}


def _height(r: float, aspect: float) -> float:
    return min(2.0 * r * aspect, 5.8 * r)


def can(rng: np.random.Generator, variant: str) -> Draft:
    """Tin or drinks can: printed wall, bare metal ends with a rim; drinks cans are necked, food cans ribbed."""
    goods, width, aspect = _CANS[variant]
    name, word, picture, colours = pick(rng, *goods)
    colour = pick(rng, *colours)
    if variant in ("square", "oval", "crushed"):
        return _shaped_can(rng, variant, name, word, picture, colour)
    s = draw_scale(rng, 0.06)
    r = min(between(rng, *width) * s, 0.0335)
    h = _height(r, between(rng, *aspect))
    drink = variant in ("drink", "slim")
    neck = between(rng, 0.0025, 0.0055) if drink else 0.0
    foot = between(rng, 0.003, 0.007) if drink else 0.0012
    cone = neck * between(rng, 1.2, 2.6) if drink else 0.0012
    rows = [(0.0, r - 0.6 * foot), (foot, r)]
    if variant in ("ribbed", "tall") and rng.random() < 0.8:
        start, step, count = between(rng, 0.28, 0.4) * h, between(rng, 0.004, 0.006), int(rng.integers(3, 6))
        for k in range(count):
            z = start + k * step
            rows += [(z, r), (z + 0.4 * step, r - 0.0011)]
        rows.append((start + count * step, r))
    rows += [(h - 0.0015 - cone, r), (h - 0.0015, r - neck), (h, r - neck)]
    rings = rings_of([(z, k, k) for z, k in rows])
    base, accent = shade(colour, rng), shade(other_colour(rng, colour), rng)
    top = h - 0.0016 - cone
    rim = r - neck
    ends = [
        lathe([(0.0, 0.0015), (r - foot, 0.0015), (r - 0.6 * foot, 0.0), (r, foot)], 20),
        lathe(
            [(r, top), (rim, h - 0.0012), (rim, h), (rim - 0.002, h), (rim - 0.0025, h - 0.003), (0.0, h - 0.003)], 20
        ),
    ]
    if drink or variant in ("ring_pull", "flat"):
        ends.append(loft([rounded_rect(0.0055, 0.009, 0.004, 3)] * 2, [h - 0.003, h - 0.0012]).moved((0, -0.006, 0)))
    mesh, art = wrapped(rng, rings, foot, top, base, accent, word, picture)
    visual = [(mesh, printed("metal", art)), (merge(ends), paint("metal", STEEL))]
    if variant == "opened":
        tilt = between(rng, 0.5, 1.5)
        disc = rings_of([(0.0, 0.92 * r, 0.92 * r), (0.0012, 0.92 * r, 0.92 * r)])
        R = rotation("y", -tilt)
        lid = surface(disc).moved((0.92 * r, 0, 0)).moved((0, 0, 0), R).moved((-0.9 * r, 0, h))
        visual.append((lid, paint("metal", (0.82, 0.82, 0.83))))
        visual.append(
            (
                lathe([(0.93 * r, h - 0.0024), (0, h - 0.0024)], 20),
                paint("wax", shade(pick(rng, "red", "orange", "green", "brown"), rng)),
            )
        )
        ring = disc.reshape(-1, 3) + np.array([0.92 * r, 0, 0])
        flap = part_hull(rotate(ring, R) + np.array([-0.9 * r, 0, h]))
        return Draft(name, visual, [part_cylinder(r, 0.0, h), flap], "metal", "cylindrical", between(rng, 420, 680), s)
    shape = "flat" if h < 1.4 * r else "cylindrical"
    hull = solid(rings_of([(0, r - 0.6 * foot, r - 0.6 * foot), (foot, r, r), (top, r, r), (h, rim, rim)]), 0.001, 2)
    return Draft(name, visual, hull if drink else [part_cylinder(r, 0.0, h)], "metal", shape, between(rng, 420, 680), s)


def _shaped_can(rng: np.random.Generator, variant: str, name: str, word: str, picture: str, colour: str) -> Draft:
    """A can that is not round: a square or oval one of ham, or a crushed one."""
    s = draw_scale(rng, 0.06)
    width, aspect = _CANS[variant][1:]
    ry = between(rng, *width)
    rx = ry * (between(rng, 1.05, 1.75) if variant != "crushed" else 1.0)
    h = min(2 * rx * between(rng, *aspect), 4.8 * ry)
    taper = between(rng, 0.86, 1.0)
    rows = [
        (0.0, rx - 0.001, ry - 0.001),
        (0.0012, rx, ry),
        (h - 0.002, taper * rx, taper * ry),
        (h, taper * rx, taper * ry),
    ]
    if variant == "crushed":
        k = [between(rng, 0.68, 0.96) for _ in range(4)]
        neck = 0.9
        rows = [(0.0, 0.9 * rx, 0.9 * ry), (0.004, rx, ry), (0.3 * h, k[0] * rx, k[1] * ry), (0.52 * h, rx, 0.97 * ry),
                (0.72 * h, k[2] * rx, k[3] * ry), (0.93 * h, rx, ry), (h, neck * rx, neck * ry)]  # fmt: skip
    kind = {"square": pick(rng, "soft", "square"), "oval": "round", "crushed": "octagon"}[variant]
    rings = rings_of(rows, kind)
    if variant == "crushed":
        lean = between(rng, -0.16, 0.16) * h
        rings[..., 0] += lean * (rings[..., 2] / h) * (rings[..., 2] / h) * 0.5
    base, accent = shade(colour, rng), shade(other_colour(rng, colour), rng)
    mesh, art = wrapped(rng, rings, 0.003, h - 0.004, base, accent, word, picture)
    out = Pieces([(surface(rings), paint("metal", STEEL)), (mesh, printed("metal", art))], solid(rings, 0.0016, 4))
    ring = [rounded_rect(0.0055, 0.009, 0.004, 3)] * 2
    out.visual.append(
        (loft(ring, [h, h + 0.0014]).moved((rings[-1, :, 0].mean(), 0, 0)), paint("metal", (0.6, 0.61, 0.63)))
    )
    return Draft(name, out.visual, out.parts, "metal", "boxy", between(rng, 420, 680), s)


_SPRAYS = (
    ("spray can", "COLOUR", "", ("red", "blue", "green", "orange", "purple", "yellow")),
    ("hairspray can", "STYLE", "flower", ("pink", "purple", "black")),
    ("whipped cream can", "CREAM", "berry", ("white", "red", "blue")),
    ("air freshener can", "BREEZE", "flower", ("green", "purple", "blue")),
)


def spray_can(rng: np.random.Generator, variant: str) -> Draft:
    """Aerosol: a tall tin with a domed shoulder under a cap, a button, a trigger collar or a slanted nozzle."""
    name, word, picture, colours = pick(rng, *_SPRAYS)
    colour = pick(rng, *colours)
    s = draw_scale(rng, 0.1)
    r = between(rng, 0.021, 0.033)
    total = min(2 * r * between(rng, 1.5, 3.0), 5.6 * r)
    base, accent = shade(colour, rng), shade(other_colour(rng, colour), rng)
    cap_h = between(rng, 0.14, 0.4) * total
    body = total - cap_h
    waist = between(rng, 0.66, 0.88) if variant in ("waisted", "trigger") else 1.0
    shoulder = between(rng, 0.06, 0.24) * body
    rn = between(rng, 0.36, 0.72) * r
    low = body - shoulder
    rows = [(0.0, r - 0.002), (0.002, r), (0.3 * low, waist * r), (0.6 * low, waist * r), (low, r)]
    rings = rings_of([(z, k, k) for z, k in [*rows, (low + 0.6 * shoulder, 0.82 * r + 0.18 * rn), (body, rn)]])
    out = Pieces([(surface(rings), paint("metal", STEEL))], solid(rings, 0.0014, 3))
    mesh, art = wrapped(rng, rings, 0.006, low - 0.002, base, accent, word, picture)
    out.visual.append((mesh, printed("metal", art)))
    white = pick(rng, WHITE, accent, base)
    if variant == "capped":
        out.add(
            closures.turned(
                [(0.97 * r, low), (0.97 * r, total - 0.002), (0.9 * r, total), (0, total)], paint("plastic", white)
            )
        )
    elif variant == "domed":
        line = [
            (0.96 * r, low),
            (0.96 * r, low + 0.4 * (total - low)),
            (0.8 * r, low + 0.75 * (total - low)),
            (0.4 * r, total),
            (0, total),
        ]
        out.add(closures.turned(line, paint("plastic", white)))
    elif variant == "button":
        z = body + 0.012 * s
        out.add(closures.turned([(rn, body - 0.001), (0.55 * rn, z), (0.0, z)], paint("metal", STEEL), 14, 1))
        out.add(
            closures.turned(
                [(0.6 * rn, z - 0.004), (0.6 * rn, z + 0.009), (0.4 * rn, z + 0.011), (0, z + 0.011)],
                paint("plastic", white),
                14,
                1,
            )
        )
    elif variant == "waisted":
        out.add(closures.dome(1.2 * rn, body - 0.003, 0.7 * cap_h + 0.008, white))
    elif variant == "trigger":
        out.add(closures.trigger(0.8 * rn, body - 0.001, s, white, accent, between(rng, 0.8, 1.15)))
    elif variant == "foam":
        out.add(closures.pump(0.9 * rn, body - 0.001, between(rng, 0.024, 0.036), white, between(rng, 0.02, 0.032)))
    else:
        out.add(closures.nozzle(1.1 * rn, body - 0.003, cap_h + 0.01, white, base))
    return Draft(name, out.visual, out.parts, "metal", "tall", between(rng, 420, 640), s, extra={"colour": colour})


_DRY = (
    ("chips canister", "CRISPS", "chip", ("red", "green", "purple", "orange")),
    ("oats canister", "OATS", "wheat", ("blue", "yellow", "red")),
    ("cocoa canister", "COCOA", "bean", ("brown", "purple")),
    ("salt canister", "SALT", "", ("blue", "white")),
    ("wipes canister", "WIPES", "bubbles", ("white", "green", "blue")),
)


_CANISTERS = {
    "slim": ("round", (2.3, 3.0)),
    "broad": ("round", (1.1, 2.0)),
    "hexagon": ("hexagon", (1.0, 2.4)),
    "oval": ("round", (1.0, 2.0)),
    "domed": ("round", (1.0, 2.3)),
}


def canister(rng: np.random.Generator, variant: str) -> Draft:
    """Cardboard drum with a plastic lid: crisps, oats, salt."""
    name, word, picture, colours = pick(rng, *(_DRY[:1] if variant == "slim" else _DRY[1:]))
    colour = pick(rng, *colours)
    s = draw_scale(rng, 0.08)
    kind, aspect = _CANISTERS[variant]
    ry = between(rng, 0.022, 0.0315)
    rx = ry * (between(rng, 1.25, 1.7) if variant == "oval" else 1.0)
    h = min(2 * rx * between(rng, *aspect), 5.7 * ry)
    base, accent = shade(colour, rng), shade(other_colour(rng, colour), rng)
    rings = rings_of([(0, rx, ry), (h, rx, ry)], kind)
    out = Pieces([(surface(rings), paint("metal", STEEL))], solid(rings, 0.001, 1))
    mesh, art = wrapped(rng, rings, 0.002, h - 0.001, base, accent, word, picture)
    out.visual.append((mesh, printed("cardboard", art)))
    lid_h = between(rng, 0.005, 0.014)
    tone = pick(rng, WHITE, accent, mix(base, (0, 0, 0), 0.25))
    if variant == "domed":
        high = between(rng, 0.35, 0.9) * rx
        rows = [
            (h, 1.04 * rx, 1.04 * ry),
            (h + 0.3 * high, 1.04 * rx, 1.04 * ry),
            (h + 0.75 * high, 0.75 * rx, 0.75 * ry),
            (h + high, 0.35 * rx, 0.35 * ry),
        ]
        lid = rings_of(rows, kind)
        out.add(Pieces([(surface(lid), paint("plastic", tone))], solid(lid, 0.002, 1)))
    else:
        out.add(closures.lid(rx, ry, h - 0.002, lid_h, kind, tone))
    return Draft(name, out.visual, out.parts, "cardboard", "cylindrical", between(rng, 300, 520), s)


FAMILIES = (
    graspable("can", "packaging", can, *(g[0] for g in (*_SODA, *_FOOD, *_MEAT)), "tuna can", variants=tuple(_CANS)),
    graspable(
        "spray_can",
        "packaging",
        spray_can,
        *(g[0] for g in _SPRAYS),
        variants=("capped", "domed", "button", "waisted", "nozzle", "trigger", "foam"),
    ),
    graspable("canister", "packaging", canister, *(g[0] for g in _DRY), variants=tuple(_CANISTERS)),
)
