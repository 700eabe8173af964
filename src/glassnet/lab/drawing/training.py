"""The live plot of a training: loss and accuracy by epoch, next to those of the original notebook's network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.lab.drawing.panels import Curve, Figure, Lines
from glassnet.lab.original_notebook import epochs_with_notebook_gradients, forward
from glassnet.lab.texts import FigureTexts


@dataclass
class LivePlot:
    """Losses and accuracies so far.

    Parameters
    ----------
    X, classes : array
        Standardized training samples in columns, (64, m), and their classes, (m,), for the notebook's network.
    X_new, classes_new : array
        Unseen samples, (64, k), and their classes, (k,), for the accuracy.
    rng : numpy.random.Generator
        Draws the order of the samples for the notebook's network.
    text : FigureTexts
        The texts of Exercise 17.
    """

    X: AnyArray
    classes: AnyArray
    X_new: AnyArray
    classes_new: AnyArray
    rng: Any
    text: FigureTexts
    losses: dict[str, list[float]] = field(default_factory=lambda: {"yours": [], "notebook": []})
    accuracies: dict[str, list[float]] = field(default_factory=lambda: {"yours": [], "notebook": []})

    def __post_init__(self) -> None:
        self._notebook: Iterator[tuple[float, Any, Any]] = epochs_with_notebook_gradients(
            self.X, self.classes, self.rng
        )

    def add(self, loss: float, W: Any, B: Any) -> Figure:
        """Add the learner's epoch, and one of the notebook's network; return the plot.

        loss: summed over the epoch. W, B: weights and biases after it, lists by layer.
        """
        for name, (one, *parameters) in {"yours": (loss, W, B), "notebook": next(self._notebook)}.items():
            predicted = forward(self.X_new, *parameters)[0][-1].argmax(axis=0)
            self.losses[name].append(float(one) / self.X.shape[1])
            self.accuracies[name].append(float((predicted == self.classes_new).mean()))
        epochs = np.arange(1, len(self.losses["yours"]) + 1)

        def plot(title: str, values: dict[str, list[float]], limits: tuple[float, float]) -> Lines:
            curves = [Curve(self.text(name, value=f"{one[-1]:.3f}"), epochs, one) for name, one in values.items()]
            return Lines(title, curves, self.text("x"), limits=limits)

        highest = max(2.5, *(one for one in self.losses["yours"] if np.isfinite(one)), 0.0)
        return Figure(
            self.text("title", epoch=len(epochs)),
            [
                plot(self.text("loss"), self.losses, (0.0, min(highest, 10.0))),
                plot(self.text("accuracy"), self.accuracies, (0.0, 1.0)),
            ],
            self.text("note"),
        )
