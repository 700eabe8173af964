"""Figure of Exercise 9: the learner's tanh next to a sigmoid."""

from __future__ import annotations

from glassnet.lab.drawing.panels import Figure
from glassnet.lab.exercise import Namespace
from glassnet.lab.exercises.plots import function_plot
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw both functions."""
    from glassnet.lab.given import Sigmoid

    return Figure(text("title"), [function_plot(text, {"Tanh": answer.Tanh, "Sigmoid": Sigmoid})], text("note"))
