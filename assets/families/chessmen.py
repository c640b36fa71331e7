"""Chess men and skittles."""

from __future__ import annotations

import numpy as np

from assets.colours import shade
from assets.families.figures import painted_head
from assets.families.modelling import INK, Coat, Model
from assets.kit import Draft, draw_scale, graspable
from assets.numeric import F64, between, circle, pick, rotation

_COATS = ("red", "blue", "green", "purple", "pink", "orange", "yellow")


def _stem(rng: np.random.Generator, r: float, h: float) -> F64:
    """The turned foot and stem of a chess man, up to its collar at height h."""
    foot, waist = between(rng, 0.08, 0.16) * h, between(rng, 0.38, 0.58)
    return np.array(
        [
            (r, 0),
            (r, foot),
            (0.85 * r, 1.2 * foot),
            (0.78 * r, 1.9 * foot),
            (waist * r, 0.6 * h),
            (0.9 * waist * r, 0.93 * h),
            (between(rng, 0.6, 0.8) * r, 0.95 * h),
            (0.65 * r, h),
        ]
    )


def chess_piece(rng: np.random.Generator, variant: str) -> Draft:
    """Big chess man: pawn, rook, knight, bishop, queen or king."""
    a = Model(draw_scale(rng, 0.1))
    tone = pick(rng, (0.92, 0.88, 0.78), (0.14, 0.12, 0.12), (0.45, 0.28, 0.16), (0.82, 0.66, 0.45), (0.6, 0.15, 0.15))
    coat: Coat = ("wood", tone)
    tall = {
        "pawn": (24, 44),
        "rook": (26, 44),
        "knight": (12, 22),
        "bishop": (36, 58),
        "queen": (46, 72),
        "king": (48, 74),
    }[variant]
    r, h = between(rng, 15, 21), between(rng, *tall)
    q = between(rng, 0.5, 0.75) * r
    if variant == "knight":
        a.turned([(r, 0), (r, 0.4 * h), (0.85 * r, 0.5 * h), (0.75 * r, h)], coat)
        neck, head, thick = between(rng, 20, 36), between(rng, 13, 21), between(rng, 5, 8)
        lean = between(rng, 0, 7)
        a.side(
            [(-0.7 * r, h - 1), (0.7 * r, h - 1), (0.35 * r + lean, h + neck), (-0.35 * r + lean, h + neck)],
            thick,
            coat,
            bevel=1.5,
        )
        z = h + neck
        a.side(
            [
                (-0.4 * r + lean, z - 9),
                (lean + head, z - 10),
                (lean + head + 2, z - 3),
                (lean + 5, z + 6),
                (-0.4 * r + lean, z + 5),
            ],
            0.9 * thick,
            coat,
            bevel=1.5,
        )
        a.side(
            [(lean - 0.3 * r, z + 2), (lean + 3, z + 4), (lean - 1, z + between(rng, 8, 14))],
            0.5 * thick,
            coat,
            solid=False,
        )
        return a.draft(rng, "chess knight", "wood", "tall", (550, 800))
    a.turned(_stem(rng, r, h), coat, n=18, most=4)
    if variant == "pawn":
        a.ball((0, 0, h), between(rng, 0.9, 1.3) * q, coat, n=14, rows=9, foot=0.4)
    elif variant == "rook":
        top = between(rng, 9, 18)
        a.turned([(q, h), (1.15 * q, h + 0.3 * top), (1.15 * q, h + top)], coat, n=18)
        n = pick(rng, 4, 5, 6)
        for k in range(n):
            R = rotation("z", 2 * np.pi * k / n)
            a.box(
                (2.5, 0.4 * q, 2.5),
                R[:, 0] * (1.1 * q - 2) + np.array([0, 0, h + top + 2]),
                coat,
                R,
                bevel=0.3,
                solid=False,
            )
        a.solid(
            np.concatenate(
                [np.concatenate([1.05 * q * circle(12), np.full((12, 1), u)], -1) for u in (h + top, h + top + 4.5)]
            )
        )
    elif variant == "bishop":
        top = between(rng, 16, 28)
        a.turned(
            [(0.55 * q, h), (q, h + 0.35 * top), (0.75 * q, h + 0.7 * top), (0.12 * q, h + top)],
            coat,
            n=16,
            cos_limit=0.3,
        )
        a.ball((0, 0, h + top), 3, coat, n=8, rows=6, solid=False)
        a.box((0.5 * q, 0.8, 0.2 * top), (0.6 * q, 0, h + 0.65 * top), INK, rotation("y", 0.6), solid=False, bevel=0)
    else:
        top, flare = between(rng, 11, 19), between(rng, 1.0, 1.35)
        a.turned([(0.7 * q, h), (flare * q, h + top), (0.7 * flare * q, h + 1.25 * top)], coat, n=18)
        z = h + 1.25 * top
        if variant == "queen":
            a.ball((0, 0, z), 4.2, coat, n=10, rows=7, foot=0.4)
            n = pick(rng, 6, 8)
            for u, v in circle(n):
                a.ball(
                    (0.92 * flare * q * u, 0.92 * flare * q * v, h + 1.06 * top), 2.4, coat, n=6, rows=5, solid=False
                )
        else:
            cross = between(rng, 9, 14)
            a.box((1.6, 2, 0.5 * cross), (0, 0, z + 0.5 * cross - 1), coat, bevel=0.4)
            a.box((1.6, 0.4 * cross, 2), (0, 0, z + 0.6 * cross), coat, bevel=0.4)
    return a.draft(rng, f"chess {variant}", "wood", "tall", (550, 800))


def skittle(rng: np.random.Generator, variant: str) -> Draft:
    """Skittle: bowling pin with bands, straight wooden one with a knob, or one with a face and a hat."""
    a = Model(draw_scale(rng, 0.1))
    base = (0.93, 0.92, 0.89) if variant == "pin" else shade(pick(rng, *_COATS), rng)
    coat: Coat = ("wood", base)
    band: Coat = ("wood", shade(pick(rng, "red", "blue", "green", "yellow"), rng))
    r, h = between(rng, 17, 27), between(rng, 78, 125)
    foot, neck, belly = between(rng, 0.75, 0.95), between(rng, 0.3, 0.6), between(rng, 0.25, 0.42)
    head = between(rng, 0.45, 0.75)
    if variant == "pin":
        p = [
            (foot * r, 0),
            (0.97 * r, 0.6 * belly * h),
            (r, belly * h),
            (0.85 * r, (belly + 0.17) * h),
            (neck * r, 0.7 * h),
            (neck * r, 0.78 * h),
            (head * r, 0.88 * h),
            (0.8 * head * r, 0.96 * h),
            (0.3 * head * r, h),
        ]
        a.turned(p, coat, n=20, cos_limit=0.2, most=5)
        for z in (0.705, 0.75):
            a.turned([(neck * r + 0.4, z * h), (neck * r + 0.4, (z + 0.025) * h)], band, n=20, solid=False)
    elif variant == "knob":
        top = between(rng, 0.4, 1.0) * r
        h *= 0.8
        a.turned(
            [(foot * r, 0), (r, 0.08 * h), (r, between(rng, 0.2, 0.5) * h), (neck * r, 0.72 * h)], coat, n=18, most=4
        )
        a.ball((0, 0, 0.7 * h), max(top, neck * r + 2), band, n=14, rows=9, foot=0.4)
        if rng.random() < 0.5:
            a.turned([(r + 0.4, 0.1 * h), (r + 0.4, 0.16 * h)], band, n=18, solid=False)
    else:
        h *= 0.75
        a.turned([(foot * r, 0), (r, belly * h), (neck * r + 3, 0.68 * h)], coat, n=18)
        q = max(head * r, neck * r + 3)
        painted_head(a, rng, q, 0.67 * h)
        z = 0.67 * h + 1.6 * q
        a.turned(
            [(1.1 * q, z - 2), (1.1 * q, z), (0.75 * q, z), (between(rng, 0.1, 0.75) * q, z + between(rng, 6, 22))],
            band,
            n=16,
        )
    return a.draft(rng, "bowling pin" if variant == "pin" else "skittle", "wood", "tall", (500, 700))


_MEN = ("pawn", "rook", "knight", "bishop", "queen", "king")


FAMILIES = (
    graspable("chess_piece", "toys", chess_piece, *(f"chess {m}" for m in _MEN), variants=_MEN),
    graspable("skittle", "toys", skittle, "bowling pin", "skittle", variants=("pin", "knob", "face")),
)
