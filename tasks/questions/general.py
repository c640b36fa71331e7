"""General questions, so that language is not lost: attributes, yes and no.

Asked is only what the picture leaves no doubt about: a colour is asked of an object whose pixels show it, a shape or a
material as a choice between words that nobody would confuse. Yes and no come equally often for each kind of claim: the
answer is drawn first, the claim is made to fit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from assets.colours import NAMES, PALETTE, colour_names
from engine.graph.relations import RELATION_TABLE
from tasks.questions.forms import pick
from tasks.questions.makers import maker
from tasks.questions.phrases import SIDES, Phrases, phrases
from tasks.questions.sample import Sample
from tasks.questions.view import OBJECT_ID, View
from tasks.questions.vocabulary import plural
from tasks.references import ANY_COLOUR, NEAR_WORDS, SAID, Description, by_attributes, is_unique, plain

COLOURS = tuple(PALETTE)
MATERIALS = ("plastic", "metal", "wood", "ceramic", "glass", "cardboard", "paper", "fabric", "rubber")
SHAPES = ("round", "long", "boxy", "flat", "cylindrical", "square", "oval", "triangular", "conical")
MATERIAL_DOUBT = frozenset(
    frozenset(p.split("/"))
    for p in (
        "plastic/metal plastic/glass plastic/rubber plastic/ceramic plastic/paper plastic/cardboard ceramic/glass "
        "paper/cardboard paper/fabric wood/cardboard rubber/fabric metal/ceramic plastic/wood"
    ).split()
)
"""Materials that a small picture does not tell apart: never the two choices of a question."""
MIN_SHARE = 0.4  # of an object's pixels that show its colour
MAX_OTHER = 0.3  # of them that show a colour that nobody would call so
COLOUR_PIXELS = 80
MIN_OTHERS = 3


def verb(d: Description) -> str:
    """ "is" or "are", for what the phrase means."""
    return "are" if d.noun is not None and plural(d.noun) else "is"


def say(word: str) -> str:
    """An attribute's value as it is said."""
    return SAID.get(word, word).replace("_", " ")


def without(view: View, k: int, key: str) -> Description | None:
    """The shortest unique phrase for object k of `view.here` that does not say the attribute `key`; None when only its
    name or another phrase that says it would do."""
    asset = view.here.assets[k]
    value = asset.attributes.get(key, "")
    if set(asset.name.split()) & {value, say(value)}:
        return None
    options = [plain(asset), *(d for d in by_attributes(asset) if key not in dict(d.attributes))]
    return next((d for d in options if len(d.attributes) <= 2 and is_unique(d, view.here, k)), None)


def shows_colour(view: View, i: int) -> bool:
    """Whether the pixels of scene object i show the colour that it is called by, and no other to speak of.

    Its own word must lead; neighbouring colour words, into which shading and lights shift it, are no contradiction.
    """
    colour = view.assets[i].attributes.get("colour", "")
    pixels = view.rgb[view.mask == OBJECT_ID + i]
    if colour not in COLOURS or len(pixels) < COLOUR_PIXELS:
        return False
    shares = np.bincount(colour_names(pixels / 255.0), minlength=len(NAMES)) / len(pixels)
    near = np.array([n == colour or frozenset((n, colour)) in NEAR_WORDS for n in NAMES])
    most = int(np.argmax(shares)) == NAMES.index(colour)
    return most and float(shares.max()) >= MIN_SHARE and float(shares[~near].sum()) <= MAX_OTHER


def doubtful(key: str, a: str, b: str) -> bool:
    """Whether somebody might say the one word of what the other is said of."""
    if key == "material":
        return a == b or frozenset((a, b)) in MATERIAL_DOUBT
    return a == b or frozenset((a, b)) in NEAR_WORDS or bool({a, b} & set(ANY_COLOUR))


def other_value(key: str, value: str, rng: np.random.Generator) -> str | None:
    """Another value of the attribute that nobody would say of what has this one; None where too few are clear of it
    (plastic looks like nearly everything)."""
    known = {"colour": COLOURS, "material": MATERIALS, "shape": SHAPES}[key]
    options = [v for v in known if not doubtful(key, v, value)]
    # With one or two alternatives the wrong word would nearly always be the same, and give itself away.
    return options[int(rng.integers(len(options)))] if len(options) >= MIN_OTHERS else None


def tellable(view: View, i: int, key: str) -> str | None:
    """The value of an attribute of scene object i, when the picture leaves no doubt about it; else None."""
    asset = view.assets[i]
    value = asset.attributes.get(key, "")
    if key == "colour":  # what is baked, fried or sliced has several, whatever covers most of it
        return value if asset.category != "food" and shows_colour(view, i) else None
    if asset.category in ("food", "fruit", "vegetables"):  # a pear is of no shape that has a name, nor of a material
        return None
    if key == "material":
        return value if value in MATERIALS else None
    return value if value in SHAPES and view.fraction[i] >= 0.7 and view.pixels[i] >= 150 else None


# --- attributes -------------------------------------------------------------------------------------

_ASK = {
    "colour": (
        "What colour {v} {x}?",
        "What is the colour of {x}?",
        "Which colour {v} {x}?",
        "Name the colour of {x}.",
        "Tell me the colour of {x}.",
    ),
    "material": (
        "What {v} {x} made of, {a} or {b}?",
        "{V} {x} made of {a} or of {b}?",
        "Which material {v} {x} made of: {a} or {b}?",
        "{X}: {a} or {b}?",
        "Would you say {x} {v} made of {a}, or of {b}?",
    ),
    "shape": (
        "{V} {x} {a} or {b}?",
        "Which word fits the shape of {x}: {a} or {b}?",
        "What shape {v} {x}, {a} or {b}?",
        "{X}: {a} or {b}?",
        "Would you call {x} {a} or {b}?",
    ),
}


@maker("attribute")
def attributes(view: View, rng: np.random.Generator) -> Iterator[Sample]:
    """Colour as an open question, material and shape as a choice; answers as a word or a sentence."""
    ph = phrases(view)
    pairs = [(k, key) for k in ph.clear for key in ("colour", "colour", "material", "shape")]
    asked: set[tuple[int, str]] = set()
    for j in rng.permutation(len(pairs)):
        k, key = pairs[int(j)]
        value = tellable(view, view.seen[k], key)
        d = without(view, k, key)
        if value is None or d is None or (k, key) in asked:
            continue
        asked.add((k, key))
        other = other_value(key, value, rng)
        if key != "colour" and other is None:
            continue
        both = [value, other or ""]
        if rng.uniform() < 0.5:
            both.reverse()
        noun = (lambda w: w.replace("_", " ")) if key == "material" else say
        question = _fill(pick(rng, _ASK[key]), d, a=noun(both[0]), b=noun(both[1]))
        sentence = f"{capital(d.text())} {verb(d)} {'made of ' if key == 'material' else ''}{noun(value)}."
        reply, question = _short_or_sentence(rng, question, noun(value), sentence)
        yield Sample("attribute", "text", question, reply, (view.seen[k],), {"attribute": key, "phrase": d.text()})


def _fill(pattern: str, d: Description, **words: str) -> str:
    text, v = d.text(), verb(d)
    return pattern.format(x=text, X=capital(text), v=v, V=capital(v), **words)


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _short_or_sentence(rng: np.random.Generator, question: str, word: str, sentence: str) -> tuple[str, str]:
    """The answer as a word or as a sentence, and the question with what it must say for that."""
    if rng.uniform() < 0.5:
        return word, f"{question} {pick(rng, ('Answer with one word.', 'One word.', 'Answer briefly.'))}"
    return sentence, f"{question} {pick(rng, ('Answer in a sentence.', 'Reply with a full sentence.'))}"


# --- yes and no -------------------------------------------------------------------------------------

Claim = tuple[str, str, tuple[int, ...], str]
"""Question, sentence that is true, scene objects, what the claim is about."""


@maker("yes_no")
def yes_no(view: View, rng: np.random.Generator) -> Iterator[Sample]:
    """Claims about attributes, sides, what lies on what, and the gripper.

    They come in pairs, one true and one false claim of the same kind, in random order: a kind of which a picture offers
    only one of them is not asked there, so the kind of a claim never tells the answer.
    """
    ph = phrases(view)
    kinds = [*_CLAIMS]
    told: set[str] = set()
    while kinds:
        claim = kinds[int(rng.integers(len(kinds)))]
        pair = [(answer, _fresh_claim(claim, ph, rng, answer, told)) for answer in (True, False)]
        if rng.uniform() < 0.5:
            pair.reverse()
        if any(made is None for _, made in pair):
            kinds = [k for k in kinds if k is not claim]
            continue
        for answer, made in pair:
            assert made is not None
            question, sentence, objects, about = made
            told.add(question)
            word = "Yes" if answer else "No"
            short = rng.uniform() < 0.5
            question += " Answer yes or no." if short else ""
            facts = {"about": about}
            yield Sample("yes_no", "text", question, word if short else f"{word}, {sentence}.", objects, facts)


def _fresh_claim(
    claim: Callable[[Phrases, np.random.Generator, bool], Claim | None],
    ph: Phrases,
    rng: np.random.Generator,
    answer: bool,
    told: set[str],
) -> Claim | None:
    """A claim that was not made before; None when a few draws find none."""
    for _ in range(8):
        made = claim(ph, rng, answer)
        if made is not None and made[0] not in told:
            return made
    return None


def _attribute_claim(key: str, ph: Phrases, rng: np.random.Generator, true: bool) -> Claim | None:
    """ "Is the mug red?" """
    view = ph.view
    if not ph.clear:
        return None
    k = ph.clear[int(rng.integers(len(ph.clear)))]
    value, d = tellable(view, view.seen[k], key), without(view, k, key)
    if value is None or d is None:
        return None
    other = other_value(key, value, rng)
    if other is None:
        return None
    claimed = value if true else other
    made = "made of " if key == "material" else ""
    shown, really = (say(w) if key != "material" else w for w in (claimed, value))
    question = pick(rng, ("{V} {x} {w}?", "Would you say that {x} {v} {w}?", "{X}: {v} it {w}?"))
    question = question.replace("{v} it", "are they" if verb(d) == "are" else "is it")
    sentence = f"{d.text()} {verb(d)} {made}{really}"
    return _fill(question, d, w=made + shown), sentence, (view.seen[k],), key


def _side_claim(ph: Phrases, rng: np.random.Generator, true: bool) -> Claim | None:
    """ "Is the mug to the left of the plate?": clearly so, or clearly the other way round."""
    view = ph.view
    able = [k for k in ph.still if ph.short(k) is not None]
    if not view.level or len(able) < 2:
        return None
    a, b = (able[int(n)] for n in rng.permutation(len(able))[:2])
    kind = SIDES[int(rng.integers(4))]
    inverse = RELATION_TABLE[kind].inverse or kind
    holds = inverse if not true else kind
    if not clearly(ph, holds, a, (b,)):
        return None
    da, db = ph.short(a), ph.short(b)
    assert da is not None and db is not None
    words = {"left_of": "to the left of", "right_of": "to the right of", "in_front_of": "in front of"}
    asked, really = (words.get(r, "behind") for r in (kind, holds))
    question = pick(rng, ("{V} {x} {r} {y}?", "Seen from the camera, {v} {x} {r} {y}?", "Do you see {x} {r} {y}?"))
    sentence = f"{da.text()} {verb(da)} {really} {db.text()}"
    return _fill(question, da, r=asked, y=db.text()), sentence, (view.seen[a], view.seen[b]), "side"


def clearly(ph: Phrases, kind: str, a: int, others: tuple[int, ...]) -> bool:
    """Whether the relation clearly holds between objects of `view.here`, in space and in the picture."""
    asked = Description(None, (), kind, tuple(d for j in others if (d := ph.short(j)) is not None))
    if len(asked.anchors) != len(others) or not ph.is_so(asked, a):
        return False
    return kind not in SIDES or ph.side_in_pixels(kind, a, others[0])


def _on_claim(ph: Phrases, rng: np.random.Generator, true: bool) -> Claim | None:
    """ "Is the mug on the plate?", where something lies on it and something else does not: both answers come up."""
    view = ph.view
    holders = [k for k in ph.still if view.here.assets[k].container is not None and ph.short(k) is not None]
    if not holders:
        return None
    b = holders[int(rng.integers(len(holders)))]
    info = view.here.assets[b].container
    kind = "on" if info is None else info.kind
    assert kind in RELATION_TABLE
    able = [k for k in ph.still if k != b and ph.short(k) is not None]
    inside = [k for k in able if RELATION_TABLE[kind].holds(view.here, k, (b,)).ok]
    outside = [k for k in able if not _over(view, k, b)]
    options = inside if true else outside
    if not inside or not outside:
        return None
    a = options[int(rng.integers(len(options)))]
    da, db = ph.short(a), ph.short(b)
    assert da is not None and db is not None
    question = pick(rng, ("{V} {x} {r} {y}?", "{V} {x} lying {r} {y}?", "Do you see {x} {r} {y}?"))
    sentence = f"{da.text()} {verb(da)} {'' if true else 'not '}{kind} {db.text()}"
    return _fill(question, da, r=kind, y=db.text()), sentence, (view.seen[a], view.seen[b]), "on"


def _over(view: View, a: int, b: int) -> bool:
    """Whether object a is above or close to object b, so that a picture may mislead about on and beside."""
    gap = float(np.linalg.norm(view.here.poses[a, :2] - view.here.poses[b, :2]))
    reach = float(np.linalg.norm(view.here.assets[b].extents[:2]) + np.linalg.norm(view.here.assets[a].extents[:2])) / 2
    return gap < reach + 0.03


def _grip_claim(ph: Phrases, rng: np.random.Generator, true: bool) -> Claim | None:
    """ "Is the robot holding the mug?", "Is the gripper empty?": in every picture either answer can come up."""
    view = ph.view
    if view.grasped is None or not robot_seen(view):
        return None
    grasped = [int(i) for i in np.flatnonzero(view.grasped)]
    free = [k for k in ph.still if ph.short(k) is not None and far_from_hand(view, view.seen[k])]
    if grasped:
        held = ph.short(ph.here[grasped[0]]) if len(grasped) == 1 and grasped[0] in view.clear else None
        if held is None:
            return None
        really = f"the robot is holding {held.text()}"
        if true:
            return pick(rng, _HOLDING).format(x=held.text()), really, (grasped[0],), "grasp"
        if not free or rng.uniform() < 0.5:
            return pick(rng, _EMPTY), really, (grasped[0],), "grasp"
    elif not all(far_from_hand(view, i) for i in range(view.n)) or not free:
        return None
    elif true:
        return pick(rng, _EMPTY), "the gripper is empty", (), "grasp"
    else:
        really = "the gripper is empty"
    k = free[int(rng.integers(len(free)))]
    d = ph.short(k)
    assert d is not None
    return pick(rng, _HOLDING).format(x=d.text()), really, (view.seen[k],), "grasp"


_HOLDING = ("Is the robot holding {x}?", "Is the gripper holding {x}?", "Has the robot grasped {x}?")
_EMPTY = ("Is the gripper empty?", "Is the robot's hand empty?", "Is there nothing in the gripper?")


def robot_seen(view: View) -> bool:
    """Whether enough of the robot is in the picture to speak of it."""
    return float((view.mask == 1).mean()) > 0.01


def far_from_hand(view: View, i: int) -> bool:
    """Whether the gripper is clear of scene object i by more than its own size and 5 cm."""
    reach = float(np.linalg.norm(view.assets[i].extents)) / 2
    return float(np.linalg.norm(view.poses[i, :3] - view.ee_pose[:3])) > reach + 0.05


_CLAIMS: tuple[Callable[[Phrases, np.random.Generator, bool], Claim | None], ...] = (
    partial(_attribute_claim, "colour"),
    partial(_attribute_claim, "material"),
    partial(_attribute_claim, "shape"),
    _side_claim,
    _on_claim,
    _grip_claim,
)
