"""Geometry sets as stored, read in numpy: shards mapped into memory, only what is asked for decoded.

    reader = GeometryReader("geometry/")
    record, pictures = reader.load(0)                # all pictures of sample 0, instants outermost
    points_C = unproject(pictures[0]["depth"], pictures[0]["K"])

World frame W, metres; pixel (0, 0) is the centre of the top-left pixel; cameras look along z, x right and y down.
"""

from __future__ import annotations

import io
import json
import mmap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray
from PIL import Image

from engine.errors import DatasetError

FORMAT, FORMAT_VERSION = "groundwork-geometry", 1
INDEX = "index.parquet"
_BLOCK = 512  # of a tar file

Arrays = dict[str, NDArray[Any]]


class GeometryReader:
    """Samples of a set as stored, in numpy. Shards are mapped into memory; only what is asked for is decoded.

    Raises DatasetError for a folder that holds no finished set, or one of a newer format.
    """

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)
        if not (self.root / "SHA256SUMS").is_file():
            raise DatasetError(f"{self.root}: no finished geometry set (SHA256SUMS is missing); make it again")
        self.meta: dict[str, Any] = json.loads((self.root / "meta.json").read_text(encoding="utf-8"))
        found = self.meta.get("format"), self.meta.get("format_version")
        if found[0] != FORMAT or not isinstance(found[1], int) or found[1] > FORMAT_VERSION:
            raise DatasetError(f"{self.root}: format {found[0]} {found[1]}; known are {FORMAT} 1 to {FORMAT_VERSION}")
        table = pq.read_table(self.root / INDEX)
        self.keys: list[str] = table["key"].to_pylist()
        self.shard, self.offset, self.bytes, self.steps, self.views = (
            table[n].to_numpy() for n in ("shard", "offset", "bytes", "steps", "views")
        )
        self._maps: dict[int, mmap.mmap] = {}

    def __len__(self) -> int:
        return len(self.keys)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_maps": {}}  # maps are opened again in each worker

    def files(self, index: int) -> dict[str, tuple[int, int]]:
        """Place in its shard, (offset, bytes), of each file of a sample by name without its key."""
        data = self._map(int(self.shard[index]))
        at, end = int(self.offset[index]), int(self.offset[index]) + int(self.bytes[index])
        out: dict[str, tuple[int, int]] = {}
        while at < end:
            name = data[at : at + 100].rstrip(b"\0").decode()
            size = int(data[at + 124 : at + 136].rstrip(b"\0 ") or b"0", 8)
            key, _, rest = name.partition(".")
            if key != self.keys[index]:
                raise DatasetError(
                    f"{self.root}: sample {self.keys[index]} is not where {INDEX} says; make the set again"
                )
            out[rest] = (at + _BLOCK, size)
            at += _BLOCK + -(-size // _BLOCK) * _BLOCK
        return out

    def record(self, index: int) -> dict[str, Any]:
        """A sample's cameras, poses, objects and source."""
        return json.loads(self._content(index, self.files(index), "json"))

    def load(
        self, index: int, pictures: Sequence[tuple[int, int]] | None = None
    ) -> tuple[dict[str, Any], list[Arrays]]:
        """A sample's record and its pictures (instant, view), all of them by default, instants outermost.

        Each picture: rgb (H, W, 3) uint8, depth (H, W) float64 metres with 0 for none, instance (H, W) uint8,
        K (3, 3), extrinsic (3, 4) camera-from-world, uv (N, 2) and depth (N,) of the tracks as track_uv and track_z,
        visible (N,). The record also gets "owner" (N,) and "track_points" (steps, N, 3).
        """
        files = self.files(index)
        record = json.loads(self._content(index, files, "json"))
        with np.load(io.BytesIO(self._content(index, files, "tracks.npz"))) as tracks:
            points, owner = tracks["points"], tracks["owner"]
            visible = np.unpackbits(tracks["visible"], axis=-1, count=len(owner)).astype(bool)
        record |= {"owner": owner, "track_points": points}
        every = [(t, v) for t in range(record["steps"]) for v in range(record["views"])]
        out = []
        for t, v in every if pictures is None else pictures:
            name = f"{t:02d}.{v:02d}"
            K = np.array(record["cameras"][v]["K"])
            E = np.array(record["extrinsics"][t][v])
            in_C = points[t].astype(np.float64) @ E[:, :3].T + E[:, 3]
            z = np.where(np.abs(in_C[:, 2:]) < 1e-9, 1e-9, in_C[:, 2:])
            out.append(
                {
                    "rgb": self._image(index, files, f"{name}.rgb.{record['image']}"),
                    "depth": self._image(index, files, f"{name}.depth.png").astype(np.float64) * record["depth_unit_m"],
                    "instance": self._image(index, files, f"{name}.instance.png"),
                    "K": K,
                    "extrinsic": E,
                    "track_uv": in_C[:, :2] / z * [K[0, 0], K[1, 1]] + K[:2, 2],
                    "track_z": in_C[:, 2],
                    "visible": visible[t, v],
                }
            )
        return record, out

    def _image(self, index: int, files: Mapping[str, tuple[int, int]], name: str) -> NDArray[Any]:
        return np.asarray(Image.open(io.BytesIO(self._content(index, files, name))))

    def _content(self, index: int, files: Mapping[str, tuple[int, int]], name: str) -> bytes:
        if name not in files:
            raise DatasetError(f"{self.root}: sample {self.keys[index]} has no {name}")
        at, size = files[name]
        return self._map(int(self.shard[index]))[at : at + size]

    def _map(self, shard: int) -> mmap.mmap:
        if shard not in self._maps:
            path = self.root / f"geometry-{shard:05d}.tar"
            try:
                with open(path, "rb") as file:
                    self._maps[shard] = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except (OSError, ValueError) as error:
                raise DatasetError(f"{path}: cannot be read ({error}); make the set again") from error
        return self._maps[shard]


def unproject(depth: NDArray[Any], K: NDArray[Any]) -> NDArray[np.float64]:
    """Points (H, W, 3) in the camera frame of pixel centres with depth z (H, W); the origin where depth is 0."""
    z = np.asarray(depth, np.float64)
    v, u = np.mgrid[: z.shape[0], : z.shape[1]]
    return np.stack([(u - K[0, 2]) / K[0, 0] * z, (v - K[1, 2]) / K[1, 1] * z, z], -1)
