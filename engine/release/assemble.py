"""The finished folder of a release: a LeRobot dataset in split order with what describes it, put in place at once."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.config import plain
from engine.errors import DatasetError
from engine.export import layout as paths
from engine.export.checksums import dataset_files, write_checksums
from engine.export.dataset import Dataset, load_dataset
from engine.export.lerobot import finalize
from engine.label.table import COLUMNS
from engine.rebuild import open_rebuilder
from engine.record.plain import write_json
from engine.record.store import EpisodeKey, EpisodeStore, Result
from engine.release.card import write_card, write_changelog
from engine.release.croissant import write_croissant
from engine.release.extras import Extras, add_extras
from engine.release.imports import HISTOGRAMS, write_histograms
from engine.release.leaks import check_leaks, split_ranges
from engine.release.plan import FORMAT, RELEASE, read_release, renders_of
from engine.release.sheet import write_sheet
from engine.release.splits import SPLITS
from engine.release.summary import summarise
from engine.rerender import RenderOptions, render_config
from engine.worker import code_version

CARD, CHANGES, CROISSANT, SHEET = "README.md", "CHANGELOG.md", "croissant.json", "contact-sheet.jpg"
ROOT_FILES = (CARD, CHANGES, CROISSANT, SHEET)
EXTRA_FOLDERS = ("qa", "geometry")


@dataclass(frozen=True)
class _Order:
    """Episodes by split, in dataset order."""

    keys: list[EpisodeKey]
    splits: dict[str, str]


def assemble(
    store: EpisodeStore, dataset: Dataset, parent: Dataset | None, plan: Mapping[str, Any], out: Path, extras: Extras
) -> Dataset:
    """Build the release beside the one that may be there and swap it in. Raises DatasetError when splits leak."""
    stage = out / ".stage"
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    results = store.results()
    order = _order(results, plan, parent)
    run = {"settings": _settings(dataset, plan), "files": dict(dataset.run.get("files", {}))}
    ledger = _ledger(dataset, parent, plan, results)
    finalize(store, stage, fps=dataset.fps, columns=COLUMNS, run_config=run, keys=order.keys, results=ledger)
    info = json.loads((stage / "meta/info.json").read_text(encoding="utf-8"))
    write_json(stage / "meta/info.json", info | {"splits": order.splits}, indent=1)
    made = load_dataset(stage)
    leaks = check_leaks(made)
    if leaks:
        shutil.rmtree(stage)
        raise DatasetError(
            f"{out}: {len(leaks)} leaks between splits, the first: {leaks[0].text}; nothing was replaced"
        )
    write_histograms(stage / HISTOGRAMS, store, order.keys)
    added = add_extras(made, dataset, parent, plan, stage, extras)
    release = _release(made, parent, plan, added)
    write_json(stage / RELEASE, release, indent=1)
    describe(stage, release, None if parent is None else parent.root)
    _swap(stage, out)
    return load_dataset(out)


def describe(stage: Path, release: Mapping[str, Any], parent: Path | None) -> None:
    """Everything that is made from the finished dataset: sheet, card, changes, Croissant, checksums."""
    made = load_dataset(stage)
    facts = summarise(made, release)
    write_sheet(made, stage / SHEET)
    write_changelog(stage / CHANGES, release, parent)
    write_card(stage / CARD, made, release, facts)
    write_croissant(stage / CROISSANT, made, release)
    own = [p.relative_to(stage).as_posix() for f in EXTRA_FOLDERS for p in (stage / f).rglob("*") if p.is_file()]
    write_checksums(stage, [*dataset_files(stage), *ROOT_FILES, *own])


def _order(results: Mapping[tuple[int, int], Result], plan: Mapping[str, Any], parent: Dataset | None) -> _Order:
    """All episodes, split after split; in a split those of the earlier version come first."""
    groups: dict[str, list[EpisodeKey]] = {name: [] for name in SPLITS}
    if parent is not None:
        t = parent.episodes
        places = list(zip(t["groundwork/task_index"], t["groundwork/attempt"], t["groundwork/render"], strict=True))
        for name, numbers in split_ranges(parent).items():
            groups.setdefault(name, []).extend(EpisodeKey(*places[i]) for i in numbers)
    for row in plan["rows"]:
        place = tuple(row["place"])
        if results[place].renders != renders_of(plan, row["split"]):
            raise DatasetError(f"task {place[0]}, attempt {place[1]}: {results[place].renders} appearances are stored")
        groups[row["split"]] += results[place].keys
    keys: list[EpisodeKey] = []
    splits = {}
    for name, group in groups.items():
        if group:
            splits[name] = f"{len(keys)}:{len(keys) + len(group)}"
            keys += group
    return _Order(keys, splits)


def _settings(dataset: Dataset, plan: Mapping[str, Any]) -> dict[str, Any]:
    """What opens the release's episodes again: settings of the source's run with what is drawn replaced."""
    o = plan["options"]
    options = RenderOptions(renders=o["renders"], renderer=o["renderer"], depth=o["depth"], masks=o["masks"])
    settings = plain(render_config(open_rebuilder(dataset).cfg, options).to_json())
    splits = {s["settings"].get("split", "seen") for s in plan["sources"]}
    return settings | {
        "seed": plan["seed"],
        "randomize": dict(plan["randomize"]),
        "split": splits.pop() if len(splits) == 1 else "all",
    }


def _ledger(
    dataset: Dataset, parent: Dataset | None, plan: Mapping[str, Any], results: Mapping[tuple[int, int], Result]
) -> dict[tuple[int, int], Result]:
    """The acceptance ledgers of all sources, failed attempts included, under the release's task numbers."""
    offset = plan["sources"][-1]["task_offset"]
    rows = [(0, r) for r in (parent.ledger if parent is not None else [])] + [(offset, r) for r in dataset.ledger]
    out: dict[tuple[int, int], Result] = {}
    for shift, row in rows:
        place = row["task_index"] + shift, row["attempt"]
        stored = results.get(place)
        facts = {k: v for k, v in row.items() if k not in ("task_index", "attempt", "accepted", "renders")}
        timing = {} if stored is None else stored.timing
        out[place] = Result(*place, row["accepted"], 0 if stored is None else stored.renders, facts, timing)
    for place, stored in results.items():  # datasets without a ledger
        out.setdefault(place, stored)
    return out


def _release(
    made: Dataset, parent: Dataset | None, plan: Mapping[str, Any], added: Mapping[str, Any]
) -> dict[str, Any]:
    """What the release says of itself: `meta/groundwork/release.json`."""
    ranges = split_ranges(made)
    before = {} if parent is None else {n: len(r) for n, r in split_ranges(parent).items()}
    t = made.episodes
    new_tasks = {t["task_id"][i] for i in range(len(made))} - set(parent.episodes["task_id"] if parent else [])
    changes = {
        "episodes_added": len(made) - (0 if parent is None else len(parent)),
        "by_split": {n: len(r) - before.get(n, 0) for n, r in ranges.items()},
        "tasks_added": sorted(new_tasks),
        "left_out": list(plan["left_out"]),
    }
    keep = ("name", "version", "parent", "seed", "options", "randomize", "cameras", "not_made", "sources")
    return {
        "format": FORMAT,
        **{k: plan[k] for k in keep},
        "code": code_version(),
        "splits": {n: {"first": r.start, "episodes": len(r)} for n, r in ranges.items()},
        "changes": changes,
        "history": [*(read_release(parent)["history"] if parent else []), {"version": plan["version"]} | changes],
        "extras": dict(added),
    }


def _swap(stage: Path, out: Path) -> None:
    """Put the parts of `stage` into `out`; `meta` leaves first and comes last, so a readable release is whole."""
    names = (*paths.PARTS, *EXTRA_FOLDERS, *ROOT_FILES)
    old = out / ".replaced"
    shutil.rmtree(old, ignore_errors=True)
    old.mkdir()
    for name in names:
        if (out / name).exists():
            os.rename(out / name, old / name)
    for name in reversed(names):
        if (stage / name).exists():
            os.rename(stage / name, out / name)
    shutil.rmtree(old)
    shutil.rmtree(stage)
