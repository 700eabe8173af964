"""Figure of Exercise 23: gradient descent, Adagrad, and RMSProp on one surface."""

from __future__ import annotations

from glassnet.lab.drawing.panels import Figure
from glassnet.lab.exercise import Namespace
from glassnet.lab.exercises.plots import gradient_descent, valley, walk


def figure(answer: Namespace) -> Figure:
    """Draw the steps in a valley."""
    walks = {
        "gradient descent": gradient_descent(0.05),
        "Adagrad": walk(answer.adagrad_step, 1, 0.2, 1e-8),
        "RMSProp": walk(answer.rmsprop_step, 1, 0.1, 0.9, 1e-8),
    }
    note = "Both scale each direction by its past gradients, so they go straight. Steps of Adagrad get shorter."
    return Figure("A race in a valley", [valley("", walks)], note)
