"""The process pool: which attempts run never depends on workers, timing, faults or interruptions."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import AssetError, ConfigError, WorkerError
from engine.execute.base import Board, JobResult
from engine.execute.local import JobOutcome, PoolConfig, TaskWork, run

HERE = f"{Path(__file__).stem}:Toy"


def accepts(task: int, attempt: int) -> bool:
    """A fixed coin per attempt, the same in every process."""
    return hashlib.sha256(f"{task}/{attempt}".encode()).digest()[0] < 140


class Toy:
    """A worker whose trouble is chosen by `mode`, on attempt 1 of task 1; `folder` remembers between processes."""

    def __init__(self, folder: str = "", mode: str = "", delay: float = 0.0) -> None:
        if mode == "bad asset":
            raise AssetError("no object 'cartn/3'; did you mean 'carton/3'?")
        if mode == "exit at start":
            os._exit(7)
        self.folder, self.mode, self.delay = folder, mode, delay
        self.ballast: list[bytes] = []

    def __call__(self, task_index: int, attempt: int) -> JobOutcome:
        time.sleep(self.delay * random.random())
        once = Path(self.folder, "trouble") if self.folder else None
        if (task_index, attempt) == (1, 1) and once is not None and (self.mode.endswith("always") or not once.exists()):
            once.touch()
            self.trouble()
        if self.mode == "meet":  # three processes must be at work on the task at the same time
            Path(self.folder, f"here-{os.getpid()}").touch()
            while len(list(Path(self.folder).glob("here-*"))) < 3:
                time.sleep(0.01)
        if self.mode == "all raise":
            raise RuntimeError("the renderer is broken")
        if self.mode == "eat":
            self.ballast.append(b"x" * 60_000_000)
        ok = accepts(task_index, attempt)
        info = {} if ok else {"failure": {"stage": "plan", "reason": "no collision-free path"}}
        return JobOutcome(ok, info | {"omp": os.environ.get("OMP_NUM_THREADS"), "pid": os.getpid()})

    def trouble(self) -> None:
        if self.mode.startswith("die"):
            os.kill(os.getpid(), signal.SIGKILL)
        if self.mode.startswith("hang"):
            time.sleep(3600)
        if self.mode.startswith("raise"):
            raise ValueError("bad episode")
        if self.mode.startswith("full"):
            try:
                raise OSError(errno.ENOSPC, "No space left on device")
            except OSError as e:
                raise RuntimeError("could not write the episode") from e


def plan(tasks: int, wanted: int = 3, max_attempts: int = 12) -> list[TaskWork]:
    return [TaskWork(i, wanted, max_attempts) for i in range(tasks)]


def expected(work: TaskWork) -> dict[tuple[int, int], bool]:
    """The attempts that must run: the shortest prefix with `wanted` accepted."""
    out: dict[tuple[int, int], bool] = {}
    for k in range(work.max_attempts):
        if sum(out.values()) == work.wanted:
            break
        out[work.task_index, k] = accepts(work.task_index, k)
    return out


def ran(results: tuple[JobResult, ...]) -> dict[tuple[int, int], bool]:
    assert len({(r.task_index, r.attempt) for r in results}) == len(results), "an attempt has two results"
    return {(r.task_index, r.attempt): r.accepted for r in results}


def all_expected(works: list[TaskWork]) -> dict[tuple[int, int], bool]:
    return {k: v for w in works for k, v in expected(w).items()}


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 4), st.integers(1, 5), st.integers(1, 4), st.booleans())
def test_board_runs_the_shortest_prefix_in_any_order_and_after_any_interruption(rnd, workers, tasks, wanted, interrupt):
    works = plan(tasks, wanted, max_attempts=7)
    done: list[JobResult] = []
    while True:
        board = Board(works, done)
        running: dict[int, tuple[int, int]] = {}
        stop_after = rnd.randrange(1, 8) if interrupt else 10**9
        while stop_after > 0:
            for slot in range(workers):
                if slot not in running and (job := board.next_job(slot)) is not None:
                    running[slot] = job
            if not running:
                break
            slot = rnd.choice(sorted(running))
            task, attempt = running.pop(slot)
            board.finish(task, attempt, accepts(task, attempt))
            done.append(JobResult(task, attempt, accepts(task, attempt), {}))
            stop_after -= 1
        if board.finished:
            break
    assert ran(tuple(done)) == all_expected(works)
    assert board.incomplete() == tuple(w.task_index for w in works if sum(expected(w).values()) < wanted)


def test_board_keeps_a_worker_on_its_task_and_helps_at_the_end():
    board = Board(plan(3, wanted=4, max_attempts=4))
    assert [board.next_job(s) for s in (0, 1, 0, 1)] == [(0, 0), (1, 0), (0, 1), (1, 1)]
    assert [board.next_job(2) for _ in range(4)] == [(2, 0), (2, 1), (2, 2), (2, 3)]
    assert board.next_job(2) == (0, 2), "with no task left, it helps"
    with pytest.raises(ValueError, match="twice"):
        Board([TaskWork(1, 1, 1), TaskWork(1, 2, 2)])


@pytest.mark.parametrize("workers", [0, 1, 3])
def test_same_attempts_for_any_number_of_workers(workers):
    works = plan(6)
    seen: list[JobResult] = []
    summary = run(works, HERE, ("", "", 0.02), seen.append, workers=workers)
    assert ran(summary.results) == all_expected(works)
    assert sorted(map(id, seen)) == sorted(map(id, summary.results))
    assert [(r.task_index, r.attempt) for r in summary.results] == sorted(ran(summary.results))
    short = tuple(w.task_index for w in works if sum(expected(w).values()) < w.wanted)
    assert summary.incomplete == short and summary.exit_code == (1 if short else 0)
    if workers:
        assert {r.info["omp"] for r in summary.results} == {"1"}
        assert len({r.info["pid"] for r in summary.results}) <= workers
        assert all(s.rss_peak > 1_000_000 for s in summary.workers)


def test_one_task_is_spread_over_the_workers(tmp_path):
    summary = run([TaskWork(0, 12, 60)], HERE, (str(tmp_path), "meet"), workers=3)
    assert ran(summary.results) == expected(TaskWork(0, 12, 60))
    assert len({r.worker for r in summary.results}) == 3


@pytest.mark.parametrize("mode", ["die", "hang"])
def test_a_killed_or_hung_worker_costs_nothing_when_it_happens_once(tmp_path, mode):
    works = plan(3)
    summary = run(works, HERE, (str(tmp_path), mode), workers=2, job_limit_s=1.0)
    assert ran(summary.results) == all_expected(works)
    assert summary.worker_failures == ()
    assert [r.tries for r in summary.results if (r.task_index, r.attempt) == (1, 1)] == [2]
    assert sum(s.died + s.hung for s in summary.workers) == 1


@pytest.mark.parametrize("mode", ["die always", "hang always", "raise always"])
def test_an_attempt_that_keeps_failing_becomes_a_failure_and_the_next_attempt_replaces_it(tmp_path, mode):
    works = plan(3)
    summary = run(works, HERE, (str(tmp_path), mode), workers=2, config=PoolConfig(job_limit_s=0.7))
    (lost,) = summary.worker_failures
    assert (lost.task_index, lost.attempt, lost.accepted) == (1, 1, False)
    failure = lost.info["failure"]
    words = {"d": ("worker", "worker died", "SIGKILL"), "h": ("worker", "worker hung", "time.sleep|in trouble")}
    stage, reason, detail = words.get(mode[0], ("error", "ValueError", "bad episode"))
    assert failure["stage"] == stage and failure["reason"] == reason
    assert any(d in failure["detail"] for d in detail.split("|")), failure["detail"]
    assert summary.exit_code == 1, "nothing is lost, but it is not silent either"
    assert all(sum(r.accepted for r in summary.results if r.task_index == w.task_index) == 3 for w in works)


def test_disk_full_stops_with_status_3_and_resumes_to_the_same_set(tmp_path):
    works = plan(4)
    first = run(works, HERE, (str(tmp_path), "full"), workers=2)
    assert first.stopped == "disk full" and first.exit_code == 3 and "No space left" not in str(first.results)
    assert (1, 1) not in ran(first.results), "the attempt that met the full disk is not done"
    second = run(works, HERE, (str(tmp_path), "full"), workers=3, done=first.results)
    assert ran(second.results) == all_expected(works)
    third = run(works, HERE, ("", "exit at start"), workers=3, done=second.results)
    assert ran(third.results) == all_expected(works), "nothing to do: no worker is even started"


def test_low_disk_and_systematic_faults_stop_the_run(tmp_path):
    low = run(plan(3), HERE, (), workers=1, on_tick=lambda: "only 12 MB are free")
    assert low.exit_code == 3 and low.message == "only 12 MB are free"
    broken = run(plan(50), HERE, (str(tmp_path), "all raise"), workers=2)
    assert broken.stopped == "error" and "the renderer is broken" in broken.message
    assert len(broken.results) < 8 and broken.exit_code == 1


def test_entries_that_cannot_be_built_are_explained():
    with pytest.raises(AssetError, match="did you mean 'carton/3'"):
        run(plan(1), HERE, ("", "bad asset"), workers=2)
    with pytest.raises(ConfigError, match=r"no module 'engine\.pipelin'"):
        run(plan(1), "engine.pipelin:Worker", workers=1)
    with pytest.raises(ConfigError, match=r"it has: .*Toy"):
        run(plan(1), HERE.replace("Toy", "Tyo"), workers=1)
    with pytest.raises(WorkerError, match="exit code 7"):
        run(plan(1), HERE, ("", "exit at start"), workers=1)


def test_a_worker_that_grows_too_large_is_replaced():
    limit = 300_000_000  # a new worker has about 100 MB
    summary = run([TaskWork(0, 6, 40)], HERE, ("", "eat"), workers=1, config=PoolConfig(recycle_rss=limit))
    assert ran(summary.results) == expected(TaskWork(0, 6, 40))
    assert summary.workers[0].recycled >= 1
    assert summary.workers[0].rss_peak < limit + 150_000_000


_SCRIPT = """
import sys
sys.path[:0] = {paths!r}
from engine.execute.local import run, TaskWork, PoolConfig
def main():
    s = run([TaskWork(i, 3, 12) for i in range(400)], {entry!r}, ("", "", 0.1),
            lambda r: print("result", r.task_index, r.attempt, r.info["pid"], flush=True), workers=2)
    print("end", s.stopped, len(s.results), flush=True)
    raise SystemExit(s.exit_code)
if __name__ == "__main__":
    main()
"""


def start_script(tmp_path: Path) -> tuple[subprocess.Popen[str], list[str]]:
    """A long run in its own process group, as in a terminal; returns after its third result."""
    script = tmp_path / "run.py"
    root = Path(__file__).parents[2]
    script.write_text(_SCRIPT.format(paths=[str(root), str(Path(__file__).parent)], entry=HERE))
    process = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout is not None
    return process, [process.stdout.readline() for _ in range(3)]


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_drain_and_keep_everything(tmp_path, number, status):
    process, lines = start_script(tmp_path)
    os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
    rest, _ = process.communicate(timeout=20)
    lines += rest.splitlines(keepends=True)
    assert process.returncode == status
    assert lines[-1] == f"end interrupted {len(lines) - 1}\n", "every result was reported before the end"


def test_workers_die_with_their_parent(tmp_path):
    process, lines = start_script(tmp_path)
    pids = {int(line.split()[3]) for line in lines}
    process.kill()
    process.wait()
    until = time.monotonic() + 5
    while any(psutil.pid_exists(p) and psutil.Process(p).status() != "zombie" for p in pids):
        assert time.monotonic() < until, "a worker outlived its parent"
        time.sleep(0.05)
