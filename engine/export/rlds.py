"""Datasets as RLDS: TFRecord shards with the two files that let TensorFlow Datasets load them without code.

    tfds.builder_from_directory("OUT/NAME/1.0.0")     or     tfds.builder("NAME", data_dir="OUT")

One example is one episode: `steps` (observation, action, language_instruction, reward, discount, is_first,
is_last, is_terminal) and `episode_metadata` (Ramos et al. 2021, RLDS). Observation and action follow the
LIBERO sets that OpenVLA trains on, so its `libero_dataset_transform` fits: `image` and `wrist_image`
(encoded), `state` (8: position of G, its rotation vector, +- half of the finger opening) and `joint_state`;
the action is 7 numbers, by default `action.ee_delta`, gripper 0 open and 1 closed. `steps/columns` holds
every column of the source under its own name, type and (padded) shape; float64 as raw little-endian bytes
that TFDS decodes, since an Example has no float64.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ConfigError
from engine.export.convert import Format
from engine.export.source import Source
from engine.export.tfrecord import Value, encode_example, frame_record
from engine.record.plain import dump_json, write_json

VERSION = "1.0.0"
FRAMES_PER_SHARD = 4000
"""About 100 MB with two cameras of 224 x 224 as JPEG."""

Array = NDArray[Any]
_FEATURES = "tensorflow_datasets.core.features."
_NAME = re.compile(r"[a-z][a-z0-9_]*")


class RldsFormat(Format):
    """One job is one shard: neighbouring episodes of a split."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.action_name = source.action("action.ee_delta")
        self.name = source.options.name or default_name(source.dataset.root)
        if not _NAME.fullmatch(self.name):
            raise ConfigError(f"--name {self.name!r}: TFDS names are lower-case letters, digits and _, a letter first")
        self.pictures = picture_names(source.cameras, source.on_hand)
        self.shards = list(_shards(source))

    def jobs(self) -> list[tuple[int, ...]]:
        return [episodes for _, _, _, episodes in self.shards]

    def write(self, job: int, episodes: Sequence[int], build: Path) -> dict[str, Any]:
        split, number, of, _ = self.shards[job]
        path = build / self.name / VERSION / f"{self.name}-{split}.tfrecord-{number:05d}-of-{of:05d}"
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(path.name + ".tmp")
        size = 0
        with open(temporary, "wb") as file:
            for new in episodes:
                data = encode_example(self.example(new))
                size += len(data)
                file.write(frame_record(data))
        os.replace(temporary, path)
        return {"split": split, "bytes": size, "episodes": len(episodes)}

    def finish(self, build: Path, notes: Sequence[Mapping[str, Any]]) -> None:
        folder = build / self.name / VERSION
        splits: dict[str, dict[str, Any]] = {}
        for note in notes:
            entry = splits.setdefault(note["split"], {"name": note["split"], "numBytes": 0, "shardLengths": []})
            entry["numBytes"] += note["bytes"]
            entry["shardLengths"].append(str(note["episodes"]))
        for entry in splits.values():
            entry["numBytes"] = str(entry["numBytes"])
            entry["filepathTemplate"] = "{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}"
        info = {
            "name": self.name,
            "version": VERSION,
            "fileFormat": "tfrecord",
            "description": self._description(),
            "releaseNotes": {VERSION: "Exported from a LeRobotDataset v3.0."},
            "splits": list(splits.values()),
        }
        write_json(folder / "dataset_info.json", info, indent=1)
        write_json(folder / "features.json", _features(self.features()), indent=1)
        write_json(folder / "columns.json", self.source.dataset.columns, indent=1)

    def example(self, new: int) -> dict[str, Value]:
        """The flat features of an episode, as TFDS names them."""
        source, facts = self.source, self.source.facts(new)
        own = source.own_episode(new)
        columns = source.padded(own)
        frames = source.lengths[new]
        last = np.arange(frames) == frames - 1
        text = facts["instruction"].encode()
        steps: dict[str, Value] = {
            "action": columns[self.action_name].astype(np.float32),
            "language_instruction": [text] * frames,
            "is_first": np.arange(frames) == 0,
            "is_last": last,
            "is_terminal": last & facts["success"],
            "reward": (last & facts["success"]).astype(np.float32),
            "discount": np.ones(frames, np.float32),
        }
        for name, value in states(columns).items():
            steps[f"observation/{name}"] = value
        for camera, name in self.pictures.items():
            steps[f"observation/{name}"] = self._encoded(source.film(new, camera))
        for name in source.sidecars:
            steps[f"observation/{sidecar_name(name, self.pictures)}"] = [
                _picture(frame, "png", 0) for frame in source.sidecar(new, name)
            ]
        for name, value in columns.items():
            steps[f"columns/{name}"] = _stored(value)
        out = {f"steps/{name}": value for name, value in steps.items()}
        return out | {f"episode_metadata/{name}": value for name, value in self._episode(new, facts, own).items()}

    def features(self) -> dict[str, Any]:
        """The tree of features: leaves are (kind, dtype, shape, note)."""
        source = self.source
        observation: dict[str, Any] = {}
        for name, (dtype, shape, note) in state_features(source.columns).items():
            observation[name] = _leaf(dtype, shape, note)
        for camera, name in self.pictures.items():
            shape = (*source.image_size(camera), 3)
            observation[name] = ("image", "uint8", shape, f"camera {camera}", source.options.image)
        for name in source.sidecars:
            kind, _, camera = name.partition(".")
            dtype, note = ("uint16", "depth in mm") if kind == "depth" else ("uint8", "instances: 3 + i is object i")
            observation[sidecar_name(name, self.pictures)] = (
                "image",
                dtype,
                (*source.image_size(camera), 1),
                note,
                "png",
            )
        columns = {n: _leaf(dtype, shape, self._doc(n)) for n, (dtype, shape) in source.columns.items()}
        width = source.columns[self.action_name][1]
        text = ("text", "string", (), "", "")
        steps = {
            "observation": observation,
            "action": _leaf("float32", width, f"{self.action_name}: {self._doc(self.action_name)}"),
            "language_instruction": text,
            "is_first": _leaf("bool", (), ""),
            "is_last": _leaf("bool", (), ""),
            "is_terminal": _leaf("bool", (), "last step of an episode that reached its goal"),
            "reward": _leaf("float32", (), "1 on the last step of an episode that reached its goal"),
            "discount": _leaf("float32", (), ""),
            "columns": columns,
        }
        numbers = {n: _leaf("int64", (), "") for n in ("episode_id", "source_episode", "num_steps")}
        words = {n: text for n in ("file_path", "task_id", "instructions", "shapes", "meta")}
        return {"steps": steps, "episode_metadata": numbers | words | {"success": _leaf("bool", (), "")}}

    def _episode(self, new: int, facts: Mapping[str, Any], columns: Mapping[str, Array]) -> dict[str, Value]:
        """Scalars only: readers of RLDS repeat each for every step. What has structure is JSON."""
        own = {n: list(a.shape[1:]) for n, a in columns.items()}
        shapes = {n: s for n, s in own.items() if tuple(s) != self.source.columns[n][1]}
        return {
            "episode_id": np.array([new]),
            "source_episode": np.array([facts["source_episode"]]),
            "num_steps": np.array([facts["length"]]),
            "success": np.array([facts["success"]]),
            "file_path": [f"{self.source.dataset.root.name}/episode_{facts['source_episode']:06d}".encode()],
            "task_id": [facts["task_id"].encode()],
            "instructions": [dump_json(facts["instructions"]).encode()],
            "shapes": [dump_json(shapes).encode()],
            "meta": [dump_json(facts["meta"]).encode()],
        }

    def _encoded(self, film: Array) -> list[bytes]:
        options = self.source.options
        return [_picture(frame, options.image, options.quality) for frame in film]

    def _doc(self, name: str) -> str:
        note = self.source.dataset.columns[name]
        return "; ".join(str(note[k]) for k in ("doc", "unit", "frame") if note.get(k))

    def _description(self) -> str:
        splits = ", ".join(f"{len(v)} in {k}" for k, v in self.source.splits.items())
        return (
            f"{len(self.source)} episodes ({splits}) at {self.source.dataset.fps} Hz of a {robot(self.source)}, "
            f"exported from a LeRobotDataset v3.0. Action: {self.action_name}. Column meanings: columns.json."
        )


def robot(source: Source) -> str:
    """Name of the robot."""
    return str(source.dataset.info.get("robot_type") or "robot")


def default_name(root: Path) -> str:
    """A TFDS name from a folder's."""
    name = re.sub(r"[^a-z0-9]+", "_", root.resolve().name.lower()).strip("_") or "dataset"
    return name if name[0].isalpha() else f"dataset_{name}"


def picture_names(cameras: Sequence[str], on_hand: Collection[str]) -> dict[str, str]:
    """Camera -> key of its pictures: the first fixed camera is `image`, the first on the hand `wrist_image`."""
    names: dict[str, str] = {}
    for camera in cameras:
        plain = re.sub(r"\W+", "_", camera)
        usual = "wrist_image" if camera in on_hand else "image"
        names[camera] = usual if usual not in names.values() else f"{plain}_image"
    return names


def sidecar_name(name: str, pictures: Mapping[str, str]) -> str:
    """Key of a sidecar: "depth.third_person" -> "depth", "mask.wrist" -> "wrist_mask"."""
    kind, _, camera = name.partition(".")
    picture = pictures.get(camera, f"{camera}_image")
    return picture.removesuffix("image") + kind


def states(columns: Mapping[str, Array]) -> dict[str, Array]:
    """`state` (T, 8) as LIBERO has it, and `joint_state` (T, 7); other datasets' `observation.state` as it is."""
    if "observation.ee_pose" not in columns or "observation.gripper_width" not in columns:
        return {"state": columns["observation.state"].astype(np.float32)} if "observation.state" in columns else {}
    pose = columns["observation.ee_pose"].astype(np.float64)
    turn = rotation_vectors(pose[:, 3:])
    half = columns["observation.gripper_width"].reshape(-1, 1) / 2
    state = np.concatenate([pose[:, :3], turn, half, -half], axis=1).astype(np.float32)
    return {"state": state, "joint_state": columns["observation.state"][:, :7].astype(np.float32)}


def rotation_vectors(q_wxyz: Array) -> Array:
    """Rotation vectors (T, 3) of quaternions (T, 4), on the branch with x >= 0 and angles in [0, 2 pi).

    The usual branch, angles up to pi, jumps where a gripper that points down (half a turn about x) tilts to
    one side or the other; on this one its vectors are continuous, as in robosuite's sets.
    """
    q = np.where(q_wxyz[:, 1:2] < 0, -q_wxyz, q_wxyz)
    length = np.linalg.norm(q[:, 1:], axis=1, keepdims=True)
    angle = 2 * np.arctan2(length, q[:, :1])
    return q[:, 1:] * np.where(length > 1e-12, angle / np.maximum(length, 1e-12), 2.0)


def state_features(columns: Mapping[str, tuple[str, tuple[int, ...]]]) -> dict[str, tuple[str, tuple[int, ...], str]]:
    """Type, shape and meaning of what `states` gives."""
    if "observation.ee_pose" in columns and "observation.gripper_width" in columns:
        note = "position of the gripper frame in the base (m), rotation vector (rad), + and - half of the opening (m)"
        return {"state": ("float32", (8,), note), "joint_state": ("float32", (7,), "rad")}
    return {"state": ("float32", columns["observation.state"][1], "")} if "observation.state" in columns else {}


def _shards(source: Source) -> list[tuple[str, int, int, tuple[int, ...]]]:
    """(split, shard, shards of the split, episodes), in order; a shard is closed when it is long enough."""
    out = []
    for split, episodes in source.splits.items():
        groups: list[list[int]] = [[]]
        frames = 0
        for new in episodes:
            if frames >= FRAMES_PER_SHARD:
                groups.append([])
                frames = 0
            groups[-1].append(new)
            frames += source.lengths[new]
        out += [(split, k, len(groups), tuple(g)) for k, g in enumerate(groups)]
    return out


def _stored(value: Array) -> Value:
    """A column as an Example holds it; see `_leaf`."""
    if value.dtype.kind == "U":
        return [str(v).encode() for v in value]
    if value.dtype == np.float64:
        return [row.tobytes() for row in np.ascontiguousarray(value.astype("<f8"))]
    return value


def _picture(frame: Array, encoding: str, quality: int) -> bytes:
    from PIL import Image

    data = io.BytesIO()
    options: dict[str, Any] = {"quality": quality} if encoding == "jpeg" else {"compress_level": 6}
    Image.fromarray(frame).save(data, encoding, **options)
    return data.getvalue()


def _leaf(dtype: str, shape: Sequence[int], note: str) -> tuple[Any, ...]:
    if dtype == "string":
        return ("text", "string", (), note, "")
    return ("tensor", dtype, tuple(shape), note, "bytes" if dtype == "float64" else "none")


def _features(tree: Mapping[str, Any]) -> dict[str, Any]:
    """`features.json` as `tfds.features.FeaturesDict.to_json` writes it."""
    steps = {
        "pythonClassName": _FEATURES + "dataset_feature.Dataset",
        "sequence": {"feature": _node(tree["steps"]), "length": "-1"},
    }
    content = {"features": {"steps": steps, "episode_metadata": _node(tree["episode_metadata"])}}
    return {
        "type": _FEATURES + "features_dict.FeaturesDict",
        "content": content,
        "proto_cls": "tensorflow_datasets.FeaturesDict",
    }


def _node(item: Any) -> dict[str, Any]:
    if isinstance(item, Mapping):
        inner = {name: _node(value) for name, value in item.items()}
        return {"pythonClassName": _FEATURES + "features_dict.FeaturesDict", "featuresDict": {"features": inner}}
    kind, dtype, shape, note, encoding = item
    size = {"dimensions": [str(n) for n in shape]} if shape else {}
    if kind == "text":
        node: dict[str, Any] = {"pythonClassName": _FEATURES + "text_feature.Text", "text": {}}
    elif kind == "image":
        image = {"shape": size, "dtype": dtype, "encodingFormat": encoding}
        node = {"pythonClassName": _FEATURES + "image_feature.Image", "image": image}
    else:
        name = "tensor_feature.Tensor" if shape else "scalar.Scalar"
        node = {"pythonClassName": _FEATURES + name, "tensor": {"shape": size, "dtype": dtype, "encoding": encoding}}
    return node | ({"description": note} if note else {})
