"""How fast the engine is, beside what the same work costs bare.

    python scripts/benchmark.py [--tasks 8] [--episodes 5] [--json FILE]

Makes the same tasks rendered with one worker, with two, and unrendered with two. Then it repeats, for some
of the accepted episodes, only the work that cannot be left out, in this process and on the same states: plain
`mj_step` for the episode's steps, the renderer for the same colour and instance pictures, the bare encoder.
Their sum is the floor. Layout, settling, planning and labels have no floor: all of it counts as overhead.
"""

# ruff: noqa: E402
from __future__ import annotations

import os
import sys

# The repository instead of scripts/, whose inspect.py would hide the standard library's module.
_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [os.path.dirname(_HERE), *(p for p in sys.path if os.path.abspath(p) != _HERE)]

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts._start import require_packages

if TYPE_CHECKING:
    from engine.config import RunConfig
    from engine.run import RunResult
    from scripts._console import Console

STAGES = (
    *("open", "grasp_library", "layout", "grasp", "plan", "execute", "validate"),
    *("render_open", "render", "label", "encode", "write"),
)
FLOOR_OF = {"execute": "physics", "render": "render", "encode": "encode"}
RATIO_GOAL, SPEEDUP_GOAL, MEMORY_GOAL_MB, UNRENDERED_GOAL, FIRST_GOAL_S = 1.5, 1.8, 1000, 8000, 20.0


@dataclass
class Phase:
    """One run: how long, how many, at what cost. cpu_s: all CPU seconds of the workers, by stage and in total."""

    name: str
    workers: int
    accepted: int
    attempts: int
    wall_s: float
    first_s: float
    cpu_s: float
    stages: dict[str, float]
    memory: list[dict[str, int]]

    @property
    def per_hour(self) -> float:
        return self.accepted * 3600 / self.wall_s

    def json(self) -> dict[str, Any]:
        return vars(self) | {"per_hour": self.per_hour}


def run_phase(name: str, cfg: RunConfig, out: Path, workers: int, console: Console) -> Phase:
    """Make the dataset in `out` and account for it; wall time from the start of the pool to its last result."""
    from engine.execute.base import JobResult
    from engine.label.columns import COLUMNS
    from engine.run import Progress, execute, open_session
    from engine.sim.model import CONTROL_HZ

    first: list[float] = []
    began = time.monotonic()

    def result(progress: Progress, r: JobResult) -> None:
        del progress
        if r.accepted and not first:
            first.append(time.monotonic() - began)

    with open_session(cfg, out) as session:
        began = time.monotonic()
        done: RunResult = execute(session, workers=workers, on_result=result, columns=COLUMNS, fps=CONTROL_HZ)
    s = done.summary
    if s.stopped or s.worker_failures or not s.accepted:
        raise SystemExit(f"{name}: {s.message or 'attempts were lost or none was accepted'}; see {out}/.work/log")
    memory = [{"first": w.rss_first, "last": w.rss_last, "peak": w.rss_peak, "jobs": w.jobs} for w in s.workers]
    cpu_s = sum(r.cpu_s for r in s.results)
    stages = dict(done.cpu_s)
    stages["other"] = max(0.0, cpu_s - sum(stages.values()))
    phase = Phase(name, workers, s.accepted, len(s.results), s.wall_s, first[0], cpu_s, stages, memory)
    console.say(f"{name}: {s.accepted} accepted in {s.wall_s:.1f} s, {phase.per_hour:,.0f} an hour")
    return phase


# --- the floor ----------------------------------------------------------------------------------


def floors(cfg: RunConfig, out: Path, sample: int) -> dict[str, float]:
    """Bare CPU seconds per episode of physics, rendering and encoding, mean over `sample` episodes spread
    over the dataset, on the states, appearances and pictures of those episodes."""
    from engine.backends import make_renderer
    from engine.execute.child import load_entry
    from engine.export.lerobot import load_dataset
    from engine.rebuild import rebuild_physics
    from engine.render.base import compile_visual
    from engine.rng import rng
    from engine.sim.model import compile_scene
    from engine.sim.robot import load_robot

    data = load_dataset(out)
    library = load_entry(cfg.sources.library)(cfg.assets, cfg.split)
    source = load_entry(cfg.sources.tasks)(library, cfg.task_file)
    textures = load_entry(cfg.sources.textures)(cfg.randomize.environments)
    robot = load_robot(cfg.gripper)
    renderer = make_renderer(cfg.renderer)
    total: dict[str, float] = dict.fromkeys(("physics", "render", "encode", "frames"), 0.0)
    chosen = sorted({round(i * (len(data) - 1) / max(sample - 1, 1)) for i in range(sample)})
    for index in chosen:
        meta = data.meta(index)
        columns = data.episode(index, ["sim.qpos", "action"])
        task = int(meta["task_id"].rsplit("_", 1)[-1])
        spec = source.spec(task)
        scene = source.scene(spec, rng(cfg.seed, spec.task_id, "scene"))
        physics = rebuild_physics(meta)
        total["physics"] += bare_physics(compile_scene(robot, scene), physics, columns)
        renderer.open(compile_visual(robot, scene, textures))
        seconds, pictures = bare_render(renderer, physics, columns["sim.qpos"], meta["appearance"])
        total["render"] += seconds
        total["encode"] += sum(bare_encode(frames) for frames in pictures)
        total["frames"] += len(columns["action"])
    renderer.close()
    return {k: v / len(chosen) for k, v in total.items()}


def bare_physics(sm: Any, physics: Any, columns: dict[str, Any]) -> float:
    """CPU seconds of the stored actions through `mj_step`, nothing logged."""
    from engine.sim.control import Simulator

    sm.apply(physics)
    sim = Simulator(sm)
    sim.reset(columns["sim.qpos"][0], physics.q_start)
    start = time.process_time()
    for action in columns["action"]:
        sim.step(action)
    return time.process_time() - start


def bare_render(renderer: Any, physics: Any, states: Any, look: dict[str, Any]) -> tuple[float, list[list[Any]]]:
    """CPU seconds of the colour and instance pictures of all states and cameras; and the colour pictures."""
    from engine.render.randomize import appearance_from_dict

    appearance = appearance_from_dict(look)
    renderer.scene.sm.apply(physics)
    renderer.render(states[0], appearance, 0)  # textures are uploaded once, with the first picture
    cameras = range(len(appearance.cameras))
    start = time.process_time()
    # In the order in which it costs least: all cameras of a state share its shadow map.
    frames = [[renderer.render(q, appearance, c).rgb for c in cameras] for q in states]
    seconds = time.process_time() - start
    return seconds, [[views[c] for views in frames] for c in cameras]


def bare_encode(frames: Sequence[Any]) -> float:
    """CPU seconds of H.264 with the dataset's settings, and of nothing else."""
    import av

    from engine.record.video import CRF, GOP

    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        container = av.open(f"{folder}/bare.mp4", "w")
        options = {"preset": "veryfast", "crf": str(CRF), "x264-params": "bframes=0:scenecut=0:open-gop=0:mbtree=0"}
        stream: Any = container.add_stream("libx264", rate=10, options=options)
        stream.height, stream.width, stream.pix_fmt = *frames[0].shape[:2], "yuv420p"
        stream.codec_context.gop_size, stream.codec_context.thread_count = GOP, 1
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))
        container.close()
        return time.process_time() - start


# --- the report ---------------------------------------------------------------------------------


def report(one: Phase, two: Phase, bare: Phase, warm: Phase, floor: dict[str, float], first_s: float) -> dict[str, Any]:
    """All figures as JSON. Shares of costs are per accepted episode of the run with one worker."""
    cost = {s: one.stages.get(s, 0.0) / one.accepted for s in (*STAGES, *sorted(set(one.stages) - set(STAGES)))}
    base = sum(floor[f] for f in FLOOR_OF.values())
    total = one.cpu_s / one.accepted
    peak = max(m["peak"] for p in (one, two) for m in p.memory)
    speedup = two.per_hour / one.per_hour
    growth = [m["last"] / m["first"] for m in one.memory if m["first"]]
    goals = {
        "CPU-seconds over the floor": (total / base, RATIO_GOAL, total / base <= RATIO_GOAL),
        "two workers over one": (speedup, SPEEDUP_GOAL, speedup >= SPEEDUP_GOAL),
        "MB of memory per worker": (peak / 1e6, MEMORY_GOAL_MB, peak / 1e6 < MEMORY_GOAL_MB),
        "unrendered an hour": (bare.per_hour, UNRENDERED_GOAL, bare.per_hour >= UNRENDERED_GOAL),
        "first episode, seconds": (first_s, FIRST_GOAL_S, first_s <= FIRST_GOAL_S),
    }
    return {
        "cpu_s_per_episode": cost | {"total": total},
        "floor_s_per_episode": floor | {"total": base},
        "ratio": total / base,
        "memory_growth": growth,
        "grasps_cpu_s_per_task": warm.stages.get("grasp_library", 0.0),
        "minutes_for_1000": 1000 * 60 / two.per_hour,
        "goals": {k: {"value": v, "goal": g, "met": bool(m)} for k, (v, g, m) in goals.items()},
        "phases": [p.json() for p in (warm, one, two, bare)],
    }


def show(console: Console, figures: dict[str, Any]) -> None:
    """The figures as tables."""
    cost, floor = figures["cpu_s_per_episode"], figures["floor_s_per_episode"]
    rows = []
    for stage, seconds in cost.items():
        bare = floor["total"] if stage == "total" else floor.get(FLOOR_OF.get(stage, ""), None)
        ratio = f"{seconds / bare:.2f}" if bare else "-"
        rows.append([stage, f"{seconds:.3f}", f"{bare:.3f}" if bare is not None else "-", ratio])
    console.table("CPU-seconds per accepted episode, one worker", ["stage", "here", "floor", "ratio"], rows)
    rows = []
    for p in figures["phases"]:
        peak = max(m["peak"] for m in p["memory"]) / 1e6
        first, last = (max(m[k] for m in p["memory"]) / 1e6 for k in ("first", "last"))
        row = [p["name"], str(p["workers"]), str(p["accepted"]), str(p["attempts"]), f"{p['wall_s']:.1f}"]
        rows.append([*row, f"{p['per_hour']:.0f}", f"{p['first_s']:.1f}", f"{first:.0f}", f"{last:.0f}", f"{peak:.0f}"])
    headings = ["run", "workers", "accepted", "attempts", "s", "an hour", "first s", "MB first", "MB last", "MB peak"]
    console.table("Runs", headings, rows)
    rows = []
    for name, g in figures["goals"].items():
        rows.append([name, f"{g['value']:,.2f}", f"{g['goal']:,.2f}", "met" if g["met"] else "MISSED"])
    console.table("Goals", ["", "value", "goal", ""], rows)
    if figures["load"] > 0.3 * (os.cpu_count() or 1):
        console.warn(f"the machine was busy with other work (load {figures['load']:.1f}): wall times say little")
    console.say(f"\n1,000 episodes at this rate: {figures['minutes_for_1000']:.0f} min with two workers")


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit status: 0, whether the goals are met or not (a busy machine is no fault of the code)."""
    require_packages("benchmark")
    from engine.execute.slots import child_environment

    os.environ.update(child_environment())  # before numpy and GL: the floor is measured in this process
    os.environ.pop("PYTHONSAFEPATH", None)
    parser = argparse.ArgumentParser(prog="benchmark.py", description="Speed and memory beside the bare floor.")
    parser.add_argument("--tasks", type=int, default=8, help="tasks of the benchmark (default 8)")
    parser.add_argument("--episodes", type=int, default=5, help="accepted episodes of each (default 5)")
    parser.add_argument("--sample", type=int, default=8, help="episodes whose floor is measured (default 8)")
    parser.add_argument("--out", type=Path, help="keep the datasets here (default: a temporary folder)")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    args = parser.parse_args(arguments)
    import psutil

    from engine.config import RunConfig
    from scripts._console import Console

    console = Console()
    load = os.getloadavg()[0]
    cfg = RunConfig(tasks=args.tasks, episodes=args.episodes)
    with tempfile.TemporaryDirectory(prefix="groundwork-benchmark-") as temporary:
        out = args.out or Path(temporary)
        lead_s = time.time() - psutil.Process().create_time()  # Python and imports belong to the first episode
        first = run_phase("first episode", replace(cfg, tasks=1, episodes=1), out / "first", 2, console)
        # Grasps are found once per object ever and cached; do it now, so that the runs below compare.
        warm_cfg = replace(cfg, episodes=1, render=False, layout_only=True)
        warm = run_phase("grasps and layouts", warm_cfg, out / "warm", 2, console)
        one = run_phase("rendered", cfg, out / "one", 1, console)
        two = run_phase("rendered", cfg, out / "two", 2, console)
        bare = run_phase("unrendered", replace(cfg, render=False), out / "bare", 2, console)
        floor = floors(cfg, out / "one", args.sample)
    warm.stages["grasp_library"] = warm.stages.get("grasp_library", 0.0) / args.tasks
    figures = report(one, two, bare, warm, floor, lead_s + first.first_s)
    figures["load"] = load
    show(console, figures)
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1) + "\n")
        console.say(f"figures: {args.json}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
