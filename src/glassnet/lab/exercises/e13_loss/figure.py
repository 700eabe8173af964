"""Figure of Exercise 13: the learner's cross-entropy against the probability of the true class."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Curve, Figure, Lines
from glassnet.lab.exercise import Namespace
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw the loss of one sample, and that of guessing among ten classes."""
    p = np.linspace(0.01, 1, 100)
    losses = [float(answer.loss(np.array([1.0, 0.0]), np.array([one, 1 - one]))) for one in p]
    guess = float(answer.loss(np.eye(10)[0], np.full(10, 0.1)))
    curves = [Curve(text("loss"), p, losses), Curve(text("guess", loss=f"{guess:.3f}"), [0.1], [guess], "points")]
    return Figure(text("title"), [Lines("", curves, text("x"), text("y"))], text("note"))
