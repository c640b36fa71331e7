"""Which files of a folder make an object: MJCF with the meshes it names, and meshes with their other forms."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field

from assets.importer.metadata import FILES
from assets.importer.mjcf import mesh_files
from assets.importer.naming import GENERIC, said_name, stem_of
from assets.importer.paths import Recorder, Source
from assets.importer.reading import MESH_TYPES, PICTURES
from assets.importer.records import Refused

_NOT_READ = (".dae", ".fbx", ".blend", ".usd", ".usda", ".usdc", ".usdz", ".off", ".3ds", ".step", ".stp", ".iges",
             ".max", ".3mf", ".xyz", ".pcd", ".urdf", ".sdf", ".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2")  # fmt: skip
_BESIDE = (".mtl", ".bin", ".msh", ".xml", ".mjcf", ".zip", *FILES)
TAKEN = "taken are OBJ, GLB, glTF, STL, PLY, MJCF (.xml), and zip archives of them"
_FORMS = {".obj": 0, ".glb": 1, ".gltf": 2, ".ply": 3, ".stl": 4}
_COLLISION = re.compile(r"(^|[/_-])(col|coll|collision|convex|ch|hull|vhacd)([/_.-]|$)", re.I)


@dataclass(eq=False)
class Candidate:
    """One object to be: its forms, the best first ("mesh" or "mjcf"), and the name that files and folders give it."""

    kind: str
    paths: list[str]
    said: str


@dataclass(eq=False)
class Found:
    """Candidates, archives to look into, files that are not taken: (path, "refused" or "skipped", why), and a sentence
    about all others."""

    candidates: list[Candidate] = field(default_factory=list)
    archives: list[str] = field(default_factory=list)
    aside: list[tuple[str, str, str]] = field(default_factory=list)
    others: str = ""


def discover(source: Source, root_name: str) -> Found:
    """Look through all files of a source; reads the XML files only."""
    found = Found(aside=[(path, "refused", why) for path, why in source.problems()])
    names = source.files()
    meshes = [n for n in names if n.lower().endswith(MESH_TYPES)]
    found.archives = [n for n in names if n.lower().endswith(".zip")]
    models = _models(source, names, found)
    claimed = {m for files, _ in models.values() for m in files}
    rest: list[str] = []
    for n in meshes:
        owner = _owner(n, models)
        if n in claimed:
            continue
        if owner is not None:
            found.aside.append((n, "skipped", f"belongs to {posixpath.basename(owner)}"))
        else:
            rest.append(n)
    taken = {posixpath.dirname(n) for n in (*meshes, *models)}
    for n in names:
        low = n.lower()
        if low.endswith(_NOT_READ):
            status = "skipped" if posixpath.dirname(n) in taken else "refused"
            found.aside.append((n, status, f"{posixpath.splitext(low)[1]} is not read; export OBJ, GLB, STL or PLY"))
        elif low.endswith(".msh") and n not in claimed and _owner(n, models) is None:
            found.aside.append((n, "skipped", "a MuJoCo mesh that no MJCF here names"))
    found.others = _others(names)
    groups: dict[tuple[str, str], list[str]] = {}
    for n in rest:
        groups.setdefault(_key(n), []).append(n)
    for paths in groups.values():
        paths.sort(key=_rank)
        found.candidates.append(Candidate("mesh", paths, said_name(paths[0], root_name)))
    found.candidates += [
        Candidate("mjcf", [m], said_name(m, root_name)) for m in models if _is_object(m, models, found)
    ]
    found.candidates.sort(key=lambda c: c.paths[0])
    return found


def _others(names: list[str]) -> str:
    """One sentence about files of no known kind; "" when there are none."""
    known = (*MESH_TYPES, *PICTURES, *_NOT_READ, *_BESIDE)
    rest = [n for n in names if not n.lower().endswith(known)]
    kinds = sorted({posixpath.splitext(n)[1].lower() or "no ending" for n in rest})
    listed = ", ".join(kinds[:8]) + (", ..." if len(kinds) > 8 else "")
    return f"{len(rest)} other file{'s' * (len(rest) > 1)} not looked at: {listed}" if rest else ""


def _models(source: Source, names: list[str], found: Found) -> dict[str, tuple[frozenset[str], bool]]:
    """MJCF path -> (mesh files it names, whether it is articulated); others get their line."""
    models: dict[str, tuple[frozenset[str], bool]] = {}
    included: dict[str, str] = {}
    broken: list[tuple[str, str]] = []
    for n in names:
        if not n.lower().endswith((".xml", ".mjcf")):
            continue
        recorder = Recorder(source)
        try:
            files, moving = mesh_files(recorder, n)
        except Refused as error:
            broken.append((n, str(error)))
            continue
        models[n] = (frozenset(files), moving)
        included.update({other: n for other in recorder.read_files if other != n})
    for n, why in broken:
        status = "skipped" if n in included or "not MJCF" in why else "refused"
        found.aside.append((n, status, f"included by {included[n]}" if n in included else why))
    for n in [n for n in models if n in included]:
        found.aside.append((n, "skipped", f"included by {included[n]}"))
        del models[n]
    return models


def _is_object(path: str, models: dict[str, tuple[frozenset[str], bool]], found: Found) -> bool:
    """Whether an MJCF is an object of its own rather than a part of another one."""
    own = models[path][0]
    for other, (files, moving) in models.items():
        if other != path and own and (own < files or (own == files and moving and not models[path][1])):
            why = f"a part of {posixpath.basename(other)}" + (", which is articulated" if moving else "")
            found.aside.append((path, "skipped", why))
            return False
    return True


def _owner(mesh: str, models: dict[str, tuple[frozenset[str], bool]]) -> str | None:
    """The MJCF that a mesh it does not name stands beside as source or collision mesh."""
    folders = []
    at = posixpath.dirname(mesh)
    while True:
        folders.append(at)
        if not at:
            break
        at = posixpath.dirname(at)
    for m in models:
        stem, home = posixpath.splitext(posixpath.basename(m))[0].lower(), posixpath.dirname(m)
        if home not in folders and not any(posixpath.dirname(f) == home for f in folders if f):
            continue
        for f in folders:
            inside = posixpath.dirname(f) == home or f == home
            if f and inside and posixpath.basename(f).lower() == stem:
                return m
        same = stem_of(mesh)
        if home in folders and (same.startswith(stem) or (home and same in GENERIC)):
            return m
    return None


def _key(path: str) -> tuple[str, str]:
    """Files with the same key are forms of one object: textured.obj and nontextured.stl of one folder."""
    stem = stem_of(path)
    folder = posixpath.dirname(path)
    while folder and posixpath.basename(folder).lower() in GENERIC:
        folder = posixpath.dirname(folder)
    return (folder, "*" if stem in GENERIC and folder else stem if stem not in GENERIC else posixpath.splitext(path)[0])


def _rank(path: str) -> tuple[bool, bool, int, int, str]:
    low = path.lower()
    plain = any(w in low for w in ("nontextured", "untextured", "tsdf", "poisson", "clouds"))
    size = next((k for k, w in enumerate(("16k", "64k", "512k")) if w in low), 0)
    return (bool(_COLLISION.search(low)), plain, _FORMS[posixpath.splitext(low)[1]], size, path)
