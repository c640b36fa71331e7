"""Sets of relations that no arrangement fulfils, found without sizes or poses and explained.

Three facts about the predicates of `relations` make these proofs exact:
- on, in and under order objects by what carries what; every side orders their centres along an axis (2 cm at least),
  so that
  an order with a cycle is impossible. `base` and `world` share their axes, the camera has its own;
- what rests on or in something is not beside it;
- seen from the thing between two others these lie at least 145 degrees apart, a side's cone is 120 degrees wide:
  nothing is
  between two things and on the same side of both.
"""

from __future__ import annotations

from itertools import combinations

import networkx as nx

from engine.errors import GraphError
from engine.types import Relation

SIDES = ("left_of", "right_of", "in_front_of", "behind")
SUPPORT = ("on", "in", "under")
_WORDS = {"left_of": "left of", "right_of": "right of", "in_front_of": "in front of"}


def say(r: Relation) -> str:
    """The relation in words: 'mug left of plate (camera frame)'."""
    frame = f" ({r.frame} frame)" if r.kind in SIDES else ""
    return f"{r.subject} {_WORDS.get(r.kind, r.kind)} {' and '.join(r.objects)}{frame}"


def supporter(r: Relation) -> tuple[str, str] | None:
    """(what rests, what carries it) of an on, in or under relation, else None."""
    if r.kind in ("on", "in"):
        return r.subject, r.objects[0]
    return (r.objects[0], r.subject) if r.kind == "under" else None


def order(r: Relation) -> tuple[str, str, str] | None:
    """(axis, lower, higher) of a side relation: the centre of `lower` is at least 2 cm lower along the axis.

    Axes: "camera right", "camera front", and for both other frames "+x" and "+y" of the robot base.
    """
    if r.kind not in SIDES:
        return None
    a, b = r.subject, r.objects[0]
    if r.kind in ("left_of", "right_of"):
        axis, up = ("camera right", r.kind == "right_of") if r.frame == "camera" else ("+y", r.kind == "left_of")
    else:
        axis = "camera front" if r.frame == "camera" else "+x"
        # In front of means nearer to the viewer; the robot looks along +x, while the world's front is +x itself.
        up = (r.kind == "in_front_of") != (r.frame == "base")
    return (axis, b, a) if up else (axis, a, b)


def check(relations: tuple[Relation, ...], stage: str) -> None:
    """Raise GraphError when the relations contradict each other; `stage` ("initial", "goal") begins the message."""
    _check_pairs(relations, stage)
    _check_support(relations, stage)
    for axis in ("camera right", "camera front", "+x", "+y"):
        graph: nx.DiGraph = nx.DiGraph()
        for r in relations:
            o = order(r)
            if o is not None and o[0] == axis:
                graph.add_edge(o[1], o[2], relation=r)
        _raise_cycle(graph, stage, f"they order the objects along {axis} in a circle")
    _check_between(relations, stage)


def _check_pairs(relations: tuple[Relation, ...], stage: str) -> None:
    for r, s in combinations(relations, 2):
        o = order(r)
        if o is not None and order(s) == (o[0], o[2], o[1]):
            raise GraphError(f"{stage}: '{say(r)}' and '{say(s)}' contradict each other; keep one of them")
        same = {r.subject, *r.objects} == {s.subject, *s.objects} and len(r.objects) == 1 == len(s.objects)
        if not same:
            continue
        kinds = {r.kind, s.kind}
        if kinds & set(SUPPORT) and kinds & {*SIDES, "near"}:
            raise GraphError(
                f"{stage}: '{say(r)}' and '{say(s)}' contradict each other: "
                "what rests on or in something is not beside it; keep one of them"
            )
        if r.subject == s.subject and kinds in ({"in", "under"}, {"on", "under"}):
            raise GraphError(
                f"{stage}: '{say(r)}' and '{say(s)}' contradict each other: "
                f"{r.subject} would carry what carries it; keep one of them"
            )


def _check_support(relations: tuple[Relation, ...], stage: str) -> None:
    graph: nx.DiGraph = nx.DiGraph()
    holder: dict[str, tuple[str, Relation]] = {}
    for r in relations:
        pair = supporter(r)
        if pair is not None:
            graph.add_edge(*pair, relation=r)
    _raise_cycle(graph, stage, "each would rest on the next, in a circle")
    for r in relations:
        pair = supporter(r)
        if pair is None or (r.kind == "under" and pair[0] in holder):
            continue  # under also holds for what is two storeys down
        low, other = pair[1], holder.get(pair[0])
        if other is not None and other[0] != low and "under" not in (r.kind, other[1].kind):
            raise GraphError(
                f"{stage}: '{say(r)}' and '{say(other[1])}' contradict each other: an object rests on one thing; "
                "relate it to what it touches only"
            )
        holder[pair[0]] = (low, r)


def _raise_cycle(graph: nx.DiGraph, stage: str, why: str) -> None:
    try:
        edges = nx.find_cycle(graph)
    except nx.NetworkXNoCycle:
        return
    parts = [f"'{say(graph.edges[u, v]['relation'])}'" for u, v, *_ in edges]
    raise GraphError(f"{stage}: {', '.join(parts)} cannot all hold: {why}; remove one of them")


def _check_between(relations: tuple[Relation, ...], stage: str) -> None:
    for r in relations:
        if r.kind != "between":
            continue
        ends = set(r.objects)
        sides: dict[tuple[str, bool], tuple[str, Relation]] = {}
        for s in relations:
            if s.kind == "between" and s.subject in ends and {s.subject, *s.objects} == {r.subject, *ends}:
                raise GraphError(f"{stage}: '{say(r)}' and '{say(s)}' contradict each other; keep one of them")
            pair = supporter(s)
            if pair and r.subject in pair and ends & set(pair):
                raise GraphError(
                    f"{stage}: '{say(r)}' and '{say(s)}' contradict each other: "
                    "what is between two things is not on, in or under one of them; keep one"
                )
            o = order(s)
            if o is None or r.subject not in o[1:]:
                continue
            other = o[2] if o[1] == r.subject else o[1]
            if other not in ends:
                continue
            key = (o[0], o[1] == r.subject)
            if key in sides and sides[key][0] != other:
                raise GraphError(
                    f"{stage}: '{say(r)}', '{say(sides[key][1])}' and '{say(s)}' cannot all hold: "
                    "nothing is between two things and on the same side of both; remove one of them"
                )
            sides[key] = (other, s)


def implies(r: Relation, s: Relation) -> bool:
    """Whether r holding always means that s holds (same, mirrored, or `in` as a case of `on`)."""
    if order(r) is not None and order(r) == order(s):
        return True
    pair = supporter(r)
    if pair is not None and pair == supporter(s):
        return s.kind != "in" or r.kind == "in"
    if r.kind == s.kind == "near":
        return {r.subject, *r.objects} == {s.subject, *s.objects}
    return r.kind == s.kind == "between" and r.subject == s.subject and set(r.objects) == set(s.objects)


def check_goal_is_new(initial: tuple[Relation, ...], goal: tuple[Relation, ...]) -> None:
    """Raise GraphError when the initial relations make the whole goal true already."""
    if all(any(implies(r, s) for r in initial) for s in goal):
        said = ", ".join(f"'{say(s)}'" for s in goal)
        raise GraphError(
            f"goal: {said} already holds by the initial relations; remove it from 'initial' or change the goal"
        )
