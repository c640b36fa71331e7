"""Worker processes as the parent sees them: start one, read its memory, end it, read its last output."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

import psutil

from engine.execute.base import WorkerStats
from engine.execute.child import worker_main

_ONE_THREAD: tuple[str, ...] = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass
class Slot:
    """One worker's place: its process now, and the job it is on."""

    stats: WorkerStats
    process: SpawnProcess
    conn: Connection
    log: Path
    deadline: float
    ready: bool = False
    job: tuple[int, int] | None = None
    since: float = 0.0
    watch: psutil.Process | None = None

    def rss(self) -> int:
        """Resident bytes now; 0 when the process is gone. Keeps the highest."""
        try:
            self.watch = self.watch or psutil.Process(self.process.pid)
            rss = int(self.watch.memory_info().rss)
        except psutil.Error:
            return 0
        self.stats.rss_peak = max(self.stats.rss_peak, rss)
        return rss


def start_worker(stats: WorkerStats, entry: str, args: tuple[Any, ...], log_dir: Path, start_limit_s: float) -> Slot:
    """Spawn a worker for this slot. It sends ("ready",) when its entry is built."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=True)
    log = log_dir / f"worker-{stats.slot}.log"
    process = context.Process(
        target=worker_main,
        args=(there, entry, args, str(log), os.getpid()),
        name=f"groundwork-worker-{stats.slot}",
        daemon=True,
    )
    with _environment(child_environment()):
        process.start()
    there.close()  # else the end of the worker would not end the pipe
    stats.started += 1
    return Slot(stats, process, here, log, time.monotonic() + start_limit_s)


def child_environment() -> dict[str, str]:
    """One thread per worker: the pool is the parallelism. Set before numpy, MuJoCo and Mesa are loaded."""
    env: dict[str, str] = dict.fromkeys(_ONE_THREAD, "1")
    env["PYTHONSAFEPATH"] = "1"  # no script folder on the path: scripts/inspect.py would hide a standard module
    env["LP_NUM_THREADS"] = os.environ.get("LP_NUM_THREADS", "1")
    env["MUJOCO_GL"] = os.environ.get("MUJOCO_GL", "egl")
    return env


@contextlib.contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Set variables while a child is started; spawn has no argument for it."""
    old = {k: os.environ.get(k) for k in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for k, v in old.items():
            if v is None:
                del os.environ[k]
            else:
                os.environ[k] = v


def end(process: SpawnProcess) -> None:
    """Make sure that a process is gone."""
    if process.is_alive():
        process.terminate()
        process.join(2.0)
    if process.is_alive():
        process.kill()
    process.join()


def tail(log: Path, lines: int = 12) -> str:
    """The last lines of a worker's output."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def signal_name(number: int) -> str:
    """9 -> "SIGKILL"."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
