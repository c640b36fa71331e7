"""The drawn geometry of a compiled model as plain arrays: what a vertex buffer holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import mujoco
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.errors import BackendError
from engine.render.base import SceneVisual
from engine.sim.furniture import MESHES, furniture_arrays
from engine.sim.model import GROUP_VISUAL, NONE
from engine.types import F32, ROBOT, TABLE, U8

LAYER_PX = 256
SURFACES = ("table", "floor", "wall", "legs")  # the first texture layers
WHITE = len(SURFACES)
_BEFORE_LAST = "floor_vis"
_LAST = "wall_vis"  # drawn last, so that leaving out the wall, or floor and wall, only shortens the draw


@dataclass(frozen=True, eq=False)
class DrawnMesh:
    """Everything drawn, merged: positions, normals (V, 3) in their geom's frame, uv (V, 2), slot (V,) the
    geom's place in `geoms`; indices (3 F,). `range[slot]` = (first index, count)."""

    position: F32
    normal: F32
    uv: F32
    slot: F32
    indices: NDArray[np.uint32]
    geoms: NDArray[np.int64]
    range: NDArray[np.int64]

    def rows(self) -> NDArray[np.float32]:
        """Interleaved vertices (V, 9), as in a vertex buffer."""
        return np.concatenate([self.position, self.normal, self.uv, self.slot[:, None]], 1).astype(np.float32)


def drawn_mesh(scene: SceneVisual) -> DrawnMesh:
    """Merge all visual geoms: objects in scene order, robot, table, the rest, floor, wall. Front to back for
    most views, so that what is hidden is seldom shaded: on a CPU that halves the cost."""
    m = scene.model
    wall = mujoco.mj_name2id(m, mujoco.mjtObj.mjOBJ_GEOM, _LAST)
    visual = np.flatnonzero(m.geom_group == GROUP_VISUAL)
    floor = mujoco.mj_name2id(m, mujoco.mjtObj.mjOBJ_GEOM, _BEFORE_LAST)
    order = [int(g) for g in visual if g not in (wall, floor)]
    geoms = [*sorted(order, key=lambda g: (_rank(int(scene.sm.geom_object[g])), g)), floor, wall]
    parts = [_geom(m, g) for g in geoms]
    offset, count, indices, ranges = 0, 0, [], []
    for position, _, _, triangles in parts:
        indices.append(triangles.ravel() + offset)
        ranges.append((count, triangles.size))
        offset += len(position)
        count += triangles.size
    slot = np.repeat(np.arange(len(parts)), [len(p[0]) for p in parts])
    position, normal, uv = (np.concatenate([p[k] for p in parts]).astype(np.float32) for k in range(3))
    return DrawnMesh(
        position,
        normal,
        uv,
        slot.astype(np.float32),
        np.concatenate(indices).astype(np.uint32),
        np.array(geoms, np.int64),
        np.array(ranges, np.int64),
    )


def furniture_rows(scene: SceneVisual, mesh: DrawnMesh) -> Iterator[tuple[int, F32, int, NDArray[np.uint32]]]:
    """What changes with another table: (first vertex, rows (V, 9), first index, indices) of each of its meshes."""
    m = scene.model
    for name in MESHES:
        g = m.geom(name).id
        s = int(np.flatnonzero(mesh.geoms == g)[0])
        first = int(np.searchsorted(mesh.slot, s))
        position, normal, uv, triangles = furniture_arrays(m, int(m.geom_dataid[g]))
        rows = np.concatenate([position, normal, uv, np.full((len(position), 1), s)], 1).astype(np.float32)
        yield first, rows, int(mesh.range[s, 0]), (triangles.ravel() + first).astype(np.uint32)


def _rank(owner: int) -> int:
    return {ROBOT: 1000, TABLE: 1001, NONE: 1002}.get(owner, owner)


def _geom(m: mujoco.MjModel, g: int) -> tuple[F32, F32, F32, NDArray[np.int64]]:
    kind = int(m.geom_type[g])
    if m.geom(g).name in MESHES:
        return furniture_arrays(m, int(m.geom_dataid[g]))
    if kind == mujoco.mjtGeom.mjGEOM_MESH:
        return _mesh(m, int(m.geom_dataid[g]))
    if kind == mujoco.mjtGeom.mjGEOM_BOX:
        return _box(m.geom_size[g])
    if kind == mujoco.mjtGeom.mjGEOM_PLANE:
        x, y = float(m.geom_size[g, 0]), float(m.geom_size[g, 1])
        p = np.array([[-x, -y, 0], [x, -y, 0], [x, y, 0], [-x, y, 0]])
        return _quad_arrays(p, np.tile([0.0, 0.0, 1.0], (4, 1)), p[:, :2])
    name = mujoco.mjtGeom(kind).name
    raise BackendError(f"geom {m.geom(g).name}: visual geoms are meshes, boxes or planes, not {name}")


def _quad_arrays(p: NDArray, n: NDArray, uv: NDArray) -> tuple[F32, F32, F32, NDArray[np.int64]]:
    quads = np.arange(len(p)).reshape(-1, 4)
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    return p.astype(np.float32), n.astype(np.float32), uv.astype(np.float32), triangles


def _box(half: NDArray) -> tuple[F32, F32, F32, NDArray[np.int64]]:
    """Six quads; texture coordinates are metres along each face."""
    corners, normals, uvs = [], [], []
    for axis in range(3):
        a, b = (axis + 1) % 3, (axis + 2) % 3
        for sign in (1.0, -1.0):
            for u, v in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
                p = np.zeros(3)
                p[axis], p[a], p[b] = sign * half[axis], sign * u * half[a], v * half[b]
                n = np.zeros(3)
                n[axis] = sign
                corners.append(p)
                normals.append(n)
                uvs.append((p[a], p[b]))
    return _quad_arrays(np.array(corners), np.array(normals), np.array(uvs))


def _mesh(m: mujoco.MjModel, k: int) -> tuple[F32, F32, F32, NDArray[np.int64]]:
    def rows(values: NDArray, adr: NDArray, num: NDArray) -> NDArray:
        return values[int(adr[k]) : int(adr[k]) + int(num[k])]

    vert = rows(m.mesh_vert, m.mesh_vertadr, m.mesh_vertnum)
    normal = rows(m.mesh_normal, m.mesh_normaladr, m.mesh_normalnum)
    faces = slice(int(m.mesh_faceadr[k]), int(m.mesh_faceadr[k]) + int(m.mesh_facenum[k]))
    corner = [m.mesh_face[faces].ravel(), m.mesh_facenormal[faces].ravel()]
    textured = int(m.mesh_texcoordnum[k]) > 0
    if textured:
        corner.append(m.mesh_facetexcoord[faces].ravel())
    unique, inverse = np.unique(np.stack(corner, 1), axis=0, return_inverse=True)
    uv = np.zeros((len(unique), 2))
    if textured:
        uv = rows(m.mesh_texcoord, m.mesh_texcoordadr, m.mesh_texcoordnum)[unique[:, 2]]
    triangles = inverse.reshape(-1, 3).astype(np.int64)
    return vert[unique[:, 0]], normal[unique[:, 1]], uv.astype(np.float32), triangles


def layer_image(m: mujoco.MjModel, texture: int) -> U8:
    """A 2D texture of the model as one layer (LAYER_PX, LAYER_PX, 3)."""
    h, w, c = int(m.tex_height[texture]), int(m.tex_width[texture]), int(m.tex_nchannel[texture])
    start = int(m.tex_adr[texture])
    data = np.array(m.tex_data[start : start + h * w * c], np.uint8).reshape(h, w, c)[..., :3]
    if (h, w) == (LAYER_PX, LAYER_PX):
        return data
    image = Image.fromarray(np.ascontiguousarray(data))
    return np.asarray(image.resize((LAYER_PX, LAYER_PX), Image.Resampling.BICUBIC))


def mipmaps(image: U8) -> list[U8]:
    """The image and its halvings down to one pixel, averaged here so that no driver's taste gets in."""
    out = [np.ascontiguousarray(image)]
    while out[-1].shape[0] > 1:
        a = out[-1].astype(np.uint16)
        out.append(((a[::2, ::2] + a[1::2, ::2] + a[::2, 1::2] + a[1::2, 1::2] + 2) // 4).astype(np.uint8))
    return out
