"""Instructions: table and metadata agree on them, and each means one target and one place in its scene.

What a sentence means is judged by the task source's reader, given by name ("tasks.language:check_instructions"): the
engine knows no grammar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from engine.lint.context import EpisodeView, Unavailable
from engine.lint.goals import seen_from
from engine.lint.report import Result
from engine.render.randomize import appearance_from_dict
from engine.sim.cameras import view_camera
from engine.skills.validate import StateProbe
from engine.types import Scene, WorldState

Judge = Callable[[Scene, WorldState, Sequence[Mapping[str, Any]]], Iterable[tuple[int, str]]]
"""(scene, state, stored instructions) -> (number of the instruction, what is wrong with it)."""

TEXT, MEANING = "task text", "instructions unique"
CHECKS = {TEXT: "episodes", MEANING: "instructions"}
"""This module's checks and what they count."""


def check_text(view: EpisodeView, r: Result) -> None:
    """task_index of every frame names a task of the episode; table and metadata hold the same sentences."""
    table, index, meta = view.dataset.episodes, view.index, view.meta
    said = list(table["tasks"][index])
    r.items = 1
    if "task_index" in view.columns:
        known = view.dataset.tasks
        for t, number in enumerate(np.asarray(view.columns["task_index"]).reshape(-1)):
            text = known[number] if 0 <= number < len(known) else None
            if text not in said:
                shown = f"means {text!r}" if text is not None else f"is none of the {len(known)} tasks"
                message = f"{int(number)} {shown}, the episodes table says {said[0]!r} (tolerance 0)"
                place = {"episode": index, "frame": t, "column": "task_index"}
                r.found(message, tolerance=0.0, value=1.0, **place)
    if "instruction" not in meta:
        return
    texts = [w if isinstance(w, str) else w.get("text") for w in meta.get("instructions", [])]
    if said != [meta["instruction"]]:
        r.found(f"is {said}, the metadata says {meta['instruction']!r}", episode=index, column="tasks")
    if texts and texts[0] != meta["instruction"]:
        message = f"begins with {texts[0]!r}, 'instruction' is {meta['instruction']!r}"
        r.found(message, episode=index, column="metadata instructions")
    if "instructions" in table and list(table["instructions"][index]) != (texts or said):
        r.found("differ from the metadata's", episode=index, column="instructions")
    if "task_id" in table and table["task_id"][index] != meta.get("task_id"):
        message = f"is {table['task_id'][index]!r}, the metadata says {meta.get('task_id')!r}"
        r.found(message, episode=index, column="task_id")


def check_meaning(view: EpisodeView, r: Result, judge: Judge | None) -> None:
    """Every stored instruction in the episode's first state, as the run's third-person camera sees it."""
    stored = view.meta.get("instructions")
    if judge is None:
        raise Unavailable("no reader of instructions was given")
    if not stored:
        raise Unavailable("the metadata has no instructions")
    episode = view.episode
    qpos = np.asarray(view.meta.get("qpos0", episode.log.qpos[0]), np.float64)
    X_WC = seen_from(view)
    if view.meta.get("sides_seen_from") == "appearance":  # episodes of a release, whose cameras move
        X_WC = np.asarray(view_camera(appearance_from_dict(view.meta["appearance"]).cameras).X_PC, np.float64)
    state = StateProbe(episode.sm).at(qpos, np.zeros(episode.sm.model.nv), X_WC)
    records = [{"text": w} if isinstance(w, str) else w for w in stored]
    r.items = len(records)
    for number, problem in judge(episode.scene, state, records):
        r.found(problem, episode=view.index, column=f"metadata instructions[{number}]")
