"""Radishes, beets and turnips, asparagus, garlic and ginger."""

from __future__ import annotations

import numpy as np

from assets.colours import mix, shade
from assets.families.cuts import Body, cut
from assets.families.flesh import depth_across, depth_along, layered, skin_texture, striped_texture
from assets.families.fruit import leaf, round_profile, stem
from assets.families.pieces import Piece, slab, solid, together, trim, tube
from assets.kit import Draft, draw_scale, graspable, paint, printed
from assets.mesh import blob
from assets.numeric import between, circle, cos, pick
from assets.paint import Canvas, fractal_noise

# --- radish, asparagus, garlic ------------------------------------------------------------------

_RADISH = ("single", "long", "bunch", "half", "beet", "slice")


def radish(rng: np.random.Generator, variant: str) -> Draft:
    """Radish, beet or turnip: a root with a tail and a tuft of leaves; alone, in a bunch, cut."""
    s = draw_scale(rng, 0.1)
    name, base, flesh, size = ("radish", (0.78, 0.1, 0.25), (0.97, 0.95, 0.94), 0.0175)
    if variant == "beet" or (variant in ("half", "slice") and rng.random() < 0.5):
        name, base, flesh, size = pick(
            rng,
            ("beet", (0.42, 0.08, 0.16), (0.55, 0.06, 0.2), 0.0285),
            ("turnip", (0.85, 0.8, 0.78), (0.97, 0.96, 0.93), 0.0285),
        )
    r = size * s
    tall = between(rng, 0.85, 1.2) if variant != "long" else between(rng, 1.8, 3.2)
    p = round_profile(r, 1.1 * tall * r, 0.85 * tall * r, 0.3 * r, rows=11)
    c = Canvas(48, 48, base)
    c.shade_noise(fractal_noise(rng, 48, 48, 6, 6, 3), 0.06)
    if name == "turnip" or (name == "radish" and rng.random() < 0.5):
        half = between(rng, 0.15, 0.35) if name == "radish" else 0.6
        c.rect(0, 1 - half, 1, 1, (0.95, 0.93, 0.92), alpha=0.9)
        if name == "turnip":
            c.rect(0, 0, 1, 0.3, (0.55, 0.2, 0.45), alpha=0.8)
    skin, top = printed("vegetable", c.image()), float(p[-1, 1])
    ring = layered(depth_across(), [(2, base), (0.93, flesh), (0.6, mix(flesh, base, 0.25)), (0.55, flesh)])
    face = layered(depth_along(p), [(2, base), (0.93, flesh), (0.55, mix(flesh, base, 0.25)), (0.5, flesh)])
    body = Body(
        name, "vegetable", 900.0, s, p, skin, printed("vegetable", face.image()), printed("vegetable", ring.image())
    )
    if variant in ("half", "slice"):
        return cut(
            rng, body, pick(rng, "half", "turned_half") if variant == "half" else pick(rng, "slice", "moon", "fan")
        )
    green = paint("vegetable", shade("green", rng))
    long = between(rng, 0.02, 0.055) * s
    blades = [leaf(top - 0.001, long * between(rng, 0.8, 1.1), 1.5 * k, between(rng, 1.0, 3.0)) for k in range(5)]
    tail = trim(paint("vegetable", mix(base, flesh, 0.4)), stem(0, between(rng, 0.01, 0.03) * s, 0.0015)).turned(
        "x", np.pi
    )
    one = together(solid(p, skin, 14 if variant == "bunch" else 18), trim(green, *blades), tail)
    laid = one.turned("z", between(rng, 0, 6)).turned("y", 0.5 * np.pi).settled(0.09 * r)
    if variant in ("single", "beet", "long"):
        return laid.turned("z", between(rng, 0, 1)).draft(
            name, "vegetable", "round" if variant != "long" else "long", 900.0, s
        )
    count = pick(rng, 2, 3)
    parts = [
        laid.turned("z", 0.25 * (k - 1)).moved((between(rng, -0.003, 0.003), (k - 0.5 * (count - 1)) * 2.05 * r, 0))
        for k in range(count)
    ]
    return together(*parts).seated().draft("bunch of radishes", "vegetable", "irregular", 900.0, s)


_ASPARAGUS = ("bunch", "pair", "standing", "thick", "fan")


def asparagus(rng: np.random.Generator, variant: str) -> Draft:
    """Asparagus: spears with scaly tips, tied in a bunch, standing or lying."""
    s = draw_scale(rng, 0.1)
    white = rng.random() < 0.3
    base = (0.9, 0.88, 0.74) if white else mix(shade("green", rng), (0.55, 0.7, 0.3), 0.4)
    c = Canvas(64, 16, base)
    c.rect(0, 0, 1, 0.25, mix(base, (0.3, 0.2, 0.4), 0.45), alpha=0.7)
    for k in range(9):
        x, y = between(rng, 0.1, 0.9), (k + 0.3) / 11 * (0.3 if k < 6 else 1.0)
        c.ellipse(x, y, 2.2, 2.6, mix(base, (0.2, 0.12, 0.3), 0.55))
    skin = printed("vegetable", c.image())
    length, r = between(rng, 0.085, 0.17) * s, 0.0062 * s * between(rng, 0.85, 1.25)
    if variant == "thick":
        r *= 1.6
    t = np.array([0.0, 0.0, 0.72, 0.85, 0.95, 1.0])
    p = np.stack([np.array([0, 0.9, 1.0, 1.08, 0.6, 0.0]) * r, t * length], -1)
    if variant in ("bunch", "standing"):
        rows = ((0.0, 0.0), *((float(x) * 2.05, float(y) * 2.05) for x, y in circle(6)))
        spears = []
        for x, y in rows:
            f = between(rng, 0.9, 1.06)
            spears.append(Piece(solid(p, skin, 7).scaled(1, 1, f).moved((x * r, y * r, 0)).visual, ()))
        radius = 3.05 * r
        ring = circle(12) * radius
        hull = np.concatenate(
            [np.concatenate([ring * f, np.full((12, 1), z * length)], -1) for f, z in ((1, 0), (1, 0.86), (0.75, 0.97))]
        )
        at = between(rng, 0.25, 0.6) * length
        band = blob([(radius, at), (1.05 * radius, at + 0.001), (1.05 * radius, at + 0.014), (radius, at + 0.015)], 12)
        tie = trim(paint("rubber", shade(pick(rng, "red", "blue", "white", "purple"), rng)), band)
        piece = together(Piece((), (hull,)), *spears, tie)
        if variant == "bunch":
            piece = piece.turned("y", 0.5 * np.pi).settled(0.14 * radius)
        else:
            piece = piece.scaled(1.25, 1.25, 0.75)
        return piece.draft("bunch of asparagus", "vegetable", "long" if variant == "bunch" else "tall", 700.0, s)
    count = {"pair": 2, "thick": pick(rng, 2, 3), "fan": pick(rng, 3, 4)}[variant]
    one = solid(p, skin, 9).turned("y", 0.5 * np.pi).seated(0.15 * r)
    spread = between(rng, 0.02, 0.12) if variant != "fan" else between(rng, 0.12, 0.25)
    parts = []
    for k in range(count):
        d = k - 0.5 * (count - 1)
        parts.append(
            one.scaled(between(rng, 0.85, 1.0), 1, 1)
            .turned("z", spread * d)
            .moved((0, d * (2.3 * r + 0.5 * spread * length), 0))
        )
    return together(*parts).seated().draft("bunch of asparagus", "vegetable", "long", 800.0, s)


_GARLIC = ("bulb", "clove", "pair", "half", "plait", "ginger")


def garlic(rng: np.random.Generator, variant: str) -> Draft:
    """Garlic: a lobed bulb with its neck, cloves, a halved bulb, two tied together; or a knob of ginger."""
    s = draw_scale(rng, 0.12)
    base = mix((0.94, 0.91, 0.85), (0.8, 0.62, 0.72), between(rng, 0, 0.45))
    skin = printed("vegetable", striped_texture(rng, base, mix(base, (0.6, 0.45, 0.5), 0.3), 14, 0.3))
    r, n = 0.0265 * s, 24
    lobes = 1.0 - between(rng, 0.03, 0.1) * (0.5 - 0.5 * cos(np.arange(n) * (2 * np.pi / n) * pick(rng, 6, 8)))
    squat, neck = between(rng, 0.6, 0.95), between(rng, 0.4, 1.6)
    p = round_profile(r, squat * r, squat * r * 1.2, 0.42 * r, rows=10, waist=between(rng, 0.3, 0.55))
    top = float(p[-1, 1])
    full = np.concatenate(
        [p[:-2], [[0.2 * r, top], [0.12 * r, top + 0.5 * neck * r], [0.13 * r, top + neck * r], [0, top + neck * r]]]
    )
    bulb = solid(full, skin, n, lobes, (0, len(p) - 2, len(full) - 1))
    if variant == "ginger":
        tan = (0.8, 0.65, 0.42)
        look = printed(
            "vegetable", skin_texture(rng, tan, mix(tan, (0.5, 0.35, 0.2), 0.5), 0.4, (0.5, 0.38, 0.22), fine=0.12)
        )
        parts, yaw = [], 0.0
        for k in range(pick(rng, 3, 4)):
            q = 0.014 * s * between(rng, 0.8, 1.2)
            long = q * between(rng, 1.4, 2.6)
            knob = (
                solid(round_profile(q, long, long, 0.3 * q, rows=8), look, 12).turned("y", 0.5 * np.pi).seated(0.2 * q)
            )
            yaw += between(rng, 0.5, 1.5) * (1 if k % 2 else -1)
            parts.append(knob.turned("z", yaw).moved(((k - 1) * 0.021 * s, between(rng, -0.012, 0.012) * s, 0)))
        return together(*parts).seated().draft("ginger", "vegetable", "irregular", 900.0, s)
    if variant == "bulb":
        piece = bulb.settled(0.0005, False) if rng.random() < 0.6 else bulb.turned("y", 1.3).settled(0.08 * r)
        return piece.draft("bulb of garlic", "vegetable", "round", 800.0, s)
    if variant == "half":  # cut across
        k = pick(rng, 4, 5, 6)
        ring = layered(depth_across(), [(2, base), (0.93, (0.97, 0.95, 0.86))])
        for x, y in 0.5 + 0.29 * circle(7):
            ring.ellipse(float(x), float(y), 7, 6, (0.93, 0.88, 0.68), 1.0)
            ring.ellipse(float(x), float(y), 7, 6, (0.7, 0.6, 0.5), 0.8, 1.2)
        z = p[k, 1]
        lid = slab(
            circle(n) * (lobes * p[k, 0])[:, None], (z - 0.0008, z + 0.0004), skin, printed("vegetable", ring.image())
        )
        piece = together(solid(np.concatenate([p[: k + 1], [[0, z]]]), skin, n, lobes), Piece(lid.visual, ()))
        return piece.draft("half bulb of garlic", "vegetable", "round", 800.0, s)
    if variant == "pair":
        one = bulb.scaled(0.85, 0.85, 0.85)
        lean = [one.turned("x", 0.35 * k).seated(0.09 * r).moved((0, 0.9 * k * r, 0)) for k in (-1, 1)]
        return together(*lean).seated().draft("pair of garlic bulbs", "vegetable", "irregular", 800.0, s)
    if variant == "plait":  # a bulb with its long dry stalk
        piece = bulb.turned("y", 0.5 * np.pi)
        high = piece.box()[1]
        mid = 0.0
        long = between(rng, 0.04, 0.1) * s
        stalk = tube(
            np.array(
                [
                    (high[0] - 0.004, 0, mid),
                    (high[0] + 0.5 * long, 0.1 * long, -0.4 * r),
                    (high[0] + long, between(rng, -0.3, 0.3) * long, -0.75 * r),
                ]
            ),
            np.array([0.13 * r, 0.0035, 0.0045]),
            skin,
            8,
        )
        piece = Piece((*piece.visual, *stalk.visual), piece.hulls)
        return piece.settled(0.14 * r).draft("bulb of garlic", "vegetable", "long", 800.0, s)
    count = pick(rng, 1, 2, 3)
    q, long = 0.0095 * s * between(rng, 0.9, 1.2), 0.03 * s * between(rng, 0.8, 1.2)
    t = np.array([0.0, 0.0, 0.1, 0.3, 0.55, 0.8, 1.0])
    w = np.array([0.0, 0.5, 0.85, 1.0, 0.9, 0.5, 0.08]) * q
    clove = (
        solid(np.stack([w, t * long], -1), skin, 10).scaled(1.0, 1.25, 1.0).turned("y", 0.5 * np.pi).settled(0.15 * q)
    )
    parts = [
        clove.turned("z", between(rng, -0.5, 0.5) + 1.0 * k).moved((between(rng, -0.004, 0.004), 0.024 * k * s, 0))
        for k in range(count)
    ]
    return (
        together(*parts)
        .seated()
        .draft("clove of garlic" if count == 1 else "cloves of garlic", "vegetable", "irregular", 900.0, s)
    )


_ROOTS = [f"{form}{n}" for n in ("radish", "beet", "turnip") for form in ("", "half ", "slice of ", "slices of ")]
_GARLICS = (
    "bulb of garlic",
    "clove of garlic",
    "cloves of garlic",
    "half bulb of garlic",
    "pair of garlic bulbs",
    "ginger",
)
FAMILIES = (
    graspable("radish", "vegetables", radish, *_ROOTS, "bunch of radishes", variants=_RADISH),
    graspable("asparagus", "vegetables", asparagus, "bunch of asparagus", variants=_ASPARAGUS),
    graspable("garlic", "vegetables", garlic, *_GARLICS, variants=_GARLIC),
)
