"""The layout solver: what it returns obeys every rule by independent measures, and what it cannot do it explains."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import mujoco
import numpy as np
import pytest
import toys

from engine.errors import ConfigError
from engine.frames import Pose, project
from engine.graph import shapes
from engine.graph.relations import RELATION_TABLE
from engine.layout.config import LayoutConfig, region_of
from engine.layout.feasibility import explain_impossible, fit_margin
from engine.layout.solver import solve_layout
from engine.layout.visibility import blocked, prism_points
from engine.types import Failure, Layout, PhysicsParams, Region, Relation, Scene, WorldState

LIBRARY = toys.ToyLibrary()
CFG = LayoutConfig()


class Yes:
    """A check that allows everything and counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def reachable(self, poses: np.ndarray) -> str:
        self.asked.append("reachable")
        return ""

    def visible_fraction(self, poses: np.ndarray, i: int) -> float:
        self.asked.append("visible")
        return 1.0

    def settle(self, poses: np.ndarray) -> tuple[np.ndarray, bool, str]:
        self.asked.append("settle")
        return poses, True, ""


def crowd(seed: int = 0, container: str = "plate/1", **kw: Any) -> Scene:
    """Target, container and nine distractors."""
    rng = np.random.default_rng(seed)
    words = rng.permutation(len(LIBRARY.words))[:10]
    ids = [f"{LIBRARY.words[w]}/{rng.integers(20)}" for w in words]
    return toys.scene(tuple(LIBRARY.get(a) for a in [ids[0], container, *ids[1:]]), **kw)


def solve(
    scene: Scene, seed: int = 0, cfg: LayoutConfig = CFG, check: Any = None, **physics: float
) -> Layout | Failure:
    rng = np.random.default_rng(seed)
    return solve_layout(scene, PhysicsParams(**physics), toys.X_WC, toys.K, cfg, rng, check or Yes())  # type: ignore[arg-type]


def solved(*args: Any, **kw: Any) -> Layout:
    layout = solve(*args, **kw)
    assert isinstance(layout, Layout), layout
    return layout


def state_of(scene: Scene, poses: np.ndarray, height: float = 0.0) -> WorldState:
    return WorldState(scene.names, scene.assets, poses, height, toys.X_WC)


def smallest_distances(scene: Scene, poses: np.ndarray, height: float) -> tuple[float, np.ndarray]:
    """Distance of the lowest geom to the table and of each pair of objects, by MuJoCo's own geometry."""
    spec = mujoco.MjSpec()
    spec.worldbody.add_geom(type=mujoco.mjtGeom.mjGEOM_PLANE, size=[2, 2, 1], pos=[0, 0, height])
    kinds = {"box": mujoco.mjtGeom.mjGEOM_BOX, "cylinder": mujoco.mjtGeom.mjGEOM_CYLINDER}
    owner = [-1]
    for i, (asset, pose) in enumerate(zip(scene.assets, poses, strict=True)):
        body = spec.worldbody.add_body(pos=pose[:3], quat=pose[3:])
        for part in asset.collision:
            size = [*part.size, 0, 0][:3]
            body.add_geom(type=kinds[part.kind], size=size, pos=part.p, quat=part.q_wxyz)
            owner.append(i)
    model = spec.compile()
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    n = len(scene.names)
    pairs = np.full((n, n), 1.0)
    table = 1.0
    for g in range(model.ngeom):
        for h in range(g):
            d = mujoco.mj_geomDistance(model, data, h, g, 1.0, None)
            if owner[h] == -1:
                table = min(table, d)
            elif owner[h] != owner[g]:
                pairs[owner[h], owner[g]] = min(pairs[owner[h], owner[g]], d)
    return table, pairs


@pytest.mark.parametrize("container", ["plate/1", "bin/1"])
def test_layouts_obey_every_rule_by_independent_measures(container: str) -> None:
    for seed in range(12):
        scene = crowd(seed, container)
        height = 0.02 * (seed % 3 - 1)
        layout = solved(scene, seed, table_height=height)
        table, pairs = smallest_distances(scene, layout.poses, height)
        assert abs(table) < 1e-6  # everything stands exactly on the table
        upper = np.triu_indices(11, 1)
        assert pairs[upper].min() >= CFG.gap - 1e-4
        assert pairs[0, 1:].min() >= CFG.target_gap - 1e-4  # room for fingers beside the target
        assert min(pairs[1, 2:].min(), pairs[0, 1]) >= CFG.container_gap - 1e-4
        for i, name in enumerate(scene.names):
            r = region_of(scene, name, CFG)
            assert r.x[0] <= layout.poses[i, 0] <= r.x[1] and r.y[0] <= layout.poses[i, 1] <= r.y[1]
            stable = scene.assets[i].stable_poses[layout.stable_pose_index[i]]
            up = Pose.from_vector(layout.poses[i]).R[2]
            assert up == pytest.approx(Pose.from_pq((0, 0, 0), stable.q_wxyz).R[2], abs=1e-9)
            assert layout.poses[i, 2] == pytest.approx(height + stable.height)
        for i in (0, 1):  # target and container lie inside the image
            corners = scene.assets[i].vertices()
            if scene.assets[i].collision[0].kind == "cylinder":  # the toys draw a box around it
                corners = corners * [2**-0.5, 2**-0.5, 1.0]
            corners = Pose.from_vector(layout.poses[i]).apply(corners)
            uv, z = project(corners, Pose.from_vector(toys.X_WC), toys.K)
            assert z.min() > 0 and uv.min() > 0 and uv.max() < 223
        assert not RELATION_TABLE["on"].holds(state_of(scene, layout.poses, height), 0, (1,)).ok


def test_same_generator_same_layout_and_other_generator_another() -> None:
    scene = crowd()
    a, b, c = solved(scene, 1), solved(scene, 1), solved(scene, 2)
    assert a.poses.tobytes() == b.poses.tobytes() and a.stable_pose_index == b.stable_pose_index
    assert np.abs(a.poses - c.poses)[:, :2].max() > 0.01
    xy = np.array([solved(scene, s).poses[0, :2] for s in range(60)])
    region = CFG.target_region
    for axis, (lo, hi) in enumerate((region.x, region.y)):  # the whole target region is used
        assert xy[:, axis].min() < lo + 0.2 * (hi - lo) and xy[:, axis].max() > hi - 0.2 * (hi - lo)


INITIAL = [
    Relation("left_of", "target", ("container",)),
    Relation("right_of", "container", ("target",), "base"),
    Relation("in_front_of", "target", ("container",), "world"),
    Relation("behind", "target", ("distractor_0",)),
    Relation("near", "target", ("container",)),
    Relation("between", "target", ("container", "distractor_0")),
    Relation("between", "distractor_0", ("target", "container")),
    Relation("on", "target", ("distractor_0",)),
    Relation("under", "distractor_0", ("distractor_1",)),
    Relation("in", "distractor_0", ("container",)),
]


@pytest.mark.parametrize("relation", INITIAL, ids=lambda r: f"{r.subject} {r.kind} {r.objects[0]} {r.frame}")
def test_initial_relations_hold(relation: Relation) -> None:
    assets = tuple(LIBRARY.get(a) for a in ("soap/1", "bin/1", "brick/19", "die/3", "can/5"))
    scene = toys.scene(assets, initial=(relation,))
    for seed in range(6):
        layout = solved(scene, seed)
        state = state_of(scene, layout.poses)
        holds = RELATION_TABLE[relation.kind].holds(
            state, scene.index(relation.subject), tuple(scene.index(o) for o in relation.objects), relation.frame
        )
        assert holds.ok, (seed, holds)
        _, pairs = smallest_distances(scene, layout.poses, 0.0)
        assert pairs.min() > -1e-6


def test_several_relations_and_a_side_goal() -> None:
    """A chain of relations is solved, and a goal that is only about sides is not true at the start."""
    goal = (Relation("left_of", "target", ("container",)),)
    initial = (
        Relation("left_of", "distractor_0", ("distractor_1",)),
        Relation("in_front_of", "distractor_1", ("distractor_2",)),
        Relation("near", "distractor_3", ("container",)),
    )
    scene = crowd(3, goal=goal, initial=initial)
    for seed in range(8):
        state = state_of(scene, solved(scene, seed).poses)
        index = {n: i for i, n in enumerate(scene.names)}
        for r in initial:
            assert RELATION_TABLE[r.kind].holds(state, index[r.subject], (index[r.objects[0]],), r.frame).ok
        assert not RELATION_TABLE["left_of"].holds(state, 0, (1,)).ok


# --- callbacks --------------------------------------------------------------------------------------


def test_refusals_of_the_callbacks_lead_to_other_layouts_or_explained_failures() -> None:
    scene = crowd()

    class FarIsOut(Yes):
        def reachable(self, poses: np.ndarray) -> str:
            assert poses[2:, 2].max() < -1, "asked before distractors are placed"
            return "the target is too far" if poses[0, 0] > 0.45 else ""

    class HalfHidden(Yes):
        def visible_fraction(self, poses: np.ndarray, i: int) -> float:
            return 0.0 if poses[0, 1] < 0 else 1.0

    class Slippery(Yes):
        def settle(self, poses: np.ndarray) -> tuple[np.ndarray, bool, str]:
            ok = poses[1, 1] > 0
            return poses + np.array([0.001, 0, 0, 0, 0, 0, 0]), ok, "" if ok else "container slid"

    for seed in range(5):
        assert solved(scene, seed, check=FarIsOut()).poses[0, 0] <= 0.45
        assert solved(scene, seed, check=HalfHidden()).poses[0, 1] >= 0
        slid = solved(scene, seed, check=Slippery())
        assert slid.poses[1, 1] > 0 and slid.draws >= 1
    assert max(solved(scene, s, check=Slippery()).draws for s in range(8)) > 1

    class Never(Yes):
        what = ""

        def reachable(self, poses: np.ndarray) -> str:
            return "wrist too short" if self.what == "out of reach" else ""

        def visible_fraction(self, poses: np.ndarray, i: int) -> float:
            return 0.1 if self.what == "out of view" else 1.0

        def settle(self, poses: np.ndarray) -> tuple[np.ndarray, bool, str]:
            moved = poses.copy()
            moved[4, 0] += 0.05
            return moved, self.what != "unsettled", "spins"

    for what, reason in (("out of reach", "out of reach"), ("out of view", "out of view"), ("moves", "unstable")):
        check = Never()
        check.what = what
        failure = solve(scene, 0, dataclasses.replace(CFG, max_backtracks=20, max_draws=5), check)
        assert isinstance(failure, Failure) and failure.stage == "layout" and failure.reason == reason
        assert failure.object in [a.asset_id for a in scene.assets] and "enlarge" in failure.detail
        if what == "moves":
            assert "moved 50 mm" in failure.detail and failure.object == scene.assets[4].asset_id


def test_no_room_is_explained_and_the_advice_mends_it() -> None:
    """Too many objects for a tight region that the area bound cannot refuse."""
    tight = (("distractor", Region((0.45, 0.55), (-0.05, 0.05))),)
    base = crowd(2)
    roles = (*base.task.roles[:2], dataclasses.replace(base.task.roles[2], name="distractor", instance=None, count=9))
    task = dataclasses.replace(base.task, roles=roles, regions=tight)
    scene = Scene(task, base.names, base.assets)
    assert explain_impossible(scene, toys.X_WC, CFG) == []
    failure = solve(scene, 0, dataclasses.replace(CFG, max_backtracks=30))
    assert isinstance(failure, Failure) and failure.reason == "no room"
    assert "distractor_" in failure.detail and "too close to" in failure.detail and "0.45, 0.55" in failure.detail
    wide = dataclasses.replace(task, regions=(("distractor", Region((0.3, 0.8), (-0.4, 0.4))),))
    solved(Scene(wide, base.names, base.assets))


# --- impossibility ----------------------------------------------------------------------------------


def impossible(scene: Scene) -> str:
    """The explanation, given before anything is sampled or asked."""
    rng, check = np.random.default_rng(0), Yes()
    before = rng.bit_generator.state
    failure = solve_layout(scene, PhysicsParams(), toys.X_WC, toys.K, CFG, rng, check)
    assert isinstance(failure, Failure) and failure.reason == "impossible layout"
    assert rng.bit_generator.state == before and check.asked == []
    return failure.detail


def test_impossible_subsets_are_found_before_sampling() -> None:
    small = Region((0.5, 0.52), (0.0, 0.02))
    crowded = crowd(1, regions=tuple((f"distractor_{k}", small) for k in range(9)))
    text = impossible(crowded)
    assert "is too small: its 9 objects need" in text and "x [0.5, 0.52]" in text

    wide = toys.box("tray/0", (0.12, 0.12, 0.02))
    assert explain_impossible(toys.scene((wide, toys.plate())), toys.X_WC, CFG) == []  # it can stand on its edge
    flat = dataclasses.replace(wide, stable_poses=wide.stable_poses[:1])
    text = impossible(toys.scene((flat, toys.plate())))
    assert "target (tray/0) is at least 24.0 cm wide and container (plate/0) offers 18.0 cm" in text

    goal = (Relation("in", "target", ("container",)),)
    assert "has no inside" in impossible(toys.scene((toys.box("box/0"), toys.plate()), goal=goal))

    regions = (("target", Region((0.4, 0.6), (0.1, 0.2))), ("container", Region((0.4, 0.6), (-0.2, -0.1))))
    order = (Relation("left_of", "target", ("container",)),)  # camera left is -y
    text = impossible(toys.scene((toys.box("box/0"), toys.plate()), initial=order, regions=regions))
    assert "'target left of container (camera frame)'" in text and "camera right" in text
    turned = (Relation("right_of", "target", ("container",)),)
    solved(toys.scene((toys.box("box/0"), toys.plate()), initial=turned, regions=regions))

    # A chain of four: each pair alone fits in the strip, all together do not.
    strip = Region((0.4, 0.6), (0.0, 0.05))
    boxes = tuple(toys.box(f"box/{k}", (0.005, 0.005, 0.02)) for k in range(5))
    names = ("target", "container", "a", "b", "d")
    chain = tuple(Relation("left_of", u, (v,), "base") for u, v in itertools.pairwise(names))
    scene = toys.scene(boxes, names, initial=chain, regions=tuple((n, strip) for n in names))
    assert impossible(scene).count("left of") == 3  # the shortest chain that is too long


def test_container_fit() -> None:
    assert fit_margin(toys.plate(), toys.can("can/0", 0.03, 0.02)) == pytest.approx(0.06, abs=5e-4)
    assert fit_margin(toys.bin_(), toys.box("b/0", (0.02, 0.03, 0.04))) == pytest.approx(0.05)
    assert fit_margin(toys.box("b/1"), toys.box("b/0")) == -np.inf


# --- view -------------------------------------------------------------------------------------------


def test_blocked_rays_agree_with_mujocos_rays() -> None:
    rng = np.random.default_rng(0)
    eye = np.array([1.28, 0.0, 0.72])
    for _ in range(20):
        asset = toys.box("b/0", tuple(rng.uniform(0.02, 0.08, 3)))
        pose = toys.upright(asset, 0.6, rng.uniform(-0.1, 0.1), rng.uniform(-3, 3))
        low, high = shapes.height_range(asset, pose)
        points = rng.uniform([0.3, -0.2, 0.0], [0.7, 0.2, 0.15], (200, 3))
        outline = shapes.footprint(asset, pose[3:]).polygon + pose[:2]
        got = blocked(points, eye, outline, low, high)
        spec = mujoco.MjSpec()
        spec.worldbody.add_geom(
            type=mujoco.mjtGeom.mjGEOM_BOX, size=asset.collision[0].size, pos=pose[:3], quat=pose[3:]
        )
        model = spec.compile()
        data = mujoco.MjData(model)
        mujoco.mj_forward(model, data)
        hit = np.zeros(1, np.int32)
        for k, p in enumerate(points):
            # From the eye, so that a point inside the box counts as hidden by its near face.
            d = mujoco.mj_ray(model, data, eye, p - eye, None, 1, -1, hit)
            assert got[k] == (0 <= d < 1), k


def test_nothing_hides_the_target() -> None:
    towers = tuple(toys.can(f"tower/{k}", 0.03, 0.1) for k in range(9))
    scene = toys.scene((LIBRARY.get("brick/3"), LIBRARY.get("plate/1"), *towers))
    for seed in range(10):
        layout = solved(scene, seed)
        poses = layout.poses
        points = Pose.from_vector(poses[0]).apply(scene.assets[0].vertices())
        hidden = np.zeros(len(points), bool)
        for j in range(1, 11):
            low, high = shapes.height_range(scene.assets[j], poses[j])
            outline = shapes.outline(scene.assets[j], poses[j, 3:]) + poses[j, :2]
            hidden |= blocked(points, toys.X_WC[:3], outline, low, high)
            assert len(prism_points(outline, low, high)) == 2 * len(outline)
        assert hidden.mean() <= 0.75  # corners; the solver holds half the surface free


# --- settings ---------------------------------------------------------------------------------------

CHANGES: dict[str, Any] = {
    "target_region": Region((0.45, 0.5), (0.0, 0.1)),
    "container_region": Region((0.5, 0.6), (0.2, 0.3)),
    "other_region": Region((0.3, 0.7), (-0.4, 0.4)),
    "held_out": "position",
    "gap": 0.05,
    "target_gap": 0.1,
    "container_gap": 0.1,
    "tall_gap": 0.15,
    "tall_over": 0.0,
    "upright_share": 0.0,
    "min_probability": 0.5,
    "min_visible": 1.0,
    "min_container_visible": 1.0,
    "image_margin_px": 60.0,
    "settle_shift": 0.0,
    "tries_per_object": 1,
    "reach_tries": 1,
    "max_backtracks": 1,
    "max_draws": 1,
}


@pytest.mark.parametrize("field", [f.name for f in dataclasses.fields(LayoutConfig)])
def test_every_setting_matters(field: str) -> None:
    class Picky(Yes):
        def reachable(self, poses: np.ndarray) -> str:
            return "far" if poses[0, 0] > 0.43 else ""

        def visible_fraction(self, poses: np.ndarray, i: int) -> float:
            return 0.9

        def settle(self, poses: np.ndarray) -> tuple[np.ndarray, bool, str]:
            return poses + np.array([0.001, 0, 0, 0, 0, 0, 0]), poses[2, 1] > 0, "slid"

    def digest(cfg: LayoutConfig) -> list[bytes | str]:
        out = [solve(scene, s, cfg, Picky()) for s in range(6)]
        return [o.poses.tobytes() if isinstance(o, Layout) else o.reason for o in out]

    towers = tuple(toys.can(f"tower/{k}", 0.03, 0.1 - 0.01 * k) for k in range(9))
    scene = toys.scene((LIBRARY.get("brick/3"), LIBRARY.get("bin/1"), *towers))
    front = Region((0.45, 0.8), (-0.35, 0.35))  # where they hide things
    base = dataclasses.replace(CFG, other_region=front, upright_share=0.9, max_draws=6, max_backtracks=60)
    assert digest(dataclasses.replace(base, **{field: CHANGES[field]})) != digest(base)


def test_settings_are_checked() -> None:
    for bad, message in [
        ({"max_draws": 0}, "LayoutConfig.max_draws: 0; it must be at least 1"),
        ({"gap": -0.01}, "LayoutConfig.gap: -0.01 m"),
        ({"min_visible": 2.0}, "between 0 and 1"),
        ({"target_region": Region((0.6, 0.4), (0.0, 0.1))}, r"LayoutConfig.target_region.x: \[0.6, 0.4\]"),
    ]:
        with pytest.raises(ConfigError, match=message):
            dataclasses.replace(CFG, **bad)
