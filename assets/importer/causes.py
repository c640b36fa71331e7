"""Files that are not what their name says, or written in a way that no reader takes: the cause and the fix."""

from __future__ import annotations

import re

from assets.importer.records import Refused

_COMMA = re.compile(rb"^\s*(?:(?:v|vn|vt|vertex)\s+)?[-+]?\d+,\d+\s+[-+]?\d+,\d+", re.M)
_HTML = (b"<!doctype html", b"<html", b"<head", b"<script")
_TEXT = (".obj", ".ply", ".stl")


def is_pointer(data: bytes) -> bool:
    """Whether it is the stand-in that Git LFS leaves for a file that was not fetched."""
    return data[:200].startswith(b"version https://git-lfs.github.com/spec")


def check_saved(data: bytes, kind: str) -> None:
    """Refuse stand-ins, web pages, UTF-16 text and decimal commas. kind: the ending, like ".obj"."""
    if is_pointer(data):
        raise Refused("is a Git LFS pointer, not the file itself; fetch it with: git lfs pull")
    if data[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(_HTML):
        raise Refused("is a web page (HTML), not a mesh; download the file itself ('raw' or 'download')")
    if kind in (*_TEXT, ".gltf") and data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Refused("is UTF-16 text; save it as UTF-8 or ASCII")
    if kind in _TEXT and b"\0" not in data[:4096] and _COMMA.search(data[: 1 << 20]):
        raise Refused("has decimal commas (0,5); write numbers with points (0.5): export it with English number format")
