"""Keys, one at a time, while something else is going on: what a terminal gives before Enter is pressed."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def keyboard() -> Iterator[None]:
    """Let keys be read one by one, unseen; the terminal is as before when the block ends."""
    try:
        import termios
        import tty
    except ImportError:  # Windows, where msvcrt reads keys as they are
        yield
        return
    if not sys.stdin.isatty():
        yield
        return
    before = termios.tcgetattr(sys.stdin)
    try:
        tty.setcbreak(sys.stdin)
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def key_within(seconds: float) -> str:
    """Return the key that is pressed within so many seconds, "" if none is; "q" when nobody is there any more."""
    try:
        import select

        ready, _, _ = select.select([sys.stdin], [], [], seconds)
        if not ready:
            return ""
        # Past Python's buffer, in which further keys would wait unseen.
        return os.read(sys.stdin.fileno(), 1).decode(errors="replace") or "q"
    except OSError:  # Windows waits for no keyboard
        return _windows_key(seconds)


def _windows_key(seconds: float) -> str:
    import msvcrt

    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if msvcrt.kbhit():  # type: ignore[attr-defined]
            return str(msvcrt.getwch())  # type: ignore[attr-defined]
        time.sleep(0.02)
    return ""
