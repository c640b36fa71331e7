"""Tracks of surface points: fixed on their bodies, followed over time and views, with visibility.

Points are drawn evenly over the drawn surfaces of objects, robot and table and kept when the first view sees
them at the first instant (VGGT queries its tracks there). Between instants a point moves with its body. A view sees it
when it lies in the image, its surface faces the camera, and no surface is on the way: an exact ray decides for robot,
objects and table, so that a track is right between pixels too. What else may stand before it (floor, wall) is read off
the view's depth, which knows whether a wall is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import mujoco
import numpy as np
from numpy.typing import NDArray

from engine.frames import Array, Pose
from engine.render.base import BACKGROUND_ID, OBJECT_ID, ROBOT_ID, TABLE_ID, SceneVisual
from engine.render.raster_mesh import drawn_mesh, furniture_rows
from engine.sim.cameras import in_image, project_points
from engine.sim.model import GROUP_VISUAL, NONE
from engine.types import F32, F64, U8, CameraSpec

FACING = 0.05
"""Least cosine between a surface's normal and the direction to the eye: flatter views do not show it."""

NEARER_M, NEARER_PX = 0.001, 1.0
"""Floor and wall hide a point when they are nearer by more than this: metres, plus pixels' width there."""

RAY_M = 0.001
"""A surface this close in front of a point does not hide it: points on a surface see themselves."""

_GROUPS = np.array([g == GROUP_VISUAL for g in range(6)], np.uint8)

SHARES = (("objects", 0.6), ("robot", 0.2), ("table", 0.2))
"""How points are divided; what one of them cannot give (hidden, out of view) goes to the others."""

_ROUNDS, _OVERSAMPLE = 4, 4


@dataclass(frozen=True, eq=False)
class Tracks:
    """N points over T instants and V views.

    points (T, N, 3) float32 metres in W; visible (T, V, N); owner (N,) values of the instance image. Pixels follow by
    projection with the views' matrices. All are visible at [0, 0]; N may be less than was asked for.
    """

    points: F32
    visible: NDArray[np.bool_]
    owner: U8


@dataclass(frozen=True, eq=False)
class Samples:
    """Surface points: geom (N,), point and normal (N, 3) in the geom's frame."""

    geom: NDArray[np.int64]
    point: Array
    normal: Array


class Surface:
    """The drawn surfaces of a compiled scene, for drawing points from them and posing these.

    `data` holds the kinematics of the state given to `pose`. Follows changes of the scene's table.
    """

    def __init__(self, scene: SceneVisual) -> None:
        self.scene = scene
        self.data = mujoco.MjData(scene.model)
        self._mesh = drawn_mesh(scene)
        self._table = scene.sm.table_changes
        self._parts: dict[int, tuple[Array, Array, NDArray[np.int64], Array]] = {}
        for value in np.unique(scene.instance[self._mesh.geoms]):
            if value >= ROBOT_ID:  # floor and wall have no value of their own
                self._read(int(value))

    def pose(self, qpos: F64) -> None:
        """Put the scene into state qpos (nq,)."""
        if self.scene.sm.table_changes != self._table:
            self._follow_table()
        # With sleeping enabled MuJoCo leaves static bodies where they were: the reset brings the table to its height.
        mujoco.mj_resetData(self.scene.model, self.data)
        self.data.qpos[:] = qpos
        mujoco.mj_kinematics(self.scene.model, self.data)

    def world(self, s: Samples) -> tuple[Array, Array]:
        """Points and normals (N, 3) in W of samples, in the state at hand."""
        R = self.data.geom_xmat[s.geom].reshape(-1, 3, 3)
        turn = np.einsum("nij,nj->ni", R, s.point), np.einsum("nij,nj->ni", R, s.normal)
        return turn[0] + self.data.geom_xpos[s.geom], turn[1]

    def sample(self, owner: int, count: int, rng: np.random.Generator) -> Samples:
        """`count` points, evenly over the surface that has value `owner` in the instance image."""
        corners, normals, geoms, cumulative = self._parts[owner]
        k = np.searchsorted(cumulative, rng.uniform(0, cumulative[-1], count), side="right").clip(0, len(geoms) - 1)
        a, b = np.sqrt(rng.uniform(size=count)), rng.uniform(size=count)
        weights = np.stack([1 - a, a * (1 - b), a * b], -1)
        return Samples(geoms[k], np.einsum("nk,nkj->nj", weights, corners[k]), normals[k])

    def clear(self, eye_W: Array, points_W: Array) -> NDArray[np.bool_]:
        """Whether neither robot, objects nor table lie between an eye (3,) and points (N, 3)."""
        sm = self.scene.sm
        m, d = sm.model, self.data
        rays = points_W - eye_W
        distance = np.linalg.norm(rays, axis=1)
        rays = rays / np.maximum(distance, 1e-12)[:, None]
        geom = np.zeros(1, np.int32)
        out = np.ones(len(points_W), bool)
        # One by one: `mj_multiRay` takes half the time and now and then misses a geom.
        for k in range(len(points_W)):
            hit = mujoco.mj_ray(m, d, eye_W, rays[k], _GROUPS, 1, -1, geom)
            blocks = hit >= 0 and sm.geom_object[geom[0]] != NONE
            out[k] = not blocks or hit >= distance[k] - RAY_M
        return out

    @property
    def owners(self) -> tuple[int, ...]:
        """Values of the instance image that have a surface: robot, table, objects."""
        return tuple(sorted(self._parts))

    def _follow_table(self) -> None:
        """Take over the furniture of another table; nothing else of the mesh changes."""
        self._table = self.scene.sm.table_changes
        for first, rows, start, indices in furniture_rows(self.scene, self._mesh):
            self._mesh.position[first : first + len(rows)] = rows[:, :3]
            self._mesh.normal[first : first + len(rows)] = rows[:, 3:6]
            self._mesh.indices[start : start + len(indices)] = indices
        self._read(TABLE_ID)

    def _read(self, value: int) -> None:
        """Triangles, normals and areas of what has this value in the instance image."""
        mesh = self._mesh
        mine = np.flatnonzero(self.scene.instance[mesh.geoms] == value)
        spans = [np.arange(a, a + n) for a, n in mesh.range[mine]]
        geoms = np.repeat(mesh.geoms[mine], mesh.range[mine, 1] // 3)
        triangles = mesh.indices[np.concatenate(spans)].reshape(-1, 3).astype(np.int64)
        corners = mesh.position[triangles].astype(np.float64)
        cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        area = 0.5 * np.linalg.norm(cross, axis=1)
        # The drawn normals say which side is out, whatever the order of the corners.
        out = np.sum(cross * mesh.normal[triangles].sum(1), axis=1)
        normal = cross * np.where(out < 0, -1.0, 1.0)[:, None] / np.maximum(2 * area, 1e-18)[:, None]
        rows = np.flatnonzero(area > 1e-12)
        self._parts[value] = (corners[rows], normal[rows], geoms[rows], np.cumsum(area[rows]))


@dataclass(frozen=True, eq=False)
class Picture:
    """What `seen` needs of a view: pinhole, pose, depth (H, W) in metres (0 or less: nothing), instances (H, W)."""

    camera: CameraSpec
    X_WC: Pose
    depth: F32
    instance: U8


def seen(surface: Surface, points_W: Array, normals_W: Array, view: Picture) -> NDArray[np.bool_]:
    """Which of the points (N, 3) on the surface, in the state at hand, the view shows."""
    uv, z = project_points(points_W, view.X_WC, view.camera)
    to_eye = view.X_WC.p - points_W
    distance = np.linalg.norm(to_eye, axis=1)
    ok = in_image(uv, z, view.camera) & (np.sum(normals_W * to_eye, axis=1) > FACING * distance)
    k = np.flatnonzero(ok)
    ok[k] = ~_behind_still(points_W[k], normals_W[k], uv[k], z[k], view)
    k = np.flatnonzero(ok)
    ok[k] = surface.clear(view.X_WC.p, points_W[k])
    return ok


def _behind_still(points_W: Array, normals_W: Array, uv: Array, z: Array, view: Picture) -> NDArray[np.bool_]:
    """Whether floor or wall are drawn nearer at the points' pixels. Depth is that of the pixel's centre, so it
    is compared with where the point's tangent plane is there; on flat views that runs away, hence the minimum."""
    camera, X_WC = view.camera, view.X_WC
    column = np.rint(uv[:, 0]).astype(np.int64).clip(0, camera.width - 1)
    row = np.rint(uv[:, 1]).astype(np.int64).clip(0, camera.height - 1)
    f = np.array([camera.K[0, 0], camera.K[1, 1]])
    ray = np.concatenate([(np.stack([column, row], -1) - camera.K[:2, 2]) / f, np.ones((len(z), 1))], 1)
    normal_C, point_C = normals_W @ X_WC.R, (points_W - X_WC.p) @ X_WC.R
    towards = np.sum(normal_C * ray, axis=1)
    plane = np.sum(normal_C * point_C, axis=1) / np.where(towards < -1e-6, towards, -1e-6)
    drawn = view.depth[row, column].astype(np.float64)
    still = (view.instance[row, column] == BACKGROUND_ID) & (drawn > 0)
    return still & (drawn < np.minimum(z, plane) - NEARER_M - NEARER_PX * z / f.min())


def make_tracks(
    surface: Surface,
    qpos: Sequence[F64],
    pictures: Sequence[Sequence[Picture]],
    count: int,
    rng: np.random.Generator,
) -> Tracks:
    """Up to `count` tracks through states qpos (each (nq,)), where pictures[t][v] shows state t in view v."""
    surface.pose(qpos[0])
    samples, owner = _choose(surface, pictures[0][0], count, rng)
    n, T, V = len(owner), len(qpos), len(pictures[0])
    points, visible = np.zeros((T, n, 3), np.float32), np.zeros((T, V, n), bool)
    for t, q in enumerate(qpos):
        surface.pose(q)
        p, normal = surface.world(samples)
        points[t] = p
        for v, picture in enumerate(pictures[t]):
            visible[t, v] = seen(surface, p, normal, picture)
    return Tracks(points, visible, owner)


def _choose(surface: Surface, first: Picture, count: int, rng: np.random.Generator) -> tuple[Samples, U8]:
    """Points that the first view sees, divided over their owners as SHARES say."""
    objects = [o for o in surface.owners if o >= OBJECT_ID]
    groups = {"objects": objects, "robot": [ROBOT_ID], "table": [TABLE_ID]}
    wanted = {o: share * count / len(groups[g]) for g, share in SHARES for o in groups[g]}
    found: dict[int, Samples] = {}
    for o in surface.owners:
        found[o] = _visible_samples(surface, o, count, wanted[o], first, rng)
    have = np.array([len(found[o].geom) for o in surface.owners])
    quota = _divide(np.array([wanted[o] for o in surface.owners]), have, count)
    parts = [found[o] for o in surface.owners]
    cut = [slice(0, int(k)) for k in quota]
    owner = np.repeat(np.array(surface.owners, np.uint8), quota)
    geom = np.concatenate([p.geom[c] for p, c in zip(parts, cut, strict=True)])
    point = np.concatenate([p.point[c] for p, c in zip(parts, cut, strict=True)])
    normal = np.concatenate([p.normal[c] for p, c in zip(parts, cut, strict=True)])
    return Samples(geom, point, normal), owner


def _visible_samples(
    surface: Surface, owner: int, most: int, wanted: float, first: Picture, rng: np.random.Generator
) -> Samples:
    """Visible points of one owner: a multiple of what is wanted, as far as a fixed number of draws finds them."""
    kept: list[Samples] = []
    n = 0
    for _ in range(_ROUNDS):
        s = surface.sample(owner, int(_OVERSAMPLE * wanted) + 16, rng)
        p, normal = surface.world(s)
        ok = np.flatnonzero(seen(surface, p, normal, first))
        kept.append(Samples(s.geom[ok], s.point[ok], s.normal[ok]))
        n += len(ok)
        if n >= 2 * wanted or n >= most:
            break
    return Samples(*(np.concatenate([getattr(k, name) for k in kept]) for name in ("geom", "point", "normal")))


def _divide(wanted: Array, have: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Whole numbers up to `have` that add up to `count` (or to all there are), in proportion to `wanted`."""
    quota = np.zeros(len(have), np.int64)
    while (left := count - int(quota.sum())) > 0 and np.any(quota < have):
        open_ = quota < have
        share = np.where(open_, wanted, 0.0)
        step = np.minimum(np.floor(left * share / share.sum()).astype(np.int64), have - quota)
        if step.sum() == 0:  # fewer left than owners: one each, the largest shares first
            first = np.argsort(-share, kind="stable")[:left]
            step[first[open_[first]]] = 1
        quota += step
    return quota
