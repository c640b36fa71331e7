"""A release of a dataset: every episode in several appearances, splits that do not leak, card, checksums.

    python scripts/release.py data/benchmark-200x5 --out data/release --renders 2
    python scripts/release.py data/more-tasks --add data/release            # a new version beside the old one
    python scripts/release.py data/release --verify 20                      # make 20 episodes again from their seeds
    python scripts/release.py data/release --leaks                          # check the splits of a finished release

Run the same command again to go on where it stopped. Exit status: 0 good; 1 an episode could not be drawn, is not
the same when made again, or splits leak; 2 wrong arguments or settings; 3 disk full; 130 or 143 stopped by a signal.
"""

# ruff: noqa: E402
from __future__ import annotations

import os
import sys

# The repository instead of scripts/, whose inspect.py would hide the standard library's module.
_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [os.path.dirname(_HERE), *(p for p in sys.path if os.path.abspath(p) != _HERE)]

import datetime
import time
from dataclasses import dataclass
from pathlib import Path

from scripts._dataset import guarded, parse
from scripts._start import require_packages


@dataclass(frozen=True)
class Arguments:
    """Make a release of a dataset, add to one, or check one."""

    dataset: Path
    """Dataset folder to release or to add; with --verify and --leaks the folder to check."""
    out: Path | None = None
    """Where the release goes (default: beside the dataset, <name>-release; with --add <release>-<version>)."""
    add: Path | None = None
    """Release that the dataset is added to; it stays as it is, the new version is a folder of its own."""
    renders: int = 2
    """Appearances of each episode."""
    test_renders: int = 0
    """Appearances of each episode outside train (0: as many as in train)."""
    val: float = 0.05
    """Share of the episodes for val; 0 leaves a split out."""
    test_task: float = 0.05
    """Share of the tasks for test_task: instructions that no other split has."""
    test_object: float = 0.05
    """Share of the tasks for test_object: objects that no other split has."""
    test_material: float = 0.05
    """Share of the episodes for test_material: surfaces and surroundings that no other split has."""
    test_camera: float = 0.05
    """Share of the episodes for test_camera: poses outside the range of all other splits."""
    tasks: int | None = None
    """Only the first so many tasks of the dataset, to try things out."""
    cameras: Path | None = None
    """Calibrated cameras (YAML) instead of those of the dataset's run."""
    randomize: Path | None = None
    """Ranges of the appearance (YAML) instead of the run's with cameras moved and zoomed."""
    seed: int | None = None
    """Seed of splits and appearances (default: that of the dataset's run), or of the sample of --verify."""
    depth: bool = False
    """Store depth (uint16 millimetres)."""
    masks: bool = False
    """Store instance masks."""
    renderer: str = "raster"
    """Which renderer draws."""
    name: str = ""
    """Name of the release (default: the dataset folder's)."""
    version: str | None = None
    """Version such as 1.0.0 (default: 1.0.0, with --add the next minor one)."""
    licence: str = "apache-2.0"
    """Licence of the release, as the Hugging Face hub spells it."""
    date: str | None = None
    """Day of the release, YYYY-MM-DD (default: today, or of the first call when this one goes on)."""
    qa: Path | None = None
    """Question set made from the dataset (scripts/make_qa.py), to go along cut by split."""
    geometry: Path | None = None
    """Geometry set made from the dataset (scripts/make_geometry.py), to go along cut by split."""
    verify: int | None = None
    """Make so many random episodes of DATASET again from their stored seeds and compare states bit for bit."""
    leaks: bool = False
    """Check the splits of the release DATASET again."""
    workers: int | None = None
    """Processes (default: one per core; 0: all in this process). The release is the same for any number."""


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit status."""
    require_packages()
    args = parse(Arguments, "release.py", arguments)
    if args.leaks:
        return guarded(lambda: leaks(args))
    return guarded(lambda: verify(args) if args.verify is not None else release(args))


def release(args: Arguments) -> int:
    """Draw what is missing, then put the release together; returns the exit status."""
    from engine.errors import ConfigError
    from engine.export.dataset import load_dataset
    from engine.release.assemble import Extras
    from engine.release.build import build_release
    from engine.release.plan import ReleaseOptions, make_plan, next_folder
    from engine.release.splits import SplitConfig

    dataset = load_dataset(args.dataset)
    parent = None if args.add is None else load_dataset(args.add)
    options = ReleaseOptions(
        name=args.name,
        version=args.version,
        renders=args.renders,
        test_renders=args.test_renders,
        seed=args.seed,
        cameras=None if args.cameras is None else str(args.cameras.resolve()),
        randomize=None if args.randomize is None else str(args.randomize.resolve()),
        renderer=args.renderer,
        depth=args.depth,
        masks=args.masks,
        licence=args.licence,
        date=_date(args.date),
        tasks=args.tasks,
        shares=SplitConfig(args.val, args.test_task, args.test_object, args.test_material, args.test_camera),
    )
    source = args.dataset.resolve()
    out = args.out or source.with_name(source.name + "-release")
    if args.out is None and args.add is not None:
        out = next_folder(args.add.resolve(), make_plan(dataset, options, parent)["version"])
    for folder in (args.qa, args.geometry):
        if folder is not None and not folder.is_dir():
            raise ConfigError(f"{folder} is no folder; give one that make_qa.py or make_geometry.py wrote")
    start = time.monotonic()
    built = build_release(dataset, out, options, parent, Extras(args.qa, args.geometry), workers=args.workers)
    if built.message:
        print(f"error: {built.message}", file=sys.stderr)
        return built.code or 1
    if built.drawn:
        cpu = sum(built.cpu_s.values())
        print(f"{built.drawn} episodes drawn in {time.monotonic() - start:.0f} s, {cpu:.0f} CPU-s")
    made = load_dataset(out)
    size = sum(p.stat().st_size for p in out.rglob("*") if p.is_file() and ".work" not in p.parts)
    splits = len(made.info["splits"])
    print(f"Release: {out}   {len(made)} episodes, {size / 1e6:,.1f} MB; no leaks between its {splits} splits")
    print(f"Look at it: {out}/README.md, {out}/contact-sheet.jpg")
    return 0


def leaks(args: Arguments) -> int:
    """Check the splits of a finished release; returns the exit status."""
    from engine.export.dataset import load_dataset
    from engine.release.leaks import check_leaks

    dataset = load_dataset(args.dataset)
    found = check_leaks(dataset)
    for leak in found[:20]:
        print(leak.text)
    splits = ", ".join(f"{n} {r}" for n, r in dataset.info["splits"].items())
    print(f"{len(found)} leaks between splits ({splits})" if found else f"no leaks between splits ({splits})")
    return int(bool(found))


def verify(args: Arguments) -> int:
    """Make episodes again from their seeds and compare; returns the exit status."""
    from engine.errors import ConfigError
    from engine.export.dataset import load_dataset
    from engine.release.verify import verify as remake

    if args.verify is None or args.verify < 1:
        raise ConfigError(f"--verify {args.verify}: give a number of at least 1")
    seed = 0 if args.seed is None else args.seed
    dataset = load_dataset(args.dataset)
    found = remake(dataset, args.verify, seed=seed, workers=args.workers, on_result=lambda r: print(r.text, flush=True))
    equal = sum(not r.difference for r in found)
    print(f"{equal} of {len(found)} episodes are the same bit for bit when made again (sample of seed {seed})")
    return int(equal < len(found))


def _date(text: str | None) -> str:
    """The day in ISO form; ConfigError when it is none."""
    from engine.errors import ConfigError

    if text is None:
        return datetime.datetime.now(datetime.UTC).date().isoformat()
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError as e:
        raise ConfigError(f"--date {text}: give a day such as 2026-03-31") from e


if __name__ == "__main__":
    raise SystemExit(main())
