"""How Exercise 18 is checked: by looking into the figure that comes back, whatever it was made with."""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, mistake

FALLING = [2489.1, 1502.4, 871.0, 433.5, 120.4]

ZIGZAG = [70.5, 31.2, 55.8, 24.9, 48.1, 20.3, 41.7]


def of(losses: Any, look: Callable[[Any], Any]) -> Callable[[Namespace], Any]:
    """Return an observation: what `look` says of the figure of these losses, or that it is none."""

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
    """Width and height in inches."""
    return {"width": float(figure.get_size_inches()[0]), "height": float(figure.get_size_inches()[1])}


def points(figure: Any) -> Any:
    """How many lines there are, and the points of the first."""
    lines = [line for axes in figure.axes for line in axes.lines]
    x, y = (np.asarray(values, dtype=float) for values in lines[0].get_data()) if lines else (None, None)
    return {"lines": len(lines), "x": x, "y": y}


def labels(figure: Any) -> Any:
    """Whether each axis has a label, its own or the figure's."""
    x = [figure.get_supxlabel(), *(axes.get_xlabel() for axes in figure.axes)]
    y = [figure.get_supylabel(), *(axes.get_ylabel() for axes in figure.axes)]
    return {"x axis labeled": any(map(str.strip, x)), "y axis labeled": any(map(str.strip, y))}


def two_curves(names: Namespace) -> Any:
    """Draw a second curve while the first figure is still open; both have to hold their own line and no other."""
    first = of(FALLING, lambda one: {"first": points(one), "second": of(ZIGZAG, points)(names), "then": points(one)})
    return first(names)


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    losses = [float(round(x, 1)) for x in rng.permutation(np.linspace(5, 80, 7)) + rng.uniform(0, 5, 7)]
    return (
        f"cost_arr = {losses}, one loss per epoch. At which x does the line that is asked for have its lowest point?",
        float(np.argmin(losses) + 1),
    )


SIZE, PLOT = "Figure(figsize=(12, 8))", "axes.plot(range(1, len(cost_arr) + 1), cost_arr)"

X_LABEL, Y_LABEL = 'axes.set_xlabel("epoch")', 'axes.set_ylabel("loss, summed over the epoch")'

EXERCISE = Exercise(
    number="18",
    title="The loss curve",
    defines=("plot_loss",),
    cases=(
        Case("the line", of(FALLING, points), f"the line of plot_loss({FALLING})"),
        Case("the size", of(FALLING, size), f"the size of plot_loss({FALLING}), in inches"),
        Case("the labels", of(FALLING, labels), f"the labels of plot_loss({FALLING})"),
        Case("losses that go up and down", of(ZIGZAG, points), f"the line of plot_loss({ZIGZAG})"),
        Case("an array of losses", of(np.array(ZIGZAG[:4]), points), f"the line of plot_loss(np.array({ZIGZAG[:4]}))"),
        Case("a single epoch", of([2489.1], points), "the line of plot_loss([2489.1])"),
        Case("two curves", two_curves, "two calls, one after the other: the lines of both figures"),
    ),
    mistakes=(
        mistake(
            "epochs from 0",
            "Your line begins at epoch 0, as plot(cost_arr) does when it gets no x. The first loss belongs to the "
            "first epoch: give plot the epochs, range(1, len(cost_arr) + 1).",
            "range(1, len(cost_arr) + 1), ",
            "",
        ),
        mistake(
            "the axes are exchanged",
            "The losses lie to the right and the epochs upwards: plot takes x first, then y.",
            PLOT,
            "axes.plot(cost_arr, range(1, len(cost_arr) + 1))",
        ),
        mistake(
            "points without a line",
            "Your figure has no line in it; scatter and bar draw other things. plot joins the losses, so that the eye "
            "can follow them from epoch to epoch.",
            "axes.plot(",
            "axes.scatter(",
        ),
        mistake(
            "the first epoch is left out",
            "The first loss is missing. It is the one nearest to the untrained network's, and the rest of the curve "
            "is read against it. Draw all losses, against 1, 2, ...",
            PLOT,
            "axes.plot(range(2, len(cost_arr) + 1), cost_arr[1:])",
        ),
        mistake(
            "the first epoch is left out, and the rest is moved",
            "The first loss is missing, and the second stands at epoch 1. Draw all of them, against 1, 2, ...",
            PLOT,
            "axes.plot(range(1, len(cost_arr)), cost_arr[1:])",
        ),
        mistake(
            "the last epoch is left out",
            "The last loss is missing: range(1, n) ends before n. The epochs are range(1, len(cost_arr) + 1).",
            PLOT,
            "axes.plot(range(1, len(cost_arr)), cost_arr[:-1])",
        ),
        mistake(
            "sorted losses",
            "You sort the losses, so every run looks as if it had gone down all the way. Draw them in the order in "
            "which they came.",
            PLOT,
            "axes.plot(range(1, len(cost_arr) + 1), sorted(cost_arr, reverse=True))",
        ),
        mistake(
            "running sums",
            "You draw the sums of all losses so far, which only grow. Each point is the loss of its own epoch.",
            PLOT,
            "axes.plot(range(1, len(cost_arr) + 1), [sum(cost_arr[: i + 1]) for i in range(len(cost_arr))])",
        ),
        mistake(
            "shares of the first loss",
            "You divide the losses by the first one, so every curve begins at 1, that of a broken network, too. Draw "
            "the losses as they are.",
            PLOT,
            "axes.plot(range(1, len(cost_arr) + 1), [cost / cost_arr[0] for cost in cost_arr])",
        ),
        mistake(
            "the logarithms",
            "You draw the logarithms of the losses. Draw the losses themselves; where a logarithmic axis is wanted, "
            'axes.set_yscale("log") makes one, with the losses still written on it.',
            PLOT,
            "import numpy as np\n    axes.plot(range(1, len(cost_arr) + 1), np.log(cost_arr))",
        ),
        mistake(
            "the logarithms to base 10",
            "You draw the logarithms of the losses. Draw the losses themselves; where a logarithmic axis is wanted, "
            "axes.set_yscale('log') makes one, with the losses still written on it.",
            PLOT,
            "import numpy as np\n    axes.plot(range(1, len(cost_arr) + 1), np.log10(cost_arr))",
        ),
        mistake(
            "8 by 12",
            "Your figure is 8 inches wide and 12 high. figsize takes the width first: figsize=(12, 8).",
            "figsize=(12, 8)",
            "figsize=(8, 12)",
        ),
        mistake(
            "the usual size",
            "Your figure has Matplotlib's usual size, 6.4 by 4.8 inches. Say figsize=(12, 8) where the figure is made.",
            "Figure(figsize=(12, 8))",
            "Figure()",
        ),
        mistake(
            "no label on the x axis",
            'The axis to the right has no label. Without one, nobody knows epochs from steps: set_xlabel("epoch") '
            "(plt.xlabel with pyplot).",
            X_LABEL,
            "pass",
        ),
        mistake(
            "no label on the y axis",
            'The axis upwards has no label: set_ylabel("loss") (plt.ylabel with pyplot).',
            Y_LABEL,
            "pass",
        ),
        mistake(
            "no labels",
            "Neither axis has a label: set_xlabel and set_ylabel (plt.xlabel and plt.ylabel with pyplot) write them.",
            X_LABEL,
            "pass",
            Y_LABEL,
            "pass",
        ),
        mistake(
            "into the same figure",
            "A second call draws its line into the figure of the first one, as plt.plot does while no new figure is "
            "made. Make a figure in every call: plt.subplots(figsize=(12, 8)) or plt.figure(figsize=(12, 8)).",
            SIZE,
            'plot_loss.__dict__.setdefault("figure", Figure(figsize=(12, 8)))',
            "figure.subplots()",
            "figure.gca()",
        ),
        mistake(
            "something else comes back",
            "What you return is not a Figure. plot returns a list of lines, plt.subplots a pair: with figure, axes = "
            "plt.subplots(...), return figure alone; it knows its size and can be saved.",
            "return figure",
            "return axes",
        ),
    ),
    hints=(
        "What does Matplotlib put on the x axis when plot gets only one list? Try plt.plot([5, 3, 2]) and read off "
        "where the line begins.",
        "Four steps: a new figure with figsize=(12, 8), axes in it, one call of plot with the epochs and the losses, "
        "a label for each axis. Then return the figure.",
        "figure, axes = plt.subplots(figsize=(12, 8)), then axes.plot(range(1, len(cost_arr) + 1), cost_arr), "
        "axes.set_xlabel(...), axes.set_ylabel(...).",
    ),
    explanation="A figure holds axes, and axes hold lines; each remembers its numbers, so that what is drawn can be "
    "asked for again (figure.axes[0].lines[0].get_ydata()). pyplot keeps every figure it makes until it is closed, "
    "which is handy in a notebook and fills the memory in a loop; a Figure of its own is forgotten with its name.",
    library="report/charts.py curves",
    question="The losses of one run are sums over 1078 samples, those of another are means. What has to be done "
    "before both may stand in one figure?",
    quiz=quiz,
)
