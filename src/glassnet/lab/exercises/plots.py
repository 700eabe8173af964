"""Helpers for the figures of several exercises: plots of functions, digits, networks, and optimizers in a valley."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.lab.drawing.panels import Curve, Lines, Picture, Surface
from glassnet.lab.texts import FigureTexts

Z = np.linspace(-4, 4, 161)
"""Inputs at which functions are plotted; 0 is one of them."""

CURVATURE = np.array([1.0, 12.0])

START, STEPS = np.array([-2.6, 0.9]), 40


def function_plot(text: FigureTexts, functions: Mapping[str, Callable[[Any], Any]], x: Any = Z) -> Lines:
    """Return a plot of functions that take an array."""
    curves = [Curve(name, x, f(x.copy()), "dashed" if i else "line") for i, (name, f) in enumerate(functions.items())]
    return Lines("", curves, text("x"))


def image(caption: str, numbers: Any) -> Picture:
    """Return the image of 64 numbers, of any shape."""
    return Picture(caption, np.reshape(numbers, (8, 8)))


def weight_images(w: Any, text: FigureTexts) -> list[Picture]:
    """Return the input weights of each unit, w (64, units), as images."""
    return [image(text("unit", number=i), column) for i, column in enumerate(np.asarray(w).T, start=1)]


@dataclass(frozen=True)
class Task:
    """The digits, standardized, as columns: 1078 to learn from, and 719 unseen.

    X: (64, m). classes: (m,). Y: (10, 1078), one-hot. rows_new: the unseen images with their own pixels, (719, 64).
    """

    X: Any
    Y: Any
    classes: Any
    X_new: Any
    classes_new: Any
    rows_new: Any


def digits_task(rng: Any) -> Task:
    """Return the digits in a random split."""
    from glassnet.data.sources import load

    digits = load("digits")
    rows, classes = digits.X.astype(float), digits.y
    order = rng.permutation(len(rows))
    known, new = order[:1078], order[1078:]
    std = rows[known].std(axis=0)
    X = ((rows - rows[known].mean(axis=0)) / np.where(std > 0, std, 1)).T  # (64, 1797)
    return Task(X[:, known], np.eye(10)[:, classes[known]], classes[known], X[:, new], classes[new], rows[new])


def network() -> tuple[list[Any], list[Any]]:
    """Return the activations of a 64-6-5-10 network and their derivatives, from earlier exercises."""
    from glassnet.lab.given import ReLu, ReLu_derivative, Sigmoid, Sigmoid_derivative, Softmax

    return [None, ReLu, Sigmoid, lambda z: Softmax(z, axis=0)], [None, ReLu_derivative, Sigmoid_derivative, None]


def valley(text: FigureTexts, walks: Mapping[str, Iterator[Any]]) -> Surface:
    """Return the steps of optimizers in a valley, L = (x² + 12 y²) / 2, by name; each walk yields points (2,)."""
    x, y = np.meshgrid(np.linspace(-3, 1.5, 121), np.linspace(-1.2, 1.2, 61))
    paths = []
    for name, walk in walks.items():
        points = np.array([START, *(np.array(next(walk)) for _ in range(STEPS))])  # (steps + 1, 2)
        loss = float((CURVATURE * points[-1] ** 2).sum() / 2)
        paths.append(Curve(text("path", name=name, loss=f"{loss:.2g}", steps=STEPS), points[:, 0], points[:, 1]))
    return Surface("", (-3, 1.5), (-1.2, 1.2), (CURVATURE[0] * x**2 + CURVATURE[1] * y**2) / 2, paths)


def walk(step: Callable[..., Any], states: int, *settings: Any, counts: bool = False) -> Iterator[Any]:
    """Yield theta after each step in the valley.

    step: gets theta, the gradient, and `states` arrays that start at zero, then the number of the step if `counts`, and
    the settings; it returns theta and the arrays.
    """
    theta, kept, t = START.copy(), [np.zeros(2) for _ in range(states)], 0
    while True:
        t += 1
        theta, *kept = step(theta.copy(), CURVATURE * theta, *kept, *[t] * counts, *settings)
        yield theta


def gradient_descent(alpha: float) -> Iterator[Any]:
    """Yield theta after each step of plain gradient descent in the valley."""
    return walk(lambda theta, g, alpha: (theta - alpha * g,), 0, alpha)
