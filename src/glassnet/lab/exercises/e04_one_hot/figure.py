"""Figure of Exercise 4: the learner's one-hot encoding of a few labels."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Figure, Formula, Term
from glassnet.lab.exercise import Namespace


def figure(answer: Namespace) -> Figure:
    """Draw labels next to their rows."""
    y = np.array([3, 0, 9, 5, 1])
    panel = Formula("", [Term("y", y[:, None]), "→", Term("one-hot", answer.convert_to_one_hot(y, 10))])
    return Figure("Labels as rows with a single one", [panel], "The one is in the column with the number of the label.")
