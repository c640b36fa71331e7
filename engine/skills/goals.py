"""Where a goal relation lets an object be put down, for goals that no container answers.

`on` and `in` a container are `engine.skills.placing`'s; here are the sides, `near` and `between` (on the
table) and `on` the top of an object that is no container. Places are drawn by the relation's own sampler
and kept when every goal predicate of the task holds there.
"""

from __future__ import annotations

import numpy as np

from engine.frames import Pose
from engine.graph.relations import RELATION_TABLE, support_height, with_pose
from engine.plan.collision import CollisionWorld
from engine.skills.placing import PlaceOption, settle_height
from engine.types import F64, TABLE, Region, Relation, WorldState

REACH = Region(x=(0.30, 0.74), y=(-0.42, 0.42))
"""Where on the table things are put down."""

_DRAWS = 150
_OPTIONS = 12


def needs_container(relation: Relation, state: WorldState) -> bool:
    """Whether the goal is to put something on or in an object that is made to hold things."""
    if relation.kind not in ("on", "in"):
        return False
    return state.assets[state.index(relation.objects[0])].container is not None


def goal_options(
    world: CollisionWorld,
    state: WorldState,
    goal: tuple[Relation, ...],
    target: int,
    rng: np.random.Generator,
    *,
    gap: float = 0.005,
) -> list[PlaceOption]:
    """Poses of the target in which all relations of the goal hold, lowest and least turned first.

    state: the scene before the pick, without contacts. The target must be attached in `world` (`hold`).
    """
    mine = [r for r in goal if state.index(r.subject) == target]
    first = next((r for r in mine if RELATION_TABLE[r.kind].supports), mine[0])
    objects = tuple(state.index(o) for o in first.objects)
    relation = RELATION_TABLE[first.kind]
    support = objects[0] if relation.supports else TABLE
    height = support_height(state, support)
    before = Pose.from_vector(state.poses[target])
    bottom = float((state.assets[target].vertices() @ before.R.T)[:, 2].min())
    out: list[PlaceOption] = []
    for _ in range(_DRAWS):
        x, y, turn = (float(v) for v in relation.sample(rng, state, target, objects, first.frame))
        if not (REACH.x[0] <= x <= REACH.x[1] and REACH.y[0] <= y <= REACH.y[1]):
            continue
        R = _turn(turn) @ before.R
        lowest = np.array([x, y, height + gap - bottom])
        if not _holds(state, goal, target, Pose(R, lowest - np.array([0.0, 0.0, gap]))):
            continue
        rise = settle_height(world, R, lowest, gap, 0.02)
        if rise is not None:
            out.append(PlaceOption(Pose(R, lowest + np.array([0.0, 0.0, rise])), rise, turn))
            if len(out) >= _OPTIONS:
                break
    return sorted(out, key=lambda o: (round(o.drop, 3), abs(o.turn)))


def _holds(state: WorldState, goal: tuple[Relation, ...], target: int, X_WO: Pose) -> bool:
    after = with_pose(state, target, X_WO.vector())
    return all(
        RELATION_TABLE[r.kind].holds(after, after.index(r.subject), tuple(map(after.index, r.objects)), r.frame).ok
        for r in goal
    )


def _turn(yaw: float) -> F64:
    c, s = np.cos(yaw), np.sin(yaw)
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
