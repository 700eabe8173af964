"""A picture of one row on its way through a network: the units' activations, and the products that make them."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np

from glassnet.common.arrays import Array, IntArray
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.network.passes import forward_pass
from glassnet.playground.picture import diverging, frame, label

MOST_UNITS, MOST_EDGES = 16, 48
"""Units of a column, and edges between two columns, that are drawn, at most: those with the largest values."""

ROW, COLUMN, LEFT, TOP = 34, 170, 96, 44
"""Distances of units and of columns, and margins, in CSS pixels."""


@dataclass(frozen=True)
class Column:
    """A column of units.

    name: of the layer. values: of its units, (units,). W: weights of the edges to it, (units before, units). b: biases.
    shown: the units that are drawn.
    """

    name: str
    values: Array
    W: Array | None
    b: Array | None
    shown: IntArray


def columns_of(network: Network, x: Array) -> list[Column]:
    """Return the columns of a network for one row; x: (inputs,). Raises ValueError if no layer is dense."""
    row = np.asarray(x, network.dtype).reshape(1, -1)
    outputs, _ = forward_pass(network.operations, row, False, None)
    steps = network.operations
    starts = [i for i, step in enumerate(steps) if isinstance(step.layer, Dense)]
    if not starts:
        raise ValueError("the network has no dense layer to show")
    columns = [_column("input", outputs[starts[0]][0], None, None)]
    for i, end in zip(starts, [*starts[1:], len(steps)], strict=True):
        columns.append(_column(steps[i].name, outputs[end][0], steps[i].p["W"], steps[i].p["b"]))
    return columns


def _column(name: str, values: Array, W: Array | None, b: Array | None) -> Column:
    largest = np.argsort(-np.abs(np.nan_to_num(values)), kind="stable")[:MOST_UNITS]
    return Column(name, values.astype(np.float64), W, b, np.sort(largest))


def flow_svg(columns: list[Column], inputs: tuple[str, ...], outputs: tuple[str, ...] | None) -> str:
    """Return the columns with the largest products x·W between them; inputs, outputs: names of the units, or empty."""
    height = TOP + ROW * max(len(one.shown) for one in columns) + 26
    parts: list[str] = []
    for k in range(1, len(columns)):
        parts += _edges(columns[k - 1], columns[k], k, height)
    for k, column in enumerate(columns):
        names = inputs if k == 0 else outputs if k == len(columns) - 1 else None
        parts += _units(column, columns[k - 1] if k else None, k, height, names or (), k == len(columns) - 1)
    width = LEFT + COLUMN * (len(columns) - 1) + 150
    return frame(width, height, "one row through the layers of a network", parts)


def _y(column: Column, place: int, height: float) -> float:
    free = height - TOP - 26 - ROW * len(column.shown)
    return TOP + free / 2 + ROW * (place + 0.5)


def _edges(before: Column, column: Column, k: int, height: float) -> list[str]:
    assert column.W is not None
    products = before.values[before.shown, None] * column.W[np.ix_(before.shown, column.shown)]  # (drawn, drawn)
    products = np.nan_to_num(products.astype(np.float64))
    largest = float(np.abs(products).max()) or 1.0
    parts = []
    for flat in np.argsort(-np.abs(products), axis=None, kind="stable")[:MOST_EDGES][::-1]:
        i, j = np.unravel_index(flat, products.shape)
        share = products[i, j] / largest
        if abs(share) < 0.02:
            continue
        x, y, x2, y2 = (
            *(LEFT + COLUMN * (k - 1) + 9, _y(before, int(i), height)),
            *(LEFT + COLUMN * k - 9, _y(column, int(j), height)),
        )
        told = (
            f"{before.name}[{before.shown[i]}] → {column.name}[{column.shown[j]}]: "
            f"{before.values[before.shown[i]]:.4g} · {column.W[before.shown[i], column.shown[j]]:.4g} = "
            f"{products[i, j]:.4g}"
        )
        parts.append(
            f'<path d="M{x:.0f} {y:.1f}C{x + 60:.0f} {y:.1f} {x2 - 60:.0f} {y2:.1f} {x2:.0f} {y2:.1f}" fill="none" '
            f'stroke="{"#0072b2" if share > 0 else "#e07b00"}" stroke-width="{0.6 + 4 * abs(share):.2f}" '
            f'stroke-opacity="{0.25 + 0.6 * abs(share):.2f}"><title>{escape(told)}</title></path>'
        )
    return parts


def _units(
    column: Column, before: Column | None, k: int, height: float, names: tuple[str, ...], is_last: bool
) -> list[str]:
    x = LEFT + COLUMN * k
    omitted = len(column.values) - len(column.shown)
    parts = [label(x, 18, column.name, rest='font-weight="600"')]
    parts += [label(x, 33, f"{len(column.shown)} of {len(column.values):,} units", rest='opacity=".7"')] * (omitted > 0)
    largest = float(np.abs(np.nan_to_num(column.values)).max()) or 1.0
    for place, unit in enumerate(column.shown):
        y, value = _y(column, place, height), float(column.values[unit])
        name = names[unit] if len(names) == len(column.values) else f"{column.name}[{unit}]"
        told = f"{name} = {value:.4g}"
        if column.W is not None and column.b is not None and before is not None:
            z = float(np.nan_to_num(before.values) @ column.W[:, unit] + column.b[unit])
            told += f"\nz = x·W + b = {z:.4g}, with b = {float(column.b[unit]):.4g}"
        parts.append(
            f'<circle cx="{x}" cy="{y:.1f}" r="9" fill="{diverging(value / largest)}" stroke="currentColor" '
            f'stroke-opacity=".55"><title>{escape(told)}</title></circle>'
        )
        shown = f"{value:.3g}" if not names else f"{value:.3g}  {name[:14]}" if k else f"{name[:10]}  {value:.3g}"
        if k == 0:
            parts.append(label(x - 14, y + 4, shown, "end"))
        elif is_last:
            parts.append(label(x + 14, y + 4, shown, "start"))
        else:
            parts.append(label(x, y + 19, shown, rest='font-size="10"'))
    return parts
