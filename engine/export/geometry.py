"""Geometry sets on disk: tar shards of pictures, depth, masks, cameras and tracks, with an index by byte ranges.

    OUT/geometry-00000.tar ...   samples, one after the other (WebDataset's layout: files of a sample share their key)
    OUT/index.parquet            one row per sample: key, shard, offset and bytes of its run in the shard, steps, views
    OUT/meta.json                format, units, conventions, settings, counts, versions
    OUT/SHA256SUMS               of all these

    Files of sample KEY: KEY.json (cameras, poses, objects, source), KEY.TT.VV.rgb.webp (lossless; or png, jpg),
    KEY.TT.VV.depth.png (16 bit, 0.1 mm, 0: none), KEY.TT.VV.instance.png (8 bit), KEY.tracks.npz, where TT counts
    instants and VV views.

Members are not compressed again, so a shard can be mapped into memory and a sample read with one range request.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from PIL import Image

from engine.errors import ConfigError, DatasetError, unknown_name
from engine.export.checksums import sha256
from engine.label.geometry import DEPTH_MAX_M, DEPTH_UNIT_M, Observation, extrinsic
from engine.sim.cameras import camera_to_dict

FORMAT, FORMAT_VERSION = "groundwork-geometry", 1
INDEX, META, SUMS = "index.parquet", "meta.json", "SHA256SUMS"
IMAGE_KINDS = ("webp", "png", "jpg")
JPEG_QUALITY = 95
_SCHEMA = pa.schema(
    [
        ("key", pa.string()),
        ("shard", pa.int32()),
        ("offset", pa.int64()),
        ("bytes", pa.int64()),
        ("steps", pa.int32()),
        ("views", pa.int32()),
        ("tracks", pa.int32()),
        ("source", pa.string()),
    ]
)


def shard_name(shard: int) -> str:
    """File name of a shard."""
    return f"geometry-{shard:05d}.tar"


class ShardWriter:
    """Writes one shard under a temporary name; leaving the block without error puts it in its place.

        with ShardWriter(out, 3, "webp") as shard:
            shard.add(observation, meta)
        rows = shard.rows

    The bytes depend on what is added only: no times, owners or names of the machine. Raises ConfigError for an
    unknown kind of image.
    """

    def __init__(self, out: str | Path, shard: int, image: str = "webp") -> None:
        if image not in IMAGE_KINDS:
            raise ConfigError(unknown_name("kind of image", image, IMAGE_KINDS))
        self.out, self.shard, self.image = Path(out), shard, image
        self.rows: list[dict[str, Any]] = []
        self._path = self.out / shard_name(shard)
        self._partial = self._path.with_name(f".{self._path.name}.part")
        self._file: BinaryIO | None = None

    def __enter__(self) -> ShardWriter:
        self.out.mkdir(parents=True, exist_ok=True)
        self._file = open(self._partial, "wb")
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        assert self._file is not None
        if kind is not None:
            self._file.close()
            self._partial.unlink(missing_ok=True)
            return
        self._file.write(b"\0" * (2 * tarfile.BLOCKSIZE))
        self._file.close()
        self._partial.replace(self._path)

    def add(self, seen: Observation, meta: Mapping[str, Any]) -> None:
        """Append a sample. meta: JSON-able, joins what is written about cameras, poses and tracks; its "source"
        says where the sample comes from and is put into the index as well."""
        assert self._file is not None
        key = f"{self.shard:05d}-{len(self.rows):05d}"
        start = self._file.tell()
        T, V = len(seen.views), len(seen.cameras)
        record = dict(meta) | {
            "key": key,
            "steps": T,
            "views": V,
            "image": self.image,
            "cameras": [camera_to_dict(c) for c in seen.cameras],
            "X_WC": [[view.X_WC.vector().tolist() for view in row] for row in seen.views],
            "extrinsics": [[extrinsic(view.X_WC).tolist() for view in row] for row in seen.views],
            "depth_unit_m": DEPTH_UNIT_M,
            "tracks": len(seen.tracks.owner),
        }
        self._member(f"{key}.json", json.dumps(record, separators=(",", ":"), sort_keys=True).encode())
        for t, row in enumerate(seen.views):
            for v, view in enumerate(row):
                name = f"{key}.{t:02d}.{v:02d}"
                self._member(f"{name}.rgb.{self.image}", encode_rgb(view.rgb, self.image))
                self._member(f"{name}.depth.png", _png(view.depth))
                self._member(f"{name}.instance.png", _png(view.instance))
        tracks = io.BytesIO()
        np.savez_compressed(
            tracks,
            points=seen.tracks.points,
            visible=np.packbits(seen.tracks.visible, axis=-1),
            owner=seen.tracks.owner,
        )
        self._member(f"{key}.tracks.npz", tracks.getvalue())
        self.rows.append(
            {
                "key": key,
                "shard": self.shard,
                "offset": start,
                "bytes": self._file.tell() - start,
                "steps": T,
                "views": V,
                "tracks": len(seen.tracks.owner),
                "source": json.dumps(meta.get("source", {}), separators=(",", ":"), sort_keys=True),
            }
        )

    def _member(self, name: str, content: bytes) -> None:
        assert self._file is not None
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = len(content), 0o644, 0
        self._file.write(info.tobuf(tarfile.USTAR_FORMAT))
        self._file.write(content)
        self._file.write(b"\0" * (-len(content) % tarfile.BLOCKSIZE))


def encode_rgb(rgb: NDArray[np.uint8], kind: str) -> bytes:
    """A picture (H, W, 3) as file content; webp and png give back every value."""
    out = io.BytesIO()
    image = Image.fromarray(rgb)
    if kind == "webp":  # the quickest effort: a sixth smaller than PNG in half the time
        image.save(out, "WEBP", lossless=True, method=0, exact=True)
    elif kind == "png":
        image.save(out, "PNG", compress_level=6)
    else:
        image.save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return out.getvalue()


def _png(image: NDArray[Any]) -> bytes:
    out = io.BytesIO()
    Image.fromarray(image).save(out, "PNG", compress_level=6)
    return out.getvalue()


# --- the whole set ----------------------------------------------------------------------------------


def finalize(out: str | Path, rows: Iterable[Mapping[str, Any]], meta: Mapping[str, Any]) -> dict[str, Any]:
    """Write index, meta.json and checksums of the shards that the rows name; returns what meta.json holds.

    Everything goes to a temporary name first; SHA256SUMS, written last, marks a finished set. Raises DatasetError
    when a shard is missing.
    """
    out = Path(out)
    table = sorted((dict(r) for r in rows), key=lambda r: r["key"])
    shards = sorted({shard_name(r["shard"]) for r in table})
    missing = [s for s in shards if not (out / s).is_file()]
    if missing:
        raise DatasetError(f"{out}: {missing[0]} is missing; run the command that makes the set again")
    temporary = out / f".{INDEX}.part"
    pq.write_table(pa.Table.from_pylist(table, schema=_SCHEMA), temporary, compression="zstd")
    temporary.replace(out / INDEX)
    pictures = sum(r["steps"] * r["views"] for r in table)
    facts: dict[str, Any] = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "samples": len(table),
        "pictures": pictures,
        "shards": len(shards),
        "bytes": sum((out / s).stat().st_size for s in shards),
        "depth": {"unit_m": DEPTH_UNIT_M, "error_m": 0.5 * DEPTH_UNIT_M, "max_m": DEPTH_MAX_M, "none": 0},
        "conventions": {
            "pixel": "(0, 0) is the centre of the top-left pixel",
            "camera": "x right, y down, z forward; depth is z",
            "X_WC": "camera-to-world, x y z qw qx qy qz, metres",
            "extrinsics": "camera-from-world (3, 4), x_C = R x_W + t",
            "instance": "0 background, 1 robot, 2 table, 3 + i object i",
            "tracks": "points (steps, N, 3) in W; visible (steps, views, N) packed along N, first bit highest",
        },
    } | dict(meta)
    _write(out / META, json.dumps(facts, indent=1, sort_keys=True) + "\n")
    names = [*shards, INDEX, META]
    _write(out / SUMS, "".join(f"{sha256(out / n)}  {n}\n" for n in sorted(names)))
    return facts


def check_files(out: str | Path) -> list[str]:
    """What does not agree with SHA256SUMS: "<file>: missing" or "<file>: changed"; [] if all do.

    Raises DatasetError where there is no finished set."""
    out = Path(out)
    if not (out / SUMS).is_file():
        raise DatasetError(f"{out}: no {SUMS}; the set is not finished, run the command that makes it again")
    problems = []
    for line in (out / SUMS).read_text(encoding="utf-8").splitlines():
        total, _, name = line.partition("  ")
        if not (out / name).is_file():
            problems.append(f"{name}: missing")
        elif sha256(out / name) != total:
            problems.append(f"{name}: changed since its checksum was written")
    return problems


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
