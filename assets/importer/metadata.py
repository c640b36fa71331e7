"""What a user says about files: metadata.csv or metadata.json beside them, or any such file by option."""

from __future__ import annotations

import csv
import io
import json
import math
import posixpath
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from assets.importer.naming import KNOWN_COLOURS, known_colour
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


@dataclass(frozen=True)
class Entry:
    """A row as read: the `file` it is for, its values, the metadata file and the row's number there."""

    file: str
    values: dict[str, str]
    label: str
    number: int

    @property
    def where(self) -> str:
        return f"{self.label} row {self.number}"


class Metadata:
    """Rows by file. A row's `file` may be a path in the folder, a file name, its stem, or the name of its folder."""

    def __init__(self, entries: Iterable[Entry] = ()):
        self._entries: dict[str, Entry] = {}
        self._there: set[str] = set()
        self.add(entries)

    def add(self, entries: Iterable[Entry]) -> None:
        """Take in all rows of a file, or none. Raises Refused when two rows are for one file."""
        new = dict(self._entries)
        for e in entries:
            key = unicodedata.normalize("NFC", e.file)
            if key in new:
                first, second = new[key].where, f"row {e.number}" if new[key].label == e.label else e.where
                raise Refused(f"{first} and {second} are both for '{e.file}'; keep one of them")
            new[key] = e
        self._entries = new

    def row(self, path: str) -> Row:
        """The row of a file (relative path). Raises Refused that names the column when a value makes no sense."""
        for n in _names(path):
            if n in self._entries:
                return _row(self._entries[n])
        return Row()

    def look(self, files: Iterable[str]) -> None:
        """Note which rows are for one of these files."""
        self._there |= {n for f in files for n in _names(f) if n in self._entries}

    def missing(self) -> dict[str, str]:
        """Metadata file -> one sentence about its rows whose files were not among those looked at."""
        out: dict[str, list[Entry]] = {}
        for key, e in self._entries.items():
            if key not in self._there:
                out.setdefault(e.label, []).append(e)
        return {label: _absent(entries) for label, entries in out.items()}


def _absent(entries: list[Entry]) -> str:
    named = ", ".join(f"'{e.file}' (row {e.number})" for e in entries[:4])
    more = f" and {len(entries) - 4} more" if len(entries) > 4 else ""
    return f"names {named}{more}, not in the folder; correct 'file' or leave the row out"


def _names(path: str) -> list[str]:
    """What a row may call a file by, the most exact first."""
    path = unicodedata.normalize("NFC", path)
    stem, folder = posixpath.splitext(path)[0], posixpath.dirname(path)
    names = [path, stem, posixpath.basename(path), posixpath.basename(stem)]
    while folder:
        names += [folder, posixpath.basename(folder)]
        folder = posixpath.dirname(folder)
    return names


def read_metadata(data: bytes, label: str) -> list[Entry]:
    """The rows. Raises Refused that says what is wrong with the file, without its name."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("is not UTF-8 text; save it as UTF-8 ('CSV UTF-8' in a spreadsheet)") from error
    try:
        if label.lower().endswith(".json"):
            return _from_json(json.loads(text), label)
        return _from_csv(text, label)
    except Refused:
        raise
    except (ValueError, csv.Error, RecursionError, AttributeError, TypeError) as error:
        raise Refused(f"cannot be read ({error}); give columns {','.join(COLUMNS)}") from error


def _from_csv(text: str, label: str) -> list[Entry]:
    head = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns: list[str] | None = None
    out: list[Entry] = []
    for cells in reader:
        if not any(c.strip() for c in cells) or (columns is None and cells[0].startswith("sep=")):
            continue
        if columns is None:
            columns = [_column(c) for c in cells]
            continue
        if any(c.strip() for c in cells[len(columns) :]):
            raise Refused(
                f"row {reader.line_num} has more cells than columns; put text that holds '{delimiter}' in \"\""
            )
        values = dict(zip(columns, (c.strip() for c in cells), strict=False))
        if delimiter == ";":  # where lists are written so, 0,5 is a half
            numbers = {
                k: v.replace(",", ".") for k, v in values.items() if k in ("mass", "scale") and v.count(",") == 1
            }
            values |= numbers
        out.append(_entry(values, label, reader.line_num))
    if columns is not None and "file" not in columns:
        raise Refused(f"has no column 'file'; give columns {','.join(COLUMNS)}")
    return out


def _from_json(tree: Any, label: str) -> list[Entry]:
    if isinstance(tree, dict):
        tree = [{"file": k, **v} for k, v in tree.items() if isinstance(v, dict)] or [None]
    if not isinstance(tree, list) or not all(isinstance(r, dict) for r in tree):
        raise Refused("holds no rows; give a list of objects with 'file', or an object file -> values")
    rows = [{k: "" if v is None else str(v) for k, v in r.items() if not isinstance(v, (dict, list))} for r in tree]
    return [_entry({_column(k): v.strip() for k, v in r.items()}, label, n) for n, r in enumerate(rows, 1)]


def _column(text: str) -> str:
    k = text.strip().lower()
    k = _ALIASES.get(k, k)
    if k and k not in COLUMNS:
        raise Refused(unknown_name("column", text.strip(), COLUMNS))
    return k


def _entry(values: dict[str, str], label: str, number: int) -> Entry:
    file = values.pop("file", "").replace("\\", "/").removeprefix("./")
    if values.pop("", ""):
        raise Refused(f"row {number} has a value in a column without a name; name the column")
    if not file:
        raise Refused(f"row {number} has no 'file'; name the file it is for")
    return Entry(file, values, label, number)


def _row(entry: Entry) -> Row:
    out: dict[str, Any] = {"where": entry.label}
    label = entry.where
    for key, text in entry.values.items():
        if not text:
            continue
        low = text.lower()
        if key in ("mass", "scale"):
            try:
                number = float(text)
            except ValueError:
                number = math.nan
            if not (math.isfinite(number) and number > 0):
                raise Refused(f"{label}: {key} '{text}' is no positive number; write it like 0.12")
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
        elif key == "colour":
            if not (word := known_colour(text)):
                raise Refused(f"{label}: {unknown_name('colour', text, KNOWN_COLOURS)}")
            out[key] = word
        elif key in ("name", "category"):
            low = low.replace("\u2019", "'")
            wrong = [c for c in low if unicodedata.category(c)[0] not in "LM" and c not in "0123456789 -'"]
            if wrong or not any(c.isalpha() for c in low):
                what = f"holds {wrong[0]!r}" if wrong else "has no letter"
                raise Refused(f"{label}: {key} {text[:60]!r} {what}; use letters, digits, spaces, hyphens, apostrophes")
            out[key] = low
        else:
            out[key] = low
    return Row(**out)
