"""Forward and inverse kinematics against MuJoCo, finite differences and each other."""

from __future__ import annotations

import mujoco
import numpy as np
import pytest

from engine.errors import AssetError
from engine.frames import Pose, rotvec
from engine.sim.kinematics import ArmKinematics, read_chain
from engine.sim.panda_ik import PandaGeometry
from engine.sim.robot import RobotModel, load_robot


@pytest.fixture(scope="module")
def robot() -> RobotModel:
    return load_robot()


@pytest.fixture(scope="module")
def kin(robot: RobotModel) -> ArmKinematics:
    return ArmKinematics(robot)


def _configurations(kin: ArmKinematics, n: int, seed: int, margin: float = 0.0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(kin.q_min + margin, kin.q_max - margin, (n, 7))


def test_forward_kinematics_is_mujocos(robot: RobotModel, kin: ArmKinematics) -> None:
    model = mujoco.MjModel.from_xml_path(str(robot.mjcf_path))
    data = mujoco.MjData(model)
    hand, X_HG = model.body(robot.hand_body).id, Pose.from_vector(robot.X_HG)
    q = _configurations(kin, 100, 0)
    R_many, p_many = kin.fk_many(q)
    for k in range(len(q)):
        data.qpos[:7] = q[k]
        mujoco.mj_kinematics(model, data)
        X = Pose(data.xmat[hand].reshape(3, 3), data.xpos[hand]) @ X_HG
        one = kin.fk(q[k])
        for R, p in ((one.R, one.p), (R_many[k], p_many[k])):
            assert np.abs(R - X.R).max() < 1e-10 and np.abs(p - X.p).max() < 1e-10


def test_jacobian_is_the_derivative_of_forward_kinematics(kin: ArmKinematics) -> None:
    h = 1e-6
    for q in _configurations(kin, 20, 1):
        J = kin.jacobian(q)
        for j in range(7):
            d = np.eye(7)[j] * h
            a, b = kin.fk(q - d), kin.fk(q + d)
            numeric = np.concatenate([b.p - a.p, rotvec(b.R @ a.R.T)]) / (2 * h)
            assert np.abs(numeric - J[:, j]).max() < 1e-8


def test_every_closed_form_root_reaches_the_pose_and_the_true_posture_is_among_them(kin: ArmKinematics) -> None:
    q = _configurations(kin, 400, 2)
    R, p = kin.fk_many(q)
    roots = kin.branches(R, p, q[:, 6])
    exists = np.isfinite(roots).all(axis=-1)
    R2, p2 = kin.fk_many(np.where(exists[..., None], roots, 0.0))
    assert np.abs(p2 - p[:, None])[exists].max() < 1e-9 and np.abs(R2 - R[:, None])[exists].max() < 1e-9
    # A nearly straight elbow (q4 above -0.467) is the other root of the elbow's triangle and left out on purpose.
    bent = q[:, 3] < -0.48
    away = np.abs(roots - q[:, None]).max(axis=-1)
    away = np.where(exists, away, np.inf).min(axis=1)
    assert away[bent].max() < 1e-6


def test_branches_are_continuous_along_a_line(kin: ArmKinematics) -> None:
    start = kin.fk(kin.q_home)
    p = start.p + np.linspace(0, 1, 60)[:, None] * np.array([0.1, 0.15, -0.2])
    q = kin.branches(np.broadcast_to(start.R, (60, 3, 3)), p, np.full(60, kin.q_home[6]))
    b = int(np.nanargmin(np.abs(q[0] - kin.q_home).max(axis=-1)))
    assert np.abs(q[0, b] - kin.q_home).max() < 1e-9
    assert np.abs(np.diff(q[:, b], axis=0)).max() < 0.1  # 5 mm steps


@pytest.mark.parametrize("closed", [True, False])
def test_inverse_round_trip(kin: ArmKinematics, closed: bool) -> None:
    q = _configurations(kin, 100 if closed else 40, 3, margin=0.06)
    solved = 0
    for row in q:
        X = kin.fk(row)
        found = kin.ik(X) if closed else kin._ik_numeric(X, kin.q_home, 0.05)
        if found is None:
            continue
        solved += 1
        Y = kin.fk(found)
        assert np.abs(Y.p - X.p).max() < 1e-6 and np.abs(Y.R - X.R).max() < 1e-6
        assert kin.limits_ok(found)
    assert solved >= 0.95 * len(q)


def test_ik_stays_near_its_start_and_refuses_what_is_out_of_reach(kin: ArmKinematics) -> None:
    X = kin.fk(kin.q_home)
    near = kin.ik(Pose(X.R, X.p + np.array([0.02, -0.02, 0.02])), kin.q_home)
    assert near is not None and np.abs(near - kin.q_home).max() < 0.3
    assert kin.ik(Pose(X.R, np.array([1.5, 0.0, 0.5]))) is None
    assert len(kin.solutions(Pose(X.R, np.array([1.5, 0.0, 0.5])))) == 0


def test_other_arms_are_told_apart_and_bad_names_explained(robot: RobotModel, kin: ArmKinematics) -> None:
    R, p = kin.chain.R[:7], kin.chain.p[:7].copy()
    geometry = PandaGeometry.from_chain(R, p)
    assert geometry is not None and geometry.d3 == pytest.approx(0.316)
    p[3, 1] += 0.01
    assert PandaGeometry.from_chain(R, p) is None
    model = mujoco.MjModel.from_xml_path(str(robot.mjcf_path))
    with pytest.raises(AssetError, match="did you mean"):
        read_chain(model, ("joint1x",), robot.hand_body, Pose.identity())
