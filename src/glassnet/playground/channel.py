"""Records between the server and its training process: a kind, the number of a page, and bytes."""

from __future__ import annotations

import asyncio
import struct
from typing import BinaryIO, NamedTuple

HEADER = struct.Struct("<BIQ")

JOIN, LEAVE, MESSAGE = 0, 1, 2
"""Kinds to the training process: a page opened, a page closed, and JSON from a page."""

TO_PAGE, KEEP_STATE, KEEP_OWN, FAILED = 10, 11, 12, 13
"""Kinds from it: a packed message for a page, the state and the data to begin again with, and why it cannot go on."""

EVERY_PAGE = 0
"""Number that stands for all pages; theirs begin at 1."""


class Record(NamedTuple):
    """A record: its kind, the number of a page, and bytes."""

    kind: int
    page: int
    data: bytes = b""

    def pack(self) -> bytes:
        """Return the record as bytes, with its length."""
        return HEADER.pack(self.kind, self.page, len(self.data)) + self.data


def read_record(file: BinaryIO) -> Record | None:
    """Return the next record of a file, or None at its end."""
    header = file.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    kind, page, length = HEADER.unpack(header)
    data = file.read(length)
    return Record(kind, page, data) if len(data) == length else None


async def receive_record(reader: asyncio.StreamReader) -> Record | None:
    """Return the next record of a stream, or None at its end."""
    try:
        kind, page, length = HEADER.unpack(await reader.readexactly(HEADER.size))
        return Record(kind, page, await reader.readexactly(length))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
