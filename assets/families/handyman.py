"""Tools for painting, drilling and digging."""

from __future__ import annotations

import numpy as np

from assets.colours import shade
from assets.families.assembly import (
    BRASS,
    DARK,
    GRIP_STYLES,
    IRON,
    STEEL,
    TOOL_COLOURS,
    WOODS,
    Assembly,
    cylinder,
    grip,
    rod,
    slab,
    toward,
)
from assets.kit import Draft, graspable, paint
from assets.mesh import box, loft, rounded_rect
from assets.numeric import between, pick

_X = toward((1.0, 0.0, 0.0))


def paint_brush(rng: np.random.Generator, variant: str) -> Draft:
    """Paint brush lying: handle, ferrule, bristles; or a roller in its frame."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    colour = pick(rng, "red", "blue", "yellow", "green", "orange", "white")
    coat = paint("wood", shade(colour, rng) if rng.random() < 0.6 else pick(rng, *WOODS))
    ferrule = paint("metal", pick(rng, STEEL, STEEL, BRASS))
    hair = paint("fabric", pick(rng, (0.85, 0.75, 0.55), (0.25, 0.17, 0.1), (0.93, 0.92, 0.88)))
    long, w = between(rng, 0.055, 0.11) * s, between(rng, 0.0078, 0.0125) * s
    style = pick(rng, *GRIP_STYLES[:6])
    name = "paint brush"
    if variant == "roller":
        grip(a, paint("plastic", shade(pick(rng, *TOOL_COLOURS), rng)), style, (-long, 0), w, w)
        half, r = between(rng, 0.022, 0.05) * s, between(rng, 0.01, 0.018) * s
        reach, z = between(rng, 0.03, 0.055) * s, max(0.7 * w, 0.006)
        wire = [(-0.004, 0, z), (0.35 * reach, 0, z), (0.6 * reach, half + 0.007, z), (reach, half + 0.007, z)]
        steel = paint("metal", STEEL)
        for p, q in ((0, 1), (1, 2), (2, 3)):
            a.add(rod(wire[p], wire[q], 0.0026, 8), steel)
        a.add(rod((reach, half + 0.0095, z), (reach, -half + 0.002, z), 0.0026, 8), steel)
        nap = cylinder(r, -half, half, 18, 0.002).moved((reach, 0, 0.94 * r), toward((0, 1, 0)))
        v = nap.vertices.copy()
        v[:, 2] = np.maximum(v[:, 2], 0.0)
        nap = type(nap)(v, nap.faces, nap.uv)
        a.add(nap, paint("fabric", pick(rng, (0.93, 0.92, 0.88), (0.9, 0.82, 0.5), shade(colour))))
        return a.draft("paint roller", "plastic", "long", between(rng, 500, 700), s)
    z = grip(a, coat, style, (-long, 0), w, w)
    deep, out = between(rng, 0.014, 0.026) * s, between(rng, 0.02, 0.045) * s
    wide, thick = between(rng, 0.011, 0.024) * s, between(rng, 0.0055, 0.0085) * s
    if variant == "round":
        wide = thick = between(rng, 0.0075, 0.014) * s
    elif variant == "wall":
        wide, thick, deep = between(rng, 0.026, 0.036) * s, between(rng, 0.007, 0.012) * s, between(rng, 0.01, 0.02) * s
    n = 12 if variant == "round" else 2
    o = rounded_rect(wide, thick, thick if variant == "round" else 0.002, 3 if n == 12 else 2)
    root = o * [min(1.0, 1.3 * w / wide), min(1.0, z / thick)]
    a.add(loft([root, o, o], [-0.003, 0.4 * deep, deep]), ferrule, (0, 0, thick), _X)
    slant = between(rng, 0.5, 1.1) * wide if variant == "angled" else 0.0
    tip = o * ([0.25, 0.25] if variant == "round" else [between(rng, 0.75, 1.12), 0.3])
    mesh = loft([0.94 * o, o * [1.02, 0.9], tip], [deep, deep + 0.5 * out, deep + out])
    v = mesh.vertices.copy()
    far = np.clip((v[:, 2] - deep) / out, 0.0, 1.0)
    v[:, 2] += far * slant * v[:, 0] / wide
    v[:, 1] -= far * (thick - 0.3 * thick) * 0.6  # bristles sag to the table
    v[:, 1] = np.maximum(v[:, 1], -thick)
    a.add(type(mesh)(v, mesh.faces, mesh.uv), hair, (0, 0, thick), _X)
    return a.draft(name, "wood", "long", between(rng, 600, 800), s, colour=colour)


def drill(rng: np.random.Generator, variant: str) -> Draft:
    """Cordless drill standing on its battery."""
    a, s = Assembly(), between(rng, 0.9, 1.05)
    colour = pick(rng, "yellow", "red", "blue", "green", "orange", "grey")
    coat, dark, steel = (
        paint("plastic", shade(colour, rng)),
        paint("rubber", DARK),
        paint("metal", pick(rng, STEEL, IRON)),
    )
    r, back, front = between(rng, 0.014, 0.021) * s, between(rng, 0.016, 0.038) * s, between(rng, 0.022, 0.042) * s
    chuck, q = between(rng, 0.014, 0.028) * s, between(rng, 0.55, 0.9) * r
    bit = between(rng, 0.012, 0.04) * s
    foot, hx, hy = between(rng, 0.013, 0.026) * s, between(rng, 0.024, 0.036) * s, between(rng, 0.017, 0.023) * s
    tall, lean = between(rng, 0.034, 0.06) * s, between(rng, -0.006, 0.014) * s
    hy = max(hy, (0.34 if variant != "side_handle" else 0.42) * (foot + 0.75 * tall))
    a.add(slab(rounded_rect(hx, hy, 0.004, 3), 0, foot, 0.002), dark)
    w = between(rng, 0.0105, 0.014) * s
    o = rounded_rect(1.25 * w, w, 0.8 * w, 3)
    centre = -lean
    a.add(loft([o * 1.15, o, o * 1.1], [foot - 0.001, foot + 0.5 * tall, foot + tall]).moved((0, 0, 0)), coat)
    z = foot + tall + 0.8 * r
    if variant == "centre":
        back, front = 0.8 * back + 0.4 * front, 0.7 * front
    a.add(rod((centre - back, 0, z), (centre + front, 0, z), r, 16, 0.9 * r, 0.003), coat)
    a.draw(cylinder(1.03 * r, 0, 0.3 * back, 16), dark, (centre - back + 0.2 * back, 0, z), _X)
    x = centre + front
    a.add(rod((x - 0.002, 0, z), (x + chuck, 0, z), q, 14, between(rng, 0.55, 0.8) * q), dark)
    a.add(rod((x + chuck, 0, z), (x + chuck + bit, 0, z), between(rng, 0.0016, 0.0032), 8), steel)
    a.draw(box(0.004, 0.0045, foot + 0.6 * tall, foot + 0.92 * tall), dark, (1.3 * w, 0, 0))
    if variant == "side_handle":
        y = between(rng, 0.03, 0.05) * s
        a.add(rod((x - 0.006, 0, z), (x - 0.006, pick(rng, -1, 1) * (r + y), z), 0.0065, 10, 0.008), dark)
    elif variant == "gearbox":
        a.add(
            slab(rounded_rect(0.7 * back, 0.8 * r, 0.004, 2), z + 0.5 * r, z + 1.45 * r, 0.003).moved(
                (centre - 0.2 * back, 0, 0)
            ),
            coat,
        )
    return a.draft("drill", "plastic", "boxy", between(rng, 500, 750), s, colour=colour)


def trowel(rng: np.random.Generator, variant: str) -> Draft:
    """Garden trowel, hand fork, cultivator, mason's trowel or putty knife, lying."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    coat = (
        paint("wood", pick(rng, *WOODS))
        if rng.random() < 0.5
        else paint("plastic", shade(pick(rng, *TOOL_COLOURS), rng))
    )
    steel = paint("metal", pick(rng, STEEL, IRON, shade("green"), (0.3, 0.3, 0.32)))
    long, w = between(rng, 0.06, 0.1) * s, between(rng, 0.0085, 0.0135) * s
    z = grip(a, coat, pick(rng, *GRIP_STYLES), (-long, 0), w, w)
    neck, out, half = between(rng, 0.012, 0.04) * s, between(rng, 0.04, 0.09) * s, between(rng, 0.013, 0.03) * s
    a.add(rod((-0.003, 0, z), (neck, 0, 0.006), 0.0042, 8), steel)
    name = {"fork": "garden fork", "cultivator": "garden rake"}.get(variant, "trowel")
    if variant in ("fork", "cultivator"):
        n = int(rng.integers(3, 6 if variant == "fork" else 4))
        a.add(box(0.004, half, 0.002, 0.01), steel, (neck + 0.002, 0, 0))
        for k in range(n):
            y = half * (2.0 * k / (n - 1) - 1.0) * 0.9
            tip = (neck + out, y * between(rng, 0.9, 1.1), 0.0013)
            a.draw(rod((neck, y, 0.006), tip, 0.0028, 6, 0.0012), steel)
            if variant == "cultivator":
                a.draw(rod(tip, (tip[0] + 0.006, tip[1], 0.018), 0.0022, 6, 0.001), steel)
        a.hull(box(0.5 * out, half, 0.0, 0.006, 0.0).moved((neck + 0.5 * out, 0, 0)))
        return a.draft(name, "metal", "long", between(rng, 800, 1100), s)
    if variant == "scoop":
        arch = between(rng, 0.3, 0.7) * half
        o = []
        for f in (0.45, 0.95, 1.0, 0.75, 0.2):
            y = np.array([-1.0, -0.55, 0.0, 0.55, 1.0]) * half * f
            up = arch * f * (y / (half * f)) ** 2
            ringed = np.concatenate([np.stack([y, up], -1), np.stack([y[::-1], up[::-1] + 0.0016], -1)])
            o.append(ringed)
        xs = np.array([0.0, 0.2, 0.6, 0.85, 1.0]) * out + neck - 0.004
        mesh = loft(o, xs.tolist(), cos_limit=0.5)
        a.draw(mesh, steel, (0, 0, 0), _X)
        a.hull(mesh.moved((0, 0, 0), _X))
        return a.draft(name, "metal", "long", between(rng, 700, 1000), s)
    if variant == "pointed":
        o = np.array([[0, -0.35], [0.15, -1], [1.0, -0.06], [1.0, 0.06], [0.15, 1], [0, 0.35]])
    elif variant == "square":
        o = np.array([[0, -0.4], [0.25, -1], [1.0, -1], [1.0, 1], [0.25, 1], [0, 0.4]])
    else:  # putty knife
        o = np.array([[0, -0.3], [0.9, -1], [1.0, -1], [1.0, 1], [0.9, 1], [0, 0.3]])
    a.add(slab(o * [out, half] + np.array([neck - 0.003, 0]), 0.0, 0.0022, 0.0004), steel)
    return a.draft(name, "metal", "long", between(rng, 800, 1100), s)


FAMILIES = (
    graspable(
        "paint_brush",
        "tools",
        paint_brush,
        "paint brush",
        "paint roller",
        variants=("flat", "round", "wall", "angled", "roller"),
    ),
    graspable("drill", "tools", drill, variants=("pistol", "centre", "side_handle", "gearbox")),
    graspable(
        "trowel",
        "tools",
        trowel,
        "trowel",
        "garden fork",
        "garden rake",
        variants=("scoop", "fork", "pointed", "cultivator", "square", "putty"),
    ),
)
