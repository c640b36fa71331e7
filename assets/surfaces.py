"""1,600 named surfaces: 200 each of 8 kinds, "wood/0" .. "plain/199", tileable, made by procedure.

A painter gets its number and a generator: the number walks through styles and spreads colours evenly
(`assets.patterns.spread`), the generator makes the details.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from assets.paint import F32, U8
from assets.splits import numbers
from assets.surfaces_hard import marble_surface, stone_surface, tiles_surface, wood_surface
from assets.surfaces_soft import cloth_surface, metal_surface, noise_surface, plain_surface
from engine.errors import AssetError, unknown_name
from engine.rng import rng as stream

PER_KIND = 200
Painter = Callable[[np.random.Generator, int, int], F32]


def texture(name: str, size: int = 256) -> U8:
    """The tileable sRGB surface (size, size, 3) of that name; size is a power of two.

    Raises AssetError for an unknown name.
    """
    kind, _, number = name.partition("/")
    painter = TEXTURES.get(kind)
    if painter is None:
        raise AssetError(unknown_name("texture kind", kind, TEXTURES))
    if not number.isdecimal() or int(number) >= PER_KIND:
        raise AssetError(f"no texture '{name}'; they are called '{kind}/0' .. '{kind}/{PER_KIND - 1}'")
    picture = painter(stream(int(number), "texture", kind), size, int(number))
    return (np.clip(picture, 0.0, 1.0) * np.float32(255.0) + np.float32(0.5)).astype(np.uint8)


def texture_names(kind: str, split: str = "all") -> tuple[str, ...]:
    """Names of a kind's surfaces in a split. Raises AssetError for an unknown kind, ConfigError for a split."""
    if kind not in TEXTURES:
        raise AssetError(unknown_name("texture kind", kind, TEXTURES))
    return tuple(f"{kind}/{k}" for k in numbers(PER_KIND, split))


TEXTURES: dict[str, Painter] = {
    "cloth": cloth_surface,
    "marble": marble_surface,
    "metal": metal_surface,
    "noise": noise_surface,
    "plain": plain_surface,
    "stone": stone_surface,
    "tiles": tiles_surface,
    "wood": wood_surface,
}
"""Surface kinds by name."""


# --- how different they are ---------------------------------------------------------------------


def signature(picture: U8) -> np.ndarray:
    """What a surface looks like, whatever part of it one sees: 44 numbers in units of 8-bit sRGB.

    Quantiles of each channel, and how strong the luminance varies along x and y at five sizes.
    """
    a = picture.astype(np.float32)
    quantiles = np.quantile(a.reshape(-1, 3), (0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98), axis=0).ravel()
    luma = a @ np.array([0.3, 0.59, 0.11], np.float32)
    bands = []
    for _ in range(5):
        bands += [np.abs(luma - np.roll(luma, 1, 0)).mean(), np.abs(luma - np.roll(luma, 1, 1)).mean()]
        luma = 0.25 * (luma[::2, ::2] + luma[1::2, ::2] + luma[::2, 1::2] + luma[1::2, 1::2])
    return np.concatenate([quantiles, bands])


def difference(a: np.ndarray, b: np.ndarray) -> float:
    """Root mean square difference of two signatures: 0 for the same surface, about 1 is just visible side by side."""
    return float(np.sqrt(((a - b) ** 2).mean()))
