"""Printed packaging: labels with words, bands, badges and pictures of what is inside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from assets.colours import PALETTE, RGB, mix
from assets.numeric import between, cos_sin, pick
from assets.paint import U8, Canvas
from assets.pictures import INK, WHITE, draw_picture

__all__ = [
    "INK", "WHITE", "barcode", "contrast", "draw_picture", "end_panel", "label", "nutrition", "other_colour", "photo",
    "side_panel", "small_print", "wrap",
]  # fmt: skip


def contrast(colour: RGB) -> RGB:
    """White on dark colours, dark ink on light ones."""
    return INK if 0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2] > 0.55 else WHITE


def other_colour(rng: np.random.Generator, *avoid: str) -> str:
    """A strong palette colour that is none of those."""
    return pick(rng, *[c for c in PALETTE if c not in (*avoid, "grey", "black", "brown", "white")])


@dataclass(frozen=True)
class _Print:
    """What a layout works with: the canvas, the generator, colours, the word and the picture."""

    c: Canvas
    rng: np.random.Generator
    base: RGB
    accent: RGB
    word: str
    picture: str

    @property
    def ink(self) -> RGB:
        return contrast(self.base)

    def say(self, x: float, y: float, height: float, colour: RGB, width: float) -> None:
        """The word, `height` in shares of the label's height."""
        self.c.text(self.word, x, y, height * self.c.h, colour, max_width=width)

    def draw(self, x: float, y: float, size: float) -> None:
        """The picture, `size` in shares of the label's height, no wider than the label."""
        draw_picture(self.c, self.rng, self.picture, x, y, min(size * self.c.h, 0.42 * self.c.w))

    def readable(self) -> RGB:
        """The accent where it stands out from white, else ink."""
        return self.accent if contrast(self.accent) == WHITE else INK


def _broad_band(p: _Print) -> None:
    p.c.rect(0, 0.22, 1, 0.5, p.accent)
    p.c.rect(0, 0.19, 1, 0.205, p.accent)
    p.c.rect(0, 0.515, 1, 0.53, p.accent)
    p.say(0.5, 0.36, 0.16, contrast(p.accent), 0.8)
    p.draw(0.5, 0.76, 0.17)


def _round_badge(p: _Print) -> None:
    size = min(p.c.h, p.c.w)
    p.c.ellipse(0.5, 0.4, 0.36 * size, 0.3 * size, p.accent)
    p.c.ellipse(0.5, 0.4, 0.33 * size, 0.27 * size, contrast(p.accent), ring_px=1.5)
    p.say(0.5, 0.4, 0.14, contrast(p.accent), 0.56)
    p.c.rect(0, 0.8, 1, 0.9, p.accent)


def _diagonal(p: _Print) -> None:
    p.c.polygon([(-0.2, 0.62), (1.2, 0.38), (1.2, 1.2), (-0.2, 1.2)], p.accent)
    p.c.polygon([(-0.2, 0.57), (1.2, 0.33), (1.2, 0.36), (-0.2, 0.6)], mix(p.accent, WHITE, 0.5))
    p.say(0.5, 0.25, 0.17, p.ink, 0.8)
    p.draw(0.5, 0.72, 0.18)


def _wave(p: _Print) -> None:
    x = np.arange(13) / 12.0
    y = 0.62 + 0.06 * (np.abs(((x * 2) % 2) - 1) * 2 - 1)
    for k in range(12):
        a, b = x[k] - 0.004, x[k + 1] + 0.004
        p.c.polygon([(a, y[k]), (b, y[k + 1]), (b, 1.1), (a, 1.1)], p.accent)
    p.say(0.5, 0.24, 0.17, p.accent if p.ink == INK else p.ink, 0.8)
    p.draw(0.5, 0.52, 0.2)


def _striped(p: _Print) -> None:
    for k in range(4):
        p.c.rect(0, 0.06 + 0.05 * k, 1, 0.085 + 0.05 * k, p.accent)
        p.c.rect(0, 0.76 + 0.05 * k, 1, 0.785 + 0.05 * k, p.accent)
    p.say(0.5, 0.4, 0.19, p.ink, 0.88)
    p.c.rect(0.25, 0.56, 0.75, 0.585, mix(p.ink, p.base, 0.3))
    p.c.rect(0.3, 0.62, 0.7, 0.64, mix(p.ink, p.base, 0.5))


def _framed(p: _Print) -> None:
    p.c.rect(0.08, 0.1, 0.92, 0.9, mix(p.base, WHITE, 0.88), round_px=0.06 * p.c.h)
    p.say(0.5, 0.28, 0.17, p.readable(), 0.72)
    p.draw(0.5, 0.62, 0.2)


def _photo_below(p: _Print) -> None:
    photo(p.c, p.rng, p.picture, 0.0, 0.46, 1.0, 1.0)
    p.c.polygon([(-0.1, 0.5), (1.1, 0.4), (1.1, 0.44), (-0.1, 0.54)], p.accent)
    p.say(0.5, 0.22, 0.18, p.ink, 0.84)
    p.c.rect(0.22, 0.35, 0.78, 0.37, mix(p.ink, p.base, 0.35))


def _sunburst(p: _Print) -> None:
    c, s = cos_sin(np.arange(24) * (np.pi / 12.0))
    ray = mix(p.base, p.accent, 0.35)
    for k in range(0, 24, 2):
        a, b = (c[k], s[k]), (c[(k + 1) % 24], s[(k + 1) % 24])
        p.c.polygon([(0.5, 0.5), (0.5 + 1.1 * a[0], 0.5 + 1.1 * a[1]), (0.5 + 1.1 * b[0], 0.5 + 1.1 * b[1])], ray)
    p.c.ellipse(0.5, 0.36, 0.44 * p.c.w, 0.17 * p.c.h, contrast(p.accent))
    p.c.ellipse(0.5, 0.36, 0.42 * p.c.w, 0.15 * p.c.h, p.accent)
    p.say(0.5, 0.36, 0.14, contrast(p.accent), 0.66)
    p.draw(0.5, 0.74, 0.19)


def _side_stripes(p: _Print) -> None:
    for k in range(3):
        p.c.rect(0.04 + 0.05 * k, 0, 0.07 + 0.05 * k, 1, p.accent)
        p.c.rect(0.83 + 0.05 * k, 0, 0.86 + 0.05 * k, 1, p.accent)
    p.draw(0.5, 0.3, 0.2)
    p.say(0.5, 0.62, 0.15, p.ink, 0.6)
    p.c.rect(0.36, 0.76, 0.64, 0.775, mix(p.ink, p.base, 0.3))
    p.c.text("250G", 0.5, 0.88, 0.06 * p.c.h, p.ink, max_width=0.4)


def _gingham(p: _Print) -> None:
    tint = mix(p.accent, WHITE, 0.3)
    step = 0.09 * p.c.h / p.c.w
    for k in range(int(1.0 / step) + 1):
        p.c.rect(k * step, 0.64, (k + 0.5) * step, 1, tint, alpha=0.6)
    for k in range(4):
        p.c.rect(0, 0.64 + 0.09 * k, 1, 0.685 + 0.09 * k, tint, alpha=0.6)
    p.c.rect(0, 0.625, 1, 0.645, p.accent)
    p.say(0.5, 0.2, 0.18, p.ink, 0.84)
    p.draw(0.5, 0.52, 0.2)


def _big_picture(p: _Print) -> None:
    photo(p.c, p.rng, p.picture, 0.0, 0.0, 1.0, 1.0)
    p.c.rect(0, 0.12, 1, 0.36, p.base)
    p.c.rect(0, 0.36, 1, 0.385, p.accent)
    p.say(0.5, 0.24, 0.15, p.ink, 0.84)


def _halves(p: _Print) -> None:
    p.c.rect(0, 0.56, 1, 1, p.accent)
    p.c.ellipse(0.5, 0.56, 0.27 * p.c.h, 0.27 * p.c.h, WHITE)
    p.c.ellipse(0.5, 0.56, 0.245 * p.c.h, 0.245 * p.c.h, p.accent, ring_px=1.2)
    p.draw(0.5, 0.57, 0.2)
    p.say(0.5, 0.15, 0.16, p.ink, 0.86)


_LAYOUTS: tuple[Callable[[_Print], None], ...] = (
    _broad_band, _round_badge, _diagonal, _wave, _striped, _framed,
    _photo_below, _sunburst, _side_stripes, _gingham, _big_picture, _halves,
)  # fmt: skip


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
    """A label (h, w, 3): base colour, accent shapes, the word, perhaps a picture; one of twelve layouts."""
    c = Canvas(h, w, base)
    kind = int(rng.integers(len(_LAYOUTS))) if layout is None else layout
    _LAYOUTS[kind](_Print(c, rng, base, accent, word, picture))
    return c.image()


def wrap(
    rng: np.random.Generator,
    h: int,
    w: int,
    base: RGB,
    accent: RGB,
    word: str,
    picture: str = "",
    layout: int | None = None,
) -> U8:
    """Half of what goes around a can or bottle (h, w, 3): a label in the middle, fine print at both edges."""
    edge = int(0.13 * w)
    front = label(rng, h, w - 2 * edge, base, accent, word, picture, layout)
    sides = []
    for k in range(2):
        c = Canvas(h, edge, base)
        if k == 0:
            nutrition(c, rng, 0.1, 0.14, 0.95, 0.62)
        else:
            small_print(c, rng, 0.05, 0.14, 0.9, 0.5, contrast(base), 7)
            barcode(c, rng, 0.05, 0.66, 0.9, 0.86)
        c.rect(0, 0, 1, 0.05, accent)
        c.rect(0, 0.95, 1, 1, accent)
        sides.append(c.image())
    return np.concatenate([sides[0], front, sides[1]], 1)


def side_panel(rng: np.random.Generator, h: int, w: int, base: RGB, accent: RGB, word: str) -> U8:
    """The narrow side of a box (h, w, 3): the word small, a nutrition table, fine print and a barcode."""
    c = Canvas(h, w, base)
    c.rect(0, 0, 1, 0.2, accent)
    c.text(word, 0.5, 0.1, 0.1 * h, contrast(accent), max_width=0.8)
    nutrition(c, rng, 0.12, 0.26, 0.88, 0.58)
    small_print(c, rng, 0.12, 0.62, 0.88, 0.76, contrast(base), 4)
    barcode(c, rng, 0.2, 0.8, 0.8, 0.94)
    return c.image()


def end_panel(h: int, w: int, base: RGB, word: str) -> U8:
    """A box's lid or end (h, w, 3): one colour and the word."""
    c = Canvas(h, w, base)
    c.text(word, 0.5, 0.5, 0.22 * h, contrast(base), max_width=0.7)
    return c.image()


def small_print(
    c: Canvas, rng: np.random.Generator, x0: float, y0: float, x1: float, y1: float, ink: RGB, lines: int = 5
) -> None:
    """Lines that stand for fine print."""
    step = (y1 - y0) / lines
    for k in range(lines):
        end = x1 - between(rng, 0.0, 0.35) * (x1 - x0)
        c.rect(x0, y0 + k * step, end, y0 + (k + 0.45) * step, ink, alpha=0.7)


def nutrition(c: Canvas, rng: np.random.Generator, x0: float, y0: float, x1: float, y1: float) -> None:
    """A table of nutrition facts: ruled lines, words at the left, figures at the right."""
    c.rect(x0, y0, x1, y1, WHITE)
    wide, step = x1 - x0, (y1 - y0) / 7.0
    c.rect(x0 + 0.08 * wide, y0 + 0.3 * step, x0 + 0.75 * wide, y0 + 0.8 * step, INK)
    for k in range(1, 7):
        y = y0 + k * step
        c.rect(x0 + 0.05 * wide, y, x1 - 0.05 * wide, y + 0.12 * step, INK)
        c.rect(x0 + 0.08 * wide, y + 0.4 * step, x0 + between(rng, 0.35, 0.6) * wide, y + 0.75 * step, INK, alpha=0.75)
        c.rect(x1 - 0.22 * wide, y + 0.4 * step, x1 - 0.08 * wide, y + 0.75 * step, INK, alpha=0.75)


def barcode(c: Canvas, rng: np.random.Generator, x0: float, y0: float, x1: float, y1: float) -> None:
    """A barcode on white."""
    c.rect(x0, y0, x1, y1, WHITE)
    x = x0 + 0.06 * (x1 - x0)
    while x < x1 - 0.1 * (x1 - x0):
        width = between(rng, 0.015, 0.06) * (x1 - x0)
        c.rect(x, y0 + 0.1 * (y1 - y0), x + width, y1 - 0.1 * (y1 - y0), INK)
        x += width + between(rng, 0.02, 0.06) * (x1 - x0)


def photo(c: Canvas, rng: np.random.Generator, what: str, x0: float, y0: float, x1: float, y1: float) -> None:
    """A picture like a photograph: a soft backdrop, a table and a heap of what is inside."""
    top, table = pick(
        rng,
        ((0.62, 0.78, 0.9), (0.55, 0.38, 0.22)),
        ((0.93, 0.86, 0.72), (0.7, 0.5, 0.3)),
        ((0.35, 0.3, 0.28), (0.2, 0.15, 0.12)),
        ((0.75, 0.86, 0.66), (0.86, 0.82, 0.74)),
    )
    wide, high = x1 - x0, y1 - y0
    for k in range(6):
        c.rect(x0, y0 + 0.11 * k * high, x1, y0 + 0.11 * (k + 1.1) * high, mix(top, (1, 1, 1), 0.06 * k))
    c.rect(x0, y0 + 0.62 * high, x1, y1, table)
    size = min(0.2 * high * c.h, 0.2 * wide * c.w)
    for dx, dy in ((-0.24, 0.56), (0.25, 0.54), (0.02, 0.5), (-0.12, 0.72), (0.15, 0.73)):
        draw_picture(c, rng, what or "leaf", x0 + (0.5 + dx) * wide, y0 + dy * high, size)
