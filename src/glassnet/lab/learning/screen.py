"""Terminal output of the lab: verdicts, progress, hints, lessons, and the list of exercises."""

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

from glassnet.lab.autograder.diagnosis import FAILED, NOT_STARTED, PASSED, Verdict
from glassnet.lab.course import chapter_of, folders
from glassnet.lab.dev import library_line
from glassnet.lab.drawing.text import render
from glassnet.lab.exercise import FORMULA, Exercise
from glassnet.lab.learning.feedback import (
    DETAIL,
    FAIL,
    MISTAKE,
    NOTE,
    PASS,
    UNTESTED,
    Line,
    after_passing,
    feedback_lines,
    first_reason,
    next_step,
)
from glassnet.lab.learning.formulas import plain
from glassnet.lab.learning.workspace import HINTS, SKIPPED, Workspace, chapter_rows

if TYPE_CHECKING:
    from glassnet.lab.finale import Finale

BAR_WIDTH = 24
"""Width of the progress bar in characters."""

KEYS = {
    "n": "next",
    "h": "hint",
    "e": "explain",
    "l": "list",
    "c": "check all",
    "x": "reset",
    "q": "quit",
}

STYLES = {PASS: "green", FAIL: "red", UNTESTED: "dim", MISTAKE: "bold", DETAIL: "dim", NOTE: "yellow"}

MARKS = {PASS: "✓ ", FAIL: "✗ ", UNTESTED: "○ ", MISTAKE: "", DETAIL: "", NOTE: ""}


def render_header(workspace: Workspace, exercise: Exercise) -> RenderableType:
    """Return the header: exercise, chapter, and progress."""
    done, count = workspace.done(), len(folders())
    filled = -(-BAR_WIDTH * done // max(count, 1))
    line = Table.grid(expand=True)
    line.add_column()
    line.add_column(justify="right")
    progress = Text.assemble(("█" * filled, "green"), ("░" * (BAR_WIDTH - filled), "dim"), f" {done} of {count}")
    title = Text.assemble(
        (f"Exercise {exercise.number} · {exercise.title}", "bold"), (f"   {chapter_of(exercise)}", "dim")
    )
    line.add_row(title, progress)
    return Group(line, Rule(style="dim"))


def render_verdict(verdict: Verdict, is_full: bool = False, where: str = "file") -> RenderableType:
    """Return a verdict. where: see `next_step`."""
    lines = list(feedback_lines(verdict, is_full))
    cases = [line for line in lines if line.kind in (PASS, FAIL, UNTESTED)]
    others = [line for line in lines if line not in cases]
    parts: list[RenderableType] = [*map(_render_line, _grouped(cases))]
    paragraphs = groupby(others, key=lambda line: (line.kind, line.text if line.kind == MISTAKE else ""))
    for _, group in paragraphs:
        parts += [*([Text()] if parts else []), *map(_render_line, group)]
    if verdict.state in (PASSED, FAILED):
        parts.append(Text(f"\n{verdict.points} of {verdict.exercise.points} points", "dim"))
    style = "bold green" if verdict.state == PASSED else "cyan"
    parts.append(Text(next_step(verdict, where), style))
    return Group(*parts)


def _grouped(cases: Sequence[Line]) -> list[Line]:
    """Return passed tests in one paragraph, each failed test in its own, and untested ones in a last one."""
    by_kind = {kind: [line for line in cases if line.kind == kind] for kind in (PASS, FAIL, UNTESTED)}
    together = [
        [Line(kind, " · ".join(line.text for line in by_kind[kind]))] if by_kind[kind] else []
        for kind in (PASS, UNTESTED)
    ]
    return [*together[0], *by_kind[FAIL], *together[1]]


def _render_line(line: Line) -> RenderableType:
    indent = 2 + (len(line.text) - len(line.text.lstrip()))
    return Padding(Text(MARKS[line.kind] + line.text.lstrip(), STYLES[line.kind]), (0, 0, 0, indent))


def render_explanation(verdict: Verdict) -> RenderableType:
    """Return the explanation shown after passing."""
    parts: list[RenderableType] = []
    for heading, text in after_passing(verdict, library_location(verdict.exercise)):
        parts += [Text(f"\n{heading}", "bold"), Padding(Text(text, overflow="fold"), (0, 0, 0, 2))]
    return Group(*parts)


def render_hints(hints: Sequence[str]) -> RenderableType:
    """Return hints, the last one in bold."""
    parts: list[RenderableType] = []
    for i, hint in enumerate(hints, start=1):
        style = "bold" if i == len(hints) else ""
        parts += [Text(f"\nHint {i} of {HINTS}", "cyan"), Padding(Text(hint, style), (0, 0, 0, 2))]
    return Group(*parts)


def library_location(exercise: Exercise) -> str:
    """Return the file and line of the same thing in glassnet, as editors can open it."""
    found = library_line(exercise)
    name = exercise.library.partition(" ")[2]
    return f"{found[0]}:{found[1]}" + (f"  {name}" if name else "") if found else exercise.library


def render_exercise_list(workspace: Workspace) -> RenderableType:
    """Return all exercises with their states, by chapter."""
    table = Table.grid(padding=(0, 2))
    marks = {PASSED: Text("✓", "green"), FORMULA: Text("≈", "green"), SKIPPED: Text("»", "cyan")}
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


def render_result(verdict: Verdict) -> RenderableType:
    """Return a verdict in two lines: title and points, and the first reason why it does not pass."""
    exercise = verdict.exercise
    mark, style = RESULTS.get(verdict.state, ("✗", "red"))
    points = f"{verdict.points} of {exercise.points}"
    line = Text.assemble((f" {mark} ", style), (f"{exercise.number:>3}  {exercise.title:<44}", ""), (points, style))
    reason = first_reason(verdict)
    return Group(line, Padding(Text(reason, "dim"), (0, 0, 0, 8))) if reason else line


RESULTS = {PASSED: ("✓", "green"), NOT_STARTED: ("·", "dim")}
"""Mark and style of a verdict in a list; all others fail."""


def render_total(workspace: Workspace, verdicts: Sequence[Verdict]) -> RenderableType:
    """Return the points of several verdicts, and the progress."""
    points, possible = sum(one.points for one in verdicts), sum(one.exercise.points for one in verdicts)
    return Text(f"\n{points} of {possible} points, {workspace.done()} of {len(folders())} done", "bold")


def render_lesson(exercise: Exercise) -> RenderableType:
    """Return the text of a lesson, with its formulas as Unicode text."""
    text = "\n\n".join(cell.source for cell in exercise.lesson.cells if cell.kind == "markdown")
    return Markdown(re.sub(r"\$\$?([^$]+)\$\$?", lambda found: f"`{plain(found[1])}`", text))


def render_finale(finale: Finale, paths: list[Path]) -> RenderableType:
    """Return the results of the finale."""
    table = Table(box=ROUNDED, show_header=False)
    table.add_column(style="dim")
    table.add_column(justify="right")
    for name, value in finale.rows():
        table.add_row(name, Text(value, "bold green" if name.startswith("Test") else ""))
    own, *notes = finale.notes(paths)
    return Group(Text(own), table, *(Text(note, "dim") for note in notes), Text(), render(finale.picture))


def render_keys() -> Text:
    """Return the keys of watch mode."""
    line = Text("\n")
    for key, name in KEYS.items():
        line.append(f" {key} ", "reverse").append(f" {name}  ")
    return line


def stack(parts: Iterable[RenderableType]) -> RenderableType:
    """Return the parts one below the other."""
    return Group(*parts)
