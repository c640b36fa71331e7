"""The linter of whole datasets: clean ones pass, ones of others pass with gaps that are named, and every check is seen
to fail on a copy that was damaged for it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from lint_fixtures import LENGTHS, edit_json, edit_meta, edit_parquet, film, foreign_dataset

from engine.errors import ConfigError, DatasetError
from engine.export.checksums import write_checksums
from engine.export.dataset import Dataset
from engine.lint import duplicates
from engine.lint.format import check_format
from engine.lint.report import Report, Result, guarded
from engine.lint.run import CHECKS, lint
from engine.lint.videos import telling_frames
from engine.lint.work import Scope
from engine.record.video import VideoWriter

LANGUAGE = "tasks.language:check_instructions"
DATA, TABLE = "data/chunk-000/file-000.parquet", "meta/episodes/chunk-000/file-000.parquet"
FILM = "videos/observation.images.{}/chunk-000/file-000.mp4"

Damage = Callable[[Path], Any]


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return foreign_dataset(tmp_path_factory.mktemp("others") / "towels")


def copy(root: Path, to: Path) -> Path:
    shutil.copytree(root, to, ignore=shutil.ignore_patterns(".work"))
    return to


def test_a_dataset_of_ours_is_clean_for_any_number_of_workers(made: Dataset) -> None:
    report, stopped = lint(made.root, Scope(language=LANGUAGE))
    assert [str(f) for r in report.results.values() for f in r.findings] == [] and stopped == 0
    assert {n for n, r in report.results.items() if r.status != "ok"} <= {"padding"}
    assert set(report.results) == set(CHECKS) and list(report.results) == list(CHECKS)
    frames = made.info["total_frames"]
    assert report.results["videos decodable"].items == 2 * frames
    assert report.results["picture in time"].items >= 8
    again, _ = lint(
        made.root, Scope(language=LANGUAGE, only=("idle", "near-duplicates", "statistics of episodes")), workers=2
    )
    for name, result in again.results.items():
        assert result.json() == report.results[name].json()


def test_a_dataset_of_another_maker_passes_and_says_what_was_not_checked(foreign: Path) -> None:
    report, _ = lint(foreign, Scope(language=LANGUAGE))
    assert report.failed == () and report.findings == 0
    ok = {n for n, r in report.results.items() if r.status == "ok"}
    assert ok >= {"info.json", "data tables", "episodes table", "files", "videos decodable", "idle", "task text"}
    assert ok >= {"finite numbers", "statistics of episodes", "statistics of the dataset", "near-duplicates"}
    assert all(r.skipped for r in report.results.values() if r.status == "not checked")
    said = "\n".join(report.left_out())
    for line in ("checksums: no checksums were written", "goal reached: ", "picture in time: ", "quantiles: "):
        assert line in said
    assert report.results["videos decodable"].items == sum(LENGTHS)


def info(**change: Any) -> Damage:
    return lambda root: edit_json(root / "meta/info.json", lambda d: d.update(change))


def feature(name: str, **change: Any) -> Damage:
    return lambda root: edit_json(root / "meta/info.json", lambda d: d["features"][name].update(change))


def table(column: str, row: int, value: Any, path: str = TABLE) -> Damage:
    return lambda root: edit_parquet(root / path, column, lambda v: v.__setitem__(row, value))


def element(column: str, row: int, k: int, value: float, path: str = DATA) -> Damage:
    return lambda root: edit_parquet(root / path, column, lambda v: v[row].__setitem__(k, value))


def rename_feature(old: str, new: str) -> Damage:
    return lambda root: edit_json(
        root / "meta/info.json", lambda d: d["features"].update({new: d["features"].pop(old)})
    )


def cut_film(name: str, share: float) -> Damage:
    return lambda root: os.truncate(root / name, int(share * (root / name).stat().st_size))


def hurt_film(root: Path) -> None:
    path = root / FILM.format("top")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 400] = bytes(400)
    path.write_bytes(bytes(data))


def resized_film(root: Path) -> None:
    film(root / FILM.format("top"), np.zeros((sum(LENGTHS), 32, 64, 3), np.uint8), 20)


def rest(root: Path) -> None:
    edit_parquet(root / DATA, "observation.state", lambda v: v.__setitem__(slice(5, 28), [v[5]] * 23))


def repeat_episode(root: Path) -> None:
    """Episode 2 does what episode 0 does, up to a little noise."""
    noise = np.random.default_rng(0).normal(scale=1e-5, size=(30, 6))

    def change(v: list[Any]) -> None:
        v[54:84] = (np.array(v[:30]) + noise).tolist()

    edit_parquet(root / DATA, "observation.state", change)


OTHERS = [
    ("info.json", info(fps="fast"), "'fps' is 'fast', expected a number"),
    ("info.json", info(codebase_version="v3"), "codebase_version 'v3'"),
    ("info.json", info(splits={"train": "0:2", "test": "1:3"}), "episode 1 is in the splits 'train' and 'test'"),
    ("info.json", info(splits={"train": "0:9"}), "split 'train' is '0:9'"),
    ("info.json", info(data_path="data/all.parquet"), "does not name one file"),
    ("info.json", rename_feature("action", "robot/action"), "may not hold '/'"),
    ("info.json", feature("action", dtype="float"), "dtype 'float'"),
    ("info.json", feature("action", names=["x", "y"]), "2 names for shape [6]"),
    ("data tables", feature("action", shape=[7], names=None), "hold lists of 6, the feature says shape [7]"),
    ("data tables", feature("action", dtype="float64"), "holds float, the feature says float64"),
    ("data tables", rename_feature("next.done", "next.reward"), "'next.reward' has no column"),
    ("data tables", info(total_frames=92), "hold 84 rows, meta/info.json says total_frames 92"),
    ("episodes table", info(total_episodes=4, splits={}), "3 rows, meta/info.json says total_episodes 4"),
    ("episodes table", table("dataset_to_index", 0, 29), "length 30, but frames 0 to 29"),
    ("episodes table", table("dataset_from_index", 1, 31), "starts at frame 31, the one before ends at 30"),
    ("episodes table", table("episode_index", 2, 1), "row 2 has episode_index 1"),
    ("episodes table", table("tasks", 1, ["close it"]), "'close it' is not in meta/tasks.parquet"),
    ("episodes table", info(total_tasks=3), "2 rows, meta/info.json says total_tasks 3"),
    ("files", lambda root: (root / FILM.format("top")).rename(root / "lost.mp4"), "missing"),
    ("files", lambda root: shutil.copy(root / DATA, root / "data/chunk-000/file-001.parquet"), "no episode is in it"),
    ("files", table("videos/observation.images.top/from_timestamp", 1, 1.4), "starts at 1.4 s"),
    ("files", table("videos/observation.images.top/to_timestamp", 2, 9.0), "30 frames take 1.5 s"),
    ("episodes readable", lambda root: os.truncate(root / DATA, 2000), "cannot be"),
    ("videos decodable", cut_film(FILM.format("top"), 0.5), "cannot be"),
    ("videos decodable", hurt_film, "cannot be decoded|damaged"),
    ("videos decodable", resized_film, "32 x 64"),
    ("videos decodable", feature("observation.images.top", info={"video.codec": "hevc"}), "h264, meta/info.json says"),
    ("finite numbers", element("observation.state", 40, 2, float("nan")), "element 2 is nan"),
    ("idle", rest, "nothing moves for 1.1"),
    ("task text", table("task_index", 33, 0, DATA), "the episodes table says 'open the drawer'"),
    ("statistics of episodes", element("stats/action/mean", 2, 4, 9.0, TABLE), "mean[4] is 9"),
    ("statistics of the dataset", element("action", 60, 1, 55.0), "max[1]"),
    ("near-duplicates", repeat_episode, "starts and moves like episode 0"),
]  # fmt: skip


@pytest.mark.parametrize(("check", "damage", "said"), OTHERS, ids=[f"{c}-{i}" for i, (c, *_) in enumerate(OTHERS)])
def test_every_damage_to_a_foreign_dataset_is_found(
    check: str, damage: Damage, said: str, foreign: Path, tmp_path: Path
) -> None:
    root = copy(foreign, tmp_path / "copy")
    damage(root)
    report, _ = lint(root, Scope())
    assert check in report.failed, report.rows()
    found = [str(f) for f in report.results[check].findings]
    assert any(part in line for line in found for part in said.split("|")), found


# --- what only our own datasets promise ---------------------------------------------------------


def shift_film(root: Path, camera: str = "wrist", frames: int = 1) -> None:
    """The film of episode 0 runs a frame late: well formed in every other way."""
    dataset = Dataset(root)
    pictures = np.roll(dataset.video(0, camera), frames, axis=0)
    pictures[:frames] = pictures[frames]
    path = root / FILM.format(camera)
    path.unlink()
    with VideoWriter(path, dataset.fps) as video:
        for picture in pictures:
            video.add(picture)


def freeze_film(root: Path) -> None:
    """One frame of the wrist camera is lost and the one before it shown twice."""
    dataset = Dataset(root)
    pictures = dataset.video(0, "wrist")
    joints = dataset.episode(0, ["sim.qpos"])["sim.qpos"][:, :7]
    fastest = int(np.argmax(np.abs(np.diff(joints, axis=0)).max(axis=1)))
    pictures[fastest + 1] = pictures[fastest]
    path = root / FILM.format("wrist")
    path.unlink()
    with VideoWriter(path, dataset.fps) as video:
        for picture in pictures:
            video.add(picture)


def swap_films(root: Path) -> None:
    a, b = (root / f"videos/observation.images.third_person/chunk-000/file-00{i}.mp4" for i in (0, 1))
    frames = [Dataset(root).video(i, "third_person") for i in (0, 1)]
    for path, own, other in ((a, *frames), (b, *frames[::-1])):
        path.unlink()
        with VideoWriter(path, 10) as video:
            for t in range(len(own)):
                video.add(other[min(t, len(other) - 1)])


def meta(index: int, change: Callable[[dict[str, Any]], None]) -> Damage:
    return lambda root: edit_meta(root, index, change)


def say(text: str, **refs: str) -> Damage:
    """Give the first instruction other words."""

    def change(m: dict[str, Any]) -> None:
        first = m["instructions"][0]
        said = {k: first[k] for k in ("target_ref", "container_ref")} | refs
        m["instructions"][0] = first | said | {"text": text.format(t=said["target_ref"], c=said["container_ref"])}

    return meta(0, change)


def ledger(column: str, row: int, value: Any) -> Damage:
    return lambda root: edit_parquet(
        root / "meta/groundwork/ledger.parquet", column, lambda v: v.__setitem__(row, value)
    )


def stat(feature: str, name: str, k: int, by: float) -> Damage:
    def change(d: dict[str, Any]) -> None:
        values = np.array(d[feature][name])
        values.reshape(-1)[k] += by
        d[feature][name] = values.tolist()

    return lambda root: edit_json(root / "meta/stats.json", change)


def describe(name: str, **change: Any) -> Damage:
    return lambda root: edit_json(root / "meta/groundwork/columns.json", lambda d: d[name].update(change))


def undescribed(root: Path) -> None:
    edit_json(root / "meta/groundwork/columns.json", lambda d: {k: v for k, v in d.items() if k != "phase"})


def lift_target(m: dict[str, Any]) -> None:
    m["final"]["qpos"][11] += 0.3


def dim(m: dict[str, Any]) -> None:
    m["appearance"]["values"]["ambient"][1] = 0.5


def brighter(root: Path) -> None:
    edit_parquet(root / TABLE, "stats/observation.images.wrist/mean", lambda v: v[0].__setitem__(2, [[0.9]]))


def truncate_mask(root: Path) -> None:
    cut_film("sidecars/mask.wrist/chunk-000/file-000.mkv", 0.6)(root)


OURS = [
    ("checksums", lambda root: (root / "meta/groundwork/notes.txt").write_text("x"), "notes.txt: not listed"),
    ("checksums", lambda root: (root / "meta/groundwork/run.json").write_text("{}"), "run.json: changed"),
    ("metadata files", undescribed, "column phase"),
    ("metadata files", describe("objects.pose", unit="mm"), "column objects.pose: columns.json says unit 'mm'"),
    ("metadata files", meta(1, lambda m: m.pop("verdict")), "metadata record: has no verdict"),
    ("scene rebuilt", meta(1, lambda m: m["objects"][2].update(hash="0" * 32)), "is not the one the episode was made"),
    ("scene rebuilt", meta(1, lambda m: m["objects"].pop()), "numbers, the scene that the metadata describes has"),
    ("metadata files", table("groundwork/attempt", 1, 7), "is 7, the metadata's record says"),
    ("metadata files", table("groundwork/meta_offset", 1, 12), "12, the record before ends at"),
    ("metadata files", meta(0, lambda m: m.update(accepted=False)), "metadata accepted: is False"),
    ("ledger", ledger("accepted", 0, False), "says accepted = False"),
    ("ledger", ledger("attempt", 1, 5), "is not in the ledger"),
    ("ledger", table("length", 0, 12), "the ledger says"),
    ("descriptions", meta(1, lambda m: m["objects"][2].update(noun="gizmo")), "metadata objects[2].noun: is 'gizmo'"),
    ("descriptions", meta(0, lambda m: m["robot"].update(gripper="hook")), "metadata robot.gripper: is 'hook'"),
    ("descriptions", meta(0, lambda m: m["scene_graph"]["relations"].pop()), "is missing in the first state"),
    ("random draws", meta(0, lambda m: m["physics"]["table"].update(leg_size=0.9)), "metadata physics.table.leg_size"),
    ("descriptions", meta(0, lambda m: m["appearance"]["cameras"][0].update(parent="worldx")), "cannot be checked"),
    ("random draws", meta(1, dim), "values.ambient.1: is 0.5"),
    ("random draws", meta(1, lambda m: m.update(seed=99)), "metadata seed: is 99"),
    ("ledger", ledger("renders", 0, 7), "renders is 7, there are"),
    ("ledger", ledger("stage", 0, "plan"), "has a reason for its refusal"),
    ("episodes table", table("meta/episodes/file_index", 1, 4), "the row is in meta/episodes/chunk-000"),
    ("files", table("videos/observation.images.wrist/to_timestamp", 0, 1.0123), "observation.images.wrist: runs"),
    ("goal reached", meta(0, lambda m: m["verdict"]["margins"].update(released=0.5)), "is 0.5, the states give 1"),
    ("goal reached", meta(1, lambda m: m["verdict"].update(success=False)), "says not reached, the states say"),
    ("goal reached", table("success", 0, False), "column success: says not reached"),
    ("goal reached", meta(0, lift_target), "the states say the opposite: goal not reached"),
    ("task text", meta(0, lambda m: m.update(instruction="Wave")), "the metadata says 'Wave'"),
    ("instructions unique", say("Put {t} on {c}", target_ref="the object"), "may be any of|does not fit"),
    ("instructions unique", say("Put {t} on {c}", container_ref="the shiny gadget"), "cannot be understood"),
    ("instructions unique", say("Look at {t} and {c}"), "does not say the goal"),
    ("command limits", element("action", 9, 3, 0.9), "joint 4 is 0.9"),
    ("command limits", element("action.joint_target", 9, 0, -3.5), "joint 1 is -3.5"),
    ("gripper", element("action", 4, 7, 0.5), "command is 0.5, expected 0 (open) or 1 (closed)"),
    ("unit quaternions", element("observation.ee_pose", 6, 3, 2.0), "frame 6, column observation.ee_pose: a quat"),
    ("videos decodable", cut_film(FILM.format("wrist"), 0.9), "cannot be|frames"),
    ("sidecars decodable", truncate_mask, "mask.wrist"),
    ("sidecars decodable", lambda root: (root / "sidecars/depth.wrist/chunk-000/file-001.mkv").unlink(), "missing"),
    ("picture in time", shift_film, "observation.images.wrist: shows state"),
    ("picture in time", freeze_film, "once more: differs from it by"),
    ("picture in time", swap_films, "differs from its state drawn again by"),
    ("statistics of episodes", element("stats/sim.qpos/q90", 1, 20, 9.0, TABLE), "q90[20] is 9"),
    ("statistics of pictures", brighter, "episode 0, column observation.images.wrist: mean of channel 2 is 0.9"),
    ("statistics of pictures", stat("observation.images.wrist", "q99", 1, -0.5), "q99 of channel 1"),
    ("statistics of the dataset", stat("sim.qvel", "q10", 3, 1e-4), "q10[3]"),
    ("statistics of the dataset", stat("phase", "std", 0, 1e-6), "std[0]"),
]  # fmt: skip


@pytest.mark.parametrize(("check", "damage", "said"), OURS, ids=[f"{c}-{i}" for i, (c, *_) in enumerate(OURS)])
def test_every_broken_promise_of_ours_is_found_with_its_place(
    check: str, damage: Damage, said: str, made: Dataset, tmp_path: Path
) -> None:
    root = copy(made.root, tmp_path / "copy")
    damage(root)
    report, _ = lint(root, Scope(only=(check,), language=LANGUAGE))
    assert report.failed == (check,), report.rows()
    found = [str(f) for f in report.results[check].findings]
    assert any(part in line for line in found for part in said.split("|")), found


def test_checksums_that_fit_do_not_hide_anything(made: Dataset, tmp_path: Path) -> None:
    """A number changed in a table, its statistics left: other checks find it though the checksums agree."""
    root = copy(made.root, tmp_path / "copy")
    element("sim.qvel", 3, 2, 0.125)(root)
    write_checksums(root)
    report, _ = lint(
        root, Scope(level="fast", only=("checksums", "statistics of episodes", "statistics of the dataset"))
    )
    assert report.results["checksums"].status == "ok"
    assert set(report.failed) == {"statistics of episodes", "statistics of the dataset"}
    places = {(f.episode, f.column) for f in report.results["statistics of episodes"].findings}
    assert places == {(0, "sim.qvel")}


def test_the_frames_that_tell_most_are_drawn_again() -> None:
    small = np.zeros((20, 8, 8, 3), np.uint8)
    for t in range(20):
        small[t, :, : t % 8] = 10 * t if t in (5, 6, 12, 13, 14) else 0
    chosen = telling_frames(small)
    assert chosen and set(chosen) <= {5, 6, 12, 13, 14}
    assert telling_frames(np.zeros((20, 8, 8, 3), np.uint8)) == [] == telling_frames(small[:2])
    assert len(telling_frames(np.random.default_rng(0).integers(0, 255, (20, 8, 8, 3)).astype(np.uint8), 99)) == 18


def sign(
    episode: int, numbers: Any, attempt: int, render: int = 0, states: str = "", looks: str = ""
) -> dict[str, Any]:
    return {
        "episode": episode, "units": True, "numbers": list(map(float, numbers)), "task_index": 0, "attempt": attempt,
        "render": render, "states": states or f"s{attempt}", "looks": looks or f"look {episode}",
    }  # fmt: skip


def test_near_duplicates_but_not_declared_appearances() -> None:
    rng = np.random.default_rng(1)
    way = rng.normal(scale=50, size=(40, 30))
    clean = {i: sign(i, way[i], attempt=i) for i in range(40)}
    clean[40] = sign(40, way[7], attempt=7, render=1)

    def found(change: dict[int, dict[str, Any]]) -> list[str]:
        r = Result(duplicates.DUPLICATES)
        duplicates.check_duplicates(clean | change, r)
        return [str(f) for f in r.findings]

    assert found({}) == []
    assert found({41: sign(41, way[3] + 0.9, attempt=99)}) == [
        "episode 41: starts and moves like episode 3: largest difference 0.9 of what tells two apart (tolerance 1)"
    ]
    assert "is the same as episode 3" in found({41: sign(41, way[3], attempt=99, states="s3")})[0]
    assert found({41: sign(41, way[3] + 1.1, attempt=99)}) == []
    assert "of one attempt are the same" in found({41: sign(41, way[7], 7, 2, looks="look 40")})[0]
    assert "states differ from episode 7's" in found({41: sign(41, way[7] + 3, 7, 3, states="other")})[0]
    assert len(found({41: sign(41, way[7], attempt=7, render=1)})) == 1, "the same appearance twice"


def test_a_folder_that_is_no_dataset(tmp_path: Path, foreign: Path) -> None:
    with pytest.raises(DatasetError, match="no dataset"):
        lint(tmp_path)
    with pytest.raises(ConfigError, match="did you mean 'checksums'"):
        lint(foreign, Scope(only=("checksum",)))
    with pytest.raises(ConfigError, match="there is no episode 3"):
        lint(foreign, Scope(episodes=(3,)))
    root = copy(foreign, tmp_path / "copy")
    (root / TABLE).write_bytes(b"PAR1 not really PAR1")
    report, _ = lint(root)
    assert {"episodes table", "episodes readable"} <= set(report.failed)
    assert report.results["idle"].skipped == {"the dataset cannot be opened": 1}


@pytest.mark.parametrize("seed", range(12))
def test_no_damage_makes_it_crash(seed: int, foreign: Path, tmp_path: Path) -> None:
    """Random bytes in a random file: findings, a refusal with a message, or nothing that anybody could notice."""
    root = copy(foreign, tmp_path / "copy")
    rng = np.random.default_rng(seed)
    files = sorted(p for p in root.rglob("*") if p.is_file())
    path = files[seed % len(files)]
    data = bytearray(path.read_bytes())
    for i in rng.integers(0, len(data), 20):
        data[i] = rng.integers(0, 256)
    path.write_bytes(bytes(data))
    try:
        report, _ = lint(root)
    except DatasetError as e:
        assert str(root) in str(e)
    else:
        assert report.failed or path.suffix not in (".json", ".parquet") or "data" in path.parts


def test_results_survive_json_and_are_merged() -> None:
    a, b = Result("idle", 3), Result("idle")
    a.found("too long", episode=2, frame=np.int64(4).item(), tolerance=0.6, value=0.7)
    b.skip("no column action", 2)
    guarded(b, lambda: 1 / 0, episode=9)  # type: ignore[arg-type]
    report = Report(units={"idle": "frames"})
    report.add([Result.from_json(json.loads(json.dumps(r.json()))) for r in (b, a)])
    report.sort(["idle"])
    r = report.results["idle"]
    assert (r.items, r.count, r.status, r.skipped) == (3, 2, "failed", {"no column action": 2})
    assert [f.episode for f in r.findings] == [2, 9] and "ZeroDivisionError" in r.findings[1].message
    assert report.rows() == [["idle", "failed", "3 frames", "2"]]


def test_types_in_data_files_may_be_lists_of_any_kind(foreign: Path) -> None:
    kinds = {f.name: str(f.type) for f in pq.read_schema(foreign / DATA)}
    assert kinds["action"] == "list<element: float>" and all(r.status == "ok" for r in check_format(foreign))
