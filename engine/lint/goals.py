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

REBUILT, GOAL = "scene rebuilt", "goal reached"
CHECKS = {REBUILT: "episodes", GOAL: "episodes"}
"""This module's checks and what they count."""

_SIDES = ("left_of", "right_of", "in_front_of", "behind")
TOLERANCE = 1e-6
"""Of the verdict's margins (metres, radians, m/s): the same arithmetic on the same states."""


def seen_from(view: EpisodeView) -> F64:
    """X_WC (7,) of the camera that instructions mean left, right, front and behind from: the run's, before
    randomisation."""
    return _view_pose(view.dataset.run.get("files", {}).get("camera_file"))


def judged_from(view: EpisodeView) -> F64:
    """The same for the goal, which was judged before episodes were drawn again with other cameras. Unavailable where
    the first run's cameras are not told."""
    run = view.dataset.run
    first, now = run.get("rendered_from", {}).get("settings", run["settings"]), run["settings"]
    if first.get("camera_file") is None:
        return _view_pose(None)
    if first["camera_file"] != now.get("camera_file") or "camera_file" not in run.get("files", {}):
        raise Unavailable("the goal is a side, seen from cameras of the first run that are not stored")
    return seen_from(view)


def _view_pose(text: str | None) -> F64:
    try:
        cameras = default_cameras() if text is None else cameras_from_text(text, "the run's cameras")
    except ConfigError as e:
        raise Unavailable(f"the run's cameras cannot be read: {e}") from e
    return np.asarray(view_camera(cameras).X_PC, np.float64)


def check_rebuilt(view: EpisodeView, r: Result) -> None:
    """Objects and robot of the episode are those of the library and the cache: else nothing of it can be recomputed,
    replayed or drawn, which is a promise of its own."""
    if "settings" not in view.dataset.run:
        raise Unavailable("the dataset does not tell which scenes it shows")
    try:
        episode = view.episode
    except Unavailable:  # that says only that there is none; this raises why, unless it is the drawing that fails
        episode = view.context.rebuilder.open(view.dataset, view.index)
    r.items = 1
    have, want = episode.log.qpos.shape[1], int(episode.sm.model.nq)
    if have != want:
        message = f"states of {have} numbers, the scene that the metadata describes has {want} (tolerance 0)"
        r.found(message, episode=view.index, column="sim.qpos")


def check_goal(view: EpisodeView, r: Result) -> None:
    """Judge the states; compare with the episodes table, the metadata's verdict and its margins."""
    meta, index = view.meta, view.index
    if "verdict" not in meta:
        raise Unavailable("the metadata has no verdict")
    episode = view.episode
    log, task = episode.log, episode.scene.task
    cfg = view.context.rebuilder.cfg.validate
    probe = StateProbe(episode.sm)
    sided = any(g.frame == "camera" and g.kind in _SIDES for g in task.goal)
    X_WC = judged_from(view) if sided else seen_from(view)  # other goals look the same from everywhere
    found = validate(episode.sm, task, log.qpos, log.qvel, X_WC, cfg, probe, log)
    r.items = 1
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
    _compare_margins(said.get("margins", {}), found, r, index)


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


WORKS = {REBUILT: check_rebuilt, GOAL: check_goal}
"""The checks by name: `work(view, result)`."""
