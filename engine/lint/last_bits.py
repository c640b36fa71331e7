"""The last bits: numbers that agree with the linter's own formulas within their tolerance, against the engine's code.

Two right formulas differ in the last bits, so `recompute_columns` and `labels` allow 1e-12. A number changed by less is
found here: the engine's own functions on the same states give every other frame bit for bit. Where they do not give
most frames (another processor or another numpy), nothing can be said and the column is listed as not checked.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.label.columns import gripper_poses, state_columns
from engine.lint.context import EpisodeView, Unavailable
from engine.lint.physics import States
from engine.lint.recompute_compare import Desk
from engine.sim.cameras import camera_pose
from engine.sim.model import SceneModel
from engine.types import StateLog

NAMES = ("observation.state", "observation.gripper_width", "observation.ee_pose", "action.ee_delta")
MOST = 0.5
"""Share of the frames that must agree bit for bit before one that does not is a finding."""


def check_last_bits(view: EpisodeView, desk: Desk, states: States) -> None:
    """Columns that are computed in float64 and small numbers in float32, bit for bit."""
    if not states.replayed:
        raise Unavailable("the actions were not replayed")
    told = {(f.column, f.frame) for f in desk.findings}
    for name, want in _expected(view, view.episode.sm, states).items():
        stored = view.columns.get(name)
        if stored is None or stored.shape != want.shape or stored.dtype != want.dtype:
            continue  # the other checks have said so
        same = np.array([a.tobytes() == b.tobytes() for a, b in zip(stored, want, strict=True)])
        if same.mean() < MOST:
            desk.skip("this processor or another version of numpy rounds otherwise", name)
            continue
        known = np.array([(name, t) in told for t in range(len(stored))])
        patched = np.array(stored)
        patched[known] = want[known]
        source = f"the engine's own arithmetic, which gives {int(same.sum())} of {len(same)} frames bit for bit"
        desk.compare_bits(name, want, source, stored=patched)


def _expected(view: EpisodeView, sm: SceneModel, states: States) -> dict[str, NDArray[Any]]:
    """The columns as the engine computes them from these states."""
    T = states.T
    assert states.grasped is not None
    phase = np.zeros(T, np.int32)
    log = StateLog(states.qpos, states.qvel, states.targets, states.actions, phase, states.grasped)
    made = state_columns(sm, log)
    out = {name: made[name] for name in NAMES}
    if view.drawn:
        hand = gripper_poses(sm, states.qpos[:T])
        for camera in view.appearance.cameras:
            poses = [camera_pose(camera, X_WG).vector() for X_WG in hand]
            out[f"camera.{camera.name}.extrinsics"] = np.array(poses, np.float64)
    return out
