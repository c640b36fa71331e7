"""240 tables: all different, all large enough, all of them drawn whole, and found by name and split."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from assets.splits import split_of
from assets.tables import COUNT, STYLES, Tables, make_table
from engine.config import from_json, plain
from engine.errors import AssetError, ConfigError
from engine.sim.furniture_mesh import legs_solid, top_solid
from engine.table import (
    EDGES,
    LEGS,
    SHAPES,
    STRIPS,
    WORKING_X,
    WORKING_Y,
    TableSpec,
    half_width,
    on_top,
    outline,
    slab_boxes,
)

ALL = [make_table(k) for k in range(COUNT)]


def test_no_two_tables_are_equal_and_every_way_of_making_them_occurs():
    assert len({replace(t, name="") for t in ALL}) == COUNT == 240
    # Not by a millimetre only: size, height, thickness and form together differ.
    numbers = np.array([[*t.size_xy, t.height, t.thickness, t.corner] for t in ALL])
    apart = np.abs(numbers[:, None] - numbers[None]).sum(-1)
    same = np.array([[(a.shape, a.edge, a.legs) == (b.shape, b.edge, b.legs) for b in ALL] for a in ALL])
    assert (apart + np.where(same, 0, 9) + 99 * np.eye(COUNT)).min() > 0.02
    assert (
        {t.shape for t in ALL} == set(SHAPES)
        and {t.edge for t in ALL} == set(EDGES)
        and {t.legs for t in ALL} == set(LEGS)
    )
    assert 0.6 <= min(t.height for t in ALL) < 0.65 and 0.9 < max(t.height for t in ALL) <= 0.95 and len(STYLES) == 12


def test_every_table_holds_the_working_area_behind_its_edge():
    grid = np.stack(np.meshgrid(np.linspace(*WORKING_X, 30), np.linspace(*WORKING_Y, 30)), -1).reshape(-1, 2)
    for t in ALL:
        assert on_top(t, grid).all(), t.name
        assert 0.07 < t.centre_xy[0] - t.size_xy[0] / 2 < WORKING_X[0], "the robot's base stands before it"
        # The flat part holds it, too: a rounded or bevelled edge begins outside.
        inwards = {"bevel": t.edge_size, "bullnose": 0.5 * t.thickness}.get(t.edge, 0.0)
        for way in ([inwards, 0], [-inwards, 0], [0, inwards], [0, -inwards]):
            assert on_top(t, np.array([[x, y] for x in WORKING_X[1:] for y in WORKING_Y]) + way).all(), t.name


def test_the_boxes_of_physics_cover_the_outline_once():
    rng = np.random.default_rng(0)
    for t in ALL[::7]:
        boxes = slab_boxes(t)
        assert len(boxes) <= 1 + STRIPS
        p = rng.uniform(-1, 1, (4000, 2)) * np.array(t.size_xy) * 0.55
        held = (np.abs(p[:, None] - boxes[None, :, :2]) <= boxes[None, :, 2:]).all(-1).sum(1)
        top = on_top(t, p + np.array(t.centre_xy))
        assert held.max() == 1 and ((held == 1) != top).mean() < 0.02, t.name
        first = boxes[0]
        low, high = first[:2] - first[2:] + np.array(t.centre_xy), first[:2] + first[2:] + np.array(t.centre_xy)
        assert (low <= [WORKING_X[0], WORKING_Y[0]]).all() and (high >= [WORKING_X[1] - 0.003, WORKING_Y[1]]).all()


def test_what_is_drawn_stands_on_the_floor_below_the_top():
    for t in ALL:
        top, legs = top_solid(t), legs_solid(t)
        for solid in (top, legs):
            assert np.allclose(np.linalg.norm(solid.normal, axis=1), 1) and np.isfinite(solid.uv).all()
            # Faces are counter-clockwise: their geometric normal agrees with the drawn one.
            a, b, c = (solid.position[solid.triangles[:, k]] for k in range(3))
            n = np.cross(b - a, c - a)
            big = np.linalg.norm(n, axis=1) > 1e-9
            assert ((n * solid.normal[solid.triangles[:, 0]]).sum(1)[big] > 0).all(), t.name
        assert abs(legs.position[:, 2].min() + t.height) < 0.02 and legs.position[:, 2].max() < 0.0
        assert top.position[:, 2].max() == 0 and np.abs(top.position[:, 1]).max() <= t.size_xy[1] / 2 + 1e-9
        foot = legs.position[legs.position[:, 2] < -t.height + 0.02]
        assert np.abs(foot[:, 1]).max() < t.size_xy[1] / 2 + 0.1
        p = outline(t)
        edge = np.roll(p, -1, 0) - p
        turn = edge[:, 0] * np.roll(edge, -1, 0)[:, 1] - edge[:, 1] * np.roll(edge, -1, 0)[:, 0]
        assert (turn > -1e-9).all() and np.allclose(np.abs(p[:, 1]), half_width(t, p[:, 0])), (
            "convex, and as wide as said"
        )


def test_names_splits_and_json():
    tables = Tables()
    seen, unseen = tables.names("seen"), tables.names("unseen")
    assert not set(seen) & set(unseen) and set(seen) | set(unseen) == set(tables.names("all")) and len(unseen) == 48
    assert {split_of(n) for n in unseen} == {"unseen"} and unseen[0] == "table/4"
    assert len({tables.get(n).legs for n in unseen}) >= 10 and len({tables.get(n).shape for n in unseen}) == len(SHAPES)
    t = tables.get("table/100")
    assert from_json(TableSpec, json.loads(json.dumps(plain(asdict(t))))) == t
    with pytest.raises(AssetError, match=r"'table/0' \.\. 'table/239'"):
        tables.get("table/240")
    with pytest.raises(ConfigError, match="did you mean 'seen'"):
        tables.names("sen")
