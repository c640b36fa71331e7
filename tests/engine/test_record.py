"""The episode store: all or nothing at any moment, and every bit back."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engine.errors import DatasetError
from engine.record.store import EpisodeKey, EpisodeStore
from engine.record.tables import DTYPES, column_shapes, read_columns, write_columns
from engine.record.video import GOP, VideoWriter, frame_times, read_video
from engine.types import Failure

ROOT = Path(__file__).resolve().parents[2]


def _columns(seed: int = 0, frames: int = 5) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {"action": rng.normal(size=(frames, 8)).astype(np.float32), "sim.qpos": rng.normal(size=(frames, 3, 7))}


# --- columns ---


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_columns_come_back_bit_for_bit(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    frames = data.draw(st.integers(1, 5))
    columns = {}
    for i, dtype in enumerate(DTYPES):
        inner = data.draw(st.lists(st.integers(1, 3), max_size=3))
        columns[f"c{i}.{dtype}"] = data.draw(hnp.arrays(np.dtype(dtype), (frames, *inner)))
    columns["text"] = np.array(data.draw(st.lists(st.text("aä漢 ", max_size=4), min_size=frames, max_size=frames)))
    path = tmp_path_factory.mktemp("c") / "columns.arrow"
    write_columns(path, columns)
    back = read_columns(path)
    assert list(back) == list(columns)
    for name, a in columns.items():
        assert back[name].shape == a.shape and back[name].dtype.kind == a.dtype.kind
        if a.dtype.kind != "U":
            assert back[name].dtype == a.dtype and back[name].tobytes() == a.tobytes()  # NaN payloads and -0.0 too
            assert back[name].flags.writeable
        else:
            assert (back[name] == a).all()
    length, shapes, dtypes = column_shapes(path)
    assert length == frames
    assert shapes == {n: a.shape[1:] for n, a in columns.items()}
    assert dtypes == {n: a.dtype.name if a.dtype.kind != "U" else "string" for n, a in columns.items()}


@pytest.mark.parametrize(
    ("columns", "word"),
    [
        ({"a": np.zeros(3), "b": np.zeros(4)}, "rows"),
        ({"a/b": np.zeros(3)}, "'/'"),
        ({"a": np.zeros(3, complex)}, "complex128"),
        ({"a": np.array([object()])}, "object"),
        ({"a": np.zeros((0, 3))}, "at least one frame"),
        ({"a": np.zeros((3, 0))}, "length 0"),
        ({"a": np.float64(1.0)}, "rows"),
    ],
)
def test_columns_that_cannot_be_stored_are_named(tmp_path: Path, columns: dict, word: str) -> None:
    with pytest.raises(DatasetError, match=word):
        write_columns(tmp_path / "c.arrow", columns)


# --- results ---


def test_a_job_with_several_appearances_appears_at_once(tmp_path: Path) -> None:
    store = EpisodeStore(tmp_path)
    with store.begin(3, 7) as job:
        for k in range(3):
            episode = job.episode(k)
            with VideoWriter(episode.video_path("front"), 10) as video:
                video.add(np.full((16, 16, 3), 40 * k, np.uint8))
            episode.sidecar_path("note.txt").write_text(f"{k}")
            episode.write(_columns(k), {"instruction": "Move it", "value": np.float64(0.1), "at": np.arange(3)})
            assert store.results() == {}
        assert job.commit(accepted=True, ledger={"layouts": 2}, timing={"plan": 0.25})
    result = store.results(verify=True)[3, 7]
    assert (result.accepted, result.renders, result.ledger) == (True, 3, {"layouts": 2})
    assert result.keys == tuple(EpisodeKey(3, 7, k) for k in range(3))
    for key in result.keys:
        episode = store.read_episode(key)
        for name, a in _columns(key.render).items():
            assert episode.columns[name].tobytes() == a.tobytes() and episode.columns[name].dtype == a.dtype
        assert episode.meta == {"instruction": "Move it", "value": 0.1, "at": [0, 1, 2]}
        assert episode.sidecars["note.txt"].read_text() == f"{key.render}"
        assert read_video(episode.videos["front"]).shape == (1, 16, 16, 3)
    with pytest.raises(DatasetError, match="3 stored appearances"):
        store.read_episode(EpisodeKey(3, 7, 3))
    with pytest.raises(DatasetError, match="no result"):
        store.read_episode(EpisodeKey(3, 8, 0))


def test_an_exception_leaves_nothing_and_a_second_result_does_not_replace_the_first(tmp_path: Path) -> None:
    store = EpisodeStore(tmp_path, durable=False)
    with pytest.raises(OSError, match="No space"), store.begin(0, 0) as job:
        job.episode(0).write(_columns(), {})
        raise OSError(28, "No space left on device")
    assert store.results() == {} and not any((tmp_path / "tmp").iterdir())
    failure = Failure("plan", "no reachable grasp", "can/3", 4, "elbow")
    assert store.write_failure((0, 0), failure, ledger={"layouts": 9})
    assert not store.write_episode(EpisodeKey(0, 0), _columns(), {}, {})
    result = store.results()[0, 0]
    assert not result.accepted and result.renders == 0
    assert result.ledger == {
        "layouts": 9,
        "stage": "plan",
        "reason": "no reachable grasp",
        "object": "can/3",
        "grasp": 4,
        "detail": "elbow",
    }
    assert not any((tmp_path / "tmp").iterdir())


_WRITER = """
import os, sys, signal
import numpy as np
from engine.record.store import EpisodeStore

count = stop_at = 0

def step(event, args):
    # Every change to a file system goes through one of these audit events; die just before number `stop_at`.
    global count
    writes = event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if stop_at and (writes or event in ("os.rename", "os.mkdir", "os.remove", "os.rmdir")):
        count += 1
        if count == stop_at:
            os.kill(os.getpid(), signal.SIGKILL)

fsync = os.fsync
def counted(handle):
    step("os.rename", ())
    fsync(handle)
os.fsync = counted
sys.addaudithook(step)
columns = {"action": np.arange(40, dtype=np.float32).reshape(5, 8)}

def write(root):
    with EpisodeStore(root).begin(1, 2) as job:
        for k in range(2):
            episode = job.episode(k)
            episode.video_path("front").write_bytes(b"film %d" % k)
            episode.write(columns, {"render": k})
        job.commit(accepted=True, ledger={"layouts": 1})

write(f"{sys.argv[1]}/000")  # imports what is imported late
for number in range(1, 200):
    child = os.fork()
    if child == 0:
        stop_at = number
        write(f"{sys.argv[1]}/{number:03d}")
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if status == 0:
        break
    assert os.WTERMSIG(status) == signal.SIGKILL
"""


def test_a_kill_at_any_moment_leaves_all_or_nothing(tmp_path: Path) -> None:
    """The writer is killed before each of its changes to the disk in turn; then the job is run again."""
    subprocess.run([sys.executable, "-c", _WRITER, str(tmp_path)], cwd=ROOT, check=True)
    outcomes = []
    for root in sorted(tmp_path.iterdir())[1:]:
        store = EpisodeStore(root, durable=False)
        results = store.results(verify=True)
        outcomes.append(bool(results))
        if results:
            assert list(results) == [(1, 2)] and results[1, 2].renders == 2
            assert [store.read_episode(EpisodeKey(1, 2, k)).meta for k in range(2)] == [{"render": 0}, {"render": 1}]
        store.clean()
        assert not list((root / "tmp").glob("*"))
        assert store.write_failure((1, 2), Failure("plan", "again")) == (not results)
    assert outcomes[-1] and not outcomes[0] and len(outcomes) > 10
    assert outcomes == sorted(outcomes), "once visible, a result stays visible"


def test_damage_is_found_and_set_aside(tmp_path: Path) -> None:
    store = EpisodeStore(tmp_path, durable=False)
    for attempt in range(4):
        store.write_episode(EpisodeKey(0, attempt), _columns(attempt), {"front": b"film"}, {"a": 1})
    folder = tmp_path / "results/t000000"
    (folder / "a000001/r000/columns.arrow").write_bytes(b"")
    (folder / "a000002/r000/video/front.mp4").unlink()
    (folder / "a000003/result.json").write_text('{"format"')
    assert list(store.results(verify=True)) == [(0, 0)]
    assert store.write_failure((0, 1), Failure("plan", "made again"))
    assert list(store.results(verify=True)) == [(0, 0), (0, 1)]


def test_two_processes_may_store_the_same_attempt(tmp_path: Path) -> None:
    """A job that was thought hung and started again: one result, never a mixture."""
    code = (
        "import sys, numpy as np\nfrom engine.record.store import *\n"
        "s = EpisodeStore(sys.argv[1], durable=False)\n"
        "for a in range(60): s.write_episode(EpisodeKey(0, a), {'x': np.arange(4.)}, {'front': b'film'}, {'a': a})\n"
    )
    runs = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT) for _ in range(2)]
    assert [r.wait() for r in runs] == [0, 0]
    store = EpisodeStore(tmp_path)
    assert len(store.results(verify=True)) == 60
    assert [store.read_episode(EpisodeKey(0, a)).meta["a"] for a in range(60)] == list(range(60))
    assert not any((tmp_path / "tmp").iterdir())


def test_other_settings_are_refused_with_the_difference(tmp_path: Path) -> None:
    store = EpisodeStore(tmp_path)
    asked = {"seed": 1, "physics": {"friction": (0.8, 1.2), "mass": np.float64(1)}, "old": None}
    assert store.check_settings(asked) is False
    assert store.check_settings(json.loads(json.dumps(asked, default=float))) is True
    changed = {"seed": 2, "physics": {"friction": [0.8, 1.3], "mass": 1.0}, "new": "x"}
    with pytest.raises(DatasetError) as error:
        store.check_settings(changed)
    said = str(error.value)
    for part in ("seed: was 1, now 2", "physics.friction: was [0.8, 1.2], now [0.8, 1.3]", "new: not set", "old: was"):
        assert part in said
    assert "mass" not in said


# --- videos ---


def _film(frames: int, size: int = 64) -> np.ndarray:
    y, x = np.mgrid[:size, :size]
    ground = np.stack([x * 3 % 256, y * 3 % 256, (x + y) % 256], -1).astype(np.uint8)
    film = np.repeat(ground[None], frames, 0)
    for t in range(frames):
        film[t, 20:40, (4 * t) % 48 : (4 * t) % 48 + 16] = 255 - 6 * t
    return film


def test_rgb_video_has_its_frames_at_their_times(tmp_path: Path) -> None:
    film = _film(37)
    for name in ("a.mp4", "b.mp4"):
        with VideoWriter(tmp_path / name, 10) as video:
            for frame in film:
                video.add(frame)
        time.sleep(0.01)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()
    assert video.facts.frames == 37 and (video.facts.width, video.facts.height) == (64, 64)
    np.testing.assert_array_equal(frame_times(tmp_path / "a.mp4"), np.arange(37) / 10)
    everything = read_video(tmp_path / "a.mp4")
    assert everything.shape == film.shape
    # Each decoded frame is nearest to the frame that went in at its place.
    errors = np.array([[np.abs(d.astype(int) - f.astype(int)).mean() for f in film] for d in everything])
    assert (errors.argmin(1) == np.arange(37)).all() and errors.diagonal().max() < 6
    for wanted in ([0], [36, 0, 5], [GOP, GOP - 1, GOP + 1], [3, 3, 30]):
        np.testing.assert_array_equal(read_video(tmp_path / "a.mp4", frames=wanted), everything[wanted])
    with pytest.raises(DatasetError, match="37"):
        read_video(tmp_path / "a.mp4", frames=[5, 37])
    histogram = np.array(video.facts.histogram)
    sample = film[:, ::4, ::4]
    for c in range(3):
        np.testing.assert_array_equal(histogram[c], np.bincount(sample[..., c].ravel(), minlength=256))


def test_encoding_does_not_depend_on_what_memory_held_before(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    ground = np.repeat(np.repeat(rng.integers(0, 256, (4, 4, 3)), 8, 0), 8, 1).astype(np.uint8)
    film = np.repeat(ground[None], 18, 0)
    for t in range(18):
        film[t, 8:24, t % 16 : t % 16 + 16] = 8 * t
    found = set()
    for _ in range(60):
        junk = [np.full(n, n % 256, np.uint8) for n in rng.integers(100, 30000, 60)]
        del junk
        with VideoWriter(tmp_path / "a.mp4", 10) as video:
            for frame in film:
                video.add(frame)
        found.add((tmp_path / "a.mp4").read_bytes())
    assert len(found) == 1


@pytest.mark.parametrize(("kind", "dtype"), [("depth", np.uint16), ("mask", np.uint8)])
def test_depth_and_masks_are_lossless(tmp_path: Path, kind: str, dtype: type) -> None:
    film = np.random.default_rng(0).integers(0, np.iinfo(dtype).max + 1, (9, 30, 50)).astype(dtype)
    with VideoWriter(tmp_path / "a.mkv", 10, kind) as video:  # type: ignore[arg-type]
        for frame in film:
            video.add(frame)
    np.testing.assert_array_equal(read_video(tmp_path / "a.mkv", kind), film)  # type: ignore[arg-type]
    np.testing.assert_array_equal(read_video(tmp_path / "a.mkv", kind, [7, 2]), film[[7, 2]])  # type: ignore[arg-type]


def test_bad_frames_and_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with pytest.raises(DatasetError, match="float64"), VideoWriter(path, 10) as video:
        video.add(np.zeros((16, 16, 3), np.uint8))
        video.add(np.zeros((16, 16, 3)))
    assert not path.exists()
    with pytest.raises(DatasetError, match="no frame"), VideoWriter(path, 10):
        pass
    with pytest.raises(DatasetError, match="shape"), VideoWriter(path, 10) as video:
        video.add(np.zeros((15, 16, 3), np.uint8))
    with pytest.raises(DatasetError, match="mkv"):
        VideoWriter(path, 10, "depth")
    path.write_bytes(b"not a film")
    with pytest.raises(DatasetError, match="decoded"):
        read_video(path)
