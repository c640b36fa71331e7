"""Geometry of drawn views: depth as stored, camera matrices, point maps, and one instant seen by several cameras.

Conventions. A camera's pose X_WC is camera-to-world with OpenCV axes (x right, y down, z forward); its extrinsic
matrix (3, 4) is the other direction, [R_CW | p_CW], x_C = R_CW x_W + p_CW, as VGGT trains with. Pixel (0, 0) is
the centre of the top-left pixel. Depth is z in metres, along the optical axis. Only pinholes: a camera with lens
distortion is drawn as the pinhole with the same matrix (`pinhole`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.errors import ConfigError
from engine.frames import Array, Pose
from engine.label.tracks import Picture, Surface, Tracks, make_tracks
from engine.render.base import AbstractRenderer
from engine.types import F32, F64, U8, Appearance, CameraSpec

DEPTH_UNIT_M = 1e-4
"""Metres per unit of stored depth: a stored value is off by at most half of this, 0.05 mm."""

DEPTH_MAX_M = 65535 * DEPTH_UNIT_M
"""Farther surfaces (floor and wall behind the table) are stored as 0: no depth."""

U16 = NDArray[np.uint16]


@dataclass(frozen=True, eq=False)
class View:
    """One picture: rgb (H, W, 3), depth (H, W) in units of DEPTH_UNIT_M with 0 for none, instance (H, W) with
    0 background, 1 robot, 2 table, 3 + i object i; and the pose of its camera."""

    rgb: U8
    depth: U16
    instance: U8
    X_WC: Pose


@dataclass(frozen=True, eq=False)
class Observation:
    """T instants, each seen by the same V cameras. views[t][v]; qpos (T, nq); tracks over all of them."""

    cameras: tuple[CameraSpec, ...]
    views: tuple[tuple[View, ...], ...]
    qpos: F64
    tracks: Tracks


def store_depth(depth: ArrayLike) -> U16:
    """Depth in metres (H, W) as stored: 0.1 mm units, 0 where nothing was drawn or it is beyond DEPTH_MAX_M."""
    z = np.asarray(depth, np.float64)
    units = np.rint(np.where(np.isfinite(z), z, 0.0) / DEPTH_UNIT_M)
    return np.where((units > 0) & (units <= 65535), units, 0).astype(np.uint16)


def metres(depth: ArrayLike) -> F32:
    """Stored depth as float32 metres; 0 stays 0."""
    return (np.asarray(depth).astype(np.float64) * DEPTH_UNIT_M).astype(np.float32)


def extrinsic(X_WC: Pose) -> Array:
    """The camera-from-world matrix (3, 4) of a camera at X_WC."""
    return X_WC.inv().matrix()[:3]


def pinhole(camera: CameraSpec) -> CameraSpec:
    """The same camera without lens distortion."""
    return camera if not np.any(camera.distortion) else replace(camera, distortion=np.zeros(5))


def point_map(depth_m: ArrayLike, camera: CameraSpec) -> Array:
    """Points (H, W, 3) in the camera frame of every pixel's centre; (0, 0, 0) where depth is 0.

    Raises ConfigError for a camera with distortion, whose pixels are not on a pinhole's rays.
    """
    if np.any(camera.distortion):
        raise ConfigError(f"camera '{camera.name}' has lens distortion; draw it as a pinhole first (geometry.pinhole)")
    z = np.asarray(depth_m, np.float64)
    v, u = np.mgrid[: z.shape[0], : z.shape[1]]
    x = (u - camera.K[0, 2]) / camera.K[0, 0]
    y = (v - camera.K[1, 2]) / camera.K[1, 1]
    return np.stack([x * z, y * z, z], -1)


def observe(
    renderer: AbstractRenderer,
    surface: Surface,
    qpos: Sequence[F64],
    appearance: Appearance,
    cameras: tuple[CameraSpec, ...],
    points: int,
    rng: np.random.Generator,
) -> Observation:
    """Draw states qpos (each (nq,)) from the cameras, with `points` tracks that start in the first view.

    renderer: open on the scene, physics applied. surface: of the same scene. Lights and materials are those of
    `appearance`; its own cameras are not used. Raises ConfigError without cameras or states.
    """
    if not cameras or len(qpos) == 0:
        raise ConfigError("a geometry sample needs at least one camera and one state")
    straight = tuple(pinhole(c) for c in cameras)
    look = replace(appearance, cameras=straight)
    scene = renderer.scene
    assert scene is not None
    rows: list[tuple[View, ...]] = []
    pictures: list[list[Picture]] = []
    for q in qpos:
        surface.pose(q)
        row, exact = [], []
        for k, camera in enumerate(straight):
            b = renderer.render(q, look, k, instance=True, depth=True)
            assert b.depth is not None and b.instance is not None
            X_WC = scene.camera_pose(camera, surface.data)
            row.append(View(b.rgb, store_depth(b.depth), b.instance, X_WC))
            exact.append(Picture(camera, X_WC, b.depth, b.instance))
        rows.append(tuple(row))
        pictures.append(exact)
    tracks = make_tracks(surface, qpos, pictures, points, rng)
    return Observation(straight, tuple(rows), np.stack(qpos).astype(np.float64), tracks)
