"""Things to put other things on or in; hollow for physics too."""

from __future__ import annotations

import numpy as np

from assets.colours import PAINTS, mix, shade
from assets.kit import Draft, between, container, draw_scale, paint, part_box, part_cylinder, pick, printed, wall_ring
from assets.labels import contrast, other_colour
from assets.mesh import lathe, merge
from assets.paint import Canvas
from engine.types import ContainerInfo

N = 32


def glazed(rng: np.random.Generator, base, accent, style: int, size: int = 96):
    """A picture for lathes whose v runs from the middle of the foot over the rim to the middle of the inside."""
    c = Canvas(size, size, base)
    if style == 1:  # coloured rim, inside and out
        c.rect(0, 0.42, 1, 0.56, accent)
    elif style == 2:  # two thin rings inside
        c.rect(0, 0.36, 1, 0.39, accent)
        c.rect(0, 0.30, 1, 0.32, accent)
        c.rect(0, 0.47, 1, 0.5, accent)
    elif style == 3:  # dots along the inner slope
        for k in range(8):
            c.ellipse((k + 0.5) / 8, 0.36, 4.5, 4.5, accent)
    elif style == 4:  # inside in another colour
        c.rect(0, 0.0, 1, 0.48, accent)
    return c.image()


def plate(rng: np.random.Generator) -> Draft:
    """Plate: flat middle, sloping rim."""
    s = draw_scale(rng, 0.12)
    r = 0.095 * s
    flat, h = r * between(rng, 0.62, 0.72), 0.016 * between(rng, 0.8, 1.2)
    t = 0.004
    colour = pick(rng, *PAINTS)
    base = shade(colour, rng)
    accent = shade(other_colour(rng, colour), rng) if rng.random() < 0.5 else contrast(base)
    profile = [(0, 0.0), (flat - 0.004, 0.0), (flat, 0.001), (r - 0.001, h - t + 0.001), (r, h - 0.0015), (r - 0.0015, h), (flat + 0.001, t + 0.001), (flat - 0.005, t), (0, t)]
    body = lathe(profile, N, v=[0, 0.2, 0.22, 0.5, 0.51, 0.52, 0.7, 0.74, 1.0], turns=2.0)
    mat = "ceramic" if rng.random() < 0.75 else "plastic"
    image = glazed(rng, base, mix(accent, base, 0.1), int(rng.integers(4)))
    # A flat disc carries the middle; eight tilted slabs make the rim that things slide down from.
    parts = [part_cylinder(flat, 0.0, t), *wall_ring(flat, 0.0015, h - 0.001, t, 8, r - flat)]
    info = ContainerInfo("on", t, t, radius=flat)
    return Draft("plate", [(body, printed(mat, image))], parts, mat, "round", 1400.0, s, info)


def bowl(rng: np.random.Generator) -> Draft:
    """Bowl: round-bottomed, wide enough for a fist."""
    s = draw_scale(rng, 0.12)
    r, h = 0.078 * s, 0.052 * s * between(rng, 0.85, 1.15)
    foot, t = r * between(rng, 0.55, 0.66), 0.005
    colour = pick(rng, *PAINTS, "brown")
    base = shade(colour, rng)
    accent = shade(other_colour(rng, colour), rng) if rng.random() < 0.5 else contrast(base)
    profile = [(0, 0), (foot, 0.0), (foot + 0.3 * (r - foot), 0.16 * h), (foot + 0.65 * (r - foot), 0.48 * h), (r, h - 0.001), (r - t / 2, h), (r - t, h - 0.001),
               (foot + 0.65 * (r - foot) - t, 0.48 * h + t / 3), (foot + 0.2 * (r - foot) - t, 0.16 * h + t / 2), (foot - 2 * t, t), (0, t)]  # fmt: skip
    body = lathe(profile, N, v=[0, 0.16, 0.25, 0.38, 0.5, 0.51, 0.52, 0.66, 0.8, 0.86, 1.0], turns=2.0, cos_limit=0.5)
    image = glazed(rng, base, accent, int(rng.integers(5)))
    mid = foot + 0.35 * (r - foot)
    parts = [part_cylinder(foot, 0.0, t), *wall_ring(r, 0.0, h, 2 * t, 9, 0.0)]
    parts = [part_cylinder(foot, 0.0, t), *wall_ring(mid * 0.98, 0.002, h, t, 9, r - mid * 0.98)]
    info = ContainerInfo("in", t, h, radius=foot - t)
    mat = pick(rng, "ceramic", "ceramic", "plastic", "wood")
    return Draft("bowl", [(merge([body]), printed(mat, image))], parts, mat, "round", 1100.0, s, info)


FAMILIES = (container("plate", "on", plate), container("bowl", "in", bowl))
__all__ = ["FAMILIES", "np", "paint", "part_box"]
