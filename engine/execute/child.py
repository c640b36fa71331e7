"""What runs inside a worker process: build the entry once, then answer one job after the other.

Messages are tuples over one pipe. Parent to child: ("job", task_index, attempt) and ("stop",).
Child to parent: ("ready",), ("done", accepted, info, cpu_s, wall_s), ("full", text) when the disk is
full, ("error", type name, text, traceback) for an exception of a job, and ("broken", type name, text,
traceback) when the entry could not be built.
"""

from __future__ import annotations

import ctypes
import errno
import faulthandler
import importlib
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from engine.errors import ConfigError
from engine.execute.base import JobOutcome

Entry = Callable[[int, int], JobOutcome]

_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


def load_entry(dotted: str) -> Callable[..., Any]:
    """The object behind "package.module:name". Raises ConfigError when the module or name does not exist."""
    module_name, _, name = dotted.partition(":")
    if not name:
        raise ConfigError(f"'{dotted}' is not of the form 'package.module:name'")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as e:
        if e.name is None or not (module_name == e.name or module_name.startswith(e.name + ".")):
            raise  # the module is there, one of its own imports is not
        raise ConfigError(f"no module '{module_name}' (from '{dotted}')") from e
    if not hasattr(module, name):
        public = ", ".join(sorted(n for n in vars(module) if not n.startswith("_")))
        raise ConfigError(f"module '{module_name}' has no '{name}'; it has: {public}")
    return getattr(module, name)


def is_disk_full(error: BaseException | None) -> bool:
    """Whether an exception, or any that it was raised from, is the operating system's "no space left"."""
    seen = 0
    while error is not None and seen < 16:
        if getattr(error, "errno", None) in _NO_SPACE or "No space left on device" in str(error):
            return True
        error, seen = error.__cause__ or error.__context__, seen + 1
    return False


def worker_main(conn: Connection, entry: str, args: tuple[Any, ...], log: str | None, parent: int) -> None:
    """Process target. Ends when told to, or when the parent is gone."""
    _prepare(log, parent)
    try:
        work: Entry = load_entry(entry)(*args)
    except Exception as e:
        _send(conn, ("broken", type(e).__name__, str(e), traceback.format_exc()))
        return
    if not _send(conn, ("ready",)):
        return
    while True:
        try:
            message = conn.recv()
        except (EOFError, OSError):
            return  # the parent is gone
        if message[0] == "stop" or not _send(conn, run_one(work, message[1], message[2])):
            break
    close = getattr(work, "close", None)
    if close is not None:
        close()


def run_one(work: Entry, task_index: int, attempt: int) -> tuple[Any, ...]:
    """One job; every exception becomes a message."""
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        outcome = work(task_index, attempt)
        return ("done", outcome.accepted, outcome.info, time.process_time() - cpu, time.perf_counter() - wall)
    except Exception as e:
        if is_disk_full(e):
            return ("full", str(e))
        return ("error", type(e).__name__, str(e), traceback.format_exc())


def _send(conn: Connection, message: tuple[Any, ...]) -> bool:
    try:
        conn.send(message)
        return True
    except (BrokenPipeError, ConnectionResetError):
        return False  # the parent is gone


def _prepare(log: str | None, parent: int) -> None:
    # Ctrl-C goes to the whole process group; the parent alone decides what happens then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform.startswith("linux"):
        # Die with the parent, also when it is killed, so that a resumed run never meets old workers.
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(1)
    if log is not None:
        # What libraries and crashes print belongs in a file, not into the middle of the progress lines.
        fd = os.open(Path(log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(fd, 1)
        os.dup2(fd, 2)
        os.close(fd)
    faulthandler.enable()
    faulthandler.register(signal.SIGUSR1)  # the parent asks a hung worker where it is
