"""The scene graph as a networkx MultiDiGraph: of a task (what shall be) and of a state (what is).

Nodes are instance names with the attributes `role`, `instance`, `category`, `attributes`. An edge goes from a
relation's subject to each of its objects, with `kind`, `frame`, `stage` ("initial", "goal" or "observed"), `objects`
and `slot` (which of the objects this edge leads to; only `between` has two).
"""

from __future__ import annotations

import json
from typing import Any

import networkx as nx

from engine.errors import GraphError, unknown_name
from engine.graph import contradictions
from engine.graph.relations import RELATION_TABLE
from engine.types import FRAMES, Relation, Role, TaskSpec, WorldState


def instance_names(spec: TaskSpec) -> tuple[tuple[str, Role], ...]:
    """Names of the single objects in scene order, with their role: a role of 3 gives name_0, name_1, name_2.

    Raises GraphError for counts below 1 and names that occur twice.
    """
    out: list[tuple[str, Role]] = []
    for role in spec.roles:
        if role.count < 1:
            raise GraphError(f"roles.{role.name}.count: {role.count}; a role has at least 1 object, or leave it out")
        out += [(role.name if role.count == 1 else f"{role.name}_{k}", role) for k in range(role.count)]
    names = [n for n, _ in out]
    for n in names:
        if names.count(n) > 1:
            raise GraphError(f"roles.{n}: the name '{n}' occurs {names.count(n)} times; give each role its own name")
    return tuple(out)


def lead_relation(spec: TaskSpec) -> Relation:
    """The goal relation that says where the object comes to rest: a supporting one if there is one, else the first."""
    return next((r for r in spec.goal if RELATION_TABLE[r.kind].supports), spec.goal[0])


def check_relation(relation: Relation, where: str, names: tuple[str, ...], roles: dict[str, int]) -> None:
    """Raise GraphError, naming the place, unless the relation is well formed over the instance names."""
    if relation.kind not in RELATION_TABLE:
        raise GraphError(f"{where}.kind: {unknown_name('relation', relation.kind, RELATION_TABLE)}")
    if relation.frame not in FRAMES:
        raise GraphError(f"{where}.frame: {unknown_name('frame', relation.frame, FRAMES)}")
    arity = RELATION_TABLE[relation.kind].arity
    if len(relation.objects) != arity:
        raise GraphError(
            f"{where}.objects: '{relation.kind}' takes {arity} object{'s' * (arity > 1)}, got {len(relation.objects)}"
        )
    slots = [("subject", relation.subject)] + [("objects", o) for o in relation.objects]
    for slot, name in slots:
        if name not in names:
            if roles.get(name, 1) > 1:
                known = f"'{name}_0' to '{name}_{roles[name] - 1}'"
                raise GraphError(f"{where}.{slot}: '{name}' is a role of {roles[name]} objects; name one of {known}")
            raise GraphError(f"{where}.{slot}: {unknown_name('object', name, names)}")
    if len({n for _, n in slots}) != len(slots):
        raise GraphError(f"{where}: {contradictions.say(relation)}: an object cannot be related to itself; name others")


def task_graph(spec: TaskSpec) -> nx.MultiDiGraph:
    """The graph of a task: its objects, initial relations and goal.

    Raises GraphError that names the place for unknown names, and explains cycles, contradictions and sets of relations
    that no arrangement fulfils. What depends on sizes is `engine.layout.feasibility`'s.
    """
    instances = instance_names(spec)
    names = tuple(n for n, _ in instances)
    roles = {r.name: r.count for r in spec.roles}
    if not spec.goal:
        raise GraphError("goal: empty; give at least one relation, such as 'target on container'")
    stages = (("initial", spec.initial), ("goal", spec.goal))
    for stage, relations in stages:
        for k, relation in enumerate(relations):
            check_relation(relation, f"{stage}[{k}]", names, roles)
    for stage, relations in stages:
        contradictions.check(relations, stage)
    contradictions.check_goal_is_new(spec.initial, spec.goal)
    graph = nx.MultiDiGraph(task_id=spec.task_id, kind="task")
    for name, role in instances:
        graph.add_node(
            name,
            role=role.name,
            instance=role.instance,
            category=role.category,
            attributes=dict(role.attributes),
        )
    for stage, relations in stages:
        for relation in relations:
            _add(graph, relation, stage)
    return graph


def observed_graph(state: WorldState, frame: str = "camera") -> nx.MultiDiGraph:
    """Every relation that holds in a state, sides seen in `frame`; edges carry the predicate's margins."""
    graph = nx.MultiDiGraph(kind="observed", frame=frame, contacts=state.contacts is not None)
    n = len(state.names)
    for name, asset in zip(state.names, state.assets, strict=True):
        graph.add_node(
            name, role=name, instance=asset.asset_id, category=asset.category, attributes=dict(asset.attributes)
        )
    for kind, impl in RELATION_TABLE.items():
        for i in range(n):
            others = [j for j in range(n) if j != i]
            if impl.arity == 1:
                groups = [(j,) for j in others]
            else:
                groups = [(j, k) for j in others for k in others if j < k]
            for group in groups:
                margin = impl.holds(state, i, group, frame)
                if margin.ok:
                    relation = Relation(kind, state.names[i], tuple(state.names[j] for j in group), frame)
                    _add(graph, relation, "observed", margin.margins)
    return graph


def _add(graph: nx.MultiDiGraph, r: Relation, stage: str, margins: dict[str, float] | None = None) -> None:
    for slot, name in enumerate(r.objects):
        extra: dict[str, Any] = {} if margins is None else {"margins": dict(margins)}
        graph.add_edge(
            r.subject, name, kind=r.kind, frame=r.frame, stage=stage, objects=list(r.objects), slot=slot, **extra
        )


def relations_of(graph: nx.MultiDiGraph, stage: str | None = None) -> tuple[Relation, ...]:
    """The relations that a graph's edges stand for, of one stage or all, in the order they were added."""
    out = []
    for u, _, data in graph.edges(data=True):
        if data["slot"] == 0 and stage in (None, data["stage"]):
            out.append(Relation(data["kind"], u, tuple(data["objects"]), data["frame"]))
    return tuple(out)


def compact_graph(graph: nx.MultiDiGraph) -> dict[str, Any]:
    """The frame, and the graph's relations as [kind, subject, object, ...]; margins follow from the poses."""
    return {"frame": graph.graph["frame"], "relations": [[r.kind, r.subject, *r.objects] for r in relations_of(graph)]}


def graph_to_json(graph: nx.MultiDiGraph) -> str:
    """One line of JSON with nodes and edges in order; `graph_from_json` is its inverse."""
    data = {
        "graph": dict(graph.graph),
        "nodes": [{"name": n, **d} for n, d in graph.nodes(data=True)],
        "edges": [{"subject": u, "object": v, **d} for u, v, d in graph.edges(data=True)],
    }
    return json.dumps(data, separators=(",", ":"), allow_nan=False)


def graph_from_json(text: str) -> nx.MultiDiGraph:
    """The graph of `graph_to_json`'s text. Raises GraphError when it is not one."""
    try:
        data = json.loads(text)
        graph = nx.MultiDiGraph(**data["graph"])
        for node in data["nodes"]:
            graph.add_node(node["name"], **{k: v for k, v in node.items() if k != "name"})
        for edge in data["edges"]:
            rest = {k: v for k, v in edge.items() if k not in ("subject", "object")}
            graph.add_edge(edge["subject"], edge["object"], **rest)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise GraphError(
            f"not a scene graph: {error!r}; the text must come from graph_to_json (graph, nodes, edges)"
        ) from error
    return graph
