"""The default renderer: OpenGL 3.3 shaders of our own, written for Mesa's CPU driver and for GPUs alike.

One vertex buffer, one draw call per pass: a shadow map (768, fitted to the table), one shaded pass with
hemisphere ambient, a key light with soft shadows and up to three fill lights, and an instance pass at
the image's own pixels. An appearance changes textures and uniforms only.
"""

from __future__ import annotations

import json
import weakref
from typing import Any

import mujoco
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.errors import BackendError, ConfigError
from engine.frames import Pose
from engine.render.base import (
    FAR_CLIP,
    FLOOR_HALF,
    NEAR_CLIP,
    SHADOW_CENTRE,
    SHADOW_HALF,
    AbstractRenderer,
    SceneVisual,
)
from engine.render.gl_context import describe_context, open_context
from engine.render.lens import Lens
from engine.render.raster_device import Device
from engine.render.raster_mesh import (
    LAYER_PX,
    SURFACES,
    WHITE,
    DrawnMesh,
    drawn_mesh,
    furniture_rows,
    layer_image,
)
from engine.render.surroundings import tone_mapped
from engine.sim.cameras import only_below
from engine.types import F32, F64, ROBOT, U8, Appearance, Buffers, CameraSpec

SUPERSAMPLE = 1.5  # averaged down with a small Hamming window; 2 looks the same and costs half as much again
SHADOW_PX = 768


class RasterRenderer(AbstractRenderer):
    """See the module. One instance belongs to one thread."""

    def __init__(self) -> None:
        self.scene = None
        self._context: Any = None
        self._device: Device | None = None
        self._kind = ""
        self._finalize: Any = None

    # -- life ------------------------------------------------------------------------------------

    def open(self, scene: SceneVisual) -> None:
        if self._device is None:
            # The context outlives scenes: only buffers and textures are replaced.
            self._context, self._kind = open_context(64, 64)
            self._device = Device(SHADOW_PX)
            self._finalize = weakref.finalize(self, self._context.free)
        self._context.make_current()
        self.scene = scene
        m = scene.model
        self._data = mujoco.MjData(m)
        self._mesh: DrawnMesh = drawn_mesh(scene)
        self._objects = scene.sm.geom_object[self._mesh.geoms]
        # Table and floor receive shadows only: drawing them into the map would cost more than all the rest.
        casters = self._mesh.range[(self._objects == ROBOT) | (self._objects >= 0)]
        self._casters = int(casters[0, 0]), int(casters[:, 1].sum())
        self._floor = int(m.geom("floor_vis").id)
        self._table: tuple[float, int] = (0.0, scene.sm.table_changes)
        self._device.upload_mesh(self._mesh)
        self._base_look()
        self._uploaded: dict[str, str] = {}
        self._appearance: Appearance | None = None
        self._qpos: F64 | None = None
        self._lens: dict[str, Lens] = {}

    def close(self) -> None:
        if self._finalize is not None:
            self._context.make_current()
            self._finalize()
        self._finalize = self._context = self._device = self.scene = None

    def info(self) -> dict[str, str]:
        self._opened()
        return {"renderer": "raster", **describe_context(self._kind)}

    def _opened(self) -> tuple[SceneVisual, Device]:
        if self.scene is None or self._device is None:
            raise BackendError("the renderer is closed; call open(scene) first")
        return self.scene, self._device

    # -- drawing ---------------------------------------------------------------------------------

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
        lens, X_WC = self._prepare(qpos, appearance, camera)
        _, device = self._opened()
        pinhole = lens.pinhole
        w, h = pinhole.width, pinhole.height
        view = _view_matrix(pinhole, X_WC)
        image = np.zeros((h, w, 3), np.uint8)
        if rgb:
            if self._shadow_stale:
                device.draw_shadow(*self._casters)
                self._shadow_stale = False
            sky, ground = None, None
            floor_z = float(self.scene.model.geom_pos[self._floor, 2]) if self.scene else 0.0
            if appearance.values["floor"] is None:
                ground = floor_z
            if ground is not None or not only_below(pinhole, X_WC, floor_z, FLOOR_HALF - 0.1):
                sky = _ray_matrix(pinhole, X_WC)
                self._set_sky(appearance.values["sky"])
            size = round(w * SUPERSAMPLE), round(h * SUPERSAMPLE)
            big = device.draw_colour(*size, view, X_WC.p, self._count, sky, ground)
            small = Image.fromarray(big).resize((w, h), Image.Resampling.HAMMING)
            image = np.ascontiguousarray(np.asarray(small)[::-1])
        ids: U8 | None = None
        z: F32 | None = None
        if instance or depth:
            ids, z = device.draw_labels(w, h, view, 0, self._solid, depth)
        return lens.distort(Buffers(image, ids if instance else None, z))

    def amodal(self, qpos: F64, appearance: Appearance, camera: int, objects: tuple[int, ...]) -> NDArray[np.bool_]:
        lens, X_WC = self._prepare(qpos, appearance, camera)
        _, device = self._opened()
        w, h = lens.pinhole.width, lens.pinhole.height
        view = _view_matrix(lens.pinhole, X_WC)
        out = np.empty((len(objects), lens.camera.height, lens.camera.width), bool)
        for k, i in enumerate(objects):
            ranges = self._mesh.range[self._objects == i]
            ids, _ = device.draw_labels(w, h, view, int(ranges[0, 0]), int(ranges[:, 1].sum()), False)
            out[k] = lens.distort_mask(ids > 0)
        return out

    def _prepare(self, qpos: F64, appearance: Appearance, camera: int) -> tuple[Lens, Pose]:
        """Make the context, appearance, state and camera current."""
        scene, device = self._opened()
        if not 0 <= camera < len(appearance.cameras):
            raise ConfigError(f"camera {camera} does not exist; this appearance has {len(appearance.cameras)}, from 0")
        self._context.make_current()
        if appearance is not self._appearance:
            self._apply(appearance)
        table = float(scene.model.body_pos[scene.sm.table_body, 2]), scene.sm.table_changes
        if self._qpos is None or table != self._table or not np.array_equal(qpos, self._qpos):
            if table[1] != self._table[1]:
                for part in furniture_rows(scene, self._mesh):
                    device.update_mesh(*part)
            self._table = table
            self._pose(qpos)
        spec = appearance.cameras[camera]
        lens = self._lens.get(spec.name)
        if lens is None or lens.camera is not spec:
            lens = self._lens[spec.name] = Lens(spec, 2048)
        return lens, scene.camera_pose(spec, self._data)

    def _pose(self, qpos: F64) -> None:
        scene, device = self._opened()
        d = self._data
        d.qpos[:] = qpos
        mujoco.mj_kinematics(scene.model, d)
        g = self._mesh.geoms
        rows = np.empty((len(g), 3, 4), np.float32)
        rows[:, :, :3] = d.geom_xmat[g].reshape(-1, 3, 3)
        rows[:, :, 3] = d.geom_xpos[g]
        device.set_poses(rows)
        self._qpos = np.array(qpos, np.float64)
        self._shadow_stale = True

    # -- appearance ------------------------------------------------------------------------------

    def _base_look(self) -> None:
        """Material rows before randomisation, and the objects' textures as layers."""
        scene, device = self._opened()
        m = scene.model
        layers: dict[int, int] = {}
        images: list[U8] = []
        look = np.zeros((len(self._mesh.geoms), 2, 4), np.float32)
        self._material = m.geom_matid[self._mesh.geoms]
        for s, g in enumerate(self._mesh.geoms):
            mat = int(self._material[s])
            rgba = m.geom_rgba[g]
            if mat >= 0 and np.allclose(rgba, [0.5, 0.5, 0.5, 1]):  # MuJoCo's rule: an unset geom colour
                rgba = m.mat_rgba[mat]
            layer = WHITE
            tex = int(m.mat_texid[mat, mujoco.mjtTextureRole.mjTEXROLE_RGB]) if mat >= 0 else -1
            name = m.geom(int(g)).name
            surface = next((k for k, n in enumerate(SURFACES) if name == f"{n}_vis"), None)
            if surface is not None:
                layer = surface
            elif tex >= 0:
                layer = layers.setdefault(tex, WHITE + 1 + len(layers))
                if len(layers) > len(images):
                    images.append(layer_image(m, tex))
            look[s, 0] = [*(rgba[:3] ** 2), layer]
            look[s, 1] = [*_gloss(m.mat_specular[mat], m.mat_shininess[mat]), 1.0, scene.instance[g]]
        self._look = look
        device.upload_layers(WHITE + 1 + len(images))
        device.set_layer(WHITE, np.full((LAYER_PX, LAYER_PX, 3), 255, np.uint8))
        for k, image in enumerate(images):
            device.set_layer(WHITE + 1 + k, image)

    def _apply(self, appearance: Appearance) -> None:
        _, device = self._opened()
        values = appearance.values
        look = self._look.copy()
        for k, name in enumerate(SURFACES):
            self._set_surface(look, k, name, values)
        for i, own in enumerate(values["objects"]):
            rows = np.flatnonzero(self._objects == i)
            look[rows, 0, :3] *= np.array(own["gain"], np.float32) ** 2
            if own["specular"] is not None:
                look[rows, 1, :2] = _gloss(own["specular"], own["shininess"])
        device.set_looks(look)
        device.set_lights(values["lights"], values["ambient"], _light_matrix(values["lights"]), 2 * SHADOW_HALF)
        everything = int(self._mesh.indices.size)
        floor, wall = (int(n) for n in self._mesh.range[-2:, 1])
        self._solid = everything if values["wall"] is not None else everything - wall
        # Where the surroundings take the floor's place it is not drawn, but it is there: depth knows it.
        self._count = self._solid if values["floor"] is not None else everything - wall - floor
        self._appearance = appearance
        self._qpos = None
        self._lens.clear()

    def _set_sky(self, sky: dict[str, Any]) -> None:
        """The panorama, made when a picture first needs it: behind floor and wall nobody sees it."""
        scene, device = self._opened()
        panorama = scene.textures.panorama
        self._upload(
            "sky", sky, lambda: device.set_panorama(tone_mapped(panorama(sky["name"]), sky["exposure"]), sky["yaw"])
        )

    def _set_surface(self, look: F32, layer: int, name: str, values: dict[str, Any]) -> None:
        scene, device = self._opened()
        own = values[name]
        if own is None:
            return
        rows = np.flatnonzero(self._look[:, 0, 3] == layer)
        if own["texture"] is None:
            look[rows, 0, 3] = WHITE
        elif name == "legs" and own["texture"] == values["table"]["texture"]:
            look[rows, 0, 3] = SURFACES.index("table")
        else:
            image = scene.textures.texture
            self._upload(name, own["texture"], lambda: device.set_layer(layer, image(own["texture"], LAYER_PX)))
        look[rows, 0, :3] = np.array(own["gain"], np.float32) ** 2
        look[rows, 1, :3] = [*_gloss(own["specular"], own["shininess"]), 1.0 / own["tile_m"]]

    def _upload(self, slot: str, recipe: Any, upload: Any) -> None:
        """Call `upload` unless the same recipe is there already."""
        key = json.dumps(recipe, sort_keys=True)
        if self._uploaded.get(slot) != key:
            upload()
            self._uploaded[slot] = key


def _gloss(specular: float, shininess: float) -> tuple[float, float]:
    """Blinn-Phong weight and exponent of MuJoCo's two numbers (exponent = 128 shininess there)."""
    return 0.6 * float(specular), max(128.0 * float(shininess), 4.0)


def _view_matrix(camera: CameraSpec, X_WC: Pose) -> F32:
    """World to clip space (4, 4); reproduces K exactly, row 0 of the framebuffer is the lowest image row."""
    K, w, h = camera.K, camera.width, camera.height
    n, f = NEAR_CLIP, FAR_CLIP
    P = np.zeros((4, 4))
    # Pixel u spans [-0.5, w - 0.5]: ndc x = (2 u + 1) / w - 1.
    P[0, 0], P[0, 2] = 2 * K[0, 0] / w, (2 * K[0, 2] + 1) / w - 1
    P[1, 1], P[1, 2] = -2 * K[1, 1] / h, 1 - (2 * K[1, 2] + 1) / h
    P[2, 2], P[2, 3] = (f + n) / (f - n), -2 * f * n / (f - n)
    P[3, 2] = 1.0
    return (P @ X_WC.inv().matrix()).astype(np.float32)


def _ray_matrix(camera: CameraSpec, X_WC: Pose) -> F32:
    """Clip coordinates (x, y, 1, 1) to a ray in W."""
    K, w, h = camera.K, camera.width, camera.height
    M = np.zeros((4, 4))
    M[0, 0], M[0, 2] = 0.5 * w / K[0, 0], (0.5 * w - 0.5 - K[0, 2]) / K[0, 0]
    M[1, 1], M[1, 2] = -0.5 * h / K[1, 1], (0.5 * h - 0.5 - K[1, 2]) / K[1, 1]
    M[2, 2] = 1.0
    M[:3, :3] = X_WC.R @ M[:3, :3]
    return M.astype(np.float32)


def _light_matrix(lights: list[dict[str, Any]]) -> F32:
    """World to the shadow map's clip space for the light that casts shadows."""
    key = next((light for light in lights if light["shadow"]), lights[0])
    z = np.array(key["direction"], np.float64)
    z = z / np.linalg.norm(z)
    x = np.cross([0.0, 1.0, 0.0] if abs(z[1]) < 0.9 else [1.0, 0.0, 0.0], z)
    x = x / np.linalg.norm(x)
    R = np.stack([x, np.cross(z, x), z])
    M = np.eye(4)
    M[:3, :3] = R / SHADOW_HALF
    M[:3, 3] = -R @ np.array(SHADOW_CENTRE) / SHADOW_HALF
    M[2, :] *= 0.5  # along the light twice as deep: the arm's elbow is above the table's box
    return M.astype(np.float32)
