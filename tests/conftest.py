"""What tests of several rooms share: one small dataset, made once per run of the tests."""

from __future__ import annotations

import pytest

from engine.config import RunConfig
from engine.export.dataset import Dataset, load_dataset
from engine.label.table import COLUMNS
from engine.run import execute, open_session
from engine.sim.model import CONTROL_HZ


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Two tasks, one episode each, drawn, with depth and masks. Read only: copy it to change it."""
    out = tmp_path_factory.mktemp("shared") / "made"
    cfg = RunConfig(seed=5, tasks=2, episodes=1, depth=True, masks=True)
    with open_session(cfg, out) as session:
        result = execute(session, workers=0, columns=COLUMNS, fps=CONTROL_HZ)
    assert result.exit_code == 0
    return load_dataset(out)
