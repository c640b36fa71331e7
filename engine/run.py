"""A whole run: settings, resume, estimate, pool, export, ledger. What `scripts/synthesize.py` shows.

<out>/.work/      the episode store, a lock, workers' output: everything needed to go on
<out>/ledger.*    the account of attempts
<out>/meta, data, videos      the dataset, written when every task is done
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from engine.backends import renderer_class
from engine.config import RunConfig
from engine.errors import ConfigError, DatasetError, TaskError
from engine.execute.base import JobResult, Summary, TaskWork
from engine.execute.child import load_entry
from engine.execute.local import PoolConfig, run
from engine.export.lerobot import export_layouts, finalize, select_keys
from engine.graph.scene_graph import lead_relation
from engine.layout.feasibility import explain_impossible
from engine.ledger import Entry, Ledger, make_ledger, write_ledger
from engine.pipeline import base_cameras
from engine.record.store import EpisodeStore, Result
from engine.rng import rng
from engine.sim.cameras import view_camera
from engine.sim.robot import load_robot
from engine.types import Failure

MIN_FREE_BYTES = 200_000_000  # below this a run stops by itself, before the disk is really full
WORKER_BYTES = 1_000_000_000  # a worker's share of memory when the default number of workers is chosen
_FILES = ("task_file", "camera_file")


class SettingsDiffer(DatasetError):
    """An output folder was made with other settings. `rows`: (setting, there, asked for)."""

    def __init__(self, folder: Path, rows: list[tuple[str, str, str]]) -> None:
        self.folder, self.rows = folder, rows
        listed = "; ".join(f"{name}: {old} there, {new} asked for" for name, old, new in rows)
        super().__init__(
            f"{folder} was made with other settings ({listed}). Use those to go on with it, or another --out"
        )


@dataclass
class Progress:
    """Where a run stands; updated after each result."""

    wanted: int
    accepted: int = 0
    attempts: int = 0
    resumed: int = 0  # accepted before this run
    refused: Counter[str] = field(default_factory=Counter)  # not accepted, by stage
    faults: int = 0
    started_at: float = field(default_factory=time.monotonic)

    def add(self, result: JobResult) -> None:
        self.attempts += 1
        self.accepted += result.accepted
        if not result.accepted:
            self.refused[str(result.info.get("failure", {}).get("stage", "unknown"))] += 1
        self.faults += not result.stored

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self.started_at

    @property
    def per_hour(self) -> float:
        """Accepted an hour since this run started; 0 before the first."""
        return (self.accepted - self.resumed) * 3600.0 / max(self.elapsed_s, 1e-6)

    @property
    def left_s(self) -> float | None:
        """Estimated seconds to the end, None before the first accepted episode."""
        rate = self.per_hour
        return max(self.wanted - self.accepted, 0) * 3600.0 / rate if rate > 0 else None


@dataclass(frozen=True)
class RunResult:
    """What a run left. dataset: the folder when it was exported. cpu_s: by stage, over this run's attempts."""

    summary: Summary
    ledger: Ledger
    dataset: Path | None
    cpu_s: Mapping[str, float]
    bytes_stored: int

    @property
    def exit_code(self) -> int:
        return self.summary.exit_code


def default_workers() -> int:
    """One per core this process may use, and as many as fit into the free memory; at least 1."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, int(psutil.virtual_memory().available // WORKER_BYTES)))


def count_tasks(cfg: RunConfig) -> int:
    """How many tasks the run has. Raises ConfigError or TaskError when they cannot be had, before anything starts."""
    library = load_entry(cfg.sources.library)(cfg.assets, cfg.split)
    source = load_entry(cfg.sources.tasks)(library, cfg.task_file)
    if cfg.task_file is not None:
        for i in range(source.size):
            _check_task(cfg, source, i)
        return int(source.size)
    if cfg.tasks > source.size:
        what = "the benchmark has" if cfg.assets is None else f"--assets {cfg.assets} gives"
        raise ConfigError(f"--tasks {cfg.tasks}: {what} {source.size} tasks; give at most that")
    return cfg.tasks


def _check_task(cfg: RunConfig, source: Any, i: int) -> None:
    """Raise TaskError for what would fail in every attempt: objects that do not exist, layouts that cannot be."""
    spec = source.spec(i)
    try:
        scene = source.scene(spec, rng(cfg.seed, spec.task_id, "scene"))
    except TaskError as e:
        raise TaskError(f"{cfg.task_file}: {e}") from e
    subjects = sorted({r.subject for r in spec.goal})
    if len(subjects) > 1:
        raise TaskError(
            f"{cfg.task_file}: goal: moves {' and '.join(subjects)}; an episode moves one object: write a task for each"
        )
    if lead_relation(spec).kind == "under":
        raise TaskError(f"{cfg.task_file}: goal: nothing can be put under an object; say what it goes on, in or beside")
    problems = explain_impossible(scene, view_camera(base_cameras(cfg)).X_PC, cfg.layout)
    if problems:
        raise TaskError(f"{cfg.task_file}: no layout can exist: {'; '.join(problems)}")


# --- settings -----------------------------------------------------------------------------------


def settings_of(cfg: RunConfig) -> dict[str, Any]:
    """What decides the content of a run, JSON-able: the configuration, with files by content instead of path."""
    settings = cfg.to_json()
    for name in _FILES:
        if settings.get(name):
            path = Path(settings[name])
            settings[name] = f"{path.name} sha256:{hashlib.sha256(_read(path, name)).hexdigest()[:16]}"
    if settings.get("assets"):
        settings["assets"] = str(Path(settings["assets"]).resolve())
    return settings


def _read(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as e:
        raise ConfigError(f"--{name.replace('_', '-')} {path}: {e.strerror}; give the path of a readable file") from e


def differences(there: Any, asked: Any, place: str = "") -> list[tuple[str, str, str]]:
    """(setting, there, asked for) for each leaf in which two JSON values differ; "-" where there is none."""
    if isinstance(there, Mapping) and isinstance(asked, Mapping):
        rows: list[tuple[str, str, str]] = []
        for key in sorted(there.keys() | asked.keys()):
            rows += differences(there.get(key, "-"), asked.get(key, "-"), f"{place}.{key}" if place else key)
        return rows
    return [] if there == asked else [(place, _short(there), _short(asked))]


def _short(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def check_settings(store: EpisodeStore, settings: Mapping[str, Any], out: Path) -> bool:
    """Whether the folder goes on (True) or is new; raises SettingsDiffer, or DatasetError for a foreign folder."""
    known = None
    if (store.root / "settings.json").exists():
        known = store.settings()
        rows = differences(known, json.loads(json.dumps(settings)))
        if rows:
            raise SettingsDiffer(out, rows)
    elif out.exists() and any(p.name != ".work" for p in out.iterdir()):
        raise DatasetError(
            f"{out} holds files that no run of this program left; choose an empty or new folder for --out"
        )
    store.check_settings(settings)
    return known is not None


@contextmanager
def lock_output(store: EpisodeStore) -> Iterator[None]:
    """Keep a second run out of the folder while this one works in it; released by the system if it is killed."""
    store.root.mkdir(parents=True, exist_ok=True)
    with open(store.root / "lock", "a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as e:
            handle.seek(0)
            raise DatasetError(
                f"{store.root.parent} is in use by another run (process {handle.read().strip() or '?'}); "
                "wait for it, stop it, or choose another --out"
            ) from e
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield


# --- the run ------------------------------------------------------------------------------------


@dataclass
class Session:
    """An output folder opened for a run: what is there already, and what is still to do."""

    cfg: RunConfig
    out: Path
    store: EpisodeStore
    plan: tuple[TaskWork, ...]
    done: dict[tuple[int, int], Result]
    resumed: bool

    @property
    def wanted(self) -> int:
        return sum(w.wanted for w in self.plan)

    @property
    def accepted(self) -> int:
        """Accepted episodes that count: at most the wanted ones of each task."""
        count = Counter(t for (t, _), r in self.done.items() if r.accepted)
        return sum(min(count[w.task_index], w.wanted) for w in self.plan)


@contextmanager
def open_session(cfg: RunConfig, out: str | Path, tasks: int | None = None) -> Iterator[Session]:
    """Open (or go on with) an output folder, locked. tasks: number of tasks (default: `count_tasks`)."""
    out = Path(out)
    if out.exists() and not out.is_dir():
        raise DatasetError(f"{out} is a file; --out wants a folder")
    # Everything that can be wrong with the arguments is found before the folder remembers them.
    tasks = count_tasks(cfg) if tasks is None else tasks
    base_cameras(cfg)
    renderer_class(cfg.renderer)
    load_robot(cfg.gripper)
    settings = settings_of(cfg)
    store = EpisodeStore(out / ".work")
    fresh = not store.root.exists()
    try:
        with lock_output(store):
            resumed = check_settings(store, settings, out)
            fresh = False
            store.clean()
            plan = tuple(TaskWork(i, cfg.episodes, cfg.max_attempts) for i in range(tasks))
            yield Session(cfg, out, store, plan, store.results(verify=resumed), resumed)
    finally:
        if fresh:  # refused: leave nothing behind in somebody else's folder
            shutil.rmtree(store.root, ignore_errors=True)


def execute(
    session: Session,
    *,
    workers: int,
    on_result: Callable[[Progress, JobResult], None] | None = None,
    on_tick: Callable[[Progress], None] | None = None,
    entry: str = "engine.worker:Worker",
    pool: PoolConfig | None = None,
    columns: Mapping[str, Any] | None = None,
    fps: float = 10.0,
    export: bool = True,
) -> RunResult:
    """Run what is missing, then export the dataset and write the ledger (unless interrupted or out of space).

    on_result and on_tick are called in this process, the latter a few times a second. columns and fps go
    into the dataset's description (see `engine.export.lerobot.finalize`).
    """
    cfg, store = session.cfg, session.store
    progress = Progress(session.wanted, session.accepted, resumed=session.accepted)
    next_look = 0.0

    def result(r: JobResult) -> None:
        progress.add(r)
        if on_result is not None:
            on_result(progress, r)

    def tick() -> str:
        nonlocal next_look
        if on_tick is not None:
            on_tick(progress)
        if time.monotonic() < next_look:
            return ""
        next_look = time.monotonic() + 2.0
        free = shutil.disk_usage(store.root).free
        return f"only {free / 1e6:.0f} MB are free on the disk of {session.out}" if free < MIN_FREE_BYTES else ""

    summary = run(
        session.plan,
        entry,
        (cfg.to_json(), str(session.out)),
        result,
        done=[_restored(r) for r in session.done.values()],
        workers=workers,
        config=pool or PoolConfig(log_dir=str(store.root / "log")),
        on_tick=tick,
    )
    results = store.results()
    ledger = make_ledger(_entries(results, summary), {w.task_index: w.wanted for w in session.plan})
    dataset = None
    if not summary.stopped:
        if export and cfg.layout_only:
            if any(r.accepted for r in results.values()):
                export_layouts(store, session.out)
                dataset = session.out
        elif export:
            dataset = export_dataset(session, results, columns, fps, new=bool(progress.attempts))
        write_ledger(ledger, session.out)
    cpu_s: Counter[str] = Counter()
    for r in summary.results:
        if r.worker >= 0:
            cpu_s.update(r.info.get("cpu_s", {}))
    return RunResult(summary, ledger, dataset, dict(cpu_s), store.bytes_used())


def export_dataset(
    session: Session,
    results: Mapping[tuple[int, int], Result],
    columns: Mapping[str, Any] | None,
    fps: float,
    new: bool,
) -> Path | None:
    """Write the dataset from the store; None when nothing was accepted. new=False: keep one that is there."""
    keys = select_keys(results, session.cfg.episodes, session.cfg.keep_failures)
    if not keys:
        return None
    if new or _exported_episodes(session.out) != len(keys):
        run_config = {"settings": session.store.settings(), "files": _file_texts(session.cfg)}
        finalize(
            session.store, session.out, fps=fps, columns=columns, run_config=run_config, keys=keys, results=results
        )
    return session.out


def _exported_episodes(out: Path) -> int:
    """Episodes of the dataset that is there; 0 when there is none. One exported early has fewer than are stored."""
    try:
        return int(json.loads((out / "meta" / "info.json").read_text())["total_episodes"])
    except (FileNotFoundError, KeyError, ValueError):
        return 0


def _file_texts(cfg: RunConfig) -> dict[str, str]:
    paths = {name: getattr(cfg, name) for name in _FILES}
    return {name: Path(p).read_text(encoding="utf-8", errors="replace") for name, p in paths.items() if p}


_FAILURE_KEYS = tuple(Failure.__dataclass_fields__)


def _restored(r: Result) -> JobResult:
    """A stored result as the pool's, with the failure where a worker's outcome has it."""
    info: dict[str, Any] = {k: v for k, v in r.ledger.items() if r.accepted or k not in _FAILURE_KEYS}
    if not r.accepted:
        info["failure"] = {k: r.ledger[k] for k in _FAILURE_KEYS if k in r.ledger}
    return JobResult(r.task_index, r.attempt, r.accepted, info)


def _entries(results: Mapping[tuple[int, int], Result], summary: Summary) -> Iterator[Entry]:
    """Stored attempts, and those that were lost by a fault (they are not stored, so a later run tries again)."""
    for r in results.values():
        yield Entry(r.task_index, r.attempt, r.accepted, r.ledger)
    for lost in summary.worker_failures:
        if (lost.task_index, lost.attempt) not in results:
            yield Entry(lost.task_index, lost.attempt, False, dict(lost.info["failure"]))
