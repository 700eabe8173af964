"""Benchmark of vectorization: four products as Python loops, in NumPy, and as compiled loops.

x1, x2: (5000,) integers; W: (3, 5000). Every result is compared with NumPy's before its time is reported.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray

LENGTH, ROWS, SEED = 5000, 3, 27

LONG_ENOUGH = 0.02
"""Minimum seconds of calls per timing, so that the clock's resolution does not matter."""


@dataclass(frozen=True)
class Product:
    """One product: its formula, its arguments, and its implementations in NumPy and as a loop."""

    formula: str
    takes: tuple[str, ...]
    vectorized: Callable[..., Any]
    loop: Callable[..., Any]


def vectors() -> dict[str, AnyArray]:
    """Return the notebook's x1, x2, and W: integers below 1000 and below 500, and numbers in [0, 1).

    >>> int(vectors()["x1"][0]), int(vectors()["x2"][0])
    (519, 214)
    """
    old = np.random.RandomState(SEED)  # the notebook's legacy generator, whose stream is stable
    return {
        "x1": old.randint(500, 1000, LENGTH),
        "x2": old.randint(0, 500, LENGTH),
        "W": old.rand(ROWS, LENGTH),
    }


def dot_loop(x1: AnyArray, x2: AnyArray) -> Any:
    """Return Σ x1ᵢ x2ᵢ."""
    total = 0
    for i in range(len(x1)):
        total += x1[i] * x2[i]
    return total


def outer_loop(x1: AnyArray, x2: AnyArray) -> AnyArray:
    """Return x1ᵢ x2ⱼ, (n, n)."""
    out = np.zeros((len(x1), len(x2)), x1.dtype)
    for i in range(len(x1)):
        for j in range(len(x2)):
            out[i, j] = x1[i] * x2[j]
    return out


def elementwise_loop(x1: AnyArray, x2: AnyArray) -> AnyArray:
    """Return x1ᵢ x2ᵢ, (n,)."""
    out = np.zeros(len(x1), x1.dtype)
    for i in range(len(x1)):
        out[i] = x1[i] * x2[i]
    return out


def general_dot_loop(W: AnyArray, x1: AnyArray) -> AnyArray:
    """Return Σⱼ Wᵢⱼ x1ⱼ, (rows,)."""
    out = np.zeros(W.shape[0])
    for i in range(W.shape[0]):
        for j in range(W.shape[1]):
            out[i] += W[i, j] * x1[j]
    return out


PRODUCTS: dict[str, Product] = {
    "dot": Product("x1 · x2", ("x1", "x2"), np.dot, dot_loop),
    "outer": Product("x1 ⊗ x2", ("x1", "x2"), np.outer, outer_loop),
    "elementwise": Product("x1 ⊙ x2", ("x1", "x2"), np.multiply, elementwise_loop),
    "general dot": Product("W · x1", ("W", "x1"), np.dot, general_dot_loop),
}


def ways_of(product: Product) -> dict[str, Callable[..., Any]]:
    """Return the implementations of a product by name; the compiled loop only if Numba is installed."""
    ways = {"loop": product.loop, "numpy": product.vectorized}
    if importlib.util.find_spec("numba") is not None:
        from numba import njit

        ways["compiled"] = njit(product.loop)
    return ways


def compare(repeats: int = 5, report: Callable[[str], None] = lambda text: None) -> dict[str, dict[str, float]]:
    """Return the best seconds of every implementation: {"dot": {"loop": ..., "numpy": ..., "compiled": ...}}.

    repeats: number of timings; calls over a second are timed once. report: called with progress messages.
    Raises ValueError where a way does not come to NumPy's result.
    """
    data = vectors()
    found: dict[str, dict[str, float]] = {}
    for name, product in PRODUCTS.items():
        arguments = [data[taken] for taken in product.takes]
        right = product.vectorized(*arguments)
        found[name] = {}
        for way, function in ways_of(product).items():
            report(f"{name}: {way}")
            start = time.perf_counter()
            got = function(*arguments)
            once = time.perf_counter() - start
            check(name, way, got, right)
            # The first call of the compiled loop includes compilation, so it is not timed.
            found[name][way] = once if way == "loop" and once > 1 else best(function, arguments, repeats)
    return found


def check(name: str, way: str, got: Any, right: Any) -> None:
    """Raise an error if a result differs from NumPy's: integers must be equal, floats equal up to rounding."""
    got, right = np.asarray(got), np.asarray(right)
    is_exact = right.dtype.kind in "iu"
    if got.shape != right.shape or not (np.array_equal(got, right) if is_exact else np.allclose(got, right)):
        raise ValueError(f"{name} as {way} differs from the result of NumPy, so its time is not reported")


def best(function: Callable[..., Any], arguments: list[Any], repeats: int) -> float:
    """Return the minimum seconds per call of some repeats, each of which takes at least LONG_ENOUGH."""
    seconds: list[float] = []
    calls = 1
    while len(seconds) < repeats:
        start = time.perf_counter()
        for _ in range(calls):
            function(*arguments)
        taken = time.perf_counter() - start
        if taken < LONG_ENOUGH:
            calls *= 2
        else:
            seconds.append(taken / calls)
    return min(seconds)
