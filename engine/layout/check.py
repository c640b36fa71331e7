"""The layout solver's questions answered by physics, kinematics and rays."""

from __future__ import annotations

import mujoco
import numpy as np

from engine.frames import Pose, axis_angle_quat, quat_mul, quat_to_mat
from engine.sim.control import Simulator
from engine.sim.kinematics import ArmKinematics
from engine.sim.model import GROUP_COLLISION
from engine.sim.settle import SettleConfig, settle
from engine.types import F64, CameraSpec, PhysicsParams

_DOWN = np.array([0.0, 1.0, 0.0, 0.0])  # G's z straight down, y to the robot's right
_RAYS = 48


def _grasp_rotations() -> F64:
    """Probe orientations of the gripper (k, 4): straight down at four yaws, and leaning outwards."""
    out = []
    for yaw in (0.0, np.pi / 2, np.pi / 4, -np.pi / 4):
        out.append(quat_mul(axis_angle_quat((0, 0, 1), yaw), _DOWN))
    lean = axis_angle_quat((0, 1, 0), -0.7)  # the approach direction gains a +x part
    out.append(quat_mul(lean, _DOWN))
    out.append(quat_mul(lean, quat_mul(axis_angle_quat((0, 0, 1), np.pi / 2), _DOWN)))
    return np.array(out)


_ROTATIONS = quat_to_mat(_grasp_rotations())


class SceneCheck:
    """Answers for one attempt: `sim` has the attempt's physics parameters applied."""

    def __init__(
        self,
        sim: Simulator,
        kin: ArmKinematics,
        physics: PhysicsParams,
        camera: CameraSpec,
        cfg: SettleConfig,
        target: int,
        container: int,
    ):
        self.sim, self.kin, self.physics, self.cfg = sim, kin, physics, cfg
        self.target, self.container = target, container
        self.eye = np.asarray(camera.X_PC[:3], np.float64)
        groups = np.zeros(6, np.uint8)
        groups[GROUP_COLLISION] = 1
        self._groups = groups

    def reachable(self, poses: F64) -> str:
        """Whether the gripper reaches the target and a point above the container in some orientation."""
        assets = self.sim.sm.scene.assets
        target = assets[self.target]
        goals = (
            (poses[self.target, :3], "the target is out of reach"),
            (
                poses[self.container, :3] + [0, 0, 0.06 + 0.5 * float(target.extents.max())],
                "the place above the container is out of reach",
            ),
        )
        for p, reason in goals:
            if not any(self.kin.ik(Pose(R, p), self.physics.q_start) is not None for R in _ROTATIONS):
                return reason
        return ""

    def visible_fraction(self, poses: F64, i: int) -> float:
        """Share of rays from the camera to points of object i that meet it first (arm at its start)."""
        sm, data = self.sim.sm, self.sim.data
        # With sleeping enabled MuJoCo leaves static bodies where they were: the reset brings the table to its height.
        mujoco.mj_resetData(sm.model, data)
        data.qpos[:] = sm.qpos_from(self.physics.q_start, poses)
        mujoco.mj_kinematics(sm.model, data)
        asset = sm.scene.assets[i]
        vertices = asset.vertices()
        points = Pose.from_vector(poses[i]).apply(vertices[:: max(1, len(vertices) // _RAYS)])
        # Towards the centre a little, so that rays to silhouette points do not just miss.
        points = points + 0.1 * (poses[i, :3] - points)
        directions = points - self.eye
        n = len(directions)
        geom = np.empty(n, np.int32)
        distance = np.empty(n)
        mujoco.mj_multiRay(
            sm.model, data, self.eye, directions.ravel(), self._groups, 1, -1, geom, distance, None, n, mujoco.mjMAXVAL
        )
        hit = geom >= 0
        return float(np.mean(sm.geom_object[geom[hit]] == i)) if hit.any() else 0.0

    def settle(self, poses: F64) -> tuple[F64, bool, str]:
        """Physics at rest with the arm at its start."""
        settled, reason = settle(self.sim, self.physics.q_start, poses, self.cfg)
        return settled, reason == "", reason
