"""Near-duplicates: two episodes that start alike and move alike. Appearances of one attempt are declared and allowed.

Every episode leaves a short signature (where robot, target and container start, and the way through joint space at
equally spaced moments); pairs whose signatures agree in every number are found with a k-d tree, so a hundred thousand
episodes take seconds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from engine.lint.context import EpisodeView
from engine.lint.report import Result

DUPLICATES = "near-duplicates"
CHECKS = {DUPLICATES: "episodes"}
"""This module's checks and what they count."""

MOMENTS = 12
"""Moments of an episode at which its way is sampled."""
START_M, START_RAD, WAY_RAD = 0.002, 0.01, 0.02
"""Two starts are alike within so much, two ways within so much; the commands and the layout are drawn from ranges of
decimetres and tenths of radians."""
OTHER_SHARE = 0.01
"""Where units are not known: of the range that a number has over the dataset."""


def signature(view: EpisodeView) -> dict[str, Any]:
    """What is kept of an episode: numbers to compare, hashes of its states and of its looks, what it is declared as."""
    columns = view.columns
    out: dict[str, Any] = {"episode": view.index, "units": False, "numbers": []}
    table = view.dataset.episodes
    for name in ("task_index", "attempt", "render"):
        if f"groundwork/{name}" in table:
            out[name] = table[f"groundwork/{name}"][view.index]
    way = columns.get("sim.target", columns.get("action.joint_target", columns.get("observation.state")))
    way = columns.get("action") if way is None else way
    if way is None or way.ndim != 2 or not len(way):
        return out
    digest = hashlib.sha256(np.ascontiguousarray(way).tobytes())
    if "objects.pose" in columns and "observation.state" in columns and "sim.target" in columns:
        out["units"] = True
        poses = columns["objects.pose"]
        digest.update(np.ascontiguousarray(poses).tobytes())
        # All objects count: which of them are moved is the task's business, and tasks name them in this order.
        start = np.concatenate([columns["observation.state"][0, :7] / START_RAD, poses[0, :2, :3].ravel() / START_M])
        numbers = np.concatenate([start, _resampled(way).ravel() / WAY_RAD])
    else:
        numbers = _resampled(way).ravel()
    out["numbers"] = [round(float(x), 6) for x in numbers]
    out["states"] = digest.hexdigest()[:32]
    look = view.meta.get("appearance")
    out["looks"] = hashlib.sha256(json.dumps(look, sort_keys=True).encode()).hexdigest()[:32] if look else ""
    return out


def _resampled(way: NDArray[Any]) -> NDArray[np.float64]:
    """Rows (MOMENTS, D) at equally spaced times, by linear interpolation."""
    x = way.astype(np.float64)
    at = np.linspace(0, len(x) - 1, MOMENTS)
    low = np.floor(at).astype(np.int64)
    high = np.minimum(low + 1, len(x) - 1)
    return x[low] + (x[high] - x[low]) * (at - low)[:, None]


def check_duplicates(signatures: Mapping[int, Mapping[str, Any]], r: Result) -> None:
    """Pairs of episodes that are alike without being declared appearances of one attempt; appearances that are equal
    or whose states differ."""
    groups: dict[tuple[bool, int], list[Mapping[str, Any]]] = {}
    for index in sorted(signatures):
        s = signatures[index]
        if not len(s["numbers"]):
            r.skip("no column to compare episodes by")
        elif not np.isfinite(s["numbers"]).all():
            r.skip("numbers that are not finite")
        else:
            groups.setdefault((s["units"], len(s["numbers"])), []).append(s)
    for (units, _), group in groups.items():
        r.items += len(group)
        points = np.array([s["numbers"] for s in group])
        if not units:
            span = np.ptp(points, axis=0)
            points = points / np.where(span > 0, span * OTHER_SHARE, 1.0)
        for a, b in KDTree(points).query_pairs(1.0, p=np.inf, output_type="ndarray"):
            first, second = sorted((group[a], group[b]), key=lambda s: s["episode"])
            gap = float(np.abs(points[a] - points[b]).max())
            _judge_pair(first, second, gap, r)
    _judge_appearances(signatures, r)


def _attempt(s: Mapping[str, Any]) -> tuple[Any, ...] | None:
    return (s["task_index"], s["attempt"]) if "attempt" in s else None


def _judge_pair(first: Mapping[str, Any], second: Mapping[str, Any], gap: float, r: Result) -> None:
    same = _attempt(first) is not None and _attempt(first) == _attempt(second)
    if same and first["render"] != second["render"]:
        if first["looks"] and first["looks"] == second["looks"]:
            message = f"looks like episode {first['episode']}: appearances {first['render']} and {second['render']} of "
            message += "one attempt are the same (tolerance: none may be)"
            r.found(message, episode=second["episode"])
        return
    what = "is the same as" if first["states"] == second["states"] else "starts and moves like"
    message = f"{what} episode {first['episode']}: largest difference {gap:.2g} of what tells two apart (tolerance 1)"
    r.found(message, episode=second["episode"], tolerance=1.0, value=gap)


def _judge_appearances(signatures: Mapping[int, Mapping[str, Any]], r: Result) -> None:
    """Appearances of one attempt show the same states, bit for bit."""
    known: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for index in sorted(signatures):
        s = signatures[index]
        attempt = _attempt(s)
        if attempt is None or "states" not in s:
            continue
        first = known.setdefault(attempt, s)
        if first["states"] != s["states"]:
            message = f"states differ from episode {first['episode']}'s, another appearance of the same attempt"
            r.found(f"{message} (tolerance 0)", episode=index)
