"""Conversation sets mixed by weight: deterministic, resumable at any position, split over ranks without overlap.

    sources = [Source("ours", ("data/qa",), 2.0), Source("llava", ("llava.json",), 1.0, images="coco")]
    mixture = Mixture(sources, seed=0)
    for position, conversation in mixture.iterate(start=12_000, rank=3, ranks=8): ...

What stands at a position depends on the seed, the weights and the sizes alone. Each block of 1,024 positions holds
every source in proportion to its weight, to within one; a source is gone through in a new random order each time it
is used up, so no sample comes twice before all have come once. A small source with a large weight repeats.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from engine.errors import ConfigError, DatasetError, unknown_name
from engine.rng import rng
from learner.data.conversations import Conversation, ConversationFile, find_files

BLOCK = 1024
_GOLDEN = (5**0.5 - 1) / 2

GROUPS: dict[str, tuple[str, ...]] = {
    "general": ("caption", "listing", "yes_no", "attribute", "compare", "count", "inspire"),
    "box": ("box", "boxes", "negative"),
    "trajectory": ("trajectory",),
    "point": ("point", "affordance", "placement", "relation"),
}
"""Our kinds of question by the groups of ST4VLA's first stage."""

GROUP_WEIGHTS = {"general": 637.0, "box": 879.0, "trajectory": 684.0, "point": 832.0}
"""Thousands of samples of each group there (3 million in all)."""


@dataclass(frozen=True)
class Source:
    """One set. paths: files (.jsonl, .json) or folders of .jsonl. weight: its share is weight / sum of weights.
    images: folder of the image paths (default: that of each file). kinds: only questions of these kinds."""

    name: str
    paths: tuple[str, ...]
    weight: float
    images: str | None = None
    kinds: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (np.isfinite(self.weight) and self.weight > 0):
            raise ConfigError(f"sources.{self.name}.weight: {self.weight}; it must be a number above 0")
        if not self.paths:
            raise ConfigError(f"sources.{self.name}.paths: empty; give files or folders")


@dataclass(frozen=True)
class Place:
    """What stands at a position: number `index` of source `source`, drawn for the `epoch`-th time."""

    source: int
    index: int
    epoch: int


class Mixture:
    """Sources mixed by weight, without end. Raises DatasetError for missing or empty sources."""

    def __init__(self, sources: Sequence[Source], seed: int = 0) -> None:
        self.sources, self.seed = tuple(sources), int(seed)
        names = [s.name for s in self.sources]
        if not names or len(set(names)) < len(names):
            raise ConfigError(f"sources: {names}; give at least one, each with a name of its own")
        self.files = [
            [ConversationFile(f, s.images, s.kinds) for p in s.paths for f in find_files(p)] for s in self.sources
        ]
        self._starts = [np.cumsum([0, *(len(f) for f in files)]) for files in self.files]
        self.sizes = tuple(int(starts[-1]) for starts in self._starts)
        for source, size in zip(self.sources, self.sizes, strict=True):
            if not size:
                of = f" of kind {', '.join(source.kinds)}" if source.kinds else ""
                raise DatasetError(f"sources.{source.name}: no conversation{of} in {', '.join(source.paths)}")
        weights = np.array([s.weight for s in self.sources], np.float64)
        self.shares = weights / weights.sum()
        self._edges = np.concatenate([[0.0], np.cumsum(self.shares)[:-1], [1.0]])
        self._offset = float(rng(self.seed, "mixture", "offset").uniform())
        self._summed = (0, np.zeros(len(names), np.int64))
        self._remember()

    @property
    def fingerprint(self) -> str:
        """Changes with everything that decides what stands at a position."""
        what = [[s.name, s.weight, n] for s, n in zip(self.sources, self.sizes, strict=True)]
        return hashlib.sha256(json.dumps([self.seed, BLOCK, what]).encode()).hexdigest()[:16]

    def place(self, position: int) -> Place:
        """What stands at a position (from 0 on, without end)."""
        if position < 0:
            raise ConfigError(f"position {position}: positions start at 0")
        source, drawn = (int(x) for x in self._block(position // BLOCK)[position % BLOCK])
        epoch, k = divmod(drawn, self.sizes[source])
        return Place(source, int(self._order(source, epoch)[k]), epoch)

    def __getitem__(self, position: int) -> Conversation:
        """The conversation at a position. Raises DatasetError with file and line when it cannot be read."""
        return self.read(self.place(position))

    def read(self, place: Place) -> Conversation:
        """The conversation of a place."""
        starts = self._starts[place.source]
        f = int(np.searchsorted(starts, place.index, side="right")) - 1
        return self.files[place.source][f][place.index - int(starts[f])]

    def iterate(self, start: int = 0, rank: int = 0, ranks: int = 1) -> Iterator[tuple[int, Conversation]]:
        """(position, conversation) from `start` on; rank r of n gets start + r, start + r + n, ..."""
        if not 0 <= rank < ranks:
            raise ConfigError(f"rank {rank} of {ranks}: ranks are numbered from 0")
        position = start + rank
        while True:
            yield position, self[position]
            position += ranks

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in self.__dict__.items() if k not in ("_block", "_order")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._remember()

    # --- inside ---

    def _remember(self) -> None:
        self._block = functools.lru_cache(maxsize=8)(self._make_block)
        self._order = functools.lru_cache(maxsize=2 * len(self.sources))(self._make_order)

    def _counts(self, blocks: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many positions of each block (b,) each source has (b, sources): systematic sampling.

        A block's points (j + u) / BLOCK, j = 0 .. BLOCK - 1, fall into the sources' shares of [0, 1). u goes through
        the golden-ratio sequence, so the counts of a source even out over the blocks.
        """
        u = (self._offset + _GOLDEN * blocks) % 1.0
        # Points below an edge e: those with j < e BLOCK - u.
        below = np.ceil(self._edges[None, :] * BLOCK - u[:, None]).clip(0, BLOCK)
        below[:, -1] = BLOCK
        return np.diff(below, axis=1).astype(np.int64)

    def _make_block(self, block: int) -> NDArray[np.int64]:
        """(BLOCK, 2): source of each position, and how many of the source came before it."""
        counts = self._counts(np.array([block]))[0]
        before = self._before(block)
        source = rng(self.seed, "mixture", "block", block).permutation(np.repeat(np.arange(len(counts)), counts))
        drawn = np.zeros(BLOCK, np.int64)
        for s in range(len(counts)):
            mine = source == s
            drawn[mine] = before[s] + np.arange(mine.sum())
        return np.stack([source, drawn], 1)

    def _before(self, block: int) -> NDArray[np.int64]:
        """How many positions before a block each source has; blocks in order cost a step each."""
        known, total = self._summed
        if block < known:
            known, total = 0, np.zeros(len(self.sources), np.int64)
        for first in range(known, block, 1 << 16):
            total = total + self._counts(np.arange(first, min(first + (1 << 16), block))).sum(axis=0)
        self._summed = (block, total)
        return total

    def _make_order(self, source: int, epoch: int) -> NDArray[np.int64]:
        name = self.sources[source].name
        return rng(self.seed, "mixture", "order", name, epoch).permutation(self.sizes[source])


class Stream:
    """An iterator over a mixture that can be stopped and gone on with: `state_dict`, `load_state_dict`.

    The state says how far all ranks together have come, so that the number of ranks may change between two runs if all
    ranks have drawn the same number.
    """

    def __init__(self, mixture: Mixture, rank: int = 0, ranks: int = 1) -> None:
        if not 0 <= rank < ranks:
            raise ConfigError(f"rank {rank} of {ranks}: ranks are numbered from 0")
        self.mixture, self.rank, self.ranks, self.start = mixture, rank, ranks, 0

    def __iter__(self) -> Stream:
        return self

    def __next__(self) -> Conversation:
        conversation = self.mixture[self.start + self.rank]
        self.start += self.ranks
        return conversation

    def state_dict(self) -> dict[str, Any]:
        """Where it is: JSON-able."""
        return {"position": self.start, "fingerprint": self.mixture.fingerprint}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a state. Raises ConfigError when it belongs to another mixture."""
        if state["fingerprint"] != self.mixture.fingerprint:
            raise ConfigError(
                f"the state is of mixture {state['fingerprint']}, this one is {self.mixture.fingerprint}: seed, "
                "weights or sizes of the sources have changed; start at position 0"
            )
        self.start = int(state["position"])


def sources_from_config(data: Any, base: Path) -> tuple[Source, ...]:
    """Sources of a mixture file's content; paths in it are relative to `base`. Raises ConfigError with the place."""
    if not isinstance(data, Mapping) or not isinstance(data.get("sources"), Mapping):
        raise ConfigError("a mixture file has 'sources': {name: {paths: [...], weight: 1.0}} and perhaps 'seed'")
    known = {f.name for f in fields(Source)} - {"name"}
    out = []
    for name, entry in data["sources"].items():
        if not isinstance(entry, Mapping):
            raise ConfigError(f"sources.{name}: give paths and weight, not {entry!r:.60}")
        for key in entry:
            if key not in known:
                raise ConfigError(f"sources.{name}: {unknown_name('setting', str(key), known)}")
        if not isinstance(entry.get("weight"), (int, float)) or isinstance(entry["weight"], bool):
            raise ConfigError(f"sources.{name}.weight: {entry.get('weight')!r}; give a number above 0")
        paths, kinds = (_texts(entry.get(k, ()), f"sources.{name}.{k}") for k in ("paths", "kinds"))
        images = entry.get("images")
        out.append(
            Source(
                str(name),
                tuple(str(base / p) for p in paths),
                float(entry["weight"]),
                None if images is None else str(base / str(images)),
                kinds,
            )
        )
    return tuple(out)


def _texts(value: Any, where: str) -> tuple[str, ...]:
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, (list, tuple)) or not all(isinstance(x, str) for x in items):
        raise ConfigError(f"{where}: {value!r}; give a list of texts")
    return tuple(items)


def load_mixture(path: str | Path) -> Mixture:
    """A mixture from its YAML file. Raises ConfigError or DatasetError that name the file and the place."""
    path = Path(path)
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; give the path of a readable file") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: not YAML ({error})") from error
    if isinstance(data, Mapping):
        for key in data:
            if key not in ("sources", "seed"):
                raise ConfigError(f"{path}: {unknown_name('setting', str(key), ('sources', 'seed'))}")
    try:
        return Mixture(sources_from_config(data, path.parent), int(data.get("seed", 0)))
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error


def grouped_sources(qa: str | Path, weights: Mapping[str, float] | None = None) -> tuple[Source, ...]:
    """A QA folder of ours as four sources with the weights of ST4VLA's first stage: general, box, trajectory, point.

    weights: others by group; a group of weight 0 is left out. Raises DatasetError when a group has no question.
    """
    for name in weights or {}:
        if name not in GROUPS:
            raise ConfigError(unknown_name("group", name, GROUPS))
    chosen = {g: (weights or GROUP_WEIGHTS).get(g, 0.0) for g in GROUPS}
    return tuple(Source(g, (str(qa),), w, None, GROUPS[g]) for g, w in chosen.items() if w > 0)
