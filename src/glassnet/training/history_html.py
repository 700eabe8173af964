"""A history as HTML for notebooks: the losses as a line chart, and a small table of epochs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape

from glassnet.common import html

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 560, 200, 52, 24, 8
"""Size of the chart and its margins, in pixels."""

MOST_POINTS = 400
"""Longer lines are drawn with every k-th epoch."""

Values = Sequence[float | None]

COLORS = ("#2b9ba0", "#d66034")
"""Of training and validation loss: they contrast with light and dark pages."""


def loss_chart(losses: Mapping[str, Values], best: int, every: int = 1) -> str:
    """Return line charts of values by epoch, at most two, as inline SVG; best: the epoch to mark, from 1; 0 for none.

    every: number of epochs from one value to the next. Text and axes have the color of the notebook's text.
    """
    lines = {name: values for name, values in losses.items() if any(map(_is_number, values))}
    if not lines:
        return ""
    epochs = max(map(len, lines.values()))
    found = [value for values in lines.values() for value in values if value is not None and math.isfinite(value)]
    low, high = min(found), max(found)
    is_log = low > 0 and high / low > 30
    low, high = (math.log10(low), math.log10(high)) if is_log else (min(low, 0.0), high)
    span = (high - low) or 1.0

    def x(epoch: float) -> float:
        return LEFT + (WIDTH - LEFT - 8) * ((epoch - 1) / (epochs - 1) if epochs > 1 else 0.5)

    def y(value: float) -> float:
        share = ((math.log10(value) if is_log else value) - low) / span
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - share)

    parts = []
    for k in range(3):
        value = low + span * k / 2
        shown = 10**value if is_log else value
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - 8}" y1="{y(shown):.1f}" y2="{y(shown):.1f}" stroke="currentColor" '
            f'stroke-opacity=".18"/>{_text(LEFT - 6, y(shown) + 4, f"{shown:.3g}", "end")}'
        )
    for epoch in dict.fromkeys((1, (1 + epochs) // 2, epochs)):
        anchor = "end" if epoch == epochs > 1 else "middle" if epoch > 1 or epochs == 1 else "start"
        parts.append(_text(x(epoch), HEIGHT - 6, f"{epoch * every:,}" if epoch > 1 else f"epoch {every}", anchor))
    if best:
        parts.append(
            f'<line x1="{x(best):.1f}" x2="{x(best):.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="currentColor" '
            'stroke-opacity=".5" stroke-dasharray="3 3"/>'
        )
    parts += [_curve(values, color, x, y) for values, color in zip(lines.values(), COLORS, strict=False)]
    label = escape(f"{', '.join(lines)} by epoch", quote=True)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" role="img" aria-label="{label}" font-size="11" '
        f'font-family="inherit" fill="currentColor">{"".join(parts)}</svg>{_legend(lines, best, is_log)}'
    )


def _is_number(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _curve(values: Values, color: str, x: Callable[[float], float], y: Callable[[float], float]) -> str:
    """Return the line of values by epoch; a missing value interrupts it."""
    step = max(1, len(values) // MOST_POINTS)
    kept = [i for i in range(len(values)) if i % step == 0 or i == len(values) - 1]
    path, is_down = "", False
    for i in kept:
        value = values[i]
        if value is None or not math.isfinite(value):
            is_down = False
            continue
        path += f"{'L' if is_down else 'M'}{x(i + 1):.1f} {y(value):.1f}"
        is_down = True
    dots = ""
    if len(kept) == 1 and path:  # a line needs two points
        cx, cy = path[1:].split()
        dots = f'<circle cx="{cx}" cy="{cy}" r="3" fill="{color}"/>'
    return f'<path d="{path}" fill="none" stroke="{color}" stroke-width="1.8" stroke-linejoin="round"/>{dots}'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" opacity=".7">{escape(text)}</text>'


def _legend(lines: dict[str, Values], best: int, is_log: bool) -> str:
    entries = [
        f'<span style="color:{color}">▬</span> {escape(name)}' for name, color in zip(lines, COLORS, strict=False)
    ]
    entries += ["┆ best epoch"] * bool(best) + ["logarithmic scale"] * is_log
    return f"<div>{' &emsp; '.join(entries)}</div>"


def history_html(title: str, columns: Mapping[str, Values], best: int) -> str:
    """Return a history as HTML: the losses as lines, and the first, best, and last epochs in a table.

    columns: measurements by name, each with one value per epoch.
    """
    epochs = len(columns["loss"])
    if not epochs:
        return html.page("History", note=title)
    names = [name for name, values in columns.items() if any(value is not None for value in values)]
    shown = sorted({1, 2, 3, best or epochs, epochs - 1, epochs} & set(range(1, epochs + 1)))
    cells = []
    for before, epoch in zip([0, *shown], shown, strict=False):
        if epoch > before + 1:
            cells.append(["⋮"] + [""] * len(names))
        own = [columns[name][epoch - 1] for name in names]
        mark = "  (best)" if epoch == best and best != epochs else ""
        cells.append([f"{epoch:,}{mark}", *("" if value is None else f"{value:.4g}" for value in own)])
    table = html.table(cells, ["epoch", *(name.replace("_", " ") for name in names)], numbers=range(1, len(names) + 1))
    losses = {name.replace("_", " "): columns[name] for name in ("loss", "valid_loss") if name in columns}
    return html.page("History", loss_chart(losses, best), table, note=title)
