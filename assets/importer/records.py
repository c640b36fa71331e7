"""What the stages of an import hand to each other, and the limits they keep."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.errors import AssetError
from engine.types import F64, U8, CollisionPart

I64 = NDArray[np.int64]

MAX_FILE = 256 << 20
"""Bytes of one file that is read."""
MAX_TRIANGLES = 3_000_000
"""Triangles of one object before reduction."""
MAX_PIXELS = 8192 * 8192
"""Pixels of a texture that is still opened."""
TEXTURE_PX = 512
"""Longest side of a texture that is kept."""
MAX_DRAWN = 4000
"""Triangles of an object as it is drawn."""


class Refused(AssetError):
    """A file cannot become an object; the message says why and how to fix it."""


@dataclass(eq=False)
class Piece:
    """One mesh as read: vertices (V, 3) in file units, faces (F, 3), uv (V, 2) with v up or None, sRGB rgba in
    [0, 1], texture (H, W, 3) or None, vertex colours (V, 3) or None, `plain` when the file gives no colour at all."""

    vertices: F64
    faces: I64
    uv: F64 | None = None
    rgba: tuple[float, float, float, float] = (0.7, 0.7, 0.7, 1.0)
    image: U8 | None = None
    colours: U8 | None = None
    plain: bool = False
    metallic: bool = False


@dataclass(eq=False)
class Raw:
    """A file as read. up: "z", "y", "mjcf" (z unless y is much likelier) or "" (unknown); metres: the format fixes the
    unit. parts: collision parts that the file brings, in its frame, or None. mass in kg or None; mass_doubtful: it
    comes from a density, which many files leave at a placeholder."""

    pieces: list[Piece]
    notes: list[str] = field(default_factory=list)
    up: str = ""
    metres: bool = False
    parts: list[CollisionPart] | None = None
    mass: float | None = None
    mass_doubtful: bool = False
