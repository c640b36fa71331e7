"""Draw stored episodes again, under other appearances or with other cameras, without planning or stepping.

    python scripts/render.py data/benchmark-200x5 --out data/two-looks --renders 2
    python scripts/render.py data/unrendered --out data/lab --cameras lab.yaml --randomize mild.yaml

States and actions are copied bit for bit; pictures and labels are new. Also from --no-render output. Run
the same command again to go on where it stopped. Exit status: 0 complete; 1 an episode could not be
drawn; 2 wrong arguments or settings; 3 disk full; 130 or 143 stopped by a signal.
"""

# ruff: noqa: E402
from __future__ import annotations

import os
import sys

# The repository instead of scripts/, whose inspect.py would hide the standard library's module.
_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [os.path.dirname(_HERE), *(p for p in sys.path if os.path.abspath(p) != _HERE)]

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts._dataset import guarded, parse
from scripts._start import require_packages

if TYPE_CHECKING:
    from engine.export.dataset import Dataset
    from engine.record.store import EpisodeStore
    from engine.rerender import RenderOptions


@dataclass(frozen=True)
class Arguments:
    """Draw stored episodes again under other appearances, without planning or stepping."""

    dataset: Path
    """Dataset folder to draw from."""
    out: Path | None = None
    """Where the new dataset goes (default: beside the old one, <name>-rendered)."""
    renders: int = 1
    """Appearances of each episode."""
    cameras: Path | None = None
    """Calibrated cameras (YAML: intrinsics, distortion, extrinsics) instead of those of the dataset's run."""
    randomize: Path | None = None
    """Ranges of the appearance (YAML) instead of those of the dataset's run."""
    seed: int | None = None
    """Seed of the appearances (default: that of the dataset's run)."""
    depth: bool = False
    """Store depth (uint16 millimetres)."""
    masks: bool = False
    """Store instance masks."""
    renderer: str = "raster"
    """Which renderer draws."""
    workers: int | None = None
    """Processes (default: one per core; 0: all in this process). The dataset is the same for any number."""


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit status."""
    require_packages()
    args = parse(Arguments, "render.py", arguments)
    source = args.dataset.resolve()
    out = args.out or source.with_name(source.name + "-rendered")
    return guarded(lambda: render(args, out))


def render(args: Arguments, out: Path) -> int:
    """Draw what is missing, then export; returns the exit status."""
    from engine.backends import renderer_class
    from engine.errors import ConfigError
    from engine.export.dataset import load_dataset
    from engine.rebuild import open_rebuilder
    from engine.record.store import EpisodeStore
    from engine.rerender import RenderOptions, base_cameras, fingerprint, render_config, source_rows
    from engine.run import check_settings, lock_output

    if args.renders < 1:
        raise ConfigError(f"--renders {args.renders}: give a number of at least 1")
    dataset = load_dataset(args.dataset)
    if out.resolve() == args.dataset.resolve():
        raise ConfigError(f"--out {out} is the dataset itself; give another folder")
    options = RenderOptions(
        renders=args.renders,
        cameras=None if args.cameras is None else str(args.cameras.resolve()),
        randomize=None if args.randomize is None else str(args.randomize.resolve()),
        renderer=args.renderer,
        depth=args.depth,
        masks=args.masks,
        seed=args.seed,
    )
    # Everything that can be wrong with the arguments is found before the folder remembers them.
    renderer_class(options.renderer)
    base_cameras(dataset, options)
    render_config(open_rebuilder(dataset).cfg, options)
    asked = asdict(options) | {"episodes": fingerprint(dataset)}
    asked |= {k: _content(getattr(args, k)) for k in ("cameras", "randomize")}
    store = EpisodeStore(out / ".work")
    rows = source_rows(dataset)
    with lock_output(store):
        check_settings(store, asked, out)
        store.clean()
        code, message, new = _draw(dataset, store, options, rows, args, out)
        if message:
            print(f"error: {message}", file=sys.stderr)
            return code
        if new or not (out / "meta" / "info.json").exists():
            _export(dataset, store, options, args, out)
    print(f"Dataset: {out}")
    return code


def _draw(
    dataset: Dataset, store: EpisodeStore, options: RenderOptions, rows: list[int], args: Arguments, out: Path
) -> tuple[int, str, int]:
    """Run the pool over what is missing: exit status, message if it did not end well, episodes drawn."""
    from engine.execute.base import JobResult, TaskWork
    from engine.execute.local import PoolConfig, run
    from engine.run import default_workers

    t = dataset.episodes
    place = {i: (t["groundwork/task_index"][i], t["groundwork/attempt"][i]) for i in rows}
    there = store.results(verify=True)
    done = [JobResult(i, 0, True, {}) for i in rows if place[i] in there]
    left = len(rows) - len(done)
    workers = min(default_workers() if args.workers is None else args.workers, max(left, 1))
    print(f"{left} of {len(rows)} episodes to draw, {options.renders} x each -> {out}", flush=True)
    start, drawn, shown = time.monotonic(), 0, time.monotonic()

    def result(r: JobResult) -> None:
        nonlocal drawn, shown
        drawn += r.accepted
        if not r.stored:
            detail = r.info.get("failure", {}).get("detail", "lost")
            print(f"warning: episode {r.task_index}: {detail}", file=sys.stderr)
        if time.monotonic() - shown > 10:
            shown = time.monotonic()
            rate = max(drawn, 1) / (shown - start)
            minutes = (left - drawn) / rate / 60
            print(f"{drawn}/{left} drawn, {3600 * rate:,.0f} an hour, {minutes:.1f} min left", flush=True)

    summary = run(
        [TaskWork(i, 1, 1) for i in rows],
        "engine.rerender:RenderWorker",
        (str(args.dataset.resolve()), str(out.resolve()), asdict(options)),
        result,
        done=done,
        workers=workers,
        config=PoolConfig(log_dir=str(store.root / "log")),
    )
    if summary.stopped:
        return summary.exit_code, f"{summary.message}; the same command goes on from here", drawn
    lost = len(summary.incomplete)
    return summary.exit_code, f"{lost} episodes could not be drawn, see {store.root}/log" if lost else "", drawn


def _export(dataset: Dataset, store: EpisodeStore, options: RenderOptions, args: Arguments, out: Path) -> None:
    from engine.config import plain
    from engine.export.lerobot import finalize, select_keys
    from engine.label.table import COLUMNS
    from engine.rebuild import open_rebuilder
    from engine.rerender import render_config

    files = dict(dataset.run.get("files", {}))
    if args.cameras is not None:
        files["camera_file"] = args.cameras.read_text(encoding="utf-8")
    settings = plain(render_config(open_rebuilder(dataset).cfg, options).to_json())
    if args.cameras is not None:
        settings["camera_file"] = _content(args.cameras)
    source = {"episodes": len(dataset), "settings": dataset.run["settings"]}
    results = store.results()
    finalize(
        store,
        out,
        fps=dataset.fps,
        columns=COLUMNS,
        run_config={"settings": settings, "files": files, "rendered_from": source},
        keys=select_keys(results, keep_failures=True),
        results=results,
    )


def _content(path: Path | None) -> Any:
    """A file by name and content, so that a changed file is noticed and a moved one is not."""
    import hashlib

    from engine.errors import ConfigError

    if path is None:
        return None
    try:
        return f"{path.name} sha256:{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}"
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; give the path of a readable file") from error


if __name__ == "__main__":
    raise SystemExit(main())
