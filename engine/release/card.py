"""The dataset card (README.md as the Hugging Face hub reads it) and the list of changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from engine.export.dataset import Dataset
from engine.ledger import Rate, ledger_tables
from engine.release.summary import ReleaseFacts
from engine.render.randomize import AXES

LICENCES = {"apache-2.0": "Apache-2.0", "cc-by-4.0": "CC BY 4.0", "cc0-1.0": "CC0 1.0", "mit": "MIT"}
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))

RULES = {
    "train": "what is learnt from",
    "val": "other layouts of the training tasks, drawn as in training",
    "test_task": "no instruction and no pair of nouns of these tasks is in any other split",
    "test_object": "no object of these scenes, in any role, is in any other split",
    "test_material": "other layouts of the training tasks; no texture and no surroundings of any other split",
    "test_camera": "other layouts of the training tasks; every camera outside the box of all other splits' positions",
}


def write_card(path: Path, dataset: Dataset, release: Mapping[str, Any], facts: ReleaseFacts) -> None:
    """README.md: what it is, how it was made, licence, numbers, acceptance, splits, limits, how to check it."""
    parts = [_front(dataset, release), f"# {release['name']} {release['version']}", _what(dataset, release, facts)]
    parts += [
        _splits(facts, release),
        _made(release),
        _numbers(dataset, facts),
        _acceptance(facts),
        _licence(release, facts),
    ]
    parts += [_limits(release, facts), _use(dataset, release), _check()]
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def write_changelog(path: Path, release: Mapping[str, Any], parent: Path | None) -> None:
    """CHANGELOG.md: this version on top, those before it below, word for word."""
    c = release["changes"]
    was = release["parent"]
    lines = [f"## {release['version']} ({release['options']['date']})", ""]
    if was is None:
        lines.append(f"- First version: {c['episodes_added']} episodes of {len(c['tasks_added'])} tasks.")
    else:
        lines.append(
            f"- Added to {was['name']} {was['version']} ({was['episodes']} episodes, unchanged; its SHA256SUMS has "
            f"SHA-256 {was['sha256sums']})."
        )
        lines.append(
            f"- {c['episodes_added']} episodes added; {len(c['tasks_added'])} tasks that were not there before."
        )
    lines.append("- Episodes by split: " + ", ".join(f"{n} +{k}" for n, k in c["by_split"].items()) + ".")
    if c["tasks_added"] and was is not None:
        lines.append("- New tasks: " + _listed(c["tasks_added"], 12) + ".")
    reasons: dict[str, int] = {}
    for entry in c["left_out"]:
        reasons[entry["why"]] = reasons.get(entry["why"], 0) + 1
    lines += [f"- {n} episodes left out: {why}." for why, n in sorted(reasons.items(), key=lambda kv: (-kv[1], kv[0]))]
    earlier = parent / "CHANGELOG.md" if parent is not None else None
    old = ""
    if earlier is not None and earlier.exists():
        old = earlier.read_text(encoding="utf-8").partition("\n\n")[2]
    path.write_text("# Changes\n\n" + "\n".join(lines) + "\n" + (f"\n{old}" if old else ""), encoding="utf-8")


def _front(dataset: Dataset, release: Mapping[str, Any]) -> str:
    frames = int(dataset.info["total_frames"])
    front = {
        "pretty_name": f"{release['name']} {release['version']}",
        "license": release["options"]["licence"],
        "task_categories": ["robotics"],
        "language": ["en"],
        "size_categories": [next((s for n, s in SIZES if frames < n), "1M<n<10M")],
        "tags": ["LeRobot", "robotics", "manipulation", "simulation", "synthetic", "vision-language-action"],
        "configs": [{"config_name": "default", "data_files": "data/*/*.parquet"}],
    }
    return f"---\n{yaml.safe_dump(front, sort_keys=False).strip()}\n---"


def _what(dataset: Dataset, release: Mapping[str, Any], facts: ReleaseFacts) -> str:
    trajectories = sum(s.trajectories for s in facts.splits)
    tasks = len({dataset.episodes["task_id"][i] for i in range(len(dataset))})
    cameras = ", ".join(f"`{c}`" for c in dataset.cameras)
    return (
        f"{len(dataset):,} episodes of table-top manipulation ({dataset.info['total_frames']:,} "
        f"frames, {facts_hours(dataset):.2f} hours at {dataset.fps:g} Hz): "
        f"{trajectories:,} different trajectories of {tasks:,} tasks, each drawn in several appearances. Every one was "
        "planned, executed once in MuJoCo physics and kept because a validator accepted it; light, materials, "
        "surroundings and cameras are random. "
        f"Cameras: {cameras}. Beside pictures, joint states and actions there are InSpire directions, boxes, points, "
        "2D traces, phases, camera calibration per frame and exact simulator states, so that every episode can be "
        "replayed bit for bit.\n\n"
        "Format: [LeRobotDataset v3.0](https://github.com/huggingface/lerobot), with what goes beyond it in "
        "`meta/groundwork/` (columns.json: dtype, shape, unit and frame of every column).\n\n"
        "![Episodes of every split](contact-sheet.jpg)"
    )


def facts_hours(dataset: Dataset) -> float:
    """Hours of recorded time."""
    return dataset.info["total_frames"] / dataset.fps / 3600


def _splits(facts: ReleaseFacts, release: Mapping[str, Any]) -> str:
    head = [
        "split",
        "episodes",
        "trajectories",
        "tasks",
        "objects",
        "families of targets",
        "frames",
        "textures",
        "surroundings",
    ]
    rows = [
        [s.name, s.episodes, s.trajectories, s.tasks, s.objects, s.families, s.frames, s.textures, s.surroundings]
        for s in facts.splits
    ]
    total = ["all", *(sum(r[k] for r in rows) for k in (1, 2)), "", "", "", sum(r[6] for r in rows), "", ""]
    text = "## Splits\n\n" + _table(head, [*rows, total])
    text += "\n\n" + "\n".join(f"- **{s.name}**: {RULES.get(s.name, '')}." for s in facts.splits)
    for name, why in release["not_made"].items():
        text += f"\n- There is no **{name}**: {why}."
    spans = [
        f"{s.name} {n} {' x '.join(f'{100 * x:.1f}' for x in v)} cm"
        for s in facts.splits
        for n, v in s.camera_span.items()
    ]
    return (
        text
        + "\n\nA trajectory is in one split only. The rules were checked on the finished metadata, and the build fails "
        "when one is broken; `meta/info.json` has the ranges of episodes.\n\nExtent of the cameras' positions (in the "
        "world, or relative to the hand): " + "; ".join(spans) + "."
    )


def _made(release: Mapping[str, Any]) -> str:
    o = release["options"]
    command = f"python scripts/release.py DATASET --renders {o['renders']} --seed {release['seed']}"
    if o["test_renders"]:
        command += f" --test-renders {o['test_renders']}"
    if release["parent"] is not None:
        command += " --add PARENT"
    versions = ", ".join(f"{k} {v}" for k, v in release["code"].items() if k != "code")
    lines = [
        f"    {command}",
        "",
        f"with Groundwork, sources {release['code']['code']} ({versions}). Seeds of attempts and of appearances are "
        "stored with every episode; settings and files of every source are in `meta/groundwork/release.json`.",
    ]
    for k, s in enumerate(release["sources"]):
        x = s["settings"]
        lines.append(
            f"\n- Source {k}: seed {x.get('seed')}, {x.get('tasks')} tasks x {x.get('episodes')}, gripper "
            f"{x.get('gripper')}, {s['objects']} objects ({x.get('split')}), {s['episodes']} episodes, SHA-256 of its "
            f"episodes {s['episodes_sha256']}"
        )
    on = [a for a in AXES if release["randomize"].get(a)]
    lines.append(f"\nRandomised in appearance: {', '.join(on) or 'nothing'}.")
    return "## How it was made\n\n" + "\n".join(lines)


def _numbers(dataset: Dataset, facts: ReleaseFacts) -> str:
    n = np.array(facts.lengths)
    rows = [["frames an episode (min, median, max)", f"{n.min()}, {np.median(n):g}, {n.max()}"]]
    rows.append(["instructions, different texts", f"{facts.instructions:,}"])
    rows.append(["  by kind", ", ".join(f"{k} {v:,}" for k, v in facts.kinds.items())])
    rows.append(
        ["most frequent families of targets (tasks)", _listed([f"{k} {v}" for k, v in facts.families.items()], 12)]
    )
    rows += [[f"size of `{k}`", f"{v / 1e6:,.1f} MB"] for k, v in facts.bytes.items() if v >= 50_000]
    rows.append(["size in all", f"{facts.total_bytes / 1e6:,.1f} MB"])
    text = "## Numbers\n\n" + _table(["", ""], rows)
    stats, features = dataset.stats, dataset.features
    names = [x for x in ("action", "observation.state") if x in features and features[x].get("names")]
    for name in names:
        s = stats[name]
        lines = [
            [label, *(f"{float(s[k][i]):.4f}" for k in ("min", "q01", "mean", "std", "q99", "max"))]
            for i, label in enumerate(features[name]["names"])
        ]
        text += f"\n\n`{name}`\n\n" + _table(["", "min", "1 %", "mean", "std", "99 %", "max"], lines)
    return (
        text + "\n\nStatistics of every column, for the dataset and per episode: `meta/stats.json`, `meta/episodes/`."
    )


def _acceptance(facts: ReleaseFacts) -> str:
    ledger = facts.ledger
    if not ledger.entries:
        return "## Acceptance\n\nThe source has no ledger of attempts."
    text = "## Acceptance\n\nAll attempts of the sources, failed ones included; 95 % Wilson intervals."
    for title, head, rows in ledger_tables(ledger, objects=10):
        if title.startswith(("Accepted", "By stage", "Why")) or "object" in title.lower():
            text += f"\n\n**{title}**\n\n" + _table(head, rows)
    whole = Rate("", len(ledger.entries), sum(e.accepted for e in ledger.entries))
    return (
        text
        + f"\n\n{whole.passed} of {whole.entered} attempts were accepted; `meta/groundwork/ledger.parquet` has each."
    )


def _licence(release: Mapping[str, Any], facts: ReleaseFacts) -> str:
    licence = release["options"]["licence"]
    rows = [[name, n] for name, n in facts.licences.items()]
    return (
        f"## Licence\n\nThe dataset: {LICENCES.get(licence, licence)}. What its pictures show:\n\n"
        + _table(["objects: meshes and textures", "objects"], rows)
        + "\n\nSurface textures and surroundings are made by procedure (Apache-2.0)"
        + ("; panoramas of a folder of the maker's own were used" if release["randomize"].get("environments") else "")
        + ". The robot's meshes are robosuite's Panda (MIT licence), reduced; they are seen in the pictures and not "
        "contained."
    )


def _limits(release: Mapping[str, Any], facts: ReleaseFacts) -> str:
    rare = [s.name for s in facts.splits if s.name != "train" and s.trajectories < 30]
    lines = [
        "One robot (Panda with a parallel gripper), rigid objects, one skill: pick one object up and put it somewhere.",
        "Simulated pictures: rasterised with one shadow-casting light; no motion blur.",
        "Motions are planned and smooth: there are no failures, corrections or recoveries among the episodes.",
        "Tables (their shapes) and the physics are drawn from the same sets in every split; test_material changes "
        "textures and surroundings, not the colours of objects.",
        "Families of objects are shared between splits; test_object holds out instances.",
        "Instructions are made by grammar and in English.",
        "All appearances of a trajectory show the same motion: compare sizes by trajectories, not by episodes.",
    ]
    if rare:
        lines.append(f"Few trajectories in {', '.join(rare)}: a success rate on them has a wide interval.")
    return "## Known limits\n\n" + "\n".join(f"- {x}" for x in lines)


def _use(dataset: Dataset, release: Mapping[str, Any]) -> str:
    first = next(iter(release["splits"]))
    s = release["splits"][first]
    text = (
        "## Use\n\n```python\nfrom lerobot.datasets.lerobot_dataset import LeRobotDataset\n\n"
        f'{first} = LeRobotDataset("{release["name"]}", root="PATH", '
        f"episodes=list(range({s['first']}, {s['first'] + s['episodes']})))\n```"
    )
    if release["extras"]:
        text += "\n\nSets that go along, cut by split (`train` shows training trajectories only):\n"
    for name, facts in release["extras"].items():
        text += f"\n- `{name}/`: " + ", ".join(f"{k} {v:,}" for k, v in facts.items())
    return text


def _check() -> str:
    return (
        "## Check it\n\n"
        "    sha256sum -c meta/groundwork/SHA256SUMS              # every file\n"
        "    python scripts/lint_dataset.py PATH                  # every promise, recomputed\n"
        "    python scripts/release.py PATH --leaks               # the splits\n"
        "    python scripts/release.py PATH --verify 20           # episodes made again from their seeds, bit for bit\n"
        "    python scripts/replay.py PATH --check                # every action replayed\n\n"
        "`croissant.json` describes the files for machines (Croissant 1.0); CHANGELOG.md says what each version added. "
        "Questions and faults: open an issue where you got this dataset, with the version and the episode's number."
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in rows:
        cells = [f"{x:,}" if isinstance(x, int) else str(x).replace("|", "\\|") for x in row]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _listed(items: Sequence[str], limit: int) -> str:
    more = f" and {len(items) - limit} more" if len(items) > limit else ""
    return ", ".join(items[:limit]) + more
