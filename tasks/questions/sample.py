"""One question with its answer, and the line of JSON that it becomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

FORMS = ("json", "xml", "text")


@dataclass(frozen=True)
class Sample:
    """A question about one picture.

    kind: what is asked, e.g. "box"; form: how the answer is written, one of FORMS. objects: scene indices of what the
    question and its answer are about. facts: JSON-able extras for the line (`phrase`, `formulation`, ...).
    """

    kind: str
    form: str
    question: str
    answer: str
    objects: tuple[int, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


def line(
    sample: Sample, name: str, image: str, size: tuple[int, int], source: dict[str, Any], names: tuple[str, ...]
) -> dict[str, Any]:
    """The sample as one JSON-able line of a conversation file; `name` is its id, `image` a path beside the file."""
    about = {**source, "objects": [names[i] for i in sample.objects], **sample.facts}
    return {
        "id": name,
        "image": image,
        "conversations": [
            {"from": "human", "value": f"<image>\n{sample.question}"},
            {"from": "gpt", "value": sample.answer},
        ],
        "kind": sample.kind,
        "form": sample.form,
        "width": size[0],
        "height": size[1],
        "source": about,
    }
