"""Boxes: of one object, of all of several, of none; and how many there are.

Only clearly seen objects are asked for, by phrases that are unique in the picture; counts and detections only where it
is beyond doubt for every object of which a pixel is seen whether it belongs (ST4VLA, stage 1).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from assets.colours import PALETTE
from tasks.questions import forms
from tasks.questions.forms import BOX_ASKS, CLAUSE, POINT_ASKS, how, if_none, label, pick, pick_form, say
from tasks.questions.makers import maker
from tasks.questions.phrases import COLOUR_ABSENT, COLOUR_SHOWN, Phrases, phrases
from tasks.questions.sample import Sample
from tasks.questions.view import View
from tasks.questions.vocabulary import KIND_PLURALS, absent_name, alike, countable, plural_of
from tasks.references import KIND_NOUNS, SAID, Description, by_attributes, kind_noun, plain, referents, tellable

ALL_ASKS = (
    "Detect all {p} in the image, from left to right.",
    "Find every one of the {p} and output their bounding boxes, ordered from left to right.",
    "Locate all {p}. List them from left to right.",
    "Where are the {p}? Give one box for each, starting at the left.",
    "Draw a bounding box around each of the {p}, left to right.",
    "List the boxes of all {p} you can see, from the left edge to the right.",
)
EVERY_ASKS = (
    "Detect all objects on the table, from left to right.",
    "Find every object on the table and output the bounding boxes with names, ordered from left to right.",
    "List all objects in the scene with their boxes, starting at the left. Leave out the robot and the table.",
    "What objects are on the table? Give a box and a name for each, left to right.",
    "Locate each object in the image except the robot and the table, from left to right.",
)
COUNT_ASKS = (
    "How many {p} are in the image?",
    "Count the {p} in the picture.",
    "What is the number of {p} on the table?",
    "How many {p} can you see?",
    "Tell me how many {p} there are.",
    "Please count all {p}.",
)
_COUNT_HOW = {
    "text": ("Answer with a single number.", "Reply with one number only.", "Give just the number."),
    "json": ('Answer in JSON: {"count": n}.', 'Output JSON with the key "count".', 'Reply as {"count": n}.'),
    "xml": ("Answer in XML: <count>n</count>.", "Output <count>n</count>.", "Reply as XML with one <count> element."),
}


_ANYWHERE = ("white", "grey", "black", "multicoloured")
"""Colours not counted by: robot, table and room have them, too."""
_ONE, _ZERO = 0.12, 0.12
"""In which share of the pictures a group of one, or none, is counted."""


@maker("box", 2.0)
def box(view: View, rng: np.random.Generator) -> Iterator[Sample]:
    """The box of one object."""
    words = phrases(view)
    for i in rng.permutation(np.array(view.clear, int)):
        d = words.describe(int(i), rng)
        if d is None:
            continue
        form = pick_form(rng)
        parts = [say(rng, BOX_ASKS, d), how(rng, "box", form)]
        if rng.uniform() < CLAUSE:
            parts.append(if_none(rng, "box", form))
        answer = forms.boxes(form, [(view.box(view.boxes[i]), label(d))])
        yield Sample("box", form, " ".join(parts), answer, (int(i),), {"phrase": d.text()})


@maker("boxes", 0.8)
def boxes(view: View, rng: np.random.Generator) -> Iterator[Sample]:
    """The boxes of all objects of a name, kind or colour, or of every object."""
    words = phrases(view)
    groups = [g for g in _groups(words) if len(g[1]) > 1]
    for n in rng.permutation(len(groups)):
        said, members = groups[int(n)]
        yield _detected(view, words, pick(rng, ALL_ASKS).format(p=said), members, said, rng)
    if view.seen and set(view.seen) == set(view.clear):
        yield _detected(view, words, pick(rng, EVERY_ASKS), tuple(range(len(view.seen))), "objects", rng)


def _detected(
    view: View, words: Phrases, question: str, members: tuple[int, ...], said: str, rng: np.random.Generator
) -> Sample:
    form = pick_form(rng)
    order = sorted(members, key=lambda k: (words.centres[k, 0], words.centres[k, 1]))
    chosen = [view.seen[k] for k in order]
    found = [(view.box(view.boxes[i]), view.assets[i].name) for i in chosen]
    text = f"{question} {how(rng, 'box', form)}"
    return Sample("boxes", form, text, forms.boxes(form, found), tuple(chosen), {"phrase": said})


def _groups(words: Phrases) -> list[tuple[str, tuple[int, ...]]]:
    """Plural phrases with the seen objects that each means, beyond doubt: by name, kind, and colour."""
    if words.groups is None:
        words.groups = _find_groups(words)
    return words.groups


def _find_groups(words: Phrases) -> list[tuple[str, tuple[int, ...]]]:
    assets = words.state.assets
    out = []
    for name in dict.fromkeys(a.name for a in assets):
        same = tuple(k for k, a in enumerate(assets) if a.name == name)
        others = [a for a in assets if a.name != name and alike(a.name, name)]
        if countable(name) and not others and set(same) <= set(words.clear):
            out.append((plural_of(name), same))
    for kind in KIND_NOUNS:
        members = words.all_of(Description(kind))
        if members:
            out.append((KIND_PLURALS[kind], members))
    known = {v for a in assets for k, v in tellable(a) if k == "colour" and v not in _ANYWHERE}
    for colour in sorted(known):
        d = Description(None, (("colour", colour),))
        members = words.all_of(d)
        doubt = [k for k in range(len(assets)) if k not in (members or ()) and words.shows(colour, k) > COLOUR_ABSENT]
        if members and not doubt and all(words.shows(colour, k) >= 2 * COLOUR_SHOWN for k in members):
            out.append((f"{SAID.get(colour, colour)} objects", members))
    return out


@maker("count", 1.0)
def count(view: View, rng: np.random.Generator) -> Iterator[Sample]:
    """How many of a name, kind or colour there are; now and then none.

    Most names stand for one object: were every group asked for, nearly every answer would be 1. So larger groups come
    first, a group of one is asked for in some pictures only, and once, and no number is told by what is asked: there
    are names, kinds and colours with none and with one, too.
    """
    words = phrases(view)
    groups = _groups(words)
    several = [g for g in groups if len(g[1]) > 1]
    single = [g for g in groups if len(g[1]) == 1]
    chosen = [several[int(n)] for n in rng.permutation(len(several))]
    if single and rng.uniform() < _ONE:
        chosen.insert(int(rng.integers(2)), single[int(rng.integers(len(single)))])
    if rng.uniform() < _ZERO and (none := _absent(view, words, rng)) is not None:
        chosen.insert(int(rng.integers(2)), (none, ()))
    for said, members in chosen:
        yield _counted(said, len(members), tuple(view.seen[k] for k in members), rng)


def _absent(view: View, words: Phrases, rng: np.random.Generator) -> str | None:
    """What there is none of: a plural name, or a colour that no object of the scene has or shows."""
    if rng.uniform() < 0.5:
        name = absent_name(rng, view.assets)
        return plural_of(name) if name is not None and countable(name) else None
    colours = [c for c in PALETTE if c not in _ANYWHERE]
    for n in rng.permutation(len(colours)):
        shown = any(words.shows(colours[int(n)], k) > COLOUR_ABSENT for k in range(len(words.state.names)))
        if not shown and _none_fits(Description(None, (("colour", colours[int(n)]),)), view) is not None:
            return f"{SAID.get(colours[int(n)], colours[int(n)])} objects"
    return None


def _counted(said: str, number: int, chosen: tuple[int, ...], rng: np.random.Generator) -> Sample:
    form = ("text", "json", "xml")[int(rng.choice(3, p=[0.5, 0.3, 0.2]))]
    answer = {"text": f"{number}", "json": f'{{"count": {number}}}', "xml": f"<count>{number}</count>"}[form]
    question = f"{pick(rng, COUNT_ASKS).format(p=said)} {pick(rng, _COUNT_HOW[form])}"
    return Sample("count", form, question, answer, chosen, {"phrase": said, "count": number})


@maker("negative", 0.8)
def negative(view: View, rng: np.random.Generator) -> Iterator[Sample]:
    """An object asked for that is not in the image: a thing of another name, of another colour or at another place."""
    words = phrases(view)
    if set(view.seen) != set(view.clear):
        return  # what is barely seen may be what is asked for
    for _ in range(8):
        way = int(rng.choice(3, p=[0.45, 0.35, 0.2]))
        d = (_another_thing, _another_colour, _another_place)[way](view, words, rng)
        if d is None:
            continue
        shape = "box" if rng.uniform() < 0.6 else "point"
        form = pick_form(rng)
        asks = BOX_ASKS if shape == "box" else POINT_ASKS
        question = f"{say(rng, asks, d)} {how(rng, shape, form)} {if_none(rng, shape, form)}"
        answer = forms.boxes(form, []) if shape == "box" else forms.points(form, [])
        yield Sample("negative", form, question, answer, (), {"phrase": d.text(), "shape": shape})


def _another_thing(view: View, words: Phrases, rng: np.random.Generator) -> Description | None:
    name = absent_name(rng, view.assets)
    return None if name is None else Description(name)


def _another_colour(view: View, words: Phrases, rng: np.random.Generator) -> Description | None:
    """A thing that is there, in a colour that no such thing there has."""
    if not words.clear:
        return None
    k = words.clear[int(rng.integers(len(words.clear)))]
    named = [d for d in by_attributes(words.state.assets[k]) if len(d.attributes) == 1]
    there = sorted({v for a in view.assets for k, v in tellable(a) if k == "colour"})
    # Half of the time a colour that is in the picture on something else: the harder question.
    values = [("colour", v) for v in (there if there and rng.uniform() < 0.5 else PALETTE)]
    if not named or not values:
        return None
    pair = values[int(rng.integers(len(values)))]
    noun = named[0].noun
    alike_ones = [j for j in range(len(words.state.names)) if words.may_be(Description(noun), j)]
    if any(words.shows(pair[1], j) > COLOUR_ABSENT for j in alike_ones):
        return None  # by its label it is not, but it looks so here
    return _none_fits(Description(noun, (pair,)), view)


def _another_place(view: View, words: Phrases, rng: np.random.Generator) -> Description | None:
    """A thing that is there, on the side of another where it is not."""
    anchors = [k for k in words.still if words.short(k) is not None]
    if not view.level or len(anchors) < 2:
        return None
    a, b = (anchors[int(n)] for n in rng.permutation(len(anchors))[:2])
    anchor, kind = words.short(b), ("left_of", "right_of")[int(rng.integers(2))]
    other = "right_of" if kind == "left_of" else "left_of"
    head = kind_noun(words.state.assets[a]) if rng.uniform() < 0.3 else plain(words.state.assets[a]).noun
    if anchor is None or not words.side_in_pixels(other, a, b):
        return None
    d = Description(head, (), kind, (anchor,))
    # "The mug to the left of the bowl" with the mug right of it: clearly on the other side, in the scene and in pixels.
    opposite = Description(head, (), other, (anchor,))
    return d if words.is_so(opposite, a) and not _fits(d, words) else None


def _fits(d: Description, words: Phrases) -> bool:
    return any(words.may_be(d, k) for k in range(len(words.state.names)))


def _none_fits(d: Description, view: View) -> Description | None:
    """The description if it fits none of the scene's objects, hidden ones included, even nearly."""
    return None if referents(d, view.state) else d
