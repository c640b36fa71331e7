"""Question and geometry sets that go along with a release, cut by split.

    qa/<source>/train, qa/<source>/held_out               folders as scripts/make_qa.py writes them
    geometry/<source>/train, geometry/<source>/held_out   folders as scripts/make_geometry.py writes them

A sample belongs to the split of the trajectory that it shows: `train` has those of train, `held_out` all others, so
that training on the first meets nothing of what is tested. Files are links where nothing has to be cut out of them.
"""

from __future__ import annotations

import json
import shutil
import tarfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from engine.errors import DatasetError
from engine.export import geometry
from engine.export.checksums import sha256
from engine.export.dataset import Dataset
from engine.record.plain import write_json
from engine.release.imports import link_tree
from engine.release.leaks import split_ranges
from engine.rerender import fingerprint

PARTS = ("train", "held_out")
FOLDERS = ("qa", "geometry")

Where = Mapping[str, Mapping[int, str]]
"""Fingerprint of a dataset -> its episodes -> the part they belong to."""


@dataclass(frozen=True)
class Extras:
    """Folders of sets made from the dataset or from the release: questions, geometry; None for none."""

    qa: Path | None = None
    geometry: Path | None = None


def add_extras(
    made: Dataset, dataset: Dataset, parent: Dataset | None, plan: Mapping[str, Any], stage: Path, extras: Extras
) -> dict[str, Any]:
    """Put the sets below `stage`, beside those that an earlier version has; returns what there is, for the card.

    Raises DatasetError for a set of other episodes, and for one of fresh scenes, which may show what is held out.
    """
    out: dict[str, Any] = {}
    if parent is not None:
        for folder in FOLDERS:
            own = parent.root / folder
            files = [p.relative_to(own).as_posix() for p in own.rglob("*") if p.is_file()]
            link_tree(own, stage / folder, files)
            if files:
                out[f"{folder} of {plan['parent']['version']}"] = {"files": len(files)}
    where = _where(made, dataset, plan)
    number = str(len(plan["sources"]) - 1)
    if extras.qa is not None:
        out[f"qa/{number}"] = cut_questions(extras.qa, stage / "qa" / number, where)
    if extras.geometry is not None:
        out[f"geometry/{number}"] = cut_geometry(extras.geometry, stage / "geometry" / number, where)
    return out


def _where(made: Dataset, dataset: Dataset, plan: Mapping[str, Any]) -> Where:
    split = {tuple(r["from"]): r["split"] for r in plan["rows"]}
    t = dataset.episodes
    places = zip(t["groundwork/task_index"], t["groundwork/attempt"], strict=True)
    old = {i: _part(split[place]) for i, place in enumerate(places) if place in split}
    new = {i: _part(name) for name, numbers in split_ranges(made).items() for i in numbers}
    return {fingerprint(dataset): old, fingerprint(made): new}


def _part(split: str) -> str:
    return "train" if split == "train" else "held_out"


def _place(source: Mapping[str, Any], where: Where, what: str) -> str | None:
    """The part of a sample; None where its episode is in no split. Raises DatasetError for foreign samples."""
    if "episode" not in source or "dataset" not in source:
        raise DatasetError(f"{what}: made of fresh scenes, which may show held-out objects; make it from the dataset")
    known = where.get(str(source["dataset"]).split()[-1])
    if known is None:
        raise DatasetError(f"{what}: made of another dataset ({source['dataset']}); make it from the one released")
    return known.get(int(source["episode"]))


# --- questions ------------------------------------------------------------------------------------


def cut_questions(folder: Path, out: Path, where: Where) -> dict[str, int]:
    """A folder of conversation JSONL in two; returns samples by part."""
    total: Counter[str] = Counter()
    kinds: dict[str, Counter[str]] = {p: Counter() for p in PARTS}
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise DatasetError(f"{folder}: no .jsonl file; give a folder that scripts/make_qa.py wrote")
    for path in files:
        for part, lines in _lines_by_part(path, where).items():
            target = out / part / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text("".join(text for text, _ in lines), encoding="utf-8")
            link_tree(folder, out / part, sorted({name for _, e in lines for name in _images(e)}))
            total[part] += len(lines)
            kinds[part].update(str(e.get("kind", "")) for _, e in lines)
    meta_path = folder / "meta.json"
    meta = json.loads(meta_path.read_text(encoding="utf-8")) if meta_path.exists() else {}
    for part in total:
        count = {"samples": total[part], "kinds": dict(sorted(kinds[part].items()))}
        kept = {k: v for k, v in meta.items() if k not in ("images", "bytes", "forms", "kinds_and_forms")}
        write_json(out / part / "meta.json", kept | count | {"part": part}, indent=2)
        _sums(out / part)
    return {p: total[p] for p in PARTS if total[p]}


def _lines_by_part(path: Path, where: Where) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    out: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    with open(path, encoding="utf-8") as file:
        for number, text in enumerate(file, 1):
            entry = json.loads(text)
            part = _place(entry.get("source", {}), where, f"{path}:{number}")
            if part is not None:
                out.setdefault(part, []).append((text, entry))
    return out


def _images(entry: Mapping[str, Any]) -> Iterable[str]:
    image = entry.get("image", [])
    return [image] if isinstance(image, str) else image


def _sums(folder: Path) -> None:
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    text = "".join(f"{sha256(folder / n)}  {n}\n" for n in names if n != "SHA256SUMS")
    (folder / "SHA256SUMS").write_text(text, encoding="utf-8")


# --- geometry -------------------------------------------------------------------------------------


def cut_geometry(folder: Path, out: Path, where: Where) -> dict[str, int]:
    """A geometry set in two; returns samples by part. Shards that belong to one part are linked; of the others each
    part gets its samples' bytes, which lie together (`engine.export.geometry`)."""
    index = folder / geometry.INDEX
    if not index.exists():
        raise DatasetError(f"{folder}: no {geometry.INDEX}; give a folder that scripts/make_geometry.py wrote")
    rows = pq.ParquetFile(index).read().to_pylist()
    meta = json.loads((folder / geometry.META).read_text(encoding="utf-8"))
    parts: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        part = _place(json.loads(row["source"]), where, f"{folder}, sample {row['key']}")
        if part is not None:
            parts.setdefault(part, []).append(row)
    whole = Counter(row["shard"] for row in rows)
    for part, mine in parts.items():
        target = out / part
        target.mkdir(parents=True, exist_ok=True)
        done = [r for shard, group in _by_shard(mine) for r in _shard(folder, target, shard, group, whole[shard])]
        facts = ("samples", "pictures", "shards", "bytes", "format", "format_version")
        geometry.finalize(target, done, {k: v for k, v in meta.items() if k not in facts} | {"part": part})
    return {p: len(parts[p]) for p in PARTS if p in parts}


def _by_shard(rows: Iterable[dict[str, Any]]) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    groups: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["shard"], []).append(row)
    yield from sorted(groups.items())


def _shard(folder: Path, target: Path, shard: int, rows: list[dict[str, Any]], whole: int) -> list[dict[str, Any]]:
    """One shard of a part; returns its rows with the offsets that they have there."""
    name = geometry.shard_name(shard)
    if len(rows) == whole:
        link_tree(folder, target, [name])
        return rows
    moved = []
    with open(folder / name, "rb") as old, open(target / name, "wb") as new:
        for row in sorted(rows, key=lambda r: r["offset"]):
            old.seek(row["offset"])
            moved.append(row | {"offset": new.tell()})
            _copy(old, new, row["bytes"])
        new.write(b"\0" * (2 * tarfile.BLOCKSIZE))
    return moved


def _copy(old: Any, new: Any, count: int) -> None:
    end = new.tell() + count
    shutil.copyfileobj(_Limited(old, count), new)
    if new.tell() != end:
        raise DatasetError(f"{old.name}: ends before what its index lists; make the set again")


class _Limited:
    """The next `left` bytes of a file, as a file."""

    def __init__(self, file: Any, left: int) -> None:
        self._file, self._left = file, left

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        return data
