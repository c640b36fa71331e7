"""The OpenGL side of the raster renderer: programs, buffers, textures and framebuffers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import BackendError
from engine.render import raster_shaders as glsl
from engine.render.raster_mesh import LAYER_PX, DrawnMesh, mipmaps
from engine.types import F32, F64, U8


class Device:
    """Owns the GL objects of one context, which must be current for every call."""

    def __init__(self, shadow_px: int):
        from OpenGL import GL

        gl: Any = GL  # PyOpenGL builds its names at run time; type checkers see constants of any kind
        self.gl = gl
        self._shadow_px = shadow_px
        self._shadow_program = self._program(glsl.SHADOW_VERTEX, glsl.SHADOW_FRAGMENT)
        self._colour_program = self._program(glsl.COLOUR_VERTEX, glsl.COLOUR_FRAGMENT)
        self._sky_program = self._program(glsl.SKY_VERTEX, glsl.SKY_FRAGMENT)
        self._label_program = self._program(glsl.LABEL_VERTEX, glsl.LABEL_FRAGMENT)
        self._uniforms: dict[tuple[int, str], int] = {}
        self._vao = int(gl.glGenVertexArrays(1))
        self._vbo, self._ibo, self._poses, self._looks = (int(b) for b in gl.glGenBuffers(4))
        self._layers, self._panorama, self._shadow_map = (int(t) for t in gl.glGenTextures(3))
        self._yaw = 0.0
        self._targets: dict[tuple[str, int, int], int] = {}
        self._shadow_target = self._make_shadow_target()
        self._pixels: dict[tuple[str, int, int], NDArray[Any]] = {}
        gl.glEnable(gl.GL_DEPTH_TEST)
        gl.glDepthFunc(gl.GL_LEQUAL)
        gl.glPixelStorei(gl.GL_PACK_ALIGNMENT, 1)
        gl.glPixelStorei(gl.GL_UNPACK_ALIGNMENT, 1)

    # -- objects ---------------------------------------------------------------------------------

    def _program(self, vertex: str, fragment: str) -> int:
        gl = self.gl
        program = gl.glCreateProgram()
        for kind, source in ((gl.GL_VERTEX_SHADER, vertex), (gl.GL_FRAGMENT_SHADER, fragment)):
            shader = gl.glCreateShader(kind)
            gl.glShaderSource(shader, source)
            gl.glCompileShader(shader)
            if not gl.glGetShaderiv(shader, gl.GL_COMPILE_STATUS):
                log = gl.glGetShaderInfoLog(shader)
                raise BackendError(f"this OpenGL driver does not compile GLSL 3.30: {log!r}; use --renderer mujoco")
            gl.glAttachShader(program, shader)
        gl.glLinkProgram(program)
        if not gl.glGetProgramiv(program, gl.GL_LINK_STATUS):
            raise BackendError(f"this OpenGL driver does not link the shaders: {gl.glGetProgramInfoLog(program)!r}")
        for block, binding in (("Pose", 0), ("Look", 1)):
            index = gl.glGetUniformBlockIndex(program, block)
            if index != gl.GL_INVALID_INDEX:
                gl.glUniformBlockBinding(program, index, binding)
        return int(program)

    def _at(self, program: int, name: str) -> int:
        key = (program, name)
        if key not in self._uniforms:
            self._uniforms[key] = int(self.gl.glGetUniformLocation(program, name))
        return self._uniforms[key]

    def upload_mesh(self, mesh: DrawnMesh) -> None:
        """Vertex and index buffers of a scene. Raises BackendError for too many geoms."""
        gl = self.gl
        if len(mesh.geoms) > glsl.MAX_GEOMS:
            raise BackendError(f"{len(mesh.geoms)} drawn geoms, more than {glsl.MAX_GEOMS}: merge each object's meshes")
        data = mesh.rows()
        gl.glBindVertexArray(self._vao)
        gl.glBindBuffer(gl.GL_ARRAY_BUFFER, self._vbo)
        gl.glBufferData(gl.GL_ARRAY_BUFFER, data.nbytes, data, gl.GL_STATIC_DRAW)
        gl.glBindBuffer(gl.GL_ELEMENT_ARRAY_BUFFER, self._ibo)
        gl.glBufferData(gl.GL_ELEMENT_ARRAY_BUFFER, mesh.indices.nbytes, mesh.indices, gl.GL_STATIC_DRAW)
        for k, (size, offset) in enumerate(((3, 0), (3, 12), (2, 24), (1, 32))):
            gl.glEnableVertexAttribArray(k)
            gl.glVertexAttribPointer(k, size, gl.GL_FLOAT, False, 36, gl.ctypes.c_void_p(offset))

    def update_mesh(self, first: int, rows: F32, first_index: int, indices: NDArray[np.uint32]) -> None:
        """Replace vertices from number `first` on and indices from `first_index` on."""
        gl = self.gl
        gl.glBindVertexArray(self._vao)
        gl.glBindBuffer(gl.GL_ARRAY_BUFFER, self._vbo)
        gl.glBufferSubData(gl.GL_ARRAY_BUFFER, 36 * first, rows.nbytes, np.ascontiguousarray(rows))
        gl.glBindBuffer(gl.GL_ELEMENT_ARRAY_BUFFER, self._ibo)
        gl.glBufferSubData(gl.GL_ELEMENT_ARRAY_BUFFER, 4 * first_index, indices.nbytes, indices)

    def _uniform_buffer(self, buffer: int, binding: int, data: F32) -> None:
        gl = self.gl
        gl.glBindBuffer(gl.GL_UNIFORM_BUFFER, buffer)
        whole = np.zeros((glsl.MAX_GEOMS, *data.shape[1:]), np.float32)
        whole[: len(data)] = data
        gl.glBufferData(gl.GL_UNIFORM_BUFFER, whole.nbytes, whole, gl.GL_DYNAMIC_DRAW)
        gl.glBindBufferBase(gl.GL_UNIFORM_BUFFER, binding, buffer)

    def set_poses(self, rows: F32) -> None:
        """Geom poses (G, 3, 4)."""
        self._uniform_buffer(self._poses, 0, rows)

    def set_looks(self, look: F32) -> None:
        """Material rows (G, 2, 4); see the colour shader."""
        self._uniform_buffer(self._looks, 1, look)

    # -- textures --------------------------------------------------------------------------------

    def upload_layers(self, count: int) -> None:
        """Room for `count` texture layers."""
        gl = self.gl
        gl.glActiveTexture(gl.GL_TEXTURE0)
        gl.glBindTexture(gl.GL_TEXTURE_2D_ARRAY, self._layers)
        size, level = LAYER_PX, 0
        while size >= 1:
            gl.glTexImage3D(
                gl.GL_TEXTURE_2D_ARRAY, level, gl.GL_RGB8, size, size, count, 0, gl.GL_RGB, gl.GL_UNSIGNED_BYTE, None
            )
            size, level = size // 2, level + 1
        target = gl.GL_TEXTURE_2D_ARRAY
        gl.glTexParameteri(target, gl.GL_TEXTURE_MAX_LEVEL, level - 1)
        gl.glTexParameteri(target, gl.GL_TEXTURE_MIN_FILTER, gl.GL_LINEAR_MIPMAP_NEAREST)
        gl.glTexParameteri(target, gl.GL_TEXTURE_MAG_FILTER, gl.GL_LINEAR)
        # Sharper than the default: the picture is averaged down afterwards.
        gl.glTexParameterf(target, gl.GL_TEXTURE_LOD_BIAS, -0.3)

    def set_layer(self, layer: int, image: U8) -> None:
        gl = self.gl
        gl.glActiveTexture(gl.GL_TEXTURE0)
        gl.glBindTexture(gl.GL_TEXTURE_2D_ARRAY, self._layers)
        for level, part in enumerate(mipmaps(image)):
            h, w = part.shape[:2]
            gl.glTexSubImage3D(
                gl.GL_TEXTURE_2D_ARRAY, level, 0, 0, layer, w, h, 1, gl.GL_RGB, gl.GL_UNSIGNED_BYTE, part
            )

    def set_panorama(self, image: U8, yaw: float) -> None:
        gl = self.gl
        self._yaw = yaw
        h, w = image.shape[:2]
        gl.glActiveTexture(gl.GL_TEXTURE0)
        gl.glBindTexture(gl.GL_TEXTURE_2D, self._panorama)
        data = np.ascontiguousarray(image)
        gl.glTexImage2D(gl.GL_TEXTURE_2D, 0, gl.GL_RGB8, w, h, 0, gl.GL_RGB, gl.GL_UNSIGNED_BYTE, data)
        for name, value in (
            (gl.GL_TEXTURE_MIN_FILTER, gl.GL_LINEAR),
            (gl.GL_TEXTURE_MAG_FILTER, gl.GL_LINEAR),
            (gl.GL_TEXTURE_WRAP_S, gl.GL_REPEAT),
            (gl.GL_TEXTURE_WRAP_T, gl.GL_CLAMP_TO_EDGE),
        ):
            gl.glTexParameteri(gl.GL_TEXTURE_2D, name, value)

    # -- framebuffers ----------------------------------------------------------------------------

    def _make_shadow_target(self) -> int:
        gl, n = self.gl, self._shadow_px
        gl.glBindTexture(gl.GL_TEXTURE_2D, self._shadow_map)
        gl.glTexImage2D(
            gl.GL_TEXTURE_2D, 0, gl.GL_DEPTH_COMPONENT24, n, n, 0, gl.GL_DEPTH_COMPONENT, gl.GL_UNSIGNED_INT, None
        )
        for name, value in (
            (gl.GL_TEXTURE_MIN_FILTER, gl.GL_LINEAR),
            (gl.GL_TEXTURE_MAG_FILTER, gl.GL_LINEAR),
            (gl.GL_TEXTURE_WRAP_S, gl.GL_CLAMP_TO_BORDER),  # lit outside the map
            (gl.GL_TEXTURE_WRAP_T, gl.GL_CLAMP_TO_BORDER),
            (gl.GL_TEXTURE_COMPARE_MODE, gl.GL_COMPARE_REF_TO_TEXTURE),
            (gl.GL_TEXTURE_COMPARE_FUNC, gl.GL_LEQUAL),
        ):
            gl.glTexParameteri(gl.GL_TEXTURE_2D, name, value)
        gl.glTexParameterfv(gl.GL_TEXTURE_2D, gl.GL_TEXTURE_BORDER_COLOR, [1.0, 1.0, 1.0, 1.0])
        target = int(gl.glGenFramebuffers(1))
        gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, target)
        gl.glFramebufferTexture2D(gl.GL_FRAMEBUFFER, gl.GL_DEPTH_ATTACHMENT, gl.GL_TEXTURE_2D, self._shadow_map, 0)
        gl.glDrawBuffer(gl.GL_NONE)
        gl.glReadBuffer(gl.GL_NONE)
        self._check_target()
        return target

    def _check_target(self) -> None:
        status = self.gl.glCheckFramebufferStatus(self.gl.GL_FRAMEBUFFER)
        if status != self.gl.GL_FRAMEBUFFER_COMPLETE:
            raise BackendError(f"this OpenGL driver refuses an off-screen framebuffer (status {status:#x})")

    def _target(self, kind: str, width: int, height: int) -> int:
        """A framebuffer for "colour", "ids" or "ids+depth", made once per size."""
        key = (kind, width, height)
        if key in self._targets:
            return self._targets[key]
        gl = self.gl
        target = int(gl.glGenFramebuffers(1))
        gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, target)
        formats = {"colour": [gl.GL_RGBA8], "ids": [gl.GL_R8], "ids+depth": [gl.GL_R8, gl.GL_R32F]}[kind]
        for k, internal in enumerate([*formats, gl.GL_DEPTH_COMPONENT24]):
            buffer = int(gl.glGenRenderbuffers(1))
            gl.glBindRenderbuffer(gl.GL_RENDERBUFFER, buffer)
            gl.glRenderbufferStorage(gl.GL_RENDERBUFFER, internal, width, height)
            place = gl.GL_DEPTH_ATTACHMENT if k == len(formats) else gl.GL_COLOR_ATTACHMENT0 + k
            gl.glFramebufferRenderbuffer(gl.GL_FRAMEBUFFER, place, gl.GL_RENDERBUFFER, buffer)
        gl.glDrawBuffers(len(formats), [gl.GL_COLOR_ATTACHMENT0 + k for k in range(len(formats))])
        self._check_target()
        self._targets[key] = target
        return target

    # -- passes ----------------------------------------------------------------------------------

    def set_lights(self, lights: list[dict[str, Any]], ambient: list[float], matrix: F32, span_m: float) -> None:
        """Light uniforms. matrix: world to the shadow map's clip space; span_m: its width in metres."""
        gl = self.gl
        gl.glUseProgram(self._shadow_program)
        gl.glUniformMatrix4fv(self._at(self._shadow_program, "light"), 1, True, matrix)
        p = self._colour_program
        gl.glUseProgram(p)
        gl.glUniformMatrix4fv(self._at(p, "light"), 1, True, matrix)
        key = next((k for k, light in enumerate(lights) if light["shadow"]), 0)
        self._vector(p, "key_direction", -_unit(lights[key]["direction"]))
        self._vector(p, "key_colour", np.array(lights[key]["diffuse"]) * _KEY_GAIN)
        self._vector(p, "key_specular", np.array(lights[key]["specular"]) * _KEY_GAIN)
        fills = [light for k, light in enumerate(lights) if k != key][:3]
        gl.glUniform1i(self._at(p, "fills"), len(fills))
        for k, light in enumerate(fills):
            self._vector(p, f"fill_direction[{k}]", -_unit(light["direction"]))
            self._vector(p, f"fill_colour[{k}]", np.array(light["diffuse"]) * _FILL_GAIN)
        level = np.array(ambient)
        self._vector(p, "sky", level * _SKY_GAIN)
        self._vector(p, "ground", level * _GROUND_GAIN)
        gl.glUniform1f(self._at(p, "texel"), span_m / self._shadow_px)
        gl.glUniform1f(self._at(p, "spread"), _SOFT_TEXELS / self._shadow_px)
        gl.glUniform1i(self._at(p, "layers"), 0)
        gl.glUniform1i(self._at(p, "shadow"), 1)

    def _vector(self, program: int, name: str, value: F64) -> None:
        self.gl.glUniform3f(self._at(program, name), *(float(x) for x in value))

    def draw_shadow(self, first: int, count: int) -> None:
        gl = self.gl
        gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, self._shadow_target)
        gl.glViewport(0, 0, self._shadow_px, self._shadow_px)
        gl.glClear(gl.GL_DEPTH_BUFFER_BIT)
        gl.glUseProgram(self._shadow_program)
        gl.glEnable(gl.GL_POLYGON_OFFSET_FILL)
        gl.glPolygonOffset(1.5, 2.0)
        self._elements(first, count)
        gl.glDisable(gl.GL_POLYGON_OFFSET_FILL)

    def draw_colour(
        self, width: int, height: int, view: F32, eye: F64, count: int, sky: F32 | None, ground_z: float | None = None
    ) -> U8:
        """The shaded picture (H, W, 3), bottom row first; the array is reused by the next call.

        sky: rays of the pixels where the panorama shows. ground_z: its lower half lies on the plane z = ground_z
        instead of infinitely far below.
        """
        gl = self.gl
        gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, self._target("colour", width, height))
        gl.glViewport(0, 0, width, height)
        gl.glClearColor(0.0, 0.0, 0.0, 1.0)
        gl.glClear(gl.GL_COLOR_BUFFER_BIT | gl.GL_DEPTH_BUFFER_BIT)
        p = self._colour_program
        gl.glUseProgram(p)
        gl.glUniformMatrix4fv(self._at(p, "camera"), 1, True, view)
        self._vector(p, "eye", eye)
        gl.glActiveTexture(gl.GL_TEXTURE1)
        gl.glBindTexture(gl.GL_TEXTURE_2D, self._shadow_map)
        gl.glActiveTexture(gl.GL_TEXTURE0)
        gl.glBindTexture(gl.GL_TEXTURE_2D_ARRAY, self._layers)
        self._elements(0, count)
        if sky is not None:
            gl.glUseProgram(self._sky_program)
            gl.glBindTexture(gl.GL_TEXTURE_2D, self._panorama)
            gl.glUniformMatrix4fv(self._at(self._sky_program, "ray"), 1, True, sky)
            gl.glUniform1f(self._at(self._sky_program, "yaw"), self._yaw)
            near = ground_z is not None
            self._vector(self._sky_program, "eye", eye - [0.4, 0.0, (ground_z or 0.0) + GROUND_EYE])
            gl.glUniform1f(self._at(self._sky_program, "radius"), GROUND_RADIUS if near else 0.0)
            gl.glDrawArrays(gl.GL_TRIANGLES, 0, 3)
        out = self._pixels.setdefault(("colour", width, height), np.empty((height, width, 3), np.uint8))
        gl.glReadBuffer(gl.GL_COLOR_ATTACHMENT0)
        gl.glReadPixels(0, 0, width, height, gl.GL_RGB, gl.GL_UNSIGNED_BYTE, out)
        return out

    def draw_labels(
        self, width: int, height: int, view: F32, first: int, count: int, depth: bool
    ) -> tuple[U8, F32 | None]:
        """Instance image (H, W) and, if asked, depth in metres (H, W), top row first."""
        gl = self.gl
        gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, self._target("ids+depth" if depth else "ids", width, height))
        gl.glViewport(0, 0, width, height)
        gl.glClearColor(0.0, 0.0, 0.0, 0.0)
        gl.glClear(gl.GL_COLOR_BUFFER_BIT | gl.GL_DEPTH_BUFFER_BIT)
        gl.glUseProgram(self._label_program)
        gl.glUniformMatrix4fv(self._at(self._label_program, "camera"), 1, True, view)
        self._elements(first, count)
        ids = np.empty((height, width), np.uint8)
        gl.glReadBuffer(gl.GL_COLOR_ATTACHMENT0)
        gl.glReadPixels(0, 0, width, height, gl.GL_RED, gl.GL_UNSIGNED_BYTE, ids)
        z = None
        if depth:
            z = np.empty((height, width), np.float32)
            gl.glReadBuffer(gl.GL_COLOR_ATTACHMENT0 + 1)
            gl.glReadPixels(0, 0, width, height, gl.GL_RED, gl.GL_FLOAT, z)
            z = np.ascontiguousarray(z[::-1])
        return np.ascontiguousarray(ids[::-1]), z

    def _elements(self, first: int, count: int) -> None:
        gl = self.gl
        gl.glBindVertexArray(self._vao)
        gl.glDrawElements(gl.GL_TRIANGLES, count, gl.GL_UNSIGNED_INT, gl.ctypes.c_void_p(4 * first))


# From the recorded light levels (meant for gamma-space shading) to linear ones.
_KEY_GAIN, _FILL_GAIN, _SKY_GAIN, _GROUND_GAIN = 1.25, 0.8, 0.75, 0.4
_SOFT_TEXELS = 2.2
# Surroundings that stand around the table: seen from this height above their ground, this far away (m).
GROUND_EYE, GROUND_RADIUS = 1.5, 6.0


def _unit(v: Any) -> F64:
    a = np.asarray(v, np.float64)
    return a / np.linalg.norm(a)
