"""Array types for annotations."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating[Any]]
"""Floating point numbers: float32 by default in a network, float64 on request."""

IntArray = npt.NDArray[np.integer[Any]]
"""Whole numbers: class indices, row numbers, table codes."""

AnyArray = npt.NDArray[Any]
"""An array of any dtype."""

PAGE, LINE = 4096, 64
"""Bytes of a page of memory and of a cache line."""

APART = 640
"""How far apart, in bytes from the beginning of a page, vectors begin that are walked through together."""


def writable(array: AnyArray) -> AnyArray:
    """Return an array that may be written to: itself, or a copy. joblib hands over large arrays as read-only memory."""
    return array if array.flags.writeable else array.copy()


def vectors(count: int, size: int, dtype: npt.DTypeLike, first: int = 0) -> Array:
    """Return `count` vectors of zeros, (count, size), that a processor walks through together at full speed.

    Each begins at a cache line. A processor compares the last bits of addresses to see whether a number it loads was
    stored just before; vectors at the same place of a page look like one to it, and every load waits. So each
    begins somewhere else: `first` is how many vectors come before these in such a walk.

    >>> [row.ctypes.data % PAGE for row in vectors(2, 1000, "float32", first=1)]
    [640, 1280]
    """
    dtype = np.dtype(dtype)
    pitch = -(-size * dtype.itemsize // PAGE) * PAGE + APART
    room = np.zeros(count * pitch + PAGE, np.uint8)
    skip = (first * APART - room.ctypes.data) % PAGE
    rows = room[skip : skip + count * pitch].reshape(count, pitch)
    return rows[:, : size * dtype.itemsize].view(dtype)
