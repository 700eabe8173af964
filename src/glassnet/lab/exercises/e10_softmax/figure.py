"""Figure of Exercise 10: the learner's probabilities of five classes."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Bars, Figure
from glassnet.lab.exercise import Namespace
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw the probabilities of scores, and of five times these scores."""
    scores = np.array([0.9, 0.2, 0.1, -0.3, -0.7])
    groups = {"Softmax(x)": answer.Softmax(scores), "Softmax(5x)": answer.Softmax(5 * scores)}
    return Figure(text("title"), [Bars("", [f"x = {score:g}" for score in scores], groups)], text("note"))
