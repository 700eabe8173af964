"""Figure of Exercise 9: the learner's tanh next to a sigmoid."""

from __future__ import annotations

from glassnet.lab.drawing.panels import Figure
from glassnet.lab.exercise import Namespace
from glassnet.lab.exercises.plots import function_plot


def figure(answer: Namespace) -> Figure:
    """Draw both functions."""
    from glassnet.lab.given import Sigmoid

    note = "tanh is a sigmoid, stretched: tanh(z) = 2 Sigmoid(2z) - 1. It is 0 at 0, and four times as steep there."
    return Figure("Your tanh", [function_plot("", {"Tanh": answer.Tanh, "Sigmoid": Sigmoid})], note)
