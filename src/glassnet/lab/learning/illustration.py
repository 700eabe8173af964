"""The figure of an exercise in a terminal, live if it is one of a training."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from glassnet.lab.autograder.figures import frames
from glassnet.lab.drawing.live import Illustration, paced
from glassnet.lab.drawing.sources import has_figure
from glassnet.lab.drawing.text import ROWS, render
from glassnet.lab.exercise import Exercise
from glassnet.lab.learning.files import request_for
from glassnet.lab.learning.workspace import Workspace

FEWEST_ROWS, AROUND, AROUND_PANEL = 3, 8, 4
"""Minimum height of a live plot, and lines around all plots and around each."""


def illustrate(
    workspace: Workspace, exercise: Exercise, is_wanted: Callable[[], bool] = lambda: True, is_live: bool = True
) -> Iterator[Illustration]:
    """Draw an exercise's figure from the learner's file, in a separate process; yield it, live if it changes."""
    if has_figure(exercise):
        yield from paced(frames(exercise, request_for(workspace, exercise, is_wanted)), is_live)


def render_illustration(one: Illustration, width: int, height: int | None = None) -> RenderableType:
    """Return a figure, and what is missing. height: lines that are available, for a figure that changes."""
    rows = ROWS
    if height is not None and one.figure is not None:
        panels = len(one.figure.panels)
        rows = min(ROWS, max(FEWEST_ROWS, (height - AROUND) // panels - AROUND_PANEL))
    parts = [] if one.figure is None else [render(one.figure, width, rows)]
    return Group(*parts, *([Text(one.problem, "yellow")] if one.problem else []))


def print_live(console: Console, shown: Iterator[Illustration]) -> Illustration | None:
    """Print figures, on a terminal each in place of the one before; return the last one."""
    last = None
    with Live(console=console, transient=True, auto_refresh=False, vertical_overflow="crop") as live:
        for last in shown:
            if console.is_terminal:
                live.update(render_illustration(last, console.width, console.height), refresh=True)
    if last is not None:
        console.print(render_illustration(last, console.width))
    return last
