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


def summarise(dataset: Dataset, release: Mapping[str, Any]) -> ReleaseFacts:
    """Count everything that the card states."""
    metas = [dataset.meta(i) for i in range(len(dataset))]
    splits = tuple(_split(dataset, name, r, metas) for name, r in split_ranges(dataset).items())
    entries = [
        Entry(r["task_index"], r["attempt"], r["accepted"], {k: v for k, v in r.items() if v is not None})
        for r in dataset.ledger
    ]
    texts = {x["text"] if isinstance(x, dict) else x: x for m in metas for x in m.get("instructions", ())}
    kinds = Counter(x.get("kind", "") if isinstance(x, dict) else "" for x in texts.values())
    targets = {(m["task_id"], target_family(m)) for m in metas}
    return ReleaseFacts(
        splits=splits,
        ledger=make_ledger(entries, dict.fromkeys((e.task_index for e in entries), 0)),
        lengths=tuple(int(n) for n in dataset.episodes["length"]),
        instructions=len(texts),
        kinds=dict(sorted(kinds.items())),
        families=dict(Counter(f for _, f in sorted(targets)).most_common()),
        bytes=_bytes(dataset.root),
        licences=_licences(metas, release),
    )


def _split(dataset: Dataset, name: str, numbers: range, metas: list[dict[str, Any]]) -> SplitFacts:
    mine = [metas[i] for i in numbers]
    looks = [appearance_from_dict(m["appearance"]) for m in mine if m.get("appearance")]
    named = [materials_of(x.values) for x in looks]
    skies = {x.values["sky"]["name"] for x in looks}
    box = camera_box(c for x in looks for c in x.cameras)
    return SplitFacts(
        name=name,
        episodes=len(mine),
        trajectories=len({(m["seed"], m["task_id"], m["attempt"]) for m in mine}),
        tasks=len({m["task_id"] for m in mine}),
        objects=len({o["asset"] for m in mine for o in m["objects"]}),
        families=len({target_family(m) for m in mine}),
        frames=sum(dataset.length(i) for i in numbers),
        textures=len(frozenset().union(*named) - skies) if named else 0,
        surroundings=len(skies),
        tables=len({(m["physics"].get("table") or {}).get("name", "default") for m in mine}),
        camera_span={n: _triple(hi - lo) for n, (lo, hi) in box.items()},
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


def _licences(metas: Iterable[Mapping[str, Any]], release: Mapping[str, Any]) -> dict[str, int]:
    """Licence -> objects: procedural ones are this project's, imported ones carry what their folder says."""
    folders = [Path(s["settings"]["assets"]) for s in release["sources"] if s["settings"].get("assets")]
    found: Counter[str] = Counter()
    for asset in sorted({o["asset"] for m in metas for o in m["objects"]}):
        folder = next((f / asset for f in folders if (f / asset).is_dir()), None)
        found[_licence(folder) if folder is not None else "Apache-2.0 (made by procedure)"] += 1
    return dict(found.most_common())


def _licence(folder: Path) -> str:
    try:
        told = json.loads((folder / "asset.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "not stated (imported)"
    return str(told.get("licence") or told.get("license") or "not stated (imported)")
