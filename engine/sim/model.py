"""A scene as a MuJoCo model: robot, table and objects, compiled once per task.

Poses and physics parameters are not compiled in: `SceneModel.apply` writes the table, friction,
masses and damping into the model from pristine copies, so that every episode of a task shares one
compilation. The physics model has collision geoms only; the visual model has both, with the same
joints in the same order, so that a stored qpos fits either.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import mujoco
import numpy as np
from numpy.typing import NDArray

from engine.frames import mat_to_quat
from engine.sim.furniture import add_furniture, place_floor, write_furniture
from engine.sim.robot import RobotModel
from engine.table import STRIPS, TableSpec, slab_boxes
from engine.types import F64, ROBOT, TABLE, CollisionPart, PhysicsParams, Scene

TIMESTEP = 0.002
CONTROL_HZ = 10
SUBSTEPS = round(1 / (TIMESTEP * CONTROL_HZ))
NONE = -3

GROUP_VISUAL = 2
GROUP_COLLISION = 3

# Collision bits: robot links hit objects and table but not each other; objects hit everything.
_ROBOT_BITS = (1, 2)
_OBJECT_BITS = (2, 3)


_GEOM_KIND = {
    "box": mujoco.mjtGeom.mjGEOM_BOX,
    "sphere": mujoco.mjtGeom.mjGEOM_SPHERE,
    "capsule": mujoco.mjtGeom.mjGEOM_CAPSULE,
    "cylinder": mujoco.mjtGeom.mjGEOM_CYLINDER,
    "ellipsoid": mujoco.mjtGeom.mjGEOM_ELLIPSOID,
    "mesh": mujoco.mjtGeom.mjGEOM_MESH,
}


def _add_collision(spec: mujoco.MjSpec, body: mujoco.MjsBody, part: CollisionPart, name: str, friction: float) -> None:
    geom = body.add_geom(name=name, type=_GEOM_KIND[part.kind], pos=part.p, quat=part.q_wxyz)
    if part.kind == "mesh":
        assert part.vertices is not None
        spec.add_mesh(name=name, uservert=np.asarray(part.vertices, np.float64).ravel())
        geom.meshname = name
    else:
        size = np.zeros(3)
        size[: len(part.size)] = part.size
        geom.size = size
    geom.contype, geom.conaffinity = _OBJECT_BITS
    geom.group = GROUP_COLLISION
    geom.friction = [friction, 0.005, 0.0005]
    geom.condim = 4
    geom.solref = [0.008, 1.0]
    geom.solimp = [0.95, 0.99, 0.001, 0.5, 2.0]
    geom.mass = 0.0
    geom.rgba = [0.5, 0.5, 0.5, 1]


def _add_object(spec: mujoco.MjSpec, scene: Scene, i: int, visual: bool) -> None:
    asset = scene.assets[i]
    body = spec.worldbody.add_body(name=f"obj{i}", pos=[0, 0, 5.0 + i])
    body.add_freejoint(name=f"obj{i}_free")
    values, vectors = np.linalg.eigh(asset.inertia)
    if np.linalg.det(vectors) < 0:
        vectors[:, 0] = -vectors[:, 0]
    body.explicitinertial = True
    body.mass = asset.mass
    body.ipos = np.zeros(3)
    body.iquat = mat_to_quat(vectors)
    body.inertia = values
    for k, part in enumerate(asset.collision):
        _add_collision(spec, body, part, f"obj{i}_col{k}", asset.friction)
    if visual:
        for k, mesh in enumerate(asset.visual):
            _add_visual(spec, body, mesh, i, k)


def _add_visual(spec: mujoco.MjSpec, body: mujoco.MjsBody, mesh, i: int, k: int) -> None:
    name = f"obj{i}_vis{k}"
    m = spec.add_mesh(name=name)
    m.uservert = np.asarray(mesh.vertices, np.float64).ravel()
    m.userface = np.asarray(mesh.faces, np.int32).ravel()
    m.inertia = mujoco.mjtMeshInertia.mjMESH_INERTIA_SHELL
    if mesh.uv is not None:
        # MuJoCo puts the image's first row at v = 0, ours is on top at v = 1.
        m.usertexcoord = (np.asarray(mesh.uv, np.float64) * [1.0, -1.0] + [0.0, 1.0]).ravel()
        m.userfacetexcoord = np.asarray(mesh.faces, np.int32).ravel()
    mat = mesh.material
    material = spec.add_material(name=f"obj{i}_mat{k}", rgba=mat.rgba)
    material.specular, material.shininess = mat.specular, mat.shininess
    material.reflectance = 0.0
    if mat.texture is not None:
        add_texture(spec, f"obj{i}_tex{k}", mat.texture)
        set_texture(material, f"obj{i}_tex{k}")
    geom = body.add_geom(name=name, type=mujoco.mjtGeom.mjGEOM_MESH, meshname=name, material=material.name)
    geom.contype = geom.conaffinity = 0
    geom.group = GROUP_VISUAL
    geom.mass = 0.0


def add_texture(spec: mujoco.MjSpec, name: str, image: NDArray[np.uint8]) -> None:
    """A 2D texture from an sRGB image (H, W, 3)."""
    h, w = image.shape[:2]
    tex = spec.add_texture(name=name, type=mujoco.mjtTexture.mjTEXTURE_2D, width=w, height=h, nchannel=3)
    tex.data = np.ascontiguousarray(image).tobytes()


def set_texture(material: mujoco.MjsMaterial, texture: str) -> None:
    names = list(material.textures)
    names[int(mujoco.mjtTextureRole.mjTEXROLE_RGB)] = texture
    material.textures = names


def build_spec(robot: RobotModel, scene: Scene, *, visual: bool, table: TableSpec | None = None) -> mujoco.MjSpec:
    """The scene as an editable MjSpec. Robot joints come first in qpos, then objects in scene order.

    With `visual`, drawn meshes, materials and textures are added (names in the module's callers:
    "obj{i}_vis{k}", "obj{i}_mat{k}", "obj{i}_tex{k}", "table_vis", "legs_vis", "floor_vis", "pedestal_vis");
    lights, cameras and the sky are the renderer's. The table gets its size from `write_slab` and `write_furniture`
    on the compiled model.
    """
    spec = mujoco.MjSpec.from_file(str(robot.mjcf_path))
    spec.option.timestep = TIMESTEP
    spec.option.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    spec.option.cone = mujoco.mjtCone.mjCONE_ELLIPTIC
    # Stiff friction holds objects without creep; it needs the solver to converge: 20 iterations drop them.
    spec.option.impratio = 10.0
    spec.option.iterations = 100
    spec.option.ls_iterations = 50
    if not visual:
        # Objects at rest sleep until something touches them: five times faster, and no creep of bystanders.
        spec.option.enableflags |= int(mujoco.mjtEnableBit.mjENBL_SLEEP)
    if not visual:
        for geom in list(spec.geoms):
            if geom.group == GROUP_VISUAL:
                spec.delete(geom)
        used = {g.meshname for g in spec.geoms if g.type == mujoco.mjtGeom.mjGEOM_MESH}
        for mesh in list(spec.meshes):
            if mesh.name not in used:
                spec.delete(mesh)
    body = spec.worldbody.add_body(name="table", pos=[*(table or TableSpec()).centre_xy, 0.0])
    _add_slab(body)
    for i in range(len(scene.assets)):
        _add_object(spec, scene, i, visual)
    if visual:
        add_furniture(spec, body)
    return spec


def _add_slab(table_body: mujoco.MjsBody) -> None:
    """The boxes that carry what lies on the table, to be sized by `SceneModel.apply`."""
    # The tree of bounding boxes lives in the inertial frame: keep that at the body's.
    table_body.explicitinertial = True
    table_body.mass, table_body.inertia = 1.0, [1.0, 1.0, 1.0]
    table_body.ipos, table_body.iquat = [0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0]
    for k in range(1 + STRIPS):
        name = "table_col" if k == 0 else f"table_strip{k}"
        slab = table_body.add_geom(name=name, type=mujoco.mjtGeom.mjGEOM_BOX, size=[0.01, 0.01, 0.01])
        slab.contype, slab.conaffinity = _OBJECT_BITS
        slab.group = GROUP_COLLISION
        slab.condim = 4
        slab.friction = [0.8, 0.005, 0.0005]
        slab.priority = 0
        slab.solref = [0.008, 1.0]
        slab.solimp = [0.95, 0.99, 0.001, 0.5, 2.0]


def write_slab(m: mujoco.MjModel, table: TableSpec) -> None:
    """Make the table's collision boxes those of `table`; boxes that it does not need stop colliding."""
    body, half = m.body("table").id, 0.5 * table.thickness
    first = m.geom("table_col").id
    boxes = slab_boxes(table)
    used = slice(first, first + len(boxes))
    rest = slice(first + len(boxes), first + 1 + STRIPS)
    m.geom_pos[used] = np.column_stack([boxes[:, :2], np.full(len(boxes), -half)])
    m.geom_size[used] = np.column_stack([boxes[:, 2:], np.full(len(boxes), half)])
    m.geom_pos[rest], m.geom_size[rest] = (boxes[0, 0], boxes[0, 1], -half), 0.25 * half
    m.geom_contype[used], m.geom_conaffinity[used] = _OBJECT_BITS
    m.geom_contype[rest] = m.geom_conaffinity[rest] = 0
    every = slice(first, first + 1 + STRIPS)
    m.geom_sameframe[every] = 0
    m.geom_aabb[every, :3], m.geom_aabb[every, 3:] = 0.0, m.geom_size[every]
    m.geom_rbound[every] = np.sqrt((m.geom_size[every] ** 2).sum(1))
    m.body_pos[body, :2] = table.centre_xy
    _refit_tree(m, body)


def _refit_tree(m: mujoco.MjModel, body: int) -> None:
    """Bounding boxes of a body's collision tree after its geoms (axis-parallel boxes) changed."""
    start, count = int(m.body_bvhadr[body]), int(m.body_bvhnum[body])
    for node in range(start + count - 1, start - 1, -1):  # children come after their parents
        leaf = int(m.bvh_nodeid[node])
        if leaf >= 0:
            m.bvh_aabb[node] = [*m.geom_pos[leaf], *m.geom_size[leaf]]
            continue
        children = [start + int(c) for c in m.bvh_child[node] if c >= 0]
        low = np.min([m.bvh_aabb[c, :3] - m.bvh_aabb[c, 3:] for c in children], axis=0)
        high = np.max([m.bvh_aabb[c, :3] + m.bvh_aabb[c, 3:] for c in children], axis=0)
        m.bvh_aabb[node] = [*(0.5 * (low + high)), *(0.5 * (high - low))]


@dataclass(eq=False)
class SceneModel:
    """A compiled scene with its index tables. One worker owns it; `apply` changes it in place."""

    model: mujoco.MjModel
    scene: Scene
    robot: RobotModel
    arm_qadr: NDArray[np.int64]
    arm_dof: NDArray[np.int64]
    finger_qadr: NDArray[np.int64]
    object_qadr: NDArray[np.int64]  # (n,) first qpos index of each object
    object_dof: NDArray[np.int64]  # (n,) first qvel index of each object
    object_body: NDArray[np.int64]
    hand_body: int
    table_body: int
    geom_object: NDArray[np.int64]  # (ngeom,) object index, TABLE, ROBOT or NONE
    pad_geoms: tuple[NDArray[np.int64], NDArray[np.int64]]
    table: TableSpec
    table_changes: int = 0  # how often another table was written: renderers look at it
    _pristine: dict[str, NDArray[np.float64]] = field(default_factory=dict)

    @property
    def n(self) -> int:
        return len(self.object_qadr)

    def apply(self, physics: PhysicsParams) -> None:
        """Write the table, its height, friction, masses and joint damping into the model."""
        m, base = self.model, self._pristine
        self.set_table(physics.table or TableSpec(), physics.table_height)
        m.geom_friction[:] = base["geom_friction"]
        for i in range(self.n):
            if len(physics.friction):
                m.geom_friction[self.geom_object == i, 0] = physics.friction[i]
            scale = physics.mass_scale[i] if len(physics.mass_scale) else 1.0
            b = self.object_body[i]
            m.body_mass[b] = base["body_mass"][b] * scale
            m.body_inertia[b] = base["body_inertia"][b] * scale
        m.dof_damping[:] = base["dof_damping"]
        m.dof_damping[self.arm_dof] = base["dof_damping"][self.arm_dof] * physics.joint_damping_scale
        # Derived constants (inverse weights, subtree masses) follow the masses.
        mujoco.mj_setConst(m, mujoco.MjData(m))

    def set_table(self, table: TableSpec, height: float) -> None:
        """Put a table with its surface at z = height in W; what is drawn of it only in a visual model."""
        m, before = self.model, float(self.model.body_pos[self.table_body, 2])
        m.body_pos[self.table_body, 2] = height
        visual = mujoco.mj_name2id(m, mujoco.mjtObj.mjOBJ_GEOM, "floor_vis") >= 0
        if table != self.table:
            self.table = table
            write_slab(m, table)
            if visual:
                write_furniture(m, table, height)
                self.table_changes += 1
        elif visual and height != before:
            place_floor(m, height - table.height)

    def qpos_from(self, q: F64, poses: F64, opening: float | None = None) -> F64:
        """Full qpos (nq,) from arm joints (7,), object poses (n, 7) and the finger opening in metres
        (default: fully open)."""
        qpos = self.model.qpos0.copy()
        qpos[self.arm_qadr] = q
        qpos[self.finger_qadr] = self.robot.finger_positions(
            self.robot.gripper.max_width if opening is None else opening
        )
        for i, a in enumerate(self.object_qadr):
            qpos[a : a + 7] = poses[i]
        return qpos

    def object_poses(self, qpos: F64) -> F64:
        """Object poses (..., n, 7) out of qpos (..., nq)."""
        return np.stack([qpos[..., a : a + 7] for a in self.object_qadr], axis=-2)


def compile_scene(
    robot: RobotModel, scene: Scene, *, visual: bool = False, table: TableSpec | None = None
) -> SceneModel:
    """Compile a scene; see `SceneModel`."""
    return index_model(build_spec(robot, scene, visual=visual, table=table).compile(), robot, scene, table)


def index_model(model: mujoco.MjModel, robot: RobotModel, scene: Scene, table: TableSpec | None = None) -> SceneModel:
    """Index tables of an already compiled scene model (renderers compile their own spec), its table in place."""
    table = table or TableSpec()
    write_slab(model, table)
    if mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_GEOM, "floor_vis") >= 0:
        write_furniture(model, table, 0.0)
    n = len(scene.assets)
    body = [model.body(f"obj{i}").id for i in range(n)]
    joints = [model.joint(f"obj{i}_free") for i in range(n)]
    table_body = model.body("table").id
    geom_object = np.full(model.ngeom, NONE, np.int64)
    robot_bodies = set(range(1, table_body))
    for g in range(model.ngeom):
        b = int(model.geom_bodyid[g])
        if b in body:
            geom_object[g] = body.index(b)
        elif b == table_body:
            geom_object[g] = TABLE
        elif b in robot_bodies:
            geom_object[g] = ROBOT
    arm = [model.joint(j) for j in robot.joints]
    pristine = {k: getattr(model, k).copy() for k in ("geom_friction", "body_mass", "body_inertia", "dof_damping")}
    return SceneModel(
        model=model,
        scene=scene,
        robot=robot,
        arm_qadr=np.array([j.qposadr[0] for j in arm]),
        arm_dof=np.array([j.dofadr[0] for j in arm]),
        finger_qadr=np.array([model.joint(j).qposadr[0] for j in robot.finger_joints]),
        object_qadr=np.array([j.qposadr[0] for j in joints], np.int64),
        object_dof=np.array([j.dofadr[0] for j in joints], np.int64),
        object_body=np.array(body, np.int64),
        hand_body=model.body(robot.hand_body).id,
        table_body=table_body,
        geom_object=geom_object,
        pad_geoms=tuple(np.array([model.geom(g).id for g in side]) for side in robot.pads),  # type: ignore[arg-type]
        table=table,
        _pristine=pristine,
    )
