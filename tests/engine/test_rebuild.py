"""From a stored dataset back to physics and pictures: replay, drawing again, looking at it."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.config import RunConfig
from engine.errors import AssetError
from engine.export.dataset import Dataset, load_dataset
from engine.label.table import COLUMNS
from engine.rebuild import check_replay, open_rebuilder, rebuild_scene, task_from_json
from engine.record.video import frame_times
from engine.run import execute, open_session
from engine.sim.model import CONTROL_HZ
from engine.types import Region, Relation, Role, TaskSpec
from scripts import inspect as look
from scripts import render, replay

CAMERAS = """
cameras:
- {name: side, width: 64, height: 48, fovy_deg: 50, eye: [0.5, -0.9, 0.6], target: [0.5, 0, 0.05], distortion: [-0.1]}
- {name: palm, width: 64, height: 48, fovy_deg: 70, parent: hand, eye: [0.1, 0, -0.1], target: [0, 0, 0]}
"""


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """One episode, not rendered."""
    out = tmp_path_factory.mktemp("made") / "plain"
    with open_session(RunConfig(seed=3, tasks=1, episodes=1, render=False), out) as session:
        result = execute(session, workers=0, columns=COLUMNS, fps=CONTROL_HZ)
    assert result.exit_code == 0
    return load_dataset(out)


def test_a_task_survives_json() -> None:
    task = TaskSpec(
        task_id="t",
        roles=(Role("target", category="cup", attributes=(("colour", "red"),)), Role("container", instance="bowl/1")),
        goal=(Relation("in", "target", ("container",)),),
        initial=(Relation("left_of", "target", ("container",), "base"),),
        regions=(("target", Region((0.4, 0.6), (-0.1, 0.1))),),
        metadata=(("from", "test"),),
    )
    assert task_from_json(json.loads(json.dumps(dataclasses.asdict(task)))) == task


def test_replay_is_exact_and_notices_one_flipped_bit(dataset: Dataset, capsys: pytest.CaptureFixture) -> None:
    assert replay.main([str(dataset.root), "--check"]) == 0
    assert "1 of 1" in capsys.readouterr().out
    episode = open_rebuilder(dataset).open(dataset, 0)
    assert check_replay(episode).exact
    t = len(episode.log.actions) // 2
    actions = episode.log.actions.copy()
    actions[t, 3] = np.nextafter(actions[t, 3], np.float32(9))
    report = check_replay(dataclasses.replace(episode, log=dataclasses.replace(episode.log, actions=actions)))
    assert {d.name: d.step for d in report.differences}["sim.target"] == t + 1
    assert min(d.step for d in report.differences) == t + 1, "nothing before the flipped action changes"
    qpos = episode.log.qpos.copy()
    qpos[-1, 0] += 1e-15
    report = check_replay(dataclasses.replace(episode, log=dataclasses.replace(episode.log, qpos=qpos)))
    assert [(d.name, d.step) for d in report.differences] == [("sim.qpos", len(qpos) - 1)]
    assert replay.main([str(dataset.root), "--episode", "7"]) == 2
    assert "episodes 0 to 0" in capsys.readouterr().err


def test_changed_objects_are_refused(dataset: Dataset) -> None:
    meta = dataset.meta(0)
    meta["objects"][2]["hash"] = "0" * 32
    with pytest.raises(AssetError, match=meta["objects"][2]["asset"]):
        rebuild_scene(meta, open_rebuilder(dataset).library)


def test_drawing_again_keeps_physics_and_can_be_looked_at(
    dataset: Dataset, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    (tmp_path / "cameras.yaml").write_text(CAMERAS)
    command = [str(dataset.root), "--out", str(tmp_path / "drawn"), "--cameras", str(tmp_path / "cameras.yaml")]
    command += ["--renders", "2", "--depth", "--masks", "--workers", "0"]
    assert look.main([str(dataset.root), "--out", str(tmp_path / "look")]) == 2
    assert "no pictures" in capsys.readouterr().err
    assert render.main(command) == 0
    drawn = load_dataset(tmp_path / "drawn")
    assert len(drawn) == 2 and drawn.cameras == ("side", "palm")
    was = dataset.episode(0)
    names = [n for n in was if n in COLUMNS and not COLUMNS[n].rendered]
    assert {"sim.qpos", "sim.qvel", "action", "phase"} < set(names)
    for i in range(2):
        now = drawn.episode(i)
        for name in names:
            assert now[name].tobytes() == was[name].tobytes(), name
        assert drawn.video(i, "side").shape == (dataset.length(0), 48, 64, 3)
        assert drawn.masks(i, "palm").shape == drawn.depth(i, "side").shape == (dataset.length(0), 48, 64)
        assert drawn.meta(i)["render"] == i and drawn.meta(i)["appearance"]["cameras"][0]["name"] == "side"
    assert (drawn.video(0, "side") != drawn.video(1, "side")).any()
    assert replay.main([str(drawn.root)]) == 0
    # Going on changes nothing; other settings are refused.
    before = {p: p.read_bytes() for p in (tmp_path / "drawn").rglob("*.parquet")}
    assert render.main(command) == 0 and all(p.read_bytes() == b for p, b in before.items())
    assert render.main([*command, "--seed", "9"]) == 2
    # A run killed after one appearance was stored goes on to the same tables.
    shutil.rmtree(tmp_path / "drawn/.work/results")
    shutil.rmtree(tmp_path / "drawn/meta")
    assert render.main(command) == 0 and all(p.read_bytes() == b for p, b in before.items())
    assert look.main([str(drawn.root), "--out", str(tmp_path / "look"), "--count", "2", "--scale", "1"]) == 0
    sheet = Image.open(tmp_path / "look/sheet-seed0-000.png")
    assert sheet.width == 6 * 64 and sheet.height > 4 * 48
    assert look.main([str(drawn.root), "--out", str(tmp_path / "look"), "--episode", "1"]) == 0
    assert len(frame_times(tmp_path / "look/episode-000001.mp4")) == dataset.length(0)
    assert look.main([str(drawn.root), "--list"]) == 0
    assert "2 episodes" in capsys.readouterr().out
