"""Soft toys."""

from __future__ import annotations

import numpy as np

from assets.colours import RGB, mix, shade
from assets.families.modelling import INK, Coat, Model, eyes
from assets.kit import Draft, draw_scale, graspable
from assets.numeric import between, pick, rotation

_PLUSH: dict[str, tuple[str, tuple[RGB, ...]]] = {
    "bear": ("teddy bear", ((0.62, 0.42, 0.24), (0.8, 0.62, 0.4), (0.9, 0.86, 0.78), (0.35, 0.24, 0.17))),
    "rabbit": ("plush rabbit", ((0.86, 0.84, 0.82), (0.75, 0.6, 0.5), (0.9, 0.72, 0.74), (0.6, 0.6, 0.63))),
    "dog": ("plush dog", ((0.75, 0.56, 0.36), (0.5, 0.35, 0.22), (0.88, 0.85, 0.8))),
    "elephant": ("plush elephant", ((0.56, 0.6, 0.68), (0.7, 0.66, 0.72))),
    "monkey": ("plush monkey", ((0.45, 0.3, 0.2), (0.6, 0.42, 0.28))),
    "cat": ("plush cat", ((0.85, 0.55, 0.28), (0.45, 0.45, 0.48), (0.25, 0.24, 0.25))),
}  # fmt: skip


def soft_toy(rng: np.random.Generator, variant: str) -> Draft:
    """Sitting soft toy: stuffed body, head, four limbs, ears and snout of its kind, perhaps a bow."""
    a = Model(draw_scale(rng, 0.1) * 1.1)
    name, colours = _PLUSH[variant]
    colour = pick(rng, *colours)
    coat: Coat = ("fabric", colour)
    pale: Coat = ("fabric", mix(colour, (0.97, 0.92, 0.84), 0.55))
    wide, tall, r = between(rng, 16, 22), between(rng, 18, 29), between(rng, 13, 19)
    a.ball((0, 0, 0), (0.85 * wide, wide, tall), coat, n=12, rows=6, foot=0.45)
    a.ball((-2, 0, 0), (1.05 * wide, 1.1 * wide, 0.75 * wide), coat, n=10, rows=4, foot=0.85)
    hz = 1.72 * tall + 0.72 * r
    a.ball((1, 0, hz), (0.92 * r, r, 0.9 * r), coat, n=12, rows=7)
    a.ball((0.32 * wide, 0, 0.95 * tall), (0.6 * wide, 0.65 * wide, 0.7 * tall), pale, n=10, rows=6, solid=False)
    limb, leg = between(rng, 5.5, 8), between(rng, 20, 38)
    spread, lift = between(rng, 0.2, 0.8), between(rng, -0.8, 0.7)
    for y in (-1, 1):
        hip = (0.3 * wide, y * 0.65 * wide, limb)
        foot = (0.3 * wide + leg, y * (0.65 * wide + spread * 12), limb)
        a.spindle(
            [(0, 0, limb, limb), (leg, 0, 1.05 * limb, limb)],
            coat,
            n=10,
            at=hip,
            R=rotation("z", y * 0.5 * spread),
            solid=False,
        )
        turn = rotation("z", y * 0.5 * spread)
        end = np.array(hip) + turn[:, 0] * leg
        a.ball(end, (0.6 * limb, 1.1 * limb, limb), pale, turn, n=8, rows=5, solid=False)
        a.solid(
            [
                np.array(p) + np.array([0, u, v])
                for p in (hip, end, foot)
                for u in (-0.9 * limb, 0.9 * limb)
                for v in (-limb, 0.6 * limb)
            ]
        )
        shoulder = (2, y * 0.7 * wide, 1.45 * tall)
        hand = (between(rng, 6, 16), y * (wide + between(rng, 5, 14)), 1.45 * tall + lift * 20)
        a.rod(shoulder, hand, (0.8 * limb, 0.95 * limb), coat, n=9)
        a.ball(hand, 0.98 * limb, coat, n=8, rows=5, solid=False)
        _plush_ear(a, rng, variant, y, hz, r, coat, pale)
    if variant == "elephant":
        trunk = between(rng, 16, 28)
        a.tube(
            [(0.8 * r, 0, hz - 2), (1.35 * r, 0, hz - 0.5 * trunk), (1.55 * r, 0, hz - 0.8 * trunk)],
            [6, 5, 4],
            coat,
            n=9,
            up=(0, 1, 0),
            solid=False,
        )
    else:
        snout = between(rng, 0.35, 0.6)
        a.ball((0.75 * r, 0, hz - 0.25 * r), (snout * r, 0.5 * r, 0.4 * r), pale, n=10, rows=6, solid=False)
        a.ball(((0.75 + snout) * r, 0, hz - 0.12 * r), 0.14 * r + 0.5, INK, n=7, rows=5, solid=False)
    eyes(a, 0.84 * r, 0.36 * r, hz + 0.22 * r, 1.7)
    if rng.random() < 0.5:
        bow: Coat = ("fabric", shade(pick(rng, "red", "blue", "green", "purple"), rng))
        for y in (-1, 1):
            a.ball((0.7 * wide + 2, 6 * y, 1.68 * tall), (2.4, 5.5, 4), bow, n=7, rows=5, solid=False)
    return a.draft(rng, name, "fabric", "round", (220, 420))


def _plush_ear(
    a: Model, rng: np.random.Generator, kind: str, y: int, hz: float, r: float, coat: Coat, pale: Coat
) -> None:
    """One ear at side y of a head of radius r at height hz."""
    if kind == "bear":
        a.ball((0, 0.72 * y * r, hz + 0.75 * r), (0.2 * r + 1, 0.4 * r, 0.4 * r), coat, n=9, rows=6, solid=False)
    elif kind == "rabbit":
        tall, lean = between(rng, 1.0, 1.9) * r, between(rng, 0.1, 0.7)
        a.rod(
            (0, 0.4 * y * r, hz + 0.7 * r),
            (-3, (0.4 + 0.7 * lean) * y * r, hz + 0.7 * r + tall),
            (0.25 * r, 0.28 * r),
            coat,
            n=8,
            solid=False,
        )
    elif kind == "dog":
        a.ball((0, 1.0 * y * r, hz - 0.1 * r), (0.4 * r, 0.22 * r, 0.8 * r), pale, n=9, rows=6, solid=False)
    elif kind == "cat":
        a.rod(
            (0, 0.55 * y * r, hz + 0.5 * r),
            (0, 0.75 * y * r, hz + 1.4 * r),
            (0.4 * r, 0.06 * r),
            coat,
            n=7,
            solid=False,
        )
    else:
        big = 0.85 * r if kind == "elephant" else 0.45 * r
        a.ball(
            (-2, (0.85 * r + 0.6 * big) * y, hz + 0.05 * r),
            (0.15 * r, 0.85 * big, big),
            pale if kind == "monkey" else coat,
            n=10,
            rows=6,
            solid=False,
        )


FAMILIES = (graspable("soft_toy", "toys", soft_toy, *(name for name, _ in _PLUSH.values()), variants=tuple(_PLUSH)),)
