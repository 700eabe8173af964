"""The summary of a network: a table with one line per layer, its formula, output shape, and parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from glassnet.common import html

COLUMNS = ("layer", "computes", "output", "parameters")


@dataclass(frozen=True)
class LayerSummary:
    """One line of the summary table.

    Attributes
    ----------
    name : str
        Name of the layer.
    formula : str
        What the layer computes.
    width : int
        Number of outputs per row.
    parameters : int
        Number of parameters.
    """

    name: str
    formula: str
    width: int
    parameters: int


def _lines(inputs: int, layers: Sequence[LayerSummary], dtype: str) -> list[tuple[str, str, str, str]]:
    """Return the lines of the table: the input, the layers, and the total."""
    total = f"{sum(layer.parameters for layer in layers):,}"
    return [
        ("input", "", f"(n, {inputs})", ""),
        *((layer.name, layer.formula, f"(n, {layer.width})", f"{layer.parameters:,}") for layer in layers),
        ("total", "", dtype, total),
    ]


def summary_table(inputs: int, layers: Sequence[LayerSummary], dtype: str) -> str:
    """Return the layers as an aligned text table, with the input above and the total below."""
    *lines, total = _lines(inputs, layers, dtype)
    lines = [COLUMNS, *lines]
    widths = [max(len(line[i]) for line in [*lines, total]) for i in range(len(COLUMNS))]

    def text(line: tuple[str, ...]) -> str:
        left = "  ".join(cell.ljust(width) for cell, width in zip(line[:-1], widths[:-1], strict=True))
        return f"{left}  {line[-1].rjust(widths[-1])}".rstrip()

    rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
    return "\n".join([text(lines[0]), rule, *map(text, lines[1:]), rule, text(total)])


def summary_html(inputs: int, layers: Sequence[LayerSummary], dtype: str) -> str:
    """Return the same table as HTML."""
    return html.table(_lines(inputs, layers, dtype), COLUMNS, numbers=[3], total=True)
