"""Children's shoes, dolls' hats, and towels."""

from __future__ import annotations

import numpy as np

from assets.colours import RGB, mix, shade
from assets.families.modelling import Coat, Model
from assets.kit import Draft, draw_scale, graspable
from assets.labels import WHITE
from assets.numeric import F64, between, circle, pick, rotation

_LEATHER: tuple[RGB, ...] = ((0.4, 0.25, 0.15), (0.15, 0.13, 0.13), (0.6, 0.42, 0.25), (0.5, 0.13, 0.13))
_BRIGHT = ("red", "blue", "green", "pink", "yellow", "purple", "white", "black", "orange")


def _sole_outline(half: float, wide: float, waist: float, point: float) -> F64:
    """A shoe's footprint, toe at +x, counter-clockwise."""
    right = [
        (-1, 0.35),
        (-0.85, 0.75),
        (-0.4, 0.8),
        (0.0, waist),
        (0.45, 1.0),
        (0.8, 0.85 - 0.25 * point),
        (1, 0.35 - 0.25 * point),
    ]
    o = [(x * half, -y * wide) for x, y in right] + [(x * half, y * wide) for x, y in right[::-1]]
    return np.array(o)


def shoe(rng: np.random.Generator, variant: str) -> Draft:
    """Child's shoe: sneaker, boot, sandal, slipper or clog."""
    a = Model(draw_scale(rng, 0.08))
    half, wide = between(rng, 44, 62), between(rng, 18, 25)
    waist, point, sole = between(rng, 0.8, 0.95), between(rng, 0.0, 1.0), between(rng, 4, 10)
    fabric: Coat = ("fabric", shade(pick(rng, *_BRIGHT), rng))
    leather: Coat = ("fabric", pick(rng, *_LEATHER))
    rubber: Coat = ("rubber", pick(rng, (0.93, 0.92, 0.89), (0.2, 0.2, 0.21), (0.62, 0.45, 0.28)))
    dark: Coat = ("fabric", (0.14, 0.13, 0.13))
    sole += 5.0 if variant == "sandal" else 0.0
    o = _sole_outline(half, wide, waist, point)
    a.plate(o, 0, sole, rubber, bevel=0.8)
    toe, instep = between(rng, 11, 18), between(rng, 16, 28)
    back = between(rng, 20, 36) if variant in ("sneaker", "clog") else 4.0
    upper = leather if variant in ("boot", "clog") else fabric
    if variant == "sandal":
        h = sole + between(rng, 9, 17)
        for x, w in ((between(rng, 0.25, 0.6) * half, 0.96 * wide), (-between(rng, 0.1, 0.5) * half, 0.78 * wide)):
            path = [
                (x, w * u, sole + (h - sole) * v)
                for u, v in ((-0.98, 0), (-0.75, 0.75), (0, 1), (0.75, 0.75), (0.98, 0))
            ]
            strap = between(rng, 3.5, 8)
            a.tube(path, [(1.4, strap)] * 5, leather, n=8, up=(1, 0, 0))
        a.tube(
            [(-0.95 * half, -0.6 * wide, sole + 8), (-half, 0, sole + 12), (-0.95 * half, 0.6 * wide, sole + 8)],
            [(1.5, 5)] * 3,
            leather,
            n=8,
            solid=False,
        )
    else:
        s = [(0.97 * half, sole, 0.4 * wide, 0.6 * toe), (0.75 * half, sole, 0.8 * wide, toe)]
        s += [(0.35 * half, sole, 0.93 * wide, 0.5 * (toe + instep)), (0.0, sole, 0.85 * wide, instep)]
        if variant != "slipper":
            s += [
                (-0.5 * half, sole, 0.76 * wide, max(instep, back)),
                (-0.98 * half, sole, 0.5 * wide, max(instep, back)),
            ]
        a.spindle(s[::-1], upper, (0, len(s) - 2, len(s) - 1) if len(s) > 4 else None, n=16, floor=sole - 0.5)
        if variant in ("sneaker", "clog"):
            R = rotation("y", 0.06)
            a.ball(
                (-0.48 * half, 0, sole + max(instep, back) - 1.5),
                (0.4 * half, 0.5 * wide, 2.6),
                dark,
                R,
                n=14,
                rows=5,
                solid=False,
            )
        if variant == "sneaker":
            for k in range(4):
                u = 0.42 - 0.13 * k
                z = sole + toe + (instep - toe) * (0.9 - u * 1.1)
                a.box(
                    (1.2, 0.42 * wide, 0.9),
                    (u * half, 0, min(z, sole + max(instep, back))),
                    ("fabric", WHITE),
                    solid=False,
                    bevel=0,
                )
            a.plate(o * 1.01, 0.35 * sole, 0.6 * sole, fabric, solid=False, bevel=0.2)
        elif variant == "boot":
            shaft, lean = between(rng, 24, 58), between(rng, -4, 4)
            r = 0.8 * wide
            rings = [
                np.concatenate(
                    [
                        circle(14) * [0.46 * half * f, r * f] + [-0.45 * half + lean * t, 0],
                        np.full((14, 1), sole + instep * 0.5 + (shaft + instep * 0.5) * t),
                    ],
                    -1,
                )
                for t, f in ((0, 1.0), (0.5, 0.92), (1, between(rng, 0.9, 1.1)))
            ]
            a.body(np.stack(rings), upper)
            top = float(rings[-1][0, 2])
            a.ball((-0.45 * half + lean, 0, top), (0.4 * half, 0.8 * r, 0.8), dark, n=14, rows=4, solid=False)
        elif variant == "slipper" and rng.random() < 0.6:
            a.ball(
                (0.3 * half, 0, sole + 0.5 * (toe + instep) + 2),
                between(rng, 5, 8),
                ("fabric", WHITE),
                n=10,
                rows=7,
                solid=False,
            )
    names = {"boot": "boot", "sandal": "sandal", "slipper": "slipper", "sneaker": "sneaker"}
    return a.draft(rng, names.get(variant, "shoe"), "fabric", "long", (300, 550))


def hat(rng: np.random.Generator, variant: str) -> Draft:
    """Doll's hat: top hat, sun hat, cap, woolly hat, party hat or cowboy hat."""
    a = Model(draw_scale(rng, 0.08))
    coat: Coat = ("fabric", shade(pick(rng, *_BRIGHT), rng))
    band: Coat = ("fabric", shade(pick(rng, *_BRIGHT), rng))
    straw: Coat = ("wicker", (0.86, 0.72, 0.45))
    r, h = between(rng, 22, 32), between(rng, 20, 36)
    brim = r * between(rng, 1.25, 1.75)
    if variant == "top":
        coat = ("fabric", pick(rng, (0.13, 0.13, 0.15), (0.35, 0.2, 0.4), (0.5, 0.15, 0.15), (0.4, 0.4, 0.42)))
        h, flare = h * between(rng, 0.9, 1.9), between(rng, 0.85, 1.12)
        a.turned([(0.94 * brim, 0), (brim, 1.5), (0.94 * brim, 3)], coat)
        a.turned([(r, 2.5), (0.94 * r, 0.4 * h), (flare * r, h)], coat)
        a.turned([(r + 0.4, 3), (0.98 * r + 0.4, 0.25 * h)], band, solid=False)
    elif variant == "sun":
        tone = straw if rng.random() < 0.6 else coat
        crown = between(rng, 0.75, 1.0)
        a.turned([(brim, 0), (1.02 * brim, 1.5), (r, between(rng, 3, 7))], tone)
        a.turned([(r, 2), (r, 0.45 * h), (crown * r, 0.8 * h), (0.5 * crown * r, h)], tone, cos_limit=0.3)
        a.turned([(r + 0.5, 6), (r + 0.5, 0.45 * h)], band, solid=False)
    elif variant == "cap":
        a.ball((0, 0, 0), (1.08 * r, r, h), coat, n=18, rows=8, foot=1.4)
        reach, half = between(rng, 0.7, 1.2) * r, between(rng, 0.6, 0.9) * r
        o = np.array(
            [
                (0.6 * r, -half),
                (r + 0.6 * reach, -0.8 * half),
                (r + reach, 0),
                (r + 0.6 * reach, 0.8 * half),
                (0.6 * r, half),
            ]
        )
        a.plate(o, 0, 3, band if rng.random() < 0.5 else coat, bevel=0.8)
        a.ball((0, 0, 0.98 * h), 2.6, band, n=8, rows=5, solid=False)
    elif variant == "woolly":
        cuff, tall = between(rng, 7, 15), between(rng, 0.9, 1.5) * h
        a.turned([(1.05 * r, 0), (1.1 * r, 0.5 * cuff), (1.05 * r, cuff)], band, n=22)
        a.turned(
            [(r, cuff), (0.96 * r, cuff + 0.4 * tall), (0.7 * r, cuff + 0.8 * tall), (0.2 * r, cuff + tall)],
            coat,
            n=22,
            cos_limit=0.3,
        )
        if rng.random() < 0.75:
            a.ball(
                (0, 0, cuff + tall - 3),
                between(rng, 6, 12),
                ("fabric", mix(WHITE, band[1], 0.3)) if isinstance(band, tuple) else band,
                n=12,
                rows=7,
                foot=0.3,
            )
    elif variant == "party":
        tall = between(rng, 40, 82)
        a.turned([(r, 0), (0.1 * r, tall)], ("paper", coat[1]) if isinstance(coat, tuple) else coat, n=22)
        for z in (0.2, 0.5):
            q = r * (1 - 0.9 * z) + 0.5
            a.turned([(q, z * tall), (q - 0.09 * r, (z + 0.1) * tall)], band, n=22, solid=False)
        a.ball((0, 0, tall - 2), between(rng, 4, 8), band, n=10, rows=7)
    else:
        tone: Coat = ("fabric", pick(rng, *_LEATHER))
        y, lift = r * between(rng, 0.75, 0.9), between(rng, 3, 12)
        o = circle(20) * [1.5 * r, 1.1 * y]
        a.plate(o, 0, 3, tone, bevel=0.8)
        for s in (-1, 1):
            a.tube(
                [(-1.1 * r, s * 0.85 * y, 2), (0, s * 1.3 * y, lift + 2), (1.1 * r, s * 0.85 * y, 2)],
                [(1.5, 3), (1.6, 6), (1.5, 3)],
                tone,
                n=8,
            )
        c = circle(18)
        rings = [
            np.concatenate([c * [r * f, y * f * g], np.full((18, 1), z)], -1)
            for f, g, z in ((1, 1, 2), (0.92, 1, 0.7 * h), (0.8, between(rng, 0.5, 0.9), h))
        ]
        a.body(np.stack(rings), tone)
        a.body(
            np.stack(
                [
                    np.concatenate([c * [r * f + 0.5, y * f + 0.5], np.full((18, 1), z)], -1)
                    for f, z in ((1, 3), (0.97, 8))
                ]
            ),
            band,
            solid=False,
        )
    return a.draft(
        rng, "party hat" if variant == "party" else "cap" if variant == "cap" else "hat", "fabric", "round", (150, 350)
    )


def towel(rng: np.random.Generator, variant: str) -> Draft:
    """Hand towel: folded, rolled, a stack of folded ones, or rolled with a ribbon on a tray of towels."""
    a = Model(draw_scale(rng, 0.08))
    base = mix(shade(pick(rng, *_BRIGHT[:7]), rng), WHITE, between(rng, 0.1, 0.5))
    coat: Coat = ("fabric", base)
    stripe: Coat = ("fabric", mix(base, WHITE if rng.random() < 0.5 else (0.2, 0.2, 0.3), 0.6))
    x, y = between(rng, 34, 58), between(rng, 22, 32)
    if variant in ("folded", "stack"):
        z = 0.0
        for k in range(pick(rng, 2, 3, 4) if variant == "stack" else 1):
            tone: Coat = coat if k % 2 == 0 else ("fabric", mix(shade(pick(rng, *_BRIGHT[:7]), rng), WHITE, 0.35))
            f = between(rng, 0.85, 1.0) if variant == "stack" else 1.0
            h = between(rng, 9, 17) if variant == "stack" else between(rng, 14, 38)
            n = pick(rng, 2, 3) if variant == "folded" else 1
            t = h / n
            for j in range(n):
                o = np.array(
                    [
                        (-x, 0.12 * t),
                        (-x + 2, 0),
                        (x - 0.4 * t, 0),
                        (x - 0.1 * t, 0.2 * t),
                        (x, 0.5 * t),
                        (x - 0.1 * t, 0.8 * t),
                        (x - 0.4 * t, t),
                        (-x + 2, t),
                        (-x, 0.88 * t),
                    ]
                )
                a.side(o * [f, 1] + np.array([0, z + j * t]), f * y, tone, bevel=0.5, solid=n == 1)
            a.box((2.5, f * y + 0.3, 0.3), (0.5 * x, 0, z + h), stripe, solid=False, bevel=0)
            if n > 1:
                a.solid_box((x, f * y, 0.5 * h), (0, 0, z + 0.5 * h))
            z += h
        return a.draft(rng, "folded towel" if variant == "folded" else "stack of towels", "fabric", "boxy", (180, 330))
    rows = 1 if variant == "rolled" else pick(rng, 2, 3)
    r = between(rng, 14, 27) if rows == 1 else between(rng, 10, 15)
    for k in range(rows):
        top = rows == 3 and k == 2
        at = (0.0, (k - 0.5 * (min(rows, 2) - 1)) * 1.85 * r if not top and rows > 1 else 0.0, 1.45 * r if top else 0.0)
        tone = coat if k % 2 == 0 else stripe
        long = x * between(rng, 0.9, 1.0)
        a.spindle([(-long, 0.85 * r, r, r), (long, 0.85 * r, r, r)], tone, n=18, floor=0.0, at=at)
        for f in (0.72, 0.38):
            a.rod(
                (long - 0.2, at[1], at[2] + 0.85 * r),
                (long + 0.4, at[1], at[2] + 0.85 * r),
                f * r,
                stripe if f > 0.5 and tone is coat else coat,
                n=14,
                solid=False,
            )
        if rng.random() < 0.5:
            a.spindle(
                [(-4, 0.85 * r, r + 0.5, r + 0.5), (4, 0.85 * r, r + 0.5, r + 0.5)],
                stripe if tone is coat else coat,
                n=18,
                floor=0.05,
                at=at,
                solid=False,
            )
    return a.draft(rng, "rolled towel" if rows == 1 else "stack of towels", "fabric", "long", (180, 330))


_SHOES = ("sneaker", "boot", "sandal", "slipper", "clog")
_HATS = ("top", "sun", "cap", "woolly", "party", "cowboy")
FAMILIES = (
    graspable("shoe", "clothing", shoe, "shoe", "sneaker", "boot", "sandal", "slipper", variants=_SHOES),
    graspable("hat", "clothing", hat, "hat", "cap", "party hat", variants=_HATS),
    graspable(
        "towel",
        "household",
        towel,
        "folded towel",
        "rolled towel",
        "stack of towels",
        variants=("folded", "rolled", "stack", "rolls"),
    ),
)
