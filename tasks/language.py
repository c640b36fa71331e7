"""Judging stored instructions: whether each sentence of an episode means one target and one place for it, in its scene.

The sentences are read back with `tasks.reading` and judged with the relation predicates; how they were written does
not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.graph.contradictions import supporter
from engine.types import Relation, Scene, WorldState
from tasks.reading import ReadError, read_phrase, says_goal
from tasks.references import is_unique, matches, referents

MEANT = 0.0
"""Slack with which a phrase must fit what it means; rivals must not even nearly fit (`referents`)."""


def check_instructions(
    scene: Scene, state: WorldState, stored: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[int, str]]:
    """What is wrong with an episode's instructions, as (number of the instruction, one line each).

    stored: records with text, kind, target_ref and container_ref. state: the scene when the instruction is given, with
    contacts, and the camera that sides are seen from.
    """
    goal = next((g for g in scene.task.goal if supporter(g) is not None), scene.task.goal[0])
    target, holders = scene.index(goal.subject), [scene.index(o) for o in goal.objects]
    for number, record in enumerate(stored):
        absent = [k for k in ("text", "target_ref", "container_ref") if not isinstance(record.get(k), str)]
        if absent:
            yield number, f"has no {' and no '.join(absent)}"
            continue
        text, said = record["text"], record["target_ref"]
        yield from ((number, p) for p in _reference(text, said, (target,), state))
        yield from ((number, p) for p in _reference(text, record["container_ref"], tuple(holders), state))
        if not _says(scene, record, goal):
            what = f"{scene.names[target]} {goal.kind} {' and '.join(scene.names[h] for h in holders)}"
            yield number, f"'{text}' does not say the goal: {what}"


def _reference(text: str, said: str, meant: tuple[int, ...], state: WorldState) -> Iterator[str]:
    """Problems of one noun phrase, or of two joined by "and" for two objects."""
    if " ".join(said.lower().split()) not in " ".join(text.lower().split()):
        yield f"'{said}' is not in '{text}'"
    for phrase, i in _split(said, meant, state):
        try:
            description = read_phrase(phrase, state)
        except ReadError as e:
            yield f"'{phrase}' cannot be understood: {e}"
            continue
        if is_unique(description, state, i):
            continue
        fits = referents(description, state)
        if i not in fits or not matches(description, state, i, MEANT):
            yield f"'{phrase}' does not fit {state.names[i]}, which it is to mean"
        elif fits != (i,):
            yield f"'{phrase}' may be any of {', '.join(state.names[k] for k in fits)}"


def _split(said: str, meant: tuple[int, ...], state: WorldState) -> list[tuple[str, int]]:
    """The phrase of each object: split at that "and" at which both halves can be read."""
    if len(meant) == 1:
        return [(said, meant[0])]
    for cut in re.finditer(r" and ", said):
        halves = said[: cut.start()], said[cut.end() :]
        try:
            for half in halves:
                read_phrase(half, state)
        except ReadError:
            continue
        return list(zip(halves, meant, strict=True))
    return [(said, i) for i in meant]


def _says(scene: Scene, record: Mapping[str, Any], goal: Relation) -> bool:
    """Whether a sentence asks for the goal: in words that `says_goal` knows, or in those of the task's own template."""
    text, target, container = record["text"], record["target_ref"], record["container_ref"]
    return says_goal(text, target, container, goal.kind) or any(
        re.fullmatch(_filled(template, scene, target, container, goal), text) is not None
        for template in scene.task.instructions
    )


def _filled(template: str, scene: Scene, target: str, container: str, goal: Relation) -> str:
    """The template as a pattern with its roles filled in; an article before a role is not doubled."""
    phrases = {goal.subject: target}
    if len(goal.objects) == 1:
        phrases[goal.objects[0]] = container
    out, end = "", 0
    for m in re.finditer(r"(\b(?:[Tt]he|[Aa]n?) )?\{(\w+)\}", template):
        out += re.escape(template[end : m.start()])
        phrase = phrases.get(m.group(2))
        if phrase is None:
            out += ".+"  # another object of the scene, or one of two
        else:
            article = m.group(1) or ""
            out += re.escape(article + phrase.removeprefix("the ") if article else phrase)
        end = m.end()
    return out + re.escape(template[end:])
