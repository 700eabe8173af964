"""Figure of Exercise 2c: the learner's L1 and L2 losses of one prediction."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Curve, Figure, Lines
from glassnet.lab.exercise import Namespace


def figure(answer: Namespace) -> Figure:
    """Draw both losses against the error."""
    errors = np.linspace(-2, 2, 81)
    curves = [
        Curve(name, errors, [float(getattr(answer, name)([error], [0.0])) for error in errors]) for name in ("L1", "L2")
    ]
    note = "Errors below 1 cost less with L2 than with L1, errors above 1 cost more: L2 is sensitive to outliers."
    return Figure("Loss of one prediction", [Lines("", curves, "yhat - y", "loss")], note)
