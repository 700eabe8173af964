"""Plots of the benchmark, one PNG file each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from glassnet.bench.accuracy.summary import Summary
from glassnet.bench.contestants.contestants import CONTESTANTS
from glassnet.bench.growth import AXES, TITLES, Curve
from glassnet.bench.results import WorkloadResult
from glassnet.common.files import atomic_file

DOT = 5
"""Half of the width of a point, in pixels."""

COLORS = {"sklearn": "#e36209", "torch": "#d73a49", "jax": "#1f6feb", "glassnet": "#1a7f37", "numpy": "#8b949e"}


def save_ratios(rows: Sequence[WorkloadResult], peers: Sequence[str], path: Path) -> bool:
    """Plot ratios as bars with their extremes and targets, on a logarithmic axis.

    Returns whether there was any; without, no file is written.
    """
    rows = [row for row in rows if row.workload.targets]
    if not any((ratio := row.ratio(peer)) and ratio.median is not None for row in rows for peer in peers):
        return False
    figure = new_figure(8, 1.1 + 0.2 * (len(peers) + 1) * len(rows))
    axes = figure.subplots()
    for i, row in enumerate(rows):
        for j, peer in enumerate(peers):
            ratio = row.ratio(peer)
            if ratio is None or ratio.median is None or ratio.lowest is None or ratio.highest is None:
                continue
            y = i + (j - (len(peers) - 1) / 2) / (len(peers) + 1)
            height = 0.9 / (len(peers) + 1)
            axes.barh(y, ratio.median - 1, height, left=1, color=COLORS[peer], alpha=0.85)
            axes.plot([ratio.lowest, ratio.highest], [y, y], color="black", linewidth=1)
            axes.plot([ratio.target] * 2, [y - height / 2, y + height / 2], color="black", linewidth=2)
    axes.axvline(1, color="black", linewidth=0.8)
    for peer in peers:
        axes.barh(0, 0, left=1, color=COLORS[peer], label=CONTESTANTS[peer].TITLE)
    axes.plot([], [], color="black", linewidth=2, label="target")
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_yticks(range(len(rows)), [f"{row.name}  {row.workload.title}" for row in rows], fontsize=8)
    axes.invert_yaxis()
    axes.set_xlabel("time per step, peer / glassnet")
    figure.legend(frameon=False, fontsize=8, loc="outside upper right", ncols=len(peers) + 1)
    finish(axes)
    save(figure, path)
    return True


def save_growth(curves: Sequence[Curve], path: Path) -> None:
    """Plot time per sample against each axis, both logarithmic, with the slopes in the legend."""
    axes_names = list(dict.fromkeys(curve.axis for curve in curves))
    columns = min(2, len(axes_names))
    figure = new_figure(4.8 * columns, 3.6 * -(-len(axes_names) // columns))
    panels = figure.subplots(-(-len(axes_names) // columns), columns, squeeze=False).ravel()
    for panel in panels:
        panel.set_axis_off()
    for axes, name in zip(panels, axes_names, strict=False):
        axes.set_axis_on()
        for curve in curves:
            pairs = zip(AXES[name].values, curve.seconds, strict=False) if curve.axis == name else ()
            points = [(value, 1e6 * seconds) for value, seconds in pairs if seconds is not None]
            if not points:
                continue
            slope = curve.slope()
            label = TITLES[curve.contestant] + ("" if slope is None else f" (slope {slope:.2f})")
            color = COLORS["glassnet" if curve.contestant == "compiled" else curve.contestant]
            axes.plot(*zip(*points, strict=True), marker="o", markersize=3, color=color, label=label)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_title(AXES[name].title, fontsize=9, loc="left")
        axes.set_xlabel(name)
        axes.set_ylabel("µs per sample")
        if axes.lines:
            axes.legend(frameon=False, fontsize=8)
        finish(axes)
    save(figure, path)


def save_accuracy(summary: Summary, path: Path) -> None:
    """Plot the improvability of each contestant against its median seconds, which are on a logarithmic axis."""
    figure = new_figure(7, 4)
    axes = figure.subplots()
    shown = [one for one in summary.standings if one.seconds]
    for one in shown:
        color = COLORS["glassnet" if one.method.startswith("glassnet") else "numpy"]
        axes.plot(one.seconds, one.improvability, "o", color=color)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.margins(x=0.15)
    axes.set_ylim(bottom=0)
    label_points(figure, axes, [(one.title, one.seconds or 0.0, one.improvability) for one in shown])
    axes.set_xlabel("seconds for training and prediction, median")
    axes.set_ylabel("improvability in percent (less is better)")
    finish(axes)
    save(figure, path)


def label_points(figure: Any, axes: Any, points: Sequence[tuple[str, float, float]]) -> None:
    """Write a text beside each point (text, x, y): right or left of it, above or below, where nothing else is yet."""
    from matplotlib.transforms import Bbox

    figure.draw_without_rendering()
    places = [axes.transData.transform((x, y)) for _, x, y in points]  # in pixels
    taken = [Bbox([place - DOT, place + DOT]) for place in places]
    for text, x, y in points:
        for right, above in ((True, True), (True, False), (False, True), (False, False)):
            label = axes.annotate(
                text,
                (x, y),
                (5 if right else -5, 4 if above else -10),
                textcoords="offset points",
                ha="left" if right else "right",
                fontsize=8,
            )
            box = label.get_window_extent()
            if not any(box.overlaps(other) for other in taken):
                break
            label.remove()
        else:
            axes.add_artist(label)
        taken.append(box)


def new_figure(width: float, height: float) -> Any:
    """Return an empty figure without pyplot, which would need a display backend and has global state."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def finish(axes: Any) -> None:
    """Add a light grid and remove the frame."""
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)


def save(figure: Any, path: Path) -> None:
    """Write the figure as PNG, atomically."""
    with atomic_file(path) as temporary:
        figure.savefig(temporary, format="png")
