"""Trajectories: where the end effector goes from here, as points in the picture.

The answer has a fixed form, stated in the question: over a horizon in seconds or to the end of the task, so many points
at equal distances along the path in the picture, the first one where the gripper is now and the last one where it
arrives. The path is the projection of the fingertip midpoint, frame by frame, in the camera as it is now (for the
camera on the hand: as if it stayed where it is).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.frames import Array
from engine.types import F64
from tasks.questions import forms
from tasks.questions.forms import pick, pick_form
from tasks.questions.makers import maker
from tasks.questions.sample import Sample
from tasks.questions.view import View

HORIZONS_S = (1.0, 2.0, 3.0, None)
"""Seconds; None: to the end of the task."""
COUNTS = (5, 8, 10)
ASKS = (
    "The task is: '{task}'. Predict the path of the robot's fingertips {h} as {n} points at equal distances along the "
    "path, from the present position on.",
    "Instruction: {task}. Output the trajectory that the end effector takes {h}: {n} points evenly spaced along it, "
    "beginning where it is now.",
    "Based on the task description '{task}', predict the trajectory that the end effector should take {h}. Give {n} "
    "points with equal spacing along the path, the first at the current position.",
    "Trace the motion of the gripper's tip {h} while it does this: {task}. Use {n} points spaced equally along the "
    "curve, start and end included.",
    "To carry out '{task}', where does the gripper move {h}? Answer with {n} points equally spaced along its path in "
    "the image, starting from now.",
)
_HOW = {
    "json": (
        "Answer with a JSON list of [x, y].",
        "Your answer should be formatted as a JSON list of [x, y] pixel pairs.",
        "Output JSON: [[x1, y1], [x2, y2], ...], in pixels.",
    ),
    "xml": (
        'Answer in XML: <trajectory><point x="" y=""/>...</trajectory>.',
        'Output XML, one <point x="" y=""/> after the other inside <trajectory>.',
        'Reply in XML only: <trajectory> holding a <point x="" y=""/> for each point, absolute pixels.',
    ),
}
MIN_LENGTH = 12.0
"""Pixels that the path must be long; below, the points say nothing."""


def equal_spacing(path: Array, count: int) -> Array:
    """`count` points (count, 2) at equal distances along a polyline (m, 2), its two ends included.

    Raises ValueError for fewer than two points asked for, or a path without length.
    """
    if count < 2:
        raise ValueError(f"{count} points: a path has two ends at least")
    lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    if lengths[-1] <= 0:
        raise ValueError("the path has no length")
    at = np.linspace(0.0, lengths[-1], count)
    return np.stack([np.interp(at, lengths, path[:, 0]), np.interp(at, lengths, path[:, 1])], axis=1)


def future_path(view: View, horizon_s: float | None) -> F64 | None:
    """Pixels (m, 2) as drawn of the fingertip midpoint from now to the horizon; None where it is not all in the image,
    shorter than MIN_LENGTH, or the episode ends before the horizon."""
    if view.plan is None:
        return None
    poses = view.plan.ee_poses
    steps = len(poses) - 1 if horizon_s is None else round(horizon_s * view.plan.fps)
    if not 1 <= steps < len(poses):
        return None
    uv, inside = view.project(poses[: steps + 1, :3])
    if not inside.all() or float(np.linalg.norm(np.diff(uv, axis=0), axis=1).sum()) < MIN_LENGTH:
        return None
    return uv


@maker("trajectory", 1.4)
def trajectory(view: View, rng: np.random.Generator) -> Iterator[Sample]:
    """The end effector's way over the next seconds, or to the end."""
    if view.plan is None or view.instruction is None:
        return
    for n in rng.permutation(len(HORIZONS_S)):
        horizon = HORIZONS_S[int(n)]
        path = future_path(view, horizon)
        if path is None:
            continue
        count = COUNTS[int(rng.integers(len(COUNTS)))]
        points = [view.pixel(p) for p in equal_spacing(path, count)]
        when = "until the task is done" if horizon is None else f"over the next {horizon:g} s"
        told = list(dict.fromkeys((view.instruction, *view.instructions)))
        form, task = pick_form(rng), pick(rng, told).rstrip(".")
        asked = pick(rng, ASKS).format(task=task, h=when, n=count).replace("?.", "?")  # "Could you ...?"
        question = f"{asked} {pick(rng, _HOW[form])}"
        if view.camera.parent != "world":
            question += " Give the points as this camera would see them from where it is now."
        facts = {"instruction": task, "horizon_s": horizon, "points": count, "spacing": "equal arc length"}
        objects = tuple(i for i in (view.target, view.container) if i is not None)
        yield Sample("trajectory", form, question, forms.trace(form, points), objects, facts)
