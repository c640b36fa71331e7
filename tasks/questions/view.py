"""One picture and all that is known of what it shows: what makers of questions are given.

Pixels here are those of the picture as drawn, (0, 0) the centre of the top-left pixel. Answers are in the pixels of
`size`, the picture after smart resize, with the origin at its top-left corner: `pixel` and `box` convert.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.frames import Pose
from engine.label.boxes import NO_BOX
from engine.sim.cameras import in_image, project_points
from engine.types import F64, U8, CameraSpec, ObjectAsset, WorldState

OBJECT_ID = 3
"""Instance image: 0 background, 1 robot, 2 table, 3 + i object i."""
LEVEL_MAX_DEG = 75.0
"""A camera that looks down more steeply than this has no left, right, front and behind that people agree on."""
ROLL_MAX_DEG = 15.0


@dataclass(frozen=True)
class Sight:
    """When an object counts as clearly seen: pixels, visible part of what is inside the image, shorter side of its box
    in pixels, and part of it (of its vertices) inside the image at all.

    Between these and 0 pixels it is barely seen: neither asked for nor an anchor, but it counts as a rival.
    """

    pixels: int = 40
    fraction: float = 0.35
    side: float = 5.0
    inside: float = 0.5


@dataclass(frozen=True, eq=False)
class Plan:
    """What the robot does from this frame on, of a recorded episode.

    ee_poses (k, 7): X_WG, row 0 now. fps: rows a second. grasp_uv, place_uv (2,): the labels grasp_point and
    place_point, pixels as drawn. grasp_seen, place_seen: whether nothing is in front of the point. phase: index into
    PHASES.
    finger_width: opening at the grasp, metres. X_WG_grasp (7,): the gripper at the grasp, moved along with the target.
    """

    ee_poses: F64
    fps: float
    phase: int
    grasp_uv: F64 | None = None
    grasp_seen: bool = False
    place_uv: F64 | None = None
    place_seen: bool = False
    X_WG_grasp: F64 | None = None
    finger_width: float = 0.0


@dataclass(frozen=True, eq=False)
class View:
    """One picture. n objects in scene order; W is the robot's base frame.

    state: names, assets, poses (n, 7) now; its X_WC is the third-person camera's, of which InSpire's directions speak.
    camera, X_WC (7,): of this picture. rgb (H, W, 3). mask (H, W): instance ids. boxes (n, 4): of the visible pixels,
    NO_BOX where there are none. pixels (n,): visible ones. fraction (n,): of the object's pixels inside the image.
    size: width and height after smart resize. ee_pose (7,): X_WG. grasped (n,) or None where nobody looked.
    target, container: the task's objects, None where there is no task. references: noun phrases of the instruction by
    object, with the instruction that they belong to. relations: the scene graph's, at the start of the episode.
    """

    state: WorldState
    camera: CameraSpec
    X_WC: F64
    rgb: U8
    mask: U8
    boxes: F64
    pixels: NDArray[np.int64]
    fraction: F64
    size: tuple[int, int]
    ee_pose: F64
    grasped: NDArray[np.bool_] | None = None
    target: int | None = None
    container: int | None = None
    goal: str | None = None
    """Kind of the goal's first relation: "on", "in", ..."""
    instruction: str | None = None
    instructions: tuple[str, ...] = ()
    """Every wording of the task; `instruction` is the first."""
    plan: Plan | None = None
    source: tuple[tuple[str, str | int], ...] = ()
    """Where the picture comes from: ("dataset", ...), ("episode", 3), ("frame", 17), ("camera", "wrist")."""
    sight: Sight = Sight()

    # --- what is there ----------------------------------------------------------------------------

    @property
    def names(self) -> tuple[str, ...]:
        return self.state.names

    @property
    def assets(self) -> tuple[ObjectAsset, ...]:
        return self.state.assets

    @property
    def poses(self) -> F64:
        """X_WO (n, 7)."""
        return self.state.poses

    @property
    def n(self) -> int:
        return len(self.state.names)

    @functools.cached_property
    def clear(self) -> tuple[int, ...]:
        """Objects that are clearly seen."""
        side = np.minimum(self.boxes[:, 2] - self.boxes[:, 0], self.boxes[:, 3] - self.boxes[:, 1])
        good = (self.pixels >= self.sight.pixels) & (self.fraction >= self.sight.fraction) & (side >= self.sight.side)
        return tuple(int(i) for i in np.flatnonzero(good) if self._inside(int(i)) >= self.sight.inside)

    def _inside(self, i: int) -> float:
        """Share of an object's vertices that are inside the image; 1 for what does not touch its border, 0 for what
        reaches three of its four sides."""
        low, high = self.boxes[i, :2], self.boxes[i, 2:]
        borders = [*(low <= 0), *(high >= np.array([self.camera.width, self.camera.height]) - 1)]
        if not any(borders):
            return 1.0
        if sum(borders) > 2:
            return 0.0  # the camera is all but inside it: nobody could say what it is
        points = Pose.from_vector(self.poses[i]).apply(self.assets[i].vertices())
        return float(self.project(points)[1].mean())

    @functools.cached_property
    def seen(self) -> tuple[int, ...]:
        """Objects of which any pixel is seen, barely seen ones included."""
        return tuple(int(i) for i in np.flatnonzero(self.pixels > 0))

    @functools.cached_property
    def here(self) -> WorldState:
        """The state as this picture shows it: `seen` objects only, in that order, and this picture's camera.

        Phrases are checked in it; `self.seen[k]` is the scene index of its object k.
        """
        keep = list(self.seen)
        speeds = self.state.speeds
        place = {i: k for k, i in enumerate(keep)} | {-1: -1, -2: -2}  # TABLE and ROBOT stay
        contacts = self.state.contacts
        return replace(
            self.state,
            names=tuple(self.names[i] for i in keep),
            assets=tuple(self.assets[i] for i in keep),
            poses=self.poses[keep],
            X_WC=np.asarray(self.X_WC, np.float64),
            speeds=None if speeds is None else speeds[keep],
            contacts=None
            if contacts is None
            else frozenset((place[a], place[b]) for a, b in contacts if a in place and b in place),
        )

    @functools.cached_property
    def pose(self) -> Pose:
        """X_WC of this picture."""
        return Pose.from_vector(self.X_WC)

    @functools.cached_property
    def level(self) -> bool:
        """Whether left, right, in front of and behind make sense in this picture: a camera fixed in the room, upright
        and not looking straight down."""
        if self.camera.parent != "world":
            return False
        forward, right = self.pose.R[:, 2], self.pose.R[:, 0]
        down = np.degrees(np.arcsin(np.clip(-forward[2], -1.0, 1.0)))
        roll = np.degrees(np.arcsin(np.clip(abs(right[2]), 0.0, 1.0)))
        return bool(-ROLL_MAX_DEG <= down <= LEVEL_MAX_DEG and roll <= ROLL_MAX_DEG and self.pose.R[2, 1] < 0)

    # --- pixels -----------------------------------------------------------------------------------

    def project(self, points_W: ArrayLike) -> tuple[F64, NDArray[np.bool_]]:
        """Pixels (..., 2) as drawn of points (..., 3) in W, and whether they lie in the image."""
        uv, z = project_points(points_W, self.pose, self.camera)
        return uv, in_image(uv, z, self.camera)

    @property
    def _scale(self) -> F64:
        return np.array([self.size[0] / self.camera.width, self.size[1] / self.camera.height])

    def pixel(self, uv: ArrayLike) -> tuple[int, int]:
        """A point (2,) as drawn in whole pixels of the answer, 0 .. width - 1 and 0 .. height - 1.

        Coordinate k is the pixel that covers [k, k + 1): the same one as in the picture where it is not resized.
        """
        p = np.floor((np.asarray(uv, np.float64) + 0.5) * self._scale).astype(int)
        x, y = np.clip(p, 0, np.array(self.size) - 1)
        return int(x), int(y)

    def box(self, box: ArrayLike) -> tuple[int, int, int, int]:
        """A box (4,) along pixel edges as drawn, as x1 y1 x2 y2 of the answer: 0 .. width, 0 .. height."""
        scale, high = np.tile(self._scale, 2), np.tile(np.array(self.size), 2)
        b = np.clip(np.rint((np.asarray(box, np.float64) + 0.5) * scale), 0, high).astype(int)
        return int(b[0]), int(b[1]), int(b[2]), int(b[3])

    def at(self, uv: ArrayLike) -> int:
        """Instance id at a point (2,) as drawn; raises IndexError outside the image."""
        x, y = np.rint(np.asarray(uv, np.float64)).astype(int)
        if not (0 <= x < self.camera.width and 0 <= y < self.camera.height):
            raise IndexError(f"({x}, {y}) is outside the {self.camera.width} x {self.camera.height} picture")
        return int(self.mask[y, x])


def boxes_and_pixels(mask: U8, n: int) -> tuple[F64, NDArray[np.int64]]:
    """Visible boxes (n, 4) along pixel edges and visible pixels (n,) of every object of an instance image (H, W)."""
    boxes, counts = np.tile(np.array(NO_BOX), (n, 1)), np.zeros(n, np.int64)
    ys, xs = np.nonzero(mask >= OBJECT_ID)
    ids = mask[ys, xs].astype(np.int64) - OBJECT_ID
    counts[:] = np.bincount(ids, minlength=n)[:n]
    low, high = np.full((n, 2), 1 << 20), np.full((n, 2), -1)
    np.minimum.at(low, ids, np.stack([xs, ys], 1))
    np.maximum.at(high, ids, np.stack([xs, ys], 1))
    there = counts > 0
    boxes[there] = np.concatenate([low[there] - 0.5, high[there] + 0.5], 1)
    return boxes, counts
