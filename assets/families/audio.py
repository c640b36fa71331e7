"""Electronics with a loudspeaker, an aerial or a plug."""

from __future__ import annotations

import numpy as np

from assets.colours import shade
from assets.families.assembly import (
    BRASS,
    DARK,
    FRONT,
    IRON,
    STEEL,
    WOODS,
    Assembly,
    ball,
    curve,
    cylinder,
    extruded,
    grip,
    grounded,
    panel,
    ring,
    rod,
    slab,
    toward,
)
from assets.families.electronics import case_coat
from assets.kit import Draft, graspable, paint
from assets.mesh import box, loft, rounded_rect
from assets.numeric import between, pick, rotation

_FORWARD = toward((0.0, -1.0, 0.0))


def speaker(rng: np.random.Generator, variant: str) -> Draft:
    """Loudspeaker."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    coat, word = case_coat(rng)
    if rng.random() < 0.3:
        coat, word = paint("wood", pick(rng, *WOODS)), "brown"
    cone, grey = paint("rubber", (0.12, 0.12, 0.13)), paint("plastic", (0.45, 0.46, 0.48))
    hx, hy, h = between(rng, 0.019, 0.034) * s, between(rng, 0.016, 0.03) * s, between(rng, 0.045, 0.095) * s
    hx, hy = max(hx, 0.19 * h), max(hy, 0.19 * h)

    def driver(r: float, x: float, z: float, y: float) -> None:
        a.draw(cylinder(r, 0, 0.0022, 18, 0.0008), grey, (x, y, z), _FORWARD)
        a.draw(cylinder(0.85 * r, 0.002, 0.0028, 16, 0.0002), cone, (x, y, z), _FORWARD)
        a.draw(ball(0.3 * r, 0.3 * r, 0.2 * r, 10, 6), grey, (x, y - 0.0025, z), _FORWARD)

    if variant == "shelf":
        a.add(slab(rounded_rect(hx, hy, 0.002, 2), 0, h, 0.0015), coat)
        r = min(0.8 * hx, 0.24 * h)
        driver(r, 0, 0.06 * h + 1.1 * r, -hy)
        driver(0.5 * r, 0, h - 0.9 * r, -hy)
    elif variant == "slanted":
        q = between(rng, 0.55, 0.85)
        o = rounded_rect(hx, hy, 0.004, 3)
        a.add(loft([o, o * [q, q]], [0, h]), coat)
        r = 0.62 * hx
        lean = hy * (1 - q) / h
        a.draw(cylinder(r, -0.001, 0.0025, 18), cone, (0, -hy + lean * 0.4 * h, 0.4 * h), toward((0, -1, lean)))
        a.draw(cylinder(0.4 * r, -0.001, 0.0025, 14), cone, (0, -hy + lean * 0.76 * h, 0.76 * h), toward((0, -1, lean)))
    elif variant == "round":  # a cylinder in cloth
        r = max(hx, 0.24 * h)
        a.add(cylinder(r, 0, h, 22, between(rng, 0.002, 0.006)), coat)
        a.draw(cylinder(1.01 * r, 0.12 * h, 0.85 * h, 22, 0.0004), paint("fabric", (0.3, 0.31, 0.33)))
        a.draw(cylinder(0.5 * r, h - 0.0005, h + 0.0006, 16), cone)
    elif variant == "dome":
        r, k = between(rng, 0.023, 0.0345) * s, between(rng, 0.7, 1.1)
        cloth = paint("fabric", shade(word if word in ("grey", "white", "black") else "grey", rng))
        a.add(ball(r, r, k * r, 20, 10, low=-0.62, high=0.9), cloth)
        a.draw(cylinder(0.9 * r, -0.62 * k * r, -0.42 * k * r, 20, top=1.0 * r), coat)
        a.draw(cylinder(0.42 * r, 0.89 * k * r, 0.93 * k * r, 18), cone)
        a.draw(ring(0.44 * r, 0.38 * r, 0.9 * k * r, 0.95 * k * r, 18, 0.0002), paint("plastic", shade("blue")))
    else:  # a lying pill
        long, r = between(rng, 0.035, 0.07) * s, between(rng, 0.018, 0.03) * s
        body = grounded(rod((-long, 0, 0.9 * r), (long, 0, 0.9 * r), r, 20, bevel=0.008))
        a.add(body, paint("fabric", shade(pick(rng, "black", "blue", "red", "grey"), rng)))
        for x in (-1, 1):
            a.draw(cylinder(0.8 * r, -0.0005, 0.002, 18), cone, (x * long, 0, 0.95 * r), toward((x, 0, 0)))
        if rng.random() < 0.5:
            a.add(box(0.5 * long, 0.005, 1.85 * r, 1.9 * r + between(rng, 0.006, 0.014), 0.002), cone)
    return a.draft("loudspeaker", "plastic", "boxy", between(rng, 450, 700), s)


def microphone(rng: np.random.Generator, variant: str) -> Draft:
    """Microphone: held by hand, or on a desk stand."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    coat, word = case_coat(rng)
    mesh, dark = paint("metal", pick(rng, STEEL, IRON, (0.2, 0.2, 0.22))), paint("rubber", DARK)
    r, w, long = between(rng, 0.012, 0.021) * s, between(rng, 0.0075, 0.0115) * s, between(rng, 0.045, 0.1) * s
    if variant in ("hand", "wireless"):
        z = grip(a, coat, pick(rng, "taper", "straight", "flare"), (0, long), w, w, rise=0.9 * r)
        a.add(rod((long - 0.003, 0, z), (long + 0.005, 0, z), 0.85 * r, 14), dark)
        a.add(grounded(ball(r * between(rng, 0.9, 1.3), r, r, 16, 10).moved((long + 0.7 * r, 0, 0.9 * r))), mesh)
        if variant == "wireless":
            a.add(box(0.008, 0.7 * w, 0, 1.2 * w, 0.002), dark, (-0.006, 0, 0))
        return a.draft("microphone", "metal", "long", between(rng, 900, 1300), s, colour=word)
    base, foot = between(rng, 0.019, 0.034) * s, between(rng, 0.005, 0.012) * s
    tall = between(rng, 0.02, 0.06) * s
    base = max(base, 0.44 * (foot + tall))
    a.add(cylinder(base, 0, foot, 22, 0.0015, 0.9 * base), dark if rng.random() < 0.6 else coat)
    z = foot + tall
    if variant == "gooseneck":
        p = np.array([(0, foot), (0, z), (0, z + 0.02), (0.03, z + 0.02)]) * [between(rng, 0.6, 1.0) * s, 1.0]
        path = curve(p, 8)
        a.tube(np.stack([path[:, 0], 0 * path[:, 0], path[:, 1]], -1), 0.0034, mesh, (4,), 8, up=(0, 1, 0))
        end = np.array([path[-1, 0], 0.0, path[-1, 1]])
        a.add(rod(end, end + np.array([0.024 * s, 0, -0.002]), 0.0072, 12), coat)
        a.draw(ball(0.009, 0.009, 0.009, 12, 8), dark, end + np.array([0.026 * s, 0, -0.002]))
        return a.draft("microphone", "metal", "tall", between(rng, 900, 1300), s, colour=word)
    a.add(cylinder(0.0042, foot - 0.001, z, 10), mesh)
    if variant == "studio":
        q, high = between(rng, 0.0105, 0.016) * s, between(rng, 0.03, 0.05) * s
        a.add(cylinder(q, z, z + 0.5 * high, 18), coat)
        a.add(cylinder(q, z + 0.5 * high, z + high, 18, between(rng, 0.001, 0.006)), mesh)
    elif variant == "vintage":  # a ribbed capsule
        k, high = between(rng, 0.012, 0.019) * s, between(rng, 0.028, 0.044) * s
        o = rounded_rect(k, 0.8 * k, 0.7 * k, 4)
        a.add(loft([0.6 * o, o, o, 0.7 * o], [z, z + 0.25 * high, z + 0.75 * high, z + high], cos_limit=0.5), mesh)
        for i in range(4):
            a.draw(box(0.0012, 0.82 * k, z + 0.18 * high, z + 0.85 * high, 0.0004), dark, ((i - 1.5) * 0.42 * k, 0, 0))
        a.draw(loft([1.03 * o, 1.03 * o], [z + 0.46 * high, z + 0.54 * high]), dark)
    else:  # a round head
        a.add(ball(r, r, r * between(rng, 0.85, 1.25), 18, 10).moved((0, 0, z + 0.9 * r)), mesh)
        a.draw(ring(1.04 * r, 0.9 * r, -0.002, 0.002, 20), coat, (0, 0, z + 0.9 * r))
    return a.draft("microphone", "metal", "tall", between(rng, 800, 1200), s, colour=word)


def router(rng: np.random.Generator, variant: str) -> Draft:
    """Network router with aerials."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    word = pick(rng, "black", "white", "white", "grey", "blue")
    coat, dark = paint("plastic", shade(word, rng)), paint("plastic", DARK)
    hx, hy, h = between(rng, 0.036, 0.06) * s, between(rng, 0.022, 0.035) * s, between(rng, 0.011, 0.022) * s
    n = int(rng.integers(2, 5))
    tall, lean = between(rng, 0.03, 0.08) * s, between(rng, -0.25, 0.35)
    if variant == "tower":
        hx, hy, h = between(rng, 0.024, 0.036) * s, between(rng, 0.013, 0.02) * s, between(rng, 0.05, 0.08) * s
        hy = max(hy, 0.17 * h)
        a.add(slab(rounded_rect(hx, hy, 0.6 * hy, 3), 0.004, h, 0.003), coat)
        a.add(slab(rounded_rect(0.8 * hx, 1.35 * hy, 0.005, 3), 0, 0.005), dark)
        n, tall = int(rng.integers(0, 3)), 0.5 * tall
    elif variant == "wedge":
        a.add(
            extruded([(-hy, 0), (hy, 0), (hy, h * 1.6), (-hy, 0.5 * h)], hx, 0.003),
            coat,
            (0, 0, 0),
            rotation("z", 0.5 * np.pi),
        )
        h *= 1.3
    elif variant == "round":
        k = min(hx, 0.035)
        a.add(cylinder(k, 0, h, 24, 0.003, k * between(rng, 0.6, 0.95)), coat)
        hx = hy = 0.8 * k
    else:
        a.add(slab(rounded_rect(hx, hy, between(rng, 0.1, 0.8) * hy, 4), 0, h, 0.003), coat)
    for k in range(n):
        x = hx * (0.82 * (2.0 * k / max(n - 1, 1) - 1.0))
        y = 0.9 * hy if variant != "round" else 0.2 * hy
        tip = (x + lean * tall * (2.0 * k / max(n - 1, 1) - 1.0), y, 0.7 * h + tall)
        a.add(rod((x, y, 0.6 * h), tip, 0.0042, 8, 0.003), dark)
    for k in range(4):
        lamp = paint("plastic", shade("green" if k < 3 else "orange"))
        front = -hy if variant not in ("round",) else -1.05 * hy
        a.draw(box(0.0016, 0.0008, 0, 0.002, 0.0003), lamp, ((k - 1.5) * 0.007, front, 0.35 * h))
    return a.draft("router", "plastic", "flat", between(rng, 400, 600), s, colour=word)


def walkie_talkie(rng: np.random.Generator, variant: str) -> Draft:
    """Hand-held radio, standing, or a small table radio."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    coat, word = case_coat(rng)
    dark, grey = paint("rubber", DARK), paint("plastic", (0.5, 0.51, 0.53))
    lit = paint("glass", (0.6, 0.75, 0.55))
    hx, hy, h = between(rng, 0.019, 0.03) * s, between(rng, 0.013, 0.019) * s, between(rng, 0.05, 0.085) * s
    hy = max(hy, 0.18 * h + 0.003)
    if variant == "table":
        hx, hy, h = between(rng, 0.034, 0.065) * s, between(rng, 0.015, 0.026) * s, between(rng, 0.034, 0.058) * s
    o = rounded_rect(hx, hy, between(rng, 0.2, 0.8) * hy, 3)
    k = between(rng, 0.78, 1.0) if variant == "waisted" else 1.0
    if variant == "waisted":
        a.add(loft([o, k * o], [0, 0.55 * h]), coat)
        a.add(loft([k * o, o], [0.55 * h, h]), coat)
    else:
        a.add(slab(o, 0, h, 0.002), coat)
    if variant == "table":
        r = min(0.36 * h, 0.4 * hx)
        a.draw(cylinder(r, 0, 0.0015, 18), dark, (-0.42 * hx, -hy, 0.5 * h), _FORWARD)
        a.draw(panel(0.36 * hx, 0.16 * h), lit, (0.45 * hx, -hy - 0.0006, 0.68 * h), FRONT)
        for x in (0.25, 0.62):
            a.draw(cylinder(0.1 * h, 0, 0.004, 12), grey, (x * hx, -hy, 0.28 * h), _FORWARD)
        up = between(rng, 0.012, 0.028) * s
        if rng.random() < 0.6:
            a.add(rod((-0.7 * hx, 0, h + up), (0.7 * hx, 0, h + up), 0.0065, 10), dark)
            for x in (-0.66, 0.66):
                a.add(box(0.004, 0.005, h - 0.001, h + up), dark, (x * hx, 0, 0))
        else:
            a.add(rod((0.8 * hx, 0.5 * hy, h - 0.002), (0.5 * hx, 0.5 * hy, h + 2.2 * up), 0.0025, 8), grey)
        return a.draft("radio", "plastic", "boxy", between(rng, 400, 600), s, colour=word)
    a.draw(panel(0.7 * hx, 0.12 * h), lit, (0, -k * hy - 0.0014, 0.72 * h), FRONT)
    a.draw(panel(0.7 * hx, 0.2 * h), dark, (0, -hy - 0.0006, 0.3 * h), FRONT)
    up = between(rng, 0.018, 0.06) * s
    if variant == "thin":
        a.add(cylinder(0.0026, h - 0.001, h + 1.3 * up, 8), grey, (0.6 * hx, 0, 0))
        a.draw(ball(0.004, 0.004, 0.004, 8, 6), grey, (0.6 * hx, 0, h + 1.3 * up))
    else:
        a.add(cylinder(0.0062, h - 0.001, h + up, 12, 0.0015, between(rng, 0.004, 0.006)), dark, (0.55 * hx, 0, 0))
    for x in (-0.6, -0.1):
        a.add(cylinder(0.0048, h - 0.001, h + between(rng, 0.005, 0.01), 10), grey, (x * hx, 0, 0))
    a.draw(box(0.0014, 0.5 * hy, 0.45 * h, 0.65 * h, 0.0005), dark, (-hx * k - 0.0004, 0, 0))
    return a.draft("walkie-talkie", "plastic", "tall", between(rng, 500, 800), s, colour=word)


def plug(rng: np.random.Generator, variant: str) -> Draft:
    """Power plug, charger or adapter, pins up or to the side."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    word = pick(rng, "white", "white", "black", "grey", "orange")
    coat, pin, dark = paint("plastic", shade(word, rng)), paint("metal", pick(rng, STEEL, BRASS)), paint("rubber", DARK)
    hx, hy, h = between(rng, 0.014, 0.026) * s, between(rng, 0.012, 0.02) * s, between(rng, 0.018, 0.045) * s
    long = between(rng, 0.012, 0.02) * s
    if variant == "round":  # a plug with its cable, lying
        r, back = between(rng, 0.012, 0.02) * s, between(rng, 0.02, 0.045) * s
        z = 0.9 * r
        a.add(grounded(rod((0, 0, z), (0.7 * back, 0, z), r, 16)), coat)
        a.add(grounded(rod((0.68 * back, 0, z), (back, 0, z), r, 14, 0.45 * r)), coat)
        for y in (-0.45, 0.45):
            a.add(rod((0, y * r, z), (-long, y * r, z), 0.0023, 8), pin)
        a.add(rod((back, 0, z), (back + between(rng, 0.02, 0.045), 0, 0.0034), 0.0034, 8), dark)
        return a.draft("plug", "plastic", "round", between(rng, 700, 1000), s, colour=word)
    if variant == "cube":
        a.add(slab(rounded_rect(hx, hy, 0.004, 3), 0, h, between(rng, 0.001, 0.004)), coat)
        a.draw(panel(0.35 * hx, 0.0024), dark, (0, -hy - 0.0006, 0.4 * h), FRONT)
    elif variant == "travel":  # two blocks
        a.add(slab(rounded_rect(hx, hy, 0.003, 3), 0, 0.6 * h, 0.0015), coat)
        a.add(cylinder(min(hx, hy) * 0.85, 0.6 * h - 0.001, h, 18, 0.0015), paint("plastic", (0.3, 0.31, 0.33)))
    elif variant == "splitter":
        hx = between(rng, 0.03, 0.06) * s
        a.add(slab(rounded_rect(hx, hy, 0.006, 3), 0, h, 0.002), coat)
        for x in (-0.62, 0.0, 0.62):
            a.draw(cylinder(min(0.6 * hy, 0.25 * hx), 0, 0.0008, 14), dark, (x * hx, -hy, 0.5 * h), _FORWARD)
    else:  # a tapered three-pin plug
        o = np.array([[-hx, -hy], [hx, -hy], [0.55 * hx, hy], [-0.55 * hx, hy]])
        a.add(slab(o, 0, 0.55 * h + 0.006, 0.003), coat)
        h = 0.55 * h + 0.006
        a.add(rod((0, hy - 0.002, 0.5 * h), (0, hy + between(rng, 0.01, 0.03), 0.004), 0.0038, 8), dark)
    spots = {"cube": ((-0.4, 0), (0.4, 0)), "three_pin": ((-0.5, -0.5), (0.5, -0.5), (0, 0.4))}.get(
        variant, ((-0.3, -0.3), (0.3, -0.3), (0, 0.4))
    )
    wide = pick(rng, True, False)
    for x, y in spots:
        at = (x * hx if variant != "splitter" else x * hy, y * hy, 0)
        a.add(box(0.0032 if wide else 0.0014, 0.0014 if wide else 0.0032, h - 0.001, h + long, 0.0004), pin, at)
    return a.draft("plug", "plastic", "boxy", between(rng, 700, 1000), s, colour=word)


FAMILIES = (
    graspable("speaker", "electronics", speaker, "loudspeaker", variants=("shelf", "slanted", "round", "dome", "pill")),
    graspable(
        "microphone", "electronics", microphone, variants=("hand", "studio", "vintage", "gooseneck", "ball", "wireless")
    ),
    graspable("router", "electronics", router, variants=("flat", "tower", "wedge", "round")),
    graspable(
        "walkie_talkie",
        "electronics",
        walkie_talkie,
        "walkie-talkie",
        "radio",
        variants=("straight", "waisted", "thin", "table"),
    ),
    graspable("plug", "electronics", plug, variants=("cube", "round", "three_pin", "travel", "splitter")),
)
