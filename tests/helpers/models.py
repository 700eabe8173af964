"""Models that tests share: rows of four numbers, and networks with changed running statistics."""

from typing import Any

import numpy as np

from glassnet.network.network import Network

ROWS = np.random.default_rng(0).normal(3, 2, (20, 4))


def network(layers: list[Any], dtype: str = "float32", seed: int = 0) -> Network:
    """A network of four inputs with changed running statistics."""
    net = Network(4, layers, dtype=dtype, seed=seed)
    net.state[:] = np.random.default_rng(seed).uniform(0.5, 2, net.state.shape)
    return net
