"""What the metadata of an episode says about its origin: everything that splits are made and checked by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import DatasetError
from engine.export.dataset import Dataset
from engine.render.randomize import appearance_from_dict
from engine.types import CameraSpec, content_hash

SIDES = ("left_of", "right_of", "in_front_of", "behind")
"""Relations whose meaning turns with the camera."""


@dataclass(frozen=True)
class EpisodeFacts:
    """One stored episode.

    attempt_key: (seed, task, attempt), the same for all appearances of one trajectory. start: hash of the start
    state. objects: asset ids and content hashes, any role. texts: all instructions. materials: names of surface
    textures and surroundings, empty where nothing was drawn. cameras: as drawn. fixed_view: the goal or the
    start names a side in the view of the camera, so the camera may not be moved.
    """

    index: int
    attempt_key: tuple[int, str, int]
    place: tuple[int, int]
    start: str
    success: bool
    objects: frozenset[str]
    texts: frozenset[str]
    nouns: str
    materials: frozenset[str]
    cameras: tuple[CameraSpec, ...]
    fixed_view: bool
    split: str = ""

    @property
    def task_id(self) -> str:
        return self.attempt_key[1]


def materials_of(values: Mapping[str, Any]) -> frozenset[str]:
    """Names of the textures and surroundings of a stored appearance's values."""
    surfaces = (values.get(k) for k in ("table", "legs", "floor", "wall"))
    names = {s["texture"] for s in surfaces if s and s.get("texture")}
    sky = values.get("sky") or {}
    return frozenset(names | ({sky.get("hash") or sky["name"]} if sky else set()))


def _texts(meta: Mapping[str, Any]) -> Iterable[str]:
    yield meta["instruction"]
    for entry in meta.get("instructions", ()):
        yield entry if isinstance(entry, str) else entry["text"]


def target_family(meta: Mapping[str, Any]) -> str:
    """Family of the object that the goal moves."""
    name = meta["task"]["goal"][0]["subject"] if meta["task"]["goal"] else "target"
    return next((str(o["family"]) for o in meta["objects"] if o["name"] == name), "")


def facts_of(index: int, place: tuple[int, int], success: bool, meta: Mapping[str, Any]) -> EpisodeFacts:
    """The facts of one episode; raises DatasetError when its metadata does not say what it was made of."""
    missing = [k for k in ("task_id", "seed", "attempt", "task", "objects", "final") if k not in meta]
    if missing:
        raise DatasetError(
            f"episode {index}: the metadata has no {missing[0]}; a release needs datasets of this engine"
        )
    look = meta.get("appearance") or {}
    task = meta["task"]
    lead = task["goal"][0] if task["goal"] else {"subject": "", "objects": []}
    named = {o["name"]: o["noun"] for o in meta["objects"]}
    nouns = " | ".join(str(named.get(n, n)) for n in (lead["subject"], *lead["objects"]))
    turns = any(r["kind"] in SIDES and r["frame"] == "camera" for r in (*task["goal"], *task.get("initial", ())))
    return EpisodeFacts(
        index=index,
        attempt_key=(int(meta["seed"]), str(meta["task_id"]), int(meta["attempt"])),
        place=place,
        start=content_hash(meta.get("qpos0", []), meta["physics"]["q_start"], [o["hash"] for o in meta["objects"]]),
        success=success,
        objects=frozenset(o[k] for o in meta["objects"] for k in ("asset", "hash")),
        texts=frozenset(" ".join(t.lower().split()) for t in _texts(meta)),
        nouns=f"{lead.get('kind', '')} {nouns}".lower(),
        materials=materials_of(look.get("values", {})),
        cameras=appearance_from_dict(look).cameras if look else (),
        fixed_view=turns,
        split=str(meta.get("release", {}).get("split", "")),
    )


def dataset_facts(dataset: Dataset, rows: Iterable[int] | None = None) -> list[EpisodeFacts]:
    """Facts of all episodes (or those of `rows`), in order."""
    t = dataset.episodes
    if "groundwork/task_index" not in t:
        raise DatasetError(f"{dataset.root}: no groundwork/task_index in the episodes table; it is of another maker")
    places = list(zip(t["groundwork/task_index"], t["groundwork/attempt"], strict=True))
    every = range(len(dataset)) if rows is None else rows
    return [facts_of(i, places[i], bool(t["success"][i]), dataset.meta(i)) for i in every]
