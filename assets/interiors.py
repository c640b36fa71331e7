"""Rooms as surroundings: studio, living room, bedroom, kitchen, workshop, warehouse, office, laboratory."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from assets.colours import mix
from assets.numeric import between, pick
from assets.panorama import Place, polar
from assets.patterns import furnishing, lerp, spread, tone
from assets.room import (
    WOODS,
    add_pictures,
    add_windows,
    books,
    ceiling_lamps,
    grain,
    lamp_row,
    linear,
    lines,
    make_room,
    panes,
    plant,
    r_colour,
    squares,
    wall_colour,
)


def studio(place: Place, rng: np.random.Generator, number: int) -> None:
    """A photographer's studio: even backdrop, soft boxes, stands."""
    u = spread(number)
    base = linear(mix(tone(u[0], 0.5 * u[1], lerp(0.2, 0.9, u[2])), (0.8, 0.8, 0.8), u[3]))
    place.ambient = np.full(3, 0.55, np.float32)
    lamp_row(place, (0, 0, 4.2), 1.5, (1, 1, 1))
    r = make_room(place, rng, (8.0, 8.0, 4.2), base, base, base)
    for power in (14.0, 7.0, 5.0)[: pick(rng, 2, 3)]:
        c = between(rng, 0, 2 * np.pi)
        x, y = polar(3.2, c)
        half = between(rng, 0.5, 0.8)
        thin = (0.04, half) if abs(x) > abs(y) else (half, 0.04)
        z = between(rng, 0.9, 1.7)
        place.box(
            (x - thin[0], y - thin[1], z - half), (x + thin[0], y + thin[1], z + half), (power, power, power), glow=True
        )
        place.box(
            (x * 1.05 - 0.03, y * 1.05 - 0.03, r.floor), (x * 1.05 + 0.03, y * 1.05 + 0.03, z), (0.02, 0.02, 0.02)
        )
    if u[4] > 0.4:
        r.put(int(pick(rng, 0, 1, 2, 3)), 1.0, 5.0, 0.0, 3.0, 0.3, linear(tone(u[5], 0.35, 0.5)))


def living_room(place: Place, rng: np.random.Generator, number: int, night: bool = False) -> None:
    """Sofa, shelves, pictures, plants, curtains; by day light from windows, at night from lamps."""
    u = spread(number)
    size = (between(rng, 4.6, 7.0), between(rng, 4.6, 7.0), between(rng, 2.5, 3.1))
    warm = np.array((1.0, 0.74, 0.46), np.float32)
    if night:
        place.ambient = np.array((0.05, 0.045, 0.05), np.float32)
        place.lamp((*polar(1.4, 6.28 * u[1]), 0.1), warm, 0.55)
    else:
        place.ambient = np.full(3, 0.36, np.float32)
        lamp_row(place, size, 0.7, (1.0, 0.97, 0.92))
    wood = linear(pick(rng, *WOODS))
    floor = grain(rng, wood, 0.2, between(rng, 0.12, 0.22))
    accent = linear(wall_colour(rng, u[2])) if u[3] < 0.5 else None
    r = make_room(place, rng, size, linear(wall_colour(rng, u[0])), floor, skirting=(0.7, 0.69, 0.66), accent=accent)
    place.box((-1.3, -1.0, r.floor), (1.3, 1.0, r.floor + 0.01), grain(rng, r.colour(0.4), 0.3))
    sky = pick(rng, (0.8, 0.92, 1.1), (1.0, 1.0, 1.0), (1.15, 1.0, 0.8))
    add_windows(
        r, pick(rng, 1, 2), (1.0, 2.0), 0.8, 2.2, (0.02, 0.03, 0.07) if night else sky, 1.0 if night else 5.5, True
    )
    cloth = r.colour(0.5, 0.25, 0.65)
    spot = r.free(2.1)
    if spot:
        wall, s = spot
        r.put(wall, s, 2.1, 0.1, 0.42, 0.9, cloth)
        r.put(wall, s, 2.1, 0.42, 0.85, 0.25, lines(cloth, 0.7, 0.03, 0.7))
        for side in (0.0, 1.92):
            r.put(wall, s + side, 0.18, 0.1, 0.62, 0.9, cloth * 0.9)
        r.put(wall, s + 0.4, 0.45, 0.43, 0.8, 0.4, r.colour(0.6, 0.4, 0.7))
    for _ in range(2):
        w = between(rng, 0.8, 1.6)
        spot = r.free(w)
        if spot:
            r.put(*spot, w, 0.0, between(rng, 1.5, 2.2), 0.34, books(linear(pick(rng, *WOODS)), rng))
    spot = r.free(1.5)
    if spot:
        r.put(*spot, 1.5, 0.12, 0.6, 0.42, lines(linear(pick(rng, *WOODS)), 0.5, 0.015))
        r.put(spot[0], spot[1] + 0.2, 1.1, 0.65, 1.3, 0.05, (0.01, 0.01, 0.012), off=0.1)
    add_pictures(r, 3)
    plant(r, r.x0 + 0.45, r.y0 + 0.45, between(rng, 0.8, 1.4))
    plant(r, r.x1 - 0.45, r.y0 + 0.45, between(rng, 0.6, 1.4))
    if night:
        x, y = polar(1.6, 6.28 * u[1])
        place.box((x - 0.02, y - 0.02, r.floor), (x + 0.02, y + 0.02, -0.05), (0.05, 0.05, 0.05))
        place.box((x - 0.2, y - 0.2, -0.05), (x + 0.2, y + 0.2, 0.3), warm * 7.0, glow=True)
    else:
        place.box((-0.25, -0.25, r.top - 0.12), (0.25, 0.25, r.top), (4.0, 3.8, 3.4), glow=True)


def night_room(place: Place, rng: np.random.Generator, number: int) -> None:
    """A living room with one lamp on."""
    living_room(place, rng, number + 31, night=True)


def bedroom(place: Place, rng: np.random.Generator, number: int) -> None:
    """A bed, a wardrobe, bedside tables, curtains."""
    u = spread(number)
    size = (between(rng, 4.0, 5.2), between(rng, 4.0, 5.6), between(rng, 2.4, 2.8))
    place.ambient = np.array((0.4, 0.38, 0.36), np.float32)
    lamp_row(place, size, 0.5, (1.0, 0.92, 0.82))
    floor = grain(rng, r_colour(rng, 0.25), 0.25) if u[1] < 0.5 else grain(rng, linear(pick(rng, *WOODS)), 0.2, 0.16)
    r = make_room(place, rng, size, linear(wall_colour(rng, u[0])), floor, skirting=(0.7, 0.69, 0.66),
                  accent=linear(wall_colour(rng, u[4])))  # fmt: skip
    wall = int(pick(rng, 0, 1, 2, 3))
    s = 0.5 * r.length(wall) - 0.85
    r.used.append((wall, s - 0.6, s + 2.3))
    linen, cover = np.array((0.78, 0.77, 0.74), np.float32), r.colour(0.5, 0.3, 0.75)
    r.put(wall, s, 1.7, 0.0, 1.1, 0.08, linear(pick(rng, *WOODS)))
    r.put(wall, s, 1.7, 0.15, 0.55, 2.05, lines(cover, 0.28, 0.02, 0.85))
    for k in (0.1, 0.9):
        r.put(wall, s + k, 0.7, 0.55, 0.72, 0.45, linen, off=0.1)
    for k in (-0.55, 1.75):
        r.put(wall, s + k, 0.45, 0.0, 0.5, 0.4, lines(linear(pick(rng, *WOODS)), 0.25, 0.012, upright=False))
        r.put(wall, s + k + 0.14, 0.18, 0.62, 0.85, 0.25, (3.2, 2.5, 1.7), glow=True, off=0.1)
    spot = r.free(1.9)
    if spot:
        r.put(*spot, 1.9, 0.0, 2.15, 0.6, lines(linear(pick(rng, *WOODS, (0.85, 0.84, 0.8))), 0.63, 0.015))
    add_windows(r, 2, (0.9, 1.6), 0.85, 2.1, pick(rng, (0.85, 0.95, 1.1), (1.1, 1.0, 0.85)), 4.5, True)
    add_pictures(r, 2)
    plant(r, r.x1 - 0.4, r.y1 - 0.4, 1.0)


def kitchen(place: Place, rng: np.random.Generator, number: int) -> None:
    """Counters along two walls, cupboards above, tiles between, a fridge, an oven, a window."""
    u = spread(number)
    size = (between(rng, 3.8, 5.4), between(rng, 3.8, 5.4), between(rng, 2.45, 2.9))
    place.ambient = np.full(3, 0.45, np.float32)
    lamp_row(place, size, 0.8, (1.0, 0.96, 0.9))
    floor = squares(place, r_colour(rng, 0.15), r_colour(rng, 0.1) * 0.5, between(rng, 0.25, 0.45), 0.012, u[1] < 0.4)
    r = make_room(place, rng, size, linear(wall_colour(rng, u[0])), floor)
    front = (
        linear(mix(tone(furnishing(u[2]), 0.35, 0.55), (0.86, 0.85, 0.82), u[3]))
        if u[4] < 0.7
        else linear(pick(rng, *WOODS))
    )
    top = linear(pick(rng, (0.25, 0.24, 0.24), (0.8, 0.79, 0.76), (0.55, 0.38, 0.24), (0.45, 0.44, 0.43)))
    splash = squares(place, r_colour(rng, 0.2) * 0.6 + 0.3, (0.5, 0.5, 0.5), 0.15, 0.01)
    first = int(pick(rng, 0, 1, 2, 3))
    for wall in (first, (first + 1) % 4):
        n = r.length(wall)
        r.used.append((wall, 0.0, n))
        r.put(wall, 0.0, n, 0.9, 1.45, 0.012, splash)
        r.put(wall, 0.0, n, 0.1, 0.86, 0.6, lines(front, 0.6, 0.014))
        r.put(wall, 0.0, n, 0.86, 0.9, 0.63, top)
        for s in np.arange(0.1, n - 0.1, 0.6):  # handles
            r.put(wall, float(s) + 0.2, 0.2, 0.74, 0.76, 0.03, (0.6, 0.6, 0.6), off=0.6)
        gap = between(rng, 0.3, 0.6) * n
        for a, b in ((0.0, gap - 0.5), (gap + 0.5, n)):
            if b - a > 0.4:
                r.put(wall, a, b - a, 1.45, 2.2, 0.35, lines(front, 0.5, 0.014))
        if wall == first:  # a window over the sink
            r.put(
                wall,
                gap - 0.45,
                0.9,
                1.15,
                2.1,
                0.02,
                panes((5.0, 5.4, 6.0), (0.8, 0.8, 0.8), 0.46, (1.8, 2.4, 1.4)),
                glow=True,
            )
        else:  # a hob under a hood
            r.put(wall, gap - 0.3, 0.6, 1.6, 2.3, 0.4, (0.45, 0.46, 0.47))
            r.put(wall, gap - 0.28, 0.56, 0.3, 0.75, 0.62, (0.015, 0.015, 0.017))
        for _ in range(6):  # things on the counter
            s, h = between(rng, 0.2, n - 0.4), between(rng, 0.12, 0.38)
            r.put(
                wall,
                s,
                between(rng, 0.08, 0.25),
                0.9,
                0.9 + h,
                between(rng, 0.1, 0.2),
                r.colour(0.7, 0.25, 0.75),
                off=0.15,
            )
    spot = r.free(0.75)
    if spot:
        r.put(
            *spot, 0.75, 0.0, 1.9, 0.68, lines(pick(rng, (0.7, 0.7, 0.69), (0.4, 0.41, 0.42)), 1.2, 0.02, upright=False)
        )
    add_pictures(r, 1)
    ceiling_lamps(r, 2, 2, (0.18, 0.18), (9.0, 8.6, 8.0))


def workshop(place: Place, rng: np.random.Generator, number: int) -> None:
    """Benches, tool boards, shelves of boxes, machines, strip lights."""
    u = spread(number)
    size = (between(rng, 6.0, 9.0), between(rng, 6.0, 9.0), between(rng, 3.2, 4.2))
    place.ambient = np.full(3, 0.34, np.float32)
    lamp_row(place, size, 1.6, (0.95, 1.0, 1.0))
    brick = (
        squares(place, linear((0.56, 0.33, 0.26)) * lerp(0.7, 1.3, u[1]), (0, 0, 0), 0.14, 0.016)
        if u[0] < 0.45
        else linear(mix((0.6, 0.62, 0.6), (0.85, 0.84, 0.8), u[1]))
    )
    r = make_room(place, rng, size, brick, grain(rng, linear(mix((0.45, 0.45, 0.44), (0.3, 0.28, 0.26), u[2])), 0.4))
    for _ in range(3):
        w = between(rng, 1.6, 2.6)
        spot = r.free(w)
        if spot is None:
            continue
        wall, s = spot
        wood = linear(pick(rng, *WOODS))
        r.put(wall, s, w, 0.82, 0.9, 0.7, wood)
        r.put(wall, s + 0.05, w - 0.1, 0.0, 0.82, 0.6, lines(wood * 0.6, w / 3, 0.03, 0.3))
        board = linear(tone(furnishing(float(rng.random())), 0.3, 0.5))
        r.put(wall, s, w, 1.15, 2.1, 0.03, board)
        for _ in range(14):  # tools on the board
            a, z = between(rng, 0.05, w - 0.3), between(rng, 1.2, 1.8)
            r.put(wall, s + a, between(rng, 0.03, 0.1), z, z + between(rng, 0.12, 0.32), 0.06, r.colour(0.9, 0.12, 0.7))
        for _ in range(5):
            r.put(
                wall,
                s + between(rng, 0.1, w - 0.4),
                between(rng, 0.12, 0.35),
                0.9,
                0.9 + between(rng, 0.1, 0.35),
                0.3,
                r.colour(0.8, 0.2, 0.6),
            )
    for _ in range(3):
        w = between(rng, 1.0, 2.0)
        spot = r.free(w)
        if spot:
            r.put(*spot, w, 0.0, between(rng, 1.8, 2.6), 0.5, books((0.35, 0.36, 0.38), rng, 0.45))
    for _ in range(3):
        w = between(rng, 0.6, 1.1)
        spot = r.free(w)
        if spot:
            body = linear(
                pick(
                    rng, (0.2, 0.42, 0.36), (0.25, 0.36, 0.55), (0.62, 0.63, 0.6), (0.75, 0.55, 0.15), (0.6, 0.2, 0.15)
                )
            )
            r.put(*spot, w, 0.0, 1.0, 0.8, body)
            r.put(spot[0], spot[1] + 0.15, w - 0.3, 1.0, between(rng, 1.3, 1.9), 0.45, body * 0.8)
    add_windows(r, pick(rng, 0, 1, 2), (1.2, 2.4), 1.7, 2.9, (0.9, 1.0, 1.1), 5.0)
    ceiling_lamps(r, 2, 3, (0.16, 1.5), (10.0, 10.6, 11.0))


def warehouse(place: Place, rng: np.random.Generator, number: int) -> None:
    """Racks with pallets and boxes in rows, high ceiling, beams, lamps."""
    u = spread(number)
    size = (between(rng, 16, 24), between(rng, 12, 18), between(rng, 6.0, 8.0))
    place.ambient = np.full(3, 0.3, np.float32)
    place.lamp((0, 0, 4.0), (1.0, 0.98, 0.92), 3.5)
    shell = linear(mix((0.62, 0.64, 0.66), (0.8, 0.78, 0.72), u[0]))
    r = make_room(
        place,
        rng,
        size,
        lines(shell, 0.3, 0.05, 0.85),
        grain(rng, linear(mix((0.5, 0.5, 0.49), (0.36, 0.38, 0.4), u[1])), 0.3),
        (0.3, 0.31, 0.33),
    )
    post = linear(pick(rng, (0.1, 0.25, 0.55), (0.15, 0.4, 0.25), (0.55, 0.3, 0.08)))
    beam = linear(pick(rng, (0.85, 0.45, 0.08), (0.8, 0.65, 0.1), (0.6, 0.6, 0.6)))
    for side in (-1.0, 1.0):
        y = side * between(rng, 3.0, 3.6)
        for x in np.arange(r.x0 + 0.8, r.x1 - 2.6, 2.5):
            for z in (0.0, 1.6, 3.2):
                for k in range(2):
                    if rng.random() < 0.82:
                        card = linear(
                            mix(
                                (0.68, 0.52, 0.36), tone(float(rng.random()), 0.4, 0.5), 0.5 * float(rng.random() < 0.3)
                            )
                        )
                        h = between(rng, 0.5, 1.25)
                        a = float(x) + 0.12 + 1.18 * k
                        place.box(
                            (a, y, r.floor + z + 0.12),
                            (a + 1.05, y + side * 1.0, r.floor + z + 0.12 + h),
                            lines(card, between(rng, 0.3, 0.6), 0.015, 0.7),
                        )
                        place.box(
                            (a, y, r.floor + z),
                            (a + 1.05, y + side * 1.0, r.floor + z + 0.12),
                            linear((0.6, 0.46, 0.3)),
                        )
                if z:
                    place.box((float(x), y - side * 0.05, r.floor + z - 0.12), (float(x) + 2.5, y, r.floor + z), beam)
            place.box((float(x) - 0.05, y - side * 0.06, r.floor), (float(x) + 0.05, y, r.floor + 4.6), post)
    for x in (r.x0 + 0.02, r.x1 - 0.02):
        door = linear(pick(rng, (0.75, 0.75, 0.74), (0.2, 0.35, 0.6)))
        place.box(
            (x - 0.05, -1.6, r.floor), (x + 0.05, 1.6, r.floor + 3.4), lines(door, 0.35, 0.03, 0.75, upright=False)
        )
    place.box((r.x0 + 0.5, -2.0, r.floor), (r.x1 - 0.5, -1.9, r.floor + 0.006), linear((0.85, 0.7, 0.12)))
    place.box((r.x0 + 0.5, 1.9, r.floor), (r.x1 - 0.5, 2.0, r.floor + 0.006), linear((0.85, 0.7, 0.12)))
    ceiling_lamps(r, 5, 3, (1.1, 0.5), (13.0, 12.6, 11.8))


def office(place: Place, rng: np.random.Generator, number: int) -> None:
    """Desks with screens, cabinets, a whiteboard, a glass wall, ceiling panels."""
    u = spread(number)
    size = (between(rng, 6.0, 9.0), between(rng, 6.0, 9.0), between(rng, 2.6, 3.0))
    place.ambient = np.full(3, 0.46, np.float32)
    lamp_row(place, size, 1.0, (0.98, 1.0, 1.0))
    carpet = grain(rng, linear(mix(tone(furnishing(u[0]), 0.25, 0.4), (0.4, 0.41, 0.43), u[1])), 0.25)
    r = make_room(
        place,
        rng,
        size,
        linear(wall_colour(rng, u[2])),
        carpet,
        (0.8, 0.8, 0.79),
        (0.3, 0.3, 0.3),
        linear(tone(furnishing(u[4]), 0.35, 0.5)) if u[3] < 0.5 else None,
    )
    add_windows(r, 3, (1.2, 2.6), 0.8, 2.3, (0.85, 0.95, 1.1), 5.0)
    for _ in range(4):
        spot = r.free(1.7)
        if spot is None:
            continue
        wall, s = spot
        r.put(wall, s, 1.6, 0.70, 0.74, 0.8, linear(pick(rng, (0.85, 0.84, 0.8), *WOODS)))
        for k in (0.0, 1.55):
            r.put(wall, s + k, 0.05, 0.0, 0.7, 0.75, (0.25, 0.26, 0.27))
        r.put(wall, s + 0.45, 0.7, 0.86, 1.27, 0.04, (0.015, 0.016, 0.02), off=0.25)
        r.put(
            wall,
            s + 0.48,
            0.64,
            0.89,
            1.24,
            0.005,
            np.array(pick(rng, (0.3, 0.45, 0.8), (0.8, 0.8, 0.8), (0.1, 0.12, 0.15))),
            glow=True,
            off=0.29,
        )
        r.put(wall, s + 0.5, 0.5, 0.35, 1.0, 0.1, r.colour(0.4, 0.1, 0.4), off=1.1)
        r.put(wall, s + 0.5, 0.5, 0.4, 0.5, 0.5, r.colour(0.4, 0.1, 0.4), off=0.8)
    for _ in range(3):
        w = between(rng, 0.8, 1.2)
        spot = r.free(w)
        if spot:
            grey = pick(rng, (0.5, 0.5, 0.5), (0.7, 0.7, 0.68), (0.12, 0.12, 0.13))
            r.put(*spot, w, 0.0, between(rng, 1.1, 2.0), 0.45, lines(grey, 0.36, 0.015, upright=False))
    spot = r.free(2.0)
    if spot:
        r.put(*spot, 2.0, 0.95, 2.05, 0.03, (0.85, 0.86, 0.87))
    plant(r, r.x0 + 0.5, r.y1 - 0.5, 1.4)
    plant(r, r.x1 - 0.5, r.y0 + 0.5, 1.0)
    ceiling_lamps(r, 3, 3, (0.6, 0.6), (8.0, 8.3, 8.6))


def laboratory(place: Place, rng: np.random.Generator, number: int) -> None:
    """White benches with instruments, glass cupboards, a fume hood, bright panels."""
    u = spread(number)
    size = (between(rng, 6.0, 8.5), between(rng, 5.0, 7.5), between(rng, 2.8, 3.3))
    place.ambient = np.full(3, 0.52, np.float32)
    lamp_row(place, size, 1.1, (0.96, 1.0, 1.04))
    floor = squares(place, linear(mix((0.72, 0.74, 0.75), tone(u[0], 0.2, 0.5), 0.4 * u[1])), (0, 0, 0), 0.6, 0.01)
    r = make_room(
        place,
        rng,
        size,
        linear(mix((0.88, 0.89, 0.9), tone(furnishing(u[2]), 0.25, 0.75), 0.5 * u[3])),
        floor,
        (0.85, 0.86, 0.87),
    )
    front = linear(pick(rng, (0.85, 0.86, 0.87), (0.6, 0.68, 0.75), (0.62, 0.7, 0.64), (0.8, 0.74, 0.62)))
    first = int(pick(rng, 0, 1))
    for wall in (first, first + 2):
        n = r.length(wall)
        r.used.append((wall, 0.0, n))
        r.put(wall, 0.0, n, 0.05, 0.86, 0.7, lines(front, 0.6, 0.014))
        r.put(wall, 0.0, n, 0.86, 0.9, 0.75, linear(pick(rng, (0.2, 0.2, 0.21), (0.75, 0.76, 0.77))))
        r.put(wall, 0.0, n, 1.5, 2.2, 0.35, lines(front * 0.9, 0.7, 0.02))
        for _ in range(9):
            s, w = between(rng, 0.1, n - 0.7), between(rng, 0.1, 0.6)
            h = between(rng, 0.12, 0.5)
            body = pick(rng, (0.8, 0.81, 0.82), (0.55, 0.57, 0.6), (0.2, 0.3, 0.5), (0.1, 0.1, 0.11), (0.75, 0.45, 0.1))
            r.put(wall, s, w, 0.9, 0.9 + h, between(rng, 0.15, 0.45), body, off=0.1)
            if w > 0.35:
                r.put(wall, s + 0.05, 0.14, 0.95, 0.9 + 0.6 * h, 0.004, (0.1, 0.5, 0.35), glow=True, off=0.56)
    other = (first + 1) % 4
    r.put(other, 0.4, 1.6, 0.0, 2.4, 0.8, lines((0.72, 0.73, 0.74), 0.8, 0.02))
    r.put(other, 0.55, 1.3, 0.95, 1.9, 0.81, (0.25, 0.3, 0.33))
    r.used.append((other, 0.3, 2.1))
    add_windows(r, 2, (1.2, 2.2), 1.0, 2.3, (0.9, 1.0, 1.1), 5.0)
    add_pictures(r, 1)
    ceiling_lamps(r, 3, 3, (1.2, 0.3), (11.0, 11.4, 11.8))


INTERIORS: dict[str, Callable[[Place, np.random.Generator, int], None]] = {
    "studio": studio,
    "living_room": living_room,
    "bedroom": bedroom,
    "kitchen": kitchen,
    "workshop": workshop,
    "warehouse": warehouse,
    "office": office,
    "laboratory": laboratory,
    "night_room": night_room,
}
