"""Nodes and edges of a graph of a computation, and their values as short texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray

SHOWN = 3
"""Arrays with at most this many numbers are shown as numbers, others by their shape and root mean square."""

Values = float | AnyArray


@dataclass(frozen=True)
class Node:
    """An operation, or a number or array that was not computed.

    label: the operation, or the name. note: a second line, such as a formula or a shape. kind: "input", "parameter",
    "operation", or "result".
    """

    label: str
    note: str = ""
    kind: str = "operation"


@dataclass(frozen=True)
class Edge:
    """The output of node `source` that node `target` gets, both as positions.

    value: number or array. gradient: the derivative of the last result with respect to it, through this edge only, or
    None where it is not needed.
    """

    source: int
    target: int
    value: Values
    gradient: Values | None = None


def label(edge: Edge) -> str:
    """Return value and gradient of an edge as text, the gradient on a second line."""
    return brief(edge.value) + ("" if edge.gradient is None else f"\ngradient {brief(edge.gradient)}")


def brief(values: Values) -> str:
    """Return a number, a few numbers, or the shape and the root mean square of many.

    >>> brief(0.123456), brief(np.array([[1.0, -2.5]])), brief(np.full((2, 4), 0.5))
    ('0.1235', '[1, −2.5]', '(2, 4), RMS 0.5')
    """
    array = np.asarray(values)
    numbers = [f"{value + 0.0:.4g}".replace("-", "−") for value in array.ravel()[: SHOWN + 1].tolist()]
    if array.ndim == 0 or array.size == 1:
        return numbers[0]
    if array.size <= SHOWN:
        return f"[{', '.join(numbers)}]"
    scale = float(np.abs(array).max())
    mean_square = np.mean(np.square(array / scale, dtype=np.float64)) if 0 < scale < np.inf else 1.0
    return f"{array.shape}, RMS {scale * float(np.sqrt(mean_square)):.3g}"


def plain(values: Values | None) -> Any:
    """Return a number, nested lists, or None."""
    return None if values is None else np.asarray(values).tolist()
