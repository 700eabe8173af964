"""Figure of Exercise 0: functions and the learner's derivatives."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Curve, Figure, Lines
from glassnet.lab.exercise import Namespace
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw a function, its derivative, and the tangent that has this derivative as its slope."""
    x = np.linspace(-2, 2, 81)
    slope = float(answer.d_cube(1.0))
    tangent = answer.line(x, slope, 1.0 - slope)
    curves = [
        Curve("x³", x, x**3),
        Curve("d_cube", x, answer.d_cube(x), "dashed"),
        Curve(text("tangent", slope=f"{slope:.3g}"), x, tangent),
    ]
    return Figure(text("title"), [Lines("", curves, "x", limits=(-8, 12))], text("note"))
