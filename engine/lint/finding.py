"""What a check found, and what it could not look at: the two records that every check of the linter returns."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One broken promise and its place.

    check: name of the check. message: what is wrong, with numbers, units and the tolerance. episode, frame:
    numbers as the dataset counts them, None for the whole dataset or episode. column: a column's name, or what
    else holds the number ("metadata grasp.X_OG", "sidecar mask.wrist"). tolerance, value: the largest difference
    allowed and the one found, in the column's unit; None where nothing is measured.
    """

    check: str
    message: str
    episode: int | None = None
    frame: int | None = None
    column: str | None = None
    tolerance: float | None = None
    value: float | None = None

    def __str__(self) -> str:
        """E.g. "episode 12, frame 34, column label.wrist.ee_point: off by 3.2 px (tolerance 0.05 px)"."""
        parts = []
        if self.episode is not None:
            parts.append(f"episode {self.episode}")
        if self.frame is not None:
            parts.append(f"frame {self.frame}")
        if self.column is not None:
            parts.append(self.column if " " in self.column else f"column {self.column}")
        return f"{', '.join(parts)}: {self.message}" if parts else self.message

    def as_json(self) -> dict[str, Any]:
        """The fields by name, with the text under "text"."""
        return asdict(self) | {"text": str(self)}


@dataclass(frozen=True)
class NotChecked:
    """A check, or the part of it that concerns `column`, that could not run, and why."""

    check: str
    reason: str
    episode: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        what = f"{self.check} ({self.column})" if self.column else self.check
        where = "" if self.episode is None else f"episode {self.episode}, "
        return f"{where}{what}: not checked: {self.reason}"
