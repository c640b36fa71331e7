"""Families of objects, a few related ones per file; each file ends with its table `FAMILIES`."""

from __future__ import annotations

from assets.kit import FamilyInfo


def all_families() -> dict[str, FamilyInfo]:
    """Every family by name, in alphabetical order."""
    from assets.families import (
        boxes,
        containers,
        cutlery,
        fruit,
        household,
        kitchen,
        packaging,
        tools,
        toys,
        vegetables,
    )

    modules = (boxes, containers, cutlery, fruit, household, kitchen, packaging, tools, toys, vegetables)
    found = [info for module in modules for info in module.FAMILIES]
    return {info.family: info for info in sorted(found, key=lambda i: i.family)}
