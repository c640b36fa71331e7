"""Frozen records that travel between stages; numpy only.

    TaskSpec -> SceneGraph -> Layout -> Grasp -> Trajectory -> StateLog -> Verdict -> Labels -> Episode

Lengths are metres, angles radians, masses kilograms, times seconds unless a suffix says otherwise.
A pose stored as an array is (7,): x y z qw qx qy qz.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.table import TableSpec

F64 = NDArray[np.float64]
F32 = NDArray[np.float32]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]

PHASES = ("approach", "grasp", "lift", "transport", "lower", "release", "retreat")
"""Phase labels in order; the column `phase` stores the index."""

RELATIONS = ("on", "in", "under", "near", "left_of", "right_of", "in_front_of", "behind", "between")
FRAMES = ("camera", "base", "world")


# --- assets -------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Material:
    """Surface look. `texture` is an sRGB image (H, W, 3) or None; it multiplies `rgba`."""

    name: str
    rgba: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    texture: U8 | None = None
    specular: float = 0.2
    shininess: float = 0.3
    reflectance: float = 0.0


@dataclass(frozen=True, eq=False)
class VisualMesh:
    """One drawn mesh: vertices (V, 3) in O, faces (F, 3), texture coordinates (V, 2), v up."""

    vertices: F32
    faces: I32
    uv: F32 | None
    material: Material


@dataclass(frozen=True, eq=False)
class CollisionPart:
    """One convex part of an object, posed in the object frame O.

    kind: "box" (size = half extents), "sphere" (radius,), "capsule" and "cylinder" (radius, half
    length along its z), "ellipsoid" (radii), or "mesh" (vertices (N, 3) in the part's frame, convex).
    """

    kind: str
    size: tuple[float, ...]
    p: tuple[float, float, float] = (0.0, 0.0, 0.0)
    q_wxyz: tuple[float, float, float, float] = (1.0, 0.0, 0.0, 0.0)
    vertices: F64 | None = None


@dataclass(frozen=True, eq=False)
class StablePose:
    """A resting orientation on a horizontal plane: `q_wxyz` is R_WO up to yaw; `height` is the z of
    O's origin above the plane; `probability` sums to at most 1; `upright` marks the way people
    would put it down (a bottle standing)."""

    q_wxyz: F64
    height: float
    probability: float
    upright: bool


@dataclass(frozen=True, eq=False)
class ContainerInfo:
    """Where things can be put, for objects that can hold others.

    The inner support is a disc (radius) or rectangle (half_extents) in the plane z = floor_z of O
    (container upright); the rim is at rim_z (= floor_z for flat ones). `kind` is "on" for plates and
    trays, "in" for bowls, baskets and boxes.
    """

    kind: str
    floor_z: float
    rim_z: float
    radius: float | None = None
    half_extents: tuple[float, float] | None = None
    centre_xy: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, eq=False)
class ObjectAsset:
    """One rigid object.

    Frame O: origin at the volume centroid of the collision parts (= centre of mass at uniform
    density), z up in the upright pose.
    """

    asset_id: str  # "carton/17"
    family: str
    seed: int
    name: str  # "milk carton": the common noun used in instructions
    category: str  # "packaging", "fruit", ...: coarse
    attributes: dict[str, str]  # colour, material, shape, size (single words)
    visual: tuple[VisualMesh, ...]
    collision: tuple[CollisionPart, ...]
    mass: float
    inertia: F64  # (3, 3) about O's origin, in O
    friction: float  # sliding coefficient
    extents: F64  # (3,) full size of the axis-aligned box in O
    bounds: F64  # (2, 3) min and max corner in O
    stable_poses: tuple[StablePose, ...]
    graspable: bool
    container: ContainerInfo | None
    content_hash: str

    def vertices(self) -> F64:
        """All visual vertices (V, 3) in O."""
        return np.concatenate([m.vertices for m in self.visual]).astype(np.float64)


def content_hash(*parts: Any) -> str:
    """SHA-256 (first 32 hex digits) of arrays, strings, numbers and nested tuples, dtype and shape included."""
    h = hashlib.sha256()

    def feed(x: Any) -> None:
        if isinstance(x, np.ndarray):
            a = np.ascontiguousarray(x)
            h.update(f"a{a.dtype.str}{a.shape}".encode())
            h.update(a.tobytes())
        elif isinstance(x, (list, tuple)):
            h.update(f"l{len(x)}".encode())
            for y in x:
                feed(y)
        elif isinstance(x, dict):
            feed(sorted(x.items()))
        # numpy's scalars are numbers like any other, and print differently from one version to the next.
        elif isinstance(x, (bool, np.bool_)):
            h.update(f"b{bool(x)}".encode())
        elif isinstance(x, (float, np.floating)):
            h.update(f"f{float(x)!r}".encode())
        elif isinstance(x, (int, np.integer)):
            h.update(f"i{int(x)}".encode())
        else:
            h.update(f"{type(x).__name__}:{x}".encode())

    feed(parts)
    return h.hexdigest()[:32]


class AssetLibrary(Protocol):
    """What the engine asks of a library of objects."""

    def get(self, asset_id: str) -> ObjectAsset:
        """The object; raises AssetError with the nearest name when it does not exist."""
        ...

    def ids(self) -> tuple[str, ...]:
        """Every asset id, sorted."""
        ...


# --- tasks --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Region:
    """A rectangle on the table in the robot base frame: x and y ranges in metres."""

    x: tuple[float, float]
    y: tuple[float, float]


@dataclass(frozen=True)
class Role:
    """Which objects play a part: by instance, or by category and attributes (all must match)."""

    name: str  # "target", "container", "distractor", ...
    instance: str | None = None  # asset id
    category: str | None = None  # family or coarse category
    attributes: tuple[tuple[str, str], ...] = ()
    count: int = 1


@dataclass(frozen=True)
class Relation:
    """`kind(subject, *objects)` in `frame`; e.g. Relation("on", "target", ("container",))."""

    kind: str
    subject: str
    objects: tuple[str, ...]
    frame: str = "camera"


@dataclass(frozen=True)
class TaskSpec:
    """One task as data. Roles name objects; goal relations are what the validator checks."""

    task_id: str
    roles: tuple[Role, ...]
    goal: tuple[Relation, ...]
    initial: tuple[Relation, ...] = ()
    instructions: tuple[str, ...] = ("Move the {target} to the top of the {container}",)
    regions: tuple[tuple[str, Region], ...] = ()
    metadata: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Scene:
    """A task with its objects chosen: the same for every episode of the task.

    names: instance names in scene order, unique ("target", "container", "distractor_0", ...; a role
    with count > 1 gets suffixes). assets: the objects, same order.
    """

    task: TaskSpec
    names: tuple[str, ...]
    assets: tuple[ObjectAsset, ...]

    def index(self, name: str) -> int:
        return self.names.index(name)

    def asset(self, name: str) -> ObjectAsset:
        return self.assets[self.index(name)]


# --- layout and physics -------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class PhysicsParams:
    """What is randomised in physics before planning; per-object arrays follow the scene order."""

    table_height: float = 0.0  # z of the table surface in W
    friction: F64 = field(default_factory=lambda: np.ones(0))  # (n,) sliding coefficient
    mass_scale: F64 = field(default_factory=lambda: np.ones(0))  # (n,)
    joint_damping_scale: float = 1.0
    q_start: F64 = field(default_factory=lambda: np.zeros(7))  # (7,) arm joints at the start
    table: TableSpec | None = None  # None: the default one


@dataclass(frozen=True, eq=False)
class Layout:
    """Where everything is at the start: settled, checked poses X_WO as (n, 7), scene order."""

    poses: F64
    physics: PhysicsParams
    stable_pose_index: tuple[int, ...]
    draws: int  # layouts sampled until this one was found


@dataclass(frozen=True, eq=False)
class WorldState:
    """What a relation's predicate sees: poses and, once there is physics, contacts.

    poses (n, 7) X_WO in scene order. contacts: unordered pairs of indices i < j between objects, with
    TABLE and ROBOT standing for table and robot; None before physics (then predicates fall back on
    geometry alone and say so in their result). X_WC (7,): the third-person camera, for relations in
    the camera frame. speeds (n,) m/s or None.
    """

    names: tuple[str, ...]
    assets: tuple[ObjectAsset, ...]
    poses: F64
    table_height: float
    X_WC: F64
    contacts: frozenset[tuple[int, int]] | None = None
    speeds: F64 | None = None

    def index(self, name: str) -> int:
        return self.names.index(name)


TABLE = -1
ROBOT = -2


# --- grasp and plan -----------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Grasp:
    """A parallel-jaw grasp in the object frame.

    X_OG (7,): pose of the gripper frame G in O. G's origin is midway between the fingertip pads, z
    is the approach direction (out of the palm), y the closing axis. `width`: finger opening at contact.
    """

    index: int
    X_OG: F64
    width: float
    score: float


@dataclass(frozen=True, eq=False)
class Trajectory:
    """A plan at the control rate: T actions.

    targets (T + 1, 7): commanded joint targets, row 0 is the start; actions (T, 8) float32: joint
    delta and gripper command (0 open, 1 closed); phase (T,) index into PHASES.
    """

    q_start: F64
    actions: F32
    targets: F64
    phase: I32
    grasp: Grasp
    X_WG_grasp: F64
    X_WG_place: F64
    place_point: F64  # (3,) in W where the object's centre is meant to come down
    min_clearance: float
    info: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class StateLog:
    """What physics did. T actions give T + 1 states; row t is the state seen before action t.

    qpos (T + 1, nq), qvel (T + 1, nv) float64, targets (T + 1, 7) commanded joint targets, actions
    (T, 8) float32, phase (T,), grasped (T + 1, n) bool: both finger pads touch object i.
    """

    qpos: F64
    qvel: F64
    targets: F64
    actions: F32
    phase: I32
    grasped: NDArray[np.bool_]


@dataclass(frozen=True)
class Verdict:
    """The validator's answer. `margins`: signed, positive is good, e.g. inside_rim_m, upright_rad."""

    success: bool
    reason: str  # "" on success, else one of the validator's reasons
    margins: dict[str, float]


@dataclass(frozen=True)
class Failure:
    """An expected failure of a stage, counted in the ledger."""

    stage: str  # layout, grasp, plan, execute, validate, render, ...
    reason: str  # short fixed phrase, e.g. "no reachable grasp"
    object: str = ""  # asset id
    grasp: int = -1
    detail: str = ""


# --- rendering ----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class CameraSpec:
    """A calibrated camera. Fixed: X_WC. On the hand: parent="hand" and X_PC is relative to G.

    K (3, 3) in pixels with integer pixel centres; distortion (k1 k2 p1 p2 k3), OpenCV's model.
    """

    name: str
    width: int
    height: int
    K: F64
    X_PC: F64  # (7,) pose of C in its parent
    parent: str = "world"  # "world" or "hand"
    distortion: F64 = field(default_factory=lambda: np.zeros(5))


@dataclass(frozen=True, eq=False)
class Buffers:
    """One rendered view: rgb (H, W, 3) uint8; instance (H, W) uint8 (0 background, 1 robot, 2 table,
    3 + i for object i); depth (H, W) float32 metres along the optical axis, or None."""

    rgb: U8
    instance: U8 | None = None
    depth: F32 | None = None


@dataclass(frozen=True, eq=False)
class Appearance:
    """One draw of the renderer's randomisation: everything that looks but does not act.

    `values` is JSON-able and enough to draw the same pictures again; cameras are the actual ones.
    """

    seed: int
    cameras: tuple[CameraSpec, ...]
    values: dict[str, Any]
