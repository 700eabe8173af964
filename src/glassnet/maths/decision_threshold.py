"""Decision threshold of a binary classifier: the probability from which on the positive class is predicted.

With imbalanced classes, or if one error costs more than the other, 0.5 is rarely the best threshold.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from glassnet.common import checks
from glassnet.common.arrays import Array

RULES = ("f1", "balanced", "cost")
"""What a threshold can be chosen by: F1, balanced accuracy, or the cost of the errors."""


def threshold_rule(value: object) -> tuple[str, float]:
    """Return a threshold as it is written in a recipe as a rule and its number.

    Parameters
    ----------
    value : float or str
        A number between 0 and 1, "f1", "balanced", or "cost=5": a false negative costs 5 times a false positive.

    Returns
    -------
    tuple of (str, float)
        "number", "f1", "balanced", or "cost", and the threshold, 1, 1, or the cost.

    Raises
    ------
    ValueError
        If it is none of these.

    Examples
    --------
    >>> threshold_rule("cost=5"), threshold_rule(0.3)
    (('cost', 5.0), ('number', 0.3))
    """
    name, _, number = str(value).partition("=")
    if name in ("f1", "balanced") and not number:
        return name, 1.0
    try:
        amount = math.nan if isinstance(value, bool) else float(number if name == "cost" else str(value))
    except ValueError:
        amount = math.nan
    if name == "cost" and 0 < amount < math.inf:
        return name, amount
    if name != "cost" and 0 < amount < 1:
        return "number", amount
    raise ValueError(
        f"threshold must be f1, balanced, cost=NUMBER (the cost of a false negative in false positives), or a number "
        f"between 0 and 1, got {value!r}"
    )


def best_threshold(is_positive: npt.ArrayLike, probability: npt.ArrayLike, rule: str = "f1") -> float:
    """Return the threshold with the highest F1 or balanced accuracy, or the lowest cost, on these rows.

    Use rows that the model was not trained on. The threshold lies halfway between two probabilities; of equally good
    ones, it is the one nearest to 0.5.

    Parameters
    ----------
    is_positive : array-like of bool, (n,)
        Which rows are of the positive class.
    probability : array-like, (n,)
        Predicted probability of the positive class.
    rule : str, default "f1"
        "f1", "balanced", or "cost=5": a false negative costs 5 times a false positive.

    Returns
    -------
    float
        The threshold, between 0 and 1: rows with at least this probability are predicted as positive.

    References
    ----------
    Elkan, "The foundations of cost-sensitive learning", IJCAI 2001.

    Examples
    --------
    >>> round(best_threshold([True, False, True, False, False], [0.8, 0.6, 0.4, 0.2, 0.1], "f1"), 6)
    0.3
    """
    name, amount = threshold_rule(rule)
    if name == "number":
        return amount
    own, p = np.asarray(is_positive).astype(bool), np.asarray(probability, dtype=np.float64)
    checks.same_shape("is_positive", own, "probability", p)
    if p.ndim != 1 or not len(p):
        raise ValueError(f"probability must be (n,) with n at least 1, got shape {p.shape}")
    levels, codes = np.unique(p, return_inverse=True)
    # Of the rows from each level on, highest first, (levels + 1,): none, those of the highest level, ..., all.
    found, wrong = (np.r_[0, np.cumsum(np.bincount(codes[rows], minlength=len(levels))[::-1])] for rows in (own, ~own))
    borders = np.r_[(1 + levels[-1]) / 2, ((levels[1:] + levels[:-1]) / 2)[::-1], levels[0] / 2]
    value = _value(name, amount, found, wrong)
    value[(borders <= 0) | (borders >= 1)] = -np.inf
    best = np.flatnonzero(value >= value.max() - 1e-12)
    chosen = float(borders[best[np.abs(borders[best] - 0.5).argmin()]])
    return chosen if 0 < chosen < 1 else 0.5


def _value(name: str, cost: float, found: Array, wrong: Array) -> Array:
    """Return the value of each threshold, higher being better, from its true and its false positives."""
    positive, negative = found[-1], wrong[-1]
    if name == "f1":
        return 2 * found / np.maximum(found + wrong + positive, 1)
    if name == "balanced":
        return found / max(positive, 1) - wrong / max(negative, 1)
    return -(cost * (positive - found) + wrong)
