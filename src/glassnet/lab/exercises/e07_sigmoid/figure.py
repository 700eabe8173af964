"""Figure of Exercise 7: the learner's sigmoid and its slope."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Figure
from glassnet.lab.exercise import Namespace
from glassnet.lab.exercises.plots import function_plot
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw the function, and its slope from differences."""
    x = np.linspace(-8, 8, 161)
    slope = {text("slope"): lambda z: (answer.Sigmoid(z + 1e-5) - answer.Sigmoid(z - 1e-5)) / 2e-5}
    return Figure(text("title"), [function_plot(text, {"Sigmoid": answer.Sigmoid, **slope}, x)], text("note"))
