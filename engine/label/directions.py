"""InSpire's question and answer labels: where an object is as the third-person camera sees it.

The viewpoint frame V is the third-person camera's, levelled with gravity: axis 0 points to the front
(towards the camera), axis 1 to the right of the image, axis 2 up. All answers are functions of
d_V = object - gripper in V, in metres, where the gripper is the midpoint of the fingertips and the
object the centre of its collision volume. "grasped" (both finger pads touch the object) wins over
every other answer. (InSpire, section 3; the formula there prints gripper - object, but its words, its
code and the reference cases follow object - gripper. Its code says "catch" for "grasped".)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.errors import ConfigError
from engine.frames import Array, Pose

DIRECTIONS = ("right", "left", "up", "down", "front", "back", "grasped")
"""Answer words; the column `inspire.direction` stores the index."""

CLOSE = "close"
DISTANCE_WORDS = ("near", "middle", "far")
NEAR_M, MIDDLE_M = 0.2, 0.3
FORMULATIONS = ("direction_1d", "direction_3d", "proximity", "location_3d", "distance")
AXIS_ORDER = ("front/back", "right/left", "up/down")
"""Order of the three words of `direction_3d` and of the three numbers of `location_3d`."""

QUESTIONS = {
    "direction_1d": "In which direction is the {object} relative to the robot?",
    "direction_3d": "In which direction is {object} relative to the robot? x, y, z:",
    "proximity": "What is the distance between the robot and {object}?",
    "location_3d": "What is the accurate posi. of {object} relat. to the robot? x, y, z:",
    "distance": "What is the accurate distance between the robot and {object}?",
}

_WORDS = (("front", "back"), ("right", "left"), ("up", "down"))
# Index into DIRECTIONS of (axis, sign): the columns' form of _WORDS.
_INDEX = np.array([[DIRECTIONS.index(word) for word in pair] for pair in _WORDS])


@dataclass(frozen=True)
class DirectionConfig:
    """`close_m`: within this distance the answer is "close" (public code's option: 0.06; 0 = off)."""

    close_m: float = 0.0

    def __post_init__(self) -> None:
        if not self.close_m >= 0.0:
            raise ConfigError(f"close_m is {self.close_m}; it must be 0 (off) or a distance in metres, e.g. 0.06")


def viewpoint(X_WC: Pose) -> Array:
    """Rotation R_WV (3, 3) of the viewpoint frame of a camera: columns are front, right and up in W.

    Only the horizontal part of the optical axis counts, so the tilt and roll of the camera do not. A
    camera that looks straight down has no such part; then the lower edge of the image is the front.
    """
    front = -X_WC.R[:, 2] * np.array([1.0, 1.0, 0.0])
    if np.linalg.norm(front) < 1e-3:
        front = X_WC.R[:, 1] * np.array([1.0, 1.0, 0.0])
    front = front / np.linalg.norm(front)
    up = np.array([0.0, 0.0, 1.0])
    return np.stack([front, np.cross(up, front), up], axis=1)


def offset_in_view(p_WO: ArrayLike, p_WG: ArrayLike, X_WC: Pose) -> Array:
    """d_V (..., 3): object - gripper in the viewpoint frame of the camera, metres."""
    return (np.asarray(p_WO, np.float64) - np.asarray(p_WG, np.float64)) @ viewpoint(X_WC)


def direction_index(d_V: ArrayLike, grasped: ArrayLike) -> NDArray[np.int64]:
    """Index into DIRECTIONS (...) of offsets (..., 3) and grasped flags (...): the 1D formulation.

    The axis with the largest |d| decides; of equal ones the first (front, right, up).
    """
    d = np.asarray(d_V, np.float64)
    axis = np.argmax(np.abs(d), axis=-1)
    value = np.take_along_axis(d, axis[..., None], -1)[..., 0]
    index = _INDEX[axis, (value < 0).astype(np.int64)]
    return np.where(np.asarray(grasped, bool), DIRECTIONS.index("grasped"), index).astype(np.int64)


def _word(value: float, axis: int, close_m: float) -> str:
    if value > close_m:
        return _WORDS[axis][0]
    if value < -close_m:
        return _WORDS[axis][1]
    # Without "close" an offset of exactly zero keeps the rule of `direction_index`: not negative.
    return CLOSE if close_m > 0 else _WORDS[axis][0]


def answer(formulation: str, d_V: ArrayLike, grasped: bool, cfg: DirectionConfig | None = None) -> str:
    """The answer of one of FORMULATIONS for one offset d_V (3,) in metres.

    Raises ConfigError for an unknown formulation.
    """
    close_m = (cfg or DirectionConfig()).close_m
    if formulation not in FORMULATIONS:
        raise ConfigError(f"unknown formulation '{formulation}' (known: {', '.join(FORMULATIONS)})")
    if grasped:
        return "grasped"
    d = np.asarray(d_V, np.float64)
    norm = float(np.linalg.norm(d))
    if formulation == "direction_1d":
        axis = int(np.argmax(np.abs(d)))
        return _word(float(d[axis]), axis, close_m)
    if formulation == "direction_3d":
        return " ".join(_word(float(d[i]), i, close_m) for i in range(3))
    if formulation == "proximity":
        if close_m > 0 and norm <= close_m:
            return CLOSE
        return DISTANCE_WORDS[0 if norm < NEAR_M else 1 if norm < MIDDLE_M else 2]
    if formulation == "location_3d":
        return " ".join(str(max(-9, min(9, int(10 * float(x))))) for x in d)
    return str(int(min(10 * norm, 9)))
