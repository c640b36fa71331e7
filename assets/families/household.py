"""Soap, books, candles and other things that lie about."""

from __future__ import annotations

import numpy as np

from assets.colours import RGB, mix, shade
from assets.families.modelling import Coat, Model
from assets.kit import Draft, draw_scale, graspable, printed
from assets.labels import WHITE, contrast, draw_picture, label, other_colour
from assets.mesh import cap, rounded_rect
from assets.numeric import F64, between, circle, cos, pick, rotation
from assets.paint import U8, Canvas

METALS: tuple[RGB, ...] = ((0.83, 0.66, 0.3), (0.78, 0.79, 0.8), (0.2, 0.2, 0.22))


def layered(a: Model, outline: F64, levels: tuple[tuple[float, float], ...], coat: Coat, *, solid: bool = True) -> None:
    """A convex outline (K, 2) stacked by levels of (share of the outline, height), closed, one hull."""
    rings = np.stack([np.concatenate([outline * f, np.full((len(outline), 1), z)], -1) for f, z in levels])
    a.body(rings, coat, solid=solid)


def lid(a: Model, outline: F64, z: float, image: U8, material: str) -> None:
    """A picture on top, cut to the outline; the picture's top is at -x."""
    ring = np.concatenate([outline, np.full((len(outline), 1), z + 0.08)], -1) * a.k
    a.draw(cap(ring), printed(material, np.ascontiguousarray(np.rot90(image, 1))))


def soap(rng: np.random.Generator, variant: str) -> Draft:
    """Bar of soap: pillow, oval, shell, waisted, or lying in a dish."""
    a = Model(draw_scale(rng, 0.1))
    x, y, h = between(rng, 30, 45), between(rng, 19, 29), between(rng, 14, 28)
    base = pick(rng, shade("pink", rng), shade("white", rng), mix(shade("green", rng), WHITE, 0.45),
                mix(shade("blue", rng), WHITE, 0.5), mix(shade("purple"), WHITE, 0.5), (0.9, 0.8, 0.6))  # fmt: skip
    coat: Coat = ("wax", base)
    if variant == "oval":
        o = circle(24) * [x, y]
    elif variant == "shell":
        o = circle(30) * (0.93 + 0.07 * cos(np.arange(30) * (2 * np.pi * 10 / 30)))[:, None] * [x * 0.85, y * 1.1]
    elif variant == "waisted":
        o = (
            circle(24)
            * (1.0 + between(rng, 0.1, 0.28) * cos(np.arange(24) * (2 * np.pi * 2 / 24)))[:, None]
            * [x, y * 1.1]
        )
    else:
        o = rounded_rect(x, y, between(rng, 0.15, 0.9) * y, 5)
    z = 0.0
    if variant == "dish":
        dish: Coat = ("ceramic", shade(pick(rng, "white", "blue", "green", "pink", "grey"), rng))
        grow, z = between(rng, 1.12, 1.4), between(rng, 5, 12)
        layered(a, o, ((0.75, 0), (grow, z), (grow, z + 2.5)), dish)
        z += 1.5
    crown = between(rng, 0.55, 0.85)
    levels = ((0.9, z), (1.0, z + 0.25 * h), (1.0, z + 0.7 * h), (0.5 + 0.5 * crown, z + 0.93 * h), (crown, z + h))
    if variant == "waisted":
        hull = [
            np.concatenate([o[m] * 0.95, np.full((int(m.sum()), 1), u)], -1)
            for m in (o[:, 0] >= -1, o[:, 0] <= 1)
            for u in (z, z + h)
        ]
        layered(a, o, levels, coat, solid=False)
        a.solid(np.concatenate(hull[:2]))
        a.solid(np.concatenate(hull[2:]))
    else:
        layered(a, o, levels, coat)
    c = Canvas(64, 96, base)
    ink = mix(base, (0.2, 0.15, 0.15), 0.3)
    c.ellipse(0.5, 0.5, 36, 22, ink, ring_px=2)
    c.text(pick(rng, "SOAP", "PURE", "ROSE"), 0.5, 0.5, 18, ink, max_width=0.5)
    lid(a, o * crown, z + h, c.image(), "wax")
    return a.draft(rng, "bar of soap", "wax", "boxy", (850, 1050))


# --- books --------------------------------------------------------------------------------------

_PAPER: Coat = ("paper", (0.92, 0.9, 0.83))


def _cover(rng: np.random.Generator, colour: str, base: RGB, h: int = 96, w: int = 64) -> U8:
    word = pick(rng, "NOVEL", "NOTES", "TALES", "MAPS", "POEMS")
    return label(
        rng, h, w, base, shade(other_colour(rng, colour), rng), word, pick(rng, "star", "flower", "sun", "leaf", "")
    )


def _volume(a: Model, rng: np.random.Generator, half: tuple[float, float, float], z: float, turn: float = 0.0) -> None:
    """One closed book lying at height z, the spine at -y."""
    x, y, h = half
    colour = pick(rng, "red", "blue", "green", "purple", "orange", "black", "brown", "yellow")
    base = shade(colour, rng)
    R = rotation("z", turn)
    a.box((x, y, h), (0, 0, z + h), _PAPER, R, bevel=0)
    for u in (0.6, 2 * h - 0.6):
        a.box((x + 1.2, y + 1.0, 0.7), (0, 0, z + u), ("paper", base), R, solid=False, bevel=0)
    a.box((x + 1.2, 0.7, h), -R[:, 1] * (y + 0.4) + np.array([0, 0, z + h]), ("paper", base), R, solid=False, bevel=0)
    corner = R[:, 0] * x - R[:, 1] * y + np.array([0, 0, z + 2 * h + 0.2])
    a.picture(corner, R[:, 1] * 2 * y, -R[:, 0] * 2 * x, _cover(rng, colour, base))


def book(rng: np.random.Generator, variant: str) -> Draft:
    """Book lying closed, a stack, a spiral notebook, one lying open, one standing ajar, or a set in a row."""
    a = Model(draw_scale(rng, 0.1))
    x, y, h = between(rng, 36, 55), between(rng, 24, 33), between(rng, 5.5, 15)
    name = "book"
    if variant == "closed":
        _volume(a, rng, (x, y, h), 0)
    elif variant == "stack":
        name, z = "stack of books", 0.0
        for _ in range(pick(rng, 2, 3, 4)):
            h = between(rng, 4, 10)
            _volume(a, rng, (x * between(rng, 0.65, 1), y * between(rng, 0.65, 1), h), z, between(rng, -0.35, 0.35))
            z += 2 * h
    elif variant == "spiral":
        name, colour = "notebook", pick(rng, "red", "blue", "green", "purple", "orange", "black")
        base = shade(colour, rng)
        h = between(rng, 4.5, 8)
        a.box((x, y, h), (0, 0, h), _PAPER, bevel=0)
        a.box((x, y, 0.5), (0, 0, 2 * h), ("paper", base), solid=False, bevel=0)
        a.picture((x, -y, 2 * h + 0.7), (0, 2 * y, 0), (-2 * x, 0, 0), _cover(rng, colour, base))
        along = rng.random() < 0.5
        n, r = pick(rng, 7, 9, 11), h + 2.5
        for k in range(n):
            u = 2 * (k + 0.5) / n - 1
            at = (u * x, -y, h + 1) if along else (-x, u * y, h + 1)
            a.ball(
                at,
                (1.1, r * 0.8, h + 1) if along else (r * 0.8, 1.1, h + 1),
                ("metal", (0.7, 0.71, 0.73)),
                n=8,
                rows=5,
                solid=False,
            )
    elif variant == "open":
        h, sag, y = between(rng, 9, 17), between(rng, 0.3, 0.75), between(rng, 26, 35)
        for s in (-1, 1):
            o = [(0, 0), (0.25 * y, h), (0.7 * y, 0.8 * h + 0.1 * sag * h), (y, sag * h + 2), (y, 0)]
            line = [(s * u, z) for u, z in o]
            a.front(line if s < 0 else line[::-1], x, _PAPER, bevel=0.0)
            a.box(
                (x + 1.5, 0.5 * y + 1, 0.6),
                (0, s * 0.5 * y, 0.6),
                ("paper", shade(pick(rng, "red", "blue", "green"), rng)),
                solid=False,
                bevel=0,
            )
            for k in range(5):
                v = x * (0.6 - 0.3 * k)
                a.box(
                    (0.8, 0.2 * y, 0.2), (v, s * 0.5 * y, 0.92 * h), ("paper", (0.4, 0.4, 0.42)), solid=False, bevel=0
                )
    elif variant == "ajar":
        angle, tall, t = between(rng, 0.35, 0.9), between(rng, 32, 50), between(rng, 6.8, 9)
        base = shade(pick(rng, "red", "blue", "green", "purple", "orange"), rng)
        for s in (-1, 1):
            R = rotation("z", s * angle)
            mid = R[:, 0] * y
            a.box((y, t, tall), mid + np.array([0, 0, tall]), ("paper", base), R, bevel=0.4)
            a.box(
                (y - 1.5, 0.8, tall - 1.5),
                mid - s * R[:, 1] * (t + 0.5) + np.array([0, 0, tall]),
                _PAPER,
                R,
                solid=False,
                bevel=0,
            )
    else:
        name, n = "set of books", pick(rng, 3, 4, 5)
        widths = [between(rng, 4.5, 8.5) for _ in range(n)]
        at, tall = -sum(widths), min(between(rng, 34, 54), 2.4 * sum(widths))
        for w in widths:
            t, colour = (
                tall * between(rng, 0.75, 1.0),
                shade(pick(rng, "red", "blue", "green", "purple", "orange", "brown", "black"), rng),
            )
            a.box((0.62 * x, w - 0.2, t), (0, at + w, t), ("paper", colour), bevel=0.6)
            for f in (0.5, 1.5):
                a.box((0.3, 0.8 * w, 1.5), (0.62 * x, at + w, f * t), ("paper", contrast(colour)), solid=False, bevel=0)
            a.box((0.6 * x, 0.8 * (w - 0.2), 0.4), (-1.5, at + w, 2 * t), _PAPER, solid=False, bevel=0)
            at += 2 * w
    return a.draft(rng, name, "paper", "flat" if variant in ("closed", "spiral", "open") else "boxy", (500, 750))


# --- tissues, remote controls, scent ------------------------------------------------------------


def tissue_pack(rng: np.random.Generator, variant: str) -> Draft:
    """Packet of pocket tissues, pack of wipes with a lid, or rolls of toilet paper."""
    a = Model(draw_scale(rng, 0.08))
    if variant in ("roll", "rolls"):
        paper: Coat = ("paper", pick(rng, (0.94, 0.94, 0.92), (0.95, 0.85, 0.85), (0.86, 0.9, 0.95)))
        r, h = between(rng, 22, 35), between(rng, 44, 82)
        core = between(rng, 0.3, 0.5) * r
        z = 0.0
        for k in range(pick(rng, 1, 2) if variant == "rolls" else 1):
            q = r * (1.0 if k == 0 else between(rng, 0.6, 1.0))
            a.turned([(0.97 * q, z), (q, z + 1), (q, z + h - 1), (0.97 * q, z + h)], paper, (0, 0, 0), n=24)
            a.turned([(core, z + h), (core, z + h + 0.3)], ("cardboard", (0.45, 0.36, 0.26)), n=18, solid=False)
            z, h = z + h, h * between(rng, 0.6, 1.0) if h > 55 else h
        if variant == "roll" and rng.random() < 0.7:
            drop = between(rng, 0.2, 0.85) * h
            a.box(
                (0.5, between(rng, 0.7, 1.0) * r, 0.5 * drop),
                (r + 0.4, 0, h - 0.5 * drop - 1),
                paper,
                solid=False,
                bevel=0,
            )
        return a.draft(rng, "toilet roll", "paper", "cylindrical", (180, 300))
    x, y, h = between(rng, 38, 58), between(rng, 22, 31), between(rng, 11, 30)
    colour = pick(rng, "blue", "green", "pink", "white", "purple")
    base = shade(colour, rng)
    o = rounded_rect(x, y, between(rng, 0.1, 0.6) * y, 4)
    slack = between(rng, 0.82, 1.0)
    layered(
        a,
        o,
        ((0.93, 0), (1, 0.2 * h), (1, 0.75 * h), (0.5 + 0.5 * slack, 0.94 * h), (slack * 0.94, h)),
        ("plastic", base),
    )
    word = "SOFT" if variant == "pocket" else pick(rng, "WIPES", "CARE", "BABY")
    art = label(
        rng,
        96,
        56,
        mix(base, WHITE, 0.2),
        shade(other_colour(rng, colour), rng),
        word,
        pick(rng, "flower", "leaf", "drop"),
        pick(rng, 0, 2, 3, 5),
    )
    lid(a, o * slack * 0.94, h, art, "plastic")
    if variant == "wipes":
        p = rounded_rect(between(rng, 0.3, 0.6) * x, between(rng, 0.5, 0.8) * y, 6, 4)
        layered(a, p, ((1, h), (1, h + 3), (0.93, h + between(rng, 4, 7))), ("plastic", contrast(base)))
    else:
        a.box(
            (between(rng, 7, 14), 0.6 * y, 0.6),
            (0.5 * x, 0, h + 0.3),
            ("plastic", contrast(base)),
            solid=False,
            bevel=0.2,
        )
    for s in (-1, 1):
        if variant == "wipes" or rng.random() < 0.4:
            a.box((between(rng, 2, 5), 0.9 * y, 0.6), (s * x, 0, 0.45 * h), ("plastic", base), solid=False, bevel=0.2)
    return a.draft(rng, "pack of tissues" if variant == "pocket" else "pack of wipes", "plastic", "boxy", (250, 400))


def remote(rng: np.random.Generator, variant: str) -> Draft:
    """Remote control with rows of buttons: straight, waisted, wedge-shaped or round-ended."""
    a = Model(draw_scale(rng, 0.08))
    x, y, h = between(rng, 40, 78), between(rng, 16, 27), between(rng, 12, 21)
    base = pick(rng, (0.12, 0.12, 0.13), (0.9, 0.9, 0.89), (0.45, 0.46, 0.48), (0.2, 0.24, 0.32))
    ink, coat = contrast(base), ("plastic", base)
    tail = {
        "bar": 1.0,
        "waisted": between(rng, 0.5, 0.8),
        "wedge": between(rng, 0.85, 1.0),
        "paddle": between(rng, 0.45, 0.7),
    }[variant]
    back = between(rng, 0.35, 0.75) if variant == "wedge" else 1.0
    nose = between(rng, 0.4, 0.95) if variant != "bar" else between(rng, 0.75, 0.97)
    waist = (0.75 + 0.25 * tail) if variant != "waisted" else tail
    end = 0.85 * tail if variant != "waisted" else 0.8
    s = [
        (-1, nose, 0.9),
        (-0.9, 1, 1),
        (-0.25, 1.0, 1),
        (0.2, waist, 0.5 + 0.5 * back),
        (0.9, end * 1.05, back),
        (1, end * nose, 0.9 * back),
    ]
    o = rounded_rect(1, 1, between(rng, 0.15, 0.6), 4)
    a.spindle([(x * u, 0.5 * h * t, y * f, 0.5 * h * t) for u, f, t in s], coat, (0, 3, 5), outline=o)
    rows = pick(rng, 4, 5, 6, 7)
    for k in range(rows):
        u = -0.5 + 1.25 * k / (rows - 1)
        f, t = (
            float(np.interp(u, [v[0] for v in s], [v[1] for v in s])),
            float(np.interp(u, [v[0] for v in s], [v[2] for v in s])),
        )
        for j in (-1, 0, 1):
            tone: Coat = ("rubber", mix(base, ink, 0.65))
            a.rod(
                (x * u, j * 0.5 * y * f, h * t - 1),
                (x * u, j * 0.5 * y * f, h * t + 0.9),
                0.13 * y + 0.4,
                tone,
                n=7,
                solid=False,
            )
    a.rod((-0.75 * x, 0.4 * y, h - 1), (-0.75 * x, 0.4 * y, h + 1.2), 3, ("rubber", shade("red")), n=9, solid=False)
    if rng.random() < 0.5:
        a.rod(
            (-0.72 * x, -0.25 * y, h - 1),
            (-0.72 * x, -0.25 * y, h + 1),
            0.32 * y,
            ("rubber", mix(base, ink, 0.35)),
            n=14,
            solid=False,
        )
    return a.draft(rng, "remote control", "plastic", "long", (600, 950))


def perfume(rng: np.random.Generator, variant: str) -> Draft:
    """Scent bottle: flat, round, square, faceted or a ball, under a stopper."""
    a = Model(draw_scale(rng, 0.1))
    x, y, h = between(rng, 12, 21), between(rng, 19, 30), between(rng, 34, 62)
    colour = pick(rng, "pink", "purple", "blue", "green", "yellow", "orange")
    base = mix(shade(colour, rng), WHITE, 0.15)
    glass: Coat = ("glass", base)
    shoulder, top = between(rng, 0.7, 0.92), between(rng, 0.3, 0.7)
    if variant == "ball":
        r = between(rng, 20, 30)
        x, h = r * 0.99, r * between(rng, 1.6, 2.0)
        a.ball((0, 0, 0), (r, r, 0.55 * h), glass, n=18, rows=10, foot=0.5)
        h = 0.55 * h * (1 + float(cos(0.55))) - 1.5
    else:
        n = {"round": 20, "faceted": pick(rng, 5, 6, 8)}.get(variant, 0)
        o = circle(n) * y * 0.85 if n else rounded_rect(y if variant == "square" else x, y, between(rng, 1, 9), 4)
        lean = between(rng, 0.85, 1.0) if rng.random() < 0.5 else 1.0
        layered(
            a,
            o,
            ((0.96 * lean, 0), (lean, 2), (1.0, shoulder * h), (0.5 * (1 + top), 0.5 * (1 + shoulder) * h), (top, h)),
            glass,
        )
        x = float(o[:, 0].max())
    gold: Coat = ("metal", pick(rng, *METALS))
    r, tall = between(rng, 5.5, 11), between(rng, 9, 28)
    kind = pick(rng, "tube", "ball", "cone", "box")
    if kind == "ball":
        a.turned([(0.6 * r, h), (0.6 * r, h + 4)], gold, n=14, solid=False)
        a.ball((0, 0, h + 3), r * 1.2, gold, n=12, rows=8, foot=0.5)
    elif kind == "box":
        a.box((r, r * between(rng, 0.9, 1.8), 0.5 * tall), (0, 0, h + 0.5 * tall), gold)
    else:
        a.turned([(0.9 * r, h - 1), (r, h + 3), (r * (1 if kind == "tube" else 0.4), h + tall)], gold, n=14)
    if variant in ("flat", "square"):
        c = Canvas(64, 64, (0.96, 0.95, 0.9))
        c.rect(0.06, 0.06, 0.94, 0.94, mix(base, (0.3, 0.2, 0.2), 0.5))
        c.rect(0.09, 0.09, 0.91, 0.91, (0.96, 0.95, 0.9))
        draw_picture(c, rng, pick(rng, "flower", "leaf", "star"), 0.5, 0.42, 15)
        c.text(pick(rng, "LUNA", "ROSA", "MARE"), 0.5, 0.8, 9, (0.2, 0.15, 0.15))
        a.picture((x + 0.4, -0.6 * y, 0.15 * h), (0, 1.2 * y, 0), (0, 0, 0.5 * h), c.image())
    return a.draft(rng, "perfume bottle", "glass", "boxy", (900, 1300), colour=colour)


FAMILIES = (
    graspable("soap", "household", soap, "bar of soap", variants=("bar", "oval", "shell", "waisted", "dish")),
    graspable(
        "book",
        "stationery",
        book,
        "book",
        "notebook",
        "stack of books",
        "set of books",
        variants=("closed", "stack", "spiral", "open", "ajar", "row"),
    ),
    graspable(
        "perfume", "household", perfume, "perfume bottle", variants=("flat", "round", "square", "faceted", "ball")
    ),
    graspable(
        "tissue_pack",
        "household",
        tissue_pack,
        "pack of tissues",
        "pack of wipes",
        "toilet roll",
        variants=("pocket", "wipes", "roll", "rolls"),
    ),
    graspable("remote_control", "household", remote, variants=("bar", "waisted", "wedge", "paddle")),
)
