"""What stands on a desk or shelf: calculators, globes, trophies, magnifying glasses."""

from __future__ import annotations

import numpy as np

from assets.colours import shade
from assets.families.assembly import (
    BRASS,
    DARK,
    GRIP_STYLES,
    STEEL,
    WOODS,
    Assembly,
    arc,
    ball,
    cylinder,
    grip,
    panel,
    polygon,
    ring,
    rod,
    slab,
    toward,
)
from assets.kit import Draft, graspable, paint, part_cylinder, part_lathe, printed
from assets.mesh import box, lathe, rounded_rect, sweep
from assets.numeric import between, cos_sin, pick, rotation
from assets.paint import U8, Canvas, fractal_noise

_COLOURS = ("red", "blue", "green", "black", "pink", "grey", "orange", "purple")


def _keys(rng: np.random.Generator, base: tuple[float, float, float], rows: int, cols: int, screen: float) -> U8:
    c = Canvas(128, 88, base)
    c.rect(0.08, 0.05, 0.92, screen - 0.03, (0.62, 0.68, 0.58), round_px=3)
    c.text(
        str(int(rng.integers(10000, 54321))).translate(str.maketrans("6789", "0123")),
        0.6,
        0.5 * screen,
        9,
        (0.1, 0.12, 0.1),
        max_width=0.5,
    )
    ink = pick(rng, (0.15, 0.15, 0.17), (0.92, 0.92, 0.9), (0.4, 0.42, 0.45))
    for i in range(rows):
        for j in range(cols):
            x, y = 0.08 + 0.86 * j / cols, screen + 0.02 + (0.95 - screen) * i / rows
            red = (i == 0 and j == cols - 1) or (j == cols - 1 and i == rows - 1)
            c.rect(
                x, y, x + 0.7 / cols, y + 0.68 * (0.95 - screen) / rows, (0.85, 0.4, 0.15) if red else ink, round_px=2
            )
    return c.image()


def calculator(rng: np.random.Generator, variant: str) -> Draft:
    """Calculator lying on its back."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    colour = pick(rng, "black", "grey", "white", "blue", "pink", "green")
    base = shade(colour, rng)
    coat = paint("plastic", base)
    hx, hy = between(rng, 0.024, 0.034) * s, between(rng, 0.036, 0.068) * s
    t, lift = between(rng, 0.0095, 0.018) * s, between(rng, 0.006, 0.03) * s
    art = printed("plastic", _keys(rng, base, int(rng.integers(4, 7)), int(rng.integers(4, 6)), between(rng, 0.2, 0.3)))
    side = np.array([[0.0, 0, 1.0], [1.0, 0, 0], [0, 1.0, 0]])  # (y, z) profile extruded along x
    if variant == "flat":
        lift = between(rng, 0.0, 0.003)
    profile = np.array([[-hy, 0], [hy, 0], [hy, t + lift], [-hy, t]])
    if variant == "round_flat":
        a.add(slab(rounded_rect(hx, hy, between(rng, 0.4, 0.95) * hx, 4), 0, t, 0.002), coat)
        a.draw(panel(0.8 * hx, 0.82 * hy, t + 0.0004), art)
        return a.draft("calculator", "plastic", "flat", between(rng, 700, 1000), s, colour=colour)
    a.add(slab(profile, -hx, hx, 0.0025).moved((0, 0, 0), side), coat)
    slope = lift / (2 * hy)
    R = toward((0.0, -slope, 1.0))
    R = np.stack([np.array([1.0, 0, 0]), np.cross(R[:, 2], [1.0, 0, 0]), R[:, 2]], -1)
    a.draw(panel(0.92 * hx, 0.93 * hy), art, (0, 0, t + 0.5 * lift + 0.0005), R)
    if variant == "tilt_screen":
        h2 = between(rng, 0.012, 0.03) * s
        o = np.array([[0.55 * hy, t], [hy, t + 0.5 * lift], [hy, t + lift + h2], [0.88 * hy, t + lift + h2]])
        a.add(slab(o, -0.96 * hx, 0.96 * hx, 0.0015).moved((0, 0, 0), side), coat)
    elif variant == "printing":
        r = between(rng, 0.009, 0.018) * s
        z = t + lift + 0.5 * r
        a.add(rod((-0.75 * hx, 0.85 * hy, z), (0.75 * hx, 0.85 * hy, z), r, 16), paint("paper", (0.95, 0.95, 0.92)))
        a.add(
            box(0.75 * hx, 0.0008, z, z + between(rng, 0.015, 0.04), 0.0002),
            paint("paper", (0.95, 0.95, 0.92)),
            (0, 0.85 * hy - r, 0),
        )
    return a.draft("calculator", "plastic", "flat", between(rng, 500, 800), s, colour=colour)


def globe(rng: np.random.Generator, variant: str) -> Draft:
    """Desk globe on a stand."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    r = between(rng, 0.022, 0.0345) * s
    sea = pick(rng, (0.16, 0.4, 0.66), (0.24, 0.52, 0.74), (0.72, 0.66, 0.5))
    land = pick(rng, (0.3, 0.52, 0.26), (0.72, 0.6, 0.34), (0.5, 0.4, 0.24))
    c = Canvas(64, 128, sea)
    f = fractal_noise(rng, 64, 128, 3, 5, 3)
    c.blend_field(np.clip((f - 0.08) * 14.0, 0.0, 1.0), land)
    c.rect(0, 0, 1, 0.07, (0.95, 0.95, 0.95))
    c.rect(0, 0.94, 1, 1, (0.95, 0.95, 0.95))
    coat, world = paint("wood", pick(rng, *WOODS)), printed("plastic", c.image())
    metal = paint("metal", pick(rng, BRASS, STEEL, DARK))
    base = coat if rng.random() < 0.5 else metal
    br, bh, neck = between(rng, 0.55, 1.05) * r, between(rng, 0.005, 0.014) * s, between(rng, 0.006, 0.05) * s
    br = max(br, 0.32 * (bh + neck + r) + 0.003)
    z = bh + neck + r * 1.12
    z0 = np.array([0.0, 0.0, z])
    tilt = rotation("y", between(rng, 0.1, 0.45))
    profile = [(float(q), float(h)) for q, h in zip(*_half_circle(8), strict=True)]
    a.add(lathe([(p[0] * r, p[1] * r) for p in profile], 18), world, z0, tilt)
    if variant == "tripod":
        for k in range(3):
            c0, s0 = (float(v) for v in cos_sin(k * 2.0944 + 0.5))
            out = max(1.15 * br, 0.62 * z - 0.004)
            x, y = out * c0, out * s0
            leg = a.draw(rod((x, y, 0.004), (0.2 * br * c0, 0.2 * br * s0, bh + neck), 0.0042, 8), base)
            a.hull(leg, a.draw(cylinder(0.0055, 0, 0.006, 12), base, (x, y, 0)))
        a.draw(cylinder(0.1 * r, bh + neck - 0.004, z - r + 0.002, 10), base)
    elif variant == "block":
        k = between(rng, 0.85, 1.1) * br
        a.add(slab(rounded_rect(k, k, 0.003, 2), 0, bh + 0.4 * neck, 0.0015), base)
    else:
        a.add(cylinder(br, 0, bh, 22, 0.002, br * between(rng, 0.6, 1.0)), base)
    if variant != "tripod":
        a.add(cylinder(between(rng, 0.1, 0.24) * r, bh - 0.001, z - r + 0.002, 12), base)
    if variant in ("arm", "block"):
        bow = arc((0, 0), 1.13 * r, -0.5 * np.pi, 0.5 * np.pi, 11)[:, [0, 2, 1]]
        a.draw(sweep(bow, np.array([0.003, 0.0014]) * np.ones((11, 1)), 6, up=(0, 1, 0)).moved(z0, tilt), metal)
    elif variant == "ring":  # a level ring around the equator
        a.draw(ring(1.28 * r, 1.08 * r, -0.0025, 0.0025, 24), coat, z0)
        a.solid(part_cylinder(1.28 * r, z - 0.0025, z + 0.0025))
        for k in range(3):
            c0, s0 = (float(v) for v in cos_sin(k * 2.0944))
            a.draw(rod((1.2 * r * c0, 1.2 * r * s0, z), (0.8 * br * c0, 0.8 * br * s0, bh), 0.0025, 6), coat)
    return a.draft("globe", "plastic", "round", between(rng, 500, 800), s)


def _half_circle(rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Radius and height of a unit sphere's profile from the south pole to the north pole."""
    c, s = cos_sin(np.pi * np.arange(rows + 1) / rows)
    s[0] = s[-1] = 0.0
    return s, -c


def trophy(rng: np.random.Generator, variant: str) -> Draft:
    """Trophy on a plinth."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    gold = paint("metal", pick(rng, BRASS, BRASS, STEEL, (0.66, 0.4, 0.22)))
    stone = paint("ceramic", pick(rng, (0.15, 0.14, 0.15), (0.9, 0.9, 0.88), (0.42, 0.25, 0.14)))
    w, h = between(rng, 0.017, 0.029) * s, between(rng, 0.012, 0.032) * s
    w = max(w, 0.023) if variant == "column" else w
    o = rounded_rect(w, w, 0.002, 2) if rng.random() < 0.6 else polygon(20, w)
    a.add(slab(o, 0, h, 0.002), stone)
    a.draw(panel(0.6 * w, 0.3 * h), gold, (0, -1.004 * w, 0.5 * h), rotation("x", 0.5 * np.pi))
    stem, q = between(rng, 0.006, 0.03) * s, between(rng, 0.0035, 0.008) * s
    z = h + stem
    if variant == "cup":
        r, deep, lip = between(rng, 0.014, 0.03) * s, between(rng, 0.022, 0.05) * s, between(rng, 0.8, 1.2)
        p = np.array(
            [
                (0, h),
                (1.6 * q, h),
                (q, h + 0.4 * stem),
                (q, z),
                (0.6 * r, z + 0.08 * deep),
                (0.95 * r, z + 0.35 * deep),
                (r, z + 0.7 * deep),
                (lip * r, z + deep),
            ]
        )
        a.draw(
            lathe(
                [*p, (0.85 * lip * r, z + deep), (0.75 * r, z + 0.55 * deep), (0, z + 0.4 * deep)], 18, cos_limit=0.5
            ),
            gold,
        )
        a.solid(part_lathe(p[1:4], 10), part_lathe(p[3:], 14))
        bow = between(rng, 0.25, 0.55) * deep
        if rng.random() < 0.8:
            for x in (-1, 1):
                c, sn = cos_sin(np.linspace(-1.4, 1.4, 7))
                path = np.stack([x * (0.93 * r + 0.8 * bow * c), np.zeros(7), z + 0.55 * deep + bow * sn * 0.75], -1)
                a.tube(path, 0.0028, gold, (), 6, up=(0, 1, 0))
    elif variant == "star":
        r = between(rng, 0.016, 0.034) * s
        a.add(cylinder(1.3 * q, h, z + 0.3 * r, 12, top=q), gold)
        n = pick(rng, 5, 5, 6, 8)
        k = np.where(np.arange(2 * n) % 2 == 0, 1.0, between(rng, 0.42, 0.6))
        outline = polygon(2 * n, 1.0, 0.5 * np.pi)
        mesh = slab(outline * (k * r)[:, None], -0.0045, 0.0045, 0.001)
        a.draw(mesh, gold, (0, 0, z + r), rotation("x", 0.5 * np.pi))
        a.hull(
            slab(outline * (np.where(k == 1.0, 0.88, 0.7) * r)[:, None], -0.0045, 0.0045, 0.001).moved(
                (0, 0, z + r), rotation("x", 0.5 * np.pi)
            )
        )
    elif variant == "figure":
        k = between(rng, 0.8, 1.3)
        a.add(cylinder(1.2 * q, h, z, 12), stone)
        leg, body = 0.024 * k, 0.02 * k
        for x in (-1, 1):
            a.draw(rod((x * 0.007, 0, z), (x * 0.004, 0, z + leg), 0.0042, 8), gold)
        a.hull(box(0.011, 0.0045, z, z + leg, 0.001))
        a.add(cylinder(0.0065, z + leg - 0.002, z + leg + body, 10, top=0.0095), gold)
        arm = pick(rng, (0.017, 0.02), (0.024, 0.004), (0.02, -0.012), (0.01, 0.024))
        for x in (-1, 1):
            p = (x * 0.009, 0, z + leg + body - 0.003)
            a.add(rod(p, (p[0] + x * arm[0], 0, p[2] + arm[1] * k), 0.0034, 8), gold)
        a.add(ball(0.0068, 0.0068, 0.008, 10, 6).moved((0, 0, z + leg + body + 0.009)), gold)
    elif variant == "globe":
        r = between(rng, 0.012, 0.024) * s
        a.add(cylinder(1.8 * q, h, h + 0.3 * stem + 0.002, 14, top=q), gold)
        a.add(cylinder(q, h, z + 0.004, 12), gold)
        a.add(ball(r, r, r * between(rng, 0.85, 1.15), 14, 8).moved((0, 0, z + r)), gold)
        for k in range(int(rng.integers(0, 3))):
            a.draw(ring(1.06 * r, 0.98 * r, -0.002, 0.002, 16), stone, (0, 0, z + r), rotation("y", 0.4 + k))
    elif variant == "column":  # pillars that carry a cup-shaped top
        tall, d = between(rng, 0.03, 0.06) * s, 0.55 * w
        for x in (-1, 1):
            a.add(cylinder(0.0045, h, h + tall, 10), gold, (x * d, 0, 0))
        a.add(slab(rounded_rect(0.85 * w, 0.6 * w, 0.002, 2), h + tall, h + tall + 0.005), stone)
        r, z = between(rng, 0.012, 0.02) * s, h + tall + 0.005
        a.add(
            lathe(
                [
                    (0, z),
                    (0.5 * r, z),
                    (0.35 * r, z + 0.4 * r),
                    (r, z + 1.2 * r),
                    (1.05 * r, z + 2.2 * r),
                    (0, z + 2.2 * r),
                ],
                16,
                cos_limit=0.5,
            ),
            gold,
        )
    else:  # a slanted plate
        hx, high = between(rng, 0.014, 0.028) * s, between(rng, 0.03, 0.075) * s
        glass = paint("glass", pick(rng, (0.7, 0.82, 0.88), (0.8, 0.85, 0.86), (0.55, 0.7, 0.85)))
        o = np.array(
            [
                [-hx, 0],
                [hx, 0],
                [hx * between(rng, 0.6, 1.2), high * between(rng, 0.6, 1.0)],
                [0.2 * hx, high],
                [-hx * between(rng, 0.5, 1.1), high * 0.75],
            ]
        )
        a.add(slab(o, -0.006, 0.006, 0.0015), glass, (0, 0, h - 0.0005), rotation("x", 0.5 * np.pi))
    return a.draft("trophy", "metal", "tall", between(rng, 800, 1500), s)


def magnifier(rng: np.random.Generator, variant: str) -> Draft:
    """Magnifying glass lying flat."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    colour = pick(rng, "black", "red", "blue", "green", "brown")
    coat = paint("plastic", shade(colour, rng))
    rim = paint("metal", pick(rng, STEEL, BRASS, DARK))
    lens = paint("glass", (0.78, 0.87, 0.92), 0.75)
    r, t = between(rng, 0.015, 0.034) * s, between(rng, 0.0045, 0.0075) * s
    w, long = between(rng, 0.0066, 0.0125) * s, between(rng, 0.03, 0.11) * s
    if variant == "dome":  # a reading glass that stands on its text
        k = between(rng, 0.5, 1.1) * r
        a.add(ball(r, r, k, 20, 10, low=-0.05), lens)
        a.draw(ring(1.06 * r, 0.9 * r, -0.05 * k, between(rng, 0.005, 0.012), 24), rim)
        a.solid(part_cylinder(1.06 * r, -0.05 * k, 0.006))
        return a.draft("magnifying glass", "glass", "round", between(rng, 900, 1300), s)
    if variant == "loupe":  # a cone with a lens on top
        high = between(rng, 0.02, 0.045) * s
        a.add(cylinder(r, 0, 0.35 * high, 22), coat)
        a.add(cylinder(r, 0.35 * high, high, 22, 0.001, between(rng, 0.55, 0.9) * r), coat)
        a.draw(cylinder(0.5 * r, high - 0.001, high + 0.001, 18), lens)
        return a.draft("loupe", "plastic", "round", between(rng, 500, 800), s, colour=colour)
    if variant == "rectangular":
        hx, hy = r, r * between(rng, 0.5, 0.8)
        o = rounded_rect(hx, hy, 0.004, 3)
        a.add(slab(o, 0, 2 * t, 0.0015), rim)
        a.draw(slab(0.86 * o, 2 * t - 0.001, 2 * t + 0.0006, 0.0003), lens)
        edge = hx
    else:
        a.draw(ring(r, 0.87 * r, 0, 2 * t, 26), rim)
        a.draw(
            lathe(
                [(0, 0.5 * t), (0.88 * r, 0.9 * t), (0.88 * r, 1.2 * t), (0.5 * r, 1.5 * t), (0, 1.7 * t)],
                20,
                cos_limit=0.3,
            ),
            lens,
        )
        a.solid(part_cylinder(r, 0, 2 * t))
        edge = r
    neck = between(rng, 0.004, 0.02) * s
    if variant == "folding":
        a.add(
            slab(rounded_rect(0.5 * long, between(rng, 0.5, 0.8) * r, 0.006, 3), 0, 2 * t, 0.0015).moved(
                (-edge - 0.46 * long, 0, 0)
            ),
            coat,
        )
        a.draw(cylinder(0.004, 0, 2 * t + 0.001, 12), rim, (-edge - 0.002, 0, 0))
    else:
        z = grip(a, coat, pick(rng, *GRIP_STYLES), (-edge - neck - long, -edge - neck), w, w)
        a.add(rod((-edge - neck - 0.002, 0, z), (-edge + 0.001, 0, t), min(0.5 * w, 0.9 * t), 8), rim)
    return a.draft("magnifying glass", "metal", "long", between(rng, 900, 1300), s)


FAMILIES = (
    graspable(
        "calculator", "stationery", calculator, variants=("flat", "sloped", "tilt_screen", "printing", "round_flat")
    ),
    graspable("globe", "stationery", globe, variants=("arm", "block", "ring", "tripod")),
    graspable("trophy", "household", trophy, variants=("cup", "star", "figure", "globe", "column", "plate")),
    graspable(
        "magnifier",
        "stationery",
        magnifier,
        "magnifying glass",
        "loupe",
        variants=("round", "rectangular", "dome", "folding", "loupe"),
    ),
)
