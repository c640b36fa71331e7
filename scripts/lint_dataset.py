"""Check everything that a dataset promises; says where it does not keep it.

    python scripts/lint_dataset.py data/benchmark-200x5
    python scripts/lint_dataset.py data/benchmark-200x5 --level fast --sample 100
    python scripts/lint_dataset.py data/benchmark-200x5 --episodes 0:50 --only "picture in time" --pictures 99

Works on any LeRobotDataset v3.0; what cannot be checked on one is listed as "not checked", with the reason.
docs/lint.md says what each check does and with which tolerance. Nothing is written (but --json), so there is nothing
to resume: check a large dataset in parts with --episodes. Exit status: 0 nothing found; 1 findings; 2 wrong
arguments, or no dataset; 130 or 143 stopped by a signal.
"""

# ruff: noqa: E402
from __future__ import annotations

import os
import sys

# The repository instead of scripts/, whose inspect.py would hide the standard library's module.
_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [os.path.dirname(_HERE), *(p for p in sys.path if os.path.abspath(p) != _HERE)]

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scripts._dataset import guarded, parse
from scripts._start import require_packages

LANGUAGE = "tasks.language:check_instructions"


@dataclass(frozen=True)
class Arguments:
    """Check everything that a dataset promises."""

    dataset: Path
    """Dataset folder."""
    level: Literal["fast", "full"] = "full"
    """fast: arithmetic on columns and metadata; full: also videos decoded, actions replayed, pictures drawn again."""
    episodes: str | None = None
    """Only these: "0:100", "7", "0:10,50:60"."""
    sample: int | None = None
    """Only so many, drawn at random (of --episodes, where given)."""
    seed: int = 0
    """Of the sample."""
    only: tuple[str, ...] = ()
    """Only these checks, by the names that the table shows."""
    pictures: int = 3
    """Frames of each camera and episode that are drawn again and compared."""
    strict: bool = False
    """Exit with 1 also where a check could not be made."""
    show: int = 5
    """Findings of a check that are shown."""
    workers: int | None = None
    """Processes (default: one per core; 0: all in this process). The findings are the same for any number."""
    renderer: str | None = None
    """Which renderer draws (default: the one that drew the dataset)."""
    json: Path | None = None
    """Write all results there."""


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit status."""
    require_packages()
    args = parse(Arguments, "lint_dataset.py", arguments)
    return guarded(lambda: check(args))


def check(args: Arguments) -> int:
    """Run the checks, show the table, return the exit status."""
    from engine.errors import ConfigError
    from engine.export.dataset import load_dataset
    from engine.ledger import plain_table
    from engine.lint.run import lint
    from engine.lint.work import Scope
    from engine.run import default_workers

    if args.pictures < 1 or (args.sample is not None and args.sample < 1):
        raise ConfigError("--pictures and --sample: give a number of at least 1")
    chosen = None
    if args.episodes is not None or args.sample is not None:
        chosen = choose(len(load_dataset(args.dataset)), args.episodes, args.sample, args.seed)
    scope = Scope(args.level, chosen, LANGUAGE, args.pictures, args.only, args.renderer)
    workers = default_workers() if args.workers is None else args.workers
    start = time.monotonic()
    report, stopped = lint(args.dataset, scope, workers=workers, on_progress=_Progress())
    print(plain_table(["check", "", "looked at", "findings"], report.rows()))
    for title, lines in (("Not checked", report.left_out()), ("Findings", report.places(args.show))):
        if lines:
            print(f"\n{title}")
            print("\n".join(f"  {line}" for line in lines))
    undone = [r.check for r in report.results.values() if r.status == "not checked"]
    part = "" if chosen is None else f" ({len(chosen)} episodes)"
    print(f"\n{args.dataset}{part}: {_verdict(report.findings, len(report.failed), len(undone))}", end="")
    print(f", {time.monotonic() - start:.0f} s")
    if args.json is not None:
        temporary = args.json.with_name(f".{args.json.name}.tmp")
        temporary.write_text(json.dumps(report.json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        os.replace(temporary, args.json)
    if stopped:
        print("error: stopped; what is above covers a part of the episodes", file=sys.stderr)
        return stopped
    return 1 if report.failed or (args.strict and undone) else 0


def _verdict(findings: int, failed: int, undone: int) -> str:
    found = f"{findings:,} findings in {failed} checks" if findings else "nothing found"
    return f"{found}, {undone} checks could not be made" if undone else found


def choose(total: int, episodes: str | None, sample: int | None, seed: int) -> tuple[int, ...]:
    """Numbers of the episodes asked for, in order. Raises ConfigError for what is no range within the dataset."""
    from engine.errors import ConfigError
    from engine.rng import rng

    chosen = set(range(total)) if episodes is None else set()
    for part in episodes.split(",") if episodes is not None else ():
        low, colon, high = part.strip().partition(":")
        numbers = (low or "0", (high or str(total)) if colon else low)
        if not all(n.isdigit() for n in numbers):
            raise ConfigError(f'--episodes {part!r}: give numbers or ranges, such as "7" or "0:100"')
        first, last = int(numbers[0]), int(numbers[1]) + (not colon)
        if not first < last <= total:
            raise ConfigError(f"--episodes {part!r}: the dataset has episodes 0 to {total - 1}")
        chosen |= set(range(first, last))
    order = sorted(chosen)
    if sample is not None and sample < len(order):
        picks = rng(seed, "lint", "sample").choice(len(order), sample, replace=False)
        order = sorted(order[int(k)] for k in picks)
    return tuple(order)


class _Progress:
    """A line every ten seconds."""

    def __init__(self) -> None:
        self.start = self.shown = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self.shown > 10 and done < total:
            self.shown = now
            left = (now - self.start) / done * (total - done)
            print(f"{done}/{total} episodes, {left / 60:.1f} min left", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
