"""Kitchen helpers: measuring cups, funnels, timers, graters, napkin holders, mortars, oven gloves."""

from __future__ import annotations

import numpy as np

from assets.colours import PAINTS, mix, shade
from assets.families.shells import arch, arch_parts, wood_grain
from assets.families.turning import DARK, STEEL, hollow, profile, side_handle, solid, steady
from assets.kit import Draft, graspable, paint, part_box, part_hull, part_lathe, printed
from assets.labels import contrast, other_colour
from assets.mesh import Mesh, box, cap, lathe, loft, merge, prism, rounded_rect, skin, sweep
from assets.numeric import F64, between, circle, cos_sin, pick
from assets.paint import Canvas
from engine.types import CollisionPart


def measuring_cup(rng: np.random.Generator, variant: str) -> Draft:
    """Measuring cup: jug with a scale and a lip, straight beaker, cone, or a scoop cup with a flat long handle."""
    r = between(rng, 0.0265, 0.0352)
    h = r * (between(rng, 0.9, 1.7) if variant == "scoop" else between(rng, 1.7, 3.4))
    f = between(rng, 0.66, 0.95)
    rows = {
        "jug": [(f, 0.0), (f + 0.01, 0.03), (1.0, 1.0)],
        "beaker": [(0.94, 0.0), (1.0, 0.04), (1.0, 1.0)],
        "cone": [(0.8, 0.0), (0.8, 0.05), (0.26, 0.12), (0.3, 0.2), (1.0, 1.0)],
        "scoop": [(f, 0.0), (0.5 + f / 2, 0.3), (1.0, 1.0)],
    }[variant]
    h = steady(rows, r, h)
    p = profile(rows, r, h)
    body, parts = hollow(p, 0.002, 0.004 if variant != "cone" else 0.2 * h, 22)
    colour = pick(rng, *PAINTS)
    base = shade(colour, rng) if rng.random() < 0.5 else pick(rng, STEEL, (0.85, 0.9, 0.92), (0.85, 0.9, 0.92))
    c = Canvas(96, 64, base)
    for k in range(6):
        c.rect(0.4, 0.2 + 0.12 * k, 0.6 if k % 2 else 0.5, 0.215 + 0.12 * k, contrast(base))
    meshes: list[Mesh] = []
    if variant == "scoop":
        long, w = between(rng, 0.05, 0.095), between(rng, 0.0065, 0.011)
        grip = box(long / 2, w, h - 0.009, h, 0.0012).moved((r + long / 2 - 0.003, 0, 0))
        meshes.append(grip)
        parts.append(part_hull(grip.vertices))
    elif variant != "cone":
        top = 0.14 + between(rng, 0.5, 0.72)
        grip, extra = side_handle(p, 0.14 * h, top * h, between(rng, 0.018, 0.03), (0.0055, 0.0036), 0.5, -1.0)
        meshes.append(grip)
        parts += extra
    if variant in ("jug", "beaker"):
        lip = prism(np.array([(0.0, -0.009), (0.013, 0.0), (0.0, 0.009)]), 0.86 * h, h)
        lip = lip.moved((float(p[-1, 0]) - 0.004, 0, 0))
        meshes.append(lip)
        parts.append(part_hull(lip.vertices))
    word = "metal" if base == STEEL else "plastic"
    visual = [(body, printed(word, c.image()))]
    if meshes:
        visual.append((merge(meshes), paint(word, base)))
    density = 900.0 if variant == "scoop" else between(rng, 450, 700)
    return Draft("measuring cup", visual, parts[:8], word, "cylindrical", density, r / 0.031)


def funnel(rng: np.random.Generator, variant: str) -> Draft:
    """Funnel standing on its wide rim: straight cone, deep bell, wide jam funnel, rimmed, with a tab."""
    r = between(rng, 0.026, 0.0355) * (0.9 if variant == "rimmed" else 1.0)
    h = r * between(rng, 1.5, 3.4)
    z = between(rng, 0.4, 0.66)
    q = between(rng, 0.34, 0.55) if variant == "jam" else between(rng, 0.14, 0.28)
    rows = {
        "cone": [(1.0, 0.0), (1.0, 0.05), (q + 0.06, z), (q, z + 0.02), (0.75 * q, 1.0)],
        "bell": [(1.0, 0.0), (0.97, 0.16), (0.72, 0.6 * z), (q + 0.05, z), (q, z + 0.06), (0.8 * q, 1.0)],
        "jam": [(1.0, 0.0), (1.0, 0.14), (q + 0.04, z + 0.1), (q, z + 0.12), (q, 1.0)],
        "rimmed": [(1.12, 0.0), (1.12, 0.04), (0.94, 0.05), (0.94, 0.16), (q + 0.06, z), (q, z + 0.02), (0.7 * q, 1.0)],
        "tab": [(1.0, 0.0), (1.0, 0.05), (q + 0.06, z), (q, z + 0.02), (0.75 * q, 1.0)],
    }[variant]
    p = profile(rows, r, h)
    body, parts = solid(p, 22)
    meshes = [body]
    if variant == "tab":
        t, w = between(rng, 0.012, 0.024), between(rng, 0.008, 0.014)
        tab = rounded_rect(t / 2 + 0.003, w, 0.8 * min(w, t / 2), 3) + np.array([r + t / 2 - 0.003, 0])
        meshes.append(prism(tab, 0.0, 0.0045))
        parts.append(part_hull(meshes[-1].vertices))
    metal = rng.random() < 0.3
    look = paint("metal", STEEL) if metal else paint("plastic", shade(pick(rng, *PAINTS), rng))
    hole = lathe([(0.8 * float(p[-1, 0]), h + 0.0002), (0.0, h + 0.0002)], 14)
    word = "metal" if metal else "plastic"
    visual = [(merge(meshes), look), (hole, paint("plastic", DARK))]
    return Draft("funnel", visual, parts, word, "conical", between(rng, 250, 450), r / 0.031)


def timer(rng: np.random.Generator, variant: str) -> Draft:
    """Kitchen timer: round dial on a foot, egg, tomato, digital with buttons, wedge, bell-shaped."""
    colour = pick(rng, "red", "white", "yellow", "orange", "green", "blue", "black")
    if variant == "dial":
        return _dial(rng, colour)
    if variant in ("digital", "wedge"):
        return _digital(rng, colour, variant)
    r = between(rng, 0.022, 0.034)
    h = r * between(rng, 1.2, 2.1) * {"egg": 1.2, "tomato": 0.95}.get(variant, 1.0)
    base = shade(colour, rng)
    c = Canvas(64, 128, base)
    for k in range(12):
        c.rect((k + 0.4) / 12, 0.5, (k + 0.55) / 12, 0.58, contrast(base))
    f = between(rng, 0.5, 0.75)
    rows = {
        "egg": [(f, 0.0), (0.96, 0.26), (1.0, 0.42), (1.0, 0.44), (0.76, 0.74), (0.4, 0.94), (0.0, 1.0)],
        "tomato": [(f, 0.0), (0.92, 0.2), (1.0, 0.46), (0.94, 0.74), (0.6, 0.96), (0.0, 0.9)],
        "bell": [(1.0, 0.0), (1.0, 0.1), (0.86, 0.3), (0.76, 0.7), (0.4, 0.95), (0.0, 1.0)],
    }[variant]
    line = profile(rows, r, h)
    visual = [(lathe([(0.0, 0.0), *line], 20, cos_limit=0.4), printed("plastic", c.image()))]
    parts = [part_lathe([q for q in line if q[0] > 0], 14)]
    if variant != "egg":
        k, tip = between(rng, 0.12, 0.24) * r, h + between(rng, 0.06, 0.3) * r
        stem = lathe([(k, 0.9 * h), (1.3 * k, 0.5 * (h + tip)), (0.7 * k, tip), (0, tip)], 10)
        visual.append((stem, paint("plastic", shade("green", rng) if variant == "tomato" else DARK)))
        parts.append(part_hull(stem.vertices))
    density = between(rng, 500, 800)
    return Draft("kitchen timer", visual, parts, "plastic", "round", density, r / 0.028, extra={"colour": colour})


def _dial(rng: np.random.Generator, colour: str) -> Draft:
    """An upright disc with a clock face on a foot."""
    thick, r = between(rng, 0.009, 0.017), between(rng, 0.024, 0.036)
    z = r + 0.006
    base = shade(colour, rng)
    ring = circle(24)
    levels = ((-thick, 0.94), (-thick + 0.002, 1.0), (thick - 0.002, 1.0), (thick, 0.94))
    rings = np.stack([np.stack([np.full(24, x), k * r * ring[:, 0], z + k * r * ring[:, 1]], -1) for x, k in levels])
    face = Canvas(96, 96, mix(base, (1, 1, 1), 0.85))
    for k in range(12):
        x, y = (float(v) for v in circle(12)[k])
        face.line([(0.5 + 0.34 * x, 0.5 + 0.34 * y), (0.5 + 0.44 * x, 0.5 + 0.44 * y)], 3, DARK)
    face.line([(0.5, 0.5), (0.5 + between(rng, -0.25, 0.25), 0.22)], 4, (0.8, 0.1, 0.1))
    flat = cap(np.stack([0.94 * r * ring[:, 0], 0.94 * r * ring[:, 1], np.zeros(24)], -1))
    v = flat.vertices
    front = Mesh(np.stack([v[:, 2] + thick, v[:, 0], v[:, 1] + z], -1), flat.faces, flat.uv)
    back = Mesh(front.vertices * np.array([-1.0, -1.0, 1.0]), front.faces, front.uv)
    foot = box(max(1.3 * thick, 0.014), between(rng, 0.6, 1.0) * r, 0.0, 0.009, 0.002)
    knob = lathe([(0.006, z + r - 0.002), (0.006, z + r + 0.008), (0, z + r + 0.009)], 10)
    parts = [part_hull(rings.reshape(-1, 3)), part_hull(foot.vertices), part_hull(knob.vertices)]
    visual = [
        (merge([skin(rings), back, foot]), paint("plastic", base)),
        (front, printed("plastic", face.image())),
        (knob, paint("metal", STEEL)),
    ]
    return Draft("kitchen timer", visual, parts, "plastic", "round", 700.0, r / 0.03, extra={"colour": colour})


def _digital(rng: np.random.Generator, colour: str, variant: str) -> Draft:
    """A block with a display and three buttons on its sloping front."""
    hx, hy = between(rng, 0.009, 0.017), between(rng, 0.024, 0.036)
    up, tilt = hy * between(rng, 0.75, 2.0), between(rng, 0.5, 1.0)
    base = shade(colour, rng)
    deep = max(hx, 0.34 * up) if variant == "digital" else max(1.2 * hx, 0.3 * up)
    low = rounded_rect(deep, hy, 0.25 * deep, 3)
    high = rounded_rect(deep * tilt, hy * (0.9 if variant == "wedge" else 1.0), 0.2 * deep * tilt, 3)
    body = loft([low, high], [0.0, up])
    lean = (1 - tilt) * deep / up

    def front(z0: float, z1: float) -> Mesh:
        """A picture on the sloping front between two heights."""
        w, x0, x1 = 0.8 * hy, deep - lean * z0 + 0.0008, deep - lean * z1 + 0.0008
        corners = np.array([(x0, -w, z0), (x0, w, z0), (x1, w, z1), (x1, -w, z1)])
        return Mesh(corners, np.array([[0, 1, 2], [0, 2, 3]], np.int32), np.array([(0.0, 0), (1, 0), (1, 1), (0, 1)]))

    screen = Canvas(48, 96, (0.7, 0.76, 0.66))
    screen.text(pick(rng, "05 00", "10 30", "15 00", "03 45"), 0.5, 0.5, 24, (0.1, 0.12, 0.1), max_width=0.85)
    pad = Canvas(32, 96, mix(base, (0, 0, 0), 0.15))
    for k in range(3):
        pad.ellipse((k + 0.5) / 3, 0.5, 10, 9, shade(other_colour(rng, colour), rng))
    visual = [
        (body, paint("plastic", base)),
        (front(0.48 * up, 0.9 * up), printed("plastic", screen.image())),
        (front(0.12 * up, 0.36 * up), printed("plastic", pad.image())),
    ]
    parts = [part_hull(_stacked(low, high, 0.0, up))]
    density = between(rng, 500, 750)
    return Draft("kitchen timer", visual, parts, "plastic", "boxy", density, hy / 0.03, extra={"colour": colour})


def _stacked(low: F64, high: F64, z0: float, z1: float) -> F64:
    """Two outlines (K, 2) at their heights, (2 K, 3)."""
    return np.concatenate([np.concatenate([o, np.full((len(o), 1), z)], -1) for o, z in ((low, z0), (high, z1))])


def grater(rng: np.random.Generator, variant: str) -> Draft:
    """Grater: four-sided tower, three-sided, round, or half-round, with a bow or a bar on top."""
    hx, hy = between(rng, 0.024, 0.0345), between(rng, 0.024, 0.046)
    h = between(rng, 0.075, 0.16) if variant != "triangle" else between(rng, 0.06, 0.09)
    t = between(rng, 0.62, 0.95) if variant != "triangle" else between(rng, 0.5, 0.7)
    if variant == "tower":
        low = rounded_rect(hx, hy, 0.12 * hx, 2)
    elif variant == "triangle":
        hx, hy = 0.0345, max(hy, 0.036)
        low = np.array([(-0.72 * hx, -hy), (1.15 * hx, 0.0), (-0.72 * hx, hy)])
    elif variant == "half":
        c, s = cos_sin((np.arange(9) / 8.0 - 0.5) * np.pi)
        low = np.stack([1.5 * hx * c - 0.7 * hx, hy * s], -1)
    else:
        low = hx * circle(20)
    c = Canvas(128, 128, STEEL)
    dark = (0.32, 0.33, 0.35)
    for k in range(16):
        for j in range(9):
            u, v = (k + 0.5 * (j % 2) + 0.25) / 16, 0.14 + 0.085 * j
            if (k // 4) % 2:
                c.ellipse(u, v, 1.4, 1.4, dark)
            else:
                c.rect(u - 0.02, v - 0.008, u + 0.02, v + 0.008, dark, 1)
    tone = shade(pick(rng, "black", "red", "green", "white", "blue", "orange"), rng)
    trim = [prism(low * 1.03, 0.0, 0.006), prism(low * t * 1.03, h - 0.006, h + 0.001)]
    parts = [part_hull(_stacked(low, low * t, 0.0, h))]
    w, up = between(rng, 0.45, 0.85) * hy * t, between(rng, 0.018, 0.035)
    w = 0.55 * w if variant == "triangle" else 0.8 * hx * t if variant == "round" else w
    if rng.random() < 0.6:
        a, b, push = (0, -w, h), (0, w, h), (0, 0, up)
        grip = arch(a, b, push, (0.0045, 0.006), 7, 6, power=0.5)
        parts += arch_parts(a, b, push, 0.005, 3, power=0.5)
    else:
        grip = loft([rounded_rect(0.007, 0.7 * w, 0.005, 3), rounded_rect(0.011, w, 0.008, 3)], [h, h + up])
        parts.append(part_hull(grip.vertices))
    visual = [
        (loft([low, low * t], [0.0, h]), printed("metal", c.image())),
        (merge([*trim, grip]), paint("plastic", tone)),
    ]
    return Draft("grater", visual, parts, "metal", "tall", between(rng, 250, 400), h / 0.12)


def napkin_holder(rng: np.random.Generator, variant: str) -> Draft:
    """Napkins between two upright sides: arched, square, waved, peaked, or wire bows."""
    hy, h = between(rng, 0.036, 0.056), between(rng, 0.045, 0.09)
    gap, t = between(rng, 0.009, 0.022), between(rng, 0.0022, 0.0045)
    base = prism(rounded_rect(gap + t + 0.004, hy, 0.004, 3), 0.0, 0.006, bevel=0.001)
    colour = pick(rng, *PAINTS)
    paper = paint("paper", shade(pick(rng, "white", "white", "red", "yellow", "blue", "green"), rng))
    stack = box(gap - 0.001, 0.92 * hy, 0.005, h * between(rng, 0.75, 1.25) + 0.006, 0.001)
    word = pick(rng, "wood", "metal", "plastic")
    grain = wood_grain(rng)
    metal = paint("metal", pick(rng, STEEL, DARK))
    look = printed("wood", grain) if word == "wood" else metal if word == "metal" else paint(word, shade(colour, rng))
    n = 13
    y = np.linspace(-1.0, 1.0, n)
    c = cos_sin(y * np.pi / 2)[0]
    top = {
        "arch": 0.35 + 0.65 * c,
        "square": np.ones(n),
        "wave": 0.86 + 0.14 * cos_sin(2 * np.pi * y)[0],
        "peak": 1.0 - 0.62 * np.abs(y),
        "wire": np.sqrt(np.maximum(c, 0.0)),
    }[variant]
    meshes, parts = [base], [part_hull(base.vertices), part_hull(stack.vertices)]
    for sign in (-1.0, 1.0):
        x = sign * (gap + t / 2)
        if variant == "wire":
            path = np.stack([np.full(n, x), hy * y * 0.96, 0.004 + h * top], -1)
            meshes.append(sweep(path, np.full(n, 0.0022), 6, up=(1, 0, 0)))
            parts.append(part_box((0.0022, 0.9 * hy, h / 2), (x, 0, 0.004 + h / 2)))
            continue
        foot, edge = np.stack([hy * y, np.full(n, 0.004)], -1), np.stack([hy * y, h * top], -1)
        loop = np.concatenate([foot, edge[::-1]])
        sides = [np.concatenate([np.full((2 * n, 1), x + k * t / 2), loop], -1) for k in (-1, 1)]
        a = np.arange(n - 1)
        quads = np.concatenate([np.stack([a, a + 1, a + n + 1], -1), np.stack([a, a + n + 1, a + n], -1)])
        for k, side in zip((-1, 1), sides, strict=True):
            v = np.concatenate([side[:n], side[::-1][:n]])
            uv = v[:, 1:] / np.array([2 * hy, h]) + np.array([0.5, 0.0])
            meshes.append(Mesh(v, (quads if k > 0 else quads[:, ::-1]).astype(np.int32), uv))
        meshes.append(skin(np.stack(sides), sharp_cols=False))
        parts.append(part_hull(np.concatenate(sides)))
    density = between(rng, 300, 500)
    return Draft("napkin holder", [(merge(meshes), look), (stack, paper)], parts, word, "boxy", density, hy / 0.046)


def mortar(rng: np.random.Generator, variant: str) -> Draft:
    """Mortar with its pestle: bowl, tall cup, footed, cast with a band."""
    r = between(rng, 0.0275, 0.0355)
    h = r * between(rng, 1.1, 2.3)
    f = between(rng, 0.55, 0.85)
    rows = {
        "bowl": [(f, 0.0), (f + 0.04, 0.08), (0.94, 0.5), (1.0, 1.0)],
        "cup": [(0.84, 0.0), (0.86, 0.05), (0.9, 0.8), (1.0, 0.9), (1.0, 1.0)],
        "footed": [(f + 0.1, 0.0), (f + 0.06, 0.1), (0.48, 0.22), (0.9, 0.5), (1.0, 1.0)],
        "band": [(0.9, 0.0), (0.9, 0.12), (0.78, 0.16), (0.8, 0.6), (0.96, 0.72), (1.0, 1.0)],
    }[variant]
    body, parts = hollow(profile(rows, r, h), 0.005, 0.3 * h, 20)
    q = between(rng, 0.0065, 0.0095)
    lean, up = between(rng, 0.1, 0.35), between(rng, 0.5, 1.3) * h
    x0, z0 = -0.25 * r, 0.36 * h
    length = h - z0 + up
    t = np.array([0.0, 0.12, 0.3, 0.8, 0.96, 1.0])
    path = np.stack([x0 + lean * length * t, 0 * t, z0 + length * t], -1)
    pestle = sweep(path, np.array([0.9, 1.35, 0.95, 0.8, 1.05, 0.7]) * q, 10, up=(0, 1, 0))
    parts.append(part_hull(pestle.vertices[pestle.vertices[:, 2] > 0.8 * h]))
    tone = pick(rng, (0.9, 0.89, 0.86), (0.45, 0.46, 0.48), (0.28, 0.29, 0.31), None)
    word = "wood" if tone is None else "ceramic"
    look = printed("wood", wood_grain(rng)) if tone is None else paint("ceramic", tone)
    density = between(rng, 900, 1300)
    return Draft("mortar", [(merge([body, pestle]), look)], parts[:8], word, "round", density, r / 0.031)


def oven_glove(rng: np.random.Generator, variant: str) -> Draft:
    """Oven glove lying flat: mitten with a thumb, two-lobed pincher, long gauntlet, square pot holder."""
    w, h = between(rng, 0.026, 0.034), between(rng, 0.015, 0.026)
    long = between(rng, 0.082, 0.11) if variant == "gauntlet" else between(rng, 0.05, 0.075)
    colour = pick(rng, *PAINTS)
    base, accent = shade(colour, rng), shade(other_colour(rng, colour), rng)
    c = Canvas(64, 96, base)
    for k in range(6):
        if variant == "holder" or rng.random() < 0.5:
            c.rect(0, (k + 0.2) / 6, 1, (k + 0.45) / 6, accent, alpha=0.7)
        else:
            c.rect((k + 0.2) / 6, 0, (k + 0.45) / 6, 1, accent, alpha=0.7)
    if variant == "holder":
        hy = between(rng, 0.85, 1.15) * 0.034
        ring = lathe([(0.008, 0.003), (0.011, 0.003), (0.011, 0.008), (0.008, 0.008), (0.008, 0.003)], 12)
        meshes = [
            prism(rounded_rect(0.034, hy, between(rng, 0.004, 0.016), 4), 0.0, h, bevel=0.004),
            ring.moved((0.034 + 0.008, 0, 0)),
        ]
    else:
        meshes = _mitten(rng, variant, w, long, h)
    parts: list[CollisionPart] = [part_hull(m.vertices) for m in meshes]
    visual = [
        (meshes[0], printed("fabric", c.image())),
        (merge(meshes[1:]), paint("fabric", mix(base, accent, 0.25))),
    ]
    name = "pot holder" if variant == "holder" else "oven glove"
    return Draft(name, visual, parts, "fabric", "flat", between(rng, 180, 300), long / 0.065)


def _mitten(rng: np.random.Generator, variant: str, w: float, long: float, h: float) -> list[Mesh]:
    """Hand, thumb (or upper lobe) and cuff of half width w and height h, the cuff at x = -long."""
    taper = between(rng, 0.75, 1.0)
    finger = circle(12)[[10, 11, 0, 1, 2]] * np.array([between(rng, 0.7, 1.3) * w, w]) + np.array([0.25 * long, 0.0])
    low = np.array([(-long, -taper * w), (0.25 * long, -w)])
    hand = np.concatenate([low, finger, (low * [1.0, -1.0])[::-1]])
    meshes = [prism(hand, 0.0, h, bevel=0.0035)]
    if variant == "pincher":
        lobe = rounded_rect(0.5 * long, 0.85 * w, 0.6 * w, 4) + np.array([-0.15 * long, 0])
        meshes.append(prism(lobe, h - 0.002, h + between(rng, 0.008, 0.015), bevel=0.004))
    else:
        tip = np.array([0.1 * long + 0.02 * between(rng, 0.4, 1.0), -w - between(rng, 0.012, 0.022)])
        root = np.array([-0.35 * long, -0.85 * w])
        d = tip - root
        d = d / np.sqrt((d * d).sum())
        side = np.array([-d[1], d[0]]) * between(rng, 0.009, 0.013)
        thumb = np.array([root - side, tip - side * 0.8, tip + d * 0.009, tip + side * 0.8, root + side])
        meshes.append(prism(thumb, 0.0, 0.86 * h, bevel=0.003))
    meshes.append(box(0.009, taper * w + 0.0015, 0.0, h + 0.0015, 0.003).moved((-long, 0, 0)))
    return meshes


FAMILIES = (
    graspable("measuring_cup", "kitchen", measuring_cup, variants=("jug", "scoop", "beaker", "cone")),
    graspable("funnel", "kitchen", funnel, variants=("cone", "bell", "jam", "rimmed", "tab")),
    graspable("timer", "kitchen", timer, "kitchen timer",
              variants=("dial", "egg", "digital", "tomato", "wedge", "bell")),
    graspable("grater", "kitchen", grater, variants=("tower", "triangle", "round", "half")),
    graspable("napkin_holder", "kitchen", napkin_holder, variants=("arch", "square", "wave", "peak", "wire")),
    graspable("mortar", "kitchen", mortar, variants=("bowl", "cup", "footed", "band")),
    graspable("oven_glove", "kitchen", oven_glove, "oven glove", "pot holder",
              variants=("mitten", "pincher", "gauntlet", "holder")),
)  # fmt: skip
