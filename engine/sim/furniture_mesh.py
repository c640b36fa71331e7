"""Meshes of table tops and legs from a TableSpec, in the table's frame T (z = 0 is the surface)."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.table import TableSpec, half_width, outline

F64 = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Solid:
    """position, normal (V, 3), uv (V, 2) in metres along the surface, triangles (F, 3) counter-clockwise."""

    position: F64
    normal: F64
    uv: F64
    triangles: NDArray[np.int64]


def merged(parts: list[Solid]) -> Solid:
    """Several solids as one."""
    offsets = np.cumsum([0, *(len(p.position) for p in parts)])
    return Solid(
        np.concatenate([p.position for p in parts]),
        np.concatenate([p.normal for p in parts]),
        np.concatenate([p.uv for p in parts]),
        np.concatenate([p.triangles + o for p, o in zip(parts, offsets, strict=False)]),
    )


# --- the top ------------------------------------------------------------------------------------


def _profile(spec: TableSpec) -> list[tuple[float, float]]:
    """The edge from above to below: (how far in from the outline, z)."""
    t, e = spec.thickness, min(spec.edge_size, 0.9 * spec.thickness)
    if spec.edge == "bevel":
        return [(e, 0.0), (0.0, -e), (0.0, -t)]
    if spec.edge == "bullnose":
        r = 0.5 * t
        arc = [(0.707, 0.707), (0.924, 0.383), (1.0, 0.0), (0.924, -0.383), (0.707, -0.707)]
        return [(r, 0.0), *((r * (1 - c), -r * (1 - s)) for c, s in arc), (r, -t)]
    if spec.edge == "stepped":
        return [(0.0, 0.0), (0.0, -0.5 * t), (e, -0.5 * t), (e, -t)]
    if spec.edge == "undercut":
        return [(0.0, 0.0), (0.0, -0.3 * t), (1.5 * e, -t)]
    if spec.edge == "chunky":  # a thin top with a deep lip: looks twice as thick
        return [(0.0, 0.0), (0.0, -1.6 * t), (0.05, -1.6 * t), (0.05, -t)]
    return [(0.0, 0.0), (0.0, -t)]


def _edge_normals(p: F64) -> F64:
    """Outward unit normals (n, 2) of the edges p[i] -> p[i + 1] of a counter-clockwise polygon."""
    d = np.roll(p, -1, 0) - p
    d = d / np.linalg.norm(d, axis=1, keepdims=True)
    return np.stack([d[:, 1], -d[:, 0]], -1)


def _inset(p: F64, n: F64, by: float) -> F64:
    """The polygon moved inwards by `by`, corners mitred."""
    before = np.roll(n, 1, 0)
    mitre = (before + n) / (1.0 + (before * n).sum(1, keepdims=True))
    return p - by * mitre


def prism(p: F64, profile: list[tuple[float, float]], lid: bool = True) -> Solid:
    """The outline p (n, 2) extruded along a profile; flat lids above and below."""
    n = _edge_normals(p)
    before, after = np.roll(n, 1, 0), np.roll(n, -1, 0)
    # Across corners below 25 degrees light runs on, others stay sharp.
    smooth_start = np.where(((before * n).sum(1) > 0.9)[:, None], before + n, n)
    smooth_end = np.where(((after * n).sum(1) > 0.9)[:, None], after + n, n)
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.roll(p, -1, 0) - p, axis=1))])
    rings = [np.column_stack([_inset(p, n, o), np.full(len(p), z)]) for o, z in profile]
    parts, depth = [], 0.0
    k = len(p)
    quad = np.arange(4 * k).reshape(k, 4)
    triangles = np.concatenate([quad[:, [0, 1, 2]], quad[:, [0, 2, 3]]])
    for (a, b), ((o0, z0), (o1, z1)) in zip(itertools.pairwise(rings), itertools.pairwise(profile), strict=True):
        length = float(np.hypot(o1 - o0, z1 - z0))
        out, up = (z0 - z1) / length, (o0 - o1) / length  # normal of the segment: outwards and up
        a1, b1 = np.roll(a, -1, 0), np.roll(b, -1, 0)
        position = np.stack([b, b1, a1, a], 1).reshape(-1, 3)
        side = np.stack([smooth_start, smooth_end, smooth_end, smooth_start], 1)
        side = side / np.linalg.norm(side, axis=-1, keepdims=True)
        normal = np.concatenate([side * out, np.full((k, 4, 1), up)], -1).reshape(-1, 3)
        s0, s1 = along[:-1], along[1:]
        below = depth + length
        corners = ((s0, below), (s1, below), (s1, depth), (s0, depth))
        uv = np.stack([np.stack([s, np.full(k, d)], -1) for s, d in corners], 1).reshape(-1, 2)
        parts.append(Solid(position, normal, uv, triangles))
        depth += length
    if lid:
        parts += [_lid(rings[0], 1.0), _lid(rings[-1], -1.0)]
    return merged(parts)


def _lid(ring: F64, up: float) -> Solid:
    fan = np.stack([np.zeros(len(ring) - 2), np.arange(1, len(ring) - 1), np.arange(2, len(ring))], -1).astype(np.int64)
    # Wood runs along the table's longer side, y; images have their grain along u.
    return Solid(ring, np.tile([0.0, 0.0, up], (len(ring), 1)), ring[:, [1, 0]], fan if up > 0 else fan[:, ::-1])


def top_solid(spec: TableSpec) -> Solid:
    """The table's top with its edge."""
    return prism(outline(spec), _profile(spec))


# --- legs ---------------------------------------------------------------------------------------


def box(low: ArrayLike, high: ArrayLike) -> Solid:
    """An upright box between two corners."""
    a, b = np.minimum(low, high), np.maximum(low, high)
    return beam(
        np.array([0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1]), a[2]]),
        np.array([0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1]), b[2]]),
        b[0] - a[0],
        b[1] - a[1],
    )


def _across(axis: F64) -> tuple[F64, F64]:
    """Two unit vectors across an axis, the first as near to x as it gets."""
    first = np.array([1.0, 0, 0]) if abs(axis[0]) < 0.9 else np.array([0, 1.0, 0])
    u = first - axis * (first * axis).sum()
    u = u / np.linalg.norm(u)
    return u, np.asarray(np.cross(axis, u), np.float64)


def beam(start: ArrayLike, end: ArrayLike, width: float, depth: float, taper: float = 1.0) -> Solid:
    """A square bar from start to end, `width` along x or nearly so; its end is `taper` times as thick."""
    corners = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]) * [width, depth]
    return _bar(start, end, corners, taper, False)


def rod(start: ArrayLike, end: ArrayLike, radius: float, taper: float = 1.0, sides: int = 10) -> Solid:
    """A round bar from start to end."""
    t = 2 * np.pi * np.arange(sides) / sides
    return _bar(start, end, np.stack([np.cos(t), np.sin(t)], -1) * radius, taper, True)


def _bar(start: ArrayLike, end: ArrayLike, section: F64, taper: float, smooth: bool) -> Solid:
    a, b = np.asarray(start, np.float64), np.asarray(end, np.float64)
    length = float(np.linalg.norm(b - a))
    axis = (b - a) / length
    u, v = _across(axis)
    frame = np.stack([u, v])
    low, high = a + section @ frame, b + taper * section @ frame
    k = len(section)
    low1, high1 = np.roll(low, -1, 0), np.roll(high, -1, 0)
    position = np.stack([low, low1, high1, high], 1).reshape(-1, 3)
    edge = _edge_normals(section) @ frame
    if smooth:
        corner = section @ frame
        corner = corner / np.linalg.norm(corner, axis=1, keepdims=True)
        following = np.roll(corner, -1, 0)
        normal = np.stack([corner, following, following, corner], 1).reshape(-1, 3)
    else:
        normal = np.repeat(edge, 4, 0)
    side = np.linalg.norm(np.roll(section, -1, 0) - section, axis=1)
    s1 = np.cumsum(side)
    s0 = s1 - side
    zero, full = np.zeros(k), np.full(k, length)
    uv = np.stack([np.stack(c, -1) for c in ((zero, s0), (zero, s1), (full, s1), (full, s0))], 1).reshape(-1, 2)
    quad = np.arange(4 * k).reshape(k, 4)
    sides = Solid(position, normal, uv, np.concatenate([quad[:, [0, 1, 2]], quad[:, [0, 2, 3]]]))
    fan = np.stack([np.zeros(k - 2), np.arange(1, k - 1), np.arange(2, k)], -1).astype(np.int64)
    ends = [
        Solid(low, np.tile(-axis, (k, 1)), section, fan[:, ::-1]),
        Solid(high, np.tile(axis, (k, 1)), section, fan),
    ]
    return merged([sides, *ends])


@dataclass(frozen=True)
class _Stand:
    """Where legs may stand: below the top at z = `top`, on the floor at z = `floor`, corners (4, 2)."""

    spec: TableSpec
    top: float
    floor: float
    corners: tuple[tuple[float, float], ...]
    x: tuple[float, float]
    y: float


def _stand(spec: TableSpec) -> _Stand:
    hx, inset = 0.5 * spec.size_xy[0], spec.leg_inset + 0.5 * spec.leg_size
    far = hx
    while float(half_width(spec, far - inset)) < 0.3 * spec.size_xy[1]:  # round ends: further in, where it is wide
        far -= 0.02
    x0, x1 = -hx + inset, far - inset
    y = float(min(half_width(spec, x0), half_width(spec, x1))) - inset
    corners = tuple((x, s * (float(half_width(spec, x)) - inset)) for x in (x0, x1) for s in (-1.0, 1.0))
    lip = 1.6 if spec.edge == "chunky" else 1.0
    return _Stand(spec, -spec.thickness * min(lip, 1.0), -spec.height, corners, (x0, x1), y)


def _outward(c: tuple[float, float], by: float, s: _Stand) -> tuple[float, float]:
    mid = 0.5 * (s.x[0] + s.x[1])
    return c[0] + (by if c[0] > mid else -by), c[1] + (by if c[1] > 0 else -by)


def _four_square(s: _Stand) -> list[Solid]:
    w = 0.5 * s.spec.leg_size
    return [box((x - w, y - w, s.floor), (x + w, y + w, s.top)) for x, y in s.corners]


def _four_round(s: _Stand) -> list[Solid]:
    w = s.spec.leg_size
    return [rod((x, y, s.top), (x, y, s.floor), 0.55 * w, 0.55) for x, y in s.corners]


def _splayed(s: _Stand) -> list[Solid]:
    w, out = s.spec.leg_size, s.spec.splay
    parts = []
    for c in s.corners:
        inner, foot = _outward(c, -0.05, s), _outward(c, out, s)
        parts.append(rod((*inner, s.top), (*foot, s.floor), 0.5 * w, 0.6))
    return parts


def _trestle(s: _Stand) -> list[Solid]:
    w, mid = s.spec.leg_size, 0.5 * (s.x[0] + s.x[1])
    span = 0.42 * (s.x[1] - s.x[0])
    parts = []
    for y in (-s.y, s.y):
        parts += [
            box((mid - span, y - w, s.floor), (mid + span, y + w, s.floor + 0.06)),
            box((mid - span, y - w, s.top - 0.05), (mid + span, y + w, s.top)),
            box((mid - 1.2 * w, y - 0.6 * w, s.floor + 0.06), (mid + 1.2 * w, y + 0.6 * w, s.top - 0.05)),
        ]
    low = 0.7 * s.floor + 0.3 * s.top
    return [*parts, box((mid - 0.4 * w, -s.y, low), (mid + 0.4 * w, s.y, low + 0.09))]


def _pedestal(s: _Stand) -> list[Solid]:
    w, mid = s.spec.leg_size, 0.5 * (s.x[0] + s.x[1])
    reach = 0.4 * (s.x[1] - s.x[0])
    foot = [
        beam((mid, 0, s.floor + 0.09), (mid + dx * reach, dy * reach, s.floor + 0.025), 0.8 * w, 0.8 * w, 0.6)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1))
    ]
    neck = s.top - 0.12
    column = rod((mid, 0, s.floor + 0.04), (mid, 0, neck), w, 1.0, 16)
    return [column, rod((mid, 0, neck), (mid, 0, s.top), w, 2.6, 16), *foot]


def _column(s: _Stand) -> list[Solid]:
    w, mid = s.spec.leg_size, 0.5 * (s.x[0] + s.x[1])
    r = 0.38 * (s.x[1] - s.x[0])
    return [
        rod((mid, 0, s.floor), (mid, 0, s.floor + 0.025), r, 0.96, 28),
        rod((mid, 0, s.floor + 0.025), (mid, 0, s.top), 0.7 * w, 1.0, 16),
        rod((mid, 0, s.top - 0.02), (mid, 0, s.top), 0.6 * r, 1.0, 20),
    ]


def _panels(s: _Stand) -> list[Solid]:
    t = 0.5 * s.spec.leg_size
    x0, x1 = s.x
    parts = [box((x0, y - t, s.floor), (x1, y + t, s.top)) for y in (-s.y, s.y)]
    back = x0 + 0.1
    return [*parts, box((back, -s.y, s.top - 0.32), (back + 0.02, s.y, s.top))]


def _sled(s: _Stand) -> list[Solid]:
    w, (x0, x1) = 0.5 * s.spec.leg_size, s.x
    parts = []
    for y in (-s.y, s.y):
        parts += [box((x - w, y - w, s.floor), (x + w, y + w, s.top)) for x in (x0, x1)]
        parts += [box((x0, y - w, z), (x1, y + w, z + 2 * w)) for z in (s.floor, s.top - 2 * w)]
    return parts


def _hairpin(s: _Stand) -> list[Solid]:
    r = max(0.006, 0.13 * s.spec.leg_size)
    parts = []
    for c in s.corners:
        foot = (*_outward(c, s.spec.splay, s), s.floor)
        inner = _outward(c, -0.09, s)
        parts += [rod((inner[0], c[1], s.top), foot, r, 1.0, 6), rod((c[0], inner[1], s.top), foot, r, 1.0, 6)]
        parts.append(box((inner[0] - 0.01, inner[1] - 0.01, s.top - 0.006), (c[0] + 0.01, c[1] + 0.01, s.top)))
    return parts


def _cross(s: _Stand) -> list[Solid]:
    w, (x0, x1) = s.spec.leg_size, s.x
    low, high = s.floor + 0.4 * w, s.top - 0.4 * w
    parts = []
    for y in (-s.y, s.y):
        parts += [
            beam((x0, y - 0.25 * w, low), (x1, y - 0.25 * w, high), w, 0.5 * w),
            beam((x1, y + 0.25 * w, low), (x0, y + 0.25 * w, high), w, 0.5 * w),
        ]
    z, mid = 0.5 * (s.floor + s.top), 0.5 * (x0 + x1)
    return [*parts, box((mid - 0.3 * w, -s.y, z - 0.3 * w), (mid + 0.3 * w, s.y, z + 0.3 * w))]


def _cabinet(s: _Stand) -> list[Solid]:
    (x0, x1), y = s.x, s.y
    kick = s.floor + 0.09
    parts = [box((x0, -y, kick), (x1, y, s.top)), box((x0 + 0.05, -y + 0.05, s.floor), (x1 - 0.05, y - 0.05, kick))]
    count = 3
    for k in range(count):  # doors stand out by a centimetre
        a, b = -y + 2 * y * k / count + 0.008, -y + 2 * y * (k + 1) / count - 0.008
        parts.append(box((x1, a, kick + 0.01), (x1 + 0.012, b, s.top - 0.02)))
        parts.append(box((x1 + 0.012, b - 0.05, -0.2), (x1 + 0.03, b - 0.035, -0.07)))
    return parts


def _sawhorse(s: _Stand) -> list[Solid]:
    w, mid = s.spec.leg_size, 0.5 * (s.x[0] + s.x[1])
    span, out = 0.4 * (s.x[1] - s.x[0]), 0.5 * s.spec.splay + 0.1
    parts = []
    for y in (-0.8 * s.y, 0.8 * s.y):
        parts.append(box((mid - span, y - 0.5 * w, s.top - 0.09), (mid + span, y + 0.5 * w, s.top)))
        for x in (mid - 0.8 * span, mid + 0.8 * span):
            for sign in (-1, 1):
                parts.append(beam((x, y, s.top - 0.03), (x, y + sign * out, s.floor), 0.7 * w, 0.4 * w))
    return parts


_LEGS: dict[str, Callable[[_Stand], list[Solid]]] = {
    "four_square": _four_square,
    "four_round": _four_round,
    "splayed": _splayed,
    "trestle": _trestle,
    "pedestal": _pedestal,
    "column": _column,
    "panels": _panels,
    "sled": _sled,
    "hairpin": _hairpin,
    "cross": _cross,
    "cabinet": _cabinet,
    "sawhorse": _sawhorse,
}


def legs_solid(spec: TableSpec) -> Solid:
    """Legs and apron as one mesh."""
    parts = _LEGS[spec.legs](_stand(spec))
    if spec.apron > 0:
        inset = spec.leg_inset + 0.01
        sharp = spec.shape in ("rounded", "chamfered") and spec.corner < 1.5 * inset
        p = outline(replace(spec, shape="rectangle") if sharp else spec)
        inner = _inset(p, _edge_normals(p), inset)
        parts.append(prism(inner, [(0.0, -spec.thickness), (0.0, -spec.thickness - spec.apron)]))
    return merged(parts)
