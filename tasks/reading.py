"""Reading noun phrases and instructions back: what a sentence says about a scene, or why that cannot be told.

The reader is the judge of rewrites, whoever wrote them: the project's grammar or a language model. It knows the words
for the attributes, names and kinds of the objects at hand, relations, superlatives and a set of verbs; a phrase with
any other word is refused, because nothing could vouch for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from engine.errors import TaskError
from engine.types import ObjectAsset, WorldState
from tasks.references import EXTREMES, KIND_NOUNS, SAID, SUPERLATIVES, Description
from tasks.scene import nouns

_THING = ("object", "thing", "item", "one")
_RELATIONS = {  # longest first where one begins like another
    "to the left of": "left_of", "on the left of": "left_of", "left of": "left_of",
    "to the right of": "right_of", "on the right of": "right_of", "right of": "right_of",
    "in front of": "in_front_of", "right behind": "behind", "behind": "behind",
    "next to": "near", "beside": "near", "close to": "near", "near": "near",
    "in between": "between", "between": "between",
    "lying on": "on", "standing on": "on", "on top of": "on", "on": "on", "lying in": "in", "inside": "in", "in": "in",
}  # fmt: skip
_FILLER = ("that is", "which is", "that's", "sitting", "located", "placed")
_SAME_WORD = {"gray": "grey", "wooden": "wood", "metallic": "metal", "multicolored": "multicoloured", "little": "small",
              "big": "large", "plastics": "plastic", "biggest": "largest"}  # fmt: skip
_TAILS = {
    "closest to the camera": "closest", "nearest to the camera": "closest", "farthest from the camera": "farthest",
    "furthest from the camera": "farthest", "on the far left": "leftmost", "on the far right": "rightmost",
}  # fmt: skip
_OPENING = r"(?:please |kindly |now |could you(?: please)? |can you(?: please)? |i want you to |i would like you to )?"
_PUT = r"(?:put|place|move|set|lay|bring|transfer|drop|lower|deposit|shift)"
_TAKE = r"(?:pick up|take|grab|lift|lift up|get|grasp|find|pick)"
_WHERE = {
    "on": r"(?:down )?(?:on|onto|on top of|to the top of|upon)",
    "in": r"(?:down )?(?:in|into|inside|inside of)",
    "left_of": r"(?:to|on) the left(?: side)? of", "right_of": r"(?:to|on) the right(?: side)? of",
    "in_front_of": r"in front of", "behind": r"behind", "near": r"(?:next to|close to|near|beside)",
    "between": r"(?:in )?between", "under": r"under",
}  # fmt: skip
_END = r"(?:,? please)?[.?!]?"


class ReadError(TaskError):
    """A phrase or sentence that cannot be vouched for; the message says which word or part."""


def vocabulary(assets: Iterable[ObjectAsset]) -> dict[str, tuple[str, str]]:
    """Adjectives by how they are said: {"wooden": ("material", "wood"), ...}, of these objects."""
    out: dict[str, tuple[str, str]] = {}
    for asset in assets:
        for key in ("colour", "material", "shape", "size"):
            value = asset.attributes.get(key, "")
            if value:
                out.setdefault(SAID.get(value, value).replace("_", " "), (key, value))
                out.setdefault(value.replace("_", " "), (key, value))
    return out


def read_phrase(phrase: str, state: WorldState) -> Description:
    """The description that a noun phrase ("the red mug next to the can") gives. Raises ReadError naming the word."""
    text = " ".join(phrase.lower().replace(",", " ").split())
    for filler in _FILLER:
        text = text.replace(f" {filler} ", " ")
    return _phrase(text, state)


def _phrase(text: str, state: WorldState) -> Description:
    body = re.sub(r"^(?:the|a|an) ", "", text)
    for tail, extreme in _TAILS.items():
        if body.endswith(f" {tail}"):
            return _head(body.removesuffix(f" {tail}"), state, extreme)
    found = [(m.start(), -len(w), w) for w in _RELATIONS for m in [re.search(rf" {w} (?=the |an? )", body)] if m]
    if not found:
        return _head(re.sub(r" on the table$", "", body), state, None)
    start, _, words = min(found)
    head = _head(body[:start], state, None)
    rest = body[start + len(words) + 2 :]
    kind = _RELATIONS[words]
    parts = rest.split(" and ", 1) if kind == "between" else [rest]
    if kind == "between" and len(parts) < 2:
        raise ReadError(f"'{text}': between needs two objects, 'between the X and the Y'")
    anchors = tuple(_phrase(p, state) for p in parts)
    return Description(head.noun, head.attributes, kind, anchors)


def _head(text: str, state: WorldState, extreme: str | None) -> Description:
    """Adjectives and noun, without article."""
    noun, rest = _noun(text, state.assets)
    known = vocabulary(state.assets)
    attributes: list[tuple[str, str]] = []
    words = rest.split()
    while words:
        for n in (2, 1):
            said = " ".join(words[:n])
            said = _SAME_WORD.get(said, said)
            if said in known or said in (*EXTREMES, *SUPERLATIVES):
                break
        else:
            raise ReadError(f"'{words[0]}' in '{text}' is no attribute of any object in the scene")
        words = words[n:]
        if said in known:
            attributes.append(known[said])
        elif extreme is None:
            extreme = said
        else:
            raise ReadError(f"'{text}' has two superlatives")
    return Description(noun, tuple(attributes), extreme=extreme)


def _noun(text: str, assets: Sequence[ObjectAsset]) -> tuple[str | None, str]:
    """The noun at the end of the words and what comes before it."""
    names = {n for a in assets for n in (a.name, a.name.split()[-1], a.family.replace("_", " "))}
    for noun in sorted({*names, *KIND_NOUNS, *_THING}, key=len, reverse=True):
        if text == noun or text.endswith(f" {noun}"):
            return (None if noun in _THING and noun not in names else noun), text.removesuffix(noun).strip()
    raise ReadError(f"'{text}' ends in no name of an object in the scene, nor in 'object'")


def says_goal(sentence: str, target: str, container: str, kind: str) -> bool:
    """Whether a sentence asks for exactly this: the phrase `target` to be put `kind` (on, in ...) the phrase
    `container`, in words that leave no doubt."""
    low, t, c = (" ".join(s.lower().split()) for s in (sentence, target, container))
    if low.count(t) < 1 or low.count(c) < 1:
        return False
    t, c, where = re.escape(t), re.escape(c), _WHERE[kind]
    patterns = (
        rf"{_OPENING}{_PUT} {t} {where} {c}{_END}",
        rf"{_OPENING}{_TAKE} {t},? (?:and|then|and then) {_PUT} (?:it|them) {where} {c}{_END}",
        rf"i would like {t} {where} {c}{_END}",
        rf"{t} (?:goes|go|belongs|belong|should go|has to go) {where} {c}{_END}",
    )
    return any(re.fullmatch(p, low) for p in patterns)


def phrase_pairs(sentence: str) -> Iterator[tuple[str, str, str]]:
    """Every way to take a sentence apart into the phrase for what is moved, the relation and the phrase for the place.

    "put the can next to the bowl on the plate" gives ("the can next to the bowl", "on", "the plate") and ("the can",
    "near", "the bowl on the plate"): which one is meant depends on the scene. Nothing for sentences of another form.
    """
    low = re.sub(rf"{_END}$", "", " ".join(sentence.lower().split()))
    low = re.sub(rf"^{_OPENING}", "", low)
    taken = re.fullmatch(rf"{_TAKE} (.+?),? (?:and then|and|then) {_PUT} (?:it|them) (.+)", low)
    body = re.sub(rf"^(?:{_PUT}|i would like) ", "", low)
    for kind, where in _WHERE.items():
        if taken:
            place = re.fullmatch(rf"{where} (.+)", taken[2])
            if place:
                yield taken[1], kind, place[1]
            continue
        for found in re.finditer(rf" (?:(?:goes|go|belongs|belong|should go|has to go) )?{where} (?=the |an? )", body):
            yield body[: found.start()], kind, body[found.end() :]


def names_in(sentence: str, asset: ObjectAsset) -> tuple[str, ...]:
    """Words of the sentence that give the object's common name away: its name, its noun, its family."""
    low = re.sub(r"[^a-z ]", " ", sentence.lower())
    banned = {asset.name, *nouns(asset.name), asset.family.replace("_", " ")}
    return tuple(sorted(w for w in banned if re.search(rf"\b(?:{_forms(w)})\b", low)))


def _forms(word: str) -> str:
    """Singular and plurals of a noun, as a pattern."""
    forms = [word, f"{word}s", f"{word}es", *([f"{word[:-1]}ies"] if word.endswith("y") else [])]
    return "|".join(re.escape(f) for f in forms)
