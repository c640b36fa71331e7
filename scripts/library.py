"""What there is to randomise over, counted: objects, containers, tables, textures, environments, tasks, tracks.

python scripts/library.py              # the counts
python scripts/library.py --check      # also: every listed object is built, hashed and compared with its family
"""

# ruff: noqa: E402
from __future__ import annotations

import os
import sys

# The repository instead of scripts/, whose inspect.py would hide the standard library's module.
_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [os.path.dirname(_HERE), *(p for p in sys.path if os.path.abspath(p) != _HERE)]

import multiprocessing
from dataclasses import dataclass

from scripts._dataset import parse
from scripts._start import require_packages


@dataclass(frozen=True)
class Options:
    """What to count."""

    check: bool = False
    """Build every listed object, compare hashes and measure the closest pair of each family (minutes)."""
    families: tuple[str, ...] = ()
    """Only these families (with --check)."""


def _check(family: str) -> tuple[str, int, float, str, str, list[str]]:
    """Family, listed objects, smallest distance and whose, ids whose hash is not the listed one."""
    from assets.catalogue import catalogue, listed_hashes
    from assets.distinct import closest_pair
    from assets.library import make_object

    assets = [make_object(family, seed) for seed in catalogue()[family]]
    stale = [a.asset_id for a, h in zip(assets, listed_hashes(family), strict=True) if not a.content_hash.startswith(h)]
    distance, i, j = closest_pair(assets)
    a, b = (assets[i].asset_id, assets[j].asset_id) if i >= 0 else ("", "")
    return family, len(assets), distance, a, b, stale


def check(families: tuple[str, ...]) -> int:
    """Print a line per family; 1 when two listed objects are too close or a hash is another one."""
    from assets.catalogue import catalogue
    from assets.distinct import LEAST_DISTANCE
    from assets.library import FAMILIES

    bad, total, least = 0, 0, float("inf")
    with multiprocessing.Pool() as pool:
        for family, n, distance, a, b, stale in pool.imap(_check, families or tuple(catalogue())):
            variants = len(FAMILIES[family].variants)
            total, least = total + n, min(least, distance)
            wrong = (["too close"] if distance < LEAST_DISTANCE else []) + (["stale"] if stale else [])
            wrong += ["fewer than three variants"] if variants < 3 else []
            bad += bool(wrong)
            closest = f"closest {100 * distance:5.2f} % ({a}, {b})" if a else "closest -"
            print(
                f"{family:<20} {n:3d} objects  {variants} variants  {closest}  {', '.join(wrong)}".rstrip(), flush=True
            )
    print(f"{total} objects built; the two closest of a family are {100 * least:.2f} % of their diagonal apart")
    if bad:
        print(f"{bad} families are not as the catalogue says; make it again: python -m assets.catalogue")
    return 1 if bad else 0


def counts() -> list[tuple[str, str]]:
    """(what, how many) lines."""
    from assets.catalogue import catalogue, listed
    from assets.library import FAMILIES

    holders = {f for f, info in FAMILIES.items() if info.container}

    def line(split: str) -> str:
        ids = listed(split)
        inside = sum(i.split("/")[0] in holders for i in ids)
        return f"{len(ids) - inside} graspable, {inside} containers"

    variants = sum(len(info.variants) for info in FAMILIES.values())
    few = min((len(s), f) for f, s in catalogue().items())
    return [
        ("families", f"{len(FAMILIES) - len(holders)} graspable, {len(holders)} containers"),
        ("variants", f"{variants} ({min(len(i.variants) for i in FAMILIES.values())} or more a family)"),
        ("objects", f"{len(listed())}: {line('all')}; fewest {few[0]} ({few[1]})"),
        ("  seen", line("seen")),
        ("  unseen", line("unseen")),
    ]


def main() -> int:
    """Returns the exit status."""
    require_packages()
    options = parse(Options, "library.py")
    from assets.library import FAMILIES
    from engine.errors import unknown_name

    for family in options.families:
        if family not in FAMILIES:
            print(unknown_name("object family", family, FAMILIES), file=sys.stderr)
            return 2
    for what, number in counts():
        print(f"{what:<14} {number}")
    return check(options.families) if options.check else 0


if __name__ == "__main__":
    raise SystemExit(main())
