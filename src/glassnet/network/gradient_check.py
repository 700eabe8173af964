"""Gradient check: backpropagation against finite differences of the loss, in float64.

The derivative of the loss along a direction v follows from two values of the loss, without backpropagation:

    (L(θ + h v) − L(θ − h v)) / 2h   ≈   g · v

v is a random direction within one named array at a time (W of dense1, …), so a wrong gradient is located by name. At a
kink (ReLU at 0) there is no derivative to compare with. If one is nearby, the check is repeated at a nearby θ with
smaller steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glassnet.common.arrays import Array
from glassnet.maths import losses
from glassnet.maths.finite_differences import compare_slope
from glassnet.network.input_checks import LabeledRows, Rows
from glassnet.network.network import Network

STEP = 1e-4
"""The larger of the two step lengths h of a first attempt, relative to a direction of length 1."""
ATTEMPTS = 12
"""Number of attempts with other directions after a kink."""
ROUNDING = float(np.finfo(np.float64).eps)
NUDGE = 1e-3
"""Distance from θ, in each parameter, of the later attempts."""


@dataclass(frozen=True)
class GradientCheck:
    """Result of `check_gradient`; true if all errors are within the tolerance.

    Attributes
    ----------
    errors : dict of str to float
        Largest relative error of each named array (or entry, such as "dense1.W[0, 2]"): |g·v − measured| / max(|g·v|,
        |measured|, floor).
    tolerance : float
        Largest error that passes.
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
    X: Rows | LabeledRows,
    y: npt.ArrayLike | None = None,
    loss: losses.LossLike | None = None,
    *,
    sample_weight: npt.ArrayLike | None = None,
    train: bool = False,
    per_parameter: bool = False,
    directions: int = 4,
    tolerance: float = 1e-6,
    seed: int = 0,
) -> GradientCheck:
    """Compare the gradient of a network with finite differences of its loss.

    The check runs on a float64 copy; the network is not changed.

    Parameters
    ----------
    network : Network
        The network, with at least one parameter.
    X : array-like, (n, inputs), or Dataset
        Rows, or rows and targets.
    y : array-like, optional
        Targets.
    loss : str, dict, or Loss, optional
        By default, the canonical loss of the output activation.
    sample_weight : array-like, (n,), optional
        Sample weights.
    train : bool, default False
        Training mode: dropout (with the same mask each time) and batch statistics.
    per_parameter : bool, default False
        Check every entry of θ separately, instead of random directions.
    directions : int, default 4
        Number of random directions per named array.
    tolerance : float, default 1e-6
        Largest relative error that passes.
    seed : int, default 0
        Seed of the directions.

    Returns
    -------
    GradientCheck
        Errors by name; prints as a table.

    Raises
    ------
    ValueError
        If the network has no parameters, or the data do not fit it.

    References
    ----------
    Nocedal & Wright, "Numerical optimization", section 8.1. The step length uses Richardson extrapolation.

    Examples
    --------
    >>> from glassnet.network.layers import Dense
    >>> net = Network(3, [Dense(4, "tanh"), Dense(2, "softmax")])
    >>> bool(check_gradient(net, [[0.1, 0.2, 0.3]], [1]))
    True
    """
    if not network.parameters.size:
        raise ValueError("this network has no parameters, so there is no gradient to check")
    copy = network.copy("float64")
    kind = copy.loss(loss)
    X, Y, weights = copy.batch(X, y, kind, sample_weight)
    theta, state = copy.parameters.copy(), copy.state.copy()

    def gradient_at(point: Array) -> Array:
        copy.parameters[:], copy.state[:] = point, state
        return copy.loss_and_gradient(X, Y, kind, weights, train, np.random.default_rng(seed))[2].copy()

    def loss_at(point: Array) -> float:
        copy.parameters[:], copy.state[:] = point, state
        a, caches = copy.forward(X, train, np.random.default_rng(seed))
        return losses.mean_loss(copy.loss_of(a, caches[-1], Y, kind)[0], weights)

    rng = np.random.default_rng(seed)

    def error_at(place: slice) -> float:
        for attempt in range(ATTEMPTS):
            point = theta + (NUDGE * rng.standard_normal(theta.size) if attempt else 0)
            v = _direction(theta.size, place, rng)
            g = gradient_at(point)
            length = float(np.linalg.norm(g))
            h = STEP / 2**attempt
            found = compare_slope(loss_at, point, v, float(g @ v), length=length, h=h, epsilon=ROUNDING)
            if found.is_smooth:
                break
        return found.error

    if per_parameter:
        entries = ((i, slice(i, i + 1)) for i in range(theta.size))
        return GradientCheck({copy.layout.entry_name(i): error_at(entry) for i, entry in entries}, tolerance)
    places = {slot.name: slice(slot.start, slot.stop) for slot in copy.layout.slots}
    worst = {name: max(error_at(place) for _ in range(directions)) for name, place in places.items()}
    return GradientCheck(worst, tolerance)


def _direction(size: int, place: slice, rng: np.random.Generator) -> Array:
    """Return a random vector of length 1, (size,), that is 0 outside `place`."""
    v = np.zeros(size)
    v[place] = rng.standard_normal(v[place].size)
    return v / np.linalg.norm(v)
