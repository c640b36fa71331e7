"""Colours that people have a word for, and the word for a colour that people see."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assets.numeric import between
from engine.types import VisualMesh

PALETTE: dict[str, tuple[int, int, int]] = {
    "red": (200, 32, 36),
    "orange": (236, 122, 24),
    "yellow": (242, 204, 40),
    "green": (48, 140, 60),
    "blue": (36, 84, 178),
    "purple": (118, 56, 150),
    "pink": (240, 132, 168),
    "brown": (118, 72, 40),
    "white": (236, 236, 230),
    "grey": (136, 138, 142),
    "black": (36, 36, 40),
}
"""sRGB of the middle of each colour word; every entry is named by `colour_names` as its own key."""

NAMES = (*PALETTE, "beige", "turquoise", "silver")
PAINTS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white", "black", "grey")

RGB = tuple[float, float, float]


def shade(name: str, rng: np.random.Generator | None = None, spread: float = 10.0) -> RGB:
    """A colour of that name as sRGB in [0, 1], each channel moved by up to `spread` of 255 if rng is given."""
    base = np.array(PALETTE[name], np.float64)
    if rng is not None:
        base = base + np.array([between(rng, -spread, spread) for _ in range(3)])
    base = np.clip(np.rint(base), 0, 255) / 255.0
    return (float(base[0]), float(base[1]), float(base[2]))


def mix(a: RGB, b: RGB, t: float) -> RGB:
    """a at t = 0, b at t = 1."""
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t)


def colour_names(rgb: ArrayLike) -> NDArray[np.int64]:
    """Index into NAMES (...,) of sRGB colours (..., 3) in [0, 1], by hue, chroma and lightness.

    The borders are where English speakers change the word, roughly (Berlin and Kay's eleven basic
    terms, with beige and turquoise added because tables are full of them).
    """
    c = np.asarray(rgb, np.float64)
    r, g, b = c[..., 0], c[..., 1], c[..., 2]
    high, low = np.maximum(np.maximum(r, g), b), np.minimum(np.minimum(r, g), b)
    chroma = high - low
    d = np.where(chroma < 1e-9, 1.0, chroma)
    hue = np.where(high == r, (g - b) / d, np.where(high == g, 2.0 + (b - r) / d, 4.0 + (r - g) / d)) * 60.0
    hue = np.where(hue < 0, hue + 360.0, hue)
    luma = 0.3 * r + 0.59 * g + 0.11 * b
    sat = chroma / np.maximum(high, 1e-9)

    out = np.full(c.shape[:-1], NAMES.index("red"))
    for limit, name in (
        (14, "orange"),
        (43, "yellow"),
        (68, "green"),
        (160, "turquoise"),
        (195, "blue"),
        (262, "purple"),
        (310, "pink"),
        (345, "red"),
    ):
        out = np.where(hue >= limit, NAMES.index(name), out)
    out = np.where(((hue >= 345) | (hue < 14)) & (luma > 0.58) & (sat < 0.6), NAMES.index("pink"), out)
    out = np.where(
        (hue >= 14) & (hue < 48) & ((high < 0.62) | ((high < 0.86) & (sat < 0.62)) | ((high < 0.75) & (sat < 0.75))),
        NAMES.index("brown"),
        out,
    )
    out = np.where((hue >= 48) & (hue < 68) & (high < 0.45), NAMES.index("green"), out)
    out = np.where((hue >= 20) & (hue < 68) & (sat < 0.36) & (high >= 0.62), NAMES.index("beige"), out)
    neutral = (sat < 0.16) | (chroma < 0.07)
    out = np.where(neutral, NAMES.index("grey"), out)
    out = np.where((neutral | (sat < 0.17)) & (luma > 0.78), NAMES.index("white"), out)
    return np.where(high < 0.23, NAMES.index("black"), out)


def _grid(n: int) -> NDArray[np.float64]:
    """Barycentric coordinates (n (n + 1) / 2, 3) of an even pattern in a triangle."""
    cells = [(i + 0.31, j + 0.37) for i in range(n) for j in range(n - i)]
    return np.array([[i, j, n - i - j] for i, j in cells]) / n


LEAST_SHARE = 0.15
"""Share of the seen surface that a colour must cover for an object to be called by it."""


def colour_of(visual: tuple[VisualMesh, ...], hollow: bool = False, stated: str | None = None) -> str:
    """The colour word of an object: the one its maker stated when that is plainly to be seen, else the colour that
    covers most of the seen surface; "multicoloured" if none covers a third. For `hollow` see `colour_shares`."""
    shares = colour_shares(visual, hollow)
    if stated is not None and (stated not in NAMES or shares[NAMES.index(stated)] >= LEAST_SHARE):
        return stated
    best = int(np.argmax(shares))
    return NAMES[best] if shares[best] >= 1.0 / 3.0 else "multicoloured"


def colour_shares(visual: tuple[VisualMesh, ...], hollow: bool = False) -> NDArray[np.float64]:
    """Share of the seen surface that each colour of NAMES covers, (len(NAMES),), sums to 1.

    The texture is sampled at 15 points of every triangle (91 if there are few triangles), weighted by
    area. Undersides count a fifth, and so do inner walls unless the object is `hollow` (a bowl is seen
    from inside, a mug is not). A bare part beside a printed one (the lid of a can) counts a third.
    """
    some_printed = any(m.material.texture is not None for m in visual)
    totals = np.zeros(len(NAMES))
    for mesh in visual:
        v = mesh.vertices.astype(np.float64)
        a, b, c = (v[mesh.faces[:, k]] for k in range(3))
        normal = np.cross(b - a, c - a)
        area = np.sqrt((normal * normal).sum(-1))
        area = np.where(normal[:, 2] < -0.7 * area, 0.2 * area, area)
        if not hollow:
            inward = (normal[:, :2] * (a + b + c)[:, :2]).sum(-1) < 0
            area = np.where(inward, 0.2 * area, area)
        if some_printed and mesh.material.texture is None:
            area = area / 3.0
        tint = np.array(mesh.material.rgba[:3])
        if mesh.material.texture is None or mesh.uv is None:
            totals[int(colour_names(tint))] += area.sum()
            continue
        image = mesh.material.texture
        h, w, _ = image.shape
        corner = mesh.uv.astype(np.float64)[mesh.faces]  # (F, 3, 2)
        pattern = _grid(5 if len(mesh.faces) > 60 else 13)
        uv = (pattern[None, :, :, None] * corner[:, None]).sum(2)
        col = np.floor(uv[..., 0] * w).astype(int) % w
        row = np.floor((1.0 - uv[..., 1]) * h).astype(int) % h
        index = colour_names(image[row, col] / 255.0 * tint)
        weight = np.broadcast_to((area / len(pattern))[:, None], index.shape)
        totals += np.bincount(index.ravel(), weight.ravel(), len(NAMES))
    return totals / max(float(totals.sum()), 1e-12)
