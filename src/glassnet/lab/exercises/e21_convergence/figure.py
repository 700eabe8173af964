"""Figure of Exercise 21: where the learner's criterion stops a training run."""

from __future__ import annotations

import numpy as np

from glassnet.lab.drawing.panels import Curve, Figure, Lines
from glassnet.lab.exercise import Namespace


def figure(answer: Namespace) -> Figure:
    """Draw a loss that starts on a plateau, and where two tolerances stop."""
    epochs = np.arange(1, 61)
    losses = 500 + 2000 / (1 + np.exp((epochs - 14) / 3))
    curves = [Curve("loss", epochs, losses)]
    for tol in (0.01, 0.0001):
        stopped = len(answer.train_until_converged(iter(losses.tolist()).__next__, tol, 60))
        curves.append(Curve(f"tol {tol:g}: {stopped}", [stopped], [losses[stopped - 1]], "points"))
    note = "A constant loss has not always converged: a large tolerance stops on the plateau at the start."
    return Figure("Where training stops", [Lines("", curves, "epoch", "loss", limits=(0, 2600))], note)
