"""What physics did, found again: the stored actions replayed, and who is wrong where numbers disagree.

The states follow from the first one and the actions, bit for bit (engine.sim.control). So `reference` replays them and
compares every stored state; where the replay leaves the stored states for good, an action or the start was changed, and
the copies of those (`action.joint_target`, `sim.target`, `action.ee_delta`, the metadata's start) say which: the replay
that agrees with the most rows wins. Every other column is then recomputed from these states, not from the stored ones,
so that one changed number is one finding.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import mujoco
import numpy as np
from numpy.typing import NDArray

from engine.errors import GroundworkError
from engine.lint.context import EpisodeView, Unavailable
from engine.lint.recompute_compare import Desk
from engine.sim.control import Simulator
from engine.sim.model import SceneModel
from engine.types import F32, F64, PHASES

COMMANDS = ("action", "action.joint_target", "sim.target")


@dataclass(frozen=True, eq=False)
class States:
    """States (T + 1 rows) and commands (T) that the columns should show. grasped has T rows; None: not known.

    replayed: they come out of physics, else out of the stored columns.
    """

    qpos: F64
    qvel: F64
    targets: F64
    actions: F32
    grasped: NDArray[np.bool_] | None
    replayed: bool

    @property
    def T(self) -> int:
        return len(self.actions)


def voted_commands(view: EpisodeView) -> tuple[F32, F64]:
    """Actions (T, 8) and targets (T + 1, 7) after a vote of the columns that say the same thing.

    sim.target[t] + action[t] = action.joint_target[t] = sim.target[t + 1]: a number that two of these deny is replaced.
    """
    view.need(*COMMANDS)
    action, after, before = (view.columns[n] for n in COMMANDS)
    actions, targets = np.array(action), np.concatenate([before, after[-1:]]).astype(np.float64)
    start = view.meta.get("physics", {}).get("q_start")
    if start is not None and len(start) == 7:
        told = np.asarray(start, np.float64)
        same = (told == before[0]) | (before[0] + action[0, :7] != after[0])
        # The start that leads to the first target is the right one.
        targets[0] = np.where(same & (told + action[0, :7] == after[0]), told, before[0])
    for t in range(len(action)):
        # The row after this one has two copies; the one that the action leads to is the right one.
        reached = targets[t] + action[t, :7].astype(np.float64)
        later = before[t + 1] if t + 1 < len(action) else after[t]
        agreed = np.where(after[t] == reached, after[t], np.where(later == reached, later, after[t]))
        targets[t + 1] = agreed
        wrong = agreed != reached
        actions[t, :7][wrong] = (agreed - targets[t]).astype(np.float32)[wrong]
    command = action[:, 7]
    if view.has("action.ee_delta"):
        copy = view.columns["action.ee_delta"][:, 6]
        command = np.where((command == copy) | ~np.isin(copy, (0.0, 1.0)), command, copy)
    actions[:, 7] = command
    return actions, targets


def held_objects(sm: SceneModel, data: mujoco.MjData) -> NDArray[np.bool_]:
    """(n,) whether both finger pads have a contact with object i that carries a constraint."""
    touched = np.zeros((2, sm.n), bool)
    for k in range(data.ncon):
        if data.contact.exclude[k]:
            continue
        pair = [int(g) for g in data.contact.geom[k]]
        for geom, other in (pair, pair[::-1]):
            thing = int(sm.geom_object[other])
            for side, pads in enumerate(sm.pad_geoms):
                if thing >= 0 and geom in pads:
                    touched[side, thing] = True
    return touched[0] & touched[1]


def replay(sm: SceneModel, qpos0: F64, target0: F64, actions: F32) -> States:
    """Feed actions (T, 8) from rest at qpos0 (nq,) with the commanded target target0 (7,)."""
    sim, T = Simulator(sm), len(actions)
    sim.reset(qpos0, target0)
    qpos, qvel = np.empty((T + 1, sm.model.nq)), np.empty((T + 1, sm.model.nv))
    targets, held = np.empty((T + 1, 7)), np.zeros((T + 1, sm.n), bool)
    for t in range(T + 1):
        qpos[t], qvel[t], targets[t] = sim.data.qpos, sim.data.qvel, sim.target
        held[t] = held_objects(sm, sim.data)
        if t < T:
            sim.step(actions[t])
    return States(qpos, qvel, targets, actions, held[:T], True)


def stored_states(view: EpisodeView) -> States:
    """The states as the columns have them, with the voted commands: for when nothing can be replayed."""
    actions, targets = voted_commands(view)
    view.need("sim.qpos", "sim.qvel")
    final = view.meta.get("final", {})
    rows = []
    for name in ("qpos", "qvel"):
        column = view.columns[f"sim.{name}"]
        last = np.asarray(final.get(name, column[-1]), np.float64)
        rows.append(np.concatenate([column, [last if last.shape == column[-1].shape else column[-1]]]))
    held = view.columns["objects.grasped"] if view.has("objects.grasped") else None
    return States(rows[0], rows[1], targets, actions, held, False)


def reference(view: EpisodeView, desk: Desk) -> States:
    """The states every other column is recomputed from, after comparing the stored ones with the replay.

    At level fast, or where nothing can be replayed, the stored ones (the reason becomes a `NotChecked`).
    Raises Unavailable when the dataset has no states.
    """
    states = stored_states(view)
    if not view.context.full:
        desk.skip("level fast does not replay; qvel, grasped and the last bits of qpos are taken as they are")
    else:
        try:
            states = _replayed(view, desk, states)
        except Unavailable as e:
            desk.skip(str(e))
    return states


def _replayed(view: EpisodeView, desk: Desk, stored: States) -> States:
    try:
        sm = view.episode.sm
    except GroundworkError as e:
        raise Unavailable(str(e)) from e
    if stored.qpos.shape[1] != sm.model.nq or stored.qvel.shape[1] != sm.model.nv:
        raise Unavailable(f"sim.qpos has {stored.qpos.shape[1]} numbers a row, the rebuilt model {sm.model.nq}")
    view.need("objects.grasped")
    tried: list[tuple[int, States]] = []
    whole = 4 * (stored.T + 1) - 1
    for qpos0, target0, actions in _starts(view, stored):
        found = replay(sm, qpos0, target0, actions)
        tried.append((_agreement(view, stored, found), found))
        if tried[-1][0] == whole:
            break
    _, states = max(tried, key=lambda x: x[0])
    differ = np.array([a.tobytes() != b.tobytes() for a, b in zip(stored.qpos, states.qpos, strict=True)])
    # Changed numbers are single rows; what never comes back to the stored states ran under other physics.
    if differ[-2:].all() and differ.sum() > 2:
        _report_divergence(view, desk, stored, states)
        raise Unavailable("the replay leaves the stored states for good; columns are compared with the stored states")
    return states


def _starts(view: EpisodeView, stored: States) -> list[tuple[F64, F64, F32]]:
    """Where a replay may start and what it may be fed: first as the columns have it, then every mixture with what the
    copies say."""
    view_actions = np.array(view.columns["action"], np.float32)
    binary = np.isin(view_actions[:, 7], (0.0, 1.0))
    view_actions[:, 7] = np.where(binary, view_actions[:, 7], stored.actions[:, 7])
    told = view.meta.get("qpos0")
    qpos0 = [stored.qpos[0]]
    if told is not None and len(told) == len(stored.qpos[0]):
        qpos0.append(np.asarray(told, np.float64))
    target0 = [np.asarray(view.columns["sim.target"][0], np.float64), stored.targets[0]]
    actions = [view_actions, stored.actions]
    return [tuple(x) for x in itertools.product(_unique(qpos0), _unique(target0), _unique(actions))]  # type: ignore[misc]


def _unique(arrays: list[Any]) -> list[Any]:
    out: list[Any] = []
    for a in arrays:
        if all(a.tobytes() != b.tobytes() for b in out):
            out.append(a)
    return out


def _agreement(view: EpisodeView, stored: States, found: States) -> int:
    """How many rows of qpos, qvel, targets and grasped are equal bit for bit."""
    pairs = (
        (stored.qpos, found.qpos),
        (stored.qvel, found.qvel),
        (np.concatenate([view.columns["sim.target"], view.columns["action.joint_target"][-1:]]), found.targets),
        (view.columns["objects.grasped"], found.grasped),
    )
    total = 0
    for a, b in pairs:
        assert b is not None
        if a.shape == b.shape:
            total += sum(x.tobytes() == y.tobytes() for x, y in zip(a, b, strict=True))
    return total


def _report_divergence(view: EpisodeView, desk: Desk, stored: States, found: States) -> None:
    """No replay agrees: the physics in the metadata was changed, or MuJoCo is another one."""
    made, now = view.meta.get("versions", {}).get("mujoco"), mujoco.__version__
    if made is not None and made != now:
        raise Unavailable(f"made with MuJoCo {made}, here is {now}: states need not agree bit for bit")
    rows = np.array([a.tobytes() != b.tobytes() for a, b in zip(stored.qpos, found.qpos, strict=True)])
    t = int(np.argmax(rows)) if rows.any() else 0
    value = float(np.nanmax(np.abs(stored.qpos[t] - found.qpos[t])))
    desk.ran()
    desk.add(
        "sim.qpos",
        f"off by {value:.3g} (tolerance 0) from the replay of the actions, and every frame after: the physics in the "
        "metadata (masses, friction, damping, table) is not the one these states were made with, or commands were "
        "changed in all their copies, or this processor computes otherwise",
        t,
        0.0,
        value,
    )


def check_states(view: EpisodeView, desk: Desk, states: States) -> None:
    """Columns of the simulator's state and of the commands against the reference, bit for bit."""
    T = states.T
    source = "the replay of the actions" if states.replayed else "the neighbouring columns"
    if states.replayed:
        desk.compare_bits("sim.qpos", states.qpos[:T], source)
        desk.compare_bits("sim.qvel", states.qvel[:T], source)
        assert states.grasped is not None
        desk.compare_bits("objects.grasped", states.grasped, "the contacts of the replay")
        for name, row in (("qpos", states.qpos[T]), ("qvel", states.qvel[T])):
            _metadata(view, desk, f"final.{name}", row, 0.0, "the replay's last state")
    desk.compare_bits("sim.target", states.targets[:T], "sim.target and action of the frame before")
    desk.compare_bits("action.joint_target", states.targets[1:], "sim.target + action")
    desk.compare_bits("action", states.actions, "sim.target, action.joint_target and " + source)
    _metadata(view, desk, "qpos0", states.qpos[0], 0.0, "sim.qpos of frame 0")
    _metadata(view, desk, "physics.q_start", states.targets[0], 0.0, "sim.target of frame 0")


def check_gripper_command(desk: Desk, states: States) -> None:
    """The gripper's command is 0 or 1, where its copy in action.ee_delta did not settle that already."""
    command = states.actions[:, 7]
    desk.ran()
    for t in np.flatnonzero(~np.isin(command, (0.0, 1.0))):
        off = float(min(abs(command[t]), abs(command[t] - 1)))
        text = f"gripper is {command[t]:.6g}, neither 0 (open) nor 1 (closed) (tolerance 0)"
        desk.add("action", text, int(t), 0.0, off)


def _metadata(view: EpisodeView, desk: Desk, key: str, want: F64, tolerance: float, source: str) -> None:
    """Compare a vector of the metadata; silent where it is not stored."""
    have: Any = view.meta
    for part in key.split("."):
        have = have.get(part) if isinstance(have, dict) else None
    if have is None:
        return
    desk.ran()
    try:
        a = np.asarray(have, np.float64)
    except (TypeError, ValueError):
        a = np.zeros(0)
    if a.shape != want.shape:
        desk.add(f"metadata {key}", f"shape {list(a.shape)}, recomputed {list(want.shape)} from {source}")
        return
    off = np.abs(a - want)
    if not np.all(off <= tolerance):
        k = tuple(int(i) for i in np.unravel_index(int(np.argmax(np.where(np.isnan(off), np.inf, off))), off.shape))
        text = f"at {list(k)} off by {off[k]:.3g} (tolerance {tolerance:.2g})"
        text = f"{text}: {float(a[k])!r}, recomputed {float(want[k])!r} from {source}"
        desk.add(f"metadata {key}", text, None, tolerance, float(off[k]))


def check_phases(view: EpisodeView, desk: Desk) -> None:
    """The column `phase` against the plan's runs in the metadata."""
    view.need("phase")
    runs = view.meta.get("plan", {}).get("phases")
    if runs is None:
        raise Unavailable("the metadata has no plan.phases")
    want = np.array([PHASES.index(name) for name, count in runs for _ in range(int(count))], np.int64)
    if len(want) != view.length:
        desk.ran()
        text = f"the plan's phases have {len(want)} frames, the episode {view.length}"
        desk.add("metadata plan.phases", text, None, 0.0, float(abs(len(want) - view.length)))
        return
    desk.compare("phase", want, 0.0, "the plan's phases in the metadata")


metadata_vector = _metadata
