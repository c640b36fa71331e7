"""Rotations, the arm's forward kinematics and the lens, written afresh for the linter.

Nothing here is shared with `engine.frames`, `engine.sim.cameras` or `engine.label`, which wrote the columns: a
mistake there does not hide itself. Poses are (R (..., 3, 3), p (..., 3)) or stored vectors (7,) x y z qw qx qy qz.
Cameras look along z with x right and y down; pixel (0, 0) is the centre of the top-left pixel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.errors import AssetError
from engine.sim.kinematics import ArmKinematics
from engine.sim.robot import RobotModel
from engine.types import F64, CameraSpec

NEAR_M = 0.01
"""What is nearer to the camera plane than this has no pixel (docs/columns.md: -1 behind the camera)."""


def rotation(q_wxyz: ArrayLike) -> F64:
    """Matrices (..., 3, 3) of quaternions (..., 4): R = (w^2 - v.v) I + 2 v v^T + 2 w [v]x, divided by |q|^2."""
    q = np.asarray(q_wxyz, np.float64)
    w, v = q[..., :1], q[..., 1:]
    square = w[..., None] ** 2 - np.sum(v * v, -1)[..., None, None]
    R = square * np.eye(3) + 2 * v[..., :, None] * v[..., None, :] + 2 * w[..., None] * skew(v)
    return R / np.sum(q * q, -1)[..., None, None]


def skew(v: F64) -> F64:
    """[v]x (..., 3, 3), so that [v]x u = v x u."""
    out = np.zeros((*v.shape, 3))
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        out[..., i, j], out[..., j, i] = -v[..., k], v[..., k]
    return out


def quaternion(R: ArrayLike) -> F64:
    """Unit quaternions wxyz (..., 4), w >= 0, of matrices (..., 3, 3): the largest eigenvector of the symmetric matrix
    of Bar-Itzhack, "New method for extracting the quaternion from a rotation matrix" (2000)."""
    m = np.asarray(R, np.float64)
    K = np.empty((*m.shape[:-2], 4, 4))
    K[..., 1:, 1:] = m + np.swapaxes(m, -1, -2)
    trace = np.trace(m, axis1=-2, axis2=-1)
    K[..., 1:, 1:] -= trace[..., None, None] * np.eye(3)
    K[..., 0, 0] = trace
    for a, (i, j) in enumerate(((2, 1), (0, 2), (1, 0)), 1):
        K[..., 0, a] = K[..., a, 0] = m[..., i, j] - m[..., j, i]
    q = np.linalg.eigh(K)[1][..., -1]
    return np.where(q[..., :1] < 0, -q, q)


def rotation_vector(R: ArrayLike) -> F64:
    """Axis times angle (..., 3) of matrices (..., 3, 3), angle well below pi: from the skew part and the trace."""
    m = np.asarray(R, np.float64)
    s = 0.5 * np.stack([m[..., 2, 1] - m[..., 1, 2], m[..., 0, 2] - m[..., 2, 0], m[..., 1, 0] - m[..., 0, 1]], -1)
    sine = np.linalg.norm(s, axis=-1, keepdims=True)
    angle = np.arctan2(sine, 0.5 * (np.trace(m, axis1=-2, axis2=-1)[..., None] - 1))
    return s * np.where(sine > 1e-12, angle / np.maximum(sine, 1e-12), 1.0)


@dataclass(frozen=True, eq=False)
class Motion:
    """Poses over time: R (T, 3, 3), p (T, 3)."""

    R: F64
    p: F64

    @staticmethod
    def of(vectors: ArrayLike) -> Motion:
        """From stored poses (..., 7)."""
        v = np.asarray(vectors, np.float64)
        return Motion(rotation(v[..., 3:7]), v[..., :3])

    def __matmul__(self, other: Motion) -> Motion:
        return Motion(self.R @ other.R, self.p + np.einsum("...ij,...j->...i", self.R, other.p))

    def inverse(self) -> Motion:
        """X_BA of X_AB."""
        R = np.swapaxes(self.R, -1, -2)
        return Motion(R, -np.einsum("...ij,...j->...i", R, self.p))

    def vectors(self) -> F64:
        """Stored form (..., 7), w >= 0."""
        return np.concatenate([self.p, quaternion(self.R)], -1)

    def point(self, p: ArrayLike) -> F64:
        """A point (3,) fixed to the inner frame, in the outer one over time: (..., 3)."""
        return self.p + np.einsum("...ij,j->...i", self.R, np.asarray(p, np.float64))


def gripper_frames(robot: RobotModel, q: ArrayLike) -> Motion:
    """X_WG of arm joints (T, 7): the product of the joint frames of the robot's own model.

    Raises AssetError when the robot's model is not a chain of hinges.
    """
    chain = _chain(robot)
    q = np.asarray(q, np.float64)
    X = Motion(np.broadcast_to(chain.R[0], (len(q), 3, 3)), np.broadcast_to(chain.p[0], (len(q), 3)))
    for j in range(q.shape[1]):
        turn = np.zeros((len(q), 3, 3))
        turn[:, 0, 0] = turn[:, 1, 1] = np.cos(q[:, j])
        turn[:, 1, 0], turn[:, 2, 2] = np.sin(q[:, j]), 1.0
        turn[:, 0, 1] = -turn[:, 1, 0]
        X = X @ Motion(turn, np.zeros((len(q), 3))) @ Motion(chain.R[j + 1], chain.p[j + 1])
    return X


_CHAINS: dict[str, Motion] = {}


def _chain(robot: RobotModel) -> Motion:
    found = _CHAINS.get(robot.content_hash)
    if found is None:
        kinematics = ArmKinematics(robot)
        if len(kinematics.chain.R) != len(robot.joints) + 1:
            raise AssetError(f"robot '{robot.name}': its model does not give one frame per joint")
        found = _CHAINS[robot.content_hash] = Motion(kinematics.chain.R, kinematics.chain.p)
    return found


# --- the lens -----------------------------------------------------------------------------------


def bend(x: F64, y: F64, lens: ArrayLike) -> tuple[F64, F64]:
    """Normalised image coordinates after the lens k1 k2 p1 p2 k3 (Brown 1966, in OpenCV's order)."""
    k1, k2, p1, p2, k3 = np.asarray(lens, np.float64)
    xx, yy, xy = x * x, y * y, x * y
    r2 = xx + yy
    gain = 1 + k1 * r2 + k2 * r2**2 + k3 * r2**3
    return x * gain + 2 * p1 * xy + p2 * (3 * xx + yy), y * gain + p1 * (xx + 3 * yy) + 2 * p2 * xy


def unbend(x: F64, y: F64, lens: ArrayLike) -> tuple[F64, F64]:
    """Inverse of `bend` by Newton's method with numerical derivatives."""
    u, v, h = x.copy(), y.copy(), 1e-6
    for _ in range(20):
        a, b = bend(u, v, lens)
        au, bu = ((r - s) / h for r, s in zip(bend(u + h, v, lens), (a, b), strict=True))
        av, bv = ((r - s) / h for r, s in zip(bend(u, v + h, lens), (a, b), strict=True))
        det = au * bv - av * bu
        u, v = u + (bv * (x - a) - av * (y - b)) / det, v + (au * (y - b) - bu * (x - a)) / det
    return u, v


def pixels(points_C: ArrayLike, camera: CameraSpec) -> F64:
    """Pixels (..., 2) of points (..., 3) in the camera frame; (-1, -1) at depth <= NEAR_M."""
    p = np.asarray(points_C, np.float64)
    z = p[..., 2]
    ahead = z > NEAR_M
    safe = np.where(ahead, z, 1.0)
    x, y = p[..., 0] / safe, p[..., 1] / safe
    if np.any(camera.distortion):
        x, y = bend(x, y, camera.distortion)
    K = camera.K
    return np.where(ahead[..., None], np.stack([K[0, 0] * x + K[0, 2], K[1, 1] * y + K[1, 2]], -1), -1.0)


def seen_from(X_WC: Motion, points_W: ArrayLike) -> F64:
    """Points (T, 3) of W in the camera's frame over time."""
    return np.einsum("...ji,...j->...i", X_WC.R, np.asarray(points_W, np.float64) - X_WC.p)
