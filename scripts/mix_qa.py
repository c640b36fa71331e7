"""Conversation sets mixed by weight: what is in them, whether every line can be read, and a mixed file for trainers.

    python scripts/mix_qa.py docs/mixture.yaml                      # sizes and shares of the sources
    python scripts/mix_qa.py docs/mixture.yaml --check              # reads every line and opens every image
    python scripts/mix_qa.py data/qa --outside llava.json=1.5 --out data/mixed --count 1000000

A folder of ours alone is taken as four sources (general, box, trajectory, point) with the weights of ST4VLA's first
stage; --outside adds a set of general questions, its weight relative to the 1 that ours have together. Training may
read the mixture directly (`learner.data.mixture`); --out writes one JSONL with absolute image paths for trainers that
read plain files. Exit status: 0 good; 1 --check found bad lines; 2 wrong arguments or a bad line; 3 disk full.
"""

# ruff: noqa: E402
from __future__ import annotations

import os
import sys

# The repository instead of scripts/, whose inspect.py would hide the standard library's module.
_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [os.path.dirname(_HERE), *(p for p in sys.path if os.path.abspath(p) != _HERE)]

import json
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts._dataset import guarded, parse
from scripts._start import require_packages

if TYPE_CHECKING:
    from learner.data.mixture import Mixture, Source

MOST_SHOWN = 20
SPEAKERS = {"user": "human", "assistant": "gpt", "system": "system"}


@dataclass(frozen=True)
class Arguments:
    """Show, check or write a mixture of conversation sets."""

    mixture: Path
    """Mixture file (YAML), or a folder of questions of ours."""
    outside: tuple[str, ...] = ()
    """Other sets as FILE=WEIGHT (.jsonl, .json or a folder); only with a folder of ours."""
    check: bool = False
    """Read every line and open every image."""
    out: Path | None = None
    """Folder for mixed.jsonl."""
    count: int | None = None
    """Lines of mixed.jsonl (default: as many as all sources hold together)."""
    start: int = 0
    """First position, to go on where an earlier file ended."""
    seed: int = 0
    """Seed of the order (a mixture file may hold its own)."""


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit status."""
    require_packages()
    args = parse(Arguments, "mix_qa.py", arguments)

    def work() -> int:
        mixture = opened(args)
        show(mixture)
        bad = check(mixture) if args.check else 0
        if args.out is not None and not bad:
            write(mixture, args.out, sum(mixture.sizes) if args.count is None else args.count, args.start)
        return 1 if bad else 0

    return guarded(work)


def opened(args: Arguments) -> Mixture:
    """The mixture that the arguments mean."""
    from engine.errors import ConfigError
    from learner.data.mixture import Mixture, grouped_sources, load_mixture

    if not args.mixture.is_dir():
        if args.outside:
            raise ConfigError("--outside goes with a folder of questions; add the set to the mixture file instead")
        return load_mixture(args.mixture)
    ours = grouped_sources(args.mixture)
    total = sum(s.weight for s in ours)
    return Mixture([*ours, *(outside(text, total) for text in args.outside)], args.seed)


def outside(text: str, total: float) -> Source:
    """A source from "FILE=WEIGHT"; the weight is relative to that of our groups together."""
    from engine.errors import ConfigError
    from learner.data.mixture import Source

    path, _, weight = text.rpartition("=")
    try:
        share = float(weight)
    except ValueError:
        share = -1.0
    if not path or share <= 0:
        raise ConfigError(f"--outside {text}: write FILE=WEIGHT, such as llava.json=0.5")
    return Source(path, (path,), share * total)


def show(mixture: Mixture) -> None:
    """Sources with sizes, shares and how often each sample comes while the whole is gone through once."""
    from engine.ledger import plain_table

    total = sum(mixture.sizes)
    rows = [
        (s.name, str(n), f"{s.weight:g}", f"{100 * share:.1f} %", f"{share * total / n:.2f}")
        for s, n, share in zip(mixture.sources, mixture.sizes, mixture.shares, strict=True)
    ]
    print(plain_table(("source", "samples", "weight", "share", "times each"), rows))
    print(f"{total} samples; mixture {mixture.fingerprint}")


def check(mixture: Mixture) -> int:
    """Read all lines and images once; prints the first bad ones, returns how many there are."""
    from engine.errors import DatasetError

    bad, images = 0, set()
    for files in mixture.files:
        for file in files:
            for i in range(len(file)):
                try:
                    conversation = file[i]
                    if not images.issuperset(conversation.images):
                        conversation.load_images()
                        images.update(conversation.images)
                except DatasetError as error:
                    bad += 1
                    if bad <= MOST_SHOWN:
                        print(f"bad: {error}", file=sys.stderr)
    print(f"{sum(mixture.sizes)} lines and {len(images)} images read, {bad} lines bad")
    return bad


def write(mixture: Mixture, out: Path, count: int, start: int) -> None:
    """mixed.jsonl with `count` lines, and mixture.json that says what it is."""
    from engine.errors import ConfigError

    path = out / "mixed.jsonl"
    if count < 1 or start < 0:
        raise ConfigError(f"--count {count}, --start {start}: at least 1 line, from position 0 on")
    if path.exists():
        raise ConfigError(f"{path} is there already; give another --out")
    out.mkdir(parents=True, exist_ok=True)
    part, several = out / ".mixed.jsonl.part", False
    with open(part, "w", encoding="utf-8") as file:
        for position, c in islice(mixture.iterate(start), count):
            turns = [{"from": SPEAKERS[t.role], "value": t.text} for t in c.turns]
            files = [str(p.resolve()) for p in c.images]
            source = mixture.sources[mixture.place(position).source].name
            record = {"id": f"{position}", "image": files[0] if len(files) == 1 else files, "conversations": turns}
            record |= {"kind": c.kind, "source": source, "from": c.id}
            several = several or len(files) > 1
            if not files:
                del record["image"]
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    if several:
        _all_lists(part)
    sizes = zip(mixture.sources, mixture.sizes, strict=True)
    says: dict[str, Any] = {"fingerprint": mixture.fingerprint, "seed": mixture.seed, "start": start, "count": count}
    says["sources"] = {s.name: {"weight": s.weight, "samples": n} for s, n in sizes}
    (out / "mixture.json").write_text(json.dumps(says, indent=1) + "\n", encoding="utf-8")
    os.replace(part, path)
    print(f"{count} lines -> {path}")


def _all_lists(part: Path) -> None:
    """Make `image` a list in every line: readers that make a table of the file want one type."""
    other = part.with_suffix(".lists")
    with open(part, encoding="utf-8") as read, open(other, "w", encoding="utf-8") as file:
        for text in read:
            record = json.loads(text)
            if isinstance(record.get("image"), str):
                record["image"] = [record["image"]]
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    os.replace(other, part)


if __name__ == "__main__":
    raise SystemExit(main())
