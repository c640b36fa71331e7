"""RLDS, robomimic and Rerun: what their readers look for is there, and real readers agree where installed."""

from __future__ import annotations

import importlib.util
import io
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from exports_fixtures import exponential, made, read_rlds, toy
from PIL import Image

from engine.errors import BackendError, DatasetError
from engine.export import rlds, tfrecord
from engine.export.convert import convert
from engine.export.dataset import Dataset
from engine.export.source import INDEX_COLUMNS, ExportOptions
from engine.frames import Pose, project, quat_to_mat

__all__ = ["made", "toy"]

# --- RLDS ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "crc"),
    [(b"", 0), (b"123456789", 0xE3069283), (bytes(32), 0x8A9136AA), (b"\xff" * 32, 0x62A8AB43)],
)
def test_crc32c_of_rfc_3720(data: bytes, crc: int) -> None:
    assert tfrecord.crc32c(data) == crc


@pytest.mark.parametrize("size", [32767, 32768, 40001, 99_999])
def test_long_checksums_are_those_of_the_byte_by_byte_rule(size: int) -> None:
    data = np.random.default_rng(size).bytes(size)
    state = 0xFFFFFFFF
    for byte in data:
        state ^= byte
        for _ in range(8):
            state = (state >> 1) ^ (0x82F63B78 if state & 1 else 0)
    assert tfrecord.crc32c(data) == state ^ 0xFFFFFFFF


def test_records_and_messages_come_back_and_damage_is_found(tmp_path: Path) -> None:
    numbers = np.array([0, 1, 127, 128, -1, 2**62, -(2**63)])
    example = {"i": numbers, "f": np.array([1.5, np.nan], np.float32), "b": [b"", b"x" * 300], "t": np.array([True])}
    got = tfrecord.decode_example(tfrecord.encode_example(example))
    assert got["i"].tolist() == numbers.tolist() and got["b"] == [b"", b"x" * 300] and got["t"].tolist() == [1]
    assert got["f"].tobytes() == example["f"].tobytes()
    records = [tfrecord.encode_example(example), b"", bytes(50_000)]
    path = tmp_path / "a.tfrecord"
    path.write_bytes(b"".join(map(tfrecord.frame_record, records)))
    assert list(tfrecord.read_tfrecord(path)) == records
    for place in (3, 30, path.stat().st_size - 1000):
        data = bytearray(path.read_bytes())
        data[place] ^= 4
        (tmp_path / "bad").write_bytes(data)
        with pytest.raises(DatasetError, match=r"record [02] at byte"):
            list(tfrecord.read_tfrecord(tmp_path / "bad"))


def test_rlds_is_what_openvla_reads(made: Dataset, tmp_path: Path) -> None:
    convert(made.root, tmp_path, ExportOptions("rlds", name="gw"))
    example, source = read_rlds(tmp_path, 1, made), made.episode(1)
    T = made.length(1)
    np.testing.assert_array_equal(example["steps/action"].reshape(T, 7), source["action.ee_delta"])
    assert example["steps/language_instruction"] == [made.task(1).encode()] * T
    assert np.flatnonzero(example["steps/is_first"]).tolist() == [0]
    assert (
        np.flatnonzero(example["steps/is_last"]).tolist() == [T - 1] == np.flatnonzero(example["steps/reward"]).tolist()
    )
    state = example["steps/observation/state"].reshape(T, 8).astype(np.float64)
    np.testing.assert_array_equal(state[:, :3].astype(np.float32), source["observation.ee_pose"][:, :3])
    np.testing.assert_allclose(state[:, 6] - state[:, 7], source["observation.gripper_width"], atol=1e-7)
    for t in (0, T // 2, T - 1):
        np.testing.assert_allclose(
            exponential(state[t, 3:6]), quat_to_mat(source["observation.ee_pose"][t, 3:]), atol=1e-5
        )
    assert np.abs(np.diff(state[:, 3:6], axis=0)).max() < 0.5, "no jump between the branches of the logarithm"
    for name, camera in (("image", "third_person"), ("wrist_image", "wrist")):
        pictures = example[f"steps/observation/{name}"]
        film = made.video(1, camera)
        drawn = np.stack([np.asarray(Image.open(io.BytesIO(p))) for p in pictures])
        assert drawn.shape == film.shape and np.abs(drawn.astype(int) - film).mean() < 2
    assert json.loads(example["episode_metadata/meta"][0]) == made.meta(1)
    assert all(len(v) == 1 for n, v in example.items() if n.startswith("episode_metadata/")), "scalars only"


def test_rotation_vectors_keep_to_one_branch() -> None:
    rng = np.random.default_rng(0)
    q = rng.normal(size=(200, 4))
    q /= np.linalg.norm(q, axis=1, keepdims=True)
    for a, r in zip(q, rlds.rotation_vectors(q), strict=True):
        np.testing.assert_allclose(exponential(r), quat_to_mat(a), atol=1e-9)
        assert r[0] >= 0
    np.testing.assert_allclose(rlds.rotation_vectors(np.array([[1.0, 0, 0, 0]])), 0)


def test_png_is_lossless_and_sizes_are_kept_to(made: Dataset, tmp_path: Path) -> None:
    convert(made.root, tmp_path / "png", ExportOptions("rlds", episodes=(0,), image="png"))
    example = read_rlds(tmp_path / "png", 0, made)
    picture = np.asarray(Image.open(io.BytesIO(example["steps/observation/image"][5])))
    np.testing.assert_array_equal(picture, made.video(0, "third_person")[5])
    convert(made.root, tmp_path / "small", ExportOptions("rlds", episodes=(0,), image_px=64))
    example = read_rlds(tmp_path / "small", 0, made)
    assert Image.open(io.BytesIO(example["steps/observation/image"][5])).size == (64, 64)
    features = json.loads(next((tmp_path / "small").glob("*/*/features.json")).read_text())
    assert '"dimensions": ["64", "64", "3"]' in json.dumps(features)
    convert(made.root, tmp_path / "none", ExportOptions("rlds", episodes=(0,), images=False))
    assert not [n for n in read_rlds(tmp_path / "none", 0, made) if "image" in n.split("/")[-1]]


TFDS_READER = """
import sys
import numpy as np
import tensorflow_datasets as tfds
out = {}
for i, episode in enumerate(tfds.builder("gw", data_dir=sys.argv[1]).as_dataset(split="train")):
    steps = list(episode["steps"].as_numpy_iterator())
    for name in steps[0]["columns"]:
        out[f"{i}/{name}"] = np.stack([s["columns"][name] for s in steps])
    out[f"{i}/image"] = np.stack([s["observation"]["image"] for s in steps])
np.savez(sys.argv[2], **{n: a for n, a in out.items() if a.dtype != object})
"""


def test_tfds_reads_it_without_code(made: Dataset, toy: Dataset, tmp_path: Path) -> None:
    """In a process of its own: TensorFlow and pyarrow do not always bear each other."""
    if importlib.util.find_spec("tensorflow_datasets") is None:
        pytest.skip("tensorflow-datasets is not installed")
    for dataset in (made, toy):
        out = tmp_path / dataset.root.name
        convert(dataset.root, out, ExportOptions("rlds", name="gw", image="png"))
        command = [sys.executable, "-c", TFDS_READER, str(out), str(tmp_path / "read.npz")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr[-2000:]
        read = np.load(tmp_path / "read.npz")
        for i in range(len(dataset)):
            np.testing.assert_array_equal(read[f"{i}/image"], dataset.video(i, dataset.cameras[0]))
            want = dataset.episode(i)
            for name in set(want) - set(INDEX_COLUMNS) - {"note"}:
                got = read[f"{i}/{name}"]
                got = got[(slice(None), *(slice(0, n) for n in want[name].shape[1:]))]
                assert got.tobytes() == want[name].tobytes(), name


# --- robomimic ----------------------------------------------------------------------------------


def test_robomimic_has_the_keys_of_robosuite(made: Dataset, tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    convert(made.root, tmp_path, ExportOptions("robomimic", name="gw", next_obs=True))
    with h5py.File(tmp_path / "gw.hdf5") as file:
        assert file["data"].attrs["total"] == made.info["total_frames"]
        assert set(json.loads(file["data"].attrs["env_args"])) == {"env_name", "type", "env_kwargs"}
        assert [n.decode() for n in file["mask/train"]] == ["demo_0", "demo_1"]
        demo, source = file["data/demo_1"], made.episode(1)
        T = made.length(1)
        assert demo.attrs["num_samples"] == T and json.loads(demo.attrs["ep_meta"])["lang"] == made.task(1)
        np.testing.assert_array_equal(demo["actions"][:].astype(np.float32), source["action"])
        np.testing.assert_array_equal(demo["states"][:], np.hstack([source["sim.qpos"], source["sim.qvel"]]))
        assert demo["dones"][:].tolist() == [0] * (T - 1) + [1] and demo["rewards"][-1] == 1
        obs = demo["obs"]
        np.testing.assert_array_equal(obs["agentview_image"][:], made.video(1, "third_person"))
        np.testing.assert_array_equal(obs["robot0_eye_in_hand_image"][:], made.video(1, "wrist"))
        np.testing.assert_allclose(obs["robot0_eef_quat"][:], source["observation.ee_pose"][:, [4, 5, 6, 3]])
        np.testing.assert_array_equal(obs["object"][:].reshape(source["objects.pose"].shape), source["objects.pose"])
        np.testing.assert_array_equal(demo["next_obs/robot0_joint_pos"][:-1], obs["robot0_joint_pos"][1:])
        assert json.loads(demo["meta"].asstr()[()]) == made.meta(1)


def test_a_missing_package_is_said_in_one_line(toy: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(BackendError, match="pip install h5py"):
        convert(toy.root, tmp_path / "out", ExportOptions("robomimic"))
    assert not (tmp_path / "out").exists()


# --- Rerun --------------------------------------------------------------------------------------


def recorded(path: Path) -> tuple[dict[str, int], set[str]]:
    """Rows by entity, and timelines, as Rerun's own reader finds them."""
    reader = pytest.importorskip("rerun.chunk").RrdReader(path)
    rows: Counter[str] = Counter()
    timelines: set[str] = set()
    for chunk in reader.stream():
        rows[str(chunk.entity_path)] += chunk.num_rows
        timelines |= set(chunk.timeline_names)
    assert len(reader.blueprints()) == 1
    return dict(rows), timelines


def test_a_recording_holds_scene_cameras_labels_and_plots(made: Dataset, tmp_path: Path) -> None:
    pytest.importorskip("rerun")
    from engine.export.rerun_recording import write_recording

    assert write_recording(made, 1, tmp_path / "e.rrd") == []
    assert [p.name for p in tmp_path.iterdir()] == ["e.rrd"]
    entities, timelines = recorded(tmp_path / "e.rrd")
    T = made.length(1)
    assert {"frame", "time"} <= timelines
    wanted = {f"/world/objects/{o['name']}" for o in made.meta(1)["objects"]}
    wanted |= {
        "/world/robot/link7",
        "/world/table",
        "/world/gripper/trace",
        "/instruction",
        "/events/phase",
        "/scene_graph",
    }
    for camera in made.cameras:
        place = f"/world/cameras/{camera}"
        names = (
            "rgb",
            "target_box_visible",
            "container_box_full",
            "grasp_point",
            "place_point",
            "ee_point",
            "ee_trace",
        )
        wanted |= {place, f"{place}/image", *(f"{place}/image/{n}" for n in names)}
    wanted |= {f"/plots/joints/{k:02d}" for k in range(7)} | {"/plots/gripper/00", "/plots/phase/00"}
    assert wanted <= set(entities), sorted(wanted - set(entities))
    assert entities["/world/cameras/wrist/image/rgb"] == T and entities["/plots/joints/00"] == T + 1, "and its name"
    assert 1 < entities["/world/objects/target"] <= T, "what moves has poses"


def test_recorded_meshes_stand_where_the_labels_say(made: Dataset) -> None:
    """Every vertex of a recorded object through the stored camera: their box is the label's, to float32."""
    from engine.export.scene_meshes import body_meshes

    columns = made.episode(1)
    meshes = body_meshes(made, 1)
    K = columns["camera.third_person.intrinsics"].reshape(-1, 3, 3)
    for t in (0, made.length(1) // 2, made.length(1) - 1):
        X_WC = Pose.from_vector(columns["camera.third_person.extrinsics"][t])
        for role in ("target", "container"):
            points = [
                Pose.from_vector(m.poses[t]).apply(m.vertices) for m in meshes if m.name.startswith(f"objects/{role}/")
            ]
            pixels = project(np.concatenate(points), X_WC, K[t])[0]
            box = np.concatenate([pixels.min(0), pixels.max(0)])
            np.testing.assert_allclose(box, columns[f"label.third_person.{role}.box_full"][t], atol=0.02)


def test_recordings_of_other_datasets_say_what_is_not_there(toy: Dataset, tmp_path: Path) -> None:
    pytest.importorskip("rerun")
    from engine.export.rerun_recording import write_recording

    (missing,) = write_recording(toy, 0, tmp_path / "e.rrd")
    assert "meshes" in missing and "not made by this engine" in missing
    entities, _ = recorded(tmp_path / "e.rrd")
    assert {"/world/cameras/front/image/rgb", "/world/cameras/front/image/depth", "/plots/action/07"} <= set(entities)
    with pytest.raises(DatasetError, match="no episode 9"):
        write_recording(toy, 9, tmp_path / "f.rrd")


# --- real readers, where they are installed -----------------------------------------------------


def test_lerobot_reads_the_legacy_form(made: Dataset, tmp_path: Path) -> None:
    module = pytest.importorskip("lerobot.datasets.lerobot_dataset")
    if getattr(module, "CODEBASE_VERSION", "") != "v2.1":
        pytest.skip("this lerobot reads another version")
    convert(made.root, tmp_path / "out", ExportOptions("lerobot-v2.1"))
    dataset = module.LeRobotDataset("local/x", root=tmp_path / "out")
    assert len(dataset) == made.info["total_frames"] and dataset[3]["task"] == made.task(0)


def test_robomimic_reads_its_form(made: Dataset, tmp_path: Path) -> None:
    module = pytest.importorskip("robomimic.utils.dataset")
    convert(made.root, tmp_path, ExportOptions("robomimic", name="gw"))
    keys = ["robot0_eef_pos", "robot0_eef_quat", "object"]
    data = module.SequenceDataset(str(tmp_path / "gw.hdf5"), keys, ["actions", "dones"], load_next_obs=False)
    assert len(data) == made.info["total_frames"]
