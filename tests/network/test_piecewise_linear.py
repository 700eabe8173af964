"""Piecewise-linear embeddings: quantiles of the rows, merged edges, constant columns, and both engines on them."""

from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.engines.dispatch import ENGINES, engine
from glassnet.network.network import Network
from glassnet.network.piecewise_linear import MOST_ROWS, PiecewiseLinearEmbedding, fit_bins
from helpers.networks import by_dtype

NAME = "piecewise_linear_embedding1"

RNG = np.random.default_rng(0)
N = 60
ROWS = np.column_stack([RNG.standard_normal(N), RNG.integers(0, 3, N), np.full(N, 4.0), RNG.exponential(1, N)])
"""A number, a count of three values, a constant, and a column that is not embedded."""


def fitted(dtype: str = "float64", **options: Any) -> Network:
    layers = [PiecewiseLinearEmbedding(3, bins=6, units=2, **options), gn.Dense(3, "softmax")]
    net = Network(4, layers, dtype=dtype, seed=1)
    fit_bins(net, ROWS)
    return net


@by_dtype
def test_edges_are_quantiles_and_equal_ones_are_merged(dtype: str) -> None:
    number, count, constant = fitted(dtype).named_state()[f"{NAME}.edges"]
    np.testing.assert_allclose(number, np.quantile(ROWS[:, 0], np.linspace(0, 1, 7)), rtol=1e-6)
    assert count.tolist() == [0, 1, 2, 2, 2, 2, 2]
    assert constant.tolist() == [4.0] * 7


def test_vectors_are_linear_between_edges_and_beyond_the_outer_ones() -> None:
    net = fitted()
    step = net.operations[0]
    edges = net.named_state()[f"{NAME}.edges"][0]
    x = np.zeros((13, 4))
    x[:7, 0], x[7:12, 0] = edges, (edges[1:6] + edges[2:7]) / 2
    a = step.layer.forward(step.p, step.state, x, False, None)[0][:, :2]
    W, b = step.p["W"][:6], step.p["b"][0]
    np.testing.assert_allclose(a[:7], b + np.vstack([np.zeros(2), np.cumsum(W, axis=0)]), atol=1e-12)
    np.testing.assert_allclose(a[7:12], (a[1:6] + a[2:7]) / 2, atol=1e-12)
    x[:2, 0] = edges[0] - 10 * (edges[1] - edges[0]), edges[6] + 10 * (edges[6] - edges[5])
    below, above = step.layer.forward(step.p, step.state, x, False, None)[0][:2, :2]
    np.testing.assert_allclose(below, a[0] - 10 * W[0], atol=1e-10)
    np.testing.assert_allclose(above, a[6] + 10 * W[5], atol=1e-10)


@pytest.mark.parametrize("sign", [1, -1])
def test_outer_bins_are_not_so_narrow_that_new_numbers_get_huge_vectors(sign: int) -> None:
    net = Network(2, [PiecewiseLinearEmbedding(2, bins=8, units=2)], dtype="float64", seed=0)
    spread = np.concatenate([np.linspace(0, 1e-9, 20), np.linspace(0.1, 1, 60)])  # two narrow bins at one end
    zeros = np.concatenate([np.zeros(70), np.linspace(1e-9, 1e-8, 9), [1.0]])  # an interquartile range of 0
    fit_bins(net, sign * np.column_stack([spread, zeros]))
    new = net.predict_proba(sign * np.array([[-0.5, -0.01], [1.5, 1.01]]))
    assert np.abs(new).max() < 1000


def test_a_constant_column_has_the_same_vector_for_new_values() -> None:
    net = fitted()
    step = net.operations[0]
    x = np.tile(ROWS[:1], (3, 1))
    x[:, 2] = [4.0, -100.0, 1e6]
    a = step.layer.forward(step.p, step.state, x, False, None)[0]
    assert np.array_equal(a[1:], a[:1].repeat(2, axis=0))
    np.testing.assert_array_equal(a[0, 4:6], step.p["b"][2])


def test_the_linear_version_starts_linear() -> None:
    net = fitted(linear=True)
    step = net.operations[0]
    a = step.layer.forward(step.p, step.state, ROWS, False, None)[0][:, :6].reshape(N, 3, 2)
    assert step.p["V"].all()
    np.testing.assert_allclose(a, ROWS[:, :3, None] * step.p["V"] + step.p["b"])


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("linear", [False, True])
@by_dtype
def test_the_engines_agree_on_fitted_bins(dtype: str, linear: bool, threads: int) -> None:
    y = np.arange(N) % 3
    nets = {}
    for name in ENGINES:
        nets[name] = net = fitted(dtype, linear=linear)
        for _ in gn.train(net, (ROWS, y), epochs=4, batch_size=16, seed=0, engine=name, threads=threads):
            pass
    assert not np.array_equal(nets["numpy"].parameters, fitted(dtype, linear=linear).parameters)
    tolerance = {"float32": 2e-5, "float64": 1e-11}[dtype]
    np.testing.assert_allclose(nets["compiled"].parameters, nets["numpy"].parameters, rtol=0, atol=tolerance)
    new = ROWS.astype(dtype) * 3 - 1
    one, other = (engine(name).predict(nets["numpy"], new) for name in ENGINES)
    np.testing.assert_allclose(one, other, atol=tolerance)


@pytest.mark.parametrize(("bins", "units"), [(1, 1), (6, 8), (48, 21)])
@by_dtype
def test_the_number_of_rows_does_not_change_a_prediction(dtype: str, bins: int, units: int) -> None:
    net = Network(4, [PiecewiseLinearEmbedding(3, bins, units, linear=True), gn.Dense(2)], dtype=dtype, seed=1)
    net.parameters[:] = np.random.default_rng(1).uniform(-0.5, 0.5, net.parameters.size)  # W is not 0
    fit_bins(net, ROWS)
    edges = np.resize(net.named_state()[f"{NAME}.edges"], (40, 4))  # numbers at edges belong to the bin above
    X = np.vstack([edges, ROWS, 3 * np.tile(ROWS, (9, 1)) - 1]).astype(dtype)
    wanted = engine("numpy").predict(net, X)
    tolerance = {"float32": 2e-5, "float64": 1e-12}[dtype]
    for rows in (1, 2, 3, 50, len(X)):
        parts = [engine("compiled").predict(net, X[i : i + rows]) for i in range(0, len(X), rows)]
        np.testing.assert_allclose(np.vstack(parts), wanted, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("batch_size", [1, 2])
@by_dtype
def test_the_engines_agree_on_batches_of_few_rows(dtype: str, batch_size: int) -> None:
    nets = []
    for name in ENGINES:
        net = fitted(dtype)
        for _ in gn.train(net, (ROWS, np.arange(N) % 3), epochs=1, batch_size=batch_size, seed=0, engine=name):
            pass
        nets.append(net.parameters)
    np.testing.assert_allclose(*nets, rtol=0, atol={"float32": 2e-5, "float64": 1e-11}[dtype])


def test_the_number_of_threads_does_not_change_a_bit() -> None:
    X, y = np.tile(ROWS, (200, 1)), np.arange(200 * N) % 3
    ends = []
    for threads in (1, 2):
        # Large enough that both threads take part.
        layers = [
            PiecewiseLinearEmbedding(3, bins=24, units=9, linear=True),
            gn.Dense(32, "relu"),
            gn.Dense(3, "softmax"),
        ]
        net = Network(4, layers, dtype="float32", seed=1)
        fit_bins(net, ROWS)
        for _ in gn.train(net, (X, y), epochs=2, batch_size=256, seed=0, engine="compiled", threads=threads):
            pass
        ends.append(net.parameters.copy())
    assert np.array_equal(*ends)


def test_the_gradient_is_right_on_fitted_bins() -> None:
    net = fitted(linear=True)
    assert gn.check_gradient(net, ROWS + RNG.uniform(0.01, 0.1, ROWS.shape), np.arange(N) % 3, per_parameter=True)


def test_at_most_a_hundred_thousand_rows_at_equal_distances_are_used() -> None:
    X = np.arange(10 * MOST_ROWS, dtype=float)[:, None]
    net = Network(1, [PiecewiseLinearEmbedding(1, bins=4, units=1)], dtype="float64")
    fit_bins(net, X)
    np.testing.assert_allclose(net.state, np.linspace(0, len(X) - 1, 5), rtol=1e-4)


def test_layers_below_are_computed_first() -> None:
    net = Network(2, [gn.Dense(3), PiecewiseLinearEmbedding(3, bins=2, units=2), gn.Dense(1)], dtype="float64")
    X = RNG.standard_normal((50, 2))
    fit_bins(net, X)
    z = X @ net.named_parameters()["dense1.W"]
    np.testing.assert_allclose(net.named_state()[f"{NAME}.edges"], np.quantile(z, [0, 0.5, 1], axis=0).T)


def test_a_network_without_bins_is_unchanged_and_no_rows_raise() -> None:
    plain = Network(4, [gn.Dense(3)])
    fit_bins(plain, ROWS)
    assert not plain.state.size
    with pytest.raises(ValueError, match=r"^X has no rows to compute bins from"):
        fit_bins(fitted(), ROWS[:0])


def test_a_run_fits_the_bins_to_its_preprocessed_training_rows() -> None:
    layers = [{"name": "piecewise_linear_embedding", "columns": 4, "bins": 5, "units": 2}]
    recipe = gn.Recipe(name="bins", source="iris", steps=("standardize",), layers=layers, epochs=2)
    run = gn.run_recipe(recipe)
    X = run.model.preprocessing.transform(run.parts["train"].X)
    (network,) = run.model.networks
    for edges, column in zip(network.named_state()[f"{NAME}.edges"], X.T, strict=True):
        wanted = np.unique(np.quantile(column, np.linspace(0, 1, 6)))
        np.testing.assert_allclose(edges[: len(wanted)], wanted, atol=1e-5)
