"""The floors of the house: each module imports only lower ones, and heavy packages stay in their room.

The syntax trees are read, nothing is imported, so an import inside a function counts as well.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

FLOORS = (
    ("engine.types", "engine.table", "engine.errors", "engine.frames", "engine.rng"),
    ("engine.sim", "engine.graph"),
    ("engine.layout", "engine.grasp", "engine.plan"),
    ("engine.skills", "engine.render", "engine.label", "engine.record", "engine.backends"),
    (
        "engine.config",
        "engine.pipeline",
        "engine.worker",
        "engine.env",
        "engine.export",
        "engine.execute",
        "engine.run",
        "engine.ledger",
        "engine.estimate",
        "engine.rebuild",
        "engine.rerender",
        "engine.redraw",
        "engine.lint",
        "engine.release",
        "engine.page",
    ),
    ("assets", "tasks"),
    ("learner",),
    ("scripts",),
)
"""From the ground up. A module may import from its own floor and from those below. On the ground floor only
`engine.errors`, `engine.types` and numpy are there to be imported."""

ONLY_IN = {
    "torch": ("learner", "scripts"),
    "transformers": ("learner",),
    "mujoco": ("engine", "assets", "learner.evaluate", "scripts"),
    "networkx": ("engine.graph", "engine.layout", "tasks"),
    "av": ("engine.record", "engine.export", "learner.data", "scripts"),
    "tyro": ("scripts",),
    "rich": ("scripts",),
    "robosuite": (),
}
"""Where a package may be imported at all."""

OPTIONAL = {
    "pxr": "engine.export",
    "isaacsim": "engine.render",
    "isaaclab": "engine.render",
    "ray": "engine.execute",
    "pyrender": "engine.render",
    "lerobot": "tests",
    "h5py": "engine.export",
    "rerun": "engine.export",
}
"""Packages that may be absent: imported in one file of that room, inside a function."""


def modules() -> dict[str, Path]:
    """Dotted name -> file, of everything that ships."""
    found = {}
    for top in ("engine", "assets", "tasks", "learner", "scripts"):
        for path in sorted((ROOT / top).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imports(path: Path, module: str) -> Iterator[tuple[str, int, bool]]:
    """(imported dotted name, line, inside a function) of each import statement; `from a import b` gives a.b
    when that is a module."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]

    def walk(node: ast.AST, inside: bool) -> Iterator[tuple[str, int, bool]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                for alias in child.names:
                    yield alias.name, child.lineno, inside
            elif isinstance(child, ast.ImportFrom):
                base = child.module or ""
                if child.level:
                    parts = package.split(".")
                    parts = parts[: len(parts) - child.level + 1]
                    base = ".".join([*parts, base] if base else parts)
                for alias in child.names:
                    full = f"{base}.{alias.name}"
                    yield (full if full in MODULES else base), child.lineno, inside
            if not isinstance(child, ast.expr):
                yield from walk(child, inside or isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)))

    yield from walk(ast.parse(path.read_text(), str(path)), False)


def within(module: str, room: str) -> bool:
    return module == room or module.startswith(room + ".")


def floor(module: str) -> int | None:
    for height, rooms in enumerate(FLOORS):
        if any(within(module, room) for room in rooms):
            return height
    return None


def test_every_module_has_a_floor():
    homeless = [m for m in MODULES if floor(m) is None and m != "engine"]
    assert homeless == [], "give it a place in FLOORS"


@pytest.mark.parametrize("top", ["engine", "assets", "tasks", "learner", "scripts"])
def test_modules_import_only_from_their_floor_and_below(top):
    wrong = []
    for module, path in MODULES.items():
        if not within(module, top):
            continue
        for name, line, _ in imports(path, module):
            theirs, ours = floor(name), floor(module)
            if theirs is not None and ours is not None and theirs > ours:
                wrong.append(f"{path.relative_to(ROOT)}:{line} {module} imports {name} from a higher floor")
            if within(name, "engine") and within(module, "learner") and name.split(".")[1:2] not in ([], ["env"]):
                if floor(name) != 0 and not within(module, "learner.evaluate"):
                    wrong.append(f"{path.relative_to(ROOT)}:{line} {module} imports {name}: use engine.env")
    assert wrong == []


def test_packages_stay_in_their_rooms():
    wrong = []
    for module, path in MODULES.items():
        for name, line, inside in imports(path, module):
            top = name.split(".")[0]
            where = f"{path.relative_to(ROOT)}:{line}"
            if top in ONLY_IN and not any(within(module, room) for room in ONLY_IN[top]):
                wrong.append(f"{where} {module} imports {top}; only {', '.join(ONLY_IN[top]) or 'nothing'} may")
            if top in OPTIONAL and not (inside and within(module, OPTIONAL[top])):
                wrong.append(f"{where} {module} imports {top}: only inside a function below {OPTIONAL[top]}")
    assert wrong == []


def test_optional_packages_have_one_file_each():
    users: dict[str, set[str]] = {}
    for module, path in MODULES.items():
        for name, _, _ in imports(path, module):
            if name.split(".")[0] in OPTIONAL:
                users.setdefault(name.split(".")[0], set()).add(module)
    assert {name: found for name, found in users.items() if len(found) > 1} == {}


def test_no_import_cycles_between_rooms_of_one_floor():
    """On one floor, rooms may use each other in one direction only."""
    uses: dict[str, set[str]] = {}
    rooms = [room for rooms in FLOORS for room in rooms]
    for module, path in MODULES.items():
        ours = next((r for r in rooms if within(module, r)), None)
        for name, _, _ in imports(path, module):
            theirs = next((r for r in rooms if within(name, r)), None)
            if ours and theirs and ours != theirs:
                uses.setdefault(ours, set()).add(theirs)
    seen: dict[str, int] = {}

    def visit(room: str, trail: tuple[str, ...]) -> None:
        assert room not in trail, "cycle: " + " -> ".join((*trail[trail.index(room) :], room))
        if seen.get(room):
            return
        for other in sorted(uses.get(room, ())):
            visit(other, (*trail, room))
        seen[room] = 1

    for room in rooms:
        visit(room, ())


def test_the_reader_sees_every_kind_of_import(tmp_path):
    """The check of the checker: a relative, a nested and a submodule import are found."""
    source = "import numpy.linalg\nfrom engine import frames\nfrom . import base\ndef f():\n    import torch\n"
    path = tmp_path / "local.py"
    path.write_text(source)
    found = list(imports(path, "engine.execute.local"))
    assert found == [
        ("numpy.linalg", 1, False),
        ("engine.frames", 2, False),
        ("engine.execute.base", 3, False),
        ("torch", 5, True),
    ]
    assert floor("engine.plan.path") == 2 and floor("engine") is None and not within("enginex", "engine")
