"""Task files, scenes and the benchmark."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter

import numpy as np
import pytest
import toys
from hypothesis import given, settings
from hypothesis import strategies as st
from toys import ToyLibrary

from assets.catalogue import listed, split_of
from engine.errors import GroundworkError, TaskError
from engine.rng import rng
from engine.types import RELATIONS, Region, Relation, Role, TaskSpec
from tasks.benchmark import BENCHMARK_FILE, BENCHMARK_SIZE, benchmark_hash, benchmark_task, draw_task, tasks_hash
from tasks.make_benchmark import difficulty
from tasks.scene import confusable, family_of, resolve_scene
from tasks.spec import DEFAULT_INSTRUCTION, dump_task, load_task, parse_task

TEN_LINES = """\
task: red_mug_on_plate
roles:
  target: {category: mug, attributes: {colour: red}}
  container: plate
  near_can: can/3
distractors: 4
goal: [target on container]
initial: [target left_of near_can in base]
regions:
  target: {x: [0.42, 0.55], y: [-0.1, 0.1]}
"""


def test_a_users_task_takes_ten_lines(tmp_path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(TEN_LINES)
    assert len(TEN_LINES.splitlines()) == 10
    spec = load_task(path)
    assert spec.goal == (Relation("on", "target", ("container",)),)
    assert spec.initial == (Relation("left_of", "target", ("near_can",), "base"),)
    assert spec.roles[0] == Role("target", category="mug", attributes=(("colour", "red"),))
    assert spec.roles[2] == Role("near_can", instance="can/3") and spec.roles[3] == Role("distractor", count=4)
    assert spec.instructions == (DEFAULT_INSTRUCTION,)
    assert spec.regions == (("target", Region((0.42, 0.55), (-0.1, 0.1))),)
    scene = resolve_scene(spec, ToyLibrary(), rng(0, "x"))
    assert scene.names == ("target", "container", "near_can", *(f"distractor_{k}" for k in range(4)))
    assert scene.asset("target").family == "mug" and scene.asset("target").attributes["colour"] == "red"
    assert scene.asset("container").container is not None and scene.asset("near_can").asset_id == "can/3"


def test_the_shortest_task_has_nine_distractors() -> None:
    spec = parse_task("roles: {target: mug, container: bin}\ngoal: target in container\n", default_id="mine")
    assert spec.task_id == "mine" and spec.roles[2] == Role("distractor", count=9)
    scene = resolve_scene(spec, ToyLibrary(), rng(0, 1))
    assert len(scene.names) == 11 and len({a.asset_id for a in scene.assets}) == 11
    families = Counter(a.family for a in scene.assets)
    assert max(families.values()) == 1  # nothing that could be confused while there is a choice
    again = resolve_scene(spec, ToyLibrary(), rng(0, 1))
    other = resolve_scene(spec, ToyLibrary(), rng(0, 2))
    ids = [[a.asset_id for a in s.assets] for s in (scene, again, other)]
    assert ids[0] == ids[1] != ids[2]


WORD = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)
COORDINATE = st.floats(-1, 1).map(lambda v: round(v, 4))


@st.composite
def specs(draw) -> TaskSpec:
    names = draw(st.lists(WORD, min_size=3, max_size=5, unique=True))
    roles = []
    for name in names:
        if draw(st.booleans()):
            roles.append(Role(name, instance=f"{draw(WORD)}/{draw(st.integers(0, 99))}"))
        else:
            pairs = draw(st.dictionaries(WORD, TEXT, max_size=2))
            roles.append(Role(name, category=draw(st.none() | WORD), attributes=tuple(pairs.items())))
    roles.append(Role("many", count=draw(st.integers(2, 9)))) if "many" not in names else None
    kind = draw(st.sampled_from(RELATIONS))
    others = tuple(names[1:3]) if kind == "between" else (names[1],)
    goal = (Relation(kind, names[0], others, draw(st.sampled_from(("camera", "base", "world")))),)
    lo = [draw(COORDINATE), draw(COORDINATE)]
    region = Region((lo[0], lo[0] + 0.25), (lo[1], lo[1] + 0.25))
    return TaskSpec(
        draw(TEXT),
        tuple(roles),
        goal,
        instructions=(f"Do it with {{{names[0]}}}: {draw(TEXT)}".replace("{}", "").strip(),),
        regions=((names[0], region),),
        metadata=tuple(draw(st.dictionaries(WORD, TEXT, max_size=2)).items()),
    )


@settings(max_examples=80, deadline=None)
@given(specs())
def test_dump_then_parse_is_identity(spec: TaskSpec) -> None:
    if any("{" in t.replace("{" + spec.roles[0].name + "}", "") for t in spec.instructions):
        return
    assert parse_task(dump_task(spec)) == spec


BASE = "roles: {target: mug, container: plate}\ngoal: [target on container]\n"
BAD_FILES = [
    ("roles: {target: {categry: mug}}", r"roles.target.categry: unknown key 'categry'; did you mean 'category'"),
    (BASE + "rols: {}", r"rols: unknown key 'rols'; did you mean 'roles'"),
    (BASE.replace(" on ", " onn "), r"goal\[0\].kind: unknown relation 'onn'; did you mean 'on'"),
    (BASE.replace("target on", "taget on"), r"goal\[0\].subject: unknown object 'taget'; did you mean 'target'"),
    (
        BASE + "initial: [target left_of container in bse]",
        r"initial\[0\].frame: unknown frame 'bse'; did you mean 'base'",
    ),
    (BASE + "initial: [target left_of container, target right_of container]", r"initial: .*contradict each other"),
    (BASE + "initial: [{kind: on, subject: target}]", r"initial\[0\].objects: give either"),
    (BASE + "initial: [target on]", r"initial\[0\]: 'target on'; write SUBJECT RELATION OBJECT"),
    (BASE + "regions: {target: {x: [0.6, 0.4], y: [0, 0.1]}}", r"regions.target.x: '\[0.6, 0.4\]'; give \[low, high\]"),
    (
        BASE + "regions: {targt: {x: [0.4, 0.6], y: [0, 0.1]}}",
        r"regions.targt: unknown object or role 'targt'; did you",
    ),
    (BASE + "distractors: many", r"distractors: 'many'; give a whole number"),
    (
        BASE + "instructions: ['Move {tagret}']",
        r"instructions\[0\]: '{tagret}': unknown role 'tagret'; did you mean 'target'",
    ),
    ("roles: {a: mug, b: plate}\ngoal: [a on b]", r"instructions: missing.*\{a\}, \{b\}"),
    ("roles: {target: mug}\nroles: {target: can}", r"line 2: key 'roles' is given twice"),
    (
        "roles: {target: {count: 0}, container: plate}\ngoal: [target on container]",
        r"roles.target.count: '0'; give a whole",
    ),
    ("roles: {Target: mug}", r"roles.Target: role names are lower-case words"),
    ("roles: {target: {instance: mug/1, category: mug}}", r"roles.target: an instance already has"),
    ("goal: [target on container]", r"roles: missing"),
    ("roles: {target: mug, container: plate}", r"goal: missing"),
    ("[1, 2]", r"the file: expected a mapping"),
    ("", r"the file: expected a mapping with the keys task, roles, .*found nothing"),
    ("roles: {target: [", r"not YAML"),
]


@pytest.mark.parametrize(("text", "message"), BAD_FILES, ids=range(len(BAD_FILES)))
def test_bad_files_name_place_and_fix(text: str, message: str, tmp_path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with pytest.raises(TaskError, match=message) as caught:
        load_task(path)
    assert str(caught.value).startswith(str(path))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(TEN_LINES) - 1), st.integers(0, 12), st.text(max_size=6))
def test_any_damage_gives_a_task_or_a_clear_error(start: int, length: int, junk: str) -> None:
    text = TEN_LINES[:start] + junk + TEN_LINES[start + length :]
    try:
        parse_task(text)
    except GroundworkError as error:
        assert str(error).startswith("task: ")


BAD_SCENES = [
    ({"category": "mugg"}, r"roles.target.category: unknown family or category 'mugg'; did you mean 'mug'"),
    (
        {"category": "mug", "attributes": (("colour", "readish"),)},
        r"roles.target.attributes.colour: no mug is 'readish'",
    ),
    ({"category": "mug", "attributes": (("color", "red"),)}, r"unknown attribute 'color'; did you mean 'colour'"),
    ({"instance": "mug/77"}, r"roles.target.instance: unknown object 'mug/77'; did you mean 'mug/7'"),
    ({"instance": "plate/0"}, r"roles.target.instance: 'plate/0' \(plate\) cannot be grasped"),
    ({"category": "plate"}, r"roles.target: no plate is left"),
]


@pytest.mark.parametrize(("role", "message"), BAD_SCENES, ids=range(len(BAD_SCENES)))
def test_queries_without_answer_name_the_nearest(role: dict, message: str) -> None:
    spec = parse_task(BASE)
    bad = dataclasses.replace(spec, roles=(Role("target", **role), *spec.roles[1:]))
    with pytest.raises(TaskError, match=message):
        resolve_scene(bad, ToyLibrary(), rng(0, 1))


def test_impossible_sizes_are_found_when_the_scene_is_made() -> None:
    spec = parse_task(BASE + "regions: {distractor: {x: [0.5, 0.51], y: [0.0, 0.01]}}")
    with pytest.raises(TaskError, match="is too small: its 9 objects need"):
        resolve_scene(spec, ToyLibrary(), rng(0, 1))
    into = parse_task("roles: {target: mug, container: plate}\ngoal: [target in container]")
    with pytest.raises(TaskError, match=r"roles.container: no plate is left"):
        resolve_scene(into, ToyLibrary(), rng(0, 1))


def test_small_libraries_still_fill_a_scene() -> None:
    class Few(ToyLibrary):
        words = ("mug", "can")

    scene = resolve_scene(parse_task(BASE), Few(), rng(0, 3))
    assert len({a.asset_id for a in scene.assets}) == 11
    assert all(a.family != "mug" for a in scene.assets[2:])  # distractors that cannot be taken for the target


# --- the benchmark ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def benchmark() -> list[TaskSpec]:
    class Cached(ToyLibrary):
        memory: dict = {}  # noqa: RUF012

        def get(self, asset_id: str):
            if asset_id not in self.memory:
                self.memory[asset_id] = super().get(asset_id)
            return self.memory[asset_id]

    library = Cached()
    return [draw_task(i, library) for i in range(BENCHMARK_SIZE)]


def test_drawn_tasks_have_200_targets_spread_evenly(benchmark: list[TaskSpec]) -> None:
    targets = [t.roles[0].instance for t in benchmark]
    assert len(set(targets)) == 200 and len({t.task_id for t in benchmark}) == 200
    for n in (10, 20, 50, 200):  # every beginning is as even as can be
        families = Counter(str(t).split("/")[0] for t in targets[:n])
        assert max(families.values()) - (min(families.values()) if len(families) == 12 else 0) <= 1
    containers = Counter(t.roles[1].instance for t in benchmark)
    assert len(containers) == 4 and min(containers.values()) > 10
    kinds = Counter(t.goal[0].kind for t in benchmark)
    assert set(kinds) == {"on", "in"} and min(kinds.values()) >= 40


def test_benchmark_objects_cannot_be_confused(benchmark: list[TaskSpec]) -> None:
    library = ToyLibrary()
    for task in benchmark[::7]:
        scene = resolve_scene(task, library, rng(0))
        assert scene.names == ("target", "container", *(f"distractor_{k}" for k in range(9)))
        assert len({a.asset_id for a in scene.assets}) == 11
        for important in scene.assets[:2]:
            others = [a for a in scene.assets if a is not important]
            assert not any(confusable(important, a) for a in others)
        assert task == draw_task(int(task.task_id.split("_")[1]), library)
        assert parse_task(dump_task(task)) == task


def test_benchmark_says_what_it_lacks() -> None:
    class Few(ToyLibrary):
        words = ("mug", "can")

    with pytest.raises(TaskError, match="the library has 40 graspable targets, so tasks 0 to 39"):
        draw_task(40, Few())
    with pytest.raises(TaskError, match="tasks 0 to 199"):
        benchmark_task(200)


def test_targets_can_be_restricted_to_a_users_objects() -> None:
    library = ToyLibrary()
    own = [a for a in library.ids() if a.startswith("mug/")][:3]
    tasks = [draw_task(i, library, own) for i in range(3)]
    assert sorted(t.roles[0].instance or "" for t in tasks) == sorted(own)
    with pytest.raises(TaskError, match="3 graspable targets"):
        draw_task(3, library, own)


def test_the_stored_benchmark_is_even_and_of_seen_objects_each_in_one_task() -> None:
    data = json.loads(BENCHMARK_FILE.read_text())
    stored = [benchmark_task(i) for i in range(BENCHMARK_SIZE)]
    assert len(data["tasks"]) == BENCHMARK_SIZE and data["hash"] == tasks_hash(data["tasks"]) == benchmark_hash()
    ids = [[str(r.instance) for r in t.roles] for t in stored]
    assert all(split_of(a) == "seen" for task in ids for a in task)
    uses = Counter(a for task in ids for a in task)
    assert len({task[0] for task in ids}) == BENCHMARK_SIZE and all(len(set(task)) == 11 for task in ids)
    # No more objects stand in several tasks than the seen sets are too small by.
    seen = [a for a in listed("seen") if family_of(a) in {family_of(b) for b in uses}]
    most = 11 * BENCHMARK_SIZE - 5  # a few containers of small families serve twice
    assert len(uses) >= min(most, 0.95 * len(seen)) and max(uses.values()) <= 3
    for n in (20, BENCHMARK_SIZE):
        families = Counter(family_of(task[0]) for task in ids[:n])
        assert max(families.values()) - (min(families.values()) if n == BENCHMARK_SIZE else 1) <= 1
    containers = Counter(family_of(task[1]) for task in ids)
    assert len(containers) >= 7 and max(containers.values()) <= 2 * BENCHMARK_SIZE / len(containers)
    assert len({task[1] for task in ids}) >= 0.9 * BENCHMARK_SIZE


def test_difficulty_is_what_its_rule_says_of_the_stored_measures() -> None:
    levels = Counter()
    for i, t in enumerate(json.loads(BENCHMARK_FILE.read_text())["tasks"]):
        assert t["difficulty"] == difficulty(t["measures"])
        assert ("difficulty", t["difficulty"]) in benchmark_task(i).metadata
        levels[t["difficulty"]] += 1
    assert set(levels) == {"easy", "medium", "hard"} and min(levels.values()) >= 20
    roomy = {"room_mm": 30.0, "grasps": 60, "tilted": 0.5, "crowd": 0.1, "alike": 0}
    assert [difficulty(roomy | m) for m in ({}, {"room_mm": 5.0}, {"tilted": 0.0}, {"alike": 5, "crowd": 0.3})] == [
        *("easy", "medium", "medium", "hard")
    ]


def test_the_stored_benchmark_makes_clear_scenes() -> None:
    from assets.library import ProceduralLibrary

    library = ProceduralLibrary()
    for task in (benchmark_task(i) for i in range(0, BENCHMARK_SIZE, 25)):
        scene = resolve_scene(task, library, rng(0))
        for important in scene.assets[:2]:
            assert not any(confusable(important, a) for a in scene.assets if a is not important)


def test_the_real_library_makes_real_scenes() -> None:
    from assets.library import ProceduralLibrary

    library = ProceduralLibrary()
    for i in (0, 99, 199):
        scene = resolve_scene(benchmark_task(i), library, rng(0))
        assert scene.assets[0].graspable and scene.assets[1].container is not None
        assert len({a.asset_id for a in scene.assets}) == 11 and np.isfinite([a.mass for a in scene.assets]).all()
        assert toys.upright(scene.assets[0], 0, 0).shape == (7,)
