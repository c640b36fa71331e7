"""240 named tables: "table/0" .. "table/239".

A table is a style (the shape of top and legs that go together, as in a shop), and numbers drawn for it. Every fifth is
unseen (`assets.splits`). All hold the working area and begin behind the robot's base.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from assets.numeric import between
from assets.splits import numbers
from engine.errors import AssetError
from engine.rng import rng as stream
from engine.table import WORKING_X, WORKING_Y, TableSpec

COUNT = 240
Range = tuple[float, float]

# style: (top shapes, edges, legs, top kinds, leg kinds, heights above the floor, thicknesses); lengths in metres
_Names = tuple[str, ...]
_STYLES: dict[str, tuple[_Names, _Names, _Names, _Names, _Names, Range, Range]] = {
    "farmhouse": (("rectangle", "chamfered"), ("square", "bevel", "chunky"), ("four_square", "trestle", "cross"),
                  ("wood",), ("match", "plain"), (0.72, 0.78), (0.03, 0.05)),
    "dining": (("rounded", "bowed", "rectangle"), ("bullnose", "bevel", "undercut"),
               ("four_round", "splayed", "pedestal"),
               ("wood", "marble", "plain"), ("match", "wood", "metal"), (0.72, 0.78), (0.02, 0.036)),
    "desk": (("rectangle", "rounded"), ("square", "bullnose", "undercut"), ("sled", "panels", "four_square"),
             ("plain", "wood", "noise"), ("metal", "plain", "match"), (0.68, 0.80), (0.018, 0.03)),
    "standing desk": (("rounded", "rectangle"), ("bullnose", "bevel"), ("sled", "trestle"),
                      ("plain", "wood"), ("metal",), (0.80, 0.95), (0.02, 0.03)),
    "workbench": (("rectangle", "chamfered"), ("square", "chunky", "stepped"), ("four_square", "cabinet", "sawhorse"),
                  ("wood", "metal"), ("match", "plain", "wood"), (0.80, 0.95), (0.04, 0.065)),
    "laboratory": (("rectangle",), ("square", "bevel"), ("four_square", "sled", "cabinet"),
                   ("plain", "metal", "stone", "tiles"), ("metal", "plain"), (0.75, 0.92), (0.016, 0.03)),
    "counter": (("rectangle", "rounded"), ("bullnose", "stepped", "bevel"), ("cabinet", "panels"),
                ("marble", "stone", "tiles", "wood", "plain"), ("plain", "wood"), (0.82, 0.95), (0.03, 0.06)),
    "bistro": (("oval",), ("bullnose", "bevel", "square"), ("column", "pedestal"),
               ("marble", "stone", "wood", "plain"), ("metal",), (0.70, 0.76), (0.02, 0.035)),
    "oval": (("oval", "half_oval"), ("bullnose", "undercut", "stepped"),
             ("pedestal", "four_round", "splayed", "trestle"),
             ("wood", "marble", "cloth"), ("match", "wood"), (0.70, 0.78), (0.022, 0.04)),
    "console": (("half_oval", "bowed"), ("stepped", "undercut", "bevel"), ("four_round", "cross", "panels"),
                ("wood", "marble", "plain"), ("match", "metal", "plain"), (0.72, 0.88), (0.02, 0.036)),
    "hairpin": (("rounded", "rectangle", "bowed"), ("square", "bullnose", "undercut"), ("hairpin",),
                ("wood", "plain", "noise"), ("metal",), (0.62, 0.76), (0.02, 0.045)),
    "low": (("rounded", "oval", "rectangle"), ("bevel", "bullnose", "chunky"),
            ("splayed", "cross", "hairpin", "column"),
            ("wood", "cloth", "plain", "tiles"), ("match", "wood", "metal"), (0.60, 0.67), (0.02, 0.045)),
}  # fmt: skip
STYLES = tuple(_STYLES)


def _mm(value: float) -> float:
    return round(value, 3)


def _top(rng: np.random.Generator, shape: str, margin: float) -> tuple[tuple[float, float], tuple[float, float], float]:
    """(centre, size, corner) of a top whose flat part, `margin` inside its outline, holds the working area."""
    x0 = _mm(between(rng, 0.076, 0.098 - min(margin, 0.02)))
    reach = WORKING_Y[1] + margin
    if shape in ("oval", "half_oval"):
        half = _mm(between(rng, 0.70, 0.86))
        far = WORKING_X[1] + margin
        # The ellipse must still be `reach` wide at both ends of the working area.
        share = float(np.sqrt(1.0 - (reach / half) ** 2))
        if shape == "half_oval":
            c = _mm(between(rng, 0.5, 0.75))
            end = _mm(far + c * (1.0 - share) + between(rng, 0.005, 0.06))
            return (_mm(0.5 * (x0 + end)), 0.0), (_mm(end - x0), 2 * half), c
        middle = between(rng, 0.50, 0.54)
        c = _mm(max(far - middle, middle - x0) / share + between(rng, 0.003, 0.05))
        end = _mm(middle + c)
        return (_mm(0.5 * (x0 + end)), 0.0), (_mm(end - x0), 2 * half), c
    corner = 0.0
    if shape == "rounded":
        corner = _mm(between(rng, 0.03, 0.14))
    elif shape == "chamfered":
        corner = _mm(between(rng, 0.04, 0.13))
    elif shape == "bowed":
        corner = _mm(between(rng, 0.03, 0.09))
    need = reach + (corner if shape in ("rounded", "chamfered", "bowed") else 0.0)
    half = _mm(max(need, 0.56) + between(rng, 0.0, 0.26))
    end = _mm(WORKING_X[1] + margin + (corner if shape in ("rounded", "chamfered") else 0.0) + between(rng, 0.0, 0.22))
    return (_mm(0.5 * (x0 + end)), 0.0), (_mm(end - x0), 2 * half), corner


@cache
def make_table(number: int) -> TableSpec:
    """Table `number`, 0 <= number < COUNT; the same record on every machine."""
    rng = stream(number, "table")
    style = STYLES[number % len(STYLES)]
    shapes, edges, legs, tops, leg_kinds, heights, thicknesses = _STYLES[style]
    shape = shapes[number // len(STYLES) % len(shapes)]
    edge = edges[(number // len(STYLES) + number // (len(STYLES) * len(shapes))) % len(edges)]
    leg = legs[int(rng.integers(len(legs)))]
    thickness = _mm(between(rng, *thicknesses))
    edge_size = {"bevel": between(rng, 0.004, 0.012), "stepped": between(rng, 0.006, 0.014),
                 "undercut": between(rng, 0.01, 0.03)}.get(edge, 0.0)  # fmt: skip
    margin = {"bevel": edge_size, "bullnose": 0.5 * thickness}.get(edge, 0.0) + 0.004
    centre, size, corner = _top(rng, shape, margin)
    framed = leg in ("four_square", "four_round", "splayed", "cross") and edge != "chunky"
    return TableSpec(
        name=f"table/{number}",
        centre_xy=centre,
        size_xy=size,
        thickness=thickness,
        height=_mm(between(rng, *heights)),
        shape=shape,
        corner=corner,
        edge=edge,
        edge_size=_mm(edge_size),
        apron=_mm(between(rng, 0.05, 0.11)) if framed and rng.random() < 0.7 else 0.0,
        legs=leg,
        leg_size=_mm(between(rng, 0.045, 0.10) if leg in ("four_square", "trestle", "pedestal", "column", "cross")
                     else between(rng, 0.035, 0.06)),
        leg_inset=_mm(between(rng, 0.01, 0.09)),
        splay=_mm(between(rng, 0.02, 0.09)),
        top_kinds=tuple(tops),
        leg_kinds=(leg_kinds[int(rng.integers(len(leg_kinds)))],),
    )  # fmt: skip


class Tables:
    """The named tables as the engine asks for them."""

    def names(self, split: str = "all") -> tuple[str, ...]:
        """Names of the tables in a split: "seen", "unseen" or "all". Raises ConfigError for any other."""
        return tuple(f"table/{k}" for k in numbers(COUNT, split))

    def get(self, name: str) -> TableSpec:
        """The table of that name. Raises AssetError when there is none."""
        kind, _, number = name.partition("/")
        if kind != "table" or not number.isdecimal() or int(number) >= COUNT:
            raise AssetError(f"no table '{name}'; they are called 'table/0' .. 'table/{COUNT - 1}'")
        return make_table(int(number))


def open_tables() -> Tables:
    """The tables of a run."""
    return Tables()
