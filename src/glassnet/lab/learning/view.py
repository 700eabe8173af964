"""A screen: a head, a body that can be scrolled where it is longer than the terminal, and the keys below it."""

from __future__ import annotations

from dataclasses import dataclass, field

from rich.console import Console, RenderableType
from rich.segment import Segment, Segments
from rich.text import Text

Lines = list[list[Segment]]


@dataclass
class View:
    """What is on the screen. top: the first line of the body that is shown."""

    console: Console
    head: RenderableType = ""
    body: RenderableType = ""
    foot: RenderableType = ""
    top: int = 0
    size: tuple[int, int] = field(default=(0, 0))

    def show(self, head: RenderableType, body: RenderableType, foot: RenderableType, around: str = "") -> None:
        """Show this. around: words that are to be in sight; the beginning if there are none."""
        self.head, self.body, self.foot, self.top = head, body, foot, 0
        if around:
            texts = ["".join(segment.text for segment in line) for line in self._lines(body)]
            place = next((i for i, text in enumerate(texts) if around in text), 0)
            self.top = max(0, place - self._room(len(texts)) // 2)
        self.draw()

    def scroll(self, pages: float = 0, lines: int = 0) -> None:
        """Move the body by so many pages and lines."""
        self.top += lines + round(pages * (self._room(self._height()) - 1))
        self.draw()

    def draw(self) -> None:
        """Draw all of it."""
        self.size = self.console.size
        lines = self._lines(self.body)
        room = self._room(len(lines))
        self.top = max(0, min(self.top, len(lines) - room))
        shown, below = lines[self.top : self.top + room], len(lines) - self.top - room
        self.console.clear()
        self.console.print(self.head)
        self.console.print(Segments([one for line in shown for one in (*line, Segment.line())]), end="")
        if len(lines) > room:
            more = [f"↑ {self.top} more"] * (self.top > 0) + [f"↓ {below} more"] * (below > 0)
            words = Text(f"  {'   '.join(more)}   (arrows, or space and b)", "cyan", no_wrap=True, overflow="ellipsis")
            self.console.print(words)
        self.console.print(self.foot, end="")

    def draw_if_resized(self) -> None:
        """Draw again where the terminal has another size than before."""
        if self.console.size != self.size:
            self.draw()

    def _lines(self, part: RenderableType) -> Lines:
        return self.console.render_lines(part, pad=False)

    def _height(self) -> int:
        return len(self._lines(self.body))

    def _room(self, height: int) -> int:
        """Return how many lines of a body of this height there is room for; one is left for a word about the rest."""
        free = self.console.height - len(self._lines(self.head)) - len(self._lines(self.foot)) - 1
        return height if height <= free else max(1, free - 1)
