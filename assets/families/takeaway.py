"""Takeaway boxes, egg cartons, popcorn and fries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assets import closures
from assets.boxing import FOUR_SIDES, KRAFT, frustum, panel, plain
from assets.closures import Pieces
from assets.colours import RGB, mix, shade
from assets.kit import Draft, draw_scale, graspable, paint, part_box, part_hull, printed
from assets.labels import WHITE, label, other_colour, side_panel
from assets.mesh import Mesh, box_faces, cap, lathe, loft, merge, rounded_rect, skin, sweep
from assets.numeric import F64, between, circle, cos_sin, pick, rotate, rotation
from assets.paint import U8, Canvas
from assets.vessels import band, outline, rings_of, solid, surface


def _ring(o: F64, z: float) -> F64:
    return np.concatenate([o, np.full((len(o), 1), z)], -1)


def _two_sides(
    rng: np.random.Generator, base: RGB, accent: RGB, word: str, picture: str, layout: int | None = None
) -> U8:
    """Front and side of a four-sided box beside each other."""
    front = label(rng, 112, 96, base, accent, word, picture, layout)
    return np.concatenate([front, side_panel(rng, 112, 96, base, accent, word)], 1)


_TAKEAWAY = ("pail", "clamshell", "lunch", "slice", "sandwich", "soup_tub", "open_pail")
_TAKEAWAY_NAMES = {
    "clamshell": "burger box",
    "lunch": "lunch box",
    "slice": "pizza slice box",
    "sandwich": "sandwich box",
}


@dataclass(frozen=True)
class _Box:
    """What the kinds of boxes share: half widths, height, colours, word and picture."""

    hx: float
    hy: float
    h: float
    base: RGB
    accent: RGB
    word: str
    picture: str


def _pail(rng: np.random.Generator, b: _Box, closed: bool) -> Pieces:
    """A tapered pail: folded shut under a wire handle, or open with two flaps up."""
    hx, hy, h, base = b.hx, b.hy, b.h, b.base
    k = between(rng, 0.62, 0.88)
    low, high = rounded_rect(k * hx, k * hy, 0.004, 2), rounded_rect(hx, hy, 0.004, 2)
    mesh, part = frustum(low, high, 0.0, h, u=FOUR_SIDES)
    art = _two_sides(rng, base, b.accent, b.word, b.picture, pick(rng, 1, 3, 5, 7))
    out = Pieces([(mesh, printed("cardboard", art)), (cap(_ring(low, 0.0), up=False), plain(base))], [part])
    if not closed:
        out.visual.append((cap(_ring(high * 0.97, h - 0.003)), paint("wax", (0.88, 0.76, 0.5))))
        for side in (-1, 1):
            flap = (0.0011, 0.9 * hy, 0.5 * between(rng, 0.4, 0.9) * hx)
            out.add(panel(flap, (side * (hx - 0.001), 0, h), "y", side * between(rng, 0.1, 1.0), plain(base)))
        return out
    roof = between(rng, 0.3, 0.6) * hx
    ridge = rounded_rect(0.45 * hx, 0.94 * hy, 0.002, 2)
    wedge, roof_part = frustum(high, ridge, h, h + roof)
    out.visual.append((merge([wedge, cap(_ring(ridge, h + roof))]), plain(mix(base, (0, 0, 0), 0.06))))
    out.parts.append(roof_part)
    c, wire = circle(16)[:9], 0.0013
    rise = roof + 0.004 + between(rng, 0.3, 0.9) * hy
    path = np.stack([np.zeros(9), (hy + 0.002) * c[:, 0], h - 0.004 + rise * c[:, 1]], -1)
    out.visual.append((sweep(path, [wire] * 9, 6, up=(1, 0, 0)), paint("metal", (0.75, 0.76, 0.78))))
    corners = np.array([[x, 0.0, z] for x in (-wire, wire) for z in (-wire, wire)])
    out.parts += [part_hull(np.concatenate([path[i] + corners, path[i + 2] + corners])) for i in (0, 2, 4, 6)]
    return out


def _clamshell(rng: np.random.Generator, b: _Box) -> Pieces:
    """A burger box: two shallow dishes rim to rim."""
    h = b.h * between(rng, 0.7, 1.0)
    k, mid = between(rng, 0.7, 0.9), between(rng, 0.4, 0.6)
    o = rounded_rect(b.hx, min(b.hy, 1.2 * b.hx), 0.006, 2)
    low_mesh, low_part = frustum(k * o, o, 0.0, mid * h)
    top_mesh, top_part = frustum(o, k * o, mid * h, h)
    seam = frustum(1.03 * o, 1.03 * o, mid * h - 0.0012, mid * h + 0.0012)[0]
    tone = pick(rng, b.base, b.accent)
    ink = b.accent if tone == b.base else b.base
    art = label(rng, 96, 96, tone, ink, b.word, b.picture, pick(rng, 1, 5, 7, 11))
    upper = merge([top_mesh, seam, cap(_ring(k * o, 0), up=False)])
    visual = [(low_mesh, paint("foam", b.base)), (upper, paint("foam", tone))]
    visual.append((cap(_ring(k * o, h)), printed("cardboard", art)))
    return Pieces(visual, [low_part, top_part])


def _lunch(rng: np.random.Generator, b: _Box) -> Pieces:
    """A box with a gable and a grip on its ridge."""
    body = between(rng, 0.5, 0.7) * b.h
    o = rounded_rect(b.hx, b.hy, 0.0015, 2)
    mesh, part = frustum(o, o, 0.0, body, u=FOUR_SIDES)
    roof, roof_part = frustum(o, o * [0.06, 1.0], body, b.h)
    fin = (0.0016, between(rng, 0.5, 0.95) * b.hy, between(rng, 0.006, 0.012))
    grip = box_faces(*fin).moved((0, 0, b.h + fin[2] - 0.001))
    hole = box_faces(0.0019, 0.45 * fin[1], 0.32 * fin[2]).moved((0, 0, b.h + fin[2]))
    visual = [
        (mesh, printed("cardboard", _two_sides(rng, b.base, b.accent, b.word, b.picture))),
        (merge([roof, grip, cap(_ring(o, 0.0), up=False)]), plain(b.accent)),
        (hole, paint("cardboard", (0.2, 0.18, 0.17))),
    ]
    return Pieces(visual, [part, roof_part, part_box(fin, (0, 0, b.h + fin[2] - 0.001))])


def _soup_tub(rng: np.random.Generator, b: _Box) -> Pieces:
    """A paper tub with a plastic lid."""
    r, h = b.hx, b.h
    rings = rings_of([(0, 0.76 * r, 0.76 * r), (0.92 * h, r, r), (h, r + 0.001, r + 0.001)])
    out = Pieces([(surface(rings), plain(b.base))], solid(rings, 0.001, 1))
    art = label(rng, 96, 150, b.base, b.accent, b.word, b.picture)
    out.visual.append((band(rings, 0.004, 0.9 * h), printed("cardboard", art)))
    tone = pick(rng, WHITE, (0.15, 0.15, 0.16))
    out.add(closures.lid(r, r, h - 0.003, between(rng, 0.006, 0.014), "round", tone, "plastic", 0.002))
    return out


def _wedge(rng: np.random.Generator, b: _Box, slim: bool) -> Pieces:
    """A triangular box lying: slim for a slice of pizza, high with a window for a sandwich."""
    deep = 2 * b.hx * between(rng, 0.9, 1.25)
    thick = between(rng, 0.018, 0.028) if slim else between(rng, 0.03, 0.046)
    tip = between(rng, 0.08, 0.25) if slim else 0.02
    o = np.array([[deep / 2, -b.hx], [deep / 2, b.hx], [-deep / 2, tip * b.hx], [-deep / 2, -tip * b.hx]])
    if not slim:
        o = o * [0.8, 1.0]
    mesh, part = frustum(o, o, 0.0, thick)
    lid = cap(_ring(o, thick))
    lid = Mesh(lid.vertices, lid.faces, np.stack([lid.uv[:, 1], 1.0 - lid.uv[:, 0]], -1))
    art = label(rng, 96, 110, b.base, b.accent, b.word, b.picture, pick(rng, 1, 2, 7, 10, 11))
    walls = merge([mesh, cap(_ring(o, 0.0), up=False)])
    visual = [(walls, plain(mix(b.base, b.accent, 0.3))), (lid, printed("cardboard", art))]
    if not slim:
        window = box_faces(0.0004, 0.7 * b.hx, 0.36 * thick).moved((0.4 * deep, 0, 0.5 * thick))
        visual.append((window, paint("plastic", (0.86, 0.78, 0.56))))
    return Pieces(visual, [part])


def takeaway_box(rng: np.random.Generator, variant: str) -> Draft:
    """Food to go: a pail with a wire handle, a burger clamshell, a lunch box, boxes for a slice or a sandwich."""
    name = _TAKEAWAY_NAMES.get(variant, "takeaway box")
    s = draw_scale(rng, 0.08)
    colour = pick(rng, "white", "red", "yellow", "blue", "green", "orange")
    base = pick(rng, shade(colour, rng), mix(KRAFT, WHITE, 0.2))
    accent = shade(other_colour(rng, colour), rng)
    word = {"pail": "NOODLE", "clamshell": "BURGER", "lunch": "LUNCH", "slice": "PIZZA"}.get(variant, "TASTY")
    picture = pick(rng, "star", "leaf", "tomato", "wheat", "heart")
    hx = between(rng, 0.023, 0.033)
    hy = hx * between(rng, 0.85, 1.5)
    h = min(2 * hx * between(rng, 0.7, 1.6), 4.2 * hx)
    b = _Box(hx, hy, h, base, accent, word, picture)
    if variant in ("pail", "open_pail"):
        out = _pail(rng, b, variant == "pail")
    elif variant == "clamshell":
        out = _clamshell(rng, b)
    elif variant == "lunch":
        out = _lunch(rng, b)
    elif variant == "soup_tub":
        out = _soup_tub(rng, b)
    else:
        out = _wedge(rng, b, variant == "slice")
    shape = {"soup_tub": "conical", "slice": "flat", "sandwich": "flat"}.get(variant, "boxy")
    return Draft(name, out.visual, out.parts, "cardboard", shape, between(rng, 220, 420), s)


_EGGS = ("closed", "open", "tray", "long", "filled_lid")


def egg_carton(rng: np.random.Generator, variant: str) -> Draft:
    """Egg carton of pulp or foam: closed, open with eggs in it, or a tray; four to ten places."""
    s = draw_scale(rng, 0.08)
    cell = between(rng, 0.0275, 0.0335)
    columns = {"long": int(rng.integers(4, 6)), "tray": int(rng.integers(2, 4))}.get(variant, int(rng.integers(2, 4)))
    tone = pick(
        rng,
        (0.66, 0.64, 0.6),
        (0.6, 0.62, 0.66),
        (0.72, 0.62, 0.48),
        shade("yellow", rng),
        shade("blue", rng),
        shade("green", rng),
        WHITE,
    )
    base = mix(tone, (0.7, 0.68, 0.64), 0.4)
    pulp = paint("cardboard", base)
    hx, hy = cell, 0.5 * cell * columns
    deep = cell * between(rng, 0.42, 0.72)
    rim = 0.0022
    places = [((i - 0.5) * cell, (j - (columns - 1) / 2) * cell) for i in range(2) for j in range(columns)]
    o = rounded_rect(0.48 * cell, 0.48 * cell, 0.2 * cell, 2)
    cups = [loft([0.66 * o, o], [0.0, deep], caps=False).moved((x, y, 0)) for x, y in places]
    feet = [cap(_ring(0.66 * o + np.array(p), 0.0), up=False) for p in places]
    deck = box_faces(hx, hy, rim / 2).moved((0, 0, deep - rim / 2))
    low = np.array([[sx * (hx - 0.16 * cell), sy * (hy - 0.16 * cell), 0.0] for sx in (-1, 1) for sy in (-1, 1)])
    high = np.array([[sx * hx, sy * hy, deep] for sx in (-1, 1) for sy in (-1, 1)])
    out = Pieces([(merge([*cups, *feet, deck]), pulp)], [part_hull(np.concatenate([low, high]))])
    word, accent = pick(rng, "EGGS", "FARM", "FRESH"), shade(pick(rng, "red", "green", "blue", "orange"), rng)
    if variant in ("closed", "long"):
        lid_h = cell * between(rng, 0.35, 0.8)
        k = between(rng, 0.8, 0.95)
        ol = rounded_rect(hx + 0.001, hy + 0.001, 0.004, 2)
        lid, part = frustum(ol, k * ol, deep, deep + lid_h)
        art = np.rot90(
            label(rng, 80, int(np.clip(80 * hy / hx, 80, 200)), base, accent, word, "sun", pick(rng, 0, 1, 3, 4, 5))
        )
        out.visual += [(lid, pulp), (cap(_ring(k * ol, deep + lid_h)), printed("cardboard", np.ascontiguousarray(art)))]
        out.parts.append(part)
        return Draft("egg carton", out.visual, out.parts, "cardboard", "boxy", between(rng, 250, 450), s)
    shell = pick(rng, (0.93, 0.88, 0.8), (0.8, 0.58, 0.42))
    r = 0.4 * cell
    egg_line = [(0.8, -0.2), (1.0, 0.25), (0.86, 0.75), (0.45, 1.15), (0.0, 1.28)]
    egg = lathe([(k * r, deep + t * r) for k, t in egg_line], 10)
    some = places if variant == "tray" else places[: max(2, len(places) - int(rng.integers(0, 3)))]
    out.visual.append((merge([egg.moved((x, y, 0)) for x, y in some]), paint("ceramic", shell)))
    xs, ys = [p[0] for p in some], [p[1] for p in some]
    pts = [
        [x + a * r, y + b * r, z]
        for x in (min(xs), max(xs))
        for y in (min(ys), max(ys))
        for k, z in ((1.0, deep), (0.75, deep + 0.9 * r))
        for a, b in ((k, 0), (-k, 0), (0, k), (0, -k))
    ]
    out.parts.append(part_hull(pts))
    if variant in ("open", "filled_lid"):
        angle = between(rng, 0.05, 0.4)
        lid_d = cell * between(rng, 0.14, 0.26)
        R = rotation("y", -angle)
        ol = rounded_rect(hx, hy, 0.004, 2)
        rings = np.stack([_ring(0.9 * ol, 0.0), _ring(ol, lid_d)])  # a shallow dish, its hollow towards the eggs
        mesh = merge([skin(rings), cap(rings[1]), cap(rings[0], up=False)])
        turned = mesh.vertices[:, [2, 1, 0]] + np.array([-lid_d, 0.0, hx])
        lid_mesh = Mesh(turned, mesh.faces[:, ::-1], mesh.uv).moved((0, 0, 0), R).moved((-hx, 0, deep))
        out.visual.append((lid_mesh, paint("cardboard", mix(base, (0, 0, 0), 0.08))))
        c, s_half = (float(v) for v in cos_sin(-0.5 * angle))
        centre = rotate([-0.5 * lid_d, 0.0, hx], R) + np.array([-hx, 0.0, deep])
        out.parts.append(part_box((0.5 * lid_d, hy, hx), tuple(centre), (c, 0.0, s_half, 0.0)))
    return Draft("egg carton", out.visual, out.parts, "cardboard", "flat", between(rng, 250, 450), s)


_SNACKS = ("popcorn_box", "popcorn_cup", "fries", "fries_cone", "nuggets")


def _stripes(rng: np.random.Generator, base: RGB, word: str) -> U8:
    """Upright stripes (64, 128, 3), perhaps with a badge on both sides."""
    c = Canvas(64, 128, WHITE)
    for k in range(8):
        c.rect(k / 8, 0, (k + 0.5) / 8, 1, base)
    if rng.random() < 0.6:
        for x in (0.25, 0.75):
            c.ellipse(x, 0.5, 15, 17, WHITE)
            c.text(word, x, 0.5, 12, base, max_width=0.16)
    return c.image()


def _heap(rng: np.random.Generator, square: bool, base: RGB) -> Pieces:
    """A striped box or cup with popcorn heaped over its rim."""
    kind, r, k = ("square" if square else "round"), between(rng, 0.025, 0.0325), between(rng, 0.6, 0.9)
    h = min(between(rng, 0.05, 0.1), 4.3 * k * r)
    rings = rings_of([(0, k * r, k * r), (h, r, r)], kind)
    wall = (surface(rings, closed=False), printed("cardboard", _stripes(rng, base, "POP")))
    out = Pieces([wall, (cap(rings[0], up=False), plain(WHITE))], solid(rings, 0.001, 1))
    heap = between(rng, 0.25, 0.75) * r
    dome = [(h - 0.002, 0.95 * r, 0.95 * r), (h + 0.45 * heap, 0.8 * r, 0.8 * r), (h + heap, 0.4 * r, 0.4 * r)]
    cloud = rings_of(dome, "soft" if square else "round")
    out.visual.append((surface(cloud), paint("foam", (0.95, 0.87, 0.62))))
    puffs = []
    for _ in range(14):
        way, far = circle(24)[int(rng.integers(24))], between(rng, 0, 0.8)
        p = between(rng, 0.0035, 0.0052)
        puff = lathe([(0, -p), (0.8 * p, -0.5 * p), (p, 0.1 * p), (0.6 * p, 0.8 * p), (0, p)], 6)
        puffs.append(puff.moved((far * r * way[0], far * r * way[1], h + heap * (1.0 - 0.9 * far * far))))
    out.visual.append((merge(puffs), paint("foam", (0.98, 0.94, 0.78))))
    out.parts += solid(cloud, 0.003, 1)
    return out


def _scoop_back(rim: F64, h: float, back: float, hy: float) -> Mesh:
    """The raised back of a scoop, drawn on both sides, above the half of the rim (K, 2) with negative x."""
    rear = rim[rim[:, 0] <= 1e-9]
    rear = rear[np.argsort(rear[:, 1])]
    top = np.array([[x, y, h + back * (1.0 - (y / hy) * (y / hy))] for x, y in rear])
    v = np.concatenate([np.concatenate([rear, np.full((len(rear), 1), h)], -1), top])
    n = len(rear)
    i = np.arange(n - 1)
    one = np.concatenate([np.stack([i, i + 1, i + n + 1], -1), np.stack([i, i + n + 1, i + n], -1)])
    faces = np.concatenate([one, one[:, ::-1] + 2 * n]).astype(np.int32)
    return Mesh(np.concatenate([v, v]), faces, np.zeros((4 * n, 2)))


def _fried(rng: np.random.Generator, nuggets: bool, hx: float, hy: float, h: float, tall: float) -> Mesh:
    """Fries standing, or nuggets lying, in an opening at height h."""
    out = []
    for _ in range(9 if nuggets else 18):
        x, y = between(rng, -0.68, 0.68) * hx, between(rng, -0.74, 0.74) * hy
        if nuggets:
            p = between(rng, 0.007, 0.0095)
            o = p * outline("soft", 10)
            out.append(loft([0.7 * o, o, 0.6 * o], [0, 0.55 * p, p]).moved((x, y, h - between(rng, -0.5, 0.4) * p)))
            continue
        up = tall * between(rng, 0.5, 1.0)
        R = rotation(pick(rng, "x", "y"), between(rng, -0.22, 0.22))
        fry = box_faces(0.0026, 0.0026, 0.5 * (up + 0.01)).moved((0, 0, 0.5 * up - 0.005))
        out.append(fry.moved((0, 0, 0), R).moved((x, y, h)))
    return merge(out)


def popcorn(rng: np.random.Generator, variant: str) -> Draft:
    """A striped box or cup heaped with popcorn; fries or nuggets in a scoop or a cone."""
    s = draw_scale(rng, 0.08)
    colour = pick(rng, "red", "blue", "yellow", "green", "orange")
    base = shade(colour, rng)
    extra = {"colour": colour}
    if variant.startswith("popcorn"):
        out = _heap(rng, variant == "popcorn_box", base)
        return Draft("popcorn", out.visual, out.parts, "cardboard", "conical", between(rng, 160, 300), s, extra=extra)
    nuggets, cone = variant == "nuggets", variant == "fries_cone"
    hx, hy, k = between(rng, 0.016, 0.025), between(rng, 0.024, 0.036), between(rng, 0.6, 0.9)
    h = min(between(rng, 0.038, 0.072), 3.6 * k * hx)
    if cone:
        hx = hy = between(rng, 0.022, 0.03)
        k = between(rng, 0.5, 0.7)
        h = min(between(rng, 0.05, 0.08), 3.8 * k * hx)
    kind = "round" if cone else "soft" if nuggets else "stadium"
    rings = rings_of([(0, k * hx, k * hy), (h, hx, hy)], kind)
    floor = merge([cap(rings[0], up=False), cap(rings[1] - [0, 0, 0.002])])
    wall = (surface(rings, closed=False), printed("cardboard", _stripes(rng, base, "HOT")))
    out = Pieces([wall, (floor, paint("cardboard", mix(base, (0, 0, 0), 0.2)))], solid(rings, 0.001, 1))
    if variant == "fries":
        out.visual.append((_scoop_back(rings[1][:, :2], h, between(rng, 0.1, 0.3) * h, hy), plain(base)))
    tall = 0.013 if nuggets else between(rng, 0.018, 0.036)
    crisp = (0.8, 0.56, 0.26) if nuggets else (0.94, 0.76, 0.3)
    out.visual.append((_fried(rng, nuggets, hx, hy, h, tall), paint("wax", crisp)))
    out.parts += solid(rings_of([(h, 0.85 * hx, 0.85 * hy), (h + 0.8 * tall, 0.7 * hx, 0.75 * hy)], kind), 0.003, 1)
    name = "nuggets" if nuggets else "fries"
    return Draft(name, out.visual, out.parts, "cardboard", "conical", between(rng, 260, 420), s, extra=extra)


FAMILIES = (
    graspable("takeaway_box", "packaging", takeaway_box, "takeaway box", *_TAKEAWAY_NAMES.values(), variants=_TAKEAWAY),
    graspable("egg_carton", "packaging", egg_carton, variants=_EGGS),
    graspable("popcorn", "food", popcorn, "popcorn", "fries", "nuggets", variants=_SNACKS),
)
