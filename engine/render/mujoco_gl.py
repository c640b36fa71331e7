"""MuJoCo's classic renderer, tuned for CPUs (Mesa llvmpipe) and equally at home on a GPU.

Per scene one GL context, kept over episodes and appearances: an appearance uploads its textures and
writes materials and lights into the model, nothing is compiled again. Per state one scene update,
shared by all cameras and passes. One directional light casts shadows, its frustum fitted to the table
(shadow map 512). Colour is drawn at twice the size and averaged down (cheaper on CPUs than
multisampling); the instance pass is drawn at the image's size without light, texture or shadow.
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
from engine.frames import Pose, mujoco_camera
from engine.render.base import (
    FAR_CLIP,
    FLOOR_HALF,
    NEAR_CLIP,
    SHADOW_CENTRE,
    SKY_PX,
    SURFACE_PX,
    AbstractRenderer,
    SceneVisual,
)
from engine.render.gl_context import describe_context, open_context
from engine.render.lens import Lens
from engine.render.surroundings import sky_cube
from engine.sim.cameras import only_below
from engine.sim.furniture import LEGS, TOP
from engine.types import F32, F64, U8, Appearance, Buffers, CameraSpec

SUPERSAMPLE = 2
_EDITED = ("mat_rgba", "mat_specular", "mat_shininess", "mat_texrepeat", "geom_group")
_FURNITURE = {"table": TOP, "legs": LEGS}
_PASS_FLAGS = ("mjRND_SHADOW", "mjRND_REFLECTION", "mjRND_SKYBOX", "mjRND_SEGMENT", "mjRND_IDCOLOR", "mjRND_CULL_FACE")


def _free_context(context: Any, con: mujoco.MjrContext) -> None:
    context.make_current()
    con.free()
    context.free()


class MujocoRenderer(AbstractRenderer):
    """See the module. One instance belongs to one thread; several may be open, each with its context."""

    def __init__(self) -> None:
        self._context: Any = None
        self._kind = ""
        self._free: Any = None
        self.scene = None

    # -- life ------------------------------------------------------------------------------------

    def open(self, scene: SceneVisual) -> None:
        self.close()
        m = scene.model
        self._context, self._kind = open_context(m.vis.global_.offwidth, m.vis.global_.offheight)
        self._con = mujoco.MjrContext(m, mujoco.mjtFontScale.mjFONTSCALE_50)
        # Runs at the latest when Python exits, while the GL libraries are still there.
        self._free = weakref.finalize(self, _free_context, self._context, self._con)
        mujoco.mjr_setBuffer(mujoco.mjtFramebuffer.mjFB_OFFSCREEN, self._con)
        if self._con.currentBuffer != mujoco.mjtFramebuffer.mjFB_OFFSCREEN:
            raise BackendError("this OpenGL driver has no off-screen framebuffers; set MUJOCO_GL=osmesa")
        self._con.readDepthMap = mujoco.mjtDepthMap.mjDEPTH_ZEROFAR
        self.scene = scene
        self._data = mujoco.MjData(m)
        self._scn = mujoco.MjvScene(m, maxgeom=m.ngeom + 8)
        self._floor = int(m.geom("floor_vis").id)
        self._table: tuple[float, int] = (0.0, -1)
        self._option = _drawn_geoms_only()
        self._free_camera = mujoco.MjvCamera()
        self._pristine = {k: getattr(m, k).copy() for k in _EDITED}
        self._uploaded: dict[str, str] = {}
        self._appearance: Appearance | None = None
        self._qpos: F64 | None = None
        self._lens: dict[str, Lens] = {}
        self._pixels: dict[tuple[int, int], U8] = {}
        self._segment_table: U8 = np.zeros(1, np.uint8)

    def close(self) -> None:
        if self._free is not None:
            self._free()
            self._free = None
        if self.scene is not None:
            # The model belongs to the caller; another renderer may open it next.
            for key, before in self._pristine.items():
                getattr(self.scene.model, key)[:] = before
        self.scene = None

    def info(self) -> dict[str, str]:
        self._opened()
        return {"renderer": "mujoco", **describe_context(self._kind)}

    def _opened(self) -> SceneVisual:
        if self.scene is None:
            raise BackendError("the renderer is closed; call open(scene) first")
        return self.scene

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
        lens = self._prepare(qpos, appearance, camera)
        w, h = lens.pinhole.width, lens.pinhole.height
        image = np.zeros((h, w, 3), np.uint8)
        if rgb:
            self._set_flags(shadow=True, skybox=self._sky_shows)
            with _only(self._scn, self._seen):
                big, _ = self._draw(w * SUPERSAMPLE, h * SUPERSAMPLE, False)
            image = np.asarray(Image.fromarray(big).reduce(SUPERSAMPLE))[::-1]
        ids: U8 | None = None
        z: F32 | None = None
        if instance or depth:
            self._set_flags(segment=True)
            colours, raw = self._draw(w, h, depth)
            ids = self._segment_table[colours[::-1, :, 0]] if instance else None
            z = _metres(raw[::-1]) if raw is not None else None
        return lens.distort(Buffers(np.ascontiguousarray(image), ids, z))

    def amodal(self, qpos: F64, appearance: Appearance, camera: int, objects: tuple[int, ...]) -> NDArray[np.bool_]:
        lens = self._prepare(qpos, appearance, camera)
        w, h = lens.pinhole.width, lens.pinhole.height
        self._set_flags(segment=True)
        out = np.empty((len(objects), lens.camera.height, lens.camera.width), bool)
        for k, i in enumerate(objects):
            with _only(self._scn, self._slots[i]):
                colours, _ = self._draw(w, h, False)
            out[k] = lens.distort_mask(colours[::-1, :, 0] > 0)
        return out

    def _prepare(self, qpos: F64, appearance: Appearance, camera: int) -> Lens:
        """Make the context, appearance, state and camera current."""
        scene = self._opened()
        if not 0 <= camera < len(appearance.cameras):
            raise ConfigError(f"camera {camera} does not exist; this appearance has {len(appearance.cameras)}, from 0")
        self._context.make_current()
        if appearance is not self._appearance:
            self._apply(appearance)
        table = float(scene.model.body_pos[scene.sm.table_body, 2]), scene.sm.table_changes
        if self._uploaded.get("furniture") != self._furniture_key():
            self._upload_furniture()
        if self._qpos is None or table != self._table or not np.array_equal(qpos, self._qpos):
            self._table = table
            self._pose(qpos)
        spec = appearance.cameras[camera]
        lens = self._lens.get(spec.name)
        if lens is None or lens.camera is not spec:
            lens = self._lens[spec.name] = Lens(spec, self._largest())
        X_WC = scene.camera_pose(spec, self._data)
        floor_z = float(scene.model.geom_pos[self._floor, 2])
        open_air = appearance.values["floor"] is None
        self._sky_shows = open_air or not only_below(lens.pinhole, X_WC, floor_z, FLOOR_HALF - 0.1)
        if self._sky_shows:
            self._set_sky(appearance.values["sky"])
        _aim(self._scn, lens.pinhole, X_WC)
        return lens

    def _largest(self) -> int:
        """Largest image side that the framebuffer holds, supersampling included."""
        g = self._opened().model.vis.global_
        return min(g.offwidth, g.offheight) // SUPERSAMPLE

    def _pose(self, qpos: F64) -> None:
        m, d = self._opened().model, self._data
        d.qpos[:] = qpos
        mujoco.mj_kinematics(m, d)
        # All lights are fixed in the world; mj_camlight does not see edits of light_pos.
        d.light_xpos[:], d.light_xdir[:] = m.light_pos, m.light_dir
        mujoco.mjv_updateScene(m, d, self._option, None, self._free_camera, mujoco.mjtCatBit.mjCAT_ALL.value, self._scn)
        self._qpos = np.array(qpos, np.float64)
        self._index_segments()
        # Where the surroundings take the floor's place it is not seen, but it is there: depth knows it.
        assert self._appearance is not None
        bare = self._appearance.values["floor"] is None
        self._seen = [k for k in range(self._scn.ngeom) if not (bare and self._scn.geoms[k].objid == self._floor)]

    def _index_segments(self) -> None:
        """Segment colours count drawn geoms in order; map them to instances. The order never changes
        within a scene, so this runs once."""
        n = self._scn.ngeom
        if len(self._segment_table) == 256 and n == self._ndrawn:
            return
        if n > 254:
            raise BackendError(f"{n} drawn geoms; the instance pass tells 254 apart: merge the meshes of each object")
        scene = self._opened()
        self._ndrawn = n
        self._segment_table = np.zeros(256, np.uint8)
        self._slots = [[] for _ in range(scene.sm.n)]
        for k in range(n):
            geom = self._scn.geoms[k]
            self._segment_table[geom.segid + 1] = scene.instance[geom.objid]
            owner = int(scene.sm.geom_object[geom.objid])
            if owner >= 0:
                self._slots[owner].append(k)

    def _set_flags(self, *, shadow: bool = False, skybox: bool = False, segment: bool = False) -> None:
        on = {"mjRND_SHADOW": shadow, "mjRND_SKYBOX": skybox, "mjRND_SEGMENT": segment, "mjRND_IDCOLOR": segment}
        for name in _PASS_FLAGS:
            self._scn.flags[getattr(mujoco.mjtRndFlag, name)] = on.get(name, name == "mjRND_CULL_FACE")

    def _draw(self, width: int, height: int, depth: bool) -> tuple[U8, F32 | None]:
        """Draw and read back, bottom row first: pixels (H, W, 3) and, if asked, the depth buffer."""
        rect = mujoco.MjrRect(0, 0, width, height)
        mujoco.mjr_render(rect, self._scn, self._con)
        pixels = self._pixels.setdefault((width, height), np.empty((height, width, 3), np.uint8))
        raw = np.empty((height, width), np.float32) if depth else None
        mujoco.mjr_readPixels(pixels, raw, rect, self._con)
        return pixels, raw

    # -- appearance ------------------------------------------------------------------------------

    def _apply(self, appearance: Appearance) -> None:
        """Write an appearance's values into the model and upload the textures that changed."""
        m = self._opened().model
        values = appearance.values
        for key in _EDITED:
            getattr(m, key)[:] = self._pristine[key]
        for slot in ("table", "floor", "wall", "legs"):
            self._set_surface(slot, values[slot])
        for i, look in enumerate(values["objects"]):
            self._set_object(i, look)
        self._set_lights(values["lights"], values["ambient"])
        self._appearance = appearance
        self._qpos = None
        self._lens.clear()

    def _furniture_key(self) -> str:
        assert self._appearance is not None
        return f"{self._opened().sm.table_changes} {[self._appearance.values[s]['tile_m'] for s in _FURNITURE]}"

    def _upload_furniture(self) -> None:
        """The table's meshes with texture coordinates in tiles: MuJoCo's own repeats do not reach meshes."""
        m = self._opened().model
        assert self._appearance is not None
        for slot, name in _FURNITURE.items():
            k = int(m.geom_dataid[m.geom(name).id])
            start, count = int(m.mesh_texcoordadr[k]), int(m.mesh_texcoordnum[k])
            rows = m.mesh_texcoord[start : start + count]
            metres = rows.copy()
            rows /= self._appearance.values[slot]["tile_m"]
            mujoco.mjr_uploadMesh(m, self._con, k)
            rows[:] = metres
        self._uploaded["furniture"] = self._furniture_key()

    def _upload(self, texture: str, recipe: Any, image: Any) -> None:
        """Upload `image()` unless the same recipe is there already."""
        key = json.dumps(recipe, sort_keys=True)
        if self._uploaded.get(texture) == key:
            return
        scene = self._opened()
        t = scene.texture_id(texture)
        data = np.ascontiguousarray(image()).ravel()
        start = int(scene.model.tex_adr[t])
        scene.model.tex_data[start : start + len(data)] = data
        mujoco.mjr_uploadTexture(scene.model, self._con, t)
        self._uploaded[texture] = key

    def _set_surface(self, slot: str, look: dict[str, Any] | None) -> None:
        scene = self._opened()
        m = scene.model
        mat = m.material(f"{slot}_mat").id
        if slot == "wall":
            m.geom("wall_vis").group = 2 if look is not None else 5
        if look is None:
            return
        name = look["texture"]
        white = np.full((SURFACE_PX, SURFACE_PX, 3), 255, np.uint8)
        self._upload(f"{slot}_tex", name, lambda: scene.textures.texture(name, SURFACE_PX) if name else white)
        m.mat_rgba[mat] = [*look["gain"], 1.0]
        m.mat_texrepeat[mat] = 1.0 if slot in _FURNITURE else 1.0 / look["tile_m"]
        m.mat_specular[mat] = look["specular"]
        m.mat_shininess[mat] = look["shininess"]

    def _set_sky(self, sky: dict[str, Any]) -> None:
        textures = self._opened().textures
        self._upload(
            "sky_tex", sky, lambda: sky_cube(textures.panorama(sky["name"]), SKY_PX, sky["yaw"], sky["exposure"])
        )

    def _set_object(self, i: int, look: dict[str, Any]) -> None:
        m = self._opened().model
        for k in range(m.nmat):
            if not m.material(k).name.startswith(f"obj{i}_mat"):
                continue
            m.mat_rgba[k, :3] = self._pristine["mat_rgba"][k, :3] * np.array(look["gain"], np.float32)
            if look["specular"] is not None:
                m.mat_specular[k] = look["specular"]
            if look["shininess"] is not None:
                m.mat_shininess[k] = look["shininess"]

    def _set_lights(self, lights: list[dict[str, Any]], ambient: list[float]) -> None:
        m = self._opened().model
        m.light_active[:] = 0
        m.light_castshadow[:] = 0
        centre = np.array(SHADOW_CENTRE)
        for k, light in enumerate(lights):
            direction = np.array(light["direction"])
            m.light_active[k] = 1
            m.light_castshadow[k] = light["shadow"]
            m.light_dir[k] = direction
            # A directional light's shadow frustum is centred on its position.
            m.light_pos[k] = centre - 1.2 * direction
            m.light_diffuse[k] = light["diffuse"]
            m.light_specular[k] = light["specular"]
            m.light_ambient[k] = ambient if k == 0 else [0, 0, 0]


def _drawn_geoms_only() -> mujoco.MjvOption:
    """Geoms of group 2 with their textures; no sites, joints, frames or labels."""
    option = mujoco.MjvOption()
    option.flags[:] = 0
    option.flags[mujoco.mjtVisFlag.mjVIS_TEXTURE] = 1
    option.flags[mujoco.mjtVisFlag.mjVIS_STATIC] = 1
    option.geomgroup[:] = 0
    option.geomgroup[2] = 1
    option.sitegroup[:] = 0
    return option


def _aim(scn: mujoco.MjvScene, camera: CameraSpec, X_WC: Pose) -> None:
    """Point the scene's GL cameras. The frustum reproduces K exactly, off-centre principal point included."""
    X = mujoco_camera(X_WC)
    K = camera.K
    left = (-0.5 - K[0, 2]) / K[0, 0]
    right = (camera.width - 0.5 - K[0, 2]) / K[0, 0]
    top = (K[1, 2] + 0.5) / K[1, 1]
    bottom = -(camera.height - 0.5 - K[1, 2]) / K[1, 1]
    for eye in scn.camera:
        eye.pos = X.p
        eye.forward = -X.R[:, 2]
        eye.up = X.R[:, 1]
        eye.frustum_center = 0.5 * (left + right) * NEAR_CLIP
        eye.frustum_width = 0.5 * (right - left) * NEAR_CLIP
        eye.frustum_top = top * NEAR_CLIP
        eye.frustum_bottom = bottom * NEAR_CLIP
        eye.frustum_near = NEAR_CLIP
        eye.frustum_far = FAR_CLIP


def _metres(raw: F32) -> F32:
    """Metric depth from the reversed depth buffer (near 1, far 0)."""
    d = raw.astype(np.float64)
    z = NEAR_CLIP * FAR_CLIP / (NEAR_CLIP + d * (FAR_CLIP - NEAR_CLIP))
    return z.astype(np.float32)


class _only:
    """Context: the scene draws only the geoms in `slots` (the others are cut off and put back)."""

    def __init__(self, scn: mujoco.MjvScene, slots: list[int]):
        self.scn, self.slots = scn, slots

    def __enter__(self) -> None:
        keep = set(self.slots)
        self.types = [self.scn.geoms[k].type for k in range(self.scn.ngeom)]
        for k in range(self.scn.ngeom):
            if k not in keep:
                self.scn.geoms[k].type = mujoco.mjtGeom.mjGEOM_NONE

    def __exit__(self, *_: object) -> None:
        for k, kind in enumerate(self.types):
            self.scn.geoms[k].type = kind
