"""An attempt is a function of its seed: not of what ran before it, nor of what the caches hold."""

from __future__ import annotations

import shutil
from dataclasses import fields, replace
from types import SimpleNamespace

import numpy as np
import pytest

from assets.library import ProceduralLibrary
from assets.tables import open_tables
from engine.config import PhysicsConfig, RunConfig, sample_physics
from engine.frames import Pose
from engine.pipeline import make_attempt, open_task
from engine.record.keys import EpisodeKey
from engine.record.store import EpisodeStore
from engine.rng import rng
from engine.sim.kinematics import ArmKinematics
from engine.sim.robot import cache_root, load_robot, robot_cache_dir
from engine.sim.settle import SettleConfig, settle
from engine.skills.validate import ValidateConfig, validate
from engine.types import content_hash
from engine.worker import Worker
from tasks.source import open_tasks

CFG = RunConfig(seed=3)


@pytest.fixture(scope="module")
def engine():
    robot = load_robot()
    return SimpleNamespace(robot=robot, kin=ArmKinematics(robot), source=open_tasks(ProceduralLibrary()))


def attempts(engine, task: int, numbers, cache=None):
    ctx = open_task(CFG, task, engine.source, engine.robot, cache or cache_root())
    return ctx, {k: make_attempt(CFG, ctx, engine.kin, k) for k in numbers}


def digest(a) -> str:
    return content_hash(a.log.qpos, a.log.qvel, a.log.actions, a.physics.table_height, a.layout.poses, a.accepted)


def test_an_attempt_does_not_depend_on_those_before_it_or_on_the_grasp_cache(engine, tmp_path):
    _, alone = attempts(engine, 7, [2])
    attempts(engine, 4, [0])
    _, after = attempts(engine, 7, [0, 1, 2])
    source = robot_cache_dir("panda_hand")
    shutil.copytree(source, robot_cache_dir("panda_hand", tmp_path))
    _, cold = attempts(engine, 7, [2], tmp_path)
    assert digest(alone[2]) == digest(after[2]) == digest(cold[2])
    assert len({digest(a) for a in after.values()}) == 3
    assert len({a.trajectory.grasp.index for a in after.values()}) == 3


def test_pictures_do_not_depend_on_what_the_worker_drew_before(tmp_path):
    """One worker makes task 1 after task 0, another makes task 1 alone: every stored byte is the same."""
    cfg = replace(CFG, renders=2, depth=True, masks=True)
    busy, fresh = (Worker(cfg.to_json(), str(tmp_path / name)) for name in ("busy", "fresh"))
    assert busy(0, 0).accepted and busy(1, 0).accepted and fresh(1, 0).accepted
    for worker in (busy, fresh):
        worker.close()
    for render in (0, 1):
        a, b = (
            EpisodeStore(tmp_path / name / ".work").read_episode(EpisodeKey(1, 0, render)) for name in ("busy", "fresh")
        )
        assert a.meta == b.meta
        assert all(np.array_equal(a.columns[k], b.columns[k]) for k in a.columns)
        for mine, other in ((a.videos, b.videos), (a.sidecars, b.sidecars)):
            assert mine.keys() == other.keys() and len(mine) >= 2
            assert all(mine[k].read_bytes() == other[k].read_bytes() for k in mine)


CHANGED = {"start_joint_noise": 0.2, "table": False, "table_split": "unseen"}


@pytest.mark.parametrize("name", [f.name for f in fields(PhysicsConfig)])
def test_every_physics_setting_changes_the_draw(engine, name):
    scene = engine.source.scene(engine.source.spec(0), rng(0))

    def draw(cfg):
        p = sample_physics(cfg, scene, engine.robot, rng(1), open_tables(), rng(2))
        return content_hash(p.table_height, p.friction, p.mass_scale, p.joint_damping_scale, p.q_start, repr(p.table))

    assert draw(PhysicsConfig()) != draw(replace(PhysicsConfig(), **{name: CHANGED.get(name, (0.01, 0.02))}))


@pytest.fixture(scope="module")
def made(engine):
    ctx, found = attempts(engine, 0, [0])
    assert found[0].accepted
    ctx.sm.apply(found[0].physics)
    return ctx, found[0]


@pytest.mark.parametrize("name", [f.name for f in fields(ValidateConfig)])
def test_every_validator_setting_changes_the_margins(made, name):
    ctx, a = made

    def margins(cfg):
        return validate(ctx.sm, ctx.spec, a.log.qpos, a.log.qvel, ctx.view.X_PC, cfg, ctx.probe, a.log).margins

    other = replace(ValidateConfig(), **{name: 2.0 if name == "hold_s" else -1})
    assert margins(ValidateConfig()) != margins(other)


@pytest.mark.parametrize(
    "change",
    [{"steps": 3}, {"max_shift": -1.0}, {"max_tilt_deg": -1.0}, {"max_speed": -1.0}],
    ids=lambda c: next(iter(c)),
)
def test_every_settling_setting_matters(made, change):
    ctx, a = made
    poses = a.layout.poses + np.array([0, 0, 0.001, 0, 0, 0, 0])
    usual = settle(ctx.sim, a.physics.q_start, poses, SettleConfig())
    other = settle(ctx.sim, a.physics.q_start, poses, replace(SettleConfig(), **change))
    assert usual[1] == "" and (other[1] != "" or not np.array_equal(usual[0], other[0]))


def test_the_wrist_camera_stays_above_the_table(engine):
    """Over tilted grasps of many objects: at every state of every accepted attempt."""
    tilted = 0
    for task in (4, 18, 26, 88):
        ctx, found = attempts(engine, task, range(3))
        camera = next(c for c in ctx.cameras if c.parent == "hand")
        for a in (a for a in found.values() if a.accepted):
            hands = [ctx.probe.hand(q) for q in a.log.qpos]
            heights = [X.apply(camera.X_PC[:3])[2] - a.physics.table_height for X in hands]
            assert min(heights) > 0.02
            tilted += Pose.from_vector(a.trajectory.X_WG_grasp).R[2, 2] > -0.87
    assert tilted >= 2
