"""What can be said for certain about a wrong observation, whoever made the mistake: shapes, signs, factors, NaN.

Facts are no guesses. Each is computed from what was expected and what came back, and holds whatever the learner meant.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.lab.formatting import number, shown
from glassnet.lab.judging.advice import advice_on
from glassnet.lab.judging.comparing import as_numbers, close, same_value
from glassnet.lab.judging.observations import Foreign, Seen


def facts(expected: Seen, got: Seen) -> list[str]:
    """Return what is certain about one wrong observation, most telling first."""
    if got.error == "Stopped":
        return [got.message]
    if got.error:
        return [one for one in (_raised(expected, got), advice_on(got.message)) if one]
    with np.errstate(all="ignore"):
        return _about(expected, got)


def _about(expected: Seen, got: Seen) -> list[str]:
    if expected.error:
        printed = "; to print something is not enough, raise ends the call" if got.printed else ""
        return [f"it should raise {expected.error}, but gives {shown(got.value)}{printed}"]
    if got.value is None and expected.value is not None:
        hint = "; it prints something, but print shows a value and does not hand it on" if got.printed else ""
        return [f"nothing comes back (None){hint}: is there a return?"]
    return about_value(expected.value, got.value)


def _raised(expected: Seen, got: Seen) -> str:
    where = f" in {got.where} of your file" if got.where else ""
    wanted = f"; {expected.error} is asked for" if expected.error else ""
    words = f": {got.message}" if got.message else ", without a word"
    return f"it raises {got.error}{where}{words}{wanted}"


def about_value(expected: Any, got: Any) -> list[str]:
    """Return what is certain about a wrong value; of lists and dicts, about their first wrong entries."""
    if isinstance(got, Foreign) and got.kind == "matrix":
        return ["it is an np.matrix, whose * is another operation; use plain arrays (np.asarray), and @ for products"]
    if isinstance(got, Foreign):
        return [f"{got!r} comes back, where {kind_of(expected)} is expected"]
    wanted, found = as_numbers(expected), as_numbers(got)
    if wanted is not None and found is not None:
        return _about_numbers(wanted, found)
    if isinstance(expected, dict) and isinstance(got, dict):
        return [
            f"{key}: {'no, but it should be so' if value else 'yes, but it should not be so'}"
            if isinstance(value, bool) and isinstance(got.get(key), bool)
            else f"{key}: {fact}"
            for key, value in expected.items()
            if not same_value(value, got.get(key))
            for fact in about_value(value, got.get(key))[:1]
        ]
    if isinstance(expected, (list, tuple)) and isinstance(got, (list, tuple)):
        if len(expected) != len(got):
            return [f"{len(got)} things come back, where {len(expected)} are expected"]
        pairs = list(zip(expected, got, strict=True))
        return [
            f"number {i}: {fact}"
            for i, (one, other) in enumerate(pairs)
            if not same_value(one, other)
            for fact in about_value(one, other)[:1]
        ]
    if kind_of(got) != kind_of(expected):
        return [f"{kind_of(got)} comes back, where {kind_of(expected)} is expected"]
    return [f"{shown(got)}, and not {shown(expected)}"]


def kind_of(value: Any) -> str:
    """Return what a value is, in words."""
    if value is None:
        return "nothing (None)"
    if isinstance(value, Foreign):
        return repr(value)
    if isinstance(value, (bool, np.bool_)):
        return "true or false"
    numbers = as_numbers(value)
    if numbers is not None:
        return "a number" if not numbers.ndim else f"an array of shape {numbers.shape}"
    return {"str": "a text", "list": "a list", "tuple": "a tuple", "dict": "a dict"}.get(
        type(value).__name__, "something"
    )


def _about_numbers(wanted: AnyArray, found: AnyArray) -> list[str]:
    said: list[str] = []
    if "b" in (found.dtype.kind, wanted.dtype.kind) and not found.ndim and not wanted.ndim:
        return [f"{shown(found.item())}, and not {shown(wanted.item())}"]
    if found.dtype.kind == "b":
        found = found.astype(float)
    if wanted.shape != found.shape:
        if wanted.size == found.size and close(wanted.ravel(), found.ravel()):
            return [f"the numbers are right, but their shape is {found.shape} and not {wanted.shape}"]
        if found.ndim == 2 and found.T.shape == wanted.shape and close(wanted, found.T):
            return [f"it is transposed: shape {found.shape} and not {wanted.shape}"]
        return [f"its shape is {found.shape}, and should be {wanted.shape}"]
    if found.ndim == 2 and found.shape[0] == found.shape[1] and close(wanted, found.T):
        return ["it is transposed"]
    finite = np.isfinite(found) | ~np.isfinite(wanted)
    if not finite.all():
        kinds = " and ".join(
            kind for kind, is_it in (("nan", np.isnan), ("inf", np.isinf)) if is_it(found[~finite]).any()
        )
        said.append(f"{_share(~finite)} {kinds}, where finite numbers are expected")
        return said
    if wanted.dtype.kind == "f" and found.dtype.kind in "iu" and found.any() and close(np.trunc(wanted), found):
        return ["the numbers are cut off to whole ones; the array they were put into holds integers"]
    if found.size > 1 and not found.any():
        return ["all of it is 0"]
    if (factor := _factor(wanted, found)) is not None:
        if close(np.asarray(-1.0), factor):
            return ["the sign is wrong everywhere, the sizes are right"]
        return [f"every number is {number(float(factor))} times what it should be"]
    if wanted.size > 1 and (apart := found - wanted).std() <= 1e-9 * max(1.0, float(np.abs(apart).max())):
        return [f"every number is {number(abs(float(apart.flat[0])))} too {'large' if apart.flat[0] > 0 else 'small'}"]
    wrong = ~np.isclose(found, wanted, rtol=1e-6, atol=1e-9)
    if wrong.any() and not wrong.all():
        place = tuple(int(i) for i in np.argwhere(wrong)[0])
        where = f"[{', '.join(map(str, place))}]"
        said.append(
            f"{_share(wrong)} wrong, the first at {where}: {number(found[place])} and not {number(wanted[place])}"
        )
    elif wrong.all() and wrong.ndim:
        said.append(f"all of it is wrong, the first number is {number(found.flat[0])} and not {number(wanted.flat[0])}")
    elif wanted.ndim == 0:
        said.append(f"{shown(found)}, and not {shown(wanted)}")
    return said


def _share(which: AnyArray) -> str:
    count = int(which.sum())
    if which.ndim == 0 or count == which.size:
        return "it is" if which.ndim == 0 else f"all {count} are"
    return f"{count} of {which.size} {'is' if count == 1 else 'are'}"


def _factor(wanted: AnyArray, found: AnyArray) -> AnyArray | None:
    """Return by what everything is multiplied, None where it is not the same number."""
    large = np.abs(wanted) > 1e-12 * float(np.abs(wanted).max(initial=0))
    if wanted.size < 2 or large.sum() < 2 or not np.isfinite(wanted).all():
        return None
    ratios = found[large] / wanted[large]
    middle = np.asarray(np.median(ratios))
    return middle if np.allclose(ratios, middle, rtol=1e-6) and close(wanted * middle, found) and middle != 0 else None
