"""Where a run's tasks come from: the fixed benchmark, a user's YAML file, or the objects of `--assets DIR`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assets.source import JointLibrary
from engine.types import AssetLibrary, Scene, TaskSpec, WorldState
from tasks.benchmark import BENCHMARK_SIZE, benchmark_task, draw_task, library_size
from tasks.instructions import Instruction, instructions
from tasks.scene import resolve_scene
from tasks.spec import load_task


@dataclass(frozen=True)
class TaskSource:
    """Tasks by index, their scenes and their instructions."""

    library: AssetLibrary
    file: str | None = None

    @property
    def _own(self) -> tuple[str, ...] | None:
        """The user's objects, when there are any: then they are the targets."""
        return self.library.own if isinstance(self.library, JointLibrary) else None

    @property
    def size(self) -> int:
        """How many different tasks there are."""
        if self.file is not None:
            return 1
        return BENCHMARK_SIZE if self._own is None else library_size(self.library, self._own)

    def spec(self, index: int) -> TaskSpec:
        """Task number `index`; raises TaskError when there is no such task."""
        if self.file is not None:
            return load_task(self.file)
        return benchmark_task(index) if self._own is None else draw_task(index, self.library, self._own)

    def scene(self, spec: TaskSpec, rng: np.random.Generator) -> Scene:
        return resolve_scene(spec, self.library, rng)

    def instructions(self, scene: Scene, state: WorldState, rng: np.random.Generator) -> list[Instruction]:
        return instructions(scene, state, rng)


def open_tasks(library: AssetLibrary, file: str | None = None) -> TaskSource:
    return TaskSource(library, file)
