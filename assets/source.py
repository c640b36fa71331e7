"""The library of a run: the procedural families, and beside them the objects of `--assets DIR`."""

from __future__ import annotations

from assets.folder import FolderLibrary
from assets.library import ProceduralLibrary
from engine.errors import AssetError
from engine.types import AssetLibrary, ObjectAsset


class JointLibrary:
    """Several libraries as one; an id may exist only once. Raises AssetError on a clash.

    `own`: the ids of the first library, the user's."""

    def __init__(self, *libraries: AssetLibrary):
        self._where: dict[str, AssetLibrary] = {}
        for library in libraries:
            for asset_id in library.ids():
                if asset_id in self._where:
                    raise AssetError(
                        f"object '{asset_id}' exists twice; rename the family folder of the one in --assets"
                    )
                self._where[asset_id] = library
        self.own = libraries[0].ids()
        self._last = libraries[-1]

    def get(self, asset_id: str) -> ObjectAsset:
        return self._where.get(asset_id, self._last).get(asset_id)

    def ids(self) -> tuple[str, ...]:
        return tuple(sorted(self._where))


def open_library(folder: str | None = None, split: str = "all") -> AssetLibrary:
    """The procedural library's split, with the objects saved below `folder` (see `assets.folder`) when given."""
    own = ProceduralLibrary(
        cache=128, split=split
    )  # a task has eleven; a long run must not collect every object it met
    return own if folder is None else JointLibrary(FolderLibrary(folder), own)
