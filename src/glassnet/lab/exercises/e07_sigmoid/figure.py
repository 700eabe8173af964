"""Figure of Exercise 7: the learner's sigmoid and its slope."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Figure
from glassnet.lab.exercise import Namespace
from glassnet.lab.exercises.plots import function_plot


def figure(answer: Namespace) -> Figure:
    """Draw the function, and its slope from differences."""
    x = np.linspace(-8, 8, 161)
    slope = {"slope": lambda z: (answer.Sigmoid(z + 1e-5) - answer.Sigmoid(z - 1e-5)) / 2e-5}
    note = "The slope is 0.25 at most, and almost 0 far from 0: there, a unit is saturated and hardly learns."
    return Figure("Your sigmoid", [function_plot("", {"Sigmoid": answer.Sigmoid, **slope}, x)], note)
