"""The one table of per-frame columns: name, type, shape, unit, frame and meaning.

The exporter, the linter and docs/columns.md (`columns_markdown`) read it; `engine.label.columns` fills it.
Names hold "{camera}" and "{role}" where there is one column per camera, or per camera and role; roles
are "target" and "container". Sizes: n objects, nq and nv of the MuJoCo model.
"""

# ruff: noqa: E501 - a table reads better in long rows
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.errors import DatasetError, unknown_name
from engine.label.directions import DIRECTIONS
from engine.types import PHASES

ROLES = ("target", "container")

_POSE = ("x", "y", "z", "qw", "qx", "qy", "qz")
_JOINTS = tuple(f"joint_{i}" for i in range(1, 8))
_BOX = ("x0", "y0", "x1", "y1")
_PIXEL = "px"


@dataclass(frozen=True)
class ColumnSpec:
    """One column. shape: inner axes as numbers or "n", "nq", "nv" (() = scalar).

    kind: "state" (what physics did), "command" (what was asked for), "camera", "label". source: how an
    independent reader recomputes it; "" for what is given (the state itself) and checked by replay.
    rendered: only there when pictures were drawn. free: no rule binds it (nothing is, today).
    """

    name: str
    dtype: str
    shape: tuple[int | str, ...]
    unit: str
    frame: str
    doc: str
    kind: str
    source: str = ""
    names: tuple[str, ...] | None = None
    rendered: bool = False
    free: bool = False

    def inner_shape(self, n: int, nq: int, nv: int) -> tuple[int, ...]:
        """The shape of one frame's value."""
        sizes = {"n": n, "nq": nq, "nv": nv}
        return tuple(sizes[s] if isinstance(s, str) else s for s in self.shape)


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(f"{i} {w}" for i, w in enumerate(words))


_C = "camera.{camera}."
_L = "label.{camera}."
_R = "label.{camera}.{role}."

_TABLE = (
    ColumnSpec("observation.state", "float32", (8,), "rad, m", "joints",
               "arm joints and finger opening before the action", "state", "sim.qpos", (*_JOINTS, "gripper_width")),
    ColumnSpec("observation.gripper_width", "float32", (), "m", "", "opening between the finger pads", "state", "sim.qpos"),
    ColumnSpec("observation.ee_pose", "float32", (7,), "m, quaternion wxyz", "world (= robot base)",
               "gripper frame G: midway between the fingertips, z out of the palm, y the closing axis", "state",
               "forward kinematics of sim.qpos", _POSE),
    ColumnSpec("action", "float32", (8,), "rad, command", "joints",
               "commanded joint target after the step minus the one before it; gripper 0 open, 1 closed", "command", "",
               (*_JOINTS, "gripper")),
    ColumnSpec("action.joint_target", "float64", (7,), "rad", "joints", "commanded joint target after the step",
               "command", "sim.target + action", _JOINTS),
    ColumnSpec("action.ee_delta", "float32", (7,), "m, rad, command", "world (= robot base)",
               "motion of G between the two commanded targets: translation, rotation vector (R_after = exp(r) R_before); "
               "gripper 0 open, 1 closed", "command", "forward kinematics of sim.target and action.joint_target",
               ("dx", "dy", "dz", "rx", "ry", "rz", "gripper")),
    ColumnSpec("phase", "int64", (), "index", "", f"what the robot is doing: {_list(PHASES)}", "command",
               "phases of the plan in the metadata"),
    ColumnSpec("objects.pose", "float64", ("n", 7), "m, quaternion wxyz", "world (= robot base)",
               "pose of each object's frame O (origin: centre of its collision volume), scene order", "state", "sim.qpos",
               _POSE),
    ColumnSpec("objects.grasped", "bool", ("n",), "", "", "both finger pads touch the object", "state",
               "contacts of the last physics step (replay)"),
    ColumnSpec("sim.qpos", "float64", ("nq",), "MuJoCo", "", "positions: arm, fingers, then 7 for each object", "state"),
    ColumnSpec("sim.qvel", "float64", ("nv",), "MuJoCo", "", "velocities: arm, fingers, then 6 for each object", "state"),
    ColumnSpec("sim.target", "float64", (7,), "rad", "joints", "commanded joint target before the step", "command",
               "sim.target of the frame before + its action", _JOINTS),
    ColumnSpec(_C + "intrinsics", "float64", (9,), "px", "camera", "K by rows: fx 0 cx, 0 fy cy, 0 0 1", "camera",
               "appearance in the episode's metadata", ("fx", "k01", "cx", "k10", "fy", "cy", "k20", "k21", "k22"), True),
    ColumnSpec(_C + "extrinsics", "float64", (7,), "m, quaternion wxyz", "world (= robot base)",
               "X_WC: pose of the camera (x right, y down, z forward)", "camera",
               "appearance, and for a camera on the hand forward kinematics", _POSE, True),
    ColumnSpec(_R + "box_visible", "float32", (4,), _PIXEL, "image",
               "box of the visible pixels, along pixel edges; -1 where none is visible", "label", "instance mask", _BOX, True),
    ColumnSpec(_R + "box_full", "float32", (4,), _PIXEL, "image",
               "box of the whole object, hidden parts included, clipped to the image; -1 outside the image", "label",
               "mesh vertices, objects.pose and the camera", _BOX, True),
    ColumnSpec(_R + "visible_fraction", "float32", (), "", "image",
               "visible pixels / pixels of the object drawn alone (both inside the image); 0 outside the image", "label",
               "instance masks", None, True),
    ColumnSpec(_R + "centre", "float32", (2,), _PIXEL, "image",
               "projection of the object's centre (origin of O); -1 behind the camera", "label", "objects.pose and the camera",
               ("x", "y"), True),
    ColumnSpec(_L + "grasp_point", "float32", (2,), _PIXEL, "image",
               "point of the target midway between the fingertips at the grasp, fixed to the target; -1 behind the camera",
               "label", "grasp in the metadata, objects.pose and the camera", ("x", "y"), True),
    ColumnSpec(_L + "grasp_point_visible", "bool", (), "", "image",
               "the point is in the image and nothing but the target itself is in front of it", "label", "ray through the scene",
               None, True),
    ColumnSpec(_L + "place_point", "float32", (2,), _PIXEL, "image",
               "point of the container's inner surface above which the target is put down, fixed to the container; -1 behind "
               "the camera", "label", "plan in the metadata, objects.pose and the camera", ("x", "y"), True),
    ColumnSpec(_L + "place_point_visible", "bool", (), "", "image",
               "the point is in the image and nothing is in front of it", "label", "ray through the scene", None, True),
    ColumnSpec(_L + "ee_point", "float32", (2,), _PIXEL, "image",
               "projection of G, midway between the fingertips: the 2D trace of the end effector; -1 behind the camera",
               "label", "observation.ee_pose and the camera", ("x", "y"), True),
    ColumnSpec(_L + "ee_point_visible", "bool", (), "", "image",
               "the point is in the image and nothing but the hand and what it holds is in front of it", "label",
               "ray through the scene", None, True),
    ColumnSpec("inspire.{role}.offset", "float32", (3,), "m", "viewpoint: front, right, up of the third-person camera, levelled",
               "object centre minus fingertip midpoint", "label", "objects.pose, observation.ee_pose and the camera",
               ("front", "right", "up"), True),
    ColumnSpec("inspire.{role}.direction", "int64", (), "index", "viewpoint", f"InSpire's answer: {_list(DIRECTIONS)}",
               "label", "inspire.*.offset and inspire.*.grasped", None, True),
    ColumnSpec("inspire.{role}.grasped", "bool", (), "", "", "both finger pads touch the object", "label", "objects.grasped",
               None, True),
)  # fmt: skip


class ColumnTable(Mapping[str, ColumnSpec]):
    """The table by name. A concrete name finds its template: "label.wrist.ee_point" gives the spec of
    "label.{camera}.ee_point". Iteration goes over the templates."""

    def __init__(self, specs: tuple[ColumnSpec, ...]):
        self.specs = {s.name: s for s in specs}
        self._patterns = [(re.compile(_pattern(s.name)), s) for s in specs]

    def __getitem__(self, name: str) -> ColumnSpec:
        if name in self.specs:
            return self.specs[name]
        for pattern, spec in self._patterns:
            if pattern.fullmatch(name):
                return spec
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.specs)

    def __len__(self) -> int:
        return len(self.specs)

    def expand(self, cameras: tuple[str, ...], *, rendered: bool = True) -> dict[str, ColumnSpec]:
        """Concrete names with their specs, in the table's order."""
        out: dict[str, ColumnSpec] = {}
        for spec in self.specs.values():
            if spec.rendered and not rendered:
                continue
            for camera in cameras if "{camera}" in spec.name else ("",):
                for role in ROLES if "{role}" in spec.name else ("",):
                    out[spec.name.format(camera=camera, role=role)] = spec
        return out


def _pattern(name: str) -> str:
    text = re.escape(name)
    text = text.replace(re.escape("{camera}"), "[a-z0-9_]+")
    return text.replace(re.escape("{role}"), f"(?:{'|'.join(ROLES)})")


COLUMNS = ColumnTable(_TABLE)


def describe(name: str) -> ColumnSpec:
    """The spec of a concrete column. Raises DatasetError for a name that is not in the table."""
    try:
        return COLUMNS[name]
    except KeyError:
        raise DatasetError(unknown_name("column", name, COLUMNS)) from None


def columns_markdown() -> str:
    """The table of docs/columns.md."""
    lines = [
        "| column | dtype | shape | unit | frame | meaning | recomputed from |",
        "|---|---|---|---|---|---|---|",
    ]
    for s in COLUMNS.values():
        shape = " x ".join(str(x) for x in s.shape) or "1"
        unit = s.unit or "-"
        cells = (f"`{s.name}`", s.dtype, shape, unit, s.frame or "-", s.doc, s.source or "given")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def columns_page() -> str:
    """docs/columns.md: `python -m engine.label.table > docs/columns.md`."""
    return f"""# Columns

One row per frame; frame t holds the state before action t, the picture of that state, and the action.
Pixels: x right, y down, (0, 0) is the centre of the top-left pixel; boxes are x0 y0 x1 y1 along pixel
edges, so the box of the single pixel (3, 5) is 2.5 4.5 3.5 5.5. The world frame W is the robot's base: x
forward, y to its left, z up. Cameras look along z with x right and y down. n objects; nq and nv are the
sizes of MuJoCo's state. `{{camera}}` is a camera's name, `{{role}}` is target or container. Columns below
`camera.`, `label.` and `inspire.` are there only where pictures were drawn.

Besides these: the columns of LeRobot (timestamp, frame_index, episode_index, index, task_index), one
video per camera, and on request depth (uint16, millimetres along the optical axis) and instance images
(0 background, 1 robot, 2 table, 3 + i object i).

{columns_markdown()}"""


if __name__ == "__main__":
    print(columns_page(), end="")
