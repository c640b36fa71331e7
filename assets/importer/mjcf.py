"""MJCF objects: one rigid body with visual and collision geoms (meshes, primitives), textures and mass."""

from __future__ import annotations

import posixpath
import struct
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

import numpy as np
import trimesh
from scipy.spatial import ConvexHull

from assets.importer.causes import check_saved
from assets.importer.paths import Recorder, resolve
from assets.importer.reading import open_picture, picture, read_mesh
from assets.importer.records import Piece, Raw, Refused
from assets.importer.xml import Defaults, load_mjcf, numbers, placement, z_to
from assets.physical import part_moments
from engine.frames import mat_to_quat
from engine.types import F64, U8, CollisionPart

MAX_PARTS = 48
"""Collision geoms of a file that are used as they are."""
_SOLID = ("box", "sphere", "capsule", "cylinder", "ellipsoid", "mesh")


@dataclass(eq=False)
class _Geom:
    kind: str
    size: F64
    R: F64
    p: F64
    attributes: dict[str, str]
    collides: bool
    seen: bool


@dataclass(eq=False)
class _Model:
    source: Recorder
    base: str
    root: ET.Element
    defaults: Defaults
    notes: list[str] = field(default_factory=list)
    meshes: dict[str, ET.Element] = field(default_factory=dict)
    geoms: list[_Geom] = field(default_factory=list)
    joints: list[str] = field(default_factory=list)
    inertial_mass: float | None = None
    degrees: bool = True
    eulerseq: str = "xyz"
    meshdir: str = ""
    texturedir: str = ""


def mesh_files(source: Recorder, path: str) -> tuple[set[str], bool]:
    """The mesh files that an MJCF names (relative paths) and whether it has joints that move. Raises Refused."""
    model = _open(source, path)
    files = {model_file for m in model.meshes.values() if (model_file := _mesh_path(model, m)) is not None}
    moving = [j for j in model.root.iter("joint") if j.get("type", "hinge") != "free" and _below_worldbody(model, j)]
    return files, bool(moving)


def _below_worldbody(model: _Model, joint: ET.Element) -> bool:
    return any(joint is j for w in model.root.findall("worldbody") for j in w.iter("joint"))


def _open(source: Recorder, path: str) -> _Model:
    root = load_mjcf(source, path)
    model = _Model(source, posixpath.dirname(path), root, Defaults(root))
    for c in root.findall("compiler"):
        model.degrees = c.get("angle", "degree" if model.degrees else "radian") != "radian"
        model.eulerseq = c.get("eulerseq", model.eulerseq)
        assets = c.get("assetdir", "")
        model.meshdir = c.get("meshdir", assets) or model.meshdir
        model.texturedir = c.get("texturedir", assets) or model.texturedir
    if len(model.eulerseq) != 3:
        model.eulerseq = "xyz"
    for section in root.findall("asset"):
        for m in section.findall("mesh"):
            name = m.get("name") or posixpath.splitext(posixpath.basename(m.get("file", "")))[0]
            model.meshes[name] = m
    return model


def _joined(folder: str, name: str) -> str:
    return posixpath.join(folder.replace("\\", "/"), name.replace("\\", "/")) if folder else name


def _mesh_path(model: _Model, mesh: ET.Element) -> str | None:
    file = mesh.get("file")
    return None if file is None else resolve(model.base, _joined(model.meshdir, file))


def read_mjcf(source: Recorder, path: str) -> Raw:
    """The object of an MJCF file in metres, z up. Raises Refused with the reason and the fix."""
    model = _open(source, path)
    bodies = [b for w in model.root.findall("worldbody") for b in w.findall("body")]
    loose = [g for w in model.root.findall("worldbody") for g in w.findall("geom") if g.get("type") != "plane"]
    if not bodies and not loose:
        raise Refused("has no body with geoms")
    if len(bodies) > 1 and any(b.find("freejoint") is not None or b.find("joint") is not None for b in bodies):
        raise Refused(f"holds {len(bodies)} separate bodies; give one object per file")
    for g in loose:
        _add_geom(model, g, np.eye(3), np.zeros(3), "")
    for b in bodies:
        _walk(model, b, np.eye(3), np.zeros(3), "")
    if model.joints:
        raise Refused(
            f"is articulated (joint {', '.join(repr(j) for j in model.joints[:3])}"
            f"{' ...' if len(model.joints) > 3 else ''}); only rigid objects are taken: remove its joints to weld it"
        )
    if not model.geoms:
        raise Refused("its bodies have no geoms")
    return _assembled(model, path)


def _walk(model: _Model, body: ET.Element, R: F64, p: F64, childclass: str) -> None:
    childclass = body.get("childclass", childclass)
    R_b, p_b = placement(dict(body.attrib), model.degrees, model.eulerseq)
    R_b, p_b = R @ R_b, R @ p_b + p
    for joint in body.findall("joint"):
        if model.defaults.of(joint, childclass).get("type", "hinge") != "free":
            model.joints.append(joint.get("name", "unnamed"))
    inertial = body.find("inertial")
    if inertial is not None and "mass" in inertial.attrib:
        model.inertial_mass = (model.inertial_mass or 0.0) + float(numbers(dict(inertial.attrib), "mass", 1, None)[0])
    for geom in body.findall("geom"):
        _add_geom(model, geom, R_b, p_b, childclass)
    for child in body.findall("body"):
        _walk(model, child, R_b, p_b, childclass)


def _add_geom(model: _Model, geom: ET.Element, R: F64, p: F64, childclass: str) -> None:
    a = model.defaults.of(geom, childclass)
    kind = a.get("type", "mesh" if "mesh" in a and "type" not in a else "sphere")
    if kind == "plane":
        model.notes.append("a ground plane left out")
        return
    if kind not in _SOLID:
        raise Refused(f"has a geom of type '{kind}'; use box, sphere, capsule, cylinder, ellipsoid or mesh")
    if "fromto" in a:
        ends = numbers(a, "fromto", 6, None)
        along = ends[3:] - ends[:3]
        length = float(np.linalg.norm(along))
        if length < 1e-9:
            raise Refused("a geom's fromto has length zero")
        R_g, p_g = z_to(along / length), 0.5 * (ends[3:] + ends[:3])
        size = numbers(a, "size", None, None)
        size = np.array(
            [size[0], 0.5 * length] if kind in ("capsule", "cylinder") else [size[0], size[0], 0.5 * length]
        )
    else:
        R_g, p_g = placement(a, model.degrees, model.eulerseq)
        size = numbers(a, "size", None, "0")
    need = {"box": 3, "ellipsoid": 3, "capsule": 2, "cylinder": 2, "sphere": 1, "mesh": 0}[kind]
    if len(size) < need or np.any(size[:need] <= 0):
        raise Refused(f"a {kind} geom needs {need} positive sizes, it has '{a.get('size', '')[:40]}'")
    rgba = numbers(a, "rgba", 4, "0.5 0.5 0.5 1")
    collides = not (a.get("contype", "1") == "0" and a.get("conaffinity", "1") == "0")
    model.geoms.append(_Geom(kind, size[:need], R @ R_g, R @ p_g + p, a, collides, bool(rgba[3] > 0.01)))


def _assembled(model: _Model, path: str) -> Raw:
    visual = [g for g in model.geoms if not g.collides and g.seen]
    if not visual:
        visual = [g for g in model.geoms if g.seen] or model.geoms
    collision = [g for g in model.geoms if g.collides]
    pieces: list[Piece] = []
    lost: list[tuple[str, _Geom]] = []
    for g in visual:
        try:
            pieces += _geom_pieces(model, g)
        except _Missing as error:
            lost.append((str(error), g))
    if lost and not pieces:
        pieces = _stand_in(model, path, *lost[0], collision)
    elif lost:
        model.notes.append(f"mesh '{posixpath.basename(lost[0][0])}' is missing and left out")
    parts: list[CollisionPart] | None = None
    if 0 < len(collision) <= MAX_PARTS:
        try:
            parts = [_part(model, g) for g in collision]
        except _Missing as error:
            model.notes.append(f"collision mesh '{posixpath.basename(str(error))}' is missing: decomposed instead")
    elif collision:
        model.notes.append(f"{len(collision)} collision geoms are too many: decomposed instead")
    mass, doubtful = model.inertial_mass, False
    if mass is None and parts is not None:
        mass, doubtful = _geom_mass(collision, parts)
    return Raw(pieces, model.notes, up="mjcf", metres=True, parts=parts, mass=mass, mass_doubtful=doubtful)


def _geom_mass(collision: list[_Geom], parts: list[CollisionPart]) -> tuple[float | None, bool]:
    """From the geoms' own mass or density, when every one says so; and whether a density was needed."""
    total, by_density = 0.0, False
    for g, part in zip(collision, parts, strict=True):
        if "mass" in g.attributes:
            total += float(numbers(g.attributes, "mass", 1, None)[0])
        elif "density" in g.attributes:
            by_density = True
            total += float(numbers(g.attributes, "density", 1, None)[0]) * part_moments(part)[0]
        else:
            return None, False
    return (total if total > 0 else None), by_density


class _Missing(Exception):
    pass


def _stand_in(model: _Model, path: str, lost: str, geom: _Geom, collision: list[_Geom]) -> list[Piece]:
    """The collision shape drawn in place of a visual mesh that is not there."""
    stem = posixpath.splitext(posixpath.basename(path))[0]
    scale = next((m.get("scale") for m in model.meshes.values() if m.get("scale")), "1 1 1")
    for name in (f"{stem}_col.obj", f"{stem}.obj", f"{stem}_col.stl", f"{stem}.stl"):
        at = posixpath.join(model.base, name)
        try:
            pieces = read_mesh(model.source, at).pieces
        except (Refused, FileNotFoundError):
            continue
        factor = numbers({"s": scale or "1 1 1"}, "s", 3, None)
        for piece in pieces:
            piece.vertices = (piece.vertices * factor) @ geom.R.T + geom.p
            piece.plain, piece.image = True, None
        model.notes.append(f"visual mesh '{posixpath.basename(lost)}' is missing: drawn as '{name}', plain colour")
        return pieces
    pieces = [p for g in collision for p in _geom_pieces(model, g)]
    if not pieces:
        raise Refused(f"mesh '{posixpath.basename(lost)}' is missing; put it there")
    for piece in pieces:
        piece.plain = True
    model.notes.append(f"visual mesh '{posixpath.basename(lost)}' is missing: drawn as its collision geoms")
    return pieces


# --- geoms --------------------------------------------------------------------------------------


def _mesh(model: _Model, name: str) -> list[Piece]:
    """The pieces of a mesh asset, scaled, in the geom's frame. Raises _Missing or Refused."""
    element = model.meshes.get(name)
    if element is None:
        raise Refused(f"a geom uses the mesh '{name}', which is not among its assets")
    a = model.defaults.of(element, "")
    scale = numbers(a, "scale", 3, "1 1 1")
    if np.any(np.abs(scale) < 1e-12):
        raise Refused(f"mesh '{name}' is scaled by zero")
    at = _mesh_path(model, element)
    if at is None:
        points = numbers(a, "vertex", None, None).reshape(-1, 3) if len(a.get("vertex", "").split()) % 3 == 0 else None
        if points is None or len(points) < 4:
            raise Refused(f"mesh '{name}' has neither a file nor vertices")
        pieces = [_hull_piece(points)]
    elif at.lower().endswith(".msh"):
        try:
            pieces = [read_msh(model.source.read(at))]
        except FileNotFoundError as error:
            raise _Missing(at) from error
    else:
        try:
            raw = read_mesh(model.source, at)
        except Refused as error:
            if at in model.source.missing:
                raise _Missing(at) from error
            raise Refused(f"mesh '{posixpath.basename(at)}': {error}") from error
        pieces = raw.pieces
        model.notes += [n for n in raw.notes if "texture" not in n]
    shift = numbers(a, "refpos", 3, "0 0 0")
    for piece in pieces:
        piece.vertices = (piece.vertices - shift) * scale
        if np.prod(scale) < 0:
            piece.faces = piece.faces[:, ::-1]
    return pieces


def read_msh(data: bytes) -> Piece:
    """MuJoCo's own mesh format: counts, then float32 vertices, normals, uv (v down), int32 faces."""
    check_saved(data, ".msh")
    if len(data) < 16:
        raise Refused("a .msh file that is cut off; export it again")
    nv, nn, nt, nf = struct.unpack("<4i", data[:16])
    if min(nv, nn, nt, nf) < 0 or 16 + 4 * (3 * nv + 3 * nn + 2 * nt + 3 * nf) != len(data):
        raise Refused(f".msh claims {nv} vertices and {nf} faces, which do not fit its {len(data):,} bytes: truncated")
    if nv < 3 or nf < 1:
        raise Refused("a .msh file without faces; give one with them")
    flat = np.frombuffer(data, "<f4", 3 * nv + 3 * nn + 2 * nt, 16).astype(np.float64)
    faces = np.frombuffer(data, "<i4", 3 * nf, 16 + 4 * len(flat)).reshape(-1, 3).astype(np.int64)
    if faces.min() < 0 or faces.max() >= nv:
        raise Refused("a face of the .msh names a vertex that does not exist; export it again")
    uv = None
    if nt == nv:
        uv = flat[3 * nv + 3 * nn :].reshape(-1, 2).copy()
        uv[:, 1] = 1.0 - uv[:, 1]
    return Piece(flat[: 3 * nv].reshape(-1, 3), faces, uv, plain=True)


def _hull_piece(points: F64) -> Piece:
    try:
        hull = trimesh.Trimesh(points).convex_hull
    except Exception as error:
        raise Refused(f"mesh vertices span no volume ({type(error).__name__})") from error
    return Piece(np.asarray(hull.vertices, np.float64), np.asarray(hull.faces, np.int64), plain=True)


def _primitive(kind: str, s: F64) -> Piece:
    if kind == "box":
        m = trimesh.creation.box(2 * s)
        m.unmerge_vertices()
    elif kind == "sphere":
        m = trimesh.creation.icosphere(3, float(s[0]))
    elif kind == "ellipsoid":
        m = trimesh.creation.icosphere(3, 1.0)
        m.vertices *= s
    elif kind == "cylinder":
        m = trimesh.creation.cylinder(float(s[0]), 2 * float(s[1]), 32)
    else:
        m = trimesh.creation.capsule(2 * float(s[1]), float(s[0]), (24, 24))
        m.vertices -= m.bounds.mean(0)
    return Piece(np.array(m.vertices, np.float64), np.array(m.faces, np.int64), plain=True)


def _geom_pieces(model: _Model, g: _Geom) -> list[Piece]:
    """The drawn pieces of a geom in the object's frame, with its material."""
    pieces = _mesh(model, g.attributes.get("mesh", "")) if g.kind == "mesh" else [_primitive(g.kind, g.size)]
    rgba, image = _look(model, g.attributes)
    for piece in pieces:
        piece.vertices = piece.vertices @ g.R.T + g.p
        if image is not None and piece.uv is not None:
            piece.image, piece.rgba, piece.plain = image, (1.0, 1.0, 1.0, 1.0), False
        elif image is not None:
            mean = image.reshape(-1, 3).mean(0) / 255.0
            piece.rgba, piece.plain = (float(mean[0]), float(mean[1]), float(mean[2]), 1.0), False
        elif rgba is not None and piece.plain:
            piece.rgba, piece.plain = rgba, False
    return pieces


def _look(model: _Model, a: dict[str, str]) -> tuple[tuple[float, float, float, float] | None, U8 | None]:
    """rgba or None when nothing is said, and the texture."""
    rgba = numbers(a, "rgba", 4, None) if "rgba" in a else None
    image = None
    for section in model.root.findall("asset"):
        for m in section.findall("material"):
            if m.get("name") == a.get("material"):
                values = model.defaults.of(m, "")
                rgba = numbers(values, "rgba", 4, None) if rgba is None and "rgba" in values else rgba
                image = _texture(model, values.get("texture"))
    if rgba is None:
        return None, image
    c = np.clip(rgba, 0, 1)
    return (float(c[0]), float(c[1]), float(c[2]), 1.0), image


def _texture(model: _Model, name: str | None) -> U8 | None:
    for section in model.root.findall("asset"):
        for t in section.findall("texture"):
            file = t.get("file")
            known = t.get("name") or posixpath.splitext(posixpath.basename(file or ""))[0]
            if name is None or known != name or file is None:
                continue
            at = resolve(model.base, _joined(model.texturedir, file))
            short = posixpath.basename(at)
            try:
                return picture(open_picture(model.source.read(at), short), short, model.notes)
            except FileNotFoundError:
                model.notes.append(f"texture '{short}' is missing: plain colour instead")
            except ValueError as error:
                model.notes.append(f"{error}: plain colour instead")
    return None


def _part(model: _Model, g: _Geom) -> CollisionPart:
    """A geom as a convex part in the object's frame; meshes become their hull, as in MuJoCo."""
    if g.kind != "mesh":
        x, y, z = (float(v) for v in g.p)
        qw, qx, qy, qz = (float(v) for v in mat_to_quat(g.R))
        return CollisionPart(g.kind, tuple(float(v) for v in g.size), (x, y, z), (qw, qx, qy, qz))
    points = np.concatenate([p.vertices for p in _mesh(model, g.attributes.get("mesh", ""))]) @ g.R.T + g.p
    if not np.all(np.isfinite(points)):
        raise Refused("a collision mesh holds NaN or infinite vertices; export it again")
    try:
        points = points[ConvexHull(points).vertices]
    except Exception as error:
        raise Refused("a collision mesh has no volume; give a solid one") from error
    return CollisionPart("mesh", (), vertices=points)
