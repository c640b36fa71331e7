"""Datasets that exports are tried on, and readers of the exports that share no code with the writers."""

from __future__ import annotations

import functools
import hashlib
import json
from pathlib import Path
from typing import Any

import av
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from test_export import COLUMNS, FPS, fill

from engine.config import RunConfig
from engine.export import tfrecord
from engine.export.dataset import Dataset, load_dataset
from engine.export.lerobot import finalize
from engine.label.table import COLUMNS as TABLE
from engine.record.store import EpisodeStore
from engine.run import execute, open_session
from engine.sim.model import CONTROL_HZ

FORMATS = ("lerobot-v2.1", "rlds", "robomimic")


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Three episodes of noise in every column type, with 3, 3 and 2 objects, two cameras and depth."""
    out = tmp_path_factory.mktemp("toy") / "noise"
    store = EpisodeStore(out / ".work", durable=False)
    fill(store)
    return finalize(store, out, fps=FPS, columns=COLUMNS, run_config={"seed": 5})


@functools.cache
def _made(root: Path) -> Dataset:
    """Kept for the process: a fixture is made again in every file that imports it."""
    with open_session(RunConfig(seed=3, tasks=1, episodes=2), root / "real") as session:
        result = execute(session, workers=0, columns=TABLE, fps=CONTROL_HZ)
    assert result.exit_code == 0
    return load_dataset(root / "real")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Two episodes of the engine, rendered."""
    return _made(tmp_path_factory.getbasetemp())


def digest(folder: Path) -> dict[str, str]:
    files = [p for p in sorted(folder.rglob("*")) if p.is_file()]
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


# --- independent readers: every column of an episode by the source's name -----------------------


def read_legacy(out: Path, index: int, source: Dataset) -> dict[str, np.ndarray]:
    info = json.loads((out / "meta/info.json").read_text())
    path = out / info["data_path"].format(episode_chunk=index // info["chunks_size"], episode_index=index)
    table = pd.read_parquet(path)
    assert set(table.columns) == {n for n, f in info["features"].items() if f["dtype"] != "video"}
    known = json.loads((out / "meta/groundwork/columns.json").read_text())
    out_columns = {}
    for name in table.columns:
        shape = known[name]["shape"]
        array = np.stack([np.asarray(v) for v in table[name]])
        out_columns[name] = array if array.dtype.kind in "UO" else array.reshape(len(table), *shape)
    return out_columns


def read_rlds(out: Path, index: int, source: Dataset) -> dict[str, Any]:
    """An example, its columns with the types and shapes that features.json states."""
    (folder,) = out.glob("*/1.0.0")
    info = json.loads((folder / "dataset_info.json").read_text())
    assert info["version"] == "1.0.0" and info["fileFormat"] == "tfrecord"
    number = 0
    for split in info["splits"]:
        count = len(split["shardLengths"])
        for shard, length in enumerate(split["shardLengths"]):
            path = folder / f"{info['name']}-{split['name']}.tfrecord-{shard:05d}-of-{count:05d}"
            records = list(tfrecord.read_tfrecord(path))
            assert len(records) == int(length)
            if number <= index < number + len(records):
                return tfrecord.decode_example(records[index - number])
            number += len(records)
    raise AssertionError(f"no example {index}")


def rlds_columns(out: Path, index: int, source: Dataset) -> dict[str, np.ndarray]:
    example = read_rlds(out, index, source)
    (folder,) = out.glob("*/1.0.0")
    steps = json.loads((folder / "features.json").read_text())["content"]["features"]["steps"]["sequence"]["feature"]
    leaves = steps["featuresDict"]["features"]["columns"]["featuresDict"]["features"]
    frames = int(example["episode_metadata/num_steps"][0])
    columns = {}
    for name, leaf in leaves.items():
        value = example[f"steps/columns/{name}"]
        if "text" in leaf:
            columns[name] = np.array([v.decode() for v in value])
            continue
        dtype, shape = leaf["tensor"]["dtype"], [int(n) for n in leaf["tensor"]["shape"].get("dimensions", [])]
        if leaf["tensor"]["encoding"] == "bytes":
            value = np.concatenate([np.frombuffer(v, dtype) for v in value])
        columns[name] = np.asarray(value).astype(dtype).reshape(frames, *shape)
    return columns


def read_robomimic(out: Path, index: int, source: Dataset) -> dict[str, np.ndarray]:
    h5py = pytest.importorskip("h5py")
    (path,) = out.glob("*.hdf5")
    with h5py.File(path) as file:
        group = file[f"data/demo_{index}/columns"]
        text = {n: d.asstr()[:].astype(str) for n, d in group.items() if h5py.check_string_dtype(d.dtype)}
        return {n: d[()] for n, d in group.items() if n not in text} | text


READERS = {"lerobot-v2.1": read_legacy, "rlds": rlds_columns, "robomimic": read_robomimic}


def join(parts: list[Path], target: Path) -> None:
    with av.open(str(target), "w") as output:
        stream: Any = None
        start = 0
        for path in parts:
            with av.open(str(path)) as container:
                own: Any = container.streams.video[0]
                stream = stream or output.add_stream_from_template(own)
                step = int(1 / own.average_rate / own.time_base)
                count = 0
                for packet in container.demux(own):
                    if packet.size:
                        packet.pts, packet.dts = packet.pts + start * step, packet.dts + start * step
                        packet.stream = stream
                        output.mux(packet)
                        count += 1
                start += count


def copied(dataset: Dataset, root: Path) -> Path:
    import shutil

    shutil.copytree(dataset.root, root, ignore=shutil.ignore_patterns(".work"))
    return root


def edit_episodes(root: Path, **columns: Any) -> None:
    path = root / "meta/episodes/chunk-000/file-000.parquet"
    table = pq.read_table(path)
    for name, values in columns.items():
        table = table.set_column(table.column_names.index(name), name, pa.array(np.asarray(values)))
    pq.write_table(table, path)


def exponential(r: np.ndarray) -> np.ndarray:
    """Rotation matrix of a rotation vector (Rodrigues)."""
    angle = np.linalg.norm(r)
    x, y, z = r / angle
    K = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * K + (1 - np.cos(angle)) * K @ K
