"""Which objects the procedural library lists, and which of them training must never see.

    python -m assets.catalogue [--families mug carton] [--most 40] [--tries 240]
    python -m assets.catalogue --rehash        # the same seeds, after a change that leaves the shapes as they are

walks through each family's seeds, keeps those whose shape differs from all kept before (`assets.distinct`) and writes
`catalogue.json`: {family: {"seeds": [...], "hashes": first 8 hex digits of each content hash}}. Every fifth listed
object is unseen. Any other seed still makes an object; it is only not listed.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from assets.distinct import distinct
from assets.splits import SPLITS, is_unseen
from engine.errors import ConfigError, unknown_name
from engine.types import ObjectAsset

MOST, TRIES = 40, 240
_FILE = Path(__file__).with_name("catalogue.json")


@cache
def catalogue() -> dict[str, tuple[int, ...]]:
    """Listed seeds by family, in the order in which they were found."""
    if not _FILE.exists():  # only while the catalogue is being made
        return {}
    return {family: tuple(entry["seeds"]) for family, entry in json.loads(_FILE.read_text()).items()}


def listed_hashes(family: str) -> tuple[str, ...]:
    """First 8 hex digits of the content hash of each listed object of a family, in `catalogue()` order."""
    return tuple(json.loads(_FILE.read_text())[family]["hashes"].split())


def listed(split: str = "all") -> tuple[str, ...]:
    """Ids of the listed objects of a split, by family and seed. Raises ConfigError for an unknown split."""
    if split not in SPLITS:
        raise ConfigError(unknown_name("split", split, SPLITS))
    ids = []
    for family, seeds in sorted(catalogue().items()):
        chosen = (s for k, s in enumerate(seeds) if split == "all" or is_unseen(k) == (split == "unseen"))
        ids += [f"{family}/{s}" for s in sorted(chosen)]
    return tuple(ids)


def split_of(asset_id: str) -> str | None:
    """ "seen" or "unseen" for a listed object, None for any other."""
    family, _, seed = asset_id.partition("/")
    seeds = catalogue().get(family, ())
    if not seed.isdecimal() or int(seed) not in seeds:
        return None
    return "unseen" if is_unseen(seeds.index(int(seed))) else "seen"


# --- making it ----------------------------------------------------------------------------------


def _find(job: tuple[str, int, int]) -> tuple[str, list[int], list[str]]:
    from assets.library import make_object

    family, most, tries = job
    seeds: list[int] = []
    hashes: list[str] = []

    def standing() -> Iterator[ObjectAsset]:
        # What cannot be put down the way it was drafted is not for a table: such draws are rare and not listed.
        for seed in range(tries):
            asset = make_object(family, seed)
            if stands(asset):
                seeds.append(seed)
                hashes.append(asset.content_hash[:8])
                yield asset

    chosen = distinct(standing(), most)
    return family, [seeds[k] for k in chosen], [hashes[k] for k in chosen]


def _rehash(family: str) -> tuple[str, list[int], list[str]]:
    from assets.library import make_object

    seeds = list(catalogue()[family])
    return family, seeds, [make_object(family, seed).content_hash[:8] for seed in seeds]


def stands(asset: ObjectAsset) -> bool:
    """Whether the object rests the way it was drafted."""
    return bool(asset.stable_poses) and asset.stable_poses[0].upright


def build(
    families: Iterable[str], most: int = MOST, tries: int = TRIES, rehash: bool = False
) -> dict[str, dict[str, Any]]:
    """Entries of the file for these families; seconds each, in as many processes as there are cores."""
    with multiprocessing.Pool() as pool:
        jobs = [(f, most, tries) for f in families]
        found = pool.imap(_rehash, [f for f, _, _ in jobs]) if rehash else pool.imap(_find, jobs)
        out = {}
        for family, seeds, hashes in found:
            out[family] = {"seeds": seeds, "hashes": " ".join(hashes)}
            searched = seeds[-1] + 1 if rehash or len(seeds) == most else tries
            print(f"{family:<20} {len(seeds):3d} of the first {searched}")
    return out


def main() -> int:
    """Write the file; with --families, only these entries change."""
    from assets.library import FAMILIES

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--families", nargs="*", default=list(FAMILIES))
    parser.add_argument("--most", type=int, default=MOST)
    parser.add_argument("--tries", type=int, default=TRIES)
    parser.add_argument("--rehash", action="store_true", help="keep the seeds, write the hashes of today's objects")
    parser.add_argument("--dry-run", action="store_true", help="only count")
    args = parser.parse_args()
    for family in args.families:
        if family not in FAMILIES:
            parser.error(unknown_name("object family", family, FAMILIES))
    new = build(args.families, args.most, args.tries, args.rehash)
    old = json.loads(_FILE.read_text()) if _FILE.exists() else {}
    entries: dict[str, dict[str, Any]] = {f: new[f] if f in new else old[f] for f in FAMILIES if f in new or f in old}
    print(f"{sum(len(e['seeds']) for e in entries.values())} objects in {len(entries)} families")
    if not args.dry_run:
        _FILE.write_text("{\n" + ",\n".join(f"{json.dumps(f)}: {json.dumps(e)}" for f, e in entries.items()) + "\n}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
