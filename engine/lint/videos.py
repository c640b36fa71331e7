"""Videos and sidecars of an episode: every frame decodable, at its time, of its size; and the picture of frame t shows
state t.

The last is decided by drawing the stored state again: the new picture must be nearer to its own frame than to any
neighbour t-2 .. t+2, so a video that runs one frame early or late is found wherever the scene moves.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import DatasetError
from engine.export.layout import CHUNK, image_key
from engine.lint.context import EpisodeView, Unavailable
from engine.lint.report import Result
from engine.record.video import Kind, decode_span, video_stream

VIDEOS, SIDECARS, TIMING = "videos decodable", "sidecars decodable", "picture in time"
CHECKS = {VIDEOS: "frames", SIDECARS: "frames", TIMING: "pictures"}
"""This module's checks and what they count."""

SIDE = 112
"""Pictures are compared at about this size: every k-th pixel of every k-th row."""
NEIGHBOURS = (-2, -1, 1, 2)
SAMPLES = 3
"""Frames per camera and episode that are drawn again."""
MOVES = 1.0
"""Grey levels (mean over the picture) by which a frame must differ from its neighbours to tell them apart."""
FAR = 12.0
"""Grey levels by which a frame may differ from its state drawn again: compression changes 1 to 4."""
REPEATS, MOVED_RAD = 0.5, 0.02
"""A frame is suspected to repeat the one before when it changes by less than this share of what is usual around it,
while a joint turns by so much."""
_STRIDE = 4  # of the statistics: as the writer of videos samples pixels
_CHANNEL = np.array([0, 256, 512])


@dataclass(eq=False)
class Film:
    """A decoded episode of one camera: frames found, pictures (T, h, w, 3) made smaller, counts (3, 256) of pixels."""

    frames: int
    small: NDArray[np.uint8]
    step: int
    histogram: NDArray[np.int64]


def check_videos(view: EpisodeView, r: Result) -> dict[str, Film]:
    """Decode the episode of every camera (at level fast only count what is coded); what was decoded, by camera."""
    films: dict[str, Film] = {}
    if not view.dataset.cameras:
        r.skip("the dataset has no videos")
    for camera in view.dataset.cameras:
        key = image_key(camera)
        at = {"episode": view.index, "column": key}
        try:
            film = _film(view, camera, r)
        except (DatasetError, FileNotFoundError) as e:
            r.found(str(e), **at)
            continue
        if film is not None:
            films[camera] = film
    return films


def _film(view: EpisodeView, camera: str, r: Result) -> Film | None:
    key, fps, length = image_key(camera), view.dataset.fps, view.length
    at: dict[str, Any] = {"episode": view.index, "column": key}
    path, begin, end, last = _span(view, key)
    stream = video_stream(path)
    feature = view.dataset.features[key]
    facts = feature.get("info") or {}
    known = {"codec": stream.codec, "pix_fmt": stream.pix_fmt, "fps": stream.fps}
    said = {k: facts.get(f"video.{k}") for k in known}
    for name, value in known.items():
        if said[name] is not None and not _same_stream(name, said[name], value):
            r.found(f"{path.name} has {name} {value}, meta/info.json says {said[name]}", **at)
    if abs(stream.fps - fps) > 1e-3 * fps:
        r.found(f"{path.name} runs at {stream.fps:g} frames a second, the dataset at {fps:g}", **at)
    if not {stream.height, stream.width} <= set(feature["shape"]):
        r.found(f"{path.name} is {stream.height} x {stream.width}, the feature says {feature['shape']}", **at)
    if begin == 0 and last and stream.packets != length:
        r.found(f"{path.name} holds {stream.packets} frames, the episode has {length}", **at)
    if not view.context.full:
        r.items += length
        r.skip("level fast: frames are counted, not decoded", length)
        return None
    return _decode(path, fps, begin, end, length, last, r, at)


def _same_stream(name: str, said: Any, found: Any) -> bool:
    if name == "fps":
        return abs(float(said) - found) <= 1e-3 * found
    if name == "codec":  # the decoder's name: av1 is read by libdav1d
        return str(said) in str(found) or str(found) in str(said) or "av1" in str(said)
    return str(said) == str(found)


def _span(view: EpisodeView, key: str) -> tuple[Path, float, float, bool]:
    """File, first and last second of an episode in it, and whether it is the last one there."""
    t, i = view.dataset.episodes, view.index
    place = (t[f"videos/{key}/chunk_index"][i], t[f"videos/{key}/file_index"][i])
    path = view.dataset.info["video_path"].format(video_key=key, chunk_index=place[0], file_index=place[1])
    after = i + 1
    same = after < len(view.dataset) and place == tuple(
        t[f"videos/{key}/{k}"][after] for k in ("chunk_index", "file_index")
    )
    begin, end = (float(t[f"videos/{key}/{k}"][i]) for k in ("from_timestamp", "to_timestamp"))
    return view.dataset.root / path, begin, end, not same


def _decode(
    path: Path, fps: float, begin: float, end: float, length: int, last: bool, r: Result, at: dict[str, Any]
) -> Film:
    """Decode the span; every frame must be where its number says, to a thousandth of a frame."""
    half = 0.5 / fps
    histogram = np.zeros(768, np.int64)
    small: list[NDArray[np.uint8]] = []
    step, t = 1, 0
    tolerance = 1e-3 / fps + 1e-6 * end  # files of many episodes add up their seconds in float
    for time, picture in decode_span(path, "rgb", max(begin - half, 0.0), None if last else end - half):
        if t < length and abs(time - (begin + t / fps)) > tolerance:
            message = f"{path.name}: shown at {time - begin:.6g} s, expected {t / fps:.6g} s "
            message += f"(tolerance {tolerance:.1g} s)"
            r.found(message, frame=t, tolerance=tolerance, value=abs(time - begin - t / fps), **at)
        if t < length:
            step = max(1, math.ceil(min(picture.shape[:2]) / SIDE))
            small.append(picture[::step, ::step].copy())
            sample = picture[::_STRIDE, ::_STRIDE].reshape(-1, 3).astype(np.int64) + _CHANNEL
            histogram += np.bincount(sample.reshape(-1), minlength=768)
        t += 1
    r.items += min(t, length)
    if t != length:
        r.found(f"{path.name}: {t} frames can be decoded, the episode has {length}", frame=min(t, length), **at)
    return Film(t, np.array(small), step, histogram.reshape(3, 256))


# --- sidecars -----------------------------------------------------------------------------------


def check_sidecars(view: EpisodeView, r: Result) -> None:
    """Depth and mask files: one per episode and camera once there are any, all frames there, of the camera's size."""
    folder = view.dataset.root / "sidecars"
    names = sorted(p.name for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []
    if not names:
        raise Unavailable("the dataset has no sidecars")
    there = view.dataset.sidecars(view.index)
    for name in names:
        at: dict[str, Any] = {"episode": view.index, "column": f"sidecar {name}"}
        kind: Kind | None = {"depth": "depth", "mask": "mask"}.get(name.partition(".")[0])  # type: ignore[assignment]
        if name not in there:
            place = f"chunk-{view.index // CHUNK:03d}/file-{view.index % CHUNK:03d}"
            r.found(f"sidecars/{name}/{place}: missing", **at)
            continue
        if kind is None:
            r.skip(f"sidecars/{name} is of a kind that is not known")
            continue
        try:
            _check_sidecar(view, there[name], kind, image_key(name.partition(".")[2]), r, at)
        except DatasetError as e:
            r.found(str(e), **at)


def _check_sidecar(view: EpisodeView, path: Path, kind: Kind, key: str, r: Result, at: dict[str, Any]) -> None:
    stream = video_stream(path)
    want = {"depth": "gray16le", "mask": "gray"}[kind]
    if stream.pix_fmt != want or stream.codec != "ffv1":
        r.found(f"{path.name} is {stream.codec} {stream.pix_fmt}, expected ffv1 {want}", **at)
    shape = view.dataset.features.get(key, {}).get("shape", [stream.height, stream.width])[:2]
    if [stream.height, stream.width] != list(shape):
        r.found(f"{path.name} is {stream.height} x {stream.width}, the camera's pictures {shape}", **at)
    fps, frames = view.dataset.fps, stream.packets
    if view.context.full:
        times = [time for time, _ in decode_span(path, kind)]
        frames = len(times)
        for t, time in enumerate(times[: view.length]):
            if abs(time - t / fps) > 6e-4:  # Matroska keeps milliseconds
                r.found(f"{path.name}: shown at {time:g} s, expected {t / fps:g} s", frame=t, tolerance=6e-4, **at)
    else:
        r.skip("level fast: frames are counted, not decoded", frames)
    r.items += frames
    if frames != view.length:
        r.found(f"{path.name} holds {frames} frames, the episode has {view.length}", **at)


# --- the picture of frame t shows state t -------------------------------------------------------


def check_timing(view: EpisodeView, films: dict[str, Film], r: Result, samples: int = SAMPLES) -> None:
    """Draw the states of frames that move most and compare them with their frames and the neighbours'."""
    if not view.context.full:
        raise Unavailable("level fast: nothing is drawn again")
    if not films:
        raise Unavailable("no video of the episode was decoded")
    draw = view.context.redrawer
    view.episode  # noqa: B018  opens it, or says why not
    for camera, film in films.items():
        at: dict[str, Any] = {"episode": view.index, "column": image_key(camera)}
        if camera not in [c.name for c in view.appearance.cameras]:
            r.skip(f"the metadata does not know camera {camera}")
            continue
        frames = telling_frames(film.small, samples)
        if not frames:
            r.skip("nothing moves in the picture")
        _check_repeats(view, camera, film, r, at)
        for t in frames:
            again = draw.render(t, camera, instance=False).rgb[:: film.step, :: film.step]
            if again.shape != film.small[t].shape:
                continue  # `check_videos` has said it
            r.items += 1
            gap = {k: _difference(film.small[t + k], again) for k in (0, *NEIGHBOURS) if 0 <= t + k < len(film.small)}
            best = min(gap, key=gap.__getitem__)
            if gap[best] > FAR:
                message = f"differs from its state drawn again by {gap[0]:.1f} grey levels (tolerance {FAR:g})"
                r.found(message, frame=t, tolerance=FAR, value=gap[0], **at)
            elif best != 0:
                message = f"shows state {t - best} rather than {t}: differs by {gap[0]:.2f} grey levels, "
                message += f"frame {t + best} by {gap[best]:.2f} (tolerance 0 frames)"
                r.found(message, frame=t, tolerance=0.0, value=float(abs(best)), **at)


def _check_repeats(view: EpisodeView, camera: str, film: Film, r: Result, at: dict[str, Any]) -> None:
    """Frames that change far less than those around them though the arm moves: do they show the state before?"""
    joints = view.episode.log.qpos[: len(film.small), view.episode.sm.arm_qadr]
    if len(joints) != len(film.small) or len(joints) < 5:
        return
    moved = np.abs(np.diff(joints, axis=0)).max(axis=1)
    steps = np.array([_difference(a, b) for a, b in itertools.pairwise(film.small)])
    around = np.array([np.median(steps[max(k - 2, 0) : k + 3]) for k in range(len(steps))])
    share = np.where(moved > MOVED_RAD, steps / np.maximum(around, 1e-6), np.inf)
    draw = view.context.redrawer
    for k in np.argsort(share, kind="stable")[:SAMPLES]:
        if share[k] > REPEATS:
            break
        t = int(k) + 1
        before, own = (draw.render(i, camera, instance=False).rgb[:: film.step, :: film.step] for i in (t - 1, t))
        gap, other = _difference(film.small[t], own), _difference(film.small[t], before)
        if other < gap and _difference(before, own) > MOVES / 2:
            message = f"shows state {t - 1} once more: differs from it by {other:.2f} grey levels, from state {t} by "
            message += f"{gap:.2f} (tolerance 0 frames)"
            r.found(message, frame=t, tolerance=0.0, value=1.0, **at)


def telling_frames(small: NDArray[np.uint8], samples: int = SAMPLES) -> list[int]:
    """Up to `samples` frames, one in each part of the film, that differ most from both neighbours; none that differs
    by less than MOVES."""
    if len(small) < 3:
        return []
    steps = np.array([_difference(a, b) for a, b in itertools.pairwise(small)])
    motion = np.minimum(steps[:-1], steps[1:])  # of frames 1 .. T - 2
    parts = np.array_split(np.arange(len(motion)), min(samples, len(motion)))
    best = [int(p[np.argmax(motion[p])]) for p in parts if len(p)]
    return [k + 1 for k in best if motion[k] >= MOVES]


def _difference(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    """Mean absolute difference in grey levels."""
    return float(np.mean(np.abs(a.astype(np.int16) - b)))
