"""Slopes of a function from its values: what a gradient is checked against."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from glassnet.common.arrays import Array


class Comparison(NamedTuple):
    """A slope that was computed, and the one that was measured.

    measured: the slope. error: |measured − computed| / max(|measured|, |computed|, least), where differences from
    rounding, or of a millionth of the whole gradient, are below `least`. is_smooth: whether there is no kink within the
    step, so that the two can be compared.
    """

    measured: float
    error: float
    is_smooth: bool


def compare_slope(
    f: Callable[[Array], float],
    point: Array,
    v: Array,
    computed: float,
    *,
    length: float,
    h: float,
    epsilon: float,
    accuracy: float = 1e-6,
) -> Comparison:
    """Compare a slope of f along v with central differences of the steps h and h/2.

        (4 D(h/2) − D(h)) / 3        D(h) = (f(x + h v) − f(x − h v)) / 2h

    The error of D(h) is of order h², so the two combine to an error of order h⁴ (Richardson extrapolation).

    Parameters
    ----------
    f : callable
        The function of a vector, (n,).
    point, v : Array, (n,)
        Where, and in which direction, of length 1.
    computed : float
        The slope to compare.
    length : float
        Length of the whole gradient.
    h : float
        The larger step.
    epsilon : float
        Relative rounding error of f.
    accuracy : float, default 1e-6
        Relative errors down to this one can be told from rounding errors.

    Returns
    -------
    Comparison
        The measured slope, and the relative error of the computed one.

    Examples
    --------
    >>> import numpy as np
    >>> square = lambda x: float(x @ x)
    >>> x, v = np.array([3.0, 1.0]), np.array([1.0, 0.0])
    >>> found = compare_slope(square, x, v, computed=6.0, length=6.3, h=1e-4, epsilon=2e-16)
    >>> round(found.measured, 6), found.error < 1e-9, found.is_smooth
    (6.0, True, True)
    """
    here = f(point)
    (wide, wide_bend), (narrow, narrow_bend) = (_slope_and_bend(f, point, here, v, step) for step in (h, h / 2))
    measured = (4 * narrow - wide) / 3
    length = length if math.isfinite(length) else 0.0  # another part of the gradient may be NaN
    rounding = 16 * epsilon * (abs(here) + length) / h
    scale = max(abs(measured), abs(computed), 1e-5 * max(length, 1e-8), rounding / accuracy)
    # For a smooth function, halving h preserves the slope and halves the bend; at a kink, one of the two differs.
    is_smooth = max(abs(wide - narrow), abs(wide_bend - 2 * narrow_bend)) <= accuracy * scale
    error = float(abs(measured - computed) / scale) if math.isfinite(computed) else math.inf
    return Comparison(measured, error, bool(is_smooth))


def _slope_and_bend(f: Callable[[Array], float], point: Array, here: float, v: Array, h: float) -> tuple[float, float]:
    """Return the central difference of f along v, and the difference of its right and left slopes."""
    ahead, behind = f(point + h * v), f(point - h * v)
    return (ahead - behind) / (2 * h), (ahead - 2 * here + behind) / h
