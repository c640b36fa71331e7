"""Meat and fish."""

from __future__ import annotations

import numpy as np

from assets.colours import RGB, mix, shade
from assets.families.flesh import depth_across, layered, skin_texture
from assets.families.fruit import round_profile
from assets.families.pieces import Piece, log, slab, solid, together, trim
from assets.kit import Draft, draw_scale, graspable, paint, printed
from assets.mesh import blob, rounded_rect
from assets.numeric import between, circle, cos, cos_sin, pick
from assets.paint import Canvas
from engine.types import Material


def _plain(colour: RGB) -> Material:
    return paint("food", colour)


TOMATO: RGB = (0.85, 0.16, 0.12)


def meat(rng: np.random.Generator, variant: str) -> Draft:
    """Meat: a drumstick, a wing-like leg, a steak with its bone, a ham joint, ribs, a skewer."""
    s = draw_scale(rng, 0.1)
    brown = mix((0.66, 0.38, 0.16), (0.5, 0.24, 0.1), between(rng, 0, 1))
    roast = printed(
        "food",
        skin_texture(rng, brown, mix(brown, (0.3, 0.13, 0.05), 0.6), 0.5, mix(brown, (0.95, 0.75, 0.4), 0.4), fine=0.1),
    )
    bone = _plain((0.94, 0.9, 0.8))
    if variant in ("drumstick", "ham"):
        long, r = between(rng, 0.06, 0.085) * s, between(rng, 0.021, 0.03) * s
        fat = between(rng, 0.75, 1.1) if variant == "drumstick" else between(rng, 1.1, 1.35)
        x = np.array([0.0, 0.04, 0.14, 0.32, 0.55, 0.78, 0.94, 1.0])
        w = np.minimum(np.array([0.25, 0.6, 0.88, 1.0, 0.85 * fat, 0.55 * fat, 0.4 * fat, 0.25]), 1.05) * r
        stick = between(rng, 0.018, 0.04) * s
        p = np.concatenate([[[0, 0]], np.stack([w, x * long], -1), [[0, long]]])
        body = solid(p, roast, 16, cuts=(0, 5, 9))
        q = 0.0048 * s
        rod = [
            (0, long - 0.006),
            (q, long - 0.006),
            (q, long + 0.6 * stick),
            (1.7 * q, long + 0.8 * stick),
            (1.5 * q, long + stick),
            (0, long + 0.93 * stick),
        ]
        piece = together(body, solid(rod, bone, 10)).turned("y", 0.5 * np.pi).settled(0.09 * r)
        return piece.draft("drumstick" if variant == "drumstick" else "ham", "food", "long", 900.0, s)
    if variant == "steak":
        n, r, t = 28, between(rng, 0.036, 0.048) * s, between(rng, 0.014, 0.024) * s
        a = np.arange(n) * (2 * np.pi / n)
        lobe = 1.0 + 0.16 * cos(2 * a + between(rng, 0, 3)) + between(rng, 0.04, 0.14) * cos(3 * a + between(rng, 0, 3))
        o = circle(n) * (r * lobe)[:, None] * [1.0, between(rng, 0.55, 0.75)]
        c = layered(
            depth_across(64),
            [(2, (0.94, 0.86, 0.76)), (0.84, (0.66, 0.2, 0.18) if rng.random() < 0.5 else (0.5, 0.28, 0.17))],
        )
        for k in range(4):
            c.line([(0.1 + 0.2 * k, 0.1), (0.25 + 0.2 * k, 0.9)], 2.0, (0.3, 0.14, 0.09), 0.8)
        c.ellipse(0.24, 0.5, 5, 9, (0.95, 0.92, 0.86))
        art = printed("food", c.image())
        return (
            slab(o, (0, 0.2 * t, 0.8 * t, t), _plain((0.8, 0.55, 0.45)), art, (0.95, 1, 1, 0.95), art)
            .seated()
            .draft("steak", "food", "flat", 1000.0, s)
        )
    if variant == "ribs":
        count, parts = pick(rng, 2, 3, 4, 5), []
        long, h = between(rng, 0.05, 0.1) * s, between(rng, 0.014, 0.022) * s
        w = min(0.017 * s, 0.066 / count)
        for k in range(count):
            x = np.array([-0.62, -0.5, -0.42, 0.42, 0.5, 0.6]) * long
            ww, hh = (
                np.array([0.0035, 0.0035, 0.5 * w, 0.5 * w, 0.0035, 0.004]),
                np.array([0.0035, 0.0035, 0.5 * h, 0.5 * h, 0.0035, 0.004]),
            )
            bend = between(rng, 0, 0.2) * long
            y = bend * (x / long) ** 2
            lump = log(np.stack([x[1:5], 1.06 * ww[1:5], hh[1:5], y[1:5], 0.4 * h + 0 * x[1:5]], -1), roast, 10)
            rod = log(np.stack([x, np.full(6, 0.0038), np.full(6, 0.0038), y, 0.4 * h + 0 * x], -1), bone, 8)
            parts.append(together(lump, Piece(rod.visual, ())).moved((0, w * k, 0)))
        whole = together(*parts)
        return whole.seated().draft("ribs", "food", "oblong", 900.0, s)
    if variant == "skewer":
        count, parts, z = pick(rng, 3, 4, 5), [], 0.0
        r = between(rng, 0.0125, 0.0165) * s
        for _ in range(count):
            kind = pick(rng, "meat", "meat", "pepper", "tomato")
            t = between(rng, 0.8, 1.6) * r if kind == "meat" else between(rng, 0.5, 1.2) * r
            look = {
                "meat": roast,
                "pepper": _plain(shade(pick(rng, "green", "yellow", "red"), rng)),
                "tomato": _plain(TOMATO),
            }[kind]
            o = rounded_rect(r, r, 0.35 * r, 3) if kind != "tomato" else circle(14) * r
            parts.append(
                slab(o, (0, 0.2 * t, 0.8 * t, t), look, look, (0.85, 1, 1, 0.85), look)
                .turned("z", 0.0)
                .moved((0, 0, z))
            )
            z += t
        rod = solid(
            [(0, -0.03), (0.0016, -0.022), (0.0016, z + 0.015), (0, z + 0.016)], paint("wood", (0.86, 0.72, 0.48)), 6
        )
        piece = together(*parts, Piece(rod.visual, ())).turned("y", 0.5 * np.pi)
        return piece.settled(0.0008, False).draft("skewer", "food", "long", 900.0, s)
    # a whole little roast bird
    r, long = between(rng, 0.028, 0.033) * s, between(rng, 0.035, 0.048) * s
    body = (
        solid(round_profile(r, long, long * between(rng, 0.7, 1.0), 0.3 * r, rows=10, waist=0.1), roast, 16)
        .turned("y", 0.5 * np.pi)
        .settled(0.1 * r)
    )
    legs = []
    for k in (-1, 1):
        q = 0.013 * s
        leg = solid(
            np.array([(0, 0), (0.6, 0.1), (1, 0.7), (0.8, 1.5), (0.35, 2.4), (0.3, 3.2), (0.42, 3.4), (0, 3.5)]) * q,
            roast,
            10,
        )
        legs.append(leg.turned("y", 1.2).turned("z", -0.25 * k).moved((0.2 * long, k * 0.62 * r, 0.7 * r)))
    return together(body, *legs).seated().draft("roast chicken", "food", "irregular", 800.0, s)


def fish(rng: np.random.Generator, variant: str) -> Draft:
    """Fish on its side: slim, deep or round-bellied, a fillet, a tail half, a shrimp, a steak of salmon."""
    s = draw_scale(rng, 0.1)
    base = pick(rng, (0.55, 0.62, 0.68), (0.35, 0.48, 0.55), (0.85, 0.5, 0.35), (0.72, 0.68, 0.5))
    if variant == "fillet" or variant == "steak":
        pinkish = pick(rng, (0.97, 0.55, 0.4), (0.95, 0.86, 0.8))
        c = Canvas(48, 64, pinkish)
        for k in range(9):
            c.line([(k / 8 - 0.1, 0), (k / 8 + 0.08, 0.5), (k / 8 - 0.1, 1)], 1.6, mix(pinkish, (1, 1, 1), 0.6))
        art, skin, t = (
            printed("food", c.image()),
            _plain(mix(base, (0.3, 0.3, 0.35), 0.3)),
            between(rng, 0.02, 0.03) * s,
        )
        if variant == "steak":
            a = np.arange(26) * (2 * np.pi / 26)
            r = between(rng, 0.026, 0.033) * s
            o = circle(26) * (r * (1.0 + 0.12 * cos(a * 2)))[:, None] * [1.0, between(rng, 0.75, 1.0)]
            notch = 1.0 - between(rng, 0.25, 0.55) * np.maximum(cos(a - 1.5 * np.pi), 0) ** 8
            piece = slab(o * notch[:, None], (0, t), skin, art, (), art)
            return piece.seated().draft("salmon steak", "food", "flat", 950.0, s)
        long, w = between(rng, 0.045, 0.08) * s, between(rng, 0.02, 0.032) * s
        x = np.arange(12) / 11.0
        taper = between(rng, 0.3, 0.9)
        edge = w * (1.0 - (1.0 - taper) * x) * (1.0 - (2 * np.abs(x - 0.5)) ** 6 * 0.5)
        o = np.concatenate([np.stack([long * (2 * x - 1), -edge], -1), np.stack([long * (1 - 2 * x), edge[::-1]], -1)])
        return (
            slab(o, (0, 0.3 * t, 0.85 * t, t), skin, art, (0.97, 1.0, 0.92, 0.8))
            .seated()
            .draft("fish fillet", "food", "flat", 950.0, s)
        )
    if variant == "shrimp":
        n, r = 12, between(rng, 0.011, 0.015) * s
        t = np.arange(n) / (n - 1.0)
        bend = between(rng, 2.2, 4.2)
        long = between(rng, 0.075, 0.1) * s
        c, sn = cos_sin((t - 0.5) * bend)
        reach = long / bend
        w = r * (1.0 - 0.62 * t) * np.where(t < 0.08, 0.6, 1.0) * (1 + 0.06 * cos(t * 40))
        bands = Canvas(48, 16, (0.96, 0.6, 0.45))
        for k in range(7):
            bands.rect(0, k / 7, 1, (k + 0.35) / 7, (0.98, 0.82, 0.72))
        body = log(
            np.stack([reach * sn, w, 1.1 * w, reach * (c - 1), 0.85 * w], -1),
            printed("food", bands.image()),
            10,
            (0, 3, 6, 9, 11),
        )
        return body.settled(0.0005, False).draft("shrimp", "food", "crescent", 950.0, s)
    deep = {"slim": between(rng, 0.55, 0.75), "deep": between(rng, 1.15, 1.5)}.get(variant, between(rng, 0.8, 1.05))
    long = between(rng, 0.1, 0.15) * s
    x = np.array([0.0, 0.03, 0.1, 0.24, 0.42, 0.62, 0.8, 0.88])
    d = np.array([0.15, 0.42, 0.72, 0.96, 1.0, 0.72, 0.32, 0.24]) * min(deep * 0.21 * long, 0.029)
    thick = np.array([0.2, 0.45, 0.7, 0.95, 1.0, 0.75, 0.4, 0.3]) * between(rng, 0.0145, 0.021) * s
    first = 0
    if variant == "tail":
        first = 3
    c = Canvas(64, 32, base)
    for row in range(16):
        for k in range(8):
            c.ellipse((k + 0.5 * (row % 2)) / 8, 0.26 + row / 21, 1.8, 1.5, mix(base, (1, 1, 1), 0.3), 0.8, 0.8)
    c.rect(0.0, 0, 0.08, 1, mix(base, (0.95, 0.95, 0.9), 0.7))
    c.rect(0, 0.86, 1, 1, mix(base, (0.3, 0.3, 0.3), 0.2))
    body = log(
        np.stack([(x * long)[first:], d[first:], thick[first:], 0 * x[first:], thick[first:] * 0.7], -1),
        printed("food", c.image()),
        14,
        (0, 4, 7) if not first else (0, 4),
    )
    fin = _plain(mix(base, (0.25, 0.25, 0.3), 0.35))
    spread, tip = between(rng, 0.5, 1.0) * 0.16 * long, 1.02 * long
    wing = np.array(
        [[0.85 * long, 0.2 * d.max()], [0.85 * long, -0.2 * d.max()], [tip, -spread], [0.95 * long, 0.0], [tip, spread]]
    )
    middle = wing.mean(0)
    zt = 0.55 * float(thick[-1])
    tail = slab((wing - middle)[[0, 4, 3, 2, 1]][::-1], (0, 0.003), fin, fin).moved((middle[0], middle[1], zt))
    crest = between(rng, 0.25, 0.6) * d.max()
    rows = np.array(
        [
            [0.3 * long, 0.85 * d.max()],
            [0.62 * long, 0.6 * d.max()],
            [0.6 * long, 0.7 * d.max() + 0.4 * crest],
            [0.42 * long, 0.95 * d.max() + crest],
        ]
    )
    top = slab(rows - rows.mean(0), (0, 0.0025), fin, fin).moved((*rows.mean(0), 0.5 * float(thick.max())))
    parts = [body, tail, Piece(top.visual, ())]
    if not first:
        q = between(rng, 0.0028, 0.004)
        eye = [blob([(q, 0), (q, 0.0012), (0, 0.002)], 10), blob([(0.55 * q, 0.0014), (0, 0.0026)], 8)]
        height = 1.5 * float(thick[2])
        for mesh, tint in zip(eye, ((0.96, 0.95, 0.9), (0.05, 0.05, 0.06)), strict=True):
            parts.append(trim(_plain(tint), mesh).moved((0.1 * long, 0.3 * d[2], height)))
    piece = together(*parts)
    return piece.seated().draft("half fish" if first else "fish", "food", "long", 900.0, s)


FAMILIES = (
    graspable(
        "meat", "food", meat, "drumstick", "ham", "steak", "ribs", "skewer", "roast chicken",
        variants=("drumstick", "steak", "ham", "ribs", "skewer", "bird"),
    ),
    graspable(
        "fish", "food", fish, "fish", "half fish", "fish fillet", "salmon steak", "shrimp",
        variants=("slim", "deep", "round", "fillet", "tail", "shrimp", "steak"),
    ),
)  # fmt: skip
