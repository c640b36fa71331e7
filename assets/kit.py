"""What a family of objects is made with: drafts, materials and convex collision parts.

A family is one function `build(rng, variant) -> Draft`. A draft stands upright, z up, in any frame; the library
moves it to its centre of mass and works out mass, inertia, resting poses and colour.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from assets.colours import RGB
from assets.mesh import Mesh
from assets.numeric import between, circle, grid_round
from assets.paint import U8
from engine.types import CollisionPart, ContainerInfo, Material

FRICTION = {
    "plastic": 0.65, "metal": 0.55, "glass": 0.55, "ceramic": 0.6, "cardboard": 0.7, "paper": 0.7, "wood": 0.7,
    "rubber": 1.0, "fruit": 0.75, "vegetable": 0.75, "foam": 0.95, "fabric": 0.9, "wicker": 0.8, "wax": 0.7,
    "food": 0.75,
}  # fmt: skip
"""Sliding coefficient by material word (order of magnitude from handbooks, against wood or laminate)."""


@dataclass(frozen=True, eq=False)
class Draft:
    """What a family hands over. Metres, kilograms per cubic metre of collision volume.

    scale: size relative to the family's usual (1.0), from which the word small, medium or large comes.
    extra: further attributes, or corrections of those that are worked out.
    """

    name: str
    visual: Sequence[tuple[Mesh, Material]]
    collision: Sequence[CollisionPart]
    material: str
    shape: str
    density: float
    scale: float = 1.0
    container: ContainerInfo | None = None
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FamilyInfo:
    """A family's entry in the table.

    category: coarse group; names: the nouns that instances may have; container: "" or "on" or "in". variants: what
    the family's members are built like ("screw_cap", "flip_top"); seed k builds variant k modulo their number.
    """

    family: str
    category: str
    names: tuple[str, ...]
    graspable: bool
    container: str
    build: Callable[..., Draft]
    variants: tuple[str, ...] = ()

    def draft(self, seed: int, rng: np.random.Generator) -> Draft:
        """The member drawn by this generator, of the variant whose turn the seed is."""
        return self.build(rng, self.variant(seed)) if self.variants else self.build(rng)

    def variant(self, seed: int) -> str:
        return self.variants[seed % len(self.variants)] if self.variants else "plain"


def graspable(
    family: str, category: str, build: Callable[..., Draft], *names: str, variants: Sequence[str] = ()
) -> FamilyInfo:
    """Table entry of something to pick up; the name is the family's unless others are given."""
    return FamilyInfo(family, category, names or (family.replace("_", " "),), True, "", build, tuple(variants))


def container(
    family: str, kind: str, build: Callable[..., Draft], *names: str, variants: Sequence[str] = ()
) -> FamilyInfo:
    """Table entry of something to put things on or in."""
    return FamilyInfo(family, "containers", names or (family.replace("_", " "),), False, kind, build, tuple(variants))


def draw_scale(rng: np.random.Generator, spread: float = 0.15) -> float:
    """A size factor around 1."""
    return between(rng, 1.0 - spread, 1.0 + spread)


_LOOKS = {  # specular, shininess, reflectance
    "plastic": (0.35, 0.5), "metal": (0.8, 0.8), "glass": (0.9, 0.9), "ceramic": (0.5, 0.75), "cardboard": (0.08, 0.1),
    "paper": (0.1, 0.15), "wood": (0.12, 0.25), "rubber": (0.08, 0.15), "fruit": (0.3, 0.45), "vegetable": (0.25, 0.4),
    "foam": (0.02, 0.05), "fabric": (0.03, 0.05), "wicker": (0.05, 0.1), "wax": (0.2, 0.3),
    "food": (0.2, 0.35),
}  # fmt: skip


def paint(material: str, colour: RGB, alpha: float = 1.0) -> Material:
    """A plain colour with the gloss of the material word."""
    specular, shininess = _LOOKS[material]
    return Material(material, (*(round(c, 4) for c in colour), alpha), None, specular, shininess)  # type: ignore[arg-type]


def printed(material: str, image: U8) -> Material:
    """A picture with the gloss of the material word."""
    specular, shininess = _LOOKS[material]
    return Material(material, (1.0, 1.0, 1.0, 1.0), image, specular, shininess)


# --- convex parts -------------------------------------------------------------------------------


def _triple(p: ArrayLike) -> tuple[float, float, float]:
    x, y, z = (float(v) for v in grid_round(p))
    return (x, y, z)


def _quad(q: ArrayLike) -> tuple[float, float, float, float]:
    w, x, y, z = (float(v) for v in np.asarray(q, np.float64))
    return (w, x, y, z)


def part_box(half: ArrayLike, centre: ArrayLike = (0, 0, 0), q_wxyz: ArrayLike = (1, 0, 0, 0)) -> CollisionPart:
    """A box by half extents."""
    return CollisionPart("box", _triple(half), _triple(centre), _quad(q_wxyz))


def part_cylinder(radius: float, z0: float, z1: float, xy: tuple[float, float] = (0.0, 0.0)) -> CollisionPart:
    """An upright cylinder from z0 to z1."""
    r, h = (float(v) for v in grid_round([radius, 0.5 * (z1 - z0)]))
    return CollisionPart("cylinder", (r, h), _triple((*xy, 0.5 * (z0 + z1))))


def part_hull(points: ArrayLike) -> CollisionPart:
    """The convex hull of points (N, 3); duplicates are dropped, the points need not all be corners."""
    p = grid_round(points)
    return CollisionPart("mesh", (), vertices=np.unique(p, axis=0))


def part_hulls(rings: np.ndarray, cuts: Sequence[int]) -> list[CollisionPart]:
    """Hulls of rings (M, K, 3) cut[0]..cut[1], cut[1]..cut[2], ...: a bent or waisted body in convex pieces."""
    return [part_hull(rings[a : b + 1].reshape(-1, 3)) for a, b in itertools.pairwise(cuts)]


def part_lathe(profile: ArrayLike, n: int = 16, warp: ArrayLike | None = None) -> CollisionPart:
    """The hull of a lathe profile (M, 2) of (radius, z)."""
    p = np.asarray(profile, np.float64)
    ring = circle(n) if warp is None else circle(n) * np.asarray(warp, np.float64)[:, None]
    return part_hull(
        np.concatenate([np.concatenate([r * ring, np.full((n, 1), z)], -1) if r > 0 else [[0.0, 0.0, z]] for r, z in p])
    )


def _half_angle(cosine: float) -> tuple[float, float]:
    """Cosine and (non-negative) sine of half the angle that has this cosine."""
    return float(np.sqrt(max((1.0 + cosine) / 2.0, 0.0))), float(np.sqrt(max((1.0 - cosine) / 2.0, 0.0)))


def wall_ring(
    radius: float, z0: float, z1: float, thickness: float, n: int = 8, flare: float = 0.0
) -> list[CollisionPart]:
    """Boxes around a hollow body: outer radius at z0 `radius`, at z1 `radius + flare`.

    The n-sided polygon lies half inside, half outside the circle; each box is tilted outwards to follow
    the flare.
    """
    fit = 0.5 * (1.0 + float(circle(2 * n)[1, 0]))
    radius, flare = radius * fit, flare * fit
    h = z1 - z0
    slope = float(np.sqrt(h * h + flare * flare))
    ct, st = _half_angle(h / slope)
    mid = radius + 0.5 * flare
    c0 = circle(2 * n)
    half_w = mid * float(c0[1, 1] / c0[1, 0])
    out = []
    for k in range(n):
        c, s = float(c0[2 * k, 0]), float(c0[2 * k, 1])
        hc, hs = _half_angle(c)
        hs = hs if s >= 0 else -hs
        q = (hc * ct, -hs * st, hc * st, hs * ct)  # yaw about z, then tilt about the box's own y axis
        centre = ((mid - thickness / 2) * c, (mid - thickness / 2) * s, 0.5 * (z0 + z1))
        out.append(part_box((thickness / 2, half_w, slope / 2), centre, q))
    return out
