"""Small runs that several modules train, and a plain reference implementation of the training loop."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from glassnet.engines.dispatch import ENGINES
from glassnet.network.decisions import count_correct
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.training.history import EpochRecord
from glassnet.training.train import train

by_engine = pytest.mark.parametrize("engine", ENGINES)
by_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])
CLOSE = {"float32": {"rtol": 1e-4, "atol": 1e-5}, "float64": {"rtol": 1e-10, "atol": 1e-12}}

# 23 rows: batches of 5 leave one of 3.
N = 23
X = np.random.default_rng(0).standard_normal((N, 4))
LABELS = (X @ np.random.default_rng(1).standard_normal((4, 3))).argmax(axis=1)
XV, LABELS_V = X[:7] + 0.1, LABELS[:7]


def classifier(dtype: str = "float64", *between: Any, seed: int = 1) -> Network:
    return Network(4, [Dense(6, "tanh"), *between, Dense(3, "softmax")], dtype=dtype, seed=seed)


def run(net: Network, data: Any = (X, LABELS), **options: Any) -> list[EpochRecord]:
    return list(train(net, data, **{"batch_size": 5, "epochs": 3, **options}))


def by_hand(
    net: Network,
    y: np.ndarray,
    *,
    epochs: int,
    batch_size: int,
    seed: int,
    rule: Any,
    kind: str | None = None,
    rates: Callable[[int, int], float] = lambda epoch, step: 1.0,
    weights: np.ndarray | None = None,
    l1: float = 0.0,
    l2: float = 0.0,
    weight_decay: float = 0.0,
    clip_norm: float | None = None,
    clip_value: float | None = None,
) -> Iterator[tuple[float, float]]:
    """Train with a plain loop, and yield the loss and accuracy of each epoch."""
    rng = np.random.default_rng(seed)
    state = rule.start(net.parameters, net.layout.weights)
    is_weight = np.concatenate(
        [np.full(view.size, name.endswith(".W")) for name, view in net.named_parameters().items()]
    )
    for epoch in range(1, epochs + 1):
        order = rng.permutation(N)
        total, right = 0.0, 0
        for step, first in enumerate(range(0, N, batch_size)):
            rows = order[first : first + batch_size]
            w = None if weights is None else weights[rows]
            drawn = rng.bit_generator.state
            mean, g = net.gradient(X[rows], y[rows], kind, sample_weight=w, train=True, rng=rng)
            g = g + is_weight * (l1 * np.sign(net.parameters) + l2 * net.parameters)
            penalty = (is_weight * (l1 * np.abs(net.parameters) + l2 / 2 * net.parameters**2)).sum()
            if clip_value is not None:
                g = np.clip(g, -clip_value, clip_value)
            if clip_norm is not None:
                g = g * min(1, clip_norm / np.linalg.norm(g))
            total += len(rows) * (mean + penalty)
            # The outputs that the loss was taken of, with the same dropout; running values stay as they are.
            again, running = np.random.default_rng(), net.state.copy()
            again.bit_generator.state = drawn
            output = net.forward(X[rows].astype(net.dtype), True, again)[0]
            net.state[:] = running
            right += count_correct(output, y[rows], net.output_kind) or 0
            rate = rule.learning_rate * rates(epoch, step)
            net.parameters -= (rate * weight_decay * is_weight * net.parameters).astype(net.dtype)
            rule.step(net.parameters, g.astype(net.dtype), state, rate)
        yield total / N, right / N
