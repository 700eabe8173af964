"""Figure of Exercise 8: the learner's ReLU."""

from __future__ import annotations

from glassnet.lab.drawing.panels import Figure
from glassnet.lab.exercise import Namespace
from glassnet.lab.exercises.plots import function_plot
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw the function."""
    return Figure(text("title"), [function_plot(text, {"ReLu": answer.ReLu})], text("note"))
