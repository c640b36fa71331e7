"""Pans and pots to put things in."""

from __future__ import annotations

import numpy as np

from assets.colours import shade
from assets.families.shells import arch, ears, outline, shell, sizes
from assets.kit import Draft, container, paint, part_hull, printed
from assets.mesh import Mesh, lying, merge
from assets.numeric import between, pick
from assets.paint import Canvas
from engine.types import CollisionPart


def _stick(rng: np.random.Generator, reach: float, z: float, length: float) -> tuple[Mesh, list[CollisionPart]]:
    """A pan handle along +x from the wall at `reach`, rising a little."""
    x = np.array([0.0, 0.1, 0.3, 0.6, 0.92, 1.0]) * length + reach - 0.005
    wide = between(rng, 0.8, 1.25)
    w = np.array([0.008, 0.0075, 0.0095, 0.0115, 0.011, 0.007]) * wide
    rise = between(rng, 0.0, 0.02)
    axis = z + np.array([0.0, 0.08, 0.35, 0.8, 1.0, 1.0]) * rise
    mesh, rings = lying(np.stack([x, w, 0.6 * w, 0 * x, axis], -1), 10)
    return mesh, [part_hull(rings[:4].reshape(-1, 3)), part_hull(rings[3:].reshape(-1, 3))]


def pan(rng: np.random.Generator, variant: str) -> Draft:
    """Frying pan, saucepan, wok, pot with two ears, square grill pan, oval roasting pan or small skillet."""
    size = between(rng, 0.074, 0.09)
    kind = {"grill": "squircle" if rng.random() < 0.4 else "rect", "roasting": pick(rng, "oval", "rect")}.get(
        variant, "round"
    )
    hx, hy = sizes(rng, size, 1.6) if variant == "roasting" else (size, size)
    hy = max(hy, 1.12 * hx) if variant == "roasting" else hy
    line = outline(kind, hx, hy, between(rng, 0.12, 0.4) * size)
    hx, hy = (float(v) for v in np.abs(line.points).max(0))
    h = {
        "frying": between(rng, 0.026, 0.042), "saucepan": between(rng, 0.048, 0.078), "wok": between(rng, 0.04, 0.062),
        "pot": between(rng, 0.05, 0.078), "grill": between(rng, 0.024, 0.042), "skillet": between(rng, 0.022, 0.04),
        "roasting": between(rng, 0.036, 0.06),
    }[variant]  # fmt: skip
    lean = {"wok": 0.34, "frying": 0.2, "skillet": 0.1}.get(variant, 0.06) * size * between(rng, 0.4, 1.2)
    if variant == "wok":
        rows = [(-lean, 0.0), (-0.62 * lean, 0.2 * h), (-0.24 * lean, 0.56 * h), (0.0, h)]
    elif variant in ("saucepan", "pot"):
        belly = between(rng, -0.002, 0.004)
        rows = [(-lean, 0.0), (-lean + 0.002, 0.003), (-0.5 * lean + belly, 0.5 * h), (-0.002, h - 0.003), (0.001, h)]
    else:
        rows = [(-lean, 0.0), (-0.9 * lean, 0.06 * h), (0.0, h)]
    s = shell(line, rows, 0.0035, 0.004, n=12 if variant in ("frying", "saucepan") else 11)
    colour = pick(rng, "black", "red", "grey", "blue", "green", "orange", "white")
    steel = variant in ("saucepan", "pot", "roasting") and rng.random() < 0.6
    base = (0.72, 0.73, 0.75) if steel else shade(colour, rng)
    coat = (0.62, 0.63, 0.65) if steel or rng.random() < 0.3 else (0.14, 0.14, 0.15)
    c = Canvas(64, 16, base)
    c.rect(0, 0, 1, 0.48, coat)
    grip = pick(
        rng, paint("plastic", (0.1, 0.1, 0.11)), paint("metal", (0.68, 0.69, 0.71)), paint("wood", (0.55, 0.36, 0.2))
    )
    meshes: list[Mesh] = []
    parts = list(s.parts)
    if variant in ("pot", "roasting"):
        z = h - between(rng, 0.004, 0.014)
        reach = hy if variant == "roasting" else hx
        loops, more = ears(reach - 0.004, z, between(rng, 0.014, 0.03), between(rng, 0.016, 0.03), 0.0042,
                           "y" if variant == "roasting" else "x")  # fmt: skip
        meshes, parts = loops, parts + more
    else:
        length = min(between(rng, 0.05, 0.115), 0.262 - 2 * hx)
        mesh, more = _stick(rng, hx, 0.72 * h, length)
        meshes, parts = [mesh], parts + more
        if variant in ("wok", "skillet") and rng.random() < 0.6:  # helper handle opposite
            out, half = between(rng, 0.01, 0.016), between(rng, 0.012, 0.022)
            a, b = (-hx + 0.004, -half, 0.85 * h), (-hx + 0.004, half, 0.85 * h)
            loop = arch(a, b, (-out, 0, 0), 0.004, 7, 6, power=0.5)
            meshes.append(loop)
            parts.append(part_hull(loop.vertices))
    visual = [(s.body, printed("metal", c.image())), (s.floor, paint("metal", coat)), (merge(meshes), grip)]
    name = {"frying": "frying pan", "saucepan": "saucepan", "wok": "wok", "pot": "cooking pot", "grill": "grill pan",
            "skillet": "skillet", "roasting": "roasting pan"}[variant]  # fmt: skip
    shape = {"grill": "square", "roasting": "oval" if kind == "oval" else "rectangular"}.get(variant, "round")
    extra = {"colour": "grey" if steel else colour}
    return Draft(name, visual, parts, "metal", shape, 1500.0, size / 0.082, s.info, extra)


FAMILIES = (
    container("pan", "in", pan, "frying pan", "saucepan", "wok", "cooking pot", "grill pan", "skillet", "roasting pan",
              variants=("frying", "saucepan", "wok", "pot", "grill", "skillet", "roasting")),
)  # fmt: skip
