"""Numbers of a finished release for its card, read from the dataset itself."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.export.dataset import Dataset
from engine.ledger import Entry, Ledger, make_ledger
from engine.release.cameras import camera_box
from engine.release.facts import materials_of, target_family
from engine.release.leaks import split_ranges
from engine.render.randomize import appearance_from_dict


@dataclass(frozen=True)
class SplitFacts:
    """One split in numbers. families: of targets. lengths: frames of each episode. camera_span: camera ->
    extent of its positions in metres (3,), in its parent's frame."""

    name: str
    episodes: int
    trajectories: int
    tasks: int
    objects: int
    families: int
    frames: int
    textures: int
    surroundings: int
    tables: int
    camera_span: Mapping[str, tuple[float, float, float]]


@dataclass(frozen=True)
class ReleaseFacts:
    """A release in numbers."""

    splits: tuple[SplitFacts, ...]
    ledger: Ledger
    lengths: tuple[int, ...]
    instructions: int
    kinds: Mapping[str, int]
    families: Mapping[str, int]
    bytes: Mapping[str, int]
    licences: Mapping[str, int]

    @property
    def total_bytes(self) -> int:
        return sum(self.bytes.values())


class _Tally:
    """Counts one split, an episode at a time: metadata of a large release would not fit into memory at once."""

    def __init__(self) -> None:
        self.episodes = self.frames = 0
        self.sets: dict[str, set[Any]] = {
            k: set() for k in ("attempt", "task", "asset", "family", "name", "sky", "table")
        }
        self.boxes: dict[str, tuple[Any, Any]] = {}

    def add(self, meta: Mapping[str, Any], frames: int) -> None:
        self.episodes += 1
        self.frames += frames
        found = self.sets
        found["attempt"].add((meta["seed"], meta["task_id"], meta["attempt"]))
        found["task"].add(meta["task_id"])
        found["asset"].update(o["asset"] for o in meta["objects"])
        found["family"].add(target_family(meta))
        found["table"].add((meta["physics"].get("table") or {}).get("name", "default"))
        if not meta.get("appearance"):
            return
        look = appearance_from_dict(meta["appearance"])
        sky = look.values["sky"]
        found["sky"].add(sky["name"])
        found["name"].update(materials_of(look.values) - {sky.get("hash") or sky["name"]})
        for name, (low, high) in camera_box(look.cameras).items():
            old = self.boxes.get(name, (low, high))
            self.boxes[name] = np.minimum(old[0], low), np.maximum(old[1], high)

    def facts(self, name: str) -> SplitFacts:
        size = {k: len(v) for k, v in self.sets.items()}
        return SplitFacts(
            name=name,
            episodes=self.episodes,
            trajectories=size["attempt"],
            tasks=size["task"],
            objects=size["asset"],
            families=size["family"],
            frames=self.frames,
            textures=size["name"],
            surroundings=size["sky"],
            tables=size["table"],
            camera_span={n: _triple(high - low) for n, (low, high) in self.boxes.items()},
        )


def summarise(dataset: Dataset, release: Mapping[str, Any]) -> ReleaseFacts:
    """Count everything that the card states."""
    splits, texts, targets, assets = [], {}, set(), set()
    for name, numbers in split_ranges(dataset).items():
        tally = _Tally()
        for i in numbers:
            meta = dataset.meta(i)
            tally.add(meta, dataset.length(i))
            targets.add((meta["task_id"], target_family(meta)))
            for entry in meta.get("instructions", ()):
                text, kind = (entry, "") if isinstance(entry, str) else (entry["text"], entry.get("kind", ""))
                texts[text] = kind
        assets |= tally.sets["asset"]
        splits.append(tally.facts(name))
    entries = [
        Entry(r["task_index"], r["attempt"], r["accepted"], {k: v for k, v in r.items() if v is not None})
        for r in dataset.ledger
    ]
    return ReleaseFacts(
        splits=tuple(splits),
        ledger=make_ledger(entries, dict.fromkeys((e.task_index for e in entries), 0)),
        lengths=tuple(int(n) for n in dataset.episodes["length"]),
        instructions=len(texts),
        kinds=dict(sorted(Counter(texts.values()).items())),
        families=dict(Counter(f for _, f in sorted(targets)).most_common()),
        bytes=_bytes(dataset.root),
        licences=_licences(assets, release),
    )


def _triple(v: Any) -> tuple[float, float, float]:
    x, y, z = (round(float(a), 4) for a in np.asarray(v))
    return x, y, z


def _bytes(root: Path) -> dict[str, int]:
    out: Counter[str] = Counter()
    for path in root.rglob("*"):
        place = path.relative_to(root).parts
        if path.is_file() and not place[0].startswith("."):
            out[place[0]] += path.stat().st_size
    return dict(sorted(out.items()))


def _licences(assets: Iterable[str], release: Mapping[str, Any]) -> dict[str, int]:
    """Licence -> objects: procedural ones are this project's, imported ones carry what their folder says."""
    folders = [Path(s["settings"]["assets"]) for s in release["sources"] if s["settings"].get("assets")]
    found: Counter[str] = Counter()
    for asset in sorted(assets):
        folder = next((f / asset for f in folders if (f / asset).is_dir()), None)
        found[_licence(folder) if folder is not None else "Apache-2.0 (made by procedure)"] += 1
    return dict(found.most_common())


def _licence(folder: Path) -> str:
    try:
        told = json.loads((folder / "asset.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "not stated (imported)"
    return str(told.get("licence") or told.get("license") or "not stated (imported)")
