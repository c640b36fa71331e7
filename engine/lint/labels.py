"""Cameras and the labels that follow from poses alone: projections, whole boxes, InSpire's directions.

Everything is computed from the reference states (`engine.lint.physics`), the appearance in the metadata and the
objects' meshes, by formulas of the linter's own (`engine.lint.recompute_maths`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.label.directions import DIRECTIONS
from engine.label.table import ROLES
from engine.lint.context import EpisodeView, Unavailable
from engine.lint.recompute_columns import SUPPORTING, roles
from engine.lint.recompute_compare import Desk
from engine.lint.recompute_maths import NEAR_M, Motion, bend, pixels, rotation, seen_from, unbend
from engine.types import F64, CameraSpec, CollisionPart, ObjectAsset

POSE_TOLERANCE = 1e-12
"""Of a camera's pose, in metres and quaternion components (float64)."""

PIXEL_TOLERANCE = 1e-9
"""Of projections, in pixels, on top of rounding to float32 (4e-6 px at 100 px)."""

METRE_TOLERANCE = 1e-12
NO_BOX = np.full(4, -1.0)


@dataclass(frozen=True, eq=False)
class Sights:
    """What cameras look at over the T frames. poses (T, n, 7) X_WO; X_WG; X_WC by camera; roles' scene indices.

    points: marked points (T, 3) in W by name ("ee_point", "grasp_point", "place_point"); missing: why one is not there.
    """

    view: EpisodeView
    cameras: tuple[CameraSpec, ...]
    poses: F64
    X_WG: Motion
    X_WC: tuple[Motion, ...]
    roles: tuple[int, int]
    points: dict[str, F64]
    missing: dict[str, str]


def see(view: EpisodeView, poses: F64, X_WG: Motion) -> Sights:
    """Cameras over time from the stored appearance; Unavailable without one. poses (T + 1, n, 7)."""
    cameras, T = view.appearance.cameras, len(X_WG.p)
    mounts = [Motion.of(np.broadcast_to(c.X_PC, (T, 7))) for c in cameras]
    X_WC = tuple(X_WG @ X if c.parent == "hand" else X for c, X in zip(cameras, mounts, strict=True))
    places = roles(view)
    points, missing = {"ee_point": X_WG.p}, {}
    for name, find in (("grasp_point", _grasp_point), ("place_point", _place_point)):
        try:
            points[name] = find(view, poses, places, T)
        except Unavailable as e:
            missing[name] = str(e)
    return Sights(view, cameras, poses[:T], X_WG, X_WC, places, points, missing)


def _grasp_point(view: EpisodeView, poses: F64, places: tuple[int, int], T: int) -> F64:
    """The grasp point, fixed to the target, over time in W (T, 3)."""
    if "grasp" not in view.meta or "plan" not in view.meta:
        raise Unavailable("the metadata has no grasp and plan")
    return Motion.of(poses[:T, places[0]]).point(np.asarray(view.meta["grasp"]["X_OG"], np.float64)[:3])


def _place_point(view: EpisodeView, poses: F64, places: tuple[int, int], T: int) -> F64:
    """The place point, fixed to the container, over time in W (T, 3): below where the plan puts the target down, on the
    table for goals beside the container, else on its inner surface or its top."""
    meta, container = view.meta, places[1]
    if "grasp" not in meta or "plan" not in meta:
        raise Unavailable("the metadata has no grasp and plan")
    back = Motion.of(poses[0, container]).inverse()
    x, y, z = (float(v) for v in meta["plan"]["place_point"])
    goal = meta["task"].get("goal", ())
    asset = view.scene.assets[container]
    if goal and not any(g["kind"] in SUPPORTING for g in goal):
        below = back.point([x, y, float(meta["physics"]["table_height"])])
    elif asset.container is not None:
        below = np.array([*back.point([x, y, z])[:2], asset.container.floor_z])
    else:
        below = back.point([x, y, top_of(asset, poses[0, container])])
    return Motion.of(poses[:T, container]).point(below)


def top_of(asset: ObjectAsset, pose: F64) -> float:
    """Highest z in W of the collision parts of an object at X_WO (7,), exactly."""
    up = rotation(pose[3:7])[2]
    return float(pose[2] + max(_reach(part, up) for part in asset.collision))


def _reach(part: CollisionPart, up_O: F64) -> float:
    """How far a part reaches along a unit vector of O, measured from O's origin."""
    d, s = rotation(part.q_wxyz).T @ up_O, part.size
    radial = float(np.sqrt(d[0] ** 2 + d[1] ** 2))
    if part.kind == "mesh":
        assert part.vertices is not None
        own = float(np.max(np.asarray(part.vertices, np.float64) @ d))
    elif part.kind in ("box", "ellipsoid"):
        scaled = np.abs(d) * np.asarray(s[:3], np.float64)
        own = float(scaled.sum() if part.kind == "box" else np.sqrt((scaled**2).sum()))
    else:
        length = s[1] * abs(float(d[2])) if part.kind != "sphere" else 0.0
        own = s[0] * (radial if part.kind == "cylinder" else 1.0) + length
    return float(np.asarray(part.p, np.float64) @ up_O) + own


def check_cameras(sights: Sights, desk: Desk) -> None:
    """camera.*.intrinsics and camera.*.extrinsics from the appearance, and the hand for those on it."""
    view, T = sights.view, len(sights.X_WG.p)
    for camera, X_WC in zip(sights.cameras, sights.X_WC, strict=True):
        name = f"camera.{camera.name}.intrinsics"
        if view.has(name):
            want = np.broadcast_to(np.asarray(camera.K, np.float64).ravel(), (T, 9))
            desk.compare_bits(name, np.ascontiguousarray(want), "the appearance in the metadata")
        else:
            desk.skip(f"no column {name}", name)
        name = f"camera.{camera.name}.extrinsics"
        if view.has(name):
            source = "the appearance" + (" and the hand's pose" if camera.parent == "hand" else "")
            desk.compare(name, X_WC.vectors(), POSE_TOLERANCE, source, rounded=False, signless=True)
        else:
            desk.skip(f"no column {name}", name)


def check_projections(sights: Sights, desk: Desk) -> None:
    """Centres of the roles, grasp, place and end-effector points, projected."""
    view = sights.view
    for camera, X_WC in zip(sights.cameras, sights.X_WC, strict=True):
        for role, i in zip(ROLES, sights.roles, strict=True):
            uv = pixels(seen_from(X_WC, sights.poses[:, i, :3]), camera)
            _compare(view, desk, f"label.{camera.name}.{role}.centre", uv, "objects.pose and the camera")
        for point, places in sights.points.items():
            source = "the hand's pose" if point == "ee_point" else f"the {point.split('_')[0]} in the metadata"
            uv = pixels(seen_from(X_WC, places), camera)
            _compare(view, desk, f"label.{camera.name}.{point}", uv, f"{source} and the camera")
        for point, reason in sights.missing.items():
            if f"label.{camera.name}.{point}" in view.columns:
                desk.skip(reason, f"label.{camera.name}.{point}")


def _compare(view: EpisodeView, desk: Desk, name: str, want: F64, source: str) -> None:
    if view.has(name):
        desk.compare(name, want, PIXEL_TOLERANCE, source)
    else:
        desk.skip(f"no column {name}", name)


# --- whole boxes --------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Shell:
    """Triangles of an object's drawn meshes: vertices (V, 3) in O that triangles use, edges (E, 2), faces (F, 3)."""

    vertices: F64
    edges: NDArray[np.int64]
    faces: NDArray[np.int64]

    @staticmethod
    def of(asset: ObjectAsset) -> Shell:
        first = np.cumsum([0, *(len(m.vertices) for m in asset.visual)])
        faces = np.concatenate([np.asarray(m.faces, np.int64) + a for m, a in zip(asset.visual, first, strict=False)])
        used, faces = np.unique(faces, return_inverse=True)
        faces = faces.reshape(-1, 3)
        vertices = np.concatenate([np.asarray(m.vertices, np.float64) for m in asset.visual])[used]
        sides = np.sort(np.concatenate([faces[:, [k, (k + 1) % 3]] for k in range(3)]), axis=1)
        code = np.unique(sides[:, 0] * len(vertices) + sides[:, 1])
        return Shell(vertices, np.stack([code // len(vertices), code % len(vertices)], 1), faces)


def whole_boxes(shell: Shell, X_WO: Motion, X_WC: Motion, camera: CameraSpec) -> F64:
    """Boxes (T, 4) of the part of an object that lies in the image, hidden parts included; -1 outside."""
    X_CO = X_WC.inverse() @ X_WO
    out, known = np.empty((len(X_CO.p), 4)), (b"", NO_BOX)
    hi = np.array([camera.width, camera.height]) - 0.5
    for t in range(len(out)):
        key = X_CO.R[t].tobytes() + X_CO.p[t].tobytes()
        if key != known[0]:  # what rests before a fixed camera has the box of the frame before
            points = shell.vertices @ X_CO.R[t].T + X_CO.p[t]
            known = key, _whole_box(points, shell, camera, hi)
        out[t] = known[1]
    return out


def _whole_box(points: F64, shell: Shell, camera: CameraSpec, hi: F64) -> F64:
    ahead = points[:, 2] > NEAR_M
    if ahead.all():
        uv = pixels(points, camera)
        box = np.concatenate([uv.min(0), uv.max(0)])
        if np.all(box[:2] >= -0.5) and np.all(box[2:] <= hi):
            return box
        if np.any(box[2:] <= -0.5) or np.any(box[:2] >= hi):
            return NO_BOX
    elif not ahead.any():
        return NO_BOX
    a, b = (points[shell.edges[:, k]] for k in range(2))
    a, b = _in_front(a, b)
    if not ahead.all():
        ends = _near_cuts(points[shell.faces])
        a, b = np.concatenate([a, ends[:, 0]]), np.concatenate([b, ends[:, 1]])
    inside = _in_frame(pixels(a, camera), pixels(b, camera), hi)
    box = np.concatenate([inside.min(0), inside.max(0)]) if len(inside) else NO_BOX
    if len(inside) and np.all(box == np.array([-0.5, -0.5, *hi])):
        return box  # no corner can add to the whole image
    inside = np.concatenate([inside, _corners(points, shell, camera, hi)])
    return np.concatenate([inside.min(0), inside.max(0)]) if len(inside) else NO_BOX


def _in_front(a: F64, b: F64) -> tuple[F64, F64]:
    """What lies ahead of the near plane of segments (E, 3), far ends first."""
    swap = a[:, 2] < b[:, 2]
    far, near = np.where(swap[:, None], b, a), np.where(swap[:, None], a, b)
    keep = far[:, 2] > NEAR_M
    far, near = far[keep], near[keep]
    share = np.clip((far[:, 2] - NEAR_M) / np.maximum(far[:, 2] - near[:, 2], 1e-300), 0.0, 1.0)
    end = far + share[:, None] * (near - far)
    end[:, 2] = np.maximum(end[:, 2], np.nextafter(NEAR_M, 1.0))  # on the plane counts as ahead of it
    return far, end


def _near_cuts(triangles: F64) -> F64:
    """Segments (G, 2, 3) in which the near plane cuts triangles (F, 3, 3): the object as drawn ends there."""
    depth = triangles[..., 2] - NEAR_M
    mixed = (depth > 0).any(1) & (depth <= 0).any(1)
    p, d = triangles[mixed], depth[mixed]
    q, e = np.roll(p, -1, axis=1), np.roll(d, -1, axis=1)
    crossed = (d > 0) != (e > 0)  # two sides of each
    share = np.where(crossed, d / np.where(crossed, d - e, 1.0), 0.0)
    ends = (p + share[..., None] * (q - p))[crossed].reshape(-1, 2, 3)
    ends[..., 2] = np.nextafter(NEAR_M, 1.0)  # on the plane counts as ahead of it
    return ends


def _in_frame(a: F64, b: F64, hi: F64) -> F64:
    """Ends (M, 2) of segments a-b (E, 2) after cutting at the image's four borders, one after the other."""
    for axis in range(2):
        for border, sign in ((-0.5, 1.0), (float(hi[axis]), -1.0)):
            da, db = sign * (a[:, axis] - border), sign * (b[:, axis] - border)
            keep = (da >= 0) | (db >= 0)
            a, b, da, db = a[keep], b[keep], da[keep], db[keep]
            cut = a + np.where(da == db, 0.0, da / np.where(da == db, 1.0, da - db))[:, None] * (b - a)
            cut[:, axis] = border
            a, b = np.where((da < 0)[:, None], cut, a), np.where((db < 0)[:, None], cut, b)
    return np.concatenate([a, b])


def _corners(points: F64, shell: Shell, camera: CameraSpec, hi: F64) -> F64:
    """Corners (M, 2) of the image behind which the object lies: their rays meet a triangle ahead of the near plane."""
    uv = np.array([[u, v] for u in (-0.5, float(hi[0])) for v in (-0.5, float(hi[1]))])
    x, y = ((uv[:, k] - camera.K[k, 2]) / camera.K[k, k] for k in range(2))
    if np.any(camera.distortion):
        x, y = unbend(x, y, camera.distortion)
        u, _ = bend(x, y, camera.distortion)
        if np.abs(u - (uv[:, 0] - camera.K[0, 2]) / camera.K[0, 0]).max() > 1e-9:
            raise Unavailable(f"the lens of camera {camera.name} cannot be inverted at the image's corners")
    rays = np.stack([x, y, np.ones(4)], 1)
    p = points[shell.faces]  # (F, 3, 3)
    # A ray from the eye meets a triangle where it lies on one side of the three planes of eye and edge.
    planes = np.cross(p, np.roll(p, -1, axis=1))
    side = np.einsum("fkj,cj->cfk", planes, rays)
    normal = np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0])
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.einsum("fj,fj->f", normal, p[:, 0]) / (rays @ normal.T)
    hit = (np.all(side >= 0, 2) | np.all(side <= 0, 2)) & (z > NEAR_M)
    return uv[hit.any(1)]


def check_boxes(sights: Sights, desk: Desk) -> dict[tuple[str, str], F64]:
    """label.*.box_full from the meshes; returns the boxes (T, 4) by (camera, role)."""
    view, out = sights.view, {}
    for role, i in zip(ROLES, sights.roles, strict=True):
        shell, X_WO = Shell.of(view.scene.assets[i]), Motion.of(sights.poses[:, i])
        for camera, X_WC in zip(sights.cameras, sights.X_WC, strict=True):
            boxes = out[camera.name, role] = whole_boxes(shell, X_WO, X_WC, camera)
            _compare(
                view, desk, f"label.{camera.name}.{role}.box_full", boxes, "the meshes, objects.pose and the camera"
            )
    return out


# --- directions ---------------------------------------------------------------------------------


def check_directions(sights: Sights, desk: Desk, held: NDArray[np.bool_] | None) -> None:
    """inspire.*: offsets in the levelled frame of the first camera fixed in the world, and the word they mean."""
    view = sights.view
    fixed = [X for c, X in zip(sights.cameras, sights.X_WC, strict=True) if c.parent == "world"]
    if not fixed:
        raise Unavailable("no camera is fixed in the world")
    _, down, ahead = fixed[0].R[0].T
    level = np.array([ahead[0], ahead[1], 0.0])
    if np.hypot(*level[:2]) < 1e-3:  # looks straight down: the lower edge of the image is the front
        level = np.array([-down[0], -down[1], 0.0])
    front = -level / np.hypot(*level[:2])
    axes = np.array([front, [-front[1], front[0], 0.0], [0.0, 0.0, 1.0]])
    for role, i in zip(ROLES, sights.roles, strict=True):
        offset = (sights.poses[:, i, :3] - sights.X_WG.p) @ axes.T
        name = f"inspire.{role}.offset"
        if view.has(name):
            desk.compare(name, offset, METRE_TOLERANCE, "objects.pose, the hand's pose and the camera")
        else:
            desk.skip(f"no column {name}", name)
        if held is None:
            desk.skip("objects.grasped is not known", f"inspire.{role}.grasped")
            continue
        for name, want, source in (
            (f"inspire.{role}.grasped", held[:, i], "objects.grasped"),
            (f"inspire.{role}.direction", words(offset.astype(np.float32), held[:, i]), "the offset and grasped"),
        ):
            if view.has(name):
                desk.compare(name, want, 0.0, source)
            else:
                desk.skip(f"no column {name}", name)


def words(offset: NDArray[np.float32], held: NDArray[np.bool_]) -> NDArray[np.int64]:
    """InSpire's answer (T,) as an index into DIRECTIONS: grasped, else the sign of the largest of front, right, up."""
    names = {(0, 1): "front", (0, 0): "back", (1, 1): "right", (1, 0): "left", (2, 1): "up", (2, 0): "down"}
    out = []
    for d, grasped in zip(offset, held, strict=True):
        axis = max(range(3), key=lambda k: (abs(float(d[k])), -k))
        out.append("grasped" if grasped else names[axis, int(d[axis] >= 0)])
    return np.array([DIRECTIONS.index(word) for word in out], np.int64)
