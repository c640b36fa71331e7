"""Building blocks, bricks, towers, letters and rings to stack."""

from __future__ import annotations

import numpy as np

from assets.colours import shade
from assets.families.modelling import Coat, Model
from assets.kit import Draft, draw_scale, graspable, printed
from assets.labels import contrast
from assets.mesh import box_faces, lathe
from assets.numeric import F64, between, circle, pick, rotation
from assets.paint import Canvas

_BRIGHT = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white")
_WOOD: Coat = ("wood", (0.8, 0.62, 0.4))


def _coat(rng: np.random.Generator, material: str = "wood") -> Coat:
    if material == "wood" and rng.random() < 0.15:
        return _WOOD
    return (material, shade(pick(rng, *_BRIGHT), rng))


def _arch(a: Model, half: float, tall: float, opening: float, deep: float, coat: Coat, low: float = 0.0) -> None:
    """An arch in the x-z plane: two legs and a lintel over a round opening of that half width."""
    for s in (-1, 1):
        x0, x1 = sorted((s * opening, s * half))
        a.side([(x0, low), (x1, low), (x1, low + tall), (x0, low + tall)], deep, coat, bevel=0.0)
    c = circle(16)[:9]
    x, z = opening * c[::-1, 0], min(opening, 0.75 * tall) * c[::-1, 1]
    for k in range(0, 8, 2):
        line = [(x[k], low + z[k]), (x[k + 2], low + z[k + 2]), (x[k + 2], low + tall), (x[k], low + tall)]
        a.side(line, deep, coat, bevel=0.0)


def _letter_cube(a: Model, rng: np.random.Generator, half: F64) -> None:
    colour = shade(pick(rng, "red", "orange", "yellow", "green", "blue", "purple", "pink", "white", "brown"), rng)
    c, ink = Canvas(80, 80, colour), contrast(colour)
    c.rect(0.06, 0.06, 0.94, 0.94, ink, 7)
    c.rect(0.1, 0.1, 0.9, 0.9, colour, 5)
    c.text(pick(rng, *"ABCEHKMRSTXYZ23"), 0.5, 0.5, 42, ink)
    h = half * a.k
    a.draw(box_faces(*h).moved((0, 0, h[2])), printed("wood", c.image()))
    a.solid_box(half, (0, 0, half[2]))


def block(rng: np.random.Generator, variant: str) -> Draft:
    """Wooden building block of one of many shapes."""
    a = Model(draw_scale(rng, 0.12))
    coat = _coat(rng)
    x, y, z = between(rng, 18, 36), between(rng, 12, 24), between(rng, 11, 30)
    name = "block"
    if variant == "cube":
        if rng.random() < 0.5:
            name, e = "letter block", between(rng, 17, 27)
            _letter_cube(a, rng, np.array([e, e, e * pick(rng, 1.0, 1.0, 0.6)]))
        else:
            a.box((x, y, z), (0, 0, z), coat, bevel=2)
    elif variant == "cylinder":
        r, h = between(rng, 13, 26), between(rng, 20, 70)
        a.turned([(0.93 * r, 0), (r, 1.5), (r, h - 1.5), (0.93 * r, h)], coat)
    elif variant == "arch":
        half = between(rng, 24, 42)
        _arch(a, half, between(rng, 22, 48), between(rng, 0.4, 0.7) * half, y, coat)
    elif variant == "roof":
        lean = between(rng, -1, 1)
        a.side([(-x, 0), (x, 0), (lean * x, 1.6 * z)], y, coat)
    elif variant == "half_disc":
        r, squash = between(rng, 22, 36), between(rng, 0.6, 1.3)
        a.side(np.concatenate([r * circle(20)[:11] * [1, squash]]), y, coat)
    elif variant == "cross":
        w, t = between(rng, 0.25, 0.5), between(rng, 9, 24)
        a.box((x * 1.1, w * x, t), (0, 0, t), coat)
        reach = x * between(rng, 0.7, 1.2)
        for s in (-1, 1):
            a.box((w * x, 0.5 * (reach - w * x) + 0.5, t), (0, s * 0.5 * (reach + w * x), t), coat)
    elif variant == "star":
        n, t, r, inner = pick(rng, 4, 5, 6), between(rng, 8, 20), between(rng, 26, 38), between(rng, 0.4, 0.62)
        c = circle(2 * n)
        for k in range(n):
            line = [(0, 0), inner * r * c[2 * k - 1], r * c[2 * k], inner * r * c[2 * k + 1]]
            a.plate(np.array([np.array(p) for p in line]), 0, 2 * t, coat, bevel=0.0)
    elif variant == "stairs":
        n, rise, run = pick(rng, 2, 3, 4), between(rng, 9, 17), between(rng, 14.5, 20)
        for k in range(n):
            a.box((0.5 * run, y, 0.5 * rise * (k + 1)), ((k - 0.5 * n) * run, 0, 0.5 * rise * (k + 1)), coat, bevel=0.6)
    elif variant in ("ell", "tee", "bridge"):
        w = between(rng, 8, 14)
        z = between(rng, 26, 52)
        place = {"ell": (-1.0,), "tee": (0.0,), "bridge": (-1.0, 1.0)}[variant]
        foot = variant != "bridge" and rng.random() < 0.5
        a.box((x, y, w), (0, 0, w if foot else z - w), coat)
        for s in place:
            h = 0.5 * z - w
            a.box((w * 0.9, y, h), (s * (x - 0.9 * w), 0, h + 2 * w if foot else h), coat)
        if variant == "tee" and not foot:
            a.box((1.5 * w, y, 2), (0, 0, 2), coat)
        if variant == "ell" and not foot:
            a.box((x, y, 2.5), (0, 0, 2.5), coat)
    elif variant == "wedge":
        a.side([(-x, 0), (x, 0), (x, between(rng, 2, 12)), (-x + between(rng, 0, 18), 1.6 * z), (-x, 1.6 * z)], y, coat)
    elif variant == "polygon":
        n, r, top = pick(rng, 3, 5, 6, 8), between(rng, 18, 30), between(rng, 0.5, 1.0)
        h = between(rng, 16, 60)
        a.turned([(r, 0), (top * r, h)], coat, n=n)
    else:
        r, h, waist = between(rng, 13, 22), between(rng, 42, 80), between(rng, 0.45, 0.85)
        a.turned([(r, 0), (r, 6), (waist * r, 9), (waist * r, h - 9), (r, h - 6), (r, h)], coat)
    return a.draft(rng, name, "wood", "boxy", (450, 700))


# --- bricks -------------------------------------------------------------------------------------


def _studs(a: Model, x0: float, y0: float, nx: int, ny: int, pitch: float, z: float, coat: Coat) -> None:
    """nx by ny studs on top of a brick whose corner is at (x0, y0)."""
    r, h = 0.31 * pitch, 0.22 * pitch
    for i in range(nx):
        for j in range(ny):
            at = np.array([x0 + (i + 0.5) * pitch, y0 + (j + 0.5) * pitch, z]) * a.k
            n = 12 if nx * ny <= 8 else 8
            a.draw(lathe(np.array([(r, 0), (r, h), (0, h)]) * a.k, n).moved(at), coat)
    inner = 0.5 * pitch - r
    a.solid_box(
        (0.5 * nx * pitch - inner, 0.5 * ny * pitch - inner, 0.5 * h),
        (x0 + 0.5 * nx * pitch, y0 + 0.5 * ny * pitch, z + 0.5 * h),
    )


def toy_brick(rng: np.random.Generator, variant: str) -> Draft:
    """Studded plastic brick: plain, plate, slope, corner, stack, window or round."""
    a = Model(draw_scale(rng, 0.1))
    coat = _coat(rng, "plastic")
    nx, ny = pick(rng, (1, 1), (2, 1), (3, 1), (4, 1), (2, 2), (3, 2), (4, 2), (3, 3), (5, 2))
    pitch = between(rng, 14, 18) * (1.0 if nx < 4 else 0.85)
    h = pitch * between(rng, 0.9, 1.5)
    hx, hy = 0.5 * nx * pitch, 0.5 * ny * pitch
    if variant == "plain":
        a.box((hx, hy, 0.5 * h), (0, 0, 0.5 * h), coat, bevel=0.6)
        _studs(a, -hx, -hy, nx, ny, pitch, h, coat)
    elif variant == "tall":
        h *= between(rng, 1.6, 2.6)
        hx, hy, nx, ny = pitch * pick(rng, 0.5, 1.0), pitch, 1, 2
        nx = 2 if hx == pitch else 1
        a.box((hx, hy, 0.5 * h), (0, 0, 0.5 * h), coat, bevel=0.6)
        _studs(a, -hx, -hy, nx, ny, pitch, h, coat)
    elif variant == "slope":
        n = pick(rng, 2, 3, 4)
        hx, ny = 0.5 * n * pitch, pick(rng, 1, 2, 3)
        hy = 0.5 * ny * pitch
        lip = between(rng, 0.1, 0.5) * h
        a.side([(-hx, 0), (hx, 0), (hx, lip), (-hx + pitch, h), (-hx, h)], hy, coat, bevel=0.5)
        _studs(a, -hx, -hy, 1, ny, pitch, h, coat)
    elif variant == "corner":
        m, n = pick(rng, 2, 3), pick(rng, 2, 3, 4)
        a.box((0.5 * pitch * n, 0.5 * pitch, 0.5 * h), (0.5 * pitch * n, 0.5 * pitch, 0.5 * h), coat, bevel=0.6)
        a.box(
            (0.5 * pitch, 0.5 * pitch * (m - 1), 0.5 * h),
            (0.5 * pitch, pitch + 0.5 * pitch * (m - 1), 0.5 * h),
            coat,
            bevel=0.6,
        )
        _studs(a, 0, 0, n, 1, pitch, h, coat)
        _studs(a, 0, pitch, 1, m - 1, pitch, h, coat)
    elif variant == "stack":
        z, x0 = 0.0, -pitch
        levels = pick(rng, 2, 3, 4)
        for _ in range(levels):
            n = pick(rng, 2, 2, 3)
            tone = _coat(rng, "plastic")
            a.box((0.5 * n * pitch, pitch, 0.5 * h - 0.15), (x0 + 0.5 * n * pitch, 0, z + 0.5 * h), tone, bevel=0.6)
            z += h
            top = (x0, n, tone)
            x0 += pick(rng, -0.5, 0.0, 0.5) * pitch
        a.box((1.0 * pitch, pitch, 0.2), (0, 0, 0.2), coat, bevel=0)
        _studs(a, top[0], -pitch, top[1], 2, pitch, z, top[2])
    elif variant == "bow":
        half = pitch * pick(rng, 1.5, 2.0, 2.5)
        tall = h * between(rng, 1.0, 1.9)
        _arch(a, half, tall, half - 0.8 * pitch, 0.5 * pitch, coat)
        _studs(a, -half, -0.5 * pitch, int(2 * half / pitch + 0.01), 1, pitch, tall, coat)
    else:
        r, tall, top = pitch * between(rng, 0.8, 1.15), h * between(rng, 0.7, 2.2), between(rng, 0.75, 1.0)
        a.turned([(r, 0), (r, 0.3 * tall), (top * r, tall)], coat)
        _studs(a, -0.7 * pitch, -0.7 * pitch, 2, 2, 0.7 * pitch, tall, coat)
    return a.draft(rng, "toy brick", "plastic", "boxy", (500, 700))


# --- towers -------------------------------------------------------------------------------------


def tower(rng: np.random.Generator, variant: str) -> Draft:
    """Blocks glued on top of each other: a tower, a gate, a pyramid or a castle."""
    a = Model(draw_scale(rng, 0.1))
    z = 0.0
    if variant == "gate":
        w, h, gap = between(rng, 8, 13), between(rng, 26, 52), between(rng, 10, 24)
        y = between(rng, 10, 17)
        for s in (-1, 1):
            a.box((w, y, 0.5 * h), (s * (gap + w), 0, 0.5 * h), _coat(rng))
        t = between(rng, 4, 8)
        a.box((gap + 2 * w + between(rng, -3, 6), y, t), (0, 0, h + t), _coat(rng))
        z = h + 2 * t
        if rng.random() < 0.7:
            u, p = between(rng, 12, 26), between(rng, 12, 28)
            a.side([(-u, z), (u, z), (0, z + p)], y, _coat(rng))
        return a.draft(rng, "block tower", "wood", "tall", (450, 650), colour="multicoloured")
    if variant == "castle":
        w, h, reach = between(rng, 7, 11), between(rng, 30, 50), between(rng, 20, 32)
        for s in (-1, 1):
            tone = _coat(rng)
            a.turned([(w, 0), (w, h)], tone, (s * reach, 0, 0), n=14)
            a.turned([(1.2 * w, h), (0.1, h + between(rng, 14, 28))], _coat(rng), (s * reach, 0, 0), n=14)
        tall = h * between(rng, 0.45, 0.8)
        a.box((reach - 0.7 * w, 0.8 * w, 0.5 * tall), (0, 0, 0.5 * tall), _coat(rng))
        for u in (-0.5, 0.0, 0.5):
            a.box((0.14 * reach, 0.8 * w, 2.5), (u * (reach - w), 0, tall + 2.5), _coat(rng), solid=u == 0.0)
        return a.draft(rng, "block tower", "wood", "tall", (450, 650), colour="multicoloured")
    n = pick(rng, 3, 4, 5, 6) if variant == "pyramid" else pick(rng, 2, 3, 4)
    r, shrink = between(rng, 24, 32), between(rng, 0.72, 0.9)
    for k in range(n):
        last = k == n - 1
        h = between(rng, 9, 15) if variant == "pyramid" else between(rng, 13, 26)
        kind = (
            "box"
            if variant == "pyramid"
            else pick(rng, "box", "drum", "arch" if k < 1 else "bar", "bar")
            if not last
            else pick(rng, "roof", "cone", "box", "ball")
        )
        tone = _coat(rng)
        if kind == "box":
            a.box(
                (r, r if variant == "pyramid" else 0.75 * r, 0.5 * h),
                (0, 0, z + 0.5 * h),
                tone,
                rotation("z", between(rng, -0.2, 0.2)),
            )
        elif kind == "drum":
            a.turned([(0.8 * r, z), (0.8 * r, z + h)], tone)
        elif kind == "bar":
            h *= 0.6
            a.box((1.25 * r, 0.6 * r, 0.5 * h), (0, 0, z + 0.5 * h), tone)
        elif kind == "arch":
            h *= 1.5
            _arch(a, 1.1 * r, h, 0.55 * r, 0.65 * r, tone)
        elif kind == "roof":
            a.side([(-r, z), (r, z), (0, z + 1.2 * h)], 0.65 * r, tone)
        elif kind == "cone":
            a.turned([(0.8 * r, z), (0.05 * r, z + 1.6 * h)], tone)
        else:
            a.ball((0, 0, z), 0.55 * r, tone, foot=0.5)
        z += h
        r *= shrink if variant == "pyramid" else between(rng, 0.75, 1.0)
    return a.draft(rng, "block tower", "wood", "tall", (450, 650), colour="multicoloured")


# --- letters ------------------------------------------------------------------------------------

_STROKES = {
    "A": "0026 2640 1333", "E": "0006 0646 0333 0040", "F": "0006 0646 0333", "H": "0006 4046 0343", "I": "2026",
    "K": "0006 0346 1440", "L": "0006 0040", "M": "0006 0623 2346 4640", "N": "0006 0640 4046", "T": "0646 2026",
    "V": "0620 2046", "W": "0610 1023 2330 3046", "X": "0046 0640", "Y": "0623 2346 2320", "Z": "0646 4600 0040",
    "U": "0106 0110 1030 3041 4146", "O": "0105 0516 1636 3645 4541 4130 3010 1001",
    "C": "4536 3616 1605 0501 0110 1030 3041", "4": "3036 3602 0242", "7": "0646 4610", "1": "2026 2614 1030",
}  # fmt: skip


def letter(rng: np.random.Generator, variant: str) -> Draft:
    """Chunky wooden letter or number, lying on its back."""
    a = Model(draw_scale(rng, 0.08))
    sign = pick(rng, *variant)
    tall, wide = between(rng, 44, 72), between(rng, 0.55, 1.05)
    thick, deep = between(rng, 6.7, 8.5), between(rng, 10, 18)
    coat = _coat(rng)
    for lift, stroke in enumerate(_STROKES[sign].split()):
        p, q = (np.array([float(stroke[i]) - 2.0, float(stroke[i + 1]) - 3.0]) for i in (0, 2))
        p, q = (v * np.array([wide * tall / 6.0, tall / 6.0]) for v in (p, q))
        d = (q - p) / np.sqrt(((q - p) ** 2).sum())
        side, end = np.array([-d[1], d[0]]) * thick, d * 0.75 * thick
        line = np.array([p - end - side, q + end - side, q + end + side, p - end + side])
        a.plate(line[:, ::-1] * [-1, 1], 0, deep + 0.08 * lift, coat, bevel=0.0)
    return a.draft(rng, "wooden letter", "wood", "flat", (450, 700))


def stacking_rings(rng: np.random.Generator, variant: str) -> Draft:
    """Rings on a peg, cups on their rims, square plates or flower rings, from large to small."""
    a = Model(draw_scale(rng, 0.1))
    n, r0, shrink = pick(rng, 3, 4, 5, 6), between(rng, 27, 35), between(rng, 0.25, 0.65)
    order = ["red", "orange", "yellow", "green", "blue", "purple", "pink"]
    start, z = int(rng.integers(7)), 0.0
    h0, swap = between(rng, 9, 20) * 4 / n, between(rng, 0, 1) < 0.25 and variant != "cups"
    for k in range(n):
        f = 1 - shrink * ((n - 1 - k) if swap and 0 < k < n - 1 else k) / (n - 1)
        r, h = r0 * f, h0 * (f if variant == "cups" else 1.0)
        tone: Coat = ("plastic", shade(order[(start + k) % 7], rng))
        if variant == "rings":
            a.turned([(0.85 * r, z), (r, z + 0.3 * h), (r, z + 0.7 * h), (0.85 * r, z + h)], tone, n=18, cos_limit=0.4)
        elif variant == "cups":
            a.turned([(r, z), (r, z + 0.18 * h), (0.93 * r, z + 0.2 * h), (0.86 * r, z + h)], tone, n=20)
        elif variant == "squares":
            R = rotation("z", between(rng, -0.45, 0.45))
            a.box((0.85 * r, 0.85 * r, 0.5 * h), (0, 0, z + 0.5 * h), tone, R, bevel=2)
        else:
            lobes = pick(rng, 5, 6)
            c, m = circle(3 * lobes), 3 * lobes
            o = np.array([c[j] * r * (1.0 if j % 3 != 2 else 0.8) for j in range(m)])
            a.plate(o, z, z + h, tone, bevel=0.8)
        z += h
    a.ball((0, 0, z), between(rng, 7, 11), _WOOD if rng.random() < 0.5 else _coat(rng), foot=0.6)
    return a.draft(
        rng,
        "stacking rings" if variant != "cups" else "stacking cups",
        "plastic",
        "conical",
        (400, 600),
        colour="multicoloured",
    )


_BLOCKS = (
    "cube",
    "cylinder",
    "arch",
    "roof",
    "half_disc",
    "cross",
    "star",
    "stairs",
    "ell",
    "tee",
    "bridge",
    "wedge",
    "polygon",
    "column",
)
FAMILIES = (
    graspable("block", "toys", block, "block", "letter block", variants=_BLOCKS),
    graspable("toy_brick", "toys", toy_brick, variants=("plain", "tall", "slope", "corner", "stack", "bow", "round")),
    graspable("block_tower", "toys", tower, variants=("mixed", "gate", "pyramid", "castle")),
    graspable("wooden_letter", "toys", letter, variants=("AEFH", "KLMN", "TVWX", "YZUO", "C471")),
    graspable(
        "stacking_rings",
        "toys",
        stacking_rings,
        "stacking rings",
        "stacking cups",
        variants=("rings", "cups", "squares", "flowers"),
    ),
)
