"""Forward and inverse kinematics of a serial arm of hinges, from the joint frames of its compiled model.

Everything is vectorised over configurations. The Panda's geometry is recognised and solved in closed form
(`engine.sim.panda_ik`); any other arm of seven hinges uses damped least squares.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, sin

import mujoco
import numpy as np
from numpy.typing import NDArray

from engine.errors import AssetError, ConfigError, unknown_name
from engine.frames import Pose, rotvec
from engine.sim import panda_ik
from engine.sim.robot import RobotModel
from engine.types import F64

LIMIT_MARGIN = 0.05
"""Default distance in radians that solutions keep from the joint limits."""


@dataclass(frozen=True, eq=False)
class Chain:
    """n hinges in a row: X_WG = T[0] Rz(q0) T[1] Rz(q1) ... Rz(qn-1) T[n]; R (n + 1, 3, 3), p (n + 1, 3)."""

    R: F64
    p: F64


def read_chain(model: mujoco.MjModel, joints: tuple[str, ...], hand_body: str, X_HG: Pose) -> Chain:
    """The arm's constant transforms from a compiled model whose world frame is W.

    Raises AssetError when a joint is missing, is not a hinge, or does not lie between world and hand.
    """
    names = [model.joint(i).name for i in range(model.njnt)]
    for name in joints:
        if name not in names:
            raise AssetError(unknown_name("joint", name, names))
        if model.jnt_type[names.index(name)] != mujoco.mjtJoint.mjJNT_HINGE:
            raise AssetError(f"joint '{name}' is not a hinge; ArmKinematics handles arms of hinges only")
    wanted = {int(model.jnt_bodyid[names.index(name)]): names.index(name) for name in joints}
    bodies: list[int] = []
    body = model.body(hand_body).id
    while body > 0:
        bodies.append(body)
        body = int(model.body_parentid[body])
    if not set(wanted) <= set(bodies):
        raise AssetError(f"hand body '{hand_body}' does not hang on all of the joints {joints}")
    links, link = [], Pose.identity()
    for body in reversed(bodies):
        link = link @ Pose.from_pq(model.body_pos[body], model.body_quat[body])
        if body in wanted:
            j = wanted[body]
            A = Pose(_z_onto(model.jnt_axis[j]), model.jnt_pos[j].copy())
            links.append(link @ A)
            link = A.inv()
    links.append(link @ X_HG)
    return Chain(np.array([x.R for x in links]), np.array([x.p for x in links]))


def _z_onto(axis: F64) -> F64:
    """A rotation that takes z onto `axis`; the identity when it is z already."""
    a = axis / np.linalg.norm(axis)
    if a[2] > 1 - 1e-12:
        return np.eye(3)
    x = np.cross([0.0, 1.0, 0.0], a) if abs(a[1]) < 0.9 else np.cross([1.0, 0.0, 0.0], a)
    x = x / np.linalg.norm(x)
    return np.stack([x, np.cross(a, x), a], axis=1)


def _arm_only(robot: RobotModel) -> mujoco.MjModel:
    """The robot's model without geoms, so that no mesh is loaded."""
    spec = mujoco.MjSpec.from_file(str(robot.mjcf_path))
    for group in (spec.actuators, spec.sensors, spec.excludes, spec.geoms, spec.meshes):
        for element in list(group):
            spec.delete(element)
    return spec.compile()


class ArmKinematics:
    """Kinematics of one arm of seven hinges from the world frame W (its base) to the gripper frame G.

    Attributes: chain; q_min, q_max, q_home (7,); closed_form tells whether `solve` is analytic.
    """

    def __init__(self, robot: RobotModel, model: mujoco.MjModel | None = None) -> None:
        """`model`: any compiled model with this arm in it, base at W; without it the robot's own file is read.

        Raises AssetError when the arm is not a chain of hinges that ends in the robot's hand body.
        """
        model = _arm_only(robot) if model is None else model
        self.chain = read_chain(model, robot.joints, robot.hand_body, Pose.from_vector(robot.X_HG))
        self.q_min, self.q_max, self.q_home = robot.q_min.copy(), robot.q_max.copy(), robot.q_home.copy()
        n = len(robot.joints)
        geometry = None
        if n == 7:
            # The closed form wants the base frame of the DH table: W up to a constant that is folded in here.
            geometry = panda_ik.PandaGeometry.from_chain(self.chain.R[:7], self.chain.p[:7])
        self._geometry = geometry
        self.closed_form = geometry is not None
        X_7G = Pose(self.chain.R[n], self.chain.p[n])
        self._X_G7 = X_7G.inv()
        self._flat = [(*R.ravel().tolist(), *p.tolist()) for R, p in zip(self.chain.R, self.chain.p, strict=True)]

    # --- forward ------------------------------------------------------------------------------

    def fk(self, q: F64) -> Pose:
        """Pose X_WG of the gripper frame at joint angles q (7,)."""
        return self._frames(q)[0]

    def fk_many(self, q: F64) -> tuple[F64, F64]:
        """R_WG (..., 3, 3) and p_WG (..., 3) at joint angles q (..., 7)."""
        q = np.asarray(q, np.float64)
        c, s = np.cos(q), np.sin(q)
        R = np.broadcast_to(self.chain.R[0], (*q.shape[:-1], 3, 3))
        p = np.broadcast_to(self.chain.p[0], (*q.shape[:-1], 3))
        for i in range(q.shape[-1]):
            ci, si = c[..., i, None], s[..., i, None]
            R = np.stack([R[..., 0] * ci + R[..., 1] * si, R[..., 1] * ci - R[..., 0] * si, R[..., 2]], axis=-1)
            p = p + R @ self.chain.p[i + 1]
            R = R @ self.chain.R[i + 1]
        return R, p

    def jacobian(self, q: F64) -> F64:
        """(6, 7) geometric Jacobian at q (7,): velocity of G's origin and angular velocity, both in W."""
        X_WG, axes, origins = self._frames(q)
        J = np.empty((6, len(axes)))
        J[:3] = np.cross(axes, X_WG.p - origins).T
        J[3:] = axes.T
        return J

    def _frames(self, q: F64) -> tuple[Pose, F64, F64]:
        """X_WG, joint axes (7, 3) and joint origins (7, 3) in W; plain floats, faster than numpy for one q."""
        r0, r1, r2, r3, r4, r5, r6, r7, r8, x, y, z = self._flat[0]
        axes, origins = [], []
        for angle, (a0, a1, a2, a3, a4, a5, a6, a7, a8, tx, ty, tz) in zip(q.tolist(), self._flat[1:], strict=True):
            axes.append((r2, r5, r8))
            origins.append((x, y, z))
            c, s = cos(angle), sin(angle)
            r0, r1, r3, r4, r6, r7 = (
                r0 * c + r1 * s, r1 * c - r0 * s, r3 * c + r4 * s, r4 * c - r3 * s, r6 * c + r7 * s, r7 * c - r6 * s,
            )  # fmt: skip
            x, y, z = x + r0 * tx + r1 * ty + r2 * tz, y + r3 * tx + r4 * ty + r5 * tz, z + r6 * tx + r7 * ty + r8 * tz
            r0, r1, r2, r3, r4, r5, r6, r7, r8 = (
                r0 * a0 + r1 * a3 + r2 * a6, r0 * a1 + r1 * a4 + r2 * a7, r0 * a2 + r1 * a5 + r2 * a8,
                r3 * a0 + r4 * a3 + r5 * a6, r3 * a1 + r4 * a4 + r5 * a7, r3 * a2 + r4 * a5 + r5 * a8,
                r6 * a0 + r7 * a3 + r8 * a6, r6 * a1 + r7 * a4 + r8 * a7, r6 * a2 + r7 * a5 + r8 * a8,
            )  # fmt: skip
        X_WG = Pose(np.array([[r0, r1, r2], [r3, r4, r5], [r6, r7, r8]]), np.array([x, y, z]))
        return X_WG, np.array(axes), np.array(origins)

    # --- inverse ------------------------------------------------------------------------------

    def limits_ok(self, q: F64, margin: float = LIMIT_MARGIN) -> NDArray[np.bool_]:
        """(...) whether q (..., 7) keeps `margin` radians from every limit; False for NaN."""
        return np.all((q >= self.q_min + margin) & (q <= self.q_max - margin), axis=-1)

    def limit_distance(self, q: F64) -> F64:
        """(...) smallest distance in radians of q (..., 7) from a joint limit, negative outside."""
        return np.min(np.minimum(q - self.q_min, self.q_max - q), axis=-1)

    def branches(self, R_WG: F64, p_WG: F64, q7: F64) -> F64:
        """All closed-form solutions (..., 4, 7) of gripper poses (..., 3, 3), (..., 3) with last joint q7 (...).

        NaN where there is none; limits are not checked. Index 0..3 names a continuous branch. Raises ConfigError
        for an arm without a closed form.
        """
        if self._geometry is None:
            raise ConfigError("this arm has no closed form; use ArmKinematics.ik")
        R_W7 = R_WG @ self._X_G7.R
        p_W7 = p_WG + R_WG @ self._X_G7.p
        return panda_ik.solve(self._geometry, R_W7, p_W7, np.asarray(q7, np.float64))

    def solutions(self, X_WG: Pose, n_q7: int = 24, margin: float = LIMIT_MARGIN) -> F64:
        """(m, 7) solutions of one pose inside the limits, over a grid of n_q7 values of the last joint."""
        q7 = np.linspace(self.q_min[6] + margin, self.q_max[6] - margin, n_q7)
        q = self.branches(np.broadcast_to(X_WG.R, (n_q7, 3, 3)), np.broadcast_to(X_WG.p, (n_q7, 3)), q7).reshape(-1, 7)
        return q[self.limits_ok(q, margin)]

    def ik(self, X_WG: Pose, q_init: F64 | None = None, *, margin: float = LIMIT_MARGIN) -> F64 | None:
        """Joint angles (7,) that reach X_WG inside the limits, close to `q_init` (home when absent), or None.

        Closed form: the nearest of the solutions over a grid of q7 and q_init's own q7. Other arms: damped least
        squares from q_init, then from fixed spread starts.
        """
        q_init = self.q_home if q_init is None else q_init
        if self._geometry is None:
            return self._ik_numeric(X_WG, q_init, margin)
        q7 = np.linspace(self.q_min[6] + margin, self.q_max[6] - margin, 48)
        q7[0] = min(max(float(q_init[6]), q7[0]), q7[-1])
        q = self.branches(np.broadcast_to(X_WG.R, (48, 3, 3)), np.broadcast_to(X_WG.p, (48, 3)), q7).reshape(-1, 7)
        q = q[self.limits_ok(q, margin)]
        if len(q) == 0:
            return None
        return q[int(np.argmin(np.abs(q - q_init).max(axis=-1)))]

    def _ik_numeric(self, X_WG: Pose, q_init: F64, margin: float) -> F64 | None:
        mid, half = (self.q_min + self.q_max) / 2, (self.q_max - self.q_min) / 2
        golden = 0.6180339887498949
        n = len(q_init)
        starts = [q_init, self.q_home]
        starts += [mid + 0.7 * half * (2 * (((k + 1) * (np.arange(n) + 1) * golden) % 1.0) - 1) for k in range(8)]
        for q0 in starts:
            q = self.ik_numeric(X_WG, q0, margin=margin)
            if q is not None:
                return q
        return None

    def ik_numeric(
        self, X_WG: Pose, q_init: F64, *, margin: float = LIMIT_MARGIN, iterations: int = 60, damping: float = 0.03
    ) -> F64 | None:
        """Damped least squares from one start (Levenberg; Nakamura and Hanafusa 1986), clipped to the limits.

        Converged below 1e-7 m and rad; None otherwise.
        """
        lo, hi = self.q_min + margin, self.q_max - margin
        q = np.clip(q_init, lo, hi)
        for _ in range(iterations):
            X, axes, origins = self._frames(q)
            e = np.concatenate([X_WG.p - X.p, rotvec(X_WG.R @ X.R.T)])
            size = float(np.abs(e).max())
            if size < 1e-7:
                return q
            J = np.concatenate([np.cross(axes, X.p - origins).T, axes.T])
            lam = damping * min(1.0, size * 10)  # the damping fades near the goal, so the end converges quadratically
            step = J.T @ np.linalg.solve(J @ J.T + (lam * lam + 1e-12) * np.eye(6), e)
            step *= min(1.0, 0.5 / max(float(np.abs(step).max()), 1e-12))
            q = np.clip(q + step, lo, hi)
        return None
