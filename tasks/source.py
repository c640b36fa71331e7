"""Where a run's tasks come from: the fixed benchmark, or a user's YAML file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.types import AssetLibrary, Scene, TaskSpec, WorldState
from tasks.benchmark import BENCHMARK_SIZE, benchmark_task
from tasks.instructions import Instruction, instructions
from tasks.scene import resolve_scene
from tasks.spec import load_task


@dataclass(frozen=True)
class TaskSource:
    """Tasks by index, their scenes and their instructions."""

    library: AssetLibrary
    file: str | None = None

    @property
    def size(self) -> int:
        """How many different tasks there are."""
        return BENCHMARK_SIZE if self.file is None else 1

    def spec(self, index: int) -> TaskSpec:
        """Task number `index`; raises TaskError when there is no such task."""
        return benchmark_task(index, self.library) if self.file is None else load_task(self.file)

    def scene(self, spec: TaskSpec, rng: np.random.Generator) -> Scene:
        return resolve_scene(spec, self.library, rng)

    def instructions(self, scene: Scene, state: WorldState, rng: np.random.Generator) -> list[Instruction]:
        return instructions(scene, state, rng)


def open_tasks(library: AssetLibrary, file: str | None = None) -> TaskSource:
    return TaskSource(library, file)
