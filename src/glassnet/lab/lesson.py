"""What a learner reads and writes: a Python file in cells, with the reference answer between two marks.

    # %% [markdown]
    # Text, in Markdown.
    # %%
    code, in which an answer stands between the lines `# BEGIN ANSWER` and `# END ANSWER`

The learner's file has `# YOUR CODE HERE` in the answer's place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "exercises"

BEGIN, END = "# BEGIN ANSWER", "# END ANSWER"

TO_DO = "# YOUR CODE HERE"

STOPPER = "raise NotImplementedError"
"""What stands below TO_DO, so that what is not done yet says so; whoever writes the answer takes its place."""


@dataclass(frozen=True)
class Cell:
    """A part of a lesson: text in Markdown, or code."""

    kind: str
    source: str

    @property
    def has_answer(self) -> bool:
        """Whether the learner has to write something here."""
        return BEGIN in self.source

    def blank(self) -> str:
        """Return the source without the reference answer."""
        pattern = rf"^([ \t]*){BEGIN}\n.*?^[ \t]*{END}$"
        return re.sub(pattern, rf"\1{TO_DO}\n\1{STOPPER}", self.source, flags=re.MULTILINE | re.DOTALL)

    def solved(self) -> str:
        """Return the source with the reference answer, without the marks."""
        return re.sub(rf"^[ \t]*({BEGIN}|{END})\n?", "", self.source, flags=re.MULTILINE).rstrip("\n")


@dataclass(frozen=True)
class Lesson:
    """The cells of an exercise, in order, and the file they come from."""

    path: Path
    cells: tuple[Cell, ...]

    @classmethod
    def of_folder(cls, folder: str) -> Lesson:
        """Return the lesson of one of the course's folders."""
        path = FOLDER / folder / "lesson.py"
        return cls(path, tuple(cells_of(path.read_text(encoding="utf-8"))))

    @property
    def answer(self) -> str:
        """The code of the reference answer: all cells in which the learner writes, and what they import before."""
        code = [cell for cell in self.cells if cell.kind == "code"]
        last = max(i for i, cell in enumerate(code) if cell.has_answer)
        needed = [cell.solved() for cell in code[: last + 1] if cell.has_answer or is_preparation(cell.source)]
        return "\n\n".join(needed) + "\n"

    def run(self, source: str) -> dict[str, Any]:
        """Return the names that this source defines."""
        names: dict[str, Any] = {"__name__": f"glassnet.lab.answer.{self.path.parent.name}"}
        exec(compile(source, str(self.path), "exec"), names)
        return names

    def learners_file(self, solved: bool = False) -> str:
        """Return what is written into the learner's folder."""
        return text_of([Cell(cell.kind, cell.solved() if solved else cell.blank()) for cell in self.cells])


def is_preparation(source: str) -> bool:
    """Return whether a cell holds imports and definitions only, which the answer may need."""
    lines = [line for line in source.splitlines() if line and not line.startswith((" ", "#", ")", "]", "}", '"'))]
    return all(re.match(r"(import|from|def|class|@|[A-Za-z_]\w* = )", line) for line in lines)


def cells_of(text: str) -> list[Cell]:
    """Return the cells of a file in percent format; text before the first mark is a cell of its own."""
    cells = []
    for part in re.split(r"(?m)^(?=# %%)", text):
        head, _, body = part.partition("\n") if part.startswith("# %%") else ("# %%", "", part)
        body = body.strip("\n")
        if not body:
            continue
        if "[markdown]" in head:
            body = "\n".join(line.removeprefix("#").removeprefix(" ") for line in body.splitlines())
        cells.append(Cell("markdown" if "[markdown]" in head else "code", body))
    return cells


def text_of(cells: list[Cell]) -> str:
    """Return the file in percent format that `cells_of` reads."""
    parts = []
    for cell in cells:
        if cell.kind == "markdown":
            parts.append("# %% [markdown]\n" + "\n".join(f"# {line}".rstrip() for line in cell.source.splitlines()))
        else:
            parts.append(f"# %%\n{cell.source}")
    return "\n\n".join(parts) + "\n"
