"""Figure of Exercise 24: four optimizers on one surface."""

from __future__ import annotations

from glassnet.lab.drawing.panels import Figure
from glassnet.lab.exercise import Namespace
from glassnet.lab.exercises.plots import gradient_descent, valley, walk


def figure(answer: Namespace) -> Figure:
    """Draw the steps in a valley."""
    from glassnet.lab.given import momentum_step, rmsprop_step

    walks = {
        "gradient descent": gradient_descent(0.05),
        "momentum": walk(momentum_step, 1, 0.02, 0.9),
        "RMSProp": walk(rmsprop_step, 1, 0.1, 0.9, 1e-8),
        "Adam": walk(answer.adam_step, 2, 0.2, 0.9, 0.999, 1e-8, counts=True),
    }
    note = "Adam starts like RMSProp, with steps of one length, and keeps a velocity like momentum."
    return Figure("A race in a valley", [valley("", walks)], note)
