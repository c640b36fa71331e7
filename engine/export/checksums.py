"""SHA-256 of a dataset's files, in the form that `sha256sum -c` reads from the dataset's folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from engine.errors import DatasetError
from engine.export import layout as paths

CHECKSUMS = f"{paths.EXTRA}/SHA256SUMS"
"""Where the sums are, relative to the dataset."""

UNSUMMED = (CHECKSUMS, f"{paths.EXTRA}/timing.jsonl")
"""Files without a sum: the list itself, and the only one that differs between equal runs."""

_BLOCK = 1 << 20


def sha256(path: Path) -> str:
    """SHA-256 of a file, 64 hex digits."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def dataset_files(root: Path) -> list[str]:
    """Files that belong to the dataset at `root`, sorted, relative to it: hidden ones and those in UNSUMMED do not."""
    names = [p.relative_to(root) for p in root.rglob("*") if p.is_file()]
    shown = [n for n in names if n.parts[0] in paths.PARTS and not any(part.startswith(".") for part in n.parts)]
    return sorted(n.as_posix() for n in shown if n.as_posix() not in UNSUMMED)


def write_checksums(root: str | Path, files: Iterable[str] | None = None) -> Path:
    """Write the sums of `files` (default: all of the dataset's); returns where."""
    root = Path(root)
    names = dataset_files(root) if files is None else sorted(files)
    path = root / CHECKSUMS
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{sha256(root / name)}  {name}\n" for name in names), encoding="utf-8")
    return path


def read_checksums(root: str | Path) -> dict[str, str]:
    """File -> sum; {} where none were written. Raises DatasetError for a line that is not one of `sha256sum`."""
    path = Path(root) / CHECKSUMS
    if not path.exists():
        return {}
    out = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        total, gap, name = line.partition("  ")
        if len(total) != 64 or not gap or not name:
            raise DatasetError(f"{path}:{number}: expected '<64 hex digits>  <file>', found {line[:80]!r}")
        out[name] = total
    return out


def check_checksums(root: str | Path) -> list[str]:
    """What does not agree with the written sums: "<file>: missing", "...: changed", "...: not listed"; [] if all do."""
    root = Path(root)
    listed = read_checksums(root)
    there = set(dataset_files(root))
    problems = [f"{name}: not listed in {CHECKSUMS}" for name in sorted(there - set(listed))]
    for name, total in sorted(listed.items()):
        if not (root / name).is_file():
            problems.append(f"{name}: missing")
        elif sha256(root / name) != total:
            problems.append(f"{name}: changed since its checksum was written")
    return problems
