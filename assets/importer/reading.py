"""Mesh files to pieces: OBJ with MTL and textures, glTF and GLB, STL, PLY.

trimesh parses; before it does, what a file claims (counts, nesting, addresses, picture sizes) is checked here, and
every further file it asks for goes through `Neighbours`.
"""

from __future__ import annotations

import base64
import io
import json
import logging
import posixpath
import re
import struct
import warnings
from typing import Any

import numpy as np
import trimesh
from PIL import Image
from trimesh.resolvers import Resolver
from trimesh.visual.material import PBRMaterial

from assets.importer.causes import check_saved, is_pointer
from assets.importer.paths import Recorder, resolve, resolve_uri
from assets.importer.records import MAX_PIXELS, MAX_TRIANGLES, TEXTURE_PX, Piece, Raw, Refused
from engine.types import U8

MESH_TYPES = (".obj", ".glb", ".gltf", ".stl", ".ply")
PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".tga", ".tif", ".tiff", ".webp", ".gif", ".ppm", ".dds")
_MAX_NODES = 5000
_UNDERSTOOD = (
    "KHR_materials_",
    "KHR_texture_transform",
    "KHR_mesh_quantization",
    "KHR_lights_punctual",
    "EXT_texture_webp",
)


def open_picture(data: bytes, name: str) -> Image.Image:
    """The picture, not yet decoded. Raises Refused when it is too large to open, ValueError when it is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data))
    except Image.DecompressionBombError as error:
        raise Refused(f"texture '{name}' is a decompression bomb; make it {TEXTURE_PX} pixels wide") from error
    except Exception as error:
        what = "a Git LFS pointer (fetch it with: git lfs pull)" if is_pointer(data) else "no readable picture"
        raise ValueError(f"texture '{name}' is {what}") from error
    _check_pixels(image, name)
    return image


def _check_pixels(image: Image.Image, name: str) -> None:
    if image.size[0] * image.size[1] > MAX_PIXELS:
        raise Refused(
            f"texture '{name}' has {image.size[0]} x {image.size[1]} pixels, too many; make it {TEXTURE_PX} wide"
        )


def picture(image: Image.Image, name: str, notes: list[str]) -> U8 | None:
    """RGB (H, W, 3), longest side at most TEXTURE_PX, or None with a note when it cannot be decoded."""
    _check_pixels(image, name)
    size = image.size
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image.draft("RGB", (2 * TEXTURE_PX, 2 * TEXTURE_PX))
            rgb = image.convert("RGBA")
            if rgb.getextrema()[3][0] < 255:  # type: ignore[index]
                rgb = Image.alpha_composite(Image.new("RGBA", rgb.size, (255, 255, 255, 255)), rgb)
            rgb = rgb.convert("RGB")
    except Exception:
        notes.append(f"texture '{name}' cannot be decoded: plain colour instead")
        return None
    if max(size) > TEXTURE_PX:
        rgb.thumbnail((TEXTURE_PX, TEXTURE_PX), Image.Resampling.BOX)
        if max(size) > 2048:
            notes.append(f"texture {size[0]} x {size[1]} made {rgb.size[0]} x {rgb.size[1]}")
    return np.asarray(rgb, np.uint8)


class Neighbours(Resolver):
    """What trimesh may read beside a mesh: files of the same folder tree, checked."""

    def __init__(self, source: Recorder, base: str, notes: list[str]):
        self.source, self.base, self.notes = source, base, notes
        self.problem: Refused | None = None
        self.dressed = False  # whether an MTL was read

    def get(self, name: str) -> bytes:
        try:
            return self._get(name)
        except Refused as error:
            self.problem = self.problem or error
            raise

    def _get(self, name: str) -> bytes:
        path = resolve_uri(self.base, name) if "%" in name else resolve(self.base, name)
        is_picture = path.lower().endswith(PICTURES)
        try:
            data = self._read(path, is_picture)
        except FileNotFoundError:
            what = "texture" if is_picture else "file"
            note = f"{what} '{posixpath.basename(path)}' is missing" + (": plain colour instead" if is_picture else "")
            if note not in self.notes:
                self.notes.append(note)
            raise
        self.dressed = self.dressed or path.lower().endswith(".mtl")
        if is_picture:
            try:
                open_picture(data, posixpath.basename(path))
            except ValueError as error:
                self.notes.append(f"{error}: plain colour instead")
                raise
        return data

    def _read(self, path: str, is_picture: bool) -> bytes:
        """The file, or for pictures one of the same name nearby (meshes/model.mtl, materials/textures/texture.png)."""
        try:
            return self.source.read(path)
        except FileNotFoundError:
            other = self.source.find(self.base, posixpath.basename(path)) if is_picture else None
            if other is None:
                raise
            return self.source.read(other)

    def write(self, name: str, data: Any) -> None:
        raise Refused("reading a mesh writes nothing")

    def namespaced(self, namespace: str) -> Neighbours:
        return Neighbours(self.source, posixpath.join(self.base, namespace), self.notes)

    def keys(self) -> Any:
        return ()


def read_mesh(source: Recorder, path: str) -> Raw:
    """The pieces of a mesh file, in file units. Raises Refused with the reason and the fix."""
    kind = posixpath.splitext(path)[1].lower()
    try:
        data = source.read(path)
    except FileNotFoundError as error:
        raise Refused(f"mesh '{posixpath.basename(path)}' is missing; put it there") from error
    if not data.strip(b"\0 \r\n\t"):
        raise Refused("the file is empty; export it again")
    check_saved(data, kind)
    notes: list[str] = []
    neighbours = Neighbours(source, posixpath.dirname(path), notes)
    if kind in (".glb", ".gltf"):
        _check_gltf(data, kind, posixpath.dirname(path))
    elif kind == ".ply":
        _check_ply(data)
    elif kind == ".stl":
        _check_stl(data)
    else:
        _check_obj(data)
    pieces = _pieces(_parse(data, kind, neighbours), notes)
    if kind == ".obj" and not neighbours.dressed:  # no MTL was read: the parser's own grey means nothing
        for piece in pieces:
            piece.image = None
            piece.plain = piece.colours is None
    if neighbours.problem is not None:
        raise neighbours.problem
    if not pieces:
        raise Refused("holds no triangles; export the mesh with faces")
    return Raw(pieces, notes, up="y" if kind in (".glb", ".gltf") else "")


def _parse(data: bytes, kind: str, neighbours: Neighbours) -> trimesh.Scene:
    log = logging.getLogger("trimesh")
    level = log.level
    log.setLevel(logging.CRITICAL + 1)  # what it says of broken files is said in their line
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return trimesh.load_scene(
                io.BytesIO(data), file_type=kind[1:], resolver=neighbours, process=False, maintain_order=True
            )
    except Refused:
        raise
    except (MemoryError, RecursionError) as error:
        raise Refused("too large or too deeply nested to read; simplify the file") from error
    except Exception as error:  # whatever a broken file makes a parser stumble over
        if neighbours.problem is not None:
            raise neighbours.problem from error
        said = " ".join(str(error).split())[:80]
        raise Refused(
            f"not a readable {kind[1:].upper()} ({type(error).__name__}{': ' if said else ''}{said}); export it again"
        ) from error
    finally:
        log.setLevel(level)


def _pieces(scene: trimesh.Scene, notes: list[str]) -> list[Piece]:
    out: list[Piece] = []
    total = 0
    try:
        nodes = [(scene.graph[n]) for n in scene.graph.nodes_geometry]
    except Exception as error:
        raise Refused(f"its scene graph is broken ({type(error).__name__}); export it again") from error
    for T, name in nodes:
        mesh = scene.geometry.get(name)
        if not isinstance(mesh, trimesh.Trimesh) or len(mesh.faces) == 0:
            continue
        total += len(mesh.faces)
        if total > MAX_TRIANGLES:
            raise Refused(f"has more than {MAX_TRIANGLES:,} triangles; decimate it below that")
        faces = np.asarray(mesh.faces, np.int64)
        if faces.min() < 0 or faces.max() >= len(mesh.vertices):
            raise Refused("a face names a vertex that does not exist; export it again")
        T = np.asarray(T, np.float64)
        with np.errstate(all="ignore"):
            v = np.asarray(mesh.vertices, np.float64) @ T[:3, :3].T + T[:3, 3]
            if np.linalg.det(T[:3, :3]) < 0:
                faces = faces[:, ::-1]
        out.append(_dressed(mesh, v, faces, notes))
    return out


def _dressed(mesh: trimesh.Trimesh, v: np.ndarray, faces: np.ndarray, notes: list[str]) -> Piece:
    """Colour and texture of a mesh. Broken ones are left out with a note."""
    piece = Piece(v, faces, plain=True)
    try:
        visual: Any = mesh.visual
        if visual.kind == "texture":
            _textured(piece, visual, notes)
            painted = getattr(visual, "vertex_attributes", {}).get("color")
            if piece.plain and painted is not None and len(painted) == len(v):
                piece.colours, piece.plain = _bytes(painted), False
        elif visual.kind == "vertex":
            piece.colours, piece.plain = _bytes(visual.vertex_colors), False
        elif visual.kind == "face":
            piece.vertices, piece.faces = v[faces.ravel()], np.arange(3 * len(faces)).reshape(-1, 3)
            piece.colours, piece.plain = np.repeat(_bytes(visual.face_colors), 3, 0), False
    except Refused:
        raise
    except Exception as error:
        notes.append(f"its material cannot be read ({type(error).__name__}): plain colour instead")
    return piece


def _bytes(colours: Any) -> U8:
    c = np.asarray(colours)[:, :3]
    return np.clip(c if c.dtype.kind in "ui" else c * 255.0, 0, 255).astype(np.uint8)


def _textured(piece: Piece, visual: Any, notes: list[str]) -> None:
    material = visual.material
    if isinstance(material, PBRMaterial):
        image, factor = material.baseColorTexture, material.baseColorFactor
        metal = material.metallicFactor
        piece.metallic = metal is not None and float(metal) > 0.7 and material.metallicRoughnessTexture is None
        linear = True
    else:
        image, factor = getattr(material, "image", None), getattr(material, "diffuse", None)
        linear = False
    given = factor is not None
    if given:
        c = np.asarray(factor, np.float64).ravel()
        c = c / 255.0 if np.asarray(factor).dtype.kind in "ui" else c
        c = np.clip(np.nan_to_num(c[:3], nan=0.7), 0.0, 1.0)
        if linear:  # glTF factors are linear light; pictures and colours here are sRGB
            c = np.where(c <= 0.0031308, 12.92 * c, 1.055 * np.power(np.maximum(c, 1e-9), 1 / 2.4) - 0.055)
        piece.rgba = (float(c[0]), float(c[1]), float(c[2]), 1.0)
    uv = None if visual.uv is None else np.asarray(visual.uv, np.float64)
    if isinstance(image, Image.Image) and uv is not None and len(uv) == len(piece.vertices) and uv.shape[1] >= 2:
        piece.image = picture(image, getattr(material, "name", None) or "texture", notes)
        piece.uv = np.nan_to_num(uv[:, :2], nan=0.0, posinf=0.0, neginf=0.0)
        # The Kd beside a picture in MTL files is whatever the exporter had; viewers leave it out.
        if piece.image is not None and not (given and linear):
            piece.rgba = (1.0, 1.0, 1.0, 1.0)
    piece.plain = piece.image is None and not given


# --- what files claim ---------------------------------------------------------------------------


def _check_obj(data: bytes) -> None:
    if b"\nf" not in data and b"\rf" not in data and not data.startswith(b"f"):
        raise Refused("an OBJ without faces (or cut off before them); export it again with faces")
    if data.count(b"\nf ") > MAX_TRIANGLES:
        raise Refused(f"has more than {MAX_TRIANGLES:,} faces; decimate it below that")


def _check_ply(data: bytes) -> None:
    head, found, _ = data[: 1 << 16].partition(b"end_header")
    if not data.startswith(b"ply") or not found:
        raise Refused("not a PLY file, or cut off in its header; export it again")
    for kind, count in re.findall(rb"element\s+(\S+)\s+(\d+)", head):
        if int(count) > len(data):
            raise Refused(f"claims {int(count):,} {kind.decode('ascii', 'replace')}s in {len(data):,} bytes: truncated")
    if not re.search(rb"element\s+face\s+[1-9]", head):
        raise Refused("a PLY without faces (a point cloud); make a mesh of it first")


def _check_stl(data: bytes) -> None:
    if len(data) < 84:
        raise Refused("cut off: an STL has at least 84 bytes; export it again")
    count = int(struct.unpack("<I", data[80:84])[0])
    if 84 + 50 * count == len(data):
        if count > MAX_TRIANGLES:
            raise Refused(f"has {count:,} triangles, the limit is {MAX_TRIANGLES:,}; decimate it below that")
    elif not data[:512].lstrip().startswith(b"solid"):
        raise Refused(
            f"says {count:,} triangles, but {len(data):,} bytes do not hold just those: truncated; export again"
        )


def _check_gltf(data: bytes, kind: str, base: str) -> None:
    """Structure, counts and addresses of a glTF. Raises Refused."""
    try:
        text = _glb_json(data) if kind == ".glb" else data
        tree = json.loads(text)
        assert isinstance(tree, dict)
    except Refused:
        raise
    except (ValueError, AssertionError, RecursionError) as error:
        raise Refused(f"not a readable {kind[1:].upper()} (its JSON is broken or cut off); export it again") from error
    try:
        for name in tree.get("extensionsRequired", []):
            if not str(name).startswith(_UNDERSTOOD):
                raise Refused(f"needs the extension {name}; export it without (no Draco or meshopt compression)")
        for item in (*tree.get("buffers", []), *tree.get("images", [])):
            uri = item.get("uri")
            if uri is not None and not str(uri).startswith("data:"):
                resolve_uri(base, str(uri))
        counts = sum(int(a.get("count", 0)) for a in tree.get("accessors", []))
        if counts > 8 * MAX_TRIANGLES or any(int(a.get("count", 0)) < 0 for a in tree.get("accessors", [])):
            raise Refused(f"claims {counts:,} numbers, too many for a table-top object; decimate it")
        if any(int(b.get("byteLength", 0)) > 4 * len(data) + (256 << 20) for b in tree.get("buffers", [])):
            raise Refused("claims a buffer far larger than a mesh; export it again")
        _check_nodes(tree.get("nodes", []))
        _check_embedded(tree, data[20 + struct.unpack("<I", data[12:16])[0] + 8 :] if kind == ".glb" else b"")
    except (AttributeError, TypeError, ValueError, KeyError) as error:
        raise Refused(
            f"its JSON does not have the shape of a glTF ({type(error).__name__}); export it again"
        ) from error


def _check_embedded(tree: dict[str, Any], chunk: bytes) -> None:
    """Refuse pictures inside the file that would unpack to a bomb; what is no picture at all is left to the parser."""
    views = tree.get("bufferViews", [])
    for k, image in enumerate(tree.get("images", [])):
        uri, view = image.get("uri"), image.get("bufferView")
        data = b""
        if uri is not None and str(uri).startswith("data:"):
            data = base64.b64decode(str(uri).partition(",")[2][: 1 << 16] + "==", validate=False)
        elif view is not None and 0 <= int(view) < len(views):
            start = int(views[int(view)].get("byteOffset", 0))
            data = chunk[start : start + int(views[int(view)].get("byteLength", 0))]
        try:
            open_picture(data, image.get("name") or f"image {k}")
        except ValueError:
            continue


def _glb_json(data: bytes) -> bytes:
    if len(data) < 20 or data[:4] != b"glTF":
        raise Refused("not a GLB file, or cut off; export it again")
    version, length, size, kind = struct.unpack("<IIII", data[4:20])
    if version != 2:
        raise Refused(f"is glTF version {version}; export it as version 2")
    if length > len(data) or 20 + size > len(data) or kind != 0x4E4F534A:
        raise Refused(f"says {length:,} bytes and has {len(data):,}: truncated; copy or export it again")
    return data[20 : 20 + size]


def _check_nodes(nodes: list[dict[str, Any]]) -> None:
    if len(nodes) > _MAX_NODES:
        raise Refused(f"has {len(nodes):,} nodes; join them to fewer than {_MAX_NODES:,}")
    parents: dict[int, int] = {}
    for k, node in enumerate(nodes):
        for child in node.get("children", []):
            if int(child) in parents or not 0 <= int(child) < len(nodes):
                raise Refused("its nodes are no tree (a node with two parents, or none such); export it again")
            parents[int(child)] = k
    for k in range(len(nodes)):
        seen, at = 0, k
        while at in parents and seen <= len(nodes):
            at, seen = parents[at], seen + 1
            if at == k or seen > 500:
                raise Refused("its nodes form a ring or are nested too deep; export it again")
