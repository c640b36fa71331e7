"""Qwen2-VL's and Qwen2.5-VL's smart resize: the size at which their image processor looks at a picture.

Both sides become multiples of `factor` (28: patches of 14, merged two by two), the number of pixels stays between
`min_pixels` and `max_pixels`, the aspect ratio is kept as closely as possible. Answers are in pixels of that size.
Source: `smart_resize` of transformers' image_processing_qwen2_vl, which trainers run; that of qwen-vl-utils is the same
for pictures with both sides above 14 pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.errors import ConfigError

MAX_RATIO = 200


@dataclass(frozen=True)
class ResizeConfig:
    """factor: 28 for Qwen2-VL and Qwen2.5-VL, 32 for Qwen3-VL. The two bounds are in pixels of the whole picture; the
    defaults are those of Qwen2.5-VL's processor (4 x 28 x 28 and 16384 x 28 x 28)."""

    factor: int = 28
    min_pixels: int = 56 * 56
    max_pixels: int = 14 * 14 * 4 * 16384

    def __post_init__(self) -> None:
        if self.factor < 1:
            raise ConfigError(f"--factor {self.factor}: give a whole number of at least 1")
        if not self.factor**2 <= self.min_pixels <= self.max_pixels:
            raise ConfigError(
                f"--min-pixels {self.min_pixels}, --max-pixels {self.max_pixels}: they must be at least one patch "
                f"({self.factor**2}) and the lower one first"
            )


def smart_resize(height: int, width: int, cfg: ResizeConfig | None = None) -> tuple[int, int]:
    """Height and width after smart resize, in this order as in the original.

    `round` is Python's, half to even, as there: 42 / 28 = 1.5 goes to 2, 70 / 28 = 2.5 also goes to 2.
    A side under half a patch rounds to 0 there, and the picture is then enlarged as one with too few pixels;
    qwen-vl-utils, which makes it one patch first, gives other sizes for such slivers only.
    Raises ConfigError when the longer side is more than 200 times the shorter one.
    """
    c = cfg or ResizeConfig()
    if min(height, width) < 1:
        raise ConfigError(f"a picture of {width} x {height} pixels cannot be resized")
    if max(height, width) / min(height, width) > MAX_RATIO:
        raise ConfigError(f"a picture of {width} x {height} pixels: one side is over {MAX_RATIO} times the other")
    h, w = round(height / c.factor) * c.factor, round(width / c.factor) * c.factor
    if h * w > c.max_pixels:
        beta = math.sqrt(height * width / c.max_pixels)
        h = max(c.factor, math.floor(height / beta / c.factor) * c.factor)
        w = max(c.factor, math.floor(width / beta / c.factor) * c.factor)
    elif h * w < c.min_pixels:
        beta = math.sqrt(c.min_pixels / (height * width))
        h = math.ceil(height * beta / c.factor) * c.factor
        w = math.ceil(width * beta / c.factor) * c.factor
    return h, w
