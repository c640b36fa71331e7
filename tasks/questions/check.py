"""A folder of questions checked line by line: what it promises, and what can be computed again from a line alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from PIL import Image

from tasks.questions.forms import read_numbers
from tasks.questions.resize import ResizeConfig, smart_resize
from tasks.questions.sample import FORMS
from tasks.questions.writer import changed_files, read_lines

KEYS = ("id", "image", "conversations", "kind", "form", "width", "height", "source")
_NUMBERED = ("box", "boxes", "point", "negative", "affordance", "placement", "trajectory")
"""Kinds whose answers in JSON and XML are boxes and points."""


def check_folder(out: Path) -> Iterator[str]:
    """What is wrong with a folder, one line each: "qa-00000.jsonl:17: ..."; nothing when it is as it should be."""
    yield from changed_files(out)
    meta = _meta(out)
    if isinstance(meta, str):
        yield meta
        return
    settings = meta.get("settings", {}).get("resize")
    resize = ResizeConfig(**settings) if settings else ResizeConfig()
    ids: set[str] = set()
    asked: set[tuple[str, str]] = set()
    sizes: dict[str, tuple[int, int] | None] = {}
    count = 0
    for path, number, entry in read_lines(out):
        count += 1
        where = f"{path.name}:{number}"
        for problem in _line(out, entry, resize, sizes):
            yield f"{where}: {problem}"
        if entry.get("id") in ids:
            yield f"{where}: id {entry['id']} is used twice"
        ids.add(str(entry.get("id")))
        key = (str(entry.get("image")), str((entry.get("conversations") or [{}])[0].get("value")))
        if key in asked:
            yield f"{where}: the same question about {key[0]} stands above"
        asked.add(key)
    if count != meta.get("samples"):
        yield f"meta.json: {meta.get('samples')} samples, the files hold {count}"


def _meta(out: Path) -> dict[str, Any] | str:
    path = out / "meta.json"
    if not path.exists():
        return "meta.json: missing; run make_qa.py again to finish the folder"
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        return f"meta.json: not JSON ({error})"


def _line(
    out: Path, entry: dict[str, Any], resize: ResizeConfig, sizes: dict[str, tuple[int, int] | None]
) -> Iterator[str]:
    missing = [k for k in KEYS if k not in entry]
    if missing:
        yield f"no {', '.join(missing)}"
        return
    talk = entry["conversations"]
    if [t.get("from") for t in talk] != ["human", "gpt"] or not all(str(t.get("value", "")).strip() for t in talk):
        yield "conversations: expected one turn from human and one from gpt, neither empty"
        return
    if talk[0]["value"].count("<image>") != 1:
        yield f"the question holds <image> {talk[0]['value'].count('<image>')} times, expected once"
    if entry["form"] not in FORMS:
        yield f"form '{entry['form']}'; known: {', '.join(FORMS)}"
    size = _image_size(out, str(entry["image"]), sizes)
    if size is None:
        yield f"image {entry['image']}: missing or cannot be read"
    elif smart_resize(size[1], size[0], resize) != (entry["height"], entry["width"]):
        yield f"{entry['width']} x {entry['height']} is not the smart resize of the {size[0]} x {size[1]} picture"
    yield from _answer(entry, talk[1]["value"])


def _image_size(out: Path, name: str, sizes: dict[str, tuple[int, int] | None]) -> tuple[int, int] | None:
    """Width and height by the file's header, remembered."""
    if name not in sizes:
        try:
            if ".." in Path(name).parts or Path(name).is_absolute():
                raise OSError("outside the folder")
            with Image.open(out / name) as image:
                sizes[name] = image.size
        except OSError:
            sizes[name] = None
    return sizes[name]


def _answer(entry: dict[str, Any], answer: str) -> Iterator[str]:
    kind, form = entry["kind"], entry["form"]
    if form == "xml":
        try:
            ElementTree.fromstring(answer)
        except ElementTree.ParseError as error:
            yield f"the answer is no XML: {error}"
            return
    elif form == "json":
        try:
            json.loads(answer)
        except ValueError as error:
            yield f"the answer is no JSON: {error}"
            return
    numbered = kind in _NUMBERED or (kind == "relation" and ("bbox_2d" in answer or "<box" in answer))
    if form == "text" or not numbered:
        return
    try:
        rows = read_numbers(answer, form)
    except ValueError as error:
        yield str(error)
        return
    if (kind == "negative") != (not rows):
        yield f"a question of kind {kind} is answered with {len(rows)} places"
    if kind == "trajectory" and len(rows) != entry["source"].get("points"):
        yield f"{len(rows)} points, the question asks for {entry['source'].get('points')}"
    for row in rows:
        yield from _place(row, entry["width"], entry["height"])


def _place(row: tuple[int, ...], width: int, height: int) -> Iterator[str]:
    if len(row) == 2 and not (0 <= row[0] < width and 0 <= row[1] < height):
        yield f"point {list(row)} is outside the {width} x {height} picture"
    if len(row) == 4:
        x1, y1, x2, y2 = row
        if not (0 <= x1 < x2 <= width and 0 <= y1 < y2 <= height):
            yield f"box {list(row)} is empty or leaves the {width} x {height} picture"
