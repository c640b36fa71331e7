"""pyrender behind the renderer contract: an independent second opinion, not made for speed.

Optional (`pip install groundwork-vla[pyrender]`, then PyOpenGL again at 3.1.10: pyrender 0.1.45 pins
3.1.0). It shades physically based materials, so its pictures differ from the others; masks and depth
agree with them.
"""

from __future__ import annotations

import os
from functools import lru_cache
from types import ModuleType
from typing import Any

import mujoco
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.errors import BackendError, ConfigError
from engine.frames import Pose, look_at, mujoco_camera
from engine.render.base import FAR_CLIP, NEAR_CLIP, AbstractRenderer, SceneVisual
from engine.render.gl_context import describe_context
from engine.render.lens import Lens
from engine.render.raster_mesh import SURFACES, DrawnMesh, drawn_mesh, layer_image
from engine.types import F32, F64, U8, Appearance, Buffers

SUPERSAMPLE = 2


def _import_pyrender() -> ModuleType:
    os.environ.setdefault("PYOPENGL_PLATFORM", "egl")
    os.environ.setdefault("LP_NUM_THREADS", "1")
    try:
        import pyrender  # pyright: ignore[reportMissingImports]
    except ImportError as e:
        raise BackendError(
            f"the pyrender renderer needs the package pyrender ({e}); install it with: "
            "pip install pyrender==0.1.45 && pip install 'PyOpenGL>=3.1.10'"
        ) from e
    if not hasattr(np, "infty"):
        # pyrender 0.1.45 was written for numpy 1.
        setattr(np, "infty", np.inf)  # noqa: B010
    return pyrender


@lru_cache(maxsize=1)
def _offscreen() -> Any:
    """The one pyrender context of the process. It is never deleted: pyrender would end the whole EGL
    display, and every other renderer's context with it."""
    return _import_pyrender().OffscreenRenderer(64, 64)


class PyrenderRenderer(AbstractRenderer):
    """See the module."""

    def __init__(self) -> None:
        self.scene = None
        self._pyrender: Any = None

    def open(self, scene: SceneVisual) -> None:
        self.close()
        self._pyrender = _import_pyrender()
        self.scene = scene
        self._mesh: DrawnMesh = drawn_mesh(scene)
        self._table = scene.sm.table_changes
        self._data = mujoco.MjData(scene.model)
        self._appearance: Appearance | None = None
        self._lens: dict[str, Lens] = {}

    def close(self) -> None:
        self.scene = None

    def info(self) -> dict[str, str]:
        self._opened()
        _offscreen()
        return {"renderer": "pyrender", **describe_context(os.environ.get("PYOPENGL_PLATFORM", ""))}

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
        lens, X_WC = self._prepare(qpos, appearance, camera)
        w, h = lens.pinhole.width, lens.pinhole.height
        flags = self._pyrender.RenderFlags
        image = np.zeros((h, w, 3), np.uint8)
        if rgb:
            self._aim(lens, X_WC, SUPERSAMPLE)
            # Where the surroundings take the floor's place it is not seen, but it is there: depth knows it.
            self._nodes[-2].mesh.is_visible = appearance.values["floor"] is not None
            how = flags.SHADOWS_DIRECTIONAL | flags.SKIP_CULL_FACES
            big, _ = self._renderer(w * SUPERSAMPLE, h * SUPERSAMPLE).render(self._world, flags=how)
            image = np.asarray(Image.fromarray(np.array(big[..., :3])).reduce(SUPERSAMPLE))
            self._nodes[-2].mesh.is_visible = True
        ids: U8 | None = None
        z: F32 | None = None
        if instance or depth:
            self._aim(lens, X_WC, 1)
            ids, z = self._labels(w, h, self._nodes)
        return lens.distort(Buffers(np.ascontiguousarray(image), ids if instance else None, z if depth else None))

    def amodal(self, qpos: F64, appearance: Appearance, camera: int, objects: tuple[int, ...]) -> NDArray[np.bool_]:
        lens, X_WC = self._prepare(qpos, appearance, camera)
        self._aim(lens, X_WC, 1)
        owner = self._opened().sm.geom_object[self._mesh.geoms]
        out = np.empty((len(objects), lens.camera.height, lens.camera.width), bool)
        for k, i in enumerate(objects):
            for s, node in enumerate(self._nodes):
                node.mesh.is_visible = bool(owner[s] == i)
            ids, _ = self._labels(lens.pinhole.width, lens.pinhole.height, self._nodes)
            out[k] = lens.distort_mask(ids > 0)
        self._show_all()
        return out

    def _labels(self, w: int, h: int, nodes: list[Any]) -> tuple[U8, F32]:
        flags = self._pyrender.RenderFlags
        instance = self._opened().instance[self._mesh.geoms]
        # A segment colour names the node: (low byte, high byte, 0).
        colours = {node: (s % 256, s // 256, 0) for s, node in enumerate(nodes, start=1)}
        how = flags.SEG | flags.SKIP_CULL_FACES
        seg, depth = self._renderer(w, h).render(self._world, flags=how, seg_node_map=colours)
        index = seg[..., 0].astype(np.int64) + 256 * seg[..., 1].astype(np.int64)
        ids = np.concatenate([[0], instance]).astype(np.uint8)[index]
        z = np.where(depth > 0, depth, FAR_CLIP).astype(np.float32)
        return ids, z

    def _renderer(self, width: int, height: int) -> Any:
        renderer = _offscreen()
        renderer.viewport_width, renderer.viewport_height = width, height
        return renderer

    def _prepare(self, qpos: F64, appearance: Appearance, camera: int) -> tuple[Lens, Pose]:
        scene = self._opened()
        if not 0 <= camera < len(appearance.cameras):
            raise ConfigError(f"camera {camera} does not exist; this appearance has {len(appearance.cameras)}, from 0")
        if scene.sm.table_changes != self._table:
            self._mesh, self._table = drawn_mesh(scene), scene.sm.table_changes
            self._appearance = None
        if appearance is not self._appearance:
            self._build(appearance)
        self._data.qpos[:] = qpos
        mujoco.mj_kinematics(scene.model, self._data)
        for node, g in zip(self._nodes, self._mesh.geoms, strict=True):
            X = Pose(self._data.geom_xmat[g].reshape(3, 3), self._data.geom_xpos[g])
            self._world.set_pose(node, X.matrix())
        spec = appearance.cameras[camera]
        lens = self._lens.get(spec.name)
        if lens is None or lens.camera is not spec:
            lens = self._lens[spec.name] = Lens(spec, 2048)
        return lens, scene.camera_pose(spec, self._data)

    def _aim(self, lens: Lens, X_WC: Pose, scale: int) -> None:
        # pyrender counts pixels from the image's corner, the project from the first pixel's centre.
        K = lens.pinhole.K
        self._camera.camera = self._pyrender.IntrinsicsCamera(
            K[0, 0] * scale,
            K[1, 1] * scale,
            (K[0, 2] + 0.5) * scale,
            (K[1, 2] + 0.5) * scale,
            znear=NEAR_CLIP,
            zfar=FAR_CLIP,
        )
        self._world.set_pose(self._camera, mujoco_camera(X_WC).matrix())

    # -- appearance ------------------------------------------------------------------------------

    def _build(self, appearance: Appearance) -> None:
        """A new pyrender scene: simple, since appearances change once an episode."""
        p, values = self._pyrender, appearance.values
        ambient = [0.5 * x for x in values["ambient"]]
        self._world = p.Scene(bg_color=[0.6, 0.65, 0.7, 1.0], ambient_light=ambient)
        self._nodes = [self._world.add(self._drawn(s, values)) for s in range(len(self._mesh.geoms))]
        self._camera = self._world.add(p.IntrinsicsCamera(1, 1, 0, 0))
        for light in values["lights"]:
            direction = np.array(light["direction"])
            X = mujoco_camera(look_at(np.array([0.55, 0, 0.1]) - 2 * direction, [0.55, 0, 0.1]))
            colour = np.array(light["diffuse"])
            level = float(colour.max())
            self._world.add(p.DirectionalLight(color=colour / max(level, 1e-6), intensity=6.0 * level), pose=X.matrix())
        self._appearance = appearance
        self._lens.clear()
        self._show_all()

    def _show_all(self) -> None:
        for node in self._nodes:
            node.mesh.is_visible = True
        assert self._appearance is not None
        self._nodes[-1].mesh.is_visible = self._appearance.values["wall"] is not None

    def _drawn(self, s: int, values: dict[str, Any]) -> Any:
        p, mesh = self._pyrender, self._mesh
        first, count = (int(x) for x in mesh.range[s])
        used, faces = np.unique(mesh.indices[first : first + count], return_inverse=True)
        uv = mesh.uv[used]
        factor, image, repeat = self._look(s, values)
        texture = None
        if image is not None:
            # Row 0 of the image belongs to v = 0 here, to v = 1 in pyrender.
            texture = p.Texture(source=np.ascontiguousarray(image), source_channels="RGB")
            uv = np.column_stack([uv[:, 0], 1 - uv[:, 1]]) * [repeat, repeat]
        material = p.MetallicRoughnessMaterial(
            baseColorFactor=[*factor, 1.0], baseColorTexture=texture, metallicFactor=0.0, roughnessFactor=0.7
        )
        primitive = p.Primitive(
            positions=mesh.position[used],
            normals=mesh.normal[used],
            texcoord_0=uv.astype(np.float32) if texture is not None else None,
            indices=faces.reshape(-1, 3),
            material=material,
        )
        return p.Mesh([primitive])

    def _look(self, s: int, values: dict[str, Any]) -> tuple[list[float], U8 | None, float]:
        """Linear base colour, texture and its repeats of one geom."""
        scene = self._opened()
        m, g = scene.model, int(self._mesh.geoms[s])
        mat = int(m.geom_matid[g])
        name = m.geom(g).name
        for surface in SURFACES:
            own = values[surface]
            if name == f"{surface}_vis" and own is not None:
                image = scene.textures.texture(own["texture"], 256) if own["texture"] else None
                return [x**2.2 for x in own["gain"]], image, 1.0 / own["tile_m"]
        rgba = m.geom_rgba[g]
        if mat >= 0 and np.allclose(rgba, [0.5, 0.5, 0.5, 1]):
            rgba = m.mat_rgba[mat]
        owner = int(scene.sm.geom_object[g])
        gain = values["objects"][owner]["gain"] if owner >= 0 else [1.0, 1.0, 1.0]
        factor = [float(c * x) ** 2.2 for c, x in zip(rgba[:3], gain, strict=True)]
        tex = int(m.mat_texid[mat, mujoco.mjtTextureRole.mjTEXROLE_RGB]) if mat >= 0 else -1
        return factor, layer_image(m, tex) if tex >= 0 and name not in ("wall_vis",) else None, 1.0
