"""Tasks as YAML: reading with errors that name the place, and writing.

    task: red_mug_on_plate
    roles:
      target: {category: mug, attributes: {colour: red}}
      container: {category: plate}
    goal: [target on container]

The rest has defaults: nine distractors, the instruction template, the regions. Relations are words, "target left_of
container" or "target between a and b in base", or mappings with kind, subject, objects, frame.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import yaml

from engine.errors import TaskError, unknown_name
from engine.graph.relations import RELATION_TABLE
from engine.graph.scene_graph import instance_names, task_graph
from engine.types import FRAMES, Region, Relation, Role, TaskSpec

DEFAULT_INSTRUCTION = "Move the {target} to the top of the {container}"
DEFAULT_DISTRACTORS = 9
_TOP = ("task", "roles", "goal", "initial", "instructions", "regions", "distractors", "metadata")
_ROLE = ("instance", "category", "attributes", "count")
_RELATION = ("kind", "subject", "objects", "object", "frame")


def load_task(path: str | Path) -> TaskSpec:
    """The task in a YAML file. Raises TaskError or GraphError whose message names file, place and fix."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TaskError(f"{path}: cannot read the task file: {error}") from error
    return parse_task(text, where=str(path), default_id=path.stem)


def parse_task(text: str, where: str = "task", default_id: str = "task") -> TaskSpec:
    """The task in YAML text; `where` begins every message. Raises TaskError or GraphError."""
    try:
        data = yaml.load(text, Loader=_Loader)
        spec = _spec(_mapping(data, "the file", _TOP), default_id)
        task_graph(spec)
    except yaml.YAMLError as error:
        raise TaskError(f"{where}: not YAML: {error}") from error
    except TaskError as error:
        raise type(error)(f"{where}: {error}") from error
    return spec


class _Loader(yaml.SafeLoader):
    """YAML's safe loader that refuses a key given twice, and reads 'on' as a word, not as true."""


def _unique_mapping(loader: _Loader, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise TaskError(f"line {key_node.start_mark.line + 1}: key '{key}' is not a word")
        if key in seen:
            raise TaskError(f"line {key_node.start_mark.line + 1}: key '{key}' is given twice; keep one")
        seen.add(key)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=deep)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _unique_mapping)
# YAML 1.1 turns the bare words on, off, yes, no into booleans; here `kind: on` must stay a word.
_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in rules if tag != "tag:yaml.org,2002:bool"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _mapping(value: Any, where: str, known: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TaskError(f"{where}: expected a mapping with the keys {', '.join(known)}; found {_kind(value)}")
    for key in value:
        if key not in known:
            place = key if where == "the file" else f"{where}.{key}"
            raise TaskError(f"{place}: {unknown_name('key', str(key), known)}")
    return value


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    name = {"dict": "a mapping", "list": "a list", "str": "the word"}.get(type(value).__name__, "the value")
    return name if isinstance(value, (dict, list)) else f"{name} '{value}'"


def _word(value: Any, where: str) -> str:
    if isinstance(value, (dict, list)) or value is None or str(value).strip() == "":
        raise TaskError(f"{where}: expected a word, found {_kind(value)}")
    return str(value).strip()


def _list(value: Any, where: str, example: str) -> list[Any]:
    if not isinstance(value, list):
        raise TaskError(f"{where}: expected a list such as [{example}]; found {_kind(value)}")
    return value


def _count(value: Any, where: str, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= 60:
        raise TaskError(f"{where}: '{value}'; give a whole number from {least} to 60")
    return value


def _spec(data: dict[str, Any], default_id: str) -> TaskSpec:
    if "roles" not in data or not isinstance(data["roles"], dict) or not data["roles"]:
        raise TaskError(
            "roles: missing; name the objects, such as target: {category: mug}, container: {category: plate}"
        )
    roles = tuple(_role(_name(n, f"roles.{n}"), r) for n, r in data["roles"].items())
    has_own = any(r.name.startswith("distractor") for r in roles)
    if "distractors" in data and has_own:
        raise TaskError("distractors: given twice, as a number and as a role; keep one of them")
    n = _count(data.get("distractors", 0 if has_own else DEFAULT_DISTRACTORS), "distractors", 0)
    if n:
        roles = (*roles, Role("distractor", count=n))
    if "goal" not in data:
        raise TaskError("goal: missing; say what shall hold in the end, such as goal: [target on container]")
    goal = _relations(data["goal"], "goal")
    instructions = _instructions(data.get("instructions"), roles)
    regions = data.get("regions", {})
    if not isinstance(regions, dict):
        raise TaskError(
            f"regions: expected a mapping such as target: {{x: [0.4, 0.6], y: [-0.1, 0.1]}}; found {_kind(regions)}"
        )
    spec = TaskSpec(
        task_id=_word(data.get("task", default_id), "task"),
        roles=roles,
        goal=goal,
        initial=_relations(data.get("initial", []), "initial"),
        instructions=instructions,
        regions=tuple((str(k), _region(v, f"regions.{k}")) for k, v in regions.items()),
        metadata=_pairs(data.get("metadata", {}), "metadata"),
    )
    names = {*(r.name for r in roles), *(n for n, _ in instance_names(spec))}
    for key, _ in spec.regions:
        if key not in names:
            raise TaskError(f"regions.{key}: {unknown_name('object or role', key, names)}")
    return spec


def _name(name: str, where: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise TaskError(f"{where}: role names are lower-case words such as target or left_bowl")
    return name


def _role(name: str, value: Any) -> Role:
    where = f"roles.{name}"
    if isinstance(value, str):  # `target: mug` and `target: mug/3` in short
        value = {"instance" if "/" in value else "category": value}
    data = _mapping({} if value is None else value, where, _ROLE)
    if data.get("instance") is not None and (data.get("category") is not None or data.get("attributes")):
        raise TaskError(f"{where}: an instance already has its category and attributes; keep either instance or those")
    return Role(
        name,
        instance=None if data.get("instance") is None else _word(data["instance"], f"{where}.instance"),
        category=None if data.get("category") is None else _word(data["category"], f"{where}.category"),
        attributes=_pairs(data.get("attributes", {}), f"{where}.attributes"),
        count=_count(data.get("count", 1), f"{where}.count", 1),
    )


def _pairs(value: Any, where: str) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict):
        raise TaskError(f"{where}: expected a mapping such as {{colour: red}}; found {_kind(value)}")
    return tuple((str(k), _word(v, f"{where}.{k}")) for k, v in value.items())


def _relations(value: Any, where: str) -> tuple[Relation, ...]:
    entries = _list([value] if isinstance(value, (str, dict)) else value, where, "target on container")
    return tuple(_relation(v, f"{where}[{k}]") for k, v in enumerate(entries))


def _relation(value: Any, where: str) -> Relation:
    if isinstance(value, str):
        return _relation_words(value, where)
    data = _mapping(value, where, _RELATION)
    if ("object" in data) == ("objects" in data):
        raise TaskError(f"{where}.objects: give either object: NAME or objects: [NAME, NAME]")
    objects = data.get("objects", [data.get("object")])
    for key in ("kind", "subject"):
        if key not in data:
            raise TaskError(f"{where}.{key}: missing; a relation is {{kind: on, subject: target, object: container}}")
    return Relation(
        _word(data["kind"], f"{where}.kind"),
        _word(data["subject"], f"{where}.subject"),
        tuple(_word(o, f"{where}.objects") for o in _list(objects, f"{where}.objects", "container")),
        _word(data.get("frame", "camera"), f"{where}.frame"),
    )


def _relation_words(text: str, where: str) -> Relation:
    words = text.replace(",", " ").split()
    if len(words) < 3:
        raise TaskError(f"{where}: '{text}'; write SUBJECT RELATION OBJECT, such as 'target on container'")
    frame = "camera"
    if len(words) >= 5 and words[-2] == "in":
        frame, words = words[-1], words[:-2]
        if frame not in FRAMES:
            raise TaskError(f"{where}.frame: {unknown_name('frame', frame, FRAMES)}")
    subject, kind, *objects = words
    if kind not in RELATION_TABLE:
        raise TaskError(f"{where}.kind: {unknown_name('relation', kind, RELATION_TABLE)}")
    return Relation(kind, subject, tuple(o for o in objects if o != "and"), frame)


def _instructions(value: Any, roles: tuple[Role, ...]) -> tuple[str, ...]:
    names = [r.name for r in roles]
    if value is None:
        if "target" in names and "container" in names:
            return (DEFAULT_INSTRUCTION,)
        known = ", ".join(f"{{{n}}}" for n in names)
        raise TaskError(
            f"instructions: missing; the default needs roles target and container, here write one with {known}"
        )
    texts = tuple(
        _word(t, f"instructions[{k}]")
        for k, t in enumerate(
            _list([value] if isinstance(value, str) else value, "instructions", "Move the {target} ...")
        )
    )
    if not texts:
        raise TaskError("instructions: empty; give at least one template, or leave the key out")
    for k, text in enumerate(texts):
        for slot in re.findall(r"\{([^{}]*)\}", text):
            single = [n for n, r in zip(names, roles, strict=True) if r.count == 1]
            if slot not in single:
                raise TaskError(f"instructions[{k}]: '{{{slot}}}': {unknown_name('role', slot, single)}")
    return texts


def _region(value: Any, where: str) -> Region:
    data = _mapping(value, where, ("x", "y"))
    ranges: list[tuple[float, float]] = []
    for axis in ("x", "y"):
        pair = data.get(axis)
        if (
            not isinstance(pair, list)
            or len(pair) != 2
            or not all(isinstance(v, (int, float)) and math.isfinite(v) for v in pair)
            or not pair[0] <= pair[1]
        ):
            raise TaskError(
                f"{where}.{axis}: '{pair}'; give [low, high] in metres in the robot base frame, e.g. [0.4, 0.6]"
            )
        ranges.append((float(pair[0]), float(pair[1])))
    return Region(x=ranges[0], y=ranges[1])


def dump_task(spec: TaskSpec) -> str:
    """YAML text that `parse_task` reads back into an equal TaskSpec."""
    roles: dict[str, Any] = {}
    for r in spec.roles:
        entry: dict[str, Any] = {}
        if r.instance is not None:
            entry["instance"] = r.instance
        if r.category is not None:
            entry["category"] = r.category
        if r.attributes:
            entry["attributes"] = dict(r.attributes)
        if r.count != 1:
            entry["count"] = r.count
        roles[r.name] = entry
    data: dict[str, Any] = {"task": spec.task_id, "roles": roles}
    if not any(n.startswith("distractor") for n in roles):
        data["distractors"] = 0
    data["goal"] = [_relation_data(r) for r in spec.goal]
    if spec.initial:
        data["initial"] = [_relation_data(r) for r in spec.initial]
    data["instructions"] = list(spec.instructions)
    if spec.regions:
        data["regions"] = {n: {"x": list(r.x), "y": list(r.y)} for n, r in spec.regions}
    if spec.metadata:
        data["metadata"] = dict(spec.metadata)
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, default_flow_style=None, width=120)


def _relation_data(r: Relation) -> dict[str, Any]:
    return {"kind": r.kind, "subject": r.subject, "objects": list(r.objects), "frame": r.frame}
