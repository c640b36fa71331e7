"""Off-screen OpenGL contexts through MuJoCo's own helpers (EGL, OSMesa or GLFW)."""

from __future__ import annotations

import importlib
import os
from typing import Any

from engine.errors import BackendError


def open_context(width: int, height: int) -> tuple[Any, str]:
    """A current off-screen GL context and its kind, from MUJOCO_GL (egl unless set).

    Raises BackendError saying what to install.
    """
    kind = os.environ.get("MUJOCO_GL", "").lower() or "egl"
    if kind not in ("egl", "osmesa", "glfw"):
        raise BackendError(f"MUJOCO_GL is '{kind}'; it must be egl, osmesa or glfw")
    # llvmpipe: one drawing thread per worker costs least in total, workers use the other cores.
    os.environ.setdefault("LP_NUM_THREADS", "1")
    try:
        context = importlib.import_module(f"mujoco.{kind}").GLContext(width, height)
        context.make_current()
    except Exception as e:  # the GL stack raises whatever it likes
        raise BackendError(
            f"no OpenGL context through {kind} ({type(e).__name__}: {e}); install Mesa's libraries with: "
            "apt-get install libegl1 libgl1 libgl1-mesa-dri (or set MUJOCO_GL=osmesa and install libosmesa6)"
        ) from e
    return context, kind


def describe_context(kind: str) -> dict[str, str]:
    """`backend`, `device` and `gpu` ("yes"/"no") of the current context."""
    from OpenGL import GL

    device = GL.glGetString(GL.GL_RENDERER)
    name = device.decode() if isinstance(device, bytes) else str(device)
    software = any(s in name.lower() for s in ("llvmpipe", "softpipe", "swrast", "software"))
    return {"backend": kind, "device": name, "gpu": "no" if software else "yes"}
