"""The episode store: what workers write while a run goes on, and what a resumed run finds again.

    <root>/settings.json                       what the run was asked for (compared on resume)
    <root>/results/t000012/a000003/            the result of attempt 3 of task 12: there or not there, never half
        result.json                            accepted or not, ledger entry, size of every file
        r000/columns.arrow                     per-frame columns of appearance 0
        r000/meta.json                         everything needed to make the episode again
        r000/video/<camera>.mp4                encoded by the worker
        r000/sidecar/<name>                    optional depth and masks
    <root>/tmp/                                unfinished writes; emptied by `clean`

A result is written into `tmp` and becomes visible by one rename, with all its appearances, so a process
killed at any moment leaves either the whole result or nothing. The store never changes a result, and
the exporter links to its files instead of moving them: a run can always go on.

    store = EpisodeStore(out / ".work")
    store.check_settings(settings)                  # DatasetError with the difference if they changed
    store.clean()                               # once, in the parent, before workers start
    done = store.results()                          # {(task, attempt): Result}

    with store.begin(task_index, attempt) as job:   # in a worker
        episode = job.episode(render=0)
        with VideoWriter(episode.video_path("front"), fps=10) as video: ...
        episode.write(columns, meta)
        job.commit(accepted=True, ledger={...})
    store.write_failure((task_index, attempt), failure, ledger={...})
"""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

from numpy.typing import NDArray

from engine.errors import DatasetError
from engine.record.keys import EpisodeFiles, EpisodeKey, Result, StoredEpisode
from engine.record.plain import difference, dump_json, write_json
from engine.record.tables import read_columns, write_columns
from engine.types import Failure

__all__ = ["EpisodeFiles", "EpisodeKey", "EpisodeStore", "EpisodeWriter", "JobWriter", "Result", "StoredEpisode"]

FORMAT = "groundwork-store/1"
_RESULT = "result.json"
_counter = itertools.count()


class EpisodeWriter:
    """One appearance of a job, being written. Get it from `JobWriter.episode`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True)

    def video_path(self, camera: str) -> Path:
        """Where to write the mp4 of a camera (its name becomes `observation.images.<camera>`)."""
        return self._named("video", f"{camera}.mp4")

    def sidecar_path(self, name: str) -> Path:
        """Where to write a file that goes along with the episode, e.g. `depth.front.mkv`."""
        return self._named("sidecar", name)

    def write(self, columns: Mapping[str, NDArray[Any]], meta: Mapping[str, Any]) -> None:
        """Store per-frame columns (T, ...) and the metadata (JSON-able; numpy values are converted).

        The exporter wants meta["instruction"] and, for each video, meta["videos"][camera] =
        VideoWriter.facts.as_json(); it uses meta["instructions"] and meta["task_id"] where present. An
        episode without columns is a layout of which nothing was executed: it is kept, but not exported.
        Raises DatasetError when the columns differ in length or have a dtype that cannot be stored.
        """
        write_columns(self._folder / "columns.arrow", columns)
        write_json(self._folder / "meta.json", meta)

    def _named(self, kind: str, name: str) -> Path:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
            raise DatasetError(f"{kind} name {name!r}: use letters, digits, '.', '_' and '-' only")
        folder = self._folder / kind
        folder.mkdir(exist_ok=True)
        return folder / name


class JobWriter:
    """A result in the making: nothing is visible before `commit`. Use as a context manager."""

    def __init__(self, store: EpisodeStore, task_index: int, attempt: int) -> None:
        self._store, self.task_index, self.attempt = store, task_index, attempt
        name = f"t{task_index:06d}-a{attempt:06d}-{os.getpid()}-{next(_counter)}"
        self._folder = store.root / "tmp" / name
        self._episodes = 0
        self._done = False

    def __enter__(self) -> JobWriter:
        self._folder.mkdir(parents=True)
        return self

    def episode(self, render: int) -> EpisodeWriter:
        """Start appearance `render`; appearances come in order 0, 1, 2, ..."""
        if render != self._episodes:
            raise DatasetError(f"appearance {render} out of order: the next one is {self._episodes}")
        self._episodes += 1
        return EpisodeWriter(self._folder / f"r{render:03d}")

    def commit(
        self,
        *,
        accepted: bool,
        failure: Failure | None = None,
        ledger: Mapping[str, Any] | None = None,
        timing: Mapping[str, float] | None = None,
    ) -> bool:
        """Make the result visible, all appearances at once.

        Returns False when this attempt already has a result (a retried job that had in fact finished):
        attempts are pure functions of their seed, so the stored one is kept and this one dropped.
        """
        if accepted != (failure is None):
            raise DatasetError("a result is either accepted or carries a Failure")
        facts = dict(ledger or {}) | (asdict(failure) if failure is not None else {})
        files = {p.relative_to(self._folder).as_posix(): p.stat().st_size for p in _files(self._folder)}
        record = {
            "format": FORMAT,
            "task_index": self.task_index,
            "attempt": self.attempt,
            "accepted": accepted,
            "renders": self._episodes,
            "ledger": facts,
            "timing": dict(timing or {}),
            "files": files,
        }
        write_json(self._folder / _RESULT, record)
        self._done = self._store._publish(self._folder, self.task_index, self.attempt)
        return self._done

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        if not self._done:
            shutil.rmtree(self._folder, ignore_errors=True)


class EpisodeStore:
    """Results of attempts under one folder, written by many processes, each result atomically.

    durable: flush every file to the disk before a result becomes visible, so that it also survives a
    loss of power; without, it survives the death of the process only.
    """

    def __init__(self, root: str | Path, *, durable: bool = True) -> None:
        self.root = Path(root)
        self.durable = durable

    # --- writing ---

    def begin(self, task_index: int, attempt: int) -> JobWriter:
        """Start the result of one attempt (see the module's example)."""
        return JobWriter(self, task_index, attempt)

    def write_episode(
        self,
        key: EpisodeKey,
        columns: Mapping[str, NDArray[Any]],
        videos: Mapping[str, bytes | str | Path],
        meta: Mapping[str, Any],
        sidecars: Mapping[str, bytes | str | Path] | None = None,
        *,
        ledger: Mapping[str, Any] | None = None,
        timing: Mapping[str, float] | None = None,
    ) -> bool:
        """Store an accepted attempt with a single appearance in one call; several go through `begin`."""
        with self.begin(key.task_index, key.attempt) as job:
            episode = job.episode(key.render)
            for name, content in videos.items():
                _put(episode.video_path(name), content)
            for name, content in (sidecars or {}).items():
                _put(episode.sidecar_path(name), content)
            episode.write(columns, meta)
            return job.commit(accepted=True, ledger=ledger, timing=timing)

    def write_failure(
        self,
        key: tuple[int, int] | EpisodeKey,
        failure: Failure,
        ledger: Mapping[str, Any] | None = None,
        timing: Mapping[str, float] | None = None,
    ) -> bool:
        """Store an attempt that failed and of which no frames are kept."""
        task_index, attempt = (key.task_index, key.attempt) if isinstance(key, EpisodeKey) else key
        with self.begin(task_index, attempt) as job:
            return job.commit(accepted=False, failure=failure, ledger=ledger, timing=timing)

    def _publish(self, folder: Path, task_index: int, attempt: int) -> bool:
        target = self._folder(task_index, attempt)
        target.parent.mkdir(parents=True, exist_ok=True)
        if self.durable:
            for path in _files(folder):
                _sync(path)
            for path in sorted({p.parent for p in _files(folder)} | {folder}):
                _sync(path)
        try:
            os.rename(folder, target)  # fails on a result that is there: it is never replaced
        except OSError:
            if (target / _RESULT).exists():
                return False
            raise
        if self.durable:
            _sync(target.parent)
            _sync(target.parent.parent)
        return True

    # --- settings ---

    def check_settings(self, settings: Mapping[str, Any]) -> bool:
        """Record what the run was asked for, or compare with what is recorded.

        Returns True when the store goes on with the same settings, False when it is new. Raises
        DatasetError that lists every difference otherwise.
        """
        path = self.root / "settings.json"
        wanted = json.loads(dump_json(settings))
        if not path.exists():
            self.root.mkdir(parents=True, exist_ok=True)
            temporary = path.with_suffix(f".{os.getpid()}.tmp")
            write_json(temporary, {"format": FORMAT, "settings": wanted})
            _sync(temporary)
            os.replace(temporary, path)
            return False
        known = self.settings()
        lines = difference(known, wanted)
        if lines:
            raise DatasetError(
                f"{self.root} was made with other settings:\n  "
                + "\n  ".join(lines)
                + "\nGo on with the settings it was made with, or choose another --out."
            )
        return True

    def settings(self) -> dict[str, Any]:
        """The recorded settings; raises DatasetError when there are none or the format is another one."""
        path = self.root / "settings.json"
        if not path.exists():
            raise DatasetError(f"{self.root} holds no run: {path.name} is missing")
        record = json.loads(path.read_text())
        if record.get("format") != FORMAT:
            raise DatasetError(f"{path}: format {record.get('format')!r}, this version reads {FORMAT!r}")
        return record["settings"]

    # --- reading ---

    def clean(self) -> int:
        """Remove unfinished writes of dead processes; call it only while no worker runs. Returns how many."""
        folders = sorted((self.root / "tmp").glob("*"))
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
        return len(folders)

    def results(self, *, verify: bool = False) -> dict[tuple[int, int], Result]:
        """Every finished attempt, by (task_index, attempt), in that order.

        verify: also compare the sizes of all files, and set aside results that were damaged (by a loss
        of power without `durable`, or by hand) so that a resumed run makes them again.
        """
        found: dict[tuple[int, int], Result] = {}
        for path in sorted((self.root / "results").glob("t*/a*")):
            record = _read_result(path, verify)
            if record is None:
                self._set_aside(path)
                continue
            result = _as_result(record)
            found[result.task_index, result.attempt] = result
        return found

    def result(self, task_index: int, attempt: int) -> Result:
        """One finished attempt; raises DatasetError when it is not there."""
        record = _read_result(self._folder(task_index, attempt), verify=False)
        if record is None:
            raise DatasetError(f"{self.root}: no result of task {task_index}, attempt {attempt}")
        return _as_result(record)

    def read_episode(self, key: EpisodeKey) -> StoredEpisode:
        """Columns, metadata and file paths of one episode; raises DatasetError when it is not there."""
        files = self.open_episode(key)
        columns = read_columns(files.columns_path)
        return StoredEpisode(key, files.accepted, columns, files.meta, files.videos, files.sidecars)

    def open_episode(self, key: EpisodeKey) -> EpisodeFiles:
        """Metadata and file paths of one episode, without its columns; DatasetError when it is not there."""
        result = self.result(key.task_index, key.attempt)
        if not 0 <= key.render < result.renders:
            raise DatasetError(
                f"{self.root}: task {key.task_index}, attempt {key.attempt} has {result.renders} stored "
                f"appearances, number {key.render} is not among them"
            )
        folder = self._folder(key.task_index, key.attempt) / f"r{key.render:03d}"
        return EpisodeFiles(
            key=key,
            accepted=result.accepted,
            columns_path=folder / "columns.arrow",
            meta=json.loads((folder / "meta.json").read_text(encoding="utf-8")),
            videos={p.stem: p for p in sorted((folder / "video").glob("*.mp4"))},
            sidecars={p.name: p for p in sorted((folder / "sidecar").glob("*"))},
        )

    def bytes_used(self) -> int:
        """Total size of the finished results in bytes."""
        return sum(p.stat().st_size for p in _files(self.root / "results"))

    def _folder(self, task_index: int, attempt: int) -> Path:
        return self.root / "results" / f"t{task_index:06d}" / f"a{attempt:06d}"

    def _set_aside(self, path: Path) -> None:
        name = f"damaged-{path.parent.name}-{path.name}-{os.getpid()}-{next(_counter)}"
        (self.root / "tmp").mkdir(exist_ok=True)
        os.rename(path, self.root / "tmp" / name)


def _as_result(record: Mapping[str, Any]) -> Result:
    return Result(*(record[k] for k in ("task_index", "attempt", "accepted", "renders", "ledger", "timing")))


def _read_result(folder: Path, verify: bool) -> dict[str, Any] | None:
    try:
        record = json.loads((folder / _RESULT).read_text())
        if verify and any((folder / name).stat().st_size != size for name, size in record["files"].items()):
            return None
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError, UnicodeDecodeError):
        return None
    return record


def _put(path: Path, content: bytes | str | Path) -> None:
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        shutil.copyfile(content, path)


def _files(folder: Path) -> Iterable[Path]:
    return [p for p in sorted(folder.rglob("*")) if p.is_file()]


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
