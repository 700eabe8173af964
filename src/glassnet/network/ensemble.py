"""Ensemble: several networks whose outputs are averaged, which is usually better than any one of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from glassnet.common.arrays import AnyArray, Array
from glassnet.network.decisions import decide
from glassnet.network.input_checks import Rows
from glassnet.network.network import Network


class Ensemble:
    """Average of several networks with the same inputs and outputs: p = 1/m Σ p_i.

    Parameters
    ----------
    networks : sequence of Network
        At least one network.

    Raises
    ------
    ValueError
        If the networks differ in inputs, outputs, or kind of output.

    Examples
    --------
    >>> from glassnet.network.layers import Dense
    >>> pair = Ensemble([Network(2, [Dense(3, "softmax")], seed=seed) for seed in (0, 1)])
    >>> pair.predict_proba([[0.0, 0.0]]).round(4)
    array([[0.3333, 0.3333, 0.3333]], dtype=float32)
    """

    def __init__(self, networks: Sequence[Network]) -> None:
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

    def predict_proba(self, X: Rows) -> Array:
        """Return the mean of the networks' outputs.

        Parameters
        ----------
        X : array-like, (n, inputs)
            Rows.

        Returns
        -------
        Array, (n, outputs)
            Mean outputs.
        """
        return np.mean([network.predict_proba(X) for network in self.networks], axis=0)

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
