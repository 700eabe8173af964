"""Checks of user input: errors name the argument, its value, and valid values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.common.selection import Selection, row_blocks


class RangeError(ValueError):
    """A number that is too large for a float of some type. row, column: its position; column is None in a vector."""

    def __init__(self, message: str, row: int, column: int | None) -> None:
        super().__init__(message)
        self.row, self.column = row, column


def number(
    name: str,
    value: object,
    *,
    above: float | None = None,
    at_least: float | None = None,
    below: float | None = None,
    at_most: float | None = None,
) -> float:
    """Return `value` as a float if it is a finite number inside the given limits.

    >>> number("learning_rate", -1, above=0)
    Traceback (most recent call last):
        ...
    ValueError: learning_rate must be above 0, got -1
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise TypeError(f"{name} must be a number, got {value!r}")
    limits = []
    if above is not None:
        limits.append((value > above, f"above {above:g}"))
    if at_least is not None:
        limits.append((value >= at_least, f"at least {at_least:g}"))
    if below is not None:
        limits.append((value < below, f"below {below:g}"))
    if at_most is not None:
        limits.append((value <= at_most, f"at most {at_most:g}"))
    try:
        converted = float(value)
    except OverflowError:  # an integer that is too large for a float
        converted = math.inf
    if not math.isfinite(converted):
        limits.insert(0, (False, "finite"))
    if not all(is_met for is_met, _ in limits):
        expected = " and ".join(text for _, text in limits)
        raise ValueError(f"{name} must be {expected}, got {value}")
    return converted


def whole_number(name: str, value: object, *, at_least: int | None = None) -> int:
    """Return `value` as an int if it is a whole number, at least `at_least`.

    >>> whole_number("epochs", 2.5, at_least=1)
    Traceback (most recent call last):
        ...
    TypeError: epochs must be a whole number, got 2.5
    """
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} must be a whole number, got {value!r}")
    if at_least is not None and value < at_least:
        raise ValueError(f"{name} must be at least {at_least}, got {value}")
    return int(value)


def same_shape(first: str, a: AnyArray, second: str, b: AnyArray) -> None:
    """Raise ValueError for arrays of different shapes, even if NumPy would broadcast them: (n,) and (n, 1).

    >>> same_shape("y", np.zeros(5), "prediction", np.zeros((5, 1)))
    Traceback (most recent call last):
        ...
    ValueError: y has shape (5,) but prediction has shape (5, 1); give both the same shape
    """
    if a.shape != b.shape:
        raise ValueError(f"{first} has shape {a.shape} but {second} has shape {b.shape}; give both the same shape")


def finite(name: str, values: AnyArray | Selection, column_names: Sequence[str] | None = None) -> None:
    """Raise ValueError for NaN and inf, with the position of the first.

    >>> finite("X", np.array([[1.0, 2.0], [np.nan, 3.0]]))
    Traceback (most recent call last):
        ...
    ValueError: X contains NaN in row 1, column 0; remove or fill such values first
    """
    if values.dtype.kind != "f":
        return
    if values.ndim == 0:
        if not np.isfinite(values):
            raise ValueError(f"{name} contains {_non_finite(values)}; remove or fill such values first")
        return
    for first, block in row_blocks(values):
        _finite_block(name, block, first, column_names)


def _finite_block(name: str, values: AnyArray, first: int, column_names: Sequence[str] | None) -> None:
    # The sum checks the whole array: it is finite unless an entry is not, or the sum overflows.
    with np.errstate(over="ignore", invalid="ignore"):
        total = np.sum(values)
    if np.isfinite(total):
        return
    invalid = np.argwhere(~np.isfinite(values))
    if not len(invalid):
        return
    index = tuple(int(i) for i in invalid[0])
    where = f" in row {first + index[0]}"
    if len(index) > 1:
        where += f", column {column_names[index[1]] if column_names else index[1]}"
    raise ValueError(f"{name} contains {_non_finite(values[index])}{where}; remove or fill such values first")


def _non_finite(value: Any) -> str:
    return "NaN" if np.isnan(value) else str(value)
