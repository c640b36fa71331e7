"""How per-frame columns are declared in `meta/info.json`: dtype, stored shape and names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import DatasetError
from engine.export.layout import image_key

_DESCRIBED = ("unit", "frame", "doc", "kind", "source", "free")


@dataclass(frozen=True)
class Feature:
    """One declared feature.

    inner_shape: the shape of one frame's value as the engine sees it; what is stored is flat:
    (prod,) for more than one axis, (1,) for a scalar.
    """

    name: str
    dtype: str
    inner_shape: tuple[int, ...]
    names: tuple[str, ...] | None = None
    notes: dict[str, Any] = field(default_factory=dict)
    video: dict[str, Any] | None = None

    @property
    def size(self) -> int:
        """How many numbers one frame has."""
        return int(np.prod(self.inner_shape, dtype=np.int64))

    def info(self) -> dict[str, Any]:
        """The entry of `info.json`."""
        if self.video is not None:
            names = ["height", "width", "channels"]
            return {"dtype": "video", "shape": list(self.inner_shape), "names": names, "info": self.video}
        return {"dtype": self.dtype, "shape": [self.size], "names": list(self.names) if self.names else None}

    def description(self) -> dict[str, Any]:
        """The entry of `meta/groundwork/columns.json`."""
        names = list(self.names) if self.names else None
        return {"dtype": self.dtype, "shape": list(self.inner_shape), "names": names, **self.notes}


def index_features() -> dict[str, Feature]:
    """The columns that every LeRobot dataset has and the exporter fills in."""
    text = {
        "timestamp": ("float32", "s", "time since the episode's first frame: frame_index / fps"),
        "frame_index": ("int64", "", "number of the frame in its episode"),
        "episode_index": ("int64", "", "number of the episode in the dataset"),
        "index": ("int64", "", "number of the frame in the dataset"),
        "task_index": ("int64", "", "row of meta/tasks.parquet: the instruction"),
    }
    return {n: Feature(n, t, (), None, {"unit": unit, "frame": "", "doc": doc}) for n, (t, unit, doc) in text.items()}


def data_feature(name: str, dtype: str, shape: tuple[int, ...], description: Any = None) -> Feature:
    """A column from its type, its inner shape and what is known about it (an object or a mapping)."""
    notes = {k: _look(description, k) for k in _DESCRIBED if _look(description, k) is not None}
    return Feature(name, dtype, shape, element_names(shape, _look(description, "names")), notes)


def camera_feature(camera: str, facts: Mapping[str, Any], fps: float) -> Feature:
    """A camera's video from what the encoder reported (`VideoFacts.as_json`)."""
    if not facts:
        raise DatasetError(f"camera '{camera}': the metadata has no videos.{camera}; store VideoWriter.facts there")
    height, width = facts["height"], facts["width"]
    video = {
        "video.height": height,
        "video.width": width,
        "video.codec": facts["codec"],
        "video.pix_fmt": facts["pix_fmt"],
        "video.is_depth_map": False,
        "video.fps": int(fps) if float(fps).is_integer() else fps,
        "video.channels": 3,
        "has_audio": False,
    }
    notes = {"unit": "", "frame": camera, "doc": f"colour video of camera {camera}, sRGB"}
    return Feature(image_key(camera), "video", (height, width, 3), None, notes, video)


def element_names(shape: tuple[int, ...], names: Sequence[str] | None) -> tuple[str, ...] | None:
    """Names of the flat elements: given in full, or for the last axis only ("x" -> "0.x", "1.x", ...).

    None where nothing is given, or what is given does not fit (an object count that varies).
    """
    size = int(np.prod(shape, dtype=np.int64))
    if names is None or not shape:
        return None
    if len(names) == size:
        return tuple(names)
    if len(shape) > 1 and len(names) == shape[-1]:
        return tuple(".".join([*(str(k) for k in i[:-1]), str(names[i[-1]])]) for i in np.ndindex(*shape))
    return None


def common_shape(name: str, a: tuple[int, ...], b: tuple[int, ...], where: str) -> tuple[int, ...]:
    """The smallest shape that holds both: scenes may have different numbers of objects."""
    if len(a) != len(b):
        raise DatasetError(f"{where}: column '{name}' has inner shape {b}, earlier episodes {a}; the axes must agree")
    return tuple(max(x, y) for x, y in zip(a, b, strict=True))


def flatten(array: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """A column (T, *own) as stored: padded up to `shape` (NaN, or 0 for integers), inner axes flat."""
    if array.shape[1:] != shape:
        fill = np.nan if array.dtype.kind == "f" else np.zeros((), array.dtype)[()]
        wide = np.full((len(array), *shape), fill, array.dtype)
        wide[tuple(slice(0, n) for n in array.shape)] = array
        array = wide
    if not shape:
        return array
    flat = array.reshape(len(array), -1)
    return flat[:, 0] if flat.shape[1] == 1 else flat  # LeRobot keeps features of shape (1,) as plain columns


def _look(description: Any, key: str) -> Any:
    if isinstance(description, Mapping):
        return description.get(key)
    return getattr(description, key, None)
