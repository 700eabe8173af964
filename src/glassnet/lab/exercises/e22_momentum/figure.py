"""Figure of Exercise 22: a race with and without momentum."""

from __future__ import annotations

from glassnet.lab.drawing.panels import Figure
from glassnet.lab.exercise import Namespace
from glassnet.lab.exercises.plots import valley, walk
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw the steps in a valley."""
    walks = {text("mu", mu=mu): walk(answer.momentum_step, 1, 0.02, mu) for mu in (0.0, 0.5, 0.9)}
    return Figure(text("title"), [valley(text, walks)], text("note"))
