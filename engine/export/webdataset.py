"""Conversation folders (JSONL and images) as WebDataset shards: tar files of `{key}.jpg` and `{key}.json`.

A sample is one question with its picture, or one picture with all its questions (`by="image"`: the picture is stored
once, the JSON holds {"image": ..., "questions": [lines]}). Several pictures of one question are `{key}.0.jpg`,
`{key}.1.jpg`; a line without a picture is `{key}.json` alone. The shards are equal byte for byte for the same folder,
settings and seed; a shard appears under its name when it is complete, so the same call again goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from engine.errors import ConfigError, DatasetError
from engine.export.checksums import sha256
from engine.rng import rng

INDEX, SETTINGS = "index.json", "settings.json"
BY = ("question", "image")


@dataclass(frozen=True)
class ShardConfig:
    """shard_size: samples in a shard at most. by: what a sample is, one of BY. seed: of the order of samples; None
    keeps the folder's, in which neighbours look alike."""

    shard_size: int = 5000
    by: str = "question"
    seed: int | None = 0

    def __post_init__(self) -> None:
        if self.shard_size < 1:
            raise ConfigError(f"--shard-size {self.shard_size}: give a number of at least 1")
        if self.by not in BY:
            raise ConfigError(f"--by {self.by}: known are {', '.join(BY)}")


@dataclass(frozen=True)
class Shard:
    """One written tar file."""

    name: str
    samples: int
    bytes: int
    sha256: str


def write_shards(
    folder: Path, out: Path, cfg: ShardConfig | None = None, report: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """Write the shards of a conversation folder to `out`; returns what `index.json` holds.

    report(done, all) is called after every shard. Raises DatasetError for a folder without .jsonl files, for bad lines
    ("file:line: ...") and missing images, and when `out` holds shards of other settings.
    """
    cfg = cfg or ShardConfig()
    lines = _Lines(folder)
    samples = _samples(lines, cfg)
    settings = {"format": 1, **asdict(cfg), "source": _fingerprint(folder), "samples": len(samples)}
    _claim(out, settings)
    starts = range(0, len(samples), cfg.shard_size)
    shards: list[Shard] = []
    kinds: Counter[str] = Counter()
    for number, start in enumerate(starts):
        path = out / f"qa-{number:06d}.tar"
        mine = samples[start : start + cfg.shard_size]
        kinds.update(str(lines.record(i).get("kind", "")) for group in mine for i in group)
        if not path.exists():
            _write_tar(path, lines, mine, start, cfg.by)
        shards.append(Shard(path.name, len(mine), path.stat().st_size, sha256(path)))
        if report is not None:
            report(number + 1, len(starts))
    index = {
        **settings,
        "questions": len(lines),
        "kinds": dict(sorted(kinds.items())),
        "pattern": f"qa-{{{0:06d}..{len(shards) - 1:06d}}}.tar",
        "shards": [asdict(s) for s in shards],
    }
    _write(out / INDEX, json.dumps(index, indent=1).encode() + b"\n")
    return index


class _Lines:
    """The lines of a folder's .jsonl files, by number; only where they are is kept in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = sorted(folder.glob("*.jsonl"))
        if not self.files:
            raise DatasetError(f"{folder}: no .jsonl file; give the folder that scripts/make_qa.py wrote")
        places: list[tuple[int, int, int, int]] = []  # file, line number, first byte, bytes
        for f, file in enumerate(self.files):
            begin = 0
            with open(file, "rb") as stream:
                for number, line in enumerate(stream, 1):
                    if line.strip():
                        places.append((f, number, begin, len(line)))
                    begin += len(line)
        if not places:
            raise DatasetError(f"{folder}: the .jsonl files are empty")
        self.places = np.array(places, np.int64)

    def __len__(self) -> int:
        return len(self.places)

    def where(self, i: int) -> str:
        """ "file:line" of line i."""
        return f"{self.files[int(self.places[i, 0])]}:{self.places[i, 1]}"

    def record(self, i: int) -> dict[str, Any]:
        """Line i parsed. Raises DatasetError "file:line: ..." when it is not a JSON object."""
        f, _, begin, size = (int(x) for x in self.places[i])
        with open(self.files[f], "rb") as stream:
            stream.seek(begin)
            text = stream.read(size)
        try:
            record = json.loads(text)
        except ValueError as error:
            raise DatasetError(f"{self.where(i)}: not a line of JSON ({error})") from error
        if not isinstance(record, dict):
            raise DatasetError(f"{self.where(i)}: not an object that holds a conversation")
        return record

    def images(self, i: int) -> tuple[str, ...]:
        """Image paths of line i as written. Raises DatasetError when they leave the folder or are not there."""
        record = self.record(i)
        named = record.get("image", record.get("images")) or ()
        names = (named,) if isinstance(named, str) else tuple(str(n) for n in named)
        for name in names:
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts:
                raise DatasetError(f"{self.where(i)}: image {name} is outside the folder; paths are relative to it")
            if not (self.folder / path).is_file():
                raise DatasetError(f"{self.where(i)}: no image {name} in {self.folder}")
        return names


def _samples(lines: _Lines, cfg: ShardConfig) -> list[list[int]]:
    """Numbers of the lines of each sample, in the order of the shards."""
    if cfg.by == "question":
        groups = [[i] for i in range(len(lines))]
    else:
        by_image: dict[tuple[str, ...] | int, list[int]] = {}
        for i in range(len(lines)):
            by_image.setdefault(lines.images(i) or i, []).append(i)
        groups = list(by_image.values())
    if cfg.seed is None:
        return groups
    return [groups[int(j)] for j in rng(cfg.seed, "webdataset").permutation(len(groups))]


def _members(lines: _Lines, group: list[int], key: str, by: str) -> Iterator[tuple[str, bytes]]:
    """Names and contents of a sample's files."""
    names = lines.images(group[0])
    for k, name in enumerate(names):
        suffix = PurePosixPath(name).suffix.lower().replace(".jpeg", ".jpg")
        yield f"{key}{f'.{k}' if len(names) > 1 else ''}{suffix}", (lines.folder / name).read_bytes()
    records = [lines.record(i) for i in group]
    content = records[0] if by == "question" else {"image": list(names), "questions": records}
    yield f"{key}.json", json.dumps(content, ensure_ascii=False).encode()


def _write_tar(path: Path, lines: _Lines, groups: list[list[int]], start: int, by: str) -> None:
    part = path.with_name(f".{path.name}.part")
    with tarfile.open(part, "w", format=tarfile.USTAR_FORMAT) as tar:
        for j, group in enumerate(groups):
            for name, data in _members(lines, group, f"{start + j:09d}", by):
                info = tarfile.TarInfo(name)  # time 0, owner 0: equal bytes whoever writes them and when
                info.size, info.mode = len(data), 0o644
                tar.addfile(info, io.BytesIO(data))
    os.replace(part, path)


def _claim(out: Path, settings: dict[str, Any]) -> None:
    """Remember what `out` is made from; refuse a folder that was made from something else."""
    out.mkdir(parents=True, exist_ok=True)
    there = out / SETTINGS
    if there.exists():
        was = json.loads(there.read_text(encoding="utf-8"))
        changed = sorted(k for k in {*was, *settings} if was.get(k) != settings.get(k))
        if changed:
            raise DatasetError(f"{out} holds shards made with other {', '.join(changed)}; give another --out")
        return
    if any(out.glob("*.tar")):
        raise DatasetError(f"{out} holds tar files of something else; give an empty folder")
    _write(there, json.dumps(settings, indent=1).encode() + b"\n")


def _fingerprint(folder: Path) -> str:
    """Of the folder's questions; of its pictures by the sums that were stored with them."""
    digest = hashlib.sha256()
    for file in sorted((*folder.glob("*.jsonl"), *folder.glob("SHA256SUMS"))):
        digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    os.replace(part, path)
