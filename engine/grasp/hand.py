"""The gripper as boxes in its frame G: closed, open, and swept along the approach and while closing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.grasp.config import GraspConfig
from engine.sim.robot import GripperGeometry
from engine.types import F64

MIRROR_Y = np.array([1.0, -1.0, 1.0])


@dataclass(frozen=True, eq=False)
class HandBoxes:
    """Boxes (M, B, 3) in G for M grasps: `closing` what the fingers sweep from open to contact,
    `reaching` the open fingers and `palm` the palm, both swept back along the approach."""

    closing: tuple[F64, F64]
    reaching: tuple[F64, F64]
    palm: tuple[F64, F64]


def _both(low: F64, high: F64) -> tuple[F64, F64]:
    """Centres and halves of +y boxes given by corners (..., K, 3) and of their mirror images."""
    c, h = (low + high) / 2, (high - low) / 2
    return np.concatenate([c, c * MIRROR_Y], -2), np.concatenate([h, h], -2)


def hand_boxes(gripper: GripperGeometry, widths: F64, reach: float) -> HandBoxes:
    """Boxes for grasps that close to `widths` (M,), coming in straight over `reach` metres."""
    w = np.asarray(widths, np.float64)
    M = len(w)
    c = np.array([b[0] for b in gripper.finger_boxes])
    h = np.array([b[1] for b in gripper.finger_boxes])
    low, high = np.repeat((c - h)[None], M, 0), np.repeat((c + h)[None], M, 0)
    open_y = gripper.max_width / 2
    shut_low, shut_high = low.copy(), high.copy()
    shut_low[..., 1] += w[:, None] / 2
    shut_high[..., 1] += open_y
    open_low, open_high = low.copy(), high.copy()
    open_low[..., 1] += open_y
    open_low[..., 2] -= reach
    open_high[..., 1] += open_y
    pc, ph = np.array([b[0] for b in gripper.palm_boxes]), np.array([b[1] for b in gripper.palm_boxes])
    palm_low, palm_high = pc - ph, pc + ph
    palm_low[:, 2] -= reach
    palm = (palm_low + palm_high) / 2, (palm_high - palm_low) / 2
    return HandBoxes(
        _both(shut_low, shut_high),
        _both(open_low, open_high),
        (np.repeat(palm[0][None], M, 0), np.repeat(palm[1][None], M, 0)),
    )


def lowest_point(gripper: GripperGeometry, up: F64, cfg: GraspConfig) -> F64:
    """Lowest height of the open hand and the arm just behind it, relative to G's origin.

    up (M, 3): the table's normal in G. Returns (M,) in metres along `up`.
    """
    boxes = hand_boxes(gripper, np.zeros(1), 0.0)
    c = np.concatenate([boxes.closing[0][0], boxes.palm[0][0], _wrist(gripper, cfg)[0]])
    h = np.concatenate([boxes.closing[1][0], boxes.palm[1][0], _wrist(gripper, cfg)[1]])
    return (up @ c.T - np.abs(up) @ h.T).min(axis=1)


def _wrist(gripper: GripperGeometry, cfg: GraspConfig) -> tuple[F64, F64]:
    back = min(b[0][2] - b[1][2] for b in gripper.palm_boxes)
    centre = np.array([[0.0, 0.0, back - cfg.wrist_length / 2]])
    return centre, np.array([[cfg.wrist_half, cfg.wrist_half, cfg.wrist_length / 2]])
