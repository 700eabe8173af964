"""Comparison of observations: numbers are equal within a tolerance; texts and exceptions are equal exactly."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.lab.autograder.observations import Observation, OpaqueValue

RTOL = {"float16": 1e-2, "float32": 1e-4}
"""Relative tolerance by dtype; 1e-6 for other dtypes."""


def is_equal(expected: Observation, got: Observation) -> bool:
    """Return whether two observations are equal; exceptions are equal if their type and message are."""
    if expected.error or got.error:
        return (expected.error, expected.message) == (got.error, got.message)
    return values_equal(expected.value, got.value)


def is_correct(expected: Observation, got: Observation) -> bool:
    """Return whether an observation is correct; the message of an expected exception does not matter."""
    if expected.error:
        return expected.error == got.error or expected.error in got.kinds
    return is_equal(expected, got)


def values_equal(expected: Any, got: Any) -> bool:
    """Return whether two values are equal within a tolerance; lists equal arrays, and float32 equals float64.

    >>> values_equal(np.array([0.1, 0.2]), [0.1, 0.2 + 1e-9]), values_equal(np.zeros((2, 1)), np.zeros(2))
    (True, False)
    """
    if expected is None or isinstance(expected, str):
        return type(got) is type(expected) and bool(got == expected)
    if isinstance(expected, dict):
        return (
            isinstance(got, dict)
            and list(expected) == list(got)
            and all(values_equal(value, got[key]) for key, value in expected.items())
        )
    wanted, found = as_numbers(expected), as_numbers(got)
    if wanted is None:
        return (
            isinstance(expected, (list, tuple))
            and isinstance(got, (list, tuple))
            and len(expected) == len(got)
            and all(values_equal(one, other) for one, other in zip(expected, got, strict=True))
        )
    return found is not None and close(wanted, found)


def as_numbers(value: Any) -> AnyArray | None:
    """Return a number, an array, or nested lists of numbers as an array; None for anything else."""
    if value is None or isinstance(value, (str, dict, OpaqueValue)):
        return None
    try:
        array = np.asarray(value)
    except ValueError:  # lists of different lengths
        return None
    return array if array.dtype.kind in "biuf" else None


def close(wanted: AnyArray, found: AnyArray) -> bool:
    """Return whether all numbers are equal within a tolerance; a scalar may be an array of size 1."""
    if wanted.shape != found.shape:
        if wanted.ndim or found.size != 1:
            return False
        found = found.reshape(())
    rtol = RTOL.get(found.dtype.name, 1e-6)
    finite = np.abs(wanted[np.isfinite(wanted)]) if wanted.size else wanted
    atol = rtol * 1e-2 * float(finite.max(initial=0))
    with np.errstate(invalid="ignore"):
        return bool(np.allclose(found, wanted, rtol=rtol, atol=max(atol, 1e-300), equal_nan=True))
