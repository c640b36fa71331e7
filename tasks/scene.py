"""From a task to its scene: every role's query answered with objects of a library."""

from __future__ import annotations

import difflib

import numpy as np

from engine.errors import AssetError, TaskError, unknown_name
from engine.frames import look_at
from engine.graph.contradictions import supporter
from engine.graph.scene_graph import instance_names, task_graph
from engine.layout.config import LayoutConfig, movers_and_holders
from engine.layout.feasibility import explain_impossible
from engine.types import F64, AssetLibrary, ObjectAsset, Role, Scene, TaskSpec

MAX_LOOKS = 400  # objects built in search of one that answers a query
X_WC_NOMINAL: F64 = look_at((1.28, 0.0, 0.72), (0.47, 0.0, 0.05)).vector()


def resolve_scene(spec: TaskSpec, library: AssetLibrary, rng: np.random.Generator) -> Scene:
    """Choose an object for every name of the task; the same generator chooses the same.

    Queries without category take graspable objects (or containers, for what the goal puts things on or in) that cannot
    be taken for another one of the task. Raises TaskError naming the role and the nearest family or attribute value,
    GraphError for what `task_graph` finds, and TaskError for what sizes make impossible.
    """
    task_graph(spec)
    chooser = _Chooser(spec, library, rng)
    slots = instance_names(spec)
    # Fixed instances first, so that nothing else is chosen that could be confused with them.
    for k in sorted(range(len(slots)), key=lambda k: (slots[k][1].instance is None, _importance(spec, slots[k][0]), k)):
        chooser.choose(k, slots[k][0], slots[k][1])
    scene = Scene(spec, tuple(n for n, _ in slots), tuple(chooser.chosen[k] for k in range(len(slots))))
    problems = explain_impossible(scene, X_WC_NOMINAL, LayoutConfig())
    if problems:
        raise TaskError(f"task '{spec.task_id}': " + "; ".join(problems))
    return scene


def _importance(spec: TaskSpec, name: str) -> int:
    movers, holders = movers_and_holders(spec)
    return 0 if name in movers else 1 if name in holders else 2


def family_of(asset_id: str) -> str:
    """The family part of an asset id, "mug" of "mug/17"."""
    return asset_id.split("/", 1)[0]


def confusable(a: ObjectAsset, b: ObjectAsset) -> bool:
    """Whether the name of one could mean the other: same family, or same noun ("box", "cereal box", "bar of soap")."""
    return a.family == b.family or bool(nouns(a.name) & nouns(b.name))


MEASURES = frozenset(
    "piece pieces slice slices bunch pair stack roll block bar pack half bowl cup tin bag cloves head floret".split()
)
"""What is said before "of": "a slice of bread" is not mistaken for "a slice of melon"."""


def nouns(name: str) -> set[str]:
    """The words of a name that say what the thing is: {"cake"} of "piece of cake", {"box"} of "cereal box"."""
    heads = [part.split()[-1] for part in name.split(" of ")]
    return {h for k, h in enumerate(heads) if k == len(heads) - 1 or h not in MEASURES}


class _Chooser:
    def __init__(self, spec: TaskSpec, library: AssetLibrary, rng: np.random.Generator) -> None:
        self.spec, self.library, self.rng = spec, library, rng
        self.ids = library.ids()
        self.families = tuple(dict.fromkeys(family_of(i) for i in self.ids))
        self.chosen: dict[int, ObjectAsset] = {}
        self.names = [n for n, _ in instance_names(spec)]
        self.important = {n for group in movers_and_holders(spec) for n in group}
        self.holders = {p[1] for r in (*spec.goal, *spec.initial) if (p := supporter(r)) is not None}

    def choose(self, k: int, name: str, role: Role) -> None:
        """Fill slot k. Raises TaskError."""
        if role.instance is not None:
            try:
                self.chosen[k] = self.library.get(role.instance)
            except AssetError as error:
                raise TaskError(f"roles.{role.name}.instance: {error}") from error
            self._check_part(name, role, self.chosen[k])
            return
        seen_values: dict[str, set[str]] = {}
        refused = 0
        candidates = self._candidates(role)
        # Where the task leaves the choice, prefer what cannot be confused with any object of the scene, then what
        # cannot be with target and container.
        for strictness in (2, 1, 0) if role.category is None else (0,):
            for asset_id in candidates:
                asset = self.library.get(asset_id)
                for key, value in asset.attributes.items():
                    seen_values.setdefault(key, set()).add(value)
                if any(asset.attributes.get(key) != value for key, value in role.attributes):
                    continue
                if any(asset.asset_id == other.asset_id for other in self.chosen.values()):
                    continue
                if self._wrong_part(name, asset) or not self._allowed(name, role, asset, strictness):
                    refused += 1
                    continue
                self.chosen[k] = asset
                return
        raise TaskError(self._nothing(role, seen_values, refused))

    def _candidates(self, role: Role) -> list[str]:
        """Asset ids that may answer the query, in random order, spread over families."""
        groups: dict[str, list[str]] = {}
        for asset_id in self.ids:
            groups.setdefault(family_of(asset_id), []).append(asset_id)
        if role.category is not None:
            wanted = role.category.replace(" ", "_")
            match = [f for f in groups if f == wanted]
            match = match or [f for f in groups if self.library.get(groups[f][0]).category == role.category]
            if not match:
                known = {*groups, *(self.library.get(g[0]).category for g in groups.values())}
                raise TaskError(
                    f"roles.{role.name}.category: {unknown_name('family or category', role.category, known)}"
                )
            groups = {f: groups[f] for f in match}
        order = [list(groups)[j] for j in self.rng.permutation(len(groups))]
        shuffled = [[groups[f][j] for j in self.rng.permutation(len(groups[f]))] for f in order]
        depth = max(len(g) for g in shuffled)
        merged = [g[d] for d in range(depth) for g in shuffled if d < len(g)]
        return merged[:MAX_LOOKS]

    def _allowed(self, name: str, role: Role, asset: ObjectAsset, strictness: int) -> bool:
        """Whether an object may be taken: the same look and name twice never, confusable ones by strictness."""
        for k, other in self.chosen.items():
            near = self.names[k] in self.important or name in self.important
            if near and asset.name == other.name and asset.attributes == other.attributes:
                return False
            if confusable(asset, other) and (strictness == 2 or (strictness == 1 and near)):
                return False
        return role.category is not None or (name in self.holders) == (asset.container is not None)

    def _wrong_part(self, name: str, asset: ObjectAsset) -> str:
        movers, _ = movers_and_holders(self.spec)
        if not asset.stable_poses:
            return "has no pose in which it stays put"
        if name in movers and not asset.graspable:
            return "cannot be grasped"
        wanted = next((r for r in self.spec.goal if r.kind == "in" and name == r.objects[0]), None)
        if wanted is not None and (asset.container is None or asset.container.kind != "in"):
            return "has no inside"
        return ""

    def _check_part(self, name: str, role: Role, asset: ObjectAsset) -> None:
        wrong = self._wrong_part(name, asset)
        if wrong:
            raise TaskError(
                f"roles.{role.name}.instance: '{asset.asset_id}' ({asset.name}) {wrong}; choose another object"
            )

    def _nothing(self, role: Role, seen: dict[str, set[str]], refused: int) -> str:
        for key, value in role.attributes:
            where = f"roles.{role.name}.attributes.{key}"
            if key not in seen:
                return f"{where}: {unknown_name('attribute', key, seen)}"
            if value not in seen[key]:
                near = difflib.get_close_matches(value, sorted(seen[key]), n=1, cutoff=0.4)
                hint = f"; did you mean '{near[0]}'?" if near else ""
                what = role.category or "object"
                return f"{where}: no {what} is '{value}'{hint} (there are: {', '.join(sorted(seen[key]))})"
        what = " ".join([*(v for _, v in role.attributes), role.category or "object"])
        why = (
            "the others are used, cannot be grasped, hold nothing, or could be confused" if refused else "all are used"
        )
        return f"roles.{role.name}: no {what} is left ({why}); ask for fewer or for other objects"
