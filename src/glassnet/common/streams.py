"""Standard streams, which may be missing: closed by the shell (`2>&-`), or absent in services and under pythonw."""

from __future__ import annotations

import os
import sys


def is_terminal(stream: object) -> bool:
    """Return whether a stream is a terminal; False for None, closed streams, and objects without `isatty`."""
    isatty = getattr(stream, "isatty", None)
    try:
        return bool(isatty()) if callable(isatty) else False
    except (OSError, ValueError):  # a closed file
        return False


def open_missing() -> None:
    """Open the null device for each standard stream that is closed.

    Otherwise the next file that is opened gets its descriptor, and messages for the terminal are written into it.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != descriptor:
                os.dup2(opened, descriptor)
                os.close(opened)
            os.set_inheritable(descriptor, True)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - stays open to the end
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        if getattr(sys, name) is None:
            stream = open(descriptor, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
            setattr(sys, name, stream)
