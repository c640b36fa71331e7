"""Surfaces tile and differ, environments light from where they shine, sets are disjoint, .hdr files are read."""

from __future__ import annotations

import numpy as np
import pytest

from assets.environments import PLACES, environment_names
from assets.environments import panorama as place_panorama
from assets.hdr import hdr_size, read_hdr, write_hdr
from assets.panorama import panorama_directions, panorama_lights, sample_panorama
from assets.splits import split_of
from assets.surfaces import PER_KIND, TEXTURES, difference, signature, texture, texture_names
from assets.surroundings import Surroundings, open_surroundings, resized
from engine.errors import AssetError, ConfigError


@pytest.mark.parametrize("kind", TEXTURES)
def test_textures_are_reproducible_and_tile(kind):
    a = texture(f"{kind}/3", 64)
    assert a.shape == (64, 64, 3) and a.dtype == np.uint8
    assert (a == texture(f"{kind}/3", 64)).all()
    for number in range(0, PER_KIND, 23):
        # Across the seam neighbours differ little more than the strongest step inside (plank joints included).
        b = texture(f"{kind}/{number}", 128).astype(float)
        inside = max(np.abs(np.diff(b, axis=0)).mean((1, 2)).max(), np.abs(np.diff(b, axis=1)).mean((0, 2)).max())
        seam = max(np.abs(b[0] - b[-1]).mean(), np.abs(b[:, 0] - b[:, -1]).mean())
        assert seam <= 1.25 * inside + 2.0, number


@pytest.mark.parametrize("kind", TEXTURES)
def test_no_two_textures_of_a_kind_are_nearly_equal(kind):
    found = np.array([signature(texture(name, 128)) for name in texture_names(kind)])
    apart = np.sqrt(((found[:, None] - found[None]) ** 2).mean(-1)) + 99 * np.eye(len(found))
    assert len(found) == PER_KIND == 200
    i, j = np.unravel_index(apart.argmin(), apart.shape)
    assert apart[i, j] == pytest.approx(difference(found[i], found[j])) and apart[i, j] > 1.0, (i, j)


def test_seen_and_unseen_are_disjoint_fixed_and_complete():
    source = Surroundings()
    listings = [source.environment_names, *(lambda split, k=k: source.texture_names(k, split) for k in TEXTURES)]
    for names in listings:
        seen, unseen = set(names("seen")), set(names("unseen"))
        assert not seen & unseen and seen | unseen == set(names("all")) and 4 * len(unseen) == len(seen)
        assert {split_of(n) for n in seen} == {"seen"} and {split_of(n) for n in unseen} == {"unseen"}
        with pytest.raises(ConfigError, match="did you mean 'unseen'"):
            names("unsen")
    assert texture_names("wood", "unseen")[:3] == ("wood/4", "wood/9", "wood/14")
    assert len(environment_names()) >= 96 and {n.split("/")[0] for n in environment_names("unseen")} == set(PLACES)
    with pytest.raises(ConfigError, match="look like 'wood/17'"):
        split_of("wood")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: texture("marbel/0"), "did you mean 'marble'"),
        (lambda: texture("wood/200"), "'wood/0' .. 'wood/199'"),
        (lambda: texture_names("wod"), "did you mean 'wood'"),
        (lambda: place_panorama("kitchn/0"), "did you mean 'kitchen'"),
        (lambda: place_panorama("kitchen/77"), "'kitchen/0' .. 'kitchen/9'"),
    ],
)
def test_unknown_names(call, says):
    with pytest.raises(AssetError, match=says):
        call()


@pytest.mark.parametrize("kind", PLACES)
def test_environments(kind):
    one, other = (place_panorama(f"{kind}/{k}", 64) for k in (1, 4))
    assert one.shape == (64, 128, 3) and one.dtype == np.float32 and (one == place_panorama(f"{kind}/1", 64)).all()
    assert (one >= 0).all() and np.isfinite(one).all() and 0.02 < one.mean() < 6
    assert np.abs(one - other).mean() > 0.01
    # The left and right edges meet.
    assert np.abs(one[:, 0] - one[:, -1]).mean() <= 1.2 * np.abs(np.diff(one, axis=1)).mean((0, 2)).max() + 0.02
    direction, colour, ambient = panorama_lights(one)
    assert abs(np.linalg.norm(direction) - 1) < 1e-4 and direction[2] > 0.3
    assert np.isclose((colour + ambient).max(), 1, atol=1e-4) and (colour > 0).all() and (ambient > 0).all()


def test_directions_and_sampling_invert_each_other():
    pano = place_panorama("meadow/6", 32)
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


# --- files --------------------------------------------------------------------------------------


def _radiance(h: int = 24, w: int = 48) -> np.ndarray:
    a = (np.random.default_rng(0).random((h, w, 3)) ** 8 * 50).astype(np.float32)
    a[2:6], a[7], a[8], a[9, 9] = 0.0, 3.5, 0.999999, (1e-3, 2, 2000)
    return a


@pytest.mark.parametrize("size", [(24, 48), (16, 4), (3, 300)])
def test_hdr_files_keep_radiance_within_their_precision(tmp_path, size):
    a = _radiance(*size) if size[0] > 9 and size[1] > 9 else _radiance()[: size[0], :1].repeat(size[1], 1)
    write_hdr(tmp_path / "a.hdr", a)
    b = read_hdr(tmp_path / "a.hdr")
    assert b.shape == a.shape and hdr_size(tmp_path / "a.hdr") == a.shape[:2]
    assert (np.abs(a - b) <= a.max(-1, keepdims=True) / 255).all()
    write_hdr(tmp_path / "b.hdr", b)
    assert np.array_equal(read_hdr(tmp_path / "b.hdr"), b), "what is exact stays so"


def test_hdr_files_of_other_writers(tmp_path):
    """Flat pixels, bottom-up rows, exposure, and the oldest run-length code, byte by byte."""
    red, dim = bytes([128, 64, 0, 129]), bytes([128, 128, 128, 128])
    head = b"#?RGBE\n# made elsewhere\nEXPOSURE=2.0\nFORMAT=32-bit_rle_rgbe\n\n+Y 2 +X 2\n"
    (tmp_path / "flat.hdr").write_bytes(head + red + dim + dim + dim)
    picture = read_hdr(tmp_path / "flat.hdr")
    assert np.array_equal(picture[1, 0], np.float32([0.5, 0.25, 0.0])) and np.array_equal(picture[0, 1], [0.25] * 3)
    (tmp_path / "old.hdr").write_bytes(b"#?RADIANCE\n\n-Y 1 +X 6\n" + red + bytes([1, 1, 1, 4]) + dim)
    picture = read_hdr(tmp_path / "old.hdr")
    assert np.array_equal(picture[0, 0], picture[0, 4]) and picture[0, 5, 0] == 0.5


def test_bad_hdr_files_are_refused_with_the_reason(tmp_path):
    path = tmp_path / "bad.hdr"
    write_hdr(path, _radiance())
    good = path.read_bytes()
    for data, says in (
        (b"\x89PNG\r\n", "no Radiance picture"),
        (good[:200], "ends too early"),
        (good.replace(b"-Y 24", b"-Z 24"), "no size line"),
        (good.replace(b"32-bit_rle_rgbe", b"32-bit_rle_xyze"), "only 32-bit_rle_rgbe"),
        (good.replace(b"-Y 24 +X 48", b"-Y 999999 +X 999999"), "at most"),
        (good[: good.index(b"+X 48\n") + 10] + b"\xff" * 400, "past the end of its row"),
    ):
        path.write_bytes(data)
        with pytest.raises(AssetError, match=says):
            read_hdr(path)
    with pytest.raises(AssetError, match="cannot be read"):
        read_hdr(tmp_path / "none.hdr")
    for wrong in (np.zeros((4, 4)), np.full((4, 4, 3), np.nan), np.full((4, 4, 3), -1.0)):
        with pytest.raises(AssetError):
            write_hdr(path, wrong)


def test_a_folder_of_panoramas_replaces_the_environments(tmp_path):
    with pytest.raises(AssetError, match="no folder"):
        open_surroundings(str(tmp_path / "none"))
    with pytest.raises(AssetError, match=r"no \.hdr file"):
        open_surroundings(str(tmp_path))
    for k in range(6):
        write_hdr(tmp_path / f"{k}.hdr", place_panorama(f"garden/{k}", 32))
    source = open_surroundings(str(tmp_path))
    assert source.environment_names("unseen") == ("4.hdr",) and len(source.environment_names("seen")) == 5
    name = source.environment_names("seen")[1]
    assert len(source.environment_hash(name) or "") == 32 and source.environment_hash(name) != source.environment_hash(
        "0.hdr"
    )
    pano = source.panorama(name, 64)
    assert pano.shape == (64, 128, 3) and np.isclose(pano.mean(), place_panorama("garden/1", 32).mean(), rtol=0.01)
    assert source.environment_lights(name)[0][2] > 0.3 and source.texture_names("wood", "seen")
    whole = (tmp_path / "3.hdr").read_bytes()
    (tmp_path / "3.hdr").write_bytes(whole[:-40])
    with pytest.raises(AssetError, match=r"3\.hdr: the file ends too early"):
        open_surroundings(str(tmp_path))
    (tmp_path / "3.hdr").write_bytes(whole)
    open_surroundings(str(tmp_path))
    write_hdr(tmp_path / "x.hdr", _radiance(24, 40))
    with pytest.raises(AssetError, match="twice as wide as high"):
        open_surroundings(str(tmp_path))


def test_resizing_keeps_the_light():
    a = _radiance(30, 60)
    for height in (7, 16, 30, 64):
        assert np.isclose(resized(a, height).mean(), a.mean(), rtol=1e-5)
