"""What a renderer is: the contract, and the drawn scene that renderers share.

Contract. Camera axes are OpenCV's (x right, y down, z forward); pixel (0, 0) is the centre of the
top-left pixel; depth is z in metres, not the distance along the ray; the instance image numbers
0 background, 1 robot, 2 table, 3 + i object i. RGB is 8-bit sRGB, row 0 on top. The same state,
appearance and camera give the same bytes on the same machine.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Protocol

import mujoco
import numpy as np
from numpy.typing import NDArray

from engine.frames import Pose
from engine.sim.cameras import camera_pose
from engine.sim.model import SceneModel, build_spec, index_model, set_texture
from engine.sim.robot import RobotModel
from engine.table import TableSpec
from engine.types import F32, F64, ROBOT, TABLE, U8, Appearance, Buffers, CameraSpec, Scene

BACKGROUND_ID, ROBOT_ID, TABLE_ID, OBJECT_ID = 0, 1, 2, 3
"""Values of the instance image; object i is OBJECT_ID + i."""

SURFACE_PX = 256  # side of the table, floor and wall textures
SKY_PX = 128  # side of one face of the sky cube
PANORAMA_PX = 256  # rows of the surroundings as drawn
WALL_X = -1.6  # the wall behind the robot, where one is drawn
FLOOR_HALF = 7.0
NEAR_CLIP, FAR_CLIP = 0.01, 20.0
SHADOW_CENTRE, SHADOW_HALF = (0.55, 0.0, 0.1), 0.8  # what the shadow map covers
MAX_LIGHTS = 4


class TextureSource(Protocol):
    """Where randomised surfaces and surroundings come from, by name; `assets.surroundings` has one."""

    def texture_names(self, kind: str, split: str) -> tuple[str, ...]:
        """Names ("wood/17") of a kind's surfaces in a split: "seen", "unseen" or "all"."""
        ...

    def texture(self, name: str, size: int = 256) -> U8:
        """A tileable sRGB image (size, size, 3)."""
        ...

    def environment_names(self, split: str) -> tuple[str, ...]:
        """Names ("studio/3") of the surroundings in a split."""
        ...

    def environment_hash(self, name: str) -> str | None:
        """The content hash of surroundings that were read from a file, None for those made by procedure."""
        ...

    def panorama(self, name: str, height: int = PANORAMA_PX) -> F32:
        """Surroundings as linear radiance (height, 2 height, 3), latitude-longitude, row 0 up."""
        ...

    def environment_lights(self, name: str) -> tuple[F64, F64, F64]:
        """Unit vector towards the main light (3,), its colour (3,), and the ambient colour (3,)."""
        ...


@dataclass(eq=False)
class SceneVisual:
    """A scene compiled for drawing: one per task and worker, kept over episodes and appearances.

    `sm.model` holds drawn and collision geoms with the same joints as the physics model, so stored
    qpos rows fit; `sm.apply(physics)` moves its table. `instance` (ngeom,) uint8 is the value of each
    geom in the instance image.
    """

    sm: SceneModel
    textures: TextureSource
    instance: U8

    @property
    def model(self) -> mujoco.MjModel:
        return self.sm.model

    def texture_id(self, name: str) -> int:
        return mujoco.mj_name2id(self.model, mujoco.mjtObj.mjOBJ_TEXTURE, name)

    def gripper_pose(self, data: mujoco.MjData) -> Pose:
        """X_WG once kinematics have run on `data`."""
        b = self.sm.hand_body
        return Pose(data.xmat[b].reshape(3, 3).copy(), data.xpos[b].copy()) @ Pose.from_vector(self.sm.robot.X_HG)

    def camera_pose(self, camera: CameraSpec, data: mujoco.MjData) -> Pose:
        """X_WC once kinematics have run on `data`."""
        return camera_pose(camera, self.gripper_pose(data))


def framebuffer_px(cameras: tuple[CameraSpec, ...]) -> int:
    """`max_px` of `compile_visual` for these cameras: their largest side, drawn twice as large."""
    return 2 * max(max(c.width, c.height) for c in cameras)


def compile_visual(
    robot: RobotModel, scene: Scene, textures: TextureSource, *, table: TableSpec | None = None, max_px: int = 448
) -> SceneVisual:
    """Compile the drawn scene. `max_px`: the largest framebuffer side that will be asked for (a view
    of 224 pixels is drawn at 448 and averaged down)."""
    spec = build_spec(robot, scene, visual=True, table=table)
    _add_surroundings(spec)
    v = spec.visual
    v.global_.offwidth = v.global_.offheight = max_px
    v.headlight.active = 0
    v.quality.offsamples = 0
    v.quality.shadowsize = 512
    # The shadow frustum is extent * shadowclip wide on each side: just the table top and the arm above it.
    spec.stat.extent = SHADOW_HALF
    v.map.shadowclip = 1.0
    v.map.znear = NEAR_CLIP / SHADOW_HALF
    v.map.zfar = FAR_CLIP / SHADOW_HALF
    sm = index_model(spec.compile(), robot, scene, table)
    instance = np.zeros(sm.model.ngeom, np.uint8)
    instance[sm.geom_object == ROBOT] = ROBOT_ID
    instance[sm.geom_object == TABLE] = TABLE_ID
    objects = sm.geom_object >= 0
    instance[objects] = OBJECT_ID + sm.geom_object[objects]
    return SceneVisual(sm, textures, instance)


def _add_surroundings(spec: mujoco.MjSpec) -> None:
    """Texture slots for table, floor, wall and sky; a wall behind the robot; lights to be set later."""
    grey = np.full((SURFACE_PX, SURFACE_PX, 3), 160, np.uint8).tobytes()
    spec.add_material(name="wall_mat", rgba=[0.8, 0.8, 0.8, 1])
    for name in ("table", "floor", "wall", "legs"):
        tex = spec.add_texture(
            name=f"{name}_tex", type=mujoco.mjtTexture.mjTEXTURE_2D, width=SURFACE_PX, height=SURFACE_PX, nchannel=3
        )
        tex.data = grey
        material = spec.material(f"{name}_mat")
        # Texture repeats per metre, whatever the size of the surface; the furniture's meshes have coordinates.
        material.texuniform = name in ("floor", "wall")
        set_texture(material, f"{name}_tex")
    sky = spec.add_texture(
        name="sky_tex", type=mujoco.mjtTexture.mjTEXTURE_SKYBOX, width=SKY_PX, height=6 * SKY_PX, nchannel=3
    )
    sky.data = np.full((6 * SKY_PX, SKY_PX, 3), 200, np.uint8).tobytes()
    wall = spec.worldbody.add_geom(
        name="wall_vis",
        type=mujoco.mjtGeom.mjGEOM_BOX,
        size=[0.02, 4.0, 1.75],
        pos=[WALL_X, 0.0, 1.0],
        material="wall_mat",
    )
    wall.contype = wall.conaffinity = 0
    wall.group = 2
    # Wide enough to reach the horizon of every usual view, so that the sky need not be drawn there.
    spec.geom("floor_vis").size = [FLOOR_HALF, FLOOR_HALF, 0.1]
    for k in range(MAX_LIGHTS):
        spec.worldbody.add_light(name=f"light{k}", type=mujoco.mjtLightType.mjLIGHT_DIRECTIONAL, active=0, castshadow=0)


class AbstractRenderer(ABC):
    """A way to draw a `SceneVisual`; see the module for what the buffers mean.

    open -> render / amodal ... -> close. `open` may be called again with another scene; `close` frees
    the graphics context. Raises BackendError when this machine cannot draw that way.
    """

    scene: SceneVisual | None = None
    """What is open; `scene.sm.apply(physics)` puts an episode's table height into it."""

    @abstractmethod
    def open(self, scene: SceneVisual) -> None:
        """Take a scene; whatever was open before is closed."""

    @abstractmethod
    def render(
        self,
        qpos: F64,
        appearance: Appearance,
        camera: int,
        *,
        instance: bool = True,
        depth: bool = False,
        rgb: bool = True,
    ) -> Buffers:
        """Draw state qpos (nq,) from `appearance.cameras[camera]`.

        Without `rgb` the colour image is black (labels only). Raises ConfigError for an index that is
        no camera.
        """

    @abstractmethod
    def amodal(self, qpos: F64, appearance: Appearance, camera: int, objects: tuple[int, ...]) -> NDArray[np.bool_]:
        """Masks (len(objects), H, W) of each object drawn alone: hidden parts included, image borders not."""

    @abstractmethod
    def close(self) -> None:
        """Free the context; safe to call twice."""

    @abstractmethod
    def info(self) -> dict[str, str]:
        """What draws: `renderer`, `backend` ("egl", ...), `device` (the driver's name), `gpu` ("yes"/"no")."""
