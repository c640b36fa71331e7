"""Question and geometry sets that go along with a release (placeholder until written below)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.export.dataset import Dataset


@dataclass(frozen=True)
class Extras:
    """Folders of sets made from the same dataset: questions, geometry; None for none."""

    qa: Path | None = None
    geometry: Path | None = None


def add_extras(made: Dataset, dataset: Dataset, plan: Mapping[str, Any], stage: Path, extras: Extras) -> dict[str, Any]:
    return {}
