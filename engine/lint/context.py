"""What the checks of the linter share: the opened dataset, what of it is there, and its rebuilt episodes.

    context = LintContext(dataset, level="full")
    report = inspect_episode(context, 12)        # engine.lint.recompute: findings, checks that ran, not checked
    findings = check_episode(context, 12)        # the findings alone

A context belongs to one process: workers open their own from the dataset's path.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import BackendError, ConfigError, GroundworkError, unknown_name
from engine.export.dataset import Dataset, load_dataset
from engine.label.table import COLUMNS
from engine.lint.finding import Finding, NotChecked
from engine.rebuild import Episode, Rebuilder, open_rebuilder, rebuild_scene
from engine.redraw import Redrawer
from engine.render.randomize import appearance_from_dict
from engine.sim.robot import RobotModel
from engine.types import Appearance, Scene

LEVELS = ("fast", "full")
"""fast: arithmetic on columns and metadata. full: also the replay of the actions and pictures drawn again."""


class Unavailable(Exception):
    """What a check needs is not there; the message says why. Checks turn it into `NotChecked`."""


@dataclass(frozen=True)
class EpisodeReport:
    """What the per-episode checks gave. ran: names of the checks that looked at something."""

    index: int
    findings: tuple[Finding, ...]
    ran: tuple[str, ...]
    skipped: tuple[NotChecked, ...]


class LintContext:
    """A dataset opened for checking. Attributes: dataset, level; close it (or use `with`) to free the renderer.

    Nothing heavy happens before it is asked for. `rebuilder` and `redrawer` raise Unavailable with the reason when
    the dataset was not made by this engine, or objects or robot have changed, or this machine cannot draw.
    """

    def __init__(self, dataset: Dataset | str | Path, level: str = "full", *, renderer: str | None = None) -> None:
        if level not in LEVELS:
            raise ConfigError(unknown_name("level", level, LEVELS))
        self.dataset = dataset if isinstance(dataset, Dataset) else load_dataset(dataset)
        self.level = level
        self._renderer = renderer
        self._redrawer: Redrawer | None = None
        self._refused: dict[str, str] = {}

    @property
    def full(self) -> bool:
        """Whether states are replayed and pictures drawn again."""
        return self.level == "full"

    @functools.cached_property
    def stored(self) -> tuple[str, ...]:
        """Names of the columns with numbers (videos left out), in the dataset's order."""
        return tuple(n for n, f in self.dataset.features.items() if f["dtype"] not in ("video", "image", "string"))

    @property
    def rebuilder(self) -> Rebuilder:
        """Scenes and models of episodes; Unavailable when the dataset does not tell them."""
        if self._redrawer is not None:
            return self._redrawer.rebuilder
        return self._try("rebuilder", lambda: self._own_rebuilder)

    @functools.cached_property
    def _own_rebuilder(self) -> Rebuilder:
        return open_rebuilder(self.dataset)

    @property
    def redrawer(self) -> Redrawer:
        """Draws frames again; Unavailable when that cannot be done here."""
        if self._redrawer is None:
            self._redrawer = self._try("redrawer", lambda: Redrawer(self.dataset, self._renderer))
            assert self._redrawer is not None
        return self._redrawer

    def refuse_drawing(self, reason: str) -> None:
        """This machine cannot draw: `redrawer` says so from now on."""
        self.close()
        self._refused["redrawer"] = reason

    def _try(self, what: str, make: Any) -> Any:
        """`make()`, with the engine's own errors as Unavailable; a refusal is remembered."""
        if what not in self._refused:
            try:
                return make()
            except GroundworkError as e:
                self._refused[what] = str(e)
        raise Unavailable(self._refused[what])

    def view(self, index: int) -> EpisodeView:
        """Episode `index` for the checks."""
        return EpisodeView(self, index)

    def close(self) -> None:
        """Free the renderer; safe to call twice."""
        if self._redrawer is not None:
            self._redrawer.close()
            self._redrawer = None

    def __enter__(self) -> LintContext:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(eq=False)
class EpisodeView:
    """One episode as the checks see it: columns, metadata, and on demand its rebuilt scene and model."""

    context: LintContext
    index: int

    @property
    def dataset(self) -> Dataset:
        return self.context.dataset

    @functools.cached_property
    def meta(self) -> dict[str, Any]:
        """The episode's metadata; {} for datasets of others."""
        return self.dataset.meta(self.index)

    @functools.cached_property
    def columns(self) -> dict[str, NDArray[Any]]:
        """Every column with numbers (T, *own shape), without padding."""
        return self.dataset.episode(self.index, self.context.stored)

    @functools.cached_property
    def length(self) -> int:
        """Frames T."""
        return self.dataset.length(self.index)

    @functools.cached_property
    def appearance(self) -> Appearance:
        """The stored appearance with its cameras; Unavailable where nothing was drawn or it was not stored."""
        look = self.meta.get("appearance")
        if not look:
            raise Unavailable("the metadata has no appearance (cameras, lens, lights)")
        try:
            return appearance_from_dict(look)
        except (GroundworkError, KeyError, TypeError, ValueError) as e:
            raise Unavailable(f"the appearance in the metadata cannot be read: {e}") from e

    @property
    def drawn(self) -> bool:
        """Whether there are columns of cameras and labels."""
        return any(name.startswith(("camera.", "label.", "inspire.")) for name in self.columns)

    @functools.cached_property
    def episode(self) -> Episode:
        """Scene, model and physics, rebuilt, and at level full opened for drawing where this machine can draw.

        Unavailable with the reason when the scene cannot be rebuilt."""
        try:
            if self.context.full and self.drawn:
                try:
                    return self.context.redrawer.open(self.index)
                except BackendError as e:
                    self.context.refuse_drawing(str(e))
                except Unavailable:
                    pass  # whoever draws asks for the redrawer again and hears why; physics needs none
            return self.context.rebuilder.open(self.dataset, self.index)
        except GroundworkError as e:
            raise Unavailable(str(e)) from e

    @functools.cached_property
    def scene(self) -> Scene:
        """Task and objects, from the library; Unavailable when they are not told or have changed."""
        if "objects" not in self.meta or "task" not in self.meta:
            raise Unavailable("the metadata does not name the task and its objects")
        try:
            return rebuild_scene(self.meta, self.context.rebuilder.library)
        except GroundworkError as e:
            raise Unavailable(str(e)) from e

    @functools.cached_property
    def robot(self) -> RobotModel:
        """The robot the episode was made with; Unavailable when it is not told or another one is in the cache."""
        robot = self.context.rebuilder.robot
        stored = self.meta.get("robot", {}).get("hash")
        if stored != robot.content_hash:
            raise Unavailable(f"robot '{robot.name}' in the cache (content {robot.content_hash}) is not the stored one")
        return robot

    def need(self, *names: str) -> None:
        """Raise Unavailable unless these columns are there with the shape that docs/columns.md gives them."""
        for name in names:
            if name not in self.columns:
                raise Unavailable(f"no column {name}")
            spec, shape = COLUMNS.get(name), self.columns[name].shape[1:]
            if spec is not None and (
                len(shape) != len(spec.shape)
                or any(isinstance(a, int) and a != b for a, b in zip(spec.shape, shape, strict=True))
            ):
                raise Unavailable(f"column {name} has shape {list(shape)}; another meaning than in docs/columns.md")

    def has(self, *names: str) -> bool:
        """Whether `need` would accept these columns."""
        try:
            self.need(*names)
        except Unavailable:
            return False
        return True

    def values(self, name: str) -> NDArray[np.float64]:
        """A column as float64."""
        return np.asarray(self.columns[name], np.float64)
