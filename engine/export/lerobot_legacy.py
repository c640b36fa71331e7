"""Datasets as LeRobotDataset v2.1: one parquet file and one mp4 per episode, metadata as JSON lines.

What openpi, InternVLA-M1 and GR00T read. `meta/modality.json` names the slices of state and action for the
latter two, with the keys of InternVLA-M1's Franka configurations (base_view, ego_view, eef_position,
delta_eef_position, gripper_close ...); `meta/stats_gr00t.json` holds what they would otherwise compute and
write into the dataset. All columns stay, those of labels and of the simulator too; readers of v2.1 ignore
splits, so a source with several has to be told which to take.
"""

from __future__ import annotations

import functools
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from engine.errors import ConfigError
from engine.export import layout as paths
from engine.export.checksums import write_checksums
from engine.export.clips import cut_video, histogram
from engine.export.convert import Format, link
from engine.export.features import flatten
from engine.export.rows import COMPRESSION
from engine.export.source import INDEX_COLUMNS, Source
from engine.export.stats import QuantileSample, Stats, column_stats, image_stats, merge
from engine.record.plain import dump_json, write_json
from engine.record.tables import to_arrow

DATA = "data/chunk-{episode_chunk:03d}/episode_{episode_index:06d}.parquet"
VIDEO = "videos/chunk-{episode_chunk:03d}/{video_key}/episode_{episode_index:06d}.mp4"
SIDECAR = "sidecars/{name}/chunk-{episode_chunk:03d}/episode_{episode_index:06d}{suffix}"

EPISODES_PER_JOB = 20
DISPLACED = "action.original"
"""Where the source's `action` goes when another column takes its name."""

Array = NDArray[Any]
_OWN = ("episodes.jsonl", "columns.json", "SHA256SUMS", "timing.jsonl")


class LegacyFormat(Format):
    """One job is a row of episodes."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.action_name = source.action("action")
        named = [n for n in source.splits if n != "failed"]
        if len(named) > 1 and source.options.splits is None:
            raise ConfigError(
                f"{source.dataset.root} has the splits {', '.join(named)}; readers of v2.1 ignore splits and would "
                "train on all of them: choose with --splits"
            )
        if source.options.image_px or not source.options.images:
            raise ConfigError("LeRobot v2.1 keeps the videos as they are; leave out --image-px and --no-images")
        _ = source.sidecars  # asked for and not there: said now
        self.columns = dict(source.columns)
        if self.action_name != "action":
            self.columns = {"action": self.columns[self.action_name]} | self.columns
            if "action" in source.columns:
                self.columns[DISPLACED] = source.columns["action"]
                self.columns["action"] = source.columns[self.action_name]

    def jobs(self) -> list[tuple[int, ...]]:
        numbers = range(len(self.source))
        return [tuple(numbers[i : i + EPISODES_PER_JOB]) for i in range(0, len(numbers), EPISODES_PER_JOB)]

    def write(self, job: int, episodes: Sequence[int], build: Path) -> dict[str, Any]:
        counts: dict[str, list[Any]] = {}
        recoded = 0
        for new in episodes:
            path = build / DATA.format(episode_chunk=new // paths.CHUNK, episode_index=new)
            path.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(self.table(new), path, compression=COMPRESSION, use_dictionary=False)
            for camera in self.source.cameras:
                recoded += self._video(new, camera, build)
                if not self._stats_known:
                    film = self.source.dataset.video(self.source.chosen[new], camera)
                    counts.setdefault(camera, []).append(histogram(film).tolist())
            if self.source.options.sidecars:
                self._sidecars(new, build)
        return {"episodes": list(episodes), "histograms": counts, "recoded": recoded}

    def table(self, new: int) -> pa.Table:
        """The rows of an episode: the source's columns, flat and padded, and the numbering ones."""
        source, columns = self.source, self.source.episode(new)
        original = columns.get("action")
        columns["action"] = columns[self.action_name]
        if DISPLACED in self.columns and original is not None:
            columns[DISPLACED] = original
        flat = {n: flatten(columns[n], shape) for n, (_, shape) in self.columns.items()}
        frames = source.lengths[new]
        number = np.arange(frames, dtype=np.int64)
        flat["timestamp"] = (number / source.dataset.fps).astype(np.float32)
        flat["frame_index"] = number
        flat["episode_index"] = np.full(frames, new, np.int64)
        flat["index"] = number + self._starts[new]
        flat["task_index"] = np.full(frames, self._task_index[source.dataset.task(source.chosen[new])], np.int64)
        return pa.table({n: to_arrow(a) for n, a in flat.items()})

    @functools.cached_property
    def _starts(self) -> list[int]:
        """Number of each episode's first frame."""
        return [0, *np.cumsum(self.source.lengths).tolist()]

    @functools.cached_property
    def _task_index(self) -> dict[str, int]:
        return {text: i for i, text in enumerate(self.source.tasks)}

    def _video(self, new: int, camera: str, build: Path) -> int:
        """Place a video; 1 when its pictures had to be encoded again."""
        key = paths.image_key(camera)
        target = build / VIDEO.format(episode_chunk=new // paths.CHUNK, video_key=key, episode_index=new)
        return cut_video(self.source.dataset, self.source.chosen[new], camera, target)

    def _sidecars(self, new: int, build: Path) -> None:
        for name, path in self.source.dataset.sidecars(self.source.chosen[new]).items():
            place = SIDECAR.format(name=name, episode_chunk=new // paths.CHUNK, episode_index=new, suffix=path.suffix)
            link(path, build / place)

    @functools.cached_property
    def _stats_known(self) -> bool:
        """Whether the source's picture statistics are those of this export: nothing was left out."""
        dataset = self.source.dataset
        if len(self.source) != len(dataset) or not (dataset.root / "meta/stats.json").exists():
            return False
        keys = [paths.image_key(c) for c in self.source.cameras]
        table = next((dataset.root / "meta/episodes").glob("*/*.parquet"))
        by_episode = set(pq.read_schema(table).names)
        return all(k in dataset.stats and f"stats/{k}/mean" in by_episode for k in keys)

    # --- what belongs to the whole ---

    def finish(self, build: Path, notes: Sequence[Mapping[str, Any]]) -> None:
        (build / paths.EXTRA).mkdir(parents=True, exist_ok=True)
        self._write_stats(build, notes)
        self._write_info(build, sum(n["recoded"] for n in notes))
        _write_lines(
            build / "meta/tasks.jsonl", ({"task_index": i, "task": t} for i, t in enumerate(self.source.tasks))
        )
        _write_lines(build / "meta/episodes.jsonl", map(self._row, range(len(self.source))))
        write_json(build / "meta/modality.json", modality(self.source, self.action_name), indent=1)
        self._write_extra(build)
        write_checksums(build)

    def _row(self, new: int) -> dict[str, Any]:
        facts = self.source.facts(new)
        keep = ("source_episode", "instructions", "task_id", "success")
        row = {"episode_index": new, "tasks": [facts["instruction"]], "length": facts["length"]}
        return row | {k: facts[k] for k in keep}

    def _features(self) -> dict[str, dict[str, Any]]:
        """Entries of `info.json`; lists are flat, as in v3.0."""
        known = self.source.dataset.features
        out = {}
        for name, (dtype, shape) in self.columns.items():
            from_name = self._origin(name)
            out[name] = {"dtype": dtype, "shape": [max(1, int(np.prod(shape)))], "names": known[from_name].get("names")}
        out |= {paths.image_key(c): known[paths.image_key(c)] for c in self.source.cameras}
        for name in INDEX_COLUMNS:
            out[name] = {"dtype": "float32" if name == "timestamp" else "int64", "shape": [1], "names": None}
        return out

    def _origin(self, name: str) -> str:
        """The source's column that a column of the export is."""
        return {"action": self.action_name, DISPLACED: "action"}.get(name, name)

    def _write_info(self, build: Path, recoded: int) -> None:
        source = self.source
        splits = {name: f"{numbers[0]}:{numbers[-1] + 1}" for name, numbers in source.splits.items()}
        info = {
            "codebase_version": "v2.1",
            "robot_type": source.dataset.info.get("robot_type"),
            "total_episodes": len(source),
            "total_frames": sum(source.lengths),
            "total_tasks": len(source.tasks),
            "total_videos": len(source) * len(source.cameras),
            "total_chunks": (len(source) - 1) // paths.CHUNK + 1,
            "chunks_size": paths.CHUNK,
            "fps": source.dataset.info["fps"],
            "splits": splits,
            "data_path": DATA,
            "video_path": VIDEO if source.cameras else None,
            "features": self._features(),
        }
        write_json(build / "meta/info.json", info, indent=1)
        if recoded:
            text = f"{recoded} videos were cut between key frames and encoded again\n"
            (build / paths.EXTRA / "recoded.txt").write_text(text, encoding="utf-8")

    def _write_stats(self, build: Path, notes: Sequence[Mapping[str, Any]]) -> None:
        """episodes_stats.jsonl, stats.json and stats_gr00t.json from the files just written."""
        features = {n: f for n, f in self._features().items() if f["dtype"] not in ("video", "string")}
        widths = [f["shape"][0] for f in features.values()]
        sample = QuantileSample(sum(self.source.lengths), sum(widths))
        pictures = self._picture_stats(notes)
        parts: list[Stats] = []
        with open(build / "meta/episodes_stats.jsonl", "w", encoding="utf-8") as file:
            for new, frames in enumerate(self.source.lengths):
                table = pq.read_table(build / DATA.format(episode_chunk=new // paths.CHUNK, episode_index=new))
                rows = np.concatenate([_numbers(table[n], frames) for n in features], axis=1)
                parts.append(column_stats(rows))
                sample.add(rows)
                named = _split(parts[-1].named(), list(features), widths) | next(pictures)
                file.write(dump_json({"episode_index": new, "stats": named}) + "\n")
        total = _split(merge(parts, sample.quantiles()).named(), list(features), widths)
        own = {
            n: {k: v for k, v in s.items() if k in ("min", "max", "mean", "std", "q01", "q99")}
            for n, s in total.items()
        }
        write_json(build / "meta/stats_gr00t.json", own, indent=1)
        write_json(build / "meta/stats.json", total | next(pictures), indent=1)

    def _picture_stats(self, notes: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, dict[str, Array]]]:
        """Statistics of the pictures for each episode, then those of all."""
        cameras, lengths = self.source.cameras, self.source.lengths
        if self._stats_known:
            known = episode_stats(self.source.dataset.root, [paths.image_key(c) for c in cameras])
            yield from (known[i] for i in self.source.chosen)
            yield {paths.image_key(c): self.source.dataset.stats[paths.image_key(c)] for c in cameras}
            return
        counts = {c: np.array([h for n in notes for h in n["histograms"][c]], np.int64) for c in cameras}
        for new, frames in enumerate(lengths):
            yield {paths.image_key(c): image_stats(counts[c][new], frames) for c in cameras}
        yield {paths.image_key(c): image_stats(counts[c].sum(axis=0), sum(lengths)) for c in cameras}

    def _write_extra(self, build: Path) -> None:
        """meta/groundwork: column meanings, all metadata of the chosen episodes, and the source's other files."""
        folder, source = build / paths.EXTRA, self.source
        notes = {n: source.dataset.columns[self._origin(n)] for n in [*self.columns, *INDEX_COLUMNS]}
        write_json(folder / "columns.json", notes, indent=1)
        _write_lines(folder / "episodes.jsonl", map(source.facts, range(len(source))))
        for path in sorted((source.dataset.root / paths.EXTRA).glob("*")):
            if path.is_file() and path.name not in _OWN:
                shutil.copyfile(path, folder / path.name)


def modality(source: Source, action: str) -> dict[str, Any]:
    """`meta/modality.json`: slices by name, with the column they are cut from.

    action: which column of the source stands in `action`. Rotations are quaternions wxyz and rotation vectors.
    """
    columns = source.columns
    state: dict[str, Any] = {}
    if "observation.state" in columns:
        width = columns["observation.state"][1][0]
        joints = source.dataset.features["observation.state"].get("names") == _joints("gripper_width")
        cuts = {"joints": (0, 7), "gripper": (7, 8)} if joints else {"state": (0, width)}
        state = {n: _slice(a, b, "observation.state", columns) for n, (a, b) in cuts.items()}
    if "observation.ee_pose" in columns:
        state["eef_position"] = _slice(0, 3, "observation.ee_pose", columns)
        state["eef_rotation"] = _slice(3, 7, "observation.ee_pose", columns) | {"rotation_type": "quaternion"}
    out = {"state": state, "action": _action_slices(source, action), "video": _views(source)}
    words = ("human.action.task_description", "human.task_description")
    return out | {"annotation": {name: {"original_key": "task_index"} for name in words}}


def _action_slices(source: Source, action: str) -> dict[str, Any]:
    """Named parts of every action column that this engine knows, and of the chosen one in any case."""
    columns = source.columns
    stands = {action: "action"} | ({"action": DISPLACED} if action != "action" else {})
    out: dict[str, Any] = {}
    if source.dataset.features.get("action", {}).get("names") == _joints("gripper"):
        key = stands.get("action", "action")
        out["delta_joints"] = _slice(0, 7, key, columns, "action") | {"absolute": False}
        out["gripper_close"] = _slice(7, 8, key, columns, "action")
    if "action.joint_target" in columns:
        out["joints"] = _slice(
            0, 7, stands.get("action.joint_target", "action.joint_target"), columns, "action.joint_target"
        )
    if "action.ee_delta" in columns:
        key = stands.get("action.ee_delta", "action.ee_delta")
        turn = {"absolute": False, "rotation_type": "axis_angle"}
        out["delta_eef_position"] = _slice(0, 3, key, columns, "action.ee_delta") | {"absolute": False}
        out["delta_eef_rotation"] = _slice(3, 6, key, columns, "action.ee_delta") | turn
        out.setdefault("gripper_close", _slice(6, 7, key, columns, "action.ee_delta"))
    return out or {"action": _slice(0, columns[action][1][0], "action", columns, action)}


def _joints(last: str) -> list[str]:
    return [*(f"joint_{i}" for i in range(1, 8)), last]


def _slice(start: int, end: int, key: str, columns: Mapping[str, Any], origin: str = "") -> dict[str, Any]:
    dtype = columns[origin or key][0]
    return {"start": start, "end": end, "original_key": key, "dtype": dtype, "absolute": True}


def _views(source: Source) -> dict[str, Any]:
    """Each camera by its own name; the first fixed one is also base_view and the first on the hand ego_view."""
    out = {c: {"original_key": paths.image_key(c)} for c in source.cameras}
    for c in source.cameras:
        out.setdefault("ego_view" if c in source.on_hand else "base_view", {"original_key": paths.image_key(c)})
    return out


def episode_stats(root: Path, features: Sequence[str]) -> list[dict[str, dict[str, Array]]]:
    """Statistics of each episode of a v3.0 dataset as its episodes table states them."""
    rows: list[tuple[int, dict[str, dict[str, Array]]]] = []
    for path in sorted((root / "meta/episodes").glob("*/*.parquet")):
        schema = pq.read_schema(path).names
        names = [n for n in schema if n.startswith("stats/") and n.split("/")[1] in features]
        table = pq.read_table(path, columns=["episode_index", *names]).to_pylist()
        for row in table:
            own: dict[str, dict[str, Array]] = {f: {} for f in features}
            for name in names:
                _, feature, stat = name.split("/")
                own[feature][stat] = np.array(row[name], np.float64)
            rows.append((row["episode_index"], own))
    return [own for _, own in sorted(rows, key=lambda r: r[0])]


def _numbers(column: pa.ChunkedArray, frames: int) -> NDArray[np.float64]:
    flat = column.combine_chunks()
    while pa.types.is_fixed_size_list(flat.type):
        flat = flat.flatten()
    return np.asarray(flat.to_numpy(zero_copy_only=False), np.float64).reshape(frames, -1)


def _split(named: Mapping[str, Array], names: Sequence[str], widths: Sequence[int]) -> dict[str, dict[str, Array]]:
    edges = np.cumsum([0, *widths])
    return {
        name: {s: v if s == "count" else v[edges[i] : edges[i + 1]] for s, v in named.items()}
        for i, name in enumerate(names)
    }


def _write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        for row in rows:
            file.write(dump_json(row) + "\n")
