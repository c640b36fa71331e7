"""A table as a record of numbers, its outline, and the boxes that carry what lies on it.

Frame T of a table: origin at `centre_xy` on the surface, axes parallel to W (x away from the robot). Outlines are
convex and symmetric about T's x axis, so one function says all: half the width at x. Only + - * / and square roots are
used: physics gets the same numbers on every machine.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

WORKING_X, WORKING_Y = (0.1, 0.95), (-0.55, 0.55)
"""What every table holds, in W: nothing that is laid out or planned depends on the rest of the top."""

SHAPES = ("rectangle", "rounded", "chamfered", "bowed", "half_oval", "oval")
EDGES = ("square", "bevel", "bullnose", "stepped", "undercut", "chunky")
LEGS = (
    "four_square",
    "four_round",
    "splayed",
    "trestle",
    "pedestal",
    "column",
    "panels",
    "sled",
    "hairpin",
    "cross",
    "cabinet",
    "sawhorse",
)
STRIPS = 24
"""Boxes beside the main one that follow an outline which is no rectangle."""
_CURVE = 40  # points along half an outline


@dataclass(frozen=True)
class TableSpec:
    """One table; lengths in metres. The surface's height in W is drawn with the physics, `height` is above the floor.

    shape: one of SHAPES; `corner` is the radius of rounded corners, the side of chamfers, how far bowed sides bulge,
    the length of a half oval's round end, or an oval's semi-axis along x (its end towards the robot is cut straight).
    edge: one of EDGES, `edge_size` how far the profile goes in. apron: depth of the frame below the top, 0 for none.
    legs: one of LEGS, `leg_size` their width, `leg_inset` how far in they stand, `splay` how far their feet stand
    out. top_kinds, leg_kinds: surface kinds that suit it, empty for any; "match" makes legs of the top's surface.
    """

    name: str = "default"
    centre_xy: tuple[float, float] = (0.57, 0.0)
    size_xy: tuple[float, float] = (0.9, 1.3)
    thickness: float = 0.04
    height: float = 0.75
    shape: str = "rectangle"
    corner: float = 0.0
    edge: str = "square"
    edge_size: float = 0.0
    apron: float = 0.0
    legs: str = "four_square"
    leg_size: float = 0.06
    leg_inset: float = 0.03
    splay: float = 0.0
    top_kinds: tuple[str, ...] = ()
    leg_kinds: tuple[str, ...] = ()


def half_width(spec: TableSpec, x: ArrayLike) -> NDArray[np.float64]:
    """Half the top's width at x in T; 0 outside."""
    x = np.asarray(x, np.float64)
    hx, hy, c = 0.5 * spec.size_xy[0], 0.5 * spec.size_xy[1], spec.corner
    if spec.shape == "rounded":
        u = np.maximum(np.abs(x) - (hx - c), 0.0)
        y = hy - c + np.sqrt(np.maximum(c * c - u * u, 0.0))
    elif spec.shape == "chamfered":
        y = hy - np.maximum(np.abs(x) - (hx - c), 0.0)
    elif spec.shape == "bowed":
        y = hy - c * (x / hx) * (x / hx)
    elif spec.shape == "half_oval":
        u = np.maximum(x - (hx - c), 0.0) / c
        y = hy * np.sqrt(np.maximum(1.0 - u * u, 0.0))
    elif spec.shape == "oval":
        u = (x - (hx - c)) / c
        y = hy * np.sqrt(np.maximum(1.0 - u * u, 0.0))
    else:
        y = np.full(x.shape, hy)
    return np.where(np.abs(x) <= hx + 1e-12, y, 0.0)


def _stations(spec: TableSpec) -> NDArray[np.float64]:
    """x in T from end to end, close together where the outline curves."""
    hx, c = 0.5 * spec.size_xy[0], spec.corner
    # Equal steps of the angle of a circle, without an angle: t (2 - t) and its mirror crowd at the ends.
    t = np.arange(_CURVE // 4 + 1) / (_CURVE // 4)
    end = hx - c * (1.0 - t) * (1.0 - t)
    if spec.shape == "rounded":
        return np.concatenate([-end[::-1], end])
    if spec.shape == "chamfered":
        return np.array([-hx, c - hx, hx - c, hx])
    if spec.shape == "bowed":
        return np.linspace(-hx, hx, _CURVE // 3)
    if spec.shape in ("half_oval", "oval"):
        t = np.arange(_CURVE // 2 + 1) / (_CURVE // 2)
        round_end = hx - c * (1.0 - t) * (1.0 - t)
        if spec.shape == "half_oval":
            return np.concatenate([[-hx], round_end])
        back = 2.0 * (hx - c) - round_end[::-1]
        return np.concatenate([[-hx], back[back > -hx + 0.08], round_end[1:]])
    return np.array([-hx, hx])


def outline(spec: TableSpec) -> NDArray[np.float64]:
    """Corners (n, 2) of the top in T, counter-clockwise, convex."""
    x = _stations(spec)
    y = half_width(spec, x)
    right = np.stack([x, -y], -1)
    left = np.stack([x, y], -1)[::-1]
    p = np.concatenate([right, left])
    return p[np.abs(p - np.roll(p, 1, 0)).sum(1) > 1e-6]


def on_top(spec: TableSpec, xy: ArrayLike) -> NDArray[np.bool_]:
    """Whether points (..., 2) in W lie over the top."""
    p = np.asarray(xy, np.float64) - np.array(spec.centre_xy)
    return (np.abs(p[..., 0]) <= 0.5 * spec.size_xy[0]) & (np.abs(p[..., 1]) <= half_width(spec, p[..., 0]))


def slab_boxes(spec: TableSpec) -> NDArray[np.float64]:
    """Rectangles (k, 4) in T, centre and half sizes, k <= 1 + STRIPS, that cover the top without overlap.

    The first holds the working area; strips beside and before it follow the outline within about 2 cm.
    """
    hx, hy = 0.5 * spec.size_xy[0], 0.5 * spec.size_xy[1]
    if spec.shape == "rectangle":
        return np.array([[0.0, 0.0, hx, hy]])
    x = np.linspace(-hx, hx, 513)
    y = half_width(spec, x)
    step = 2.0 * hx / 512
    work = (x >= WORKING_X[0] - step - spec.centre_xy[0]) & (x <= WORKING_X[1] + step - spec.centre_xy[0])
    ym = float(y[work].min()) if work.any() else float(y.min())
    wide = np.flatnonzero(y >= ym - 1e-9)
    first, last = int(wide[0]), int(wide[-1])
    out = [_rectangle(float(x[first]), float(x[last]), -ym, ym)]
    for a, b in _slices(x, y, first, last, STRIPS // 3):
        top = float(y[a : b + 1].mean())
        if top - ym > 0.002:
            out += [_rectangle(float(x[a]), float(x[b]), ym, top), _rectangle(float(x[a]), float(x[b]), -top, -ym)]
    ends = [(0, first), (last, len(x) - 1)]
    count = STRIPS - 2 * (STRIPS // 3)
    for lo, hi in ends:
        if hi > lo:
            share = count if (first == 0 or last == len(x) - 1) else count // 2
            for a, b in _slices(x, y, lo, hi, share):
                half = float(y[a : b + 1].mean())
                out.append(_rectangle(float(x[a]), float(x[b]), -half, half))
    return np.array(out)


def _rectangle(x0: float, x1: float, y0: float, y1: float) -> list[float]:
    return [0.5 * (x0 + x1), 0.5 * (y0 + y1), 0.5 * (x1 - x0), 0.5 * (y1 - y0)]


def _slices(x: NDArray[np.float64], y: NDArray[np.float64], lo: int, hi: int, count: int) -> list[tuple[int, int]]:
    """Index ranges that divide lo .. hi evenly along the outline's own length of rise, not along x."""
    rise = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(y[lo : hi + 1])) + 0.35 * (x[1] - x[0]))])
    cuts = np.searchsorted(rise, rise[-1] * np.arange(count + 1) / count)
    cuts[-1] = hi - lo
    return [(lo + int(a), lo + int(b)) for a, b in itertools.pairwise(cuts) if b > a]
