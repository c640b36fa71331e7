"""Questions about pictures: what they promise is recomputed by other routes than the ones that wrote it."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from toys import box, can, plate, state, upright

from assets.colours import PALETTE
from assets.library import ProceduralLibrary
from engine.errors import ConfigError
from engine.export.dataset import Dataset
from engine.frames import intrinsics, look_at
from engine.redraw import Redrawer
from engine.rng import rng
from engine.types import CameraSpec
from scripts import make_qa
from tasks.questions import forms, makers
from tasks.questions.ask import Asked, Balance, ask
from tasks.questions.check import check_folder
from tasks.questions.grounding_points import inner_point
from tasks.questions.phrases import phrases
from tasks.questions.resize import ResizeConfig, smart_resize
from tasks.questions.scenes import hand_pose
from tasks.questions.trajectories import equal_spacing
from tasks.questions.view import View, boxes_and_pixels
from tasks.questions.vocabulary import absent_name, alike, library_names, plural_of
from tasks.questions.writer import read_lines
from tasks.reading import read_phrase
from tasks.references import referents

GROUNDING = ("affordance", "box", "boxes", "count", "negative", "placement", "point", "relation", "trajectory")


# --- smart resize ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "limits", "wanted"),
    [  # height, width -> height, width, worked out from the published definition by hand
        ((224, 224), {}, (224, 224)),
        ((1080, 1920), {}, (1092, 1932)),
        ((480, 640), {}, (476, 644)),
        ((42, 70), {}, (56, 56)),  # 1.5 and 2.5 both round to 2: half to even
        ((98, 98), {}, (112, 112)),  # 3.5 rounds to 4
        ((10, 10), {}, (56, 56)),  # below the fewest pixels
        ((3000, 4000), {"max_pixels": 1280 * 28 * 28}, (840, 1148)),
        ((224, 224), {"min_pixels": 256 * 28 * 28}, (448, 448)),
        ((224, 224), {"factor": 32}, (224, 224)),
        ((11, 2170), {}, (28, 812)),  # 11 rounds to 0: enlarged as transformers does, 28.1 patches up to 29
    ],
)
def test_smart_resize_gives_the_known_sizes(size, limits, wanted):
    cfg = ResizeConfig(**({"min_pixels": 3136} | limits))
    h, w = smart_resize(*size, cfg)
    assert (h, w) == wanted
    assert h % cfg.factor == w % cfg.factor == 0 and cfg.min_pixels <= h * w <= cfg.max_pixels


def test_smart_resize_refuses_what_the_original_refuses():
    with pytest.raises(ConfigError, match="200"):
        smart_resize(10, 2001)
    with pytest.raises(ConfigError, match="lower one first"):
        ResizeConfig(min_pixels=5000, max_pixels=4000)


# --- a picture of toys, whose answers are plain to see ----------------------------------------------


def painted(assets, places, **kw) -> View:
    """A view from the third-person camera with every object painted as a 14-pixel square at its centre."""
    camera = CameraSpec(
        "third_person",
        224,
        224,
        intrinsics(224, 224, np.deg2rad(45)),
        look_at((1.42, 0, 0.85), (0.44, 0, 0.1)).vector(),
    )
    poses = np.array([upright(a, x, y) for a, (x, y) in zip(assets, places, strict=True)])
    world = replace(state(tuple(assets), poses), X_WC=camera.X_PC)
    mask = np.full((224, 224), 2, np.uint8)
    blank = View(
        state=world,
        camera=camera,
        X_WC=camera.X_PC,
        rgb=np.zeros((224, 224, 3), np.uint8),
        mask=mask,
        boxes=np.zeros((len(assets), 4)),
        pixels=np.zeros(len(assets), np.int64),
        fraction=np.ones(len(assets)),
        size=(224, 224),
        ee_pose=np.array([0.4, 0, 0.4, 1, 0, 0, 0]),
        source=(("scene", 0), ("camera", "third_person")),
    )
    for i, p in enumerate(poses):
        x, y = np.rint(blank.project(p[:3])[0]).astype(int)
        mask[y - 7 : y + 7, x - 7 : x + 7] = 3 + i
    rgb = np.zeros((224, 224, 3), np.uint8)
    for i, asset in enumerate(assets):
        rgb[mask == 3 + i] = PALETTE[asset.attributes["colour"]]
    boxes, pixels = boxes_and_pixels(mask, len(assets))
    return replace(blank, mask=mask, rgb=rgb, boxes=boxes, pixels=pixels, **kw)


@pytest.fixture
def toys() -> View:
    """From left to right as the camera sees it: a red block, a blue block, a can, a plate behind them."""
    assets = [
        box("block/0", name="block", colour="red"),
        box("block/1", name="block", colour="blue"),
        can("can/0", name="soup can", colour="green"),
        plate(name="plate", colour="white"),
    ]
    return painted(assets, [(0.5, -0.25), (0.5, -0.05), (0.5, 0.2), (0.3, 0.0)])


def samples(view: View, kind: str, count: int = 40, seed: int = 0):
    makers.load()
    out = []
    for k in range(count):
        out += list(makers.MAKERS[kind](view, rng(seed, kind, k)))
    return out


def test_pixels_of_answers_have_their_origin_at_the_corner(toys: View):
    assert toys.pixel((0.0, 0.0)) == (0, 0) and toys.pixel((223.4, 223.4)) == (223, 223)
    assert toys.box((-0.5, -0.5, 223.5, 223.5)) == (0, 0, 224, 224)
    double = replace(toys, size=(448, 448))
    assert double.box((2.5, 4.5, 3.5, 5.5)) == (6, 10, 8, 12)
    assert double.pixel((3.0, 5.0)) == (7, 11)


def test_only_phrases_that_mean_one_object_are_said(toys: View):
    """Every phrase is read back from its words and must mean the object asked for, and nothing else."""
    for kind in ("box", "point"):
        found = samples(toys, kind)
        assert {s.objects[0] for s in found} == {0, 1, 2, 3}
        for s in found:
            meant = referents(read_phrase(s.facts["phrase"], toys.here), toys.here)
            assert meant == s.objects, s.question
        assert not any(s.facts["phrase"] == "the block" for s in found)
        assert len({s.question for s in found}) > 40, "asked in many wordings"


def test_what_is_barely_seen_is_not_asked_for_and_still_a_rival(toys: View):
    hidden = replace(toys, pixels=np.array([196, 6, 196, 196]))
    asked = samples(hidden, "box")
    assert asked and all(1 not in s.objects for s in asked)
    assert not any(s.facts["phrase"] == "the block" for s in asked), "the barely seen block is a block, too"
    assert not samples(hidden, "negative"), "what is barely seen may be what is asked for"
    gone = replace(toys, pixels=np.array([196, 0, 196, 196]))
    assert any(s.facts["phrase"] == "the block" for s in samples(gone, "box")), "what is not seen is no rival"


def test_colours_that_the_picture_denies_are_not_said(toys: View):
    """The red block in black shadow: not called red, nor counted among the red; that it is black is not denied."""
    rgb = toys.rgb.copy()
    rgb[toys.mask == 3] = 10
    dark = replace(toys, rgb=rgb)
    said = {s.facts["phrase"] for kind in ("box", "boxes", "count") for s in samples(dark, kind)}
    assert said and not any("red" in text.split() for text in said)
    assert not any(s.facts["phrase"] == "the black block" for s in samples(dark, "negative"))
    assert any(s.facts["phrase"] == "the black block" for s in samples(toys, "negative", 200))
    assert any("red" in s.facts["phrase"].split() for s in samples(toys, "box"))


def test_sides_are_those_of_the_picture(toys: View):
    """The camera faces the robot: W's -y is to its left."""
    answers = {}
    for s in samples(toys, "relation"):
        if s.facts["relation"] in ("left_of", "right_of", "in_front_of", "behind"):
            word = re.search(r"left|right|in front|behind", s.answer)
            if word is None:  # "what is to the left of ...": the object is the answer
                continue
            answers.setdefault(s.objects, set()).add(word.group())
    assert answers[0, 2] == {"left"} and answers[2, 0] == {"right"} and answers[1, 3] == {"in front"}
    assert all(len(words) == 1 for words in answers.values())
    centres = phrases(toys).centres
    for (a, b), words in answers.items():
        if words & {"left", "right"}:
            assert (centres[a, 0] < centres[b, 0]) == ("left" in words)
    # A camera on the hand has no left or right that people would agree on.
    wrist = replace(toys, camera=replace(toys.camera, parent="hand"))
    said = " ".join(s.question + s.answer for kind in ("relation", "box") for s in samples(wrist, kind))
    assert not re.search(r"\bleft\b|\bright\b|behind|leftmost|closest", said)


def test_counts_and_absent_things(toys: View):
    counted = samples(toys, "count", 400)
    counts = {s.facts["phrase"]: s.facts["count"] for s in counted}
    assert counts["blocks"] == 2 and counts["plates"] == 1 and counts["red objects"] == 1
    assert counts["yellow objects"] == 0 and "white objects" not in counts, "the robot is white, too"
    numbers = Counter(s.facts["count"] for s in counted)
    assert numbers[2] > max(numbers[0], numbers[1]) > 20, "of five groups four hold one object, and 1 is not the answer"
    for s in samples(toys, "negative"):
        d = s.facts["phrase"]
        assert s.answer in ("[]", "<boxes></boxes>", "<points></points>") and s.answer in s.question
        assert d not in ("the red block", "the blue block", "the plate", "the soup can")
    every = [s for s in samples(toys, "boxes") if s.facts["phrase"] == "objects"]
    rows = forms.read_numbers(every[0].answer, every[0].form)
    assert len(rows) == 4 and [r[0] for r in rows] == sorted(r[0] for r in rows)


def test_free_places_are_free_and_fit_the_relation(toys: View):
    found = samples(toys, "placement", 60)
    kinds = {s.facts["relation"] for s in found}
    assert {"left_of", "right_of", "near"} <= kinds
    for s in found:
        ((u, v),) = forms.read_numbers(s.answer, s.form)
        anchor = s.objects[1]
        on_container = s.facts["relation"] in ("on", "in")
        assert toys.mask[v, u] == (3 + anchor if on_container else 2)
        ax = (toys.boxes[anchor, 0] + toys.boxes[anchor, 2]) / 2
        if s.facts["relation"] == "left_of":
            assert u < ax
        if s.facts["relation"] == "right_of":
            assert u > ax


def test_kinds_keep_to_their_weights_and_nothing_is_asked_twice(toys: View):
    share = {"box": 0.5, "point": 0.25, "count": 0.25}
    table, balance, asked = makers.load(), Balance(share), Asked()
    for k in range(30):
        found = ask(toys, 4, table, balance, asked, ("picture", k), rng(1, k))
        assert len({s.question for s in found}) == len(found) == 4
    assert balance.counts == Counter(box=60, point=30, count=30)
    rest = [len(ask(toys, 8, table, balance, asked, ("picture", 0), rng(2, k))) for k in range(30)]
    assert sum(rest[-5:]) < 0.6 * sum(rest[:5]), "about the same picture there is an end of it"
    with pytest.raises(ConfigError, match="did you mean 'box'"):
        makers.weights(kinds=("bax",))


def test_the_innermost_point_lies_on_rings_and_hooks():
    y, x = np.mgrid[0:60, 0:60]
    ring = (np.hypot(x - 30, y - 30) < 25) & (np.hypot(x - 30, y - 30) > 15)
    hook = ((x > 5) & (x < 12) & (y > 5) & (y < 50)) | ((x > 5) & (x < 50) & (y > 42) & (y < 50))
    for mask in (ring, hook, (x == 3) & (y == 7)):
        u, v = inner_point(mask)
        assert mask[int(v), int(u)]


def test_points_of_a_trajectory_are_equally_spaced():
    path = np.array([[0.0, 0], [3, 0], [3, 0], [3, 4], [10, 4]])
    points = equal_spacing(path, 8)
    assert np.allclose(points[0], path[0]) and np.allclose(points[-1], path[-1])
    at = points.sum(1)  # the path runs along the axes: its arc length is x + y
    assert np.allclose(np.diff(at), 2.0)
    with pytest.raises(ValueError, match="no length"):
        equal_spacing(path[:1].repeat(3, 0), 4)


def test_the_vocabulary_is_the_librarys_and_absent_things_are_absent():
    library = ProceduralLibrary(cache=4)
    names = library_names()
    assert {a.split("/")[0] for a in library.ids()} == set(names)
    for asset_id in library.ids()[:: len(library.ids()) // 25]:
        asset = library.get(asset_id)
        assert asset.name in names[asset.family], "run python -m tasks.questions.vocabulary"
    assets = tuple(library.get(a) for a in ("mug/0", "bowl/0", "apple/0"))
    for k in range(200):
        name = absent_name(rng(0, "absent", k), assets)
        assert name is not None and not any(alike(name, a.name) for a in assets)
    assert alike("coffee cup", "mug") and alike("nectarine", "apple") and not alike("hammer", "mug")
    assert [plural_of(n) for n in ("mug", "cereal box", "knife", "cherry", "toy car", "dish brush")] == [
        *("mugs", "cereal boxes", "knives", "cherries", "toy cars", "dish brushes"),
    ]


# --- the command, on recorded episodes and on fresh scenes -----------------------------------------------


def test_what_fills_the_picture_or_is_seen_from_above_is_left_alone(toys: View):
    inside = replace(toys, boxes=np.array([[-0.5, -0.5, 223.5, 180.0], *toys.boxes[1:]]))
    assert 0 not in inside.clear and 0 in toys.clear, "three sides of the picture: the camera is all but inside it"
    assets = [
        box("block/0", name="block", colour="red"),
        box("block/1", (0.02, 0.03, 0.1), name="block", colour="blue"),
    ]
    level = painted(assets, [(0.5, -0.2), (0.5, 0.2)])
    above = replace(level, camera=replace(level.camera, parent="hand"))
    said = [any("tallest" in s.facts["phrase"] for s in samples(v, "box", 100)) for v in (level, above)]
    taller = [any(s.facts["about"] == "taller" for s in samples(v, "compare", 20)) for v in (level, above)]
    assert said == taller == [True, False]


@pytest.fixture(scope="module")
def asked(made: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Questions about the shared dataset. Read only."""
    out = tmp_path_factory.mktemp("qa") / "qa"
    kinds = ["--kinds", *GROUNDING, "--shard-size", "40"]
    assert make_qa.main([str(made.root), "--samples", "160", "--out", str(out), "--workers", "0", *kinds]) == 0
    return out


def lines(out: Path) -> list[dict]:
    return [entry for _, _, entry in read_lines(out)]


def test_boxes_and_points_agree_with_the_redrawn_mask(made: Dataset, asked: Path):
    """By an independent route: the picture drawn again, its box taken from the mask's pixels."""
    found = [e for e in lines(asked) if e["kind"] in ("box", "point", "affordance")]
    assert {e["kind"] for e in found} == {"box", "point", "affordance"}
    with Redrawer(made) as draw:
        for e in found[:60]:
            s = e["source"]
            draw.open(s["episode"])
            mask = draw.render(s["frame"], s["camera"], rgb=False).instance
            assert mask is not None
            own = mask == 3 + draw.episode.scene.index(s["objects"][0])
            ys, xs = np.nonzero(own)
            (row,) = forms.read_numbers(e["conversations"][1]["value"], e["form"])
            scale = np.array([e["width"], e["height"]]) / [mask.shape[1], mask.shape[0]]
            if e["kind"] == "box":
                assert (
                    np.abs(np.array(row) - [xs.min(), ys.min(), xs.max() + 1, ys.max() + 1] * np.tile(scale, 2)).max()
                    <= 1
                )
            elif len(row) == 2:
                assert own[int(row[1] / scale[1]), int(row[0] / scale[0])]
            else:
                assert row[0] >= xs.min() - 1 and row[2] <= xs.max() + 2, "grasp regions stay on the object"


def test_trajectories_follow_the_stored_trace(made: Dataset, asked: Path):
    found = [e for e in lines(asked) if e["kind"] == "trajectory" and e["source"]["camera"] == "third_person"]
    assert found
    for e in found:
        s, answer = e["source"], e["conversations"][1]["value"]
        trace = made.episode(s["episode"], ["label.third_person.ee_point"])["label.third_person.ee_point"]
        steps = len(trace) if s["horizon_s"] is None else round(s["horizon_s"] * made.fps) + 1
        path = trace[s["frame"] : s["frame"] + steps].astype(float)
        points = np.array(forms.read_numbers(answer, e["form"]))
        assert len(points) == s["points"] and f"{len(points)} points" in e["conversations"][0]["value"]
        # Each answer is within a pixel or so of the stored polyline, starts at it, and ends where it ends.
        a, b = path[:-1, None], path[1:, None]
        t = np.clip(((points - a) * (b - a)).sum(-1) / np.maximum(((b - a) ** 2).sum(-1), 1e-9), 0, 1)
        gap = np.linalg.norm(a + t[..., None] * (b - a) - points, axis=-1).min(0)
        assert gap[:-1].max() < 1.5 and np.abs(points[0] - path[0]).max() <= 1
        if s["horizon_s"] is not None:
            assert np.abs(points[-1] - path[-1]).max() <= 1


def test_the_folder_is_the_same_for_any_number_of_workers_and_goes_on(made: Dataset, asked: Path, tmp_path: Path):
    again = tmp_path / "again"
    command = [str(made.root), "--samples", "160", "--out", str(again), "--kinds", *GROUNDING, "--shard-size", "40"]
    shutil.copytree(asked, again)
    (again / "qa-00001.jsonl").unlink()
    (again / "images/00001").rename(again / "images/spoiled")
    shutil.rmtree(again / "images/spoiled")
    (again / "meta.json").unlink()
    assert make_qa.main([*command, "--workers", "1"]) == 0
    for path in sorted(p for p in asked.rglob("*") if p.is_file() and ".work" not in p.parts):
        assert path.read_bytes() == (again / path.relative_to(asked)).read_bytes(), path.name
    assert make_qa.main([*command, "--seed", "1"]) == 2, "other settings need another folder"


def test_check_finds_what_is_wrong(asked: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert not any("?." in e["conversations"][0]["value"] for e in lines(asked)), "instructions may be questions"
    assert list(check_folder(asked)) == [] and make_qa.main(["--check", str(asked)]) == 0
    bad = tmp_path / "bad"
    shutil.copytree(asked, bad, ignore=shutil.ignore_patterns(".work"))
    path = bad / "qa-00000.jsonl"
    rows = [json.loads(t) for t in path.read_text().splitlines()]
    where = next(k for k, e in enumerate(rows) if e["kind"] == "box" and e["form"] == "json")
    rows[where]["conversations"][1]["value"] = '[{"bbox_2d": [10, 20, 500, 30], "label": "mug"}]'
    rows[(where + 1) % len(rows)]["image"] = "images/nowhere.jpg"
    rows[(where + 2) % len(rows)]["width"] = 200
    rows[(where + 3) % len(rows)]["conversations"][0]["value"] = "no picture"
    path.write_text("".join(json.dumps(e) + "\n" for e in rows))
    problems = "\n".join(check_folder(bad))
    for said in ("leaves the 224 x 224", "nowhere.jpg: missing", "smart resize", "<image> 0 times", "changed since"):
        assert said in problems
    assert make_qa.main(["--check", str(bad)]) == 1
    capsys.readouterr()


def test_what_cannot_be_asked_about_is_refused(made: Dataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    other = tmp_path / "other"
    shutil.copytree(made.root, other)
    shutil.rmtree(other / "meta" / "groundwork")
    assert make_qa.main([str(other), "--samples", "5", "--out", str(tmp_path / "a")]) == 2
    assert "only datasets of scripts/synthesize.py" in capsys.readouterr().err
    shutil.copytree(made.root / "meta" / "groundwork", other / "meta" / "groundwork")
    info = json.loads((other / "meta/info.json").read_text())
    info["features"] = {k: f for k, f in info["features"].items() if f["dtype"] != "video"}
    (other / "meta/info.json").write_text(json.dumps(info))
    assert make_qa.main([str(other), "--samples", "5", "--out", str(tmp_path / "a")]) == 2
    assert "has no pictures" in capsys.readouterr().err and not (tmp_path / "a").exists()
    for wrong in (["--width", "0"], ["--views", "-1"], ["--split", "some"], ["--scenes", "0"]):
        assert make_qa.main(["--scenes", "5", "--out", str(tmp_path / "a"), *wrong]) == 2
    (tmp_path / "file").write_text("")
    assert make_qa.main(["--scenes", "5", "--out", str(tmp_path / "file")]) == 2
    assert "no folder can be made there" in capsys.readouterr().err


def test_hands_of_fresh_scenes_are_at_work_over_the_table():
    poses = np.array([[0.4, 0.1, 0.05, 1, 0, 0, 0], [0.6, -0.2, 0.05, 1, 0, 0, 0.0]])
    hands = [hand_pose(rng(0, "hands", k), poses, 0.02) for k in range(300)]
    p = np.array([h.p for h in hands])
    assert ((p[:, 2] >= 0.06) & (p[:, 2] <= 0.42)).all() and (p[:, 2] < 0.2).mean() > 0.5
    assert all(h.R[2, 2] < -np.cos(np.deg2rad(20.1)) for h in hands), "fingers down, tilted by 20 degrees at most"
    # The first object is on every side of the hand, now and then sideways more than below.
    d = poses[0, :3] - p
    assert {int(np.sign(x)) for x in d[:, 0]} == {int(np.sign(y)) for y in d[:, 1]} == {-1, 1}
    assert (np.abs(d).argmax(1) == 2).mean() < 0.6


def test_fresh_scenes_ask_with_no_dataset_at_all(tmp_path: Path):
    out = tmp_path / "scenes"
    command = [
        "--scenes",
        "60",
        "--out",
        str(out),
        "--layouts",
        "2",
        "--views",
        "2",
        "--no-grasps",
        "--shard-size",
        "60",
    ]
    assert make_qa.main([*command, "--workers", "0", "--width", "320", "--height", "240", "--kinds", *GROUNDING]) == 0
    entries = lines(out)
    assert len(entries) == 60 and {e["kind"] for e in entries} >= {"box", "point", "relation", "placement"}
    assert all("scene" in e["source"] and (e["width"], e["height"]) == (308, 252) for e in entries)
    with Image.open(out / entries[0]["image"]) as picture:
        assert picture.size == (320, 240)
    assert list(check_folder(out)) == []
    # One table of all lines: what a line says beside its text is words, numbers and lists of them.
    assert not any(isinstance(v, dict) for e in entries for v in e["source"].values())
    cameras = {e["source"]["camera"] for e in entries}
    assert {"third_person", "wrist", "view_00"} & cameras and len(cameras) >= 3
