"""Cameras: the lens model, projection, the two standard cameras, and calibration files.

Axes are OpenCV's (x right, y down, z forward). Pixels: (0, 0) is the centre of the top-left pixel, so
an image spans [-0.5, width - 0.5] x [-0.5, height - 0.5]. The lens model is OpenCV's k1 k2 p1 p2 k3.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import ArrayLike, NDArray

from engine.errors import ConfigError, unknown_name
from engine.frames import Array, Pose, intrinsics, look_at, mat_to_quat
from engine.types import CameraSpec

NEAR_M = 0.01
"""Nothing closer to the camera plane than this is drawn or projected."""

THIRD_PERSON, WRIST = "third_person", "wrist"


def default_cameras(width: int = 224, height: int = 224) -> tuple[CameraSpec, CameraSpec]:
    """The third-person camera that faces the robot and the wrist camera.

    The third-person camera sees the whole working area and the gripper from its home pose on. The wrist
    camera sits beside the palm, 7.5 cm out along the gripper's x and 7 cm behind the fingertips, and looks
    at a point 5 cm beyond them, with the closing axis horizontal in its image and the fingers at the bottom.
    """
    third = look_at((1.42, 0.0, 0.85), (0.44, 0.0, 0.10))
    wrist = look_at((0.075, 0.0, -0.07), (0.0, 0.0, 0.05), up=(1.0, 0.0, 0.0))
    return (
        CameraSpec(THIRD_PERSON, width, height, intrinsics(width, height, math.radians(45.0)), third.vector()),
        CameraSpec(WRIST, width, height, intrinsics(width, height, math.radians(70.0)), wrist.vector(), "hand"),
    )


def camera_pose(camera: CameraSpec, X_WG: Pose) -> Pose:
    """X_WC of a camera while the gripper is at X_WG."""
    X_PC = Pose.from_vector(camera.X_PC)
    return X_WG @ X_PC if camera.parent == "hand" else X_PC


def distort(xy: ArrayLike, distortion: ArrayLike) -> Array:
    """Normalised image coordinates (..., 2) after the lens, OpenCV's model k1 k2 p1 p2 k3."""
    p = np.asarray(xy, np.float64)
    k1, k2, p1, p2, k3 = (float(v) for v in np.asarray(distortion, np.float64))
    x, y = p[..., 0], p[..., 1]
    r2 = x * x + y * y
    radial = 1 + r2 * (k1 + r2 * (k2 + r2 * k3))
    return np.stack(
        [
            x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x),
            y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y,
        ],
        -1,
    )


def undistort(xy: ArrayLike, distortion: ArrayLike, iterations: int = 50) -> Array:
    """Inverse of `distort` by fixed-point iteration (OpenCV's undistortPoints does the same)."""
    d = np.asarray(xy, np.float64)
    p = d.copy()
    for _ in range(iterations):
        p = p + (d - distort(p, distortion))
    return p


def camera_pixels(p_C: ArrayLike, camera: CameraSpec) -> Array:
    """Pixels (..., 2) of points (..., 3) in the camera frame with positive z."""
    p = np.asarray(p_C, np.float64)
    xy = p[..., :2] / p[..., 2:3]
    if np.any(camera.distortion):
        xy = distort(xy, camera.distortion)
    return xy * np.array([camera.K[0, 0], camera.K[1, 1]]) + camera.K[:2, 2]


def project_points(points_W: ArrayLike, X_WC: Pose, camera: CameraSpec) -> tuple[Array, Array]:
    """Pixels (..., 2) and depths (...) of world points (..., 3); pixels are -1 at depth <= NEAR_M."""
    p_C = (np.asarray(points_W, np.float64) - X_WC.p) @ X_WC.R
    z = p_C[..., 2]
    ahead = z > NEAR_M
    safe = np.where(ahead[..., None], p_C, np.array([0.0, 0.0, 1.0]))
    return np.where(ahead[..., None], camera_pixels(safe, camera), -1.0), z


def in_image(uv: ArrayLike, depth: ArrayLike, camera: CameraSpec) -> NDArray[np.bool_]:
    """Whether projected points (..., 2) with depths (...) lie in the image and ahead of the camera."""
    p = np.asarray(uv, np.float64)
    inside = (p >= -0.5) & (p <= np.array([camera.width, camera.height]) - 0.5)
    return inside.all(-1) & (np.asarray(depth) > NEAR_M)


def only_below(camera: CameraSpec, X_WC: Pose, floor_z: float, half: float) -> bool:
    """Whether every ray of the image meets the floor at `floor_z` within `half` metres of the origin.

    The corner rays decide: what they meet spans what the others meet. Distortion is not looked at.
    """
    w, h = camera.width - 0.5, camera.height - 0.5
    corners = np.array([[-0.5, -0.5], [w, -0.5], [-0.5, h], [w, h]])
    xy = (corners - camera.K[:2, 2]) / [camera.K[0, 0], camera.K[1, 1]]
    rays = np.concatenate([xy, np.ones((4, 1))], 1) @ X_WC.R.T
    if np.any(rays[:, 2] > -1e-3) or X_WC.p[2] <= floor_z:
        return False
    hits = X_WC.p[:2] + rays[:, :2] * ((floor_z - X_WC.p[2]) / rays[:, 2:])
    return bool(np.abs(hits).max() < half)


# --- calibration files --------------------------------------------------------------------------

_KEYS = {"name", "width", "height", "K", "fovy_deg", "distortion", "parent", "X_PC", "eye", "target", "up"}


def camera_to_dict(camera: CameraSpec) -> dict[str, Any]:
    """JSON-able form, exact: floats keep every bit through JSON."""
    return {
        "name": camera.name,
        "width": camera.width,
        "height": camera.height,
        "K": camera.K.tolist(),
        "X_PC": np.asarray(camera.X_PC, np.float64).tolist(),
        "parent": camera.parent,
        "distortion": np.asarray(camera.distortion, np.float64).tolist(),
    }


def camera_from_dict(data: dict[str, Any], where: str = "camera") -> CameraSpec:
    """A camera from a calibration entry.

    Keys: name, width, height; K (3x3) or fovy_deg; distortion (up to 5 numbers k1 k2 p1 p2 k3, default
    0); parent ("world" or "hand", default world); the pose in the parent as X_PC (x y z qw qx qy qz or
    a 4x4 matrix, camera axes x right, y down, z forward) or as eye, target and optionally up.
    Raises ConfigError naming the place.
    """
    if not isinstance(data, dict):
        raise ConfigError(f"{where}: expected a mapping with name, width, height, ..., found {type(data).__name__}")
    for key in data:
        if key not in _KEYS:
            raise ConfigError(f"{where}.{key}: {unknown_name('key', str(key), _KEYS)}")
    name = str(data.get("name", ""))
    if not name.replace("_", "").isalnum() or name != name.lower():
        raise ConfigError(f"{where}.name: '{name}'; use lower-case letters, digits and '_', e.g. 'left_view'")
    width, height = _positive(data, "width", where), _positive(data, "height", where)
    parent = data.get("parent", "world")
    if parent not in ("world", "hand"):
        raise ConfigError(f"{where}.parent: '{parent}'; it is 'world' (fixed) or 'hand' (moves with the gripper frame)")
    distortion = np.zeros(5)
    given = _numbers(data.get("distortion", []), f"{where}.distortion").ravel()
    if len(given) > 5:
        raise ConfigError(f"{where}.distortion: {len(given)} numbers; at most 5 are known: k1 k2 p1 p2 k3")
    distortion[: len(given)] = given
    return CameraSpec(name, width, height, _matrix(data, width, height, where), _pose(data, where), parent, distortion)


def load_cameras(path: str | Path) -> tuple[CameraSpec, ...]:
    """Cameras of a YAML file: a list, or a mapping with the list under `cameras`.

    The first one fixed in the world is the third-person view whose axes the direction labels use.
    Raises ConfigError naming file and place.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise ConfigError(f"{path}: cannot be read as a camera file: {e}") from e
    return cameras_from_text(text, str(path))


def cameras_from_text(text: str, path: str) -> tuple[CameraSpec, ...]:
    """Cameras of a calibration file's text; `path` names it in errors (see `load_cameras`)."""
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as e:
        raise ConfigError(f"{path}: cannot be read as a camera file: {e}") from e
    if isinstance(data, dict) and set(data) == {"cameras"}:
        data = data["cameras"]
    if not isinstance(data, list) or not data:
        raise ConfigError(f"{path}: expected a list of cameras with name, K or fovy_deg, X_PC or eye")
    cameras = tuple(camera_from_dict(entry, f"{path}: cameras[{i}]") for i, entry in enumerate(data))
    names = [c.name for c in cameras]
    if len(set(names)) < len(names):
        raise ConfigError(f"{path}: camera names must differ, found {names}")
    if all(c.parent != "world" for c in cameras):
        raise ConfigError(f"{path}: no camera is fixed in the world; direction labels need one (parent: world)")
    return cameras


def view_camera(cameras: tuple[CameraSpec, ...]) -> CameraSpec:
    """The camera whose levelled frame the direction labels use: the first one fixed in the world."""
    for camera in cameras:
        if camera.parent == "world":
            return camera
    raise ConfigError("no camera is fixed in the world; direction labels need one (parent: world)")


def with_fovy(camera: CameraSpec, fovy_rad: float) -> CameraSpec:
    """The same camera zoomed so that its vertical field of view is `fovy_rad`; the centre is kept."""
    K = camera.K.copy()
    f = 0.5 * camera.height / math.tan(0.5 * fovy_rad)
    K[0, 0], K[1, 1] = f * K[0, 0] / K[1, 1], f
    return replace(camera, K=K)


def fovy(camera: CameraSpec) -> float:
    """Vertical field of view in radians, as if the centre were in the middle of the image."""
    return 2 * math.atan(0.5 * camera.height / float(camera.K[1, 1]))


def _positive(data: dict[str, Any], key: str, where: str) -> int:
    value = data.get(key, 224)
    if not isinstance(value, int) or not 8 <= value <= 4096:
        raise ConfigError(f"{where}.{key}: {value!r}; it must be a whole number of pixels from 8 to 4096")
    return value


def _numbers(value: Any, where: str) -> Array:
    try:
        out = np.array(value, np.float64)
    except (TypeError, ValueError) as e:
        raise ConfigError(f"{where}: expected numbers, found {value!r}") from e
    if not np.isfinite(out).all():
        raise ConfigError(f"{where}: numbers must be finite, found {value!r}")
    return out


def _matrix(data: dict[str, Any], width: int, height: int, where: str) -> Array:
    if ("K" in data) == ("fovy_deg" in data):
        raise ConfigError(f"{where}: give either K (3x3, pixels) or fovy_deg")
    if "fovy_deg" in data:
        degrees = float(_numbers(data["fovy_deg"], f"{where}.fovy_deg"))
        if not 5.0 <= degrees <= 140.0:
            raise ConfigError(f"{where}.fovy_deg: {degrees}; it must be from 5 to 140 degrees")
        return intrinsics(width, height, math.radians(degrees))
    K = _numbers(data["K"], f"{where}.K")
    if K.size != 9:
        raise ConfigError(f"{where}.K: shape {K.shape}; it must be 3x3 in pixels")
    K = K.reshape(3, 3)
    if K[0, 0] <= 0 or K[1, 1] <= 0 or K[0, 1] != 0 or not np.array_equal(K[2], [0, 0, 1]):
        raise ConfigError(f"{where}.K: expected [[fx, 0, cx], [0, fy, cy], [0, 0, 1]] fx, fy > 0, found {K.tolist()}")
    return K


def _pose(data: dict[str, Any], where: str) -> Array:
    if ("X_PC" in data) == ("eye" in data):
        raise ConfigError(f"{where}: give the pose either as X_PC or as eye and target")
    if "eye" in data:
        if "target" not in data:
            raise ConfigError(f"{where}: eye needs target, the point that the camera looks at")
        default_up = (1, 0, 0) if data.get("parent") == "hand" else (0, 0, 1)
        args = [_numbers(data.get(k, default_up), f"{where}.{k}") for k in ("eye", "target", "up")]
        if any(a.shape != (3,) for a in args):
            raise ConfigError(f"{where}: eye, target and up are three numbers each")
        pose = look_at(*args)
        if not np.isfinite(pose.R).all():
            raise ConfigError(f"{where}: the line from eye to target is along up; give another up")
        return pose.vector()
    X = _numbers(data["X_PC"], f"{where}.X_PC")
    if X.shape == (4, 4):
        R = X[:3, :3]
        if np.abs(R @ R.T - np.eye(3)).max() > 1e-3 or np.linalg.det(R) < 0:
            raise ConfigError(f"{where}.X_PC: the upper left 3x3 is not a rotation")
        return np.concatenate([X[:3, 3], mat_to_quat(R)])
    if X.shape != (7,):
        raise ConfigError(f"{where}.X_PC: shape {X.shape}; give x y z qw qx qy qz or a 4x4 matrix")
    norm = float(np.linalg.norm(X[3:]))
    if abs(norm - 1) > 1e-3:
        raise ConfigError(f"{where}.X_PC: the quaternion (wxyz) has norm {norm:.4f}; it must be 1")
    # Renormalised only where it is off, so that a stored camera comes back bit for bit.
    return X if abs(norm - 1) < 1e-12 else np.concatenate([X[:3], X[3:] / norm])
