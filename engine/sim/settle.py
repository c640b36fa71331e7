"""Let a sampled layout come to rest under gravity, and say whether it stayed what it was."""

from __future__ import annotations

from dataclasses import dataclass

import mujoco
import numpy as np

from engine.frames import quat_to_mat
from engine.sim.control import Simulator
from engine.types import F64


@dataclass(frozen=True)
class SettleConfig:
    """steps: physics steps; the limits are on each object's motion from the sampled pose (metres,
    degrees) and on its speed at the end (m/s)."""

    steps: int = 200
    max_shift: float = 0.01
    max_tilt_deg: float = 4.0
    max_speed: float = 0.02


def settle(sim: Simulator, q_start: F64, poses: F64, cfg: SettleConfig) -> tuple[F64, str]:
    """Settled poses (n, 7) and "" or the reason why the layout is not stable.

    sim: the scene's simulator, physics parameters applied. q_start (7,): arm joints, held by its servos.
    """
    sm = sim.sm
    sim.reset(sm.qpos_from(q_start, poses), q_start)
    sim.data.ctrl[:14] = 0.0
    mujoco.mj_step(sm.model, sim.data, cfg.steps)
    settled = sm.object_poses(sim.data.qpos)
    if not np.all(np.isfinite(settled)):
        return poses, "physics diverged"
    settled[:, 3:] /= np.linalg.norm(settled[:, 3:], axis=1, keepdims=True)
    up_before, up_after = quat_to_mat(poses[:, 3:])[:, 2], quat_to_mat(settled[:, 3:])[:, 2]
    tilt_deg = np.degrees(np.arccos(np.clip(np.sum(up_before * up_after, axis=1), -1, 1)))
    shift = np.linalg.norm(settled[:, :3] - poses[:, :3], axis=1)
    speed = np.array([np.linalg.norm(sim.data.qvel[a : a + 3]) for a in sm.object_dof])
    for value, limit, what in (
        (shift, cfg.max_shift, "moved"),
        (tilt_deg, cfg.max_tilt_deg, "tipped"),
        (speed, cfg.max_speed, "did not come to rest"),
    ):
        worst = int(np.argmax(value))
        if value[worst] > limit:
            return settled, f"{sm.scene.names[worst]} {what} while settling"
    return settled, ""
