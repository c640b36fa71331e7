"""Make a geometry set: calibrated views of the same instants with depth, masks, cameras and point tracks.

    python scripts/make_geometry.py data/benchmark-200x5 --views 6 --frames 4 --out data/geometry
    python scripts/make_geometry.py data/benchmark-200x5 --views 4 --steps 8 --stride 3 --out data/tracks
    python scripts/make_geometry.py --scenes 10000 --views 8 --out data/geometry-scenes
    python scripts/make_geometry.py --check data/geometry

Pictures are drawn from stored states (or fresh layouts), with the stored lights and surfaces; the cameras of the
dataset come first, the others are sampled round the table. `learner.data.geometry` reads the set. Run the same command
again to go on where it stopped; the set is the same for any number of workers. Exit status: 0 complete; 1 a shard could
not be made, or --check found something; 2 wrong arguments or settings; 3 disk full; 130 or 143 stopped by a signal.
"""

# ruff: noqa: E402
from __future__ import annotations

import os
import sys

# The repository instead of scripts/, whose inspect.py would hide the standard library's module.
_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [os.path.dirname(_HERE), *(p for p in sys.path if os.path.abspath(p) != _HERE)]

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts._dataset import guarded, parse
from scripts._start import require_packages

if TYPE_CHECKING:
    from engine.export.dataset import Dataset
    from tasks.geometry import GeometryPlan


@dataclass(frozen=True)
class Arguments:
    """Make a geometry set from a dataset's episodes or from fresh scenes."""

    dataset: tuple[Path, ...]
    """Dataset folder to draw from; none with --scenes."""
    out: Path | None = None
    """Where the set goes (default: beside the dataset, <name>-geometry; data/geometry-scenes for fresh scenes)."""
    scenes: int = 0
    """Draw so many fresh layouts instead of a dataset's episodes."""
    episodes: str = ""
    """Which episodes: "0:100", "5", "0:1000:10" (default: all)."""
    views: int = 6
    """Cameras of each sample: the dataset's own ones first, the others sampled round the workspace."""
    frames: int = 4
    """Samples of each episode, spread over it."""
    steps: int = 1
    """Instants of each sample; from 2 on, tracks go through time."""
    stride: int = 5
    """Frames between the instants of a sample."""
    points: int = 512
    """Tracked surface points of each sample."""
    size: int | None = None
    """Pixels a side (default: as the cameras are, 224)."""
    image: str = "webp"
    """How pictures are stored: webp or png (lossless), jpg (quality 95)."""
    shard: int = 64
    """Samples in a shard."""
    layouts: int = 4
    """Layouts of each group of objects, with --scenes: more is quicker, fewer more varied."""
    seed: int = 0
    """Seed of cameras, instants and points, and of the fresh scenes."""
    workers: int | None = None
    """Processes (default: one per core; 0: all in this process). The set is the same for any number."""
    check: Path | None = None
    """Check a finished set instead: files against their sums, points of every view against every other's depth."""


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit status."""
    require_packages()
    args = parse(Arguments, "make_geometry.py", arguments)
    return guarded(lambda: make(args) if args.check is None else check(args.check))


def make(args: Arguments) -> int:
    """Draw the shards that are missing, then write the index; returns the exit status."""
    from engine.errors import ConfigError
    from engine.record.store import EpisodeStore
    from engine.run import check_settings, lock_output
    from tasks.geometry import GeometryPlan, plan_to_dict, shard_count

    if (len(args.dataset) != 1) == (args.scenes == 0) or args.scenes < 0:
        raise ConfigError("give one dataset folder, or --scenes N with N of at least 1 and no dataset")
    names = ("seed", "views", "frames", "steps", "stride", "points", "size", "image", "shard", "layouts")
    plan = GeometryPlan(**{n: getattr(args, n) for n in names})
    entry, worker_args, asked = _fresh(args, plan) if args.scenes else _stored(args, plan)
    episodes = 0 if args.scenes else len(worker_args[3])
    shards = shard_count(plan, scenes=args.scenes, episodes=episodes)
    out = Path(worker_args[0])
    store = EpisodeStore(out / ".work")
    with lock_output(store):
        check_settings(store, asked, out)
        code, message, cost = _draw(entry, worker_args, shards, args, out)
        if message:
            print(f"error: {message}", file=sys.stderr)
            return code
        _finish(out, shards, asked | {"plan": plan_to_dict(plan)}, cost)
    return code


def _fresh(args: Arguments, plan: GeometryPlan) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
    """Worker entry, its arguments, and what the folder remembers, for fresh scenes."""
    from engine.config import RunConfig
    from engine.errors import ConfigError

    if plan.steps > 1:
        raise ConfigError(
            f"--steps {plan.steps} with --scenes: nothing moves in fresh scenes; take a dataset's episodes"
        )
    out = (args.out or Path("data/geometry-scenes")).resolve()
    config = RunConfig(seed=plan.seed).to_json()
    asked = asdict(plan) | {"scenes": args.scenes, "config": config}
    return "tasks.geometry:SceneShards", (str(out), asdict(plan), config, args.scenes), asked


def _stored(args: Arguments, plan: GeometryPlan) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
    """The same for the episodes of a dataset."""
    from engine.errors import ConfigError
    from engine.export.dataset import load_dataset
    from engine.redraw import Redrawer
    from engine.rerender import fingerprint

    source = args.dataset[0].resolve()
    dataset = load_dataset(source)
    episodes = chosen_episodes(args.episodes, dataset)
    out = (args.out or source.with_name(source.name + "-geometry")).resolve()
    if out == source:
        raise ConfigError(f"--out {out} is the dataset itself; give another folder")
    # What cannot be drawn is found here rather than in every worker.
    with Redrawer(dataset) as draw:
        draw.open(episodes[0])
        assert draw.appearance is not None
    name = f"{source.name} {fingerprint(dataset)}"
    asked = asdict(plan) | {"dataset": name, "episodes": episodes}
    return "tasks.geometry:EpisodeShards", (str(out), asdict(plan), str(source), episodes, name), asked


def chosen_episodes(text: str, dataset: Dataset) -> list[int]:
    """Episode numbers of a slice or a number as text; raises ConfigError for anything else, or for none."""
    from engine.errors import ConfigError

    every = range(len(dataset))
    try:
        parts = [int(p) if p else None for p in text.split(":")] if text else [None, None]
        chosen = list(every[slice(*parts)]) if len(parts) > 1 else [every[parts[0] or 0]]
    except (ValueError, TypeError, IndexError) as error:
        raise ConfigError(f"--episodes {text}: give a slice such as 0:100, or a number below {len(dataset)}") from error
    if not chosen:
        raise ConfigError(f"--episodes {text or ':'}: no episode of the {len(dataset)} is in there")
    return chosen


def _draw(
    entry: str, worker_args: tuple[Any, ...], shards: int, args: Arguments, out: Path
) -> tuple[int, str, tuple[int, float]]:
    """Run the pool over the shards that are missing: exit status, message if it did not end well, (samples, CPU s)."""
    from engine.execute.base import JobResult, TaskWork
    from engine.execute.local import PoolConfig, run
    from engine.export.geometry import shard_name
    from engine.run import default_workers
    from tasks.geometry import rows_file

    done = [
        JobResult(k, 0, True, {})
        for k in range(shards)
        if rows_file(out, k).exists() and (out / shard_name(k)).exists()
    ]
    left = shards - len(done)
    workers = min(default_workers() if args.workers is None else args.workers, max(left, 1))
    print(f"{left} of {shards} shards to draw -> {out}", flush=True)
    start = shown = time.monotonic()
    samples, drawn, cpu_s = 0, 0, 0.0

    def result(r: JobResult) -> None:
        nonlocal samples, drawn, cpu_s, shown
        drawn, samples, cpu_s = drawn + r.accepted, samples + int(r.info.get("samples", 0)), cpu_s + r.cpu_s
        if not r.stored:
            detail = r.info.get("failure", {}).get("detail", "lost")
            print(f"warning: shard {r.task_index}: {detail}", file=sys.stderr)
        if time.monotonic() - shown > 10:
            shown = time.monotonic()
            minutes = (left - drawn) * (shown - start) / max(drawn, 1) / 60
            print(f"{drawn}/{left} shards, {samples} samples, {minutes:.1f} min left", flush=True)

    summary = run(
        [TaskWork(k, 1, 1) for k in range(shards)],
        entry,
        worker_args,
        result,
        done=done,
        workers=workers,
        config=PoolConfig(log_dir=str(out / ".work" / "log"), job_limit_s=7200.0),
    )
    cost = samples, cpu_s
    if summary.stopped:
        return summary.exit_code, f"{summary.message}; the same command goes on from here", cost
    lost = len(summary.incomplete)
    return summary.exit_code, f"{lost} shards could not be made, see {out}/.work/log" if lost else "", cost


def _finish(out: Path, shards: int, settings: dict[str, Any], cost: tuple[int, float]) -> None:
    """Index, meta.json and sums, and what to tell the user."""
    from engine.export.geometry import finalize
    from engine.worker import code_version
    from tasks.geometry import rows_file

    rows = [r for k in range(shards) for r in json.loads(rows_file(out, k).read_text(encoding="utf-8"))]
    meta = finalize(out, rows, {"settings": settings, "versions": code_version()})
    per = meta["bytes"] / max(meta["pictures"], 1) / 1000
    print(
        f"{meta['samples']} samples, {meta['pictures']} pictures, {meta['bytes'] / 1e6:.1f} MB ({per:.1f} kB a picture)"
    )
    if cost[0]:
        print(f"{cost[0]} samples drawn now in {cost[1]:.1f} CPU s: {cost[0] / cost[1]:.2f} samples per CPU second")
    print(f"Geometry set: {out}")


def check(root: Path) -> int:
    """Check a finished set; prints what is wrong and returns 1 if anything is."""
    from engine.export.geometry import check_files
    from learner.data.geometry_check import check_sample
    from learner.data.geometry_reader import GeometryReader

    problems = check_files(root)
    reader = GeometryReader(root)
    if not problems:
        for k in range(len(reader)):
            problems += check_sample(reader, k)
    for line in problems:
        print(line)
    pictures = int((reader.steps * reader.views).sum())
    print(f"{root}: {len(reader)} samples, {pictures} pictures, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
