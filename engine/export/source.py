"""A dataset as exports see it: the chosen episodes, numbered anew."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ConfigError, DatasetError, unknown_name
from engine.export import layout as paths
from engine.export.dataset import Dataset
from engine.record.tables import DTYPES

INDEX_COLUMNS = ("timestamp", "frame_index", "episode_index", "index", "task_index")
"""Columns that number the frames of a dataset; an export numbers its own."""


@dataclass(frozen=True)
class ExportOptions:
    """What to export, and how.

    episodes: numbers in the source (None: all). splits: only these splits of `info.json`. failures: also
    attempts that did not reach the goal. action: the column that becomes the format's action ("": the
    format's usual one). image: "jpeg" or "png", where pictures are stored one by one; quality: of JPEG.
    image_px: height and width of stored pictures (0: as they are). sidecars: also depth and masks.
    images: whether pictures are stored at all. next_obs: also the observation after each action (robomimic;
    the last one is repeated). name: of the dataset inside formats that have one.
    """

    to: str
    episodes: tuple[int, ...] | None = None
    splits: tuple[str, ...] | None = None
    failures: bool = False
    action: str = ""
    image: str = "jpeg"
    quality: int = 95
    image_px: int = 0
    sidecars: bool = False
    images: bool = True
    next_obs: bool = False
    name: str = ""


class Source:
    """A dataset as the formats see it: the chosen episodes, numbered anew, with padded columns.

    Raises ConfigError for options that do not fit the dataset.
    """

    def __init__(self, dataset: Dataset, options: ExportOptions) -> None:
        self.dataset, self.options = dataset, options
        self.chosen = chosen_episodes(dataset, options)
        pictures = [n for n, f in dataset.features.items() if f["dtype"] == "image"]
        if pictures:
            raise ConfigError(f"{dataset.root}: '{pictures[0]}' is stored as images in parquet; convert it to video")
        self.columns: dict[str, tuple[str, tuple[int, ...]]] = {}
        for name, feature in dataset.features.items():
            if feature["dtype"] != "video" and name not in INDEX_COLUMNS:
                self.columns[name] = (feature["dtype"], tuple(dataset.columns[name]["shape"]))
        odd = [n for n, (dtype, _) in self.columns.items() if dtype not in (*DTYPES, "string")]
        if odd:
            raise ConfigError(
                f"{dataset.root}: column '{odd[0]}' has dtype {self.columns[odd[0]][0]}; cannot export it"
            )
        self.cameras = dataset.cameras if options.images else ()

    def __len__(self) -> int:
        return len(self.chosen)

    @functools.cached_property
    def lengths(self) -> list[int]:
        """Frames of the chosen episodes."""
        return [self.dataset.episodes["length"][i] for i in self.chosen]

    @functools.cached_property
    def tasks(self) -> list[str]:
        """Instructions of the chosen episodes, each once, in the order of the source's table."""
        used = {self.dataset.task(i) for i in self.chosen}
        listed = [t for t in dict.fromkeys(self.dataset.tasks) if t in used]
        return listed + sorted(used - set(listed))

    @functools.cached_property
    def splits(self) -> dict[str, list[int]]:
        """Chosen episodes (new numbers) by the source's splits; what is in none is "train"."""
        out: dict[str, list[int]] = {}
        named = {i: name for name, numbers in source_splits(self.dataset).items() for i in numbers}
        for new, old in enumerate(self.chosen):
            out.setdefault(named.get(old, "train"), []).append(new)
        return out

    def success(self, new: int) -> bool:
        """Whether an episode reached its goal; datasets that do not say hold demonstrations only."""
        marks = self.dataset.episodes.get("success")
        return True if marks is None else bool(marks[self.chosen[new]])

    def action(self, usual: str) -> str:
        """Name of the column that becomes the action: the one asked for, else `usual`, else "action"."""
        name = self.options.action or (usual if usual in self.columns else "action")
        if name not in self.columns:
            kind = [n for n in self.columns if n.startswith("action")]
            raise ConfigError(unknown_name("action column", name, kind))
        if len(self.columns[name][1]) != 1:
            raise ConfigError(f"--action {name}: expected a vector per frame, its shape is {self.columns[name][1]}")
        return name

    def own_episode(self, new: int) -> dict[str, NDArray[Any]]:
        """All columns but the numbering ones, (T, *shape), each with the shape that this episode has."""
        return self.dataset.episode(self.chosen[new], list(self.columns))

    def padded(self, own: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Columns of `own_episode` with the dataset's common shape: NaN, or 0, where an episode has less."""
        return {n: padded(own[n], shape) for n, (_, shape) in self.columns.items()}

    def episode(self, new: int) -> dict[str, NDArray[Any]]:
        """`own_episode`, padded."""
        return self.padded(self.own_episode(new))

    def facts(self, new: int) -> dict[str, Any]:
        """What is known of an episode beside its frames."""
        old, table = self.chosen[new], self.dataset.episodes
        said = table["instructions"][old] if "instructions" in table else [self.dataset.task(old)]
        return {
            "episode_index": new,
            "source_episode": old,
            "instruction": self.dataset.task(old),
            "instructions": list(said),
            "task_id": str(table["task_id"][old]) if "task_id" in table else "",
            "success": self.success(new),
            "length": self.lengths[new],
            "meta": self.dataset.meta(old),
        }

    def film(self, new: int, camera: str) -> NDArray[np.uint8]:
        """Colour frames (T, H, W, 3) of an episode, at the size asked for."""
        from PIL import Image

        frames = self.dataset.video(self.chosen[new], camera)
        size = self.options.image_px
        if not size or frames.shape[1:3] == (size, size):
            return frames
        return np.stack([np.asarray(Image.fromarray(f).resize((size, size), Image.Resampling.LANCZOS)) for f in frames])

    def sidecar(self, new: int, name: str) -> NDArray[Any]:
        """Depth (T, H, W) uint16 or masks (T, H, W) uint8 of a sidecar "depth.front", "mask.front"."""
        kind, _, camera = name.partition(".")
        read = self.dataset.depth if kind == "depth" else self.dataset.masks
        return read(self.chosen[new], camera)

    @functools.cached_property
    def sidecars(self) -> tuple[str, ...]:
        """Sidecars that every chosen episode has, when asked for."""
        if not self.options.sidecars:
            return ()
        found = tuple(self.dataset.sidecars(self.chosen[0]))
        if not found:
            raise ConfigError(
                f"{self.dataset.root} holds no depth or masks; draw them: scripts/render.py --depth --masks"
            )
        if self.options.image_px:
            raise ConfigError("--sidecars and --image-px together: depth and masks are stored at their own size only")
        return found

    @functools.cached_property
    def on_hand(self) -> frozenset[str]:
        """Cameras that move with the gripper: as the metadata say, else those with "wrist" or "hand" in the name."""
        look = self.dataset.meta(self.chosen[0]).get("appearance") or {}
        known = {c["name"]: c["parent"] == "hand" for c in look.get("cameras", ())}
        return frozenset(c for c in self.cameras if known.get(c, "wrist" in c or "hand" in c))

    def image_size(self, camera: str) -> tuple[int, int]:
        """Height and width of a camera's stored pictures."""
        size = self.options.image_px
        height, width = self.dataset.features[paths.image_key(camera)]["shape"][:2]
        return (size, size) if size else (int(height), int(width))


def chosen_episodes(dataset: Dataset, options: ExportOptions) -> tuple[int, ...]:
    """Numbers of the episodes to export, ascending. Raises ConfigError when there are none."""
    wanted = sorted(set(range(len(dataset)) if options.episodes is None else options.episodes))
    for i in wanted:
        dataset.length(i)  # refuses a number that does not exist
    if options.splits is not None:
        known = source_splits(dataset)
        for name in options.splits:
            if name not in known:
                raise ConfigError(unknown_name("split", name, known))
        inside = {i for name in options.splits for i in known[name]}
        wanted = [i for i in wanted if i in inside]
    if not options.failures and "success" in dataset.episodes:
        wanted = [i for i in wanted if dataset.episodes["success"][i]]
    if not wanted:
        raise ConfigError(
            f"{dataset.root}: no episode is left to export; look at the episodes, splits and failures asked for"
        )
    return tuple(wanted)


def source_splits(dataset: Dataset) -> dict[str, list[int]]:
    """Episodes by the splits of `info.json`, ranges "a:b". Raises DatasetError for another form."""
    out: dict[str, list[int]] = {}
    for name, text in (dataset.info.get("splits") or {}).items():
        first, colon, last = str(text).partition(":")
        if not (first.isdigit() and colon and last.isdigit()):
            raise DatasetError(
                f"{dataset.root}/meta/info.json: split '{name}' is {text!r}, expected a range like \"0:10\""
            )
        out[name] = list(range(int(first), min(int(last), len(dataset))))
    return out


def padded(array: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """A column (T, *own) padded up to (T, *shape): NaN for floats, 0 or False for the rest."""
    if array.shape[1:] == shape:
        return array
    wide = np.full((len(array), *shape), np.nan if array.dtype.kind == "f" else 0, array.dtype)
    wide[tuple(slice(0, n) for n in array.shape)] = array
    return wide
