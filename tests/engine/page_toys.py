"""Small datasets for the tests of the page. Every picture carries the number of its frame in its pixels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from engine.export.lerobot import finalize, select_keys
from engine.record.store import EpisodeStore
from engine.record.video import VideoWriter
from engine.types import Failure

FPS = 10
SIDE = 96
CELL = 16
"""Pixels of a bit of the frame's number; six bits stand side by side along the upper edge."""

FAMILIES = ("mug", "pan", "plug")
WHY = (("grasp", "no grasp is free"), ("plan", "no path"), ("validate", "dropped"))


def picture(number: int) -> np.ndarray:
    """A frame (SIDE, SIDE, 3) with `number` (0 to 63) in its upper row: bit k is the k-th cell, white for 1."""
    out = np.full((SIDE, SIDE, 3), 96, np.uint8)
    for k in range(6):
        out[:CELL, k * CELL : (k + 1) * CELL] = 255 * (number >> k & 1)
    return out


def film(path: Path, numbers: range) -> dict[str, Any]:
    with VideoWriter(path, FPS) as video:
        for n in numbers:
            video.add(picture(n))
    return video.facts.as_json()


def columns(frames: int) -> dict[str, np.ndarray]:
    """Labels that move by two pixels a frame, and a state with a number that JSON has no word for."""
    t = np.arange(frames)
    box = np.stack([t + 0.5, 0 * t + 39.5, t + 20.5, 0 * t + 59.5], 1).astype(np.float32)
    state = np.sin(np.arange(8)[None] + t[:, None] / 7).astype(np.float32)
    state[1, 2] = np.nan
    phase = np.minimum(t * 7 // frames, 6)
    uv = np.stack([2.0 * t, 70 + 0 * t], 1).astype(np.float32)
    out = {
        "observation.state": state,
        "action": np.concatenate([np.diff(state[:, :7], axis=0, append=0), (phase[:, None] > 0)], 1).astype(np.float32),
        "phase": phase,
        "objects.pose": np.random.default_rng(0).normal(size=(frames, 3, 7)),
        "inspire.target.direction": t % 7,
        "inspire.target.offset": np.stack([t / 100, t / 50, t / 25], 1).astype(np.float32),
    }
    for camera in ("front", "wrist"):
        out |= {
            f"label.{camera}.target.box_visible": box,
            f"label.{camera}.target.visible_fraction": (t / frames).astype(np.float32),
            f"label.{camera}.ee_point": uv,
            f"label.{camera}.ee_point_visible": t % 2 == 0,
        }
    return out


def meta(task: int, attempt: int, accepted: bool) -> dict[str, Any]:
    family, other = FAMILIES[task % 3], FAMILIES[(task + 1) % 3]
    objects = [
        {"name": "target", "asset": f"{family}/{task}", "noun": f"red {family}", "family": family, "attributes": {}},
        {"name": "container", "asset": f"bowl/{task}", "noun": "bowl", "family": "bowl", "attributes": {}},
        {"name": "distractor_0", "asset": f"{other}/{attempt}", "noun": other, "family": other, "attributes": {}},
    ]
    relations = [["near", "target", "container"], ["left_of", "target", "container"]]
    relations += [["left_of", "target", "distractor_0"], ["left_of", "container", "distractor_0"]]
    out: dict[str, Any] = {
        "task_id": f"t{task}",
        "instruction": f"Put the red {family} into <b>bowl</b> {task}",
        "instructions": [{"text": f"Put the red {family} into <b>bowl</b> {task}"}],
        "objects": objects,
        "task": {"goal": [{"kind": "in", "subject": "target", "objects": ["container"]}]},
        "scene_graph": {"relations": relations},
        "videos": {},
    }
    return out if accepted else out | {"failure": {"stage": "validate", "reason": "dropped", "object": family}}


def toy_dataset(folder: Path, tasks: int = 4) -> Path:
    """Of each task: two accepted episodes, one stored although it failed, one refused attempt."""
    store = EpisodeStore(folder / ".work", durable=False)
    for task in range(tasks):
        for attempt in range(4):
            facts = {"task": f"t{task}", "target": f"{FAMILIES[task % 3]}/{task}", "container": f"bowl/{task}"}
            facts |= {"family": FAMILIES[task % 3], "grasp_tilt_deg": 10.0 * task, "layouts": 1}
            if attempt == 1:
                stage, reason = WHY[task % 3]
                store.write_failure((task, 1), Failure(stage, reason, facts["target"], 0), ledger=facts)
                continue
            failed = Failure("validate", "dropped", facts["target"], 0) if attempt == 3 else None
            with store.begin(task, attempt) as job:
                frames, about = 26 + 3 * task + attempt, meta(task, attempt, not failed)
                episode = job.episode(0)
                for camera in ("front", "wrist"):
                    about["videos"][camera] = film(episode.video_path(camera), range(frames))
                with VideoWriter(episode.sidecar_path("mask.front.mkv"), FPS, "mask") as mask:
                    for t in range(frames):
                        mask.add(np.full((SIDE, SIDE), 3 + t % 3, np.uint8))
                episode.write(columns(frames), about)
                job.commit(accepted=not failed, failure=failed, ledger=facts, timing={"plan": 0.5, "render": 2.0})
    keys = select_keys(store.results(), keep_failures=True)
    finalize(store, folder, fps=FPS, keys=keys, run_config={"settings": {"episodes": 3}})
    return folder


def foreign_dataset(folder: Path) -> Path:
    """A v3 dataset of somebody else: two episodes of 20 frames in one video file, and nothing but the format."""
    key = "observation.images.cam"
    for name in ("meta/episodes/chunk-000", "data/chunk-000", f"videos/{key}/chunk-000"):
        (folder / name).mkdir(parents=True)
    film(folder / f"videos/{key}/chunk-000/file-000.mp4", range(40))
    t = np.arange(40)
    state = pa.FixedSizeListArray.from_arrays(pa.array(np.tile(t / 40, 2).reshape(2, 40).T.ravel(), pa.float32()), 2)
    rows = {"observation.state": state, "timestamp": pa.array(t % 20 / FPS, pa.float32()), "frame_index": t % 20}
    rows |= {"episode_index": t // 20, "index": t, "task_index": t * 0}
    pq.write_table(pa.table(rows), folder / "data/chunk-000/file-000.parquet")
    table: dict[str, Any] = {"episode_index": [0, 1], "tasks": [["fold the towel"], ["fold the towel"]]}
    table |= {"length": [20, 20], "dataset_from_index": [0, 20], "dataset_to_index": [20, 40]}
    for name in ("data/chunk_index", "data/file_index", f"videos/{key}/chunk_index", f"videos/{key}/file_index"):
        table[name] = [0, 0]
    table |= {f"videos/{key}/from_timestamp": [0.0, 2.0], f"videos/{key}/to_timestamp": [2.0, 4.0]}
    pq.write_table(pa.table(table), folder / "meta/episodes/chunk-000/file-000.parquet")
    pq.write_table(pa.table({"task_index": [0], "task": ["fold the towel"]}), folder / "meta/tasks.parquet")
    scalar = {"dtype": "int64", "shape": [1], "names": None}
    features = {n: scalar for n in ("frame_index", "episode_index", "index", "task_index")}
    features["timestamp"] = scalar | {"dtype": "float32"}
    features["observation.state"] = {"dtype": "float32", "shape": [2], "names": {"motors": ["a", "b"]}}
    features[key] = {"dtype": "video", "shape": [3, SIDE, SIDE], "names": ["channels", "height", "width"]}
    info = {"codebase_version": "v3.0", "robot_type": None, "total_episodes": 2, "total_frames": 40, "total_tasks": 1}
    info |= {"fps": FPS, "features": features, "splits": {"train": "0:1", "val": "1:2"}}
    info["data_path"] = "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet"
    info["video_path"] = "videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4"
    (folder / "meta/info.json").write_text(json.dumps(info))
    return folder
