"""What the checks of a dataset found, put together: one line per check, ok, failed or not checked; the first places.

A check that could not look at anything is never "ok": it is "not checked", with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.errors import GroundworkError
from engine.lint.context import EpisodeReport, Unavailable
from engine.lint.finding import Finding

Status = Literal["ok", "failed", "not checked"]

KEPT = 50
"""Findings of one check that travel from an episode; all are counted."""

SHOWN = 5
"""Findings of one check that the text shows."""


@dataclass
class Result:
    """What one check did in one place: `items` looked at, findings, and what it left out and why.

    count: findings in all, of which `findings` are the first ones.
    """

    check: str
    items: int = 0
    findings: list[Finding] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)
    count: int = 0

    def found(self, message: str, **place: Any) -> None:
        """Add a finding of this check; place: episode, frame, column, tolerance, value."""
        self.add(Finding(check=self.check, message=message, **place))

    def add(self, finding: Finding) -> None:
        """Add one, or only count it when there are many already."""
        self.count += 1
        if len(self.findings) < KEPT:
            self.findings.append(finding)

    def skip(self, reason: str, items: int = 1) -> None:
        """Note that `items` were not looked at."""
        self.skipped[reason] = self.skipped.get(reason, 0) + items

    @property
    def status(self) -> Status:
        if self.count:
            return "failed"
        return "ok" if self.items else "not checked"

    def merge(self, other: Result) -> None:
        """Take in what the same check did elsewhere."""
        self.items += other.items
        self.count += other.count
        self.findings = (self.findings + other.findings)[: 20 * KEPT]
        for reason, items in other.skipped.items():
            self.skip(reason, items)

    def json(self) -> dict[str, Any]:
        """Plain values; `from_json` reads them."""
        out: dict[str, Any] = {"check": self.check, "status": self.status, "items": self.items, "count": self.count}
        return out | {"findings": [f.as_json() for f in self.findings], "not_checked": self.skipped}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Result:
        """Inverse of `json`."""
        names = Finding.__dataclass_fields__
        findings = [Finding(**{k: v for k, v in f.items() if k in names}) for f in data["findings"]]
        return Result(data["check"], data["items"], findings, dict(data["not_checked"]), data["count"])


@dataclass
class Report:
    """Results by check, in the order in which checks were first heard of."""

    results: dict[str, Result] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)  # what a check counts: "episodes", "files"

    def add(self, results: Iterable[Result]) -> None:
        """Take in results of any checks, several times the same one as well."""
        for r in results:
            self.results.setdefault(r.check, Result(r.check)).merge(r)

    def sort(self, order: Sequence[str]) -> None:
        """Put checks into an order; unknown ones go last. Findings go by episode and frame."""
        place = {name: i for i, name in enumerate(order)}
        self.results = dict(sorted(self.results.items(), key=lambda kv: place.get(kv[0], len(place))))
        for r in self.results.values():
            r.findings.sort(key=lambda f: (_first(f.episode), _first(f.frame), f.column or "", f.message))

    @property
    def failed(self) -> tuple[str, ...]:
        """Checks that found something."""
        return tuple(n for n, r in self.results.items() if r.status == "failed")

    @property
    def findings(self) -> int:
        """How many findings there are in all."""
        return sum(r.count for r in self.results.values())

    def rows(self) -> list[list[str]]:
        """check, status, looked at, findings."""
        out = []
        for name, r in self.results.items():
            looked = f"{r.items:,} {self.units.get(name, '')}".strip() if r.items else "-"
            out.append([name, r.status, looked, f"{r.count:,}" if r.count else "-"])
        return out

    def left_out(self) -> list[str]:
        """What was not checked and why, a line for each check and reason."""
        lines = []
        for name, r in self.results.items():
            for reason, items in sorted(r.skipped.items(), key=lambda kv: -kv[1]):
                part = f", {items:,} times" if r.items else ""
                lines.append(f"{name}{part}: {reason}")
        return lines

    def places(self, shown: int = SHOWN) -> list[str]:
        """The first findings of every failed check as lines; how many more there are."""
        lines = []
        for name in self.failed:
            r = self.results[name]
            lines.append(f"{name}:")
            lines += [f"  {f}" for f in r.findings[:shown]]
            if r.count > shown:
                lines.append(f"  ... and {r.count - min(shown, len(r.findings)):,} more")
        return lines

    def json(self) -> dict[str, Any]:
        """Everything, for a file."""
        return {
            "format": "groundwork-lint/1",
            "ok": not self.failed,
            "findings": self.findings,
            "checks": [r.json() | {"unit": self.units.get(n, "")} for n, r in self.results.items()],
        }


def of_episode(report: EpisodeReport) -> list[Result]:
    """What the checks of the columns say of an episode, as results."""
    out = {name: Result(name, 1) for name in report.ran}
    for f in report.findings:
        out.setdefault(f.check, Result(f.check, 1)).add(f)
    for s in report.skipped:
        reason = f"{s.column}: {s.reason}" if s.column else s.reason
        out.setdefault(s.check, Result(s.check)).skip(reason)
    return list(out.values())


def _first(number: int | None) -> int:
    return -1 if number is None else number


def guarded(result: Result, work: Callable[[], None], *, episode: int | None = None) -> Result:
    """Run `work()`, which fills in `result`. What is not there is skipped; anything else that it raises is a finding:
    a dataset that cannot be read is not good."""
    try:
        work()
    except Unavailable as e:
        result.skip(str(e))
    except MemoryError:
        raise
    except (GroundworkError, OSError) as e:
        result.found(f"cannot be checked: {e}", episode=episode)
    except Exception as e:  # damaged files fail in as many ways as their readers know
        result.found(f"cannot be checked: {type(e).__name__}: {e}", episode=episode)
    return result
