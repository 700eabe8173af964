"""Figure of Exercise 25: the epoch that the learner's early stopping keeps."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Curve, Figure, Lines
from glassnet.lab.exercise import Namespace
from glassnet.lab.figures import overfitting
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw the losses of a model that overfits, and the best epoch."""
    train, valid = overfitting()
    best, stopped = answer.best_epoch(valid, 20)
    epochs = np.arange(1, len(train) + 1)
    curves = [
        Curve(text("train"), epochs, train),
        Curve(text("valid"), epochs, valid),
        Curve(text("best", epoch=best), [best], [valid[best - 1]], "points"),
        Curve(text("stop", epoch=stopped), [stopped], [valid[stopped - 1]], "points"),
    ]
    return Figure(text("title", patience=20), [Lines("", curves, text("x"), text("y"))], text("note"))
