"""Figure of Exercise 17a: the loss of each loop, with the learner's diagnoses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.lab.drawing.panels import Curve, Figure, Lines
from glassnet.lab.exercise import Namespace
from glassnet.lab.texts import FigureTexts

WINDOW = 15
"""Steps of a moving average, without which the curves hide each other."""


def losses_of(loop: Callable[[Any], None]) -> list[float]:
    """Return the loss of each step of a loop."""
    losses: list[float] = []
    loop(lambda p, g, loss: losses.append(float(loss)))
    return losses


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw the loss of the loops in the learner's file, averaged over some steps."""
    curves = []
    for letter in "ABCDE":
        losses = losses_of(getattr(answer, f"loop_{letter.lower()}"))
        means = np.convolve(losses, np.full(WINDOW, 1 / WINDOW), mode="valid")
        curves.append(
            Curve(text("loop", loop=letter, illness=answer.illness(letter)), np.arange(len(means)) + WINDOW, means)
        )
    return Figure(text("title"), [Lines("", curves, text("x"), text("y"))], text("note"))
