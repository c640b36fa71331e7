"""Electronics with a lens, an aerial or a loudspeaker."""

from __future__ import annotations

import numpy as np

from assets.families.assembly import (
    DARK,
    STEEL,
    Assembly,
    cylinder,
    extruded,
    rod,
    slab,
    toward,
)
from assets.families.electronics import GLASS, case_coat
from assets.kit import Draft, graspable, paint
from assets.mesh import box, rounded_rect
from assets.numeric import between


def camera(rng: np.random.Generator, variant: str) -> Draft:
    """Camera standing on its base, lens to the front."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    coat, word = case_coat(rng)
    dark, steel, glass = paint("rubber", DARK), paint("metal", STEEL), paint("glass", GLASS)
    hx, hy, h = between(rng, 0.028, 0.05) * s, between(rng, 0.011, 0.02) * s, between(rng, 0.034, 0.058) * s
    r, out = between(rng, 0.26, 0.44) * h, between(rng, 0.006, 0.03) * s
    at, forward = (between(rng, -0.2, 0.2) * hx, -hy + 0.001, 0.48 * h), toward((0, -1, 0))
    if variant == "slr":
        out *= 1.3
    elif variant == "compact":
        out *= 0.5
        hy *= 0.9
    elif variant == "action":
        hx, h, r, out = between(rng, 0.02, 0.03) * s, between(rng, 0.026, 0.042) * s, 0.008, 0.005
        at = (-0.45 * hx, -hy, 0.65 * h)
    elif variant == "video":
        hx, hy, h = between(rng, 0.016, 0.024) * s, between(rng, 0.036, 0.06) * s, between(rng, 0.03, 0.046) * s
        at, r = (0, -hy + 0.001, 0.55 * h), min(0.36 * h, 0.85 * hx)
    elif variant == "instant":
        h, hy, at = h * 1.2, hy * 1.25, (0, -hy, 0.5 * h * 1.2)
    a.add(
        slab(rounded_rect(hx, hy, between(rng, 0.2, 0.8) * hy if variant != "video" else 0.005, 3), 0, h, 0.002), coat
    )
    if variant in ("compact", "film"):  # a leather band
        a.draw(slab(rounded_rect(1.004 * hx, 1.01 * hy, 0.5 * hy, 3), 0.15 * h, 0.72 * h, 0.0005), dark)
    lens = cylinder(r, 0, out, 20, 0.0015, r * between(rng, 0.8, 1.0))
    a.add(lens, steel if variant in ("film", "compact") else dark, at, forward)
    a.draw(cylinder(0.7 * r, out - 0.001, out + 0.0008, 18), glass, at, forward)
    if variant == "slr":
        o = np.array([[-0.42 * hx, 0], [0.42 * hx, 0], [0.24 * hx, 0.28 * h], [-0.24 * hx, 0.28 * h]])
        a.add(extruded(o + np.array([0, h - 0.001]), 0.8 * hy, 0.002), coat, (at[0], 0, 0))
        a.add(
            slab(rounded_rect(0.22 * hx, 0.4 * hy + 0.006, 0.004, 3), 0, 0.9 * h, 0.003).moved((0.82 * hx, -hy, 0)),
            dark,
        )
    elif variant == "film":
        for x in (-0.75, 0.7):
            a.draw(cylinder(0.2 * hx, h - 0.001, h + between(rng, 0.003, 0.008), 14), steel, (x * hx, 0, 0))
        a.add(box(0.3 * hx, 0.6 * hy, h - 0.001, h + between(rng, 0.003, 0.012)), coat)
    elif variant == "instant":
        wide = between(rng, 0.85, 1.1)
        a.add(
            extruded([(-wide * hx, 0), (wide * hx, 0), (wide * hx, 0.2 * h), (-wide * hx, 0.2 * h)], 1.5 * hy, 0.002),
            coat,
        )
        a.draw(box(0.22 * hx, 0.002, 0.78 * h, 0.93 * h), glass, (0.6 * hx, -hy, 0))
        a.draw(box(0.7 * hx, 0.001, 0.08 * h, 0.12 * h, 0.0003), dark, (0, -1.52 * hy, 0))
    elif variant == "video":
        a.add(
            slab(rounded_rect(0.0035, 0.5 * hy, 0.001, 2), 0.2 * h, 0.9 * h).moved(
                (hx + 0.004 + between(rng, 0, 0.008), 0.1 * hy, 0)
            ),
            coat,
        )
        a.add(rod((0, 0.55 * hy, 0.8 * h), (0, hy + between(rng, 0.004, 0.018), 0.8 * h), 0.008, 12), dark)
        if rng.random() < 0.6:
            a.add(box(0.005, 0.7 * hy, h + 0.009, h + 0.016), dark)
            for y in (-0.6, 0.6):
                a.draw(box(0.004, 0.004, h - 0.001, h + 0.012), dark, (0, y * hy, 0))
    a.draw(cylinder(0.005, h - 0.001, h + 0.003, 12), steel, (-0.7 * hx, 0, 0))
    return a.draft(
        "camera" if variant != "video" else "video camera", "plastic", "boxy", between(rng, 600, 900), s, colour=word
    )


FAMILIES = (
    graspable(
        "camera",
        "electronics",
        camera,
        "camera",
        "video camera",
        variants=("compact", "slr", "film", "instant", "action", "video"),
    ),
)
