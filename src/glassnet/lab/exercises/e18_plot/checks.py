"""Tests of Exercise 18: properties of the returned figure."""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace

FALLING = [2489.1, 1502.4, 871.0, 433.5, 120.4]

ZIGZAG = [70.5, 31.2, 55.8, 24.9, 48.1, 20.3, 41.7]


def of(losses: Any, look: Callable[[Any], Any]) -> Callable[[Namespace], Any]:
    """Return a function that applies `look` to the figure of these losses."""

    def observe(names: Namespace) -> Any:
        from matplotlib.figure import Figure  # here, as it takes a moment to import

        figure = names.plot_loss(losses if isinstance(losses, np.ndarray) else list(losses))
        if not isinstance(figure, Figure):
            return None if figure is None else "no figure"
        try:
            return look(figure)
        finally:
            figure.clear()
            if pyplot := sys.modules.get("matplotlib.pyplot"):
                pyplot.close(figure)

    return observe


def size(figure: Any) -> Any:
    """Return width and height in inches."""
    return {"width": float(figure.get_size_inches()[0]), "height": float(figure.get_size_inches()[1])}


def points(figure: Any) -> Any:
    """Return the number of lines, and the points of the first."""
    lines = [line for axes in figure.axes for line in axes.lines]
    x, y = (np.asarray(values, dtype=float) for values in lines[0].get_data()) if lines else (None, None)
    return {"lines": len(lines), "x": x, "y": y}


def labels(figure: Any) -> Any:
    """Return whether each axis has a label."""
    x = [figure.get_supxlabel(), *(axes.get_xlabel() for axes in figure.axes)]
    y = [figure.get_supylabel(), *(axes.get_ylabel() for axes in figure.axes)]
    return {"x axis labeled": any(map(str.strip, x)), "y axis labeled": any(map(str.strip, y))}


def two_curves(names: Namespace) -> Any:
    """Return the lines of two figures, drawn one after the other."""
    first = of(FALLING, lambda one: {"first": points(one), "second": of(ZIGZAG, points)(names), "then": points(one)})
    return first(names)


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question with one number as its answer."""
    losses = [float(round(x, 1)) for x in rng.permutation(np.linspace(5, 80, 7)) + rng.uniform(0, 5, 7)]
    return (
        f"cost_arr = {losses}, one loss per epoch. At which x does the loss curve have its minimum?",
        float(np.argmin(losses) + 1),
    )


EXERCISE = Exercise(
    defines=("plot_loss",),
    cases=(
        Case("line", of(FALLING, points), f"the line of plot_loss({FALLING})"),
        Case("size", of(FALLING, size), f"the size of plot_loss({FALLING}), in inches"),
        Case("labels", of(FALLING, labels), f"the labels of plot_loss({FALLING})"),
        Case("losses that rise and fall", of(ZIGZAG, points), f"the line of plot_loss({ZIGZAG})"),
        Case("an array of losses", of(np.array(ZIGZAG[:4]), points), f"the line of plot_loss(np.array({ZIGZAG[:4]}))"),
        Case("a single epoch", of([2489.1], points), "the line of plot_loss([2489.1])"),
        Case("two curves", two_curves, "two calls, one after the other: the lines of both figures"),
    ),
    robustness=(
        "an array of losses",
        "a single epoch",
    ),
    quiz=quiz,
)
