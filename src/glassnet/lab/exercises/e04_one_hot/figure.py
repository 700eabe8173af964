"""Figure of Exercise 4: the learner's one-hot encoding of a few labels."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Figure, Formula, Term
from glassnet.lab.exercise import Namespace
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw labels next to their rows."""
    y = np.array([3, 0, 9, 5, 1])
    panel = Formula(
        "", [Term(text("labels"), y[:, None]), "→", Term(text("one_hot"), answer.convert_to_one_hot(y, 10))]
    )
    return Figure(text("title"), [panel], text("note"))
