"""What the lab shows in a terminal: a verdict, the way through the course, the list of exercises."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from rich.box import ROUNDED
from rich.console import Group, RenderableType
from rich.markdown import Markdown
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from glassnet.lab.course import chapter_of, folders
from glassnet.lab.dev import library_line
from glassnet.lab.exercise import Exercise
from glassnet.lab.judging.diagnosis import FAILED, PASSED, Verdict
from glassnet.lab.learning.feedback import NAMED, NOTE, OPEN, RIGHT, SEEN, WRONG, Line, after_passing, next_step, told
from glassnet.lab.learning.formulas import plain
from glassnet.lab.learning.workspace import HINTS, SKIPPED, Workspace, chapter_rows

if TYPE_CHECKING:
    from glassnet.lab.finale import Finale

BAR = 24
"""How many characters the bar of progress has."""

KEYS = {
    "n": "next",
    "h": "hint",
    "e": "explain",
    "l": "list",
    "c": "check all",
    "x": "reset",
    "q": "quit",
}

STYLES = {RIGHT: "green", WRONG: "red", OPEN: "dim", NAMED: "bold", SEEN: "dim", NOTE: "yellow"}

MARKS = {RIGHT: "✓ ", WRONG: "✗ ", OPEN: "○ ", NAMED: "", SEEN: "", NOTE: ""}


def head(workspace: Workspace, exercise: Exercise) -> RenderableType:
    """Return the first line: which exercise, which chapter, how far."""
    done, count = workspace.done(), len(folders())
    filled = -(-BAR * done // max(count, 1))
    line = Table.grid(expand=True)
    line.add_column()
    line.add_column(justify="right")
    progress = Text.assemble(("█" * filled, "green"), ("░" * (BAR - filled), "dim"), f" {done} of {count}")
    title = Text.assemble(
        (f"Exercise {exercise.number} · {exercise.title}", "bold"), (f"   {chapter_of(exercise)}", "dim")
    )
    line.add_row(title, progress)
    return Group(line, Rule(style="dim"))


def verdict_of(verdict: Verdict, is_full: bool = False, where: str = "file") -> RenderableType:
    """Return what a verdict says. where: the answer is written, see next_step."""
    lines = list(told(verdict, is_full))
    cases = [line for line in lines if line.kind in (RIGHT, WRONG, OPEN)]
    others = [line for line in lines if line not in cases]
    parts: list[RenderableType] = [*map(_shown, _gathered(cases))]
    for _, group in groupby(others, key=lambda line: line.kind):
        parts += [*([Text()] if parts else []), *map(_shown, group)]
    if verdict.state in (PASSED, FAILED):
        parts.append(Text(f"\n{verdict.points} of {verdict.exercise.points} points", "dim"))
    style = "bold green" if verdict.state == PASSED else "cyan"
    parts.append(Text(next_step(verdict, where), style))
    return Group(*parts)


def _gathered(cases: Sequence[Line]) -> list[Line]:
    """Return the cases with what is right in one paragraph, each wrong one by itself, and the open ones in one more."""
    by_kind = {kind: [line for line in cases if line.kind == kind] for kind in (RIGHT, WRONG, OPEN)}
    together = [
        [Line(kind, " · ".join(line.text for line in by_kind[kind]))] if by_kind[kind] else [] for kind in (RIGHT, OPEN)
    ]
    return [*together[0], *by_kind[WRONG], *together[1]]


def _shown(line: Line) -> RenderableType:
    indent = 2 + (len(line.text) - len(line.text.lstrip()))
    return Padding(Text(MARKS[line.kind] + line.text.lstrip(), STYLES[line.kind]), (0, 0, 0, indent))


def lesson_learned(verdict: Verdict) -> RenderableType:
    """Return what is read after passing."""
    parts: list[RenderableType] = []
    for heading, text in after_passing(verdict, where_in_library(verdict.exercise)):
        parts += [Text(f"\n{heading}", "bold"), Padding(Text(text, overflow="fold"), (0, 0, 0, 2))]
    return Group(*parts)


def hints_told(hints: Sequence[str]) -> RenderableType:
    """Return hints, the last of them in bold."""
    parts: list[RenderableType] = []
    for i, hint in enumerate(hints, start=1):
        style = "bold" if i == len(hints) else ""
        parts += [Text(f"\nHint {i} of {HINTS}", "cyan"), Padding(Text(hint, style), (0, 0, 0, 2))]
    return Group(*parts)


def where_in_library(exercise: Exercise) -> str:
    """Return where glassnet does what an exercise is about, as a place that editors can open."""
    found = library_line(exercise)
    name = exercise.library.partition(" ")[2]
    return f"{found[0]}:{found[1]}" + (f"  {name}" if name else "") if found else exercise.library


def exercises_listed(workspace: Workspace) -> RenderableType:
    """Return all exercises with their states, chapter by chapter."""
    table = Table.grid(padding=(0, 2))
    marks = {PASSED: Text("✓", "green"), SKIPPED: Text("»", "cyan")}
    current = workspace.current()
    for chapter, exercises in chapter_rows():
        table.add_row(Text(chapter, "bold"))
        for one in exercises:
            is_here = current is not None and one.number == current.number
            mark = marks.get(
                workspace.states.get(one.number, ""), Text("▸" if is_here else "·", "bold" if is_here else "dim")
            )
            name = Text(f"{one.number:>3}  {one.title}", "bold" if is_here else "")
            table.add_row(
                Text("  ").append_text(mark).append_text(Text(" ")).append_text(name), Text(f"{one.key}.py", "dim")
            )
    return Group(table, Text(f"\n{workspace.done()} of {len(folders())} done", "dim"))


def lesson_text(exercise: Exercise) -> RenderableType:
    """Return the text of an exercise, its formulas in plain signs; pictures are named."""
    text = "\n\n".join(cell.source for cell in exercise.lesson.cells if cell.kind == "markdown")
    return Markdown(re.sub(r"\$\$?([^$]+)\$\$?", lambda found: f"`{plain(found[1])}`", text))


def finale_told(finale: Finale, paths: list[Path]) -> RenderableType:
    """Return what came out of the finale."""
    table = Table(box=ROUNDED, show_header=False)
    table.add_column(style="dim")
    table.add_column(justify="right")
    table.add_row("loss, first and last epoch", f"{finale.costs[0]:.1f} → {finale.costs[-1]:.1f}")
    for part, share in finale.accuracies.items():
        table.add_row(f"{part} accuracy", Text(f"{100 * share:.2f} %", "bold green" if part == "test" else ""))
    table.add_row("baseline: most common class", f"{100 * finale.baseline:.2f} %")
    table.add_row("seconds", f"{finale.seconds:.1f}")
    table.add_row(
        "glassnet, same start, other order of samples", f"{100 * finale.library[0]:.2f} % in {finale.library[1]:.2f} s"
    )
    lent = f"The rest is the reference's: {', '.join(finale.lent)}." if finale.lent else "All of it is yours."
    yours = f"{len(finale.own)} of {len(finale.own) + len(finale.lent)} functions are your own. {lent}"
    kept = Text.assemble("kept: ", ", ".join(path.name for path in paths), style="dim")
    use = Text(f"glassnet predict {paths[0].name} PICTURE.png reads a digit with it.", "dim")
    return Group(Text(yours), table, kept, use)


def keys_shown() -> RenderableType:
    """Return the keys that watching knows."""
    line = Text("\n")
    for key, name in KEYS.items():
        line.append(f" {key} ", "reverse").append(f" {name}  ")
    return line


def stacked(parts: Iterable[RenderableType]) -> RenderableType:
    """Return one under the other."""
    return Group(*parts)
