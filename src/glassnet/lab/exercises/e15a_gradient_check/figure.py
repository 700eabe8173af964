"""Figure of Exercise 15a: the error of the learner's numerical gradient for steps h of many sizes."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Curve, Figure, Lines
from glassnet.lab.exercise import Namespace
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw the relative error against h."""
    theta, h = np.array([0.5, -1.2, 2.0]), np.logspace(-12, 0, 49)
    true = np.cos(theta)
    errors = [
        answer.relative_error(true, answer.numerical_gradient(lambda t: np.sin(t).sum(), theta, one)) for one in h
    ]
    curves = [Curve(text("error"), h, errors), Curve(text("h", h="1e-5"), [1e-5], [errors[28]], "points")]
    return Figure(text("title"), [Lines("", curves, text("x"), text("y"), log="xy")], text("note"))
