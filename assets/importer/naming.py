"""From file and folder names to nouns, families, categories and attributes."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from dataclasses import dataclass

from assets.colours import NAMES
from assets.kit import FRICTION

GENERIC = frozenset(
    "textured nontextured untextured textured_simple model mesh object obj visual collision texture textures material "
    "materials meshes models google_16k google_64k google_512k tsdf poisson clouds base default scene untitled part "
    "output export mujoco urdf simplified decimated normalized model_normalized low high poly lowpoly highpoly assets "
    "files source glb gltf ply stl 3d geometry body shape tmp temp new copy download desktop document data dataset "
    "import imported stuff thing unnamed".split()
)
"""Names that say nothing about what an object is; the folder above is asked instead."""

_SUFFIX = re.compile(r"[_-](col|coll|collision|vis|visual|convex|ch|hull|vhacd|simplified|lod\d*)$", re.I)
_SKIPPED_WORDS = frozenset(
    "a an the of my final small large big mini tiny new old scan scanned mesh in on at to from by or lod".split()
)
_JOINING = frozenset("and with without for plus und mit".split())
"""What follows one of these after a known noun is another thing: "cup and saucer"."""
_UNITS = frozenset(
    "oz ounce ounces floz fl ml cl dl kg gram grams lb lbs cm mm ct pk pc pcs qty ltr litre litres liter liters".split()
)
"""Units and counts that no object is called by."""
_COUNTED = _UNITS | frozenset(
    "metre metres meter meters inch inches ft foot feet pack packs set sets count piece pieces pint quart".split()
)
"""Words that are units and counts behind a number."""
_LETTERS = str.maketrans({"ß": "ss", "ẞ": "SS", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE",
                          "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "þ": "th", "ı": "i"})  # fmt: skip
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_SIZES = {"small": "small", "mini": "small", "tiny": "small", "large": "large", "big": "large"}
_COLOUR_WORDS = {
    **{n: n for n in NAMES},
    "gray": "grey",
    "golden": "yellow",
    "gold": "yellow",
    "navy": "blue",
    "cyan": "turquoise",
}
_COLOUR_WORDS.pop("orange")  # the fruit: "orange" is a colour only in front of another noun
_MORE_COLOURS = {"orange": "orange", "multicoloured": "multicoloured", "multicolored": "multicoloured"}
KNOWN_COLOURS = tuple(sorted({*_COLOUR_WORDS, *_MORE_COLOURS}))
"""Words that a `colour` may be."""
_MATERIAL_WORDS = {
    **{m: m for m in FRICTION if m not in ("fruit", "vegetable")},
    "wooden": "wood", "bamboo": "wood", "steel": "metal", "iron": "metal", "aluminium": "metal", "aluminum": "metal",
    "tin": "metal", "porcelain": "ceramic", "china": "ceramic", "stoneware": "ceramic", "clay": "ceramic",
    "cotton": "fabric", "cloth": "fabric", "felt": "fabric", "plush": "fabric", "leather": "fabric",
    "card": "cardboard", "silicone": "rubber", "acrylic": "plastic", "rattan": "wicker",
}  # fmt: skip
_SHAPE_WORDS = ("round", "square", "rectangular", "long", "flat", "tall", "oval", "conical")

# noun -> (category, usual material, longest side in metres, kg per m3 of collision volume)
_NOUNS: dict[str, tuple[str, str, float, float]] = {}


def _nouns(category: str, material: str, size: float, density: float, words: str) -> None:
    for w in words.split():
        _NOUNS[w] = (category, material, size, density)


_nouns(
    "fruit",
    "fruit",
    0.08,
    850,
    "apple orange lemon lime pear peach plum banana strawberry mango kiwi grape melon avocado",
)
_nouns(
    "vegetables",
    "vegetable",
    0.12,
    800,
    "carrot tomato potato onion cucumber eggplant pepper mushroom corn broccoli zucchini",
)
_nouns("packaging", "metal", 0.12, 550, "can tin soup")
_nouns("packaging", "plastic", 0.2, 500, "bottle jar tub tube detergent shampoo sauce ketchup mustard dressing")
_nouns(
    "packaging",
    "cardboard",
    0.18,
    350,
    "carton milk juice cereal cracker crackers package packet pack popcorn tea cookies macaroni spaghetti",
)
_nouns("packaging", "plastic", 0.1, 900, "butter cheese chocolate pudding gelatin meat snack yogurt")
_nouns("kitchen", "ceramic", 0.11, 700, "mug cup teacup")
_nouns("kitchen", "glass", 0.12, 700, "glass pitcher jug wineglass vase")
_nouns("kitchen", "metal", 0.2, 1800, "spoon fork knife ladle whisk tongs peeler opener")
_nouns("kitchen", "plastic", 0.25, 800, "spatula brush turner")
_nouns("kitchen", "metal", 0.18, 600, "pot kettle teapot grinder shaker mill")
_nouns("tools", "metal", 0.2, 1800, "hammer wrench screwdriver pliers clamp drill scissors screw bolt nut flashlight")
_nouns(
    "toys",
    "plastic",
    0.1,
    500,
    "block brick car truck train plane airplane duck dinosaur figure doll cube puzzle robot toy lego die dice",
)
_nouns("toys", "rubber", 0.07, 300, "ball baseball softball racquetball")
_nouns("stationery", "plastic", 0.14, 700, "pen pencil marker stapler eraser ruler tape roll glue calculator")
_nouns("stationery", "paper", 0.22, 600, "book notebook magazine")
_nouns(
    "household",
    "plastic",
    0.15,
    500,
    "phone remote mouse keyboard clock lamp soap candle toothbrush toothpaste controller lotion",
)
_nouns("household", "foam", 0.11, 100, "sponge")
_nouns("household", "fabric", 0.25, 250, "shoe sneaker boot sandal slipper hat bag backpack glove towel")
_nouns("containers", "ceramic", 0.22, 1400, "plate saucer dish platter")
_nouns("containers", "ceramic", 0.15, 1300, "bowl ramekin")
_nouns("containers", "metal", 0.3, 1500, "pan frypan skillet saucepan")
_nouns("containers", "wood", 0.3, 700, "tray crate board rack")
_nouns("containers", "wicker", 0.25, 250, "basket")
_nouns("containers", "plastic", 0.25, 500, "bin drawer tote bucket organizer caddy")
_nouns("packaging", "cardboard", 0.18, 350, "box")

HOLDERS = frozenset("plate saucer dish platter bowl ramekin pan frypan skillet saucepan tray crate basket bin drawer "
                    "tote bucket organizer caddy rack board box".split())  # fmt: skip
"""Nouns of things that others are put on or in."""
HELD = frozenset("mug cup teacup glass wineglass bottle jar can jug pitcher kettle teapot vase shoe sneaker boot "
                 "sandal slipper pot carton tube shaker hat glove".split())  # fmt: skip
"""Nouns of hollow things that are picked up and moved rather than filled."""
STANDING = frozenset("bottle can carton milk juice jar detergent shampoo sauce ketchup mustard soup vase candle shaker "
                     "dressing cereal".split())  # fmt: skip
"""Nouns of things that stand with their long side up."""


@dataclass(frozen=True)
class Name:
    """noun phrase ("coffee mug"), family slug, head noun, coarse category and the words that the file name gave."""

    name: str
    slug: str
    noun: str
    category: str
    colour: str = ""
    material: str = ""
    shape: str = ""
    size: str = ""

    def known(self) -> tuple[str, str, float, float] | None:
        """(category, material, longest side m, density) of the noun, when it is a known one."""
        return _NOUNS.get(self.noun)


def stem_of(path: str) -> str:
    """File name without extension and without _col, _vis and the like, lower case."""
    return _stem(path).lower()


def _stem(path: str) -> str:
    stem = posixpath.splitext(posixpath.basename(path))[0]
    return _SUFFIX.sub("", stem) or stem


def is_generic(word: str) -> bool:
    """Whether a file or folder name says nothing about the object: "model_2", "in", "B00H4SKSPS"."""
    w = re.sub(r"[\s-]+", "_", word.lower()).strip("_")
    return w in GENERIC or re.sub(r"[_\d]+$", "", w) in GENERIC or all(f in _SIZES for _, f in _words(word))


def said_name(path: str, fallback: str) -> str:
    """The first telling name: of the file, else of the folders above it, else `fallback`."""
    for word in (_stem(path), *reversed(posixpath.dirname(path).split("/"))):
        if word and not is_generic(word):
            return word
    return fallback if fallback and not is_generic(fallback) else "object"


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def folded(text: str) -> str:
    """Letters of Latin script without their marks ("grün" -> "grun", "ß" -> "ss"); other scripts are left out."""
    return unicodedata.normalize("NFKD", text.translate(_LETTERS)).encode("ascii", "ignore").decode()


def _known_form(word: str) -> str:
    """The word, or its singular, when that is a known noun; else ""."""
    forms = (word, word[:-1] if word.endswith("s") else "", word[:-2] if word.endswith("es") else "")
    return next((f for f in forms if f in _NOUNS), "")


def _is_code(token: str) -> bool:
    """Whether a word is an article number or a hash rather than a word with a number."""
    runs, digits = re.findall(r"[A-Za-z]+", token), re.findall(r"\d+", token)
    if not runs or not digits or not token.isascii() or any(_known_form(r.lower()) for r in runs):
        return False
    if re.fullmatch(r"[0-9a-f]{8,}|[A-Z]\d[A-Z0-9]{6,}", token):
        return True
    return len(token) >= 6 and len(digits) > 1 and len(runs) > 1 and (token.isupper() or max(map(len, runs)) < 4)


def _tokens(text: str) -> list[str]:
    """Runs of letters (of any script, with their marks) and digits."""
    text = unicodedata.normalize("NFKC", _UUID.sub(" ", text))
    return "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in text).split()


def _runs(token: str) -> list[str]:
    """Letters and digits of a token apart; cut at capitals as well."""
    out: list[str] = []
    for c in token:
        if out and out[-1][-1].isnumeric() == c.isnumeric() and not (c.isupper() and out[-1][-1].islower()):
            out[-1] += c
        else:
            out.append(c)
    return out


def _words(text: str) -> list[tuple[str, str]]:
    """(lower-case word, the same in ASCII or "") without numbers, codes, units, counts and words that say nothing."""
    out: list[tuple[str, str]] = []
    number = False
    for token in _tokens(text):
        if _is_code(token):
            continue
        runs = _runs(token)
        glued = any(r.isnumeric() for r in runs)  # of "16k", "3d" and "cup2" only the last is a word
        for run in runs:
            if run.isnumeric():
                if [f for _, f in out[-2:]] == ["pack", "of"]:
                    del out[-2:]
                number = True
                continue
            ascii_word = re.sub(r"[^a-z]", "", folded(run).lower())
            short = ascii_word and len(ascii_word) < (3 if glued else 2)
            if not short and ascii_word not in _UNITS and not (number and ascii_word in _COUNTED):
                out.append((run.lower(), ascii_word))
            number = False
    silent = (GENERIC - {"part"}) | (_SKIPPED_WORDS - _SIZES.keys())
    return [(w, f) for w, f in out if f not in silent and _singular(f) not in silent]


def _first_thing(words: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What comes before "and", "with" and the like when it names a thing."""
    for k, (_, f) in enumerate(words):
        if f in _JOINING and any(_known_form(g) for _, g in words[:k]):
            return words[:k]
    return [(w, f) for w, f in words if f not in _JOINING]


def parse_name(text: str) -> Name:
    """Words of "031_red-coffeeMug" sorted into noun phrase, colour, material, shape and size."""
    words = _first_thing(_words(text))
    found = {"colour": "", "material": "", "shape": "", "size": ""}
    nouns: list[tuple[str, str]] = []
    known = [f for _, f in words if _known_form(f)]
    foreign = [w for w, f in words if not f]
    for k, (word, w) in enumerate(words):
        # alone, or as the last word without a known noun before it, "orange" or "glass" is the thing itself
        last = k == len(words) - 1 and not foreign
        itself = len(words) == 1 or (last and not [n for n in known if n != w])
        colour = _COLOUR_WORDS.get(w, "orange" if w == "orange" else "")
        if colour and not itself:
            found["colour"] = found["colour"] or colour
        elif w in _MATERIAL_WORDS and not itself and not (w in known and last):
            found["material"] = found["material"] or _MATERIAL_WORDS[w]
        elif w in _SHAPE_WORDS and not itself:
            found["shape"] = found["shape"] or w
        elif w in _SIZES:
            found["size"] = found["size"] or _SIZES[w]
        else:
            nouns.append((word, w))
    # words of other scripts are spoken when there are no Latin ones
    nouns = [n for n in nouns if n[1]] or nouns
    # the last known noun is the head of the phrase; what follows it ("tray set") stays behind
    heads = [k for k, (_, w) in enumerate(nouns) if _known_form(w)]
    if heads:
        nouns = nouns[: heads[-1] + 1]
        head = _known_form(nouns[-1][1])
        nouns[-1] = (head, head)
    nouns = nouns[-3:] if nouns else [("object", "object")]
    noun = nouns[-1][1] or nouns[-1][0]
    slug = "_".join(w for _, w in nouns if w) or "object"
    category = _NOUNS[noun][0] if noun in _NOUNS else "imported"
    return Name(" ".join(w for w, _ in nouns), slug, noun, category, **found)


def known_colour(text: str) -> str:
    """The colour of "dark red" or "gray" as the library says it; "" when its last word is no colour."""
    word = single_word(text)
    return _COLOUR_WORDS.get(word) or _MORE_COLOURS.get(word, "")


def single_word(text: str) -> str:
    """An attribute as one lower-case word."""
    words = re.findall(r"[a-z0-9]+", folded(text).lower())
    return words[-1] if words else ""
