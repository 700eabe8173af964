"""Figure of Exercise 20: loss of the learner's training with three batch sizes, live."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.lab.drawing.panels import Curve, Figure, Lines
from glassnet.lab.exercise import Namespace
from glassnet.lab.exercises.plots import digits_task, network
from glassnet.lab.texts import FigureTexts

EPOCHS, SIZES = 20, (16, 64, 1078)


def figure(answer: Namespace, text: FigureTexts) -> Iterator[Figure]:
    """Draw the mean loss by epoch, one epoch at a time."""
    from glassnet.lab.given import initialize

    rng = np.random.default_rng(0)
    task, functions, first = digits_task(rng), network(), initialize([64, 6, 5, 10], rng)
    state = dict.fromkeys(SIZES, first)
    losses: dict[int, list[float]] = {size: [] for size in SIZES}
    for epoch in range(1, EPOCHS + 1):
        for size in SIZES:
            W, B, cost = answer.train_minibatches(task.X, task.Y, *state[size], *functions, 0.3, 1, size, rng)
            state[size] = W, B
            losses[size].append(cost[0] / task.X.shape[1])
        curves = [Curve(text("size", size=size), np.arange(1, epoch + 1), losses[size]) for size in SIZES]
        yield Figure(text("title"), [Lines("", curves, text("x"), text("y"), limits=(0, 2.5))], text("note"))
