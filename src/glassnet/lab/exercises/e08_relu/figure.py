"""Figure of Exercise 8: the learner's ReLU."""

from __future__ import annotations

from glassnet.lab.drawing.panels import Figure
from glassnet.lab.exercise import Namespace
from glassnet.lab.exercises.plots import function_plot


def figure(answer: Namespace) -> Figure:
    """Draw the function."""
    note = "Below 0, output and slope are 0: a unit whose z is negative for all samples does not learn."
    return Figure("Your ReLU", [function_plot("", {"ReLu": answer.ReLu})], note)
