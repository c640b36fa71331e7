"""Episodes made again from their stored seeds: layout, grasp, plan and physics run anew and are compared bit for bit.

Not a replay: nothing of what is compared is read back from the dataset but seed, task, attempt and settings.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.config import RunConfig, from_json
from engine.errors import DatasetError
from engine.execute.base import JobOutcome, JobResult, TaskWork
from engine.execute.child import load_entry
from engine.execute.local import PoolConfig, run
from engine.export.dataset import Dataset, load_dataset
from engine.pipeline import Attempt, TaskContext, make_attempt, open_task
from engine.rebuild import present_settings, rebuild_log
from engine.release.plan import RELEASE, read_release
from engine.rerender import source_rows
from engine.rng import rng
from engine.run import default_workers
from engine.sim.kinematics import ArmKinematics
from engine.sim.robot import cache_root, load_robot


@dataclass(frozen=True)
class Remade:
    """What making one episode again gave: "" when it is equal, else the first difference with its place."""

    episode: int
    seed: int
    task_id: str
    attempt: int
    difference: str

    @property
    def text(self) -> str:
        made = f"episode {self.episode} (seed {self.seed}, task {self.task_id}, attempt {self.attempt})"
        return f"{made}: {self.difference or 'equal'}"


def sample_rows(dataset: Dataset, count: int, seed: int) -> list[int]:
    """`count` random attempts, as the number of their first appearance; all of them when there are not more."""
    rows = source_rows(dataset)
    order = rng(seed, "verify").permutation(len(rows))[:count]
    return sorted(rows[int(k)] for k in order)


def verify(
    dataset: Dataset,
    count: int,
    *,
    seed: int = 0,
    workers: int | None = None,
    on_result: Callable[[Remade], None] | None = None,
) -> list[Remade]:
    """Make `count` random episodes again and compare; in order of their numbers.

    Raises DatasetError when the dataset does not hold what it takes (settings, task or camera file, object folder).
    """
    rows = sample_rows(dataset, count, seed)
    for row in rows:
        _origin(dataset, row)
    found: list[Remade] = []

    def result(r: JobResult) -> None:
        meta = dataset.meta(r.task_index)
        said = r.info.get("difference") or ("" if r.accepted else str(r.info.get("failure", {}).get("detail", "lost")))
        found.append(Remade(r.task_index, meta["seed"], meta["task_id"], meta["attempt"], said))
        if on_result is not None:
            on_result(found[-1])

    with tempfile.TemporaryDirectory() as folder:
        summary = run(
            [TaskWork(i, 1, 1) for i in rows],
            "engine.release.verify:VerifyWorker",
            (str(dataset.root.resolve()), folder),
            result,
            workers=min(default_workers() if workers is None else workers, len(rows)),
            config=PoolConfig(log_dir=folder),
        )
    if summary.stopped:
        raise DatasetError(f"{dataset.root}: {summary.message}")
    return sorted(found, key=lambda r: r.episode)


class VerifyWorker:
    """An executor's entry: `worker(row, 0)` makes episode `row` again and compares it with what is stored."""

    def __init__(self, dataset: str, folder: str) -> None:
        self.dataset = load_dataset(dataset)
        self.folder = Path(folder)
        self._made: dict[str, _Maker] = {}

    def __call__(self, row: int, attempt: int) -> JobOutcome:
        meta = self.dataset.meta(row)
        source, index = _origin(self.dataset, row)
        maker = self._maker(source, int(meta["seed"]))
        got = maker.make(index, int(meta["attempt"]))
        difference = compare(self.dataset, row, got)
        if not difference:
            return JobOutcome(True, {})
        failure = {"stage": "verify", "reason": "differs", "object": "", "grasp": -1, "detail": difference}
        return JobOutcome(False, {"difference": difference, "failure": failure})

    def close(self) -> None:
        """Nothing is held open."""

    def _maker(self, source: Mapping[str, Any], seed: int) -> _Maker:
        key = f"{source.get('episodes_sha256')} {seed}"
        if key not in self._made:
            self._made = {key: _Maker(source, seed, self.folder)}
        return self._made[key]


class _Maker:
    """Makes attempts of one source with one seed; keeps the task at hand."""

    def __init__(self, source: Mapping[str, Any], seed: int, folder: Path) -> None:
        self.cfg = replace(_config(source, folder), seed=seed)
        self.library = load_entry(self.cfg.sources.library)(self.cfg.assets, self.cfg.split)
        self.source = load_entry(self.cfg.sources.tasks)(self.library, self.cfg.task_file)
        self.robot = load_robot(self.cfg.gripper)
        self.kin = ArmKinematics(self.robot)
        self._context: TaskContext | None = None

    def make(self, index: int, attempt: int) -> tuple[TaskContext, Attempt]:
        """Attempt number `attempt` of task `index`."""
        if self._context is None or self._context.index != index:
            self._context = open_task(self.cfg, index, self.source, self.robot, cache_root())
        return self._context, make_attempt(self.cfg, self._context, self.kin, attempt)


def _origin(dataset: Dataset, row: int) -> tuple[dict[str, Any], int]:
    """The source of an episode and its task's number there. Raises DatasetError when they are not stored."""
    meta = dataset.meta(row)
    told = meta.get("release")
    if told is not None and (dataset.root / RELEASE).exists():
        source, index = read_release(dataset)["sources"][told["source"]], int(told["place"][0])
    else:
        run_json = dataset.run
        if "settings" not in run_json:
            raise DatasetError(f"{dataset.root}: meta/groundwork/run.json has no settings; nothing can be made again")
        first = run_json.get("rendered_from", {}).get("settings", run_json["settings"])
        files = run_json.get("files", {})
        if first.get("camera_file") != run_json["settings"].get("camera_file"):
            files = {k: v for k, v in files.items() if k != "camera_file"}
        source, index = {"settings": first, "files": files}, int(dataset.episodes["groundwork/task_index"][row])
    for name in ("task_file", "camera_file"):
        if source["settings"].get(name) and name not in source["files"]:
            raise DatasetError(
                f"{dataset.root}, episode {row}: {name} {source['settings'][name]} of the first run is not stored with "
                "the dataset; verify the dataset it was drawn from"
            )
    assets = source["settings"].get("assets")
    if assets and not Path(assets).is_dir():
        raise DatasetError(f"{dataset.root}, episode {row}: its objects are in {assets}; put that folder there first")
    return source, index


def _config(source: Mapping[str, Any], folder: Path) -> RunConfig:
    """The configuration of a source's run, its files written to `folder` again."""
    settings = present_settings(source["settings"])
    for name in ("task_file", "camera_file"):
        if settings.get(name):
            text = source["files"][name]
            path = folder / f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:16]}.yaml"
            path.write_text(text, encoding="utf-8")
            settings[name] = str(path)
    return from_json(RunConfig, settings)


def compare(dataset: Dataset, row: int, made: tuple[TaskContext, Attempt]) -> str:
    """The first difference between a stored episode and one made again; "" when they are equal bit for bit."""
    ctx, a = made
    meta = dataset.meta(row)
    objects = [o["hash"] for o in meta["objects"]]
    now = [x.content_hash for x in ctx.scene.assets]
    if objects != now:
        n = next((i for i, (x, y) in enumerate(zip(objects, now, strict=False)) if x != y), min(len(objects), len(now)))
        return f"object {n} is not the one it was made with: other objects, or other code ({_code(meta)})"
    if a.log is None:
        reason = "no trajectory" if a.failure is None else f"{a.failure.stage}: {a.failure.reason}"
        return f"the attempt now fails ({reason}); {_code(meta)}"
    columns = ("sim.qpos", "sim.qvel", "sim.target", "action", "action.joint_target", "phase", "objects.grasped")
    want = rebuild_log(meta, dataset.episode(row, columns))
    T = len(want.actions)
    if len(a.log.actions) != T:
        return f"{len(a.log.actions)} frames were made, {T} are stored; {_code(meta)}"
    pairs: dict[str, tuple[NDArray[Any], NDArray[Any]]] = {
        "sim.qpos": (want.qpos, a.log.qpos),
        "sim.qvel": (want.qvel, a.log.qvel),
        "sim.target": (want.targets, a.log.targets),
        "action": (want.actions, a.log.actions),
        "phase": (want.phase, a.log.phase),
        "objects.grasped": (want.grasped[:T], a.log.grasped[:T]),
    }
    for name, (stored, again) in pairs.items():
        again = again.astype(stored.dtype)
        bad = [t for t, (x, y) in enumerate(zip(stored, again, strict=True)) if x.tobytes() != y.tobytes()]
        if bad:
            gap = np.abs(stored[bad[0]].astype(np.float64) - again[bad[0]].astype(np.float64)).max()
            where = f"frame {bad[0]}" if bad[0] < T else "the state after the last action (metadata final)"
            return f"{where}, column {name}: differs by {gap:.3g} ({len(bad)} of {len(stored)} rows); {_code(meta)}"
    return ""


def _code(meta: Mapping[str, Any]) -> str:
    from engine.worker import code_version

    was, now = meta.get("versions", {}), code_version()
    changed = [f"{k} {was[k]} then, {now[k]} now" for k in now if was.get(k, now[k]) != now[k]]
    return "versions differ: " + ", ".join(changed) if changed else "the same versions"
