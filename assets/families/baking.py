"""Baking tools: rolling pins, scoops, pastry brushes."""

from __future__ import annotations

import numpy as np

from assets.colours import shade
from assets.families.grips import grip, hull_of, neck, rod
from assets.families.shells import wood_grain
from assets.families.turning import STEEL
from assets.kit import Draft, graspable, paint, part_hull, part_hulls, printed
from assets.mesh import Mesh, box, lathe, lying, merge, prism, skin
from assets.numeric import between, cos_sin, pick
from engine.types import CollisionPart


def rolling_pin(rng: np.random.Generator, variant: str) -> Draft:
    """Rolling pin lying on a flat: two handles, tapered French, plain dowel, short with discs, one handle."""
    long = between(rng, 0.115, 0.19)
    r = between(rng, 0.012, min(0.028, 0.165 * long))
    q = between(rng, 0.0065, 0.0105)
    k = between(rng, 0.52, 0.74)
    e = 0.5 * k
    stations = {
        "handles": [
            (-0.5, 0.8 * q),
            (-0.49, q),
            (-e - 0.03, 0.8 * q),
            (-e - 0.005, 0.7 * q),
            (-e, 0.9 * r),
            (-e + 0.015, r),
            (e - 0.015, r),
            (e, 0.9 * r),
            (e + 0.005, 0.7 * q),
            (e + 0.03, 0.8 * q),
            (0.49, q),
            (0.5, 0.8 * q),
        ],
        "french": [
            (-0.5, 0.4 * r),
            (-0.48, 0.5 * r),
            (-0.5 * e, r),
            (0.0, r),
            (0.5 * e, r),
            (0.48, 0.5 * r),
            (0.5, 0.4 * r),
        ],
        "dowel": [(-0.5, 0.75 * r), (-0.49, 0.95 * r), (-0.3, r), (0.3, r), (0.49, 0.95 * r), (0.5, 0.75 * r)],
        "discs": [(-0.5, r), (-0.45, r), (-0.445, 0.72 * r), (0.445, 0.72 * r), (0.45, r), (0.5, r)],
        "single": [
            (-0.5, 0.9 * r),
            (-0.49, r),
            (k - 0.5, r),
            (k - 0.49, 0.9 * r),
            (k - 0.48, 0.7 * q),
            (k - 0.44, 0.9 * q),
            (0.46, 1.1 * q),
            (0.5, 0.8 * q),
        ],
    }[variant]
    s = np.array([(x * long, w, w, 0.0, 0.84 * r) for x, w in stations])
    mesh, rings = lying(s, 16)
    cuts = {
        "handles": (0, 3, 4, 7, 8, 11),
        "french": (0, 2, 4, 6),
        "dowel": (0, 5),
        "discs": (0, 1, 2, 3, 4, 5),
        "single": (0, 3, 4, 7),
    }[variant]
    parts = part_hulls(rings, cuts)
    tone = pick(rng, None, None, None, "marble")
    if tone == "marble":
        look = paint("ceramic", pick(rng, (0.9, 0.89, 0.87), (0.3, 0.31, 0.33)))
        return Draft("rolling pin", [(mesh, look)], parts, "ceramic", "long", 1100.0, long / 0.18)
    return Draft("rolling pin", [(mesh, printed("wood", wood_grain(rng)))], parts, "wood", "long", 650.0, long / 0.18)


def scoop(rng: np.random.Generator, variant: str) -> Draft:
    """Scoop: ice-cream ball, flour trough, coffee measure, pointed grain scoop, double-ended melon baller."""
    g = grip(rng, *{"coffee": (0.05, 0.08), "melon": (0.05, 0.075)}.get(variant, (0.06, 0.1)))
    r = between(rng, 0.018, 0.029)
    meshes: list[Mesh] = []
    parts: list[CollisionPart] = []
    if variant in ("ice", "melon"):
        k = r if variant == "ice" else 0.55 * r
        h = k * between(rng, 0.75, 1.1)
        bowl = lathe(
            [(0, 0), (0.4, 0.0), (0.8, 0.28), (1.0, 0.75), (1.0, 1.0), (0.9, 1.0), (0.7, 0.4), (0, 0.18)],
            18,
            cos_limit=0.4,
        )
        bowl = bowl.scaled(k, k * between(rng, 0.85, 1.0), h).moved((-k - 0.008, 0, 0))
        meshes = [bowl, neck(-0.012, 0.8 * h, 0.0035, 0.0045)]
        parts = [hull_of(bowl), hull_of(meshes[1])]
        if variant == "melon":
            far = float(g.mesh.vertices[:, 0].max())
            other = lathe([(0, 0), (0.45, 0.0), (0.85, 0.3), (1.0, 1.0), (0.85, 0.9), (0, 0.2)], 14, cos_limit=0.4)
            other = other.scaled(0.75 * k, 0.75 * k, 0.8 * h).moved(
                (far + 0.6 * k, float(g.mesh.vertices[g.mesh.vertices[:, 0].argmax(), 1]), 0)
            )
            meshes.append(other)
            parts.append(hull_of(other))
    elif variant == "coffee":
        h = between(rng, 0.7, 1.7) * r
        cup = lathe([(0, 0), (0.85 * r, 0.0), (r, h), (r - 0.002, h), (0.85 * r - 0.002, 0.003), (0, 0.003)], 18)
        meshes = [cup.moved((-r - 0.003, 0, 0)), rod(-0.008, 0.008, 0.006, min(0.003, 0.3 * h), min(0.009, h))]
        parts = [hull_of(meshes[0]), hull_of(meshes[1])]
    else:  # a trough: half a tube, open in front, closed behind
        long, tip = (
            between(rng, 0.05, 0.085),
            between(rng, 0.0, 0.024) if variant == "trough" else between(rng, 0.024, 0.04),
        )
        w, h = between(rng, 0.018, 0.031), between(rng, 0.016, 0.03)
        a = np.linspace(-1.0, 1.0, 9) * 0.5 * np.pi
        c, s = cos_sin(a)
        section = np.stack([w * s, np.maximum(h * (0.9 - c) / 0.9, 0.0)], -1)
        inner = np.stack([(w - 0.002) * s, 0.002 + (h - 0.002) * np.maximum(0.9 - c, 0.0) / 0.9], -1)[::-1]
        loop = np.concatenate([section, inner])
        x_front = -long - tip * (1.0 - loop[:, 1] / h)
        rings = np.stack([
            np.concatenate([x_front[:, None], loop], -1),
            np.concatenate([np.full((18, 1), -0.004), loop], -1),
        ])  # fmt: skip
        trough = skin(rings[::-1][:, ::-1], sharp_rows=(0, 1), sharp_cols=False)
        back = prism(np.stack([section[:, 0], section[:, 1]], -1), -0.004, 0.0)
        back = Mesh(np.stack([back.vertices[:, 2], back.vertices[:, 0], back.vertices[:, 1]], -1), back.faces, back.uv)
        meshes = [trough, back, rod(-0.003, 0.008, 0.006, 0.001, 0.01)]
        parts = [
            part_hull(rings[:, [0, 1, 2, 3, 14, 15, 16, 17]].reshape(-1, 3)),
            part_hull(rings[:, 3:15].reshape(-1, 3)),
            part_hull(rings[:, [5, 6, 7, 8, 9, 10, 11, 12]].reshape(-1, 3)),
            hull_of(back),
        ]
    name = {"ice": "ice cream scoop", "melon": "melon baller", "coffee": "coffee scoop"}.get(variant, "flour scoop")
    parts = [*g.parts, *parts]
    return Draft(
        name, [(g.mesh, g.coat), (merge(meshes), g.head)], parts[:8], g.word, "long", 800.0, r / 0.024, extra=g.extra
    )


def pastry_brush(rng: np.random.Generator, variant: str) -> Draft:
    """Pastry or basting brush: flat bristles, round bundle, silicone fingers, wide wooden."""
    g = grip(rng, 0.06, 0.11, kinds=("wood", "plastic", "wood"))
    w = {"round": between(rng, 0.009, 0.014), "wide": between(rng, 0.025, 0.034)}.get(
        variant, between(rng, 0.014, 0.023)
    )
    d, long = between(rng, 0.012, 0.024), between(rng, 0.028, 0.056)
    t = between(rng, 0.009, 0.014)
    band = box(d / 2, w, 0.0, t, 0.002).moved((-d / 2 + 0.004, 0, 0))
    if variant == "round":
        x = np.array([-long - d, -long - d + 0.006, -d, -d + 0.004])
        body, _ = lying(
            np.stack([x, w * np.array([0.6, 0.95, 1.0, 0.9]), 0.5 * t * np.array([0.7, 1.0, 1.1, 1.0])], -1), 12, 0.9
        )
        hairs = [body]
    elif variant == "silicone":
        n = int(rng.integers(4, 8))
        hairs = [
            rod(-d - long + between(rng, 0, 0.006), -d + 0.006, 0.62 * w / n, 0.0, 0.7 * t, (2 * (k + 0.5) / n - 1) * w)
            for k in range(n)
        ]
    else:
        flare = between(rng, 0.85, 1.25)
        o = np.array([(-long - d, -flare * w), (-d + 0.005, -0.92 * w), (-d + 0.005, 0.92 * w), (-long - d, flare * w)])
        hairs = [prism(o, 0.0, 0.8 * t)]
    colour = pick(rng, "red", "green", "orange", "blue")
    tuft = (
        paint("rubber", shade(colour, rng))
        if variant == "silicone"
        else paint("fabric", pick(rng, (0.86, 0.78, 0.6), (0.3, 0.22, 0.16)))
    )
    metal = paint("metal", STEEL) if variant in ("flat", "round") else g.coat
    parts = [*g.parts, hull_of(band), hull_of(*hairs)]
    return Draft(
        "pastry brush",
        [(g.mesh, g.coat), (band, metal), (merge(hairs), tuft)],
        parts,
        g.word,
        "long",
        650.0,
        w / 0.018,
        extra=g.extra,
    )


FAMILIES = (
    graspable("rolling_pin", "kitchen", rolling_pin, variants=("handles", "french", "dowel", "discs", "single")),
    graspable("scoop", "kitchen", scoop, "ice cream scoop", "melon baller", "coffee scoop", "flour scoop",
              variants=("ice", "trough", "coffee", "grain", "melon")),
    graspable("pastry_brush", "kitchen", pastry_brush, variants=("flat", "round", "silicone", "wide")),
)  # fmt: skip
