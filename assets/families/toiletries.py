"""Tubes, deodorants and lipsticks."""

from __future__ import annotations

import numpy as np

from assets import closures
from assets.closures import Pieces
from assets.colours import RGB, mix, shade
from assets.kit import Draft, draw_scale, graspable, paint, part_hull, part_hulls, printed
from assets.labels import WHITE, label, other_colour, wrap
from assets.mesh import cap, lying, merge, sweep
from assets.numeric import between, pick
from assets.vessels import band, outline, rings_of, solid, surface

_TUBES = (
    ("toothpaste tube", "FRESH", ("white", "blue", "red", "green")),
    ("cream tube", "CREAM", ("white", "pink", "purple", "green")),
    ("paint tube", "PAINT", ("blue", "red", "yellow", "green", "orange")),
    ("glue tube", "GLUE", ("yellow", "red", "blue")),
)


_TUBE = ("lying", "standing", "stubby", "tottle", "rolled")


def tube(rng: np.random.Generator, variant: str) -> Draft:
    """Toothpaste, cream or paint tube, lying or standing on its cap; perhaps with its end rolled up."""
    name, word, colours = pick(rng, *_TUBES)
    colour = pick(rng, *colours)
    s = draw_scale(rng, 0.1)
    base, accent = shade(colour, rng), shade(other_colour(rng, colour), rng)
    tone = pick(rng, WHITE, accent, shade("black"), base)
    if variant in ("standing", "tottle"):
        return _standing_tube(rng, name, word, base, accent, tone, variant, s)
    length = between(rng, 0.075, 0.15) if variant != "stubby" else between(rng, 0.055, 0.08)
    w = length * (between(rng, 0.15, 0.24) if variant != "stubby" else between(rng, 0.26, 0.38))
    th = min(w * between(rng, 0.62, 0.95), 0.02)
    x = np.array([0.0, 0.03, 0.08, 0.4, 0.75, 0.985, 1.0]) * length
    hw = np.array([0.55, 0.84, 0.94, 1.0, 1.06, 1.12, 1.12]) * w
    hh = np.array([0.6, 0.9, 1.0, between(rng, 0.75, 1.0), between(rng, 0.4, 0.7), 0.14, 0.13]) * th
    if variant == "rolled":
        x = np.array([0.0, 0.03, 0.08, 0.35, 0.62, 0.72, 0.73]) * length
        hh = np.array([0.6, 0.9, 1.0, 0.85, 0.4, 0.14, 0.14]) * th
    mesh, rings = lying(np.stack([x, hw, hh], -1), 16, 0.8)
    rc = between(rng, 0.5, 0.85) * th
    long = between(rng, 0.9, 2.2) * rc
    rows = [
        [-long, 0.85 * rc, 0.85 * rc, 0, rc],
        [-0.9 * long, rc, rc, 0, rc],
        [0.002, 1.1 * rc, 1.1 * rc, 0, 1.1 * rc],
    ]
    head, head_rings = lying(np.array(rows), 12)
    art = np.rot90(label(rng, 72, 144, base, accent, word, "", pick(rng, 0, 2, 3, 4)), 1)
    visual = [(mesh, printed("plastic", np.ascontiguousarray(art))), (head, paint("plastic", tone))]
    parts = part_hulls(rings, [0, 2, 4, len(rings) - 1]) + part_hulls(head_rings, [0, 2])
    if variant == "rolled":
        r = between(rng, 0.2, 0.34) * th + 0.002
        roll = sweep([(x[-1], -1.1 * w, r), (x[-1], 1.1 * w, r)], [r, r], 12)
        visual.append((roll, paint("plastic", mix(base, (0, 0, 0), 0.1))))
        ring = np.array(
            [
                [x[-1] + r * a, y, r + r * b]
                for a, b in ((-1, 0), (-0.7, 0.7), (0, 1), (0.7, 0.7), (1, 0), (0.7, -0.7), (0, -1), (-0.7, -0.7))
                for y in (-1.1 * w, 1.1 * w)
            ]
        )
        parts.append(part_hull(ring))
    return Draft(name, visual, parts, "plastic", "long", between(rng, 800, 1000), s)


def _standing_tube(
    rng: np.random.Generator, name: str, word: str, base: RGB, accent: RGB, tone: RGB, variant: str, s: float
) -> Draft:
    """A tube on its cap: round below, a flat crimp above; or a tottle with a rounded top."""
    r = between(rng, 0.018, 0.026)
    cap_h = r * between(rng, 0.5, 1.3)
    h = cap_h + 2 * r * between(rng, 1.0, 1.9)
    h = min(h, 5.0 * r)
    k = between(rng, 0.9, 1.15)
    foot = rings_of(
        [(0, k * r - 0.001, k * r - 0.001), (0.001, k * r, k * r), (cap_h, k * r, k * r)], pick(rng, "round", "soft")
    )
    rows = [(cap_h, r, r), (cap_h + 0.3 * (h - cap_h), 1.02 * r, 0.96 * r)]
    if variant == "tottle":
        rows += [(cap_h + 0.7 * (h - cap_h), 1.05 * r, 0.72 * r), (h - 0.004, 0.9 * r, 0.4 * r), (h, 0.6 * r, 0.2 * r)]
    else:
        rows += [
            (cap_h + 0.65 * (h - cap_h), 1.15 * r, 0.6 * r),
            (h - 0.008, 1.3 * r, 0.13 * r),
            (h, 1.3 * r, 0.11 * r),
        ]
    body = rings_of(rows)
    wall = surface(body, turns=1.0)
    art = wrap(
        rng, 112, 100, base, accent, word, pick(rng, "flower", "leaf", "bubbles", "drop"), pick(rng, 0, 2, 3, 5, 8)
    )
    skin_mesh = band(body, cap_h + 0.001, h - (0.001 if variant == "standing" else 0.005), lift=0.0003)
    out = Pieces([(wall, paint("plastic", base)), (skin_mesh, printed("plastic", art))], solid(body, 0.0015, 3))
    out.add(Pieces([(surface(foot), paint("plastic", tone))], solid(foot, 0.001, 1)))
    return Draft(name, out.visual, out.parts, "plastic", "tall", between(rng, 600, 850), s)


_DEODORANT = ("stick", "roll_on", "open_stick", "domed", "oval_cap")


def deodorant(rng: np.random.Generator, variant: str) -> Draft:
    """Deodorant: a flat stick with a cap or open, or a roll-on with a round cap."""
    s = draw_scale(rng, 0.1)
    colour = pick(rng, "white", "blue", "black", "pink", "green", "purple", "red")
    base, accent = shade(colour, rng), shade(other_colour(rng, colour), rng)
    flat = variant in ("stick", "open_stick", "oval_cap")
    rx = between(rng, 0.021, 0.031)
    ry = rx * (between(rng, 0.5, 0.76) if flat else between(rng, 0.85, 1.0))
    h = min(2 * rx * between(rng, 1.2, 2.2), 4.6 * ry)
    kind = pick(rng, "round", "stadium", "soft") if flat else "round"
    cap_h = between(rng, 0.24, 0.5) * h
    body = h - cap_h
    waist = between(rng, 0.86, 1.0)
    foot = between(rng, 0.9, 1.0)
    rows = [
        (0, foot * rx - 0.001, foot * ry - 0.001),
        (0.002, foot * rx, foot * ry),
        (0.5 * body, waist * rx, waist * ry),
        (body, rx, ry),
    ]
    rings = rings_of(rows, kind)
    out = Pieces([(surface(rings), paint("plastic", base))], solid(rings, 0.0014, 2))
    art = wrap(
        rng,
        96,
        100,
        base,
        accent,
        pick(rng, "FRESH", "SPORT", "PURE"),
        pick(rng, "leaf", "flower", "mountain", "drop"),
        pick(rng, 0, 2, 3, 8, 11),
    )
    out.visual.append((band(rings, 0.12 * body, 0.92 * body), printed("plastic", art)))
    tone = pick(rng, base, WHITE, accent, shade("black"))
    if variant == "open_stick":
        k = between(rng, 0.86, 0.93)
        rise = between(rng, 0.3, 0.9) * cap_h
        top = rings_of(
            [(body, k * rx, k * ry), (body + 0.6 * rise, k * rx, k * ry), (body + rise, 0.7 * rx, 0.4 * ry)], kind
        )
        out.add(Pieces([(surface(top), paint("wax", (0.93, 0.95, 0.95)))], solid(top, 0.0015, 1)))
    elif variant in ("stick", "oval_cap"):
        end = between(rng, 0.55, 0.95)
        top = rings_of(
            [
                (body, 0.97 * rx, 0.97 * ry),
                (body + 0.6 * cap_h, 0.95 * rx, 0.95 * ry),
                (h, end * rx, end * ry * (0.6 if variant == "oval_cap" else 1.0)),
            ],
            kind,
        )
        out.add(Pieces([(surface(top), paint("plastic", tone))], solid(top, 0.0015, 1)))
    elif variant == "roll_on":
        k = between(rng, 0.7, 1.02)
        out.add(
            closures.turned(
                [(k * rx, body - 0.001), (k * rx, h - 0.004), (k * rx - 0.004, h), (0, h)], paint("plastic", tone), 18
            )
        )
    else:
        k = between(rng, 0.8, 1.05) * rx
        out.add(
            closures.turned(
                [(k, body - 0.001), (k, body + 0.35 * cap_h), (0.84 * k, body + 0.75 * cap_h), (0.45 * k, h), (0, h)],
                paint("plastic", tone),
                18,
            )
        )
    return Draft(
        "deodorant", out.visual, out.parts, "plastic", "tall", between(rng, 600, 900), s, extra={"colour": colour}
    )


_LIPSTICK = ("slanted", "bullet", "capped", "square", "gloss")


def lipstick(rng: np.random.Generator, variant: str) -> Draft:
    """Lipstick: base, sleeve and a slanted or rounded stick; capped, square, or a tube of gloss."""
    s = draw_scale(rng, 0.08)
    r = between(rng, 0.0095, 0.0125) * s
    kind = "square" if variant == "square" else pick(rng, "round", "octagon", "soft")
    colour = pick(rng, "red", "pink", "purple", "orange", "brown")
    wax, shell = (
        shade(colour, rng),
        pick(rng, (0.1, 0.1, 0.11), (0.83, 0.67, 0.33), WHITE, shade("red"), shade("blue"), (0.75, 0.76, 0.78)),
    )
    gold = pick(rng, (0.83, 0.67, 0.33), (0.78, 0.79, 0.81))
    low = 2 * r * between(rng, 0.8, 1.6)
    out = Pieces()

    def section(z0: float, z1: float, k: float, tone, material: str) -> None:
        rings = rings_of(
            [(z0, k * r - 0.0004, k * r - 0.0004), (z0 + 0.0006, k * r, k * r), (z1, k * r, k * r)], kind, 16
        )
        out.add(Pieces([(surface(rings), paint(material, tone))], solid(rings, 0.001, 1)))

    section(0.0, low, 1.0, shell, "plastic")
    total = 5.3 * r
    if variant in ("capped", "gloss"):
        top = min(low + 2 * r * between(rng, 0.7, 1.8), total)
        if variant == "gloss":
            section(low, top, 0.9, wax, "plastic")
            section(top, min(top + r * between(rng, 0.6, 1.6), 6.0 * r), 0.92, shell, "plastic")
        else:
            section(low, low + 0.002, 0.86, gold, "metal")
            section(low + 0.002, top, between(rng, 0.95, 1.08), shell, "plastic")
        return Draft(
            "lipstick", out.visual, out.parts, "plastic", "tall", between(rng, 1800, 2400), s, extra={"colour": colour}
        )
    sleeve = low + r * between(rng, 0.5, 1.2)
    section(low, sleeve, 0.84, gold, "metal")
    tip = min(sleeve + r * between(rng, 0.8, 2.0), total)
    o = outline("round", 16) * 0.62 * r
    slant = between(rng, 0.5, 1.3) * r if variant != "bullet" else 0.0
    ring = [np.concatenate([o, np.full((16, 1), sleeve)], -1)]
    if variant == "bullet":
        ring += [
            np.concatenate([k * o, np.full((16, 1), sleeve + t * (tip - sleeve))], -1)
            for k, t in ((1, 0.6), (0.8, 0.85), (0.35, 1.0))
        ]
    else:
        flat = np.concatenate([o, np.full((16, 1), tip)], -1)
        flat[:, 2] += slant * o[:, 0] / (1.3 * r) - 0.45 * slant
        ring.append(flat)
    rings = np.stack(ring)
    mesh = merge([surface(rings, closed=False), cap(rings[-1])])
    out.visual.append((mesh, paint("wax", wax)))
    out.parts.append(part_hull(rings.reshape(-1, 3)))
    return Draft(
        "lipstick", out.visual, out.parts, "plastic", "tall", between(rng, 1800, 2400), s, extra={"colour": colour}
    )


FAMILIES = (
    graspable("tube", "packaging", tube, *(t[0] for t in _TUBES), variants=_TUBE),
    graspable("deodorant", "packaging", deodorant, variants=_DEODORANT),
    graspable("lipstick", "packaging", lipstick, variants=_LIPSTICK),
)
