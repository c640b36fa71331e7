"""Stored episodes drawn again, and the checksums that go with a dataset."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from engine.errors import ConfigError
from engine.export.checksums import CHECKSUMS, check_checksums, read_checksums, write_checksums
from engine.export.dataset import Dataset
from engine.redraw import Redrawer
from engine.types import PHASES


def test_a_stored_episode_is_drawn_as_it_was(made: Dataset) -> None:
    """Masks and depth to the last value, colours up to what the video's encoding loses."""
    with Redrawer(made) as draw:
        for index in (1, 0):
            draw.open(index)
            for camera in made.cameras:
                masks, depth = made.masks(index, camera), made.depth(index, camera)
                for t in (0, made.length(index) - 1):
                    b = draw.render(t, camera, depth=True)
                    assert b.instance is not None and b.depth is not None
                    assert np.array_equal(b.instance, masks[t])
                    assert np.abs(b.depth * 1000 - depth[t]).max() <= 0.501
                    seen = made.video(index, camera, [t])[0].astype(float)
                    assert np.abs(b.rgb - seen).mean() < 6
        with pytest.raises(ConfigError, match="there is no frame"):
            draw.render(10_000, 0)
        with pytest.raises(ConfigError, match="wrist"):
            draw.render(0, "wirst")


def test_the_phases_of_the_plan_are_those_of_the_column(made: Dataset) -> None:
    for index in range(len(made)):
        runs = made.meta(index)["plan"]["phases"]
        column = made.episode(index, ["phase"])["phase"]
        assert [PHASES.index(name) for name, frames in runs for _ in range(frames)] == column.tolist()


def test_checksums_notice_what_changes(made: Dataset, tmp_path: Path) -> None:
    root = tmp_path / "copy"
    shutil.copytree(made.root, root, ignore=shutil.ignore_patterns(".work"))
    assert check_checksums(root) == []
    assert len(read_checksums(root)) > 10
    assert subprocess.run(["sha256sum", "-c", "--quiet", CHECKSUMS], cwd=root).returncode == 0
    stats = root / "meta/stats.json"
    stats.write_text(stats.read_text().replace("0", "1", 1))
    (root / "meta/info.json").unlink()
    (root / "data/extra.txt").write_text("not listed")
    found = check_checksums(root)
    assert [f.split(":")[0] for f in found] == ["data/extra.txt", "meta/info.json", "meta/stats.json"]
    write_checksums(root)
    assert check_checksums(root) == []
