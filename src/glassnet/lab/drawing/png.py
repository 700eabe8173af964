"""Figures as PNG images, by Matplotlib."""

from __future__ import annotations

import io
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.common.files import atomic_file
from glassnet.common.graph.drawing import COLORS
from glassnet.common.graph.layout import Layout, layout
from glassnet.common.graph.parts import Edge, brief
from glassnet.lab.drawing.panels import Bars, Figure, Flow, Formula, Images, Lines, Surface, Term
from glassnet.lab.figures import BLUE, GREEN, INK, MUTED, PALE, VERMILION, new_figure, tidy

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

PALETTE = (BLUE, VERMILION, GREEN, "#CC79A7", "#B58900")

WIDTH, DPI = 7.2, 120

PER_ROW = 6
"""Images in a row."""

PIXELS = 96
"""Per inch, in the layout of a graph."""

NODE_STEP, NODE_HEIGHT = 1.15, 0.5
"""Distance of layers of a graph, and height of its nodes, in inches."""


def png(figure: Figure) -> bytes:
    """Return a figure as a PNG file."""
    import matplotlib

    out = io.BytesIO()
    with matplotlib.rc_context({"text.parse_math": False}), np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about numbers that are not finite, and glyphs that no font has
        draw(figure).savefig(out, format="png", dpi=DPI)
    return out.getvalue()


def write_png(figure: Figure, path: Path) -> None:
    """Write a figure to a PNG file."""
    with atomic_file(path) as temporary:
        temporary.write_bytes(png(figure))


def draw(figure: Figure) -> Drawing:
    """Return a figure as one of Matplotlib."""
    import textwrap

    note = textwrap.fill(figure.note, 102)
    heights = [HEIGHTS[type(panel)](panel) + 0.3 * bool(panel.title) for panel in figure.panels]
    below = 0.25 + 0.19 * (note.count("\n") + 1) if note else 0.1
    widths = [_flow_layout(panel)[1].width + 1.2 for panel in figure.panels if isinstance(panel, Flow)]
    drawing = new_figure(max(WIDTH, *widths, 0), sum(heights) + 0.45 + below)
    engine: Any = drawing.get_layout_engine()
    engine.set(w_pad=0.1)
    top, *parts, bottom = drawing.subfigures(len(heights) + 2, 1, height_ratios=[0.45, *heights, below], squeeze=False)[
        :, 0
    ]
    top.text(0.02, 0.5, figure.title, fontsize=13, fontweight="bold", color=INK, va="center")
    bottom.text(0.02, 0.9, note, fontsize=9.5, color=MUTED, va="top", linespacing=1.3)
    for part, panel in zip(parts, figure.panels, strict=True):
        if panel.title:
            part.suptitle(panel.title, fontsize=10.5, color=INK, x=0.02, ha="left")
        RENDERERS[type(panel)](panel, part)
    return drawing


def _lines(panel: Lines, part: Any) -> None:
    """Draw curves on common axes."""
    axes = part.subplots()
    for i, curve in enumerate(panel.curves):
        style: dict[str, Any] = {"linewidth": 2, "linestyle": (0, (4, 1.5)) if curve.kind == "dashed" else "-"}
        if curve.kind == "points":
            style = {"linestyle": "", "marker": "o", "markersize": 7, "zorder": 3}
        axes.plot(curve.x, curve.y, color=PALETTE[i % len(PALETTE)], label=curve.name, **style)
    for name in panel.log:
        getattr(axes, f"set_{name}scale")("log", nonpositive="mask")
        getattr(axes, f"{name}axis").set_major_formatter(lambda value, _: f"{value:g}")
    axes.set(xlabel=panel.x_label, ylabel=panel.y_label)
    if panel.limits:
        axes.set_ylim(*panel.limits)
    if panel.x_label == "epoch":
        axes.locator_params(axis="x", integer=True)
    if any(curve.name for curve in panel.curves):
        axes.legend(frameon=False, fontsize=9)
    tidy(axes)


def _bars(panel: Bars, part: Any) -> None:
    """Draw the bars of a label next to each other."""
    axes = part.subplots()
    count, places = len(panel.groups), np.arange(len(panel.labels))
    for i, (name, values) in enumerate(panel.groups.items()):
        shift = (i - (count - 1) / 2) * 0.8 / count
        axes.bar(places + shift, values, 0.76 / count, color=PALETTE[i % len(PALETTE)], label=name)
    axes.set_xticks(places, panel.labels)
    if any(panel.groups):
        axes.legend(frameon=False, fontsize=9, loc="lower right", bbox_to_anchor=(1, 1), ncols=count, borderaxespad=0)
    tidy(axes)
    axes.grid(visible=False, axis="x")


def _images(panel: Images, part: Any) -> None:
    """Draw images in rows, on one scale."""
    count = len(panel.pictures)
    all_axes = np.ravel(part.subplots(-(-count // PER_ROW) or 1, PER_ROW, squeeze=False))
    gray = [np.abs(one.pixels[np.isfinite(one.pixels)]) for one in panel.pictures if one.pixels.ndim == 2]
    largest = max((float(one.max()) for one in gray if one.size), default=0.0) or 1.0
    colors, lowest = ("RdBu", -largest) if panel.signed else ("gray_r", 0.0)
    for axes in all_axes:
        axes.set_axis_off()
    for axes, one in zip(all_axes, panel.pictures, strict=False):
        pixels = one.pixels.clip(0, 255).astype(np.uint8) if one.pixels.ndim == 3 else one.pixels
        axes.imshow(pixels, cmap=colors, vmin=lowest, vmax=largest)
        axes.set_title(one.caption, fontsize=9, color=INK)
        axes.set_axis_on()
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_color(PALE)


def _formula(panel: Formula, part: Any) -> None:
    """Draw tables of numbers with operators between them."""
    axes = part.subplots()
    axes.set_axis_off()
    widths = [0.16 * len(term) + 0.2 if isinstance(term, str) else _cell(term) * _columns(term) for term in panel.terms]
    total = sum(widths) + 0.15 * (len(widths) - 1)
    scale = min(1.0, (WIDTH - 0.4) / total)
    half = _formula_height(panel) / 2
    axes.set(xlim=(0, (WIDTH - 0.2) / scale), ylim=(-half, half))
    left = 0.1
    for term, width in zip(panel.terms, widths, strict=True):
        if isinstance(term, str):
            axes.text(left + width / 2, 0, term, ha="center", va="center", fontsize=12 * scale, color=INK)
        else:
            _table(axes, term, left, scale)
        left += width + 0.15


def _columns(term: Term) -> int:
    return int(term.values.shape[1])


def _cell(term: Term) -> float:
    """Return the width of a cell, which also depends on the name above."""
    longest = max(len(cell) for row in term.cells() for cell in row)
    return max(0.12 * longest + 0.14, 0.095 * max(len(term.name), 6) / _columns(term))


def _table(axes: Any, term: Term, left: float, scale: float) -> None:
    """Draw a table, centered at height 0, with its name above and its shape below."""
    from matplotlib.patches import Rectangle

    rows, columns = term.values.shape
    cells, copies = term.cells(), term.is_copy()
    width, height = _cell(term), 0.3
    for i, j in np.ndindex(rows, columns):
        value, is_copy = cells[i][j], copies[i, j]
        x, y = left + j * width, (rows / 2 - i - 1) * height
        edge, face = (MUTED, "white") if is_copy else (BLUE, "#EAF3FA")
        axes.add_patch(
            Rectangle((x, y), width, height, facecolor=face, edgecolor=edge, linestyle=":" if is_copy else "-", lw=0.8)
        )
        color = MUTED if is_copy else INK
        axes.text(x + width / 2, y + height / 2, value, ha="center", va="center", fontsize=9 * scale, color=color)
    middle, top = left + columns * width / 2, rows / 2 * height
    axes.text(middle, top + 0.08, term.name, ha="center", va="bottom", fontsize=10 * scale, color=INK)
    axes.text(middle, -top - 0.08, f"({rows}, {columns})", ha="center", va="top", fontsize=8 * scale, color=MUTED)


def _formula_height(panel: Formula) -> float:
    return 0.3 * max((len(term.values) for term in panel.terms if isinstance(term, Term)), default=1) + 0.8


def _surface(panel: Surface, part: Any) -> None:
    """Draw contour lines and paths."""
    axes = part.subplots()
    rows, columns = panel.heights.shape
    x, y = np.linspace(panel.x[0], panel.x[1], columns), np.linspace(panel.y[0], panel.y[1], rows)
    levels = np.linspace(0, np.sqrt(np.nanmax(panel.heights)), 14)[1:] ** 2
    axes.contour(x, y, panel.heights, levels, colors=PALE, linewidths=1)
    for i, path in enumerate(panel.paths):
        axes.plot(path.x, path.y, "-o", color=PALETTE[i % len(PALETTE)], label=path.name, linewidth=1.2, markersize=3.5)
    axes.set(xlim=panel.x, ylim=panel.y)
    axes.legend(fontsize=9, loc="upper right", framealpha=0.9)
    tidy(axes)


def _flow(panel: Flow, part: Any) -> None:
    """Draw the graph from top to bottom."""
    from matplotlib.patches import FancyBboxPatch

    axes = part.subplots()
    axes.set_axis_off()
    widths, found = _flow_layout(panel)
    outgoing = Counter(edge.source for edge in panel.edges)
    for edge, path in zip(panel.edges, found.paths, strict=True):
        points = np.array([(x, -layer * NODE_STEP) for layer, x in path])
        points[0, 1] -= NODE_HEIGHT / 2
        points[-1, 1] += NODE_HEIGHT / 2
        axes.plot(*points[:-1].T, color=MUTED, linewidth=1)
        arrow = {"arrowstyle": "-|>", "color": MUTED, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", points[-1], points[-2], arrowprops=arrow)
        (x0, y0), (x1, y1) = points[:2]
        is_right = x1 - x0 > 1
        behind = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
        place: Any = {"ha": "right" if is_right else "left", "fontsize": 8, "bbox": behind}
        share = 0.25 if outgoing[edge.source] == 1 else 0.5
        x, y = x0 + share * (x1 - x0) + (-0.08 if is_right else 0.08), y0 + share * (y1 - y0)
        for label, color, side in zip(_labels(edge), (BLUE, VERMILION), ("bottom", "top"), strict=False):
            axes.text(x, y, label, color=color, va=side, **place)
    for node, layer, x, width in zip(panel.nodes, found.layer, found.x, widths, strict=True):
        face, border = COLORS[node.kind]
        box = FancyBboxPatch(
            (x - width / 2, -layer * NODE_STEP - NODE_HEIGHT / 2),
            width,
            NODE_HEIGHT,
            "round,pad=0,rounding_size=0.1",
            facecolor=face,
            edgecolor=border,
        )
        axes.add_patch(box)
        text = f"{node.label}\n{node.note}" if node.note else node.label
        axes.text(x, -layer * NODE_STEP, text, ha="center", va="center", fontsize=8.5, color=INK)
    axes.text(0, -max(found.layer, default=0) * NODE_STEP - 0.42, "blue: values forward", fontsize=8, color=BLUE)
    axes.text(0, -max(found.layer, default=0) * NODE_STEP - 0.6, "red: gradients back", fontsize=8, color=VERMILION)
    axes.set(
        xlim=(-0.2, max(found.width + 0.8, WIDTH - 0.4)), ylim=(-max(found.layer, default=0) * NODE_STEP - 0.7, 0.35)
    )


def _flow_layout(panel: Flow) -> tuple[list[float], Layout]:
    """Return the widths of the nodes, and where they are, in inches; the layout is in pixels."""
    widths = [0.3 + 0.085 * max(len(node.label), len(node.note)) for node in panel.nodes]
    rooms = widths.copy()
    for edge in panel.edges:  # labels are beside the lines
        rooms[edge.source] = max(rooms[edge.source], 0.11 * max(map(len, _labels(edge))))
    edges = [(edge.source, edge.target) for edge in panel.edges]
    found = layout([PIXELS * room for room in rooms], edges, PIXELS * 0.3)
    paths = [[(layer, x / PIXELS) for layer, x in path] for path in found.paths]
    return widths, Layout(found.layer, [x / PIXELS for x in found.x], paths, found.width / PIXELS)


def _labels(edge: Edge) -> list[str]:
    return [brief(edge.value), *([] if edge.gradient is None else [brief(edge.gradient)])]


def _flow_height(panel: Flow) -> float:
    return (max(_flow_layout(panel)[1].layer, default=0) + 1) * NODE_STEP


HEIGHTS: dict[type, Callable[[Any], float]] = {
    Lines: lambda panel: 3.0,
    Bars: lambda panel: 2.2,
    Images: lambda panel: 1.45 * (-(-len(panel.pictures) // PER_ROW) or 1),
    Formula: _formula_height,
    Surface: lambda panel: 3.6,
    Flow: _flow_height,
}
"""Height of each kind of panel in inches."""

RENDERERS: dict[type, Callable[[Any, Any], None]] = {
    Lines: _lines,
    Bars: _bars,
    Images: _images,
    Formula: _formula,
    Surface: _surface,
    Flow: _flow,
}
"""Renderer of each kind of panel: draws it into a part of Matplotlib's figure."""
