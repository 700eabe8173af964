"""Array types for annotations."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating[Any]]
"""Floating-point numbers: float32 by default in a network, float64 on request."""

IntArray = npt.NDArray[np.integer[Any]]
"""Integers: class indices, row numbers, category codes."""

AnyArray = npt.NDArray[Any]
"""An array of any dtype."""

PAGE, LINE = 4096, 64
"""Bytes of a memory page and of a cache line."""

OFFSET_STEP = 640
"""Distance in bytes between the page offsets of vectors that are processed together."""


def writable(array: AnyArray) -> AnyArray:
    """Return the array if it is writable, otherwise a copy: joblib passes large arrays as read-only memory."""
    return array if array.flags.writeable else array.copy()


def vectors(count: int, size: int, dtype: npt.DTypeLike, first: int = 0) -> Array:
    """Return `count` vectors of zeros, (count, size), aligned so that loops over all of them run at full speed.

    Each begins at a cache line. Processors compare the last 12 bits of addresses to detect a load that follows a store
    to the same address. Vectors with the same page offset would alias (4K aliasing), and every load would wait. Their
    offsets therefore differ; `first` is the number of vectors that precede these in the loop.

    >>> [row.ctypes.data % PAGE for row in vectors(2, 1000, "float32", first=1)]
    [640, 1280]
    """
    dtype = np.dtype(dtype)
    pitch = -(-size * dtype.itemsize // PAGE) * PAGE + OFFSET_STEP
    room = np.zeros(count * pitch + PAGE, np.uint8)
    skip = (first * OFFSET_STEP - room.ctypes.data) % PAGE
    rows = room[skip : skip + count * pitch].reshape(count, pitch)
    return rows[:, : size * dtype.itemsize].view(dtype)
