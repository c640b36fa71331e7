"""Lines of sight through a drawn scene: exact rays against the visual meshes."""

from __future__ import annotations

import mujoco
import numpy as np
from numpy.typing import NDArray

from engine.sim.model import GROUP_VISUAL, SceneModel
from engine.types import F64

TOLERANCE_M = 0.01
"""A surface this close in front of a point does not hide it: points on a surface see themselves."""

_GROUPS = np.array([g == GROUP_VISUAL for g in range(6)], np.uint8)
_MOST_SURFACES = 64


class Sight:
    """Answers what hides a point from an eye. `sm` must be compiled with visual geoms."""

    def __init__(self, sm: SceneModel):
        self.sm = sm
        self._data = mujoco.MjData(sm.model)
        self._geom = np.zeros(1, np.int32)
        self._qpos: F64 | None = None

    def pose(self, qpos: F64) -> None:
        """Put the scene into state qpos (nq,)."""
        if self._qpos is None or not np.array_equal(qpos, self._qpos):
            self._data.qpos[:] = qpos
            mujoco.mj_kinematics(self.sm.model, self._data)
            self._qpos = np.array(qpos, np.float64)

    def clear(self, eye_W: F64, point_W: F64, through: NDArray[np.bool_] | None = None) -> bool:
        """Whether no surface lies between eye and point, besides geoms marked in `through` (ngeom,)."""
        span = np.asarray(point_W, np.float64) - eye_W
        distance = float(np.linalg.norm(span))
        ray = span / max(distance, 1e-12)
        start = 0.0
        for _ in range(_MOST_SURFACES):
            origin = eye_W + start * ray
            hit = mujoco.mj_ray(self.sm.model, self._data, origin, ray, _GROUPS, 1, -1, self._geom)
            if hit < 0 or start + hit >= distance - TOLERANCE_M:
                return True
            if through is None or not through[self._geom[0]]:
                return False
            start += hit + 1e-5
        return False
