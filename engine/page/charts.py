"""The ledger as numbers for charts: rates with intervals by stage and family, reasons, lengths, tilts, time."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np

from engine.export import layout as paths
from engine.ledger import Entry, Rate, make_ledger
from engine.page.index import Index

_LISTED = 400  # refused attempts listed one by one


def ledger_page(index: Index) -> dict[str, Any]:
    """All that the ledger's page shows; {"attempts": 0} and the episode lengths for datasets without a ledger."""
    dataset, a = index.dataset, index.attempts
    out: dict[str, Any] = {"attempts": len(a), "lengths": _histogram(index.lengths, 24)}
    if not len(a):
        return out
    stage, reason, thing, detail = a.words
    entries = []
    for r, facts in enumerate(index.ledger_facts):
        said = {"stage": stage[r], "reason": reason[r], "object": thing[r], "detail": detail[r]}
        entries.append(Entry(int(a.task[r]), int(a.attempt[r]), bool(a.accepted[r]), facts | said))
    wanted = int((dataset.run.get("settings") or {}).get("episodes") or 0)
    ledger = make_ledger(entries, {int(t): wanted for t in set(a.task.tolist())})
    names = {
        int(a.task[r]): str(facts.get("task") or f"task {a.task[r]}") for r, facts in enumerate(index.ledger_facts)
    }
    tilts = [e.facts["grasp_tilt_deg"] for e in entries if e.accepted and e.facts.get("grasp_tilt_deg") is not None]
    out |= {
        "totals": [r.json() for r in ledger.totals],
        "stages": [r.json() for r in ledger.stages],
        "families": [r.json() for r in _grouped(entries, "family")],
        "containers": [r.json() for r in _grouped(entries, "container", of=lambda name: name.split("/")[0])],
        "reasons": [[s, r, n] for s, r, n in ledger.reasons],
        "steep": ledger.steep.json(),
        "tilts": _histogram(np.array(tilts), 18, (0.0, 90.0)) if tilts else None,
        "short": [[names[t], o, n, why] for t, o, n, why in ledger.short],
        "wanted": wanted,
        "refused": index.rows(np.flatnonzero(index.status > 0)[:_LISTED]),
        "refused_count": int((index.status > 0).sum()),
        "seconds": _seconds(index),
    }
    return out


def _grouped(entries: Iterable[Entry], fact: str, of: Any = str) -> list[Rate]:
    """Accepted of attempted by a fact, worst first."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    for e in entries:
        if e.facts.get(fact):
            groups[of(str(e.facts[fact]))].append(e)
    rates = []
    for name, group in groups.items():
        why = Counter(f"{e.facts['stage']}: {e.facts['reason']}" for e in group if not e.accepted).most_common(1)
        note = f"{why[0][0]} ({why[0][1]}x)" if why else ""
        rates.append(Rate(name, len(group), sum(e.accepted for e in group), note))
    return sorted(rates, key=lambda r: (r.passed / r.entered, -r.entered, r.name))


def _histogram(values: np.ndarray, bins: int, span: tuple[float, float] | None = None) -> dict[str, Any]:
    """{"edges", "counts"}; whole numbers get whole edges."""
    if not len(values):
        return {"edges": [0, 1], "counts": [0]}
    if span is None:
        step = max(1, -(-int(np.ptp(values) + 1) // bins))
        low = int(values.min()) // step * step
        edges = np.arange(low, int(values.max()) + step + 1, step)
    else:
        edges = np.linspace(*span, bins + 1)
    counts, edges = np.histogram(values, edges)
    return {"edges": edges.tolist(), "counts": counts.tolist()}


def _seconds(index: Index) -> list[list[Any]]:
    """[stage, CPU seconds] summed over the attempts whose times were kept, largest first."""
    path = index.dataset.root / paths.EXTRA / "timing.jsonl"
    if not path.exists():
        return []
    total: Counter[str] = Counter()
    with open(path, encoding="utf-8") as file:
        for line in file:
            for stage, seconds in (json.loads(line).get("cpu_s") or {}).items():
                total[stage] += seconds
    return [[stage, round(seconds, 3)] for stage, seconds in total.most_common()]
