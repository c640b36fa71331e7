"""TFRecord files and tf.train.Example messages without TensorFlow.

A TFRecord file is a row of records: length (uint64), masked CRC-32C of the length, the bytes, masked
CRC-32C of the bytes (tensorflow/core/lib/io/record_writer). An Example is a protocol buffer message that
maps names to lists of bytes, float32 or int64 (tensorflow/core/example/example.proto); keys are written in
sorted order, so equal examples are equal bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import DatasetError

U32 = NDArray[np.uint32]

_POLYNOMIAL = 0x82F63B78  # Castagnoli's, bits reflected
_MASK = 0xA282EAD8
_LANES = 1024

Value = Sequence[bytes] | NDArray[Any]
"""Bytes strings, or numbers: floats are stored as float32, integers and booleans as int64."""


def _tables() -> U32:
    """(4, 256): CRC of each byte followed by 0, 1, 2, 3 zero bytes (slicing by four, Kounavis and Berry 2005)."""
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = (table >> np.uint32(1)) ^ np.where(table & np.uint32(1), np.uint32(_POLYNOMIAL), np.uint32(0))
    rows = [table]
    for _ in range(3):
        rows.append((rows[-1] >> np.uint32(8)) ^ table[rows[-1] & np.uint32(255)])
    return np.stack(rows)


_T = _tables()
_T0 = _T[0].tolist()


def crc32c(data: bytes) -> int:
    """CRC-32C (Castagnoli) of `data`.

    Long data is cut into lanes whose remainders are computed side by side and then joined: a CRC is linear,
    so the remainder of a followed by b is that of a shifted by len(b) bytes, plus that of b.
    """
    state, start = 0xFFFFFFFF, 0
    words = len(data) // _LANES // 4
    if words >= 8:
        start = words * _LANES * 4
        state = _joined(_lane_states(np.frombuffer(data, "<u4", words * _LANES).reshape(_LANES, words)), 4 * words)
    for byte in data[start:]:
        state = (state >> 8) ^ _T0[(state ^ byte) & 255]
    return state ^ 0xFFFFFFFF


def masked_crc(data: bytes) -> int:
    """The rotated and shifted CRC that TFRecord stores, so that a CRC of data with CRCs in it is no fixed point."""
    crc = crc32c(data)
    return (((crc >> 15) | (crc << 17)) + _MASK) & 0xFFFFFFFF


def _lane_states(lanes: U32) -> U32:
    """Remainders (L,) of lanes of words (L, W), four bytes a step; only the first starts from all ones."""
    state = np.zeros(len(lanes), np.uint32)
    state[0] = 0xFFFFFFFF
    low, eight = np.uint32(255), np.uint32(8)
    for word in np.ascontiguousarray(lanes.T):
        x = state ^ word
        state = (
            _T[3][x & low] ^ _T[2][(x >> eight) & low] ^ _T[1][(x >> np.uint32(16)) & low] ^ _T[0][x >> np.uint32(24)]
        )
    return state


def _joined(states: U32, length: int) -> int:
    """One remainder from those of neighbouring lanes of `length` bytes each; their number is a power of two."""
    shift = _zero_bytes(length)
    while len(states) > 1:
        states = _apply(shift, states[0::2]) ^ states[1::2]
        shift = _apply(shift, shift)
    return int(states[0])


def _zero_bytes(count: int) -> U32:
    """The linear map of `count` zero bytes on remainders, as the images (32,) of the unit vectors."""
    units = np.uint32(1) << np.arange(32, dtype=np.uint32)
    step = (units >> np.uint32(8)) ^ _T[0][units & np.uint32(255)]
    out = units
    while count:
        if count & 1:
            out = _apply(step, out)
        step = _apply(step, step)
        count >>= 1
    return out


def _apply(matrix: U32, vectors: U32) -> U32:
    """Images of vectors (N,) under a map over GF(2) given by the images (32,) of the unit vectors."""
    out = np.zeros_like(vectors)
    for i in range(32):
        out ^= np.where((vectors >> np.uint32(i)) & np.uint32(1), matrix[i], np.uint32(0))
    return out


# --- files --------------------------------------------------------------------------------------


def frame_record(data: bytes) -> bytes:
    """One record as it stands in a file."""
    head = struct.pack("<Q", len(data))
    return head + struct.pack("<I", masked_crc(head)) + data + struct.pack("<I", masked_crc(data))


def read_tfrecord(path: str | Path) -> Iterator[bytes]:
    """The records of a file. Raises DatasetError with the place where a length or a checksum is wrong."""
    data = Path(path).read_bytes()
    place = number = 0
    while place < len(data):
        where = f"{path}, record {number} at byte {place}"
        head = data[place : place + 12]
        if len(head) < 12 or struct.unpack("<I", head[8:])[0] != masked_crc(head[:8]):
            raise DatasetError(f"{where}: wrong checksum of the length")
        size = struct.unpack("<Q", head[:8])[0]
        body, tail = data[place + 12 : place + 12 + size], data[place + 12 + size : place + 16 + size]
        if len(tail) < 4 or struct.unpack("<I", tail)[0] != masked_crc(body):
            raise DatasetError(f"{where}: wrong checksum of the data")
        yield body
        place, number = place + 16 + size, number + 1


# --- messages -----------------------------------------------------------------------------------


def encode_example(features: Mapping[str, Value]) -> bytes:
    """A serialized tf.train.Example. Arrays are stored flat."""
    entries = b"".join(_entry(name, features[name]) for name in sorted(features))
    return _field(1, entries)


def decode_example(data: bytes) -> dict[str, list[bytes] | NDArray[Any]]:
    """Inverse of `encode_example`: bytes strings, flat float32 or flat int64 by name."""
    out: dict[str, list[bytes] | NDArray[Any]] = {}
    for _, features in _fields(data):
        for _, entry in _fields(features):
            parts = dict(_fields(entry))
            out[parts[1].decode()] = _decode_feature(parts[2])
    return out


def _entry(name: str, value: Value) -> bytes:
    """One item of the map: key = 1, value = 2."""
    return _field(1, _field(1, name.encode()) + _field(2, _feature(value)))


def _feature(value: Value) -> bytes:
    """Feature: bytes_list = 1, float_list = 2, int64_list = 3, each with the field `value` = 1."""
    if not isinstance(value, np.ndarray):
        return _field(1, b"".join(_field(1, item) for item in value))
    if value.dtype.kind == "f":
        return _field(2, _field(1, value.astype("<f4").tobytes()))
    if value.dtype.kind in "iub":
        return _field(3, _field(1, _varints(value.reshape(-1).astype(np.int64))))
    raise DatasetError(f"an Example holds bytes, floats and integers, not {value.dtype}")


def _field(number: int, body: bytes) -> bytes:
    """A length-delimited field."""
    return _varint((number << 3) | 2) + _varint(len(body)) + body


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _varints(values: NDArray[np.int64]) -> bytes:
    """Packed varints; a negative number is stored as its 64-bit two's complement."""
    if not len(values) or (values.min() >= 0 and values.max() < 128):
        return values.astype(np.uint8).tobytes()
    return b"".join(_varint(int(v) & 0xFFFFFFFFFFFFFFFF) for v in values)


def _read_varint(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[place]
        value |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return value, place


def _fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and body of each length-delimited field."""
    place = 0
    while place < len(data):
        tag, place = _read_varint(data, place)
        if tag & 7 != 2:
            raise DatasetError(f"an Example has length-delimited fields only, found wire type {tag & 7}")
        size, place = _read_varint(data, place)
        yield tag >> 3, data[place : place + size]
        place += size


def _decode_feature(data: bytes) -> list[bytes] | NDArray[Any]:
    kind, body = next(_fields(data))
    items = [item for _, item in _fields(body)]
    if kind == 1:
        return items
    packed = b"".join(items)
    if kind == 2:
        return np.frombuffer(packed, "<f4").astype(np.float32)
    values, place = [], 0
    while place < len(packed):
        value, place = _read_varint(packed, place)
        values.append(value - (1 << 64) if value >> 63 else value)
    return np.array(values, np.int64)
