"""Two objects of a picture compared: height, size, place in the picture, distance to the gripper.

Compared is only what differs plainly: heights by half, sizes in every direction, places by an eighth of the picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import numpy as np

from engine.graph.shapes import height_range
from engine.types import ObjectAsset
from tasks.questions.forms import pick
from tasks.questions.general import capital, verb
from tasks.questions.makers import maker
from tasks.questions.phrases import Phrases, phrases
from tasks.questions.sample import Sample
from tasks.questions.view import View

PLAIN_RATIO = 1.5  # of heights or sizes that are compared

_COMPARE: dict[str, tuple[str, tuple[str, ...]]] = {
    "taller": (
        "taller than",
        (
            "Which is taller, {x} or {y}?",
            "{x} or {y}: which one stands taller?",
            "Compare {x} and {y}: which is taller?",
            "Does {x} or {y} stand higher?",
            "Of {x} and {y}, name the taller one.",
        ),
    ),
    "larger": (
        "larger than",
        (
            "Which is larger, {x} or {y}?",
            "Which one is bigger: {x} or {y}?",
            "Compare {x} and {y}: which is larger?",
            "{x} or {y}: which takes up more room?",
            "Of {x} and {y}, name the larger one.",
        ),
    ),
    "left": (
        "further to the left than",
        (
            "Which is further to the left in the picture, {x} or {y}?",
            "{x} or {y}: which is more to the left in the image?",
            "Of {x} and {y}, which one lies further left in the picture?",
        ),
    ),
    "right": (
        "further to the right than",
        (
            "Which is further to the right in the picture, {x} or {y}?",
            "{x} or {y}: which is more to the right in the image?",
            "Of {x} and {y}, which one lies further right in the picture?",
        ),
    ),
    "gripper": (
        "nearer to the gripper than",
        (
            "Which is nearer to the gripper, {x} or {y}?",
            "{x} or {y}: which one is the gripper closer to?",
            "Of {x} and {y}, which one is closer to the robot's fingers?",
        ),
    ),
}


@maker("compare", 0.5)
def compare(view: View, rng: np.random.Generator) -> Iterator[Sample]:
    """Two objects compared by height, size, place in the picture or distance to the gripper."""
    ph = phrases(view)
    able = [k for k in ph.still if ph.short(k) is not None]
    pairs = list(permutations(able, 2))
    for j in rng.permutation(len(pairs)):
        a, b = pairs[int(j)]
        true = [w for w in _COMPARE if exceeds(ph, w, a, b)]
        if not true:
            continue
        what = true[int(rng.integers(len(true)))]
        da, db = ph.short(a), ph.short(b)
        assert da is not None and db is not None
        x, y = (da.text(), db.text()) if rng.uniform() < 0.5 else (db.text(), da.text())
        question = capital(pick(rng, _COMPARE[what][1]).format(x=x, y=y))
        sentence = f"{capital(da.text())} {verb(da)} {_COMPARE[what][0]} {db.text()}."
        reply = capital(da.text()) + "." if rng.uniform() < 0.5 else sentence
        yield Sample("compare", "text", question, reply, (view.seen[a], view.seen[b]), {"about": what})


def exceeds(ph: Phrases, what: str, a: int, b: int) -> bool:
    """Whether a clearly exceeds b, objects of `view.here`, in a way of _COMPARE."""
    view, state = ph.view, ph.state
    if what == "taller":
        # Seen from above, or by the camera on the hand, a picture shows no heights.
        high, low = (_rise(state.assets[k], state.poses[k]) for k in (a, b))
        return view.level and high > PLAIN_RATIO * low
    if what == "larger":
        ea, eb = np.sort(state.assets[a].extents), np.sort(state.assets[b].extents)
        volume = float(np.prod(ea) / np.prod(eb))
        return bool((ea[1:] > 1.15 * eb[1:]).all()) and volume > PLAIN_RATIO**2
    if what in ("left", "right"):
        lead = float(ph.centres[b, 0] - ph.centres[a, 0]) * (1 if what == "left" else -1)
        return lead > 0.12 * view.camera.width
    hand = view.ee_pose[:3]
    da, db = (float(np.linalg.norm(state.poses[k, :3] - hand)) for k in (a, b))
    return bool((view.mask == 1).any()) and db > PLAIN_RATIO * da and db - da > 0.1


def _rise(asset: ObjectAsset, pose: np.ndarray) -> float:
    """Height of an object as it stands, metres."""
    low, high = height_range(asset, pose)
    return high - low
