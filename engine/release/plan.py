"""What a release is to hold: which attempts of a dataset, in which split, drawn how; JSON-able as a whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.config import load_randomization, plain
from engine.errors import ConfigError, DatasetError
from engine.export import layout as paths
from engine.export.dataset import Dataset
from engine.rebuild import open_rebuilder
from engine.release.facts import EpisodeFacts, dataset_facts
from engine.release.leaks import split_ranges
from engine.release.splits import SplitConfig, assign
from engine.render.randomize import RandomizeConfig
from engine.rerender import RenderOptions, base_cameras, fingerprint, source_rows
from engine.sim.cameras import camera_to_dict, view_camera

FORMAT = "groundwork-release/1"
RELEASE = f"{paths.EXTRA}/release.json"
"""Where a release says what it is, relative to its folder."""


@dataclass(frozen=True)
class ReleaseOptions:
    """What was asked for. renders: appearances of each episode; test_renders: the same outside train (0: as there).
    cameras, randomize: files, None as the dataset's run had them, with moving cameras. version: None decides. tasks:
    only the first so many of the dataset."""

    name: str = ""
    version: str | None = None
    renders: int = 1
    test_renders: int = 0
    seed: int | None = None
    cameras: str | None = None
    randomize: str | None = None
    renderer: str = "raster"
    depth: bool = False
    masks: bool = False
    licence: str = "apache-2.0"
    date: str = ""
    tasks: int | None = None
    shares: SplitConfig = field(default_factory=SplitConfig)

    def __post_init__(self) -> None:
        if self.renders < 1 or self.test_renders < 0:
            raise ConfigError(f"--renders {self.renders}: give a number of at least 1")
        if self.tasks is not None and self.tasks < 1:
            raise ConfigError(f"--tasks {self.tasks}: give a number of at least 1")


def read_release(dataset: Dataset) -> dict[str, Any]:
    """What a release says of itself; DatasetError when the folder is none, or one of a later format."""
    path = dataset.root / RELEASE
    if not path.exists():
        raise DatasetError(f"{dataset.root}: {RELEASE} is missing; it is a dataset, not a release")
    found = json.loads(path.read_text(encoding="utf-8"))
    if found.get("format") != FORMAT:
        raise DatasetError(f"{path}: format {found.get('format')!r}, this version reads {FORMAT!r}")
    return found


def make_plan(dataset: Dataset, options: ReleaseOptions, parent: Dataset | None) -> dict[str, Any]:
    """The plan of a release of `dataset`, added to the release `parent` when given. The same for the same input.

    Keys: options, name, version, seed, randomize, cameras, view (of the source), rows, reserved, left_out, not_made,
    sources, parent.
    Raises ConfigError or DatasetError when dataset, options and parent do not fit together.
    """
    if (dataset.root / RELEASE).exists():
        raise ConfigError(f"{dataset.root} is a release already; give the dataset that it was made of, or one to --add")
    was = None if parent is None else read_release(parent)
    if was is not None:  # what must be alike in all episodes of a dataset
        drawn = was["options"]
        options = replace(options, renderer=drawn["renderer"], depth=drawn["depth"], masks=drawn["masks"])
        options = replace(options, name=options.name or was["name"])
        _check_alike(dataset, was)
    cfg = open_rebuilder(dataset).cfg
    ranges, cameras = _look(dataset, options, was, cfg.randomize)
    seed = options.seed if options.seed is not None else (was["seed"] if was else cfg.seed)
    rows = source_rows(dataset)
    if options.tasks is not None:
        numbers = dataset.episodes["groundwork/task_index"]
        first = set(sorted({numbers[i] for i in rows})[: options.tasks])
        rows = [i for i in rows if numbers[i] in first]
    attempts = dataset_facts(dataset, rows)
    earlier = [] if parent is None else _earlier(parent)
    left_out: dict[tuple[int, int], str] = {}
    source_view = np.asarray(view_camera(base_cameras(dataset, RenderOptions())).X_PC)
    moved = not np.array_equal(source_view, view_camera(cameras).X_PC)
    attempts = _usable(attempts, earlier, moved, left_out)
    chosen = assign(attempts, options.shares, seed, earlier)
    left_out |= chosen.left_out
    offset = 0 if parent is None else 1 + max(parent.episodes["groundwork/task_index"])
    number = len(was["sources"]) if was else 0
    known = {a.place: a for a in attempts}
    entries = [
        {"row": known[p].index, "split": s, "place": [p[0] + offset, p[1]], "from": list(p), "source": number}
        for p, s in sorted(chosen.splits.items())
    ]
    if not entries:
        why = next(iter(left_out.values()), "it holds no accepted episode")
        raise DatasetError(f"{dataset.root}: nothing to release: {why}")
    texts = [(chosen.splits[a.place], a) for a in attempts if a.place in chosen.splits]
    texts += [(e.split, e) for e in earlier]
    tested = {t for s, a in texts if s == "test_task" for t in a.texts}
    return plain(
        {
            "options": asdict(options),
            "name": options.name,
            "version": _version(options.version, was),
            "seed": seed,
            "randomize": ranges,
            "cameras": [camera_to_dict(c) for c in cameras],
            "view": source_view,
            "rows": entries,
            "reserved": {
                "test_task": sorted({t for s, a in texts if s != "test_task" for t in a.texts}),
                "others": sorted(tested),
            },
            "left_out": [{"task_index": p[0], "attempt": p[1], "why": why} for p, why in sorted(left_out.items())],
            "not_made": {s: why for s, why in chosen.not_made.items() if not any(e.split == s for e in earlier)},
            "sources": [*(was["sources"] if was else []), _source(dataset, offset)],
            "parent": None if was is None or parent is None else _parent(parent, was),
        }
    )


def _check_alike(dataset: Dataset, was: Mapping[str, Any]) -> None:
    """Raise DatasetError when episodes of a dataset cannot be opened together with those of a release."""
    settings, first = dataset.run.get("settings", {}), was["sources"][0]["settings"]
    for name in ("assets", "gripper", "sources"):
        if settings.get(name) != first.get(name):
            raise DatasetError(
                f"{dataset.root}: {name} is {settings.get(name)}, that of the release {first.get(name)}; "
                "make a release of its own of it"
            )


def renders_of(plan: Mapping[str, Any], split: str) -> int:
    """Appearances of each episode of a split."""
    options = plan["options"]
    return int(options["renders"] if split == "train" else options["test_renders"] or options["renders"])


def _look(
    dataset: Dataset, options: ReleaseOptions, was: dict[str, Any] | None, run: RandomizeConfig
) -> tuple[RandomizeConfig, Any]:
    """Ranges of the appearance and cameras before they are moved; an addition is drawn as the release was."""
    from engine.config import from_json
    from engine.sim.cameras import camera_from_dict

    if was is not None:
        for name in ("cameras", "randomize"):
            if getattr(options, name) is not None:
                raise ConfigError(
                    f"--{name}: an addition is drawn as the release was; make a new release for another look"
                )
        cameras = tuple(camera_from_dict(c) for c in was["cameras"])
        return from_json(RandomizeConfig, was["randomize"], "randomize"), cameras
    if options.randomize is None:
        ranges = replace(run, camera_pose=True, camera_fov=True, split="seen")
    else:
        ranges = load_randomization(options.randomize)[0]
    if ranges.split != "seen":
        raise ConfigError(
            f"split: {ranges.split}: a release trains on 'seen' surfaces, 'unseen' ones are test_material's"
        )
    return ranges, base_cameras(dataset, RenderOptions(cameras=options.cameras))


def _usable(
    attempts: list[EpisodeFacts], earlier: list[EpisodeFacts], moved: bool, left_out: dict[tuple[int, int], str]
) -> list[EpisodeFacts]:
    """The attempts that can be in a release; why others cannot goes into `left_out`."""
    there = {e.attempt_key: e.start for e in earlier}
    starts = set(there.values())
    kept = []
    for a in attempts:
        if not a.success:
            left_out[a.place] = "the attempt failed"
        elif there.get(a.attempt_key) == a.start:
            left_out[a.place] = "it is in the earlier version"
        elif a.attempt_key in there:
            left_out[a.place] = "an episode of the earlier version has its seed, task and attempt but another start"
        elif a.start in starts:
            left_out[a.place] = "an episode of the earlier version has its start state"
        elif moved and a.fixed_view:
            left_out[a.place] = "its goal names a side in the view of the camera that --cameras replaces"
        else:
            kept.append(a)
    return kept


def _earlier(parent: Dataset) -> list[EpisodeFacts]:
    facts = dataset_facts(parent)
    return [replace(facts[i], split=name) for name, numbers in split_ranges(parent).items() for i in numbers]


def _source(dataset: Dataset, offset: int) -> dict[str, Any]:
    """Where episodes come from: enough to make every attempt again."""
    run = dataset.run
    settings, files = run["settings"], run.get("files", {})
    if "rendered_from" in run:  # drawn again since: the settings that made the attempts are those of the first run
        first = run["rendered_from"]["settings"]
        if first.get("camera_file") != settings.get("camera_file"):
            files = {k: v for k, v in files.items() if k != "camera_file"}
        settings = first
    return {
        "episodes_sha256": fingerprint(dataset),
        "episodes": len(dataset),
        "task_offset": offset,
        "settings": settings,
        "files": files,
        "objects": "assets" if settings.get("assets") else "procedural",
    }


def _parent(parent: Dataset, was: Mapping[str, Any]) -> dict[str, Any]:
    from engine.export.checksums import CHECKSUMS, sha256

    path = parent.root / CHECKSUMS
    if not path.exists():
        raise DatasetError(f"{parent.root}: {CHECKSUMS} is missing; the version that is added to must be whole")
    return {"name": was["name"], "version": was["version"], "sha256sums": sha256(path), "episodes": len(parent)}


def _version(asked: str | None, was: Mapping[str, Any] | None) -> str:
    """MAJOR.MINOR.PATCH: 1.0.0 at first, the next minor one for an addition, or what was asked for."""
    if was is None:
        version = asked or "1.0.0"
        _numbers(version)
        return version
    old = _numbers(was["version"])
    if asked is None:
        return f"{old[0]}.{old[1] + 1}.0"
    if _numbers(asked) <= old:
        raise ConfigError(f"--version {asked}: it must be later than {was['version']}, the one that is added to")
    return asked


def _numbers(version: str) -> tuple[int, int, int]:
    parts = version.split(".")
    if len(parts) != 3 or not all(p.isdecimal() for p in parts):
        raise ConfigError(f"--version {version}: give three numbers, such as 1.2.0")
    return int(parts[0]), int(parts[1]), int(parts[2])


def next_folder(parent: Path, version: str) -> Path:
    """Where a version goes that is added to the release at `parent`: beside it, with the version in its name."""
    stem = parent.name
    head, dash, tail = stem.rpartition("-")
    if dash and len(tail.split(".")) == 3 and all(p.isdecimal() for p in tail.split(".")):
        stem = head
    return parent.with_name(f"{stem}-{version}")
