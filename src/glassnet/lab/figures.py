"""The course's figures: each function draws one and returns it.

from glassnet.lab import figures

figures.line()                         # as the last line of a notebook's cell, the figure appears below it
figures.line().savefig("line.png")     # in a script, nothing appears; this writes a file
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.common.specs import unknown

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Colorblind-safe colors: Okabe & Ito, "Color Universal Design", 2008.
BLUE, VERMILION, GREEN = "#0072B2", "#D55E00", "#00795A"

INK, MUTED, PALE = "#24292F", "#6E7781", "#D0D7DE"

MOST_UNITS = 8
"""Larger layers are drawn with their first and last units, and dots between them."""


def line() -> Figure:
    """Draw y = x/2 + 1, with its slope and its intercept."""
    figure = new_figure(5.6, 3.5)
    axes = figure.subplots()
    w, b = 0.5, 1.0
    x = np.array([-3.4, 5.4])
    axes.axhline(0, color=MUTED, linewidth=0.9)
    axes.axvline(0, color=MUTED, linewidth=0.9)
    axes.plot(x, w * x + b, color=BLUE, linewidth=2.4, label=r"$y = w x + b = \frac{1}{2}\,x + 1$")
    axes.plot([2, 4, 4], [w * 2 + b, w * 2 + b, w * 4 + b], color=VERMILION, linewidth=1.6)
    axes.text(3, w * 2 + b - 0.12, "2 to the right", color=VERMILION, ha="center", va="top")
    axes.text(4.12, w * 3 + b, "1 up", color=VERMILION, va="center")
    axes.text(4.95, w * 2 + b - 0.62, r"slope $w = \frac{1}{2}$", color=VERMILION, ha="right", va="top", fontsize=11)
    axes.plot([0], [b], "o", color=GREEN, markersize=8, zorder=3)
    axes.annotate(
        "intercept $b = 1$", (0, b), (-3.2, 1.75), color=GREEN, fontsize=11, arrowprops=_arrow(GREEN, shrinkB=6)
    )
    axes.set(xlim=(-3.4, 5.4), ylim=(-0.9, 4), xlabel="x", ylabel="y", aspect="equal")
    axes.legend(frameon=False, loc="lower right", fontsize=11)
    tidy(axes)
    return figure


def network(sizes: Sequence[int] = (3, 4, 2)) -> Figure:
    """Draw a fully connected network: units, connections, and names of layers and parameters."""
    layers = [_heights(size) for size in sizes]
    highest = max(max(layer.values()) for layer in layers)
    figure = new_figure(2.6 * len(sizes) - 0.6, 1.3 * highest + 2.2)
    axes = figure.subplots()
    for l, (left, right) in enumerate(itertools.pairwise(layers), start=1):
        for start in left.values():
            for end in right.values():
                axes.plot([2 * l - 2, 2 * l], [start, end], color=PALE, linewidth=1.1, zorder=1)
    for l, (size, layer) in enumerate(zip(sizes, layers, strict=True)):
        name, letter, color = _layer(l, len(sizes))
        for unit, height in layer.items():
            axes.scatter([2 * l], [height], s=900, color="white", edgecolor=color, linewidth=2, zorder=2)
            axes.text(
                2 * l, height, f"${letter}_{{{unit}}}$", ha="center", va="center", color=color, fontsize=12, zorder=3
            )
        if len(layer) < size:
            axes.text(2 * l, -0.5, "⋮", ha="center", va="center", color=color, fontsize=18, zorder=3)
        axes.text(2 * l, highest + 0.85, name, ha="center", color=color, fontsize=11, fontweight="bold")
        axes.text(2 * l, highest + 0.5, f"{size} unit{'s' * (size > 1)}", ha="center", color=MUTED, fontsize=9)
    for l in range(1, len(sizes)):
        words = f"$W^{{[{l}]}}$  {sizes[l - 1]}×{sizes[l]}\n$b^{{[{l}]}}$  {sizes[l]}×1"
        axes.text(2 * l - 1, -highest - 0.4, words, ha="center", va="top", color=INK, fontsize=10, linespacing=1.5)
    axes.set(xlim=(-0.8, 2 * len(sizes) - 1.2), ylim=(-highest - 1.15, highest + 1.15))
    axes.set_axis_off()
    return figure


def graph(x: float = 2.0, w: float = 0.5, b: float = -0.5, y: float = 1.0) -> Figure:
    """Draw the computational graph of one neuron, with forward values and backward gradients."""
    z = w * x + b
    a = 1 / (1 + np.exp(-z))
    loss = (a - y) ** 2
    da = 2 * (a - y)
    dz = da * a * (1 - a)
    figure = new_figure(9.6, 3.6)
    axes = figure.subplots()
    operations = {2.0: ("z = w x + b", 1.3), 5.0: (r"a = \sigma(z)", 1.1), 8.0: ("L = (a - y)^2", 1.4)}
    for place, (formula, width) in operations.items():
        _box(axes, place, formula, width)
    # Start, end, name, value, and gradient (None if not needed).
    arrows: tuple[tuple[tuple[float, float], tuple[float, float], str, float, float | None], ...] = (
        ((0.0, 1.1), (1.35, 0.22), "x", x, dz * w),
        ((0.0, 0.0), (1.35, 0.0), "w", w, dz * x),
        ((0.0, -1.1), (1.35, -0.22), "b", b, dz),
        ((2.65, 0.0), (4.45, 0.0), "z", z, dz),
        ((5.55, 0.0), (7.3, 0.0), "a", a, da),
        ((8.0, -1.1), (8.0, -0.36), "y", y, None),
        ((8.7, 0.0), (10.1, 0.0), "L", loss, 1.0),
    )
    for start, end, name, value, gradient in arrows:
        axes.annotate("", end, start, arrowprops=_arrow(INK, linewidth=1.4))
        _values(axes, start, end, name, value, gradient)
    axes.text(0, 1.75, "→ forward: values", color=BLUE, fontsize=11, fontweight="bold")
    axes.text(10.1, 1.75, "← backward: gradients", color=VERMILION, fontsize=11, fontweight="bold", ha="right")
    rules = r"$\sigma(z) = 1 / (1 + e^{-z}), \quad \sigma'(z) = a\,(1 - a), \quad \partial L / \partial a = 2\,(a - y)$"
    axes.text(5.0, -1.9, rules, color=MUTED, fontsize=10, ha="center")
    axes.set(xlim=(-1.4, 10.3), ylim=(-2.05, 2.1))
    axes.set_axis_off()
    return figure


def activations() -> Figure:
    """Draw sigmoid, tanh, and ReLU, each with its derivative."""
    figure = new_figure(9.2, 3.1)
    z = np.linspace(-4, 4, 401)
    s, t = 1 / (1 + np.exp(-z)), np.tanh(z)
    # The derivative of ReLU is discontinuous at 0: nan leaves a gap in the line.
    relu_slope = np.where(z == 0, np.nan, z > 0)
    panels = (
        ("sigmoid", r"$1 / (1 + e^{-z})$", s, s * (1 - s), (-0.15, 1.15)),
        ("tanh", r"$(e^z - e^{-z}) / (e^z + e^{-z})$", t, 1 - t**2, (-1.2, 1.2)),
        ("ReLU", r"$\max(0, z)$", np.maximum(0, z), relu_slope, (-0.4, 4.1)),
    )
    for axes, (name, formula, values, slopes, limits) in zip(figure.subplots(1, 3), panels, strict=True):
        axes.axhline(0, color=MUTED, linewidth=0.9)
        axes.axvline(0, color=MUTED, linewidth=0.9)
        axes.plot(z, values, color=BLUE, linewidth=2.2, label="function")
        axes.plot(z, slopes, color=VERMILION, linewidth=2, linestyle=(0, (4, 1.5)), label="derivative")
        axes.set_title(f"{name}  {formula}", fontsize=10.5, loc="left", color=INK)
        axes.set(xlim=(-4, 4), ylim=limits, xlabel="z")
        axes.locator_params(axis="y", nbins=6)
        tidy(axes)
    figure.axes[0].legend(frameon=False, loc="upper left", fontsize=9)
    return figure


def descent(learning_rate: float = 0.1) -> Figure:
    """Draw the steps of gradient descent on a contour plot, and the loss after each step."""
    figure = new_figure(9.2, 3.65)
    seen, below = figure.subplots(1, 2, width_ratios=(1.25, 1))
    path = [np.array([-1.8, 1.1])]
    for _ in range(20):
        w1, w2 = path[-1]
        path.append(path[-1] - learning_rate * np.array([2 * w1, 6 * w2]))
    walked = np.array(path)
    w1, w2 = np.meshgrid(np.linspace(-2.2, 2.2, 201), np.linspace(-1.5, 1.5, 151))
    seen.contour(w1, w2, _bowl(w1, w2), np.arange(0.15, 3.5, 0.25) ** 2, colors=PALE, linewidths=1)
    seen.plot(*walked.T, "-o", color=BLUE, linewidth=1.5, markersize=4.5, zorder=3)
    seen.plot(*walked[0], "s", color=VERMILION, markersize=9, zorder=4)
    seen.annotate("start", walked[0], (9, 4), textcoords="offset points", color=VERMILION, fontsize=11)
    seen.plot(0, 0, "*", color=GREEN, markersize=15, zorder=4)
    seen.annotate("lowest point", (0, 0), (9, -15), textcoords="offset points", color=GREEN, fontsize=11)
    seen.set(xlim=(-2.2, 2.2), ylim=(-1.5, 1.5), xlabel="$w_1$", ylabel="$w_2$", aspect="equal")
    seen.set_title("lines of equal loss, $L = w_1^2 + 3\\,w_2^2$", fontsize=10.5, loc="left", color=INK)
    losses = _bowl(*walked.T)
    below.plot(losses, "-o", color=BLUE, linewidth=1.5, markersize=4.5)
    below.plot(0, losses[0], "s", color=VERMILION, markersize=9)
    # With a learning rate that is too large, the loss diverges; the first steps show it.
    below.set(xlim=(-0.5, 20.5), ylim=(-0.25, min(float(losses.max()), 3 * float(losses[0])) * 1.08))
    below.set(xlabel="step", ylabel="loss $L$", xticks=range(0, 21, 5))
    below.set_title(rf"learning rate $\eta$ = {learning_rate:g}", fontsize=10.5, loc="left", color=INK)
    tidy(seen)
    tidy(below)
    return figure


def curves(train: Sequence[float] | None = None, valid: Sequence[float] | None = None) -> Figure:
    """Draw training and validation loss by epoch; by default, those of a small example that overfits."""
    if train is None:
        train, valid = overfitting()
    figure = new_figure(5.6, 3.6)
    axes = figure.subplots()
    axes.plot(range(1, len(train) + 1), train, color=BLUE, linewidth=2, label="training")
    if valid is not None and len(valid):
        epochs = range(1, len(valid) + 1)
        axes.plot(epochs, valid, color=VERMILION, linewidth=2, linestyle=(0, (4, 1.5)), label="validation")
        if np.isfinite(valid).any():  # all losses may be nan
            best = int(np.nanargmin(valid))
            label = f"lowest: epoch {best + 1}"
            axes.plot([best + 1], [valid[best]], "o", color=GREEN, markersize=8, zorder=3, label=label)
            axes.axvline(best + 1, color=GREEN, linewidth=1, linestyle=":")
    axes.set(xlabel="epoch", ylabel="loss")
    axes.locator_params(axis="x", integer=True)
    axes.set_ylim(bottom=min(0, axes.get_ylim()[0]))
    axes.legend(frameon=False)
    tidy(axes)
    return figure


def overfitting() -> tuple[list[float], list[float]]:
    """Return the losses of a polynomial of degree 15 that gradient descent fits to 20 points of a noisy sine."""
    rng = np.random.default_rng(5)
    x = rng.uniform(-1, 1, (2, 20))  # training points, validation points
    y = np.sin(3 * x) + rng.normal(0, 0.3, x.shape)
    powers = np.polynomial.legendre.legvander(x, 15)  # (2, 20, 16)
    w, losses = np.zeros(16), []
    for _ in range(300):
        errors = powers @ w - y
        losses.append((errors**2).mean(axis=1))
        w -= 0.1 * 2 * powers[0].T @ errors[0] / 20
    train, valid = np.array(losses).T
    return train.tolist(), valid.tolist()


def _bowl(w1: Any, w2: Any) -> Any:
    return w1**2 + 3 * w2**2


def _heights(size: int) -> dict[int, float]:
    """Return the index and the height of every unit drawn in a layer, centered at 0."""
    if size <= MOST_UNITS:
        return {unit: (size + 1) / 2 - unit for unit in range(1, size + 1)}
    return {1: 2.5, 2: 1.5, 3: 0.5, size - 1: -1.5, size: -2.5}


def _layer(l: int, layers: int) -> tuple[str, str, str]:
    """Return the name of layer l, the letter of its units, and its color."""
    if l == 0:
        return "input layer", "x", BLUE
    if l == layers - 1:
        return "output layer", "y", VERMILION
    return "hidden layer" if layers == 3 else f"hidden layer {l}", "a", GREEN


def _box(axes: Any, place: float, formula: str, width: float) -> None:
    """Draw an operation of the graph."""
    from matplotlib.patches import FancyBboxPatch

    style = "round,pad=0,rounding_size=0.12"
    axes.add_patch(FancyBboxPatch((place - width / 2, -0.36), width, 0.72, style, facecolor="#F6F8FA", edgecolor=INK))
    axes.text(place, 0, f"${formula}$", ha="center", va="center", color=INK, fontsize=11)


def _values(axes: Any, start: Any, end: Any, name: str, value: float, gradient: float | None) -> None:
    """Write a value above its arrow and the gradient below it; for inputs, next to the start of the arrow."""
    written = f"${name} = {value:.4g}$"
    slope = None if gradient is None else rf"$\partial L/\partial {name} = {gradient:.4g}$"
    if gradient is None:
        axes.text(start[0], start[1] - 0.08, written, color=BLUE, ha="center", va="top", fontsize=10)
        return
    is_input = start[0] == 0
    x, y = (start[0] - 0.08, start[1]) if is_input else ((start[0] + end[0]) / 2, start[1])
    side = "right" if is_input else "center"
    axes.text(x, y + 0.08, written, color=BLUE, ha=side, va="bottom", fontsize=10)
    axes.text(x, y - 0.08, slope, color=VERMILION, ha=side, va="top", fontsize=10)


def _arrow(color: str, **more: Any) -> dict[str, Any]:
    return {"arrowstyle": "-|>", "color": color, "shrinkA": 0, "shrinkB": 0, **more}


def tidy(axes: Any) -> None:
    """Remove the upper and right spines, and lighten the axes."""
    axes.grid(alpha=0.25)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["bottom", "left"]].set_color(MUTED)
    axes.tick_params(colors=INK, labelsize=9)


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of this size in inches, which notebooks display."""
    # Figure instead of pyplot: it needs no window system and leaves no global state.
    from matplotlib.figure import Figure

    class NotebookFigure(Figure):
        """A figure that notebooks display without pyplot."""

        def _repr_png_(self) -> bytes:
            file = io.BytesIO()
            self.savefig(file, format="png")
            return file.getvalue()

    return NotebookFigure(figsize=(width, height), dpi=120, layout="constrained", facecolor="white")


FIGURES: dict[str, Callable[[], Figure]] = {
    "line": line,
    "network": network,
    "graph": graph,
    "activations": activations,
    "descent": descent,
    "curves": curves,
}
"""The figures by name."""


def figure(name: str) -> Figure:
    """Draw the figure with this name; ValueError if there is none."""
    if name not in FIGURES:
        raise unknown("figure", name, FIGURES)
    return FIGURES[name]()
