"""The table of layers: each with its function written in JAX, and its output and gradients in glassnet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
import pytest

from glassnet.network.layers import (
    Activation,
    BatchNorm,
    Dense,
    Dropout,
    Embedding,
    LayerNorm,
    ParametricActivation,
    PeriodicEmbedding,
    Residual,
    Scale,
)
from glassnet.network.members import MemberDense, Members
from glassnet.network.network import Network
from glassnet.network.passes import backward_pass
from glassnet.network.piecewise_linear import PiecewiseLinearEmbedding
from helpers.networks import TABLE

MODES = {"training": True, "evaluation": False}
SEED = 5

P = Mapping[str, Any]


def normalize(x: Any, mean: Any, variance: Any, p: P, name: str, epsilon: float = 1e-5) -> Any:
    return p[f"{name}.scale"] * (x - mean) / jax.numpy.sqrt(variance + epsilon) + p[f"{name}.shift"]


def batchnorm(p: P, state: P, x: Any, training: bool) -> Any:
    if training:
        return normalize(x, x.mean(axis=0), x.var(axis=0), p, "batchnorm1", epsilon=1e-3)
    return normalize(x, state["batchnorm1.mean"], state["batchnorm1.variance"], p, "batchnorm1", epsilon=1e-3)


def layernorm(p: P, state: P, x: Any, training: bool) -> Any:
    return normalize(x, x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True), p, "layernorm1")


def dropout(p: P, state: P, x: Any, training: bool) -> Any:
    kept = np.random.default_rng(SEED).random(x.shape, dtype=np.float32) >= 0.25
    return x * kept / 0.75 if training else x


def dense(activation: Callable[[Any], Any]) -> Callable[[P, P, Any, bool], Any]:
    return lambda p, state, x, training: activation(x @ p["dense1.W"] + p["dense1.b"])


def embedded(W: Any, column: Any, first: int = 0) -> Any:
    """The vectors of one column, whose levels begin at row `first` of W."""
    return W[np.asarray(column, int) + first]


def embedding_one(p: P, state: P, x: Any, training: bool) -> Any:
    return jax.numpy.hstack([x[:, [0]], x[:, 2:], embedded(p["embedding1.W"], TABLE[:, 1])])


def embedding_several(p: P, state: P, x: Any, training: bool) -> Any:
    W = p["embedding1.W"]
    return jax.numpy.hstack([x[:, [0, 3]], embedded(W, TABLE[:, 2]), embedded(W, TABLE[:, 1], first=4)])


def embedding_stacked(p: P, state: P, x: Any, training: bool) -> Any:
    # The first takes column 1 out of the table, so the second finds the table's column 2 in its place.
    first = embedded(p["embedding1.W"], TABLE[:, 1])
    second = embedded(p["embedding2.W"], TABLE[:, 2])
    return jax.numpy.hstack([x[:, [0, 3]], first, second])


def parametric(f: Callable[[Any], Any]) -> Callable[[P, P, Any, bool], Any]:
    return lambda p, state, x, training: (
        (1 - p["parametric_activation1.alpha"]) * x + p["parametric_activation1.alpha"] * f(x)
    )


def piecewise_linear(p: P, state: P, x: Any, training: bool) -> Any:
    """Every bin's share of every number, times W."""
    name = "piecewise_linear_embedding1"
    edges = state[f"{name}.edges"]
    columns, bins = len(edges), edges.shape[1] - 1
    share = (x[:, :columns, None] - edges[:, :-1]) / np.diff(edges)  # (n, columns, bins)
    share = jax.numpy.maximum(share, np.where(np.arange(bins) == 0, -np.inf, 0))
    share = jax.numpy.minimum(share, np.where(np.arange(bins) == bins - 1, np.inf, 1))
    vectors = p[f"{name}.b"] + jax.numpy.einsum("nct,ctu->ncu", share, p[f"{name}.W"].reshape(columns, bins, -1))
    if f"{name}.V" in p:
        vectors += x[:, :columns, None] * p[f"{name}.V"]
    return jax.numpy.hstack([vectors.reshape(len(x), -1), x[:, columns:]])


def periodic(columns: int) -> Callable[[P, P, Any, bool], Any]:
    def formula(p: P, state: P, x: Any, training: bool) -> Any:
        w1, b1, W2, b2 = (p[f"periodic_embedding1.{short}"] for short in ("w1", "b1", "W2", "b2"))
        parts = []
        for c in range(columns):
            cosines = jax.numpy.cos(2 * np.pi * x[:, [c]] * w1[c] + b1[c])
            parts += [cosines @ W2[c].T + b2[c], x[:, [c]]]
        return jax.numpy.hstack([*parts, x[:, columns:]])

    return formula


def member_dense(p: P, state: P, x: Any, training: bool) -> Any:
    W, b = p["member_dense1.W"], p["member_dense1.b"]
    parts = x.reshape(len(x), len(b), -1)
    W = W.reshape(-1, parts.shape[2], W.shape[1]) * np.ones((len(b), 1, 1))
    return (jax.numpy.einsum("njk,jku->nju", parts, W) + b).reshape(len(x), -1)


def residual(p: P, state: P, x: Any, training: bool) -> Any:
    hidden = jax.numpy.tanh(x @ p["residual1.dense1.W"] + p["residual1.dense1.b"])
    inner = hidden @ p["residual1.dense2.W"] + p["residual1.dense2.b"]
    return inner + x @ p["residual1.linear.W"] + p["residual1.linear.b"]


@dataclass(frozen=True)
class Case:
    """One row of the table: layers, and their function written in JAX."""

    layers: tuple[Any, ...]
    formula: Callable[[P, P, Any, bool], Any]


CASES = {
    "dense": Case((Dense(6),), dense(lambda z: z)),
    "dense, relu": Case((Dense(6, "relu"),), dense(jax.nn.relu)),
    "dense, gelu": Case((Dense(6, "gelu"),), dense(lambda z: jax.nn.gelu(z, approximate=False))),
    "dense, softmax": Case((Dense(6, "softmax"),), dense(jax.nn.softmax)),
    "activation": Case((Activation("tanh"),), lambda p, state, x, training: jax.numpy.tanh(x)),
    "dropout": Case((Dropout(0.25),), dropout),
    "batchnorm": Case((BatchNorm(momentum=0.3, epsilon=1e-3),), batchnorm),
    "layernorm": Case((LayerNorm(),), layernorm),
    "scale": Case((Scale(),), lambda p, state, x, training: p["scale1.s"] * x),
    "parametric activation": Case((ParametricActivation("mish"),), parametric(jax.nn.mish)),
    "parametric activation, in place": Case((ParametricActivation("tanh"),), parametric(jax.numpy.tanh)),
    "parametric activation, softmax": Case((ParametricActivation("softmax"),), parametric(jax.nn.softmax)),
    "periodic embedding": Case((PeriodicEmbedding(4, frequencies=1, units=3),), periodic(4)),
    "periodic embedding of some columns": Case((PeriodicEmbedding(2, frequencies=3, units=2),), periodic(2)),
    "embedding, one column": Case((Embedding(1, 3, 2),), embedding_one),
    "embedding, several columns": Case((Embedding([2, 1], [4, 3], 2),), embedding_several),
    "residual": Case((Residual([Dense(5, "tanh"), Dense(4)], init="normal"),), residual),
    "members": Case((Members(3),), lambda p, state, x, training: (x[:, None] * p["members1.r"]).reshape(len(x), -1)),
    "member_dense": Case((MemberDense(5, 2),), member_dense),
    "member_dense, not shared": Case((MemberDense(3, 4, shared=False),), member_dense),
    "member_dense, one member": Case((MemberDense(3, 1),), member_dense),
    "embedding, two stacked": Case((Embedding(1, 3, 2), Embedding(1, 4, 3)), embedding_stacked),
    "piecewise_linear_embedding": Case((PiecewiseLinearEmbedding(3, 5, 2),), piecewise_linear),
    "piecewise_linear_embedding, linear": Case((PiecewiseLinearEmbedding(4, 3, 6, linear=True),), piecewise_linear),
    "piecewise_linear_embedding, one bin": Case((PiecewiseLinearEmbedding(2, 1, 1),), piecewise_linear),
}
by_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
by_mode = pytest.mark.parametrize("training", MODES.values(), ids=MODES)


def forward_and_back(net: Network, x: np.ndarray, dy: np.ndarray, training: bool) -> tuple[np.ndarray, np.ndarray]:
    """The output of all layers, and the gradient of Σ dy · output with respect to x; parameter gradients are in g."""
    output, caches = net.forward(x, training, np.random.default_rng(SEED))
    passes = backward_pass(net.operations, caches, dy, len(caches) - 1, -1)
    return output, sum(dx for step, _, dx in passes if step.source == 0)
