"""Objects as folders: every bit comes back, and a file that was edited is noticed."""

from __future__ import annotations

import json

import pytest

from assets.folder import FolderLibrary, object_digest, save_object
from assets.library import ProceduralLibrary
from assets.source import JointLibrary, open_library
from engine.errors import AssetError
from tasks.source import open_tasks

IDS = ("mug/4", "plate/2", "carton/1")


def test_saved_objects_come_back_and_become_targets(tmp_path):
    own = ProceduralLibrary()
    for asset_id in IDS:
        save_object(own.get(asset_id), tmp_path)
    library = FolderLibrary(tmp_path)
    assert library.ids() == tuple(sorted(IDS))
    for asset_id in IDS:
        assert object_digest(library.get(asset_id)) == object_digest(own.get(asset_id))
    with pytest.raises(AssetError, match="did you mean 'mug/4'"):
        library.get("mug/5")
    with pytest.raises(AssetError, match="exists twice"):
        open_library(str(tmp_path))  # the procedural library has these ids too


def test_a_users_objects_are_the_targets(tmp_path):
    class Elsewhere(ProceduralLibrary):
        def ids(self):
            return tuple(i for i in super().ids() if i not in IDS)

    for asset_id in IDS:
        save_object(ProceduralLibrary().get(asset_id), tmp_path)
    tasks = open_tasks(JointLibrary(FolderLibrary(tmp_path), Elsewhere()))
    assert tasks.size == 2  # the plate is a container
    assert {tasks.spec(i).roles[0].instance for i in range(2)} == {"mug/4", "carton/1"}


def test_an_edited_or_broken_object_is_refused(tmp_path):
    folder = save_object(ProceduralLibrary().get("mug/4"), tmp_path)
    path = folder / "asset.json"
    record = json.loads(path.read_text())
    for change, says in (
        ({"mass": 0.5}, "was changed after"),
        ({"format": "x"}, "this version reads"),
        ({"visual": 3}, "readable"),
    ):
        path.write_text(json.dumps(record | change))
        with pytest.raises(AssetError, match=says):
            FolderLibrary(tmp_path).get("mug/4")
    path.write_text(json.dumps(record))
    (folder / "arrays.npz").unlink()
    with pytest.raises(AssetError, match=r"arrays\.npz is missing"):
        FolderLibrary(tmp_path).get("mug/4")
    with pytest.raises(AssetError, match="no objects below it"):
        FolderLibrary(folder)
