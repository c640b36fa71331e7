"""Goals beyond containers: the object is put where the relation holds, and the validator agrees with geometry."""

from __future__ import annotations

import numpy as np
import pytest

from assets.library import ProceduralLibrary
from engine.config import RunConfig
from engine.frames import Pose
from engine.pipeline import make_attempt, open_task
from engine.sim.kinematics import ArmKinematics
from engine.sim.robot import cache_root, load_robot
from engine.types import TABLE
from tasks.source import TaskSource
from tasks.spec import parse_task

ROLES = (
    "roles: {target: {instance: block/3}, container: {instance: plate/1}, other: {instance: can/2}}\ndistractors: 1\n"
)
STACK = "roles: {target: {instance: block/3}, container: {instance: book/2}}\ndistractors: 2\n"


class OneTask(TaskSource):
    def spec(self, index: int):
        return parse_task(self.file or "")


@pytest.fixture(scope="module")
def robot():
    return load_robot()


@pytest.mark.parametrize(
    ("text", "test"),
    [
        (ROLES + "goal: [target right_of container]", lambda d, up: d[1] > 0.02 and abs(d[0]) < 2 * abs(d[1])),
        (ROLES + "goal: [target in_front_of container in base]", lambda d, up: d[0] < -0.02),
        (ROLES + "goal: [target near container]", lambda d, up: np.linalg.norm(d[:2]) < 0.3),
        (ROLES + "goal: [target between container and other]", lambda d, up: True),
        (STACK + "goal: [target on container]", lambda d, up: up > 0.02 and np.linalg.norm(d[:2]) < 0.1),
    ],
    ids=["right_of", "in_front_of", "near", "between", "on a book"],
)
def test_goal_is_reached_where_it_says(robot, text, test):
    cfg = RunConfig()
    ctx = open_task(cfg, 0, OneTask(ProceduralLibrary(), text), robot, cache_root())
    kin = ArmKinematics(robot)
    attempts = [make_attempt(cfg, ctx, kin, k) for k in range(4)]
    accepted = [a for a in attempts if a.accepted]
    assert len(accepted) >= 2, [a.failure for a in attempts]
    for a in accepted:
        last = ctx.sm.object_poses(a.log.qpos[-1])
        offset = last[ctx.target, :3] - last[ctx.container, :3]
        assert test(offset, offset[2]), (text, offset)
        ctx.sm.apply(a.physics)  # later attempts have left theirs in the model
        state = ctx.probe.at(a.log.qpos[-1], a.log.qvel[-1], ctx.cameras[0].X_PC)
        held_up = (TABLE, ctx.target) in state.contacts
        assert held_up == ("target on" not in text)
        assert np.isfinite(Pose.from_vector(a.trajectory.X_WG_place).R).all()
