"""Croissant metadata (MLCommons, version 1.0: https://docs.mlcommons.org/croissant/docs/croissant-spec.html).

Tables are files with sums; videos are a set of files; the record sets give every column of frames and episodes
with type, unit and meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.export.checksums import sha256
from engine.export.dataset import Dataset
from engine.export.layout import image_key
from engine.record.plain import write_json

LICENCE_URLS = {
    "apache-2.0": "https://www.apache.org/licenses/LICENSE-2.0",
    "cc-by-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "cc0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "mit": "https://opensource.org/license/mit",
}
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "equivalentProperty": "cr:equivalentProperty",
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "samplingRate": "cr:samplingRate",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_TYPES = {"string": "sc:Text", "bool": "sc:Boolean"}
PARQUET = "application/x-parquet"


def write_croissant(path: Path, dataset: Dataset, release: Mapping[str, Any]) -> None:
    """Write croissant.json for a release whose other files are finished (the list of sums is not among them)."""
    write_json(path, croissant(dataset, release), indent=1)


def croissant(dataset: Dataset, release: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON-LD document."""
    licence = release["options"]["licence"]
    name, version = release["name"], release["version"]
    root = dataset.root
    tables = sorted(p.relative_to(root).as_posix() for p in (root / "data").rglob("*.parquet"))
    episodes = sorted(p.relative_to(root).as_posix() for p in (root / "meta/episodes").rglob("*.parquet"))
    files = [_file(root, p, PARQUET) for p in (*tables, *episodes, "meta/tasks.parquet")]
    files += [_file(root, p, "application/json") for p in ("meta/info.json", "meta/stats.json")]
    sets = [_set("data-files", "one row per frame", PARQUET, "data/*/*.parquet")]
    sets.append(_set("episode-files", "one row per episode", PARQUET, "meta/episodes/*/*.parquet"))
    sets += [
        _set(
            f"videos-{c}", f"H.264 videos of camera {c}, one per episode", "video/mp4", f"videos/{image_key(c)}/*/*.mp4"
        )
        for c in dataset.cameras
    ]
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": name,
        "description": (
            f"{len(dataset)} simulated episodes of table-top robot manipulation with pictures, actions, poses, boxes, "
            "points, directions and exact states, in the LeRobotDataset v3.0 format."
        ),
        "license": LICENCE_URLS.get(licence, licence),
        "version": version,
        "datePublished": release["options"]["date"],
        "url": "https://huggingface.co/docs/lerobot",
        "creator": {"@type": "sc:Organization", "name": "Groundwork"},
        "citeAs": f"{name} {version}, made with Groundwork (sources {release['code']['code']})",
        "keywords": ["robotics", "manipulation", "simulation", "LeRobot"],
        "isLiveDataset": False,
        "distribution": files + sets,
        "recordSet": [_frame_records(dataset, release), _episode_records()],
    }


def _file(root: Path, name: str, kind: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "contentSize": f"{(root / name).stat().st_size} B",
        "encodingFormat": kind,
        "sha256": sha256(root / name),
    }


def _set(name: str, text: str, kind: str, pattern: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet",
        "@id": name,
        "name": name,
        "description": text,
        "encodingFormat": kind,
        "includes": pattern,
    }


def _frame_records(dataset: Dataset, release: Mapping[str, Any]) -> dict[str, Any]:
    """One record per frame with every column of the data files."""
    name, fields = "frames", []
    for column, feature in dataset.features.items():
        if feature["dtype"] == "video":
            continue
        told = dataset.columns.get(column, {})
        text = "; ".join(str(told[k]) for k in ("doc", "unit", "frame") if told.get(k))
        field: dict[str, Any] = {
            "@type": "cr:Field",
            "@id": f"{name}/{column}",
            "name": f"{name}/{column}",
            "description": text or column,
            "dataType": _data_type(feature["dtype"]),
            "source": {"fileSet": {"@id": "data-files"}, "extract": {"column": column}},
        }
        if list(feature["shape"]) != [1]:
            field["repeated"] = True
        fields.append(field)
    ranges = ", ".join(f"{n} {s['first']} to {s['first'] + s['episodes'] - 1}" for n, s in release["splits"].items())
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"One record per frame. Splits by episode_index: {ranges}.",
        "key": {"@id": f"{name}/index"},
        "field": fields,
    }


def _episode_records() -> dict[str, Any]:
    columns = {
        "episode_index": ("sc:Integer", "number of the episode", False),
        "tasks": ("sc:Text", "the instruction", True),
        "length": ("sc:Integer", "frames", False),
        "task_id": ("sc:Text", "the task that was executed", False),
        "success": ("sc:Boolean", "whether the validator accepted it", False),
    }
    fields = [
        {
            "@type": "cr:Field",
            "@id": f"episodes/{column}",
            "name": f"episodes/{column}",
            "description": text,
            "dataType": kind,
            "source": {"fileSet": {"@id": "episode-files"}, "extract": {"column": column}},
        }
        | ({"repeated": True} if many else {})
        for column, (kind, text, many) in columns.items()
    ]
    return {
        "@type": "cr:RecordSet",
        "@id": "episodes",
        "name": "episodes",
        "description": "One record per episode.",
        "field": fields,
    }


def _data_type(dtype: str) -> str:
    if dtype in _TYPES:
        return _TYPES[dtype]
    return "sc:Float" if dtype.startswith("float") else "sc:Integer"
