"""scripts/lint_dataset.py: what it shows, what it writes, and its exit status."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.errors import ConfigError
from engine.export.dataset import Dataset
from scripts import lint_dataset

ROOT = Path(__file__).parents[2]


def test_a_good_dataset_ends_with_0_and_a_damaged_one_with_1(
    made: Dataset, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    fast = ["--level", "fast", "--workers", "0"]
    assert lint_dataset.main([str(made.root), *fast, "--json", str(tmp_path / "lint.json")]) == 0
    shown = capsys.readouterr().out
    assert "nothing found" in shown and "Not checked" in shown and "picture in time: level fast" in shown
    written = json.loads((tmp_path / "lint.json").read_text())
    assert written["ok"] and written["findings"] == 0
    by_name = {c["check"]: c for c in written["checks"]}
    assert by_name["checksums"]["status"] == "ok" and by_name["picture in time"]["status"] == "not checked"
    assert lint_dataset.main([str(made.root), *fast, "--strict"]) == 1, "something could not be checked"
    capsys.readouterr()

    root = tmp_path / "copy"
    shutil.copytree(made.root, root, ignore=shutil.ignore_patterns(".work"))
    path = root / "data/chunk-000/file-000.parquet"
    file = pq.ParquetFile(path)
    sizes = [file.metadata.row_group(i).num_rows for i in range(file.metadata.num_row_groups)]
    table = file.read()
    number = table.column_names.index("timestamp")
    times = table["timestamp"].to_pylist()
    times[4] += 0.05
    table = table.set_column(number, table.schema.field(number), pa.array(times, pa.float32()))
    with pq.ParquetWriter(path, table.schema) as writer:
        for i, size in enumerate(sizes):
            writer.write_table(table.slice(sum(sizes[:i]), size), row_group_size=size)
    assert lint_dataset.main([str(root), *fast, "--json", str(tmp_path / "lint.json")]) == 1
    shown = capsys.readouterr().out
    assert "episode 0, frame 4, column timestamp" in shown and "tolerance" in shown
    assert "data/chunk-000/file-000.parquet: changed since its checksum was written" in shown
    written = json.loads((tmp_path / "lint.json").read_text())
    places = [(f["episode"], f["frame"], f["column"]) for c in written["checks"] for f in c["findings"]]
    assert (0, 4, "timestamp") in places and not written["ok"]


def test_part_of_a_dataset(made: Dataset, capsys: pytest.CaptureFixture) -> None:
    some = [str(made.root), "--workers", "0", "--level", "fast", "--only", "idle", "gripper"]
    assert lint_dataset.main([*some, "--episodes", "1"]) == 0
    shown = capsys.readouterr().out
    assert "(1 episodes)" in shown and f"{made.length(1)} frames" in shown and "checksums" not in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--episodes", "0:9"], "episodes 0 to 1"),
        (["--episodes", "one"], 'give numbers or ranges, such as "7" or "0:100"'),
        (["--only", "gripers"], "did you mean 'gripper'"),
        (["--sample", "0"], "at least 1"),
    ],
)
def test_wrong_arguments_end_with_2(
    arguments: list[str], said: str, made: Dataset, capsys: pytest.CaptureFixture
) -> None:
    assert lint_dataset.main([str(made.root), "--workers", "0", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_no_dataset_ends_with_2(tmp_path: Path) -> None:
    command = [sys.executable, "scripts/lint_dataset.py", str(tmp_path / "nothing")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and "no dataset" in done.stderr and "Traceback" not in done.stderr


def test_episodes_are_chosen_by_range_and_at_random() -> None:
    assert lint_dataset.choose(9, "0:3,7", None, 0) == (0, 1, 2, 7)
    assert lint_dataset.choose(9, "6:", None, 0) == (6, 7, 8)
    drawn = lint_dataset.choose(1000, None, 20, 1)
    assert len(set(drawn)) == 20 and list(drawn) == sorted(drawn) == list(lint_dataset.choose(1000, None, 20, 1))
    assert drawn != lint_dataset.choose(1000, None, 20, 2)
    assert lint_dataset.choose(9, "2:5", 7, 0) == (2, 3, 4)
    with pytest.raises(ConfigError, match="episodes 0 to 8"):
        lint_dataset.choose(9, "5:5", None, 0)
