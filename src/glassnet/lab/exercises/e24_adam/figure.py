"""Figure of Exercise 24: four optimizers on one surface."""

from __future__ import annotations

from glassnet.lab.drawing.panels import Figure
from glassnet.lab.exercise import Namespace
from glassnet.lab.exercises.plots import gradient_descent, valley, walk
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw the steps in a valley."""
    from glassnet.lab.given import momentum_step, rmsprop_step

    walks = {
        text("descent"): gradient_descent(0.05),
        text("momentum"): walk(momentum_step, 1, 0.02, 0.9),
        text("rmsprop"): walk(rmsprop_step, 1, 0.1, 0.9, 1e-8),
        text("adam"): walk(answer.adam_step, 2, 0.2, 0.9, 0.999, 1e-8, counts=True),
    }
    return Figure(text("title"), [valley(text, walks)], text("note"))
