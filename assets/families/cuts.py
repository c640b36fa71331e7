"""Halves, wedges and slices of any round fruit or vegetable, from one description of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from assets.families.pieces import Piece, posed, sector, slab, together
from assets.kit import Draft
from assets.numeric import between, circle, pick
from engine.types import Material


@dataclass(frozen=True, eq=False)
class Body:
    """A fruit or vegetable that can be cut.

    profile (M, 2) of (radius, z) in metres with its stalk upwards; skin, face (a lengthwise cut) and ring (a cut
    across) are materials; cuts: rows between which it is nearly convex; slices: radius of slices across it.
    """

    name: str
    material: str
    density: float
    scale: float
    profile: np.ndarray
    skin: Material
    face: Material
    ring: Material
    cuts: tuple[int, ...] = ()
    pit: Piece | None = None

    @property
    def radius(self) -> float:
        return float(self.profile[:, 0].max())


def cut(rng: np.random.Generator, body: Body, how: str, **extra: str) -> Draft:
    """The body cut: "half" lies on its skin, "turned_half" on its cut face, "wedge", "side_wedge", "slice", "moon"
    (half a slice) or "fan" (slices leaning on each other)."""
    if how in ("slice", "moon", "fan"):
        return _sliced(rng, body, how, extra)
    name, r = body.name, body.radius
    if how in ("half", "turned_half"):
        span, pose = np.pi, "up" if how == "half" else "down"
        label, shape = f"half {name}", "round"
    else:
        span, pose = between(rng, 0.8, 2.3), "up" if how == "wedge" else "side"
        label, shape = f"piece of {name}", "triangular"
    piece = sector(body.profile, span, body.skin, body.face, 12 if span > 2.5 else 8, None, body.cuts)
    scale = (between(rng, 0.8, 1.2), between(rng, 0.86, 1.03), between(rng, 0.84, 1.1))
    if body.pit is not None and how == "half":
        piece = together(piece, body.pit)
    piece = posed(piece, span, pose, between(rng, 0.07, 0.12) * r, scale)
    return piece.draft(label, body.material, shape, body.density, body.scale, **extra)


def _sliced(rng: np.random.Generator, body: Body, how: str, extra: dict[str, str]) -> Draft:
    """Slices lie flat, their skin around them."""
    r = min(body.radius * between(rng, 0.85, 1.0), 0.034)
    thick = between(rng, 0.012, 0.024) if how != "fan" else between(rng, 0.009, 0.013)
    squeeze = between(rng, 0.78, 1.0)
    o = circle(20) * [r, r * squeeze]
    if how == "moon":
        r = min(1.15 * r, 0.036)
        o = circle(24)[:13] * [r, r * between(rng, 0.8, 1.3)]
        thick = between(rng, 0.014, 0.03)
    piece = slab(
        o,
        (0.0, 0.12 * thick, 0.88 * thick, thick),
        body.skin,
        body.ring,
        (0.95, 1.0, 1.0, 0.95),
        body.ring,
        how == "moon",
    )
    if how == "moon":
        piece = _moon_faces(piece, r, o)
    if how == "fan":
        step, count = between(rng, 0.5, 0.95) * r, pick(rng, 2, 3, 3)
        first, leaning = piece.seated(), piece.turned("y", thick / step).seated()
        others = [leaning.moved((k * step, between(rng, -0.15, 0.15) * r, 0.0)) for k in range(1, count)]
        piece = together(first, *others)
    name = f"slices of {body.name}" if how == "fan" else f"slice of {body.name}"
    return piece.seated().draft(name, body.material, "flat", body.density, body.scale, **extra)


def _moon_faces(piece: Piece, r: float, o: np.ndarray) -> Piece:
    """The half slice's pictures measured from the middle of the whole slice, its straight side showing flesh."""
    high = float(o[:, 1].max())
    out = []
    for k, (mesh, material) in enumerate(piece.visual):
        if k in (1, 2):
            uv = 0.5 + 0.49 * mesh.vertices[:, :2] / [r, high]
            mesh = replace(mesh, uv=np.clip(uv, 0.01, 0.99))
        out.append((mesh, material))
    return Piece(tuple(out), piece.hulls)


_FORMS = {
    "half {}": ("half", "turned_half"),
    "piece of {}": ("wedge", "side_wedge"),
    "slice of {}": ("slice", "moon"),
    "slices of {}": ("fan",),
}


def cut_names(variants: tuple[str, ...], *nouns: str) -> tuple[str, ...]:
    """Every name that a body with one of these nouns may have, cut in these ways."""
    forms = ["{}", *(f for f, ways in _FORMS.items() if any(w in variants for w in ways))]
    return tuple(form.format(noun) for noun in nouns for form in forms)
