"""The frames of one episode as a file of their own, whatever file of the dataset they are in."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from engine.errors import DatasetError
from engine.export.convert import link
from engine.export.dataset import Dataset
from engine.export.layout import image_key
from engine.record.video import VideoWriter

_STRIDE = 4  # statistics look at every 4th pixel of every 4th row, as those of the engine's own videos


def cut_video(dataset: Dataset, index: int, camera: str, target: Path) -> int:
    """Place an episode's video at `target` (mp4); 1 when its pictures had to be encoded again, else 0.

    A file that holds this episode alone is linked. Of a file that holds several, the packets are copied when
    the episode starts at a key frame (as the files that `lerobot` joins do); else the frames are decoded and
    encoded again.
    """
    source = dataset.video_file(index, camera)
    chunk = f"videos/{image_key(camera)}/from_timestamp"
    start = round(dataset.episodes[chunk][index] * dataset.fps)
    length = dataset.length(index)
    if start == 0 and _frames(source) == length:
        link(source, target)
        return 0
    target.parent.mkdir(parents=True, exist_ok=True)
    if _copy_packets(source, target, start, length):
        return 0
    with VideoWriter(target, Fraction(dataset.fps).limit_denominator(1001)) as video:
        for frame in dataset.video(index, camera):
            video.add(frame)
    return 1


def histogram(film: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Counts (3, 256) of the channels of frames (T, H, W, 3), subsampled."""
    sample = film[:, ::_STRIDE, ::_STRIDE].reshape(-1, 3)
    return np.stack([np.bincount(sample[:, k], minlength=256) for k in range(3)])


def _frames(path: Path) -> int:
    """Packets of the first video stream."""
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            return stream.frames or sum(p.size > 0 for p in container.demux(stream))
    except (OSError, av.error.FFmpegError, IndexError) as error:
        raise DatasetError(f"{path}: cannot be read as video ({error})") from error


def _copy_packets(source: Path, target: Path, start: int, length: int) -> bool:
    """Copy the packets of frames start .. start + length - 1 with times from 0; False when they do not stand alone."""
    with av.open(str(source)) as container:
        stream: Any = container.streams.video[0]
        step = int(1 / Fraction(stream.average_rate) / Fraction(stream.time_base))
        wanted = [p for p in container.demux(stream) if p.size and start * step <= p.pts < (start + length) * step]
        if len(wanted) != length or not wanted[0].is_keyframe or wanted[0].pts != start * step:
            return False
        shift = start * step
        with av.open(str(target), "w", options={"fflags": "+bitexact"}) as output:
            own = output.add_stream_from_template(stream)
            for packet in wanted:
                packet.pts -= shift
                packet.dts = None if packet.dts is None else packet.dts - shift
                packet.stream = own
                output.mux(packet)
    return True
