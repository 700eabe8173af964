"""Data-dependent initial values: weights and biases of dense layers that fit the scale of the training rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.common import specs
from glassnet.common.arrays import Array
from glassnet.common.selection import is_on_disk
from glassnet.network.input_checks import Rows
from glassnet.network.layers import Dense
from glassnet.network.network import Network

MOST_ROWS = 1000
"""Maximum number of rows that are used."""

MIXED_ROWS = 5
"""Number of rows in the random mix that a bias is drawn from."""

BIASES = ("he+5",)
"""Names of the rules for biases."""


def initialize_from_data(
    network: Network, X: Rows, rng: np.random.Generator, bias: str | None = "he+5", *, last_layer: bool = True
) -> None:
    """Scale and shift the initial weights and biases of a network's dense layers to fit training rows.

        W_j ← W_j / std(z_j)          b_j ← −Σ_i v_i (x_i W_j), over 5 random rows i, v_i ≥ 0, Σ v_i = 1

    z_j is unit j's output before its activation. Its standard deviation over the rows becomes 1, and the unit is 0 at a
    random point between the rows, so its kink or bend lies inside the data. Layers are initialized in order, each on
    the outputs of the layers before it; layers of other types keep their parameters. A unit with the same z in all
    rows keeps its weights and its bias.

    Parameters
    ----------
    network : Network
        Network with random weights; it is changed in place.
    X : array-like, (n, inputs)
        Training rows, as the network gets them. If there are more than 1,000, `rng` draws 1,000 of them.
    rng : numpy.random.Generator
        Source of randomness.
    bias : {"he+5"} or None, default "he+5"
        Rule for the biases; None keeps them. The weights v of "he+5" are normalized draws of an exponential
        distribution.
    last_layer : bool, default True
        Initialize the last dense layer, too.

    Raises
    ------
    ValueError
        If X does not fit the network or has no rows, or if `bias` is unknown.

    References
    ----------
    Krähenbühl, Doersch, Donahue & Darrell, "Data-dependent initializations of convolutional neural networks", ICLR
    2016. Holzmüller, Grinsztajn & Steinwart, "Better by default", NeurIPS 2024 ("he+5").

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> net = Network(3, [Dense(4, "relu"), Dense(2, "softmax")])
    >>> X = rng.normal(5, 100, (50, 3)).astype("float32")
    >>> initialize_from_data(net, X, rng)
    >>> W, b = list(net.named_parameters().values())[:2]
    >>> (X @ W + b).std(axis=0).round(3)
    array([1., 1., 1., 1.], dtype=float32)
    """
    if bias is not None and bias not in BIASES:
        raise specs.unknown("rule for biases:", bias, BIASES)
    outputs = [network.rows(some_rows(X, rng))]
    if not len(outputs[0]):
        raise ValueError("X has no rows to initialize from")
    dense = [step for step in network.operations if isinstance(step.layer, Dense)]
    for step in network.operations:
        if isinstance(step.layer, Dense) and (last_layer or step is not dense[-1]):
            _initialize(step.p["W"], step.p["b"], outputs[step.source], rng if bias else None)
        outputs.append(step.run(outputs, False, None)[0])


def some_rows(X: Rows, rng: np.random.Generator) -> Any:
    """Return X if it has at most 1,000 rows, else 1,000 of its rows, in their order."""
    array: Any = X if is_on_disk(X) else np.asarray(X)
    if len(array) <= MOST_ROWS:
        return array[:]
    return array[np.sort(rng.choice(len(array), MOST_ROWS, replace=False))]


def _initialize(W: Array, b: Array, x: Array, rng: np.random.Generator | None) -> None:
    """Initialize one dense layer in place. W: (inputs, units), b: (units,), x: (n, inputs). rng: None to keep b."""
    z = x.astype(np.float64) @ W.astype(np.float64)  # (n, units)
    spread = z.std(axis=0)  # (units,)
    # Rounding makes the spread of a constant a little larger than 0.
    rounding = np.finfo(W.dtype).eps * np.abs(z).max(axis=0)
    used = spread > np.maximum(16 * rounding, np.sqrt(np.finfo(W.dtype).tiny))
    scaled = z[:, used] / spread[used]
    W[:, used] /= spread[used].astype(W.dtype)
    if rng is not None:
        units = scaled.shape[1]
        rows = rng.integers(0, len(x), (MIXED_ROWS, units))
        shares = rng.exponential(size=(MIXED_ROWS, units))
        b[used] = -(np.take_along_axis(scaled, rows, axis=0) * shares / shares.sum(axis=0)).sum(axis=0)
