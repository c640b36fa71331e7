"""One picture of a release: a row per split, a column per episode, as the camera that faces the robot saw them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from engine.export.dataset import Dataset
from engine.release.leaks import split_ranges

COLUMNS = 8
TILE_PX = 168
_LABEL_PX = 22
_GAP_PX = 4


def write_sheet(dataset: Dataset, path: Path) -> None:
    """Episodes spread evenly over each split, at two fifths of their length (the arm is in the picture, the target
    not yet covered); without pictures a sheet that says so."""
    ranges = split_ranges(dataset)
    camera = dataset.cameras[0] if dataset.cameras else None
    rows = [(name, _spread(r)) for name, r in ranges.items()]
    wide = max(len(numbers) for _, numbers in rows)
    size = (wide * (TILE_PX + _GAP_PX) + _GAP_PX, len(rows) * (TILE_PX + _LABEL_PX + _GAP_PX) + _GAP_PX)
    sheet = Image.new("RGB", (max(size[0], 420), size[1]), (250, 250, 248))
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(14)
    for line, (name, numbers) in enumerate(rows):
        y = _GAP_PX + line * (TILE_PX + _LABEL_PX + _GAP_PX)
        pen.text((_GAP_PX + 2, y + 1), f"{name}: {len(ranges[name])} episodes", fill=(40, 40, 40), font=font)
        for column, index in enumerate(numbers):
            place = (_GAP_PX + column * (TILE_PX + _GAP_PX), y + _LABEL_PX)
            if camera is None:
                pen.text((place[0], place[1] + 8), "no pictures", fill=(120, 120, 120), font=font)
                continue
            frame = dataset.video(index, camera, [2 * dataset.length(index) // 5])[0]
            sheet.paste(_tile(frame), place)
    sheet.save(path, quality=88, optimize=True)


def _spread(numbers: range) -> list[int]:
    count = min(COLUMNS, len(numbers))
    return [numbers[int(k)] for k in np.linspace(0, len(numbers) - 1, count).round()]


def _tile(frame: np.ndarray) -> Image.Image:
    picture = Image.fromarray(frame)
    picture.thumbnail((TILE_PX, TILE_PX), Image.Resampling.LANCZOS)
    tile = Image.new("RGB", (TILE_PX, TILE_PX), (225, 225, 222))
    tile.paste(picture, ((TILE_PX - picture.width) // 2, (TILE_PX - picture.height) // 2))
    return tile
