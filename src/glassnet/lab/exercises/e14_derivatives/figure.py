"""Figure of Exercise 14: the learner's derivatives of the activations."""

from __future__ import annotations

from glassnet.lab.drawing.panels import Curve, Figure, Lines
from glassnet.lab.exercise import Namespace
from glassnet.lab.exercises.plots import Z
from glassnet.lab.texts import FigureTexts

NAMES = ("Linear", "ReLu", "Tanh", "Sigmoid")


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw the four derivatives."""
    curves = [Curve(name, Z, getattr(answer, f"{name}_derivative")(Z.copy())) for name in NAMES]
    return Figure(text("title"), [Lines("", curves, text("x"), limits=(0, 1.05))], text("note"))
