"""Conversions between pyarrow and NumPy that do not import pandas.

Where pandas is installed, pyarrow imports it for `pa.array`, `pa.scalar`, and `to_numpy`, which takes longer than
reading a small table.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray

DTYPES = {"int32": np.int32, "int64": np.int64, "float": np.float32, "double": np.float64}
"""NumPy dtypes by the names of pyarrow types."""


def text_array(texts: Iterable[str]) -> Any:
    """Return texts as a pyarrow array of strings, (n,).

    >>> text_array(["yes", "nö"]).to_pylist()
    ['yes', 'nö']
    """
    import pyarrow as pa

    encoded = [text.encode() for text in texts]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    return pa.StringArray.from_buffers(len(encoded), pa.py_buffer(ends.tobytes()), pa.py_buffer(b"".join(encoded)))


def to_null(cells: Any, mask: Any) -> Any:
    """Return an array of strings, (n,), with null where the mask, (n,), is true."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.if_else(mask, pa.nulls(1, pa.string())[0], cells)


def is_one_of(cells: Any, texts: Iterable[str]) -> Any:
    """Return a boolean array, (n,): whether each string is one of the texts; false for null."""
    import pyarrow.compute as pc

    return pc.is_in(cells, value_set=text_array(texts))


def to_mask(booleans: Any) -> AnyArray:
    """Return a pyarrow array of booleans, (n,), as a NumPy array, false for null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return to_numpy(pc.cast(pc.cast(booleans, pa.uint8()), pa.int32()), null=0).astype(bool)


def is_null(cells: Any) -> AnyArray:
    """Return a boolean array, (n,): whether each cell is null."""
    import pyarrow.compute as pc

    return to_mask(pc.is_null(cells))


def first_row(booleans: Any) -> int:
    """Return the position of the first true value in a pyarrow array of booleans, (n,), or -1 if there is none."""
    mask = to_mask(booleans)
    return int(mask.argmax()) if mask.any() else -1


def to_numpy(numbers: Any, null: Any) -> AnyArray:
    """Return a pyarrow array of numbers, (n,), as a NumPy array, with `null` in place of null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    dtype = DTYPES[str(numbers.type)]
    chunks = numbers.chunks if isinstance(numbers, pa.ChunkedArray) else [numbers]
    values, start = np.empty(len(numbers), dtype), 0
    for chunk in chunks:
        end = start + len(chunk)
        values[start:end] = np.frombuffer(chunk.buffers()[1], dtype)[chunk.offset : chunk.offset + len(chunk)]
        if chunk.null_count:
            is_null = pc.cast(pc.is_null(chunk), pa.uint8())  # (len(chunk),), one byte each in place of one bit
            values[start:end][np.frombuffer(is_null.buffers()[1], bool)[: len(chunk)]] = null
        start = end
    return values
