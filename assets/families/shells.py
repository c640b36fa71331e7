"""What hollow things are made with: outlines, walls that follow them, and their convex parts."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from assets.colours import PAINTS, RGB, mix, shade
from assets.kit import part_box, part_cylinder, part_hull
from assets.labels import contrast, draw_picture, other_colour
from assets.mesh import Mesh, cap, rounded_rect, skin, sweep
from assets.numeric import F64, between, circle, cos_sin, pick
from assets.paint import U8, Canvas, fractal_noise
from engine.types import CollisionPart, ContainerInfo

Row = tuple[float, float]
WOODS: tuple[tuple[RGB, RGB], ...] = (
    ((0.8, 0.63, 0.42), (0.62, 0.45, 0.28)),
    ((0.58, 0.4, 0.25), (0.4, 0.26, 0.16)),
    ((0.86, 0.74, 0.56), (0.72, 0.56, 0.38)),
    ((0.44, 0.28, 0.17), (0.3, 0.18, 0.1)),
    ((0.7, 0.5, 0.3), (0.52, 0.34, 0.19)),
)


@dataclass(frozen=True, eq=False)
class Outline:
    """A convex (or gently waved) closed line from above: points (K, 2), counter-clockwise, centred.

    cuts: indices where convex wall pieces begin; radial: a circle, whose walls are boxes; square: whether the support
    inside is a rectangle.
    """

    points: F64
    cuts: tuple[int, ...]
    radial: bool = False
    square: bool = False

    def grown(self, d: float) -> F64:
        """Points (K, 2) moved outwards by about d metres (inwards if negative)."""
        half = np.abs(self.points).max(0)
        return self.points * ((half + d) / half)


def outline(kind: str, hx: float, hy: float, corner: float = 0.0) -> Outline:
    """An outline with half extents hx, hy: round, oval, squircle, rect (`corner` metres), hex, oct, tri, egg, leaf,
    scallop, flower or cross-cornered "notch"."""
    if kind == "rect":
        per = 1 if corner <= 0.001 else 5
        cuts = (0, 1, 2, 3) if per == 1 else tuple(sorted((*range(0, 4 * per, per), *range(1, 4 * per, per))))
        return Outline(rounded_rect(hx, hy, min(corner, 0.98 * min(hx, hy)), per), cuts, square=True)
    k = (
        48
        if kind in ("scallop", "flower")
        else 28
        if kind == "round"
        else 30
        if kind in ("oval", "egg", "leaf")
        else 24
    )
    c, s = circle(k)[:, 0], circle(k)[:, 1]
    step = 4 if kind in ("scallop", "flower") else 3 if kind in ("oct", "oval", "egg", "leaf") else 2
    if kind == "squircle":
        f = 1.0 / np.sqrt(np.sqrt(c * c * c * c + s * s * s * s))
        p = np.stack([c * f, s * f], -1)
    elif kind in ("hex", "oct", "tri"):
        n = {"hex": 6, "oct": 8, "tri": 3}[kind]
        corners = circle(n)
        t = (np.arange(k) % (k // n))[:, None] / (k // n)
        i = np.arange(k) // (k // n)
        p = corners[i] * (1 - t) + corners[(i + 1) % n] * t
        soft = 0.3 if n == 3 else 0.12
        p = p * (1 - soft) + soft * circle(k) * (np.abs(p).max() * (0.62 if n == 3 else 1.0))
        p = p - 0.5 * (p.max(0) + p.min(0))
    elif kind == "egg":
        p = np.stack([c, s * (1.0 - 0.22 * c)], -1)
    elif kind == "leaf":
        p = np.stack([c, s * (0.35 + 0.65 * np.abs(s))], -1)
    elif kind in ("scallop", "flower"):
        m, a = (12, 0.03) if kind == "scallop" else (6, 0.07)
        wave = 1.0 + a * cos_sin(np.arange(k) * (2 * np.pi * m / k))[0]
        p = circle(k) * wave[:, None]
    else:
        p = circle(k).copy()
    p = p * (np.array([hx, hy]) / np.abs(p).max(0))
    square = (kind in ("squircle", "oval", "egg", "leaf") and abs(hx - hy) > 0.12 * hx) or kind == "squircle"
    return Outline(p, tuple(range(0, k, step)), kind == "round" and hx == hy, square)


@dataclass(frozen=True, eq=False)
class Shell:
    """A hollow body: body (outside, rim, inside), floor (inner floor, planar texture), convex parts, holder record."""

    body: Mesh
    floor: Mesh
    parts: list[CollisionPart]
    info: ContainerInfo
    height: float


def _inside(rows: Sequence[Row], t: float, floor: float) -> list[Row]:
    """The wall's inner line from floor to rim: rows moved inwards along their normals, cut at the floor."""
    p = np.asarray(rows, np.float64)
    d = np.empty_like(p)
    d[1:-1] = p[2:] - p[:-2]
    d[0], d[-1] = p[1] - p[0], p[-1] - p[-2]
    d = d / np.sqrt((d * d).sum(-1, keepdims=True))
    q = p + t * np.stack([-d[:, 1], d[:, 0]], -1)
    out: list[Row] = []
    for (a, za), (b, zb) in itertools.pairwise(q.tolist()):
        if zb <= floor + 1e-6:
            continue
        if not out:
            f = min(max((floor - za) / (zb - za), 0.0), 1.0)
            out.append((a + f * (b - a), floor))
        out.append((b, zb))
    return out


def _slabs(low: Row, high: Row, t: float, n: int) -> list[CollisionPart]:
    """Boxes around an axis whose inner faces run from (radius, z) `low` to `high`; the n-sided ring lies half inside,
    half outside the round one."""
    fit = 0.5 * (1.0 + float(circle(2 * n)[1, 0]))
    (a, za), (b, zb) = low, high
    length = float(np.sqrt((b - a) ** 2 + (zb - za) ** 2))
    ct, st = (zb - za) / length, (b - a) / length
    # A positive yaw of the box's x axis outwards, then a tilt about its own y axis.
    hct, hst = float(np.sqrt((1 + ct) / 2)), float(np.sqrt(max(1 - ct, 0.0) / 2)) * (1.0 if st >= 0 else -1.0)
    x, z = 0.5 * (a + b) * fit + 0.5 * t * ct, 0.5 * (za + zb) - 0.5 * t * st
    half_w = (max(a, b) * 0.35 + 0.65 * 0.5 * (a + b) + t) * fit * float(circle(2 * n)[1, 1] / circle(2 * n)[1, 0])
    out = []
    for k in range(n):
        c, s = (float(v) for v in circle(n)[k])
        hc, hs = float(np.sqrt(max(1 + c, 0.0) / 2)), float(np.sqrt(max(1 - c, 0.0) / 2)) * (1.0 if s >= 0 else -1.0)
        q = (hc * hct, -hs * hst, hc * hst, hs * hct)
        out.append(part_box((t / 2, half_w, length / 2), (x * c, x * s, z), q))
    return out


def wedges(line: Outline, low: Row, high: Row, t: float) -> list[CollisionPart]:
    """Convex wall pieces of thickness t along an outline; low, high: (offset, z) of the inner face."""
    (a, za), (b, zb) = low, high
    length = float(np.sqrt((b - a) ** 2 + (zb - za) ** 2))
    nx, nz = (zb - za) / length, -(b - a) / length
    k = len(line.points)
    ends = [*line.cuts, line.cuts[0] + k]
    rings = [
        (line.grown(a), za),
        (line.grown(b), zb),
        (line.grown(b + t * nx), zb + t * nz),
        (line.grown(a + t * nx), max(za + t * nz, 0.0)),
    ]
    parts = []
    for i, j in itertools.pairwise(ends):
        where = np.arange(i, j + 1) % k
        # Inside, the straight line between the piece's ends stands in for the curve: half of its sag is taken off.
        p, q, m = line.points[where[0]], line.points[where[-1]], line.points[where].mean(0)
        sag = max(float(np.sqrt((m * m).sum()) - np.sqrt((((p + q) / 2) ** 2).sum())), 0.0)
        inner = 1.0 + 0.6 * sag / float(np.sqrt((m * m).sum()))
        points = [
            np.concatenate([o[where] * (inner if n < 2 else 1.0), np.full((len(where), 1), z)], -1)
            for n, (o, z) in enumerate(rings)
        ]
        parts.append(part_hull(np.concatenate(points)))
    return parts


def shell(
    line: Outline, rows: Sequence[Row], t: float, floor: float, *, kind: str = "in", n: int = 12, turns: float = 2.0
) -> Shell:
    """A hollow body over an outline. rows: (offset from the outline, z) of the outside, from the foot at z = 0 to the
    rim; t: wall thickness; floor: height of the inner floor; n: pieces of a round wall. The texture's v runs from the
    foot (0) over the rim (0.5) down to the inner floor (1)."""
    inner = _inside(rows, t, floor)
    k = len(line.points)
    flat = lambda d, z: np.concatenate([line.grown(d), np.full((k, 1), z)], -1)  # noqa: E731
    outer = [flat(d, z) for d, z in rows]
    pole = np.broadcast_to(np.array([*line.points.mean(0), rows[0][1]]), (k, 3))
    rings = np.stack([pole, *outer, *(flat(d, z) for d, z in reversed(inner))])
    v = np.concatenate([[0.0], 0.02 + 0.47 * _along(rows), 0.51 + 0.49 * _along(inner[::-1])])
    sharp = [1, len(rows), len(rows) + 1] if abs(rows[0][1] - rows[1][1]) > 0.001 else [len(rows), len(rows) + 1]
    u = np.arange(k + 1) * (turns / k) if not (line.square and k < 24) else None
    body = skin(rings, u=u, v=v, sharp_rows=sharp, sharp_cols=line.square and k == 4)
    # One straight wall stands in for a curved one, half of it inside, half outside.
    low, high = inner[0], inner[-1]
    bow = [d - (low[0] + (high[0] - low[0]) * (z - low[1]) / (high[1] - low[1])) for d, z in inner]
    shift = 0.5 * (max(bow) + min(bow))
    d0, d1, top = low[0] + shift, high[0] + shift, high[1]
    foot = line.grown(low[0])
    if line.radial:
        r = float(np.abs(line.points).max())
        walls = _slabs((r + d0, floor), (r + d1, top), t, n)
        parts = [part_cylinder(r + low[0] + 0.5 * t, 0.0, floor), *walls]
        info = ContainerInfo(kind, floor, top if kind == "in" else floor, radius=r + low[0])
    else:
        walls = wedges(line, (d0, floor), (d1, top), t)
        parts = [*slab_parts(line, low[0], 0.0, floor), *walls]
        rim = top if kind == "in" else floor
        half = np.abs(foot).max(0)
        if line.square:
            keep = 1.0 if len(line.cuts) <= 8 and k < 24 else 0.82
            info = ContainerInfo(kind, floor, rim, half_extents=(float(keep * half[0]), float(keep * half[1])))
        else:
            info = ContainerInfo(kind, floor, rim, radius=float(np.sqrt((foot**2).sum(-1)).min()))
    return Shell(body, cap(flat(inner[0][0], floor)), parts, info, max(top, rows[-1][1]))


def slab_parts(line: Outline, d: float, z0: float, z1: float, bands: int = 3) -> list[CollisionPart]:
    """A flat plate over the outline grown by d, from z0 to z1: one box, one cylinder, or boxes in bands across y.

    Boxes and cylinders rather than a hull: things rest on them with several contact points and lie still.
    """
    p, h = line.grown(d), 0.5 * (z1 - z0)
    radius = np.sqrt((p * p).sum(-1))
    half = np.abs(p).max(0)
    if line.square and (len(p) < 24 or len(line.cuts) == 12):
        return [part_box((half[0], half[1], h), (0, 0, z0 + h))]
    if line.radial or radius.min() > 0.84 * radius.max():
        return [part_cylinder(float(0.5 * (radius.min() + radius.max())), z0, z1)]
    edge = p[:, 1].min() + np.ptp(p[:, 1]) * (0.03 + 0.94 * np.arange(bands + 1) / bands)
    if bands == 3:
        edge[1:3] += np.array([-0.1, 0.1]) * np.ptp(p[:, 1])
    out = []
    for y0, y1 in itertools.pairwise(edge.tolist()):
        spans = [_span(p, y0), _span(p, y1), _span(p, 0.5 * (y0 + y1))]
        a, b = (sum(s[i] for s in spans) / 3.0 for i in (0, 1))
        out.append(part_box((0.5 * (b - a), 0.5 * (y1 - y0), h), (0.5 * (a + b), 0.5 * (y0 + y1), z0 + h)))
    return out


def _span(p: F64, y: float) -> Row:
    """Where a horizontal line cuts a closed outline: least and greatest x."""
    q = np.roll(p, -1, 0)
    cut = (p[:, 1] <= y) != (q[:, 1] <= y)
    a, b = p[cut], q[cut]
    x = a[:, 0] + (y - a[:, 1]) / (b[:, 1] - a[:, 1]) * (b[:, 0] - a[:, 0])
    return float(x.min()), float(x.max())


def _along(rows: Sequence[Row]) -> F64:
    p = np.asarray(rows, np.float64)
    s = np.concatenate([[0.0], np.cumsum(np.sqrt(((p[1:] - p[:-1]) ** 2).sum(-1)))])
    return s / s[-1]


# --- solid turned bodies --------------------------------------------------------------------------


def turned_parts(profile: ArrayLike, n: int = 14, sag: float = 0.002) -> list[CollisionPart]:
    """Convex pieces of a turned body with outer line (M, 2) of (radius, z), z rising: as long as each piece's straight
    sides stay within `sag` metres of the line."""
    p = np.asarray(profile, np.float64)
    p = p[p[:, 0] > 1e-6]
    ring, out, i = circle(n), [], 0
    while i < len(p) - 1:
        j = i + 1
        while j + 1 < len(p) and _sag(p[i : j + 2]) <= sag:
            j += 1
        if p[j, 1] - p[i, 1] > 1e-4:
            rows = [np.concatenate([r * ring, np.full((n, 1), z)], -1) for r, z in p[i : j + 1]]
            out.append(part_hull(np.concatenate(rows)))
        i = j
    return out


def _sag(p: F64) -> float:
    """How far the line (M, 2) lies inside its hull, across z, at most."""
    worst = 0.0
    for k in range(1, len(p) - 1):
        for a in range(k):
            for b in range(k + 1, len(p)):
                span = p[b, 1] - p[a, 1]
                f = (p[k, 1] - p[a, 1]) / span if span > 1e-9 else 0.5
                worst = max(worst, float(p[a, 0] + f * (p[b, 0] - p[a, 0]) - p[k, 0]))
    return worst


# --- handles --------------------------------------------------------------------------------------


def arch(
    a: ArrayLike, b: ArrayLike, bulge: ArrayLike, radius: float | tuple[float, float], n: int = 7, sides: int = 8,
    power: float = 1.0,
) -> Mesh:  # fmt: skip
    """A bent tube from a to b, pushed out by `bulge` (3,) in the middle; power below 1 makes it squarer."""
    t = np.arange(n) / (n - 1.0)
    s = cos_sin(np.pi * t)[1]
    s = s if power == 1.0 else np.sqrt(np.maximum(s, 0.0))
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    bulge = np.asarray(bulge, np.float64)
    path = a + (b - a) * t[:, None] + bulge * s[:, None]
    r = np.full((n, 2), radius) if not isinstance(radius, tuple) else np.array([radius] * n)
    across = np.cross(b - a, bulge)
    return sweep(path, r, sides, up=across / np.sqrt((across * across).sum()))


def arch_parts(
    a: ArrayLike, b: ArrayLike, bulge: ArrayLike, radius: float, pieces: int = 3, power: float = 1.0
) -> list[CollisionPart]:
    """Hulls along the same bend as `arch`."""
    t = np.arange(pieces + 1) / pieces
    s = cos_sin(np.pi * t)[1]
    s = s if power == 1.0 else np.sqrt(np.maximum(s, 0.0))
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    path = a + (b - a) * t[:, None] + np.asarray(bulge, np.float64) * s[:, None]
    corner = np.array([[i, j, k] for i in (-1, 1) for j in (-1, 1) for k in (-1, 1)]) * (0.75 * radius)
    return [part_hull(np.concatenate([p + corner, q + corner])) for p, q in itertools.pairwise(path)]


def ears(
    reach: float, z: float, out: float, half: float, radius: float, along: str = "x"
) -> tuple[list[Mesh], list[CollisionPart]]:
    """Two loop handles at +-reach along an axis, sticking out horizontally."""
    meshes, parts = [], []
    for sign in (-1.0, 1.0):
        turn = (lambda p, q: (p, q)) if along == "x" else (lambda p, q: (q, p))
        a, b = (*turn(sign * reach, sign * half), z), (*turn(sign * reach, -sign * half), z)
        push = (*turn(sign * out, 0.0), 0.0)
        meshes.append(arch(a, b, push, radius, 7, 6, power=0.5))
        x, y = turn(out / 2 + 0.002, half + radius)
        cx, cy = turn(sign * (reach + out / 2), 0.0)
        parts.append(part_box((x, y, radius), (cx, cy, z)))
    return meshes, parts


# --- pictures -------------------------------------------------------------------------------------


def wood_grain(rng: np.random.Generator, h: int = 64, w: int = 96, tone: tuple[RGB, RGB] | None = None) -> U8:
    """Boards seen from above, fibres along u."""
    light, dark = pick(rng, *WOODS) if tone is None else tone
    c = Canvas(h, w, light)
    c.blend_field(np.clip(0.5 + 0.6 * fractal_noise(rng, h, w, 12, 1, 3), 0, 1), dark)
    return c.image()


def glaze(rng: np.random.Generator) -> tuple[U8, U8, RGB]:
    """Tableware: (picture for a shell's body, picture for its floor, base colour)."""
    colour = pick(rng, *PAINTS, "white", "white")
    base = shade(colour, rng)
    accent = shade(other_colour(rng, colour), rng) if rng.random() < 0.5 else contrast(base)
    style = int(rng.integers(6))
    body, floor = Canvas(96, 96, base), Canvas(96, 96, base)
    if style == 1:  # coloured rim
        body.rect(0, 0.42, 1, 0.58, accent)
    elif style == 2:  # rings
        for y in (0.3, 0.36, 0.46):
            body.rect(0, y, 1, y + 0.025, accent)
        floor.ellipse(0.5, 0.5, 34, 34, accent, ring_px=2.5)
    elif style == 3:  # dots along the inner slope
        for k in range(8):
            body.ellipse((k + 0.5) / 8, 0.3, 4.5, 6, accent)
    elif style == 4:  # inside in another colour
        body.rect(0, 0.0, 1, 0.48, accent)
        floor = Canvas(96, 96, accent)
    elif style == 5:  # a picture in the middle, speckles
        draw_picture(floor, rng, pick(rng, "flower", "leaf", "fish", "star", "sun", "lemon", "apple"), 0.5, 0.5, 26)
        body.rect(0, 0.46, 1, 0.53, mix(accent, base, 0.2))
    return body.image(), floor.image(), base


def weave(rng: np.random.Generator, base: RGB, h: int = 64, w: int = 256) -> U8:
    """Over-and-under wickerwork."""
    y, x = np.arange(h)[:, None], np.arange(w)[None, :]
    band, rod = y // 6, x // 10
    over = (band + rod) % 2 == 0
    across = 1.0 - ((y % 6 - 2.5) / 3.4) ** 2
    along = 1.0 - ((x % 10 - 4.5) / 5.6) ** 2
    light = np.where(over, 0.55 + 0.5 * across, 0.4 + 0.35 * along)
    light = light * (1.0 + 0.12 * (rng.random((h // 6 + 1, w // 10 + 1))[band, rod] - 0.5))
    return np.rint(np.clip(light[..., None] * np.array(base), 0, 1) * 255).astype(np.uint8)


def sizes(rng: np.random.Generator, area: float, aspect: float) -> tuple[float, float]:
    """Half extents (hx, hy), hy the longer, of the given mean half size (metres) and aspect ratio, area kept."""
    a = float(np.sqrt(between(rng, 1.0, aspect)))
    return area / a, area * a
