"""A page with several instances of every family, rendered with MuJoCo, to look at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assets.catalogue import catalogue
from assets.library import FAMILIES, make_object
from engine.types import ObjectAsset

U8 = NDArray[np.uint8]


def add_object(spec: Any, asset: ObjectAsset, name: str, *, collide: bool = True, draw: bool = True) -> Any:
    """Adds the object as a body with a free joint to an `mujoco.MjSpec`; returns the body.

    MuJoCo takes texture rows from the bottom up: with v up in the mesh, v is flipped on the way in.
    """
    import mujoco

    body = spec.worldbody.add_body(name=name)
    body.add_freejoint(name=f"{name}_joint")
    inertia = asset.inertia
    body.explicitinertial = True
    body.mass = asset.mass
    body.fullinertia = [inertia[0, 0], inertia[1, 1], inertia[2, 2], inertia[0, 1], inertia[0, 2], inertia[1, 2]]
    if draw:
        for k, part in enumerate(asset.visual):
            _add_visual(spec, body, part, f"{name}_vis{k}")
    if collide:
        names = ("box", "sphere", "capsule", "cylinder", "ellipsoid", "mesh")
        kinds = {k: getattr(mujoco.mjtGeom, f"mjGEOM_{k.upper()}") for k in names}
        for k, part in enumerate(asset.collision):
            geom = body.add_geom(
                name=f"{name}_col{k}",
                type=kinds[part.kind],
                group=3,
                friction=[asset.friction, 0.005, 0.0001],
                condim=4,
            )
            geom.pos, geom.quat = part.p, part.q_wxyz
            if part.kind == "mesh":
                assert part.vertices is not None
                spec.add_mesh(name=f"{name}_hull{k}", uservert=part.vertices.ravel())
                geom.meshname = f"{name}_hull{k}"
            else:
                geom.size[: len(part.size)] = part.size
    return body


def _add_visual(spec: Any, body: Any, part: Any, name: str) -> None:
    import mujoco

    mesh = spec.add_mesh(name=name, uservert=part.vertices.ravel(), userface=part.faces.ravel())
    mesh.inertia = mujoco.mjtMeshInertia.mjMESH_INERTIA_SHELL
    mesh.usertexcoord = (part.uv * np.array([1, -1]) + np.array([0, 1])).ravel()
    material = spec.add_material(
        name=name, rgba=part.material.rgba, specular=part.material.specular, shininess=part.material.shininess
    )
    if part.material.texture is not None:
        image = part.material.texture
        texture = spec.add_texture(
            name=name, type=mujoco.mjtTexture.mjTEXTURE_2D, width=image.shape[1], height=image.shape[0], nchannel=3
        )
        texture.data = image.tobytes()
        material.textures[int(mujoco.mjtTextureRole.mjTEXROLE_RGB)] = name
    body.add_geom(
        name=name,
        type=mujoco.mjtGeom.mjGEOM_MESH,
        meshname=name,
        material=name,
        contype=0,
        conaffinity=0,
        group=2,
        mass=0,
    )


def _stage() -> Any:
    import mujoco

    spec = mujoco.MjSpec()
    spec.visual.global_.offwidth = spec.visual.global_.offheight = 1024
    spec.visual.quality.shadowsize = 2048
    spec.visual.headlight.ambient = [0.45, 0.45, 0.45]
    spec.visual.headlight.diffuse = [0.25, 0.25, 0.25]
    spec.stat.extent, spec.stat.center = 0.5, [0, 0, 0]
    spec.visual.map.znear, spec.visual.map.zfar = 0.05, 20
    spec.worldbody.add_light(
        pos=[0.4, -0.5, 1.2],
        dir=[-0.3, 0.4, -1],
        type=mujoco.mjtLightType.mjLIGHT_DIRECTIONAL,
        castshadow=True,
        diffuse=[0.5, 0.5, 0.5],
    )
    spec.worldbody.add_geom(type=mujoco.mjtGeom.mjGEOM_PLANE, size=[3, 3, 0.1], rgba=[0.72, 0.7, 0.67, 1])
    return spec


def render_objects(
    assets: Sequence[ObjectAsset], size: int = 144, yaws: Sequence[float] | None = None, side: bool = False
) -> list[U8]:
    """One picture (size, size, 3) of each object in its first resting pose, framed to its own extent."""

    pictures: list[U8] = []
    turns = [0.5] * len(assets) if yaws is None else list(yaws)
    for start in range(0, len(assets), _TOGETHER):
        part = slice(start, start + _TOGETHER)
        pictures += _render_some(assets[part], size, turns[part], side)
    return pictures


_TOGETHER = 12  # objects compiled into one model: opening a renderer takes longer than drawing


def _render_some(assets: Sequence[ObjectAsset], size: int, yaws: Sequence[float], side: bool) -> list[U8]:
    import mujoco

    spec = _stage()
    for i, asset in enumerate(assets):
        add_object(spec, asset, f"object{i}", collide=False)
    model = spec.compile()
    data = mujoco.MjData(model)
    pictures = []
    with mujoco.Renderer(model, 2 * size, 2 * size) as renderer:
        for i, (asset, yaw) in enumerate(zip(assets, yaws, strict=True)):
            data.qpos.reshape(-1, 7)[:] = [0, 0, -50, 1, 0, 0, 0]  # the others wait below the floor
            pose = asset.stable_poses[0]
            turn = np.array([np.cos(yaw / 2), 0, 0, np.sin(yaw / 2)])
            data.qpos[7 * i : 7 * i + 7] = [0, 0, pose.height, *(turn if pose.upright else _product(turn, pose.q_wxyz))]
            mujoco.mj_forward(model, data)
            camera = mujoco.MjvCamera()
            camera.lookat[:] = [0, 0, 0.5 * float(asset.extents[2])]
            camera.distance = 1.3 * float(np.sqrt((asset.extents**2).sum())) + 0.03
            camera.azimuth, camera.elevation = 180.0, -10.0 if side else -32.0
            renderer.update_scene(data, camera)
            big = renderer.render().astype(np.float32)
            pictures.append(np.rint(big.reshape(size, 2, size, 2, 3).mean((1, 3))).astype(np.uint8))
    return pictures


def _product(a: NDArray, b: NDArray) -> NDArray:
    from engine.frames import quat_mul

    return quat_mul(a, b)


def page(families: Sequence[str] | None = None, per_family: int = 6, size: int = 144, columns: int = 2) -> U8:
    """The page: a row of instances for every family, captioned with name, colour and family."""
    from PIL import Image, ImageDraw

    chosen = list(FAMILIES if families is None else families)
    cell = size + 26
    rows = -(-len(chosen) // columns)
    sheet = Image.new("RGB", (columns * (per_family * (size + 2) + 16), rows * cell), (250, 250, 250))
    draw = ImageDraw.Draw(sheet)
    for i, family in enumerate(chosen):
        seeds = catalogue().get(family, tuple(range(per_family)))[:per_family]
        assets = [make_object(family, k) for k in seeds]
        x0, y0 = (i % columns) * (per_family * (size + 2) + 16), (i // columns) * cell
        for k, (asset, picture) in enumerate(zip(assets, render_objects(assets, size), strict=True)):
            sheet.paste(Image.fromarray(picture), (x0 + k * (size + 2), y0 + 24))
            caption = f"{asset.attributes['colour']} {asset.name}"[: size // 6]
            draw.text((x0 + k * (size + 2) + 2, y0 + 12), caption, (60, 60, 60))
        draw.text((x0 + 2, y0), f"{family}  {assets[0].category}", (0, 0, 0))
    return np.asarray(sheet)


def overview(families: Sequence[str] | None = None, size: int = 80, columns: int = 20) -> U8:
    """One member of every family, side by side."""
    chosen = list(FAMILIES if families is None else families)
    assets = [make_object(f, catalogue().get(f, (0,))[0]) for f in chosen]
    pictures = render_objects(assets, size)
    rows = -(-len(chosen) // columns)
    sheet = np.full((rows * size, columns * size, 3), 250, np.uint8)
    for k, picture in enumerate(pictures):
        y, x = size * (k // columns), size * (k % columns)
        sheet[y : y + size, x : x + size] = picture
    return sheet


def save_page(path: Path, families: Sequence[str] | None = None, per_family: int = 6, size: int = 144) -> None:
    """Writes the page as a PNG."""
    from PIL import Image

    Image.fromarray(page(families, per_family, size)).save(path)
