"""The layout solver: start poses by sampling with backtracking, checked by geometry, reach, view and physics.

Objects are placed one after the other: what carries comes before what is carried, then what the goal moves, what it
moves to, and the rest from large to small. A candidate that breaks a rule is drawn anew; an object that finds no place
goes back to the latest object that stood in its way (conflict-directed backjumping). Every limit is a count, so the
same generator gives the same layout on any machine.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from engine.frames import quat_to_mat
from engine.graph import shapes
from engine.graph.relations import RELATION_TABLE, support_height
from engine.layout.config import LayoutCheck, LayoutConfig
from engine.layout.feasibility import explain_impossible
from engine.layout.held_out import HeldOut
from engine.layout.order import make_plan
from engine.layout.visibility import blocked, in_image, may_block, prism_points, surface_points
from engine.types import F64, TABLE, Failure, Layout, PhysicsParams, Relation, Scene, WorldState

PARKED_Z = -5.0
_REDRAWS = 100  # of a place that is held out, before it counts as a refused candidate


def solve_layout(
    scene: Scene,
    physics: PhysicsParams,
    X_WC: F64,
    K: F64,
    cfg: LayoutConfig,
    rng: np.random.Generator,
    check: LayoutCheck,
) -> Layout | Failure:
    """Draw a layout that passes every check.

    X_WC (7,) and K (3, 3): the third-person camera, for the image, occlusion and camera-frame relations. Returns a
    Layout with settled poses X_WO (n, 7), or Failure("layout", reason) with reason one of "impossible layout", "no
    room", "out of reach", "out of view", "unstable", "goal already true"; `object` is the one that failed most,
    `detail` explains.
    """
    problems = explain_impossible(scene, X_WC, cfg)
    if problems:
        return Failure("layout", "impossible layout", detail="; ".join(problems))
    search = _Search(scene, physics, X_WC, K, cfg, rng, check)
    for draw in range(1, cfg.max_draws + 1):
        if not search.fill():
            break
        poses, reason, culprit = search.confirm()
        if reason == "":
            return Layout(poses, physics, tuple(search.stable), draw)
        search.rejected[culprit, reason] += 1
        search.clear(0)
    return search.failure()


class _Search:
    """The state of one search: which objects stand where, and why candidates were refused."""

    def __init__(
        self,
        scene: Scene,
        physics: PhysicsParams,
        X_WC: F64,
        K: F64,
        cfg: LayoutConfig,
        rng: np.random.Generator,
        check: LayoutCheck,
    ) -> None:
        self.scene, self.physics, self.X_WC, self.K = scene, physics, np.asarray(X_WC, np.float64), K
        self.cfg, self.rng, self.check = cfg, rng, check
        self.plan = make_plan(scene, cfg)
        self.held = HeldOut(scene, cfg)
        n = len(scene.names)
        self.poses = np.zeros((n, 7))
        self.stable = [0] * n
        self.placed: list[int] = []
        self.outlines: list[F64] = [np.zeros((0, 2))] * n
        self.radius = np.zeros(n)
        self.low, self.high = np.zeros(n), np.zeros(n)
        self.points: dict[int, F64] = {}  # surface points of watched objects
        self.hidden: dict[tuple[int, int], np.ndarray] = {}  # (watched, blocker) -> bool per point
        self.tries = Counter[int]()  # candidates per object
        self.refused = Counter[tuple[int, str]]()  # candidates refused, by object and reason
        self.rejected = Counter[tuple[int, str]]()  # whole layouts refused, by the object concerned and reason
        self.backtracks = 0
        self.clear(0)

    # --- search -------------------------------------------------------------------------------------

    def clear(self, k: int) -> None:
        """Take away the objects from position k of the order on."""
        for i in self.plan.order[k:]:
            self.poses[i] = (0.3 * i, 0.0, PARKED_Z, 1.0, 0.0, 0.0, 0.0)
            self.points.pop(i, None)
            self.hidden = {key: v for key, v in self.hidden.items() if i not in key}
        self.placed = self.plan.order[:k]

    def note(self, i: int, reason: str) -> None:
        self.refused[i, reason] += 1

    def fill(self) -> bool:
        """Place every object; False when the budget of backtracks is used up."""
        order = self.plan.order
        k = len(self.placed)
        while k < len(order):
            back = self._place(order[k])
            if back is None:
                k += 1
                continue
            self.backtracks += 1
            if self.backtracks > self.cfg.max_backtracks:
                return False
            k = max((order.index(b) for b in back), default=0)
            self.clear(k)
        return True

    def _place(self, i: int) -> set[int] | None:
        """Find a place for object i: None on success, else the placed objects that stood in its way."""
        blame: set[int] = set()
        unreachable = 0
        for _ in range(self.cfg.tries_per_object):
            self.tries[i] += 1
            if not self._draw(i):
                self.note(i, "outside its region")
                blame |= {j for _, s, os in self.plan.relations for j in (s, *os) if i in (s, *os) and j in self.placed}
                continue
            reason, culprits = self._refuse(i)
            if reason == "" and self._ready_for_reach(i):
                reason = self.check.reachable(np.array(self.poses))
                if reason:
                    unreachable += 1
                    reason, culprits = f"out of reach: {reason}", set(self.plan.watched) & set(self.placed)
            if reason == "":
                self.placed = [*self.placed, i]
                return None
            self.note(i, reason)
            blame |= culprits
            if unreachable >= self.cfg.reach_tries:
                return {self.plan.order[0]}
        self.poses[i] = (0.3 * i, 0.0, PARKED_Z, 1.0, 0.0, 0.0, 0.0)
        return blame & set(self.placed)

    def _ready_for_reach(self, i: int) -> bool:
        """Whether placing i completes the objects that the goal is about."""
        done = {*self.placed, i}
        return i in self.plan.watched and all(j in done for j in self.plan.watched)

    # --- candidates ---------------------------------------------------------------------------------

    def _draw(self, i: int) -> bool:
        """Put a candidate for object i into the state; False when a relation led it out of its region."""
        asset, region = self.scene.assets[i], self.plan.regions[i]
        s = self._draw_stable(i)
        q = asset.stable_poses[s].q_wxyz
        self.poses[i, 3:7] = q
        holder = self.plan.holder.get(i, TABLE)
        kind, objects = self._leading_relation(i)
        fp = shapes.footprint(asset, q)
        if kind is None:
            for _ in range(_REDRAWS):
                x, y = self.rng.uniform(*region.x), self.rng.uniform(*region.y)
                yaw = self.rng.uniform(-np.pi, np.pi)
                if self.held.allows(i, x, y, fp.at(0.0, 0.0, yaw)):
                    break
        else:
            impl, frame = RELATION_TABLE[kind[0]], kind[1]
            x, y, yaw = impl.sample(self.rng, self._state(), i, objects, frame)
        base = self.physics.table_height if holder == TABLE else support_height(self._state(), holder)
        self.poses[i] = shapes.pose_at(x, y, yaw, q, base, asset.stable_poses[s].height)
        self.stable[i] = s
        self.outlines[i] = fp.at(x, y, yaw)
        self.radius[i] = fp.radius
        self.low[i], self.high[i] = self.poses[i, 2] - fp.below, self.poses[i, 2] + fp.above
        return bool(region.x[0] <= x <= region.x[1] and region.y[0] <= y <= region.y[1])

    def _draw_stable(self, i: int) -> int:
        poses, allowed = self.scene.assets[i].stable_poses, self.plan.allowed[i]
        upright = [k for k in allowed if poses[k].upright]
        stand = bool(upright) and (len(upright) == len(allowed) or self.rng.uniform() < self.cfg.upright_share)
        group = upright if stand else [k for k in allowed if k not in upright]
        weight = np.cumsum([max(poses[k].probability, 1e-6) for k in group])
        return group[
            int(np.searchsorted(weight, self.rng.uniform() * weight[-1], side="right").clip(0, len(group) - 1))
        ]

    def _leading_relation(self, i: int) -> tuple[tuple[str, str] | None, tuple[int, ...]]:
        """The (kind, frame) and objects to sample from: support first, then the first relation that is ready."""
        if i in self.plan.holder:
            h = self.plan.holder[i]
            into = any(r.kind == "in" and (s, os) == (i, (h,)) for r, s, os in self.plan.relations)
            return ("in" if into else "on", "world"), (h,)
        for r, s, os in self.plan.relations:
            if s == i and all(o in self.placed for o in os):
                return (r.kind, r.frame), os
            inverse = RELATION_TABLE[r.kind].inverse
            if os == (i,) and s in self.placed and inverse is not None:
                return (inverse, r.frame), (s,)
        return None, ()

    # --- rules --------------------------------------------------------------------------------------

    def _refuse(self, i: int) -> tuple[str, set[int]]:
        """("", {}) when the candidate for i obeys every rule, else the reason and the placed objects concerned."""
        if not self.held.allows(i, self.poses[i, 0], self.poses[i, 1], self.outlines[i]):
            return "held out for evaluation", set()
        if i in self.plan.watched and not in_image(
            prism_points(self.outlines[i], self.low[i], self.high[i]), self.X_WC, self.K, self.cfg.image_margin_px
        ):
            return "out of the image", set()
        for j in self.placed:
            if j not in self.plan.family[i] and not self._apart(i, j):
                return f"too close to {self.scene.names[j]}", {j}
        done = {*self.placed, i}
        for r, s, os in self.plan.relations:
            group = {s, *os}
            if i in group and group <= done:
                margin = RELATION_TABLE[r.kind].holds(self._state(), s, os, r.frame)
                if not margin.ok:
                    return f"not {r.kind} {' and '.join(r.objects)}: {margin.reason}", group - {i}
        return self._refuse_hiding(i)

    def _apart(self, i: int, j: int) -> bool:
        gap = self._gap(i, j)
        if np.hypot(*(self.poses[i, :2] - self.poses[j, :2])) >= self.radius[i] + self.radius[j] + gap:
            return True
        if self.low[i] >= self.high[j] or self.low[j] >= self.high[i]:
            return True
        return shapes.separation(self.outlines[i], self.outlines[j]) >= gap

    def _gap(self, i: int, j: int) -> float:
        """Free space wanted between two objects: fingers need more beside the target, the hand beside tall things."""
        cfg, plan = self.cfg, self.plan
        if i in plan.holder or j in plan.holder:
            return 0.0 if plan.holder.get(i) == plan.holder.get(j) else cfg.gap
        gap = cfg.gap
        for a, b in ((i, j), (j, i)):
            if a in plan.movers:
                gap = max(gap, cfg.target_gap)
                grip = 0.5 * (self.low[a] + self.high[a])
            elif a in plan.watched:
                gap = max(gap, cfg.container_gap)
                grip = self.high[a]
            else:
                continue
            if self.high[b] > grip + cfg.tall_over:
                gap = max(gap, cfg.tall_gap)
        return gap

    def _refuse_hiding(self, i: int) -> tuple[str, set[int]]:
        """Refuse what hides too much of a watched object, by the prisms over the outlines (an upper bound)."""
        eye = self.X_WC[:3]
        if i in self.plan.watched:
            self.points[i] = surface_points(self.scene.assets[i], self.poses[i])
        done = [*self.placed, i]
        for w in self.plan.watched:
            if w not in done:
                continue
            for b in done if w == i else [i]:
                if b == w or b in self.plan.family[w]:
                    continue
                near = may_block(self.poses[b, :2], self.radius[b], self.poses[w, :2], self.radius[w], eye)
                self.hidden[w, b] = (
                    blocked(self.points[w], eye, self.outlines[b], self.low[b], self.high[b])
                    if near
                    else np.zeros(len(self.points[w]), bool)
                )
            masks = [self.hidden[w, b] for b in done if (w, b) in self.hidden]
            if masks and 1.0 - float(np.any(masks, axis=0).mean()) < self._least_visible(w):
                return f"hides {self.scene.names[w]}" if w != i else "hidden", {
                    b for b in done if (w, b) in self.hidden
                }
        return "", set()

    def _least_visible(self, w: int) -> float:
        return self.cfg.min_visible if w in self.plan.movers else self.cfg.min_container_visible

    # --- the whole layout ---------------------------------------------------------------------------

    def confirm(self) -> tuple[F64, str, int]:
        """Ask renderer and physics about the whole layout: settled poses, reason ("" is good), the object concerned."""
        first = self.plan.movers[0]
        if self._goal_holds(self.poses, settled=False):
            return self.poses, "goal already true", first
        for w in self.plan.watched:
            if self.check.visible_fraction(np.array(self.poses), w) < self._least_visible(w):
                return self.poses, "out of view", w
        poses, still, reason = self.check.settle(np.array(self.poses))
        poses = np.asarray(poses, np.float64)
        moved = np.linalg.norm(poses[:, :3] - self.poses[:, :3], axis=1)
        turned = [quat_to_mat(a[3:7])[2] @ quat_to_mat(b[3:7])[2] for a, b in zip(poses, self.poses, strict=True)]
        worst = int(np.argmax(moved))
        if not still:
            return poses, f"unstable: {reason}", worst
        if moved[worst] > self.cfg.settle_shift:
            return poses, f"unstable: moved {1000 * moved[worst]:.0f} mm while settling", worst
        if min(turned) < 0.9:
            return poses, "unstable: fell over while settling", int(np.argmin(turned))
        if self._goal_holds(poses, settled=True):
            return poses, "goal already true", first
        for w in self.plan.watched:
            if not self.held.allows(w, poses[w, 0], poses[w, 1], shapes.outline(self.scene.assets[w], poses[w, 3:7])):
                return poses, "held out for evaluation", w
        for r, s, os in self.plan.relations:
            if not self._holds(poses, r, s, os, settled=True):
                return poses, f"unstable: no longer {r.kind} after settling", s
        return poses, "", -1

    def _holds(self, poses: F64, r: Relation, s: int, os: tuple[int, ...], settled: bool) -> bool:
        # At rest, what lies inside the rim touches the container: a curved floor leaves a gap that is none.
        contacts = frozenset({(min(s, os[0]), max(s, os[0]))}) if settled else None
        return RELATION_TABLE[r.kind].holds(self._state(poses, contacts), s, os, r.frame).ok

    def _goal_holds(self, poses: F64, settled: bool) -> bool:
        index = self.scene.index
        return all(
            self._holds(poses, r, index(r.subject), tuple(index(o) for o in r.objects), settled)
            for r in self.scene.task.goal
        )

    def _state(self, poses: F64 | None = None, contacts: frozenset[tuple[int, int]] | None = None) -> WorldState:
        return WorldState(
            self.scene.names,
            self.scene.assets,
            np.array(self.poses if poses is None else poses),
            self.physics.table_height,
            self.X_WC,
            contacts,
        )

    def failure(self) -> Failure:
        """What stood in the way most often, for the object that was refused most."""
        whole = bool(self.rejected) and sum(self.rejected.values()) >= self.cfg.max_draws
        counts = self.rejected if whole else self.refused
        per_object = Counter[int]()
        for (i, _), count in counts.items():
            per_object[i] += count
        worst = max(per_object, key=lambda i: (per_object[i], -i), default=0)
        reasons = Counter({r: c for (i, r), c in counts.items() if i == worst}).most_common()
        top = reasons[0][0] if reasons else ""
        phrase = next((said for key, said in _PHRASES if top.startswith(key)), "no room")
        of = f"{sum(counts.values())} layouts" if whole else f"{max(self.tries[worst], per_object[worst])} tries"
        said = ", ".join(f"{c} {why}" for why, c in reasons[:4])
        r = self.plan.regions[worst]
        detail = (
            f"{self.scene.names[worst]} ({self.scene.assets[worst].asset_id}) in x [{r.x[0]:g}, {r.x[1]:g}], "
            f"y [{r.y[0]:g}, {r.y[1]:g}]: refused {per_object[worst]} of {of} ({said}); enlarge its region, take fewer "
            f"or smaller objects, or raise {'max_draws' if whole else 'max_backtracks'}"
        )
        return Failure("layout", phrase, object=self.scene.assets[worst].asset_id, detail=detail)


_PHRASES = (
    ("goal already true", "goal already true"),
    ("out of reach", "out of reach"),
    ("hid", "out of view"),
    ("out of", "out of view"),
    ("unstable", "unstable"),
)
