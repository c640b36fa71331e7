"""What every command does first. Standard library only: it must work in a bare checkout."""

from __future__ import annotations

import importlib.util
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_PACKAGES = (
    "mujoco",
    "numpy",
    "scipy",
    "trimesh",
    "networkx",
    "pyarrow",
    "av",
    "PIL",
    "yaml",
    "tyro",
    "rich",
    "psutil",
)


def require_packages(target: str = "synthesize") -> None:
    """Exit with the one line that sets the project up when its packages are not there."""
    if sys.version_info < (3, 11):  # noqa: UP036 (an older Python does get here)
        said = f"this is Python {sys.version.split()[0]}; 3.11 or 3.12 is needed"
    else:
        missing = [p for p in _PACKAGES if importlib.util.find_spec(p) is None]
        if not missing:
            return
        said = f"not found: {', '.join(missing)}"
    name = os.path.basename(sys.argv[0])
    python = os.path.join(ROOT, ".venv", "bin", "python")
    print(f"Groundwork is not set up for this Python ({said}).", file=sys.stderr)
    if os.path.exists(python):
        print(f"It is for another one. Run:  {os.path.relpath(python)} scripts/{name} ...", file=sys.stderr)
    else:
        arguments = f' ARGS="{" ".join(sys.argv[1:])}"' if target == "synthesize" and sys.argv[1:] else ""
        print(f"Set it up with one line:  make {target}{arguments}", file=sys.stderr)
    raise SystemExit(1)
