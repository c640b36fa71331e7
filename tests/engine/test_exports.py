"""Other formats: every column survives, real readers (where installed) and own ones agree, equal bytes twice."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import os
import subprocess
import sys
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import av
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image
from test_export import COLUMNS, FPS, fill

from engine.config import RunConfig
from engine.errors import BackendError, ConfigError, DatasetError
from engine.export import lerobot_legacy, rlds, robomimic, tfrecord
from engine.export.convert import convert
from engine.export.dataset import Dataset, load_dataset
from engine.export.lerobot import finalize
from engine.export.source import INDEX_COLUMNS, ExportOptions, Source
from engine.frames import Pose, project, quat_to_mat
from engine.label.table import COLUMNS as TABLE
from engine.record.store import EpisodeStore
from engine.record.video import VideoWriter, frame_times, read_video
from engine.run import execute, open_session
from engine.sim.model import CONTROL_HZ
from scripts import export as command

FORMATS = ("lerobot-v2.1", "rlds", "robomimic")


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Three episodes of noise in every column type, with 3, 3 and 2 objects, two cameras and depth."""
    out = tmp_path_factory.mktemp("toy") / "noise"
    store = EpisodeStore(out / ".work", durable=False)
    fill(store)
    return finalize(store, out, fps=FPS, columns=COLUMNS, run_config={"seed": 5})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Two episodes of the engine, rendered."""
    out = tmp_path_factory.mktemp("made") / "real"
    with open_session(RunConfig(seed=3, tasks=1, episodes=2), out) as session:
        result = execute(session, workers=0, columns=TABLE, fps=CONTROL_HZ)
    assert result.exit_code == 0
    return load_dataset(out)


def digest(folder: Path) -> dict[str, str]:
    files = [p for p in sorted(folder.rglob("*")) if p.is_file()]
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


# --- independent readers: every column of an episode by the source's name -----------------------


def read_legacy(out: Path, index: int, source: Dataset) -> dict[str, np.ndarray]:
    info = json.loads((out / "meta/info.json").read_text())
    path = out / info["data_path"].format(episode_chunk=index // info["chunks_size"], episode_index=index)
    table = pd.read_parquet(path)
    assert set(table.columns) == {n for n, f in info["features"].items() if f["dtype"] != "video"}
    known = json.loads((out / "meta/groundwork/columns.json").read_text())
    out_columns = {}
    for name in table.columns:
        shape = known[name]["shape"]
        array = np.stack([np.asarray(v) for v in table[name]])
        out_columns[name] = array if array.dtype.kind in "UO" else array.reshape(len(table), *shape)
    return out_columns


def read_rlds(out: Path, index: int, source: Dataset) -> dict[str, Any]:
    """An example, its columns with the types and shapes that features.json states."""
    (folder,) = out.glob("*/1.0.0")
    info = json.loads((folder / "dataset_info.json").read_text())
    assert info["version"] == "1.0.0" and info["fileFormat"] == "tfrecord"
    number = 0
    for split in info["splits"]:
        count = len(split["shardLengths"])
        for shard, length in enumerate(split["shardLengths"]):
            path = folder / f"{info['name']}-{split['name']}.tfrecord-{shard:05d}-of-{count:05d}"
            records = list(tfrecord.read_tfrecord(path))
            assert len(records) == int(length)
            if number <= index < number + len(records):
                return tfrecord.decode_example(records[index - number])
            number += len(records)
    raise AssertionError(f"no example {index}")


def rlds_columns(out: Path, index: int, source: Dataset) -> dict[str, np.ndarray]:
    example = read_rlds(out, index, source)
    (folder,) = out.glob("*/1.0.0")
    steps = json.loads((folder / "features.json").read_text())["content"]["features"]["steps"]["sequence"]["feature"]
    leaves = steps["featuresDict"]["features"]["columns"]["featuresDict"]["features"]
    frames = int(example["episode_metadata/num_steps"][0])
    columns = {}
    for name, leaf in leaves.items():
        value = example[f"steps/columns/{name}"]
        if "text" in leaf:
            columns[name] = np.array([v.decode() for v in value])
            continue
        dtype, shape = leaf["tensor"]["dtype"], [int(n) for n in leaf["tensor"]["shape"].get("dimensions", [])]
        if leaf["tensor"]["encoding"] == "bytes":
            value = np.concatenate([np.frombuffer(v, dtype) for v in value])
        columns[name] = np.asarray(value).astype(dtype).reshape(frames, *shape)
    return columns


def read_robomimic(out: Path, index: int, source: Dataset) -> dict[str, np.ndarray]:
    h5py = pytest.importorskip("h5py")
    (path,) = out.glob("*.hdf5")
    with h5py.File(path) as file:
        group = file[f"data/demo_{index}/columns"]
        text = {n: d.asstr()[:].astype(str) for n, d in group.items() if h5py.check_string_dtype(d.dtype)}
        return {n: d[()] for n, d in group.items() if n not in text} | text


READERS = {"lerobot-v2.1": read_legacy, "rlds": rlds_columns, "robomimic": read_robomimic}


@pytest.mark.parametrize("form", FORMATS)
def test_every_column_survives_bit_for_bit(toy: Dataset, tmp_path: Path, form: str) -> None:
    report = convert(toy.root, tmp_path / "out", ExportOptions(form))
    assert (report.episodes, report.frames) == (3, toy.info["total_frames"]) and report.made
    for i in range(3):
        want, got = toy.episode(i), READERS[form](tmp_path / "out", i, toy)
        named = [n for n in want if n not in INDEX_COLUMNS]
        assert set(named) <= set(got)
        for name in named:
            a, b = want[name], got[name]
            b = b[(slice(None), *(slice(0, n) for n in a.shape[1:]))]  # without the padding
            assert b.shape == a.shape, name
            if a.dtype.kind == "U":
                assert (a == b).all()
            else:
                assert b.dtype.kind == a.dtype.kind and b.astype(a.dtype).tobytes() == a.tobytes(), name


@pytest.mark.parametrize("form", FORMATS)
def test_bytes_do_not_depend_on_workers_or_interruptions(
    toy: Dataset, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lerobot_legacy, "EPISODES_PER_JOB", 1)  # so that there is something left to do
    monkeypatch.setattr(robomimic, "EPISODES_PER_JOB", 1)
    monkeypatch.setattr(rlds, "FRAMES_PER_SHARD", 5)
    options = ExportOptions(form, name="same")
    whole = convert(toy.root, tmp_path / "a", options)
    wanted = digest(tmp_path / "a")
    assert whole.made == 3

    def stop(done: int, jobs: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        convert(toy.root, tmp_path / "b", options, on_progress=stop)
    assert not (tmp_path / "b/export.json").exists() and (tmp_path / "b/.exporting").exists()
    with pytest.raises(ConfigError, match="unfinished export with other settings"):
        convert(toy.root, tmp_path / "b", ExportOptions(form, name="other"))
    real, moved = os.rename, []

    def fail_later(a: Any, b: Any) -> None:
        if moved:
            raise KeyboardInterrupt
        moved.append(b)
        real(a, b)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt) if form == FORMATS[0] else nullcontext():
        patch.setattr("engine.export.convert.os.rename", fail_later)
        convert(toy.root, tmp_path / "b", options)  # stopped again, between the folders that it puts in place
    again = convert(toy.root, tmp_path / "b", options)
    assert digest(tmp_path / "b") == wanted and again.size == whole.size
    assert convert(toy.root, tmp_path / "b", options).made == 0
    with pytest.raises(ConfigError, match="holds another export"):
        convert(toy.root, tmp_path / "b", ExportOptions(form, name="other"))


def test_two_processes_write_what_one_writes(toy: Dataset, tmp_path: Path) -> None:
    arguments = [str(toy.root), "--to", "rlds", "--name", "x", "--workers"]
    assert command.main([*arguments, "0", "--out", str(tmp_path / "a")]) == 0
    assert command.main([*arguments, "2", "--out", str(tmp_path / "b")]) == 0
    assert digest(tmp_path / "a") == digest(tmp_path / "b")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "--to"),
        (["--to", "rldss"], "did you mean 'rlds'"),
        (["--to", "rlds", "--action", "action.joint"], "unknown action column"),
        (["--to", "rlds", "--splits", "test"], "unknown split 'test'"),
        (["--to", "rlds", "--episodes", "7"], "no episode 7"),
        (["--to", "rlds", "--episodes", "1:x"], "numbers and ranges"),
        (["--to", "rlds", "--name", "My Set"], "lower-case"),
        (["--to", "rlds", "--image", "webp"], "unknown image encoding"),
        (["--to", "lerobot-v2.1", "--image-px", "84"], "keeps the videos"),
    ],
)
def test_wrong_arguments_are_explained(
    toy: Dataset, tmp_path: Path, capsys: pytest.CaptureFixture, arguments: list[str], said: str
) -> None:
    assert command.main([str(toy.root), "--out", str(tmp_path / "out"), *arguments]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists(), "nothing is left behind"


def test_a_folder_with_other_things_is_left_alone(toy: Dataset, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("ten years")
    with pytest.raises(ConfigError, match="not empty"):
        convert(toy.root, tmp_path, ExportOptions("rlds"))
    assert (tmp_path / "thesis.tex").read_text() == "ten years"


@pytest.mark.parametrize("form", FORMATS)
def test_datasets_of_others_can_be_exported(toy: Dataset, tmp_path: Path, form: str) -> None:
    """Without anything of this project's: no metadata, no statistics, names as a mapping."""
    import shutil

    root = copied(toy, tmp_path / "theirs")
    shutil.rmtree(root / "meta/groundwork")
    (root / "meta/stats.json").unlink()
    path = root / "meta/episodes/chunk-000/file-000.parquet"
    table = pq.read_table(path)
    ours = [n for n in table.column_names if n.startswith(("groundwork/", "stats/")) or n in ("success", "task_id")]
    pq.write_table(table.drop_columns([*ours, "instructions"]), path)
    info = json.loads((root / "meta/info.json").read_text())
    info["features"]["action"]["names"] = {"motors": [f"m{i}" for i in range(8)]}
    info["robot_type"] = None
    (root / "meta/info.json").write_text(json.dumps(info))
    theirs = load_dataset(root)
    convert(root, tmp_path / "out", ExportOptions(form))
    want, got = theirs.episode(2), READERS[form](tmp_path / "out", 2, theirs)
    for name in set(want) - set(INDEX_COLUMNS) - {"note"}:
        assert np.asarray(got[name]).astype(want[name].dtype).tobytes() == want[name].tobytes(), name


def test_failures_and_splits_are_chosen_and_marked(toy: Dataset, tmp_path: Path) -> None:
    """A copy of the dataset that says its last episode failed, and that the first two are different splits."""
    root = copied(toy, tmp_path / "marked")
    edit_episodes(root, success=[True, True, False])
    info = json.loads((root / "meta/info.json").read_text())
    info["splits"] = {"train": "0:1", "val": "1:2", "failed": "2:3"}
    (root / "meta/info.json").write_text(json.dumps(info))
    marked = load_dataset(root)
    assert Source(marked, ExportOptions("rlds")).splits == {"train": [0], "val": [1]}
    with pytest.raises(ConfigError, match=r"train, val; readers of v2\.1 ignore splits"):
        convert(root, tmp_path / "no", ExportOptions("lerobot-v2.1"))
    convert(root, tmp_path / "val", ExportOptions("lerobot-v2.1", splits=("val",)))
    rows = [json.loads(line) for line in (tmp_path / "val/meta/episodes.jsonl").read_text().splitlines()]
    assert [(r["episode_index"], r["source_episode"]) for r in rows] == [(0, 1)]
    convert(root, tmp_path / "tf", ExportOptions("rlds", failures=True))
    info = json.loads(next((tmp_path / "tf").glob("*/*/dataset_info.json")).read_text())
    assert {s["name"]: s["shardLengths"] for s in info["splits"]} == {"train": ["1"], "val": ["1"], "failed": ["1"]}
    good, bad = read_rlds(tmp_path / "tf", 1, marked), read_rlds(tmp_path / "tf", 2, marked)
    assert good["steps/reward"][-1] == 1 and good["steps/is_terminal"][-1] == 1
    assert not bad["steps/reward"].any() and not bad["steps/is_terminal"].any() and bad["steps/is_last"][-1] == 1
    assert not bad["episode_metadata/success"][0]


# --- LeRobot v2.1 -------------------------------------------------------------------------------


def test_legacy_files_follow_the_format(toy: Dataset, tmp_path: Path) -> None:
    out = tmp_path / "out"
    convert(toy.root, out, ExportOptions("lerobot-v2.1", sidecars=True))
    info = json.loads((out / "meta/info.json").read_text())
    assert info["codebase_version"] == "v2.1" and info["total_videos"] == 6 and info["splits"] == {"train": "0:3"}
    tasks = {r["task_index"]: r["task"] for r in map(json.loads, (out / "meta/tasks.jsonl").read_text().splitlines())}
    stats = [json.loads(line) for line in (out / "meta/episodes_stats.jsonl").read_text().splitlines()]
    start = 0
    for i in range(3):
        table = pq.read_table(out / info["data_path"].format(episode_chunk=0, episode_index=i))
        T = toy.length(i)
        assert table["index"].to_pylist() == list(range(start, start + T)) and start + T <= info["total_frames"]
        assert tasks[table["task_index"][0].as_py()] == toy.task(i)
        for name in ("action", "held", "width", "timestamp"):
            array = np.asarray(table[name].to_pylist(), np.float64).reshape(T, -1)
            own = {k: np.array(v) for k, v in stats[i]["stats"][name].items()}
            np.testing.assert_allclose(own["mean"], array.mean(0), atol=1e-12)
            np.testing.assert_allclose(own["std"], array.std(0), atol=1e-12)
            np.testing.assert_allclose(own["q99"], np.quantile(array, 0.99, axis=0), atol=1e-12)
            assert own["count"].tolist() == [T] and own["min"].shape == (array.shape[1],)
        for camera in toy.cameras:
            key = f"observation.images.{camera}"
            video = out / info["video_path"].format(episode_chunk=0, video_key=key, episode_index=i)
            np.testing.assert_array_equal(read_video(video), toy.video(i, camera))
            assert np.shape(stats[i]["stats"][key]["mean"]) == (3, 1, 1)
        depth = read_video(out / f"sidecars/depth.front/chunk-000/episode_{i:06d}.mkv", "depth")
        np.testing.assert_array_equal(depth, toy.depth(i, "front"))
        start += T
    total = json.loads((out / "meta/stats.json").read_text())
    for name, s in total.items():
        np.testing.assert_allclose(s["q50"], toy.stats[name]["q50"], err_msg=name)
    gr00t = json.loads((out / "meta/stats_gr00t.json").read_text())
    assert all(set(s) == {"min", "max", "mean", "std", "q01", "q99"} for s in gr00t.values())
    assert set(gr00t) == {n for n, f in info["features"].items() if f["dtype"] not in ("video", "string")}
    done = subprocess.run(["sha256sum", "-c", "meta/groundwork/SHA256SUMS"], cwd=out, capture_output=True)
    assert done.returncode == 0


def test_picture_statistics_of_a_part_are_its_own(toy: Dataset, tmp_path: Path) -> None:
    convert(toy.root, tmp_path / "out", ExportOptions("lerobot-v2.1", episodes=(1,)))
    (row,) = map(json.loads, (tmp_path / "out/meta/episodes_stats.jsonl").read_text().splitlines())
    film = toy.video(1, "front")[:, ::4, ::4].reshape(-1, 3) / 255
    own = row["stats"]["observation.images.front"]
    np.testing.assert_allclose(np.ravel(own["mean"]), film.mean(0))
    np.testing.assert_allclose(np.ravel(own["q90"]), np.quantile(film, 0.9, axis=0))
    total = json.loads((tmp_path / "out/meta/stats.json").read_text())["observation.images.front"]
    np.testing.assert_allclose(total["q90"], own["q90"])


def test_modality_names_the_slices_that_franka_configurations_ask_for(made: Dataset, tmp_path: Path) -> None:
    for action in ("action", "action.ee_delta"):
        out = tmp_path / action
        convert(made.root, out, ExportOptions("lerobot-v2.1", action=action))
        text = json.loads((out / "meta/modality.json").read_text())
        info = json.loads((out / "meta/info.json").read_text())
        columns = read_legacy(out, 1, made)
        source = made.episode(1)
        np.testing.assert_array_equal(columns["action"], source[action])

        def cut(kind: str, name: str, text: dict = text, columns: dict = columns) -> np.ndarray:
            entry = text[kind][name]
            return columns[entry["original_key"]][:, entry["start"] : entry["end"]]

        np.testing.assert_array_equal(cut("state", "joints"), source["observation.state"][:, :7])
        np.testing.assert_array_equal(cut("state", "eef_position"), source["observation.ee_pose"][:, :3])
        np.testing.assert_array_equal(cut("state", "eef_rotation"), source["observation.ee_pose"][:, 3:])
        np.testing.assert_array_equal(cut("action", "delta_joints"), source["action"][:, :7])
        np.testing.assert_array_equal(cut("action", "delta_eef_position"), source["action.ee_delta"][:, :3])
        np.testing.assert_array_equal(cut("action", "delta_eef_rotation"), source["action.ee_delta"][:, 3:6])
        np.testing.assert_array_equal(cut("action", "gripper_close"), source["action"][:, 7:])
        np.testing.assert_array_equal(cut("action", "joints"), source["action.joint_target"])
        assert not text["action"]["delta_joints"]["absolute"] and text["action"]["joints"]["absolute"]
        for kind in ("state", "action"):
            for entry in text[kind].values():
                assert entry["end"] <= info["features"][entry["original_key"]]["shape"][0]
        views = {n: v["original_key"] for n, v in text["video"].items()}
        assert views["base_view"].endswith("third_person") and views["ego_view"].endswith("wrist")
        assert text["annotation"]["human.action.task_description"] == {"original_key": "task_index"}


@pytest.mark.parametrize("keyed", [True, False])
def test_episodes_are_cut_out_of_files_that_hold_several(toy: Dataset, tmp_path: Path, keyed: bool) -> None:
    """As `lerobot` writes them: one mp4 for many episodes; packets are copied when they can stand alone."""
    root = copied(toy, tmp_path / "joined")
    for camera in toy.cameras:
        film = [toy.video(i, camera) for i in range(3)]
        folder = root / f"videos/observation.images.{camera}/chunk-000"
        for path in folder.glob("*.mp4"):
            path.unlink()
        if keyed:
            join([toy.video_file(i, camera) for i in range(3)], folder / "file-000.mp4")
        else:
            with VideoWriter(folder / "file-000.mp4", FPS) as video:
                for frame in np.concatenate(film):
                    video.add(frame)
        starts = np.cumsum([0, *(len(f) for f in film)]) / FPS
        key = f"videos/observation.images.{camera}"
        place = {f"{key}/from_timestamp": starts[:3], f"{key}/to_timestamp": starts[1:], f"{key}/file_index": [0] * 3}
        edit_episodes(root, **place)
    joined = load_dataset(root)
    for i in range(3):
        np.testing.assert_array_equal(joined.video(i, "front"), toy.video(i, "front")) if keyed else None
    convert(root, tmp_path / "out", ExportOptions("lerobot-v2.1"))
    for i in range(3):
        path = tmp_path / f"out/videos/chunk-000/observation.images.front/episode_{i:06d}.mp4"
        got, want = read_video(path), joined.video(i, "front")
        np.testing.assert_array_equal(frame_times(path), np.arange(len(want)) / FPS)
        if keyed:
            np.testing.assert_array_equal(got, want)
        else:
            assert np.abs(got.astype(int) - want).mean() < 6
    note = tmp_path / "out/meta/groundwork/recoded.txt"
    assert note.exists() != keyed, "a loss of quality is said"


def join(parts: list[Path], target: Path) -> None:
    with av.open(str(target), "w") as output:
        stream: Any = None
        start = 0
        for path in parts:
            with av.open(str(path)) as container:
                own: Any = container.streams.video[0]
                stream = stream or output.add_stream_from_template(own)
                step = int(1 / own.average_rate / own.time_base)
                count = 0
                for packet in container.demux(own):
                    if packet.size:
                        packet.pts, packet.dts = packet.pts + start * step, packet.dts + start * step
                        packet.stream = stream
                        output.mux(packet)
                        count += 1
                start += count


def copied(dataset: Dataset, root: Path) -> Path:
    import shutil

    shutil.copytree(dataset.root, root, ignore=shutil.ignore_patterns(".work"))
    return root


def edit_episodes(root: Path, **columns: Any) -> None:
    path = root / "meta/episodes/chunk-000/file-000.parquet"
    table = pq.read_table(path)
    for name, values in columns.items():
        table = table.set_column(table.column_names.index(name), name, pa.array(np.asarray(values)))
    pq.write_table(table, path)


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


def exponential(r: np.ndarray) -> np.ndarray:
    """Rotation matrix of a rotation vector (Rodrigues)."""
    angle = np.linalg.norm(r)
    x, y, z = r / angle
    K = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * K + (1 - np.cos(angle)) * K @ K


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
