"""The page as files, for sharing: opens from a disk (file://) as well as from any web server.

Browsers refuse to fetch data beside a file:// page, so data are scripts that hand over one value each. Videos are
copied; masks and depth come along where the dataset has them stored. The folder is written under a temporary name
and takes its own at the end.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.errors import ConfigError
from engine.page.api import Api, hours, static_rows
from engine.page.episode import episode_page
from engine.page.pictures import BLOCK, LAYERS
from engine.page.server import PAGE_FILES, WEB
from engine.page.tables import PageDataset

MARK = "groundwork-page.json"
"""Names a folder as ours, so that writing it again replaces nothing else."""


def write_files(
    dataset: PageDataset, out: Path, *, limit: int | None = None, tell: Callable[[int, int], None] | None = None
) -> Path:
    """Write the page to folder `out` and return its index.html.

    limit: at most so many episodes, evenly over the dataset. tell: called with (episodes written, of how many).
    Raises ConfigError when `out` holds something else than an earlier page.
    """
    if out.exists() and any(out.iterdir()) and not (out / MARK).exists():
        raise ConfigError(f"{out} holds something else; give --static a new folder, or empty this one")
    if limit is not None and limit < 1:
        raise ConfigError(f"--limit {limit}: give a number of at least 1")
    if out.resolve() == dataset.root.resolve() or dataset.root.resolve() in out.resolve().parents:
        raise ConfigError(f"{out} is inside the dataset, whose checksums would no longer hold; give another folder")
    out.parent.mkdir(parents=True, exist_ok=True)
    build = out.with_name(f".{out.name}.tmp")
    shutil.rmtree(build, ignore_errors=True)
    api = Api(dataset)
    try:
        _write(api, build, chosen(len(dataset), limit), tell or (lambda done, of: None))
    finally:
        api.pictures.close()
    (build / MARK).write_text(
        json.dumps({"dataset": dataset.root.resolve().name, "version": dataset.fingerprint}) + "\n"
    )
    old = out.with_name(f".{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        os.replace(out, old)
    os.replace(build, out)
    shutil.rmtree(old, ignore_errors=True)
    return out / "index.html"


def chosen(count: int, limit: int | None) -> list[int]:
    """Which episodes: all, or `limit` of them evenly over the dataset."""
    if limit is None or limit >= count:
        return list(range(count))
    return [k * count // limit for k in range(limit)]


def _write(api: Api, build: Path, episodes: list[int], tell: Callable[[int, int], None]) -> None:
    for name in PAGE_FILES:
        text = (WEB / name).read_text(encoding="utf-8")
        if name == "index.html":
            text = text.replace('<html lang="en">', '<html lang="en" data-files>')
        _save(build / name, text.encode())
    index = api.index
    refused = list(range(index.n, len(index)))
    items = [*episodes, *refused]
    summary = api.summary()
    frames = int(index.lengths[episodes].sum())
    summary |= {"left_out": index.n - len(episodes), "items": len(items), "episodes": len(episodes), "frames": frames}
    summary |= {
        "hours": hours(frames, summary["fps"]),
        "instructions": len(set(index.instruction[0][episodes].tolist())),
    }
    families = list(zip(index.objects.names, index.objects.family, strict=True))
    _data(build, "summary", summary)
    _data(build, "choices", index.choices(items))
    _data(build, "ledger", api.ledger)
    _data(build, "items", {"rows": static_rows(api, items), "families": families})
    copied: set[Path] = set()
    for done, number in enumerate(episodes):
        _episode(api, build, number, copied)
        tell(done + 1, len(episodes))


def _episode(api: Api, build: Path, number: int, copied: set[Path]) -> None:
    dataset, pictures = api.dataset, api.pictures
    page = episode_page(api.index, number)
    for camera in page["cameras"]:
        name = camera["name"]
        source = dataset.video_file(number, name)
        try:
            place = source.resolve().relative_to(dataset.root.resolve())
        except ValueError:  # a link out of the folder
            place = source.relative_to(dataset.root)
        camera["url"] = place.as_posix()
        if place not in copied:
            (build / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, build / place)
            copied.add(place)
        _save(build / f"thumbs/{name}/{number}.jpg", pictures.thumb(number, name, 0))
        _save(build / f"strips/{name}/{number}.jpg", pictures.strip(number, name))
    names = [camera["name"] for camera in page["cameras"]]
    page["layers"] = {kind: {name: _layer(api, build, number, kind, name) for name in names} for kind in LAYERS}
    _data(build, f"episodes/{number}", page)


def _layer(api: Api, build: Path, number: int, kind: str, camera: str) -> dict[str, Any]:
    """Copies of a stored layer's blocks; what would have to be drawn again is left out and said to be."""
    source, _ = api.pictures.source(number, kind, camera)
    if source != "stored":
        return {"source": "", "why": f"{kind} was not stored in this dataset, and files cannot draw it again"}
    for block in range(-(-api.dataset.length(number) // BLOCK)):
        _save(build / f"layers/{kind}/{camera}/{number}/{block}.png", api.layer(kind, camera, number, block))
    out: dict[str, Any] = {"source": source, "url": f"layers/{kind}/{camera}/{number}/{{block}}.png"}
    return out | ({"range": api.depth(number, camera)} if kind == "depth" else {})


def _data(build: Path, name: str, value: Any) -> None:
    """A script that hands a value to the page. "<" is escaped, so that it may stand inside a page as well."""
    text = json.dumps(value, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")
    _save(build / f"data/{name}.js", f"GW.put({json.dumps(name)},{text});\n".encode())


def _save(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
