"""When two objects count as different shapes, and how many different ones a family has.

Shapes are compared on their drawn surfaces, as they stand, after scaling: centred on the middle of the bounding box
and divided by its diagonal. The distance is the chamfer distance as learning on point sets uses it (Fan et al. 2017,
without squares): the mean distance from one surface to the other plus that back, in shares of the diagonal. Size and
colour do not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from scipy.spatial import KDTree

from engine.rng import rng
from engine.types import F64, ObjectAsset

LEAST_DISTANCE = 0.03
DENSE, SPARSE, FEW = 4096, 768, 128
_MARGIN = 1.03  # sampling noise of the measurement: listed objects stay apart for any sampler


class Shape:
    """Points of an object's scaled surface: `dense` (4096, 3), a tree of them, and the first 768 as `sparse`."""

    def __init__(self, points: F64):
        self.dense = points
        self.sparse = points[:SPARSE]
        self.tree = KDTree(points)
        self.box = np.concatenate([points.min(0), points.max(0)])

    def distance(self, other: Shape, points: int = SPARSE) -> float:
        """Chamfer distance in shares of the diagonal: both one-sided means added."""
        there = other.tree.query(self.sparse[:points])[0].mean()
        back = self.tree.query(other.sparse[:points])[0].mean()
        return float(there + back)

    def differs(self, other: Shape, least: float) -> bool:
        """Whether the distance is at least `least`; a few points settle it where it is far from that."""
        rough = self.distance(other, FEW)
        if abs(rough - least) > 0.35 * least:
            return rough > least
        return self.distance(other) >= least


def shape_of(asset: ObjectAsset) -> Shape:
    """Area-weighted points on the drawn surface, the same for the same object."""
    corners = np.concatenate([m.vertices.astype(np.float64)[m.faces] for m in asset.visual])
    low, high = corners.min((0, 1)), corners.max((0, 1))
    corners = (corners - 0.5 * (low + high)) / np.linalg.norm(high - low)
    area = 0.5 * np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=-1)
    draw = rng(0, "surface points", len(corners))
    # Stratified: an even walk along the summed areas leaves no gaps that plain random choice would.
    steps = (np.arange(DENSE) + draw.random(DENSE)) / DENSE * area.sum()
    faces = np.minimum(np.searchsorted(np.cumsum(area), steps), len(area) - 1)
    u, v = np.sqrt(draw.random(DENSE)), draw.random(DENSE)
    t = corners[faces]
    points = t[:, 0] * (1 - u)[:, None] + t[:, 1] * (u * (1 - v))[:, None] + t[:, 2] * (u * v)[:, None]
    return Shape(points[draw.permutation(DENSE)])


def distinct(assets: Iterable[ObjectAsset], most: int | None = None, least: float = LEAST_DISTANCE) -> list[int]:
    """Positions of the assets that differ from every earlier chosen one by `least`; stops after `most`."""
    chosen: list[Shape] = []
    found: list[int] = []
    for k, asset in enumerate(assets):
        if most is not None and len(found) >= most:
            break
        shape = shape_of(asset)
        # The likeliest twin first: most candidates that fail are like one of similar proportions.
        chosen.sort(key=lambda c: float(np.abs(c.box - shape.box).sum()))
        if all(shape.differs(c, _MARGIN * least) for c in chosen):
            chosen.append(shape)
            found.append(k)
    return found


def closest_pair(assets: Sequence[ObjectAsset]) -> tuple[float, int, int]:
    """Smallest distance between two of the assets, and which; infinite for fewer than two."""
    shapes = [shape_of(a) for a in assets]
    pairs = ((shapes[i].distance(shapes[j]), i, j) for i in range(len(shapes)) for j in range(i))
    return min(pairs, default=(float("inf"), -1, -1))
