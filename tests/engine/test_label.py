"""Labels: InSpire's rule against the reference cases, boxes and points against geometry, the table of columns."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
import trimesh
from hypothesis import given
from hypothesis import strategies as st
from render_fixtures import POSES, Q_SIDE, appearance, scene, visual
from scipy.spatial.transform import Rotation

from engine.backends import make_renderer
from engine.errors import ConfigError, DatasetError
from engine.frames import Pose, look_at, rotvec
from engine.label.boxes import full_box, mask_box, mask_centre, mesh_edges
from engine.label.columns import COLUMNS, LabelMaker, columns_markdown, describe, gripper_poses
from engine.label.directions import (
    DIRECTIONS,
    FORMULATIONS,
    DirectionConfig,
    answer,
    direction_index,
    offset_in_view,
    viewpoint,
)
from engine.label.overlay import draw_overlay
from engine.sim.cameras import camera_pixels, default_cameras, distort, project_points, undistort
from engine.types import Grasp, StateLog, Trajectory

ROOT = Path(__file__).parents[2]
FIXTURE = ROOT.parent / "shared" / "fixtures" / "direction_labels.json"


@pytest.mark.skipif(not FIXTURE.exists(), reason="the reference cases are not beside this checkout")
@pytest.mark.parametrize("option, close_m", [("paper", 0.0), ("with_close_0.06", 0.06)])
def test_directions_agree_with_every_reference_case(option: str, close_m: float) -> None:
    rows = json.loads(FIXTURE.read_text())["rows"]
    assert len(rows) == 1500
    cfg = DirectionConfig(close_m)
    for row in rows:
        given = {f: answer(f, row["gripper_to_object"], row["grasped"], cfg) for f in FORMULATIONS}
        assert given == row[option]
    d = np.array([r["gripper_to_object"] for r in rows])
    words = [DIRECTIONS[i] for i in direction_index(d, [r["grasped"] for r in rows])]
    assert words == [r["paper"]["direction_1d"] for r in rows]


def test_viewpoint_is_levelled_and_follows_the_camera() -> None:
    third = Pose.from_vector(default_cameras()[0].X_PC)
    # Facing the robot: front is +x (towards the camera), right is +y, up is +z.
    assert np.allclose(viewpoint(third), np.eye(3), atol=1e-12)
    for eye in ([1.2, 0.9, 0.4], [-0.5, 0.3, 1.5], [0.4, -1.0, 0.1]):
        X = look_at(eye, [0.5, 0.0, 0.0])
        R = viewpoint(X)
        assert np.allclose(R.T @ R, np.eye(3)) and np.isclose(np.linalg.det(R), 1)
        right, front = X.R[:, 0], np.array(eye) - [0.5, 0, 0]
        assert R[:, 1] @ right > 0.999 and R[:, 0] @ front > 0 and R[2, 2] == 1
    down = Pose(np.array([[0, -1, 0], [-1, 0, 0], [0, 0, -1.0]]), np.array([0.5, 0, 1.5]))
    assert np.allclose(viewpoint(down)[:, 0], [-1, 0, 0])  # the lower edge of the image is the front
    assert np.allclose(offset_in_view([1, 2, 3], [0, 0, 0], third), [1, 2, 3])


def test_unknown_formulation_and_negative_close_are_refused() -> None:
    with pytest.raises(ConfigError, match="direction_1d"):
        answer("direction", [0, 0, 1], False)
    with pytest.raises(ConfigError, match="close_m"):
        DirectionConfig(-0.1)


@given(st.tuples(*[st.floats(-0.15, 0.15)] * 2, *[st.floats(-0.01, 0.01)] * 2), st.integers(0, 1000))
def test_distortion_inverts(k: tuple[float, float, float, float], seed: int) -> None:
    lens = np.array([*k, 0.0])
    xy = np.random.default_rng(seed).uniform(-0.45, 0.45, (20, 2))
    assert np.abs(undistort(distort(xy, lens), lens) - xy).max() < 1e-9


def test_boxes_of_masks_and_projections() -> None:
    mask = np.zeros((10, 12), bool)
    assert mask_box(mask).tolist() == [-1, -1, -1, -1] and mask_centre(mask).tolist() == [-1, -1]
    mask[4:7, 3:5] = True
    assert mask_box(mask).tolist() == [2.5, 3.5, 4.5, 6.5] and mask_centre(mask).tolist() == [3.5, 5.0]
    camera = default_cameras()[0]
    square = np.array([[-0.1, -0.1, 1.0], [0.1, -0.1, 1.0], [0.1, 0.1, 1.0], [-0.1, 0.1, 1.0]])
    edges = mesh_edges([[0, 1, 2], [0, 2, 3]])
    f = camera.K[0, 0] * 0.1
    assert np.allclose(full_box(square, edges, camera), [111.5 - f, 111.5 - f, 111.5 + f, 111.5 + f])
    # Passing through the camera plane: the part ahead fills the image on that side.
    through = np.array([[0.0, 0.0, -1.0], [0.0, 0.0, 1.0], [0.5, 0.1, 1.0]])
    box = full_box(through, mesh_edges([[0, 1, 2]]), camera)
    assert box[2] == 223.5 and box[0] <= 111.5
    assert full_box(through - [0, 0, 5], mesh_edges([[0, 1, 2]]), camera).tolist() == [-1] * 4


@pytest.fixture(scope="module")
def episode():
    """A made-up episode: the arm sweeps and the target moves with it; labelled from real renderings."""
    sm, sc = visual().sm, scene()
    T = 4
    rows, held = [], np.zeros((T + 1, 3), bool)
    for t in range(T + 1):
        q = Q_SIDE + 0.05 * t
        poses = POSES.copy()
        poses[0, 1] -= 0.03 * t
        rows.append(sm.qpos_from(q, poses, opening=0.03))
    held[2:, 0] = True
    qpos = np.array(rows)
    targets = qpos[:, sm.arm_qadr]
    actions = np.concatenate([np.diff(targets, axis=0), np.ones((T, 1))], 1).astype(np.float32)
    phase = np.arange(T, dtype=np.int32)
    log = StateLog(qpos, np.zeros((T + 1, sm.model.nv)), targets, actions, phase, held)
    X = np.array([0, 0, -0.045, 1, 0, 0, 0.0])
    place = POSES[1, :3] + [0.01, 0.02, 0.09]
    traj = Trajectory(targets[0], actions, targets, phase, Grasp(0, X, 0.03, 1.0), X, X, place, 0.01)
    look = appearance(0)
    renderer = make_renderer("raster")
    renderer.open(visual())
    maker = LabelMaker(sm, sc, log, traj, look)
    frames = {}
    for c in range(2):
        for t in range(T):
            frames[t, c] = renderer.render(qpos[t], look, c)
            maker.add(t, c, frames[t, c], renderer)
    columns = maker.columns()
    renderer.close()
    return log, columns, frames, look


def test_columns_match_the_table(episode) -> None:
    log, columns, _, look = episode
    T, sm = len(log.actions), visual().sm
    assert list(columns) == list(COLUMNS.expand(tuple(c.name for c in look.cameras)))
    for name, array in columns.items():
        spec = describe(name)
        assert array.dtype == spec.dtype, name
        assert array.shape == (T, *spec.inner_shape(sm.n, sm.model.nq, sm.model.nv)), name
        assert spec.names is None or len(spec.names) == spec.inner_shape(sm.n, sm.model.nq, sm.model.nv)[-1], name
        assert "/" not in name and np.isfinite(array.astype(float)).all()
    with pytest.raises(DatasetError, match="did you mean"):
        describe("observation.stat")


def test_columns_page_is_the_table() -> None:
    page = (ROOT / "docs" / "columns.md").read_text()
    assert columns_markdown() in page, "run: python -m engine.label.table > docs/columns.md"
    assert len(re.findall(r"^\| `", page, re.M)) == len(COLUMNS)


def test_labels_follow_from_states_and_masks(episode) -> None:
    log, c, frames, look = episode
    X_WG = gripper_poses(visual().sm, log.qpos)
    for t in range(len(log.actions)):
        for k, camera in enumerate(look.cameras):
            X_WC = Pose.from_vector(c[f"camera.{camera.name}.extrinsics"][t])
            mask = frames[t, k].instance == 3
            assert np.array_equal(c[f"label.{camera.name}.target.box_visible"][t], mask_box(mask))
            ee, _ = project_points(X_WG[t].p, X_WC, camera)
            assert np.abs(ee - c[f"label.{camera.name}.ee_point"][t]).max() < 1e-3
        # ee_delta carries one commanded pose into the next.
        q0, q1 = log.qpos[t].copy(), log.qpos[t].copy()
        q0[:7], q1[:7] = log.targets[t], log.targets[t + 1]
        a, b = gripper_poses(visual().sm, np.array([q0, q1]))
        delta = c["action.ee_delta"][t]
        assert np.allclose(delta[:3], b.p - a.p, atol=1e-6)
        assert np.allclose(delta[3:6], rotvec(b.R @ a.R.T), atol=1e-6)
        assert np.array_equal(
            c["inspire.target.direction"][t], direction_index(c["inspire.target.offset"][t], log.grasped[t, 0])
        )
    # The box stands in front of the target, which then comes out from behind it: its grasp point with it.
    fraction = c["label.third_person.target.visible_fraction"]
    assert 0.05 < fraction[0] < 0.9 and fraction[0] < fraction[2] <= fraction[3] == 1
    assert c["label.third_person.grasp_point_visible"].tolist()[::3] == [False, True]
    # The slab is free: whole, and the place point lies on its upper face, in sight.
    assert np.all(c["label.third_person.container.visible_fraction"] == 1)
    assert c["label.third_person.place_point_visible"].all()
    point = c["label.third_person.place_point"][0]
    assert frames[0, 0].instance[round(float(point[1])), round(float(point[0]))] == 4
    assert DIRECTIONS[c["inspire.target.direction"][3]] == "grasped"
    assert np.allclose(c["action.joint_target"] - c["sim.target"], c["action"][:, :7], atol=1e-7)


def test_overlay_marks_the_picture(episode) -> None:
    _, columns, frames, _ = episode
    rgb = frames[1, 0].rgb
    out = draw_overlay(rgb, columns, 1, "third_person", scale=2, caption="Move the cylinder to the top of the slab")
    assert out.dtype == np.uint8 and out.shape[1:] == (448, 3) and out.shape[0] > 448
    plain = draw_overlay(rgb, columns, 1, "third_person", scale=2, layers=())
    box = columns["label.third_person.container.box_visible"][1]
    x, y = (round((v + 0.5) * 2) for v in box[:2])
    assert np.any(out[y, x : x + 20] != plain[y, x : x + 20])
    with pytest.raises(ConfigError, match="boxes"):
        draw_overlay(rgb, columns, 1, "third_person", layers=("box",))


def test_full_box_is_that_of_the_part_inside_the_image() -> None:
    """Against a brute-force answer: dense points of every triangle, projected, those in the image."""
    rng = np.random.default_rng(3)
    camera = default_cameras()[1]
    faces = np.array([[0, 1, 2], [0, 2, 3], [0, 3, 1], [1, 3, 2]])
    w = rng.dirichlet((0.6, 0.6, 0.6), 60000)
    near_border = 0
    for _ in range(60):
        points = rng.normal(0, 0.12, 3) + rng.normal(0, 0.06, (4, 3)) + [0, 0, 0.22]
        box = full_box(points, mesh_edges(faces), camera, faces)
        cloud = np.concatenate([w @ points[f] for f in faces] + [points])
        cloud = cloud[cloud[:, 2] > 0.0101]
        uv = camera_pixels(cloud, camera) if len(cloud) else np.zeros((0, 2))
        uv = uv[np.all((uv >= -0.5) & (uv <= 223.5), axis=1)]
        if len(uv) < 2000:
            continue
        near_border += bool(np.any(np.abs(box - np.array([-0.5, -0.5, 223.5, 223.5])) < 1e-9))
        seen = np.concatenate([uv.min(0), uv.max(0)])
        assert np.all(box[:2] <= seen[:2] + 1e-6) and np.all(box[2:] >= seen[2:] - 1e-6)
        assert np.abs(box - seen).max() < 4.0
    assert near_border >= 10


def test_whole_boxes_hold_what_the_near_plane_leaves_of_an_object():
    """A camera inside or close to an object: the box against dense points on its faces ahead of the near plane."""
    rng = np.random.default_rng(11)
    camera = default_cameras()[1]
    mesh = trimesh.creation.box((0.2, 0.15, 0.1))
    faces = np.asarray(mesh.faces, np.int64)
    share = rng.dirichlet(np.ones(3), 40_000)
    cut = 0
    for _ in range(60):
        R = Rotation.random(random_state=int(rng.integers(1 << 31))).as_matrix()
        points = mesh.vertices @ R.T + rng.uniform(-0.1, 0.1, 3)
        dense = np.einsum("nk,fkd->nfd", share, points[faces]).reshape(-1, 3)
        # Borders are where triangles meet, which random points miss: their sides are walked as well.
        sides = points[mesh_edges(faces)]
        along = np.linspace(0, 1, 4000)[:, None, None]
        dense = np.concatenate([dense, (sides[None, :, 0] * (1 - along) + sides[None, :, 1] * along).reshape(-1, 3)])
        uv = camera_pixels(dense[dense[:, 2] > 0.01], camera)
        seen = uv[((uv >= -0.5) & (uv <= [camera.width - 0.5, camera.height - 0.5])).all(1)]
        box = full_box(points, mesh_edges(faces), camera, faces)
        if len(seen) == 0:
            continue
        cut += bool((points[:, 2] <= 0.01).any())
        assert (box[:2] <= seen.min(0) + 1e-6).all() and (box[2:] >= seen.max(0) - 1e-6).all()
        assert np.abs(box - [*seen.min(0), *seen.max(0)]).max() < 12, "and it is no larger than it must be"
    assert cut > 20
