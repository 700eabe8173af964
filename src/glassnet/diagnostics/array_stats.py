"""Statistics of parameter arrays and their gradients in one step of a loop, from samples of their numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray, Array, IntArray
from glassnet.diagnostics.loop_record import ArrayStats

MOST_NUMBERS = 500
"""From a larger array, evenly spaced numbers are examined."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Samples of all arrays in one step, one after another.

    shapes, gradient_shapes: of each parameter and its gradient. starts, counts: where the numbers of each array begin,
    and how many there are, (arrays,). parameters, gradients: the numbers, (k,).
    """

    shapes: Sequence[tuple[int, ...]]
    gradient_shapes: Sequence[tuple[int, ...] | None]
    starts: IntArray
    counts: IntArray
    parameters: Array
    gradients: Array


def snapshot(values: Sequence[AnyArray], gradients: Sequence[AnyArray | None]) -> Snapshot:
    """Return copies of some numbers of each parameter and of its gradient; the loop may change its arrays in place."""
    own = [_some(one) for one in values]
    counts = [one.size for one in own]
    other = [
        np.zeros(count) if g is None else _some(g) if g.shape == w.shape else np.resize(_some(g), count)
        for g, w, count in zip(gradients, values, counts, strict=True)
    ]
    return Snapshot(
        [one.shape for one in values],
        [None if one is None else one.shape for one in gradients],
        np.cumsum([0, *counts[:-1]]),
        np.array(counts),
        np.concatenate(own, dtype=np.float64),
        np.concatenate(other, dtype=np.float64),
    )


def numbers_of(values: Any) -> AnyArray:
    """Return an array of NumPy, PyTorch, or JAX as an array of NumPy, without a copy where that is possible."""
    if hasattr(values, "detach"):
        values = values.detach().cpu()
        if values.is_sparse:
            values = values.to_dense()
        values = (values.float() if "bfloat16" in str(values.dtype) else values).numpy()
    return np.asarray(values)


def spacing_of(values: Any) -> float:
    """Return the relative distance of neighboring numbers of an array's data type; 0 of whole numbers."""
    name = str(getattr(values, "dtype", "float64")).rpartition(".")[2]
    if name == "bfloat16":
        return 2.0**-7
    return float(np.finfo(name).eps) if name in ("float16", "float32", "float64") else 0.0


def _some(values: AnyArray) -> AnyArray:
    """Return at most MOST_NUMBERS of the numbers, evenly spaced, from all columns, (k,)."""
    step = max(1, -(-values.size // MOST_NUMBERS))
    while values.ndim and math.gcd(step, values.shape[-1]) > 1:
        step += 1
    return values.reshape(-1)[::step]


def array_stats(now: Snapshot, before: Snapshot | None, first: Snapshot) -> list[ArrayStats]:
    """Return the statistics of each array. before: the step before, if it was examined. first: the first step."""
    w, g = now.parameters, now.gradients
    products = [w * w, g * g, w * g, np.square(w - first.parameters)]
    if before is not None:
        moved = w - before.parameters
        sign = np.sign(g)
        products += [moved * moved, moved * g, moved * before.parameters, before.parameters**2]
        products += [np.square(g - before.gradients), moved * sign, sign * sign]
    # All arrays in one pass: a call of NumPy costs more than the numbers of a small array.
    means = np.add.reduceat(np.array(products), now.starts, axis=1) / now.counts
    return [_stats(now, i, *column) for i, column in enumerate(means.T.tolist())]


def _stats(
    now: Snapshot,
    i: int,
    ww: float,
    gg: float,
    wg: float,
    away: float,
    mm: float | None = None,
    mg: float = 0.0,
    mb: float = 0.0,
    bb: float = 0.0,
    fresh: float = 0.0,
    ms: float = 0.0,
    ss: float = 0.0,
) -> ArrayStats:
    """Return the statistics of array i from means of products.

    w: parameter. g: gradient. m: change. b: parameter in the step before. s: sign of the gradient.
    """
    shape, gradient_shape = now.shapes[i], now.gradient_shapes[i]
    part = slice(now.starts[i], now.starts[i] + now.counts[i])
    some = now.gradients[part]
    finite = math.isfinite(gg) or bool(np.isfinite(some).all())  # squares may overflow
    is_alike = gradient_shape == shape
    return ArrayStats(
        shape=shape,
        gradient_shape=gradient_shape,
        size=math.sqrt(ww),
        gradient=math.sqrt(gg) if finite else math.nan,
        change=None if mm is None else math.sqrt(mm),
        is_finite=finite and (math.isfinite(ww) or bool(np.isfinite(now.parameters[part]).all())),
        is_one_number=is_alike and some.size > 1 and bool(some[0] == some[-1] and (some == some[0]).all()),
        zeros=some == 0 if len(shape) == 1 and is_alike else None,
        along=_cosine(mg, mm, gg) if mm is not None and is_alike else None,
        pull=_cosine(wg, ww, gg),
        inward=None if mm is None else _cosine(mb, mm, bb),
        fresh=None if mm is None else math.sqrt(fresh),
        away=math.sqrt(away),
        signed=None if mm is None else _cosine(ms, mm, ss),
    )


def _cosine(product: float, one: float, other: float) -> float:
    """Return the cosine of the angle between two vectors, from their product and the squares of their lengths."""
    lengths = math.sqrt(one) * math.sqrt(other)
    return product / lengths if lengths else 0.0
