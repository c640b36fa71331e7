"""Records of the episode store: what an attempt came to, and what is stored of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from numpy.typing import NDArray


@dataclass(frozen=True, order=True)
class EpisodeKey:
    """One stored episode: attempt `attempt` of task `task_index`, drawn in appearance `render`."""

    task_index: int
    attempt: int
    render: int = 0


@dataclass(frozen=True)
class Result:
    """What became of one attempt.

    renders: number of stored episodes (0 for a failure of which nothing is kept). ledger: JSON-able
    facts about the attempt; the keys stage, reason, object, grasp and detail are set for failures.
    timing: CPU seconds by stage; kept apart because it is the only part that differs between two runs.
    """

    task_index: int
    attempt: int
    accepted: bool
    renders: int
    ledger: dict[str, Any] = field(default_factory=dict)
    timing: dict[str, float] = field(default_factory=dict)

    @property
    def keys(self) -> tuple[EpisodeKey, ...]:
        """The stored episodes of this attempt."""
        return tuple(EpisodeKey(self.task_index, self.attempt, r) for r in range(self.renders))


@dataclass(frozen=True)
class StoredEpisode:
    """One episode read back. columns: (T, ...) arrays; videos and sidecars: paths, by name."""

    key: EpisodeKey
    accepted: bool
    columns: dict[str, NDArray[Any]]
    meta: dict[str, Any]
    videos: dict[str, Path]
    sidecars: dict[str, Path]


@dataclass(frozen=True)
class EpisodeFiles:
    """A stored episode of which the columns are not read yet."""

    key: EpisodeKey
    accepted: bool
    columns_path: Path
    meta: dict[str, Any]
    videos: dict[str, Path]
    sidecars: dict[str, Path]
