"""The makers of questions by kind.

A maker is `make(view, rng) -> Iterator[Sample]`: it yields different samples of its kind about one picture in random
order, lazily, best varied in object, phrasing and form; the caller stops when it has enough. It yields nothing where
the picture offers no question whose answer is beyond doubt. Every draw comes from `rng`.

Modules register themselves with `@maker("kind", weight)`; `load()` imports them all.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator

import numpy as np

from engine.errors import ConfigError, unknown_name
from tasks.questions.sample import Sample
from tasks.questions.view import View

Maker = Callable[[View, np.random.Generator], Iterator[Sample]]

MAKERS: dict[str, Maker] = {}
WEIGHTS: dict[str, float] = {}
"""How often each kind is asked, relative to the others, unless the user says otherwise."""

MODULES = (
    "tasks.questions.grounding",
    "tasks.questions.grounding_points",
    "tasks.questions.grounding_relations",
    "tasks.questions.trajectories",
    "tasks.questions.inspire",
    "tasks.questions.general",
    "tasks.questions.captions",
    "tasks.questions.comparisons",
)


def maker(kind: str, weight: float = 1.0) -> Callable[[Maker], Maker]:
    """Decorator that registers a maker of a kind with its default weight."""

    def add(make: Maker) -> Maker:
        if kind in MAKERS and MAKERS[kind] is not make:
            raise ConfigError(f"questions of kind '{kind}' have two makers; give one of them another name")
        MAKERS[kind], WEIGHTS[kind] = make, weight
        return make

    return add


def load() -> dict[str, Maker]:
    """All makers by kind, sorted."""
    for name in MODULES:
        importlib.import_module(name)
    return dict(sorted(MAKERS.items()))


def weights(asked: dict[str, float] | None = None, kinds: tuple[str, ...] = ()) -> dict[str, float]:
    """Weights by kind that sum to 1: the defaults, restricted to `kinds`, with `asked` put in their place.

    Raises ConfigError for unknown kinds and weights that are not positive.
    """
    known = load()
    for kind in (*kinds, *(asked or {})):
        if kind not in known:
            raise ConfigError(unknown_name("kind of question", kind, known))
    chosen = {k: (asked or {}).get(k, WEIGHTS[k]) for k in (kinds or known)}
    for kind, value in chosen.items():
        if not 0 <= value < float("inf"):
            raise ConfigError(f"weight of '{kind}': {value}; give 0 or more")
    total = sum(chosen.values())
    if total <= 0:
        raise ConfigError("the weights of all kinds of question are 0; give one of them a positive weight")
    return {k: v / total for k, v in sorted(chosen.items()) if v > 0}
