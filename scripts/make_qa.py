"""Questions and answers about pictures, for the grounding stage of a vision-language model.

    python scripts/make_qa.py data/benchmark-200x5 --samples 100000 --out data/qa
    python scripts/make_qa.py --scenes 1000000 --out data/qa-scenes          # fresh layouts, only drawn
    python scripts/make_qa.py data/benchmark-200x5 --samples 5000 --kinds box point --weights box=3 --split train
    python scripts/make_qa.py --check data/qa                                # reads every line again

Conversation JSONL as Qwen-VL's trainers read it, pictures beside it, coordinates in absolute pixels after smart
resize. The folder is the same for any number of workers; the same command goes on where it stopped. What the kinds of
question are is in docs/qa.md. Exit status: 0 complete; 1 fewer samples than asked for, or --check found something;
2 wrong arguments or settings; 3 disk full; 130 or 143 stopped by a signal.
"""

# ruff: noqa: E402
from __future__ import annotations

import os
import sys

# The repository instead of scripts/, whose inspect.py would hide the standard library's module.
_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [os.path.dirname(_HERE), *(p for p in sys.path if os.path.abspath(p) != _HERE)]

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts._dataset import guarded, parse
from scripts._start import require_packages

if TYPE_CHECKING:
    from engine.execute.base import Summary
    from tasks.questions.work import QaOptions


@dataclass(frozen=True)
class Arguments:
    """Write questions and answers about a dataset's pictures (make_qa.py DATASET --samples N), or about fresh scenes
    (make_qa.py --scenes N)."""

    dataset: Path | None = None
    """Dataset folder whose pictures are asked about; may stand first without its name."""
    samples: int | None = None
    """How many questions about the dataset."""
    scenes: int | None = None
    """How many questions about fresh scenes: solved layouts, only drawn."""
    check: Path | None = None
    """Check a finished folder instead."""
    out: Path | None = None
    """Where the questions go (default: data/qa, data/qa-scenes)."""
    seed: int = 0
    """Seed of scenes, frames, questions and wordings."""
    kinds: tuple[str, ...] = ()
    """Kinds of question (default: all)."""
    weights: tuple[str, ...] = ()
    """How often each kind is asked, relative to the others, as kind=weight."""
    episodes: str | None = None
    """Episodes of the dataset, such as 0:100 or 3,5,8:12."""
    split: str | None = None
    """A split of the dataset's info.json (train, ...); for scenes: which objects, seen, unseen or all."""
    per_view: int = 8
    """Questions a picture at most."""
    layouts: int = 12
    """Scenes: layouts of the same objects."""
    views: int = 6
    """Scenes: sampled cameras beside the two standard ones."""
    width: int = 224
    """Scenes: pixels."""
    height: int = 224
    """Scenes: pixels."""
    no_grasps: bool = False
    """Scenes: ask for no grasp points (finding them costs seconds for each object once)."""
    image: str = "jpg"
    """Pictures as jpg or png."""
    quality: int = 95
    """Of JPEG."""
    min_pixels: int = 3136
    """Smart resize: fewest pixels."""
    max_pixels: int = 12845056
    """Smart resize: most pixels."""
    factor: int = 28
    """Smart resize: sides become multiples of this (28: Qwen2-VL and Qwen2.5-VL, 32: Qwen3-VL)."""
    shard_size: int | None = None
    """Samples a file (default: 2,000, fewer for small sets)."""
    workers: int | None = None
    """Processes (default: one per core; 0: all in this process). The folder is the same for any number."""


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit status."""
    require_packages()
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and not given[0].startswith("-"):
        given.insert(0, "--dataset")
    args = parse(Arguments, "make_qa.py", given)
    return guarded(lambda: check(args.check) if args.check is not None else make(args))


def check(out: Path) -> int:
    """Check a folder; returns the exit status."""
    from tasks.questions.check import check_folder
    from tasks.questions.writer import summarize

    problems = 0
    for problem in check_folder(out):
        problems += 1
        if problems <= 20:
            print(problem)
    if problems:
        print(f"{out}: {problems} problems", file=sys.stderr)
        return 1
    facts = summarize(out)
    print(f"{out}: {facts['samples']:,} samples and {facts['images']:,} pictures are as they should be")
    return 0


def make(args: Arguments) -> int:
    """Make what is missing; returns the exit status."""
    from engine.errors import ConfigError
    from engine.execute.child import is_disk_full
    from engine.export.dataset import load_dataset
    from engine.record.store import EpisodeStore
    from engine.run import check_settings, lock_output
    from tasks.questions.work import check_dataset, check_options

    if (args.dataset is None) == (args.scenes is None):
        raise ConfigError("give either DATASET with --samples N, or --scenes N")
    if args.dataset is not None and args.samples is None:
        raise ConfigError("--samples N is missing: how many questions about the dataset")
    dataset = None if args.dataset is None else load_dataset(args.dataset)
    if dataset is not None:
        check_dataset(dataset)
    out = args.out or Path("data") / ("qa-scenes" if dataset is None else "qa")
    options = check_options(_options(args, dataset), dataset)
    settings = options.to_json() | {"dataset": None if options.dataset is None else Path(options.dataset).name}
    store = EpisodeStore(out / ".work")
    try:
        store.root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if is_disk_full(error):
            raise
        raise ConfigError(f"--out {out}: no folder can be made there ({error}); give another one") from error
    with lock_output(store):
        check_settings(store, settings, out)
        return _run(options, settings, out, store.root, args.workers)


def _options(args: Arguments, dataset: Any) -> QaOptions:
    from engine.errors import ConfigError
    from engine.rerender import fingerprint
    from tasks.questions.resize import ResizeConfig
    from tasks.questions.work import QaOptions, parse_episodes

    weights = {}
    for text in args.weights:
        kind, _, value = text.partition("=")
        try:
            weights[kind] = float(value)
        except ValueError:
            raise ConfigError(f"--weights {text}: give kind=number, such as box=2") from None
    common: dict[str, Any] = {
        "seed": args.seed,
        "kinds": args.kinds,
        "weights": weights,
        "per_view": args.per_view,
        "shard_size": args.shard_size,
        "image": args.image,
        "quality": args.quality,
        "resize": ResizeConfig(args.factor, args.min_pixels, args.max_pixels),
    }
    if dataset is None:
        assert args.scenes is not None
        return QaOptions(
            args.scenes,
            layouts=args.layouts,
            views=args.views,
            width=args.width,
            height=args.height,
            grasps=not args.no_grasps,
            split=args.split or "seen",
            **common,
        )
    assert args.samples is not None
    return QaOptions(
        args.samples,
        dataset=str(dataset.root.resolve()),
        fingerprint=fingerprint(dataset),
        episodes=parse_episodes(args.episodes, args.split, dataset),
        **common,
    )


def _run(options: QaOptions, settings: dict[str, Any], out: Path, work: Path, workers: int | None) -> int:
    from engine.execute.base import JobResult, TaskWork
    from engine.execute.local import PoolConfig, run
    from engine.run import default_workers
    from engine.worker import code_version
    from tasks.questions.work import shard_counts
    from tasks.questions.writer import finish, shard_file

    counts = shard_counts(options)
    done = [JobResult(k, 0, True, {}) for k in range(len(counts)) if shard_file(out, k).exists()]
    left = len(counts) - len(done)
    print(f"{options.samples:,} samples in {len(counts)} shards, {left} to make -> {out}", flush=True)
    progress = _Progress(left)
    summary = run(
        [TaskWork(k, 1, 1) for k in range(len(counts))],
        "tasks.questions.work:QaWorker",
        (options.to_json(), str(out.resolve())),
        progress.result,
        done=done,
        workers=min(default_workers() if workers is None else workers, max(left, 1)),
        # A shard of fresh scenes may wait for grasps that are found for the first time.
        config=PoolConfig(log_dir=str(work / "log"), job_limit_s=3600.0),
    )
    if summary.stopped or summary.incomplete:
        lost = summary.message or f"{len(summary.incomplete)} shards could not be made, see {work}/log"
        print(f"error: {lost}; the same command goes on from here", file=sys.stderr)
        return summary.exit_code or 1
    facts = {
        "fingerprint": options.fingerprint,
        "versions": code_version(),
        "licence": "pictures and text are generated; they carry the licence of this project and of its objects",
    }
    meta = finish(out, settings, facts)
    _report(meta, summary, progress, out)
    return 0 if meta["samples"] == options.samples else 1


class _Progress:
    """A line every ten seconds, and what the shards have cost."""

    def __init__(self, left: int) -> None:
        self.left, self.shards, self.samples, self.cpu_s = left, 0, 0, 0.0
        self.start = self.shown = time.monotonic()

    def result(self, r: Any) -> None:
        """Count a shard."""
        if not r.stored:
            print(f"warning: shard {r.task_index}: {r.info.get('failure', {}).get('detail', 'lost')}", file=sys.stderr)
            return
        self.shards += 1
        self.samples += int(r.info.get("samples", 0))
        self.cpu_s += r.cpu_s
        if time.monotonic() - self.shown > 10:
            self.shown = time.monotonic()
            rate = self.samples / (self.shown - self.start)
            print(f"{self.shards}/{self.left} shards, {self.samples:,} samples, {rate:,.0f} a second", flush=True)


def _report(meta: dict[str, Any], summary: Summary, progress: _Progress, out: Path) -> None:
    samples = max(meta["samples"], 1)
    print(f"Questions: {out}")
    print(
        f"{meta['samples']:,} samples about {meta['images']:,} pictures, {meta['bytes'] / 1e6:,.1f} MB "
        f"({meta['bytes'] / samples:,.0f} bytes a sample)"
    )
    if progress.samples:
        print(
            f"{progress.cpu_s:,.1f} CPU-s, {progress.samples / max(progress.cpu_s, 1e-9):,.0f} samples per CPU-second, "
            f"{summary.wall_s:,.1f} s"
        )
    for kind, number in meta["kinds"].items():
        print(f"  {kind:<12} {number:>9,}  {100 * number / samples:5.1f} %")
    asked = meta["settings"]["samples"]
    if meta["samples"] < asked:
        print(
            f"warning: {asked - meta['samples']:,} of {asked:,} samples could not be made without repeating "
            "questions; ask for fewer, raise --per-view, or give more episodes",
            file=sys.stderr,
        )


if __name__ == "__main__":
    raise SystemExit(main())
