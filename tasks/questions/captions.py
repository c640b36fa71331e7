"""Descriptions of what a picture shows, made from its scene graph, and lists of objects.

Every sentence is true with slack: a relation is said only where its predicate holds clearly and the picture shows it; a
number of objects only where each one that shows at all is clearly seen; "two mugs" counts by name. Several plans: one
sentence; a list; who stands where among neighbours; left, middle and right of the picture; what the robot does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np

from engine.graph.relations import RELATION_TABLE
from engine.graph.shapes import height_range
from tasks.questions.forms import pick
from tasks.questions.general import capital, clearly, far_from_hand, robot_seen, tellable, verb
from tasks.questions.makers import maker
from tasks.questions.phrases import SIDES, Phrases, phrases
from tasks.questions.sample import Sample
from tasks.questions.view import View
from tasks.questions.vocabulary import article, countable, plural, plural_of
from tasks.references import RELATION_WORDS, Description

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_THIRD = 0.06  # of the width: an object nearer than this to the border of a third is in neither
_PAIRS = 4
SEVERAL = 3
LIFTED = 0.03  # m above the table that what is held must be to count as off it

_BRIEF = (
    "Describe the picture in one sentence.",
    "Write a short caption for this image.",
    "What does the picture show, in one sentence?",
    "Give a one-sentence description of the scene.",
    "Caption this image briefly.",
)
_FULL = (
    "Describe the scene.",
    "Describe the image in detail.",
    "What do you see in this picture?",
    "Give a detailed description of the scene on the table.",
    "Explain what is in the image and where it is.",
)
_WHERE = (
    "Describe how the objects are arranged.",
    "Where are the objects in relation to each other?",
    "Describe the spatial relations between the objects.",
    "How is the table laid out?",
    "Tell me which object stands where.",
)
_LIST = (
    "What is on the table?",
    "Which objects do you see on the table?",
    "List the objects on the table.",
    "Name everything that is on the table.",
    "What objects are in front of the robot?",
)
_DOING = (
    "What is the robot doing?",
    "What does the gripper hold?",
    "Describe the state of the robot.",
    "Is there anything in the gripper, and what?",
    "What can you say about the robot arm?",
)


def number(n: int) -> str:
    """ "two"; digits above twelve."""
    return _NUMBERS[n] if n < len(_NUMBERS) else str(n)


def joined(words: list[str]) -> str:
    """ "a, b and c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _head_counts(name: str) -> bool:
    """Whether the last word of a name can be counted: the box of "cereal box", not the polish of "nail polish"."""
    return countable(name.split(" of ")[0].split()[-1])


def indefinite(words: str, name: str) -> str:
    """A phrase that ends in a name with its article: "a red mug", "stacking rings", "corn"."""
    one = _head_counts(name) or " of " in name or name.startswith(("half ", "peeled ", "toy ", "plush "))
    return article(words) if one and not plural(name) else words


def amount(name: str, n: int) -> str | None:
    """ "a mug", "two mugs"; None for several of what cannot be counted."""
    if n == 1:
        return indefinite(name, name)
    several = _head_counts(name) and " of " not in name and not name.startswith(("half ", "peeled "))
    return f"{number(n)} {plural_of(name)}" if several else None


def on_table(view: View) -> tuple[int, ...]:
    """Seen scene objects that are not in the hand; whatever lies in a container is on the table, too."""
    held = view.grasped
    return tuple(i for i in view.seen if held is None or not held[i])


def inventory(view: View) -> Counter[str] | None:
    """Objects on the table by name; None when there are none, when some are barely seen or their names cannot be
    counted, or when it is not clear whether what the hand holds has left the table."""
    there = on_table(view)
    if not there or set(view.clear) != set(view.seen):
        return None
    for i in set(view.seen) - set(there):
        if height_range(view.assets[i], view.poses[i])[0] - view.state.table_height < LIFTED:
            return None
    counted = Counter(view.assets[i].name for i in there)
    return None if any(amount(name, n) is None for name, n in counted.items()) else counted


@maker("listing", 0.5)
def listing(view: View, rng: np.random.Generator) -> Iterator[Sample]:
    """All objects by name with their numbers, where every one that shows at all is clearly seen."""
    counted = inventory(view)
    if counted is None:
        return
    names = list(counted)
    order = [names[int(n)] for n in rng.permutation(len(names))]
    asked = [_LIST[int(n)] for n in rng.permutation(len(_LIST))]
    # Two lists and not {name: number}: a table of the lines keeps the same columns whatever they name.
    facts = {"names": sorted(counted), "numbers": [counted[n] for n in sorted(counted)]}
    text = joined([amount(n, counted[n]) or n for n in order])
    yield Sample("listing", "text", asked[0], f"{capital(text)}.", on_table(view), facts)
    reply = ", ".join(n for n in order for _ in range(counted[n]))
    yield Sample("listing", "text", f"{asked[1]} Answer with names, separated by commas.", reply, on_table(view), facts)


# --- captions ---------------------------------------------------------------------------------------


@maker("caption", 1.5)
def captions(view: View, rng: np.random.Generator) -> Iterator[Sample]:
    """One caption of each plan that the picture allows, in random order."""
    plans: tuple[tuple[Callable[[Phrases, np.random.Generator], _Said | None], tuple[str, ...]], ...] = (
        (brief, _BRIEF),
        (full, _FULL),
        (arrangement, _WHERE),
        (thirds, _WHERE),
        (robot, _DOING),
    )
    ph = phrases(view)
    for j in rng.permutation(len(plans)):
        plan, asked = plans[int(j)]
        said = plan(ph, rng)
        if said is not None:
            text, objects = said
            facts = {"plan": plan.__name__}
            about = tuple(view.seen[k] for k in dict.fromkeys(objects))
            yield Sample("caption", "text", pick(rng, asked), text, about, facts)


_Said = tuple[str, list[int]]
"""A text and the objects of `view.here` that it names."""


def called(ph: Phrases, k: int, rng: np.random.Generator) -> str:
    """Object k with an indefinite article, its colour said where the picture shows it: "a red mug"."""
    asset = ph.state.assets[k]
    value = tellable(ph.view, ph.view.seen[k], "colour")
    tell = value is not None and value not in asset.name.split() and rng.uniform() < 0.6
    colour = (("colour", value or ""),)
    return indefinite(Description(asset.name, colour if tell else ()).text(article=""), asset.name)


def opening(ph: Phrases, counted: Counter[str] | None, rng: np.random.Generator) -> str:
    """How many objects are on a table; without a count that there are several, or nothing of their number."""
    if counted is None:
        clear = [i for i in on_table(ph.view) if i in ph.view.clear]
        if len(clear) < SEVERAL:
            return pick(rng, ("On a table one sees", "The picture shows a table with"))
        return pick(rng, ("Several objects are on a table, among them", "Various things lie on a table, among them"))
    n = sum(counted.values())
    if n == 1:
        return pick(rng, ("There is a single object on a table:", "One object is on a table:"))
    word = number(n)
    return pick(rng, (f"There are {word} objects on a table", f"{capital(word)} objects are on a table"))


def brief(ph: Phrases, rng: np.random.Generator) -> _Said | None:
    """ "Nine objects are on a table, among them a red mug and a white plate." """
    able = [ph.here[i] for i in on_table(ph.view) if i in ph.view.clear]
    if not able:
        return None
    # The largest in the picture are what a person would name.
    sizes = [int(ph.view.pixels[ph.view.seen[k]]) for k in able]
    order = [able[int(n)] for n in np.argsort(sizes, kind="stable")[::-1][:5]]
    chosen = [order[int(n)] for n in rng.permutation(len(order))[: int(rng.integers(2, 4))]]
    counted = inventory(ph.view)
    start = opening(ph, counted, rng)
    if counted is not None and sum(counted.values()) > 1:
        start += ":" if sum(counted.values()) == len(chosen) else ", among them"
    text = f"{start} {joined([called(ph, k, rng) for k in chosen])}"
    arm = robot_seen(ph.view) and rng.uniform() < 0.5
    return f"{'A robot arm is at work; ' + text[0].lower() + text[1:] if arm else text}.", chosen


def full(ph: Phrases, rng: np.random.Generator) -> _Said | None:
    """The list, then who stands where, then the robot."""
    counted = inventory(ph.view)
    if counted is None:
        return None
    there = [ph.here[i] for i in on_table(ph.view)]
    order = [there[int(n)] for n in rng.permutation(len(there))]
    things: dict[str, str] = {}
    for k in order:
        name = ph.state.assets[k].name
        if name not in things:
            things[name] = called(ph, k, rng) if counted[name] == 1 else amount(name, counted[name]) or name
    start = opening(ph, counted, rng).removesuffix(":")
    parts = [f"{start}: {joined(list(things.values()))}."]
    where = arrangement(ph, rng)
    doing = robot(ph, rng)
    parts += [where[0]] if where else []
    parts += [doing[0]] if doing else []
    return " ".join(parts), [*order, *(where[1] if where else []), *(doing[1] if doing else [])]


def arrangement(ph: Phrases, rng: np.random.Generator) -> _Said | None:
    """Up to four sentences about neighbours: "The mug is to the left of the plate." """
    options = pairings(ph)
    told: list[tuple[str, int, tuple[int, ...]]] = []
    used: Counter[int] = Counter()
    for j in rng.permutation(len(options)):
        kind, a, others = options[int(j)]
        group = frozenset((a, *others))
        if any(group == frozenset((b, *rest)) for _, b, rest in told) or max(used[k] for k in group) > 1:
            continue
        if not clearly(ph, kind, a, others):
            continue
        told.append((kind, a, others))
        used.update(group)
        if len(told) == _PAIRS:
            break
    if not told:
        return None
    sentences = [sentence(ph, kind, a, others, rng) for kind, a, others in told]
    return " ".join(sentences), [k for _, a, others in told for k in (a, *others)]


def pairings(ph: Phrases) -> list[tuple[str, int, tuple[int, ...]]]:
    """Relations that may be asked of resting, clearly seen neighbours: (kind, subject, objects), not judged yet."""
    able = [k for k in ph.still if ph.short(k) is not None]
    out: list[tuple[str, int, tuple[int, ...]]] = []
    for a in able:
        gap = np.linalg.norm(ph.state.poses[able, :2] - ph.state.poses[a, :2], axis=1)
        near = [able[int(n)] for n in np.argsort(gap, kind="stable") if able[int(n)] != a][:4]
        for kind, impl in RELATION_TABLE.items():
            if kind == "under" or (kind in SIDES and not ph.view.level):
                continue
            groups = [(b,) for b in near] if impl.arity == 1 else [(b, c) for b in near for c in near if b < c]
            if impl.supports:  # what lies in a bowl lies on it, too, but nobody says so
                groups = [g for g in groups if kind == _holds_as(ph, g[0])]
            out += [(kind, a, g) for g in groups]
    return out


def _holds_as(ph: Phrases, k: int) -> str:
    """Whether things are said to be in or on object k."""
    info = ph.state.assets[k].container
    return "on" if info is None else info.kind


def sentence(ph: Phrases, kind: str, a: int, others: tuple[int, ...], rng: np.random.Generator) -> str:
    """A relation as a sentence."""
    names = [ph.short(k) for k in (a, *others)]
    assert all(d is not None for d in names)
    subject, *rest = (d for d in names if d is not None)
    place = f"{RELATION_WORDS[kind]} {joined([d.text() for d in rest])}"
    v = verb(subject)
    stands = "stand" if v == "are" else "stands"
    if kind in SIDES and rng.uniform() < 0.3:
        return f"{capital(place)} {v} {subject.text()}."
    return f"{capital(subject.text())} {pick(rng, (v, v, stands)) if kind != 'in' else v} {place}."


def thirds(ph: Phrases, rng: np.random.Generator) -> _Said | None:
    """What is in the left, middle and right part of the picture; what is near a border is left out."""
    able = [k for k in ph.clear if ph.short(k) is not None]
    width = ph.view.camera.width
    groups: dict[str, list[int]] = {"left": [], "middle": [], "right": []}
    for k in able:
        x = (float(ph.centres[k, 0]) + 0.5) / width
        if min(abs(x - 1 / 3), abs(x - 2 / 3)) > _THIRD:
            groups["left" if x < 1 / 3 else "middle" if x < 2 / 3 else "right"].append(k)
    parts, named = [], []
    words = {
        "left": ("On the left of the picture {v} {x}.", "The left part of the image shows {x}."),
        "middle": ("In the middle {v} {x}.", "The middle of the image shows {x}."),
        "right": ("On the right of the picture {v} {x}.", "The right part of the image shows {x}."),
    }
    for side, members in groups.items():
        chosen = [members[int(n)] for n in rng.permutation(len(members))[:3]]
        if chosen:
            short = [d for k in chosen if (d := ph.short(k)) is not None]
            v = "are" if len(chosen) > 1 else verb(short[0])
            parts.append(pick(rng, words[side]).format(v=v, x=joined([d.text() for d in short])))
            named += chosen
    return (" ".join(parts), named) if len(parts) > 1 else None


def robot(ph: Phrases, rng: np.random.Generator) -> _Said | None:
    """What the gripper holds, or that it is empty, where that is beyond doubt."""
    view = ph.view
    if view.grasped is None or not robot_seen(view):
        return None
    held = [int(i) for i in np.flatnonzero(view.grasped)]
    if len(held) == 1 and held[0] in view.clear:
        k = ph.here[held[0]]
        d = ph.short(k)
        if d is None:
            return None
        said = ("The robot is holding {x}.", "The gripper holds {x}.", "The robot arm has grasped {x}.")
        return pick(rng, said).format(x=d.text()), [k]
    if held or not all(far_from_hand(view, i) for i in range(view.n)):
        return None
    return pick(rng, ("The gripper is empty.", "The robot holds nothing.", "The robot's gripper holds no object.")), []
