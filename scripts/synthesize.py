"""Make a dataset of verified, rendered, labelled pick-and-place episodes.

    python scripts/synthesize.py --tasks 200 --episodes 5
    python scripts/synthesize.py --task my_task.yaml --episodes 20 --out data/mine --seed 7

Run the same command again to go on where it stopped. Exit status: 0 complete; 1 some task fell short, or
an attempt was lost to a fault; 2 wrong arguments or settings; 3 disk full; 130 or 143 stopped by a signal.
"""

# ruff: noqa: E402
from __future__ import annotations

import os
import sys

# The repository instead of scripts/, whose inspect.py would hide the standard library's module.
_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [os.path.dirname(_HERE), *(p for p in sys.path if os.path.abspath(p) != _HERE)]

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from scripts._start import require_packages

if TYPE_CHECKING:
    from engine.config import RunConfig
    from engine.run import Session
    from scripts._console import Console


@dataclass(frozen=True)
class Arguments:
    """Make verified, rendered, labelled pick-and-place episodes and write them as a LeRobot v3.0 dataset.

    An existing output folder goes on where it stopped."""

    tasks: int | None = None
    """How many tasks of the benchmark, from the first (default: 200; with --assets: one for each object there)."""
    task: Path | None = None
    """A task of your own (YAML) instead of the benchmark."""
    episodes: int = 5
    """Accepted episodes of each task."""
    out: Path | None = None
    """Where the dataset goes (default: data/<name made from the arguments>)."""
    seed: int = 0
    """All randomness comes from this number."""
    workers: int | None = None
    """Processes (default: one per core; 0: all in this process). The dataset is the same for any number."""
    renders: int = 1
    """Appearances (lights, materials, cameras) drawn of each episode."""
    render: bool = True
    """--no-render stores physics and labels that need no pictures; scripts/render.py can draw them later."""
    layout_only: bool = False
    """Only lay out and settle the scenes."""
    keep_failures: bool = False
    """Also store failed attempts, marked as such."""
    depth: bool = False
    """Store depth (uint16 millimetres)."""
    masks: bool = False
    """Store instance masks."""
    gripper: str = "panda_hand"
    """Gripper of the Panda arm: panda_hand or robotiq_2f85."""
    assets: Path | None = None
    """A folder of objects to use besides the procedural ones."""
    split: str = "seen"
    """Objects that a task's queries may choose: seen (for training), unseen (held out) or all."""
    cameras: Path | None = None
    """Calibrated cameras (YAML: intrinsics, distortion, extrinsics) instead of the standard two."""
    randomize: Path | None = None
    """Ranges of appearance and physics (YAML; docs/randomize.yaml holds the defaults)."""
    renderer: str = "raster"
    """Which renderer draws."""
    export_only: bool = False
    """Write the dataset from the episodes that are there, without making more."""


def parse(arguments: list[str] | None = None) -> Arguments:
    """The command line; exits with status 2 and a message when it is wrong."""
    import tyro

    options = (tyro.conf.FlagCreatePairsOff,)
    return tyro.cli(Arguments, args=arguments, prog="synthesize.py", config=options)


def configuration(args: Arguments) -> RunConfig:
    """The run that the command line asks for; raises ConfigError."""
    from engine.backends import RENDERERS
    from engine.config import RunConfig
    from engine.errors import ConfigError, unknown_name
    from engine.sim.robot import GRIPPERS

    for kind, name, known in (("renderer", args.renderer, RENDERERS), ("gripper", args.gripper, GRIPPERS)):
        if name not in known:
            raise ConfigError(f"--{kind} {name}: " + unknown_name(kind, name, known))
    cfg = RunConfig(
        seed=args.seed,
        tasks=_tasks(args),
        task_file=None if args.task is None else str(args.task),
        episodes=args.episodes,
        assets=None if args.assets is None else str(args.assets),
        split=args.split,
        gripper=args.gripper,
        renders=args.renders,
        render=args.render and not args.layout_only,
        layout_only=args.layout_only,
        keep_failures=args.keep_failures,
        depth=args.depth,
        masks=args.masks,
        camera_file=None if args.cameras is None else str(args.cameras),
        renderer=args.renderer,
    )
    if args.randomize is not None:
        from engine.config import load_randomization

        looks, physics = load_randomization(args.randomize)
        cfg = replace(cfg, randomize=looks, physics=physics)
    return cfg


def _tasks(args: Arguments) -> int:
    """How many tasks were asked for, or as many as there are objects in --assets, up to the benchmark's 200."""
    if args.tasks is not None or args.assets is None or args.task is not None:
        return 200 if args.tasks is None else args.tasks
    from engine.config import Sources
    from engine.execute.child import load_entry

    library = load_entry(Sources().library)(str(args.assets), args.split)
    return min(200, load_entry(Sources().tasks)(library, None).size)


def _name(args: Arguments) -> str:
    return "benchmark" if args.assets is None else args.assets.resolve().name


def default_out(args: Arguments) -> Path:
    """data/benchmark-200x5, data/<task>-x20, with -seed7 for another seed than 0."""
    name = (
        f"{_name(args)}-{_tasks(args)}x{args.episodes}" if args.task is None else f"{args.task.stem}-x{args.episodes}"
    )
    if args.layout_only or not args.render:
        name += "-layouts" if args.layout_only else "-unrendered"
    return Path("data") / (name + (f"-seed{args.seed}" if args.seed else ""))


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit status."""
    require_packages()
    args = parse(arguments)
    from engine.errors import ConfigError, GroundworkError
    from engine.run import SettingsDiffer, open_session
    from scripts._console import Console

    console = Console()
    out = args.out or Path("data")
    try:
        out = args.out or default_out(args)
        cfg = configuration(args)
        with open_session(cfg, out) as session:
            return _run(session, args, console)
    except SettingsDiffer as e:
        console.settings_differ(e)
        return 2
    except ConfigError as e:
        console.error(str(e))
        return 2
    except GroundworkError as e:
        console.error(str(e))
        return 1
    except OSError as e:
        from engine.execute.child import is_disk_full

        if not is_disk_full(e):
            console.error(f"{e.filename or out}: {e.strerror or e}; check the path and its permissions")
            return 2
        console.error(
            f"no space left on the disk of {out}: {e}. Finished episodes are kept; run the same command again"
        )
        return 3


def _run(session: Session, args: Arguments, console: Console) -> int:
    from engine.estimate import estimate
    from engine.label.columns import COLUMNS
    from engine.run import default_workers, execute, export_dataset
    from engine.sim.model import CONTROL_HZ

    if args.export_only:
        if export_dataset(session, session.done, COLUMNS, CONTROL_HZ, new=True) is None:
            console.error(f"{session.out} holds no accepted episode yet")
            return 1
        console.say(f"Dataset of {session.accepted} episodes: {session.out}")
        return 0
    left = session.wanted - session.accepted
    workers = default_workers() if args.workers is None else args.workers
    workers = min(workers, max(left, 1))
    guess = estimate(session.cfg, left, workers, session.out)
    console.opening(session, workers, guess)
    if left and guess.bytes > guess.free_bytes:
        console.error(
            f"about {guess.bytes / 1e9:.1f} GB are needed and {guess.free_bytes / 1e9:.1f} GB are free on the disk of "
            f"{session.out}; free some, choose --out on another disk, or make fewer (--tasks, --episodes, --renders)"
        )
        return 3
    with console.progress(session) as live:
        result = execute(
            session,
            workers=workers,
            on_result=live.result,
            on_tick=live.tick,
            columns=COLUMNS,
            fps=CONTROL_HZ,
        )
    console.closing(session, result)
    return result.exit_code


if __name__ == "__main__":
    raise SystemExit(main())
