"""The simulator: one controller, exact replay, truthful facts, and a validator that cannot be fooled."""

from __future__ import annotations

import shutil
from dataclasses import replace

import mujoco
import numpy as np
import pytest

from assets.library import ProceduralLibrary
from engine.frames import axis_angle_quat
from engine.sim.control import Simulator, rollout
from engine.sim.model import SUBSTEPS, compile_scene
from engine.sim.robot import GRIPPERS, load_robot, robot_cache_dir
from engine.sim.settle import SettleConfig, settle
from engine.skills.validate import StateProbe, ValidateConfig, validate
from engine.table import TableSpec, on_top, outline
from engine.types import ROBOT, TABLE, PhysicsParams, Relation, Role, Scene, StateLog, TaskSpec

X_WC = np.array([1.28, 0, 0.72, 0.29, 0.64, 0.64, 0.29])


@pytest.fixture(scope="module", params=sorted(GRIPPERS))
def robot(request):
    return load_robot(request.param)


@pytest.fixture(scope="module")
def scene():
    library = ProceduralLibrary()
    names = ("target", "container", "distractor_0")
    ids = ("block/3", "plate/1", "can/2")
    roles = tuple(Role(n, i) for n, i in zip(names, ids, strict=True))
    spec = TaskSpec("test", roles, (Relation("on", "target", ("container",)),))
    return Scene(spec, names, tuple(library.get(i) for i in ids))


def upright(scene, i, x, y, z=0.0):
    pose = next(p for p in scene.assets[i].stable_poses if p.upright)
    return np.array([x, y, z + pose.height, *pose.q_wxyz])


@pytest.fixture(scope="module")
def world(robot, scene):
    """Model, physics with every axis away from its default, settled poses, and the start qpos."""
    sm = compile_scene(robot, scene)
    q = robot.q_home + 0.03 * np.arange(7)
    physics = PhysicsParams(0.02, np.array([0.7, 0.6, 0.5]), np.array([0.9, 1.1, 1.2]), 1.1, q)
    sm.apply(physics)
    poses = np.stack(
        [upright(scene, 0, 0.5, 0, 0.02), upright(scene, 1, 0.5, 0.2, 0.02), upright(scene, 2, 0.6, -0.2, 0.02)]
    )
    poses, reason = settle(Simulator(sm), q, poses, SettleConfig())
    assert reason == ""
    return sm, physics, poses, sm.qpos_from(q, poses)


def wave(T=30, seed=0):
    rng = np.random.default_rng(seed)
    t = np.arange(T)[:, None]
    actions = np.zeros((T, 8), np.float32)
    actions[:, :7] = 0.08 * np.sin(t / T * 2 * np.pi) * rng.uniform(-1, 1, 7)
    actions[T // 2 :, 7] = 1
    return actions


def test_replay_is_bit_exact_also_in_a_freshly_compiled_model(world, scene, robot):
    sm, physics, _, qpos0 = world
    a = rollout(sm, qpos0, physics.q_start, wave(), np.zeros(30))
    again = compile_scene(robot, scene)
    again.apply(replace(physics, table_height=-0.03))
    again.apply(physics)  # earlier parameters leave no trace
    b = rollout(again, qpos0, physics.q_start, wave(), np.zeros(30))
    assert np.array_equal(a.qpos, b.qpos) and np.array_equal(a.qvel, b.qvel)


def test_the_arm_follows_its_targets_and_the_gripper_its_command(world, robot):
    sm, physics, _, qpos0 = world
    log = rollout(sm, qpos0, physics.q_start, wave(), np.zeros(30))
    assert np.abs(log.qpos[:, sm.arm_qadr] - log.targets).max() < 0.012
    opening = robot.opening(log.qpos[:, sm.finger_qadr])
    assert opening[14] > robot.gripper.max_width - 0.003 and opening[-1] < 0.003
    deltas = np.diff(log.targets, axis=0)
    assert np.allclose(deltas, log.actions[:, :7], rtol=0, atol=1e-15)


def test_one_action_is_one_control_period_of_the_same_steps(world):
    """The controller adds nothing to physics but the servo's set-point: fifty plain steps give the same state."""
    sm, physics, _, qpos0 = world
    sim, plain = Simulator(sm), Simulator(sm)
    for s in (sim, plain):
        s.reset(qpos0, physics.q_start)
    action = wave()[3]
    sim.step(action)
    plain.data.act[:] = plain.target
    plain.data.ctrl[:14] = np.repeat(action[:7].astype(np.float64) * 10, 2)
    for _ in range(SUBSTEPS):
        mujoco.mj_step(sm.model, plain.data)
    assert np.array_equal(sim.data.qpos, plain.data.qpos)


def test_contacts_name_who_touches_whom(world):
    sm, _, _, qpos0 = world
    state = StateProbe(sm).at(qpos0, np.zeros(sm.model.nv), X_WC)
    assert state.contacts == {(TABLE, 0), (TABLE, 1), (TABLE, 2)}
    moved = qpos0.copy()
    moved[sm.object_qadr[2]] = 0.0  # the can where the robot's base stands
    moved[sm.object_qadr[2] + 1] = 0.0
    assert any(ROBOT in pair and 2 in pair for pair in StateProbe(sm).at(moved, np.zeros(sm.model.nv), X_WC).contacts)


def final_states(sm, qpos0, poses, T=12):
    """States of an imaginary episode that starts at qpos0 and rests with the objects at `poses`."""
    last = qpos0.copy()
    for i, a in enumerate(sm.object_qadr):
        last[a : a + 7] = poses[i]
    return np.stack([qpos0] + [last] * T), np.zeros((T + 1, sm.model.nv))


def placed(world, scene):
    """Poses with the block resting on the plate, by physics."""
    sm, physics, poses, _ = world
    poses = poses.copy()
    plate = scene.assets[1]
    block = upright(scene, 0, 0, 0)
    floor = poses[1, 2] + plate.container.floor_z
    poses[0] = [poses[1, 0], poses[1, 1], floor + block[2] + 0.002, *block[3:]]
    settled, _ = settle(Simulator(sm), physics.q_start, poses, SettleConfig(steps=500))
    return settled


def test_validator_accepts_a_block_on_the_plate_and_names_what_is_wrong_otherwise(world, scene):
    sm, _, _, qpos0 = world
    good = placed(world, scene)

    def judge(poses, qvel_scale=0.0):
        qpos, qvel = final_states(sm, qpos0, poses)
        return validate(sm, scene.task, qpos, qvel + qvel_scale, X_WC, ValidateConfig())

    verdict = judge(good)
    assert verdict.success, verdict
    assert min(verdict.margins.values()) >= 0

    floating = good.copy()
    floating[0, 2] += 0.02
    beside = good.copy()
    beside[0, 1] += 0.5
    toppled = good.copy()
    toppled[2, 3:] = axis_angle_quat((1, 0, 0), np.pi / 2)
    pushed = good.copy()
    pushed[2, 0] += 0.12
    fallen = good.copy()
    fallen[2, 2] -= 0.5
    expected = {
        "goal not reached": (floating, beside),
        "something was knocked over": (toppled,),
        "something was pushed away": (pushed,),
        "something fell off the table": (fallen,),
    }
    for reason, cases in expected.items():
        for poses in cases:
            verdict = judge(poses)
            assert not verdict.success and verdict.reason.startswith(reason), (reason, verdict)
            assert min(verdict.margins.values()) < 0


def test_validator_refuses_a_held_or_moving_object(world, scene, robot):
    sm, _, _, qpos0 = world
    good = placed(world, scene)
    qpos, qvel = final_states(sm, qpos0, good)
    qvel[-1, sm.object_dof[0]] = 0.2
    assert validate(sm, scene.task, qpos, qvel, X_WC, ValidateConfig()).reason == "object did not come to rest"
    # Bring the hand to the block instead of the block to the plate: same relative picture, but not let go.
    from engine.frames import Pose
    from engine.sim.kinematics import ArmKinematics

    down = np.array([[1.0, 0, 0], [0, -1, 0], [0, 0, -1]])
    q = ArmKinematics(robot).ik(Pose(down, good[0, :3] + [0, 0, 0.005]), robot.q_home)
    assert q is not None
    qpos[:, sm.arm_qadr] = q
    verdict = validate(sm, scene.task, qpos, np.zeros_like(qvel), X_WC, ValidateConfig())
    assert not verdict.success and verdict.margins["gripper_clearance_m"] < 0


def test_the_robot_cache_can_be_moved(tmp_path, robot):
    source = robot_cache_dir(robot.gripper.name)
    target = robot_cache_dir(robot.gripper.name, tmp_path / "elsewhere")
    shutil.copytree(source, target)
    moved = load_robot(robot.gripper.name, tmp_path / "elsewhere")
    assert moved.content_hash == robot.content_hash
    model = mujoco.MjModel.from_xml_path(str(moved.mjcf_path))
    assert model.nu == 14 + len(robot.ctrl_open) and sum(f.stat().st_size for f in target.iterdir()) < 2e6


def test_settling_notices_a_layout_that_does_not_stand(world, scene):
    sm, physics, poses, _ = world
    bad = poses.copy()
    bad[2, 2] += 0.05
    assert "distractor_0" in settle(Simulator(sm), physics.q_start, bad, SettleConfig())[1]


def test_an_object_that_only_falls_into_place_was_not_placed(world, scene):
    """The same end, with the object carried, lost for good on the way, or turned over in the hand."""
    sm, _, _, qpos0 = world
    qpos, qvel = final_states(sm, qpos0, placed(world, scene), T=40)
    phase = np.repeat(np.arange(7), 6)[:40].astype(np.int32)
    carried = np.flatnonzero((phase >= 2) & (phase <= 4))
    a = sm.object_qadr[0]
    probe = StateProbe(sm)
    for t in carried:
        qpos[t, a : a + 3] = probe.hand(qpos[t]).p
    held = np.zeros((41, 3), bool)
    held[carried, 0] = True

    def judge(qpos, held):
        log = StateLog(qpos, qvel, np.zeros((41, 7)), np.zeros((40, 8), np.float32), phase, held)
        return validate(sm, scene.task, qpos, qvel, X_WC, ValidateConfig(), log=log)

    assert judge(qpos, held).success
    lost = held.copy()
    lost[carried[-4:], 0] = False
    slipped, turned = qpos.copy(), qpos.copy()
    slipped[carried[-3:], a + 2] -= 0.04
    turned[carried[-3:], a + 3 : a + 7] = axis_angle_quat((1, 0, 0), np.pi / 2)
    for verdict in (judge(qpos, lost), judge(slipped, held), judge(turned, held)):
        assert verdict.reason == "dropped"


def test_what_leaves_the_top_falls_and_what_lies_on_it_stays(robot, scene):
    """The can dropped around the outline of three tables, in one compiled model; and physics forgets tables."""
    sm = compile_scene(robot, scene)
    q = robot.q_home
    rng = np.random.default_rng(0)
    oval = TableSpec("oval", (0.62, 0.0), (1.06, 1.5), 0.02, shape="oval", corner=0.75)
    half = TableSpec("half", (0.66, 0.0), (1.15, 1.4), 0.05, shape="half_oval", corner=0.6)
    small = TableSpec("small", (0.525, 0.0), (0.86, 1.12))
    start = np.stack([upright(scene, 0, 0.5, 0), upright(scene, 1, 0.5, 0.2), upright(scene, 2, 0.6, -0.2)])
    plain = PhysicsParams(0.0, np.full(3, 0.8), np.ones(3), q_start=q)
    sm.apply(plain)
    before = rollout(sm, sm.qpos_from(q, start), q, wave(8), np.zeros(8))
    for table in (oval, half, small):
        sm.apply(replace(plain, table=table, table_height=0.01))
        sim = Simulator(sm)
        rim = outline(table) + np.array(table.centre_xy)
        rim = rim[rim[:, 0] > 0.3]
        for point in rim[rng.permutation(len(rim))[:6]]:
            inwards = np.array([0.55, 0.0]) - point
            for step, stays in ((0.06, True), (-0.05, False)):
                xy = point + step * inwards / np.linalg.norm(inwards)
                poses = start + np.array([0, 0, 0.01, 0, 0, 0, 0])
                poses[2, :2] = xy
                sim.reset(sm.qpos_from(q, poses), q)
                sim.data.ctrl[:14] = 0.0
                mujoco.mj_step(sm.model, sim.data, 300)
                z = sm.object_poses(sim.data.qpos)[:, 2]
                assert (z[2] > 0.0) == stays == bool(on_top(table, xy)), (table.name, xy, z[2])
                assert np.abs(z[:2] - poses[:2, 2]).max() < 0.002
    sm.apply(plain)
    after = rollout(sm, sm.qpos_from(q, start), q, wave(8), np.zeros(8))
    assert np.array_equal(before.qpos, after.qpos) and np.array_equal(before.qvel, after.qvel)
