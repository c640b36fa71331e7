"""XML of objects from strangers: no entities, no document types, bounded size; defaults and includes resolved."""

from __future__ import annotations

import posixpath
import xml.etree.ElementTree as ET
from xml.parsers import expat

import numpy as np

from assets.importer.causes import check_saved
from assets.importer.paths import Recorder, resolve
from assets.importer.records import Refused
from engine.frames import quat_to_mat
from engine.types import F64

MAX_XML = 16 << 20
_MAX_ELEMENTS = 50_000
_MAX_INCLUDES = 32
_MAX_DEPTH = 64


def parse_xml(data: bytes) -> ET.Element:
    """The root element. Raises Refused for broken XML, document types, entities and sizes beyond reason."""
    if len(data) > MAX_XML:
        raise Refused(f"has {len(data) >> 20} MB of XML, the limit is {MAX_XML >> 20}; keep meshes in their own files")
    check_saved(data, ".xml")
    builder = ET.TreeBuilder()
    parser = expat.ParserCreate()
    count = depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal count, depth
        count, depth = count + 1, depth + 1
        if count > _MAX_ELEMENTS or depth > _MAX_DEPTH:
            raise Refused("has too many or too deeply nested XML elements for one object")
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def forbidden(*_: object) -> None:
        raise Refused("declares a document type or entities, which are not read; remove the <!DOCTYPE ...> part")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = forbidden
    try:
        parser.Parse(data, True)
        return builder.close()
    except Refused:
        raise
    except Exception as error:  # ExpatError, unknown encodings, lone surrogates
        raise Refused(f"not readable XML ({error}); mend it or export it again") from error


def load_mjcf(source: Recorder, path: str) -> ET.Element:
    """The MJCF with its includes put in place. Raises Refused."""
    count = 0

    def load(name: str, above: tuple[str, ...]) -> ET.Element:
        nonlocal count
        count += 1
        if count > _MAX_INCLUDES or name in above:
            raise Refused(f"includes '{name}' in a ring or too often; put the elements in one file")
        try:
            root = parse_xml(source.read(name))
        except FileNotFoundError as error:
            raise Refused(f"includes '{name}', which is missing; put it there") from error
        expand(root, (*above, name))
        return root

    def expand(element: ET.Element, above: tuple[str, ...]) -> None:
        for k in reversed(range(len(element))):
            child = element[k]
            if child.tag == "include":
                # MuJoCo takes included names from the main file's folder
                part = load(resolve(posixpath.dirname(path), child.get("file", "")), above)
                element[k : k + 1] = list(part)
            else:
                expand(child, above)

    root = load(path, ())
    if root.tag != "mujoco":
        what = "a URDF" if root.tag == "robot" else f"<{root.tag}>"
        raise Refused(f"is {what}, not MJCF (<mujoco>); give the mesh files or an MJCF")
    return root


class Defaults:
    """The default classes of an MJCF: attributes by (class, tag)."""

    def __init__(self, root: ET.Element):
        self.table: dict[str, dict[str, dict[str, str]]] = {"main": {}}
        for top in root.findall("default"):
            self._add(top, top.get("class", "main"), {})

    def _add(self, element: ET.Element, name: str, above: dict[str, dict[str, str]]) -> None:
        own = {tag: dict(values) for tag, values in above.items()}
        for child in element:
            if child.tag != "default":
                own.setdefault(child.tag, {}).update(child.attrib)
        self.table[name] = own
        for child in element.findall("default"):
            self._add(child, child.get("class", ""), own)

    def of(self, element: ET.Element, childclass: str) -> dict[str, str]:
        """The element's attributes with those of its class below them."""
        own = self.table.get(element.get("class") or childclass or "main", self.table["main"])
        return {**own.get(element.tag, {}), **element.attrib}


def numbers(attributes: dict[str, str], key: str, count: int | None, default: str | None) -> F64:
    """A row of finite numbers. Raises Refused that names the attribute."""
    text = attributes.get(key, default)
    if text is None:
        raise Refused(f"an element lacks '{key}'")
    try:
        values = np.array([float(v) for v in text.split()], np.float64)
    except ValueError as error:
        raise Refused(f'{key}="{text[:40]}" holds something that is no number') from error
    if not np.all(np.isfinite(values)) or (count is not None and len(values) != count):
        raise Refused(f'{key}="{text[:40]}" should be {count or "some"} finite numbers')
    return values


def _unit(v: F64, what: str) -> F64:
    n = float(np.linalg.norm(v))
    if n < 1e-9:
        raise Refused(f"an orientation ({what}) of length zero")
    return np.asarray(v / n, np.float64)


def _turn(axis: int, angle: float) -> F64:
    c, s = np.cos(angle), np.sin(angle)
    i, j = (axis + 1) % 3, (axis + 2) % 3
    R = np.eye(3)
    R[i, i], R[i, j], R[j, i], R[j, j] = c, -s, s, c
    return R


def placement(attributes: dict[str, str], degrees: bool, eulerseq: str) -> tuple[F64, F64]:
    """R (3, 3) and p (3,) of a body or geom in its parent."""
    p = numbers(attributes, "pos", 3, "0 0 0")
    scale = np.pi / 180.0 if degrees else 1.0
    if "quat" in attributes:
        return quat_to_mat(_unit(numbers(attributes, "quat", 4, None), "quat")), p
    if "axisangle" in attributes:
        a = numbers(attributes, "axisangle", 4, None)
        axis, half = _unit(a[:3], "axisangle"), 0.5 * a[3] * scale
        return quat_to_mat(np.array([np.cos(half), *(np.sin(half) * axis)])), p
    if "euler" in attributes:
        R = np.eye(3)
        for letter, angle in zip(eulerseq, numbers(attributes, "euler", 3, None), strict=False):
            T = _turn("xyz".index(letter.lower()) if letter.lower() in "xyz" else 0, angle * scale)
            R = R @ T if letter.islower() else T @ R
        return R, p
    if "xyaxes" in attributes:
        a = numbers(attributes, "xyaxes", 6, None)
        x = _unit(a[:3], "xyaxes")
        y = _unit(a[3:] - x * (x @ a[3:]), "xyaxes")
        return np.stack([x, y, np.cross(x, y)], 1), p
    if "zaxis" in attributes:
        return z_to(_unit(numbers(attributes, "zaxis", 3, None), "zaxis")), p
    return np.eye(3), p


def z_to(z: F64) -> F64:
    """The shortest rotation (3, 3) that turns the z axis to the unit vector z."""
    if z[2] < -1 + 1e-9:
        return np.diag([1.0, -1.0, -1.0])
    q = np.array([1 + z[2], -z[1], z[0], 0.0])
    return quat_to_mat(q / np.linalg.norm(q))
