"""Flat things to put others on: trays, mats, cutting boards, wire racks."""

from __future__ import annotations

import numpy as np

from assets.colours import PAINTS, RGB, mix, shade
from assets.families.shells import (
    WOODS,
    Outline,
    arch,
    arch_parts,
    outline,
    shell,
    sizes,
    slab_parts,
    weave,
    wood_grain,
)
from assets.kit import Draft, container, paint, part_box, part_cylinder, part_hull, printed
from assets.labels import contrast, other_colour
from assets.mesh import Mesh, box, box_faces, cap, lathe, merge, prism, skin
from assets.numeric import between, circle, pick
from assets.paint import U8, Canvas, fractal_noise
from engine.types import CollisionPart, ContainerInfo


def _print(rng: np.random.Generator, base: RGB, colour: str, style: int | None = None) -> U8:
    """A pattern for the top of a tray or a mat."""
    c = Canvas(96, 128, base)
    accent = shade(other_colour(rng, colour), rng) if rng.random() < 0.7 else contrast(base)
    k = int(rng.integers(6)) if style is None else style
    if k == 1:  # frame
        c.rect(0.06, 0.08, 0.94, 0.92, accent, 8)
        c.rect(0.085, 0.115, 0.915, 0.885, base, 7)
    elif k == 2:  # stripes
        for i in range(7):
            c.rect(0, (2 * i + 0.5) / 14, 1, (2 * i + 1.2) / 14, accent)
    elif k == 3:  # checks
        for i in range(4):
            c.rect((i + 0.25) / 4, 0, (i + 0.75) / 4, 1, accent, alpha=0.45)
            c.rect(0, (i + 0.25) / 4, 1, (i + 0.75) / 4, accent, alpha=0.45)
    elif k == 4:  # dots
        for i in range(5):
            for j in range(4):
                c.ellipse((i + 0.5) / 5, (j + 0.5) / 4, 5.5, 5.5, accent)
    elif k == 5:  # rings
        for r in (14, 26, 38):
            c.ellipse(0.5, 0.5, 1.3 * r, r, accent, ring_px=3)
    return c.image()


def tray(rng: np.random.Generator, variant: str) -> Draft:
    """Serving tray with a low rim: rectangular, round, oval or eight-cornered; lugs, arched grips or none."""
    size = between(rng, 0.095, 0.108)
    if variant == "round":
        line = outline("round", size, size)
    elif variant in ("oval", "oct"):
        hx, hy = sizes(rng, 0.96 * size, 1.75)
        line = outline(variant, hx, max(hy, 1.04 * hx))
    else:
        hx, hy = sizes(rng, 0.92 * size, 1.7 if variant != "square" else 1.02)
        line = outline("rect", hx, hy, between(rng, 0.0, 0.5) * hx)
    hx, hy = (float(v) for v in np.abs(line.points).max(0))
    h = between(rng, 0.014, 0.034)
    lean = between(rng, 0.001, 0.018)
    t, floor = 0.005, 0.005
    s = shell(line, [(-lean, 0.0), (-0.96 * lean, 0.003), (0.0, h)], t, floor, kind="on", n=12)
    grips: list[Mesh] = []
    extra: list[CollisionPart] = []
    reach = (hx if line.radial else hy) - 0.5 * t
    if variant in ("arched", "round", "oct"):
        rise, half = between(rng, 0.02, 0.045), between(rng, 0.022, 0.4 * hx)
        for sign in (-1, 1):
            y = sign * reach
            a, b = (-half, y, h - 0.003), (half, y, h - 0.003)
            push = (0.0, sign * between(rng, 0.0, 0.008), rise)
            grips.append(arch(a, b, push, 0.0036, 7, 6, power=0.5))
            extra += arch_parts(a, b, push, 0.0036, 2 if line.radial else 3, power=0.5)
        extra = extra[: 16 - len(s.parts)] if len(extra) + len(s.parts) > 16 else extra
    elif variant in ("lugs", "oval"):
        out, half = between(rng, 0.012, 0.026), between(rng, 0.022, 0.6 * hx)
        for sign in (-1, 1):
            lug = box(half, 0.5 * out + 0.002, h - 0.008, h - 0.001, 0.001).moved((0, sign * (reach + 0.5 * out), 0))
            grips.append(lug)
            extra.append(part_hull(lug.vertices))
    if rng.random() < 0.45:
        tone = pick(rng, *WOODS)
        word, edge, top = "wood", paint("wood", mix(tone[0], tone[1], 0.6)), wood_grain(rng, tone=tone)
    else:
        colour = pick(rng, *PAINTS)
        base = shade(colour, rng)
        word = pick(rng, "plastic", "plastic", "metal")
        edge, top = paint(word, base), _print(rng, base, colour)
    visual = [(merge([s.body, *grips]), edge), (s.floor, printed(word, top))]
    shape = {"round": "round", "oval": "oval", "square": "square"}.get(variant, "rectangular")
    return Draft("tray", visual, [*s.parts, *extra], word, shape, 850.0, size / 0.1, s.info)


# --- mats -----------------------------------------------------------------------------------------


def _slab(line: Outline, z0: float, z1: float) -> tuple[Mesh, Mesh, list[CollisionPart]]:
    """(sides and underside, top with planar texture, parts) of a plate with a softened upper edge."""
    k = len(line.points)
    soft = min(0.0012, 0.3 * (z1 - z0))
    flat = lambda d, z: np.concatenate([line.grown(d), np.full((k, 1), z)], -1)  # noqa: E731
    pole = np.broadcast_to(np.array([*line.points.mean(0), z0]), (k, 3))
    side = skin(np.stack([pole, flat(0, z0), flat(0, z1 - soft), flat(-soft, z1)]), sharp_rows=(1, 2))
    return side, cap(flat(-soft, z1)), slab_parts(line, 0.0, z0, z1, 7)


def _bars(rng: np.random.Generator, size: float, h: float) -> tuple[Mesh, list[CollisionPart], float, float]:
    """A trivet of parallel or crossing slats."""
    hx, hy = sizes(rng, size, 1.5)
    n = int(rng.integers(5, 9))
    w = hx / n * between(rng, 0.5, 0.75)
    crossed = rng.random() < 0.5
    z = 0.5 * h
    x = (np.arange(n) + 0.5) / n * 2 * (hx - 0.0) - hx
    meshes = [box(w, hy, z if crossed else 0.25 * h, h, 0.0008).moved((float(v), 0, 0)) for v in x]
    m = n if crossed else 2
    y = (np.arange(m) + 0.5) / m * 2 * hy - hy if crossed else np.array([-0.62, 0.62]) * hy
    meshes += [box(hx, w if crossed else 0.006, 0.0, z, 0.0008).moved((0, float(v), 0)) for v in y]
    return merge(meshes), [part_box((hx, hy, 0.5 * h), (0, 0, 0.5 * h))], hx, hy


def mat(rng: np.random.Generator, variant: str) -> Draft:
    """Place mat, coaster or trivet: cork, woven, felt or wooden, of many outlines."""
    if variant == "slats":
        size, h = between(rng, 0.07, 0.085), between(rng, 0.009, 0.018)
        mesh, parts, hx, hy = _bars(rng, size, h)
        word = pick(rng, "wood", "wood", "plastic")
        colour = pick(rng, *PAINTS)
        look = printed("wood", wood_grain(rng)) if word == "wood" else paint(word, shade(colour, rng))
        info = ContainerInfo("on", h, h, half_extents=(hx - 0.004, hy - 0.004))
        return Draft("trivet", [(mesh, look)], parts, word, "flat", 600.0, size / 0.077, info)
    if variant == "rings":
        size, h = between(rng, 0.07, 0.09), between(rng, 0.008, 0.016)
        n, meshes = int(rng.integers(2, 5)), []
        for k in range(n):
            r = size * (k + 1) / n
            w = min(0.62 * size / n, 0.014)
            meshes.append(lathe([(r - w, 0.3 * h), (r, 0.3 * h), (r, h), (r - w, h), (r - w, 0.3 * h)], 24))
        spokes = int(rng.integers(3, 6))
        for x, y in circle(spokes):
            bar = box_faces(0.46 * size, 0.0045, 0.32 * h).moved((0.5 * size, 0, 0.34 * h))
            c, s = float(x), float(y)
            R = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]])
            meshes.append(bar.moved((0, 0, 0), R))
        parts = [part_cylinder(size, 0.02 * h, h)]
        colour = pick(rng, "black", "grey", "red", "blue", "green", "white")
        word = pick(rng, "metal", "plastic")
        info = ContainerInfo("on", h, h, radius=size - 0.004)
        return Draft("trivet", [(merge(meshes), paint(word, shade(colour, rng)))], parts, word, "round", 500.0,
                     size / 0.08, info)  # fmt: skip
    small = variant in ("coaster",)
    size = between(rng, 0.05, 0.06) if small else between(rng, 0.075, 0.1)
    h = between(rng, 0.004, 0.016)
    kind = pick(rng, "round", "rect", "hex", "scallop", "squircle", "flower") if small else variant
    long = kind in ("rect", "oval", "leaf", "egg", "fringed")
    hx, hy = sizes(rng, size, 1.08 if small else 2.2) if long else (size, size)
    hy = min(hy, 0.115 if variant == "fringed" else 0.132)
    kind = "rect" if variant == "fringed" else kind
    line = outline(kind, hx, hy, between(rng, 0.0, 0.5) * hx)
    side, top, hull = _slab(line, 0.0, h)
    if variant == "fringed":  # tassels at both ends
        n, out = int(rng.integers(7, 12)), between(rng, 0.008, 0.022)
        tuft = box_faces(0.55 * hx / n, out / 2 + 0.002, 0.27 * h).moved((0, 0, 0.27 * h))
        at = [((2 * (k + 0.5) / n - 1) * 0.96 * hx, j * (hy + out / 2)) for k in range(n) for j in (-1, 1)]
        side = merge([side, *[tuft.moved((x, y, 0)) for x, y in at]])
        hull += [part_box((0.95 * hx, out / 2, 0.27 * h), (0, j * (hy + out / 2), 0.27 * h)) for j in (-1, 1)]
    word = pick(rng, "foam", "fabric", "wicker", "rubber", "wood")
    if word == "foam":  # cork
        base = (0.72, 0.54, 0.35)
        c = Canvas(96, 96, base)
        c.blend_field(np.clip(0.6 * fractal_noise(rng, 96, 96, 24, 24, 2), 0, 1), (0.45, 0.3, 0.17))
        image = c.image()
        word = "wood"
    elif word == "wicker":
        base = pick(rng, (0.82, 0.66, 0.42), (0.62, 0.44, 0.27), (0.86, 0.8, 0.66))
        image = weave(rng, base, 120, 120)
    elif word == "wood":
        base, image = (0.66, 0.48, 0.3), wood_grain(rng)
    else:
        colour = pick(rng, *PAINTS)
        base = shade(colour, rng)
        image = _print(rng, base, colour)
    half = np.abs(line.points).max(0)
    if line.square or kind == "rect":
        keep = 0.94 if kind == "rect" else 0.78
        info = ContainerInfo("on", h, h, half_extents=(float(keep * half[0]), float(keep * half[1])))
    else:
        info = ContainerInfo("on", h, h, radius=0.97 * float(np.sqrt((line.points**2).sum(-1)).min()))
    name = "coaster" if small else "place mat"
    shape = {"round": "round", "rect": "rectangular", "oval": "oval"}.get(kind, "flat")
    return Draft(name, [(side, paint(word, base)), (top, printed(word, image))], hull, word, shape, 600.0,
                 size / (0.055 if small else 0.087), info)  # fmt: skip


def cutting_board(rng: np.random.Generator, variant: str) -> Draft:
    """Board: plain, with a paddle handle, round, with feet, with a juice rim or a sloping bread board."""
    size = between(rng, 0.078, 0.092)
    h = between(rng, 0.009, 0.02)
    kind = {"round": "round", "round_handle": "round", "oval": "oval"}.get(variant, "rect")
    hx, hy = sizes(rng, size, 1.9) if kind != "round" else (size, size)
    if variant == "paddle":
        hx, hy = 0.86 * hx, min(0.86 * hy, 0.1)
    line = outline(kind, hx, hy, between(rng, 0.02, 0.6) * hx)
    lift = between(rng, 0.005, 0.014) if variant == "feet" else 0.0
    side, top, hull = _slab(line, lift, lift + h)
    meshes, parts = [side], list(hull)
    zf = lift + h
    if variant in ("paddle", "round_handle"):
        length, w = between(rng, 0.04, 0.085), between(rng, 0.011, 0.02)
        end = outline("rect", w, length / 2 + 0.006, 0.9 * w)
        grip = prism(end.points + np.array([0.0, hy + length / 2 - 0.006]), 0.0, h, bevel=0.0012)
        meshes.append(grip)
        parts.append(part_hull(grip.vertices))
    elif variant == "feet":
        for i in (-1, 1):
            for j in (-1, 1):
                at = (i * (hx - 0.014), j * (hy - 0.014))
                meshes.append(lathe([(0, 0), (0.008, 0.0), (0.008, lift)], 10).moved((*at, 0)))
                parts.append(part_cylinder(0.008, 0.0, lift, at))
    elif variant == "rim":  # a raised ledge along one or two long sides
        up = between(rng, 0.008, 0.02)
        for sign in (-1, 1) if rng.random() < 0.5 else (-1,):
            ledge = box(0.005, 0.96 * hy, zf - 0.001, zf + up, 0.0012).moved((sign * (hx - 0.006), 0, 0))
            meshes.append(ledge)
            parts.append(part_hull(ledge.vertices))
    tone = pick(rng, *WOODS)
    plastic = rng.random() < 0.3
    colour = pick(rng, "white", "green", "red", "blue", "yellow", "grey", "black")
    base = shade(colour, rng) if plastic else mix(tone[0], tone[1], 0.4)
    if plastic:
        c = Canvas(96, 128, base)
        c.rect(0.05, 0.07, 0.95, 0.93, mix(base, (0.1, 0.1, 0.1), 0.3), 8)
        c.rect(0.075, 0.1, 0.925, 0.9, base, 7)
        image = c.image()
    elif rng.random() < 0.35:  # end grain
        c = Canvas(96, 128, tone[0])
        for i in range(8):
            for j in range(6):
                c.rect(i / 8, j / 6, (i + 1) / 8, (j + 1) / 6, mix(tone[0], tone[1], between(rng, 0, 1)))
        image = c.image()
    else:
        image = wood_grain(rng, tone=tone)
    word = "plastic" if plastic else "wood"
    keep = 0.95 if kind == "rect" else 0.72
    if kind == "round":
        info = ContainerInfo("on", zf, zf, radius=size - 0.005)
    else:
        edge = 0.012 if variant == "rim" else 0.0
        info = ContainerInfo("on", zf, zf, half_extents=(keep * hx - edge, keep * hy))
    shape = {"round": "round", "oval": "oval"}.get(kind, "rectangular")
    return Draft(pick(rng, "cutting board", "cutting board", "bread board"),
                 [(merge(meshes), paint(word, base)), (top, printed(word, image))], parts, word, shape, 700.0,
                 size / 0.085, info)  # fmt: skip


def rack(rng: np.random.Generator, variant: str) -> Draft:
    """Cooling rack: wires or slats on feet or end frames, straight, crossed, round or sloped at the ends."""
    size = between(rng, 0.085, 0.104)
    r = between(rng, 0.0013, 0.002) if variant != "slatted" else 0.0
    h = between(rng, 0.014, 0.06)
    z1 = h
    meshes: list[Mesh] = []
    if variant == "round":
        hx = hy = size
        rings = int(rng.integers(4, 6))
        for k in range(1, rings + 1):
            q = size * k / rings
            meshes.append(
                lathe([(q - 2 * r, z1 - 2 * r), (q, z1 - 2 * r), (q, z1), (q - 2 * r, z1), (q - 2 * r, z1 - 2 * r)], 20)
            )
        n = 8
        for k in range(n):
            c, s = (float(v) for v in circle(2 * n)[k])
            R = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]])
            meshes.append(box_faces(size, r, r).moved((0, 0, z1 - 3 * r), R))
        parts = [part_cylinder(size, z1 - 4 * r, z1)]
    else:
        hx, hy = sizes(rng, size, 1.7)
        if rng.random() < 0.5:
            hx, hy = min(hx, 0.09), min(hy, 0.12)
        if variant == "slatted":
            n, w, d = int(rng.integers(6, 11)), 0.0, between(rng, 0.004, 0.009)
            w = hy / n * between(rng, 0.5, 0.72)
        else:
            n, w, d = max(int(2 * hy / 0.0155), 6), r, 2 * r
        y = (np.arange(n) + 0.5) / n * 2 * (hy - w) - (hy - w)
        meshes += [box_faces(hx, w, d / 2).moved((0, float(v), z1 - d / 2)) for v in y]
        m = int(2 * hx / 0.018) if variant == "grid" else 2
        x = np.linspace(-hx + 0.003, hx - 0.003, m) if variant == "grid" else np.array([-0.86, 0.86]) * hx
        e = r if variant == "grid" else max(r, 0.003)
        meshes += [box_faces(e, hy, e).moved((float(v), 0, z1 - d - e)) for v in x]
        slab = d + (2 * r if variant == "grid" else 0.0)
        parts = [part_box((hx, hy, slab / 2), (0, 0, z1 - slab / 2))]
    feet = z1 - 0.004
    if variant in ("folding", "slatted"):  # two end frames across
        for sign in (-1, 1):
            x = sign * 0.86 * hx
            for piece in (
                box(0.003, hy, 0.0, 0.006, 0.001).moved((x, 0, 0)),
                box(0.003, 0.004, 0.0, feet, 0.001).moved((x, -hy + 0.004, 0)),
                box(0.003, 0.004, 0.0, feet, 0.001).moved((x, hy - 0.004, 0)),
            ):
                meshes.append(piece)
                parts.append(part_hull(piece.vertices))
    else:
        corners = [(i * (hx - 0.008), j * (hy - 0.008)) for i in (-1, 1) for j in (-1, 1)]
        if variant == "round":
            corners = [(0.9 * size * float(a), 0.9 * size * float(b)) for a, b in circle(4)]
        for at in corners:
            meshes.append(box(0.0035, 0.0035, 0.0, feet, 0.001).moved((*at, 0)))
            parts.append(part_box((0.0035, 0.0035, feet / 2), (*at, feet / 2)))
    rim = 0.0
    if variant == "railed":  # low rails along two sides
        rim = between(rng, 0.01, 0.03)
        for sign in (-1, 1):
            rail = box(hx, 0.0022, z1 + rim - 0.004, z1 + rim, 0.0008).moved((0, sign * (hy - 0.0025), 0))
            posts = [
                box(0.0022, 0.0022, z1 - 0.002, z1 + rim, 0).moved((k * (hx - 0.003), sign * (hy - 0.0025), 0))
                for k in (-1, 0, 1)
            ]
            meshes += [rail, *posts]
            parts.append(part_box((hx, 0.0022, rim / 2), (0, sign * (hy - 0.0025), z1 + rim / 2)))
    wood = variant == "slatted"
    word = "wood" if wood else "metal"
    colour = pick(rng, (0.74, 0.75, 0.77), (0.74, 0.75, 0.77), (0.12, 0.12, 0.13), shade("white"), (0.72, 0.45, 0.3))
    look = printed("wood", wood_grain(rng)) if wood else paint("metal", colour)
    if variant == "round":
        info = ContainerInfo("on", z1, z1, radius=size - 0.004)
    else:
        info = ContainerInfo("on", z1, z1, half_extents=(hx - 0.004, hy - 0.008))
    shape = "round" if variant == "round" else "rectangular"
    name = pick(rng, "cooling rack", "drying rack")
    return Draft(name, [(merge(meshes), look)], parts, word, shape, 900.0, size / 0.095, info)


FAMILIES = (
    container("tray", "on", tray, variants=("plain", "round", "lugs", "arched", "oval", "square", "oct")),
    container("mat", "on", mat, "place mat", "coaster", "trivet",
              variants=("rect", "round", "slats", "coaster", "oval", "rings", "hex", "fringed", "leaf", "tri", "egg",
                        "flower")),
    container("cutting_board", "on", cutting_board, "cutting board", "bread board",
              variants=("plain", "paddle", "round", "feet", "rim", "oval", "round_handle")),
    container("rack", "on", rack, "cooling rack", "drying rack",
              variants=("wires", "grid", "round", "slatted", "folding", "railed")),
)  # fmt: skip
