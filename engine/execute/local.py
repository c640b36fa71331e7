"""Process pool on one machine: spawned workers, one pipe each, results as they come.

    summary = run(plan, "engine.worker:Worker", (config,), on_result, workers=2)

In each worker the entry is built once, `entry = Worker(*worker_args)`, and then called,
`entry(task_index, attempt) -> JobOutcome`. A worker that dies or exceeds the time limit of a job is
replaced and the job is run once more; the second time it becomes a failure of stage "worker". Which
attempts run does not depend on the number of workers or on timing: see `engine.execute.base`.
"""

from __future__ import annotations

import contextlib
import multiprocessing.connection
import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil

from engine import errors
from engine.errors import WorkerError
from engine.execute.base import Board, JobOutcome, JobResult, Summary, TaskWork, WorkerStats, failures_by_stage
from engine.execute.child import Entry, is_disk_full, load_entry
from engine.execute.slots import Slot, end, signal_name, start_worker, tail

__all__ = ["JobOutcome", "JobResult", "PoolConfig", "Summary", "TaskWork", "failures_by_stage", "run"]

_POLL_S = 0.2


@dataclass(frozen=True)
class PoolConfig:
    """Limits of the pool. None of them changes what an attempt computes.

    job_limit_s is meant for hangs only: many times the longest honest job. An idle worker above
    recycle_rss bytes is replaced by a fresh one. After a stop, running jobs get drain_s to end. After
    give_up faults without a single good job the run stops: the installation is broken, not a job.
    """

    job_limit_s: float = 600.0
    start_limit_s: float = 180.0
    recycle_rss: int = 1_000_000_000
    drain_s: float = 20.0
    give_up: int = 3
    log_dir: str | None = None  # where workers' output goes; None: a temporary folder


def run(
    plan: Iterable[TaskWork],
    worker_entry: str = "engine.worker:Worker",
    worker_args: tuple[Any, ...] = (),
    on_result: Callable[[JobResult], None] | None = None,
    *,
    done: Iterable[JobResult] = (),
    workers: int = 1,
    job_limit_s: float | None = None,
    config: PoolConfig | None = None,
    on_tick: Callable[[], str] | None = None,
) -> Summary:
    """Run attempts until every task has its accepted ones, or used them up, or something stops the run.

    plan: the tasks. done: results of an earlier run, which are not run again. workers: processes; 0 runs
    everything in this process, for debuggers. on_result(result): after each new attempt, in order of
    completion. on_tick(): a few times a second; returning a text (such as "the disk is nearly full")
    stops the run with that message as "disk full". SIGINT and SIGTERM stop starting jobs and give running
    ones `drain_s`; a second signal drops them. Finished attempts are kept in every case.

    Raises ValueError for a wrong plan, ConfigError or WorkerError when a worker cannot be built.
    """
    cfg = config or PoolConfig()
    if job_limit_s is not None:
        cfg = replace(cfg, job_limit_s=job_limit_s)
    done = tuple(done)
    board = Board(plan, done)
    if workers < 0:
        raise ValueError(f"workers = {workers}: must be 0 (run in this process) or more")
    if workers == 0:
        return _Inline(board, done, on_result, on_tick).run(load_entry(worker_entry)(*worker_args))
    with contextlib.ExitStack() as stack:
        log_dir = cfg.log_dir or stack.enter_context(tempfile.TemporaryDirectory(prefix="groundwork-log-"))
        Path(log_dir).mkdir(parents=True, exist_ok=True)
        pool = _Pool(board, done, on_result, on_tick, cfg, worker_entry, worker_args, Path(log_dir))
        stack.callback(pool.close)
        return pool.run(workers)


class _Run:
    """What the pool and the in-process loop share: results, stopping, signals."""

    def __init__(
        self,
        board: Board,
        done: tuple[JobResult, ...],
        on_result: Callable[[JobResult], None] | None,
        on_tick: Callable[[], str] | None,
    ) -> None:
        self.board = board
        self.results = list(done)
        self.on_result = on_result
        self.on_tick = on_tick
        self.stopped = ""
        self.message = ""
        self.signals: list[int] = []
        self.started_at = time.monotonic()

    def stop(self, kind: str, message: str) -> None:
        if not self.stopped:
            self.stopped, self.message = kind, message

    def record(self, result: JobResult) -> None:
        self.board.finish(result.task_index, result.attempt, result.accepted)
        self.results.append(result)
        if self.on_result is None:
            return
        try:
            self.on_result(result)
        except OSError as e:
            if not is_disk_full(e):
                raise
            self.results.pop()  # not stored, so not done
            self.stop("disk full", f"no space left on the disk: {e}")

    def tick(self) -> None:
        if self.signals:
            name = signal.Signals(self.signals[0]).name
            self.stop("interrupted", f"stopped by {name}")
        if self.on_tick is not None and not self.stopped:
            reason = self.on_tick()
            if reason:
                self.stop("disk full", reason)

    def summary(self, stats: Iterable[WorkerStats]) -> Summary:
        return Summary(
            results=tuple(sorted(self.results, key=lambda r: (r.task_index, r.attempt))),
            incomplete=self.board.incomplete(),
            workers=tuple(stats),
            wall_s=time.monotonic() - self.started_at,
            stopped=self.stopped,
            message=self.message,
            signal=self.signals[0] if self.signals else 0,
        )

    @contextlib.contextmanager
    def catch_signals(self) -> Iterator[None]:
        """Collect SIGINT and SIGTERM instead of being interrupted in the middle of something."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        caught = (signal.SIGINT, signal.SIGTERM)
        old = [signal.signal(s, lambda number, frame: self.signals.append(number)) for s in caught]
        try:
            yield
        finally:
            for s, handler in zip(caught, old, strict=True):
                signal.signal(s, handler)


class _Inline(_Run):
    """workers=0: one job after the other in this process; exceptions of a job are raised, for a debugger."""

    def run(self, work: Entry) -> Summary:
        stats = WorkerStats(0, started=1)
        with self.catch_signals():
            while not self.board.finished:
                self.tick()
                if self.stopped:
                    break
                job = self.board.next_job(0)
                assert job is not None
                wall, cpu = time.perf_counter(), time.process_time()
                try:
                    outcome = work(*job)
                except OSError as e:
                    if not is_disk_full(e):
                        raise
                    self.stop("disk full", f"no space left on the disk: {e}")
                    break
                cpu_s, wall_s = time.process_time() - cpu, time.perf_counter() - wall
                rss = psutil.Process().memory_info().rss
                _account(stats, rss, cpu_s)
                self.record(JobResult(*job, outcome.accepted, outcome.info, cpu_s, wall_s, rss, 0))
        return self.summary([stats])


def _account(stats: WorkerStats, rss: int, cpu_s: float) -> None:
    stats.jobs += 1
    stats.cpu_s += cpu_s
    stats.rss_first = stats.rss_first or rss
    stats.rss_last = rss
    stats.rss_peak = max(stats.rss_peak, rss)


class _Pool(_Run):
    def __init__(
        self,
        board: Board,
        done: tuple[JobResult, ...],
        on_result: Callable[[JobResult], None] | None,
        on_tick: Callable[[], str] | None,
        cfg: PoolConfig,
        entry: str,
        args: tuple[Any, ...],
        log_dir: Path,
    ) -> None:
        super().__init__(board, done, on_result, on_tick)
        self.cfg, self.entry, self.args, self.log_dir = cfg, entry, args, log_dir
        self.slots: list[Slot] = []
        self.stats: list[WorkerStats] = []
        self.tries: dict[tuple[int, int], int] = {}
        self.start_faults = 0
        self.good = False  # whether any job ended without a fault
        self.faults = 0

    # --- life of workers ------------------------------------------------------------------------

    def start(self, stats: WorkerStats) -> Slot:
        return start_worker(stats, self.entry, self.args, self.log_dir, self.cfg.start_limit_s)

    def restart(self, slot: Slot) -> None:
        end(slot.process)
        slot.conn.close()
        self.slots[self.slots.index(slot)] = self.start(slot.stats)

    def close(self) -> None:
        for slot in self.slots:
            if slot.job is None and slot.process.is_alive():
                with contextlib.suppress(OSError):
                    slot.conn.send(("stop",))
            elif slot.process.is_alive():
                slot.process.kill()
        for slot in self.slots:
            slot.process.join(3.0)
            end(slot.process)
            slot.conn.close()
        self.slots.clear()

    # --- the loop -------------------------------------------------------------------------------

    def run(self, workers: int) -> Summary:
        with self.catch_signals():
            last = time.monotonic()
            last_memory = last
            while not self.board.finished:
                self.tick()
                if self.stopped:
                    self.drain()
                    break
                self.hand_out(workers)
                self.collect(_POLL_S)
                now = time.monotonic()
                if now - last > 5.0:  # this process itself was held up (Ctrl-Z, suspended machine)
                    for slot in self.slots:
                        slot.deadline += now - last
                last = now
                self.check_deadlines(now)
                if now - last_memory > 1.0:
                    last_memory = now
                    for slot in self.slots:
                        slot.rss()
        return self.summary(self.stats)

    def hand_out(self, workers: int) -> None:
        """Give a job to each idle worker, starting workers while there are jobs for them."""
        for slot in self.slots:
            if slot.ready and slot.job is None:
                job = self.board.next_job(slot.stats.slot)
                if job is None:
                    continue
                slot.job, slot.since = job, time.monotonic()
                slot.deadline = slot.since + self.cfg.job_limit_s
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # noticed by collect()
                    slot.conn.send(("job", *job))
        while len(self.slots) < workers and self.board.startable > sum(not s.ready for s in self.slots):
            stats = WorkerStats(len(self.slots))
            self.stats.append(stats)
            self.slots.append(self.start(stats))

    def collect(self, timeout: float) -> None:
        """Wait for messages or deaths and handle them."""
        waiting: dict[Any, Slot] = {}
        for slot in self.slots:
            waiting[slot.conn] = waiting[slot.process.sentinel] = slot
        events = multiprocessing.connection.wait(list(waiting), timeout)
        handled: set[int] = set()
        for event in events:
            slot = waiting[event]
            if slot.stats.slot in handled:
                continue
            handled.add(slot.stats.slot)
            try:
                message = slot.conn.recv() if slot.conn.poll() else None
            except (EOFError, OSError):
                message = None
            if message is None:
                self.lost(slot, "worker died")
            else:
                self.receive(slot, message)

    def receive(self, slot: Slot, message: tuple[Any, ...]) -> None:
        kind = message[0]
        if kind == "ready":
            slot.ready = True
            return
        if kind == "broken":
            known = getattr(errors, message[1], None)
            if known is not None:  # an error of ours: its message is enough
                raise known(message[2])
            raise WorkerError(f"a worker could not start: {message[1]}: {message[2]}\n{message[3]}")
        job, slot.job = slot.job, None
        assert job is not None
        rss = slot.rss()
        wall_s = time.monotonic() - slot.since
        if kind == "full":
            # Not an outcome of this attempt: it stays pending on the board and is run again by the next call.
            self.stop("disk full", f"no space left on the disk: {message[1]}")
            return
        tries = self.tries.pop(job, 0) + 1
        if kind == "error":
            detail = f"{message[2]}\n{message[3]}"
            self.fault(job, JobOutcome(False, _failure("error", message[1], detail)), slot, wall_s, tries)
        else:
            self.good = True
            _account(slot.stats, rss, message[3])
            worker = slot.stats.slot
            self.record(JobResult(*job, message[1], message[2], message[3], wall_s, rss, worker, tries))
        if rss > self.cfg.recycle_rss and not self.stopped:
            slot.stats.recycled += 1
            self.restart(slot)

    def lost(self, slot: Slot, how: str) -> None:
        """A worker died or was killed: replace it; its job is run once more, then becomes a failure."""
        end(slot.process)
        output = tail(slot.log)
        code = slot.process.exitcode
        said = f"exit code {code}" if code is None or code >= 0 else f"killed by {signal_name(-code)}"
        detail = f"{said}; its output in {slot.log} ends with: {output or '(nothing)'}"
        job, slot.job = slot.job, None
        if how == "worker died":
            slot.stats.died += 1
        else:
            slot.stats.hung += 1
            detail = f"no answer within {self.cfg.job_limit_s:g} s; " + detail
        if job is not None:
            tries = self.tries.get(job, 0) + 1
            if tries < 2 and not self.stopped:
                self.tries[job] = tries
                self.board.retry(*job)
            elif tries >= 2:
                self.tries.pop(job)
                outcome = JobOutcome(False, _failure("worker", how, detail))
                self.fault(job, outcome, slot, time.monotonic() - slot.since, tries)
        elif not slot.ready:
            self.start_faults += 1
            if self.start_faults >= self.cfg.give_up:
                raise WorkerError(f"workers do not start ({how}: {detail})")
        if not self.stopped:
            self.restart(slot)

    def fault(self, job: tuple[int, int], outcome: JobOutcome, slot: Slot, wall_s: float, tries: int) -> None:
        self.record(JobResult(*job, False, outcome.info, 0.0, wall_s, 0, slot.stats.slot, tries, stored=False))
        self.faults += 1
        if not self.good and self.faults >= self.cfg.give_up:
            failure = outcome.info["failure"]
            self.stop(
                "error",
                f"the first {self.faults} attempts all failed by a fault, so the run stops here; the last one: "
                f"{failure['reason']}: {failure['detail']}",
            )

    def check_deadlines(self, now: float) -> None:
        for slot in list(self.slots):
            if now > slot.deadline and (slot.job is not None or not slot.ready):
                with contextlib.suppress(ProcessLookupError):  # ask where it is: the stack goes to its log
                    os.kill(slot.process.pid or 0, signal.SIGUSR1)
                slot.process.join(0.3)
                slot.process.kill()
                self.lost(slot, "worker hung")

    def drain(self) -> None:
        """Let running jobs end within drain_s (a second signal: at once); what is left is dropped."""
        until = time.monotonic() + self.cfg.drain_s
        while any(s.job for s in self.slots) and time.monotonic() < until and len(self.signals) < 2:
            self.collect(_POLL_S)
            for slot in [s for s in self.slots if not s.process.is_alive() and s.job is None]:
                self.slots.remove(slot)


def _failure(stage: str, reason: str, detail: str) -> dict[str, Any]:
    return {"failure": {"stage": stage, "reason": reason, "object": "", "grasp": -1, "detail": detail}}
