"""Things on a desk that press and dispense: hole punches, stamps, tape dispensers."""

from __future__ import annotations

import numpy as np

from assets.colours import shade
from assets.families.assembly import (
    DARK,
    STEEL,
    WOODS,
    Assembly,
    ball,
    cylinder,
    extruded,
    panel,
    rod,
    slab,
    toward,
)
from assets.kit import Draft, graspable, paint, part_lathe
from assets.mesh import box, lathe, rounded_rect
from assets.numeric import between, pick, rotation

_COLOURS = ("red", "blue", "green", "black", "pink", "grey", "orange", "purple")


def hole_punch(rng: np.random.Generator, variant: str) -> Draft:
    """Hole punch on its base."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    colour = pick(rng, *_COLOURS)
    coat, dark, steel = paint("metal", shade(colour, rng)), paint("plastic", (0.16, 0.16, 0.17)), paint("metal", STEEL)
    hx, hy = between(rng, 0.03, 0.052) * s, between(rng, 0.019, 0.034) * s
    foot, lift, tilt = between(rng, 0.006, 0.014) * s, between(rng, 0.02, 0.034) * s, between(rng, 0.006, 0.03) * s
    if variant == "long":
        hx, hy = between(rng, 0.018, 0.026) * s, between(rng, 0.06, 0.1) * s
    elif variant == "single":
        hx, hy, lift = between(rng, 0.045, 0.07) * s, between(rng, 0.01, 0.015) * s, between(rng, 0.016, 0.024) * s
    a.add(slab(rounded_rect(hx, hy, 0.25 * min(hx, hy), 3), 0, foot, 0.0015), dark if rng.random() < 0.6 else coat)
    if variant == "single":
        a.add(
            extruded(
                [(0.2 * hx, foot), (0.9 * hx, foot), (0.9 * hx, lift + 0.006), (0.2 * hx, lift + 0.006)], 0.9 * hy
            ),
            steel,
        )
        o = [
            (-hx, lift + tilt),
            (0.2 * hx, lift),
            (hx, lift),
            (hx, lift + 0.011),
            (0.2 * hx, lift + 0.012),
            (-hx, lift + tilt + 0.009),
        ]
        a.add(extruded(o, hy, 0.002), coat)
        a.draw(cylinder(0.006, lift, lift + 0.016, 12), steel, (0.6 * hx, 0, 0))
        return a.draft("hole punch", "metal", "long", 1300.0, s, colour=colour)
    for y in (-1, 1):
        o = rounded_rect(0.22 * hx, 0.2 * hy if variant != "long" else 0.1 * hy, 0.002, 2)
        a.add(
            slab(np.add(o, (0.45 * hx, y * 0.62 * hy)), foot - 0.001, lift + 0.004),
            steel if rng.random() < 0.4 else coat,
        )
    if variant == "bow":
        top = [
            (-0.95 * hx, lift + tilt),
            (-0.3 * hx, lift),
            (0.9 * hx, lift),
            (0.75 * hx, lift + 0.012),
            (-0.1 * hx, lift + 0.5 * tilt + 0.016),
            (-0.95 * hx, lift + tilt + 0.006),
        ]
        a.add(extruded(top, 0.98 * hy, 0.004), coat)
    elif variant == "lever":
        a.add(
            extruded([(0, lift), (0.9 * hx, lift), (0.8 * hx, lift + 0.014), (0.1 * hx, lift + 0.014)], hy, 0.002),
            coat,
        )
        end = (-between(rng, 0.6, 1.3) * hx, 0, lift + tilt + 0.02)
        a.add(rod((0.3 * hx, 0, lift + 0.01), end, between(rng, 0.005, 0.008), 10), steel)
        a.add(rod(end, (end[0] - 0.004, -0.9 * hy, end[2]), 0.007, 10), dark)
        a.add(rod(end, (end[0] - 0.004, 0.9 * hy, end[2]), 0.007, 10), dark)
    else:
        k = between(rng, 0.3, 0.9)
        top = [
            (-0.95 * hx, lift + tilt * k),
            (0.95 * hx, lift),
            (0.95 * hx, lift + 0.009),
            (-0.9 * hx, lift + tilt + 0.01),
        ]
        a.add(extruded(top, hy * between(rng, 0.7, 0.98), 0.002), coat)
    return a.draft("hole punch", "metal", "boxy", 800.0, s, colour=colour)


def stamp(rng: np.random.Generator, variant: str) -> Draft:
    """Rubber stamp standing on its rubber."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    wood = paint("wood", pick(rng, *WOODS, shade("red"), DARK))
    rubber = paint("rubber", (0.5, 0.16, 0.16))
    hx, hy, t = between(rng, 0.014, 0.033) * s, between(rng, 0.011, 0.02) * s, between(rng, 0.008, 0.016) * s
    high, w = between(rng, 0.028, 0.062) * s, between(rng, 0.0075, 0.0125) * s
    colour = pick(rng, *_COLOURS)
    if variant == "self_inking":
        coat = paint("plastic", shade(colour, rng))
        hx, hy = max(hx, 0.018), max(hy, 0.013)
        a.add(
            slab(rounded_rect(hx, hy, 0.003, 3), 0, 0.5 * high, 0.001),
            paint("plastic", pick(rng, DARK, (0.85, 0.85, 0.85))),
        )
        a.add(
            slab(rounded_rect(0.86 * hx, 0.86 * hy, 0.004, 3), 0.5 * high, high + 0.012, between(rng, 0.002, 0.006)),
            coat,
        )
        a.draw(
            panel(0.6 * hx, 0.3 * high * 0.5, 0.0),
            paint("paper", (0.95, 0.95, 0.93)),
            (0, -0.87 * hy, 0.85 * high),
            rotation("x", 0.5 * np.pi),
        )
        return a.draft("stamp", "plastic", "boxy", between(rng, 500, 700), s, colour=colour)
    if variant == "round":
        hx = hy = between(rng, 0.012, 0.024) * s
        a.add(cylinder(hx, 0.002, t, 20, 0.0015), wood)
        a.add(cylinder(0.94 * hx, 0, 0.0022, 20, 0.0002), rubber)
    else:
        a.add(slab(rounded_rect(hx, hy, 0.002, 2), 0.002, t), wood)
        a.add(slab(rounded_rect(0.95 * hx, 0.92 * hy, 0.001, 2), 0, 0.0022, 0.0002), rubber)
    if variant == "bridge":
        k = between(rng, 0.3, 0.6)
        o = [
            (-k * hx, t),
            (k * hx, t),
            (0.7 * hx, 0.75 * high),
            (0.5 * hx, high),
            (-0.5 * hx, high),
            (-0.7 * hx, 0.75 * high),
        ]
        a.add(extruded(o, 0.7 * hy, 0.003), wood)
        return a.draft("stamp", "wood", "boxy", between(rng, 650, 900), s)
    grip_coat = wood if rng.random() < 0.6 else paint("plastic", pick(rng, DARK, shade(colour, rng)))
    neck = between(rng, 0.4, 0.75) * w
    if variant == "knob":
        k = between(rng, 1.1, 1.5) * w
        a.add(
            lathe(
                [(0, t - 0.001), (1.3 * neck, t), (neck, t + 0.25 * high), (neck, t + 0.5 * high), (0, t + 0.5 * high)],
                14,
            ),
            grip_coat,
        )
        a.add(ball(k, k, k * between(rng, 0.7, 1.3), 14, 8).moved((0, 0, t + 0.5 * high + 0.6 * k)), grip_coat)
    elif variant == "pear":
        p = np.array([(0, 0), (1.2, 0), (0.85, 0.15), (0.7, 0.3), (1.0, 0.62), (1.15, 0.8), (0.85, 0.95), (0, 1)]) * [
            w,
            high,
        ] + [0, t - 0.0005]
        a.draw(lathe(p, 16, cos_limit=0.5), grip_coat)
        a.solid(part_lathe(p[1:4], 12), part_lathe(p[3:7], 12))
    else:
        a.add(cylinder(w, t - 0.001, t + high, 14, 0.002, w * between(rng, 0.75, 1.25)), grip_coat)
        a.add(cylinder(1.25 * w, t + high - 0.001, t + high + 0.008, 14, 0.003), grip_coat)
    return a.draft("stamp", "wood", "tall", between(rng, 700, 950), s)


def tape_dispenser(rng: np.random.Generator, variant: str) -> Draft:
    """Desk dispenser with a roll of tape."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    colour = pick(rng, *_COLOURS)
    coat, steel = paint("plastic", shade(colour, rng)), paint("metal", STEEL)
    film, core = (
        paint("plastic", pick(rng, (0.86, 0.82, 0.66), (0.9, 0.9, 0.88))),
        paint("plastic", pick(rng, DARK, (0.9, 0.9, 0.88))),
    )
    r, hy = between(rng, 0.018, 0.03) * s, between(rng, 0.011, 0.021) * s
    long, foot = between(rng, 0.026, 0.06) * s, between(rng, 0.012, 0.026) * s
    z = foot + between(rng, 0.2, 0.75) * r
    if variant == "snail":  # a hand-held case
        a.add(
            extruded(
                [
                    (-r, 0.1 * r),
                    (-0.6 * r, 0),
                    (long + 0.4 * r, 0),
                    (long + 0.5 * r, 0.2 * r),
                    (0.85 * r, 1.3 * r),
                    (0.4 * r, 1.9 * r),
                    (-0.4 * r, 2 * r),
                    (-0.9 * r, 1.5 * r),
                ],
                0.8 * hy,
                0.002,
            ),
            coat,
        )
        a.draw(cylinder(0.62 * r, -0.81 * hy, 0.81 * hy, 18), film, (-0.05 * r, 0, 1.0 * r), toward((0, 1, 0)))
        a.draw(cylinder(0.3 * r, -0.83 * hy, 0.83 * hy, 14), core, (-0.05 * r, 0, 1.0 * r), toward((0, 1, 0)))
        a.draw(box(0.002, 0.7 * hy, 0, 0.006), steel, (long + 0.5 * r, 0, 0.15 * r))
        return a.draft("tape dispenser", "plastic", "boxy", 500.0, s, colour=colour)
    back = -r * between(rng, 0.9, 1.2)
    nose = long + 0.3 * r
    if variant == "ramp":
        a.add(extruded([(back, 0), (nose, 0), (nose, 1.2 * foot), (0.5 * r, foot), (back, foot)], hy, 0.003), coat)
        a.add(
            extruded(
                [(nose - 0.012, 1.0 * foot), (nose, 1.0 * foot), (nose, 1.5 * foot), (nose - 0.006, 1.5 * foot)],
                0.8 * hy,
                0.001,
            ),
            coat,
        )
    elif variant == "wave":
        o = [(back, 0), (nose, 0), (nose + 0.006, 0.5 * foot), (nose, 1.7 * foot), (back, 0.9 * foot)]
        a.add(extruded(o, hy, 0.004), coat)
        a.add(
            extruded([(back, 0.5 * foot), (0.2 * back, 0.5 * foot), (0.1 * back, z), (back, 0.9 * z)], hy, 0.003), coat
        )
    else:
        a.add(
            slab(
                np.add(rounded_rect(0.5 * (nose - back), hy, 0.004, 3), (0.5 * (nose + back), 0)), 0, 0.6 * foot, 0.002
            ),
            coat,
        )
        for y in (-1, 1):
            o = [(-0.5 * r, 0.4 * foot), (0.5 * r, 0.4 * foot), (0.2 * r, z + 0.2 * r), (-0.2 * r, z + 0.2 * r)]
            a.add(extruded(o, 0.0015, 0.0004).moved((0, y * (hy - 0.0015), 0)), coat)
        a.add(
            extruded(
                [(nose - 0.014, 0.5 * foot), (nose, 0.5 * foot), (nose, 1.5 * foot), (nose - 0.005, 1.5 * foot)],
                0.9 * hy,
                0.001,
            ),
            coat,
        )
    a.draw(box(0.0015, 0.7 * hy, 0, 0.008, 0.0004), steel, (nose, 0, 1.35 * foot))
    z = max(z, r + 0.002)
    a.add(cylinder(r, -0.62 * hy, 0.62 * hy, 22), film, (0, 0, z), toward((0, 1, 0)))
    a.draw(cylinder(between(rng, 0.35, 0.6) * r, -0.7 * hy, 0.7 * hy, 16), core, (0, 0, z), toward((0, 1, 0)))
    return a.draft("tape dispenser", "plastic", "boxy", between(rng, 600, 900), s, colour=colour)


FAMILIES = (
    graspable("hole_punch", "stationery", hole_punch, variants=("plain", "bow", "long", "single", "lever")),
    graspable("stamp", "stationery", stamp, variants=("knob", "round", "self_inking", "pear", "bridge", "straight")),
    graspable("tape_dispenser", "stationery", tape_dispenser, variants=("ramp", "wave", "cradle", "snail")),
)
