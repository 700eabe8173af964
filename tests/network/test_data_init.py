"""Data-dependent initial values: spread 1 and zeros inside the data for every unit, in any stack of layers."""

import re
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.network.data_init import MOST_ROWS, initialize_from_data, some_rows
from glassnet.network.embedding import Embedding
from glassnet.network.layers import Activation, BatchNorm, Dense, Dropout
from glassnet.network.network import Network
from helpers.networks import by_dtype

ROWS = np.random.default_rng(3).normal([0, 50, -3], [1, 1000, 0.01], (200, 3))

STACKS = {
    "dense": [Dense(7, "relu"), Dense(5, "selu"), Dense(2, "softmax")],
    "others between": [Dense(7), BatchNorm(), Activation("mish"), Dropout(0.3), Dense(2)],
    "large weights": [Dense(7, "tanh", init={"name": "normal", "std": 100.0}, bias_init={"name": "normal", "std": 9})],
}


def logits(network: Network, X: np.ndarray) -> list[np.ndarray]:
    """The output of each dense layer before its activation."""
    found, a = [], network.rows(X)
    for step in network.operations:
        a, _ = step.layer.forward(step.p, step.state, a, False, None)
        if isinstance(step.layer, Dense):
            found.append(a)
    return found


@by_dtype
@pytest.mark.parametrize("layers", STACKS.values(), ids=list(STACKS))
def test_every_unit_has_spread_one_and_is_zero_between_the_rows(layers: list[Any], dtype: str) -> None:
    net = Network(3, layers, dtype=dtype, seed=1)
    initialize_from_data(net, ROWS, np.random.default_rng(0))
    for z in logits(net, ROWS):
        np.testing.assert_allclose(z.std(axis=0), 1, rtol=1e-3 if dtype == "float32" else 1e-9)
        assert (z.min(axis=0) <= 0).all()
        assert (z.max(axis=0) >= 0).all()


def test_the_bias_is_a_mix_of_rows_with_exponential_weights() -> None:
    """One row of 0 and many of 1: a mix of five rows is 1 minus the share of the zeros."""
    X = np.array([[0.0], [1.0]])
    net = Network(1, [Dense(20_000)], dtype="float64", init="normal")
    initialize_from_data(net, X, np.random.default_rng(0))
    W, b = net.named_parameters().values()
    ones = -b / W[0]  # the share of rows with x = 1 in the mix
    assert abs(ones.mean() - 0.5) < 0.01
    # The variance of Σ v c with c of ½ is ¼ Σ E v², and E v² = 2 / (5 · 6) for the normalized exponential weights.
    assert abs(ones.var() - 0.25 * 5 * 2 / 30) < 0.003


def test_biases_are_kept_if_asked() -> None:
    net = Network(3, [Dense(4, "relu", bias_init="normal"), Dense(2)], seed=1)
    kept = {name: view.copy() for name, view in net.named_parameters().items()}
    initialize_from_data(net, ROWS, np.random.default_rng(0), bias=None)
    for name, view in net.named_parameters().items():
        assert np.array_equal(view, kept[name]) == name.endswith(".b")


def test_the_last_dense_layer_is_left_out_if_asked() -> None:
    net = Network(3, [Dense(4, "relu"), Dense(2), Activation("softmax")], seed=1)
    last = net.named_parameters()["dense2.W"].copy()
    initialize_from_data(net, ROWS, np.random.default_rng(0), last_layer=False)
    np.testing.assert_allclose(logits(net, ROWS)[0].std(axis=0), 1, rtol=1e-3)
    assert np.array_equal(net.named_parameters()["dense2.W"], last)
    assert not net.named_parameters()["dense2.b"].any()


@pytest.mark.parametrize("X", [np.full((30, 2), 0.1), np.zeros((30, 2)), np.ones((1, 2))], ids=["const", "zero", "one"])
def test_units_without_spread_keep_their_values(X: np.ndarray) -> None:
    net = Network(2, [Dense(4, "relu"), Dense(2)], bias_init="normal", seed=1)
    before = net.parameters.copy()
    initialize_from_data(net, X, np.random.default_rng(0))
    assert np.array_equal(net.parameters, before)


def test_a_dead_unit_keeps_its_values_next_to_others() -> None:
    net = Network(2, [Dense(3)], dtype="float64", seed=1)
    W, b = net.named_parameters().values()
    W[:, 1] = [2.0, 0.0]
    X = np.random.default_rng(0).standard_normal((40, 2)) * [0, 1]
    initialize_from_data(net, X, np.random.default_rng(0))
    assert (W[:, 1].tolist(), b[1]) == ([2.0, 0.0], 0.0)
    np.testing.assert_allclose((X @ W + b).std(axis=0), [1, 0, 1])


def test_codes_of_an_embedding_are_looked_up() -> None:
    X = np.random.default_rng(0).integers(0, 3, (60, 2)).astype(float)
    net = Network(2, [Embedding(0, 3, 2), Dense(4, "relu"), Dense(2)], seed=1)
    vectors = net.named_parameters()["embedding1.W"].copy()
    initialize_from_data(net, X, np.random.default_rng(0))
    assert np.array_equal(net.named_parameters()["embedding1.W"], vectors)
    np.testing.assert_allclose(logits(net, X)[0].std(axis=0), 1, rtol=1e-3)


def test_at_most_a_thousand_rows_are_read() -> None:
    X = np.arange(50_000, dtype=np.float32)[:, None]
    rows = some_rows(X, np.random.default_rng(0))
    assert len(np.unique(rows)) == len(rows) == MOST_ROWS
    net = Network(1, [Dense(3)], dtype="float64")
    initialize_from_data(net, X, np.random.default_rng(0))
    np.testing.assert_allclose(logits(net, rows)[0].std(axis=0), 1)


def test_the_generator_decides() -> None:
    def parameters(seed: int) -> np.ndarray:
        net = Network(3, STACKS["dense"], seed=1)
        initialize_from_data(net, ROWS, np.random.default_rng(seed))
        return net.parameters

    assert np.array_equal(parameters(0), parameters(0))
    assert not np.array_equal(parameters(0), parameters(1))


@pytest.mark.parametrize(
    ("X", "options", "message"),
    [
        (ROWS, {"bias": "he5"}, "unknown rule for biases: 'he5'"),
        (ROWS[:, :2], {}, "X must be (n, 3) for this network, got shape (200, 2)"),
        (ROWS[:0], {}, "X has no rows to initialize from"),
    ],
)
def test_mistakes_raise(X: np.ndarray, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        gn.initialize_from_data(gn.Network(3, [gn.Dense(2)]), X, np.random.default_rng(0), **options)
