"""Boxes, baskets, crates, bins and drawer organisers; hollow for physics too."""

from __future__ import annotations

import numpy as np

from assets.colours import PAINTS, RGB, mix, shade
from assets.families.shells import Outline, arch, arch_parts, outline, shell, sizes, weave, wood_grain
from assets.kit import Draft, container, paint, part_box, part_hull, printed
from assets.labels import contrast, draw_picture, other_colour
from assets.mesh import Mesh, box, box_faces, merge, skin
from assets.numeric import between, pick, rotation
from assets.paint import Canvas
from engine.types import CollisionPart, ContainerInfo

CANE: tuple[RGB, ...] = ((0.82, 0.62, 0.38), (0.68, 0.47, 0.27), (0.9, 0.8, 0.62), (0.45, 0.28, 0.16))


def _brim(line: Outline, h: float, d: float, over: float, tall: float) -> Mesh:
    """A thick rolled edge around the top of a wall whose outside is at offset d."""
    k = len(line.points)
    rows = ((d - over, h - tall), (d + over, h - tall), (d + 1.4 * over, h - 0.4 * tall), (d + over, h), (d - 0.006, h))
    rings = [np.concatenate([line.grown(o), np.full((k, 1), z)], -1) for o, z in rows]
    return skin(np.stack(rings), cos_limit=0.4)


def basket(rng: np.random.Generator, variant: str) -> Draft:
    """Wicker or slotted plastic basket: rectangular, round, oval, tapered, with loops or a folded-down bail handle."""
    size = between(rng, 0.082, 0.098)
    t, floor = 0.006, 0.006
    if variant in ("round", "bail", "bread"):
        kind = {"bread": "oval"}.get(variant, "round")
        hx, hy = sizes(rng, size, 1.5) if kind == "oval" else (size, size)
        line = outline(kind, hx, max(hy, hx))
    else:
        hx, hy = sizes(rng, size, 1.7)
        line = outline("rect", hx, hy, between(rng, 0.06, 0.85 if variant == "loops" else 0.5) * hx)
    hx, hy = (float(v) for v in np.abs(line.points).max(0))
    h = between(rng, 0.03, 0.05) if variant == "bread" else between(rng, 0.042, 0.076)
    lean = between(rng, 0.016, 0.034) if variant == "tapered" else between(rng, 0.002, 0.016)
    rows = [(-lean, 0.0), (-0.96 * lean, 0.003), (0.0, h)]
    s = shell(line, rows, t, floor, n=11, turns=1.0)
    wicker = rng.random() < 0.65
    if wicker:
        base = pick(rng, *CANE)
        image = weave(rng, base)
    else:
        base = shade(pick(rng, "white", "blue", "green", "pink", "yellow", "red", "grey"), rng)
        c = Canvas(48, 192, base)
        dark = mix(base, (0.05, 0.05, 0.06), 0.6)
        for k in range(24):
            for y in (0.27, 0.75):
                c.rect((k + 0.25) / 24, y - 0.09, (k + 0.75) / 24, y + 0.09, dark, 2)
        image = c.image()
    word = "wicker" if wicker else "plastic"
    grips: list[Mesh] = [_brim(line, h + 0.001, 0.0, 0.0015, between(rng, 0.006, 0.012))]
    extra: list[CollisionPart] = []
    if variant == "loops":
        rise, half = between(rng, 0.018, 0.04), between(rng, 0.02, 0.5 * hx)
        for sign in (-1, 1):
            a, b, push = (-half, sign * (hy - 0.004), h - 0.004), (half, sign * (hy - 0.004), h - 0.004), (0, 0, rise)
            grips.append(arch(a, b, push, 0.0042, 7, 6, power=0.5))
            extra += arch_parts(a, b, push, 0.0042, 2, power=0.5)
    elif variant == "bail":
        drop, out = between(rng, 0.0, 0.02), hx + between(rng, 0.008, 0.016)
        a, b, push = (0, -hy, h - 0.003), (0, hy, h - 0.003), (out, 0, -drop)
        grips.append(arch(a, b, push, 0.0042, 11, 6, power=0.5))
        extra += arch_parts(a, b, push, 0.0042, 4, power=0.5)
    look = paint(word, mix(base, (0.1, 0.06, 0.03), 0.18))
    visual = [(s.body, printed(word, image)), (s.floor, printed(word, image)), (merge(grips), look)]
    shape = "round" if variant in ("round", "bail") else "oval" if variant == "bread" else "rectangular"
    name = "bread basket" if variant == "bread" else "basket"
    return Draft(name, visual, [*s.parts, *extra], word, shape, between(rng, 350, 500), size / 0.09, s.info)


def _flap(length: float, wide: float, at: tuple[float, float, float], yaw: float, droop: float) -> Mesh:
    """A cardboard flap hinged at `at`, pointing along its x after a yaw, falling by `droop` radians."""
    flap = box_faces(wide / 2, length / 2, 0.0013).moved((wide / 2, 0, 0))
    return flap.moved((0, 0, 0), rotation("y", droop)).moved(at, rotation("z", yaw))


def box_open(rng: np.random.Generator, variant: str) -> Draft:
    """Open box: cardboard with folded-out flaps, plain storage box, long shoe box, divided, lidded or with cut ends."""
    size = between(rng, 0.08, 0.097)
    hx, hy = sizes(rng, size, 2.0 if variant == "shoe" else 1.6)
    if "flaps" in variant:
        hx, hy = 0.92 * hx, min(0.92 * hy, 0.098)
    hx = max(hx, 0.066)
    h = between(rng, 0.036, 0.078)
    t, floor = between(rng, 0.003, 0.005), 0.004
    lean = between(rng, 0.003, 0.014) if variant in ("storage", "handles") else 0.0
    line = outline("rect", hx, hy, between(rng, 0.006, 0.03) if variant in ("storage", "handles") else 0.0)
    s = shell(line, [(-lean, 0.0), (0.0, h)], t, floor, turns=1.0)
    card = variant in ("flaps", "two_flaps", "shoe", "lid") or (variant == "divided" and rng.random() < 0.6)
    word = "cardboard" if card else "plastic"
    if card and variant != "shoe" and rng.random() < 0.75:
        base = pick(rng, (0.72, 0.55, 0.36), (0.66, 0.48, 0.3), (0.78, 0.62, 0.44))
        c = Canvas(96, 256, base)
        ink = mix(base, (0.1, 0.06, 0.03), 0.7)
        for k in range(4):
            c.text(
                pick(rng, "FRAGILE", "TOOLS", "TOYS", "PARTS", "BOOKS"), (k + 0.5) / 4, 0.74, 17, ink, max_width=0.17
            )
    else:
        colour = pick(rng, *PAINTS)
        base = shade(colour, rng)
        c = Canvas(96, 256, base)
        accent = shade(other_colour(rng, colour), rng)
        style = int(rng.integers(4))
        for k in range(16):
            if style == 0:
                c.ellipse((k + 0.5) / 16, 0.68 + 0.14 * (k % 2), 6, 6, accent)
            elif style == 1:
                c.rect((k + 0.2) / 16, 0.52, (k + 0.55) / 16, 1, accent)
        if style == 2:
            c.rect(0, 0.7, 1, 0.84, accent)
        elif style == 3:
            for k in range(4):
                draw_picture(c, rng, "star", (k + 0.5) / 4, 0.75, 14)
    c.rect(0, 0, 1, 0.48, mix(base, (0, 0, 0), 0.12))
    more: list[Mesh] = []
    parts = list(s.parts)
    info = s.info
    if variant in ("flaps", "two_flaps"):
        droop, reach = between(rng, 0.25, 1.2), between(rng, 0.5, 0.95)
        if variant == "flaps":
            for yaw, at, n in ((0.0, (hx, 0), hy), (np.pi, (-hx, 0), hy)):
                more.append(_flap(1.96 * n, reach * 0.034, (*at, h - 0.001), yaw, droop))
        for yaw, at, n in ((np.pi / 2, (0, hy), hx), (-np.pi / 2, (0, -hy), hx)):
            more.append(_flap(1.96 * n, reach * 0.034, (*at, h - 0.001), yaw, droop))
        parts += [part_hull(m.vertices) for m in more]
    elif variant == "lid":  # hinged lid standing open behind the box
        tilt, deep = between(rng, 0.05, 0.6), between(rng, 0.6, 1.0)
        lid = (
            box(0.0016, hy, 0.0, deep * 0.075, 0.0005)
            .moved((0, 0, 0), rotation("y", tilt))
            .moved((hx - 0.002, 0, h - 0.003))
        )
        more.append(lid)
        parts.append(part_hull(lid.vertices))
    elif variant == "divided":
        y = between(rng, 0.25, 0.5) * hy
        wall = box_faces(hx - t, 0.0016, 0.45 * h).moved((0, y, 0.45 * h + 0.002))
        more.append(wall)
        parts.append(part_box((hx - t, 0.0016, 0.45 * h), (0, y, 0.45 * h + 0.002)))
        if rng.random() < 0.5:
            cross = box_faces(0.0016, 0.5 * (hy - y) - t / 2, 0.45 * h).moved(
                (0, 0.5 * (hy + y) - t / 2, 0.45 * h + 0.002)
            )
            more.append(cross)
            parts.append(part_hull(cross.vertices))
        room = y - 0.0016 + hy - t
        info = ContainerInfo(
            "in", floor, 0.9 * h, half_extents=(hx - t, room / 2), centre_xy=(0.0, y - 0.0016 - room / 2)
        )
    elif variant == "handles":
        out, half, z = between(rng, 0.008, 0.016), between(rng, 0.02, 0.6 * hx), h - between(rng, 0.002, 0.016)
        for sign in (-1, 1):
            lug = box(half, out / 2 + 0.002, z - 0.008, z, 0.001).moved((0, sign * (hy - 0.004 + out / 2), 0))
            more.append(lug)
            parts.append(part_hull(lug.vertices))
    elif variant == "storage":
        more.append(_brim(line, h + 0.0005, 0.0, 0.002, between(rng, 0.004, 0.01)))
    tint = paint(word, mix(base, (0, 0, 0), 0.15))
    visual = [(s.body, printed(word, c.image())), (s.floor, tint)]
    if more:
        visual.append((merge(more), paint(word, mix(base, (0, 0, 0), 0.06))))
    name = {"flaps": "cardboard box", "two_flaps": "cardboard box", "shoe": "shoe box"}.get(variant, "storage box")
    return Draft(name, visual, parts, word, "rectangular", between(rng, 400, 600), size / 0.088, info)


def crate(rng: np.random.Generator, variant: str) -> Draft:
    """Crate: wooden slats on posts, high-cornered fruit crate, boarded ends with grips, or gridded plastic."""
    size = between(rng, 0.086, 0.1)
    hx, hy = sizes(rng, size, 2.0)
    hx = max(hx, 0.07)
    h = between(rng, 0.03, 0.079)
    t, floor = 0.006, 0.005
    plastic = variant == "plastic"
    n = int(rng.integers(2, 5)) if variant != "fruit" else 2
    gap = between(rng, 0.15, 0.45) * h / n
    each = (h - gap * (n - 1)) / n
    solid_ends = variant in ("boarded", "handled")
    pieces: list[Mesh] = []
    for k in range(n):
        z0 = k * (each + gap)
        for sign in (-1, 1):
            pieces.append(box_faces(t / 2, hy, each / 2).moved((sign * (hx - t / 2), 0, z0 + each / 2)))
            if not solid_ends:
                pieces.append(box_faces(hx - t, t / 2, each / 2).moved((0, sign * (hy - t / 2), z0 + each / 2)))
    rise = between(rng, 0.006, 0.022) if variant in ("fruit", "handled") else 0.0
    top = min(h + rise, 0.088)
    e = between(rng, 0.0045, 0.008)
    extra: list[CollisionPart] = []
    if solid_ends:
        for sign in (-1, 1):
            pieces.append(box_faces(hx - t, t / 2, h / 2).moved((0, sign * (hy - t / 2), h / 2)))
    if variant == "handled":  # a bar on two pegs over each end
        for sign in (-1, 1):
            pieces.append(box(0.55 * hx, 0.005, top, top + 0.007, 0.001).moved((0, sign * (hy - t / 2), 0)))
            pieces += [
                box_faces(0.005, t / 2, (top - h) / 2 + 0.001).moved(
                    (i * 0.45 * hx, sign * (hy - t / 2), (top + h) / 2)
                )
                for i in (-1, 1)
            ]
            extra.append(
                part_box((0.55 * hx, 0.005, (top + 0.007 - h) / 2), (0, sign * (hy - t / 2), (top + 0.007 + h) / 2))
            )
    for i in (-1, 1):
        for j in (-1, 1):
            at = (i * (hx - t - e), j * (hy - t - e), top / 2)
            pieces.append(
                box_faces(e, e, (h if variant == "handled" else top) / 2).moved(
                    (*at[:2], h / 2 if variant == "handled" else top / 2)
                )
            )
            if rise and variant == "fruit":
                extra.append(part_box((e, e, top / 2), at))
    if plastic:
        m = int(rng.integers(3, 6))
        for k in range(m):
            y, x = (2 * (k + 0.5) / m - 1) * (hy - t), (2 * (k + 0.5) / m - 1) * (hx - t)
            for sign in (-1, 1):
                pieces.append(box_faces(t / 2 - 0.0004, 0.003, h / 2).moved((sign * (hx - t / 2), y, h / 2)))
                pieces.append(box_faces(0.003, t / 2 - 0.0004, h / 2).moved((x, sign * (hy - t / 2), h / 2)))
    width = 2 * (hx - t) / 5
    for k in range(5):
        pieces.append(box_faces(0.46 * width, hy - t, floor / 2).moved((-(hx - t) + (k + 0.5) * width, 0, floor / 2)))
    parts = [
        part_box((hx, hy, floor / 2), (0, 0, floor / 2)),
        *[part_box((t / 2, hy, (h - floor) / 2), (k * (hx - t / 2), 0, (h + floor) / 2)) for k in (-1, 1)],
        *[part_box((hx - t, t / 2, (h - floor) / 2), (0, k * (hy - t / 2), (h + floor) / 2)) for k in (-1, 1)],
        *extra,
    ]
    colour = pick(rng, "blue", "red", "green", "yellow", "grey", "black", "orange")
    look = paint("plastic", shade(colour, rng)) if plastic else printed("wood", wood_grain(rng))
    word = "plastic" if plastic else "wood"
    info = ContainerInfo("in", floor, h, half_extents=(hx - t - 2 * e, hy - t - 2 * e))
    name = "plastic crate" if plastic else "wooden crate"
    return Draft(name, [(merge(pieces), look)], parts, word, "rectangular", 550.0, size / 0.094, info)


def tub(rng: np.random.Generator, variant: str) -> Draft:
    """Bucket with a folded bail, waste bin, wash basin or flexible tub with two grips."""
    size = between(rng, 0.078, 0.094)
    kind = {"bucket": "round", "basin": "round", "oval_tub": "oval", "bin": pick(rng, "squircle", "rect", "oct"),
            "grips": "round", "ribbed": "scallop"}[variant]  # fmt: skip
    hx, hy = sizes(rng, size, 1.6) if kind in ("oval", "rect") else (size, size)
    line = outline(kind, hx, max(hx, hy), between(rng, 0.15, 0.5) * hx)
    hx, hy = (float(v) for v in np.abs(line.points).max(0))
    h = between(rng, 0.032, 0.055) if variant == "basin" else between(rng, 0.045, 0.079)
    lean = between(rng, 0.012, 0.03) if variant in ("bucket", "basin") else between(rng, 0.002, 0.026)
    s = shell(line, [(-lean, 0.0), (-0.97 * lean, 0.003), (0.0, h)], 0.004, 0.005, n=10, turns=1.0)
    colour = pick(rng, *PAINTS)
    base = shade(colour, rng)
    metal = variant == "bucket" and rng.random() < 0.4
    word = "metal" if metal else "plastic"
    base = (0.66, 0.68, 0.7) if metal else base
    c = Canvas(64, 128, base)
    if rng.random() < 0.5:
        accent = shade(other_colour(rng, colour), rng) if rng.random() < 0.5 else contrast(base)
        for y in (0.58, 0.66) if metal else (0.6, 0.74):
            c.rect(0, y, 1, y + 0.03, accent if not metal else mix(base, (0, 0, 0), 0.35))
    grips: list[Mesh] = [_brim(line, h + 0.0005, 0.0, between(rng, 0.001, 0.0025), between(rng, 0.004, 0.01))]
    parts = list(s.parts)
    if variant == "bucket":
        a, b = (0, -hy - 0.001, h - 0.006), (0, hy + 0.001, h - 0.006)
        push = (hx + between(rng, 0.006, 0.014), 0, -between(rng, 0.0, 0.025))
        grips.append(arch(a, b, push, 0.0022, 11, 6, power=0.5))
        parts += arch_parts(a, b, push, 0.003, 4, power=0.5)
    elif variant in ("grips", "oval_tub"):
        rise, half = between(rng, 0.012, 0.032), between(rng, 0.018, 0.03)
        flare = between(rng, 0.0, 0.02)
        for sign in (-1, 1):
            a, b = (-half, sign * (hy - 0.003), h - 0.004), (half, sign * (hy - 0.003), h - 0.004)
            grips.append(arch(a, b, (0, sign * flare, rise), 0.004, 7, 6, power=0.5))
            if len(parts) < 16:
                parts.append(
                    part_box(
                        (half + 0.004, 0.004 + flare / 2, rise / 2), (0, sign * (hy - 0.003 + flare / 2), h + rise / 2)
                    )
                )
    visual = [(s.body, printed(word, c.image())), (s.floor, paint(word, mix(base, (0, 0, 0), 0.12))),
              (merge(grips), paint(word, mix(base, (0, 0, 0), 0.1)))]  # fmt: skip
    name = {"bucket": "bucket", "bin": "bin", "ribbed": "bin", "basin": "wash basin"}.get(variant, "tub")
    shape = "round" if kind in ("round", "scallop") else "oval" if kind == "oval" else "square"
    return Draft(name, visual, parts, word, shape, between(rng, 500, 700), size / 0.086, s.info)


def organiser(rng: np.random.Generator, variant: str) -> Draft:
    """Drawer organiser: a low tray with one large compartment and smaller ones beside it."""
    hx, hy = between(rng, 0.078, 0.095), between(rng, 0.088, 0.124)
    h = between(rng, 0.026, 0.056)
    t, floor, w = 0.0035, 0.004, 0.0014
    line = outline("rect", hx, hy, between(rng, 0.004, 0.022))
    lean = between(rng, 0.0, 0.006)
    s = shell(line, [(-lean, 0.0), (0.0, h)], t, floor, turns=1.0)
    ix, iy = hx - t - lean, hy - t - lean
    z0, z1 = floor - 0.001, between(rng, 0.75, 0.98) * h
    # The large compartment reaches from the -x, -y corner to (x, y).
    x = min(-ix + max(0.116, between(rng, 0.66, 0.85) * 2 * ix), ix - 0.018)
    y = min(-iy + max(0.116, between(rng, 0.6, 0.84) * 2 * iy), iy - 0.02)
    walls: list[tuple[float, float, float, float]] = []  # x0, y0, x1, y1
    if variant == "end":  # a row of small ones across one end
        x = ix
        walls.append((-ix, y, ix, y))
        n = int(rng.integers(1, 4))
        walls += [(-ix + 2 * ix * k / n, y, -ix + 2 * ix * k / n, iy) for k in range(1, n)]
    elif variant == "side":  # a long one along the side, divided or not
        y = iy
        walls.append((x, -iy, x, iy))
        n = int(rng.integers(1, 4))
        walls += [(x, -iy + 2 * iy * k / n, ix, -iy + 2 * iy * k / n) for k in range(1, n)]
    elif variant == "corner":  # small ones along the end and the side
        walls += [(-ix, y, ix, y), (x, -iy, x, y)]
        if rng.random() < 0.6:
            walls.append((0.0, y, 0.0, iy))
        if rng.random() < 0.6:
            walls.append((x, 0.0, ix, 0.0))
    else:  # "pen": a narrow front and a narrow side the whole way
        walls += [(-ix, y, x, y), (x, -iy, x, iy), (x, between(rng, -0.4, 0.4) * iy, ix, 0.0)]
        walls[-1] = (x, walls[-1][1], ix, walls[-1][1])
    meshes, parts = [], list(s.parts)
    for x0, y0, x1, y1 in walls:
        half = (max((x1 - x0) / 2, w), max((y1 - y0) / 2, w), (z1 - z0) / 2)
        at = ((x0 + x1) / 2, (y0 + y1) / 2, (z0 + z1) / 2)
        meshes.append(box_faces(*half).moved(at))
        parts.append(part_box(half, at))
    bamboo = rng.random() < 0.4
    colour = pick(rng, "white", "grey", "black", "blue", "green", "pink", "yellow")
    base = shade(colour, rng)
    look = printed("wood", wood_grain(rng)) if bamboo else paint("plastic", base)
    under = look if bamboo else paint("plastic", mix(base, (0, 0, 0), 0.12))
    word = "wood" if bamboo else "plastic"
    bx, by = (min(x, ix) + ix - w) / 2, (min(y, iy) + iy - w) / 2
    info = ContainerInfo("in", floor, z1, half_extents=(bx, by), centre_xy=(-ix + bx, -iy + by))
    visual = [(s.body, look), (s.floor, under), (merge(meshes), look)]
    return Draft("drawer organiser", visual, parts, word, "rectangular", 600.0, hy / 0.106, info)


FAMILIES = (
    container("basket", "in", basket, "basket", "bread basket",
              variants=("rect", "round", "loops", "tapered", "bail", "bread")),
    container("box", "in", box_open, "cardboard box", "shoe box", "storage box",
              variants=("flaps", "storage", "shoe", "divided", "lid", "two_flaps", "handles")),
    container("crate", "in", crate, "wooden crate", "plastic crate",
              variants=("slatted", "fruit", "boarded", "plastic", "handled")),
    container("bin", "in", tub, "bin", "bucket", "tub", "wash basin",
              variants=("bucket", "bin", "basin", "grips", "oval_tub", "ribbed")),
    container("organiser", "in", organiser, "drawer organiser", variants=("end", "side", "corner", "pen")),
)  # fmt: skip
