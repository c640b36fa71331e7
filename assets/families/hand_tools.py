"""Hand tools that strike, chop, drive and carve: a head and a handle, lying on the bench."""

from __future__ import annotations

import numpy as np

from assets.colours import shade
from assets.families.assembly import (
    BRASS,
    DARK,
    GRIP_STYLES,
    IRON,
    STEEL,
    WOODS,
    Assembly,
    arc,
    ball,
    coat_name,
    cylinder,
    grip,
    grounded,
    polygon,
    rod,
    slab,
    toward,
)
from assets.kit import Draft, graspable, paint
from assets.mesh import box, lathe, loft, rounded_rect
from assets.numeric import between, pick, rotation
from engine.types import Material

_Y = toward((0.0, 1.0, 0.0))
_X = toward((1.0, 0.0, 0.0))


def _handle_coat(rng: np.random.Generator) -> tuple[Material, str, str]:
    """Coat, material word and colour word ("" for bare wood) of a handle."""
    if rng.random() < 0.45:
        return paint("wood", pick(rng, *WOODS)), "wood", ""
    colour = coat_name(rng)
    return paint("rubber", shade(colour, rng)), "metal", colour


def _colour(word: str) -> dict[str, str]:
    return {"colour": word} if word else {}


def _shaft(a: Assembly, rng: np.random.Generator, coat: Material, wood: bool, length: float, w: float, zc: float):
    """A striking tool's handle from x = 0 to `length`, rising to height zc at the head."""
    if wood or rng.random() < 0.35:
        grip(a, coat, pick(rng, "taper", "waist", "belly", "straight"), (0, length), w, 0.9 * w, zc)
        return
    share = between(rng, 0.4, 0.7)
    z = 0.68 * w + (zc - 0.68 * w) * share
    grip(a, coat, pick(rng, "straight", "belly", "ribbed", "taper"), (0, share * length), w, 0.9 * w, z)
    r = between(rng, 0.4, 0.6) * w
    a.add(rod((share * length - 0.004, 0, z), (length, 0, zc), r), paint("metal", pick(rng, STEEL, IRON, DARK)))


def _claw(a: Assembly, rng: np.random.Generator, coat: Material, x: float, r: float, y: float) -> None:
    """Two prongs that curve back towards the handle."""
    reach, turn = r * between(rng, 1.6, 3.2), between(rng, 0.35, 1.3)
    radius = reach / turn
    for side in (-1, 1):
        path = arc((x - radius, y), radius, 0.0, turn, 5, z=r * (1.0 + 0.42 * side))
        k = np.array([0.9, 0.85, 0.7, 0.5, 0.22])
        a.tube(path, np.stack([0.75 * r * k, 0.38 * r * np.array([1, 1, 0.95, 0.85, 0.7])], -1), coat, (2,))


def hammer(rng: np.random.Generator, variant: str) -> Draft:
    """Hammer on its side: a head across the end of a handle."""
    a, s = Assembly(0.132), between(rng, 0.9, 1.1)  # its heavy head sits at the end
    coat, material, colour = _handle_coat(rng)
    length = between(rng, 0.1, 0.19) * s
    iron = paint("metal", pick(rng, IRON, (0.3, 0.31, 0.33), (0.55, 0.56, 0.58)))
    r = between(rng, 0.0105, 0.0155) * s
    if variant == "mallet":
        r, half = between(rng, 0.017, 0.029) * s, between(rng, 0.025, 0.045) * s
        head = paint("rubber", pick(rng, (0.12, 0.12, 0.13), (0.9, 0.9, 0.87), shade("orange"), (0.85, 0.72, 0.5)))
        k = between(rng, 0.8, 1.12)
        turned = lathe([(0, -half), (k * r, -half), (r, -0.4 * half), (r, 0.4 * half), (k * r, half), (0, half)], 16)
        a.add(grounded(turned.moved((length, 0, 0.94 * r), _Y)), head)
        r *= 0.94
    elif variant == "joiner":  # a tapered wooden block
        r, half = between(rng, 0.015, 0.024) * s, between(rng, 0.028, 0.045) * s
        hx, slant = between(rng, 0.016, 0.03) * s, between(rng, 0.75, 1.0)
        o = np.array([[hx, -half], [hx, half], [-hx, slant * half], [-hx, -slant * half]])
        a.add(slab(np.add(o, (length, 0)), 0, 2 * r, 0.002), paint("wood", pick(rng, *WOODS)))
    elif variant == "sledge":
        half, hx = between(rng, 0.024, 0.042) * s, r * between(rng, 0.95, 1.35)
        o = np.array([[1, -0.7], [1, 0.7], [0.8, 1], [-0.8, 1], [-1, 0.7], [-1, -0.7], [-0.8, -1], [0.8, -1]])
        a.add(slab(o * [hx, half] + [length, 0], 0, 2 * r, 0.002), iron)
    else:
        neck, reach = between(rng, 0.55, 0.8), between(rng, 0.018, 0.03) * s
        a.add(box(0.85 * r, 0.9 * r, 0, 2 * r, 0.0015).moved((length, 0, 0)), iron)
        face = [(0, 0), (r, 0), (1.05 * r, 0.002), (1.05 * r, 0.4 * reach), (neck * r, 0.7 * reach), (neck * r, reach)]
        a.add(lathe(face, 14).moved((length, -0.8 * r - reach, r), _Y), iron)
        if variant == "claw":
            _claw(a, rng, iron, length, 0.85 * r, 0.75 * r)
        elif variant == "ball_peen":
            q, tail = between(rng, 0.75, 1.05) * r, between(rng, 0.6, 1.5) * r
            a.draw(rod((length, 0.8 * r, r), (length, 0.8 * r + tail, r), neck * r, 12), iron)
            a.add(grounded(ball(q, q, q).moved((length, 0.8 * r + tail + 0.6 * q, r))), iron)
        elif variant == "cross_peen":
            o, k = rounded_rect(0.8 * r, 0.9 * r, 0.002, 2), between(rng, 0.12, 0.3)
            turn = pick(rng, (k, 1.0), (1.0, k))
            a.add(loft([o, o * turn], [0, between(rng, 1.5, 3.2) * r]).moved((length, 0.8 * r, 0.95 * r), _Y), iron)
        else:  # two faces
            back = [(neck * r, 0), (neck * r, 0.3 * reach), (1.05 * r, 0.6 * reach), (1.05 * r, reach), (0, reach)]
            a.add(lathe(back, 14).moved((length, 0.8 * r, r), _Y), iron)
    _shaft(a, rng, coat, material == "wood", length, between(rng, 0.0075, 0.0145) * s, r)
    return a.draft("hammer", material, "long", between(rng, 1300, 2000), s, **_colour(colour))


def hatchet(rng: np.random.Generator, variant: str) -> Draft:
    """Small axe lying on its side."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    coat, material, colour = _handle_coat(rng)
    length, r = between(rng, 0.095, 0.18) * s, between(rng, 0.009, 0.013) * s
    iron = paint("metal", pick(rng, STEEL, IRON, shade("red", rng)))
    hx, reach, edge = between(rng, 0.011, 0.017) * s, between(rng, 0.03, 0.05) * s, between(rng, 0.018, 0.034) * s
    a.add(box(hx, 1.2 * r, 0, 2 * r, 0.002).moved((length, 0, 0)), iron)
    drop = pick(rng, 0.0, 0.4, 0.9) * (edge - hx)

    def blade(side: int) -> None:  # its under side flat on the bench
        low = np.array([0.0, side * r])
        root = rounded_rect(0.92 * hx, 0.9 * r, 0.002, 2) + 0.1 * low
        tip = rounded_rect(edge, 0.0014, 0.0004, 2) - [drop, 0] + low - [0, side * 0.0014]
        mid = rounded_rect(0.6 * hx + 0.35 * edge, 0.45 * r, 0.001, 2) - [0.35 * drop, 0] + 0.55 * low
        R = rotation("x", -0.5 * np.pi * side)
        a.add(loft([root, mid, tip], [0, 0.5 * reach, reach]).moved((length, side * 1.1 * r, r), R), iron)

    blade(1)
    if variant == "double":
        blade(-1)
    elif variant == "hammer_poll":
        a.add(rod((length, -1.1 * r, r), (length, -1.1 * r - between(rng, 0.01, 0.024), r), 0.95 * r, 12), iron)
    elif variant == "pick":
        out = between(rng, 0.025, 0.045) * s
        tip = rounded_rect(0.0015, 0.0015, 0.0005, 2) - [between(rng, 0, 0.012), 0]
        spike = loft([rounded_rect(0.7 * hx, 0.7 * r, 0.002, 2), tip], [0, out])
        a.add(spike, iron, (length, -1.1 * r, r), rotation("x", 0.5 * np.pi))
    _shaft(a, rng, coat, material == "wood", length, between(rng, 0.0075, 0.014) * s, r)
    return a.draft("hatchet", material, "long", between(rng, 1300, 1900), s, **_colour(colour))


def screwdriver(rng: np.random.Generator, variant: str) -> Draft:
    """Screwdriver: handle, collar, steel shaft, tip."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    colour = coat_name(rng)
    coat, steel = paint("plastic", shade(colour, rng)), paint("metal", STEEL)
    dark = paint("rubber", DARK)
    length, w = between(rng, 0.055, 0.1) * s, between(rng, 0.0095, 0.019) * s
    shaft, r = between(rng, 0.035, 0.11) * s, between(rng, 0.0028, 0.0045) * s
    style = pick(rng, *GRIP_STYLES)
    if variant == "stubby":
        length, shaft, w = between(rng, 0.036, 0.055) * s, between(rng, 0.018, 0.04) * s, between(rng, 0.015, 0.021) * s
    elif variant == "precision":
        length, w, style = (
            between(rng, 0.05, 0.1) * s,
            between(rng, 0.0068, 0.0095) * s,
            pick(rng, "straight", "ribbed"),
        )
        shaft, r = between(rng, 0.03, 0.07) * s, 0.002 * s
    if variant == "t_handle":
        half = between(rng, 0.028, 0.05) * s
        k = np.array([0.7, 1.0, between(rng, 0.8, 1.15), 1.0, 0.7]) * w
        y = np.array([-1, -0.85, 0, 0.85, 1]) * half
        bar = lathe([(0, -half), *zip(k, y, strict=True), (0, half)], 12).moved((0, 0, 0.75 * w), _Y)
        a.add(grounded(bar), coat)
        z, start = 0.75 * w, 0.5 * w
        shaft *= 1.25
        a.add(rod((0, 0, z), (start + 0.5 * w, 0, z), 0.62 * w, 12, 0.4 * w), dark)
    else:
        z = grip(a, coat, style, (0, length), w, w)
        start = length
        if variant == "precision":
            q = min(0.9 * w, z)
            a.add(rod((-0.012 * s, 0, z), (0.002, 0, z), q, 12), dark)
        elif variant == "ratchet":
            q = min(between(rng, 0.6, 0.98) * w, z)
            a.add(rod((length - 0.002, 0, z), (length + 0.018 * s, 0, z), q, 12, 0.6 * q), dark)
            start += 0.018 * s
    foot = r if variant != "nut_driver" else 1.9 * r
    end = np.array([start + shaft, 0.0, foot])
    root = np.array([start - 0.004, 0.0, z])
    along = toward(end - root)
    a.add(rod(root, end, r, 8), steel)
    o = rounded_rect(r, r, 0.001, 2)
    if variant == "nut_driver":
        a.add(slab(polygon(6, 2.1 * r), 0, 0.016 * s), steel, end, along)
    elif variant == "phillips":
        a.draw(cylinder(r, 0, 0.008 * s, 8, top=0.3 * r), steel, end, along)
    else:
        a.draw(loft([o, o * [between(rng, 1.0, 1.7), 0.4]], [0, 0.012 * s]), steel, end, along)
    return a.draft("screwdriver", "plastic", "long", 1100.0, s, colour=colour)


def chisel(rng: np.random.Generator, variant: str) -> Draft:
    """Chisel: turned handle and a blade, flat on the bench."""
    a, s = Assembly(), between(rng, 0.9, 1.1)
    coat, _, colour = _handle_coat(rng)
    steel = paint("metal", pick(rng, STEEL, (0.6, 0.61, 0.64)))
    w, length = between(rng, 0.0085, 0.019) * s, between(rng, 0.055, 0.115) * s
    blade, half = between(rng, 0.035, 0.1) * s, between(rng, 0.005, 0.02) * s
    t = between(rng, 0.003, 0.005) * s
    blade = min(blade, 0.19 - length)
    if variant == "cold":  # one piece of hexagonal steel
        r, long = between(rng, 0.0075, 0.0125) * s, between(rng, 0.07, 0.17) * s
        coat = paint("metal", pick(rng, IRON, shade("red", rng), shade("blue", rng)))
        a.add(slab(polygon(6, r, 0.0), 0, long, 0.001), coat, (0, 0, 0.866 * r), _X)
        o = rounded_rect(0.85 * r, 0.8 * r, 0.001, 2)
        tip = o * [between(rng, 0.8, 1.9), 0.2]
        a.add(loft([o, tip], [0, between(rng, 0.025, 0.05)]), coat, (long, 0, 0.866 * r), _X)
        return a.draft("chisel", "metal", "long", 3000.0, s)
    z = grip(a, coat, pick(rng, *GRIP_STYLES[:6]), (0, length), w, w)
    collar = paint("metal", pick(rng, STEEL, BRASS))
    a.draw(rod((length - 0.002, 0, z), (length + 0.012 * s, 0, z), min(0.62 * w, z), 12, 0.4 * w), collar)
    x0 = length + 0.01 * s
    if variant == "mortise":
        t, half = between(rng, 0.007, 0.011) * s, between(rng, 0.004, 0.007) * s
    zb, neck = 0.0, 0.018 * s
    a.draw(rod((x0 - 0.002, 0, z), (x0 + neck, 0, 0.5 * t), min(0.38 * w, 0.8 * z), 8, 0.5 * t), steel)
    if variant == "gouge":
        half = between(rng, 0.006, 0.011) * s
        y = np.array([1.0, 0.5, 0.0, -0.5, -1.0])
        under = np.stack([-y * half, 0.7 * half * y * y], -1)
        over = np.stack([y * half, 0.7 * half * y * y + 0.6 * t], -1)
        a.draw(loft([np.concatenate([under, over])] * 2, [0, blade]), steel, (x0 + 0.6 * neck, 0, zb), _X)
    else:
        a.draw(slab(_blade(rng, variant, x0 + 0.6 * neck, blade, half), zb, zb + t, 0.0008), steel)
    a.hull(box(0.5 * (blade + neck), half, zb, zb + t, 0).moved((x0 + 0.5 * (blade + neck), 0, 0)))
    return a.draft("chisel", "wood", "long", between(rng, 900, 1300), s, **_colour(colour))


def _blade(rng: np.random.Generator, variant: str, x: float, long: float, half: float) -> np.ndarray:
    """Outline of a chisel's blade, counter-clockwise, from its neck at x."""
    neck = between(rng, 0.45, 0.95) * half
    tip = half * (0.5 if variant == "paring" else 1.0)
    slant = between(rng, 0.8, 1.6) * half if variant == "skew" else 0.0
    return np.array([[x, -neck], [x + 0.25 * long, -half], [x + long, -tip], [x + long - slant, tip],
                     [x + 0.25 * long, half], [x, neck]])  # fmt: skip


FAMILIES = (
    graspable("hammer", "tools", hammer, variants=(
        "claw", "ball_peen", "mallet", "sledge", "joiner", "cross_peen", "double_faced")),
    graspable("hatchet", "tools", hatchet, variants=("single", "double", "hammer_poll", "pick")),
    graspable("screwdriver", "tools", screwdriver, variants=(
        "slotted", "stubby", "t_handle", "precision", "phillips", "ratchet", "nut_driver")),
    graspable("chisel", "tools", chisel, variants=("bevel", "mortise", "gouge", "cold", "skew", "paring")),
)  # fmt: skip
