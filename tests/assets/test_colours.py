"""The colour word of an object is to be seen on it."""

from __future__ import annotations

import numpy as np
import pytest

from assets.catalogue import listed
from assets.colours import LEAST_SHARE, NAMES, PALETTE, colour_of, colour_shares
from assets.library import make_object
from engine.types import Material, VisualMesh


def square(rgb: str, size: float = 1.0) -> VisualMesh:
    """A square facing up, `size` wide."""
    corners = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], np.float32) * size
    colour = tuple(v / 255 for v in PALETTE[rgb])
    faces = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
    return VisualMesh(corners, faces, None, Material("plastic", (*colour, 1.0)))


def test_a_stated_colour_counts_only_when_it_can_be_seen() -> None:
    mostly_red = (square("red", 3.0), square("green", 0.5))
    assert colour_shares(mostly_red, hollow=True).sum() == pytest.approx(1.0)
    assert colour_of(mostly_red, True) == "red" and colour_of(mostly_red, True, "green") == "red"
    half = (square("red", 1.0), square("green", 0.8))
    assert colour_of(half, True) == "red" and colour_of(half, True, "green") == "green"
    assert colour_of(half, True, "multicoloured") == "multicoloured"


def test_listed_objects_have_the_colour_that_is_said_of_them() -> None:
    for asset_id in listed()[::97]:
        family, seed = asset_id.split("/")
        asset = make_object(family, int(seed))
        word = asset.attributes["colour"]
        if word in NAMES:
            shares = colour_shares(asset.visual, asset.container is not None)
            assert shares[NAMES.index(word)] >= LEAST_SHARE, (asset_id, word)
