"""Radiance RGBE pictures (.hdr, .pic): a writer, and a reader of flat, run-length coded and old-style files.

Ward, "Real Pixels" (Graphics Gems II, 1991), and the Radiance reference manual's file format.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assets.paint import F32
from engine.errors import AssetError

MOST_PIXELS = 64_000_000
_U8 = NDArray[np.uint8]


def write_hdr(path: str | Path, radiance: ArrayLike) -> None:
    """Write linear radiance (H, W, 3) as run-length coded RGBE; each channel keeps 8 bits below the pixel's largest.

    Raises AssetError for other shapes and for values that are negative or not finite.
    """
    a = np.asarray(radiance, np.float32)
    if a.ndim != 3 or a.shape[2] != 3 or not a.size:
        raise AssetError(f"{path}: an .hdr picture has shape (height, width, 3), not {a.shape}")
    if not np.isfinite(a).all() or (a < 0).any():
        raise AssetError(f"{path}: radiance must be finite and not negative")
    rgbe = to_rgbe(a)
    h, w = a.shape[:2]
    head = f"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y {h} +X {w}\n".encode()
    coded = 8 <= w <= 32767
    body = b"".join(_encode_row(row) for row in rgbe) if coded else rgbe.tobytes()
    Path(path).write_bytes(head + body)


def to_rgbe(a: F32) -> _U8:
    """Linear radiance (H, W, 3) as mantissas and exponent (H, W, 4)."""
    top = a.max(-1)
    mantissa, exponent = np.frexp(top)
    del mantissa
    # Rounding may lift the largest channel to 256: then it belongs to the next exponent.
    over = np.rint(np.ldexp(top, 8 - exponent)) > 255
    exponent = np.clip(exponent + over, -127, 127)
    scaled = np.rint(np.ldexp(a, (8 - exponent)[..., None]))
    out = np.zeros((*a.shape[:2], 4), np.uint8)
    lit = top > 1e-38
    out[..., :3] = np.where(lit[..., None], np.clip(scaled, 0, 255), 0)
    out[..., 3] = np.where(lit, exponent + 128, 0)
    return out


def from_rgbe(rgbe: _U8) -> F32:
    """Inverse of `to_rgbe`, in the original's steps."""
    exponent = rgbe[..., 3].astype(np.int32)
    scale = np.where(exponent > 0, np.ldexp(np.float32(1.0), exponent - 136), np.float32(0.0)).astype(np.float32)
    return rgbe[..., :3].astype(np.float32) * scale[..., None]


def _encode_row(row: _U8) -> bytes:
    w = len(row)
    return bytes([2, 2, w >> 8, w & 255]) + b"".join(_encode_channel(row[:, c]) for c in range(4))


def _encode_channel(v: _U8) -> bytes:
    """Runs of 4 and more as (128 + length, value), the rest as (length, values...)."""
    edges = np.flatnonzero(np.concatenate([[True], v[1:] != v[:-1], [True]]))
    out = bytearray()
    data = v.tobytes()
    pending = 0

    def literals(upto: int) -> None:
        start = pending
        while start < upto:
            n = min(128, upto - start)
            out.append(n)
            out.extend(data[start : start + n])
            start += n

    for a, b in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if b - a < 4:
            continue
        literals(a)
        while a < b:
            n = min(127, b - a)
            out.extend((128 + n, data[a]))
            a += n
        pending = b
    literals(len(data))
    return bytes(out)


def read_hdr(path: str | Path) -> F32:
    """Linear radiance (H, W, 3) of a file, top row first.

    Raises AssetError saying what is wrong with it: no such file, no Radiance picture, a size that is none, an
    unsupported format, a truncated or damaged body.
    """
    path = Path(path)
    data = _bytes(path)
    found, header = _header(path, data)
    h, w = int(found[2]), int(found[3])
    rgbe = _decode(data[found.end() :], h, w, path)
    if found[1] == b"+":
        rgbe = rgbe[::-1]
    out = from_rgbe(rgbe)
    for value in re.findall(rb"\nEXPOSURE=([^\n]*)", header):
        try:
            out = out / np.float32(float(value))
        except (ValueError, ZeroDivisionError) as e:
            raise AssetError(f"{path}: EXPOSURE={value.decode('latin-1')} is no number") from e
    if not np.isfinite(out).all():
        raise AssetError(f"{path}: it holds values that are not finite")
    return out


def hdr_size(path: str | Path) -> tuple[int, int]:
    """(height, width) from a file's header alone. Raises AssetError like `read_hdr`."""
    path = Path(path)
    found, _ = _header(path, _bytes(path, 65536))
    return int(found[2]), int(found[3])


def _bytes(path: Path, most: int = -1) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as e:
        raise AssetError(f"{path}: cannot be read ({e.strerror})") from e


def _header(path: Path, data: bytes) -> tuple[re.Match[bytes], bytes]:
    """The size line and what comes before it."""
    if not data.startswith((b"#?RADIANCE", b"#?RGBE")):
        raise AssetError(f"{path}: no Radiance picture (it does not begin with '#?RADIANCE'); save it as .hdr, RGBE")
    found = re.search(rb"\n\n([+-])Y (\d{1,9}) \+X (\d{1,9})\n", data[:65536])
    if found is None:
        raise AssetError(f"{path}: no size line '-Y height +X width' after the header; save it again as .hdr")
    header = data[: found.start()]
    form = re.search(rb"FORMAT=([^\n]*)", header)
    if form is not None and form[1].strip() != b"32-bit_rle_rgbe":
        raise AssetError(f"{path}: FORMAT={form[1].decode('latin-1')}; only 32-bit_rle_rgbe can be read")
    h, w = int(found[2]), int(found[3])
    if not 1 <= h * w <= MOST_PIXELS:
        raise AssetError(f"{path}: {w} x {h} pixels; at most {MOST_PIXELS:,} can be read: scale it down")
    return found, header


def _decode(body: bytes, h: int, w: int, path: Path) -> _U8:
    short = AssetError(f"{path}: the file ends too early for {w} x {h} pixels; copy or download it again")
    if len(body) < 4:
        raise short
    new = 8 <= w <= 32767 and body[0] == 2 and body[1] == 2 and body[2] < 128
    if not new:
        return _decode_old(body, h, w, short)
    out = np.empty((h, 4, w), np.uint8)
    at = 0
    for row in out:
        if body[at : at + 4] != bytes([2, 2, w >> 8, w & 255]):
            raise (
                short if at + 4 > len(body) else AssetError(f"{path}: a row does not begin as it should; it is damaged")
            )
        at += 4
        for channel in row:
            x = 0
            while x < w:
                if at + 1 >= len(body):
                    raise short
                n = body[at]
                run = n > 128
                n = n - 128 if run else n
                if n == 0 or x + n > w:
                    raise AssetError(f"{path}: a run goes past the end of its row; the file is damaged")
                if run:
                    channel[x : x + n] = body[at + 1]
                    at += 2
                else:
                    if at + 1 + n > len(body):
                        raise short
                    channel[x : x + n] = np.frombuffer(body, np.uint8, n, at + 1)
                    at += 1 + n
                x += n
    return np.ascontiguousarray(out.transpose(0, 2, 1))


def _decode_old(body: bytes, h: int, w: int, short: AssetError) -> _U8:
    """Flat pixels, with repeats written as (1, 1, 1, count) by the oldest writers."""
    pixels = np.frombuffer(body, np.uint8, len(body) // 4 * 4).reshape(-1, 4)
    repeat = (pixels[:, :3] == 1).all(1)
    if not repeat[: h * w].any():
        if len(pixels) < h * w:
            raise short
        return pixels[: h * w].reshape(h, w, 4).copy()
    out = np.empty((h * w, 4), np.uint8)
    x, shift = 0, 0
    for pixel, again in zip(pixels, repeat, strict=True):
        if x >= h * w:
            break
        if again and x:
            n = min(int(pixel[3]) << shift, h * w - x)
            out[x : x + n] = out[x - 1]
            x, shift = x + n, min(shift + 8, 24)
        else:
            out[x] = pixel
            x, shift = x + 1, 0
    if x < h * w:
        raise short
    return out.reshape(h, w, 4)
