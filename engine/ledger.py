"""The account of a run: what was drawn, tried, refused and why, with intervals. Pure functions.

An attempt's ledger entry (`engine.record.store.Result.ledger`, `JobOutcome.info`) may hold:

    task, target, family, container   str; target and container are asset ids
    layouts                           int, layouts sampled in this attempt; default 1
    executions                        list of {"grasp", "success", "stage", "reason"}: plans run in physics
    grasp_tilt_deg                    float, angle of the grasp's approach from straight down
    steps                             int, length of the episode
    stage, reason, object, grasp, detail    of the Failure, when not accepted

The ledger depends only on results, never on times, so that an interrupted and resumed run ends with
the same file, byte for byte.
"""

from __future__ import annotations

import json
import math
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

STAGES = ("task", "layout", "grasp", "plan", "execute", "validate", "render", "label", "encode", "write")
"""In the order in which an attempt passes them. Others ("worker", "error") come last."""

FORMAT = "groundwork-ledger/1"
STEEP_DEG = 30.0


def wilson(successes: int, trials: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """95 % score interval of a proportion (Wilson 1927, J. Am. Stat. Assoc. 22, 209-212); (0, 1) for no trials.

    >>> tuple(round(x, 3) for x in wilson(8, 10))
    (0.49, 0.943)
    """
    if trials == 0:
        return 0.0, 1.0
    p, zz = successes / trials, z * z / trials
    centre, half = p + zz / 2, z * math.sqrt(p * (1 - p) / trials + zz / (4 * trials))
    low = 0.0 if successes == 0 else (centre - half) / (1 + zz)  # exact at the ends, where rounding would show
    return low, 1.0 if successes == trials else (centre + half) / (1 + zz)


@dataclass(frozen=True)
class Entry:
    """One attempt as the ledger sees it."""

    task_index: int
    attempt: int
    accepted: bool
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Rate:
    """`passed` of `entered`, under a name; `note` says more (the most frequent reason of refusal)."""

    name: str
    entered: int
    passed: int
    note: str = ""

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.passed, self.entered)

    def json(self) -> dict[str, Any]:
        low, high = self.interval
        share = self.passed / self.entered if self.entered else None
        out: dict[str, Any] = {"name": self.name, "entered": self.entered, "passed": self.passed, "share": share}
        out["wilson95"] = [low, high]
        return out | ({"note": self.note} if self.note else {})

    def row(self) -> list[str]:
        """Name, entered, passed, share, interval, note."""
        low, high = self.interval
        share = f"{100 * self.passed / self.entered:.1f} %" if self.entered else "-"
        span = f"{100 * low:.1f} - {100 * high:.1f}" if self.entered else "-"
        return [self.name, str(self.entered), str(self.passed), share, span, self.note]


@dataclass(frozen=True)
class Ledger:
    """See `make_ledger`. Rates: over layouts, executions and attempts; by stage; by target object."""

    totals: tuple[Rate, ...]
    stages: tuple[Rate, ...]
    objects: tuple[Rate, ...]
    reasons: tuple[tuple[str, str, int], ...]  # stage, reason, count; most frequent first
    short: tuple[tuple[int, str, int, str], ...]  # task, its target, accepted, most frequent reason
    steep: Rate  # accepted grasps more than 30 degrees from vertical
    entries: tuple[Entry, ...] = field(repr=False)

    def json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "totals": [r.json() for r in self.totals],
            "stages": [r.json() for r in self.stages],
            "objects": [r.json() for r in self.objects],
            "reasons": [{"stage": s, "reason": r, "count": n} for s, r, n in self.reasons],
            "grasps_steeper_than_30_deg": self.steep.json(),
            "short_tasks": [
                {"task_index": t, "target": o, "accepted": n, "reason": why} for t, o, n, why in self.short
            ],
            "attempts": [
                {"task_index": e.task_index, "attempt": e.attempt, "accepted": e.accepted, **e.facts}
                for e in self.entries
            ],
        }


def make_ledger(entries: Iterable[Entry], wanted: Mapping[int, int]) -> Ledger:
    """Count everything. wanted: task index -> accepted attempts asked for; attempts of other tasks are left out."""
    known = sorted((e for e in entries if e.task_index in wanted), key=lambda e: (e.task_index, e.attempt))
    accepted = [e for e in known if e.accepted]
    layouts = sum(int(e.facts.get("layouts", 1)) for e in known)
    executions = [x for e in known for x in e.facts.get("executions", ())]
    totals = [Rate("layouts drawn", layouts, len(accepted))]
    if executions:
        totals.append(Rate("plans executed", len(executions), sum(bool(x.get("success")) for x in executions)))
    totals.append(Rate("attempts", len(known), len(accepted)))
    tilted = [e for e in accepted if e.facts.get("grasp_tilt_deg") is not None]
    return Ledger(
        totals=tuple(totals),
        stages=_stages(known),
        objects=_objects(known),
        reasons=tuple((s, r, n) for (s, r), n in _ranked(_refusal(e) for e in known if not e.accepted)),
        short=_short(known, wanted),
        steep=Rate("grasps > 30 deg", len(tilted), sum(e.facts["grasp_tilt_deg"] > STEEP_DEG for e in tilted)),
        entries=tuple(known),
    )


def _refusal(entry: Entry) -> tuple[str, str]:
    return str(entry.facts.get("stage", "unknown")), str(entry.facts.get("reason", ""))


def _ranked(items: Iterable[Any]) -> list[tuple[Any, int]]:
    """Most frequent first; ties by name, so that the order never depends on who came first."""
    return sorted(Counter(items).items(), key=lambda kv: (-kv[1], kv[0]))


def _top_reason(entries: Iterable[Entry]) -> str:
    ranked = _ranked(_refusal(e) for e in entries if not e.accepted)
    return f"{ranked[0][0][0]}: {ranked[0][0][1]} ({ranked[0][1]}x)" if ranked else ""


def _stages(entries: Sequence[Entry]) -> tuple[Rate, ...]:
    """Who entered each stage and passed it; an attempt enters a stage by passing the one before."""
    refused: dict[str, list[Entry]] = {}
    for e in entries:
        if not e.accepted:
            refused.setdefault(_refusal(e)[0], []).append(e)
    # A run that only lays out has no later stages to pass.
    executed = any(e.facts.get("executions") for e in entries)
    usual = ("layout", "grasp", "plan", "execute", "validate") if executed else ("layout",)
    order = [s for s in STAGES if s in usual or s in refused]
    order += sorted(set(refused) - set(STAGES))
    rates, entered = [], len(entries)
    for stage in order:
        lost = refused.get(stage, [])
        rates.append(Rate(stage, entered, entered - len(lost), _top_reason(lost)))
        entered -= len(lost)
    return tuple(rates)


def _objects(entries: Sequence[Entry]) -> tuple[Rate, ...]:
    """By target object, worst first."""
    groups: dict[str, list[Entry]] = {}
    for e in entries:
        groups.setdefault(str(e.facts.get("target") or f"task {e.task_index}"), []).append(e)
    rates = [Rate(name, len(g), sum(e.accepted for e in g), _top_reason(g)) for name, g in groups.items()]
    return tuple(sorted(rates, key=lambda r: (r.passed / r.entered, -r.entered, r.name)))


def _short(entries: Sequence[Entry], wanted: Mapping[int, int]) -> tuple[tuple[int, str, int, str], ...]:
    groups: dict[int, list[Entry]] = {}
    for e in entries:
        groups.setdefault(e.task_index, []).append(e)
    out = []
    for task in sorted(wanted):
        group = groups.get(task, [])
        count = sum(e.accepted for e in group)
        if count < wanted[task]:
            target = next((str(e.facts["target"]) for e in group if "target" in e.facts), "")
            out.append((task, target, count, _top_reason(group)))
    return tuple(out)


HEADINGS = ["", "number", "accepted", "share", "95 % interval", "most frequent refusal"]


def ledger_tables(ledger: Ledger, objects: int | None = None) -> list[tuple[str, list[str], list[list[str]]]]:
    """(title, headings, rows) of the tables shown at the end. objects: only so many, the worst, and none that
    was never refused."""
    overall = [r.row() for r in (*ledger.totals, *((ledger.steep,) if ledger.steep.entered else ()))]
    tables = [("Accepted", HEADINGS[:5], [row[:5] for row in overall])]
    tables.append(("By stage", ["stage", "entered", "passed", *HEADINGS[3:]], [r.row() for r in ledger.stages]))
    if ledger.reasons:
        rows = [[s, r, str(n)] for s, r, n in ledger.reasons]
        tables.append(("Why attempts were refused", ["stage", "reason", "attempts"], rows))
    shown = ledger.objects
    if objects is not None:
        shown = tuple(r for r in shown if r.passed < r.entered)[:objects]
    if shown:
        more = f", worst {len(shown)} of {len(ledger.objects)}" if len(shown) < len(ledger.objects) else ""
        title = f"By target object{more}"
        tables.append((title, ["object", "attempts", *HEADINGS[2:]], [r.row() for r in shown]))
    if ledger.short:
        rows = [[str(t), o, str(n), why] for t, o, n, why in ledger.short]
        tables.append(("Tasks that fell short", ["task", "object", "accepted", "most frequent refusal"], rows))
    return tables


def plain_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Text with columns aligned: numbers right, words left."""
    widths = [max(len(str(r[i])) for r in (headings, *rows)) for i in range(len(headings))]
    right = [bool(rows) and all(r[i][:1].isdigit() or r[i] in ("", "-") for r in rows) for i in range(len(headings))]

    def line(row: Sequence[str]) -> str:
        cells = (c.rjust(w) if r else c.ljust(w) for c, w, r in zip(row, widths, right, strict=True))
        return "  ".join(cells).rstrip()

    return "\n".join([line(headings), "  ".join("-" * w for w in widths), *(line(r) for r in rows)])


def write_ledger(ledger: Ledger, folder: Path) -> tuple[Path, Path]:
    """Write ledger.json (everything) and ledger.txt (the tables, all objects); returns both paths."""
    text = "\n\n".join(f"{title}\n\n{plain_table(head, rows)}" for title, head, rows in ledger_tables(ledger))
    paths = folder / "ledger.json", folder / "ledger.txt"
    for path, content in zip(paths, (json.dumps(ledger.json(), indent=1, ensure_ascii=False), text), strict=True):
        temporary = path.with_name(f".{path.name}.tmp")
        temporary.write_text(content + "\n", encoding="utf-8")
        os.replace(temporary, path)
    return paths
