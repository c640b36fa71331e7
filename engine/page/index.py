"""What the page lists and filters: every stored episode, and every attempt that was refused before it was stored.

    index = Index(PageDataset(folder))
    numbers = index.find(Query(family="mug", status="failed"))
    rows = index.rows(numbers[:60])

Built from the episodes table and the ledger's columns; texts are numbers into lists of different texts, so that a
filter is a few comparisons of integers. What costs more (objects on the table, phases) is read when first asked for.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from engine.errors import ConfigError, unknown_name
from engine.export import layout as paths
from engine.page.facts import Objects, scan_objects
from engine.page.tables import PageDataset, once
from engine.types import PHASES

STATUSES = ("accepted", "failed", "refused")
"""Stored and accepted; stored although it failed; refused and not stored (only the ledger knows of it)."""

SORTS = ("number", "longest", "shortest", "shuffled")
ROLES = ("any", "target", "container")
_ATTEMPTS = 1 << 24  # attempts of one task, to make one number of (task, attempt)
_Texts = tuple[NDArray[np.int32], list[str]]


@dataclass(frozen=True)
class Query:
    """What to list. Empty means everything; several conditions must all hold.

    object: an asset ("mug/12") or a family ("mug"), in `role`: "any" object on the table, "target" or "container".
    reason: "stage: reason" of a failure. phase: a name; only episodes that reach it. text: words that all
    occur in instruction, task, objects or reason, or "#12" for episode 12. split: a name in info.json.
    """

    task: str = ""
    object: str = ""
    role: str = "any"
    status: str = ""
    reason: str = ""
    phase: str = ""
    split: str = ""
    text: str = ""
    sort: str = "number"

    def __post_init__(self) -> None:
        for name, known in (("role", ROLES), ("sort", SORTS), ("status", ("", *STATUSES))):
            if getattr(self, name) not in known:
                raise ConfigError(f"{name}: {unknown_name(name, getattr(self, name), known)}")


@dataclass(frozen=True, eq=False)
class Attempts:
    """The ledger's rows: (task, attempt), whether accepted, stage, reason, and more facts as JSON texts."""

    task: NDArray[np.int64]
    attempt: NDArray[np.int64]
    accepted: NDArray[np.bool_]
    words: tuple[list[str], list[str], list[str], list[str]]  # stage, reason, object, detail
    facts: list[str]

    def __len__(self) -> int:
        return len(self.task)


def read_attempts(dataset: PageDataset) -> Attempts:
    """The ledger, empty for datasets without one."""
    path = dataset.root / paths.EXTRA / "ledger.parquet"
    if not path.exists():
        none = np.zeros(0, np.int64)
        return Attempts(none, none, none.astype(bool), ([], [], [], []), [])
    table = pq.ParquetFile(path).read(use_threads=False)
    task, attempt, accepted = (table[n].to_numpy() for n in ("task_index", "attempt", "accepted"))
    stage, reason, thing, detail = (table[n].to_pylist() for n in ("stage", "reason", "object", "detail"))
    return Attempts(task, attempt, accepted, (stage, reason, thing, detail), table["facts"].to_pylist())


class Index:
    """Items are numbered: 0 .. n - 1 the episodes, then the refused attempts in the ledger's order."""

    def __init__(self, dataset: PageDataset) -> None:
        self.dataset = dataset
        table, self.n = dataset.table, len(dataset)
        self.attempts = read_attempts(dataset)
        self.success = table.numbers("success", True).astype(bool)
        self.lengths = table.numbers("length").astype(np.int64)
        self.renders = table.numbers("groundwork/render").astype(np.int64)
        keyed = "groundwork/task_index" in table and "groundwork/attempt" in table
        own = _key(table.numbers("groundwork/task_index"), table.numbers("groundwork/attempt"))
        theirs = _key(self.attempts.task, self.attempts.attempt)
        order = np.argsort(theirs, kind="stable")
        place = np.searchsorted(theirs, own, sorter=order)
        place = order[np.minimum(place, len(order) - 1)] if len(order) else np.full(self.n, -1)
        found = keyed & (theirs[place] == own) if len(order) else np.zeros(self.n, bool)
        refused = ~self.attempts.accepted & ~np.isin(theirs, own)
        self.row = np.concatenate([np.where(found, place, -1), np.flatnonzero(refused)]).astype(np.int64)
        self.status = np.full(len(self.row), 2, np.int8)
        self.status[: self.n] = np.where(self.success, 0, 1)
        self.instruction = self._extended(*table.texts("tasks"))
        self._task = table.texts("task_id")
        self._found: dict[Query, NDArray[np.int64]] = {}

    def __len__(self) -> int:
        return len(self.row)

    def _extended(self, codes: NDArray[np.int32], texts: list[str]) -> _Texts:
        """Episodes' texts, with an empty one for refused attempts."""
        where = texts.index("") if "" in texts else len(texts)
        texts = texts if "" in texts else [*texts, ""]
        return np.concatenate([codes, np.full(len(self.row) - self.n, where, np.int32)]), texts

    def warm(self) -> None:
        """Read ahead what the filters need; meant for a thread of its own."""
        _ = self.reason, self.objects, self.target

    # --- what is known of each item -----------------------------------------------------------------

    @once
    def ledger_facts(self) -> list[dict[str, Any]]:
        """The ledger's facts of each of its rows."""
        return [json.loads(f) for f in self.attempts.facts]

    def _fact(self, name: str) -> _Texts:
        """A text of the ledger's facts by item; "" where there is none."""
        values = [str(f.get(name) or "") for f in self.ledger_facts]
        return _code(values[r] if r >= 0 else "" for r in self.row.tolist())

    @once
    def task(self) -> _Texts:
        """Task names by item."""
        codes, texts = self._task
        names = [texts[c] for c in codes.tolist()]
        known = dict(zip(self.dataset.table.numbers("groundwork/task_index").tolist(), names, strict=True))
        for r in self.row[self.n :].tolist():
            t = int(self.attempts.task[r])
            names.append(str(json.loads(self.attempts.facts[r]).get("task") or known.get(t) or f"task {t}"))
        return _code(names)

    @once
    def reason(self) -> _Texts:
        """ "stage: reason" of what was not accepted, by item."""
        stage, reason = self.attempts.words[:2]

        def of(item: int, r: int) -> str:
            if self.status[item] == 0:
                return ""
            return f"{stage[r]}: {reason[r]}" if r >= 0 and stage[r] else "unknown"

        return _code(of(i, r) for i, r in enumerate(self.row.tolist()))

    @once
    def target(self) -> _Texts:
        return self._fact("target")

    @once
    def container(self) -> _Texts:
        return self._fact("container")

    @once
    def objects(self) -> Objects:
        """All objects on the table by item; of refused attempts target and container."""
        return scan_objects(self.dataset, self._pairs())

    def _pairs(self) -> list[list[tuple[str, str]]]:
        """What the ledger says of each item's objects, where there are no records to read."""
        out = []
        for t, c in zip(*(column[0].tolist() for column in (self.target, self.container)), strict=True):
            names = (("target", self.target[1][t]), ("container", self.container[1][c]))
            out.append([(role, name) for role, name in names if name])
        return out

    @once
    def phase_frames(self) -> NDArray[np.int64] | None:
        """Frames of each phase by episode (n, phases); None when there is no such column."""
        if self.dataset.features.get("phase", {}).get("dtype") not in ("int64", "int32"):
            return None
        phase = np.ravel(self.dataset.column("phase")).astype(np.int64)
        begin = self.dataset.table.numbers("dataset_from_index").astype(np.int64)
        end = self.dataset.table.numbers("dataset_to_index").astype(np.int64)
        out = np.zeros((self.n, len(PHASES)), np.int64)
        for k in range(len(PHASES)):
            total = np.concatenate([[0], np.cumsum(phase == k)])
            out[:, k] = total[end] - total[begin]
        return out

    @once
    def splits(self) -> dict[str, range]:
        """The dataset's splits: ranges of episodes."""
        out = {}
        for name, text in (self.dataset.info.get("splits") or {}).items():
            low, colon, high = str(text).partition(":")
            if colon and low.strip().isdigit() and high.strip().isdigit():
                out[name] = range(int(low), int(high))
        return out

    # --- filtering ----------------------------------------------------------------------------------

    def find(self, query: Query) -> NDArray[np.int64]:
        """Numbers of the items that match, in the order asked for. Raises ConfigError for unknown names."""
        found = self._found.get(query)
        if found is None:
            found = self._sorted(np.flatnonzero(self._mask(query)), query.sort)
            if len(self._found) > 16:
                self._found = {}
            self._found[query] = found
        return found

    def _mask(self, q: Query) -> NDArray[np.bool_]:
        mask = np.ones(len(self), bool)
        if q.status:
            mask &= self.status == STATUSES.index(q.status)
        if q.task:
            mask &= _equals(self.task, q.task)
        if q.reason:
            mask &= _equals(self.reason, q.reason)
        if q.object:
            mask &= self.objects.having(q.object, q.role)
        if q.split:
            if q.split not in self.splits:
                raise ConfigError(f"split: {unknown_name('split', q.split, self.splits)}")
            part = self.splits[q.split]
            mask &= (np.arange(len(self)) >= part.start) & (np.arange(len(self)) < min(part.stop, self.n))
        if q.phase:
            mask[: self.n] &= self._reaches(q.phase)
            mask[self.n :] = False
        for word in q.text.lower().split():
            mask &= self._says(word)
        return mask

    def _reaches(self, phase: str) -> NDArray[np.bool_]:
        if phase not in PHASES:
            raise ConfigError(f"phase: {unknown_name('phase', phase, PHASES)}")
        frames = self.phase_frames
        if frames is None:
            raise ConfigError("phase: this dataset has no column 'phase'; leave the filter empty")
        return frames[:, PHASES.index(phase)] > 0

    def _says(self, word: str) -> NDArray[np.bool_]:
        if word.startswith("#") and word[1:].isdigit():
            return np.arange(len(self)) == (int(word[1:]) if int(word[1:]) < self.n else -1)
        columns = (self.instruction, self.task, self.target, self.container, self.reason)
        return functools.reduce(np.logical_or, (_where(c, lambda text: word in text.lower()) for c in columns))

    def _sorted(self, items: NDArray[np.int64], sort: str) -> NDArray[np.int64]:
        if sort == "number":
            return items
        if sort == "shuffled":  # a fixed order that looks like none
            return items[np.argsort((items * 2654435761) % (1 << 32), kind="stable")]
        length = np.concatenate([self.lengths, np.zeros(len(self) - self.n, np.int64)])[items]
        return items[np.argsort(-length if sort == "longest" else length, kind="stable")]

    # --- answers ------------------------------------------------------------------------------------

    def rows(self, items: Iterable[int]) -> list[dict[str, Any]]:
        """What a card shows of each item."""
        out = []
        for i in map(int, items):
            r, stored = int(self.row[i]), i < self.n
            row: dict[str, Any] = {
                "item": i,
                "episode": i if stored else None,
                "status": STATUSES[self.status[i]],
                "task": _text(self.task, i),
                "text": _text(self.instruction, i),
            }
            if stored:
                row |= {"frames": int(self.lengths[i]), "render": int(self.renders[i])}
            else:
                row |= {"attempt": int(self.attempts.attempt[r])}
            if self.status[i]:
                row["reason"] = _text(self.reason, i)
                row["object"] = self.attempts.words[2][r] if r >= 0 else ""
                row["detail"] = self.attempts.words[3][r] if r >= 0 else ""
                row["target"], row["container"] = _text(self.target, i), _text(self.container, i)
            out.append(row)
        return out

    def choices(self, items: Sequence[int] | None = None) -> dict[str, Any]:
        """Values of the filters with how many items have each. items: count these only (default: all)."""
        mask = np.ones(len(self), bool)
        if items is not None:
            mask[:] = False
            mask[list(items)] = True
        frames = self.phase_frames
        reached = [] if frames is None else (frames[mask[: self.n]] > 0).sum(0).tolist()
        statuses = np.bincount(self.status[mask], minlength=len(STATUSES)).tolist()
        parts = [[name, int(mask[: self.n][part.start : part.stop].sum())] for name, part in self.splits.items()]
        assets, families = self.objects.counts(mask)
        return {
            "tasks": _counted(self.task, mask),
            "reasons": _counted(self.reason, mask),
            "families": families,
            "assets": assets,
            "statuses": [[s, n] for s, n in zip(STATUSES, statuses, strict=True) if n],
            "phases": [[name, count] for name, count in zip(PHASES, reached, strict=False) if count],
            "splits": [[name, count] for name, count in parts if count],
        }


def _key(task: NDArray[Any], attempt: NDArray[Any]) -> NDArray[np.int64]:
    return np.asarray(task, np.int64) * _ATTEMPTS + np.asarray(attempt, np.int64)


def _code(values: Iterable[str]) -> _Texts:
    """Texts as numbers into a list of the different ones."""
    known: dict[str, int] = {}
    codes = np.fromiter((known.setdefault(v, len(known)) for v in values), np.int32)
    return codes, list(known)


def _where(column: _Texts, test: Callable[[str], bool]) -> NDArray[np.bool_]:
    codes, texts = column
    return np.array([test(t) for t in texts], bool)[codes] if texts else np.zeros(len(codes), bool)


def _equals(column: _Texts, text: str) -> NDArray[np.bool_]:
    codes, texts = column
    return codes == texts.index(text) if text in texts else np.zeros(len(codes), bool)


def _text(column: _Texts, item: int) -> str:
    return column[1][column[0][item]]


def _counted(column: _Texts, mask: NDArray[np.bool_]) -> list[list[Any]]:
    """[text, count] by name over some items, empty texts left out."""
    counts = np.bincount(column[0][mask], minlength=len(column[1])).tolist()
    return sorted([t, n] for t, n in zip(column[1], counts, strict=True) if t and n)
