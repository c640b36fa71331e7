"""From checked path pieces to a trajectory: timing, dwells, phases, exact actions, and a last dense check."""

from __future__ import annotations

import numpy as np

from engine.plan.collision import HELD_ROW, ROBOT_ROW
from engine.plan.path import join
from engine.plan.timing import Motion, parametrise
from engine.sim.model import CONTROL_HZ
from engine.skills.segments import Pick, Piece, Place, Problem, open_hand
from engine.types import F64, PHASES, Trajectory

_SUBSAMPLES = 3  # collision checks per control period of the timed motion
_ROUNDING = 0.003  # metres by which the timed motion may come closer than the path (rounded corners)


def assemble(pb: Problem, pick: Pick, place: Place, reach: Piece, carry: Piece) -> Trajectory | None:
    """Time the three rest-to-rest motions, check them once more at a dense rate, and write actions.

    None when the timed motion, whose corners are rounded, comes closer to something than the path may, or leaves the
    joints' range.
    """
    cfg = pb.cfg
    motions: list[tuple[Motion, Piece, list[tuple[str, int]]]] = []
    for pieces, names, near_start, near_end, held in (
        ((reach, pick.approach), ("approach", "approach"), False, True, False),
        ((pick.lift, carry, place.lower), ("lift", "transport", "lower"), True, True, True),
        ((place.retreat,), ("retreat",), True, False, False),
    ):
        whole = Piece(join(*[p.q for p in pieces]), _join_required(pieces))
        motion = _time(pb, whole, near_start, near_end, held)
        starts = np.cumsum([0] + [len(p.q) - 1 for p in pieces])[:-1].tolist()
        motions.append((motion, whole, list(zip(names, starts, strict=True))))
    clearance = _recheck(pb, pick, place, motions)
    if clearance is None:
        return None
    dwell = (round(cfg.close_dwell_s * CONTROL_HZ), round(cfg.release_dwell_s * CONTROL_HZ), 0)
    rows, phase, grip = [motions[0][0].q[:1]], [], []
    for k, (motion, _, names) in enumerate(motions):
        rows.append(motion.q[1:])
        middle = 0.5 * (motion.s[1:] + motion.s[:-1])
        labels = np.zeros(len(middle), np.int32)
        for name, start in names:
            labels[middle >= start] = PHASES.index(name)
        closed = 1.0 if k == 1 else 0.0
        rows.append(np.repeat(motion.q[-1:], dwell[k], axis=0))
        phase += [labels, np.full(dwell[k], PHASES.index("grasp" if k == 0 else "release"), np.int32)]
        grip += [np.full(len(middle), closed), np.full(dwell[k], 1.0 - closed)]
    targets, actions = _actions(np.concatenate(rows), np.concatenate(grip))
    # Rounded corners may leave the joints' range, which waypoints keep to with a margin.
    if bool(((targets < pb.kin.q_min) | (targets > pb.kin.q_max)).any()):
        return None
    X_WO = place.option.X_WO
    return Trajectory(
        q_start=pb.q_start.copy(),
        actions=actions,
        targets=targets,
        phase=np.concatenate(phase).astype(np.int32),
        grasp=pick.grasp,
        X_WG_grasp=pick.X_WG.vector(),
        X_WG_place=place.X_WG.vector(),
        place_point=X_WO.p.copy(),
        min_clearance=clearance,
        info={"drop_m": place.option.drop, "turn_rad": place.option.turn, "checks": float(pb.world.checks)},
    )


def _join_required(pieces: tuple[Piece, ...]) -> F64:
    """Required clearance of joined pieces; the shared samples take the weaker of the two."""
    out = [np.array(pieces[0].required)]
    for p in pieces[1:]:
        out[-1][-1] = np.minimum(out[-1][-1], p.required[0])
        out.append(np.array(p.required[1:]))
    return np.concatenate(out)


def _time(pb: Problem, whole: Piece, near_start: bool, near_end: bool, held: bool) -> Motion:
    cfg = pb.cfg
    tip = pb.kin.fk_many(whole.q)[1]
    run = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(tip, axis=0), axis=1))])
    speed = np.full(len(run), cfg.held_tip_speed if held else cfg.tip_speed)
    if near_start:
        speed = np.minimum(speed, cfg.contact_speed + cfg.speed_slope * run)
    if near_end:
        speed = np.minimum(speed, cfg.contact_speed + cfg.speed_slope * (run[-1] - run))
    ddq = pb.ddq_max * (cfg.held_acceleration_scale if held else 1.0)
    return parametrise(whole.q, pb.dq_max, ddq, dt=1.0 / CONTROL_HZ, smooth_s=cfg.smooth_s, speed=speed, tip=tip)


def _recheck(
    pb: Problem, pick: Pick, place: Place, motions: list[tuple[Motion, Piece, list[tuple[str, int]]]]
) -> float | None:
    """Smallest clearance from what is not meant to be touched, over the timed motions; None on a violation."""
    world = pb.world
    best = world.margin
    for k, (motion, whole, _) in enumerate(motions):
        if k == 1:
            world.set_poses(pb.poses)
            world.hold(pb.target, pick.X_GO)
        else:
            open_hand(pb, None if k == 0 else place.poses)
        opening = pick.grasp.width if k == 1 else pb.open_width
        q, s = _dense(motion.q), _dense(motion.s[:, None])[:, 0]
        low = np.clip(np.floor(s).astype(int), 0, len(whole.q) - 1)
        high = np.clip(np.ceil(s).astype(int), 0, len(whole.q) - 1)
        need = np.minimum(whole.required[low], whole.required[high])
        # Rounded corners may come a little closer than the path did, but never where contact is near.
        need = np.where(need > pb.cfg.near_clearance, np.maximum(need - _ROUNDING, pb.cfg.near_clearance), need)
        D = world.distances(q, opening)
        if bool(np.any(D < need - 0.0005)):
            return None
        D[:, ROBOT_ROW, pb.target] = np.inf
        if k == 1:
            D[s < len(pick.lift.q) - 1, HELD_ROW] = np.inf
        if k >= 1:
            down = s > len(whole.q) - len(place.lower.q) if k == 1 else np.ones(len(s), bool)
            D[down, :, pb.container] = np.inf
        best = min(best, float(D.min()))
    return best


def _dense(x: F64) -> F64:
    """Rows of x (m + 1, k) with `_SUBSAMPLES` linear steps between neighbours, as the servo's set-point moves."""
    at = np.linspace(0.0, len(x) - 1.0, (len(x) - 1) * _SUBSAMPLES + 1)
    i = np.minimum(at.astype(int), len(x) - 2)
    f = (at - i)[:, None]
    return x[i] * (1 - f) + x[i + 1] * f


def _actions(targets: F64, grip: F64) -> tuple[F64, np.ndarray]:
    """Float32 actions (T, 8) and the targets (T + 1, 7) that their exact sum gives, so that nothing drifts."""
    T = len(targets) - 1
    actions = np.zeros((T, 8), np.float32)
    out = np.empty((T + 1, 7))
    out[0] = targets[0]
    for t in range(T):
        actions[t, :7] = (targets[t + 1] - out[t]).astype(np.float32)
        out[t + 1] = out[t] + actions[t, :7].astype(np.float64)
    actions[:, 7] = grip
    return out, actions
