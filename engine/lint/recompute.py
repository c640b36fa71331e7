"""Every column of an episode computed again, by code of its own, and compared with what is stored.

    with LintContext(dataset) as context:
        for finding in check_episode(context, 12):
            print(finding)

The order matters: the states first (`engine.lint.physics`), then everything that follows from them, so that one changed
number is reported once, at its own column and frame. What a dataset lacks is reported as not checked, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from engine.lint import labels, last_bits, physics, recompute_columns, recompute_drawn, visibility
from engine.lint.context import EpisodeReport, LintContext
from engine.lint.finding import Finding
from engine.lint.recompute_compare import Desk
from engine.lint.recompute_foreign import check_without_metadata
from engine.lint.recompute_maths import Motion
from engine.types import F64

CHECKS = {
    "counters": "timestamp, frame_index, episode_index, index and task_index",
    "states": "states and commands against the replay of the actions, bit for bit",
    "phase": "the phase against the plan",
    "kinematics": "observations, object poses and end-effector actions from the states",
    "tracking": "the arm is where the action sent it",
    "plan": "grasp and plan in the metadata against the states",
    "cameras": "intrinsics and extrinsics against the appearance and the hand",
    "projections": "centres, grasp, place and end-effector points projected again",
    "boxes": "boxes of whole objects from their meshes",
    "masks": "visible boxes and fractions, masks and depth against pictures drawn again",
    "visibility": "whether points can be seen, by rays through the scene",
    "directions": "InSpire's offsets and answers from the poses",
    "last bits": "observations, hand motions and camera poses against the engine's own arithmetic",
    "padding": "slots of objects that the scene does not have",
}
"""Names of the per-episode checks and what they look at."""

LABEL_CHECKS = ("cameras", "projections", "boxes", "masks", "visibility", "directions")
"""Those that need columns of cameras and labels."""

_T = TypeVar("_T")


def inspect_episode(context: LintContext, index: int) -> EpisodeReport:
    """All per-episode checks of the columns: findings, the checks that ran, and what was not checked.

    Raises DatasetError when the episode cannot be read at all.
    """
    view = context.view(index)
    view.columns  # noqa: B018 - an unreadable table is not a finding of a check
    desk = Desk(view)
    desk.run("counters", lambda: recompute_columns.check_counters(view, desk))
    desk.run("padding", lambda: recompute_columns.check_padding(view, desk))
    desk.run("tracking", lambda: recompute_columns.check_tracking(view, desk))
    if "objects" not in view.meta:
        check_without_metadata(view, desk)
        return desk.report()
    states = _kept(desk, "states", lambda: physics.reference(view, desk))
    if states is None:
        _refuse(desk, "the states are not known", "phase", "kinematics", "plan", *LABEL_CHECKS, "last bits")
        return desk.report()
    desk.run("states", lambda: physics.check_states(view, desk, states))
    desk.run("states", lambda: physics.check_gripper_command(desk, states))
    desk.run("phase", lambda: physics.check_phases(view, desk))
    poses = recompute_columns.object_poses(view, states)
    desk.run("kinematics", lambda: recompute_columns.check_objects(view, desk, poses, states.T))
    X_WG = _kept(desk, "kinematics", lambda: recompute_columns.check_kinematics(view, desk, states))
    desk.run("plan", lambda: recompute_columns.check_plan(view, desk, states, poses))
    if not view.drawn:
        _refuse(desk, "the dataset has no columns of cameras and labels (it was not drawn)", *LABEL_CHECKS)
    elif X_WG is None:
        _refuse(desk, "the hand's pose is not known", *LABEL_CHECKS)
    else:
        _check_labels(desk, states, poses, X_WG)
    desk.run("last bits", lambda: last_bits.check_last_bits(view, desk, states))
    return desk.report()


def _check_labels(desk: Desk, states: physics.States, poses: F64, X_WG: Motion) -> None:
    view = desk.view
    sights = _kept(desk, "cameras", lambda: labels.see(view, poses, X_WG))
    if sights is None:
        _refuse(desk, "the cameras are not known", *LABEL_CHECKS[1:])
        return
    desk.run("cameras", lambda: labels.check_cameras(sights, desk))
    desk.run("projections", lambda: labels.check_projections(sights, desk))
    whole = _kept(desk, "boxes", lambda: labels.check_boxes(sights, desk))
    if whole is None:
        _refuse(desk, "the objects' meshes are not known", "masks")
    else:
        desk.run("masks", lambda: recompute_drawn.check_drawn(sights, desk, states, whole))
    desk.run("visibility", lambda: visibility.check_visibility(sights, desk, states))
    desk.run("directions", lambda: labels.check_directions(sights, desk, states.grasped))


def _refuse(desk: Desk, reason: str, *checks: str) -> None:
    """Say that these checks could not run."""
    for check in checks:
        desk.run(check, lambda: desk.skip(reason))


def _kept(desk: Desk, check: str, work: Callable[[], _T]) -> _T | None:
    """What `work` returns, run as `check`; None when it was not available."""
    kept: list[_T] = []
    desk.run(check, lambda: kept.append(work()))
    return kept[0] if kept else None


def check_episode(context: LintContext, index: int) -> list[Finding]:
    """The findings of `inspect_episode`."""
    return list(inspect_episode(context, index).findings)
