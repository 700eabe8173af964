"""Validation of targets: class indices are whole numbers in range, numeric targets have one row per sample."""

from __future__ import annotations

import numpy as np

from glassnet.common.arrays import AnyArray, IntArray


def class_indices(name: str, y: AnyArray, classes: int) -> IntArray:
    """Return class indices as int64, or raise if an entry is not a whole number in 0 … classes − 1.

    Parameters
    ----------
    name : str
        Name of the argument, for messages.
    y : Array, (n,)
        Class indices of any numeric dtype.
    classes : int
        Number of classes.

    Returns
    -------
    IntArray, (n,)
        The class indices.

    Raises
    ------
    TypeError
        If y is not numeric.
    ValueError
        If an entry is out of range or not whole; the message names it and its row.

    Examples
    --------
    >>> class_indices("y", np.array([0, 3]), 3)
    Traceback (most recent call last):
        ...
    ValueError: y must contain integers from 0 to 2, got 3 (row 1)
    """
    if y.dtype.kind not in "biuf":
        raise TypeError(
            f"{name} must be class indices, got {y.dtype} entries; encode names as 0, 1, 2, … (a Dataset does)"
        )
    with np.errstate(invalid="ignore"):  # what no integer can hold is found to differ below
        indices = y.astype(np.int64)
    bad = np.flatnonzero((indices != y) | (indices < 0) | (indices >= classes))
    if len(bad):
        raise ValueError(f"{name} must contain integers from 0 to {classes - 1}, got {y[bad[0]]} (row {bad[0]})")
    return indices


def numbers(loss_name: str, y: AnyArray, outputs: int) -> AnyArray:
    """Return numeric targets with shape (n, outputs); for a single output, (n,) is accepted too.

    Parameters
    ----------
    loss_name : str
        Name of the loss, for messages.
    y : Array, (n, outputs) or (n,)
        Numeric targets.
    outputs : int
        Number of outputs.

    Returns
    -------
    Array, (n, outputs)
        The targets.

    Raises
    ------
    TypeError
        If y is not numeric.
    ValueError
        If the shape does not match.
    """
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
