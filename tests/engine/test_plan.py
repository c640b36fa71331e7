"""Collision distances, paths, timing and the whole pick-and-place plan, on toy scenes."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import mujoco
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ConfigError, TaskError
from engine.frames import Pose, mat_to_quat
from engine.plan.collision import HELD_ROW, ROBOT_ROW, CollisionWorld, coarse_to_fine
from engine.plan.path import hermite, polyline, round_corners, rrt_connect, shortcut
from engine.plan.timing import parametrise
from engine.sim.control import rollout
from engine.sim.kinematics import ArmKinematics
from engine.sim.model import SceneModel, compile_scene
from engine.sim.robot import load_robot
from engine.skills import pick_place
from engine.skills.config import REASONS, PlanConfig
from engine.skills.pick_place import plan_pick_place
from engine.types import PHASES, ROBOT, Failure, Grasp, ObjectAsset, PhysicsParams, Trajectory, content_hash
from tests.engine import toys

ROBOT_MODEL = load_robot()
KIN = ArmKinematics(ROBOT_MODEL)
DOWN = Pose.from_pq([0, 0, 0], [0, 1, 0, 0])


def _turn(axis: int, angle: float) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    R = np.eye(3)
    i, j = (axis + 1) % 3, (axis + 2) % 3
    R[i, i], R[i, j], R[j, i], R[j, j] = c, -s, s, c
    return R


def _grasps(depth: float = 0.015) -> list[Grasp]:
    """Grasps across the 4 cm side of the box: from above and inclined by 40 degrees either way."""
    out = []
    for k, tilt in enumerate((0.0, 0.7, -0.7, 0.0, 0.7, -0.7)):
        R = _turn(0, tilt + (0.1 if k > 2 else 0.0)) @ DOWN.R @ _turn(2, np.pi / 2)
        out.append(Grasp(k, np.concatenate([[0, 0, depth], mat_to_quat(R)]), 0.04, 1.0))
    return out


def _scene(container: ObjectAsset) -> tuple[SceneModel, np.ndarray, PhysicsParams]:
    assets = (
        toys.box("brick/0"),
        container,
        toys.can("can/1"),
        toys.box("box/2", (0.03, 0.03, 0.09)),
        toys.can("can/3"),
    )
    where = [(0.5, -0.12, 0.4), (0.52, 0.2, 0.0), (0.6, 0.0, 0), (0.45, 0.03, 0.3), (0.4, -0.3, 0)]
    poses = np.array([toys.upright(a, *w) for a, w in zip(assets, where, strict=True)])
    physics = PhysicsParams(0.0, np.full(5, 0.8), np.ones(5), q_start=ROBOT_MODEL.q_home + 0.05)
    sm = compile_scene(ROBOT_MODEL, toys.scene(assets))
    sm.apply(physics)
    return sm, poses, physics


SCENE = _scene(toys.plate())


def _plan(cfg: PlanConfig | None = None, grasps: list[Grasp] | None = None, scene=SCENE, poses=None, seed: int = 0):
    sm, layout, physics = scene
    return plan_pick_place(
        sm, physics, layout if poses is None else poses, 0, 1, _grasps() if grasps is None else grasps, KIN,
        cfg or PlanConfig(), np.random.default_rng(seed),
    )  # fmt: skip


# --- collision ------------------------------------------------------------------------------------


def _over_the_table(n: int, seed: int) -> np.ndarray:
    rng, out = np.random.default_rng(seed), []
    while len(out) < n:
        p = np.array([rng.uniform(0.35, 0.7), rng.uniform(-0.3, 0.3), rng.uniform(0.01, 0.2)])
        found = KIN.solutions(Pose(_turn(2, rng.uniform(-3, 3)) @ _turn(0, rng.uniform(-0.8, 0.8)) @ DOWN.R, p))
        if len(found):
            out.append(found[rng.integers(len(found))])
    return np.array(out)


def test_distances_are_those_of_exact_geometry() -> None:
    sm, poses, physics = SCENE
    world = CollisionWorld(sm, physics, poses, kin=KIN, margin=0.02)
    m, data = sm.model, mujoco.MjData(sm.model)
    arm = [g for g in range(m.ngeom) if sm.geom_object[g] == ROBOT and int(world._link[g]) >= 2]
    others = [g for g in range(m.ngeom) if sm.geom_object[g] >= -1]
    near = 0
    for q in _over_the_table(25, 0):
        table = world.distances(q, 0.05)[0]
        data.qpos[:] = sm.qpos_from(q, poses, 0.05)
        mujoco.mj_kinematics(m, data)
        exact = np.full(world.columns, world.margin)
        for g in arm:
            for h in others:
                c = int(sm.geom_object[h]) if sm.geom_object[h] >= 0 else world.table_column
                exact[c] = min(exact[c], mujoco.mj_geomDistance(m, data, g, h, world.margin, None))
        clear = exact[: sm.n + 1] > 0
        assert np.allclose(table[ROBOT_ROW, : sm.n + 1][clear], exact[: sm.n + 1][clear], atol=1e-4)
        assert np.array_equal(table[ROBOT_ROW, : sm.n + 1] < -1e-4, exact[: sm.n + 1] < -1e-4)
        near += int((exact < world.margin).sum())
    assert near > 10


def test_held_object_moves_with_the_hand() -> None:
    sm, poses, physics = SCENE
    world = CollisionWorld(sm, physics, poses, kin=KIN, margin=0.02)
    X_GO = Pose(DOWN.R, np.array([0.0, 0.0, 0.03]))
    world.hold(0, X_GO)
    for q in _over_the_table(10, 1):
        row = world.qpos_rows(q, 0.04)[0]
        X = KIN.fk(q) @ X_GO
        got = Pose.from_vector(sm.object_poses(row)[0])
        assert np.allclose(got.R, X.R, atol=1e-9) and np.allclose(got.p, X.p, atol=1e-12)
        height = X.p[2] - np.abs(X.R[2] * [0.02, 0.03, 0.04]).sum()
        expected = min(height, 0.02) if height > -0.02 else None
        found = world.distances(q, 0.04)[0, HELD_ROW, world.table_column]
        if expected is not None and height > 0:
            assert found == pytest.approx(expected, abs=1e-4)
    with pytest.raises(ConfigError, match="hold"):
        world.hold(None)
        world.held_distances(poses[0])


def test_coarse_to_fine_visits_everything_once() -> None:
    for n in (1, 2, 3, 17, 100):
        assert sorted(coarse_to_fine(n)) == list(range(n))


# --- paths ------------------------------------------------------------------------------------------


def test_hermite_keeps_ends_and_tangents() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        a, b, t = rng.normal(size=(3, 7))
        q = hermite(a, b, None, t, step=0.001)
        assert np.array_equal(q[0], a) and np.allclose(q[-1], b, atol=1e-12)
        end = q[-1] - q[-2]
        assert np.dot(end, t) / np.linalg.norm(end) / np.linalg.norm(t) > 0.999


def test_rrt_goes_around_a_wall_and_shortcuts_stay_free() -> None:
    rng = np.random.default_rng(0)
    a, b = np.zeros(7), np.zeros(7)
    a[0], b[0] = -1.0, 1.0

    def free(q: np.ndarray, skin: float = 0.03) -> bool:  # a wall at q0 = 0 with an opening above q1 = 0.7
        return not bool(np.any((np.abs(q[:, 0]) < 0.12 + skin) & (q[:, 1] < 0.67 + skin)))

    lower, upper = np.full(7, -2.0), np.full(7, 2.0)
    way = rrt_connect(a, b, free, lower, upper, rng, iterations=500)
    assert way is not None and free(polyline(way, 0.02), 0.0)  # checked at 0.08, so up to a corner
    assert np.array_equal(way[0], a) and np.array_equal(way[-1], b)
    short = shortcut(way, free, rng, tries=60)
    length = [np.abs(np.diff(p, axis=0)).max(axis=1).sum() for p in (way, short)]
    assert free(short, 0.0) and length[1] <= length[0] + 1e-9
    smooth = round_corners(short, 0.1)
    assert np.array_equal(smooth[0], a) and np.array_equal(smooth[-1], b)
    assert rrt_connect(a, b, lambda q: not bool(np.any(abs(q[:, 0]) < 0.1)), lower, upper, rng, iterations=20) is None


# --- timing -----------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.05, 2.5), st.sampled_from([0.0, 0.1, 0.2]))
def test_timed_motion_respects_limits_and_never_idles(seed: int, size: float, smooth: float) -> None:
    rng = np.random.default_rng(seed)
    a, b, t, u = rng.uniform(-1, 1, (4, 7)) * size
    path = hermite(a, b, t, u)
    v, acc = np.full(7, 1.7), np.array([6.0, 5.0, 6.0, 7.0, 8.0, 9.0, 9.0])
    m = parametrise(path, v, acc, dt=0.1, smooth_s=smooth)
    assert np.array_equal(m.q[0], path[0]) and np.array_equal(m.q[-1], path[-1])
    assert np.all(np.diff(m.s) >= 0) and m.s[-1] == pytest.approx(len(path) - 1)
    step = np.diff(m.q, axis=0)
    assert np.all(np.abs(step) <= 0.1 * v * (1 + 1e-9))
    at_rest = np.zeros((1, 7))
    assert np.all(np.abs(np.diff(np.concatenate([at_rest, step, at_rest]), axis=0)) <= 0.01 * acc * (1 + 1e-9))
    assert np.abs(step).max(axis=1).min() > 5e-4


def test_gripper_speed_limit_holds() -> None:
    path = hermite(KIN.q_home, KIN.q_home + 0.3, None, None)
    tip = KIN.fk_many(path)[1]
    limits, slow = (np.full(7, 2.0), np.full(7, 9.0)), np.full(len(path), 0.1)
    m = parametrise(path, *limits, dt=0.1, smooth_s=0.1, speed=slow, tip=tip)
    moved = np.linalg.norm(np.diff(KIN.fk_many(m.q)[1], axis=0), axis=1)
    assert moved.max() <= 0.1 * 0.1 * 1.1


def test_timing_refuses_a_path_that_stands_still() -> None:
    with pytest.raises(ConfigError, match="no two neighbours equal"):
        parametrise(np.zeros((5, 7)), np.ones(7), np.ones(7), dt=0.1, smooth_s=0.1)


# --- the whole plan ---------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["plate", "bin"])
def planned(request: pytest.FixtureRequest):
    scene = SCENE if request.param == "plate" else _scene(toys.bin_())
    plan = _plan(scene=scene)
    assert isinstance(plan, Trajectory), plan
    return scene, plan


def test_plan_respects_limits_and_never_idles(planned) -> None:
    _, plan = planned
    step = np.diff(plan.targets, axis=0)
    assert np.all(np.abs(step) <= 0.1 * ROBOT_MODEL.dq_max * 0.81)
    rest = np.zeros((1, 7))
    assert np.all(np.abs(np.diff(np.concatenate([rest, step, rest]), axis=0)) <= 0.01 * ROBOT_MODEL.ddq_max)
    assert np.all((plan.targets > KIN.q_min) & (plan.targets < KIN.q_max))
    dwell = np.isin(plan.phase, [PHASES.index("grasp"), PHASES.index("release")])
    assert np.abs(step[~dwell]).max(axis=1).min() > 1e-3
    assert np.abs(step[dwell]).max() < 1e-6
    assert np.all(np.diff(plan.phase) >= 0) and set(plan.phase.tolist()) == set(range(len(PHASES)))
    assert 40 <= len(plan.actions) <= 75
    closed = np.isin(plan.phase, [1, 2, 3, 4])
    assert np.array_equal(plan.actions[:, 7] > 0.5, closed)


def test_actions_sum_to_the_targets_bit_for_bit(planned) -> None:
    _, plan = planned
    target = plan.q_start.copy()
    for t, action in enumerate(plan.actions):
        assert np.array_equal(target, plan.targets[t])
        target = target + action[:7].astype(np.float64)
    assert np.array_equal(target, plan.targets[-1])
    assert plan.actions.dtype == np.float32


def test_plan_is_free_when_checked_again_densely(planned) -> None:
    (sm, poses, physics), plan = planned
    world = CollisionWorld(sm, physics, poses, kin=KIN, margin=0.02)
    X_GO = Pose.from_vector(plan.grasp.X_OG).inv()
    T = len(plan.actions)
    t = np.linspace(0, T, 6 * T + 1)
    q = np.stack([np.interp(t, np.arange(T + 1), plan.targets[:, j]) for j in range(7)], axis=1)
    phase = plan.phase[np.minimum(t.astype(int), T - 1)]
    before, held, after = phase <= 1, (phase >= 2) & (phase <= 4), phase >= 5
    far = np.inf
    D = world.distances(q[before], 0.08)
    assert D[:, :, 0].min() > -0.0015 and D[:, :, 1:].min() > 0
    far = min(far, D[:, :, 1:].min())
    world.hold(0, X_GO)
    D = world.distances(q[held], 0.04)
    free = phase[held] == PHASES.index("transport")
    assert D[free].min() > 0.004 and D.min() > -0.003
    placed = poses.copy()
    placed[0] = (Pose.from_vector(plan.X_WG_place) @ X_GO).vector()
    world.hold(None)
    world.set_poses(placed)
    D = world.distances(q[after], 0.08)
    assert D[:, :, 0].min() > -0.0025 and D[:, :, 1:].min() > 0
    assert D[-1].min() > 0.015  # clear of everything at the end
    assert 0 < plan.min_clearance <= 0.02


def test_approach_and_lift_are_straight(planned) -> None:
    _, plan = planned
    X = Pose.from_vector(plan.X_WG_grasp)
    p = KIN.fk_many(plan.targets)[1]
    ahead = p[:-1][plan.phase == 0]
    near = ahead[np.linalg.norm(ahead - X.p, axis=1) < 0.08]
    assert len(near) >= 3
    off = (near - X.p) - np.outer((near - X.p) @ X.R[:, 2], X.R[:, 2])
    assert np.linalg.norm(off, axis=1).max() < 0.0015
    up = p[:-1][plan.phase == 2]
    assert np.linalg.norm(up[:, :2] - X.p[:2], axis=1).max() < 0.003
    place = Pose.from_vector(plan.X_WG_place)
    assert np.abs(KIN.fk(plan.targets[np.flatnonzero(plan.phase == 5)[0]]).p - place.p).max() < 1e-4


def test_execution_brings_the_object_there(planned) -> None:
    (sm, poses, physics), plan = planned
    log = rollout(sm, sm.qpos_from(physics.q_start, poses), physics.q_start, plan.actions, plan.phase)
    end = sm.object_poses(log.qpos[-1])
    assert np.linalg.norm(end[0, :2] - plan.place_point[:2]) < 0.02
    assert abs(end[0, 2] - plan.place_point[2]) < 0.03
    assert np.abs(end[1:, :2] - poses[1:, :2]).max() < 0.005
    assert log.grasped[:-1, 0][plan.phase == 3].all() and not log.grasped[-1].any()
    assert np.array_equal(log.targets, plan.targets)


def test_plans_are_deterministic_and_vary_with_the_seed() -> None:
    a, b, c = _plan(seed=1), _plan(seed=1), _plan(seed=2)
    assert np.array_equal(a.actions, b.actions)
    assert a.actions.shape != c.actions.shape or not np.array_equal(a.actions, c.actions)


# --- failures ---------------------------------------------------------------------------------------


def _moved(index: int, x: float, y: float, z: float = 0.0) -> np.ndarray:
    poses = SCENE[1].copy()
    poses[index, :2] = x, y
    poses[index, 2] += z
    return poses


def test_failures_name_the_stage_that_stopped_the_plan() -> None:
    def reason(**kw: object) -> str:
        out = _plan(**kw)  # type: ignore[arg-type]
        assert isinstance(out, Failure) and out.stage == "plan" and out.reason in REASONS and out.object == "brick/0"
        return out.reason

    assert reason(grasps=[]) == "no grasp candidates"
    assert reason(poses=_moved(0, 1.4, 0.0)) == "no reachable grasp"
    assert reason(poses=_moved(1, 1.4, 0.0)) == "no reachable place"
    assert reason(poses=_moved(3, 0.5, -0.12, 0.09)) == "grasp in collision"  # a tall box stands on the target
    assert reason(poses=_moved(3, 0.52, 0.2, 0.01)) == "container has no free place"
    sm, poses, physics = SCENE
    with pytest.raises(TaskError, match="no container"):
        plan_pick_place(sm, physics, poses, 0, 2, _grasps(), KIN, PlanConfig(), np.random.default_rng(0))


def test_a_higher_drop_is_tried_when_the_hand_does_not_fit() -> None:
    # The open fingers span 12 cm and reach below the rim of a bin 7.4 cm wide.
    scene = _scene(toys.bin_(half=0.037))
    deep = _grasps(depth=0.012)[:1]
    low = _plan(PlanConfig(drops=()), deep, scene)
    assert isinstance(low, Failure) and low.reason == "place in collision"
    high = _plan(PlanConfig(drops=(0.02, 0.04)), deep, scene)
    assert isinstance(high, Trajectory) and high.info["drop_m"] in (0.02, 0.04)


def test_rrt_takes_over_when_smooth_paths_are_blocked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pick_place, "connect", lambda *a, **k: None)
    plan = _plan()
    assert isinstance(plan, Trajectory)
    assert np.abs(np.diff(plan.targets, axis=0)).max() < 0.1 * 0.81 * 2.61
    for cfg in (PlanConfig(rrt_pairs=0), PlanConfig(rrt_iterations=0)):
        blocked = _plan(cfg)
        assert isinstance(blocked, Failure) and blocked.reason == "no collision-free path"


_FALLBACK = ("rrt_pairs", "rrt_iterations", "drops")  # act only when the first try fails; tested on their own
_CHANGED = {
    "alternatives": 4,
    "limit_margin": 0.3, "near_clearance": 0.2, "table_clearance": 0.2, "touch": -0.1, "n_q7": 9,
    "max_grasps": 0, "pairs_per_grasp": 0, "max_pairs": 0, "clearance": 0.08, "held_tip_speed": 0.2,
}  # fmt: skip


@pytest.mark.parametrize("name", [f.name for f in dataclasses.fields(PlanConfig) if f.name not in _FALLBACK])
def test_every_setting_changes_the_plan(name: str) -> None:
    value = _CHANGED.get(name, getattr(PlanConfig(), name) * 0.75)

    def digest(cfg: PlanConfig) -> str:
        out = _plan(cfg)
        return out.reason if isinstance(out, Failure) else content_hash(out.actions, out.phase, out.min_clearance)

    assert digest(replace(PlanConfig(), **{name: value})) != digest(PlanConfig())


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"velocity_scale = 1\.5"):
        PlanConfig(velocity_scale=1.5)
    with pytest.raises(ConfigError, match="approach_distance = 0"):
        PlanConfig(approach_distance=0)
