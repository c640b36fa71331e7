"""Values as JSON: numpy in, plain text out, and what differs between two of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import DatasetError


def plain(value: Any) -> Any:
    """JSON form of a numpy value, a set, a path or a dataclass; raises DatasetError for anything else.

    Arrays become nested lists; float64 survives exactly, since Python writes the shortest decimal that
    reads back as the same number.
    """
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "__dataclass_fields__"):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    raise DatasetError(f"{type(value).__name__} cannot be stored as JSON: {value!r}; store numbers, strings, lists")


def dump_json(value: Any, indent: int | None = None) -> str:
    """One JSON text; see `plain` for what is converted."""
    return json.dumps(value, default=plain, ensure_ascii=False, indent=indent)


def write_json(path: Path, value: Any, indent: int | None = None) -> None:
    """Write one JSON file, UTF-8."""
    path.write_text(dump_json(value, indent) + "\n", encoding="utf-8")


def difference(known: Any, wanted: Any, place: str = "") -> list[str]:
    """Human-readable lines for every leaf in which two JSON values differ."""
    if isinstance(known, dict) and isinstance(wanted, dict):
        lines: list[str] = []
        for key in sorted(known.keys() | wanted.keys()):
            here = f"{place}.{key}" if place else key
            if key not in known:
                lines.append(f"{here}: not set before, now {json.dumps(wanted[key])}")
            elif key not in wanted:
                lines.append(f"{here}: was {json.dumps(known[key])}, now not set")
            else:
                lines += difference(known[key], wanted[key], here)
        return lines
    return [] if known == wanted else [f"{place}: was {json.dumps(known)}, now {json.dumps(wanted)}"]
