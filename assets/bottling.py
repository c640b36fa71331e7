"""One builder for everything with a shoulder and a neck; families say with tables what theirs look like."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assets import closures
from assets.closures import Pieces
from assets.colours import RGB, mix, shade
from assets.kit import Draft, draw_scale, paint, printed
from assets.labels import WHITE, contrast, other_colour, wrap
from assets.mesh import Mesh
from assets.numeric import F64, between, pick
from assets.paint import U8
from assets.vessels import band, bottle_stations, rings_of, slice_of, solid, surface
from engine.types import Material

Range = tuple[float, float]


@dataclass(frozen=True)
class Style:
    """How a variant is built. Ranges are drawn evenly, tuples of words are picked from.

    aspect: height over width; width: half width (m) along x; ratio: depth over width; strength: how deep the body's
    line goes; shoulder, neck_height: shares of the height; neck: radius as a share of the half depth; cap: its height
    over its radius; label: from and to, shares of the body's height, or empty; slender: most height per half base.
    """

    aspect: Range
    width: Range = (0.024, 0.0325)
    section: tuple[str, ...] = ("round",)
    ratio: Range = (1.0, 1.0)
    bodies: tuple[str, ...] = ("straight",)
    strength: Range = (0.1, 0.2)
    shoulders: tuple[str, ...] = ("round",)
    shoulder: Range = (0.15, 0.3)
    neck: Range = (0.36, 0.46)
    neck_height: Range = (0.06, 0.1)
    closure: tuple[str, ...] = ("screw",)
    cap: Range = (0.9, 1.4)
    label: tuple[float, float] | tuple[()] = (0.14, 0.86)
    handle: str = ""
    slender: float = 5.8


@dataclass(frozen=True)
class Goods:
    """What is in it: the noun, the printed word, the picture, the wall's material and its colours."""

    name: str
    word: str
    picture: str
    material: str
    colours: tuple[str, ...]
    caps: tuple[str, ...] = ("white", "black", "red", "blue", "yellow", "green")
    pale: float = 0.0


def build_bottle(rng: np.random.Generator, style: Style, goods: Goods, shape: str = "tall") -> Draft:
    """A bottle, jug or flask of that style filled with those goods."""
    s = draw_scale(rng, 0.1)
    rings, top, rn, body = _draw_body(rng, style, s)
    colour = pick(rng, *goods.colours)
    base = mix(shade(colour, rng), WHITE, goods.pale)
    out = Pieces([(surface(rings), paint(goods.material, base))], solid(rings, 0.0014, 4))
    if style.label:
        out.visual.append(_label(rng, rings, body, style.label, base, colour, goods))
    cap_colour = shade(pick(rng, *goods.caps), rng)
    out.add(_close(rng, pick(rng, *style.closure), rn, top, between(rng, *style.cap), cap_colour, s))
    if style.handle:
        out.add(_handle(style.handle, rings, rn, body, top, paint(goods.material, base), s))
    density = between(rng, 420, 720)
    return Draft(goods.name, out.visual, out.parts, goods.material, shape, density, s, extra={"colour": colour})


def _draw_body(rng: np.random.Generator, style: Style, s: float) -> tuple[F64, float, float, float]:
    """Rings of the body, where the neck ends, its radius, and the height of the straight part."""
    ratio = between(rng, *style.ratio)
    rx = between(rng, *style.width) * (0.94 + 0.06 * s)
    ry = min(rx * ratio, 0.0335)
    line, strength = pick(rng, *style.bodies), between(rng, *style.strength)
    foot = between(rng, 0.002, 0.006)
    base = min(rx, ry) * (1.0 - strength if line in ("flare", "barrel") else 1.0) - foot
    height = min(2.0 * rx * between(rng, *style.aspect), style.slender * base, 0.2)
    rn = float(np.clip(min(rx, ry) * between(rng, *style.neck), 0.0065, 0.9 * min(rx, ry)))
    shoulder, neck = between(rng, *style.shoulder) * height, between(rng, *style.neck_height) * height
    body = height - shoulder - neck
    stations = bottle_stations(
        rx, ry, body, shoulder, (rn, neck), shape=line, strength=strength, shoulders=pick(rng, *style.shoulders),
        foot=foot,
    )  # fmt: skip
    return rings_of(stations, pick(rng, *style.section)), height, rn, body


def wrapped(
    rng: np.random.Generator, rings: F64, z0: float, z1: float, base: RGB, accent: RGB, word: str, picture: str
) -> tuple[Mesh, U8]:
    """A label around a body between two heights, its picture in the proportions of half the girth."""
    ring = slice_of(rings, z0, z1)[0]
    girth = float(np.sqrt(((ring - np.roll(ring, 1, 0)) ** 2).sum(-1)).sum())
    w = int(np.clip(52.0 * girth / (z1 - z0), 96, 250))
    return band(rings, z0, z1), wrap(rng, 104, w, base, accent, word, picture)


def _label(
    rng: np.random.Generator, rings: F64, body: float, where: Range, base: RGB, colour: str, goods: Goods
) -> tuple[Mesh, Material]:
    """The printed band between two shares of the body's height."""
    accent = shade(other_colour(rng, colour), rng)
    ground = base if rng.random() < 0.55 else mix(base, WHITE, between(rng, 0.75, 0.95))
    z0, z1 = where[0] * body, where[1] * body
    mesh, art = wrapped(rng, rings, z0, z1, ground, accent, goods.word, goods.picture)
    return mesh, printed("paper" if goods.material == "glass" else "plastic", art)


def _close(rng: np.random.Generator, kind: str, rn: float, z: float, tall: float, colour: RGB, s: float) -> Pieces:
    """The closure of that kind on a neck of radius rn that ends at z."""
    r = rn + 0.0014
    h = float(np.clip(tall * rn, 0.008, 0.03))
    low = z - min(0.7 * h, 0.009)
    other = (0.93, 0.93, 0.92) if contrast(colour) == WHITE else (0.15, 0.15, 0.17)
    if kind == "screw":
        return closures.screw(r, low, h, colour)
    if kind == "wide":
        return closures.screw(1.35 * r, low, 1.2 * h, colour)
    if kind == "metal":
        return closures.screw(r, low, h, colour, "metal")
    if kind == "sport":
        return closures.sport(r, low, h, colour)
    if kind == "dome":
        return closures.dome(1.2 * r, low, 1.5 * h, colour)
    if kind == "nozzle":
        return closures.nozzle(1.1 * r, low, 0.035 * s * between(rng, 0.8, 1.3), colour, other)
    if kind == "crown":
        return closures.crown(r, z - 0.003, colour)
    if kind == "cork":
        return closures.cork(rn, z - 0.001, between(rng, 0.008, 0.016))
    if kind == "pump":
        return closures.pump(r, low, 0.042 * s * between(rng, 0.85, 1.3), colour, 0.03 * s * between(rng, 0.8, 1.2))
    if kind == "foam":
        return closures.pump(1.5 * r, low, 0.036 * s * between(rng, 0.9, 1.2), colour, 0.03 * s, foam=True)
    if kind == "trigger":
        return closures.trigger(r, low, s, colour, other, between(rng, 0.85, 1.2))
    if kind == "dropper":
        return closures.dropper(r, low, 0.04 * s * between(rng, 0.8, 1.2), colour, (0.1, 0.1, 0.11))
    if kind in ("ball", "cube", "cone", "disc"):
        return closures.stopper(kind, rn, z - 0.001, between(rng, 0.018, 0.028) * s, colour)
    if kind == "stick":
        return closures.turned(
            [(1.15 * r, low), (1.15 * r, z + 0.004), (0.85 * r, z + 1.6 * h), (0.7 * r, z + 2.2 * h), (0, z + 2.2 * h)],
            closures.paint("plastic", colour),
        )
    raise ValueError(f"unknown closure '{kind}'")


def _handle(kind: str, rings: F64, rn: float, body: float, top: float, material: Material, s: float) -> Pieces:
    """A handle at +x, from the neck or shoulder down to the body."""
    width, thick = 0.013 * s, 0.0085 * s

    def wall(z: float) -> float:
        return float(slice_of(rings, z - 1e-3, z)[-1][:, 0].max())

    out = 0.019 * s
    if kind == "ear":  # a ring at the neck
        z0, z1 = body - 0.002, top - 0.006
        x0, x1 = wall(z0) - 0.004, wall(z1) - 0.003
        far = max(x0, x1) + 0.75 * out
        points = [(x1, 0, z1), (far, 0, z1), (far, 0, 0.5 * (z0 + z1)), (x0, 0, z0)]
        return closures.loop(points, 0.7 * width, 0.7 * thick, material)
    z1 = body + 0.35 * (top - body)
    z0 = 0.36 * body
    x0, x1 = wall(z0) - 0.004, wall(z1) - 0.004
    far = max(x0, x1) + out
    points = [(x1, 0, z1), (far - 0.005, 0, z1 - 0.002), (far, 0, z1 - 0.01), (far - 0.002, 0, z0 + 0.014), (x0, 0, z0)]
    return closures.loop(points, width, thick, material)
