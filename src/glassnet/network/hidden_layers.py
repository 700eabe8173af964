"""Hidden layers from settings (units, activation, normalization, and dropout), and changes of these settings.

Layers are specs, as in recipes: a name, or a dict of name and options.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from glassnet.common.specs import spec_dict

Specs = tuple[Any, ...]


def hidden_layers(units: Sequence[int], activation: Any, normalization: str | None = None, dropout: Any = 0.0) -> Specs:
    """Return the specs of hidden layers: dense, normalization, activation, and dropout for each number of units.

    Parameters
    ----------
    units : sequence of int
        Units of each hidden layer.
    activation, dropout : one value, or a list with one for each layer
        A dropout rate of 0 adds no layer.
    normalization : str, optional
        Name of a normalization layer between the linear part and the activation.

    Examples
    --------
    >>> hidden_layers([8], "relu", dropout=0.5)
    ({'name': 'dense', 'units': 8, 'activation': 'relu'}, {'name': 'dropout', 'rate': 0.5})
    >>> hidden_layers([8], "relu", "batchnorm")[1:]
    ('batchnorm', {'name': 'activation', 'activation': 'relu'})
    """
    activations = activation if isinstance(activation, list) else [activation] * len(units)
    rates = dropout if isinstance(dropout, list) else [dropout] * len(units)
    specs: list[Any] = []
    for count, function, rate in zip(units, activations, rates, strict=True):
        if normalization is None:
            specs.append({"name": "dense", "units": count, "activation": function})
        else:
            specs.append({"name": "dense", "units": count})
            specs += [normalization, {"name": "activation", "activation": function}]
        if rate:
            specs.append({"name": "dropout", "rate": float(rate)})
    return tuple(specs)


def with_activation(layers: Sequence[Any], activation: Any) -> Specs:
    """Return the layers with this activation in every dense and activation layer, also inside residual layers."""
    result: list[Any] = []
    for layer in layers:
        spec = spec_dict(layer)
        if spec["name"] in ("dense", "activation"):
            result.append({**spec, "activation": activation})
        elif spec["name"] == "residual":
            result.append({**spec, "layers": list(with_activation(spec["layers"], activation))})
        else:
            result.append(layer)
    return tuple(result)


def with_dropout(layers: Sequence[Any], rate: float) -> Specs:
    """Return the layers with dropout of this rate after every activation, replacing existing dropout.

    >>> with_dropout(["dropout", {"name": "residual", "layers": [{"name": "activation", "activation": "relu"}]}], 0.1)
    ({'name': 'residual', 'layers': [{'name': 'activation', 'activation': 'relu'}, {'name': 'dropout', 'rate': 0.1}]},)
    """
    result: list[Any] = []
    for layer in layers:
        spec = spec_dict(layer)
        if spec["name"] == "residual":
            result.append({**spec, "layers": list(with_dropout(spec["layers"], rate))})
        elif spec["name"] != "dropout":
            result.append(layer)
            if rate and ("activation" in spec or spec["name"] == "activation"):
                result.append({"name": "dropout", "rate": rate})
    return tuple(result)
