"""Figure of Exercise 1: the learner's two products, entry by entry."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Figure, Formula, Term
from glassnet.lab.exercise import Namespace
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw a matrix product and a Hadamard product."""
    A, B, C = np.array([[2, 1], [6, 5]]), np.array([[3, 4, 0], [8, 7, 9]]), np.array([[3, 4], [8, 7]])
    product, hadamard = answer.products(A, B)[0], answer.hadamard(A, C)
    return Figure(
        text("title"),
        [
            Formula(text("matrix"), [Term("A", A), "·", Term("B", B), "=", Term("A·B", product)]),
            Formula(text("hadamard"), [Term("A", A), "⊙", Term("C", C), "=", Term("A⊙C", hadamard)]),
        ],
        text("note"),
    )
