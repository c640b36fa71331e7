"""Things to put other things on or in; hollow for physics too."""

from __future__ import annotations

import numpy as np

from assets.colours import PAINTS, RGB, mix, shade
from assets.kit import Draft, container, draw_scale, paint, part_box, part_cylinder, printed, wall_ring
from assets.labels import contrast, other_colour
from assets.mesh import Mesh, box_faces, cap, lathe, lying, merge, rounded_rect, skin
from assets.numeric import between, pick
from assets.paint import U8, Canvas, fractal_noise
from engine.types import CollisionPart, ContainerInfo

N = 32


def glazed(base: RGB, accent: RGB, style: int, size: int = 96) -> U8:
    """A picture for lathes whose v runs from the middle of the foot over the rim to the middle of the inside."""
    c = Canvas(size, size, base)
    if style == 1:  # coloured rim, inside and out
        c.rect(0, 0.42, 1, 0.56, accent)
    elif style == 2:  # two thin rings inside
        c.rect(0, 0.36, 1, 0.39, accent)
        c.rect(0, 0.30, 1, 0.32, accent)
        c.rect(0, 0.47, 1, 0.5, accent)
    elif style == 3:  # dots along the inner slope
        for k in range(8):
            c.ellipse((k + 0.5) / 8, 0.36, 4.5, 4.5, accent)
    elif style == 4:  # inside in another colour
        c.rect(0, 0.0, 1, 0.48, accent)
    return c.image()


def plate(rng: np.random.Generator) -> Draft:
    """Plate: flat middle, sloping rim."""
    s = draw_scale(rng, 0.12)
    r = 0.095 * s
    flat, h = r * between(rng, 0.62, 0.72), 0.016 * between(rng, 0.8, 1.2)
    t = 0.004
    colour = pick(rng, *PAINTS)
    base = shade(colour, rng)
    accent = shade(other_colour(rng, colour), rng) if rng.random() < 0.5 else contrast(base)
    profile = [
        (0, 0.0),
        (flat - 0.004, 0.0),
        (flat, 0.001),
        (r - 0.001, h - t + 0.001),
        (r, h - 0.0015),
        (r - 0.0015, h),
        (flat + 0.001, t + 0.001),
        (flat - 0.005, t),
        (0, t),
    ]
    body = lathe(profile, N, v=[0, 0.2, 0.22, 0.5, 0.51, 0.52, 0.7, 0.74, 1.0], turns=2.0)
    mat = "ceramic" if rng.random() < 0.75 else "plastic"
    image = glazed(base, mix(accent, base, 0.1), int(rng.integers(4)))
    # A flat disc carries the middle; eight tilted slabs make the rim that things slide down from.
    parts = [part_cylinder(flat, 0.0, t), *wall_ring(flat, 0.0015, h - 0.001, t, 8, r - flat)]
    info = ContainerInfo("on", t, t, radius=flat)
    return Draft("plate", [(body, printed(mat, image))], parts, mat, "round", 1400.0, s, info)


def bowl(rng: np.random.Generator) -> Draft:
    """Bowl: round-bottomed, wide enough for a fist."""
    s = draw_scale(rng, 0.12)
    r, h = 0.078 * s, 0.052 * s * between(rng, 0.85, 1.15)
    foot, t = r * between(rng, 0.55, 0.66), 0.005
    colour = pick(rng, *PAINTS, "brown")
    base = shade(colour, rng)
    accent = shade(other_colour(rng, colour), rng) if rng.random() < 0.5 else contrast(base)
    profile = [
        (0, 0),
        (foot, 0.0),
        (foot + 0.3 * (r - foot), 0.16 * h),
        (foot + 0.65 * (r - foot), 0.48 * h),
        (r, h - 0.001),
        (r - t / 2, h),
        (r - t, h - 0.001),
        (foot + 0.65 * (r - foot) - t, 0.48 * h + t / 3),
        (foot + 0.2 * (r - foot) - t, 0.16 * h + t / 2),
        (foot - 2 * t, t),
        (0, t),
    ]
    body = lathe(profile, N, v=[0, 0.16, 0.25, 0.38, 0.5, 0.51, 0.52, 0.66, 0.8, 0.86, 1.0], turns=2.0, cos_limit=0.5)
    image = glazed(base, accent, int(rng.integers(5)))
    low = foot + 0.2 * (r - foot)  # the chord of the curved wall starts a little outside the foot
    parts = [part_cylinder(foot, 0.0, t), *wall_ring(low, 0.001, h, t, 9, r - low)]
    info = ContainerInfo("in", t, h, radius=foot - t)
    mat = pick(rng, "ceramic", "ceramic", "plastic", "wood")
    return Draft("bowl", [(body, printed(mat, image))], parts, mat, "round", 1100.0, s, info)


def _hollow(outer: np.ndarray, top: np.ndarray, t: float, h: float, floor: float) -> Mesh:
    """Walls of a tub: outline `outer` at the foot, `top` at the rim, thickness t, inside down to `floor`.

    The texture runs once around; v is 0 at the outer foot, 0.45 at the outer rim, 0.55 at the inner
    rim, 1 at the inner foot.
    """
    low, high = _inset(outer, t), _inset(top, t)
    rings = [(outer, 0.0), (top, h), (high, h), (low, floor)]
    stack = np.stack([np.concatenate([o, np.full((len(o), 1), z)], -1) for o, z in rings])
    return skin(stack, v=[0.0, 0.45, 0.55, 1.0], sharp_rows=(1, 2))


def _inset(outline: np.ndarray, t: float) -> np.ndarray:
    half = outline.max(0)
    return outline * ((half - t) / half)


def _floor_caps(outer: np.ndarray, t: float, floor: float) -> Mesh:
    inner = _inset(outer, t)
    up = cap(np.concatenate([inner, np.full((len(inner), 1), floor)], -1))
    down = cap(np.concatenate([outer, np.zeros((len(outer), 1))], -1), up=False)
    return merge([up, down])


def _tub_parts(hx: float, hy: float, t: float, h: float, floor: float) -> list[CollisionPart]:
    """Floor and four walls."""
    return [
        part_box((hx, hy, floor / 2), (0, 0, floor / 2)),
        *[part_box((t / 2, hy, (h - floor) / 2), (k * (hx - t / 2), 0, (h + floor) / 2)) for k in (-1, 1)],
        *[part_box((hx - t, t / 2, (h - floor) / 2), (0, k * (hy - t / 2), (h + floor) / 2)) for k in (-1, 1)],
    ]


def _weave(rng: np.random.Generator, base: RGB, h: int = 64, w: int = 256) -> U8:
    """Over-and-under wickerwork."""
    y, x = np.arange(h)[:, None], np.arange(w)[None, :]
    band, rod = y // 6, x // 10
    over = (band + rod) % 2 == 0
    across = 1.0 - ((y % 6 - 2.5) / 3.4) ** 2
    along = 1.0 - ((x % 10 - 4.5) / 5.6) ** 2
    light = np.where(over, 0.55 + 0.5 * across, 0.4 + 0.35 * along)
    light = light * (1.0 + 0.12 * (rng.random((h // 6 + 1, w // 10 + 1))[band, rod] - 0.5))
    return np.rint(np.clip(light[..., None] * np.array(base), 0, 1) * 255).astype(np.uint8)


def basket(rng: np.random.Generator) -> Draft:
    """Wicker or slotted plastic basket, rectangular with rounded corners, a thick rim."""
    s = draw_scale(rng, 0.1)
    hx, hy, h = (
        0.084 * s * between(rng, 0.95, 1.15),
        0.107 * s * between(rng, 0.9, 1.1),
        0.058 * s * between(rng, 0.85, 1.2),
    )
    t, floor, r = 0.007, 0.006, pick(rng, 0.012, 0.03)
    wicker = rng.random() < 0.65
    if wicker:
        base = pick(rng, (0.82, 0.62, 0.38), (0.68, 0.47, 0.27), (0.9, 0.8, 0.62), (0.45, 0.28, 0.16))
        image = _weave(rng, base)
    else:
        base = shade(pick(rng, "white", "blue", "green", "pink", "yellow", "red", "grey"), rng)
        c = Canvas(48, 192, base)
        dark = mix(base, (0.05, 0.05, 0.06), 0.6)
        for k in range(24):
            for y in (0.27, 0.79):
                c.rect((k + 0.25) / 24, y - 0.09, (k + 0.75) / 24, y + 0.09, dark, 2)
        image = c.image()
    outline = rounded_rect(hx, hy, r, 3)
    foot = 0.94 * outline
    walls = _hollow(foot, outline, t, h, floor)
    a, b = 1.012 * outline, _inset(outline, t + 0.001)
    rim = skin(
        np.stack(
            [
                np.concatenate([o, np.full((len(o), 1), z)], -1)
                for o, z in ((a, h - 0.007), (1.01 * a, h - 0.002), (a, h + 0.001), (b, h + 0.001), (b, h - 0.006))
            ]
        ),
        cos_limit=0.4,
    )
    word = "wicker" if wicker else "plastic"
    visual = [
        (merge([walls, _floor_caps(foot, t, floor)]), printed(word, image)),
        (rim, paint(word, mix(base, (0.1, 0.06, 0.03), 0.15))),
    ]
    info = ContainerInfo("in", floor, h, half_extents=(0.94 * hx - t, 0.94 * hy - t))
    return Draft(
        "basket",
        visual,
        _tub_parts(hx, hy, 0.06 * hy + t, h, floor),
        word,
        "rectangular",
        between(rng, 300, 420),
        s,
        info,
    )


def box_open(rng: np.random.Generator) -> Draft:
    """Open box: brown cardboard with folded-out flaps or a coloured storage box."""
    s = draw_scale(rng, 0.1)
    hx, hy, h = (
        0.083 * s * between(rng, 0.95, 1.15),
        0.1 * s * between(rng, 0.9, 1.15),
        0.062 * s * between(rng, 0.8, 1.15),
    )
    t, floor = 0.005, 0.004
    card = rng.random() < 0.5
    if card:
        base = pick(rng, (0.72, 0.55, 0.36), (0.66, 0.48, 0.3), (0.78, 0.62, 0.44))
        c = Canvas(96, 256, base)
        ink = mix(base, (0.1, 0.06, 0.03), 0.7)
        for k in range(4):
            c.text(pick(rng, "FRAGILE", "TOOLS", "TOYS", "PARTS"), (k + 0.5) / 4, 0.76, 17, ink, max_width=0.17)
        c.rect(0, 0.0, 1, 0.45, mix(base, (0, 0, 0), 0.12))
    else:
        colour = pick(rng, "blue", "red", "green", "white", "purple", "pink", "yellow", "black", "grey")
        base = shade(colour, rng)
        c = Canvas(96, 256, base)
        accent = shade(other_colour(rng, colour), rng)
        style = int(rng.integers(3))
        for k in range(16):
            if style == 0:
                c.ellipse((k + 0.5) / 16, 0.68 + 0.14 * (k % 2), 6, 6, accent)
            elif style == 1:
                c.rect((k + 0.2) / 16, 0.55, (k + 0.55) / 16, 1, accent)
        c.rect(0, 0, 1, 0.45, mix(base, (0, 0, 0), 0.2))
    outline = rounded_rect(hx, hy, 0, 1)
    walls = _hollow(outline, outline, t, h, floor)
    inside, under = (
        cap(np.concatenate([_inset(outline, t), np.full((4, 1), floor)], -1)),
        cap(np.concatenate([outline, np.zeros((4, 1))], -1), up=False),
    )
    word = "cardboard" if card else "plastic"
    visual = [(walls, printed(word, c.image())), (merge([inside, under]), paint(word, mix(base, (0, 0, 0), 0.15)))]
    parts = _tub_parts(hx, hy, t, h, floor)
    info = ContainerInfo("in", floor, h, half_extents=(hx - t, hy - t))
    return Draft("box" if card else "storage box", visual, parts, word, "rectangular", between(rng, 450, 650), s, info)


def tray(rng: np.random.Generator) -> Draft:
    """Serving tray with a low rim; wood with grain or painted."""
    s = draw_scale(rng, 0.1)
    hx, hy, h = 0.092 * s * between(rng, 0.92, 1.1), 0.125 * s * between(rng, 0.9, 1.1), 0.02 * s
    t, floor = 0.0065, 0.005
    wood = rng.random() < 0.5
    outline = rounded_rect(hx, hy, pick(rng, 0.004, 0.02), 3)
    foot = 0.975 * outline
    walls = _hollow(foot, outline, t, h, floor)
    up = cap(np.concatenate([_inset(foot, t), np.full((len(foot), 1), floor)], -1))
    down = cap(np.concatenate([foot, np.zeros((len(foot), 1))], -1), up=False)
    if wood:
        light, dark = pick(
            rng,
            ((0.78, 0.6, 0.4), (0.6, 0.42, 0.25)),
            ((0.5, 0.33, 0.2), (0.32, 0.2, 0.12)),
            ((0.86, 0.74, 0.56), (0.72, 0.56, 0.38)),
        )
        c = Canvas(96, 128, light)
        c.blend_field(np.clip(0.5 + 0.6 * fractal_noise(rng, 96, 128, 14, 1, 3), 0, 1), dark)
        edge, word = paint("wood", mix(light, dark, 0.6)), "wood"
    else:
        colour = pick(rng, *PAINTS)
        base = shade(colour, rng)
        c = Canvas(96, 128, base)
        accent = shade(other_colour(rng, colour), rng)
        style = int(rng.integers(3))
        if style == 1:
            c.rect(0.06, 0.08, 0.94, 0.92, accent, 8)
            c.rect(0.085, 0.115, 0.915, 0.885, base, 7)
        elif style == 2:
            for k in range(7):
                c.rect(0, (2 * k + 0.5) / 14, 1, (2 * k + 1.2) / 14, accent)
        edge, word = paint("plastic", base), "plastic"
    visual = [(merge([walls, down]), edge), (up, printed(word, c.image()))]
    parts = _tub_parts(hx, hy, t, h, floor)
    info = ContainerInfo("on", floor, floor, half_extents=(0.975 * hx - t, 0.975 * hy - t))
    return Draft("tray", visual, parts, word, "rectangular", 850.0, s, info)


def pan(rng: np.random.Generator) -> Draft:
    """Frying pan or saucepan: dark inside, coloured or steel outside, long handle."""
    s = draw_scale(rng, 0.08)
    deep = rng.random() < 0.35
    name = "saucepan" if deep else "frying pan"
    r, h = (0.072 * s, 0.058 * s) if deep else (0.092 * s, 0.034 * s)
    foot, t = (0.97 if deep else 0.82) * r, 0.004
    colour = pick(rng, "black", "red", "grey", "blue", "green", "orange")
    base = shade(colour, rng)
    coat = (0.6, 0.61, 0.63) if deep else (0.14, 0.14, 0.15)
    outer = lathe(
        [(0, 0), (foot - 0.004, 0), (foot, 0.003), (r, h - 0.001), (r + 0.0015, h), (r - 0.002, h + 0.0006)],
        N,
        cos_limit=0.5,
    )
    inner = lathe(
        [(r - 0.002, h + 0.0006), (r - t, h - 0.001), (foot - 0.002, t + 0.003), (foot - 0.007, t), (0, t)],
        N,
        cos_limit=0.5,
    )
    length, z = 0.105 * s, 0.8 * h
    x = np.array([0.0, 0.1, 0.3, 0.6, 0.92, 1.0]) * length + r - 0.004
    w = np.array([0.008, 0.0075, 0.0095, 0.0115, 0.011, 0.007]) * s
    axis = z + np.array([0.0, 0.05, 0.14, 0.2, 0.22, 0.22]) * 0.07
    grip, _ = lying(np.stack([x, w, 0.62 * w, 0 * x, axis], -1), 10)
    wood = rng.random() < 0.3
    visual = [
        (outer, paint("metal", base)),
        (inner, paint("metal", coat)),
        (grip, paint("wood" if wood else "plastic", (0.55, 0.36, 0.2) if wood else (0.1, 0.1, 0.11))),
    ]
    parts = [
        part_cylinder(foot, 0.0, t),
        *wall_ring(foot, 0.002, h, t, 8, r - foot),
        part_box((length / 2, 0.009 * s, 0.006 * s), (r - 0.004 + length / 2, 0, z + 0.011)),
    ]
    info = ContainerInfo("in", t, h, radius=foot - 0.006)
    extra = {"colour": colour} if deep else {}
    return Draft(name, visual, parts, "metal", "round", 1500.0, s, info, extra)


def crate(rng: np.random.Generator) -> Draft:
    """Slatted wooden crate."""
    s = draw_scale(rng, 0.08)
    hx, hy, h = 0.082 * s * between(rng, 0.95, 1.15), 0.108 * s * between(rng, 0.92, 1.1), 0.06 * s
    t, floor = 0.006, 0.005
    light, dark = pick(
        rng,
        ((0.8, 0.63, 0.42), (0.62, 0.45, 0.28)),
        ((0.58, 0.4, 0.25), (0.4, 0.26, 0.16)),
        ((0.7, 0.68, 0.63), (0.52, 0.5, 0.46)),
    )
    c = Canvas(64, 96, light)
    c.blend_field(np.clip(0.5 + 0.6 * fractal_noise(rng, 64, 96, 12, 1, 3), 0, 1), dark)
    n = pick(rng, 2, 3)
    gap = 0.2 * h / n
    each = (h - gap * (n - 1)) / n
    slats = []
    for k in range(n):
        z0 = k * (each + gap)
        for sign in (-1, 1):
            slats.append(box_faces(t / 2, hy, each / 2).moved((sign * (hx - t / 2), 0, z0 + each / 2)))
            slats.append(box_faces(hx - t, t / 2, each / 2).moved((0, sign * (hy - t / 2), z0 + each / 2)))
    posts = [
        box_faces(0.0055, 0.0055, h / 2).moved((i * (hx - t - 0.0055), j * (hy - t - 0.0055), h / 2))
        for i in (-1, 1)
        for j in (-1, 1)
    ]
    width = 2 * (hx - t) / 5
    boards = [
        box_faces(0.46 * width, hy - t, floor / 2).moved((-(hx - t) + (k + 0.5) * width, 0, floor / 2))
        for k in range(5)
    ]
    info = ContainerInfo("in", floor, h, half_extents=(hx - t - 0.011, hy - t - 0.011))
    return Draft(
        "wooden crate",
        [(merge([*slats, *posts, *boards]), printed("wood", c.image()))],
        _tub_parts(hx, hy, t, h, floor),
        "wood",
        "rectangular",
        550.0,
        s,
        info,
    )


FAMILIES = (
    container("plate", "on", plate),
    container("bowl", "in", bowl),
    container("basket", "in", basket),
    container("box", "in", box_open, "box", "storage box"),
    container("tray", "on", tray),
    container("pan", "in", pan, "frying pan", "saucepan"),
    container("crate", "in", crate, "wooden crate"),
)
