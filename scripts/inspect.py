"""Look at a dataset: a page in the browser, contact sheets of random episodes, an overlay video of any episode.

    python scripts/inspect.py data/benchmark-200x5 --serve            # a page: filters, player, plots, ledger
    python scripts/inspect.py data/benchmark-200x5 --static page --limit 100   # the same as files, for sharing
    python scripts/inspect.py data/benchmark-200x5 --episode 17 --rerun 17.rrd # a recording for the Rerun viewer
    python scripts/inspect.py data/benchmark-200x5                    # 8 random episodes, 4 to a sheet
    python scripts/inspect.py data/benchmark-200x5 --count 50 --seed 3
    python scripts/inspect.py data/benchmark-200x5 --episode 17       # its sheet and its overlay video
    python scripts/inspect.py data/benchmark-200x5 --list             # what is in it, as text

Pictures go to out/<dataset>/ (or --out). Orange: target, blue: container; solid: visible box, dashed: full
box; filled point: visible, ring: hidden; green: trace of the end effector. The page is described in docs/page.md.
"""

# ruff: noqa: E402
from __future__ import annotations

import os
import sys

# The repository instead of scripts/, whose inspect.py would hide the standard library's module.
_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [os.path.dirname(_HERE), *(p for p in sys.path if os.path.abspath(p) != _HERE)]

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts._dataset import guarded, parse
from scripts._start import require_packages

if TYPE_CHECKING:
    import numpy as np

    from engine.export.dataset import Dataset

MOMENTS = ("start", "at the grasp", "lifted", "on the way", "put down", "end")


@dataclass(frozen=True)
class Arguments:
    """A page in the browser, contact sheets of random episodes, an overlay video of any episode."""

    dataset: Path
    """Dataset folder."""
    serve: bool = False
    """Serve the page to browsers on this machine until Ctrl-C."""
    port: int = 8765
    """Port of --serve; 0 takes any that is free."""
    static: Path | None = None
    """Write the page as files into this folder; opens from disk or from any web server."""
    limit: int | None = None
    """With --static: at most so many episodes, evenly over the dataset (default: all)."""
    rerun: Path | None = None
    """Write a Rerun recording (.rrd) of --episode (default 0) to this file."""
    episode: int | None = None
    """Draw this episode: its contact sheet and its overlay video."""
    count: int = 8
    """How many random episodes the contact sheets show."""
    per_sheet: int = 4
    """Episodes on one sheet."""
    seed: int = 0
    """Which random episodes."""
    scale: int = 2
    """Enlargement of the pictures."""
    out: Path | None = None
    """Where pictures go (default: out/<dataset>)."""
    list: bool = False
    """Print the episodes instead of drawing any."""


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit status."""
    require_packages()
    args = parse(Arguments, "inspect.py", arguments)
    return guarded(lambda: show(args))


def show(args: Arguments) -> int:
    """Print or draw what was asked for; returns the exit status."""
    import numpy as np

    from engine.errors import ConfigError, DatasetError
    from engine.export.dataset import load_dataset

    for name in ("count", "per_sheet", "scale"):
        if getattr(args, name) < 1:
            raise ConfigError(f"--{name.replace('_', '-')} {getattr(args, name)}: give a number of at least 1")
    if args.limit is not None and args.static is None:
        raise ConfigError("--limit goes with --static; contact sheets take --count")
    if args.serve or args.static is not None:
        return serve(args) if args.serve else write_page(args)
    dataset = load_dataset(args.dataset)
    if args.rerun is not None:
        return record(dataset, args.episode or 0, args.rerun)
    if args.list:
        print(summary(dataset))
        return 0
    if not dataset.cameras:
        raise DatasetError(f"{args.dataset} holds no pictures; draw them with: python scripts/render.py {args.dataset}")
    out = args.out or Path("out") / (args.dataset.resolve().name or "dataset")
    out.mkdir(parents=True, exist_ok=True)
    if args.episode is not None:
        dataset.length(args.episode)  # refuses a number that does not exist
        print(save_sheet(dataset, [args.episode], out / f"episode-{args.episode:06d}.png", args.scale))
        print(save_overlay(dataset, args.episode, out / f"episode-{args.episode:06d}.mp4", args.scale + 1))
        return 0
    chosen = np.random.default_rng(args.seed).permutation(len(dataset))[: args.count]
    wanted = sorted(int(i) for i in chosen)
    for page, start in enumerate(range(0, len(wanted), args.per_sheet)):
        path = out / f"sheet-seed{args.seed}-{page:03d}.png"
        print(save_sheet(dataset, wanted[start : start + args.per_sheet], path, args.scale))
    return 0


def serve(args: Arguments) -> int:
    """The page until Ctrl-C."""
    from engine.errors import ConfigError
    from engine.page.server import PageServer
    from engine.page.tables import PageDataset

    if args.static is not None or args.rerun is not None:
        raise ConfigError("--serve runs until it is stopped: give --static and --rerun in commands of their own")
    try:
        with PageServer(PageDataset(args.dataset), args.port) as server:
            server.warm()
            print(f"{args.dataset}: {len(server.api.index)} episodes and attempts")
            print(f"Open {server.url} in a browser on this machine. Stop with Ctrl-C.", flush=True)
            server.serve_forever()
    except KeyboardInterrupt:
        print()
    return 0


def write_page(args: Arguments) -> int:
    """The page as files."""
    from engine.page.files import write_files
    from engine.page.tables import PageDataset

    assert args.static is not None
    shown = sys.stderr.isatty()

    def tell(done: int, of: int) -> None:
        if shown:
            print(f"\r{done}/{of} episodes", end="" if done < of else "\n", file=sys.stderr, flush=True)

    print(write_files(PageDataset(args.dataset), args.static, limit=args.limit, tell=tell))
    return 0


def record(dataset: Dataset, episode: int, path: Path) -> int:
    """A recording of an episode for the Rerun viewer."""
    from engine.export.rerun_recording import write_recording

    dataset.length(episode)  # refuses a number that does not exist
    for line in write_recording(dataset, episode, path):
        print(f"not recorded: {line}", file=sys.stderr)
    print(path)
    return 0


def summary(dataset: Dataset) -> str:
    """The dataset and its episodes as text, one line each."""
    info = dataset.info
    lines = [
        f"{dataset.root}: {len(dataset)} episodes, {info['total_frames']} frames at {dataset.fps} Hz, "
        f"{info['total_tasks']} instructions, cameras: {', '.join(dataset.cameras) or 'none'}"
    ]
    t = dataset.episodes
    marks = t.get("success", [True] * len(dataset))
    for i in range(len(dataset)):
        task = t["task_id"][i] if "task_id" in t else ""
        lines.append(
            f"{i:6d}  {task:<16} {t['length'][i]:4d} frames  {'' if marks[i] else 'FAILED  '}{t['tasks'][i][0]}"
        )
    return "\n".join(lines)


def moments(phase: np.ndarray) -> list[int]:
    """Six frames that tell the story of an episode with phases (T,)."""
    import numpy as np

    def last(index: int, other: float) -> int:
        where = np.flatnonzero(phase == index)
        return int(where[-1]) if len(where) else int(other * (len(phase) - 1))

    carried = np.flatnonzero(phase == 3)
    middle = int(carried[len(carried) // 2]) if len(carried) else len(phase) // 2
    return [0, last(1, 0.3), last(2, 0.4), middle, last(5, 0.9), len(phase) - 1]


def save_sheet(dataset: Dataset, episodes: list[int], path: Path, scale: int) -> Path:
    """One PNG: for each episode its instruction and, per camera, six moments with all labels drawn."""
    import numpy as np
    from PIL import Image

    from engine.label.overlay import caption_bar

    parts = []
    for i in episodes:
        columns = _labels(dataset, i)
        phase = columns.get("phase", np.zeros(dataset.length(i), int))
        frames = moments(np.ravel(phase))
        strips = [
            np.concatenate(_strip(dataset, i, camera, frames, columns, scale), axis=1) for camera in dataset.cameras
        ]
        width = max(s.shape[1] for s in strips)
        parts.append(caption_bar(title(dataset, i), width, 10 + 5 * scale))
        parts += [np.pad(s, ((0, 6), (0, width - s.shape[1]), (0, 0)), constant_values=255) for s in strips]
    width = max(p.shape[1] for p in parts)
    sheet = np.concatenate([np.pad(p, ((0, 0), (0, width - p.shape[1]), (0, 0)), constant_values=255) for p in parts])
    Image.fromarray(sheet).save(path)
    return path


def _strip(
    dataset: Dataset, i: int, camera: str, frames: list[int], columns: dict[str, Any], scale: int
) -> list[np.ndarray]:
    from engine.label.overlay import draw_overlay

    pictures = dataset.video(i, camera, frames)
    layers = (
        ("boxes", "points", "trace", "directions", "phase") if camera == dataset.cameras[0] else ("boxes", "points")
    )
    return [
        draw_overlay(rgb, columns, t, camera, scale=scale, layers=layers)
        for rgb, t in zip(pictures, frames, strict=True)
    ]


def save_overlay(dataset: Dataset, i: int, path: Path, scale: int) -> Path:
    """An mp4 of an episode, all cameras side by side, with all labels drawn."""
    import numpy as np

    from engine.label.overlay import caption_bar, draw_overlay
    from engine.record.video import VideoWriter

    columns = _labels(dataset, i)
    films = {camera: dataset.video(i, camera) for camera in dataset.cameras}
    height = max(f.shape[1] for f in films.values()) * scale
    width = sum(f.shape[2] for f in films.values()) * scale
    bar = caption_bar(title(dataset, i), width, 10 + 4 * scale)
    with VideoWriter(path, dataset.fps) as video:
        for t in range(dataset.length(i)):
            row = []
            for camera, film in films.items():
                view = draw_overlay(film[t], columns, t, camera, scale=scale)
                row.append(np.pad(view, ((0, height - view.shape[0]), (0, 0), (0, 0))))
            frame = np.concatenate([np.concatenate(row, axis=1), bar])
            video.add(np.pad(frame, ((0, frame.shape[0] % 2), (0, frame.shape[1] % 2), (0, 0))))
    return path


def title(dataset: Dataset, i: int) -> str:
    """Number, instruction, and for a failed attempt why."""
    meta = dataset.meta(i)
    failed = meta.get("failure")
    mark = f"  FAILED: {failed['reason']}" if failed else ""
    look = f", appearance {meta['render']}" if meta.get("render") else ""
    return f"episode {i} ({meta.get('task_id', '')}{look}): {dataset.task(i)}{mark}"


def _labels(dataset: Dataset, i: int) -> dict[str, Any]:
    """The columns that overlays show."""
    wanted = [n for n in dataset.columns if n.startswith(("label.", "inspire.")) or n == "phase"]
    return dataset.episode(i, wanted)


if __name__ == "__main__":
    raise SystemExit(main())
