"""A folder of questions: JSONL shards and pictures, written shard by shard, and read back.

    OUT/qa-00000.jsonl ...      one conversation a line (see `tasks.questions.sample.line`)
    OUT/images/00000/000012.jpg
    OUT/meta.json               settings, seed, versions, counts by kind and form
    OUT/SHA256SUMS

A shard is there when its JSONL is: it is renamed into place last.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from engine.errors import DatasetError
from engine.types import U8
from tasks.questions.sample import Sample, line
from tasks.questions.view import View

FORMAT = "groundwork-qa"
FORMAT_VERSION = 1
CHECKSUMS = "SHA256SUMS"


def shard_file(out: Path, number: int) -> Path:
    """The JSONL of a shard."""
    return out / f"qa-{number:05d}.jsonl"


def encode_image(rgb: U8, kind: str, quality: int) -> bytes:
    """A picture (H, W, 3) as a JPEG without chroma subsampling, or as a PNG."""
    buffer = io.BytesIO()
    if kind == "png":
        Image.fromarray(rgb).save(buffer, "PNG", compress_level=4)
    else:
        # Subsampled colours would smear over the few pixels that an object has.
        Image.fromarray(rgb).save(buffer, "JPEG", quality=quality, subsampling=0)
    return buffer.getvalue()


class ShardWriter:
    """Writes one shard. Use as a context: left without an exception, the shard is put into place."""

    def __init__(self, out: Path, number: int, image: str = "jpg", quality: int = 95) -> None:
        self.out, self.number, self.image, self.quality = out, number, image, quality
        self.work = out / ".work" / f"shard-{number:05d}"
        self.lines: list[str] = []
        self.images = 0
        self.bytes = 0

    def __enter__(self) -> ShardWriter:
        shutil.rmtree(self.work, ignore_errors=True)
        (self.work / "images").mkdir(parents=True)
        return self

    def add(self, view: View, samples: list[Sample]) -> None:
        """The picture and its questions; nothing is written for a picture without any."""
        if not samples:
            return
        name = f"{self.images:06d}.{self.image}"
        data = encode_image(view.rgb, self.image, self.quality)
        (self.work / "images" / name).write_bytes(data)
        path, source = f"images/{self.number:05d}/{name}", dict(view.source)
        for sample in samples:
            title = f"{self.number:05d}-{len(self.lines):06d}"
            entry = line(sample, title, path, view.size, source, view.names)
            self.lines.append(json.dumps(entry, ensure_ascii=False))
        self.images += 1
        self.bytes += len(data)

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is not None:
            return
        text = "".join(f"{one}\n" for one in self.lines)
        (self.work / "qa.jsonl").write_text(text, encoding="utf-8")
        self.bytes += len(text.encode())
        final = self.out / "images" / f"{self.number:05d}"
        shutil.rmtree(final, ignore_errors=True)  # of a shard that was not finished
        final.parent.mkdir(exist_ok=True)
        os.replace(self.work / "images", final)
        os.replace(self.work / "qa.jsonl", shard_file(self.out, self.number))
        shutil.rmtree(self.work)


def read_lines(out: Path) -> Iterator[tuple[Path, int, dict[str, Any]]]:
    """Every line of a folder with its file and number (from 1). Raises DatasetError for one that is not JSON."""
    files = sorted(out.glob("qa-*.jsonl"))
    if not files:
        raise DatasetError(f"{out} holds no qa-*.jsonl; give a folder that scripts/make_qa.py has written")
    for path in files:
        with open(path, encoding="utf-8") as file:
            for number, text in enumerate(file, 1):
                try:
                    entry = json.loads(text)
                except ValueError as error:
                    raise DatasetError(f"{path}:{number}: not JSON ({error}); make the folder again") from error
                if not isinstance(entry, dict):
                    raise DatasetError(f"{path}:{number}: not a JSON object; make the folder again")
                yield path, number, entry


def summarize(out: Path) -> dict[str, Any]:
    """Counts of a folder: samples, pictures, bytes, by kind, by form, by kind and form."""
    kinds: Counter[str] = Counter()
    forms: Counter[str] = Counter()
    both: Counter[str] = Counter()
    samples = 0
    for _, _, entry in read_lines(out):
        samples += 1
        kinds[entry["kind"]] += 1
        forms[entry["form"]] += 1
        both[f"{entry['kind']}/{entry['form']}"] += 1
    images = [p for p in (out / "images").rglob("*") if p.is_file()]
    size = sum(p.stat().st_size for p in images) + sum(p.stat().st_size for p in out.glob("qa-*.jsonl"))
    counts = {"kinds": kinds, "forms": forms, "kinds_and_forms": both}
    return {"samples": samples, "images": len(images), "bytes": size} | {
        name: dict(sorted(counter.items())) for name, counter in counts.items()
    }


def finish(out: Path, settings: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
    """Write meta.json and SHA256SUMS; returns what meta.json holds."""
    meta = {"format": FORMAT, "format_version": FORMAT_VERSION, **facts, "settings": settings, **summarize(out)}
    _replace(out / "meta.json", json.dumps(meta, indent=2, ensure_ascii=False) + "\n")
    files = [out / "meta.json", *out.glob("qa-*.jsonl"), *(p for p in (out / "images").rglob("*") if p.is_file())]
    names = sorted(p.relative_to(out).as_posix() for p in files)
    _replace(out / CHECKSUMS, "".join(f"{_sha256(out / name)}  {name}\n" for name in names))
    return meta


def _replace(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def changed_files(out: Path) -> list[str]:
    """What does not agree with SHA256SUMS: "<file>: missing" or "<file>: changed"; [] when all of it does."""
    path = out / CHECKSUMS
    if not path.exists():
        return [f"{CHECKSUMS}: missing; run make_qa.py again to finish the folder"]
    problems = []
    for text in path.read_text(encoding="utf-8").splitlines():
        total, _, name = text.partition("  ")
        if not (out / name).is_file():
            problems.append(f"{name}: missing")
        elif _sha256(out / name) != total:
            problems.append(f"{name}: changed since its checksum was written")
    return problems
