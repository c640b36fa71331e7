"""Datasets in other formats: what all exports share.

    convert(dataset, out, ExportOptions("rlds"), workers=2)            # -> Report

A format cuts the chosen episodes into jobs, writes each job's files on its own (in any process), and puts
them together at the end. Jobs depend on the episodes only, so an export has the same bytes for any number
of workers. Files are made in `out/.exporting`; a finished job leaves a note there, so the same call goes
on where it was stopped, and `out/export.json` is written last: a folder that has it is complete.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.errors import ConfigError, WorkerError, unknown_name
from engine.execute.base import JobOutcome, JobResult, TaskWork
from engine.execute.child import load_entry
from engine.execute.local import PoolConfig, run
from engine.export import layout as paths
from engine.export.dataset import Dataset, load_dataset
from engine.export.source import ExportOptions, Source
from engine.record.plain import dump_json, write_json

FORMATS = {
    "lerobot-v2.1": "engine.export.lerobot_legacy:LegacyFormat",
    "rlds": "engine.export.rlds:RldsFormat",
    "robomimic": "engine.export.robomimic:RobomimicFormat",
}
"""Where each format is written."""

BUILD, DONE = ".exporting", "export.json"
JOB_LIMIT_S = 3600.0


class Unfinished(WorkerError):
    """Jobs are left to do. code: exit status of a command that ends so."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Report:
    """What an export holds. made: jobs done by this call; 0 when it was complete before."""

    root: Path
    episodes: int
    frames: int
    size: int
    made: int


class Format(ABC):
    """One format. `write` runs in any process and touches only files of its own job."""

    def __init__(self, source: Source) -> None:
        self.source = source

    @abstractmethod
    def jobs(self) -> list[tuple[int, ...]]:
        """Episodes (new numbers) of each job; the same for every call."""

    @abstractmethod
    def write(self, job: int, episodes: Sequence[int], build: Path) -> dict[str, Any]:
        """Write a job's files below `build`; returns what `finish` needs to know, as JSON."""

    @abstractmethod
    def finish(self, build: Path, notes: Sequence[Mapping[str, Any]]) -> None:
        """Write what belongs to the whole export; `notes` are those of the jobs, in order."""


def convert(
    root: str | Path,
    out: str | Path,
    options: ExportOptions,
    *,
    workers: int = 0,
    on_progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Export the dataset at `root` into the folder `out`; on_progress(jobs done, jobs in all).

    Raises ConfigError for wrong options or an `out` that holds something else, Unfinished when jobs are left.
    """
    root, out = Path(root), Path(out)
    dataset = load_dataset(root)
    source = Source(dataset, options)
    form = make_format(source)
    asked = {"options": _plain(options), "source": fingerprint(dataset), "episodes": len(source)}
    if (out / DONE).exists():
        known = json.loads((out / DONE).read_text(encoding="utf-8"))
        if {k: known.get(k) for k in asked} != asked:
            raise ConfigError(f"{out} holds another export (see {DONE} there); remove it or give another --out")
        return Report(out, len(source), sum(source.lengths), known["bytes"], 0)
    build = _open_build(out, asked)
    jobs = form.jobs()
    _run_jobs(root, build, options, jobs, workers, on_progress)
    if not (build / ".finished").exists():  # else the last call was stopped while it moved files out
        form.finish(build, [_note(build, j) for j in range(len(jobs))])
        (build / ".finished").touch()
    return _publish(out, build, asked, source, len(jobs))


class ExportWorker:
    """An executor's entry: `ExportWorker(dataset, build, options)(job, 0)` writes one job."""

    def __init__(self, root: str, build: str, options: Mapping[str, Any]) -> None:
        given: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in options.items()}
        self.form = make_format(Source(load_dataset(root), ExportOptions(**given)))
        self.jobs, self.build = self.form.jobs(), Path(build)

    def __call__(self, job: int, attempt: int) -> JobOutcome:
        note = self.form.write(job, self.jobs[job], self.build)
        path = _note_path(self.build, job)
        write_json(path.with_suffix(".tmp"), note)
        os.replace(path.with_suffix(".tmp"), path)
        return JobOutcome(True)

    def close(self) -> None:
        """Nothing to release."""


def make_format(source: Source) -> Format:
    """The format that the options name; ConfigError for an unknown one."""
    options = source.options
    if options.to not in FORMATS:
        raise ConfigError(unknown_name("format", options.to, FORMATS))
    if options.image not in ("jpeg", "png"):
        raise ConfigError(unknown_name("image encoding", options.image, ("jpeg", "png")))
    if not 1 <= options.quality <= 100:
        raise ConfigError(f"quality {options.quality}: JPEG has 1 to 100")
    if options.image_px < 0:
        raise ConfigError(f"image_px {options.image_px}: give a size in pixels, or 0 for pictures as they are")
    return load_entry(FORMATS[options.to])(source)


def fingerprint(dataset: Dataset) -> str:
    """Hash of what says which episodes a dataset holds; another dataset in its place is noticed."""
    digest = hashlib.sha256()
    files = [dataset.root / "meta/info.json", *sorted((dataset.root / "meta/episodes").glob("*/*.parquet"))]
    extra = dataset.root / paths.EXTRA / "episodes.jsonl"
    for path in [*files, *([extra] if extra.exists() else [])]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def link(source: Path, target: Path) -> None:
    """A hard link where the file system has them, else a copy; an earlier target is replaced."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _plain(options: ExportOptions) -> dict[str, Any]:
    return json.loads(dump_json(asdict(options)))


def _note_path(build: Path, job: int) -> Path:
    return build / ".notes" / f"{job:06d}.json"


def _note(build: Path, job: int) -> dict[str, Any]:
    return json.loads(_note_path(build, job).read_text(encoding="utf-8"))


def _open_build(out: Path, asked: Mapping[str, Any]) -> Path:
    """The folder in which the export is made; one that another export left is refused."""
    build = out / BUILD
    settings = build / ".settings.json"
    if settings.exists():
        if json.loads(settings.read_text(encoding="utf-8")) != asked:
            raise ConfigError(
                f"{build} holds an unfinished export with other settings; remove it or give another --out"
            )
        return build
    there = [p.name for p in out.iterdir()] if out.exists() else []
    if [n for n in there if n != BUILD]:
        raise ConfigError(f"{out} is not empty ({there[0]}); give a new folder as --out")
    shutil.rmtree(build, ignore_errors=True)
    (build / ".notes").mkdir(parents=True)
    write_json(settings, asked)
    return build


def _run_jobs(
    root: Path,
    build: Path,
    options: ExportOptions,
    jobs: Sequence[Sequence[int]],
    workers: int,
    on_progress: Callable[[int, int], None] | None,
) -> None:
    done = [JobResult(j, 0, True, {}) for j in range(len(jobs)) if _note_path(build, j).exists()]
    count = len(done)

    def result(r: JobResult) -> None:
        nonlocal count
        count += 1
        if on_progress is not None:
            on_progress(count, len(jobs))

    summary = run(
        [TaskWork(j, 1, 1) for j in range(len(jobs))],
        "engine.export.convert:ExportWorker",
        (str(root.resolve()), str(build.resolve()), _plain(options)),
        result,
        done=done,
        workers=min(workers, len(jobs) - len(done)) if workers else 0,
        config=PoolConfig(job_limit_s=JOB_LIMIT_S, log_dir=str(build / ".log")),
    )
    if summary.stopped:
        raise Unfinished(f"{summary.message}; the same command goes on from here", summary.exit_code)
    missing = [j for j in range(len(jobs)) if not _note_path(build, j).exists()]
    if missing:
        first = next((r for r in summary.results if r.task_index == missing[0]), None)
        detail = "" if first is None else str(first.info.get("failure", {}).get("detail", ""))
        text = f"{len(missing)} of {len(jobs)} parts could not be written; the first is number {missing[0]}"
        raise Unfinished(f"{text}: {detail or 'see ' + str(build / '.log')}", 1)


def _publish(out: Path, build: Path, asked: Mapping[str, Any], source: Source, jobs: int) -> Report:
    """Move the finished files out of `build`, the note that says so last."""
    for path in sorted(build.iterdir()):
        if not path.name.startswith("."):
            os.rename(path, out / path.name)
    files = [p for p in out.rglob("*") if p.is_file() and BUILD not in p.relative_to(out).parts]
    size = sum(p.stat().st_size for p in files)
    text = dict(asked) | {"frames": sum(source.lengths), "bytes": size}
    write_json(build / DONE, text, indent=1)
    os.replace(build / DONE, out / DONE)
    shutil.rmtree(build)
    return Report(out, len(source), sum(source.lengths), size, jobs)
