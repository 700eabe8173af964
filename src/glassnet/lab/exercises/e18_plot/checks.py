"""Tests of Exercise 18: properties of the returned figure."""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, mistake

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


SIZE, PLOT = "Figure(figsize=(12, 8))", "axes.plot(range(1, len(cost_arr) + 1), cost_arr)"

X_LABEL, Y_LABEL = 'axes.set_xlabel("epoch")', 'axes.set_ylabel("loss, summed over the epoch")'

EXERCISE = Exercise(
    number="18",
    title="The loss curve",
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
    mistakes=(
        mistake(
            "epochs from 0",
            "Your line starts at epoch 0, the default of plot(cost_arr). The first loss belongs to epoch 1: pass the "
            "epochs, range(1, len(cost_arr) + 1).",
            "range(1, len(cost_arr) + 1), ",
            "",
        ),
        mistake(
            "axes swapped",
            "The losses are on the x axis and the epochs on the y axis. plot takes x first, then y.",
            PLOT,
            "axes.plot(cost_arr, range(1, len(cost_arr) + 1))",
        ),
        mistake(
            "no line",
            "Your figure contains no line; scatter and bar draw other artists. Use plot, which connects the losses.",
            "axes.plot(",
            "axes.scatter(",
        ),
        mistake(
            "first epoch missing",
            "The first loss is missing. It is closest to that of the untrained network, and the rest of the curve is "
            "compared with it. Plot all losses against 1, 2, ...",
            PLOT,
            "axes.plot(range(2, len(cost_arr) + 1), cost_arr[1:])",
        ),
        mistake(
            "first epoch missing, the others shifted",
            "The first loss is missing, and the second is at epoch 1. Plot all losses against 1, 2, ...",
            PLOT,
            "axes.plot(range(1, len(cost_arr)), cost_arr[1:])",
        ),
        mistake(
            "last epoch missing",
            "The last loss is missing: range(1, n) ends before n. The epochs are range(1, len(cost_arr) + 1).",
            PLOT,
            "axes.plot(range(1, len(cost_arr)), cost_arr[:-1])",
        ),
        mistake(
            "sorted losses",
            "You sort the losses, so every run seems to improve steadily. Plot them in their original order.",
            PLOT,
            "axes.plot(range(1, len(cost_arr) + 1), sorted(cost_arr, reverse=True))",
        ),
        mistake(
            "cumulative sums",
            "You plot cumulative sums, which only increase. Plot the loss of each epoch.",
            PLOT,
            "axes.plot(range(1, len(cost_arr) + 1), [sum(cost_arr[: i + 1]) for i in range(len(cost_arr))])",
        ),
        mistake(
            "losses divided by the first",
            "You divide the losses by the first one, so every curve starts at 1, even that of a broken network. Plot "
            "the losses themselves.",
            PLOT,
            "axes.plot(range(1, len(cost_arr) + 1), [cost / cost_arr[0] for cost in cost_arr])",
        ),
        mistake(
            "logarithms",
            "You plot the logarithms of the losses. Plot the losses themselves. For a logarithmic axis, use "
            'axes.set_yscale("log"), whose labels are still losses.',
            PLOT,
            "import numpy as np\n    axes.plot(range(1, len(cost_arr) + 1), np.log(cost_arr))",
        ),
        mistake(
            "logarithms to base 10",
            "You plot the logarithms of the losses. Plot the losses themselves. For a logarithmic axis, use "
            "axes.set_yscale('log'), whose labels are still losses.",
            PLOT,
            "import numpy as np\n    axes.plot(range(1, len(cost_arr) + 1), np.log10(cost_arr))",
        ),
        mistake(
            "size 8 by 12",
            "Your figure is 8 inches wide and 12 high. figsize takes the width first: figsize=(12, 8).",
            "figsize=(12, 8)",
            "figsize=(8, 12)",
        ),
        mistake(
            "default size",
            "Your figure has Matplotlib's default size, 6.4 by 4.8 inches. Pass figsize=(12, 8) when you create it.",
            "Figure(figsize=(12, 8))",
            "Figure()",
        ),
        mistake(
            "no label on the x axis",
            'The x axis has no label. Use set_xlabel("epoch") (plt.xlabel with pyplot).',
            X_LABEL,
            "pass",
        ),
        mistake(
            "no label on the y axis",
            'The y axis has no label. Use set_ylabel("loss") (plt.ylabel with pyplot).',
            Y_LABEL,
            "pass",
        ),
        mistake(
            "no labels",
            "Neither axis has a label. Use set_xlabel and set_ylabel (plt.xlabel and plt.ylabel with pyplot).",
            X_LABEL,
            "pass",
            Y_LABEL,
            "pass",
        ),
        mistake(
            "same figure reused",
            "The second call draws into the figure of the first one, as plt.plot does without a new figure. Create a "
            "figure in every call: plt.subplots(figsize=(12, 8)) or plt.figure(figsize=(12, 8)).",
            SIZE,
            'plot_loss.__dict__.setdefault("figure", Figure(figsize=(12, 8)))',
            "figure.subplots()",
            "figure.gca()",
        ),
        mistake(
            "other return type",
            "You do not return a Figure. plot returns a list of lines, and plt.subplots a pair. With figure, axes = "
            "plt.subplots(...), return figure.",
            "return figure",
            "return axes",
        ),
    ),
    hints=(
        "What is on the x axis if plot gets only one list? Try plt.plot([5, 3, 2]), and look where the line starts.",
        "Four steps: a new figure with figsize=(12, 8), axes in it, one call of plot with the epochs and the losses, "
        "a label for each axis. Then return the figure.",
        "figure, axes = plt.subplots(figsize=(12, 8)), then axes.plot(range(1, len(cost_arr) + 1), cost_arr), "
        "axes.set_xlabel(...), axes.set_ylabel(...).",
    ),
    explanation="A figure contains axes, and axes contain lines, which store their data "
    "(figure.axes[0].lines[0].get_ydata()). pyplot keeps every figure until it is closed. That is convenient in a "
    "notebook but fills the memory in a loop. A Figure created without pyplot is freed like any other object.",
    library="report/charts.py curves",
    question="The losses of one run are sums over 1078 samples, those of another are means. How do you make them "
    "comparable in one figure?",
    quiz=quiz,
)
