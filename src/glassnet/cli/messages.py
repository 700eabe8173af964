"""Messages of commands: one line each on standard error, with control characters escaped, of bearable length."""

from __future__ import annotations

import sys
from contextlib import suppress

from glassnet.common.text import brief, printable

LONGEST = 2000
"""Maximum number of characters of a message; its beginning and its end are kept."""


def print_message(message: object) -> None:
    """Print a message on standard error; nothing happens if there is no such stream."""
    if sys.stderr is None:  # print() would take standard output instead
        return
    with suppress(OSError, ValueError):  # a full disk or a closed file: there is nowhere to report it
        print(f"glassnet: {printable(brief(message, LONGEST))}", file=sys.stderr, flush=True)
