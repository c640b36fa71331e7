"""Gifts, parcels and boxes of tissues."""

from __future__ import annotations

import numpy as np

from assets import closures
from assets.boxing import (
    KRAFT,
    bow,
    box_art,
    four_flaps,
    inside,
    plain,
    printed_box,
    strip_around,
)
from assets.closures import Pieces
from assets.colours import RGB, mix, shade
from assets.kit import Draft, draw_scale, graspable, paint, part_box, part_hull, printed
from assets.labels import INK, WHITE, barcode, label, other_colour, small_print
from assets.mesh import Mesh, box_faces, cap, merge, skin
from assets.numeric import between, circle, pick
from assets.paint import U8, Canvas
from assets.vessels import rings_of, solid, surface


def _pattern(rng: np.random.Generator, base: RGB, accent: RGB) -> U8:
    """Wrapping paper (112, 112, 3): dots, stripes, stars, checks or hearts."""
    c = Canvas(112, 112, base)
    kind = int(rng.integers(5))
    if kind == 1:
        for k in range(8):
            c.rect(k / 8, 0, (k + 0.45) / 8, 1, accent)
        return c.image()
    for i in range(5):
        for j in range(5):
            x, y = (i + 0.5 + 0.5 * (j % 2)) / 5.5, (j + 0.5) / 5
            if kind == 0:
                c.ellipse(x, y, 6, 6, accent)
            elif kind == 2:
                c.star(x, y, 8, accent)
            elif kind == 3:
                c.rect(i / 5, j / 5, (i + 0.5) / 5, (j + 0.5) / 5, accent, alpha=0.85)
            else:
                c.ellipse(x - 0.025, y, 4.2, 4.2, accent)
                c.ellipse(x + 0.025, y, 4.2, 4.2, accent)
                c.polygon([(x - 0.06, y + 0.015), (x + 0.06, y + 0.015), (x, y + 0.08)], accent)
    return c.image()


_GIFT = ("cross", "lidded", "single_band", "round", "hexagonal", "bow_only", "stacked")


def gift(rng: np.random.Generator, variant: str) -> Draft:
    """Present: wrapped in patterned paper with a ribbon and a bow; a cube, flat, tall, round, or two on each other."""
    s = draw_scale(rng, 0.1)
    hx = between(rng, 0.021, 0.033)
    hy = hx * between(rng, 0.85, 1.7)
    h = min(2 * hx * between(rng, 0.4, 2.0), 4.6 * hx)
    colour = pick(rng, "red", "blue", "green", "purple", "pink", "yellow", "white", "orange")
    base, accent = shade(colour, rng), shade(other_colour(rng, colour), rng)
    paper = printed("paper", _pattern(rng, base, mix(base, pick(rng, WHITE, accent, (0, 0, 0)), 0.45)))
    ribbon = paint("fabric", pick(rng, accent, (0.84, 0.68, 0.34), WHITE))
    size = between(rng, 0.5, 0.95) * hx
    if variant in ("round", "hexagonal"):
        kind, hy = ("round" if variant == "round" else "hexagon"), hx
        low = rings_of([(0, 0.96 * hx, 0.96 * hx), (0.78 * h, 0.96 * hx, 0.96 * hx)], kind)
        out = Pieces([(surface(low, turns=2), paper)], solid(low, 0.001, 1))
        out.add(
            closures.lid(hx, hx, 0.72 * h, 0.28 * h, kind, mix(base, accent, pick(rng, 0.0, 1.0)), "cardboard", 0.0005)
        )
        out.add(bow(h, size, ribbon, pick(rng, 2, 4)))
        return Draft(
            "gift",
            out.visual,
            out.parts,
            "cardboard",
            "cylindrical",
            between(rng, 180, 380),
            s,
            extra={"colour": colour},
        )
    half = (hx, hy, h / 2)
    body = box_faces(*half).moved((0, 0, h / 2))
    out = Pieces([(body, paper)], [part_box(half, (0, 0, h / 2))])
    wide, top = between(rng, 0.005, 0.012), h
    if variant == "lidded":
        lid_h = between(rng, 0.16, 0.34) * h
        lid = box_faces(hx + 0.0016, hy + 0.0016, lid_h / 2).moved((0, 0, h - lid_h / 2 + 0.0012))
        out.visual.append((lid, paint("cardboard", pick(rng, accent, mix(base, WHITE, 0.4)))))
        top = h + 0.0012
    elif variant == "stacked":
        k = between(rng, 0.6, 0.85)
        h2 = h * between(rng, 0.4, 0.8)
        half2 = (k * hx, k * hy, h2 / 2)
        upper = paint("paper", mix(accent, WHITE, 0.25))
        out.visual.append((box_faces(*half2).moved((0, 0, h + h2 / 2)), upper))
        out.parts.append(part_box(half2, (0, 0, h + h2 / 2)))
        strips = [strip_around(half2, h, d, 0.8 * wide, 0.0006) for d in ("x", "y")]
        out.visual.append((merge(strips), ribbon))
        top, size = h + h2, 0.8 * size
    if variant != "bow_only":
        ways = ("x",) if variant == "single_band" else ("x", "y")
        out.visual.append(
            (
                merge(
                    [
                        strip_around(
                            half,
                            top - h if variant == "lidded" else 0.0,
                            d,
                            wide,
                            0.0022 if variant == "lidded" else 0.0006,
                        )
                        for d in ways
                    ]
                ),
                ribbon,
            )
        )
    out.add(bow(top + 0.0006, size, ribbon, 4 if variant == "bow_only" else pick(rng, 2, 2, 4)))
    return Draft(
        "gift", out.visual, out.parts, "cardboard", "boxy", between(rng, 180, 380), s, extra={"colour": colour}
    )


_PARCEL = ("taped", "strung", "open_flaps", "mailer", "triangular", "stickers", "double")


def _mailing_tube(rng: np.random.Generator, board: RGB) -> Pieces:
    """A three-sided tube lying, taped and with a label."""
    r = between(rng, 0.02, 0.03)
    length = between(rng, 0.09, 0.2)
    tri = np.array([[-r, 0.0], [r, 0.0], [0.0, 1.7 * r]])
    from_end = np.stack([np.stack([tri[:, 0], np.full(3, y), tri[:, 1]], -1) for y in (length / 2, -length / 2)])
    tube = skin(from_end)
    faces = merge([cap(from_end[0][:, [0, 2, 1]]), cap(from_end[1][:, [0, 2, 1]], up=False)])
    faces = Mesh(faces.vertices[:, [0, 2, 1]], faces.faces[:, ::-1], faces.uv)
    parts = [part_hull(from_end.reshape(-1, 3))]
    c = Canvas(128, 128, board)
    c.rect(0.36, 0, 0.48, 1, shade("red"))
    c.rect(0.72, 0.3, 0.94, 0.7, WHITE)
    barcode(c, rng, 0.74, 0.36, 0.92, 0.5)
    tube = Mesh(tube.vertices, tube.faces, tube.uv[:, ::-1] * [1.0, 3.0])
    visual = [(tube, printed("cardboard", c.image())), (faces, paint("cardboard", mix(board, (0, 0, 0), 0.2)))]
    return Pieces(visual, parts)


def parcel(rng: np.random.Generator, variant: str) -> Draft:
    """Shipping parcel of brown cardboard: taped, strung, open, a mailing tube, two taped together."""
    s = draw_scale(rng, 0.1)
    hx = between(rng, 0.018, 0.034)
    hy = hx * between(rng, 0.9, 2.2)
    h = min(2 * hx * between(rng, 0.35, 1.6), 4.2 * hx)
    board = mix(KRAFT, WHITE, between(rng, 0.0, 0.2))
    tape = paint("plastic", pick(rng, (0.85, 0.74, 0.52), (0.62, 0.45, 0.25), shade("red"), shade("blue"), WHITE))
    c = Canvas(80, 110, WHITE)
    small_print(c, rng, 0.06, 0.08, 0.7, 0.5, INK, 4)
    barcode(c, rng, 0.08, 0.56, 0.9, 0.92)
    sticker = printed("paper", c.image())
    half = (hx, hy, h / 2)
    if variant == "triangular":
        out = _mailing_tube(rng, board)
        return Draft("parcel", out.visual, out.parts, "cardboard", "long", between(rng, 200, 380), s)
    body = box_faces(*half).moved((0, 0, h / 2))
    out = Pieces([(body, paint("cardboard", board))], [part_box(half, (0, 0, h / 2))])
    top = h
    wide = between(rng, 0.18, 0.4) * hx
    if variant == "strung":
        string = paint("fabric", pick(rng, (0.9, 0.86, 0.76), shade("red"), (0.5, 0.38, 0.25)))
        out.visual.append((merge([strip_around(half, 0.0, d, 0.0024, 0.0009) for d in ("x", "y")]), string))
        out.add(bow(h, between(rng, 0.3, 0.55) * hx, string, 2))
    elif variant == "open_flaps":
        out.visual.append(inside(0.96 * hx, 0.97 * hy, h))
        out.add(four_flaps(rng, half, h, (0.2, 1.3), plain(board), plain(board)))
    elif variant == "double":
        k = between(rng, 0.55, 1.0)
        h2, half2 = h * between(rng, 0.5, 1.0), (k * hx, hy * between(rng, 0.6, 1.0), 0.0)
        half2 = (half2[0], half2[1], h2 / 2)
        out.visual.append((box_faces(*half2).moved((0, 0, h + h2 / 2)), paint("cardboard", mix(board, WHITE, 0.25))))
        out.parts.append(part_box(half2, (0, 0, h + h2 / 2)))
        out.visual.append((strip_around(half2, h, "y", wide, 0.0005), tape))
        top = h + h2
        out.visual.append((box_faces(0.0003, 0.5 * hy, 0.36 * h).moved((hx, 0, h / 2)), sticker))
        return Draft("parcel", out.visual, out.parts, "cardboard", "boxy", between(rng, 180, 320), s)
    elif variant == "mailer":
        lip = box_faces(0.5 * hx, 0.98 * hy, 0.0008).moved((0.5 * hx, 0, h + 0.0008))
        ears = [box_faces(0.3 * hx, 0.0015, 0.4 * h).moved((0.6 * hx, d * (hy + 0.0015), 0.55 * h)) for d in (-1, 1)]
        out.visual.append((merge([lip, *ears]), paint("cardboard", mix(board, (0, 0, 0), 0.12))))
        out.parts[0] = part_box((hx, hy + 0.0015, h / 2), (0, 0, h / 2))
    else:
        out.visual.append((strip_around(half, 0.0, "y", wide, 0.0005), tape))
    if variant != "open_flaps":
        k = 0.62 if variant == "stickers" else 0.42
        tag = box_faces(k * hx, min(1.3 * k * hx, 0.8 * hy), 0.0003).moved((0.3 * hx, 0.15 * hy, top + 0.0008))
        out.visual.append((tag, sticker))
    else:
        out.visual.append((box_faces(0.0003, 0.4 * hy, 0.3 * h).moved((hx, 0.2 * hy, 0.5 * h)), sticker))
    return Draft("parcel", out.visual, out.parts, "cardboard", "boxy" if h > hx else "flat", between(rng, 180, 380), s)


_TISSUE = ("flat", "cube", "oval", "hexagonal", "upright", "round")


def tissue_box(rng: np.random.Generator, variant: str) -> Draft:
    """Box of tissues with one pulled half out of the opening in the top."""
    s = draw_scale(rng, 0.08)
    hx = between(rng, 0.022, 0.033)
    hy = hx * {"flat": between(rng, 1.4, 2.2), "upright": between(rng, 0.8, 1.1), "oval": between(rng, 1.3, 1.9)}.get(
        variant, 1.0
    )
    ratio = {"flat": (0.4, 0.9), "upright": (1.5, 2.3)}.get(variant, (0.7, 1.6))
    h = 2 * hx * between(rng, *ratio)
    colour = pick(rng, "blue", "pink", "green", "purple", "white", "yellow", "orange")
    base, accent = mix(shade(colour, rng), WHITE, between(rng, 0.0, 0.25)), shade(other_colour(rng, colour), rng)
    picture = pick(rng, "flower", "leaf", "bubbles", "star")
    if variant in ("oval", "round", "hexagonal"):
        rings = rings_of([(0, hx, hy), (h, hx, hy)], "hexagon" if variant == "hexagonal" else "round")
        art = label(rng, 96, 160, base, accent, "SOFT", picture)
        mesh = surface(rings, closed=False, turns=2.0)
        out = Pieces(
            [(mesh, printed("cardboard", art)), (merge([cap(rings[1]), cap(rings[0], up=False)]), plain(base))],
            solid(rings, 0.001, 1),
        )
    else:
        half = (hx, hy, h / 2)
        lid = Canvas(112, 80, base)
        for x, y in ((0.2, 0.15), (0.8, 0.2), (0.2, 0.85), (0.82, 0.8)):
            lid.ellipse(x, y, 9, 9, mix(base, accent, 0.5))
        out = printed_box(half, box_art(rng, half, base, accent, "SOFT", picture, lid=lid.image()))
    slot = rings_of([(h + 0.0004, 0.5 * hx, 0.62 * hy)], "round", 16)[0]
    out.visual.append((cap(slot), paint("plastic", mix(base, WHITE, 0.7))))
    tall = between(rng, 0.5, 1.2) * hx
    w = between(rng, 0.55, 0.95)
    lean = between(rng, -0.35, 0.35) * hx
    c = circle(16)
    fold = 1.0 + 0.3 * np.where(np.arange(16) % 2 == 0, 1.0, -1.0)
    rows = [(0.3, 0.5, h), (0.42, 0.6, h + 0.35 * tall), (0.6, 0.8, h + 0.75 * tall), (0.18, 0.5, h + tall)]
    tuft = np.stack(
        [
            np.concatenate(
                [
                    c * fold[:, None] ** (k > 0) * [a * 0.5 * hx, b * w * 0.6 * hx] + [lean * k / 3, 0],
                    np.full((16, 1), z),
                ],
                -1,
            )
            for k, (a, b, z) in enumerate(rows)
        ]
    )
    out.visual.append((surface(tuft), paint("paper", (0.97, 0.97, 0.96))))
    out.parts.append(part_hull(tuft[:, ::2].reshape(-1, 3)))
    return Draft(
        "tissue box", out.visual, out.parts, "cardboard", "boxy", between(rng, 180, 320), s, extra={"colour": colour}
    )


FAMILIES = (
    graspable("gift", "packaging", gift, variants=_GIFT),
    graspable("parcel", "packaging", parcel, variants=_PARCEL),
    graspable("tissue_box", "household", tissue_box, variants=_TISSUE),
)
