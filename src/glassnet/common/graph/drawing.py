"""A graph of a computation as an SVG picture, without a library or a program."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from glassnet.common.graph.layout import layout
from glassnet.common.graph.parts import Edge, Node, brief

MOST_NODES = 400
"""Larger graphs are no longer readable as a picture."""

CHARACTER = 7.3
"""Width of a character of the font, in pixels."""

NODE, STEP, MARGIN, GAP = 38, 104, 16, 26
"""Height of a node, distance between layers, margin of the picture, and least distance between nodes, in pixels."""

BENT = 70.0
"""An edge that goes further to the right, in pixels, has its label on the left."""

COLORS = {
    "input": ("#ddf4ff", "#54aeff"),
    "parameter": ("#fff8c5", "#d4a72c"),
    "operation": ("#ffffff", "#8c959f"),
    "result": ("#ffebe9", "#ff8182"),
}
"""Fill and border of each kind of node."""

INK, MUTED, GRADIENT = "#1f2328", "#59636e", "#b42318"

STYLE = f"""<style>
text {{ font: 12px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: {INK}; }}
.note {{ fill: {MUTED}; font-size: 11px; }}
.gradient {{ fill: {GRADIENT}; }}
.halo {{ paint-order: stroke; stroke: #ffffff; stroke-width: 4px; stroke-linejoin: round; }}
path {{ fill: none; stroke: #8c959f; }}
</style>"""

LEGEND, ABBREVIATION = "On each edge: the value, and below it the gradient.", " RMS: root mean square."


def svg(nodes: Sequence[Node], edges: Sequence[Edge]) -> str:
    """Return the picture; raises ValueError if the graph has too many nodes."""
    if len(nodes) > MOST_NODES:
        raise ValueError(
            f"a picture of a graph has at most {MOST_NODES} nodes, got {len(nodes):,}; "
            "use its nodes and edges, or to_dict()"
        )
    widths = [_width(node) for node in nodes]
    labels = [_labels(edge, nodes[edge.source]) for edge in edges]
    outgoing = Counter(edge.source for edge in edges)
    rooms = widths.copy()
    for edge, texts in zip(edges, labels, strict=True):
        if outgoing[edge.source] == 1:  # the label is beside the line below the node
            rooms[edge.source] = max(rooms[edge.source], 2 * CHARACTER * max(map(len, texts)))
    found = layout(rooms, [(edge.source, edge.target) for edge in edges], GAP)
    drawn = [
        _edge(texts, path, outgoing[edge.source] == 1)
        for edge, texts, path in zip(edges, labels, found.paths, strict=True)
    ]
    height = 2 * MARGIN + max(found.layer, default=0) * STEP + NODE + 24
    left = min((one.left for one in drawn), default=0.0) - MARGIN
    legend = LEGEND + ABBREVIATION * any("RMS" in text for texts in labels for text in texts)
    right = max([found.width, CHARACTER * len(legend), *(one.right for one in drawn)]) + MARGIN
    box = f"{min(left, -MARGIN):.0f} 0 {right - min(left, -MARGIN):.0f} {height}"
    width = box.split()[2]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="{box}" role="img" '
        'aria-label="graph of a computation">',
        STYLE,
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto"><path d="M0 0L8 4L0 8z" style="fill:#8c959f;stroke:none"/></marker></defs>',
        f'<rect x="{box.split()[0]}" width="{width}" height="{height}" fill="#ffffff" rx="6"/>',
        *(one.line for one in drawn),
        *(one.texts for one in drawn),
    ]
    for node, layer, x, own in zip(nodes, found.layer, found.x, widths, strict=True):
        parts += _node(node, x, MARGIN + layer * STEP, own)
    parts.append(f'<text class="note" x="0" y="{height - 10}">{legend}</text></svg>')
    return "\n".join(parts) + "\n"


def _width(node: Node) -> float:
    return max(NODE, 20 + CHARACTER * max(len(node.label), len(node.note)))


def _labels(edge: Edge, source: Node) -> list[str]:
    """Return value and gradient as texts, without a shape that is known: a parameter's, or that of the value."""
    value = brief(edge.value)
    shown = _without_shape(value) if source.kind == "parameter" else value
    return [shown] if edge.gradient is None else [shown, _without_shape(brief(edge.gradient))]


def _without_shape(text: str) -> str:
    return text.rpartition("), ")[2]


def _node(node: Node, x: float, y: float, width: float) -> list[str]:
    fill, border = COLORS[node.kind]
    radius = NODE / 2 if node.kind in ("input", "parameter") else 6
    first = y + (NODE / 2 + 4 if not node.note else 16)
    lines = [f'<text x="{x:.1f}" y="{first:.1f}" text-anchor="middle">{escape(node.label)}</text>']
    if node.note:
        lines.append(f'<text class="note" x="{x:.1f}" y="{y + 31}" text-anchor="middle">{escape(node.note)}</text>')
    return [
        f'<rect x="{x - width / 2:.1f}" y="{y}" width="{width:.1f}" height="{NODE}" rx="{radius}" '
        f'fill="{fill}" stroke="{border}"/>',
        *lines,
    ]


@dataclass(frozen=True)
class _Edge:
    """An edge as SVG: its line, its label, and where the label begins and ends."""

    line: str
    texts: str
    left: float
    right: float


def _edge(labels: Sequence[str], path: Sequence[tuple[int, float]], is_only: bool) -> _Edge:
    """Return the curve of an edge and its label.

    The label is left of a curve that bends to the right, else right of it. It is near the source if that has no other
    edge, else near the target.
    """
    points = [(x, MARGIN + layer * STEP + NODE / 2) for layer, x in path]
    (x0, y0), (x1, y1) = points[0], points[-1]
    points[0], points[-1] = (x0, y0 + NODE / 2), (x1, y1 - NODE / 2 - 1)
    line = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (xa, ya), (xb, yb) in itertools.pairwise(points):
        middle = (ya + yb) / 2
        line += f"C{xa:.1f} {middle:.1f} {xb:.1f} {middle:.1f} {xb:.1f} {yb:.1f}"
    (xa, ya), (xb, yb) = points[:2] if is_only else points[-2:]
    share = 0.3 if is_only else 0.6
    along = 3 * share**2 - 2 * share**3  # the curve's horizontal share at this height
    x, y, length = xa + along * (xb - xa), ya + share * (yb - ya), CHARACTER * max(map(len, labels))
    is_left = xb - xa > BENT
    x += -8 if is_left else 8
    place = f'x="{x:.1f}"' + ' text-anchor="end"' * is_left
    texts = "".join(
        f'<text class="halo{" gradient" * i}" {place} y="{y + 14 * i:.1f}">{escape(text)}</text>'
        for i, text in enumerate(labels)
    )
    left, right = (x - length, x) if is_left else (x, x + length)
    return _Edge(f'<path d="{line}" marker-end="url(#arrow)"/>', texts, left, right)
