"""Promises of the dataset as a whole: checksums, the files of metadata, and a ledger that fits the episodes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from engine.export import layout as paths
from engine.export.checksums import CHECKSUMS, check_checksums, read_checksums
from engine.export.dataset import Dataset
from engine.graph.scene_graph import lead_relation
from engine.label.table import COLUMNS
from engine.lint.context import Unavailable
from engine.lint.report import Result
from engine.rebuild import task_from_json

SUMS, NOTES, LEDGER = "checksums", "metadata files", "ledger"
CHECKS = {SUMS: "files", NOTES: "records", LEDGER: "attempts"}
"""This module's checks and what they count."""


def check_sums(dataset: Dataset, r: Result) -> None:
    """Every file has the SHA-256 that is written down for it, and none is there without one."""
    listed = read_checksums(dataset.root)
    if not listed:
        if dataset.run:
            r.found(f"{CHECKSUMS}: missing or empty; every dataset of this engine has it")
            return
        raise Unavailable("no checksums were written")
    r.items = len(listed)
    for problem in check_checksums(dataset.root):
        r.found(problem)


def check_notes(dataset: Dataset, r: Result) -> None:
    """meta/groundwork: one record for each episode where the table says, agreeing with it; columns described as in
    meta/info.json."""
    folder = dataset.root / paths.EXTRA
    if not folder.is_dir():
        raise Unavailable(f"there is no {paths.EXTRA}")
    _check_columns(dataset, r)
    if "groundwork/meta_offset" not in dataset.episodes:
        r.skip("the episodes table does not say where each record is")
        return
    path = folder / "episodes.jsonl"
    table, size, end = dataset.episodes, path.stat().st_size, 0
    with open(path, "rb") as file:
        for index in range(len(dataset)):
            r.items += 1
            offset, length = (table[f"groundwork/meta_{k}"][index] for k in ("offset", "bytes"))
            at = {"episode": index, "column": "groundwork/meta_offset"}
            if offset != end:
                r.found(f"{offset}, the record before ends at {end} (tolerance 0)", **at)
            end = offset + length
            file.seek(offset)
            line = file.read(length)
            try:
                record = json.loads(line)
            except ValueError as e:
                r.found(f"{path.name}: the record is no JSON ({e})", **at)
                continue
            _check_record(record, table, index, r)
            absent = _NEEDED - record.get("meta", {}).keys() if "settings" in dataset.run else set()
            if absent:
                message = f"has no {', '.join(sorted(absent))}, which every executed episode has"
                r.found(message, episode=index, column="metadata record")
    if end != size:
        r.found(f"{path.name} has {size} bytes, its records end at {end}")


_NEEDED = {"task_id", "task", "seed", "attempt", "accepted", "instruction", "instructions", "objects", "robot"}
_NEEDED |= {"physics", "layout", "qpos0", "grasp", "plan", "verdict", "final", "versions"}


def _check_record(record: dict[str, Any], table: dict[str, list[Any]], index: int, r: Result) -> None:
    pairs = {
        "episode_index": "episode_index",
        "task_index": "groundwork/task_index",
        "attempt": "groundwork/attempt",
        "render": "groundwork/render",
        "success": "success",
    }
    for mine, theirs in pairs.items():
        if theirs in table and record.get(mine) != table[theirs][index]:
            message = f"is {table[theirs][index]!r}, the metadata's record says {record.get(mine)!r} (tolerance 0)"
            r.found(message, episode=index, column=theirs)
    meta = record.get("meta", {})
    for mine, theirs in (("attempt", "attempt"), ("render", "render"), ("accepted", "success")):
        if mine in meta and meta[mine] != record.get(theirs):
            message = f"is {meta[mine]!r}, its record says {record.get(theirs)!r} (tolerance 0)"
            r.found(message, episode=index, column=f"metadata {mine}")


def _check_columns(dataset: Dataset, r: Result) -> None:
    """columns.json describes the features, with the same types and as many numbers."""
    path = dataset.root / paths.EXTRA / "columns.json"
    if not path.exists():
        if dataset.run:
            r.found(f"{paths.EXTRA}/columns.json: missing")
        return
    described = json.loads(path.read_text(encoding="utf-8"))
    for name in sorted(described.keys() ^ dataset.features.keys()):
        where = "meta/info.json" if name in described else "columns.json"
        r.found(f"not in {where}", column=name)
    for name in sorted(described.keys() & dataset.features.keys()):
        r.items += 1
        mine, theirs = described[name], dataset.features[name]
        if mine.get("dtype") != theirs["dtype"]:
            r.found(f"columns.json says {mine.get('dtype')}, meta/info.json {theirs['dtype']}", column=name)
        if _size(mine.get("shape", [])) != _size(theirs["shape"]):
            r.found(f"columns.json says shape {mine.get('shape')}, meta/info.json {theirs['shape']}", column=name)
        if not mine.get("doc"):
            r.found("columns.json does not say what it means", column=name)
    if "settings" in dataset.run:
        _check_promised(dataset, described, r)


def _check_promised(dataset: Dataset, described: dict[str, Any], r: Result) -> None:
    """Every column of docs/columns.md is there, of its type, in its unit and frame."""
    for name, spec in COLUMNS.expand(dataset.cameras, rendered=bool(dataset.cameras)).items():
        if name not in dataset.features:
            r.found("is not there; every dataset of this engine has it", column=name)
            continue
        for key, want in (("dtype", spec.dtype), ("unit", spec.unit), ("frame", spec.frame)):
            have = described.get(name, {}).get(key)
            if have != want:
                r.found(f"columns.json says {key} {have!r}, expected {want!r}", column=name)


def _size(shape: Iterable[int]) -> int:
    out = 1
    for n in shape:
        out *= int(n)
    return out


def check_ledger(dataset: Dataset, r: Result) -> None:
    """Every episode is an attempt of the ledger with the same verdict, length and objects; no accepted attempt before
    it was left out; ledger.json, where there is one, counts the same."""
    rows = dataset.ledger
    if not rows:
        if dataset.run and "rendered_from" not in dataset.run:
            r.found(f"{paths.EXTRA}/ledger.parquet: missing or empty")
            return
        raise Unavailable("there is no ledger")
    if "groundwork/attempt" not in dataset.episodes:
        raise Unavailable("episodes do not say which attempt they are")
    r.items = len(rows)
    attempts: dict[tuple[int, int], dict[str, Any]] = {}
    for row in rows:
        place = (row["task_index"], row["attempt"])
        if place in attempts:
            r.found(f"task {place[0]}, attempt {place[1]} is in the ledger twice")
        attempts[place] = row
    table = dataset.episodes
    last: dict[int, int] = {}
    there: Counter[tuple[int, int]] = Counter()
    for index, place in enumerate(zip(table["groundwork/task_index"], table["groundwork/attempt"], strict=True)):
        there[place] += 1
        row = attempts.get(place)
        if row is None:
            r.found(f"task {place[0]}, attempt {place[1]} is not in the ledger", episode=index)
            continue
        if row["accepted"]:
            last[place[0]] = max(place[1], last.get(place[0], -1))
        _check_entry(dataset, index, row, r)
    for place, row in sorted(attempts.items()):
        if row["accepted"] and place not in there and place[1] < last.get(place[0], -1):
            r.found(f"task {place[0]}, attempt {place[1]} was accepted and is not among the episodes")
        if not row["accepted"] and not row.get("reason"):
            r.found(f"task {place[0]}, attempt {place[1]} was refused without a reason")
        if row["accepted"] and (row.get("reason") or row.get("stage")):
            said = f"{row.get('stage')}: {row.get('reason')}"
            r.found(f"task {place[0]}, attempt {place[1]} was accepted and has a reason for its refusal ({said})")
    if "rendered_from" not in dataset.run and not (dataset.root / paths.EXTRA / "release.json").exists():
        for place, count in sorted(there.items()):  # those draw again what the ledger of the first run counts
            said = attempts.get(place, {}).get("renders", count)
            if said != count:
                where = f"task {place[0]}, attempt {place[1]}: renders"
                r.found(f"{paths.EXTRA}/ledger.parquet, {where} is {said}, there are {count} episodes (tolerance 0)")
    _check_account(dataset.root / "ledger.json", attempts, r)


def _check_entry(dataset: Dataset, index: int, row: dict[str, Any], r: Result) -> None:
    table = dataset.episodes
    if "success" in table and bool(table["success"][index]) != row["accepted"]:
        message = f"is {table['success'][index]}, the ledger says accepted = {row['accepted']} (tolerance 0)"
        r.found(message, episode=index, column="success")
    if row.get("steps") and row["steps"] != table["length"][index]:
        message = f"is {table['length'][index]}, the ledger says {row['steps']} steps (tolerance 0)"
        r.found(message, episode=index, column="length")
    said = {k: row[k] for k in ("task", "target", "container") if k in row}
    if not said:
        return
    meta = dataset.meta(index)
    assets = {o["name"]: o["asset"] for o in meta.get("objects", [])}
    have = {"task": meta.get("task_id")}
    if "task" in meta:
        goal = lead_relation(task_from_json(meta["task"]))
        have |= {"target": assets.get(goal.subject), "container": assets.get(goal.objects[0])}
    for key, value in said.items():
        if key in have and have[key] != value:
            message = f"is {have[key]!r}, the ledger says {value!r} (tolerance 0)"
            r.found(message, episode=index, column=f"metadata {key}")


def _check_account(path: Path, attempts: dict[tuple[int, int], dict[str, Any]], r: Result) -> None:
    """ledger.json beside the dataset: the same attempts, and totals that are their counts."""
    if not path.exists():
        return
    account = json.loads(path.read_text(encoding="utf-8"))
    entries = {(e["task_index"], e["attempt"]): e for e in account.get("attempts", [])}
    listed = {place: bool(e["accepted"]) for place, e in entries.items()}
    for place in sorted(listed.keys() & attempts.keys()):
        mine, row = entries[place], attempts[place]
        # What does not apply is left out there, and empty in the table.
        for key in sorted((mine.keys() | row.keys()) - {"renders"}):
            have, want = row.get(key), mine.get(key)
            if have != want and not (key not in mine and have in ("", -1, None)):
                where = f"task {place[0]}, attempt {place[1]}: {key}"
                r.found(f"{paths.EXTRA}/ledger.parquet, {where} is {have!r}, ledger.json says {want!r} (tolerance 0)")
    missing = sorted(attempts.keys() - listed.keys())
    if missing:
        r.found(
            f"ledger.json: task {missing[0][0]}, attempt {missing[0][1]} is not there ({len(missing)} such attempts)"
        )
    for total in account.get("totals", []):
        want = sum(listed.values())
        if total["name"] == "attempts" and (total["entered"], total["passed"]) != (len(listed), want):
            r.found(
                f"ledger.json: totals say {total['passed']} of {total['entered']}, it lists {want} of {len(listed)}"
            )


WORKS = {SUMS: check_sums, NOTES: check_notes, LEDGER: check_ledger}
"""The checks by name: `work(dataset, result)`."""
