"""Tableware to pick up."""

from __future__ import annotations

import numpy as np

from assets.colours import PAINTS, mix, shade
from assets.families.fruit import round_profile
from assets.kit import Draft, draw_scale, graspable, paint, part_box, part_cylinder, part_hull, part_lathe, printed
from assets.labels import contrast, draw_picture, other_colour
from assets.mesh import Mesh, blob, lathe, merge, prism, rounded_rect, sweep
from assets.numeric import between, circle, cos_sin, pick
from assets.paint import Canvas, fractal_noise


def mug(rng: np.random.Generator) -> Draft:
    """Mug: hollow cylinder with a bowed handle; glazed, striped, dotted or with a picture."""
    s = draw_scale(rng, 0.12)
    r, h = 0.0302 * s, 0.078 * s * between(rng, 0.88, 1.12)
    foot = r * between(rng, 0.84, 1.0)
    wall = 0.0032
    colour = pick(rng, *PAINTS)
    base = shade(colour, rng)
    body = lathe(
        [
            (0, 0.0),
            (foot - 0.003, 0.0),
            (foot, 0.003),
            (r, 0.3 * h),
            (r, h - 0.001),
            (r - wall / 2, h),
            (r - wall, h - 0.001),
            (r - wall, 0.25 * h),
            (foot - 2 * wall, 0.005),
            (0, 0.005),
        ],
        24,
        v=[0, 0.0, 0.03, 0.25, 0.9, 0.91, 0.92, 0.95, 0.98, 1.0],
        turns=2.0,
    )
    c = Canvas(96, 112, base)
    accent = shade(other_colour(rng, colour), rng) if rng.random() < 0.6 else contrast(base)
    style = int(rng.integers(4))
    if style == 1:
        for k in range(3):
            c.rect(0, 0.25 + 0.16 * k, 1, 0.33 + 0.16 * k, accent)
    elif style == 2:
        for k in range(15):
            c.ellipse((k % 5 + 0.5 * (k // 5 % 2) + 0.25) / 5, 0.3 + 0.2 * (k // 5), 6, 6, accent)
    elif style == 3:
        draw_picture(c, rng, pick(rng, "flower", "star", "apple", "fish", "sun"), 0.5, 0.48, 26)
    c.rect(0, 0, 1, 0.09, mix(base, (1, 1, 1), 0.75))  # the glaze inside
    a = np.arange(8) / 7.0 * np.pi - np.pi / 2
    ca, sa = cos_sin(a)
    reach = 0.021 * s
    path = np.stack([r - 0.0015 + reach * ca, 0 * a, 0.52 * h + 0.3 * h * sa], -1)
    handle = sweep(path, np.array([[0.0052, 0.0034]] * 8) * s, 8, up=(0, 1, 0))
    handle = Mesh(handle.vertices, handle.faces, np.full_like(handle.uv, 0.02))  # the plain corner of the picture
    t = 0.0036 * s
    parts = [
        part_cylinder(r, 0.0, h),
        part_box((reach / 2, 0.005 * s, t), (r + 0.42 * reach, 0, 0.82 * h - t)),
        part_box((reach / 2, 0.005 * s, t), (r + 0.42 * reach, 0, 0.22 * h + t)),
        part_box((t, 0.005 * s, 0.22 * h), (r + reach - t / 2, 0, 0.52 * h)),
    ]
    return Draft(
        "mug",
        [(merge([body, handle]), printed("ceramic", c.image()))],
        parts,
        "ceramic",
        "cylindrical",
        between(rng, 700, 950),
        s,
    )


def cup(rng: np.random.Generator) -> Draft:
    """Drinking cup without a handle: party tumbler or paper coffee cup with sleeve and lid."""
    s = draw_scale(rng, 0.1)
    r0, r1, h = 0.0235 * s, 0.0305 * s, 0.092 * s * between(rng, 0.85, 1.1)
    colour = pick(rng, "red", "blue", "green", "yellow", "purple", "orange", "pink")
    base, ring = shade(colour, rng), circle(16)
    if rng.random() < 0.5:  # tumbler with grip ribs, white inside
        wall = [
            (0, 0),
            (r0 - 0.001, 0.0),
            (r0, 0.001),
            (r0 + 0.3 * (r1 - r0), 0.3 * h),
            (r0 + 0.3 * (r1 - r0) + 0.0012, 0.31 * h),
            (r0 + 0.66 * (r1 - r0), 0.66 * h),
            (r0 + 0.66 * (r1 - r0) + 0.0012, 0.67 * h),
            (r1, h - 0.003),
        ]
        out = lathe([*wall, (r1 + 0.0015, h - 0.002), (r1 + 0.0015, h), (r1 - 0.001, h)], 24)
        inside = lathe([(r1 - 0.001, h), (r0 - 0.001, 0.006), (0, 0.006)], 24)
        visual = [(out, paint("plastic", base)), (inside, paint("plastic", (0.95, 0.95, 0.94)))]
        hull = part_hull(
            np.concatenate(
                [np.concatenate([r * ring, np.full((16, 1), z)], -1) for r, z in ((r0, 0), (r1 + 0.0012, h))]
            )
        )
        return Draft(
            "plastic cup", visual, [hull], "plastic", "conical", between(rng, 250, 400), s, extra={"colour": colour}
        )
    body = lathe([(0, 0), (r0, 0.0), (r1, h)], 24)
    at = lambda z: r0 + (r1 - r0) * z / h + 0.0008  # noqa: E731
    sleeve = lathe([(at(0.25 * h), 0.25 * h), (at(0.72 * h), 0.72 * h)], 24, v=[0, 1], turns=2.0)
    c = Canvas(48, 96, base)
    draw_picture(c, rng, pick(rng, "bean", "leaf", "star", "flower"), 0.5, 0.5, 20)
    lid = lathe(
        [
            (r1, h - 0.002),
            (r1 + 0.002, h),
            (r1 + 0.001, h + 0.003),
            (0.9 * r1, h + 0.009),
            (0.84 * r1, h + 0.009),
            (0.82 * r1, h + 0.006),
            (0, h + 0.006),
        ],
        24,
    )
    visual = [
        (body, paint("paper", (0.95, 0.94, 0.92))),
        (sleeve, printed("cardboard", c.image())),
        (lid, paint("plastic", pick(rng, (0.1, 0.1, 0.1), (0.94, 0.94, 0.93)))),
    ]
    hull = part_hull(
        np.concatenate(
            [
                np.concatenate([r * ring, np.full((16, 1), z)], -1)
                for r, z in ((r0, 0), (r1 + 0.0015, h), (0.9 * r1, h + 0.009))
            ]
        )
    )
    return Draft("coffee cup", visual, [hull], "paper", "conical", between(rng, 350, 700), s)


def salt_shaker(rng: np.random.Generator) -> Draft:
    """Salt or pepper shaker: glass or glazed body under a domed metal top with holes."""
    s = draw_scale(rng, 0.12)
    name, filling = pick(
        rng,
        ("salt shaker", (0.93, 0.93, 0.92)),
        ("pepper shaker", (0.2, 0.18, 0.17)),
        ("spice shaker", (0.72, 0.3, 0.1)),
    )
    r, h = 0.0205 * s, 0.056 * s * between(rng, 0.9, 1.2)
    body = lathe([(0, 0), (r, 0), (r, 0.004), (0.86 * r, 0.5 * h), (0.78 * r, h)], 16, cos_limit=0.6)
    top = [(0.84 * r, h), (0.84 * r, h + 0.4 * r), (0.74 * r, h + 0.62 * r), (0.45 * r, h + 0.8 * r), (0, h + 0.86 * r)]
    c = Canvas(48, 96, (0.76, 0.77, 0.79))
    for k in range(6):
        c.ellipse((k + 0.5) / 6, 0.22, 2.4, 3.2, (0.1, 0.1, 0.1))
    visual = [(body, paint("glass", filling)), (lathe(top, 16, cos_limit=0.6), printed("metal", c.image()))]
    parts = [part_lathe([(r, 0), (r, 0.004), (0.86 * r, 0.5 * h), (0.78 * r, h)], 12), part_lathe(top, 12)]
    return Draft(name, visual, parts, "glass", "tall", between(rng, 900, 1300), s)


def pepper_mill(rng: np.random.Generator) -> Draft:
    """Turned wooden mill with a knob."""
    s = draw_scale(rng, 0.1)
    r, h = 0.0245 * s, 0.135 * s * between(rng, 0.85, 1.1)
    profile = np.array(
        [
            (0, 0),
            (1.0, 0),
            (1.0, 0.1),
            (0.9, 0.14),
            (0.62, 0.3),
            (0.56, 0.42),
            (0.66, 0.56),
            (0.86, 0.64),
            (0.86, 0.67),
            (0.6, 0.68),
            (0.62, 0.7),
            (0.84, 0.74),
            (0.88, 0.82),
            (0.74, 0.9),
            (0.36, 0.94),
            (0, 0.95),
        ]
    ) * [r, h]
    tone = pick(rng, (0.42, 0.25, 0.14), (0.2, 0.13, 0.09), (0.68, 0.48, 0.28), (0.62, 0.1, 0.1))
    c = Canvas(96, 48, tone)
    for _ in range(16):
        x = between(rng, 0, 1)
        c.rect(x, 0, x + between(rng, 0.01, 0.03), 1, mix(tone, (0.05, 0.03, 0.02), 0.5), alpha=between(rng, 0.2, 0.5))
    knob = lathe([(0.2 * r, 0.94 * h), (0.2 * r, 0.96 * h), (0.28 * r, 0.975 * h), (0.22 * r, h), (0, h)], 12)
    body = lathe(profile, 20, cos_limit=0.5)
    cuts = ((1, 4), (3, 5), (4, 7), (6, 9), (10, 15))  # convex between the waists
    parts = [*[part_lathe(profile[i:j], 14) for i, j in cuts], part_cylinder(0.24 * r, 0.94 * h, h)]
    return Draft(
        "pepper mill",
        [(body, printed("wood", c.image())), (knob, paint("metal", (0.75, 0.75, 0.77)))],
        parts,
        "wood",
        "tall",
        between(rng, 650, 850),
        s,
    )


def sponge(rng: np.random.Generator) -> Draft:
    """Kitchen sponge with a scouring layer."""
    s = draw_scale(rng, 0.14)
    hx, hy, h = 0.046 * s, 0.029 * s, 0.024 * s * between(rng, 0.9, 1.25)
    soft = pick(rng, "yellow", "yellow", "pink", "blue", "orange")
    rough = pick(rng, "green", "green", "purple", "black") if soft != "yellow" else pick(rng, "green", "blue")
    o = rounded_rect(hx, hy, 0.005 * s, 3)
    c = Canvas(48, 128, shade(soft, rng))
    spots = rng.random((150, 2))
    for y, x in spots[:40]:
        c.ellipse(float(x), float(y), 1.2, 1.0, mix(shade(soft), (0.2, 0.15, 0), 0.35))
    foam = prism(o, 0, 0.72 * h, bevel=0.002)
    scour = prism(o, 0.72 * h, h, bevel=0.0015)
    pad = Canvas(48, 64, shade(rough, rng))
    pad.shade_noise(fractal_noise(rng, 48, 64, 24, 32, 2), 0.25)
    visual = [(foam, printed("foam", c.image())), (scour, printed("foam", pad.image()))]
    return Draft(
        "sponge",
        visual,
        [part_box((hx, hy, h / 2), (0, 0, h / 2))],
        "foam",
        "boxy",
        between(rng, 180, 300),
        s,
        extra={"colour": soft},
    )


def egg(rng: np.random.Generator) -> Draft:
    """Egg: white, brown or painted, blunt end down on a small flat."""
    s = draw_scale(rng, 0.1)
    r = 0.0225 * s
    kind = int(rng.integers(4))
    base = (
        (0.94, 0.91, 0.85)
        if kind < 2
        else (0.74, 0.5, 0.34)
        if kind == 2
        else shade(pick(rng, "blue", "pink", "green", "purple"), rng)
    )
    c = Canvas(48, 96, base)
    c.shade_noise(fractal_noise(rng, 48, 96, 16, 32, 2), 0.03)
    if kind == 3:
        accent = contrast(base) if rng.random() < 0.3 else shade("yellow", rng)
        for k in range(pick(rng, 1, 2, 3)):
            c.rect(0, 0.3 + 0.18 * k, 1, 0.37 + 0.18 * k, accent)
    p = round_profile(r, 1.02 * r, 1.5 * r, 0.46 * r, rows=11)
    return Draft(
        "painted egg" if kind == 3 else "egg",
        [(blob(p, 18), printed("ceramic", c.image()))],
        [part_lathe(p[1:-1], 16)],
        "ceramic",
        "oval",
        between(rng, 950, 1100),
        s,
    )


FAMILIES = (
    graspable("mug", "kitchen", mug),
    graspable("cup", "kitchen", cup, "plastic cup", "coffee cup"),
    graspable("salt_shaker", "kitchen", salt_shaker, "salt shaker", "pepper shaker", "spice shaker"),
    graspable("pepper_mill", "kitchen", pepper_mill),
    graspable("sponge", "kitchen", sponge),
    graspable("egg", "kitchen", egg, "egg", "painted egg"),
)
