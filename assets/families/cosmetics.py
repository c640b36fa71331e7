"""Shampoo, pump dispensers, dropper bottles, nail polish and ink."""

from __future__ import annotations

import numpy as np

from assets.bottling import Goods, Style, build_bottle
from assets.kit import Draft, graspable
from assets.numeric import pick

_SHAMPOOS = (
    Goods("shampoo", "SHAMPOO", "flower", "plastic", ("pink", "purple", "white", "green", "orange")),
    Goods("shower gel", "SHOWER", "bubbles", "plastic", ("blue", "green", "black", "white")),
    Goods("conditioner", "SILK", "leaf", "plastic", ("white", "brown", "pink", "purple")),
)


_SHAMPOO = {
    "oval": Style(
        (1.5, 2.4),
        (0.028, 0.037),
        ("round",),
        (0.58, 0.8),
        ("straight", "taper", "foot"),
        (0.06, 0.25),
        ("round", "bell"),
        (0.06, 0.22),
        (0.5, 0.85),
        closure=("dome", "wide"),
    ),
    "round": Style(
        (1.9, 3.0),
        (0.022, 0.03),
        bodies=("straight", "taper", "barrel"),
        shoulder=(0.03, 0.2),
        neck=(0.5, 0.9),
        closure=("dome", "screw", "wide"),
        slender=4.7,
    ),
    "waisted": Style(
        (1.5, 2.5),
        (0.027, 0.036),
        ("round", "soft"),
        (0.62, 0.95),
        ("waist", "high_waist"),
        (0.14, 0.3),
        ("round", "bell"),
        (0.08, 0.2),
        (0.45, 0.8),
        closure=("dome", "screw"),
    ),
    "flat": Style(
        (1.5, 2.2),
        (0.029, 0.04),
        ("soft", "square", "stadium"),
        (0.5, 0.66),
        ("straight", "taper"),
        (0.05, 0.2),
        ("square", "slope"),
        (0.04, 0.16),
        (0.6, 0.85),
        closure=("wide", "dome"),
    ),
    "on_cap": Style(
        (1.4, 2.3),
        (0.028, 0.037),
        ("round", "soft"),
        (0.6, 0.9),
        ("flare", "barrel"),
        (0.1, 0.3),
        ("round",),
        (0.1, 0.25),
        (0.6, 0.85),
        closure=("wide",),
        cap=(0.7, 1.2),
        slender=4.2,
    ),
}


def shampoo(rng: np.random.Generator, variant: str) -> Draft:
    """Shampoo or shower gel: oval, round, waisted or flat, with a flip top or a broad cap."""
    return build_bottle(rng, _SHAMPOO[variant], pick(rng, *_SHAMPOOS))


_PUMPS = (
    Goods(
        "soap dispenser", "SOAP", "bubbles", "plastic", ("white", "green", "blue", "pink"), ("white", "black", "grey")
    ),
    Goods("lotion dispenser", "LOTION", "leaf", "plastic", ("white", "pink", "brown", "purple"), ("white", "black")),
    Goods("hand sanitizer", "CLEAN", "drop", "plastic", ("blue", "white", "green"), ("white", "blue"), pale=0.3),
)


_PUMP = {
    "round": Style(
        (1.2, 2.1),
        (0.022, 0.031),
        bodies=("straight", "taper", "barrel"),
        shoulder=(0.06, 0.2),
        neck=(0.38, 0.5),
        closure=("pump",),
    ),
    "square": Style(
        (1.1, 2.0),
        (0.022, 0.031),
        ("soft", "square"),
        (0.8, 1.0),
        shoulder=(0.05, 0.2),
        shoulders=("square", "round", "slope"),
        neck=(0.38, 0.5),
        closure=("pump",),
    ),
    "oval": Style(
        (1.1, 1.9),
        (0.028, 0.037),
        ("round", "stadium"),
        (0.58, 0.8),
        ("straight", "taper", "waist"),
        (0.08, 0.22),
        shoulder=(0.08, 0.24),
        neck=(0.4, 0.6),
        closure=("pump",),
    ),
    "foamer": Style(
        (1.1, 1.9),
        (0.023, 0.031),
        ("round", "soft"),
        bodies=("straight", "waist"),
        shoulder=(0.05, 0.18),
        neck=(0.5, 0.62),
        closure=("foam",),
    ),
    "teardrop": Style(
        (1.0, 1.8),
        (0.025, 0.032),
        ("round", "octagon"),
        bodies=("taper", "foot"),
        strength=(0.18, 0.4),
        shoulders=("bell", "swan", "round"),
        shoulder=(0.15, 0.35),
        neck=(0.4, 0.5),
        closure=("pump",),
        label=(),
    ),
}


def dispenser(rng: np.random.Generator, variant: str) -> Draft:
    """Bottle with a pump: soap, lotion, sanitizer."""
    return build_bottle(rng, _PUMP[variant], pick(rng, *_PUMPS))


_DROPS = (
    Goods("dropper bottle", "SERUM", "leaf", "glass", ("brown", "blue", "green"), ("black", "white", "yellow")),
    Goods("essential oil", "AROMA", "flower", "glass", ("brown", "purple", "green"), ("black", "white")),
)


_DROP = {
    "round": Style(
        (1.1, 1.9),
        (0.0165, 0.025),
        shoulder=(0.06, 0.25),
        neck=(0.42, 0.6),
        neck_height=(0.08, 0.12),
        closure=("dropper",),
        slender=4.0,
    ),
    "square": Style(
        (1.0, 1.8),
        (0.016, 0.024),
        ("soft", "square"),
        shoulder=(0.05, 0.2),
        shoulders=("square", "slope"),
        neck=(0.42, 0.6),
        closure=("dropper",),
        slender=4.0,
    ),
    "ball": Style(
        (0.8, 1.2),
        (0.02, 0.028),
        bodies=("barrel",),
        strength=(0.2, 0.4),
        shoulder=(0.2, 0.4),
        shoulders=("round", "bell"),
        neck=(0.36, 0.5),
        closure=("dropper",),
        slender=4.0,
    ),
    "tapered": Style(
        (1.2, 1.9),
        (0.019, 0.026),
        ("round", "hexagon", "octagon"),
        bodies=("taper", "foot"),
        strength=(0.15, 0.35),
        neck=(0.4, 0.5),
        closure=("dropper", "cone"),
        slender=4.2,
    ),
}


def dropper_bottle(rng: np.random.Generator, variant: str) -> Draft:
    """Small glass bottle with a pipette in its cap."""
    return build_bottle(rng, _DROP[variant], pick(rng, *_DROPS), "cylindrical")


_POLISH = {
    "square": Style(
        (0.8, 1.2),
        (0.0135, 0.02),
        ("soft", "square"),
        shoulder=(0.06, 0.2),
        shoulders=("square", "round"),
        neck=(0.5, 0.62),
        closure=("stick",),
        cap=(1.3, 2.2),
        label=(),
        slender=3.2,
    ),
    "round": Style(
        (0.7, 1.2),
        (0.0145, 0.02),
        bodies=("straight", "barrel"),
        shoulder=(0.1, 0.3),
        neck=(0.48, 0.6),
        closure=("stick",),
        cap=(1.3, 2.2),
        label=(),
        slender=3.2,
    ),
    "faceted": Style(
        (0.8, 1.3),
        (0.0145, 0.02),
        ("hexagon", "octagon", "triangle"),
        bodies=("straight", "taper"),
        shoulders=("slope",),
        neck=(0.45, 0.6),
        closure=("stick", "cone"),
        cap=(1.3, 2.0),
        label=(),
        slender=3.2,
    ),
    "cone": Style(
        (0.9, 1.4),
        (0.017, 0.022),
        ("round", "soft"),
        bodies=("taper",),
        strength=(0.3, 0.5),
        shoulders=("swan", "slope"),
        shoulder=(0.1, 0.3),
        neck=(0.36, 0.48),
        closure=("stick",),
        cap=(1.3, 2.2),
        label=(),
        slender=3.2,
    ),
    "ball_top": Style(
        (0.7, 1.1),
        (0.0155, 0.021),
        ("round", "soft", "octagon"),
        shoulder=(0.1, 0.3),
        neck=(0.46, 0.6),
        closure=("ball", "cube"),
        label=(),
        slender=3.2,
    ),
}


_VARNISH = (
    Goods(
        "nail polish",
        "NAILS",
        "",
        "glass",
        ("red", "pink", "purple", "blue", "orange", "black", "green"),
        ("black", "white", "grey"),
    ),
)


_INK = {
    "square": Style(
        (0.65, 1.05),
        (0.021, 0.03),
        ("square", "soft"),
        shoulder=(0.12, 0.26),
        shoulders=("square", "slope"),
        neck=(0.45, 0.62),
        cap=(0.6, 1.0),
        label=(0.2, 0.85),
    ),
    "round": Style(
        (0.65, 1.1),
        (0.021, 0.031),
        bodies=("straight", "barrel"),
        shoulder=(0.14, 0.3),
        neck=(0.42, 0.6),
        cap=(0.6, 1.0),
        label=(0.15, 0.85),
    ),
    "pyramid": Style(
        (0.7, 1.1),
        (0.024, 0.032),
        ("octagon", "hexagon", "square"),
        bodies=("taper",),
        strength=(0.25, 0.45),
        shoulder=(0.08, 0.2),
        neck=(0.4, 0.55),
        cap=(0.6, 1.0),
        label=(0.15, 0.75),
    ),
    "corked": Style(
        (0.7, 1.3),
        (0.02, 0.029),
        ("round", "octagon"),
        bodies=("straight", "barrel", "foot"),
        shoulders=("round", "square", "swan"),
        shoulder=(0.15, 0.35),
        neck=(0.38, 0.55),
        closure=("cork",),
        label=(0.2, 0.85),
    ),
}


_INKS = (
    Goods("ink bottle", "INK", "drop", "glass", ("blue", "black", "red", "green", "purple"), ("black", "white", "red")),
)


def nail_polish(rng: np.random.Generator, variant: str) -> Draft:
    """Nail polish: a small filled bottle under a long cap."""
    return build_bottle(rng, _POLISH[variant], _VARNISH[0], "boxy")


def ink_bottle(rng: np.random.Generator, variant: str) -> Draft:
    """Ink in a squat glass bottle."""
    return build_bottle(rng, _INK[variant], _INKS[0], "boxy")


FAMILIES = (
    graspable("shampoo", "packaging", shampoo, *(g.name for g in _SHAMPOOS), variants=tuple(_SHAMPOO)),
    graspable("dispenser", "packaging", dispenser, *(g.name for g in _PUMPS), variants=tuple(_PUMP)),
    graspable("dropper_bottle", "packaging", dropper_bottle, *(g.name for g in _DROPS), variants=tuple(_DROP)),
    graspable("nail_polish", "packaging", nail_polish, variants=tuple(_POLISH)),
    graspable("ink_bottle", "stationery", ink_bottle, variants=tuple(_INK)),
)
