"""Instructions in English for a scene: the template, and paraphrases by attribute and by spatial relation.

Every phrase that names an object was checked to mean that object only, with the predicates of
`engine.graph.relations`, in the state the instruction is given for. Sides are seen in the third-person camera's
levelled view.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from engine.graph.contradictions import supporter
from engine.types import Relation, Scene, WorldState
from tasks.references import Description, by_attributes, is_unique, plural, refer, shortest, spatial

TWO_STEPS = {  # after "the mug to the left of the can", "on the plate" would go with the can
    "on": (
        "Pick up {t} and put it on {c}",
        "Take {t} and set it down on {c}",
        "Grab {t} and place it on {c}",
        "Could you pick up {t} and put it on {c}?",
        "Find {t} and move it onto {c}",
    ),
    "in": (
        "Pick up {t} and put it in {c}",
        "Take {t} and drop it into {c}",
        "Grab {t} and place it inside {c}",
        "Could you pick up {t} and put it in {c}?",
        "Find {t} and move it into {c}",
    ),
}
KINDS = ("template", "name", "attribute", "spatial")
SENTENCES = {
    "on": (
        "Put {t} on {c}",
        "Place {t} on {c}",
        "Pick up {t} and put it on {c}",
        "Take {t} and set it down on {c}",
        "Grab {t} and place it on {c}",
        "Please put {t} on {c}",
        "Could you put {t} on {c}?",
        "Lift {t} and lay it on {c}",
        "Set {t} on {c}",
        "I would like {t} on {c}, please",
    ),
    "in": (
        "Put {t} in {c}",
        "Place {t} into {c}",
        "Pick up {t} and put it in {c}",
        "Take {t} and drop it into {c}",
        "Grab {t} and place it inside {c}",
        "Please put {t} into {c}",
        "Could you put {t} in {c}?",
        "Lift {t} and lower it into {c}",
        "Move {t} into {c}",
        "I would like {t} in {c}, please",
    ),
    "left_of": ("Move {t} to the left of {c}", "Put {t} on the left side of {c}"),
    "right_of": ("Move {t} to the right of {c}", "Put {t} on the right side of {c}"),
    "in_front_of": ("Move {t} in front of {c}", "Put {t} in front of {c}"),
    "behind": ("Move {t} behind {c}", "Put {t} behind {c}"),
    "near": ("Move {t} next to {c}", "Put {t} close to {c}"),
    "between": ("Move {t} between {c}", "Put {t} between {c}"),
    "under": ("Put {t} under {c}",),
}


@dataclass(frozen=True)
class Instruction:
    """One sentence. kind: see KINDS. target_ref and container_ref are its noun phrases ("the red mug"), each unique."""

    text: str
    kind: str
    target_ref: str
    container_ref: str


def instructions(scene: Scene, state: WorldState, rng: np.random.Generator, n: int = 4) -> list[Instruction]:
    """`n` different sentences for the scene's goal, at most; the first is always the task's template.

    The others take turns: by attribute, by spatial relation, by name in other words. A kind that has no unique phrase
    in this scene leaves its turn to the next. All say the target's name: sentences that do not are
    `tasks.rewriting`'s, for evaluation.
    """
    goal = next((r for r in scene.task.goal if supporter(r) is not None), scene.task.goal[0])
    t = scene.index(goal.subject)
    holders = [scene.index(o) for o in goal.objects]
    out = [_from_template(scene, state, scene.task.instructions[0], goal)]
    usual = SENTENCES[goal.kind]
    sentences = {"spatial": TWO_STEPS.get(goal.kind, usual), "attribute": usual, "name": usual}
    order = {kind: [int(k) for k in rng.permutation(len(s))] for kind, s in sentences.items()}
    phrases = {kind: _phrases(state, t, holders, kind) for kind in ("attribute", "spatial", "name")}
    picks = {kind: [int(k) for k in rng.permutation(len(p))] for kind, p in phrases.items()}
    kinds = ("attribute", "spatial", "name")
    for turn in range(4 * n):
        if len(out) >= n:
            break
        kind = kinds[turn % len(kinds)]
        if not picks[kind]:
            continue
        target = phrases[kind][picks[kind].pop(0) if kind != "name" else picks[kind][0]]
        container = " and ".join(_container(state, h, kind, rng).text() for h in holders)
        pattern = sentences[kind][order[kind][turn % len(order[kind])]]
        if target.noun is not None and plural(target.noun):
            pattern = pattern.replace(" it ", " them ")
        text = pattern.format(t=target.text(), c=container)
        if all(text != other.text for other in out):
            out.append(Instruction(text, kind, target.text(), container))
    return out


def _phrases(state: WorldState, i: int, holders: list[int], kind: str) -> list[Description]:
    """Unique descriptions of object i of one kind, the plainest few."""
    if kind == "name":
        best = shortest(state, i)
        return [] if best is None else [best]
    if kind == "spatial":
        options = list(spatial(state, i)[:12])
        goals = [refer(state, h) for h in holders]
        # "the can next to the bowl ... in the bowl" is right but clumsy: only when there is nothing else.
        return [d for d in options if not any(g in d.anchors for g in goals)] or options
    asset = state.assets[i]
    # Two adjectives at most: more is no longer how people speak.
    options = [d for d in by_attributes(asset) if len(d.attributes) <= 2]
    options = [d for d in options if d.text() != Description(asset.name).text()]
    options = [d for d in options if is_unique(d, state, i)]
    if shortest(state, i) == Description(asset.name):  # sizes only where they tell two apart
        options = [d for d in options if all(k != "size" for k, _ in d.attributes)] or options
    return options[:10]


def _container(state: WorldState, i: int, kind: str, rng: np.random.Generator) -> Description:
    """How to name the container: plainly, or now and then with its colour."""
    best = refer(state, i)
    if kind == "attribute" and rng.uniform() < 0.5:
        longer = [d for d in by_attributes(state.assets[i]) if len(d.attributes) == 1 and is_unique(d, state, i)]
        longer = [d for d in longer if d.text() != Description(state.assets[i].name).text() and d != best]
        longer = [d for d in longer if d.attributes[0][0] != "size"]
        if longer:
            return longer[int(rng.integers(len(longer)))]
    return best


def _from_template(scene: Scene, state: WorldState, template: str, goal: Relation) -> Instruction:
    """The task's template with every {role} filled by the shortest unique phrase; "the" is not doubled."""

    def fill(match: re.Match[str]) -> str:
        phrase = refer(state, scene.index(match.group(2))).text()
        article, bare = match.group(1) or "", phrase.removeprefix("the ")
        return article + bare if article else phrase

    text = re.sub(r"(\b(?:[Tt]he|[Aa]n?) )?\{(\w+)\}", fill, template)
    container = " and ".join(refer(state, scene.index(o)).text() for o in goal.objects)
    return Instruction(text, "template", refer(state, scene.index(goal.subject)).text(), container)
