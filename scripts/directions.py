"""Direction labels from gripper events alone beside those from object poses: how far they agree, and why not.

    python scripts/directions.py data/benchmark-200x5
    python scripts/directions.py data/benchmark-200x5 --events command --sample 100 --json agreement.json
    python scripts/directions.py data/real --write labels.parquet --position observation.state --camera-pose \\
        1.3 0 0.7 0.61 0.35 0.35 0.61 --events command --gripper action       # any v3 dataset, no object poses

The events' labels need no object poses (InSpire, appendix B): the gripper's position at the closure stands for
the object, at the release for the container. --write stores them for every frame instead of comparing: direction
(index, -1 where nothing is known), grasped, offset in metres to the front, right and up of the view. Exit status: 0
every difference is explained; 1 some are not (labels or poses are wrong); 2 the dataset or the arguments are wrong.
"""

# ruff: noqa: E402
from __future__ import annotations

import os
import sys

# The repository instead of scripts/, whose inspect.py would hide the standard library's module.
_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [os.path.dirname(_HERE), *(p for p in sys.path if os.path.abspath(p) != _HERE)]

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from scripts._dataset import guarded, parse
from scripts._start import require_packages

if TYPE_CHECKING:
    from engine.export.dataset import Dataset
    from engine.label.agreement import Tally
    from engine.label.events import Grasp


@dataclass(frozen=True)
class Arguments:
    """Compare direction labels from gripper events with those from object poses."""

    dataset: Path
    """Dataset folder."""
    events: Literal["width", "command"] = "width"
    """Where closures and openings are read from: the measured opening or the gripper command."""
    camera: str | None = None
    """The camera whose viewpoint counts (default: the first one fixed in the world)."""
    sample: int | None = None
    """Only so many episodes, evenly spread."""
    json: Path | None = None
    """Also write the figures here."""
    write: Path | None = None
    """Write the events' labels of every frame here (parquet) and compare nothing: needs no object poses."""
    position: str = "observation.ee_pose"
    """With --write: column whose first three numbers are the midpoint of the fingertips, metres."""
    gripper: str | None = None
    """With --write: column whose last number is the opening in metres or, with --events command, 1 for closed."""
    camera_pose: tuple[float, float, float, float, float, float, float] | None = None
    """With --write: X_WC of the third-person camera, x y z qw qx qy qz (z forward), where it is no column."""


COLUMNS = ("observation.ee_pose", "observation.gripper_width", "action", "objects.pose", "phase")


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit status."""
    require_packages()
    args = parse(Arguments, "directions.py", arguments)

    def work() -> int:
        from engine.export.dataset import load_dataset

        dataset = load_dataset(args.dataset)
        if args.write is not None:
            write_labels(dataset, args, args.write)
            return 0
        tally, without = compare_all(dataset, args)
        report = tally.summary()
        show(report, without, args)
        if args.json is not None:
            write_json(args.json, {"dataset": args.dataset.name, "events": args.events, "no_release": without} | report)
        return 1 if tally.unexplained else 0

    return guarded(work)


def write_json(path: Path, data: dict[str, Any]) -> None:
    """JSON under a temporary name first."""
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    part.replace(path)


def chosen(dataset: Dataset, sample: int | None) -> Iterator[int]:
    """Numbers of the episodes to read."""
    from engine.errors import ConfigError

    if sample is not None and sample < 1:
        raise ConfigError(f"--sample {sample}: give a number of at least 1")
    n = len(dataset)
    count = n if sample is None else min(sample, n)
    return (i * n // count for i in range(count))


def compare_all(dataset: Dataset, args: Arguments) -> tuple[Tally, int]:
    """Figures over the episodes, and how many of them have no closure followed by a release."""
    from engine.errors import DatasetError
    from engine.frames import Pose
    from engine.label.agreement import Tally, compare
    from engine.label.events import EVENT_ROLES, event_labels

    roles = [f"inspire.{role}.direction" for role in EVENT_ROLES]
    lacking = [c for c in (*COLUMNS, *roles) if c not in dataset.features]
    if lacking:
        raise DatasetError(f"{dataset.root}: no column '{lacking[0]}'; the comparison needs labels made with poses")
    tally, without = Tally(), 0
    for i in chosen(dataset, args.sample):
        camera = args.camera or view_name(dataset, i)
        key = f"camera.{camera}.extrinsics"
        columns = dataset.episode(i, [*COLUMNS, *roles, key])
        p_WG = columns["observation.ee_pose"][:, :3]
        X_WC = Pose.from_vector(columns[key][0])
        grasps = find_grasps(columns, args.events)
        without += not any(g.stop is not None for g in grasps)
        labels = event_labels(p_WG, grasps, X_WC)
        for role, index in zip(EVENT_ROLES, role_places(dataset, i), strict=True):
            p_WO = columns["objects.pose"][:, index, :3]
            found = compare(labels[role], p_WO, p_WG, X_WC, columns[f"inspire.{role}.direction"])
            tally.add(role, found, columns["phase"])
    return tally, without


def role_places(dataset: Dataset, index: int) -> tuple[int, int]:
    """Scene indices of an episode's target and container; its objects need not be there any more."""
    from engine.errors import DatasetError
    from engine.label.columns import role_indices
    from engine.rebuild import task_from_json
    from engine.types import Scene

    meta = dataset.meta(index)
    if "objects" not in meta or "task" not in meta:
        raise DatasetError(f"{dataset.root}, episode {index}: no task stored; it was not made by this engine")
    return role_indices(Scene(task_from_json(meta["task"]), tuple(o["name"] for o in meta["objects"]), ()))


def write_labels(dataset: Dataset, args: Arguments, path: Path) -> None:
    """Labels of every frame of the chosen episodes as a parquet file."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    from engine.errors import ConfigError
    from engine.frames import Pose
    from engine.label.events import EVENT_ROLES, event_labels, grasps_from_command, grasps_from_width

    if args.camera_pose is not None and abs(np.linalg.norm(args.camera_pose[3:]) - 1.0) > 0.01:
        raise ConfigError(f"--camera-pose {args.camera_pose}: give x y z and a unit quaternion, qw first")
    gripper = args.gripper or ("action" if args.events == "command" else "observation.gripper_width")
    read = grasps_from_command if args.events == "command" else grasps_from_width
    parts: list[pa.Table] = []
    for i in chosen(dataset, args.sample):
        key = "" if args.camera_pose else f"camera.{args.camera or view_name(dataset, i)}.extrinsics"
        columns = dataset.episode(i, [args.position, gripper, *([key] if key else [])])
        T = dataset.length(i)
        X_WC = np.array(args.camera_pose) if args.camera_pose else columns[key][0]
        opening = columns[gripper].reshape(T, -1)[:, -1]
        labels = event_labels(columns[args.position].reshape(T, -1)[:, :3], read(opening), Pose.from_vector(X_WC))
        table: dict[str, Any] = {"episode_index": np.full(T, i), "frame_index": np.arange(T)}
        for role in EVENT_ROLES:
            table[f"{role}.direction"] = labels[role].direction
            table[f"{role}.grasped"] = labels[role].grasped
            flat = pa.array(labels[role].offset.astype(np.float32).ravel())
            table[f"{role}.offset"] = pa.FixedSizeListArray.from_arrays(flat, 3)
        parts.append(pa.table(table))
    part = path.with_name(path.name + ".part")
    pq.write_table(pa.concat_tables(parts), part)
    part.replace(path)
    print(f"{sum(len(p) for p in parts)} frames of {len(parts)} episodes -> {path}")


def find_grasps(columns: dict[str, Any], source: str) -> tuple[Grasp, ...]:
    """Closures of an episode from its width or its command."""
    from engine.label.events import grasps_from_command, grasps_from_width

    if source == "command":
        return grasps_from_command(columns["action"][:, -1])
    return grasps_from_width(columns["observation.gripper_width"])


def view_name(dataset: Dataset, index: int) -> str:
    """The camera whose viewpoint the stored labels use."""
    from engine.errors import DatasetError
    from engine.render.randomize import appearance_from_dict
    from engine.sim.cameras import view_camera

    look = dataset.meta(index).get("appearance")
    if look is None:
        raise DatasetError(f"{dataset.root}, episode {index}: no appearance stored; say --camera NAME or --camera-pose")
    return view_camera(appearance_from_dict(look).cameras).name


def show(report: dict[str, Any], without: int, args: Arguments) -> None:
    """The figures as text."""
    from engine.ledger import plain_table

    def percent(x: float | None) -> str:
        return "-" if x is None else f"{100 * x:.2f} %"

    print(f"Labels from gripper events ({args.events}) beside labels from object poses\n")
    head = ("role", "frames", "agree", "timing", "tie", "unexplained", "silent", "agreement", "beyond doubt")
    rows = [
        (role, r["frames"], *(r[k] for k in head[2:7]), percent(r["agreement"]),
         f"{percent(r['decided_agreement'])} of {r['decided']}")
        for role, r in report.items()
    ]  # fmt: skip
    print(plain_table(head, [tuple(str(x) for x in row) for row in rows]))
    print("\nStand-in minus true centre (front, right, up of the view), cm")
    rows = [
        (role, *(f"{100 * x:+.1f}" for x in r["delta_mean_m"] or ()), f"{100 * (r['delta_median_m'] or 0):.1f}",
         f"{100 * (r['delta_p90_m'] or 0):.1f}")
        for role, r in report.items() if r["delta_mean_m"]
    ]  # fmt: skip
    print(plain_table(("role", "front", "right", "up", "median distance", "90 %"), rows))
    for title, key in (("phase", "by_phase"), ("distance", "by_distance"), ("formulation", "by_formulation")):
        names = list(dict.fromkeys(n for r in report.values() for n in r[key]))
        cells = [[r[key].get(n) for r in report.values()] for n in names]
        shown = [[percent(c["agreement"] if isinstance(c, dict) else c) for c in row] for row in cells]
        print(f"\nAgreement by {title}")
        print(plain_table((title, *report), [(n, *row) for n, row in zip(names, shown, strict=True)]))
    if without:
        print(f"\n{without} episodes have no closure followed by a release.")


if __name__ == "__main__":
    raise SystemExit(main())
