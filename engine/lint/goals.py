"""Whether an episode is what it says it is: the validator judges the stored states again, and flags, verdict, margins
and the ledger agree with it."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.errors import ConfigError
from engine.lint.context import EpisodeView, Unavailable
from engine.lint.report import Result
from engine.sim.cameras import cameras_from_text, default_cameras, view_camera
from engine.skills.validate import StateProbe, validate
from engine.types import F64, Verdict

GOAL = "goal reached"
CHECKS = {GOAL: "episodes"}
"""This module's checks and what they count."""

TOLERANCE = 1e-6
"""Of the verdict's margins (metres, radians, m/s): the same arithmetic on the same states."""


def seen_from(view: EpisodeView) -> F64:
    """X_WC (7,) of the camera that left, right, front and behind are meant from: the run's, before randomisation."""
    text = view.dataset.run.get("files", {}).get("camera_file")
    try:
        cameras = default_cameras() if text is None else cameras_from_text(text, "the run's cameras")
    except ConfigError as e:
        raise Unavailable(f"the run's cameras cannot be read: {e}") from e
    return np.asarray(view_camera(cameras).X_PC, np.float64)


def check_goal(view: EpisodeView, r: Result) -> None:
    """Judge the states; compare with the episodes table, the metadata's verdict and its margins."""
    meta, index = view.meta, view.index
    if "verdict" not in meta:
        raise Unavailable("the metadata has no verdict")
    episode = view.episode
    r.items = 1
    log, task = episode.log, episode.scene.task
    cfg = view.context.rebuilder.cfg.validate
    probe = StateProbe(episode.sm)
    found = validate(episode.sm, task, log.qpos, log.qvel, seen_from(view), cfg, probe, log)
    said = meta["verdict"]
    flags: dict[str, Any] = {"metadata verdict.success": said.get("success"), "metadata accepted": meta.get("accepted")}
    if "success" in view.dataset.episodes:
        flags["success"] = view.dataset.episodes["success"][index]
    for column, flag in flags.items():
        if flag is not None and bool(flag) != found.success:
            why = f": {found.reason}" if found.reason else ""
            message = f"says {'reached' if flag else 'not reached'}, the states say the opposite{why}"
            r.found(message, episode=index, frame=len(log.qpos) - 1, column=column)
    if said.get("reason", "") != found.reason:
        message = f"is {said.get('reason')!r}, the states give {found.reason!r}"
        r.found(message, episode=index, column="metadata verdict.reason")
    moved = "rendered_from" in view.dataset.run and any(g.frame == "camera" and _sided(g.kind) for g in task.goal)
    if moved and "camera_file" in view.dataset.run.get("files", {}):
        r.skip("margins: the goal is a side seen from a camera that was exchanged afterwards")
    else:
        _compare_margins(said.get("margins", {}), found, r, index)


def _sided(kind: str) -> bool:
    return kind in ("left_of", "right_of", "in_front_of", "behind")


def _compare_margins(said: dict[str, float], found: Verdict, r: Result, index: int) -> None:
    for name in sorted(said.keys() | found.margins.keys()):
        at = {"episode": index, "column": f"metadata verdict.margins.{name}"}
        if name not in said or name not in found.margins:
            r.found("is stored, the states give none" if name in said else "is not stored", **at)
            continue
        gap = abs(float(said[name]) - found.margins[name])
        if not gap <= TOLERANCE:
            message = f"is {said[name]:.9g}, the states give {found.margins[name]:.9g} (tolerance {TOLERANCE:g})"
            r.found(message, tolerance=TOLERANCE, value=gap, **at)


WORKS = {GOAL: check_goal}
"""The checks by name: `work(view, result)`."""
