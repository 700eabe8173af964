"""Figure of Exercise 1a: the learner's outer product, and its product of a matrix and a vector."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Figure, Formula, Term
from glassnet.lab.exercise import Namespace
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw an outer product as a table, and W·x."""
    x, y = np.array([1, 2, 3]), np.array([10, 20, 30, 40])
    W, v = np.array([[1, 0, 2], [3, 1, 0]]), np.array([1, 2, 3])
    product = np.reshape(answer.general_dot(W, v), (-1, 1))
    return Figure(
        text("title"),
        [
            Formula(
                text("outer"),
                [Term("x", x[:, None]), "⊗", Term("y", y), "=", Term("outer", answer.outer(x, y))],
            ),
            Formula(
                text("matrix"),
                [
                    Term("W", W),
                    "·",
                    Term("x", v[:, None]),
                    "=",
                    Term("W·x", product),
                ],
            ),
        ],
    )
