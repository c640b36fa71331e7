"""Little drawings for labels and wrapping: fruit, leaves, fish, biscuits, hearts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from assets.colours import RGB, mix, shade
from assets.numeric import between, pick
from assets.paint import Canvas

WHITE: RGB = (0.96, 0.96, 0.94)
INK: RGB = (0.12, 0.12, 0.16)

_FRUIT = {
    "apple": "red",
    "orange": "orange",
    "lemon": "yellow",
    "tomato": "red",
    "grape": "purple",
    "peach": "orange",
    "pea": "green",
    "berry": "pink",
    "olive": "green",
}


class _Pen:
    """Draws around a centre in units of a radius."""

    def __init__(self, c: Canvas, rng: np.random.Generator, cx: float, cy: float, r_px: float):
        self.c, self.rng, self.cx, self.cy, self.r = c, rng, cx, cy, r_px
        self.dx, self.dy = r_px / c.w, r_px / c.h

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.cx + x * self.dx, self.cy + y * self.dy

    def oval(self, x: float, y: float, rx: float, ry: float, colour: RGB) -> None:
        self.c.ellipse(*self.at(x, y), rx * self.r, ry * self.r, colour)

    def line(self, points: list[tuple[float, float]], width: float, colour: RGB) -> None:
        self.c.line([self.at(*p) for p in points], width * self.r, colour)

    def area(self, points: list[tuple[float, float]], colour: RGB) -> None:
        self.c.polygon([self.at(*p) for p in points], colour)


def _fruit(p: _Pen, what: str) -> None:
    colour = shade(_FRUIT[what], p.rng)
    p.oval(0, 0, 0.62, 0.6, colour)
    p.oval(-0.2, -0.2, 0.16, 0.12, mix(colour, WHITE, 0.6))
    p.line([(0, -0.55), (0.1, -0.85)], 0.1, shade("brown"))
    p.oval(0.36, -0.72, 0.26, 0.13, shade("green"))


def _drop(p: _Pen) -> None:
    p.oval(0, 0.2, 0.5, 0.5, shade("blue", p.rng))
    p.area([(-0.42, -0.08), (0.42, -0.08), (0, -0.9)], shade("blue"))


def _leaf(p: _Pen) -> None:
    for s in (-1, 1):
        p.oval(0.3 * s, -0.1, 0.42, 0.24, shade("green", p.rng))
    p.line([(0, 0), (0, 0.7)], 0.1, shade("green"))


def _fish(p: _Pen) -> None:
    colour = shade(pick(p.rng, "blue", "orange", "grey"))
    p.oval(-0.1, 0, 0.7, 0.36, colour)
    p.area([(0.45, 0), (0.95, -0.4), (0.95, 0.4)], colour)
    p.oval(-0.45, -0.06, 0.08, 0.08, WHITE)


def _sun(p: _Pen) -> None:
    p.c.star(p.cx, p.cy, p.r, shade("yellow"), 9)
    p.oval(0, 0, 0.5, 0.5, shade("orange", p.rng))


def _cow(p: _Pen) -> None:
    for _ in range(5):
        x, y = between(p.rng, -0.9, 0.9), between(p.rng, -0.6, 0.6)
        p.oval(x, y, between(p.rng, 0.2, 0.42), between(p.rng, 0.15, 0.3), INK)


def _bean(p: _Pen) -> None:
    for x, y in ((-0.35, 0.1), (0.3, -0.2), (0.15, 0.4)):
        p.oval(x, y, 0.34, 0.24, shade("brown", p.rng, 14))
        p.line([(x - 0.2, y), (x + 0.2, y)], 0.07, (0.2, 0.1, 0.05))


def _flower(p: _Pen) -> None:
    colour = shade(pick(p.rng, "pink", "purple", "red"))
    for x, y in ((0.4, 0), (-0.4, 0), (0, 0.4), (0, -0.4)):
        p.oval(x, y, 0.3, 0.3, colour)
    p.oval(0, 0, 0.24, 0.24, shade("yellow"))


def _cookie(p: _Pen) -> None:
    p.oval(0, 0, 0.7, 0.7, (0.78, 0.56, 0.32))
    for x, y in ((-0.3, -0.2), (0.25, -0.3), (0.05, 0.1), (-0.25, 0.35), (0.35, 0.3)):
        p.oval(x, y, 0.12, 0.11, (0.28, 0.16, 0.1))


def _chip(p: _Pen) -> None:
    for x, y in ((-0.35, 0.15), (0.35, 0.1), (0.0, -0.25)):
        p.oval(x, y, 0.5, 0.34, (0.93, 0.76, 0.36))
        p.oval(x - 0.06, y - 0.05, 0.3, 0.16, (0.98, 0.86, 0.52))


def _wheat(p: _Pen) -> None:
    gold = (0.84, 0.64, 0.24)
    p.line([(0, 0.9), (0, -0.6)], 0.08, gold)
    for k in range(4):
        for s in (-1, 1):
            p.line([(0.04 * s, 0.3 - 0.28 * k), (0.34 * s, 0.02 - 0.28 * k)], 0.18, gold)


def _heart(p: _Pen) -> None:
    red = shade("red", p.rng)
    for s in (-1, 1):
        p.oval(0.28 * s, -0.18, 0.36, 0.34, red)
    p.area([(-0.6, -0.02), (0.6, -0.02), (0, 0.75)], red)


def _mountain(p: _Pen) -> None:
    p.area([(-0.9, 0.6), (0.5, 0.6), (-0.2, -0.6)], (0.32, 0.42, 0.55))
    p.area([(-0.2, 0.6), (0.95, 0.6), (0.4, -0.3)], (0.42, 0.52, 0.64))
    p.area([(-0.38, -0.3), (-0.02, -0.3), (-0.2, -0.6)], WHITE)


def _bubbles(p: _Pen) -> None:
    for x, y, r in ((-0.3, 0.2, 0.42), (0.4, -0.1, 0.32), (0.0, -0.55, 0.22), (0.45, 0.5, 0.18)):
        p.oval(x, y, r, r, (0.6, 0.82, 0.94))
        p.oval(x - 0.3 * r, y - 0.3 * r, 0.3 * r, 0.25 * r, WHITE)


_PICTURES: dict[str, Callable[[_Pen], None]] = {
    "drop": _drop, "leaf": _leaf, "fish": _fish, "sun": _sun, "cow": _cow, "bean": _bean, "flower": _flower,
    "cookie": _cookie, "chip": _chip, "wheat": _wheat, "heart": _heart, "mountain": _mountain, "bubbles": _bubbles,
    "star": lambda p: p.c.star(p.cx, p.cy, p.r, shade("yellow", p.rng)),
}  # fmt: skip


def draw_picture(c: Canvas, rng: np.random.Generator, what: str, cx: float, cy: float, r_px: float) -> None:
    """A little drawing of size about 2 r_px at (cx, cy).

    what: a fruit of `_FRUIT` or an entry of `_PICTURES`; "" draws nothing. Raises ValueError for other words.
    """
    if not what:
        return
    pen = _Pen(c, rng, cx, cy, r_px)
    if what in _FRUIT:
        _fruit(pen, what)
    elif what in _PICTURES:
        _PICTURES[what](pen)
    else:
        raise ValueError(f"unknown picture '{what}'; known: {', '.join(sorted((*_FRUIT, *_PICTURES)))}")
