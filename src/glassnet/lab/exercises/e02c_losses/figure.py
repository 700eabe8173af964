"""Figure of Exercise 2c: the learner's L1 and L2 losses of one prediction."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Curve, Figure, Lines
from glassnet.lab.exercise import Namespace
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw both losses against the error."""
    errors = np.linspace(-2, 2, 81)
    curves = [
        Curve(name, errors, [float(getattr(answer, name)([error], [0.0])) for error in errors]) for name in ("L1", "L2")
    ]
    return Figure(text("title"), [Lines("", curves, text("x"), text("y"))], text("note"))
