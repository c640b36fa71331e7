"""150 named surroundings, ten each of 15 kinds of places: "studio/0" .. "night_street/9"."""

from __future__ import annotations

import numpy as np

from assets.interiors import INTERIORS
from assets.outdoors import OUTDOORS
from assets.paint import F32
from assets.panorama import Place
from assets.splits import numbers
from engine.errors import AssetError, unknown_name
from engine.rng import rng as stream

PER_KIND = 10
PLACES = INTERIORS | OUTDOORS
"""Painters of places by kind."""


def environment_names(split: str = "all") -> tuple[str, ...]:
    """Names of the surroundings in a split, kinds mixed. Raises ConfigError for an unknown split."""
    return tuple(f"{kind}/{k}" for k in numbers(PER_KIND, split) for kind in PLACES)


def panorama(name: str, height: int = 256) -> F32:
    """Linear radiance (height, 2 * height, 3) of a named place; white walls in daylight are about 1.

    Raises AssetError for an unknown name.
    """
    kind, _, number = name.partition("/")
    if kind not in PLACES:
        raise AssetError(unknown_name("environment", kind, PLACES))
    if not number.isdecimal() or int(number) >= PER_KIND:
        raise AssetError(f"no environment '{name}'; they are called '{kind}/0' .. '{kind}/{PER_KIND - 1}'")
    place = Place(height)
    PLACES[kind](place, stream(int(number), "panorama", kind), int(number))
    return np.round(np.maximum(place.radiance, 0.0), 4).astype(np.float32)
