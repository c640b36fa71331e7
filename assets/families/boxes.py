"""Printed boxes and cartons: milk, cereal, tea, juice, matches, playing cards."""

from __future__ import annotations

import numpy as np

from assets import closures
from assets.boxing import FOUR_SIDES, SIX_SIDES, box_art, ends, four_flaps, frustum, inside, panel, plain, printed_box
from assets.closures import Pieces
from assets.colours import RGB, mix, shade
from assets.kit import Draft, draw_scale, graspable, paint, part_box, part_hull, printed
from assets.labels import WHITE, label, other_colour, side_panel
from assets.mesh import Mesh, box, box_faces, cap, lathe, merge, rounded_rect, skin, sweep
from assets.numeric import F64, between, pick
from assets.paint import U8, Canvas
from assets.vessels import rings_of, solid, surface

_CARTONS = (
    ("milk carton", "MILK", "cow", ("white", "blue", "green")),
    ("orange juice carton", "ORANGE", "orange", ("orange", "yellow")),
    ("apple juice carton", "APPLE", "apple", ("green", "yellow")),
    ("tomato juice carton", "TOMATO", "tomato", ("red",)),
    ("cream carton", "CREAM", "drop", ("white", "pink", "purple")),
    ("soy milk carton", "SOY", "bean", ("green", "white", "brown")),
)
_CARTON = ("gable", "gable_cap", "brick_cap", "slant_top", "bevelled", "bottle_top")


def _wrapped(rng: np.random.Generator, base: RGB, accent: RGB, word: str, picture: str, roof: int = 30) -> U8:
    """Front and side of a carton beside each other (shown twice around), the roof in the accent colour."""
    front = label(rng, 128, 92, base, accent, word, picture)
    art = np.concatenate([front, side_panel(rng, 128, 92, base, accent, word)], 1)
    if not roof:
        return art
    tone = np.rint(255 * np.array(mix(base, accent, 0.75))).astype(np.uint8)
    return np.concatenate([np.broadcast_to(tone, (roof, art.shape[1], 3)), art], 0)


def _ring(outline: F64, z: float) -> F64:
    return np.concatenate([outline, np.full((len(outline), 1), z)], -1)


def _even_sides(ring: F64) -> F64:
    """Texture u of a ring that starts in the middle of the +x side: two pictures around, by the angle's quarter."""
    steps = np.sqrt(((np.roll(ring, -1, 0) - ring) ** 2).sum(-1))
    length = np.concatenate([[0.0], np.cumsum(steps)])
    return 2.0 * length / length[-1]


def carton(rng: np.random.Generator, variant: str) -> Draft:
    """Drinks carton: gable top with or without a cap, a brick, a slanted top, bevelled edges or a pyramid."""
    name, word, picture, colours = pick(rng, *_CARTONS)
    colour = pick(rng, *colours)
    s = draw_scale(rng, 0.08)
    hy = between(rng, 0.021, 0.031) * s
    hx = hy * between(rng, 0.78, 1.0)
    height = min(2 * hy * between(rng, 0.95, 2.6), 4.6 * hx)
    base, accent = shade(colour, rng), shade(other_colour(rng, colour), rng)
    outline = rounded_rect(hx, hy, 0.002, 2)
    tone = paint("cardboard", mix(base, accent, 0.75))
    lid_colour = shade(pick(rng, "white", "red", "blue", "green", "yellow"), rng)
    if variant.startswith("gable"):
        gable, crimp = between(rng, 0.55, 1.15) * hx, between(rng, 0.008, 0.014)
        ridge = outline * [0.07, 1.0]
        rows = ((outline, 0.0), (outline, height), (ridge, height + gable), (ridge, height + gable + crimp))
        rings = [_ring(o, z) for o, z in rows]
        body = skin(np.stack(rings), u=FOUR_SIDES, v=[0.0, 0.8, 0.94, 1.0], sharp_rows=(1, 2))
        out = Pieces([(body, printed("cardboard", _wrapped(rng, base, accent, word, picture)))])
        out.visual.append((merge([cap(rings[3]), cap(rings[0], up=False)]), paint("cardboard", WHITE)))
        out.parts = [
            part_box((hx, hy, height / 2), (0, 0, height / 2)),
            part_hull(np.concatenate([rings[1], rings[2]])),
            part_box((0.07 * hx, hy, crimp / 2), (0, 0, height + gable + crimp / 2)),
        ]
        if variant == "gable_cap":
            r = between(rng, 0.3, 0.42) * hx
            spout = closures.screw(r, 0.0, between(rng, 0.009, 0.014), lid_colour)
            at = (0.5 * hx, 0.0, height + 0.36 * gable)
            out.visual += [(m.moved(at), k) for m, k in spout.visual]
            out.parts.append(part_box((r, r, 0.006), (at[0], 0, at[2] + 0.006)))
        return Draft(name, out.visual, out.parts, "cardboard", "boxy", between(rng, 380, 620), s)
    if variant == "bottle_top":
        shoulder, rn = between(rng, 0.5, 1.1) * hx, between(rng, 0.4, 0.62) * hx
        low = rings_of([(0, hx, hy), (height, hx, hy)], "square", 24)
        art = _wrapped(rng, base, accent, word, picture, 0)
        body = skin(low, u=_even_sides(low[0]), sharp_cols=False)
        top = rings_of(
            [(height, hx, hy, 0), (height + 0.25 * shoulder, 0.94 * hx, 0.94 * hy, 0.2),
             (height + 0.8 * shoulder, 0.5 * hx + 0.5 * rn, 0.5 * hy + 0.5 * rn, 0.8), (height + shoulder, rn, rn, 1)],
            "square", 24,
        )  # fmt: skip
        out = Pieces([(body, printed("cardboard", np.roll(art, -46, 1)))], solid(low, 0.001, 1) + solid(top, 0.0016, 2))
        out.visual += [(surface(top), paint("plastic", mix(base, WHITE, 0.35))), (cap(low[0], up=False), tone)]
        out.add(closures.screw(rn + 0.001, height + shoulder - 0.001, between(rng, 0.01, 0.016), lid_colour))
        return Draft(name, out.visual, out.parts, "cardboard", "boxy", between(rng, 380, 620), s)
    if variant == "bevelled":
        cut = between(rng, 0.35, 0.62) * hx
        outline = rounded_rect(hx, hy, cut, 2)
    slope = between(rng, 0.2, 0.75) * hx if variant == "slant_top" else 0.0
    top = _ring(outline, height)
    top[:, 2] += slope * outline[:, 0] / hx * 0.5
    rings = np.stack([_ring(outline, 0.0), top])
    body = skin(rings, u=FOUR_SIDES)
    out = Pieces(
        [(body, printed("cardboard", _wrapped(rng, base, accent, word, picture, 0)))], [part_hull(rings.reshape(-1, 3))]
    )
    out.visual.append((merge([cap(rings[1]), cap(rings[0], up=False)]), tone))
    r = between(rng, 0.26, 0.5) * hx
    x = between(rng, -0.4, 0.45) * hx
    spout = closures.screw(r, height + 0.5 * slope * x / hx - 0.002, between(rng, 0.01, 0.016), lid_colour)
    out.add(Pieces([(m.moved((x, 0, 0)), k) for m, k in spout.visual]))
    z = height + 0.5 * slope * x / hx
    out.parts.append(part_box((0.9 * r, 0.9 * r, 0.006), (x, 0, z + 0.005)))
    return Draft(name, out.visual, out.parts, "cardboard", "boxy", between(rng, 380, 620), s)


_BOXES = (  # name, word, picture, colours, depth over width, height over width
    ("cracker box", "CRUNCH", "wheat", ("red", "yellow", "orange"), (0.4, 0.75), (1.0, 2.2)),
    ("tea box", "TEA", "leaf", ("green", "yellow", "white"), (0.5, 1.0), (0.7, 1.5)),
    ("cookie box", "COOKIE", "cookie", ("blue", "purple", "brown"), (0.35, 0.7), (0.5, 2.0)),
    ("pasta box", "PASTA", "wheat", ("blue", "red", "green"), (0.4, 0.6), (1.4, 2.6)),
    ("cereal box", "OATS", "berry", ("yellow", "pink", "blue"), (0.28, 0.5), (1.1, 1.9)),
    ("medicine box", "MEDI", "heart", ("white",), (0.35, 0.75), (0.5, 2.0)),
    ("toothpaste box", "FRESH", "bubbles", ("white", "blue"), (0.8, 1.0), (2.2, 3.0)),
)
_BOX = ("closed", "lid_open", "hanging_tab", "flaps_up", "hexagonal", "tapered", "sloped_display")


def _sloped(rng: np.random.Generator, half: tuple[float, float, float], front: U8, base: RGB) -> Pieces:
    """A box whose top slopes down to its printed front (+x), like a display box."""
    hx, hy, h = half[0], half[1], 2 * half[2]
    low = h * between(rng, 0.4, 0.7)
    side = np.array([[hx, 0.0], [hx, low], [-hx, h], [-hx, 0.0]])
    ring = np.stack([np.stack([side[:, 0], np.full(4, y), side[:, 1]], -1) for y in (hy, -hy)])
    walls = merge([cap(ring[0][:, [0, 2, 1]]), cap(ring[1][:, [0, 2, 1]], up=False)])
    walls = Mesh(walls.vertices[:, [0, 2, 1]], walls.faces[:, ::-1], walls.uv)
    face = box_faces(0.0004, 0.985 * hy, 0.5 * low).moved((hx, 0, 0.5 * low))
    visual = [(merge([skin(ring), walls]), plain(base)), (face, printed("cardboard", front))]
    return Pieces(visual, [part_hull(ring.reshape(-1, 3))])


def snack_box(rng: np.random.Generator, variant: str) -> Draft:
    """Folding box, all sides printed: closed, lid or flaps open, with a hanging tab, six-sided, tapered or cut open."""
    name, word, picture, colours, deep, tall = pick(rng, *_BOXES)
    colour = pick(rng, *colours)
    s = draw_scale(rng, 0.08)
    hy = between(rng, 0.024, 0.05) * s
    hx = float(np.clip(hy * between(rng, *deep), 0.0125, 0.033))
    h = min(2 * hy * between(rng, *tall), 6.0 * hx, 0.165)
    base, accent = shade(colour, rng), shade(other_colour(rng, colour), rng)
    half = (hx, hy, h / 2)
    density = between(rng, 260, 480)
    if variant in ("hexagonal", "tapered"):
        k = between(rng, 0.62, 0.9)
        if variant == "tapered":
            low, high = rounded_rect(hx, hy, 0.001, 2), rounded_rect(hx * k, hy * between(rng, 0.6, 1.0), 0.001, 2)
        else:
            low = high = np.array(
                [[hx, -0.55 * hy], [hx, 0.55 * hy], [0, hy], [-hx, 0.55 * hy], [-hx, -0.55 * hy], [0, -hy]]
            )
        mesh, part = frustum(low, high, 0.0, h, u=SIX_SIDES if variant == "hexagonal" else FOUR_SIDES)
        front = label(rng, 112, 84, base, accent, word, picture)
        art = np.concatenate([front, side_panel(rng, 112, 84, base, accent, word)], 1)
        visual = [(mesh, printed("cardboard", art)), (ends(low, high, 0.0, h), plain(accent))]
        return Draft(name, visual, [part], "cardboard", "boxy", density, s)
    out = printed_box(half, box_art(rng, half, base, accent, word, picture))
    board = plain(mix(base, WHITE, 0.3))
    thin = 0.0009
    if variant == "lid_open":
        angle = between(rng, -0.5, 0.9)
        out.visual.append(inside(0.96 * hx, 0.97 * hy, h))
        out.add(panel((thin, 0.97 * hy, hx), (-hx + thin, 0, h), "y", -angle, plain(base)))
        for side in (-1, 1):
            out.add(
                panel(
                    (0.9 * hx, thin, 0.35 * hx), (0, side * (hy - thin), h), "x", -side * between(rng, 0.3, 1.1), board
                )
            )
    elif variant == "flaps_up":
        out.visual.append(inside(0.96 * hx, 0.97 * hy, h))
        out.add(four_flaps(rng, half, h, (0.0, 0.9), plain(base), board))
    elif variant == "hanging_tab":
        tab = between(rng, 0.12, 0.3) * h
        wide = between(rng, 0.5, 0.97) * hy
        out.add(panel((thin, wide, 0.5 * tab), (-hx + thin, 0, h), "y", 0.0, plain(accent)))
        hole = box_faces(thin + 0.0002, 0.3 * wide, 0.0025).moved((-hx + thin, 0, h + 0.62 * tab))
        out.visual.append((hole, paint("cardboard", (0.25, 0.22, 0.2))))
    elif variant == "sloped_display":
        out = _sloped(rng, half, label(rng, 112, 90, base, accent, word, picture), base)
    return Draft(name, out.visual, out.parts, "cardboard", "boxy", density, s)


_JUICE = ("bent_straw", "straight_straw", "glued_straw", "pull_tab", "cap", "wedge")


def juice_box(rng: np.random.Generator, variant: str) -> Draft:
    """Small drinks box with a straw in it or on its back, a pull tab or a little cap."""
    s = draw_scale(rng, 0.08)
    hy = between(rng, 0.019, 0.03) * s
    hx = hy * between(rng, 0.58, 1.0)
    h = min(2 * hy * between(rng, 0.9, 2.3), 5.4 * hx)
    fruit = pick(rng, "apple", "orange", "grape", "peach", "berry", "lemon")
    colour = {
        "apple": "green",
        "orange": "orange",
        "grape": "purple",
        "peach": "yellow",
        "berry": "red",
        "lemon": "yellow",
    }[fruit]
    base, accent = shade(colour, rng), shade(other_colour(rng, colour), rng)
    half = (hx, hy, h / 2)
    atlas = box_art(rng, half, base, accent, "JUICE", fruit)
    out = printed_box(half, atlas)
    stripe = paint("plastic", pick(rng, (0.95, 0.95, 0.95), shade("red"), shade("blue"), shade("green")))
    x, y, up = 0.4 * hx, 0.5 * hy, between(rng, 0.014, 0.032) * s
    if variant == "wedge":
        low, high = rounded_rect(hx, hy, 0.001, 2), rounded_rect(0.2 * hx, hy, 0.0005, 2)
        mesh, part = frustum(low, high, 0.0, h, u=FOUR_SIDES)
        front = label(rng, 112, 84, base, accent, "JUICE", fruit)
        art = np.concatenate([front, side_panel(rng, 112, 84, base, accent, "JUICE")], 1)
        out = Pieces([(mesh, printed("cardboard", art)), (ends(low, high, 0.0, h), plain(base))], [part])
        x, y, h, variant = 0.0, 0.4 * hy, h - 0.002, "straight_straw"
    if variant == "bent_straw":
        reach = between(rng, 0.008, 0.022)
        path = [
            (x, y, h - 0.002),
            (x, y, h + 0.8 * up),
            (x, y - 0.2 * reach, h + up),
            (x, y - reach, h + up + 0.3 * reach),
        ]
        out.visual.append((sweep(path, [0.0023] * 4, 8, up=(1, 0, 0)), stripe))
        out.parts.append(part_box((0.0021, 0.0021, up / 2), (x, y, h + up / 2)))
        out.parts.append(part_box((0.0021, reach / 2, 0.0021 + 0.1 * reach), (x, y - reach / 2, h + up + 0.15 * reach)))
    elif variant == "straight_straw":
        lean = between(rng, -0.006, 0.006)
        out.visual.append(
            (sweep([(x, y, h - 0.002), (x, y + lean, h + 1.5 * up)], [0.0023] * 2, 8, up=(1, 0, 0)), stripe)
        )
        out.parts.append(part_box((0.0021, 0.0021 + abs(lean) / 2, 0.75 * up), (x, y + lean / 2, h + 0.75 * up)))
    elif variant == "glued_straw":
        run = between(rng, 0.6, 0.9)
        path = [(hx + 0.0018, -0.7 * run * hy, 0.12 * h), (hx + 0.0018, 0.7 * run * hy, 0.12 * h + 0.8 * run * h)]
        out.visual.append((sweep(path, [0.0022] * 2, 8, up=(1, 0, 0)), stripe))
        out.parts.append(part_box((0.002, 0.6 * run * hy, 0.36 * run * h), (hx + 0.002, 0, 0.12 * h + 0.4 * run * h)))
    elif variant == "pull_tab":
        tab = box(0.35 * hx, 0.5 * hy, h, h + 0.0012, 0.0004).moved((0, 0.2 * hy, 0))
        flap = panel(
            (0.35 * hx, 0.0006, 0.3 * hy),
            (0, -0.2 * hy, h),
            "x",
            between(rng, -0.7, 0.3),
            paint("metal", (0.8, 0.8, 0.82)),
        )
        out.visual.append((tab, paint("metal", (0.8, 0.8, 0.82))))
        out.add(flap)
    else:
        r = between(rng, 0.3, 0.5) * hx
        lid = [(r, h - 0.001), (r, h + 0.009), (r - 0.001, h + 0.011), (0.0, h + 0.011)]
        out.visual.append((lathe(lid, 14).moved((0, y * 0.6, 0)), stripe))
        out.parts.append(part_box((0.9 * r, 0.9 * r, 0.0055), (0, y * 0.6, h + 0.0055)))
    return Draft("juice box", out.visual, out.parts, "cardboard", "boxy", between(rng, 650, 900), s)


_MATCH = ("closed", "drawer", "upright", "striking", "open_full")


def matchbox(rng: np.random.Generator, variant: str) -> Draft:
    """Matchbox: a printed sleeve and a drawer, shut or pulled out with matches in it; lying or standing on its side."""
    s = draw_scale(rng, 0.1)
    hy, hx = between(rng, 0.024, 0.044) * s, between(rng, 0.013, 0.031) * s
    h = between(rng, 0.014, 0.026) * s
    if variant == "upright":
        hx, h = h / 2, 2 * hx
        h = min(h, 6 * hx)
    colour = pick(rng, "red", "yellow", "blue", "green", "orange")
    base, accent = shade(colour, rng), shade(other_colour(rng, colour), rng)
    c = Canvas(112, 80, (0.34, 0.2, 0.16))
    c.shade_noise(np.tile([[0.6, -0.6], [-0.6, 0.6]], (56, 40)), 0.12)
    lid = np.rot90(
        label(
            rng, 80, 112, base, accent, pick(rng, "SPARK", "FLAME", "MATCH"), pick(rng, "star", "sun", "fish", "heart")
        )
    )
    plain_side = np.broadcast_to(np.rint(255 * np.array(base)).astype(np.uint8), (112, 80, 3))
    strike = c.image()
    if variant == "upright":
        tiles = (np.rot90(lid, -1), np.rot90(lid, -1), strike, strike, plain_side, plain_side)
        tiles = tuple(
            t if t.shape == (112, 80, 3) else t[np.arange(112) * t.shape[0] // 112][:, np.arange(80) * t.shape[1] // 80]
            for t in tiles
        )
    else:
        tiles = (strike, strike, plain_side, plain_side, lid, lid)
    atlas = np.concatenate([np.concatenate(tiles[:3], 1), np.concatenate(tiles[3:], 1)])
    half = (hx, hy, h / 2)
    out = printed_box(half, np.ascontiguousarray(atlas))
    if variant in ("drawer", "striking", "open_full"):
        pull = {
            "drawer": between(rng, 0.3, 0.7),
            "striking": between(rng, 0.15, 0.5),
            "open_full": between(rng, 0.8, 1.3),
        }[variant] * hy
        tray = box(0.93 * hx, 0.5 * pull, 0.05 * h, 0.9 * h, 0.0).moved((0, -hy - 0.5 * pull, 0))
        out.visual.append((tray, paint("cardboard", (0.86, 0.82, 0.72))))
        out.parts.append(part_box((0.93 * hx, 0.5 * pull, 0.425 * h), (0, -hy - 0.5 * pull, 0.475 * h)))
        sticks, heads = [], []
        count = int(hx / 0.0028)
        for k in range(count):
            x = (k + 0.5 - count / 2) * 1.75 * hx / count
            end = -hy - pull + between(rng, 0.001, 0.004)
            sticks.append(box_faces(0.0009, 0.5 * (-hy - end), 0.0009).moved((x, 0.5 * (end - hy), 0.91 * h)))
            heads.append(box_faces(0.0014, 0.0018, 0.0013).moved((x, end + 0.001, 0.91 * h)))
        out.visual += [
            (merge(sticks), paint("wood", (0.86, 0.72, 0.5))),
            (merge(heads), paint("wax", (0.62, 0.12, 0.1))),
        ]
        if variant == "striking":
            z = h + 0.0012
            one = box_faces(0.0011, 0.7 * hy, 0.0011).moved((0.3 * hx, 0, z))
            out.visual += [(one, paint("wood", (0.86, 0.72, 0.5)))]
            out.parts.append(part_box((0.0011, 0.7 * hy, 0.0011), (0.3 * hx, 0, z)))
    return Draft(
        "matchbox", out.visual, out.parts, "cardboard", "flat" if h < 1.4 * hx else "boxy", between(rng, 300, 520), s
    )


FAMILIES = (
    graspable("carton", "packaging", carton, *(c[0] for c in _CARTONS), variants=_CARTON),
    graspable("snack_box", "packaging", snack_box, *(c[0] for c in _BOXES), variants=_BOX),
    graspable("juice_box", "packaging", juice_box, variants=_JUICE),
    graspable("matchbox", "packaging", matchbox, variants=_MATCH),
)
