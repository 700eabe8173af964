"""A network as a table to read: one line a layer, with what it computes, its output and its parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from glassnet.network.network import Network

COLUMNS = ("layer", "computes", "output", "parameters")


def summary_rows(network: Network) -> list[tuple[str, str, str, int]]:
    """Return name, formula, output shape and number of parameters of every layer."""
    rows = []
    for name, layer, width in zip(network.names, network.layers, network.widths[1:], strict=True):
        parameters = sum(view.size for key, view in network.named_parameters().items() if key.startswith(name + "."))
        rows.append((name, layer.formula(), f"(n, {width})", parameters))
    return rows


def summary_table(network: Network) -> str:
    """Return the rows as aligned text, with the input above and the total below."""
    lines = [COLUMNS, ("input", "", f"(n, {network.inputs})", "")]
    lines += [(name, text, shape, f"{count:,}") for name, text, shape, count in summary_rows(network)]
    total = ("total", "", network.dtype.name, f"{network.parameters.size:,}")
    widths = [max(len(line[i]) for line in [*lines, total]) for i in range(len(COLUMNS))]

    def text(line: tuple[str, ...]) -> str:
        left = "  ".join(cell.ljust(width) for cell, width in zip(line[:-1], widths[:-1], strict=True))
        return f"{left}  {line[-1].rjust(widths[-1])}".rstrip()

    rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
    return "\n".join([text(lines[0]), rule, *map(text, lines[1:]), rule, text(total)])
