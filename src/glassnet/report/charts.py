"""The charts of a report: each function takes numbers and returns a drawn chart with its title, legend, and note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.common.arrays import Array
from glassnet.maths.calibration import CalibrationCurve
from glassnet.maths.importance import Importance
from glassnet.maths.intervals import Interval, wilson
from glassnet.report.svg import COLORS, diverging, figure, inline, label_width, number_ticks, sequential, truncated
from glassnet.training.activation_stats import BINS, ActivationHistory
from glassnet.training.history import History

LOG_FROM = 10
"""A loss that falls by more than this factor gets a logarithmic axis; otherwise its end would be a flat line."""

MOST_LAYERS = 8
MOST_POINTS = 800
MOST_BARS = 20
MOST_COLORS = 6

FAR_OFF = 0.03
"""This share of the numbers of an ensemble's learning curves may be outside of the axis."""

Curve = tuple[Sequence[float], int]
"""The numbers of a network's epochs, and its best epoch, from 1."""


@dataclass(frozen=True)
class LegendEntry:
    """An entry of a chart's legend; `style` is a CSS class of the page."""

    style: str
    label: str


@dataclass(frozen=True)
class Chart:
    """A drawn plot with its title, its legend, and a note below it."""

    svg: str
    title: str
    legend: tuple[LegendEntry, ...] = ()
    note: str = ""


# ---- over the epochs ----


def curves(history: History) -> list[Chart]:
    """Return loss and accuracy over the epochs, training and validation; the best epoch is marked."""
    if not len(history):
        return []
    titles = {"loss": "Loss (mean per row)", "accuracy": "Accuracy"}
    return [
        _curve(history, name, title) for name, title in titles.items() if history[0].__getattribute__(name) is not None
    ]


def _curve(history: History, name: str, title: str) -> Chart:
    fig, axes = figure(220)
    epochs = [record.epoch for record in history]
    legend = []
    valid = history.column(f"valid_{name}")
    # The accent color marks the validation curve, or the training curve without a validation set.
    lines = {
        "training": ("accent" if valid[0] is None else "muted", history.column(name)),
        "validation": ("accent", valid),
    }
    for label, (color, values) in lines.items():
        if values[0] is None:
            continue
        axes.plot(epochs, values, color=COLORS[color], marker="o" if len(epochs) == 1 else None)
        legend.append(LegendEntry(f"line {color}", label))
    best = history.best_epoch
    if 0 < best < len(history):
        axes.axvline(best, color=COLORS["ink"], linewidth=0.9, linestyle=(0, (3, 2)))
        legend.append(LegendEntry("dashed", f"best epoch: {best}"))
    axes.set_xlabel("epoch")
    _whole_ticks(axes, len(epochs))
    everything = [value for _, values in lines.values() for value in values if value is not None]
    _scale(axes, everything, name)
    ends = ", ".join(
        f"{label} from {values[0]:.4g} to {values[-1]:.4g}"
        for label, (_, values) in lines.items()
        if values[0] is not None
    )
    return Chart(inline(fig, f"{title} over {len(epochs)} epochs: {ends}"), title, tuple(legend))


def overlaid(histories: Sequence[History], labels: Sequence[str], name: str, title: str) -> Chart | None:
    """Return one column of several histories in one plot; None if no run has it."""
    fig, axes = figure(220)
    everything: list[float] = []
    legend = []
    for i, (history, label) in enumerate(zip(histories, labels, strict=True), start=1):
        values = history.column(name) if len(history) else [None]
        if values[0] is None:
            continue
        epochs = [record.epoch for record in history]
        axes.plot(epochs, values, color=COLORS[f"run{i}"], marker="o" if len(epochs) == 1 else None)
        everything += [value for value in values if value is not None]
        legend.append(LegendEntry(f"line run{i}", label))
    if not everything:
        return None
    axes.set_xlabel("epoch")
    _whole_ticks(axes, max(map(len, histories)))
    _scale(axes, everything, name.removeprefix("valid_"))
    return Chart(inline(fig, f"{title} of {len(legend)} runs over the epochs"), title, tuple(legend))


def of_settings(groups: Sequence[tuple[str, Sequence[Curve]]], title: str) -> Chart | None:
    """Return curves of the networks of an ensemble, a color per setting, (label, curves); None without numbers.

    A curve is the number of each epoch, and the best epoch, which a dot marks.
    """
    everything = np.array([value for _, curves in groups for values, _ in curves for value in values], float)
    if not np.isfinite(everything).any():
        return None
    fig, axes = figure(220)
    legend = []
    for i, (label, curves) in enumerate(groups):
        color = f"run{i % MOST_COLORS + 1}"
        legend.append(LegendEntry(f"line {color}", label))
        for values, best in curves:
            axes.plot(range(1, len(values) + 1), values, color=COLORS[color], linewidth=0.9, alpha=0.7)
            axes.plot([best], [values[best - 1]], "o", color=COLORS[color], markersize=4)
    axes.set_xlabel("epoch")
    _whole_ticks(axes, max(len(values) for _, curves in groups for values, _ in curves))
    # The first epochs of some networks are far off.
    low, high = np.quantile(everything[np.isfinite(everything)], (FAR_OFF, 1 - FAR_OFF)).tolist()
    if title.startswith("Accuracy"):
        _scale(axes, [low], "accuracy")
    else:
        _scale(axes, [everything.min(), high], "loss")
        axes.set_ylim(top=1.05 * high or 1)
    count = sum(len(curves) for _, curves in groups)
    alt = f"{title} of {count} networks over the epochs"
    return Chart(inline(fig, alt), title, tuple(legend) if len(legend) > 1 else ())


def _whole_ticks(axes: Any, epochs: int) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True, min_n_ticks=1))
    if epochs == 1:
        axes.set_xlim(0.5, 1.5)


def _scale(axes: Any, values: Sequence[float], name: str) -> None:
    """Scale the y axis: accuracy up to 1, a loss that falls far logarithmically, other losses from 0."""
    from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

    finite = [value for value in values if np.isfinite(value)]
    if not finite:
        return
    low, high = min(finite), max(finite)
    if name == "accuracy":
        # Not from 0, so that differences between good networks are visible.
        axes.set_ylim(max(0.0, low - 0.05 * (1 - low) - 0.01), 1 + 0.03 * (1 - low) + 0.001)
        axes.yaxis.set_major_locator(MaxNLocator(5))
        axes.yaxis.set_major_formatter(lambda share, _: f"{100 * share:g}%" if share <= 1.0001 else "")
    elif low > 0 and high > LOG_FROM * low:
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high < 1000 * low else (1,), numticks=8))
        axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter("{x:g}")
    elif low >= 0:
        axes.set_ylim(bottom=0)


# ---- the result ----


def strip(value: float, interval: Interval | None, baseline: float | None, is_share: bool) -> str:
    """Return the result as a dot with its interval, and the baseline as a line, on one axis."""
    fig, axes = figure(58, left=8, right=8, top=18, bottom=22)
    ends = [value, *(interval or ()), *(() if baseline is None else (baseline,))]
    low, high = (0.0, 1.0) if is_share else (0.0, max(ends) * 1.05 or 1.0)
    axes.set(xlim=(low, high), ylim=(-1, 1), yticks=[])
    axes.spines["left"].set_visible(False)
    axes.grid(visible=False)
    if is_share:
        axes.xaxis.set_major_formatter(lambda x, _: f"{100 * x:g}%")
    else:
        number_ticks(axes.xaxis)
    if interval is not None:
        axes.plot(
            interval, (0, 0), color=COLORS["accent"], linewidth=7, alpha=0.45, solid_capstyle="butt", clip_on=False
        )
    axes.plot([value], [0], "o", color=COLORS["accent"], markersize=6, clip_on=False)
    if baseline is not None:
        axes.plot((baseline, baseline), (-0.9, 0.9), color=COLORS["ink"], linewidth=1.6, clip_on=False)
        side = (baseline - low) / (high - low)
        axes.text(
            baseline, 1.15, "baseline", ha="left" if side < 0.15 else "right" if side > 0.85 else "center", va="bottom",
            color=COLORS["ink"],
        )  # fmt: skip
    return inline(fig, f"result {value:.4g} with its interval and the baseline")


def intervals(names: Sequence[str], results: Sequence[tuple[float, Interval | None]], is_share: bool) -> Chart:
    """Return the results of several runs with their intervals, one row each."""
    labels = [truncated(name) for name in names]
    fig, axes = figure(24 * len(names) + 34, left=min(170, label_width(labels)))
    for place, (value, interval) in enumerate(results):
        color = COLORS[f"run{place + 1}"]
        if interval is not None:
            axes.plot(interval, (place, place), color=color, linewidth=7, alpha=0.4, solid_capstyle="butt")
        axes.plot([value], [place], "o", color=color, markersize=6)
    axes.set_yticks(range(len(names)), labels=labels, color=COLORS["ink"])
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.margins(x=0.08)
    axes.grid(axis="x")
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    number_ticks(axes.xaxis)
    if is_share:
        axes.xaxis.set_major_formatter(lambda x, _: f"{100 * x:g}%" if x <= 1.0001 else "")
    listed = ", ".join(f"{name} {value:.4g}" for name, (value, _) in zip(names, results, strict=True))
    title = f"{'Accuracy' if is_share else 'RMSE'} with 95% intervals"
    return Chart(inline(fig, f"{title}: {listed}"), title)


def reliability_diagram(found: CalibrationCurve) -> Chart:
    """Return accuracy against confidence in bins, with 95% intervals, above the number of rows per bin."""
    fig, (upper, lower) = figure(
        280, left=46, nrows=2, sharex=True, gridspec_kw={"height_ratios": [4, 1], "hspace": 0.08}
    )
    upper.plot((0, 1), (0, 1), color=COLORS["muted"], linewidth=1, linestyle=(0, (3, 2)))
    filled = np.flatnonzero(found.rows)
    for i in filled:
        right, n = round(float(found.accuracy[i]) * int(found.rows[i])), int(found.rows[i])
        upper.plot([found.confidence[i]] * 2, wilson(right, n), color=COLORS["accent"], linewidth=1.2, alpha=0.6)
    upper.plot(found.confidence[filled], found.accuracy[filled], "o", color=COLORS["accent"], markersize=5)
    upper.set(xlim=(0, 1), ylim=(0, 1.02), ylabel="accuracy")
    middles = (found.edges[:-1] + found.edges[1:]) / 2
    lower.bar(middles, found.rows, width=0.09, color=COLORS["muted"])
    lower.set(xlabel="confidence", ylabel="rows")
    lower.set_yticks([0, int(found.rows.max())])
    for axes in (upper, lower):
        axes.xaxis.set_major_formatter(lambda share, _: f"{100 * share:g}%")
    upper.yaxis.set_major_formatter(lambda share, _: f"{100 * share:g}%")
    upper.tick_params(bottom=False)
    listed = ", ".join(
        f"accuracy {found.accuracy[i]:.0%} of {found.rows[i]} rows at confidence {found.confidence[i]:.0%}"
        for i in filled
    )
    legend = (LegendEntry("dot accent", "bin, with 95% interval"), LegendEntry("dashed muted", "perfect calibration"))
    return Chart(inline(fig, f"Reliability diagram: {listed}"), "Reliability diagram", legend)


# ---- network internals ----


def activations(stats: ActivationHistory) -> Chart:
    """Return histograms of every layer's activations over the epochs."""
    svg = _over_time(stats, stats.activations, stats.activation_ends, "activations of the layers over the epochs")
    return Chart(
        svg,
        "Activations per layer",
        note="Histogram per epoch, over a few training rows. Stronger color: more values.",
    )


def gradients(stats: ActivationHistory) -> Chart:
    """Return histograms of the magnitude of every layer's weight gradients over the epochs, all on the same scale."""
    svg = _over_time(
        stats, stats.gradients, stats.gradient_ends, "gradient magnitudes of the layers over the epochs", True
    )
    note = "Histogram of |∂loss/∂w| per epoch. Magnitudes should be similar in all layers."
    return Chart(svg, "Gradients per layer", note=note)


def _over_time(stats: ActivationHistory, counts: Any, ends: Array, alt: str, same_scale: bool = False) -> str:
    from matplotlib.ticker import MaxNLocator

    rows = [i for i in range(len(stats.layers)) if counts[:, i].any()]
    if len(rows) > MOST_LAYERS:
        rows = rows[: MOST_LAYERS // 2] + rows[-MOST_LAYERS // 2 :]
    fig, panels = figure(
        58 * len(rows) + 56, left=58, top=20, nrows=len(rows), sharex=True, squeeze=False, gridspec_kw={"hspace": 0.45}
    )
    everywhere = _span(counts[:, rows], ends[:, rows])
    for axes, i in zip(panels[:, 0], rows, strict=True):
        low, high = everywhere if same_scale else _span(counts[:, [i]], ends[:, [i]])
        shades = np.stack([_rebinned(*now, low, high) for now in zip(counts[:, i], ends[:, i], strict=True)], axis=1)
        shades = np.sqrt(shades / np.maximum(shades.max(axis=0), 1e-30))  # or a single peak would hide all other values
        extent = (0, len(stats.epochs), low, high)
        axes.imshow(sequential(shades[::-1]), aspect="auto", interpolation="none", extent=extent)
        axes.set_title(stats.layers[i], fontsize=9.5, loc="left", pad=2, color=COLORS["ink"])
        axes.grid(visible=False)
        if same_scale:
            axes.set_yticks(_powers(low, high))
            axes.yaxis.set_major_formatter(lambda value, _: _power(value))
        else:
            axes.yaxis.set_major_locator(MaxNLocator(3))
        axes.set_ylim(low, high)
        axes.tick_params(axis="both", labelsize=9)
    ticks = np.unique(np.linspace(0, len(stats.epochs) - 1, min(7, len(stats.epochs))).round().astype(int))
    panels[-1, 0].set_xticks(ticks + 0.5, labels=[str(stats.epochs[i]) for i in ticks])
    panels[-1, 0].set_xlabel("epoch")
    return inline(fig, alt)


def _span(counts: Any, ends: Array) -> tuple[float, float]:
    """Return the range that holds 99.4% of the counts."""
    filled = counts.sum(axis=-1) > 0
    if not filled.any():
        return 0.0, 1.0
    low, high = ends[..., 0][filled].min(), ends[..., 1][filled].max()
    shades = sum(_rebinned(count, end, low, high, 400) for count, end in zip(counts[filled], ends[filled], strict=True))
    total = np.cumsum(shades)
    places = np.searchsorted(total, [0.003 * total[-1], 0.997 * total[-1]])
    step = (high - low) / 400
    low, high = float(low + places[0] * step), float(low + (places[1] + 1) * step)
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def _rebinned(counts: Any, ends: Array, low: float, high: float, bins: int = 40) -> Array:
    """Return a histogram over other ends, (bins,): what lies in a bin is spread evenly over it."""
    edges = np.linspace(ends[0], max(ends[1], ends[0] + 1e-12), BINS + 1)
    below = np.concatenate([[0.0], np.cumsum(counts)])
    return np.diff(np.interp(np.linspace(low, high, bins + 1), edges, below))


def _power(value: float) -> str:
    return "10" + str(round(value)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _powers(low: float, high: float) -> list[int]:
    whole = list(range(int(np.ceil(low)), int(np.floor(high)) + 1))
    return whole[:: max(1, -(-len(whole) // 3))] or [round((low + high) / 2)]


# ---- tables ----


def importance(found: Importance, names: Sequence[str], has_classes: bool) -> Chart:
    """Return the mean loss of score with each column shuffled, most important first, with its 95% interval."""
    from matplotlib.ticker import MaxNLocator

    order = np.argsort(-found.mean, kind="stable")[:MOST_BARS][::-1]
    labels = [truncated(names[i]) for i in order]
    fig, axes = figure(17 * len(order) + 50, left=min(170, label_width(labels)))
    axes.grid(axis="x")
    axes.grid(visible=False, axis="y")
    axes.barh(range(len(order)), found.mean[order], height=0.62, color=COLORS["accent"], alpha=0.6)
    ends = found.intervals()
    for place, i in enumerate(order):
        axes.plot(ends[i], (place, place), color=COLORS["ink"], linewidth=1.1)
    axes.axvline(0, color=COLORS["muted"], linewidth=0.8)
    axes.set_yticks(range(len(order)), labels=labels, color=COLORS["ink"])
    axes.set_ylim(-0.6, len(order) - 0.4)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    change = "increase in log loss" if has_classes else "decrease in R²"
    axes.set_xlabel(change)
    listed = ", ".join(f"{names[i]} {found.mean[i]:.3g}" for i in order[::-1])
    title = f"Mean {change}"
    return Chart(inline(fig, f"{title} with a column shuffled: {listed}"), title)


def weight_map(W: Array, names: Sequence[str]) -> Chart:
    """Return the first layer's weights, (features, units), as a heat map: a row per feature, a column per unit."""
    labels = [truncated(name) for name in names]
    largest = float(np.abs(W).max()) or 1.0
    fig, axes = figure(max(12 * len(names), 60) + 46, left=min(170, label_width(labels)))
    extent = (0.5, W.shape[1] + 0.5, len(names) - 0.5, -0.5)
    axes.imshow(diverging(W / largest), aspect="auto", interpolation="none", extent=extent)
    axes.grid(visible=False)
    axes.set_yticks(range(len(names)), labels=labels, color=COLORS["ink"], fontsize=9.5)
    axes.spines["left"].set_visible(False)
    _whole_ticks(axes, W.shape[1])
    axes.set_xlim(extent[0], extent[1])
    axes.set_xlabel("unit")
    legend = (LegendEntry("box positive", "positive"), LegendEntry("box negative", "negative"))
    alt = f"weights of {len(names)} inputs and {W.shape[1]} units, largest magnitude {largest:.3g}"
    return Chart(inline(fig, alt), "First-layer weights", legend, f"Full color: ±{largest:.3g}.")


# ---- regression ----


def predicted_against_true(true: Array, predicted: Array, which: str = "") -> Chart:
    """Return predicted against true values, (n,) each; `which` of several outputs ends the title."""
    true, predicted = _some(true, predicted)
    fig, axes = figure(300, left=62)
    number_ticks(axes.xaxis, axes.yaxis)
    ends = min(true.min(), predicted.min()), max(true.max(), predicted.max())
    axes.plot(ends, ends, color=COLORS["muted"], linewidth=1, linestyle=(0, (3, 2)))
    axes.plot(true, predicted, "o", color=COLORS["accent"], markersize=3.6, alpha=0.55, markeredgewidth=0)
    axes.set(xlabel="true", ylabel="predicted")
    legend = (LegendEntry("dot accent", "row"), LegendEntry("dashed muted", "perfect prediction"))
    return Chart(
        inline(fig, f"predicted against true value{which} of {len(true)} rows"),
        f"Predicted against true values{which}",
        legend,
    )


def residuals(true: Array, predicted: Array, which: str = "") -> Chart:
    """Return the residuals, true − predicted, against the predicted values, (n,) each."""
    true, predicted = _some(true, predicted)
    fig, axes = figure(300, left=62)
    number_ticks(axes.xaxis, axes.yaxis)
    axes.axhline(0, color=COLORS["muted"], linewidth=1, linestyle=(0, (3, 2)))
    errors = true - predicted  # (n,)
    axes.plot(predicted, errors, "o", color=COLORS["accent"], markersize=3.6, alpha=0.55, markeredgewidth=0)
    axes.set(xlabel="predicted", ylabel="true − predicted")
    alt = f"residuals{which} of {len(true)} rows, from {errors.min():.4g} to {errors.max():.4g}"
    note = "Residuals should scatter evenly around 0; a trend or a funnel shows structure that the model misses."
    return Chart(inline(fig, alt), f"Residuals{which}", note=note)


def _some(*columns: Array) -> list[Array]:
    """Return at most MOST_POINTS rows of each column, evenly chosen."""
    step = -(-len(columns[0]) // MOST_POINTS)
    return [column[::step].astype(np.float64) for column in columns]
