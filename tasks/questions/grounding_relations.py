"""Spatial relations: where one object is relative to another, what is next to, between, on or in others, what is
closest to the camera. Sides are those of the picture; they are asked only where it has any."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from engine.graph.relations import RELATION_TABLE, frame_axes
from tasks.questions import forms
from tasks.questions.forms import how, label, pick, pick_form
from tasks.questions.makers import maker
from tasks.questions.phrases import Phrases, phrases
from tasks.questions.sample import Sample
from tasks.questions.view import View
from tasks.questions.vocabulary import plural
from tasks.references import RELATION_WORDS, Description, is_unique, referents

SIDE_ASKS = (
    "Where is {a} relative to {b}?",
    "On which side of {b} is {a}?",
    "In the image, what is the position of {a} with respect to {b}?",
    "Seen from the camera, where does {a} lie compared with {b}?",
    "What is the spatial relation of {a} to {b}?",
)
_SIDE_HOW = {
    "text": (
        "Answer with one of: left, right, in front, behind.",
        "Choose from left, right, in front or behind.",
        "Reply left, right, in front or behind, as seen in the image.",
    ),
    "json": ('Answer in JSON: {"relation": "left" | "right" | "in front" | "behind"}.',),
    "xml": ("Answer in XML: <relation>left, right, in front or behind</relation>, one of the four.",),
}
NEARER_ASKS = (
    "Which is closer to the camera, {a} or {b}?",
    "Is {a} or {b} nearer to the camera?",
    "Compare the distance to the camera: which is nearer, {a} or {b}?",
    "Which of the two is closer to the viewer: {a} or {b}?",
    "{A} or {b}: which one is nearer to the camera?",
)
WHAT_ASKS = (
    "What is {w}?",
    "Which object is {w}?",
    "Name the object that is {w}.",
    "What do you see {w}?",
    "Tell me which object is {w}.",
)
MOST_ASKS = (
    "Which object is {w}?",
    "What is the object that is {w}?",
    "Name the object {w}.",
    "Of all objects on the table, which one is {w}?",
    "Find the object {w}.",
)
_MOST = {
    "leftmost": "farthest to the left in the image",
    "rightmost": "farthest to the right in the image",
    "closest": "closest to the camera",
    "farthest": "farthest from the camera",
}
_NAME_HOW = ("Answer with its name.", "Reply with the name of the object.", "Give a short answer.")
_CONE = np.deg2rad(30.0)
"""A side is the answer only within this angle of its axis: two of the four words never nearly hold at once."""
_APART = (0.04, 0.45)  # m between the two objects' centres
_NEARER_M = 0.06


@maker("relation", 1.6)
def relation(view: View, rng: np.random.Generator) -> Iterator[Sample]:
    """Questions of every sort in turn, in random order."""
    words = phrases(view)
    makes: list[Callable[[View, Phrases, np.random.Generator], Iterator[Sample]]] = [_nearer, _what]
    if view.level:
        makes += [_side, _side, _most]
    running = [makes[int(n)](view, words, rng) for n in rng.permutation(len(makes))]
    while running:
        for one in list(running):
            sample = next(one, None)
            if sample is None:
                running.remove(one)
            else:
                yield sample


def _pairs(words: Phrases, rng: np.random.Generator) -> Iterator[tuple[int, int]]:
    able = [k for k in words.still if words.short(k) is not None]
    pairs = [(a, b) for a in able for b in able if a != b]
    for n in rng.permutation(len(pairs))[:24]:
        yield pairs[int(n)]


def _said(words: Phrases, k: int) -> str:
    d = words.short(k)
    assert d is not None
    return d.text()


def _side(view: View, words: Phrases, rng: np.random.Generator) -> Iterator[Sample]:
    front, right = frame_axes("camera", words.state.X_WC)
    for a, b in _pairs(words, rng):
        d = words.state.poses[a, :2] - words.state.poses[b, :2]
        gap = float(np.linalg.norm(d))
        if not _APART[0] <= gap <= _APART[1]:
            continue
        axes = {"left_of": -right, "right_of": right, "in_front_of": front, "behind": -front}
        kind, cosine = max(((k, float(d @ u) / gap) for k, u in axes.items()), key=lambda x: x[1])
        if np.arccos(min(cosine, 1.0)) > _CONE or not words.side_in_pixels(kind, a, b):
            continue
        word = {"left_of": "left", "right_of": "right", "in_front_of": "in front", "behind": "behind"}[kind]
        form = ("text", "json", "xml")[int(rng.choice(3, p=[0.6, 0.25, 0.15]))]
        answer = {"text": word, "json": f'{{"relation": "{word}"}}', "xml": f"<relation>{word}</relation>"}[form]
        question = f"{pick(rng, SIDE_ASKS).format(a=_said(words, a), b=_said(words, b))} {pick(rng, _SIDE_HOW[form])}"
        yield Sample("relation", form, _verb(question, words, a), answer, _scene(view, a, b), {"relation": kind})


def _verb(question: str, words: Phrases, k: int) -> str:
    """ "Where are the stacking rings ...", for what is said in the plural."""
    if not plural(words.state.assets[k].name):
        return question
    said = _said(words, k)
    return question.replace(f" is {said}", f" are {said}").replace(f"does {said}", f"do {said}")


def _nearer(view: View, words: Phrases, rng: np.random.Generator) -> Iterator[Sample]:
    for a, b in _pairs(words, rng):
        lead = float(words.distances[b] - words.distances[a])
        if abs(lead) < _NEARER_M:
            continue
        said = (_said(words, a), _said(words, b))
        several = plural(words.state.assets[a].name) or plural(words.state.assets[b].name)
        asks = [q for q in NEARER_ASKS if not (several and q.startswith("Is "))]
        question = pick(rng, asks).format(a=said[0], b=said[1], A=said[0][0].upper() + said[0][1:])
        answer = said[0] if lead > 0 else said[1]
        yield Sample("relation", "text", question, answer, _scene(view, a, b), {"relation": "nearer"})


def _what(view: View, words: Phrases, rng: np.random.Generator) -> Iterator[Sample]:
    """What is next to, between, on, in, left of ... others, where exactly one object is."""
    kinds = ["near", "between", "on", "in", *(("left_of", "right_of") if view.level else ())]
    able = [k for k in words.still if words.short(k) is not None]
    for _ in range(16):
        kind = kinds[int(rng.integers(len(kinds)))]
        arity = RELATION_TABLE[kind].arity
        if len(able) <= arity:
            return
        chosen = [able[int(n)] for n in rng.permutation(len(able))[:arity]]
        anchors = tuple(d for j in chosen if (d := words.short(j)) is not None)
        d = Description(None, (), kind, anchors)
        fits = referents(d, words.state)
        if len(fits) != 1:
            continue
        k = fits[0]
        if k not in words.still or not (words.is_so(d, k) and words.true_in_pixels(d, k)) or words.short(k) is None:
            continue
        where = f"{RELATION_WORDS[kind]} {' and '.join(a.text() for a in anchors)}"
        yield _object(view, words, pick(rng, WHAT_ASKS).format(w=where), k, chosen, kind, rng)


def _most(view: View, words: Phrases, rng: np.random.Generator) -> Iterator[Sample]:
    if set(view.seen) != set(view.clear):
        return
    for n in rng.permutation(len(_MOST)):
        extreme = list(_MOST)[int(n)]
        d = Description(None, extreme=extreme)
        k = next((j for j in words.still if is_unique(d, words.state, j) and words.true_in_pixels(d, j)), None)
        if k is not None and words.short(k) is not None:
            yield _object(view, words, pick(rng, MOST_ASKS).format(w=_MOST[extreme]), k, [], extreme, rng)


def _object(
    view: View, words: Phrases, question: str, k: int, others: list[int], kind: str, rng: np.random.Generator
) -> Sample:
    """The object as the answer: its name, or its box."""
    d = words.short(k)
    assert d is not None
    objects = _scene(view, k, *others)
    if rng.uniform() < 0.5:
        return Sample("relation", "text", f"{question} {pick(rng, _NAME_HOW)}", label(d), objects, {"relation": kind})
    form = pick_form(rng)
    answer = forms.boxes(form, [(view.box(view.boxes[view.seen[k]]), label(d))])
    return Sample("relation", form, f"{question} {how(rng, 'box', form)}", answer, objects, {"relation": kind})


def _scene(view: View, *here: int) -> tuple[int, ...]:
    return tuple(view.seen[k] for k in here)
