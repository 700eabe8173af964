"""Feedback as HTML for notebooks. Colors are readable on light and on dark pages; all texts are escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from glassnet.common.html import page
from glassnet.common.text import printable_lines
from glassnet.lab.autograder.diagnosis import NOT_STARTED, PASSED, Verdict
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

GREEN, RED, AMBER, GRAY = "#2a8a4a", "#d64545", "#b07a10", "#808080"
"""Colors of marks and borders: the contrast to white and to black is at least 3. Text has the color of the page."""

NO_FORMULAS = "mathjax_ignore tex2jax_ignore"
"""Classes of a block in which notebooks do not take $ for the beginning of a formula."""

MARKS = {PASS: ("✓", GREEN), FAIL: ("✗", RED), UNTESTED: ("○", GRAY)}
"""Mark and color of each kind of test."""

PARAGRAPHS = {
    MISTAKE: f"border-left:3px solid {RED};padding-left:0.7em;margin:0.7em 0;font-weight:600",
    NOTE: f"border-left:3px solid {AMBER};padding-left:0.7em;margin:0.7em 0",
    DETAIL: "white-space:pre-wrap;font-family:monospace;margin-left:1em",
}
"""Style of each kind of paragraph; details keep their spaces."""


def verdict_html(verdict: Verdict, is_full: bool = False) -> str:
    """Return the feedback on an exercise, and its explanation once it passes."""
    exercise, (_, color) = verdict.exercise, _mark(verdict)
    parts = [_line(line) for line in feedback_lines(verdict, is_full)]
    step = _escaped(next_step(verdict, "notebook"))
    parts.append(f'<div style="margin:0.7em 0;font-weight:600;color:{color}">{step}</div>')
    for heading, text in after_passing(verdict, exercise.library):
        parts.append(f'<div style="margin:0.4em 0"><b>{_escaped(heading)}:</b> {_escaped(text)}</div>')
    block = page(f"Exercise {exercise.number} · {exercise.title}", *parts)
    style = f"border-left:4px solid {color};padding:0.1em 1em;margin:0.3em 0"
    return f'<div class="{NO_FORMULAS}" style="{style}">{block}</div>'


def _line(line: Line) -> str:
    if line.kind in PARAGRAPHS:
        return f'<div style="{PARAGRAPHS[line.kind]}">{_escaped(line.text)}</div>'
    mark, color = MARKS[line.kind]
    return f'<div><b style="color:{color}">{mark}</b> {_escaped(line.text)}</div>'


def progress_html(verdicts: Iterable[Verdict]) -> str:
    """Return verdicts as a table: exercise, points, and the first reason why one does not pass."""
    rows = []
    for verdict in verdicts:
        exercise, (mark, color) = verdict.exercise, _mark(verdict)
        points = f"{verdict.points} of {exercise.points}"
        whole = (f"{exercise.number} · {exercise.title}", points)
        texts = "".join(f'<td class="whole">{_escaped(cell)}</td>' for cell in whole)
        reason = f"<td>{_escaped(first_reason(verdict))}</td>"
        rows.append(f'<tr><td><b style="color:{color}">{mark}</b></td>{texts}{reason}</tr>')
    return page("Progress", f"<table>{''.join(rows)}</table>")


def _mark(verdict: Verdict) -> tuple[str, str]:
    """Return the mark of a verdict and its color."""
    return {PASSED: ("✓", GREEN), NOT_STARTED: ("·", GRAY)}.get(verdict.state, ("✗", RED))


def _escaped(text: str) -> str:
    return escape(printable_lines(text))
