"""InSpire's questions: where each object of the instruction is relative to the robot, in the paper's five formulations.

Answers come from `engine.label.directions`, as the columns `inspire.*` do, and are equal to them in pictures of the
third-person camera. In pictures of another upright camera the directions are those of that picture. Asked for are all
objects that the instruction names: the target, the container, and what a relation refers to ("the mug next to the
can").
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.label.directions import AXIS_ORDER, DISTANCE_WORDS, FORMULATIONS, QUESTIONS, answer, offset_in_view
from engine.types import WorldState
from tasks.questions.makers import maker
from tasks.questions.sample import Sample
from tasks.questions.view import View
from tasks.reading import ReadError, phrase_pairs, read_phrase
from tasks.references import Description, is_unique, matches, referents, shortest

VIEWPOINT = "front is towards the camera, right is the right of the image, up is against gravity"
"""The frame of every answer; stored with each sample."""

NOTES = {
    "direction_1d": (
        "Directions are as the camera sees them: front is towards the camera. Answer with one of right, left, up, "
        "down, front, back, grasped.",
        "Answer with one word; right and left are those of the image, front is towards the camera.",
    ),
    "direction_3d": (
        "x is front or back (front is towards the camera), y is right or left of the image, z is up or down.",
        "Answer with three words: front or back, right or left, up or down, as the camera sees it; or grasped.",
    ),
    "proximity": (
        f"Answer {DISTANCE_WORDS[0]} (under 20 cm), {DISTANCE_WORDS[1]} (under 30 cm), {DISTANCE_WORDS[2]} or grasped.",
        f"One word: {', '.join(DISTANCE_WORDS)} or grasped.",
    ),
    "location_3d": (
        "Whole tenths of a metre, cut off: x towards the camera, y to the right of the image, z up.",
        "Three whole numbers in units of 10 cm: to the front (towards the camera), to the right of the image, up.",
    ),
    "distance": (
        "Whole tenths of a metre, cut off, 9 at most.",
        "One whole number in units of 10 cm, at most 9; or grasped.",
    ),
}
"""What may be said after the paper's question, so that the answer can be told from the words alone."""


def named_objects(view: View, instruction: str | None = None) -> dict[int, str]:
    """Objects of an instruction (default: the view's) by scene index, with their part: "target", "container" or
    "reference".

    Target and container are the task's; what their phrases refer to is read from the sentence, where it can be read.
    """
    out: dict[int, str] = {}
    for i, part in ((view.target, "target"), (view.container, "container")):
        if i is not None:
            out[i] = part
    instruction = instruction or view.instruction
    if instruction:
        for i in _references(instruction, view.state, view.target, view.container):
            out.setdefault(i, "reference")
    return out


def _references(sentence: str, state: WorldState, target: int | None, container: int | None) -> list[int]:
    """Scene indices of objects that the sentence's phrases relate to; [] when it cannot be read."""
    for said, _, place in phrase_pairs(sentence):
        try:
            phrases = [read_phrase(said, state), *(read_phrase(p, state) for p in _places(place, state))]
        except ReadError:
            continue
        # The relation held when the sentence was said, and may not now: only the rest of the phrase is compared.
        if target is not None and not matches(_bare(phrases[0]), state, target):
            continue
        if container is not None and not any(matches(_bare(d), state, container) for d in phrases[1:]):
            continue
        found: list[int] = []
        for d in (*(a for p in phrases for a in p.anchors), *phrases[1:]):
            fits = referents(_bare(d), state)
            found += [fits[0]] if len(fits) == 1 else []
        return list(dict.fromkeys(found))
    return []


def _places(phrase: str, state: WorldState) -> list[str]:
    """The phrases of "the can and the bowl", or the phrase itself when it is one."""
    try:
        read_phrase(phrase, state)
        return [phrase]
    except ReadError:
        parts = phrase.split(" and the ")
        return [phrase] if len(parts) == 1 else [parts[0], *(f"the {p}" for p in parts[1:])]


def _bare(d: Description) -> Description:
    """The description without what depends on poses."""
    return Description(d.noun, d.attributes)


def phrase_for(view: View, i: int, instruction: str | None = None) -> Description | None:
    """The phrase that means object i in this picture: the instruction's own where it has no relation and is unique
    here, else the shortest one by name and attributes; None when there is none."""
    instruction = instruction or view.instruction
    if i not in view.seen:
        return None
    k = view.seen.index(i)
    if instruction and i in (view.target, view.container):
        for said, _, place in phrase_pairs(instruction):
            text = said if i == view.target else place
            try:
                d = read_phrase(text, view.state)
            except ReadError:
                continue
            if d.relation is None and d.extreme is None and is_unique(d, view.here, k):
                return d
    return shortest(view.here, k)


def offset(view: View, i: int) -> np.ndarray:
    """Object centre minus fingertip midpoint (3,) in this picture's viewpoint frame, metres: front, right, up."""
    return offset_in_view(view.poses[i, :3], view.ee_pose[:3], view.pose)


def can_ask(view: View, i: int) -> bool:
    """Whether the picture shows what the answer says: the object clearly, or in the hand; from an upright camera or
    the third-person one."""
    held = view.grasped is not None and bool(view.grasped[i])
    third = view.camera.parent == "world" and np.allclose(view.state.X_WC, view.X_WC, rtol=0, atol=1e-9)
    return (view.level or third) and (i in view.clear or (held and i in view.seen))


@maker("inspire")
def make(view: View, rng: np.random.Generator) -> Iterator[Sample]:
    """Directions, distances and places of the instruction's objects; without a task, of any clearly seen object."""
    wordings = view.instructions or ((view.instruction,) if view.instruction else ())
    instruction = wordings[int(rng.integers(len(wordings)))] if wordings else None
    parts = named_objects(view, instruction) or dict.fromkeys(view.clear, "any")
    pairs = [(i, f) for i in parts for f in FORMULATIONS if can_ask(view, i)]
    for j in rng.permutation(len(pairs)):
        i, formulation = pairs[int(j)]
        phrase = phrase_for(view, i, instruction)
        if phrase is not None:
            facts = {"part": parts[i], **({"instruction": instruction} if instruction else {})}
            yield ask(view, rng, i, formulation, phrase, facts)


def ask(
    view: View, rng: np.random.Generator, i: int, formulation: str, phrase: Description, facts: dict[str, str]
) -> Sample:
    """One question of a formulation about object i, called `phrase`, and its answer."""
    name = phrase.text(article="" if formulation == "direction_1d" else "the ")
    question = QUESTIONS[formulation].format(object=name)
    notes = ("", *NOTES[formulation])
    note = notes[int(rng.integers(len(notes)))]
    told = {
        "formulation": formulation,
        "phrase": phrase.text(),
        "viewpoint": VIEWPOINT,
        **({"axis_order": list(AXIS_ORDER)} if formulation.endswith("3d") else {}),
    }
    held = view.grasped is not None and bool(view.grasped[i])
    said = answer(formulation, offset(view, i), held)
    return Sample("inspire", "text", f"{question} {note}".strip(), said, (i,), told | facts)
