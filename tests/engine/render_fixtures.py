"""A small scene of boxes and cylinders with hand-made textures, for tests of rendering and labels."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from grasp_fixtures import make_asset

from engine.render.base import SceneVisual, compile_visual
from engine.render.randomize import RandomizeConfig, sample_appearance
from engine.sim.cameras import default_cameras
from engine.sim.robot import load_robot
from engine.types import Appearance, CollisionPart, Scene, TaskSpec

POSES = np.array(
    [
        [0.52, 0.10, 0.06, 1, 0, 0, 0],
        [0.50, -0.20, 0.025, 0.9238795, 0, 0, 0.3826834],
        [0.66, 0.115, 0.08, 1, 0, 0, 0],
    ]
)
"""Target, container, and a box in front of the target as the third-person camera sees it."""

Q_SIDE = np.array([-1.4, -0.6, 0.0, -2.4, 0.0, 1.85, 0.785398])
"""The arm turned away, so that it hides nothing."""


class PlainTextures:
    """A texture source that needs no assets: stripes and a grey room."""

    def texture_names(self, kind: str, split: str) -> tuple[str, ...]:
        return tuple(f"{kind}/{k}" for k in range(10) if split == "all" or (k % 5 == 4) == (split == "unseen"))

    def environment_names(self, split: str) -> tuple[str, ...]:
        return self.texture_names("room", split)

    def environment_hash(self, name: str) -> str | None:
        return None

    def texture(self, name: str, size: int = 256) -> np.ndarray:
        kind, seed = name.split("/")[0], int(name.split("/")[1])
        if kind == "plain":
            return np.full((size, size, 3), 170, np.uint8)
        row = 128 + 60 * np.sign(np.sin(np.arange(size) * 2 * np.pi * (3 + seed % 5) / size + len(kind)))
        return np.broadcast_to(row[:, None, None], (size, size, 3)).astype(np.uint8)

    def panorama(self, name: str, height: int = 128) -> np.ndarray:
        seed = int(name.split("/")[1])
        up = np.linspace(2.0, 0.3, height, dtype=np.float32)
        return np.broadcast_to(up[:, None, None], (height, 2 * height, 3)) * np.float32(1 + seed % 3)

    def environment_lights(self, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return np.array([0.5, 0.3, 0.81]), np.array([1.0, 0.95, 0.9]), np.array([0.8, 0.9, 1.0])


@lru_cache(maxsize=1)
def scene() -> Scene:
    assets = (
        make_asset("cylinder", [CollisionPart("cylinder", (0.03, 0.06))]),
        make_asset("slab", [CollisionPart("box", (0.08, 0.06, 0.025))]),
        make_asset("wall", [CollisionPart("box", (0.01, 0.05, 0.08))]),
    )
    return Scene(TaskSpec("test", (), ()), ("target", "container", "distractor_0"), assets)


@lru_cache(maxsize=1)
def visual() -> SceneVisual:
    return compile_visual(load_robot(), scene(), PlainTextures())


def appearance(seed: int, cfg: RandomizeConfig | None = None) -> Appearance:
    rng = np.random.default_rng(seed)
    return sample_appearance(cfg or RandomizeConfig(), default_cameras(), scene(), rng, PlainTextures())


def qpos(poses: np.ndarray = POSES) -> np.ndarray:
    return visual().sm.qpos_from(Q_SIDE, poses)
