"""A lesson: a Python file in percent format, with the reference solution between two markers.

    # %% [markdown]
    # Text, in Markdown.
    # %%
    code, with the solution between the lines `# BEGIN SOLUTION` and `# END SOLUTION`

In the learner's file, `# YOUR CODE HERE` replaces the solution.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "exercises"

BEGIN, END = "# BEGIN SOLUTION", "# END SOLUTION"

MARKER = "# YOUR CODE HERE"

PLACEHOLDER = "raise NotImplementedError"
"""The line below MARKER; the learner replaces both."""


def parse_number(text: str) -> str:
    """Return the exercise number at the start of a folder, a file name, or an argument; "" if there is none.

    >>> parse_number("e10_softmax"), parse_number("02a_images.py"), parse_number("2A"), parse_number("softmax")
    ('10', '2a', '2a', '')
    """
    found = re.match(r"e?(\d+)([a-z]?)(?![a-z])", text.lower())
    return f"{int(found[1])}{found[2]}" if found else ""


@dataclass(frozen=True)
class Cell:
    """A cell of a lesson. kind: "markdown" or "code"."""

    kind: str
    source: str

    @property
    def has_solution(self) -> bool:
        """Whether the learner writes code in this cell."""
        return BEGIN in self.source

    def blank(self) -> str:
        """Return the source without the reference solution."""
        pattern = rf"^([ \t]*){BEGIN}\n.*?^[ \t]*{END}$"
        return re.sub(pattern, rf"\1{MARKER}\n\1{PLACEHOLDER}", self.source, flags=re.MULTILINE | re.DOTALL)

    def solved(self) -> str:
        """Return the source with the reference solution, without the markers."""
        return re.sub(rf"^[ \t]*({BEGIN}|{END})\n?", "", self.source, flags=re.MULTILINE).rstrip("\n")


@dataclass(frozen=True)
class Lesson:
    """The cells of a lesson, in order, and the path of its file."""

    path: Path
    cells: tuple[Cell, ...]

    @classmethod
    def of_folder(cls, folder: str) -> Lesson:
        """Return the lesson in one of the course's folders."""
        path = FOLDER / folder / "lesson.py"
        return cls(path, tuple(cells_of(path.read_text(encoding="utf-8"))))

    @property
    def solution(self) -> str:
        """The reference solution: all cells with a solution, and the imports and definitions before them."""
        code = [cell for cell in self.cells if cell.kind == "code"]
        last = max(i for i, cell in enumerate(code) if cell.has_solution)
        needed = [cell.solved() for cell in code[: last + 1] if cell.has_solution or is_preparation(cell.source)]
        return "\n\n".join(needed) + "\n"

    def run(self, source: str) -> dict[str, Any]:
        """Run this source and return the names that it defines."""
        names: dict[str, Any] = {"__name__": f"glassnet.lab.answer.{self.path.parent.name}"}
        exec(compile(source, str(self.path), "exec"), names)
        return names

    def file_text(self, solved: bool = False) -> str:
        """Return the learner's file: starter code, or, if solved, the reference solution."""
        return text_of([Cell(cell.kind, cell.solved() if solved else cell.blank()) for cell in self.cells])


def is_preparation(source: str) -> bool:
    """Return whether a cell contains only imports and definitions, which the solution may need."""
    lines = [line for line in source.splitlines() if line and not line.startswith((" ", "#", ")", "]", "}", '"'))]
    return all(re.match(r"(import|from|def|class|@|[A-Za-z_]\w* = )", line) for line in lines)


def cells_of(text: str) -> list[Cell]:
    """Return the cells of a file in percent format; text before the first marker is a cell as well."""
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
    """Return cells as a file in percent format; the inverse of `cells_of`."""
    parts = []
    for cell in cells:
        if cell.kind == "markdown":
            parts.append("# %% [markdown]\n" + "\n".join(f"# {line}".rstrip() for line in cell.source.splitlines()))
        else:
            parts.append(f"# %%\n{cell.source}")
    return "\n\n".join(parts) + "\n"
