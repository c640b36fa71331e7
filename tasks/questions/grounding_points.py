"""Points: on an object, where to grasp it, and where to put it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from engine.frames import Pose
from engine.graph import shapes
from engine.graph.relations import NEAR_GAP, RELATION_TABLE, outline, resting_pose, support_height, with_pose
from engine.layout.feasibility import fit_margin
from engine.types import F64, PHASES, TABLE
from tasks.questions import forms
from tasks.questions.forms import CLAUSE, POINT_ASKS, how, if_none, label, pick, pick_form, say
from tasks.questions.makers import maker
from tasks.questions.phrases import SIDES, Phrases, phrases
from tasks.questions.sample import Sample
from tasks.questions.view import OBJECT_ID, View
from tasks.references import RELATION_WORDS, Description

GRASP_ASKS = (
    "Where should the gripper grasp {r}? Point to the place.",
    "Point to a good grasp point on {r}.",
    "At which pixel should the robot's fingers close to pick up {r}?",
    "The robot has to lift {r}. Mark the spot where the gripper should take hold.",
    "Give the affordance point for grasping {r}.",
    "Show where to grab {r}.",
)
GRASP_BOX_ASKS = (
    "Which region of {r} should the gripper take hold of? Give its box.",
    "Output the bounding box of the grasp region on {r}.",
    "Draw a box around the part of {r} that should come between the fingers.",
    "Where do the fingers close to pick up {r}? Answer with a box.",
    "Mark the grasp affordance of {r} with a bounding box.",
)
PLACE_ASKS = (
    "The task is: '{task}'. Point to where {r} should be put down.",
    "To carry out the instruction '{task}', where does {r} go? Point to the place.",
    "Instruction: {task}. Mark the placement point.",
    "Given '{task}', output the point at which {r} should be set down.",
    "Where in the image should {r} be placed to fulfil '{task}'?",
)
FREE_ASKS = (
    "Point to a free place {w} where {r} could be put.",
    "Where {w} is there room for {r}? Point to such a place.",
    "Mark an empty spot {w} that is large enough for {r}.",
    "Find a place {w} on which nothing stands and {r} fits. Answer with a point.",
    "Output a point {w} where the robot could set down {r}.",
    "I want {r} {w}. Point to a place for it.",
)
WORK_X, WORK_Y = (0.28, 0.78), (-0.38, 0.38)
"""Part of the table, in W, that every table covers and the arm reaches."""
_FREE_GAP = 0.015  # m between what is put down and everything else
_FREE_TRIES = 30
_FINGER = np.array([0.011, 0.0, 0.009])  # half width and half height of a finger pad, m


def inner_point(mask: NDArray[np.bool_]) -> tuple[float, float]:
    """The pixel (x, y) of a mask (H, W) that lies deepest inside it, of several the one nearest to the centroid."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    y0, x0 = int(rows[0]), int(columns[0])
    core = np.pad(mask[y0 : rows[-1] + 1, x0 : columns[-1] + 1], 1)
    ys, xs = np.nonzero(core)
    middle = np.array([xs.mean(), ys.mean()])
    while True:
        less = core[1:-1, 1:-1] & core[:-2, 1:-1] & core[2:, 1:-1] & core[1:-1, :-2] & core[1:-1, 2:]
        if not less.any():
            break
        core = np.pad(less, 1)
    ys, xs = np.nonzero(core)
    k = int(np.argmin((xs - middle[0]) ** 2 + (ys - middle[1]) ** 2))
    return float(xs[k] - 1 + x0), float(ys[k] - 1 + y0)


@maker("point", 2.0)
def point(view: View, rng: np.random.Generator) -> Iterator[Sample]:
    """A point on an object: the deepest inside of what is seen of it."""
    words = phrases(view)
    for i in rng.permutation(np.array(view.clear, int)):
        d = words.describe(int(i), rng)
        if d is None:
            continue
        form = pick_form(rng)
        parts = [say(rng, POINT_ASKS, d), how(rng, "point", form)]
        if rng.uniform() < CLAUSE:
            parts.append(if_none(rng, "point", form))
        uv = inner_point(view.mask == OBJECT_ID + int(i))
        answer = forms.points(form, [(view.pixel(uv), label(d))])
        yield Sample("point", form, " ".join(parts), answer, (int(i),), {"phrase": d.text()})


@maker("affordance", 1.0)
def affordance(view: View, rng: np.random.Generator) -> Iterator[Sample]:
    """Where the robot grasps the target: the point between the fingertips, and the box round what comes between."""
    plan, i = view.plan, view.target
    if plan is None or i is None or plan.grasp_uv is None or not plan.grasp_seen or i not in view.clear:
        return
    if PHASES[plan.phase] not in ("approach", "grasp") or (view.grasped is not None and view.grasped[i]):
        return
    uv = plan.grasp_uv
    # The point lies within the object: what is drawn at its pixel must be the object, too.
    if view.at(uv) != OBJECT_ID + i:
        return
    words = phrases(view)
    shapes_asked = ["point", "box"] if plan.X_WG_grasp is not None else ["point"]
    for n in rng.permutation(len(shapes_asked)):
        d = words.describe(i, rng)
        if d is None:
            return
        form, facts = pick_form(rng), {"phrase": d.text(), "answer": shapes_asked[n]}
        if shapes_asked[n] == "point":
            question = f"{say(rng, GRASP_ASKS, d)} {how(rng, 'point', form)}"
            answer = forms.points(form, [(view.pixel(uv), "grasp point")])
        else:
            box = _grasp_box(view, i)
            if box is None:
                continue
            question = f"{say(rng, GRASP_BOX_ASKS, d)} {how(rng, 'box', form)}"
            answer = forms.boxes(form, [(box, "grasp region")])
        yield Sample("affordance", form, question, answer, (i,), facts)


def _grasp_box(view: View, i: int) -> tuple[int, int, int, int] | None:
    """Box of the space between the finger pads at the grasp, cut to the object's visible box; None if hardly seen."""
    plan = view.plan
    assert plan is not None and plan.X_WG_grasp is not None
    half = _FINGER + np.array([0.0, 0.5 * plan.finger_width + 0.002, 0.0])
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) * half
    uv, inside = view.project(Pose.from_vector(plan.X_WG_grasp).apply(corners))
    if not inside.all():
        return None
    low = np.maximum(uv.min(0), view.boxes[i, :2])
    high = np.minimum(uv.max(0), view.boxes[i, 2:])
    if np.any(high - low < 3.0):
        return None
    return view.box(np.concatenate([low, high]))


@maker("placement", 1.0)
def placement(view: View, rng: np.random.Generator) -> Iterator[Sample]:
    """Where to put something: the plan's place for the instruction, and free places that satisfy a relation."""
    makes = [_free_places(view, rng), _planned_place(view, rng)]
    if rng.uniform() < 0.5:
        makes.reverse()
    for make in makes:
        yield from make


def _planned_place(view: View, rng: np.random.Generator) -> Iterator[Sample]:
    plan, t, c = view.plan, view.target, view.container
    if plan is None or plan.place_uv is None or not plan.place_seen or view.instruction is None:
        return
    if t is None or c is None or c not in view.clear or plan.phase >= PHASES.index("release"):
        return
    uv = plan.place_uv
    supports = view.goal is None or RELATION_TABLE[view.goal].supports
    if supports and view.at(uv) != OBJECT_ID + c:
        return
    d = phrases(view).describe(t, rng, ("name", "attribute"))
    told = list(dict.fromkeys((view.instruction, *view.instructions)))
    task, d = pick(rng, told).rstrip("."), d or Description("object")
    form = pick_form(rng)
    asked = say(rng, PLACE_ASKS, d, task=task).replace("?.", "?")  # "Could you ...?"
    question = f"{asked} {how(rng, 'point', form)}"
    answer = forms.points(form, [(view.pixel(uv), "placement point")])
    yield Sample("placement", form, question, answer, (t, c), {"instruction": task})


def _free_places(view: View, rng: np.random.Generator) -> Iterator[Sample]:
    words = phrases(view)
    movers = [k for k in words.still if words.state.assets[k].graspable and words.short(k) is not None]
    anchors = [k for k in words.still if words.short(k) is not None]
    if not movers or len(anchors) < 2:
        return
    for _ in range(10):
        k = movers[int(rng.integers(len(movers)))]
        found = _free_place(view, words, k, anchors, rng)
        d = words.describe(view.seen[k], rng, ("name", "attribute"))
        if found is None or d is None:
            continue
        kind, chosen, uv = found
        names = [s for j in chosen if (s := words.short(j)) is not None]
        where = f"{RELATION_WORDS[kind]} {' and '.join(s.text() for s in names)}"
        form = pick_form(rng)
        question = f"{say(rng, FREE_ASKS, d, w=where)} {how(rng, 'point', form)}"
        answer = forms.points(form, [(view.pixel(uv), "free place")])
        objects = (view.seen[k], *(view.seen[j] for j in chosen))
        yield Sample("placement", form, question, answer, objects, {"relation": kind})


def _free_place(
    view: View, words: Phrases, k: int, anchors: list[int], rng: np.random.Generator
) -> tuple[str, tuple[int, ...], F64] | None:
    """A relation, its objects and the pixel (2,) of a place where object k would stand free and satisfy it clearly."""
    state = words.state
    kinds = ["near", "between", "on", "in", *(SIDES if view.level else ())]
    kind = kinds[int(rng.integers(len(kinds)))]
    impl = RELATION_TABLE[kind]
    others = [j for j in anchors if j != k]
    if impl.supports:
        others = [j for j in others if (c := state.assets[j].container) is not None and c.kind == kind]
        others = [j for j in others if fit_margin(state.assets[j], state.assets[k]) >= 0]
    if len(others) < impl.arity:
        return None
    chosen = tuple(others[int(n)] for n in rng.permutation(len(others))[: impl.arity])
    for _ in range(_FREE_TRIES):
        at = _beside(view, words, k, chosen[0], rng) if kind == "near" else impl.sample(rng, state, k, chosen)
        on = chosen[0] if impl.supports else TABLE
        pose = resting_pose(state, k, at, on)
        p_W = np.array([at[0], at[1], support_height(state, on)])
        uv, inside = view.project(p_W)
        if not inside or not _open_to_view(view, words, uv, p_W, on):
            continue
        own = shapes.footprint(state.assets[k], state.poses[k, 3:7]).at(float(at[0]), float(at[1]), float(at[2]))
        if not _stands_free(view, words, k, own, at[:2], on):
            continue
        if impl.supports and not _fits_inside(words, own, p_W[2], on):
            continue
        moved = with_pose(state, k, pose)
        slack = {"cone_rad": np.deg2rad(15.0), "separation_m": 0.02}
        margins = impl.holds(moved, k, chosen).margins if not impl.supports else {}
        if any(v < slack.get(name, 0.0) for name, v in margins.items()):
            continue
        if kind in ("left_of", "right_of"):
            lead = float(words.centres[chosen[0], 0] - uv[0]) * (1 if kind == "left_of" else -1)
            if lead < 3.0:
                continue
        return kind, chosen, uv
    return None


def _beside(view: View, words: Phrases, k: int, anchor: int, rng: np.random.Generator) -> F64:
    """x, y, yaw (3,) of object k somewhere round another; the caller checks whether it is near. (`Near.sample` finds
    the exact distance by bisection, at thirty times the cost of one check.)"""
    centre = words.state.poses[anchor, :2]
    own = shapes.footprint(words.state.assets[k], words.state.poses[k, 3:7]).radius
    theirs = float(np.linalg.norm(outline(view.state, view.seen[anchor]) - centre, axis=1).max())
    angle, yaw = rng.uniform(-np.pi, np.pi, 2)
    r = rng.uniform(0.6 * (own + theirs), own + theirs + NEAR_GAP)
    return np.array([centre[0] + r * np.cos(angle), centre[1] + r * np.sin(angle), yaw])


def _stands_free(view: View, words: Phrases, k: int, own: F64, xy: F64, on: int) -> bool:
    """Whether object k with its outline `own` (m, 2) about `xy` keeps clear of every object of the scene, hidden ones
    included."""
    if on == TABLE and not (WORK_X[0] <= xy[0] <= WORK_X[1] and WORK_Y[0] <= xy[1] <= WORK_Y[1]):
        return False
    reach = float(np.linalg.norm(own - xy, axis=1).max())
    mine, holder = view.seen[k], -1 if on == TABLE else view.seen[on]
    for j in range(view.n):
        if j in (mine, holder):
            continue
        gap, theirs = float(np.linalg.norm(view.poses[j, :2] - xy)), outline(view.state, j)
        if gap > reach + float(np.linalg.norm(theirs - view.poses[j, :2], axis=1).max()) + _FREE_GAP:
            continue
        if shapes.distance(own, theirs) < _FREE_GAP:
            return False
    return True


def _fits_inside(words: Phrases, own: F64, z: float, on: int) -> bool:
    """Whether an outline `own` (m, 2) at height z lies within the container's inner support."""
    state, info = words.state, words.state.assets[on].container
    if info is None:
        return False
    height = np.full((len(own), 1), z)
    local = Pose.from_vector(state.poses[on]).inv().apply(np.concatenate([own, height], 1))[:, :2]
    d = local - np.asarray(info.centre_xy)
    if info.radius is not None:
        return bool(np.linalg.norm(d, axis=1).max() <= info.radius)
    return info.half_extents is not None and bool((np.abs(d) <= np.asarray(info.half_extents)).all())


def _open_to_view(view: View, words: Phrases, uv: F64, p_W: F64, on: int) -> bool:
    """Whether the picture shows the place itself: the table, or the floor of the container through its opening."""
    x, y = np.rint(uv).astype(int)
    r = 2
    if not (r <= x < view.camera.width - r and r <= y < view.camera.height - r):
        return False
    patch = view.mask[y - r : y + r + 1, x - r : x + r + 1]
    if on == TABLE:
        return bool((patch == 2).all())
    if not (patch == OBJECT_ID + view.seen[on]).all():
        return False
    info = words.state.assets[on].container
    if info is None or info.rim_z - info.floor_z < 0.005:
        return True
    # The line of sight must come in over the rim, not through the wall.
    X_OW = Pose.from_vector(words.state.poses[on]).inv()
    eye, p = X_OW.apply(view.pose.p), X_OW.apply(p_W)
    if eye[2] <= info.rim_z:
        return False
    t = (info.rim_z - p[2]) / (eye[2] - p[2])
    d = (p + t * (eye - p))[:2] - np.asarray(info.centre_xy)
    if info.radius is not None:
        return bool(np.linalg.norm(d) < info.radius)
    return info.half_extents is not None and bool((np.abs(d) < np.asarray(info.half_extents)).all())
