"""A release from a dataset: plan, draw what is missing, put the folder together. The same command goes on.

    code = build_release(load_dataset("data/benchmark"), Path("data/release"), ReleaseOptions(renders=2), workers=2)

<out>/.work/ holds the plan and the drawn episodes; deleting it afterwards loses nothing that the release needs.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from engine.backends import renderer_class
from engine.errors import ConfigError
from engine.execute.base import JobResult, TaskWork
from engine.execute.local import PoolConfig, run
from engine.export.dataset import Dataset
from engine.record.plain import write_json
from engine.record.store import EpisodeStore
from engine.release.assemble import Extras, assemble
from engine.release.draw import PLAN
from engine.release.imports import import_release
from engine.release.plan import ReleaseOptions, make_plan, renders_of
from engine.release.splits import counts
from engine.rerender import fingerprint
from engine.run import check_settings, default_workers, lock_output

Say = Callable[[str], None]


@dataclass(frozen=True)
class Built:
    """What a command came to: exit status (0 complete), a message when not, the plan, episodes drawn now, CPU
    seconds by stage of those."""

    code: int
    message: str
    plan: dict[str, Any]
    drawn: int
    cpu_s: dict[str, float]


def build_release(
    dataset: Dataset,
    out: Path,
    options: ReleaseOptions,
    parent: Dataset | None = None,
    extras: Extras | None = None,
    *,
    workers: int | None = None,
    say: Say = print,
) -> Built:
    """Make (or go on with) a release. Raises ConfigError or DatasetError before anything is drawn when the arguments
    do not fit, and DatasetError after it when splits leak; then the release is not put in place."""
    for other in (dataset, parent):
        if other is not None and out.resolve() == other.root.resolve():
            raise ConfigError(f"--out {out} is the dataset itself; give another folder")
    renderer_class(options.renderer)
    options = replace(options, name=options.name or (dataset.root.name if parent is None else ""))
    plan = make_plan(dataset, options, parent)
    asked = asdict(options) | {"episodes": fingerprint(dataset), "parent": plan["parent"]}
    # A file that was moved is the same file; one that was edited is not. The date of the first call stays.
    asked |= {k: plan[k] for k in ("cameras", "randomize")}
    asked.pop("date")
    store = EpisodeStore(out / ".work")
    with lock_output(store):
        check_settings(store, asked, out)
        _keep_plan(store, plan)
        store.clean()
        if parent is not None:
            import_release(parent, store)
        built = _draw(dataset, store, plan, out, workers, say)
        if not built.code:
            assemble(store, dataset, parent, plan, out, extras or Extras())
    return built


def _keep_plan(store: EpisodeStore, plan: dict[str, Any]) -> None:
    path = store.root / PLAN
    if path.exists():
        plan["options"]["date"] = json.loads(path.read_text(encoding="utf-8"))["options"]["date"]
    temporary = path.with_suffix(".tmp")
    write_json(temporary, plan)
    temporary.replace(path)


def _draw(
    dataset: Dataset, store: EpisodeStore, plan: dict[str, Any], out: Path, workers: int | None, say: Say
) -> Built:
    """Run the pool over the rows of the plan that are not drawn yet."""
    rows = plan["rows"]
    there = store.results(verify=True)
    done = [JobResult(i, 0, True, {}) for i, r in enumerate(rows) if tuple(r["place"]) in there]
    left = len(rows) - len(done)
    chosen = counts({tuple(r["place"]): r["split"] for r in rows})
    said = ", ".join(f"{name} {n} x {renders_of(plan, name)}" for name, n in chosen.items())
    say(f"release {plan['name']} {plan['version']}: {said}; {left} of {len(rows)} episodes to draw -> {out}")
    for name, why in plan["not_made"].items():
        say(f"warning: no split {name}: {why}")
    if plan["left_out"]:
        first = plan["left_out"][0]
        say(f"{len(plan['left_out'])} episodes left out, such as task {first['task_index']}: {first['why']}")
    start = shown = time.monotonic()
    drawn, cpu_s = 0, {}

    def result(r: JobResult) -> None:
        nonlocal drawn, shown
        drawn += r.accepted
        for stage, seconds in r.info.get("cpu_s", {}).items():
            cpu_s[stage] = cpu_s.get(stage, 0.0) + seconds
        if not r.stored:
            say(f"warning: row {r.task_index}: {r.info.get('failure', {}).get('detail', 'lost')}")
        if time.monotonic() - shown > 10:
            shown = time.monotonic()
            rate = max(drawn, 1) / (shown - start)
            say(f"{drawn}/{left} drawn, {3600 * rate:,.0f} an hour, {(left - drawn) / rate / 60:.1f} min left")

    summary = run(
        [TaskWork(i, 1, 1) for i in range(len(rows))],
        "engine.release.draw:ReleaseWorker",
        (str(dataset.root.resolve()), str(out.resolve())),
        result,
        done=done,
        workers=min(default_workers() if workers is None else workers, max(left, 1)),
        config=PoolConfig(log_dir=str(store.root / "log")),
    )
    if summary.stopped:
        message = f"{summary.message}; the same command goes on from here"
        return Built(summary.exit_code, message, plan, drawn, cpu_s)
    if summary.incomplete:
        message = f"{len(summary.incomplete)} episodes could not be drawn, see {store.root}/log"
        return Built(summary.exit_code, message, plan, drawn, cpu_s)
    return Built(0, "", plan, drawn, cpu_s)
