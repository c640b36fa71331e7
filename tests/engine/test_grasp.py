"""Grasps: each is antipodal, free of the object, cached bit for bit, and held by physics."""

from __future__ import annotations

import sys
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import trimesh

sys.path.insert(0, str(Path(__file__).parent))

from grasp_fixtures import fixtures, make_asset, part_mesh

from engine.errors import AssetError, ConfigError
from engine.frames import Pose, axis_angle_quat, mat_to_quat, quat_mul, quat_to_mat
from engine.grasp.boxes import box_gaps
from engine.grasp.cache import find_grasps, grasp_key, grasps_for
from engine.grasp.config import GraspConfig
from engine.grasp.filter import ATTEMPT_GROUPS, approach_tilts, feasible_by_pose, filter_in_scene, order_for_attempt
from engine.grasp.hand import hand_boxes
from engine.grasp.sample import sample_grasps
from engine.grasp.shake import shake_score
from engine.grasp.solids import inside, intervals, solids_of, surface_points
from engine.rng import rng
from engine.sim.robot import GRIPPERS, load_robot
from engine.types import CollisionPart, Failure, Grasp, ObjectAsset

CFG = GraspConfig()
HAND = GRIPPERS["panda_hand"].geometry
OBJECTS = fixtures()
MESHES = {k: [part_mesh(p) for p in a.collision] for k, a in OBJECTS.items()}


@pytest.fixture(scope="module")
def robot():
    try:
        return load_robot()
    except AssetError as e:
        pytest.skip(f"no robot cache: {e}")


@pytest.fixture(scope="module")
def sampled() -> dict[str, list[Grasp]]:
    return {k: sample_grasps(a, HAND, CFG, rng(1, k)) for k, a in OBJECTS.items()}


def _ray_hits(meshes: list[trimesh.Trimesh], o: np.ndarray, d: np.ndarray) -> list[tuple[float, float]]:
    """(distance, cosine between face normal and ray) of every hit, by Moeller and Trumbore, sorted."""
    out = []
    for m in meshes:
        a, b, c = (m.triangles[:, i] for i in range(3))
        e1, e2 = b - a, c - a
        h = np.cross(d, e2)
        det = np.einsum("ij,ij->i", e1, h)
        ok = np.abs(det) > 1e-14
        f = 1 / np.where(ok, det, 1)
        s = o - a
        u = f * np.einsum("ij,ij->i", s, h)
        q = np.cross(s, e1)
        v = f * (q @ d)
        t = f * np.einsum("ij,ij->i", e2, q)
        hit = ok & (u >= -1e-9) & (v >= -1e-9) & (u + v <= 1 + 1e-9)
        out += [(float(t[i]), float(m.face_normals[i] @ d)) for i in np.nonzero(hit)[0]]
    return sorted(out)


def test_every_grasp_is_antipodal(sampled):
    """At half the width along the closing axis, on both sides, the mesh has a surface facing that finger."""
    cos_min = np.cos(np.arctan(CFG.cone_friction)) - 0.01  # the check's mesh is faceted
    for name, grasps in sampled.items():
        assert len(grasps) >= 40, name
        for g in grasps[:40]:
            X = Pose.from_vector(g.X_OG)
            y, z = X.R[:, 1], X.R[:, 2]
            assert CFG.min_width <= g.width <= HAND.max_width - 2 * CFG.width_clearance
            found = False
            for offset in (0.0, 0.45, 0.8):
                middle = X.p + offset * HAND.pad_half[1] * z
                both = True
                for side in (1.0, -1.0):
                    hits = _ray_hits(MESHES[name], middle + side * y * (g.width / 2 + 0.004), -side * y)
                    both &= any(abs(t - 0.004) < 4e-4 and -c >= cos_min for t, c in hits)
                found |= both
            assert found, (name, g)


def test_fingers_stay_out_of_the_mesh(sampled):
    """Dense points of the object's own mesh against the closed, the open and the swept fingers and the palm."""
    for name, grasps in sampled.items():
        pts = np.concatenate([trimesh.sample.sample_surface(m, 2500, seed=3)[0] for m in MESHES[name]])
        boxes = hand_boxes(HAND, np.array([g.width for g in grasps]), CFG.approach_distance)
        for k, g in enumerate(grasps):
            X = Pose.from_vector(g.X_OG)
            x = (pts - X.p) @ X.R
            for (c, h), free in ((boxes.closing, -CFG.contact_tolerance), (boxes.reaching, 0.0), (boxes.palm, 0.0)):
                depth = np.min(h[k][None] - np.abs(x[:, None] - c[k][None]), axis=-1)
                assert depth.max() <= -free + 4e-4, (name, k, depth.max())


def test_sampling_is_deterministic_and_diverse(sampled):
    for name in ("mug", "bottle"):
        again = sample_grasps(OBJECTS[name], HAND, CFG, rng(1, name))
        assert [g.X_OG.tobytes() for g in again] == [g.X_OG.tobytes() for g in sampled[name]]
        other = sample_grasps(OBJECTS[name], HAND, CFG, rng(2, name))
        assert other[0].X_OG.tobytes() != again[0].X_OG.tobytes()
    for name, grasps in sampled.items():
        R = np.array([quat_to_mat(g.X_OG[3:]) for g in grasps])
        # Approach directions of a ball cover every octant above its equator; of all objects many directions.
        spread = np.linalg.norm(R[:, :, 2].mean(0))
        assert spread < 0.95, name
        assert 0 <= min(g.score for g in grasps) and max(g.score for g in grasps) <= 1
        assert [g.index for g in grasps] == list(range(len(grasps)))


@pytest.mark.parametrize("name", sorted(OBJECTS))
def test_lines_agree_with_the_mesh(name):
    """Total solid length along random lines equals what mesh sampling says."""
    gen = np.random.default_rng(7)
    solids = solids_of(OBJECTS[name])
    o = gen.normal(size=(30, 3)) * 0.02
    d = gen.normal(size=(30, 3))
    d /= np.linalg.norm(d, axis=1, keepdims=True)
    t0, t1, n0, n1 = intervals(solids, o, d, bridge=0.0)
    steps = np.linspace(-0.25, 0.25, 5001)
    for i in range(30):
        used = t0[i] < 1e8
        length = float((t1[i][used] - t0[i][used]).sum())
        assert length == pytest.approx(inside(solids, o[i] + steps[:, None] * d[i]).sum() * 1e-4, abs=1.2e-3)
        assert np.all(n0[i][used] @ d[i] <= 1e-9) and np.all(n1[i][used] @ d[i] >= -1e-9)
        hits = _ray_hits(MESHES[name], o[i] - d[i], d[i])
        if used.any():
            assert hits[0][0] - 1 == pytest.approx(t0[i][used].min(), abs=1.5e-3)
            assert hits[-1][0] - 1 == pytest.approx(t1[i][used].max(), abs=1.5e-3)
    pts, normals = surface_points(solids, 300, gen)
    assert np.abs(np.linalg.norm(normals, axis=1) - 1).max() < 1e-9
    assert inside(solids, pts - 1e-4 * normals).mean() > 0.98  # but for sharp edges
    assert inside(solids, pts + 1e-4 * normals, 1e-5).mean() < 0.02  # but for seams between parts


def test_box_gaps_never_hide_an_overlap():
    """A gap claimed between box and object is there: no mesh point is nearer to the box than claimed."""
    gen = np.random.default_rng(11)
    for name, asset in OBJECTS.items():
        pts = np.concatenate([trimesh.sample.sample_surface(m, 3000, seed=2)[0] for m in MESHES[name]])
        R = quat_to_mat(_unit4(gen.normal(size=(60, 4))))
        p = gen.normal(size=(60, 3)) * 0.05
        c, h = gen.normal(size=(60, 3, 3)) * 0.02, gen.uniform(0.004, 0.03, (60, 3, 3))
        gaps = box_gaps(solids_of(asset), R, p, c, h)
        free, seen = [], []
        for m in range(60):
            x = np.abs(((pts - p[m]) @ R[m])[:, None] - c[m][None]) - h[m][None]
            depth = -x.max(-1).min(0)  # of the deepest mesh point in each box, where positive
            distance = np.linalg.norm(np.maximum(x, 0), axis=-1).min(0)
            assert np.all(gaps[m] <= np.where(depth > 0, -depth, distance) + 5e-4), name
            free.append(distance > 0.005)
            seen.append(gaps[m] > 0)
        # Not hopelessly careful either: what is 5 mm away is nearly always seen to be free.
        share = np.mean(np.concatenate(seen)[np.concatenate(free)])
        assert share > 0.97, (name, share)


def _unit4(q: np.ndarray) -> np.ndarray:
    return q / np.linalg.norm(q, axis=1, keepdims=True)


# --- in a scene ---------------------------------------------------------------------------------


def _lying(asset: ObjectAsset, gen: np.random.Generator, table: float) -> Pose:
    pose = asset.stable_poses[0 if gen.uniform() < 0.6 else int(gen.integers(len(asset.stable_poses)))]
    q = quat_mul(axis_angle_quat([0, 0, 1], gen.uniform(0, 2 * np.pi)), pose.q_wxyz)
    return Pose.from_pq([gen.uniform(0.4, 0.6), gen.uniform(-0.175, 0.175), table + pose.height], q)


def test_filter_keeps_hand_off_table_and_neighbours(sampled):
    gen = np.random.default_rng(3)
    kept = 0
    for name, grasps in sampled.items():
        table = float(gen.uniform(-0.05, 0.05))
        X_WO = _lying(OBJECTS[name], gen, table)
        beside = OBJECTS["carton"]
        X_WB = Pose(np.eye(3), np.add(X_WO.p, [0.09, 0.03, 0.0]))
        rows, tilts = filter_in_scene(grasps, X_WO, [(beside, X_WB)], table, HAND, CFG)
        free, _ = filter_in_scene(grasps, X_WO, [], table, HAND, CFG)
        assert set(rows) <= set(free)
        kept += len(rows)
        pts = trimesh.sample.sample_surface(MESHES["carton"][0], 3000, seed=1)[0] + X_WB.p
        for i, tilt in zip(rows, tilts, strict=True):
            X = X_WO @ Pose.from_vector(grasps[i].X_OG)
            assert tilt == pytest.approx(np.arccos(np.clip(-X.R[2, 2], -1, 1))) and tilt <= CFG.max_tilt
            boxes = hand_boxes(HAND, np.array([grasps[i].width]), CFG.approach_distance)
            local = (pts - X.p) @ X.R
            for c, h in (boxes.closing, boxes.reaching, boxes.palm):
                corner = np.array([[a, b, e] for a in (-1, 1) for b in (-1, 1) for e in (-1, 1)])
                low = ((c[0][:, None] + corner * h[0][:, None]) @ X.R.T + X.p)[..., 2].min()
                assert low >= table + CFG.table_clearance - 1e-9
                gap = (np.abs(local[:, None] - c[0]) - h[0]).max(-1).min()
                assert gap > 0
    assert kept > 20


def test_poses_without_grasps_are_known():
    """A flat box, wider than the hand, can be held standing and not lying."""
    box = make_asset("flat", [CollisionPart("box", (0.05, 0.02, 0.06))])
    grasps = sample_grasps(box, HAND, CFG, rng(0))
    counts = feasible_by_pose(box, grasps, HAND, CFG)
    ups = [quat_to_mat(p.q_wxyz)[2] for p in box.stable_poses]
    lying = np.array([abs(u[1]) > 0.5 for u in ups])
    assert counts[lying].sum() == 0 and np.all(counts[~lying] > 5)


def test_attempts_begin_with_different_grasps(sampled):
    gen = np.random.default_rng(5)
    for name, grasps in sampled.items():
        X_WO = _lying(OBJECTS[name], gen, 0.0)
        for count in (5, 7, 11, len(grasps)):
            some = [grasps[i] for i in np.sort(gen.choice(len(grasps), count, replace=False))]
            orders = [order_for_attempt(some, X_WO, a, rng(0, name, a)) for a in range(ATTEMPT_GROUPS)]
            assert all(sorted(o) == list(range(count)) for o in orders)
            first = [o[0] for o in orders[: min(5, count)]]
            assert len(set(first)) == len(first), (name, count)
    assert order_for_attempt([], Pose.identity(), 0, rng(0)) == []


def test_over_a_third_of_first_choices_are_tilted(sampled):
    tilted, n = 0, 0
    for name, grasps in sampled.items():
        for attempt in range(30):
            gen = rng(4, name, attempt)
            X_WO = _lying(OBJECTS[name], gen, 0.0)
            rows, _ = filter_in_scene(grasps, X_WO, [], 0.0, HAND, CFG)
            feasible = [grasps[i] for i in rows]
            if feasible:
                first = order_for_attempt(feasible, X_WO, attempt % 7, gen)[0]
                tilted += approach_tilts([feasible[first]], X_WO)[0] > CFG.tilted
                n += 1
    assert n > 250 and 0.35 <= tilted / n <= 0.65, (tilted, n)


# --- shaking and the cache ----------------------------------------------------------------------


def test_shaking_tells_good_from_bad(robot):
    """A firm grasp holds, the same grasp missing the object or on ice does not, and the score is repeatable."""
    block = OBJECTS["block"]
    down = np.concatenate([[0.0, 0.0, 0.0], mat_to_quat(np.diag([1.0, -1.0, -1.0]))])
    firm = Grasp(0, down, 0.04, 1.0)
    beside = Grasp(1, np.add(down, [0, 0, 0.05, 0, 0, 0, 0]), 0.04, 1.0)
    scores = shake_score(block, [firm, beside, firm], robot, CFG)
    assert scores[0] > 0.8 and scores[1] == 0.0 and scores[2] == scores[0]
    heavy = make_asset("heavy", [CollisionPart("box", (0.03, 0.03, 0.09))], mass=4.0)
    end = Grasp(0, np.add(down, [0, 0, 0.08, 0, 0, 0, 0]), 0.06, 1.0)
    assert shake_score(heavy, [end], robot, CFG)[0] < CFG.min_score


def test_cache_round_trip_is_bit_exact(robot, tmp_path, caplog):
    cfg = replace(CFG, shake=12, shake_more=6, shake_enough=4)
    first = grasps_for(OBJECTS["egg"], robot, cfg, tmp_path)
    assert not isinstance(first, Failure) and len(first) >= 4
    again = grasps_for(OBJECTS["egg"], robot, cfg, tmp_path)
    fresh = find_grasps(OBJECTS["egg"], robot, cfg)
    for other in (again, fresh):
        assert not isinstance(other, Failure)
        for a, b in zip(first, other, strict=True):
            assert a.X_OG.tobytes() == b.X_OG.tobytes()
            assert (a.index, a.width, a.score) == (b.index, b.width, b.score)
    files = list(tmp_path.rglob("*"))
    assert [f.name for f in files if f.is_file()] == [f"{grasp_key(OBJECTS['egg'], robot, cfg)}.npz"]
    (file,) = (f for f in files if f.is_file())
    file.write_bytes(file.read_bytes()[:100])
    mended = grasps_for(OBJECTS["egg"], robot, cfg, tmp_path)
    assert not isinstance(mended, Failure) and mended[0].X_OG.tobytes() == first[0].X_OG.tobytes()
    assert "damaged" in caplog.text


def test_an_object_nothing_can_grasp_says_why(robot, tmp_path):
    big = make_asset("crate", [CollisionPart("box", (0.06, 0.06, 0.06))])
    for _ in range(2):  # computed, then read
        found = grasps_for(big, robot, CFG, tmp_path)
        assert isinstance(found, Failure) and found.stage == "grasp" and found.object == "crate/0"
        assert found.reason == "no antipodal contacts within the opening" and "120 x 120 x 120 mm" in found.detail
    slippery = replace(CFG, shake=6, shake_more=2, shake_acceleration=400.0)
    found = find_grasps(OBJECTS["carton"], robot, slippery)
    assert isinstance(found, Failure) and found.reason == "every grasp slips when shaken"


def test_every_setting_is_in_the_key_and_bad_ones_are_refused(robot):
    base = grasp_key(OBJECTS["can"], robot, CFG)
    keys = {base, grasp_key(OBJECTS["egg"], robot, CFG)}
    for f in fields(CFG):
        value = getattr(CFG, f.name)
        other = replace(CFG, **{f.name: value + 1 if isinstance(value, int) else value * 1.1})
        keys.add(grasp_key(OBJECTS["can"], robot, other))
        with pytest.raises(ConfigError, match=f.name):
            replace(CFG, **{f.name: type(value)(-1)})
    assert len(keys) == 2 + len(fields(CFG))
