"""A mixture as a torch IterableDataset; reading without torch is `learner.data.mixture`'s."""

from __future__ import annotations

from collections.abc import Iterator

from torch.utils.data import IterableDataset, get_worker_info

from learner.data.conversations import Conversation
from learner.data.mixture import Mixture


class MixtureDataset(IterableDataset[tuple[int, Conversation]]):
    """(position, conversation) from `start` on, without end; rank r of n has the positions start + r + n k.

    The workers of a DataLoader share them: worker w of m reads k = w, w + m, ... The DataLoader takes a batch from each
    worker in turn, so only the order within m batches depends on their number. Give it a `collate_fn`.
    """

    def __init__(self, mixture: Mixture, *, start: int = 0, rank: int = 0, ranks: int = 1) -> None:
        self.mixture, self.start, self.rank, self.ranks = mixture, start, rank, ranks

    def __iter__(self) -> Iterator[tuple[int, Conversation]]:
        info = get_worker_info()
        worker, workers = (0, 1) if info is None else (info.id, info.num_workers)
        return self.mixture.iterate(self.start, self.rank + self.ranks * worker, self.ranks * workers)
