"""The exported dataset: readable by the format's own rules, every bit back, the same bytes every time."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import engine.export.lerobot as lerobot
from engine.errors import DatasetError
from engine.export import rows
from engine.export.dataset import load_dataset
from engine.export.lerobot import export_layouts, finalize, select_keys
from engine.export.stats import QUANTILES, QuantileSample, column_stats, image_stats, merge
from engine.record.store import EpisodeKey, EpisodeStore
from engine.record.video import VideoWriter, frame_times, read_video
from engine.types import Failure

FPS = 10
POSE = ("x", "y", "z", "qw", "qx", "qy", "qz")
COLUMNS = {"objects.pose": {"names": POSE, "unit": "m", "frame": "world", "doc": "poses"}, "phase": {"free": True}}


def make_columns(seed: int, frames: int, objects: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {
        "observation.state": rng.normal(size=(frames, 8)).astype(np.float32),
        "action": rng.normal(size=(frames, 8)).astype(np.float32),
        "objects.pose": rng.normal(size=(frames, objects, 7)),
        "sim.qpos": rng.normal(size=(frames, 9 + 7 * objects)),
        "phase": rng.integers(0, 7, frames),
        "width": rng.random(frames).astype(np.float32),
        "single": rng.random((frames, 1)),
        "visible": rng.random((frames, 2)) < 0.5,
        "held": rng.random(frames) < 0.5,
        "small": rng.integers(0, 255, (frames, 3)).astype(np.uint8),
        "note": np.array([f"frame {t} ä" for t in range(frames)]),
    }


def film(seed: int, frames: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    ground = np.repeat(np.repeat(rng.integers(0, 256, (4, 4, 3)), 8, 0), 8, 1).astype(np.uint8)
    out = np.repeat(ground[None], frames, 0)
    for t in range(frames):
        out[t, 8:24, t % 16 : t % 16 + 16] = 8 * t % 256
    return out


def fill(store: EpisodeStore, *, objects: tuple[int, ...] = (3, 2), renders: int = 1, videos: bool = True) -> None:
    """Two tasks, two attempts each; attempt 0 of task 1 fails."""
    for task in range(2):
        for attempt in range(2):
            seed = 10 * task + attempt
            if (task, attempt) == (1, 0):
                store.write_failure((1, 0), Failure("plan", "no path", "can/1", 3), ledger={"layouts": 4})
                continue
            with store.begin(task, attempt) as job:
                for k in range(renders):
                    episode, frames = job.episode(k), 7 + seed
                    meta = {"instruction": f"Move the can {task}", "task_id": f"t{task}", "seed": seed, "videos": {}}
                    meta["instructions"] = [{"text": f"Move the can {task}"}, {"text": f"Put can {seed} there"}]
                    for camera in ("front", "wrist") if videos else ():
                        with VideoWriter(episode.video_path(camera), FPS) as video:
                            for frame in film(seed + len(camera), frames):
                                video.add(frame)
                        meta["videos"][camera] = video.facts.as_json()
                    if videos:
                        with VideoWriter(episode.sidecar_path("depth.front.mkv"), FPS, "depth") as depth:
                            for t in range(frames):
                                depth.add(np.full((32, 32), 1000 * seed + t, np.uint16))
                    episode.write(make_columns(seed, frames, objects[task]), meta)
                job.commit(accepted=True, ledger={"layouts": 1}, timing={"plan": 0.1})


def digest(folder: Path) -> dict[str, str]:
    files = [p for p in sorted(folder.rglob("*")) if p.is_file() and ".work" not in p.parts]
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture
def store(tmp_path: Path) -> EpisodeStore:
    out = EpisodeStore(tmp_path / "out/.work", durable=False)
    fill(out)
    return out


def test_every_bit_comes_back(store: EpisodeStore, tmp_path: Path) -> None:
    dataset = finalize(store, tmp_path / "out", fps=FPS, columns=COLUMNS, run_config={"seed": 5})
    keys = [EpisodeKey(0, 0), EpisodeKey(0, 1), EpisodeKey(1, 1)]
    assert len(dataset) == 3 and dataset.run == {"seed": 5}
    start = 0
    for i, key in enumerate(keys):
        want = store.read_episode(key)
        got = dataset.episode(i)
        assert set(got) == set(want.columns) | {"timestamp", "frame_index", "episode_index", "index", "task_index"}
        for name, a in want.columns.items():
            shape = a.shape if name != "single" else (*a.shape[:1], 1)
            assert got[name].shape == shape and got[name].dtype.kind == a.dtype.kind, name
            assert got[name].tobytes() == a.tobytes() if name != "note" else (got[name] == a).all(), name
        T = len(want.columns["action"])
        assert dataset.length(i) == T
        np.testing.assert_array_equal(got["index"], np.arange(start, start + T))
        np.testing.assert_array_equal(got["frame_index"], np.arange(T))
        np.testing.assert_array_equal(got["timestamp"], (np.arange(T) / FPS).astype(np.float32))
        assert (got["episode_index"] == i).all() and got["timestamp"].dtype == np.float32
        assert dataset.tasks[got["task_index"][0]] == want.meta["instruction"] == dataset.task(i)
        assert dataset.meta(i)["seed"] == want.meta["seed"]
        assert dataset.episodes["instructions"][i] == [w["text"] for w in want.meta["instructions"]]
        only = dataset.episode(i, ["action"])
        assert list(only) == ["action"] and only["action"].tobytes() == want.columns["action"].tobytes()
        for camera in dataset.cameras:
            np.testing.assert_array_equal(dataset.video(i, camera), read_video(want.videos[camera]))
            np.testing.assert_array_equal(
                dataset.video(i, camera, [T - 1, 2]), read_video(want.videos[camera])[[-1, 2]]
            )
            np.testing.assert_array_equal(frame_times(dataset.video_file(i, camera)), np.arange(T) / FPS)
            assert os.path.samefile(dataset.video_file(i, camera), want.videos[camera]), "linked, not copied"
        seed = 10 * key.task_index + key.attempt
        assert (dataset.depth(i, "front")[:, 0, 0] == 1000 * seed + np.arange(T)).all()
        start += T
    assert dataset.columns["objects.pose"]["shape"] == [3, 7] and dataset.columns["objects.pose"]["unit"] == "m"
    assert dataset.features["objects.pose"]["names"][7:9] == ["1.x", "1.y"]
    whole = dataset.column("objects.pose")
    assert whole.shape == (start, 3, 7) and np.isnan(whole[-18:, 2]).all() and not np.isnan(whole[-18:, :2]).any()
    assert [(r["task_index"], r["attempt"], r["accepted"], r["reason"], r["layouts"]) for r in dataset.ledger] == [
        (0, 0, True, "", 1),
        (0, 1, True, "", 1),
        (1, 0, False, "no path", 4),
        (1, 1, True, "", 1),
    ]


def test_files_follow_lerobot_v3(store: EpisodeStore, tmp_path: Path) -> None:
    """The rules of the format, read with pandas and pyarrow only."""
    out = tmp_path / "out"
    finalize(store, out, fps=FPS, columns=COLUMNS)
    info = json.loads((out / "meta/info.json").read_text())
    assert (info["codebase_version"], info["fps"], info["chunks_size"]) == ("v3.0", 10, 1000)
    assert (info["total_episodes"], info["total_tasks"], info["splits"]) == (3, 2, {"train": "0:3"})
    frames = pd.read_parquet(out / info["data_path"].format(chunk_index=0, file_index=0))
    assert len(frames) == info["total_frames"]
    assert set(frames.columns) == {n for n, f in info["features"].items() if f["dtype"] != "video"}
    for name, feature in info["features"].items():
        assert "/" not in name
        if feature["dtype"] == "video":
            assert feature["shape"] == [32, 32, 3] and feature["names"] == ["height", "width", "channels"]
            assert feature["info"]["video.fps"] == 10 and feature["info"]["video.codec"] == "h264"
            assert feature["info"]["video.pix_fmt"] == "yuv420p" and feature["info"]["has_audio"] is False
        elif feature["shape"] == [1]:
            if feature["dtype"] != "string":
                assert frames[name].dtype == feature["dtype"]
        else:
            assert len(feature["shape"]) == 1
            assert all(len(v) == feature["shape"][0] and v.dtype == feature["dtype"] for v in frames[name])
            assert feature["names"] is None or len(feature["names"]) == feature["shape"][0]
    assert pq.ParquetFile(out / "data/chunk-000/file-000.parquet").num_row_groups == 3
    tasks = pd.read_parquet(out / "meta/tasks.parquet")
    assert tasks.index.name == "task" and list(tasks.columns) == ["task_index"]
    assert tasks.loc["Move the can 1", "task_index"] == 1
    episodes = pd.read_parquet(out / "meta/episodes/chunk-000/file-000.parquet")
    assert list(episodes["episode_index"]) == [0, 1, 2]
    assert list(episodes["dataset_from_index"]) == [0, 7, 15] and list(episodes["dataset_to_index"]) == [7, 15, 33]
    for i, row in episodes.iterrows():
        mine = frames[frames.episode_index == i]
        assert len(mine) == row["length"] and list(row["tasks"]) == [tasks.index[mine.task_index.iloc[0]]]
        for camera in ("observation.images.front", "observation.images.wrist"):
            place = {k: row[f"videos/{camera}/{k}"] for k in ("chunk_index", "file_index")}
            assert (out / info["video_path"].format(video_key=camera, **place)).exists()
            assert row[f"videos/{camera}/from_timestamp"] == 0
            assert row[f"videos/{camera}/to_timestamp"] == pytest.approx(row["length"] / FPS)
    stats = json.loads((out / "meta/stats.json").read_text())
    numeric = {n for n, f in info["features"].items() if f["dtype"] != "string"}
    assert set(stats) == numeric
    assert {n.split("/")[1] for n in episodes.columns if n.startswith("stats/")} == numeric
    assert np.shape(stats["observation.images.front"]["mean"]) == (3, 1, 1)


def test_statistics_are_numpys(store: EpisodeStore, tmp_path: Path) -> None:
    dataset = finalize(store, tmp_path / "out", fps=FPS)
    table = pd.read_parquet(tmp_path / "out/meta/episodes/chunk-000/file-000.parquet")
    for name, stats in dataset.stats.items():
        if dataset.features[name]["dtype"] == "video":
            camera = name.rpartition(".")[2]
            seeds = (0, 1, 11)
            pixels = np.concatenate([film(s + len(camera), 7 + s)[:, ::4, ::4].reshape(-1, 3) for s in seeds]) / 255
        else:
            pixels = dataset.column(name).reshape(dataset.info["total_frames"], -1).astype(np.float64)
        shape = stats["mean"].shape
        want = {
            "min": np.nanmin(pixels, 0),
            "max": np.nanmax(pixels, 0),
            "mean": np.nanmean(pixels, 0),
            "std": np.nanstd(pixels, 0),
            **{k: np.nanquantile(pixels, q, axis=0) for k, q in QUANTILES.items()},
        }
        for key, value in want.items():
            np.testing.assert_allclose(stats[key], value.reshape(shape), rtol=1e-9, atol=1e-12, err_msg=f"{name} {key}")
        assert stats["count"] == [dataset.info["total_frames"]]
        if dataset.features[name]["dtype"] != "video":
            for i in range(3):
                own = dataset.episode(i, [name])[name].reshape(dataset.length(i), -1).astype(np.float64)
                got = np.stack(list(table[f"stats/{name}/q90"][i : i + 1]))[0][: own.shape[1]]
                if name != "objects.pose" and name != "sim.qpos":
                    np.testing.assert_allclose(got, np.quantile(own, 0.9, axis=0), rtol=1e-12)


def test_statistics_of_parts_are_statistics_of_the_whole() -> None:
    rng = np.random.default_rng(0)
    data = rng.normal(size=(500, 6)) * 10.0 ** rng.integers(-3, 4, 6) + 1e3
    data[rng.random(data.shape) < 0.2] = np.nan
    data[:, 5] = np.nan
    parts = [column_stats(p) for p in np.split(data, [1, 40, 333])]
    sample = QuantileSample(500, 6)
    for p in np.split(data, [7, 8, 200]):
        sample.add(p)
    whole, merged = column_stats(data).named(), merge(parts, sample.quantiles()).named()
    for name, value in whole.items():
        np.testing.assert_allclose(merged[name], value, rtol=1e-9, err_msg=name)
    assert (whole["min"][5], whole["q50"][5]) == (0, 0)
    thin = QuantileSample(500, 6, limit_bytes=6 * 8 * 100)
    for p in np.split(data, [7, 8, 200]):
        thin.add(p)
    np.testing.assert_array_equal(thin.quantiles()[:, :5], column_stats(data[::5]).quantiles[:, :5])
    counts = np.zeros((3, 256), int)
    counts[:, [0, 10, 255]] = [1, 2, 1]
    stats = image_stats(counts, 4)
    assert stats["q50"].ravel() == pytest.approx(np.full(3, 10 / 255)) and stats["max"].ravel() == pytest.approx(1)


def test_finalising_again_gives_the_same_bytes_and_replaces_what_was_there(store: EpisodeStore, tmp_path: Path) -> None:
    out = tmp_path / "out"
    finalize(store, out, fps=FPS, columns=COLUMNS)
    first = digest(out)
    (out / "data/chunk-000/file-009.parquet").write_bytes(b"left over")
    finalize(store, out, fps=FPS, columns=COLUMNS)
    assert digest(out) == first
    # The same episodes stored in another order, in another place.
    other = EpisodeStore(tmp_path / "other/.work", durable=False)
    fill(other)
    finalize(other, tmp_path / "other", fps=FPS, columns=COLUMNS)
    assert digest(tmp_path / "other") == first
    assert not list(out.glob(".building")) and not list(out.glob(".replaced"))


def test_a_kill_while_finalising_is_noticed_and_mended(
    store: EpisodeStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stop before each rename of the swap in turn: the folder is a whole dataset or says that it is not one."""
    out = tmp_path / "out"
    finalize(store, out, fps=FPS)
    first = digest(out)
    rename, states = os.rename, []
    for stop_at in range(1, 20):
        count = 0

        def stopping(source: str, target: str) -> None:
            nonlocal count
            count += 1
            if count == stop_at:  # noqa: B023
                raise KeyboardInterrupt
            rename(source, target)

        monkeypatch.setattr(lerobot.os, "rename", stopping)
        try:
            finalize(store, out, fps=FPS)
            done = True
        except KeyboardInterrupt:
            done = False
        monkeypatch.setattr(lerobot.os, "rename", rename)
        try:
            assert len(load_dataset(out)) == 3
            assert load_dataset(out).video(2, "front").shape[0] == 18
            states.append("whole")
        except DatasetError as error:
            assert "not finished" in str(error)
            states.append("unfinished")
        finalize(store, out, fps=FPS)
        assert digest(out) == first
        if done:
            break
    assert states[0] == "whole" and states[-1] == "whole" and "unfinished" in states


def test_long_datasets_go_into_several_files(
    store: EpisodeStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = finalize(store, tmp_path / "one", fps=FPS)
    monkeypatch.setattr(rows, "DATA_FILE_BYTES", 8_000)
    monkeypatch.setattr(lerobot.paths, "EPISODES_PER_FILE", 2)
    parts = finalize(store, tmp_path / "many", fps=FPS)
    assert len(list((tmp_path / "many/data").rglob("*.parquet"))) > 1
    assert len(list((tmp_path / "many/meta/episodes").rglob("*.parquet"))) == 2
    for i in range(3):
        a, b = whole.episode(i), parts.episode(i)
        assert all(a[n].tobytes() == b[n].tobytes() for n in a)
    assert whole.column("sim.qpos").tobytes() == parts.column("sim.qpos").tobytes()


def test_appearances_failures_and_runs_without_pictures(tmp_path: Path) -> None:
    store = EpisodeStore(tmp_path / "a/.work", durable=False)
    fill(store, renders=2, videos=False)
    with store.begin(0, 2) as job:  # a failed attempt that is kept
        job.episode(0).write(make_columns(2, 4, 3), {"instruction": "Move the can 0"})
        job.commit(accepted=False, failure=Failure("execute", "dropped"))
    dataset = finalize(store, tmp_path / "a", fps=FPS)
    assert len(dataset) == 6 and dataset.cameras == () and dataset.info["video_path"] is None
    assert dataset.episodes["groundwork/render"] == [0, 1] * 3 and all(dataset.episodes["success"])
    results = store.results()
    keys = select_keys(results, per_task=1, keep_failures=True)
    assert keys == [
        EpisodeKey(0, 0, 0),
        EpisodeKey(0, 0, 1),
        EpisodeKey(1, 1, 0),
        EpisodeKey(1, 1, 1),
        EpisodeKey(0, 2),
    ]
    dataset = finalize(store, tmp_path / "b", fps=FPS, keys=keys)
    assert dataset.info["splits"] == {"train": "0:4", "failed": "4:5"}
    assert dataset.episodes["success"] == [True] * 4 + [False]
    layouts = EpisodeStore(tmp_path / "c/.work", durable=False)
    with layouts.begin(0, 0) as job:
        job.episode(0).write({}, {"instruction": "Move it", "qpos0": [1.0]})
        job.commit(accepted=True)
    with pytest.raises(DatasetError, match="layout-only"):
        finalize(layouts, tmp_path / "c", fps=FPS)
    lines = export_layouts(layouts, tmp_path / "c").read_text().splitlines()
    assert json.loads(lines[0])["meta"]["qpos0"] == [1.0]


def test_what_does_not_fit_is_named(store: EpisodeStore, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(DatasetError, match="no accepted episode"):
        finalize(EpisodeStore(tmp_path / "empty"), tmp_path / "empty", fps=FPS)
    with pytest.raises(DatasetError, match="does not exist"):
        load_dataset(tmp_path / "nowhere")
    dataset = finalize(store, out, fps=FPS)
    with pytest.raises(DatasetError, match="did you mean 'action'"):
        dataset.episode(0, ["actions"])
    with pytest.raises(DatasetError, match="did you mean 'wrist'"):
        dataset.video(0, "wrists")
    with pytest.raises(DatasetError, match="episodes 0 to 2"):
        dataset.episode(3)
    with pytest.raises(DatasetError, match="sidecar"):
        dataset.masks(0, "front")
    columns = make_columns(0, 5, 3)
    columns["action"] = columns["action"].astype(np.float64)
    store.write_episode(EpisodeKey(2, 0), columns, {}, {"instruction": "Move it"})
    with pytest.raises(DatasetError, match=r"task 2.*action: float64 there, float32 in"):
        finalize(store, out, fps=FPS)
    assert len(load_dataset(out)) == 3, "the dataset that was there is untouched"
