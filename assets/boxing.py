"""Pieces of folded cardboard: printed boxes, flaps, panels that lean, ribbons, tape."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assets.closures import Pieces
from assets.colours import RGB, mix
from assets.kit import paint, part_box, part_hull, printed
from assets.labels import end_panel, label, side_panel
from assets.mesh import Mesh, box_faces, cap, merge, skin
from assets.numeric import F64, between, cos_sin, rotation
from assets.paint import U8
from engine.types import CollisionPart, Material

KRAFT: RGB = (0.72, 0.55, 0.37)
FOUR_SIDES = (0.0, 0.5, 0.5, 1.0, 1.0, 1.5, 1.5, 2.0, 2.0)
"""Texture u of a `rounded_rect(..., 2)`: a picture's left half on +x and -x, its right half on +y and -y."""
SIX_SIDES = (0.0, 0.5, 0.75, 1.0, 1.5, 1.75, 2.0)
"""The same of a hexagon whose first edge is the +x side."""


def box_art(
    rng: np.random.Generator,
    half: tuple[float, float, float],
    base: RGB,
    accent: RGB,
    word: str,
    picture: str,
    layout: int | None = None,
    lid: U8 | None = None,
) -> U8:
    """An atlas for `box_faces(..., atlas=True)`: label on +x and -x, fine print on +y and -y, the word on the ends."""
    hx, hy, hz = half
    h, w = 112, 80
    front = label(rng, h, int(np.clip(h * hy / hz, 48, 200)), base, accent, word, picture, layout)
    side = side_panel(rng, h, int(np.clip(h * hx / hz, 40, 120)), mix(base, accent, 0.12), accent, word)
    top = end_panel(h, w, accent, word) if lid is None else lid
    tiles = [_fit(t, h, w) for t in (front, front, side, side, top, end_panel(h, w, accent, word))]
    return np.concatenate([np.concatenate(tiles[:3], 1), np.concatenate(tiles[3:], 1)])


def _fit(image: U8, h: int, w: int) -> U8:
    """Nearest pixels, (h, w, 3)."""
    rows = (np.arange(h) * image.shape[0]) // h
    cols = (np.arange(w) * image.shape[1]) // w
    return image[rows][:, cols]


def printed_box(half: tuple[float, float, float], atlas: U8, z0: float = 0.0, material: str = "cardboard") -> Pieces:
    """A box standing on z0 with an atlas of `box_art` on it, and its collision part."""
    mesh = box_faces(*half, atlas=True).moved((0, 0, z0 + half[2]))
    return Pieces([(mesh, printed(material, atlas))], [part_box(half, (0, 0, z0 + half[2]))])


def panel(
    half: tuple[float, float, float],
    hinge: tuple[float, float, float],
    axis: str,
    angle: float,
    material: Material,
    solid: bool = True,
) -> Pieces:
    """A thin board whose lower edge sits at the hinge, standing up (+z) and then turned about "x" or "y" by `angle`."""
    R = rotation(axis, angle)
    mesh = box_faces(*half).moved((0, 0, half[2])).moved((0, 0, 0), R).moved(hinge)
    c, s = (float(v) for v in cos_sin(0.5 * angle))
    q = (c, s, 0.0, 0.0) if axis == "x" else (c, 0.0, s, 0.0)
    centre = mesh.vertices.mean(0)
    return Pieces([(mesh, material)], [part_box(half, tuple(centre), q)] if solid else [])


def four_flaps(
    rng: np.random.Generator,
    half: tuple[float, float, float],
    z: float,
    lean: tuple[float, float],
    outer: Material,
    inner: Material,
) -> Pieces:
    """An open box's flaps on its rim at z: two of `outer` board at +-x and two of `inner` at +-y, leaning outwards by
    between `lean` radians each, all as long as a random share of the half width x."""
    hx, hy = half[0], half[1]
    thin, reach = 0.001, between(rng, 0.5, 1.0) * hx
    out = Pieces()
    for side in (-1, 1):
        wide, narrow = (thin, 0.97 * hy, 0.5 * reach), (0.95 * hx, thin, 0.5 * reach)
        out.add(panel(wide, (side * (hx - thin), 0, z), "y", side * between(rng, *lean), outer))
        out.add(panel(narrow, (0, side * (hy - thin), z), "x", -side * between(rng, *lean), inner))
    return out


def frustum(
    low: F64, high: F64, z0: float, z1: float, *, u: Sequence[float] | None = None
) -> tuple[Mesh, CollisionPart]:
    """The walls between two outlines (K, 2) at two heights, with their hull; `u` (K + 1) places the texture."""
    rings = np.stack([np.concatenate([o, np.full((len(o), 1), z)], -1) for o, z in ((low, z0), (high, z1))])
    return skin(rings, u=u), part_hull(rings.reshape(-1, 3))


def ends(low: F64, high: F64, z0: float, z1: float) -> Mesh:
    """Floor and top of a `frustum`."""
    rings = [np.concatenate([o, np.full((len(o), 1), z)], -1) for o, z in ((low, z0), (high, z1))]
    return merge([cap(rings[1]), cap(rings[0], up=False)])


def strip_around(half: tuple[float, float, float], z0: float, along: str, wide: float, lift: float) -> Mesh:
    """A ribbon or tape around a box: over the top and down two sides; along "x" or "y"."""
    hx, hy, hz = half
    a, b = (hx + lift, wide / 2) if along == "x" else (wide / 2, hy + lift)
    return box_faces(a, b, hz + lift / 2).moved((0, 0, z0 + hz + lift / 2))


def bow(z: float, size: float, material: Material, loops: int = 2, tails: bool = True) -> Pieces:
    """A ribbon bow of full width about 2 `size` on the plane z."""
    meshes, parts = [], []
    turn = cos_sin(np.arange(9) * (2 * np.pi / 8.0))
    for k in range(loops):
        c, s = (float(v) for v in cos_sin(2 * np.pi * k / loops + 0.35))
        x = 0.5 * size * (1.0 - turn[0])
        y = z + 0.32 * size + 0.3 * size * turn[1] * (0.35 + 0.65 * x / size)
        path = np.stack([x * c, x * s, y], -1)
        across = np.array([-s, c, 0.0]) * 0.2 * size
        meshes.append(_ribbon(path, across))
        parts.append(part_hull(np.concatenate([path + across, path - across])))
    if tails:
        for c, s in ((0.8, -0.6), (-0.7, -0.7)):
            path = np.array(
                [
                    [0, 0, z + 0.3 * size],
                    [0.5 * c * size, 0.5 * s * size, z + 0.1 * size],
                    [c * size, s * size, z + 0.02 * size],
                ]
            )
            meshes.append(_ribbon(path, np.array([-s, c, 0.0]) * 0.14 * size))
    knot = box_faces(0.16 * size, 0.16 * size, 0.18 * size).moved((0, 0, z + 0.2 * size))
    return Pieces([(merge([*meshes, knot]), material)], parts)


def _ribbon(path: F64, across: F64) -> Mesh:
    """A band along a path, drawn on both sides."""
    left, right = path - across, path + across
    n = len(path)
    v = np.concatenate([left, right])
    k = np.arange(n - 1)
    one = np.concatenate([np.stack([k, k + n, k + n + 1], -1), np.stack([k, k + n + 1, k + 1], -1)])
    faces = np.concatenate([one, one[:, ::-1] + 2 * n])
    uv = np.zeros((2 * n, 2))
    return Mesh(np.concatenate([v, v]), faces.astype(np.int32), np.concatenate([uv, uv]))


def inside(half_x: float, half_y: float, z: float, colour: RGB = (0.42, 0.32, 0.22)) -> tuple[Mesh, Material]:
    """What shows of an open box from above: a darker plate just above z."""
    mesh = box_faces(half_x, half_y, 0.0003).moved((0, 0, z))
    return mesh, paint("cardboard", colour)


def plain(colour: RGB, material: str = "cardboard") -> Material:
    """Plain board of that colour, a little darker than the print beside it."""
    return paint(material, mix(colour, (0, 0, 0), 0.04))
