"""Geometry sets read for training: shapes, VGGT's normalisation and the way back, views that agree, resizing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from engine.errors import ConfigError, DatasetError
from engine.export.dataset import Dataset
from learner.data.geometry import (
    GeometryDataset,
    GeometryOptions,
    denormalise,
    normalise,
    resize,
    to_world,
    world_extrinsics,
)
from learner.data.geometry_check import compare, depth_between
from learner.data.geometry_reader import GeometryReader, unproject
from scripts import make_geometry

STEPS, VIEWS, SIDE = 2, 4, 140


@pytest.fixture(scope="module")
def root(made: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both standard cameras and two views, at two instants, of two moments of two episodes."""
    out = tmp_path_factory.mktemp("geometry") / "set"
    options = f"--views {VIEWS} --frames 2 --steps {STEPS} --stride 12 --size {SIDE} --points 256 --workers 0"
    assert make_geometry.main([str(made.root), *options.split(), "--out", str(out)]) == 0
    return out


def _project(points: torch.Tensor, E: torch.Tensor, K: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    c = points.double() @ E[:, :3].double().T + E[:, 3].double()
    uv = c[..., :2] / c[..., 2:] * torch.stack([K[0, 0], K[1, 1]]).double() + K[:2, 2].double()
    return uv, c[..., 2]


def test_items_have_the_stated_shapes(root: Path) -> None:
    instants, sequences = GeometryDataset(root), GeometryDataset(root, mode="sequence")
    assert (len(instants), len(sequences)) == (8, 4)
    for data, S in ((instants, VIEWS), (sequences, STEPS * VIEWS)):
        item = data[1]
        shapes = {
            "images": (S, 3, SIDE, SIDE),
            "depths": (S, SIDE, SIDE),
            "extrinsics": (S, 3, 4),
            "intrinsics": (S, 3, 3),
            "world_points": (S, SIDE, SIDE, 3),
            "cam_points": (S, SIDE, SIDE, 3),
            "point_masks": (S, SIDE, SIDE),
            "instance": (S, SIDE, SIDE),
            "tracks": (S, 256, 2),
            "track_points": (S, 256, 3),
            "track_vis_mask": (S, 256),
            "track_positive_mask": (256,),
            "ids": (S, 2),
        }
        assert {k: tuple(item[k].shape) for k in shapes} == shapes
        assert all(item[k].dtype == torch.float32 for k in ("images", "depths", "extrinsics", "tracks"))
        assert 0 <= item["images"].min() and item["images"].max() <= 1
        assert torch.equal(item["extrinsics"][0], torch.eye(3, 4))
        assert not item["depths"][~item["point_masks"]].any() and not item["world_points"][~item["point_masks"]].any()
        assert torch.equal(item["cam_points"][..., 2], item["depths"])
    assert sequences[0]["ids"].tolist() == [[t, v] for t in range(STEPS) for v in range(VIEWS)]
    assert instants[1]["ids"].tolist() == [[1, v] for v in range(VIEWS)]
    assert sequences[0]["track_positive_mask"].all(), "tracks start in the first picture"


def test_normalisation_is_vggts(root: Path) -> None:
    """Against the formulas of VGGT's training code, in float64, from points in the world frame."""
    raw, item = GeometryDataset(root, mode="sequence", normalise=False)[2], GeometryDataset(root, mode="sequence")[2]
    world, E = to_world(raw["world_points"], raw), world_extrinsics(raw)
    first = torch.cat([E[0], torch.tensor([[0, 0, 0, 1.0]])])
    in_first = world @ first[:3, :3].T + first[:3, 3]
    mask = raw["point_masks"]
    scale = (in_first.norm(dim=-1) * mask).sum() / (mask.sum() + 1e-3)
    assert abs(float(item["scale"] / scale) - 1) < 1e-6
    new_E = torch.stack([torch.cat([e, torch.tensor([[0, 0, 0, 1.0]])]) @ first.inverse() for e in E])[:, :3]
    new_E[:, :, 3] /= scale
    assert torch.allclose(item["extrinsics"].double(), new_E, atol=2e-6)
    assert torch.allclose(item["world_points"].double()[mask], (in_first / scale)[mask], atol=2e-6)
    assert torch.allclose(item["depths"].double(), raw["depths"].double() / scale, atol=1e-6)
    mean = item["world_points"].norm(dim=-1)[mask].mean()
    assert abs(float(mean) - 1) < 1e-4


def test_the_way_back_is_exact_to_float32(root: Path) -> None:
    raw, item = GeometryDataset(root, normalise=False)[3], GeometryDataset(root)[3]
    assert float(raw["scale"]) == 1.0 and abs(float(item["scale"]) - 1) > 0.05
    back = denormalise(item)
    for name in ("depths", "world_points", "cam_points", "track_points", "extrinsics"):
        assert torch.allclose(back[name], raw[name], rtol=3e-7, atol=1e-9), name
    again = normalise(back)
    assert torch.allclose(again["depths"], item["depths"], rtol=5e-7)
    record, pictures = GeometryReader(root).load(1)
    stored = np.stack([p["extrinsic"] for p in pictures[VIEWS:]])
    assert np.abs(world_extrinsics(item).numpy() - stored).max() < 1e-6
    for p, points in zip(pictures[VIEWS:], to_world(item["world_points"], item).numpy(), strict=True):
        E = p["extrinsic"]
        W = (unproject(p["depth"], p["K"]) - E[:, 3]) @ E[:, :3]
        assert np.abs(points - W)[p["depth"] > 0].max() < 3e-6
    assert record["cameras"][1]["parent"] == "hand"


def test_views_agree_where_things_are(root: Path) -> None:
    """Points of every view, the wrist's too, on the depth of every other one: to a millimetre, or behind something."""
    _, pictures = GeometryReader(root).load(0)
    pairs = 0
    for i, a in enumerate(pictures[:VIEWS]):
        for j, b in enumerate(pictures[:VIEWS]):
            farther, z = compare(a, b)
            if i == j or len(z) < 300:
                continue
            same = np.abs(farther) < 0.01  # the others are behind something
            # A millimetre of depth is less than a pixel: pixels are 4 to 9 mm wide on the table.
            assert np.mean(farther > 0.002) < 0.03 and np.median(np.abs(farther[same])) < 2e-4
            assert np.mean(np.abs(farther[same]) < 0.001) > 0.9
            pairs += 1
    assert pairs >= 8
    moved = pictures[2] | {"extrinsic": pictures[2]["extrinsic"] + np.array([0, 0, 0, 0.01])}
    farther, _ = compare(pictures[0], moved)
    assert np.median(np.abs(farther[np.abs(farther) < 0.05])) > 0.002, "a camera 1 cm off does not agree"


@pytest.mark.parametrize("normal", [True, False])
def test_tracks_are_where_their_points_project_to(root: Path, normal: bool) -> None:
    item = GeometryDataset(root, mode="sequence", normalise=normal)[1]
    for s in range(STEPS * VIEWS):
        uv, z = _project(item["track_points"][s], item["extrinsics"][s], item["intrinsics"][s])
        seen = item["track_vis_mask"][s]
        assert torch.allclose(uv[seen], item["tracks"][s][seen].double(), atol=0.01)
        assert (z[seen] > 0).all() and (uv[seen] >= -0.51).all() and (uv[seen] <= SIDE - 0.49).all()
        there, ok = depth_between(item["depths"][s].double().numpy(), item["tracks"][s].double().numpy())
        ok &= seen.numpy()
        slack = (0.002 / float(item["scale"])) + z.numpy() / float(item["intrinsics"][s, 0, 0])
        assert np.mean((np.abs(there - z.numpy()) < slack)[ok]) > 0.9 or ok.sum() < 20
        # On an object's pixel the point is that object's, up to edges between pixels.
        at = item["tracks"][s][seen].round().long().clamp(0, SIDE - 1)
        same = item["instance"][s][at[:, 1], at[:, 0]] == item["track_owner"][seen]
        assert same.float().mean() > 0.85 or seen.sum() < 20


def test_resizing_keeps_the_geometry(root: Path) -> None:
    picture = GeometryReader(root).load(0)[1][0]
    E = picture["extrinsic"]
    in_C = unproject(picture["depth"], picture["K"])
    for height, width in ((140, 140), (154, 210), (98, 126), (280, 280)):
        new = resize(picture, height, width)
        assert new["depth"].shape == new["instance"].shape == (height, width) == new["rgb"].shape[:2]
        K, K0 = new["K"], picture["K"]
        # A track's ray stays its ray.
        ray = (new["track_uv"] - K[:2, 2]) / [K[0, 0], K[1, 1]]
        assert np.allclose(ray, (picture["track_uv"] - K0[:2, 2]) / [K0[0, 0], K0[1, 1]], atol=1e-9)
        # A pixel's new point is that of the nearest old pixel, at most half an old pixel beside it.
        points = unproject(new["depth"], K)
        uv = points[..., :2] / np.maximum(points[..., 2:], 1e-9) * [K0[0, 0], K0[1, 1]] + K0[:2, 2]
        near = np.clip(np.floor(uv + 0.5 + 1e-6).astype(int), 0, SIDE - 1)
        ok = new["depth"] > 0
        step = np.abs(uv - near)[ok]
        assert step.max() <= 0.51
        assert np.mean(in_C[near[..., 1], near[..., 0], 2][ok] == new["depth"][ok]) > 0.97
    assert E.shape == (3, 4)
    item = GeometryDataset(root, size=(98, 126), views=2)[0]
    assert item["images"].shape == (2, 3, 98, 126)
    for bad in (100, (98, 100), 0):
        with pytest.raises(ConfigError, match="multiples of 14"):
            GeometryDataset(root, size=bad)


def test_the_origin_of_pixels_can_be_the_corner(root: Path) -> None:
    a, b = (GeometryDataset(root, pixel_origin=o)[0] for o in ("centre", "corner"))
    assert torch.allclose(b["intrinsics"][0, :2, 2], torch.tensor([SIDE / 2, SIDE / 2]))
    assert torch.allclose(b["tracks"], a["tracks"] + 0.5)
    assert torch.equal(a["world_points"], b["world_points"])


def test_views_in_another_order(root: Path) -> None:
    plain, other = GeometryDataset(root)[0], GeometryDataset(root, first=2)[0]
    assert other["ids"][:, 1].tolist() == [2, 0, 1, 3]
    order = other["ids"][:, 1]
    mask = other["point_masks"]
    here, there = (to_world(d["world_points"], d) for d in (plain, other))
    assert torch.equal(mask, plain["point_masks"][order])
    assert torch.allclose(there[mask], here[order][mask], atol=5e-6)
    assert torch.equal(other["extrinsics"][0], torch.eye(3, 4)) and not other["track_positive_mask"].all()
    assert GeometryDataset(root, views=(3, 1))[0]["ids"][:, 1].tolist() == [3, 1]
    assert len(GeometryDataset(root, tracks=10)[0]["track_owner"]) == 10
    data = GeometryDataset(root, shuffle=True, views=2, seed=4)
    orders = [data[k]["ids"][:, 1].tolist() for k in range(8)]
    assert orders == [data[k]["ids"][:, 1].tolist() for k in range(8)] and len({tuple(o) for o in orders}) > 2
    data.set_epoch(1)
    assert orders != [data[k]["ids"][:, 1].tolist() for k in range(8)]


def test_workers_of_a_loader_read_the_same(root: Path) -> None:
    data = GeometryDataset(root, tracks=64)
    keys = ("images", "depths", "world_points", "tracks", "scale")
    here = [data[k] for k in range(4)]
    loader = DataLoader(data, batch_size=2, num_workers=1, collate_fn=lambda items: items)
    there = [item for _, batch in zip(range(2), loader, strict=False) for item in batch]
    for a, b in zip(here, there, strict=True):
        assert a["key"] == b["key"]
        for key in keys:
            torch.testing.assert_close(b[key], a[key], rtol=0, atol=0, msg=lambda m, key=key: f"{key}: {m}")


def test_what_cannot_be_read_says_so(root: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no finished geometry set"):
        GeometryDataset(tmp_path)
    copy = tmp_path / "copy"
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns(".work"))
    meta = json.loads((copy / "meta.json").read_text())
    (copy / "meta.json").write_text(json.dumps(meta | {"format_version": 99}))
    with pytest.raises(DatasetError, match="format groundwork-geometry 99"):
        GeometryDataset(copy)
    (copy / "meta.json").write_text(json.dumps(meta))
    (copy / "geometry-00000.tar").unlink()
    with pytest.raises(DatasetError, match=r"geometry-00000\.tar"):
        GeometryDataset(copy)[0]
    with pytest.raises(ConfigError, match="mode 'sequences'"):
        GeometryOptions(mode="sequences")
    with pytest.raises(ConfigError, match="views 0 to 3"):
        GeometryDataset(root, views=(0, 4))[0]
    with pytest.raises(IndexError):
        GeometryDataset(root)[8]
