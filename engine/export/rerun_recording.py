"""One episode as a recording for the Rerun viewer (https://rerun.io).

    write_recording(dataset, 3, "episode-3.rrd")          # then: rerun episode-3.rrd

Timelines: `frame` and `time` (s). Entities: `world/table`, `world/robot/...`, `world/objects/NAME` (meshes on
moving bodies), `world/gripper` (frame G and its trace), `world/cameras/NAME` (pose), below it `image`
(pinhole, pictures, depth and masks where stored, boxes, points, trace of the end effector), `plots/...`
(joints, gripper, actions, phase, directions), `instruction`, `events` and `scene_graph`. Every number is a
column of the dataset. Rerun's image origin is the corner of the first pixel, ours its centre: half a pixel
is added to everything in the image.
"""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import BackendError, GroundworkError
from engine.export.dataset import Dataset
from engine.export.scene_meshes import BodyMesh, body_meshes
from engine.label.directions import DIRECTIONS
from engine.label.table import ROLES
from engine.types import PHASES

COLOURS = {"target": (255, 128, 0), "container": (40, 140, 255), "ee": (60, 200, 90)}
JPEG_QUALITY = 92

Array = NDArray[Any]


def write_recording(dataset: Dataset, index: int, path: str | Path) -> list[str]:
    """Write episode `index` to `path` (.rrd); returns what could not be recorded, each with the reason.

    The file appears by one rename. Raises DatasetError for an episode that does not exist, BackendError when
    the package is missing.
    """
    rr = rerun()
    path = Path(path)
    length = dataset.length(index)
    columns = dataset.episode(index)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    missing: list[str] = []
    recording = rr.RecordingStream("groundwork", recording_id=f"{dataset.root.resolve().name}-{index:06d}")
    try:
        recording.save(str(temporary), default_blueprint=_blueprint(dataset, dataset.sidecars(index)))
        writer = _Writer(rr, recording, dataset, index, columns)
        writer.stay()
        try:
            writer.meshes(body_meshes(dataset, index))
        except (GroundworkError, OSError) as error:
            missing.append(f"meshes of robot and objects: {error}")
        movers = writer.movers()
        for t in range(length):
            recording.set_time("frame", sequence=t)
            recording.set_time("time", duration=t / dataset.fps)
            for move in movers:
                move(t)
        missing += writer.missing
        recording.flush()
        recording.disconnect()
        os.replace(temporary, path)
    except BaseException:
        recording.disconnect()
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()
        raise
    return missing


def rerun() -> Any:
    """The package rerun; BackendError when it is not installed."""
    try:
        import rerun as rr
        import rerun.blueprint
    except ImportError as error:
        raise BackendError("recordings for the Rerun viewer need the package: pip install rerun-sdk") from error
    return rr


class _Writer:
    """Logs one episode. `movers` gives functions that log their part of frame t."""

    def __init__(self, rr: Any, recording: Any, dataset: Dataset, index: int, columns: Mapping[str, Array]) -> None:
        self.rr, self.to, self.dataset, self.index, self.columns = rr, recording, dataset, index, columns
        self.moving: list[BodyMesh] = []
        self.missing: list[str] = []

    # --- what does not change ---

    def stay(self) -> None:
        """Axes, instruction, scene graph, names and colours of plots."""
        rr, to, meta = self.rr, self.to, self.dataset.meta(self.index)
        to.log("world", rr.ViewCoordinates.RIGHT_HAND_Z_UP, static=True)
        said = meta.get("instructions") or [self.dataset.task(self.index)]
        others = [w if isinstance(w, str) else w["text"] for w in said]
        lines = [f"# {self.dataset.task(self.index)}", f"episode {self.index} of {self.dataset.root.resolve().name}"]
        lines += [f"- {text}" for text in others[1:]]
        if not meta.get("accepted", True):
            lines.append(f"**failed**: {meta.get('failure', {}).get('reason', '')}")
        to.log("instruction", rr.TextDocument("\n\n".join(lines), media_type=rr.MediaType.MARKDOWN), static=True)
        self._graph(meta)
        for name, series in self._plots().items():
            for k, label in enumerate(series[1]):
                to.log(f"plots/{name}/{k:02d}", rr.SeriesLines(names=label), static=True)
        if "observation.ee_pose" in self.columns:
            trace = self.columns["observation.ee_pose"][:, :3]
            strip = rr.LineStrips3D([trace], colors=[COLOURS["ee"]], radii=[0.002])
            to.log("world/gripper/trace", strip, static=True)

    def _graph(self, meta: Mapping[str, Any]) -> None:
        """The scene graph at the start: objects as nodes, relations as edges under their kind."""
        relations = meta.get("scene_graph", {}).get("relations", [])
        names = [o["name"] for o in meta.get("objects", [])]
        if not relations or not names:
            return
        nouns = [f"{o['name']}: {o.get('noun', '')}" for o in meta["objects"]]
        colours = [COLOURS.get(n, (160, 160, 160)) for n in names]
        self.to.log("scene_graph", self.rr.GraphNodes(names, labels=nouns, colors=colours), static=True)
        kinds: dict[str, list[tuple[str, str]]] = {}
        for kind, subject, *objects in relations:
            kinds.setdefault(kind, []).extend((subject, other) for other in objects)
        for kind, edges in sorted(kinds.items()):
            self.to.log(f"scene_graph/{kind}", self.rr.GraphEdges(edges, graph_type="directed"), static=True)

    def meshes(self, meshes: Sequence[BodyMesh]) -> None:
        """Shapes once; their bodies' poses go with the frames."""
        for mesh in meshes:
            colour = np.round(np.array(mesh.rgba) * 255).astype(np.uint8)
            shape = self.rr.Mesh3D(
                vertex_positions=mesh.vertices,
                triangle_indices=mesh.faces,
                albedo_factor=colour,
                vertex_normals=_normals(mesh),
            )
            self.to.log(f"world/{mesh.name}", shape, static=True)
        self.moving = list({m.name.rpartition("/")[0]: m for m in meshes}.values())

    # --- what goes with the frames ---

    def movers(self) -> list[Callable[[int], None]]:
        """What logs frame t."""
        out: list[Callable[[int], None]] = [self._bodies]
        if "observation.ee_pose" in self.columns:
            out.append(self._gripper)
        for name, (values, _) in self._plots().items():
            out.append(lambda t, name=name, values=values: self._plot(name, values[t]))
        out.append(self._events)
        for camera in self.dataset.cameras:
            out += self._camera(camera)
        return out

    def _bodies(self, t: int) -> None:
        for mesh in self.moving:
            pose = mesh.poses[t]
            if t == 0 or not np.array_equal(pose, mesh.poses[t - 1]):
                self.to.log(f"world/{mesh.name.rpartition('/')[0]}", self._transform(pose))

    def _gripper(self, t: int) -> None:
        self.to.log("world/gripper/frame", self._transform(self.columns["observation.ee_pose"][t]))
        axes = np.eye(3) * 0.06
        arrows = self.rr.Arrows3D(vectors=axes, colors=[(230, 60, 60), (60, 200, 60), (60, 90, 230)], radii=0.002)
        if t == 0:
            self.to.log("world/gripper/frame", arrows)

    def _plots(self) -> dict[str, tuple[Array, list[str]]]:
        """Name -> values (T, k) and the names of the k series."""
        c, out = self.columns, {}
        if "observation.state" in c:
            names = self.dataset.columns["observation.state"].get("names")
            width = c["observation.state"].shape[1]
            labels = list(names) if isinstance(names, list) else [str(i) for i in range(width)]
            joints = [k for k, n in enumerate(labels) if "gripper" not in n]
            out["joints"] = (c["observation.state"][:, joints], [labels[k] for k in joints])
        if "action" in c:
            names = self.dataset.columns["action"].get("names")
            labels = list(names) if isinstance(names, list) else [str(i) for i in range(c["action"].shape[1])]
            out["action"] = (c["action"], labels)
            grip = [("commanded closed", c["action"][:, -1])] if labels[-1] == "gripper" else []
            if "observation.gripper_width" in c and grip:
                width = c["observation.gripper_width"]
                series = [("opening / m", width), *((n, v * float(width.max())) for n, v in grip)]
                out["gripper"] = (np.stack([v for _, v in series], axis=1), [n for n, _ in series])
        if "phase" in c:
            out["phase"] = (c["phase"].reshape(-1, 1), ["phase"])
        offsets = {r: c[f"inspire.{r}.offset"] for r in ROLES if f"inspire.{r}.offset" in c}
        for role, values in offsets.items():
            out[f"offset_{role}"] = (values, [f"{role} {axis}" for axis in ("front", "right", "up")])
        return out

    def _plot(self, name: str, values: Array) -> None:
        for k, value in enumerate(values):
            self.to.log(f"plots/{name}/{k:02d}", self.rr.Scalars(float(value)))

    def _events(self, t: int) -> None:
        """A line of text when the phase or an answer changes."""
        for name, words in (("phase", PHASES), *((f"inspire.{r}.direction", DIRECTIONS) for r in ROLES)):
            values = self.columns.get(name)
            if values is None or (t > 0 and values[t] == values[t - 1]):
                continue
            word = words[int(values[t])] if 0 <= int(values[t]) < len(words) else str(int(values[t]))
            self.to.log(f"events/{name}", self.rr.TextLog(f"{name.removesuffix('.direction')}: {word}"))

    def _camera(self, camera: str) -> list[Callable[[int], None]]:
        """Pose, lens, pictures and labels of a camera."""
        c, place = self.columns, f"world/cameras/{camera}"
        out: list[Callable[[int], None]] = []
        K, X = c.get(f"camera.{camera}.intrinsics"), c.get(f"camera.{camera}.extrinsics")
        if K is not None and X is not None:
            height, width = self.dataset.features[f"observation.images.{camera}"]["shape"][:2]
            out.append(lambda t: self._pose(place, K, X, (width, height), t))
        film = self.dataset.video(self.index, camera)
        out.append(lambda t: self._picture(place, film[t]))
        for kind in ("depth", "mask"):
            if f"{kind}.{camera}" in self.dataset.sidecars(self.index):
                out.append(self._sidecar(place, camera, kind))
        return [*out, *self._labels(place, camera)]

    def _pose(self, place: str, K: Array, X: Array, size: tuple[int, int], t: int) -> None:
        if t == 0 or not np.array_equal(X[t], X[t - 1]):
            self.to.log(place, self._transform(X[t]))
        if t == 0 or not np.array_equal(K[t], K[t - 1]):
            matrix = K[t].reshape(3, 3).copy()
            matrix[:2, 2] += 0.5
            view = self.rr.ViewCoordinates.RDF
            lens = self.rr.Pinhole(
                image_from_camera=matrix, resolution=size, camera_xyz=view, image_plane_distance=0.12
            )
            self.to.log(f"{place}/image", lens)

    def _picture(self, place: str, frame: Array) -> None:
        from PIL import Image

        data = io.BytesIO()
        Image.fromarray(frame).save(data, "JPEG", quality=JPEG_QUALITY)
        self.to.log(f"{place}/image/rgb", self.rr.EncodedImage(contents=data.getvalue(), media_type="image/jpeg"))

    def _sidecar(self, place: str, camera: str, kind: str) -> Callable[[int], None]:
        rr = self.rr
        if kind == "depth":
            depth = self.dataset.depth(self.index, camera)
            return lambda t: self.to.log(f"{place}/image/depth", rr.DepthImage(depth[t], meter=1000.0))
        masks = self.dataset.masks(self.index, camera)
        return lambda t: self.to.log(f"{place}/image/instances", rr.SegmentationImage(masks[t], opacity=0.4))

    def _labels(self, place: str, camera: str) -> list[Callable[[int], None]]:
        c, out = self.columns, []
        for role in ROLES:
            for kind in ("box_visible", "box_full"):
                boxes = c.get(f"label.{camera}.{role}.{kind}")
                if boxes is not None:
                    name = f"{place}/image/{role}_{kind}"
                    out.append(lambda t, n=name, b=boxes, r=role: self._box(n, b[t], r))
        for point, colour in (("grasp_point", "target"), ("place_point", "container"), ("ee_point", "ee")):
            places, seen = c.get(f"label.{camera}.{point}"), c.get(f"label.{camera}.{point}_visible")
            if places is not None:
                marks = np.ones(len(places), bool) if seen is None else seen
                name = f"{place}/image/{point}"
                out.append(lambda t, n=name, p=places, s=marks, k=colour: self._point(n, p[t], bool(s[t]), k))
        ee = c.get(f"label.{camera}.ee_point")
        if ee is not None:
            out.append(lambda t: self._trace(f"{place}/image/ee_trace", ee, t))
        return out

    def _box(self, name: str, box: Array, role: str) -> None:
        there = bool(box[2] > box[0] and box[3] > box[1])
        shown = [box + 0.5] if there else np.zeros((0, 4))
        thick = 1.5 if name.endswith("visible") else 0.6
        kind = self.rr.Box2DFormat.XYXY
        colours = [COLOURS[role]] if there else []
        self.to.log(name, self.rr.Boxes2D(array=shown, array_format=kind, colors=colours, radii=[-thick] * there))

    def _point(self, name: str, point: Array, seen: bool, colour: str) -> None:
        """Visible points are large, hidden ones small; those behind the camera are not there."""
        there = not np.array_equal(point, [-1, -1])
        shown = [point + 0.5] if there else np.zeros((0, 2))
        self.to.log(
            name, self.rr.Points2D(shown, colors=[COLOURS[colour]] * there, radii=[-4.0 if seen else -1.5] * there)
        )

    def _trace(self, name: str, points: Array, t: int) -> None:
        """The way of the end effector so far, in this picture's pixels at the time (a moving camera moves it)."""
        way = points[: t + 1]
        way = way[~np.all(way == -1, axis=1)] + 0.5
        if len(way) > 1:
            self.to.log(name, self.rr.LineStrips2D([way], colors=[COLOURS["ee"]], radii=[-1.0]))

    def _transform(self, pose: Array) -> Any:
        """A pose (7,): m, quaternion wxyz; Rerun's is xyzw."""
        q = np.asarray(pose[[4, 5, 6, 3]], np.float64)
        return self.rr.Transform3D(translation=pose[:3], quaternion=self.rr.Quaternion(xyzw=q))


def _normals(mesh: BodyMesh) -> NDArray[np.float32]:
    """Vertex normals (V, 3), the faces' weighted by area."""
    v, f = mesh.vertices.astype(np.float64), mesh.faces
    face = np.cross(v[f[:, 1]] - v[f[:, 0]], v[f[:, 2]] - v[f[:, 0]])
    out = np.zeros_like(v)
    for k in range(3):
        np.add.at(out, f[:, k], face)
    return (out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-12)).astype(np.float32)


def _blueprint(dataset: Dataset, sidecars: Iterable[str]) -> Any:
    """The layout of the viewer: scene and words on the left, cameras and plots on the right.

    Depth and masks have views of their own: on top of the pictures they would hide them.
    """
    rrb = rerun().blueprint
    images = {c: f"world/cameras/{c}/image" for c in dataset.cameras}
    hidden = [f"- {place}/{kind}/**" for place in images.values() for kind in ("depth", "instances")]
    views = [rrb.Spatial2DView(origin=p, name=c, contents=["+ $origin/**", *hidden]) for c, p in images.items()]
    tabs = [rrb.Horizontal(*views, name="pictures")] if views else []
    for kind, name in (("depth", "depth"), ("mask", "instances")):
        own = [c for c in images if f"{kind}.{c}" in sidecars]
        shown = [rrb.Spatial2DView(origin=f"{images[c]}/{name}", name=c) for c in own]
        tabs += [rrb.Horizontal(*shown, name=name)] if shown else []
    legend = rrb.PlotLegend(visible=False)  # it would hide the first second; names show on the curves
    shown = ("joints", "gripper", "phase", "action")
    plots = [rrb.TimeSeriesView(origin=f"plots/{n}", name=n, plot_legend=legend) for n in shown]
    words = [
        rrb.TextDocumentView(origin="instruction", name="instruction"),
        rrb.TextLogView(origin="events", name="events"),
        rrb.GraphView(origin="scene_graph", name="scene graph"),
    ]
    scene = rrb.Spatial3DView(origin="world", name="scene", contents=["+ $origin/**", *hidden])
    left = rrb.Vertical(scene, rrb.Tabs(*words), row_shares=[3, 1])
    pictures = [rrb.Tabs(*tabs)] if tabs else []
    right = rrb.Vertical(*pictures, *plots, row_shares=[*(2.5 for _ in pictures), 1.2, 1, 0.7, 1])
    return rrb.Blueprint(rrb.Horizontal(left, right, column_shares=[3, 2]), rrb.TimePanel(state="collapsed"))
