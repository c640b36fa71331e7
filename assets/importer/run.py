"""A whole import: every file of a folder gets its line, whatever is wrong with the others."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import json
import os
import posixpath
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from assets.folder import save_object
from assets.importer.build import REVISION, Built, Settings, build
from assets.importer.discover import TAKEN, Candidate, discover
from assets.importer.frame import check_units
from assets.importer.metadata import FILES, Metadata, read_metadata
from assets.importer.mjcf import read_mjcf
from assets.importer.paths import FolderSource, Recorder, Source, ZipSource
from assets.importer.reading import read_mesh
from assets.importer.records import Refused
from assets.importer.report import ImportReport, Line, line_of, write_atomically
from assets.library import FAMILIES
from engine.errors import AssetError, ConfigError
from engine.sim.robot import RobotModel, cache_root, load_robot
from engine.types import ObjectAsset

REGISTRY = "import.json"
_FORMAT = "groundwork-import/1"


@dataclass(frozen=True)
class ImportConfig:
    """folder: what is read; out: where objects are written; metadata: a CSV or JSON instead of the folder's own;
    cache: where convex parts and grasps are kept (default: the project's cache); json: another copy of the report."""

    folder: Path
    out: Path
    settings: Settings = field(default_factory=Settings)
    metadata: Path | None = None
    cache: Path | None = None
    json: Path | None = None


def import_folder(cfg: ImportConfig, say: Callable[[str], None] = lambda _: None) -> ImportReport:
    """Import everything below cfg.folder; `say` gets each line as it is made.

    Raises ConfigError or AssetError for wrong arguments (no such folder, unknown unit or gripper, a place that cannot
    be written to, wrong metadata given by hand or at the top of the folder), never for another file of the folder.
    """
    check_units(cfg.settings.units)
    if cfg.folder.is_file():
        raise ConfigError(f"{cfg.folder} is a file; give the folder that it is in ({cfg.folder.parent})")
    if not cfg.folder.is_dir():
        raise ConfigError(f"{cfg.folder}: no such folder; give the folder that holds the meshes")
    if cfg.folder.resolve() == cfg.out.resolve():
        raise ConfigError(f"--out {cfg.out} is the folder that is read; choose another one for the objects")
    robot = load_robot(cfg.settings.gripper)
    job = _Job(cfg, say, robot)
    job.run()
    return job.report


class _Job:
    def __init__(self, cfg: ImportConfig, say: Callable[[str], None], robot: RobotModel):
        self.cfg, self.say, self.robot = cfg, say, robot
        self.report = ImportReport()
        self.cache = cfg.cache or cache_root()
        _writable(cfg.out, f"--out {cfg.out}")
        if cfg.json is not None:
            if cfg.json.is_dir():
                raise ConfigError(f"--json {cfg.json} is a folder; name a file")
            _writable(cfg.json.parent, f"--json {cfg.json}")
        self.registry = _Registry(cfg.out)
        self.settings = dataclasses.asdict(cfg.settings)
        self.given: Metadata | None = None
        if cfg.metadata is not None:
            try:
                self.given = Metadata(read_metadata(cfg.metadata.read_bytes(), cfg.metadata.name))
            except OSError as error:
                raise ConfigError(
                    f"--metadata {cfg.metadata}: cannot be read ({error.strerror}); correct it"
                ) from error
            except Refused as error:
                raise ConfigError(f"--metadata {cfg.metadata}: {_said(error)}") from error

    def run(self) -> None:
        try:
            folder = FolderSource(self.cfg.folder, skip=self.cfg.out)
        except Refused as error:
            raise AssetError(str(error)) from error
        for source, path_in, root_name in self._sources(folder):
            self._source(source, path_in, root_name)
        if self.given is not None:
            self._missing(self.given, "")
        if not any(line.status not in ("note", "warning") for line in self.report.lines):
            self._line(Line(folder.root.name, "refused", reason=f"holds nothing to import; {TAKEN}"))
        self.registry.write()
        self.report.write(self.cfg.out, self.cfg.json)

    def _sources(self, folder: FolderSource) -> Iterator[tuple[Source, str, str]]:
        yield folder, "", self.cfg.folder.resolve().name
        for path in [n for n in folder.files() if n.lower().endswith(".zip")]:
            try:
                yield ZipSource(folder, path), path, posixpath.splitext(posixpath.basename(path))[0]
            except Exception as error:
                self._line(Line(path, "refused", reason=_said(error)))

    def _source(self, source: Source, archive: str, root_name: str) -> None:
        prefix = source.label
        metadata = self.given or self._metadata(source)
        try:
            found = discover(source, root_name)
        except Exception as error:
            self._line(Line(archive or root_name, "refused", reason=_said(error)))
            return
        for path, status, why in found.aside:
            self._line(Line(prefix + path, status, reason=why))
        if archive:
            for path in found.archives:
                self._line(Line(prefix + path, "refused", reason="an archive in an archive; unpack it first"))
            if not found.candidates and not found.aside:
                self._line(Line(archive, "refused", reason=f"holds nothing to import; {TAKEN}"))
        if found.others:
            self._line(Line(archive or root_name, "note", reason=found.others))
        metadata.look(source.files())
        if metadata is not self.given:
            self._missing(metadata, prefix)
        for candidate in found.candidates:
            self._candidate(source, candidate, metadata)

    def _metadata(self, source: Source) -> Metadata:
        """What the metadata files of a source say. Raises ConfigError for a wrong one at the top of the folder."""
        metadata = Metadata()
        for path in source.files():
            if posixpath.basename(path).lower() in FILES:
                base = posixpath.dirname(path)
                try:
                    found = read_metadata(source.read(path), path)
                    metadata.add(replace(e, file=posixpath.join(base, e.file)) for e in found)
                except Exception as error:
                    if "/" not in source.label + path:
                        advice = "correct it, or give another file with --metadata"
                        raise ConfigError(f"{self.cfg.folder / path}: {_said(error)}; {advice}") from error
                    self._line(Line(source.label + path, "refused", reason=_said(error)))
        return metadata

    def _missing(self, metadata: Metadata, prefix: str) -> None:
        for label, why in metadata.missing().items():
            self._line(Line(prefix + label, "warning", reason=why))

    def _candidate(self, source: Source, candidate: Candidate, metadata: Metadata) -> None:
        """One line for every form of the object: the first that can be taken is, the others are set aside."""
        taken = ""
        for path in candidate.paths:
            file = source.label + path
            if taken:
                self._line(Line(file, "skipped", reason=f"another form of {posixpath.basename(taken)}"))
                continue
            line = self._form(source, candidate, path, metadata)
            taken = path if line.status in ("imported", "unchanged") else ""
            self._line(line)

    def _form(self, source: Source, candidate: Candidate, path: str, metadata: Metadata) -> Line:
        file = source.label + path
        recorder = Recorder(source)
        key = ""
        try:
            row = metadata.row(path)
            state = [REVISION, self.settings, dataclasses.asdict(row), candidate.said, self.robot.content_hash]
            key = hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()
            known = self.registry.unchanged(file, key, source)
            if known is not None:
                return known
            raw = read_mjcf(recorder, path) if candidate.kind == "mjcf" else read_mesh(recorder, path)
            built = build(raw, candidate.said, row, self.cfg.settings, self.robot, self.cache)
            asset = self.registry.place(file, built)
            save_object(asset, self.cfg.out)
            line = line_of(file, built, asset)
        except Exception as error:
            line = Line(file, "refused", reason=_said(error))
        self.registry.remember(file, key, recorder, line)
        return line

    def _line(self, line: Line) -> None:
        self.report.lines.append(line)
        self.say(line.text())


def _writable(out: Path, option: str) -> None:
    """Make the folder that objects go to. Raises ConfigError when nothing can be written there."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        why = "it is a file" if os.path.isfile(out) else error.strerror
        raise ConfigError(f"{option}: nothing can be written there ({why}); choose another folder") from error


def _said(error: Exception) -> str:
    """The reason as one line; what nobody expected says so, and the import goes on."""
    text = " ".join(str(error).split())
    if isinstance(error, Refused):
        return text
    if isinstance(error, MemoryError):
        return "needs more memory than there is; simplify the mesh"
    if isinstance(error, OSError) and error.errno == 28:
        raise error
    return f"cannot be processed ({type(error).__name__}: {text[:120]}); export it again, or report this with the file"


class _Registry:
    """What earlier runs made of which files, in DIR/import.json."""

    def __init__(self, out: Path):
        self.path = out / REGISTRY
        self.out = out
        self.files: dict[str, dict[str, Any]] = {}
        self.families: dict[str, list[Any]] = {}
        try:
            tree = json.loads(self.path.read_text())
            if tree.get("format") == _FORMAT:
                self.files, self.families = tree["files"], tree["families"]
        except (OSError, ValueError, KeyError, AttributeError):
            pass  # none yet, or damaged: everything is made again
        self.taken = {f"{p.parent.parent.name}/{p.parent.name}" for p in out.glob("*/*/asset.json")}

    def unchanged(self, file: str, key: str, source: Source) -> Line | None:
        """The earlier line of a file when it, all it mentions and the settings are the same."""
        entry = self.files.get(file)
        if entry is None or entry.get("key") != key:
            return None
        try:
            for path, digest in entry["read"].items():
                if hashlib.sha256(source.read(path)).hexdigest() != digest:
                    return None
            line = Line(**{**entry["line"], "size_cm": tuple(entry["line"]["size_cm"])})
        except (FileNotFoundError, Refused, KeyError, TypeError):
            return None
        for path in entry.get("missing", ()):
            try:
                source.read(path)
            except (FileNotFoundError, Refused):
                continue
            return None
        if line.status == "refused":
            return line if "cannot be processed" not in line.reason and "decomposition" not in line.reason else None
        if line.asset_id not in self.taken:
            return None
        line.status = "unchanged"
        return line

    def place(self, file: str, built: Built) -> ObjectAsset:
        """The object with its id: the one it had, else the next free number of its family."""
        asset = built.asset
        kind = [asset.graspable, asset.container.kind if asset.container is not None else ""]
        family = self._family(built.slug, kind)
        earlier = self.files.get(file, {}).get("line", {}).get("asset_id", "")
        if earlier.partition("/")[0] == family and earlier.partition("/")[2].isdecimal():
            number = int(earlier.partition("/")[2])
        else:
            used = [int(i.partition("/")[2]) for i in self.taken if i.startswith(family + "/")]
            number = max(used, default=-1) + 1
        asset_id = f"{family}/{number}"
        self.taken.add(asset_id)
        return replace(asset, asset_id=asset_id, family=family, seed=number)

    def _family(self, slug: str, kind: list[Any]) -> str:
        """A family name that no procedural family has and whose members are all graspable, or all hold things alike."""
        slug = slug[:40].strip("_") or "object"
        names = (slug if k == 0 else f"{slug}_{k + 1}" for k in range(1000))
        if slug in FAMILIES:
            names = (f"imported_{slug}" if k == 0 else f"imported_{slug}_{k + 1}" for k in range(1000))
        for name in names:
            if name not in FAMILIES and self.families.setdefault(name, kind) == kind:
                return name
        raise Refused(f"no family name is left for '{slug}'")

    def remember(self, file: str, key: str, recorder: Recorder, line: Line) -> None:
        if key and line.status in ("imported", "refused"):
            self.files[file] = {
                "key": key, "read": recorder.read_files, "missing": recorder.missing, "line": dataclasses.asdict(line)
            }  # fmt: skip

    def write(self) -> None:
        tree = {"format": _FORMAT, "families": self.families, "files": self.files}
        write_atomically(self.path, json.dumps(tree, indent=1) + "\n")
