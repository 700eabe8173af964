"""Figure of Exercise 14: the learner's derivatives of the activations."""

from __future__ import annotations

from glassnet.lab.drawing.panels import Curve, Figure, Lines
from glassnet.lab.exercise import Namespace
from glassnet.lab.exercises.plots import Z

NAMES = ("Linear", "ReLu", "Tanh", "Sigmoid")


def figure(answer: Namespace) -> Figure:
    """Draw the four derivatives."""
    curves = [Curve(name, Z, getattr(answer, f"{name}_derivative")(Z.copy())) for name in NAMES]
    note = "Backpropagation multiplies by this number in every layer. Four sigmoids leave at most 0.25⁴ = 0.004."
    return Figure("Your derivatives", [Lines("", curves, "z", limits=(0, 1.05))], note)
