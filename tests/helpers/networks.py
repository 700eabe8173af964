"""Networks and rows that several modules share."""

from typing import Any

import numpy as np
import pytest

from glassnet.maths.initializers import Normal
from glassnet.network.layers import BatchNorm, Dense
from glassnet.network.network import Network

DTYPES = ["float32", "float64"]
by_dtype = pytest.mark.parametrize("dtype", DTYPES)

X = np.random.default_rng(0).standard_normal((9, 4))
LABELS = np.arange(9) % 3

ROWS = 12
# Column 1 has the levels 0 to 2, column 2 the levels 0 to 3; the other columns are quantities.
TABLE = np.random.default_rng(1).standard_normal((ROWS, 4))
TABLE[:, 1] = np.arange(ROWS) % 3
TABLE[:, 2] = np.arange(ROWS) % 4


def network_of(layers: Any, dtype: str = "float64", inputs: int = 4) -> Network:
    """A network whose parameters and running values are all random, none at 0 or 1; running values increase."""
    net = Network(inputs, layers, dtype=dtype)
    rng = np.random.default_rng(2)
    net.parameters = rng.uniform(0.3, 1.5, net.parameters.size) * rng.choice([-1, 1], net.parameters.size)
    net.state[:] = np.sort(rng.uniform(0.5, 2, net.state.size))
    return net


def small(dtype: str = "float64", **options: Any) -> Network:
    return Network(4, [Dense(5, "tanh"), BatchNorm(), Dense(3, "softmax")], dtype=dtype, seed=1, **options)


def notebook(dtype: str = "float64", seed: int = 0) -> Network:
    """The network of the notebook."""
    layers = [Dense(6, "relu"), Dense(5, "sigmoid"), Dense(10, "softmax")]
    return Network(64, layers, init=Normal(0.1), bias_init=Normal(0.1), dtype=dtype, seed=seed)
