"""Whether two observations are the same: equal numbers to rounding, equal words, however they came about."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.lab.judging.observations import Foreign, Seen

RTOL = {"float16": 1e-2, "float32": 1e-4}
"""How far numbers may differ, in proportion, where an answer computes in these formats; else 1e-6."""


def same(expected: Seen, got: Seen) -> bool:
    """Return whether what was seen of an answer is what was seen of another.

    Exceptions are the same if they are of one kind and say the same; of an exception that is asked for, see `is_right`.
    """
    if expected.error or got.error:
        return (expected.error, expected.message) == (got.error, got.message)
    return same_value(expected.value, got.value)


def is_right(expected: Seen, got: Seen) -> bool:
    """Return whether an answer is right; where an exception is asked for, its words are the learner's own."""
    if expected.error:
        return expected.error == got.error or expected.error in got.kinds
    return same(expected, got)


def same_value(expected: Any, got: Any) -> bool:
    """Return whether two values are the same to rounding; lists are as good as arrays, and float32 as float64.

    >>> same_value(np.array([0.1, 0.2]), [0.1, 0.2 + 1e-9]), same_value(np.zeros((2, 1)), np.zeros(2))
    (True, False)
    """
    if expected is None or isinstance(expected, str):
        return type(got) is type(expected) and bool(got == expected)
    if isinstance(expected, dict):
        return (
            isinstance(got, dict)
            and list(expected) == list(got)
            and all(same_value(value, got[key]) for key, value in expected.items())
        )
    wanted, found = as_numbers(expected), as_numbers(got)
    if wanted is None:
        return (
            isinstance(expected, (list, tuple))
            and isinstance(got, (list, tuple))
            and len(expected) == len(got)
            and all(same_value(one, other) for one, other in zip(expected, got, strict=True))
        )
    return found is not None and close(wanted, found)


def as_numbers(value: Any) -> AnyArray | None:
    """Return a number, an array or nested lists of numbers as one array; None for anything else."""
    if value is None or isinstance(value, (str, dict, Foreign)):
        return None
    try:
        array = np.asarray(value)
    except ValueError:  # lists of different lengths
        return None
    return array if array.dtype.kind in "biuf" else None


def close(wanted: AnyArray, found: AnyArray) -> bool:
    """Return whether all numbers are equal to rounding; one number alone may come in an array."""
    if wanted.shape != found.shape:
        if wanted.ndim or found.size != 1:
            return False
        found = found.reshape(())
    rtol = RTOL.get(found.dtype.name, 1e-6)
    finite = np.abs(wanted[np.isfinite(wanted)]) if wanted.size else wanted
    atol = rtol * 1e-2 * float(finite.max(initial=0))
    with np.errstate(invalid="ignore"):
        return bool(np.allclose(found, wanted, rtol=rtol, atol=max(atol, 1e-300), equal_nan=True))
