"""Referring expressions: noun phrases that mean exactly one object of a scene, checked with the relation predicates.

A description is data (noun, attributes, one relation to other described objects); `matches` says which objects it fits,
`is_unique` whether it fits exactly one, with slack: what it means must hold clearly and for every rival clearly not,
so that the words stay true when the camera moves a little.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from engine.graph.relations import RELATION_TABLE, frame_axes
from engine.graph.shapes import height_range
from engine.types import ObjectAsset, WorldState

KIND_NOUNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "fruit": (("fruit",), ("fruit", "vegetables", "vegetable", "food")),
    "vegetable": (("vegetables", "vegetable"), ("fruit", "vegetables", "vegetable", "food")),
    "toy": (("toys",), ("toys", "household")),
    "tool": (("tools",), ("tools", "stationery", "kitchen", "electronics")),
    "container": (("containers",), ("containers", "kitchen", "packaging", "household")),
}
"""Nouns for a kind of object: the categories that clearly are one, and those that some people would call so, too."""
ATTRIBUTE_ORDER = ("size", "shape", "colour", "material")  # the order of English adjectives
DULL = (  # not said as adjectives
    *("medium", "various", "none", "", "fruit", "vegetable", "food", "irregular", "rounded", "branched", "waisted"),
)
SAID = {"wood": "wooden", "boxy": "box-shaped", "cubic": "cube-shaped", "conical": "cone-shaped"}
NEAR_WORDS = frozenset(
    frozenset(pair.split("/"))
    for pair in (
        "red/orange red/pink red/brown orange/yellow orange/brown orange/pink yellow/beige brown/beige brown/black "
        "white/beige white/grey white/silver grey/silver grey/black blue/turquoise blue/purple green/turquoise "
        "purple/pink purple/black small/medium medium/large tall/cylindrical long/cylindrical tall/long oval/round "
        "oval/long boxy/cubic boxy/tall boxy/flat boxy/long boxy/rectangular rectangular/flat rectangular/long "
        "rectangular/tall round/cylindrical round/flat conical/tall conical/long oblong/long oblong/oval oblong/boxy "
        "oblong/flat oblong/rectangular oblong/cylindrical oblong/curved square/boxy square/cubic square/rectangular "
        "square/flat triangular/conical triangular/flat ring/round ring/flat crescent/curved crescent/long curved/long "
        "cylindrical/conical cylindrical/flat oval/flat tall/triangular boxy/rounded round/rounded oval/rounded"
    ).split()
)
"""Words of which one person says one and another the other of the same object: they do not tell two objects apart."""
ANY_COLOUR = ("multicoloured",)  # may be called by any of its colours
RELATION_WORDS = {
    "left_of": "to the left of",
    "right_of": "to the right of",
    "in_front_of": "in front of",
    "behind": "behind",
    "near": "next to",
    "between": "between",
    "on": "on",
    "in": "in",
    "under": "under",
}
SUPERLATIVES = ("tallest", "smallest")
EXTREMES = {"leftmost": (1, -1.0), "rightmost": (1, 1.0), "closest": (0, 1.0), "farthest": (0, -1.0)}
ANGLE_SLACK = np.deg2rad(12.0)
LENGTH_SLACK = 0.015
EXTREME_SLACK = 0.03
TALLER, SMALLER = 1.2, 0.8  # ratios that the eye sees: of heights, of lengths
SPATIAL_REACH = 0.35  # m: people relate to what is close by


@dataclass(frozen=True)
class Description:
    """What a noun phrase says. noun None: "object". `anchors` are the relation's objects; an extreme is "leftmost",
    "tallest" etc."""

    noun: str | None
    attributes: tuple[tuple[str, str], ...] = ()
    relation: str | None = None
    anchors: tuple[Description, ...] = ()
    frame: str = "camera"
    extreme: str | None = None

    def text(self, article: str = "the ") -> str:
        """The phrase, "the small red mug to the left of the green bowl"."""
        said = (self.noun or "object").split()
        given = dict(self.attributes)
        order = [k for k in ATTRIBUTE_ORDER if k in given] + [k for k in given if k not in ATTRIBUTE_ORDER]
        words = [SAID.get(given[k], given[k]).replace("_", " ") for k in order]
        words = [w for k, w in zip(order, words, strict=True) if w not in said and given[k] not in said]
        core = " ".join([*words, *said])
        if self.extreme in ("leftmost", "rightmost", *SUPERLATIVES):
            return f"{article}{self.extreme} {core}"
        if self.extreme is not None:
            return f"{article}{core} {self.extreme} {'to' if self.extreme == 'closest' else 'from'} the camera"
        if self.relation is None:
            return f"{article}{core}"
        return f"{article}{core} {RELATION_WORDS[self.relation]} {' and '.join(a.text() for a in self.anchors)}"


def plural(name: str) -> bool:
    """Whether a name is said in the plural ("stacking rings", but not "pack of tissues" or "glass")."""
    head = name.split(" of ")[0]
    return head.endswith("s") and not head.endswith(("ss", "us", "is"))


def noun_fits(noun: str, asset: ObjectAsset, loose: bool = False) -> bool:
    """Whether people could call the object so: its name, the end of it ("box" for "cereal box"), its family, its kind.

    loose: a tomato may be called a fruit.
    """
    if noun in KIND_NOUNS:
        groups = KIND_NOUNS[noun][1 if loose else 0]
        return asset.category in groups or asset.attributes.get("material") in groups
    return asset.name == noun or asset.name.endswith(f" {noun}") or asset.family.replace("_", " ") == noun


def kind_noun(asset: ObjectAsset) -> str | None:
    """ "fruit", "toy", "container" ... for what clearly is one, to say instead of the name; else None ("object")."""
    return next((k for k in KIND_NOUNS if noun_fits(k, asset)), None)


def _plain_fits(d: Description, asset: ObjectAsset, loose: bool) -> bool:
    if d.noun is not None and not noun_fits(d.noun, asset, loose):
        return False
    return all(_says(asset.attributes.get(k, ""), v, loose) for k, v in d.attributes)


def _says(has: str, said: str, loose: bool) -> bool:
    return has == said or (loose and (has in ANY_COLOUR or frozenset((has, said)) in NEAR_WORDS))


def matches(d: Description, state: WorldState, i: int, slack: float = 0.0) -> bool:
    """Whether description d fits object i. slack 1 asks for clear truth, -1 lets through what nearly holds."""
    if not _plain_fits(d, state.assets[i], loose=slack < 0):
        return False
    if d.extreme is not None:
        return _extreme(d, state, i, slack)
    if d.relation is None:
        return True
    anchors = [referents(a, state) for a in d.anchors]
    if any(len(a) != 1 for a in anchors):
        return False
    objects = tuple(a[0] for a in anchors)
    if i in objects:
        return False
    margins = RELATION_TABLE[d.relation].holds(state, i, objects, d.frame).margins
    return all(v >= slack * _slack_of(k) for k, v in margins.items())


def _slack_of(margin: str) -> float:
    """How far a margin must be from 0 to be clear to the eye: metres, radians; contacts are clear as they are."""
    return ANGLE_SLACK if margin.endswith("_rad") else LENGTH_SLACK if margin in _FREE_LENGTHS else 0.0


_FREE_LENGTHS = ("separation_m", "near_m", "middle_m", "offset_m")


def _extreme(d: Description, state: WorldState, i: int, slack: float) -> bool:
    if d.extreme in SUPERLATIVES:
        return _superlative(d, state, i, slack)
    axis, sign = EXTREMES[d.extreme or ""]
    u = sign * frame_axes(d.frame, state.X_WC)[axis]
    rivals = [j for j in range(len(state.names)) if j != i and _plain_fits(d, state.assets[j], loose=True)]
    lead = [float((state.poses[i, :2] - state.poses[j, :2]) @ u) for j in rivals]
    return min(lead, default=np.inf) > slack * EXTREME_SLACK


def _superlative(d: Description, state: WorldState, i: int, slack: float) -> bool:
    """Tallest as it stands, or smallest in its longest and in its mean dimension, among those the rest fits."""
    rivals = [j for j in range(len(state.names)) if j != i and _plain_fits(d, state.assets[j], loose=True)]
    if d.extreme == "tallest":
        own, others = _rise(state, i), [_rise(state, j) for j in rivals]
        return own > max(others, default=0.0) * TALLER**slack

    def sizes(j: int) -> np.ndarray:
        e = state.assets[j].extents
        return np.array([float(e.max()), float(np.prod(e)) ** (1 / 3)])

    return all(bool((sizes(i) < sizes(j) * SMALLER**slack).all()) for j in rivals)


def _rise(state: WorldState, i: int) -> float:
    low, high = height_range(state.assets[i], state.poses[i])
    return high - low


def referents(d: Description, state: WorldState) -> tuple[int, ...]:
    """Indices of the objects that the description may be taken for (what nearly holds included)."""
    return tuple(i for i in range(len(state.names)) if matches(d, state, i, slack=-1.0))


def is_unique(d: Description, state: WorldState, i: int) -> bool:
    """Whether d clearly fits object i and no other object even nearly; anchors must be unique, too."""
    return matches(d, state, i, slack=1.0) and referents(d, state) == (i,)


def plain(asset: ObjectAsset) -> Description:
    """The object's name alone."""
    return Description(asset.name)


def tellable(asset: ObjectAsset) -> tuple[tuple[str, str], ...]:
    """Attributes worth saying, in the order in which people reach for them: colour, material, shape, size."""
    keys = ("colour", "material", "shape", "size")
    said = asset.name.split()
    dull = {*DULL, *said, *({"boxy"} if said[-1] == "box" else ())}  # no "orange orange", no "box-shaped juice box"
    return tuple((k, asset.attributes[k]) for k in keys if asset.attributes.get(k, "") not in dull)


def by_attributes(asset: ObjectAsset, with_name: bool = True) -> Iterator[Description]:
    """Descriptions by attributes, fewest words first; by name and attributes, or "object" and attributes."""
    # What is small for a bottle is large for a lemon: sizes are said with the name only.
    pairs = tuple(p for p in tellable(asset) if with_name or p[0] != "size")
    nouns = (asset.name,) if with_name else tuple(dict.fromkeys((kind_noun(asset), None)))
    for n in range(1, len(pairs) + 1):
        for noun in nouns:
            for group in combinations(pairs, n):
                yield Description(noun, group)


def shortest(state: WorldState, i: int) -> Description | None:
    """The shortest unique phrase for object i by name and attributes, or None when none is unique."""
    candidates = [plain(state.assets[i]), *by_attributes(state.assets[i])]
    return next((d for d in candidates if is_unique(d, state, i)), None)


def spatial(state: WorldState, i: int, with_name: bool = True, frame: str = "camera") -> tuple[Description, ...]:
    """Unique descriptions of object i by one relation to near objects that themselves have short unique phrases."""
    near = [j for j in range(len(state.names)) if j != i and _gap(state, i, j) <= SPATIAL_REACH]
    near.sort(key=lambda j: (_gap(state, i, j), j))
    anchors = {j: d for j in near[:6] if (d := shortest(state, j)) is not None}
    out = []
    for base in (
        Description(state.assets[i].name if with_name else kind_noun(state.assets[i])),
        *_one_attribute(state.assets[i], with_name),
    ):
        for kind, impl in RELATION_TABLE.items():
            if kind == "under":
                continue
            groups = [(j,) for j in anchors] if impl.arity == 1 else list(combinations(anchors, 2))
            for group in groups:
                d = Description(base.noun, base.attributes, kind, tuple(anchors[j] for j in group), frame)
                if is_unique(d, state, i):
                    out.append(d)
    return tuple(out)


def _one_attribute(asset: ObjectAsset, with_name: bool) -> tuple[Description, ...]:
    return tuple(
        d for d in by_attributes(asset, with_name) if len(d.attributes) == 1 and d.attributes[0][0] == "colour"
    )


def _gap(state: WorldState, i: int, j: int) -> float:
    return float(np.linalg.norm(state.poses[i, :2] - state.poses[j, :2]))


def extremes(state: WorldState, i: int, with_name: bool = True, frame: str = "camera") -> tuple[Description, ...]:
    """Superlatives that mean object i among those of its name; without the name among those of its kind or all."""
    asset = state.assets[i]
    nouns = (asset.name,) if with_name else tuple(dict.fromkeys((kind_noun(asset), None)))
    # "The leftmost fruit" says that there are several.
    several = [n for n in nouns if sum(_plain_fits(Description(n), a, loose=True) for a in state.assets) > 1]
    options = [Description(n, extreme=e, frame=frame) for n in several for e in (*EXTREMES, *SUPERLATIVES)]
    return tuple(d for d in options if is_unique(d, state, i))


def refer(state: WorldState, i: int) -> Description:
    """The best unique phrase for object i: name, attributes, a relation, a superlative; the closest call as a last
    resort."""
    best = shortest(state, i)
    if best is not None:
        return best
    for options in (spatial(state, i), extremes(state, i)):
        if options:
            return options[0]
    name = state.assets[i].name
    loose = [Description(name, extreme=e) for e in EXTREMES]
    return next((d for d in loose if matches(d, state, i)), Description(name))
