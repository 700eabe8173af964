"""The network of an estimator: its layers, and initial weights drawn as in scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.utils._param_validation import InvalidParameterError

from glassnet.estimators.coefs import windows
from glassnet.estimators.constraints import HIDDEN
from glassnet.maths.activations import Activation as Function
from glassnet.maths.activations import activation
from glassnet.network.hidden_layers import hidden_layers
from glassnet.network.layer import Layer
from glassnet.network.layers import Activation, Dense, Dropout, layer
from glassnet.network.network import Network
from glassnet.network.normalization import BatchNorm, LayerNorm

PLAIN = (Dense, Activation, Dropout, BatchNorm, LayerNorm)
"""Layers whose initialization draws only weights and biases."""


def hidden_sizes(estimator: Any) -> list[int]:
    """Return the number of units of each hidden layer."""
    sizes = estimator.hidden_layer_sizes
    sizes = list(sizes) if hasattr(sizes, "__iter__") else [sizes]
    if not all(isinstance(size, Integral) and not isinstance(size, bool) for size in sizes):
        raise InvalidParameterError(
            f"The 'hidden_layer_sizes' parameter of {type(estimator).__name__} must be an int, or ints in an "
            f"array-like, one per hidden layer. Got {estimator.hidden_layer_sizes!r} instead."
        )
    if any(size <= 0 for size in sizes):
        raise ValueError(f"hidden_layer_sizes must be > 0, got {sizes}.")
    return [int(size) for size in sizes]


def layers_for(estimator: Any, outputs: int, output_activation: Any) -> list[Layer]:
    """Return the layers for an estimator's parameters and the given number of outputs."""
    sizes = hidden_sizes(estimator)
    functions = [_function(estimator, choice) for choice in _per_layer(estimator, "activation", sizes)]
    rates = _per_layer(estimator, "dropout", sizes)
    normalization = None if estimator.normalization is None else f"{estimator.normalization}norm"
    specs = hidden_layers(sizes, functions, normalization, rates)
    return [*map(layer, specs), Dense(outputs, output_activation)]


def build(estimator: Any, inputs: int, layers: Sequence[Layer], dtype: Any, draw: np.random.RandomState) -> Network:
    """Return a network of the given layers, with weights and biases drawn from ±√(6 / (inputs + units)).

    For logistic units, ±√(2 / (inputs + units)); the weights of a layer are drawn before its biases, as in
    scikit-learn. Other layers have glassnet's initial values. Source: Glorot & Bengio, AISTATS 2010.
    """
    is_plain = all(isinstance(one, PLAIN) for one in layers)
    # Only layers that scikit-learn does not have may draw further numbers from its stream.
    seed = 0 if is_plain else draw.randint(2**31 - 1)
    network = Network(inputs, layers, init="zeros" if is_plain else None, dtype=dtype, seed=seed)
    is_logistic = isinstance(estimator.activation, str) and estimator.activation == "logistic"
    factor = 2.0 if is_logistic else 6.0
    for W, b in zip(*windows(network), strict=True):
        bound = np.sqrt(factor / sum(W.shape))
        W[...] = draw.uniform(-bound, bound, W.shape)
        b[...] = draw.uniform(-bound, bound, b.shape)
    return network


def _per_layer(estimator: Any, name: str, sizes: list[int]) -> list[Any]:
    """Return one value of a parameter per hidden layer; a single value applies to all."""
    value = getattr(estimator, name)
    if isinstance(value, (str, dict)) or not hasattr(value, "__len__"):
        return [value] * len(sizes)
    if len(value) != len(sizes):
        raise InvalidParameterError(
            f"The {name!r} parameter of {type(estimator).__name__} must be one for all hidden layers or one for each "
            f"of the {len(sizes)}. Got {value!r} instead."
        )
    return list(value)


def _function(estimator: Any, choice: Any) -> Function:
    try:
        return activation(HIDDEN.get(choice, choice) if isinstance(choice, str) else choice)
    except (ValueError, TypeError) as error:
        raise InvalidParameterError(f"The 'activation' parameter of {type(estimator).__name__}: {error}") from None
