"""What closes bottles, jars and cans: caps, pumps, triggers, corks, droppers, lids."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from assets.colours import RGB, mix
from assets.kit import paint, part_box, part_cylinder
from assets.labels import contrast
from assets.mesh import Mesh, box, lathe, merge, sweep
from assets.vessels import outline, rings_of, solid, surface
from engine.types import CollisionPart, Material


@dataclass
class Pieces:
    """Drawn meshes and collision parts gathered while an object is put together."""

    visual: list[tuple[Mesh, Material]] = field(default_factory=list)
    parts: list[CollisionPart] = field(default_factory=list)

    def add(self, other: Pieces) -> None:
        self.visual += other.visual
        self.parts += other.parts


def turned(profile: list[tuple[float, float]], material: Material, n: int = 16, most: int = 2) -> Pieces:
    """A lathe of (radius, z) that starts and may end on the axis, with parts."""
    rows = np.array([(z, max(r, 0.0005), max(r, 0.0005)) for r, z in profile])
    return Pieces([(lathe(profile, n), material)], solid(rings_of(rows, "round", n), 0.0015, most))


def screw(r: float, z: float, h: float, colour: RGB, material: str = "plastic") -> Pieces:
    """A screw cap of radius r and height h whose lower rim is at z."""
    e = min(0.0012, 0.2 * h)
    profile = [(r, z), (r, z + h - e), (r - e, z + h), (0.0, z + h)]
    ring = lathe([(r + 0.0004, z + 0.001), (r + 0.0004, z + 0.35 * h)], 16)
    return Pieces(
        [(lathe(profile, 16), paint(material, colour)), (ring, paint(material, mix(colour, (0, 0, 0), 0.18)))],
        [part_cylinder(r, z, z + h)],
    )


def sport(r: float, z: float, h: float, colour: RGB) -> Pieces:
    """A drinking cap: a screw cap with a pull-up nozzle."""
    out = screw(r, z, h, colour)
    rn, top = 0.5 * r, z + h
    nozzle = [(0.8 * rn, top), (0.8 * rn, top + 0.006), (rn, top + 0.007), (rn, top + 0.014), (0.6 * rn, top + 0.016)]
    out.visual.append((lathe([*nozzle, (0.0, top + 0.016)], 12), paint("plastic", contrast(colour))))
    out.parts.append(part_cylinder(rn, top, top + 0.016))
    return out


def dome(r: float, z: float, h: float, colour: RGB, spout: bool = True) -> Pieces:
    """A flip-top: a dome, perhaps with a little thumb lip at the front."""
    profile = [(r, z), (r, z + 0.45 * h), (0.86 * r, z + 0.78 * h), (0.5 * r, z + h), (0.0, z + h)]
    out = turned(profile, paint("plastic", colour))
    if spout:
        lip = box(0.35 * r, 0.2 * r, z + 0.36 * h, z + 0.52 * h, 0.0006).moved((0, -0.95 * r, 0))
        out.visual.append((lip, paint("plastic", mix(colour, (0, 0, 0), 0.2))))
    return out


def nozzle(r: float, z: float, h: float, colour: RGB, tip: RGB) -> Pieces:
    """A pointed tip on a collar: squeeze bottles and glue."""
    low = z + 0.3 * h
    profile = [(r, z), (r, low), (0.62 * r, low + 0.004), (0.26 * r, z + 0.88 * h)]
    out = turned([*profile, (0.0, z + 0.88 * h)], paint("plastic", colour))
    out.parts.append(part_cylinder(0.22 * r, z + 0.88 * h, z + h))
    end = [(0.27 * r, z + 0.84 * h), (0.3 * r, z + 0.86 * h), (0.22 * r, z + h), (0.0, z + h)]
    out.visual.append((lathe(end, 10), paint("plastic", tip)))
    return out


def crown(r: float, z: float, colour: RGB) -> Pieces:
    """A crown cork: low and flared."""
    profile = [(1.22 * r, z), (1.22 * r, z + 0.0015), (1.05 * r, z + 0.005), (0.8 * r, z + 0.006), (0.0, z + 0.006)]
    return Pieces([(lathe(profile, 16), paint("metal", colour))], [part_cylinder(1.15 * r, z, z + 0.006)])


def cork(r: float, z: float, h: float) -> Pieces:
    """A cork that stands out of the neck."""
    profile = [(0.84 * r, z), (0.95 * r, z + h), (0.0, z + h)]
    return Pieces([(lathe(profile, 14), paint("wood", (0.76, 0.58, 0.38)))], [part_cylinder(0.9 * r, z, z + h)])


def stopper(kind: str, r: float, z: float, h: float, colour: RGB, material: str = "plastic") -> Pieces:
    """A decorative stopper: ball, cube, cone or disc."""
    stem = z + 0.14 * h
    if kind == "ball":
        k = 0.5 * (h - (stem - z))
        mid = stem + k
        line = ((0.8, -0.6), (1.0, 0.0), (0.8, 0.6), (0.4, 0.92), (0.0, 1.0))
        ball = [(0.5 * r, z), (0.5 * r, stem), *((a * k, mid + b * k) for a, b in line)]
        return turned(ball, paint(material, colour))
    if kind == "cube":
        half = 0.42 * h
        body = box(half, half, stem, z + h, 0.0015)
        foot = lathe([(0.5 * r, z), (0.5 * r, stem + 0.001)], 12)
        return Pieces(
            [(merge([body, foot]), paint(material, colour))],
            [part_box((half, half, 0.5 * (z + h - stem)), (0, 0, 0.5 * (z + h + stem)))],
        )
    if kind == "cone":
        return turned([(r, z), (r, z + 0.3 * h), (0.35 * r, z + h), (0.0, z + h)], paint(material, colour))
    wide = [(0.6 * r, z), (0.6 * r, stem), (1.5 * r, stem + 0.001), (1.5 * r, z + 0.6 * h), (0.0, z + 0.6 * h)]
    return turned(wide, paint(material, colour))


def pump(r: float, z: float, h: float, colour: RGB, reach: float, foam: bool = False) -> Pieces:
    """A pump: collar, stem and a head whose spout reaches `reach` metres to the front (-y)."""
    collar, stem = 0.34 * h, 0.7 * h
    body = lathe(
        [(r, z), (r, z + collar - 0.001), (r - 0.001, z + collar), (0.35 * r, z + collar), (0.3 * r, z + stem)], 16
    )
    top = z + stem
    wide = 0.0062 if not foam else 0.8 * r
    head = lathe([(0.0, top), (1.25 * wide, top), (1.25 * wide, z + h - 0.001), (0.9 * wide, z + h), (0.0, z + h)], 14)
    mid = 0.5 * (top + z + h)
    arm_h = 0.5 * (h - stem) * 0.75
    spout = sweep(
        [(0, 0, mid), (0, -0.7 * reach, mid), (0, -reach, mid - 0.25 * h)],
        [(arm_h, 0.8 * wide if not foam else 0.005)] * 2 + [(0.004, 0.003)],
        8,
        up=(1, 0, 0),
    )
    parts = [
        part_cylinder(r, z, z + collar),
        part_cylinder(0.4 * r, z + collar, top),
        part_box((1.1 * wide, 0.5 * (reach + 1.2 * wide), 0.5 * (h - stem)), (0, 0.5 * (1.2 * wide - reach), mid)),
    ]
    return Pieces([(merge([body, head, spout]), paint("plastic", colour))], parts)


def trigger(r: float, z: float, s: float, colour: RGB, lever: RGB, long: float = 1.0) -> Pieces:
    """A spray head with a lever towards -y, on a collar of radius r."""
    top, head_h = z + 0.013 * s, 0.017 * s
    collar = lathe([(r, z), (r, top), (0.0, top)], 14)
    front, back = -0.034 * s * long, 0.02 * s
    o = outline("square", 12) * np.array([0.0088 * s, 1.0])
    rows = [(0.0, 0.92), (0.35, 1.0), (0.8, 0.96), (1.0, 0.7)]
    mid, half = 0.5 * (front + back), 0.5 * (back - front)
    rings = np.stack(
        [np.stack([o[:, 0] * k, o[:, 1] * half * k + mid, np.full(12, top + t * head_h)], -1) for t, k in rows]
    )
    head = surface(rings)
    tip = box(0.0052 * s, 0.004 * s, top + 0.005 * s, top + 0.013 * s, 0.001).moved((0, front - 0.003 * s, 0))
    low = top - 0.026 * s
    grip = sweep(
        [(0, front + 0.012 * s, top + 0.004 * s), (0, front + 0.008 * s, top - 0.012 * s), (0, front + 0.003 * s, low)],
        [(0.0028 * s, 0.0042 * s)] * 3,
        8,
        up=(1, 0, 0),
    )
    parts = [
        part_cylinder(r, z, top),
        part_box((0.0088 * s, half + 0.003 * s, 0.5 * head_h), (0, mid - 0.003 * s, top + 0.5 * head_h)),
        part_box((0.004 * s, 0.006 * s, 0.5 * (top - low)), (0, front + 0.008 * s, 0.5 * (top + low))),
    ]
    return Pieces([(merge([collar, head, tip]), paint("plastic", colour)), (grip, paint("plastic", lever))], parts)


def lid(
    rx: float, ry: float, z: float, h: float, kind: str, colour: RGB, material: str = "plastic", rim: float = 0.0015
) -> Pieces:
    """A flat or slightly domed lid over an outline of that kind; its lower rim is at z."""
    rows = [(z, rx + rim, ry + rim), (z + 0.75 * h, rx + rim, ry + rim), (z + h, rx - 0.001, ry - 0.001)]
    rings = rings_of(rows, kind)
    return Pieces([(surface(rings), paint(material, colour))], solid(rings, 0.002, 1))


def dropper(r: float, z: float, h: float, collar: RGB, bulb: RGB) -> Pieces:
    """A pipette: a collar with a rubber bulb on it."""
    mid = z + 0.42 * h
    out = screw(r, z, 0.42 * h, collar)
    k = 0.6 * r
    bulb_line = [(0.8 * k, mid), (k, mid + 0.15 * h), (k, z + 0.75 * h), (0.7 * k, z + 0.94 * h), (0.0, z + h)]
    out.add(turned(bulb_line, paint("rubber", bulb), 12, 1))
    return out


def loop(points: Sequence[tuple[float, float, float]], width: float, thick: float, material: Material) -> Pieces:
    """A handle along points in the xz plane, `width` along y, `thick` across; a box part along every straight piece."""
    p = np.array(points)
    mesh = sweep(p, np.tile([thick / 2, width / 2], (len(p), 1)), 8, up=(0, 1, 0))
    parts = []
    for a, b in itertools.pairwise(p):
        d = b - a
        length = float(np.sqrt((d * d).sum()))
        cosine = float(d[2] / length)  # turn about y that takes z to d
        half = float(np.sqrt(max((1 + cosine) / 2, 0.0))), float(np.sqrt(max((1 - cosine) / 2, 0.0)))
        q = (half[0], 0.0, half[1] if d[0] >= 0 else -half[1], 0.0)
        parts.append(part_box((thick / 2, width / 2, length / 2), tuple(0.5 * (a + b)), q))
    return Pieces([(mesh, material)], parts)
