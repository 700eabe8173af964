"""Rules about mistakes in the code of layers: noise in evaluation, softmax twice, a wrong derivative."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from glassnet.common.arrays import AnyArray, Array
from glassnet.diagnostics.findings import Finding
from glassnet.diagnostics.gradient_function import GradientFunctionCheck, check_gradient_function
from glassnet.maths import losses
from glassnet.network.gradient_check import check_gradient
from glassnet.network.layers import Activation
from glassnet.network.network import Network

ROWS, TOLERANCE, SMALL = 8, 1e-4, 1e-6
"""Rows of the gradient check, and the relative and absolute errors from which on a gradient is wrong."""


def diagnose_code(network: Network, X: Array, Y: AnyArray, loss: losses.Loss) -> list[Finding]:
    """Return the first finding about the code of a network's layers. X: (n, inputs), Y: (n,) or (n, outputs)."""
    rules: tuple[Callable[..., Iterator[Finding]], ...] = (_noise, _softmax_twice, _wrong_gradient)
    for rule in rules:
        if found := list(rule(network, X[:ROWS], Y[:ROWS], loss)):
            return found
    return []


def one_unit_of_softmax(network: Network) -> list[Finding]:
    """Return a finding for a softmax over a single unit, whatever the data."""
    if network.output_kind != "distribution" or network.outputs > 1:
        return []
    return [
        Finding(
            "softmax of one unit",
            "error",
            network.operations[-1].name,
            "The output is a softmax over 1 unit, which is always 1: no input and no weight changes it.",
            'Use gn.Dense(1, "sigmoid") for two classes, or gn.Dense(K, "softmax") for K classes.',
        )
    ]


def _noise(network: Network, X: Array, Y: AnyArray, loss: losses.Loss) -> Iterator[Finding]:
    first, second = network.forward(X)[0], network.forward(X)[0]
    if not np.array_equal(first, second, equal_nan=True):
        yield Finding(
            "noise in evaluation",
            "error",
            "network",
            f"Two predictions for the same rows differ by up to {np.abs(first - second).max():.3g}.",
            "Dropout or noise is active in evaluation: it may act only if `train` is true.",
        )


def _softmax_twice(network: Network, X: Array, Y: AnyArray, loss: losses.Loss) -> Iterator[Finding]:
    last = [step.layer for step in network.operations[-2:]]
    kinds = [type(one.activation).__name__ if isinstance(one, Activation) else "" for one in last]
    if kinds == ["Softmax", "Softmax"]:
        yield Finding(
            "softmax twice",
            "error",
            network.operations[-1].name,
            "Softmax is applied to the output of softmax: probabilities are squeezed together, at most "
            f"{np.e / (np.e + network.outputs - 1):.2f}, and gradients are small.",
            "Remove one of the two.",
        )


def _wrong_gradient(network: Network, X: Array, Y: AnyArray, loss: losses.Loss) -> Iterator[Finding]:
    if not network.parameters.size or not np.isfinite(network.forward(X)[0]).all():
        return
    checked = check_gradient(network, X, Y, loss, directions=2, tolerance=TOLERANCE)
    wrong = [name for name, error in checked.errors.items() if not error <= TOLERANCE]
    if not wrong:
        return
    # A gradient of almost 0 differs from finite differences by rounding.
    entries = {one.name: one for one in _by_entry(network, X, Y, loss).parameters if one.name in wrong}
    entries = {name: one for name, one in entries.items() if abs(one.computed - one.measured) > SMALL}
    wrong = [name for name in wrong if name in entries]
    if not wrong:
        return
    worst = entries[wrong[0]]
    where = f"{worst.name}[{', '.join(map(str, worst.index))}]"
    # A ratio of 0 or infinity says no more than both numbers.
    ratio = f", a factor of {worst.ratio:.3g}" if worst.computed and worst.measured else ""
    yield Finding(
        "wrong gradient",
        "error",
        ", ".join(wrong),
        f"The gradient of {', '.join(wrong)} is wrong: that of {where} is {worst.computed:.4g}, finite differences of "
        f"the loss give {worst.measured:.4g}{ratio}.",
        worst.cause or "Check the derivative of that layer, and of those after it.",
        {"computed": worst.computed, "measured": worst.measured},
    )


def _by_entry(network: Network, X: Array, Y: AnyArray, loss: losses.Loss) -> GradientFunctionCheck:
    """Compare entries of each parameter array, on a copy in float64."""
    copy = network.copy("float64")
    rows, targets, _ = copy.batch(X, Y, loss)

    def moved(parameters: dict[str, Array]) -> Network:
        for name, view in copy.named_parameters().items():
            view[:] = parameters[name]
        return copy

    def value(parameters: dict[str, Array]) -> float:
        a, caches = moved(parameters).forward(rows)
        return losses.mean_loss(copy.loss_of(a, caches[-1], targets, loss)[0], None)

    def gradient(parameters: dict[str, Array]) -> dict[str, Array]:
        moved(parameters).loss_and_gradient(rows, targets, loss, None, False, None)
        return {name: view.copy() for name, view in copy.named_gradients().items()}

    return check_gradient_function(value, gradient, {k: v.copy() for k, v in copy.named_parameters().items()})
