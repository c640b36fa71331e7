"""Painters of wood, marble, stone and tiles; see `assets.surfaces`."""

from __future__ import annotations

import numpy as np

from assets.colours import RGB, mix
from assets.numeric import pick, sin
from assets.paint import F32
from assets.patterns import (
    at,
    bricks,
    cells,
    furnishing,
    grid,
    herringbone,
    hexagons,
    lerp,
    lit,
    noise,
    ramp,
    scatter,
    spread,
    tone,
    turn,
)

# --- wood ---------------------------------------------------------------------------------------

_WOODS: tuple[tuple[RGB, RGB], ...] = (
    ((0.80, 0.64, 0.44), (0.60, 0.42, 0.25)),  # oak
    ((0.46, 0.30, 0.19), (0.27, 0.16, 0.10)),  # walnut
    ((0.88, 0.77, 0.60), (0.75, 0.60, 0.41)),  # birch
    ((0.63, 0.35, 0.21), (0.41, 0.19, 0.11)),  # cherry
    ((0.71, 0.69, 0.65), (0.52, 0.49, 0.45)),  # weathered
    ((0.34, 0.24, 0.18), (0.18, 0.12, 0.09)),  # wenge
    ((0.86, 0.68, 0.42), (0.70, 0.47, 0.22)),  # pine
    ((0.55, 0.38, 0.24), (0.36, 0.23, 0.13)),  # teak
    ((0.90, 0.86, 0.79), (0.78, 0.73, 0.65)),  # ash, limed
    ((0.44, 0.20, 0.14), (0.25, 0.10, 0.08)),  # mahogany
    ((0.43, 0.41, 0.39), (0.27, 0.26, 0.25)),  # smoked
    ((0.72, 0.53, 0.34), (0.50, 0.33, 0.20)),  # elm
    ((0.93, 0.83, 0.63), (0.80, 0.64, 0.40)),  # maple
    ((0.60, 0.50, 0.37), (0.42, 0.33, 0.23)),  # driftwood
)
_BOARDS = ("whole", "planks", "boards", "staves", "strips", "herringbone", "parquet", "blocks")


def wood_surface(rng: np.random.Generator, n: int, number: int) -> F32:
    u = spread(number)
    kinds = len(_WOODS)
    own, near = _WOODS[number % kinds], _WOODS[(number * 5 + number // kinds + 3) % kinds]
    light, dark = (mix(a, b, 0.4 * u[0]) for a, b in zip(own, near, strict=True))
    layout = _BOARDS[(number // kinds + number) % len(_BOARDS)]
    tint = lerp(0.74, 1.18, u[1])
    y, _ = grid(n)
    warp = noise(rng, n, 4, 1, 3)
    rings = sin(2 * np.pi * (float(at((4, 6, 9, 13), u[2])) * y + lerp(0.5, 1.3, u[3]) * warp)).astype(np.float32)
    fibre = noise(rng, n, 32, 1, 3, 0.7)
    field = 0.5 + lerp(0.1, 0.26, u[4]) * rings + lerp(0.2, 0.34, u[5]) * fibre
    if layout != "whole":
        owner, across, edge = _boards(layout, n, rng)
        field = scatter(field.astype(np.float32), owner, rng, across)
        shades = (rng.random(int(owner.max()) + 1) - 0.5).astype(np.float32) * np.float32(lerp(0.18, 0.5, u[3]))
        field = field + shades[owner]
        field = np.where(edge < n / 300, field - 0.45, field)
    return ramp(field, [lit(dark, 0.6 * tint), lit(dark, tint), lit(mix(dark, light, 0.6), tint), lit(light, tint)])


def _boards(layout: str, n: int, rng: np.random.Generator) -> tuple:
    if layout == "herringbone":
        owner, across, edge = herringbone(n, 8)
        return owner, across, edge
    if layout == "parquet":  # squares of strips, turned from one to the next
        count = int(pick(rng, 2, 4))
        owner, edge = bricks(n, count, count, 0.0)
        across = (owner // count + owner) % 2 == 1
        strips = 4 * count
        i = np.arange(n) * strips // n
        lines = np.where(across, i[None, :], i[:, None])
        inside = (np.arange(n) + 0.5) % (n / strips)
        near = np.minimum(inside, n / strips - inside)
        edge = np.minimum(edge, np.where(across, near[None, :], near[:, None]))
        return owner * strips + lines, across, edge
    rows, columns = {"planks": (int(pick(rng, 3, 4, 5)), 1), "boards": (int(pick(rng, 4, 6)), 2), "strips": (10, 1),
                     "staves": (10, 4), "blocks": (6, 6)}[layout]  # fmt: skip
    owner, edge = bricks(n, rows, columns, 0.5 if columns > 1 else 0.0)
    return owner, None if layout != "blocks" else (owner % 2 == 1), edge


# --- minerals -----------------------------------------------------------------------------------

_MARBLES: tuple[tuple[RGB, RGB], ...] = (
    ((0.93, 0.92, 0.90), (0.52, 0.53, 0.56)),  # Carrara
    ((0.11, 0.12, 0.13), (0.72, 0.70, 0.64)),  # nero
    ((0.87, 0.81, 0.71), (0.58, 0.43, 0.31)),  # botticino
    ((0.20, 0.31, 0.25), (0.74, 0.80, 0.74)),  # verde
    ((0.81, 0.70, 0.69), (0.50, 0.30, 0.32)),  # rosa
    ((0.94, 0.92, 0.87), (0.72, 0.57, 0.33)),  # calacatta
    ((0.48, 0.48, 0.51), (0.85, 0.85, 0.86)),  # bardiglio
    ((0.45, 0.27, 0.22), (0.86, 0.76, 0.68)),  # rosso
    ((0.28, 0.22, 0.18), (0.72, 0.60, 0.46)),  # emperador
    ((0.78, 0.83, 0.84), (0.38, 0.50, 0.55)),  # blue
)


def marble_surface(rng: np.random.Generator, n: int, number: int) -> F32:
    u = spread(number)
    base, vein = _MARBLES[turn(number)]
    base = mix(lit(base, lerp(0.82, 1.08, u[5])), tone(u[0], 0.35, 0.55), 0.16 * u[1])
    style = ("veins", "strokes", "clouds", "breccia")[number // len(_MARBLES) % 4]
    warp = noise(rng, n, 3, 3, 4)
    if style == "breccia":
        first, second, owner = cells(rng, n, int(at((3, 4, 6), u[1])))
        shade = rng.random(int(owner.max()) + 1).astype(np.float32)[owner]
        gaps = np.clip(1.0 - (second - first) * lerp(5.0, 14.0, u[2]), 0.0, 1.0)
        field = 0.32 * shade + 0.12 * warp + 0.12 + gaps * lerp(0.35, 0.7, u[3])
        return ramp(field, [base, mix(base, vein, 0.45), vein])
    if style == "strokes":  # one direction, as in a quarried slab
        y, x = grid(n)
        phase = float(at((1.0, 2.0, 3.0), u[1])) * (x + y) + lerp(0.25, 0.6, u[2]) * warp
        saw = np.abs(phase % 1.0 - 0.5) * 2.0
        veins = np.clip(1.0 - saw * lerp(3.0, 9.0, u[3]), 0.0, 1.0)
    else:
        second = noise(rng, n, 2, 2, 5, 0.6)
        sharp = lerp(1.4, 2.4, u[2]) if style == "clouds" else lerp(5.0, 12.0, u[2])
        veins = np.clip(1.0 - np.abs(second + lerp(0.1, 0.45, u[3]) * warp) * sharp, 0.0, 1.0)
    fine = np.clip(1.0 - np.abs(noise(rng, n, 5, 5, 3)) * 16.0, 0.0, 1.0)
    cloud = 0.5 + 0.5 * warp
    field = lerp(0.1, 0.4, u[4]) * cloud + 0.75 * veins * veins * (0.35 + 0.65 * cloud) + 0.16 * fine * cloud
    return ramp(field, [base, mix(base, vein, 0.45), vein])


_STONES: tuple[RGB, ...] = (
    (0.55, 0.54, 0.52), (0.36, 0.37, 0.39), (0.68, 0.62, 0.53), (0.48, 0.40, 0.35), (0.76, 0.75, 0.72),
    (0.24, 0.25, 0.26),
    (0.60, 0.50, 0.45), (0.46, 0.50, 0.48), (0.80, 0.74, 0.64), (0.56, 0.58, 0.63),
)  # fmt: skip


def stone_surface(rng: np.random.Generator, n: int, number: int) -> F32:
    u = spread(number)
    base = mix(lit(_STONES[turn(number)], lerp(0.78, 1.16, u[1])), tone(u[0], 0.25, 0.5), 0.15 * u[5])
    style = ("granite", "slate", "concrete", "sandstone", "terrazzo", "pebbles")[number // len(_STONES) % 6]
    if style == "granite":
        grain = noise(rng, n, 32, 32, 3, 0.8) + 0.35 * noise(rng, n, 4, 4, 2)
        light, dark = mix(base, (1.0, 0.98, 0.95), lerp(0.3, 0.7, u[2])), lit(base, lerp(0.25, 0.6, u[3]))
        return ramp(0.5 + lerp(0.5, 0.8, u[4]) * grain, [dark, base, base, light])
    if style == "slate":
        layers = noise(rng, n, 12, 3, 4, 0.65)
        return ramp(
            0.5 + lerp(0.3, 0.6, u[2]) * layers,
            [lit(base, 0.6), base, mix(base, (0.62, 0.56, 0.5), lerp(0, 0.6, u[3]))],
        )
    if style == "concrete":
        out = ramp(0.5 + lerp(0.2, 0.5, u[2]) * noise(rng, n, 3, 3, 5, 0.62), [lit(base, 0.82), base, lit(base, 1.12)])
        out[rng.random((n, n)) < lerp(0.001, 0.012, u[3])] *= 0.62
        return out
    if style == "sandstone":
        y, _ = grid(n)
        beds = sin(2 * np.pi * (float(at((2, 3, 5, 7), u[2])) * y + 0.7 * noise(rng, n, 3, 2, 3))).astype(np.float32)
        field = 0.5 + lerp(0.12, 0.3, u[3]) * beds + 0.22 * noise(rng, n, 48, 48, 2)
        return ramp(field, [lit(base, 0.75), base, mix(base, (0.95, 0.86, 0.7), 0.45)])
    first, second, owner = cells(
        rng, n, int(at((9, 13, 18), u[2])) if style == "terrazzo" else int(at((5, 7, 10), u[2]))
    )
    count = int(owner.max()) + 1
    if style == "terrazzo":
        chips = np.array([lit(tone(h, lerp(0.08, 0.35, u[3]), float(rng.random()) * 0.6 + 0.2), 1.0)
                          for h in rng.random(count)], np.float32)  # fmt: skip
        ground = mix(base, (0.92, 0.9, 0.86), lerp(0.3, 0.9, u[4]))
        size = (0.22 + 0.3 * rng.random(count)).astype(np.float32)[owner]
        out = np.empty((n, n, 3), np.float32)
        out[:] = np.asarray(ground, np.float32)
        mask = first < size
        out[mask] = chips[owner[mask]]
        return out
    shade = (rng.random(count)).astype(np.float32)[owner]
    dome = np.clip((second - first) * 2.2, 0.0, 1.0)
    field = dome * (0.45 + 0.55 * shade) + 0.06 * noise(rng, n, 32, 32, 2)
    return ramp(field, [lit(base, 0.3), lit(base, 0.7), base, mix(base, (0.93, 0.9, 0.85), lerp(0.2, 0.6, u[3]))])


def tiles_surface(rng: np.random.Generator, n: int, number: int) -> F32:
    u = spread(number)
    style = ("square", "brick", "checker", "hexagon", "mosaic", "herringbone", "stack", "diamond")[number % 8]
    base = mix(
        tone(furnishing(u[0]), lerp(0.03, 0.5, u[1] * u[1]), lerp(0.25, 0.85, u[2])),
        (0.9, 0.89, 0.86),
        lerp(0.0, 0.5, u[3]),
    )
    other = mix(base, tone(u[4], 0.3, lerp(0.2, 0.85, u[5])), lerp(0.3, 0.8, u[1]))
    joint = np.asarray(
        at(((0.86, 0.85, 0.83), (0.5, 0.5, 0.49), (0.27, 0.27, 0.28), (0.68, 0.62, 0.54)), u[3]), np.float32
    )
    second = None
    if style == "hexagon":
        owner, edge = hexagons(n, int(pick(rng, 4, 6, 8)))
    elif style == "herringbone":
        owner, _, edge = herringbone(n, 8)
    elif style == "diamond":
        y, x = grid(n)
        count = int(pick(rng, 2, 3, 4))
        a, b = (x + y) * count, (x - y) * count + count
        ia, ib = a.astype(np.int64), b.astype(np.int64)
        owner = ((ia + ib + 1) % (2 * count)) * 2 * count + (ia - ib) % (2 * count)
        fa, fb = a - ia, b - ib
        edge = np.minimum(np.minimum(fa, 1 - fa), np.minimum(fb, 1 - fb)) * np.float32(0.7 * n / count)
        second = ((ia + ib) % 2 == 1) if rng.random() < 0.4 else None
    else:
        rows, columns = {"square": (3, 3), "brick": (8, 3), "checker": (4, 4), "mosaic": (10, 10), "stack": (8, 4)}[
            style
        ]
        if style in ("square", "checker"):
            rows = columns = int(pick(rng, 2, 4, 6)) if style == "checker" else int(pick(rng, 2, 3, 4, 5))
        owner, edge = bricks(n, rows, columns, 0.5 if style == "brick" else 0.0)
        if style == "checker":
            second = (owner // columns + owner % columns) % 2 == 1
    count = int(owner.max()) + 1
    strength = lerp(0.03, 0.12, u[4]) if style != "mosaic" else lerp(0.1, 0.5, u[4])
    vary = (1.0 + strength * (2.0 * rng.random(count) - 1.0)).astype(np.float32)[owner]
    cloud = (0.5 + 0.5 * noise(rng, n, 4, 4, 3)).astype(np.float32)
    field = (0.25 * cloud + (0.0 if second is None else 0.75 * second)).astype(np.float32)
    out = ramp(field, [base, mix(base, other, 0.33), mix(base, other, 0.66), other])
    bevel = np.clip(edge / np.float32(n / 50), 0.75, 1.0)
    out *= (vary * bevel)[..., None]
    out[edge < n / lerp(120, 220, u[5])] = joint
    return out
