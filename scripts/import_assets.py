"""Make objects for the engine of any folder of meshes: OBJ, GLB, STL, PLY, MJCF, and zip archives of them.

    python scripts/import_assets.py my_meshes --out my_objects
    python scripts/synthesize.py --assets my_objects --episodes 2

Asks nothing, prints a line for every file (what it became, or why it was refused and how to fix it) and leaves
import_report.txt and import_report.json in --out. Run again, it does only what is new or changed. Exit status: 0 there
are objects; 1 none could be made; 2 wrong arguments.
"""

# ruff: noqa: E402
from __future__ import annotations

import os
import sys

# The repository instead of scripts/, whose inspect.py would hide the standard library's module.
_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [os.path.dirname(_HERE), *(p for p in sys.path if os.path.abspath(p) != _HERE)]

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scripts._dataset import guarded, parse
from scripts._start import require_packages


@dataclass(frozen=True)
class Arguments:
    """Objects for synthesize --assets from a folder of meshes."""

    folder: Path
    """Where the meshes are; everything below it is looked at, nothing outside it is read."""
    out: Path = Path("data/objects")
    """Where the objects and the report go; nothing is written elsewhere but in the cache."""
    units: Literal["auto", "m", "cm", "mm", "inch"] = "auto"
    """Unit of the mesh files (MJCF is in metres); auto: what gives a plausible size."""
    up: Literal["auto", "y", "z"] = "auto"
    """Axis of OBJ, STL and PLY files that points up (glTF: y, MJCF: z); auto: what stands."""
    metadata: Path | None = None
    """CSV or JSON with the columns file, name, category, colour, material, shape, size, mass (kg), scale (metres per
    unit), up, graspable, container (in, on, no); default: metadata.csv or metadata.json in the folder."""
    gripper: str = "panda_hand"
    """The gripper that grasps are sought for."""
    json: Path | None = None
    """Another place for the report as JSON."""


def main() -> int:
    """Runs the import; returns the exit status."""
    require_packages()
    arguments = parse(Arguments, "import_assets.py")
    return guarded(lambda: _import(arguments))


def _import(a: Arguments) -> int:
    import importlib.util

    from engine.errors import ConfigError

    missing = [p for p in ("coacd", "fast_simplification") if importlib.util.find_spec(p) is None]
    if missing:
        raise ConfigError(f"{' and '.join(missing)} not found: install what is new with one line:  make setup")

    from assets.importer.build import Settings
    from assets.importer.run import ImportConfig, import_folder

    cfg = ImportConfig(a.folder, a.out, Settings(a.units, a.up, a.gripper), a.metadata, json=a.json)
    report = import_folder(cfg, lambda line: print(line, flush=True))
    print(report.summary())
    print(
        f"Objects and report: {a.out}"
        + (f"   Use them: python scripts/synthesize.py --assets {a.out}" if report.usable else "")
    )
    return 0 if report.usable else 1


if __name__ == "__main__":
    raise SystemExit(main())
