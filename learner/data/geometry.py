"""Geometry sets as a torch Dataset, with the tensors and the normalisation that VGGT's training uses.

    data = GeometryDataset("geometry/", views=6)
    item = data[0]                                   # a dict of tensors, see `GeometryDataset`
    metric = denormalise(item)                       # back to metres, first camera's frame
    points_W = to_world(metric["world_points"], metric)

S pictures make an item: `mode="instant"` gives every instant of every sample by itself (S = views), `mode="sequence"`
all instants of a sample (S = steps * views, instants outermost). The first picture's camera is the frame of everything.

Normalisation (VGGT, section 3.3; train_utils/normalization.py of the public code): the first camera's frame, then
translations, depths and points divided by the mean distance of valid world points of all S pictures from the origin,
sum / (count + 1e-3), held within 1e-6 .. 1e6. The divisor is `scale`, so metres = value * scale.

Pixels: (0, 0) is the centre of the top-left pixel, in matrices and tracks, as in OpenCV and in VGGT's resizing; with
`pixel_origin="corner"` both are moved by half a pixel, so that a centred camera's principal point is (W / 2, H / 2),
where VGGT's pose encoding puts it. Points are those of the pixels' centres either way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch.utils.data import Dataset

from engine.errors import ConfigError, DatasetError
from learner.data.geometry_reader import Arrays, GeometryReader, unproject

PATCH = 14
"""Sides of images are multiples of this (DINOv2's patches in VGGT)."""

MODES = ("instant", "sequence")
ORIGINS = ("centre", "corner")
_EPS, _LEAST, _MOST = 1e-3, 1e-6, 1e6  # of VGGT's scale


# --- geometry -------------------------------------------------------------------------------------


def inverse(E: NDArray[Any]) -> NDArray[np.float64]:
    """Inverse (3, 4) of a rigid transform (3, 4)."""
    R = np.asarray(E, np.float64)[:, :3].T
    return np.concatenate([R, -R @ np.asarray(E, np.float64)[:, 3:]], 1)


def resize(picture: Arrays, height: int, width: int) -> Arrays:
    """A picture scaled to cover height x width, then cut to it round its principal point.

    As VGGT's loader does it: colours by Lanczos (smaller) or bicubic (larger), depth and instances by the nearest
    pixel, both scales equal, K' = K scaled about the pixels' corners. Nearest depth is that of a ray up to half a
    source pixel away: for exact geometry make the set at the size that you train with. Tracks outside become invisible.
    """
    h, w = picture["depth"].shape
    if (h, w) == (height, width):
        return picture
    s = max(height / h, width / w)
    big = max(height, round(h * s)), max(width, round(w * s))
    how = Image.Resampling.LANCZOS if s < 1 else Image.Resampling.BICUBIC
    rgb = np.asarray(Image.fromarray(picture["rgb"]).resize((big[1], big[0]), how))
    sy, sx = big[0] / h, big[1] / w
    rows = np.clip(np.floor((np.arange(big[0]) + 0.5) / sy).astype(int), 0, h - 1)
    columns = np.clip(np.floor((np.arange(big[1]) + 0.5) / sx).astype(int), 0, w - 1)
    K = picture["K"].copy()
    K[0, 0], K[1, 1] = K[0, 0] * sx, K[1, 1] * sy
    K[0, 2], K[1, 2] = (K[0, 2] + 0.5) * sx - 0.5, (K[1, 2] + 0.5) * sy - 0.5
    top = int(np.clip(round(K[1, 2] + 0.5 - height / 2), 0, big[0] - height))
    left = int(np.clip(round(K[0, 2] + 0.5 - width / 2), 0, big[1] - width))
    K[0, 2], K[1, 2] = K[0, 2] - left, K[1, 2] - top
    rows, columns = rows[top : top + height], columns[left : left + width]
    uv = (picture["track_uv"] + 0.5) * [sx, sy] - 0.5 - [left, top]
    inside = np.all((uv >= -0.5) & (uv <= np.array([width, height]) - 0.5), axis=1)
    return picture | {
        "rgb": rgb[top : top + height, left : left + width],
        "depth": picture["depth"][np.ix_(rows, columns)],
        "instance": picture["instance"][np.ix_(rows, columns)],
        "K": K,
        "track_uv": uv,
        "visible": picture["visible"] & inside,
    }


def normalise(item: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Divide an item in metres by the mean distance of its valid points, as VGGT does; `scale` says by what."""
    valid = item["point_masks"]
    # numpy adds in one order; torch's order depends on threads and memory, and with it the last bit of everything.
    x, y, z = item["world_points"][valid].double().numpy().T
    total = torch.tensor(np.sqrt(x * x + y * y + z * z).sum())
    scale = (total / (valid.sum() + _EPS)).clamp(_LEAST, _MOST)
    return _scaled(item, 1.0 / scale) | {"scale": item["scale"] * scale}


def denormalise(item: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The way back: depths, points and translations times `scale`, which becomes 1. Exact to float32's rounding."""
    return _scaled(item, item["scale"]) | {"scale": torch.ones_like(item["scale"])}


def to_world(points: torch.Tensor, item: Mapping[str, torch.Tensor]) -> torch.Tensor:
    """Points (..., 3) in the first camera's frame, normalised or not, to metres in the world frame W (float64)."""
    E = item["first_extrinsic"].double()
    return (points.double() * item["scale"] - E[:, 3]) @ E[:, :3]


def world_extrinsics(item: Mapping[str, torch.Tensor]) -> torch.Tensor:
    """The cameras' extrinsics (S, 3, 4) from the world frame W, in metres (float64)."""
    E = item["extrinsics"].double()
    first = item["first_extrinsic"].double()
    t = E[:, :, 3] * item["scale"] + E[:, :, :3] @ first[:, 3]
    return torch.cat([E[:, :, :3] @ first[:, :3], t[:, :, None]], -1)


def _scaled(item: dict[str, torch.Tensor], factor: torch.Tensor) -> dict[str, torch.Tensor]:
    out = dict(item)
    for name in ("depths", "world_points", "cam_points", "track_points"):
        if name in item:
            out[name] = (item[name].double() * factor).to(item[name].dtype)
    E = item["extrinsics"].double().clone()
    E[:, :, 3] *= factor
    return out | {"extrinsics": E.to(item["extrinsics"].dtype)}


# --- the dataset ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class GeometryOptions:
    """How items are made.

    mode: "instant" or "sequence", see the module. size: None keeps the stored size, cut to multiples of 14; a number or
    (height, width) resizes. views: how many (None: all), the first ones, or which, by number. first: the view whose
    camera is the frame, as a place among these. shuffle: views in an order of their own for every item and epoch
    (`set_epoch`), by `seed`. tracks: how many at most (None: all), spread over their owners.
    """

    mode: str = "instant"
    size: int | tuple[int, int] | None = None
    views: int | tuple[int, ...] | None = None
    first: int = 0
    shuffle: bool = False
    normalise: bool = True
    tracks: int | None = None
    pixel_origin: str = "centre"
    seed: int = 0

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise ConfigError(f"mode '{self.mode}': it is one of {', '.join(MODES)}")
        if self.pixel_origin not in ORIGINS:
            raise ConfigError(f"pixel_origin '{self.pixel_origin}': it is one of {', '.join(ORIGINS)}")
        if isinstance(self.views, int) and self.views < 1:
            raise ConfigError(f"views = {self.views}: at least one")
        if self.size is not None and any(s < PATCH or s % PATCH for s in self.target):
            raise ConfigError(f"size {self.size}: the sides must be multiples of {PATCH}")

    @property
    def target(self) -> tuple[int, int]:
        """(height, width) that `size` asks for."""
        assert self.size is not None
        return (self.size, self.size) if isinstance(self.size, int) else self.size


class GeometryDataset(Dataset[dict[str, Any]]):
    """Items of a geometry set; see the module for what S is, and `GeometryOptions` for the keywords.

    images (S, 3, H, W) float32 in [0, 1]; depths (S, H, W); extrinsics (S, 3, 4) camera-from-first-camera;
    intrinsics (S, 3, 3); world_points (S, H, W, 3) in the first camera's frame; cam_points (S, H, W, 3) in each
    camera's own; point_masks (S, H, W) bool: where there is depth, elsewhere depths and points are 0; instance
    (S, H, W) uint8; tracks (S, N, 2) pixels; track_vis_mask (S, N); track_points (S, N, 3) in the first camera's
    frame; track_positive_mask (N,): seen in the first picture (all, unless the first is not the one that the tracks
    were drawn in); track_owner (N,) instance values; scale (); first_extrinsic (3, 4) float64, first camera from W;
    ids (S, 2): instant and view; key: the sample's name.
    """

    def __init__(self, root: str | Path, options: GeometryOptions | None = None, **keywords: Any) -> None:
        if options is not None and keywords:
            raise ConfigError("give GeometryDataset either options or keywords, not both")
        self.options = options or GeometryOptions(**keywords)
        self.reader = GeometryReader(root)
        self.epoch = 0
        counts = self.reader.steps if self.options.mode == "instant" else np.ones(len(self.reader), np.int64)
        self._ends = np.cumsum(counts)

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the order of views for the next epoch (with shuffle)."""
        self.epoch = epoch

    def __getitem__(self, index: int) -> dict[str, Any]:
        if not -len(self) <= index < len(self):
            raise IndexError(f"item {index}: the set has {len(self)}")
        index %= len(self)
        sample = int(np.searchsorted(self._ends, index, side="right"))
        steps = range(int(self.reader.steps[sample]))
        if self.options.mode == "instant":
            step = index - (int(self._ends[sample - 1]) if sample else 0)
            steps = range(step, step + 1)
        views = self._views(index, int(self.reader.views[sample]))
        ids = [(t, v) for t in steps for v in views]
        record, pictures = self.reader.load(sample, ids)
        height, width = self._size(pictures)
        pictures = [resize(p, height, width) for p in pictures]
        item = assemble(pictures, [record["track_points"][t] for t, _ in ids])
        item |= {"ids": torch.tensor(ids), "key": self.reader.keys[sample]}
        item["track_owner"] = torch.from_numpy(record["owner"])
        n = len(record["owner"])
        if self.options.tracks is not None and self.options.tracks < n:
            keep = torch.from_numpy(np.arange(self.options.tracks) * n // self.options.tracks)
            item |= {k: item[k][:, keep] for k in ("tracks", "track_points", "track_vis_mask")}
            item |= {k: item[k][keep] for k in ("track_positive_mask", "track_owner")}
        if self.options.pixel_origin == "corner":
            item["tracks"] = item["tracks"] + 0.5
            item["intrinsics"][:, :2, 2] += 0.5
        return normalise(item) if self.options.normalise else item

    def _views(self, index: int, there: int) -> list[int]:
        """Numbers of the views of an item, the frame's first."""
        o = self.options
        order = np.arange(there)
        if o.shuffle:
            seed = np.random.SeedSequence([o.seed & 0xFFFFFFFF, self.epoch, index])
            order = np.random.Generator(np.random.PCG64(seed)).permutation(there)
        asked = order if o.views is None else order[: o.views] if isinstance(o.views, int) else np.array(o.views)
        if isinstance(o.views, tuple) and (min(o.views) < 0 or max(o.views) >= there):
            raise ConfigError(f"views {o.views}: a sample has the views 0 to {there - 1}")
        if not 0 <= o.first < len(asked):
            raise ConfigError(f"first = {o.first}: there are {len(asked)} views in an item")
        chosen = [int(v) for v in asked]
        return [chosen[o.first], *(v for k, v in enumerate(chosen) if k != o.first)]

    def _size(self, pictures: list[Arrays]) -> tuple[int, int]:
        if self.options.size is not None:
            return self.options.target
        h, w = (min(p["depth"].shape[k] for p in pictures) for k in (0, 1))
        if h < PATCH or w < PATCH:
            raise DatasetError(f"pictures of {w} x {h} pixels are smaller than a patch of {PATCH}")
        return h // PATCH * PATCH, w // PATCH * PATCH


def assemble(pictures: list[Arrays], track_points_W: list[NDArray[Any]]) -> dict[str, Any]:
    """An item in metres from pictures of one size; float64 inside, float32 out."""
    first = pictures[0]["extrinsic"]
    camera_points = [unproject(p["depth"], p["K"]) for p in pictures]
    relative, world = [], []
    for picture, points in zip(pictures, camera_points, strict=True):
        back = inverse(picture["extrinsic"])  # W from C
        R = first[:, :3] @ back[:, :3]
        t = first[:, :3] @ back[:, 3] + first[:, 3]
        relative.append(inverse(np.concatenate([R, t[:, None]], 1)))
        world.append(np.where(picture["depth"][..., None] > 0, points @ R.T + t, 0.0))
    # The first camera's own frame is that frame exactly, without the rounding of going to W and back.
    relative[0], world[0] = np.eye(3, 4), camera_points[0]
    tracks_1 = np.stack([p.astype(np.float64) @ first[:, :3].T + first[:, 3] for p in track_points_W])
    masks = np.stack([p["depth"] > 0 for p in pictures])
    seen = np.stack([p["visible"] for p in pictures])
    rgb = np.stack([p["rgb"] for p in pictures])
    return {
        "images": torch.from_numpy(np.ascontiguousarray(rgb.transpose(0, 3, 1, 2))).float() / 255.0,
        "depths": _float([p["depth"] for p in pictures]),
        "extrinsics": _float(relative),
        "intrinsics": _float([p["K"] for p in pictures]),
        "world_points": _float(world),
        "cam_points": _float(camera_points),
        "point_masks": torch.from_numpy(masks),
        "instance": torch.from_numpy(np.stack([p["instance"] for p in pictures])),
        "tracks": _float([p["track_uv"] for p in pictures]),
        "track_points": torch.from_numpy(tracks_1.astype(np.float32)),
        "track_vis_mask": torch.from_numpy(seen),
        "track_positive_mask": torch.from_numpy(seen[0].copy()),
        "scale": torch.ones((), dtype=torch.float64),
        "first_extrinsic": torch.from_numpy(np.array(first, np.float64)),
    }


def _float(arrays: Sequence[NDArray[Any]]) -> torch.Tensor:
    return torch.from_numpy(np.stack(arrays).astype(np.float32))
