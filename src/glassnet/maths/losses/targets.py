"""The checks of y that losses share: class indices are whole numbers in range, numbers stand in a row per sample."""

from __future__ import annotations

import numpy as np

from glassnet.common.arrays import AnyArray, IntArray


def class_indices(name: str, y: AnyArray, classes: int) -> IntArray:
    """Return y, (n,), as int64 if every entry is a whole number in 0 … classes − 1.

    >>> class_indices("y", np.array([0, 3]), 3)
    Traceback (most recent call last):
        ...
    ValueError: y holds class 3 in row 1; a network with 3 outputs knows classes 0 to 2
    """
    if y.dtype.kind not in "biuf":
        raise TypeError(
            f"{name} must be class indices, got {y.dtype} entries; encode names as 0, 1, 2, … (a Dataset does)"
        )
    with np.errstate(invalid="ignore"):  # what no integer can hold is found to differ below
        indices = y.astype(np.int64)
    bad = np.flatnonzero((indices != y) | (indices < 0) | (indices >= classes))
    if len(bad):
        raise ValueError(
            f"{name} holds class {y[bad[0]]} in row {bad[0]}; a network with {classes} outputs "
            f"knows classes 0 to {classes - 1}"
        )
    return indices


def numbers(loss_name: str, y: AnyArray, outputs: int) -> AnyArray:
    """Return y as numbers, (n, outputs); for one output they may come as (n,)."""
    if y.dtype.kind not in "biuf":
        raise TypeError(f"{loss_name} needs numbers as y, got {y.dtype} entries")
    if y.ndim == 1 and outputs == 1:
        y = y[:, None]
    if y.ndim != 2 or y.shape[1] != outputs:
        raise ValueError(
            f"{loss_name} on {outputs} outputs needs y of shape (n, {outputs}), got {y.shape}"
            + ("; glassnet.one_hot turns class indices into such rows" if y.ndim == 1 else "")
        )
    return y
