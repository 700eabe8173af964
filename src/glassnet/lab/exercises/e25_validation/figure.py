"""Figure of Exercise 25: the epoch that the learner's early stopping keeps."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Curve, Figure, Lines
from glassnet.lab.exercise import Namespace
from glassnet.lab.figures import overfitting


def figure(answer: Namespace) -> Figure:
    """Draw the losses of a model that overfits, and the best epoch."""
    train, valid = overfitting()
    best, stopped = answer.best_epoch(valid, 20)
    epochs = np.arange(1, len(train) + 1)
    curves = [
        Curve("training", epochs, train),
        Curve("validation", epochs, valid),
        Curve(f"best: epoch {best}", [best], [valid[best - 1]], "points"),
        Curve(f"stopped: epoch {stopped}", [stopped], [valid[stopped - 1]], "points"),
    ]
    note = "The training loss decreases to the end. Early stopping keeps the weights of the best validation loss."
    return Figure("Early stopping, patience 20", [Lines("", curves, "epoch", "loss")], note)
