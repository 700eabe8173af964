"""Facts about a wrong observation, whatever the mistake: shapes, signs, factors, NaN.

Each fact is computed from the expected and the actual observation. None of them is a guess.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.lab.autograder.advice import advice_on
from glassnet.lab.autograder.comparing import as_numbers, close, values_equal
from glassnet.lab.autograder.observations import Observation, OpaqueValue
from glassnet.lab.formatting import format_number, format_pair, format_value


def facts(expected: Observation, got: Observation, none: str = "") -> list[str]:
    """Return the facts about one wrong observation, the most helpful first. none: see `Exercise`."""
    if got.error == "Stopped":
        return [got.message]
    if got.error:
        return [one for one in (_raised(expected, got), advice_on(got.message, none)) if one]
    with np.errstate(all="ignore"):
        return _about(expected, got)


def _about(expected: Observation, got: Observation) -> list[str]:
    if expected.error:
        hint = "; printing a message does not stop the call, raise does" if got.printed else ""
        return [f"should raise {expected.error} but returns {format_value(got.value)}{hint}"]
    if got.value is None and expected.value is not None:
        hint = "; print shows a value but does not return it" if got.printed else ""
        return [f"returns None{hint}; is a return statement missing?"]
    return about_value(expected.value, got.value)


def _raised(expected: Observation, got: Observation) -> str:
    where = f" in {got.where} of your file" if got.where else ""
    wanted = f"; should raise {expected.error}" if expected.error else ""
    message = f": {got.message}" if got.message else ", without a message"
    return f"raises {got.error}{where}{message}{wanted}"


def about_value(expected: Any, got: Any) -> list[str]:
    """Return the facts about a wrong value; for lists and dicts, about each wrong entry."""
    if isinstance(got, OpaqueValue) and got.kind == "matrix":
        return ["returns an np.matrix, whose * is a matrix product; use arrays (np.asarray), and @ for matrix products"]
    if isinstance(got, OpaqueValue):
        return [f"should be {kind_of(expected)} but is {got!r}"]
    wanted, found = as_numbers(expected), as_numbers(got)
    if wanted is not None and found is not None:
        return _about_numbers(wanted, found)
    if isinstance(expected, dict) and isinstance(got, dict):
        return [
            f"{key}: should be {value} but is {got[key]}"
            if isinstance(value, bool) and isinstance(got.get(key), bool)
            else f"{key}: {fact}"
            for key, value in expected.items()
            if not values_equal(value, got.get(key))
            for fact in about_value(value, got.get(key))[:1]
        ]
    if isinstance(expected, (list, tuple)) and isinstance(got, (list, tuple)):
        if len(expected) != len(got):
            return [f"should return {len(expected)} values but returns {len(got)}"]
        pairs = list(zip(expected, got, strict=True))
        return [
            f"[{i}]: {fact}"
            for i, (one, other) in enumerate(pairs)
            if not values_equal(one, other)
            for fact in about_value(one, other)[:1]
        ]
    if kind_of(got) != kind_of(expected):
        return [f"should be {kind_of(expected)} but is {kind_of(got)}"]
    return [_pair(expected, got)]


def _pair(expected: Any, got: Any) -> str:
    wanted, found = format_pair(expected, got)
    return f"should be {wanted} but is {found}"


def kind_of(value: Any) -> str:
    """Return the type of a value as a noun."""
    if value is None:
        return "None"
    if isinstance(value, OpaqueValue):
        return repr(value)
    if isinstance(value, (bool, np.bool_)):
        return "True or False"
    numbers = as_numbers(value)
    if numbers is not None:
        return "a number" if not numbers.ndim else f"an array of shape {numbers.shape}"
    return {"str": "a string", "list": "a list", "tuple": "a tuple", "dict": "a dict"}.get(
        type(value).__name__, "another type"
    )


def _about_numbers(wanted: AnyArray, found: AnyArray) -> list[str]:
    if "b" in (found.dtype.kind, wanted.dtype.kind) and not found.ndim and not wanted.ndim:
        return [_pair(wanted.item(), found.item())]
    if found.dtype.kind == "b":
        found = found.astype(float)
    if wanted.shape != found.shape:
        if wanted.size == found.size and close(wanted.ravel(), found.ravel()):
            return [f"the numbers are correct, but the shape should be {wanted.shape} and is {found.shape}"]
        if found.ndim == 2 and found.T.shape == wanted.shape and close(wanted, found.T):
            return [f"is transposed: the shape should be {wanted.shape} but is {found.shape}"]
        return [f"the shape should be {wanted.shape} but is {found.shape}"]
    if found.ndim == 2 and found.shape[0] == found.shape[1] and close(wanted, found.T):
        return ["is transposed"]
    finite = np.isfinite(found) | ~np.isfinite(wanted)
    if not finite.all():
        kinds = " or ".join(
            kind for kind, is_it in (("nan", np.isnan), ("inf", np.isinf)) if is_it(found[~finite]).any()
        )
        return [f"{_share(~finite)} {kinds} but should be finite"]
    if wanted.dtype.kind == "f" and found.dtype.kind in "iu" and found.any() and close(np.trunc(wanted), found):
        return ["the numbers are truncated to integers; the array that holds them has an integer dtype"]
    if found.size > 1 and not found.any():
        return ["all numbers are 0"]
    if (factor := _factor(wanted, found)) is not None:
        if close(np.asarray(-1.0), factor):
            return ["every number has the wrong sign; the magnitudes are correct"]
        return [f"every number is {_multiple(float(factor))} the correct value"]
    if wanted.size > 1 and (apart := found - wanted).std() <= 1e-9 * max(1.0, float(np.abs(apart).max())):
        size = "large" if apart.flat[0] > 0 else "small"
        return [f"every number is {format_number(abs(float(apart.flat[0])))} too {size}"]
    return _first_wrong(wanted, found)


def _multiple(factor: float) -> str:
    """Return a factor in words.

    >>> _multiple(0.5), _multiple(7.0)
    ('half of', '7 times')
    """
    return {0.5: "half of", 2.0: "twice"}.get(factor, f"{format_pair(factor, 1.0)[0]} times")


def _first_wrong(wanted: AnyArray, found: AnyArray) -> list[str]:
    """Return how many numbers are wrong, and the first of them."""
    is_wrong = ~np.isclose(found, wanted, rtol=1e-6, atol=1e-9)
    if is_wrong.any() and not is_wrong.all():
        place = tuple(int(i) for i in np.argwhere(is_wrong)[0])
        where = f"[{', '.join(map(str, place))}]"
        return [f"{_share(is_wrong)} wrong: {where} {_pair(wanted[place], found[place])}"]
    if is_wrong.all() and is_wrong.ndim:
        return [f"all numbers are wrong: the first {_pair(wanted.flat[0], found.flat[0])}"]
    if wanted.ndim == 0:
        return [_pair(wanted, found)]
    return []


def _share(which: AnyArray) -> str:
    count = int(which.sum())
    if which.ndim == 0:
        return "is"
    if count == which.size:
        return f"all {count} numbers are"
    return f"{count} of {which.size} numbers {'is' if count == 1 else 'are'}"


def _factor(wanted: AnyArray, found: AnyArray) -> AnyArray | None:
    """Return the common factor of all numbers, None if there is none."""
    large = np.abs(wanted) > 1e-12 * float(np.abs(wanted).max(initial=0))
    if wanted.size < 2 or large.sum() < 2 or not np.isfinite(wanted).all():
        return None
    ratios = found[large] / wanted[large]
    middle = np.asarray(np.median(ratios))
    return middle if np.allclose(ratios, middle, rtol=1e-6) and close(wanted * middle, found) and middle != 0 else None
