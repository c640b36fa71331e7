"""The evaluation tracks: fixed, proved scenes to judge policies on, stored in `tracks/`.

    for stored in load_track("unseen_object"):
        start = stored.open(library, robot)
        ...                         # start.sm, start.qpos0, start.physics, start.instruction, start.appearance

Each line of a track is one scene as JSON with everything that an episode starts from, the proof that it can be solved,
and a hash of its own content. `tracks/assets.json` names the content of every object used; `tracks/index.json` the
content of every track and what had to be redrawn. Nothing is drawn or rendered to open a scene. Made by
`tasks.make_tracks`.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from engine.config import plain
from engine.errors import AssetError, DatasetError, unknown_name
from engine.rebuild import rebuild_physics
from engine.render.randomize import appearance_from_dict
from engine.sim.model import SceneModel, compile_scene
from engine.sim.robot import RobotModel
from engine.types import (
    F64,
    Appearance,
    AssetLibrary,
    PhysicsParams,
    Relation,
    Role,
    Scene,
    TaskSpec,
    content_hash,
)
from tasks.instructions import Instruction

TRACKS = {
    "in_distribution": "the training tasks' objects in new layouts",
    "unseen_object": "the target is an object of its family that no training task and no seen set holds",
    "new_background": "table, floor, wall and environment come from the unseen sets",
    "unseen_instruction": "the instruction is rewritten by attributes or place and does not say the target's name",
    "similar_distractors": "four distractors look like the target and differ in an attribute",
    "unseen_position": "target and container start where no training layout puts them",
    "unseen_orientation": "a long target lies in a direction in which no training layout lays it",
    "new_instruction": "in mid-run another target, container or both are asked for",
}
TRACK_SIZE = 200
TRACK_FOLDER = Path(__file__).with_name("tracks")
_MAKE = "make it with: python scripts/tracks.py --make --tracks"


@dataclass(frozen=True)
class Change:
    """A new instruction in mid-run: after `step` control steps have been executed, `task` is to be done instead.

    `task` has the scene's roles and another goal.
    """

    step: int
    task: TaskSpec
    instruction: Instruction


@dataclass(frozen=True, eq=False)
class StartState:
    """A scene opened: what an evaluator starts an episode from. `sm` has the scene's physics applied.

    poses (n, 7): X_WO in scene order. q_start (7,): arm joints, commanded target as well. qpos0 (nq,): the whole state
    at rest. `scene.task.goal` is what the validator checks; `change` is set in the track "new_instruction" only.
    """

    scene: Scene
    sm: SceneModel
    physics: PhysicsParams
    poses: F64
    q_start: F64
    qpos0: F64
    appearance: Appearance
    instruction: Instruction
    change: Change | None

    @property
    def goal(self) -> tuple[Relation, ...]:
        """What has to hold in the end, the change of instruction included."""
        return self.scene.task.goal if self.change is None else self.change.task.goal


@dataclass(frozen=True, eq=False)
class TrackScene:
    """One stored scene. `data` is its line; the fields most asked for are attributes.

    keys: the seed keys of its generators (`tasks.prove`). draws: layouts drawn until one was proved; refused: what
    became of the others. proof: the executed plan's grasp, steps, margins and digests.
    """

    track: str
    index: int
    task: TaskSpec
    physics: PhysicsParams
    poses: F64
    instruction: Instruction
    change: Change | None
    keys: tuple[str | int, ...]
    draws: int
    refused: dict[str, int]
    proof: dict[str, Any]
    hash: str
    data: dict[str, Any]

    @property
    def asset_ids(self) -> tuple[str, ...]:
        """The scene's objects in scene order."""
        return tuple(role.instance or "" for role in self.task.roles)

    def scene(self, library: AssetLibrary) -> Scene:
        """The scene with its objects. Raises AssetError naming an object that is missing or not the same any more."""
        stored = asset_hashes()
        assets = []
        for asset_id in self.asset_ids:
            asset = library.get(asset_id)
            if asset.content_hash != stored.get(asset_id):
                raise AssetError(
                    f"track {self.track}, scene {self.index}: object '{asset_id}' is not the one that the tracks were "
                    f"made with (content {asset.content_hash}, stored {stored.get(asset_id)}); use the objects of that "
                    f"version, or make the tracks again: results cannot be compared then"
                )
            assets.append(asset)
        return Scene(self.task, tuple(r.name for r in self.task.roles), tuple(assets))

    def open(self, library: AssetLibrary, robot: RobotModel) -> StartState:
        """The scene ready to start. Raises AssetError when an object has changed."""
        scene = self.scene(library)
        sm = compile_scene(robot, scene)
        sm.apply(self.physics)
        return StartState(
            scene=scene,
            sm=sm,
            physics=self.physics,
            poses=self.poses,
            q_start=self.physics.q_start,
            qpos0=sm.qpos_from(self.physics.q_start, self.poses),
            appearance=appearance_from_dict(self.data["appearance"]),
            instruction=self.instruction,
            change=self.change,
        )


def load_track(name: str, folder: Path | None = None) -> tuple[TrackScene, ...]:
    """All scenes of a track. Raises DatasetError when there is no such track, its file is missing or cut short, or a
    line is not what its hash says."""
    if name not in TRACKS:
        raise DatasetError(unknown_name("track", name, TRACKS))
    path = (folder or TRACK_FOLDER) / f"{name}.jsonl"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DatasetError(f"{path}: the track cannot be read ({error.strerror}); {_MAKE} {name}") from error
    scenes = tuple(_parse(line, f"{path}:{k + 1}", name, k) for k, line in enumerate(lines))
    stored = index(folder)["tracks"].get(name, {})
    if track_hash(scenes) != stored.get("hash"):
        raise DatasetError(
            f"{path}: {len(scenes)} scenes that are not those of index.json (hash {track_hash(scenes)}, stored "
            f"{stored.get('hash')}, {stored.get('scenes')} scenes); restore both files, or {_MAKE} {name}"
        )
    return scenes


def track_hash(scenes: tuple[TrackScene, ...]) -> str:
    """One hash for a track: of its scenes' hashes in order."""
    return content_hash([s.hash for s in scenes])


def index(folder: Path | None = None) -> dict[str, Any]:
    """`index.json`: benchmark, tracks with their hashes and redraws. Raises DatasetError when it cannot be read."""
    return _json((folder or TRACK_FOLDER) / "index.json")


@cache
def asset_hashes() -> dict[str, str]:
    """Content hash of every object in benchmark and tracks, by asset id. Raises DatasetError when the file is not the
    one that index.json names."""
    hashes = _json(TRACK_FOLDER / "assets.json")
    if content_hash(sorted(hashes.items())) != index()["assets"]:
        raise DatasetError(f"{TRACK_FOLDER}/assets.json was changed; restore it or make the tracks again")
    return hashes


def _json(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DatasetError(
            f"{path}: cannot be read ({error}); make it with: python scripts/tracks.py --make"
        ) from error


# --- lines --------------------------------------------------------------------------------------


def line_hash(data: dict[str, Any]) -> str:
    """Content hash of a line without its own "hash"."""
    return content_hash(json.dumps({k: v for k, v in data.items() if k != "hash"}, sort_keys=True))


def line_of(data: dict[str, Any]) -> str:
    """A line of a track file: JSON with its hash."""
    return json.dumps(data | {"hash": line_hash(data)}, separators=(",", ":"))


def physics_to_dict(physics: PhysicsParams) -> dict[str, Any]:
    """Every parameter, exact through JSON."""
    return plain(dataclasses.asdict(physics))


def task_to_dict(task: TaskSpec) -> dict[str, Any]:
    """A task whose roles are all given by instance; regions are left out, the layout is made."""
    return {
        "id": task.task_id,
        "roles": {r.name: r.instance for r in task.roles},
        "goal": [[r.kind, r.subject, list(r.objects), r.frame] for r in task.goal],
        "template": task.instructions[0],
        "metadata": dict(task.metadata),
    }


def task_of(data: dict[str, Any], roles: dict[str, str]) -> TaskSpec:
    """Inverse of `task_to_dict`."""
    return TaskSpec(
        task_id=data["id"],
        roles=tuple(Role(name, instance=asset_id) for name, asset_id in roles.items()),
        goal=tuple(Relation(kind, subject, tuple(objects), frame) for kind, subject, objects, frame in data["goal"]),
        instructions=(data["template"],),
        metadata=tuple((str(k), str(v)) for k, v in data["metadata"].items()),
    )


def normalised(poses: Any) -> F64:
    """Stored poses (n, 7) with unit quaternions: what physics starts from."""
    out = np.array(poses, np.float64)
    out[:, 3:] /= np.linalg.norm(out[:, 3:], axis=1, keepdims=True)
    return out


def scene_of(data: dict[str, Any]) -> TrackScene:
    """A scene from the content of its line."""
    task = task_of(data["task"], data["task"]["roles"])
    change = None
    if data.get("change"):
        c = data["change"]
        change = Change(int(c["step"]), task_of(c["task"], data["task"]["roles"]), Instruction(**c["instruction"]))
    return TrackScene(
        track=data["track"],
        index=int(data["index"]),
        task=task,
        physics=rebuild_physics(data),
        poses=normalised(data["poses"]),
        instruction=Instruction(**data["instruction"]),
        change=change,
        keys=tuple(data["keys"]),
        draws=int(data["draws"]),
        refused=dict(data["refused"]),
        proof=data["proof"],
        hash=data.get("hash", ""),
        data=data,
    )


def _parse(line: str, where: str, track: str, k: int) -> TrackScene:
    try:
        data = json.loads(line)
        scene = scene_of(data)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise DatasetError(f"{where}: not a scene ({type(error).__name__}: {error}); {_MAKE} {track}") from error
    if scene.hash != line_hash(data):
        raise DatasetError(f"{where}: the line was changed (content {line_hash(data)}, stored {scene.hash})")
    if (scene.track, scene.index) != (track, k):
        raise DatasetError(f"{where}: scene {scene.index} of {scene.track} stands where {k} of {track} belongs")
    return scene
