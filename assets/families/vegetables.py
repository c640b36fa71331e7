"""Vegetables."""

from __future__ import annotations

import numpy as np

from assets.colours import mix, shade
from assets.families.fruit import STEM, leaf, round_profile, skin_texture, stem
from assets.kit import Draft, draw_scale, graspable, paint, part_cylinder, part_hulls, part_lathe, printed
from assets.mesh import blob, lying, merge
from assets.numeric import between, cos, pick
from assets.paint import Canvas, fractal_noise


def tomato(rng: np.random.Generator) -> Draft:
    """Tomato: squat, lobed, with a green star."""
    s = draw_scale(rng, 0.12)
    r = 0.0298 * s
    colour = pick(rng, "red", "red", "orange", "yellow")
    lobes = 1.0 + between(rng, 0.0, 0.045) * cos(np.arange(20) * (2 * np.pi / 20) * pick(rng, 4, 5))
    p = round_profile(r, 0.78 * r, 0.76 * r, 0.45 * r, 0.13 * r)
    base = shade(colour, rng)
    top = float(p[-1, 1])
    star = merge([*[leaf(top + 0.0025, 0.016 * s, k * 1.2566, 0.12) for k in range(5)], stem(top + 0.002, 0.008)])
    visual = [
        (blob(p, 20, lobes), printed("vegetable", skin_texture(rng, base, mix(base, shade("yellow"), 0.25), 0.3))),
        (star, paint("vegetable", shade("green", rng))),
    ]
    return Draft("tomato", visual, [part_lathe(p[1:-1], 20, lobes)], "vegetable", "round", between(rng, 850, 950), s)


def carrot(rng: np.random.Generator) -> Draft:
    """Carrot: a long lying cone with rings and a tuft of green."""
    s = draw_scale(rng, 0.12)
    length, r = 0.15 * s * between(rng, 0.85, 1.1), 0.0165 * s
    x = np.array([0.0, 0.02, 0.06, 0.3, 0.6, 0.85, 0.96, 1.0])
    w = np.array([0.55, 0.86, 1.0, 0.92, 0.68, 0.4, 0.22, 0.08]) * r
    mesh, rings = lying(np.stack([x * length - 0.4 * length, w, w], -1), 12, 0.8)
    canvas = Canvas(
        96, 48, shade(pick(rng, "orange", "orange", "purple", "yellow") if rng.random() < 0.3 else "orange", rng)
    )
    for _ in range(14):
        y, x0 = between(rng, 0.05, 0.95), between(rng, 0, 1)
        canvas.rect(x0, y, x0 + between(rng, 0.1, 0.4), y + 0.012, (0.55, 0.26, 0.06), alpha=0.5)
    tuft = merge(
        [
            lying(
                np.array(
                    [
                        [0, 0.0018, 0.0018, 0, 0.008],
                        [-0.014, 0.0022, 0.0022, 0.3 * y, 0.009],
                        [-0.03, 0.001, 0.001, y, 0.011],
                    ]
                )[::-1],
                6,
            )[0]
            for y in (-0.011, 0.0, 0.01)
        ]
    )
    visual = [
        (mesh, printed("vegetable", canvas.image())),
        (tuft.moved((-0.4 * length, 0, 0)), paint("vegetable", shade("green", rng))),
    ]
    return Draft("carrot", visual, part_hulls(rings, (0, 3, 7)), "vegetable", "long", 950.0, s)


def cucumber(rng: np.random.Generator) -> Draft:
    """Cucumber or zucchini: a long lying green body with pale streaks."""
    name = pick(rng, "cucumber", "zucchini")
    s = draw_scale(rng, 0.12)
    length, r = 0.165 * s, 0.0205 * s * between(rng, 0.9, 1.1)
    x = np.array([0.0, 0.015, 0.05, 0.14, 0.5, 0.84, 0.94, 0.985, 1.0])
    w = np.array([0.28, 0.55, 0.82, 0.97, 1.0, 0.97, 0.8, 0.5, 0.22]) * r
    mesh, rings = lying(np.stack([x * length, w, w], -1), 16, 0.85)
    base = mix(shade("green", rng), (0.05, 0.22, 0.06), 0.35 if name == "cucumber" else 0.6)
    canvas = Canvas(64, 64, base)
    for k in range(9):
        canvas.rect(
            (k + 0.3) / 9,
            0,
            (k + 0.3) / 9 + between(rng, 0.012, 0.04),
            between(rng, 0.6, 1.0),
            mix(base, shade("yellow"), 0.35),
            alpha=0.6,
        )
    canvas.shade_noise(fractal_noise(rng, 64, 64, 16, 10, 2), 0.08)
    return Draft(
        name,
        [(mesh, printed("vegetable", canvas.image()))],
        part_hulls(rings, (0, 8)),
        "vegetable",
        "long",
        between(rng, 850, 950),
        s,
    )


def bell_pepper(rng: np.random.Generator) -> Draft:
    """Bell pepper: three or four lobes, a thick stalk."""
    s = draw_scale(rng, 0.1)
    r, n = 0.031 * s, 20
    lobes = 1.0 - between(rng, 0.05, 0.085) * (0.5 + 0.5 * cos(np.arange(n) * (2 * np.pi / n) * pick(rng, 4, 5)))
    h = between(rng, 1.9, 2.3) * r
    p = np.array(
        [
            (0, 0.006),
            (0.3, 0.0),
            (0.52, 0.0),
            (0.74, 0.1),
            (0.86, 0.3),
            (0.98, 0.62),
            (1.0, 0.8),
            (0.9, 0.93),
            (0.62, 1.0),
            (0.28, 0.95),
            (0, 0.9),
        ]
    ) * [r, h]
    p[0, 1] = 0.003
    base = shade(pick(rng, "red", "yellow", "green", "orange"), rng)
    art = skin_texture(rng, base, mix(base, shade("yellow"), 0.15), 0.3, fine=0.03)
    stalk = blob(
        [(0.011 * s, 0.93 * h), (0.0065 * s, 0.955 * h), (0.0045 * s, 1.0 * h), (0.0055 * s, 1.1 * h), (0, 1.1 * h)], 10
    )
    visual = [(blob(p, n, lobes), printed("vegetable", art)), (stalk, paint("vegetable", shade("green", rng)))]
    parts = [part_lathe(p[1:9], n, lobes), part_cylinder(0.005 * s, 0.98 * h, 1.1 * h)]
    return Draft("bell pepper", visual, parts, "vegetable", "round", between(rng, 420, 560), s)


def potato(rng: np.random.Generator) -> Draft:
    """Potato: a lumpy brown lying body with eyes."""
    s = draw_scale(rng, 0.15)
    length, r = 0.088 * s, 0.0275 * s
    x = np.array([0.0, 0.05, 0.17, 0.36, 0.55, 0.75, 0.92, 0.985, 1.0])
    w = np.array([0.22, 0.55, 0.84, 1.0, 1.0, 0.9, 0.6, 0.3, 0.12]) * r
    bump = 1.0 + 0.06 * (2 * rng.random(9) - 1)
    side = 0.05 * r * (2 * rng.random(9) - 1)
    mesh, rings = lying(np.stack([x * length, w * bump, 0.88 * w, side, 0.72 * (0.7 * r + 0.3 * w)], -1), 16)
    base = pick(rng, (0.62, 0.44, 0.25), (0.55, 0.37, 0.2), (0.56, 0.3, 0.22))
    canvas = Canvas(48, 64, base)
    canvas.shade_noise(fractal_noise(rng, 48, 64, 6, 8, 3), 0.12)
    for _ in range(12):
        canvas.ellipse(between(rng, 0, 1), between(rng, 0, 1), between(rng, 0.7, 1.8), 0.8, (0.3, 0.19, 0.1), 0.8)
    return Draft(
        "potato",
        [(mesh, printed("vegetable", canvas.image()))],
        part_hulls(rings, (0, 8)),
        "vegetable",
        "oval",
        1000.0,
        s,
    )


def eggplant(rng: np.random.Generator) -> Draft:
    """Eggplant: a glossy purple club with a green cap, lying."""
    s = draw_scale(rng, 0.1)
    length, r = 0.14 * s, 0.029 * s
    x = np.array([0.0, 0.02, 0.08, 0.22, 0.4, 0.62, 0.82, 0.95, 1.0])
    w = np.array([0.3, 0.6, 0.86, 1.0, 0.96, 0.76, 0.58, 0.5, 0.42]) * r
    mesh, rings = lying(np.stack([x * length, w, w], -1), 16, 0.85)
    xc = np.array([0.84, 0.93, 1.0, 1.005, 1.1, 1.12])
    wc = np.array([0.6, 0.57, 0.48, 0.2, 0.15, 0.2]) * r
    cap, cap_rings = lying(np.stack([xc * length, wc, wc, 0 * xc, np.maximum(0.85 * wc, 0.36 * r)], -1), 10)
    base = mix(shade("purple", rng), (0.12, 0.04, 0.2), 0.35)
    visual = [
        (mesh, printed("vegetable", skin_texture(rng, base, mix(base, (0.4, 0.2, 0.5), 0.3), 0.3, fine=0.02))),
        (cap, paint("vegetable", mix(shade("green", rng), (0.1, 0.25, 0.05), 0.3))),
    ]
    parts = [*part_hulls(rings, (0, 4, 8)), part_hulls(cap_rings, (3, 5))[0]]
    return Draft("eggplant", visual, parts, "vegetable", "long", between(rng, 450, 600), s, extra={"colour": "purple"})


def onion(rng: np.random.Generator) -> Draft:
    """Onion: a bulb with a dry tip, brown, red or white, with stripes from pole to pole."""
    s = draw_scale(rng, 0.12)
    r = 0.0305 * s
    colour = pick(rng, "brown", "purple", "white")
    base = {"brown": (0.72, 0.45, 0.2), "purple": (0.42, 0.13, 0.4), "white": (0.9, 0.88, 0.8)}[colour]
    p = round_profile(r, 0.85 * r, 1.0 * r, 0.34 * r, rows=11, waist=0.3)
    tip = float(p[-1, 1])
    p = np.concatenate(
        [p[:-2], [[0.18 * r, tip], [0.1 * r, tip + 0.3 * r], [0.16 * r, tip + 0.5 * r], [0, tip + 0.5 * r]]]
    )
    canvas = Canvas(64, 96, base)
    for _ in range(26):
        x = between(rng, 0, 1)
        canvas.rect(
            x, 0, x + between(rng, 0.006, 0.02), 1, mix(base, (0.3, 0.15, 0.06), between(rng, 0.15, 0.5)), alpha=0.6
        )
    canvas.rect(0, 0, 1, 0.16, (0.62, 0.5, 0.3), alpha=0.7)
    parts = [part_lathe(p[1:-4], 16), part_cylinder(0.14 * r, tip - 0.05 * r, tip + 0.5 * r)]
    name = "garlic bulb" if colour == "white" else "onion"
    return Draft(
        name,
        [(blob(p, 18), printed("vegetable", canvas.image()))],
        parts,
        "vegetable",
        "round",
        between(rng, 850, 950),
        s,
    )


def mushroom(rng: np.random.Generator) -> Draft:
    """Mushroom: a cap on a stalk."""
    s = draw_scale(rng, 0.15)
    r, h = 0.026 * s, 0.045 * s
    base = pick(rng, (0.93, 0.9, 0.84), (0.6, 0.42, 0.28), (0.82, 0.72, 0.58))
    cap = [
        (0.4 * r, 0.5 * h),
        (0.9 * r, 0.46 * h),
        (r, 0.54 * h),
        (0.95 * r, 0.7 * h),
        (0.74 * r, 0.88 * h),
        (0.4 * r, 0.98 * h),
        (0, h),
    ]
    foot = [(0, 0), (0.5 * r, 0), (0.54 * r, 0.03 * h), (0.42 * r, 0.2 * h), (0.42 * r, 0.52 * h)]
    art = skin_texture(rng, base, mix(base, STEM, 0.2), 0.3, mix(base, STEM, 0.35))
    visual = [(blob(cap, 18), printed("vegetable", art)), (blob(foot, 12), paint("vegetable", (0.92, 0.89, 0.82)))]
    parts = [part_cylinder(0.49 * r, 0, 0.5 * h), part_lathe(cap[1:-1], 14)]
    return Draft("mushroom", visual, parts, "vegetable", "round", 600.0, s)


FAMILIES = (
    graspable("tomato", "vegetables", tomato),
    graspable("carrot", "vegetables", carrot),
    graspable("cucumber", "vegetables", cucumber, "cucumber", "zucchini"),
    graspable("bell_pepper", "vegetables", bell_pepper),
    graspable("potato", "vegetables", potato),
    graspable("eggplant", "vegetables", eggplant),
    graspable("onion", "vegetables", onion, "onion", "garlic bulb"),
    graspable("mushroom", "vegetables", mushroom),
)
