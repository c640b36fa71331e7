"""Lines of sight: the `*_visible` flags of marked points from rays of the linter's own.

Every drawn triangle that a ray could meet is tested (Moeller and Trumbore, "Fast, minimum storage ray-triangle
intersection", 1997); nothing is shared with `engine.sim.sight`, which asks MuJoCo. A surface less than REACH_M in
front of a point does not hide it (points lie on surfaces). Where a ray grazes an edge, moving its end by GRAZE_M
decides both ways; only there both answers are accepted.
"""

from __future__ import annotations

from dataclasses import dataclass

import mujoco
import numpy as np
from numpy.typing import NDArray

from engine.lint.context import Unavailable
from engine.lint.labels import Sights
from engine.lint.physics import States
from engine.lint.recompute_compare import Desk
from engine.lint.recompute_maths import pixels
from engine.sim.model import GROUP_VISUAL, SceneModel
from engine.types import F64, ROBOT, CameraSpec

REACH_M = 0.01
GRAZE_M = 1e-6
GRAZE_PX = 1e-6


@dataclass(frozen=True, eq=False)
class _Solid:
    """A drawn geom: triangles' first corner and two sides (F, 3) in its frame, None for the floor; middle and half size
    (3,) of the box round them."""

    geom: int
    triangles: tuple[F64, F64, F64] | None
    middle: F64
    half: F64


class Rays:
    """Segments through the drawn scene. `pose` first."""

    def __init__(self, sm: SceneModel, *, wall: bool) -> None:
        self.sm = sm
        m = sm.model
        self._data = mujoco.MjData(m)
        hidden = -1 if wall else mujoco.mj_name2id(m, mujoco.mjtObj.mjOBJ_GEOM, "wall_vis")
        drawn = [g for g in range(m.ngeom) if m.geom_group[g] == GROUP_VISUAL and g != hidden]
        self._solids = [_solid(m, g) for g in drawn]
        self._geoms = np.array(drawn)
        self._middle, self._half = (np.array([getattr(s, k) for s in self._solids]) for k in ("middle", "half"))
        self._centre, self._R = np.empty((2, 0, 3))
        self.owner = sm.geom_object
        hand = np.zeros(m.nbody, bool)
        for b in range(m.nbody):
            hand[b] = b == sm.hand_body or (b > 0 and hand[m.body_parentid[b]])
        self.of_hand = hand[m.geom_bodyid] & (self.owner == ROBOT)

    def pose(self, qpos: F64) -> None:
        """Put the scene into state qpos (nq,)."""
        self._data.qpos[:] = qpos
        mujoco.mj_kinematics(self.sm.model, self._data)
        self._centre = self._data.geom_xpos[self._geoms]
        self._R = self._data.geom_xmat[self._geoms].reshape(-1, 3, 3)

    def _boxed(self, eye: F64, ray: F64, length: float) -> NDArray[np.bool_]:
        """(solids,) whether the segment passes the box round a solid: the slabs of Kay and Kajiya, "Ray tracing complex
        scenes" (1986)."""
        o = np.einsum("gji,gj->gi", self._R, eye - self._centre) - self._middle
        d = np.einsum("gji,j->gi", self._R, ray)
        with np.errstate(divide="ignore", invalid="ignore"):
            a, b = (-self._half - o) / d, (self._half - o) / d
        # Where the ray runs along a slab: a hair outside is let through as well, the triangles decide.
        level, inside = np.abs(d) < 1e-12, np.abs(o) <= self._half
        near = np.where(level, np.where(inside, -np.inf, np.inf), np.minimum(a, b)).max(1)
        far = np.where(level, np.where(inside, np.inf, -np.inf), np.maximum(a, b)).min(1)
        return (near <= far + 1e-9) & (far >= 0) & (near <= length)

    def clear(self, eye: F64, point: F64, through: NDArray[np.bool_], short: float = REACH_M) -> bool:
        """Whether no drawn geom besides those in `through` (ngeom,) crosses the segment, but for its last `short`
        metres."""
        span = point - eye
        length = float(np.linalg.norm(span))
        if length <= short:
            return True
        ray = span / length
        for k in np.flatnonzero(self._boxed(eye, ray, length) & ~through[self._geoms]):
            if self._meets(self._solids[k], eye, ray, length - short):
                return False
        return True

    def _meets(self, solid: _Solid, eye: F64, ray: F64, length: float) -> bool:
        R = self._data.geom_xmat[solid.geom].reshape(3, 3)
        o, d = R.T @ (eye - self._data.geom_xpos[solid.geom]), R.T @ ray
        if solid.triangles is None:  # the floor, whose origin is a point of it and whose z is its normal
            return bool(d[2] != 0 and 0 <= -o[2] / d[2] < length)
        a, e1, e2 = solid.triangles
        p = _cross(d, e2)
        det = np.einsum("ij,ij->i", e1, p)
        with np.errstate(divide="ignore", invalid="ignore"):
            to = o - a
            u = np.einsum("ij,ij->i", to, p) / det
            few = np.flatnonzero((u >= 0) & (u <= 1))
            if len(few) == 0:
                return False
            u, det, e2 = u[few], det[few], e2[few]
            q = _cross_rows(to[few], e1[few])
            v = q @ d / det
            t = np.einsum("ij,ij->i", e2, q) / det
            return bool(np.any((v >= 0) & (u + v <= 1) & (t >= 0) & (t < length)))


def _cross(d: F64, b: F64) -> F64:
    """d x b for one vector d (3,) and rows b (F, 3)."""
    return np.stack(
        [d[1] * b[:, 2] - d[2] * b[:, 1], d[2] * b[:, 0] - d[0] * b[:, 2], d[0] * b[:, 1] - d[1] * b[:, 0]], 1
    )


def _cross_rows(a: F64, b: F64) -> F64:
    return np.stack(
        [
            a[:, 1] * b[:, 2] - a[:, 2] * b[:, 1],
            a[:, 2] * b[:, 0] - a[:, 0] * b[:, 2],
            a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0],
        ],
        1,
    )


_SIDES = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
_BOX_FACES = np.array([(a, x, y) for a, b, c, d in _SIDES for x, y in ((b, c), (c, d))])
"""Triangles of a box; corners are numbered by x, y, z, each first - then +."""


def _solid(m: mujoco.MjModel, g: int) -> _Solid:
    kind = int(m.geom_type[g])
    if kind == mujoco.mjtGeom.mjGEOM_PLANE:
        return _Solid(g, None, np.zeros(3), np.full(3, np.inf))
    if kind == mujoco.mjtGeom.mjGEOM_MESH:
        k = int(m.geom_dataid[g])
        v = m.mesh_vert[m.mesh_vertadr[k] : m.mesh_vertadr[k] + m.mesh_vertnum[k]].astype(np.float64)
        f = m.mesh_face[m.mesh_faceadr[k] : m.mesh_faceadr[k] + m.mesh_facenum[k]]
    elif kind == mujoco.mjtGeom.mjGEOM_BOX:
        v = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) * m.geom_size[g]
        f = _BOX_FACES
    else:
        raise Unavailable(f"the drawn geom '{m.geom(g).name}' is neither mesh, box nor plane")
    a, b, c = (v[f[:, i]] for i in range(3))
    solid = np.linalg.norm(_cross_rows(b - a, c - a), axis=1) > 0  # the furniture's spare faces are points
    a, b, c = a[solid], b[solid], c[solid]
    corners = np.concatenate([a, b, c])
    low, high = corners.min(0), corners.max(0)
    return _Solid(g, (a, b - a, c - a), (low + high) / 2, (high - low) / 2 + 1e-6)


def check_visibility(sights: Sights, desk: Desk, states: States) -> None:
    """label.*.{grasp,place,ee}_point_visible from rays to the reference points."""
    view = sights.view
    if not view.context.full:
        raise Unavailable("level fast casts no rays")
    view.episode  # noqa: B018 - opens the drawn scene in the state's physics
    drawn = view.context.redrawer.renderer.scene
    if drawn is None:
        raise Unavailable("no drawn scene is open")
    if states.grasped is None:
        raise Unavailable("objects.grasped is not known: what the hand holds hides no point of it")
    rays = Rays(drawn.sm, wall=view.appearance.values["wall"] is not None)
    wanted = {
        (c, point): np.zeros(states.T, bool)
        for c, camera in enumerate(sights.cameras)
        for point in sights.points
        if view.has(f"label.{camera.name}.{point}_visible")
    }
    for t in range(states.T):
        rays.pose(states.qpos[t])
        for (c, point), flags in wanted.items():
            flags[t] = _seen(sights, rays, states, t, c, point, np.zeros(3), REACH_M)
    for (c, point), flags in wanted.items():
        name = f"label.{sights.cameras[c].name}.{point}_visible"
        stored = view.columns[name]
        for t in np.flatnonzero(stored != flags):
            rays.pose(states.qpos[t])
            if _grazes(sights, rays, states, int(t), c, point, bool(stored[t])):
                flags[t] = stored[t]
        desk.compare(name, flags, 0.0, f"rays through the scene (either answer within {GRAZE_M:g} m of an edge)")
    for camera in sights.cameras:
        for point in ("ee_point", "grasp_point", "place_point"):
            name = f"label.{camera.name}.{point}_visible"
            if name not in view.columns:
                desk.skip(f"no column {name}", name)
            elif point in sights.missing:
                desk.skip(sights.missing[point], name)


def _through(sights: Sights, rays: Rays, states: States, t: int, point: str) -> NDArray[np.bool_]:
    """Geoms that do not hide a point: the target its own grasp point, hand and held objects the end effector."""
    assert states.grasped is not None
    if point == "grasp_point":
        return rays.owner == sights.roles[0]
    if point == "ee_point":
        return rays.of_hand | np.isin(rays.owner, np.flatnonzero(states.grasped[t]))
    return np.zeros(len(rays.owner), bool)


def _seen(
    sights: Sights, rays: Rays, states: States, t: int, c: int, point: str, shift: F64, short: float, px: float = 0.0
) -> bool:
    camera, X_WC = sights.cameras[c], sights.X_WC[c]
    place, eye = sights.points[point][t] + shift, X_WC.p[t]
    local = X_WC.R[t].T @ (place - eye)
    return bool(_in_picture(local, camera, px)) and rays.clear(
        eye, place, _through(sights, rays, states, t, point), short
    )


def _in_picture(p_C: F64, camera: CameraSpec, px: float) -> bool:
    """Whether a point (3,) in the camera frame lies ahead and in the image, its border moved out by `px`."""
    u, v = pixels(p_C, camera)
    ahead = p_C[2] > 0.01
    return bool(ahead and -0.5 - px <= u <= camera.width - 0.5 + px and -0.5 - px <= v <= camera.height - 0.5 + px)


def _grazes(sights: Sights, rays: Rays, states: States, t: int, c: int, point: str, stored: bool) -> bool:
    """Whether the stored answer is that of a point moved by GRAZE_M, or of REACH_M and the border changed a little."""
    shifts = [s * GRAZE_M * axis for axis in np.eye(3) for s in (-1.0, 1.0)]
    tries = [(shift, REACH_M, 0.0) for shift in shifts]
    tries += [(np.zeros(3), REACH_M + s * GRAZE_M, s * GRAZE_PX) for s in (-1.0, 1.0)]
    return any(_seen(sights, rays, states, t, c, point, *how) == stored for how in tries)
