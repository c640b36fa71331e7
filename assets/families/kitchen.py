"""Tableware to pick up."""

from __future__ import annotations

import numpy as np

from assets.colours import PAINTS, mix, shade
from assets.kit import Draft, between, draw_scale, graspable, part_box, part_cylinder, pick, printed
from assets.labels import contrast, draw_picture, other_colour
from assets.mesh import lathe, merge, sweep
from assets.numeric import cos_sin
from assets.paint import Canvas


def mug(rng: np.random.Generator) -> Draft:
    """Mug: hollow cylinder with a bowed handle; glazed, striped, dotted or with a picture."""
    s = draw_scale(rng, 0.12)
    r, h = 0.034 * s, 0.082 * s * between(rng, 0.88, 1.12)
    foot = r * between(rng, 0.84, 1.0)
    wall = 0.0032
    colour = pick(rng, *PAINTS)
    base = shade(colour, rng)
    body = lathe(
        [(0, 0.0), (foot - 0.003, 0.0), (foot, 0.003), (r, 0.3 * h), (r, h - 0.001), (r - wall / 2, h), (r - wall, h - 0.001), (r - wall, 0.25 * h), (foot - 2 * wall, 0.005), (0, 0.005)],
        24, v=[0, 0.0, 0.03, 0.25, 0.9, 0.91, 0.92, 0.95, 0.98, 1.0], turns=2.0,
    )  # fmt: skip
    c = Canvas(96, 112, base)
    accent = shade(other_colour(rng, colour), rng) if rng.random() < 0.6 else contrast(base)
    style = int(rng.integers(4))
    if style == 1:
        for k in range(3):
            c.rect(0, 0.25 + 0.16 * k, 1, 0.33 + 0.16 * k, accent)
    elif style == 2:
        for k in range(15):
            c.ellipse((k % 5 + 0.5 * (k // 5 % 2) + 0.25) / 5, 0.3 + 0.2 * (k // 5), 6, 6, accent)
    elif style == 3:
        draw_picture(c, rng, pick(rng, "flower", "star", "apple", "fish", "sun"), 0.5, 0.48, 26)
    c.rect(0, 0, 1, 0.09, mix(base, (1, 1, 1), 0.75))  # the glaze inside
    a = np.arange(8) / 7.0 * np.pi - np.pi / 2
    ca, sa = cos_sin(a)
    reach = 0.021 * s
    path = np.stack([r - 0.0015 + reach * ca, 0 * a, 0.52 * h + 0.3 * h * sa], -1)
    handle = sweep(path, np.array([[0.0052, 0.0034]] * 8) * s, 8, up=(0, 1, 0)).placed_uv(0.02, 0.6, 0.03, 0.61)
    handle = handle.placed_uv(0, 0, 1, 1)
    tint = c.image()
    tint[-6:] = np.rint(np.array(base) * 255)
    handle = type(handle)(handle.vertices, handle.faces, np.full_like(handle.uv, 0.02))
    t = 0.0036 * s
    parts = [
        part_cylinder(r, 0.0, h),
        part_box((reach / 2, 0.005 * s, t), (r + 0.42 * reach, 0, 0.82 * h - t)),
        part_box((reach / 2, 0.005 * s, t), (r + 0.42 * reach, 0, 0.22 * h + t)),
        part_box((t, 0.005 * s, 0.22 * h), (r + reach - t / 2, 0, 0.52 * h)),
    ]
    return Draft("mug", [(merge([body, handle]), printed("ceramic", tint))], parts, "ceramic", "cylindrical", between(rng, 700, 950), s)


FAMILIES = (graspable("mug", "kitchen", mug),)
