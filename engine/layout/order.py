"""In which order objects are placed, and what is known of them before any is."""

from __future__ import annotations

from dataclasses import dataclass, field

import networkx as nx

from engine.graph import shapes
from engine.graph.contradictions import supporter
from engine.layout.config import LayoutConfig, movers_and_holders, region_of
from engine.layout.feasibility import allowed_poses
from engine.types import Region, Relation, Scene


@dataclass
class SearchPlan:
    """What never changes while one layout is sought; object i in scene order."""

    order: list[int]
    regions: list[Region]
    allowed: list[tuple[int, ...]]
    holder: dict[int, int]  # what rests on what at the start
    movers: tuple[int, ...]
    watched: tuple[int, ...]  # must be in the image and visible: movers and holders
    relations: list[tuple[Relation, int, tuple[int, ...]]]
    family: list[set[int]] = field(default_factory=list)  # objects carried by or carrying i, over any number of storeys


def make_plan(scene: Scene, cfg: LayoutConfig) -> SearchPlan:
    """Regions, resting poses, storeys and the order of placing of a scene's objects."""
    index = {n: i for i, n in enumerate(scene.names)}
    movers, holders = (tuple(index[n] for n in ns) for ns in movers_and_holders(scene.task))
    holder: dict[int, int] = {}
    for r in scene.task.initial:
        pair = supporter(r)
        if pair is not None:
            holder.setdefault(index[pair[0]], index[pair[1]])

    def storeys(i: int) -> list[int]:
        chain = []
        while i in holder:
            i = holder[i]
            chain.append(i)
        return chain

    n = len(scene.names)
    regions = [region_of(scene, name, cfg) for name in scene.names]
    allowed = [allowed_poses(a, cfg, upright=i in holder.values()) for i, a in enumerate(scene.assets)]
    area = [shapes.footprint(a, a.stable_poses[allowed[i][0]].q_wxyz).area for i, a in enumerate(scene.assets)]
    part = [0 if i in movers else 1 if i in holders else 2 for i in range(n)]
    order = sorted(range(n), key=lambda i: (part[i], -area[i], i))
    order = _carriers_first(order, holder)
    family: list[set[int]] = [set(storeys(i)) for i in range(n)]
    for i in range(n):
        for j in storeys(i):
            family[j].add(i)
    relations = [(r, index[r.subject], tuple(index[o] for o in r.objects)) for r in scene.task.initial]
    return SearchPlan(order, regions, allowed, holder, movers, tuple(sorted({*movers, *holders})), relations, family)


def _carriers_first(order: list[int], holder: dict[int, int]) -> list[int]:
    graph: nx.DiGraph = nx.DiGraph()
    graph.add_nodes_from(order)
    graph.add_edges_from((h, i) for i, h in holder.items())
    rank = {i: k for k, i in enumerate(order)}
    return list(nx.lexicographical_topological_sort(graph, key=lambda i: rank[i]))
