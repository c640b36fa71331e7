"""How large a file's unit is and which of its axes points up, guessed by what is plausible on a table."""

from __future__ import annotations

import numpy as np

from assets.importer.hollow import cavity_of_mesh
from assets.importer.naming import STANDING, Name
from assets.importer.records import I64, Refused
from assets.importer.stand import cut, extremes
from assets.physical import stable_poses
from engine.errors import ConfigError, unknown_name
from engine.types import F64

UNITS = {"m": 1.0, "cm": 0.01, "mm": 0.001, "inch": 0.0254}
SMALLEST, LARGEST = 0.012, 0.65
"""Longest side in metres of what can be an object on this table."""
_USUAL = 0.13
THINNEST = 0.0006

_Y_UP = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])


def check_units(units: str) -> None:
    """Raises ConfigError for an unknown unit."""
    if units not in (*UNITS, "auto"):
        raise ConfigError(unknown_name("unit", units, (*UNITS, "auto")))


def choose_scale(longest: float, units: str, name: Name, metres: bool, notes: list[str]) -> float:
    """Metres per file unit for a body whose longest side has `longest` units. Raises Refused with advice."""
    if units != "auto":
        size = longest * UNITS[units]
        if not SMALLEST <= size <= LARGEST:
            fits = [u for u, f in UNITS.items() if SMALLEST <= longest * f <= LARGEST]
            raise Refused(
                f"would be {_said(size)} long in {units}; "
                + (f"its unit may be {' or '.join(fits)} (--units {fits[0]})" if fits else "scale it to table-top size")
            )
        return UNITS[units]
    if metres:
        if not SMALLEST <= longest <= LARGEST:
            raise Refused(
                f"is {_said(longest)} long, and MJCF is in metres; correct the mesh's scale= (objects are "
                f"{100 * SMALLEST:.1f} to {100 * LARGEST:.0f} cm)"
            )
        return 1.0
    if SMALLEST <= longest <= LARGEST:
        return 1.0
    known = name.known()
    usual = known[2] if known else _USUAL
    fits = [u for u in ("cm", "mm", "inch") if SMALLEST <= longest * UNITS[u] <= LARGEST]
    if not fits:
        raise Refused(
            f"is {longest:.4g} units long, which is no table-top size in m, cm, mm or inch; give the scale in "
            "metadata.csv (columns file,scale) or --units"
        )
    best = min(fits, key=lambda u: (abs(np.log(longest * UNITS[u] / usual)) + (1.0 if u == "inch" else 0.0), u))
    notes.append(f"{longest:.4g} units long, taken as {best}")
    return UNITS[best]


def _said(size: float) -> str:
    return f"{size:.3g} m" if size >= 1 else f"{100 * size:.3g} cm"


def choose_up(vertices: F64, faces: I64, hull: F64, said: str, noun: str, notes: list[str]) -> F64:
    """R (3, 3) that turns the file's up axis to z. said: "z", "y", or "mjcf" or "" to guess: what stands, rests at
    zero, is open to the top, or has its long side up when the noun is that of something that stands.

    vertices, faces: the welded mesh; hull (N, 3) its hull points, any unit.
    """
    if said == "y":
        return _Y_UP
    if said == "z":
        return np.eye(3)
    scores = []
    hull = extremes(hull)
    for R, prior in ((np.eye(3), 1.0 if said == "mjcf" else 0.5), (_Y_UP, 0.0)):
        h = hull @ R.T
        size = np.ptp(h, axis=0)
        score = prior
        foot = cut(h, float(h[:, 2].min()) + 0.012 * float(size[2]))  # scans have rough feet
        scaled = (foot - 0.5 * (h.min(0) + h.max(0))) * (0.13 / size.max())
        if any(s.q_wxyz[0] > 0.995 for s in stable_poses(scaled)):
            score += 2.0
        if abs(h[:, 2].min()) < 0.02 * size[2] and np.abs(0.5 * (h.min(0) + h.max(0)))[:2].max() < 0.1 * size.max():
            score += 1.2
        if cavity_of_mesh(vertices @ R.T, faces) > 0.15:
            score += 1.5
        if noun in STANDING and size[2] > 1.15 * size[:2].max():
            score += 1.3
        scores.append(score)
    if scores[1] > scores[0]:
        notes.append("y taken as up")
        return _Y_UP
    return np.eye(3)
