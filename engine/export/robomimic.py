"""Datasets as one robomimic-style HDF5 file.

    data/demo_0/{actions, actions_abs, rewards, dones, states, obs/...}      data.attrs["env_args"], ["total"]
    mask/<split>                                                             names of the demos of a split

Keys of observations are those of robosuite's sets, so robomimic's own configurations find them:
robot0_joint_pos, robot0_joint_vel, robot0_eef_pos, robot0_eef_quat (xyzw), robot0_gripper_qpos, object (poses of
all objects, wxyz, 0 where an episode has fewer), agentview_image, robot0_eye_in_hand_image. `states` are
MuJoCo's qpos and qvel. `demo_i/columns` holds every column of the source with its own name, type and shape,
`demo_i/meta` all metadata as JSON. There is no robomimic environment for these episodes: train with
`experiment.rollout.enabled = false`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import BackendError
from engine.export.convert import Format
from engine.export.source import Source
from engine.record.plain import dump_json

EPISODES_PER_JOB = 10
GYM_TYPE = 2
"""robomimic.envs.env_base.EnvType.GYM_TYPE: the reader wants one of its own types."""

Array = NDArray[Any]
_MASKS = {"val": "valid", "validation": "valid"}  # robomimic's configurations call the split "valid"


class RobomimicFormat(Format):
    """One job writes a part, a file with a few demos; `finish` copies them into one."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        hdf5()  # a missing package is said before anything is made
        self.action_name = source.action("action")
        self.views = view_names(source.cameras, source.on_hand)

    def jobs(self) -> list[tuple[int, ...]]:
        numbers = range(len(self.source))
        return [tuple(numbers[i : i + EPISODES_PER_JOB]) for i in range(0, len(numbers), EPISODES_PER_JOB)]

    def write(self, job: int, episodes: Sequence[int], build: Path) -> dict[str, Any]:
        path = build / ".parts" / f"{job:06d}.hdf5"
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".tmp")
        with hdf5().File(temporary, "w") as file:
            for new in episodes:
                self._demo(file.create_group(f"demo_{new}"), new)
        os.replace(temporary, path)
        return {"part": path.name, "episodes": list(episodes)}

    def finish(self, build: Path, notes: Sequence[Mapping[str, Any]]) -> None:
        source = self.source
        temporary = build / ".whole.tmp"
        with hdf5().File(temporary, "w") as file:
            data = file.create_group("data")
            data.attrs["total"] = sum(source.lengths)
            data.attrs["env_args"] = dump_json(self._environment())
            for note in notes:
                with hdf5().File(build / ".parts" / note["part"], "r") as part:
                    for new in note["episodes"]:
                        part.copy(f"demo_{new}", data)
            for split, episodes in source.splits.items():
                names = np.array([f"demo_{new}" for new in episodes], dtype="S")
                file.create_dataset(f"mask/{_MASKS.get(split, split)}", data=names)
            _text(file, "groundwork/columns.json", dump_json(source.dataset.columns))
            _text(file, "groundwork/run.json", dump_json(source.dataset.run))
        os.replace(temporary, build / f"{source.options.name or source.dataset.root.resolve().name}.hdf5")

    def _demo(self, group: Any, new: int) -> None:
        """Fill the group of one episode."""
        source, facts = self.source, self.source.facts(new)
        columns, frames = source.own_episode(new), source.lengths[new]
        group.attrs["num_samples"] = frames
        group.attrs["success"] = facts["success"]
        group.attrs["ep_meta"] = dump_json({"lang": facts["instruction"], "task_id": facts["task_id"]})
        _text(group, "meta", dump_json(facts["meta"]))
        _text(group, "instructions", dump_json(facts["instructions"]))
        end = (np.arange(frames) == frames - 1).astype(np.float64)
        _numbers(group, "actions", columns[self.action_name].astype(np.float64))
        if "action.joint_target" in columns:
            grip = columns["action"][:, -1:].astype(np.float64)
            _numbers(group, "actions_abs", np.concatenate([columns["action.joint_target"], grip], axis=1))
        _numbers(group, "rewards", end * facts["success"])
        _numbers(group, "dones", end.astype(np.int64))
        if "sim.qpos" in columns and "sim.qvel" in columns:
            _numbers(group, "states", np.concatenate([columns["sim.qpos"], columns["sim.qvel"]], axis=1))
        for name, value in columns.items():
            if value.dtype.kind == "U":
                group.create_dataset(f"columns/{name}", data=value.tolist(), dtype=hdf5().string_dtype())
            else:
                _numbers(group, f"columns/{name}", value)
        observations = low_dim(columns, self._objects()) | self._pictures(new)
        for name, value in observations.items():
            _numbers(group, f"obs/{name}", value)
            if source.options.next_obs:
                _numbers(group, f"next_obs/{name}", np.concatenate([value[1:], value[-1:]]))

    def _objects(self) -> int:
        """Objects of the widest scene."""
        known = self.source.columns.get("objects.pose")
        return 0 if known is None or len(known[1]) != 2 else known[1][0]

    def _pictures(self, new: int) -> dict[str, Array]:
        source = self.source
        out = {f"{view}_image": source.film(new, camera) for camera, view in self.views.items()}
        for name in source.sidecars:
            kind, _, camera = name.partition(".")
            what = "depth_mm" if kind == "depth" else "segmentation_instance"
            out[f"{self.views.get(camera, camera)}_{what}"] = source.sidecar(new, name)[..., None]
        return out

    def _environment(self) -> dict[str, Any]:
        """`env_args`: what an environment would need to be opened again."""
        dataset = self.source.dataset
        kwargs = {
            "robot": dataset.info.get("robot_type"),
            "control_freq": dataset.fps,
            "cameras": {view: camera for camera, view in self.views.items()},
            "action": self.action_name,
            "settings": dataset.run.get("settings", {}),
        }
        return {"env_name": "groundwork", "type": GYM_TYPE, "env_kwargs": kwargs}


def hdf5() -> Any:
    """The package h5py; BackendError when it is not installed."""
    try:
        import h5py
    except ImportError as error:
        raise BackendError("robomimic files need the package h5py: pip install h5py") from error
    return h5py


def view_names(cameras: Sequence[str], on_hand: Collection[str]) -> dict[str, str]:
    """Camera -> robosuite's name for such a view."""
    out: dict[str, str] = {}
    for camera in cameras:
        usual = "robot0_eye_in_hand" if camera in on_hand else "agentview"
        out[camera] = usual if usual not in out.values() else re.sub(r"\W+", "_", camera)
    return out


def low_dim(columns: Mapping[str, Array], objects: int) -> dict[str, Array]:
    """Observations that are no pictures, float64, by robosuite's names; other datasets' state as it is."""
    out: dict[str, Array] = {}
    if "observation.ee_pose" in columns and "observation.gripper_width" in columns:
        pose = columns["observation.ee_pose"].astype(np.float64)
        half = columns["observation.gripper_width"].reshape(-1, 1).astype(np.float64) / 2
        out["robot0_joint_pos"] = columns["observation.state"][:, :7].astype(np.float64)
        if "sim.qvel" in columns:
            out["robot0_joint_vel"] = columns["sim.qvel"][:, :7]
        out["robot0_eef_pos"], out["robot0_eef_quat"] = pose[:, :3], pose[:, [4, 5, 6, 3]]
        out["robot0_gripper_qpos"] = np.concatenate([half, -half], axis=1)
    elif "observation.state" in columns:
        out["state"] = columns["observation.state"].astype(np.float64)
    if objects and "objects.pose" in columns:
        poses = columns["objects.pose"]
        wide = np.zeros((len(poses), objects, poses.shape[2]))
        wide[:, : poses.shape[1]] = poses
        out["object"] = wide.reshape(len(poses), -1)
    return out


def _numbers(group: Any, name: str, value: Array) -> None:
    """A dataset without times, so that equal exports are equal bytes; pictures are compressed one by one."""
    if value.ndim < 3 or value.dtype.kind == "f":
        group.create_dataset(name, data=value, track_times=False)
        return
    chunks = (1, *value.shape[1:])
    group.create_dataset(name, data=value, chunks=chunks, compression="gzip", compression_opts=4, track_times=False)


def _text(group: Any, name: str, text: str) -> None:
    group.create_dataset(name, data=text, dtype=hdf5().string_dtype(), track_times=False)
