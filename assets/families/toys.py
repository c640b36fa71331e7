"""Toys."""

from __future__ import annotations

import numpy as np

from assets.colours import shade
from assets.kit import Draft, between, draw_scale, graspable, paint, part_box, pick, printed
from assets.labels import contrast
from assets.mesh import box, box_faces, merge
from assets.paint import Canvas


def block(rng: np.random.Generator) -> Draft:
    """Building block: a painted wooden cube or brick, some with a letter on every face."""
    s = draw_scale(rng, 0.18)
    a = 0.023 * s
    half = pick(rng, (a, a, a), (a, a, a), (1.5 * a, 0.85 * a, 0.75 * a), (0.85 * a, 0.85 * a, 1.5 * a))
    colour = pick(rng, "red", "orange", "yellow", "green", "blue", "purple", "pink", "white", "brown")
    base = shade(colour, rng)
    parts = [part_box(half, (0, 0, half[2]))]
    shape = "cubic" if half[0] == half[2] else "long"
    if shape == "cubic" and rng.random() < 0.45:
        c = Canvas(96, 96, base)
        ink = contrast(base)
        c.rect(0.06, 0.06, 0.94, 0.94, ink, 8)
        c.rect(0.1, 0.1, 0.9, 0.9, base, 6)
        c.text(pick(rng, *"ABCEHKMRSTXYZ23"), 0.5, 0.5, 50, ink)
        mesh = box_faces(*half).moved((0, 0, half[2]))
        return Draft("letter block", [(mesh, printed("wood", c.image()))], parts, "wood", shape, between(rng, 450, 700), s)
    return Draft("block", [(merge([box(half[0], half[1], 0, 2 * half[2], 0.002)]), paint("wood", base))], parts, "wood", shape, between(rng, 450, 700), s)


FAMILIES = (graspable("block", "toys", block, "block", "letter block"),)
__all__ = ["FAMILIES", "np"]
