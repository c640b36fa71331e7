"""Shaking a grasp in physics: the gripper alone closes on the free-floating object and is jerked about.

In the frame of a hand that accelerates by a, everything feels the gravity g - a. So the hand stays fixed in
the model and gravity is turned and strengthened instead: exact for translation, with nothing to steer. The
object, the fingers, their drive and their contacts are those of the episodes (`engine.sim.model`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import mujoco
import numpy as np

from engine.frames import Pose, rotvec
from engine.grasp.config import GraspConfig
from engine.sim.model import TIMESTEP, build_spec
from engine.sim.robot import RobotModel
from engine.table import TableSpec
from engine.types import F64, Grasp, ObjectAsset, Scene, TaskSpec

# Directions of the felt gravity in G: with and against the approach, along the closing axis, and across.
DIRECTIONS = np.array([[0, 0, 1], [1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, -1]], np.float64)
_PRE_OPEN = 0.010  # the fingers start this much wider than the object
_AWAY = -50.0  # where the table is out of the way


@dataclass(frozen=True, eq=False)
class ShakeRig:
    """A compiled hand without arm and one free object; owned by one caller."""

    model: mujoco.MjModel
    data: mujoco.MjData
    X_WG: Pose
    qadr: int  # of the object's free joint
    fingers: tuple[int, ...]
    pads: tuple[tuple[int, ...], tuple[int, ...]]


def shake_rig(asset: ObjectAsset, robot: RobotModel, cfg: GraspConfig) -> ShakeRig:
    """Compile the rig: the episode's model with the arm's joints, links and the table taken away."""
    task = TaskSpec("shake", (), (), ())
    scene = Scene(task, ("target",), (asset,))
    spec = build_spec(robot, scene, visual=False, table=TableSpec(centre_xy=(0.0, _AWAY)))
    hand = {b.name for b in spec.body(robot.hand_body).find_all("body")} | {robot.hand_body, "table", "obj0"}
    for joint in list(spec.joints):
        if joint.name in robot.joints:
            for actuator in list(spec.actuators):
                if actuator.target == joint.name:
                    spec.delete(actuator)
            spec.delete(joint)
    for geom in list(spec.geoms):
        if geom.parent.name not in hand:
            spec.delete(geom)
    used = {g.meshname for g in spec.geoms if g.type == mujoco.mjtGeom.mjGEOM_MESH}
    for mesh in list(spec.meshes):
        if mesh.name not in used:
            spec.delete(mesh)
    spec.option.enableflags &= ~int(mujoco.mjtEnableBit.mjENBL_SLEEP)
    model = spec.compile()
    for g in range(model.ngeom):
        if model.geom_bodyid[g] == model.body("obj0").id:
            model.geom_friction[g] *= cfg.shake_friction_scale
    data = mujoco.MjData(model)
    mujoco.mj_kinematics(model, data)
    b = model.body(robot.hand_body).id
    X_WH = Pose(data.xmat[b].reshape(3, 3).copy(), data.xpos[b].copy())
    return ShakeRig(
        model,
        data,
        X_WH @ Pose.from_vector(robot.X_HG),
        int(model.joint("obj0_free").qposadr[0]),
        tuple(int(model.joint(j).qposadr[0]) for j in robot.finger_joints),
        tuple(tuple(int(model.geom(g).id) for g in side) for side in robot.pads),  # type: ignore[arg-type]
    )


def _held(rig: ShakeRig) -> bool:
    """Do both fingers touch the object with their pads?"""
    body = rig.model.body("obj0").id
    touched = [False, False]
    for a, b in rig.data.contact.geom:
        for geom, other in ((a, b), (b, a)):
            if rig.model.geom_bodyid[other] == body:
                for side in (0, 1):
                    touched[side] |= int(geom) in rig.pads[side]
    return all(touched)


def _object_in_G(rig: ShakeRig) -> Pose:
    q = rig.data.qpos[rig.qadr : rig.qadr + 7]
    return rig.X_WG.inv() @ Pose.from_vector(q)


def shake_one(rig: ShakeRig, grasp: Grasp, robot: RobotModel, cfg: GraspConfig) -> float:
    """Score in [0, 1] of one grasp; 0 when a pad misses the object or the object slips away."""
    m, d = rig.model, rig.data
    mujoco.mj_resetData(m, d)
    planned = Pose.from_vector(grasp.X_OG).inv()
    opening = min(grasp.width + _PRE_OPEN, robot.gripper.max_width)
    d.qpos[list(rig.fingers)] = robot.finger_positions(opening)
    d.qpos[rig.qadr : rig.qadr + 7] = (rig.X_WG @ planned).vector()
    d.ctrl[:] = robot.ctrl_closed
    m.opt.gravity[:] = 0.0
    mujoco.mj_step(m, d, round(cfg.close_time / TIMESTEP))
    if not _held(rig):
        return 0.0
    held = _object_in_G(rig)
    worst = 0.0
    for direction in DIRECTIONS:
        m.opt.gravity[:] = rig.X_WG.R @ direction * cfg.shake_acceleration
        mujoco.mj_step(m, d, round(cfg.shake_time / TIMESTEP))
        worst = max(worst, _moved(held, _object_in_G(rig), cfg))
        if worst >= 1.0:
            return 0.0
    # How far closing alone moves the object matters less: the plan only has to know where it went.
    settled = _moved(planned, held, cfg)
    return float((1.0 - worst) * (1.0 - 0.5 * min(settled, 1.0))) if _held(rig) else 0.0


def _moved(a: Pose, b: Pose, cfg: GraspConfig) -> float:
    """Movement from a to b, 1 at the slip or the turn that scores zero."""
    shift = float(np.linalg.norm(b.p - a.p)) / cfg.shake_slip
    turn = float(np.linalg.norm(rotvec(a.R.T @ b.R))) / cfg.shake_turn
    return shift + turn if np.isfinite(shift + turn) else np.inf


def shake_score(asset: ObjectAsset, grasps: Sequence[Grasp], robot: RobotModel, cfg: GraspConfig) -> F64:
    """Scores (n,) in [0, 1]: 1 when nothing moves, 0 when the object is lost or a pad never touches it.

    Each grasp closes on the object floating at rest in its pose (`cfg.close_time`), then feels
    `cfg.shake_acceleration` in six directions for `cfg.shake_time` each, on an object that is more slippery
    than the real one by `cfg.shake_friction_scale`. The worst slip counts, and half of what closing moved.
    """
    if not grasps:
        return np.zeros(0)
    return shake_grasps(shake_rig(asset, robot, cfg), grasps, robot, cfg)


def shake_grasps(rig: ShakeRig, grasps: Sequence[Grasp], robot: RobotModel, cfg: GraspConfig) -> F64:
    """`shake_score` on a rig that is already compiled."""
    return np.array([shake_one(rig, g, robot, cfg) for g in grasps], np.float64)
