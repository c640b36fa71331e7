"""What screws, turns, locks and springs: bolts, gears, pipe fittings, padlocks, springs, wheels."""

from __future__ import annotations

import numpy as np

from assets.colours import shade
from assets.families.assembly import (
    BRASS,
    DARK,
    IRON,
    STEEL,
    Assembly,
    ball,
    cylinder,
    grounded,
    polygon,
    ring,
    rod,
    slab,
    toward,
)
from assets.kit import Draft, graspable, paint, part_cylinder, part_lathe
from assets.mesh import Mesh, box, lathe, loft, rounded_rect, skin, sweep
from assets.numeric import between, circle, cos_sin, pick
from engine.types import Material

_FLAT_TOP = 0.0006


def _metal(rng: np.random.Generator) -> Material:
    return paint("metal", pick(rng, STEEL, STEEL, IRON, BRASS, (0.25, 0.25, 0.27)))


def _thread(r: float, z0: float, z1: float, n: int = 12) -> Mesh:
    """An upright thread drawn as grooves."""
    count = int(min(max((z1 - z0) / 0.0035, 3), 14))
    z = z0 + (z1 - z0) * np.arange(2 * count + 1) / (2 * count)
    k = np.where(np.arange(2 * count + 1) % 2 == 0, 1.0, 0.86) * r
    return lathe([(0, z0), *zip(k.tolist(), z.tolist(), strict=True), (0, z1)], n, cos_limit=-1.0)


def bolt(rng: np.random.Generator, variant: str) -> Draft:
    """A big bolt standing on its head, or an eye bolt lying."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    coat = _metal(rng)
    r, head, long = between(rng, 0.0075, 0.013) * s, between(rng, 1.6, 2.5), between(rng, 0.03, 0.085) * s
    t = between(rng, 0.008, 0.018) * s
    q = head * r
    if variant == "eye":
        r = max(r, 0.0065)
        loop, w = between(rng, 0.011, 0.021) * s, between(rng, 0.55, 0.8) * r
        c = circle(16)
        p = np.concatenate(
            [np.stack([loop * c[:, 0], loop * c[:, 1], np.full(16, r)], -1)[k : k + 1] for k in (*range(16), 0)]
        )
        a.tube(p, np.array([w, r]) * np.ones((17, 1)), coat, (), 8, solid=False)
        a.solid(part_cylinder(loop + w, 0, 2 * r))
        mesh = _thread(r, 0, long).moved((loop, 0, 0.94 * r), toward((1, 0, 0)))
        a.add(grounded(mesh), coat)
        return a.draft("bolt", "metal", "long", between(rng, 2500, 4000), s)
    if variant == "wing":
        t = between(rng, 0.01, 0.014) * s
        a.add(cylinder(1.5 * r, 0, t, 14), coat)
        reach, high = between(rng, 0.012, 0.022) * s, between(rng, 1.0, 1.8) * t
        for x in (-1, 1):
            o = np.add(rounded_rect(0.5 * reach, 0.0032, 0.002, 2), (x * (1.2 * r + 0.4 * reach), 0))
            a.add(loft([o, np.add(o, (x * 0.2 * reach, 0))], [0, high]), coat)
    elif variant == "socket":
        a.add(cylinder(q, 0, 1.4 * t, 20, 0.0012), coat)
    elif variant == "square":
        a.add(slab(rounded_rect(0.9 * q, 0.9 * q, 0.001, 2), 0, t, 0.0015), coat)
    else:
        a.add(slab(polygon(6, q), 0, t, 0.0015), coat)
        if variant == "flange":
            a.add(cylinder(1.35 * q, t, t + between(rng, 0.003, 0.006), 20, 0.001), coat)
    a.draw(_thread(r, t, t + long), coat)
    a.solid(part_cylinder(0.97 * r, t, t + long))
    if variant in ("nut", "square"):
        z, high = t + between(rng, 0.25, 0.8) * (long - 0.012), between(rng, 0.008, 0.013) * s
        a.add(slab(polygon(6, q * between(rng, 0.85, 1.0)), z, z + high, 0.0015), coat)
        if rng.random() < 0.5:
            a.add(cylinder(1.25 * q, z - 0.003, z, 20), paint("metal", STEEL))
    return a.draft("bolt", "metal", "tall", between(rng, 2500, 4000), s)


def _toothed(teeth: int, r: float, depth: float, z0: float, z1: float, top: float = 1.0) -> Mesh:
    """A gear's disc; `top` scales the outline at z1."""
    c = polygon(4 * teeth, 1.0)
    k = np.tile(np.array([r - depth, r - depth, r, r]), teeth)
    o = c * k[:, None]
    return loft([o, top * o], [z0, z1], cos_limit=0.8)


def gear(rng: np.random.Generator, variant: str) -> Draft:
    """Gear wheel lying flat."""
    a, s = Assembly(), between(rng, 0.9, 1.06)
    plastic = rng.random() < 0.4
    word = pick(rng, "red", "yellow", "blue", "green", "orange")
    coat = paint("plastic", shade(word, rng)) if plastic else _metal(rng)
    dark = paint("metal", (0.08, 0.08, 0.09))
    teeth, r = int(rng.integers(8, 19)), between(rng, 0.018, 0.034) * s
    depth, t = min(between(rng, 0.1, 0.2) * r, 0.005), between(rng, 0.009, 0.024) * s
    hub, top = between(rng, 0.25, 0.55) * r, t
    body = r - 0.5 * depth
    if variant == "bevel":
        k = between(rng, 0.45, 0.75)
        a.draw(_toothed(teeth, r, depth, 0.003, t, k), coat)
        a.add(cylinder(body, 0, 0.004, 20), coat)
        a.solid(part_lathe([(body, 0.003), (k * body, t)], 20))
    elif variant == "rim":  # a ring with spokes
        inner = between(rng, 0.62, 0.78) * r
        n = 4 * teeth
        k = np.tile(np.array([r - depth, r - depth, r, r]), teeth)[:, None] * circle(n)
        rings = [
            np.concatenate([o, np.full((n, 1), z)], -1)
            for o, z in ((inner * circle(n), 0), (k, 0), (k, t), (inner * circle(n), t), (inner * circle(n), 0))
        ]
        a.draw(skin(np.stack(rings), sharp_rows=[1, 2, 3]), coat)
        for x in range(int(rng.integers(3, 6))):
            c, sn = (float(v) for v in cos_sin(x * 1.2566))
            a.draw(
                rod((0.3 * r * c, 0.3 * r * sn, 0.5 * t), (0.95 * inner * c, 0.95 * inner * sn, 0.5 * t), 0.3 * t, 6),
                coat,
            )
        a.solid(part_cylinder(body, 0, t))
        top = t + between(rng, 0.0, 0.012)
        a.draw(cylinder(max(hub, 0.4 * r), 0, top + 0.0005, 16), coat)
        hub = max(hub, 0.4 * r)
    else:
        a.draw(_toothed(teeth, r, depth, 0, t), coat)
        a.solid(part_cylinder(body, 0, t))
    if variant in ("hub", "bevel"):
        top = t + between(rng, 0.006, 0.026) * s
        hub *= 1.15 if variant == "hub" else 0.75
        a.add(cylinder(hub, t - 0.001, top, 18), coat)
    elif variant == "pinion":
        small, top = between(rng, 0.42, 0.75) * r, t + between(rng, 0.008, 0.025) * s
        a.draw(_toothed(max(6, int(teeth * small / r)), small, 0.8 * depth, t - 0.001, top), coat)
        a.solid(part_cylinder(small - 0.4 * depth, t, top))
        hub = 0.5 * small
    elif variant == "shaft":
        top = t + between(rng, 0.02, 0.055) * s
        a.add(cylinder(0.8 * hub, t - 0.001, top, 14), paint("metal", STEEL))
    if variant != "shaft":
        a.draw(cylinder(0.55 * hub, top - 0.001, top + _FLAT_TOP, 14), dark)
    return a.draft("gear", "plastic" if plastic else "metal", "round", between(rng, 900, 2200), s)


def _arm(
    a: Assembly, coat: Material, d: tuple[float, float], r: float, long: float, collar: float, z: float, wide: float
):
    """A pipe's arm from the origin along d with a collar at its end."""
    end = (d[0] * long, d[1] * long, z)
    start = (d[0] * (long - wide), d[1] * (long - wide), z)
    a.add(grounded(rod((0, 0, z), start, r, 10)), coat)
    a.add(grounded(rod(start, end, collar, 12)), coat)
    inner = (d[0] * (long + 0.0006), d[1] * (long + 0.0006), z)
    a.draw(rod(start, inner, 0.72 * collar, 10), paint("metal", (0.06, 0.06, 0.07)))


def pipe_fitting(rng: np.random.Generator, variant: str) -> Draft:
    """Pipe elbow, tee, cross, reducer or valve."""
    a, s = Assembly(), between(rng, 0.9, 1.08)
    plastic = rng.random() < 0.5
    coat = (
        paint("plastic", pick(rng, (0.9, 0.9, 0.88), (0.5, 0.52, 0.54), (0.75, 0.42, 0.2)))
        if plastic
        else paint("metal", pick(rng, BRASS, (0.72, 0.42, 0.28), IRON, STEEL))
    )
    r = between(rng, 0.0095, 0.016) * s
    collar, wide = between(rng, 1.12, 1.4) * r, between(rng, 0.008, 0.02) * s
    z = 0.88 * collar
    long = collar + wide + between(rng, 0.004, 0.034) * s
    name = {
        "elbow": "pipe elbow",
        "tee": "pipe tee",
        "cross": "pipe cross",
        "wye": "pipe tee",
        "reducer": "pipe reducer",
        "valve": "valve",
        "tap": "valve",
    }[variant]
    if variant == "reducer":
        big, small = collar * between(rng, 1.15, 1.6), between(rng, 0.5, 0.85) * collar
        h1, h2, h3 = between(rng, 0.01, 0.03) * s, between(rng, 0.005, 0.02) * s, between(rng, 0.012, 0.035) * s
        a.add(cylinder(big, 0, h1, 20), coat)
        a.add(cylinder(big, h1, h1 + h2, 20, 0.0003, small), coat)
        a.add(cylinder(small, h1 + h2, h1 + h2 + h3, 18), coat)
        a.draw(cylinder(0.78 * small, h1, h1 + h2 + h3 + _FLAT_TOP, 16), paint("metal", (0.06, 0.06, 0.07)))
        return a.draft(name, "plastic" if plastic else "metal", "tall", between(rng, 800, 1700), s)
    turn = pick(rng, 1.5708, 1.5708, 0.7854, 1.0472) if variant == "elbow" else 1.5708
    c, sn = (float(v) for v in cos_sin(turn))
    arms = {
        "elbow": ((1, 0), (-c, sn)),
        "tee": ((1, 0), (-1, 0), (0, 1)),
        "cross": ((1, 0), (-1, 0), (0, 1), (0, -1)),
        "wye": ((1, 0), (-1, 0), (0.7071, 0.7071)),
        "valve": ((1, 0), (-1, 0)),
        "tap": ((1, 0), (-1, 0)),
    }[variant]
    lengths = [long * between(rng, 0.8, 1.3) for _ in arms]
    if variant in ("tee", "cross", "valve", "tap"):
        lengths[1] = lengths[0]
    if variant == "cross":
        lengths[3] = lengths[2]
    for d, length in zip(arms, lengths, strict=True):
        _arm(a, coat, d, r, length, collar, z, wide)
    a.draw(grounded(ball(1.05 * collar, 1.05 * collar, 1.05 * collar, 12, 6).moved((0, 0, z))), coat)
    if variant == "elbow":
        a.hull(grounded(ball(1.05 * collar, 1.05 * collar, 1.05 * collar, 10, 6).moved((0, 0, z))))
    if variant in ("valve", "tap"):
        k, high = 1.2 * collar, z + collar + between(rng, 0.008, 0.024) * s
        a.add(box(k, 1.05 * collar, 0, 1.9 * z, 0.003), coat)
        a.add(cylinder(0.4 * collar, 1.8 * z, high, 10), paint("metal", STEEL))
        knob = paint("metal", shade(pick(rng, "red", "blue", "yellow", "green"), rng))
        if variant == "valve":
            out = between(rng, 0.016, 0.03) * s
            a.draw(ring(out, 0.72 * out, high - 0.003, high + 0.005, 18), knob)
            for k in range(2):
                x, y = (0.8 * out, 0.0) if k else (0.0, 0.8 * out)
                a.draw(rod((-x, -y, high), (x, y, high), 0.003, 6), knob)
            a.solid(part_cylinder(out, high - 0.003, high + 0.005))
        else:
            out = between(rng, 0.03, 0.06) * s
            a.add(
                slab(
                    np.add(rounded_rect(0.5 * out, 0.0065, 0.004, 3), (0.35 * out, 0)),
                    high - 0.003,
                    high + 0.004,
                    0.001,
                ),
                knob,
            )
    return a.draft(name, "plastic" if plastic else "metal", "branched", between(rng, 800, 1700), s)


def padlock(rng: np.random.Generator, variant: str) -> Draft:
    """Padlock standing on its underside, shackle up."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    coat = paint(
        "metal", pick(rng, BRASS, BRASS, STEEL, (0.2, 0.2, 0.22), shade(pick(rng, "red", "blue", "green"), rng))
    )
    steel, dark = paint("metal", STEEL), paint("metal", DARK)
    hx, h = between(rng, 0.015, 0.027) * s, between(rng, 0.024, 0.05) * s
    hy = max(between(rng, 0.0085, 0.0135) * s, 0.0055 + 0.12 * h)
    r = between(rng, 0.0026, 0.0048) * s
    foot = hx * 0.55
    if variant == "round":
        hx = 0.5 * h * between(rng, 0.9, 1.1) + 0.004
        c = polygon(20, 1.0) * [hx, 0.5 * h]
        c = np.stack([c[:, 0], np.maximum(c[:, 1], -0.42 * h)], -1)
        a.add(slab(c, -hy, hy, 0.0015), coat, (0, 0, 0.42 * h), np.array([[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]]))
        top, foot = 0.78 * h, hx * 0.55
    elif variant == "shield":
        o = rounded_rect(hx, hy, 0.003, 3)
        a.add(loft([o * [0.62, 1], o, o * [1, 1], o * [0.85, 1]], [0, 0.45 * h, 0.85 * h, h]), coat)
        top = 0.95 * h
    elif variant == "laminated":
        n = int(rng.integers(4, 8))
        for k in range(n):
            q = 1.0 if k % 2 == 0 else 0.93
            a.draw(box(q * hx, q * hy, h * k / n, h * (k + 1) / n, 0.0008), coat)
        a.hull(box(hx, hy, 0, h, 0))
        top = h
    else:
        a.add(slab(rounded_rect(hx, hy, between(rng, 0.2, 0.95) * hy, 4), 0, h, 0.0018), coat)
        top = h
        if variant == "dial":
            n = int(rng.integers(3, 5))
            for k in range(n):
                z = h * (0.2 + 0.62 * (k + 0.5) / n)
                a.draw(
                    cylinder(0.62 * hx, -0.35 * h / n, 0.35 * h / n, 14),
                    paint("metal", (0.9, 0.9, 0.88)),
                    (0, -hy + 0.3 * hx, z),
                )
    rise = (between(rng, 0.035, 0.06) if variant == "long" else between(rng, 0.014, 0.03)) * s
    if variant == "open":
        rise *= 1.15
    c, sn = cos_sin(np.pi * (np.arange(9) / 8.0))
    bow = np.stack([foot * c, np.zeros(9), top + max(rise - foot, 0.003) + foot * sn], -1)
    low = top + (0.35 * rise if variant == "open" else -0.002)
    path = np.concatenate([[[foot, 0, top - 0.002]], bow, [[-foot, 0, low]]])
    a.draw(sweep(path, np.full(11, r), 8, up=(0, 1, 0)), steel)
    for k0, k1 in ((0, 3), (3, 7), (7, 10)):
        a.hull(sweep(path[k0 : k1 + 1], np.full(k1 + 1 - k0, r), 6, up=(0, 1, 0)))
    if variant not in ("dial",):
        a.draw(cylinder(0.24 * hx, 0, 0.0008, 12), dark, (0, -hy * (0.999), 0.3 * h), toward((0, -1, 0)))
    return a.draft("padlock", "metal", "boxy", between(rng, 2500, 4000), s)


def spring(rng: np.random.Generator, variant: str) -> Draft:
    """Coil spring standing on its end."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    coat = paint("metal", pick(rng, STEEL, IRON, (0.25, 0.25, 0.27), shade(pick(rng, "red", "blue", "yellow"), rng)))
    r, h = between(rng, 0.013, 0.026) * s, between(rng, 0.028, 0.085) * s
    h = min(h, 3.6 * r)
    wire, turns = between(rng, 0.09, 0.17) * r, int(rng.integers(4, 8))
    turns = min(turns, int(h / (2.6 * wire)))
    k = {
        "straight": (1, 1, 1),
        "cone": (1, 0.75, 0.5),
        "barrel": (0.72, 1, 0.72),
        "hourglass": (1, 0.62, 1),
        "funnel": (0.62, 0.8, 1.0),
    }[variant]
    m = 12 * turns + 13  # half a turn of flat coil at each end
    t = np.arange(m) / 12.0
    rise = np.clip((t - 0.5) / turns, 0.0, 1.0)
    f = np.where(rise < 0.5, k[0] + (k[1] - k[0]) * 2 * rise, k[1] + (k[2] - k[1]) * (2 * rise - 1)) * (r - wire)
    c, sn = cos_sin(2 * np.pi * t)
    a.draw(sweep(np.stack([f * c, f * sn, wire + (h - 2 * wire) * rise], -1), np.full(m, wire), 5), coat)
    for j in range(2):
        a.solid(part_lathe([(k[j] * r, 0.5 * h * j), (k[j + 1] * r, 0.5 * h * (j + 1))], 16))
    return a.draft("spring", "metal", "round", between(rng, 600, 1100), s)


def wheel(rng: np.random.Generator, variant: str) -> Draft:
    """Wheel lying flat, or a caster on its plate."""
    a, s = Assembly(), between(rng, 0.9, 1.06)
    tyre = paint("rubber", pick(rng, DARK, DARK, (0.45, 0.45, 0.47)))
    coat = paint("plastic", pick(rng, STEEL, shade(pick(rng, "red", "yellow", "blue", "white"), rng)))
    r, t = between(rng, 0.02, 0.0335) * s, between(rng, 0.011, 0.03) * s
    k = between(rng, 0.5, 0.8)
    if variant == "caster":
        metal, hx = paint("metal", pick(rng, STEEL, BRASS)), between(rng, 0.018, 0.03) * s
        r, t = between(rng, 0.013, 0.026) * s, between(rng, 0.009, 0.02) * s
        a.add(slab(rounded_rect(hx, hx * between(rng, 0.7, 1), 0.004, 3), 0, 0.004), metal)
        lean, z = between(rng, 0.0, 0.5) * r, 0.012 + r * between(rng, 1.05, 1.3)
        a.add(cylinder(0.55 * hx, 0.004, 0.012, 14), metal)
        for y in (-1, 1):
            o = [(-0.5 * r, 0.01), (0.5 * r, 0.01), (lean + 0.2 * r, z + 0.2 * r), (lean - 0.2 * r, z + 0.2 * r)]
            a.add(
                slab(o, -0.001, 0.001, 0.0002),
                metal,
                (0, y * (0.5 * t + 0.003), 0),
                np.array([[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]]),
            )
        a.add(cylinder(r, -0.5 * t, 0.5 * t, 20, 0.0025), tyre, (lean, 0, z), toward((0, 1, 0)))
        a.draw(cylinder(0.3 * r, -0.5 * t - 0.004, 0.5 * t + 0.004, 10), metal, (lean, 0, z), toward((0, 1, 0)))
        return a.draft("caster", "metal", "round", between(rng, 1000, 1500), s)
    round_ = min(between(rng, 0.1, 0.35) * t, 0.2 * r)
    a.draw(
        lathe([(k * r, 0), (r - round_, 0), (r, round_), (r, t - round_), (r - round_, t), (k * r, t), (k * r, 0)], 24),
        tyre,
    )
    a.solid(part_lathe([(r - round_, 0), (r, round_), (r, t - round_), (r - round_, t)], 20))
    hub, out = between(rng, 0.2, 0.34) * r, between(rng, -0.002, 0.016) * s
    if variant == "spoked":
        for x in range(n := int(rng.integers(4, 8))):
            c, sn = (float(v) for v in cos_sin(x * 2 * np.pi / n))
            a.draw(rod((0, 0, 0.5 * t), (k * r * c * 1.03, k * r * sn * 1.03, 0.5 * t), 0.1 * r, 6), coat)
        a.draw(cylinder(hub, 0.1 * t, t + 0.0005, 16), coat)
    elif variant == "dished":
        a.draw(lathe([(0, 0.35 * t), (0.45 * k * r, 0.35 * t), (k * r, 0.8 * t)], 20), coat)
        a.draw(cylinder(hub, 0.2 * t, t, 14), paint("metal", STEEL))
    elif variant == "axle":
        a.draw(cylinder(k * r, 0.1 * t, 0.85 * t, 20), coat)
        a.add(cylinder(0.45 * hub, t * 0.8, t + between(rng, 0.02, 0.05) * s, 12), paint("metal", STEEL))
    else:  # a plain wheel with a boss
        a.draw(cylinder(k * r, 0.1 * t, 0.85 * t, 20), coat)
        a.add(cylinder(1.2 * hub, 0.8 * t, t + max(out, 0.001), 16), coat)
        a.draw(cylinder(0.5 * hub, t, t + max(out, 0.001) + _FLAT_TOP, 12), paint("metal", DARK))
    return a.draft("wheel", "rubber", "round", between(rng, 700, 1200), s)


_FITTINGS = ("pipe elbow", "pipe tee", "pipe cross", "pipe reducer", "valve")
FAMILIES = (
    graspable("bolt", "tools", bolt, variants=("hex", "nut", "socket", "flange", "eye", "wing", "square")),
    graspable("gear", "tools", gear, variants=("plain", "hub", "pinion", "bevel", "rim", "shaft")),
    graspable(
        "pipe_fitting", "tools", pipe_fitting, *_FITTINGS,
        variants=("elbow", "tee", "valve", "cross", "reducer", "wye", "tap"),
    ),
    graspable(
        "padlock", "household", padlock,
        variants=("square", "round", "long", "shield", "dial", "laminated", "open"),
    ),
    graspable("spring", "tools", spring, variants=("straight", "cone", "barrel", "hourglass", "funnel")),
    graspable("wheel", "tools", wheel, "wheel", "caster", variants=("boss", "spoked", "caster", "dished", "axle")),
)  # fmt: skip
