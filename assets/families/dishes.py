"""Tableware that holds things: plates, saucers, bowls, casserole dishes, colanders, cake stands."""

from __future__ import annotations

import numpy as np

from assets.colours import mix, shade
from assets.families.shells import (
    Outline,
    Shell,
    ears,
    glaze,
    outline,
    shell,
    sizes,
    turned_parts,
    wood_grain,
)
from assets.kit import Draft, container, paint, part_box, part_cylinder, part_hull, printed
from assets.mesh import box, cap, lathe, merge, skin
from assets.numeric import between, circle, pick, rotation
from assets.paint import Canvas
from engine.types import ContainerInfo


def _line(rng: np.random.Generator, kind: str, size: float, aspect: float = 1.7) -> Outline:
    """An outline of mean half extent `size`; long ones get an aspect ratio up to `aspect`."""
    if kind in ("round", "scallop", "hex", "oct", "flower"):
        return outline(kind, size, size)
    if kind == "tri":
        return outline(kind, size, 1.08 * size)
    if kind in ("square", "squircle"):
        a = between(rng, 0.9, 0.97)
        return outline("rect" if kind == "square" else kind, a * size, a * size, between(rng, 0.1, 0.5) * size)
    hx, hy = sizes(rng, size, aspect)
    hx, hy = (hx, hy) if hy > 1.12 * hx else (0.93 * size, 1.07 * size)
    return outline(kind, hx, hy, between(rng, 0.1, 0.6) * hx)


def _finish(
    rng: np.random.Generator, s: Shell, name: str, word: str, shape: str, scale: float, density: float = 1300.0
) -> Draft:
    """The glazed (or turned wooden) draft of a shell."""
    if word == "wood":
        image = wood_grain(rng)
        looks = (image, image)
    else:
        looks = glaze(rng)[:2]
    visual = [(s.body, printed(word, looks[0])), (s.floor, printed(word, looks[1]))]
    return Draft(name, visual, s.parts, word, shape, density, scale, s.info)


_SHAPES = {"round": "round", "scallop": "round", "flower": "round", "oval": "oval", "egg": "oval", "leaf": "oval"}


def plate(rng: np.random.Generator, variant: str) -> Draft:
    """Plate of many outlines: flat middle, and a sloping, deep or upturned rim."""
    kind = {"deep": pick(rng, "round", "square", "oct"), "platter": pick(rng, "oval", "rect")}.get(variant, variant)
    size = between(rng, 0.082, 0.095) if variant in ("platter", "leaf", "egg") else between(rng, 0.085, 0.105)
    line = _line(rng, kind, size, 2.1)
    deep = variant == "deep" or rng.random() < 0.25
    h = between(rng, 0.026, 0.05) if deep else between(rng, 0.009, 0.026)
    wide = size * (between(rng, 0.12, 0.36) if deep else between(rng, 0.08, 0.42))
    t = 0.004
    if deep and rng.random() < 0.6:  # soup plate: a well with a flat brim
        rows = [(-wide, 0.0), (-0.85 * wide, 0.35 * h), (-0.66 * wide, 0.56 * h), (0.0, h)]
    elif rng.random() < 0.4:  # coupe: curving up to the edge
        rows = [(-wide, 0.0), (-0.45 * wide, 0.22 * h), (-0.12 * wide, 0.6 * h), (0.0, h)]
    else:
        rows = [(-wide, 0.0), (-0.75 * wide, 0.3 * h), (0.0, h)]
    s = shell(line, rows, t, t, kind="on", n=12)
    word = pick(rng, "ceramic", "ceramic", "ceramic", "plastic", "wood")
    name = "platter" if variant == "platter" else "soup plate" if deep else "plate"
    return _finish(rng, s, name, word, _SHAPES.get(kind, "rectangular" if kind == "rect" else "flat"), size / 0.095)


def saucer(rng: np.random.Generator, variant: str) -> Draft:
    """Small plate under a cup, sometimes with a raised ring for it."""
    size = between(rng, 0.062, 0.076)
    line = _line(rng, variant, size, 1.8)
    h = size * between(rng, 0.1, 0.5)
    wide = size * between(rng, 0.16, 0.38)
    k = int(rng.integers(3))
    if k == 0:
        rows = [(-wide, 0.0), (-0.5 * wide, 0.3 * h), (0.0, h)]
    elif k == 1:
        rows = [(-wide, 0.0), (-0.94 * wide, 0.35 * h), (-0.3 * wide, 0.62 * h), (0.0, h)]
    else:
        rows = [(-wide, 0.0), (-0.4 * wide, 0.12 * h), (-0.1 * wide, 0.5 * h), (0.0, h)]
    s = shell(line, rows, 0.0036, 0.004, kind="on", n=12)
    return _finish(rng, s, "saucer", "ceramic", _SHAPES.get(variant, "flat"), size / 0.068, 1500.0)


def bowl(rng: np.random.Generator, variant: str) -> Draft:
    """Bowl: round-bottomed, straight-sided cone, on a foot, square, oval, waved or with a pouring handle."""
    size = between(rng, 0.074, 0.09)
    kind = {"conical": "round", "footed": "round", "hemispherical": "round", "handled": "round"}.get(variant, variant)
    kind = pick(rng, "hex", "oct") if variant == "faceted" else kind
    line = _line(rng, kind, size, 1.7)
    h = between(rng, 0.03, 0.076)
    lean = size * between(rng, 0.05, 0.36)
    lift = 0.0
    if variant in ("hemispherical", "handled", "oval", "scallop"):
        b = between(rng, 0.05, 0.13) * lean
        rows = [(-lean, 0.0), (-0.55 * lean + b, 0.16 * h), (-0.2 * lean + 1.2 * b, 0.5 * h), (0.0, h)]
    elif variant == "footed":
        lift = between(rng, 0.008, 0.018)
        f = -lean - between(rng, 0.0, 0.012)
        rows = [(f, 0.0), (f - 0.004, lift), (-0.62 * lean, lift + 0.14 * h), (-0.22 * lean, lift + 0.5 * h),
                (0.0, min(lift + h, 0.079))]  # fmt: skip
    else:
        rows = [(-lean, 0.0), (-0.96 * lean, 0.08 * h), (0.0, h)]
    t = 0.0045
    s = shell(line, rows, t, t + lift, n=12 if variant != "handled" else 11)
    if variant == "footed":  # solid down to the table below the floor
        r = size + rows[0][0]
        s.parts[0] = part_cylinder(r, 0.0, t + lift)
    word = pick(rng, "ceramic", "ceramic", "plastic", "wood") if variant != "faceted" else "ceramic"
    d = _finish(
        rng, s, "bowl", word, _SHAPES.get(kind, "square" if kind == "square" else "round"), size / 0.079, 1150.0
    )
    if variant != "handled":
        return d
    z, out = 0.86 * s.height, between(rng, 0.018, 0.034)
    metal = paint(word, glaze(rng)[2] if word != "wood" else (0.6, 0.42, 0.25))
    if rng.random() < 0.5:  # one flat grip
        grip = box(out, between(rng, 0.008, 0.014), z - 0.006, z + 0.002, 0.001).moved((size + out - 0.004, 0, 0))
        extra = [part_hull(grip.vertices)]
    else:
        loops, extra = ears(size - 0.006, z, out, 0.02, 0.0042)
        grip = merge(loops)
    return Draft("bowl", [*d.visual, (grip, metal)], [*s.parts, *extra], word, "round", 1150.0, d.scale, s.info)


def casserole(rng: np.random.Generator, variant: str) -> Draft:
    """Baking dish with two grips: oval, round, rectangular, square or fluted."""
    size = between(rng, 0.078, 0.094)
    kind = {"fluted": "scallop", "gratin": "oval"}.get(variant, variant)
    line = _line(rng, kind, size, 1.5 if variant != "gratin" else 1.8)
    hx, hy = np.abs(line.points).max(0)
    h = between(rng, 0.034, 0.045) if variant in ("gratin", "fluted") else between(rng, 0.036, 0.074)
    lean = between(rng, 0.0015, 0.014)
    rows = [(-lean, 0.0), (-lean + 0.002, 0.004), (-0.0015, h - 0.008), (0.003, h - 0.006), (0.003, h)]
    s = shell(line, rows, 0.0055, 0.006, n=12)
    z, out = h - 0.005, between(rng, 0.012, 0.026)
    half, reach = between(rng, 0.024, 0.4 * float(hx)), float(hy) if not line.radial else float(hx)
    reach -= 0.004
    along = "x" if line.radial else "y"
    if rng.random() < 0.5:
        loops, extra = ears(reach, z - 0.002, out, half, 0.0045, along)
        grip = merge(loops)
    else:  # flat lugs
        lug = box(half, out / 2 + 0.002, z - 0.008, z, 0.001)
        ends = [lug.moved((0, k * (reach + out / 2), 0)) for k in (-1, 1)]
        extra = [part_box((half, out / 2 + 0.002, 0.004), (0, k * (reach + out / 2), z - 0.004)) for k in (-1, 1)]
        if along == "x":
            ends = [e.moved((0, 0, 0), rotation("z", -0.5 * np.pi)) for e in ends]
            extra = [part_box((out / 2 + 0.002, half, 0.004), (k * (reach + out / 2), 0, z - 0.004)) for k in (-1, 1)]
        grip = merge(ends)
    colour = pick(rng, "red", "blue", "orange", "white", "green", "grey", "yellow", "black")
    base = shade(colour, rng)
    inside = pick(rng, base, (0.93, 0.92, 0.88), (0.93, 0.92, 0.88))
    c = Canvas(64, 16, base)
    c.rect(0, 0, 1, 0.45, inside)
    visual = [
        (s.body, printed("ceramic", c.image())),
        (s.floor, paint("ceramic", inside)),
        (grip, paint("ceramic", base)),
    ]
    shape = {"oval": "oval", "gratin": "oval", "rect": "rectangular", "square": "square"}.get(variant, "round")
    name = pick(rng, "casserole dish", "baking dish") if h < 0.05 else "casserole dish"
    return Draft(name, visual, [*s.parts, *extra], "ceramic", shape, 1200.0, size / 0.086, s.info, {"colour": colour})


def _holes(rng: np.random.Generator, base: tuple[float, float, float], style: int) -> tuple[Canvas, Canvas]:
    """Pictures of perforated metal or plastic for wall and floor."""
    dark = mix(base, (0.06, 0.06, 0.07), 0.75)
    wall, floor = Canvas(128, 160, base), Canvas(96, 96, base)
    for y in (0.12, 0.2, 0.28, 0.36, 0.62, 0.7, 0.78, 0.86):
        for k in range(16):
            x = (k + 0.5 * (int(y * 100) % 3 == 0)) / 16
            if style == 0:
                wall.ellipse(x, y, 2.4, 2.8, dark)
            else:
                wall.rect(x - 0.012, y - 0.02, x + 0.012, y + 0.024, dark, 1)
    for r, n in ((0.12, 6), (0.24, 12), (0.36, 18)):
        for x, y in circle(n):
            floor.ellipse(0.5 + r * float(x), 0.5 + r * float(y), 2.6, 2.6, dark)
    return wall, floor


def colander(rng: np.random.Generator, variant: str) -> Draft:
    """Perforated bowl: on a foot ring, on three feet, with one long handle, shallow, or a square basin."""
    size = between(rng, 0.074, 0.09)
    line = _line(rng, variant if variant in ("square", "oval") else "round", size, 1.6)
    h = between(rng, 0.026, 0.044) if variant == "shallow" else between(rng, 0.042, 0.066)
    lean = size * between(rng, 0.04, 0.34)
    lift = between(rng, 0.006, 0.013) if variant in ("footed", "three_feet") else 0.0
    b = between(rng, 0.06, 0.14) * lean if variant != "square" else 0.0
    rows = [
        (-lean, lift),
        (-0.55 * lean + b, lift + 0.16 * h),
        (-0.2 * lean + 1.2 * b, lift + 0.5 * h),
        (0.0, lift + h),
    ]
    s = shell(line, rows, 0.003, 0.003 + lift, n=11)
    low = s.info
    parts, more = list(s.parts), []
    if lift > 0:
        r = size - lean
        parts[0] = part_cylinder(r, lift if variant == "three_feet" else 0.0, lift + 0.003)
        if variant == "footed":
            more.append(lathe([(r - 0.006, lift), (r - 0.002, 0.0), (r, 0.0), (r - 0.002, lift)], 20))
        else:
            for x, y in circle(3):
                at = ((r - 0.005) * float(x), (r - 0.005) * float(y))
                more.append(box(0.0045, 0.0045, 0.0, lift + 0.002).moved((*at, 0)))
                parts.append(part_box((0.0045, 0.0045, lift / 2), (*at, lift / 2)))
    z = s.height - 0.006
    if variant == "long_handle":
        length = between(rng, 0.05, 0.085)
        grip = box(length / 2, 0.009, z - 0.006, z + 0.004, 0.002).moved((size + length / 2 - 0.004, 0, 0))
        more.append(grip)
        parts.append(part_hull(grip.vertices))
    elif variant != "three_feet":
        reach = float(np.abs(line.points).max())
        loops, extra = ears(
            reach - 0.004,
            z,
            between(rng, 0.012, 0.034),
            between(rng, 0.014, 0.034),
            0.0036,
            "y" if variant == "oval" else "x",
        )
        more += loops
        parts += extra
    metal = rng.random() < 0.5
    colour = "grey" if metal else pick(rng, "white", "red", "green", "blue", "yellow", "orange", "pink")
    base = (0.74, 0.75, 0.77) if metal else shade(colour, rng)
    word = "metal" if metal else "plastic"
    wall, floor = _holes(rng, base, int(rng.integers(2)))
    visual = [(s.body, printed(word, wall.image())), (s.floor, printed(word, floor.image()))]
    if more:
        visual.append((merge(more), paint(word, base)))
    name = "strainer" if variant == "long_handle" else "colander"
    return Draft(name, visual, parts, word, "square" if variant == "square" else "round", 1000.0, size / 0.082, low)


def cake_stand(rng: np.random.Generator, variant: str) -> Draft:
    """A plate on a pedestal: round, scalloped, square, low on a drum, or on three legs."""
    size = between(rng, 0.068, 0.1)
    line = _line(rng, {"scalloped": "scallop", "square": "square"}.get(variant, "round"), size)
    h = between(rng, 0.022, 0.04) if variant == "drum" else between(rng, 0.04, 0.098)
    t, lip = 0.005, between(rng, 0.001, 0.0028)
    k = len(line.points)
    wide = between(rng, 0.4, 0.85) * size
    pole = between(rng, 0.1, 0.2) * size
    if variant == "drum":
        stem = [(wide, 0.0), (wide, 0.004), (wide * between(rng, 0.75, 0.98), h - 0.004), (wide, h)]
    elif rng.random() < 0.5:
        stem = [(wide, 0.0), (wide, 0.004), (0.6 * wide, 0.16 * h), (pole, 0.42 * h), (pole, 0.7 * h), (2.2 * pole, h)]
    else:
        stem = [(wide, 0.0), (wide, 0.003), (1.2 * pole, 0.12 * h), (pole, 0.4 * h), (1.7 * pole, 0.55 * h),
                (pole, 0.7 * h), (2.4 * pole, h)]  # fmt: skip
    rows = [(-0.003, h - 0.001), (0.0, h + t), (0.0, h + t + lip)]
    flat = [np.concatenate([line.grown(d), np.full((k, 1), z)], -1) for d, z in rows]
    inner = [
        np.concatenate([line.grown(-0.003 - d), np.full((k, 1), z)], -1)
        for d, z in ((0.0, h + t + lip), (0.002, h + t))
    ]
    pole_ring = np.broadcast_to(np.array([0.0, 0.0, h - 0.001]), (k, 3))
    top = skin(np.stack([pole_ring, *flat, *inner]), sharp_rows=(1, 2, 3, 4, 5))
    floor = cap(inner[1])
    parts = [part_hull(np.concatenate([flat[0], flat[1]]))]
    if variant == "legs":
        feet = []
        for x, y in circle(3):
            x, y = float(x) * 0.62 * size, float(y) * 0.62 * size
            feet.append(lathe([(0, 0), (0.006, 0.0), (0.0045, 0.5 * h), (0.009, h)], 10).moved((x, y, 0)))
            parts.append(part_cylinder(0.006, 0.0, h, (x, y)))
        legs = merge(feet)
    else:
        legs = lathe([(0, 0), *stem], 24, cos_limit=0.5)
        parts += turned_parts(stem, 16)
    _, picture, base = glaze(rng)
    word = pick(rng, "ceramic", "ceramic", "glass", "metal", "wood")
    if word == "wood":
        grain = wood_grain(rng)
        looks = (printed("wood", grain), printed("wood", grain))
    elif word == "metal":
        looks = (paint("metal", (0.76, 0.77, 0.79)), paint("metal", (0.76, 0.77, 0.79)))
    else:
        looks = (paint(word, base), printed(word, picture))
    inside = float(np.sqrt((inner[1][:, :2] ** 2).sum(-1)).min())
    info = ContainerInfo("on", h + t, h + t, radius=inside)
    if variant == "square":
        half = np.abs(inner[1][:, :2]).max(0)
        info = ContainerInfo("on", h + t, h + t, half_extents=(float(half[0]), float(half[1])))
    shape = "square" if variant == "square" else "round"
    return Draft(
        "cake stand", [(merge([top, legs]), looks[0]), (floor, looks[1])], parts, word, shape, 1100.0, size / 0.09, info
    )


FAMILIES = (
    container("plate", "on", plate, "plate", "soup plate", "platter",
              variants=("round", "deep", "square", "platter", "scallop", "oct", "squircle", "leaf", "egg")),
    container("saucer", "on", saucer, variants=("round", "square", "scallop", "oval", "hex", "flower", "leaf")),
    container("bowl", "in", bowl,
              variants=("hemispherical", "conical", "footed", "square", "oval", "scallop", "faceted", "handled")),
    container("casserole", "in", casserole, "casserole dish", "baking dish",
              variants=("oval", "rect", "round", "square", "fluted", "gratin")),
    container("colander", "in", colander, "colander", "strainer",
              variants=("footed", "three_feet", "long_handle", "shallow", "square", "oval")),
    container("cake_stand", "on", cake_stand, variants=("pedestal", "scalloped", "square", "drum", "legs")),
)  # fmt: skip
