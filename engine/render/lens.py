"""Lens distortion for renderers that only draw pinholes: draw wider, then resample."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.errors import ConfigError
from engine.frames import Array
from engine.sim.cameras import distort, undistort
from engine.types import Buffers, CameraSpec


class Lens:
    """A camera and the pinhole that is drawn for it.

    Without distortion they are the same. With it, the pinhole is wide enough to hold every ray of the
    image at the image's own resolution in the middle; colour is resampled bilinearly, masks and depth by
    the nearest pixel, so that masks stay exact labels.
    """

    def __init__(self, camera: CameraSpec, largest_px: int):
        self.camera = camera
        self.pinhole = camera
        self._map: Array | None = None
        if max(camera.width, camera.height) > largest_px:
            raise ConfigError(
                f"camera '{camera.name}' is {camera.width} x {camera.height}; this scene was compiled for at most "
                f"{largest_px} pixels a side: raise max_px of compile_visual"
            )
        if np.any(camera.distortion):
            self._prepare(largest_px)

    def _prepare(self, largest_px: int) -> None:
        cam = self.camera
        u, v = np.meshgrid(np.arange(cam.width, dtype=np.float64), np.arange(cam.height, dtype=np.float64))
        f = np.array([cam.K[0, 0], cam.K[1, 1]])
        lens = (np.stack([u, v], -1) - cam.K[:2, 2]) / f
        rays = undistort(lens, cam.distortion)
        if np.abs(distort(rays, cam.distortion) - lens).max() * f.max() > 0.05:
            raise ConfigError(
                f"camera '{cam.name}': its distortion {cam.distortion.tolist()} cannot be inverted over the image; "
                "check k1 k2 p1 p2 k3 or make the image smaller"
            )
        low, high = rays.min((0, 1)), rays.max((0, 1))
        size = np.minimum(np.ceil((high - low) * f).astype(int) + 3, largest_px)
        scale = (size - 3) / (high - low)
        K = np.array([[scale[0], 0, 1 - low[0] * scale[0]], [0, scale[1], 1 - low[1] * scale[1]], [0, 0, 1.0]])
        self.pinhole = replace(cam, width=int(size[0]), height=int(size[1]), K=K, distortion=np.zeros(5))
        self._map = rays * scale + K[:2, 2]

    def distort(self, drawn: Buffers) -> Buffers:
        """What the lens sees of a pinhole drawing."""
        if self._map is None:
            return drawn
        at = self._nearest()
        return Buffers(
            self._bilinear(drawn.rgb),
            None if drawn.instance is None else drawn.instance[at],
            None if drawn.depth is None else drawn.depth[at],
        )

    def distort_mask(self, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return mask if self._map is None else mask[self._nearest()]

    def _nearest(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        assert self._map is not None
        p = np.rint(self._map).astype(np.int64)
        return (
            np.clip(p[..., 1], 0, self.pinhole.height - 1),
            np.clip(p[..., 0], 0, self.pinhole.width - 1),
        )

    def _bilinear(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        assert self._map is not None
        x = np.clip(self._map[..., 0], 0, self.pinhole.width - 1.001)
        y = np.clip(self._map[..., 1], 0, self.pinhole.height - 1.001)
        x0, y0 = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
        fx, fy = (x - x0)[..., None], (y - y0)[..., None]
        top = rgb[y0, x0] * (1 - fx) + rgb[y0, x0 + 1] * fx
        bottom = rgb[y0 + 1, x0] * (1 - fx) + rgb[y0 + 1, x0 + 1] * fx
        return np.rint(top * (1 - fy) + bottom * fy).astype(np.uint8)
