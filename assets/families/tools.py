"""Torches, bulbs, batteries and tape."""

from __future__ import annotations

import numpy as np

from assets.colours import mix, shade
from assets.families.assembly import (
    BRASS,
    DARK,
    STEEL,
    Assembly,
    curve,
    cylinder,
    extruded,
    panel,
    polygon,
    ring,
    rod,
    slab,
    toward,
)
from assets.kit import Draft, graspable, paint, part_cylinder, part_hulls, printed
from assets.labels import contrast
from assets.mesh import box, lathe, loft, lying, rounded_rect
from assets.numeric import between, pick, rotation
from assets.paint import Canvas
from engine.types import Material

_X = toward((1.0, 0.0, 0.0))


def tape_roll(rng: np.random.Generator, variant: str) -> Draft:
    """Roll of tape lying flat."""
    a, s = Assembly(), between(rng, 0.88, 1.08)
    r, h = between(rng, 0.025, 0.0328) * s, between(rng, 0.011, 0.03) * s
    hole = between(rng, 0.42, 0.78) * r
    if variant == "wide":
        h = between(rng, 0.034, 0.056) * s
    colour = pick(rng, "yellow", "blue", "red", "grey", "black", "brown", "green", "white")
    base = shade(colour, rng)
    card, tape = paint("cardboard", (0.72, 0.58, 0.42)), paint("plastic", base)

    def roll(z: float, high: float, radius: float, coat: Material) -> None:
        top = z + high
        a.draw(lathe([(hole, z), (radius - 0.0005, z), (radius, z + 0.0005), (radius, top), (hole, top)], 24), coat)
        a.draw(lathe([(hole + 0.003, top + 0.0004), (hole, top + 0.0004), (hole, z)], 18), card)
        a.solid(part_cylinder(radius, z, z + high))

    if variant == "pile":  # two or three rolls on each other
        z = 0.0
        for k in range(int(rng.integers(2, 4))):
            high = between(rng, 0.009, 0.02) * s
            tint = base if k == 0 else shade(pick(rng, "yellow", "blue", "red", "grey", "green", "white"), rng)
            roll(z, high, min(r * between(rng, 0.8, 1.05), 0.0355), paint("plastic", tint))
            z += high
    elif variant == "used":  # little tape left, on a broad core
        high = h * between(rng, 1.1, 1.5)
        roll(0.0, h, hole + between(rng, 0.004, 0.009), tape)
        a.draw(ring(hole + 0.0022, hole - 0.001, 0, high, 22, 0.0003), card)
    elif variant == "tail":  # with a loose end
        roll(0.0, h, r, tape)
        long = between(rng, 0.012, 0.05) * s
        p = curve(
            [(0.2 * r, 0.98 * r), (0.8 * r, r), (r + 0.4 * long, 0.9 * r), (r + long, between(rng, 0.6, 1.3) * r)], 7
        )
        a.tube(
            np.concatenate([p, np.full((7, 1), 0.5 * h)], -1),
            np.array([0.0007, 0.5 * h]) * np.ones((7, 1)),
            tape,
            (),
            6,
            solid=False,
        )
    else:
        roll(0.0, h, r, tape)
        if variant == "flanged":
            for z in (-0.0006, h - 0.0014):
                coat = paint("plastic", pick(rng, DARK, (0.9, 0.9, 0.88), base))
                disc = [(hole, z), (1.05 * r, z), (1.05 * r, z + 0.002), (hole, z + 0.002)]
                a.add(lathe(disc, 22), coat)
    return a.draft("tape roll", "plastic", "round", between(rng, 500, 700), s, colour=colour)


def flashlight(rng: np.random.Generator, variant: str) -> Draft:
    """Torch lying, or a lantern standing."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    colour = pick(rng, "black", "red", "blue", "yellow", "green", "grey")
    coat, dark, lens = paint("metal", shade(colour, rng)), paint("rubber", DARK), paint("glass", (0.95, 0.93, 0.78))
    w, length = between(rng, 0.0105, 0.0165) * s, between(rng, 0.07, 0.13) * s
    head, neck, k = between(rng, 0.12, 0.34), between(rng, 0.04, 0.14), between(rng, 1.05, 2.0)
    if variant == "lantern":  # a box with a handle on top and a big reflector
        hx, hy, h = between(rng, 0.026, 0.044) * s, between(rng, 0.018, 0.028) * s, between(rng, 0.03, 0.05) * s
        r, out = min(between(rng, 0.5, 0.72) * h, 0.034), between(rng, 0.008, 0.024) * s
        a.add(slab(rounded_rect(hx, hy, 0.006, 3), 0, h, 0.003), coat)
        z = max(r, 0.52 * h)
        a.add(cylinder(0.7 * r, 0, out, 20, 0.001, r), dark, (hx - 0.001, 0, z), _X)
        a.draw(cylinder(0.88 * r, out - 0.001, out + 0.0006, 18), lens, (hx - 0.001, 0, z), _X)
        up = between(rng, 0.014, 0.028) * s
        bar = rod((-0.85 * hx, 0, h + up), (0.7 * hx, 0, h + up), 0.0065, 10)
        a.add(bar, dark)
        for x in (-0.8, 0.62):
            a.add(box(0.005, 0.006, h - 0.002, h + up), dark, (x * hx, 0, 0))
        return a.draft("flashlight", "plastic", "boxy", between(rng, 400, 600), s, colour=colour)
    if variant == "angled":  # an upright body with its head to the side
        r, h = between(rng, 0.014, 0.022) * s, between(rng, 0.05, 0.085) * s
        r = max(r, 0.32 * h)
        q = between(rng, 0.8, 1.1) * r
        a.add(cylinder(r, 0, h, 18, 0.002), coat)
        a.draw(cylinder(1.04 * r, 0.15 * h, 0.5 * h, 18), dark)
        out = r + between(rng, 0.008, 0.024) * s
        a.add(cylinder(0.85 * q, 0, out, 18, 0.001, q), coat, (-0.3 * r, 0, h), _X)
        a.draw(cylinder(0.85 * q, out - 0.0005, out + 0.0006, 16), lens, (-0.3 * r, 0, h), _X)
        return a.draft("flashlight", "plastic", "tall", between(rng, 600, 900), s, colour=colour)
    x = np.array([0, 0.02, 0.05, 1.0 - head - neck, 1.0 - head, 0.98, 1.0]) * length
    if variant == "pocket":
        k = between(rng, 0.96, 1.05)
    f = np.array([0.9, 1.0, 1.0, 1.0, k, k if rng.random() < 0.5 else 1.08 * k, 0.96 * k])
    if variant == "two_headed":
        f[:3] = [0.96 * k, k, 1.02]
        x[2] = neck * length
    z = 0.92 * w * np.where(f > 1.0, f, 1.0)
    mesh, rings = lying(np.stack([x, f * w, f * w, 0 * x, z], -1), 16)
    c = Canvas(96, 48, shade(colour, rng))
    for i in range(8):
        c.rect(0, 0.5 + i * 0.05, 1, 0.515 + i * 0.05, mix(shade(colour), (0.02, 0.02, 0.02), 0.5))
    c.rect(0, 1 - head - 0.03, 1, 1 - head, STEEL)
    c.rect(0.4, 0.36, 0.6, 0.44, contrast(shade(colour)))
    a.draw(mesh, printed("metal", c.image()))
    a.solid(*part_hulls(rings, (0, 2, 3, 6)))
    a.draw(
        lathe([(0.9 * f[-1] * w, 0.0), (0, 0.001)], 16),
        lens,
        (length + 0.0004, 0, float(z[-1])),
        rotation("y", 0.5 * np.pi),
    )
    if variant == "clip":
        a.draw(box(0.2 * length, 0.003, 0, 0.0012), paint("metal", STEEL), (0.3 * length, 0, 2.0 * w + 0.001))
        a.draw(box(0.004, 0.003, -0.004, 0.001), paint("metal", STEEL), (0.12 * length, 0, 2.0 * w))
    return a.draft("flashlight", "metal", "long", between(rng, 900, 1300), s, colour=colour)


def _print(rng: np.random.Generator, base: tuple[float, float, float], accent: tuple[float, float, float]) -> Canvas:
    c = Canvas(72, 112, base)
    c.rect(0, 0, 1, 0.3, accent)
    c.text("+", 0.5, 0.15, 15, (0.1, 0.1, 0.1))
    c.text(pick(rng, "POWER", "VOLT", "MAX"), 0.5, 0.62, 16, (0.95, 0.95, 0.95), max_width=0.6)
    return c


def battery(rng: np.random.Generator, variant: str) -> Draft:
    """Battery standing on its flat end: a round cell, a block, a lantern battery, a car battery or a pack of cells."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    base = shade(pick(rng, "black", "blue", "green", "red", "purple"), rng)
    accent = pick(rng, (0.85, 0.6, 0.2), (0.8, 0.8, 0.82), (0.9, 0.75, 0.1))
    art, steel = printed("metal", _print(rng, base, accent).image()), paint("metal", STEEL)
    dark = paint("plastic", base)
    hx, hy, h = between(rng, 0.017, 0.034) * s, between(rng, 0.011, 0.02) * s, between(rng, 0.03, 0.058) * s
    hy = max(hy, 0.34 * 0.5 * h)
    if variant in ("cell", "pack"):
        r = between(rng, 0.0125, 0.018) * s
        h = min(between(rng, 1.7, 3.4) * r, 0.06)
        spots = [(0.0, 0.0)]
        if variant == "pack":
            r *= 0.72
            n = pick(rng, (2, 1), (3, 1), (2, 2), (3, 2))
            h = min(between(rng, 2.2, 4.2) * r, 0.06) if n[1] == 2 else min(3.2 * r, 0.04)
            spots = [
                (2 * r * (i - 0.5 * (n[0] - 1)), 2 * r * (j - 0.5 * (n[1] - 1)))
                for i in range(n[0])
                for j in range(n[1])
            ]
        for x, y in spots:
            k = 18 if len(spots) == 1 else 12
            a.draw(lathe([(r, 0.001), (r, h - 0.002)], k, v=[0, 1], turns=2.0), art, (x, y, 0))
            low = lathe([(0, 0), (r - 0.0005, 0), (r, 0.001)], k)
            a.draw(low, steel, (x, y, 0))
            top = lathe([(r, h - 0.002), (r - 0.001, h), (0.34 * r, h), (0.34 * r, h + 0.002), (0, h + 0.002)], k)
            a.draw(top, steel, (x, y, 0))
            a.solid(part_cylinder(r, 0, h, (x, y)))
        return a.draft("battery", "metal", "cylindrical", between(rng, 1500, 2000), s)
    o = rounded_rect(hx, hy, 0.002 if variant != "lantern" else 0.25 * hy, 2)
    a.draw(loft([o, o], [0.001, h], caps=False), art)
    a.draw(loft([0.97 * o, o], [0, 0.001]), dark)
    a.draw(loft([o, 0.96 * o], [h, h + 0.001]), dark)
    a.hull(loft([o, o], [0, h + 0.001]))
    if variant == "block":
        a.add(cylinder(0.0045, h, h + 0.005, 12), steel, (0.45 * hx, 0, 0))
        a.add(cylinder(0.0055, h, h + 0.0045, 6), steel, (-0.45 * hx, 0, 0))
    elif variant == "lantern":  # springs on top
        up = between(rng, 0.008, 0.022) * s
        for x, y in ((0.5, 0.3), (-0.5, -0.3)):
            for k in range(3):
                z = h + up * k / 3
                a.draw(
                    ring(0.0065 - 0.0014 * k, 0.004 - 0.0012 * k, z, z + 0.28 * up, 10, 0.0003),
                    steel,
                    (x * hx, y * hy, 0),
                )
            a.solid(part_cylinder(0.0055, h, h + up, (x * hx, y * hy)))
    else:  # car battery
        a.add(
            slab(rounded_rect(0.98 * hx, 0.9 * hy, 0.002, 2), h, h + between(rng, 0.003, 0.01), 0.0015),
            paint("plastic", DARK),
        )
        for x, tint in ((-0.72, "red"), (0.72, "blue")):
            a.add(
                cylinder(0.0048, h, h + between(rng, 0.012, 0.018), 12),
                paint("metal", mix(shade(tint), STEEL, 0.4)),
                (x * hx, -0.4 * hy, 0),
            )
        if rng.random() < 0.5:
            a.add(
                rod((-0.5 * hx, 0.2 * hy, h + 0.012), (0.5 * hx, 0.2 * hy, h + 0.012), 0.003, 8), paint("plastic", DARK)
            )
    return a.draft("battery", "plastic", "boxy", between(rng, 1400, 2000), s)


def light_bulb(rng: np.random.Generator, variant: str) -> Draft:
    """Light bulb lying on its side, or a reflector lamp on its face."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    glass = paint("glass", pick(rng, (0.95, 0.95, 0.92), (0.96, 0.9, 0.7), (0.9, 0.92, 0.95)))
    steel, dark = paint("metal", pick(rng, STEEL, BRASS)), paint("plastic", DARK)
    r, b = between(rng, 0.02, 0.033) * s, between(rng, 0.0095, 0.0135) * s
    screw, long = between(rng, 0.014, 0.024) * s, between(rng, 1.3, 2.2) * r
    if variant == "reflector":  # face down
        k, collar = between(rng, 0.3, 0.6), between(rng, 0.006, 0.018) * s
        a.add(
            lathe([(0, 0), (0.85 * r, 0), (r, 0.12 * r), (0.95 * r, 0.35 * r), (b, long)], 22, cos_limit=0.6),
            paint("metal", pick(rng, (0.85, 0.86, 0.88), (0.93, 0.93, 0.92))),
        )
        a.add(cylinder(b * 1.15, long - 0.002, long + collar, 16), paint("ceramic", (0.92, 0.92, 0.9)))
        if k < 0.45:
            for x in (-1, 1):
                a.add(cylinder(0.0025, long + collar, long + collar + 0.01, 8), steel, (x * 0.5 * b, 0, 0))
        else:
            a.add(cylinder(0.8 * b, long + collar, long + collar + 0.6 * screw, 14), steel)
        return a.draft("light bulb", "glass", "round", between(rng, 400, 600), s)
    shapes = {
        "pear": ([0, 0.2, 0.45, 0.75, 0.92, 1.0], [0.5, 0.62, 0.88, 1.0, 0.72, 0.12]),
        "globe": ([0, 0.1, 0.3, 0.55, 0.8, 0.95, 1.0], [0.42, 0.6, 0.9, 1.0, 0.82, 0.4, 0.1]),
        "candle": ([0, 0.12, 0.35, 0.65, 0.9, 1.0], [0.62, 0.9, 1.0, 0.7, 0.28, 0.06]),
        "tube": ([0, 0.05, 0.3, 0.9, 0.97, 1.0], [0.75, 0.98, 1.0, 1.0, 0.75, 0.3]),
        "cone": ([0, 0.3, 0.7, 0.8, 1.0], [0.45, 0.6, 0.96, 1.0, 0.85]),
    }
    if variant in ("candle", "tube"):
        r = between(rng, 0.0145, 0.021) * s
        long = between(rng, 2.2, 4.2) * r
    if variant == "globe":
        long = between(rng, 1.85, 2.1) * r
    x, f = (np.array(v, np.float64) for v in shapes[variant])
    k = np.maximum(f * r, b * np.where(x < 0.2, 0.98, 0.0))
    mesh, rings = lying(
        np.stack([x * long, k, k, 0 * x, np.where(x > 0.85, 0.84 * r * (1 - (x - 0.85)), 0.84 * k)], -1), 16
    )
    a.draw(mesh, glass)
    cut = int(np.argmax(f))
    a.solid(*part_hulls(rings, (0, cut, len(x) - 1)))
    z = 0.84 * b
    n = 4
    xs = -screw + screw * np.arange(2 * n + 1) / (2 * n)
    g = np.where(np.arange(2 * n + 1) % 2 == 0, 0.9, 1.0) * b
    mesh, rings = lying(np.stack([xs, g, g, 0 * g, 0.84 * g], -1), 12)
    if variant == "cone" or rng.random() < 0.3:
        body = between(rng, 0.008, 0.02) * s
        heat, hr = lying(
            np.stack(
                [[-body, 0.0], [1.1 * b, k[0] * 1.06], [1.1 * b, k[0] * 1.06], [0, 0], [0.924 * b, 0.89 * k[0]]], -1
            ),
            14,
        )
        a.draw(heat, paint("plastic", (0.9, 0.9, 0.9)))
        a.solid(*part_hulls(hr, (0, 1)))
        mesh, rings = mesh.moved((-body, 0, 0)), rings - np.array([body, 0, 0])
    a.draw(mesh, steel)
    a.solid(*part_hulls(rings, (0, 2 * n)))
    x0 = float(rings[..., 0].min())
    a.draw(rod((x0 - 0.003, 0, z), (x0 + 0.001, 0, z), 0.45 * b, 10), dark)
    return a.draft("light bulb", "glass", "round", between(rng, 400, 600), s)


def tape_measure(rng: np.random.Generator, variant: str) -> Draft:
    """Tape measure standing on its flat side, its tongue out."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    colour = pick(rng, "yellow", "yellow", "orange", "red", "blue", "black", "green")
    coat, dark, steel = paint("plastic", shade(colour, rng)), paint("rubber", DARK), paint("metal", STEEL)
    blade = paint("metal", (0.93, 0.83, 0.25) if colour != "yellow" else (0.93, 0.92, 0.86))
    r, hy = between(rng, 0.022, 0.034) * s, between(rng, 0.0125, 0.023) * s
    k = between(rng, 0.75, 1.0)
    if variant == "round":
        a.add(extruded(_round_side(r, k), hy, 0.003), coat)
    elif variant == "square":
        c = between(rng, 0.15, 0.5) * r
        a.add(extruded(rounded_rect(r, k * r, c, 4) + np.array([0, k * r]), hy, 0.003), coat)
    elif variant == "sloped":
        o = [
            (-r, 0),
            (1.05 * r, 0),
            (1.05 * r, 0.4 * r),
            (0.5 * r, 2 * k * r),
            (-0.5 * r, 2 * k * r),
            (-r, 1.4 * k * r),
        ]
        a.add(extruded(o, hy, 0.003), coat)
    elif variant == "lying":  # flat on the table, with a strap
        a.add(cylinder(r, 0, 1.6 * hy, 24, 0.003), coat)
        a.draw(cylinder(0.6 * r, 1.6 * hy, 1.6 * hy + 0.001, 18), dark)
        a.add(box(0.4 * r, 0.3 * r, 0.3 * hy, 1.3 * hy), dark, (r, 0.4 * r, 0))
    else:  # a long tape on a reel with a handle
        a.add(cylinder(r, -0.6 * hy, 0.6 * hy, 24, 0.002), coat, (0, 0, r + 0.004), toward((0, 1, 0)))
        a.add(slab(rounded_rect(0.6 * r, 0.9 * hy, 0.003, 2), 0, 0.3 * r, 0.002), dark)
        g = between(rng, 0.014, 0.03) * s
        a.add(rod((-0.25 * r, 0, 1.8 * r), (-0.3 * r, 0, 2.1 * r + g), 0.0075, 10), dark)
        a.draw(cylinder(0.4 * r, 0.6 * hy, 0.6 * hy + 0.001, 18), dark, (0, 0, r + 0.004), toward((0, 1, 0)))
    out = between(rng, 0.003, 0.055) * s
    z, x0 = (0.004, r) if variant not in ("lying", "reel") else (0.5 * hy, 0.8 * r)
    y = 0.0 if variant != "lying" else 0.4 * r
    half = 0.7 * hy if variant != "lying" else 0.0008
    high = 0.0012 if variant != "lying" else 0.8 * hy
    a.add(box(0.5 * out + 0.3 * r, half, z, z + high, 0.0003), blade, (x0 + 0.5 * out - 0.2 * r, y, 0))
    a.add(box(0.001, max(half, 0.002), max(z - 0.004, 0), z + high + 0.001, 0.0003), steel, (x0 + out + 0.1 * r, y, 0))
    if variant in ("round", "square", "sloped"):
        a.draw(cylinder(0.55 * r, 0, 0.0008, 20), dark, (0, -hy, k * r), toward((0, -1, 0)))
        a.draw(
            panel(0.3 * r, 0.12 * r),
            paint("paper", (0.95, 0.95, 0.93)),
            (0, -hy - 0.0012, k * r),
            rotation("x", 0.5 * np.pi),
        )
    return a.draft("tape measure", "plastic", "boxy", between(rng, 900, 1300), s, colour=colour)


def _round_side(r: float, k: float) -> np.ndarray:
    """Side view of a round case with a flat foot."""
    o = polygon(18, r) * [1.0, k] + [0.0, 0.86 * k * r]
    return np.stack([o[:, 0], np.maximum(o[:, 1], 0.0)], -1)


FAMILIES = (
    graspable("tape_roll", "tools", tape_roll, variants=("plain", "wide", "flanged", "pile", "tail", "used")),
    graspable(
        "flashlight", "tools", flashlight, variants=("flared", "lantern", "angled", "pocket", "two_headed", "clip")
    ),
    graspable("battery", "tools", battery, variants=("cell", "block", "car", "lantern", "pack")),
    graspable("light_bulb", "household", light_bulb, variants=("pear", "globe", "reflector", "candle", "tube", "cone")),
    graspable("tape_measure", "tools", tape_measure, variants=("square", "round", "sloped", "lying", "reel")),
)
