"""The drawn table, legs, floor and pedestal, written into a compiled model.

Two meshes of fixed capacity are compiled in as placeholders; `write_furniture` fills them with the table of the
episode (what is left over is folded into points), so that another table needs no compilation. The meshes' trees of
bounding boxes are refitted, so that MuJoCo's rays meet the table that is drawn.
"""

from __future__ import annotations

from functools import lru_cache

import mujoco
import numpy as np
from numpy.typing import NDArray

from engine.sim.furniture_mesh import Solid, legs_solid, top_solid
from engine.table import TableSpec

TOP, LEGS = "table_vis", "legs_vis"
MESHES = (TOP, LEGS)
_ROWS, _COLUMNS, _FACES = 43, 40, 1000  # of the placeholder: 1720 vertices
PEDESTAL_HALF = 0.1


def add_furniture(spec: mujoco.MjSpec, table_body: mujoco.MjsBody) -> None:
    """Placeholders for top and legs, floor and pedestal; textures are the renderer's."""
    for name in ("table", "legs", "floor", "pedestal"):
        spec.add_material(name=f"{name}_mat", rgba=[1, 1, 1, 1] if name != "pedestal" else [0.25, 0.26, 0.28, 1])
    v, f = _placeholder()
    for name, material in ((TOP, "table_mat"), (LEGS, "legs_mat")):
        mesh = spec.add_mesh(name=name)
        mesh.uservert, mesh.userface = v.ravel(), f.ravel()
        mesh.usertexcoord = np.zeros((len(v), 2)).ravel()
        mesh.userfacetexcoord = f.ravel()
        mesh.inertia = mujoco.mjtMeshInertia.mjMESH_INERTIA_SHELL
        _drawn(table_body.add_geom(name=name, type=mujoco.mjtGeom.mjGEOM_MESH, meshname=name, material=material))
    world = spec.worldbody
    plane, box = mujoco.mjtGeom.mjGEOM_PLANE, mujoco.mjtGeom.mjGEOM_BOX
    _drawn(world.add_geom(name="floor_vis", type=plane, size=[4, 4, 0.1], pos=[0, 0, -0.75], material="floor_mat"))
    half = [PEDESTAL_HALF, PEDESTAL_HALF, 0.375]
    at = [-0.04, 0, -0.375]
    _drawn(world.add_geom(name="pedestal_vis", type=box, size=half, pos=at, material="pedestal_mat"))


def _drawn(geom: mujoco.MjsGeom) -> None:
    geom.contype = geom.conaffinity = 0
    geom.group = 2
    geom.mass = 0.0


def _placeholder() -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """A bumpy sheet that MuJoCo accepts: every vertex used once and more, nothing degenerate."""
    i, j = np.meshgrid(np.arange(_ROWS), np.arange(_COLUMNS), indexing="ij")
    v = np.stack([0.02 * i, 0.02 * j, 0.001 * ((i * j) % 7)], -1).reshape(-1, 3).astype(np.float64)
    k = (i * _COLUMNS + j)[:-1, :-1].ravel()
    f = np.concatenate([np.stack([k, k + 1, k + _COLUMNS], -1), np.stack([k + 1, k + _COLUMNS + 1, k + _COLUMNS], -1)])
    return v, f[:: len(f) // _FACES][:_FACES].astype(np.int32)


@lru_cache(maxsize=8)
def _solids(spec: TableSpec) -> tuple[Solid, Solid]:
    return top_solid(spec), legs_solid(spec)


def write_furniture(m: mujoco.MjModel, spec: TableSpec, table_height: float) -> None:
    """Make the drawn furniture of a visual model that of `spec`, with its surface at z = table_height in W."""
    for name, solid in zip(MESHES, _solids(spec), strict=True):
        _write_mesh(m, m.mesh(name).id, solid)
        g = m.geom(name).id
        m.geom_pos[g], m.geom_quat[g], m.geom_sameframe[g] = 0.0, [1, 0, 0, 0], 0
        low, high = solid.position.min(0), solid.position.max(0)
        m.geom_aabb[g] = [*(0.5 * (low + high)), *(0.5 * (high - low))]
        m.geom_size[g] = np.maximum(np.abs(low), np.abs(high))  # rays are tried against this box first
        m.geom_rbound[g] = float(np.linalg.norm(m.geom_size[g]))
    place_floor(m, table_height - spec.height)


def place_floor(m: mujoco.MjModel, floor_z: float) -> None:
    """Put floor, pedestal and what else stands on the floor to z = floor_z in W."""
    m.geom_pos[m.geom("floor_vis").id, 2] = floor_z
    g = m.geom("pedestal_vis").id
    m.geom_size[g, 2], m.geom_pos[g, 2] = -0.5 * floor_z, 0.5 * floor_z
    w = mujoco.mj_name2id(m, mujoco.mjtObj.mjOBJ_GEOM, "wall_vis")
    if w >= 0:
        m.geom_pos[w, 2] = floor_z + m.geom_size[w, 2]


def _write_mesh(m: mujoco.MjModel, k: int, solid: Solid) -> None:
    va, vn = int(m.mesh_vertadr[k]), int(m.mesh_vertnum[k])
    fa, fn = int(m.mesh_faceadr[k]), int(m.mesh_facenum[k])
    na, ta = int(m.mesh_normaladr[k]), int(m.mesh_texcoordadr[k])
    n, f = len(solid.position), len(solid.triangles)
    assert n <= vn and f <= fn and int(m.mesh_normalnum[k]) >= n and int(m.mesh_texcoordnum[k]) >= n
    m.mesh_vert[va : va + vn] = solid.position[0]
    m.mesh_vert[va : va + n] = solid.position
    m.mesh_normal[na : na + n] = solid.normal
    m.mesh_texcoord[ta : ta + n] = solid.uv
    triangles = np.zeros((fn, 3), np.int32)
    triangles[:f] = solid.triangles
    for target in (m.mesh_face, m.mesh_facenormal, m.mesh_facetexcoord):
        target[fa : fa + fn] = triangles
    _refit_rays(m, k, _along_curve(solid.position[solid.triangles].mean(1)))


def _along_curve(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Order of points (n, 3) along Morton's curve: neighbours in the order are neighbours in space."""
    low, span = points.min(0), np.ptp(points, axis=0).max()
    cell = np.clip((points - low) / max(span, 1e-9) * 1023, 0, 1023).astype(np.int64)
    code = np.zeros(len(points), np.int64)
    for bit in range(10):
        for axis in range(3):
            code |= ((cell[:, axis] >> bit) & 1) << (3 * bit + axis)
    return np.argsort(code, kind="stable")


def _refit_rays(m: mujoco.MjModel, k: int, order: NDArray[np.int64]) -> None:
    """Fit the tree of boxes that rays descend to mesh k's faces: its shape stays, its leaves take the faces in `order`,
    which leaves out those folded into points; these come last."""
    start, count = int(m.mesh_bvhadr[k]), int(m.mesh_bvhnum[k])
    fa, fn, va = int(m.mesh_faceadr[k]), int(m.mesh_facenum[k]), int(m.mesh_vertadr[k])
    node, child = m.bvh_nodeid[start : start + count], m.bvh_child[start : start + count]
    depth = m.bvh_depth[start : start + count]
    leaves = np.flatnonzero(node >= 0)  # numbered depth first: neighbours share their parents
    rest = np.ones(fn, bool)
    rest[order] = False
    node[leaves] = np.concatenate([order, np.flatnonzero(rest)])
    corners = m.mesh_vert[va + m.mesh_face[fa + node[leaves]]].astype(np.float64)
    low, high = np.empty((count, 3)), np.empty((count, 3))
    low[leaves], high[leaves] = corners.min(1), corners.max(1)
    for level in range(int(depth.max()) - 1, -1, -1):
        inner = np.flatnonzero((depth == level) & (node < 0))
        low[inner], high[inner] = low[child[inner]].min(1), high[child[inner]].max(1)
    m.bvh_aabb[start : start + count] = np.concatenate([0.5 * (low + high), 0.5 * (high - low)], 1)


def furniture_arrays(m: mujoco.MjModel, k: int) -> tuple[NDArray, NDArray, NDArray, NDArray[np.int64]]:
    """Position, normal, uv and triangles of furniture mesh k with its whole capacity: sizes never change."""
    va, vn = int(m.mesh_vertadr[k]), int(m.mesh_vertnum[k])
    fa, fn = int(m.mesh_faceadr[k]), int(m.mesh_facenum[k])
    na, ta = int(m.mesh_normaladr[k]), int(m.mesh_texcoordadr[k])
    triangles = m.mesh_face[fa : fa + fn].astype(np.int64)
    return m.mesh_vert[va : va + vn], m.mesh_normal[na : na + vn], m.mesh_texcoord[ta : ta + vn], triangles
