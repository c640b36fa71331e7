"""A dataset opened for looking: the episodes table stays in columns, so that 100,000 episodes open quickly."""

from __future__ import annotations

import functools
import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from engine.errors import DatasetError
from engine.export import layout as paths
from engine.export.dataset import Dataset

T = TypeVar("T")


def once(make: Callable[[Any], T]) -> T:
    """A property that is worked out once per object, even when several threads ask for it at the same time."""
    name = f"_once_{make.__name__}"

    def get(self: Any) -> T:
        entry = self.__dict__.get(name)
        if entry is None:
            entry = self.__dict__.setdefault(name, (threading.Lock(), []))  # setdefault of a dict is atomic
        with entry[0]:
            if not entry[1]:
                entry[1].append(make(self))
        return entry[1][0]

    get.__doc__ = make.__doc__
    return cast(T, property(get))


class Column(Sequence[Any]):
    """One column of the episodes table; entries become Python values only when they are asked for."""

    def __init__(self, array: pa.ChunkedArray) -> None:
        self.array = array.combine_chunks() if array.num_chunks != 1 else array.chunk(0)

    def __len__(self) -> int:
        return len(self.array)

    def __getitem__(self, index: Any) -> Any:
        return self.array.slice(*_span(index)).to_pylist() if isinstance(index, slice) else self.array[index].as_py()

    def __iter__(self) -> Iterator[Any]:
        return iter(self.array.to_pylist())

    def numbers(self) -> NDArray[Any]:
        """The column as numpy; missing numbers are 0."""
        array = self.array.fill_null(pa.scalar(0).cast(self.array.type)) if self.array.null_count else self.array
        return np.asarray(array.to_numpy(zero_copy_only=False))


def _span(index: slice) -> tuple[int, int]:
    return index.start or 0, (index.stop or 0) - (index.start or 0)


class Columns(Mapping[str, Column]):
    """The episodes table by column name, in the order of `episode_index`."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table
        self._made: dict[str, Column] = {}

    def __getitem__(self, name: str) -> Column:
        if name not in self._made:
            if name not in self.table.column_names:
                raise KeyError(name)
            self._made[name] = Column(self.table[name])
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.table.column_names)

    def __len__(self) -> int:
        return len(self.table.column_names)

    def numbers(self, name: str, default: float | bool = 0) -> NDArray[Any]:
        """A column as numpy, or `default` everywhere when the table does not have it."""
        return self[name].numbers() if name in self else np.full(self.table.num_rows, default)

    def texts(self, name: str) -> tuple[NDArray[np.int32], list[str]]:
        """A text column as numbers into a list of its different values; of lists of texts, the first of each."""
        if name not in self:
            return np.zeros(self.table.num_rows, np.int32), [""]
        array = self[name].array
        if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
            array = pc.call_function("list_element", [array, 0])
        coded = pc.fill_null(array.cast(pa.string()), "").dictionary_encode()
        return coded.indices.to_numpy(zero_copy_only=False).astype(np.int32), coded.dictionary.to_pylist()


class PageDataset(Dataset):
    """A dataset read by several threads at once, with its episodes table in columns."""

    def __init__(self, root: str | Path) -> None:
        super().__init__(root)
        self._reading = threading.Lock()

    @functools.cached_property
    def table(self) -> Columns:
        """The episodes table without statistics and without the rewritten instructions."""
        files = sorted((self.root / "meta/episodes").glob("*/*.parquet"))
        if not files:
            raise DatasetError(f"{self.root}: meta/episodes holds no parquet file")
        parts, names = [], None
        for path in files:
            file = pq.ParquetFile(path)
            if names is None:
                schema = file.schema_arrow.names
                names = [n for n in schema if not n.startswith("stats/") and n != "instructions"]
            parts.append(file.read(columns=names, use_threads=False))
        table = pa.concat_tables(parts)
        if len(table) != len(self):
            raise DatasetError(
                f"{self.root}: meta/info.json counts {len(self)} episodes, meta/episodes holds {len(table)}"
            )
        order = table["episode_index"].to_numpy()
        return Columns(table if np.all(np.diff(order) > 0) else table.sort_by("episode_index"))

    @functools.cached_property
    def episodes(self) -> dict[str, list[Any]]:
        """The same as the reader's table, converted entry by entry when asked for."""
        return cast(dict[str, list[Any]], self.table)

    @functools.cached_property
    def fingerprint(self) -> str:
        """Changes when the dataset is made anew; part of every address that browsers may keep."""
        digest = hashlib.sha256()
        for name in ("meta/info.json", "meta/stats.json", f"{paths.EXTRA}/SHA256SUMS"):
            path = self.root / name
            if path.exists():
                digest.update(path.read_bytes())
        return digest.hexdigest()[:12]

    def _rows(self, index: int, names: Sequence[str]) -> pa.Table:
        with self._reading:  # one parquet file object is not made for several threads
            return super()._rows(index, names)
