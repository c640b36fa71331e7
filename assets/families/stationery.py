"""Things on a desk for writing, gluing, stapling and stamping."""

from __future__ import annotations

import numpy as np

from assets.colours import mix, shade
from assets.families.assembly import (
    DARK,
    STEEL,
    WOODS,
    Assembly,
    ball,
    cylinder,
    extruded,
    polygon,
    ring,
    rod,
    slab,
    toward,
)
from assets.kit import Draft, graspable, paint, part_cylinder, part_hulls, printed
from assets.labels import label, other_colour
from assets.mesh import box, lathe, loft, lying, rounded_rect
from assets.numeric import between, circle, pick
from assets.paint import Canvas

_COLOURS = ("red", "blue", "green", "black", "pink", "grey", "orange", "purple")


def marker(rng: np.random.Generator, variant: str) -> Draft:
    """Felt marker, highlighter, crayon or board marker, lying."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    colour = pick(rng, "red", "blue", "green", "black", "purple", "orange", "pink", "yellow")
    if variant == "highlighter":
        colour = pick(rng, "yellow", "pink", "green", "orange", "blue")
    long, w = between(rng, 0.065, 0.145) * s, between(rng, 0.0082, 0.0135) * s
    cap, h = between(rng, 0.26, 0.46), w
    if variant == "highlighter":
        long, h, w = between(rng, 0.075, 0.115) * s, between(rng, 0.0078, 0.0098) * s, between(rng, 0.0095, 0.016) * s
    base = shade(colour, rng)
    if variant == "crayon":
        x = np.array([0, 0.01, 0.02, 0.76, 0.77, 0.8, 0.97, 1.0]) * long
        k = np.array([0.9, 0.95, 1.0, 1.0, 0.86, 0.84, between(rng, 0.25, 0.45), 0.2])
    elif variant == "chisel_tip":  # without its cap
        x = np.array([0, 0.01, 0.7, 0.72, 0.8, 0.81, 0.87, 0.9, 1.0]) * long
        k = np.array([0.9, 1.0, 1.0, 0.85, 0.6, 0.5, 0.48, 0.34, 0.16])
    elif variant == "board":
        x = np.array([0, 0.01, cap, cap + 0.004, 0.9, 0.92, 1.0]) * long
        k = np.array([1.05, 1.12, 1.12, 0.92, 0.92, 0.7, 0.66])
    else:
        x = np.array([0, 0.01, cap, cap + 0.003, 0.95, 0.97, 1.0]) * long
        k = np.array([0.7, 0.9, 1.06, 0.95, between(rng, 0.7, 0.97), 0.7, 0.64])
    mesh, rings = lying(np.stack([x, k * w, k * h, 0 * x, 0 * x + 0.72 * h], -1), 14)
    c = Canvas(96, 32, pick(rng, (0.94, 0.94, 0.93), base, (0.16, 0.16, 0.18)))
    if variant in ("crayon", "highlighter"):
        c.rect(0, 0, 1, 1, base)
        c.rect(0, 0.3, 1, 0.9, mix(base, (1, 1, 1), 0.25))
    else:
        c.rect(0, 1 - cap, 1, 1, base)
        c.rect(0, 0, 1, 0.1, base)
        c.rect(0.3, 0.2, 0.7, 0.5, mix(base, (1, 1, 1), 0.3))
    coat = printed("plastic", c.image())
    a.draw(mesh, coat)
    a.solid(*part_hulls(rings, (0, 3, len(rings) - 1) if variant in ("crayon", "chisel_tip") else (0, len(rings) - 1)))
    if variant in ("felt", "board") and rng.random() < 0.7:
        a.draw(
            box(between(rng, 0.008, 0.02), 0.0022, 0, 0.003, 0.0008).moved((0.02, 0, 1.7 * h)), paint("plastic", base)
        )
    name = {"highlighter": "highlighter", "crayon": "crayon"}.get(variant, "marker")
    return a.draft(name, "wax" if variant == "crayon" else "plastic", "long", between(rng, 800, 1000), s, colour=colour)


def glue(rng: np.random.Generator, variant: str) -> Draft:
    """Glue stick, or bottle of glue with a nozzle, standing."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    colour = pick(rng, "yellow", "red", "purple", "green", "blue", "orange", "white")
    base = shade(colour, rng)
    tint = pick(rng, (0.95, 0.95, 0.95), (0.12, 0.12, 0.13), shade("orange"), shade("red"))
    cap = paint("plastic", tint)
    art = printed(
        "plastic", label(rng, 72, 96, base, shade(other_colour(rng, colour), rng), "GLUE", "", pick(rng, 0, 2, 4))
    )
    r, h = between(rng, 0.0125, 0.018) * s, between(rng, 0.045, 0.09) * s
    if variant in ("stick", "open_stick"):
        low = between(rng, 0.1, 0.2) * h
        a.add(cylinder(r + 0.001, 0, low, 20), cap)
        a.draw(lathe([(r, low), (r, 0.68 * h)], 20, v=[0, 1]), art)
        a.solid(part_cylinder(r, low, 0.68 * h))
        if variant == "stick":
            a.add(cylinder(r + 0.001, 0.68 * h, h, 20, 0.0015, r * between(rng, 0.8, 1.04)), cap)
        else:
            a.add(cylinder(r, 0.66 * h, 0.7 * h, 20), cap)
            a.add(cylinder(0.78 * r, 0.7 * h, between(rng, 0.78, 1.1) * h, 16, 0.002), paint("wax", (0.92, 0.91, 0.86)))
        return a.draft("glue stick", "plastic", "tall", between(rng, 800, 1000), s, colour=colour)
    r, h = between(rng, 0.015, 0.025) * s, between(rng, 0.04, 0.075) * s
    ry = r * (between(rng, 0.62, 0.85) if variant == "flat_bottle" else 1.0)
    o = rounded_rect(r, ry, 0.6 * ry, 5) if variant == "flat_bottle" else r * circle(20)
    top = between(rng, 0.35, 0.6)
    a.draw(loft([o, o], [0.002, h], caps=False), art)
    a.draw(loft([o, o, o * top], [h, h + 0.001, h + between(rng, 0.003, 0.014)], cos_limit=0.5), paint("plastic", base))
    a.hull(loft([o, o, o, o * top], [0, 0.002, h, h + 0.012]))
    a.draw(loft([0.94 * o, o], [0, 0.002]), paint("plastic", base))
    z, k = h + 0.006, 0.5 * r
    if variant == "tube_bottle":  # a wide cap with a thin nozzle
        a.add(cylinder(0.8 * r, z - 0.004, z + 0.012, 16), cap)
        z += 0.01
    a.add(cylinder(k, z - 0.004, z + 0.012, 14), cap)
    a.add(cylinder(0.7 * k, z + 0.011, z + between(rng, 0.02, 0.045) * s, 12, 0.0006, 0.28 * k), cap)
    return a.draft("glue bottle", "plastic", "tall", between(rng, 800, 1000), s, colour=colour)


def stapler(rng: np.random.Generator, variant: str) -> Draft:
    """Stapler standing on its base plate."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    colour = pick(rng, *_COLOURS)
    coat, dark, steel = paint("plastic", shade(colour, rng)), paint("metal", (0.16, 0.16, 0.17)), paint("metal", STEEL)
    hx, hy = between(rng, 0.036, 0.066) * s, between(rng, 0.0125, 0.019) * s
    if variant == "mini":
        hx, hy = between(rng, 0.024, 0.034) * s, between(rng, 0.011, 0.016) * s
    foot, lift = between(rng, 0.005, 0.01) * s, between(rng, 0.015, 0.024) * s
    tilt, high = between(rng, 0.0, 0.022) * s, between(rng, 0.012, 0.026) * s
    if variant == "gun":  # a plier-type stapler, standing on its handle's edge
        a.add(extruded([(-hx, 0), (0.5 * hx, 0), (hx, foot), (hx, 2 * foot), (-hx, 1.4 * foot)], hy), dark)
        a.add(
            extruded(
                [
                    (-hx, lift + tilt),
                    (0.2 * hx, lift),
                    (hx, lift),
                    (hx, lift + high),
                    (0, lift + high),
                    (-hx, lift + tilt + 0.5 * high),
                ],
                0.9 * hy,
            ),
            coat,
        )
        a.add(
            extruded(
                [(-0.1 * hx, foot), (0.25 * hx, foot), (0.25 * hx, lift + 0.3 * high), (-0.1 * hx, lift + 0.3 * high)],
                0.6 * hy,
            ),
            steel,
        )
        return a.draft("stapler", "metal", "long", 1000.0, s, colour=colour)
    a.add(slab(rounded_rect(hx, hy, 0.6 * hy, 3), 0, foot), dark if rng.random() < 0.6 else coat)
    n = 0.9 if variant != "long" else 1.0
    a.add(
        extruded(
            [
                (-n * hx, foot),
                (-0.55 * hx, foot),
                (n * hx, lift - 0.004),
                (n * hx, lift + 0.003),
                (-n * hx, lift + tilt),
            ],
            0.55 * hy,
            0.0005,
        ),
        steel,
    )
    z = lift
    if variant == "round":
        o = [
            (-hx, z),
            (hx, z),
            (hx, z + 0.4 * high),
            (0.75 * hx, z + 0.8 * high),
            (0.2 * hx, z + high + 0.3 * tilt),
            (-0.6 * hx, z + 0.9 * high + 0.6 * tilt),
            (-hx, z + 0.4 * high + 0.5 * tilt),
        ]
    elif variant == "heavy":
        high *= 1.4
        o = [
            (-hx, z - 0.3 * foot),
            (hx, z),
            (hx, z + 0.6 * high),
            (0.5 * hx, z + high),
            (-0.5 * hx, z + high),
            (-hx, z + 0.5 * high),
        ]
    elif variant == "mini":
        o = [
            (-hx, z - 0.2 * foot),
            (hx, z),
            (hx, z + 0.5 * high),
            (0.5 * hx, z + high),
            (-hx, z + 0.8 * high + 0.5 * tilt),
        ]
    else:
        o = [
            (-hx, z + 0.4 * tilt),
            (hx, z),
            (hx, z + 0.55 * high),
            (-0.4 * hx, z + 0.8 * high + tilt),
            (-hx, z + 0.5 * high + tilt),
        ]
    a.add(extruded(o, 0.92 * hy, 0.0025), coat)
    if variant in ("heavy", "long"):
        a.add(
            slab(rounded_rect(0.3 * hx, 1.1 * hy, 0.003, 3), z + 0.8 * high, z + high + 0.006, 0.002).moved(
                (0.55 * hx, 0, -0.2 * high)
            ),
            dark,
        )
    return a.draft("stapler", "plastic", "long", between(rng, 800, 1100), s, colour=colour)


def pencil_holder(rng: np.random.Generator, variant: str) -> Draft:
    """Cup filled with pens, pencils, a ruler."""
    a, s = Assembly(), between(rng, 0.9, 1.08)
    colour = pick(rng, *_COLOURS, "yellow", "white")
    word = pick(rng, "plastic", "plastic", "wood", "metal")
    coat = paint(
        word, pick(rng, *WOODS) if word == "wood" else pick(rng, STEEL, DARK) if word == "metal" else shade(colour, rng)
    )
    r, h = between(rng, 0.022, 0.034) * s, between(rng, 0.05, 0.1) * s
    n = {"round": 20, "tapered": 20, "waisted": 20, "square": 4, "hexagon": 6, "twin": 4}[variant]
    o = polygon(n, r, np.pi / n) if n > 4 else rounded_rect(0.92 * r, 0.92 * r, 0.002, 2)
    if variant == "twin":
        o = rounded_rect(min(1.35 * r, 0.04), 0.66 * r, 0.003, 2)
    low = {"tapered": between(rng, 0.6, 0.85), "waisted": 1.0}.get(variant, 1.0)
    mid = between(rng, 0.7, 0.85) if variant == "waisted" else 0.5 + 0.5 * low
    a.draw(loft([low * o, mid * o, o], [0, 0.5 * h, h], caps=False), coat)
    a.draw(loft([low * o, low * o], [0, 0.002]), coat)
    a.draw(loft([o, 0.93 * o, 0.93 * o], [h, h, h - 0.006], caps=False), coat)
    a.draw(loft([0.93 * o, 0.93 * o], [h - 0.008, h - 0.006]), paint("plastic", (0.1, 0.1, 0.11)))
    for f in ((low, mid, 0.0), (mid, 1.0, 0.5)):
        a.hull(loft([f[0] * o, f[1] * o], [f[2] * h, (f[2] + 0.5) * h]))
    count = int(rng.integers(3, 8))
    reach = 0.55 * float(np.abs(o[:, 1]).max())
    for k in range(count):
        d = circle(7)[(k * 2 + int(rng.integers(2))) % 7] * between(rng, 0.3, 1.0)
        out = between(rng, 0.02, 0.075) * s
        foot, q = np.array([*(reach * d), h - 0.012]), between(rng, 0.0028, 0.0048)
        tip = np.add(foot, (0.35 * d[0] * out, 0.35 * d[1] * out, out))
        ink = paint("plastic", shade(pick(rng, "red", "blue", "green", "yellow", "black", "orange"), rng))
        kind = int(rng.integers(3))
        a.draw(rod(foot, tip, q, 6), ink)
        axis = (tip - foot) / float(np.sqrt(((tip - foot) ** 2).sum()))
        if kind == 0:
            a.draw(rod(tip, tip + 0.009 * axis, q, 6, 0.0006), paint("wood", (0.86, 0.7, 0.48)))
        elif kind == 1:
            a.draw(rod(tip, tip + 0.006 * axis, 1.1 * q, 6), paint("rubber", (0.92, 0.6, 0.62)))
        if k < 4:
            a.hull(rod(foot, tip + 0.006 * axis, q, 5))
    return a.draft("pencil holder", word, "tall", between(rng, 350, 500), s)


def sharpener(rng: np.random.Generator, variant: str) -> Draft:
    """Pencil sharpener."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    colour = pick(rng, *_COLOURS, "yellow")
    coat, steel, dark = (
        paint("plastic", shade(colour, rng)),
        paint("metal", STEEL),
        paint("plastic", (0.07, 0.07, 0.08)),
    )
    long, w, h = between(rng, 0.016, 0.03) * s, between(rng, 0.0095, 0.016) * s, between(rng, 0.018, 0.032) * s
    hole = 0.0042
    if variant == "wedge":
        o = np.array([[-long, -w], [long, -0.62 * w], [long, 0.62 * w], [-long, w]])
        a.add(slab(o, 0, h, 0.002), coat)
        a.draw(slab(o * [0.8, 0.5], h, h + 0.0012, 0.0003), steel)
        a.draw(cylinder(0.0022, h + 0.001, h + 0.0028, 10), dark)
        a.draw(cylinder(hole, 0, 0.0006, 12), dark, (-long, 0, 0.5 * h), toward((-1, 0, 0)))
        return a.draft("sharpener", "plastic", "boxy", between(rng, 900, 1300), s, colour=colour)
    if variant == "barrel":
        r, high = between(rng, 0.014, 0.024) * s, between(rng, 0.022, 0.06) * s
        a.add(cylinder(r, 0, high, 20, 0.0015), paint("plastic", mix(shade(colour), (1, 1, 1), 0.55)))
        top = high + between(rng, 0.008, 0.02) * s
        a.add(cylinder(1.06 * r, high, top, 20, 0.003), coat)
        a.draw(cylinder(hole, high, top + 0.0006, 12), dark, (0.35 * r, 0, 0))
        return a.draft("sharpener", "plastic", "round", between(rng, 700, 1000), s, colour=colour)
    if variant == "dome":
        r = between(rng, 0.018, 0.03) * s
        a.add(ball(r, r * between(rng, 0.75, 1.0), r * between(rng, 0.7, 1.2), 18, 10, low=-0.55), coat)
        a.draw(cylinder(hole, 0, 0.004, 12), dark, (0.92 * r, 0, 0.02 * r), toward((1, 0, 0)))
        a.draw(
            ring(0.0075, hole, -0.001, 0.004, 14),
            paint("plastic", (0.9, 0.9, 0.88)),
            (0.9 * r, 0, 0.02 * r),
            toward((1, 0, 0)),
        )
        return a.draft("sharpener", "plastic", "round", between(rng, 500, 700), s, colour=colour)
    # a desk sharpener with a crank
    hx, hy, high = between(rng, 0.02, 0.034) * s, between(rng, 0.016, 0.026) * s, between(rng, 0.04, 0.075) * s
    if variant == "crank":
        a.add(slab(rounded_rect(hx, hy, 0.006, 3), 0, high, 0.003), coat)
    else:
        a.add(slab(rounded_rect(1.15 * hx, hy, 0.006, 3), 0, 0.4 * high, 0.002), dark if rng.random() < 0.5 else coat)
        a.add(rod((-hx, 0, 0.66 * high), (hx, 0, 0.66 * high), min(0.32 * high, hy), 18), coat)
    z = (0.62 if variant == "crank" else 0.66) * high
    a.draw(cylinder(0.011, 0, 0.005, 16), dark, (-hx, 0, z), toward((-1, 0, 0)))
    arm = between(rng, 0.018, 0.03) * s
    turn = pick(rng, np.array([0.0, 1.0]), np.array([0.866, 0.5]), np.array([0.707, 0.707]), np.array([0.866, -0.5]))
    end = np.array([hx + 0.012, arm * float(turn[0]), z + arm * float(turn[1])])
    a.draw(rod((hx, 0, z), (hx + 0.012, 0, z), 0.004, 8), steel)
    a.draw(rod((hx + 0.012, 0, z), end, 0.0035, 8), steel)
    a.add(rod(end, np.add(end, (between(rng, 0.014, 0.024), 0, 0)), 0.0055, 10), dark)
    return a.draft("sharpener", "plastic", "boxy", between(rng, 500, 800), s, colour=colour)


FAMILIES = (
    graspable(
        "marker",
        "stationery",
        marker,
        "marker",
        "highlighter",
        "crayon",
        variants=("felt", "highlighter", "crayon", "board", "chisel_tip"),
    ),
    graspable(
        "glue_stick",
        "stationery",
        glue,
        "glue stick",
        "glue bottle",
        variants=("stick", "bottle", "open_stick", "flat_bottle", "tube_bottle"),
    ),
    graspable("stapler", "stationery", stapler, variants=("desk", "round", "mini", "heavy", "long", "gun")),
    graspable(
        "pencil_holder",
        "stationery",
        pencil_holder,
        variants=("round", "square", "tapered", "hexagon", "waisted", "twin"),
    ),
    graspable("sharpener", "stationery", sharpener, variants=("wedge", "barrel", "crank", "dome", "drum")),
)
