"""Judge an executed trajectory from its states alone: goal, release, rest, and what else was disturbed.

The goal's predicates are the same objects that the layout solver samples with. Every margin is signed,
positive is good, and is stored, so that a stricter reading of "success" needs no new physics.
"""

from __future__ import annotations

from dataclasses import dataclass

import mujoco
import numpy as np

from engine.frames import Pose, quat_to_mat, rotvec
from engine.graph.relations import RELATION_TABLE
from engine.sim.facts import world_state
from engine.sim.model import CONTROL_HZ, SceneModel
from engine.types import F64, PHASES, ROBOT, StateLog, TaskSpec, Verdict, WorldState


@dataclass(frozen=True)
class ValidateConfig:
    """hold_s: how long the goal must hold at the end. Others: metres and degrees."""

    hold_s: float = 0.5
    max_drift: float = 0.003
    min_gripper_clearance: float = 0.03
    max_other_shift: float = 0.05
    max_other_tilt_deg: float = 20.0
    max_speed: float = 0.02
    max_spin: float = 0.3  # rad/s
    max_slip: float = 0.02  # of the object in the hand, from lift to the end of lowering
    max_turn_deg: float = 25.0
    max_lost_frames: int = 1  # in a row without both pads on the object, while it is carried


class StateProbe:
    """Facts about stored states: poses, contacts and speeds, computed without stepping."""

    def __init__(self, sm: SceneModel):
        self.sm = sm
        self.data = mujoco.MjData(sm.model)
        self._X_HG = Pose.from_vector(sm.robot.X_HG)

    def hand(self, qpos: F64) -> Pose:
        """X_WG of a stored state."""
        self.data.qpos[:] = qpos
        mujoco.mj_kinematics(self.sm.model, self.data)
        b = self.sm.hand_body
        return Pose(self.data.xmat[b].reshape(3, 3).copy(), self.data.xpos[b].copy()) @ self._X_HG

    def at(self, qpos: F64, qvel: F64, X_WC: F64) -> WorldState:
        mujoco.mj_resetData(self.sm.model, self.data)
        self.data.qpos[:] = qpos
        self.data.qvel[:] = qvel
        mujoco.mj_fwdPosition(self.sm.model, self.data)
        return world_state(self.sm, self.data, X_WC)

    def gripper_clearance(self, i: int, limit: float = 0.1) -> float:
        """Smallest distance (m, at most `limit`) between the robot and object i in the last probed state."""
        sm = self.sm
        robot = np.flatnonzero((sm.geom_object == ROBOT) & (sm.model.geom_contype != 0))
        # Only links that can reach down to the table matter; far ones are cut off by `limit` at once.
        target = np.flatnonzero((sm.geom_object == i) & (sm.model.geom_contype != 0))
        best = limit
        centre = self.data.xpos[sm.object_body[i]]
        reach = float(np.linalg.norm(sm.scene.assets[i].extents))
        for g in robot:
            if np.linalg.norm(self.data.geom_xpos[g] - centre) - sm.model.geom_rbound[g] - reach > best:
                continue
            for h in target:
                best = min(best, mujoco.mj_geomDistance(sm.model, self.data, int(g), int(h), best, None))
        return float(best)


def _tilt_deg(a: F64, b: F64) -> F64:
    """Angle (n,) in degrees between the up axes of poses a and b, seen in the object (yaw does not count)."""
    up_a, up_b = quat_to_mat(a[:, 3:])[:, 2], quat_to_mat(b[:, 3:])[:, 2]
    return np.degrees(np.arccos(np.clip(np.sum(up_a * up_b, axis=1), -1.0, 1.0)))


def _carried(sm: SceneModel, probe: StateProbe, log: StateLog, i: int, cfg: ValidateConfig) -> dict[str, float]:
    """Margins of the way from grasp to release: how far object i slipped and turned in the hand, how long it was not
    between the pads. An object that falls into the container by luck was not placed."""
    first, last = PHASES.index("lift"), PHASES.index("lower")
    frames = np.flatnonzero((log.phase >= first) & (log.phase <= last))
    if len(frames) == 0:
        return {}
    X_GO = [probe.hand(log.qpos[t]).inv() @ Pose.from_vector(sm.object_poses(log.qpos[t])[i]) for t in frames]
    slip = max(float(np.linalg.norm(X.p - X_GO[0].p)) for X in X_GO)
    turn = max(float(np.linalg.norm(rotvec(X.R @ X_GO[0].R.T))) for X in X_GO)
    lost = longest = 0
    for t in frames:
        lost = 0 if log.grasped[t, i] else lost + 1
        longest = max(longest, lost)
    return {
        "carried_slip_m": cfg.max_slip - slip,
        "carried_turn_deg": cfg.max_turn_deg - np.degrees(turn),
        "carried_lost_frames": float(cfg.max_lost_frames - longest),
    }


def validate(
    sm: SceneModel,
    task: TaskSpec,
    qpos: F64,
    qvel: F64,
    X_WC: F64,
    cfg: ValidateConfig,
    probe: StateProbe | None = None,
    log: StateLog | None = None,
) -> Verdict:
    """Verdict on states qpos (T + 1, nq), qvel (T + 1, nv); X_WC (7,) is the third-person camera.

    With `log` (phases and pad contacts of a scripted pick and place) also on how the object was carried; a policy has
    no phases and is judged by its outcome.

    Checked, in this order: nothing else fell or was knocked over, every goal relation holds during the
    last `hold_s` seconds, the gripper has let go and is clear, the subject rests.
    """
    probe = probe or StateProbe(sm)
    names = sm.scene.names
    poses = sm.object_poses(qpos)
    hold = min(round(cfg.hold_s * CONTROL_HZ), len(qpos) - 1)
    margins: dict[str, float] = {}
    failed: list[str] = []

    def record(key: str, margin: float, reason: str) -> None:
        margins[key] = float(min(margin, margins.get(key, np.inf)))
        if margin < 0 and reason not in failed:
            failed.append(reason)

    subjects = sorted({names.index(r.subject) for r in task.goal})
    others = [i for i in range(sm.n) if i not in subjects]
    shift = np.linalg.norm(poses[-1, :, :3] - poses[0, :, :3], axis=1)
    tilt = _tilt_deg(poses[0], poses[-1])
    floor = float(sm.model.body_pos[sm.table_body, 2])
    if others:
        record("other_height_m", float((poses[-1, others, 2] - floor).min()) + 0.005, "something fell off the table")
        record("other_tilt_deg", cfg.max_other_tilt_deg - float(tilt[others].max()), "something was knocked over")
        record("other_shift_m", cfg.max_other_shift - float(shift[others].max()), "something was pushed away")
    for k in range(len(qpos) - 1 - hold, len(qpos)):
        state = probe.at(qpos[k], qvel[k], X_WC)
        for s in subjects:
            touched = (ROBOT, s) in (state.contacts or ())
            record("released", -1.0 if touched else 1.0, "gripper did not let go")
        for relation in task.goal:
            s = names.index(relation.subject)
            result = RELATION_TABLE[relation.kind].holds(
                state, s, tuple(names.index(o) for o in relation.objects), relation.frame
            )
            for key, value in result.margins.items():
                record(f"goal_{relation.kind}_{key}", value, f"goal not reached: {result.reason or relation.kind}")
            if not result.ok:
                record(f"goal_{relation.kind}", -1.0, f"goal not reached: {result.reason or relation.kind}")
    for s in subjects:
        clear = probe.gripper_clearance(s)  # of the last state, which the loop above has just probed
        record("gripper_clearance_m", clear - cfg.min_gripper_clearance, "gripper did not let go")
        drift = float(np.linalg.norm(poses[-1 - hold :, s, :3] - poses[-1, s, :3], axis=1).max())
        record("rest_drift_m", cfg.max_drift - drift, "object did not come to rest")
        speed = float(np.linalg.norm(qvel[-1, sm.object_dof[s] : sm.object_dof[s] + 3]))
        record("rest_speed_m_s", cfg.max_speed - speed, "object did not come to rest")
        spin = float(np.linalg.norm(qvel[-1, sm.object_dof[s] + 3 : sm.object_dof[s] + 6]))
        record("rest_spin_rad_s", cfg.max_spin - spin, "object did not come to rest")
    if log is not None:
        for key, value in _carried(sm, probe, log, subjects[0], cfg).items():
            record(key, value, "dropped")
    return Verdict(not failed, failed[0] if failed else "", margins)
