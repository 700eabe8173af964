"""A terminal screen: a header, a scrollable body, and a footer."""

from __future__ import annotations

from dataclasses import dataclass, field

from rich.console import Console, RenderableType
from rich.segment import Segment, Segments
from rich.text import Text

Lines = list[list[Segment]]


@dataclass
class View:
    """The content of the screen. top: index of the first visible line of the body."""

    console: Console
    header: RenderableType = ""
    body: RenderableType = ""
    footer: RenderableType = ""
    top: int = 0
    size: tuple[int, int] = field(default=(0, 0))

    def show(self, header: RenderableType, body: RenderableType, footer: RenderableType, focus: str = "") -> None:
        """Show this content. focus: text to scroll to; the beginning if empty."""
        self.header, self.body, self.footer, self.top = header, body, footer, 0
        if focus:
            texts = ["".join(segment.text for segment in line) for line in self._lines(body)]
            place = next((i for i, text in enumerate(texts) if focus in text), 0)
            self.top = max(0, place - self._room(len(texts)) // 2)
        self.draw()

    def scroll(self, pages: float = 0, lines: int = 0) -> None:
        """Scroll the body."""
        self.top += lines + round(pages * (self._room(self._height()) - 1))
        self.draw()

    def draw(self) -> None:
        """Draw the screen."""
        self.size = self.console.size
        lines = self._lines(self.body)
        room = self._room(len(lines))
        self.top = max(0, min(self.top, len(lines) - room))
        visible, below = lines[self.top : self.top + room], len(lines) - self.top - room
        self.console.clear()
        self.console.print(self.header)
        self.console.print(Segments([one for line in visible for one in (*line, Segment.line())]), end="")
        if len(lines) > room:
            more = [f"↑ {self.top} more"] * (self.top > 0) + [f"↓ {below} more"] * (below > 0)
            text = f"  {'   '.join(more)}   (scroll with arrow keys, space, and b)"
            self.console.print(Text(text, "cyan", no_wrap=True, overflow="ellipsis"))
        self.console.print(self.footer, end="")

    def draw_if_resized(self) -> None:
        """Draw again if the size of the terminal has changed."""
        if self.console.size != self.size:
            self.draw()

    def _lines(self, part: RenderableType) -> Lines:
        return self.console.render_lines(part, pad=False)

    def _height(self) -> int:
        return len(self._lines(self.body))

    def _room(self, height: int) -> int:
        """Return the number of visible lines of a body of this height; one line shows the scroll position."""
        free = self.console.height - len(self._lines(self.header)) - len(self._lines(self.footer)) - 1
        return height if height <= free else max(1, free - 1)
