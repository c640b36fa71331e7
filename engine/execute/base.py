"""What an executor is given and gives back, and the rule that decides which attempts are run.

An executor runs attempts of tasks and knows nothing about what an attempt does. The rule is the same
for every executor: the attempts of a task are issued by number, and attempt k only while
`accepted + pending < wanted` counts those below k. So attempt k runs exactly when fewer than `wanted`
of the attempts before it end accepted, however many workers there are and however long each takes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class TaskWork:
    """One task of the plan: run attempts 0, 1, ... until `wanted` are accepted or `max_attempts` ended."""

    task_index: int
    wanted: int
    max_attempts: int


@dataclass(frozen=True)
class JobOutcome:
    """What the worker's entry returns for one attempt, after it has stored the result itself.

    `info` is what the ledger says about the attempt: small (it travels through a pipe) and JSON-able. When
    the attempt was not accepted, `info["failure"]` holds the fields of `engine.types.Failure`.
    """

    accepted: bool
    info: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class JobResult:
    """A finished attempt as the parent process sees it.

    `worker` is the slot that ran it (-1: restored from an earlier run); `stored` is False when the worker
    could not write the result itself (it died, hung or raised), so that the caller must.
    """

    task_index: int
    attempt: int
    accepted: bool
    info: dict[str, Any]
    cpu_s: float = 0.0
    wall_s: float = 0.0
    rss: int = 0
    worker: int = -1
    tries: int = 1
    stored: bool = True


@dataclass
class WorkerStats:
    """One slot of the pool. Memory is resident set size in bytes: after the slot's first job, after its
    latest one, and the highest seen between polls."""

    slot: int
    jobs: int = 0
    started: int = 0
    died: int = 0
    hung: int = 0
    recycled: int = 0
    cpu_s: float = 0.0
    rss_first: int = 0
    rss_last: int = 0
    rss_peak: int = 0


@dataclass(frozen=True)
class Summary:
    """How a run ended. `results` are those of this run and of `done`, sorted by task and attempt.

    `stopped` is "" when every task got its episodes or used up its attempts, else "interrupted",
    "disk full" or "error"; `message` says it in a sentence.
    """

    results: tuple[JobResult, ...]
    incomplete: tuple[int, ...]  # tasks with fewer accepted attempts than wanted
    workers: tuple[WorkerStats, ...]
    wall_s: float
    stopped: str = ""
    message: str = ""
    signal: int = 0

    @property
    def accepted(self) -> int:
        return sum(r.accepted for r in self.results)

    @property
    def worker_failures(self) -> tuple[JobResult, ...]:
        """Attempts lost to a dead or hung worker or to an unexpected exception."""
        return tuple(r for r in self.results if not r.stored)

    @property
    def exit_code(self) -> int:
        """0: complete. 1: tasks fell short, or an attempt was lost to a fault. 3: disk full. 128 + n: signal n."""
        if self.stopped == "interrupted":
            return 128 + (self.signal or 2)
        if self.stopped == "disk full":
            return 3
        return 1 if self.stopped or self.incomplete or self.worker_failures else 0


class _Task:
    """Book-keeping of one task: which attempts are done (accepted or not) and which are running."""

    def __init__(self, work: TaskWork, done: Mapping[int, bool]) -> None:
        self.work = work
        self.done = dict(done)
        self.pending: set[int] = set()
        self._settled = 0  # all attempts below this are done ...
        self._settled_accepted = 0  # ... and so many of them accepted

    def next_attempt(self) -> int | None:
        """The lowest attempt that the rule allows to start now, or None."""
        while self._settled in self.done:
            self._settled_accepted += self.done[self._settled]
            self._settled += 1
        counted = self._settled_accepted  # accepted or perhaps going to be, among the attempts before k
        for k in range(self._settled, self.work.max_attempts):
            if counted >= self.work.wanted:
                return None
            if k in self.pending:
                counted += 1
            elif k not in self.done:
                return k
            elif self.done[k]:
                counted += 1
        return None

    def room(self) -> int:
        """How many more attempts could be started at most: what is wanted and neither there nor running."""
        return self.work.wanted - sum(self.done.values()) - len(self.pending)

    @property
    def open(self) -> bool:
        return bool(self.pending) or self.next_attempt() is not None

    @property
    def short(self) -> bool:
        return sum(self.done.values()) < self.work.wanted


class Board:
    """Decides which attempt a worker gets next. Not a process, not a thread: plain book-keeping.

    A worker keeps its task while that has attempts to start (it has the task's models compiled); then
    it takes the next task nobody works on; when there is none left, it helps the task that has the
    most to do. Whichever it is, the set of attempts run stays the same (see the module's text).

    Raises ValueError for a plan with a task index twice or counts below 1.
    """

    def __init__(self, plan: Iterable[TaskWork], done: Iterable[JobResult] = ()) -> None:
        by_task: dict[int, dict[int, bool]] = {}
        for r in done:
            by_task.setdefault(r.task_index, {})[r.attempt] = r.accepted
        self._tasks: dict[int, _Task] = {}
        for work in plan:
            if work.task_index in self._tasks:
                raise ValueError(f"task {work.task_index} is in the plan twice; each task index may appear once")
            if work.wanted < 1 or work.max_attempts < 1:
                raise ValueError(f"{work}: wanted and max_attempts must be at least 1")
            self._tasks[work.task_index] = _Task(work, by_task.get(work.task_index, {}))
        self._fresh = [t for t in self._tasks.values() if t.open]
        self._fresh.reverse()  # popped from the end: in the plan's order
        self._active: dict[int, _Task] = {}
        self._current: dict[int, _Task] = {}
        self._retry: list[tuple[int, int]] = []

    @property
    def finished(self) -> bool:
        """True when nothing runs and nothing can be started."""
        return not self._fresh and not any(t.open for t in self._active.values())

    @property
    def startable(self) -> int:
        """How many jobs could be handed out now, at least (enough to decide about starting a worker)."""
        return (
            len(self._retry)
            + len(self._fresh)
            + sum(t.room() for t in self._active.values() if t.next_attempt() is not None)
        )

    def next_job(self, slot: int) -> tuple[int, int] | None:
        """(task index, attempt) for this worker, marked as running; None when there is nothing to start now."""
        if self._retry:
            return self._retry.pop(0)
        task = self._current.get(slot)
        if task is None or task.next_attempt() is None:
            task = self._choose()
        if task is None:
            return None
        attempt = task.next_attempt()
        assert attempt is not None
        self._current[slot] = task
        task.pending.add(attempt)
        return task.work.task_index, attempt

    def _choose(self) -> _Task | None:
        if self._fresh:
            task = self._fresh.pop()
            self._active[task.work.task_index] = task
            return task
        able = [t for t in self._active.values() if t.next_attempt() is not None]
        return max(able, key=lambda t: (t.room(), -t.work.task_index), default=None)

    def finish(self, task_index: int, attempt: int, accepted: bool) -> None:
        """Enter the outcome of a running attempt."""
        task = self._active[task_index]
        task.pending.remove(attempt)
        task.done[attempt] = accepted
        if not task.open:
            del self._active[task_index]
            for slot in [s for s, t in self._current.items() if t is task]:
                del self._current[slot]

    def retry(self, task_index: int, attempt: int) -> None:
        """Put a running attempt back at the head of the queue: it stays pending and goes to the next free worker."""
        self._retry.append((task_index, attempt))

    def incomplete(self) -> tuple[int, ...]:
        """Tasks with fewer accepted attempts than wanted, sorted."""
        return tuple(sorted(i for i, t in self._tasks.items() if t.short))


def failures_by_stage(results: Iterable[JobResult]) -> Counter[str]:
    """Not accepted attempts by the stage that refused them."""
    return Counter(str(r.info.get("failure", {}).get("stage", "unknown")) for r in results if not r.accepted)
