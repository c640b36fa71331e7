"""What a run will take, before it starts: from figures measured once, scaled by a quick test of this machine."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import mujoco

from engine.config import RunConfig

# CPU seconds on the reference machine (one core of an AMD EPYC) and bytes, from scripts/benchmark.py.
TASK_S = 2.5  # compile the models of a task, find its grasps
ATTEMPT_S = 0.5  # layout, settling, planning, physics, for one accepted episode, refused attempts included
LAYOUT_S = 0.1
FRAME_S = 0.018  # draw, label and encode one picture
DEPTH_S, MASK_S = 0.004, 0.001  # more for each picture
STEPS = 57  # frames of an episode
CAMERAS = 2
EPISODE_BYTES = 350_000  # columns and metadata, in the store and again in the dataset (videos are linked)
FRAME_BYTES, DEPTH_BYTES, MASK_BYTES = 2_200, 22_000, 900
REFERENCE_S = 0.0088  # what `_probe` takes there


@dataclass(frozen=True)
class Estimate:
    """wall_s with the given workers, bytes to be written, bytes free where the output goes. machine: this
    machine's time for the same work as a multiple of the reference's."""

    cpu_s: float
    wall_s: float
    bytes: int
    free_bytes: int
    machine: float


def estimate(cfg: RunConfig, episodes: int, workers: int, out: Path) -> Estimate:
    """Estimate for `episodes` accepted ones still to be made."""
    machine = _probe() / REFERENCE_S
    tasks = -(-episodes // cfg.episodes)
    seconds = tasks * TASK_S + episodes * (LAYOUT_S if cfg.layout_only else ATTEMPT_S)
    size = episodes * (60_000 if cfg.layout_only else EPISODE_BYTES)
    if cfg.render:
        frames = episodes * cfg.renders * STEPS * CAMERAS
        seconds += frames * (FRAME_S + cfg.depth * DEPTH_S + cfg.masks * MASK_S)
        size += frames * (FRAME_BYTES + cfg.depth * DEPTH_BYTES + cfg.masks * MASK_BYTES)
        size += episodes * (cfg.renders - 1) * EPISODE_BYTES
    cpu_s = seconds * machine
    place = next(p for p in (out.absolute(), *out.absolute().parents) if p.exists())
    return Estimate(cpu_s, cpu_s / max(workers, 1), int(size), shutil.disk_usage(place).free, machine)


def _probe() -> float:
    """Seconds for a fixed piece of physics, the best of five: boxes falling onto each other."""
    boxes = "".join(
        f'<body pos="{0.02 * (i % 3)} {0.015 * (i % 2)} {0.05 + 0.09 * i}"><freejoint/>'
        '<geom type="box" size=".05 .04 .03"/></body>'
        for i in range(8)
    )
    model = mujoco.MjModel.from_xml_string(
        f'<mujoco><worldbody><geom type="plane" size="1 1 1"/>{boxes}</worldbody></mujoco>'
    )
    data = mujoco.MjData(model)
    best = float("inf")
    for _ in range(5):
        mujoco.mj_resetData(model, data)
        start = time.perf_counter()
        mujoco.mj_step(model, data, 300)
        best = min(best, time.perf_counter() - start)
    return best
