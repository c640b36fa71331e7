"""Closed-form inverse kinematics of the Panda, vectorised over poses and over the redundancy q7.

With q7 given, the arm has at most four solutions with a bent elbow: two wrist roots (q6) times two shoulder
roots (sign of q2). The geometry follows He and Liu, "Analytical inverse kinematics for Franka Emika Panda - a
geometrical solver for 7-DOF manipulators with unconventional design" (ICMCR 2021); the derivation below uses the
joint frames of the modified DH table (a = 0, 0, 0, a4, -a4, 0, a7; d = d1, 0, d3, 0, d5, 0, -).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.types import F64

_TWO_PI = 2.0 * np.pi


@dataclass(frozen=True)
class PandaGeometry:
    """The lengths in metres of the closed form, read off the joint frames of a model.

    d1 height of the shoulder, d3 shoulder to elbow, d5 elbow to wrist, a4 elbow offset, a7 wrist offset.
    """

    d1: float
    d3: float
    d5: float
    a4: float
    a7: float

    @staticmethod
    def from_chain(R: F64, p: F64, tol: float = 1e-6) -> PandaGeometry | None:
        """Recognise the geometry in constant joint frames R (7, 3, 3), p (7, 3), or None if it is another arm.

        R[i], p[i] map the frame of joint i (before its rotation, which is about z) into joint i-1's rotated frame.
        """
        rx = {0: np.eye(3), 1: np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])}
        rx[-1] = rx[1].T
        g = PandaGeometry(float(p[0, 2]), -float(p[2, 1]), float(p[4, 1]), float(p[3, 0]), float(p[6, 0]))
        if min(g.d3, g.d5, g.a4, g.a7) <= 0:
            return None
        signs = (0, -1, 1, 1, -1, 1, 1)
        offsets = [
            (0, 0, g.d1), (0, 0, 0), (0, -g.d3, 0), (g.a4, 0, 0), (-g.a4, g.d5, 0), (0, 0, 0), (g.a7, 0, 0),
        ]  # fmt: skip
        same = all(np.allclose(R[i], rx[signs[i]], atol=tol) for i in range(7)) and np.allclose(p, offsets, atol=tol)
        return g if same else None


def solve(geometry: PandaGeometry, R_W7: F64, p_W7: F64, q7: F64) -> F64:
    """All bent-elbow solutions for link-7 poses.

    Args:
        geometry: lengths.
        R_W7, p_W7: (..., 3, 3) and (..., 3) pose of link 7 (after the rotation q7) in the base frame.
        q7: (...) last joint angle, broadcast with the poses.

    Returns:
        q (..., 4, 7) in radians, NaN where a root does not exist. The order of the four branches is fixed: (wrist
        root 0, q2 >= 0), (0, q2 < 0), (1, q2 >= 0), (1, q2 < 0), so that with a continuous pose and q7 a branch index
        follows one continuous solution. Angles are wrapped to [-pi, pi) except q6, in [-pi / 2, 3 pi / 2).
    """
    g = geometry
    c7, s7 = np.cos(q7)[..., None], np.sin(q7)[..., None]
    # Axes of frame 6 (rotated by q6): undo q7, then x6 = x7', y6 = -z7', z6 = y7'.
    x6 = R_W7[..., :, 0] * c7 - R_W7[..., :, 1] * s7
    z6 = R_W7[..., :, 0] * s7 + R_W7[..., :, 1] * c7
    y6 = np.broadcast_to(-R_W7[..., :, 2], x6.shape)
    p26 = p_W7 - g.a7 * x6 - np.array([0.0, 0.0, g.d1])  # shoulder to wrist
    # Elbow angle from the triangle shoulder, elbow, wrist.
    l1, l2 = np.hypot(g.d3, g.a4), np.hypot(g.d5, g.a4)
    cos_h = (l1 * l1 + l2 * l2 - np.sum(p26 * p26, axis=-1)) / (2 * l1 * l2)
    with np.errstate(invalid="ignore"):
        q4 = np.arccos(cos_h) - (np.pi - np.arctan2(g.d3, g.a4)) - (np.pi - np.arctan2(g.d5, g.a4))
    # Wrist to shoulder seen in frame 4, in the elbow's plane: (vx, vy, 0), vx > 0.
    c4, s4 = np.cos(q4), np.sin(q4)
    vx = g.a4 - c4 * g.a4 - s4 * g.d3
    vy = -g.d5 + s4 * g.a4 - c4 * g.d3
    # z5 = sin(q6) x6 + cos(q6) y6 must have the component vy along wrist -> shoulder.
    w1, w2 = -np.sum(p26 * x6, axis=-1), -np.sum(p26 * y6, axis=-1)
    base = np.arctan2(w1, w2)
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = np.arccos(vy / np.hypot(w1, w2))
    out = np.empty((*np.shape(base), 4, 7))
    for k, q6 in enumerate((base - spread, base + spread)):
        q123, q5 = _shoulder(p26, x6, y6, z6, q4, q6, vx)
        for j in range(2):
            row = out[..., 2 * k + j, :]
            row[..., 0:3] = q123[j]
            row[..., 3], row[..., 4], row[..., 5], row[..., 6] = q4, q5, q6, q7
    wrapped = out - _TWO_PI * np.floor((out + np.pi) / _TWO_PI)
    wrapped[..., 5] = np.where(wrapped[..., 5] < -np.pi / 2, wrapped[..., 5] + _TWO_PI, wrapped[..., 5])
    return wrapped


def _shoulder(p26: F64, x6: F64, y6: F64, z6: F64, q4: F64, q6: F64, vx: F64) -> tuple[tuple[F64, F64], F64]:
    """q1..q3 for q2 >= 0 and q2 < 0, each (..., 3), and q5 (...), once q4 and q6 are known."""
    c6, s6 = np.cos(q6)[..., None], np.sin(q6)[..., None]
    x5, z5 = c6 * x6 - s6 * y6, s6 * x6 + c6 * y6
    y5 = -z6
    # wrist -> shoulder in frame 5 is (vx cos q5, -vx sin q5, vy).
    a, b = -np.sum(p26 * x5, axis=-1), np.sum(p26 * y5, axis=-1)
    q5 = np.arctan2(b, a)
    norm = np.where(vx > 1e-9, vx, 1.0)
    cos5, sin5 = (a / norm)[..., None], (b / norm)[..., None]
    x4, y4 = cos5 * x5 - sin5 * y5, z5
    z4 = -(sin5 * x5 + cos5 * y5)
    c4, s4 = np.cos(q4)[..., None], np.sin(q4)[..., None]
    # Frame 3: x3 = x4', z3 = y4', y3 = -z4 with the primed axes before the rotation q4.
    x3, y3, z3 = c4 * x4 - s4 * y4, -z4, s4 * x4 + c4 * y4
    # R_03 = Rz(q1) Ry(q2) Rz(q3).
    q2 = np.arctan2(np.hypot(z3[..., 0], z3[..., 1]), z3[..., 2])
    q1 = np.arctan2(z3[..., 1], z3[..., 0])
    q3 = np.arctan2(y3[..., 2], -x3[..., 2])
    plus = np.stack([q1, q2, q3], axis=-1)
    minus = np.stack([q1 + np.pi, -q2, q3 + np.pi], axis=-1)
    return (plus, minus), q5
