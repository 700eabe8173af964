"""Keys, one at a time, while something else is going on: what a terminal gives before Enter is pressed."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SEQUENCES = {
    "\x1b[A": "up",
    "\x1b[B": "down",
    "\x1bOA": "up",
    "\x1bOB": "down",
    "\x1b[5~": "page up",
    "\x1b[6~": "page down",
    " ": "page down",
    "b": "page up",
}
"""What some keys send, and what they are called."""


@contextmanager
def keyboard(on_return: Callable[[], None]) -> Iterator[None]:
    """Let keys be read one by one, unseen; the terminal is as before when the block ends.

    on_return: called when the program goes on after it was sent to sleep (Ctrl-Z, then fg).
    """
    try:
        import termios
        import tty
    except ImportError:  # Windows, where msvcrt reads keys as they are
        yield
        return
    if sys.stdin is None or not sys.stdin.isatty():
        yield
        return
    before = termios.tcgetattr(sys.stdin)

    def again(*_: object) -> None:
        tty.setcbreak(sys.stdin)
        on_return()

    handler = signal.signal(signal.SIGCONT, again)
    try:
        tty.setcbreak(sys.stdin)
        yield
    finally:
        signal.signal(signal.SIGCONT, handler)
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def key_within(seconds: float) -> str:
    """Return the key that is pressed within so many seconds, "" if none is; "q" when nobody is there any more.

    Keys that send several characters are called by the names in SEQUENCES.
    """
    try:
        import select

        ready, _, _ = select.select([sys.stdin], [], [], seconds)
        if not ready:
            return ""
        # Past Python's buffer, in which further keys would wait unseen.
        key = os.read(sys.stdin.fileno(), 1).decode(errors="replace")
        if key == "\x1b" and select.select([sys.stdin], [], [], 0)[0]:
            key += os.read(sys.stdin.fileno(), 8).decode(errors="replace")
        return SEQUENCES.get(key, key) or "q"
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
