"""The fixed benchmark: 200 pick-and-place tasks, each with its own target, stored in `benchmark.json`.

It is made by `tasks.make_benchmark`. `draw_task` makes tasks over any other library: the target's family goes round the
families in a fixed shuffled order (so that the first ten or twenty tasks are spread as evenly as all), the container is
one the target fits in, and nine distractors are chosen so that neither of the two can be taken for one of them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import TaskError
from engine.layout.config import LayoutConfig
from engine.layout.feasibility import fit_margin
from engine.rng import rng
from engine.types import AssetLibrary, ObjectAsset, Relation, Role, TaskSpec, content_hash
from tasks.scene import confusable, family_of

BENCHMARK_SIZE = 200
BENCHMARK_FILE = Path(__file__).with_name("benchmark.json")
DISTRACTORS = 9
SEED = 20250
FIT = 0.004  # m free around the target's outline on the container
WIDE = 0.24  # m: larger distractors crowd the table
_KIND_ORDER = ("on", "in", "on", "in", "in")


@cache
def _stored() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(BENCHMARK_FILE.read_text())["tasks"])


def tasks_hash(tasks: Sequence[dict[str, Any]]) -> str:
    """Content hash of tasks in their stored form."""
    return content_hash([[t["target"], t["container"], t["goal"], list(t["distractors"])] for t in tasks])


def benchmark_hash() -> str:
    """Names the stored benchmark: results on another one cannot be compared."""
    return tasks_hash(_stored())


def benchmark_task(i: int) -> TaskSpec:
    """Task i of the benchmark, 0 <= i < BENCHMARK_SIZE. Raises TaskError when i is out of range."""
    if not 0 <= i < BENCHMARK_SIZE:
        raise TaskError(f"benchmark task {i}: the benchmark has the tasks 0 to {BENCHMARK_SIZE - 1}")
    t = _stored()[i]
    spec = make_spec(f"benchmark_{i:03d}", t["target"], t["container"], t["distractors"], t["goal"])
    level = t.get("difficulty")
    return spec if level is None else replace(spec, metadata=(*spec.metadata, ("difficulty", level)))


def draw_task(i: int, library: AssetLibrary, targets: Collection[str] | None = None, name: str = "library") -> TaskSpec:
    """Task i over a library; targets: asset ids to choose targets from (default: all), each in one task only.

    Raises TaskError when i is out of range or the library is too small (no graspable object, no container, too few
    objects that cannot be confused).
    """
    index = _index(library, None if targets is None else frozenset(targets))
    if not 0 <= i < len(index.targets):
        raise TaskError(
            f"task {i}: the library has {len(index.targets)} graspable targets, so tasks 0 to {len(index.targets) - 1}"
        )
    target = library.get(index.targets[i])
    container = index.container(i, target)
    others = index.distractors(i, (target, container))
    kind = container.container.kind if container.container is not None else "on"
    return make_spec(f"{name}_{i:03d}", target.asset_id, container.asset_id, others, kind)


def library_size(library: AssetLibrary, targets: Collection[str] | None = None) -> int:
    """How many tasks `draw_task` can make."""
    return len(_index(library, None if targets is None else frozenset(targets)).targets)


def make_spec(task_id: str, target: str, container: str, others: Sequence[str], kind: str) -> TaskSpec:
    """A task over these asset ids whose goal is `kind` ("on" or "in") of target and container."""
    roles = [Role("target", instance=target), Role("container", instance=container)]
    roles += [Role(f"distractor_{k}", instance=a) for k, a in enumerate(others)]
    return TaskSpec(
        task_id=task_id,
        roles=tuple(roles),
        goal=(Relation(kind, "target", ("container",)),),
        metadata=(("family", family_of(target)), ("container", family_of(container))),
    )


class _Index:
    """A library's ids by family, and which families can be grasped or hold things (by their first member)."""

    def __init__(self, library: AssetLibrary, targets: frozenset[str] | None) -> None:
        self.library = library
        self.by_family: dict[str, list[str]] = {}
        for asset_id in library.ids():
            self.by_family.setdefault(family_of(asset_id), []).append(asset_id)
        for ids in self.by_family.values():
            ids.sort(key=_natural)
        first = {f: library.get(ids[0]) for f, ids in self.by_family.items()}
        names = sorted(first)
        self.graspable = [f for f in names if first[f].graspable and first[f].container is None]
        self.containers = [f for f in names if first[f].container is not None]
        self.kind = {f: c.kind for f in self.containers if (c := first[f].container) is not None}
        if not self.graspable or not self.containers:
            lack = "graspable object" if not self.graspable else "container"
            raise TaskError(f"the benchmark needs graspable objects and containers; the library has no {lack}")

        self.targets = self._targets(targets)

    def _targets(self, allowed: frozenset[str] | None) -> tuple[str, ...]:
        """Targets of tasks 0, 1, ...: the families in shuffled order, round after round, a new instance every round."""
        order = [self.graspable[j] for j in rng(SEED, "families").permutation(len(self.graspable))]
        queues = []
        for family in order:
            ids = self.by_family[family]
            shuffled = [ids[int(k)] for k in rng(SEED, "instances", family).permutation(len(ids))]
            queues.append([a for a in shuffled if allowed is None or a in allowed])
        rounds = max((len(q) for q in queues), default=0)
        return tuple(q[k] for k in range(rounds) for q in queues if len(q) > k)

    def container(self, i: int, target: ObjectAsset) -> ObjectAsset:
        """A container that the target fits on or in; families and kinds take turns from task to task."""
        draw = rng(SEED, "container", i)
        wanted = _KIND_ORDER[i % len(_KIND_ORDER)]
        families = [self.containers[j] for j in draw.permutation(len(self.containers))]
        families.sort(key=lambda f: self.kind[f] != wanted)
        best: tuple[float, ObjectAsset] | None = None
        for family in families:
            ids = self.by_family[family]
            for j in draw.permutation(len(ids))[:4]:
                asset = self.library.get(ids[int(j)])
                margin = fit_margin(asset, target, LayoutConfig())
                if margin >= FIT and not confusable(asset, target):
                    return asset
                if not confusable(asset, target) and (best is None or margin > best[0]):
                    best = (margin, asset)
        if best is None:
            raise TaskError(f"benchmark task {i}: every container could be confused with the target '{target.name}'")
        return best[1]

    def distractors(self, i: int, taken: tuple[ObjectAsset, ...]) -> list[str]:
        """Nine ids, graspable, of different families as far as there are enough of them."""
        draw = rng(SEED, "distractors", i)
        order = [self.graspable[j] for j in draw.permutation(len(self.graspable))]
        chosen: list[str] = []
        for _ in range(DISTRACTORS):
            for family in order:
                if len(chosen) == DISTRACTORS:
                    break
                asset = self._fresh(family, draw, taken, chosen)
                if asset is not None:
                    chosen.append(asset.asset_id)
        if len(chosen) < DISTRACTORS:
            raise TaskError(
                f"benchmark task {i}: only {len(chosen)} of {DISTRACTORS} distractors cannot be confused with "
                f"'{taken[0].name}' or '{taken[1].name}'; the library needs more families"
            )
        return chosen

    def _fresh(
        self, family: str, draw: np.random.Generator, taken: tuple[ObjectAsset, ...], chosen: list[str]
    ) -> ObjectAsset | None:
        ids = self.by_family[family]
        for j in draw.integers(0, len(ids), 4):
            asset = self.library.get(ids[int(j)])
            if asset.asset_id in chosen or any(confusable(asset, t) for t in taken):
                continue
            if asset.stable_poses and float(np.max(asset.extents)) <= WIDE:
                return asset
        return None


@lru_cache(maxsize=2)
def _index(library: AssetLibrary, targets: frozenset[str] | None) -> _Index:
    return _Index(library, targets)


def _natural(asset_id: str) -> tuple[str, int, str]:
    family, _, rest = asset_id.partition("/")
    return (family, int(rest), "") if rest.isdigit() else (family, -1, rest)
