"""Figure of Exercise 22: a race with and without momentum."""

from __future__ import annotations

from glassnet.lab.drawing.panels import Figure
from glassnet.lab.exercise import Namespace
from glassnet.lab.exercises.plots import valley, walk


def figure(answer: Namespace) -> Figure:
    """Draw the steps in a valley."""
    walks = {f"mu = {mu}": walk(answer.momentum_step, 1, 0.02, mu) for mu in (0.0, 0.5, 0.9)}
    note = "With momentum, steps along the valley get longer; with too much, they overshoot."
    return Figure("A race in a valley", [valley("", walks)], note)
