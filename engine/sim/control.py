"""The one controller that turns an action into physics, for planner, replay and policies alike.

An action (8,) float32 is seven joint deltas in radians, added to the commanded joint target, and a
gripper command (0 open, 1 closed). During one control period (0.1 s, 50 physics steps) the servo's
set-point moves linearly from the old target to the new one: joint servos integrate a constant
velocity, which a second actuator feeds forward, so one `mj_step` call covers the period and nothing
depends on Python. The gripper closes and opens with a force limit.
"""

from __future__ import annotations

import mujoco
import numpy as np
from numpy.typing import ArrayLike

from engine.frames import Pose
from engine.sim.model import CONTROL_HZ, SUBSTEPS, SceneModel
from engine.types import F32, F64, I32, StateLog


class Simulator:
    """Owns the MjData of a scene and steps it by actions."""

    def __init__(self, sm: SceneModel):
        self.sm = sm
        self.data = mujoco.MjData(sm.model)
        self.target = np.zeros(7)
        # Actuators come in the order of the cache file: servo, feed per joint, then the gripper.
        self._feed = np.arange(7) * 2 + 1
        self._servo = np.arange(7) * 2
        self._grip = np.arange(14, sm.model.nu)
        self._open = np.array(sm.robot.ctrl_open)
        self._closed = np.array(sm.robot.ctrl_closed)
        self._X_HG = Pose.from_vector(sm.robot.X_HG)

    def reset(self, qpos: ArrayLike, q_target: ArrayLike | None = None) -> None:
        """At rest at qpos (nq,), with the commanded target q_target (7,) (default: the arm's joints).

        The whole state follows from these two arrays: velocities, warm starts and clock are zero.
        """
        mujoco.mj_resetData(self.sm.model, self.data)
        self.data.qpos[:] = qpos
        self.target = np.array(self.data.qpos[self.sm.arm_qadr] if q_target is None else q_target, np.float64)
        self.data.act[:] = self.target
        self.data.ctrl[self._grip] = self._open
        mujoco.mj_forward(self.sm.model, self.data)
        # A warm start from this forward call would not be part of the stored state.
        self.data.qacc_warmstart[:] = 0

    def step(self, action: ArrayLike) -> None:
        """Advance one control period."""
        action = np.asarray(action, np.float32)
        delta = action[:7].astype(np.float64)
        d = self.data
        d.act[:] = self.target
        velocity = delta * CONTROL_HZ
        d.ctrl[self._servo] = velocity
        d.ctrl[self._feed] = velocity
        d.ctrl[self._grip] = self._closed if action[7] > 0.5 else self._open
        mujoco.mj_step(self.sm.model, d, SUBSTEPS)
        self.target = self.target + delta

    def refresh(self) -> None:
        """Bring positions and contacts up to date with qpos (mj_step leaves them one step behind)."""
        mujoco.mj_fwdPosition(self.sm.model, self.data)

    def gripper_pose(self) -> Pose:
        """X_WG of the present state; call `refresh` first."""
        b = self.sm.hand_body
        X_WH = Pose(self.data.xmat[b].reshape(3, 3).copy(), self.data.xpos[b].copy())
        return X_WH @ self._X_HG


def rollout(sm: SceneModel, qpos0: F64, q_start: F64, actions: F32, phase: I32) -> StateLog:
    """Execute actions (T, 8) from rest at qpos0 with the commanded target q_start; log T + 1 states."""
    from engine.sim.facts import contact_pairs, grasped

    sim = Simulator(sm)
    sim.reset(qpos0, q_start)
    T = len(actions)
    qpos = np.empty((T + 1, sm.model.nq))
    qvel = np.empty((T + 1, sm.model.nv))
    targets = np.empty((T + 1, 7))
    held = np.zeros((T + 1, sm.n), bool)
    for t in range(T + 1):
        qpos[t], qvel[t], targets[t] = sim.data.qpos, sim.data.qvel, sim.target
        # Contacts of the last physics step of the period; refreshing here would change warm starts.
        held[t] = grasped(sm, contact_pairs(sm, sim.data))
        if t < T:
            sim.step(actions[t])
    return StateLog(qpos, qvel, targets, np.asarray(actions, np.float32), np.asarray(phase, np.int32), held)
