"""Robots as data: the arm-gripper cache that `assets/robots.py` writes, read back as one record."""

from __future__ import annotations

import json
import os
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.errors import AssetError, unknown_name
from engine.types import F64, content_hash

CACHE_FORMAT = 1

Box = tuple[tuple[float, float, float], tuple[float, float, float]]


@dataclass(frozen=True, eq=False)
class GripperGeometry:
    """What grasp sampling needs of a parallel-jaw gripper, in the gripper frame G.

    G's origin is midway between the pads, z the approach direction, y the closing axis. Boxes are
    (centre, half extents). `finger_boxes` are of the +y finger at opening 0: at opening w they shift by
    +w/2 along y, and the -y finger is their mirror image. `pad_half`: half width (x) and half length
    (z) of the flat contact pad.
    """

    name: str
    max_width: float
    pad_half: tuple[float, float]
    finger_boxes: tuple[Box, ...]
    palm_boxes: tuple[Box, ...]


@dataclass(frozen=True, eq=False)
class GripperSpec:
    """How one gripper is built into the cache and driven."""

    source_file: str  # below robosuite's grippers/
    geometry: GripperGeometry
    p_HG: tuple[float, float, float]  # G in the hand body (axes equal)
    R_HG: tuple[float, ...]  # row-major
    pads: tuple[tuple[str, ...], tuple[str, ...]]  # collision geoms of the +y and the -y finger
    finger_joints: tuple[str, ...]  # every gripper joint, in qpos order
    ctrl_open: tuple[float, ...]
    ctrl_closed: tuple[float, ...]
    positions: Callable[[float], F64]  # opening (m) -> gripper joints
    opening: Callable[[F64], F64]  # gripper joints (..., k) -> opening (m)
    finish: Callable[[ET.Element, ET.Element, ET.Element], None]  # edits the MJCF (root, arm, actuator)


def _finish_panda(root: ET.Element, arm: ET.Element, actuator: ET.Element) -> None:
    for joint in arm.iter("joint"):
        if joint.get("name", "").startswith("finger_joint"):
            # Damping sets the closing speed: 30 N / 250 Ns/m = 0.12 m/s a finger, so that closing does not
            # kick the object; robosuite's armature of 1 kg would carry ten times the momentum.
            joint.attrib.update(armature="0.1", damping="250", frictionloss="0.1")
            # The drive pushes on into the stops; soft ones would let the fingers out too far and through each other.
            joint.attrib.update(solreflimit="0.004 1", solimplimit="0.99 0.999 0.0001")
    for geom in arm.iter("geom"):
        name = geom.get("name", "")
        if name.endswith("_pad_collision"):
            # Cover the finger's whole flat face (z 0.036-0.054 of the finger), half a millimetre proud of it.
            side = 1 if name.startswith("finger1") else -1
            geom.attrib.update(
                size="0.0087 0.003 0.0087", pos=f"0 {side * (0.0025 - 0.0085):.4f} -0.0110", quat="1 0 0 0"
            )
            geom.attrib.update(friction="1.5 0.02 0.0005", condim="4", solref="0.008 1", solimp="0.95 0.99 0.001")
        elif name in ("finger1_collision", "finger2_collision"):
            geom.attrib.update(friction="1 0.005 0.0001", condim="3")
    eq = ET.SubElement(root, "equality")
    ET.SubElement(eq, "joint", joint1="finger_joint1", joint2="finger_joint2", polycoef="0 -1 0 0 0", solref="0.005 1")
    for joint, sign in (("finger_joint1", 1.0), ("finger_joint2", -1.0)):
        lo, hi = sorted((sign * -0.05, sign * 0.05))
        ET.SubElement(
            actuator,
            "position",
            name=f"grip_{joint}",
            joint=joint,
            kp="1500",
            ctrllimited="true",
            ctrlrange=f"{lo} {hi}",
            forcelimited="true",
            forcerange="-30 30",
        )


# Robotiq 2F-85 linkage (metres): pivot half distance, link from outer pivot to inner finger, pad face offset.
_RQ_PIVOT, _RQ_Y, _RQ_Z, _RQ_FACE = 0.0306011, 0.0376, 0.043, 0.0255203
_RQ_RADIUS, _RQ_PHASE = float(np.hypot(_RQ_Y, _RQ_Z)), float(np.arctan2(_RQ_Z, _RQ_Y))


def _robotiq_positions(opening: float) -> F64:
    x = (opening / 2 + _RQ_FACE - _RQ_PIVOT) / _RQ_RADIUS
    q = float(np.clip(np.arccos(np.clip(x, -1, 1)) - _RQ_PHASE, 0.0, 0.8))
    return np.array([q, -q, q, q, -q, q])


def _robotiq_opening(fingers: F64) -> F64:
    q = fingers[..., 0]
    return 2 * (_RQ_PIVOT + _RQ_Y * np.cos(q) - _RQ_Z * np.sin(q) - _RQ_FACE)


def _finish_robotiq(root: ET.Element, arm: ET.Element, actuator: ET.Element) -> None:
    """The five passive joints follow the driven one exactly (parallel jaws), as the real linkage makes them."""
    eq = ET.SubElement(root, "equality")
    followers = {
        "left_inner_finger_joint": -1, "left_inner_knuckle_joint": 1, "right_outer_knuckle_joint": 1,
        "right_inner_finger_joint": -1, "right_inner_knuckle_joint": 1,
    }  # fmt: skip
    for joint in arm.iter("joint"):
        name = joint.get("name", "")
        if name == "finger_joint" or name in followers:
            joint.attrib.update(armature="0.004", damping="2.0" if name == "finger_joint" else "0.02", limited="false")
            joint.attrib.pop("range", None)
    for name, sign in followers.items():
        ET.SubElement(eq, "joint", joint1=name, joint2="finger_joint", polycoef=f"0 {sign} 0 0 0", solref="0.005 1")
    for geom in arm.iter("geom"):
        name = geom.get("name", "")
        if name.endswith("_fingerpad_collision"):
            geom.attrib.update(friction="1.5 0.02 0.0005", condim="4", solref="0.008 1", solimp="0.95 0.99 0.001")
        elif name.endswith("_inner_knuckle_collision"):
            # The inner knuckles run inside the linkage; their hulls would only fill the space between the fingers.
            geom.attrib.update(contype="0", conaffinity="0")
    ET.SubElement(
        actuator, "position", name="grip_finger_joint", joint="finger_joint", kp="150",
        ctrllimited="true", ctrlrange="0 0.9", forcelimited="true", forcerange="-5 5",
    )  # fmt: skip


_ROBOTIQ_GEOMETRY = GripperGeometry(
    name="robotiq_2f85",
    max_width=0.085,
    pad_half=(0.010, 0.012),
    finger_boxes=(
        ((0.0, 0.0060, -0.0040), (0.0112, 0.0060, 0.0250)),  # fingertip and pad over the stroke
        ((0.0, 0.0290, -0.0500), (0.0140, 0.0290, 0.0260)),  # inner finger and knuckle
    ),
    palm_boxes=(((0.0, 0.0, -0.0950), (0.0380, 0.0430, 0.0470)),),
)

_PANDA_GEOMETRY = GripperGeometry(
    name="panda_hand",
    max_width=0.08,
    pad_half=(0.0087, 0.0087),
    finger_boxes=(
        ((0.0, 0.0070, -0.0002), (0.0088, 0.0074, 0.0089)),  # fingertip behind the pad
        ((0.0, 0.0135, -0.0269), (0.0105, 0.0130, 0.0180)),  # finger body
    ),
    palm_boxes=(((0.0, -0.0018, -0.0650), (0.0316, 0.1022, 0.0340)),),
)

GRIPPERS: dict[str, GripperSpec] = {
    "panda_hand": GripperSpec(
        source_file="panda_gripper.xml",
        geometry=_PANDA_GEOMETRY,
        p_HG=(0.0, 0.0, 0.0974),
        R_HG=(1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0),
        pads=(("finger1_pad_collision",), ("finger2_pad_collision",)),
        finger_joints=("finger_joint1", "finger_joint2"),
        ctrl_open=(0.05, -0.05),
        ctrl_closed=(-0.05, 0.05),
        positions=lambda w: np.array([w / 2, -w / 2]),
        opening=lambda q: q[..., 0] - q[..., 1],
        finish=_finish_panda,
    ),
    "robotiq_2f85": GripperSpec(
        source_file="robotiq_gripper_85.xml",
        geometry=_ROBOTIQ_GEOMETRY,
        p_HG=(0.0, 0.0, 0.139),
        R_HG=(1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0),
        pads=(("right_fingerpad_collision",), ("left_fingerpad_collision",)),
        finger_joints=(
            "finger_joint",
            "left_inner_finger_joint",
            "left_inner_knuckle_joint",
            "right_outer_knuckle_joint",
            "right_inner_finger_joint",
            "right_inner_knuckle_joint",
        ),
        ctrl_open=(0.0,),
        ctrl_closed=(0.82,),
        positions=_robotiq_positions,
        opening=_robotiq_opening,
        finish=_finish_robotiq,
    ),
}


@dataclass(frozen=True, eq=False)
class RobotModel:
    """An arm with its gripper. Joint arrays are (7,), radians and seconds."""

    name: str
    gripper: GripperGeometry
    mjcf_path: Path
    joints: tuple[str, ...]
    finger_joints: tuple[str, ...]
    q_home: F64
    q_min: F64
    q_max: F64
    dq_max: F64
    ddq_max: F64
    hand_body: str
    X_HG: F64  # (7,) gripper frame in the hand body
    pads: tuple[tuple[str, ...], tuple[str, ...]]
    ctrl_open: tuple[float, ...]
    ctrl_closed: tuple[float, ...]
    content_hash: str

    def finger_positions(self, opening: float) -> F64:
        """Positions of the gripper's joints at a finger opening in metres."""
        return GRIPPERS[self.gripper.name].positions(opening)

    def opening(self, fingers: F64) -> F64:
        """Opening in metres (...) from gripper joint positions (..., k)."""
        return GRIPPERS[self.gripper.name].opening(fingers)


def cache_root() -> Path:
    """$GROUNDWORK_CACHE, else the user's cache folder."""
    if os.environ.get("GROUNDWORK_CACHE"):
        return Path(os.environ["GROUNDWORK_CACHE"])
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "groundwork"


def robot_cache_dir(gripper: str, cache: Path | None = None) -> Path:
    return (cache or cache_root()) / "robots" / f"panda_{gripper}"


def load_robot(gripper: str = "panda_hand", cache_dir: Path | None = None) -> RobotModel:
    """The Panda with a gripper from the cache; raises AssetError when the cache was never built."""
    if gripper not in GRIPPERS:
        raise AssetError(unknown_name("gripper", gripper, GRIPPERS))
    folder = robot_cache_dir(gripper, cache_dir)
    if not (folder / "robot.json").is_file():
        raise AssetError(f"no robot at {folder}; build it once with: python -m assets.robots")
    info = json.loads((folder / "robot.json").read_text())
    if info["format"] != CACHE_FORMAT:
        raise AssetError(f"{folder} is of another format; build it again with: python -m assets.robots")
    spec = GRIPPERS[gripper]
    from engine.frames import mat_to_quat

    files = sorted(p for p in folder.iterdir() if p.suffix in (".xml", ".obj"))
    digest = content_hash(*[(p.name, p.read_bytes().hex()) for p in files])
    return RobotModel(
        name=info["name"],
        gripper=spec.geometry,
        mjcf_path=folder / "robot.xml",
        joints=tuple(info["joints"]),
        finger_joints=spec.finger_joints,
        q_home=np.array(info["q_home"]),
        q_min=np.array(info["q_min"]),
        q_max=np.array(info["q_max"]),
        dq_max=np.array(info["dq_max"]),
        ddq_max=np.array(info["ddq_max"]),
        hand_body="right_hand",
        X_HG=np.concatenate([spec.p_HG, mat_to_quat(np.array(spec.R_HG).reshape(3, 3))]),
        pads=spec.pads,
        ctrl_open=spec.ctrl_open,
        ctrl_closed=spec.ctrl_closed,
        content_hash=digest,
    )
