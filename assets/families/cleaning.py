"""Sprays and detergents."""

from __future__ import annotations

import numpy as np

from assets.bottling import Goods, Style, build_bottle
from assets.kit import Draft, graspable
from assets.numeric import pick

_CLEANERS = (
    Goods(
        "spray bottle",
        "CLEAN",
        "bubbles",
        "plastic",
        ("blue", "green", "orange", "purple", "white", "pink"),
        ("white", "red", "blue", "yellow"),
    ),
    Goods("window cleaner", "GLASS", "star", "plastic", ("blue",), ("white", "red"), pale=0.25),
)


_SPRAY = {
    "oval": Style(
        (1.2, 1.8),
        (0.027, 0.036),
        ("round", "soft"),
        (0.6, 0.85),
        shoulder=(0.16, 0.34),
        shoulders=("round", "bell"),
        neck=(0.42, 0.55),
        closure=("trigger",),
        slender=4.2,
    ),
    "round": Style(
        (1.4, 2.1),
        (0.023, 0.031),
        bodies=("straight", "taper"),
        shoulder=(0.15, 0.36),
        shoulders=("round", "slope", "bell"),
        neck=(0.38, 0.48),
        closure=("trigger",),
        slender=4.2,
    ),
    "waisted": Style(
        (1.3, 2.0),
        (0.026, 0.034),
        ("round", "soft", "octagon"),
        (0.65, 1.0),
        ("waist", "high_waist", "grip"),
        (0.15, 0.3),
        shoulder=(0.15, 0.3),
        neck=(0.42, 0.55),
        closure=("trigger",),
        slender=4.2,
    ),
    "flat": Style(
        (1.1, 1.7),
        (0.03, 0.04),
        ("square", "stadium"),
        (0.55, 0.7),
        shoulders=("square", "slope", "swan"),
        shoulder=(0.12, 0.35),
        neck=(0.5, 0.62),
        closure=("trigger",),
        slender=4.2,
    ),
    "mister": Style(
        (1.2, 2.2),
        (0.018, 0.026),
        ("round", "soft"),
        shoulder=(0.05, 0.2),
        neck=(0.5, 0.7),
        closure=("cone", "foam"),
        slender=4.6,
    ),
}


def spray_bottle(rng: np.random.Generator, variant: str) -> Draft:
    """Cleaner with a trigger head, or a small mister."""
    return build_bottle(rng, _SPRAY[variant], pick(rng, *_CLEANERS))


_DETERGENTS = (
    Goods(
        "laundry detergent",
        "WASH",
        "bubbles",
        "plastic",
        ("orange", "blue", "green", "red"),
        ("blue", "yellow", "white", "orange"),
    ),
    Goods(
        "fabric softener", "SOFT", "flower", "plastic", ("pink", "purple", "blue", "white"), ("white", "pink", "blue")
    ),
    Goods("bleach", "BLEACH", "drop", "plastic", ("white", "yellow"), ("blue", "red", "yellow")),
    Goods("dish soap", "DISHES", "lemon", "plastic", ("green", "yellow", "blue"), ("white", "red", "green")),
)


_DETERGENT = {
    "wide": Style(
        (1.0, 1.5),
        (0.032, 0.042),
        ("soft", "stadium"),
        (0.55, 0.76),
        ("straight", "taper"),
        (0.08, 0.2),
        ("slope", "round"),
        (0.18, 0.34),
        (0.6, 0.8),
        closure=("wide", "screw"),
        cap=(0.8, 1.3),
        handle="grip",
        label=(0.1, 0.62),
    ),
    "tall": Style(
        (1.4, 2.0),
        (0.027, 0.034),
        ("round", "soft"),
        (0.7, 0.95),
        ("straight", "barrel"),
        (0.06, 0.16),
        ("round", "slope", "bell"),
        (0.2, 0.36),
        (0.45, 0.6),
        handle="grip",
        label=(0.1, 0.62),
    ),
    "eared": Style(
        (1.2, 1.9),
        (0.027, 0.035),
        ("round", "stadium"),
        (0.65, 1.0),
        ("straight", "taper"),
        (0.08, 0.2),
        ("slope", "bell"),
        (0.24, 0.4),
        (0.42, 0.55),
        closure=("wide", "screw"),
        handle="ear",
    ),
    "squeeze": Style(
        (1.7, 2.5),
        (0.026, 0.033),
        ("round", "soft"),
        (0.6, 0.85),
        ("waist", "high_waist", "foot"),
        (0.14, 0.3),
        ("round", "bell"),
        (0.08, 0.22),
        (0.4, 0.6),
        closure=("nozzle", "sport"),
    ),
}


def detergent(rng: np.random.Generator, variant: str) -> Draft:
    """Detergent in a bottle with a handle, or dish soap to squeeze."""
    goods = _DETERGENTS[3:] if variant == "squeeze" else _DETERGENTS[:3]
    return build_bottle(rng, _DETERGENT[variant], pick(rng, *goods))


FAMILIES = (
    graspable("spray_bottle", "packaging", spray_bottle, *(g.name for g in _CLEANERS), variants=tuple(_SPRAY)),
    graspable("detergent", "packaging", detergent, *(g.name for g in _DETERGENTS), variants=tuple(_DETERGENT)),
)
