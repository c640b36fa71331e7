"""Labels drawn over pictures, for people: contact sheets and overlay videos.

    big = draw_overlay(rgb, columns, t, "third_person", scale=3)

Target: orange, container: blue; dashed: full box; solid: visible box; filled point: visible, ring:
hidden; green: trace of the end effector, past solid, future faint.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from engine.errors import ConfigError
from engine.label.directions import DIRECTIONS
from engine.label.table import ROLES
from engine.types import PHASES, U8

Colour = tuple[int, int, int]
COLOURS: dict[str, Colour] = {"target": (255, 140, 0), "container": (60, 150, 255)}
TRACE: Colour = (70, 230, 90)
_LAYERS = ("boxes", "points", "trace", "directions", "phase")


@lru_cache(maxsize=4)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def draw_overlay(
    rgb: U8,
    columns: Mapping[str, NDArray[Any]],
    t: int,
    camera: str,
    *,
    scale: int = 3,
    layers: tuple[str, ...] = _LAYERS,
    caption: str = "",
) -> U8:
    """Frame t of `camera`, enlarged, with its labels.

    rgb (H, W, 3) uint8; columns: an episode's label columns (T, ...) by name, as `LabelMaker.columns` or the
    dataset reader give them (missing ones are skipped). layers: any of boxes, points, trace, directions,
    phase. caption: a line of text below the picture (the instruction), wrapped.
    Returns (scale H + captions, scale W, 3) uint8. Raises ConfigError for an unknown layer.
    """
    for layer in layers:
        if layer not in _LAYERS:
            raise ConfigError(f"unknown overlay layer '{layer}' (known: {', '.join(_LAYERS)})")
    h, w = rgb.shape[:2]
    image = Image.fromarray(np.ascontiguousarray(rgb)).resize((w * scale, h * scale), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image, "RGBA")
    if "trace" in layers:
        _trace(draw, columns.get(f"label.{camera}.ee_point"), t, scale)
    if "boxes" in layers:
        for role in ROLES:
            _boxes(draw, columns, t, camera, role, scale)
    if "points" in layers:
        _points(draw, columns, t, camera, scale)
    lines = []
    if "phase" in layers and "phase" in columns:
        lines.append((f"{t:3d} {PHASES[int(np.ravel(columns['phase'][t])[0])]}", (255, 255, 255)))
    if "directions" in layers:
        lines += [(text, COLOURS[role]) for role in ROLES for text in _direction(columns, t, role)]
    _text_block(draw, lines, scale)
    return np.concatenate([np.asarray(image), caption_bar(caption, w * scale)]) if caption else np.array(image)


def caption_bar(text: str, width: int, size: int = 15) -> U8:
    """White bar (h, width, 3) with `text` wrapped to its width."""
    font = _font(size)
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) > width - 12:
            lines.append(line)
            longer = word
        line = longer
    lines.append(line)
    bar = Image.new("RGB", (width, (size + 5) * len(lines) + 6), (255, 255, 255))
    draw = ImageDraw.Draw(bar)
    for i, part in enumerate(lines):
        draw.text((6, 2 + i * (size + 5)), part, fill=(20, 20, 20), font=font)
    return np.array(bar)


def _at(uv: NDArray[Any], scale: int) -> tuple[float, float]:
    """Pixel-centre coordinates to coordinates of the enlarged picture (edges at whole numbers)."""
    return (float(uv[0]) + 0.5) * scale, (float(uv[1]) + 0.5) * scale


def _boxes(
    draw: ImageDraw.ImageDraw, columns: Mapping[str, NDArray[Any]], t: int, camera: str, role: str, scale: int
) -> None:
    name = f"label.{camera}.{role}"
    full, seen = columns.get(f"{name}.box_full"), columns.get(f"{name}.box_visible")
    colour = COLOURS[role]
    if full is not None and full[t][2] > full[t][0]:
        _dashed(draw, [*_at(full[t][:2], scale), *_at(full[t][2:], scale)], colour)
    if seen is None or seen[t][2] <= seen[t][0]:
        return
    x0, y0 = _at(seen[t][:2], scale)
    x1, y1 = _at(seen[t][2:], scale)
    draw.rectangle((x0, y0, x1, y1), outline=colour, width=2)
    fraction = columns.get(f"{name}.visible_fraction")
    text = role if fraction is None else f"{role} {100 * float(np.ravel(fraction[t])[0]):.0f}%"
    _label(draw, (x0, y0 - 15 if y0 > 16 else y1 + 2), text, colour, 12)


def _dashed(draw: ImageDraw.ImageDraw, box: list[float], colour: Colour, dash: int = 6) -> None:
    x0, y0, x1, y1 = box
    for (ax, ay), (bx, by) in (
        ((x0, y0), (x1, y0)),
        ((x1, y0), (x1, y1)),
        ((x1, y1), (x0, y1)),
        ((x0, y1), (x0, y0)),
    ):
        length = max(abs(bx - ax), abs(by - ay))
        for k in range(0, int(length), 2 * dash):
            a, b = k / length, min((k + dash) / length, 1.0)
            ends = (ax + a * (bx - ax), ay + a * (by - ay), ax + b * (bx - ax), ay + b * (by - ay))
            draw.line(ends, fill=colour, width=1)


def _points(draw: ImageDraw.ImageDraw, columns: Mapping[str, NDArray[Any]], t: int, camera: str, scale: int) -> None:
    for name, colour, text in (
        ("grasp_point", COLOURS["target"], "grasp"),
        ("place_point", COLOURS["container"], "place"),
        ("ee_point", TRACE, ""),
    ):
        uv = columns.get(f"label.{camera}.{name}")
        if uv is None or np.all(uv[t] == -1):
            continue
        x, y = _at(uv[t], scale)
        seen = bool(np.ravel(columns[f"label.{camera}.{name}_visible"][t])[0])
        draw.ellipse((x - 5, y - 5, x + 5, y + 5), fill=colour if seen else None, outline=(0, 0, 0), width=1)
        draw.ellipse((x - 4, y - 4, x + 4, y + 4), outline=colour, width=2)
        if text:
            _label(draw, (x + 7, y - 7), text, colour, 11)


def _trace(draw: ImageDraw.ImageDraw, points: NDArray[Any] | None, t: int, scale: int) -> None:
    if points is None:
        return
    for k in range(1, len(points)):
        if np.all(points[k] == -1) or np.all(points[k - 1] == -1):
            continue
        ends = (*_at(points[k - 1], scale), *_at(points[k], scale))
        past = k <= t
        draw.line(ends, fill=(*TRACE, 255 if past else 90), width=3 if past else 2)


def _direction(columns: Mapping[str, NDArray[Any]], t: int, role: str) -> list[str]:
    index = columns.get(f"inspire.{role}.direction")
    return [] if index is None else [f"{role}: {DIRECTIONS[int(np.ravel(index[t])[0])]}"]


def _text_block(draw: ImageDraw.ImageDraw, lines: list[tuple[str, Colour]], scale: int) -> None:
    size = 5 + 4 * scale
    for i, (text, colour) in enumerate(lines):
        _label(draw, (4, 4 + i * (size + 4)), text, colour, size)


def _label(draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, colour: Colour, size: int) -> None:
    """Text on a dark plate, so that it reads on any picture."""
    font = _font(size)
    x0, y0, x1, y1 = draw.textbbox(at, text, font=font)
    draw.rectangle((x0 - 2, y0 - 2, x1 + 2, y1 + 2), fill=(0, 0, 0, 150))
    draw.text(at, text, fill=colour, font=font)
