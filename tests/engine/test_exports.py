"""Other formats: every column survives, equal bytes twice; LeRobot v2.1."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from exports_fixtures import FORMATS, READERS, copied, digest, edit_episodes, join, made, read_legacy, read_rlds, toy
from test_export import FPS

from engine.errors import ConfigError
from engine.export import lerobot_legacy, rlds, robomimic
from engine.export.convert import convert
from engine.export.dataset import Dataset, load_dataset
from engine.export.source import INDEX_COLUMNS, ExportOptions, Source
from engine.record.video import VideoWriter, frame_times, read_video
from scripts import export as command

__all__ = ["made", "toy"]


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
