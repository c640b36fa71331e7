"""The objects that the project makes itself: families of procedural meshes behind ids like "carton/17"."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace

import numpy as np

from assets.catalogue import listed
from assets.colours import colour_of
from assets.families import all_families
from assets.kit import FRICTION, Draft, FamilyInfo
from assets.numeric import grid_round
from assets.physical import mass_properties, part_points, stable_poses
from engine.errors import AssetError, unknown_name
from engine.rng import rng
from engine.types import CollisionPart, ObjectAsset, VisualMesh, content_hash

FAMILIES: dict[str, FamilyInfo] = all_families()
"""Every family by name, sorted."""

MASS_RANGE = (0.02, 0.8)


def family_of(asset_id: str) -> str:
    """The family part of "family/seed"."""
    return asset_id.split("/", 1)[0]


def make_object(family: str, seed: int) -> ObjectAsset:
    """The object (family, seed), the same bits on any machine. Raises AssetError for unknown families."""
    info = FAMILIES.get(family)
    if info is None:
        raise AssetError(unknown_name("object family", family, FAMILIES))
    if seed < 0:
        raise AssetError(f"seed {seed} of family '{family}' is negative; seeds are 0, 1, 2, ...")
    return _finish(info, seed, info.draft(seed, rng(seed, "object", family)))


def _finish(info: FamilyInfo, seed: int, draft: Draft) -> ObjectAsset:
    """Mass, inertia, frame, bounds, resting poses, colour word and hash of a draft."""
    volume, centre, inertia = mass_properties(list(draft.collision))
    centre = grid_round(centre)
    collision = tuple(_shifted(p, centre) for p in draft.collision)
    visual = tuple(
        VisualMesh((grid_round(m.vertices) - centre).astype(np.float32), m.faces, m.uv.astype(np.float32), material)
        for m, material in draft.visual
    )
    mass = float(np.round(np.clip(draft.density * volume, *MASS_RANGE), 4))
    inertia = np.round(inertia * (mass / volume), 12)
    hull = np.concatenate([part_points(p) for p in collision])
    everything = np.concatenate([hull, *(m.vertices.astype(np.float64) for m in visual)])
    bounds = np.round(np.stack([everything.min(0), everything.max(0)]), 6).astype(np.float64)
    poses = stable_poses(hull)
    holds = draft.container
    if holds is not None:
        holds = replace(
            holds,
            floor_z=round(holds.floor_z - centre[2], 6),
            rim_z=round(holds.rim_z - centre[2], 6),
            centre_xy=(round(holds.centre_xy[0] - centre[0], 6), round(holds.centre_xy[1] - centre[1], 6)),
        )
    size = "small" if draft.scale < 0.94 else "large" if draft.scale > 1.06 else "medium"
    attributes = {
        "colour": colour_of(visual, draft.container is not None, draft.extra.get("colour")),
        "material": draft.material,
        "shape": draft.shape,
        "size": size,
        "variant": info.variant(seed),
        **{k: v for k, v in draft.extra.items() if k != "colour"},
    }
    friction = FRICTION[draft.material]
    digest = content_hash(
        [draft.name, attributes, mass, friction, inertia],
        [[m.vertices, m.faces, m.uv, list(m.material.rgba), m.material.texture] for m in visual],
        [[p.kind, p.size, p.p, p.q_wxyz, p.vertices] for p in collision],
    )
    return ObjectAsset(
        asset_id=f"{info.family}/{seed}",
        family=info.family,
        seed=seed,
        name=draft.name,
        category=info.category,
        attributes=attributes,
        visual=visual,
        collision=collision,
        mass=mass,
        inertia=inertia,
        friction=friction,
        extents=bounds[1] - bounds[0],
        bounds=bounds,
        stable_poses=poses,
        graspable=info.graspable,
        container=holds,
        content_hash=digest,
    )


def _shifted(part: CollisionPart, centre: np.ndarray) -> CollisionPart:
    x, y, z = (float(v) for v in np.round(np.array(part.p) - centre, 6))
    return replace(part, p=(x, y, z))


class ProceduralLibrary:
    """All families as an AssetLibrary; keeps the last `cache` objects that were asked for.

    split: which of the listed objects `ids()` names, "seen", "unseen" or "all"; `get` makes any object."""

    def __init__(self, cache: int = 512, split: str = "all") -> None:
        self._cache: OrderedDict[str, ObjectAsset] = OrderedDict()
        self._limit = cache
        self._ids = listed(split)

    def get(self, asset_id: str) -> ObjectAsset:
        """The object "family/seed". Raises AssetError with the nearest family for an unknown id."""
        hit = self._cache.get(asset_id)
        if hit is not None:
            self._cache.move_to_end(asset_id)
            return hit
        family, _, seed = asset_id.partition("/")
        if family not in FAMILIES:
            raise AssetError(unknown_name("object family", family, FAMILIES))
        if not seed.isdecimal():
            raise AssetError(f"asset id '{asset_id}' needs a seed after the family, for example '{family}/0'")
        asset = make_object(family, int(seed))
        self._cache[asset_id] = asset
        if len(self._cache) > self._limit:
            self._cache.popitem(last=False)
        return asset

    def ids(self) -> tuple[str, ...]:
        """The listed ids of the split (see `assets.catalogue`), sorted by family, then seed."""
        return self._ids
