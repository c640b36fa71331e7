"""The whole error tree of the engine.

An expected outcome of a stage (no grasp found, object dropped) is a value, `engine.types.Failure`.
What is raised here is either bad input, which the user can mend, or a broken installation. Every
message says what is wrong, where, what exists instead, and what to change.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class GroundworkError(Exception):
    """Root of every error that this project raises on purpose."""


class ConfigError(GroundworkError):
    """A setting or an argument is unknown, out of range, or contradicts another."""


class TaskError(ConfigError):
    """A task file or task record is wrong; the message names the place (`roles.target.category`)."""


class GraphError(TaskError):
    """A scene graph has a cycle, a contradiction or an impossible set of relations."""


class AssetError(GroundworkError):
    """An object, robot or material is missing or broken."""


class DatasetError(GroundworkError):
    """A dataset folder is missing, incomplete, or made with other settings."""


class BackendError(GroundworkError):
    """A renderer or executor cannot run on this machine; the message says what to install."""


class WorkerError(GroundworkError):
    """A worker process died or hung; finished episodes are kept."""


def unknown_name(kind: str, name: str, known: Iterable[str]) -> str:
    """One sentence for an unknown name: what exists, and the nearest match.

    >>> unknown_name("renderer", "mujco", ["mujoco", "pyrender"])
    "unknown renderer 'mujco'; did you mean 'mujoco'? (known: mujoco, pyrender)"
    """
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f"; did you mean '{near[0]}'?" if near else ";"
    listed = ", ".join(names[:40]) + (f", ... {len(names) - 40} more" if len(names) > 40 else "")
    return f"unknown {kind} '{name}'{hint} (known: {listed})"
