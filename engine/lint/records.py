"""The metadata of an episode, drawn and looked up again: what no column follows from is checked here.

Objects are described as the library does, relations are those of the first state, and what was drawn at random
(physics, table, lights, surfaces, cameras) comes out of the stored seed again. Where most of a draw comes out
otherwise, the sources that drew it were others, and nothing can be said.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from engine.config import TableSource, plain, sample_physics
from engine.errors import ConfigError
from engine.execute.child import load_entry
from engine.graph.scene_graph import observed_graph, relations_of
from engine.lint.context import EpisodeView, Unavailable
from engine.lint.goals import seen_from
from engine.lint.report import Result
from engine.render.randomize import appearance_from_dict, appearance_to_dict, sample_appearance
from engine.rng import rng
from engine.sim.cameras import cameras_from_text, default_cameras, view_camera
from engine.skills.validate import StateProbe
from engine.types import CameraSpec

DESCRIBED, DRAWN = "descriptions", "random draws"
CHECKS = {DESCRIBED: "episodes", DRAWN: "episodes"}
"""This module's checks and what they count."""

OTHERWISE = 0.1
"""Share of a draw's numbers that may differ (at least 3) before it was drawn by other sources."""


def check_described(view: EpisodeView, r: Result) -> None:
    """Objects, robot, frame rate and relations in the metadata."""
    meta, at = view.meta, {"episode": view.index, "tolerance": 0.0}
    if "settings" not in view.dataset.run or "objects" not in meta:
        raise Unavailable("the dataset does not tell which scenes it shows")
    if meta.get("appearance"):
        # What is stored and cannot be read is a finding here; the checks that need it are not made.
        appearance_from_dict(meta["appearance"])
    episode = view.episode
    r.items = 1
    said: dict[str, tuple[Any, Any]] = {"fps": (meta.get("fps"), view.dataset.fps)}
    robot = view.robot
    for key, want in (("name", robot.name), ("gripper", robot.gripper.name)):
        said[f"robot.{key}"] = (meta["robot"].get(key), want)
    for i, (entry, asset) in enumerate(zip(meta["objects"], episode.scene.assets, strict=True)):
        known = {"noun": asset.name, "family": asset.family, "attributes": dict(asset.attributes)}
        said |= {f"objects[{i}].{key}": (entry.get(key), want) for key, want in known.items()}
    if "scene_graph" in meta and "qpos0" in meta:
        X_WC = seen_from(view)
        if meta.get("sides_seen_from") == "appearance":
            X_WC = np.asarray(view_camera(view.appearance.cameras).X_PC, np.float64)
        state = StateProbe(episode.sm).at(np.asarray(meta["qpos0"]), np.zeros(episode.sm.model.nv), X_WC)
        graph = observed_graph(state)
        said["scene_graph.frame"] = (meta["scene_graph"].get("frame"), graph.graph["frame"])
        have = [tuple(x) for x in meta["scene_graph"].get("relations", ())]
        want = [(x.kind, x.subject, *x.objects) for x in relations_of(graph)]
        odd = sorted(set(have) ^ set(want)) or ([] if have == want else have)
        if odd:
            where = "is not so" if odd[0] in have else "is missing"
            message = f"{' '.join(odd[0])} {where} in the first state (tolerance 0)"
            r.found(message, column="metadata scene_graph.relations", value=float(len(odd)), **at)
    for key, (have, want) in said.items():
        if have != want:
            r.found(f"is {have!r}, expected {want!r} (tolerance 0)", column=f"metadata {key}", **at)


def check_drawn(view: EpisodeView, r: Result) -> None:
    """Physics and appearance drawn again from (seed, task, attempt, appearance)."""
    run, meta = view.dataset.run, view.meta
    if "settings" not in run or "physics" not in meta:
        raise Unavailable("the dataset does not tell how it was drawn")
    if "rendered_from" in run or "release" in meta:
        raise Unavailable("drawn again with other ranges, which only the first run's folder tells")
    cfg, episode = view.context.rebuilder.cfg, view.episode
    key = (cfg.seed, meta["task_id"], meta["attempt"])
    if meta["seed"] != cfg.seed:
        message = f"is {meta['seed']}, the run's seed is {cfg.seed} (tolerance 0)"
        r.found(message, episode=view.index, column="metadata seed", tolerance=0.0)
    tables = _tables(cfg.sources.tables)
    physics = sample_physics(cfg.physics, episode.scene, view.robot, rng(*key, "physics"), tables, rng(*key, "table"))
    r.items = 1
    _compare(view, "physics", meta["physics"], plain(vars(physics)), r)
    if not meta.get("appearance") or not view.context.full:
        return
    textures = view.context.redrawer.textures
    stream = rng(*key, f"appearance{meta.get('render', 0)}")
    # On the table drawn here, not the stored one: a wrong number of it is reported once.
    look = sample_appearance(cfg.randomize, _cameras(view), episode.scene, stream, textures, physics.table)
    _compare(view, "appearance", meta["appearance"], appearance_to_dict(look), r)


@functools.lru_cache(maxsize=1)
def _tables(entry: str) -> TableSource:
    return load_entry(entry)()


def _cameras(view: EpisodeView) -> tuple[CameraSpec, ...]:
    text = view.dataset.run.get("files", {}).get("camera_file")
    try:
        return default_cameras() if text is None else cameras_from_text(text, "the run's cameras")
    except ConfigError as e:
        raise Unavailable(f"the run's cameras cannot be read: {e}") from e


def _compare(view: EpisodeView, name: str, stored: Any, drawn: Any, r: Result) -> None:
    have, want = (dict(_leaves(json.loads(json.dumps(x)), name)) for x in (stored, drawn))
    odd = [k for k in sorted(have.keys() | want.keys()) if have.get(k) != want.get(k)]
    if len(odd) > max(3, OTHERWISE * len(want)):
        r.skip(f"{name}: these sources draw otherwise than those that made it")
        return
    for key in odd:
        message = f"is {have.get(key)!r}, drawn again from the seed {want.get(key)!r} (tolerance 0)"
        r.found(message, episode=view.index, column=f"metadata {key}", tolerance=0.0)


def _leaves(x: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Numbers and words of nested values by place."""
    if isinstance(x, dict | list):
        for k, v in x.items() if isinstance(x, dict) else enumerate(x):
            yield from _leaves(v, f"{path}.{k}")
    else:
        yield path, x


WORKS = {DESCRIBED: check_described, DRAWN: check_drawn}
"""The checks by name: `work(view, result)`."""
