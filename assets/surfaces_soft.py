"""Painters of cloth, metal, abstract and plain surfaces; see `assets.surfaces`."""

from __future__ import annotations

import numpy as np

from assets.colours import RGB, mix
from assets.numeric import pick, sin
from assets.paint import F32
from assets.patterns import (
    at,
    cells,
    furnishing,
    grid,
    lerp,
    lit,
    noise,
    ramp,
    spread,
    tone,
    turn,
)


def cloth_surface(rng: np.random.Generator, n: int, number: int) -> F32:
    u = spread(number)
    style = ("linen", "gingham", "stripes", "tartan", "dots", "twill", "chevron", "canvas", "knit", "diamonds")[
        turn(number)
    ]
    colour = mix(
        tone(furnishing(u[0]), lerp(0.08, 0.6, u[1]), lerp(0.25, 0.8, u[2])), (0.68, 0.66, 0.62), lerp(0.0, 0.35, u[3])
    )
    other = mix(colour, at(((0.95, 0.94, 0.9), (0.17, 0.17, 0.2), (0.72, 0.66, 0.56)), u[4]), lerp(0.45, 0.9, u[5]))
    y, x = grid(n)
    k = int(pick(rng, 4, 6, 8, 12))
    zero = np.zeros((n, n), np.float32)
    if style == "gingham":
        field = 0.5 * ((y * k * 2).astype(np.int64) % 2 + (x * k * 2).astype(np.int64) % 2)
    elif style == "stripes":
        bands = np.repeat(rng.random(k) * pick(rng, 0.0, 1.0) + np.arange(k) % 2, 1)
        field = zero + np.clip(bands, 0, 1).astype(np.float32)[(x * k).astype(np.int64)]
    elif style == "tartan":
        sett = (rng.random(16) < 0.45).astype(np.float32) * (0.5 + 0.5 * rng.random(16)).astype(np.float32)
        field = 0.5 * sett[(y * 16).astype(np.int64)] + 0.5 * sett[(x * 16).astype(np.int64)]
    elif style == "dots":
        d = ((x * k) % 1.0 - 0.5) ** 2 + (((y * k) + 0.5 * ((x * k).astype(np.int64) % 2)) % 1.0 - 0.5) ** 2
        field = np.clip((lerp(0.05, 0.1, u[3]) - d) * 60.0, 0.0, 1.0)
    elif style == "chevron":
        zig = np.abs((x * k) % 1.0 - 0.5)
        field = (((y * k * 2) + 2 * zig) % 2.0 < 1.0).astype(np.float32)
    elif style == "diamonds":
        field = (np.abs((x * k) % 1.0 - 0.5) + np.abs((y * k) % 1.0 - 0.5) < 0.34).astype(np.float32)
    else:
        field = zero + 0.25 * noise(rng, n, 3, 3, 3)
    i = np.arange(n)
    if style == "knit":
        v = np.abs((i % 8) - 3.5) / 4.0
        weave = (((i[:, None] + 4 * v[None, :]).astype(np.int64) % 8) / 8.0 - 0.4) * lerp(0.3, 0.5, u[3])
    elif style == "twill":
        weave = (((i[:, None] + i[None, :]) % 8) / 8.0 - 0.45) * lerp(0.25, 0.5, u[3])
    else:
        width = 4 if style != "canvas" else 8
        over = ((i[:, None] // width) + (i[None, :] // width)) % 2
        phase = ((i % width) + 0.5 - width / 2) * (2 / width)
        bump = np.where(over == 1, 1 - phase[:, None] ** 2, 1 - phase[None, :] ** 2)
        weave = 0.26 * (bump - 0.66)
    slub = 0.5 * noise(rng, n, 64, 2, 2) + 0.5 * noise(rng, n, 2, 64, 2)
    out = ramp(field.astype(np.float32), [colour, mix(colour, other, 0.5), other])
    return out * (1.0 + weave + 0.08 * slub).astype(np.float32)[..., None]


_METALS: tuple[RGB, ...] = (
    (0.72, 0.73, 0.75), (0.50, 0.52, 0.55), (0.30, 0.31, 0.33), (0.74, 0.62, 0.42), (0.70, 0.46, 0.36),
    (0.60, 0.62, 0.60),
    (0.84, 0.84, 0.83), (0.42, 0.38, 0.35), (0.56, 0.60, 0.66),
)  # fmt: skip


def metal_surface(rng: np.random.Generator, n: int, number: int) -> F32:
    u = spread(number)
    base = mix(lit(_METALS[number % len(_METALS)], lerp(0.76, 1.14, u[1])), tone(u[0], 0.3, 0.5), 0.14 * u[5])
    style = ("brushed", "scratched", "hammered", "tread", "spangle", "rolled", "perforated", "aged")[number // 9 % 8]
    shine = mix(base, (1.0, 1.0, 1.0), lerp(0.2, 0.45, u[2]))
    y, x = grid(n)
    if style == "brushed":
        field = 0.5 + lerp(0.15, 0.35, u[3]) * noise(rng, n, n // 2, 2, 2) + 0.2 * noise(rng, n, 2, 2, 2)
    elif style == "rolled":
        field = 0.5 + 0.3 * noise(rng, n, 4, 1, 3) + lerp(0.04, 0.14, u[3]) * noise(rng, n, 64, 64, 2)
    elif style == "scratched":
        lines = np.clip(1.0 - np.abs(noise(rng, n, 3, 24, 2)) * 9.0, 0, 1) + np.clip(
            1.0 - np.abs(noise(rng, n, 24, 3, 2)) * 9.0, 0, 1
        )
        field = 0.45 + lerp(0.15, 0.4, u[3]) * lines * noise(rng, n, 8, 8, 2) + 0.15 * noise(rng, n, 2, 2, 3)
    elif style == "hammered":
        first, _, owner = cells(rng, n, int(at((6, 9, 13), u[3])), 0.8)
        field = 0.75 - lerp(0.5, 0.8, u[4]) * first + 0.1 * rng.random(int(owner.max()) + 1).astype(np.float32)[owner]
    elif style == "spangle":
        _, _, owner = cells(rng, n, int(at((6, 10, 15), u[3])), 1.0)
        field = 0.3 + lerp(0.2, 0.6, u[4]) * rng.random(int(owner.max()) + 1).astype(np.float32)[owner]
    elif style == "tread":
        k = int(at((6, 8, 12), u[3]))
        a, b = (x + y) * k, (x - y) * k
        turned = (np.floor(a) + np.floor(b)) % 2 == 0
        fa, fb = a % 1.0 - 0.5, b % 1.0 - 0.5
        bar = np.where(turned, (fa / 0.42) ** 2 + (fb / 0.13) ** 2, (fa / 0.13) ** 2 + (fb / 0.42) ** 2)
        field = 0.42 + 0.4 * np.clip(1.3 - bar, 0.0, 1.0) + 0.08 * noise(rng, n, 16, 16, 2)
    elif style == "perforated":
        k = int(at((8, 12, 16), u[3]))
        d = ((x * k) % 1.0 - 0.5) ** 2 + (((y * k) + 0.5 * ((x * k).astype(np.int64) % 2)) % 1.0 - 0.5) ** 2
        field = np.where(d < lerp(0.05, 0.09, u[4]), -0.6, 0.6 + 0.1 * noise(rng, n, 2, 64, 2))
    else:
        rust = np.clip(noise(rng, n, 3, 3, 5, 0.65) * 2.2 + lerp(-0.4, 0.5, u[3]), 0.0, 1.0)
        out = ramp(0.5 + 0.2 * noise(rng, n, 2, 32, 2), [lit(base, 0.8), base, shine])
        patina = ramp(
            0.5 + 0.5 * noise(rng, n, 12, 12, 3),
            [(0.26, 0.15, 0.1), (0.47, 0.27, 0.16)] if u[4] < 0.6 else [(0.2, 0.36, 0.32), (0.46, 0.62, 0.56)],
        )
        return (out + rust[..., None] * (patina - out)).astype(np.float32)
    return ramp(field.astype(np.float32), [lit(base, 0.25), lit(base, 0.75), base, shine])


def noise_surface(rng: np.random.Generator, n: int, number: int) -> F32:
    u = spread(number)
    style = ("clouds", "blobs", "cells", "waves", "static", "cracks", "contours", "confetti")[number % 8]
    colours = [
        tone((u[0] + h) % 1.0, lerp(0.2, 0.75, u[k]), lerp(0.2, 0.85, u[k + 1]))
        for k, h in ((1, 0.0), (2, 0.12 + 0.5 * u[5]), (3, 0.5))
    ]
    c = int(at((2, 4, 8), u[4]))
    if style == "clouds":
        return ramp(0.5 + 0.6 * noise(rng, n, c, c, 5, lerp(0.4, 0.7, u[5])), colours)
    if style == "blobs":
        f = 0.5 + 0.8 * noise(rng, n, 2 * c, 2 * c, 2)
        return ramp(np.clip(np.floor(f * 4.0) / 3.0, 0, 1), colours)
    if style == "waves":
        y, x = grid(n)
        f = sin(
            2 * np.pi * (float(at((3, 6, 10), u[5])) * (y + 0.0 * x) + lerp(0.4, 1.2, u[3]) * noise(rng, n, 2, 2, 3))
        )
        return ramp((0.5 + 0.5 * f).astype(np.float32), colours)
    if style == "static":
        return ramp(np.clip(0.5 + 0.5 * noise(rng, n, 64, 64, 2, 0.9), 0, 1), colours)
    if style == "cracks":
        first, second, owner = cells(rng, n, 2 * c + 2, 1.0)
        f = np.clip((second - first) * 4.0, 0.0, 1.0)
        return ramp(f * (0.6 + 0.4 * rng.random(int(owner.max()) + 1).astype(np.float32)[owner]), colours)
    if style == "contours":
        f = noise(rng, n, c, c, 3)
        return ramp(np.abs((f * 5.0) % 1.0 - 0.5) * 2.0, colours)
    first, _, owner = cells(rng, n, 4 * c if style == "confetti" else 2 * c + 1, 0.9)
    shade = rng.random(int(owner.max()) + 1).astype(np.float32)[owner]
    if style == "confetti":
        return ramp(np.where(first < 0.36, 0.3 + 0.7 * shade, 0.0), colours)
    return ramp(shade, colours)


def plain_surface(rng: np.random.Generator, n: int, number: int) -> F32:
    u = spread(number)
    colour = tone(furnishing(u[0]), lerp(0.03, 0.42, u[1] * u[1]), lerp(0.18, 0.92, u[2]))
    style = ("matte", "orange peel", "sponge", "roller")[number % 4]
    if style == "matte":
        field = 0.012 * noise(rng, n, 8, 8, 3)
    elif style == "orange peel":
        field = 0.03 * noise(rng, n, 48, 48, 2)
    elif style == "sponge":
        field = 0.05 * noise(rng, n, 4, 4, 4, 0.6)
    else:
        field = 0.02 * noise(rng, n, 4, 64, 2)
    return (np.asarray(colour, np.float32) * (1.0 + field.astype(np.float32))[..., None]).astype(np.float32)
