"""What a process of the linter's pool does: all checks of a few episodes that share a scene.

`LintWorker(root, options)(group, 0)` looks at group number `group` of `groups(dataset, episodes)` and returns the
results by check, with what the checks of the whole dataset need of each episode (signatures, pixel counts).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.execute.base import JobOutcome
from engine.execute.child import load_entry
from engine.export.dataset import Dataset
from engine.lint import duplicates, goals, language, motion, recompute, records, statistics, videos
from engine.lint.context import EpisodeView, LintContext
from engine.lint.report import Report, Result, guarded, of_episode

READABLE = "episodes readable"
GROUP = 8
"""Most episodes of a job: their scene is compiled once."""

CHECKS: dict[str, str] = {
    READABLE: "episodes",
    **dict.fromkeys(recompute.CHECKS, "episodes"),
    **motion.CHECKS,
    **goals.CHECKS,
    **records.CHECKS,
    **language.CHECKS,
    **videos.CHECKS,
    statistics.EPISODE: statistics.CHECKS[statistics.EPISODE],
    statistics.PICTURES: statistics.CHECKS[statistics.PICTURES],
}
"""Checks of single episodes and what they count, in the order in which they are shown."""


@dataclass(frozen=True)
class Scope:
    """What is to be checked. episodes: numbers, None for all. language: "module:callable" that judges instructions.
    pictures: frames of a camera that are drawn again in each episode. only: names of checks, () for all."""

    level: str = "full"
    episodes: tuple[int, ...] | None = None
    language: str | None = None
    pictures: int = videos.SAMPLES
    only: tuple[str, ...] = ()
    renderer: str | None = None

    def wants(self, *checks: str) -> bool:
        """Whether any of these checks is asked for."""
        return not self.only or any(c in self.only for c in checks)


@dataclass
class Facts:
    """What checks of the whole dataset need of its episodes."""

    signatures: dict[int, dict[str, Any]] = field(default_factory=dict)
    histograms: dict[str, Any] = field(default_factory=dict)  # by camera: counts (3, 256)
    films: dict[str, int] = field(default_factory=dict)  # by camera: episodes decoded


def episode_count(dataset: Dataset) -> int:
    """Episodes that both meta/info.json and the episodes table know."""
    return min(len(dataset), len(dataset.episodes["length"]))


def groups(dataset: Dataset, episodes: Sequence[int]) -> list[tuple[int, ...]]:
    """Episodes in runs of one task, at most GROUP long."""
    tasks = dataset.episodes.get("task_id") or [str(t) for t in dataset.episodes["tasks"]]
    out: list[list[int]] = []
    for i in episodes:
        if out and len(out[-1]) < GROUP and tasks[out[-1][-1]] == tasks[i]:
            out[-1].append(i)
        else:
            out.append([i])
    return [tuple(g) for g in out]


class LintWorker:
    """Entry of the process pool; see the module."""

    def __init__(self, root: str, options: Mapping[str, Any]) -> None:
        only, episodes = tuple(options.get("only", ())), options.get("episodes")
        chosen = None if episodes is None else tuple(episodes)
        self.scope = Scope(**(dict(options) | {"only": only, "episodes": chosen}))
        self.context = LintContext(root, self.scope.level, renderer=self.scope.renderer)
        dataset = self.context.dataset
        self.groups = groups(dataset, range(episode_count(dataset)) if chosen is None else chosen)
        self.judge: language.Judge | None = load_entry(self.scope.language) if self.scope.language else None

    def __call__(self, group: int, attempt: int) -> JobOutcome:
        report, facts = Report(), Facts()
        for index in self.groups[group]:
            report.add(self.check(index, facts))
        plain = {"signatures": list(facts.signatures.values()), "films": facts.films}
        plain["histograms"] = {k: h.tolist() for k, h in facts.histograms.items()}
        return JobOutcome(True, {"results": [r.json() for r in report.results.values()], "facts": plain})

    def close(self) -> None:
        """Free the renderer."""
        self.context.close()

    def check(self, index: int, facts: Facts) -> list[Result]:
        """All checks of one episode; what the dataset's checks need goes into `facts`."""
        view = self.context.view(index)
        readable = Result(READABLE, 1)
        guarded(readable, lambda: _read(view), episode=index)
        if readable.count:
            return [readable]
        out = [readable]
        if self.scope.wants(*recompute.CHECKS):
            columns: list[Result] = []
            problem = Result(READABLE)
            guarded(problem, lambda: columns.extend(of_episode(recompute.inspect_episode(self.context, index))))
            out += [r for r in columns if self.scope.wants(r.check)] + ([problem] if problem.count else [])
        for name, work in self._works(view, facts).items():
            if self.scope.wants(name):
                result = Result(name)
                out.append(guarded(result, lambda work=work, result=result: work(result), episode=index))
        if self.scope.wants(duplicates.DUPLICATES):
            facts.signatures[index] = duplicates.signature(view)
        return out

    def _works(self, view: EpisodeView, facts: Facts) -> dict[str, Callable[[Result], None]]:
        films: dict[str, videos.Film] = {}

        def decode(r: Result) -> None:
            films.update(videos.check_videos(view, r))
            for camera, film in films.items():
                facts.histograms[camera] = facts.histograms.get(camera, 0) + film.histogram
                facts.films[camera] = facts.films.get(camera, 0) + 1

        def plain(work: Callable[[EpisodeView, Result], None]) -> Callable[[Result], None]:
            return lambda r: work(view, r)

        works = {name: plain(work) for name, work in (motion.WORKS | goals.WORKS | records.WORKS).items()}
        works[language.TEXT] = plain(language.check_text)
        works[language.MEANING] = lambda r: language.check_meaning(view, r, self.judge)
        needed = (videos.VIDEOS, videos.TIMING, statistics.PICTURES)
        if self.scope.wants(*needed):
            own = Result(videos.VIDEOS)
            guarded(own, lambda: decode(own), episode=view.index)
            works[videos.VIDEOS] = lambda r: r.merge(own)
        works[videos.SIDECARS] = plain(videos.check_sidecars)
        works[videos.TIMING] = lambda r: videos.check_timing(view, films, r, self.scope.pictures)
        works[statistics.EPISODE] = plain(statistics.check_episode_statistics)
        works[statistics.PICTURES] = lambda r: statistics.check_picture_statistics(view, films, r)
        return works


def _read(view: EpisodeView) -> None:
    """Read columns and metadata; a damaged file raises here, once, instead of in every check."""
    rows = {len(a) for a in view.columns.values()}
    if rows - {view.length}:
        raise ValueError(f"columns of {sorted(rows)} rows, the episodes table says {view.length}")
    dict(view.meta)
