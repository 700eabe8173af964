"""Figure of Exercise 21: where the learner's criterion stops a training run."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Curve, Figure, Lines
from glassnet.lab.exercise import Namespace
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw a loss that starts on a plateau, and where two tolerances stop."""
    epochs = np.arange(1, 61)
    losses = 500 + 2000 / (1 + np.exp((epochs - 14) / 3))
    curves = [Curve(text("loss"), epochs, losses)]
    for tol in (0.01, 0.0001):
        stopped = len(answer.train_until_converged(iter(losses.tolist()).__next__, tol, 60))
        curves.append(Curve(text("stop", tol=f"{tol:g}", epoch=stopped), [stopped], [losses[stopped - 1]], "points"))
    return Figure(text("title"), [Lines("", curves, text("x"), text("y"), limits=(0, 2600))], text("note"))
