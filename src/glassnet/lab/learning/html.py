"""Verdicts as HTML for notebooks. Colors are readable on light and on dark pages; all texts are escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from glassnet.lab.autograder.diagnosis import NOT_STARTED, PASSED, Verdict
from glassnet.lab.learning.feedback import (
    DETAIL,
    FAIL,
    MISTAKE,
    NOTE,
    PASS,
    UNTESTED,
    after_passing,
    feedback_lines,
    first_reason,
    next_step,
)

GREEN, RED, AMBER, GRAY = "#2a8a4a", "#d64545", "#b07a10", "#808080"
"""Colors with a contrast of at least 3 to white and to the dark pages of notebooks; text keeps the page's own color."""

STYLES = {
    PASS: ("✓", GREEN),
    FAIL: ("✗", RED),
    UNTESTED: ("○", GRAY),
    MISTAKE: ("", RED),
    DETAIL: ("", GRAY),
    NOTE: ("", AMBER),
}
"""Mark and color of each kind of line."""


def verdict_html(verdict: Verdict, is_full: bool = False) -> str:
    """Return the feedback on an exercise, and its explanation once it passes."""
    exercise = verdict.exercise
    color = GREEN if verdict.state == PASSED else GRAY if verdict.state == NOT_STARTED else RED
    parts = [f"<p><strong>Exercise {escape(exercise.number)} · {escape(exercise.title)}</strong></p>"]
    parts += [_line(line.kind, line.text) for line in feedback_lines(verdict, is_full)]
    parts.append(f'<p><strong style="color:{color}">{escape(next_step(verdict, "notebook"))}</strong></p>')
    for heading, text in after_passing(verdict, exercise.library):
        parts.append(f"<p><strong>{escape(heading)}:</strong> {escape(text)}</p>")
    return (
        f'<div style="border-left:4px solid {color};background:{color}14;padding:0.2em 1em;margin:0.3em 0">'
        f"{''.join(parts)}</div>"
    )


def _line(kind: str, text: str) -> str:
    """Return a line of feedback; details keep their spaces."""
    mark, color = STYLES[kind]
    if kind == DETAIL:
        style = "white-space:pre-wrap;font-family:monospace;margin-left:1.6em"
        return f'<div style="{style}">{escape(text)}</div>'
    if kind in (MISTAKE, NOTE):
        weight = "font-weight:bold;" * (kind == MISTAKE)
        style = f"{weight}border-left:3px solid {color};padding-left:0.6em;margin:0.6em 0"
        return f'<div style="{style}">{escape(text)}</div>'
    return f'<div><span style="color:{color};font-weight:bold">{mark}</span> {escape(text)}</div>'


def progress_html(verdicts: Iterable[Verdict]) -> str:
    """Return verdicts as a table: exercise, points, and the first reason why one does not pass."""
    rows = []
    for verdict in verdicts:
        exercise = verdict.exercise
        mark, color = {PASSED: ("✓", GREEN), NOT_STARTED: ("·", GRAY)}.get(verdict.state, ("✗", RED))
        cells = (
            f"{exercise.number} · {exercise.title}",
            f"{verdict.points} of {exercise.points}",
            first_reason(verdict),
        )
        texts = "".join(f'<td style="text-align:left">{escape(cell)}</td>' for cell in cells)
        rows.append(f'<tr><td style="color:{color};font-weight:bold">{mark}</td>{texts}</tr>')
    return f"<table>{''.join(rows)}</table>"
