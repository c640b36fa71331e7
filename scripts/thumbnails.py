"""A page (PNG) of several instances of every object family, to look at.

python scripts/thumbnails.py                                   # all families to out/thumbnails.png
python scripts/thumbnails.py --families mug carton --per-family 10
"""

# ruff: noqa: E402
from __future__ import annotations

import os
import sys

# The repository instead of scripts/, whose inspect.py would hide the standard library's module.
_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [os.path.dirname(_HERE), *(p for p in sys.path if os.path.abspath(p) != _HERE)]
os.environ.setdefault("MUJOCO_GL", "egl")

from dataclasses import dataclass
from pathlib import Path

from scripts._dataset import parse
from scripts._start import require_packages


@dataclass(frozen=True)
class Options:
    """What to draw."""

    out: Path = Path("out/thumbnails.png")
    """The picture to write."""
    families: tuple[str, ...] = ()
    """Families to show; all of them by default."""
    per_family: int = 6
    """Instances of each (seeds 0, 1, 2, ...)."""
    size: int = 144
    """Pixels along each thumbnail."""


def main() -> int:
    """Draws the page; returns the exit status."""
    require_packages()
    options = parse(Options, "thumbnails.py")

    from assets.library import FAMILIES
    from assets.thumbnails import save_page
    from engine.errors import unknown_name

    for family in options.families:
        if family not in FAMILIES:
            print(unknown_name("object family", family, FAMILIES), file=sys.stderr)
            return 2
    options.out.parent.mkdir(parents=True, exist_ok=True)
    save_page(options.out, options.families or None, options.per_family, options.size)
    print(f"{len(options.families) or len(FAMILIES)} families: {options.out}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
