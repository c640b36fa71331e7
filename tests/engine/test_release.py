"""Releases: splits that do not leak and a check that finds planted leaks, versions, card, episodes made again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.config import RunConfig
from engine.errors import ConfigError, DatasetError
from engine.export.checksums import check_checksums
from engine.export.dataset import Dataset, load_dataset
from engine.export.geometry import check_files
from engine.label.table import COLUMNS
from engine.record.store import EpisodeStore
from engine.release.assemble import Extras, assemble
from engine.release.cameras import GAP_M, camera_box, outside_by, outside_cameras
from engine.release.facts import EpisodeFacts, dataset_facts
from engine.release.leaks import check_leaks, find_leaks, split_ranges
from engine.release.plan import read_release
from engine.release.splits import SPLITS, SplitConfig, assign
from engine.release.verify import sample_rows
from engine.render.randomize import CameraRanges
from engine.rerender import fingerprint
from engine.run import execute, open_session
from engine.sim.cameras import default_cameras, fovy
from engine.sim.model import CONTROL_HZ
from engine.skills.validate import StateProbe
from learner.data.geometry_reader import GeometryReader
from scripts import make_geometry
from scripts import release as command
from tasks.language import check_instructions

CAMERAS = """
- {name: third_person, width: 64, height: 64, fovy_deg: 45, eye: [1.42, 0, 0.85], target: [0.44, 0, 0.1]}
- {name: palm, width: 64, height: 48, fovy_deg: 70, parent: hand, eye: [0.075, 0, -0.07], target: [0, 0, 0.05]}
"""


def made(out: Path, **run: Any) -> Path:
    with open_session(RunConfig(render=False, **run), out) as session:
        assert execute(session, workers=0, columns=COLUMNS, fps=CONTROL_HZ).exit_code == 0
    return out


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four tasks of two episodes each, not rendered."""
    return made(tmp_path_factory.mktemp("source") / "plain", seed=3, tasks=4, episodes=2)


@pytest.fixture(scope="module")
def release(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of it in small pictures."""
    folder = tmp_path_factory.mktemp("release")
    (folder / "cameras.yaml").write_text(CAMERAS)
    arguments = [str(source), "--out", str(folder / "toy"), "--cameras", str(folder / "cameras.yaml"), "--renders", "1"]
    assert command.main([*arguments, "--workers", "0", "--seed", "5", "--date", "2026-02-03"]) == 0
    return folder / "toy"


# --- the choice of splits -----------------------------------------------------------------------


def attempt(task: int, number: int, objects: set[int], noun: str) -> EpisodeFacts:
    key = 3, f"t{task}", number
    text = f"put the {noun} on the plate"
    return EpisodeFacts(
        index=10 * task + number,
        attempt_key=key,
        place=(task, number),
        start=str(key),
        success=True,
        objects=frozenset(f"thing/{o}" for o in objects),
        texts=frozenset({text}),
        nouns=f"on {noun} | plate",
        materials=frozenset(),
        cameras=(),
        fixed_view=task % 5 == 4,
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.sets(st.integers(0, 30), min_size=1, max_size=4), st.integers(0, 12)),
        min_size=1,
        max_size=16,
    ),
    st.integers(0, 5),
)
def test_splits_never_leak_and_additions_fit(tasks: list[tuple[int, set[int], int]], seed: int) -> None:
    """Tasks that share objects and words at random, first half released, second half added."""
    facts = [attempt(t, k, o, f"noun{w}") for t, (n, o, w) in enumerate(tasks) for k in range(n)]
    cfg = SplitConfig(0.1, 0.15, 0.15, 0.1, 0.1)
    half = len(tasks) // 2
    first = [f for f in facts if f.place[0] < half]
    chosen = assign(first, cfg, seed)
    assert chosen.splits.keys() == {f.place for f in first} and not chosen.left_out
    earlier = [replace(f, split=chosen.splits[f.place]) for f in first]
    assert find_leaks(earlier) == []
    for f in earlier:  # what is tested with other layouts was trained on, and cameras move only where they may
        if f.split in ("val", "test_material", "test_camera"):
            assert any(g.split == "train" and g.task_id == f.task_id for g in earlier)
            assert f.split != "test_camera" or not f.fixed_view
    for name in SPLITS[1:]:
        assert (name in chosen.splits.values()) != (name in chosen.not_made) or not first
    later = assign([f for f in facts if f.place[0] >= half], cfg, seed, earlier)
    assert len(later.splits) + len(later.left_out) == len(facts) - len(first)
    together = earlier + [replace(f, split=later.splits[f.place]) for f in facts if f.place in later.splits]
    assert find_leaks(together) == []


def test_a_split_that_cannot_be_is_said() -> None:
    alike = [attempt(t, 0, {1, 2}, "cup") for t in range(4)]
    chosen = assign(alike, SplitConfig(), 0)
    assert set(chosen.splits.values()) == {"train"}
    assert set(chosen.not_made) == set(SPLITS) - {"train"} and "objects" in chosen.not_made["test_object"]
    with pytest.raises(ConfigError, match=r"share of val: 0\.7"):
        SplitConfig(val=0.7)


def test_test_cameras_are_outside_whatever_the_small_moves() -> None:
    ranges, base = CameraRanges(), default_cameras()
    box = {c.name: (c.X_PC[:3] - r, c.X_PC[:3] + r) for c, r in zip(base, (0.06, 0.004), strict=True)}
    heights = []
    for seed in range(40):
        got = outside_cameras(base, ranges, np.random.default_rng(seed))
        for c, reach in zip(got, (0.06, 0.004), strict=True):
            assert outside_by(c, box[c.name]) - reach >= GAP_M[c.parent]
        heights.append(got[0].X_PC[2])
        assert fovy(got[0]) == fovy(base[0])
    assert min(heights) < base[0].X_PC[2] < max(heights), "both lower and higher"
    with pytest.raises(ConfigError, match="leave the split out"):
        outside_cameras(base, replace(ranges, world_position=2.0), np.random.default_rng(0))


# --- the release --------------------------------------------------------------------------------


def test_a_release_is_whole(release: Path, source: Path) -> None:
    dataset, was = load_dataset(release), load_dataset(source)
    ranges = split_ranges(dataset)
    assert list(ranges) == [s for s in SPLITS if s in ranges] and {"train", "test_task", "test_object"} <= set(ranges)
    assert len(dataset) == 8 and check_leaks(dataset) == [] and check_checksums(release) == []
    facts = dataset_facts(dataset)
    for name, numbers in ranges.items():
        assert {facts[i].split for i in numbers} == {name}
    # States and actions are those of the source, bit for bit; every attempt is there once.
    place = {(m["task_id"], m["attempt"]): i for i in range(8) for m in [was.meta(i)]}
    assert {f.attempt_key[1:] for f in facts} == set(place)
    for i, f in enumerate(facts):
        old, new = was.episode(place[f.attempt_key[1:]]), dataset.episode(i)
        for name in ("sim.qpos", "sim.qvel", "action", "objects.pose"):
            assert old[name].tobytes() == new[name].tobytes()
        assert dataset.video(i, "third_person").shape == (dataset.length(i), 64, 64, 3)
    # Cameras of test_camera are outside, computed here from the columns rather than from the metadata.
    centre = {
        i: dataset.episode(i, ["camera.third_person.extrinsics"])["camera.third_person.extrinsics"][0, :3]
        for i in range(8)
    }
    seen = [centre[i] for i in range(8) if facts[i].split != "test_camera"]
    for i in ranges.get("test_camera", ()):
        assert (np.maximum(np.min(seen, 0) - centre[i], centre[i] - np.max(seen, 0))).max() > 0.099
    assert {"test_material", "test_camera", "val"} & set(ranges), "attempts were held out as well"


def test_instructions_and_relations_are_those_of_the_view(release: Path) -> None:
    from engine.graph.scene_graph import observed_graph, relations_of
    from engine.rebuild import open_rebuilder

    dataset = load_dataset(release)
    rebuilder = open_rebuilder(dataset)
    run_view = np.asarray(default_cameras()[0].X_PC)
    for i in range(len(dataset)):
        episode = rebuilder.open(dataset, i)
        view = np.array(episode.meta["appearance"]["cameras"][0]["X_PC"])
        state = StateProbe(episode.sm).at(episode.log.qpos[0], np.zeros(episode.sm.model.nv), view)
        relations = [[r.kind, r.subject, *r.objects] for r in relations_of(observed_graph(state))]
        assert relations == episode.meta["scene_graph"]["relations"], i
        assert list(check_instructions(episode.scene, state, episode.meta["instructions"])) == [], i
        assert (episode.meta.get("sides_seen_from") == "appearance") == bool(np.any(view != run_view))


def test_card_changes_and_croissant_say_what_is_there(release: Path) -> None:
    text = (release / "README.md").read_text()
    front = yaml.safe_load(text.split("---")[1])
    assert front["license"] == "apache-2.0" and front["task_categories"] == ["robotics"] and "LeRobot" in front["tags"]
    for name, numbers in split_ranges(load_dataset(release)).items():
        assert f"| {name} | {len(numbers)} |" in text
    for heading in ("How it was made", "Licence", "Acceptance", "Known limits", "Check it"):
        assert f"## {heading}" in text
    assert "8 of 8 attempts were accepted" in text and str(release) not in text
    assert "First version: 8 episodes of 4 tasks" in (release / "CHANGELOG.md").read_text()
    mlcroissant = pytest.importorskip("mlcroissant")
    found = mlcroissant.Dataset(jsonld=release / "croissant.json")
    assert not found.metadata.issues.errors and not found.metadata.issues.warnings, found.metadata.issues.report()
    episodes = list(found.records("episodes"))
    dataset = load_dataset(release)
    assert [r["episodes/length"] for r in episodes] == dataset.episodes["length"]
    frame = next(iter(found.records("frames")))
    assert np.allclose(frame["frames/action"], dataset.episode(0, ["action"])["action"][0])


def test_the_same_command_goes_on_to_the_same_bytes(release: Path, source: Path, tmp_path: Path) -> None:
    """Killed with the last episodes missing, it ends the same; other settings are refused."""
    out = release.parent / "toy"
    arguments = [str(source), "--out", str(out), "--cameras", str(release.parent / "cameras.yaml"), "--renders", "1"]
    arguments += ["--workers", "0", "--seed", "5"]
    before = {p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file() and ".work" not in p.parts}
    shutil.rmtree(out / "meta")
    shutil.rmtree(sorted((out / ".work/results").glob("t*/a*"))[-1])
    assert command.main(arguments) == 0
    after = {p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file() and ".work" not in p.parts}
    assert [p for p in before if after.get(p) != before[p] and p.name != "timing.jsonl"] == []
    assert before.keys() == after.keys()
    assert command.main([*arguments, "--seed", "6"]) == 2
    assert command.main([str(out), "--out", str(tmp_path / "again")]) == 2, "a release of a release"


# --- leaks --------------------------------------------------------------------------------------


def edit(root: Path, change: Callable[[dict[int, dict[str, Any]]], None]) -> Dataset:
    """Change metadata of episodes in place; the offsets in the episodes table follow."""
    dataset = load_dataset(root)
    metas = {i: dataset.meta(i) for i in range(len(dataset))}
    change(metas)
    path = root / "meta/groundwork/episodes.jsonl"
    records = [json.loads(line) for line in path.read_text().splitlines()]
    lines = [json.dumps(r | {"meta": metas[i]}).encode() + b"\n" for i, r in enumerate(records)]
    path.write_bytes(b"".join(lines))
    table = next((root / "meta/episodes").rglob("*.parquet"))
    rows = pq.read_table(table)
    sizes = [len(x) for x in lines]
    starts = [sum(sizes[:i]) for i in range(len(sizes))]
    for name, values in (("groundwork/meta_offset", starts), ("groundwork/meta_bytes", sizes)):
        rows = rows.set_column(rows.schema.get_field_index(name), name, pa.array(values, pa.int64()))
    pq.write_table(rows, table)
    return load_dataset(root)


def test_planted_leaks_are_found_and_named(release: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    dataset = load_dataset(release)
    ranges = split_ranges(dataset)
    first = {name: numbers[0] for name, numbers in ranges.items()}

    def planted(change: Callable[[dict[int, dict[str, Any]]], None]) -> set[str]:
        copy = tmp_path / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(release, copy, ignore=shutil.ignore_patterns(".work", "videos"))
        return {leak.rule for leak in check_leaks(edit(copy, change))}

    def an_object(m: dict[int, dict[str, Any]]) -> None:
        m[0]["objects"][-1] = m[first["test_object"]]["objects"][4]

    def same_shape(m: dict[int, dict[str, Any]]) -> None:  # under another name
        m[0]["objects"][-1]["hash"] = m[first["test_object"]]["objects"][4]["hash"]

    def a_text(m: dict[int, dict[str, Any]]) -> None:
        m[0]["instructions"].append({"text": m[first["test_task"]]["instruction"].upper()})

    def a_task(m: dict[int, dict[str, Any]]) -> None:
        m[0]["task_id"] = m[first["test_task"]]["task_id"]

    def a_start(m: dict[int, dict[str, Any]]) -> None:
        for name in ("qpos0", "physics", "objects"):
            m[0][name] = m[first["test_task"]][name]

    assert planted(lambda m: None) == set()
    assert planted(an_object) == planted(same_shape) == {"unseen objects"}
    assert planted(a_text) == {"unseen tasks"} <= planted(a_task)
    assert planted(a_start) == {"one start state in one split"}
    other = next(n for n in ranges if n not in ("train", "test_task", "test_object"))

    def a_trajectory(m: dict[int, dict[str, Any]]) -> None:
        for name in ("task_id", "attempt"):
            m[0][name] = m[first[other]][name]

    assert "one trajectory in one split" in planted(a_trajectory)
    # The same through the command, and a split that is not where its episodes were made for.
    assert command.main([str(tmp_path / "copy"), "--leaks"]) == 1
    assert "is in" in capsys.readouterr().out
    assert command.main([str(release), "--leaks"]) == 0
    info = json.loads((tmp_path / "copy/meta/info.json").read_text())
    info["splits"] = {"train": "0:5", "test_task": "5:8"}
    (tmp_path / "copy/meta/info.json").write_text(json.dumps(info))
    with pytest.raises(DatasetError, match="listed in"):
        check_leaks(load_dataset(tmp_path / "copy"))


def test_seen_materials_and_cameras_are_leaks(release: Path) -> None:
    facts = [replace(f, split="train") for f in dataset_facts(load_dataset(release))]
    test = replace(facts[-1], split="test_material", materials=frozenset({"wood/999"}))
    assert not [x for x in find_leaks([*facts[:-1], test]) if x.rule == "unseen materials"]
    shown = replace(test, materials=frozenset({min(facts[0].materials)}))
    found = [x for x in find_leaks([*facts[:-1], shown]) if x.rule == "unseen materials"]
    assert found and min(facts[0].materials) in found[0].text and found[0].splits == ("test_material", "train")
    box = camera_box(c for f in facts[:-1] for c in f.cameras)
    far = outside_cameras(facts[0].cameras, CameraRanges(), np.random.default_rng(1))
    near = tuple(replace(c, X_PC=np.concatenate([box[c.name][1] + 0.9 * GAP_M[c.parent], c.X_PC[3:]])) for c in far)
    for cameras, wanted in ((far, 0), (near, 2), (facts[0].cameras, 2)):
        test = replace(facts[-1], split="test_camera", cameras=cameras)
        assert len([x for x in find_leaks([*facts[:-1], test]) if x.rule == "unseen cameras"]) == wanted


def test_a_build_that_leaks_is_refused(release: Path, source: Path, tmp_path: Path) -> None:
    """An attempt of a task that others train on is declared test_task; nothing is put in place."""
    shutil.copytree(release / ".work", tmp_path / "bad/.work")
    store = EpisodeStore(tmp_path / "bad/.work")
    plan = json.loads((store.root / "plan.json").read_text())
    tasks = [r["place"][0] for r in plan["rows"] if r["split"] not in ("test_task", "test_object")]
    moved = next(r for r in plan["rows"] if r["split"] == "train" and tasks.count(r["place"][0]) > 1)
    assemble(store, load_dataset(source), None, plan, tmp_path / "bad", Extras())
    shutil.rmtree(tmp_path / "bad/meta")
    moved["split"] = "test_task"
    notes = store.root / "results/t{:06d}/a{:06d}/r000/meta.json".format(*moved["place"])
    meta = json.loads(notes.read_text())
    meta["release"]["split"] = "test_task"
    notes.write_text(json.dumps(meta))
    with pytest.raises(DatasetError, match="leaks between splits, the first: unseen tasks"):
        assemble(store, load_dataset(source), None, plan, tmp_path / "bad", Extras())
    assert not (tmp_path / "bad/meta").exists() and not (tmp_path / "bad/.stage").exists()


# --- versions -----------------------------------------------------------------------------------


def test_an_addition_is_a_new_version_and_leaves_the_old_one(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    more = made(tmp_path / "more", seed=8, tasks=2, episodes=1)
    before = {p: p.read_bytes() for p in release.rglob("*") if p.is_file() and ".work" not in p.parts}
    gone = tmp_path / "fetched"  # as it would be downloaded: without the store
    shutil.copytree(release, gone, ignore=shutil.ignore_patterns(".work"))
    arguments = [str(more), "--add", str(gone), "--workers", "0", "--renders", "1", "--date", "2026-03-04"]
    assert command.main([*arguments, "--version", "0.9.0"]) == 2
    assert "later than 1.0.0" in capsys.readouterr().err
    assert command.main([*arguments, "--cameras", str(release.parent / "cameras.yaml")]) == 2
    assert command.main(arguments) == 0
    assert {p: p.read_bytes() for p in before} == before
    old, new = load_dataset(gone), load_dataset(tmp_path / "fetched-1.1.0")
    said = read_release(new)
    assert said["version"] == "1.1.0" and said["parent"]["version"] == "1.0.0" and len(said["sources"]) == 2
    assert len(new) == 10 - len(said["changes"]["left_out"]) > 8 and check_leaks(new) == []
    assert check_checksums(new.root) == []
    changes = (new.root / "CHANGELOG.md").read_text()
    assert changes.index("## 1.1.0 (2026-03-04)") < changes.index("## 1.0.0 (2026-02-03)")
    assert said["parent"]["sha256sums"] in changes
    # The old episodes are there with every column, picture and statistic as they were, in their splits.
    at = {(f.attempt_key, f.split): f.index for f in dataset_facts(new)}
    rows = [pq.read_table(next((d.root / "meta/episodes").rglob("*.parquet"))).to_pydict() for d in (old, new)]
    index = {"episode_index", "index", "task_index"}
    for f in dataset_facts(old):
        j = at[f.attempt_key, f.split]
        a, b = old.episode(f.index), new.episode(j)
        assert [n for n in a if n not in index and a[n].tobytes() != b[n].tobytes()] == []
        assert old.video_file(f.index, "palm").read_bytes() == new.video_file(j, "palm").read_bytes()
        assert old.meta(f.index) == new.meta(j)
        for name in rows[0]:
            if name.startswith("stats/") and name.split("/")[1] not in index:
                assert rows[0][name][f.index] == rows[1][name][j], name
    # The same attempts a second time are not added twice.
    assert command.main([str(more), "--add", str(new.root), "--out", str(tmp_path / "twice"), "--workers", "0"]) == 2
    assert "earlier version" in capsys.readouterr().err
    # And those of both sources are made again, each with its own settings.
    of = [new.meta(i)["release"]["source"] for i in range(len(new))]
    seed = next(s for s in range(99) if {of[i] for i in sample_rows(new, 2, s)} == {0, 1})
    assert command.main([str(new.root), "--verify", "2", "--seed", str(seed), "--workers", "0"]) == 0
    assert "2 of 2" in capsys.readouterr().out


def test_sets_go_along_cut_by_split(release: Path, source: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    """Questions about the source's episodes and a geometry set of the release's: train meets nothing held out."""
    dataset = load_dataset(release)
    was = load_dataset(source)
    rows = [(was.episodes["groundwork/task_index"][i], was.episodes["groundwork/attempt"][i]) for i in range(8)]
    split = {tuple(dataset.meta(i)["release"]["place"]): dataset.meta(i)["release"]["split"] for i in range(8)}
    qa = tmp_path / "qa"
    (qa / "images").mkdir(parents=True)
    lines = []
    for i in range(8):
        (qa / f"images/{i}.jpg").write_bytes(bytes([i]))
        origin = {"dataset": fingerprint(was), "episode": i}
        lines.append(json.dumps({"id": str(i), "image": f"images/{i}.jpg", "kind": "box", "source": origin}) + "\n")
    (qa / "qa-00000.jsonl").write_text("".join(lines))
    geometry = tmp_path / "geometry"
    arguments = [
        str(release),
        "--out",
        str(geometry),
        "--views",
        "1",
        "--frames",
        "1",
        "--points",
        "8",
        "--shard",
        "3",
    ]
    assert make_geometry.main([*arguments, "--workers", "0"]) == 0
    copy = tmp_path / "toy"
    shutil.copytree(release, copy)
    arguments = [str(source), "--out", str(copy), "--cameras", str(release.parent / "cameras.yaml"), "--renders", "1"]
    arguments += ["--workers", "0", "--seed", "5", "--qa", str(qa), "--geometry", str(geometry)]
    assert command.main(arguments) == 0
    train = {str(i) for i, place in enumerate(rows) if split[place] == "train"}
    for part, wanted in (("train", train), ("held_out", {str(i) for i in range(8)} - train)):
        folder = copy / "qa/0" / part
        found = [json.loads(x) for x in (folder / "qa-00000.jsonl").read_text().splitlines()]
        assert {x["id"] for x in found} == wanted == {p.stem for p in (folder / "images").iterdir()}
        own = GeometryReader(copy / "geometry/0" / part)
        assert len(own) == len(wanted) and check_files(copy / "geometry/0" / part) == []
        of = {own.record(k)["source"]["episode"] for k in range(len(own))}
        assert own.load(0)
        numbers = {i for name, r in split_ranges(dataset).items() for i in r if (name == "train") == (part == "train")}
        assert of == numbers
    assert check_checksums(copy) == [] and "`qa/0/`" in (copy / "README.md").read_text()
    (qa / "qa-00000.jsonl").write_text(lines[0].replace(fingerprint(was), "0" * 32))
    assert command.main(arguments) == 2 and "another dataset" in capsys.readouterr().err
    (qa / "qa-00000.jsonl").write_text(json.dumps({"source": {"scene": 3, "seed": 0}}) + "\n")
    assert command.main(arguments) == 2 and "fresh scenes" in capsys.readouterr().err
    assert check_checksums(copy) == [], "what was there is there"


# --- verification -------------------------------------------------------------------------------


def test_one_flipped_bit_is_found_when_episodes_are_made_again(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(release, copy, ignore=shutil.ignore_patterns(".work", "videos"))
    (row,) = sample_rows(load_dataset(copy), 1, 7)
    assert command.main([str(release), "--verify", "1", "--seed", "7", "--workers", "0"]) == 0
    path = next((copy / "data").rglob("*.parquet"))
    table = pq.read_table(path)
    dataset = load_dataset(copy)
    frame = dataset.episodes["dataset_from_index"][row] + 4
    width = dataset.features["sim.qvel"]["shape"][0]
    values = table["sim.qvel"].combine_chunks().flatten().to_numpy().copy()
    values.view(np.uint64)[frame * width + 2] ^= 1
    column = pa.FixedSizeListArray.from_arrays(pa.array(values), width).cast(table.schema.field("sim.qvel").type)
    table = table.set_column(table.schema.get_field_index("sim.qvel"), "sim.qvel", column)
    pq.write_table(table, path, row_group_size=10**6)
    capsys.readouterr()
    assert command.main([str(copy), "--verify", "1", "--seed", "7", "--workers", "0"]) == 1
    said = capsys.readouterr().out
    assert f"episode {row} " in said and "frame 4, column sim.qvel" in said and "0 of 1" in said
    assert command.main([str(copy), "--verify", "0"]) == 2
