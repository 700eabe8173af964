"""Named pipes are read once per command or call, although its parts look at their data several times."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

_depth, _number = 0, 0


@contextmanager
def pipes_read_once() -> Iterator[None]:
    """Read every named pipe at most once; without this, it is read again, with other contents."""
    global _depth, _number
    if not _depth:
        _number += 1
    _depth += 1
    try:
        yield
    finally:
        _depth -= 1


def reading() -> int | None:
    """Return the number of the current block in which pipes are read once, or None outside."""
    return _number if _depth else None
