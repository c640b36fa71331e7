"""The evaluation tracks: what there is, whether its proofs still hold, and making them.

python scripts/tracks.py                                # every track: scenes, share redrawn, objects, hash
python scripts/tracks.py --verify 20                    # executes 20 random scenes' proofs and compares every bit
python scripts/tracks.py --make [--tracks NAME ...]     # draws and proves the scenes again (minutes): other tracks then
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

from scripts._dataset import guarded, parse
from scripts._start import require_packages


@dataclass(frozen=True)
class Options:
    """What to do with the tracks."""

    tracks: tuple[str, ...] = ()
    """Tracks to make, verify or show; all of them by default."""
    make: bool = False
    """Draw and prove the scenes again and write the files."""
    verify: int = 0
    """Scenes, chosen at random, whose proofs are executed again."""
    seed: int = 0
    """Chooses the scenes to verify."""
    workers: int = 2
    """Processes that make scenes."""
    rewriter: str | None = None
    """An OpenAI-compatible endpoint (up to /v1) whose model rewrites instructions instead of the grammar; its key comes
    from $OPENAI_API_KEY."""
    rewriter_model: str = ""
    """The model to ask for there."""


def make(options: Options, names: tuple[str, ...]) -> int:
    from engine.errors import ConfigError
    from tasks.endpoint import Endpoint
    from tasks.make_tracks import make_tracks

    if (options.rewriter is None) != (not options.rewriter_model):
        raise ConfigError("--rewriter URL and --rewriter-model NAME go together")
    endpoint = None if options.rewriter is None else Endpoint(options.rewriter, options.rewriter_model)
    start = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - start:6.0f} s  {text}", flush=True)

    make_tracks(names, options.workers, say, endpoint)
    return 0


def verify(options: Options, names: tuple[str, ...]) -> int:
    """Execute proofs again; exit status 1 when a scene is no longer solved."""
    from engine.rng import rng
    from tasks.make_tracks import verify
    from tasks.prove import prover
    from tasks.tracks import load_track

    scenes = [scene for name in names for scene in load_track(name)]
    chosen = rng(options.seed, "verify").permutation(len(scenes))[: options.verify]
    other = lost = 0
    for k in sorted(int(c) for c in chosen):
        differences = verify(scenes[k], prover())
        unsolved = any(d.startswith("not solved") for d in differences)
        lost += unsolved
        other += bool(differences) and not unsolved
        if differences:
            print(f"{scenes[k].track} {scenes[k].index}: {'; '.join(differences)}")
    same = len(chosen) - lost - other
    print(
        f"{len(chosen)} proofs executed again: {same} end in the stored state bit for bit, {lost} are not solved",
        end="",
    )
    print(
        f", {other} are solved with other bits (another processor or other versions round otherwise)" if other else ""
    )
    return 1 if lost else 0


def show(names: tuple[str, ...]) -> int:
    """Tables of the tracks; every hash is checked on the way."""
    from engine.ledger import plain_table
    from tasks.benchmark import BENCHMARK_SIZE, benchmark_hash, benchmark_task
    from tasks.tracks import index, load_track

    stored = index()
    rows, reasons = [], []
    for name in names:
        load_track(name)
        t = stored["tracks"][name]
        share = f"{100 * t['redrawn']:.1f} %"
        rows.append([name, str(t["scenes"]), share, str(t["draws"]), str(t["objects"]), t["hash"]])
        reasons += [[name, reason, str(count)] for reason, count in t["refused"].items()]
    print(plain_table(["track", "scenes", "redrawn", "draws", "objects", "hash"], rows))
    if reasons:
        print("\nDraws that became no scene\n")
        print(plain_table(["track", "reason", "draws"], reasons))
    tasks = {r.instance for i in range(BENCHMARK_SIZE) for r in benchmark_task(i).roles}
    print(f"\n{len(tasks):,} objects in the {BENCHMARK_SIZE} training tasks, {stored['objects']:,} in tasks and tracks")
    if stored["benchmark"] != benchmark_hash():
        print("error: the tracks were made with another benchmark; make them again with --make", file=sys.stderr)
        return 1
    return 0


def main() -> int:
    """Does what was asked for; returns the exit status."""
    require_packages()
    options = parse(Options, "tracks.py")

    from engine.errors import ConfigError, unknown_name
    from tasks.tracks import TRACKS

    def work() -> int:
        for name in options.tracks:
            if name not in TRACKS:
                raise ConfigError(unknown_name("track", name, TRACKS))
        names = tuple(n for n in TRACKS if n in options.tracks or not options.tracks)
        status = make(options, names) if options.make else 0
        if options.verify:
            return status or verify(options, names)
        return status or show(names)

    return guarded(work)


if __name__ == "__main__":
    raise SystemExit(main())
