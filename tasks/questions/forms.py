"""How answers are written, and the sentences that say so in the question.

JSON: a list of {"bbox_2d": [x1, y1, x2, y2], "label": ...} or {"point_2d": [x, y], "label": ...}, as Qwen2.5-VL writes
them. XML: <boxes><box x1= y1= x2= y2=>label</box></boxes>, <points><point x= y=>label</point></points>. All numbers are
whole pixels of the picture after smart resize.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import numpy as np

from tasks.questions.vocabulary import plural
from tasks.references import Description

Box = tuple[int, int, int, int]
Point = tuple[int, int]

_HOW: dict[tuple[str, str], tuple[str, ...]] = {
    ("box", "json"): (
        'Answer with a JSON list of {"bbox_2d": [x1, y1, x2, y2], "label": "..."}.',
        'Output JSON: [{"bbox_2d": [x1, y1, x2, y2], "label": "..."}], in pixels.',
        'Report the bounding box coordinates in JSON format with the keys "bbox_2d" and "label".',
        'Reply in JSON only, a list of objects with "bbox_2d" ([x1, y1, x2, y2], absolute pixels) and "label".',
    ),
    ("box", "xml"): (
        'Answer in XML: <boxes><box x1="" y1="" x2="" y2="">label</box></boxes>.',
        'Output XML of the form <boxes><box x1="" y1="" x2="" y2="">label</box></boxes>, in pixels.',
        'Report it as XML, one <box x1="" y1="" x2="" y2="">label</box> each inside <boxes>.',
        'Reply in XML only: <boxes> holding a <box x1="" y1="" x2="" y2="">label</box>, absolute pixels.',
    ),
    ("point", "json"): (
        'Answer with a JSON list of {"point_2d": [x, y], "label": "..."}.',
        'Output JSON: [{"point_2d": [x, y], "label": "..."}], in pixels.',
        'Report the point coordinates in JSON format with the keys "point_2d" and "label".',
        'Reply in JSON only, a list of objects with "point_2d" ([x, y], absolute pixels) and "label".',
    ),
    ("point", "xml"): (
        'Answer in XML: <points><point x="" y="">label</point></points>.',
        'Output XML of the form <points><point x="" y="">label</point></points>, in pixels.',
        'Report it as XML, one <point x="" y="">label</point> each inside <points>.',
        'Reply in XML only: <points> holding a <point x="" y="">label</point>, absolute pixels.',
    ),
}
_NONE = {
    "json": (
        "If there is no such object in the image, answer with an empty list: [].",
        "Answer [] if no object in the image fits.",
        "Should the image show no such object, output the empty list [].",
    ),
    ("box", "xml"): (
        "If there is no such object in the image, answer with an empty element: <boxes></boxes>.",
        "Answer <boxes></boxes> if no object in the image fits.",
        "Should the image show no such object, output <boxes></boxes>.",
    ),
    ("point", "xml"): (
        "If there is no such object in the image, answer with an empty element: <points></points>.",
        "Answer <points></points> if no object in the image fits.",
        "Should the image show no such object, output <points></points>.",
    ),
}

BOX_ASKS = (
    "Locate {r} in the image.",
    "Where is {r}? Give the bounding box.",
    "Find {r} and draw a box around it.",
    "Output the bounding box of {r}.",
    "Detect {r}.",
    "I am looking for {r}. Which box encloses it?",
    "Ground the phrase '{r}' in the image.",
    "Please mark {r} with a bounding box.",
)
POINT_ASKS = (
    "Point to {r}.",
    "Where is {r}? Point to it.",
    "Give the coordinates of a point on {r}.",
    "Mark {r} with a point.",
    "Which pixel shows {r}?",
    "Output a point that lies on {r}.",
    "Show me {r} by pointing.",
    "Find {r} and click on it.",
)
CLAUSE = 0.4
"""Share of questions about things that are there which also say what to answer if they were not; all questions about
absent things say it, so that the sentence alone does not give the answer away."""


def pick(rng: np.random.Generator, options: Sequence[str]) -> str:
    """One of the wordings."""
    return options[int(rng.integers(len(options)))]


def say(rng: np.random.Generator, options: Sequence[str], d: Description, **words: str) -> str:
    """One of the wordings with {r} as the phrase `d`, verbs and pronouns in the plural where that is said so, and the
    other words in their places."""
    template = pick(rng, options)
    if d.noun is not None and plural(d.noun):
        template = re.sub(r"\b(is|Is|does)(?= \{r\})", lambda m: _PLURAL_VERBS[m.group()], template)
        template = re.sub(r"\bit\b", "them", template)
        template = template.replace("{r} fits", "{r} fit").replace("{r} goes", "{r} go")
    return template.format(r=d.text(), **words)


_PLURAL_VERBS = {"is": "are", "Is": "Are", "does": "do"}


def pick_form(rng: np.random.Generator, xml: float = 0.4) -> str:
    """ "json" or "xml"."""
    return "xml" if rng.uniform() < xml else "json"


def how(rng: np.random.Generator, shape: str, form: str) -> str:
    """The sentence that says how the answer is written; shape: "box" or "point"."""
    return pick(rng, _HOW[shape, form])


def if_none(rng: np.random.Generator, shape: str, form: str) -> str:
    """The sentence that says what to answer when there is no such object."""
    return pick(rng, _NONE["json"] if form == "json" else _NONE[shape, form])


def label(d: Description) -> str:
    """The phrase without its article, as labels have it."""
    return d.text("")


def boxes(form: str, found: Sequence[tuple[Box, str]]) -> str:
    """Boxes with labels as an answer."""
    if form == "json":
        return json.dumps([{"bbox_2d": list(b), "label": text} for b, text in found], ensure_ascii=False)
    rows = (f'<box x1="{b[0]}" y1="{b[1]}" x2="{b[2]}" y2="{b[3]}">{escape(text)}</box>' for b, text in found)
    return f"<boxes>{''.join(rows)}</boxes>"


def points(form: str, found: Sequence[tuple[Point, str]]) -> str:
    """Points with labels as an answer."""
    if form == "json":
        return json.dumps([{"point_2d": list(p), "label": text} for p, text in found], ensure_ascii=False)
    rows = (f'<point x="{p[0]}" y="{p[1]}">{escape(text)}</point>' for p, text in found)
    return f"<points>{''.join(rows)}</points>"


def trace(form: str, path: Sequence[Point]) -> str:
    """A trajectory as an answer: a JSON list of [x, y], or XML points in order."""
    if form == "json":
        return json.dumps([list(p) for p in path])
    marks = (f'<point x="{x}" y="{y}"/>' for x, y in path)
    return f"<trajectory>{''.join(marks)}</trajectory>"


def read_numbers(answer: str, form: str) -> list[tuple[int, ...]]:
    """The boxes (4 numbers) and points (2 numbers) of an answer in JSON or XML.

    Raises ValueError when it is not of the form, says something else, or holds numbers that are not whole.
    """
    if form == "json":
        data = json.loads(answer)
        if not isinstance(data, list):
            raise ValueError("the answer is no JSON list")
        rows = [_row(entry) for entry in data]
    else:
        try:
            root = ElementTree.fromstring(answer)
        except ElementTree.ParseError as error:
            raise ValueError(f"the answer is no XML: {error}") from error
        if root.tag not in ("boxes", "points", "trajectory"):
            raise ValueError(f"the answer is XML with the unknown root <{root.tag}>")
        keys = ("x1", "y1", "x2", "y2") if root.tag == "boxes" else ("x", "y")
        for child in root:
            if set(child.attrib) != set(keys):
                raise ValueError(f"<{child.tag}> has the attributes {sorted(child.attrib)}, expected {list(keys)}")
        rows = [[child.attrib[k] for k in keys] for child in root]
    if not all(re.fullmatch(r"-?\d+", str(v)) for row in rows for v in row):
        raise ValueError("the answer holds numbers that are not whole pixels")
    return [tuple(int(v) for v in row) for row in rows]


def _row(entry: Any) -> list[Any]:
    """The numbers of one entry of a JSON answer."""
    if isinstance(entry, dict):
        if set(entry) not in ({"bbox_2d", "label"}, {"point_2d", "label"}):
            raise ValueError(f"an entry has the keys {sorted(entry)}; expected label with bbox_2d or point_2d")
        if not isinstance(entry["label"], str) or not entry["label"]:
            raise ValueError("an entry has no label")
        length = 4 if "bbox_2d" in entry else 2
        entry = entry["bbox_2d"] if length == 4 else entry["point_2d"]
    else:
        length = 2
    if not isinstance(entry, list) or len(entry) != length:
        raise ValueError(f"expected {length} numbers, found {entry!r}")
    return entry
