"""What an import says: one line a file, a summary, and the same as JSON."""

from __future__ import annotations

import dataclasses
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assets.importer.build import Built
from engine.types import ObjectAsset

TEXT, JSON = "import_report.txt", "import_report.json"


@dataclass
class Line:
    """The fate of a file or object. status: "imported", "unchanged", or "refused" or "skipped" with their reason;
    "warning" and "note" are about files that make no object."""

    file: str
    status: str
    asset_id: str = ""
    reason: str = ""
    name: str = ""
    category: str = ""
    colour: str = ""
    material: str = ""
    size_cm: tuple[float, float, float] = (0.0, 0.0, 0.0)
    mass_kg: float = 0.0
    parts: int = 0
    triangles: int = 0
    poses: int = 0
    grasps: int = 0
    container: str = ""
    ungraspable: str = ""
    notes: list[str] = field(default_factory=list)

    def text(self) -> str:
        """The line as it is printed."""
        if self.status not in ("imported", "unchanged"):
            return _one(f"{self.status:9} {self.file}: {self.reason}")
        x, y, z = self.size_cm
        holds = f", container ({self.container})" if self.container else ""
        grasps = f"{self.grasps} grasps" if self.grasps else f"not graspable ({self.ungraspable})"
        notes = f" [{'; '.join(self.notes)}]" if self.notes else ""
        return _one(
            f"{self.status:9} {self.file} -> {self.asset_id} '{self.name}' ({self.category}; {self.colour} "
            f"{self.material}) {x:.1f} x {y:.1f} x {z:.1f} cm, {1000 * self.mass_kg:.0f} g, {self.parts} parts, "
            f"{self.poses} poses, {grasps}{holds}{notes}"
        )


def _one(text: str) -> str:
    """Control characters and line breaks that a file name may hold must not break the line."""
    return "".join(c if c.isprintable() else "?" for c in text)


def line_of(file: str, built: Built, asset: ObjectAsset) -> Line:
    """The line of an imported object."""
    x, y, z = (round(100.0 * float(e), 2) for e in asset.extents)
    return Line(
        file=file,
        status="imported",
        asset_id=asset.asset_id,
        name=asset.name,
        category=asset.category,
        colour=asset.attributes["colour"],
        material=asset.attributes["material"],
        size_cm=(x, y, z),
        mass_kg=asset.mass,
        parts=len(asset.collision),
        triangles=sum(len(m.faces) for m in asset.visual),
        poses=len(asset.stable_poses),
        grasps=built.grasps,
        container=asset.container.kind if asset.container is not None else "",
        ungraspable=built.ungraspable,
        notes=list(dict.fromkeys(built.notes)),
    )


@dataclass
class ImportReport:
    """All lines of one import, in the order of the files."""

    lines: list[Line] = field(default_factory=list)

    def count(self, status: str) -> int:
        return sum(line.status == status for line in self.lines)

    @property
    def usable(self) -> int:
        """Objects that are there after the import: new and unchanged."""
        return self.count("imported") + self.count("unchanged")

    def summary(self) -> str:
        """One sentence with the counts."""
        there = [line for line in self.lines if line.status in ("imported", "unchanged")]
        holds = sum(bool(line.container) for line in there)
        grasped = sum(line.grasps > 0 and not line.container for line in there)
        return (
            f"{self.count('imported')} imported, {self.count('unchanged')} unchanged, {self.count('refused')} refused, "
            f"{self.count('skipped')} skipped: {grasped} to pick up, {holds} containers, "
            f"{len(there) - grasped - holds} for distraction only"
        )

    def as_json(self) -> dict[str, Any]:
        counts = {s: self.count(s) for s in ("imported", "unchanged", "refused", "skipped")}
        return {"counts": counts, "objects": [dataclasses.asdict(line) for line in self.lines]}

    def write(self, folder: Path, extra: Path | None = None) -> None:
        """Text and JSON into the folder, and the JSON to `extra` as well."""
        text = "\n".join([*(line.text() for line in self.lines), self.summary()]) + "\n"
        write_atomically(folder / TEXT, text)
        tree = json.dumps(self.as_json(), indent=1) + "\n"
        write_atomically(folder / JSON, tree)
        if extra is not None:
            extra.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(extra, tree)


def write_atomically(path: Path, text: str) -> None:
    """Replace a file as a whole."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text, encoding="utf-8", errors="backslashreplace")
    os.replace(temporary, path)
