"""Splits checked again from a finished dataset's metadata: nothing that a test split tests is in another split."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from engine.errors import DatasetError
from engine.export.dataset import Dataset
from engine.release.cameras import GAP_M, camera_box, outside_by
from engine.release.facts import EpisodeFacts, dataset_facts
from engine.release.splits import words_of

TOLERANCE_M = 1e-6  # camera poses are stored with nine decimals


@dataclass(frozen=True)
class Leak:
    """Something that two splits have in common and should not. episodes: one of each split."""

    rule: str
    splits: tuple[str, str]
    what: str
    episodes: tuple[int, int]

    @property
    def text(self) -> str:
        a, b = self.splits
        i, j = self.episodes
        return f"{self.rule}: {self.what} is in {a} (episode {i}) and in {b} (episode {j})"


def split_ranges(dataset: Dataset) -> dict[str, range]:
    """info.json's "splits" as ranges. Raises DatasetError when they do not partition the episodes."""
    out: dict[str, range] = {}
    at = 0
    for name, text in sorted(dataset.info["splits"].items(), key=lambda kv: int(kv[1].split(":")[0])):
        begin, end = (int(x) for x in text.split(":"))
        if begin != at or end <= begin:
            raise DatasetError(f"{dataset.root}/meta/info.json: split {name} is {text}; it should start at {at}")
        out[name], at = range(begin, end), end
    if at != len(dataset):
        raise DatasetError(f"{dataset.root}/meta/info.json: the splits end at {at} of {len(dataset)} episodes")
    return out


def check_leaks(dataset: Dataset) -> list[Leak]:
    """Every leak between the dataset's splits, read from its metadata; [] when there is none.

    Raises DatasetError when the splits do not partition the episodes or an episode says it is of another split.
    """
    facts = dataset_facts(dataset)
    placed: list[EpisodeFacts] = []
    for name, numbers in split_ranges(dataset).items():
        for i in numbers:
            if facts[i].split not in ("", name):
                raise DatasetError(f"{dataset.root}, episode {i}: made for {facts[i].split}, listed in {name}")
            placed.append(replace(facts[i], split=name))
    return find_leaks(placed)


def find_leaks(facts: Sequence[EpisodeFacts]) -> list[Leak]:
    """Leaks between episodes whose `split` is set; one per thing and pair of splits."""
    out = list(_shared(facts, "one trajectory in one split", None, lambda f: [f.attempt_key]))
    out += _shared(facts, "one start state in one split", None, lambda f: [f.start])
    out += _shared(facts, "unseen tasks", "test_task", words_of)
    out += _shared(facts, "unseen objects", "test_object", lambda f: f.objects)
    out += _shared(facts, "unseen materials", "test_material", lambda f: f.materials)
    return out + list(_seen_cameras(facts))


def _shared(
    facts: Sequence[EpisodeFacts],
    rule: str,
    tested: str | None,
    keys: Callable[[EpisodeFacts], Iterable[Hashable]],
) -> Iterator[Leak]:
    """Keys that are in two splits; `tested`: only when one of these is that split."""
    owner: dict[Hashable, dict[str, int]] = {}
    for f in facts:
        for key in keys(f):
            owner.setdefault(key, {}).setdefault(f.split, f.index)
    for key, where in owner.items():
        first = tested if tested in where else None if tested else min(where, key=where.__getitem__)
        if first is None or len(where) < 2:
            continue
        for other in (s for s in where if s != first):
            yield Leak(rule, (first, other), _said(key), (where[first], where[other]))


def _said(key: Hashable) -> str:
    if isinstance(key, tuple):
        return f"seed {key[0]}, task {key[1]}, attempt {key[2]}"
    return repr(key) if isinstance(key, str) and " " in key else str(key)


def _seen_cameras(facts: Sequence[EpisodeFacts]) -> Iterator[Leak]:
    """Cameras of test_camera that are not outside the box of the other splits' positions."""
    others = [f for f in facts if f.split != "test_camera"]
    box = camera_box(c for f in others for c in f.cameras)
    for f in facts:
        if f.split != "test_camera":
            continue
        for c in f.cameras:
            if c.name not in box:
                continue
            gap = outside_by(c, box[c.name])
            if gap < GAP_M[c.parent] - TOLERANCE_M:
                near = next(o for o in others if any(x.name == c.name for x in o.cameras))
                what = f"a pose of camera {c.name} ({1000 * gap:.1f} mm outside, {1000 * GAP_M[c.parent]:.0f} wanted)"
                yield Leak("unseen cameras", ("test_camera", near.split), what, (f.index, near.index))
