"""Write a dataset in another format: LeRobot v2.1, RLDS, robomimic HDF5.

    python scripts/export.py data/benchmark-200x5 --to lerobot-v2.1 --out data/legacy
    python scripts/export.py data/benchmark-200x5 --to rlds --out data/tfds --name groundwork
    python scripts/export.py data/benchmark-200x5 --to robomimic --out data/hdf5 --image-px 84
    python scripts/export.py data/benchmark-200x5 --to rlds --out data/few --episodes 0:10 40 --action action

Every column of the dataset is in the export; docs/exports.md says where. Run the same command again to go on
where it stopped. Exit status: 0 complete; 1 parts could not be written; 2 wrong arguments; 3 disk full; 130 or
143 stopped by a signal.
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

from scripts._dataset import guarded, parse
from scripts._start import require_packages


@dataclass(frozen=True)
class Arguments:
    """Write a dataset in another format: LeRobot v2.1, RLDS, robomimic HDF5."""

    dataset: Path
    """Dataset folder (LeRobot v3.0)."""
    to: str = ""
    """The format: lerobot-v2.1, rlds or robomimic."""
    out: Path | None = None
    """Where the export goes: a new folder (default: beside the dataset, <name>-<format>)."""
    episodes: tuple[str, ...] = ()
    """Which episodes: numbers and ranges, e.g. 0:100 205 (default: all)."""
    splits: tuple[str, ...] = ()
    """Only these splits of the dataset (default: all)."""
    failures: bool = False
    """Also attempts that did not reach the goal."""
    action: str = ""
    """Column that becomes the action (default: action.ee_delta in RLDS, action elsewhere)."""
    name: str = ""
    """Name of the dataset inside the format (default: that of the folder)."""
    image: str = "jpeg"
    """How RLDS stores pictures: jpeg or png."""
    quality: int = 95
    """Of JPEG, 1 to 100."""
    image_px: int = 0
    """Height and width of pictures in RLDS and robomimic (0: as they are)."""
    no_images: bool = False
    """RLDS and robomimic: states, actions and labels without pictures."""
    sidecars: bool = False
    """Also depth and instance masks, where the dataset has them."""
    next_obs: bool = False
    """robomimic: also the observation after each action."""
    workers: int | None = None
    """Processes (default: one per core; 0: all in this process). The export is the same for any number."""


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit status."""
    require_packages()
    args = parse(Arguments, "export.py", arguments)
    return guarded(lambda: export(args))


def export(args: Arguments) -> int:
    """Export and say what there is; returns the exit status."""
    from engine.errors import ConfigError
    from engine.export.convert import FORMATS, Unfinished, convert
    from engine.export.source import ExportOptions
    from engine.run import default_workers

    if not args.to:
        raise ConfigError(f"--to: name the format, one of {', '.join(FORMATS)}")
    source = args.dataset.resolve()
    out = args.out or source.with_name(f"{source.name}-{args.to}")
    options = ExportOptions(
        to=args.to,
        episodes=ranges(args.episodes) if args.episodes else None,
        splits=args.splits or None,
        failures=args.failures,
        action=args.action,
        image=args.image,
        quality=args.quality,
        image_px=args.image_px,
        sidecars=args.sidecars,
        images=not args.no_images,
        next_obs=args.next_obs,
        name=args.name,
    )
    shown = start = time.monotonic()

    def progress(done: int, jobs: int) -> None:
        nonlocal shown
        if time.monotonic() - shown > 10:
            shown = time.monotonic()
            print(f"{done}/{jobs} parts, {shown - start:.0f} s", flush=True)

    workers = default_workers() if args.workers is None else args.workers
    try:
        report = convert(args.dataset, out, options, workers=workers, on_progress=progress)
    except Unfinished as error:
        print(f"error: {error}", file=sys.stderr)
        return error.code
    print(f"{report.episodes} episodes, {report.frames} frames, {report.size / 1e6:,.1f} MB -> {report.root}")
    print("nothing to do: it was complete" if not report.made else f"{time.monotonic() - start:.1f} s")
    return 0


def ranges(words: tuple[str, ...]) -> tuple[int, ...]:
    """Episode numbers of "7", "0:10" (0 to 9). Raises ConfigError for anything else."""
    from engine.errors import ConfigError

    out: list[int] = []
    for word in words:
        first, colon, last = word.partition(":")
        if not first.isdigit() or (colon and not last.isdigit()):
            raise ConfigError(f"--episodes {word}: give numbers and ranges such as 7 or 0:10")
        out += range(int(first), int(last)) if colon else [int(first)]
    return tuple(out)


if __name__ == "__main__":
    raise SystemExit(main())
