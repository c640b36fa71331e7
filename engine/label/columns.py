"""Per-frame columns of an episode: pure functions of its states, cameras and drawn buffers.

`LabelMaker` takes the views one by one as they are drawn, so that pictures need not be kept. What the
columns are is in `engine.label.table`.
"""

from __future__ import annotations

from typing import Any, Protocol

import mujoco
import numpy as np
from numpy.typing import NDArray

from engine.errors import ConfigError
from engine.frames import Pose, rotvec
from engine.graph.relations import RELATION_TABLE
from engine.graph.scene_graph import lead_relation
from engine.graph.shapes import height_range
from engine.label.boxes import full_box, mask_box, mesh_edges
from engine.label.directions import direction_index, offset_in_view
from engine.label.table import COLUMNS, ROLES, ColumnSpec, ColumnTable, columns_markdown, describe
from engine.sim.cameras import camera_pose, in_image, project_points, view_camera
from engine.sim.model import SceneModel
from engine.sim.sight import Sight
from engine.types import F64, ROBOT, Appearance, Buffers, ObjectAsset, Scene, StateLog, Trajectory

__all__ = [
    "COLUMNS",
    "ROLES",
    "ColumnSpec",
    "ColumnTable",
    "LabelMaker",
    "columns_markdown",
    "describe",
    "role_indices",
    "state_columns",
]

_OBJECT_ID = 3  # instance image: 3 + i is object i (engine.render.base)


class Drawing(Protocol):
    """What labels ask of a renderer besides the buffers."""

    scene: Any  # SceneVisual: `.sm` is the drawn SceneModel

    def amodal(self, qpos: F64, appearance: Appearance, camera: int, objects: tuple[int, ...]) -> NDArray[np.bool_]:
        """Masks (k, H, W) of objects drawn alone."""
        ...


def role_indices(scene: Scene) -> tuple[int, int]:
    """Scene indices of the task's target and container: subject and object of the first goal relation,
    else the objects of those names."""
    lead = lead_relation(scene.task) if scene.task.goal else None
    names = ROLES if lead is None else (lead.subject, lead.objects[0])
    return scene.index(names[0]), scene.index(names[1])


def gripper_poses(sm: SceneModel, qpos: F64) -> list[Pose]:
    """X_WG of states (T, nq)."""
    data = mujoco.MjData(sm.model)
    X_HG = Pose.from_vector(sm.robot.X_HG)
    out = []
    for row in qpos:
        data.qpos[:] = row
        mujoco.mj_kinematics(sm.model, data)
        R, p = data.xmat[sm.hand_body].reshape(3, 3).copy(), data.xpos[sm.hand_body].copy()
        out.append(Pose(R, p) @ X_HG)
    return out


def _with_arm(sm: SceneModel, qpos: F64, targets: F64) -> F64:
    """Rows of qpos (T, nq) with the arm at the given joint targets (T, 7)."""
    out = np.array(qpos, np.float64)
    out[:, sm.arm_qadr] = targets
    return out


def state_columns(sm: SceneModel, log: StateLog) -> dict[str, NDArray[Any]]:
    """The columns that need no camera, one row per action: row t is the state before action t."""
    T = len(log.actions)
    qpos = log.qpos[:T]
    opening = sm.robot.opening(qpos[:, sm.finger_qadr])
    joints = qpos[:, sm.arm_qadr]
    commanded = gripper_poses(sm, _with_arm(sm, log.qpos[: T + 1], log.targets[: T + 1]))
    delta = np.empty((T, 7), np.float32)
    for t in range(T):
        before, after = commanded[t], commanded[t + 1]
        delta[t, :3] = after.p - before.p
        delta[t, 3:6] = rotvec(after.R @ before.R.T)
        delta[t, 6] = log.actions[t, 7]
    return {
        "observation.state": np.concatenate([joints, opening[:, None]], 1).astype(np.float32),
        "observation.gripper_width": opening.astype(np.float32),
        "observation.ee_pose": np.array([X.vector() for X in gripper_poses(sm, qpos)], np.float32),
        "action": np.asarray(log.actions, np.float32),
        "action.joint_target": np.array(log.targets[1 : T + 1], np.float64),
        "action.ee_delta": delta,
        "phase": np.asarray(log.phase, np.int64),
        "objects.pose": sm.object_poses(qpos),
        "objects.grasped": np.array(log.grasped[:T], bool),
        "sim.qpos": np.array(qpos, np.float64),
        "sim.qvel": np.array(log.qvel[:T], np.float64),
        "sim.target": np.array(log.targets[:T], np.float64),
    }


class _Outline:
    """Vertices (V, 3) in O, edges (E, 2) and faces (F, 3) of an object's drawn meshes."""

    def __init__(self, asset: ObjectAsset):
        self.vertices = asset.vertices()
        edges, faces, start = [], [], 0
        for mesh in asset.visual:
            edges.append(mesh_edges(mesh.faces) + start)
            faces.append(np.asarray(mesh.faces, np.int64) + start)
            start += len(mesh.vertices)
        self.edges, self.faces = np.concatenate(edges), np.concatenate(faces)


class LabelMaker:
    """Columns of one episode under one appearance.

    `add` each view in any order, then `columns`. `sm` may be the physics or the drawn model. Without
    any `add`, `columns` holds the state alone.
    """

    def __init__(
        self, sm: SceneModel, scene: Scene, log: StateLog, trajectory: Trajectory | None, appearance: Appearance
    ):
        self.sm, self.scene, self.log, self.appearance = sm, scene, log, appearance
        self.T = len(log.actions)
        self.roles = role_indices(scene)
        self._poses = sm.object_poses(log.qpos)
        self._X_WG = gripper_poses(sm, log.qpos[: self.T])
        self._outlines = [_Outline(scene.assets[i]) for i in self.roles]
        self._points = self._marked_points(trajectory)
        self._columns: dict[str, NDArray[Any]] = {}
        self._added: set[tuple[int, int]] = set()
        self._area: dict[tuple[int, int], tuple[bytes, int]] = {}
        self._sight: Sight | None = None

    def _marked_points(self, trajectory: Trajectory | None) -> dict[str, tuple[int, F64]]:
        """Points fixed to objects: name -> (scene index, point in O)."""
        if trajectory is None:
            return {}
        target, container = self.roles
        X_WO = Pose.from_vector(self._poses[0, container])
        place = X_WO.inv().apply(trajectory.place_point)
        # Straight down (what carries the target stands upright) onto the surface that the goal puts it on.
        info = self.scene.assets[container].container
        goal = self.scene.task.goal
        if goal and not RELATION_TABLE[lead_relation(self.scene.task).kind].supports:
            height = float(self.sm.model.body_pos[self.sm.table_body, 2])
            place = X_WO.inv().apply([*trajectory.place_point[:2], height])
        elif info is not None:
            place = np.array([place[0], place[1], info.floor_z])
        else:
            top = height_range(self.scene.assets[container], self._poses[0, container])[1]
            place = X_WO.inv().apply([*trajectory.place_point[:2], top])
        return {"grasp_point": (target, np.array(trajectory.grasp.X_OG[:3])), "place_point": (container, place)}

    def add(self, t: int, camera: int, buffers: Buffers, renderer: Drawing) -> None:
        """Label frame t of a camera from its buffers; the instance image is needed.

        `renderer` must hold the scene that was drawn (amodal masks, lines of sight).
        """
        if buffers.instance is None:
            raise ConfigError("labels need the instance image: render(..., instance=True)")
        spec = self.appearance.cameras[camera]
        X_WC = camera_pose(spec, self._X_WG[t])
        self._put(f"camera.{spec.name}.intrinsics", t, spec.K.ravel(), np.float64)
        self._put(f"camera.{spec.name}.extrinsics", t, X_WC.vector(), np.float64)
        for r in range(len(ROLES)):
            self._add_role(t, camera, r, buffers.instance, X_WC, renderer)
        self._add_points(t, camera, X_WC, renderer)
        self._added.add((t, camera))

    def _put(self, name: str, t: int, value: Any, dtype: type) -> None:
        array = self._columns.get(name)
        if array is None:
            array = self._columns[name] = np.zeros((self.T, *np.shape(value)), dtype)
        array[t] = value

    def _add_role(
        self, t: int, camera: int, r: int, instance: NDArray[np.uint8], X_WC: Pose, renderer: Drawing
    ) -> None:
        spec = self.appearance.cameras[camera]
        i = self.roles[r]
        name = f"label.{spec.name}.{ROLES[r]}"
        X_WO = Pose.from_vector(self._poses[t, i])
        outline = self._outlines[r]
        box = full_box((X_WC.inv() @ X_WO).apply(outline.vertices), outline.edges, spec, outline.faces)
        mask = instance == _OBJECT_ID + i
        seen = int(np.count_nonzero(mask))
        whole = self._whole_area(t, camera, i, X_WC, renderer) if box[2] >= 0 or seen else 0
        self._put(f"{name}.box_visible", t, mask_box(mask), np.float32)
        self._put(f"{name}.box_full", t, box, np.float32)
        self._put(f"{name}.visible_fraction", t, seen / max(whole, seen, 1), np.float32)
        uv, _ = project_points(X_WO.p, X_WC, spec)
        self._put(f"{name}.centre", t, uv, np.float32)

    def _whole_area(self, t: int, camera: int, i: int, X_WC: Pose, renderer: Drawing) -> int:
        """Pixels of object i drawn alone; drawn again only when camera or object has moved."""
        key = X_WC.p.tobytes() + X_WC.R.tobytes() + self._poses[t, i].tobytes()
        known = self._area.get((camera, i))
        if known is None or known[0] != key:
            area = int(np.count_nonzero(renderer.amodal(self.log.qpos[t], self.appearance, camera, (i,))))
            known = self._area[(camera, i)] = (key, area)
        return known[1]

    def _add_points(self, t: int, camera: int, X_WC: Pose, renderer: Drawing) -> None:
        spec = self.appearance.cameras[camera]
        drawn: SceneModel = renderer.scene.sm
        if self._sight is None or self._sight.sm is not drawn:
            self._sight = Sight(drawn)
            hand = np.zeros(drawn.model.nbody, bool)
            for b in range(drawn.model.nbody):  # parents come before children
                hand[b] = b == drawn.hand_body or hand[drawn.model.body_parentid[b]]
            self._hand_geoms = hand[drawn.model.geom_bodyid] & (drawn.geom_object == ROBOT)
        self._sight.pose(self.log.qpos[t])
        points = {"ee_point": (self._X_WG[t].p, self._hand_geoms | self._held(t, drawn))}
        for name, (i, p_O) in self._points.items():
            p_W = Pose.from_vector(self._poses[t, i]).apply(p_O)
            # The grasp point lies inside the target, so the target itself does not hide it.
            points[name] = (p_W, drawn.geom_object == i if name == "grasp_point" else None)
        for name, (p_W, through) in points.items():
            uv, z = project_points(p_W, X_WC, spec)
            clear = bool(in_image(uv, z, spec)) and self._sight.clear(X_WC.p, p_W, through)
            self._put(f"label.{spec.name}.{name}", t, uv, np.float32)
            self._put(f"label.{spec.name}.{name}_visible", t, clear, np.bool_)

    def _held(self, t: int, drawn: SceneModel) -> NDArray[np.bool_]:
        """Geoms (ngeom,) of objects between the fingers."""
        return np.isin(drawn.geom_object, np.flatnonzero(self.log.grasped[t]))

    def columns(self) -> dict[str, NDArray[Any]]:
        """All columns (T, ...), in the table's order. Raises ConfigError when views are missing."""
        out = state_columns(self.sm, self.log)
        if not self._added:
            return out
        cameras = range(len(self.appearance.cameras))
        missing = [(t, c) for c in cameras for t in range(self.T) if (t, c) not in self._added]
        if missing:
            t, c = missing[0]
            name = self.appearance.cameras[c].name
            raise ConfigError(f"{len(missing)} views were not added, the first is frame {t} of camera '{name}'")
        out.update(self._columns)
        out.update(self._inspire())
        order = COLUMNS.expand(tuple(c.name for c in self.appearance.cameras))
        return {name: out[name] for name in order if name in out}

    def _inspire(self) -> dict[str, NDArray[Any]]:
        X_WC = Pose.from_vector(view_camera(self.appearance.cameras).X_PC)
        p_WG = np.array([X.p for X in self._X_WG])
        out: dict[str, NDArray[Any]] = {}
        for role, i in zip(ROLES, self.roles, strict=True):
            held = np.array(self.log.grasped[: self.T, i], bool)
            # The word follows from the stored number, to its last bit.
            offset = offset_in_view(self._poses[: self.T, i, :3], p_WG, X_WC).astype(np.float32)
            out[f"inspire.{role}.offset"] = offset
            out[f"inspire.{role}.direction"] = direction_index(offset, held)
            out[f"inspire.{role}.grasped"] = held
        return out
