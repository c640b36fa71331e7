"""Bodies built from stacked outlines: bottles, jars, tins, tubs, pouches; their labels, closures and convex parts.

A body is a table of stations (z, half width x, half width y, roundness), bottom to top. At roundness 0 the outline is
the body's own (square, oval, hexagon ...), at 1 an ellipse. The front of a body looks along -y and +y.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from assets.kit import part_cylinder, part_hull
from assets.mesh import Mesh, skin
from assets.numeric import F64, circle
from engine.types import CollisionPart

SIDES = 20


@lru_cache(maxsize=64)
def outline(kind: str, n: int = SIDES) -> F64:
    """Outline (n, 2) with half extents 1, counter-clockwise from +x.

    kind: round, soft (a rounded square), square, hexagon, octagon, triangle or stadium (flat front, round sides).
    """
    c = circle(n)
    if kind == "round":
        return c
    if kind in ("soft", "square"):
        p4 = (c * c) * (c * c)
        norm = np.sqrt(np.sqrt(p4.sum(-1)))  # superellipse of power 4
        if kind == "square":
            norm = np.sqrt(np.sqrt(np.sqrt((p4 * p4).sum(-1))))  # of power 8
        out = c / norm[:, None]
    elif kind == "stadium":
        out = c * np.stack([np.ones(n), np.minimum(1.0, 0.8 / np.maximum(np.abs(c[:, 1]), 1e-9))], -1)
    else:
        sides = {"hexagon": 6, "octagon": 8, "triangle": 3}[kind]
        normals = circle(2 * sides)[1::2] if sides != 3 else np.roll(circle(12), 3, 0)[::4] * -1.0
        reach = (c[:, None, :] * normals[None]).sum(-1).max(-1)
        r = np.minimum(1.0 / reach, 1.12 if sides > 3 else 1.5)
        out = c * r[:, None]
    return out / np.abs(out).max(0)


def rings_of(stations: ArrayLike, kind: str = "round", n: int = SIDES) -> F64:
    """Rings (M, n, 3) of stations (M, 3 or 4): z, half width x, half width y, roundness."""
    s = np.asarray(stations, np.float64)
    if s.shape[1] == 3:
        s = np.concatenate([s, np.zeros((len(s), 1))], -1)
    own, ellipse = outline(kind, n), circle(n)
    xy = own[None] + (ellipse - own)[None] * s[:, 3, None, None]
    xy = xy * s[:, None, 1:3]
    return np.concatenate([xy, np.broadcast_to(s[:, 0, None, None], (len(s), n, 1))], -1)


def round_rings(profile: ArrayLike, n: int = SIDES) -> F64:
    """Rings of a profile (M, 2) of (radius, z), bottom to top."""
    p = np.asarray(profile, np.float64)
    return rings_of(np.stack([p[:, 1], p[:, 0], p[:, 0]], -1), "round", n)


def surface(rings: F64, *, closed: bool = True, cos_limit: float = 0.6, turns: float = 1.0) -> Mesh:
    """The drawn body; `closed` adds flat ends. The texture runs `turns` times around."""
    if closed:
        n = rings.shape[1]
        ends = rings.mean(1, keepdims=True).repeat(n, 1)
        rings = np.concatenate([ends[:1], rings, ends[-1:]])
    mesh = skin(rings, cos_limit=cos_limit)
    return Mesh(mesh.vertices, mesh.faces, mesh.uv * np.array([turns, 1.0])) if turns != 1.0 else mesh


def slice_of(rings: F64, z0: float, z1: float) -> F64:
    """The rings between two heights, with rings interpolated at both ends; heights must rise along the rings."""
    z = rings[:, 0, 2]
    inner = [r for r in rings if z0 + 1e-6 < r[0, 2] < z1 - 1e-6]

    def at(height: float) -> F64:
        k = int(np.clip(np.searchsorted(z, height), 1, len(z) - 1))
        t = (height - z[k - 1]) / max(z[k] - z[k - 1], 1e-9)
        return rings[k - 1] + (rings[k] - rings[k - 1]) * t

    return np.stack([at(z0), *inner, at(z1)])


def band(rings: F64, z0: float, z1: float, turns: float = 2.0, lift: float = 0.0004) -> Mesh:
    """A label around the body from z0 to z1, `lift` metres off the wall. With two turns it faces -y and +y."""
    part = slice_of(rings, z0, z1)
    flat = part[..., :2]
    length = np.sqrt((flat**2).sum(-1, keepdims=True))
    part = np.concatenate([flat * (1.0 + lift / np.maximum(length, 1e-6)), part[..., 2:]], -1)
    mesh = skin(part, cos_limit=0.6, sharp_cols=False)
    return Mesh(mesh.vertices, mesh.faces, mesh.uv * np.array([turns, 1.0]))


def solid(rings: F64, tolerance: float = 0.0012, most: int = 4) -> list[CollisionPart]:
    """Convex parts that follow a body of rings stacked upwards: as few as the tolerance (metres) allows.

    A piece runs on as long as no ring in it lies deeper than the tolerance inside the piece's hull.
    """
    z = rings[:, 0, 2]
    keep = [0] + [k for k in range(1, len(z)) if z[k] > z[k - 1] + 1e-6]
    rings, z = rings[keep], z[keep]
    while True:
        cuts = _cuts(rings, z, tolerance)
        if len(cuts) - 1 <= most:
            break
        tolerance *= 1.4
    out: list[CollisionPart] = []
    for a, b in itertools.pairwise(cuts):
        piece = rings[a : b + 1]
        radius = np.sqrt((piece[..., :2] ** 2).sum(-1))
        if np.ptp(radius) < 0.0006:
            out.append(part_cylinder(float(radius.max()), float(z[a]), float(z[b])))
        else:
            out.append(part_hull(_shown(piece).reshape(-1, 3)))
    return out


def _cuts(rings: F64, z: F64, tolerance: float) -> list[int]:
    half = np.abs(rings[..., :2]).max(1)  # (M, 2)
    cuts, start = [0], 0
    while start < len(z) - 1:
        end = start + 1
        while end + 1 < len(z) and _fits(half[start : end + 2], z[start : end + 2], tolerance):
            end += 1
        cuts.append(end)
        start = end
    return cuts


def _fits(half: F64, z: F64, tolerance: float) -> bool:
    for j in range(2):
        w = half[:, j]
        for m in range(1, len(z) - 1):
            low, high = slice(0, m), slice(m + 1, None)
            t = (z[m] - z[low, None]) / (z[None, high] - z[low, None])
            chord = w[low, None] + (w[None, high] - w[low, None]) * t
            if chord.max() > w[m] + tolerance:
                return False
    return True


def _shown(piece: F64) -> F64:
    """The rings that the hull needs: rings on straight stretches are left out."""
    keep = [0]
    for k in range(1, len(piece) - 1):
        a, b = piece[keep[-1]], piece[k + 1]
        t = (piece[k, 0, 2] - a[0, 2]) / (b[0, 2] - a[0, 2])
        if np.abs(piece[k] - (a + (b - a) * t)).max() > 3e-4:
            keep.append(k)
    return piece[[*keep, len(piece) - 1]]


# --- profiles -----------------------------------------------------------------------------------

_SHOULDERS = {  # share of the shoulder's height, share of the way from body to neck
    "round": ((0.0, 0.0), (0.3, 0.06), (0.6, 0.25), (0.85, 0.6), (1.0, 1.0)),
    "slope": ((0.0, 0.0), (0.12, 0.05), (1.0, 1.0)),
    "square": ((0.0, 0.0), (0.55, 0.08), (0.85, 0.3), (1.0, 1.0)),
    "bell": ((0.0, 0.0), (0.25, 0.14), (0.5, 0.5), (0.75, 0.86), (1.0, 1.0)),
    "swan": ((0.0, 0.0), (0.18, 0.2), (0.4, 0.58), (0.65, 0.84), (1.0, 1.0)),
}
_BODIES = {  # share of the body's height, share of the full width; w stands for the strength of the shape
    "straight": ((0.0, 0), (1.0, 0)),
    "waist": ((0.0, 0), (0.2, 0.0), (0.42, 1.0), (0.62, 1.0), (0.85, 0.0), (1.0, 0)),
    "taper": ((0.0, 0), (0.5, 0.5), (1.0, 1.0)),
    "flare": ((0.0, 1.0), (0.5, 0.5), (1.0, 0.0)),
    "barrel": ((0.0, 1.0), (0.25, 0.25), (0.5, 0.0), (0.75, 0.25), (1.0, 1.0)),
    "grip": ((0.0, 0), (0.44, 0.0), (0.5, 1.0), (0.68, 1.0), (0.74, 0.0), (1.0, 0)),
    "high_waist": ((0.0, 0), (0.45, 0.0), (0.68, 1.0), (0.8, 1.0), (1.0, 0.15)),
    "foot": ((0.0, 0), (0.12, 0.0), (0.3, 1.0), (1.0, 1.0)),
}


def bottle_stations(
    rx: float,
    ry: float,
    body: float,
    shoulder: float,
    neck: tuple[float, float],
    *,
    shape: str = "straight",
    strength: float = 0.15,
    shoulders: str = "round",
    foot: float = 0.004,
) -> F64:
    """Stations of a bottle: half widths, height of the body and of the shoulder, neck (radius, height).

    shape: the body's line (`straight`, `waist`, `taper` ...) with its `strength` as a share of the width; foot: the
    radius of the bottom edge (metres).
    """
    rows: list[tuple[float, float, float, float]] = []
    line = [(h, 1.0 - strength * d) for h, d in _BODIES[shape]]
    first = line[0][1]
    inset = min(foot, 0.3 * min(rx, ry), 0.2 * body)
    rows.append((0.0, rx * first - inset, ry * first - inset, 0.0))
    rows.append((0.35 * inset, rx * first - 0.3 * inset, ry * first - 0.3 * inset, 0.0))
    rows += [(inset + h * (body - inset), rx * k, ry * k, 0.0) for h, k in line]
    last, (rn, neck_height) = line[-1][1], neck
    for h, t in _SHOULDERS[shoulders][1:]:
        rows.append((body + h * shoulder, rx * last + (rn - rx * last) * t, ry * last + (rn - ry * last) * t, t))
    rows.append((body + shoulder + neck_height, rn, rn, 1.0))
    return np.array(rows)


def cup_stations(
    r0: float, r1: float, height: float, *, ratio: float = 1.0, foot: float = 0.002, steps: Sequence[float] = ()
) -> F64:
    """Stations of a cup or tub from half width r0 to r1 (y times `ratio`); `steps`: heights of stacking ledges."""
    rows = [(0.0, r0 - foot), (foot, r0)]
    for at in sorted(steps):
        r = r0 + (r1 - r0) * at
        rows += [(at * height, r - 0.0012), (at * height + 0.0008, r + 0.0004)]
    rows.append((height, r1))
    return np.array([(z, r, r * ratio, 0.0) for z, r in rows])
