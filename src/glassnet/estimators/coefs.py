"""`coefs_` and `intercepts_`: the weights and biases under scikit-learn's names, as views of θ.

Changing such an array in place changes the network. If other arrays are assigned, as a whole list or item by item, the
next call that uses the network copies their values into it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.common.arrays import Array
from glassnet.network.ensemble import Ensemble
from glassnet.network.layers import Dense
from glassnet.network.network import Network


def windows(network: Network | Ensemble) -> tuple[list[Array], list[Array]]:
    """Return views of W, (inputs, units), and b, (units,), of each Dense layer of the first network."""
    if isinstance(network, Ensemble):
        network = network.networks[0]
    dense = [step.p for step in network.operations if isinstance(step.layer, Dense)]
    return [p["W"] for p in dense], [p["b"] for p in dense]


def is_handed_over(network: Network | Ensemble, coefs: Any, intercepts: Any) -> bool:
    """Return whether both lists contain the network's own views, so that nothing must be copied."""
    own = windows(network)
    return all(
        len(given) == len(views) and all(one is view for one, view in zip(given, views, strict=True))
        for given, views in zip((coefs, intercepts), own, strict=True)
    )


def take_over(network: Network | Ensemble, coefs: Any, intercepts: Any) -> None:
    """Copy the values of both lists into the network."""
    for name, given, views in zip(("coefs_", "intercepts_"), (coefs, intercepts), windows(network), strict=True):
        if len(given) != len(views):
            raise ValueError(f"{name} has {len(given)} arrays, but the network has {len(views)} layers")
        for i, (array, view) in enumerate(zip(given, views, strict=True)):
            if np.shape(array) != view.shape:
                raise ValueError(f"{name}[{i}] has shape {np.shape(array)}, but the layer needs {view.shape}")
            if array is not view:
                view[...] = array
