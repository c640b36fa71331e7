"""What stands in an episode's scene as coloured meshes on moving bodies, for viewers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import mujoco
import numpy as np
from numpy.typing import NDArray

from engine.config import from_json
from engine.errors import AssetError, DatasetError
from engine.execute.child import load_entry
from engine.export.dataset import Dataset
from engine.sim.model import GROUP_VISUAL, compile_scene
from engine.sim.robot import load_robot
from engine.table import TableSpec
from engine.types import Scene, TaskSpec

F64 = NDArray[np.float64]

_TABLE_RGBA = (0.72, 0.66, 0.58, 1.0)  # the appearance paints the table; here it has one colour


@dataclass(frozen=True, eq=False)
class BodyMesh:
    """A mesh on a body. name: "robot/link3", "objects/target", "table". vertices (V, 3) in the body's frame,
    faces (F, 3), rgba (4,) in 0..1; poses (T, 7) of the body in W: m, quaternion wxyz."""

    name: str
    vertices: NDArray[np.float32]
    faces: NDArray[np.int32]
    rgba: tuple[float, float, float, float]
    poses: F64


def body_meshes(dataset: Dataset, index: int) -> list[BodyMesh]:
    """All drawn meshes of an episode and how their bodies move over its frames.

    Raises DatasetError when the dataset does not say what its scenes were made of, AssetError when an object
    or the robot is not the one that the episode was made with.
    """
    meta, settings = dataset.meta(index), dataset.run.get("settings")
    if not settings or "objects" not in meta or "sim.qpos" not in dataset.features:
        raise DatasetError(f"{dataset.root}, episode {index}: its scene is not stored; it was not made by this engine")
    library = load_entry(settings["sources"]["library"])(settings.get("assets"), settings.get("split", "seen"))
    robot = load_robot(settings["gripper"])
    assets = tuple(library.get(entry["asset"]) for entry in meta["objects"])
    for entry, asset in zip(meta["objects"], assets, strict=True):
        if asset.content_hash != entry["hash"]:
            raise AssetError(f"object '{entry['asset']}' is not the one that episode {index} was made with")
    if robot.content_hash != meta["robot"]["hash"]:
        raise AssetError(f"robot '{robot.name}' in the cache is not the one that episode {index} was made with")
    names = tuple(entry["name"] for entry in meta["objects"])
    scene = Scene(TaskSpec(str(meta.get("task_id", "")), (), ()), names, assets)
    table = meta["physics"].get("table")
    spec = TableSpec() if table is None else from_json(TableSpec, table, "physics.table")
    sm = compile_scene(robot, scene, visual=True)
    sm.set_table(spec, float(meta["physics"]["table_height"]))
    return _meshes(sm.model, names, dataset.episode(index, ["sim.qpos"])["sim.qpos"])


def _meshes(m: mujoco.MjModel, objects: tuple[str, ...], qpos: F64) -> list[BodyMesh]:
    poses = _body_poses(m, qpos)
    out = []
    for g in np.flatnonzero((m.geom_group == GROUP_VISUAL) & (m.geom_type == mujoco.mjtGeom.mjGEOM_MESH)):
        if m.geom(g).name in ("floor_vis", "wall_vis"):
            continue
        mesh, body = int(m.geom_dataid[g]), int(m.geom_bodyid[g])
        start, count = int(m.mesh_vertadr[mesh]), int(m.mesh_vertnum[mesh])
        first, faces = int(m.mesh_faceadr[mesh]), int(m.mesh_facenum[mesh])
        turn = np.zeros(9)
        mujoco.mju_quat2Mat(turn, m.geom_quat[g])
        vertices = m.mesh_vert[start : start + count] @ turn.reshape(3, 3).T + m.geom_pos[g]
        name = _place(m, body, objects)
        rgba = _TABLE_RGBA if name == "table" else _colour(m, int(g))
        out.append(
            BodyMesh(
                f"{name}/{m.geom(g).name or f'geom{g}'}",
                vertices.astype(np.float32),
                m.mesh_face[first : first + faces].astype(np.int32),
                rgba,
                poses[:, body],
            )
        )
    return out


def _body_poses(m: mujoco.MjModel, qpos: F64) -> F64:
    """(T, nbody, 7)."""
    data = mujoco.MjData(m)
    out = np.empty((len(qpos), m.nbody, 7))
    for t, q in enumerate(qpos):
        data.qpos[:] = q
        mujoco.mj_kinematics(m, data)
        out[t, :, :3], out[t, :, 3:] = data.xpos, data.xquat
    return out


def _place(m: mujoco.MjModel, body: int, objects: tuple[str, ...]) -> str:
    """Entity of a body."""
    name = m.body(body).name
    moved: Mapping[str, str] = {f"obj{i}": f"objects/{own}" for i, own in enumerate(objects)}
    if name in moved:
        return moved[name]
    return "table" if name == "table" else f"robot/{name or 'base'}"


def _colour(m: mujoco.MjModel, geom: int) -> tuple[float, float, float, float]:
    """Colour of a geom: of its material, times the mean of its texture where it has one."""
    material = int(m.geom_matid[geom])
    rgba: Any = np.array(m.geom_rgba[geom] if material < 0 else m.mat_rgba[material], np.float64)
    texture = -1 if material < 0 else int(m.mat_texid[material, mujoco.mjtTextureRole.mjTEXROLE_RGB])
    if texture >= 0:
        channels, start = int(m.tex_nchannel[texture]), int(m.tex_adr[texture])
        size = int(m.tex_height[texture]) * int(m.tex_width[texture]) * channels
        rgba[:3] *= m.tex_data[start : start + size].reshape(-1, channels)[:, :3].mean(axis=0) / 255
    return (float(rgba[0]), float(rgba[1]), float(rgba[2]), float(rgba[3]))
