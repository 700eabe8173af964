"""Figure of Exercise 0a: the learner's gradient descent with three learning rates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from glassnet.lab.drawing.panels import Figure
from glassnet.lab.exercise import Namespace
from glassnet.lab.exercises.plots import CURVATURE, START, valley
from glassnet.lab.texts import FigureTexts


def figure(answer: Namespace, text: FigureTexts) -> Figure:
    """Draw the steps on a surface."""

    def walk(learning_rate: float) -> Iterator[Any]:
        here = START
        while True:
            here, _ = answer.descend(
                lambda x: float((CURVATURE * x**2).sum() / 2), lambda x: CURVATURE * x, here, learning_rate, 1, 0.0
            )
            yield np.asarray(here)

    walks = {text("rate", rate=rate): walk(rate) for rate in (0.02, 0.08, 0.16)}
    return Figure(text("title"), [valley(text, walks)], text("note"))
