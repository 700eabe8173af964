"""Figure of Exercise 11: the learner's layer, with the broadcast bias."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Figure, Formula, Term
from glassnet.lab.exercise import Namespace
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw z = wᵀ X + b, and its activations."""
    w, b = np.array([[1.0, -1.0], [0.5, 0.0], [0.0, 2.0]]), np.array([[1.0], [-3.0]])
    X = np.array([[1.0, 2.0, 0.0, 1.0], [2.0, 0.0, 4.0, 2.0], [1.0, 1.0, 3.0, 2.0]])
    z, y_hat = answer.forward_layer(w, b, X, lambda z: np.maximum(0, z))
    bias = Term(text("b"), np.repeat(b, 4, axis=1), "columns")
    return Figure(
        text("title"),
        [
            Formula("", [Term("wᵀ", w.T), "·", Term("X", X), "+", bias]),
            Formula("", ["=", Term(text("z"), z), "→ ReLU →", Term(text("y_hat"), y_hat)]),
        ],
        text("note"),
    )
