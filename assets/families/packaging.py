"""Bottles and jugs: water, soda, wine, sauce, milk, oil."""

from __future__ import annotations

import numpy as np

from assets.bottling import Goods, Style, build_bottle
from assets.kit import Draft, graspable
from assets.numeric import pick

_DRINKS = (
    Goods("water bottle", "WATER", "mountain", "plastic", ("blue", "white"), pale=0.35),
    Goods("juice bottle", "JUICE", "orange", "plastic", ("orange", "yellow", "red")),
    Goods("lemonade bottle", "LEMON", "lemon", "plastic", ("yellow", "green"), pale=0.15),
    Goods("smoothie bottle", "BERRY", "berry", "plastic", ("pink", "purple", "red")),
)
_BOTTLE = {
    "round": Style((1.9, 3.0), shoulders=("round", "bell"), bodies=("straight", "taper", "grip"), shoulder=(0.1, 0.35)),
    "square": Style((1.7, 2.8), section=("soft", "square"), shoulders=("round", "square", "slope"), ratio=(0.8, 1.0)),
    "flask": Style((1.3, 2.3), (0.03, 0.042), ("soft", "stadium"), (0.55, 0.72), shoulders=("round", "square")),
    "sports": Style(
        (1.8, 2.7),
        bodies=("waist", "grip", "high_waist"),
        strength=(0.14, 0.28),
        closure=("sport",),
        neck=(0.5, 0.8),
        shoulder=(0.06, 0.2),
        cap=(0.5, 0.8),
    ),
    "handled": Style((1.6, 2.4), (0.024, 0.029), shoulder=(0.2, 0.32), handle="grip", label=(0.1, 0.6)),
    "wide_mouth": Style(
        (1.4, 2.4), neck=(0.66, 0.88), shoulder=(0.04, 0.14), cap=(0.4, 0.7), bodies=("straight", "barrel")
    ),
}


def bottle(rng: np.random.Generator, variant: str) -> Draft:
    """Drinks bottle: a body with a shoulder, a neck, a cap and a label around it."""
    return build_bottle(rng, _BOTTLE[variant], pick(rng, *_DRINKS))


_SODAS = (
    Goods("cola bottle", "COLA", "", "plastic", ("brown", "black"), ("red", "white", "black")),
    Goods("soda bottle", "SODA", "bubbles", "plastic", ("green", "blue", "white"), pale=0.1),
    Goods("orange soda bottle", "ORANGE", "orange", "plastic", ("orange",)),
    Goods("iced tea bottle", "ICETEA", "lemon", "plastic", ("brown", "yellow")),
)
_SODA = {
    "contour": Style(
        (2.5, 3.3),
        bodies=("waist", "high_waist"),
        strength=(0.16, 0.3),
        shoulders=("swan", "bell"),
        shoulder=(0.22, 0.36),
        neck=(0.38, 0.46),
        label=(0.5, 0.9),
        slender=6.4,
    ),
    "straight": Style((2.3, 3.1), shoulders=("round",), shoulder=(0.2, 0.34), label=(0.4, 0.86), slender=6.4),
    "swirl": Style(
        (2.1, 3.0),
        section=("hexagon", "octagon"),
        bodies=("grip", "foot"),
        strength=(0.1, 0.22),
        shoulders=("bell", "slope"),
        label=(0.48, 0.92),
        slender=6.2,
    ),
    "stubby": Style(
        (1.2, 1.9), bodies=("barrel", "straight", "foot"), shoulders=("round", "swan"), shoulder=(0.2, 0.45)
    ),
    "bulb": Style(
        (1.5, 2.4),
        bodies=("barrel", "taper"),
        strength=(0.25, 0.45),
        shoulders=("swan", "bell"),
        shoulder=(0.2, 0.45),
        label=(0.15, 0.7),
    ),
    "square": Style(
        (1.6, 2.9),
        section=("square", "soft"),
        bodies=("straight", "grip", "high_waist"),
        strength=(0.12, 0.3),
        shoulder=(0.12, 0.4),
        shoulders=("round", "slope", "square"),
        neck=(0.36, 0.6),
        ratio=(0.72, 1.0),
    ),
    "jumbo": Style(
        (1.3, 2.2),
        bodies=("straight", "waist", "grip"),
        strength=(0.12, 0.34),
        shoulders=("round", "bell", "slope"),
        shoulder=(0.15, 0.45),
        neck=(0.3, 0.65),
        cap=(0.7, 1.2),
    ),
}


def soda_bottle(rng: np.random.Generator, variant: str) -> Draft:
    """Fizzy drink in a plastic bottle, waisted, ribbed or stubby."""
    return build_bottle(rng, _SODA[variant], pick(rng, *_SODAS))


_WINES = (
    Goods("wine bottle", "WINE", "grape", "glass", ("green", "black", "red"), ("red", "black", "purple")),
    Goods("champagne bottle", "BRUT", "star", "glass", ("green", "black"), ("yellow", "white")),
)
_SPIRITS = (
    Goods("whisky bottle", "WHISKY", "wheat", "glass", ("brown", "yellow", "orange"), ("black", "brown", "yellow")),
    Goods("rum bottle", "RUM", "sun", "glass", ("brown", "white", "red"), ("black", "red")),
    Goods("liqueur bottle", "AMARO", "leaf", "glass", ("green", "red", "purple"), ("yellow", "black", "white")),
)
_BEERS = (
    Goods("beer bottle", "BEER", "wheat", "glass", ("brown", "green"), ("red", "yellow", "blue", "black")),
    Goods("cider bottle", "CIDER", "apple", "glass", ("green", "yellow"), ("yellow", "green", "black")),
)
_WINE = {
    "bordeaux": Style(
        (2.9, 3.5),
        shoulders=("round", "square"),
        shoulder=(0.12, 0.2),
        neck=(0.34, 0.42),
        neck_height=(0.2, 0.3),
        closure=("stick", "cork"),
        cap=(0.5, 0.8),
        label=(0.25, 0.8),
        slender=7.2,
    ),
    "burgundy": Style(
        (2.6, 3.3),
        shoulders=("slope", "bell", "swan"),
        shoulder=(0.3, 0.42),
        neck=(0.34, 0.44),
        neck_height=(0.12, 0.2),
        closure=("stick", "cork", "metal"),
        label=(0.2, 0.85),
        slender=7.2,
    ),
    "longneck": Style(
        (2.4, 3.3),
        (0.024, 0.03),
        shoulders=("round", "slope", "swan"),
        shoulder=(0.14, 0.3),
        neck=(0.4, 0.48),
        neck_height=(0.14, 0.24),
        closure=("crown",),
        label=(0.25, 0.85),
        slender=6.9,
    ),
    "stubby": Style(
        (1.6, 2.1),
        shoulders=("round", "bell"),
        shoulder=(0.15, 0.3),
        neck=(0.4, 0.5),
        closure=("crown",),
        cap=(0.5, 0.8),
    ),
    "flagon": Style(
        (1.5, 2.2),
        (0.026, 0.032),
        bodies=("straight", "barrel"),
        shoulder=(0.22, 0.4),
        closure=("cork", "ball"),
        handle="ear",
    ),
    "flask": Style(
        (1.2, 2.0),
        (0.03, 0.042),
        ("round", "stadium"),
        (0.5, 0.72),
        bodies=("barrel", "straight", "taper"),
        strength=(0.15, 0.35),
        shoulder=(0.2, 0.45),
        neck=(0.4, 0.6),
        closure=("cork", "metal", "ball"),
        label=(0.25, 0.8),
    ),
    "square": Style(
        (1.5, 2.6),
        (0.024, 0.032),
        ("square", "octagon"),
        (0.7, 1.0),
        bodies=("straight", "taper", "flare"),
        shoulders=("square", "slope", "round"),
        shoulder=(0.06, 0.25),
        neck=(0.36, 0.5),
        closure=("cork", "metal", "cube", "ball"),
    ),
    "carafe": Style(
        (1.3, 2.2),
        (0.028, 0.033),
        ("round", "hexagon"),
        bodies=("foot", "taper", "barrel"),
        strength=(0.3, 0.52),
        shoulders=("swan", "bell"),
        shoulder=(0.2, 0.4),
        neck=(0.34, 0.6),
        neck_height=(0.08, 0.3),
        closure=("cork", "ball"),
        label=(0.1, 0.55),
    ),
}


def wine_bottle(rng: np.random.Generator, variant: str) -> Draft:
    """Glass bottle for wine, beer or spirits with a cork, a capsule, a stopper or a crown cap."""
    goods = {"longneck": _BEERS, "stubby": _BEERS, "bordeaux": _WINES, "burgundy": _WINES}.get(variant, _SPIRITS)
    return build_bottle(rng, _WINE[variant], pick(rng, *goods))


_SAUCES = (
    Goods("ketchup bottle", "KETCHUP", "tomato", "plastic", ("red",), ("white", "red", "green")),
    Goods("mustard bottle", "MUSTARD", "", "plastic", ("yellow",), ("red", "yellow", "green")),
    Goods("mayonnaise bottle", "MAYO", "lemon", "plastic", ("white",), ("blue", "red", "yellow")),
    Goods("barbecue sauce bottle", "SMOKY", "", "plastic", ("brown", "black"), ("red", "black", "yellow")),
    Goods("syrup bottle", "SYRUP", "berry", "plastic", ("brown", "red", "purple")),
)
_OILS = (
    Goods("oil bottle", "OLIO", "olive", "glass", ("yellow", "green"), ("black", "green", "yellow")),
    Goods("vinegar bottle", "ACETO", "grape", "glass", ("brown", "red", "yellow"), ("black", "red", "yellow")),
    Goods("hot sauce bottle", "HOT", "sun", "glass", ("red", "orange"), ("green", "red", "black")),
    Goods("soy sauce bottle", "SOY", "bean", "glass", ("black", "brown"), ("red", "green")),
)
_SAUCE = {
    "squeeze": Style(
        (1.9, 2.9), (0.023, 0.03), closure=("nozzle",), neck=(0.55, 0.85), shoulder=(0.05, 0.25), label=(0.2, 0.8)
    ),
    "oval": Style(
        (1.5, 2.4),
        (0.027, 0.036),
        ("round", "stadium"),
        (0.62, 0.8),
        ("straight", "waist", "taper"),
        (0.12, 0.28),
        ("round", "bell"),
        closure=("nozzle", "dome"),
        neck=(0.5, 0.8),
        shoulder=(0.08, 0.25),
    ),
    "upside_down": Style(
        (1.5, 2.2),
        (0.028, 0.036),
        ("soft", "round"),
        (0.6, 0.82),
        ("foot", "taper"),
        (0.1, 0.22),
        ("round",),
        closure=("dome",),
        neck=(0.7, 0.88),
        shoulder=(0.05, 0.14),
        cap=(0.8, 1.3),
        label=(0.2, 0.8),
    ),
    "octagon": Style(
        (2.0, 3.0),
        (0.024, 0.03),
        ("octagon", "hexagon"),
        shoulders=("bell", "slope", "swan"),
        shoulder=(0.2, 0.4),
        slender=6.6,
    ),
    "square": Style(
        (2.0, 3.0),
        (0.022, 0.029),
        ("square",),
        shoulders=("square", "round"),
        neck=(0.34, 0.5),
        slender=6.6,
        closure=("screw", "cork"),
    ),
    "carafe": Style(
        (1.7, 2.6),
        bodies=("taper", "foot"),
        strength=(0.2, 0.4),
        shoulders=("swan", "bell"),
        shoulder=(0.2, 0.35),
        handle="ear",
        closure=("cork", "ball", "screw"),
    ),
}


def sauce_bottle(rng: np.random.Generator, variant: str) -> Draft:
    """Squeeze bottles of ketchup and mustard, glass bottles of oil, vinegar and hot sauce."""
    plastic = variant in ("squeeze", "oval", "upside_down")
    return build_bottle(rng, _SAUCE[variant], pick(rng, *(_SAUCES if plastic else _OILS)))


_MILKS = (
    Goods("milk jug", "MILK", "cow", "plastic", ("white",), ("red", "blue", "green"), pale=0.5),
    Goods("orange juice jug", "ORANGE", "orange", "plastic", ("orange",), ("orange", "green", "white")),
    Goods("iced tea jug", "ICETEA", "lemon", "plastic", ("brown", "yellow"), ("white", "yellow")),
)
_MILK = {
    "gallon": Style(
        (1.5, 2.1),
        (0.027, 0.032),
        ("soft", "square"),
        shoulders=("slope", "bell"),
        shoulder=(0.25, 0.42),
        handle="grip",
        label=(0.12, 0.7),
        neck=(0.4, 0.55),
        cap=(0.5, 0.9),
    ),
    "round": Style(
        (1.5, 2.2),
        (0.026, 0.031),
        shoulders=("round", "bell", "slope"),
        shoulder=(0.2, 0.4),
        handle="grip",
        label=(0.12, 0.66),
        neck=(0.45, 0.65),
        cap=(0.5, 0.9),
    ),
    "slim": Style(
        (1.5, 2.1),
        (0.03, 0.038),
        ("soft", "stadium"),
        (0.6, 0.78),
        shoulders=("slope", "round"),
        shoulder=(0.2, 0.4),
        handle="grip",
        label=(0.12, 0.66),
        neck=(0.5, 0.7),
        cap=(0.5, 0.9),
    ),
    "eared": Style(
        (1.3, 1.9),
        (0.027, 0.032),
        ("round", "soft"),
        bodies=("straight", "barrel", "taper"),
        shoulder=(0.25, 0.42),
        handle="ear",
        neck=(0.4, 0.5),
        cap=(0.5, 0.9),
    ),
}


def milk_jug(rng: np.random.Generator, variant: str) -> Draft:
    """Plastic jug with a handle."""
    return build_bottle(rng, _MILK[variant], pick(rng, *_MILKS), "boxy" if variant == "gallon" else "tall")


_GLASS = (*_WINES, *_BEERS, *_SPIRITS)

FAMILIES = (
    graspable("bottle", "packaging", bottle, *(g.name for g in _DRINKS), variants=tuple(_BOTTLE)),
    graspable("soda_bottle", "packaging", soda_bottle, *(g.name for g in _SODAS), variants=tuple(_SODA)),
    graspable("wine_bottle", "packaging", wine_bottle, *(g.name for g in _GLASS), variants=tuple(_WINE)),
    graspable("sauce_bottle", "packaging", sauce_bottle, *(g.name for g in (*_SAUCES, *_OILS)), variants=tuple(_SAUCE)),
    graspable("milk_jug", "packaging", milk_jug, *(g.name for g in _MILKS), variants=tuple(_MILK)),
)
