"""Which questions are asked about a picture: kinds kept in balance, none twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np

from tasks.questions.makers import Maker
from tasks.questions.sample import Sample
from tasks.questions.view import View


class Balance:
    """Keeps the shares of kinds near their weights: the kind that lags most is asked next, wherever it can be."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self.weights = dict(weights)
        self.counts: Counter[str] = Counter()

    def order(self, kinds: list[str], rng: np.random.Generator) -> str:
        """The kind to try first of those given."""
        jitter = rng.uniform(size=len(kinds))
        lag = [(self.counts[k] + float(u)) / self.weights[k] for k, u in zip(kinds, jitter, strict=True)]
        return kinds[int(np.argmin(lag))]


class Asked:
    """What was asked before: a question is a repetition when it is of the same kind about the same place (episode and
    camera, or picture) with the same phrase and the same answer, however it is worded; or the same words about the
    same picture."""

    def __init__(self) -> None:
        self._keys: set[tuple[object, ...]] = set()

    def new(self, place: tuple[object, ...], source: tuple[object, ...], sample: Sample) -> bool:
        """Whether the sample about the picture `source` is no repetition; remembers it."""
        said = sample.facts.get("phrase", sample.question)
        key = (place, sample.kind, sample.form, sample.objects, said, sample.answer)
        words = (source, sample.question)
        if key in self._keys or words in self._keys:
            return False
        self._keys |= {key, words}
        return True


def ask(
    view: View,
    wanted: int,
    makers: Mapping[str, Maker],
    balance: Balance,
    asked: Asked,
    place: tuple[object, ...],
    rng: np.random.Generator,
) -> list[Sample]:
    """At most `wanted` questions about a picture, each kind at most twice (or a quarter of them)."""
    most = max(2, -(-wanted // 4))
    running: dict[str, Iterator[Sample]] = {k: makers[k](view, rng) for k in balance.weights}
    here: Counter[str] = Counter()
    out: list[Sample] = []
    while len(out) < wanted and running:
        kind = balance.order(list(running), rng)
        sample = next(running[kind], None)
        if sample is None:
            del running[kind]
            continue
        if not asked.new(place, view.source, sample):
            continue
        out.append(sample)
        balance.counts[kind] += 1
        here[kind] += 1
        if here[kind] >= most:
            del running[kind]
    return out
