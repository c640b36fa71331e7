"""How far labels from gripper events agree with those from object poses, and why where they do not.

Every labelled frame falls into one class:

    agree        the same answer
    timing       one of the two says "grasped": the events see fingers, the poses see contacts
    tie          the stand-in is off by delta, and the two largest parts of the true offset are too close for that
                 (engine.label.events.beyond_doubt); no rule on the same stand-in could know better
    unexplained  none of these; there should be none, so one is a fault in labels or poses
    silent       the events say nothing (no closure before or after, or no release)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.frames import Array, Pose
from engine.label.directions import DIRECTIONS, FORMULATIONS, answer, offset_in_view
from engine.label.events import EventLabels, beyond_doubt
from engine.types import PHASES

CLASSES = ("agree", "timing", "tie", "unexplained", "silent")
_GRASPED = DIRECTIONS.index("grasped")
DISTANCES_M = (0.05, 0.1, 0.2)
"""Borders between the bins of `Tally.distances`: how far the gripper is from the object's centre."""
_AXIS_TOLERANCE = 1e-6  # m: stored offsets are float32


@dataclass(frozen=True, eq=False)
class Comparison:
    """One role of one episode. kind (T,): index into CLASSES. decided (T,): neither says grasped and the error of
    the stand-in cannot change the direction. delta_V (T, 3): stand-in minus true centre in the viewpoint frame,
    metres, nan where silent. distance (T,): true distance of object and gripper, metres. same (formulation -> (T,)
    bool): equal answers, False where silent."""

    kind: NDArray[np.int64]
    decided: NDArray[np.bool_]
    delta_V: Array
    distance: Array
    same: dict[str, NDArray[np.bool_]]


def compare(
    events: EventLabels,
    p_WO: ArrayLike,
    p_WG: ArrayLike,
    X_WC: Pose,
    direction: ArrayLike,
    formulations: Iterable[str] = FORMULATIONS,
) -> Comparison:
    """Compare event labels with the stored direction (T,) of an object at p_WO (T, 3), gripper at p_WG (T, 3)."""
    want = np.asarray(direction, np.int64)
    true_V = offset_in_view(p_WO, p_WG, X_WC)
    delta_V = events.offset - true_V
    held = want == _GRASPED
    either = (events.grasped | held) & events.known
    safe = beyond_doubt(true_V, np.nan_to_num(delta_V) + _AXIS_TOLERANCE * np.sign(np.nan_to_num(delta_V)))
    decided = events.known & ~either & safe
    agree = events.known & (events.direction == want)
    kind = np.full(len(want), CLASSES.index("unexplained"))
    kind[events.known & ~agree & ~either & ~safe] = CLASSES.index("tie")
    kind[events.known & ~agree & (events.grasped != held)] = CLASSES.index("timing")
    kind[agree] = CLASSES.index("agree")
    kind[~events.known] = CLASSES.index("silent")
    same = {f: np.zeros(len(want), bool) for f in formulations}
    for f, row in same.items():
        for t in np.flatnonzero(events.known):
            row[t] = answer(f, events.offset[t], bool(events.grasped[t])) == answer(f, true_V[t], bool(held[t]))
    delta_V = np.where(events.known[:, None], delta_V, np.nan)
    return Comparison(kind, decided, delta_V, np.linalg.norm(true_V, axis=1), same)


@dataclass
class Tally:
    """Sums over episodes: classes, by role, by phase and by distance."""

    classes: dict[str, Counter[str]] = field(default_factory=dict)
    phases: dict[str, dict[str, Counter[str]]] = field(default_factory=dict)
    distances: dict[str, dict[str, Counter[str]]] = field(default_factory=dict)
    decided: dict[str, list[int]] = field(default_factory=dict)
    same: dict[str, Counter[str]] = field(default_factory=dict)
    deltas: dict[str, list[Array]] = field(default_factory=dict)

    def add(self, role: str, c: Comparison, phase: ArrayLike | None) -> None:
        """Count one episode's frames of a role; phase (T,) indexes PHASES, None where it was not stored."""
        names = np.array(CLASSES)[c.kind]
        self.classes.setdefault(role, Counter()).update(names.tolist())
        if phase is not None:
            by_phase = self.phases.setdefault(role, {})
            for p, name in zip(np.asarray(phase), names.tolist(), strict=True):
                by_phase.setdefault(PHASES[int(p)], Counter())[name] += 1
        by_distance = self.distances.setdefault(role, {})
        for b, name in zip(np.searchsorted(DISTANCES_M, c.distance, side="right"), names.tolist(), strict=True):
            by_distance.setdefault(_bin_name(int(b)), Counter())[name] += 1
        right = c.decided & (c.kind == CLASSES.index("agree"))
        sums = self.decided.setdefault(role, [0, 0])
        sums[0] += int(c.decided.sum())
        sums[1] += int(right.sum())
        for f, row in c.same.items():
            self.same.setdefault(role, Counter())[f] += int(row.sum())
        free = (c.kind != CLASSES.index("silent")) & np.isfinite(c.delta_V).all(axis=1)
        self.deltas.setdefault(role, []).append(c.delta_V[free])

    @property
    def unexplained(self) -> int:
        return sum(n["unexplained"] for n in self.classes.values())

    def summary(self) -> dict[str, Any]:
        """Shares and sizes as JSON-able values, by role."""
        out: dict[str, Any] = {}
        for role, n in self.classes.items():
            frames = sum(n.values())
            known = frames - n["silent"]
            delta = np.concatenate(self.deltas[role])
            far = np.linalg.norm(delta, axis=1)
            out[role] = {
                "frames": frames,
                "known": known,
                **{k: n[k] for k in CLASSES},
                "agreement": _share(n["agree"], known),
                "decided": self.decided[role][0],
                "decided_agreement": _share(self.decided[role][1], self.decided[role][0]),
                "delta_mean_m": [round(float(x), 4) for x in delta.mean(axis=0)] if len(delta) else None,
                "delta_median_m": round(float(np.median(far)), 4) if len(far) else None,
                "delta_p90_m": round(float(np.quantile(far, 0.9)), 4) if len(far) else None,
                "by_formulation": {f: _share(k, known) for f, k in self.same[role].items()},
                "by_phase": _rows(self.phases.get(role, {}), PHASES),
                "by_distance": _rows(self.distances[role], [_bin_name(b) for b in range(len(DISTANCES_M) + 1)]),
            }
        return out


def _bin_name(b: int) -> str:
    """ "under 5 cm", "5 to 10 cm", "over 20 cm"."""
    edges = [f"{100 * d:.0f}" for d in DISTANCES_M]
    if b == 0:
        return f"under {edges[0]} cm"
    return f"over {edges[-1]} cm" if b == len(edges) else f"{edges[b - 1]} to {edges[b]} cm"


def _rows(groups: Mapping[str, Counter[str]], order: Iterable[str]) -> dict[str, Any]:
    return {name: _row(groups[name]) for name in order if name in groups}


def _row(n: Counter[str]) -> dict[str, Any]:
    known = sum(n.values()) - n["silent"]
    return {"known": known, **{k: n[k] for k in CLASSES}, "agreement": _share(n["agree"], known)}


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
