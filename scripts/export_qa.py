"""A folder of questions as WebDataset shards.

    python scripts/export_qa.py data/qa --out data/qa-shards
    python scripts/export_qa.py data/qa --out data/qa-shards --shard-size 2000 --by image

Shards are tar files of {key}.jpg (or .png) and {key}.json, read by `webdataset` as qa-{000000..000012}.tar; index.json
counts them. The same command again goes on where it stopped. Exit status: 0 written; 2 wrong arguments or a bad line;
3 disk full.
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
from typing import Literal

from scripts._dataset import guarded, parse
from scripts._start import require_packages


@dataclass(frozen=True)
class Arguments:
    """Write a folder of questions (JSONL and images) as WebDataset shards."""

    qa: Path
    """Folder that scripts/make_qa.py wrote, or any other of .jsonl files with images beside them."""
    out: Path | None = None
    """Where the shards go (default: beside the folder, <name>-shards)."""
    shard_size: int = 5000
    """Samples in a shard at most."""
    by: Literal["question", "image"] = "question"
    """What a sample is: one question with its picture, or one picture with all its questions (smaller)."""
    seed: int = 0
    """Seed of the order of the samples."""
    keep_order: bool = False
    """Keep the folder's order, in which neighbours look alike."""


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit status."""
    require_packages()
    args = parse(Arguments, "export_qa.py", arguments)

    def work() -> int:
        from engine.errors import ConfigError
        from engine.export.webdataset import ShardConfig, write_shards
        from scripts._console import size

        qa = args.qa.resolve()
        out = args.out or qa.with_name(f"{qa.name}-shards")
        if out.resolve() == qa:
            raise ConfigError(f"--out {out} is the folder of questions itself; give another one")
        cfg = ShardConfig(args.shard_size, args.by, None if args.keep_order else args.seed)
        index = write_shards(qa, out, cfg, lambda done, total: print(f"shard {done} of {total}", flush=True))
        total = sum(s["bytes"] for s in index["shards"])
        print(
            f"{index['questions']} questions in {index['samples']} samples, {size(total)} -> {out}/{index['pattern']}"
        )
        return 0

    return guarded(work)


if __name__ == "__main__":
    raise SystemExit(main())
