"""From file and folder names to nouns, families, categories and attributes."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from assets.colours import NAMES
from assets.kit import FRICTION

GENERIC = frozenset(
    "textured nontextured untextured textured_simple model mesh object obj visual collision texture textures material "
    "materials meshes models google_16k google_64k google_512k tsdf poisson clouds base default scene untitled part "
    "output export mujoco urdf simplified decimated normalized model_normalized low high poly lowpoly highpoly assets "
    "files source glb gltf ply stl 3d geometry body shape tmp temp new copy".split()
)
"""Names that say nothing about what an object is; the folder above is asked instead."""

_SUFFIX = re.compile(r"[_-](col|coll|collision|vis|visual|convex|ch|hull|vhacd|simplified|lod\d*)$", re.I)
_SKIPPED_WORDS = frozenset(
    "a an the of my final v1 v2 v3 lod0 lod1 small large big mini new old scan scanned mesh model obj".split()
)
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
        return _NOUNS.get(self.noun) or _NOUNS.get(_singular(self.noun))


def stem_of(path: str) -> str:
    """File name without extension and without _col, _vis and the like, lower case."""
    return _stem(path).lower()


def _stem(path: str) -> str:
    stem = posixpath.splitext(posixpath.basename(path))[0]
    return _SUFFIX.sub("", stem) or stem


def is_generic(word: str) -> bool:
    """Whether a file or folder name says nothing about the object."""
    w = re.sub(r"[\s-]+", "_", word.lower()).strip("_")
    return not re.search(r"[a-z]{2}", w) or w in GENERIC or re.sub(r"[_\d]+$", "", w) in GENERIC


def said_name(path: str, fallback: str) -> str:
    """The first telling name: of the file, else of the folders above it, else `fallback`."""
    for word in (_stem(path), *reversed(posixpath.dirname(path).split("/"))):
        if word and not is_generic(word):
            return word
    return fallback if fallback and not is_generic(fallback) else "object"


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def parse_name(text: str) -> Name:
    """Words of "031_red-coffeeMug" sorted into noun phrase, colour, material, shape and size."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    words = [w for w in re.split(r"[^a-z]+", text.lower()) if w]
    words = [w for w in words if len(w) > 1] or words or ["object"]
    found = {"colour": "", "material": "", "shape": "", "size": ""}
    nouns: list[str] = []
    known = [w for w in words if w in _NOUNS or _singular(w) in _NOUNS]
    for k, w in enumerate(words):
        # alone, or as the last word without a known noun before it, "orange" or "glass" is the thing itself
        itself = len(words) == 1 or (k == len(words) - 1 and not [n for n in known if n != w])
        colour = _COLOUR_WORDS.get(w, "orange" if w == "orange" else "")
        if colour and not itself:
            found["colour"] = found["colour"] or colour
        elif w in _MATERIAL_WORDS and not itself and not (w in known and k == len(words) - 1):
            found["material"] = found["material"] or _MATERIAL_WORDS[w]
        elif w in _SHAPE_WORDS and not itself:
            found["shape"] = found["shape"] or w
        elif w in _SIZES:
            found["size"] = found["size"] or _SIZES[w]
        elif w not in _SKIPPED_WORDS and (w not in GENERIC or w == "part"):
            nouns.append(w)
    # the last known noun is the head of the phrase; what follows it ("tray set") stays behind
    heads = [k for k, w in enumerate(nouns) if w in _NOUNS or _singular(w) in _NOUNS]
    if heads:
        nouns = nouns[: heads[-1] + 1]
    nouns = nouns[-3:] if nouns else ["object"]
    noun = nouns[-1]
    category = (_NOUNS.get(noun) or _NOUNS.get(_singular(noun)) or ("imported",))[0]
    return Name(" ".join(nouns), "_".join(nouns), noun, category, **found)


def single_word(text: str) -> str:
    """An attribute as one lower-case word."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    return words[-1] if words else ""
