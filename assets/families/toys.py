"""Toys and play things."""

from __future__ import annotations

import numpy as np

from assets.colours import PAINTS, RGB, shade
from assets.families.fruit import round_profile
from assets.kit import (
    Draft,
    draw_scale,
    graspable,
    paint,
    part_box,
    part_cylinder,
    part_hull,
    part_hulls,
    part_lathe,
    printed,
)
from assets.labels import contrast, other_colour
from assets.mesh import Mesh, blob, box, box_faces, disc, lathe, loft, lying, merge, prism, rounded_rect
from assets.numeric import between, circle, pick, rotation
from assets.paint import Canvas


def block(rng: np.random.Generator) -> Draft:
    """Building block: a painted wooden cube or brick, some with a letter on every face."""
    s = draw_scale(rng, 0.18)
    a = 0.023 * s
    half = pick(rng, (a, a, a), (a, a, a), (1.5 * a, 0.85 * a, 0.75 * a), (0.85 * a, 0.85 * a, 1.5 * a))
    base = shade(pick(rng, "red", "orange", "yellow", "green", "blue", "purple", "pink", "white", "brown"), rng)
    parts = [part_box(half, (0, 0, half[2]))]
    shape = "cubic" if half[0] == half[2] else "long"
    density = between(rng, 450, 700)
    if shape == "cubic" and rng.random() < 0.45:
        c = Canvas(80, 80, base)
        ink = contrast(base)
        c.rect(0.06, 0.06, 0.94, 0.94, ink, 7)
        c.rect(0.1, 0.1, 0.9, 0.9, base, 5)
        c.text(pick(rng, *"ABCEHKMRSTXYZ23"), 0.5, 0.5, 42, ink)
        mesh = box_faces(*half).moved((0, 0, half[2]))
        return Draft("letter block", [(mesh, printed("wood", c.image()))], parts, "wood", shape, density, s)
    return Draft(
        "block", [(box(half[0], half[1], 0, 2 * half[2], 0.002), paint("wood", base))], parts, "wood", shape, density, s
    )


def ball(rng: np.random.Generator) -> Draft:
    """Ball with a small flat so that it stays: plain, striped, dotted, tennis, football."""
    name = pick(rng, "ball", "ball", "tennis ball", "soccer ball")
    s = draw_scale(rng, 0.12)
    r = 0.03 * s
    colour = "yellow" if name == "tennis ball" else "white" if name == "soccer ball" else pick(rng, *PAINTS)
    base: RGB = (0.8, 0.87, 0.22) if name == "tennis ball" else shade(colour, rng)
    accent = shade(other_colour(rng, colour), rng)
    c = Canvas(64, 128, base)
    if name == "tennis ball":
        x = np.arange(33) / 32.0
        wave = 1.0 - 2.0 * np.abs(2.0 * ((2.0 * x) % 1.0) - 1.0)
        wave = wave * (1.5 - 0.5 * wave * wave)
        c.line([(float(a), float(0.5 + 0.27 * b)) for a, b in zip(x, wave, strict=True)], 3.0, (0.95, 0.95, 0.93))
    elif name == "soccer ball":
        for row, n, off in ((0.08, 1, 0.5), (0.34, 5, 0.0), (0.66, 5, 0.5), (0.95, 1, 0.5)):
            for k in range(n):
                c.ellipse((k + 0.25 + off / 2) / n, row, 7.5 if n > 1 else 64, 6.5, (0.1, 0.1, 0.12))
    elif rng.random() < 0.6:
        for k in range(3):
            c.rect((2 * k) / 6, 0, (2 * k + 1) / 6, 1, accent)
    p = round_profile(r, r, r, 0.4 * r, rows=11)
    rubber = "fabric" if name == "tennis ball" else "rubber"
    return Draft(
        name,
        [(blob(p, 20), printed(rubber, c.image()))],
        [part_lathe(p[1:-1], 16)],
        rubber,
        "round",
        between(rng, 300, 520),
        s,
    )


_CUBE: tuple[RGB, ...] = (
    (0.78, 0.1, 0.12),
    (0.95, 0.5, 0.1),
    (0.1, 0.3, 0.72),
    (0.1, 0.55, 0.25),
    (0.95, 0.94, 0.92),
    (0.95, 0.82, 0.1),
)


def puzzle_cube(rng: np.random.Generator) -> Draft:
    """Twisting puzzle: 3 x 3 stickers on every face, solved or scrambled."""
    s = draw_scale(rng, 0.12)
    a = 0.0275 * s
    c = Canvas(96, 144, (0.08, 0.08, 0.09))
    scrambled, n = rng.random() < 0.6, pick(rng, 3, 3, 2)
    for face in range(6):
        for i in range(n):
            for j in range(n):
                colour = _CUBE[int(rng.integers(6)) if scrambled else face]
                x, y = (face % 3 + (i + 0.07) / n) / 3, (face // 3 + (j + 0.07) / n) / 2
                c.rect(x, y, x + 0.86 / n / 3, y + 0.86 / n / 2, colour, 2)
    mesh = box_faces(a, a, a, atlas=True).moved((0, 0, a))
    return Draft(
        "puzzle cube",
        [(mesh, printed("plastic", c.image()))],
        [part_box((a, a, a), (0, 0, a))],
        "plastic",
        "cubic",
        between(rng, 400, 600),
        s,
        extra={"colour": "multicoloured"},
    )


def dice(rng: np.random.Generator) -> Draft:
    """A big die with pips."""
    s = draw_scale(rng, 0.18)
    a = 0.0165 * s
    colour = pick(rng, "white", "red", "green", "blue", "black", "yellow")
    base = shade(colour, rng)
    ink = contrast(base)
    c = Canvas(96, 144, base)
    spots = {1: "4", 2: "08", 3: "048", 4: "0268", 5: "02468", 6: "023568"}
    for face, number in enumerate((1, 6, 2, 5, 3, 4)):
        for k in spots[number]:
            i, j = divmod(int(k), 3)
            c.ellipse((face % 3 + 0.24 + 0.26 * i) / 3, (face // 3 + 0.24 + 0.26 * j) / 2, 5.0, 5.0, ink)
    mesh = box_faces(a, a, a, atlas=True).moved((0, 0, a))
    return Draft(
        "die", [(mesh, printed("plastic", c.image()))], [part_box((a, a, a), (0, 0, a))], "plastic", "cubic", 1100.0, s
    )


def toy_car(rng: np.random.Generator) -> Draft:
    """Toy car, van or truck: lofted body, cabin with windows, four wheels."""
    name, cabin, roof = pick(
        rng, ("toy car", (-0.5, 0.35), 1.0), ("toy van", (-0.95, 0.55), 1.15), ("toy truck", (0.25, 0.85), 1.25)
    )
    s = draw_scale(rng, 0.12)
    length, hy, hb = 0.088 * s, 0.0195 * s, 0.017 * s
    z0, wheel = 0.007 * s, 0.0095 * s
    hx = length / 2
    body = prism(rounded_rect(hx, hy, 0.007 * s, 3), z0, z0 + hb, bevel=0.003 * s)
    x0, x1, top = cabin[0] * hx, cabin[1] * hx, z0 + hb + 0.014 * s * roof
    c0, ch = 0.5 * (x0 + x1), 0.5 * (x1 - x0)
    low, high = (
        rounded_rect(ch, 0.92 * hy, 0.004 * s, 2) + np.array([c0, 0]),
        rounded_rect(0.78 * ch, 0.78 * hy, 0.004 * s, 2) + np.array([c0, 0]),
    )
    windows = loft([low, 0.35 * low + 0.65 * high], [z0 + hb, z0 + hb + 0.65 * (top - z0 - hb)], caps=False)
    lid = loft([0.35 * low + 0.65 * high, high], [z0 + hb + 0.65 * (top - z0 - hb), top])
    disc_mesh = lathe(
        [(0, -0.004 * s), (wheel, -0.004 * s), (wheel, 0.004 * s), (0.5 * wheel, 0.0045 * s), (0, 0.0045 * s)], 14
    )
    wheels, hubs = [], []
    for x in (-0.58 * hx, 0.58 * hx):
        for y in (-1.0, 1.0):
            R = rotation("x", -np.pi / 2 * y)
            wheels.append(disc_mesh.moved((x, y * (hy - 0.002 * s), wheel), R))
            hubs.append(disc(0.5 * wheel, 0.0048 * s, 10).moved((x, y * (hy - 0.002 * s), wheel), R))
    colour = pick(rng, "red", "blue", "yellow", "green", "orange", "purple", "white")
    base = shade(colour, rng)
    coats = (
        [body, lid]
        if name != "toy truck"
        else [body, lid, box(0.5 * hx, 0.95 * hy, z0 + hb, z0 + hb + 0.013 * s).moved((-0.42 * hx, 0, 0))]
    )
    lamps = merge(
        [box(0.0015, 0.0035 * s, z0 + 0.45 * hb, z0 + 0.8 * hb, 0.0).moved((hx, y, 0)) for y in (-0.6 * hy, 0.6 * hy)]
    )
    visual = [
        (merge(coats), paint("plastic", base)),
        (merge([windows]), paint("glass", (0.2, 0.26, 0.32))),
        (merge(wheels), paint("rubber", (0.08, 0.08, 0.09))),
        (merge([*hubs, lamps]), paint("metal", (0.85, 0.84, 0.78))),
    ]
    parts = [
        part_box((hx, hy, hb / 2), (0, 0, z0 + hb / 2)),
        part_hull(
            np.concatenate(
                [np.concatenate([low, np.full((8, 1), z0 + hb)], -1), np.concatenate([high, np.full((8, 1), top)], -1)]
            )
        ),
        part_box((0.35 * wheel, hy + 0.002 * s, z0 / 2), (-0.58 * hx, 0, z0 / 2)),
        part_box((0.35 * wheel, hy + 0.002 * s, z0 / 2), (0.58 * hx, 0, z0 / 2)),
    ]
    if name == "toy truck":
        parts.append(part_box((0.5 * hx, 0.95 * hy, 0.0065 * s), (-0.42 * hx, 0, z0 + hb + 0.0065 * s)))
    return Draft(name, visual, parts, "plastic", "long", between(rng, 500, 800), s)


def rubber_duck(rng: np.random.Generator) -> Draft:
    """Bath duck: body with a tail, round head, beak, eyes."""
    s = draw_scale(rng, 0.14)
    base = shade(pick(rng, "yellow", "yellow", "yellow", "pink", "blue"), rng)
    x = np.array([-0.036, -0.033, -0.027, -0.014, 0.0, 0.014, 0.023, 0.028, 0.03]) * s
    w = np.array([0.002, 0.006, 0.013, 0.021, 0.0245, 0.023, 0.016, 0.009, 0.003]) * s
    hh = np.array([0.002, 0.004, 0.009, 0.016, 0.02, 0.02, 0.015, 0.009, 0.003]) * s
    axis = np.array([0.032, 0.029, 0.022, 0.0125, 0.015, 0.015, 0.0125, 0.016, 0.018]) * s
    body, rings = lying(np.stack([x, w, hh, 0 * x, axis], -1), 16)
    r = 0.0165 * s
    hx, hz = 0.014 * s, 0.049 * s
    ball_profile = round_profile(r, r, r, 0.05 * r, rows=9)
    head = blob(ball_profile, 16).moved((hx, 0, hz - r))
    beak = merge(
        [
            lying(
                np.array(
                    [[0, 0.008, 0.0022, 0, 0.002], [0.006, 0.007, 0.002, 0, 0.0022], [0.011, 0.003, 0.001, 0, 0.0026]]
                )
                * [s, s, s, 1, s],
                10,
            )[0].moved((hx + 0.9 * r, 0, hz - 0.0065 * s + k * 0.0028 * s))
            for k in (0, 1)
        ]
    )
    eyes = merge(
        [
            blob(round_profile(0.0026 * s, 0.0026 * s, 0.0026 * s, 0.0005, rows=5), 8).moved(
                (hx + 0.8 * r, y * 0.42 * r, hz + 0.14 * r)
            )
            for y in (-1, 1)
        ]
    )
    visual = [
        (merge([body, head]), paint("rubber", base)),
        (beak, paint("rubber", shade("orange", rng))),
        (eyes, paint("plastic", (0.05, 0.05, 0.06))),
    ]
    skull = part_lathe(ball_profile[1:], 12)
    skull = part_hull(np.asarray(skull.vertices) + np.array([hx, 0, hz - r]))
    parts = [
        *part_hulls(rings, (0, 3, 8)),
        skull,
        part_box((0.006 * s, 0.006 * s, 0.003 * s), (hx + r + 0.004 * s, 0, hz - 0.004 * s)),
    ]
    return Draft("rubber duck", visual, parts, "rubber", "round", between(rng, 350, 550), s)


def toy_brick(rng: np.random.Generator) -> Draft:
    """Studded plastic brick, two by two to two by four, one or two bricks high."""
    nx, ny, high = pick(rng, (2, 2, 1), (3, 2, 1), (4, 2, 1), (2, 2, 2), (3, 2, 2))
    s = draw_scale(rng, 0.12)
    pitch, h = 0.0165 * s, 0.02 * s
    hx, hy = nx * pitch / 2, ny * pitch / 2
    stud = lathe([(0.0052 * s, 0), (0.0052 * s, 0.0038 * s), (0, 0.0038 * s)], 12)
    studs = [
        stud.moved(((i + 0.5) * pitch - hx, (j + 0.5) * pitch - hy, high * h)) for i in range(nx) for j in range(ny)
    ]
    bodies: list[Mesh] = [box(hx, hy, k * h + (0.0004 if k else 0), (k + 1) * h, 0.0008) for k in range(high)]
    colours = [pick(rng, "red", "blue", "yellow", "green", "white", "orange", "black") for _ in range(high)]
    tops = shade(colours[-1], rng)
    visual = [(merge([bodies[-1], *studs]), paint("plastic", tops))]
    if high == 2:
        visual.append((bodies[0], paint("plastic", shade(colours[0], rng))))
    inner = 0.5 * pitch - 0.0052 * s
    parts = [
        part_box((hx, hy, high * h / 2), (0, 0, high * h / 2)),
        part_box((hx - inner, hy - inner, 0.0019 * s), (0, 0, high * h + 0.0019 * s)),
    ]
    return Draft("toy brick", visual, parts, "plastic", "boxy", between(rng, 500, 700), s)


def stacking_rings(rng: np.random.Generator) -> Draft:
    """A pyramid of rings on a peg."""
    s = draw_scale(rng, 0.1)
    n = pick(rng, 3, 4, 5)
    order = ["red", "orange", "yellow", "green", "blue", "purple", "pink"]
    start = int(rng.integers(7))
    h, r0 = 0.0165 * s, 0.031 * s
    visual, parts, z = [], [], 0.0
    for k in range(n):
        r = r0 * (1 - 0.56 * k / n)
        outline = [
            (0.5 * r, z),
            (0.88 * r, z),
            (r, z + 0.35 * h),
            (r, z + 0.65 * h),
            (0.88 * r, z + h),
            (0.3 * r, z + h),
        ]
        ring = lathe(outline, 16, cos_limit=0.4)
        visual.append((ring, paint("plastic", shade(order[(start + k) % 7], rng))))
        parts.append(part_cylinder(0.99 * r, z, z + h))
        z += h
    knob = blob(round_profile(0.0095 * s, 0.0095 * s, 0.0095 * s, 0.006 * s, rows=6), 12).moved((0, 0, z))
    visual.append((knob, paint("wood", (0.8, 0.62, 0.4))))
    parts.append(part_cylinder(0.0085 * s, z, z + 0.0165 * s))
    return Draft(
        "stacking rings",
        visual,
        parts,
        "plastic",
        "conical",
        between(rng, 450, 650),
        s,
        extra={"colour": "multicoloured"},
    )


def toy_figure(rng: np.random.Generator) -> Draft:
    """A peg doll: turned wooden body with a painted coat and a face."""
    s = draw_scale(rng, 0.12)
    r, h = 0.0195 * s, 0.048 * s
    colour = pick(rng, "red", "blue", "green", "purple", "pink", "orange", "yellow")
    coat = shade(colour, rng)
    body = lathe(
        [(0, 0), (0.96 * r, 0), (r, 0.002), (r, 0.3 * h), (0.86 * r, 0.7 * h), (0.5 * r, h)], 20, cos_limit=0.5
    )
    c = Canvas(64, 112, (0.93, 0.76, 0.6))
    hair = pick(rng, (0.25, 0.15, 0.08), (0.12, 0.1, 0.1), (0.8, 0.6, 0.25), (0.6, 0.25, 0.1))
    c.rect(0, 0, 1, 0.34, hair)
    c.rect(0, 0, 0.2, 0.62, hair)
    c.rect(0.8, 0, 1, 0.62, hair)
    for x in (0.43, 0.57):
        c.ellipse(x, 0.5, 2.4, 3.0, (0.08, 0.08, 0.1))
    c.line([(0.45, 0.68), (0.5, 0.72), (0.55, 0.68)], 2.0, (0.7, 0.2, 0.2))
    rh = 0.0165 * s
    profile = round_profile(rh, rh, rh, 0.4 * rh, rows=9)
    head = blob(profile, 18).moved((0, 0, 0.97 * h), rotation("z", np.pi))
    buttons = merge(
        [
            disc(0.0024 * s, 0, 8).moved(
                (0.99 * r - 0.004 * s * k / 2 + 0.0006, 0, (0.3 + 0.2 * k) * h), rotation("y", 1.5708 - 0.2 * k)
            )
            for k in range(2)
        ]
    )
    visual = [
        (body, paint("wood", coat)),
        (head, printed("wood", c.image())),
        (buttons, paint("plastic", contrast(coat))),
    ]
    hull = part_hull(
        np.concatenate(
            [
                np.concatenate([q * circle(14), np.full((14, 1), z)], -1)
                for q, z in ((r, 0), (r, 0.3 * h), (0.86 * r, 0.7 * h), (0.5 * r, h))
            ]
        )
    )
    skull = part_lathe(profile[1:], 14)
    return Draft(
        "toy figure",
        visual,
        [hull, part_hull(np.asarray(skull.vertices) + np.array([0, 0, 0.97 * h]))],
        "wood",
        "tall",
        between(rng, 600, 750),
        s,
        extra={"colour": colour},
    )


FAMILIES = (
    graspable("block", "toys", block, "block", "letter block"),
    graspable("ball", "toys", ball, "ball", "tennis ball", "soccer ball"),
    graspable("puzzle_cube", "toys", puzzle_cube),
    graspable("dice", "toys", dice, "die"),
    graspable("toy_car", "toys", toy_car, "toy car", "toy van", "toy truck"),
    graspable("rubber_duck", "toys", rubber_duck),
    graspable("toy_brick", "toys", toy_brick),
    graspable("stacking_rings", "toys", stacking_rings),
    graspable("toy_figure", "toys", toy_figure),
)
