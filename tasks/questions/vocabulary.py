"""What objects are called: every name of the library, which names people mix up, and plurals.

python -m tasks.questions.vocabulary        # writes nouns.json anew: {family: [names]}, after a change of the library
"""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path

import numpy as np

from engine.types import ObjectAsset
from tasks.references import KIND_NOUNS, noun_fits
from tasks.references import plural as said_plural
from tasks.scene import nouns

_FILE = Path(__file__).with_name("nouns.json")

_ALIKE = (
    "mug cup teacup tankard glass tumbler goblet beaker jug pitcher teapot kettle vase pot maker press carafe shaker",
    "bowl dish basin plate platter tray saucer pan saucepan skillet wok mat trivet coaster board colander strainer "
    "stand pot bucket tub bin",
    "box carton crate bin tub bucket basket basin case parcel gift pack package chest organiser matchbox container "
    "toolbox dispenser block brick deck book notebook bank house",
    "bottle shaker flask canister jar tin can polish perfume dispenser sanitizer oil lotion shampoo soap detergent "
    "bleach softener syrup sauce spray deodorant cream balm wax milkshake slush coffee lipstick paste tube glue "
    "tea cleaner conditioner ketchup mustard mayonnaise drink juice milk water tank",
    "bag sack pouch sachet packet pack parcel",
    "shoe slipper boot sandal sneaker trainer sock clog",
    "hat cap helmet",
    "apple peach plum nectarine apricot orange mandarin grapefruit lemon lime tomato pear mango papaya kiwi melon "
    "pomegranate fruit ball onion potato avocado cherry berry strawberry raspberry blueberry fig guava egg turnip beet "
    "beetroot radish pumpkin watermelon coconut lychee",
    "cucumber zucchini eggplant pickle gherkin courgette banana chili pepper carrot parsnip radish turnip beet "
    "beetroot corn asparagus celery leek onion",
    "broccoli cauliflower cabbage lettuce salad artichoke sprout",
    "onion garlic ginger shallot potato mushroom",
    "bread roll bun bagel donut doughnut croissant baguette muffin cupcake cake pie tart pastry pasty quiche cookie "
    "biscuit pretzel pizza waffle pancake sandwich burger toast loaf brownie wrap taco dog ring",
    "steak ham ribs chicken drumstick sausage bacon fish fillet shrimp salmon skewer meat sushi nigiri maki roll",
    "pen pencil marker highlighter crayon brush chalk stick lipstick",
    "spoon ladle skimmer spatula turner fork knife cleaver whisk masher peeler zester tongs scoop server brush cutter "
    "scissors pin",
    "screwdriver chisel file drill wrench spanner pliers hammer hatchet axe mallet saw clamp flashlight roller torch",
    "bolt nut screw washer valve elbow tee cross reducer gear fitting",
    "car truck bus van tractor train lorry jeep taxi digger bulldozer",
    "plane airplane helicopter rocket boat ship submarine",
    "pawn rook knight bishop queen king piece figure statue figurine doll robot",
    "pig cow dog cat horse sheep bear rabbit elephant lion turtle frog snail duck bird penguin dinosaur hedgehog "
    "caterpillar ladybird owl whale octopus crab fish animal teddy plush giraffe dolphin shark chick hen",
    "phone telephone receiver remote controller calculator camera mouse joystick radio speaker console headphones "
    "microphone charger plug adapter",
    "clock watch timer alarm",
    "candle candlestick bulb lamp lantern light",
    "sponge cloth towel napkin tissue tissues glove holder",
)
_GROUPS = tuple(frozenset(group.split()) for group in _ALIKE)
_MASS = frozenset(
    "broccoli cauliflower corn popcorn garlic ginger bread cheese asparagus meat ham shrimp sushi tofu cereal "
    "slush bleach softener soap detergent sanitizer oil polish deodorant cream balm wax perfume syrup "
    "lotion shampoo conditioner gel clothing food chocolate salmon coffee sauce toothpaste".split()
)
"""Nouns of which nobody counts several: "two bleaches"."""
_SINGULAR = frozenset({"thermos"})
"""Nouns in -s that are one thing."""
_IRREGULAR = {
    "knife": "knives", "loaf": "loaves", "leaf": "leaves", "half": "halves", "shelf": "shelves", "scarf": "scarves",
    "mouse": "mice", "die": "dice", "potato": "potatoes", "tomato": "tomatoes", "mango": "mangoes", "fish": "fish",
    "sheep": "sheep", "box": "boxes", "radish": "radishes", "foot": "feet", "person": "people", "fruit": "fruits",
    "snowman": "snowmen",
}  # fmt: skip


@functools.cache
def library_names() -> dict[str, tuple[str, ...]]:
    """Names of the library's objects by family."""
    return {family: tuple(names) for family, names in json.loads(_FILE.read_text(encoding="utf-8")).items()}


@functools.lru_cache(1 << 16)
def alike(a: str, b: str) -> bool:
    """Whether somebody might call by one name what has the other: a word in common, or things that look alike."""
    heads_a, heads_b = nouns(a), nouns(b)
    if heads_a & heads_b or set(a.split()) & set(b.split()) - {"of", "toy", "half", "set"}:
        return True
    return any(group & heads_a and group & heads_b for group in _GROUPS)


def mistakable(name: str, asset: ObjectAsset) -> bool:
    """Whether somebody might call the object by this name."""
    return noun_fits(name, asset, loose=True) or alike(name, asset.name) or alike(name, asset.family.replace("_", " "))


def absent_name(rng: np.random.Generator, assets: tuple[ObjectAsset, ...]) -> str | None:
    """A name of the library that nobody would give to any of these objects; None when a few draws find none."""
    families = sorted(library_names())
    for _ in range(20):
        names = library_names()[families[int(rng.integers(len(families)))]]
        name = names[int(rng.integers(len(names)))]
        if not any(mistakable(name, a) for a in assets):
            return name
    return None


def plural(name: str) -> bool:
    """Whether a name is said in the plural: "scissors", but not "thermos"."""
    return said_plural(name) and name.split(" of ")[0].split()[-1] not in _SINGULAR


def countable(name: str) -> bool:
    """Whether one says "three": not of "broccoli", "nail polish", "scissors" or "half apple"; but of a bread knife."""
    words = name.split()
    return not plural(name) and words[0] not in ("half", "peeled") and words[-1] not in _MASS and " of " not in name


def plural_of(name: str) -> str:
    """The plural of a name: "mugs", "cereal boxes", "knives"."""
    head, _, tail = name.partition(" of ")
    words = head.split()
    words[-1] = _plural_word(words[-1])
    return " ".join(words) + (f" of {tail}" if tail else "")


def _plural_word(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if re.search(r"(s|x|z|ch|sh)$", word):
        return f"{word}es"
    return f"{word[:-1]}ies" if re.search(r"[^aeiou]y$", word) else f"{word}s"


def article(noun: str) -> str:
    """ "a mug", "an apple"."""
    return f"an {noun}" if noun[0] in "aeiou" and not noun.startswith(("uni", "use", "one")) else f"a {noun}"


KIND_PLURALS = {kind: plural_of(kind) if kind != "fruit" else "pieces of fruit" for kind in KIND_NOUNS}


def _write() -> None:
    from assets.catalogue import catalogue
    from assets.library import ProceduralLibrary

    library = ProceduralLibrary(cache=4)
    names = {f: sorted({library.get(f"{f}/{s}").name for s in seeds}) for f, seeds in sorted(catalogue().items())}
    rows = ",\n".join(f"{json.dumps(f)}: {json.dumps(n)}" for f, n in names.items())
    _FILE.write_text(f"{{\n{rows}\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    _write()
