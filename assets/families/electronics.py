"""Electronics: mice, telephones, game controllers, headphones."""

from __future__ import annotations

import numpy as np

from assets.colours import shade
from assets.families.assembly import (
    FRONT,
    STEEL,
    Assembly,
    ball,
    cylinder,
    extruded,
    grounded,
    panel,
    rod,
    slab,
    toward,
)
from assets.kit import Draft, graspable, paint, printed
from assets.mesh import Mesh, box, lathe, rounded_rect, skin, sweep
from assets.numeric import between, circle, cos_sin, pick, rotation
from assets.paint import U8, Canvas

CASES = ("black", "black", "grey", "white", "blue", "red", "pink", "green")
GLASS = (0.05, 0.06, 0.09)


def case_coat(rng: np.random.Generator):
    """Plastic of a usual case colour, and its word."""
    word = pick(rng, *CASES)
    return paint("plastic", shade(word, rng)), word


def hump(hx: float, hy: float, profile: np.ndarray, waist: float, n: int = 16) -> Mesh:
    """A rounded body on z = 0 over a waisted oval: profile (M, 2) of (share of the outline, height)."""
    c = circle(n)
    width = 1.0 - waist * (1.0 - c[:, 0] * c[:, 0])
    square = np.sqrt(np.abs(c)) * np.sign(c)
    o = (0.6 * c + 0.4 * square) * np.stack([np.full(n, hx), hy * width], -1)
    rings = [np.concatenate([k * o, np.full((n, 1), z)], -1) for k, z in profile]
    rings = [0 * rings[0] + [0, 0, profile[0][1]], *rings, 0 * rings[-1] + [0, 0, profile[-1][1]]]
    return skin(np.stack(rings), sharp_cols=False, cos_limit=0.5)


def mouse(rng: np.random.Generator, variant: str) -> Draft:
    """Computer mouse."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    coat, word = case_coat(rng)
    dark, light = paint("rubber", (0.09, 0.09, 0.1)), paint("plastic", (0.6, 0.61, 0.63))
    hx, hy, h = between(rng, 0.036, 0.056) * s, between(rng, 0.02, 0.033) * s, between(rng, 0.019, 0.036) * s
    back = between(rng, -0.3, 0.1) * hx
    p = np.array([(0.86, 0), (0.97, 0.12 * h), (1.0, 0.35 * h), (0.9, 0.7 * h), (0.6, 0.93 * h), (0.25, h)])
    if variant == "flat":
        h *= 0.62
        p = np.array([(0.9, 0), (1.0, 0.2 * h), (0.98, 0.5 * h), (0.85, 0.85 * h), (0.5, h)])
    elif variant == "boxy":
        p = np.array([(0.95, 0), (1.0, 0.1 * h), (1.0, 0.75 * h), (0.92, h)])
    mesh = hump(hx, hy, p, between(rng, 0.0, 0.28) if variant != "boxy" else 0.0)
    v = mesh.vertices.copy()
    v[:, 0] += back * (v[:, 2] / h) ** 2
    if variant == "upright":  # held like a handshake
        h *= 1.9
        v[:, 2] *= 1.9
        v[:, 1] += 0.35 * v[:, 2]
    elif variant == "leaning":
        v[:, 2] *= 1.0 + between(rng, 0.15, 0.4) * v[:, 1] / hy
    mesh = Mesh(v, mesh.faces, mesh.uv)
    a.draw(mesh, coat)
    a.hull(mesh)
    top = 0.9 * h
    if variant != "upright":
        lift = 0.1 * h if variant in ("boxy", "flat") else 0.0
        r = min(0.17 * hx, 0.35 * h)
        wheel = cylinder(r, -0.08 * hx, 0.08 * hx, 12).moved((0.5 * hx, 0, top - 0.94 * r + lift), toward((0, 1, 0)))
        a.draw(wheel, dark)
        a.draw(
            box(0.36 * hx, 0.0006, top - 0.2 * h, top + lift + 0.0012, 0.0002).moved((0.62 * hx, 0, -0.06 * h)), dark
        )
    if variant == "trackball":
        r = between(rng, 0.4, 0.62) * hy
        a.add(
            ball(r, r, r, 16, 10),
            paint("plastic", shade(pick(rng, "red", "blue", "grey", "orange"))),
            (back - 0.1 * hx, 0, h - 0.3 * r),
        )
    elif variant == "cable":
        long = between(rng, 0.012, 0.04) * s
        a.add(rod((0.9 * hx, 0, 0.2 * h), (hx + long, 0, 0.004), 0.0035, 8, 0.0022), dark)
    if variant in ("leaning", "upright"):
        a.draw(
            box(0.2 * hx, 0.002, 0.45 * h, 0.55 * h).moved(
                (0.1 * hx, -0.92 * hy + (0.15 * h if variant == "upright" else 0), 0)
            ),
            light,
        )
    return a.draft("computer mouse", "plastic", "rounded", between(rng, 600, 900), s, colour=word)


def _screen(rng: np.random.Generator, h: int = 96, w: int = 56) -> U8:
    """A lit screen with coloured tiles."""
    base = pick(rng, (0.1, 0.2, 0.4), (0.3, 0.15, 0.4), (0.05, 0.3, 0.3), (0.08, 0.08, 0.1))
    c = Canvas(h, w, base)
    for i in range(4):
        for j in range(3):
            tint = shade(pick(rng, "red", "green", "blue", "yellow", "white", "orange"), rng)
            c.rect(0.1 + 0.29 * j, 0.2 + 0.18 * i, 0.3 + 0.29 * j, 0.32 + 0.18 * i, tint, round_px=3)
    c.text("10 30" if w < 60 else "12 45", 0.5, 0.1, 8, (0.95, 0.95, 0.95), max_width=0.6)
    return c.image()


def _pad(base: tuple[float, float, float]) -> U8:
    """A number pad."""
    c = Canvas(72, 56, base)
    ink = (0.92, 0.92, 0.9) if sum(base) < 1.4 else (0.2, 0.2, 0.22)
    for i in range(4):
        for j in range(3):
            c.rect(0.1 + 0.29 * j, 0.08 + 0.22 * i, 0.3 + 0.29 * j, 0.22 + 0.22 * i, ink, round_px=3)
    return c.image()


def phone(rng: np.random.Generator, variant: str) -> Draft:
    """Mobile phone in a holder, flip phone, cordless handset, brick phone or desk telephone."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    coat, word = case_coat(rng)
    base = coat.rgba[:3]
    dark = paint("plastic", (0.09, 0.09, 0.1))
    hx, hz, t = between(rng, 0.021, 0.031) * s, between(rng, 0.042, 0.064) * s, between(rng, 0.0095, 0.014) * s
    lit, pad = printed("glass", _screen(rng)), printed("plastic", _pad(base))
    if variant == "brick":  # standing on its foot, antenna up
        t, hz = between(rng, 0.011, 0.018) * s, between(rng, 0.03, 0.05) * s
        t, hx = max(t, 0.37 * hz), min(hx, 0.026)
        a.add(slab(rounded_rect(hx, t, 0.4 * t, 3), 0, 2 * hz, 0.002), coat)
        a.add(
            cylinder(0.005, 2 * hz - 0.001, 2 * hz + between(rng, 0.012, 0.05), 10, 0.001, 0.0035),
            dark,
            (0.6 * hx, 0, 0),
        )
        a.draw(panel(0.75 * hx, 0.32 * hz), lit, (0, -t - 0.0004, 1.5 * hz), FRONT)
        a.draw(panel(0.75 * hx, 0.5 * hz), pad, (0, -t - 0.0004, 0.62 * hz), FRONT)
        return a.draft("phone", "plastic", "boxy", between(rng, 700, 1000), s, colour=word)
    if variant == "flip":  # open, lying
        hy = between(rng, 0.03, 0.044) * s
        a.add(slab(rounded_rect(hx, hy, 0.006, 3), 0, t, 0.002), coat)
        a.draw(panel(0.85 * hx, 0.75 * hy), pad, (0, -0.05 * hy, t + 0.0004))
        c, sn = (float(v) for v in cos_sin(between(rng, 0.6, 1.45)))
        R = np.array([[1.0, 0, 0], [0, c, -sn], [0, sn, c]])
        lid = slab(np.add(rounded_rect(0.98 * hx, 0.95 * hy, 0.006, 3), (0, 0.95 * hy)), 0, 0.7 * t, 0.002)
        a.add(lid, coat, (0, 0.95 * hy, 0.8 * t), R)
        a.draw(panel(0.8 * hx, 0.7 * hy, 0.7 * t + 0.0004).moved((0, 0.95 * hy, 0)), lit, (0, 0.95 * hy, 0.8 * t), R)
        a.add(rod((-0.7 * hx, 0.97 * hy, 0.8 * t), (0.7 * hx, 0.97 * hy, 0.8 * t), 0.6 * t, 10), dark)
        return a.draft("phone", "plastic", "flat", between(rng, 700, 1000), s, colour=word)
    if variant == "handset":  # an old receiver lying on its back
        long, w = between(rng, 0.055, 0.085) * s, between(rng, 0.009, 0.014) * s
        bow = between(rng, 0.006, 0.024) * s
        x = np.linspace(-1, 1, 7)
        z = 0.022 * s + bow * (1 - x * x)
        a.tube(
            np.stack([x * long, 0 * x, z], -1),
            np.stack([w * (1 + 0.15 * x * x), 0.75 * w * (1 + 0 * x)], -1),
            coat,
            (3,),
            10,
        )
        for side in (-1, 1):
            r = between(rng, 0.016, 0.022) * s
            a.add(cylinder(r, 0, 0.026 * s, 18, 0.002, 0.8 * r), coat, (side * long, 0, 0))
        return a.draft("phone receiver", "plastic", "long", between(rng, 600, 800), s, colour=word)
    if variant == "desk":
        hx, hy, high = between(rng, 0.034, 0.05) * s, between(rng, 0.026, 0.036) * s, between(rng, 0.022, 0.045) * s
        quarter = rotation("z", 0.5 * np.pi)
        top = between(rng, 0.1, 0.4) * hy
        a.add(
            extruded([(-hy, 0), (hy, 0), (hy, high), (top, high), (-hy, 0.35 * high)], hx, 0.003),
            coat,
            (0, 0, 0),
            quarter,
        )
        slope = np.array([0.0, -0.65 * high, hy + top])  # the face's normal
        R = np.stack([np.array([1.0, 0, 0]), np.array([0.0, slope[2], 0.65 * high]), slope], -1)
        R[:, 1:] /= float(np.sqrt((slope * slope).sum()))
        a.draw(panel(0.5 * hx, 0.4 * hy), pad, (0, 0.5 * (top - hy), 0.675 * high + 0.0006), R)
        y, z, long = 0.5 * (hy + top), high + between(rng, 0.012, 0.02), hx * between(rng, 0.95, 1.25)
        a.add(rod((-long, y, z), (long, y, z), 0.0065, 10), dark)
        for x in (-1, 1):
            a.add(cylinder(0.0125, high - 0.001, z + 0.005, 14, 0.003, 0.01), dark, (x * (long - 0.008), y, 0))
        return a.draft("telephone", "plastic", "boxy", between(rng, 400, 600), s, colour=word)
    # a mobile phone, leaning on a stand or standing in a cradle
    deep = between(rng, 0.022, 0.036) * s
    lean = between(rng, 0.15, 0.45)
    c, sn = (float(v) for v in cos_sin(lean))
    if variant == "wide":
        hx, hz = hz, hx
    R = np.stack([np.array([1.0, 0, 0]), np.array([0, sn, c]), np.array([0, -c, sn])], -1)
    foot = paint("plastic", pick(rng, (0.15, 0.15, 0.16), (0.85, 0.85, 0.85), (0.6, 0.45, 0.3)))
    fx = min(hx, between(rng, 0.018, 0.035) * s)
    a.add(slab(rounded_rect(fx, deep, 0.005, 3), 0, 0.008, 0.0015), foot)
    back = between(rng, 0.45, 0.95) * hz
    a.add(
        slab(np.add(rounded_rect(0.6 * fx, back, 0.004, 3), (0, back)), -0.006, 0.0), foot, (0, -0.3 * deep, 0.007), R
    )
    a.add(box(0.8 * fx, 0.0035, 0.006, 0.015), foot, (0, -0.3 * deep - t - 0.004, 0))
    at = (0, -0.3 * deep, 0.0085)
    a.add(slab(np.add(rounded_rect(hx, hz, 0.006, 3), (0, hz)), 0.0, t * 0.85, 0.0012), coat, at, R)
    a.draw(panel(0.92 * hx, 0.93 * hz, 0.85 * t + 0.0004, 0.004).moved((0, hz, 0)), lit, at, R)
    return a.draft("phone", "plastic", "boxy", between(rng, 900, 1300), s, colour=word)


def controller(rng: np.random.Generator, variant: str) -> Draft:
    """Game controller or joystick."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    coat, word = case_coat(rng)
    dark = paint("plastic", (0.09, 0.09, 0.1) if word != "black" else (0.3, 0.3, 0.33))
    hx, hy, t = between(rng, 0.036, 0.058) * s, between(rng, 0.02, 0.03) * s, between(rng, 0.015, 0.026) * s
    if variant == "joystick":
        hx = between(rng, 0.026, 0.036) * s
        a.add(slab(rounded_rect(hx, hx * between(rng, 0.8, 1.0), 0.008, 3), 0, t, 0.003), coat)
        lean, high, r = between(rng, -0.012, 0.012), between(rng, 0.035, 0.065) * s, between(rng, 0.006, 0.0105) * s
        tip = (lean, 0, t + high)
        a.draw(cylinder(2.0 * r, t - 0.001, t + 0.008, 14, 0.001, 1.2 * r), dark)
        if rng.random() < 0.5:
            a.add(rod((0, 0, t), tip, 0.7 * r, 10), paint("metal", STEEL))
            a.add(
                ball(1.6 * r, 1.6 * r, 1.6 * r, 14, 8), paint("plastic", shade(pick(rng, "red", "black", "blue"))), tip
            )
        else:
            a.add(rod((0, 0, t), tip, 0.9 * r, 12, 1.4 * r), dark)
            a.add(ball(1.45 * r, 1.45 * r, r, 12, 6), dark, tip)
        a.draw(cylinder(0.0055, t, t + 0.004, 12), paint("plastic", shade("red")), (0.65 * hx, 0.55 * hx, 0))
        return a.draft("joystick", "plastic", "tall", between(rng, 500, 700), s, colour=word)
    if variant == "retro":
        a.add(slab(rounded_rect(hx, hy, between(rng, 0.1, 0.4) * hy, 3), 0, t, 0.003), coat)
    elif variant == "bone":  # two round ends
        r = between(rng, 0.021, 0.03) * s
        for x in (-1, 1):
            a.add(cylinder(r, 0, t, 20, 0.003), coat, (x * (hx - 0.3 * r), 0, 0))
        a.add(slab(rounded_rect(hx, between(rng, 0.55, 0.85) * r, 0.004, 2), 0.0, t, 0.003), coat)
        hy = r
    elif variant == "handheld":
        hx = between(rng, 0.045, 0.072) * s
        a.add(slab(rounded_rect(hx, hy, between(rng, 0.3, 0.95) * hy, 4), 0, t, 0.003), coat)
        a.draw(panel(0.55 * hx, 0.8 * hy, t + 0.0005), printed("glass", _screen(rng, 64, 96)))
    else:
        grip_out = between(rng, 0.5, 1.35) * hy
        a.add(slab(rounded_rect(hx, 0.8 * hy, 0.5 * hy, 4), 0, t, 0.004), coat)
        wide = between(rng, 0.28, 0.42) * hx
        splay = between(rng, -0.2, 0.35) * hx
        for x in (-1, 1):
            top = np.array([x * (hx - wide), -0.1 * hy, 0.5 * t])
            end = np.array([x * (hx - wide + splay), -0.8 * hy - grip_out, 0.42 * t])
            a.add(_flattened(top, end, wide, t), coat)
        if variant == "winged":
            a.add(
                slab(rounded_rect(0.75 * hx, 0.35 * hy, 0.004, 2), 0.3 * t, 1.15 * t, 0.003).moved((0, 0.75 * hy, 0)),
                dark,
            )
    x = 0.62 * hx if variant != "handheld" else 0.78 * hx
    r = min(0.0105 * s, 0.4 * hy)
    a.draw(box(r, 0.33 * r, t, t + 0.003, 0.0005).moved((-x, 0.15 * hy, 0)), dark)
    a.draw(box(0.33 * r, r, t, t + 0.003, 0.0005).moved((-x, 0.15 * hy, 0)), dark)
    for k, tint in enumerate(("red", "yellow", "green", "blue")):
        c, sn = (float(v) for v in circle(4)[k])
        a.draw(
            cylinder(0.36 * r, t, t + 0.003, 8),
            paint("plastic", shade(tint)),
            (x + 0.62 * r * c, 0.15 * hy + 0.62 * r * sn, 0),
        )
    if variant in ("gamepad", "winged"):
        for q in (-1, 1):
            a.draw(cylinder(0.5 * r, t - 0.001, t + 0.007, 10, 0.001, 0.7 * r), dark, (q * 0.3 * hx, -0.4 * hy, 0))
    return a.draft("game controller", "plastic", "flat", between(rng, 500, 700), s, colour=word)


def _flattened(top: np.ndarray, end: np.ndarray, wide: float, t: float) -> Mesh:
    """A controller's grip from its body to its end, on the table."""
    mesh = rod(top, end, wide, 10, 0.72 * wide, 0.004)
    v = mesh.vertices.copy()
    v[:, 2] = np.clip(0.5 * t + (v[:, 2] - 0.5 * t) * 0.7, 0.0, t)
    return Mesh(v, mesh.faces, mesh.uv)


def headphones(rng: np.random.Generator, variant: str) -> Draft:
    """Headphones lying flat, small ones, with a sprung band."""
    a, s = Assembly(), between(rng, 0.9, 1.05)
    coat, word = case_coat(rng)
    pad = paint("rubber", pick(rng, (0.1, 0.1, 0.11), (0.35, 0.3, 0.27)))
    metal = paint("metal", STEEL) if rng.random() < 0.4 else coat
    span, rise = between(rng, 0.036, 0.056) * s, between(rng, 0.035, 0.07) * s
    r, t = between(rng, 0.018, 0.03) * s, between(rng, 0.0075, 0.013) * s
    ry = r * (between(rng, 0.7, 0.9) if variant == "oval" else 1.0)
    w = np.array([0.0032, between(rng, 0.006, 0.011)])
    c, sn = cos_sin(np.linspace(0.0, np.pi, 11))
    z = max(float(w[1]) + 0.0005, 0.9 * ry)
    path = np.stack([span * c, rise * sn, np.full(11, z)], -1)
    path[:, 2] = z * (1 - sn) + 0.95 * w[1] * sn
    a.draw(grounded(sweep(path, np.tile(w, (11, 1)), 8)), metal)
    for i in (0, 2, 5, 8):
        j = {0: 2, 2: 5, 5: 8, 8: 10}[i]
        a.hull(grounded(sweep(path[i : j + 1], np.tile(w, (j + 1 - i, 1)), 8)))
    if variant == "studio":
        inner = path[2:9] * [0.94, 0.9, 1.0]
        a.draw(sweep(inner, np.tile(0.8 * w, (7, 1)), 6), pad)
    for x in (-1, 1):
        at = (x * (span + 0.2 * t), -0.25 * r, 0.9 * ry)
        shell = grounded(_ear(ry, r, t).moved(at, toward((x, 0, 0))))
        k = between(rng, 0.85, 1.0) * min(r, ry)
        cushion = grounded(cylinder(k, 0, t + 0.002, 16, 0.003).moved(at, toward((-x, 0, 0))))
        a.hull(a.draw(shell, coat), a.draw(cushion, pad))
    if variant == "headset":
        p = np.array([-span, -0.6 * r, max(z, ry)])
        q = np.array([-span * 0.35, -r - 0.018 * s, 0.7 * z])
        a.draw(rod(p, q, 0.0024, 8), pad)
        a.draw(ball(0.006, 0.006, 0.006, 10, 6), pad, q)
    return a.draft("headphones", "plastic", "curved", between(rng, 500, 700), s, colour=word)


def _ear(ry: float, r: float, t: float) -> Mesh:
    """A round ear cup along z."""
    return lathe([(0, 0), (r, 0), (r, 0.4 * t), (0.7 * r, 0.9 * t), (0, t)], 16).scaled(1.0, ry / r, 1.0)


FAMILIES = (
    graspable(
        "computer_mouse",
        "electronics",
        mouse,
        variants=("plain", "flat", "leaning", "trackball", "upright", "cable", "boxy"),
    ),
    graspable(
        "phone",
        "electronics",
        phone,
        "phone",
        "phone receiver",
        "telephone",
        variants=("stand", "brick", "flip", "handset", "wide", "desk"),
    ),
    graspable(
        "game_controller",
        "electronics",
        controller,
        "game controller",
        "joystick",
        variants=("gamepad", "retro", "joystick", "bone", "handheld", "winged"),
    ),
    graspable("headphones", "electronics", headphones, variants=("round", "oval", "studio", "headset")),
)
