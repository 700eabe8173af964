"""Splits of a data set: their fractions as text, and an order of the rows that keeps classes balanced."""

from __future__ import annotations

import math

import numpy as np

from glassnet.common.arrays import AnyArray, IntArray


def stratified_order(y: AnyArray, rng: np.random.Generator) -> IntArray:
    """Return an order of the rows, (n,), in which every contiguous part has about the same class proportions.

    Rows of the same class keep their order.

    Parameters
    ----------
    y : IntArray, (n,)
        Class indices.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    IntArray, (n,)
        Row numbers.

    Examples
    --------
    >>> y = np.array([0, 0, 0, 0, 1, 1])
    >>> sorted(y[stratified_order(y, np.random.default_rng(0))][:3].tolist())
    [0, 0, 1]
    """
    # The members of each class are spread evenly over [0, 1) with a random offset, so any interval contains its share:
    # member i of the n_c members of class c is at (i + u_c) / n_c, with u_c between 0 and 1.
    position = np.empty(len(y))  # (n,)
    for c in np.unique(y):
        members = np.flatnonzero(y == c)
        position[members] = (np.arange(len(members)) + rng.random()) / len(members)
    return np.argsort(position, kind="stable")


def parse_split(text: str) -> tuple[float, ...]:
    """Return the fractions written as "60/20/20" or "0.6/0.4".

    Parameters
    ----------
    text : str
        Percentages or fractions, separated by slashes.

    Returns
    -------
    tuple of float
        The fractions.

    Raises
    ------
    ValueError
        If they do not add up to 100 (or 1).

    Examples
    --------
    >>> parse_split("60/20/20")
    (0.6, 0.2, 0.2)
    >>> parse_split("60/20/30")
    Traceback (most recent call last):
        ...
    ValueError: split 60/20/30 sums to 110, not 100
    """
    try:
        parts = [float(part) for part in text.split("/")]
    except ValueError:
        parts = []
    if not parts or not all(0 <= part < math.inf for part in parts):
        raise ValueError(f"split {text!r} must be numbers of 0 or more between slashes, such as 60/20/20")
    total = math.fsum(parts)
    if abs(total - 1) <= 1e-9:
        return tuple(parts)
    if abs(total - 100) <= 1e-7:
        return tuple(part / 100 for part in parts)
    raise ValueError(f"split {text} sums to {total:g}, not {100 if max(parts) > 1 else 1}")
