"""Boxes of chocolates and decks of cards."""

from __future__ import annotations

import numpy as np

from assets import closures
from assets.boxing import (
    bow,
    ends,
    frustum,
    panel,
    plain,
    printed_box,
    strip_around,
)
from assets.closures import Pieces
from assets.colours import RGB, mix, shade
from assets.kit import Draft, draw_scale, graspable, paint, part_box, printed
from assets.labels import WHITE, draw_picture, label, other_colour
from assets.mesh import box, box_faces, cap, lathe, merge
from assets.numeric import between, cos_sin, pick
from assets.paint import Canvas
from assets.vessels import rings_of, solid, surface
from engine.types import Material

_CHOC = ("lidded", "heart", "hexagonal", "round", "ribboned", "open", "two_tier")


def _heart(n: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """Right and left half (K, 2) of a heart with half extents 1, each convex."""
    c, s = cos_sin(np.linspace(-0.9, 3.14159, n))
    right = np.stack([0.48 + 0.52 * c, 0.42 + 0.56 * s], -1)
    right = np.concatenate([[[0.0, -1.0]], right, [[0.0, 0.45]]])
    right = right[right[:, 0] >= -1e-9]
    left = (right * [-1.0, 1.0])[::-1]
    return right, left


_GOLD: RGB = (0.83, 0.67, 0.33)


def _heart_box(rng: np.random.Generator, size: float, h: float, base: RGB, accent: RGB) -> Pieces:
    """A heart-shaped box with a lid, mostly with a bow."""
    out = Pieces()
    for half in _heart():
        low, high = half * size * 0.96, half * size
        for o, z0, z1, tone in ((low, 0.0, 0.5 * h, mix(base, (0, 0, 0), 0.25)), (high, 0.45 * h, h, base)):
            mesh, part = frustum(o, o, z0, z1)
            out.visual.append((merge([mesh, ends(o, o, z0, z1)]), paint("cardboard", tone)))
            out.parts.append(part)
    if rng.random() < 0.6:
        out.add(bow(h, 0.4 * size, paint("fabric", accent), 2))
    return out


def _round_box(rng: np.random.Generator, kind: str, r: float, h: float, base: RGB, accent: RGB) -> Pieces:
    """A round or six-sided box with a printed lid."""
    low = rings_of([(0, 0.96 * r, 0.96 * r), (0.5 * h, 0.96 * r, 0.96 * r)], kind)
    out = Pieces([(surface(low), paint("cardboard", mix(base, (0, 0, 0), 0.25)))], solid(low, 0.001, 1))
    out.add(closures.lid(r, r, 0.45 * h, 0.55 * h, kind, base, "cardboard", 0.0))
    disc = rings_of([(h + 0.0004, 0.93 * r, 0.93 * r)], kind)[0]
    art = label(rng, 96, 96, base, accent, "CACAO", "heart", pick(rng, 1, 5, 11))
    out.visual.append((cap(disc), printed("cardboard", art)))
    return out


def _open_box(rng: np.random.Generator, hx: float, hy: float, h: float, base: RGB, top: Material) -> Pieces:
    """A tray of pralines, its lid standing behind; h is the height of the tray."""
    tray = box(0.97 * hx, 0.97 * hy, 0.0, h, 0.0008)
    out = Pieces([(tray, paint("cardboard", mix(base, (0, 0, 0), 0.25)))], [part_box((hx, hy, h / 2), (0, 0, h / 2))])
    nx, ny = 3, max(3, round(3 * hy / hx))
    r = 0.7 * hx / nx
    praline = lathe([(r, h), (0.9 * r, h + 0.7 * r), (0.4 * r, h + r), (0, h + r)], 8)
    balls = [
        praline.moved(((i - (nx - 1) / 2) * 1.75 * hx / nx, (j - (ny - 1) / 2) * 1.75 * hy / ny, 0))
        for i in range(nx)
        for j in range(ny)
    ]
    out.visual.append((box_faces(0.9 * hx, 0.92 * hy, 0.0003).moved((0, 0, h)), paint("paper", _GOLD)))
    out.visual.append((merge(balls), paint("wax", (0.3, 0.17, 0.1))))
    out.parts.append(part_box((0.85 * hx, 0.87 * hy, 0.45 * r), (0, 0, h + 0.45 * r)))
    lid = (0.0011, hy, hx * between(rng, 0.7, 0.95))
    out.add(panel(lid, (-hx + 0.001, 0, 0.92 * h), "y", -between(rng, 0.1, 0.6), top))
    return out


def _lidded_box(
    rng: np.random.Generator, variant: str, half: tuple[float, float, float], base: RGB, accent: RGB, top: Material
) -> Pieces:
    """A flat box: plain, with a ribbon, or with a smaller one on it."""
    hx, hy, h = half[0], half[1], 2 * half[2]
    low = box(0.97 * hx, 0.97 * hy, 0.0, 0.6 * h, 0.0008)
    out = Pieces([(low, paint("cardboard", mix(base, (0, 0, 0), 0.25)))], [part_box(half, (0, 0, h / 2))])
    out.visual.append((box(hx, hy, 0.4 * h, h, 0.0008), paint("cardboard", base)))
    ribbon, z = paint("fabric", accent), h
    if variant == "two_tier":
        k = between(rng, 0.55, 0.85)
        z = h + h * between(rng, 0.6, 1.0)
        hx, hy = k * hx, k * hy
        out.visual.append((box(hx, hy, h, z, 0.0008), paint("cardboard", mix(base, accent, 0.4))))
        out.parts.append(part_box((hx, hy, (z - h) / 2), (0, 0, (z + h) / 2)))
    out.visual.append((box_faces(0.97 * hx, 0.97 * hy, 0.0002).moved((0, 0, z + 0.0002)), top))
    if variant == "ribboned":
        out.visual.append((strip_around(half, 0.0, pick(rng, "x", "y"), 0.007, 0.0008), ribbon))
    if variant != "lidded":
        out.add(bow(z, between(rng, 0.4, 0.75) * hx, ribbon, 2))
    return out


def chocolates(rng: np.random.Generator, variant: str) -> Draft:
    """Box of chocolates: flat, heart-shaped, six-sided, round, with a ribbon, open with pralines, or in two tiers."""
    s = draw_scale(rng, 0.08)
    hx = between(rng, 0.024, 0.033)
    hy = hx * between(rng, 1.0, 1.9)
    h = between(rng, 0.014, 0.03)
    colour = pick(rng, "red", "brown", "purple", "blue", "pink", "black")
    base = shade(colour, rng)
    accent = pick(rng, _GOLD, shade(other_colour(rng, colour), rng))
    if variant == "heart":
        out = _heart_box(rng, min(hx * 1.02, 0.034), h, base, accent)
    elif variant in ("round", "hexagonal"):
        out = _round_box(rng, "round" if variant == "round" else "hexagon", hx, h, base, accent)
    else:
        w = int(np.clip(96 * hy / hx, 96, 180))
        word = pick(rng, "BELLA", "CACAO", "AMORE")
        art = np.rot90(label(rng, 96, w, base, accent, word, "heart", pick(rng, 0, 1, 4, 5, 11)))
        top = printed("cardboard", np.ascontiguousarray(art))
        if variant == "open":
            out = _open_box(rng, hx, hy, 0.6 * h, base, top)
        else:
            out = _lidded_box(rng, variant, (hx, hy, h / 2), base, accent, top)
    return Draft("chocolate box", out.visual, out.parts, "cardboard", "flat", between(rng, 350, 600), s)


_CARDS = ("lying", "standing", "lid_open", "spread", "loose")


def card_deck(rng: np.random.Generator, variant: str) -> Draft:
    """Playing cards: a tuck box lying, standing or open with cards looking out, or the bare pack, square or fanned."""
    s = draw_scale(rng, 0.08)
    long, wide, thick = between(rng, 0.036, 0.046) * s, between(rng, 0.024, 0.032) * s, between(rng, 0.012, 0.026)
    if variant == "spread":
        thick = between(rng, 0.0255, 0.031)
    colour = pick(rng, "red", "blue", "green", "black", "purple")
    base = shade(colour, rng)
    back = Canvas(112, 80, base)
    back.rect(0.08, 0.06, 0.92, 0.94, WHITE)
    back.rect(0.11, 0.08, 0.89, 0.92, base)
    for i in range(6):
        for j in range(8):
            back.ellipse(0.18 + 0.128 * i, 0.14 + 0.104 * j, 3.0, 3.0, mix(base, WHITE, 0.65))
    face = Canvas(112, 80, WHITE)
    suit = pick(rng, "heart", "star", "leaf")
    for x, y, r in ((0.5, 0.5, 20), (0.16, 0.12, 7), (0.84, 0.88, 7)):
        draw_picture(face, rng, suit, x, y, r)
    edge = Canvas(112, 80, (0.95, 0.95, 0.93))
    for k in range(24):
        edge.rect(0, k / 24, 1, (k + 0.3) / 24, (0.75, 0.75, 0.74))
    if variant in ("loose", "spread"):
        out = Pieces()
        layers = 1 if variant == "loose" else int(rng.integers(2, 4))
        step = between(rng, 0.004, 0.012) if variant == "spread" else 0.0
        turn = pick(rng, 0, 1)
        for k in range(layers):
            z0, z1 = thick * k / layers, thick * (k + 1) / layers
            half = (wide, long, 0.5 * (z1 - z0))
            dx, dy = (step * (k - (layers - 1) / 2), 0.0) if turn else (0.0, step * (k - (layers - 1) / 2))
            tiles = (
                edge.image(),
                edge.image(),
                edge.image(),
                edge.image(),
                face.image() if variant == "loose" else back.image(),
                face.image(),
            )
            atlas = np.concatenate([np.concatenate(tiles[:3], 1), np.concatenate(tiles[3:], 1)])
            piece = printed_box(half, atlas, z0, "paper")
            out.visual += [(m.moved((dx, dy, 0)), k2) for m, k2 in piece.visual]
            out.parts.append(part_box(half, (dx, dy, 0.5 * (z0 + z1))))
        return Draft("deck of cards", out.visual, out.parts, "paper", "flat", between(rng, 700, 1000), s)
    plain_side = np.broadcast_to(np.rint(255 * np.array(base)).astype(np.uint8), (112, 80, 3))
    title = label(rng, 112, 80, base, pick(rng, (0.83, 0.67, 0.33), WHITE), "CARDS", suit, pick(rng, 0, 1, 5, 11))
    if variant == "lying":
        half, tiles = (wide, long, thick / 2), (plain_side, plain_side, plain_side, plain_side, title, back.image())
    else:
        half, tiles = (
            (long * between(rng, *((0.33, 0.46) if variant == "standing" else (0.4, 0.52))), wide, long),
            (title, back.image(), plain_side, plain_side, plain_side, plain_side),
        )
    out = printed_box(
        half, np.ascontiguousarray(np.concatenate([np.concatenate(tiles[:3], 1), np.concatenate(tiles[3:], 1)]))
    )
    if variant == "lid_open":
        h = 2 * half[2]
        rise = between(rng, 0.008, 0.03)
        cards = box_faces(0.8 * half[0], 0.93 * half[1], rise / 2).moved((0, 0, h + rise / 2))
        out.visual.append((cards, printed("paper", edge.image())))
        out.parts.append(part_box((0.8 * half[0], 0.93 * half[1], rise / 2), (0, 0, h + rise / 2)))
        out.add(
            panel((0.0009, 0.9 * half[1], 0.009), (-half[0] + 0.0009, 0, h), "y", -between(rng, 0.0, 0.9), plain(base))
        )
    return Draft(
        "deck of cards",
        out.visual,
        out.parts,
        "cardboard",
        "flat" if variant == "lying" else "boxy",
        between(rng, 600, 900),
        s,
    )


FAMILIES = (
    graspable("chocolate_box", "packaging", chocolates, variants=_CHOC),
    graspable("card_deck", "toys", card_deck, "deck of cards", variants=_CARDS),
)
