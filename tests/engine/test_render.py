"""Renderers against geometry, against each other, and against themselves."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from render_fixtures import POSES, Q_SIDE, PlainTextures, appearance, qpos, scene, visual

from engine.backends import RENDERERS, make_renderer
from engine.config import load_randomization
from engine.errors import BackendError, ConfigError
from engine.frames import Pose, project
from engine.label.boxes import full_box, mask_box, mesh_edges
from engine.render.randomize import (
    AXES,
    RandomizeConfig,
    appearance_from_dict,
    appearance_to_dict,
    randomize_from_dict,
    sample_appearance,
)
from engine.sim.cameras import (
    camera_from_dict,
    camera_pixels,
    camera_to_dict,
    default_cameras,
    load_cameras,
    only_below,
)
from engine.table import TableSpec, on_top
from engine.types import Appearance, PhysicsParams

NAMES = [n for n in RENDERERS if n != "pyrender" or importlib.util.find_spec("pyrender")]


@pytest.fixture(scope="module", params=NAMES)
def renderer(request):
    r = make_renderer(request.param)
    r.open(visual())
    yield r
    r.close()


def _camera(spec, q) -> Pose:
    import mujoco

    data = mujoco.MjData(visual().model)
    data.qpos[:] = q
    mujoco.mj_kinematics(visual().model, data)
    return visual().camera_pose(spec, data)


@pytest.mark.parametrize("lens", [(0, 0, 0, 0, 0), (-0.25, 0.08, 0.002, -0.003, 0.0)])
def test_masks_and_depth_agree_with_geometry(renderer, lens) -> None:
    """Box of the drawn mask = box of the projected vertices within a pixel; depth = distance to the known
    surfaces; also with an off-centre, distorted camera whose pixels are not square."""
    K = np.array([[250.0, 0, 118.3], [0, 261.0, 104.9], [0, 0, 1]])
    third = replace(default_cameras()[0], K=K, distortion=np.array(lens, float))
    look = replace(appearance(1), cameras=(third,))
    free = POSES.copy()
    free[2, :2] = 0.3, 0.35
    q = qpos(free)
    out = renderer.render(q, look, 0, depth=True)
    X_WC = _camera(third, q)
    for i, asset in enumerate(scene().assets):
        edges = mesh_edges(asset.visual[0].faces)
        points = (X_WC.inv() @ Pose.from_vector(free[i])).apply(asset.vertices())
        assert np.abs(mask_box(out.instance == 3 + i) - full_box(points, edges, third)).max() < 1
        assert np.array_equal(renderer.amodal(q, look, 0, (i,))[0], out.instance == 3 + i)
    # A pixel inside the table shows the plane z = 0 and nothing else.
    v, u = np.nonzero(out.instance == 2)
    grid = np.stack(np.meshgrid(np.linspace(0.4, 0.7, 9), np.linspace(-0.3, 0.3, 9)), -1).reshape(-1, 2)
    W = np.column_stack([grid, np.zeros(len(grid))])
    p_C = X_WC.inv().apply(W)
    seen = 0
    for (x, y), z in zip(camera_pixels(p_C, third), p_C[:, 2], strict=True):
        c, r = round(x), round(y)
        if out.instance[r - 1 : r + 2, c - 1 : c + 2].tolist() == [[2] * 3] * 3:
            seen += 1
            assert abs(float(out.depth[r, c]) - z) < 0.012  # half a pixel of a slanted plane
    assert seen > 20 and len(u) == len(v) > 10000


def test_wrist_camera_follows_the_hand(renderer) -> None:
    q = visual().sm.qpos_from(np.array([0.05, 0.2, 0, -2.2, 0, 2.4, 0.785]), POSES)
    look = appearance(2)
    wrist = look.cameras[1]
    out = renderer.render(q, look, 1)
    X_WC = _camera(wrist, q)
    hits = 0
    for i, asset in enumerate(scene().assets):
        points = (X_WC.inv() @ Pose.from_vector(POSES[i])).apply(asset.vertices())
        box = full_box(points, mesh_edges(asset.visual[0].faces), wrist)
        drawn = mask_box(renderer.amodal(q, look, 1, (i,))[0])
        whole = (box > 0).all() and (box < 223).all()
        if whole:
            hits += 1
            assert np.abs(drawn - box).max() < 1
    assert hits >= 1 and (out.instance == 1).any()


def test_values_alone_make_the_same_picture(renderer) -> None:
    look = appearance(3, RandomizeConfig(camera_pose=True, camera_fov=True))
    again = appearance_from_dict(json.loads(json.dumps(appearance_to_dict(look))))
    other = appearance(4)
    q = qpos()
    first = [renderer.render(q, look, c) for c in range(2)]
    renderer.render(q, other, 0)
    second = [renderer.render(q, again, c) for c in range(2)]
    renderer.open(visual())  # from nothing
    third = [renderer.render(q, again, c) for c in range(2)]
    for a, b, c in zip(first, second, third, strict=True):
        assert np.array_equal(a.rgb, b.rgb) and np.array_equal(a.instance, b.instance)
        assert np.array_equal(a.rgb, c.rgb) and np.array_equal(a.instance, c.instance)
    assert not np.array_equal(first[0].rgb, renderer.render(q, other, 0).rgb)


def test_pictures_are_exposed_and_without_acne(renderer) -> None:
    """On a plain table the lit part is smooth: neighbouring pixels differ by little but for the shadow's edge."""
    look = appearance(5)
    plain = {"texture": "plain/0", "tile_m": 1000.0, "gain": [0.9] * 3, "specular": 0.0, "shininess": 0.1}
    q = visual().sm.qpos_from(np.array([0.05, 0.2, 0, -2.2, 0, 2.4, 0.785]), POSES)  # the arm's shadow is on the table
    out = renderer.render(q, replace(look, values={**look.values, "table": plain}), 0)
    table = out.instance == 2
    inner = table[1:-1, 1:-1] & table[2:, 1:-1] & table[1:-1, 2:] & table[:-2, 1:-1] & table[1:-1, :-2]
    grey = out.rgb.astype(float).mean(-1)
    rough = np.abs(4 * grey[1:-1, 1:-1] - grey[2:, 1:-1] - grey[:-2, 1:-1] - grey[1:-1, 2:] - grey[1:-1, :-2])
    assert np.quantile(rough[inner], 0.9) < 8
    assert 50 < grey[table].mean() < 225 and (grey > 253).mean() < 0.02
    # There is a shadow: part of the table is clearly darker than the rest.
    inside = grey[1:-1, 1:-1][inner]
    assert np.quantile(inside, 0.02) < 0.85 * np.median(inside)


def test_all_renderers_see_the_same() -> None:
    look, q = appearance(6), qpos()
    seen = {}
    for name in NAMES:
        r = make_renderer(name)
        r.open(visual())
        seen[name] = [r.render(q, look, c, depth=True) for c in range(2)]
        assert r.info()["device"]
        r.close()
    base = seen.pop("raster")
    for views in seen.values():
        for a, b in zip(base, views, strict=True):
            assert (a.instance != b.instance).mean() < 2e-3
            same = (a.instance == b.instance) & (a.instance >= 2)
            assert np.quantile(np.abs(a.depth - b.depth)[same], 0.99) < 2e-3


def test_axes_are_independent_and_off_means_fixed() -> None:
    base = appearance(7)
    for axis in AXES:
        cfg = RandomizeConfig(**{axis: not getattr(RandomizeConfig(), axis)})
        changed = appearance(7, cfg)
        parts = {
            "lights": ("lights", "ambient"), "environment": ("sky", "lights", "ambient"),
            "table_material": ("table", "legs"),
            "object_material": ("objects",), "background": ("floor", "wall"),
        }.get(axis, ())  # fmt: skip
        for key in base.values:
            if key not in (*parts, "axes"):
                assert changed.values[key] == base.values[key], (axis, key)
        moved = any(not np.array_equal(a.X_PC, b.X_PC) for a, b in zip(base.cameras, changed.cameras, strict=True))
        zoomed = any(not np.array_equal(a.K, b.K) for a, b in zip(base.cameras, changed.cameras, strict=True))
        assert moved == (axis == "camera_pose") and zoomed == (axis == "camera_fov")
    off = RandomizeConfig(**dict.fromkeys(AXES, False))
    assert appearance(1, off).values == appearance(2, off).values


def test_every_range_reaches_the_picture() -> None:
    """Each number of the configuration changes some value or camera that is drawn."""
    rng = np.random.default_rng

    def draw(cfg: RandomizeConfig) -> str:
        looks = [sample_appearance(cfg, default_cameras(), scene(), rng(s), PlainTextures()) for s in range(12)]
        return json.dumps([{**appearance_to_dict(x), "seed": 0} for x in looks])

    base = RandomizeConfig(camera_pose=True, camera_fov=True)
    digest = draw(base)
    for f in fields(base):
        value = getattr(base, f.name)
        if hasattr(value, "__dataclass_fields__"):
            for g in fields(value):
                inner = replace(value, **{g.name: _other(getattr(value, g.name))})
                assert draw(replace(base, **{f.name: inner})) != digest, (f.name, g.name)
        else:
            assert draw(replace(base, **{f.name: _other(value)})) != digest or value is None, f.name


def _other(v):
    if v is None:  # a folder: the fixture has none; `assets.surroundings` is tested with one
        return None
    if v == "seen":
        return "unseen"
    if isinstance(v, bool):
        return not v
    if isinstance(v, tuple) and isinstance(v[0], str):
        return ("noise",)
    if isinstance(v, tuple):
        return (v[0], v[0]) if v[0] != v[1] else (v[0], v[0] * 2)
    return type(v)(v // 2 if isinstance(v, int) else v / 2)


def test_files_of_cameras_and_ranges(tmp_path: Path) -> None:
    for camera in default_cameras():
        again = camera_from_dict(json.loads(json.dumps(camera_to_dict(camera))))
        assert np.array_equal(again.K, camera.K) and np.array_equal(again.X_PC, camera.X_PC)
    good = tmp_path / "cameras.yaml"
    good.write_text(
        "cameras:\n- {name: left, width: 320, height: 240, fovy_deg: 50, eye: [0.5, -1.2, 0.6], target: [0.5, 0, 0]}\n"
    )
    left = load_cameras(good)[0]
    uv, _ = project(np.array([0.5, 0, 0]), Pose.from_vector(left.X_PC), left.K)
    assert np.allclose(uv, [159.5, 119.5])
    for text, words in (
        ("- {name: a, width: 320, fovy_deg: 50, X_PC: [0, 0, 0, 1, 0, 0]}", "X_PC"),
        ("- {name: a, fov_deg: 50, eye: [1, 0, 1], target: [0, 0, 0]}", "did you mean 'fovy_deg'"),
        ("- {name: a, fovy_deg: 50, eye: [1, 0, 1], target: [0, 0, 0], parent: hand}", "fixed in the world"),
        ("- {name: A b, fovy_deg: 50, eye: [1, 0, 1], target: [0, 0, 0]}", "lower-case"),
    ):
        bad = tmp_path / "bad.yaml"
        bad.write_text(text)
        with pytest.raises(ConfigError, match=words):
            load_cameras(bad)
    ranges = tmp_path / "ranges.yaml"
    ranges.write_text("camera_pose: true\nlight: {count: [2, 4], key: 0.5}\n")
    cfg = load_randomization(ranges)[0]
    assert cfg.camera_pose and cfg.light.count == (2, 4) and cfg.light.key == (0.5, 0.5)
    for data, words in (
        ({"ligths": True}, "did you mean 'lights'"),
        ({"light": {"count": [0, 9]}}, "count"),
        ({"table": {"kinds": ["wod"]}}, "did you mean 'wood'"),
        ({"camera_pose": "yes"}, "true or false"),
    ):
        with pytest.raises(ConfigError, match=words):
            randomize_from_dict(data)


def test_misuse_is_explained() -> None:
    with pytest.raises(ConfigError, match="did you mean 'raster'"):
        make_renderer("rastr")
    closed = make_renderer("raster")
    with pytest.raises(BackendError, match="open"):
        closed.render(qpos(), appearance(0), 0)
    closed.open(visual())
    with pytest.raises(ConfigError, match="camera 5"):
        closed.render(qpos(), appearance(0), 5)
    closed.close()
    closed.close()


def test_sky_is_skipped_only_where_the_floor_fills_the_view() -> None:
    third = default_cameras()[0]
    assert only_below(third, Pose.from_vector(third.X_PC), -0.75, 6.0)
    level = Pose.from_vector(camera_from_dict(
        {"name": "a", "fovy_deg": 45.0, "eye": [1.5, 0, 0.5], "target": [0, 0, 0.5]}
    ).X_PC)  # fmt: skip
    assert not only_below(third, level, -0.75, 6.0)


def test_the_arm_does_not_hide_the_test_objects() -> None:
    look: Appearance = appearance(0)
    r = make_renderer("raster")
    r.open(visual())
    out = r.render(visual().sm.qpos_from(Q_SIDE, POSES), look, 0)
    assert all((out.instance == 3 + i).any() for i in range(3))
    r.close()


# --- tables and surroundings --------------------------------------------------------------------

OVAL = TableSpec(
    "oval", (0.62, 0.0), (1.06, 1.5), 0.03, 0.7, "oval", 0.75, "bullnose", apron=0.06, legs="hairpin", leg_inset=0.05
)
SMALL = TableSpec("small", (0.53, 0.0), (0.88, 1.14), 0.06, 0.9, edge="bevel", edge_size=0.01, legs="cabinet")


def _physics(table: TableSpec | None, height: float = 0.0) -> PhysicsParams:
    return PhysicsParams(height, np.ones(3), np.ones(3), table=table)


def test_another_table_is_drawn_without_compiling_again(renderer) -> None:
    """Table pixels are those whose rays meet the outline, for table after table; the first comes back exactly."""
    # From straight above and far away the outline is all that matters.
    up = camera_from_dict(
        {"name": "above", "width": 224, "height": 224, "fovy_deg": 50.0, "eye": [0.6, 0, 2.2], "target": [0.601, 0, 0]}
    )
    look = replace(appearance(8, RandomizeConfig(open_probability=0.0)), cameras=(up, *default_cameras()))
    q = qpos()
    seen = {}
    for table in (OVAL, SMALL, OVAL, None):
        visual().sm.apply(_physics(table))
        out = renderer.render(q, look, 0, depth=True)
        spec = table or TableSpec()
        X_WC = Pose.from_vector(up.X_PC)
        uv = np.stack(np.meshgrid(np.arange(224.0), np.arange(224.0)), -1)
        rays = np.concatenate([(uv - up.K[:2, 2]) / [up.K[0, 0], up.K[1, 1]], np.ones((224, 224, 1))], -1) @ X_WC.R.T
        at = X_WC.p[:2] + rays[..., :2] * (-X_WC.p[2] / rays[..., 2:])
        want = on_top(spec, at)
        bare = (out.instance == 0) | (out.instance == 2)
        # Rounded edges and legs that stand out may differ by a pixel's width.
        assert ((out.instance == 2) != want)[bare].mean() < 0.012, spec.name
        floor = (out.instance == 0) & ~want & (np.abs(at).max(-1) < 1.2)
        assert abs(float(np.median(out.depth[floor])) - 2.2 - spec.height) < 0.05, (
            "the floor is as deep as its legs are long"
        )
        if table in seen:
            assert np.array_equal(out.rgb, seen[table].rgb) and np.array_equal(out.instance, seen[table].instance)
        seen[table] = out
    assert not np.array_equal(seen[OVAL].instance, seen[SMALL].instance)


def test_surroundings_show_where_there_is_no_floor(renderer) -> None:
    base = appearance(9)
    q = qpos()
    with_floor = replace(base, values={**base.values, "floor": base.values["table"], "wall": None})
    with_floor = renderer.render(q, with_floor, 0, depth=True)
    look = replace(base, values={**base.values, "floor": None, "wall": None})
    out = renderer.render(q, look, 0, depth=True)
    assert np.array_equal(out.instance, with_floor.instance) and np.array_equal(out.depth, with_floor.depth)
    behind = out.instance == 0
    assert not np.array_equal(out.rgb[behind], with_floor.rgb[behind]) and out.rgb[behind].mean() > 5
    if renderer.info()["renderer"] != "pyrender":  # it fits its shadows to all that is drawn
        assert np.abs(out.rgb[~behind].astype(int) - with_floor.rgb[~behind]).mean() < 1.0


def test_a_split_gives_only_its_own_names() -> None:
    for split, unseen in (("seen", False), ("unseen", True)):
        for seed in range(30):
            values = appearance(seed, RandomizeConfig(split=split)).values
            names = [
                values["sky"]["name"],
                *(values[s]["texture"] for s in ("table", "floor", "wall", "legs") if values[s]),
            ]
            assert all((int(n.split("/")[1]) % 5 == 4) == unseen for n in names if n)
    with pytest.raises(ConfigError, match="did you mean 'unseen'"):
        RandomizeConfig(split="unsen")
    with pytest.raises(ConfigError, match=r"r\.yaml\.open_probability: 2"):
        randomize_from_dict({"open_probability": 2}, "r.yaml")


def test_surfaces_suit_the_table() -> None:
    marble = TableSpec(top_kinds=("marble",), leg_kinds=("metal",))
    for seed in range(8):
        rng = np.random.default_rng(seed)
        values = sample_appearance(RandomizeConfig(), default_cameras(), scene(), rng, PlainTextures(), marble).values
        assert values["table"]["texture"].startswith("marble/") and values["legs"]["texture"] is None
