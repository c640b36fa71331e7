"""Pages (PNG) of several members of every object family, to look at.

python scripts/thumbnails.py                                   # a page for each category, and all families on one
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

    out: Path = Path("out/thumbnails")
    """The folder to write into; with --families also the name of a PNG file."""
    families: tuple[str, ...] = ()
    """Families to show on one page; a page for every category by default."""
    per_family: int = 6
    """Members of each, the first of the catalogue."""
    size: int = 144
    """Pixels along each thumbnail."""


def main() -> int:
    """Draws the page; returns the exit status."""
    require_packages()
    options = parse(Options, "thumbnails.py")

    from PIL import Image

    from assets.library import FAMILIES
    from assets.thumbnails import overview, save_page
    from engine.errors import unknown_name

    if options.per_family < 1:
        print(f"error: --per-family {options.per_family}: give 1 or more members of each family", file=sys.stderr)
        return 2
    for family in options.families:
        if family not in FAMILIES:
            print(unknown_name("object family", family, FAMILIES), file=sys.stderr)
            return 2
    if options.families:
        path = options.out if options.out.suffix == ".png" else options.out / "families.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        save_page(path, options.families, options.per_family, options.size)
        print(f"{len(options.families)} families: {path}")
        return 0
    options.out.mkdir(parents=True, exist_ok=True)
    for category in sorted({info.category for info in FAMILIES.values()}):
        families = [f for f, info in FAMILIES.items() if info.category == category]
        save_page(options.out / f"{category}.png", families, options.per_family, options.size)
        print(f"{len(families):3d} families: {options.out / category}.png")
    Image.fromarray(overview()).save(options.out / "overview.png")
    print(f"{len(FAMILIES):3d} families, one member each: {options.out / 'overview.png'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
