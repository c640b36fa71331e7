"""Videos of an episode: encoded in the worker while it renders, read back frame-exactly.

Three kinds: "rgb" (H.264, mp4, lossy), "depth" (uint16 millimetres, FFV1 gray16le, mkv, lossless) and
"mask" (uint8 instance ids, FFV1 gray, mkv, lossless). Frame i is at time i / fps exactly. The bytes of a
file depend on the frames and the codec libraries' version only: one thread, no timestamps of the day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

import av
import av.error
import numpy as np
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from engine.errors import DatasetError

Kind = Literal["rgb", "depth", "mask"]
_PIX_FMT = {"rgb": "rgb24", "depth": "gray16le", "mask": "gray"}
_DTYPE = {"rgb": np.uint8, "depth": np.uint16, "mask": np.uint8}
SUFFIX = {"rgb": ".mp4", "depth": ".mkv", "mask": ".mkv"}
GOP = 10  # a key frame every second at 10 Hz: any frame is at most ten decodes away
CRF = 21
# No B-frames: decoding order is display order, so seeking is cheap and time stamps start at 0. No macroblock
# tree: x264's reads memory that it never wrote, and about one video in a hundred came out different.
_X264 = "bframes=0:scenecut=0:open-gop=0:mbtree=0:rc-lookahead=0"
_BT601, _LIMITED = 6, 1  # codes of ITU-T H.273: matrix SMPTE 170M, range 16..235
_CHANNEL = np.array([0, 256, 512])
_STRIDE = 4  # statistics look at every 4th pixel of every 4th row of every frame


@dataclass(frozen=True)
class VideoFacts:
    """What an encoded video holds. histogram: (3, 256) counts of the subsampled pixels, rgb only."""

    kind: Kind
    frames: int
    width: int
    height: int
    fps: float
    codec: str
    pix_fmt: str
    histogram: tuple[tuple[int, ...], ...] | None

    def as_json(self) -> dict[str, Any]:
        """For the episode's metadata: `meta["videos"][camera]`, where the exporter looks for it."""
        return asdict(self)


class VideoWriter:
    """Encode frames one at a time.

        with VideoWriter(path, fps=10) as video:
            for frame in frames:
                video.add(frame)
        meta["videos"]["front"] = video.facts.as_json()

    Frames: "rgb" (H, W, 3) uint8 with even H and W, "depth" (H, W) uint16, "mask" (H, W) uint8. Raises
    DatasetError for another dtype or a change of shape. A file left through an exception is removed.
    """

    facts: VideoFacts  # set by `close`

    def __init__(self, path: str | Path, fps: float | Fraction, kind: Kind = "rgb", *, crf: int = CRF) -> None:
        self.path, self.fps, self.crf = Path(path), Fraction(fps).limit_denominator(1001), crf
        self.kind: Kind = kind
        if self.path.suffix != SUFFIX[kind]:
            raise DatasetError(f"{path}: a {kind} video is stored as {SUFFIX[kind]}")
        self._output: tuple[Any, Any] | None = None  # container and stream
        self._frames = 0
        self._shape: tuple[int, ...] = ()
        self._histogram = np.zeros((3, 256), np.int64)

    def __enter__(self) -> VideoWriter:
        return self

    def add(self, frame: NDArray[Any]) -> None:
        """Append one frame."""
        self._output = self._output or self._open(frame)
        container, stream = self._output
        if frame.shape != self._shape or frame.dtype != _DTYPE[self.kind]:
            raise DatasetError(
                f"{self.path}: frame {self._frames} is {frame.dtype} {frame.shape}, "
                f"expected {np.dtype(_DTYPE[self.kind]).name} {self._shape}"
            )
        if self.kind == "rgb":
            sample = frame[::_STRIDE, ::_STRIDE].reshape(-1, 3).astype(np.int64)
            counts = np.bincount((sample + _CHANNEL).reshape(-1), minlength=768)
            self._histogram += counts.reshape(3, 256)
        picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format=_PIX_FMT[self.kind])
        picture.pts, picture.time_base = self._frames, 1 / self.fps
        for packet in stream.encode(picture):
            container.mux(packet)
        self._frames += 1

    def _open(self, frame: NDArray[Any]) -> tuple[Any, Any]:
        rgb = self.kind == "rgb"
        fits = frame.ndim == 2 if not rgb else frame.ndim == 3 and frame.shape[2] == 3
        if not fits or (rgb and (frame.shape[0] % 2 or frame.shape[1] % 2)):
            raise DatasetError(f"{self.path}: a {self.kind} frame cannot have shape {frame.shape}")
        self._shape = frame.shape
        container = av.open(str(self.path), "w", options={"fflags": "+bitexact"})
        if rgb:
            options = {"preset": "veryfast", "crf": str(self.crf), "x264-params": _X264}
            stream: Any = container.add_stream("libx264", rate=self.fps, options=options)
            stream.pix_fmt = "yuv420p"
            stream.codec_context.gop_size = GOP
            stream.codec_context.colorspace = _BT601  # what the conversion from RGB uses; players then agree
            stream.codec_context.color_range = _LIMITED
        else:
            stream = container.add_stream("ffv1", rate=self.fps, options={"level": "3", "slices": "4"})
            stream.pix_fmt = _PIX_FMT[self.kind]
            stream.codec_context.gop_size = 1
        stream.height, stream.width = frame.shape[:2]
        stream.time_base = stream.codec_context.time_base = 1 / self.fps
        stream.codec_context.thread_count = 1
        return container, stream

    def close(self) -> VideoFacts:
        """Finish the file. Raises DatasetError when no frame was added."""
        if self._output is None:
            raise DatasetError(f"{self.path}: no frame was added")
        container, stream = self._output
        for packet in stream.encode(None):
            container.mux(packet)
        container.close()
        rgb = self.kind == "rgb"
        self.facts = VideoFacts(
            kind=self.kind,
            frames=self._frames,
            width=self._shape[1],
            height=self._shape[0],
            fps=float(self.fps),
            codec="h264" if rgb else "ffv1",
            pix_fmt="yuv420p" if rgb else _PIX_FMT[self.kind],
            histogram=tuple(tuple(int(v) for v in row) for row in self._histogram) if rgb else None,
        )
        return self.facts

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        if kind is None:
            self.close()
            return
        if self._output is not None:
            self._output[0].close()
        self.path.unlink(missing_ok=True)


def read_video(path: str | Path, kind: Kind = "rgb", frames: Sequence[int] | None = None) -> NDArray[Any]:
    """Decode all frames (T, H, W, 3) or (T, H, W), or only `frames`, in the order asked for.

    Raises DatasetError when the file is missing or cannot be decoded, or a frame does not exist.
    """
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            stream.codec_context.thread_count = 1
            found = _decode(container, stream, kind, None if frames is None else set(frames))
    except (OSError, av.error.FFmpegError, IndexError) as error:
        raise DatasetError(f"{path}: cannot be decoded as video ({error})") from error
    order = sorted(found) if frames is None else list(frames)
    missing = [i for i in order if i not in found]
    if missing or not order:
        raise DatasetError(f"{path}: frames {missing[:5]} do not exist" if missing else f"{path}: no frames")
    return np.stack([found[i] for i in order])


def frame_times(path: str | Path) -> NDArray[np.float64]:
    """Presentation time in seconds of every frame, by decoding the file."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        base = stream.time_base or Fraction(1)
        return np.array([float((f.pts or 0) * base) for f in container.decode(stream)])


def _decode(container: Any, stream: Any, kind: Kind, wanted: set[int] | None) -> dict[int, NDArray[Any]]:
    rate = Fraction(stream.average_rate or stream.base_rate)
    base = Fraction(stream.time_base)
    found: dict[int, NDArray[Any]] = {}
    if wanted is None:
        for frame in container.decode(stream):
            found[round(frame.pts * base * rate)] = frame.to_ndarray(format=_PIX_FMT[kind])
        return found
    left = sorted(wanted)
    while left:
        # Seek only over gaps that are longer than what decoding on would cost.
        container.seek(int(left[0] / rate / base), stream=stream, backward=True, any_frame=False)
        position = -1
        for frame in container.decode(stream):
            position = round(frame.pts * base * rate)
            if position == left[0]:
                found[position] = frame.to_ndarray(format=_PIX_FMT[kind])
                left.pop(0)
                if not left or left[0] > position + 2 * GOP:
                    break
            elif position > left[0]:
                return found  # the frame asked for does not exist; the caller names it
        else:
            return found
    return found


@dataclass(frozen=True)
class Stream:
    """What a video file says of its only video stream; packets: coded pictures, counted without decoding."""

    width: int
    height: int
    codec: str
    pix_fmt: str
    fps: float
    packets: int


def video_stream(path: str | Path) -> Stream:
    """Facts of a file without decoding it; raises DatasetError when it is not a video."""
    try:
        with av.open(str(path)) as container:
            s = container.streams.video[0]
            rate = float(s.average_rate or s.base_rate or 0)
            c = s.codec_context
            packets = sum(p.size > 0 for p in container.demux(s))
            return Stream(c.width, c.height, c.name, str(c.pix_fmt), rate, packets)
    except (OSError, av.error.FFmpegError, IndexError) as error:
        raise DatasetError(f"{path}: cannot be read as video ({error})") from error


def decode_span(
    path: str | Path, kind: Kind, start_s: float = 0.0, end_s: float | None = None
) -> Iterator[tuple[float, NDArray[Any]]]:
    """Frames shown from start_s up to (not including) end_s, one at a time: (time in seconds, picture).

    Unlike players and `read_video`, damage is not concealed: raises DatasetError with the frame's time where the
    stream is broken, as far as the codec lets that be seen.
    """
    time = start_s
    convert = VideoReformatter()  # one for all frames: each frame's own would be set up anew, which takes as long
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            context = stream.codec_context
            context.thread_count = 1
            context.options = {"err_detect": "explode"}
            base = Fraction(stream.time_base or 1)
            prefix = _prefix_bytes(context.name, context.extradata)
            if start_s > 0:
                container.seek(int(start_s / base), stream=stream, backward=True, any_frame=False)
            for packet in container.demux(stream):
                if prefix and not _whole(bytes(packet), prefix):
                    shown = float((packet.pts or 0) * base)
                    raise DatasetError(f"{path}: the frame at {shown:g} s is damaged (bytes that no encoder writes)")
                for frame in packet.decode():
                    time = float((frame.pts or 0) * base)
                    if end_s is not None and time >= end_s:
                        return
                    if frame.is_corrupt:
                        raise DatasetError(f"{path}: the frame at {time:g} s is damaged")
                    if time >= start_s:
                        yield time, convert.reformat(frame, format=_PIX_FMT[kind]).to_ndarray()
    except (OSError, av.error.FFmpegError, IndexError) as error:
        raise DatasetError(f"{path}: cannot be decoded after {time:g} s ({error})") from error


def _prefix_bytes(codec: str, extradata: bytes | None) -> int:
    """Bytes of the length before each unit of an H.264 or H.265 packet in mp4 (ISO/IEC 14496-15); 0: not that form."""
    place = {"h264": 4, "hevc": 21}.get(codec)
    if place is None or extradata is None or len(extradata) <= place or extradata[0] != 1:
        return 0
    return (extradata[place] & 3) + 1


def _whole(packet: bytes, prefix: int) -> bool:
    """Whether units fill the packet and hold no 00 00 00, 00 00 01 or 00 00 02, which encoders escape (ITU-T H.264,
    7.4.1): holes of an interrupted copy decode without any complaint."""
    at = 0
    while at < len(packet):
        size = int.from_bytes(packet[at : at + prefix], "big")
        unit = packet[at + prefix : at + prefix + size]
        if not size or len(unit) != size or _ESCAPED.search(unit):
            return False
        at += prefix + size
    return True


_ESCAPED = re.compile(rb"\x00\x00[\x00-\x02]")
