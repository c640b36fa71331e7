"""All checks of a dataset, in a pool of processes, put together into one report.

    report, stopped = lint("data/benchmark-200x5", Scope(language="tasks.language:check_instructions"), workers=2)

Nothing is written, so nothing has to be resumed; a long run can be had in parts with `Scope(episodes=...)`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np

from engine.errors import ConfigError, GroundworkError, unknown_name
from engine.execute.base import JobResult, TaskWork
from engine.execute.local import run
from engine.export.dataset import Dataset, load_dataset
from engine.lint import dataset as whole
from engine.lint import duplicates, format, statistics, work
from engine.lint.report import Report, Result, guarded
from engine.lint.work import READABLE, Facts, LintWorker, Scope, episode_count, groups

CHECKS: dict[str, str] = {
    **format.CHECKS,
    **whole.CHECKS,
    **work.CHECKS,
    statistics.WHOLE: statistics.CHECKS[statistics.WHOLE],
    **duplicates.CHECKS,
}
"""Every check and what it counts, in the order in which they are shown."""


def lint(
    root: str | Path,
    scope: Scope | None = None,
    *,
    workers: int = 0,
    on_progress: Callable[[int, int], None] | None = None,
) -> tuple[Report, int]:
    """Check a dataset; the report, and the exit status of a run that was stopped (0: it was not).

    on_progress(episodes done, episodes to do) is called as results come. Raises DatasetError when `root` is no dataset
    folder, ConfigError for unknown checks or episodes that are not there.
    """
    scope = scope or Scope()
    for name in scope.only:
        if name not in CHECKS:
            raise ConfigError(unknown_name("check", name, CHECKS))
    report = Report(units=dict(CHECKS))
    report.add(r for r in format.check_format(Path(root)) if scope.wants(r.check))
    try:
        dataset = load_dataset(root)
        total = episode_count(dataset)
    except (GroundworkError, KeyError, TypeError, ValueError, OSError) as e:
        broken = Result(READABLE)
        broken.found(f"the dataset cannot be opened, so nothing else was checked: {e}")
        report.add([broken])
        return _finished(report, scope, "the dataset cannot be opened"), 0
    chosen = tuple(range(total)) if scope.episodes is None else scope.episodes
    wrong = [i for i in chosen if not 0 <= i < total]
    if wrong:
        raise ConfigError(f"{root} has episodes 0 to {total - 1}; there is no episode {wrong[0]}")
    for name, job in (whole.WORKS | {statistics.WHOLE: statistics.check_dataset_statistics}).items():
        if scope.wants(name):
            result = Result(name)
            report.add([guarded(result, lambda job=job, result=result: job(dataset, result))])
    facts = Facts()
    status = 0
    if scope.wants(*work.CHECKS, duplicates.DUPLICATES):
        status = _episodes(dataset, scope, chosen, workers, report, facts, on_progress)
    _together(dataset, scope, chosen, facts, report)
    return _finished(report, scope), status


def _episodes(
    dataset: Dataset,
    scope: Scope,
    chosen: tuple[int, ...],
    workers: int,
    report: Report,
    facts: Facts,
    on_progress: Callable[[int, int], None] | None,
) -> int:
    """Run the pool over the chosen episodes; returns its exit status when it was stopped."""
    parts = groups(dataset, chosen)
    done = 0

    def take(r: JobResult) -> None:
        nonlocal done
        done += len(parts[r.task_index])
        if r.stored:
            report.add(Result.from_json(x) for x in r.info["results"])
            _gather(facts, r.info["facts"])
        else:
            failure = r.info.get("failure", {})
            lost = Result(READABLE, 1)
            first = parts[r.task_index][0]
            lost.found(f"the check of this episode or one after it broke off: {failure.get('detail')}", episode=first)
            report.add([lost])
        if on_progress is not None:
            on_progress(done, len(chosen))

    entry = f"{LintWorker.__module__}:{LintWorker.__qualname__}"
    args = (str(dataset.root.resolve()), asdict(scope))
    plan = [TaskWork(i, 1, 1) for i in range(len(parts))]
    summary = run(plan, entry, args, take, workers=min(workers, len(parts)))
    if summary.stopped:
        missed = Result(READABLE)
        missed.skip(f"stopped: {summary.message}", len(chosen) - done)
        report.add([missed])
        return summary.exit_code
    return 0


def _gather(facts: Facts, told: dict) -> None:
    for s in told["signatures"]:
        facts.signatures[s["episode"]] = s | {"numbers": np.asarray(s["numbers"], np.float32)}
    for camera, histogram in told["histograms"].items():
        facts.histograms[camera] = facts.histograms.get(camera, 0) + np.asarray(histogram, np.int64)
        facts.films[camera] = facts.films.get(camera, 0) + told["films"][camera]


def _together(dataset: Dataset, scope: Scope, chosen: tuple[int, ...], facts: Facts, report: Report) -> None:
    """What can be said once all episodes have been looked at."""
    if scope.wants(duplicates.DUPLICATES):
        result = Result(duplicates.DUPLICATES)
        report.add([guarded(result, lambda: duplicates.check_duplicates(facts.signatures, result))])
    if scope.wants(statistics.PICTURES) and facts.histograms and statistics.own(dataset):
        pictures = Result(statistics.PICTURES)
        complete = {c: h for c, h in facts.histograms.items() if facts.films[c] == len(dataset)}
        guarded(pictures, lambda: statistics.check_all_pictures(dataset, complete, pictures))
        if len(complete) < len(facts.histograms):
            pictures.skip("meta/stats.json: not all films were decoded")
        report.add([pictures])


def _finished(report: Report, scope: Scope, reason: str = "there is nothing that it looks at") -> Report:
    for name in CHECKS:
        if scope.wants(name) and name not in report.results:
            report.add([Result(name)])
            report.results[name].skip(reason)
    report.sort(list(CHECKS))
    return report
