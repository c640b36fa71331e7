"""How often members of each object family are picked and placed; writes docs/acceptance.md.

python scripts/acceptance.py                                      # every family, 10 attempts each
python scripts/acceptance.py --families mug carton --no-write     # some, only printed
"""

# ruff: noqa: E402
from __future__ import annotations

import os
import sys

# The repository instead of scripts/, whose inspect.py would hide the standard library's module.
_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [os.path.dirname(_HERE), *(p for p in sys.path if os.path.abspath(p) != _HERE)]

import functools
import multiprocessing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts._dataset import parse
from scripts._start import require_packages

if TYPE_CHECKING:
    from tasks.acceptance import Trial


@dataclass(frozen=True)
class Options:
    """What to try."""

    families: tuple[str, ...] = ()
    """Object families (default: all)."""
    attempts: int = 10
    """Attempts a family, each on another member as far as there are enough."""
    seed: int = 0
    """All randomness comes from this number."""
    gripper: str = "panda_hand"
    """panda_hand or robotiq_2f85."""
    workers: int = 0
    """Processes (default: one per core)."""
    out: Path = Path("docs/acceptance.md")
    """The page to write; with --families the rows of all others stay."""
    write: bool = True
    """--no-write only prints."""


_tester: Any = None


def _open(seed: int, gripper: str) -> None:
    global _tester
    from tasks.acceptance import Tester

    _tester = Tester(seed, gripper)


def _run(attempts: int, family: str) -> list[Trial]:
    return _tester.family(family, attempts)


def main() -> int:
    """Runs the attempts; returns the exit status."""
    require_packages()
    options = parse(Options, "acceptance.py")
    from assets.library import FAMILIES
    from engine.errors import GroundworkError, unknown_name
    from engine.run import default_workers
    from engine.sim.robot import load_robot
    from tasks.acceptance import table, text, write_page

    for family in options.families:
        if family not in FAMILIES:
            print(unknown_name("object family", family, FAMILIES), file=sys.stderr)
            return 2
    if options.attempts < 1:
        print(f"--attempts {options.attempts}: give a number of at least 1", file=sys.stderr)
        return 2
    try:
        load_robot(options.gripper)
    except GroundworkError as e:
        print(e, file=sys.stderr)
        return 1
    families = options.families or tuple(FAMILIES)
    trials: list[Trial] = []
    workers = options.workers or default_workers()
    with multiprocessing.get_context("spawn").Pool(workers, _open, (options.seed, options.gripper)) as pool:
        for some in pool.imap(functools.partial(_run, options.attempts), families):
            trials += some
            row = table(some)[0]
            print("  ".join(f"{c:<{w}}" for c, w in zip(row, (20, 4, 4, 8, 14, 0), strict=True)).rstrip(), flush=True)
    print()
    print(text(trials).splitlines()[-1])
    if options.write:
        seed = f" --seed {options.seed}" if options.seed else ""
        command = f"python scripts/acceptance.py --attempts {options.attempts}{seed}"
        write_page(trials, options.out, command, keep=bool(options.families))
        print(f"written: {options.out}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
