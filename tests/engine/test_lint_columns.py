"""Every column recomputed: a fresh dataset is clean, and one changed number is found at its column and frame.

The dataset is one episode with depth and masks, seen by a fixed camera with lens distortion and one on the hand.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import toys

from engine.config import RunConfig
from engine.export.checksums import write_checksums
from engine.export.dataset import Dataset, _open_data, load_dataset
from engine.frames import Pose, mat_to_quat, quat_to_mat
from engine.graph.shapes import height_range
from engine.label import boxes
from engine.label.table import COLUMNS
from engine.lint import labels, recompute_maths
from engine.lint.context import LintContext
from engine.lint.finding import Finding, NotChecked
from engine.lint.recompute import CHECKS, check_episode, inspect_episode
from engine.record.video import VideoWriter
from engine.run import execute, open_session
from engine.sim.cameras import camera_pixels, default_cameras
from engine.sim.model import CONTROL_HZ
from engine.types import CameraSpec, ObjectAsset

CAMERAS = """
cameras:
- {name: side, width: 64, height: 48, fovy_deg: 50, eye: [0.5, -0.9, 0.6], target: [0.5, 0, 0.05], distortion: [-0.1]}
- {name: palm, width: 64, height: 48, fovy_deg: 70, parent: hand, eye: [0.1, 0, -0.1], target: [0, 0, 0]}
"""
COUNTERS = ("timestamp", "frame_index", "episode_index", "index", "task_index")
EVERY = (*COLUMNS.expand(("side", "palm")), *COUNTERS)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset as the engine writes it."""
    folder = tmp_path_factory.mktemp("lint")
    (folder / "cameras.yaml").write_text(CAMERAS)
    cfg = RunConfig(seed=3, tasks=1, episodes=1, depth=True, masks=True, camera_file=str(folder / "cameras.yaml"))
    with open_session(cfg, folder / "made") as session:
        assert execute(session, workers=0, columns=COLUMNS, fps=CONTROL_HZ).exit_code == 0
    return folder / "made"


@pytest.fixture(scope="module")
def context(made: Path) -> Iterator[LintContext]:
    with LintContext(made) as context:
        yield context


Look = Callable[[Path], list[Finding]]


@pytest.fixture
def look(context: LintContext) -> Iterator[Look]:
    """Findings on a changed copy, with the renderer of `context` (opening one takes longer than looking)."""
    kept = context.dataset

    def findings(root: Path) -> list[Finding]:
        context.dataset = context.redrawer.dataset = load_dataset(root)
        return check_episode(context, 0)

    yield findings
    context.dataset = context.redrawer.dataset = kept


@pytest.fixture(scope="module")
def fast(made: Path) -> LintContext:
    """A context that neither replays nor draws."""
    return LintContext(made, "fast")


def copied(made: Path, tmp_path: Path) -> Path:
    _open_data.cache_clear()  # readers keep files open by path; these are replaced
    shutil.copytree(made, tmp_path / "copy", ignore=shutil.ignore_patterns(".work"))
    return tmp_path / "copy"


def flip(root: Path, column: str, frame: int, element: int, change: Callable[[Any], Any]) -> None:
    """Change one number of the data file, and make the checksums fit."""
    path = next((root / "data").rglob("*.parquet"))
    table = pq.read_table(path)
    at = table.column_names.index(column)
    array = table.column(at).combine_chunks()
    flat = array.flatten() if pa.types.is_fixed_size_list(array.type) else array
    values = flat.to_numpy(zero_copy_only=False).copy()
    size = len(values) // len(array)
    place = frame * size + element % size
    values[place] = change(values[place])
    new: Any = pa.array(values, flat.type)
    if size > 1:
        new = pa.FixedSizeListArray.from_arrays(new, type=array.type)
    pq.write_table(table.set_column(at, table.schema.field(at), new), path)
    write_checksums(root)
    _open_data.cache_clear()


def rewrite_meta(root: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the metadata of the only episode, and make the episodes table and the checksums fit."""
    path = root / "meta/groundwork/episodes.jsonl"
    record = json.loads(path.read_text())
    change(record["meta"])
    text = json.dumps(record) + "\n"
    path.write_text(text)
    table_path = next((root / "meta/episodes").rglob("*.parquet"))
    table = pq.read_table(table_path)
    at = table.column_names.index("groundwork/meta_bytes")
    pq.write_table(table.set_column(at, table.schema.field(at), pa.array([len(text.encode())], pa.int64())), table_path)
    write_checksums(root)


def next_number(x: Any) -> Any:
    """The neighbour of a number in its own type: the smallest change there is."""
    if isinstance(x, (bool, np.bool_)):
        return not x
    return np.nextafter(x, x.dtype.type(np.inf)) if isinstance(x, np.floating) else x + 1


def test_a_fresh_dataset_is_clean_and_every_check_runs(context: LintContext) -> None:
    assert set(context.stored) == set(EVERY)
    report = inspect_episode(context, 0)
    assert [str(f) for f in report.findings] == []
    assert report.skipped == () and set(report.ran) == set(CHECKS) - {"padding"}


ROOTS = ("sim.qpos", "sim.qvel", "sim.target", "action", "action.joint_target", "objects.grasped")
"""Columns that others follow from. The others are changed in one go: a change in one must not show in another."""

LEAVES = tuple(name for name in EVERY if name not in ROOTS)


def place_of(column: str, T: int) -> tuple[int, int]:
    """Frame and element to change: first, middle and last frames, every element of some column."""
    k = EVERY.index(column)
    return (0, 17, T - 1)[k % 3], 3 * k + 1


def a_little(x: Any) -> Any:
    """By one unit, one flag, or for floats 2e-5 of the number and 2e-6: far below a pixel, a millimetre or a degree."""
    return type(x)(x * (1 + 2e-5) + 2e-6) if isinstance(x, np.floating) else next_number(x)


@pytest.fixture(scope="module")
def leaves(made: Path, context: LintContext, tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    """What is found when one number is changed in every column that no other follows from."""
    root, kept = copied(made, tmp_path_factory.mktemp("leaves")), context.dataset
    for column in LEAVES:
        flip(root, column, *place_of(column, context.dataset.length(0)), a_little)
    context.dataset = context.redrawer.dataset = load_dataset(root)
    found = check_episode(context, 0)
    context.dataset = context.redrawer.dataset = kept
    return found


@pytest.mark.parametrize("column", EVERY)
def test_one_changed_number_is_found_in_its_column_and_frame(
    column: str, made: Path, look: Look, leaves: list[Finding], tmp_path: Path
) -> None:
    frame, element = place_of(column, load_dataset(made).length(0))
    if column in LEAVES:
        found = [f for f in leaves if f.column == column]
    else:
        root = copied(made, tmp_path)
        flip(root, column, frame, element, a_little)
        found = look(root)
    assert [(f.column, f.frame, f.episode) for f in found] == [(column, frame, 0)]
    assert found[0].tolerance is not None and 0 <= found[0].tolerance < 1e-5
    assert str(found[0]).startswith(f"episode 0, frame {frame}, column {column}: ") and "tolerance" in str(found[0])


def test_nothing_else_is_found(leaves: list[Finding]) -> None:
    assert sorted(f.column or "" for f in leaves) == sorted(LEAVES)


def test_the_last_bit_counts_where_numbers_are_copied_or_replayed(made: Path, look: Look, tmp_path: Path) -> None:
    columns = (
        *("sim.qpos", "sim.qvel", "objects.pose", "observation.state", "camera.side.intrinsics"),
        *("label.side.target.visible_fraction", "label.palm.target.box_visible"),
        *("camera.side.extrinsics", "camera.palm.extrinsics", "action.ee_delta", "observation.ee_pose"),
    )
    root = copied(made, tmp_path)
    for k, column in enumerate(columns):
        flip(root, column, 20 + k, 0, next_number)
    assert {(f.column, f.frame) for f in look(root)} == {(c, 20 + k) for k, c in enumerate(columns)}


def test_changes_of_the_start_and_of_commands_are_told_apart(made: Path, look: Look, tmp_path: Path) -> None:
    """Where a change makes the replay leave the stored states, its copies tell what was changed."""
    T = load_dataset(made).length(0)
    for column, frame, element, change in (
        ("sim.qpos", 0, 2, lambda x: x + 1e-3),
        ("sim.target", 0, 4, lambda x: x - 1e-9),
        ("action", 5, 7, lambda x: 1 - x),  # the gripper closes in mid-air
        ("action", 30, 1, lambda x: x + np.float32(1e-3)),
        ("action", T - 1, 3, next_number),
        ("action.joint_target", T - 1, 3, next_number),
        ("action", 9, 7, lambda x: x + np.float32(0.25)),  # physics would take it for open
        ("action.ee_delta", 9, 6, lambda x: 1 - x),
        ("observation.ee_pose", 9, 0, lambda x: x * np.float32(np.nan)),
        ("label.side.ee_point", 9, 1, lambda x: x * np.float32(1e30)),
        ("action.joint_target", 12, 2, lambda x: -x),  # found there, and not at the state that it led to
    ):
        root = copied(made, tmp_path)
        flip(root, column, frame, element, change)
        (found,) = look(root)
        assert (found.column, found.frame) == (column, frame)
        assert found.tolerance is not None and found.tolerance < 1e-3
        shutil.rmtree(root)


@pytest.mark.parametrize(
    ("key", "scale", "named"),
    [
        ("qpos0.3", 1 + 1e-12, "metadata qpos0"),
        ("final.qpos.8", 1 + 1e-9, "metadata final.qpos"),
        ("physics.q_start.1", 1 + 1e-9, "metadata physics.q_start"),
        ("physics.mass_scale.0", 1.01, "sim.qpos"),
        ("layout.poses.1.0", 1 + 1e-9, "metadata layout.poses"),
        ("grasp.X_OG.2", 1.001, "metadata grasp.X_OG"),
        ("plan.X_WG_grasp.0", 1.001, "metadata plan.X_WG_grasp"),
        ("plan.X_WG_place.5", 1.01, "metadata plan.X_WG_place"),
        ("plan.place_point.1", 1.01, "metadata plan.place_point"),
        ("plan.phases.2.1", 2, "metadata plan.phases"),
        ("appearance.cameras.0.K.0.0", 1.0001, "camera.side.intrinsics"),
        ("appearance.cameras.1.X_PC.0", 1.0001, "camera.palm.extrinsics"),
        ("appearance.cameras.0.distortion.0", 1.01, "label.side.ee_point"),
    ],
)
def test_metadata_that_columns_follow_from(
    key: str, scale: float, named: str, made: Path, look: Look, fast: LintContext, tmp_path: Path
) -> None:
    """The first four need the replay, the others are found by arithmetic alone."""
    root = copied(made, tmp_path)

    def change(meta: dict[str, Any]) -> None:
        *path, last = [int(k) if k.isdigit() else k for k in key.split(".")]
        holder: Any = meta
        for k in path:
            holder = holder[k]
        holder[last] = holder[last] * scale if holder[last] else 1e-3

    rewrite_meta(root, change)
    if key.startswith(("qpos0", "final", "physics")):
        found = look(root)
    else:
        fast.dataset = load_dataset(root)
        found = check_episode(fast, 0)
    assert named in [f.column for f in found], [str(f) for f in found]
    assert all(f.tolerance is not None for f in found if f.column == named)


@pytest.mark.parametrize(("kind", "change"), [("mask", 1), ("depth", 1)])
def test_one_pixel_of_a_stored_mask_or_depth(kind: str, change: int, made: Path, look: Look, tmp_path: Path) -> None:
    root = copied(made, tmp_path)
    dataset = load_dataset(root)
    frames = (dataset.masks if kind == "mask" else dataset.depth)(0, "palm").copy()
    frames[11, 30, 40] += change
    path = dataset.sidecars(0)[f"{kind}.palm"]
    with VideoWriter(path, CONTROL_HZ, kind) as video:  # type: ignore[arg-type]
        for frame in frames:
            video.add(frame)
    write_checksums(root)
    (found,) = look(root)
    assert (found.column, found.frame, found.tolerance) == (f"sidecar {kind}.palm", 11, 0.0)
    assert "pixel (40, 30)" in found.message


def test_another_renderer_agrees_and_is_still_strict(made: Path, tmp_path: Path) -> None:
    """MuJoCo's own renderer shares no code with the one that drew: pixels on outlines may differ, a pixel more not."""
    root = copied(made, tmp_path)
    shutil.rmtree(root / "sidecars")
    with LintContext(root, renderer="mujoco") as context:
        assert [str(f) for f in check_episode(context, 0)] == []
    flip(root, "label.side.container.box_visible", 4, 2, lambda x: x + 1)
    flip(root, "label.palm.target.visible_fraction", 1, 0, lambda x: x * np.float32(0.5) + np.float32(0.123))
    with LintContext(root, renderer="mujoco") as context:
        found = [(f.column, f.frame) for f in check_episode(context, 0)]
    assert ("label.side.container.box_visible", 4) in found
    assert ("label.palm.target.visible_fraction", 1) in found


def test_without_metadata_columns_are_checked_against_each_other(made: Path, tmp_path: Path) -> None:
    root = copied(made, tmp_path)
    shutil.rmtree(root / "meta/groundwork")
    shutil.rmtree(root / "sidecars")
    path = next((root / "meta/episodes").rglob("*.parquet"))
    table = pq.read_table(path)
    pq.write_table(table.drop_columns([n for n in table.column_names if n.startswith("groundwork/")]), path)
    report = inspect_episode(LintContext(root), 0)
    assert report.findings == () and {"projections", "directions", "cameras"} <= set(report.ran)
    assert {"masks", "boxes", "visibility", "plan", "states"} <= {n.check for n in report.skipped}
    assert all(n.reason for n in report.skipped)
    for column, frame, element in (
        ("label.palm.target.centre", 6, 1),
        ("inspire.container.direction", 8, 0),
        ("inspire.target.offset", 3, 2),
        ("action.joint_target", 9, 5),
        ("frame_index", 2, 0),
    ):
        changed = tmp_path / column
        shutil.copytree(root, changed)
        (changed / "meta/groundwork").mkdir()
        flip(changed, column, frame, element, lambda x: type(x)(x + (1 if isinstance(x, np.integer) else 0.1)))
        shutil.rmtree(changed / "meta/groundwork")
        found = [(f.column, f.frame) for f in check_episode(LintContext(changed), 0)]
        assert (column, frame) in found, (column, found)


def test_fast_needs_neither_physics_nor_pictures(made: Path, look: Look, tmp_path: Path) -> None:
    report = inspect_episode(LintContext(made, "fast"), 0)
    assert report.findings == () and {n.check for n in report.skipped} == {"states", "masks", "visibility", "last bits"}
    root = copied(made, tmp_path)
    flip(root, "label.side.container.box_full", 12, 1, lambda x: x + np.float32(0.01))
    (found,) = check_episode(LintContext(root, "fast"), 0)
    assert (found.column, found.frame) == ("label.side.container.box_full", 12)


class _Padded(Dataset):
    """One episode of two objects in a dataset that has room for three."""

    def __init__(self, poses: np.ndarray) -> None:
        self.root, self.features = Path("padded"), {"objects.pose": {"dtype": "float64", "shape": [21]}}
        self.info = {"fps": 10, "total_episodes": 1}
        self.__dict__["episodes"] = {"dataset_from_index": [0], "tasks": [["x"]], "length": [len(poses)]}
        self.__dict__["tasks"] = ["x"]
        self._poses = poses

    def meta(self, index: int) -> dict[str, Any]:
        return {}

    def own_shapes(self, index: int) -> dict[str, tuple[int, ...]]:
        return {"objects.pose": (2, 7)}

    def episode(self, index: int, columns: Any = None, *, padded: bool = False) -> dict[str, np.ndarray]:
        return {"objects.pose": self._poses if padded else self._poses[:, :2]}


def test_numbers_of_objects_that_are_not_there() -> None:
    poses = np.full((5, 3, 7), np.nan)
    poses[:, :2] = 0.5
    assert check_episode(LintContext(_Padded(poses)), 0) == []
    poses[3, 2, 4] = 0.1
    (found,) = check_episode(LintContext(_Padded(poses)), 0)
    assert (found.check, found.column, found.frame) == ("padding", "objects.pose", 3)


# --- the linter's own mathematics, against the engine's and known values --------------------------


def test_own_rotations_agree_with_the_engines() -> None:
    draw = np.random.default_rng(0)
    q = draw.normal(size=(50, 4))
    q /= np.linalg.norm(q, axis=1, keepdims=True)
    R = recompute_maths.rotation(q)
    np.testing.assert_allclose(R, quat_to_mat(q), atol=1e-14)
    np.testing.assert_allclose(recompute_maths.quaternion(R), [mat_to_quat(m) for m in R], atol=1e-13)
    half_turns = recompute_maths.rotation([[0, 1, 0, 0], [0, 0, 0.6, 0.8], [1, 0, 0, 0]])
    np.testing.assert_allclose(recompute_maths.rotation(recompute_maths.quaternion(half_turns)), half_turns, atol=1e-14)
    angle = recompute_maths.rotation_vector(recompute_maths.rotation([np.cos(0.3), 0, 0, np.sin(0.3)]))
    np.testing.assert_allclose(angle, [0, 0, 0.6], atol=1e-15)


def test_own_lens_agrees_with_the_engines() -> None:
    camera = dataclasses.replace(default_cameras()[0], distortion=np.array([-0.2, 0.05, 0.001, -0.002, 0.01]))
    points = np.random.default_rng(1).uniform([-0.3, -0.3, 0.5], [0.3, 0.3, 2.0], (40, 3))
    np.testing.assert_allclose(recompute_maths.pixels(points, camera), camera_pixels(points, camera), atol=1e-10)
    x, y = points[:, 0] / points[:, 2], points[:, 1] / points[:, 2]
    back = recompute_maths.unbend(*recompute_maths.bend(x, y, camera.distortion), camera.distortion)
    np.testing.assert_allclose(back, (x, y), atol=1e-12)
    assert recompute_maths.pixels([0.0, 0.0, 0.005], camera).tolist() == [-1.0, -1.0]


def test_two_ways_to_the_box_of_a_whole_object_agree_even_around_the_camera() -> None:
    """Boxes cut by the image's border, its corners and the plane of the camera: the labels' way and the linter's."""
    draw = np.random.default_rng(2)
    camera: CameraSpec = default_cameras()[1]
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) * [0.05, 0.08, 0.03]
    faces = np.array([(0, 1, 3), (0, 3, 2), (4, 6, 7), (4, 7, 5), (0, 4, 5), (0, 5, 1), (2, 3, 7), (2, 7, 6)])
    faces = np.concatenate([faces, [(0, 2, 6), (0, 6, 4), (1, 5, 7), (1, 7, 3)]])
    shell = labels.Shell(corners, boxes.mesh_edges(faces), faces)
    straddling = 0
    for _ in range(300):
        q = draw.normal(size=4)
        X = Pose.from_pq(draw.normal(size=3) * 0.06, q / np.linalg.norm(q))
        points = X.apply(corners)
        straddling += bool((points[:, 2] > 0.01).any() and not (points[:, 2] > 0.01).all())
        theirs = boxes.full_box(points, shell.edges, camera, faces)
        mine = labels.whole_boxes(shell, recompute_maths.Motion(X.R[None], X.p[None]), _identity(), camera)[0]
        np.testing.assert_allclose(mine, theirs, atol=1e-9)
    assert straddling > 50


@pytest.mark.parametrize("asset", [toys.box("box/0"), toys.can("can/0"), toys.plate(), toys.bin_()])
def test_the_top_of_an_object(asset: ObjectAsset) -> None:
    """Where the place point lies on a thing without a floor of its own: the engine's way and the linter's."""
    for q in np.random.default_rng(4).normal(size=(20, 4)):
        pose = np.array([0.1, 0.2, 0.3, *(q / np.linalg.norm(q))])
        assert labels.top_of(asset, pose) == pytest.approx(height_range(asset, pose)[1], abs=1e-12)


def _identity() -> recompute_maths.Motion:
    return recompute_maths.Motion(np.eye(3)[None], np.zeros((1, 3)))


def test_the_line_of_a_finding() -> None:
    found = Finding("projections", "off by 3.2 px (tolerance 0.05 px)", 12, 34, "label.wrist.ee_point", 0.05, 3.2)
    assert str(found) == "episode 12, frame 34, column label.wrist.ee_point: off by 3.2 px (tolerance 0.05 px)"
    assert str(Finding("plan", "is 3", 1, None, "metadata grasp.X_OG")) == "episode 1, metadata grasp.X_OG: is 3"
    assert found.as_json()["text"] == str(found) and found.as_json()["value"] == 3.2
    assert str(NotChecked("masks", "no renderer")) == "masks: not checked: no renderer"
