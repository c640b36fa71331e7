"""Geometry sets: viewpoints, fresh scenes, depth, tracks against rays of their own, and the command from end to end."""

from __future__ import annotations

import json
import shutil
import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.config import RunConfig
from engine.errors import ConfigError, DatasetError
from engine.export.checksums import sha256
from engine.export.dataset import Dataset
from engine.export.geometry import SUMS, ShardWriter, check_files
from engine.frames import Pose
from engine.label.geometry import DEPTH_MAX_M, Observation, metres, observe, pinhole, point_map, store_depth
from engine.label.tracks import FACING, Surface
from engine.redraw import Redrawer
from engine.render.raster_mesh import drawn_mesh
from engine.render.viewpoints import ViewpointConfig, clear_of_robot, sample_viewpoints, with_size
from engine.rng import rng
from engine.sim.cameras import default_cameras, in_image, project_points
from engine.sim.sight import Sight
from engine.types import ROBOT, CameraSpec
from learner.data.geometry_check import check_sample
from learner.data.geometry_reader import GeometryReader
from scripts import make_geometry
from tasks.geometry import GeometryPlan, sample_cameras, sample_steps
from tasks.scenes import FreshScene, FreshScenes, SceneMix

# --- viewpoints -----------------------------------------------------------------------------------


def test_viewpoints_see_the_table_from_round_it() -> None:
    cfg = ViewpointConfig()
    cameras = sample_viewpoints(60, rng(1, "views"), width=280, height=210, cfg=replace(cfg, min_separation_deg=2.0))
    azimuth = []
    for camera in cameras:
        X_WC = Pose.from_vector(camera.X_PC)
        assert clear_of_robot(X_WC.p, cfg)
        eye = X_WC.p - cfg.centre
        assert cfg.radius[0] - 1e-6 <= np.linalg.norm(eye) <= cfg.radius[1] + 1e-6
        uv, z = project_points(np.array(cfg.centre), X_WC, camera)
        assert np.abs(uv - [139.5, 104.5]).max() < 60 and z > 0.5, "the working area is in the middle"
        assert X_WC.R[2, 1] < 0, "the picture is not upside down"
        azimuth.append(np.degrees(np.arctan2(eye[1], eye[0])))
    assert max(np.diff(sorted(azimuth))) < 45 and np.ptp(azimuth) > 240
    assert [c.name for c in cameras[:2]] == ["view_00", "view_01"]


def test_viewpoints_are_apart_and_the_same_again() -> None:
    ten = sample_viewpoints(10, rng(2, "views"))
    for a, b in zip(ten[:4], sample_viewpoints(4, rng(2, "views")), strict=True):
        assert np.array_equal(a.X_PC, b.X_PC) and np.array_equal(a.K, b.K)
    eyes = np.array([c.X_PC[:3] for c in ten]) - ViewpointConfig().centre
    cosines = (eyes @ eyes.T) / np.outer(*[np.linalg.norm(eyes, axis=1)] * 2)
    assert cosines[~np.eye(10, dtype=bool)].max() < np.cos(np.radians(11.9))
    with pytest.raises(ConfigError, match="elevation_deg"):
        ViewpointConfig(elevation_deg=(10, 90))
    with pytest.raises(ConfigError, match="no place for an eye"):
        sample_viewpoints(1, rng(0), cfg=ViewpointConfig(radius=(0.31, 0.32), elevation_deg=(80, 85)))


def test_another_image_size_is_the_same_view() -> None:
    """A point at (u + 1/2) / w of the picture is at the same share of a larger one."""
    third = default_cameras()[0]
    (large,) = with_size((third,), 518, 518)
    points = np.array([[0.5, 0.1, 0.0], [0.4, -0.2, 0.1], [0.6, 0.0, 0.3]])
    X_WC = Pose.from_vector(third.X_PC)
    small_uv, large_uv = (project_points(points, X_WC, c)[0] for c in (third, large))
    assert np.allclose((large_uv + 0.5) / 518, (small_uv + 0.5) / 224, atol=1e-12)


# --- depth ----------------------------------------------------------------------------------------


def test_stored_depth_is_within_its_bound() -> None:
    z = np.random.default_rng(0).uniform(0.01, DEPTH_MAX_M - 1e-4, (50, 50)).astype(np.float32)
    assert np.abs(metres(store_depth(z)).astype(np.float64) - z).max() < 5.1e-5
    odd = np.array([[0.0, -1.0, np.inf, np.nan, 20.0, DEPTH_MAX_M + 1e-3]])
    assert not store_depth(odd).any()


def test_distorted_lenses_are_drawn_straight_or_refused() -> None:
    bent = replace(default_cameras()[0], distortion=np.array([-0.1, 0, 0, 0, 0]))
    with pytest.raises(ConfigError, match="third_person"):
        point_map(np.ones((224, 224)), bent)
    assert point_map(np.ones((224, 224)), pinhole(bent)).shape == (224, 224, 3)


# --- fresh scenes ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fresh() -> FreshScenes:
    return FreshScenes(RunConfig(seed=11), layouts=2, views=3)


def test_a_group_depends_on_seed_and_number_only() -> None:
    def scenes(seed: int) -> FreshScenes:
        return FreshScenes(RunConfig(seed=seed), layouts=2, views=3, mix=SceneMix(benchmark=1.0), draw=False)

    first, again = scenes(11), scenes(11)
    assert len(list(first.group(1))) > 0  # what was made before does not matter
    here, there = list(first.group(2)), list(again.group(2))
    assert len(here) == len(there) > 0
    for a, b in zip(here, there, strict=True):
        assert a.qpos.tobytes() == b.qpos.tobytes() and a.appearance.values == b.appearance.values
        assert [c.X_PC.tobytes() for c in a.appearance.cameras] == [c.X_PC.tobytes() for c in b.appearance.cameras]
    assert not np.array_equal(here[0].qpos, here[-1].qpos)
    other = next(scenes(12).group(2))
    assert [x.asset_id for x in here[0].scene.assets] != [x.asset_id for x in other.scene.assets]


def test_unseen_objects_stay_unseen(fresh: FreshScenes) -> None:
    seen = set(fresh.library.ids())
    assert all(a.asset_id in seen for a in fresh._scene(7)[1].assets)
    with pytest.raises(ConfigError, match="shares"):
        SceneMix(alike=1.5)


def test_fresh_scenes_rest_and_are_not_done_yet(fresh: FreshScenes) -> None:
    made = next(fresh.group(3))
    assert made.state.contacts is not None
    for i in range(len(made.scene.assets)):
        assert any(i in pair for pair in made.state.contacts), "everything stands on something"
    assert {made.scene.names[made.target], made.scene.names[made.container]} == {"target", "container"}
    assert made.appearance.cameras[0].name == "third_person" and made.appearance.cameras[2].name == "view_00"


# --- tracks ---------------------------------------------------------------------------------------


def _hidden(eye: np.ndarray, points: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """Moeller and Trumbore's test of every ray eye -> point against every triangle (F, 3, 3), none of MuJoCo's."""
    a, e1, e2 = triangles[:, 0], triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    s = eye - a
    q = np.cross(s, e1)
    out = np.zeros(len(points), bool)
    for k, ray in enumerate(points - eye):
        p = np.cross(ray, e2)
        det = np.sum(e1 * p, axis=1)
        det = np.where(np.abs(det) < 1e-14, np.inf, det)
        u, v, t = np.sum(s * p, axis=1) / det, q @ ray / det, np.sum(e2 * q, axis=1) / det
        hit = (u >= 0) & (v >= 0) & (u + v <= 1) & (t > 1e-6) & (t < 1 - 0.001 / np.linalg.norm(ray))
        out[k] = hit.any()
    return out


def _triangles(surface: Surface, walls: bool) -> np.ndarray:
    mesh = drawn_mesh(surface.scene)
    g = mesh.geoms[mesh.slot.astype(int)]
    R, p = surface.data.geom_xmat[g].reshape(-1, 3, 3), surface.data.geom_xpos[g]
    world = np.einsum("vij,vj->vi", R, mesh.position) + p
    last = len(mesh.indices) if walls else int(mesh.range[-2, 0])
    return world[mesh.indices[:last].reshape(-1, 3).astype(int)]


def _observe(fresh: FreshScenes, made: FreshScene, cameras: tuple[CameraSpec, ...]) -> tuple[Observation, Surface]:
    surface = Surface(fresh.renderer.scene)  # pyright: ignore[reportArgumentType]
    return observe(fresh.renderer, surface, [made.qpos], made.appearance, cameras, 160, rng(4)), surface


def test_visibility_agrees_with_rays_of_another_kind(fresh: FreshScenes) -> None:
    agree = total = wrong = 0
    for made in fresh.group(4):  # the second layout has another table
        cameras = (made.appearance.cameras[0], *made.appearance.cameras[1:3])
        seen, surface = _observe(fresh, made, cameras)
        assert seen.tracks.visible[0, 0].all() and len(seen.tracks.owner) == 160
        surface.pose(made.qpos)
        triangles = _triangles(surface, made.appearance.values["wall"] is not None)
        points = seen.tracks.points[0].astype(float)
        for v, camera in enumerate(seen.cameras):
            X_WC = seen.views[0][v].X_WC
            inside = in_image(*project_points(points, X_WC, camera), camera)
            k = np.flatnonzero(inside)
            free = ~_hidden(X_WC.p, points[k], triangles)
            marked = seen.tracks.visible[0, v]
            assert not marked[~inside].any()
            # Surfaces seen flatter than FACING are left out by the labels; rays that reach these are no contradiction.
            flat = free & ~marked[k]
            assert np.mean(flat) < 0.05 + FACING
            agree += int(np.sum(marked[k] == free))
            total += len(k)
            wrong += int(np.sum(marked[k] & ~free))
    assert wrong <= 0.005 * total and agree >= 0.985 * total, (agree, wrong, total)
    # The same count notices tracks of another view.
    other = seen.tracks.visible[0, 1][k]
    assert np.mean(other == free) < 0.95


def test_rays_meet_the_table_that_is_drawn(fresh: FreshScenes) -> None:
    """MuJoCo's rays, which decide what a label calls visible, against every drawn triangle, from above and below."""
    stream, hidden = np.random.default_rng(0), []
    for made in fresh.group(4):
        assert fresh.renderer.scene is not None
        sm = fresh.renderer.scene.sm
        sight, surface = Sight(sm), Surface(fresh.renderer.scene)
        sight.pose(made.qpos)
        surface.pose(made.qpos)
        triangles = _triangles(surface, True)
        top = float(sm.model.body_pos[sm.table_body, 2])
        poses = sm.object_poses(made.qpos[None])[0]
        for low, high in ((-0.5, -0.1), (0.02, 0.1), (0.3, 1.0)):
            eye = np.array([1.6, stream.uniform(-1, 1), top + stream.uniform(low, high)])
            points = poses[:, :3] + np.array([0.0, 0.0, 0.03])
            points = np.concatenate([points, points - [0.0, 0.0, 0.25]])  # on the table and under it
            ends = points + 0.01 * (eye - points) / np.linalg.norm(eye - points, axis=1)[:, None]  # its tolerance
            free = ~_hidden(eye, ends, triangles)
            assert [sight.clear(eye, p) for p in points] == free.tolist(), (low, high)
            hidden.append(float(np.mean(~free[: len(poses)])))
    assert hidden[0] == hidden[3] == 1.0, "nothing on the table is seen from below it"


def test_points_stay_on_their_bodies(made: Dataset) -> None:
    with Redrawer(made) as draw:
        episode = draw.open(0)
        assert draw.renderer.scene is not None
        T = len(episode.log.actions)
        qpos = [episode.log.qpos[t] for t in (0, T // 2, T)]
        cameras = sample_cameras(draw.appearance.cameras, GeometryPlan(views=2, size=112), rng(0))
        surface = Surface(draw.renderer.scene)
        seen = observe(draw.renderer, surface, qpos, draw.appearance, cameras, 200, rng(0))
        poses = episode.sm.object_poses(np.stack(qpos))
    points, owner = seen.tracks.points.astype(float), seen.tracks.owner
    moved = np.linalg.norm(points[2] - points[0], axis=1)
    for value in np.unique(owner):
        own = points[:, owner == value]
        if value >= 3:
            in_O = [Pose.from_vector(poses[t, value - 3]).inv().apply(own[t]) for t in range(3)]
            assert np.ptp(in_O, axis=0).max() < 1e-6
        elif value == 2:
            assert np.ptp(own, axis=0).max() == 0
    target = 3 + episode.scene.names.index("target")
    assert moved[owner == target].max() > 0.05 and moved[owner == 1].max() > 0.02
    wrist = [seen.views[t][1].X_WC.p for t in range(3)]
    assert cameras[1].parent == "hand" and np.linalg.norm(wrist[1] - wrist[0]) > 0.05
    assert (surface.scene.sm.geom_object == ROBOT).any()


# --- the command ----------------------------------------------------------------------------------

SCENES = ["--scenes", "4", "--views", "3", "--layouts", "2", "--shard", "2", "--size", "112", "--points", "200"]


@pytest.fixture(scope="module")
def scene_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("geometry") / "scenes"
    assert make_geometry.main([*SCENES, "--seed", "5", "--out", str(out), "--workers", "0"]) == 0
    return out


def test_a_set_is_the_same_again_and_goes_on_where_it_stopped(scene_set: Path, tmp_path: Path, capsys) -> None:
    out = tmp_path / "again"
    shutil.copytree(scene_set, out)
    (out / "geometry-00001.tar").unlink()
    (out / SUMS).unlink()
    before = sha256(out / "geometry-00000.tar")
    with pytest.raises(DatasetError, match="not finished"):
        check_files(out)
    assert make_geometry.main([*SCENES, "--seed", "5", "--out", str(out), "--workers", "1"]) == 0
    assert "1 of 2 shards to draw" in capsys.readouterr().out
    assert (out / SUMS).read_text() == (scene_set / SUMS).read_text()
    assert sha256(out / "geometry-00000.tar") == before
    assert make_geometry.main([*SCENES, "--seed", "6", "--out", str(out)]) == 2
    assert "seed" in capsys.readouterr().err + capsys.readouterr().out


def test_the_check_finds_what_is_wrong(scene_set: Path, tmp_path: Path, capsys) -> None:
    assert make_geometry.main(["--check", str(scene_set)]) == 0
    reader = GeometryReader(scene_set)
    assert len(reader) == 4 and check_sample(reader, 0) == []
    for change, said in (
        (lambda r, p: p[1]["extrinsic"].__setitem__((2, 3), p[1]["extrinsic"][2, 3] + 0.004), "seen through"),
        (
            lambda r, p: r["extrinsics"][0][1][0].__setitem__(3, 1e-6 + r["extrinsics"][0][1][0][3]),
            "view 1: extrinsics",
        ),
        (lambda r, p: r["cameras"][0]["X_PC"].__setitem__(0, 1.4), "fixed camera"),
        (lambda r, p: p[2]["depth"].__imul__(1.01), "view 2"),
        (lambda r, p: p[0]["K"].__setitem__((0, 2), p[0]["K"][0, 2] + 2), "view 0"),
        (lambda r, p: p[0]["track_z"].__iadd__(0.02), "tracks"),
    ):

        class Changed(GeometryReader):
            apply = staticmethod(change)

            def load(self, index, pictures=None):
                record, found = super().load(index, pictures)
                self.apply(record, found)
                return record, found

        assert any(said in line for line in check_sample(Changed(scene_set), 0)), said
    copy = tmp_path / "copy"
    shutil.copytree(scene_set, copy)
    with open(copy / "geometry-00001.tar", "r+b") as file:
        file.seek(5000)
        file.write(b"?")
    assert make_geometry.main(["--check", str(copy)]) == 1
    assert "geometry-00001.tar: changed" in capsys.readouterr().out


def test_shards_are_plain_tar_files(scene_set: Path) -> None:
    with tarfile.open(scene_set / "geometry-00000.tar") as tar:
        names = tar.getnames()
        assert len(names) == 2 * (2 + 3 * 3)
        file = tar.extractfile("00000-00000.json")
        assert file is not None
        record = json.load(file)
    assert record["source"]["seed"] == 5 and record["views"] == 3
    assert {m.split(".", 1)[1] for m in names} >= {"00.02.rgb.webp", "00.02.depth.png", "00.02.instance.png"}
    with pytest.raises(ConfigError, match="did you mean 'webp'"):
        ShardWriter(scene_set, 0, "webpp")


def test_wrong_arguments(made: Dataset, tmp_path: Path, capsys) -> None:
    for arguments, said in (
        ([], "one dataset folder"),
        ([str(made.root), "--scenes", "3"], "one dataset folder"),
        (["--scenes", "3", "--steps", "2"], "nothing moves"),
        ([str(made.root), "--views", "0"], "--views 0"),
        ([str(made.root), "--episodes", "7:9"], "--episodes 7:9"),
        ([str(made.root), "--image", "tiff"], "kind of image"),
        ([str(made.root), "--out", str(made.root)], "the dataset itself"),
    ):
        assert (
            make_geometry.main([*arguments, *(["--out", str(tmp_path / "o")] if "--out" not in arguments else [])]) == 2
        )
        assert said in capsys.readouterr().err
    assert not (tmp_path / "o").exists(), "nothing is left behind"


def test_steps_stay_in_the_episode() -> None:
    plan = GeometryPlan(frames=5, steps=4, stride=10)
    for length in (1, 3, 17, 80):
        for frames in sample_steps(length, plan, rng(0, length)):
            assert len(frames) == 4 and frames == sorted(frames) and 0 <= frames[0] and frames[-1] < length
    assert len(sample_steps(80, plan, rng(1))) == 5
