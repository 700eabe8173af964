"""Figure of Exercise 6a: the learner's sigmoid of single numbers."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Curve, Figure, Lines
from glassnet.lab.exercise import Namespace
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw the function, called for one number at a time."""
    x = np.linspace(-8, 8, 97)
    curve = Curve("math_sigmoid", x, [answer.math_sigmoid(float(one)) for one in x])
    return Figure(text("title"), [Lines("", [curve], text("x"))], text("note"))
