"""Feed stored actions to the physics and compare the states bit for bit, or watch an episode.

    python scripts/replay.py data/benchmark-200x5 --episode 3 --check
    python scripts/replay.py data/benchmark-200x5 --check              # every episode
    python scripts/replay.py data/benchmark-200x5 --episode 3 --view   # MuJoCo's viewer

Only the action column is used, from the stored initial state. Exit status: 0 all states equal; 1 some
differ; 2 the dataset or the arguments are wrong.
"""

# ruff: noqa: E402
from __future__ import annotations

import os
import sys

# The repository instead of scripts/, whose inspect.py would hide the standard library's module.
_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [os.path.dirname(_HERE), *(p for p in sys.path if os.path.abspath(p) != _HERE)]

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scripts._dataset import guarded, parse
from scripts._start import require_packages

if TYPE_CHECKING:
    from engine.export.dataset import Dataset
    from engine.rebuild import Episode, ReplayReport


@dataclass(frozen=True)
class Arguments:
    """Feed stored actions to the physics and compare states bit for bit, or watch an episode."""

    dataset: Path
    """Dataset folder."""
    episode: int | None = None
    """Number of the episode (default: all with --check, 0 with --view)."""
    check: bool = False
    """Compare all states bit for bit (also without --check, unless --view is given)."""
    view: bool = False
    """Show the episode in MuJoCo's viewer."""
    speed: float = 1.0
    """Speed of --view; 1 is real time."""


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit status."""
    require_packages()
    args = parse(Arguments, "replay.py", arguments)

    def work() -> int:
        from engine.export.dataset import load_dataset

        dataset = load_dataset(args.dataset)
        status = check(dataset, args.episode) if args.check or not args.view else 0
        if args.view:
            view(dataset, args.episode or 0, args.speed)
        return status

    return guarded(work)


def check(dataset: Dataset, index: int | None) -> int:
    """Replay one episode or all, print a line for each that differs and a last line; returns the exit status."""
    from engine.rebuild import check_replay, open_rebuilder

    rebuilder = open_rebuilder(dataset)
    wanted = list(range(len(dataset))) if index is None else [index]
    bad = steps = 0
    for i in wanted:
        episode = rebuilder.open(dataset, i)
        report = check_replay(episode)
        steps += report.steps
        bad += not report.exact
        if not report.exact:
            print(f"episode {i}: DIFFERS  {describe(report)}", flush=True)
        elif index is not None:
            print(f"episode {i}: {report.steps} actions, {report.steps + 1} states, every bit equal", flush=True)
    if index is None:
        good = len(wanted) - bad
        print(f"{good} of {len(wanted)} episodes ({steps} actions): every state equal bit for bit")
    return 1 if bad else 0


def describe(report: ReplayReport) -> str:
    """Where states differ, and versions that may explain it."""
    parts = [f"{d.name} from state {d.step} on, by at most {d.largest:.3g}" for d in report.differences]
    note = f" ({'; '.join(report.notes)})" if report.notes else ""
    return "; ".join(parts) + note


def view(dataset: Dataset, index: int, speed: float) -> None:
    """Play the stored states in MuJoCo's viewer, again and again until it is closed."""
    from engine.errors import BackendError
    from engine.rebuild import open_rebuilder

    episode = open_rebuilder(dataset).open(dataset, index)
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise BackendError("--view needs a screen and DISPLAY is not set; scripts/inspect.py writes pictures instead")
    _play(episode, dataset.fps, speed)


def _play(episode: Episode, fps: float, speed: float) -> None:
    import mujoco
    import mujoco.viewer

    from engine.sim.model import compile_scene

    sm = compile_scene(episode.sm.robot, episode.scene, visual=True)
    sm.apply(episode.physics)
    data = mujoco.MjData(sm.model)
    with mujoco.viewer.launch_passive(sm.model, data) as window:
        while window.is_running():
            for qpos in episode.log.qpos:
                data.qpos[:] = qpos
                mujoco.mj_forward(sm.model, data)
                window.sync()
                time.sleep(1.0 / (fps * speed))
                if not window.is_running():
                    return
            time.sleep(1.0)


if __name__ == "__main__":
    raise SystemExit(main())
