"""Printed packaging: labels with words, bands, badges and pictures of what is inside."""

from __future__ import annotations

import numpy as np

from assets.colours import PALETTE, RGB, mix, shade
from assets.numeric import between, pick
from assets.paint import U8, Canvas

WHITE: RGB = (0.96, 0.96, 0.94)
INK: RGB = (0.12, 0.12, 0.16)


def contrast(colour: RGB) -> RGB:
    """White on dark colours, dark ink on light ones."""
    return INK if 0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2] > 0.55 else WHITE


def other_colour(rng: np.random.Generator, *avoid: str) -> str:
    """A strong palette colour that is none of those."""
    return pick(rng, *[c for c in PALETTE if c not in (*avoid, "grey", "black", "brown", "white")])


def label(
    rng: np.random.Generator,
    h: int,
    w: int,
    base: RGB,
    accent: RGB,
    word: str,
    picture: str = "",
    layout: int | None = None,
) -> U8:
    """A label (h, w, 3): base colour, accent shapes, the word, perhaps a picture; one of six layouts."""
    c = Canvas(h, w, base)
    kind = int(rng.integers(6)) if layout is None else layout
    ink = contrast(base)
    on_accent = contrast(accent)
    if kind == 0:  # broad band with the word
        c.rect(0, 0.22, 1, 0.5, accent)
        c.rect(0, 0.19, 1, 0.205, accent)
        c.rect(0, 0.515, 1, 0.53, accent)
        c.text(word, 0.5, 0.36, 0.16 * h, on_accent, max_width=0.8)
        draw_picture(c, rng, picture, 0.5, 0.76, 0.17 * h)
    elif kind == 1:  # round badge
        c.ellipse(0.5, 0.4, 0.36 * min(h, w), 0.3 * min(h, w), accent)
        c.ellipse(0.5, 0.4, 0.33 * min(h, w), 0.27 * min(h, w), contrast(accent), ring_px=1.5)
        c.text(word, 0.5, 0.4, 0.14 * h, on_accent, max_width=0.56)
        c.rect(0, 0.8, 1, 0.9, accent)
    elif kind == 2:  # diagonal split
        c.polygon([(-0.2, 0.62), (1.2, 0.38), (1.2, 1.2), (-0.2, 1.2)], accent)
        c.polygon([(-0.2, 0.57), (1.2, 0.33), (1.2, 0.36), (-0.2, 0.6)], mix(accent, WHITE, 0.5))
        c.text(word, 0.5, 0.25, 0.17 * h, ink, max_width=0.8)
        draw_picture(c, rng, picture, 0.5, 0.72, 0.18 * h)
    elif kind == 3:  # wave at the foot
        x = np.arange(13) / 12.0
        y = 0.62 + 0.06 * (np.abs(((x * 2) % 2) - 1) * 2 - 1)
        for k in range(12):
            c.polygon(
                [(x[k] - 0.004, y[k]), (x[k + 1] + 0.004, y[k + 1]), (x[k + 1] + 0.004, 1.1), (x[k] - 0.004, 1.1)],
                accent,
            )
        c.text(word, 0.5, 0.24, 0.17 * h, accent if ink == INK else ink, max_width=0.8)
        draw_picture(c, rng, picture, 0.5, 0.52, 0.2 * h)
    elif kind == 4:  # stripes above and below a plate of text
        for k in range(4):
            c.rect(0, 0.06 + 0.05 * k, 1, 0.085 + 0.05 * k, accent)
            c.rect(0, 0.76 + 0.05 * k, 1, 0.785 + 0.05 * k, accent)
        c.text(word, 0.5, 0.4, 0.19 * h, ink, max_width=0.88)
        c.rect(0.25, 0.56, 0.75, 0.585, mix(ink, base, 0.3))
        c.rect(0.3, 0.62, 0.7, 0.64, mix(ink, base, 0.5))
    else:  # framed panel
        panel = mix(base, WHITE, 0.88)
        c.rect(0.08, 0.1, 0.92, 0.9, panel, round_px=0.06 * h)
        c.text(word, 0.5, 0.28, 0.17 * h, accent if contrast(accent) == WHITE else INK, max_width=0.72)
        draw_picture(c, rng, picture, 0.5, 0.62, 0.2 * h)
    return c.image()


def small_print(
    c: Canvas, rng: np.random.Generator, x0: float, y0: float, x1: float, y1: float, ink: RGB, lines: int = 5
) -> None:
    """Lines that stand for fine print."""
    step = (y1 - y0) / lines
    for k in range(lines):
        end = x1 - between(rng, 0.0, 0.35) * (x1 - x0)
        c.rect(x0, y0 + k * step, end, y0 + (k + 0.45) * step, ink, alpha=0.7)


def barcode(c: Canvas, rng: np.random.Generator, x0: float, y0: float, x1: float, y1: float) -> None:
    """A barcode on white."""
    c.rect(x0, y0, x1, y1, WHITE)
    x = x0 + 0.06 * (x1 - x0)
    while x < x1 - 0.1 * (x1 - x0):
        width = between(rng, 0.015, 0.06) * (x1 - x0)
        c.rect(x, y0 + 0.1 * (y1 - y0), x + width, y1 - 0.1 * (y1 - y0), INK)
        x += width + between(rng, 0.02, 0.06) * (x1 - x0)


def draw_picture(c: Canvas, rng: np.random.Generator, what: str, cx: float, cy: float, r_px: float) -> None:
    """A little drawing of size about 2 r_px at (cx, cy).

    what: a fruit of `_FRUIT`, leaf, drop, fish, star, sun, cow, bean or flower; "" draws nothing.
    """
    dx, dy = r_px / c.w, r_px / c.h
    if what in _FRUIT:
        colour = shade(_FRUIT[what], rng)
        c.ellipse(cx, cy, 0.62 * r_px, 0.6 * r_px, colour)
        c.ellipse(cx - 0.2 * dx, cy - 0.2 * dy, 0.16 * r_px, 0.12 * r_px, mix(colour, WHITE, 0.6))
        c.line([(cx, cy - 0.55 * dy), (cx + 0.1 * dx, cy - 0.85 * dy)], 0.1 * r_px, shade("brown"))
        c.ellipse(cx + 0.36 * dx, cy - 0.72 * dy, 0.26 * r_px, 0.13 * r_px, shade("green"))
    elif what == "drop":
        c.ellipse(cx, cy + 0.2 * dy, 0.5 * r_px, 0.5 * r_px, shade("blue", rng))
        c.polygon(
            [(cx - 0.42 * dx, cy - 0.08 * dy), (cx + 0.42 * dx, cy - 0.08 * dy), (cx, cy - 0.9 * dy)], shade("blue")
        )
    elif what == "leaf":
        for s in (-1, 1):
            c.ellipse(cx + 0.3 * s * dx, cy - 0.1 * dy, 0.42 * r_px, 0.24 * r_px, shade("green", rng))
        c.line([(cx, cy), (cx, cy + 0.7 * dy)], 0.1 * r_px, shade("green"))
    elif what == "fish":
        colour = shade(pick(rng, "blue", "orange", "grey"))
        c.ellipse(cx - 0.1 * dx, cy, 0.7 * r_px, 0.36 * r_px, colour)
        c.polygon([(cx + 0.45 * dx, cy), (cx + 0.95 * dx, cy - 0.4 * dy), (cx + 0.95 * dx, cy + 0.4 * dy)], colour)
        c.ellipse(cx - 0.45 * dx, cy - 0.06 * dy, 0.08 * r_px, 0.08 * r_px, WHITE)
    elif what == "star":
        c.star(cx, cy, r_px, shade("yellow", rng))
    elif what == "sun":
        c.star(cx, cy, r_px, shade("yellow"), 9)
        c.ellipse(cx, cy, 0.5 * r_px, 0.5 * r_px, shade("orange", rng))
    elif what == "cow":
        for _ in range(5):
            x, y = cx + between(rng, -0.9, 0.9) * dx, cy + between(rng, -0.6, 0.6) * dy
            c.ellipse(x, y, between(rng, 0.2, 0.42) * r_px, between(rng, 0.15, 0.3) * r_px, INK)
    elif what == "bean":
        for x, y in ((-0.35, 0.1), (0.3, -0.2), (0.15, 0.4)):
            c.ellipse(cx + x * dx, cy + y * dy, 0.34 * r_px, 0.24 * r_px, shade("brown", rng, 14))
            c.line(
                [(cx + (x - 0.2) * dx, cy + y * dy), (cx + (x + 0.2) * dx, cy + y * dy)], 0.07 * r_px, (0.2, 0.1, 0.05)
            )
    elif what == "flower":
        colour = shade(pick(rng, "pink", "purple", "red"))
        for x, y in ((0.4, 0), (-0.4, 0), (0, 0.4), (0, -0.4)):
            c.ellipse(cx + x * dx, cy + y * dy, 0.3 * r_px, 0.3 * r_px, colour)
        c.ellipse(cx, cy, 0.24 * r_px, 0.24 * r_px, shade("yellow"))
    elif what:
        raise ValueError(f"unknown picture '{what}'")


_FRUIT = {
    "apple": "red",
    "orange": "orange",
    "lemon": "yellow",
    "tomato": "red",
    "grape": "purple",
    "peach": "orange",
    "pea": "green",
    "berry": "pink",
}
