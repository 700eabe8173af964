"""Ensemble: several networks whose outputs are averaged, which is usually better than any one of them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import AnyArray, Array
from glassnet.maths.temperature import with_temperature
from glassnet.network.decisions import decide
from glassnet.network.input_checks import Rows
from glassnet.network.network import Network

EPSILON = float(np.finfo(np.float64).eps)


class Ensemble:
    """Weighted average of several networks with the same inputs and outputs: p = Σ w_i p_i.

    Parameters
    ----------
    networks : sequence of Network
        At least one network.
    weights : sequence of float, optional
        Weight of each network, at least 0; divided by their sum. By default, all are equal.
    temperature : float, default 1
        Temperature of the mean probabilities, of networks that end in softmax; see `with_temperature`.

    Raises
    ------
    ValueError
        If the networks differ in inputs, outputs, or kind of output, or the weights are invalid.

    Examples
    --------
    >>> from glassnet.network.layers import Dense
    >>> pair = Ensemble([Network(2, [Dense(3, "softmax")], seed=seed) for seed in (0, 1)])
    >>> pair.predict_proba([[0.0, 0.0]]).round(4)
    array([[0.3333, 0.3333, 0.3333]], dtype=float32)
    >>> Ensemble(pair.networks, weights=[3, 1]).weights
    (0.75, 0.25)
    """

    def __init__(
        self, networks: Sequence[Network], weights: Sequence[float] | None = None, temperature: float = 1.0
    ) -> None:
        self.networks = tuple(networks)
        if not self.networks:
            raise ValueError("an ensemble needs at least one network")
        first = self.networks[0]
        for i, other in enumerate(self.networks):
            if (other.inputs, other.outputs, other.output_kind) != (first.inputs, first.outputs, first.output_kind):
                raise ValueError(
                    f"network {i} of the ensemble gives {other.outputs} outputs ({other.output_kind}) "
                    f"from {other.inputs} inputs, network 0 gives {first.outputs} ({first.output_kind}) "
                    f"from {first.inputs}"
                )
        self.inputs, self.outputs, self.output_kind = first.inputs, first.outputs, first.output_kind
        self.weights = _normalized([1.0] * len(self.networks) if weights is None else weights, len(self.networks))
        self.temperature = checks.number("temperature of the ensemble", temperature, above=0)
        if temperature != 1 and first.output_kind != "distribution":
            raise ValueError("temperature is for networks whose output is a distribution, such as after softmax")

    @property
    def is_weighted(self) -> bool:
        """Whether the weights differ."""
        return len(set(self.weights)) > 1

    def predict_proba(self, X: Rows) -> Array:
        """Return the weighted mean of the networks' outputs.

        Parameters
        ----------
        X : array-like, (n, inputs)
            Rows.

        Returns
        -------
        Array, (n, outputs)
            Mean outputs.
        """
        return self.average([network.predict_proba(X) for network in self.networks])

    def average(self, outputs: Sequence[Array]) -> Array:
        """Return the weighted mean of given outputs, with the temperature.

        Parameters
        ----------
        outputs : sequence of Array, (n, outputs)
            Outputs of each network.

        Returns
        -------
        Array, (n, outputs)
            Mean outputs, in the dtype of the outputs.
        """
        if not self.is_weighted:
            return with_temperature(np.mean(outputs, axis=0), self.temperature)
        total = np.zeros(outputs[0].shape)
        for weight, output in zip(self.weights, outputs, strict=True):
            total += weight * output.astype(np.float64)
        return with_temperature(total.astype(np.result_type(*outputs)), self.temperature)

    def predict(self, X: Rows) -> AnyArray:
        """Return the prediction for every row; see `Network.predict`.

        Parameters
        ----------
        X : array-like, (n, inputs)
            Rows.

        Returns
        -------
        Array, (n,) or (n, outputs)
            Predictions.
        """
        return decide(self.predict_proba(X), self.output_kind)


def _normalized(weights: Sequence[float], count: int) -> tuple[float, ...]:
    """Return weights divided by their sum; raise ValueError for another number of them, or invalid ones."""
    found = [checks.number(f"weight {i} of the ensemble", weight, at_least=0) for i, weight in enumerate(weights)]
    if len(found) != count:
        raise ValueError(f"the ensemble has {count} networks, but {len(found)} weights")
    if not any(found):
        raise ValueError("at least one weight of the ensemble must be above 0")
    largest = max(found)
    if largest <= 1 and abs(math.fsum(found) - 1) <= len(found) * EPSILON:
        return tuple(found)  # normalized before, such as those of a model file, which keep their bits
    # Divided by the largest first, since the sum might overflow.
    shares = [weight / largest for weight in found]
    return tuple(share / math.fsum(shares) for share in shares)
