"""Figure of Exercise 0a: the learner's gradient descent with three learning rates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from glassnet.lab.drawing.panels import Figure
from glassnet.lab.exercise import Namespace
from glassnet.lab.exercises.plots import CURVATURE, START, valley

NOTE = (
    "Gradient descent in the valley L = (x² + 12 y²) / 2. A small learning rate is slow along the valley, a large one "
    "jumps across it."
)


def figure(answer: Namespace) -> Figure:
    """Draw the steps on a surface."""

    def walk(learning_rate: float) -> Iterator[Any]:
        here = START
        while True:
            here, _ = answer.descend(
                lambda x: float((CURVATURE * x**2).sum() / 2), lambda x: CURVATURE * x, here, learning_rate, 1, 0.0
            )
            yield np.asarray(here)

    walks = {f"learning rate {rate}": walk(rate) for rate in (0.02, 0.08, 0.16)}
    return Figure("Your gradient descent", [valley("", walks)], NOTE)
