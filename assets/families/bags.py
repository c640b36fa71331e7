"""Bags of coffee, flour and sugar, carrier bags of paper."""

from __future__ import annotations

import numpy as np

from assets.boxing import FOUR_SIDES, KRAFT, frustum
from assets.closures import Pieces
from assets.colours import RGB, mix, shade
from assets.families.pouches import bag_of, front_art, shares
from assets.kit import Draft, draw_scale, graspable, paint, part_box, part_hull, printed
from assets.labels import WHITE, label, other_colour, side_panel
from assets.mesh import box_faces, cap, merge, rounded_rect, skin, sweep
from assets.numeric import between, circle, pick
from assets.paint import U8
from assets.vessels import rings_of, solid

_GROUND = (
    ("coffee bag", "COFFEE", "bean", ("brown", "black", "red", "green")),
    ("tea pack", "TEA", "leaf", ("green", "yellow")),
    ("pasta bag", "PASTA", "wheat", ("blue", "red", "yellow")),
)


_FLOURS = (
    ("flour bag", "FLOUR", "wheat", ("white", "blue", "yellow")),
    ("sugar bag", "SUGAR", "star", ("white", "pink", "blue")),
    ("rice bag", "RICE", "leaf", ("white", "green", "red")),
)


_COFFEE = ("folded", "crimped", "tin_tie", "peaked", "brick")


def coffee_bag(rng: np.random.Generator, variant: str) -> Draft:
    """Gusseted bag with a flat foot: top folded over, crimped, closed with a tie, peaked, or a hard vacuum brick."""
    name, word, picture, colours = pick(rng, *(_GROUND[:1] if variant in ("tin_tie", "brick") else _GROUND))
    colour = pick(rng, *colours)
    s = draw_scale(rng, 0.08)
    base, accent = shade(colour, rng), pick(rng, (0.83, 0.67, 0.33), shade(other_colour(rng, colour), rng))
    hx, hy = between(rng, 0.0165, 0.0285), between(rng, 0.024, 0.037)
    high = min(2 * hy * between(rng, 1.1, 2.3), 5.0 * hx)
    o = rounded_rect(hx, hy, 0.003, 2)
    body = between(rng, 0.58, 0.74) * high if variant != "brick" else 0.9 * high
    art = np.concatenate(
        [front_art(rng, hy, body, base, accent, word, picture), side_panel(rng, 112, 60, base, accent, word)], 1
    )
    art = _even(art)
    mesh, part = frustum(o * [0.97, 0.98], o, 0.0, body, u=FOUR_SIDES)
    out = Pieces([(mesh, printed("plastic", art))], [part])
    crown = paint("plastic", mix(base, accent, 0.12))
    slim = o * [{"brick": 0.6, "peaked": 0.1}.get(variant, 0.14), 1.0]
    top = high if variant in ("peaked", "brick") else body + between(rng, 0.45, 0.75) * (high - body)
    roof, roof_part = frustum(o, slim, body, top)
    ring = np.concatenate([slim, np.full((8, 1), top)], -1)
    foot = cap(np.concatenate([o * [0.97, 0.98], np.zeros((8, 1))], -1), up=False)
    out.visual.append((merge([roof, cap(ring), foot]), crown))
    out.parts.append(roof_part)
    if variant in ("folded", "tin_tie", "crimped"):
        thick = 0.14 * hx + (0.0012 if variant == "folded" else 0.0)
        if variant == "crimped":
            fin = (0.0016, hy, 0.5 * (high - top))
            out.visual.append((box_faces(*fin).moved((0, 0, top + fin[2])), paint("plastic", accent)))
            out.parts.append(part_box(fin, (0, 0, top + fin[2])))
        else:
            fold = (thick + 0.002, hy * (0.995 if variant == "folded" else 1.0), between(rng, 0.006, 0.012))
            out.visual.append(
                (box_faces(*fold).moved((0.001, 0, top + fold[2] - 0.002)), paint("plastic", mix(base, WHITE, 0.12)))
            )
            out.parts.append(part_box(fold, (0.001, 0, top + fold[2] - 0.002)))
            if variant == "tin_tie":
                tie = box_faces(fold[0] + 0.0006, hy * 1.12, 0.0022).moved((0.001, 0, top + fold[2]))
                out.visual.append((tie, paint("metal", (0.86, 0.74, 0.3))))
    return Draft(name, out.visual, out.parts, "plastic", "boxy", between(rng, 320, 560), s)


def _even(art: U8) -> U8:
    """Front and side stretched to the same width, which is how four-sided bodies share them."""
    wide = art.shape[1] - 60
    cols = np.concatenate([np.arange(100) * wide // 100, wide + np.arange(100) * 60 // 100])
    return np.ascontiguousarray(art[:, cols])


_FLOUR = ("envelope", "rolled", "tied_sack", "cushion", "block")


def _tied_sack(rng: np.random.Generator, base: RGB, accent: RGB, word: str, picture: str) -> Pieces:
    """A round sack with a cord around its neck."""
    r = between(rng, 0.024, 0.032)
    ratio = between(rng, 0.75, 1.0)
    h = r * between(rng, 2.0, 3.6)
    cloth = mix((0.84, 0.74, 0.56), base, between(rng, 0.0, 0.5))
    k = between(rng, 0.3, 0.5)
    rows = [
        (0, 0.82, 0.82),
        (0.05, 0.95, 0.95),
        (0.35, 1.0, 1.0),
        (0.6, 0.88, 0.88),
        (0.74, k, k),
        (0.8, 0.9 * k, 0.9 * k),
        (1.0, between(rng, 0.45, 0.85), between(rng, 0.4, 0.75)),
    ]
    rings = rings_of(shares(rows, r, r * ratio, h), pick(rng, "round", "soft"))
    out = bag_of(rings, front_art(rng, 1.4 * r, h, cloth, accent, word, picture), "fabric", cloth)
    cord = rings_of(
        [(0.735 * h, (k + 0.04) * r, (k + 0.04) * r * ratio), (0.805 * h, (k + 0.03) * r, (k + 0.03) * r * ratio)]
    )
    out.visual.append((skin(cord, sharp_cols=False), paint("fabric", shade(pick(rng, "red", "brown", "blue"), rng))))
    return out


def _cushion(rng: np.random.Generator, base: RGB, accent: RGB, word: str, picture: str) -> Pieces:
    """A filled bag lying on its back."""
    hx, hy = between(rng, 0.024, 0.033), between(rng, 0.032, 0.055)
    h = hx * between(rng, 0.7, 1.5)
    rows = [(0, 0.84, 0.88), (0.12, 0.97, 0.98), (0.5, 1.0, 1.0), (0.85, 0.95, 0.96), (1.0, 0.74, 0.8)]
    rings = rings_of([(z * h, x * hx, y * hy) for z, x, y in rows], "square")
    mesh = skin(rings, sharp_cols=False)
    art = np.ascontiguousarray(np.rot90(front_art(rng, hy, hx, base, accent, word, picture), 1))
    lid = cap(rings[-1])
    visual = [
        (mesh, paint("paper", base)),
        (lid, printed("paper", art)),
        (cap(rings[0], up=False), paint("paper", base)),
    ]
    ends = [box_faces(0.85 * hx, 0.0025, 0.002).moved((0, d * (hy + 0.001), 0.5 * h)) for d in (-1, 1)]
    visual.append((merge(ends), paint("paper", mix(base, (0, 0, 0), 0.12))))
    return Pieces(visual, solid(rings, 0.002, 2))


def flour_bag(rng: np.random.Generator, variant: str) -> Draft:
    """Paper bag of flour, sugar or rice: block with a folded top, rolled top, a tied sack, or a lying cushion."""
    name, word, picture, colours = pick(rng, *_FLOURS)
    colour = pick(rng, *colours)
    s = draw_scale(rng, 0.08)
    base, accent = mix(shade(colour, rng), WHITE, 0.2), shade(other_colour(rng, colour), rng)
    density = between(rng, 450, 750)
    if variant == "tied_sack":
        out = _tied_sack(rng, base, accent, word, picture)
        return Draft(name, out.visual, out.parts, "fabric", "round", density, s)
    if variant == "cushion":
        out = _cushion(rng, base, accent, word, picture)
        return Draft(name, out.visual, out.parts, "paper", "flat", density, s)
    hx, hy = between(rng, 0.02, 0.031), between(rng, 0.024, 0.036)
    high = min(2 * hy * between(rng, 0.9, 2.0), 4.8 * hx)
    o = rounded_rect(hx, hy, between(rng, 0.002, 0.006), 2)
    art = _even(
        np.concatenate(
            [front_art(rng, hy, high, base, accent, word, picture), side_panel(rng, 112, 60, base, accent, word)], 1
        )
    )
    bulge = between(rng, 1.0, 1.07)
    rings = np.stack(
        [
            np.concatenate([o * k, np.full((8, 1), z * high)], -1)
            for z, k in ((0, 0.96), (0.06, 1.0), (0.5, bulge), (0.94, 1.0), (1.0, 0.94))
        ]
    )
    mesh = skin(rings, u=FOUR_SIDES, cos_limit=0.3)
    white = paint("paper", mix(base, WHITE, 0.5))
    out = Pieces(
        [(mesh, printed("paper", art)), (merge([cap(rings[-1]), cap(rings[0], up=False)]), white)],
        solid(rings, 0.0024, 1),
    )
    if variant == "envelope":
        flap = between(rng, 0.45, 0.8) * hx
        wedge, part = frustum(o * [0.9, 0.9], o * [0.12, 0.86], high, high + 0.5 * flap)
        ring = np.concatenate([o * [0.12, 0.86], np.full((8, 1), high + 0.5 * flap)], -1)
        out.visual.append((merge([wedge, cap(ring)]), white))
        out.parts.append(part)
    elif variant == "rolled":
        k = between(rng, 0.2, 0.42)
        up = between(rng, 0.4, 0.9) * hx
        wedge, part = frustum(o * [0.92, 0.94], o * [k, 0.95], high, high + up)
        out.visual.append((wedge, paint("paper", base)))
        out.parts.append(part)
        r = k * hx + 0.002
        z = high + up + 0.5 * r
        out.visual.append((sweep([(0, -0.97 * hy, z), (0, 0.97 * hy, z)], [r, r], 12), white))
        c = circle(8) * r
        out.parts.append(part_hull([[x, y, z + v] for x, v in c for y in (-0.97 * hy, 0.97 * hy)]))
    return Draft(name, out.visual, out.parts, "paper", "boxy", density, s)


_PAPER = ("twisted_handles", "flat_handles", "lunch", "gift_bag", "bottle_bag", "folded_top")


def paper_bag(rng: np.random.Generator, variant: str) -> Draft:
    """Carrier or gift bag of paper: handles, tissue, a folded or a cut top."""
    s = draw_scale(rng, 0.08)
    slim = variant == "bottle_bag"
    hx = between(rng, 0.018, 0.029) if not slim else between(rng, 0.02, 0.025)
    hy = hx * (between(rng, 1.1, 2.1) if not slim else between(rng, 0.95, 1.15))
    h = min(2 * hy * (between(rng, 0.9, 1.7) if not slim else 2.4), 4.3 * hx)
    brown = variant in ("lunch", "folded_top") or rng.random() < 0.35
    colour = pick(rng, "red", "blue", "green", "pink", "purple", "white", "yellow", "black")
    base = mix(KRAFT, WHITE, between(rng, 0.0, 0.25)) if brown else shade(colour, rng)
    accent = shade(other_colour(rng, colour), rng)
    word = pick(rng, "SHOP", "BAKERY", "MARKET", "STYLE", "BOOKS")
    picture = pick(rng, "leaf", "heart", "star", "flower", "wheat")
    front = label(
        rng, 112, int(np.clip(112 * hy / (0.5 * h), 72, 180)), base, accent, word, picture, pick(rng, 1, 3, 4, 5, 8, 11)
    )
    side = np.broadcast_to(np.rint(255 * np.array(mix(base, (0, 0, 0), 0.08))).astype(np.uint8), (112, 60, 3))
    art = _even(np.concatenate([front, side], 1))
    o = rounded_rect(hx, hy, 0.0008, 2)
    k = between(rng, 0.55, 1.0) if variant != "folded_top" else 0.12
    mesh, part = frustum(o, o * [k, 1.0], 0.0, h, u=FOUR_SIDES)
    ring = np.concatenate([o * [k, 1.0], np.full((8, 1), h)], -1)
    dark = cap(ring * [0.98, 0.98, 1.0] - [0, 0, 0.002])
    foot = cap(np.concatenate([o, np.zeros((8, 1))], -1), up=False)
    out = Pieces(
        [
            (mesh, printed("paper", art)),
            (dark, paint("paper", mix(base, (0, 0, 0), 0.55))),
            (foot, paint("paper", base)),
        ],
        [part],
    )
    cord = paint("fabric", pick(rng, mix(base, (0, 0, 0), 0.3), accent, WHITE))
    x = k * hx - 0.0008
    if variant in ("twisted_handles", "gift_bag", "bottle_bag", "flat_handles"):
        span, rise = between(rng, 0.3, 0.6) * hy, between(rng, 0.014, 0.034)
        thick = (0.0011, 0.0034) if variant == "flat_handles" else (0.0013, 0.0013)
        for d in (-1, 1):
            if variant == "flat_handles":
                path = [
                    (d * x, -span, h - 0.004),
                    (d * x, -span, h + rise),
                    (d * x, span, h + rise),
                    (d * x, span, h - 0.004),
                ]
            else:
                path = [
                    (d * x, -span, h - 0.004),
                    (d * x, -0.85 * span, h + 0.6 * rise),
                    (d * x, -0.4 * span, h + rise),
                    (d * x, 0.4 * span, h + rise),
                    (d * x, 0.85 * span, h + 0.6 * rise),
                    (d * x, span, h - 0.004),
                ]
            out.visual.append((sweep(path, [thick] * len(path), 6, up=(1, 0, 0)), cord))
            out.parts.append(part_box((0.0014, span, 0.0015), (d * x, 0, h + rise - 0.001)))
            out.parts.append(part_box((0.0013, 0.0015, rise / 2), (d * x, -0.92 * span, h + rise / 2 - 0.001)))
            out.parts.append(part_box((0.0013, 0.0015, rise / 2), (d * x, 0.92 * span, h + rise / 2 - 0.001)))
    if variant == "gift_bag":
        c = circle(12)
        up = between(rng, 0.008, 0.02)
        spikes = np.where(np.arange(12) % 2 == 0, up, 0.35 * up)
        low = np.concatenate([c * [0.6 * k * hx, 0.7 * hy], np.full((12, 1), h - 0.003)], -1)
        high = np.concatenate([c * [0.8 * k * hx, 0.8 * hy], (h + spikes)[:, None]], -1)
        out.visual.append(
            (merge([skin(np.stack([low, high]), sharp_cols=False), cap(high)]), paint("paper", mix(accent, WHITE, 0.5)))
        )
    if variant == "folded_top":
        fold = (0.16 * hx + 0.0015, hy, between(rng, 0.006, 0.012))
        out.visual.append((box_faces(*fold).moved((0.001, 0, h)), paint("paper", mix(base, (0, 0, 0), 0.1))))
        out.parts.append(part_box(fold, (0.001, 0, h)))
    colours = {} if brown else {"colour": colour}
    return Draft("paper bag", out.visual, out.parts, "paper", "boxy", between(rng, 130, 260), s, extra=colours)


FAMILIES = (
    graspable("coffee_bag", "packaging", coffee_bag, *(g[0] for g in _GROUND), variants=_COFFEE),
    graspable("flour_bag", "packaging", flour_bag, *(g[0] for g in _FLOURS), variants=_FLOUR),
    graspable("paper_bag", "packaging", paper_bag, variants=_PAPER),
)
