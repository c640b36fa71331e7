"""Tiny exact objects for tests: boxes, cylinders, plates and bowls of primitives, and a library of them."""

from __future__ import annotations

import itertools

import numpy as np

from engine.errors import AssetError, unknown_name
from engine.frames import axis_angle_quat, intrinsics, look_at
from engine.types import (
    CollisionPart,
    ContainerInfo,
    Material,
    ObjectAsset,
    Relation,
    Role,
    Scene,
    StablePose,
    TaskSpec,
    VisualMesh,
    WorldState,
)

X_WC = look_at((1.28, 0.0, 0.72), (0.47, 0.0, 0.05)).vector()
K = intrinsics(224, 224, np.deg2rad(45.0))
_CORNERS = np.array(list(itertools.product((-1, 1), repeat=3)), np.float64)
_QUADS = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
_FACES = np.array([f for a, b, c, d in _QUADS for f in ((a, b, c), (a, c, d))], np.int32)


def toy(
    asset_id: str,
    parts: tuple[CollisionPart, ...],
    half: tuple[float, float, float],
    name: str = "",
    container: ContainerInfo | None = None,
    lying: bool = False,
    category: str = "toys",
    **attributes: str,
) -> ObjectAsset:
    """An object of given parts inside the box of half extents `half`; the mesh is that box."""
    h = np.asarray(half)
    family, seed = asset_id.split("/")
    poses = [StablePose(np.array([1.0, 0, 0, 0]), half[2], 0.6, True)]
    if lying:
        poses.append(StablePose(axis_angle_quat((1, 0, 0), np.pi / 2), half[1], 0.3, False))
    mesh = VisualMesh((_CORNERS * h).astype(np.float32), _FACES, None, Material("m"))
    return ObjectAsset(
        asset_id,
        family,
        int(seed),
        name or family,
        category,
        {"colour": "red", "material": "plastic", "shape": "round", "size": "medium", **attributes},
        (mesh,),
        parts,
        0.1,
        np.eye(3) * 1e-4,
        0.7,
        2 * h,
        np.stack([-h, h]),
        tuple(poses),
        container is None,
        container,
        asset_id,
    )


def box(asset_id: str, half: tuple[float, float, float] = (0.02, 0.03, 0.04), **kw: str) -> ObjectAsset:
    return toy(asset_id, (CollisionPart("box", half),), half, lying=True, **kw)


def can(asset_id: str, radius: float = 0.03, half: float = 0.05, **kw: str) -> ObjectAsset:
    return toy(asset_id, (CollisionPart("cylinder", (radius, half)),), (radius, radius, half), lying=True, **kw)


def plate(asset_id: str = "plate/0", radius: float = 0.09, **kw: str) -> ObjectAsset:
    part = CollisionPart("cylinder", (radius, 0.005))
    info = ContainerInfo("on", floor_z=0.005, rim_z=0.005, radius=radius)
    return toy(asset_id, (part,), (radius, radius, 0.005), container=info, category="containers", **kw)


def bin_(asset_id: str = "bin/0", half: float = 0.08, **kw: str) -> ObjectAsset:
    """An open box: floor 4 mm thick, four walls 6 cm high, origin in the middle of its height."""
    walls = [CollisionPart("box", (0.003, half + 0.003, 0.03), (s * (half + 0.003), 0.0, 0.0)) for s in (-1.0, 1.0)] + [
        CollisionPart("box", (half + 0.003, 0.003, 0.03), (0.0, s * (half + 0.003), 0.0)) for s in (-1.0, 1.0)
    ]
    floor = CollisionPart("box", (half, half, 0.002), (0.0, 0.0, -0.028))
    info = ContainerInfo("in", floor_z=-0.026, rim_z=0.03, half_extents=(half, half))
    outer = (half + 0.006, half + 0.006, 0.03)
    return toy(asset_id, (floor, *walls), outer, container=info, category="containers", **kw)


def scene(
    assets: tuple[ObjectAsset, ...],
    names: tuple[str, ...] = (),
    goal: tuple[Relation, ...] = (),
    initial: tuple[Relation, ...] = (),
    **task: object,
) -> Scene:
    """A scene of these objects named target, container, distractor_0, ..."""
    names = names or ("target", "container", *(f"distractor_{k}" for k in range(len(assets) - 2)))
    spec = TaskSpec(
        "toy",
        tuple(Role(n, instance=a.asset_id) for n, a in zip(names, assets, strict=True)),
        goal or (Relation("on", "target", ("container",)),),
        initial,
        **task,  # type: ignore[arg-type]
    )
    return Scene(spec, names, assets)


def state(assets: tuple[ObjectAsset, ...], poses: np.ndarray, **kw: object) -> WorldState:
    names = tuple(f"o{k}" for k in range(len(assets)))
    values: dict[str, object] = {"table_height": 0.0, "X_WC": X_WC, **kw}
    return WorldState(names, assets, np.asarray(poses, np.float64), **values)  # type: ignore[arg-type]


def upright(asset: ObjectAsset, x: float, y: float, yaw: float = 0.0, z: float = 0.0) -> np.ndarray:
    """Pose (7,) standing on the plane at height z."""
    return np.concatenate([[x, y, z + asset.stable_poses[0].height], axis_angle_quat((0, 0, 1), yaw)])


_COLOURS = ("red", "green", "blue", "yellow", "white", "black", "purple")


class ToyLibrary:
    """12 graspable families of 20 and four containers, made on demand."""

    words = ("mug", "can", "brick", "die", "jar", "tin", "cup", "soap", "bolt", "drum", "cube", "cake")

    def ids(self) -> tuple[str, ...]:
        bodies = [f"{w}/{k}" for w in self.words for k in range(20)]
        return tuple(sorted([*bodies, "plate/0", "plate/1", "bin/0", "bin/1"]))

    def get(self, asset_id: str) -> ObjectAsset:
        if asset_id not in self.ids():
            raise AssetError(unknown_name("object", asset_id, self.ids()))
        family, seed = asset_id.split("/")
        k = int(seed)
        colour = _COLOURS[(k + len(family)) % len(_COLOURS)]
        if family == "plate":
            return plate(asset_id, 0.09 + 0.01 * k, colour=colour, material="ceramic")
        if family == "bin":
            return bin_(asset_id, 0.08 + 0.01 * k, colour=colour)
        if self.words.index(family) % 2:
            return can(asset_id, 0.02 + 0.0005 * k, 0.04, colour=colour, shape="cylindrical", material="metal")
        return box(asset_id, (0.02 + 0.0005 * k, 0.03, 0.035), colour=colour, shape="boxy")
