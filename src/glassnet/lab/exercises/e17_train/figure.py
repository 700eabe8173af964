"""Figure of Exercise 17: the learner's training, live."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from glassnet.lab.drawing.panels import Figure, Images
from glassnet.lab.drawing.training import LivePlot
from glassnet.lab.exercise import Namespace
from glassnet.lab.exercises.plots import digits_task, network, weight_images
from glassnet.lab.texts import FigureTexts

EPOCHS = 30

SECONDS = 6.0
"""On a slow machine, training ends after this time, before the time limit of an answer."""


def figure(answer: Namespace, text: FigureTexts) -> Iterator[Figure]:
    """Draw loss and accuracy after each epoch, and at the end the weights of the first layer."""
    from glassnet.lab.given import initialize

    rng = np.random.default_rng(0)
    task, functions = digits_task(rng), network()
    W, B = initialize([64, 6, 5, 10], rng)
    plot = LivePlot(task.X, task.classes, task.X_new, task.classes_new, rng, text)
    began = time.monotonic()
    for _ in range(EPOCHS):
        W, B, cost_arr = answer.train(task.X, task.Y, W, B, *functions, 0.01, 1, rng)
        shown = plot.add(float(cost_arr[-1]), W, B)
        yield shown
        if time.monotonic() - began > SECONDS:
            break
    weights = Images(text("weights"), weight_images(W[1], text), signed=True)
    yield replace(shown, panels=[*shown.panels, weights])
