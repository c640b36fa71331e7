"""Views of recorded episodes: the pictures of a dataset's videos, masks drawn again from the stored states.

with DatasetViews(load_dataset(path), fingerprint) as views:
    for view in views.episode(3, [("third_person", 0), ("wrist", 17)]):
        ...
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import DatasetError, unknown_name
from engine.export.dataset import Dataset
from engine.frames import Pose
from engine.label.columns import role_indices
from engine.rebuild import Episode
from engine.redraw import Redrawer
from engine.sim.cameras import camera_pose, view_camera
from engine.skills.validate import StateProbe
from engine.types import F64, U8
from tasks.questions.resize import ResizeConfig, smart_resize
from tasks.questions.view import Plan, Sight, View, boxes_and_pixels


class DatasetViews:
    """Makes views of a dataset's frames. One scene is compiled at a time: go through episodes of a task together.

    fingerprint: names the dataset in the samples' `source`. Raises DatasetError for datasets that were not made by
    this engine, or have no pictures.
    """

    def __init__(
        self, dataset: Dataset, fingerprint: str, resize: ResizeConfig | None = None, sight: Sight | None = None
    ) -> None:
        if not dataset.cameras:
            raise DatasetError(f"{dataset.root} has no pictures; draw them with scripts/render.py first")
        self.dataset, self.fingerprint = dataset, fingerprint
        self.resize, self.sight = resize or ResizeConfig(), sight or Sight()
        self.draw = Redrawer(dataset)

    def frames(self, index: int) -> list[tuple[str, int]]:
        """Every (camera, frame) of an episode."""
        return [(c, t) for c in self.dataset.cameras for t in range(self.dataset.length(index))]

    def episode(self, index: int, frames: Sequence[tuple[str, int]]) -> Iterator[View]:
        """Views of the given frames of an episode, in the order given."""
        episode = self.draw.open(index)
        probe = StateProbe(episode.sm)
        last = np.array(probe.hand(episode.log.qpos[-1]).vector())
        path = np.concatenate([np.asarray(episode.columns["observation.ee_pose"], np.float64), last[None]])
        pictures = self._pictures(index, frames)
        for camera, t in frames:
            yield self._view(episode, probe, path, camera, t, pictures[camera, t])

    def _pictures(self, index: int, frames: Sequence[tuple[str, int]]) -> dict[tuple[str, int], U8]:
        """The videos' frames, decoded in one pass a camera."""
        out: dict[tuple[str, int], U8] = {}
        for camera in dict.fromkeys(c for c, _ in frames):
            wanted = sorted({t for c, t in frames if c == camera})
            images = self.dataset.video(index, camera, wanted)
            out |= {(camera, t): image for t, image in zip(wanted, images, strict=True)}
        return out

    def _view(self, episode: Episode, probe: StateProbe, path: F64, camera: str, t: int, rgb: U8) -> View:
        look = self.draw.appearance
        names = [c.name for c in look.cameras]
        if camera not in names:
            raise DatasetError(f"{self.dataset.root}, episode {episode.index}: {unknown_name('camera', camera, names)}")
        number = names.index(camera)
        spec, qpos = look.cameras[number], episode.log.qpos[t]
        buffers = self.draw.render(t, number, rgb=False)
        assert buffers.instance is not None
        n = len(episode.scene.assets)
        boxes, pixels = boxes_and_pixels(buffers.instance, n)
        X_WG = probe.hand(qpos)
        state = probe.at(qpos, episode.log.qvel[t], view_camera(look.cameras).X_PC)
        target, container = role_indices(episode.scene)
        words = [str(w["text"]) for w in episode.meta.get("instructions", ())]
        height, width = smart_resize(spec.height, spec.width, self.resize)
        return View(
            state=state,
            camera=spec,
            X_WC=camera_pose(spec, X_WG).vector(),
            rgb=rgb,
            mask=buffers.instance,
            boxes=boxes,
            pixels=pixels,
            fraction=visible_fraction(self.draw.renderer, qpos, look, number, pixels),
            size=(width, height),
            ee_pose=path[t],
            grasped=np.asarray(episode.log.grasped[t], bool),
            target=target,
            container=container,
            goal=episode.scene.task.goal[0].kind if episode.scene.task.goal else None,
            instruction=episode.meta.get("instruction", words[0] if words else None),
            instructions=tuple(words),
            plan=self._plan(episode, path, camera, t, state.poses[target]),
            source=(
                ("dataset", self.fingerprint),
                ("episode", episode.index),
                ("frame", t),
                ("camera", camera),
                ("seed", int(episode.meta.get("seed", 0))),
            ),
            sight=self.sight,
        )

    def _plan(self, episode: Episode, path: F64, camera: str, t: int, X_WO: F64) -> Plan:
        columns, trajectory = episode.columns, episode.trajectory

        def point(name: str) -> tuple[F64 | None, bool]:
            key = f"label.{camera}.{name}"
            if key not in columns or f"{key}_visible" not in columns:
                return None, False
            return np.asarray(columns[key][t], np.float64), bool(columns[f"{key}_visible"][t])

        grasp_uv, grasp_seen = point("grasp_point")
        place_uv, place_seen = point("place_point")
        grasp = None if trajectory is None else trajectory.grasp
        at = None if grasp is None else (Pose.from_vector(X_WO) @ Pose.from_vector(grasp.X_OG)).vector()
        return Plan(
            ee_poses=path[t:],
            fps=float(self.dataset.fps),
            phase=int(columns["phase"][t]),
            grasp_uv=grasp_uv,
            grasp_seen=grasp_seen,
            place_uv=place_uv,
            place_seen=place_seen,
            X_WG_grasp=at,
            finger_width=0.0 if grasp is None else grasp.width,
        )

    def close(self) -> None:
        """Free the graphics context."""
        self.draw.close()

    def __enter__(self) -> DatasetViews:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def visible_fraction(renderer: Any, qpos: F64, appearance: Any, camera: int, pixels: NDArray[np.int64]) -> F64:
    """Visible pixels (n,) over the pixels of each object drawn alone, both inside the image; 0 for unseen ones."""
    out = np.zeros(len(pixels))
    seen = tuple(int(i) for i in np.flatnonzero(pixels > 0))
    if seen:
        whole = renderer.amodal(qpos, appearance, camera, seen).sum(axis=(1, 2))
        out[list(seen)] = pixels[list(seen)] / np.maximum(whole, pixels[list(seen)])
    return out
