"""Comparison of observations: numbers are equal within a tolerance; texts and exceptions are equal exactly."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.lab.autograder.observations import Observation, OpaqueValue

RTOL = {"float16": 1e-2, "float32": 1e-4}
"""Relative tolerance by dtype; 1e-6 for other dtypes."""


NOISE = 1e-14
"""Rounding errors, relative to the correct numbers. A wrong sum that should be 0 is as small as this, or smaller."""


def is_equal(expected: Observation, got: Observation, correct: Observation | None = None) -> bool:
    """Return whether two observations are equal; exceptions are equal if their type and message are.

    correct: the correct observation, if both may be wrong; numbers that are tiny compared with it count as 0.
    """
    if expected.error or got.error:
        return (expected.error, plain(expected.message)) == (got.error, plain(got.message))
    return values_equal(expected.value, got.value, None if correct is None else correct.value)


def plain(message: str) -> str:
    """Return a message about shapes in one form, whichever product raised it, in whichever order of its operands.

    >>> plain("shapes (2,5) and (3,4) not aligned: 5 (dim 1) != 3 (dim 0)")
    'not aligned: 5 and 3'
    >>> plain("matmul: ... operand 1 has a mismatch in its core dimension 0 ... (size 3 is different from 5)")
    'not aligned: 5 and 3'
    >>> plain("operands could not be broadcast together with shapes (5,2) (3,5) ")
    'operands could not be broadcast together with shapes (3,5) (5,2)'
    """
    if found := re.search(r"not aligned: (\d+) \(dim \d+\) != (\d+) \(dim \d+\)", message):
        return f"not aligned: {found[1]} and {found[2]}"
    if found := re.search(r"matmul: .*\(size (\d+) is different from (\d+)\)", message):
        return f"not aligned: {found[2]} and {found[1]}"
    start, with_shapes, shapes = message.partition("be broadcast together with shapes ")
    return f"{start}{with_shapes}{' '.join(sorted(shapes.split()))}" if with_shapes else message


def is_correct(expected: Observation, got: Observation) -> bool:
    """Return whether an observation is correct; the message of an expected exception does not matter."""
    if expected.error:
        return expected.error == got.error or expected.error in got.kinds
    return is_equal(expected, got)


def values_equal(expected: Any, got: Any, correct: Any = None) -> bool:
    """Return whether two values are equal within a tolerance; lists equal arrays, and float32 equals float64.

    correct: the correct value, if both may be wrong; numbers that are tiny compared with it count as 0.

    >>> values_equal(np.array([0.1, 0.2]), [0.1, 0.2 + 1e-9]), values_equal(np.zeros((2, 1)), np.zeros(2))
    (True, False)
    """
    if expected is None or isinstance(expected, str):
        return type(got) is type(expected) and bool(got == expected)
    if isinstance(expected, dict):
        return (
            isinstance(got, dict)
            and list(expected) == list(got)
            and all(values_equal(value, got[key], _part(correct, key)) for key, value in expected.items())
        )
    wanted, found = as_numbers(expected), as_numbers(got)
    if wanted is None:
        return (
            isinstance(expected, (list, tuple))
            and isinstance(got, (list, tuple))
            and len(expected) == len(got)
            and all(
                values_equal(one, other, _part(correct, i))
                for i, (one, other) in enumerate(zip(expected, got, strict=True))
            )
        )
    scale = as_numbers(correct)
    noise = 0.0 if scale is None else NOISE * float(np.abs(scale[np.isfinite(scale)]).max(initial=0.0))
    return found is not None and close(wanted, found, noise)


def _part(correct: Any, key: Any) -> Any:
    """Return an entry of the correct value, None if it has no such entry."""
    if isinstance(correct, dict):
        return correct.get(key)
    return correct[key] if isinstance(correct, (list, tuple)) and key in range(len(correct)) else None


def as_numbers(value: Any) -> AnyArray | None:
    """Return a number, an array, or nested lists of numbers as an array; None for anything else."""
    if value is None or isinstance(value, (str, dict, OpaqueValue)):
        return None
    try:
        array = np.asarray(value)
    except ValueError:  # lists of different lengths
        return None
    return array if array.dtype.kind in "biuf" else None


def close(wanted: AnyArray, found: AnyArray, noise: float = 0.0) -> bool:
    """Return whether all numbers are equal within a tolerance; a scalar may be an array of size 1."""
    if wanted.shape != found.shape:
        if wanted.ndim or found.size != 1:
            return False
        found = found.reshape(())
    rtol = RTOL.get(found.dtype.name, 1e-6)
    finite = np.abs(wanted[np.isfinite(wanted)]) if wanted.size else wanted
    atol = rtol * 1e-2 * float(finite.max(initial=0))
    with np.errstate(invalid="ignore"):
        return bool(np.allclose(found, wanted, rtol=rtol, atol=max(atol, noise, 1e-300), equal_nan=True))
