"""A small anti-aliased painter for labels, prints and skins.

Pixels count from the top left, x right, y down, in fractions of the canvas width and height unless a
name ends in _px. Shapes are signed distances, so edges are one pixel soft. Letters are strokes: no
font file, the same pixels everywhere.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assets.colours import RGB
from assets.numeric import cos_sin

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]

# Letters on a grid 4 wide and 6 high (x right, y down): strokes as strings of "xy" points, split by spaces.
_GLYPHS = {
    "A": "0620 2046 1434",
    "B": "00063644 443303 0330 200030",
    "C": "4130100105163645",
    "D": "00062644422000",
    "E": "40000646 0333",
    "F": "400006 0333",
    "G": "41301001051636454323",
    "H": "0006 4046 0343",
    "I": "2026",
    "J": "404536160504",
    "K": "0006 4003 1246",
    "L": "000646",
    "M": "0600234046",
    "N": "06004640",
    "O": "1030414536160501 0110",
    "P": "06003041423303",
    "Q": "10304145361605 0110 2546",
    "R": "06003041423303 2346",
    "S": "4130100102134445361605",
    "T": "0040 2026",
    "U": "000516364540",
    "V": "002640",
    "W": "0016233640",
    "X": "0046 4006",
    "Y": "002340 2326",
    "Z": "00400646",
    "0": "1030414536160501 0110",
    "1": "112026",
    "2": "011030414206 0646",
    "3": "0040234445361605",
    "4": "36300444",
    "5": "400003334445361605",
    "+": "2125 0343",
}


class Canvas:
    """An image being painted, (height, width, 3) float32 sRGB in [0, 1]."""

    def __init__(self, height_px: int, width_px: int, colour: RGB) -> None:
        self.data: F32 = np.empty((height_px, width_px, 3), np.float32)
        self.data[:] = np.asarray(colour, np.float32)
        self.h, self.w = height_px, width_px

    def image(self) -> U8:
        """The finished picture (H, W, 3) uint8."""
        return np.rint(np.clip(self.data, 0.0, 1.0) * 255.0).astype(np.uint8)

    def _window(self, x0: float, y0: float, x1: float, y1: float) -> tuple[slice, slice, F32, F32] | None:
        """Slices and pixel-centre coordinates (in px) of a box given in px, clipped to the canvas."""
        i0, i1 = max(int(np.floor(y0)) - 1, 0), min(int(np.ceil(y1)) + 1, self.h)
        j0, j1 = max(int(np.floor(x0)) - 1, 0), min(int(np.ceil(x1)) + 1, self.w)
        if i0 >= i1 or j0 >= j1:
            return None
        y = (np.arange(i0, i1, dtype=np.float32) + 0.5)[:, None]
        x = (np.arange(j0, j1, dtype=np.float32) + 0.5)[None, :]
        return slice(i0, i1), slice(j0, j1), x, y

    def _blend(self, rows: slice, cols: slice, distance: F32, colour: RGB, alpha: float = 1.0) -> None:
        a = (np.clip(0.5 - distance, 0.0, 1.0) * np.float32(alpha))[..., None]
        part = self.data[rows, cols]
        part += a * (np.asarray(colour, np.float32) - part)

    def rect(
        self, x0: float, y0: float, x1: float, y1: float, colour: RGB, round_px: float = 0.0, alpha: float = 1.0
    ) -> None:
        """A filled rectangle with rounded corners."""
        a, b, c, d = x0 * self.w, y0 * self.h, x1 * self.w, y1 * self.h
        win = self._window(a, b, c, d)
        if win is None:
            return
        rows, cols, x, y = win
        dx = np.abs(x - (a + c) / 2) - (c - a) / 2 + round_px
        dy = np.abs(y - (b + d) / 2) - (d - b) / 2 + round_px
        if round_px > 0:
            out = np.sqrt(np.maximum(dx, 0) ** 2 + np.maximum(dy, 0) ** 2)
            self._blend(
                rows, cols, (out + np.minimum(np.maximum(dx, dy), 0) - round_px).astype(np.float32), colour, alpha
            )
        else:
            self._blend(rows, cols, np.maximum(dx, dy).astype(np.float32), colour, alpha)

    def ellipse(
        self, cx: float, cy: float, rx_px: float, ry_px: float, colour: RGB, alpha: float = 1.0, ring_px: float = 0.0
    ) -> None:
        """A filled ellipse, or only a line of width ring_px along its edge. Radii in pixels."""
        px, py = cx * self.w, cy * self.h
        win = self._window(px - rx_px - ring_px, py - ry_px - ring_px, px + rx_px + ring_px, py + ry_px + ring_px)
        if win is None:
            return
        rows, cols, x, y = win
        d = (np.sqrt(((x - px) / rx_px) ** 2 + ((y - py) / ry_px) ** 2) - 1.0) * min(rx_px, ry_px)
        if ring_px > 0:
            d = np.abs(d) - ring_px / 2
        self._blend(rows, cols, d.astype(np.float32), colour, alpha)

    def polygon(self, points: Sequence[tuple[float, float]], colour: RGB, alpha: float = 1.0) -> None:
        """A filled convex polygon, corners in either order."""
        p = np.asarray(points, np.float64) * np.array([self.w, self.h])
        win = self._window(*p.min(0), *p.max(0))
        if win is None:
            return
        rows, cols, x, y = win
        q = np.roll(p, -1, 0)
        turn = 1.0 if float((p[:, 0] * q[:, 1] - q[:, 0] * p[:, 1]).sum()) > 0 else -1.0
        d = np.full((y.shape[0], x.shape[1]), -1e9, np.float32)
        for (ax, ay), (bx, by) in zip(p, q, strict=True):
            ex, ey = bx - ax, by - ay
            length = float(np.sqrt(ex * ex + ey * ey))
            if length > 0:
                d = np.maximum(d, (turn * ((x - ax) * ey - (y - ay) * ex) / length).astype(np.float32))
        self._blend(rows, cols, d, colour, alpha)

    def line(self, points: Sequence[tuple[float, float]], width_px: float, colour: RGB, alpha: float = 1.0) -> None:
        """A polyline with round ends."""
        p = np.asarray(points, np.float64) * np.array([self.w, self.h])
        win = self._window(*(p.min(0) - width_px), *(p.max(0) + width_px))
        if win is None:
            return
        rows, cols, x, y = win
        self._blend(rows, cols, _stroke(p, x, y) - np.float32(width_px / 2), colour, alpha)

    def star(self, cx: float, cy: float, radius_px: float, colour: RGB, points: int = 5) -> None:
        """A star: triangles from the centre."""
        c, s = cos_sin(np.arange(2 * points) * (np.pi / points) - np.pi / 2)
        for k in range(0, 2 * points, 2):
            tri = [(0.0, 0.0)] + [
                (float(c[j % (2 * points)]) * f, float(s[j % (2 * points)]) * f)
                for j, f in ((k - 1, 0.45), (k, 1.0), (k + 1, 0.45))
            ]
            self.polygon([(cx + a * radius_px / self.w, cy + b * radius_px / self.h) for a, b in tri], colour)

    def text(
        self,
        text: str,
        cx: float,
        cy: float,
        height_px: float,
        colour: RGB,
        weight: float = 0.16,
        max_width: float = 1.0,
    ) -> None:
        """Capital letters centred at (cx, cy), shrunk to `max_width` of the canvas if they are too wide."""
        unit = height_px / 6.0
        advance = 5.6
        wide = (len(text) * advance - 1.6) * unit
        if wide > max_width * self.w:
            unit *= max_width * self.w / wide
        half = np.array([(len(text) * advance - 1.6) / 2, 3.0])
        for i, letter in enumerate(text.upper()):
            for stroke in _GLYPHS.get(letter, "").split():
                digits = np.array([float(d) for d in stroke[: len(stroke) // 2 * 2]]).reshape(-1, 2)
                p = (digits + np.array([i * advance, 0.0]) - half) * unit + np.array([cx * self.w, cy * self.h])
                self.line([(a / self.w, b / self.h) for a, b in p], max(weight * 6 * unit, 1.0), colour)

    def shade_noise(self, field: NDArray, amount: float) -> None:
        """Brightness varied by `field` (H, W) in [-1, 1] times `amount`."""
        self.data *= (1.0 + amount * field.astype(np.float32))[..., None]

    def blend_field(self, field: NDArray, colour: RGB) -> None:
        """Blended towards `colour` where `field` (H, W) in [0, 1] says so."""
        self.data += field.astype(np.float32)[..., None] * (np.asarray(colour, np.float32) - self.data)


def _stroke(p: NDArray, x: F32, y: F32) -> F32:
    """Distance (px) of pixel centres to a polyline p (N, 2)."""
    d = np.full((y.shape[0], x.shape[1]), np.float32(1e9))
    for (ax, ay), (bx, by) in itertools.pairwise(p):
        ex, ey = bx - ax, by - ay
        t = np.clip(((x - ax) * ex + (y - ay) * ey) / max(ex * ex + ey * ey, 1e-9), 0.0, 1.0)
        d = np.minimum(d, ((x - ax - t * ex) ** 2 + (y - ay - t * ey) ** 2).astype(np.float32))
    return np.sqrt(d)


def value_noise(rng: np.random.Generator, h: int, w: int, cells_y: int, cells_x: int) -> F32:
    """Smooth tileable noise (h, w) in [-1, 1] with that many cells down and across."""
    lattice = (rng.random((cells_y, cells_x)) * 2.0 - 1.0).astype(np.float32)
    return _upsample(_upsample(lattice, h, 0), w, 1)


def _upsample(a: F32, size: int, axis: int) -> F32:
    n = a.shape[axis]
    t = np.arange(size, dtype=np.float32) * np.float32(n / size)
    i = t.astype(np.int64)
    f = t - i
    f = f * f * (3 - 2 * f)
    f = f[:, None] if axis == 0 else f[None, :]
    return np.take(a, i % n, axis) * (1 - f) + np.take(a, (i + 1) % n, axis) * f


def fractal_noise(
    rng: np.random.Generator, h: int, w: int, cells_y: int, cells_x: int, octaves: int = 4, gain: float = 0.5
) -> F32:
    """Sum of noises, each twice as fine and `gain` times as strong, scaled to about [-1, 1]."""
    out = np.zeros((h, w), np.float32)
    total, amplitude = 0.0, 1.0
    for k in range(octaves):
        out += np.float32(amplitude) * value_noise(rng, h, w, min(cells_y << k, h), min(cells_x << k, w))
        total += amplitude
        amplitude *= gain
    return out / np.float32(0.7 * total)
