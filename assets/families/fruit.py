"""Fruit, with flat feet so that they stay where they are put."""

from __future__ import annotations

import numpy as np

from assets.colours import RGB, mix, shade
from assets.kit import Draft, draw_scale, graspable, paint, part_hulls, part_lathe, printed
from assets.mesh import Mesh, blob, lying, merge, sweep
from assets.numeric import between, cos_sin, pick
from assets.paint import U8, Canvas, fractal_noise

STEM: RGB = (0.33, 0.22, 0.12)


def round_profile(
    r: float, low: float, high: float, flat: float, dimple: float = 0.0, rows: int = 9, waist: float = 0.0
) -> np.ndarray:
    """Profile (M, 2) of a round fruit: half heights `low` and `high` below and above the widest circle, a
    flat foot of radius `flat`, a dimple of that depth on top; `waist` pulls in the upper part (pears)."""
    start = float(np.sqrt(max(1.0 - (flat / r) ** 2, 0.0)))  # height of the foot below the middle, as a share
    t = np.arange(rows) / (rows - 1.0)
    # Equal steps of angle from the foot to the top; the angle's sine is -start, found by bisection-free algebra:
    # steps in height keep to + - * / and sqrt, denser near the ends where the curve turns.
    h = -start + (1.0 + start) * (t * t * (3.0 - 2.0 * t))
    c = np.sqrt(np.maximum(1.0 - h * h, 0.0))
    z = np.where(h < 0, h * low, h * high)
    pull = 1.0 - waist * np.clip(h, 0.0, 1.0) * (1.6 - 0.9 * np.clip(h, 0.0, 1.0))
    radius = c * r * pull
    radius[0], radius[-1] = flat, 0.0
    points = np.stack([radius, z - z[0]], -1)
    if dimple > 0:
        points = np.concatenate(
            [points[:-1], [[0.16 * r, points[-1, 1] - 0.15 * dimple], [0.0, points[-1, 1] - dimple]]]
        )
    return np.concatenate([[[0.0, 0.0]], points])


def skin_texture(
    rng: np.random.Generator,
    base: RGB,
    second: RGB,
    amount: float = 0.6,
    speckle: RGB | None = None,
    size: int = 48,
    fine: float = 0.05,
) -> U8:
    """Fruit skin: two blended colours, soft blotches, and speckles if a colour for them is given."""
    c = Canvas(size, 2 * size, base)
    field = 0.5 + 0.5 * fractal_noise(rng, size, 2 * size, 2, 3, 3)
    c.blend_field(np.clip((field - (1.0 - amount)) * 1.6, 0.0, 1.0), second)
    c.shade_noise(fractal_noise(rng, size, 2 * size, 10, 16, 2), fine)
    if speckle is not None:
        spots = rng.random((60, 2)) * np.array([size, 2 * size])
        rows, cols = spots[:, 0].astype(int), spots[:, 1].astype(int)
        c.data[rows, cols] = 0.4 * c.data[rows, cols] + 0.6 * np.asarray(speckle, np.float32)
    return c.image()


def stem(top: float, length: float, radius: float = 0.0013) -> Mesh:
    """A short bent stalk standing at height `top`."""
    path = [(0, 0, top - 0.003), (0.001, 0, top + 0.5 * length), (0.003, 0, top + length)]
    return sweep(path, [radius, 0.85 * radius, 1.2 * radius], 6, up=(0, 1, 0))


def leaf(z: float, length: float, yaw: float, lift: float = 0.3) -> Mesh:
    """A pointed leaf from the axis at height z outwards; two-sided."""
    t = np.array([0.0, 0.35, 0.7, 1.0])
    half = np.array([0.06, 0.26, 0.2, 0.0]) * length
    rise = lift * length * (1.2 * t - t * t)
    c, s = (float(v) for v in cos_sin(yaw))
    rows = np.stack(
        [np.stack([t * length, half, rise + z], -1), np.stack([t * length, -half, rise + z], -1)], 1
    ).reshape(-1, 3)
    x = np.stack([c * rows[:, 0] - s * rows[:, 1], s * rows[:, 0] + c * rows[:, 1], rows[:, 2]], -1)
    quads = [(2 * i + 1, 2 * i + 3, 2 * i + 2, 2 * i) for i in range(3)]
    faces = np.array([f for a, b, d, e in quads for f in ((a, b, d), (a, d, e))], np.int32)
    upper = Mesh(x, faces, rows[:, :2] / length)
    return merge([upper, Mesh(x - [0, 0, 0.0006], faces[:, ::-1].copy(), upper.uv)])


def apple(rng: np.random.Generator) -> Draft:
    """Apple: slightly heart-shaped with a dimple, stem and perhaps a leaf."""
    s = draw_scale(rng, 0.1)
    r = 0.0308 * s
    colour, blush = pick(rng, ("red", "yellow"), ("red", "red"), ("green", "yellow"), ("yellow", "red"))
    p = round_profile(r, 0.92 * r * between(rng, 0.92, 1.06), 0.82 * r, 0.42 * r, 0.2 * r, waist=-0.06)
    skin = skin_texture(
        rng, shade(colour, rng), mix(shade(colour), shade(blush, rng), 0.55), 0.45, mix(shade(colour), (1, 1, 0.8), 0.5)
    )
    top = float(p[-1, 1])
    visual = [(blob(p, 20), printed("fruit", skin)), (stem(top, 0.013), paint("wood", STEM))]
    if rng.random() < 0.4:
        visual.append((leaf(top + 0.006, 0.02, between(rng, 0, 6.28)), paint("fruit", shade("green", rng))))
    return Draft("apple", visual, [part_lathe(p[1:-1], 16)], "fruit", "round", between(rng, 780, 900), s)


def orange(rng: np.random.Generator) -> Draft:
    """Orange, mandarin or grapefruit: a sphere with pores and a green calyx."""
    name, colour, size, squash = pick(
        rng, ("orange", "orange", 0.0312, 0.97), ("mandarin", "orange", 0.028, 0.78), ("lime", "green", 0.025, 1.0)
    )
    s = draw_scale(rng, 0.09)
    r = size * s
    base = shade(colour, rng)
    p = round_profile(r, squash * r, squash * r, 0.4 * r, 0.03 * r)
    art = skin_texture(rng, base, mix(base, shade("yellow"), 0.35), 0.4, mix(base, (1, 1, 1), 0.25), fine=0.09)
    top = float(p[-1, 1])
    button = blob([(0.0035, top - 0.001), (0.003, top + 0.0012), (0.0, top + 0.0016)], 8)
    return Draft(
        name,
        [(blob(p, 20), printed("fruit", art)), (button, paint("fruit", (0.36, 0.42, 0.16)))],
        [part_lathe(p[1:-1], 16)],
        "fruit",
        "round",
        between(rng, 780, 900),
        s,
        extra={"colour": colour},
    )


def lemon(rng: np.random.Generator) -> Draft:
    """Lemon: a lying spindle with a nipple at each end."""
    s = draw_scale(rng, 0.1)
    r, length = 0.0245 * s, 0.074 * s * between(rng, 0.92, 1.08)
    x = np.array([0.0, 0.03, 0.09, 0.2, 0.36, 0.54, 0.72, 0.86, 0.94, 1.0])
    w = np.array([0.1, 0.2, 0.42, 0.76, 0.97, 1.0, 0.86, 0.52, 0.24, 0.14]) * r
    mesh, rings = lying(np.stack([x * length - length / 2, w, w, 0 * w, 0 * w + 0.86 * r], -1), 16)
    base = shade("yellow", rng)
    art = skin_texture(rng, base, mix(base, shade("green"), 0.25), 0.3, mix(base, (1, 1, 1), 0.3), fine=0.07)
    return Draft(
        "lemon",
        [(mesh, printed("fruit", art))],
        [part_hulls(rings[1:-1], (0, 7))[0]],
        "fruit",
        "oval",
        between(rng, 800, 900),
        s,
    )


def pear(rng: np.random.Generator) -> Draft:
    """Pear: a waisted lathe with a stalk."""
    s = draw_scale(rng, 0.1)
    r = 0.031 * s
    colour, blush = pick(rng, ("green", "yellow"), ("yellow", "green"), ("yellow", "red"), ("brown", "yellow"))
    tall = between(rng, 1.7, 2.1) * r
    p = round_profile(r, 0.9 * r, tall, 0.5 * r, 0.05 * r, rows=13, waist=0.62)
    base = mix(shade(colour, rng), shade("yellow"), 0.25)
    visual = [
        (
            blob(p, 20),
            printed("fruit", skin_texture(rng, base, mix(base, shade(blush), 0.5), 0.4, mix(base, STEM, 0.5))),
        ),
        (stem(float(p[-1, 1]), 0.014, 0.0016), paint("wood", STEM)),
    ]
    k = 8  # the row at the waist
    parts = [part_lathe(p[1 : k + 1], 16), part_lathe(p[k:-1], 12)]
    return Draft("pear", visual, parts, "fruit", "tall", between(rng, 780, 880), s)


def banana(rng: np.random.Generator) -> Draft:
    """Banana: a bent five-sided tube lying on its side."""
    s = draw_scale(rng, 0.1)
    bend, radius = between(rng, 0.85, 1.15), 0.15 * s * between(rng, 0.95, 1.1)
    n = 11
    t = np.arange(n) / (n - 1.0)
    reach = radius / bend
    c, sn = cos_sin((t - 0.5) * bend)
    w = np.array([0.3, 0.36, 0.62, 0.88, 1.0, 1.0, 0.97, 0.88, 0.66, 0.34, 0.22]) * 0.0175 * s
    stations = np.stack([reach * sn, w, w, reach * c - reach, 0 * w + 0.8 * w.max()], -1)
    mesh, rings = lying(stations, 10)
    ripe = pick(rng, "yellow", "yellow", "green")
    base = mix(shade(ripe, rng), shade("yellow"), 0.35)
    canvas = Canvas(96, 32, base)
    canvas.shade_noise(fractal_noise(rng, 96, 32, 6, 4, 3), 0.07)
    for _ in range(6):
        canvas.ellipse(
            between(rng, 0, 1),
            between(rng, 0.1, 0.9),
            between(rng, 0.5, 1.6),
            between(rng, 0.8, 3),
            (0.42, 0.27, 0.1),
            0.7,
        )
    canvas.rect(0, 0, 1, 0.06, (0.3, 0.22, 0.1))
    canvas.rect(0, 0.93, 1, 1, mix(base, (0.35, 0.4, 0.12), 0.7))
    parts = part_hulls(rings, (0, 3, 5, 7, 10))
    return Draft(
        "banana", [(mesh, printed("fruit", canvas.image()))], parts, "fruit", "long", between(rng, 800, 900), s
    )


def strawberry(rng: np.random.Generator) -> Draft:
    """Strawberry: a cone of seeds that stands on its leaves' side, point up."""
    s = draw_scale(rng, 0.12)
    r, h = 0.0185 * s, 0.042 * s
    profile = [
        (0.0, 0.0),
        (0.72 * r, 0.0),
        (0.94 * r, 0.08 * h),
        (r, 0.22 * h),
        (0.93 * r, 0.42 * h),
        (0.72 * r, 0.66 * h),
        (0.42 * r, 0.86 * h),
        (0.16 * r, 0.97 * h),
        (0.0, h),
    ]
    canvas = Canvas(64, 96, shade("red", rng))
    for row in range(7):
        for col in range(8):
            canvas.ellipse((col + 0.5 * (row % 2) + 0.25) / 8, 0.08 + row * 0.11, 1.2, 1.9, shade("yellow"))
    leaves = merge([leaf(0.0015, 0.021 * s, k * 1.2566, 0.25) for k in range(5)])
    visual = [(blob(profile, 18), printed("fruit", canvas.image())), (leaves, paint("fruit", shade("green", rng)))]
    return Draft(
        "strawberry", visual, [part_lathe(profile[1:-1], 12)], "fruit", "conical", 900.0, s, extra={"colour": "red"}
    )


def avocado(rng: np.random.Generator) -> Draft:
    """Avocado: a dark, waisted, lying drop."""
    s = draw_scale(rng, 0.1)
    length, r = 0.098 * s, 0.031 * s
    x = np.array([0.0, 0.04, 0.12, 0.28, 0.46, 0.64, 0.8, 0.92, 0.98, 1.0])
    w = np.array([0.3, 0.55, 0.82, 1.0, 0.98, 0.8, 0.6, 0.45, 0.28, 0.12]) * r
    mesh, rings = lying(np.stack([x * length, w, w, 0 * x, 0.85 * (0.6 * r + 0.4 * w)], -1), 16)
    base = pick(rng, (0.16, 0.3, 0.12), (0.2, 0.36, 0.14), (0.15, 0.13, 0.1))
    art = skin_texture(rng, base, mix(base, (0.35, 0.45, 0.2), 0.5), 0.35, mix(base, (0.5, 0.55, 0.3), 0.5), fine=0.14)
    return Draft(
        "avocado",
        [(mesh, printed("fruit", art))],
        part_hulls(rings, (0, 5, 9)),
        "fruit",
        "oval",
        between(rng, 850, 950),
        s,
    )


def peach(rng: np.random.Generator) -> Draft:
    """Peach or plum: round with a seam."""
    name, colour, size = pick(rng, ("peach", "orange", 0.031), ("plum", "purple", 0.025), ("nectarine", "red", 0.03))
    s = draw_scale(rng, 0.1)
    r = size * s
    warp = np.ones(16)
    warp[0], warp[1], warp[15] = 0.93, 0.985, 0.985  # the seam
    p = round_profile(r, 0.95 * r, 0.95 * r, 0.42 * r, 0.16 * r)
    base = shade(colour, rng)
    second = {"peach": shade("red"), "plum": shade("blue"), "nectarine": shade("yellow")}[name]
    art = skin_texture(rng, mix(base, shade("yellow"), 0.2) if name == "peach" else base, mix(base, second, 0.5), 0.5)
    visual = [(blob(p, 16, warp), printed("fruit", art)), (stem(float(p[-1, 1]), 0.005), paint("wood", STEM))]
    return Draft(name, visual, [part_lathe(p[1:-1], 16, warp)], "fruit", "round", between(rng, 850, 950), s)


FAMILIES = (
    graspable("apple", "fruit", apple),
    graspable("orange", "fruit", orange, "orange", "mandarin", "lime"),
    graspable("lemon", "fruit", lemon),
    graspable("pear", "fruit", pear),
    graspable("banana", "fruit", banana),
    graspable("strawberry", "fruit", strawberry),
    graspable("avocado", "fruit", avocado),
    graspable("peach", "fruit", peach, "peach", "plum", "nectarine"),
)
