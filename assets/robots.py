"""Build the robot cache: robosuite's MJCF and meshes, cut down once to a small relocatable folder.

    python -m assets.robots [--source DIR] [--cache DIR]

The cache holds one folder per arm-gripper pair with `robot.xml`, `robot.json` and OBJ meshes (about
7,000 drawn triangles instead of 155,000) and refers to nothing outside itself, so the engine runs on
machines without robosuite. Only robosuite's data files are read; the package is never imported.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import shutil
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import trimesh

from engine.errors import AssetError
from engine.sim.robot import CACHE_FORMAT, GRIPPERS, robot_cache_dir

# Panda limits from the vendor's data sheet: joint velocity (rad/s), acceleration (rad/s^2), torque (Nm).
DQ_MAX = (2.175, 2.175, 2.175, 2.175, 2.61, 2.61, 2.61)
DDQ_MAX = (15.0, 7.5, 10.0, 12.5, 15.0, 20.0, 20.0)
TORQUE_MAX = (87.0, 87.0, 87.0, 87.0, 12.0, 12.0, 12.0)
Q_HOME = (0.0, -0.35, 0.0, -2.2, 0.0, 1.85, 0.785398)
# Joint servo: stiffness kp = inertia * w^2 and damping kd = 2 * inertia * w at this natural frequency (rad/s).
SERVO_FREQUENCY = 30.0
JOINT_INERTIA = (2.2, 2.6, 1.3, 1.3, 0.35, 0.25, 0.12)
ARMATURE = 0.1

# Drawn triangles: quadric decimation keeps this share of the total budget per body, by surface area.
TRIANGLES_ARM = 5200
TRIANGLES_GRIPPER = 1500


def find_source(source: Path | None = None) -> Path:
    """The folder `robosuite/models/assets`; raises AssetError saying how to install it."""
    if source is not None:
        for cand in (source, source / "models" / "assets", source / "robosuite" / "models" / "assets"):
            if (cand / "robots" / "panda" / "robot.xml").is_file():
                return cand
        raise AssetError(f"--source {source}: no robots/panda/robot.xml below it; give robosuite's folder")
    spec = importlib.util.find_spec("robosuite")
    if spec is None or not spec.submodule_search_locations:
        raise AssetError(
            "robosuite is not installed and its robot files are needed once: pip install --no-deps robosuite==1.5.2"
        )
    return Path(next(iter(spec.submodule_search_locations))) / "models" / "assets"


def _load(path: Path, scale: float = 1.0) -> trimesh.Trimesh:
    if not path.is_file():
        raise AssetError(f"robot mesh missing: {path}; reinstall robosuite==1.5.2")
    mesh = trimesh.load(path, force="mesh", process=False)
    assert isinstance(mesh, trimesh.Trimesh)
    mesh = trimesh.Trimesh(mesh.vertices * scale, mesh.faces, process=False)
    return mesh


def _weld_and_decimate(mesh: trimesh.Trimesh, triangles: int) -> trimesh.Trimesh:
    # Weld first: STL has three vertices a triangle, and decimation would pull the shell apart.
    mesh = trimesh.Trimesh(np.round(mesh.vertices, 6), mesh.faces, process=True, validate=True)
    mesh.merge_vertices()
    if len(mesh.faces) > triangles:
        mesh = mesh.simplify_quadric_decimation(face_count=max(triangles, 12), aggression=4)
    return mesh


def _write_obj(mesh: trimesh.Trimesh, path: Path) -> None:
    with path.open("w") as f:
        for v in mesh.vertices:
            f.write(f"v {v[0]:.5f} {v[1]:.5f} {v[2]:.5f}\n")
        for a, b, c in mesh.faces + 1:
            f.write(f"f {a} {b} {c}\n")


class _Visuals:
    """Collects the drawn meshes of one model and writes them merged per body and colour."""

    def __init__(self, folder: Path, colours: dict[str, str]):
        self.folder = folder
        self.colours = colours
        self.groups: dict[tuple[str, str], list[trimesh.Trimesh]] = {}

    def add(self, body: str, rgba: str, mesh: trimesh.Trimesh, geom: ET.Element) -> None:
        p = np.array([float(x) for x in geom.get("pos", "0 0 0").split()])
        q = np.array([float(x) for x in geom.get("quat", "1 0 0 0").split()])
        T = trimesh.transformations.quaternion_matrix(q / np.linalg.norm(q))
        T[:3, 3] = p
        mesh = mesh.copy()
        mesh.apply_transform(T)
        self.groups.setdefault((body, rgba), []).append(mesh)

    def write(self, asset: ET.Element, bodies: dict[str, ET.Element], budget: int, prefix: str) -> int:
        merged: dict[tuple[str, str], Any] = {k: trimesh.util.concatenate(v) for k, v in self.groups.items()}
        area = {k: float(m.area) for k, m in merged.items()}
        total = sum(area.values())
        drawn = 0
        for n, (key, mesh) in enumerate(merged.items()):
            body, rgba = key
            mesh = _weld_and_decimate(mesh, int(budget * area[key] / total) + 40)
            drawn += len(mesh.faces)
            name = f"{prefix}_vis_{n}"
            _write_obj(mesh, self.folder / f"{name}.obj")
            ET.SubElement(asset, "mesh", name=name, file=f"{name}.obj")
            ET.SubElement(
                bodies[body],
                "geom",
                name=name,
                type="mesh",
                mesh=name,
                rgba=rgba,
                group="2",
                contype="0",
                conaffinity="0",
                mass="0",
                material="robot_shell",
            )
        return drawn


def _convert(
    source_xml: Path, folder: Path, asset: ET.Element, prefix: str, budget: int, visual_scale: dict[str, float]
) -> tuple[ET.Element, int]:
    """One MJCF file -> its first body, cleaned: sites, cameras and actuators gone, meshes rewritten."""
    root = ET.parse(source_xml).getroot()
    files: dict[str, tuple[Path, float]] = {}
    for m in root.iter("mesh"):
        if "file" in m.attrib:
            scale = float(m.get("scale", "1 1 1").split()[0])
            path = source_xml.parent / m.attrib["file"]
            # robosuite's Robotiq names its base twice, the second time with a file that its wheel lacks.
            if m.get("name", "") not in files or path.is_file():
                files[m.get("name", "")] = (path, scale)
    rgba = {m.get("name", ""): m.get("rgba", "0.8 0.8 0.8 1") for m in root.iter("material")}
    body = root.find("worldbody/body")
    assert body is not None
    visuals = _Visuals(folder, rgba)
    bodies = {b.get("name", ""): b for b in body.iter("body")}
    written: set[str] = set()
    for name, b in bodies.items():
        for el in list(b):
            if el.tag in ("site", "camera"):
                b.remove(el)
            elif el.tag == "geom":
                visual = el.get("contype") == "0" and el.get("conaffinity") == "0"
                if visual and el.get("type") == "mesh":
                    path, scale = files[el.attrib["mesh"]]
                    colour = rgba.get(el.get("material", ""), el.get("rgba", "0.8 0.8 0.8 1"))
                    visuals.add(name, colour, _load(path, scale), el)
                if visual:
                    if el.get("type") == "box":
                        size = np.array([float(x) for x in el.attrib["size"].split()])
                        visuals.add(name, el.get("rgba", "0.9 0.9 0.9 1"), trimesh.creation.box(2 * size), el)
                    b.remove(el)
                    continue
                el.set("group", "3")
                el.set("contype", "1")
                el.set("conaffinity", "2")
                if el.get("type") == "mesh":
                    mesh_name = f"{prefix}_{el.attrib['mesh']}"
                    if mesh_name not in written:
                        path, scale = files[el.attrib["mesh"]]
                        _write_obj(_load(path, scale).convex_hull, folder / f"{mesh_name}.obj")
                        ET.SubElement(asset, "mesh", name=mesh_name, file=f"{mesh_name}.obj", maxhullvert="48")
                        written.add(mesh_name)
                    el.set("mesh", mesh_name)
    drawn = visuals.write(asset, bodies, budget, prefix)
    return body, drawn


def _servo(actuator: ET.Element, joint: ET.Element, i: int) -> None:
    """Position servo whose set-point is the integral of ctrl (rad/s), plus velocity feed-forward."""
    kp, kd = JOINT_INERTIA[i] * SERVO_FREQUENCY**2, 2 * JOINT_INERTIA[i] * SERVO_FREQUENCY
    name = joint.attrib["name"]
    joint.set("armature", f"{ARMATURE}")
    joint.set("actuatorfrcrange", f"{-TORQUE_MAX[i]} {TORQUE_MAX[i]}")
    ET.SubElement(
        actuator,
        "general",
        name=f"servo_{name}",
        joint=name,
        dyntype="integrator",
        gaintype="fixed",
        gainprm=f"{kp:.6g}",
        biastype="affine",
        biasprm=f"0 {-kp:.6g} {-kd:.6g}",
    )
    ET.SubElement(actuator, "general", name=f"feed_{name}", joint=name, gaintype="fixed", gainprm=f"{kd:.6g}")


def build(gripper: str, source: Path, target: Path) -> dict[str, object]:
    """Write one arm-gripper folder (atomically: a temporary folder renamed into place)."""
    spec = GRIPPERS[gripper]
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".robot-", dir=target.parent))
    folder.chmod(0o755)
    try:
        info = _write(spec.source_file, gripper, source, folder)
        if _same_files(folder, target):  # what another process may be reading stays where it is
            shutil.rmtree(folder)
            return info
        old = Path(tempfile.mkdtemp(prefix=".robot-", dir=target.parent))
        if target.exists():
            target.rename(old / target.name)
        folder.rename(target)
        shutil.rmtree(old)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return info


def _same_files(a: Path, b: Path) -> bool:
    """Whether two folders hold the same files with the same bytes."""

    def content(folder: Path) -> dict[str, bytes]:
        return {p.name: p.read_bytes() for p in folder.iterdir()} if folder.is_dir() else {}

    return content(a) == content(b)


def _write(gripper_file: str, gripper: str, source: Path, folder: Path) -> dict[str, object]:
    root = ET.Element("mujoco", model=f"panda_{gripper}")
    ET.SubElement(root, "compiler", angle="radian", autolimits="true")
    asset = ET.SubElement(root, "asset")
    ET.SubElement(asset, "material", name="robot_shell", specular="0.35", shininess="0.5", rgba="1 1 1 1")
    arm, n_arm = _convert(source / "robots/panda/robot.xml", folder, asset, "arm", TRIANGLES_ARM, {})
    hand, n_hand = _convert(source / "grippers" / gripper_file, folder, asset, "hand", TRIANGLES_GRIPPER, {})
    mount = next(b for b in arm.iter("body") if b.get("name") == "right_hand")
    mount.append(hand)
    for b in arm.iter("body"):
        b.set("gravcomp", "1")
    ET.SubElement(root, "worldbody").append(arm)
    actuator = ET.SubElement(root, "actuator")
    joints = [j for j in arm.iter("joint") if j.get("name", "").startswith("joint")]
    for i, joint in enumerate(joints):
        _servo(actuator, joint, i)
    GRIPPERS[gripper].finish(root, arm, actuator)
    ET.indent(root)
    ET.ElementTree(root).write(folder / "robot.xml")
    info: dict[str, object] = {
        "format": CACHE_FORMAT,
        "name": "panda",
        "gripper": gripper,
        "joints": [j.attrib["name"] for j in joints],
        "q_home": Q_HOME,
        "q_min": [float(j.attrib["range"].split()[0]) for j in joints],
        "q_max": [float(j.attrib["range"].split()[1]) for j in joints],
        "dq_max": DQ_MAX,
        "ddq_max": DDQ_MAX,
        "triangles": n_arm + n_hand,
        "source": "robosuite 1.5.2 (MIT licence), Panda and gripper MJCF; meshes welded and decimated",
    }
    (folder / "robot.json").write_text(json.dumps(info, indent=1))
    return info


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=Path, default=None, help="robosuite's folder (default: the installed package)")
    parser.add_argument("--cache", type=Path, default=None, help="where to write (default: the user's cache folder)")
    args = parser.parse_args()
    try:
        source = find_source(args.source)
        for gripper in GRIPPERS:
            target = robot_cache_dir(gripper, args.cache)
            info = build(gripper, source, target)
            size = sum(f.stat().st_size for f in target.iterdir()) / 1e6
            print(f"{target}: {info['triangles']} drawn triangles, {size:.1f} MB")
    except AssetError as e:
        print(f"error: {e}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
