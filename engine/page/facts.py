"""Which objects are on the table in each episode, read from the records without parsing all of them."""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.export import layout as paths
from engine.page.tables import PageDataset

_HEAD = 16384  # bytes of a record that hold its list of objects nearly always
_START = b'"objects": [{'
_ROLES = ("", "target", "container")


@dataclass(frozen=True, eq=False)
class Objects:
    """(item, object, role) triples. names: assets; family: of each asset the family."""

    count: int
    item: NDArray[np.int64]
    asset: NDArray[np.int64]
    role: NDArray[np.int8]
    names: tuple[str, ...]
    family: tuple[str, ...]

    def having(self, name: str, role: str = "any") -> NDArray[np.bool_]:
        """Which items hold an asset or one of a family, in a role or in any; bool (count,)."""
        wanted = np.array([name in (a, f) for a, f in zip(self.names, self.family, strict=True)], bool)
        mask = np.zeros(self.count, bool)
        if len(wanted):
            hit = wanted[self.asset]
            mask[self.item[hit if role == "any" else hit & (self.role == _ROLES.index(role))]] = True
        return mask

    def of(self, item: int) -> list[tuple[str, str]]:
        """(role, asset) of an item; role "" for everything else on the table."""
        low, high = np.searchsorted(self.item, [item, item + 1])
        return [(_ROLES[self.role[k]], self.names[self.asset[k]]) for k in range(low, high)]

    def counts(self, mask: NDArray[np.bool_]) -> tuple[list[list[Any]], list[list[Any]]]:
        """[asset, items with it] and [family, items with one of it] by name, over the items of a mask (count,)."""
        if not self.names:
            return [], []
        kinds = {f: k for k, f in enumerate(dict.fromkeys(self.family))}
        of_asset = np.array([kinds[f] for f in self.family], np.int64)
        keep = mask[self.item]
        item, asset = self.item[keep], self.asset[keep]

        def count(codes: NDArray[np.int64], names: Sequence[str]) -> list[list[Any]]:
            pairs = np.sort(item * len(names) + codes)  # np.unique hashes, which takes a hundred times as long
            first = np.diff(pairs, prepend=-1) != 0  # two mugs on one table count once
            found = np.bincount(pairs[first] % len(names), minlength=len(names)).tolist()
            return sorted([name, n] for name, n in zip(names, found, strict=True) if n)

        return count(asset, self.names), count(of_asset[asset], list(kinds))


def scan_objects(dataset: PageDataset, otherwise: list[list[tuple[str, str]]]) -> Objects:
    """The objects of every item. otherwise: (role, asset) of each item as the ledger has it, for items without a
    record of their own."""
    assets: dict[str, int] = {}
    family: list[str] = []
    found = array("q")  # item, asset, role of one after the other

    def add(item: int, name: str, role: str, kind: str) -> None:
        if name not in assets:
            assets[name] = len(assets)
            family.append(kind)
        found.extend((item, assets[name], _ROLES.index(role) if role in _ROLES else 0))

    table, path = dataset.table, dataset.root / paths.EXTRA / "episodes.jsonl"
    stored = 0
    if "groundwork/meta_offset" in table and path.exists():
        places = (table.numbers(f"groundwork/meta_{n}").tolist() for n in ("offset", "bytes"))
        with open(path, "rb") as file:
            for item, (offset, size) in enumerate(zip(*places, strict=True)):
                file.seek(offset)
                for entry in _objects(file.read(min(size, _HEAD)), lambda size=size: file.read(size - _HEAD)):
                    name = str(entry.get("asset", ""))
                    add(item, name, str(entry.get("name", "")), str(entry.get("family") or name.split("/")[0]))
        stored = len(dataset)
    for item in range(stored, len(otherwise)):
        for role, name in otherwise[item]:
            add(item, name, role, name.split("/")[0])
    columns = np.frombuffer(found, np.int64).reshape(-1, 3) if found else np.zeros((0, 3), np.int64)
    return Objects(
        len(otherwise), columns[:, 0], columns[:, 1], columns[:, 2].astype(np.int8), tuple(assets), tuple(family)
    )


def _objects(head: bytes, rest: Any) -> list[dict[str, Any]]:
    """The list of objects of a record; the whole record is parsed only when its head does not show it."""
    at = head.find(_START)
    if at >= 0:
        try:
            text = head[at + len(_START) - 2 :].decode("utf-8", "ignore")
            return json.JSONDecoder().raw_decode(text)[0]
        except ValueError:
            pass  # cut off within the list
    record = json.loads(head + (rest() if len(head) == _HEAD else b""))
    return record.get("meta", {}).get("objects", [])
