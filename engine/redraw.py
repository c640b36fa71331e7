"""Stored episodes opened for drawing: any frame, from its own cameras or any other, with depth and instance masks.

    with Redrawer(dataset) as draw:
        episode = draw.open(3)                              # scene, states, plan (engine.rebuild.Episode)
        buffers = draw.render(17, "third_person", depth=True)
        other = draw.render(17, 0, cameras=(spec,))         # the same instant from a camera of one's own

Pictures are those of the stored appearance; nothing is drawn at random here.
"""

from __future__ import annotations

from dataclasses import replace
from types import TracebackType
from typing import Any

from engine.backends import make_renderer
from engine.errors import ConfigError, DatasetError, unknown_name
from engine.execute.child import load_entry
from engine.export.dataset import Dataset
from engine.rebuild import Episode, Rebuilder
from engine.render.base import AbstractRenderer, compile_visual, framebuffer_px
from engine.render.randomize import appearance_from_dict
from engine.types import Appearance, Buffers, CameraSpec


class Redrawer:
    """Draws frames of a dataset's episodes. One scene is compiled at a time: go through episodes of a task together.

    max_px: the largest image side that cameras of one's own will ask for (default: that of the stored ones).
    Raises DatasetError for datasets whose states were not stored by this engine, AssetError when objects or
    robot have changed since.
    """

    def __init__(self, dataset: Dataset, renderer: str | None = None, *, max_px: int = 0) -> None:
        if "settings" not in dataset.run:
            raise DatasetError(f"{dataset.root}: no meta/groundwork/run.json; it was not made by this engine")
        self.dataset = dataset
        self.rebuilder = Rebuilder(dataset.run["settings"])
        self.textures = load_entry(self.rebuilder.cfg.sources.textures)(self.rebuilder.cfg.randomize.environments)
        self.renderer: AbstractRenderer = make_renderer(renderer or self.rebuilder.cfg.renderer)
        self._max_px = 2 * max_px
        self._key: tuple[Any, ...] = ()
        self._episode: Episode | None = None
        self._appearance: Appearance | None = None

    @property
    def episode(self) -> Episode:
        """The episode opened last."""
        if self._episode is None:
            raise ConfigError("no episode is open: call open(index) first")
        return self._episode

    @property
    def appearance(self) -> Appearance:
        """The open episode's stored appearance: lights, surfaces, cameras."""
        if self._appearance is None:
            raise ConfigError(
                f"episode {self.episode.index} was stored without an appearance (--no-render); draw it with "
                "scripts/render.py first"
            )
        return self._appearance

    def open(self, index: int) -> Episode:
        """Take episode `index`; its state log has T + 1 rows, of which frame t shows row t."""
        episode = self.rebuilder.open(self.dataset, index)
        look = episode.meta.get("appearance")
        appearance = appearance_from_dict(look) if look else None
        need = max(self._max_px, framebuffer_px(appearance.cameras) if appearance is not None else 0, 448)
        key = (episode.meta["task_id"], need, *(a.content_hash for a in episode.scene.assets))
        if key != self._key:
            self.renderer.open(compile_visual(self.rebuilder.robot, episode.scene, self.textures, max_px=need))
            self._key = key
        assert self.renderer.scene is not None
        self.renderer.scene.sm.apply(episode.physics)
        self._episode, self._appearance = episode, appearance
        return episode

    def render(
        self,
        t: int,
        camera: int | str,
        *,
        cameras: tuple[CameraSpec, ...] | None = None,
        instance: bool = True,
        depth: bool = False,
        rgb: bool = True,
    ) -> Buffers:
        """Frame t of the open episode. cameras: look from these instead of the stored ones; `camera` is a number
        or a name among them. Frame T, the state after the last action, can be drawn as well."""
        look = self.appearance if cameras is None else replace(self.appearance, cameras=cameras)
        names = [c.name for c in look.cameras]
        if isinstance(camera, str):
            if camera not in names:
                raise ConfigError(unknown_name("camera", camera, names))
            camera = names.index(camera)
        last = len(self.episode.log.qpos) - 1
        if not 0 <= t <= last:
            raise ConfigError(f"episode {self.episode.index} has states 0 to {last}; there is no frame {t}")
        return self.renderer.render(self.episode.log.qpos[t], look, camera, instance=instance, depth=depth, rgb=rgb)

    def close(self) -> None:
        """Free the graphics context; safe to call twice."""
        self.renderer.close()

    def __enter__(self) -> Redrawer:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()
