"""Encoded tables: in memory, or in a temporary memory-mapped file if they are large."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.common.selection import Selection
from glassnet.data.tables.encoder import TableEncoder
from glassnet.data.tables.table import Table

AT_ONCE_BYTES = 256 << 20
"""Arrays up to this size are kept in memory."""


def as_numbers(columns: TableEncoder, tables: Sequence[Any]) -> list[Any]:
    """Return each table encoded by `columns`, (n, width), as a memory map if it is large.

    tables: a table, or the parts of one. Arrays and DataFrames are always encoded in memory. Raises OSError if the disk
    is full.
    """
    first = tables[0]
    if not all(isinstance(table, Table) and table.is_on_disk for table in tables):
        return [columns.transform(table) for table in tables]
    whole = first.whole()
    dtype = columns.transform(first.take(np.arange(1))).dtype
    if len(whole) * columns.width * dtype.itemsize <= AT_ONCE_BYTES:
        return [columns.transform(table) for table in tables]
    base = _spilled(columns, whole, dtype)
    return [Selection(base, table.rows) for table in tables]


def _spilled(columns: TableEncoder, whole: Table, dtype: np.dtype[Any]) -> AnyArray:
    """Return a memory map of an encoded table, (n, width); its file is deleted when the map is garbage-collected."""
    folder, size = _folder(), len(whole) * columns.width * dtype.itemsize
    free = shutil.disk_usage(folder).free
    if size > free:
        raise OSError(
            f"the table becomes {size / 1e9:.1f} GB of numbers, but {folder} has room for {free / 1e9:.1f} GB; "
            "set TMPDIR to another folder"
        )
    with tempfile.TemporaryFile(dir=folder, prefix="glassnet-") as file:
        base = np.memmap(file, dtype, "w+", shape=(len(whole), columns.width))
    first = 0
    for block in whole.blocks():
        columns.transform_into(base[first : first + len(block)], block)
        first += len(block)
    return base


def _folder() -> Path:
    """Return the folder for large temporary files: /tmp is in memory on many machines, /var/tmp is not."""
    wanted = Path(os.environ.get("TMPDIR") or "/var/tmp")
    return wanted if os.access(wanted, os.W_OK) else Path(tempfile.gettempdir())
