"""What commands print as results: every text from a file passes through `Console` or `printable_lines`.

Names of classes, columns, and files come from files of others, and an escape sequence in them could rewrite the
terminal.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich import console as rich_console
from rich.segment import Segment

from glassnet.common.text import printable_lines


class Console(rich_console.Console):
    """A Rich console that escapes control characters in the text it prints."""

    def render(self, renderable: Any, options: rich_console.ConsoleOptions | None = None) -> Iterable[Segment]:
        """Yield the segments of a renderable with escaped text."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(printable_lines(segment.text), segment.style)
