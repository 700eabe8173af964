"""Figure of Exercise 23: gradient descent, Adagrad, and RMSProp on one surface."""

from __future__ import annotations

from glassnet.lab.drawing.panels import Figure
from glassnet.lab.exercise import Namespace
from glassnet.lab.exercises.plots import gradient_descent, valley, walk
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw the steps in a valley."""
    walks = {
        text("descent"): gradient_descent(0.05),
        text("adagrad"): walk(answer.adagrad_step, 1, 0.2, 1e-8),
        text("rmsprop"): walk(answer.rmsprop_step, 1, 0.1, 0.9, 1e-8),
    }
    return Figure(text("title"), [valley(text, walks)], text("note"))
