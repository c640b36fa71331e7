"""Pots and jugs for the table: teapots, kettles, milk jugs, sugar bowls, coffee makers, shakers, butter dishes."""

from __future__ import annotations

import numpy as np

from assets.colours import PAINTS, mix, shade
from assets.families.shells import arch, arch_parts
from assets.families.turning import (
    BRASS,
    COPPER,
    DARK,
    STEEL,
    at_height,
    decorated,
    hollow,
    knob,
    profile,
    side_handle,
    solid,
    spout,
    steady,
)
from assets.kit import Draft, graspable, paint, part_box, part_hull, part_lathe, printed
from assets.mesh import Mesh, box, lathe, merge, prism, rounded_rect
from assets.numeric import between, circle, pick
from assets.paint import Canvas


def _corner(mesh: Mesh) -> Mesh:
    """The mesh in the plain corner of its body's picture."""
    return Mesh(mesh.vertices, mesh.faces, np.zeros_like(mesh.uv) + np.array([0.02, 0.02]))


def teapot(rng: np.random.Generator, variant: str) -> Draft:
    """Small teapot: round, tall, squat, drum or cone; side handle or a hoop overhead; straight or bent spout."""
    r = between(rng, 0.029, 0.0355)
    h = r * {"tall": between(rng, 2.3, 3.0), "squat": between(rng, 1.1, 1.5)}.get(variant, between(rng, 1.5, 2.3))
    f = between(rng, 0.5, 0.8)
    rows = {
        "round": [(f, 0.0), (0.5 + f / 2, 0.16), (1.0, 0.48), (0.86, 0.8), (0.55, 1.0)],
        "tall": [(f + 0.14, 0.0), (1.0, 0.14), (0.92, 0.5), (0.74, 0.85), (0.62, 1.0)],
        "squat": [(f, 0.0), (1.0, 0.42), (0.94, 0.66), (0.5, 1.0)],
        "drum": [(0.9, 0.0), (1.0, 0.06), (1.0, 0.86), (0.72, 1.0)],
        "cone": [(1.0, 0.0), (1.0, 0.08), (0.8, 0.5), (0.5, 1.0)],
        "hoop": [(f, 0.0), (0.96, 0.24), (1.0, 0.6), (0.8, 0.9), (0.5, 1.0)],
    }[variant]
    p = profile(rows, r, h)
    body, parts = solid(p, 22, turns=2.0)
    image, _ = decorated(rng)
    top = rows[-1][0] * r
    up = between(rng, 0.05, 0.2) * r
    lid_line = [(top + 0.001, h - 0.001), (0.8 * top, h + up), (0.0, h + up + 0.001)]
    lid = lathe(lid_line, 18)
    ball, more = knob(rng, h + up, between(rng, 0.14, 0.24) * r, between(rng, 0.25, 0.45) * r)
    za = between(rng, 0.26, 0.5) * h
    reach = between(rng, 0.55, 0.9) * r
    a = (0.85 * at_height(p, za), 0.0, za)
    b = (at_height(p, za) + reach, 0.0, between(rng, 0.85, 1.05) * h)
    pour, tube = spout(
        a, b, between(rng, 0.2, 0.3) * r, between(rng, 0.1, 0.15) * r, pick(rng, 0.0, between(rng, 0.005, 0.012))
    )
    meshes, parts = [body, _corner(lid), _corner(ball), _corner(pour)], [*parts, *more, *tube]
    handle_look = None
    if variant == "hoop" or rng.random() < 0.12:
        q = at_height(p, 0.88 * h) - 0.002
        push = (0, 0, h * 0.25 + between(rng, 0.028, 0.045))
        grip = arch((-q, 0, 0.85 * h), (q, 0, 0.85 * h), push, 0.0032, 9, 6, power=0.5)
        parts += arch_parts((-q, 0, 0.85 * h), (q, 0, 0.85 * h), push, 0.0032, 3, power=0.5)[: 8 - len(parts)]
        handle_look = paint("metal", pick(rng, DARK, STEEL, BRASS))
    else:
        span = between(rng, 0.45, 0.66)
        grip, extra = side_handle(p, 0.2 * h, (0.2 + span) * h, between(rng, 0.5, 0.85) * r, (0.0045, 0.0036),
                                  pick(rng, 1.0, 0.5), -1.0, 2)  # fmt: skip
        parts += extra
    word = pick(rng, "ceramic", "ceramic", "metal")
    visual = [(merge([*meshes, *([] if handle_look else [_corner(grip)])]), printed(word, image))]
    if handle_look:
        visual.append((grip, handle_look))
    return Draft("teapot", visual, parts[:8], word, "round", between(rng, 650, 900), r / 0.032)


def kettle(rng: np.random.Generator, variant: str) -> Draft:
    """Small kettle: whistling dome with an overhead handle, gooseneck with a side handle, electric jug, camping pot."""
    r = between(rng, 0.03, 0.0358)
    h = r * {"electric": between(rng, 2.5, 3.4), "camping": between(rng, 1.3, 1.8)}.get(variant, between(rng, 1.5, 2.4))
    t = between(rng, 0.42, 0.68)
    rows = {
        "whistling": [(0.94, 0.0), (1.0, 0.08), (0.96, 0.4), (0.5 + t / 2, 0.78), (t - 0.1, 1.0)],
        "gooseneck": [(1.0, 0.0), (1.0, 0.1), (t + 0.06, 0.92), (t, 1.0)],
        "electric": [(1.0, 0.0), (1.0, 0.1), (0.94, 0.12), (t + 0.1, 0.9), (t, 1.0)],
        "camping": [(0.95, 0.0), (1.0, 0.06), (1.0, 0.72), (0.66, 0.98), (0.6, 1.0)],
    }[variant]
    p = profile(rows, r, h)
    body, parts = solid(p, 22)
    colour = pick(rng, "red", "blue", "green", "black", "white", "yellow", "orange")
    base = pick(rng, STEEL, COPPER, shade(colour, rng), shade(colour, rng))
    trim = pick(rng, DARK, DARK, (0.5, 0.32, 0.18), STEEL)
    ball, more = knob(rng, h - 0.0005, between(rng, 0.14, 0.26) * r, between(rng, 0.2, 0.4) * r)
    parts = [*parts, *more]
    metal: list[Mesh] = [body]
    dark: list[Mesh] = [ball]
    if variant == "electric":
        lip = prism(np.array([(0.0, -0.012), (0.02, 0.0), (0.0, 0.012)]), 0.84 * h, 0.99 * h).moved(
            (at_height(p, 0.9 * h) - 0.006, 0, 0)
        )
        metal.append(lip)
        parts.append(part_hull(lip.vertices))
        grip, extra = side_handle(
            p, 0.12 * h, between(rng, 0.8, 0.92) * h, between(rng, 0.02, 0.03), (0.006, 0.0045), 0.5, -1.0
        )
    else:
        za = between(rng, 0.2, 0.4) * h if variant == "gooseneck" else between(rng, 0.5, 0.66) * h
        out = between(rng, 0.7, 1.0) * r if variant == "gooseneck" else between(rng, 0.4, 0.65) * r
        a, b = (0.9 * at_height(p, za), 0, za), (at_height(p, za) + out, 0, between(rng, 0.92, 1.08) * h)
        thick = (0.13 * r, 0.09 * r) if variant == "gooseneck" else (0.24 * r, 0.13 * r)
        pour, tube = spout(a, b, *thick, between(rng, 0.008, 0.014) if variant == "gooseneck" else 0.0)
        metal.append(pour)
        parts += tube
        if variant == "gooseneck":
            grip, extra = side_handle(p, 0.3 * h, 0.9 * h, between(rng, 0.02, 0.032), (0.0055, 0.004), 0.5, -1.0)
        else:
            q = at_height(p, 0.84 * h) - 0.002
            push = (0, 0, between(rng, 0.03, 0.052))
            a, b = (-q, 0, 0.84 * h), (q, 0, 0.84 * h)
            grip = arch(a, b, push, (0.0045, 0.0032), 9, 6, power=pick(rng, 1.0, 0.5))
            extra = arch_parts(a, b, push, 0.0036, 3, power=0.5)
    parts = [*parts, *extra]
    visual = [(merge(metal), paint("metal", base)), (merge([*dark, grip]), paint("plastic", trim))]
    return Draft("kettle", visual, parts[:8], "metal", "round", between(rng, 450, 650), r / 0.033)


def creamer(rng: np.random.Generator, variant: str) -> Draft:
    """Milk jug: pitcher, barista jug, round-bellied, tall water jug, square-shouldered, tapered."""
    r = between(rng, 0.026, 0.0355)
    h = r * {"tall": between(rng, 3.4, 4.6), "belly": between(rng, 1.8, 2.5)}.get(variant, between(rng, 2.0, 3.2))
    n = between(rng, 0.56, 0.82)
    rows = {
        "pitcher": [(0.7, 0.0), (1.0, 0.3), (0.9, 0.5), (n, 0.74), (n + 0.08, 1.0)],
        "barista": [(1.0, 0.0), (1.0, 0.05), (0.98, 0.4), (n, 0.8), (n + 0.06, 1.0)],
        "belly": [(0.6, 0.0), (0.96, 0.24), (1.0, 0.5), (n, 0.84), (n + 0.1, 1.0)],
        "tall": [(0.8, 0.0), (0.95, 0.12), (1.0, 0.35), (n, 0.75), (n + 0.1, 1.0)],
        "tapered": [(n, 0.0), (n + 0.02, 0.03), (1.0, 1.0)],
        "shouldered": [(0.96, 0.0), (1.0, 0.04), (1.0, 0.56), (n, 0.72), (n, 0.86), (n + 0.16, 1.0)],
    }[variant]
    h = min(steady(rows, r, h), 0.16)
    p = profile(rows, r, h)
    body, parts = hollow(p, 0.0026, 0.005, 22)
    # The pouring lip: rim points pulled out on the +x side.
    v = body.vertices.copy()
    lift = np.clip((v[:, 2] / h - 0.84) / 0.16, 0.0, 1.0)
    toward = np.clip(v[:, 0] / np.maximum(np.sqrt(v[:, 0] ** 2 + v[:, 1] ** 2), 1e-6), 0.0, 1.0)
    pull = between(rng, 0.006, 0.012)
    v[:, 0] += lift * toward * toward * toward * pull
    body = Mesh(v, body.faces, body.uv)
    tip = np.array(
        [
            (p[-1, 0] + pull, 0, h),
            (p[-1, 0] - 0.004, -0.008, h),
            (p[-1, 0] - 0.004, 0.008, h),
            (p[-1, 0] - 0.004, 0, 0.86 * h),
        ]
    )
    parts.append(part_hull(tip))
    span = between(rng, 0.5, 0.72)
    grip, extra = side_handle(p, 0.18 * h, (0.18 + span) * h, between(rng, 0.017, 0.028), (0.0046, 0.0034),
                              pick(rng, 1.0, 0.5), -1.0)  # fmt: skip
    steel = variant == "barista"
    image, _ = decorated(rng)
    look = paint("metal", STEEL) if steel else printed("ceramic", image)
    word = "metal" if steel else "ceramic"
    name = "water jug" if variant == "tall" else pick(rng, "milk jug", "cream jug")
    return Draft(name, [(merge([body, _corner(grip)]), look)], [*parts, *extra][:8], word, "round",
                 between(rng, 600, 850), r / 0.031)  # fmt: skip


def sugar_bowl(rng: np.random.Generator, variant: str) -> Draft:
    """Lidded sugar bowl: round, urn, box, beehive, drum; with or without two ears."""
    r = between(rng, 0.0285, 0.0355)
    h = r * between(rng, 1.1, 2.0)
    f = between(rng, 0.5, 0.82)
    rows = {
        "round": [(f, 0.0), (0.94, 0.28), (1.0, 0.56), (0.84, 1.0)],
        "urn": [(f, 0.0), (0.4, 0.12), (0.9, 0.4), (1.0, 0.66), (0.8, 1.0)],
        "beehive": [(0.92, 0.0), (1.0, 0.2), (0.98, 0.5), (0.9, 1.0)],
        "drum": [(0.96, 0.0), (1.0, 0.05), (1.0, 1.0)],
        "flared": [(f, 0.0), (f + 0.05, 0.1), (1.0, 1.0)],
    }[variant]
    p = profile(rows, r, h)
    body, parts = solid(p, 22, turns=2.0)
    t = rows[-1][0] * r
    up = between(rng, 0.12, 0.75) * r if variant != "beehive" else between(rng, 0.6, 1.0) * r
    k = between(rng, 0.5, 0.9)
    lid_line = [(t + 0.002, h), (t + 0.002, h + 0.003), (k * t, h + 0.72 * up), (0.0, h + up)]
    lid = lathe(lid_line, 22, cos_limit=0.6)
    top, more = knob(rng, h + up - 0.001, between(rng, 0.15, 0.26) * r, between(rng, 0.22, 0.4) * r)
    parts = [*parts, part_lathe(lid_line, 14), *more]
    image, _ = decorated(rng)
    meshes = [body, _corner(lid), _corner(top)]
    if variant in ("round", "urn") or rng.random() < 0.4:
        out = between(rng, 0.008, 0.018)
        for sign in (-1.0, 1.0):
            ear, extra = side_handle(p, 0.35 * h, 0.85 * h, out, (0.0034, 0.0028), 1.0, sign, 2)
            meshes.append(_corner(ear))
            parts += extra
    return Draft("sugar bowl", [(merge(meshes), printed("ceramic", image))], parts[:8], "ceramic", "round",
                 between(rng, 700, 950), r / 0.032)  # fmt: skip


def moka_pot(rng: np.random.Generator, variant: str) -> Draft:
    """Stove-top coffee maker: faceted, smooth, belly-shaped, tall or with a straight steel top."""
    r = between(rng, 0.027, 0.0345)
    h = r * between(rng, 3.2, 5.0)
    w = between(rng, 0.55, 0.74)
    m = between(rng, 0.4, 0.52)
    rows = {
        "faceted": [(1.0, 0.0), (1.0, 0.04), (w + 0.08, m - 0.02), (w + 0.14, m), (w + 0.08, m + 0.04), (1.0, 1.0)],
        "smooth": [(1.0, 0.0), (0.94, 0.2), (w, m), (w + 0.06, m + 0.05), (0.94, 1.0)],
        "belly": [(0.85, 0.0), (1.0, 0.16), (0.8, m - 0.06), (w, m), (0.88, m + 0.2), (0.84, 1.0)],
        "steel": [(1.0, 0.0), (1.0, 0.3), (0.9, m), (0.9, m + 0.04), (0.9, 1.0)],
    }[variant]
    h = min(steady(rows, r, h), 0.165)
    p = profile(rows, r, h)
    n = 8 if variant == "faceted" else 20
    body, parts = solid(p, n, cos_limit=0.8 if n == 8 else 0.6)
    top = p[-1, 0]
    up = between(rng, 0.1, 0.4) * r
    lid = lathe([(top + 0.001, h), (0.9 * top, h + 0.4 * up), (0.3 * top, h + up), (0, h + up)], n)
    ball, more = knob(rng, h + up - 0.001, between(rng, 0.18, 0.26) * r, between(rng, 0.3, 0.5) * r)
    lip = prism(np.array([(0.0, -0.009), (0.016, 0.0), (0.0, 0.009)]), 0.82 * h, h).moved(
        (at_height(p, 0.9 * h) - 0.005, 0, 0)
    )
    x = -at_height(p, 0.92 * h)
    out, drop = between(rng, 0.02, 0.032), between(rng, 0.3, 0.48) * h
    bar = box(out / 2, 0.005, 0.88 * h, 0.96 * h, 0.001).moved((x - out / 2 + 0.003, 0, 0))
    stick = box(0.005, 0.0055, 0.96 * h - drop, 0.96 * h, 0.0015).moved((x - out + 0.003, 0, 0))
    tone = pick(
        rng, (0.76, 0.77, 0.78), (0.76, 0.77, 0.78), shade("red", rng), (0.2, 0.2, 0.22), shade("blue", rng), COPPER
    )
    parts = [*parts, *more, part_hull(lip.vertices), part_hull(bar.vertices), part_hull(stick.vertices)]
    visual = [(merge([body, lid, lip]), paint("metal", tone)),
              (merge([ball, bar, stick]), paint("plastic", pick(rng, DARK, DARK, (0.45, 0.28, 0.16))))]  # fmt: skip
    return Draft("coffee maker", visual, parts[:8], "metal", "tall", between(rng, 600, 850), r / 0.031)


def french_press(rng: np.random.Generator, variant: str) -> Draft:
    """Coffee press: glass cylinder in a frame, plain steel, on feet, or tapered; a plunger on top."""
    r = between(rng, 0.0255, 0.034)
    h = min(r * between(rng, 3.0, 5.2), 0.15)
    f = between(rng, 0.82, 1.0)
    h = min(
        h,
        0.97
        * steady([(0.95 * f, 0.0), (1.0, 1.0), (0.6, 1.1), (0.2, 1.3)], r, h, (0.6 if variant == "feet" else 0.95) * f),
    )
    lift = between(rng, 0.006, 0.012) if variant == "feet" else 0.0
    line = [(f * r, lift), (f * r + 0.0005, lift + 0.004), (r, h)]
    body, parts = solid(line, 22)
    coffee = (0.2, 0.12, 0.07)
    c = Canvas(96, 64, (0.82, 0.88, 0.9))
    c.rect(0, between(rng, 0.3, 0.6), 1, 1, coffee)
    for x in (0.12, 0.55):
        c.rect(x, 0, x + 0.04, 1, (1, 1, 1), alpha=0.5)
    metal = pick(rng, STEEL, DARK, COPPER, BRASS)
    steel = variant == "steel"
    look = (
        paint("metal", pick(rng, STEEL, shade("white"), shade("green", rng), DARK))
        if steel
        else printed("glass", c.image())
    )
    rings = [] if steel else [
        lathe([(at_height(line, z) + 0.0012, z), (at_height(line, z + 0.005) + 0.0012, z + 0.005)], 22)
        for z in (lift + 0.002, between(rng, 0.4, 0.8) * h, h - 0.007)
    ]  # fmt: skip
    if variant == "frame":
        for x, y in circle(4):
            bar = box(0.0035, 0.0014, 0.0, h, 0.0004)
            R = np.array([[float(y), float(x), 0], [-float(x), float(y), 0], [0, 0, 1.0]])
            rings.append(bar.moved((0, 0, 0), R).moved((float(x) * (r + 0.0004), float(y) * (r + 0.0004), 0)))
    if variant == "feet":
        for x, y in circle(4):
            foot = box(0.004, 0.004, 0.0, h * 0.5, 0.001).moved((float(x) * r * f, float(y) * r * f, 0))
            rings.append(foot)
        square = np.concatenate(
            [[(x * (r * f + 0.004), y * (r * f + 0.004), z) for x, y in circle(4)] for z in (0.0, lift)]
        )
        parts.append(part_hull(square))
    up = between(rng, 0.15, 0.5) * r
    lid_line = [(r + 0.002, h), (r + 0.002, h + 0.005), (0.6 * r, h + 0.005 + up), (0, h + 0.006 + up)]
    lid = lathe(lid_line, 20, cos_limit=0.6)
    rod = between(rng, 0.006, 0.03)
    z = h + 0.005 + up
    stem = lathe([(0.0026, z), (0.0026, z + rod)], 8)
    ball, more = knob(rng, z + rod, between(rng, 0.007, 0.011), between(rng, 0.009, 0.015))
    span = between(rng, 0.5, 0.78)
    grip, extra = side_handle([(q, w) for q, w in line], lift + 0.14 * h, (0.14 + span) * h, between(rng, 0.02, 0.03),
                              (0.0055, 0.0045), 0.5, -1.0)  # fmt: skip
    parts = [*parts, part_lathe(lid_line, 14), *more, *extra]
    visual = [(body, look), (merge([lid, stem, *rings]), paint("metal", metal)),
              (merge([ball, grip]), paint("plastic", pick(rng, DARK, (0.5, 0.32, 0.18))))]  # fmt: skip
    word = "metal" if steel else "glass"
    return Draft("coffee press", visual, parts[:8], word, "tall", between(rng, 500, 750), r / 0.03)


def cocktail_shaker(rng: np.random.Generator, variant: str) -> Draft:
    """Bar shaker: three-piece cobbler, two-piece Boston, slim, faceted, or a waisted one."""
    r = between(rng, 0.0275, 0.0355)
    h = min(r * between(rng, 4.2, 6.8), 0.21)
    f, c = between(rng, 0.66, 0.84), between(rng, 0.56, 0.68)
    n = between(rng, 0.4, 0.62)
    rows = {
        "cobbler": [(f, 0.0), (f, 0.02), (1.0, c), (0.96, c + 0.03), (0.6, 0.8), (n, 0.82), (n, 0.96), (n - 0.1, 1.0)],
        "boston": [(f, 0.0), (f, 0.02), (1.0, c), (1.0, c + 0.02), (0.84, c + 0.03), (0.7, 0.99), (0.66, 1.0)],
        "slim": [(0.86, 0.0), (0.9, 0.02), (0.94, c + 0.1), (0.7, 0.86), (n, 0.88), (n, 1.0)],
        "waisted": [(0.96, 0.0), (0.94, 0.1), (0.7, 0.36), (0.94, 0.64), (0.84, 0.76), (n, 0.84), (n, 1.0)],
        "faceted": [(f, 0.0), (f, 0.03), (1.0, c), (0.7, 0.78), (n, 0.84), (n, 0.97), (0.2, 1.0)],
    }[variant]
    h = steady(rows, r, h)
    k = 8 if variant == "faceted" else 20
    body, parts = solid(profile(rows, r, h), k, cos_limit=0.8)
    tone = pick(rng, STEEL, STEEL, COPPER, BRASS, DARK)
    return Draft(
        "cocktail shaker", [(body, paint("metal", tone))], parts, "metal", "tall", between(rng, 450, 650), r / 0.032
    )


def butter_dish(rng: np.random.Generator, variant: str) -> Draft:
    """Covered butter dish: block lid, vaulted lid, round dome, or a cow-bell shape, each with a knob or a bar."""
    hx, hy = between(rng, 0.024, 0.0335), between(rng, 0.042, 0.066)
    h = between(rng, 0.03, 0.05)
    rim = between(rng, 0.006, 0.014)
    colour = pick(rng, *PAINTS)
    base = shade(colour, rng)
    tall = 0.006
    if variant == "dome":
        hy = hx = between(rng, 0.03, 0.0345)
        plate = lathe([(0, 0), (hx + 0.4 * rim, 0), (hx + rim, tall), (hx, tall)], 24)
        q = between(rng, 0.6, 0.9)
        p = np.array([(hx, tall), (hx, tall + 0.2 * h), (q * hx, tall + 0.75 * h), (0.3 * hx, tall + h)])
        lid, parts = solid(p, 24)
        parts = [part_lathe([(hx + 0.4 * rim, 0), (hx + rim, tall)], 16), *parts]
    else:
        o = rounded_rect(hx, hy, 0.3 * hx, 4)
        foot = rounded_rect(hx + rim, hy + rim, 0.35 * hx, 4)
        plate = prism(foot, 0.0, tall, bevel=0.0015)
        k = {
            "block": (1.0, 1.0, between(rng, 0.8, 0.96)),
            "vault": (1.0, between(rng, 0.84, 0.95), between(rng, 0.4, 0.66)),
            "bell": (1.0, between(rng, 0.74, 0.85), between(rng, 0.58, 0.72)),
        }[variant]
        from assets.mesh import loft

        levels = (tall, tall + 0.55 * h, tall + h)
        outs = [o * (s if variant != "vault" else np.array([s, 0.5 + 0.5 * s])) for s in k]
        lid = loft(outs, levels)
        parts = [part_box((hx + rim, hy + rim, tall / 2), (0, 0, tall / 2))]
        rings = [np.concatenate([q, np.full((len(q), 1), z)], -1) for q, z in zip(outs, levels, strict=True)]
        parts += (
            [part_hull(np.concatenate(rings))]
            if variant != "bell"
            else [part_hull(np.concatenate(rings[:2])), part_hull(np.concatenate(rings[1:]))]
        )
    z = tall + h - 0.0005
    if variant == "dome" or rng.random() < 0.5:
        top, more = knob(rng, z, between(rng, 0.006, 0.011), between(rng, 0.009, 0.018))
    else:
        w, up = between(rng, 0.012, 0.026), between(rng, 0.012, 0.02)
        top = arch((0, -w, z), (0, w, z), (0, 0, up), 0.0032, 7, 6, power=0.5)
        more = arch_parts((0, -w, z), (0, w, z), (0, 0, up), 0.0032, 3, power=0.5)
    pale = pick(rng, base, (0.92, 0.91, 0.88), mix(base, (1, 1, 1), 0.5))
    visual = [(merge([lid, top]), paint("ceramic", base)), (plate, paint("ceramic", pale))]
    return Draft("butter dish", visual, [*parts, *more], "ceramic", "round" if variant == "dome" else "rectangular",
                 between(rng, 700, 950), hy / 0.054)  # fmt: skip


FAMILIES = (
    graspable("teapot", "kitchen", teapot, variants=("round", "tall", "squat", "drum", "cone", "hoop")),
    graspable("kettle", "kitchen", kettle, variants=("whistling", "gooseneck", "electric", "camping")),
    graspable("creamer", "kitchen", creamer, "milk jug", "cream jug", "water jug",
              variants=("pitcher", "barista", "belly", "tall", "tapered", "shouldered")),
    graspable("sugar_bowl", "kitchen", sugar_bowl, variants=("round", "urn", "beehive", "drum", "flared")),
    graspable("moka_pot", "kitchen", moka_pot, "coffee maker", variants=("faceted", "smooth", "belly", "steel")),
    graspable("french_press", "kitchen", french_press, "coffee press", variants=("frame", "steel", "feet", "tapered")),
    graspable("cocktail_shaker", "kitchen", cocktail_shaker,
              variants=("cobbler", "boston", "slim", "waisted", "faceted")),
    graspable("butter_dish", "kitchen", butter_dish, variants=("block", "vault", "dome", "bell")),
)  # fmt: skip
