"""One episode as the player shows it: labels by camera, plots, objects, the scene graph, and how it was made.

Everything is plain JSON; arrays of one number per frame are flat lists. Works on any v3 dataset: what a dataset
does not have is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.export import layout as paths
from engine.export.dataset import Dataset
from engine.frames import quat_to_mat
from engine.label.directions import DIRECTIONS
from engine.page.index import STATUSES, Index
from engine.page.pictures import mask_colour
from engine.types import PHASES

_ROLE = re.compile(r"label\.(?P<camera>[^.]+)\.(?P<role>[^.]+)\.(?P<what>box_visible|box_full|visible_fraction|centre)")
_POINT = re.compile(r"label\.(?P<camera>[^.]+)\.(?P<what>grasp_point|place_point|ee_point)(?P<seen>_visible)?")
_INSPIRE = re.compile(r"inspire\.(?P<role>[^.]+)\.(?P<what>direction|grasped|offset)")
_MOST_LINES = 12  # series of one plot

Columns = Mapping[str, NDArray[Any]]


def episode_page(index: Index, episode: int) -> dict[str, Any]:
    """All that the player needs besides videos and layers. Raises DatasetError for a number that does not exist."""
    dataset = index.dataset
    length = dataset.length(episode)
    meta = dataset.meta(episode)
    columns = dataset.episode(episode, _wanted(dataset.columns, dataset.features))
    failure = meta.get("failure") or {}
    out: dict[str, Any] = {
        "episode": episode,
        "text": dataset.task(episode),
        "task": str(meta.get("task_id", "")),
        "length": length,
        "fps": float(dataset.fps),
        "status": STATUSES[int(index.status[episode])],
        "failure": {k: failure[k] for k in ("stage", "reason", "object", "detail") if failure.get(k)},
        "instructions": meta.get("instructions", []),
        "render": meta.get("render", 0),
        "cameras": [_camera(index, episode, name) for name in dataset.cameras],
        "labels": labels(columns),
        "directions": directions(columns),
        "plots": plots(columns, dataset.columns),
        "objects": objects(meta, columns, dataset.cameras),
        "relations": (meta.get("scene_graph") or {}).get("relations", []),
        "goal": [[r["kind"], r["subject"], *r["objects"]] for r in (meta.get("task") or {}).get("goal", [])],
        "facts": facts(meta),
    }
    if "phase" in columns:
        out["phase"] = np.ravel(columns["phase"]).astype(int).tolist()
        out["phases"] = list(PHASES)
    return out


def _wanted(columns: Mapping[str, Any], features: Mapping[str, Any]) -> list[str]:
    """Columns that the player shows."""
    own = ("observation.state", "observation.gripper_width", "observation.ee_pose", "action", "phase", "objects.pose")
    out = []
    for name in columns:
        if name in features and features[name]["dtype"] != "video":
            parts = (_ROLE, _POINT, _INSPIRE)
            if name in own or any(p.fullmatch(name) for p in parts) or name.endswith(".extrinsics"):
                out.append(name)
    return out


def picture_shape(dataset: Dataset, camera: str) -> list[int]:
    """[height, width] of a camera's pictures; features say (H, W, 3), or (3, H, W) with names in that order."""
    feature = dataset.features[paths.image_key(camera)]
    shape, names = [int(v) for v in feature["shape"]], list(feature.get("names") or ())
    first = names[:1] in (["channels"], ["channel"]) or (not names and shape[0] in (1, 3) and shape[-1] > 4)
    return shape[1:3] if first else shape[:2]


def _camera(index: Index, episode: int, name: str) -> dict[str, Any]:
    height, width = picture_shape(index.dataset, name)
    start = float(index.dataset.table[f"videos/{paths.image_key(name)}/from_timestamp"][episode])
    return {"name": name, "height": height, "width": width, "start": start}


def _flat(array: NDArray[Any], digits: int) -> list[Any]:
    """Numbers by frame, rounded; what is not finite becomes None, for which JSON has a word."""
    flat = np.ravel(array)
    if flat.dtype == bool or np.issubdtype(flat.dtype, np.integer):
        return flat.astype(int).tolist()
    rounded = np.round(flat.astype(np.float64), digits)
    return rounded.tolist() if np.isfinite(rounded).all() else [v if np.isfinite(v) else None for v in rounded.tolist()]


def labels(columns: Columns) -> dict[str, Any]:
    """By camera: boxes by role, and points with whether they can be seen."""
    out: dict[str, Any] = {}
    for name, array in columns.items():
        if m := _ROLE.fullmatch(name):
            view = out.setdefault(m["camera"], {"roles": {}, "points": {}})
            view["roles"].setdefault(m["role"], {})[m["what"]] = _flat(
                array, 3 if m["what"] == "visible_fraction" else 2
            )
        elif m := _POINT.fullmatch(name):
            view = out.setdefault(m["camera"], {"roles": {}, "points": {}})
            view["points"].setdefault(m["what"], {})["seen" if m["seen"] else "uv"] = _flat(array, 2)
    return out


def directions(columns: Columns) -> dict[str, Any]:
    """InSpire's answers by role, with the words they stand for."""
    roles: dict[str, Any] = {}
    for name, array in columns.items():
        if m := _INSPIRE.fullmatch(name):
            roles.setdefault(m["role"], {})[m["what"]] = _flat(array, 3)
    return {"words": list(DIRECTIONS), "roles": roles}


def plots(columns: Columns, described: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Lines in time: {title, unit, lines: [{name, values}]}, joints first."""
    out = []
    state, action = columns.get("observation.state"), columns.get("action")
    fingers = []
    for title, array, column in (("State", state, "observation.state"), ("Action", action, "action")):
        if array is None:
            continue
        wide = array.reshape(len(array), -1)
        names = _names(described[column].get("names"), wide.shape[1])
        lines = [{"name": n, "values": _flat(wide[:, k], 4)} for k, n in enumerate(names)]
        joints = [line for line in lines if "gripper" not in line["name"]]
        fingers += [line | {"name": f"{title.lower()}: {line['name']}"} for line in lines if line not in joints]
        unit = str(described[column].get("unit") or "").split(",")[0]
        heading = f"{title} ({column})" if not unit else {"State": "Joints", "Action": "Action, per step"}[title]
        for k in range(0, len(joints), _MOST_LINES):
            out.append({"title": heading, "unit": unit, "lines": joints[k : k + _MOST_LINES]})
    if fingers:
        opening = [line for line in fingers if line["name"].startswith("state")]
        command = [line for line in fingers if line["name"].startswith("action")]
        plot: dict[str, Any] = {"title": "Gripper", "unit": "m", "lines": opening or command}
        if opening and command:
            plot["band"] = {"name": "commanded closed", "values": [int((v or 0) > 0.5) for v in command[0]["values"]]}
        out.insert(min(1, len(out)), plot)
    tip = columns.get("observation.ee_pose")
    if tip is not None and tip.ndim == 2 and tip.shape[1] >= 3:
        lines = [{"name": axis, "values": _flat(tip[:, k], 4)} for k, axis in enumerate("xyz")]
        out.append({"title": "Fingertips, world frame", "unit": "m", "lines": lines})
    away = [
        {"name": m["role"], "values": _flat(np.linalg.norm(array.reshape(len(array), -1), axis=1), 4)}
        for name, array in columns.items()
        if (m := _INSPIRE.fullmatch(name)) and m["what"] == "offset"
    ]
    if away:
        out.append({"title": "Distance from the fingertips", "unit": "m", "lines": away})
    return out


def _names(names: Any, count: int) -> list[str]:
    """Names of a vector's entries; LeRobot writes lists, or dictionaries of lists."""
    if isinstance(names, dict):
        names = next((v for v in names.values() if isinstance(v, list)), None)
    return (
        [str(n) for n in names] if isinstance(names, list) and len(names) == count else [str(k) for k in range(count)]
    )


def objects(meta: Mapping[str, Any], columns: Columns, cameras: tuple[str, ...]) -> list[dict[str, Any]]:
    """Objects with the colour of their mask and their place on the table seen from above (m): x to the right of
    the third-person camera's view, y towards it; from the robot's place where there is no such camera."""
    pose = columns.get("objects.pose")
    right, towards = np.array([0.0, -1.0]), np.array([-1.0, 0.0])  # as the robot sees it
    for camera in cameras:
        seen_from = columns.get(f"camera.{camera}.extrinsics")
        if seen_from is None or np.ptp(seen_from, axis=0).max() > 1e-9:
            continue  # a camera that moves has no fixed view of the table
        forward = quat_to_mat(seen_from[0, 3:])[:2, 2]
        if np.linalg.norm(forward) > 0.05:
            towards = -forward / np.linalg.norm(forward)
            right = np.array([-towards[1], towards[0]])
            break
    out = []
    for k, entry in enumerate(meta.get("objects", [])):
        row = {key: entry.get(key) for key in ("name", "asset", "noun", "family", "attributes")}
        row["colour"] = "#{:02x}{:02x}{:02x}".format(*mask_colour(3 + k, str(entry.get("name", ""))))
        if pose is not None and k < pose.shape[1]:
            places = [pose[t, k, :2] for t in (0, -1)]
            row["at"], row["end"] = ([round(float(p @ axis), 4) for axis in (right, towards)] for p in places)
        out.append(row)
    return out


def facts(meta: Mapping[str, Any]) -> list[list[Any]]:
    """[section, [[name, value], ...]] of how the episode was made, for the table at the side."""
    out: list[list[Any]] = []
    if meta.get("verdict"):
        out.append(["Margins of the verdict", [[k, v] for k, v in meta["verdict"].get("margins", {}).items()]])
    rows: list[list[Any]] = []
    if meta.get("grasp"):
        rows += [["grasp", meta["grasp"].get("index")], ["score", meta["grasp"].get("score")]]
        rows += [["width_m", meta["grasp"].get("width")]]
    if meta.get("plan"):
        rows += [["clearance_m", meta["plan"].get("min_clearance")]]
    rows += [["plans executed", len(meta["executions"])]] if meta.get("executions") else []
    if rows:
        out.append(["Grasp and plan", rows])
    made = [[k, meta[k]] for k in ("seed", "attempt") if k in meta]
    look = meta.get("appearance") or {}
    made += [["appearance seed", str(look["seed"])]] if "seed" in look else []
    physics = meta.get("physics") or {}
    made += [["table height_m", physics["table_height"]]] if "table_height" in physics else []
    made += [["table", physics["table"].get("name")]] if physics.get("table") else []
    made += [[k, v] for k, v in (meta.get("versions") or {}).items()]
    if made:
        out.append(["Made with", made])
    return out
