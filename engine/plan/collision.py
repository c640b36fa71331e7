"""Clearance of arm, hand and held object from the scene, by MuJoCo's collision functions.

A copy of the physics model is used with other collision bits: objects and table are obstacles, the arm from its
third moving link on and the held object are checked against them, the hand and the held object against the arm's
base. Geom margins make MuJoCo report pairs that are near, so that a check gives a distance and not only yes or no.
"""

from __future__ import annotations

import copy

import mujoco
import numpy as np

from engine.errors import ConfigError
from engine.frames import Pose
from engine.sim.kinematics import ArmKinematics
from engine.sim.model import SceneModel
from engine.types import F64, ROBOT, TABLE, PhysicsParams

_OBSTACLE, _SELF = 1, 2
_BASE_LINKS = 2  # links up to and with that of joint index 1 count as the arm's base
_WRIST = 5  # links from that of joint index 5 on can reach the base

ROBOT_ROW, HELD_ROW = 0, 1


class CollisionWorld:
    """Distances of one scene; poses and the held object can be changed, the model is compiled once per task.

    Columns of a distance table: one per object in scene order, then the table (`table_column`), then the arm's own
    base (`self_column`). Rows: ROBOT_ROW (arm, hand, fingers) and HELD_ROW. Distances in metres, negative in
    penetration, cut off at `margin`.
    """

    def __init__(
        self, sm: SceneModel, physics: PhysicsParams, poses: F64, *, kin: ArmKinematics, margin: float = 0.02
    ) -> None:
        """`poses` (n, 7) X_WO. `margin`: distances above it are not told apart.

        Raises ConfigError when poses do not fit the scene or the margin is not positive.
        """
        if margin <= 0:
            raise ConfigError(f"margin is {margin}; distances are reported up to it, so give metres above 0")
        self.sm, self.kin, self.margin = sm, kin, margin
        self.n = sm.n
        self.table_column, self.self_column, self.columns = sm.n, sm.n + 1, sm.n + 2
        self.model = copy.copy(sm.model)
        # Positions are set by hand here: no body may be skipped because physics would let it sleep.
        self.model.opt.enableflags &= ~int(mujoco.mjtEnableBit.mjENBL_SLEEP)
        self.data = mujoco.MjData(self.model)
        self.checks = 0
        self._held: int | None = None
        self._X_GO = Pose.identity()
        self._link = _link_index(sm)
        self._set_bits()
        self.model.body_pos[sm.table_body, 2] = physics.table_height
        self._qpos = self.model.qpos0.copy()
        self._object_slots = sm.object_qadr[:, None] + np.arange(7)
        self.set_poses(poses)

    # --- state ----------------------------------------------------------------------------------

    def set_poses(self, poses: F64) -> None:
        """Object poses X_WO (n, 7)."""
        if np.shape(poses) != (self.n, 7):
            raise ConfigError(f"poses have shape {np.shape(poses)}; with {self.n} objects give ({self.n}, 7)")
        self._qpos[self._object_slots] = poses

    def hold(self, index: int | None, X_GO: Pose | None = None) -> None:
        """Attach object `index` to the gripper at X_GO (None: nothing is held, the object is an obstacle again)."""
        self._held = index
        self._X_GO = Pose.identity() if X_GO is None else X_GO
        self._set_bits()

    def _set_bits(self) -> None:
        m, sm = self.model, self.sm
        obj = sm.geom_object
        held = np.zeros(m.ngeom, bool) if self._held is None else obj == self._held
        robot = obj == ROBOT
        base = robot & (self._link < _BASE_LINKS)
        contype, affinity = np.zeros(m.ngeom, np.int32), np.zeros(m.ngeom, np.int32)
        affinity[(obj >= 0) | (obj == TABLE)] = _OBSTACLE
        affinity[base] = _SELF
        contype[robot & ~base] = _OBSTACLE
        contype[robot & (self._link >= _WRIST)] |= _SELF
        contype[held], affinity[held] = _OBSTACLE | _SELF, 0
        m.geom_contype[:], m.geom_conaffinity[:] = contype, affinity
        m.geom_margin[:] = np.where(contype > 0, self.margin, 0.0)
        m.geom_gap[:] = 0.0
        m.body_contype[:] = 0
        m.body_conaffinity[:] = 0
        np.bitwise_or.at(m.body_contype, m.geom_bodyid, contype)
        np.bitwise_or.at(m.body_conaffinity, m.geom_bodyid, affinity)
        m.body_margin[:] = 0.0
        np.maximum.at(m.body_margin, m.geom_bodyid, m.geom_margin)
        # Row (who) and column (what) of each geom in the distance table.
        self._row = np.where(held, HELD_ROW, np.where(contype > 0, ROBOT_ROW, -1)).tolist()
        column = np.where(obj >= 0, obj, np.where(obj == TABLE, self.table_column, self.self_column))
        self._column = column.tolist()

    # --- queries --------------------------------------------------------------------------------

    def qpos_rows(self, q: F64, opening: float) -> F64:
        """(m, nq) full positions for arm configurations q (m, 7) with the fingers `opening` metres apart."""
        q = np.atleast_2d(q)
        rows = np.tile(self._qpos, (len(q), 1))
        rows[:, self.sm.arm_qadr] = q
        rows[:, self.sm.finger_qadr] = self.sm.robot.finger_positions(opening)
        if self._held is not None:
            R, p = self.kin.fk_many(q)
            a = int(self.sm.object_qadr[self._held])
            rows[:, a : a + 3] = p + R @ self._X_GO.p
            rows[:, a + 3 : a + 7] = _quaternions(R @ self._X_GO.R)
        return rows

    def distances(self, q: F64, opening: float) -> F64:
        """(m, 2, columns) smallest distances for arm configurations q (m, 7)."""
        rows = self.qpos_rows(q, opening)
        return np.array([self._one(row) for row in rows]).reshape(len(rows), 2, self.columns)

    def check(self, q: F64, opening: float) -> float:
        """Smallest distance in metres of anything from anything else at q (7,), cut off at `margin`."""
        return float(self.distances(q, opening).min())

    def path_clear(self, q: F64, opening: float, required: F64) -> tuple[bool, float]:
        """Whether all configurations q (m, 7) keep `required` ((2, columns) or (m, 2, columns)) metres.

        Returns (clear, smallest slack seen), slack being distance minus requirement. Stops at the first violation;
        configurations are visited coarse to fine, since a blocked path is mostly blocked for long.
        """
        rows = self.qpos_rows(q, opening)
        required = np.broadcast_to(required, (len(rows), 2, self.columns))
        needed = required.tolist()
        worst = np.inf
        for k in coarse_to_fine(len(rows)):
            table = self._one(rows[k])
            slack = min(d - need for d, need in zip(table, needed[k][0] + needed[k][1], strict=True))
            worst = min(worst, slack)
            if slack < 0:
                return False, float(worst)
        return True, float(worst)

    def held_distances(self, X_WO: F64) -> list[float]:
        """Distance of the held object, were it at X_WO (7,), from each column; the arm is out of the way (home).

        Raises ConfigError when nothing is held.
        """
        if self._held is None:
            raise ConfigError("held_distances needs a held object; call hold(index, X_GO) first")
        row = self._qpos.copy()
        a = int(self.sm.object_qadr[self._held])
        row[a : a + 7] = X_WO
        row[self.sm.arm_qadr] = self.sm.robot.q_home
        return self._one(row)[HELD_ROW * self.columns :]

    def _one(self, qpos: F64) -> list[float]:
        """Flat (2 * columns) table for one full position."""
        m, d = self.model, self.data
        d.qpos[:] = qpos
        mujoco.mj_kinematics(m, d)
        mujoco.mj_collision(m, d)
        self.checks += 1
        out = [self.margin] * (2 * self.columns)
        if d.ncon:
            row, column = self._row, self._column
            contact = d.contact
            for (a, b), dist in zip(contact.geom.tolist(), contact.dist.tolist(), strict=True):
                if row[a] < 0:
                    a, b = b, a
                k = row[a] * self.columns + column[b]
                if dist < out[k]:
                    out[k] = dist
        return out


def coarse_to_fine(n: int) -> list[int]:
    """0..n-1, each once: ends first, then every 16th, 8th, 4th, 2nd."""
    if n <= 2:
        return list(range(n))
    order, seen = [n - 1, 0], {0, n - 1}
    step = 16
    while step >= 1:
        for k in range(step, n, step):
            if k not in seen:
                seen.add(k)
                order.append(k)
        step //= 2
    return order


def _link_index(sm: SceneModel) -> F64:
    """(ngeom,) index of the last arm joint that moves each robot geom, -1 for the fixed base."""
    m = sm.model
    joint_of_body = {int(m.dof_bodyid[d]): k for k, d in enumerate(sm.arm_dof)}
    link = np.full(m.ngeom, -1)
    for g in np.flatnonzero(sm.geom_object == ROBOT):
        body = int(m.geom_bodyid[g])
        while body > 0 and body not in joint_of_body:
            body = int(m.body_parentid[body])
        link[g] = joint_of_body.get(body, -1)
    return link


def _quaternions(R: F64) -> F64:
    """wxyz (m, 4) of rotation matrices (m, 3, 3), by the largest of the four components."""
    t = np.trace(R, axis1=1, axis2=2)
    K = np.empty((len(R), 4, 4))  # 4 q q^T
    K[:, 0, 0] = 1 + t
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        K[:, i + 1, i + 1] = 1 + 2 * R[:, i, i] - t
        K[:, 0, i + 1] = K[:, i + 1, 0] = R[:, k, j] - R[:, j, k]
        K[:, j + 1, k + 1] = K[:, k + 1, j + 1] = R[:, j, k] + R[:, k, j]
    best = np.argmax(np.einsum("nii->ni", K), axis=1)
    q = K[np.arange(len(R)), best]
    return q / np.linalg.norm(q, axis=1, keepdims=True)
