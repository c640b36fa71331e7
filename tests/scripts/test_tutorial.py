"""The tutorial's own text, run: every file it says to save and every command, in order, in an empty folder."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "tutorial.md").read_text()
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.S)


def test_the_tutorial_runs_as_it_is_written(tmp_path: Path) -> None:
    robots = Path(os.environ.get("GROUNDWORK_CACHE", Path.home() / ".cache" / "groundwork")) / "robots"
    if not robots.exists():
        pytest.skip("the robot cache is not built; make setup builds it")
    kinds = [kind for kind, _ in BLOCKS]
    assert kinds.count("bash") == 4 and kinds.count("yaml") == 1 and kinds.count("python") == 2
    (tmp_path / "make_meshes.py").write_text(next(b for kind, b in BLOCKS if kind == "python"))
    (tmp_path / "tea.yaml").write_text(next(b for kind, b in BLOCKS if kind == "yaml"))
    assert len((tmp_path / "tea.yaml").read_text().splitlines()) == 9
    said = ""
    for kind, block in BLOCKS:
        for line in block.strip().splitlines() if kind == "bash" else ():
            words = shlex.split(line.removeprefix(".venv/bin/python"))
            words[0] = str(ROOT / words[0]) if words[0].startswith("scripts/") else words[0]
            said += run([sys.executable, *words], tmp_path)
    for line in next(b for kind, b in BLOCKS if kind == "text").splitlines():
        start = line.split(" ... ")[0].split(" 6 poses")[0].split(" 2 poses")[0]
        assert start.split(" g, ")[0] in said, f"the import no longer prints: {start}"
    (tmp_path / "load.py").write_text([b for kind, b in BLOCKS if kind == "python"][-1])
    assert run([sys.executable, "load.py"], tmp_path).startswith("2 episodes: Put the tea box into the serving dish")
    assert len(list((tmp_path / "data" / "tea-sheet").glob("*.png"))) >= 1


def run(command: list[str], folder: Path) -> str:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "MUJOCO_GL": "egl"}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout
