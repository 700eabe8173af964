"""Does the gradient that backpropagation computes belong to the loss? Measured with small steps, in float64.

The derivative of the loss along a direction v can be had without any backpropagation, from two values of the loss:

    (L(θ + h v) − L(θ − h v)) / 2h   ≈   g · v

Here v is random within one named array at a time (W of dense1, ...), so a wrong gradient is found by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.common.arrays import Array
from glassnet.network.network import Network

STEP = 1e-4
"""The larger of the two step lengths h, relative to a direction of length 1."""


@dataclass(frozen=True)
class GradientCheck:
    """What a check found: the relative error by name, the worst of them, and whether all are small enough.

    errors: for each named array (or entry, like "dense1.W[0, 2]") |g·v − measured| / max(|g·v|, |measured|, floor),
    the worst of all directions tried.
    """

    errors: dict[str, float]
    tolerance: float

    @property
    def worst(self) -> str:
        """The name of the array or entry with the largest error."""
        return max(self.errors, key=lambda name: self.errors[name])

    @property
    def relative_error(self) -> float:
        """The largest error."""
        return self.errors[self.worst]

    @property
    def passed(self) -> bool:
        """Whether every error is within the tolerance."""
        return self.relative_error <= self.tolerance

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        verdict = "the gradient is right" if self.passed else f"the gradient is WRONG at {self.worst}"
        lines = [f"{verdict}: largest relative error {self.relative_error:.1e}, allowed {self.tolerance:.0e}"]
        shown = sorted(self.errors, key=lambda name: -self.errors[name])[:20]
        width = max(map(len, shown))
        return "\n".join(lines + [f"  {name.ljust(width)}  {self.errors[name]:.1e}" for name in shown])


def check_gradient(
    network: Network,
    X: Any,
    y: Any = None,
    loss: Any = None,
    *,
    sample_weight: Any = None,
    train: bool = False,
    per_parameter: bool = False,
    directions: int = 4,
    tolerance: float = 1e-6,
    seed: int = 0,
) -> GradientCheck:
    """Compare the network's gradient with differences of its loss, on a float64 copy; the network stays as it is.

    X, y, loss, sample_weight: as for Network.gradient. train: also dropout (the same mask each time) and batch
    statistics. per_parameter: every entry of θ by itself, instead of `directions` random directions per named array.
    tolerance: the relative error that is let pass. At a kink (ReLU at 0) no derivative exists; a direction that crosses
    one shows it by two step lengths that disagree, and another is drawn.
    Source: Nocedal & Wright, "Numerical optimization", section 8.1; Richardson's extrapolation for the step length.

    >>> from glassnet.network.layers import Dense
    >>> net = Network(3, [Dense(4, "tanh"), Dense(2, "softmax")])
    >>> bool(check_gradient(net, [[0.1, 0.2, 0.3]], [1]))
    True
    """
    copy = Network.from_vectors(network.inputs, network.layers, network.parameters, network.state, "float64")
    kind = copy.loss(loss)
    X, Y, weights = copy.batch(X, y, kind, sample_weight)
    theta, state = copy.parameters.copy(), copy.state.copy()

    def loss_at(point: Array) -> float:
        copy.parameters[:], copy.state[:] = point, state
        return copy.loss_and_gradient(X, Y, kind, weights, train, np.random.default_rng(seed))[0]

    loss_at(theta)
    g = np.concatenate([view.ravel() for view in copy.named_gradients().values()] or [np.zeros(0)])
    rng = np.random.default_rng(seed)
    # What is this much smaller than the whole gradient is rounding, not a derivative.
    floor = 1e-5 * max(float(np.linalg.norm(g)), 1e-8)
    errors: dict[str, float] = {}
    for slot in copy.layout.slots:
        entries = range(slot.start, slot.stop)
        if per_parameter:
            for entry in entries:
                v = np.zeros_like(theta)
                v[entry] = 1
                errors[copy.layout.place(entry)] = _error(loss_at, theta, g, v, floor)[0]
            continue
        worst = 0.0
        for _ in range(directions):
            for _attempt in range(10):
                v = np.zeros_like(theta)
                v[slot.start : slot.stop] = rng.standard_normal(len(entries))
                v /= np.linalg.norm(v)
                error, smooth = _error(loss_at, theta, g, v, floor)
                if smooth:
                    break
            worst = max(worst, error)
        errors[slot.name] = worst
    return GradientCheck(errors, tolerance)


def _error(loss_at: Any, theta: Array, g: Array, v: Array, floor: float) -> tuple[float, bool]:
    """Return the relative error along v, and whether the loss is smooth there."""
    wide, narrow = ((loss_at(theta + h * v) - loss_at(theta - h * v)) / (2 * h) for h in (STEP, STEP / 2))
    # The error of a difference is of order h², so these two combine to one of order h⁴.
    measured = (4 * narrow - wide) / 3
    computed = float(g @ v)
    scale = max(abs(measured), abs(computed), floor)
    return abs(measured - computed) / scale, abs(wide - narrow) <= 1e-5 * scale
