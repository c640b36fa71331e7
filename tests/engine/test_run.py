"""A whole run with a toy worker: resume, settings, lock, export and ledger; the command's exit statuses."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.config import RunConfig, Sources
from engine.errors import ConfigError, DatasetError
from engine.execute.base import JobOutcome
from engine.export.lerobot import load_dataset
from engine.ledger import Entry, make_ledger, plain_table, wilson
from engine.record.store import EpisodeStore
from engine.run import SettingsDiffer, differences, execute, open_session
from engine.types import Failure

HERE = Path(__file__)
ENTRY = f"{HERE.stem}:ToyWorker"
CFG = RunConfig(
    tasks=3, episodes=2, render=False, sources=Sources(f"{HERE.stem}:no_library", f"{HERE.stem}:ToyTasks", "")
)


class ToyTasks:
    """Stands for a task source: the run asks it how many tasks there are."""

    size = 4

    def __init__(self, library: object, file: str | None) -> None:
        del library, file


def no_library(folder: str | None, split: str) -> None:
    del folder, split


def coin(task: int, attempt: int) -> bool:
    return hashlib.sha256(f"run {task} {attempt}".encode()).digest()[0] < 150


class ToyWorker:
    """Stores a few columns, or a failure; GROUNDWORK_TOY_DELAY slows it down so that it can be killed midway."""

    def __init__(self, config: dict[str, object], out: str) -> None:
        self.store = EpisodeStore(Path(out) / ".work", durable=False)
        self.seed = config["seed"]
        self.delay = float(os.environ.get("GROUNDWORK_TOY_DELAY", "0"))

    def __call__(self, task_index: int, attempt: int) -> JobOutcome:
        rng = np.random.default_rng([int(str(self.seed)), task_index, attempt])
        facts = {"target": f"block/{task_index}", "layouts": 1 + attempt % 2}
        if not coin(task_index, attempt):
            failure = Failure("plan", "no collision-free path", f"block/{task_index}")
            self.store.write_failure((task_index, attempt), failure, ledger=facts)
            return JobOutcome(False, facts | {"failure": dict(vars(failure)), "cpu_s": {"plan": 0.1}})
        facts |= {"grasp_tilt_deg": float(rng.uniform(0, 90))}
        with self.store.begin(task_index, attempt) as job:
            frames = int(rng.integers(4, 8))
            columns = {"action": rng.normal(size=(frames, 8)).astype(np.float32)}
            job.episode(0).write(columns, {"instruction": f"Move block {task_index}", "seed": self.seed})
            time.sleep(self.delay)
            job.commit(accepted=True, ledger=facts)
        return JobOutcome(True, facts | {"cpu_s": {"plan": 0.1, "execute": 0.2}})


def make(out: Path, cfg: RunConfig = CFG, workers: int = 1, **more: object):
    with open_session(cfg, out) as session:
        return execute(session, workers=workers, entry=ENTRY, **more)  # type: ignore[arg-type]


def digest(out: Path) -> dict[str, str]:
    """Content of every file of a dataset and its ledger, apart from timings, logs and the store."""
    files = [p for p in sorted(out.rglob("*")) if p.is_file() and ".work" not in p.parts and "timing" not in p.name]
    return {p.relative_to(out).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture(scope="module")
def reference(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("run") / "reference"
    result = make(out)
    assert result.exit_code == 0 and result.dataset == out
    return out


def test_a_run_leaves_a_dataset_and_a_ledger(reference):
    data = load_dataset(reference)
    assert len(data) == 6
    ledger = json.loads((reference / "ledger.json").read_text())
    accepted = [(a["task_index"], a["attempt"]) for a in ledger["attempts"] if a["accepted"]]
    assert len(accepted) == 6 and all(coin(*key) for key in accepted)
    total = {t["name"]: t for t in ledger["totals"]}
    assert total["attempts"]["entered"] == len(ledger["attempts"])
    assert total["layouts drawn"]["entered"] == sum(a["layouts"] for a in ledger["attempts"])
    assert "By target object" in (reference / "ledger.txt").read_text()


def test_any_number_of_workers_gives_the_same_files(reference, tmp_path):
    make(tmp_path / "three", workers=3)
    assert digest(tmp_path / "three") == digest(reference)


def test_a_finished_run_does_nothing_and_changes_nothing(reference):
    before = digest(reference)
    result = make(reference)
    assert result.exit_code == 0 and all(r.worker == -1 for r in result.summary.results)
    assert digest(reference) == before


_SCRIPT = """
import sys
sys.path[:0] = {paths!r}
from pathlib import Path
if __name__ == "__main__":
    import test_run
    test_run.make(Path({out!r}), workers=2)
"""


@pytest.mark.parametrize("kill_after", [1, 3])
def test_a_run_killed_at_any_moment_resumes_to_the_same_dataset(reference, tmp_path, kill_after):
    out = tmp_path / "killed"
    script = tmp_path / "go.py"
    script.write_text(_SCRIPT.format(paths=[str(HERE.parents[2]), str(HERE.parent)], out=str(out)))
    process = subprocess.Popen([sys.executable, str(script)], env=os.environ | {"GROUNDWORK_TOY_DELAY": "0.15"})
    until = time.monotonic() + 20
    while len(list((out / ".work").glob("results/t*/a*"))) < kill_after:
        assert process.poll() is None and time.monotonic() < until
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with open_session(CFG, out) as session:  # the lock went with the process
        assert session.resumed and 0 < len(session.done)
    assert make(out, workers=2).exit_code == 0
    assert digest(out) == digest(reference)


def test_other_settings_for_a_folder_are_shown(reference, tmp_path):
    with pytest.raises(SettingsDiffer) as caught:
        make(reference, replace(CFG, seed=3, episodes=4))
    assert caught.value.rows == [("episodes", "2", "4"), ("seed", "0", "3")]
    assert "episodes: 2 there, 4 asked for" in str(caught.value)
    assert differences({"a": {"b": [1]}}, {"a": {"b": [2]}, "c": None}) == [("a.b", "[1]", "[2]"), ("c", "-", "null")]


def test_a_file_is_a_setting_by_content(tmp_path):
    camera = tmp_path / "camera.yaml"
    text = "[{name: view, fovy_deg: %d, eye: [1, 0, 1], target: [0, 0, 0]}]"
    camera.write_text(text % 45)
    cfg = replace(CFG, camera_file=str(camera))
    make(tmp_path / "out", cfg, export=False)
    moved = tmp_path / "sub" / "camera.yaml"
    moved.parent.mkdir()
    moved.write_text(text % 45)
    make(tmp_path / "out", replace(cfg, camera_file=str(moved)), export=False)
    moved.write_text(text % 50)
    with pytest.raises(SettingsDiffer, match=r"camera_file: camera\.yaml sha256"):
        make(tmp_path / "out", replace(cfg, camera_file=str(moved)))
    with pytest.raises(ConfigError, match=r"nowhere\.yaml: cannot be read"):
        make(tmp_path / "out2", replace(cfg, camera_file=str(tmp_path / "nowhere.yaml")))
    moved.write_text("[{name: view}]")  # wrong content leaves no folder behind that remembers it
    with pytest.raises(ConfigError, match="either K"):
        make(tmp_path / "out2", replace(cfg, camera_file=str(moved)))
    assert not (tmp_path / "out2" / ".work").exists()


def test_a_folder_is_used_by_one_run_and_foreign_files_are_left_alone(tmp_path):
    with open_session(CFG, tmp_path / "a"), pytest.raises(DatasetError, match=f"in use.*{os.getpid()}"):
        make(tmp_path / "a")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "thesis.txt").write_text("mine")
    with pytest.raises(DatasetError, match="holds files"):
        make(tmp_path / "b")
    assert [p.name for p in (tmp_path / "b").iterdir()] == ["thesis.txt"]
    with pytest.raises(ConfigError, match="the benchmark has 4 tasks"):
        make(tmp_path / "c", replace(CFG, tasks=5))


def test_tasks_that_fall_short_are_named(tmp_path):
    cfg = replace(CFG, max_attempts_per_episode=1, tasks=1, episodes=60)
    result = make(tmp_path / "short", cfg)
    assert result.exit_code == 1 and result.summary.incomplete == (0,)
    ((task, target, count, why),) = result.ledger.short
    assert (task, target) == (0, "block/0") and 0 < count < 60
    assert why.startswith("plan: no collision-free path")
    assert len(load_dataset(tmp_path / "short")) == count, "what there is, is still a dataset"


def test_the_disk_running_low_keeps_what_is_there(tmp_path, monkeypatch):
    import engine.run

    monkeypatch.setattr(engine.run, "MIN_FREE_BYTES", 1 << 62)
    result = make(tmp_path / "full")
    assert result.exit_code == 3 and "MB are free" in result.summary.message
    assert not (tmp_path / "full" / "meta").exists()
    monkeypatch.undo()
    assert make(tmp_path / "full").exit_code == 0


def test_ledger_counts_stages_in_order_and_does_not_depend_on_arrival():
    def refused(stage: str) -> dict[str, object]:
        return {"target": "mug/1", "stage": stage, "reason": "r"}

    entries = [Entry(0, i, False, refused(s)) for i, s in enumerate(["layout", "plan", "plan", "worker"])]
    entries += [Entry(0, 9, True, {"target": "mug/1", "executions": [{"success": False}, {"success": True}]})]
    ledger = make_ledger(entries, {0: 5})
    passed = {r.name: (r.entered, r.passed) for r in ledger.stages}
    assert passed["layout"] == (5, 4) and passed["plan"] == (4, 2) and passed["worker"] == (2, 1)
    assert [(r.entered, r.passed) for r in ledger.totals if r.name == "plans executed"] == [(2, 1)]
    assert make_ledger(reversed(entries), {0: 5}).json() == ledger.json()
    assert ledger.objects[0].passed == 1 and ledger.short[0][:3] == (0, "mug/1", 1)


def test_wilson_interval_matches_its_definition():
    """The ends are the proportions whose normal test just does not reject the observed one."""
    for k, n in ((0, 7), (3, 7), (7, 7), (812, 1000)):
        for p in wilson(k, n):
            if 0 < p < 1:
                assert abs(k / n - p) / np.sqrt(p * (1 - p) / n) == pytest.approx(1.959964, rel=1e-6)
    assert wilson(0, 7)[0] == 0 and wilson(7, 7)[1] == 1 and wilson(0, 0) == (0, 1)


def test_plain_tables_align():
    assert plain_table(["a", "n"], [["x", "1"], ["long", "23"]]).splitlines() == [
        "a      n",
        "----  --",
        "x      1",
        "long  23",
    ]
