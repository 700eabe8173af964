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
from glassnet.data.tables.unseen import Unseen

AT_ONCE_BYTES = 256 << 20
"""Arrays up to this size are kept in memory."""


def as_numbers(columns: TableEncoder, tables: Sequence[Any]) -> tuple[list[Any], Unseen]:
    """Return each table encoded by `columns`, (n, width), as a memory map if it is large; and their unseen values.

    tables: a table, or the parts of one. Arrays and DataFrames are always encoded in memory. Raises OSError if the disk
    is full.
    """
    first = tables[0]
    if not all(isinstance(table, Table) and table.is_on_disk for table in tables):
        return _in_memory(columns, tables)
    whole = first.whole()
    dtype = columns.encode(first.take(np.arange(1)))[0].dtype
    if len(whole) * columns.width * dtype.itemsize <= AT_ONCE_BYTES:
        return _in_memory(columns, tables)
    base, unseen = _spilled(columns, whole, dtype)
    return [Selection(base, table.rows) for table in tables], unseen


def _in_memory(columns: TableEncoder, tables: Sequence[Any]) -> tuple[list[Any], Unseen]:
    arrays, unseen = [], Unseen()
    for table in tables:
        numbers, own = columns.encode(table)
        arrays.append(numbers)
        unseen.merge(own)
    return arrays, unseen


def _spilled(columns: TableEncoder, whole: Table, dtype: np.dtype[Any]) -> tuple[AnyArray, Unseen]:
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
    first, unseen = 0, Unseen()
    for block in whole.blocks():
        columns.encode_into(base[first : first + len(block)], block, unseen)
        first += len(block)
    return base, unseen


def _folder() -> Path:
    """Return the folder for large temporary files: /tmp is in memory on many machines, /var/tmp is not."""
    wanted = Path(os.environ.get("TMPDIR") or "/var/tmp")
    return wanted if os.access(wanted, os.W_OK) else Path(tempfile.gettempdir())
