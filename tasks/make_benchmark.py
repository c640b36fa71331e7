"""Makes the benchmark: draws 200 tasks from the seen objects, proves each by an executed plan, writes `benchmark.json`.

    python -m tasks.make_benchmark [--workers 2]      # the benchmark is then another one

Targets go round the graspable families, containers round the container families as evenly as sizes allow, and no
object is used twice while there are others. Difficulty is measured, not guessed; each of these is one point:

    room       less than ROOM_MM free around the target's outline on the container
    grasps     fewer than GRASPS grasps that can be used in its best resting pose, or fewer than TILTED of them tilted
    crowd      the eleven outlines cover more than CROWD of the region that the objects lie in
    alike      at least ALIKE distractors have the target's colour word or one that people may say instead

easy: no point; medium: one; hard: two and more.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.errors import TaskError
from engine.frames import Pose
from engine.graph import shapes
from engine.grasp.cache import grasps_for
from engine.grasp.filter import approach_tilts, filter_in_scene
from engine.layout.config import OTHER_REGION, LayoutConfig
from engine.layout.feasibility import allowed_poses, fit_margin
from engine.rng import rng
from engine.sim.robot import cache_root
from engine.types import AssetLibrary, Failure, ObjectAsset, TaskSpec
from tasks.benchmark import BENCHMARK_FILE, BENCHMARK_SIZE, DISTRACTORS, FIT, SEED, WIDE, make_spec, tasks_hash
from tasks.prove import Prover, prover
from tasks.references import NEAR_WORDS
from tasks.scene import confusable

ROOM_MM, GRASPS, TILTED, CROWD, ALIKE = 10.0, 45, 0.15, 0.17, 4
LEVELS = ("easy", "medium", "hard")
_FITTING = 24  # containers of one family that are looked for, for one target
_PROOFS, _REFUSALS = 5, 3  # a task is taken with so many accepted attempts before so many refused ones


@dataclass(frozen=True, eq=False)
class Shelf:
    """Objects without their pictures, by id and by family, in a fixed shuffled order."""

    objects: dict[str, ObjectAsset]
    graspable: dict[str, list[str]]
    containers: dict[str, list[str]]


def shelf(library: AssetLibrary, ids: Iterable[str]) -> Shelf:
    """What a library has under these ids; seconds for thousands of objects."""
    objects, graspable, containers = {}, {}, {}
    for asset_id in ids:
        asset = replace(library.get(asset_id), visual=())
        if not asset.stable_poses:
            continue
        objects[asset_id] = asset
        if asset.container is not None:
            containers.setdefault(asset.family, []).append(asset_id)
        elif asset.graspable:
            graspable.setdefault(asset.family, []).append(asset_id)
    for group in (graspable, containers):
        for family, members in sorted(group.items()):
            group[family] = [members[int(k)] for k in rng(SEED, "shelf", family).permutation(len(members))]
    if not graspable or not containers:
        raise TaskError("the benchmark needs graspable objects and containers; the library lacks one of them")
    return Shelf(objects, dict(sorted(graspable.items())), dict(sorted(containers.items())))


def spread(options: Sequence[Sequence[str]]) -> list[str]:
    """One of its options for each entry, such that every option is taken about equally often (a matching whose
    capacity grows one by one). Raises TaskError when an entry has no option."""
    chosen: list[str | None] = [None] * len(options)
    takers: dict[str, list[int]] = {o: [] for entry in options for o in entry}

    def place(i: int, limit: int, tried: set[str]) -> bool:
        for option in options[i]:
            if option in tried:
                continue
            tried.add(option)
            if len(takers[option]) >= limit:
                mover = next((j for j in takers[option] if place(j, limit, tried)), None)
                if mover is None:
                    continue
                takers[option].remove(mover)
            takers[option].append(i)
            chosen[i] = option
            return True
        return False

    order = sorted(range(len(options)), key=lambda i: len(options[i]))
    for limit in range(1, len(options) + 1):
        for i in order:
            if chosen[i] is None:
                place(i, limit, set())
    if None in chosen:
        raise TaskError(f"entry {chosen.index(None)} has no option")
    return [c for c in chosen if c is not None]


class Draft:
    """The benchmark while it is drawn: `targets`, `containers` and `distractors` by task."""

    def __init__(self, stock: Shelf, size: int = BENCHMARK_SIZE) -> None:
        self.stock, self.size = stock, size
        self.uses: Counter[str] = Counter()
        self._queues = {f: list(ids) for f, ids in stock.graspable.items()}
        families = list(stock.graspable)
        order = [families[int(k)] for k in rng(SEED, "families").permutation(len(families))]
        self.targets: list[str] = []
        self.fitting: list[dict[str, list[str]]] = []
        while len(self.targets) < size:
            before = len(self.targets)
            for family in order:
                if len(self.targets) < size:
                    self._draw_target(family)
            if len(self.targets) == before:
                raise TaskError(f"only {before} of {size} targets fit a container; the library needs more objects")
        self.containers = self._draw_containers()
        self.distractors = self._draw_distractors()

    def _draw_target(self, family: str) -> None:
        """The family's next object that fits some container."""
        while self._queues[family]:
            target = self._queues[family].pop(0)
            fitting = self._fitting(target)
            if fitting:
                self.targets.append(target)
                self.fitting.append(fitting)
                self.uses[target] += 1
                return

    def _fitting(self, target: str) -> dict[str, list[str]]:
        """Containers by family that hold the target and cannot be taken for it."""
        top, out = self.stock.objects[target], {}
        for family, ids in self.stock.containers.items():
            good: list[str] = []
            for asset_id in self._turned(ids, len(self.targets)):
                low = self.stock.objects[asset_id]
                if not confusable(low, top) and fit_margin(low, top, LayoutConfig()) >= FIT:
                    good.append(asset_id)
                    if len(good) == _FITTING:
                        break
            if good:
                out[family] = good
        return out

    @staticmethod
    def _turned(ids: list[str], k: int) -> list[str]:
        """Another beginning for every task, so that few ask for the same."""
        k = 7 * k % len(ids)
        return ids[k:] + ids[:k]

    def _draw_containers(self) -> list[str]:
        options = []
        for i, fitting in enumerate(self.fitting):
            families = list(fitting)
            options.append([families[int(k)] for k in rng(SEED, "container", i).permutation(len(families))])
        chosen: list[str] = [""] * self.size
        families = spread(options)
        # Those with the least choice come first.
        for i in sorted(range(self.size), key=lambda i: len(self.fitting[i][families[i]])):
            chosen[i] = min(self.fitting[i][families[i]], key=lambda a: self.uses[a])
            self.uses[chosen[i]] += 1
        return chosen

    def _draw_distractors(self) -> list[list[str]]:
        out: list[list[str]] = [[] for _ in range(self.size)]
        left = {
            f: [a for a in ids if float(np.max(self.stock.objects[a].extents)) <= WIDE]
            for f, ids in self.stock.graspable.items()
        }
        for i in range(self.size):
            taken = [self.stock.objects[a] for a in (self.targets[i], self.containers[i])]
            draw = rng(SEED, "distractors", i)
            while len(out[i]) < DISTRACTORS:
                best: tuple[tuple[int, int, int, float], str] | None = None
                present = Counter(self.stock.objects[a].family for a in out[i])
                for family, ids in left.items():
                    fresh = [a for a in ids if a not in out[i] and a != self.targets[i]]
                    if not fresh or any(confusable(self.stock.objects[fresh[0]], t) for t in taken):
                        continue
                    asset_id = min(fresh, key=lambda a: self.uses[a])
                    unused = sum(self.uses[a] == 0 for a in ids)
                    # A new family, then an unused object, then the family with most of them left.
                    key = (present[family], self.uses[asset_id], -(unused // 4), draw.random())
                    if best is None or key < best[0]:
                        best = (key, asset_id)
                if best is None:
                    raise TaskError(f"benchmark task {i}: fewer than {DISTRACTORS} objects cannot be taken for others")
                out[i].append(best[1])
                self.uses[best[1]] += 1
        return out

    def spec(self, i: int) -> TaskSpec:
        """Task i as it stands."""
        container = self.stock.objects[self.containers[i]].container
        assert container is not None
        return make_spec(f"benchmark_{i:03d}", self.targets[i], self.containers[i], self.distractors[i], container.kind)

    def exchange(self, i: int) -> bool:
        """Another target of the same family for task i, one that fits its container; False when there is none."""
        family, low = self.stock.objects[self.targets[i]].family, self.stock.objects[self.containers[i]]
        for asset_id in list(self._queues[family]):
            if self.uses[asset_id] == 0 and fit_margin(low, self.stock.objects[asset_id], LayoutConfig()) >= FIT:
                self._queues[family].remove(asset_id)
                self.uses[self.targets[i]] -= 1
                self.uses[asset_id] += 1
                self.targets[i] = asset_id
                return True
        return False


def measures(p: Prover, spec: TaskSpec) -> dict[str, float]:
    """What difficulty is judged by; see the module. The target must have grasps."""
    ids = [r.instance or "" for r in spec.roles]
    target, container, *others = (p.library.get(a) for a in ids)
    grasps = grasps_for(target, p.robot, p.cfg.grasp, cache_root())
    count, tilted = 0, 0.0
    for pose in target.stable_poses if not isinstance(grasps, Failure) else ():
        assert not isinstance(grasps, Failure)
        X_WO = Pose.from_pq([0.5, 0.0, pose.height], pose.q_wxyz)
        kept, _ = filter_in_scene(grasps, X_WO, (), 0.0, p.robot.gripper, p.cfg.grasp)
        if len(kept) > count:
            tilts = approach_tilts([grasps[int(k)] for k in kept], X_WO)
            count, tilted = len(kept), float(np.mean(tilts > p.cfg.grasp.tilted))
    area = sum(shapes.footprint(a, a.stable_poses[_usual(a)].q_wxyz).area for a in (target, container, *others))
    whole = (OTHER_REGION.x[1] - OTHER_REGION.x[0]) * (OTHER_REGION.y[1] - OTHER_REGION.y[0])
    colour = target.attributes.get("colour", "")
    alike = sum(
        c == colour or frozenset((c, colour)) in NEAR_WORDS for o in others if (c := o.attributes.get("colour"))
    )
    return {
        "room_mm": round(1000 * fit_margin(container, target, LayoutConfig()), 1),
        "grasps": count,
        "tilted": round(tilted, 2),
        "crowd": round(area / whole, 3),
        "alike": alike,
    }


def _usual(asset: ObjectAsset) -> int:
    allowed = allowed_poses(asset, LayoutConfig())
    return max(allowed, key=lambda k: (asset.stable_poses[k].upright, asset.stable_poses[k].probability))


def difficulty(m: dict[str, float]) -> str:
    """The level of these measures."""
    points = (m["room_mm"] < ROOM_MM) + (m["grasps"] < GRASPS or m["tilted"] < TILTED)
    points += (m["crowd"] > CROWD) + (m["alike"] >= ALIKE)
    return LEVELS[min(points, 2)]


def _check(job: tuple[int, TaskSpec]) -> tuple[int, dict[str, float] | None, str]:
    """The task's measures, or None and what failed most when attempts are refused too often: a run wants several
    episodes of every task within a budget."""
    i, spec = job
    p = prover()
    failures: Counter[str] = Counter()
    for draw in range(_PROOFS + _REFUSALS):
        attempt = p.attempt(spec, ("benchmark", i, draw))
        if attempt.failure is not None:
            failures[f"{attempt.failure.stage}: {attempt.failure.reason}"] += 1
        refused = sum(failures.values())
        if refused >= _REFUSALS or draw + 1 - refused >= _PROOFS:
            break
    if refused >= _REFUSALS:
        return i, None, failures.most_common(1)[0][0]
    return i, measures(p, spec), ""


def prove_all(draft: Draft, workers: int) -> Iterator[tuple[int, dict[str, float]]]:
    """Measures of every task once it is proved; targets that cannot be are exchanged. Raises TaskError at a task
    whose family has no more."""
    todo = list(range(draft.size))
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        while todo:
            again = []
            for i, found, why in pool.imap_unordered(_check, [(i, draft.spec(i)) for i in todo]):
                if found is not None:
                    yield i, found
                    continue
                old = draft.targets[i]
                if not draft.exchange(i):
                    raise TaskError(f"benchmark task {i}: '{old}' was not proved ({why}) and nothing else fits")
                print(f"task {i}: '{old}' was not proved ({why}); now '{draft.targets[i]}'", flush=True)
                again.append(i)
            todo = sorted(again)


def main() -> int:
    """Draw the benchmark from the procedural library's seen objects, prove it, and write it."""
    from assets.library import ProceduralLibrary

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    library = ProceduralLibrary(cache=8, split="seen")
    draft = Draft(shelf(library, library.ids()))
    print(f"{len(draft.uses)} objects of {len(library.ids())} in {draft.size} tasks; proving them", flush=True)
    found = dict(prove_all(draft, args.workers))
    tasks: list[dict[str, Any]] = []
    for i in range(draft.size):
        spec = draft.spec(i)
        ids = [r.instance for r in spec.roles]
        entry = {"target": ids[0], "container": ids[1], "goal": spec.goal[0].kind, "distractors": ids[2:]}
        tasks.append(entry | {"difficulty": difficulty(found[i]), "measures": found[i]})
    lines = ",\n".join(json.dumps(t) for t in tasks)
    BENCHMARK_FILE.write_text(f'{{"hash": "{tasks_hash(tasks)}", "tasks": [\n{lines}\n]}}\n')
    print(f"{BENCHMARK_FILE}: {len(tasks)} tasks, {len({a for t in tasks for a in _ids(t)})} different objects")
    print(", ".join(f"{n} {level}" for level, n in Counter(t["difficulty"] for t in tasks).items()))
    return 0


def _ids(task: dict[str, Any]) -> list[str]:
    return [task["target"], task["container"], *task["distractors"]]


if __name__ == "__main__":
    raise SystemExit(main())
