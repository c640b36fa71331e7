"""Which split every stored attempt goes to: by task, object, material and camera, without leaks.

    train           what is learnt from
    val             other layouts of the training tasks, drawn as in training
    test_task       tasks of which no instruction (and no pair of nouns) is in any other split
    test_object     tasks of which no object, in any role, is in any other split
    test_material   other layouts of the training tasks, on surfaces and in surroundings that no other split shows
    test_camera     other layouts of the training tasks, seen from poses outside the range of all other splits

An attempt (one layout and its trajectory) is in one split only, whatever its appearances.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.errors import ConfigError
from engine.release.facts import EpisodeFacts
from engine.rng import rng

SPLITS = ("train", "val", "test_task", "test_object", "test_material", "test_camera")
"""In the order of the episodes."""

OF_ATTEMPTS = ("val", "test_material", "test_camera")
OF_TASKS = ("test_object", "test_task")


@dataclass(frozen=True)
class SplitConfig:
    """Shares: of the tasks for test_task and test_object, of the attempts for the others; 0 leaves a split out.
    A share above 0 gives at least one task or attempt."""

    val: float = 0.05
    test_task: float = 0.05
    test_object: float = 0.05
    test_material: float = 0.05
    test_camera: float = 0.05

    def __post_init__(self) -> None:
        for name in (*OF_ATTEMPTS, *OF_TASKS):
            if not 0.0 <= getattr(self, name) < 0.5:
                raise ConfigError(f"share of {name}: {getattr(self, name)}; give a number from 0 to below 0.5")


@dataclass
class Assignment:
    """splits: attempt (its place in the dataset) -> split. not_made: split -> why it is empty although asked for.
    left_out: place -> why the attempt is in no split."""

    splits: dict[tuple[int, int], str] = field(default_factory=dict)
    not_made: dict[str, str] = field(default_factory=dict)
    left_out: dict[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Task:
    """All attempts of a task in the dataset."""

    task_id: str
    places: tuple[tuple[int, int], ...]
    objects: frozenset[str]
    words: frozenset[str]
    fixed_view: bool


def words_of(facts: EpisodeFacts) -> frozenset[str]:
    """By what test_task tells tasks apart: their name, every instruction, and the nouns of the goal."""
    return facts.texts | {f"task {facts.task_id}", f"goal {facts.nouns}"}


def assign(
    attempts: Sequence[EpisodeFacts], cfg: SplitConfig, seed: int, earlier: Sequence[EpisodeFacts] = ()
) -> Assignment:
    """Choose splits for `attempts` (one entry each), so that they also fit to the episodes of an earlier version.

    earlier: facts of that version's episodes with their splits; those stay what they are.
    """
    out = Assignment()
    chosen: dict[str, str] = {}
    tasks = _fit(_tasks(attempts), earlier, chosen, out)

    def free() -> list[_Task]:
        return [t for t in tasks if t.task_id not in chosen]

    there = _union(e.objects for e in earlier)
    there |= _union(t.objects for t in tasks if t.task_id in chosen)
    picked = _pick(free(), lambda t: t.objects, len(tasks), cfg.test_object, rng(seed, "split", "object"), there)
    _settle("test_object", cfg.test_object, picked, chosen, out, "objects")
    said = _union(words_of(e) for e in earlier) | _union(t.words for t in tasks if t.task_id in chosen)
    picked = _pick(free(), lambda t: t.words, len(tasks), cfg.test_task, rng(seed, "split", "task"), said)
    _settle("test_task", cfg.test_task, picked, chosen, out, "instructions")
    for task in tasks:
        for place in task.places:
            out.splits[place] = chosen.get(task.task_id, "train")
    _hold_out(free(), cfg, seed, out)
    return out


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets)


def _tasks(attempts: Sequence[EpisodeFacts]) -> list[_Task]:
    groups: dict[str, list[EpisodeFacts]] = {}
    for a in sorted(attempts, key=lambda a: a.place):
        groups.setdefault(a.task_id, []).append(a)
    return [
        _Task(
            name,
            tuple(a.place for a in group),
            frozenset().union(*(a.objects for a in group)),
            frozenset().union(*(words_of(a) for a in group)),
            any(a.fixed_view for a in group),
        )
        for name, group in groups.items()
    ]


def _fit(tasks: list[_Task], earlier: Sequence[EpisodeFacts], chosen: dict[str, str], out: Assignment) -> list[_Task]:
    """Send tasks that an earlier version tests into the same split (`chosen`); returns the tasks that fit at all.

    A task with an object of test_object follows it there together with all tasks that share objects with it, or is
    left out where one of them has an object of another split. A task with an instruction of test_task follows it
    likewise, unless another split says it.
    """
    seen = {s: [e for e in earlier if e.split == s] for s in {e.split for e in earlier}}
    tested = _union(e.objects for e in seen.get("test_object", ()))
    shown = _union(e.objects for e in earlier if e.split != "test_object")
    asked = _union(words_of(e) for e in seen.get("test_task", ()))
    said = _union(words_of(e) for e in earlier if e.split != "test_task")
    kept = []
    for group in components(tasks, lambda t: t.objects):
        follows = any(t.objects & tested for t in group)
        fits = not any(t.objects & shown or t.words & asked for t in group)
        for task in group:
            if follows and fits:
                chosen[task.task_id] = "test_object"
            elif task.objects & tested:
                _leave(task, "holds an object that test_object keeps unseen", task.objects & tested, out)
                continue
            kept.append(task)
    for group in components([t for t in kept if t.task_id not in chosen], lambda t: t.words):
        if not any(t.words & asked for t in group):
            continue
        fits = not any(t.words & said for t in group)
        for task in group:
            if fits:
                chosen[task.task_id] = "test_task"
            elif task.words & asked:
                _leave(task, "says what test_task keeps unseen", task.words & asked, out)
                kept.remove(task)
    return kept


def _leave(task: _Task, why: str, what: frozenset[str], out: Assignment) -> None:
    said = min(what, key=lambda x: ("/" not in x, x))  # an object by its name rather than by its hash
    out.left_out |= dict.fromkeys(task.places, f"task {task.task_id} {why} ({said})")


def _pick(
    tasks: Sequence[_Task],
    keys: Callable[[_Task], Iterable[Hashable]],
    total: int,
    share: float,
    stream: np.random.Generator,
    taken: frozenset[str],
) -> list[_Task]:
    """Random whole groups of tasks that share keys with nothing else, about `share` of `total` tasks."""
    if share <= 0:
        return []
    groups = [g for g in components(tasks, keys) if not any(k in taken for t in g for k in keys(t))]
    wanted = max(1, round(share * total))
    # At most half of the tasks: what is left must still be worth training on.
    room = min(len(tasks) // 2, wanted + wanted // 2)
    picked: list[_Task] = []
    for number in stream.permutation(len(groups)):
        group = groups[int(number)]
        if len(picked) < wanted and len(picked) + len(group) <= max(room, 1 if len(tasks) > 1 else 0):
            picked += group
    return picked


def _settle(
    name: str, share: float, picked: Sequence[_Task], chosen: dict[str, str], out: Assignment, what: str
) -> None:
    chosen.update({t.task_id: name for t in picked})
    if share > 0 and name not in chosen.values():
        out.not_made[name] = (
            f"no task can be set apart: every group of tasks that shares no {what} with others is too big"
        )


def components(tasks: Sequence[_Task], keys: Callable[[_Task], Iterable[Hashable]]) -> list[list[_Task]]:
    """Groups of tasks that are connected by common keys, in order of their first task (union-find)."""
    parent = list(range(len(tasks)))

    def find(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    owner: dict[Hashable, int] = {}
    for i, task in enumerate(tasks):
        for key in keys(task):
            a, b = find(owner.setdefault(key, i)), find(i)
            parent[max(a, b)] = min(a, b)
    groups: dict[int, list[_Task]] = {}
    for i, task in enumerate(tasks):
        groups.setdefault(find(i), []).append(task)
    return [groups[i] for i in sorted(groups)]


def _hold_out(tasks: Sequence[_Task], cfg: SplitConfig, seed: int, out: Assignment) -> None:
    """Attempts of training tasks into the splits of attempts; each task keeps at least one to train on."""
    total = len(out.splits)
    left: dict[str, list[tuple[int, int]]] = {}
    for t in tasks:
        order = rng(seed, "split", "attempt", t.task_id).permutation(len(t.places))
        left[t.task_id] = [t.places[int(k)] for k in order]
    for name in OF_ATTEMPTS:
        share = getattr(cfg, name)
        if share <= 0:
            continue
        usable = [t for t in tasks if not (name == "test_camera" and t.fixed_view)]
        wanted, got = max(1, round(share * total)), 0
        order = rng(seed, "split", name).permutation(len(usable))
        while got < wanted:
            # One attempt of each task at a time, from the tasks that have most left: all tasks are tested evenly.
            ready = [usable[int(k)].task_id for k in order if len(left[usable[int(k)].task_id]) > 1]
            if not ready:
                break
            most = max(len(left[t]) for t in ready)
            for task_id in [t for t in ready if len(left[t]) == most][: wanted - got]:
                out.splits[left[task_id].pop()] = name
                got += 1
        if not got:
            why = (
                "goals name sides in the camera's view"
                if tasks and not usable
                else "no training task has an attempt to spare"
            )
            out.not_made[name] = f"{why}; make more episodes per task"


def counts(splits: Mapping[tuple[int, int], str]) -> dict[str, int]:
    """Attempts by split, in the order of SPLITS, without empty ones."""
    found = {name: sum(s == name for s in splits.values()) for name in SPLITS}
    return {name: n for name, n in found.items() if n}
