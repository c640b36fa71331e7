"""Which arm postures reach a grasp and a place: closed-form IK over many poses and redundancy values at once.

A straight gripper line at constant orientation and constant last joint stays on one branch of the closed form, so that
checking a posture means comparing its ends and, later, sampling the line once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.sim.kinematics import ArmKinematics
from engine.types import F64


@dataclass(frozen=True, eq=False)
class Postures:
    """m arm postures through K gripper poses each, of equal orientation, on one branch and with one q7.

    q (m, K, 7); pose (m,) which of the asked lines; branch (m,); q7 (m,); cost (m,) of the posture itself.
    """

    q: F64
    pose: NDArray[np.int64]
    branch: NDArray[np.int64]
    q7: F64
    cost: F64

    def __len__(self) -> int:
        return len(self.q7)

    def select(self, rows: NDArray[np.int64]) -> Postures:
        """The postures at `rows`, in that order."""
        return Postures(self.q[rows], self.pose[rows], self.branch[rows], self.q7[rows], self.cost[rows])

    def with_cost(self, cost: F64) -> Postures:
        """The same postures with other costs (m,)."""
        return Postures(self.q, self.pose, self.branch, self.q7, cost)


def postures(
    kin: ArmKinematics, R: F64, p: F64, *, n_q7: int, margin: float, jump: float, offset: float = 0.0
) -> Postures:
    """Postures that reach every one of K gripper origins p (M, K, 3) with orientation R (M, 3, 3).

    Args:
        n_q7: values of the last joint tried, evenly over its range; `offset` in [0, 1) shifts them by a part of a step.
        margin: radians kept from joint limits at all K poses.
        jump: largest joint difference in radians between neighbouring poses of a line.
    """
    M, K = p.shape[:2]
    step = (kin.q_max[6] - kin.q_min[6] - 2 * margin) / n_q7
    q7 = kin.q_min[6] + margin + step * (np.arange(n_q7) + offset)
    shape = (M, n_q7, K)
    q = kin.branches(
        np.broadcast_to(R[:, None, None], (*shape, 3, 3)),
        np.broadcast_to(p[:, None], (*shape, 3)),
        np.broadcast_to(q7[:, None], shape),
    )
    q = np.moveaxis(q, 3, 2)  # (M, n_q7, 4, K, 7)
    distance = np.minimum(q - kin.q_min, kin.q_max - q).min(axis=(-1, -2))
    ok = distance >= margin  # NaN compares False
    if K > 1:
        with np.errstate(invalid="ignore"):
            ok &= np.abs(np.diff(q, axis=3)).max(axis=(-1, -2)) <= jump
    i, j, b = np.nonzero(ok)
    tight = np.maximum(0.0, 0.35 - distance[i, j, b])
    return Postures(q[i, j, b], i, b, q7[j], 2.0 * tight)


def travel(q_a: F64, q_b: F64, dq_max: F64) -> F64:
    """Rough seconds from q_a (..., 7) to q_b (..., 7): the slowest joint, and a little of the others."""
    t = np.abs(q_b - q_a) / dq_max
    return t.max(axis=-1) + 0.15 * t.sum(axis=-1)


def follow(kin: ArmKinematics, R: F64, p: F64, q7: float, branch: int, *, margin: float, jump: float) -> F64 | None:
    """Arm configurations (m, 7) along gripper origins p (m, 3) at orientation R (3, 3), or None.

    None when a pose is out of reach or within `margin` of a limit, or a joint moves more than `jump` between samples.
    """
    m = len(p)
    q = kin.branches(np.broadcast_to(R, (m, 3, 3)), p, np.full(m, q7))[:, branch]
    if not bool(np.all(kin.limits_ok(q, margin))):
        return None
    if m > 1 and float(np.abs(np.diff(q, axis=0)).max()) > jump:
        return None
    return q
