"""Per-frame columns, dict of numpy arrays (T, ...), as Arrow tables and back, bit for bit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.errors import DatasetError

DTYPES = (
    "bool",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "int8",
    "int16",
    "int32",
    "int64",
    "float32",
    "float64",
)
"""Element types a column may have, besides scalar strings ("string")."""


def dtype_name(array: NDArray[Any], name: str = "column") -> str:
    """Name of an array's element type as the dataset states it; DatasetError for types without one."""
    if array.dtype.kind == "U":
        if array.ndim == 1:
            return "string"
        raise DatasetError(f"{name}: text columns hold one string per frame, got shape {array.shape}")
    if array.dtype.name in DTYPES and array.dtype.isnative:
        return array.dtype.name
    raise DatasetError(f"{name}: dtype {array.dtype} cannot be stored; use one of {', '.join(DTYPES)} or strings")


def check_columns(columns: Mapping[str, NDArray[Any]]) -> int:
    """Number of frames T, after checking that names, lengths and types can be stored; 0 without columns."""
    if not columns:
        return 0
    lengths = {name: len(a) if a.ndim else -1 for name, a in columns.items()}
    first = next(iter(columns))
    frames = lengths[first]
    for name, array in columns.items():
        dtype_name(array, name)
        if "/" in name or not name:
            raise DatasetError(f"column name {name!r}: '/' and empty names are not allowed")
        if lengths[name] != frames:
            raise DatasetError(f"column {name!r} has {lengths[name]} rows, {first!r} has {frames}; all need the same")
    if frames < 1:
        raise DatasetError(f"column {first!r} has {frames} rows; an episode has at least one frame")
    return frames


def to_arrow(array: NDArray[Any]) -> pa.Array:
    """A column (T,) or (T, ...) as an Arrow array; inner axes are flattened into a fixed-size list."""
    if array.dtype.kind == "U":
        return pa.array(array.tolist(), pa.string())
    flat = pa.array(np.ascontiguousarray(array).reshape(-1))
    if array.ndim == 1:
        return flat
    return pa.FixedSizeListArray.from_arrays(flat, int(np.prod(array.shape[1:])))


def from_arrow(column: pa.Array | pa.ChunkedArray, shape: tuple[int, ...]) -> NDArray[Any]:
    """Inverse of `to_arrow`: (T, *shape). The result is writable and owns its memory."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks)
    rows = len(array)
    if pa.types.is_fixed_size_list(array.type):
        array = array.flatten()
    if pa.types.is_string(array.type):
        return np.array(array.to_pylist(), dtype=np.str_)
    return np.array(array.to_numpy(zero_copy_only=False)).reshape(rows, *shape)


def write_columns(path: Path, columns: Mapping[str, NDArray[Any]]) -> None:
    """Write the columns as one Arrow IPC file; inner shapes go into the schema."""
    check_columns(columns)
    shapes = {name: list(a.shape[1:]) for name, a in columns.items()}
    empty = [name for name, shape in shapes.items() if 0 in shape]
    if empty:
        raise DatasetError(f"column {empty[0]!r} has an inner axis of length 0 ({shapes[empty[0]]}): leave it out")
    table = pa.table({name: to_arrow(a) for name, a in columns.items()})
    table = table.replace_schema_metadata({b"shapes": json.dumps(shapes).encode()})
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def read_columns(path: Path) -> dict[str, NDArray[Any]]:
    """Inverse of `write_columns`, same dtypes, shapes and bits, same order."""
    with pa.memory_map(str(path)) as source:
        table = pa.ipc.open_file(source).read_all()
        shapes = json.loads(table.schema.metadata[b"shapes"])
        return {name: from_arrow(table[name], tuple(shapes[name])) for name in table.column_names}


def column_shapes(path: Path) -> tuple[int, dict[str, tuple[int, ...]], dict[str, str]]:
    """Frames, inner shapes and dtype names of a file of `write_columns`, without reading the columns."""
    with pa.memory_map(str(path)) as source:
        file = pa.ipc.open_file(source)
        shapes = json.loads(file.schema.metadata[b"shapes"])
        frames = sum(file.get_batch(i).num_rows for i in range(file.num_record_batches))
        dtypes = {f.name: _arrow_dtype(f.type) for f in file.schema}
    return frames, {name: tuple(shape) for name, shape in shapes.items()}, dtypes


def _arrow_dtype(kind: pa.DataType) -> str:
    if isinstance(kind, pa.FixedSizeListType):
        kind = kind.value_type
    return {"float": "float32", "double": "float64"}.get(str(kind), str(kind))
