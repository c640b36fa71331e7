"""The worker of a release: draws the appearances of one attempt as its split wants them.

`ReleaseWorker` is an executor's entry: job i draws row i of the plan in `<out>/.work/plan.json`.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.config import from_json, plain
from engine.execute.base import JobOutcome
from engine.frames import Pose
from engine.graph.scene_graph import compact_graph, observed_graph
from engine.pipeline import StageClock
from engine.rebuild import Episode
from engine.release.cameras import outside_cameras
from engine.release.facts import SIDES
from engine.release.plan import renders_of
from engine.render.randomize import RandomizeConfig, sample_appearance
from engine.rerender import RenderWorker
from engine.rng import rng
from engine.sim.cameras import camera_from_dict, in_image, project_points, view_camera
from engine.skills.validate import StateProbe
from engine.types import Appearance, CameraSpec

PLAN = "plan.json"
TRIES = 30


class ReleaseWorker(RenderWorker):
    """Draws attempts; `ReleaseWorker(dataset, out)(i, 0)` draws row i of the plan."""

    def __init__(self, dataset: str, out: str) -> None:
        self.plan: dict[str, Any] = json.loads((Path(out) / ".work" / PLAN).read_text(encoding="utf-8"))
        o = self.plan["options"]
        options = {k: o[k] for k in ("renders", "renderer", "depth", "masks")}
        super().__init__(dataset, out, options | {"seed": self.plan["seed"]})
        self.cameras = tuple(camera_from_dict(c) for c in self.plan["cameras"])
        self.ranges: RandomizeConfig = from_json(RandomizeConfig, self.plan["randomize"], "randomize")
        self.cfg = replace(self.cfg, randomize=self.ranges)
        self.reserved = {k: frozenset(v) for k, v in self.plan["reserved"].items()}

    def __call__(self, job: int, attempt: int) -> JobOutcome:
        entry = self.plan["rows"][job]
        clock = StageClock()
        with clock("open"):
            episode = self.rebuilder.open(self.dataset, entry["row"])
            renderer = self._renderer_for(episode)
        with self.store.begin(*entry["place"]) as writer:
            for k in range(renders_of(self.plan, entry["split"])):
                look = self.appearance(episode, entry, k)
                meta = episode.meta | self._words(episode, look, entry["split"])
                meta["release"] = {"split": entry["split"], "source": entry["source"], "place": entry["from"]}
                self._draw_look(episode, meta, k, look, writer.episode(k), renderer, clock)
            writer.commit(accepted=True, ledger={"source_episode": entry["row"]}, timing=clock.cpu_s)
        return JobOutcome(True, {"cpu_s": clock.cpu_s, "steps": len(episode.log.actions)})

    def appearance(self, episode: Episode, entry: dict[str, Any], k: int) -> Appearance:
        """Appearance number k of a row: surfaces and cameras from the ranges of its split.

        Drawn anew, up to TRIES times, until the camera that faces the robot has target and container in its picture
        as far as it had them before it was moved; else the best of these.
        """
        wanted = corners_in_view(episode, view_camera(self.cameras))
        best, most = self._appearance(episode, entry, k, 0), -1
        for attempt in range(TRIES):
            look = self._appearance(episode, entry, k, attempt)
            seen = corners_in_view(episode, view_camera(look.cameras))
            if seen > most:
                best, most = look, seen
            if seen >= wanted:
                break
        return best

    def _appearance(self, episode: Episode, entry: dict[str, Any], k: int, attempt: int) -> Appearance:
        meta, split = episode.meta, entry["split"]
        key = ("release", meta["seed"], meta["task_id"], meta["attempt"], split, k, attempt)
        ranges, cameras = self.ranges, self.cameras
        if names_sides(meta):
            ranges = replace(ranges, camera_pose=False)  # the goal's sides are those of the camera as it stands
        if split == "test_material":
            ranges = replace(ranges, split="unseen")
        if split == "test_camera":
            moves = ranges.camera if ranges.camera_pose else None
            cameras = outside_cameras(cameras, moves, rng(self.plan["seed"], *key, "cameras"))
        stream = rng(self.plan["seed"], *key, "appearance")
        return sample_appearance(ranges, cameras, episode.scene, stream, self.textures, episode.physics.table)

    def _words(self, episode: Episode, look: Appearance, split: str) -> dict[str, Any]:
        """Relations and instructions made again as they are in the appearance's own view; nothing, which keeps those
        stored, where it is the view that these were made for.

        Paraphrases that another split must not meet are left out.
        """
        meta, view = episode.meta, np.asarray(view_camera(look.cameras).X_PC)
        if np.array_equal(view, np.array(self.plan["view"])):
            return {}
        state = StateProbe(episode.sm).at(episode.log.qpos[0], np.zeros(episode.sm.model.nv), view)
        stream = rng(meta["seed"], meta["task_id"], meta["attempt"], "instructions")
        words = self.source.instructions(episode.scene, state, stream)
        taken = self.reserved["test_task" if split == "test_task" else "others"]
        kept = [words[0], *(w for w in words[1:] if " ".join(w.text.lower().split()) not in taken)]
        return {
            "instruction": kept[0].text,
            "instructions": [plain(vars(w)) for w in kept],
            "scene_graph": compact_graph(observed_graph(state)),
            "sides_seen_from": "appearance",
        }


def corners_in_view(episode: Episode, camera: CameraSpec) -> int:
    """How many corners of the boxes round target and container, at the first and the last state, are in a fixed
    camera's picture: 0 to 32."""
    goal = episode.scene.task.goal[0]
    count = 0
    for name in (goal.subject, *goal.objects[:1]):
        i = episode.scene.index(name)
        asset = episode.scene.assets[i]
        corners = np.array(list(itertools.product(*asset.bounds.T)))
        for pose in episode.sm.object_poses(episode.log.qpos[[0, -1]])[:, i]:
            points = Pose.from_vector(pose).apply(corners)
            uv, depth = project_points(points, Pose.from_vector(camera.X_PC), camera)
            count += int(in_image(uv, depth, camera).sum())
    return count


def names_sides(meta: dict[str, Any]) -> bool:
    """Whether goal or start of an episode's task name a side in the view of the camera."""
    relations = (*meta["task"]["goal"], *meta["task"].get("initial", ()))
    return any(r["kind"] in SIDES and r["frame"] == "camera" for r in relations)
