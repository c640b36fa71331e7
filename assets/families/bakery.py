"""From the bakery: bread and croissants."""

from __future__ import annotations

import numpy as np

from assets.colours import RGB, mix
from assets.families.flesh import baked, crumb, depth_across, layered
from assets.families.fruit import round_profile
from assets.families.pieces import Piece, log, slab, solid, together, trim
from assets.kit import Draft, draw_scale, graspable, paint, printed
from assets.mesh import blob, rounded_rect
from assets.numeric import F64, between, circle, cos, cos_sin, pick
from assets.paint import Canvas, fractal_noise
from engine.types import Material

CRUST: RGB = (0.76, 0.5, 0.24)
CRUMB: RGB = (0.95, 0.87, 0.68)
CHOCOLATE: RGB = (0.26, 0.14, 0.08)


def crust(rng: np.random.Generator, grains: bool = False) -> Material:
    """A baked surface, light to dark."""
    base = mix(CRUST, (0.9, 0.7, 0.4), between(rng, 0, 0.6))
    art = baked(rng, base, mix(base, (0.45, 0.22, 0.08), 0.6), crumbs=(0.95, 0.88, 0.7) if grains else None)
    return printed("food", art)


# --- bread --------------------------------------------------------------------------------------

_BREAD = ("loaf", "slice", "baguette", "roll", "half_loaf", "twist", "round_loaf")


def _loaf_outline(rng: np.random.Generator, w: float, h: float) -> F64:
    """Section of a tin loaf (K, 2): straight sides, a domed top that bulges over them."""
    bulge, dome = between(rng, 1.0, 1.15), between(rng, 0.25, 0.5) * h
    side = h - dome
    c, s = cos_sin(np.arange(9) * (np.pi / 8))
    arc = np.stack([c * w * bulge, side + s * dome], -1)
    return np.concatenate([[[-0.92 * w, 0], [0.92 * w, 0], [w, 0.75 * side]], arc, [[-w, 0.75 * side]]])


def bread(rng: np.random.Generator, variant: str) -> Draft:
    """Bread: tin loaf, slice, baguette, roll, half loaf, plaited or round loaf."""
    s = draw_scale(rng, 0.1)
    skin = crust(rng, variant in ("roll", "round_loaf") and rng.random() < 0.5)
    if variant in ("loaf", "slice", "half_loaf"):
        w, h = 0.031 * s * between(rng, 0.85, 1.08), 0.058 * s * between(rng, 0.7, 1.2)
        long = {"loaf": between(rng, 0.085, 0.15), "half_loaf": between(rng, 0.045, 0.08)}.get(
            variant, between(rng, 0.012, 0.018)
        ) * s
        inside = printed("food", crumb(rng, mix(CRUMB, (0.7, 0.5, 0.3), between(rng, 0, 0.5)), CRUST))
        o = _loaf_outline(rng, w, h)
        inset = (0.93, 1.0, 1.0, 0.93 if variant == "loaf" else 1.0)
        end = skin if variant == "loaf" else inside
        piece = slab(
            o,
            (0, 0.06 * long, 0.94 * long, long),
            skin,
            end,
            inset,
            skin if variant != "slice" else inside,
        )
        if variant == "slice" and rng.random() < 0.7:
            return piece.turned("z", between(rng, 0, 3)).seated().draft("slice of bread", "food", "flat", 300.0, s)
        name = {"loaf": "loaf of bread", "half_loaf": "half loaf of bread"}.get(variant, "slice of bread")
        if variant == "slice":
            return piece.seated().draft(name, "food", "flat", 300.0, s)
        return piece.turned("x", 0.5 * np.pi).turned("z", 0.5 * np.pi).seated().draft(name, "food", "oblong", 300.0, s)
    if variant == "baguette":
        length, r = between(rng, 0.13, 0.21) * s, between(rng, 0.017, 0.026) * s
        x = np.array([0.0, 0.02, 0.08, 0.2, 0.5, 0.8, 0.92, 0.98, 1.0])
        w = np.array([0.15, 0.45, 0.75, 0.95, 1.0, 0.95, 0.75, 0.45, 0.15]) * r
        bend = between(rng, -0.35, 0.35) * length
        body = log(np.stack([x * length, w, 0.85 * w, bend * (x * x - x), 0.6 * w], -1), skin, 14, (0, 3, 5, 8))
        cuts = []
        for k in range(pick(rng, 3, 4, 5)):
            t = 0.2 + 0.15 * k
            gash = log(
                np.array(
                    [
                        [0, 0.001, 0.001, -0.5 * r, 1.42 * 0.85 * r],
                        [0.5 * r, 0.003, 0.003, 0, 1.46 * 0.85 * r],
                        [r, 0.001, 0.001, 0.5 * r, 1.42 * 0.85 * r],
                    ]
                ),
                paint("food", CRUMB),
                6,
            )
            cuts.append(Piece(gash.visual, ()).moved((t * length, bend * (t * t - t), 0)))
        return together(body, *cuts).seated().draft("baguette", "food", "long", 280.0, s)
    if variant == "twist":
        rows, r = pick(rng, 4, 5, 6), 0.019 * s
        step = between(rng, 0.9, 1.25) * r
        parts = []
        for k in range(rows):
            f = (0.8 if k in (0, rows - 1) else 1.0) * between(rng, 0.95, 1.0)
            lump = solid(round_profile(f * r, 0.75 * f * r, 0.95 * f * r, 0.6 * f * r, rows=7), skin, 12)
            parts.append(lump.scaled(0.9, 1.3, 1.0).turned("z", 0.5 * (1 if k % 2 else -1)).moved((step * k, 0, 0)))
        return together(*parts).seated().draft("plaited bread", "food", "long", 300.0, s)
    r = (0.032 if variant == "roll" else 0.0335) * s
    p = round_profile(r, between(rng, 0.25, 0.45) * r, between(rng, 0.45, 0.95) * r, 0.75 * r, rows=10)
    piece = solid(p, skin, 20).scaled(1.0, between(rng, 0.68, 1.0), 1.0)
    high = float(p[-1, 1])
    gashes = []
    count = pick(rng, 1, 2, 3) if variant == "roll" else 4
    for k in range(count):
        y = (k - 0.5 * (count - 1)) * 0.32 * r
        gash = log(
            np.array(
                [
                    [-0.55 * r, 0.001, 0.001, 0, 0.84 * high],
                    [0, 0.0032, 0.0025, 0, 0.985 * high],
                    [0.55 * r, 0.001, 0.001, 0, 0.84 * high],
                ]
            ),
            paint("food", CRUMB),
            6,
        )
        turn = 0.0 if variant == "roll" else 1.5708 * (k % 2)
        y = y if variant == "roll" else 0.0
        gashes.append(Piece(gash.visual, ()).scaled(1, 1, 1).moved((0, y * 0.8, -abs(y) * 0.25)).turned("z", turn))
    if variant == "roll" and rng.random() < 0.35:  # half, cut face up
        k = 5
        z = p[k, 1]
        inside = printed("food", layered(depth_across(), [(2, CRUST), (0.94, CRUMB)]).image())
        lid = slab(circle(20) * p[k, 0], (z - 0.001, z + 0.0004), skin, inside)
        piece = together(solid(np.concatenate([p[: k + 1], [[0, z]]]), skin, 20), Piece(lid.visual, ()))
        piece = piece.scaled(1, between(rng, 0.7, 1), max(1.0, between(rng, 0.014, 0.02) / z))
        return piece.draft("half bread roll", "food", "round", 300.0, s)
    name = "bread roll" if variant == "roll" else "round loaf of bread"
    return together(piece, *gashes).draft(name, "food", "round", 300.0, s)


# --- croissant ----------------------------------------------------------------------------------


def croissant(rng: np.random.Generator, variant: str) -> Draft:
    """Croissant: straight, crescent or horseshoe, a chocolate roll, or one cut in half."""
    s = draw_scale(rng, 0.1)
    skin = crust(rng)
    if variant == "chocolate_roll":
        w, long, h = (
            0.029 * s * between(rng, 0.8, 1.1),
            between(rng, 0.07, 0.11) * s,
            0.03 * s * between(rng, 0.8, 1.25),
        )
        o = rounded_rect(w, 0.5 * h, 0.45 * h, 4)
        piece = slab(
            o,
            (0, 0.05 * long, 0.3 * long, 0.5 * long, 0.7 * long, 0.95 * long, long),
            skin,
            skin,
            (0.85, 0.97, 1, 0.96, 1, 0.97, 0.85),
            skin,
        )
        dark = [
            trim(
                paint("food", CHOCOLATE),
                blob([(0, -0.001), (0.005, -0.001), (0.005, long + 0.002), (0, long + 0.002)], 8),
            ).moved((x * w, 0, 0))
            for x in (-0.4, 0.4)
        ]
        piece = together(piece, *dark).turned("x", 0.5 * np.pi).turned("z", 0.5 * np.pi)
        return piece.seated(0.0015).draft("chocolate croissant", "food", "oblong", 250.0, s)
    bend = {
        "straight": between(rng, 0.05, 0.5),
        "crescent": between(rng, 0.9, 1.9),
        "horseshoe": between(rng, 2.2, 3.2),
    }.get(variant, 1.0)
    length, r = between(rng, 0.095, 0.13) * s, between(rng, 0.019, 0.026) * s
    n = 17
    t = np.arange(n) / (n - 1.0)
    wide = between(rng, 0.7, 1.2)
    hump = np.maximum(1.0 - np.abs(2.0 * t - 1.0) ** (1.0 if wide > 1 else 2.0) * 0.85, 0.1)
    ridges = 1.0 + 0.1 * cos((t - 0.5) * 6.2832 * pick(rng, 3.5, 4.5))
    w = r * hump * ridges
    c, sn = cos_sin((t - 0.5) * bend)
    reach = length / bend
    bands = Canvas(64, 16, mix(CRUST, (0.9, 0.66, 0.34), 0.5))
    for k in range(9):
        bands.rect(0, (k + 0.1) / 9, 1, (k + 0.45) / 9, (0.5, 0.26, 0.1), alpha=0.55)
    bands.shade_noise(fractal_noise(rng, 64, 16, 12, 4, 2), 0.1)
    skin = printed("food", bands.image())
    end = n if variant != "half" else 9
    stations = np.stack([reach * sn, w, 0.9 * w, reach * (c - 1.0), 0.65 * w], -1)[:end]
    cuts = (0, 3, 6, 8, 10, 13, 16) if variant != "half" else (0, 4, 8)
    piece = log(stations, skin, 12, cuts)
    name = "croissant" if variant != "half" else "half croissant"
    return piece.settled(0.0005, False).draft(name, "food", "crescent", 250.0, s)


FAMILIES = (
    graspable(
        "bread", "food", bread, "loaf of bread", "half loaf of bread", "slice of bread", "baguette", "bread roll",
        "half bread roll", "round loaf of bread", "plaited bread", variants=_BREAD,
    ),
    graspable(
        "croissant", "food", croissant, "croissant", "half croissant", "chocolate croissant",
        variants=("straight", "crescent", "horseshoe", "half", "chocolate_roll"),
    ),
)  # fmt: skip
