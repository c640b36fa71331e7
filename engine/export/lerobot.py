"""Episodes of a store as a LeRobotDataset v3.0, written with pyarrow alone.

    finalize(store, out, fps=10, columns=COLUMNS, run_config={...})       # -> Dataset
    dataset = load_dataset(out)                                            # engine.export.dataset

What is beyond the format lives in `meta/groundwork/`: run.json (configuration and versions), columns.json
(true shape, unit, frame and meaning of every column), episodes.jsonl (all metadata of every episode),
ledger.parquet (every attempt) and timing.jsonl (CPU seconds, the only file in which two runs of the same
configuration differ). Arrays with more than one inner axis are stored flat, with names; `Dataset.episode`
gives them their shape back. Depth and masks are `sidecars/<name>/chunk-000/file-000.mkv`.

Videos are hard links to the store's files where the file system has them, else copies: the store stays
whole, so a run can be continued and finalised again. Tables depend on the episodes only.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.errors import DatasetError
from engine.export import layout as paths
from engine.export.checksums import write_checksums
from engine.export.dataset import Dataset, load_dataset
from engine.export.metadata import write_ledger, write_meta
from engine.export.rows import DataWriter
from engine.export.survey import Plan, declare, survey
from engine.record.plain import write_json
from engine.record.store import EpisodeKey, EpisodeStore, Result

__all__ = ["Dataset", "export_layouts", "finalize", "load_dataset", "select_keys"]


def select_keys(
    results: Mapping[tuple[int, int], Result], per_task: int | None = None, keep_failures: bool = False
) -> list[EpisodeKey]:
    """Episodes of a dataset in their order: accepted ones by (task, attempt, appearance), then, if asked for,
    kept failed ones in the same order.

    per_task: only the first so many accepted attempts of a task, by attempt number.
    """
    accepted: list[EpisodeKey] = []
    failed: list[EpisodeKey] = []
    count: dict[int, int] = {}
    for place in sorted(results):
        result = results[place]
        if not result.accepted:
            failed += result.keys
        elif per_task is None or count.get(result.task_index, 0) < per_task:
            count[result.task_index] = count.get(result.task_index, 0) + 1
            accepted += result.keys
    return accepted + (failed if keep_failures else [])


def finalize(
    store: EpisodeStore,
    out: str | Path,
    *,
    fps: float,
    columns: Mapping[str, Any] | None = None,
    run_config: Mapping[str, Any] | None = None,
    keys: Sequence[EpisodeKey] | None = None,
    results: Mapping[tuple[int, int], Result] | None = None,
    robot_type: str = "panda",
) -> Dataset:
    """Build the dataset folder `out` from stored episodes and put it in place of an earlier one there.

    columns: description of each column by name: any object or mapping with some of unit, frame, doc, kind,
    source, free and names (such as `engine.label.table.COLUMNS`); columns without one are stored undescribed.
    keys: which episodes, in which order (default: `select_keys` of all results). Metadata of an episode must
    hold "instruction"; "instructions" (list of text or of records with a "text"), "task_id" and "videos"
    (camera -> `VideoFacts.as_json()`) are used where present.

    The new dataset is built beside the old one and swapped in at the end; `meta/` goes last, so a folder
    with `meta/info.json` is complete. Raises DatasetError when there is nothing to write or episodes do not
    fit together.
    """
    out = Path(out)
    results = store.results() if results is None else results
    keys = select_keys(results) if keys is None else list(keys)
    if not keys:
        raise DatasetError(f"{store.root} holds no accepted episode yet: there is nothing to export")
    build = out / ".building"
    shutil.rmtree(build, ignore_errors=True)
    (build / paths.EXTRA).mkdir(parents=True)
    plan = survey(store, keys)
    features = declare(plan, columns or {}, fps)
    writer = DataWriter(build, plan, features, fps)
    with open(build / paths.EXTRA / "episodes.jsonl", "wb") as notes:
        for index, key in enumerate(plan.keys):
            episode = store.read_episode(key)
            writer.add(index, episode.columns, episode.meta)
            _place_videos(build, index, episode.videos, episode.sidecars, plan)
            record = {"episode_index": index, "task_index": key.task_index, "attempt": key.attempt}
            record |= {"render": key.render, "success": plan.accepted[index]}
            own = {n: list(a.shape[1:]) for n, a in episode.columns.items() if a.shape[1:] != plan.shapes[n]}
            record |= {"shapes": own, "meta": _without_counts(episode.meta)}
            line = json.dumps(record, ensure_ascii=False).encode() + b"\n"
            writer.rows["groundwork/meta_offset"].append(notes.tell())
            writer.rows["groundwork/meta_bytes"].append(len(line))
            notes.write(line)
    writer.close()
    write_meta(build, plan, features, writer, fps, robot_type)
    write_json(build / paths.EXTRA / "run.json", run_config or {}, indent=1)
    write_ledger(build / paths.EXTRA, results)
    write_checksums(build)
    _swap(build, out)
    return load_dataset(out)


def export_layouts(store: EpisodeStore, out: str | Path, keys: Sequence[EpisodeKey] | None = None) -> Path:
    """Metadata of episodes as `out`/layouts.jsonl, one per line: what a run without execution leaves.

    The file appears by one rename. Returns its path; raises DatasetError when there is nothing to write.
    """
    keys = select_keys(store.results()) if keys is None else list(keys)
    if not keys:
        raise DatasetError(f"{store.root} holds no accepted layout yet: there is nothing to export")
    path = Path(out) / "layouts.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    with open(temporary, "w", encoding="utf-8") as file:
        for key in keys:
            record = {"task_index": key.task_index, "attempt": key.attempt, "meta": store.open_episode(key).meta}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    os.replace(temporary, path)
    return path


def _without_counts(meta: Mapping[str, Any]) -> dict[str, Any]:
    """Metadata without the pixel histograms, of which the statistics have been made."""
    videos = {n: {k: v for k, v in f.items() if k != "histogram"} for n, f in meta.get("videos", {}).items()}
    return dict(meta) | ({"videos": videos} if videos else {})


def _place_videos(
    build: Path, index: int, videos: Mapping[str, Path], sidecars: Mapping[str, Path], plan: Plan
) -> None:
    for camera in plan.cameras:
        _link(videos[camera], build / paths.video_path(paths.image_key(camera), index))
    for name in plan.sidecars:
        _link(sidecars[name], build / paths.sidecar_path(name, index))


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without hard links
        shutil.copyfile(source, target)


def _swap(build: Path, out: Path) -> None:
    """Put the parts of `build` into `out`; `meta` leaves first and comes last."""
    old = out / ".replaced"
    shutil.rmtree(old, ignore_errors=True)
    old.mkdir()
    for name in paths.PARTS:
        if (out / name).exists():
            os.rename(out / name, old / name)
    for name in reversed(paths.PARTS):
        if (build / name).exists():
            os.rename(build / name, out / name)
    shutil.rmtree(old)
    shutil.rmtree(build)
