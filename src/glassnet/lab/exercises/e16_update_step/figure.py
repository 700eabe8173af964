"""Figure of Exercise 16: the learner's step, entry by entry."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Figure, Formula, Term
from glassnet.lab.exercise import Namespace
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw W - alpha dW."""
    W, dW = np.array([[1.0, -2.0, 0.5], [2.0, 0.0, 1.5]]), np.array([[10.0, -10.0, 0.0], [0.0, 5.0, 20.0]])
    found, _ = answer.update_step([None, W], [None, np.zeros((3, 1))], [None, dW], [None, np.zeros((3, 1))], 0.1)
    panel = Formula("", [Term("W[1]", W), "- 0.1 ·", Term("dW[1]", dW), "=", Term(text("new"), found[1])])
    return Figure(text("title"), [panel], text("note"))
