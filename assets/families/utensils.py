"""Cooking tools: ladles, whisks, tongs, peelers, mashers, rolling pins, scoops, pastry brushes."""

from __future__ import annotations

import numpy as np

from assets.colours import shade
from assets.families.grips import grip, hull_of, neck, rod, superdisc
from assets.families.shells import wood_grain
from assets.families.turning import STEEL, profile, solid
from assets.kit import Draft, graspable, paint, part_hull, printed
from assets.mesh import Mesh, box, lathe, merge, prism, skin, sweep
from assets.numeric import between, cos_sin, pick, rotation
from engine.types import CollisionPart


def ladle(rng: np.random.Generator, variant: str) -> Draft:
    """Ladle on its side of the bowl: round, oval, sauce ladle with a lip, flat skimmer, long small dipper."""
    g = grip(rng, *{"dipper": (0.085, 0.11)}.get(variant, (0.055, 0.09)))
    r = {"dipper": between(rng, 0.016, 0.022), "skimmer": between(rng, 0.026, 0.036)}.get(
        variant, between(rng, 0.021, 0.032)
    )
    h = between(rng, 0.008, 0.014) if variant == "skimmer" else r * between(rng, 0.7, 1.3)
    f = between(rng, 0.35, 0.62)
    rows = [
        (0, 0),
        (f, 0.0),
        (0.8, 0.3),
        (0.97, 0.7),
        (1.0, 1.0),
        (0.94, 1.0),
        (0.88, 0.66),
        (0.7, 0.32),
        (0.3, 0.1),
        (0, 0.1),
    ]
    k = between(rng, 0.72, 0.88) if variant == "oval" else 1.0
    bowl = lathe(rows, 18, cos_limit=0.4).scaled(r, k * r, h)
    if variant == "lip":
        v = bowl.vertices.copy()
        side = np.clip(v[:, 1] / r, 0.0, 1.0)
        v[:, 1] += side * side * np.clip(v[:, 2] / h - 0.4, 0, 1) * between(rng, 0.008, 0.016)
        bowl = Mesh(v, bowl.faces, bowl.uv)
    gap = between(rng, 0.004, 0.024)
    bowl = bowl.moved((-r - gap, 0, 0))
    stem = neck(-gap - 0.002, 0.9 * h, 0.0028, 0.0042)
    name = "skimmer" if variant == "skimmer" else "ladle"
    parts = [*g.parts, hull_of(bowl), hull_of(stem)]
    return Draft(
        name, [(g.mesh, g.coat), (merge([bowl, stem]), g.head)], parts, g.word, "long", 700.0, r / 0.03, extra=g.extra
    )


def _wire(points: np.ndarray, r: float = 0.0013) -> Mesh:
    """A thin rod along points whose path never runs along (1, 2, 0.3)."""
    return sweep(points, np.full(len(points), r), 5, up=(0.12, 0.35, 0.93), ends=False)


def whisk(rng: np.random.Generator, variant: str) -> Draft:
    """Whisk: balloon, slim sauce whisk, flat, spiral on a bent neck, or with balls on straight wires."""
    g = grip(rng, 0.052, 0.085, kinds=("plastic", "metal", "wood"))
    steel = paint("metal", STEEL)
    long = between(rng, 0.05, 0.085)
    fat = {"balloon": between(rng, 0.019, 0.031), "sauce": between(rng, 0.011, 0.016)}.get(
        variant, between(rng, 0.015, 0.026)
    )
    t = np.arange(9) / 8.0
    c, s = cos_sin(2 * np.pi * t)
    wires: list[Mesh] = []
    if variant in ("balloon", "sauce", "flat"):
        n = 2 if variant == "flat" else 4
        lean = 0.0 if variant == "flat" else 1.0
        for k in range(n):
            reach = fat * ((k + 1) / n if variant == "flat" else 1.0)
            across = reach * s * (0.55 + 0.45 * (1 - c) / 2)
            x = -0.5 * long * (1 - c) * (1.0 if variant != "flat" else 0.75 + 0.25 * (k + 1) / n)
            co, si = (float(q) for q in cos_sin(np.pi * k / n)) if variant != "flat" else (1.0, 0.0)
            y, up = across * co, across * si
            z = up + 0.84 * np.abs(across) * lean + 0.0014 + 0.005 * (1.0 + x / long)
            wires.append(_wire(np.stack([x, y, np.maximum(z, 0.0014)], -1)))
        foot = np.array([(i * long, j * 0.4 * fat, 0.0) for i in (-0.8, -0.4) for j in (-1, 1)])
        hulls = [part_hull(np.concatenate([foot, *[m.vertices for m in wires]]))]
    elif variant == "balls":
        n = int(rng.integers(4, 7))
        for k in range(n):
            y = (2 * k / (n - 1) - 1) * fat
            end = lathe([(0, 0), (0.004, 0.002), (0.004, 0.006), (0, 0.008)], 8, cos_limit=0.2).moved(
                (-long - 0.002, y, 0)
            )
            line = np.stack([-long * t, y * t, 0.0045 + 0 * t], -1)
            wires += [_wire(line[::2], 0.0012), end]
        hulls = [hull_of(*wires)]
    else:  # spiral: a coiled ring at the end of a rod
        q = between(rng, 0.02, 0.032)
        rings = int(rng.integers(3, 5))
        for k in range(rings):
            r = q * (1.0 - 0.16 * k)
            tube = lathe(
                [
                    (r - 0.0022, 0.004 * k),
                    (r, 0.004 * k),
                    (r, 0.004 * k + 0.0022),
                    (r - 0.0022, 0.004 * k + 0.0022),
                    (r - 0.0022, 0.004 * k),
                ],
                16,
            )
            wires.append(tube.moved((-long * 0.6 - q, 0, 0)))
        stem = neck(-long * 0.6 - 0.003, 0.004 * rings - 0.003, 0.0016, 0.0028)
        hulls = [hull_of(*wires), hull_of(stem)]
        wires.append(stem)
    return Draft("whisk", [(g.mesh, g.coat), (merge(wires), steel)], [*g.parts, *hulls], "metal", "long", 350.0, 1.0,
                 extra=g.extra)  # fmt: skip


def tongs(rng: np.random.Generator, variant: str) -> Draft:
    """Tongs lying half open: with scalloped or flat ends, claws, spoons, or one piece of bamboo."""
    long = between(rng, 0.09, 0.165)
    gape = between(rng, 0.01, 0.03) * (long / 0.13)
    tall = between(rng, 0.01, 0.028)
    thin = between(rng, 0.0022, 0.0036) if variant != "bamboo" else between(rng, 0.004, 0.006)
    bow = between(rng, -0.1, 0.6) * gape
    arms: list[Mesh] = []
    parts: list[CollisionPart] = []
    t = np.array([0.0, 0.18, 0.5, 0.82, 1.0])
    for sign in (-1.0, 1.0):
        y = sign * (0.007 + (gape - 0.007) * t + bow * cos_sin(np.pi * t)[1])
        x = -long * t
        rings = []
        wide = tall * np.array([1.0, 0.9, 0.62, 0.7, 0.9])
        for xi, yi, wi in zip(x, y, wide, strict=True):
            rings.append([(xi, yi - thin, 0.0), (xi, yi + thin, 0.0), (xi, yi + thin, wi), (xi, yi - thin, wi)])
        r = np.array(rings)[::-1]
        ends = r.mean(1, keepdims=True).repeat(4, 1)
        arms.append(skin(np.concatenate([ends[:1], r, ends[-1:]])))
        parts += [part_hull(r[:3].reshape(-1, 3)), part_hull(r[2:].reshape(-1, 3))]
        ex, ey = -long, float(y[-1])
        if variant in ("scalloped", "spoon"):
            a = between(rng, 0.012, 0.017) if variant == "scalloped" else between(rng, 0.016, 0.022)
            head = lathe([(0, 0), (1.0, 0.2), (0.9, 0.6), (0, 1.0)], 12 if variant == "spoon" else 7).scaled(
                a, a * 0.75, 0.006
            )
            head = head.moved((0, 0, 0), rotation("x", sign * np.pi / 2)).moved((ex, ey, 0.75 * a))
        elif variant == "claw":
            head = merge(
                [
                    box(0.012, 0.0016, z, z + 0.0035, 0.0004).moved((ex - 0.006, ey - sign * 0.004, 0))
                    for z in (0.0, 0.4 * tall, 0.8 * tall)
                ]
            )
        elif variant == "flat":
            head = box(0.016, thin, 0.0, between(rng, 1.0, 1.5) * tall, 0.0008).moved((ex - 0.01, ey, 0))
        else:
            continue
        arms.append(head)
        parts.append(hull_of(head))
    q = between(rng, 0.009, 0.0115)
    if variant == "bamboo":
        hinge = box(0.012, q, 0.0, tall, 0.002).moved((0.006, 0, 0))
    else:
        hinge, _ = solid([(q, 0.0), (q, tall), (0.7 * q, tall + 0.001)], 14)
        hinge = hinge.moved((0.003, 0, 0))
    parts.append(hull_of(hinge))
    colour = pick(rng, "red", "black", "green", "blue", "orange")
    wood = variant == "bamboo"
    arm = printed("wood", wood_grain(rng)) if wood else paint("metal", STEEL)
    knob = arm if wood else paint("plastic", shade(colour, rng))
    return Draft(
        "tongs",
        [(merge(arms), arm), (hinge, knob)],
        parts[:8],
        "wood" if wood else "metal",
        "long",
        700.0,
        long / 0.165,
    )


def peeler(rng: np.random.Generator, variant: str) -> Draft:
    """Vegetable peeler: Y-shaped, straight swivel blade, wide slicer, or a zester comb."""
    g = grip(rng, 0.07, 0.105, width=0.009, kinds=("plastic", "plastic", "metal"))
    steel = paint("metal", (0.72, 0.73, 0.75))
    head: list[Mesh] = []
    blade: list[Mesh] = []
    if variant in ("y", "wide"):
        w = between(rng, 0.017, 0.026) if variant == "y" else between(rng, 0.026, 0.036)
        d = between(rng, 0.018, 0.034)
        for sign in (-1, 1):
            path = [(0.006, 0, 0.005), (-0.35 * d, sign * 0.7 * w, 0.005), (-d, sign * w, 0.005)]
            head.append(sweep(path, np.array([[0.0042, 0.004], [0.0036, 0.0042], [0.003, 0.005]]), 8))
        blade.append(box(0.006, w, 0.002, 0.0045, 0.0006).moved((-d + 0.004, 0, 0)))
        parts = [hull_of(h) for h in head] + [hull_of(*blade)]
    elif variant == "swivel":
        long, w = between(rng, 0.045, 0.075), between(rng, 0.006, 0.011)
        head = [rod(-0.012, 0.006, 0.005, 0.001, 0.009), rod(-long - 0.008, -long + 0.002, 0.0065, 0.0, 0.007)]
        blade = [rod(-long, -0.008, 0.0016, 0.001, 0.005, k * w) for k in (-1, 1)]
        blade += [box(0.002, w, 0.001, 0.005, 0.0005).moved((x, 0, 0)) for x in (-long, -0.01)]
        parts = [hull_of(*head, *blade)]
    else:
        d, w = between(rng, 0.02, 0.036), between(rng, 0.009, 0.016)
        head = [rod(-d, 0.006, 0.006, 0.0, 0.007)]
        plate = prism(superdisc(0.014, w, 0.8) + np.array([-d - 0.01, 0]), 0.001, 0.005, bevel=0.001)
        blade = [plate]
        parts = [hull_of(*head), hull_of(plate)]
    visual = [(merge([g.mesh, *head]), g.coat), (merge(blade), steel)]
    name = "zester" if variant == "zester" else "peeler"
    return Draft(
        name,
        visual,
        [*g.parts, *parts][:8],
        "plastic" if g.word == "plastic" else "metal",
        "long",
        800.0,
        1.0,
        extra=g.extra,
    )


def masher(rng: np.random.Generator, variant: str) -> Draft:
    """Potato masher standing on its head: pierced disc, oval, wavy wire, square grid; upright or cross handle."""
    r = between(rng, 0.024, 0.0345)
    h = r * between(rng, 2.3, 3.9 if variant != "wave" else 3.1)
    t = between(rng, 0.003, 0.006)
    meshes: list[Mesh] = []
    if variant == "wave":
        n, a = 25, r
        k = np.arange(n) / (n - 1.0)
        path = np.stack(
            [
                (2 * k - 1) * a,
                between(rng, 0.7, 0.95) * a * cos_sin(2 * np.pi * pick(rng, 2.0, 3.0) * k)[1],
                0.0024 + 0 * k,
            ],
            -1,
        )
        meshes.append(sweep(path, np.full(n, 0.0022), 6))
        wire = meshes[0].vertices
        foot = part_hull(np.concatenate([wire, wire * np.array([1.0, 1.0, 0.0])]))
    else:
        o = {
            "disc": superdisc(r, r, 0.0),
            "oval": superdisc(1.2 * r, 0.78 * r, 0.2),
            "grid": superdisc(r, between(rng, 0.7, 1.0) * r, 1.0),
        }[variant]
        meshes.append(prism(o, 0.0, t, bevel=0.001))
        foot = part_hull(meshes[0].vertices)
    spread = between(rng, 0.4, 0.85) * r
    up = between(rng, 0.35, 0.6) * h
    lean = between(rng, 0.0, 0.9) * spread
    single = rng.random() < 0.3
    legs = [0.0] if single else [-1.0, 1.0]
    for sign in legs:
        path = [
            (sign * spread, 0, 0.001),
            (sign * (0.5 * spread + 0.5 * lean), 0.0, 0.5 * up),
            (sign * 0.25 * lean, 0.0, up),
        ]
        meshes.append(sweep(path, np.full(3, 0.0026), 8, up=(0, 1, 0)))
    parts = [foot, *[part_hull(m.vertices) for m in meshes[1:]]]
    if variant == "grid" or rng.random() < 0.35:  # cross bar
        w, q = between(rng, 0.022, 0.042), between(rng, 0.0075, 0.0105)
        bar = sweep([(-w, 0, up), (-0.5 * w, 0, up + 0.002), (0.5 * w, 0, up + 0.002), (w, 0, up)],
                    np.array([0.8, 1.0, 1.0, 0.8]) * q, 10)  # fmt: skip
        handle = bar
        parts.append(part_hull(bar.vertices))
    else:
        q = between(rng, 0.0085, 0.0125)
        rows = pick(rng, [(0.6, 0.0), (0.9, 0.1), (1.0, 0.5), (0.9, 0.9), (0.5, 1.0)],
                    [(0.8, 0.0), (0.65, 0.2), (0.8, 0.6), (1.15, 0.85), (0.7, 1.0)],
                    [(0.8, 0.0), (0.8, 0.9), (0.6, 1.0)])  # fmt: skip
        line = profile(rows, q, h - up) + np.array([0.0, up - 0.004])
        handle, more = solid(line, 14)
        parts += more
    colour = pick(rng, "red", "black", "green", "blue", "white", "orange")
    wood = rng.random() < 0.35
    coat = paint("wood", (0.66, 0.47, 0.28)) if wood else paint("plastic", shade(colour, rng))
    return Draft(
        "potato masher",
        [(merge(meshes), paint("metal", STEEL)), (handle, coat)],
        parts[:8],
        "metal",
        "tall",
        900.0,
        r / 0.029,
    )


FAMILIES = (
    graspable("ladle", "kitchen", ladle, "ladle", "skimmer", variants=("round", "oval", "lip", "skimmer", "dipper")),
    graspable("whisk", "kitchen", whisk, variants=("balloon", "sauce", "flat", "spiral", "balls")),
    graspable("tongs", "kitchen", tongs, variants=("scalloped", "flat", "claw", "spoon", "bamboo")),
    graspable("peeler", "kitchen", peeler, "peeler", "zester", variants=("y", "swivel", "wide", "zester")),
    graspable("masher", "kitchen", masher, "potato masher", variants=("disc", "oval", "wave", "grid")),
)  # fmt: skip
