"""Small meshes of many kinds, as users have them, for the importer's tests."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import trimesh
from PIL import Image
from trimesh.visual.material import PBRMaterial
from trimesh.visual.texture import TextureVisuals


def revolved(profile: list[tuple[float, float]], sections: int = 40) -> trimesh.Trimesh:
    """A closed body of revolution about z from (radius, z) points, metres."""
    mesh = trimesh.creation.revolve(np.array(profile), sections=sections)
    mesh.merge_vertices()
    return mesh


def bowl(r: float = 0.08, h: float = 0.055, t: float = 0.005, sections: int = 40) -> trimesh.Trimesh:
    foot = 0.55 * r
    return revolved([(0, 0), (foot, 0), (r, h), (r - t, h), (foot - t, t), (0, t)], sections)


def plate(r: float = 0.11) -> trimesh.Trimesh:
    return revolved([(0, 0), (0.65 * r, 0), (r, 0.016), (r, 0.02), (0.62 * r, 0.005), (0, 0.005)])


def cup(r: float = 0.04, h: float = 0.1, t: float = 0.004) -> trimesh.Trimesh:
    return revolved([(0, 0), (0.85 * r, 0), (r, h), (r - t, h), (0.85 * r - t, t), (0, t)])


def tub(x: float = 0.2, y: float = 0.14, h: float = 0.07, t: float = 0.006) -> trimesh.Trimesh:
    """An open rectangular box on z = 0."""
    sides = [
        ((x, y, t), (0, 0, t / 2)),
        ((t, y, h), (x / 2 - t / 2, 0, h / 2)),
        ((t, y, h), (t / 2 - x / 2, 0, h / 2)),
        ((x - 2 * t, t, h), (0, y / 2 - t / 2, h / 2)),
        ((x - 2 * t, t, h), (0, t / 2 - y / 2, h / 2)),
    ]
    boxes = [trimesh.creation.box(e, trimesh.transformations.translation_matrix(c)) for e, c in sides]
    return trimesh.util.concatenate(boxes)


def block(x: float = 0.05, y: float = 0.04, z: float = 0.06) -> trimesh.Trimesh:
    """A box on z = 0."""
    return trimesh.creation.box((x, y, z), trimesh.transformations.translation_matrix((0, 0, z / 2)))


def picture(size: int = 32, colour: tuple[int, int, int] = (200, 32, 36)) -> bytes:
    """A PNG: one colour with a white stripe."""
    image = np.empty((size, size, 3), np.uint8)
    image[:] = colour
    image[: size // 8] = 240
    out = io.BytesIO()
    Image.fromarray(image).save(out, "PNG")
    return out.getvalue()


def obj_text(mesh: trimesh.Trimesh, mtl: str = "", scale: float = 1.0, y_up: bool = False) -> str:
    """Wavefront text with cylindrical texture coordinates."""
    v = np.asarray(mesh.vertices) * scale
    v = v[:, [0, 2, 1]] * [1, 1, -1] if y_up else v
    angle = np.arctan2(mesh.vertices[:, 1], mesh.vertices[:, 0]) / (2 * np.pi) + 0.5
    height = mesh.vertices[:, 2] / max(float(mesh.vertices[:, 2].max()), 1e-9)
    lines = [f"mtllib {mtl}", "usemtl look"] if mtl else []
    lines += [f"v {x:.6f} {y:.6f} {z:.6f}" for x, y, z in v]
    lines += [f"vt {a:.5f} {b:.5f}" for a, b in zip(angle, height, strict=True)]
    lines += [f"f {a}/{a} {b}/{b} {c}/{c}" for a, b, c in np.asarray(mesh.faces) + 1]
    return "\n".join(lines) + "\n"


def mtl_text(texture: str = "", colour: tuple[float, float, float] = (0.8, 0.1, 0.1)) -> str:
    return f"newmtl look\nKd {colour[0]} {colour[1]} {colour[2]}\n" + (f"map_Kd {texture}\n" if texture else "")


def write(path: Path, data: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def ycb_like(root: Path, name: str = "006_mustard_bottle") -> None:
    """folder/google_16k/textured.obj with textured.mtl and texture_map.png, and plain copies beside it."""
    body = revolved([(0, 0), (0.03, 0), (0.03, 0.12), (0.012, 0.15), (0.012, 0.17), (0, 0.17)], 64)
    at = root / name / "google_16k"
    write(at / "textured.obj", obj_text(body, "textured.mtl"))
    write(at / "textured.mtl", mtl_text("texture_map.png", (1, 1, 1)))
    write(at / "texture_map.png", picture(64, (242, 204, 40)))
    write(at / "nontextured.stl", body.export(file_type="stl"))
    write(at / "nontextured.ply", body.export(file_type="ply"))
    write(at / "textured.dae", "<COLLADA/>")


def gso_like(root: Path, name: str = "Threshold_Bowl_Blue") -> None:
    """folder/meshes/model.obj whose picture lies in folder/materials/textures."""
    write(root / name / "meshes" / "model.obj", obj_text(bowl(), "model.mtl"))
    write(root / name / "meshes" / "model.mtl", mtl_text("texture.png", (1, 1, 1)))
    write(root / name / "materials" / "textures" / "texture.png", picture(64, (36, 84, 178)))


def glb_of_many(path: Path) -> None:
    """A toy truck in y-up metres: a scaled, turned scene of four meshes, one textured, one metallic."""
    scene = trimesh.Scene()
    paint = PBRMaterial(baseColorFactor=[0.6, 0.02, 0.02, 1.0], metallicFactor=0.0)
    steel = PBRMaterial(baseColorFactor=[0.7, 0.7, 0.72, 1.0], metallicFactor=1.0)
    body = trimesh.creation.box((2.0, 0.8, 1.0))
    body.visual = TextureVisuals(material=paint)
    cabin = trimesh.creation.box((0.7, 0.9, 1.0))
    image = Image.open(io.BytesIO(picture(32, (36, 84, 178))))
    cabin.visual = TextureVisuals(
        uv=np.random.default_rng(0).random((8, 2)), material=PBRMaterial(baseColorTexture=image)
    )
    move, turn = trimesh.transformations.translation_matrix, trimesh.transformations.rotation_matrix
    root = np.diag([0.05, 0.05, 0.05, 1.0])
    scene.add_geometry(body, transform=root @ move((0, 0.7, 0)))
    scene.add_geometry(cabin, transform=root @ move((-0.6, 1.4, 0)))
    wheel = trimesh.creation.cylinder(0.3, 1.2, 24)
    wheel.visual = TextureVisuals(material=steel)
    for x in (-0.6, 0.6):
        scene.add_geometry(wheel.copy(), transform=root @ move((x, 0.3, 0)) @ turn(0.3, (0, 0, 1)))
    write(path, scene.export(file_type="glb"))


def png_that_claims(side: int) -> bytes:
    """A PNG of a few bytes whose header promises side x side pixels."""
    head = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return picture()[:8] + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head)) + picture()[33:]


def glb_with_picture(data: bytes) -> bytes:
    """A GLB of a box with these bytes as its embedded picture."""
    box = block()
    small = picture()
    box.visual = TextureVisuals(
        uv=np.zeros((8, 2)), material=PBRMaterial(baseColorTexture=Image.open(io.BytesIO(small)))
    )
    whole = box.export(file_type="glb")
    size = struct.unpack("<I", whole[12:16])[0]
    tree = json.loads(whole[20 : 20 + size])
    chunk = whole[28 + size :]
    tree["bufferViews"].append({"buffer": 0, "byteOffset": len(chunk), "byteLength": len(data)})
    tree["images"][0] = {"bufferView": len(tree["bufferViews"]) - 1, "mimeType": "image/png"}
    chunk += data + b"\0" * (-len(data) % 4)
    tree["buffers"][0]["byteLength"] = len(chunk)
    text = json.dumps(tree).encode()
    text += b" " * (-len(text) % 4)
    body = struct.pack("<II", len(text), 0x4E4F534A) + text + struct.pack("<II", len(chunk), 0x004E4942) + chunk
    return b"glTF" + struct.pack("<II", 2, 12 + len(body)) + body


def mjcf_text(extra: str = "", joint: str = "<freejoint/>", file: str = "look.obj") -> str:
    """A mug of a visual mesh and five collision geoms."""
    return f"""<mujoco model="red_mug"><compiler angle="radian"/>{extra}
<asset><mesh name="look" file="{file}" scale="0.01 0.01 0.01"/><material name="m" rgba="0.8 0.1 0.1 1"/></asset>
<worldbody><body name="mug" pos="0 0 0.1">{joint}<inertial pos="0 0 0.05" mass="0.25" diaginertia="1e-4 1e-4 1e-4"/>
<geom type="mesh" mesh="look" contype="0" conaffinity="0" material="m"/>
<geom type="cylinder" size="0.04 0.05" pos="0 0 0.05"/>
<geom type="box" size="0.004 0.004 0.03" pos="0.06 0 0.05" euler="0 0 0.1"/>
<geom type="capsule" size="0.005" fromto="0.04 0 0.08 0.06 0 0.08"/>
<geom type="capsule" size="0.005" fromto="0.04 0 0.02 0.06 0 0.02"/>
</body></worldbody></mujoco>"""


def zipped(files: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in files.items():
            z.writestr(name, data)
    return out.getvalue()
