"""Whether a body is open to the top, and where things can be put on or in it, from its height seen from above."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import ConvexHull

from assets.importer.naming import HELD, HOLDERS, Name
from assets.importer.records import I64
from assets.importer.reduce import surface_samples
from assets.physical import part_points
from engine.types import F64, CollisionPart, ContainerInfo

_CELLS = 72
_OUT = -1e6
WIDE = 0.09
"""Inner width in metres from which an unnamed hollow counts as a container."""
LEAST = 0.055
SHALLOW = 0.02
"""Rims lower than this make a plate or a tray: things lie on it."""

Mask = NDArray[np.bool_]


def _grid(low: F64, high: F64) -> tuple[F64, F64, float]:
    """Cell centres along x and y with a free margin of two cells, and the cell's size."""
    step = float((high - low)[:2].max()) / _CELLS
    nx, ny = (int(np.ceil((high[k] - low[k]) / step)) + 4 for k in range(2))
    mid = 0.5 * (low + high)
    return mid[0] + (np.arange(nx) - 0.5 * (nx - 1)) * step, mid[1] + (np.arange(ny) - 0.5 * (ny - 1)) * step, step


def heights_of_mesh(vertices: F64, faces: I64) -> tuple[F64, float]:
    """Height seen from above (NX, NY), _OUT where there is nothing, and the cell's size."""
    points = surface_samples(vertices, faces, 60_000)[0]
    xs, ys, step = _grid(points.min(0), points.max(0))
    out = np.full((len(xs), len(ys)), _OUT)
    i = np.clip(np.round((points[:, 0] - xs[0]) / step).astype(int), 0, len(xs) - 1)
    j = np.clip(np.round((points[:, 1] - ys[0]) / step).astype(int), 0, len(ys) - 1)
    np.maximum.at(out, (i, j), points[:, 2])
    return out, step


def heights_of_parts(parts: list[CollisionPart]) -> tuple[F64, F64, F64, float]:
    """Height of the collision shape seen from above (NX, NY), cell centres along x and y, and the cell's size."""
    clouds = [part_points(p) for p in parts]
    everything = np.concatenate(clouds)
    xs, ys, step = _grid(everything.min(0), everything.max(0))
    out = np.full((len(xs), len(ys)), _OUT)
    X, Y = np.meshgrid(xs, ys, indexing="ij")
    for cloud in clouds:
        n, d = (e := ConvexHull(cloud).equations)[:, :3], -e[:, 3]
        rest = d[:, None, None] - n[:, 0, None, None] * X - n[:, 1, None, None] * Y
        up, down = n[:, 2] > 1e-6, n[:, 2] < -1e-6
        top = (rest[up] / n[up, 2][:, None, None]).min(0)
        bottom = (rest[down] / n[down, 2][:, None, None]).max(0)
        inside = (top >= bottom) & (rest[~up & ~down] >= 0).all(0)
        out = np.where(inside, np.maximum(out, top), out)
    return out, xs, ys, step


def _filled(height: F64) -> F64:
    """The level to which water would stand: the lowest way out of each cell, relaxed until nothing changes."""
    level = np.full_like(height, np.inf)
    level[[0, -1], :], level[:, [0, -1]] = height[[0, -1], :], height[:, [0, -1]]
    while True:
        least = level.copy()
        np.minimum(least[1:], level[:-1], out=least[1:])
        np.minimum(least[:-1], level[1:], out=least[:-1])
        np.minimum(least[:, 1:], level[:, :-1], out=least[:, 1:])
        np.minimum(least[:, :-1], level[:, 1:], out=least[:, :-1])
        new = np.minimum(level, np.maximum(least, height))
        if np.array_equal(new, level):
            return level
        level = new


def _deepest(height: F64) -> tuple[Mask, float, float] | None:
    """The largest hollow: its cells, its lowest point and its rim; None when the body is a ring or has none."""
    seen = height > 0.5 * _OUT
    if not seen.any():
        return None
    low = float(height[seen].min())
    top = float(height[seen].max())
    before = None
    for size in (3, 5, 7):  # slats and corners leave gaps; wider and wider ones are taken for closed
        closed = ndimage.grey_closing(height, size=(size, size))
        if before is not None and np.array_equal(closed, before):
            continue
        before = closed
        found = _hollow_cells(closed, low, top)
        if found is not None and found[0].sum() > 0.15 * seen.sum():
            return found
    return None


def _hollow_cells(height: F64, low: float, top: float) -> tuple[Mask, float, float] | None:
    seen = height > 0.5 * _OUT
    # A hole right through, inside the outline, is as low as the body gets.
    outside = _labelled(~seen)
    border = set(np.unique(np.concatenate([outside[0], outside[-1], outside[:, 0], outside[:, -1]])))
    hole = ~seen & ~np.isin(outside, list(border))
    ground = np.where(hole, low, height)
    level = _filled(ground)
    depth = level - ground
    wet = (depth > max(0.02 * (top - low), 1e-9)) & (ground > 0.5 * _OUT)
    labels = _labelled(wet)
    count = int(labels.max())
    if count == 0:
        return None
    volumes = np.bincount(labels.ravel(), np.where(wet, depth, 0.0).ravel(), count + 1)[1:]
    best = labels == 1 + int(np.argmax(volumes))
    if hole[best].mean() > 0.4:
        return None
    return best, float(np.quantile(ground[best], 0.03)), float(np.median(level[best]))


def _labelled(cells: Mask) -> NDArray[np.int64]:
    """Connected groups of cells as 1, 2, ...; 0 elsewhere."""
    return np.asarray(ndimage.label(cells)[0], np.int64)  # type: ignore[index]


def cavity_of_mesh(vertices: F64, faces: I64) -> float:
    """Depth of the hollow that is open to the top as a share of the body's height, 0 for none or a narrow one."""
    height, _ = heights_of_mesh(vertices, faces)
    found = _deepest(height)
    if found is None:
        return 0.0
    cells, low, rim = found
    seen = height > 0.5 * _OUT
    if cells.sum() < 0.2 * seen.sum():
        return 0.0
    return (rim - low) / max(float(np.ptp(vertices[:, 2])), 1e-12)


def _support(cells: Mask, xs: F64, ys: F64, step: float) -> tuple[tuple[float, float], float, tuple[float, float]]:
    """(centre, radius of the largest disc, half extents of the largest centred rectangle) inside the cells."""
    inside = ndimage.distance_transform_edt(np.pad(cells, 1))[1:-1, 1:-1]  # type: ignore[index]
    near = inside >= inside.max() - 0.75
    at = np.argwhere(near).mean(0)
    i, j = (round(float(v)) for v in at)
    if not cells[i, j]:
        i, j = (int(v) for v in np.unravel_index(int(np.argmax(inside)), inside.shape))
    radius = max(float(inside[i, j]) - 0.5, 0.0) * step
    best = (0, 0)
    half_y = min(j, cells.shape[1] - 1 - j)
    for hx in range(min(i, cells.shape[0] - 1 - i) + 1):
        while half_y >= 0 and not cells[i - hx : i + hx + 1, j - half_y : j + half_y + 1].all():
            half_y -= 1
        if half_y < 0:
            break
        if (2 * hx + 1) * (2 * half_y + 1) > (2 * best[0] + 1) * (2 * best[1] + 1):
            best = (hx, half_y)
    return (float(xs[i]), float(ys[j])), radius, ((best[0] + 0.25) * step, (best[1] + 0.25) * step)


def container_of(parts: list[CollisionPart], name: Name, said: str, notes: list[str]) -> ContainerInfo | None:
    """Where the collision shape (upright, metres) can hold others; None when it cannot.

    said: "in", "on", "no" or "" to decide by geometry and by what the noun is used for.
    """
    if said == "no" or (not said and name.noun in HELD):
        return None
    height, xs, ys, step = heights_of_parts(parts)
    found = _deepest(height)
    seen = height > 0.5 * _OUT
    body = float(np.ptp(np.concatenate([part_points(p) for p in parts])[:, 2]))
    info = None
    if found is not None and said != "on":
        info = _hollow(found, height, xs, ys, step)
    wanted = LEAST if said or name.noun in HOLDERS else WIDE
    if info is not None and _width(info) >= wanted and found is not None and found[2] - found[1] > 0.15 * body:
        if said == "in":
            return ContainerInfo("in", info.floor_z, info.rim_z, info.radius, info.half_extents, info.centre_xy)
        return info
    if said == "on" or (not said and name.noun in HOLDERS and name.noun != "box"):
        top = float(np.quantile(height[seen], 0.9)) if found is None else found[1]
        flat = seen & (np.abs(height - top) < max(0.004, 0.1 * body))
        info = _placed("on", flat, top, top, xs, ys, step)
        if info is not None and _width(info) >= LEAST:
            return info
    if said:
        notes.append(f"metadata says container '{said}', but no room for it was found")
    elif why := _why_not(found, info, name, wanted, body):
        notes.append(f"no container: {why}")
    return None


def _why_not(
    found: tuple[Mask, float, float] | None, info: ContainerInfo | None, name: Name, wanted: float, body: float
) -> str:
    """Why a hollow does not make a container, or why a body that is called one is none; "" when none was expected."""
    if found is not None and info is not None and LEAST <= _width(info) < wanted:
        return f"opening {100 * _width(info):.1f} cm wide: under {100 * wanted:g} cm"
    if name.noun not in HOLDERS:
        return ""
    if found is None or info is None:
        return "" if name.noun == "box" else "no hollow that is open to the top"
    if _width(info) < wanted:
        return f"opening {100 * _width(info):.1f} cm wide: under {100 * wanted:g} cm"
    return f"hollow {100 * (found[2] - found[1]):.1f} cm deep: under {15 * body:.1f} cm (15 % of its height)"


def _hollow(found: tuple[Mask, float, float], height: F64, xs: F64, ys: F64, step: float) -> ContainerInfo | None:
    cells, low, rim = found
    floor = cells & (height <= low + max(0.004, 0.3 * (rim - low)))
    shallow = rim - low < SHALLOW
    return _placed("on" if shallow else "in", floor, low, low if shallow else rim, xs, ys, step)


def _placed(kind: str, cells: Mask, floor: float, rim: float, xs: F64, ys: F64, step: float) -> ContainerInfo | None:
    if not cells.any():
        return None
    centre, radius, (hx, hy) = _support(np.asarray(ndimage.binary_closing(cells), bool), xs, ys, step)
    at = (round(centre[0], 6), round(centre[1], 6))
    if 4 * hx * hy > 1.15 * np.pi * radius**2:
        return ContainerInfo(kind, round(floor, 6), round(rim, 6), None, (round(hx, 6), round(hy, 6)), at)
    return ContainerInfo(kind, round(floor, 6), round(rim, 6), round(radius, 6), None, at) if radius > 0 else None


def _width(info: ContainerInfo) -> float:
    return 2.0 * (info.radius if info.radius is not None else min(info.half_extents or (0.0,)))
