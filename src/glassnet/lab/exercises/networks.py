"""Helpers for the tests of several exercises: activations, random weights, and the results of a training run."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np


def relu(z: Any) -> Any:
    """max(0, z)."""
    return np.maximum(0, z)


def sigmoid(z: Any) -> Any:
    """1 / (1 + e^-z)."""
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z: Any) -> Any:
    """The derivative of sigmoid at z."""
    return sigmoid(z) * (1 - sigmoid(z))


def tanh_derivative(z: Any) -> Any:
    """The derivative of tanh at z."""
    return 1 - np.tanh(z) ** 2


def softmax(z: Any) -> Any:
    """The softmax of each column."""
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


def weights(sizes: list[int], seed: int) -> tuple[list[Any], list[Any]]:
    """Return random W and B, None at index 0."""
    rng = np.random.default_rng(seed)
    W = [None] + [rng.normal(0, 0.8, shape) for shape in pairwise(sizes)]
    return W, [None] + [rng.normal(0, 0.3, (units, 1)) for units in sizes[1:]]


def results(_: Any, __: Any, W: Any, B: Any, cost_arr: Any) -> Any:
    """The results of training."""
    return {"cost_arr": cost_arr} | {f"W[{l}]": W[l] for l in (1, 2)} | {f"B[{l}]": B[l] for l in (1, 2)}


def given(W: Any, B: Any, *_: Any) -> Any:
    """The inputs after training."""
    return {f"input W[{l}]": W[l] for l in (1, 2)} | {f"input B[{l}]": B[l] for l in (1, 2)}
