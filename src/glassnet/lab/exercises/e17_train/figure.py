"""Figure of Exercise 17: the learner's training, live."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.lab.drawing.panels import Figure
from glassnet.lab.drawing.training import LivePlot
from glassnet.lab.exercise import Namespace
from glassnet.lab.exercises.plots import digits_task, network

EPOCHS = 30


def figure(answer: Namespace) -> Iterator[Figure]:
    """Draw loss and accuracy after each epoch."""
    from glassnet.lab.given import initialize

    rng = np.random.default_rng(0)
    task, functions = digits_task(rng), network()
    W, B = initialize([64, 6, 5, 10], rng)
    plot = LivePlot(task.X, task.classes, task.X_new, task.classes_new, rng)
    for _ in range(EPOCHS):
        W, B, cost_arr = answer.train(task.X, task.Y, W, B, *functions, 0.01, 1, rng)
        yield plot.add(float(cost_arr[-1]), W, B)
