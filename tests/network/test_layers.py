"""Layers: values and gradients against JAX and PyTorch, in training and evaluation, on every engine."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.engines.dispatch import ENGINES, engine
from glassnet.maths.losses import CrossEntropy
from glassnet.maths.optimizers import SGD
from glassnet.network.gradient_check import check_gradient
from glassnet.network.layer import Layer
from glassnet.network.layers import (
    LAYERS,
    BatchNorm,
    Dense,
    Dropout,
    Embedding,
    LayerNorm,
    PeriodicEmbedding,
)
from glassnet.network.network import Network
from glassnet.training.train import train
from helpers.layer_cases import CASES, SEED, Case, by_case, by_mode, forward_and_back
from helpers.needs import needs
from helpers.networks import DTYPES, ROWS, TABLE, by_dtype, network_of
from helpers.oracles import jax_gradients

TOLERANCE = {"float32": {"rtol": 2e-5, "atol": 2e-5}, "float64": {"rtol": 1e-11, "atol": 1e-12}}
by_engine = pytest.mark.parametrize("engine_name", ENGINES)


def test_every_layer_is_in_the_table() -> None:
    assert {type(one) for case in CASES.values() for one in case.layers} == set(LAYERS.values())


@by_mode
@by_dtype
@by_case
def test_values_and_gradients_match_jax(case: Case, dtype: str, training: bool) -> None:
    net = network_of(case.layers, dtype)
    x = TABLE.astype(dtype)
    dy = np.random.default_rng(3).standard_normal((ROWS, net.outputs)).astype(dtype)
    state = {name: view.astype(float) for name, view in net.named_state().items()}
    output, dx = forward_and_back(net, x, dy, training)
    assert output.dtype == dx.dtype == net.parameters.dtype == dtype

    expected, (dp, expected_dx) = jax_gradients(
        lambda p, x: case.formula(p, state, x, training), net.named_parameters(), x, da=dy
    )
    np.testing.assert_allclose(output, expected, **TOLERANCE[dtype])
    np.testing.assert_allclose(dx, expected_dx, **TOLERANCE[dtype])
    for name, view in net.named_gradients().items():
        np.testing.assert_allclose(view, dp[name], **TOLERANCE[dtype], err_msg=name)


@by_mode
@by_case
def test_gradient_is_the_slope_of_the_loss(case: Case, training: bool) -> None:
    below = () if isinstance(case.layers[0], Embedding) else (Dense(4, "tanh"),)
    net = network_of([*below, *case.layers, Dense(3, "softmax")])
    check = check_gradient(net, TABLE, np.arange(ROWS) % 3, train=training)
    assert check, str(check)


@by_dtype
@by_case
def test_backward_overwrites_the_gradient_buffer(case: Case, dtype: str) -> None:
    net = network_of([*case.layers, Dense(3, "softmax")], dtype)
    _, g = net.gradient(TABLE, np.arange(ROWS) % 3)
    first = g.copy()
    g.fill(1e3)
    net.gradient(TABLE, np.arange(ROWS) % 3)
    np.testing.assert_array_equal(g, first)


@by_case
def test_the_gradient_of_the_input_is_computed_only_if_needed(case: Case) -> None:
    step = network_of(case.layers).operations[0]
    y, cache = step.layer.forward(step.p, step.state, TABLE, True, np.random.default_rng(SEED))
    dx = step.layer.backward(step.p, cache, y, step.g, False)
    assert dx is None or not step.p


@by_engine
@by_dtype
@by_case
def test_every_engine_runs_every_layer(case: Case, dtype: str, engine_name: str) -> None:
    """Three epochs of four batches equal the plain loop that is written out here."""
    layers = [*case.layers, Dense(3, "softmax")]
    net, by_hand = network_of(layers, dtype), network_of(layers, dtype)
    y = np.arange(ROWS) % 3
    for _ in train(net, (TABLE, y), optimizer=SGD(0.05), batch_size=4, epochs=3, seed=0, engine=engine_name):
        pass
    rng = np.random.default_rng(0)
    for _ in range(3):
        order = rng.permutation(ROWS)
        for rows in order.reshape(-1, 4):
            _, g = by_hand.gradient(TABLE[rows], y[rows], train=True, rng=rng)
            by_hand.parameters -= net.dtype.type(0.05) * g
    tolerance = {"float32": 1e-4, "float64": 1e-10}[dtype]
    np.testing.assert_allclose(net.parameters, by_hand.parameters, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(net.state, by_hand.state, rtol=tolerance, atol=tolerance)
    X = TABLE.astype(dtype)
    runner = engine(engine_name)
    np.testing.assert_allclose(runner.predict(net, X), by_hand.forward(X)[0], rtol=tolerance, atol=tolerance)
    judged = runner.evaluate(net, X, y, CrossEntropy())
    assert judged.mean_loss == pytest.approx(by_hand.gradient(X, y)[0], rel=10 * tolerance)
    assert judged.correct == np.count_nonzero(by_hand.predict(X) == y)


@by_engine
@by_dtype
def test_cosines_of_large_angles_are_accurate(dtype: str, engine_name: str) -> None:
    net = Network(1, [PeriodicEmbedding(1, frequencies=1, units=2)], dtype=dtype)
    rng = np.random.default_rng(0)
    for w1, b1 in ((0.1, 3.0), (-7.3, -20.0), (50.0, 0.0), (1e4, 1.0)):
        net.parameters[:] = w1, b1, 1, 0
        exact = net.parameters.astype(np.longdouble)
        x = np.concatenate([rng.standard_normal(1000) * 3, [0.0, -1e3, 1e3]]).astype(dtype)[:, None]
        turns = exact[0] * x.astype(np.longdouble)
        cosines = np.cos(2 * np.pi * np.asarray(turns - np.rint(turns), np.longdouble) + exact[1])
        predicted = engine(engine_name).predict(net, x)[:, [0]]
        tolerance = 2e-6 if dtype == "float32" else 1e-15 * (1e3 + 10 * np.abs(turns).max())
        np.testing.assert_allclose(predicted, cosines.astype(float), rtol=0, atol=tolerance)


# PyTorch


@by_dtype
def test_dense_matches_linear_of_pytorch(dtype: str) -> None:
    torch = needs("torch")
    net = network_of([Dense(6)], dtype)
    theirs = torch.nn.Linear(4, 6, dtype=getattr(torch, dtype))
    # PyTorch keeps W as (units, inputs).
    theirs.weight.data = torch.tensor(net.named_parameters()["dense1.W"].T.copy())
    theirs.bias.data = torch.tensor(net.named_parameters()["dense1.b"])
    _compare(torch, net, theirs, {"W": (theirs.weight, True), "b": (theirs.bias, False)}, TABLE.astype(dtype), True)


@by_mode
@by_dtype
def test_layernorm_matches_pytorch(dtype: str, training: bool) -> None:
    torch = needs("torch")
    net = network_of([LayerNorm()], dtype)
    theirs = torch.nn.LayerNorm(4, dtype=getattr(torch, dtype))
    named = _normalization(torch, net, "layernorm1", theirs)
    _compare(torch, net, theirs, named, TABLE.astype(dtype), training)


@by_dtype
def test_batchnorm_matches_pytorch_over_several_batches_and_in_evaluation(dtype: str) -> None:
    torch = needs("torch")
    net = Network(4, [BatchNorm(momentum=0.3)], dtype=dtype)
    theirs = torch.nn.BatchNorm1d(4, momentum=0.3, dtype=getattr(torch, dtype))
    named = _normalization(torch, net, "batchnorm1", theirs)
    rng = np.random.default_rng(4)
    for rows in (7, 12, 2):
        batch = (3 + 2 * rng.standard_normal((rows, 4))).astype(dtype)
        theirs.train()
        _compare(torch, net, theirs, named, batch, training=True)
        np.testing.assert_allclose(net.named_state()["batchnorm1.mean"], theirs.running_mean, rtol=1e-5)
        np.testing.assert_allclose(net.named_state()["batchnorm1.variance"], theirs.running_var, rtol=1e-5)
        theirs.eval()
        _compare(torch, net, theirs, named, batch, training=False)


def test_embedding_matches_pytorch() -> None:
    torch = needs("torch")
    net = network_of([Embedding(1, 3, 2)])
    theirs = torch.nn.Embedding(3, 2, dtype=torch.float64)
    theirs.weight.data = torch.tensor(net.named_parameters()["embedding1.W"])
    dy = np.random.default_rng(3).standard_normal((ROWS, 5))
    output, _ = forward_and_back(net, TABLE, dy, training=True)
    vectors = theirs(torch.tensor(TABLE[:, 1], dtype=torch.int64))
    vectors.backward(torch.tensor(dy[:, 3:]))
    np.testing.assert_array_equal(output[:, 3:], vectors.detach())
    np.testing.assert_allclose(net.named_gradients()["embedding1.W"], theirs.weight.grad, rtol=1e-12)


def _normalization(torch: Any, net: Network, name: str, theirs: Any) -> dict[str, tuple[Any, bool]]:
    p = net.named_parameters()
    p[f"{name}.scale"][:], p[f"{name}.shift"][:] = [1.5, -2, 0.7, 3], [0.1, 0.2, -0.3, 1]
    theirs.weight.data = torch.tensor(p[f"{name}.scale"])
    theirs.bias.data = torch.tensor(p[f"{name}.shift"])
    return {"scale": (theirs.weight, False), "shift": (theirs.bias, False)}


def _compare(torch: Any, net: Network, theirs: Any, named: dict[str, Any], x: np.ndarray, training: bool) -> None:
    dy = np.random.default_rng(3).standard_normal((len(x), net.outputs)).astype(x.dtype)
    output, dx = forward_and_back(net, x, dy, training)
    x_ = torch.tensor(x, requires_grad=True)
    for parameter in theirs.parameters():
        parameter.grad = None
    expected = theirs(x_)
    expected.backward(torch.tensor(dy))
    # Where two rows are left of a batch, x̂ is ±1 and the gradient of x is what is left of numbers that cancel.
    tolerance = TOLERANCE[str(x.dtype)]
    np.testing.assert_allclose(output, expected.detach(), **tolerance)
    np.testing.assert_allclose(dx, x_.grad, rtol=tolerance["rtol"], atol=10 * tolerance["atol"])
    for short, (parameter, transposed) in named.items():
        ours = net.named_gradients()[f"{net.names[0]}.{short}"]
        np.testing.assert_allclose(ours.T if transposed else ours, parameter.grad, **tolerance, err_msg=short)


# Dropout


@given(rate=st.floats(0, 0.99), seed=st.integers(0, 2**32))
def test_dropout_scales_values_or_sets_them_to_zero(rate: float, seed: int) -> None:
    x = np.ones((30, 4))
    y, _ = Network(4, [Dropout(rate)], dtype="float64").forward(x, True, np.random.default_rng(seed))
    assert np.all((y == 0) | np.isclose(y, 1 / (1 - rate)))


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_dropout_keeps_the_expected_value(rate: float) -> None:
    x = np.full((100_000, 1), 3.0)
    y, _ = Network(1, [Dropout(rate)], dtype="float64").forward(x, True, np.random.default_rng(0))
    # Six standard errors of a mean of 100 000 numbers.
    assert abs(y.mean() - 3) < 6 * 3 * np.sqrt(rate / (1 - rate) / 100_000)
    assert abs((y == 0).mean() - rate) < 6 * np.sqrt(rate * (1 - rate) / 100_000)


def test_dropout_is_off_outside_training() -> None:
    net = Network(4, [Dropout(0.9)], dtype="float64")
    np.testing.assert_array_equal(net.predict_proba(TABLE), TABLE)
    np.testing.assert_array_equal(net.forward(TABLE, train=False)[0], TABLE)


def test_dropout_uses_the_same_mask_in_both_dtypes() -> None:
    single, double = (
        Network(4, [Dropout(0.5)], dtype=dtype).forward(np.ones((50, 4), dtype), True, np.random.default_rng(1))[0]
        for dtype in DTYPES
    )
    np.testing.assert_array_equal(single, double)
    assert 0 < np.count_nonzero(single) < single.size


def test_dropout_in_training_needs_a_generator() -> None:
    net = Network(4, [Dropout(0.5), Dense(3, "softmax")])
    with pytest.raises(ValueError, match=r"dropout in training needs rng, a numpy\.random\.Generator"):
        net.gradient(TABLE, np.arange(ROWS) % 3, train=True)
    # Where nothing is dropped, nothing is drawn.
    Network(4, [Dropout(0), Dense(3, "softmax")]).gradient(TABLE, np.arange(ROWS) % 3, train=True)


# Normalizations


def test_batchnorm_of_one_row_gives_the_shift_and_keeps_the_running_statistics() -> None:
    net = network_of([BatchNorm()])
    state = net.state.copy()
    y, _ = net.forward(TABLE[:1], train=True)
    np.testing.assert_array_equal(y[0], net.named_parameters()["batchnorm1.shift"])
    np.testing.assert_array_equal(net.state, state)


def test_running_statistics_change_in_training_only() -> None:
    net = network_of([BatchNorm(momentum=0.25), Dense(3, "softmax")])
    before = net.state.copy()
    net.gradient(TABLE, np.arange(ROWS) % 3)
    net.predict(TABLE)
    np.testing.assert_array_equal(net.state, before)
    net.gradient(TABLE, np.arange(ROWS) % 3, train=True)
    batch = np.concatenate([TABLE.mean(axis=0), TABLE.var(axis=0, ddof=1)])
    np.testing.assert_allclose(net.state, 0.75 * before + 0.25 * batch, rtol=1e-12)


@by_dtype
@pytest.mark.parametrize("one", [BatchNorm(), LayerNorm()], ids=["batchnorm", "layernorm"])
def test_a_constant_column_or_row_causes_no_division_by_zero(one: Layer, dtype: str) -> None:
    y, _ = Network(4, [one], dtype=dtype).forward(np.full((ROWS, 4), 7, dtype), train=True)
    np.testing.assert_array_equal(y, 0)
