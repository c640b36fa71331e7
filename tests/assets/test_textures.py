"""Textures tile, panoramas are oriented, lights point at what shines."""

from __future__ import annotations

import numpy as np
import pytest

from assets.textures import (
    PANORAMAS,
    TEXTURES,
    panorama,
    panorama_directions,
    panorama_kind,
    panorama_lights,
    sample_panorama,
    texture,
)
from engine.errors import AssetError


@pytest.mark.parametrize("kind", TEXTURES)
def test_textures_are_reproducible_and_tile(kind):
    a = texture(kind, 3, 64)
    assert a.shape == (64, 64, 3) and a.dtype == np.uint8
    assert (a == texture(kind, 3, 64)).all()
    assert len({texture(kind, s, 32).tobytes() for s in range(6)}) == 6
    # Across the seam neighbours differ no more than twice what they do inside (plank joints included).
    b = texture(kind, 5, 128).astype(float)
    inside = max(np.abs(np.diff(b, axis=ax)).mean((0, 1, 2) if ax else None).max() for ax in (0, 1))
    inside = max(inside, np.abs(np.diff(b, axis=0)).mean((1, 2)).max(), np.abs(np.diff(b, axis=1)).mean((0, 2)).max())
    seam = max(np.abs(b[0] - b[-1]).mean(), np.abs(b[:, 0] - b[:, -1]).mean())
    assert seam <= 1.5 * inside + 2.0


def test_unknown_texture():
    with pytest.raises(AssetError, match="did you mean 'marble'"):
        texture("marbel", 0)


@pytest.mark.parametrize("seed", range(16))
def test_panorama(seed):
    pano = panorama(seed, 64)
    assert pano.shape == (64, 128, 3) and pano.dtype == np.float32
    assert (pano >= 0).all() and 0.05 < pano.mean() < 6 and panorama_kind(seed) in PANORAMAS
    direction, colour, ambient = panorama_lights(pano)
    assert abs(np.linalg.norm(direction) - 1) < 1e-4 and direction[2] > 0.3
    assert np.isclose((colour + ambient).max(), 1, atol=1e-4) and (colour > 0).all() and (ambient > 0).all()


def test_directions_and_sampling_invert_each_other():
    pano = panorama(6, 32)
    d = panorama_directions(32)
    assert np.abs(sample_panorama(pano, d) - pano).max() < 1e-3 * pano.max()
    assert d[0, 0, 2] > 0.99 and d[16, 32, 0] > 0.99, "row 0 is up, the middle column looks along +x"
    assert d[16, 16, 1] > 0.99, "left of the middle is +y"


def test_light_follows_a_bright_spot():
    pano = np.full((64, 128, 3), 0.1, np.float32)
    pano[12:16, 14:18] = (50, 40, 30)
    direction, colour, _ = panorama_lights(pano)
    assert direction @ panorama_directions(64)[14, 16] > 0.995
    assert colour[0] > colour[1] > colour[2]
