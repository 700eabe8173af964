"""Validation of X, y, and sample weights, done once when a user passes them."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from glassnet.common import checks
from glassnet.common.arrays import AnyArray, Array
from glassnet.common.selection import is_on_disk, row_blocks
from glassnet.maths.losses import Loss

Rows = npt.ArrayLike
"""Rows of inputs, (n, features): an array, a memory map, a `Selection` of one, nested lists, or a DataFrame."""


class LabeledRows(Protocol):
    """A Dataset, or any other object with rows X and targets y."""

    @property
    def X(self) -> Any:
        """The rows."""

    @property
    def y(self) -> Any:
        """The targets."""


Data = Rows | LabeledRows | tuple[Any, Any]
"""Rows and targets of a training: X with y as another argument, a Dataset, or a pair (X, y)."""


def split_pair(X: Data, y: npt.ArrayLike | None) -> tuple[Any, Any]:
    """Return X and y, also if both are passed as one Dataset or pair."""
    if y is not None:
        return X, y
    if isinstance(X, tuple) and len(X) == 2:
        return X
    if not isinstance(X, tuple) and hasattr(X, "X") and hasattr(X, "y"):
        return X.X, X.y
    raise TypeError(f"data must be a Dataset or a pair (X, y), got {type(X).__name__}")


def rows(X: Rows, inputs: int, dtype: np.dtype[Any]) -> Any:
    """Return X as an array (n, inputs) in its own dtype; memory maps stay on disk.

    Parameters
    ----------
    X : array-like, (n, inputs)
        Rows.
    inputs : int
        Number of inputs of the network.
    dtype : numpy.dtype
        The network's dtype.

    Returns
    -------
    Array, (n, inputs)
        The rows.

    Raises
    ------
    ValueError
        If the width is wrong, or an entry is NaN, infinite, or overflows dtype.
    TypeError
        If X is not numeric.
    """
    array: Any = X if is_on_disk(X) else np.asarray(X)  # a Selection supports the array methods that are used here
    if array.ndim != 2 or array.shape[1] != inputs:
        hint = "; a single row x is x[None]" if array.shape == (inputs,) else ""
        raise ValueError(f"X must be (n, {inputs}) for this network, got shape {array.shape}{hint}")
    if array.dtype.kind not in "biuf":
        raise TypeError(f"X must contain numbers, got {array.dtype} entries")
    checks.finite("X", array)
    check_range("X", array, dtype)
    return array


def targets(y: npt.ArrayLike, n: int, loss: Loss, outputs: int, dtype: np.dtype[Any]) -> AnyArray:
    """Return targets in the form the loss computes with.

    Parameters
    ----------
    y : array-like
        Class indices (n,) or numbers (n,) or (n, outputs).
    n : int
        Number of rows.
    loss : Loss
        The loss, which determines the form.
    outputs : int
        Number of outputs.
    dtype : numpy.dtype
        The network's dtype.

    Returns
    -------
    Array
        Class indices (n,), int64, or numbers (n, outputs) of this dtype.

    Raises
    ------
    ValueError
        If the length, shape, or a value does not fit.
    """
    y = np.asarray(y)
    checks.finite("y", y)
    if y.ndim == 0 or len(y) != n:
        raise ValueError(f"X has {n} rows but y has {len(y) if y.ndim else 'none'}; give one y per row of X")
    check_range("y", y, dtype)
    Y = loss.targets(y, outputs)
    return Y if Y.ndim == 1 else Y.astype(dtype, copy=False)


def weights(sample_weight: npt.ArrayLike | None, n: int, dtype: np.dtype[Any]) -> Array | None:
    """Return sample weights as an array of this dtype, or None.

    Parameters
    ----------
    sample_weight : array-like, (n,), or None
        Weights, at least 0.
    n : int
        Number of rows.
    dtype : numpy.dtype
        The network's dtype.

    Returns
    -------
    Array, (n,), or None
        The weights.

    Raises
    ------
    ValueError
        If the length does not fit, or a weight is negative or not finite.
    """
    if sample_weight is None:
        return None
    of_rows = np.asarray(sample_weight, dtype)
    if of_rows.shape != (n,):
        raise ValueError(f"sample_weight must be one number per row, ({n},), got shape {of_rows.shape}")
    if not np.all((of_rows >= 0) & np.isfinite(of_rows)):
        raise ValueError("sample_weight must contain finite, non-negative numbers")
    return of_rows


def check_range(name: str, values: AnyArray, dtype: np.dtype[Any]) -> None:
    """Raise ValueError for numbers that overflow in the network's dtype."""
    if values.dtype.kind == "f" and values.dtype.itemsize > dtype.itemsize and values.size:
        for first, block in row_blocks(values):
            if max(block.max(), -block.min()) > np.finfo(dtype).max:
                index = tuple(np.argwhere(np.abs(block) > np.finfo(dtype).max)[0].tolist())
                where = f"row {first + index[0]}" + "".join(f", column {column}" for column in index[1:])
                message = f"{name} contains {block[index]:.3g} in {where}, too large for {dtype}; scale {name}"
                raise checks.RangeError(message, first + index[0], index[1] if len(index) > 1 else None)
