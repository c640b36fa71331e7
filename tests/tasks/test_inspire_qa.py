"""InSpire's questions, labels from gripper events, and general questions: every answer is checked another way."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.errors import ConfigError
from engine.export.dataset import Dataset
from engine.frames import Pose, look_at
from engine.label.directions import DIRECTIONS, FORMULATIONS
from engine.label.events import (
    EventConfig,
    Grasp,
    beyond_doubt,
    event_labels,
    grasps_from_command,
    grasps_from_width,
)
from scripts import directions
from tasks.questions import captions, comparisons, general, inspire
from tasks.questions.dataset_views import DatasetViews
from tasks.questions.makers import MAKERS
from tasks.questions.phrases import phrases
from tasks.questions.view import View
from tasks.questions.vocabulary import countable
from tasks.reading import phrase_pairs, read_phrase
from tasks.references import Description, referents

X_WC = Pose.from_vector(look_at((1.3, 0.0, 0.7), (0.5, 0.0, 0.0)).vector())


@pytest.fixture(scope="module")
def views(made: Dataset) -> list[View]:
    """Pictures of both cameras from the start, the middle, the carrying and the end of each episode."""
    out: list[View] = []
    with DatasetViews(made, "test") as drawn:
        for i in range(len(made)):
            held = np.flatnonzero(made.episode(i, ["inspire.target.grasped"])["inspire.target.grasped"])
            times = sorted({0, int(held[0]) - 3, int(held[len(held) // 2]), int(held[-1]) + 2, made.length(i) - 1})
            out += drawn.episode(i, [(c, t) for t in times for c in made.cameras])
    return out


def source(view: View) -> dict[str, str | int]:
    return dict(view.source)


# --- events -----------------------------------------------------------------------------------------


def test_grasps_are_read_from_fingers_of_any_opening() -> None:
    wide = [0.08] * 5 + [0.06, 0.0601, 0.06, 0.0599, 0.0598] + [0.08, 0.0801, 0.08]
    assert grasps_from_width(wide) == (Grasp(5, 10),)
    # Slow fingers: the grasp starts when they have come to rest; a thin thing is held, nothing is not.
    slow = [0.08, 0.06, 0.04, 0.02, 0.004, 0.0035, 0.0035, 0.0035, 0.03, 0.08]
    assert grasps_from_width(slow) == (Grasp(4, 8),)
    empty = [0.08, 0.04, 0.0, 0.0, 0.0, 0.0, 0.04, 0.08, 0.08]
    assert grasps_from_width(empty) == ()
    twice = wide + wide[1:]
    assert grasps_from_width(twice) == (Grasp(5, 10), Grasp(5 + 12, 10 + 12))
    assert grasps_from_width(wide[:9]) == (Grasp(5, None),) and grasps_from_width([0.08] * 9) == ()
    assert grasps_from_width(wide, EventConfig(min_frames=6)) == ()
    assert grasps_from_command([0, 0, 1, 1, 1, 0, 0, 0]) == (Grasp(3, 6),)
    assert grasps_from_command([0, 1, 1]) == (Grasp(2, None),) and grasps_from_command([0, 0]) == ()
    with pytest.raises(ConfigError, match="one finite number per frame"):
        grasps_from_width([[0.0]])


def test_what_events_stand_for_and_what_they_do_not_say() -> None:
    p = np.array([[0.4, 0, 0.4], [0.4, 0, 0.2], [0.4, 0, 0.0], [0.4, 0.2, 0.3], [0.5, 0.2, 0.1], [0.5, 0.2, 0.4]])
    labels = event_labels(p, [Grasp(2, 5)], X_WC)
    words = [DIRECTIONS[d] for d in labels["target"].direction]
    assert words == ["down", "down", "grasped", "grasped", "grasped", "down"]
    # The container is where the hand opened, (0.5, 0.2, 0.1): to the front of a camera at +x, and right of it at +y.
    assert [DIRECTIONS[d] for d in labels["container"].direction] == ["down", "right", "right", "down", "front", "down"]
    assert labels["container"].offset[1] == pytest.approx([0.1, 0.2, -0.1])
    open_end = event_labels(p, [Grasp(2, None)], X_WC)
    assert not open_end["container"].known.any() and (open_end["container"].direction == -1).all()
    assert open_end["target"].known.all()
    assert not event_labels(p, [], X_WC)["target"].known.any()
    with pytest.raises(ConfigError, match="must be in order"):
        event_labels(p, [Grasp(3, 5), Grasp(2, 4)], X_WC)


def test_beyond_doubt_is_the_exact_bound() -> None:
    """No error within the bound changes the answer, and just outside it one can."""
    rng = np.random.default_rng(0)
    d = rng.uniform(-0.4, 0.4, (4000, 3))
    size = np.abs(rng.uniform(-0.1, 0.1, (4000, 3)))
    safe = beyond_doubt(d, size)
    assert 0.2 < safe.mean() < 0.8

    def answer(x: np.ndarray) -> np.ndarray:
        axis = np.abs(x).argmax(axis=1)
        return 2 * axis + (x[np.arange(len(x)), axis] < 0)

    worst = np.zeros(len(d), bool)
    for signs in np.ndindex(2, 2, 2):
        worst |= answer(d + size * (2.0 * np.array(signs) - 1)) != answer(d)
    assert (worst == ~safe).all()


def test_agreement_is_reported_and_a_wrong_label_is_found(made: Dataset, tmp_path: Path, capsys) -> None:
    assert directions.main([str(made.root), "--json", str(tmp_path / "a.json")]) == 0
    said = capsys.readouterr().out
    assert "unexplained" in said and "by distance" in said and "direction_3d" in said
    copy = tmp_path / "copy"
    shutil.copytree(made.root, copy, ignore=shutil.ignore_patterns("videos", "sidecars"))
    path = next((copy / "data").rglob("*.parquet"))
    table = pq.read_table(path)
    name = "inspire.target.direction"
    values = table[name].to_pylist()
    assert values[0] == DIRECTIONS.index("down")
    values[0] = DIRECTIONS.index("up")
    table = table.set_column(table.column_names.index(name), name, pa.array(values, table[name].type))
    pq.write_table(table, path)
    assert directions.main([str(copy)]) == 1
    assert directions.main([str(copy), "--sample", "0"]) == 2
    capsys.readouterr()


def test_labels_are_written_without_object_poses(made: Dataset, tmp_path: Path, capsys) -> None:
    """A dataset of which only positions, opening and a camera pose are used gives the same labels."""
    out = tmp_path / "labels.parquet"
    assert directions.main([str(made.root), "--write", str(out)]) == 0
    table = pq.read_table(out).to_pydict()
    assert len(table["frame_index"]) == made.info["total_frames"]
    columns = made.episode(1)
    rows = [k for k, e in enumerate(table["episode_index"]) if e == 1]
    assert [table["frame_index"][k] for k in rows] == list(range(made.length(1)))
    held = np.array([table["target.grasped"][k] for k in rows])
    assert np.abs(held.astype(int) - columns["inspire.target.grasped"]).sum() <= 3
    same = np.array([table["container.direction"][k] for k in rows]) == columns["inspire.container.direction"]
    assert same.mean() > 0.6
    pose = [f"{x:.9f}" for x in columns["camera.third_person.extrinsics"][0]]
    again = tmp_path / "again.parquet"
    arguments = ["--write", str(again), "--position", "observation.ee_pose", "--gripper", "observation.gripper_width"]
    assert directions.main([str(made.root), *arguments, "--sample", "2", "--camera-pose", *pose]) == 0
    other = pq.read_table(again).to_pydict()
    assert [other["target.direction"][k] for k in rows] == [table["target.direction"][k] for k in rows]
    assert directions.main([str(made.root), "--write", str(again), "--position", "observation.pose"]) == 2
    assert "did you mean" in capsys.readouterr().err


# --- InSpire's questions ------------------------------------------------------------------------------


def test_directions_equal_the_columns_of_the_dataset(made: Dataset, views: list[View]) -> None:
    seen: Counter[str] = Counter()
    for view in views:
        where = source(view)
        columns = made.episode(int(where["episode"]))
        found = list(inspire.make(view, np.random.default_rng(0)))
        if where["camera"] == "wrist":
            assert not found, "no question of the third-person view in a picture of the hand"
        for s in found:
            role, t = s.facts["part"], int(where["frame"])
            if role not in ("target", "container"):
                continue
            d = columns[f"inspire.{role}.offset"][t].astype(float)
            held = bool(columns[f"inspire.{role}.grasped"][t])
            seen[s.facts["formulation"]] += 1
            if s.facts["formulation"] == "direction_1d":
                assert s.answer == DIRECTIONS[columns[f"inspire.{role}.direction"][t]]
            elif held:
                assert s.answer == "grasped"
            elif s.facts["formulation"] == "distance":
                assert abs(int(s.answer) - min(10 * np.linalg.norm(d), 9)) <= 1
            elif s.facts["formulation"] == "location_3d":
                assert all(abs(int(w) - 10 * x) <= 1 for w, x in zip(s.answer.split(), d, strict=True))
            elif s.facts["formulation"] == "direction_3d":
                pairs = zip(s.answer.split(), (("back", "front"), ("left", "right"), ("down", "up")), d, strict=True)
                assert all(w == words[int(x >= 0)] for w, words, x in pairs)
    assert set(seen) == set(FORMULATIONS) and min(seen.values()) >= 4


def test_all_objects_of_the_instruction_are_asked_for(views: list[View]) -> None:
    """Target, container and what a relation refers to, in every wording that the datasets hold."""
    by_hand = 0
    for view in views[::6]:
        for text in view.instructions:
            named = inspire.named_objects(view, text)
            parts = Counter(named.values())
            assert parts["target"] == 1 and parts["container"] == 1
            # The names in the sentence, counted another way: every object called by its name there is asked for.
            said = {i for i, a in enumerate(view.assets) if re.search(rf"\b{a.name}\b", text.lower())}
            unique = {i for i in said if sum(view.assets[i].name == view.assets[j].name for j in said) == 1}
            longest = {i for i in unique if not any(view.assets[i].name in view.assets[j].name for j in said - {i})}
            assert longest <= set(named), text
            by_hand += len(named) > 2
    assert by_hand, "at least one sentence names a third object"


def test_sentences_are_taken_apart_in_every_way() -> None:
    text = "Could you pick up the red can next to the bowl and put it on the plate?"
    assert list(phrase_pairs(text)) == [("the red can next to the bowl", "on", "the plate")]
    got = set(phrase_pairs("Put the can next to the bowl on the plate, please."))
    assert {("the can next to the bowl", "on", "the plate"), ("the can", "near", "the bowl on the plate")} <= got
    assert ("the can", "on", "the plate") in set(phrase_pairs("Move the can to the top of the plate"))
    assert ("the can", "between", "the mug and the cup") in set(
        phrase_pairs("Move the can between the mug and the cup")
    )
    assert list(phrase_pairs("Dance!")) == []


# --- general questions --------------------------------------------------------------------------------


def every(views: list[View], kind: str, most: int = 12) -> Iterator[tuple[View, object]]:
    for number, view in enumerate(views):
        for s in islice(MAKERS[kind](view, np.random.default_rng([7, number])), most):
            yield view, s


def phrase_index(view: View, phrase: str) -> int:
    """The scene object that a phrase means in this picture, read from its words."""
    fits = referents(read_phrase(phrase, view.here), view.here)
    assert len(fits) == 1, f"'{phrase}' means {len(fits)} objects"
    return view.seen[fits[0]]


def test_attributes_are_true_told_apart_and_not_given_away(views: list[View]) -> None:
    count = 0
    for view, s in every(views, "attribute"):
        i = phrase_index(view, s.facts["phrase"])
        assert s.objects == (i,) and i in view.clear
        value = view.assets[i].attributes[s.facts["attribute"]]
        said = general.say(value) if s.facts["attribute"] != "material" else value
        assert said in s.answer
        assert said not in s.facts["phrase"].split(), "the answer is not in the phrase"
        if s.facts["attribute"] == "colour":
            assert said not in s.question
        count += 1
    assert count > 40


def test_yes_and_no_are_balanced_and_true(views: list[View]) -> None:
    answers: dict[str, Counter[str]] = {}
    for view, s in every(views, "yes_no", 40):
        about, word = s.facts["about"], s.answer.split(",")[0]
        answers.setdefault(about, Counter())[word] += 1
        if about == "side":
            # Judged again by the plain difference along the camera's axes, no cone, no slack.
            a, b = (view.poses[i, :2] for i in s.objects)
            front = -view.pose.R[:2, 2] / np.linalg.norm(view.pose.R[:2, 2])
            right = view.pose.R[:2, 0] / np.linalg.norm(view.pose.R[:2, 0])
            kinds = {"left of": -right, "right of": right, "in front of": front, "behind": -front}
            u = next(u for k, u in kinds.items() if k in s.question.replace("Seen from the camera", ""))
            assert ((a - b) @ u > 0) == (word == "Yes"), s.question
        elif about == "grasp":
            held = bool(view.grasped[list(s.objects)].any()) if s.objects else False
            empty = re.search("empty|nothing", s.question) is not None
            assert (word == "Yes") == (not view.grasped.any() if empty else held)
        elif about == "colour":
            value = view.assets[s.objects[0]].attributes["colour"]
            assert (value in s.question) == (word == "Yes")
    assert {"colour", "side", "grasp"} <= set(answers)
    for about, counted in answers.items():  # claims come in pairs; the last one may be cut off
        assert abs(counted["Yes"] - counted["No"]) <= len(views) and min(counted.values()) > 0, (about, counted)
    firsts = [next(iter(general.yes_no(v, np.random.default_rng(k))), None) for v in views for k in range(8)]
    share = np.mean([s.answer.startswith("Yes") for s in firsts if s is not None])
    assert abs(share - 0.5) < 4 * 0.5 / np.sqrt(len(firsts)), "the first of a pair is as often true as false"


def test_lists_hold_all_that_lies_there(views: list[View]) -> None:
    lists = [(v, s) for v, s in every(views, "listing") if "commas" in s.question]
    assert lists
    for view, s in lists:
        assert view.grasped is not None
        there = [view.assets[i].name for i in range(view.n) if view.pixels[i] and not view.grasped[i]]
        assert sorted(s.answer.split(", ")) == sorted(there)
    barely = replace(views[0], pixels=np.where(np.arange(views[0].n) == 0, 3, views[0].pixels))
    assert not list(MAKERS["listing"](barely, np.random.default_rng(0))), "three pixels leave it in doubt"


SIDE = "to the left of|to the right of|in front of|behind"
PLAIN = re.compile(rf"^(the .+?) (?:is|are|stands|stand) ({SIDE}|next to|between|in|on) (the .+)$")
TURNED = re.compile(rf"^({SIDE}) (the .+?) (?:is|are) (the .+)$")
ARM = r"^(?:a robot arm is at work; )?"
COUNT = re.compile(
    rf"{ARM}(?:there (?:are|is) )?(?:a )?(\w+) objects?(?: are| is)? on a table(?:: |, among them )(.*)$"
)
SEES = re.compile(rf"{ARM}(?:.+ on a table, among them|on a table one sees|.+ a table with) (.*)$")


def judge(view: View, text: str) -> str:
    """Which form a sentence of a caption has, after every word of it was found to be true; KeyError for others."""
    ph = phrases(view)
    assert view.grasped is not None
    if m := PLAIN.match(text) or TURNED.match(text):
        subject, words, objects = (m[1], m[2], m[3]) if m.re is PLAIN else (m[3], m[1], m[2])
        kinds = {"next to": "near", "to the left of": "left_of", "to the right of": "right_of"}
        kind = kinds.get(words, words.replace(" ", "_"))
        anchors = [ph.here[phrase_index(view, p)] for p in (objects.split(" and ") if kind == "between" else [objects])]
        said = Description(None, (), kind, tuple(d for k in anchors if (d := ph.short(k)) is not None))
        assert ph.is_so(said, ph.here[phrase_index(view, subject)]), text
        return kind
    if re.search("holds no|holds nothing|empty", text):
        assert not view.grasped.any()
        return "empty"
    if re.search("holding|holds|grasped", text):
        assert view.grasped[phrase_index(view, "the " + text.split(" the ")[-1])]
        return "held"
    if (m := COUNT.match(text)) and m[1] != "several":
        numbers = {w: n for n, w in enumerate(captions._NUMBERS)} | {"single": 1}
        assert numbers[m[1]] == int(((view.pixels > 0) & ~view.grasped).sum()), text
        there = things(view, m[2])
        return "all" if there == numbers[m[1]] else "count"
    if m := SEES.match(text):
        there = things(view, m[1])
        assert there >= 1 and ("among" not in text or len(view.clear) >= captions.SEVERAL)
        return "some"
    side = next((w for w in ("left", "middle", "right") if w in text), None)
    if side is None:
        raise KeyError(text)
    for part in re.split(r", | and ", re.sub(r"^.*?(?: is | are | shows )", "", text)):
        box = view.boxes[phrase_index(view, part)]
        x = ((box[0] + box[2]) / 2 + 0.5) / view.camera.width
        assert ("left", "middle", "right")[int(3 * x)] == side, text
    return "third"


def things(view: View, text: str) -> int:
    """How many objects "a red mug, two plates and corn" names; each must be there with its colour, none in the hand."""
    assert view.grasped is not None
    there = Counter(view.assets[i].name for i in view.seen if not view.grasped[i])
    total = 0
    for part in re.split(r", | and ", text):
        words = part.split()
        n = captions._NUMBERS.index(words[0]) if words[0] in captions._NUMBERS else 1
        name = next(k for k in there if part.endswith(k if n == 1 else captions.plural_of(k)))
        assert there[name] >= n, part
        rest = part.removesuffix(name).split() if n == 1 else []
        colours = [w for w in rest if w not in ("a", "an")]
        held = [view.assets[i].attributes["colour"] for i in view.clear if view.assets[i].name == name]
        assert not colours or colours[0] in held, part
        total += n
    return total


def test_captions_say_only_what_holds(views: list[View]) -> None:
    """Every sentence is read back word by word and judged by predicates, masks and grasps."""
    checked: Counter[str] = Counter()
    for view, s in every(views, "caption"):
        for text in s.answer.removesuffix(".").lower().split(". "):
            checked[judge(view, text)] += 1
    expected = {
        "near",
        "left_of",
        "right_of",
        "behind",
        "in_front_of",
        "between",
        "empty",
        "held",
        "count",
        "all",
        "third",
    }
    assert expected <= set(checked) and sum(checked.values()) > 150, checked
    # The judge itself finds what is not so.
    first = views[0]
    a, b = (phrases(first).short(k) for k in phrases(first).clear[:2])
    assert a is not None and b is not None
    for wrong in ("The robot is holding {a}", "Two objects are on a table: {b}", "{a} is in {b} ", "{b} is on {a}"):
        with pytest.raises((AssertionError, StopIteration)):
            judge(first, wrong.format(a=a.text(), b=b.text()).lower().strip())


def test_comparisons_hold_in_numbers(views: list[View]) -> None:
    seen: Counter[str] = Counter()
    for view, s in every(views, "compare", 30):
        a, b = s.objects
        what = s.facts["about"]
        seen[what] += 1
        if what in ("left", "right"):
            lead = view.boxes[b, [0, 2]].mean() - view.boxes[a, [0, 2]].mean()
            assert (lead > 0) == (what == "left")
        elif what == "taller":
            rise = [np.ptp((Pose.from_vector(view.poses[i]).R @ view.assets[i].vertices().T)[2]) for i in (a, b)]
            assert rise[0] > 1.3 * rise[1]
        elif what == "larger":
            assert np.prod(view.assets[a].extents) > 2 * np.prod(view.assets[b].extents)
        else:
            gap = [np.linalg.norm(view.poses[i, :3] - view.ee_pose[:3]) for i in (a, b)]
            assert gap[0] < gap[1]
    assert len(seen) >= 4 and set(seen) <= set(comparisons._COMPARE)


def test_the_same_picture_and_seed_give_the_same_questions(views: list[View]) -> None:
    for kind in ("inspire", "attribute", "yes_no", "listing", "compare", "caption"):
        a, b = (list(islice(MAKERS[kind](views[0], np.random.default_rng(3)), 6)) for _ in range(2))
        assert a == b and len({s.question + s.answer for s in a}) == len(a)


def test_words() -> None:
    got = [captions.amount(n, k) for n, k in (("apple", 1), ("cereal box", 2), ("knife", 3), ("corn", 1), ("corn", 2))]
    assert got == ["an apple", "two cereal boxes", "three knives", "corn", None]
    assert captions.indefinite("half kiwi", "half kiwi") == "a half kiwi"
    assert captions.indefinite("green toy fish", "toy fish") == "a green toy fish"
    assert captions.amount("cream tube", 1) == "a cream tube" and captions.amount("face cream", 1) == "face cream"
    assert captions.indefinite("red stacking rings", "stacking rings") == "red stacking rings"
    got = [captions.amount(n, k) for n, k in (("popcorn", 1), ("shower gel", 1), ("fish", 1), ("thermos", 1))]
    assert got == ["popcorn", "shower gel", "a fish", "a thermos"]
    several = [captions.amount(n, 2) for n in ("toy snowman", "bread knife", "thermos")]
    assert several == ["two toy snowmen", "two bread knives", "two thermoses"]
    assert countable("bread knife") and not countable("nail polish") and not countable("scissors")
    assert captions.joined(["a", "b", "c"]) == "a, b and c" and captions.number(13) == "13"
