"""A trace as HTML for notebooks: the formulas of each layer, forward and backward, and the computational graph."""

from __future__ import annotations

from glassnet.common import html
from glassnet.common.graph.graph import Graph
from glassnet.network.trace_numbers import fit, number
from glassnet.network.trace_text import Formulas

MOST_NODES = 40
"""A larger graph is not drawn in a notebook; `trace.graph` has it."""

MOST_OPEN = 4
"""With more layers, only those at both ends are open at first."""


def trace_html(formulas: Formulas, loss: float, rows: int, graph: Graph) -> str:
    """Return a trace as HTML."""
    last = len(formulas.layers) - 1
    is_open = [last < MOST_OPEN or i in (0, last) for i in range(last + 1)]
    forward = [
        html.details(one.name, html.lines(map(fit, one.forward)), one.example, opened)
        for one, opened in zip(formulas.layers, is_open, strict=True)
    ]
    backward = [
        html.details(one.name, html.lines(map(fit, one.backward)), "", opened)
        for one, opened in zip(formulas.layers, is_open, strict=True)
    ]
    parts = [
        html.heading("Forward pass", "evaluation mode" if rows == 1 else f"evaluation mode, row 0 of {rows}"),
        html.lines(map(fit, formulas.input)),
        *forward,
        html.heading("Loss"),
        html.lines([fit(formulas.loss)]),
        html.heading("Backward pass", formulas.backward_title.partition(": ")[2]),
        *reversed(backward),
    ]
    if len(graph.nodes) <= MOST_NODES:
        drawn = html.picture(graph.svg(), "computational graph, with values and gradients on its edges")
        parts.append(html.details("Computational graph", drawn))
    noun = "1 row" if rows == 1 else f"{rows} rows"
    return html.page("Trace", *parts, note=f"{noun}, loss {number(loss)}")
