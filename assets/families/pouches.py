"""Bags of crisps and pouches with spouts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assets import closures
from assets.closures import Pieces
from assets.colours import RGB, mix, shade
from assets.kit import Draft, draw_scale, graspable, paint, part_box, printed
from assets.labels import WHITE, label, other_colour
from assets.mesh import Mesh, box_faces, cap, merge, skin, sweep
from assets.numeric import F64, between, pick
from assets.paint import U8
from assets.vessels import rings_of, solid


def front_art(
    rng: np.random.Generator, wide: float, high: float, base: RGB, accent: RGB, word: str, picture: str
) -> U8:
    """A label with the proportions of the bag's front."""
    return label(rng, 112, int(np.clip(112 * wide / high, 64, 200)), base, accent, word, picture)


def bag_of(rings: F64, art: U8, material: str, under: RGB, tolerance: float = 0.0022, most: int = 4) -> Pieces:
    """A bag whose print faces -y and +y, closed below and above, with convex parts."""
    mesh = skin(rings, cos_limit=0.5, sharp_cols=False)
    mesh = Mesh(mesh.vertices, mesh.faces, mesh.uv * np.array([2.0, 1.0]))
    closing = merge([cap(rings[0], up=False), cap(rings[-1])])
    visual = [(mesh, printed(material, art)), (closing, paint(material, under))]
    return Pieces(visual, solid(rings, tolerance, most))


def shares(
    rows: Sequence[tuple[float, float, float]], wide: float, deep: float, high: float
) -> list[tuple[float, ...]]:
    """Stations from shares of the height, the width and the depth."""
    return [(z * high, x * wide, y * deep) for z, x, y in rows]


_CHIPS = (
    ("chips bag", "CHIPS", "chip", ("red", "yellow", "green", "blue", "purple", "orange")),
    ("pretzel bag", "PRETZEL", "cookie", ("brown", "blue", "yellow")),
    ("candy bag", "CANDY", "star", ("pink", "red", "purple", "green")),
    ("nut bag", "NUTS", "bean", ("green", "brown", "orange")),
)


_CHIP = ("pillow", "standing", "open", "round_pillow", "clipped")


def chips_bag(rng: np.random.Generator, variant: str) -> Draft:
    """Foil bag of crisps or sweets: a pillow lying with crimped ends, standing, torn open, or closed with a clip."""
    name, word, picture, colours = pick(rng, *_CHIPS)
    colour = pick(rng, *colours)
    s = draw_scale(rng, 0.08)
    base, accent = shade(colour, rng), shade(other_colour(rng, colour), rng)
    foil = paint("metal", mix(base, (0.8, 0.8, 0.82), 0.45))
    density = between(rng, 150, 300)
    if variant in ("pillow", "round_pillow"):
        hx = between(rng, 0.025, 0.033)
        hy = hx * (between(rng, 1.0, 1.9) if variant == "pillow" else between(rng, 0.9, 1.25))
        h = hx * between(rng, 0.55, 1.3)
        kind = "square" if variant == "pillow" else "soft"
        rows = [
            (0.0, 0.66, 0.74),
            (0.14, 0.86, 0.9),
            (0.45, 1.0, 1.0),
            (0.74, 0.88, 0.9),
            (0.93, 0.6, 0.66),
            (1.0, 0.3, 0.36),
        ]
        rings = rings_of([(z * h, x * hx, y * hy) for z, x, y in rows], kind)
        body = skin(
            np.concatenate([rings, rings[-1:].mean(1, keepdims=True).repeat(20, 1)]), cos_limit=0.3, sharp_cols=False
        )
        uv = np.stack([0.5 + body.vertices[:, 1] / (2 * hy), 0.5 - body.vertices[:, 0] / (2 * hx)], -1)
        art = front_art(rng, hy, hx, base, accent, word, picture)
        out = Pieces([(Mesh(body.vertices, body.faces, uv), printed("metal", art)), (cap(rings[0], up=False), foil)])
        out.parts = solid(rings, 0.002, 2)
        long = between(rng, 0.004, 0.009)
        crimps = [
            box_faces(0.8 * hx, long / 2, 0.0012).moved((0, d * (hy + long / 2 - 0.003), 0.42 * h)) for d in (-1, 1)
        ]
        out.visual.append((merge(crimps), foil))
        out.parts += [
            part_box((0.8 * hx, long / 2, 0.0012), (0, d * (hy + long / 2 - 0.003), 0.42 * h)) for d in (-1, 1)
        ]
        return Draft(name, out.visual, out.parts, "plastic", "flat", density, s)
    deep, wide = between(rng, 0.017, 0.028), between(rng, 0.026, 0.042)
    high = min(wide * between(rng, 2.0, 3.6), 5.0 * deep)
    top = {
        "standing": [(0.72, 1.0, 0.62), (0.93, 0.98, 0.1), (1.0, 1.0, 0.07)],
        "open": [(0.7, 0.94, 0.9), (0.9, 1.0, 0.72), (1.0, 1.1, 0.9)],
        "clipped": [(0.66, 0.95, 0.6), (0.8, 0.8, 0.16), (0.86, 0.78, 0.14)],
    }[variant]
    bulge = between(rng, 1.0, 1.25)
    rings = rings_of(
        shares([(0.0, 0.86, 0.9), (0.06, 0.96, 1.0), (0.35, 1.0, bulge), *top], wide, deep, high), "stadium"
    )
    out = bag_of(
        rings, front_art(rng, wide, high, base, accent, word, picture), "metal", mix(base, (0.8, 0.8, 0.82), 0.4)
    )
    if variant == "clipped":
        z = 0.86 * high
        grip = (between(rng, 0.85, 1.05) * wide, 0.0055, between(rng, 0.005, 0.008))
        out.visual.append(
            (
                box_faces(*grip).moved((0, 0, z)),
                paint("plastic", shade(pick(rng, "red", "white", "blue", "yellow"), rng)),
            )
        )
        out.parts.append(part_box(grip, (0, 0, z)))
    if variant == "open":
        out.visual[1] = (
            merge([cap(rings[0], up=False), cap(rings[-1] - [0, 0, 0.006])]),
            paint("metal", (0.35, 0.3, 0.24)),
        )
    return Draft(name, out.visual, out.parts, "plastic", "boxy", density, s)


_FOODS = (
    ("food pouch", "PUREE", "apple", ("green", "orange", "pink")),
    ("juice pouch", "FRUITY", "orange", ("orange", "blue", "red")),
    ("refill pouch", "REFILL", "bubbles", ("blue", "white", "purple")),
    ("pet food pouch", "PET", "fish", ("blue", "red", "yellow")),
)


_POUCH = ("plain", "spout", "corner_spout", "straw", "waisted", "zip")


def pouch(rng: np.random.Generator, variant: str) -> Draft:
    """Stand-up pouch: deep at the foot, flat at the top; with a spout, a straw, a zip, or waisted."""
    name, word, picture, colours = pick(rng, *(_FOODS[1:2] if variant == "straw" else _FOODS))
    colour = pick(rng, *colours)
    s = draw_scale(rng, 0.08)
    base, accent = shade(colour, rng), shade(other_colour(rng, colour), rng)
    deep, wide = between(rng, 0.015, 0.027), between(rng, 0.023, 0.042)
    high = min(wide * between(rng, 1.9, 3.6), 4.6 * deep)
    waist = between(rng, 0.68, 0.84) if variant == "waisted" else between(rng, 0.94, 1.0)
    top = between(rng, 0.7, 1.05) if variant != "spout" else between(rng, 0.5, 0.9)
    belly = between(rng, 0.65, 1.0)
    rows = [
        (0.0, 0.9, 0.92),
        (0.05, 0.98, 1.0),
        (0.4, waist, belly),
        (0.7, 0.5 * (waist + top), 0.5 * belly),
        (0.93, top, 0.1),
        (1.0, top, 0.07),
    ]
    rings = rings_of(shares(rows, wide, deep, high), pick(rng, "stadium", "round", "soft"))
    out = bag_of(rings, front_art(rng, wide, high, base, accent, word, picture), "plastic", mix(base, WHITE, 0.3))
    tone = shade(pick(rng, "white", "green", "red", "blue", "orange"), rng)
    if variant in ("spout", "corner_spout"):
        x = 0.0 if variant == "spout" else 0.62 * top * wide * pick(rng, -1.0, 1.0)
        r = between(rng, 0.006, 0.0095)
        z = high + between(rng, 0.003, 0.007)
        neck = closures.turned([(0.62 * r, high - 0.006), (0.62 * r, z), (0.0, z)], paint("plastic", WHITE), 12, 1)
        lid = closures.screw(r, z - 0.002, between(rng, 0.011, 0.018), tone)
        out.visual += [(m.moved((x, 0, 0)), k) for m, k in (*neck.visual, *lid.visual)]
        end = float(lid.visual[0][0].vertices[:, 2].max())
        out.parts.append(part_box((0.55 * r, 0.55 * r, 0.5 * (z - high + 0.004)), (x, 0, 0.5 * (z + high - 0.004))))
        out.parts.append(part_box((0.86 * r, 0.86 * r, 0.5 * (end - z + 0.002)), (x, 0, 0.5 * (end + z - 0.002))))
    elif variant == "straw":
        x, y, z = 0.3 * wide, -0.4 * deep, 0.78 * high
        path = [(x, y + 0.002, z - 0.004), (x + 0.003, y - 0.006, high + 0.004), (x + 0.005, y - 0.012, high + 0.02)]
        out.visual.append((sweep(path, [0.0022] * 3, 8, up=(1, 0, 0)), paint("plastic", tone)))
        out.parts.append(part_box((0.003, 0.003, 0.012), (x + 0.004, y - 0.008, high + 0.007)))
    elif variant == "zip":
        bar = box_faces(0.92 * top * wide, 0.003, 0.0022).moved((0, 0, 0.9 * high))
        out.visual.append((bar, paint("plastic", tone)))
    return Draft(name, out.visual, out.parts, "plastic", "boxy", between(rng, 550, 850), s)


FAMILIES = (
    graspable("chips_bag", "packaging", chips_bag, *(g[0] for g in _CHIPS), variants=_CHIP),
    graspable("pouch", "packaging", pouch, *(g[0] for g in _FOODS), variants=_POUCH),
)
