"""The command lines: they start anywhere, explain what is wrong, and show what a person needs to see."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console as RichConsole

from engine.execute.base import JobResult
from engine.run import Progress
from scripts import doctor, synthesize
from scripts._console import Console, span

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted(p.name for p in (ROOT / "scripts").glob("*.py") if not p.name.startswith("_"))


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_command_says_how_it_is_used_even_from_its_own_folder(name):
    """scripts/inspect.py must not hide the standard library's inspect, wherever the command is started."""
    done = subprocess.run(
        [sys.executable, name, "--help"], cwd=ROOT / "scripts", capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "usage" in done.stdout


def test_a_bare_checkout_says_the_one_line_that_sets_it_up():
    command = [sys.executable, "-S", "scripts/synthesize.py", "--tasks", "3"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "make synthesize" in done.stderr or ".venv/bin/python scripts/synthesize.py" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--renderer", "mujcoo"], "did you mean 'mujoco'"),
        (["--gripper", "panda"], "did you mean 'panda_hand'"),
        (["--tasks", "201"], "the benchmark has 200 tasks"),
        (["--episodes", "0"], "--episodes 0"),
        (["--task", "/nowhere/task.yaml"], "/nowhere/task.yaml"),
        (["--cameras", "/nowhere/cameras.yaml"], "/nowhere/cameras.yaml"),
        (["--randomize", "/nowhere/look.yaml"], "/nowhere/look.yaml"),
    ],
)
def test_wrong_arguments_are_explained_with_status_2(arguments, said, tmp_path, capsys):
    assert synthesize.main([*arguments, "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert said in error and "Traceback" not in error
    assert not (tmp_path / "out" / ".work").exists(), "nothing is left behind"


def test_layouts_alone_resume_and_refuse_other_settings(tmp_path, capsys):
    """The real engine, from the command line: a few layouts, the same again, then with another seed."""
    arguments = ["--tasks", "2", "--episodes", "1", "--layout-only", "--out", str(tmp_path / "out")]
    assert synthesize.main([*arguments, "--workers", "2"]) == 0
    said = capsys.readouterr().out
    assert "2 layouts (2 tasks x 1)" in said and "By stage" in said
    before = (tmp_path / "out" / "ledger.json").read_bytes()
    assert synthesize.main(arguments) == 0
    assert "nothing to make" in capsys.readouterr().out
    assert (tmp_path / "out" / "ledger.json").read_bytes() == before
    assert synthesize.main([*arguments, "--seed", "4"]) == 2
    shown = capsys.readouterr()
    assert "other settings" in shown.err
    assert ["seed", "0", "4"] in [line.split() for line in shown.out.splitlines()]


class _Session:
    accepted, wanted, resumed = 0, 4, False


def test_progress_in_a_terminal_and_in_a_log():
    progress = Progress(4)
    refused = JobResult(0, 0, False, {"failure": {"stage": "plan", "reason": "no path"}})
    lost = JobResult(
        1, 0, False, {"failure": {"stage": "worker", "reason": "worker hung", "detail": "x"}}, stored=False
    )
    for fancy in (True, False):
        text = io.StringIO()
        console = Console(RichConsole(file=text, force_terminal=fancy, width=100, highlight=False))
        progress = Progress(4)
        with console.progress(_Session()) as live:  # type: ignore[arg-type]
            live.last_line = -1e9
            for r in (refused, JobResult(0, 1, True, {}), lost):
                progress.add(r)
                live.result(progress, r)
                live.last_line = -1e9
        shown = text.getvalue()
        assert "worker hung" in shown and "task 1, attempt 0" in shown
        assert "plan 1, worker 1" in shown and ("\x1b" in shown) == fancy
        assert "1/4 accepted" in shown.replace("\x1b[1m", "").replace("\x1b[0m", "")


def test_spans_of_time():
    assert [span(s) for s in (None, 3.4, 89, 95, 3599, 3600, 7384)] == [
        *("-", "3 s", "89 s", "2 min", "60 min", "1 h 00 min", "2 h 03 min"),
    ]


def test_doctor_survives_renderers_that_crash_or_hang():
    python = [sys.executable, "-c"]
    crashed = doctor.ask([*python, "import os; os.abort()"], 20, {})
    assert not crashed["ok"] and "signal 6" in crashed["note"] and "apt-get install" in crashed["advice"]
    assert "no answer within 1 s" in doctor.ask([*python, "import time; time.sleep(60)"], 1, {})["note"]
    assert doctor.ask([*python, "print('noise'); print('{\"ok\": true}')"], 20, {}) == {"ok": True}
    assert doctor.renderer_row("x", crashed)[1] == "NO"


def test_doctor_really_draws():
    found = doctor.probe_apart("mujoco", 0.3)
    assert found["ok"], found
    assert found["fps"] > 0 and found["device"] and json.dumps(found)
