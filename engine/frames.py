"""Pose algebra and every camera or quaternion convention change, in one place.

Names follow the monogram notation: `X_WG` is the pose of frame G in frame W, so that
`X_WO = X_WG @ X_GO` (adjacent letters match). W world, B robot base, G gripper, O object, C camera.

World: z up, origin at the robot base's foot, x forward from the robot, y to its left. SI units.
Camera (C): x right, y down, z forward (OpenCV); depth is z in metres. MuJoCo's own camera frame
(x right, y up, looking along -z) appears only in `mujoco_camera` below.
Quaternions are wxyz inside the project (MuJoCo's order).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def quat_to_mat(q_wxyz: ArrayLike) -> Array:
    """Rotation matrices (..., 3, 3) of unit quaternions (..., 4) in wxyz order."""
    q = np.asarray(q_wxyz, np.float64)
    w, x, y, z = q[..., 0], q[..., 1], q[..., 2], q[..., 3]
    out = np.empty((*q.shape[:-1], 3, 3))
    out[..., 0, 0] = 1 - 2 * (y * y + z * z)
    out[..., 0, 1] = 2 * (x * y - w * z)
    out[..., 0, 2] = 2 * (x * z + w * y)
    out[..., 1, 0] = 2 * (x * y + w * z)
    out[..., 1, 1] = 1 - 2 * (x * x + z * z)
    out[..., 1, 2] = 2 * (y * z - w * x)
    out[..., 2, 0] = 2 * (x * z - w * y)
    out[..., 2, 1] = 2 * (y * z + w * x)
    out[..., 2, 2] = 1 - 2 * (x * x + y * y)
    return out


def mat_to_quat(R: ArrayLike) -> Array:
    """Unit quaternion wxyz (4,) with w >= 0 of one rotation matrix (3, 3)."""
    m = np.asarray(R, np.float64)
    trace = m[0, 0] + m[1, 1] + m[2, 2]
    # Shepard's method: divide by the largest of the four components for accuracy.
    cand = np.array([trace, m[0, 0], m[1, 1], m[2, 2]])
    i = int(np.argmax(cand))
    if i == 0:
        q = np.array([1 + trace, m[2, 1] - m[1, 2], m[0, 2] - m[2, 0], m[1, 0] - m[0, 1]])
    elif i == 1:
        q = np.array([m[2, 1] - m[1, 2], 1 + 2 * m[0, 0] - trace, m[0, 1] + m[1, 0], m[0, 2] + m[2, 0]])
    elif i == 2:
        q = np.array([m[0, 2] - m[2, 0], m[0, 1] + m[1, 0], 1 + 2 * m[1, 1] - trace, m[1, 2] + m[2, 1]])
    else:
        q = np.array([m[1, 0] - m[0, 1], m[0, 2] + m[2, 0], m[1, 2] + m[2, 1], 1 + 2 * m[2, 2] - trace])
    q = q / np.linalg.norm(q)
    return -q if q[0] < 0 else q


def quat_mul(a: ArrayLike, b: ArrayLike) -> Array:
    """Hamilton product (..., 4) of wxyz quaternions."""
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    aw, ax, ay, az = np.moveaxis(a, -1, 0)
    bw, bx, by, bz = np.moveaxis(b, -1, 0)
    return np.stack(
        [
            aw * bw - ax * bx - ay * by - az * bz,
            aw * bx + ax * bw + ay * bz - az * by,
            aw * by - ax * bz + ay * bw + az * bx,
            aw * bz + ax * by - ay * bx + az * bw,
        ],
        -1,
    )


def axis_angle_quat(axis: ArrayLike, angle: float) -> Array:
    """Quaternion wxyz of a rotation by `angle` radians about `axis` (3,)."""
    a = np.asarray(axis, np.float64)
    a = a / np.linalg.norm(a)
    return np.concatenate([[np.cos(angle / 2)], np.sin(angle / 2) * a])


def rotvec(R: ArrayLike) -> Array:
    """Rotation vector (3,), axis times angle in radians, of a rotation matrix."""
    q = mat_to_quat(R)
    s = np.linalg.norm(q[1:])
    if s < 1e-12:
        return 2.0 * q[1:]
    return q[1:] / s * (2.0 * np.arctan2(s, q[0]))


@dataclass(frozen=True, eq=False)
class Pose:
    """A rigid transform: rotation `R` (3, 3) and translation `p` (3,) in metres."""

    R: Array
    p: Array

    @staticmethod
    def identity() -> Pose:
        return Pose(np.eye(3), np.zeros(3))

    @staticmethod
    def from_pq(p: ArrayLike, q_wxyz: ArrayLike) -> Pose:
        return Pose(quat_to_mat(q_wxyz), np.array(p, np.float64))

    @staticmethod
    def from_vector(v: ArrayLike) -> Pose:
        """From the stored form (7,): x y z qw qx qy qz."""
        v = np.asarray(v, np.float64)
        return Pose(quat_to_mat(v[3:7]), v[:3].copy())

    def vector(self) -> Array:
        """The stored form (7,): x y z qw qx qy qz."""
        return np.concatenate([self.p, mat_to_quat(self.R)])

    @property
    def q_wxyz(self) -> Array:
        return mat_to_quat(self.R)

    def matrix(self) -> Array:
        T = np.eye(4)
        T[:3, :3], T[:3, 3] = self.R, self.p
        return T

    def inv(self) -> Pose:
        return Pose(self.R.T, -self.R.T @ self.p)

    def __matmul__(self, other: Pose) -> Pose:
        return Pose(self.R @ other.R, self.R @ other.p + self.p)

    def apply(self, points: ArrayLike) -> Array:
        """Map points (..., 3) from the inner frame to the outer one."""
        return np.asarray(points, np.float64) @ self.R.T + self.p


def look_at(eye: ArrayLike, target: ArrayLike, up: ArrayLike = (0.0, 0.0, 1.0)) -> Pose:
    """Camera pose X_WC (OpenCV axes) at `eye` looking at `target`, image up along `up`."""
    eye = np.asarray(eye, np.float64)
    z = np.asarray(target, np.float64) - eye
    z = z / np.linalg.norm(z)
    x = np.cross(z, np.asarray(up, np.float64))
    x = x / np.linalg.norm(x)
    return Pose(np.stack([x, np.cross(z, x), z], axis=1), eye)


_FLIP_YZ = np.diag([1.0, -1.0, -1.0])


def mujoco_camera(X_WC: Pose) -> Pose:
    """The same camera with MuJoCo's axes (x right, y up, z backward)."""
    return Pose(X_WC.R @ _FLIP_YZ, X_WC.p)


def project(points_W: ArrayLike, X_WC: Pose, K: ArrayLike) -> tuple[Array, Array]:
    """Pinhole projection of world points (..., 3).

    Returns pixels (..., 2) and depths (...) in metres. Pixel (0, 0) is the centre of the top-left
    pixel, so an image of width w spans [-0.5, w - 0.5]. Points behind the camera have depth <= 0 and
    meaningless pixels.
    """
    p_C = (np.asarray(points_W, np.float64) - X_WC.p) @ X_WC.R
    K = np.asarray(K, np.float64)
    z = p_C[..., 2]
    safe = np.where(np.abs(z) < 1e-9, 1e-9, z)
    u = K[0, 0] * p_C[..., 0] / safe + K[0, 2]
    v = K[1, 1] * p_C[..., 1] / safe + K[1, 2]
    return np.stack([u, v], -1), z


def intrinsics(width: int, height: int, fovy_rad: float) -> Array:
    """Pinhole matrix K (3, 3) of a centred camera with square pixels.

    The optical axis meets the image at ((w - 1) / 2, (h - 1) / 2): pixel centres are integers.
    """
    f = 0.5 * height / np.tan(0.5 * fovy_rad)
    return np.array([[f, 0, (width - 1) / 2], [0, f, (height - 1) / 2], [0, 0, 1.0]])
