"""Pictures of a run, as PNG files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from glassnet.common.files import whole_file
from glassnet.training.history import History

LOG_FROM = 10
"""A loss that falls by more than this factor is drawn on a logarithmic axis, or its end could not be seen."""

TRAIN, VALID, KEPT = "#1f6feb", "#e36209", "#8b949e"


def save_learning_curves(history: History, title: str, path: str | Path) -> None:
    """Draw loss and accuracy against the epoch, training and validation, into one PNG file.

    Without an accuracy, where numbers are predicted, the loss stands alone. The kept epoch is marked if it is not the
    last one.
    """
    # Figure instead of pyplot: no window system is asked for, and no state is left behind.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    panels = ["loss", "accuracy"] if any(record.accuracy is not None for record in history) else ["loss"]
    figure = Figure(figsize=(4.6 * len(panels), 3.6), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title, fontsize=11, x=0.01, ha="left", parse_math=False)
    for axes, name in zip(figure.subplots(1, len(panels), squeeze=False)[0], panels, strict=True):
        _draw_panel(axes, history, name)
    with whole_file(path) as temporary:
        figure.savefig(temporary, format="png")


def _draw_panel(axes: Any, history: History, name: str) -> None:
    if not len(history):
        axes.text(0.5, 0.5, "the start was good enough: no epoch was made", ha="center")
        axes.set_axis_off()
        return
    epochs = [record.epoch for record in history]
    marker = "o" if len(epochs) == 1 else None
    for column, label, colour in ((name, "training", TRAIN), (f"valid_{name}", "validation", VALID)):
        values = history.column(column)
        if values[0] is not None:
            axes.plot(epochs, values, color=colour, label=label, linewidth=1.6, marker=marker)
    if 0 < history.kept_epoch < len(history):
        axes.axvline(history.kept_epoch, color=KEPT, linestyle="--", linewidth=1, label=f"kept: {history.kept_epoch}")
    axes.set_xlabel("epoch")
    axes.set_title(f"{name} (mean per row)" if name == "loss" else f"{name} (share of rows)", fontsize=10, loc="left")
    if name == "accuracy":
        axes.set_ylim(0, 1.02)
    elif all(record.loss > 0 for record in history) and history[0].loss > LOG_FROM * history[-1].loss:
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter("{x:g}")
    elif all(record.loss > 0 for record in history):
        axes.set_ylim(bottom=0)
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=9, loc="lower right" if name == "accuracy" else "best")
