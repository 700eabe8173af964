"""Figure of Exercise 11: the learner's layer, with the broadcast bias."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Figure, Formula, Term
from glassnet.lab.exercise import Namespace


def figure(answer: Namespace) -> Figure:
    """Draw z = wᵀ X + b, and its activations."""
    w, b = np.array([[1.0, -1.0], [0.5, 0.0], [0.0, 2.0]]), np.array([[1.0], [-3.0]])
    X = np.array([[1.0, 2.0, 0.0, 1.0], [2.0, 0.0, 4.0, 2.0], [1.0, 1.0, 3.0, 2.0]])
    z, y_hat = answer.forward_layer(w, b, X, lambda z: np.maximum(0, z))
    bias = Term("b (2, 1), copied", np.repeat(b, 4, axis=1), "columns")
    return Figure(
        "A layer with two units and four samples",
        [
            Formula("", [Term("wᵀ", w.T), "·", Term("X", X), "+", bias]),
            Formula("", ["=", Term("your z", z), "→ ReLU →", Term("your y_hat", y_hat)]),
        ],
        "Columns are samples. Broadcasting copies the bias for each sample; copies are in parentheses.",
    )
