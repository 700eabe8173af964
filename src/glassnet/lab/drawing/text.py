"""Figures as text for terminals. They are readable without colors, too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from rich.text import Text

from glassnet.common.arrays import AnyArray
from glassnet.common.graph.parts import brief
from glassnet.lab.drawing.canvas import Canvas, to_range
from glassnet.lab.drawing.panels import Bars, Curve, Figure, Flow, Formula, Images, Lines, Picture, Surface, Term

WIDEST, ROWS = 78, 12
"""Maximum width, and the height of a plot in lines."""

TICK, LABEL = 8, 26
"""Width of the labels of an axis, and of the names of curves with a space and a mark."""

STYLES = ("cyan", "yellow", "green", "magenta", "red")
"""Colors of curves, bars, and paths, in order."""

MARKERS = "●○×+◆"
"""Marks of points, by the curve's number."""

POSITIVE, NEGATIVE = " ░▒▓█", " .:=#"
"""Shades of numbers above and below 0."""


def render(figure: Figure, width: int = WIDEST, rows: int = ROWS) -> Text:
    """Return a figure as text, at most `width` characters wide. rows: the height of a plot."""
    width = min(width, WIDEST)
    parts = [Text(figure.title, "bold")]
    for panel in figure.panels:
        title = [Text(panel.title, "dim")] if panel.title else []
        with np.errstate(all="ignore"):  # numbers may be infinite, or too large for differences
            parts.append(Text("\n").join([*title, *RENDERERS[type(panel)](panel, width, rows)]))
    if figure.note:
        parts.append(Text(figure.note, "dim"))
    return Text("\n\n").join(parts)


def _lines(panel: Lines, width: int, rows: int) -> Iterator[Text]:
    """Yield a plot: curves of braille dots, with their names at the end."""
    curves = [_scaled(curve, panel.log) for curve in panel.curves]
    (left, right), (low, high) = _ranges(curves, panel)
    longest = max((len(curve.name) for curve in curves), default=0)
    columns = max(16, width - 10 - min(longest + 3, LABEL))
    canvas = Canvas(columns, rows)
    for i, curve in enumerate(curves):
        x, y = to_range(curve.x, left, right), to_range(curve.y, low, high)
        style = STYLES[i % len(STYLES)]
        if curve.kind == "points":
            canvas.mark(x, y, MARKERS[i % len(MARKERS)], style)
        else:
            canvas.line(x, y, style, is_dashed=curve.kind == "dashed")
    ends = _label_rows(curves, low, high, rows)
    marks = {0: _tick(high, "y" in panel.log), rows - 1: _tick(low, "y" in panel.log)}
    for row, line in enumerate(canvas.lines()):
        text = Text(f"{marks.get(row, ''):>{TICK}} │", "dim").append_text(line)
        if row in ends:
            i = ends[row]
            point = f"{MARKERS[i % len(MARKERS)]} " * (curves[i].kind == "points")
            text.append(f" {point}{curves[i].name}"[:LABEL], STYLES[i % len(STYLES)])
        yield text
    yield Text(f"{'':>{TICK}} └{'─' * columns}", "dim")
    first, last = _tick(left, "x" in panel.log), _tick(right, "x" in panel.log)
    middle = f"{panel.x_label}".center(max(0, columns - len(first) - len(last)))
    yield Text(f"{'':>{TICK + 2}}{first}{middle}{last}", "dim")
    if panel.y_label:
        yield Text(f"{'':>{TICK + 2}}vertical: {panel.y_label}", "dim")


def _scaled(curve: Curve, log: str) -> Curve:
    with np.errstate(all="ignore"):
        x = np.log10(curve.x) if "x" in log else curve.x
        y = np.log10(curve.y) if "y" in log else curve.y
    return Curve(curve.name, x, y, curve.kind)


def _ranges(curves: Sequence[Curve], panel: Lines) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the range of x and that of y, of finite points."""
    x, y = (np.concatenate([getattr(curve, axis) for curve in curves] or [np.zeros(0)]) for axis in "xy")
    is_finite = np.isfinite(x) & np.isfinite(y)
    x, y = x[is_finite], y[is_finite]
    if not x.size:
        return (0.0, 1.0), (0.0, 1.0)
    low, high = (float(panel.limits[0]), float(panel.limits[1])) if panel.limits else (float(y.min()), float(y.max()))
    if high <= low:
        low, high = low - 0.5 * (abs(low) or 1.0), low + 0.5 * (abs(low) or 1.0)
    return (float(x.min()), float(x.max()) if x.max() > x.min() else float(x.min()) + 1.0), (low, high)


def _label_rows(curves: Sequence[Curve], low: float, high: float, rows: int) -> dict[int, int]:
    """Return the row at which the name of each curve is written, near its end, as curve by row."""
    taken: dict[int, int] = {}
    for i, curve in enumerate(curves):
        y = curve.y[np.isfinite(curve.y)]
        if not y.size:
            continue
        share = float(np.clip((y[-1] - low) / (high - low), 0, 1))
        wanted = round((1 - share) * (rows - 1))
        free = [row for row in range(rows) if row not in taken]
        if free and curve.name:
            taken[min(free, key=lambda row: abs(row - wanted))] = i
    return taken


def _tick(value: float, is_log: bool) -> str:
    number = 10**value if is_log else value + 0.0
    return min((f"{number:.4g}", f"{number:.2g}"), key=lambda text: len(text) > TICK)


def _bars(panel: Bars, width: int, _: int) -> Iterator[Text]:
    """Yield a line for each bar."""
    values = np.concatenate([*panel.groups.values(), np.zeros(1)])
    finite = values[np.isfinite(values)]
    low, high = float(finite.min()), float(finite.max())
    labels = max((len(label) for label in panel.labels), default=0)
    names = max((len(name) for name in panel.groups), default=0)
    room = max(8, width - labels - names - 14)
    unit = room / ((high - low) or 1.0)
    zero = round(-low * unit)
    for i, label in enumerate(panel.labels):
        for k, (name, group) in enumerate(panel.groups.items()):
            value = float(group[i])
            length = round(abs(value) * unit * 2) if np.isfinite(value) else 0
            bar = "█" * (length // 2) + "▌" * (length % 2) if value > 0 else ("█" * ((length + 1) // 2)).rjust(zero)
            text = Text(f"{label if not k else '':>{labels}}  ").append(f"{name:<{names}}  ", "dim")
            text.append(" " * zero * (value > 0) + bar, STYLES[k % len(STYLES)])
            yield text.append(f" {value:.4g}")


def _images(panel: Images, width: int, _: int) -> Iterator[Text]:
    """Yield rows of images, two characters per pixel, each image above its caption."""
    largest = max((_largest(one.pixels) for one in panel.pictures), default=1.0)
    drawn = [_image(one, largest) for one in panel.pictures]
    while drawn:
        taken: list[tuple[list[Text], str, int]] = []
        while drawn and (not taken or sum(one[2] + 2 for one in [*taken, drawn[0]]) <= width):
            taken.append(drawn.pop(0))
        for i in range(max(len(one[0]) for one in taken)):
            line = Text()
            for lines, _caption, own in taken:
                here = lines[i] if i < len(lines) else Text()
                line.append_text(here).append(" " * (own + 2 - len(here)))
            yield line
        yield Text("".join(caption.ljust(own + 2) for _lines, caption, own in taken))
    if panel.signed:
        yield Text.assemble((f"{POSITIVE[1:]} above 0", "cyan"), "   ", (f"{NEGATIVE[1:]} below 0", "yellow"))


def _largest(pixels: AnyArray) -> float:
    finite = np.abs(pixels[np.isfinite(pixels)])
    return float(finite.max()) if finite.size and finite.max() > 0 else 1.0


def _image(picture: Picture, largest: float) -> tuple[list[Text], str, int]:
    """Return the lines of an image, its caption, and the width of both."""
    pixels = np.nan_to_num(picture.pixels, nan=0.0, posinf=largest, neginf=-largest)
    lines = []
    for row in pixels:
        line = Text()
        for pixel in row:
            if pixel.ndim:
                red, green, blue = np.clip(pixel, 0, 255).astype(int).tolist()
                brightness = min(4, int(np.clip(pixel, 0, 255).mean() / 51))
                line.append(2 * POSITIVE[brightness], f"rgb({red},{green},{blue})")
                continue
            size = min(4, int(abs(pixel) / largest * 4 + 0.5))
            line.append(2 * (POSITIVE if pixel >= 0 else NEGATIVE)[size], "cyan" if pixel >= 0 else "yellow")
        lines.append(line)
    return lines, picture.caption, max(2 * pixels.shape[1], len(picture.caption))


def _formula(panel: Formula, width: int, _: int) -> Iterator[Text]:
    """Yield tables side by side, with their names above and their shapes below."""
    blocks = [_block(term) for term in panel.terms]
    while blocks:
        taken: list[list[Text]] = []
        while blocks and (not taken or sum(len(one[0]) + 1 for one in [*taken, blocks[0]]) <= width):
            taken.append(blocks.pop(0))
        height = max(map(len, taken))
        for i in range(height):
            line = Text()
            for block in taken:
                row = i - (height - len(block)) // 2
                line.append_text(block[row] if 0 <= row < len(block) else Text(" " * len(block[0]))).append(" ")
            yield line
        if blocks:
            yield Text()


def _block(term: Term | str) -> list[Text]:
    """Return a table, or an operator, as lines of one width."""
    if isinstance(term, str):
        return [Text(term)]
    cells, is_copy = term.cells(), term.is_copy()
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = []
    for i, (row, copied) in enumerate(zip(cells, is_copy.tolist(), strict=True)):
        place = "only" if len(cells) == 1 else "first" if i == 0 else "last" if i == len(cells) - 1 else "middle"
        ends = {"only": "[]", "first": "⎡⎤", "middle": "⎢⎥", "last": "⎣⎦"}[place]
        line = Text(ends[0])
        for cell, own, copy in zip(row, widths, copied, strict=True):
            line.append(f" {cell:>{own}}", "dim" if copy else "cyan")
        lines.append(line.append(f" {ends[1]}"))
    shape = f"({', '.join(map(str, term.values.shape))})"
    own = max(len(lines[0]), len(term.name), len(shape))
    for line in lines:
        line.pad_right(own - len(line))
    return [Text(term.name.center(own), "bold"), *lines, Text(shape.center(own), "dim")]


def _surface(panel: Surface, width: int, rows: int) -> Iterator[Text]:
    """Yield the contour lines as dots, and the paths as marks."""
    columns, rows = max(16, width - 2), rows + 4
    canvas = Canvas(columns, rows)
    canvas.contours(panel.heights)
    for i, path in enumerate(panel.paths):
        x, y = to_range(path.x, *panel.x), to_range(path.y, *panel.y)
        canvas.mark(x, y, MARKERS[i % len(MARKERS)], STYLES[i % len(STYLES)])
    yield from canvas.lines()
    for i, path in enumerate(panel.paths):
        yield Text(f"{MARKERS[i % len(MARKERS)]} {path.name}", STYLES[i % len(STYLES)])


def _flow(panel: Flow, _: int, __: int) -> Iterator[Text]:
    """Yield a line for each edge: its ends, the value that goes forward, and the gradient that comes back."""
    names = [f"{panel.nodes[edge.source].label} → {panel.nodes[edge.target].label}" for edge in panel.edges]
    values = [brief(edge.value) for edge in panel.edges]
    own, other = max(map(len, names), default=0), max(map(len, ["forward ↓", *values]))
    yield Text(f"{'':<{own}}  ").append(f"{'forward ↓':<{other}}  ", "cyan").append("backward ↑", "yellow")
    for name, value, edge in zip(names, values, panel.edges, strict=True):
        line = Text(f"{name:<{own}}  ").append(f"{value:<{other}}  ", "cyan")
        yield line.append("" if edge.gradient is None else brief(edge.gradient), "yellow")


RENDERERS: dict[type, Callable[[Any, int, int], Iterator[Text]]] = {
    Lines: _lines,
    Bars: _bars,
    Images: _images,
    Formula: _formula,
    Surface: _surface,
    Flow: _flow,
}
"""Renderer of each kind of panel: from the panel, the width, and the height of a plot to lines."""
