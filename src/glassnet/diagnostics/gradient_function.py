"""Gradient check for anybody's code: a gradient against finite differences of the function it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import Array, IntArray
from glassnet.diagnostics.gradient_causes import cause_of, cause_of_shape
from glassnet.maths.finite_differences import compare_slope


@dataclass(frozen=True)
class Precision:
    """How functions of a precision are compared: the larger step, the accuracy of a slope, and the tolerance."""

    epsilon: float
    step: float
    accuracy: float
    tolerance: float


PRECISIONS = {
    "float64": Precision(float(np.finfo(np.float64).eps), 1e-4, 1e-6, 1e-5),
    "float32": Precision(float(np.finfo(np.float32).eps), 1e-2, 1e-2, 2e-2),
}


@dataclass(frozen=True)
class ParameterCheck:
    """The gradient of one parameter array.

    Attributes
    ----------
    name : str
        Name of the parameter, or its position.
    shape : tuple of int
        Its shape.
    error : float
        Largest relative error of the entries that were compared; infinite if the gradient has another shape.
    index : tuple of int
        Where it is.
    computed, measured : float
        The derivative there: by the gradient, and by finite differences.
    compared, kinks : int
        Number of entries that were compared, and of those at a kink, where there is no derivative.
    cause : str or None
        Likely cause of an error.
    """

    name: str
    shape: tuple[int, ...]
    error: float
    index: tuple[int, ...]
    computed: float
    measured: float
    compared: int
    kinks: int
    cause: str | None = None

    @property
    def ratio(self) -> float:
        """The quotient of the computed and the measured derivative."""
        return self.computed / self.measured if self.measured else float("nan")


@dataclass(frozen=True)
class GradientFunctionCheck:
    """Result of `check_gradient_function`; true if all errors are within the tolerance.

    Attributes
    ----------
    parameters : sequence of ParameterCheck
        One per parameter array.
    tolerance : float
        Largest relative error that passes.
    summary : str
        The verdict in one or two sentences.
    """

    parameters: Sequence[ParameterCheck]
    tolerance: float
    summary: str

    @property
    def passed(self) -> bool:
        """Whether every error is within the tolerance."""
        return all(one.error <= self.tolerance for one in self.parameters)

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        head = ["", "entry", "computed", "measured", "ratio", "error"]
        rows = [head, *map(_cells, self.parameters)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [self.summary]
        for row, cause in zip(rows, [None, *(one.cause for one in self.parameters)], strict=True):
            left = "  ".join(cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True))
            right = "  ".join(cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True))
            lines += [f"  {left}  {right}", *([f"    {cause}"] if cause else [])]
        return "\n".join(lines)


def _cells(one: ParameterCheck) -> list[str]:
    """Return the row of a parameter in the table."""
    where = f"[{', '.join(map(str, one.index))}]" if one.compared else ""
    values = [f"{value:.5g}" for value in (one.computed, one.measured, one.ratio)]
    return [one.name, where, *(values if one.compared else [""] * 3), f"{one.error:.1e}"]


def check_gradient_function(
    f: Callable[[Any], Any],
    gradient: Any,
    at: Any,
    *,
    entries: int = 50,
    tolerance: float | None = None,
    seed: int = 0,
) -> GradientFunctionCheck:
    """Compare a gradient with finite differences of its function, and name the likely cause of an error.

    It is for code of your own, with plain arrays; `check_gradient` checks a `Network`.

    Parameters
    ----------
    f : callable
        Takes the parameters, returns a number.
    gradient : callable, array, sequence of arrays, or dict of arrays
        Takes the parameters, returns an array for each, in the same structure; or these arrays.
    at : array, sequence of arrays, or dict of arrays
        The parameters.
    entries : int, default 50
        Number of entries of each parameter array that are compared, drawn at random if it has more.
    tolerance : float, optional
        Largest relative error that passes: by default 1e-5, or 0.02 if f returns float32.
    seed : int, default 0
        Seed of the entries.

    Returns
    -------
    GradientFunctionCheck
        Errors and likely causes; prints as a table.

    Raises
    ------
    TypeError
        If f does not return a number, or gradient and parameters differ in structure.
    ValueError
        If f returns NaN or infinity.

    References
    ----------
    See `check_gradient`.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x, y, w = rng.normal(size=(32, 3)), rng.normal(size=32), np.zeros(3)
    >>> def loss(w): return np.mean((x @ w - y) ** 2)
    >>> bool(check_gradient_function(loss, lambda w: 2 * x.T @ (x @ w - y) / 32, w))
    True
    >>> found = check_gradient_function(loss, lambda w: 2 * x.T @ (x @ w - y), w)
    >>> found.parameters[0].cause
    '32 times too large: if 32 is the number of rows, the division by it (1/m) is missing'
    """
    checks.whole_number("entries", entries, at_least=1)
    names, arrays = _named(at, "at")
    structure = _Structure(at, [array.shape for array in arrays])
    vector = np.concatenate([array.ravel() for array in arrays] or [np.zeros(0)])
    first = f(structure.build(vector))
    precision = PRECISIONS["float32" if np.asarray(first).dtype == np.float32 else "float64"]
    tolerance = precision.tolerance if tolerance is None else checks.number("tolerance", tolerance)
    _number(first)
    given = gradient(structure.build(vector)) if callable(gradient) else gradient
    found_names, gradients = _named(given, "the gradient")
    if found_names != names:
        raise TypeError(
            f"the gradient must have the structure of the parameters, {_listed(names)}, got {_listed(found_names)}"
        )
    length = float(np.sqrt(sum(float(np.square(one[np.isfinite(one)]).sum()) for one in gradients)))
    point = _Point(lambda x: _number(f(structure.build(x))), vector, length, precision, tolerance)
    rng, start, found = np.random.default_rng(seed), 0, []
    for name, array, own in zip(names, arrays, gradients, strict=True):
        places = np.sort(rng.permutation(array.size)[:entries])
        found.append(point.compare(name, array.shape, own, places, start))
        start += array.size
    return GradientFunctionCheck(found, tolerance, _summary(found, tolerance))


@dataclass(frozen=True)
class _Point:
    """Where a function is compared with a gradient.

    f: the function of a vector. vector: all parameters, (n,). length: of the gradient. precision: of the values of f.
    """

    f: Callable[[Array], float]
    vector: Array
    length: float
    precision: Precision
    tolerance: float

    def compare(self, name: str, shape: tuple[int, ...], own: Array, places: IntArray, start: int) -> ParameterCheck:
        """Compare a gradient with the slopes of an array at some places; its first entry is `start` of the vector."""
        if own.shape != shape:
            return ParameterCheck(name, shape, np.inf, (), np.nan, np.nan, 0, 0, cause_of_shape(shape, own))
        flat, kept = own.ravel(), list[tuple[int, float, float]]()  # place, slope, and error
        for place in places.tolist():
            slope, error, is_smooth = self._slope(start + place, float(flat[place]))
            if is_smooth or error <= self.tolerance:
                kept.append((place, slope, error))
        kinks = len(places) - len(kept)
        if not kept:
            return ParameterCheck(name, shape, 0.0, (), np.nan, np.nan, 0, kinks)
        used, slopes, errors = (np.array(column) for column in zip(*kept, strict=True))
        worst = int(np.argmax(errors))
        index = tuple(int(i) for i in np.unravel_index(used[worst], shape))
        error, computed = float(errors[worst]), float(flat[used[worst]])
        cause = None if error <= self.tolerance else cause_of(own, used, slopes)
        return ParameterCheck(name, shape, error, index, computed, float(slopes[worst]), len(kept), kinks, cause)

    def _slope(self, place: int, computed: float) -> tuple[float, float, bool]:
        """Return the measured slope, the relative error of the computed one, and whether the two can be compared."""
        if not np.isfinite(computed):
            return np.nan, np.inf, True
        v = np.zeros(len(self.vector))
        v[place] = 1.0
        own = self.precision
        return compare_slope(
            self.f,
            self.vector,
            v,
            computed,
            length=self.length,
            h=own.step,
            epsilon=own.epsilon,
            accuracy=own.accuracy,
        )


def _summary(found: Sequence[ParameterCheck], tolerance: float) -> str:
    """Return the verdict, and where the mistake is if the arrays are in the order of the layers."""
    wrong, right = ([one.name for one in found if (one.error > tolerance) is bad] for bad in (True, False))
    kinks = sum(one.kinks for one in found)
    aside = (
        "" if not kinks else f" {'1 entry is' if kinks == 1 else f'{kinks} entries are'} at a kink, and not compared."
    )
    if not wrong:
        entries, worst = sum(one.compared for one in found), max((one.error for one in found), default=0.0)
        return f"The gradient is right: largest relative error {worst:.1e} in {entries} entries.{aside}"
    causes = {one.cause for one in found}
    if not right:
        if len(found) == 1:
            return f"The gradient is wrong.{aside}"
        same = " in the same way" if len(causes) == 1 and None not in causes else ""
        return f"The gradient is wrong in all arrays{same}.{aside}"
    text = f"The gradient is wrong in {_listed(wrong)}, and right in {_listed(right)}."
    last = found[len(wrong) - 1]
    if [one.name for one in found[: len(wrong)]] == wrong and last.cause is None:
        text += (
            f" If the arrays are in the order of the layers, the mistake is in the step back from {right[0]} to "
            f"{last.name}: the derivative of the activation, or a weight matrix that is not transposed."
        )
    return text + aside


@dataclass(frozen=True)
class _Structure:
    """How arrays are passed to a function: alone, in a list or tuple, or in a dict."""

    like: Any
    shapes: Sequence[tuple[int, ...]]

    def build(self, vector: Array) -> Any:
        """Return new arrays with the numbers of a vector, in the structure."""
        ends = np.cumsum([int(np.prod(shape)) for shape in self.shapes])
        parts = np.split(vector, ends[:-1]) if self.shapes else []
        arrays = [part.reshape(shape).copy() for part, shape in zip(parts, self.shapes, strict=True)]
        if isinstance(self.like, Mapping):
            return dict(zip(self.like, arrays, strict=True))
        if isinstance(self.like, (list, tuple)):
            return type(self.like)(arrays)
        return arrays[0]


def _named(values: Any, what: str) -> tuple[list[str], list[Array]]:
    """Return names and arrays in float64; an array alone has no name."""
    if isinstance(values, Mapping):
        names, parts = [str(name) for name in values], list(values.values())
    elif isinstance(values, (list, tuple)):
        names, parts = [f"[{i}]" for i in range(len(values))], list(values)
    else:
        names, parts = ["gradient"], [values]
    arrays: list[Array] = []
    for name, part in zip(names, parts, strict=True):
        array = np.asarray(part)
        if array.dtype.kind not in "fiu":
            raise TypeError(f"{what} must consist of arrays of numbers; {name} has the dtype {array.dtype}")
        arrays.append(array.astype(np.float64))
    return names, arrays


def _number(result: Any) -> float:
    """Return the value of a function as a float; raises TypeError if it is no number, ValueError if not finite."""
    array = np.asarray(result)
    if array.size != 1 or array.dtype.kind not in "fiu":
        shape = f"an array {array.shape}" if array.size != 1 else f"{result!r}"
        raise TypeError(f"f must return a number, such as a mean loss, but it returned {shape}")
    number = float(array.reshape(()))
    if not np.isfinite(number):
        raise ValueError(f"f must be finite near the parameters, but it returned {number}")
    return number


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) < 8 else f"{', '.join(names[:6])}, … ({len(names)} arrays)"
