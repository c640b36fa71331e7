"""Stored episodes back as the engine's own records: scene, model, physics, states, plan.

    rebuilder = Rebuilder(dataset.run["settings"])
    episode = rebuilder.open(dataset, 3)
    report = check_replay(episode)          # feeds the stored actions only

Nothing is drawn or searched again. Objects and robot come from the library and the cache by name and
are compared with the content hashes that the episode stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import mujoco
import numpy as np
from numpy.typing import NDArray

from engine.config import RunConfig, from_json
from engine.errors import AssetError, DatasetError
from engine.execute.child import load_entry
from engine.export.dataset import Dataset
from engine.sim.control import rollout
from engine.sim.model import SceneModel, compile_scene
from engine.sim.robot import RobotModel, load_robot
from engine.table import TableSpec
from engine.types import (
    AssetLibrary,
    Grasp,
    PhysicsParams,
    Region,
    Relation,
    Role,
    Scene,
    StateLog,
    TaskSpec,
    Trajectory,
)


@dataclass(eq=False)
class Episode:
    """One stored episode, ready to be replayed or drawn. `sm` has the episode's physics applied."""

    index: int
    meta: dict[str, Any]
    columns: dict[str, NDArray[Any]]
    scene: Scene
    sm: SceneModel
    physics: PhysicsParams
    log: StateLog
    trajectory: Trajectory | None


def task_from_json(data: Mapping[str, Any]) -> TaskSpec:
    """A task from its stored form (`dataclasses.asdict` through JSON)."""

    def pairs(key: str) -> tuple[tuple[str, str], ...]:
        return tuple((str(k), str(v)) for k, v in data.get(key, ()))

    def relations(key: str) -> tuple[Relation, ...]:
        return tuple(Relation(r["kind"], r["subject"], tuple(r["objects"]), r["frame"]) for r in data.get(key, ()))

    roles = tuple(
        Role(**(r | {"attributes": tuple((str(k), str(v)) for k, v in r.get("attributes", ()))})) for r in data["roles"]
    )
    regions = tuple((name, Region(tuple(r["x"]), tuple(r["y"]))) for name, r in data.get("regions", ()))
    return TaskSpec(
        task_id=data["task_id"],
        roles=roles,
        goal=relations("goal"),
        initial=relations("initial"),
        instructions=tuple(data.get("instructions", ())),
        regions=regions,
        metadata=pairs("metadata"),
    )


def rebuild_scene(meta: Mapping[str, Any], library: AssetLibrary) -> Scene:
    """The scene of an episode. Raises AssetError when an object is missing or no longer the same."""
    assets = []
    for entry in meta["objects"]:
        asset = library.get(entry["asset"])
        if asset.content_hash != entry["hash"]:
            raise AssetError(
                f"object '{entry['asset']}' is not the one the episode was made with (content {asset.content_hash}, "
                f"stored {entry['hash']}); use the version of the objects with code {meta['versions'].get('code')}"
            )
        assets.append(asset)
    return Scene(task_from_json(meta["task"]), tuple(e["name"] for e in meta["objects"]), tuple(assets))


def rebuild_physics(meta: Mapping[str, Any]) -> PhysicsParams:
    """The physics parameters of an episode."""
    p = meta["physics"]
    arrays = {k: np.array(p[k], np.float64) for k in ("friction", "mass_scale", "q_start")}
    table = p.get("table")  # episodes from before tables were drawn stand on the default one
    return PhysicsParams(
        table_height=float(p["table_height"]),
        joint_damping_scale=float(p["joint_damping_scale"]),
        table=None if table is None else from_json(TableSpec, table, "physics.table"),
        **arrays,
    )


def rebuild_log(meta: Mapping[str, Any], columns: Mapping[str, NDArray[Any]]) -> StateLog:
    """The states of an episode: T rows from the columns, row T from the metadata.

    `grasped` of row T is not stored; it repeats the row before.
    """
    final = meta["final"]
    target = columns["sim.target"]
    last = columns["action.joint_target"][-1:]
    held = columns["objects.grasped"]
    return StateLog(
        qpos=np.concatenate([columns["sim.qpos"], [np.array(final["qpos"])]]),
        qvel=np.concatenate([columns["sim.qvel"], [np.array(final["qvel"])]]),
        targets=np.concatenate([target, last]),
        actions=columns["action"],
        phase=columns["phase"].astype(np.int32),
        grasped=np.concatenate([held, held[-1:]]),
    )


def rebuild_trajectory(meta: Mapping[str, Any], log: StateLog) -> Trajectory | None:
    """The plan that was executed, as far as labels need it; None when the episode stored none."""
    if "grasp" not in meta or "plan" not in meta:
        return None
    g, plan = meta["grasp"], meta["plan"]
    return Trajectory(
        q_start=log.targets[0],
        actions=log.actions,
        targets=log.targets,
        phase=log.phase,
        grasp=Grasp(int(g["index"]), np.array(g["X_OG"]), float(g["width"]), float(g["score"])),
        X_WG_grasp=np.array(plan["X_WG_grasp"]),
        X_WG_place=np.array(plan["X_WG_place"]),
        place_point=np.array(plan["place_point"]),
        min_clearance=float(plan["min_clearance"]),
        info=dict(plan.get("info", {})),
    )


def present_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as stored, with what older runs wrote otherwise put into the present form."""
    out = {k: dict(v) if isinstance(v, Mapping) else v for k, v in settings.items()}
    if isinstance(out.get("randomize", {}).get("environments"), int):  # once a count of environments, now a folder
        del out["randomize"]["environments"]
    if out.get("sources", {}).get("textures") == "assets.textures":
        del out["sources"]["textures"]
    return out


class Rebuilder:
    """Opens episodes of one run's datasets; keeps the compiled model of the latest scene."""

    def __init__(self, settings: Mapping[str, Any], robot: RobotModel | None = None) -> None:
        self.cfg: RunConfig = from_json(RunConfig, present_settings(settings))
        self.library: AssetLibrary = load_entry(self.cfg.sources.library)(self.cfg.assets, self.cfg.split)
        self.robot = robot or load_robot(self.cfg.gripper)
        self._models: dict[tuple[Any, ...], SceneModel] = {}

    def open(self, dataset: Dataset, index: int) -> Episode:
        """Episode `index`. Raises DatasetError, or AssetError when objects or robot have changed."""
        meta = dataset.meta(index)
        if "objects" not in meta or "final" not in meta:
            raise DatasetError(f"{dataset.root}, episode {index}: no stored states; it was not made by this engine")
        if meta["robot"]["hash"] != self.robot.content_hash:
            raise AssetError(
                f"robot '{meta['robot']['name']}' in the cache is not the one that episode {index} was made with "
                f"(content {self.robot.content_hash}, stored {meta['robot']['hash']})"
            )
        scene = rebuild_scene(meta, self.library)
        key = (meta["task_id"], *(a.content_hash for a in scene.assets))
        if key not in self._models:
            self._models = {key: compile_scene(self.robot, scene)}
        sm = self._models[key]
        physics = rebuild_physics(meta)
        sm.apply(physics)
        names = [n for n in dataset.columns if n in dataset.features and dataset.features[n]["dtype"] != "video"]
        columns = dataset.episode(index, names)
        log = rebuild_log(meta, columns)
        return Episode(index, meta, columns, scene, sm, physics, log, rebuild_trajectory(meta, log))


def open_rebuilder(dataset: Dataset) -> Rebuilder:
    """A rebuilder with the settings of the run that made a dataset; DatasetError when they are not there."""
    settings = dataset.run.get("settings")
    if not settings:
        raise DatasetError(f"{dataset.root}: meta/groundwork/run.json has no settings; it was not made by this engine")
    return Rebuilder(settings)


@dataclass(frozen=True)
class Difference:
    """The first difference of one quantity: at state `step` (T = after the last action), by at most `largest`."""

    name: str
    step: int
    largest: float


@dataclass(frozen=True)
class ReplayReport:
    """What replaying the stored actions gave. steps: actions fed. notes: versions that differ."""

    steps: int
    differences: tuple[Difference, ...]
    notes: tuple[str, ...]

    @property
    def exact(self) -> bool:
        return not self.differences


def check_replay(episode: Episode) -> ReplayReport:
    """Feed the stored action column from the stored initial state and compare every state bit for bit."""
    want = episode.log
    got = rollout(episode.sm, want.qpos[0], want.targets[0], want.actions, want.phase)
    T = len(want.actions)
    pairs = {
        "sim.qpos": (want.qpos, got.qpos),
        "sim.qvel": (want.qvel, got.qvel),
        "sim.target": (want.targets, got.targets),
        "objects.grasped": (want.grasped[:T], got.grasped[:T]),
    }
    found = []
    for name, (a, b) in pairs.items():
        rows = np.array([x.tobytes() != y.tobytes() for x, y in zip(a, b, strict=True)])
        if rows.any():
            gap = np.abs(a.astype(np.float64) - b.astype(np.float64)).max()
            found.append(Difference(name, int(np.argmax(rows)), float(gap)))
    versions = episode.meta.get("versions", {})
    now = {"mujoco": mujoco.__version__, "numpy": np.__version__}
    notes = [f"{k} {versions[k]} then, {v} now" for k, v in now.items() if versions.get(k, v) != v]
    return ReplayReport(T, tuple(found), tuple(notes))


def without_files(cfg: RunConfig) -> RunConfig:
    """The configuration without paths of the machine it was made on."""
    return replace(cfg, task_file=None, camera_file=None)
