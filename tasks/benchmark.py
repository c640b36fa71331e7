"""The fixed benchmark: 200 pick-and-place tasks, each with its own target, chosen once and for all from the library.

Task i is a pure function of i and the library's list of ids: its target's family goes round all graspable families in a
fixed shuffled order (so that the first ten or twenty tasks are spread as evenly as all 200), its container is one the
target fits in, and nine distractors are chosen so that neither target nor container can be taken for one of them.
"""

from __future__ import annotations

import numpy as np

from engine.errors import TaskError
from engine.layout.config import LayoutConfig
from engine.layout.feasibility import fit_margin
from engine.rng import rng
from engine.types import AssetLibrary, ObjectAsset, Relation, Role, TaskSpec
from tasks.scene import confusable, family_of

BENCHMARK_SIZE = 200
DISTRACTORS = 9
_SEED = 20250
_FIT = 0.004  # m free around the target's outline on the container
_WIDE = 0.24  # m: larger distractors crowd the table
_KIND_ORDER = ("on", "in", "on", "in", "in")


def benchmark_task(i: int, library: AssetLibrary) -> TaskSpec:
    """Task i of the benchmark, 0 <= i < BENCHMARK_SIZE, over this library.

    Raises TaskError when i is out of range or the library is too small (no graspable object, no container, too few
    objects that cannot be confused).
    """
    if not 0 <= i < BENCHMARK_SIZE:
        raise TaskError(f"benchmark task {i}: the benchmark has the tasks 0 to {BENCHMARK_SIZE - 1}")
    index = _Index(library)
    target = index.target(i)
    container = index.container(i, target)
    others = index.distractors(i, (target, container))
    kind = container.container.kind if container.container is not None else "on"
    roles = [Role("target", instance=target.asset_id), Role("container", instance=container.asset_id)]
    roles += [Role(f"distractor_{k}", instance=a) for k, a in enumerate(others)]
    return TaskSpec(
        task_id=f"benchmark_{i:03d}",
        roles=tuple(roles),
        goal=(Relation(kind, "target", ("container",)),),
        metadata=(("benchmark", str(i)), ("family", target.family), ("container", container.family)),
    )


class _Index:
    """A library's ids by family, and which families can be grasped or hold things (by their first member)."""

    def __init__(self, library: AssetLibrary) -> None:
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

    def target(self, i: int) -> ObjectAsset:
        """Target of task i: round i // F of the families in shuffled order, a new instance every round."""
        total = sum(len(self.by_family[f]) for f in self.graspable)
        if total < BENCHMARK_SIZE:
            raise TaskError(
                f"the benchmark needs {BENCHMARK_SIZE} different graspable objects, the library has {total}; "
                "use a larger library or tasks of your own (--task FILE)"
            )
        order = [self.graspable[j] for j in rng(_SEED, "families").permutation(len(self.graspable))]
        picks = [f for k in range(BENCHMARK_SIZE) for f in order if len(self.by_family[f]) > k]
        family = picks[i]
        ids = self.by_family[family]
        shuffled = rng(_SEED, "instances", family).permutation(len(ids))
        return self.library.get(ids[int(shuffled[picks[:i].count(family)])])

    def container(self, i: int, target: ObjectAsset) -> ObjectAsset:
        """A container that the target fits on or in; families and kinds take turns from task to task."""
        draw = rng(_SEED, "container", i)
        wanted = _KIND_ORDER[i % len(_KIND_ORDER)]
        families = [self.containers[j] for j in draw.permutation(len(self.containers))]
        families.sort(key=lambda f: self.kind[f] != wanted)
        best: tuple[float, ObjectAsset] | None = None
        for family in families:
            ids = self.by_family[family]
            for j in draw.permutation(len(ids))[:4]:
                asset = self.library.get(ids[int(j)])
                margin = fit_margin(asset, target, LayoutConfig())
                if margin >= _FIT and not confusable(asset, target):
                    return asset
                if not confusable(asset, target) and (best is None or margin > best[0]):
                    best = (margin, asset)
        if best is None:
            raise TaskError(f"benchmark task {i}: every container could be confused with the target '{target.name}'")
        return best[1]

    def distractors(self, i: int, taken: tuple[ObjectAsset, ...]) -> list[str]:
        """Nine ids, graspable, of different families as far as there are enough of them."""
        draw = rng(_SEED, "distractors", i)
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
            if asset.stable_poses and float(np.max(asset.extents)) <= _WIDE:
                return asset
        return None


def _natural(asset_id: str) -> tuple[str, int, str]:
    family, _, rest = asset_id.partition("/")
    return (family, int(rest), "") if rest.isdigit() else (family, -1, rest)
