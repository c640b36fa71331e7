"""What this machine has and what is missing: really draws frames with each renderer.

    python scripts/doctor.py [--seconds 2]

Exit status 0 when the default renderer works and nothing that a run needs is missing, else 1.
"""

# ruff: noqa: E402
from __future__ import annotations

import os
import sys

# The repository instead of scripts/, whose inspect.py would hide the standard library's module.
_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [os.path.dirname(_HERE), *(p for p in sys.path if os.path.abspath(p) != _HERE)]

import argparse
import importlib.metadata
import json
import platform
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from scripts._start import require_packages

REQUIRED = (
    *("mujoco", "numpy", "scipy", "trimesh", "networkx", "pyarrow", "av"),
    *("pillow", "pyyaml", "tyro", "rich", "psutil", "PyOpenGL"),
)
OPTIONAL = {
    "pyrender": "the pyrender backend: pip install pyrender==0.1.45 && pip install 'PyOpenGL>=3.1.10'",
    "torch": "the learner: pip install -e '.[learner]'",
    "robosuite": "only to build the robot cache: pip install --no-deps robosuite==1.5.2",
}
APT = "apt-get install -y libegl1 libegl-mesa0 libgl1 libopengl0 libgl1-mesa-dri"


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit status."""
    require_packages("doctor")
    parser = argparse.ArgumentParser(prog="doctor.py", description="What this machine has and what is missing.")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long to draw with each renderer (default 2)")
    parser.add_argument("--probe", help=argparse.SUPPRESS)  # the child: draw with this renderer, print JSON
    args = parser.parse_args(arguments)
    if args.probe:
        print(json.dumps(probe(args.probe, args.seconds)))
        return 0
    from engine.backends import RENDERERS
    from engine.config import RunConfig
    from scripts._console import Console

    console = Console()
    console.table("Machine", ["", ""], machine())
    console.table("Packages", ["package", "version", "what it is for"], packages())
    robots, advice = robot_rows()
    console.table("Robots", ["gripper", "cache"], robots)
    rows, works = [], {}
    for name in RENDERERS:
        works[name] = probe_apart(name, args.seconds)
        rows.append(renderer_row(name, works[name]))
    console.table("Renderers", ["name", "works", "drawn by", "frames/s", "first frame", "note"], rows)
    default = RunConfig().renderer
    if not works[default].get("ok"):
        advice.append(works[default].get("advice") or f"the renderer '{default}' does not work: see above")
    missing = [p for p in REQUIRED if version(p) is None]
    if missing:
        advice.append(f"packages missing: {', '.join(missing)}: make setup")
    console.say("")
    for line in advice:
        console.error(line)
    if not advice:
        console.say("Everything that `make synthesize` needs is here.")
    return 1 if advice else 0


def version(package: str) -> str | None:
    """Installed version, None when it is not there."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def machine() -> list[list[str]]:
    """System, Python, cores, memory, disk."""
    import psutil

    from engine.run import default_workers
    from scripts._console import count, size

    try:
        system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.platform())
    except OSError:
        system = platform.platform()
    memory = psutil.virtual_memory()
    usage = shutil.disk_usage(".")
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return [
        ["system", f"{system}, {platform.machine()}"],
        ["Python", f"{platform.python_version()} ({sys.executable})"],
        ["cores", f"{usable} usable of {os.cpu_count()}; {count(default_workers(), 'worker')} by default"],
        ["memory", f"{size(memory.available)} available of {size(memory.total)}"],
        ["disk", f"{size(usage.free)} free of {size(usage.total)} here ({Path.cwd()})"],
        ["GPU", gpu()],
    ]


def gpu() -> str:
    """What the driver's own tool says, for people; renderers are tested on their own."""
    if shutil.which("nvidia-smi") is None:
        return "no nvidia-smi; " + (
            "/dev/dri is there" if Path("/dev/dri").exists() else "no /dev/dri: software drawing"
        )
    command = ["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20)
    except subprocess.TimeoutExpired:
        return "nvidia-smi does not answer"
    return "; ".join(done.stdout.split("\n")).strip("; ") or done.stderr.strip()


def packages() -> list[list[str]]:
    """Installed versions of what is needed and of what may be there."""
    rows = [[p, version(p) or "MISSING", ""] for p in REQUIRED]
    return rows + [[p, version(p) or "not there (optional)", use] for p, use in OPTIONAL.items()]


def robot_rows() -> tuple[list[list[str]], list[str]]:
    """The robot cache by gripper, and what to do where it is missing."""
    from engine.errors import AssetError
    from engine.sim.robot import GRIPPERS, load_robot

    rows, advice = [], []
    for gripper in GRIPPERS:
        try:
            rows.append([gripper, str(load_robot(gripper).mjcf_path.parent)])
        except AssetError as e:
            rows.append([gripper, f"MISSING: {e}"])
            if not advice:
                advice.append(str(e))
    return rows, advice


def probe_apart(name: str, seconds: float) -> dict[str, Any]:
    """`probe` in a process of its own: GL libraries crash instead of raising."""
    from engine.execute.slots import child_environment

    return ask(
        [sys.executable, __file__, "--probe", name, "--seconds", str(seconds)], 90 + seconds, child_environment()
    )


def ask(command: list[str], limit_s: float, env: dict[str, str]) -> dict[str, Any]:
    """What a command prints as JSON in its last line; {"ok": False, "note": ...} when it fails, crashes or hangs."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit_s, env=os.environ | env)
    except subprocess.TimeoutExpired:
        return {"ok": False, "note": f"no answer within {limit_s:.0f} s"}
    lines = done.stdout.strip().splitlines()
    if done.returncode == 0 and lines:
        return json.loads(lines[-1])
    said = done.stderr.strip().splitlines()
    how = f"exit status {done.returncode}" if done.returncode > 0 else f"crashed with signal {-done.returncode}"
    return {"ok": False, "note": f"{how}: {said[-1] if said else 'no message'}", "advice": f"try: {APT}"}


def probe(name: str, seconds: float) -> dict[str, Any]:
    """Draw a scene of a robot and eleven objects with this renderer, RGB and instances, for some seconds."""
    from engine.errors import BackendError

    start = time.perf_counter()
    try:
        renderer, states, appearance = _scene(name)
        with_what = renderer.info()
        cpu = time.process_time()
        first = renderer.render(states[0], appearance, 0)
        first_s = time.perf_counter() - start
        frames, begin = 0, time.perf_counter()
        while time.perf_counter() - begin < seconds:
            renderer.render(states[frames % len(states)], appearance, frames % 2)
            frames += 1
        wall = time.perf_counter() - begin
        cpu = time.process_time() - cpu
        renderer.close()
    except (BackendError, ImportError) as e:
        return {"ok": False, "note": f"{e}"}
    assert first.instance is not None
    blank = first.rgb.std() < 2.0 or first.instance.max() < 3
    return {
        "ok": not blank,
        "device": with_what.get("device", "?"),
        "backend": with_what.get("backend", "?"),
        "gpu": with_what.get("gpu", "?"),
        "fps": frames / wall,
        "cpu_ms": 1000 * cpu / (frames + 1),
        "first_s": first_s,
        "note": "the picture is empty" if blank else "",
    }


def _scene(name: str) -> tuple[Any, list[Any], Any]:
    """An opened renderer, states of a moving arm, and an appearance: the benchmark's first task."""
    import numpy as np

    from engine.backends import make_renderer
    from engine.config import RunConfig
    from engine.execute.child import load_entry
    from engine.render.base import compile_visual
    from engine.render.randomize import sample_appearance
    from engine.rng import rng
    from engine.sim.cameras import default_cameras
    from engine.sim.robot import load_robot

    cfg = RunConfig()
    renderer = make_renderer(name)
    library = load_entry(cfg.sources.library)(None)
    source = load_entry(cfg.sources.tasks)(library, None)
    textures = load_entry(cfg.sources.textures)(cfg.randomize.environments)
    scene = source.scene(source.spec(0), rng(0, "doctor"))
    robot = load_robot()
    visual = compile_visual(robot, scene, textures)
    renderer.open(visual)
    appearance = sample_appearance(cfg.randomize, default_cameras(), scene, rng(0, "doctor", "look"), textures)
    poses = np.zeros((len(scene.assets), 7))
    for i, asset in enumerate(scene.assets):  # in a grid on the table
        rest = asset.stable_poses[0]
        poses[i] = [0.35 + 0.13 * (i % 4), -0.3 + 0.25 * (i // 4), rest.height, *rest.q_wxyz]
    states = []
    for step in range(20):
        q = robot.q_home + 0.1 * np.sin(0.3 * step + np.arange(7))
        states.append(visual.sm.qpos_from(q, poses))
    return renderer, states, appearance


def renderer_row(name: str, found: dict[str, Any]) -> list[str]:
    """One line of the table of renderers."""
    if not found.get("ok"):
        return [name, "NO", found.get("device", "-"), "-", "-", str(found.get("note", ""))]
    kind = "GPU" if found["gpu"] == "yes" else "software"
    drawn = f"{kind}, {found['backend']}: {found['device']}"
    note = f"{found['cpu_ms']:.1f} CPU-ms a frame (RGB and instances, 224 x 224)"
    return [name, "yes", drawn, f"{found['fps']:.0f}", f"{found['first_s']:.1f} s", note]


if __name__ == "__main__":
    raise SystemExit(main())
