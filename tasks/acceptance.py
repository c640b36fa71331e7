"""How often an object family's members can be picked and placed: one attempt on each of several members.

A trial is one attempt of the pipeline (layout, grasp, plan, at most two executions, verdict) on a task of its own: a
member of the family as target, a container it fits, nine distractors. For a container family the member is the
container, and the targets are members of the graspable families in turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assets.catalogue import catalogue
from assets.library import FAMILIES, ProceduralLibrary
from engine.config import RunConfig
from engine.errors import GroundworkError
from engine.layout.config import LayoutConfig
from engine.layout.feasibility import fit_margin
from engine.ledger import Rate, plain_table
from engine.pipeline import make_attempt, open_task
from engine.rng import rng
from engine.sim.kinematics import ArmKinematics
from engine.sim.robot import cache_root, load_robot
from engine.types import Failure, ObjectAsset, Relation, Role, TaskSpec
from tasks.prove import OneTask
from tasks.scene import confusable

DISTRACTORS = 9
_FIT = 0.004
_WIDE = 0.24


@dataclass(frozen=True)
class Trial:
    """One attempt: the object in question, what it was put on (or what was put on it), and what came of it."""

    family: str
    asset: str
    other: str
    accepted: bool
    reason: str = ""  # "stage: reason" when not accepted
    variant: str = ""  # of the family's member


class Tester:
    """Runs trials in this process. Same arguments, same trials."""

    def __init__(self, seed: int = 0, gripper: str = "panda_hand"):
        self.cfg = RunConfig(seed=seed, gripper=gripper, split="all", render=False)
        self.library = ProceduralLibrary(cache=256)
        self.robot = load_robot(gripper)
        self.kin = ArmKinematics(self.robot)
        self.graspable = [f for f, info in FAMILIES.items() if info.graspable and not info.container]
        self.containers = [f for f, info in FAMILIES.items() if info.container]

    def seeds(self, family: str, trials: int) -> list[int]:
        """Members to try: listed ones spread over the list; any seeds for a family that is not listed."""
        listed = catalogue().get(family, tuple(range(trials)))
        return [listed[(k * len(listed)) // trials] for k in range(trials)] if len(listed) >= trials else list(listed)

    def family(self, family: str, trials: int) -> list[Trial]:
        """`trials` trials, on as many members when the family has that many."""
        seeds = self.seeds(family, trials)
        return [self.trial(family, seeds[k % len(seeds)], k) for k in range(trials)]

    def trial(self, family: str, seed: int, k: int) -> Trial:
        asset = self.library.get(f"{family}/{seed}")
        draw = rng(self.cfg.seed, "acceptance", family, seed, k)
        holder, variant = bool(FAMILIES[family].container), FAMILIES[family].variant(seed)
        other = self._partner(asset, holder, draw)
        if other is None:
            what = "target that fits" if holder else "container it fits"
            return Trial(family, asset.asset_id, "", False, f"task: no {what} among 60 tried", variant)
        target, container = (other, asset) if holder else (asset, other)
        spec = self._spec(f"acceptance_{family}_{seed}_{k}", target, container, draw)
        try:
            source = OneTask(self.library, task=spec)
            ctx = open_task(self.cfg, 0, source, self.robot, cache_root())
            failure = make_attempt(self.cfg, ctx, self.kin, 0).failure
        except GroundworkError as e:
            failure = Failure("task", str(e), asset.asset_id)
        reason = "" if failure is None else f"{failure.stage}: {failure.reason}"
        return Trial(family, asset.asset_id, other.asset_id, failure is None, reason, variant)

    def _partner(self, asset: ObjectAsset, holder: bool, draw: Any) -> ObjectAsset | None:
        pool = self.graspable if holder else self.containers
        for _ in range(60):
            other = self._member(pool[int(draw.integers(len(pool)))], draw)
            pair = (asset, other) if holder else (other, asset)
            if not confusable(asset, other) and fit_margin(*pair, LayoutConfig()) >= _FIT:
                return other
        return None

    def _member(self, family: str, draw: Any) -> ObjectAsset:
        listed = catalogue().get(family) or tuple(range(20))
        return self.library.get(f"{family}/{listed[int(draw.integers(len(listed)))]}")

    def _spec(self, name: str, target: ObjectAsset, container: ObjectAsset, draw: Any) -> TaskSpec:
        roles = [Role("target", instance=target.asset_id), Role("container", instance=container.asset_id)]
        for j in draw.permutation(len(self.graspable)):
            if len(roles) == 2 + DISTRACTORS:
                break
            asset = self._member(self.graspable[int(j)], draw)
            if not (confusable(asset, target) or confusable(asset, container)) and asset.extents.max() <= _WIDE:
                roles.append(Role(f"distractor_{len(roles) - 2}", instance=asset.asset_id))
        assert container.container is not None
        return TaskSpec(name, tuple(roles), (Relation(container.container.kind, "target", ("container",)),))


def table(trials: Sequence[Trial]) -> list[list[str]]:
    """Rows of family, attempts, accepted, share, 95 % interval, reasons; families in order of first appearance."""
    rows = []
    for family in dict.fromkeys(t.family for t in trials):
        own = [t for t in trials if t.family == family]
        reasons: dict[str, list[str]] = {}
        for t in own:
            if not t.accepted:
                reasons.setdefault(t.reason, []).append(t.variant)
        ranked = sorted(reasons.items(), key=lambda item: -len(item[1]))
        note = "; ".join(f"{reason} ({', '.join(variants)})" for reason, variants in ranked)
        rows.append(Rate(family, len(own), sum(t.accepted for t in own), note).row())
    return rows


HEADINGS = ("family", "attempts", "accepted", "share", "95 % interval", "refused because")


def text(trials: Sequence[Trial]) -> str:
    """The table for a terminal."""
    total = Rate("all", len(trials), sum(t.accepted for t in trials)).row()
    return plain_table(list(HEADINGS), [*table(trials), total])


MEANING = {
    "no grasp clears the table": "the object lies so flat or its sides slope so much that the fingers would meet the "
    "table before the pads hold it (wedges, thin slices, blades)",
    "no antipodal contacts within the opening": "nowhere two opposite surfaces within 8 cm face each other closely "
    "enough for friction to hold (wedges, cones, large round bodies)",
    "hand collides with the object in every grasp": "what could be held is so deep inside or so low that the palm or "
    "the other finger would cut through the rest of it",
    "every grasp slips when shaken": "grasps exist, but the object turns or slides out of all of them in physics",
    "every grasp collides in the scene": "the neighbours of this layout leave no room for the hand",
    "no reachable grasp": "the arm does not reach any remaining grasp in this layout without a joint at its limit",
    "no container it fits among 60 tried": "it is longer or wider than nearly every container",
    "container has no free place": "the object fits the container in no orientation in which this grasp could put it",
    "place in collision": "putting it down would push the hand or the object into the container's rim or a neighbour",
    "retreat blocked": "after letting go the hand has no free way up",
    "approach blocked": "the way down to the grasp is not free",
    "object did not come to rest": "it was placed and still rocked or rolled when the episode ended",
}
"""Why attempts are refused, for readers of the page."""


def stored_rows(path: Path) -> list[list[str]]:
    """The rows of a page that is there, without its total; empty when there is none."""
    if not path.exists():
        return []
    rows = [
        [c.strip() for c in line.strip("|\n ").split(" | ")] for line in path.read_text().splitlines() if "|" in line
    ]
    return [[*r, *[""] * (len(HEADINGS) - len(r))] for r in rows if len(r) >= 5 and r[0] in FAMILIES]


def write_page(trials: Sequence[Trial], path: Path, command: str, keep: bool = False) -> None:
    """The table as a Markdown page, hardest families first; keep: rows of other families stay as they are there."""
    fresh = table(trials)
    done = {r[0] for r in fresh}
    rows = [*fresh, *(r for r in stored_rows(path) if keep and r[0] not in done)]
    rows.sort(key=lambda r: (int(r[2]) / int(r[1]), r[0]))
    total = Rate("all", sum(int(r[1]) for r in rows), sum(int(r[2]) for r in rows)).row()
    said = " ".join(r[-1] for r in rows)
    lines = [
        "# Acceptance by object family",
        "",
        "One attempt is one layout of eleven objects with its grasps, plan, execution in physics and verdict. The",
        "member of the family is the target (for containers: what the target is put on or in). Wilson intervals, 95 %.",
        "In brackets: the structural variant of each member that was refused for that reason, or how many there were.",
        f"Made by `{command}`; with `--families` only the rows of those are made anew.",
        "",
        f"| {' | '.join(HEADINGS)} |",
        "|" + "---|" * len(HEADINGS),
        *(f"| {' | '.join(r)} |" for r in [*rows, total]),
        "",
        "What the reasons mean:",
        "",
        *(f"- {reason}: {meaning}" for reason, meaning in sorted(MEANING.items()) if reason in said),
    ]
    path.write_text("\n".join(lines) + "\n")
