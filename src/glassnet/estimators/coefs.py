"""`coefs_` and `intercepts_`: scikit-learn's names for the weights and biases, here windows into θ.

Who changes a number in such an array changes the network. Who puts another array in its place, as a whole list or item
by item, hands its numbers over to the network with the next call that uses it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.common.arrays import Array
from glassnet.network.ensemble import Ensemble
from glassnet.network.layers import Dense
from glassnet.network.network import Network


def windows(network: Network | Ensemble) -> tuple[list[Array], list[Array]]:
    """Return the views of every Dense layer's W, (inputs, units), and b, (units,); of an ensemble, the first one's."""
    if isinstance(network, Ensemble):
        network = network.networks[0]
    dense = [step.p for step in network.operations if isinstance(step.layer, Dense)]
    return [p["W"] for p in dense], [p["b"] for p in dense]


def is_handed_over(network: Network | Ensemble, coefs: Any, intercepts: Any) -> bool:
    """Return whether both lists hold the network's own arrays, so that there is nothing to take over."""
    own = windows(network)
    return all(
        len(given) == len(views) and all(one is view for one, view in zip(given, views, strict=True))
        for given, views in zip((coefs, intercepts), own, strict=True)
    )


def take_over(network: Network | Ensemble, coefs: Any, intercepts: Any) -> None:
    """Write the numbers of both lists into the network."""
    for name, given, views in zip(("coefs_", "intercepts_"), (coefs, intercepts), windows(network), strict=True):
        if len(given) != len(views):
            raise ValueError(f"{name} has {len(given)} arrays, but the network has {len(views)} layers")
        for i, (array, view) in enumerate(zip(given, views, strict=True)):
            if np.shape(array) != view.shape:
                raise ValueError(f"{name}[{i}] has shape {np.shape(array)}, but the layer needs {view.shape}")
            if array is not view:
                view[...] = array
