"""Instructions that never say what the target is called: by attribute and by spatial relation.

For the unseen-instruction track. Training instructions (`tasks.instructions`) always name the target, so no sentence
from here occurs among them. Every rewrite, the grammar's own included, passes `check`: read back from its words it
means the target and nothing else, and asks for the task's goal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.graph.contradictions import supporter
from engine.types import Relation, Scene, WorldState
from tasks.instructions import Instruction
from tasks.reading import ReadError, names_in, read_phrase, says_goal
from tasks.references import (
    Description,
    by_attributes,
    extremes,
    is_unique,
    kind_noun,
    plural,
    refer,
    spatial,
)

SENTENCES = {
    "on": (
        "Put {t} on {c}",
        "Place {t} on top of {c}",
        "Pick up {t} and put it on {c}",
        "Take {t} and set it down on {c}",
        "Could you move {t} onto {c}?",
        "Grab {t} and lay it on {c}",
        "I would like {t} on {c}, please",
        "Please bring {t} onto {c}",
        "Transfer {t} onto {c}",
        "Get {t} and place it on {c}",
    ),
    "in": (
        "Put {t} into {c}",
        "Place {t} inside {c}",
        "Pick up {t} and put it in {c}",
        "Take {t} and drop it into {c}",
        "Could you move {t} into {c}?",
        "Grab {t} and lower it into {c}",
        "I would like {t} in {c}, please",
        "Please place {t} in {c}",
        "Transfer {t} into {c}",
        "Get {t} and set it down in {c}",
    ),
}
OTHERS = {
    "left_of": ("Move {t} to the left of {c}", "Pick up {t} and place it to the left of {c}"),
    "right_of": ("Move {t} to the right of {c}", "Pick up {t} and place it to the right of {c}"),
    "in_front_of": ("Move {t} in front of {c}", "Take {t} and set it in front of {c}"),
    "behind": ("Move {t} behind {c}", "Take {t} and set it behind {c}"),
    "near": ("Move {t} next to {c}", "Pick up {t} and put it close to {c}"),
    "between": ("Move {t} between {c}", "Take {t} and set it between {c}"),
    "under": ("Put {t} under {c}",),
}


@dataclass(frozen=True)
class Refused:
    """A sentence that is no rewrite, and why."""

    text: str
    reason: str


def goal_of(scene: Scene) -> Relation:
    """The relation that the instruction is about: the one that puts something on or in something, else the first."""
    return next((r for r in scene.task.goal if supporter(r) is not None), scene.task.goal[0])


def check(scene: Scene, state: WorldState, text: str, target_ref: str, container_ref: str) -> Instruction | Refused:
    """The sentence as an Instruction when it may stand for the task, else Refused.

    It must ask for the goal in known words, contain both noun phrases, which read back mean the target and the goal's
    other objects alone (with the slack of `tasks.references`), and not say the target's common name anywhere.
    """
    goal = goal_of(scene)
    i = scene.index(goal.subject)
    said = names_in(text, scene.assets[i])
    if said:
        return Refused(text, f"says the common name '{said[0]}'")
    if not says_goal(text, target_ref, container_ref, goal.kind):
        return Refused(text, f"does not plainly ask for '{target_ref}' {goal.kind} '{container_ref}'")
    try:
        target = read_phrase(target_ref, state)
        phrases = container_ref.split(" and ") if goal.kind == "between" else [container_ref]
        holders = [read_phrase(p, state) for p in phrases]
    except ReadError as error:
        return Refused(text, str(error))
    if not is_unique(target, state, i):
        return Refused(text, f"'{target_ref}' does not mean the target alone")
    if len(holders) != len(goal.objects):
        return Refused(text, f"'{container_ref}' does not name {len(goal.objects)} objects")
    for phrase, name, d in zip(phrases, goal.objects, holders, strict=True):
        if not is_unique(d, state, scene.index(name)):
            return Refused(text, f"'{phrase}' does not mean {name} alone")
    spoken = target.relation is not None or target.extreme in ("leftmost", "rightmost", "closest", "farthest")
    return Instruction(text, "spatial" if spoken else "attribute", target_ref, container_ref)


def rewrites(scene: Scene, state: WorldState, rng: np.random.Generator, n: int = 4) -> list[Instruction]:
    """At most `n` different rewrites by the grammar, by attribute and by spatial relation in turns.

    Empty when the scene allows none: a target that nothing but its name tells from the others.
    """
    goal = goal_of(scene)
    i = scene.index(goal.subject)
    queues = {kind: [p[int(k)] for k in rng.permutation(len(p))] for kind, p in _phrases(state, i, goal, scene).items()}
    patterns = SENTENCES.get(goal.kind) or OTHERS[goal.kind]
    order = [int(k) for k in rng.permutation(len(patterns))]
    out: list[Instruction] = []
    kinds = ("attribute", "spatial") if rng.random() < 0.5 else ("spatial", "attribute")
    for turn in range(6 * n):
        queue = queues[kinds[turn % 2]] or queues[kinds[1 - turn % 2]]
        if len(out) >= n or not queue:
            break
        target = queue.pop(0)
        container = " and ".join(_container(state, scene.index(o), rng).text() for o in goal.objects)
        pattern = patterns[order[turn % len(order)]]
        if target.relation is not None and "it" not in pattern.split():  # "the can next to the mug on the plate"
            pattern = next((p for p in (patterns[k] for k in order) if " it " in p), pattern)
        if target.noun is not None and plural(target.noun):
            pattern = pattern.replace(" it ", " them ")
        made = check(scene, state, pattern.format(t=target.text(), c=container), target.text(), container)
        if isinstance(made, Instruction):
            out.append(made)
    return out


def _phrases(state: WorldState, i: int, goal: Relation, scene: Scene) -> dict[str, list[Description]]:
    """Unique nameless descriptions of the target by kind, the plainest few."""
    asset = state.assets[i]
    adjectives = [d for d in by_attributes(asset, with_name=False) if len(d.attributes) <= 3]
    plain = [Description(kind_noun(asset))] if kind_noun(asset) else []
    attribute = [d for d in (*plain, *adjectives) if is_unique(d, state, i)]
    most = extremes(state, i, with_name=False)
    attribute += [d for d in most if d.extreme in ("tallest", "smallest")]
    sides = [d for d in most if d.extreme not in ("tallest", "smallest")]
    goals = [refer(state, scene.index(o)) for o in goal.objects]
    related = [d for d in spatial(state, i, with_name=False) if not _names_itself(d, state, i)]
    clear = [d for d in related if not any(g in d.anchors for g in goals)] or related
    # One adjective and a relation at most; a relation to something that itself needs one is not how people speak.
    return {"attribute": _fewest(attribute)[:6], "spatial": [*sides[:2], *_fewest(clear)[:8]]}


def _fewest(options: list[Description]) -> list[Description]:
    """Fewest words first; phrases with a needless adjective go when a part of them does alone."""
    kept: list[Description] = []
    for d in sorted(options, key=lambda d: len(d.attributes)):
        shorter = any(
            set(k.attributes) < set(d.attributes) and (k.noun, k.relation, k.anchors) == (d.noun, d.relation, d.anchors)
            for k in kept
        )
        if not shorter:
            kept.append(d)
    return kept


def _names_itself(d: Description, state: WorldState, i: int) -> bool:
    """Whether an anchor's name holds the target's: "the object next to the toy mug" for a mug."""
    return any(bool(names_in(a.text(), state.assets[i])) for a in d.anchors)


def _container(state: WorldState, i: int, rng: np.random.Generator) -> Description:
    """The goal's other object by its name, every other time with its colour, material or shape. Only the target goes
    without its name: nobody calls a cooling rack a metal container."""
    best = refer(state, i)
    longer = [d for d in by_attributes(state.assets[i]) if len(d.attributes) == 1 and d.attributes[0][0] != "size"]
    longer = [d for d in longer if d.text() != best.text() and len(best.attributes) == 0 and is_unique(d, state, i)]
    if longer and best.relation is None and rng.random() < 0.5:
        return longer[int(rng.integers(len(longer)))]
    return best
