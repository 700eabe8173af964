"""Figure of Exercise 2b: broadcasting in the learner's normalizeRows."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Figure, Formula, Term
from glassnet.lab.exercise import Namespace
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw the division of each row by its norm, with the copies that broadcasting makes."""
    x = np.array([[3.0, 4.0, 0.0], [2.0, 6.0, 4.0], [1.0, 1.0, 1.0]])
    found = np.asarray(answer.normalizeRows(x))
    norms = np.linalg.norm(x, axis=1, keepdims=True)  # (3, 1)
    copied = Term(text("norms"), np.repeat(norms, 3, axis=1), "columns")
    sizes = Term(text("sizes"), np.linalg.norm(found, axis=1, keepdims=True))
    panel = Formula("", [Term("x", x), "/", copied, "=", Term(text("yours"), found), "→", sizes])
    return Figure(text("title"), [panel], text("note"))
