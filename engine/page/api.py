"""What the page asks for, by name: one place for the server and for the files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from engine.errors import ConfigError, unknown_name
from engine.page.charts import ledger_page
from engine.page.episode import episode_page, picture_shape
from engine.page.index import SORTS, Index, Query
from engine.page.pictures import BLOCK, LAYERS, STRIP_FRAMES, Pictures
from engine.page.tables import PageDataset, once
from engine.types import PHASES

PAGE_SIZE = 60
MOST_ROWS = 500


class Api:
    """Answers as plain JSON. Raises GroundworkError for what does not exist or makes no sense."""

    def __init__(self, dataset: PageDataset) -> None:
        self.dataset = dataset
        self.index = Index(dataset)
        self.pictures = Pictures(dataset)

    def summary(self) -> dict[str, Any]:
        """What the header shows, and what the page can do with this dataset."""
        info = self.dataset.info
        return {
            "name": self.dataset.root.resolve().name,
            "version": self.dataset.fingerprint,
            "robot": info.get("robot_type") or "",
            "format": info["codebase_version"],
            "episodes": len(self.dataset),
            "frames": info["total_frames"],
            "hours": hours(info["total_frames"], self.dataset.fps),
            "fps": self.dataset.fps,
            "instructions": info["total_tasks"],
            "cameras": list(self.dataset.cameras),
            "shapes": {name: picture_shape(self.dataset, name) for name in self.dataset.cameras},
            "items": len(self.index),
            "ledger": len(self.index.attempts) > 0,
            "sorts": list(SORTS),
            "phases": list(PHASES) if "phase" in self.dataset.features else [],
            "layers": list(LAYERS),
            "block": BLOCK,
            "strip": STRIP_FRAMES,
        }

    def choices(self) -> dict[str, Any]:
        """Values of the filters."""
        return self.index.choices()

    def items(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """One page of what matches. asked: fields of Query, `offset` and `limit`."""
        found = self.index.find(self._query(asked, ("offset", "limit")))
        offset = _whole(asked, "offset", 0)
        limit = min(_whole(asked, "limit", PAGE_SIZE), MOST_ROWS)
        rows = self.index.rows(found[offset : offset + limit])
        return {"total": len(found), "offset": offset, "rows": rows}

    def around(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """The stored episodes before and after episode `around` among those that match; position -1 when it does
        not match itself."""
        found = self.index.find(self._query(asked, ("around",)))
        episode = _whole(asked, "around", 0)
        found = found[found < self.index.n]
        at = np.flatnonzero(found == episode)
        position = int(at[0]) if len(at) else -1
        near = [position - 1, position + 1] if position >= 0 else []
        before, after = (int(found[k]) if near and 0 <= k < len(found) else None for k in (near or [-1, -1]))
        return {"position": position, "total": len(found), "before": before, "after": after}

    @staticmethod
    def _query(asked: Mapping[str, str], more: tuple[str, ...]) -> Query:
        names = [f.name for f in fields(Query)]
        for name in asked:
            if name not in (*names, *more):
                raise ConfigError(unknown_name("filter", name, (*names, *more)))
        return Query(**{n: asked[n] for n in names if asked.get(n)})

    def episode(self, number: int) -> dict[str, Any]:
        """All that the player shows, with addresses of videos and layers."""
        page = episode_page(self.index, number)
        for camera in page["cameras"]:
            camera["url"] = f"video/{camera['name']}/{number}.mp4?v={self.dataset.fingerprint}"
        cameras = [camera["name"] for camera in page["cameras"]]
        page["layers"] = {kind: {name: self._layer(number, kind, name) for name in cameras} for kind in LAYERS}
        return page

    def _layer(self, number: int, kind: str, camera: str) -> dict[str, Any]:
        source, why = self.pictures.source(number, kind, camera)
        if not source:
            return {"source": "", "why": why}
        url = f"layer/{kind}/{camera}/{number}/{{block}}.png?v={self.dataset.fingerprint}"
        return {"source": source, "url": url}

    def depth(self, number: int, camera: str) -> dict[str, Any]:
        """What the colours of an episode's depth layer stand for."""
        self._camera(camera)
        near, far = self.pictures.depth_range(number, camera)
        return {"near": near, "far": far}

    def _camera(self, camera: str) -> str:
        if camera not in self.dataset.cameras:
            raise ConfigError(unknown_name("camera", camera, self.dataset.cameras))
        return camera

    @once
    def ledger(self) -> dict[str, Any]:
        """The numbers of the charts."""
        return ledger_page(self.index)

    # --- files --------------------------------------------------------------------------------------

    def thumb(self, number: int, camera: str, asked: Mapping[str, str]) -> bytes:
        """A thumbnail: the first frame, the middle of a phase, or any frame."""
        self._camera(camera)
        return self.pictures.thumb(number, camera, self.moment(number, asked))

    def moment(self, number: int, asked: Mapping[str, str]) -> int:
        """The frame that a thumbnail shows."""
        if name := asked.get("phase"):
            if name not in PHASES:
                raise ConfigError(unknown_name("phase", name, PHASES))
            phase = self.dataset.episode(number, ["phase"])["phase"].ravel().tolist()
            frames = [t for t, k in enumerate(phase) if k == PHASES.index(name)]
            return frames[len(frames) // 2] if frames else 0
        return _whole(asked, "frame", 0)

    def strip(self, number: int, camera: str) -> bytes:
        return self.pictures.strip(number, self._camera(camera))

    def layer(self, kind: str, camera: str, number: int, block: int) -> bytes:
        return self.pictures.layer(number, self._camera(camera), kind, block)

    def video(self, camera: str, number: int) -> str:
        """Path of the mp4 with an episode's frames."""
        return str(self.dataset.video_file(number, self._camera(camera)))


def _whole(asked: Mapping[str, str], name: str, default: int) -> int:
    text = asked.get(name, "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 12):
        raise ConfigError(f"{name}: '{text}'; give a whole number")
    return int(text) if text else default


def hours(frames: int, fps: float) -> float:
    """Length of so many frames."""
    return round(frames / fps / 3600, 2)


def static_rows(api: Api, items: list[int]) -> list[dict[str, Any]]:
    """Rows with all that the browser needs to filter by itself, for pages without a server."""
    index = api.index
    rows = index.rows(items)
    frames = index.phase_frames if "phase" in index.dataset.features else None
    for row, item in zip(rows, items, strict=True):
        row["objects"] = [list(pair) for pair in index.objects.of(item)]
        stored = item < index.n
        row["split"] = [name for name, part in index.splits.items() if stored and item in part]
        if frames is not None and stored:
            row["phases"] = [PHASES[k] for k in range(len(PHASES)) if frames[item, k]]
        row["target"], row["container"] = (c[1][c[0][item]] for c in (index.target, index.container))
    return rows
