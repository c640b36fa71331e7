"""What a run shows: bars and tables in a terminal, plain lines elsewhere (logs, pipes, CI)."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich import box
from rich.console import Console as RichConsole
from rich.console import Group
from rich.live import Live as RichLive
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from engine.estimate import Estimate
from engine.execute.base import JobResult
from engine.ledger import STAGES, ledger_tables, plain_table
from engine.run import Progress as RunProgress
from engine.run import RunResult, Session, SettingsDiffer

PLAIN_EVERY_S = 20.0  # a line of progress at most this often when there is no terminal


def span(seconds: float | None) -> str:
    """ "1 h 04 min", "12 min", "45 s"."""
    if seconds is None:
        return "-"
    if seconds >= 3600:
        return f"{int(seconds // 3600)} h {int(seconds % 3600 // 60):02d} min"
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"


def size(count: float) -> str:
    """ "3.2 GB", "41 MB", "12 kB"."""
    for unit, scale in (("GB", 1e9), ("MB", 1e6)):
        if count >= scale:
            return f"{count / scale:.1f} {unit}" if count < 10 * scale else f"{count / scale:.0f} {unit}"
    return f"{count / 1e3:.0f} kB"


def count(number: int, noun: str) -> str:
    """ "1 worker", "2 workers"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def refusals(progress: RunProgress) -> str:
    """ "layout 3, plan 12": attempts refused so far, in the order of the stages."""
    order = [*[s for s in STAGES if s in progress.refused], *sorted(set(progress.refused) - set(STAGES))]
    return ", ".join(f"{s} {progress.refused[s]}" for s in order)


class Live:
    """Progress of a run. In a terminal two lines that change in place, else a line now and then."""

    def __init__(self, console: Console, session: Session) -> None:
        self.console, self.session = console, session
        self.bar: Progress | None = None
        self.task: Any = None
        self.below = Text()
        self.last_line = time.monotonic()
        self.first = session.accepted == 0

    def result(self, progress: RunProgress, r: JobResult) -> None:
        if not r.stored:
            failure = r.info["failure"]
            detail = str(failure["detail"]).strip().splitlines()
            where = f"task {r.task_index}, attempt {r.attempt}"
            self.console.warn(f"{where}: {failure['reason']}" + (f": {detail[0]}" if detail else ""))
        if self.first and r.accepted:
            self.first = False
            if self.bar is None:
                self.console.say(f"first episode after {span(progress.elapsed_s)}")
        self.show(progress)

    def tick(self, progress: RunProgress) -> None:
        self.show(progress)

    def show(self, progress: RunProgress) -> None:
        refused = refusals(progress)
        if self.bar is not None:
            rate = f"{progress.per_hour:,.0f}/h" if progress.per_hour else "starting"
            left = f"{span(progress.left_s)} left" if progress.left_s is not None else span(progress.elapsed_s)
            self.bar.update(self.task, completed=progress.accepted, rate=rate, left=left)
            self.below.plain = f"{progress.attempts} attempts; refused: {refused}" if refused else ""
        elif time.monotonic() - self.last_line >= PLAIN_EVERY_S:
            self.last_line = time.monotonic()
            text = f"{span(progress.elapsed_s):>9}  {progress.accepted}/{progress.wanted} accepted"
            if progress.per_hour:
                text += f", {progress.per_hour:,.0f}/h, {span(progress.left_s)} left"
            self.console.say(text + (f"; refused: {refused}" if refused else ""))


class Console:
    """Output of the commands."""

    def __init__(self, rich: RichConsole | None = None) -> None:
        self.rich = rich or RichConsole(highlight=False)
        self.fancy = self.rich.is_terminal

    def say(self, text: str) -> None:
        if self.fancy:
            self.rich.print(escape(text))
        else:
            print(text, file=self.rich.file, flush=True)

    def warn(self, text: str) -> None:
        if self.fancy:
            self.rich.print(f"[yellow]warning[/] {escape(text)}")
        else:
            self.say(f"warning: {text}")

    def error(self, text: str) -> None:
        """To standard error, so that it is seen when the output goes to a file."""
        if sys.stderr.isatty():
            RichConsole(stderr=True, highlight=False).print(f"[bold red]error[/] {escape(text)}")
        else:
            print(f"error: {text}", file=sys.stderr, flush=True)

    def table(self, title: str, headings: list[str], rows: list[list[str]]) -> None:
        if not self.fancy:
            self.say(f"\n{title}\n\n{plain_table(headings, rows)}")
            return
        table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
        for i, heading in enumerate(headings):
            number = bool(rows) and all(r[i][:1].isdigit() or r[i] in ("", "-") for r in rows)
            table.add_column(heading, justify="right" if number else "left", overflow="fold")
        for row in rows:
            table.add_row(*(escape(cell) for cell in row))
        self.rich.print(table)

    def settings_differ(self, e: SettingsDiffer) -> None:
        self.error(f"{e.folder} was made with other settings")
        self.table("What differs", ["setting", "in the folder", "asked for"], [list(map(str, r)) for r in e.rows])
        self.say("\nUse the settings of the folder to go on with it, or choose another --out.")

    def opening(self, session: Session, workers: int, guess: Estimate) -> None:
        """What is going to be done and what it will take."""
        cfg, tasks = session.cfg, len(session.plan)
        what = count(session.wanted, "layout" if cfg.layout_only else "episode")
        what += f" ({count(tasks, 'task')} x {cfg.episodes})" if tasks > 1 else ""
        if cfg.render and cfg.renders > 1:
            what += f" in {cfg.renders} appearances each"
        elif not cfg.render and not cfg.layout_only:
            what += ", not rendered"
        self.say(f"{what} -> {session.out}")
        left = session.wanted - session.accepted
        if session.resumed and left:
            self.say(f"goes on with {session.accepted} of {session.wanted} accepted there")
        if not left:
            self.say("all of them are there already: nothing to make")
            return
        self.say(
            f"about {span(guess.wall_s)} with {count(workers, 'worker') if workers else 'no extra process'} and "
            f"{size(guess.bytes)} of disk ({size(guess.free_bytes)} free)"
        )

    @contextmanager
    def progress(self, session: Session) -> Iterator[Live]:
        live = Live(self, session)
        if not self.fancy or session.accepted == session.wanted:
            yield live
            return
        bar = Progress(
            BarColumn(bar_width=None),
            TextColumn("[bold]{task.completed}[/]/{task.total} accepted"),
            TextColumn("{task.fields[rate]}"),
            TextColumn("{task.fields[left]}"),
        )
        live.bar, live.below = bar, Text("", style="dim")
        live.task = bar.add_task("", total=session.wanted, rate="starting", left="")
        bar.update(live.task, completed=session.accepted)
        with RichLive(Group(bar, live.below), console=self.rich, transient=True, refresh_per_second=4):
            yield live

    def closing(self, session: Session, result: RunResult) -> None:
        """Tables and one sentence that says how it ended and what to do next."""
        summary = result.summary
        for title, headings, rows in ledger_tables(result.ledger, objects=8):
            self.table(title, headings, rows)
        peak = max((s.rss_peak for s in summary.workers), default=0)
        done = sum(r.accepted for r in summary.results if r.worker >= 0)
        self.say("")
        if done:
            cpu = sum(r.cpu_s for r in summary.results)
            self.say(
                f"{done} accepted in {span(summary.wall_s)}: {done * 3600 / summary.wall_s:,.0f} an hour, "
                f"{cpu / done:.2f} CPU-s each, {size(peak)} of memory per worker, {size(result.bytes_stored)} stored"
            )
        self._ending(session, result)

    def _ending(self, session: Session, result: RunResult) -> None:
        summary = result.summary
        if summary.stopped:
            self.error(summary.message)
            if summary.stopped != "error":
                self.say("Finished episodes are kept: the same command goes on from here.")
            self.say(f"To have the dataset of what is there, add --export-only. Worker logs: {session.store.root}/log")
            return
        lost = summary.worker_failures
        if lost:
            self.error(
                f"{count(len(lost), 'attempt')} lost to a fault of a worker and replaced by later ones; "
                f"see {session.out}/ledger.txt and {session.store.root}/log"
            )
        if summary.incomplete:
            self.error(
                f"{count(len(summary.incomplete), 'task')} fell short of {session.cfg.episodes} accepted within "
                f"{session.cfg.max_attempts} attempts (table above)"
            )
        if session.cfg.layout_only:
            self.say(f"Layouts: {session.out}/layouts.jsonl   Ledger: {session.out}/ledger.txt")
        elif result.dataset is not None:
            self.say(f"Dataset: {result.dataset}   Ledger: {result.dataset}/ledger.txt")
            self.say(f"Look at it: python scripts/inspect.py {result.dataset} --episode 0")
        else:
            self.say(f"Ledger: {session.out}/ledger.txt")
