"""Surfaces and surroundings as the engine asks for them: by name and split, or from a folder of .hdr files."""

from __future__ import annotations

import contextlib
import hashlib
from collections import OrderedDict
from pathlib import Path

import numpy as np

from assets import environments, surfaces
from assets.hdr import hdr_size, read_hdr
from assets.paint import F32, U8
from assets.panorama import panorama_lights
from assets.splits import SPLITS, numbers
from engine.errors import AssetError, ConfigError, unknown_name
from engine.types import F64

_LIGHTS_PX = 64  # rows of the panorama that lights are derived from
_KEPT = 4
_READABLE: set[str] = set()


class Surroundings:
    """The procedural surfaces and environments; see `engine.render.base.TextureSource`."""

    def __init__(self) -> None:
        self._panoramas: OrderedDict[tuple[str, int], F32] = OrderedDict()
        self._lights: dict[str, tuple[F64, F64, F64]] = {}

    def texture_names(self, kind: str, split: str = "all") -> tuple[str, ...]:
        """Names of a kind's surfaces in a split."""
        return surfaces.texture_names(kind, split)

    def texture(self, name: str, size: int = 256) -> U8:
        """The tileable sRGB surface (size, size, 3) of that name."""
        return surfaces.texture(name, size)

    def environment_names(self, split: str = "all") -> tuple[str, ...]:
        """Names of the surroundings in a split."""
        return environments.environment_names(split)

    def environment_hash(self, name: str) -> str | None:
        """None: procedural surroundings are told by their name."""
        return None

    def panorama(self, name: str, height: int = 256) -> F32:
        """Linear radiance (height, 2 * height, 3); the last few are kept."""
        key = name, height
        if key not in self._panoramas:
            self._panoramas[key] = self._make(name, height)
            if len(self._panoramas) > _KEPT:
                self._panoramas.popitem(last=False)
        self._panoramas.move_to_end(key)
        return self._panoramas[key]

    def _make(self, name: str, height: int) -> F32:
        return environments.panorama(name, height)

    def environment_lights(self, name: str) -> tuple[F64, F64, F64]:
        """Direction towards the main light (3,), its colour (3,), ambient colour (3,)."""
        if name not in self._lights:
            self._lights[name] = panorama_lights(self._make(name, _LIGHTS_PX))
        return self._lights[name]


class FileSurroundings(Surroundings):
    """Surfaces by procedure, surroundings from the .hdr panoramas of a folder.

    A file is called by its name in the folder. Sorted by name, every fifth is unseen where there are five and more;
    of fewer, all belong to every split.
    """

    def __init__(self, folder: str | Path) -> None:
        super().__init__()
        self.folder = Path(folder)
        if not self.folder.is_dir():
            raise AssetError(f"environments: {self.folder} is no folder; give one that holds .hdr panoramas")
        files = sorted(p for p in self.folder.iterdir() if p.suffix.lower() in (".hdr", ".pic") and p.is_file())
        if not files:
            raise AssetError(f"environments: no .hdr file in {self.folder}")
        self._files = {p.name: p for p in files}
        for path in files:
            h, w = hdr_size(path)
            if w != 2 * h or h < 16:
                raise AssetError(
                    f"{path}: {w} x {h} pixels is no panorama; it must be twice as wide as high (equirectangular), "
                    "at least 32 x 16"
                )
        self._hashes: dict[str, str] = {}
        for path in files:
            self._check(path)

    def _check(self, path: Path) -> None:
        """Read a file once as a whole, so that a damaged one is refused now; that it was good is kept by its hash."""
        from engine.sim.robot import cache_root

        digest = self.environment_hash(path.name)
        known = cache_root() / "hdr" / digest
        if digest in _READABLE or known.exists():
            return
        read_hdr(path)
        _READABLE.add(digest)
        with contextlib.suppress(OSError):  # without a cache it is read again next time
            known.parent.mkdir(parents=True, exist_ok=True)
            known.touch()

    def environment_names(self, split: str = "all") -> tuple[str, ...]:
        """File names in a split."""
        names = tuple(self._files)
        if len(names) < 5:
            if split not in SPLITS:
                raise ConfigError(unknown_name("split", split, SPLITS))
            return names
        return tuple(names[k] for k in numbers(len(names), split))

    def environment_hash(self, name: str) -> str:
        """First 32 hex digits of the file's SHA-256."""
        if name not in self._hashes:
            try:
                self._hashes[name] = hashlib.sha256(self._path(name).read_bytes()).hexdigest()[:32]
            except OSError as error:
                raise AssetError(f"{self._path(name)}: cannot be read ({error.strerror}); check it") from error
        return self._hashes[name]

    def _path(self, name: str) -> Path:
        if name not in self._files:
            raise AssetError(unknown_name(f"environment in {self.folder}", name, self._files))
        return self._files[name]

    def _make(self, name: str, height: int) -> F32:
        return resized(read_hdr(self._path(name)), height)


def resized(picture: F32, height: int) -> F32:
    """A panorama (H, 2H, 3) at another height: averaged down by areas, or repeated; no light is lost."""
    if len(picture) == height:
        return picture
    return _average(_average(picture, height, 0), 2 * height, 1)


def _average(a: F32, size: int, axis: int) -> F32:
    """Means over `size` equal parts of an axis; the parts' ends may cut cells."""
    n = a.shape[axis]
    total = np.concatenate([np.zeros_like(a.take([0], axis), np.float64), np.cumsum(a, axis, dtype=np.float64)], axis)
    at = np.arange(size + 1) * (n / size)
    low = np.minimum(at.astype(np.int64), n - 1)
    share = (at - low).reshape([-1 if k == axis else 1 for k in range(a.ndim)])
    upto = total.take(low, axis) * (1 - share) + total.take(low + 1, axis) * share
    return (np.diff(upto, axis=axis) * (size / n)).astype(np.float32)


def open_surroundings(folder: str | None = None) -> Surroundings:
    """The surroundings of a run; `folder` is `environments` of its randomisation."""
    return Surroundings() if folder is None else FileSurroundings(folder)
