"""Tableware to pick up: mugs, cups, shakers, mills, sponges, eggs."""

from __future__ import annotations

import numpy as np

from assets.colours import mix, shade
from assets.families.fruit import round_profile
from assets.families.turning import BRASS, DARK, STEEL, decorated, hollow, knob, profile, side_handle, solid, steady
from assets.kit import Draft, draw_scale, graspable, paint, part_box, part_hull, part_lathe, printed
from assets.labels import contrast, draw_picture
from assets.mesh import Mesh, blob, box, cap, lathe, merge, prism, rounded_rect, skin
from assets.numeric import between, circle, pick
from assets.paint import Canvas, fractal_noise
from engine.types import CollisionPart


def _plain(mesh: Mesh, u: float = 0.02, v: float = 0.02) -> Mesh:
    """The mesh in the plain corner of its body's picture."""
    return Mesh(mesh.vertices, mesh.faces, np.zeros_like(mesh.uv) + np.array([u, v]))


def mug(rng: np.random.Generator, variant: str) -> Draft:
    """Mug: straight, tapered, barrel, waisted, footed, wide soup mug, or tankard; bowed or squared handle."""
    r = between(rng, 0.026, 0.035)
    h = {"barrel": between(rng, 1.7, 2.9), "soup": between(rng, 1.2, 1.7), "tankard": between(rng, 2.7, 3.6)}.get(
        variant, between(rng, 1.8, 3.1)
    ) * r  # fmt: skip
    low = between(rng, 0.55, 0.8)
    rows = {
        "straight": [(0.96, 0.0), (1.0, 0.04), (1.0, 0.5), (1.0, 1.0)],
        "tapered": [(low, 0.0), (low + 0.03, 0.04), (0.5 + 0.5 * low, 0.5), (1.0, 1.0)],
        "barrel": [(low, 0.0), (0.5 + 0.5 * low, 0.15), (1.0, 0.45), (0.97, 0.7), (low + 0.12, 1.0)],
        "waisted": [(0.95, 0.0), (0.97, 0.05), (low + 0.1, 0.45), (low + 0.16, 0.65), (1.0, 1.0)],
        "footed": [(0.7, 0.0), (0.62, 0.06), (0.55, 0.1), (0.92, 0.26), (1.0, 0.5), (1.0, 1.0)],
        "soup": [(0.6, 0.0), (0.85, 0.14), (1.0, 0.42), (1.0, 1.0)],
        "tankard": [(1.0, 0.0), (1.0, 0.06), (0.93, 0.08), (0.8, 0.9), (0.83, 0.93), (0.83, 1.0)],
    }[variant]
    p = profile(rows, r, h)
    body, parts = hollow(p, 0.003, 0.005, 22)
    span = between(rng, 0.4, 0.78)
    mid = between(rng, 0.46, 0.56)
    out = between(rng, 0.016, 0.03)
    z0, z1 = max(mid - span / 2, 0.1) * h, min(mid + span / 2, 0.94) * h
    handle, more = side_handle(p, z0, z1, out, (0.0052, 0.0034), pick(rng, 1.0, 1.0, 0.5))
    word = "metal" if variant == "tankard" and rng.random() < 0.5 else "ceramic"
    image, _ = decorated(rng)
    visual = [(merge([body, _plain(handle)]), printed(word, image))]
    name = "soup mug" if variant == "soup" else "tankard" if variant == "tankard" else "mug"
    return Draft(name, visual, [*parts, *more], word, "cylindrical", between(rng, 650, 900), r / 0.0302)


def cup(rng: np.random.Generator, variant: str) -> Draft:
    """Cup: party tumbler, paper coffee cup with sleeve and lid, teacup or espresso cup with a little ring, beaker."""
    s = draw_scale(rng, 0.1)
    colour = pick(rng, "red", "blue", "green", "yellow", "purple", "orange", "pink")
    base = shade(colour, rng)
    if variant in ("teacup", "espresso"):
        r = between(rng, 0.031, 0.0355) if variant == "teacup" else between(rng, 0.023, 0.029)
        h = r * (between(rng, 1.15, 1.7) if variant == "teacup" else between(rng, 1.6, 2.3))
        f = between(rng, 0.45, 0.75)
        b = between(rng, 0.0, 0.12)
        p = profile([(f, 0), (f - 0.05, 0.07), (0.35 + 0.6 * f + b, 0.3), (0.86 + b / 2, 0.65), (1.0, 1.0)], r, h)
        body, parts = hollow(p, 0.0024, 0.006, 22)
        span = between(rng, 0.35, 0.55)
        handle, more = side_handle(p, 0.32 * h, (0.32 + span) * h, between(rng, 0.011, 0.02), (0.0036, 0.0026),
                                   pick(rng, 1.0, 0.5))  # fmt: skip
        image, _ = decorated(rng)
        visual = [(merge([body, _plain(handle)]), printed("ceramic", image))]
        name = "teacup" if variant == "teacup" else "espresso cup"
        return Draft(name, visual, [*parts, *more], "ceramic", "round", between(rng, 650, 900), r / 0.031)
    r1 = between(rng, 0.027, 0.0345)
    r0 = r1 * between(rng, 0.6, 0.88)
    h = r1 * between(rng, 2.1, 3.6 if variant != "straw" else 2.9)
    if variant in ("party", "beaker"):
        rows = [(r0, 0.0), (r0 + 0.001, 0.002)]
        if variant == "party":
            n = int(rng.integers(2, 5))
            for k in range(1, n + 1):
                z = h * (0.2 + 0.6 * k / n)
                q = r0 + (r1 - r0) * z / h
                rows += [(q, z - 0.002), (q + 0.0014, z)]
            rows += [(r1, h - 0.003), (r1 + 0.0015, h - 0.002), (r1 + 0.0015, h)]
        else:  # bulbous or flared children's beaker
            b = between(rng, -0.12, 0.16) * r1
            rows += [(0.5 * (r0 + r1) + b, 0.45 * h), (r1 + b / 3, 0.8 * h), (r1, h)]
        body, _ = hollow(rows, 0.002, 0.005, 22)
        ring = circle(14)
        hull = [part_hull(np.concatenate([np.concatenate([q * ring, np.full((14, 1), z)], -1) for q, z in rows]))]
        image = Canvas(32, 8, base)
        image.rect(0, 0, 1, 0.09, (0.95, 0.95, 0.94))
        visual = [(body, printed("plastic", image.image()))]
        return Draft(
            "plastic cup", visual, hull, "plastic", "conical", between(rng, 250, 400), s, extra={"colour": colour}
        )
    top = h
    body = lathe([(0, 0), (r0, 0.0), (r1, h)], 22)
    at = lambda z: r0 + (r1 - r0) * z / h + 0.0008  # noqa: E731
    visual = [(body, paint("paper", pick(rng, (0.95, 0.94, 0.92), (0.95, 0.94, 0.92), (0.7, 0.55, 0.38))))]
    z0, z1 = between(rng, 0.15, 0.32) * h, between(rng, 0.6, 0.8) * h
    c = Canvas(48, 96, base)
    draw_picture(c, rng, pick(rng, "bean", "leaf", "star", "flower"), 0.5, 0.5, 20)
    over = 0.0014 if variant == "sleeve" else 0.0
    sleeve = lathe([(at(z0) + over, z0), (at(z1) + over, z1)], 22, v=[0, 1], turns=2.0)
    visual.append((sleeve, printed("cardboard", c.image())))
    lid_rows = [(r1, h - 0.002), (r1 + 0.002, h), (r1 + 0.001, h + 0.003)]
    if variant == "dome":
        rise = between(rng, 0.014, 0.026)
        lid_rows += [(0.95 * r1, h + 0.4 * rise), (0.7 * r1, h + 0.82 * rise), (0.3 * r1, h + rise), (0, h + rise)]
    else:
        up = between(rng, 0.006, 0.012)
        lid_rows += [(0.9 * r1, h + up), (0.84 * r1, h + up), (0.82 * r1, h + up - 0.003), (0, h + up - 0.003)]
    top = max(z for _, z in lid_rows)
    lid = lathe(lid_rows, 22, cos_limit=0.6)
    pale = (0.9, 0.92, 0.93) if variant == "dome" else pick(rng, DARK, (0.94, 0.94, 0.93))
    visual.append((lid, paint("plastic", pale)))
    parts = [part_lathe([(r0, 0), (r1 + 0.0015, h), *[q for q in lid_rows[2:] if q[0] > 0.2 * r1]], 14)]
    if variant == "straw":
        straw = box(0.0022, 0.0022, h, top + between(rng, 0.03, 0.05), 0.0006).moved((0.3 * r1, 0, 0))
        visual.append((straw, paint("plastic", shade("red", rng))))
        parts.append(part_hull(straw.vertices))
    return Draft("coffee cup" if variant == "sleeve" else "paper cup", visual, parts, "paper", "conical",
                 between(rng, 350, 700), s)  # fmt: skip


def salt_shaker(rng: np.random.Generator, variant: str) -> Draft:
    """Salt, pepper or spice shaker: glass under a metal dome, glazed figure, cylinder, cut square, egg."""
    s = draw_scale(rng, 0.12)
    name, filling = pick(
        rng,
        ("salt shaker", (0.93, 0.93, 0.92)),
        ("pepper shaker", (0.2, 0.18, 0.17)),
        ("spice shaker", (0.72, 0.3, 0.1)),
    )
    r = between(rng, 0.017, 0.025)
    h = r * between(rng, 2.0, 4.2)
    c = Canvas(48, 96, STEEL if variant != "egg" else mix(filling, (1, 1, 1), 0.3))
    for k in range(6):
        c.ellipse((k + 0.5) / 6, 0.22, 2.4, 3.2, (0.1, 0.1, 0.1))
    b = between(rng, 0.6, 0.9)
    cap = between(rng, 0.3, 1.0)
    if variant == "square":
        o = rounded_rect(r, r, 0.2 * r, 3)
        body, parts = prism(o, 0, 0.72 * h, bevel=0.0015), [part_box((r, r, 0.36 * h), (0, 0, 0.36 * h))]
        rows = [(0.95, 0.72), (0.95, 0.86), (0.7, 0.97), (0.0, 1.0)]
    else:
        low = {
            "dome": [(1.0, 0.0), (1.0, 0.06), (b, 0.5), (b - 0.06, 0.78)],
            "cylinder": [(0.94, 0.0), (1.0, 0.03), (1.0, 0.4), (1.0, 0.74)],
            "pear": [(0.7, 0.0), (1.0, 0.22), (0.86, 0.45), (0.5, 0.68), (0.48, 0.78)],
            "waisted": [(1.0, 0.0), (0.96, 0.1), (0.6, 0.42), (0.68, 0.6), (0.9, 0.74)],
            "egg": [(0.55, 0.0), (0.85, 0.14), (1.0, 0.38), (0.92, 0.6), (0.78, 0.74)],
        }[variant]
        body, parts = solid(profile(low, r, h), 18)
        t = low[-1][0]
        rows = [(t + 0.06, low[-1][1]), (t + 0.06, low[-1][1] + 0.08 * cap), (0.75 * t, 0.9), (0.4 * t, 0.98), (0, 1.0)]
    top_line = profile(rows, r, h)
    top = lathe(top_line, 18, cos_limit=0.6)
    parts.append(part_lathe(top_line, 12))
    word = "ceramic" if variant in ("egg", "pear") else "glass"
    tint = shade(pick(rng, "white", "blue", "red", "green", "black", "yellow"), rng) if word == "ceramic" else filling
    return Draft(name, [(body, paint(word, tint)), (top, printed("metal", c.image()))], parts, word, "tall",
                 between(rng, 900, 1300), s)  # fmt: skip


_MILL = {
    "turned": [(1.0, 0), (1.0, 0.1), (0.9, 0.14), (0.62, 0.3), (0.56, 0.42), (0.66, 0.56), (0.86, 0.64), (0.86, 0.67),
               (0.6, 0.68), (0.62, 0.7), (0.84, 0.74), (0.88, 0.82), (0.74, 0.9), (0.36, 0.94)],
    "straight": [(0.85, 0), (0.9, 0.03), (0.9, 0.66), (0.8, 0.67), (0.8, 0.69), (0.9, 0.7), (0.9, 0.92), (0.7, 0.95)],
    "hourglass": [(1.0, 0), (0.96, 0.12), (0.58, 0.5), (0.64, 0.62), (0.94, 0.82), (0.86, 0.92), (0.4, 0.95)],
    "ball": [(1.0, 0), (1.0, 0.05), (0.8, 0.1), (0.62, 0.3), (0.6, 0.58), (0.56, 0.62), (0.86, 0.7), (0.98, 0.79),
             (0.86, 0.89), (0.5, 0.95)],
    "cone": [(1.0, 0), (1.0, 0.04), (0.62, 0.7), (0.5, 0.71), (0.62, 0.73), (0.55, 0.92), (0.3, 0.95)],
}  # fmt: skip


def pepper_mill(rng: np.random.Generator, variant: str) -> Draft:
    """Mill: turned wood with a knob, plain cylinder, hourglass, ball-headed, conical, or with a crank."""
    r = between(rng, 0.0205, 0.029)
    h = r * between(rng, 3.4, 7.2)
    h = min(h, 0.19)
    rows = _MILL["straight" if variant == "crank" else variant]
    h = 0.92 * steady([*rows, (0.2, 1.06)], r, h)
    p = profile(rows, r, h)
    p[:, 0] = np.where(p[:, 0] < 0.7 * r, p[:, 0] * between(rng, 0.9, 1.2), p[:, 0])
    body, parts = solid(p, 20, cos_limit=0.5)
    tone = pick(rng, (0.42, 0.25, 0.14), (0.2, 0.13, 0.09), (0.68, 0.48, 0.28), (0.62, 0.1, 0.1), (0.9, 0.9, 0.88))
    c = Canvas(96, 48, tone)
    for _ in range(16):
        x = between(rng, 0, 1)
        c.rect(x, 0, x + between(rng, 0.01, 0.03), 1, mix(tone, (0.05, 0.03, 0.02), 0.5), alpha=between(rng, 0.2, 0.5))
    metal = pick(rng, STEEL, BRASS, DARK)
    if variant == "crank":
        reach, up = between(rng, 0.022, 0.036), 0.95 * h
        bar = box(reach / 2 + 0.004, 0.0035, up, up + 0.004, 0.001).moved((reach / 2, 0, 0))
        peg = lathe([(0.0, up), (0.0045, up), (0.006, up + 0.012), (0.0, up + 0.018)], 10).moved((reach, 0, 0))
        top, extra = merge([bar, peg]), [part_hull(bar.vertices), part_hull(peg.vertices)]
    else:
        top, extra = knob(rng, 0.94 * h, between(rng, 0.2, 0.4) * r, between(rng, 0.05, 0.12) * h)
    visual = [(body, printed("wood", c.image())), (top, paint("metal", metal))]
    return Draft("pepper mill", visual, [*parts, *extra][:8], "wood", "tall", between(rng, 650, 850), r / 0.0245)


def sponge(rng: np.random.Generator, variant: str) -> Draft:
    """Kitchen sponge: with a scouring layer, waisted, plain block, round, oval or a wave-edged cloth pad."""
    s = draw_scale(rng, 0.14)
    hx = between(rng, 0.038, 0.056) * s
    hy, h = hx * between(rng, 0.52, 0.8), between(rng, 0.018, 0.034) * s
    hy = min(hy, 0.034)
    soft = pick(rng, "yellow", "yellow", "pink", "blue", "orange", "green")
    rough = pick(rng, "purple", "black", "blue") if soft == "green" else pick(rng, "green", "green", "purple", "black")
    if variant in ("round", "oval", "wave"):
        ring = circle(24)
        hy = min(hx, 0.034) if variant == "round" else hy
        hx = hy if variant == "round" else hx
        o = ring * np.array([hx, hy])
        if variant == "wave":
            o = o * (1.0 + 0.05 * circle(24)[(np.arange(24) * 6) % 24, 0])[:, None]
    else:
        o = rounded_rect(hx, hy, between(rng, 0.1, 0.45) * hy, 3)
    share = between(rng, 0.62, 0.85) if variant not in ("plain", "wave") else 1.0
    c = Canvas(48, 128, shade(soft, rng))
    for y, x in rng.random((40, 2)):
        c.ellipse(float(x), float(y), 1.2, 1.0, mix(shade(soft), (0.2, 0.15, 0), 0.35))
    pad = Canvas(48, 64, shade(rough, rng))
    pad.shade_noise(fractal_noise(rng, 48, 64, 24, 32, 2), 0.25)
    base = prism(o, 0, share * h, bevel=0.002)
    if variant == "waisted":  # finger grooves along the long sides
        k, n = between(rng, 0.6, 0.8), 7
        x = (np.arange(n) / (n - 1.0) * 2 - 1) * hx
        y = hy * (k + (1 - k) * (x / hx) * (x / hx))
        left, right = np.stack([x, -y], -1), np.stack([x, y], -1)[::-1]
        o = np.concatenate([left, right])
        base = prism(o, 0, share * h)
    visual = [(base, printed("foam", c.image()))]
    if share < 1.0:
        visual.append(
            (prism(o, share * h, h, bevel=0.0015 if variant != "waisted" else 0), printed("foam", pad.image()))
        )
    ring3 = np.concatenate([np.concatenate([o, np.full((len(o), 1), z)], -1) for z in (0.0, h)])
    parts: list[CollisionPart] = [part_hull(ring3)] if variant not in ("layered", "plain") else [
        part_box((hx, hy, h / 2), (0, 0, h / 2))
    ]  # fmt: skip
    if variant == "waisted":
        m = np.abs(o[:, 0]) <= 0.67 * hx + 1e-6
        cuts = (o[o[:, 0] <= -0.3 * hx], o[m & (np.abs(o[:, 0]) <= 0.4 * hx)], o[o[:, 0] >= 0.3 * hx])
        parts = [
            part_hull(np.concatenate([np.concatenate([q, np.full((len(q), 1), z)], -1) for z in (0.0, h)]))
            for q in cuts
        ]
    shape = {"round": "round", "oval": "oval"}.get(variant, "boxy")
    return Draft("sponge", visual, parts, "foam", shape, between(rng, 180, 300), s, extra={"colour": soft})


def egg(rng: np.random.Generator, variant: str) -> Draft:
    """Egg: hen's, painted, in a paper nest, half boiled with its yolk, cracked half shell, or pointed small one."""
    s = draw_scale(rng, 0.1)
    r = 0.0225 * s
    base = pick(rng, (0.94, 0.91, 0.85), (0.94, 0.91, 0.85), (0.74, 0.5, 0.34), (0.78, 0.86, 0.84))
    c = Canvas(48, 96, base)
    tall = between(rng, 1.2, 1.62)
    belly = between(rng, 0.36, 0.52)
    if variant == "painted":
        colour = shade(pick(rng, "blue", "pink", "green", "purple", "red"), rng)
        c = Canvas(48, 96, colour)
        accent = contrast(colour) if rng.random() < 0.3 else shade("yellow", rng)
        for k in range(pick(rng, 1, 2, 3)):
            c.rect(0, 0.3 + 0.18 * k, 1, 0.37 + 0.18 * k, accent)
    c.shade_noise(fractal_noise(rng, 48, 96, 16, 32, 2), 0.03)
    look = printed("ceramic", c.image())
    if variant == "half":  # boiled and halved lengthways, cut face up
        long, wide, deep = 0.029 * s * between(rng, 0.9, 1.15), 0.0215 * s, 0.0185 * s * between(rng, 0.8, 1.1)
        ring = circle(20)
        o = np.stack([long * ring[:, 0], wide * ring[:, 1] * (1.0 - between(rng, 0.08, 0.25) * ring[:, 0])], -1)
        rows = ((0.5, 0.0), (0.82, 0.25), (0.97, 0.65), (1.0, 1.0))
        rings = np.stack([np.concatenate([o * k, np.full((20, 1), z * deep)], -1) for k, z in rows])
        body = merge([skin(rings), cap(rings[0], up=False), cap(rings[-1])])
        yolk = lathe([(0.0128 * s, deep - 0.001), (0.011 * s, deep + 0.002), (0, deep + 0.003)], 16).moved(
            (-0.1 * long, 0, 0)
        )
        visual = [(body, paint("ceramic", (0.96, 0.95, 0.92))), (yolk, paint("ceramic", (0.95, 0.68, 0.12)))]
        return Draft("boiled egg", visual, [part_hull(rings.reshape(-1, 3))], "ceramic", "oval", 1000.0, s)
    p = round_profile(r, 1.02 * r, tall * r, belly * r * 1.0, rows=11)
    if variant == "cup":  # standing in an egg cup
        rows = [(between(rng, 0.6, 1.1), 0.0), (between(rng, 0.4, 0.8), 0.25), (0.62, 0.5), (1.02, 0.84), (1.06, 1.0)]
        up = between(rng, 0.8, 2.0) * r
        cup_line = profile(rows, 1.02 * r, up)
        stand, parts = solid(cup_line, 18)
        q = np.asarray(p) + np.array([0.0, up - between(rng, 0.25, 0.45) * r])
        holder = paint("ceramic", shade(pick(rng, "white", "red", "blue", "pink", "yellow"), rng))
        return Draft("boiled egg", [(blob(q, 18), look), (stand, holder)], [part_lathe(q[1:-1], 14), *parts], "ceramic",
                     "oval", 1000.0, s)  # fmt: skip
    name = "painted egg" if variant == "painted" else "egg"
    return Draft(name, [(blob(p, 18), look)], [part_lathe(p[1:-1], 16)], "ceramic", "oval", between(rng, 950, 1100), s)


FAMILIES = (
    graspable("mug", "kitchen", mug, "mug", "soup mug", "tankard",
              variants=("straight", "tapered", "barrel", "waisted", "footed", "soup", "tankard")),
    graspable("cup", "kitchen", cup, "plastic cup", "coffee cup", "paper cup", "teacup", "espresso cup",
              variants=("party", "sleeve", "teacup", "beaker", "dome", "espresso", "straw")),
    graspable("salt_shaker", "kitchen", salt_shaker, "salt shaker", "pepper shaker", "spice shaker",
              variants=("dome", "cylinder", "square", "pear", "waisted", "egg")),
    graspable("pepper_mill", "kitchen", pepper_mill,
              variants=("turned", "straight", "hourglass", "ball", "cone", "crank")),
    graspable("sponge", "kitchen", sponge, variants=("layered", "waisted", "plain", "round", "oval", "wave")),
    graspable("egg", "kitchen", egg, "egg", "painted egg", "boiled egg", variants=("whole", "painted", "half", "cup")),
)  # fmt: skip
