"""Networks and rows that several modules look at."""

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


def small(dtype: str = "float64", **options: Any) -> Network:
    return Network(4, [Dense(5, "tanh"), BatchNorm(), Dense(3, "softmax")], dtype=dtype, seed=1, **options)


def notebook(dtype: str = "float64", seed: int = 0) -> Network:
    """The notebook's own network."""
    layers = [Dense(6, "relu"), Dense(5, "sigmoid"), Dense(10, "softmax")]
    return Network(64, layers, init=Normal(0.1), bias_init=Normal(0.1), dtype=dtype, seed=seed)
