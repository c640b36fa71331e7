"""Noun phrases for the objects of one picture: by name, attribute, relation or superlative, unique among what it shows.

Uniqueness is checked by `tasks.references` over every object of which a pixel is seen; anchors are clearly seen ones.
What a phrase says of sides and distances must also be so in pixels of this very picture.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator

import numpy as np

from assets.colours import NAMES, colour_names
from engine.graph.relations import RELATION_TABLE
from engine.types import F64, TABLE
from tasks.questions.view import OBJECT_ID, View
from tasks.references import (
    EXTREMES,
    NEAR_WORDS,
    SUPERLATIVES,
    Description,
    by_attributes,
    is_unique,
    kind_noun,
    matches,
    plain,
)

WAYS = ("name", "attribute", "relation", "extreme")
_WAY_WEIGHTS = (0.35, 0.3, 0.25, 0.1)
SIDES = ("left_of", "right_of", "in_front_of", "behind")
_TRIES = 8
COLOUR_SHOWN = 0.2
"""Part of an object's pixels that must show its colour or a neighbouring one for the colour to be said."""
COLOUR_ABSENT = 0.3
"""Part above which a colour may not be denied of an object."""
_LEAD_PX = 3.0  # of what is leftmost in the picture before the next
_LEAD_M = 0.03
_MOVING = 0.05  # m/s


class Phrases:
    """Phrases of one view. `k` numbers objects of `view.here`, `i` those of the scene."""

    def __init__(self, view: View) -> None:
        self.view, self.state = view, view.here
        self.here = {i: k for k, i in enumerate(view.seen)}
        self.clear = tuple(self.here[i] for i in view.clear)
        self._short: dict[int, Description | None] = {}
        self.groups: list[tuple[str, tuple[int, ...]]] | None = None
        """What `grounding` finds that can be counted, remembered here."""
        self._colours: dict[int, F64] = {}
        held = view.grasped
        speeds = view.state.speeds
        self.still = tuple(
            self.here[i]
            for i in view.clear
            if not (held is not None and held[i]) and (speeds is None or speeds[i] < _MOVING) and self._rests(i)
        )
        """Clearly seen objects that rest on something: sides and places are asked of these only."""
        centres = np.stack([view.boxes[:, 0] + view.boxes[:, 2], view.boxes[:, 1] + view.boxes[:, 3]], 1) / 2
        self.centres: F64 = centres[list(view.seen)]
        """Middle (k, 2) of each seen object's visible box, pixels as drawn."""
        gaps = self.state.poses[:, :3] - view.pose.p
        self.distances: F64 = np.linalg.norm(gaps, axis=1)
        """Metres (k,) from the camera to each seen object's centre."""

    def _rests(self, i: int) -> bool:
        contacts = self.view.state.contacts
        if contacts is None:
            return True
        return any(i in pair and (pair[0] == TABLE or min(pair) >= 0) for pair in contacts)

    # --- phrases ----------------------------------------------------------------------------------

    def short(self, k: int) -> Description | None:
        """The shortest unique phrase by name and attributes (sizes with the name); None when there is none."""
        if k not in self._short:
            asset = self.state.assets[k]
            options = [plain(asset), *(d for d in by_attributes(asset) if len(d.attributes) <= 2)]
            told = (d for d in options if self.colour_true(d, k))
            self._short[k] = next((d for d in told if is_unique(d, self.state, k)), None)
        return self._short[k]

    def describe(self, i: int, rng: np.random.Generator, ways: tuple[str, ...] = WAYS) -> Description | None:
        """A unique phrase for scene object i, in a way drawn from `ways`; the other ways follow where it has none."""
        if i not in self.here:
            return None
        k = self.here[i]
        p = np.array([_WAY_WEIGHTS[WAYS.index(w)] for w in ways])
        for w in rng.choice(len(ways), size=len(ways), replace=False, p=p / p.sum()):
            found = next(self._options(ways[int(w)], k, rng), None)
            if found is not None:
                return found
        return None

    def _options(self, way: str, k: int, rng: np.random.Generator) -> Iterator[Description]:
        """Unique phrases of one way in random order, as far as a few tries find them."""
        make = {"name": self._names, "attribute": self._attributes, "relation": self._relations}
        for d in make.get(way, self._extremes)(k, rng):
            if self.colour_true(d, k) and is_unique(d, self.state, k) and self.true_in_pixels(d, k):
                yield d

    def _names(self, k: int, rng: np.random.Generator) -> Iterator[Description]:
        short = self.short(k)
        if short is not None:
            yield short

    def _attributes(self, k: int, rng: np.random.Generator) -> Iterator[Description]:
        asset = self.state.assets[k]
        named = [d for d in by_attributes(asset) if len(d.attributes) <= 2]
        bare = [d for d in by_attributes(asset, with_name=False) if len(d.attributes) <= 2]
        options = [d for d in named + bare if d.text() != plain(asset).text()]
        for n in rng.permutation(len(options))[:_TRIES]:
            yield options[int(n)]

    def _relations(self, k: int, rng: np.random.Generator) -> Iterator[Description]:
        if k not in self.still:
            return
        anchors = [j for j in self.still if j != k and self.short(j) is not None]
        if not anchors:
            return
        asset = self.state.assets[k]
        colours = [d for d in by_attributes(asset) if [a for a, _ in d.attributes] == ["colour"]]
        heads = [plain(asset), plain(asset), *colours, Description(kind_noun(asset))]
        kinds = [r for r in RELATION_TABLE if r != "under" and (self.view.level or r not in SIDES)]
        # Near anchors first: people relate to what is close by.
        gap = [float(np.linalg.norm(self.state.poses[k, :2] - self.state.poses[j, :2])) for j in anchors]
        near = [anchors[n] for n in np.argsort(gap, kind="stable")[:5]]
        for _ in range(3 * _TRIES):
            kind = kinds[int(rng.integers(len(kinds)))]
            arity = RELATION_TABLE[kind].arity
            if len(near) < arity:
                continue
            chosen = tuple(near[int(n)] for n in rng.permutation(len(near))[:arity])
            if not RELATION_TABLE[kind].holds(self.state, k, chosen).ok:
                continue
            head = heads[int(rng.integers(len(heads)))]
            spoken = tuple(d for j in chosen if (d := self.short(j)) is not None)
            yield Description(head.noun, head.attributes, kind, spoken)

    def _extremes(self, k: int, rng: np.random.Generator) -> Iterator[Description]:
        if k not in self.still:
            return
        asset = self.state.assets[k]
        nouns = tuple(dict.fromkeys((asset.name, kind_noun(asset), None)))
        several = [n for n in nouns if sum(self.may_be(Description(n), j) for j in range(len(self.state.names))) > 1]
        # From above, or from the hand, a picture shows no heights.
        words = (*EXTREMES, *SUPERLATIVES) if self.view.level else tuple(e for e in SUPERLATIVES if e != "tallest")
        options = [Description(n, extreme=e) for n in several for e in words]
        for n in rng.permutation(len(options))[:_TRIES]:
            yield options[int(n)]

    # --- truth ------------------------------------------------------------------------------------

    def shows(self, colour: str, k: int, near: bool = True) -> float:
        """Share of object k's pixels that show a colour, or (near) one that people also call so; 1 for words that are
        no colour of `assets.colours`."""
        if colour not in NAMES:
            return 1.0
        if k not in self._colours:
            pixels = self.view.rgb[self.view.mask == OBJECT_ID + self.view.seen[k]]
            self._colours[k] = np.bincount(colour_names(pixels / 255.0), minlength=len(NAMES)) / max(len(pixels), 1)
        words = [n == colour or (near and frozenset((n, colour)) in NEAR_WORDS) for n in NAMES]
        return float(self._colours[k][words].sum())

    def colour_true(self, d: Description, k: int) -> bool:
        """Whether the colour that a phrase gives object k is not denied by the picture: shade or coloured light may
        turn a white pan black."""
        return all(self.shows(v, k) >= COLOUR_SHOWN for key, v in d.attributes if key == "colour")

    def is_so(self, d: Description, k: int) -> bool:
        """Whether the description clearly fits object k."""
        return matches(d, self.state, k, slack=1.0)

    def may_be(self, d: Description, k: int) -> bool:
        """Whether somebody might say so of object k."""
        return matches(d, self.state, k, slack=-1.0)

    def all_of(self, d: Description) -> tuple[int, ...] | None:
        """Objects k that a plain description fits, when for every seen object it is beyond doubt whether it does and
        those that it fits are clearly seen; else None."""
        fits = [k for k in range(len(self.state.names)) if self.may_be(d, k)]
        if all(self.is_so(d, k) and k in self.clear for k in fits):
            return tuple(fits)
        return None

    def side_in_pixels(self, kind: str, a: int, b: int) -> bool:
        """Whether the picture itself shows object a on that side of object b: further left or right in it, or nearer
        to or farther from the camera."""
        if kind in ("left_of", "right_of"):
            lead = float(self.centres[b, 0] - self.centres[a, 0]) * (1 if kind == "left_of" else -1)
            return lead >= _LEAD_PX
        lead = float(self.distances[b] - self.distances[a]) * (1 if kind == "in_front_of" else -1)
        return lead >= 0.5 * _LEAD_M

    def true_in_pixels(self, d: Description, k: int) -> bool:
        """Whether what a description says of sides or extremes is so in the picture, too."""
        if d.relation in SIDES:
            anchor = next((j for j in range(len(self.state.names)) if self.is_so(d.anchors[0], j)), None)
            return anchor is not None and self.side_in_pixels(d.relation, k, anchor)
        if d.extreme in EXTREMES:
            base = Description(d.noun, d.attributes)
            rivals = [j for j in range(len(self.state.names)) if j != k and self.may_be(base, j)]
            if d.extreme in ("leftmost", "rightmost"):
                sign = 1 if d.extreme == "leftmost" else -1
                return all(sign * (self.centres[j, 0] - self.centres[k, 0]) >= _LEAD_PX for j in rivals)
            sign = 1 if d.extreme == "closest" else -1
            return all(sign * (self.distances[j] - self.distances[k]) >= _LEAD_M for j in rivals)
        return True


_PHRASES: weakref.WeakKeyDictionary[View, Phrases] = weakref.WeakKeyDictionary()


def phrases(view: View) -> Phrases:
    """The phrases of a view, remembered while it lives."""
    found = _PHRASES.get(view)
    if found is None:
        found = _PHRASES[view] = Phrases(view)
    return found
