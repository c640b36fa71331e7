"""Pictures for the page: thumbnails, strips of moments, and depth and instance masks as coloured tiles.

A block is BLOCK frames of a layer side by side in one PNG, so that playing asks for few files. Masks and depth
come from the stored sidecars, or are drawn again (engine.redraw) where the dataset holds none.
"""

from __future__ import annotations

import functools
import io
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.errors import ConfigError, DatasetError, unknown_name
from engine.label.overlay import COLOURS
from engine.page.tables import PageDataset

if TYPE_CHECKING:
    from engine.redraw import Redrawer

BLOCK = 10
"""Frames of one tile row."""
LAYERS = ("mask", "depth")
THUMB_PX = 240
STRIP_FRAMES, STRIP_PX = 8, 160
_CACHE_BYTES = 96 << 20
_QUALITY = 82
_NEAR, _FAR = 0.02, 20.0  # m; nothing nearer or farther is drawn

# Anchors of viridis (van der Walt and Smith 2015, CC0), dark to bright; near is bright.
_VIRIDIS = ((68, 1, 84), (72, 40, 120), (62, 73, 137), (49, 104, 142), (38, 130, 142), (31, 158, 137), (53, 183, 121),
            (109, 205, 89), (180, 222, 44), (253, 231, 37))  # fmt: skip


def mask_colour(identity: int, role: str = "") -> tuple[int, int, int]:
    """Colour of an instance id: objects are told apart by hue, target and container as in the overlays."""
    if role in COLOURS:
        return COLOURS[role]
    if identity < 3:
        return ((0, 0, 0), (150, 150, 160), (90, 84, 78))[identity]
    hue = ((identity - 3) * 0.381966 + 0.28) % 1.0  # golden section: neighbours in the list differ most
    light = 0.62 if identity % 2 else 0.45
    r, g, b = (light + 0.34 * np.cos(2 * np.pi * (hue - k / 3)) for k in range(3))
    return tuple(int(255 * min(max(v, 0.0), 1.0)) for v in (r, g, b))  # type: ignore[return-value]


class Cache:
    """The least recently used bytes go first. Two threads that want the same wait for one another."""

    def __init__(self, limit: int = _CACHE_BYTES) -> None:
        self.limit, self.size = limit, 0
        self._kept: OrderedDict[Any, bytes] = OrderedDict()
        self._lock = threading.Lock()
        self._busy: dict[Any, threading.Lock] = {}

    def get(self, key: Any, make: Callable[[], bytes]) -> bytes:
        """The bytes of a key, made when they are not there."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            busy = self._busy.setdefault(key, threading.Lock())
        with busy:
            with self._lock:
                if key in self._kept:
                    return self._kept[key]
            try:
                value = make()
            finally:
                with self._lock:
                    self._busy.pop(key, None)
            with self._lock:
                if key not in self._kept:
                    self._kept[key] = value
                    self.size += len(value)
                while self.size > self.limit and len(self._kept) > 1:
                    self.size -= len(self._kept.popitem(last=False)[1])
        return value


class Pictures:
    """All that is drawn or decoded on this side. May be called from several threads; `close` frees the renderer."""

    def __init__(self, dataset: PageDataset) -> None:
        self.dataset = dataset
        self.cache = Cache()
        self._decoding = threading.BoundedSemaphore(2)
        self._drawing: ThreadPoolExecutor | None = None  # one thread: a graphics context belongs to its thread
        self._redrawer: Redrawer | None = None
        self._lock = threading.Lock()
        self._ranges: dict[tuple[int, str], tuple[float, float]] = {}

    # --- from the videos ----------------------------------------------------------------------------

    def thumb(self, index: int, camera: str, frame: int) -> bytes:
        """One frame as JPEG."""
        frame = min(max(frame, 0), self.dataset.length(index) - 1)
        return self.cache.get(("thumb", index, camera, frame), lambda: self._thumb(index, camera, frame))

    def _thumb(self, index: int, camera: str, frame: int) -> bytes:
        with self._decoding:
            return _jpeg(_fit(self.dataset.video(index, camera, [frame])[0], THUMB_PX))

    def strip(self, index: int, camera: str) -> bytes:
        """STRIP_FRAMES moments of an episode side by side as JPEG."""
        return self.cache.get(("strip", index, camera), lambda: self._strip(index, camera))

    def _strip(self, index: int, camera: str) -> bytes:
        frames = strip_frames(self.dataset.length(index))
        with self._decoding:
            film = self.dataset.video(index, camera, sorted(set(frames)))
        place = {f: k for k, f in enumerate(sorted(set(frames)))}
        return _jpeg(np.concatenate([_fit(film[place[f]], STRIP_PX) for f in frames], axis=1))

    # --- depth and masks ----------------------------------------------------------------------------

    def source(self, index: int, kind: str, camera: str) -> tuple[str, str]:
        """("stored" | "drawn" | "", why not) of a layer of an episode's camera."""
        if kind not in LAYERS:
            raise ConfigError(unknown_name("layer", kind, LAYERS))
        if f"{kind}.{camera}" in self.dataset.sidecars(index):
            return "stored", ""
        if "settings" not in self.dataset.run:
            return "", f"{kind} was not stored, and only datasets of this engine can be drawn again"
        if not self.dataset.meta(index).get("appearance"):
            return "", f"{kind} was not stored, and this episode has no stored appearance to draw it with"
        return "drawn", ""

    def layer(self, index: int, camera: str, kind: str, block: int) -> bytes:
        """A block of a layer as PNG: frames block * BLOCK and the following, side by side."""
        return self.cache.get((kind, index, camera, block), lambda: self._layer(index, camera, kind, block))

    def depth_range(self, index: int, camera: str) -> tuple[float, float]:
        """Metres that the brightest and the darkest colour of the depth layer stand for."""
        key = (index, camera)
        if key not in self._ranges:
            frames = sorted({0, self.dataset.length(index) // 2, self.dataset.length(index) - 1})
            z = self._buffers(index, camera, "depth", frames)
            z = z[(z > 1e3 * _NEAR) & (z < 1e3 * _FAR)] / 1e3
            near, far = np.percentile(z, (0.5, 90.0)).tolist() if z.size else (0.0, 1.0)
            self._ranges[key] = (round(near, 2), round(max(far, near + 0.05), 2))
        return self._ranges[key]

    def _layer(self, index: int, camera: str, kind: str, block: int) -> bytes:
        length = self.dataset.length(index)
        frames = list(range(block * BLOCK, min((block + 1) * BLOCK, length)))
        if block < 0 or not frames:
            raise DatasetError(f"episode {index} has {length} frames; there is no block {block}")
        pictures = self._buffers(index, camera, kind, frames)
        if kind == "depth":
            near, far = self.depth_range(index, camera)
            z = np.clip(pictures / 1e3, near, far)
            value = (1 / z - 1 / far) / (1 / near - 1 / far)  # by inverse depth, which is what disparity shows
            codes = np.where(pictures == 0, 0, 1 + np.round(254 * value)).astype(np.uint8)
            return _palette_png(codes, [(0, 0, 0), *_ramp(255)], {})
        roles = {k: str(o.get("name", "")) for k, o in enumerate(self.dataset.meta(index).get("objects", []))}
        colours = [mask_colour(i, roles.get(i - 3, "")) for i in range(256)]
        return _palette_png(pictures.astype(np.uint8), colours, {0: 0, 1: 150, 2: 110})

    def _buffers(self, index: int, camera: str, kind: str, frames: Sequence[int]) -> NDArray[Any]:
        source, why = self.source(index, kind, camera)
        if source == "stored":
            return self._stored(index, camera, kind)[list(frames)]
        if source == "":
            raise DatasetError(f"episode {index}: {why}")
        with self._lock:
            self._drawing = self._drawing or ThreadPoolExecutor(1, "redraw")
        return self._drawing.submit(self._drawn, index, camera, kind, list(frames)).result()

    @functools.lru_cache(maxsize=8)  # noqa: B019 - lives as long as the page
    def _stored(self, index: int, camera: str, kind: str) -> NDArray[Any]:
        with self._decoding:
            return self.dataset.masks(index, camera) if kind == "mask" else self.dataset.depth(index, camera)

    def _drawn(self, index: int, camera: str, kind: str, frames: list[int]) -> NDArray[Any]:
        """Runs in the drawing thread. Depth in millimetres as in the sidecars."""
        from engine.label.boxes import depth_mm
        from engine.redraw import Redrawer

        if self._redrawer is None:
            self._redrawer = Redrawer(self.dataset)
            self._opened = -1
        if self._opened != index:
            self._opened = -1
            self._redrawer.open(index)
            self._opened = index
        mask = kind == "mask"
        out = [self._redrawer.render(t, camera, instance=mask, depth=not mask, rgb=False) for t in frames]
        if mask:
            return np.stack([b.instance for b in out])  # type: ignore[arg-type]
        return np.stack([depth_mm(b.depth) for b in out])  # type: ignore[arg-type]

    def close(self) -> None:
        """Free the renderer, in the thread that it belongs to."""
        if self._drawing is not None:
            if self._redrawer is not None:
                self._drawing.submit(self._redrawer.close).result()
                self._redrawer = None
            self._drawing.shutdown()
            self._drawing = None


def strip_frames(length: int) -> list[int]:
    """The frames of a strip: evenly over the episode, first and last included."""
    return [round(k * (length - 1) / (STRIP_FRAMES - 1)) for k in range(STRIP_FRAMES)]


def _fit(rgb: NDArray[np.uint8], width: int) -> NDArray[np.uint8]:
    """The picture at a width, never enlarged."""
    h, w = rgb.shape[:2]
    if w <= width:
        return rgb
    size = (width, max(1, round(h * width / w)))
    return np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0))


def _jpeg(rgb: NDArray[np.uint8]) -> bytes:
    out = io.BytesIO()
    Image.fromarray(rgb).save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _ramp(count: int) -> list[tuple[int, int, int]]:
    """viridis in `count` steps."""
    anchors = np.array(_VIRIDIS, float)
    at = np.linspace(0, len(anchors) - 1, count)
    channels = [np.interp(at, range(len(anchors)), anchors[:, k]) for k in range(3)]
    return [(int(r), int(g), int(b)) for r, g, b in np.round(channels).T]


def _palette_png(frames: NDArray[np.uint8], colours: Sequence[tuple[int, int, int]], alpha: dict[int, int]) -> bytes:
    """Frames (n, H, W) of colour numbers side by side. alpha: of some colours; the others are opaque."""
    image = Image.fromarray(np.concatenate(list(frames), axis=1), "P")
    image.putpalette([v for colour in colours for v in colour])
    out = io.BytesIO()
    extra: dict[str, Any] = {}
    if alpha:
        extra["transparency"] = bytes(alpha.get(k, 255) for k in range(len(colours)))
    image.save(out, "PNG", compress_level=4, **extra)
    return out.getvalue()
