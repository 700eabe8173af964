"""A metric's value with its baseline, and the weighted means that metrics share."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt

from glassnet.common import checks
from glassnet.common.arrays import Array


class Score(float):
    """A metric's value, a float, with its name and its baseline.

    Parameters
    ----------
    value : float
        Value of the metric.
    name : str
        Name of the metric.
    baseline : float
        Value of the best constant prediction on the same rows.
    constant : str
        Description of that constant prediction.

    Examples
    --------
    >>> score = Score(0.9861, "accuracy", 0.1019, "always '8'")
    >>> print(score)
    accuracy 0.9861 (baseline 0.1019: always '8')
    >>> score > score.baseline, f"{score:.2f}"
    (True, '0.99')
    """

    name: str
    baseline: float
    constant: str

    def __new__(cls, value: float, name: str, baseline: float, constant: str) -> Self:
        """Create the float and set the attributes; a float is immutable, so this cannot be done in __init__."""
        score = super().__new__(cls, value)
        score.name, score.baseline, score.constant = name, float(baseline), constant
        return score

    def __str__(self) -> str:
        return f"{self.name} {digits(self)} (baseline {digits(self.baseline)}: {self.constant})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (float(self), self.name, self.baseline, self.constant)


# ---- classes: y and y_hat are class indices (n,), probabilities are (n, classes) ----


def as_numbers(name: str, values: npt.ArrayLike) -> Array:
    """Return finite numbers as float64, so that neither uint8 wraps around nor float32 loses digits."""
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be numbers, got {array.dtype}")
    if array.ndim not in (1, 2) or not array.size:
        raise ValueError(f"{name} must have the shape (n,) or (n, columns) with n at least 1, got {array.shape}")
    array = array.astype(np.float64)
    checks.finite(name, array)
    return array


def checked_weights(sample_weight: npt.ArrayLike | None, n: int) -> Array:
    """Return the rows' weights, (n,): ones if none are given."""
    if sample_weight is None:
        return np.ones(n)
    w = as_numbers("sample_weight", sample_weight)
    if w.shape != (n,) or w.min() < 0 or w.sum() == 0:
        raise ValueError(
            f"sample_weight must be {n} numbers, none below 0 and not all 0, got shape {w.shape}, smallest {w.min():g}"
        )
    return w


def weighted_mean(values: Array | npt.NDArray[np.bool_], w: Array) -> Any:
    """Return the weighted mean over rows: a number for (n,), (outputs,) for (n, outputs)."""
    return w @ values / w.sum()


def digits(x: float) -> str:
    """Return a number with four decimals, or with four significant digits if it is large or small."""
    return f"{float(x):.4f}" if x == 0 or 1e-3 <= abs(x) < 1e6 else f"{float(x):.4g}"
