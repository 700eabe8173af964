"""The likely cause of a wrong gradient, from the computed and the measured derivatives of a parameter."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from glassnet.common.arrays import AnyArray, Array, IntArray

EQUAL = 1e-3
"""Ratios that differ by less than this share are equal."""

FEWEST = 2
"""A pattern needs at least this many entries."""


def cause_of_shape(shape: tuple[int, ...], computed: Array) -> str:
    """Return why a gradient has another shape than its parameter."""
    got = computed.shape
    if computed.size == 1:
        return f"a single number for {math.prod(shape):,} parameters: it was summed or averaged over too many axes"
    if got[1:] == shape:
        return f"the shape {got} has one more axis than {shape}: the sum over the rows is missing"
    if got == shape[::-1]:
        return f"the shape {got} is that of the transposed parameter: swap the factors, dW = xᵀ dz"
    if len(got) == len(shape) and all(own in (1, other) for own, other in zip(got, shape, strict=True)):
        return f"the shape {got} would be broadcast to {shape}: it was summed over an axis too many"
    return f"the shape must be {shape}, that of the parameter, but is {got}"


def cause_of(computed: Array, places: IntArray, measured: Array) -> str | None:
    """Return the likely cause of a difference, or None.

    computed: the gradient of a parameter, in its shape. places: flat positions of the entries that were measured, (k,).
    measured: the slopes there, (k,).
    """
    own = computed.reshape(-1)[places]
    size = float(np.abs(measured).max(initial=0.0))
    counted = np.abs(measured) > 1e-3 * size  # where a ratio means something
    if not np.isfinite(own).all():
        return "it is not finite: look for log(0), 0 / 0, or an overflow of exp"
    if size > 0 and not own.any():
        return "it is zero: it is never computed, or cut off (a copy, a detached tensor, or a product with 0)"
    if size == 0:
        return "the function does not depend on this parameter"
    ratios = own[counted] / measured[counted]
    if len(ratios) >= FEWEST and np.ptp(ratios) <= EQUAL * np.abs(ratios).max():
        return cause_of_factor(float(ratios.mean()))
    if computed.ndim == 2 and computed.shape[0] == computed.shape[1]:
        transposed = computed.T.reshape(-1)[places]
        if np.allclose(transposed, measured, rtol=EQUAL, atol=EQUAL * size):
            return "it is transposed: swap the factors, dW = xᵀ dz"
    if len(own) > FEWEST and np.ptp(own) <= EQUAL * np.abs(own).max():
        return "all entries are equal: it was summed or averaged over too many axes"
    if (
        computed.ndim == 2
        and (axis := _axis_of_factors(ratios, np.unravel_index(places[counted], computed.shape))) is not None
    ):
        unit = ("row", "column")[axis]
        return (
            f"each {unit} is wrong by a factor of its own: the derivative of an activation is missing, or is that of "
            "another layer"
        )
    return None


def cause_of_factor(factor: float) -> str:
    """Return what multiplies a gradient by a factor.

    >>> cause_of_factor(32.0)
    '32 times too large: if 32 is the number of rows, the division by it (1/m) is missing'
    >>> cause_of_factor(-1.0)
    'the sign is wrong: a step along it increases the function'
    """
    if abs(factor + 1) < EQUAL:
        return "the sign is wrong: a step along it increases the function"
    nearest = round(factor)
    if nearest > 1 and abs(factor - nearest) < EQUAL * nearest:
        if nearest == 2:
            return "2 times too large: is the function half of the squared error?"
        return f"{nearest} times too large: if {nearest} is the number of rows, the division by it (1/m) is missing"
    inverse = round(1 / factor) if factor else 0
    if inverse > 1 and abs(1 / factor - inverse) < EQUAL * inverse:
        if inverse == 2:
            return "half of what it should be: is the function the squared error, without ½?"
        return f"{inverse} times too small: if {inverse} is the number of rows, it is divided by it twice"
    return f"all entries are {factor:.4g} times too large"


def _axis_of_factors(ratios: Array, indices: Sequence[AnyArray]) -> int | None:
    """Return the axis along which each row (0) or column (1) has the same factor in all its entries, or None.

    ratios: of computed and measured derivatives, (k,). indices: rows and columns of their entries.
    """
    for axis in (1, 0):
        groups = [ratios[indices[axis] == i] for i in np.unique(indices[axis])]
        several = [group for group in groups if len(group) >= FEWEST]
        if several and all(np.ptp(group) <= EQUAL * max(np.abs(group).max(), EQUAL) for group in several):
            return axis
    return None
