"""What a user says about files: metadata.csv or metadata.json beside them, or any such file by option."""

from __future__ import annotations

import csv
import io
import json
import math
import posixpath
from dataclasses import dataclass
from typing import Any

from assets.importer.records import Refused
from engine.errors import unknown_name

COLUMNS = (
    "file", "name", "category", "colour", "material", "shape", "size", "mass", "scale", "up", "graspable", "container",
)  # fmt: skip
FILES = ("metadata.csv", "metadata.json")
_ALIASES = {"color": "colour", "path": "file", "mass_kg": "mass", "filename": "file"}


@dataclass(frozen=True)
class Row:
    """One object's row; empty strings and None where nothing is said. mass in kg, scale in metres per file unit."""

    where: str = ""
    name: str = ""
    category: str = ""
    colour: str = ""
    material: str = ""
    shape: str = ""
    size: str = ""
    mass: float | None = None
    scale: float | None = None
    up: str = ""
    graspable: bool | None = None
    container: str = ""


class Metadata:
    """Rows by file. A row's `file` may be a path in the folder, a file name, its stem, or the name of its folder."""

    def __init__(self, rows: list[tuple[str, dict[str, str], str]]):
        self._rows = {
            file.strip().replace("\\", "/").removeprefix("./"): (values, label) for file, values, label in rows
        }

    def row(self, path: str) -> Row:
        """The row of a file (relative path). Raises Refused that names the column when a value makes no sense."""
        stem, folder = posixpath.splitext(path)[0], posixpath.dirname(path)
        names = [path, stem, posixpath.basename(path), posixpath.basename(stem)]
        while folder:
            names += [folder, posixpath.basename(folder)]
            folder = posixpath.dirname(folder)
        for n in names:
            if n in self._rows:
                return _row(*self._rows[n])
        return Row()


def read_metadata(data: bytes, label: str) -> list[tuple[str, dict[str, str], str]]:
    """(file, values, label) of each row. Raises Refused that names the file and what is wrong with it."""
    try:
        text = data.decode("utf-8-sig")
        if label.lower().endswith(".json"):
            return _from_json(json.loads(text), label)
        reader = csv.DictReader(io.StringIO(text))
        return [_named({k: v or "" for k, v in r.items() if k is not None}, label) for r in reader]
    except Refused:
        raise
    except (ValueError, csv.Error, RecursionError, AttributeError, TypeError) as error:
        raise Refused(f"{label} cannot be read ({error}); give columns {','.join(COLUMNS)}") from error


def _from_json(tree: Any, label: str) -> list[tuple[str, dict[str, str], str]]:
    if isinstance(tree, dict):
        tree = [{"file": k, **v} for k, v in tree.items() if isinstance(v, dict)] or [None]
    if not isinstance(tree, list) or not all(isinstance(r, dict) for r in tree):
        raise Refused(f"{label} holds no rows; give a list of objects with 'file', or an object file -> values")
    rows = [{k: "" if v is None else str(v) for k, v in r.items() if not isinstance(v, (dict, list))} for r in tree]
    return [_named(r, label) for r in rows]


def _named(values: dict[str, str], label: str) -> tuple[str, dict[str, str], str]:
    clean: dict[str, str] = {}
    for key, value in values.items():
        k = key.strip().lower()
        k = _ALIASES.get(k, k)
        if k not in COLUMNS:
            raise Refused(f"{label}: {unknown_name('column', key.strip(), COLUMNS)}")
        clean[k] = value.strip()
    if not clean.get("file"):
        raise Refused(f"{label}: a row has no 'file'")
    return clean.pop("file"), clean, label


def _row(values: dict[str, str], label: str) -> Row:
    out: dict[str, Any] = {"where": label}
    for key, text in values.items():
        if not text:
            continue
        low = text.lower()
        if key in ("mass", "scale"):
            try:
                number = float(text)
            except ValueError:
                number = math.nan
            if not (math.isfinite(number) and number > 0):
                raise Refused(f"{label}: {key} '{text}' is no positive number; correct it")
            out[key] = number
        elif key == "graspable":
            if low not in ("true", "false", "yes", "no", "1", "0"):
                raise Refused(f"{label}: graspable '{text}' is neither yes nor no; correct it")
            out[key] = low in ("true", "yes", "1")
        elif key == "container":
            word = {"false": "no", "none": "no", "0": "no", "true": "in", "yes": "in", "1": "in"}.get(low, low)
            if word not in ("in", "on", "no"):
                raise Refused(f"{label}: container '{text}' is none of in, on, no; correct it")
            out[key] = word
        elif key == "up":
            if low not in ("y", "z"):
                raise Refused(f"{label}: up '{text}' is neither y nor z; correct it")
            out[key] = low
        else:
            out[key] = low
    return Row(**out)
