"""What rooms are painted of: walls, floor, ceiling, furniture, windows and lamps, with `assets.panorama.Place`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assets.colours import RGB, mix
from assets.numeric import between, pick
from assets.paint import value_noise
from assets.panorama import EYE_HEIGHT, Field, Paint, Place, joints, plane_lookup
from assets.patterns import furnishing, tone

Face = NDArray[np.int64]


def linear(colour: ArrayLike) -> Field:
    """Albedo of an sRGB colour, gamma 2."""
    c = np.asarray(colour, np.float32)
    return c * c


@dataclass
class Room:
    """A box room around the eye. x0, x1, y0, y1: where its walls are; top: the ceiling's z."""

    place: Place
    rng: np.random.Generator
    x0: float
    x1: float
    y0: float
    y1: float
    top: float
    used: list[tuple[int, float, float]]

    @property
    def floor(self) -> float:
        return -EYE_HEIGHT

    def length(self, wall: int) -> float:
        """Metres along a wall; walls are 0 (+x), 1 (+y), 2 (-x), 3 (-y)."""
        return (self.y1 - self.y0) if wall % 2 == 0 else (self.x1 - self.x0)

    def corners(self, wall: int, s: float, width: float, z0: float, z1: float, depth: float, off: float = 0.0):
        """Opposite corners of a box against a wall from s to s + width along it."""
        if wall % 2 == 0:
            x = self.x1 - off if wall == 0 else self.x0 + off
            inwards = x - depth if wall == 0 else x + depth
            return (x, self.y0 + s, z0), (inwards, self.y0 + s + width, z1)
        y = self.y1 - off if wall == 1 else self.y0 + off
        inwards = y - depth if wall == 1 else y + depth
        return (self.x0 + s, y, z0), (self.x0 + s + width, inwards, z1)

    def put(self, wall: int, s: float, width: float, z0: float, z1: float, depth: float, paint: Paint | ArrayLike,
            glow: bool = False, off: float = 0.0) -> None:  # fmt: skip
        """A box against a wall; z0 and z1 above the floor."""
        low, high = self.corners(wall, s, width, self.floor + z0, self.floor + z1, depth, off)
        self.place.box(low, high, paint, glow)

    def free(self, width: float, walls: tuple[int, ...] = (0, 1, 2, 3)) -> tuple[int, float] | None:
        """A place for something `width` wide along one of the walls."""
        for _ in range(12):
            wall = int(pick(self.rng, *walls))
            room = self.length(wall) - width - 0.2
            if room <= 0:
                continue
            s = 0.1 + room * float(self.rng.random())
            if all(w != wall or s + width < a or s > b for w, a, b in self.used):
                self.used.append((wall, s - 0.05, s + width + 0.05))
                return wall, s
        return None

    def colour(self, saturation: float = 0.4, low: float = 0.25, high: float = 0.75) -> Field:
        """A colour of furnishings as albedo."""
        rng = self.rng
        return linear(tone(furnishing(float(rng.random())), saturation * float(rng.random()), between(rng, low, high)))


WOODS = ((0.62, 0.45, 0.29), (0.42, 0.28, 0.18), (0.78, 0.64, 0.46), (0.30, 0.21, 0.15), (0.70, 0.68, 0.64))


def across(p: Field, face: Face) -> Field:
    """Metres along a vertical face."""
    return np.where(face == 0, p[:, 1], p[:, 0])


def lines(colour: ArrayLike, period: float, width: float, dark: float = 0.45, upright: bool = True) -> Paint:
    """A colour with dark lines: doors of cupboards (upright), drawers and shelves (not)."""
    c = np.asarray(colour, np.float32)

    def paint(p: Field, face: Face) -> Field:
        v = across(p, face) if upright else p[:, 2]
        return np.where(((v % period) < width)[:, None] & (face != 2)[:, None], c * dark, c)

    return paint


def books(frame: ArrayLike, rng: np.random.Generator, step: float = 0.34) -> Paint:
    """A shelf full of books, boxes and gaps."""
    wood = np.asarray(frame, np.float32)
    colours = np.stack(
        [linear(tone(float(h), 0.5 * float(s), 0.2 + 0.55 * float(v))) for h, s, v in rng.random((61, 3))]
    )
    height = 0.5 + 0.45 * rng.random(61)

    def paint(p: Field, face: Face) -> Field:
        v, z = across(p, face), p[:, 2]
        shelf = (z / step).astype(np.int64)
        k = ((v / 0.055).astype(np.int64) * 7 + shelf * 13) % 61
        inside = (z - shelf * step) / step
        out = np.where((inside < height[k] - 0.05)[:, None], colours[k], wood * 0.18)
        return np.where(((inside < 0.09) | (face == 2))[:, None], wood, out).astype(np.float32)

    return paint


def panes(sky: ArrayLike, frame: ArrayLike, period: float, ground: ArrayLike = (0.9, 1.1, 0.7)) -> Paint:
    """A window as radiance: sky above, something green or grey below, bars every `period` metres."""
    high, low, bar = (np.asarray(c, np.float32) for c in (sky, ground, frame))

    def paint(p: Field, face: Face) -> Field:
        v, z = across(p, face), p[:, 2]
        t = np.clip((z / max(float(z.max()), 0.1)) * 3.0 - 0.6, 0.0, 1.0)[:, None]
        out = low * (1 - t) + high * t
        bars = ((v % period) < 0.06) | ((z % 0.75) < 0.05)
        return np.where(bars[:, None], bar, out)

    return paint


def picture(rng: np.random.Generator, frame: ArrayLike) -> Paint:
    """A framed picture of soft shapes."""
    tile = value_noise(rng, 32, 32, 4, 4)
    a, b, border = (
        linear(tone(float(rng.random()), 0.5, 0.4)),
        linear(tone(float(rng.random()), 0.4, 0.75)),
        np.asarray(frame, np.float32),
    )

    def paint(p: Field, face: Face) -> Field:
        v, z = across(p, face), p[:, 2]
        t = 0.5 + 0.5 * plane_lookup(tile, v, z, 1.0)[:, None]
        edge = (v < 0.05) | (z < 0.05) | (v > v.max() - 0.05) | (z > z.max() - 0.05)
        return np.where(edge[:, None], border, a * (1 - t) + b * t)

    return paint


def grain(rng: np.random.Generator, colour: ArrayLike, amount: float = 0.2, board: float = 0.0) -> Paint:
    """A colour that varies softly; with `board`, floor boards of that width."""
    tile = value_noise(rng, 64, 64, 16, 4 if board else 16)
    shades = (1.0 + 0.25 * (rng.random(64) - 0.5)).astype(np.float32)
    c = np.asarray(colour, np.float32)

    def paint(p: Field, face: Face) -> Field:
        f = 1.0 + np.float32(amount) * plane_lookup(tile, p[:, 0], p[:, 1] + p[:, 2], 2.0)
        if board:
            k = (p[:, 1] / board).astype(np.int64)
            f = f * shades[k & 63] * np.where((p[:, 1] % board) < 0.012, 0.6, 1.0)
        return c * f[:, None].astype(np.float32)

    return paint


def squares(place: Place, a: ArrayLike, b: ArrayLike, side: float, joint: float = 0.02, check: bool = False) -> Paint:
    """Tiles with joints; checked when `check`."""
    first, second = np.asarray(a, np.float32), np.asarray(b, np.float32)

    def paint(p: Field, face: Face) -> Field:
        u, v = (p[:, 0], p[:, 1]) if (face == 2).all() else (across(p, face), p[:, 2])
        odd = ((u / side).astype(np.int64) + (v / side).astype(np.int64)) % 2 == 1
        out = np.where((odd & check)[:, None], second, first)
        line = np.maximum(joints(u, side, joint, place.blur), joints(v, side, joint, place.blur))[:, None]
        return out + line * (first * 0.5 - out)

    return paint


def make_room(
    place: Place,
    rng: np.random.Generator,
    size: tuple[float, float, float],
    walls: Paint | ArrayLike,
    floor: Paint | ArrayLike,
    ceiling: ArrayLike = (0.75, 0.75, 0.73),
    skirting: ArrayLike | None = None,
    accent: ArrayLike | None = None,
) -> Room:
    """The bare room; the eye is near its middle. Lamps and ambient light must be set before."""
    w, l, top = size
    x = between(rng, 0.4, 0.6) * w
    y = between(rng, 0.4, 0.6) * l
    r = Room(place, rng, -x, w - x, -y, l - y, top - EYE_HEIGHT, [])
    thick = 0.3
    place.box((r.x0 - 1, r.y0 - 1, r.floor - thick), (r.x1 + 1, r.y1 + 1, r.floor), floor)
    place.box((r.x0 - 1, r.y0 - 1, r.top), (r.x1 + 1, r.y1 + 1, r.top + thick), np.asarray(ceiling, np.float32))
    for wall in range(4):
        low, high = r.corners(wall, -0.5, r.length(wall) + 1.0, r.floor, r.top, -thick)
        colour = accent if accent is not None and wall == 2 else walls
        place.box(low, high, colour if callable(colour) else grain(rng, colour, 0.03))
        if skirting is not None:
            r.put(wall, 0.0, r.length(wall), 0.0, 0.1, 0.015, skirting)
    return r


def wall_colour(rng: np.random.Generator, u: float) -> RGB:
    """A painted wall: mostly near white, sometimes a colour."""
    base = tone(furnishing(u), between(rng, 0.08, 0.4), between(rng, 0.5, 0.85))
    return mix(base, (0.9, 0.88, 0.84), between(rng, 0.2, 0.9))


def add_windows(r: Room, count: int, width: tuple[float, float], sill: float, head: float, sky: RGB, power: float,
                curtains: bool = False) -> None:  # fmt: skip
    """Windows along the walls; they glow, and light the room if lamps were set where they are."""
    frame = (0.8, 0.8, 0.78)
    for _ in range(count):
        w = between(r.rng, *width)
        spot = r.free(w + (0.7 if curtains else 0.2))
        if spot is None:
            return
        wall, s = spot
        glass = panes(
            np.array(sky) * power, frame, between(r.rng, 0.6, 1.1), np.array(sky) * power * np.array((0.34, 0.42, 0.26))
        )
        side = 0.35 if curtains else 0.1
        r.put(wall, s + side, w, sill, head, 0.02, glass, glow=True)
        r.put(wall, s + side - 0.05, w + 0.1, sill - 0.06, sill, 0.12, (0.75, 0.75, 0.73))
        if curtains:
            cloth = lines(r.colour(0.5, 0.35, 0.75), 0.14, 0.05, 0.75)
            for at in (s, s + side + w - 0.02):
                r.put(wall, at, 0.37, 0.05, head + 0.2, 0.07, cloth)


def plant(r: Room, x: float, y: float, height: float) -> None:
    """A potted plant standing on the floor."""
    rng = r.rng
    r.place.box((x - 0.16, y - 0.16, r.floor), (x + 0.16, y + 0.16, r.floor + 0.32), r.colour(0.5))
    tile = value_noise(rng, 32, 32, 12, 12)
    green = linear((between(rng, 0.15, 0.35), between(rng, 0.4, 0.6), between(rng, 0.12, 0.25)))

    def leaves(n: Field) -> tuple[Field, Field]:
        t = plane_lookup(tile, n[:, 0] + n[:, 1], n[:, 2] - n[:, 0], 1.3)
        return green * (1.0 + 0.5 * t)[:, None], 0.75 + 0.25 * t

    for k in range(3):
        at = (
            x + 0.12 * float(rng.random() - 0.5),
            y + 0.12 * float(rng.random() - 0.5),
            r.floor + 0.3 + height * (0.35 + 0.22 * k),
        )
        r.place.ball(at, (0.28, 0.28, 0.3 * height), leaves)


def add_pictures(r: Room, count: int) -> None:
    """Pictures on the walls."""
    for _ in range(count):
        w = between(r.rng, 0.4, 1.2)
        spot = r.free(w)
        if spot:
            base = between(r.rng, 1.2, 1.45)
            r.put(
                *spot,
                w,
                base,
                base + between(r.rng, 0.4, 0.8),
                0.03,
                picture(r.rng, pick(r.rng, (0.04, 0.04, 0.04), (0.5, 0.35, 0.2), (0.8, 0.8, 0.78))),
            )


def ceiling_lamps(r: Room, nx: int, ny: int, size: tuple[float, float], radiance: ArrayLike) -> None:
    """A grid of luminous panels in the ceiling."""
    for i in range(nx):
        for j in range(ny):
            x = r.x0 + (i + 0.5) / nx * (r.x1 - r.x0)
            y = r.y0 + (j + 0.5) / ny * (r.y1 - r.y0)
            r.place.box(
                (x - size[0] / 2, y - size[1] / 2, r.top - 0.05),
                (x + size[0] / 2, y + size[1] / 2, r.top),
                radiance,
                glow=True,
            )


def lamp_row(place: Place, size: tuple[float, float, float], power: float, colour: ArrayLike) -> None:
    """Light from the ceiling's middle: set before the room is painted."""
    place.lamp((0.0, 0.0, size[2] - EYE_HEIGHT - 0.3), colour, power)


def r_colour(rng: np.random.Generator, saturation: float) -> Field:
    """A muted colour as albedo."""
    return linear(tone(furnishing(float(rng.random())), saturation, between(rng, 0.35, 0.7)))
