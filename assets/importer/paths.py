"""The only way in: files of a folder or of a zip archive by relative path, never anything outside.

Every name that a file mentions (MTL, glTF uri, MJCF file=) goes through `resolve`, which refuses what leaves the
folder. Archives are read in memory; nothing is unpacked.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import re
import stat
import zipfile
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote

from assets.importer.causes import check_saved
from assets.importer.records import MAX_FILE, Refused

MAX_FILES = 100_000
MAX_ZIP_TOTAL = 2 << 30
MAX_ZIP_RATIO = 200.0


class Source(Protocol):
    """A tree of files by relative posix path."""

    label: str

    def files(self) -> list[str]: ...

    def problems(self) -> list[tuple[str, str]]:
        """(path, what is wrong) of entries that are not read at all."""
        ...

    def read(self, path: str) -> bytes:
        """The bytes; raises FileNotFoundError, or Refused when too large or outside."""
        ...


def resolve(base: str, name: str) -> str:
    """The relative path that `name`, mentioned by a file in folder `base`, means. Raises Refused when it leaves."""
    said = name.strip().strip('"')
    clean = said.replace("\\", "/")
    if "\0" in clean:
        raise Refused(f"mentions a file name with a zero byte: {said[:40]!r}; name a file inside the folder")
    if re.match(r"^[A-Za-z][A-Za-z0-9+.-]*://", clean) or re.match(r"^file:", clean, re.I):
        raise Refused(f"mentions '{said[:80]}', an address; only files inside the folder are read: put it there")
    if clean.startswith(("/", "~")) or re.match(r"^[A-Za-z]:", clean):
        raise Refused(f"mentions '{said[:80]}', an absolute path; only files inside the folder are read: put it there")
    path = posixpath.normpath(posixpath.join(base, clean))
    if path == ".." or path.startswith("../"):
        raise Refused(f"mentions '{said[:80]}', which leaves the folder; put the file inside and name it so")
    return path


def resolve_uri(base: str, uri: str) -> str:
    """`resolve` for a percent-encoded uri."""
    return resolve(base, unquote(uri))


class FolderSource:
    """A folder on disk; links are followed only to places inside it, and only plain files are read."""

    def __init__(self, root: Path, skip: Path | None = None):
        self.root = Path(os.path.realpath(root))
        self.label = ""
        self._files: list[str] = []
        self._problems: list[tuple[str, str]] = []
        skipped = None if skip is None else os.path.realpath(skip)
        for folder, subfolders, names in os.walk(self.root):
            keep = []
            for d in sorted(subfolders):
                at = os.path.join(folder, d)
                if d.startswith(".") or d == "__MACOSX" or os.path.realpath(at) == skipped:
                    continue
                if os.path.islink(at):
                    if not self._inside(at):
                        self._problems.append((self._relative(at), "a link that leaves the folder; copy the files in"))
                    continue
                keep.append(d)
            subfolders[:] = keep
            for n in sorted(names):
                if not n.startswith("."):
                    self._add(os.path.join(folder, n))
            if len(self._files) > MAX_FILES:
                raise Refused(f"{root}: more than {MAX_FILES} files; import its folders one by one")
        self._files.sort()

    def _relative(self, path: str) -> str:
        return os.path.relpath(path, self.root).replace(os.sep, "/")

    def _inside(self, path: str) -> bool:
        real = os.path.realpath(path)
        return real == str(self.root) or real.startswith(str(self.root).rstrip(os.sep) + os.sep)

    def _add(self, path: str) -> None:
        name = self._relative(path)
        if os.path.islink(path) and not self._inside(path):
            self._problems.append((name, "a link that leaves the folder; copy the file in"))
            return
        try:
            plain = stat.S_ISREG(os.stat(path).st_mode)
        except OSError as error:
            self._problems.append((name, f"cannot be looked at ({error.strerror})"))
            return
        if plain:
            self._files.append(name)

    def files(self) -> list[str]:
        return self._files

    def problems(self) -> list[tuple[str, str]]:
        return self._problems

    def read(self, path: str) -> bytes:
        at = self.root / path
        if not self._inside(str(at)):
            raise Refused(f"'{path}' is a link that leaves the folder; copy the file in")
        try:
            info = os.stat(at)
            if not stat.S_ISREG(info.st_mode):
                raise FileNotFoundError(path)
            if info.st_size > MAX_FILE:
                raise Refused(
                    f"{path} has {info.st_size >> 20} MB, the limit is {MAX_FILE >> 20}; reduce the mesh first"
                )
            return at.read_bytes()
        except (NotADirectoryError, IsADirectoryError) as error:
            raise FileNotFoundError(path) from error
        except OSError as error:
            if isinstance(error, FileNotFoundError):
                raise
            raise Refused(f"{path} cannot be read ({error.strerror}); check its permissions") from error


class ZipSource:
    """A zip archive, read entry by entry in memory. Raises Refused for entries that leave it and for bombs."""

    def __init__(self, outer: Source, path: str):
        self.label = path + "/"
        import io

        data = outer.read(path)
        check_saved(data, ".zip")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, RuntimeError) as error:
            raise Refused(f"not a readable zip archive ({error}); pack it again") from error
        if len(entries) > MAX_FILES // 10:
            raise Refused(
                f"holds {len(entries)} entries; the limit is {MAX_FILES // 10}: unpack it and import the folder"
            )
        total = sum(e.file_size for e in entries)
        packed = sum(e.compress_size for e in entries)
        if total > MAX_ZIP_TOTAL or (total > 64 << 20 and total > MAX_ZIP_RATIO * max(packed, len(data))):
            raise Refused(
                f"would unpack to {total >> 20} MB from {len(data) >> 10} KB: a zip bomb, or unpack it yourself"
            )
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for e in entries:
            name = e.filename.replace("\\", "/")
            try:
                clean = resolve("", name)
            except Refused as error:
                raise Refused(f"has an entry that {error}") from error
            link = stat.S_ISLNK(e.external_attr >> 16)
            hidden = any(s.startswith(".") or s == "__MACOSX" for s in clean.split("/"))
            if not e.is_dir() and not link and not hidden:
                self._entries[clean] = e

    def files(self) -> list[str]:
        return sorted(self._entries)

    def problems(self) -> list[tuple[str, str]]:
        return []

    def read(self, path: str) -> bytes:
        entry = self._entries.get(path)
        if entry is None:
            raise FileNotFoundError(path)
        if entry.file_size > MAX_FILE:
            raise Refused(f"{path} has {entry.file_size >> 20} MB unpacked, the limit is {MAX_FILE >> 20}; reduce it")
        try:
            with self._zip.open(entry) as f:
                data = f.read(MAX_FILE + 1)
        except Exception as error:  # zlib.error, BadZipFile, RuntimeError (password), NotImplementedError, EOFError
            raise Refused(f"{path} cannot be unpacked ({error}); pack the archive again, without a password") from error
        if len(data) > MAX_FILE:
            raise Refused(f"{path} is larger than it says: a zip bomb")
        return data


class Recorder:
    """A source that remembers what was read (path -> SHA-256) and what was asked for and missing."""

    def __init__(self, source: Source):
        self.source = source
        self.read_files: dict[str, str] = {}
        self.missing: list[str] = []

    def find(self, base: str, name: str) -> str | None:
        """A file of this name below the folder above `base`, the nearest to the top, when there is one."""
        above = posixpath.dirname(base)
        prefix = above + "/" if above else ""
        if not base:
            return None
        found = [f for f in self.source.files() if f.endswith("/" + name) and f.startswith(prefix)]
        return min(found, key=lambda f: (f.count("/"), f)) if found else None

    def read(self, path: str) -> bytes:
        try:
            data = self.source.read(path)
        except FileNotFoundError:
            if path not in self.missing:
                self.missing.append(path)
            raise
        self.read_files[path] = hashlib.sha256(data).hexdigest()
        return data
