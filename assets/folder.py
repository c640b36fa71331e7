"""Objects as files: one folder per object with `asset.json` and `arrays.npz`, and a library of such folders.

    DIR/<family>/<number>/asset.json     everything that is text or a number
    DIR/<family>/<number>/arrays.npz     meshes, textures, convex parts (no pickles)

`--assets DIR` reads this form; `assets.source.open_library` puts it beside the procedural families.
"""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import AssetError, unknown_name
from engine.types import CollisionPart, ContainerInfo, Material, ObjectAsset, StablePose, VisualMesh, content_hash

FORMAT = "groundwork-object/1"


def object_digest(asset: ObjectAsset) -> str:
    """Hash of everything an object is, to notice files that were edited after they were saved."""
    return content_hash(
        [asset.asset_id, asset.family, asset.seed, asset.name, asset.category, asset.attributes, asset.graspable],
        [asset.mass, asset.friction, asset.inertia, asset.extents, asset.bounds, asset.content_hash],
        [[m.vertices, m.faces, m.uv, list(m.material.rgba), m.material.texture] for m in asset.visual],
        [[m.material.specular, m.material.shininess, m.material.reflectance] for m in asset.visual],
        [[p.kind, list(p.size), list(p.p), list(p.q_wxyz), p.vertices] for p in asset.collision],
        [[s.q_wxyz, s.height, s.probability, s.upright] for s in asset.stable_poses],
        [] if asset.container is None else dataclasses.asdict(asset.container),
    )


_ARRAYS = ("inertia", "extents", "bounds")


def save_object(asset: ObjectAsset, folder: Path) -> Path:
    """Write one object below `folder` and return its own folder; the JSON is written last, atomically."""
    target = folder / asset.family / str(asset.seed)
    target.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Any] = {name: getattr(asset, name) for name in _ARRAYS}
    visual, collision, stable = [], [], []
    for k, m in enumerate(asset.visual):
        arrays |= {f"visual{k}.vertices": m.vertices, f"visual{k}.faces": m.faces}
        if m.uv is not None:
            arrays[f"visual{k}.uv"] = m.uv
        if m.material.texture is not None:
            arrays[f"visual{k}.texture"] = m.material.texture
        visual.append(
            {f.name: getattr(m.material, f.name) for f in dataclasses.fields(Material) if f.name != "texture"}
        )
    for k, p in enumerate(asset.collision):
        if p.vertices is not None:
            arrays[f"collision{k}.vertices"] = p.vertices
        collision.append({"kind": p.kind, "size": p.size, "p": p.p, "q_wxyz": p.q_wxyz})
    for k, s in enumerate(asset.stable_poses):
        arrays[f"stable{k}.q_wxyz"] = s.q_wxyz
        stable.append({"height": s.height, "probability": s.probability, "upright": s.upright})
    keys = (
        "asset_id",
        "family",
        "seed",
        "name",
        "category",
        "attributes",
        "mass",
        "friction",
        "graspable",
        "content_hash",
    )
    record = {
        "format": FORMAT,
        "digest": object_digest(asset),
        **{k: getattr(asset, k) for k in keys},
        "visual": visual,
        "collision": collision,
        "stable_poses": stable,
        "container": None if asset.container is None else dataclasses.asdict(asset.container),
    }
    np.savez_compressed(target / "arrays.npz", **arrays)
    temporary = target / f".asset.{os.getpid()}.json"
    temporary.write_text(json.dumps(record, indent=1))
    os.replace(temporary, target / "asset.json")
    return target


def load_object(folder: Path) -> ObjectAsset:
    """Read one object; raises AssetError that names the file and what is wrong with it."""
    path = folder / "asset.json"
    try:
        r = json.loads(path.read_text())
        if r.get("format") != FORMAT:
            raise AssetError(f"{path}: format {r.get('format')!r}; this version reads {FORMAT!r}")
        with np.load(folder / "arrays.npz", allow_pickle=False) as npz:
            a = {k: npz[k] for k in npz.files}
        visual = tuple(
            VisualMesh(
                a[f"visual{k}.vertices"],
                a[f"visual{k}.faces"],
                a.get(f"visual{k}.uv"),
                Material(**{**m, "rgba": tuple(m["rgba"])}, texture=a.get(f"visual{k}.texture")),
            )
            for k, m in enumerate(r["visual"])
        )
        collision = tuple(
            CollisionPart(
                p["kind"], tuple(p["size"]), tuple(p["p"]), tuple(p["q_wxyz"]), a.get(f"collision{k}.vertices")
            )
            for k, p in enumerate(r["collision"])
        )
        stable = tuple(StablePose(a[f"stable{k}.q_wxyz"], **s) for k, s in enumerate(r["stable_poses"]))
        container = None
        if r["container"] is not None:
            c = dict(r["container"])
            c["centre_xy"] = tuple(c["centre_xy"])
            c["half_extents"] = None if c["half_extents"] is None else tuple(c["half_extents"])
            container = ContainerInfo(**c)
        asset = ObjectAsset(
            asset_id=r["asset_id"],
            family=r["family"],
            seed=r["seed"],
            name=r["name"],
            category=r["category"],
            attributes=r["attributes"],
            visual=visual,
            collision=collision,
            mass=r["mass"],
            inertia=a["inertia"],
            friction=r["friction"],
            extents=a["extents"],
            bounds=a["bounds"],
            stable_poses=stable,
            graspable=r["graspable"],
            container=container,
            content_hash=r["content_hash"],
        )
    except FileNotFoundError as e:
        raise AssetError(f"{folder}: {Path(e.filename).name} is missing; save or import the object again") from e
    except (KeyError, TypeError, ValueError, OSError) as e:
        raise AssetError(f"{path}: not a readable object ({type(e).__name__}: {e}); save or import it again") from e
    if object_digest(asset) != r["digest"]:
        raise AssetError(
            f"{path}: the object was changed after it was saved; its grasps and hash no longer fit: save it again"
        )
    return asset


class FolderLibrary:
    """The objects saved below a folder, by their asset ids. Raises AssetError when there are none."""

    def __init__(self, root: str | Path):
        self.root = Path(root)
        if not self.root.is_dir():
            raise AssetError(f"--assets {root}: no such folder")
        self._folders: dict[str, Path] = {}
        for path in sorted(self.root.glob("*/*/asset.json")):
            self._folders[f"{path.parent.parent.name}/{path.parent.name}"] = path.parent
        if not self._folders:
            raise AssetError(f"--assets {root}: no objects below it (expected FAMILY/NUMBER/asset.json)")
        self._cache: dict[str, ObjectAsset] = {}

    def get(self, asset_id: str) -> ObjectAsset:
        if asset_id not in self._cache:
            if asset_id not in self._folders:
                raise AssetError(unknown_name("object", asset_id, self._folders))
            self._cache[asset_id] = load_object(self._folders[asset_id])
        return self._cache[asset_id]

    def ids(self) -> tuple[str, ...]:
        return tuple(sorted(self._folders))
