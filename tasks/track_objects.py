"""Which objects each scene of a track has: the benchmark's tasks, with some of them exchanged.

Scene i comes from benchmark task i. Objects that the benchmark does not use are taken first, and each in one scene only
while there are others. Every scene has a few specifications, to be tried in order until one is proved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.errors import TaskError
from engine.graph import shapes
from engine.layout.config import CONTAINER_REGION, TARGET_REGION, LayoutConfig
from engine.layout.feasibility import allowed_poses, fit_margin
from engine.layout.held_out import ELONGATED, long_axis
from engine.rng import rng
from engine.types import ObjectAsset, Relation, Role, TaskSpec, WorldState
from tasks.benchmark import BENCHMARK_SIZE, FIT, WIDE, benchmark_task
from tasks.make_benchmark import Shelf
from tasks.prove import PROOF_SEED
from tasks.references import ANY_COLOUR, NEAR_WORDS, shortest, tellable
from tasks.scene import X_WC_NOMINAL, confusable

SIMILAR, ALIKE = 3, 1  # distractors exchanged for others of the target's family, and for look-alikes of other families
CHOICES = 3  # specifications of a scene whose objects are drawn
CHANGES = ("target", "container", "both")
_LOOKS = 12  # containers compared for the second place to put things


@dataclass(frozen=True)
class Choice:
    """One specification of a scene; `second` is the task that replaces it in mid-run."""

    spec: TaskSpec
    second: TaskSpec | None = None


class Stock:
    """The objects to choose from, and how often each is used by benchmark and tracks so far."""

    def __init__(self, seen: Shelf, unseen: Shelf) -> None:
        self.seen, self.unseen = seen, unseen
        self.objects = seen.objects | unseen.objects
        self.tasks = [benchmark_task(i) for i in range(BENCHMARK_SIZE)]
        self.uses: Counter[str] = Counter(a for t in self.tasks for a in instances(t))
        missing = [a for a in self.uses if a not in seen.objects]
        if missing:
            raise TaskError(
                f"the benchmark uses '{missing[0]}' and {len(missing) - 1} more that are not in the seen set; make it "
                f"again with `python -m tasks.make_benchmark`"
            )

    def take(self, *asset_ids: str) -> None:
        self.uses.update(asset_ids)

    def assets(self, spec: TaskSpec) -> list[ObjectAsset]:
        return [self.objects[a] for a in instances(spec)]


def instances(spec: TaskSpec) -> list[str]:
    """Asset ids of a task whose roles are given by instance."""
    return [r.instance or "" for r in spec.roles]


def exchanged(spec: TaskSpec, changes: dict[str, str], task_id: str) -> TaskSpec:
    """The task with other objects in some roles."""
    roles = tuple(replace(r, instance=changes[r.name]) if r.name in changes else r for r in spec.roles)
    return replace(spec, roles=roles, task_id=task_id)


def named(spec: TaskSpec, track: str, i: int) -> TaskSpec:
    return replace(spec, task_id=f"{track}_{i:03d}")


def same_objects(stock: Stock, track: str) -> list[list[Choice]]:
    """The benchmark's own objects."""
    return [[Choice(named(t, track, i))] for i, t in enumerate(stock.tasks)]


def long_targets(stock: Stock, track: str) -> list[list[Choice]]:
    """Tasks whose target has a long axis as it is usually put down, over and over; the next ones if one cannot be."""
    long = [t for t in stock.tasks if _is_long(stock.assets(t)[0])]
    if not long:
        raise TaskError("no benchmark task has a target with a long axis")
    return [[Choice(named(long[(i + k) % len(long)], track, i)) for k in range(CHOICES)] for i in range(BENCHMARK_SIZE)]


def _is_long(asset: ObjectAsset) -> bool:
    allowed = allowed_poses(asset, LayoutConfig())
    usual = [k for k in allowed if asset.stable_poses[k].upright] or list(allowed)
    outlines = [shapes.footprint(asset, asset.stable_poses[k].q_wxyz).polygon for k in usual]
    return all(long_axis(o)[0] >= ELONGATED for o in outlines)


def unseen_targets(stock: Stock, track: str) -> list[list[Choice]]:
    """The target exchanged for an unseen object of its family that fits the container.

    Where none fits, the container is exchanged as well, for another of the benchmark's: of its family if possible.
    """
    out: list[list[Choice]] = [[] for _ in stock.tasks]
    containers = sorted({instances(t)[1] for t in stock.tasks})
    for turn in range(CHOICES):
        for i, task in enumerate(stock.tasks):
            target, own = stock.assets(task)[:2]
            pool = [a for a in stock.unseen.graspable.get(target.family, []) if a not in _targets_of(out[i])]
            others = (
                [c for c in containers if _alike(stock.objects[c], own, stock.assets(task)[2:])] if turn == 0 else []
            )
            others.sort(key=lambda c: stock.objects[c].family != own.family)
            for container in (stock.objects[c] for c in (own.asset_id, *others)):
                fitting = [a for a in pool if _fits(container, stock.objects[a])]
                if not fitting:
                    continue
                chosen = min(fitting, key=lambda a: (stock.uses[a], fitting.index(a)))
                if turn == 0:
                    stock.take(chosen)
                changes = {"target": chosen, "container": container.asset_id}
                out[i].append(Choice(exchanged(task, changes, f"{track}_{i:03d}")))
                break
            if not out[i]:
                raise TaskError(f"task {i}: no unseen {target.family} fits any container; list more of the family")
    return out


def _alike(container: ObjectAsset, own: ObjectAsset, others: Sequence[ObjectAsset]) -> bool:
    """Whether a container can stand for the task's own beside the task's distractors."""
    assert container.container is not None and own.container is not None
    return container.container.kind == own.container.kind and not any(confusable(container, o) for o in others)


def _fits(container: ObjectAsset, target: ObjectAsset) -> bool:
    return fit_margin(container, target, LayoutConfig()) >= FIT and not confusable(container, target)


def _targets_of(choices: Sequence[Choice]) -> set[str]:
    return {instances(c.spec)[0] for c in choices}


def similar_distractors(stock: Stock, track: str) -> list[list[Choice]]:
    """Four distractors exchanged: three of the target's family, one that looks like it, each telling by an attribute.

    What is said of target and container by name and attributes stays clear.
    """
    out = []
    for i, task in enumerate(stock.tasks):
        target = stock.assets(task)[0]
        draw = rng(PROOF_SEED, "track", track, i, "objects")
        names = [r.name for r in task.roles[2:]]
        places = [names[int(k)] for k in draw.permutation(len(names))[: SIMILAR + ALIKE]]
        spec, changes = named(task, track, i), dict[str, str]()
        for pool, most in ((_siblings(stock, target), SIMILAR), (_lookalikes(stock, target), SIMILAR + ALIKE)):
            for asset_id in pool:
                if len(changes) >= most:
                    break
                trial = exchanged(task, {**changes, places[len(changes)]: asset_id}, spec.task_id)
                if asset_id not in instances(spec) and _clear(stock.assets(trial)):
                    changes[places[len(changes)]] = asset_id
                    spec = trial
        if not changes:
            raise TaskError(f"task {i}: nothing similar to '{target.asset_id}' can be told from it")
        stock.take(*changes.values())
        out.append([Choice(spec)])
    return out


def _siblings(stock: Stock, target: ObjectAsset) -> list[str]:
    """Others of the family that differ in an attribute worth saying. Colour, material or shape go before size, unused
    before used, the same name before another of the family's ("tube of paint" for a cream tube), seen before unseen."""
    pool = [*stock.seen.graspable.get(target.family, []), *stock.unseen.graspable.get(target.family, [])]

    def key(asset_id: str) -> tuple[bool, bool, bool, int]:
        other = stock.objects[asset_id]
        used = stock.uses[asset_id]
        return not _tells(target, other, sizes=False), used > 0, other.name != target.name, used

    return sorted((a for a in pool if a != target.asset_id and _tells(target, stock.objects[a])), key=key)


def _lookalikes(stock: Stock, target: ObjectAsset) -> list[str]:
    """Objects of other families in the target's colour, about as large: least used first, then the nearest in size."""
    colour = target.attributes.get("colour")
    pool: dict[str, float] = {}
    size = np.sort(target.extents)
    for asset_id, other in stock.objects.items():
        if other.container is None and other.graspable and not confusable(other, target):
            if other.attributes.get("colour") == colour and float(np.max(other.extents)) <= WIDE:
                pool[asset_id] = float(np.abs(np.log(np.sort(other.extents) / size)).max())
    return sorted(pool, key=lambda a: (stock.uses[a] > 0, pool[a]))[:200]


def _tells(a: ObjectAsset, b: ObjectAsset, sizes: bool = True) -> bool:
    """Whether some attribute clearly tells a from b; sizes: that may be the size."""
    for key, value in tellable(a):
        other = b.attributes.get(key, "")
        if key == "size" and not sizes:
            continue
        if other != value and frozenset((value, other)) not in NEAR_WORDS and not {value, other} & set(ANY_COLOUR):
            return True
    return False


def _clear(assets: Sequence[ObjectAsset]) -> bool:
    """Whether name and attributes say which object is the target and which the container."""
    n = len(assets)
    poses = np.tile([0.0, 0, 0, 1, 0, 0, 0], (n, 1))
    state = WorldState(tuple(str(k) for k in range(n)), tuple(assets), poses, 0.0, X_WC_NOMINAL)
    return shortest(state, 0) is not None and shortest(state, 1) is not None


def new_instructions(stock: Stock, track: str) -> list[list[Choice]]:
    """A second container and a distractor that becomes the second target; target, container or both change in turn."""
    out = []
    for i, task in enumerate(stock.tasks):
        found: list[Choice] = []
        for choice in _changes(stock, task, track, i):
            found.append(choice)
            if len(found) == CHOICES:
                break
        if not found:
            raise TaskError(f"task {i}: no second target and container fit each other")
        stock.take(*instances(found[0].spec)[-1:])
        out.append(found)
    return out


def _changes(stock: Stock, task: TaskSpec, track: str, i: int) -> Iterator[Choice]:
    mode = CHANGES[i % len(CHANGES)]
    draw = rng(PROOF_SEED, "track", track, i, "objects")
    target, container, *others = stock.assets(task)
    movers = [others[int(k)] for k in draw.permutation(len(others))] if mode != "container" else [target] * CHOICES
    for mover in movers:
        holder = container if mode == "target" else _second_container(stock, (target, container, mover), draw)
        if holder is None or not _fits(holder, mover):
            continue
        # The second container takes the place of a distractor, and comes last.
        stay = [o for o in others if o is not mover]
        if holder is not container:
            stay = stay[:-1]
        roles = [Role("target", instance=target.asset_id), Role("container", instance=container.asset_id)]
        roles += [Role(f"distractor_{k}", instance=o.asset_id) for k, o in enumerate(stay)]
        regions = []
        if mover is not target:
            roles.append(Role("second_target", instance=mover.asset_id))
            regions.append(("second_target", TARGET_REGION))
        if holder is not container:
            roles.append(Role("second_container", instance=holder.asset_id))
            regions.append(("second_container", CONTAINER_REGION))
        spec = replace(task, task_id=f"{track}_{i:03d}", roles=tuple(roles), regions=tuple(regions))
        t = "target" if mover is target else "second_target"
        c = "container" if holder is container else "second_container"
        assert holder.container is not None
        goal = (Relation(holder.container.kind, t, (c,)),)
        words = (f"Move the {{{t}}} to the top of the {{{c}}}",)
        second = replace(spec, task_id=f"{spec.task_id}_second", goal=goal, instructions=words)
        yield Choice(spec, second)


def _second_container(stock: Stock, present: tuple[ObjectAsset, ...], draw: np.random.Generator) -> ObjectAsset | None:
    """A container unlike the first that the mover (the last of those present) fits: unused, and small among a few."""
    mover = present[-1]
    pool: list[ObjectAsset] = []
    families = list(stock.seen.containers)
    for family in (families[int(k)] for k in draw.permutation(len(families))):
        for asset_id in sorted(stock.seen.containers[family], key=lambda a: stock.uses[a])[:_LOOKS]:
            asset = stock.objects[asset_id]
            if any(confusable(asset, p) for p in present):
                break
            if fit_margin(asset, mover, LayoutConfig()) >= FIT:
                pool.append(asset)
        if len(pool) >= _LOOKS:
            break
    return min(pool, key=lambda a: (stock.uses[a.asset_id], float(np.prod(a.extents[:2]))), default=None)


MAKERS = {
    "in_distribution": same_objects,
    "unseen_object": unseen_targets,
    "new_background": same_objects,
    "unseen_instruction": same_objects,
    "similar_distractors": similar_distractors,
    "unseen_position": same_objects,
    "unseen_orientation": long_targets,
    "new_instruction": new_instructions,
}


def choices(stock: Stock) -> dict[str, list[list[Choice]]]:
    """The specifications of every scene of every track. Always made for all tracks: what one takes, the next leaves."""
    return {track: maker(stock, track) for track, maker in MAKERS.items()}
