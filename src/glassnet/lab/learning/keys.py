"""Single key presses from a terminal, without waiting for Enter."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from glassnet.common.streams import is_terminal

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
"""Names of keys, by the characters they send."""


@contextmanager
def keyboard(on_return: Callable[[], None]) -> Iterator[None]:
    """Read single keys without echo inside this block; restore the terminal afterwards.

    on_return: called when the program resumes after Ctrl-Z and fg.
    """
    try:
        import termios
        import tty
    except ImportError:  # Windows, where msvcrt reads keys as they are
        yield
        return
    if not is_terminal(sys.stdin):
        yield
        return
    before = termios.tcgetattr(sys.stdin)

    def resume(*_: object) -> None:
        tty.setcbreak(sys.stdin)
        on_return()

    handler = signal.signal(signal.SIGCONT, resume)
    try:
        tty.setcbreak(sys.stdin)
        yield
    finally:
        signal.signal(signal.SIGCONT, handler)
        with suppress(termios.error):  # the terminal was closed
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def read_key(seconds: float) -> str:
    """Return the key pressed within this time, "" if none is, and "q" at the end of input.

    Special keys are returned by their names in SEQUENCES.
    """
    try:
        import select

        ready, _, _ = select.select([sys.stdin], [], [], seconds)
        if not ready:
            return ""
        # Bypass Python's buffer, where further keys would wait unnoticed.
        key = os.read(sys.stdin.fileno(), 1).decode(errors="replace")
        if key == "\x1b" and select.select([sys.stdin], [], [], 0)[0]:
            key += os.read(sys.stdin.fileno(), 8).decode(errors="replace")
        return SEQUENCES.get(key, key) or "q"
    except OSError:  # on Windows, select works on sockets only
        return _windows_key(seconds)


def _windows_key(seconds: float) -> str:
    import msvcrt

    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if msvcrt.kbhit():  # type: ignore[attr-defined]
            return str(msvcrt.getwch())  # type: ignore[attr-defined]
        time.sleep(0.02)
    return ""
