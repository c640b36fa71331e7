"""From a simulator state to facts: who touches whom, what the pads hold, where everything is."""

from __future__ import annotations

import mujoco
import numpy as np
from numpy.typing import NDArray

from engine.sim.model import NONE, SceneModel
from engine.types import F64, WorldState


def contact_pairs(sm: SceneModel, data: mujoco.MjData) -> NDArray[np.int64]:
    """Active contacts as geom pairs (ncon, 2); only those that carry a constraint (not mere margin)."""
    con = data.contact
    if data.ncon == 0:
        return np.zeros((0, 2), np.int64)
    active = con.exclude == 0
    return np.asarray(con.geom, np.int64).reshape(-1, 2)[active]


def grasped(sm: SceneModel, geoms: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(n,) bool: both finger pads touch object i (InSpire's rule for simulators)."""
    out = np.zeros(sm.n, bool)
    if len(geoms) == 0:
        return out
    both = np.concatenate([geoms, geoms[:, ::-1]])
    touch = [set(sm.geom_object[both[np.isin(both[:, 0], pads), 1]].tolist()) for pads in sm.pad_geoms]
    for i in touch[0] & touch[1]:
        if i >= 0:
            out[i] = True
    return out


def object_contacts(sm: SceneModel, geoms: NDArray[np.int64]) -> frozenset[tuple[int, int]]:
    """Unordered pairs (smaller first) of object indices, TABLE and ROBOT that touch."""
    pairs = np.sort(sm.geom_object[geoms], axis=1)
    return frozenset((int(a), int(b)) for a, b in pairs if a != b and a > NONE)


def world_state(sm: SceneModel, data: mujoco.MjData, X_WC: F64) -> WorldState:
    """The state that predicates see, with contacts and speeds; positions must be up to date."""
    speeds = np.array([np.linalg.norm(data.qvel[a : a + 3]) for a in sm.object_dof], np.float64)
    return WorldState(
        names=sm.scene.names,
        assets=sm.scene.assets,
        poses=sm.object_poses(data.qpos),
        table_height=float(sm.model.body_pos[sm.table_body, 2]),
        X_WC=np.asarray(X_WC, np.float64),
        contacts=object_contacts(sm, contact_pairs(sm, data)),
        speeds=speeds,
    )
