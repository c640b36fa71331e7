"""The swap point: renderers by name, imported only when asked for."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from engine.errors import ConfigError, unknown_name

if TYPE_CHECKING:
    from engine.render.base import AbstractRenderer

RENDERERS: dict[str, str] = {
    "raster": "engine.render.raster_gl:RasterRenderer",
    "mujoco": "engine.render.mujoco_gl:MujocoRenderer",
    "pyrender": "engine.render.pyrender_gl:PyrenderRenderer",
}
"""Name -> "module:class"."""


def make_renderer(name: str = "raster") -> AbstractRenderer:
    """A closed renderer. Raises ConfigError for an unknown name, with the nearest one."""
    module, cls = renderer_class(name).split(":")
    return getattr(importlib.import_module(module), cls)()


def renderer_class(name: str) -> str:
    """Where a renderer is. Raises ConfigError for an unknown name, with the nearest one."""
    if name not in RENDERERS:
        raise ConfigError(unknown_name("renderer", name, RENDERERS))
    return RENDERERS[name]
