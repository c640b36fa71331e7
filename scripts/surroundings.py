"""What scenes are made of besides objects: counts of tables, textures and environments, and pages to look at.

python scripts/surroundings.py                       # the counts
python scripts/surroundings.py --out out/surroundings  # and contact sheets, and every environment as an .hdr file
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
    """What to write."""

    out: Path | None = None
    """Folder for contact sheets (PNG) and environments (.hdr); without it only the counts are printed."""
    hdr_height: int = 256
    """Rows of the .hdr files."""


def counts() -> list[list[str]]:
    """Rows (what, distinct, seen, unseen); tables are distinct as records, surfaces and environments as pictures."""
    import hashlib

    from assets.environments import PLACES, environment_names, panorama
    from assets.surfaces import TEXTURES, texture, texture_names
    from assets.tables import Tables

    tables = Tables()
    records = {repr(tables.get(n)).split("centre_xy", 1)[1] for n in tables.names("all")}  # without the name
    rows = [["tables", len(records), len(tables.names("seen")), len(tables.names("unseen"))]]
    for kind in TEXTURES:
        pictures = {hashlib.sha256(texture(n, 64).tobytes()).digest() for n in texture_names(kind)}
        rows.append([f"textures: {kind}", len(pictures), *(len(texture_names(kind, s)) for s in ("seen", "unseen"))])
    rows.append(["textures", *(sum(r[k] for r in rows[1:]) for k in (1, 2, 3))])
    places = {hashlib.sha256(panorama(n, 32).tobytes()).digest() for n in environment_names()}
    split = [len(environment_names(s)) for s in ("seen", "unseen")]
    rows.append([f"environments of {len(PLACES)} kinds", len(places), *split])
    return [[str(x) for x in row] for row in rows]


def main() -> int:
    """Prints the counts, writes the pages; returns the exit status."""
    require_packages()
    options = parse(Options, "surroundings.py")

    from assets.environments import environment_names
    from assets.hdr import write_hdr
    from assets.showroom import environment_page, surface_page, table_page
    from assets.surfaces import TEXTURES, texture_names
    from assets.surroundings import Surroundings
    from assets.tables import Tables
    from scripts._console import Console

    console = Console()
    console.table("Surroundings", ["", "distinct", "seen", "unseen"], counts())
    if options.out is None:
        return 0
    folder = options.out
    (folder / "hdr").mkdir(parents=True, exist_ok=True)
    source = Surroundings()
    for kind in TEXTURES:
        surface_page(texture_names(kind)).save(folder / f"textures-{kind}.png")
    environment_page(source).save(folder / "environments.png")
    table_page(source, Tables().names("all")).save(folder / "tables.png")
    for name in environment_names():
        write_hdr(folder / "hdr" / f"{name.replace('/', '-')}.hdr", source.panorama(name, options.hdr_height))
    console.say(f"\nPages and {len(environment_names())} .hdr files: {folder}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
