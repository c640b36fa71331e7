"""Makes the evaluation tracks: draws each scene until an executed plan proves it, and writes it with its proof.

A draw is a layout with its physics; it is refused when no layout is found, when the instruction would not be clear, or
when the plan fails. The proof is executed from the numbers as stored, so it can be executed again from the file.
"""

from __future__ import annotations

import json
import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from assets.catalogue import listed
from assets.library import ProceduralLibrary
from engine.config import plain
from engine.errors import AssetError, TaskError
from engine.execute.child import load_entry
from engine.graph import shapes
from engine.layout import held_out
from engine.layout.check import SceneCheck
from engine.layout.config import LayoutConfig
from engine.pipeline import Attempt, TaskContext
from engine.render.randomize import appearance_to_dict, sample_appearance
from engine.types import AssetLibrary, Scene, WorldState, content_hash
from tasks.benchmark import BENCHMARK_SIZE, benchmark_hash, benchmark_task
from tasks.endpoint import Endpoint, ask
from tasks.instructions import Instruction, instructions
from tasks.make_benchmark import shelf
from tasks.prove import PROOF_SEED, Keys, Prover, proof_of, proof_streams, prover, rounded
from tasks.references import is_unique, refer, shortest
from tasks.rewriting import rewrites
from tasks.track_objects import Choice, Stock, choices
from tasks.tracks import (
    TRACK_FOLDER,
    TRACKS,
    TrackScene,
    index,
    line_of,
    physics_to_dict,
    scene_of,
    task_to_dict,
    track_hash,
)

DRAWS = 60  # of a scene before it counts as impossible
DRAWS_EACH = 12  # of one specification, while there is another
HELD_OUT = {"unseen_position": "position", "unseen_orientation": "orientation"}


@dataclass(frozen=True)
class Job:
    """One scene to make."""

    track: str
    index: int
    choices: tuple[Choice, ...]
    endpoint: Endpoint | None = None


@dataclass(frozen=True)
class Made:
    """What came of a job: the scene's line, or None when no draw was proved; refused: draws by reason."""

    track: str
    index: int
    line: str | None
    refused: dict[str, int] = field(default_factory=dict)


class _Refused(Exception):
    """Why a draw is no scene: "stage: reason"."""


def rewrite(
    scene: Scene, state: WorldState, rng: np.random.Generator, endpoint: Endpoint | None = None
) -> Instruction | None:
    """An instruction for the unseen-instruction track: by attribute or place, without the target's common name.

    From the grammar, or from the language model behind `endpoint`; both pass the same checks.
    """
    if endpoint is None:
        made = rewrites(scene, state, rng, n=1)
    else:
        made, _ = ask(endpoint, scene, state, n=1, seed=int(rng.integers(2**31)))
    return made[0] if made else None


def make_scene(job: Job) -> Made:
    """The first draw that is proved, in this process."""
    p, refused = prover(), Counter[str]()
    for draw in range(DRAWS):
        choice = job.choices[min(draw // DRAWS_EACH, len(job.choices) - 1)]
        try:
            data = _draw_scene(p, job, choice, ("track", job.track, job.index, draw))
        except _Refused as why:
            refused[str(why)] += 1
            continue
        return Made(job.track, job.index, line_of(data | {"draws": draw + 1, "refused": dict(refused)}), dict(refused))
    return Made(job.track, job.index, None, dict(refused))


def _draw_scene(p: Prover, job: Job, choice: Choice, keys: Keys) -> dict[str, Any]:
    """The content of a scene's line, proved. Raises _Refused."""
    track, stream = job.track, proof_streams(keys)
    out = p.layout(choice.spec, keys, HELD_OUT.get(track, "avoid"))
    _accept(out)
    ctx = p.context(choice.spec)
    assert out.layout is not None and out.qpos0 is not None
    _check_places(ctx, out, track)
    state = ctx.probe.at(out.qpos0, np.zeros(ctx.sm.model.nv), ctx.view.X_PC)
    data: dict[str, Any] = {
        "track": track,
        "index": job.index,
        "task": task_to_dict(choice.spec),
        "physics": physics_to_dict(out.physics),
        "poses": rounded(out.layout.poses).tolist(),
        "instruction": plain(vars(_instruction(job, ctx.scene, state, stream("instructions")))),
        "keys": list(keys),
        "seed": PROOF_SEED,
        "draws": 0,
        "refused": {},
        "proof": {},
    }
    if choice.second is not None:
        _check_second(p, ctx, out, choice)
        scene = replace(ctx.scene, task=choice.second)
        words = _instruction(job, scene, state, stream("second instructions"))
        data["change"] = {"step": 1, "task": task_to_dict(choice.second), "instruction": plain(vars(words))}
    look = replace(p.cfg.randomize, split="unseen" if track == "new_background" else "seen")
    appearance = sample_appearance(look, ctx.cameras, ctx.scene, stream("appearance"), _textures(), out.physics.table)
    data["appearance"] = appearance_to_dict(appearance)
    stored = scene_of(json.loads(json.dumps(data)))
    first = p.prove(stored)
    _accept(first)
    data["proof"] = proof_of(first)
    if choice.second is not None:
        assert first.trajectory is not None
        approach = int((first.trajectory.phase == 0).argmin())  # steps before the first of another phase
        data["change"]["step"] = int(stream("change").integers(max(1, approach // 4), max(2, (4 * approach) // 5)))
        second = p.prove_change(scene_of(json.loads(json.dumps(data))), first)
        _accept(second, "after the change, ")
        data["proof"]["change"] = proof_of(second)
    return data


def _accept(out: Attempt, where: str = "") -> None:
    if out.failure is not None:
        raise _Refused(f"{where}{out.failure.stage}: {out.failure.reason}")


def _check_places(ctx: TaskContext, out: Attempt, track: str) -> None:
    """Rounding may have moved something across the border of what is held out."""
    assert out.layout is not None
    rules = held_out.HeldOut(ctx.scene, LayoutConfig(held_out=HELD_OUT.get(track, "avoid")))
    for i in (ctx.target, ctx.container):
        pose = out.layout.poses[i]
        if not rules.allows(i, pose[0], pose[1], shapes.outline(ctx.scene.assets[i], pose[3:])):
            raise _Refused("layout: held out for evaluation")


def _check_second(p: Prover, ctx: TaskContext, out: Attempt, choice: Choice) -> None:
    """What the second task is about must be seen as well as what the first is about."""
    assert out.layout is not None and choice.second is not None
    relation = choice.second.goal[0]
    t, c = ctx.scene.index(relation.subject), ctx.scene.index(relation.objects[0])
    check = SceneCheck(ctx.sim, p.kin, out.physics, ctx.view, p.cfg.settle, t, c)
    cfg = p.cfg.layout
    for i, least in ((t, cfg.min_visible), (c, cfg.min_container_visible)):
        if check.visible_fraction(out.layout.poses, i) < least:
            raise _Refused("layout: the second task's objects are out of view")
    if check.reachable(out.layout.poses):
        raise _Refused("layout: the second task is out of reach")


def _instruction(job: Job, scene: Scene, state: WorldState, rng: np.random.Generator) -> Instruction:
    """The scene's instruction. Raises _Refused when it could mean something else."""
    goal = scene.task.goal[0]
    if job.track == "unseen_instruction":
        words = rewrite(scene, state, rng, job.endpoint)
        if words is None:
            raise _Refused("instruction: no clear rewrite")
        return words
    for i in (scene.index(goal.subject), scene.index(goal.objects[0])):
        clear = (
            shortest(state, i) is not None
            if job.track == "similar_distractors"
            else is_unique(refer(state, i), state, i)
        )
        if not clear:
            raise _Refused("instruction: not unique")
    return instructions(scene, state, rng, n=1)[0]


@cache
def _textures() -> Any:
    cfg = prover().cfg
    return load_entry(cfg.sources.textures)(cfg.randomize.environments)


# --- making and checking files --------------------------------------------------------------------


def make_tracks(
    names: Sequence[str], workers: int, say: Callable[[str], None] = print, endpoint: Endpoint | None = None
) -> dict[str, Any]:
    """Make these tracks and write them; returns the new index. A track's file is written once all its scenes are there.

    endpoint: the language model that rewrites instructions, instead of the grammar.

    Raises TaskError for a scene that no draw proved, and when tracks that stay belong to another benchmark or to other
    objects. What was finished before an error is kept.
    """
    library = ProceduralLibrary(cache=8)
    _check_staying(names)
    plans = choices(Stock(shelf(library, listed("seen")), shelf(library, listed("unseen"))))
    TRACK_FOLDER.mkdir(exist_ok=True)
    for name in names:  # so that an error never leaves old scenes beside new ones
        (TRACK_FOLDER / f"{name}.jsonl").unlink(missing_ok=True)
    finished: list[str] = []
    try:
        with multiprocessing.get_context("spawn").Pool(workers) as pool:
            for name in names:
                jobs = [Job(name, i, tuple(c), endpoint) for i, c in enumerate(plans[name])]
                made = sorted(_watched(pool.imap_unordered(make_scene, jobs), len(jobs), say), key=lambda m: m.index)
                lost = [m for m in made if m.line is None]
                if lost:
                    why = "; ".join(f"scene {m.index} ({_most(m.refused)})" for m in lost[:5])
                    raise TaskError(f"track {name}: {len(lost)} scenes were not proved in {DRAWS} draws: {why}")
                _write(TRACK_FOLDER / f"{name}.jsonl", "\n".join(m.line or "" for m in made) + "\n")
                finished.append(name)
    finally:
        writer = "grammar" if endpoint is None else endpoint.model
        data = write_index(library, finished, writer) if finished else {}
    return data


def _check_staying(names: Sequence[str]) -> None:
    """Tracks that are not made again must be of the same benchmark."""
    staying = [n for n in TRACKS if n not in names and (TRACK_FOLDER / f"{n}.jsonl").exists()]
    if staying and index()["benchmark"] != benchmark_hash():
        raise TaskError(f"track {staying[0]} belongs to another benchmark than the present one; make all tracks")


def _watched(results: Iterator[Made], total: int, say: Callable[[str], None]) -> Iterator[Made]:
    for k, made in enumerate(results, 1):
        yield made
        if k % 50 == 0 or k == total:
            say(f"{made.track}: {k} of {total} scenes")


def _most(refused: dict[str, int]) -> str:
    return ", ".join(f"{n} {why}" for why, n in Counter(refused).most_common(3))


def write_index(library: AssetLibrary, fresh: Sequence[str], writer: str = "grammar") -> dict[str, Any]:
    """Write `assets.json` and `index.json` for the track files that are there; `fresh` were made just now, their
    rewritten instructions by `writer`."""
    before = index() if (TRACK_FOLDER / "index.json").exists() else {}
    old = json.loads((TRACK_FOLDER / "assets.json").read_text()) if (TRACK_FOLDER / "assets.json").exists() else {}
    used = {name: _scenes(name) for name in TRACKS if (TRACK_FOLDER / f"{name}.jsonl").exists()}
    hashes: dict[str, str] = {}
    of_tasks = {r.instance or "" for i in range(BENCHMARK_SIZE) for r in benchmark_task(i).roles}
    for asset_id in sorted(of_tasks | {a for scenes in used.values() for s in scenes for a in s.asset_ids}):
        hashes[asset_id] = library.get(asset_id).content_hash
    for name, scenes in used.items():
        for asset_id in (a for s in scenes if name not in fresh for a in s.asset_ids):
            if old.get(asset_id) != hashes[asset_id]:
                raise AssetError(f"track {name}: object '{asset_id}' has changed since it was made; make all tracks")
    data = {
        "benchmark": benchmark_hash(),
        "versions": {package: version(package) for package in ("mujoco", "numpy")},
        "objects": len(hashes),
        "assets": content_hash(sorted(hashes.items())),
        "held_out": {
            "target": [plain(asdict(r)) for r in held_out.TARGET_PARTS],
            "container": [plain(asdict(r)) for r in held_out.CONTAINER_PARTS],
            "axis_deg": list(held_out.AXIS_DEG),
            "elongated": held_out.ELONGATED,
        },
        "rewriter": writer if "unseen_instruction" in fresh else before.get("rewriter", "grammar"),
        "tracks": {name: summary(scenes) for name, scenes in used.items()},
    }
    _write(TRACK_FOLDER / "assets.json", json.dumps(hashes, indent=0) + "\n")
    _write(TRACK_FOLDER / "index.json", json.dumps(data, indent=1) + "\n")
    return data


def summary(scenes: Sequence[TrackScene]) -> dict[str, Any]:
    """A track in figures; refused: draws by reason."""
    refused = Counter[str]()
    for s in scenes:
        refused.update(s.refused)
    return {
        "scenes": len(scenes),
        "hash": track_hash(tuple(scenes)),
        "redrawn": round(sum(s.draws > 1 for s in scenes) / max(1, len(scenes)), 4),
        "draws": sum(s.draws for s in scenes),
        "refused": dict(refused.most_common()),
        "objects": len({a for s in scenes for a in s.asset_ids}),
    }


def _scenes(name: str) -> list[TrackScene]:
    return [scene_of(json.loads(line)) for line in (TRACK_FOLDER / f"{name}.jsonl").read_text().splitlines()]


def _write(path: Path, text: str) -> None:
    part = path.with_suffix(path.suffix + ".part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)


def verify(scene: TrackScene, p: Prover) -> list[str]:
    """What is no longer as proved when the scene's proof is executed again; empty when every bit is the same.

    An entry that begins with "not solved" says that the scene is no longer proved. Others may be due to another
    processor, whose last bits round otherwise. Raises AssetError when an object has changed.
    """
    scene.scene(p.library)
    first = p.prove(scene)
    if first.failure is not None:
        return [f"not solved: {first.failure.stage}: {first.failure.reason}"]
    out = _differences(proof_of(first), scene.proof)
    if scene.change is not None:
        second = p.prove_change(scene, first)
        if second.failure is not None:
            return [*out, f"not solved after the change: {second.failure.stage}: {second.failure.reason}"]
        out += [f"after the change: {d}" for d in _differences(proof_of(second), scene.proof["change"])]
    return out


def _differences(now: dict[str, Any], stored: dict[str, Any]) -> list[str]:
    return [f"{key} {now[key]}, stored {stored.get(key)}" for key in now if now[key] != stored.get(key)]
