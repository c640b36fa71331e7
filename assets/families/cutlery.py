"""Cutlery and cooking tools with stout handles, lying on the table."""

from __future__ import annotations

import numpy as np

from assets.colours import mix, shade
from assets.kit import Draft, draw_scale, graspable, paint, part_hull, part_hulls
from assets.mesh import Mesh, box, lathe, lying, merge, prism, rounded_rect, sweep
from assets.numeric import between, pick
from engine.types import CollisionPart, Material


def _handle(length: float, w: float, h: float, x0: float = 0.0) -> tuple[Mesh, np.ndarray]:
    """A comfortable handle lying along x from x0, thicker in the palm, with a flat foot."""
    x = np.array([0.0, 0.02, 0.1, 0.4, 0.75, 0.97, 1.0]) * length + x0
    k = np.array([0.55, 0.8, 1.0, 1.06, 0.86, 0.8, 0.6])
    return lying(np.stack([x, k * w, k * h], -1), 12, 0.8)


def _head_hull(*meshes: Mesh) -> CollisionPart:
    return part_hull(np.concatenate([m.vertices for m in meshes]))


def _utensil(
    rng: np.random.Generator, s: float, length: float
) -> tuple[Mesh, np.ndarray, Material, str, Material, str]:
    """Handle mesh, its rings, its paint, its colour word, and the head's paint and material: wood, plastic or steel."""
    kind = pick(rng, "wood", "plastic", "metal")
    mesh, rings = _handle(length * s, 0.0082 * s, 0.0072 * s)
    if kind == "wood":
        tone = pick(rng, (0.72, 0.52, 0.32), (0.6, 0.4, 0.22), (0.78, 0.6, 0.4))
        return mesh, rings, paint("wood", tone), "", paint("wood", tone), "wood"
    colour = pick(rng, "red", "blue", "green", "black", "yellow", "orange", "purple", "pink", "white")
    head = (
        paint("metal", (0.75, 0.76, 0.78))
        if kind == "metal"
        else paint("plastic", mix(shade(colour), (0.15, 0.15, 0.17), 0.12))
    )
    return mesh, rings, paint("plastic", shade(colour, rng)), colour, head, kind


def spoon(rng: np.random.Generator) -> Draft:
    """Serving or wooden spoon: stout handle, oval hollow head."""
    s = draw_scale(rng, 0.1)
    length = 0.115 * between(rng, 0.9, 1.15)
    handle, rings, coat, colour, metal, kind = _utensil(rng, s, length)
    a, b, h = 0.031 * s, 0.0215 * s, 0.0125 * s
    dish = lathe(
        [(0, 0), (0.45, 0.0), (0.8, 0.35), (1.0, 0.9), (0.985, 1.0), (0.93, 0.95), (0.7, 0.45), (0.4, 0.22), (0, 0.2)],
        20,
        cos_limit=0.3,
    )
    head = dish.scaled(a, b, h).moved((-0.9 * a - 0.008, 0, 0))
    neck = sweep(
        [(-0.014 * s, 0, 0.0085 * s), (0.008, 0, 0.0058 * s)], np.array([[0.006, 0.0025], [0.0052, 0.004]]) * s, 8
    )
    parts = [*part_hulls(rings, (0, 3, 6)), _head_hull(head)]
    name = {"wood": "wooden spoon", "plastic": "spoon", "metal": "serving spoon"}[kind]
    extra = {"colour": colour} if colour else {}
    return Draft(name, [(handle, coat), (merge([head, neck]), metal)], parts, kind, "long", 900.0, s, extra=extra)


def fork(rng: np.random.Generator) -> Draft:
    """Fork with a stout handle and three or four tines."""
    s = draw_scale(rng, 0.1)
    handle, rings, coat, colour, metal, kind = _utensil(rng, s, 0.11 * between(rng, 0.9, 1.1))
    n = pick(rng, 2, 3, 4)
    w, z0, z1 = 0.0135 * s, 0.003 * s, 0.0075 * s
    palm = prism(rounded_rect(0.014 * s, w, 0.009 * s, 3) + np.array([-0.018 * s, 0]), z0, z1, bevel=0.001)
    tines = [
        box(0.019 * s, 0.0019 * s, z0, z1, 0.0006).moved(
            (-0.046 * s, -w + 0.0022 * s + k * (2 * w - 0.0044 * s) / (n - 1), 0)
        )
        for k in range(n)
    ]
    neck = box(0.01 * s, 0.0045 * s, z0, z1, 0.001).moved((-0.002, 0, 0))
    parts = [*part_hulls(rings, (0, 3, 6)), _head_hull(palm, neck), _head_hull(*tines)]
    extra = {"colour": colour} if colour else {}
    return Draft(
        "fork", [(handle, coat), (merge([palm, neck, *tines]), metal)], parts, kind, "long", 900.0, s, extra=extra
    )


def knife(rng: np.random.Generator) -> Draft:
    """Table knife: stout handle, blunt blade lying flat."""
    s = draw_scale(rng, 0.1)
    handle, rings, coat, colour, metal, kind = _utensil(rng, s, 0.105 * between(rng, 0.9, 1.1))
    n = 7
    t = np.arange(n) / (n - 1.0)
    edge = -0.0105 * s * (0.8 + 0.5 * t) * np.where(t > 0.8, 0.72, 1.0)
    back = 0.0075 * s * np.where(t > 0.8, 0.35, 1.0)
    x = -0.088 * s * t + 0.004
    outline = np.concatenate([np.stack([x, edge], -1), np.stack([x, back], -1)[::-1]])[::-1]
    blade = merge([prism(outline, 0.0042 * s, 0.0068 * s)])
    parts = [*part_hulls(rings, (0, 3, 6)), _head_hull(blade)]
    extra = {"colour": colour} if colour else {}
    return Draft("knife", [(handle, coat), (blade, metal)], parts, kind, "long", 900.0, s, extra=extra)


def spatula(rng: np.random.Generator) -> Draft:
    """Turner: handle, neck and a slotted blade."""
    s = draw_scale(rng, 0.1)
    handle, rings, coat, colour, head, kind = _utensil(rng, s, 0.115)
    hx, hy = 0.031 * s, 0.027 * s
    t = 0.0028 * s
    slats = [
        box(hx, 0.0042 * s, 0, 2 * t, 0.0008).moved((-0.05 * s, -hy + 0.0042 * s + k * (2 * hy - 0.0084 * s) / 3, 0))
        for k in range(4)
    ]
    ends = [box(0.007 * s, hy, 0, 2 * t, 0.0008).moved((x, 0, 0)) for x in (-0.05 * s - hx, -0.05 * s + hx)]
    neck = box(0.012 * s, 0.0042 * s, 0.0, 0.0085 * s, 0.001).moved((-0.006 * s, 0, 0))
    parts = [*part_hulls(rings, (0, 3, 6)), _head_hull(*ends), _head_hull(neck)]
    extra = {"colour": colour} if colour else {}
    return Draft(
        "spatula", [(handle, coat), (merge([*slats, *ends, neck]), head)], parts, kind, "long", 700.0, s, extra=extra
    )


def dish_brush(rng: np.random.Generator) -> Draft:
    """Dish brush: handle and a block of bristles pointing down."""
    s = draw_scale(rng, 0.1)
    colour = pick(rng, "red", "blue", "green", "white", "orange", "purple")
    handle, rings = _handle(0.125 * s, 0.0085 * s, 0.0078 * s, 0.012 * s)
    block_top = prism(
        rounded_rect(0.031 * s, 0.0205 * s, 0.018 * s, 4) + np.array([-0.012 * s, 0]), 0.016 * s, 0.026 * s, bevel=0.002
    )
    bristles = [
        box(0.0048 * s, 0.0048 * s, 0, 0.0165 * s, 0.001).moved((-0.012 * s + 0.0125 * s * i, 0.0125 * s * j, 0))
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
    ]
    parts = [*part_hulls(rings, (0, 3, 6)), _head_hull(block_top), _head_hull(*bristles)]
    coat = paint("plastic", shade(colour, rng))
    tuft = paint("plastic", pick(rng, (0.95, 0.95, 0.92), (0.85, 0.8, 0.65), (0.2, 0.2, 0.22)))
    return Draft(
        "dish brush",
        [(merge([handle, block_top]), coat), (merge(bristles), tuft)],
        parts,
        "plastic",
        "long",
        between(rng, 500, 700),
        s,
        extra={"colour": colour},
    )


FAMILIES = (
    graspable("spoon", "kitchen", spoon, "spoon", "wooden spoon", "serving spoon"),
    graspable("fork", "kitchen", fork),
    graspable("knife", "kitchen", knife),
    graspable("spatula", "kitchen", spatula),
    graspable("dish_brush", "kitchen", dish_brush),
)
