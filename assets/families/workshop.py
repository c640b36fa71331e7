"""Tools that hold, turn and part: wrenches, pliers, scissors, clamps and saws, lying flat."""

from __future__ import annotations

import numpy as np

from assets.colours import shade
from assets.families.assembly import (
    BRASS,
    DARK,
    IRON,
    STEEL,
    WOODS,
    Assembly,
    coat_name,
    curve,
    cylinder,
    grip,
    grounded,
    polygon,
    ring,
    rod,
    slab,
    toward,
)
from assets.kit import Draft, graspable, paint, part_cylinder
from assets.mesh import box, rounded_rect
from assets.numeric import between, cos_sin, pick, rotate, rotation
from engine.types import Material


def _jaw(a: Assembly, coat: Material, x: float, k: float, t: float, turn: float, out: float) -> None:
    """An open jaw at x that looks along +x turned by `turn`; k its half width, `out` how far the prongs reach."""
    R = rotation("z", turn)
    a.add(slab(rounded_rect(0.62 * k, k, 0.5 * k, 4), 0, t), coat, (x, 0, 0), R)
    for side in (-1, 1):
        o = np.array([[0, -0.32], [out, -0.2], [out, 0.16], [0.3, 0.32], [0, 0.32]]) * [k, k * side]
        o = (o if side > 0 else o[::-1]) + [0.4 * k, side * 0.66 * k]
        a.add(slab(o, 0, t), coat, (x, 0, 0), R)


def _eye(a: Assembly, coat: Material, x: float, r: float, t: float) -> None:
    """A ring for bolts."""
    a.draw(ring(r, 0.58 * r, 0, t, 18), coat, (x, 0, 0))
    a.solid(part_cylinder(r, 0, t, (x, 0.0)))


def wrench(rng: np.random.Generator, variant: str) -> Draft:
    """Wrench, flat on the bench."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    word = pick(rng, "", "", "", "red", "blue", "black")
    coat = paint("metal", shade(word, rng) if word else pick(rng, STEEL, IRON))
    t, half, w = between(rng, 0.0125, 0.016) * s, between(rng, 0.022, 0.07) * s, between(rng, 0.0062, 0.0105) * s
    k = between(rng, 1.4, 2.9) * w
    if variant in ("adjustable", "pipe"):
        k *= 1.12
        grip_coat = paint("rubber", shade(coat_name(rng), rng)) if rng.random() < 0.5 else coat
        o = np.array([[-half, -1.15 * w], [half, -0.8 * w], [half, 0.8 * w], [-half, 1.15 * w]])
        a.add(slab(o, 0.0, t, 0.002), grip_coat)
        a.add(slab(np.array([[-0.5, -0.7], [0.7, -1], [0.7, 0.8], [-0.5, 0.6]]) * k + [half + 0.3 * k, 0], 0, t), coat)
        gap, long = between(rng, 0.15, 0.6) * k, between(rng, 0.8, 1.5) * k
        x = half + 0.9 * k
        a.add(slab([[x, 0.15 * k], [x + long, 0.3 * k], [x + long, 0.62 * k], [x, 0.85 * k]], 0, t), coat)
        low = 0.15 * k - gap
        o = [[x, low - 0.5 * k], [x + 0.9 * long, low - 0.35 * k], [x + 0.9 * long, low], [x, low]]
        a.add(slab(o, 0, t), coat)
        worm = cylinder(min(0.3 * k, 0.5 * t), x - 0.9 * k, x - 0.2 * k, 12)
        a.draw(worm, paint("metal", DARK), (0, -0.75 * k, 0.5 * t), toward((1, 0, 0)))
        if variant == "pipe":
            a.add(box(0.4 * k, 0.2 * k, 0, t), coat, (x - 0.1 * k, 0.95 * k, 0))
        return a.draft("wrench", "metal", "long", between(rng, 1800, 2400), s)
    if variant == "ratchet":
        z = grip(
            a,
            paint("rubber", shade(coat_name(rng), rng)),
            pick(rng, "straight", "belly", "waist", "ribbed"),
            (-half, 0.3 * half),
            1.25 * w,
            1.1 * w,
        )
        a.add(rod((0.25 * half, 0, z), (half, 0, z), 0.6 * w), coat)
        head = between(rng, 1.6, 2.3) * w
        a.add(slab(polygon(14, head), 0.2 * z, 2.0 * z), coat, (half + 0.6 * head, 0, 0))
        a.draw(cylinder(0.72 * head, 2.0 * z, 2.0 * z + 0.003, 14), paint("metal", DARK), (half + 0.6 * head, 0, 0))
        a.add(cylinder(between(rng, 0.45, 0.85) * head, 0, 0.3 * z, 12), coat, (half + 0.6 * head, 0, 0))
        return a.draft("wrench", "metal", "long", between(rng, 1600, 2200), s)
    if variant == "cross":  # for wheel nuts: two bars
        t, half = 1.25 * t, between(rng, 0.042, 0.075) * s
        for turn in (0.0, 0.5 * np.pi):
            R = rotation("z", turn + 0.25 * np.pi)
            ends = [rotate((x * half * 1.1, 0, 0.5 * t), R) for x in (-1, 1)]
            a.add(rod(ends[0], ends[1], 0.5 * t, 10), coat)
            for x in (-1, 1):
                end = cylinder(0.68 * t, -0.009, 0.009, 6)
                a.draw(grounded(end.moved(rotate((x * half * 1.1, 0, 0.6 * t), R), toward(ends[1] - ends[0]))), coat)
        return a.draft("wrench", "metal", "flat", between(rng, 1800, 2400), s)
    a.add(slab(rounded_rect(half, w, 0.004, 3), 0.0, t, 0.0025), coat)
    turn = between(rng, 0.0, 0.45)
    if variant == "ring":
        _eye(a, coat, half + 0.7 * k, 0.92 * k, t)
        q = between(rng, 0.7, 1.0) * k
        _eye(a, coat, -half - 0.7 * q, 0.92 * q, t)
    else:
        _jaw(a, coat, half, k, t, turn, between(rng, 0.7, 1.2))
        if variant == "open":
            _jaw(a, coat, -half, k * between(rng, 0.7, 0.95), t, np.pi + turn, 0.9)
        else:
            _eye(a, coat, -half - 0.6 * k, k * between(rng, 0.75, 0.95), t)
    return a.draft("wrench", "metal", "long", between(rng, 1800, 2600), s)


def _pair(a: Assembly, coat: Material, path: np.ndarray, radii: tuple[float, float], z: float, cut: int) -> None:
    """The same bent handle on both sides of the x axis; radii across and up."""
    for side in (1.0, -1.0):
        p = path * [1.0, side]
        r = np.tile(np.array(radii), (len(p), 1)) * np.linspace(0.92, 1.0, len(p))[:, None]
        a.tube(np.concatenate([p, np.full((len(p), 1), z)], -1), r, coat, (cut,), 10)


def pliers(rng: np.random.Generator, variant: str) -> Draft:
    """Pliers, flat, with two sleeved handles."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    colour = coat_name(rng)
    coat, steel = paint("rubber", shade(colour, rng)), paint("metal", pick(rng, STEEL, IRON, (0.25, 0.25, 0.27)))
    t = between(rng, 0.0055, 0.0068) * s
    w = between(rng, 0.0045, 0.0075) * s
    long, spread = between(rng, 0.045, 0.11) * s, between(rng, 0.01, 0.028) * s
    if variant == "water_pump":
        long *= 1.15
    k = between(rng, 0.0075, 0.015) * s
    bulge = spread * between(rng, 0.9, 1.7)
    _pair(
        a,
        coat,
        curve([(-0.6 * k, 0.55 * k), (-0.35 * long, bulge), (-0.7 * long, bulge), (-long, spread)], 8),
        (w, t),
        t,
        4,
    )
    a.add(cylinder(k, 0, 2 * t, 14), steel)
    out, open_ = between(rng, 0.014, 0.036) * s, between(rng, 0.0, 0.3)
    for side in (1.0, -1.0):
        if variant == "needle":
            o = np.array([[0.2 * k, 0], [2.1 * out, 0], [2.1 * out, 0.0028], [0.4 * k, 0.85 * k]])
        elif variant == "cutters":
            o = np.array([[0.1 * k, 0], [0.62 * out, 0], [0.72 * out, 0.3 * k], [0.4 * out, 1.15 * k], [0, k]])
        elif variant == "pincers":
            o = np.array([[0.2 * out, 0.2 * k], [0.95 * out, 0], [1.0 * out, 0.5 * k], [0.6 * out, 1.6 * k], [0, k]])
        elif variant == "water_pump":
            o = np.array([[0, -0.2 * k], [1.3 * out, 0], [1.4 * out, 0.5 * k], [0.5 * out, 1.1 * k], [0, k]])
        else:
            o = np.array([[0.2 * k, 0], [1.25 * out, 0], [1.25 * out, 0.5 * k], [0.4 * k, 0.95 * k]])
        o = o if side > 0 else o[::-1] * [1, -1]
        turn = side * open_ + (0.55 if variant == "water_pump" else 0.0)
        a.add(slab(o, 0.1 * t, 1.9 * t), steel, (0, 0, 0), rotation("z", turn))
    a.draw(cylinder(0.45 * k, 2 * t, 2 * t + 0.0015, 10), paint("metal", DARK))
    return a.draft("pliers", "metal", "long", between(rng, 1400, 2000), s, colour=colour)


def scissors(rng: np.random.Generator, variant: str) -> Draft:
    """A pair of scissors, flat, with thick handles."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    colour = coat_name(rng)
    coat, steel = paint("plastic", shade(colour, rng)), paint("metal", STEEL)
    t = between(rng, 0.0062, 0.0075) * s
    w = between(rng, 0.0042, 0.006) * s
    blade, turn = between(rng, 0.035, 0.1) * s, between(rng, 0.0, 0.42)
    if variant in ("kitchen", "round_tip"):
        blade *= 0.8
    k = between(rng, 0.006, 0.011) * s
    for side in (1.0, -1.0):
        R = rotation("z", side * turn)
        tip = 0.0022 if variant != "round_tip" else 0.8 * k
        o = np.array([[-0.6 * k, -0.3 * k], [blade, -tip * 0.4], [blade, tip], [0.25 * blade, 1.1 * k], [-0.6 * k, k]])
        o = o if side > 0 else o[::-1] * [1, -1]
        low = t if side > 0 else t - 0.0016
        a.add(slab(o, low, low + 0.0022, 0.0004), steel, (0, 0, 0), R)
        rx, ry = between(rng, 0.012, 0.025) * s, between(rng, 0.008, 0.0155) * s
        if variant == "tailor" and side < 0:
            rx *= 1.7
        neck = between(rng, 0.008, 0.03) * s
        cx, cy = -neck - rx - k, side * (ry + 1.1 * w + between(rng, 0, 0.006))
        if variant == "snips":  # a spring bow instead of two loops
            p = curve(
                [
                    (-k, side * 0.5 * k),
                    (-0.03 * s, side * 1.9 * ry),
                    (-0.06 * s - neck, side * 1.6 * ry),
                    (-0.07 * s - neck, 0.0),
                ],
                7,
            )
            a.tube(
                np.concatenate([p, np.full((7, 1), t)], -1), np.array([1.35 * w, t]) * np.ones((7, 1)), coat, (3,), 8
            )
            continue
        c, sn = cos_sin(np.arange(11) * (2 * np.pi / 10) + 0.3)
        p = np.stack([cx + rx * c, cy + side * ry * sn, np.full(11, t)], -1)
        a.tube(p, np.array([w, t]) * np.ones((11, 1)), coat, (), 7, solid=False)
        a.hull(slab(np.stack([(rx + w) * c[:10], (ry + w) * sn[:10]], -1), 0, 2 * t, 0.001).moved((cx, cy, 0)))
        a.add(slab(_strut((-0.4 * k, side * 0.35 * k), (cx + 0.9 * rx, cy), w), 0.1 * t, 1.9 * t), coat)
    a.draw(cylinder(0.4 * k, t - 0.002, t + 0.0035, 10), paint("metal", IRON))
    return a.draft("scissors", "plastic", "long", between(rng, 900, 1200), s, colour=colour)


def _strut(p: tuple[float, float], q: tuple[float, float], half: float) -> np.ndarray:
    """Outline of a bar from p to q."""
    d = np.array(q) - np.array(p)
    n = np.array([-d[1], d[0]]) / float(np.sqrt((d * d).sum())) * half
    return np.array([np.array(p) - n, np.array(q) - n, np.array(q) + n, np.array(p) + n])


def clamp(rng: np.random.Generator, variant: str) -> Draft:
    """Clamp, lying on its side."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    colour = coat_name(rng)
    coat, steel = paint("metal", shade(colour, rng)), paint("metal", pick(rng, STEEL, DARK))
    t, w = between(rng, 0.0068, 0.01) * s, between(rng, 0.0064, 0.009) * s
    reach, gap = between(rng, 0.022, 0.055) * s, between(rng, 0.03, 0.09) * s
    if variant == "spring":
        long, spread, open_ = between(rng, 0.045, 0.08) * s, between(rng, 0.016, 0.024) * s, between(rng, 0.1, 0.4)
        _pair(a, coat, curve([(0.3 * w, 0.6 * w), (-0.5 * long, 1.2 * spread), (-long, spread)], 6), (w, t), t, 3)
        for side in (1.0, -1.0):
            o = np.array(
                [
                    [-0.5 * w, 0],
                    [reach, 0.1 * reach],
                    [reach, 0.1 * reach + 1.4 * w],
                    [0.2 * reach, 0.3 * reach + w],
                    [-0.5 * w, 2 * w],
                ]
            )
            o = o if side > 0 else o[::-1] * [1, -1]
            a.add(slab(o, 0, 2 * t), coat, (0, 0, 0), rotation("z", side * open_))
        a.add(cylinder(1.7 * w, 0, 2 * t, 12), steel)
        return a.draft("clamp", "metal", "long", 1300.0, s, colour=colour)
    a.add(box(gap / 2 + w, w, 0, 2 * t, 0.0012), coat)  # the spine along x
    screw = paint("metal", STEEL)
    if variant == "c":
        a.add(
            slab(
                [[-gap / 2 - w, -w], [-gap / 2 + w, -w], [-gap / 2 + 0.7 * w, reach], [-gap / 2 - 0.7 * w, reach]],
                0,
                2 * t,
            ),
            coat,
        )
        a.add(
            slab(
                [[gap / 2 - w, -w], [gap / 2 + w, -w], [gap / 2 + 0.9 * w, reach], [gap / 2 - 0.9 * w, reach]], 0, 2 * t
            ),
            coat,
        )
    elif variant == "deep":
        for x in (-1, 1):
            path = curve([(x * gap / 2, 0), (x * (gap / 2 + 0.3 * reach), 0.6 * reach), (x * gap / 2, reach)], 5)
            a.tube(np.concatenate([path, np.full((5, 1), t)], -1), np.array([w, t]) * np.ones((5, 1)), coat, (2,), 8)
    else:  # bar clamp: the bar sticks out
        a.add(
            box(between(rng, 0.02, 0.05) * s, 0.7 * w, 0.3 * t, 1.7 * t, 0.001), screw, (gap / 2 + w + 0.015 * s, 0, 0)
        )
        for x in (-gap / 2, gap / 2):
            a.add(
                slab([[x - w, -1.8 * w], [x + w, -1.8 * w], [x + 0.8 * w, reach], [x - 0.8 * w, reach]], 0, 2 * t), coat
            )
    y = reach - 0.6 * w
    out, travel = between(rng, 0.02, 0.055) * s, between(rng, 0.2, 0.8) * gap
    a.add(rod((gap / 2 + out, y, t), (gap / 2 - travel, y, t), min(0.55 * w, 0.9 * t), 8), screw)
    a.add(cylinder(1.3 * w, -0.003, 0.003, 12), screw, (gap / 2 - travel, y, max(t, 1.3 * w)), toward((1, 0, 0)))
    if variant == "bar":
        a.add(rod((gap / 2 + out, y, t), (gap / 2 + out + 0.04 * s, y, t), t, 10), paint("wood", pick(rng, *WOODS)))
    else:
        bar = 0.016 * s
        a.add(rod((gap / 2 + out, y - bar, t), (gap / 2 + out, y + bar, t), 0.35 * w, 8), screw)
    return a.draft("clamp", "metal", "flat", between(rng, 1500, 2200), s, colour=colour)


def _d_grip(a: Assembly, coat: Material, k: float, t: float) -> None:
    """A closed saw handle around a hand hole, its blade side at x = 0."""
    for p, q, w in (
        ((0, -1.6), (-0.3, 1.5), 0.42),
        ((-1.7, -1.4), (-2.1, 1.2), 0.42),
        ((0, 1.3), (-2.1, 1.25), 0.32),
        ((0, -1.4), (-1.7, -1.4), 0.3),
    ):
        a.add(slab(_strut((p[0] * k, p[1] * k), (q[0] * k, q[1] * k), w * k), 0, t, 0.002), coat)


def saw(rng: np.random.Generator, variant: str) -> Draft:
    """Saw lying on its side: a thick handle, a thin blade."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    coat_wood = rng.random() < 0.5
    colour = coat_name(rng)
    coat = paint("wood", pick(rng, *WOODS)) if coat_wood else paint("plastic", shade(colour, rng))
    steel = paint("metal", STEEL)
    long, t = between(rng, 0.065, 0.145) * s, between(rng, 0.0125, 0.019) * s
    z = 0.0035  # blades sag to the bench
    if variant in ("hand", "back"):
        k = between(rng, 0.017, 0.022) * s
        _d_grip(a, coat, k, t)
        high, low = between(rng, 0.9, 1.6) * k, (between(rng, 0.25, 0.6) if variant == "hand" else 0.85)
        o = np.array([[-0.3 * k, -high], [long, -high + 0.2 * k], [long, -high + 2 * high * low], [-0.3 * k, high]])
        z = z if variant == "back" else 0.0012
        a.add(slab(o, z - 0.001, z + 0.001, 0.0002), steel)
        if variant == "back":
            spine = paint("metal", pick(rng, IRON, BRASS))
            a.add(box(0.5 * long, 0.004, 0, 0.007, 0.001), spine, (0.5 * long, -high + 2 * high * low, 0))
    elif variant in ("hack", "coping"):
        deep = between(rng, 0.028, 0.045) * s if variant == "hack" else between(rng, 0.05, 0.08) * s
        long *= 0.9
        frame = paint("metal", shade(pick(rng, "red", "blue", "black", "grey"), rng))
        z = r = between(rng, 0.0032, 0.005) * s
        a.add(slab(_strut((0, deep), (long, deep), r), z - r, z + r), frame)
        for x in (0.0, long):
            a.add(slab(_strut((x, -0.008), (x, deep + r), r), z - r, z + r), frame)
        a.add(slab(_strut((0, 0), (long, 0), 0.0035), z - 0.0008, z + 0.0008, 0.0002), steel)
        w = 0.6 * t
        if variant == "hack":
            tilt = between(rng, 0.2, 0.7)
            a.add(
                slab(
                    _strut((-0.3 * w, deep), (-0.025 - tilt * 0.03, -0.035 * s), between(rng, 0.008, 0.012)),
                    0,
                    t,
                    0.003,
                ),
                coat,
            )
            a.add(slab(_strut((0, deep), (-0.02, deep), 0.007), 0, t, 0.002), coat)
        else:
            grip(a, coat, pick(rng, "straight", "belly", "waist", "taper"), (-between(rng, 0.055, 0.085), 0), w, w)
    else:
        w = between(rng, 0.0095, 0.0135) * s
        back = between(rng, 0.07, 0.11) * s
        long = min(long, 0.225 - back)
        style = pick(rng, "straight", "belly", "waist", "ribbed", "flare")
        grip(a, coat, style, (-back, 0), w, w, bend=between(rng, -0.008, 0.008))
        high = between(rng, 0.008, 0.013) if variant == "keyhole" else between(rng, 0.014, 0.028)
        tip = 0.1 if variant == "keyhole" else between(rng, 0.8, 1.25)
        o = np.array([[-0.006, -0.7 * high], [long, -tip * high], [long, tip * high], [-0.006, 0.7 * high]])
        z = 0.0012
        a.add(slab(o, z - 0.001, z + 0.001, 0.0002), steel)
    return a.draft("saw", "wood" if coat_wood else "metal", "flat", between(rng, 900, 1300), s)


FAMILIES = (
    graspable(
        "wrench", "tools", wrench, variants=("open", "combination", "ring", "adjustable", "ratchet", "pipe", "cross")
    ),
    graspable("pliers", "tools", pliers, variants=("combination", "needle", "cutters", "water_pump", "pincers")),
    graspable("scissors", "stationery", scissors, variants=("office", "kitchen", "tailor", "round_tip", "snips")),
    graspable("clamp", "tools", clamp, variants=("c", "spring", "bar", "deep")),
    graspable("saw", "tools", saw, variants=("hand", "hack", "back", "pull", "keyhole", "coping")),
)
